// A hidden layer of sigmoids and a softmax; theta: W1 (H, D), b1 (H), W2 (K, H), b2 (K).
struct Data {
    double lambda;
    const double *X;
    const int32_t *label;
};

template <class T> T value(const void *dims, const T *theta, const void *data)
{
    using std::exp;
    size_t rows = *(const size_t *)dims;
    const Data *in = (const Data *)data;
    const T *b1 = theta + H * D, *W2 = b1 + H, *b2 = W2 + K * H;
    T sum = 0, square = 0, z[H], y[K];
    for (size_t n = 0; n < rows; n++) {
        for (int h = 0; h < H; h++) {
            T a = b1[h];
            for (int d = 0; d < D; d++) a += theta[h * D + d] * in->X[n * D + d];
            z[h] = 1.0 / (1.0 + exp(-a));
        }
        for (int k = 0; k < K; k++) {
            y[k] = b2[k];
            for (int h = 0; h < H; h++) y[k] += W2[k * H + h] * z[h];
        }
        sum += log_sum_exp(y, K) - y[in->label[n]];
    }
    for (int i = 0; i < H * D; i++) square += theta[i] * theta[i];
    for (int i = 0; i < K * H; i++) square += W2[i] * W2[i];
    return sum / (double)rows + in->lambda / 2 * square;
}
