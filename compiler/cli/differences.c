/*
 * differences.c -- derivatives from values alone: central differences extrapolated to step zero.
 *
 * d(h) = (f(h) - f(-h)) / 2h errs by powers of h^2, so each column of Richardson's table removes one power; the step halves from
 * row to row until the table is good enough or stops getting better, where rounding takes over (Ridders, Adv. Eng. Software 4,
 * 1982).  At a kink the two sides have slopes of their own and the mean of them is no derivative: see is_kink.
 */
#include "cli.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 8 };

double difference(double (*f)(void *, double), void *user, double h, double enough, double *error)
{
    double table[ROWS][ROWS], best = NAN;
    *error = INFINITY;
    for (int i = 0; i < ROWS; i++) {
        table[i][0] = (f(user, h) - f(user, -h)) / (2 * h);
        h /= 2;
        for (int k = 1; k <= i; k++) {
            double left = table[i][k - 1], above = table[i - 1][k - 1];
            table[i][k] = left + (left - above) / (ldexp(1, 2 * k) - 1);
            double e = fmax(fabs(table[i][k] - left), fabs(table[i][k] - above));
            if (e < *error) {
                *error = e;
                best = table[i][k];
            }
        }
        if (*error <= enough) break;
        if (i > 2 && fabs(table[i][i] - table[i - 1][i - 1]) > 2 * *error) break;
    }
    return best;
}

/* ---- of a model along a line through the point */

typedef struct {
    const Point *p;
    const Quantity *of;
    double *out;          /* room for the output that the quantity is an element of */
    double *x;            /* n numbers that the model reads */
    const double *x0, *v; /* x = x0 + t*v */
    size_t n;
} Line;

static double along(void *user, double t)
{
    Line *line = user;
    for (size_t i = 0; i < line->n; i++) line->x[i] = line->x0[i] + t * line->v[i];
    const Point *p = line->p;
    adc_function *f = line->of->of < 0 ? p->model->loss : p->model->array[line->of->of].eval;
    line->out[line->of->element] = NAN;
    f(p->set->dims, p->theta, p->set->data, line->out, p->work);
    return line->out[line->of->element];
}

/* How far from x an array's elements may go: half the way to a bound. */
static double room(const adc_array *array, double x)
{
    double r = INFINITY;
    if (array->constrained & 1) r = fmin(r, (x - array->lower) / 2);
    if (array->constrained & 2) r = fmin(r, (array->upper - x) / 2);
    return r;
}

/* The slopes to the right and to the left differ, and do not come nearer to each other as the step shrinks. */
static bool is_kink(Line *line, double h)
{
    double f0 = along(line, 0), gap[2], noise = 0;
    for (int k = 0; k < 2; k++) {
        double right = along(line, h), left = along(line, -h);
        gap[k] = fabs(right - 2 * f0 + left) / h;
        noise = 1e-14 * (fabs(right) + 2 * fabs(f0) + fabs(left)) / h;
        h /= 16;
    }
    return gap[1] > gap[0] / 2 && gap[1] > noise;
}

