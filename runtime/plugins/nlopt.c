/*
 * nlopt.c -- the algorithms of NLopt (Johnson, nlopt.readthedocs.io), by their names: "lbfgs" or "LD_LBFGS", "neldermead", "direct".
 *
 * A name without its first two letters stands for the local algorithm with gradients, else for the one without, else for the global one.
 */
#include "data.h"
#include "plugin.h"

#include <ctype.h>
#include <math.h>
#include <nlopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    const PluginProblem *p;
    nlopt_opt opt;
} Run;

/* ---- which algorithm */

/* -1: none has that name. */
static int algorithm_of(const char *word)
{
    static const char *const kinds[] = {"", "LD_", "LN_", "GN_", "GD_"};
    char name[60];
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        size_t n = (size_t)snprintf(name, sizeof name, "%s%.40s", kinds[k], word);
        for (size_t i = 0; i < n; i++) name[i] = (char)(name[i] == '-' ? '_' : toupper((unsigned char)name[i]));
        const int a = (int)nlopt_algorithm_from_string(name);
        if (a >= 0 && a < (int)NLOPT_NUM_ALGORITHMS) return a;
    }
    return -1;
}

static void say_unknown(const char *word, adc_error *error)
{
    char names[600] = "";
    size_t at = 0;
    for (int a = 0; a < (int)NLOPT_NUM_ALGORITHMS; a++) {
        const char *name = nlopt_algorithm_to_string((nlopt_algorithm)a);
        if (name && name[0] == 'L' && !strstr(name, "AUGLAG") && at + strlen(name) + 3 < sizeof names)
            at += (size_t)snprintf(names + at, sizeof names - at, "%s%s", at ? ", " : "", name + 3);
    }
    adc_say(error,
            *word ? "NLopt has no algorithm %s; its local ones are %s."
                  : "nlopt%s needs the name of an algorithm, as in nlopt:lbfgs: %s.",
            word, names);
}

/* The global algorithms search all of a box. */
static bool has_box(const PluginProblem *p, const char *name, adc_error *error)
{
    for (size_t i = 0; i < p->n; i++) {
        const bool below = p->lower[i] > -HUGE_VAL, above = p->upper[i] < HUGE_VAL;
        char param[200];
        if (below && above) continue;
        p->name(p->user, i, param, sizeof param);
        return adc_fail(error, "%s searches between bounds, and %s has none %s: declare it as lower < %s < upper.",
                        name, param,
                        below   ? "above"
                        : above ? "below"
                                : "on either side",
                        param);
    }
    return true;
}

/* ---- the loop */

static double value(unsigned n, const double *x, double *g, void *user)
{
    (void)n;
    const Run *r = user;
    double f = HUGE_VAL;
    if (r->p->evaluate(r->p->user, x, &f, g)) nlopt_force_stop(r->opt);
    return f;
}

/* Those that begin other searches again and again. */
static bool prepare_inner(nlopt_opt o, const char *name, size_t n)
{
    if (!strstr(name, "MLSL") && !strstr(name, "AUGLAG")) return true;
    nlopt_opt inner = nlopt_create(name[1] == 'N' ? NLOPT_LN_BOBYQA : NLOPT_LD_LBFGS, (unsigned)n);
    const bool good = inner && nlopt_set_xtol_rel(inner, 1e-8) == NLOPT_SUCCESS &&
                      nlopt_set_xtol_abs1(inner, 0) == NLOPT_SUCCESS &&
                      nlopt_set_local_optimizer(o, inner) == NLOPT_SUCCESS;
    nlopt_destroy(inner);
    return good;
}

/* NLopt 2.7 copies xtol_abs for inner algorithms whether it was set or not. */
static bool prepare(nlopt_opt o, const PluginProblem *p, Run *r)
{
    return nlopt_set_min_objective(o, value, r) == NLOPT_SUCCESS &&
           nlopt_set_lower_bounds(o, p->lower) == NLOPT_SUCCESS &&
           nlopt_set_upper_bounds(o, p->upper) == NLOPT_SUCCESS && nlopt_set_ftol_abs(o, p->tol) == NLOPT_SUCCESS &&
           nlopt_set_xtol_rel(o, 1e-14) == NLOPT_SUCCESS && nlopt_set_xtol_abs1(o, 0) == NLOPT_SUCCESS &&
           nlopt_set_vector_storage(o, (unsigned)(p->memory < 1000000 ? p->memory : 1000000)) == NLOPT_SUCCESS;
}

static int reason_of(nlopt_result result, double tol, const char *name, nlopt_opt o, adc_error *error)
{
    switch ((int)result) {
    case NLOPT_FTOL_REACHED: return tol > 0 ? ADC_FIT_TOL : ADC_FIT_CONVERGED;
    case NLOPT_FAILURE:
    case NLOPT_ROUNDOFF_LIMITED: return ADC_FIT_STUCK;
    case NLOPT_OUT_OF_MEMORY: adc_say_memory(error, name); return ADC_FIT_FAILED;
    case NLOPT_INVALID_ARGS:
        adc_say(error, "NLopt's %s refuses the problem%s%s.", name, nlopt_get_errmsg(o) ? ": " : "",
                nlopt_get_errmsg(o) ? nlopt_get_errmsg(o) : "");
        return ADC_FIT_REFUSED;
    default: return ADC_FIT_CONVERGED;
    }
}

static int minimise(const PluginProblem *p, adc_error *error)
{
    const int algorithm = *p->algorithm ? algorithm_of(p->algorithm) : -1;
    if (algorithm < 0) {
        say_unknown(p->algorithm, error);
        return ADC_FIT_REFUSED;
    }
    const char *name = nlopt_algorithm_to_string((nlopt_algorithm)algorithm);
    if (name[0] == 'G' && !has_box(p, name, error)) return ADC_FIT_REFUSED;
    Run r = {.p = p, .opt = nlopt_create((nlopt_algorithm)algorithm, (unsigned)p->n)};
    double f;
    int reason = ADC_FIT_FAILED;
    nlopt_srand((unsigned long)p->seed);
    if (r.opt && prepare(r.opt, p, &r) && prepare_inner(r.opt, name, p->n))
        reason = reason_of(nlopt_optimize(r.opt, p->x, &f), p->tol, name, r.opt, error);
    else
        adc_say_memory(error, name);
    nlopt_destroy(r.opt);
    return reason;
}

extern const Plugin adc_plugin;
const Plugin adc_plugin = {ADC_VERSION, minimise};
