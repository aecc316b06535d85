// Two layers of a diagonal LSTM; theta: W (2, 4, H), b (2, 4, H), into, out, offset (H).
template <class T> T sigmoid_of(const T &x)
{
    using std::exp;
    return 1.0 / (1.0 + exp(-x));
}

template <class T> void cell(const T *W, const T *b, const T *below, T *c, T *h)
{
    using std::tanh;
    for (int j = 0; j < H; j++) {
        T forget = sigmoid_of<T>(W[j] * below[j] + b[j]), enter = sigmoid_of<T>(W[H + j] * h[j] + b[H + j]);
        T leave = sigmoid_of<T>(W[2 * H + j] * below[j] + b[2 * H + j]),
          change = tanh(W[3 * H + j] * h[j] + b[3 * H + j]);
        c[j] = forget * c[j] + enter * change;
        h[j] = leave * tanh(c[j]);
    }
}

template <class T> T value(const void *dims, const T *theta, const void *data)
{
    size_t steps = *(const size_t *)dims;
    const double *x = *(const double *const *)data;
    const T *b = theta + 8 * H, *into = theta + 16 * H, *out = into + H, *offset = out + H;
    T c[2 * H], h[2 * H], below[H], y[H], sum = 0;
    for (int j = 0; j < 2 * H; j++) c[j] = 0, h[j] = 0;
    for (size_t t = 0; t < steps; t++, x += H) {
        for (int j = 0; j < H; j++) below[j] = into[j] * x[j];
        cell<T>(theta, b, below, c, h);
        cell<T>(theta + 4 * H, b + 4 * H, h, c + H, h + H);
        for (int j = 0; j < H; j++) y[j] = out[j] * h[H + j] + offset[j];
        T total = log_sum_exp(y, H);
        for (int j = 0; j < H; j++) sum -= x[H + j] * (y[j] - total);
    }
    return sum / (double)steps;
}
