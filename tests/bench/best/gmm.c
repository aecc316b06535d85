/*
 * gmm.c -- the mixture of hand/gmm.c, in the fastest form we know: what generated code is measured against.
 *
 * ROWS rows at a time; an array of a tile has the rows innermost, as vectors.  Per component, z = Q (x - mu) is a product of the packed
 * triangle with the tile, two rows of Q at a time; its adjoint is the product of the weighted z with (x - mu) transposed, summed over
 * the rows in the lanes of vectors, which are added at the very end.  The centres' derivative is -Q' (sum of the weighted z), so that it
 * costs nothing by row.  Rows that are missing in the last tile are copies with weight 0.
 */
#include "bench.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

#ifdef __AVX512F__
enum { LANES = 8, STRIP = 8 };
#else
enum { LANES = 4, STRIP = 4 };
#endif
enum { ROWS = 64, VECTORS = ROWS / LANES, EVEN = (D + 1) / 2 * 2, PAIRS = EVEN * (EVEN + 2) / 2 };
typedef double vector __attribute__((vector_size(LANES * sizeof(double))));
typedef long long integers __attribute__((vector_size(LANES * sizeof(double))));
typedef vector Tile[VECTORS];

typedef struct {
    vector sums[K][PAIRS], z_sums[K][EVEN], p_sums[K]; /* over rows: weighted z times (x - mu)'; weighted z; weights */
    Tile x[EVEN], c[EVEN];                             /* the rows' columns; without the centre */
    Tile z[K][EVEN], p[K], most, total;
    double Q[K][EVEN][EVEN], mu[K][EVEN], base[K];
} Work;

size_t bench_work(const void *dims)
{
    (void)dims;
    return sizeof(Work);
}

static inline vector larger(vector a, vector b)
{
    integers first = a > b;
    return (vector)(((integers)a & first) | ((integers)b & ~first));
}

/* exp of what is not positive: 2^n times a polynomial of degree 12 on |r| <= log(2) / 2; below -700 it is about 1e-304 */
static inline vector exp_neg(vector x)
{
    static const double over[] = {
        1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320, 1.0 / 5040, 1.0 / 720,
        1.0 / 120,       1.0 / 24,       1.0 / 6,       0.5,          1.0,         1.0};
    x = larger(x, (vector){0} - 700.0);
    integers n = __builtin_convertvector(x * 1.4426950408889634 - 0.5, integers);
    vector whole = __builtin_convertvector(n, vector), y = (vector){0} + over[0];
    vector r = x - whole * 0.693147180369123816490 - whole * 1.90821492927058770002e-10;
    for (int i = 1; i < 13; i++) y = y * r + over[i];
    return y * (vector)((n + 1023) << 52);
}

static void prepare(const double *theta, Work *w)
{
    const double *mu = theta + K, *q = mu + K * D, *L = q + K * D;
    memset(w->Q, 0, sizeof w->Q);
    memset(w->mu, 0, sizeof w->mu);
    memset(w->x, 0, sizeof w->x);
    for (int k = 0; k < K; k++) {
        w->base[k] = theta[k];
        for (int i = 0; i < D; i++) {
            w->base[k] += q[k * D + i];
            w->mu[k][i] = mu[k * D + i];
            w->Q[k][i][i] = exp(q[k * D + i]);
            for (int j = 0; j < i; j++) w->Q[k][i][j] = L[(k * D + i) * D + j];
        }
    }
}

static void transpose(const double *x, size_t rows, Work *w)
{
    for (size_t n = 0; n < ROWS; n++)
        for (size_t i = 0; i < D; i++) w->x[i][n / LANES][n % LANES] = x[(n < rows ? n : rows - 1) * D + i];
}

static void centre(const double *mu, Work *w)
{
    for (int i = 0; i < EVEN; i++)
        for (int v = 0; v < VECTORS; v++) w->c[i][v] = w->x[i][v] - mu[i];
}

/* z = Q c, and what it adds to the term of its component */
static void triangle(const double (*Q)[EVEN], const Tile *c, Tile *z, vector *p)
{
    for (int s = 0; s < VECTORS; s += STRIP)
        for (int i = 0; i < EVEN; i += 2) {
            vector a[STRIP], b[STRIP];
#pragma GCC unroll 8
            for (int v = 0; v < STRIP; v++) {
                a[v] = Q[i][0] * c[0][s + v];
                b[v] = Q[i + 1][0] * c[0][s + v];
            }
            for (int j = 1; j < i + 2; j++) {
                double qa = Q[i][j], qb = Q[i + 1][j];
#pragma GCC unroll 8
                for (int v = 0; v < STRIP; v++) {
                    a[v] += qa * c[j][s + v];
                    b[v] += qb * c[j][s + v];
                }
            }
#pragma GCC unroll 8
            for (int v = 0; v < STRIP; v++) {
                z[i][s + v] = a[v];
                z[i + 1][s + v] = b[v];
                p[s + v] -= 0.5 * (a[v] * a[v] + b[v] * b[v]);
            }
        }
}

