/*
 * plot.c -- the course of a fit, as gnuplot draws it.
 */
#include "plot.h"
#include "data.h"
#include "describe.h"
#include "gnuplot.h"

#include <math.h>
#include <stdlib.h>

enum { KEEP = 8192, LEVELS = 24 };

/* ---- what is drawn */

bool adc_plot_new(Plot *p, const char *file, const adc_model *m, const void *dims, adc_error *error)
{
    *p = (Plot){.model = m, .path = m->nparam(dims) == 2, .stride = 1};
    if (!adc_gnuplot_can(file, error)) return false;
    p->at = malloc(KEEP * sizeof *p->at);
    return p->at ? true : adc_fail_memory(error, file);
}

void adc_plot_free(Plot *p) { free(p->at); }

void adc_plot_add(Plot *p, const adc_fit_event *e)
{
    if (e->step % p->stride != 0 && !e->last && !e->dev) return;
    if (p->n == KEEP) { /* every other point goes */
        p->stride *= 2;
        p->n /= 2;
        for (size_t i = 0; i < p->n; i++) p->at[i] = p->at[2 * i];
    }
    PlotPoint *at = &p->at[p->n++];
    *at = (PlotPoint){(double)e->step, e->loss, e->dev ? *e->dev : (double)NAN, 0, 0};
    if (p->path) {
        at->x = adc_real(p->model, e->theta, 0);
        at->y = adc_real(p->model, e->theta, 1);
    }
}

/* ---- gnuplot's language */

static void draw_loss(const Plot *p, FILE *to)
{
    bool positive = true, dev = false;
    fputs("$loss << EOD\n", to);
    for (size_t i = 0; i < p->n; i++) {
        const PlotPoint *at = &p->at[i];
        positive = positive && at->loss > 0 && !(at->dev <= 0);
        dev = dev || !isnan(at->dev);
        adc_gnuplot_number(to, at->step, ' ');
        adc_gnuplot_number(to, at->loss, '\n');
    }
    fputs("EOD\n$dev << EOD\n", to);
    for (size_t i = 0; i < p->n; i++) {
        if (isnan(p->at[i].dev)) continue;
        adc_gnuplot_number(to, p->at[i].step, ' ');
        adc_gnuplot_number(to, p->at[i].dev, '\n');
    }
    fputs("EOD\nset xlabel 'step'\nset ylabel 'loss'\nset grid\n", to);
    if (positive) fputs("set logscale y\nset format y '%g'\n", to);
    fprintf(to, "plot $loss using 1:2 with lines lw 2 title '%s'%s\n", dev ? "training" : "loss",
            dev ? ", $dev using 1:2 with linespoints lw 2 pt 7 ps 0.4 title 'development'" : "");
}

typedef struct {
    double lo[2], hi[2];
} Box;

/* The path with a margin; where it flies off, what comes before. */
static Box box_of(const Plot *p)
{
    Box b = {{HUGE_VAL, HUGE_VAL}, {-HUGE_VAL, -HUGE_VAL}};
    double least = p->at[0].loss;
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].loss < least) least = p->at[i].loss;
    const double far = p->at[0].loss + 10 * (p->at[0].loss - least);
    for (size_t i = 0; i < p->n; i++) {
        const double at[2] = {p->at[i].x, p->at[i].y};
        if (i > 0 && !(p->at[i].loss <= far)) continue;
        for (int k = 0; k < 2; k++) {
            if (at[k] < b.lo[k]) b.lo[k] = at[k];
            if (at[k] > b.hi[k]) b.hi[k] = at[k];
        }
    }
    for (int k = 0; k < 2; k++) {
        double margin = 0.3 * (b.hi[k] - b.lo[k]);
        if (!(margin > 1e-3 * fabs(b.hi[k]))) margin = 0.1 * fabs(b.hi[k]) + 1e-9;
        b.lo[k] -= margin;
        b.hi[k] += margin;
    }
    return b;
}

/* Inside what constraints allow? */
static bool allowed(const adc_model *m, const double *at)
{
    for (int a = 0, k = 0; a < m->arrays && k < 2; a++) {
        if (m->array[a].kind != ADC_PARAM) continue;
        const adc_array *p = &m->array[a];
        for (int i = 0; i < (p->rank ? 2 : 1) && k < 2; i++, k++)
            if (((p->constrained & 1) && at[k] <= p->lower) || ((p->constrained & 2) && at[k] >= p->upper))
                return false;
    }
    return true;
}

