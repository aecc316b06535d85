// Softmax regression; theta: W (K, D), b (K).
struct Data {
    double lambda;
    const double *X;
    const int32_t *label;
};

template <class T> T value(const void *dims, const T *theta, const void *data)
{
    size_t rows = *(const size_t *)dims;
    const Data *in = (const Data *)data;
    T sum = 0, square = 0, y[K];
    for (size_t n = 0; n < rows; n++) {
        for (int k = 0; k < K; k++) {
            y[k] = theta[K * D + k];
            for (int d = 0; d < D; d++) y[k] += theta[k * D + d] * in->X[n * D + d];
        }
        sum += log_sum_exp(y, K) - y[in->label[n]];
    }
    for (int i = 0; i < K * D; i++) square += theta[i] * theta[i];
    return sum / (double)rows + in->lambda / 2 * square;
}
