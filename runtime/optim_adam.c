/*
 * optim_adam.c -- Adam (Kingma and Ba 2015, algorithm 1), with its defaults:
 *
 *     m <- beta1 m + (1 - beta1) g             first moment
 *     v <- beta2 v + (1 - beta2) g^2           second moment
 *     x <- x - lr m' / (sqrt(v') + eps)        m' = m / (1 - beta1^t), v' = v / (1 - beta2^t) in step t = 1, 2, ...
 */
#include "optim.h"

#include <math.h>

static int step(adc_optim *o, double *x, double f, const double *g)
{
    (void)f;
    const double b1 = o->options.beta1, b2 = o->options.beta2, eps = o->options.eps, lr = o->options.lr;
    const double t = (double)(o->steps + 1);
    const double bias1 = 1 - pow(b1, t), bias2 = 1 - pow(b2, t);
    double *m = o->memory, *v = m + o->n; /* (n) each */
    for (size_t i = 0; i < o->n; i++) {
        m[i] = b1 * m[i] + (1 - b1) * g[i];
        v[i] = b2 * v[i] + (1 - b2) * g[i] * g[i];
        x[i] -= lr * (m[i] / bias1) / (sqrt(v[i] / bias2) + eps);
    }
    return 1;
}

const OptimKind adc_optim_adam = {"adam",
                                  ADC_TAKES_LR | ADC_TAKES_BETAS | ADC_TAKES_EPS,
                                  {.lr = 0.001, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8},
                                  2,
                                  step};
