/*
 * draw.c -- histories as curves, rows as images, by gnuplot.
 */
#include "draw.h"
#include "data.h"
#include "gnuplot.h"
#include "history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- histories */

enum { COLUMNS = 64, PANELS = 9 };

typedef struct {
    char *text;
    char *name[COLUMNS];
    int columns;
    double *x; /* (rows, columns); NaN: an empty cell */
    size_t rows;
} Table;

static void table_free(Table *t)
{
    free(t->text);
    free(t->x);
}

/* The next cell of a line: without its quotes, ended by 0.  NULL: there is none. */
static char *cell(char **at)
{
    char *s = *at, *end;
    if (!s) return NULL;
    if (*s == '"') {
        end = strchr(++s, '"');
        if (!end) return NULL;
        *end++ = 0;
    } else
        end = s + strcspn(s, ",\n");
    const char stop = *end;
    *end = 0;
    *at = stop == ',' ? end + 1 : NULL;
    return s;
}

static bool table_read(Table *t, const char *name, adc_error *error)
{
    t->text = adc_history_text(name, error);
    if (!t->text) return false;
    char *line = t->text, *next = strchr(line, '\n');
    size_t lines = 0;
    for (const char *s = t->text; (s = strchr(s, '\n')); s++) lines++;
    if (next) *next++ = 0;
    while (line && t->columns < COLUMNS)
        if ((t->name[t->columns] = cell(&line))) t->columns++;
    if (t->columns < 3 || strcmp(t->name[0], "step") != 0 || strcmp(t->name[1], "epoch") != 0)
        return adc_fail(error, "%s is no history: its first line does not begin with step,epoch,loss.", name);
    t->x = malloc((lines + 1) * (size_t)t->columns * sizeof *t->x);
    if (!t->x) return adc_fail_memory(error, name);
    for (line = next; line && *line; line = next) {
        next = strchr(line, '\n');
        if (next) *next++ = 0;
        double *row = t->x + t->rows++ * (size_t)t->columns;
        for (int k = 0; k < t->columns; k++) {
            const char *c = cell(&line);
            row[k] = c && *c ? strtod(c, NULL) : (double)NAN;
        }
    }
    return t->rows > 0 || adc_fail(error, "%s has no rows.", name);
}

static int find_column(const Table *t, const char *before, const char *name, size_t n)
{
    const size_t m = strlen(before);
    for (int k = 2; k < t->columns; k++)
        if (strlen(t->name[k]) == m + n && !strncmp(t->name[k], before, m) && !strncmp(t->name[k] + m, name, n))
            return k;
    return -1;
}

/* Which columns are drawn. */
static bool choose(const Table *t, const char *columns, const char *name, int *panel, int *panels, adc_error *error)
{
    *panels = 0;
    for (int k = 2; !columns && k < t->columns && *panels < PANELS; k++)
        if (k == 2 || find_column(t, "dev_", t->name[k], strlen(t->name[k])) > 0) panel[(*panels)++] = k;
    while (columns) {
        const size_t n = strcspn(columns, ",");
        const int k = find_column(t, "", columns, n);
        if (k < 0) return adc_fail(error, "%s has no column %.*s.", name, (int)n, columns);
        if (*panels == PANELS) return adc_fail(error, "More than %d columns do not fit a picture.", PANELS);
        panel[(*panels)++] = k;
        columns = columns[n] ? columns + n + 1 : NULL;
    }
    return true;
}

/* Steps an epoch: the first step of epoch 1; 1 without batches. */
static double epoch_steps(const Table *t)
{
    for (size_t r = 0; r < t->rows; r++) {
        const double *row = t->x + r * (size_t)t->columns;
        if (row[1] >= 1) return row[0] / row[1];
    }
    return 1;
}

static void draw_column(const Table *t, FILE *to, const char *block, int k, double steps)
{
    fprintf(to, "$%s << EOD\n", block);
    for (size_t r = 0; k >= 0 && r < t->rows; r++) {
        const double *row = t->x + r * (size_t)t->columns;
        if (isnan(row[k])) continue;
        adc_gnuplot_number(to, row[0] / steps, ' ');
        adc_gnuplot_number(to, row[k], '\n');
    }
    fputs("EOD\n", to);
}

