/*
 * products.c -- Hessian-vector products and residuals with products of their Jacobian.
 *
 * theta = phi(u), elementwise: directions are multiplied by phi', what comes back too, and the Hessian gets phi'' times the gradient.
 */
#include "products.h"
#include "data.h"
#include "describe.h"
#include "optim.h"
#include "rng.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_single(const Products *p) { return p->m->real_bytes == 4; }

static void put(const Products *p, void *to, size_t i, double x)
{
    if (is_single(p))
        ((float *)to)[i] = (float)x;
    else
        ((double *)to)[i] = x;
}

static void take(const Products *p, const void *from, double *to, size_t n)
{
    for (size_t i = 0; i < n; i++) to[i] = adc_real(p->m, from, i);
}

/* ---- the Hessian */

/* The gradient at u, once for all products there; 0, or the model's code. */
static int gradient(Products *p, const double *u)
{
    if (p->known && memcmp(p->at, u, p->c->n * sizeof *u) == 0) return 0;
    double loss;
    const int code = p->m->grad(p->dims, p->theta, p->data, &loss, p->out, p->work);
    adc_chain(p->c, u, p->out, p->g);
    memcpy(p->at, u, p->c->n * sizeof *u);
    p->known = code == ADC_OK;
    return code;
}

static int hvp(void *user, const double *u, const double *v, double *out)
{
    Products *p = user;
    adc_bind(p->c, u, p->theta);
    if (p->c->bounds && gradient(p, u) != ADC_OK) return 1;
    adc_push(p->c, u, v, p->in);
    if (p->m->hvp(p->dims, p->theta, p->data, p->in, p->out, p->work) != ADC_OK) return 1;
    adc_chain(p->c, u, p->out, out);
    if (p->c->bounds) adc_bend(p->c, u, p->g, v, out);
    return 0;
}

/* ---- residuals */

static bool is_residual(const adc_array *a) { return a->kind == ADC_OUTPUT && a->type == ADC_REAL; }

static int residual(void *user, const double *u, double *r)
{
    Products *p = user;
    adc_bind(p->c, u, p->theta);
    for (int a = 0; a < p->m->arrays; a++) {
        if (!is_residual(&p->m->array[a])) continue;
        const size_t n = adc_array_count(p->m, p->dims, a);
        if (p->m->array[a].eval(p->dims, p->theta, p->data, p->out, p->work) != ADC_OK) return 1;
        take(p, p->out, r, n);
        r += n;
    }
    return 0;
}

static int jvp(void *user, const double *u, const double *v, double *out)
{
    Products *p = user;
    adc_bind(p->c, u, p->theta);
    adc_push(p->c, u, v, p->in);
    for (int a = 0; a < p->m->arrays; a++) {
        if (!is_residual(&p->m->array[a])) continue;
        const size_t n = adc_array_count(p->m, p->dims, a), bytes = (size_t)p->m->real_bytes;
        void *tangent = (char *)p->out + p->by.residuals * bytes;
        if (p->m->array[a].jvp(p->dims, p->theta, p->data, p->in, p->out, tangent, p->work) != ADC_OK) return 1;
        take(p, tangent, out, n);
        out += n;
    }
    return 0;
}

static int vjp(void *user, const double *u, const double *w, double *out)
{
    Products *p = user;
    adc_bind(p->c, u, p->theta);
    memset(p->g, 0, p->c->n * sizeof *p->g);
    for (int a = 0; a < p->m->arrays; a++) {
        if (!is_residual(&p->m->array[a])) continue;
        const size_t n = adc_array_count(p->m, p->dims, a);
        for (size_t i = 0; i < n; i++) put(p, p->in, i, w[i]);
        if (p->m->array[a].vjp(p->dims, p->theta, p->data, p->in, p->out, p->work) != ADC_OK) return 1;
        adc_chain(p->c, u, p->out, out);
        for (size_t i = 0; i < p->c->n; i++) p->g[i] += out[i];
        w += n;
    }
    memcpy(out, p->g, p->c->n * sizeof *out);
    return 0;
}

