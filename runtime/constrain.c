/*
 * constrain.c -- between theta on the user's scale and u on the optimiser's.
 */
#include "constrain.h"
#include "data.h"
#include "describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ABOVE = 1, BELOW = 2, BETWEEN = 3 }; /* adc_array.constrained */

static double sigmoid(double u) { return u >= 0 ? 1 / (1 + exp(-u)) : exp(u) / (1 + exp(u)); }

static double to_theta(const struct Bound *b, double u)
{
    switch (b->kind) {
    case ABOVE: return b->lower + exp(u);
    case BELOW: return b->upper - exp(u);
    default: return b->lower + (b->upper - b->lower) * sigmoid(u);
    }
}

static double to_u(const struct Bound *b, double theta)
{
    switch (b->kind) {
    case ABOVE: return log(theta - b->lower);
    case BELOW: return log(b->upper - theta);
    default: return log(theta - b->lower) - log(b->upper - theta);
    }
}

/* d theta / d u */
static double slope(const struct Bound *b, double u)
{
    switch (b->kind) {
    case ABOVE: return exp(u);
    case BELOW: return -exp(u);
    default: return (b->upper - b->lower) * sigmoid(u) * sigmoid(-u);
    }
}

/* the second derivative over the first */
static double bend(const struct Bound *b, double u) { return b->kind == BETWEEN ? 1 - 2 * sigmoid(u) : 1; }

bool adc_constraints(Constraints *c, const adc_model *m, const void *dims, adc_error *error)
{
    *c = (Constraints){.model = m, .n = m->nparam(dims)};
    if (c->n == SIZE_MAX) return adc_fail(error, "The parameters of %s do not fit into memory.", m->name);
    c->bound = calloc((size_t)m->arrays + 1, sizeof *c->bound);
    if (!c->bound) return adc_fail_memory(error, "the parameters' constraints");
    size_t first = 0;
    for (int a = 0; a < m->arrays; a++) {
        const adc_array *p = &m->array[a];
        if (p->kind != ADC_PARAM) continue;
        const size_t last = first + adc_array_count(m, dims, a);
        if (p->constrained) c->bound[c->bounds++] = (struct Bound){p->constrained, p->lower, p->upper, first, last};
        first = last;
    }
    return true;
}

void adc_constraints_free(Constraints *c) { free(c->bound); }

/* The next number of the model's type beyond x, towards `to`. */
static double next(const adc_model *m, double x, double to)
{
    if (m->real_bytes != 4) return nextafter(x, to);
    float single = (float)x;
    while (to > x ? (double)single <= x : (double)single >= x) single = nextafterf(single, (float)to);
    return (double)single;
}

void adc_constraints_box(Constraints *c, double *lower, double *upper)
{
    for (size_t i = 0; i < c->n; i++) {
        lower[i] = -HUGE_VAL;
        upper[i] = HUGE_VAL;
    }
    for (int k = 0; k < c->bounds; k++) {
        const struct Bound *b = &c->bound[k];
        for (size_t i = b->first; i < b->last; i++) {
            if (b->kind & ABOVE) lower[i] = next(c->model, b->lower, HUGE_VAL);
            if (b->kind & BELOW) upper[i] = next(c->model, b->upper, -HUGE_VAL);
        }
    }
    c->bounds = 0;
}

bool adc_unbind(const Constraints *c, const void *dims, const void *theta, double *u, adc_error *error)
{
    for (size_t i = 0; i < c->n; i++) u[i] = adc_real(c->model, theta, i);
    for (int k = 0; k < c->bounds; k++) {
        const struct Bound *b = &c->bound[k];
        for (size_t i = b->first; i < b->last; i++) {
            const double t = u[i];
            u[i] = to_u(b, t);
            if (isfinite(u[i])) continue;
            char name[200];
            adc_param_name(c->model, dims, i, name, sizeof name);
            if (b->kind == BETWEEN)
                return adc_fail(error, "%s starts at %g, but must lie between %g and %g.", name, t, b->lower, b->upper);
            return adc_fail(error, "%s starts at %g, but must be %s %g.", name, t, b->kind == ABOVE ? "above" : "below",
                            b->kind == ABOVE ? b->lower : b->upper);
        }
    }
    return true;
}

void adc_bind(const Constraints *c, const double *u, void *theta)
{
    double *d = theta;
    float *f = theta;
    if (c->model->real_bytes == 4)
        for (size_t i = 0; i < c->n; i++) f[i] = (float)u[i];
    else if (d != u)
        memcpy(d, u, c->n * sizeof *d);
    for (int k = 0; k < c->bounds; k++) {
        const struct Bound *b = &c->bound[k];
        for (size_t i = b->first; i < b->last; i++) adc_real_put(c->model, theta, i, to_theta(b, u[i]));
    }
}

void adc_chain(const Constraints *c, const double *u, const void *g, double *du)
{
    if (c->model->real_bytes == 4)
        for (size_t i = 0; i < c->n; i++) du[i] = (double)((const float *)g)[i];
    else if (g != du)
        memcpy(du, g, c->n * sizeof *du);
    for (int k = 0; k < c->bounds; k++) {
        const struct Bound *b = &c->bound[k];
        for (size_t i = b->first; i < b->last; i++) du[i] *= slope(b, u[i]);
    }
}

void adc_push(const Constraints *c, const double *u, const double *in, void *out)
{
    double *d = out;
    float *f = out;
    const bool single = c->model->real_bytes == 4;
    for (size_t i = 0; i < c->n && single; i++) f[i] = (float)in[i];
    if (!single && d != in) memcpy(d, in, c->n * sizeof *d);
    for (int k = 0; k < c->bounds; k++) {
        const struct Bound *b = &c->bound[k];
        for (size_t i = b->first; i < b->last; i++) adc_real_put(c->model, out, i, in[i] * slope(b, u[i]));
    }
}

void adc_bend(const Constraints *c, const double *u, const double *du, const double *v, double *hv)
{
    for (int k = 0; k < c->bounds; k++) {
        const struct Bound *b = &c->bound[k];
        for (size_t i = b->first; i < b->last; i++) hv[i] += bend(b, u[i]) * du[i] * v[i];
    }
}
