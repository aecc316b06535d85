/*
 * gmm.c -- negative log-likelihood of a Gaussian mixture by its precision factors, by hand, row by row.
 *
 *     Q_k = diag(exp q_k) + strict lower triangle of L_k,   z = Q_k (x_n - mu_k)
 *     loss = -sum_n logsumexp_k(alpha_k + sum_i q_ki - |z|^2 / 2) + N logsumexp_k alpha_k
 *
 * theta: alpha (K), mu (K, D), q (K, D), L (K, D, D).  data: x (N, D).
 */
#include "bench.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

typedef struct {
    const double *alpha, (*mu)[D], (*q)[D], (*L)[D][D];
} Params;

typedef struct {
    double diag[K][D], base[K];    /* exp q; alpha + sum of q */
    double c[K][D], z[K][D], p[K]; /* of a row: x - mu, Q (x - mu), the terms and then their softmax */
} Work;

size_t bench_work(const void *dims)
{
    (void)dims;
    return sizeof(Work);
}

static Params params_of(const double *theta)
{
    return (Params){theta, (const double(*)[D])(theta + K), (const double(*)[D])(theta + K + K * D),
                    (const double(*)[D][D])(theta + K + 2 * K * D)};
}

static void prepare(const Params *m, Work *w)
{
    for (int k = 0; k < K; k++) {
        w->base[k] = m->alpha[k];
        for (int i = 0; i < D; i++) {
            w->diag[k][i] = exp(m->q[k][i]);
            w->base[k] += m->q[k][i];
        }
    }
}

/* log sum exp of p; p becomes its softmax */
static double softmax(double *p)
{
    double most = p[0], sum = 0;
    for (int k = 1; k < K; k++)
        if (p[k] > most) most = p[k];
    for (int k = 0; k < K; k++) sum += p[k] = exp(p[k] - most);
    for (int k = 0; k < K; k++) p[k] /= sum;
    return most + log(sum);
}

/* c, z and p of a row; the logarithm of its likelihood */
static double row_forward(const Params *m, const double *x, Work *w)
{
    for (int k = 0; k < K; k++) {
        double square = 0;
        for (int i = 0; i < D; i++) w->c[k][i] = x[i] - m->mu[k][i];
        for (int i = 0; i < D; i++) {
            double z = w->diag[k][i] * w->c[k][i];
            for (int j = 0; j < i; j++) z += m->L[k][i][j] * w->c[k][j];
            w->z[k][i] = z;
            square += z * z;
        }
        w->p[k] = w->base[k] - 0.5 * square;
    }
    return softmax(w->p);
}

/* of minus the logarithm of a row's likelihood */
static void row_backward(const Params *m, Work *w, double *d_alpha, double (*d_mu)[D], double (*d_q)[D],
                         double (*d_L)[D][D])
{
    for (int k = 0; k < K; k++) {
        double p = w->p[k], d_c[D];
        const double *c = w->c[k];
        d_alpha[k] -= p;
        for (int i = 0; i < D; i++) {
            double d_z = p * w->z[k][i];
            d_q[k][i] += d_z * c[i] * w->diag[k][i] - p;
            d_c[i] = d_z * w->diag[k][i];
            for (int j = 0; j < i; j++) {
                d_L[k][i][j] += d_z * c[j];
                d_c[j] += d_z * m->L[k][i][j];
            }
        }
        for (int i = 0; i < D; i++) d_mu[k][i] -= d_c[i];
    }
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    size_t n = *(const size_t *)dims;
    const double *x = *(const double *const *)data;
    Params m = params_of(theta);
    Work *w = work;
    double sum = 0;
    prepare(&m, w);
    for (size_t i = 0; i < n; i++) sum -= row_forward(&m, x + i * D, w);
    memcpy(w->p, m.alpha, sizeof w->p);
    *loss = sum + (double)n * softmax(w->p);
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    size_t n = *(const size_t *)dims;
    const double *x = *(const double *const *)data;
    Params m = params_of(theta);
    Work *w = work;
    double sum = 0, *d_alpha = grad, (*d_mu)[D] = (double(*)[D])(grad + K), (*d_q)[D] = d_mu + K;
    double(*d_L)[D][D] = (double(*)[D][D])(grad + K + 2 * K * D);
    memset(grad, 0, sizeof(double) * (K + 2 * K * D + K * D * D));
    prepare(&m, w);
    for (size_t i = 0; i < n; i++) {
        sum -= row_forward(&m, x + i * D, w);
        row_backward(&m, w, d_alpha, d_mu, d_q, d_L);
    }
    memcpy(w->p, m.alpha, sizeof w->p);
    *loss = sum + (double)n * softmax(w->p);
    for (int k = 0; k < K; k++) d_alpha[k] += (double)n * w->p[k];
    return 0;
}
