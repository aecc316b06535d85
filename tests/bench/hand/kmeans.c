/* kmeans.c -- sum of squared distances to the nearest centre, by hand.  theta: c (K, D).  data: x (N, D). */
#include "bench.h"

#include <math.h>
#include <string.h>

typedef struct {
    size_t N, K, D;
} Dims;

size_t bench_work(const void *dims)
{
    (void)dims;
    return 0;
}

/* Which centre is nearest; the square of its distance. */
static size_t nearest(const double *x, const double *c, size_t K, size_t D, double *square)
{
    size_t best = 0;
    *square = INFINITY;
    for (size_t k = 0; k < K; k++) {
        double sum = 0;
        for (size_t d = 0; d < D; d++) sum += (x[d] - c[k * D + d]) * (x[d] - c[k * D + d]);
        if (sum < *square) {
            *square = sum;
            best = k;
        }
    }
    return best;
}

int bench_loss(const void *dims, const double *c, const void *data, double *loss, void *work)
{
    const Dims *s = dims;
    const double *x = *(const double *const *)data;
    double sum = 0, square;
    (void)work;
    for (size_t n = 0; n < s->N; n++) {
        nearest(x + n * s->D, c, s->K, s->D, &square);
        sum += square;
    }
    *loss = sum;
    return 0;
}

int bench_grad(const void *dims, const double *c, const void *data, double *loss, double *grad, void *work)
{
    const Dims *s = dims;
    const double *x = *(const double *const *)data;
    double sum = 0, square;
    (void)work;
    memset(grad, 0, s->K * s->D * sizeof *grad);
    for (size_t n = 0; n < s->N; n++) {
        size_t k = nearest(x + n * s->D, c, s->K, s->D, &square);
        sum += square;
        for (size_t d = 0; d < s->D; d++) grad[k * s->D + d] += 2 * (c[k * s->D + d] - x[n * s->D + d]);
    }
    *loss = sum;
    return 0;
}
