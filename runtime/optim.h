/*
 * optim.h -- what an optimiser is: one row in optim.c's table, one file of its own.
 *
 * A step reads f and g at x and moves x.  All that an optimiser remembers is `vectors` arrays of n numbers and the count of
 * steps, in one allocation: so any of them can be saved and continued without knowing which it is.
 */
#ifndef ADC_OPTIM_H
#define ADC_OPTIM_H

#include "adc.h"

typedef struct {
    const char *name;
    unsigned takes; /* ADC_TAKES_... */
    adc_optim_options defaults;
    size_t vectors; /* of n numbers, zero at the start */
    /* one step, as adc_optim_step; steps + 1 is the number of this one, from 1 */
    int (*step)(adc_optim *, double *x, double f, const double *g);
} OptimKind;

struct adc_optim {
    const OptimKind *kind;
    adc_optim_options options;
    size_t n, steps;
    double memory[]; /* vectors * n */
};

extern const OptimKind adc_optim_gd, adc_optim_sgd, adc_optim_adam;

#endif
