/*
 * optim_adagrad.c -- Adagrad (Duchi, Hazan, Singer 2011, with diagonal matrices), in the form and with the defaults of PyTorch:
 *
 *     g <- g + weight_decay x
 *     v <- v + g^2
 *     x <- x - lr g / (sqrt(v) + eps)
 */
#include "optim.h"

#include <math.h>

static size_t room(const adc_optim_options *o, size_t n) { return (void)o, adc_room(0, 1, n); }

static int step(adc_optim *o, double *x, double f, const double *g)
{
    (void)f;
    const double eps = o->options.eps, lr = o->options.lr;
    double *v = o->memory; /* (n) */
    for (size_t i = 0; i < o->n; i++) {
        const double down = g[i] + o->options.weight_decay * x[i];
        v[i] += down * down;
        x[i] -= lr * (down / (sqrt(v[i]) + eps));
    }
    return ADC_OPTIM_STEP;
}

const OptimKind adc_optim_adagrad = {
    "adagrad", ADC_TAKES_LR | ADC_TAKES_EPS | ADC_TAKES_WEIGHT_DECAY, {.lr = 0.01, .eps = 1e-10}, room, step, NULL};