/* The terms of all components and their softmax; the sum of the rows' logarithms. */
static double forward(size_t rows, Work *w)
{
    double sum = 0, product = 1;
    for (int k = 0; k < K; k++) {
        centre(w->mu[k], w);
        for (int v = 0; v < VECTORS; v++) w->p[k][v] = (vector){0} + w->base[k];
        triangle((const double(*)[EVEN])w->Q[k], (const Tile *)w->c, w->z[k], w->p[k]);
        for (int v = 0; v < VECTORS; v++) w->most[v] = k == 0 ? w->p[k][v] : larger(w->p[k][v], w->most[v]);
    }
    memset(w->total, 0, sizeof w->total);
    for (int k = 0; k < K; k++)
        for (int v = 0; v < VECTORS; v++) w->total[v] += w->p[k][v] = exp_neg(w->p[k][v] - w->most[v]);
    for (size_t n = 0; n < rows; n++) {
        sum += w->most[n / LANES][n % LANES];
        product *= w->total[n / LANES][n % LANES]; /* of numbers from 1 to K */
    }
    for (int v = 0; v < VECTORS; v++) w->total[v] = 1 / w->total[v];
    for (size_t n = rows; n < ROWS; n++) w->total[n / LANES][n % LANES] = 0;
    return sum + log(product);
}

/* sums[i, j] += z_i c_j for two i and two j */
static inline void two_by_two(const vector *a, const vector *b, const vector *c, const vector *d, vector *to)
{
    vector s0 = to[0], s1 = to[1], s2 = to[2], s3 = to[3];
#pragma GCC unroll 8
    for (int v = 0; v < VECTORS; v++) {
        s0 += a[v] * c[v];
        s1 += a[v] * d[v];
        s2 += b[v] * c[v];
        s3 += b[v] * d[v];
    }
    to[0] = s0, to[1] = s1, to[2] = s2, to[3] = s3;
}

static void backward(Work *w)
{
    for (int k = 0; k < K; k++) {
        vector *to = w->sums[k], *p = w->p[k];
        centre(w->mu[k], w);
        for (int v = 0; v < VECTORS; v++) w->p_sums[k] += p[v] *= w->total[v];
        for (int i = 0; i < EVEN; i += 2) {
            vector *a = w->z[k][i], *b = w->z[k][i + 1], sa = w->z_sums[k][i], sb = w->z_sums[k][i + 1];
            for (int v = 0; v < VECTORS; v++) {
                sa += a[v] *= p[v];
                sb += b[v] *= p[v];
            }
            w->z_sums[k][i] = sa, w->z_sums[k][i + 1] = sb;
            for (int j = 0; j < i + 2; j += 2, to += 4) two_by_two(a, b, w->c[j], w->c[j + 1], to);
        }
    }
}

static double lanes(const vector *v)
{
    double sum = 0;
    for (int l = 0; l < LANES; l++) sum += (*v)[l];
    return sum;
}

/* Where the sum of z_i c_j stands. */
static const vector *pair(const Work *w, int k, int i, int j)
{
    int block = i / 2 * (i / 2 + 1) / 2 + j / 2;
    return &w->sums[k][4 * block + 2 * (i % 2) + j % 2];
}

static void finish(const Work *w, double *grad)
{
    double *d_mu = grad + K, *d_q = d_mu + K * D, *d_L = d_q + K * D;
    memset(grad, 0, sizeof *grad * (K + 2 * K * D + K * D * D));
    for (int k = 0; k < K; k++) {
        grad[k] = -lanes(&w->p_sums[k]);
        for (int i = 0; i < D; i++) {
            double z = lanes(&w->z_sums[k][i]);
            d_q[k * D + i] = w->Q[k][i][i] * lanes(pair(w, k, i, i)) + grad[k];
            for (int j = 0; j < i; j++) d_L[(k * D + i) * D + j] = lanes(pair(w, k, i, j));
            for (int j = 0; j <= i; j++) d_mu[k * D + j] -= w->Q[k][i][j] * z;
        }
    }
}

/* N logsumexp alpha, and its derivative; grad may be NULL */
static double weights(const double *alpha, double n, double *grad)
{
    double most = alpha[0], sum = 0;
    for (int k = 1; k < K; k++)
        if (alpha[k] > most) most = alpha[k];
    for (int k = 0; k < K; k++) sum += exp(alpha[k] - most);
    for (int k = 0; grad && k < K; k++) grad[k] += n * exp(alpha[k] - most) / sum;
    return n * (most + log(sum));
}

static void run(size_t n, const double *theta, const double *x, double *loss, double *grad, Work *w)
{
    double sum = 0;
    prepare(theta, w);
    if (grad) memset(w, 0, offsetof(Work, x));
    for (size_t at = 0; at < n; at += ROWS) {
        size_t rows = n - at < ROWS ? n - at : ROWS;
        transpose(x + at * D, rows, w);
        sum -= forward(rows, w);
        if (grad) backward(w);
    }
    if (grad) finish(w, grad);
    *loss = sum + weights(theta, (double)n, grad);
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    run(*(const size_t *)dims, theta, *(const double *const *)data, loss, NULL, work);
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    run(*(const size_t *)dims, theta, *(const double *const *)data, loss, grad, work);
    return 0;
}
