/*
 * optim_lbfgs.c -- limited-memory BFGS (Nocedal 1980; Nocedal and Wright 2006, algorithms 7.4 and 7.5), with a line search for the strong Wolfe
 * conditions (search.h).
 *
 *     d = -H g       two-loop recursion over the last `memory` pairs s = x' - x, y = g' - g; H0 = s'y / y'y
 *     x <- x + t d   t = 1 is tried first; in the very first step 1 / |g|_1, at most 1
 *
 * Within bounds it is a projected method (Bertsekas 1982): where x stands at a bound and the gradient pushes outwards, d is 0, H is
 * that of the others, and the search goes along the projection of x + t d on the box, back from t = 1 until
 * f(x') <= f(x) + 1e-4 g'(x' - x).
 */
#include "optim.h"
#include "search.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* All of a state are doubles: it lies in the optimiser's memory. */
typedef struct {
    double searching;     /* a search is under way */
    double settle;        /* the point that comes is its best: it counts whatever its slope */
    double pairs, newest; /* how many, and which is the last */
    double f;             /* at x0 */
    double t;             /* within bounds: the step tried */
    Search search;
} State;
enum { NUMBERS = sizeof(State) / sizeof(double) };

typedef struct {
    size_t n, pairs;
    State *s;
    double *x0, *g0, *d;         /* (n): where the search began, its gradient, the direction */
    double *step, *change;       /* (pairs, n) each: s and y */
    double *rho, *alpha;         /* (pairs): 1 / s'y; scratch */
    const double *lower, *upper; /* (n), or NULL */
} Lbfgs;

static size_t kept(const adc_optim_options *o) { return o->memory ? o->memory : 10; }

static size_t room(const adc_optim_options *o, size_t n)
{
    if (kept(o) > SIZE_MAX / 64) return SIZE_MAX;
    return adc_room(NUMBERS + 2 * kept(o), 3 + 2 * kept(o), n);
}

static Lbfgs view(const adc_optim *o)
{
    double *at = (double *)o->memory + NUMBERS;
    const size_t n = o->n, k = kept(&o->options);
    Lbfgs l = {.n = n, .pairs = k, .s = (State *)o->memory, .lower = o->options.lower, .upper = o->options.upper};
    l.x0 = at, l.g0 = at + n, l.d = at + 2 * n;
    l.step = at + 3 * n, l.change = l.step + k * n;
    l.rho = l.change + k * n, l.alpha = l.rho + k;
    return l;
}

static bool bounded(const Lbfgs *l) { return l->lower || l->upper; }

static double clip(const Lbfgs *l, size_t i, double x)
{
    if (l->lower && x < l->lower[i]) return l->lower[i];
    return l->upper && x > l->upper[i] ? l->upper[i] : x;
}

/* ---- the direction */

/* How far a bound is felt: |P(x - g) - x|, at most 1e-3 (Bertsekas, equation 32). */
static double reach(const Lbfgs *l, const double *x, const double *g)
{
    double most = 0;
    for (size_t i = 0; i < l->n; i++) most = fmax(most, fabs(clip(l, i, x[i] - g[i]) - x[i]));
    return fmin(most, 1e-3);
}

static bool held(const Lbfgs *l, const double *x, const double *g, size_t i, double near)
{
    return (l->lower && x[i] <= l->lower[i] + near && g[i] > 0) || (l->upper && x[i] >= l->upper[i] - near && g[i] < 0);
}

/* d = -H g, over the indices that no bound holds. */
static void direct(Lbfgs *l, const double *x, const double *g)
{
    const size_t n = l->n, pairs = (size_t)l->s->pairs, newest = (size_t)l->s->newest;
    const double near = bounded(l) ? reach(l, x, g) : 0;
    double *d = l->d;
    for (size_t i = 0; i < n; i++) d[i] = held(l, x, g, i, near) ? 0 : -g[i];
    for (size_t j = 0; j < pairs; j++) {
        const size_t k = (newest + l->pairs - j) % l->pairs;
        l->alpha[k] = l->rho[k] * adc_dot(l->step + k * n, d, n);
        for (size_t i = 0; i < n; i++) d[i] -= l->alpha[k] * l->change[k * n + i];
    }
    if (pairs) {
        const double *y = l->change + newest * n;
        const double scale = 1 / (l->rho[newest] * adc_dot(y, y, n));
        for (size_t i = 0; i < n; i++) d[i] *= scale;
    }
    for (size_t j = pairs; j-- > 0;) {
        const size_t k = (newest + l->pairs - j) % l->pairs;
        const double beta = l->alpha[k] - l->rho[k] * adc_dot(l->change + k * n, d, n);
        for (size_t i = 0; i < n; i++) d[i] += beta * l->step[k * n + i];
    }
    for (size_t i = 0; i < n; i++)
        if (held(l, x, g, i, near)) d[i] = 0;
}

