/*
 * plot.c -- tells gnuplot, through a pipe, what to draw.
 *
 * The picture is written beside its place and renamed, so that a failure leaves nothing behind.
 */
#include "plot.h"
#include "decimal.h"
#include "data.h"
#include "describe.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEEP = 8192, LEVELS = 24 };

/* ---- what is drawn */

static const char *terminal(const char *file)
{
    const size_t n = strlen(file);
    if (n > 4 && !strcmp(file + n - 4, ".svg")) return "svg size 800,600 background rgb 'white' font 'sans,14'";
    if (n > 4 && !strcmp(file + n - 4, ".png")) return "pngcairo size 1200,900 font 'sans,20'";
    return NULL;
}

static bool on_path(const char *program)
{
    const char *path = getenv("PATH");
    for (const char *s = path ? path : ""; *s;) {
        const size_t n = strcspn(s, ":");
        char full[4096];
        if ((size_t)snprintf(full, sizeof full, "%.*s/%s", (int)n, s, program) < sizeof full && !access(full, X_OK))
            return true;
        s += n + (s[n] == ':');
    }
    return false;
}

bool adc_plot_new(Plot *p, const char *file, const adc_model *m, const void *dims, adc_error *error)
{
    *p = (Plot){.model = m, .path = m->nparam(dims) == 2, .stride = 1};
    if (!terminal(file)) return adc_fail(error, "Cannot draw %s: a picture's name ends in .svg or .png.", file);
    if (!on_path("gnuplot")) return adc_fail(error, "Cannot draw %s: gnuplot, which does it, is not installed.", file);
    const char *slash = strrchr(file, '/');
    char folder[4096];
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - file) + 1 : 1, slash ? file : ".");
    if (access(folder, W_OK) != 0) return adc_fail(error, "Cannot write %s: %s.", file, strerror(errno));
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

static void quoted(FILE *to, const char *s)
{
    fputc('\'', to);
    for (; *s; s++) fputs(*s == '\'' ? "''" : (const char[]){*s, 0}, to);
    fputc('\'', to);
}

static void number(FILE *to, double x, char end)
{
    if (isfinite(x))
        fprintf(to, "%.17g%c", x, end);
    else
        fprintf(to, "NaN%c", end);
}

static void draw_loss(const Plot *p, FILE *to)
{
    bool positive = true, dev = false;
    fputs("$loss << EOD\n", to);
    for (size_t i = 0; i < p->n; i++) {
        const PlotPoint *at = &p->at[i];
        positive = positive && at->loss > 0 && !(at->dev <= 0);
        dev = dev || !isnan(at->dev);
        number(to, at->step, ' ');
        number(to, at->loss, '\n');
    }
    fputs("EOD\n$dev << EOD\n", to);
    for (size_t i = 0; i < p->n; i++) {
        if (isnan(p->at[i].dev)) continue;
        number(to, p->at[i].step, ' ');
        number(to, p->at[i].dev, '\n');
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
            number(to, at[0], ' ');
            number(to, at[1], ' ');
            number(to, z, '\n');
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
        number(to, p->at[i].x, ' ');
        number(to, p->at[i].y, '\n');
    }
    fputs("EOD\nset contour base\nunset surface\nset cntrparam levels discrete ", to);
    /* Evenly by the logarithm of the height above the lowest point. */
    for (int k = 0; k < LEVELS; k++)
        number(to, lo + (hi - lo) * pow(10, -5.0 * (LEVELS - k) / LEVELS), k + 1 < LEVELS ? ',' : '\n');
    fputs("set table $contour\nsplot $grid using 1:2:3 notitle\nunset table\n", to);
    for (int k = 0; k < 2; k++) {
        adc_param_name(p->model, dims, (size_t)k, name[k], sizeof name[k]);
        fprintf(to, "set %clabel ", "xy"[k]);
        quoted(to, name[k]);
        fputs(" noenhanced\n", to);
        fprintf(to, "set %crange [", "xy"[k]);
        number(to, b.lo[k], ':');
        number(to, b.hi[k], ']');
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

/* ---- the pipe */

bool adc_plot_write(const Plot *p, const char *file, const void *dims, const void *data, adc_error *error)
{
    char beside[4200];
    const int n = snprintf(beside, sizeof beside, "%s.part", file);
    void *work = adc_work_new(p->model->work_bytes(dims));
    if (n < 0 || (size_t)n >= sizeof beside || !work) {
        free(work);
        return adc_fail_memory(error, file);
    }
    /* gnuplot may end before it has read everything; that is seen below, and must not end us. */
    void (*before)(int) = signal(SIGPIPE, SIG_IGN);
    /* The command is ours alone.  NOLINTNEXTLINE(cert-env33-c) */
    FILE *to = popen("gnuplot 2>/dev/null", "w");
    int status = -1;
    const Decimal decimal = decimal_begin();
    if (to) {
        fprintf(to, "set terminal %s\nset output ", terminal(file));
        quoted(to, beside);
        fputc('\n', to);
        if (p->path)
            draw_contours(p, to, dims, data, work);
        else
            draw_loss(p, to);
        fputs("unset output\n", to);
        status = pclose(to);
    }
    decimal_end(decimal);
    signal(SIGPIPE, before);
    free(work);
    if (status == 0 && rename(beside, file) == 0) return true;
    remove(beside);
    return adc_fail(error, "Cannot write %s: gnuplot failed.", file);
}
