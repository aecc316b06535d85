/* beale.c -- Beale's function by hand.  theta: x, y. */
#include "bench.h"

size_t bench_work(const void *dims)
{
    (void)dims;
    return 0;
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    (void)dims, (void)data, (void)work;
    double x = theta[0], y = theta[1];
    double a = 1.5 - x + x * y, b = 2.25 - x + x * y * y, c = 2.625 - x + x * y * y * y;
    *loss = a * a + b * b + c * c;
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    (void)dims, (void)data, (void)work;
    double x = theta[0], y = theta[1], y2 = y * y, y3 = y2 * y;
    double a = 1.5 - x + x * y, b = 2.25 - x + x * y2, c = 2.625 - x + x * y3;
    *loss = a * a + b * b + c * c;
    grad[0] = 2 * (a * (y - 1) + b * (y2 - 1) + c * (y3 - 1));
    grad[1] = 2 * x * (a + 2 * b * y + 3 * c * y2);
    return 0;
}
