/*
 * ipopt.c -- the interior-point method of Ipopt (Wächter and Biegler 2006) on a problem that has bounds and nothing else.
 *
 * "exact": the Hessian from its products with the unit vectors, n of them; "lbfgs": limited-memory BFGS.  Without a word, exact
 * where the products are to be had and n is small.
 */
#include "data.h"
#include "plugin.h"

#if __has_include(<coin-or/IpStdCInterface.h>)
#include <coin-or/IpStdCInterface.h>
#else
#include <coin/IpStdCInterface.h>
#endif

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SMALL = 100 };

typedef struct {
    const PluginProblem *p;
    double *at, *g; /* (n) the last point, and the gradient there */
    double f;
    double *unit, *column; /* (n) */
    double before;         /* f of the iteration before */
    bool known, ended, settled;
} Run;

/* ---- what Ipopt calls */

/* f and g at x, once for both. */
static bool look(Run *r, const double *x)
{
    const size_t bytes = r->p->n * sizeof *x;
    if (r->known && memcmp(x, r->at, bytes) == 0) return true;
    memcpy(r->at, x, bytes);
    r->known = !r->ended && r->p->evaluate(r->p->user, r->at, &r->f, r->g) == 0;
    r->ended = r->ended || !r->known;
    return r->known;
}

static Bool on_value(int n, double *x, Bool new_x, double *f, UserDataPtr user)
{
    (void)n, (void)new_x;
    Run *r = user;
    if (!look(r, x)) return FALSE;
    *f = r->f;
    return isfinite(r->f) ? TRUE : FALSE;
}

static Bool on_gradient(int n, double *x, Bool new_x, double *g, UserDataPtr user)
{
    (void)new_x;
    Run *r = user;
    if (!look(r, x)) return FALSE;
    memcpy(g, r->g, (size_t)n * sizeof *g);
    return TRUE;
}

/* There are no constraints. */
static Bool on_constraints(int n, double *x, Bool new_x, int m, double *g, UserDataPtr user)
{
    (void)n, (void)x, (void)new_x, (void)m, (void)g, (void)user;
    return TRUE;
}

static Bool on_jacobian(int n, double *x, Bool new_x, int m, int entries, int *row, int *column, double *value,
                        UserDataPtr user)
{
    (void)n, (void)x, (void)new_x, (void)m, (void)entries, (void)row, (void)column, (void)value, (void)user;
    return TRUE;
}

/* The lower triangle, column by column. */
static Bool on_hessian(int n, double *x, Bool new_x, double factor, int m, double *lambda, Bool new_lambda, int entries,
                       int *row, int *column, double *value, UserDataPtr user)
{
    (void)new_x, (void)m, (void)lambda, (void)new_lambda, (void)entries;
    Run *r = user;
    int at = 0;
    for (int j = 0; j < n; j++) {
        r->unit[j] = 1;
        const bool good = !value || (!r->ended && r->p->hvp(r->p->user, x, r->unit, r->column) == 0);
        r->unit[j] = 0;
        if (!good) return FALSE;
        for (int i = j; i < n; i++, at++) {
            if (value)
                value[at] = factor * r->column[i];
            else
                row[at] = i, column[at] = j;
        }
    }
    return TRUE;
}

static Bool on_iteration(int mode, int k, double f, double primal, double dual, double mu, double norm, double regular,
                         double alpha_dual, double alpha_primal, int trials, UserDataPtr user)
{
    (void)mode, (void)primal, (void)dual, (void)mu, (void)norm, (void)regular, (void)alpha_dual, (void)alpha_primal,
        (void)trials;
    Run *r = user;
    r->settled = k > 0 && r->p->tol > 0 && fabs(f - r->before) < r->p->tol;
    r->before = f;
    return r->ended || r->settled ? FALSE : TRUE;
}

/* ---- the loop */

static int reason_of(const Run *r, int status, adc_error *error)
{
    if (r->settled) return ADC_FIT_TOL;
    switch (status) {
    case Solve_Succeeded:
    case Solved_To_Acceptable_Level:
    case User_Requested_Stop: return ADC_FIT_CONVERGED;
    case Search_Direction_Becomes_Too_Small:
    case Diverging_Iterates:
    case Restoration_Failed:
    case Error_In_Step_Computation:
    case Invalid_Number_Detected:
    case Maximum_Iterations_Exceeded: return ADC_FIT_STUCK;
    case Insufficient_Memory: adc_say_memory(error, "Ipopt"); return ADC_FIT_FAILED;
    default: adc_say(error, "Ipopt failed: its code is %d.", status); return ADC_FIT_FAILED;
    }
}

