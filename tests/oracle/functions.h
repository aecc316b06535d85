/*
 * functions.h -- the models of this folder written a second time, as templates over the number type: what ADOL-C records.
 * p: the parameters in the order of declaration; d: the data arrays likewise (integers as int).
 */
#ifndef FUNCTIONS_H
#define FUNCTIONS_H

#include <cmath>
#include <vector>

namespace twin {

struct Data {
    std::vector<const double *> real;
    std::vector<const int *> integer;
};

using std::max;
using std::min;

template <class T> T square(T x) { return x * x; }
template <class T> T sigm(T x) { return 1 / (1 + exp(-x)); }
template <class T> T larger(T a, T b) { return a >= b ? a : b; }
template <class T> T smaller(T a, T b) { return a <= b ? a : b; }

/* log of the gamma function and its derivative: recurrence to x > 20, then Stirling's series. */
template <class T> T log_gamma(T x)
{
    T shift = 0;
    for (int k = 0; k < 20; k++, x = x + 1) shift = shift + log(x);
    T y = 1 / (x * x);
    T series = (1.0 / 12 + y * (-1.0 / 360 + y * (1.0 / 1260 + y * (-1.0 / 1680 + y * (1.0 / 1188))))) / x;
    return (x - 0.5) * log(x) - x + 0.91893853320467274178 + series - shift;
}
template <class T> T digamma_of(T x)
{
    T shift = 0;
    for (int k = 0; k < 20; k++, x = x + 1) shift = shift + 1 / x;
    T y = 1 / (x * x);
    return log(x) - 0.5 / x - y * (1.0 / 12 + y * (-1.0 / 120 + y * (1.0 / 252 + y * (-1.0 / 240 + y * (1.0 / 132))))) - shift;
}

template <class T> T elementary(const T *x, const Data &)
{
    T acosh_ = log(1 + x[18] + sqrt(square(T(1 + x[18])) - 1)), asinh_ = log(x[17] + sqrt(x[17] * x[17] + 1));
    T atanh_ = 0.5 * log((1 + x[19]) / (1 - x[19])), ln2 = std::log(2.0), ln10 = std::log(10.0);
    return exp(x[0]) + log(x[1]) * x[0] + log(1 + x[2]) * (exp(x[3]) - 1) + (log(x[4]) / ln2) / (log(x[5]) / ln10) +
           sqrt(x[6]) * pow(x[7], 1.0 / 3) + sin(x[8]) * cos(x[9]) * tan(x[10]) + asin(x[11]) * acos(x[12]) * atan(x[13]) +
           sinh(x[14]) * cosh(x[15]) * tanh(x[16]) + asinh_ * acosh_ * atanh_ + erf(x[20]) * (1 - erf(x[21])) +
           sigm(x[22]) * log(1 + exp(x[23]));
}

template <class T> T powers(const T *p, const Data &)
{
    const T *x = p, *y = p + 10;
    T u = x[5] * y[2];
    T f = x[0] * x[0] * x[0] + 1 / (x[1] * x[1]) + exp(x[3] * log(x[2])) + exp(x[4] * std::log(2.0)) + y[0] * y[0] * y[0] + y[1] * y[1] +
          u * u * u * u * u;
    f = f + atan2(y[0], x[6]) + sqrt(x[7] * x[7] + y[1] * y[1]) + pow(x[8], 2.5) + x[9] * 0 + (-y[1]) * x[9];
    f = f + larger(x[0], y[0]) * smaller(x[1], y[1]) + smaller(larger(x[2], T(0.4)), T(0.5)) + smaller(larger(y[2], T(-1.9)), T(-1.1)) + x[3];
    double q4 = std::floor(value_of(x[4]) / 0.25), q5 = std::floor(value_of(x[5]) / 0.5);
    f = f + x[4] - 0.25 * q4 + q5 * x[6] + std::floor(value_of(x[7])) * x[8] + std::ceil(value_of(x[0])) * x[1] +
        std::round(value_of(x[2])) * x[3] - x[4] + value_of(x[5]) * x[6];
    return f;
}

template <class T> T gammas(const T *x, const Data &)
{
    return log_gamma(x[0]) * x[1] + digamma_of(x[1]) * x[2] + log_gamma(T(x[2] + x[3])) - log_gamma(x[2]) - log_gamma(x[3]);
}

template <class T> T lse(const std::vector<T> &v)
{
    T s = 0;
    for (const T &x : v) s = s + exp(x);
    return log(s);
}

template <class T> T reductions(const T *p, const Data &)
{
    enum { N = 5, M = 4 };
    auto A = [&](int i, int j) { return p[i * M + j]; };
    const T *b = p + N * M;
    T sums = 0, prods = 1, me = 0, least = 0, picked = 0, tri = 0, rag = 0, avg = 0, biggest = A(0, 0), smallest = b[0], eb = 0;
    int worst = 0;
    for (int j = 1; j < M; j++)
        if (b[j] < b[worst]) worst = j;
    for (int j = 0; j < M; j++) {
        T pr = 1, le = A(0, j);
        for (int i = 0; i < N; i++) pr = pr * (1 + 0.3 * A(i, j));
        for (int i = 1; i < N; i++)
            if (i != 2) le = smaller(le, A(i, j));
        prods = prods * pr;
        least = least + le;
        smallest = smaller(smallest, b[j]);
        eb = eb + exp(b[j]);
    }
    for (int i = 0; i < N; i++) {
        T s = 0, m = A(i, 0) * b[0], e = 0, r = 0;
        int best = 0;
        for (int j = 0; j < M; j++) {
            s = s + A(i, j) * b[j];
            m = larger(m, T(A(i, j) * b[j]));
            e = e + exp(3 * A(i, j));
            if (A(i, j) > A(i, best)) best = j;
            biggest = larger(biggest, A(i, j));
            if (j != 1) avg = avg + square(A(i, j));
            for (int k = 0; k <= j; k++)
                if (j < i) tri = tri + A(i, j) * b[k];
        }
        for (int j = 0; j < i; j++) r = r + A(i, (i - j - 1) % M) * A(j, 0);
        sums = sums + s;
        me = me + m * log(e);
        picked = picked + A(i, best) * b[worst];
        rag = rag + r * r;
    }
    return sums * prods + me + least + picked + tri + rag + avg / 15 + biggest * smallest + log(eb);
}

template <class T> T branches(const T *p, const Data &d)
{
    enum { N = 6 };
    const double *x = d.real[0];
    const T *a = p, w = p[N + 1];
    T f = 0;
    for (int i = 0; i < N; i++) {
        f = f + (x[i] > 0 ? T(sqrt(a[i] * x[i])) : T(log(a[i]) * x[i]));
        T q = x[i] > 0.3 && i > 1 ? T(a[i] * a[i - 1]) : i == 0 ? T(a[0] * a[0]) : T(w * a[i]);
        f = f + q * q;
        if (x[i] > 0) f = f + log(x[i] * a[i]);
    }
    return f + 0 * p[N];
}

template <class T> T matrices(const T *p, const Data &)
{
    auto A = [&](int i, int j) { return p[i * 4 + j]; };
    auto B = [&](int i, int j) { return p[12 + i * 3 + j]; };
    const T *c = p + 24, *d = p + 27;
    T P[3][3], f = 0, qq = 0, quad = 0, ca = 0;
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++) {
            P[i][j] = 0;
            for (int k = 0; k < 4; k++) P[i][j] = P[i][j] + A(i, k) * B(k, j);
            f = f + P[i][j] * P[i][j];
            quad = quad + 4 * c[i] * P[i][j] * c[j];
        }
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 4; j++) {
            T q = B(j, i) + 2 * A(i, j);
            qq = qq + q * q;
            f = f + exp(-(q * q));
            ca = ca + c[i] * A(i, j);
        }
    T x[3] = {c[1] * d[2] - c[2] * d[1], c[2] * d[0] - c[0] * d[2], c[0] * d[1] - c[1] * d[0]};
    T dot = c[0] * d[0] + c[1] * d[1] + c[2] * d[2], norm = sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2]);
    T t0 = cos(c[0]) * d[0] - sin(c[0]) * d[1], t1 = sin(c[0]) * d[0] + cos(c[0]) * d[1];
    return f + sqrt(qq) + dot * norm + quad + t0 * t1 + ca + P[1][2];
}

