/*
 * optim_sgd.c -- gradient descent with momentum (Polyak 1964), in the form that PyTorch's SGD has (Sutskever et al. 2013 put
 * lr into the velocity, which differs where lr changes):
 *
 *     v <- momentum v + g        v = g in the first step
 *     x <- x - lr v
 *
 * momentum is 0.9 unless told otherwise, where PyTorch has 0: without it, this is gd.
 */
#include "optim.h"

static int step(adc_optim *o, double *x, double f, const double *g)
{
    (void)f;
    const double lr = o->options.lr, momentum = o->options.momentum;
    double *v = o->memory; /* (n) */
    for (size_t i = 0; i < o->n; i++) {
        v[i] = momentum * v[i] + g[i];
        x[i] -= lr * v[i];
    }
    return 1;
}

const OptimKind adc_optim_sgd = {"sgd", ADC_TAKES_LR | ADC_TAKES_MOMENTUM, {.lr = 0.01, .momentum = 0.9}, 1, step};
