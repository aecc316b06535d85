/*
 * convnet.c -- two convolutions with rectifier and average pooling, then a softmax, by hand, image by image.
 * theta: K1 (8, 5, 5), c1, K2 (16, 8, 5, 5), c2, W (10, 16, 4, 4), b.  data: X (N, 28, 28), label (N).
 */
#include "bench.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

typedef struct {
    const double (*X)[28][28];
    const int32_t *label;
} Data;

typedef struct {
    double K1[F1][5][5], c1[F1], K2[F2][F1][5][5], c2[F2], W[K][F2][4][4], b[K];
} Params;

/* Of an image; d_ are the derivatives by what has that name. */
typedef struct {
    double A1[F1][24][24], P1[F1][12][12], A2[F2][8][8], P2[F2][4][4], p[K];
    double d_P1[F1][12][12], d_A2[8][8], d_A1[24][24];
} Work;

size_t bench_work(const void *dims)
{
    (void)dims;
    return sizeof(Work);
}

static void convolve1(const Params *m, const double (*x)[28], Work *w)
{
    for (int f = 0; f < F1; f++)
        for (int i = 0; i < 24; i++) {
            double *a = w->A1[f][i];
            for (int j = 0; j < 24; j++) a[j] = m->c1[f];
            for (int u = 0; u < 5; u++)
                for (int v = 0; v < 5; v++)
                    for (int j = 0; j < 24; j++) a[j] += m->K1[f][u][v] * x[i + u][j + v];
            for (int j = 0; j < 24; j++) a[j] = a[j] > 0 ? a[j] : 0;
        }
    for (int f = 0; f < F1; f++)
        for (int i = 0; i < 12; i++)
            for (int j = 0; j < 12; j++) {
                const double *a = &w->A1[f][2 * i][2 * j], *b = &w->A1[f][2 * i + 1][2 * j];
                w->P1[f][i][j] = 0.25 * (a[0] + a[1] + b[0] + b[1]);
            }
}

static void convolve2(const Params *m, Work *w)
{
    for (int f = 0; f < F2; f++)
        for (int i = 0; i < 8; i++) {
            double *a = w->A2[f][i];
            for (int j = 0; j < 8; j++) a[j] = m->c2[f];
            for (int g = 0; g < F1; g++)
                for (int u = 0; u < 5; u++)
                    for (int v = 0; v < 5; v++)
                        for (int j = 0; j < 8; j++) a[j] += m->K2[f][g][u][v] * w->P1[g][i + u][j + v];
            for (int j = 0; j < 8; j++) a[j] = a[j] > 0 ? a[j] : 0;
        }
    for (int f = 0; f < F2; f++)
        for (int i = 0; i < 4; i++)
            for (int j = 0; j < 4; j++) {
                const double *a = &w->A2[f][2 * i][2 * j], *b = &w->A2[f][2 * i + 1][2 * j];
                w->P2[f][i][j] = 0.25 * (a[0] + a[1] + b[0] + b[1]);
            }
}

/* Minus the log-likelihood of an image. */
static double forward(const Params *m, const double (*x)[28], int label, Work *w)
{
    double most = -INFINITY, sum = 0, chosen, *p = w->p;
    convolve1(m, x, w);
    convolve2(m, w);
    for (int k = 0; k < K; k++) {
        const double *a = &m->W[k][0][0][0], *b = &w->P2[0][0][0];
        p[k] = m->b[k];
        for (int i = 0; i < F2 * 16; i++) p[k] += a[i] * b[i];
        if (p[k] > most) most = p[k];
    }
    chosen = p[label] - most;
    for (int k = 0; k < K; k++) sum += p[k] = exp(p[k] - most);
    for (int k = 0; k < K; k++) p[k] /= sum;
    return log(sum) - chosen;
}

/* d_P2 (F2, 4, 4) -> K2, c2, d_P1 */
static void back2(const Params *m, const double (*d_P2)[4][4], Work *w, Params *d)
{
    memset(w->d_P1, 0, sizeof w->d_P1);
    for (int f = 0; f < F2; f++) {
        for (int i = 0; i < 8; i++)
            for (int j = 0; j < 8; j++) {
                w->d_A2[i][j] = w->A2[f][i][j] > 0 ? 0.25 * d_P2[f][i / 2][j / 2] : 0;
                d->c2[f] += w->d_A2[i][j];
            }
        for (int g = 0; g < F1; g++)
            for (int u = 0; u < 5; u++)
                for (int v = 0; v < 5; v++) {
                    double sum = 0, weight = m->K2[f][g][u][v];
                    for (int i = 0; i < 8; i++)
                        for (int j = 0; j < 8; j++) {
                            sum += w->d_A2[i][j] * w->P1[g][i + u][j + v];
                            w->d_P1[g][i + u][j + v] += weight * w->d_A2[i][j];
                        }
                    d->K2[f][g][u][v] += sum;
                }
    }
}

/* d_P1 -> K1, c1 */
static void back1(const double (*x)[28], Work *w, Params *d)
{
    for (int f = 0; f < F1; f++) {
        for (int i = 0; i < 24; i++)
            for (int j = 0; j < 24; j++) {
                w->d_A1[i][j] = w->A1[f][i][j] > 0 ? 0.25 * w->d_P1[f][i / 2][j / 2] : 0;
                d->c1[f] += w->d_A1[i][j];
            }
        for (int u = 0; u < 5; u++)
            for (int v = 0; v < 5; v++) {
                double sum = 0;
                for (int i = 0; i < 24; i++)
                    for (int j = 0; j < 24; j++) sum += w->d_A1[i][j] * x[i + u][j + v];
                d->K1[f][u][v] += sum;
            }
    }
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    size_t n = *(const size_t *)dims;
    const Data *in = data;
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += forward((const Params *)theta, in->X[i], in->label[i], work);
    *loss = sum / (double)n;
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    size_t n = *(const size_t *)dims;
    const Data *in = data;
    const Params *m = (const Params *)theta;
    Params *d = (Params *)grad;
    Work *w = work;
    double sum = 0, d_P2[F2][4][4];
    memset(d, 0, sizeof *d);
    for (size_t i = 0; i < n; i++) {
        double *to = &d_P2[0][0][0];
        sum += forward(m, in->X[i], in->label[i], w);
        memset(d_P2, 0, sizeof d_P2);
        for (int k = 0; k < K; k++) {
            double dp = (w->p[k] - (k == in->label[i])) / (double)n, *d_W = &d->W[k][0][0][0];
            const double *P2 = &w->P2[0][0][0], *W = &m->W[k][0][0][0];
            d->b[k] += dp;
            for (int j = 0; j < F2 * 16; j++) {
                d_W[j] += dp * P2[j];
                to[j] += dp * W[j];
            }
        }
        back2(m, (const double(*)[4][4])d_P2, w, d);
        back1(in->X[i], w, d);
    }
    *loss = sum / (double)n;
    return 0;
}
