/* rosenbrock.c -- Rosenbrock's function of N variables, each entry of the gradient from its neighbours, 32 partial sums side by side. */
#include "bench.h"

#include "sizes.h"

enum { SUMS = 32 };

size_t bench_work(const void *dims)
{
    (void)dims;
    return 0;
}

static double total(const double *part)
{
    double sum[8] = {0}, all = 0;
    for (int l = 0; l < SUMS; l++) sum[l % 8] += part[l];
    for (int l = 0; l < 8; l++) all += sum[l];
    return all;
}

static double term(const double *x)
{
    double a = x[1] - x[0] * x[0], b = 1 - x[0];
    return 100 * a * a + b * b;
}

static double slope(const double *x)
{
    return 200 * ((x[0] - x[-1] * x[-1]) - 2 * x[0] * (x[1] - x[0] * x[0])) + 2 * (x[0] - 1);
}

int bench_loss(const void *dims, const double *restrict x, const void *data, double *loss, void *work)
{
    (void)dims, (void)data, (void)work;
    double part[SUMS] = {0};
    int i = 0;
    for (; i + SUMS < N; i += SUMS)
        for (int l = 0; l < SUMS; l++) part[l] += term(x + i + l);
    for (; i < N - 1; i++) part[i % SUMS] += term(x + i);
    *loss = total(part);
    return 0;
}

int bench_grad(const void *dims, const double *restrict x, const void *data, double *restrict loss,
               double *restrict grad, void *work)
{
    (void)dims, (void)data, (void)work;
    double part[SUMS] = {0};
    int i = 1;
    for (; i + SUMS < N; i += SUMS)
        for (int l = 0; l < SUMS; l++) {
            part[l] += term(x + i + l);
            grad[i + l] = slope(x + i + l);
        }
    for (; i < N - 1; i++) {
        part[i % SUMS] += term(x + i);
        grad[i] = slope(x + i);
    }
    grad[0] = 2 * (x[0] - 1) - 400 * x[0] * (x[1] - x[0] * x[0]);
    grad[N - 1] = 200 * (x[N - 1] - x[N - 2] * x[N - 2]);
    *loss = term(x) + total(part);
    return 0;
}
