/*
 * plot.c -- the course of a fit, as gnuplot draws it.
 */
#include "plot.h"
#include "data.h"
#include "describe.h"
#include "gnuplot.h"
#include "landscape.h"

#include <math.h>
#include <stdlib.h>

enum { KEEP = 8192 };

/* ---- what is drawn */

bool adc_plot_new(Plot *p, const char *file, const adc_model *m, const void *dims, adc_error *error)
{
    *p = (Plot){.model = m, .path = m->nparam(dims) == 2, .stride = 1};
    if (!adc_gnuplot_can(file, error)) return false;
    p->at = malloc(KEEP * sizeof *p->at);
    return p->at ? true : adc_fail_memory(error, file);
}

void adc_plot_free(Plot *p) { free(p->at); }

/* Two neighbours become one point. */
static void thin(Plot *p)
{
    for (size_t i = 0; i < p->n; i += 2) {
        PlotPoint point = p->at[i];
        if (i + 1 < p->n) {
            adc_curve_join(&point.loss, &p->at[i + 1].loss);
            if (!isnan(p->at[i + 1].dev)) point.dev = p->at[i + 1].dev;
        }
        p->at[i / 2] = point;
    }
    p->n = (p->n + 1) / 2;
    p->stride *= 2;
}

void adc_plot_add(Plot *p, const adc_fit_event *e)
{
    const bool fresh = p->n == 0 || e->last || e->step % p->stride == 0;
    if (fresh && p->n == KEEP) thin(p);
    if (fresh) p->at[p->n++] = (PlotPoint){.step = (double)e->step, .dev = NAN};
    PlotPoint *at = &p->at[p->n - 1];
    if (p->path && (fresh || p->n > 1)) {
        at->x = adc_real(p->model, e->theta, 0);
        at->y = adc_real(p->model, e->theta, 1);
    }
    adc_curve_add(&at->loss, (double)e->step, e->loss);
    if (e->dev) at->dev = *e->dev;
}

/* ---- gnuplot's language */

static void draw_loss(const Plot *p, FILE *to)
{
    const size_t together = adc_curve_together(p->n);
    bool positive = true, dev = false;
    CurvePoint point = {0};
    fputs("$loss << EOD\n", to);
    for (size_t i = 0; i < p->n; i++) {
        const PlotPoint *at = &p->at[i];
        positive = positive && !(at->loss.n > 0 && at->loss.lo <= 0) && !(at->dev <= 0);
        dev = dev || !isnan(at->dev);
        adc_curve_join(&point, &at->loss);
        if ((i + 1) % together == 0 || i + 1 == p->n) adc_curve_write(&point, to);
    }
    fputs("EOD\n$dev << EOD\n", to);
    for (size_t i = 0; i < p->n; i++) {
        if (isnan(p->at[i].dev)) continue;
        adc_gnuplot_number(to, p->at[i].step, ' ');
        adc_gnuplot_number(to, p->at[i].dev, '\n');
    }
    fputs("EOD\nset xlabel 'step'\nset ylabel 'loss'\nset grid\n", to);
    if (positive) fputs("set logscale y\nset format y '%g'\n", to);
    fprintf(to, "plot %s$loss using 1:2 with lines lw 2 lc rgb '#0072b2' title '%s'%s\n",
            p->n > CURVE_POINTS ? "$loss using 1:3:4 with filledcurves fill solid noborder lc rgb '#c00072b2' notitle, "
                                : "",
            dev ? "training" : "loss",
            dev ? ", $dev using 1:2 with linespoints lw 2 pt 7 ps 0.4 lc rgb '#d55e00' title 'development'" : "");
}

/* The path with a margin; where it flies off, what comes before. */
static void frame(const Plot *p, Landscape *l)
{
    for (int k = 0; k < 2; k++) {
        l->lo[k] = HUGE_VAL;
        l->hi[k] = -HUGE_VAL;
    }
    for (size_t i = 0; i < p->n; i++)
        if (p->at[i].loss.n > 0) l->least = fmin(l->least, p->at[i].loss.lo);
    const double first = adc_curve_mean(&p->at[0].loss), far = first + 10 * (first - l->least);
    for (size_t i = 0; i < p->n; i++) {
        const double at[2] = {p->at[i].x, p->at[i].y};
        if (i > 0 && !(adc_curve_mean(&p->at[i].loss) <= far)) continue;
        for (int k = 0; k < 2; k++) {
            if (at[k] < l->lo[k]) l->lo[k] = at[k];
            if (at[k] > l->hi[k]) l->hi[k] = at[k];
        }
    }
    for (int k = 0; k < 2; k++) {
        double margin = 0.3 * (l->hi[k] - l->lo[k]);
        if (!(margin > 1e-3 * fabs(l->hi[k]))) margin = 0.1 * fabs(l->hi[k]) + 1e-9;
        l->lo[k] -= margin;
        l->hi[k] += margin;
    }
}

static void draw_contours(const Plot *p, FILE *to, Landscape *l)
{
    frame(p, l);
    adc_landscape_sample(l);
    adc_landscape_grid(l, to);
    fputs("$path << EOD\n", to);
    for (size_t i = 0; i < p->n; i++) {
        adc_gnuplot_number(to, p->at[i].x, ' ');
        adc_gnuplot_number(to, p->at[i].y, '\n');
    }
    fputs("EOD\nset contour base\nunset surface\n", to);
    adc_landscape_levels(l, to);
    fputs("set table $contour\nsplot $grid using 1:2:3 notitle\nunset table\n", to);
    adc_landscape_axes(l, to);
    if (l->least >= 0) fputs("set logscale cb\nset format cb '%g'\n", to);
    fputs("set cblabel 'loss'\nset palette defined (0 '#08306b', 1 '#6baed6', 2 '#c6dbef')\n"
          "plot $contour using 1:2:3 with lines lc palette lw 1 notitle, "
          "$path using 1:2 with lines lw 2 lc rgb '#d7301f' title 'path', "
          "$path using 1:2 every ::0::0 with points pt 6 ps 1.2 lw 2 lc rgb '#d7301f' title 'start', ",
          to);
    fprintf(to, "$path using 1:2 every ::%zu with points pt 7 ps 1.2 lc rgb '#d7301f' title 'end'\n", p->n - 1);
}

bool adc_plot_write(const Plot *p, const char *file, const void *dims, const void *data, adc_error *error)
{
    Landscape l = {0};
    Gnuplot g;
    bool good =
        (!p->path || adc_landscape_new(&l, p->model, dims, data, NULL, error)) && adc_gnuplot_open(&g, file, error);
    if (good && p->path)
        draw_contours(p, g.to, &l);
    else if (good)
        draw_loss(p, g.to);
    good = good && adc_gnuplot_close(&g, error);
    adc_landscape_free(&l);
    return good;
}
