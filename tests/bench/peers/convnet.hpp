// Two convolutions with rectifier and average pooling, then a softmax; theta: K1, c1, K2, c2, W, b.
#include <vector>

struct Data {
    const double *X;
    const int32_t *label;
};

// relu(c + convolution of (channels, size, size)), pooled to (filters, to / 2, to / 2), to = size - 4
template <class T, class In>
void layer(const T *kernel, const T *c, int filters, int channels, int size, const In *x, T *pooled)
{
    int to = size - 4;
    for (int f = 0; f < filters; f++)
        for (int i = 0; i < to / 2; i++)
            for (int j = 0; j < to / 2; j++) {
                T mean = 0;
                for (int at = 0; at < 4; at++) {
                    T a = c[f];
                    for (int g = 0; g < channels; g++)
                        for (int u = 0; u < 5; u++)
                            for (int v = 0; v < 5; v++)
                                a += kernel[((f * channels + g) * 5 + u) * 5 + v] *
                                     x[(g * size + 2 * i + at / 2 + u) * size + 2 * j + at % 2 + v];
                    if (number(a) > 0) mean += 0.25 * a;
                }
                *pooled++ = mean;
            }
}

template <class T> T value(const void *dims, const T *theta, const void *data)
{
    size_t rows = *(const size_t *)dims;
    const Data *in = (const Data *)data;
    const T *c1 = theta + F1 * 25, *K2 = c1 + F1, *c2 = K2 + F2 * F1 * 25, *W = c2 + F2, *b = W + K * F2 * 16;
    std::vector<T> P1(F1 * 144), P2(F2 * 16), y(K);
    T sum = 0;
    for (size_t n = 0; n < rows; n++) {
        layer<T, double>(theta, c1, F1, 1, 28, in->X + 784 * n, P1.data());
        layer<T, T>(K2, c2, F2, F1, 12, P1.data(), P2.data());
        for (int k = 0; k < K; k++) {
            y[k] = b[k];
            for (int i = 0; i < F2 * 16; i++) y[k] += W[k * F2 * 16 + i] * P2[i];
        }
        sum += log_sum_exp(y.data(), K) - y[in->label[n]];
    }
    return sum / (double)rows;
}
