/* convnet.c -- the convolutions as products with the unfolded image (im2col), image by image.  As hand/convnet.c. */
#include "blas/blas.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

typedef struct {
    const double *X;
    const int32_t *label;
} Data;

typedef struct {
    double K1[F1 * 25], c1[F1], K2[F2 * F1 * 25], c2[F2], W[K * F2 * 16], b[K];
} Params;

typedef struct {
    double fold1[25 * 576], A1[F1 * 576], P1[F1 * 144], fold2[F1 * 25 * 64], A2[F2 * 64], P2[F2 * 16], p[K];
    double d_P2[F2 * 16], d_A2[F2 * 64], d_fold2[F1 * 25 * 64], d_P1[F1 * 144], d_A1[F1 * 576];
} Work;

size_t bench_work(const void *dims)
{
    (void)dims;
    return sizeof(Work);
}

/* from (channels, size, size) to (channels * 25, to * to), to = size - 4 */
static void unfold(const double *x, int channels, int size, double *fold)
{
    int to = size - 4;
    for (int g = 0; g < channels; g++)
        for (int u = 0; u < 5; u++)
            for (int v = 0; v < 5; v++)
                for (int i = 0; i < to; i++, fold += to)
                    memcpy(fold, x + (g * size + i + u) * size + v, (size_t)to * sizeof *fold);
}

static void fold_back(const double *fold, int channels, int size, double *x)
{
    int to = size - 4;
    memset(x, 0, (size_t)(channels * size * size) * sizeof *x);
    for (int g = 0; g < channels; g++)
        for (int u = 0; u < 5; u++)
            for (int v = 0; v < 5; v++)
                for (int i = 0; i < to; i++, fold += to)
                    for (int j = 0; j < to; j++) x[(g * size + i + u) * size + v + j] += fold[j];
}

/* a = relu(a + c), pooled to half its size */
static void rectify_and_pool(double *a, const double *c, int channels, int size, double *pooled)
{
    for (int f = 0; f < channels; f++)
        for (int i = 0; i < size * size; i++) {
            double y = a[f * size * size + i] + c[f];
            a[f * size * size + i] = y > 0 ? y : 0;
        }
    for (int f = 0; f < channels; f++)
        for (int i = 0; i < size / 2; i++)
            for (int j = 0; j < size / 2; j++) {
                const double *p = a + (f * size + 2 * i) * size + 2 * j;
                *pooled++ = 0.25 * (p[0] + p[1] + p[size] + p[size + 1]);
            }
}

static void back_to_convolution(const double *a, const double *d_pooled, int channels, int size, double *d_a,
                                double *d_c)
{
    for (int f = 0; f < channels; f++)
        for (int i = 0; i < size; i++)
            for (int j = 0; j < size; j++) {
                int at = (f * size + i) * size + j;
                d_a[at] = a[at] > 0 ? 0.25 * d_pooled[(f * (size / 2) + i / 2) * (size / 2) + j / 2] : 0;
                d_c[f] += d_a[at];
            }
}

/* Minus the log-likelihood of an image. */
static double forward(const Params *m, const double *x, int label, Work *w)
{
    double *p = w->p, most = -INFINITY, sum = 0, chosen;
    unfold(x, 1, 28, w->fold1);
    product(CblasNoTrans, CblasNoTrans, F1, 576, 25, 1, m->K1, w->fold1, 0, w->A1);
    rectify_and_pool(w->A1, m->c1, F1, 24, w->P1);
    unfold(w->P1, F1, 12, w->fold2);
    product(CblasNoTrans, CblasNoTrans, F2, 64, F1 * 25, 1, m->K2, w->fold2, 0, w->A2);
    rectify_and_pool(w->A2, m->c2, F2, 8, w->P2);
    memcpy(p, m->b, sizeof w->p);
    cblas_dgemv(CblasRowMajor, CblasNoTrans, K, F2 * 16, 1, m->W, F2 * 16, w->P2, 1, 1, p, 1);
    for (int k = 0; k < K; k++)
        if (p[k] > most) most = p[k];
    chosen = p[label] - most;
    for (int k = 0; k < K; k++) sum += p[k] = exp(p[k] - most);
    for (int k = 0; k < K; k++) p[k] /= sum;
    return log(sum) - chosen;
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    size_t n = *(const size_t *)dims;
    const Data *in = data;
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += forward((const Params *)theta, in->X + 784 * i, in->label[i], work);
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
    double sum = 0;
    memset(d, 0, sizeof *d);
    for (size_t i = 0; i < n; i++) {
        sum += forward(m, in->X + 784 * i, in->label[i], w);
        w->p[in->label[i]] -= 1;
        cblas_dscal(K, 1 / (double)n, w->p, 1);
        cblas_daxpy(K, 1, w->p, 1, d->b, 1);
        cblas_dger(CblasRowMajor, K, F2 * 16, 1, w->p, 1, w->P2, 1, d->W, F2 * 16);
        cblas_dgemv(CblasRowMajor, CblasTrans, K, F2 * 16, 1, m->W, F2 * 16, w->p, 1, 0, w->d_P2, 1);
        back_to_convolution(w->A2, w->d_P2, F2, 8, w->d_A2, d->c2);
        product(CblasNoTrans, CblasTrans, F2, F1 * 25, 64, 1, w->d_A2, w->fold2, 1, d->K2);
        product(CblasTrans, CblasNoTrans, F1 * 25, 64, F2, 1, m->K2, w->d_A2, 0, w->d_fold2);
        fold_back(w->d_fold2, F1, 12, w->d_P1);
        back_to_convolution(w->A1, w->d_P1, F1, 24, w->d_A1, d->c1);
        product(CblasNoTrans, CblasTrans, F1, 25, 576, 1, w->d_A1, w->fold1, 1, d->K1);
    }
    *loss = sum / (double)n;
    return 0;
}