/* Keeps s = x - x0 and y = g - g0, if the curvature along s is positive. */
static void remember(Lbfgs *l, const double *x, const double *g)
{
    const size_t n = l->n, k = l->s->pairs != 0 ? ((size_t)l->s->newest + 1) % l->pairs : 0;
    double *s = l->step + k * n, *y = l->change + k * n;
    double sy = 0, yy = 0;
    for (size_t i = 0; i < n; i++) {
        const double si = x[i] - l->x0[i], yi = g[i] - l->g0[i];
        sy += si * yi;
        yy += yi * yi;
    }
    if (!(sy > DBL_EPSILON * yy)) return;
    for (size_t i = 0; i < n; i++) {
        s[i] = x[i] - l->x0[i];
        y[i] = g[i] - l->g0[i];
    }
    l->rho[k] = 1 / sy;
    l->s->newest = (double)k;
    if (l->s->pairs < (double)l->pairs) l->s->pairs++;
}

/* ---- the search */

static void place(const Lbfgs *l, double *x, double t)
{
    for (size_t i = 0; i < l->n; i++) {
        x[i] = l->x0[i] + t * l->d[i];
        if (bounded(l)) x[i] = clip(l, i, x[i]);
    }
}

/* g'(x' - x) at the start of the search: what a step within bounds would gain. */
static double gain(const Lbfgs *l, const double *x)
{
    double sum = 0;
    for (size_t i = 0; i < l->n; i++) sum += l->g0[i] * (x[i] - l->x0[i]);
    return sum;
}

static bool accepts(const adc_optim *o, const double *x, double f, const double *g)
{
    const Lbfgs l = view(o);
    if (l.s->searching == 0 || l.s->settle != 0) return true;
    if (bounded(&l)) return isfinite(f) && f <= l.s->f + 1e-4 * gain(&l, x);
    return adc_search_accepts(&l.s->search, f, adc_dot(g, l.d, l.n));
}

/* Within bounds: a shorter step, by the parabola through what is known.  false: none. */
static bool back(Lbfgs *l, const double *x, double f)
{
    const double slope = gain(l, x), full = f - l->s->f - slope;
    double by = isfinite(f) && full > 0 ? -slope / (2 * full) : 0.1;
    by = fmin(0.5, fmax(0.1, by));
    l->s->t *= by;
    return l->s->t > 1e-20;
}

/* The search goes on.  What it cannot better is where it ends: its best point, or the one that it began at. */
static int search_on(Lbfgs *l, double *x, double f, const double *g)
{
    State *s = l->s;
    double t;
    bool found;
    if (bounded(l)) {
        found = back(l, x, f);
        t = found ? s->t : 0;
    } else {
        found = adc_search_next(&s->search, f, adc_dot(g, l->d, l->n));
        t = s->search.t;
    }
    place(l, x, t);
    if (found) return ADC_OPTIM_TRIAL;
    s->settle = 1;
    if (t > 0) return ADC_OPTIM_TRIAL;
    const bool again = s->pairs != 0; /* by the gradient alone, once more */
    s->pairs = 0;
    return again ? ADC_OPTIM_TRIAL : ADC_OPTIM_END;
}

/* The direction, and the step that is tried first; its slope. */
static double first_trial(Lbfgs *l, const double *x, const double *g)
{
    double sum = 0;
    direct(l, x, g);
    for (size_t i = 0; i < l->n; i++) sum += fabs(l->d[i]);
    l->s->t = l->s->pairs != 0 ? 1 : fmin(1, 1 / sum);
    return adc_dot(l->d, g, l->n);
}

/* Would f show what the first trial promises? */
static bool shows(const Lbfgs *l, double slope) { return slope * l->s->t < -DBL_EPSILON / 16 * fabs(l->s->f); }

static int step(adc_optim *o, double *x, double f, const double *g)
{
    Lbfgs l = view(o);
    State *s = l.s;
    if (!accepts(o, x, f, g)) return search_on(&l, x, f, g);
    const bool stands = s->searching != 0 && f >= s->f,
               plain = s->pairs == 0; /* no progress; it was by the gradient alone */
    if (s->searching != 0) remember(&l, x, g);
    if (stands) s->pairs = 0;
    memcpy(l.x0, x, l.n * sizeof *x);
    memcpy(l.g0, g, l.n * sizeof *g);
    s->f = f;
    s->settle = 0;
    s->searching = 1;
    double slope = first_trial(&l, x, g);
    if (!shows(&l, slope) && s->pairs != 0) { /* by the gradient alone */
        s->pairs = 0;
        slope = first_trial(&l, x, g);
    }
    if (!shows(&l, slope) || (stands && plain)) return ADC_OPTIM_END;
    adc_search_start(&s->search, f, slope, s->t);
    place(&l, x, s->t);
    return ADC_OPTIM_STEP;
}

const OptimKind adc_optim_lbfgs = {"lbfgs", ADC_TAKES_MEMORY | ADC_TAKES_BOUNDS, {.memory = 10}, room, step, accepts};
