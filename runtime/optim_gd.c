/*
 * optim_gd.c -- gradient descent (Cauchy 1847):  x <- x - lr g.
 */
#include "optim.h"

static size_t room(const adc_optim_options *o, size_t n) { return adc_room(0, adc_hyper_vectors(o), n); }

static int step(adc_optim *o, double *x, double f, const double *g)
{
    (void)f;
    double *last = adc_hyper_vectors(&o->options) ? o->memory : NULL; /* (n) */
    if (last) adc_hyper(o, last, g);
    for (size_t i = 0; i < o->n; i++) {
        x[i] -= o->options.lr * g[i];
        if (last) last[i] = g[i];
    }
    return ADC_OPTIM_STEP;
}

const OptimKind adc_optim_gd = {"gd", ADC_TAKES_LR | ADC_TAKES_HYPER_LR, {.lr = 0.01}, room, step, NULL};
