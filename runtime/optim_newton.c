/*
 * optim_newton.c -- Newton's method within a trust region, by Hessian-vector products (Nocedal and Wright 2006, algorithms 4.1 and 7.2).
 *
 *     p: about the least of g'p + p'H p / 2 with |p| <= radius, by conjugate gradients (Steihaug 1983), which stop at the boundary,
 *        where H bends downwards, and at a residual below min(1/2, sqrt |g|) |g|
 *     x <- x + p where f falls by more than 1e-4 of what the model says; the radius grows and shrinks with how well it says so
 */
#include "optim.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* All of a state are doubles: it lies in the optimiser's memory. */
typedef struct {
    double trying; /* x is a trial */
    double radius;
    double f, size; /* at x0; |g| there */
    double promise; /* how much the model says that f falls */
    double length;  /* |p| */
} State;
enum { NUMBERS = sizeof(State) / sizeof(double) };

typedef struct {
    size_t n;
    State *s;
    double *x0, *g0, *p, *r, *d, *hd; /* (n); hd: the Hessian times d */
    const adc_products *by;
} Newton;

static size_t room(const adc_optim_options *o, size_t n) { return (void)o, adc_room(NUMBERS, 6, n); }

static Newton view(const adc_optim *o)
{
    double *at = (double *)o->memory + NUMBERS;
    const size_t n = o->n;
    return (Newton){n,          (State *)o->memory, at, at + n, at + 2 * n, at + 3 * n, at + 4 * n,
                    at + 5 * n, o->options.products};
}

/* t > 0 with |p + t d| = radius. */
static double to_boundary(const Newton *w, double pp, double pd, double dd)
{
    const double left = w->s->radius * w->s->radius - pp;
    return left / (pd + sqrt(fmax(0, pd * pd + dd * left)));
}

static void go(Newton *w, double t)
{
    for (size_t i = 0; i < w->n; i++) w->p[i] += t * w->d[i];
}

/* false: no product was to be had. */
static bool solve(Newton *w)
{
    const size_t n = w->n;
    memset(w->p, 0, n * sizeof *w->p);
    double rr = 0;
    for (size_t i = 0; i < n; i++) {
        w->r[i] = w->g0[i];
        w->d[i] = -w->g0[i];
        rr += w->r[i] * w->r[i];
    }
    const double enough = fmin(0.5, sqrt(w->s->size)) * w->s->size;
    w->s->promise = 0;
    for (size_t k = 0; k < 10 * n + 10; k++) {
        if (w->by->hvp(w->by->user, w->x0, w->d, w->hd)) return false;
        const double bend = adc_dot(w->d, w->hd, n);
        if (!isfinite(bend)) return false;
        const double pd = adc_dot(w->p, w->d, n), dd = adc_dot(w->d, w->d, n), pp = adc_dot(w->p, w->p, n);
        const double t = rr / bend;
        if (bend <= 0 || pp + 2 * t * pd + t * t * dd >= w->s->radius * w->s->radius) {
            const double u = to_boundary(w, pp, pd, dd);
            w->s->promise += u * rr - u * u * bend / 2;
            go(w, u);
            return true;
        }
        w->s->promise += t * rr / 2;
        double next = 0;
        go(w, t);
        for (size_t i = 0; i < n; i++) {
            w->r[i] += t * w->hd[i];
            next += w->r[i] * w->r[i];
        }
        if (sqrt(next) <= enough) return true;
        for (size_t i = 0; i < n; i++) w->d[i] = next / rr * w->d[i] - w->r[i];
        rr = next;
    }
    return true;
}

static bool accepts(const adc_optim *o, const double *x, double f, const double *g)
{
    (void)x, (void)g;
    const State *s = (const State *)o->memory;
    return s->trying == 0 || adc_falls(f, s->f, s->promise);
}

/* The next trial from x0. */
static int attempt(Newton *w, double *x, int found)
{
    State *s = w->s;
    memcpy(x, w->x0, w->n * sizeof *x);
    if (!(s->size > 0) || !solve(w)) return ADC_OPTIM_END;
    s->length = sqrt(adc_dot(w->p, w->p, w->n));
    s->trying = 1;
    if (!(s->promise > DBL_EPSILON / 4 * fabs(s->f))) return ADC_OPTIM_END; /* less than f shows */
    for (size_t i = 0; i < w->n; i++) x[i] = w->x0[i] + w->p[i];
    return found;
}

static int step(adc_optim *o, double *x, double f, const double *g)
{
    Newton w = view(o);
    State *s = w.s;
    if (!accepts(o, x, f, g)) {
        s->radius = 0.25 * fmin(s->length, s->radius);
        return attempt(&w, x, ADC_OPTIM_TRIAL);
    }
    if (s->trying == 0) {
        s->radius = o->options.radius > 0 ? o->options.radius : 1;
    } else {
        const double ratio = (s->f - f) / s->promise;
        if (ratio < 0.25) s->radius = 0.25 * s->length;
        if (ratio > 0.75 && s->length > 0.8 * s->radius) s->radius = fmin(2 * s->radius, 1e10);
    }
    memcpy(w.x0, x, w.n * sizeof *x);
    memcpy(w.g0, g, w.n * sizeof *g);
    s->f = f;
    s->size = sqrt(adc_dot(g, g, w.n));
    return attempt(&w, x, ADC_OPTIM_STEP);
}

const OptimKind adc_optim_newton = {"newton", ADC_TAKES_RADIUS | ADC_TAKES_HVP, {.radius = 1}, room, step, accepts};
