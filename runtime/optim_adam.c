/*
 * optim_adam.c -- Adam (Kingma and Ba 2015, algorithm 1) and two of its kin, with the defaults of the papers and of PyTorch:
 *
 *     adam, amsgrad: g <- g + weight_decay x     adamw (Loshchilov and Hutter 2019, algorithm 2): x <- x - lr weight_decay x
 *     m <- beta1 m + (1 - beta1) g               first moment
 *     v <- beta2 v + (1 - beta2) g^2             second moment
 *     x <- x - lr m' / (sqrt(v') + eps)          m' = m / (1 - beta1^t), v' = v / (1 - beta2^t) in step t = 1, 2, ...
 *
 * amsgrad (Reddi, Kale, Kumar 2018, algorithm 2) takes the largest v so far for v, as PyTorch does before it is divided.
 */
#include "optim.h"

#include <math.h>

static size_t adam_room(const adc_optim_options *o, size_t n) { return adc_room(0, 2 + adc_hyper_vectors(o), n); }
static size_t amsgrad_room(const adc_optim_options *o, size_t n) { return adc_room(0, 3 + adc_hyper_vectors(o), n); }

/* largest: amsgrad's vector, or NULL; last: hypergradient descent's, or NULL */
static int step(adc_optim *o, double *x, const double *g, bool decoupled, double *largest, double *last)
{
    const double b1 = o->options.beta1, b2 = o->options.beta2, eps = o->options.eps, decay = o->options.weight_decay;
    if (last) adc_hyper(o, last, g);
    const double t = (double)(o->steps + 1), lr = o->options.lr;
    const double bias1 = 1 - pow(b1, t), root2 = sqrt(1 - pow(b2, t));
    const double kept = decoupled ? 1 - lr * decay : 1, added = decoupled ? 0 : decay;
    double *m = o->memory, *v = m + o->n; /* (n) each */
    for (size_t i = 0; i < o->n; i++) {
        const double down = g[i] + added * x[i];
        m[i] = b1 * m[i] + (1 - b1) * down;
        v[i] = b2 * v[i] + (1 - b2) * down * down;
        if (largest) largest[i] = v[i] > largest[i] ? v[i] : largest[i];
        const double d = m[i] / bias1 / (sqrt(largest ? largest[i] : v[i]) / root2 + eps);
        x[i] = kept * x[i] - lr * d;
        if (last) last[i] = d;
    }
    return ADC_OPTIM_STEP;
}

static double *last_of(adc_optim *o, size_t vectors)
{
    return adc_hyper_vectors(&o->options) ? o->memory + vectors * o->n : NULL;
}

static int adam(adc_optim *o, double *x, double f, const double *g)
{
    return (void)f, step(o, x, g, false, NULL, last_of(o, 2));
}

static int adamw(adc_optim *o, double *x, double f, const double *g)
{
    return (void)f, step(o, x, g, true, NULL, last_of(o, 2));
}

static int amsgrad(adc_optim *o, double *x, double f, const double *g)
{
    return (void)f, step(o, x, g, false, o->memory + 2 * o->n, last_of(o, 3));
}

#define TAKES    (ADC_TAKES_LR | ADC_TAKES_BETAS | ADC_TAKES_EPS | ADC_TAKES_WEIGHT_DECAY | ADC_TAKES_HYPER_LR)
#define DEFAULTS .lr = 0.001, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8
const OptimKind adc_optim_adam = {"adam", TAKES, {DEFAULTS}, adam_room, adam, NULL};
const OptimKind adc_optim_adamw = {"adamw", TAKES, {DEFAULTS, .weight_decay = 0.01}, adam_room, adamw, NULL};
const OptimKind adc_optim_amsgrad = {"amsgrad", TAKES, {DEFAULTS}, amsgrad_room, amsgrad, NULL};
