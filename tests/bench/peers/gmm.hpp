// Negative log-likelihood of a Gaussian mixture; theta: alpha (K), mu (K, D), q (K, D), L (K, D, D).
#include <vector>

template <class T> T value(const void *dims, const T *theta, const void *data)
{
    using std::exp;
    size_t rows = *(const size_t *)dims;
    const double *x = *(const double *const *)data;
    const T *alpha = theta, *mu = alpha + K, *q = mu + K * D, *L = q + K * D;
    std::vector<T> diag(K * D), base(K), terms(K), c(D);
    for (int k = 0; k < K; k++) {
        base[k] = alpha[k];
        for (int i = 0; i < D; i++) {
            diag[k * D + i] = exp(q[k * D + i]);
            base[k] += q[k * D + i];
        }
    }
    T sum = 0;
    for (size_t n = 0; n < rows; n++) {
        for (int k = 0; k < K; k++) {
            T square = 0;
            for (int i = 0; i < D; i++) c[i] = x[n * D + i] - mu[k * D + i];
            for (int i = 0; i < D; i++) {
                T z = diag[k * D + i] * c[i];
                for (int j = 0; j < i; j++) z += L[(k * D + i) * D + j] * c[j];
                square += z * z;
            }
            terms[k] = base[k] - 0.5 * square;
        }
        sum -= log_sum_exp(terms.data(), K);
    }
    return sum + (double)rows * log_sum_exp(alpha, K);
}
