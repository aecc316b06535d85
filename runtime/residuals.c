/*
 * residuals.c -- residuals as gnuplot draws them.
 */
#include "residuals.h"
#include "data.h"
#include "gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BINS = 1024, BARS = 100 };

/* What is drawn: the pairs without a NaN. */
typedef struct {
    double *at, *predicted, *observed, *residual; /* (n) each; at: the index */
    size_t n;
    double mean, deviation, square; /* of the residuals; mean of their squares */
    double explained;               /* R^2; NaN: not known */
} Sample;

/* ---- numbers */

static void collect(const Residuals *r, Sample *s)
{
    for (size_t i = 0; i < r->n; i++) {
        const double residual = r->observed ? r->observed[i] - r->value[i] : r->value[i];
        if (!isfinite(residual)) continue;
        s->at[s->n] = (double)i;
        s->predicted[s->n] = r->value[i];
        s->observed[s->n] = r->observed ? r->observed[i] : 0;
        s->residual[s->n++] = residual;
    }
}

static double mean_of(const double *x, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += x[i];
    return sum / (double)n;
}

/* The sum of squares from `from`. */
static double squares(const double *x, size_t n, double from)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (x[i] - from) * (x[i] - from);
    return sum;
}

static void measure(Sample *s, bool observed)
{
    const double n = (double)s->n;
    s->mean = mean_of(s->residual, s->n);
    s->square = squares(s->residual, s->n, 0) / n;
    s->deviation = s->n > 1 ? sqrt(squares(s->residual, s->n, s->mean) / (n - 1)) : 0;
    const double all = squares(s->observed, s->n, mean_of(s->observed, s->n));
    s->explained = observed && all > 0 ? 1 - n * s->square / all : (double)NAN;
}