template <class T> T windows(const T *p, const Data &)
{
    enum { N = 12, F = 3 };
    const T *x = p, *k = p + N, *g = p + N + 9;
    T f = 0, y[F][10];
    for (int c = 0; c < F; c++) {
        for (int i = 0; i < 10; i++) {
            y[c][i] = 0;
            for (int u = 0; u < 3; u++) y[c][i] = y[c][i] + k[c * 3 + u] * x[i + u];
        }
        for (int i = 0; i < 5; i++) {
            T m = 0.5 * (y[c][2 * i] + y[c][2 * i + 1]);
            f = f + tanh(larger(y[c][2 * i], y[c][2 * i + 1])) + m * m;
        }
    }
    for (int i = 0; i < N; i++) f = f + x[i] * x[N - 1 - i];
    for (int i = 0; i < 4; i++) f = f + g[i * 5] * g[i * 5] * g[i * 5] + g[(i + 1) % 4 * 4 + i] * x[3 * i];
    for (int i = 0; i < 3; i++) {
        f = f + g[i * 4 + i + 1] * g[(i + 1) * 4 + i];
        for (int j = 0; j < 3; j++) f = f + g[i * 4 + j] * x[2 * i + 2 * j] * x[i + j + 1];
    }
    return f;
}

template <class T> T lookups(const T *p, const Data &d)
{
    enum { N = 7, M = 4 };
    const int *label = d.integer[0], *power = d.integer[1], *ptr = d.integer[2];
    const double *X = d.real[0];
    const T *W = p, *v = p + M * M;
    T f = 0;
    for (int n = 0; n < N; n++) {
        T e = 0, mine = 0, pw = 1, w = W[label[n] * (M + 1)];
        for (int k = 0; k < M; k++) {
            T s = 0;
            for (int c = 0; c < M; c++) s = s + W[k * M + c] * X[n * M + c];
            e = e + exp(s);
            if (k == label[n]) mine = s;
        }
        for (int k = 0; k < power[n]; k++) pw = pw * w;
        if (power[n] < 0) pw = 1 / w;
        f = f + log(e) - mine + pw;
        if (label[n] != 1) f = f + v[label[n] + 2];
    }
    for (int i = 0; i + 1 < N; i++) {
        T r = 0;
        for (int z = ptr[i]; z < ptr[i + 1]; z++) r = r + v[z] * v[z];
        f = f + r * v[ptr[i]];
    }
    return f;
}

