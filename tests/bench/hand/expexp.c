/* expexp.c -- exp(s) + sin(s) with s = e + e^2, e = exp(x), by hand. */
#include "bench.h"

#include <math.h>

size_t bench_work(const void *dims)
{
    (void)dims;
    return 0;
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    (void)dims, (void)data, (void)work;
    double e = exp(theta[0]), s = e + e * e;
    *loss = exp(s) + sin(s);
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    (void)dims, (void)data, (void)work;
    double e = exp(theta[0]), s = e + e * e, u = exp(s);
    *loss = u + sin(s);
    grad[0] = (u + cos(s)) * (e + 2 * e * e);
    return 0;
}