static int ascending(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* The width of a bar by Freedman and Diaconis (1981): twice the distance of the quartiles over the cube root of n.  sorted: (n) */
static double bar_width(const double *sorted, size_t n)
{
    const double span = sorted[n - 1] - sorted[0], middle = sorted[3 * (n - 1) / 4] - sorted[(n - 1) / 4];
    const double width = 2 * middle / cbrt((double)n);
    if (!(span > 0)) return 1;
    return width > span / BARS ? fmin(width, span / 5) : span / (n < BARS ? 5 : BARS);
}

/* ---- gnuplot's language */

/* Of neighbours the one with the least residual and the one with the largest. */
static void draw_points(const Sample *s, FILE *to)
{
    const size_t together = (s->n + BINS - 1) / BINS;
    fputs("$points << EOD\n", to);
    for (size_t i = 0; i < s->n; i += together) {
        size_t pick[2] = {i, i};
        for (size_t j = i; j < i + together && j < s->n; j++) {
            if (s->residual[j] < s->residual[pick[0]]) pick[0] = j;
            if (s->residual[j] > s->residual[pick[1]]) pick[1] = j;
        }
        for (int k = 0; k < (pick[0] == pick[1] ? 1 : 2); k++) {
            adc_gnuplot_number(to, s->at[pick[k]], ' ');
            adc_gnuplot_number(to, s->predicted[pick[k]], ' ');
            adc_gnuplot_number(to, s->observed[pick[k]], ' ');
            adc_gnuplot_number(to, s->residual[pick[k]], '\n');
        }
    }
    fputs("EOD\n", to);
}

/* Sorts the residuals. */
static void draw_bars(Sample *s, FILE *to)
{
    qsort(s->residual, s->n, sizeof *s->residual, ascending);
    const double width = bar_width(s->residual, s->n);
    fputs("$bars << EOD\n", to);
    for (size_t i = 0; i < s->n;) {
        const double bar = floor(s->residual[i] / width);
        size_t count = 0;
        while (i < s->n && floor(s->residual[i] / width) == bar) i++, count++;
        adc_gnuplot_number(to, (bar + 0.5) * width, ' ');
        fprintf(to, "%zu\n", count);
    }
    fputs("EOD\nunset offsets\nset boxwidth ", to);
    adc_gnuplot_number(to, width, '\n');
    fputs("set style fill solid 0.5\nset yrange [0:*]\nset ylabel 'count'\nset xlabel 'residual'\nplot $bars using 1:2 "
          "with boxes lc rgb '#0072b2'",
          to);
    if (s->deviation > 0) {
        fputs(", ", to);
        adc_gnuplot_number(to, (double)s->n * width / (s->deviation * sqrt(2 * 3.141592653589793)), '*');
        fputs("exp(-((x - (", to);
        adc_gnuplot_number(to, s->mean, ')');
        fputs(") / ", to);
        adc_gnuplot_number(to, s->deviation, ')');
        fputs("**2 / 2) with lines lw 2 lc rgb '#d55e00'", to);
    }
    fputs("\n", to);
}

static void draw_label(FILE *to, char axis, const char *what, const char *name)
{
    char text[300];
    snprintf(text, sizeof text, "%s%s", what, name);
    fprintf(to, "set %clabel ", axis);
    adc_gnuplot_text(to, text);
    fputs(" noenhanced\n", to);
}

static void draw_title(const Sample *s, FILE *to)
{
    char text[300], explained[40] = "";
    if (!isnan(s->explained)) snprintf(explained, sizeof explained, ", R² %.4g", s->explained);
    snprintf(text, sizeof text, "%zu residuals: mean %.3g, standard deviation %.3g, RMS %.3g%s", s->n, s->mean,
             s->deviation, sqrt(s->square), explained);
    fputs(" title ", to);
    adc_gnuplot_text(to, text);
    fputs(" noenhanced\n", to);
}

static void draw(const Residuals *r, Sample *s, FILE *to)
{
    const char *const dots =
        s->n < 200 ? "with points pt 7 ps 0.9 lc rgb '#400072b2'" : "with points pt 7 ps 0.4 lc rgb '#600072b2'";
    draw_points(s, to);
    fprintf(to, "set multiplot layout %s", r->observed ? "2,2" : "2,1");
    draw_title(s, to);
    fputs("set grid\nset key off\nset offsets graph 0.03, graph 0.03, graph 0.03, graph 0.03\n", to);
    if (r->observed) {
        draw_label(to, 'x', "observed: ", r->observed_name);
        draw_label(to, 'y', "predicted: ", r->name);
        fprintf(to, "plot $points using 3:2 %s, x with lines lc rgb '#d55e00'\n", dots);
        draw_label(to, 'x', "predicted: ", r->name);
        fprintf(to, "set ylabel 'residual'\nplot $points using 2:4 %s, 0 with lines lc rgb '#d55e00'\n", dots);
    }
    fprintf(to, "set xlabel 'index'\nset ylabel 'residual'\nplot $points using 1:4 %s, 0 with lines lc rgb '#d55e00'\n",
            dots);
    draw_bars(s, to);
    fputs("unset multiplot\n", to);
}

bool adc_draw_residuals(const Residuals *r, const char *file, adc_error *error)
{
    Sample s = {0};
    Gnuplot g;
    if (!adc_gnuplot_can(file, error)) return false;
    double *room = r->n < SIZE_MAX / 64 ? malloc((4 * r->n + 1) * sizeof *room) : NULL;
    if (!room) return adc_fail_memory(error, file);
    s.at = room, s.predicted = room + r->n, s.observed = room + 2 * r->n, s.residual = room + 3 * r->n;
    collect(r, &s);
    bool good = s.n > 0;
    if (!good) adc_say(error, "%s has no residual that is a finite number.", r->name);
    good = good && adc_gnuplot_open(&g, file, error);
    if (good) {
        measure(&s, r->observed != NULL);
        draw(r, &s, g.to);
        good = adc_gnuplot_close(&g, error);
    }
    free(room);
    return good;
}
