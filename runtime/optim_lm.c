/*
 * optim_lm.c -- Levenberg-Marquardt (Levenberg 1944, Marquardt 1963) for f = c |r(x)|^2.
 *
 *     p: least |J p + r|^2 + lambda |D p|^2     D: the largest norm so far of each column of J (Moré 1978)
 *     x <- x + p where f falls by more than 1e-4 of what the linear model says
 *     lambda by how well it says so (Nielsen 1999): times max(1/3, 1 - (2 q - 1)^3), or 2, 4, 8, ... while it fails
 *
 * Where J has at most 2^24 numbers and 1,000 columns it is formed, a column a product, and p comes from its QR factors (Householder), which
 * keep to the digits that J' J would lose; else by conjugate gradients on the normal equations (CGLS, Björck 1996, algorithm 7.4.1)
 * with D as the preconditioner, that has only products and needs 2 vectors of r's length.
 */
#include "optim.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct {
    double trying; /* x is a trial */
    double lambda, growth;
    double f, promise, length;
} State;
enum { NUMBERS = sizeof(State) / sizeof(double), COLUMNS = 1000, ENTRIES = 1 << 24 };

typedef struct {
    size_t n, m;
    bool dense;
    State *s;
    double *x0, *p, *scale, *a; /* (n); a: scratch */
    double *r;                  /* (m) */
    double *jac;                /* dense: (n, m), a column after the other, factored */
    double *q;                  /* dense: (m) the residuals, turned as jac was */
    double *tri, *rhs;          /* dense: (2 n, n) by column, (2 n): what lambda adds to the triangle */
    double *u, *v, *w;          /* else (m), (n), (n) */
    const adc_products *by;
} Lm;

static bool is_dense(size_t m, size_t n) { return n <= COLUMNS && n > 0 && m <= ENTRIES / n; }

static size_t room(const adc_optim_options *o, size_t n)
{
    const size_t m = o->products ? o->products->residuals : 0;
    if (m > SIZE_MAX / 64) return SIZE_MAX;
    if (is_dense(m, n)) return adc_room(NUMBERS + 2 * m + m * n, 6 + 2 * n, n);
    return adc_room(NUMBERS + 2 * m, 6, n);
}

static Lm view(const adc_optim *o)
{
    double *at = (double *)o->memory + NUMBERS;
    const size_t n = o->n, m = o->options.products->residuals;
    Lm l = {.n = n, .m = m, .dense = is_dense(m, n), .s = (State *)o->memory, .by = o->options.products};
    l.x0 = at, l.p = at + n, l.scale = at + 2 * n, l.a = at + 3 * n;
    l.r = at + 4 * n;
    at = l.r + m;
    if (l.dense)
        l.jac = at, l.q = at + m * n, l.tri = l.q + m, l.rhs = l.tri + 2 * n * n;
    else
        l.u = at, l.v = at + m, l.w = l.v + n;
    return l;
}

/* ---- least squares with the matrix */

/* Householder's reflection that turns the first of the n numbers into -+ their norm: the rest is kept with v[0] = 1, returns 2 / v'v. */
static double reflector(double *v, size_t n)
{
    double rest = 0, first = v[0];
    for (size_t i = 1; i < n; i++) rest += v[i] * v[i];
    if (rest == 0) return 0;
    const double norm = sqrt(first * first + rest), head = first > 0 ? first + norm : first - norm;
    for (size_t i = 1; i < n; i++) v[i] /= head;
    v[0] = first > 0 ? -norm : norm;
    return 2 / (1 + rest / (head * head));
}

static void reflect(const double *v, double beta, double *x, size_t n)
{
    double sum = x[0];
    for (size_t i = 1; i < n; i++) sum += v[i] * x[i];
    sum *= beta;
    x[0] -= sum;
    for (size_t i = 1; i < n; i++) x[i] -= sum * v[i];
}

/* Makes the (rows, n) matrix upper triangular, column by column, and turns b with it. */
static void triangular(double *a, size_t rows, size_t n, double *b)
{
    for (size_t k = 0; k < n && k < rows; k++) {
        const double beta = reflector(a + k * rows + k, rows - k);
        if (beta == 0) continue;
        for (size_t j = k + 1; j < n; j++) reflect(a + k * rows + k, beta, a + j * rows + k, rows - k);
        reflect(a + k * rows + k, beta, b + k, rows - k);
    }
}

/* J and its triangle at x0, where r is known. */
static bool factor(Lm *l)
{
    for (size_t j = 0; j < l->n; j++) {
        double *column = l->jac + j * l->m;
        l->a[j] = 1;
        if (l->by->jvp(l->by->user, l->x0, l->a, column)) return false;
        l->a[j] = 0;
        const double norm = sqrt(adc_dot(column, column, l->m));
        if (!isfinite(norm)) return false;
        l->scale[j] = fmax(l->scale[j], norm);
    }
    memcpy(l->q, l->r, l->m * sizeof *l->q);
    triangular(l->jac, l->m, l->n, l->q);
    return true;
}

