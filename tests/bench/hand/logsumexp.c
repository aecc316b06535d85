/* logsumexp.c -- the logarithm of a sum of exponentials by hand: the largest is taken out, and the softmax is the gradient. */
#include "bench.h"

#include <math.h>

size_t bench_work(const void *dims)
{
    (void)dims;
    return 0;
}

static double largest(const double *x, size_t n)
{
    double most = x[0];
    for (size_t i = 1; i < n; i++)
        if (x[i] > most) most = x[i];
    return most;
}

int bench_loss(const void *dims, const double *x, const void *data, double *loss, void *work)
{
    (void)data, (void)work;
    size_t n = *(const size_t *)dims;
    double most = largest(x, n), sum = 0;
    for (size_t i = 0; i < n; i++) sum += exp(x[i] - most);
    *loss = most + log(sum);
    return 0;
}

int bench_grad(const void *dims, const double *x, const void *data, double *loss, double *grad, void *work)
{
    (void)data, (void)work;
    size_t n = *(const size_t *)dims;
    double most = largest(x, n), sum = 0;
    for (size_t i = 0; i < n; i++) sum += grad[i] = exp(x[i] - most);
    for (size_t i = 0; i < n; i++) grad[i] /= sum;
    *loss = most + log(sum);
    return 0;
}