double point_difference(const Point *p, const Quantity *of, const Move *m, const Wanted *wanted, double *error)
{
    size_t n = m->n;
    const double *v = m->v;
    double *x = point_reals(p, m->array) + m->from;
    double *x0 = arena_alloc(p->arena, n * sizeof *x0);
    double *out = calloc((of->of < 0 ? 1 : p->count[of->of]) + 1, sizeof *out);
    *error = INFINITY;
    if (!out) return NAN;
    double size = 1, most = INFINITY;
    for (size_t i = 0; i < n; i++) {
        x0[i] = x[i];
        if (n == 1) size = fmax(1, fabs(x[i]));
        if (v[i] != 0) most = fmin(most, room(&p->model->array[m->array], x[i]) / fabs(v[i]));
    }
    Line line = {p, of, out, x, x0, v, n};
    /* Small steps meet fewer kinks and poles, large ones round less: a comparison needs the former, a result the latter. */
    static const double first[2][3] = {{1e-2, 3e-4, 1e-5}, {3e-4, 1e-5, 1e-2}};
    double best = NAN, off = INFINITY, enough = wanted ? wanted->enough : 0;
    for (size_t k = 0; k < 3; k++) {
        double e, d = difference(along, &line, fmin(first[wanted != NULL][k] * size, most), enough, &e);
        double rank = wanted ? fabs(d - wanted->slope) : e;
        if (!(rank < off)) continue;
        off = rank;
        best = d;
        *error = e;
        if (rank <= fmax(enough, 1e-7 * fabs(d))) break;
    }
    if (wanted && off > fmax(enough, 1e-7 * fabs(best)) && is_kink(&line, fmin(1e-5 * size, most))) *error = INFINITY;
    for (size_t i = 0; i < n; i++) x[i] = x0[i];
    free(out);
    return best;
}

/* ---- of the gradient */

/* x + t*v, for everything that derivatives are by; x0 has what was there. */
static void move_all(const Point *p, const double *x0, const double *v, double t)
{
    for (int a = 0; a < p->model->arrays; a++) {
        size_t at = p->grad_offset[a];
        double *x = p->model->array[a].gradient ? point_reals(p, a) : NULL;
        for (size_t i = 0; x && i < p->count[a]; i++) x[i] = x0[at + i] + t * v[at + i];
    }
}

/* Central differences of step h and h/2, extrapolated; *doubt: the largest distance between them. */
static void gradient_difference(const Point *p, const double *x0, const double *v, double h, double *d[4],
                                double *doubt)
{
    double loss;
    for (int k = 0; k < 4; k++) {
        move_all(p, x0, v, k % 2 ? -h : h);
        p->model->grad(p->set->dims, p->theta, p->set->data, &loss, d[k], p->work);
        if (k == 1) h /= 2;
    }
    move_all(p, x0, v, 0);
    *doubt = 0;
    for (size_t i = 0; i < p->ngrad; i++) {
        double wide = (d[0][i] - d[1][i]) / (4 * h), narrow = (d[2][i] - d[3][i]) / (2 * h);
        d[0][i] = narrow + (narrow - wide) / 3;
        *doubt = fmax(*doubt, isnan(wide - narrow) ? INFINITY : fabs(wide - narrow));
    }
}

double point_hvp_error(const Point *p, const double *v, const double *hv)
{
    double *room_for = calloc(5 * p->ngrad + 1, sizeof *room_for), most = INFINITY, size = 0, best = INFINITY;
    if (!room_for) return -1;
    bool settled = false; /* the step no longer matters: there is no kink */
    double *d[4], *x0 = room_for + 4 * p->ngrad;
    for (size_t k = 0; k < 4; k++) d[k] = room_for + k * p->ngrad;
    for (int a = 0; a < p->model->arrays; a++) {
        const adc_array *array = &p->model->array[a];
        for (size_t i = 0; array->gradient && i < p->count[a]; i++) {
            size_t at = p->grad_offset[a] + i;
            x0[at] = point_reals(p, a)[i];
            if (v[at] != 0) most = fmin(most, room(array, x0[at]) / fabs(v[at]));
            size = fmax(size, fabs(hv[at]));
        }
    }
    static const double steps[] = {1e-2, 1e-3, 1e-4, 1e-5};
    for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
        double doubt, error = 0, other = size;
        gradient_difference(p, x0, v, fmin(steps[k], most), d, &doubt);
        for (size_t i = 0; i < p->ngrad; i++) {
            error = fmax(error, isnan(d[0][i] - hv[i]) ? INFINITY : fabs(d[0][i] - hv[i]));
            other = fmax(other, fabs(d[0][i]));
        }
        settled |= doubt <= 1e-3 * other;
        best = fmin(best, error > 0 ? error / other : 0);
    }
    free(room_for);
    return settled ? best : INFINITY;
}
