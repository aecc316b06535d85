/*
 * gmm.c -- the mixture of hand/gmm.c in plain C that every compiler makes vectors of, whatever its flags: what generated code is held
 * against under each of them.
 *
 * ROWS rows at a time; each value of a row is an array over them.  A loop over the rows stands alone in a function whose pointers are
 * restrict, has a constant number of rounds and no sum: sums over rows are LANES sums in memory, which are added at the end.
 */
#include "bench.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

#ifdef __GNUC__
#define STAGE __attribute__((noinline)) static
#else
#define STAGE static
#endif

enum { ROWS = 48, LANES = 8, SUMS = D * (D + 1) / 2 + D + 1 }; /* sums of a component: z_i c_j, z_i, the weight */
typedef double Tile[ROWS];

typedef struct {
    double sums[K][SUMS][LANES];
    Tile x[D], c[D + 1], z[K][D], p[K], most, total, log; /* c[D]: ones */
    double scale[K][D], base[K];
} Work;

size_t bench_work(const void *dims)
{
    (void)dims;
    return sizeof(Work);
}

/* ---- loops over rows */

STAGE void set(double *restrict y, double a)
{
    for (int r = 0; r < ROWS; r++) y[r] = a;
}

STAGE void minus(double *restrict y, const double *restrict x, double a)
{
    for (int r = 0; r < ROWS; r++) y[r] = x[r] - a;
}

STAGE void times(double *restrict y, const double *restrict x, double a)
{
    for (int r = 0; r < ROWS; r++) y[r] = a * x[r];
}

STAGE void weigh(double *restrict y, const double *restrict x)
{
    for (int r = 0; r < ROWS; r++) y[r] *= x[r];
}

STAGE void minus_half_square(double *restrict y, const double *restrict x)
{
    for (int r = 0; r < ROWS; r++) y[r] -= 0.5 * x[r] * x[r];
}

STAGE void largest(double *restrict y, const double *restrict x)
{
    for (int r = 0; r < ROWS; r++) y[r] = x[r] > y[r] ? x[r] : y[r];
}

STAGE void add(double *restrict y, const double *restrict x)
{
    for (int r = 0; r < ROWS; r++) y[r] += x[r];
}

STAGE void add_one(double *restrict y, const double *restrict a, const double *restrict x)
{
    const double a0 = a[0];
    for (int r = 0; r < ROWS; r++) y[r] += a0 * x[r];
}

STAGE void add_four(double *restrict y, const double *restrict a, const double *restrict x)
{
    const double a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3];
    for (int r = 0; r < ROWS; r++)
        y[r] = y[r] + a0 * x[r] + a1 * x[ROWS + r] + a2 * x[2 * ROWS + r] + a3 * x[3 * ROWS + r];
}

#define TERM(m, x) g[(m)*LANES + l] * (x)[(m)*LANES + l]
#define TERMS(x)   TERM(0, x) + TERM(1, x) + TERM(2, x) + TERM(3, x) + TERM(4, x) + TERM(5, x)

STAGE void sum_one(double *restrict s, const double *restrict g, const double *restrict x)
{
    for (int l = 0; l < LANES; l++) s[l] = s[l] + TERMS(x);
}

STAGE void sum_four(double *restrict s, const double *restrict g, const double *restrict x)
{
    for (int l = 0; l < LANES; l++) {
        s[l] = s[l] + TERMS(x);
        s[LANES + l] = s[LANES + l] + TERMS(x + ROWS);
        s[2 * LANES + l] = s[2 * LANES + l] + TERMS(x + 2 * ROWS);
        s[3 * LANES + l] = s[3 * LANES + l] + TERMS(x + 3 * ROWS);
    }
}

/* y = exp(y - m) for y <= m: 2^n times a polynomial on |t| <= log(2) / 2; n by a number in whose last bits it stands */
STAGE void exp_minus(double *restrict y, const double *restrict m)
{
    volatile double least = -700.0, to_bits = 6755399441055744.0; /* known ones would become branches */
    volatile uint64_t all = ~(uint64_t)0;                         /* keeps -ffast-math from what only rounding does */
    const double low = least, shift = to_bits;
    const uint64_t mask = all;
    for (int r = 0; r < ROWS; r++) {
        double x = y[r] - m[r];
        x = x < low ? low : x;
        union {
            double x;
            uint64_t u;
        } n = {x * 1.4426950408889634 + shift}, power;
        n.u &= mask;
        double whole = n.x - shift, t = x - whole * 0.693147180369123816490 - whole * 1.90821492927058770002e-10;
        double p = 1.0 / 479001600;
        p = p * t + 1.0 / 39916800;
        p = p * t + 1.0 / 3628800;
        p = p * t + 1.0 / 362880;
        p = p * t + 1.0 / 40320;
        p = p * t + 1.0 / 5040;
        p = p * t + 1.0 / 720;
        p = p * t + 1.0 / 120;
        p = p * t + 1.0 / 24;
        p = p * t + 1.0 / 6;
        p = p * t + 0.5;
        p = p * t + 1.0;
        power.u = (n.u + 1023) << 52;
        y[r] = (p * t + 1.0) * power.x;
    }
}

