/* rosenbrock.c -- Rosenbrock's function of N variables by hand. */
#include "bench.h"

#include "sizes.h"

size_t bench_work(const void *dims)
{
    (void)dims;
    return 0;
}

int bench_loss(const void *dims, const double *x, const void *data, double *loss, void *work)
{
    (void)dims, (void)data, (void)work;
    double sum = 0;
    for (int i = 0; i < N - 1; i++) {
        double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
        sum += 100 * a * a + b * b;
    }
    *loss = sum;
    return 0;
}

int bench_grad(const void *dims, const double *x, const void *data, double *loss, double *grad, void *work)
{
    (void)dims, (void)data, (void)work;
    double sum = 0, from_before = 0;
    for (int i = 0; i < N - 1; i++) {
        double a = x[i + 1] - x[i] * x[i], b = 1 - x[i];
        sum += 100 * a * a + b * b;
        grad[i] = from_before - 400 * a * x[i] - 2 * b;
        from_before = 200 * a;
    }
    grad[N - 1] = from_before;
    *loss = sum;
    return 0;
}
