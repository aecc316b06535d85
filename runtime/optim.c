/*
 * optim.c -- the table of optimisers, and how one is made.
 */
#include "data.h"
#include "optim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const OptimKind *const kinds[] = {&adc_optim_gd,      &adc_optim_sgd,     &adc_optim_adam,    &adc_optim_adamw,
                                         &adc_optim_amsgrad, &adc_optim_rmsprop, &adc_optim_adagrad, &adc_optim_lbfgs,
                                         &adc_optim_newton,  &adc_optim_lm,      &adc_optim_nlopt,   &adc_optim_ipopt};
enum { KINDS = (int)(sizeof kinds / sizeof *kinds) };

const char *adc_optim_name(int k) { return k >= 0 && k < KINDS ? kinds[k]->name : NULL; }

/* What stands behind a colon is for the plug-in to know. */
static const OptimKind *find(const char *name)
{
    for (int k = 0; k < KINDS; k++) {
        const size_t n = kinds[k]->takes & ADC_TAKES_OVER ? strcspn(name, ":") : strlen(name);
        if (strlen(kinds[k]->name) == n && !strncmp(kinds[k]->name, name, n)) return kinds[k];
    }
    return NULL;
}

unsigned adc_optim_defaults(const char *name, adc_optim_options *options)
{
    const OptimKind *k = find(name);
    if (!k) return 0;
    *options = k->defaults;
    return k->takes;
}

/* ---- what numbers may be */

/* Written so that NaN fails. */
static bool fraction(double x) { return x >= 0 && x < 1; }
static bool positive(double x) { return x > 0 && x < HUGE_VAL; }
static bool not_negative(double x) { return x >= 0 && x < HUGE_VAL; }

static bool in_range(const OptimKind *k, const adc_optim_options *o, adc_error *error)
{
    if ((k->takes & ADC_TAKES_LR) && !positive(o->lr))
        return adc_fail(error, "The step size (lr) is %g; it must be positive.", o->lr);
    if ((k->takes & ADC_TAKES_MOMENTUM) && !fraction(o->momentum))
        return adc_fail(error, "The momentum is %g; it must be at least 0 and below 1.", o->momentum);
    if ((k->takes & ADC_TAKES_BETAS) && !(fraction(o->beta1) && fraction(o->beta2)))
        return adc_fail(error, "beta1 and beta2 are %g and %g; they must be at least 0 and below 1.", o->beta1,
                        o->beta2);
    if ((k->takes & ADC_TAKES_ALPHA) && !fraction(o->alpha))
        return adc_fail(error, "alpha is %g; it must be at least 0 and below 1.", o->alpha);
    const struct {
        const char *name;
        unsigned bit;
        double value;
    } numbers[] = {{"eps", ADC_TAKES_EPS, o->eps},
                   {"The weight decay", ADC_TAKES_WEIGHT_DECAY, o->weight_decay},
                   {"hyper_lr", ADC_TAKES_HYPER_LR, o->hyper_lr},
                   {"The radius", ADC_TAKES_RADIUS, o->radius},
                   {"The damping", ADC_TAKES_DAMPING, o->damping}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        if ((k->takes & numbers[i].bit) && !not_negative(numbers[i].value))
            return adc_fail(error, "%s is %g; it must be at least 0.", numbers[i].name, numbers[i].value);
    if (o->nesterov && (k->takes & ADC_TAKES_NESTEROV) && o->momentum == 0)
        return adc_fail(error, "Nesterov's form needs a momentum; it is 0.");
    return true;
}

static bool has_products(const OptimKind *k, const adc_optim_options *o, adc_error *error)
{
    const adc_products *p = o->products;
    if ((k->takes & ADC_TAKES_HVP) && !(p && p->hvp))
        return adc_fail(error, "%s needs Hessian-vector products, and there are none.", k->name);
    if ((k->takes & ADC_TAKES_RESIDUALS) && !(p && p->residual && p->jvp && p->vjp && positive(p->scale)))
        return adc_fail(error, "%s needs residuals and products with their Jacobian, and there are none.", k->name);
    return true;
}

static bool bounds_fit(const OptimKind *k, const adc_optim_options *o, size_t n, adc_error *error)
{
    if (!(k->takes & ADC_TAKES_BOUNDS) || !o->lower || !o->upper) return true;
    for (size_t i = 0; i < n; i++)
        if (!(o->lower[i] <= o->upper[i]))
            return adc_fail(error, "The bounds of number %zu are %g and %g: nothing lies between.", i, o->lower[i],
                            o->upper[i]);
    return true;
}

/* ---- making and stepping */

size_t adc_room(size_t numbers, size_t vectors, size_t n)
{
    if (vectors && n > (SIZE_MAX / 32) / vectors) return SIZE_MAX;
    return numbers > SIZE_MAX / 32 ? SIZE_MAX : numbers + vectors * n;
}

static void say_unknown(const char *name, adc_error *error)
{
    char names[200] = "";
    size_t at = 0;
    for (int k = 0; k < KINDS; k++)
        at += (size_t)snprintf(names + at, sizeof names - at, "%s%s",
                               k == 0           ? ""
                               : k == KINDS - 1 ? " and "
                                                : ", ",
                               kinds[k]->name);
    adc_say(error, "There is no optimiser named %s; there are %s.", name, names);
}

int adc_optim_check(const char *name, const adc_optim_options *options, adc_error *error)
{
    const OptimKind *k = find(name);
    if (!k) say_unknown(name, error);
    return k && in_range(k, options, error);
}

adc_optim *adc_optim_new(const char *name, const adc_optim_options *options, size_t n, adc_error *error)
{
    const OptimKind *k = find(name);
    if (k && !options) options = &k->defaults;
    if (!adc_optim_check(name, options, error) || !has_products(k, options, error) || !bounds_fit(k, options, n, error))
        return NULL;
    if (k->takes & ADC_TAKES_OVER) {
        adc_say(error, "%s has a loop of its own: adc_fit runs it.", k->name);
        return NULL;
    }
    adc_optim *o = NULL;
    const size_t room = k->room(options, n);
    if (room < (SIZE_MAX - sizeof *o) / sizeof(double)) o = calloc(1, sizeof *o + room * sizeof(double));
    if (!o) {
        adc_say_memory(error, "the optimiser");
        return NULL;
    }
    o->kind = k;
    o->options = *options;
    o->n = n;
    o->room = room;
    return o;
}

int adc_optim_accepts(const adc_optim *o, const double *x, double f, const double *g)
{
    return !o->kind->accepts || o->kind->accepts(o, x, f, g);
}

int adc_optim_step(adc_optim *o, double *x, double f, const double *g)
{
    const int what = o->kind->step(o, x, f, g);
    o->steps += what == ADC_OPTIM_STEP;
    return what;
}

size_t adc_optim_steps(const adc_optim *o) { return o->steps; }

double adc_optim_lr(const adc_optim *o) { return o->options.lr; }

void adc_optim_set_lr(adc_optim *o, double lr) { o->options.lr = lr; }

void adc_optim_free(adc_optim *o) { free(o); }

/* ---- for the optimisers */

double adc_dot(const double *a, const double *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += a[i] * b[i];
    return sum;
}

bool adc_falls(double f, double before, double promise) { return isfinite(f) && before - f > 1e-4 * promise; }

void adc_hyper(adc_optim *o, const double *d, const double *g)
{
    if (o->steps > 0) o->options.lr += o->options.hyper_lr * adc_dot(g, d, o->n);
}
