/*
 * models.h -- two models written by hand against adc.h: what the tests of the runtime fit.
 */
#ifndef TEST_MODELS_H
#define TEST_MODELS_H

#include "adc.h"

#include <math.h>

/* Beale's function of x and y, from (0.7, 1.4). */
static int beale_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    (void)dims, (void)data, (void)work;
    const double x = ((const double *)theta)[0], y = ((const double *)theta)[1];
    const double a = 1.5 - x + x * y, b = 2.25 - x + x * y * y, c = 2.625 - x + x * y * y * y;
    *(double *)loss = a * a + b * b + c * c;
    if (!grad) return ADC_OK;
    ((double *)grad)[0] = 2 * a * (y - 1) + 2 * b * (y * y - 1) + 2 * c * (y * y * y - 1);
    ((double *)grad)[1] = 2 * a * x + 4 * b * x * y + 6 * c * x * y * y;
    return ADC_OK;
}
static int beale_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return beale_grad(dims, theta, data, loss, NULL, work);
}
static size_t beale_nparam(const void *dims) { return (void)dims, (size_t)2; }
static size_t no_work(const void *dims) { return (void)dims, (size_t)0; }
static int beale_init(const void *dims, uint64_t seed, void *theta)
{
    (void)dims, (void)seed;
    ((double *)theta)[0] = 0.7;
    ((double *)theta)[1] = 1.4;
    return ADC_OK;
}
static int no_shape(const void *dims, int array, size_t *shape) { return (void)dims, (void)array, (void)shape, ADC_OK; }
static int no_check(const void *dims, const void *data, int *which)
{
    return (void)dims, (void)data, *which = -1, ADC_OK;
}
static const char *some_error(int code) { return (void)code, "an error of the model"; }

static const adc_array beale_arrays[] = {
    {.name = "x", .kind = ADC_PARAM, .count = -1, .gradient = 1},
    {.name = "y", .kind = ADC_PARAM, .count = -1, .gradient = 1},
};
static const adc_model beale = {
    .version = ADC_MODEL,
    .real_bytes = 8,
    .name = "beale",
    .row = -1,
    .arrays = 2,
    .array = beale_arrays,
    .shape = no_shape,
    .nparam = beale_nparam,
    .ngrad = beale_nparam,
    .work_bytes = no_work,
    .init = beale_init,
    .check = no_check,
    .loss = beale_loss,
    .grad = beale_grad,
    .strerror = some_error,
};

/*
 * Softmax regression in single precision: dim N, D, K; hyper epoch; data X[N, D], label[N]: int(K); param W[K, D] = 0;
 * loss mean[n] (log sum[k] exp(W[k] . X[n]) - W[label[n]] . X[n]); metric error: the share that is classed wrongly.
 */
typedef struct {
    size_t N, D, K;
} SoftmaxDims;
typedef struct {
    const float *X;
    const int32_t *label;
    float epoch;
} SoftmaxData;
enum { SOFTMAX_K = 10 }; /* at most */

static void softmax_row(const SoftmaxDims *d, const float *w, const float *x, double *p)
{
    double top = -HUGE_VAL, sum = 0;
    for (size_t k = 0; k < d->K; k++) {
        p[k] = 0;
        for (size_t i = 0; i < d->D; i++) p[k] += (double)w[k * d->D + i] * (double)x[i];
        if (p[k] > top) top = p[k];
    }
    for (size_t k = 0; k < d->K; k++) sum += exp(p[k] - top);
    for (size_t k = 0; k < d->K; k++) p[k] = p[k] - top - log(sum); /* log probabilities */
}
static int softmax_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    (void)work;
    const SoftmaxDims *d = dims;
    const SoftmaxData *s = data;
    double p[SOFTMAX_K], total = 0;
    float *g = grad;
    for (size_t i = 0; g && i < d->K * d->D; i++) g[i] = 0;
    for (size_t n = 0; n < d->N; n++) {
        const float *x = s->X + n * d->D;
        softmax_row(d, theta, x, p);
        total -= p[s->label[n]];
        for (size_t k = 0; g && k < d->K; k++) {
            const double e = (exp(p[k]) - (k == (size_t)s->label[n] ? 1 : 0)) / (double)d->N;
            for (size_t i = 0; i < d->D; i++) g[k * d->D + i] += (float)(e * (double)x[i]);
        }
    }
    *(float *)loss = (float)(total / (double)d->N);
    return ADC_OK;
}
static int softmax_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return softmax_grad(dims, theta, data, loss, NULL, work);
}
static int softmax_error(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    (void)work;
    const SoftmaxDims *d = dims;
    const SoftmaxData *s = data;
    double p[SOFTMAX_K];
    size_t wrong = 0;
    for (size_t n = 0; n < d->N; n++) {
        size_t best = 0;
        softmax_row(d, theta, s->X + n * d->D, p);
        for (size_t k = 1; k < d->K; k++)
            if (p[k] > p[best]) best = k;
        wrong += best != (size_t)s->label[n];
    }
    *(float *)out = (float)wrong / (float)d->N;
    return ADC_OK;
}
static int softmax_shape(const void *dims, int array, size_t *shape)
{
    const SoftmaxDims *d = dims;
    if (array == 0) shape[0] = d->K, shape[1] = d->D;
    if (array == 1) shape[0] = d->N, shape[1] = d->D;
    if (array == 2) shape[0] = d->N;
    return ADC_OK;
}
static void softmax_range(const void *dims, int array, long *lo, long *hi)
{
    *lo = 0;
    *hi = array == 2 ? (long)((const SoftmaxDims *)dims)->K : 0;
}
static size_t softmax_nparam(const void *dims)
{
    return ((const SoftmaxDims *)dims)->K * ((const SoftmaxDims *)dims)->D;
}
static int softmax_init(const void *dims, uint64_t seed, void *theta)
{
    (void)seed;
    for (size_t i = 0; i < softmax_nparam(dims); i++) ((float *)theta)[i] = 0;
    return ADC_OK;
}

static const int softmax_axis[] = {2, 1, 0, 1, 0}; /* W: K, D; X: N, D; label: N */
static const char *const softmax_dim[] = {"N", "D", "K"};
static const adc_array softmax_arrays[] = {
    {.name = "W", .kind = ADC_PARAM, .rank = 2, .axis = softmax_axis, .count = -1, .gradient = 1},
    {.name = "X",
     .kind = ADC_DATA,
     .rank = 2,
     .axis = softmax_axis + 2,
     .count = -1,
     .field = offsetof(SoftmaxData, X)},
    {.name = "label",
     .kind = ADC_DATA,
     .type = ADC_INT32,
     .integer = 1,
     .rank = 1,
     .axis = softmax_axis + 4,
     .count = 2,
     .field = offsetof(SoftmaxData, label)},
    {.name = "epoch", .kind = ADC_HYPER, .count = -1, .field = offsetof(SoftmaxData, epoch), .value = -1},
    {.name = "error", .kind = ADC_METRIC, .count = -1, .eval = softmax_error},
};
static const adc_model softmax = {
    .version = ADC_MODEL,
    .real_bytes = 4,
    .name = "softmax",
    .dims = 3,
    .dim = softmax_dim,
    .row = 0,
    .arrays = 5,
    .array = softmax_arrays,
    .data_bytes = sizeof(SoftmaxData),
    .shape = softmax_shape,
    .range = softmax_range,
    .nparam = softmax_nparam,
    .ngrad = softmax_nparam,
    .work_bytes = no_work,
    .init = softmax_init,
    .check = no_check,
    .loss = softmax_loss,
    .grad = softmax_grad,
    .strerror = some_error,
};

#endif