static bool is_positive(const Table *t, int k)
{
    for (size_t r = 0; k >= 0 && r < t->rows; r++)
        if (t->x[r * (size_t)t->columns + (size_t)k] <= 0) return false;
    return true;
}

static void draw_panels(const Table *t, FILE *to, const int *panel, int panels)
{
    const double steps = epoch_steps(t);
    fprintf(to, "set multiplot layout %d,1\nset grid\n", panels);
    for (int p = 0; p < panels; p++) {
        const char *name = t->name[panel[p]];
        const int dev = find_column(t, "dev_", name, strlen(name));
        draw_column(t, to, "train", panel[p], steps);
        draw_column(t, to, "dev", dev, steps);
        fputs("set ylabel ", to);
        adc_gnuplot_text(to, name);
        fprintf(to, " noenhanced\nset xlabel '%s'\n%sset logscale y\n", steps > 1 ? "epoch" : "step",
                is_positive(t, panel[p]) && is_positive(t, dev) ? "" : "un");
        fprintf(to, "plot $train using 1:2 with lines lw %s title '%s'%s\n",
                dev >= 0 && steps > 1 ? "1 lc rgb '#9ecae1'" : "2", dev >= 0 ? "training" : "",
                dev >= 0 ? ", $dev using 1:2 with linespoints lw 2 pt 7 ps 0.4 lc rgb '#d7301f' title 'development'"
                         : "");
    }
    fputs("unset multiplot\n", to);
}

bool adc_draw_history(const char *history, const char *columns, const char *file, adc_error *error)
{
    Table t = {0};
    Gnuplot g;
    int panel[PANELS], panels;
    const Decimal decimal = decimal_begin();
    bool good = adc_gnuplot_can(file, error) && table_read(&t, history, error) &&
                choose(&t, columns, history, panel, &panels, error) && adc_gnuplot_open(&g, file, error);
    if (good) draw_panels(&t, g.to, panel, panels);
    good = good && adc_gnuplot_close(&g, error);
    decimal_end(decimal);
    table_free(&t);
    return good;
}

/* ---- rows */

bool adc_draw_rows(const char *spec, size_t height, size_t width, const char *file, adc_error *error)
{
    DataArray a;
    Gnuplot g;
    if (!adc_gnuplot_can(file, error) || !adc_data_read(spec, DATA_F64, MISSING_NAN, NULL, &a, error)) return false;
    size_t entries = 1;
    for (int k = 1; k < a.rank; k++) entries *= a.shape[k];
    const size_t rows = a.rank ? a.shape[0] < 100 ? a.shape[0] : 100 : 0, side = (size_t)ceil(sqrt((double)rows));
    bool good = rows && entries == height * width;
    if (!good)
        adc_say(error, "%s has rows of %zu numbers, not %zu x %zu.", spec, a.rank > 1 ? entries : 1, height, width);
    good = good && adc_gnuplot_open(&g, file, error);
    if (good) {
        fprintf(g.to, "set multiplot layout %zu,%zu margins 0.01,0.99,0.01,0.99 spacing 0.005\n",
                (rows + side - 1) / side, side);
        fputs("set palette gray\nunset colorbox\nunset xtics\nunset ytics\nunset key\nset size ratio -1\nset yrange "
              "[*:*] reverse\n",
              g.to);
        for (size_t r = 0; r < rows; r++) {
            const double *x = (const double *)a.at + r * entries;
            fputs("$image << EOD\n", g.to);
            for (size_t i = 0; i < entries; i++) adc_gnuplot_number(g.to, x[i], i % width + 1 == width ? '\n' : ' ');
            fputs("EOD\nplot $image matrix with image pixels\n", g.to);
        }
        fputs("unset multiplot\n", g.to);
        good = adc_gnuplot_close(&g, error);
    }
    adc_array_free(&a);
    return good;
}
