/*
 * optim_sgd.c -- gradient descent with momentum (Polyak 1964), in the form and with the defaults of PyTorch's SGD (Sutskever et al.
 * 2013 put lr into the velocity, which differs where lr changes):
 *
 *     g <- g + weight_decay x
 *     v <- momentum v + g        v = g in the first step
 *     x <- x - lr v              with nesterov (Nesterov 1983): x <- x - lr (g + momentum v)
 */
#include "optim.h"

static size_t room(const adc_optim_options *o, size_t n) { return adc_room(0, 1 + adc_hyper_vectors(o), n); }

static int step(adc_optim *o, double *x, double f, const double *g)
{
    (void)f;
    const double momentum = o->options.momentum, decay = o->options.weight_decay;
    double *v = o->memory, *last = adc_hyper_vectors(&o->options) ? v + o->n : NULL; /* (n) each */
    if (last) adc_hyper(o, last, g);
    const double lr = o->options.lr;
    for (size_t i = 0; i < o->n; i++) {
        const double down = g[i] + decay * x[i];
        v[i] = momentum * v[i] + down;
        const double d = o->options.nesterov ? down + momentum * v[i] : v[i];
        x[i] -= lr * d;
        if (last) last[i] = d;
    }
    return ADC_OPTIM_STEP;
}

const OptimKind adc_optim_sgd = {
    "sgd",        ADC_TAKES_LR | ADC_TAKES_MOMENTUM | ADC_TAKES_NESTEROV | ADC_TAKES_WEIGHT_DECAY | ADC_TAKES_HYPER_LR,
    {.lr = 0.01}, room,
    step,         NULL};
