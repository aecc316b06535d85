// Beale's function.
template <class T> T value(const void *, const T *theta, const void *)
{
    const T &x = theta[0], &y = theta[1];
    T a = 1.5 - x + x * y, b = 2.25 - x + x * y * y, c = 2.625 - x + x * y * y * y;
    return a * a + b * b + c * c;
}