/* The residuals with signs by chance: their products show how large terms are that cancel in a gradient. */
static void mix_signs(double *r, size_t n)
{
    Rng rng = adc_rng(n, 0);
    for (size_t i = 0; i < n; i++)
        if (adc_rng_below(&rng, 2)) r[i] = -r[i];
}

bool adc_products_scale(Products *p, const double *u, double f, const double *g, adc_error *error)
{
    const size_t n = p->c->n, m = p->by.residuals;
    double *r = calloc(m + 2 * n + 1, sizeof *r);
    if (!r) return adc_fail_memory(error, "the residuals");
    double *const turned = r + m, *const typical = turned + n;
    bool fits = residual(p, u, r) == 0 && vjp(p, u, r, turned) == 0;
    const double squares = fits ? adc_dot(r, r, m) : 0, c = squares > 0 ? f / squares : 1;
    double off = fabs(f - c * squares), most = 0;
    mix_signs(r, m);
    fits = fits && vjp(p, u, r, typical) == 0;
    for (size_t i = 0; fits && i < n; i++) {
        off = fmax(off, fabs(g[i] - 2 * c * turned[i]));
        most = fmax(most, fmax(fabs(g[i]), fabs(2 * c * typical[i])));
    }
    fits = fits && c > 0 && off <= (is_single(p) ? 1e-3 : 1e-8) * most + 1e-300;
    free(r);
    p->by.scale = c;
    return fits ||
           adc_fail(error,
                    "lm needs a loss that is the sum of the squares of the outputs, or a multiple of it; that of "
                    "%s is not.  Make every residual an output, weights and penalties too.",
                    p->m->name);
}

/* ---- making them */

static bool find_outputs(Products *p, adc_error *error)
{
    for (int a = 0; a < p->m->arrays; a++) {
        const adc_array *array = &p->m->array[a];
        if (!is_residual(array)) continue;
        const size_t n = adc_array_count(p->m, p->dims, a);
        if (n > SIZE_MAX / 64 - p->by.residuals) return adc_fail_memory(error, "the residuals");
        if (!array->jvp || !array->vjp)
            return adc_fail(error, "%s has no products with the Jacobian of %s (--emit jvp,vjp).", p->m->name,
                            array->name);
        p->by.residuals += n;
    }
    if (!p->by.residuals) return adc_fail(error, "%s has no outputs, whose squares lm could minimise.", p->m->name);
    p->by.residual = residual;
    p->by.jvp = jvp;
    p->by.vjp = vjp;
    p->by.scale = 1;
    return true;
}

bool adc_products_new(Products *p, unsigned takes, const Constraints *c, const void *dims, void *data, void *work,
                      adc_error *error)
{
    *p = (Products){.m = c->model, .c = c, .dims = dims, .data = data, .work = work};
    p->by.user = p;
    if (takes & ADC_TAKES_HVP) p->by.hvp = hvp;
    if ((takes & ADC_TAKES_HVP) && !p->m->hvp)
        return adc_fail(error, "%s has no Hessian-vector products (--emit hvp).", p->m->name);
    if ((takes & ADC_TAKES_RESIDUALS) && !find_outputs(p, error)) return false;
    const size_t m = 2 * p->by.residuals, n = c->n, most = m > n ? m : n, bytes = sizeof(double);
    p->theta = malloc((n + 1) * bytes);
    p->in = malloc((most + 1) * bytes);
    p->out = malloc((most + 1) * bytes);
    p->g = malloc((n + 1) * bytes);
    p->at = malloc((n + 1) * bytes);
    return (p->theta && p->in && p->out && p->g && p->at) ||
           adc_fail_memory(error, "the products of second derivatives");
}

void adc_products_free(Products *p)
{
    free(p->theta);
    free(p->in);
    free(p->out);
    free(p->g);
    free(p->at);
}
