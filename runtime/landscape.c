/*
 * landscape.c -- evaluates a loss on a grid of two parameters; and draws the surface.
 */
#include "landscape.h"
#include "data.h"
#include "describe.h"
#include "gnuplot.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEVELS = 24, TILES = 60 };

/* ---- the loss */

bool adc_landscape_new(Landscape *l, const adc_model *m, const void *dims, const void *data, const void *theta,
                       adc_error *error)
{
    *l = (Landscape){.model = m, .dims = dims, .data = data, .k = {0, 1}, .least = HUGE_VAL, .most = -HUGE_VAL};
    if (!adc_constraints(&l->c, m, dims, error)) return false;
    const size_t bytes = l->c.n * (size_t)m->real_bytes;
    l->theta = calloc(1, bytes + 1);
    l->work = adc_work_new(m->work_bytes(dims));
    const size_t rows = m->row >= 0 ? ((const size_t *)dims)[m->row] : 1;
    l->cells = rows > 10000 ? 40 : 100; /* many rows make a loss dear */
    l->z = malloc((l->cells + 1) * (l->cells + 1) * sizeof *l->z);
    if (!l->theta || !l->work || !l->z) return adc_fail_memory(error, "the loss");
    if (theta) memcpy(l->theta, theta, bytes);
    return true;
}

void adc_landscape_free(Landscape *l)
{
    adc_constraints_free(&l->c);
    free(l->theta);
    free(l->work);
    free(l->z);
}

static const struct Bound *bound_of(const Landscape *l, size_t k)
{
    for (int b = 0; b < l->c.bounds; b++)
        if (k >= l->c.bound[b].first && k < l->c.bound[b].last) return &l->c.bound[b];
    return NULL;
}

static bool allowed(const Landscape *l, size_t k, double x)
{
    const struct Bound *b = bound_of(l, k);
    return !b || (!((b->kind & 1) && x <= b->lower) && !((b->kind & 2) && x >= b->upper));
}

double adc_landscape_at(Landscape *l, double x, double y)
{
    double loss = NAN;
    if (!allowed(l, l->k[0], x) || !allowed(l, l->k[1], y)) return loss;
    adc_real_put(l->model, l->theta, l->k[0], x);
    adc_real_put(l->model, l->theta, l->k[1], y);
    const int code = adc_scalar(l->model, l->model->loss, l->dims, l->theta, l->data, l->work, &loss);
    return code == ADC_OK ? loss : (double)NAN;
}

static double place(const Landscape *l, int k, size_t i)
{
    return l->lo[k] + (l->hi[k] - l->lo[k]) * (double)i / (double)l->cells;
}

bool adc_landscape_sample(Landscape *l)
{
    bool seen = false;
    for (size_t j = 0; j <= l->cells; j++) {
        for (size_t i = 0; i <= l->cells; i++) {
            const double z = adc_landscape_at(l, place(l, 0, i), place(l, 1, j));
            l->z[j * (l->cells + 1) + i] = z;
            if (!isfinite(z)) continue;
            l->least = fmin(l->least, z);
            l->most = fmax(l->most, z);
            seen = true;
        }
    }
    if (!(l->most > l->least)) l->most = l->least + 1;
    return seen;
}

/* ---- gnuplot's language */

void adc_landscape_grid(const Landscape *l, FILE *to)
{
    fputs("$grid << EOD\n", to);
    for (size_t j = 0; j <= l->cells; j++) {
        for (size_t i = 0; i <= l->cells; i++) {
            adc_gnuplot_number(to, place(l, 0, i), ' ');
            adc_gnuplot_number(to, place(l, 1, j), ' ');
            adc_gnuplot_number(to, l->z[j * (l->cells + 1) + i], '\n');
        }
        fputc('\n', to);
    }
    fputs("EOD\n", to);
}

void adc_landscape_levels(const Landscape *l, FILE *to)
{
    fputs("set cntrparam levels discrete ", to);
    for (int k = 0; k < LEVELS; k++)
        adc_gnuplot_number(to, l->least + (l->most - l->least) * pow(10, -5.0 * (LEVELS - k) / LEVELS),
                           k + 1 < LEVELS ? ',' : '\n');
}

void adc_landscape_axes(const Landscape *l, FILE *to)
{
    char name[200];
    for (int k = 0; k < 2; k++) {
        adc_param_name(l->model, l->dims, l->k[k], name, sizeof name);
        fprintf(to, "set %clabel ", "xy"[k]);
        adc_gnuplot_text(to, name);
        fputs(" noenhanced\n", to);
        fprintf(to, "set %crange [", "xy"[k]);
        adc_gnuplot_number(to, l->lo[k], ':');
        adc_gnuplot_number(to, l->hi[k], ']');
        fputc('\n', to);
    }
}

/* ---- the surface */

/* 1 or the number itself to either side, within what its constraint allows. */
static void choose_range(Landscape *l, int k, double at)
{
    if (!isnan(l->lo[k])) return;
    const struct Bound *b = bound_of(l, l->k[k]);
    const double width = fmax(1, fabs(at));
    l->lo[k] = at - width;
    l->hi[k] = at + width;
    if (b && (b->kind & 1)) l->lo[k] = fmax(l->lo[k], b->lower);
    if (b && (b->kind & 2)) l->hi[k] = fmin(l->hi[k], b->upper);
}

/* A loss that spans decades has a logarithmic axis, which ends at a millionth of the largest. */
static void draw(Landscape *l, FILE *to, const double *at)
{
    const bool decades = l->least >= 0 && l->most > 1000 * l->least;
    adc_landscape_grid(l, to);
    adc_landscape_levels(l, to);
    adc_landscape_axes(l, to);
    fputs("$point << EOD\n", to);
    for (int k = 0; k < 2; k++) adc_gnuplot_number(to, at[k], ' ');
    adc_gnuplot_number(to, adc_landscape_at(l, at[0], at[1]), '\n');
    fputs("EOD\nlowest = ", to);
    adc_gnuplot_number(to, decades ? 1e-6 * l->most : l->least, '\n');
    if (decades) fputs("set logscale zcb\nset format z '%g'\n", to);
    fputs("height(z) = z < lowest ? lowest : z\n"
          "set zlabel 'loss' rotate parallel\nset xyplane relative 0.6\nset view 55,30\nset contour base\n"
          "set palette defined (0 '#08306b', 1 '#6baed6', 2 '#fee08b', 3 '#d7301f')\nunset colorbox\nset key off\n"
          "splot $grid using 1:2:(height($3)) with pm3d nocontour, $grid using 1:2:3 with lines lc palette nosurface, "
          "$point using 1:2:(height($3)) with points pt 7 ps 1.2 lc rgb 'black' nocontour\n",
          to);
}

bool adc_draw_surface(Landscape *l, const char *file, adc_error *error)
{
    Gnuplot g;
    double at[2];
    for (int k = 0; k < 2; k++) {
        at[k] = adc_real(l->model, l->theta, l->k[k]);
        choose_range(l, k, at[k]);
    }
    if (!adc_gnuplot_can(file, error)) return false;
    if (l->cells > TILES) l->cells = TILES; /* each is a shape of the picture */
    if (!adc_landscape_sample(l))
        return adc_fail(error, "The loss of %s has no finite value from %g to %g and from %g to %g.", l->model->name,
                        l->lo[0], l->hi[0], l->lo[1], l->hi[1]);
    if (!adc_gnuplot_open(&g, file, error)) return false;
    draw(l, g.to, at);
    return adc_gnuplot_close(&g, error);
}