/* ---- a tile */

static void prepare(const double *theta, Work *w)
{
    const double *q = theta + K + K * D;
    for (int k = 0; k < K; k++) {
        w->base[k] = theta[k];
        for (int i = 0; i < D; i++) {
            w->base[k] += q[k * D + i];
            w->scale[k][i] = exp(q[k * D + i]);
        }
    }
    set(w->c[D], 1);
}

static void transpose(const double *x, size_t rows, Work *w)
{
    for (size_t n = 0; n < ROWS; n++)
        for (size_t i = 0; i < D; i++) w->x[i][n] = x[(n < rows ? n : rows - 1) * D + i];
}

static void centre(const double *mu, Work *w)
{
    for (int i = 0; i < D; i++) minus(w->c[i], w->x[i], mu[i]);
}

/* The terms of all components, and the sum of the rows' logarithms. */
static double forward(const double *theta, size_t rows, Work *w)
{
    const double *mu = theta + K, *L = mu + 2 * K * D;
    double sum = 0;
    set(w->most, -INFINITY);
    for (int k = 0; k < K; k++) {
        centre(mu + k * D, w);
        set(w->p[k], w->base[k]);
        for (int i = 0; i < D; i++) {
            const double *row = L + (k * D + i) * D;
            int j = 0;
            times(w->z[k][i], w->c[i], w->scale[k][i]);
            for (; j + 3 < i; j += 4) add_four(w->z[k][i], row + j, w->c[j]);
            for (; j < i; j++) add_one(w->z[k][i], row + j, w->c[j]);
            minus_half_square(w->p[k], w->z[k][i]);
        }
        largest(w->most, w->p[k]);
    }
    set(w->total, 0);
    for (int k = 0; k < K; k++) {
        exp_minus(w->p[k], w->most);
        add(w->total, w->p[k]);
    }
    for (size_t n = 0; n < rows; n++) sum += w->most[n] + log(w->total[n]);
    for (size_t n = 0; n < ROWS; n++) w->total[n] = n < rows ? 1 / w->total[n] : 0;
    return sum;
}

static void backward(const double *theta, Work *w)
{
    const double *mu = theta + K;
    for (int k = 0; k < K; k++) {
        double(*to)[LANES] = w->sums[k];
        centre(mu + k * D, w);
        weigh(w->p[k], w->total);
        sum_one(*to++, w->p[k], w->c[D]);
        for (int i = 0; i < D; i++) {
            int j = 0;
            weigh(w->z[k][i], w->p[k]);
            for (; j + 3 < i + 1; j += 4, to += 4) sum_four(*to, w->z[k][i], w->c[j]);
            for (; j < i + 1; j++) sum_one(*to++, w->z[k][i], w->c[j]);
            sum_one(*to++, w->z[k][i], w->c[D]);
        }
    }
}

static double lanes(const double *s) { return s[0] + s[1] + (s[2] + s[3]) + (s[4] + s[5] + (s[6] + s[7])); }

static void finish(const double *theta, const Work *w, double *grad)
{
    const double *L = theta + K + 2 * K * D;
    double *d_mu = grad + K, *d_q = d_mu + K * D, *d_L = d_q + K * D;
    memset(grad, 0, sizeof *grad * (K + 2 * K * D + K * D * D));
    for (int k = 0; k < K; k++) {
        const double(*from)[LANES] = w->sums[k];
        grad[k] = -lanes(*from++);
        for (int i = 0; i < D; i++) {
            const double *row = L + (k * D + i) * D;
            for (int j = 0; j < i; j++) d_L[(k * D + i) * D + j] = lanes(*from++);
            d_q[k * D + i] = w->scale[k][i] * lanes(*from++) + grad[k];
            double z = lanes(*from++);
            for (int j = 0; j < i; j++) d_mu[k * D + j] -= row[j] * z;
            d_mu[k * D + i] -= w->scale[k][i] * z;
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
    if (grad) memset(w->sums, 0, sizeof w->sums);
    for (size_t at = 0; at < n; at += ROWS) {
        size_t rows = n - at < ROWS ? n - at : ROWS;
        transpose(x + at * D, rows, w);
        sum -= forward(theta, rows, w);
        if (grad) backward(theta, w);
    }
    if (grad) finish(theta, w, grad);
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
