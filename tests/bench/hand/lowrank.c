/* lowrank.c -- |U V - A|^2 by hand, row by row of A.  theta: U (m, r), V (r, n).  data: A (m, n). */
#include "bench.h"

#include <string.h>

#include "sizes.h"

typedef struct {
    size_t m, n;
} Dims;

size_t bench_work(const void *dims) { return ((const Dims *)dims)->n * sizeof(double); /* a row of U V - A */ }

/* A row of the error; its square. */
static double row(const double *u, const double *V, const double *a, size_t n, double *e)
{
    double square = 0;
    for (size_t j = 0; j < n; j++) e[j] = -a[j];
    for (size_t k = 0; k < r; k++)
        for (size_t j = 0; j < n; j++) e[j] += u[k] * V[k * n + j];
    for (size_t j = 0; j < n; j++) square += e[j] * e[j];
    return square;
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    const Dims *s = dims;
    const double *A = *(const double *const *)data, *V = theta + s->m * r;
    double sum = 0;
    for (size_t i = 0; i < s->m; i++) sum += row(theta + i * r, V, A + i * s->n, s->n, work);
    *loss = sum;
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    const Dims *s = dims;
    size_t n = s->n;
    const double *A = *(const double *const *)data, *V = theta + s->m * r;
    double sum = 0, *e = work, *d_V = grad + s->m * r;
    memset(d_V, 0, r * n * sizeof *d_V);
    for (size_t i = 0; i < s->m; i++) {
        sum += row(theta + i * r, V, A + i * n, n, e);
        for (size_t k = 0; k < r; k++) {
            double u = 2 * theta[i * r + k], d_u = 0;
            for (size_t j = 0; j < n; j++) {
                d_u += e[j] * V[k * n + j];
                d_V[k * n + j] += u * e[j];
            }
            grad[i * r + k] = 2 * d_u;
        }
    }
    *loss = sum;
    return 0;
}