template <class T> T softmax(const T *p, const Data &)
{
    const T *x = p, y = p[5];
    T s = 0, f = 0, m = x[0], e = 0;
    for (int k = 0; k < 5; k++) {
        s = s + exp(x[k]);
        m = larger(m, x[k]);
    }
    for (int k = 0; k < 5; k++) {
        f = f - exp(x[k]) / s * log(exp(x[k]) / s);
        e = e + exp(x[k] - m);
    }
    f = f + log(s) + log(1 + exp(y)) + log(sigm(y)) * (1 - sigm(y)) + (exp(y) - 1) * log(1 + y);
    return f + m + log(e) + 1 / (1 + exp(-y)) + log(1 - sigm(y)) + log(exp(x[0]) + exp(x[1]));
}

template <class T> T mixture(const T *p, const Data &d)
{
    enum { N = 6, D = 3, K = 2 };
    const double *x = d.real[0];
    const T *alpha = p, *mu = p + K, *q = mu + K * D, *L = q + K * D;
    T f = 0;
    for (int n = 0; n < N; n++) {
        T e = 0;
        for (int k = 0; k < K; k++) {
            T t = alpha[k];
            for (int i = 0; i < D; i++) {
                T z = exp(q[k * D + i]) * (x[n * D + i] - mu[k * D + i]);
                for (int j = 0; j < i; j++) z = z + L[(k * D + i) * D + j] * (x[n * D + j] - mu[k * D + j]);
                t = t + q[k * D + i] - 0.5 * z * z;
            }
            e = e + exp(t);
        }
        f = f + log(e);
    }
    return -(f - N * log(exp(alpha[0]) + exp(alpha[1])));
}

template <class T> T rosenbrock(const T *x, const Data &)
{
    T f = 0;
    for (int i = 0; i < 19; i++) f = f + 100 * square(T(x[i + 1] - x[i] * x[i])) + square(T(1 - x[i]));
    return f;
}

template <class T> T network(const T *p, const Data &d)
{
    enum { N = 4, D = 3, H = 5, K = 2 };
    const double *X = d.real[0], *y = d.real[1];
    const T *W1 = p, *b1 = p + H * D, *W2 = b1 + H, s = W2[K * H];
    T f = 0, r = 0;
    for (int n = 0; n < N; n++)
        for (int k = 0; k < K; k++) {
            T e = y[n * K + k];
            for (int h = 0; h < H; h++) {
                T z = b1[h];
                for (int c = 0; c < D; c++) z = z + W1[h * D + c] * X[n * D + c];
                e = e - W2[k * H + h] * sigm(T(tanh(z)));
            }
            f = f + e * e;
        }
    for (int k = 0; k < H * D; k++) r = r + W1[k] * W1[k];
    for (int k = 0; k < K * H; k++) r = r + W2[k] * W2[k];
    return f / N / s + log(s) + 0.01 * r;
}

}

#endif
