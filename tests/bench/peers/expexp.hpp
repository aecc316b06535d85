// exp(s) + sin(s) with s = e + e^2, e = exp(x).
template <class T> T value(const void *, const T *theta, const void *)
{
    using std::exp;
    using std::sin;
    T e = exp(theta[0]), s = e + e * e;
    return exp(s) + sin(s);
}