static double loss_at(const Plot *p, const double *at, const void *dims, const void *data, void *work)
{
    const float single[2] = {(float)at[0], (float)at[1]};
    double loss = NAN;
    if (!allowed(p->model, at)) return loss;
    const void *theta = p->model->real_bytes == 4 ? (const void *)single : at;
    return adc_scalar(p->model, p->model->loss, dims, theta, data, work, &loss) == ADC_OK ? loss : (double)NAN;
}

/* The grid, and the smallest and the largest loss on it and on the path. */
static void grid(const Plot *p, FILE *to, const Box *b, const void *dims, const void *data, void *work, double *lo,
                 double *hi)
{
    const adc_model *m = p->model;
    const size_t rows = m->row >= 0 ? ((const size_t *)dims)[m->row] : 1;
    const int n = rows > 10000 ? 40 : 100; /* cells a side: many rows make a loss dear */
    *lo = HUGE_VAL;
    *hi = -HUGE_VAL;
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].loss < *lo) *lo = p->at[i].loss;
    fputs("$grid << EOD\n", to);
    for (int j = 0; j <= n; j++) {
        for (int i = 0; i <= n; i++) {
            const double at[2] = {b->lo[0] + (b->hi[0] - b->lo[0]) * i / n, b->lo[1] + (b->hi[1] - b->lo[1]) * j / n};
            const double z = loss_at(p, at, dims, data, work);
            adc_gnuplot_number(to, at[0], ' ');
            adc_gnuplot_number(to, at[1], ' ');
            adc_gnuplot_number(to, z, '\n');
            if (z < *lo) *lo = z;
            if (isfinite(z) && z > *hi) *hi = z;
        }
        fputc('\n', to);
    }
    fputs("EOD\n", to);
    if (!(*hi > *lo)) *hi = *lo + 1;
}

static void draw_contours(const Plot *p, FILE *to, const void *dims, const void *data, void *work)
{
    const Box b = box_of(p);
    double lo, hi;
    char name[2][200];
    grid(p, to, &b, dims, data, work, &lo, &hi);
    fputs("$path << EOD\n", to);
    for (size_t i = 0; i < p->n; i++) {
        adc_gnuplot_number(to, p->at[i].x, ' ');
        adc_gnuplot_number(to, p->at[i].y, '\n');
    }
    fputs("EOD\nset contour base\nunset surface\nset cntrparam levels discrete ", to);
    /* Evenly by the logarithm of the height above the lowest point. */
    for (int k = 0; k < LEVELS; k++)
        adc_gnuplot_number(to, lo + (hi - lo) * pow(10, -5.0 * (LEVELS - k) / LEVELS), k + 1 < LEVELS ? ',' : '\n');
    fputs("set table $contour\nsplot $grid using 1:2:3 notitle\nunset table\n", to);
    for (int k = 0; k < 2; k++) {
        adc_param_name(p->model, dims, (size_t)k, name[k], sizeof name[k]);
        fprintf(to, "set %clabel ", "xy"[k]);
        adc_gnuplot_text(to, name[k]);
        fputs(" noenhanced\n", to);
        fprintf(to, "set %crange [", "xy"[k]);
        adc_gnuplot_number(to, b.lo[k], ':');
        adc_gnuplot_number(to, b.hi[k], ']');
        fputc('\n', to);
    }
    if (lo >= 0) fputs("set logscale cb\nset format cb '%g'\n", to);
    fputs("set cblabel 'loss'\nset palette defined (0 '#08306b', 1 '#6baed6', 2 '#c6dbef')\n"
          "plot $contour using 1:2:3 with lines lc palette lw 1 notitle, "
          "$path using 1:2 with lines lw 2 lc rgb '#d7301f' title 'path', "
          "$path using 1:2 every ::0::0 with points pt 6 ps 1.2 lw 2 lc rgb '#d7301f' title 'start', ",
          to);
    fprintf(to, "$path using 1:2 every ::%zu with points pt 7 ps 1.2 lc rgb '#d7301f' title 'end'\n", p->n - 1);
}

bool adc_plot_write(const Plot *p, const char *file, const void *dims, const void *data, adc_error *error)
{
    void *work = adc_work_new(p->model->work_bytes(dims));
    Gnuplot g;
    if (!work) return adc_fail_memory(error, file);
    bool good = adc_gnuplot_open(&g, file, error);
    if (good && p->path)
        draw_contours(p, g.to, dims, data, work);
    else if (good)
        draw_loss(p, g.to);
    good = good && adc_gnuplot_close(&g, error);
    free(work);
    return good;
}
