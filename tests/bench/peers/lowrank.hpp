// |U V - A|^2; theta: U (m, r), V (r, n).
template <class T> T value(const void *dims, const T *theta, const void *data)
{
    size_t m = ((const size_t *)dims)[0], n = ((const size_t *)dims)[1];
    const double *A = *(const double *const *)data;
    const T *V = theta + m * r;
    T cost = 0;
    for (size_t i = 0; i < m; i++)
        for (size_t j = 0; j < n; j++) {
            T e = -A[i * n + j];
            for (size_t k = 0; k < r; k++) e += theta[i * r + k] * V[k * n + j];
            cost += e * e;
        }
    return cost;
}
