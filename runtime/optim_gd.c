/*
 * optim_gd.c -- gradient descent (Cauchy 1847):  x <- x - lr g.
 */
#include "optim.h"

static int step(adc_optim *o, double *x, double f, const double *g)
{
    (void)f;
    for (size_t i = 0; i < o->n; i++) x[i] -= o->options.lr * g[i];
    return 1;
}

const OptimKind adc_optim_gd = {"gd", ADC_TAKES_LR, {.lr = 0.01}, 0, step};
