/*
 * mlp.c -- a hidden layer of sigmoids and a softmax by hand, row by row.  theta: W1 (H, D), b1 (H), W2 (K, H), b2 (K).
 * data: lambda, X (N, D), label (N).
 */
#include "bench.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

typedef struct {
    double lambda;
    const double *X;
    const int32_t *label;
} Data;

enum { B1 = H * D, W2 = B1 + H, B2 = W2 + K * H, PARAMS = B2 + K };

size_t bench_work(const void *dims)
{
    (void)dims;
    return 0;
}

static double dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

static double penalty(const double *theta, double lambda)
{
    return lambda / 2 * (dot(theta, theta, H * D) + dot(theta + W2, theta + W2, K * H));
}

/* Minus the log-likelihood of a row; z (H) gets the hidden layer, p (K) the softmax. */
static double row(const double *theta, const double *x, int label, double *z, double *p)
{
    double most = -INFINITY, sum = 0, chosen;
    for (int h = 0; h < H; h++) z[h] = 1 / (1 + exp(-theta[B1 + h] - dot(theta + h * D, x, D)));
    for (int k = 0; k < K; k++) {
        p[k] = theta[B2 + k] + dot(theta + W2 + k * H, z, H);
        if (p[k] > most) most = p[k];
    }
    chosen = p[label] - most;
    for (int k = 0; k < K; k++) sum += p[k] = exp(p[k] - most);
    for (int k = 0; k < K; k++) p[k] /= sum;
    return log(sum) - chosen;
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    size_t n = *(const size_t *)dims;
    const Data *in = data;
    double z[H], p[K], sum = 0;
    (void)work;
    for (size_t i = 0; i < n; i++) sum += row(theta, in->X + i * D, in->label[i], z, p);
    *loss = sum / (double)n + penalty(theta, in->lambda);
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    size_t n = *(const size_t *)dims;
    const Data *in = data;
    double z[H], p[K], d_z[H], sum = 0;
    (void)work;
    memset(grad, 0, PARAMS * sizeof *grad);
    for (int i = 0; i < H * D; i++) grad[i] = in->lambda * theta[i];
    for (int i = W2; i < B2; i++) grad[i] = in->lambda * theta[i];
    for (size_t i = 0; i < n; i++) {
        const double *x = in->X + i * D;
        sum += row(theta, x, in->label[i], z, p);
        memset(d_z, 0, sizeof d_z);
        for (int k = 0; k < K; k++) {
            double d = (p[k] - (k == in->label[i])) / (double)n;
            grad[B2 + k] += d;
            for (int h = 0; h < H; h++) {
                grad[W2 + k * H + h] += d * z[h];
                d_z[h] += d * theta[W2 + k * H + h];
            }
        }
        for (int h = 0; h < H; h++) {
            double d = d_z[h] * z[h] * (1 - z[h]);
            grad[B1 + h] += d;
            for (int j = 0; j < D; j++) grad[h * D + j] += d * x[j];
        }
    }
    *loss = sum / (double)n + penalty(theta, in->lambda);
    return 0;
}