static void solve_dense(Lm *l)
{
    const size_t n = l->n, rows = 2 * n, top = l->m < n ? l->m : n;
    const double root = sqrt(l->s->lambda);
    memset(l->tri, 0, rows * n * sizeof *l->tri);
    memset(l->rhs, 0, rows * sizeof *l->rhs);
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < top && i <= j; i++) l->tri[j * rows + i] = l->jac[j * l->m + i];
        l->tri[j * rows + n + j] = root * (l->scale[j] > 0 ? l->scale[j] : 1);
    }
    for (size_t i = 0; i < top; i++) l->rhs[i] = -l->q[i];
    /* J p = Q R p: the fall of |J p + r|^2 is 2 p'R'(-q) - |R p|^2 */
    triangular(l->tri, rows, n, l->rhs);
    for (size_t j = n; j-- > 0;) {
        l->p[j] = l->rhs[j] / l->tri[j * rows + j];
        for (size_t i = 0; i < j; i++) l->rhs[i] -= l->p[j] * l->tri[j * rows + i];
    }
    double fall = 0;
    for (size_t i = 0; i < top; i++) {
        double sum = 0;
        for (size_t j = i; j < n; j++) sum += l->jac[j * l->m + i] * l->p[j];
        fall -= sum * (sum + 2 * l->q[i]);
    }
    l->s->promise = fall;
}

/* ---- least squares by products */

/* The norms of columns are not known; what stands for them is one number for all, |J' r| / |r|. */
static bool gauge(Lm *l)
{
    if (l->by->vjp(l->by->user, l->x0, l->r, l->a)) return false;
    const double norm = sqrt(adc_dot(l->a, l->a, l->n) / fmax(adc_dot(l->r, l->r, l->m), DBL_MIN));
    if (!isfinite(norm)) return false;
    for (size_t j = 0; j < l->n; j++) l->scale[j] = fmax(l->scale[j], norm);
    return true;
}

/* The rows are J and sqrt(lambda) D; v: the residual of the normal equations, w: the direction. */
static bool solve_products(Lm *l)
{
    const size_t n = l->n;
    const double lambda = l->s->lambda;
    double *rest = l->a, gamma = 0, fall = 0;
    if (l->by->vjp(l->by->user, l->x0, l->r, rest)) return false;
    memset(l->p, 0, n * sizeof *l->p);
    for (size_t j = 0; j < n; j++) {
        l->v[j] = -rest[j];
        l->w[j] = l->v[j];
        gamma += l->v[j] * l->v[j];
    }
    const double enough = 1e-3 * fmin(1, sqrt(gamma)) * sqrt(gamma);
    for (size_t k = 0; k < 2 * n + 10 && gamma > 0; k++) {
        if (l->by->jvp(l->by->user, l->x0, l->w, l->u)) return false;
        double bend = adc_dot(l->u, l->u, l->m);
        for (size_t j = 0; j < n; j++) bend += lambda * l->scale[j] * l->scale[j] * l->w[j] * l->w[j];
        if (!(bend > 0) || !isfinite(bend)) break;
        const double t = gamma / bend;
        if (l->by->vjp(l->by->user, l->x0, l->u, rest)) return false;
        double next = 0;
        for (size_t j = 0; j < n; j++) {
            l->p[j] += t * l->w[j];
            l->v[j] -= t * (rest[j] + lambda * l->scale[j] * l->scale[j] * l->w[j]);
            next += l->v[j] * l->v[j];
        }
        for (size_t j = 0; j < n; j++) l->w[j] = l->v[j] + next / gamma * l->w[j];
        gamma = next;
        if (sqrt(gamma) <= enough) break;
    }
    if (l->by->jvp(l->by->user, l->x0, l->p, l->u)) return false;
    for (size_t i = 0; i < l->m; i++) fall -= l->u[i] * (l->u[i] + 2 * l->r[i]);
    l->s->promise = fall;
    return true;
}

/* ---- steps */

static bool accepts(const adc_optim *o, const double *x, double f, const double *g)
{
    (void)x, (void)g;
    const State *s = (const State *)o->memory;
    return s->trying == 0 || adc_falls(f, s->f, s->promise);
}

static int attempt(Lm *l, double *x, int found)
{
    State *s = l->s;
    memcpy(x, l->x0, l->n * sizeof *x);
    if (!(s->lambda < 1e60)) return ADC_OPTIM_END;
    if (l->dense)
        solve_dense(l);
    else if (!solve_products(l))
        return ADC_OPTIM_END;
    s->promise *= l->by->scale;
    s->trying = 1;
    double size = 0, length = 0;
    for (size_t j = 0; j < l->n; j++) {
        length += l->p[j] * l->p[j];
        size += l->x0[j] * l->x0[j];
    }
    s->length = sqrt(length);
    /* less than f or x shows */
    if (!(s->promise > DBL_EPSILON / 4 * fabs(s->f)) || s->length <= DBL_EPSILON / 4 * sqrt(size)) return ADC_OPTIM_END;
    for (size_t j = 0; j < l->n; j++) x[j] = l->x0[j] + l->p[j];
    return found;
}

static int step(adc_optim *o, double *x, double f, const double *g)
{
    Lm l = view(o);
    State *s = l.s;
    if (!accepts(o, x, f, g)) {
        s->lambda *= s->growth;
        s->growth *= 2;
        return attempt(&l, x, ADC_OPTIM_TRIAL);
    }
    if (s->trying == 0) {
        s->lambda = o->options.damping > 0 ? o->options.damping : 1e-3;
    } else {
        const double q = 2 * (s->f - f) / s->promise - 1;
        s->lambda *= fmax(1.0 / 3, 1 - q * q * q);
    }
    s->growth = 2;
    memcpy(l.x0, x, l.n * sizeof *x);
    s->f = f;
    if (l.by->residual(l.by->user, x, l.r) || !(l.dense ? factor(&l) : gauge(&l))) return ADC_OPTIM_END;
    return attempt(&l, x, ADC_OPTIM_STEP);
}

const OptimKind adc_optim_lm = {"lm", ADC_TAKES_DAMPING | ADC_TAKES_RESIDUALS, {.damping = 1e-3}, room, step, accepts};
