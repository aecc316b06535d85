/* softmax.c -- softmax regression by hand, row by row.  theta: W (K, D), b (K).  data: lambda, X (N, D), label (N). */
#include "bench.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

typedef struct {
    double lambda;
    const double *X;
    const int32_t *label;
} Data;

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

/* Minus the log-likelihood of a row; p gets the softmax. */
static double row(const double *theta, const double *x, int label, double *p)
{
    double most = -INFINITY, sum = 0, chosen;
    for (int k = 0; k < K; k++) {
        p[k] = theta[K * D + k] + dot(theta + k * D, x, D);
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
    double p[K], sum = 0;
    (void)work;
    for (size_t i = 0; i < n; i++) sum += row(theta, in->X + i * D, in->label[i], p);
    *loss = sum / (double)n + in->lambda / 2 * dot(theta, theta, K * D);
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    size_t n = *(const size_t *)dims;
    const Data *in = data;
    double p[K], sum = 0;
    (void)work;
    for (size_t i = 0; i < K * D; i++) grad[i] = in->lambda * theta[i];
    memset(grad + K * D, 0, K * sizeof *grad);
    for (size_t i = 0; i < n; i++) {
        const double *x = in->X + i * D;
        sum += row(theta, x, in->label[i], p);
        for (int k = 0; k < K; k++) {
            double d = (p[k] - (k == in->label[i])) / (double)n;
            for (int j = 0; j < D; j++) grad[k * D + j] += d * x[j];
            grad[K * D + k] += d;
        }
    }
    *loss = sum / (double)n + in->lambda / 2 * dot(theta, theta, K * D);
    return 0;
}