static bool set_word(IpoptProblem o, const char *name, const char *value)
{
    return AddIpoptStrOption(o, (char *)(uintptr_t)name, (char *)(uintptr_t)value);
}

static bool set_number(IpoptProblem o, const char *name, double value)
{
    return AddIpoptNumOption(o, (char *)(uintptr_t)name, value);
}

static bool set_count(IpoptProblem o, const char *name, size_t value)
{
    return AddIpoptIntOption(o, (char *)(uintptr_t)name, value < 1000000000 ? (int)value : 1000000000);
}

/* It prints nothing, keeps to the bounds as they are, and stops where doubles can no further. */
static bool options(IpoptProblem o, const PluginProblem *p, bool exact)
{
    return set_count(o, "print_level", 0) && set_word(o, "sb", "yes") && set_count(o, "max_iter", INT_MAX) &&
           set_number(o, "tol", 1e-10) && set_number(o, "bound_relax_factor", 0) &&
           set_number(o, "nlp_lower_bound_inf", -1e300) && set_number(o, "nlp_upper_bound_inf", 1e300) &&
           set_word(o, "hessian_approximation", exact ? "exact" : "limited-memory") &&
           set_count(o, "limited_memory_max_history", p->memory);
}

static int solve(Run *r, bool exact, adc_error *error)
{
    const PluginProblem *p = r->p;
    const int n = (int)p->n, entries = exact ? n * (n + 1) / 2 : 0;
    IpoptProblem o = CreateIpoptProblem(n, (double *)(uintptr_t)p->lower, (double *)(uintptr_t)p->upper, 0, NULL, NULL,
                                        0, entries, 0, on_value, on_constraints, on_gradient, on_jacobian, on_hessian);
    if (!o) {
        adc_say(error, "Ipopt does not take a problem of %zu numbers.", p->n);
        return ADC_FIT_REFUSED;
    }
    int reason = ADC_FIT_FAILED;
    SetIntermediateCallback(o, on_iteration);
    if (options(o, p, exact))
        reason = reason_of(r, IpoptSolve(o, p->x, NULL, NULL, NULL, NULL, NULL, r), error);
    else
        adc_say(error, "This version of Ipopt does not know the options that adc sets.");
    FreeIpoptProblem(o);
    return reason;
}

/* *exact: by which Hessian. */
static bool choose(const PluginProblem *p, bool *exact, adc_error *error)
{
    *exact = p->hvp && p->n <= SMALL;
    if (!*p->algorithm) return true;
    if (strcmp(p->algorithm, "exact") != 0 && strcmp(p->algorithm, "lbfgs") != 0)
        return adc_fail(error, "ipopt:%s: expected ipopt, ipopt:exact or ipopt:lbfgs.", p->algorithm);
    *exact = *p->algorithm == 'e';
    if (*exact && !p->hvp) return adc_fail(error, "ipopt:exact needs Hessian-vector products, and there are none.");
    return !*exact || p->n <= 40000 || adc_fail(error, "ipopt:exact: the Hessian of %zu numbers is too large.", p->n);
}

static int minimise(const PluginProblem *p, adc_error *error)
{
    bool exact;
    if (!choose(p, &exact, error)) return ADC_FIT_REFUSED;
    if (p->n > INT_MAX / 2) {
        adc_say(error, "Ipopt takes no %zu numbers.", p->n);
        return ADC_FIT_REFUSED;
    }
    double *room = calloc(4 * p->n + 1, sizeof *room);
    if (!room) {
        adc_say_memory(error, "Ipopt");
        return ADC_FIT_FAILED;
    }
    Run r = {
        .p = p, .at = room, .g = room + p->n, .unit = room + 2 * p->n, .column = room + 3 * p->n, .before = HUGE_VAL};
    const int reason = solve(&r, exact, error);
    free(room);
    return reason;
}

extern const Plugin adc_plugin;
const Plugin adc_plugin = {ADC_VERSION, minimise};
