/*
 * optim_rmsprop.c -- RMSProp (Tieleman and Hinton 2012, lecture 6.5), in the form and with the defaults of PyTorch:
 *
 *     g <- g + weight_decay x
 *     v <- alpha v + (1 - alpha) g^2
 *     b <- momentum b + g / (sqrt(v) + eps)
 *     x <- x - lr b
 */
#include "optim.h"

#include <math.h>

static size_t room(const adc_optim_options *o, size_t n) { return (void)o, adc_room(0, 2, n); }

static int step(adc_optim *o, double *x, double f, const double *g)
{
    (void)f;
    const double alpha = o->options.alpha, eps = o->options.eps, lr = o->options.lr, momentum = o->options.momentum;
    double *v = o->memory, *b = v + o->n; /* (n) each */
    for (size_t i = 0; i < o->n; i++) {
        const double down = g[i] + o->options.weight_decay * x[i];
        v[i] = alpha * v[i] + (1 - alpha) * down * down;
        b[i] = momentum * b[i] + down / (sqrt(v[i]) + eps);
        x[i] -= lr * b[i];
    }
    return ADC_OPTIM_STEP;
}

const OptimKind adc_optim_rmsprop = {"rmsprop",
                                     ADC_TAKES_LR | ADC_TAKES_ALPHA | ADC_TAKES_EPS | ADC_TAKES_MOMENTUM |
                                         ADC_TAKES_WEIGHT_DECAY,
                                     {.lr = 0.01, .alpha = 0.99, .eps = 1e-8},
                                     room,
                                     step,
                                     NULL};
