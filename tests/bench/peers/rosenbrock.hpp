// Rosenbrock's function of N variables.
template <class T> T value(const void *, const T *x, const void *)
{
    T sum = 0;
    for (int i = 0; i < N - 1; i++) {
        T a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
        sum += 100 * a * a + b * b;
    }
    return sum;
}
