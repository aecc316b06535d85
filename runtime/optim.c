/*
 * optim.c -- the table of optimisers, and how one is made.
 */
#include "data.h"
#include "optim.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const OptimKind *const kinds[] = {&adc_optim_gd, &adc_optim_sgd, &adc_optim_adam};
enum { KINDS = (int)(sizeof kinds / sizeof *kinds) };

const char *adc_optim_name(int k) { return k >= 0 && k < KINDS ? kinds[k]->name : NULL; }

static const OptimKind *find(const char *name)
{
    for (int k = 0; k < KINDS; k++)
        if (!strcmp(kinds[k]->name, name)) return kinds[k];
    return NULL;
}

unsigned adc_optim_defaults(const char *name, adc_optim_options *options)
{
    const OptimKind *k = find(name);
    if (!k) return 0;
    *options = k->defaults;
    return k->takes;
}

static bool in_range(const OptimKind *k, const adc_optim_options *o, adc_error *error)
{
    /* Written so that NaN fails. */
    if (!(o->lr > 0 && o->lr < HUGE_VAL))
        return adc_fail(error, "The step size (lr) is %g; it must be positive.", o->lr);
    if ((k->takes & ADC_TAKES_MOMENTUM) && !(o->momentum >= 0 && o->momentum < 1))
        return adc_fail(error, "The momentum is %g; it must be at least 0 and below 1.", o->momentum);
    if ((k->takes & ADC_TAKES_BETAS) && !(o->beta1 >= 0 && o->beta1 < 1 && o->beta2 >= 0 && o->beta2 < 1))
        return adc_fail(error, "beta1 and beta2 are %g and %g; they must be at least 0 and below 1.", o->beta1,
                        o->beta2);
    if ((k->takes & ADC_TAKES_EPS) && !(o->eps >= 0 && o->eps < HUGE_VAL))
        return adc_fail(error, "eps is %g; it must be at least 0.", o->eps);
    return true;
}

adc_optim *adc_optim_new(const char *name, const adc_optim_options *options, size_t n, adc_error *error)
{
    const OptimKind *k = find(name);
    if (!k) {
        adc_say(error, "There is no optimiser named %s; there are gd, sgd and adam.", name);
        return NULL;
    }
    if (options && !in_range(k, options, error)) return NULL;
    adc_optim *o = NULL;
    if (n <= (SIZE_MAX / sizeof(double) - sizeof *o) / (k->vectors + 1))
        o = calloc(1, sizeof *o + k->vectors * n * sizeof(double));
    if (!o) {
        adc_say_memory(error, "the optimiser");
        return NULL;
    }
    o->kind = k;
    o->options = options ? *options : k->defaults;
    o->n = n;
    return o;
}

int adc_optim_step(adc_optim *o, double *x, double f, const double *g)
{
    const int whole = o->kind->step(o, x, f, g);
    o->steps += (size_t)whole;
    return whole;
}

size_t adc_optim_steps(const adc_optim *o) { return o->steps; }

void adc_optim_set_lr(adc_optim *o, double lr) { o->options.lr = lr; }

void adc_optim_free(adc_optim *o) { free(o); }
