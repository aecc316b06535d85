/*
 * optim.h -- what an optimiser is: one row in optim.c's table, one file of its own.
 *
 * A step reads f and g at x and moves x.  All that an optimiser remembers from one step to the next is its step size, the count of
 * steps and `memory`, an array of doubles in the same allocation: so any of them can be saved and continued without knowing which
 * it is.  One that tries points (a line search, a trust region) also says which of them it accepts.  A plug-in (plugin.h) has a row alone:
 * what it takes.
 */
#ifndef ADC_OPTIM_H
#define ADC_OPTIM_H

#include "adc.h"

#include <stdbool.h>

typedef struct {
    const char *name;
    unsigned takes; /* ADC_TAKES_... */
    adc_optim_options defaults;
    /* how many numbers of memory (zero at the start), for these options and n parameters; SIZE_MAX: too many */
    size_t (*room)(const adc_optim_options *, size_t n);
    /* one step, as adc_optim_step; steps + 1 is the number of this one, from 1 */
    int (*step)(adc_optim *, double *x, double f, const double *g);
    /* does a step start here, as adc_optim_accepts?  NULL: at every point */
    bool (*accepts)(const adc_optim *, const double *x, double f, const double *g);
} OptimKind;

struct adc_optim {
    const OptimKind *kind;
    adc_optim_options options;
    size_t n, steps, room;
    double memory[]; /* room */
};

extern const OptimKind adc_optim_gd, adc_optim_sgd, adc_optim_adam, adc_optim_adamw, adc_optim_amsgrad,
    adc_optim_rmsprop, adc_optim_adagrad, adc_optim_lbfgs, adc_optim_newton, adc_optim_lm, adc_optim_nlopt,
    adc_optim_ipopt;

/* numbers + vectors * n; SIZE_MAX where that does not fit */
size_t adc_room(size_t numbers, size_t vectors, size_t n);
/* Is f finite and below `before` by more than 1e-4 of what was promised (Armijo's condition, Nocedal and Wright 2006, (3.4))? */
bool adc_falls(double f, double before, double promise);
double adc_dot(const double *a, const double *b, size_t n);
/*
 * Hypergradient descent (Baydin, Cornish, Rubio, Schmidt, Wood 2018, algorithms 4 to 6): before step t > 1 the step size moves against the
 * derivative of the loss by it, lr <- lr + hyper_lr g . d, where the last step was x <- x - lr d.
 */
void adc_hyper(adc_optim *, const double *d, const double *g);
static inline size_t adc_hyper_vectors(const adc_optim_options *o) { return o->hyper_lr != 0 ? 1 : 0; }

#endif
