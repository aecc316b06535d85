/* lowrank.c -- |U V - A|^2 with three products.  As hand/lowrank.c. */
#include "blas/blas.h"

#include <string.h>

#include "sizes.h"

typedef struct {
    size_t m, n;
} Dims;

size_t bench_work(const void *dims)
{
    const Dims *s = dims;
    return s->m * s->n * sizeof(double);
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    const Dims *s = dims;
    int m = (int)s->m, n = (int)s->n;
    double *E = work;
    memcpy(E, *(const double *const *)data, s->m * s->n * sizeof *E);
    product(CblasNoTrans, CblasNoTrans, m, n, r, 1, theta, theta + s->m * r, -1, E);
    *loss = cblas_ddot(m * n, E, 1, E, 1);
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    const Dims *s = dims;
    int m = (int)s->m, n = (int)s->n;
    const double *E = work, *V = theta + s->m * r;
    bench_loss(dims, theta, data, loss, work);
    product(CblasNoTrans, CblasTrans, m, r, n, 2, E, V, 0, grad);
    product(CblasTrans, CblasNoTrans, r, n, m, 2, theta, E, 0, grad + s->m * r);
    return 0;
}
