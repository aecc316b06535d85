/*
 * bridge.c -- a model of this folder, `adc --prefix mgh --emit hvp,jvp,vjp`, as functions of a vector that count their calls.
 *
 * All optimisers of `compare`, ours and others, call these.  The sums of squares of this folder's models need no data.
 */
#include "adc.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

extern const adc_model mgh;

enum { KNOWN = 2 };

/* Evaluations: of f with its gradient, or of the residuals.  Products: with the Hessian, or with the residuals' Jacobian. */
typedef struct {
    size_t evaluations, products;
} Count;

static struct {
    void *work;
    double *scratch;      /* (residuals) */
    double known[KNOWN];  /* least values */
    double best;          /* least f so far */
    Count now, at[KNOWN]; /* when f first was as low as that; 0 evaluations: never */
} the;

static bool is_residual(const adc_array *a) { return a->kind == ADC_OUTPUT; }

static size_t count(int a)
{
    size_t shape[8] = {0}, n = 1;
    mgh.shape(NULL, a, shape);
    for (int k = 0; k < mgh.array[a].rank; k++) n *= shape[k];
    return n;
}

static size_t residuals(void)
{
    size_t n = 0;
    for (int a = 0; a < mgh.arrays; a++) n += is_residual(&mgh.array[a]) ? count(a) : 0;
    return n;
}

size_t bridge_n(void) { return mgh.nparam(NULL); }
size_t bridge_residuals(void) { return residuals(); }

/* A fit begins: counts at 0, x at the start.  Two known values may be the same. */
void bridge_begin(double *x, const double *known)
{
    free(the.work);
    free(the.scratch);
    the.work = malloc(mgh.work_bytes(NULL) + 1);
    the.scratch = malloc((residuals() + 1) * sizeof(double));
    memcpy(the.known, known, sizeof the.known);
    memset(the.at, 0, sizeof the.at);
    the.best = HUGE_VAL;
    the.now = (Count){0, 0};
    mgh.init(NULL, 0, x);
}

double bridge_best(void) { return the.best; }
Count bridge_now(void) { return the.now; }
Count bridge_at(int k) { return the.at[k]; }

/* The values are known to six digits; where the least is 0, 1e-10 is as good. */
void bridge_see(double f)
{
    the.now.evaluations++;
    if (f < the.best) the.best = f;
    for (int k = 0; k < KNOWN; k++)
        if (!the.at[k].evaluations && f <= the.known[k] + (the.known[k] > 0 ? 1e-5 * the.known[k] : 1e-10))
            the.at[k] = the.now;
}

double bridge_fg(const double *x, double *g)
{
    double f = HUGE_VAL;
    if (mgh.grad(NULL, x, NULL, &f, g, the.work) != ADC_OK) f = HUGE_VAL;
    bridge_see(f);
    return f;
}

int bridge_residual(const double *x, double *r)
{
    double f = 0;
    for (int a = 0, at = 0; a < mgh.arrays; a++) {
        if (!is_residual(&mgh.array[a])) continue;
        if (mgh.array[a].eval(NULL, x, NULL, r + at, the.work) != ADC_OK) f = HUGE_VAL;
        at += (int)count(a);
    }
    for (size_t i = 0; i < residuals(); i++) f += r[i] * r[i];
    bridge_see(f);
    return isfinite(f) ? 0 : 1;
}

int bridge_hvp(const double *x, const double *v, double *out)
{
    the.now.products++;
    return mgh.hvp(NULL, x, NULL, v, out, the.work);
}

int bridge_jvp(const double *x, const double *v, double *out)
{
    int code = ADC_OK;
    the.now.products++;
    for (int a = 0; a < mgh.arrays && code == ADC_OK; a++) {
        if (!is_residual(&mgh.array[a])) continue;
        code = mgh.array[a].jvp(NULL, x, NULL, v, the.scratch, out, the.work);
        out += count(a);
    }
    return code;
}

/* ---- our optimisers, which take these as callbacks */

static int hvp(void *user, const double *x, const double *v, double *out) { return (void)user, bridge_hvp(x, v, out); }
static int residual(void *user, const double *x, double *r) { return (void)user, bridge_residual(x, r); }
static int jvp(void *user, const double *x, const double *v, double *out) { return (void)user, bridge_jvp(x, v, out); }
/* lm takes it only where the Jacobian is too large to be formed. */
static int vjp(void *user, const double *x, const double *w, double *out)
{
    return (void)user, (void)x, (void)w, (void)out, 1;
}

/* Until it ends, or has made so many evaluations. */
void bridge_ours(const char *name, double *x, size_t most)
{
    const adc_products products = {NULL, hvp, residuals(), 1, residual, jvp, vjp};
    double *g = malloc((bridge_n() + 1) * sizeof *g);
    adc_optim_options options;
    adc_error error;
    adc_optim_defaults(name, &options);
    options.products = &products;
    adc_optim *o = adc_optim_new(name, &options, bridge_n(), &error);
    while (o && g && the.now.evaluations < most && adc_optim_step(o, x, bridge_fg(x, g), g) != ADC_OPTIM_END) {
    }
    adc_optim_free(o);
    free(g);
}
