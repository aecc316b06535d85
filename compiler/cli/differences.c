/*
 * differences.c -- derivatives from values alone: central differences extrapolated to step zero.
 *
 * d(h) = (f(h) - f(-h)) / 2h errs by powers of h^2, so each column of Richardson's table removes one power; the step halves from
 * row to row until the table is good enough or stops getting better, where rounding takes over (Ridders, Adv. Eng. Software 4,
 * 1982).  At a kink the two sides have slopes of their own and the mean of them is no derivative: see is_kink.
 */
#include "cli.h"

#include <math.h>

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

/* ---- of a model's loss along a line through the point */

typedef struct {
    const Point *p;
    double *x;            /* n numbers that the loss reads */
    const double *x0, *v; /* x = x0 + t*v */
    size_t n;
} Line;

static double along(void *user, double t)
{
    Line *line = user;
    for (size_t i = 0; i < line->n; i++) line->x[i] = line->x0[i] + t * line->v[i];
    double loss = NAN;
    const Point *p = line->p;
    p->model->loss(p->set->dims, p->theta, p->set->data, &loss, p->work);
    return loss;
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

double point_difference(const Point *p, int a, size_t from, size_t n, const double *v, const Wanted *wanted,
                        double *error)
{
    double *x = point_reals(p, a) + from;
    double *x0 = arena_alloc(p->arena, n * sizeof *x0);
    double size = 1, most = INFINITY;
    for (size_t i = 0; i < n; i++) {
        x0[i] = x[i];
        if (n == 1) size = fmax(1, fabs(x[i]));
        if (v[i] != 0) most = fmin(most, room(&p->model->array[a], x[i]) / fabs(v[i]));
    }
    Line line = {p, x, x0, v, n};
    /* Small steps meet fewer kinks and poles, large ones round less: a comparison needs the former, a result the latter. */
    static const double first[2][3] = {{1e-2, 3e-4, 1e-5}, {3e-4, 1e-5, 1e-2}};
    double best = NAN, off = INFINITY, enough = wanted ? wanted->enough : 0;
    *error = INFINITY;
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
    return best;
}
