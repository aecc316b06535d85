/*
 * draw.c -- histories as curves, rows as images, by gnuplot.
 */
#include "draw.h"
#include "curve.h"
#include "data.h"
#include "gnuplot.h"
#include "history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- histories */

enum { COLUMNS = 64, PANELS = 9 };

typedef struct {
    const char *file;
    char *label; /* the file's name without ".csv" */
    char *text;
    char *name[COLUMNS];
    int columns;
    double *x; /* (rows, columns); NaN: an empty cell */
    size_t rows;
} Table;

static void table_free(Table *t)
{
    free(t->label);
    free(t->text);
    free(t->x);
}

/* The next cell of a line: without its quotes, ended by 0.  NULL: there is none. */
static char *cell(char **at)
{
    char *s = *at, *end;
    *at = NULL;
    if (!s) return NULL;
    if (*s == '"') {
        end = strchr(++s, '"');
        if (!end) return NULL;
        *end++ = 0;
    } else
        end = s + strcspn(s, ",\n");
    const char stop = *end;
    *end = 0;
    if (stop == ',') *at = end + 1;
    return s;
}

static bool table_read(Table *t, const char *name, adc_error *error)
{
    const size_t n = strlen(name), ending = n > 4 && !strcmp(name + n - 4, ".csv") ? 4 : 0;
    t->file = name;
    t->label = malloc(n + 1);
    if (!t->label) return adc_fail_memory(error, name);
    memcpy(t->label, name, n - ending);
    t->label[n - ending] = 0;
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
    if (line) return adc_fail(error, "%s has more than %d columns.", name, COLUMNS);
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

/* The histories of a picture, and the columns that it has a panel for each. */
typedef struct {
    Table *table;
    size_t tables;
    const char *panel[PANELS];
    int panels;
    bool epochs; /* over epochs, not steps */
} Histories;

/* Which columns of the first are drawn. */
static bool choose(Histories *h, const char *columns, adc_error *error)
{
    const Table *t = h->table;
    for (int k = 2; !columns && k < t->columns && h->panels < PANELS; k++)
        if (k == 2 || find_column(t, "dev_", t->name[k], strlen(t->name[k])) > 0) h->panel[h->panels++] = t->name[k];
    while (columns) {
        const size_t n = strcspn(columns, ",");
        const int k = find_column(t, "", columns, n);
        if (k < 0) return adc_fail(error, "%s has no column %.*s.", t->file, (int)n, columns);
        if (h->panels == PANELS) return adc_fail(error, "More than %d columns do not fit a picture.", PANELS);
        h->panel[h->panels++] = t->name[k];
        columns = columns[n] ? columns + n + 1 : NULL;
    }
    return true;
}

/* Do all have what is drawn? */
static bool agree(const Histories *h, adc_error *error)
{
    for (size_t i = 1; i < h->tables; i++)
        for (int p = 0; p < h->panels; p++)
            if (find_column(&h->table[i], "", h->panel[p], strlen(h->panel[p])) < 0)
                return adc_fail(error, "%s has no column %s, which %s has.", h->table[i].file, h->panel[p],
                                h->table->file);
    return true;
}

static double entry(const Table *t, size_t row, int column) { return t->x[row * (size_t)t->columns + (size_t)column]; }

/* Steps an epoch: the first step of epoch 1; 1 without batches, 0 of a fit that has ended before. */
static double epoch_steps(const Table *t)
{
    for (size_t r = 0; r < t->rows; r++)
        if (entry(t, r, 1) >= 1) return entry(t, r, 0) / entry(t, r, 1);
    return entry(t, t->rows - 1, 0) > 0 ? 0 : 1;
}

/* Has somebody batches, and does everybody tell how many make an epoch? */
static bool by_epochs(const Histories *h)
{
    bool batches = false;
    for (size_t i = 0; i < h->tables; i++) {
        const double steps = epoch_steps(&h->table[i]);
        if (steps == 0) return false;
        batches = batches || steps > 1;
    }
    return batches;
}

static size_t neighbours(const Table *t, int k)
{
    size_t values = 0;
    for (size_t r = 0; k >= 0 && r < t->rows; r++) values += isnan(entry(t, r, k)) ? 0 : 1;
    return adc_curve_together(values);
}

static void draw_column(const Histories *h, FILE *to, const char *block, size_t i, int k)
{
    const Table *t = &h->table[i];
    const double unit = h->epochs ? epoch_steps(t) : 1;
    const size_t together = neighbours(t, k);
    CurvePoint point = {0};
    fprintf(to, "$%s%zu << EOD\n", block, i);
    for (size_t r = 0; k >= 0 && r < t->rows; r++) {
        adc_curve_add(&point, entry(t, r, 0) / unit, entry(t, r, k));
        if (point.n >= (double)together || r + 1 == t->rows) adc_curve_write(&point, to);
    }
    fputs("EOD\n", to);
}

/* Has its loss grown a millionfold in the end, or come to be no number? */
static bool flies_off(const Table *t) { return !(entry(t, t->rows - 1, 2) <= 1e6 * fabs(entry(t, 0, 2))); }

typedef struct {
    double lo, hi;
    bool cut; /* not all curves lie within */
} Range;

/* What the values of a column span, but those after the first of a history that flies off. */
static Range range_of(const Histories *h, const char *before, const char *name)
{
    Range range = {HUGE_VAL, -HUGE_VAL, false};
    bool calm = false;
    for (size_t i = 0; i < h->tables; i++) {
        const Table *t = &h->table[i];
        const int k = find_column(t, before, name, strlen(name));
        const bool off = flies_off(t);
        for (size_t r = 0; k >= 0 && r < (off ? 1 : t->rows); r++) {
            range.lo = fmin(range.lo, entry(t, r, k));
            range.hi = fmax(range.hi, entry(t, r, k));
        }
        calm = calm || !off;
        range.cut = range.cut || off;
    }
    range.cut = range.cut && calm && range.lo < range.hi;
    return range;
}

/* With a development set, its values decide: an error of 0 in single batches is a gap in their curve. */
static bool is_positive(const Histories *h, const char *name)
{
    for (size_t i = 0; i < h->tables; i++) {
        const Table *t = &h->table[i];
        const int own = find_column(t, "", name, strlen(name)), dev = find_column(t, "dev_", name, strlen(name));
        const int k = dev >= 0 ? dev : own;
        for (size_t r = 0; k >= 0 && r < t->rows; r++)
            if (entry(t, r, k) <= 0) return false;
    }
    return true;
}

static void draw_axes(const Histories *h, FILE *to, const char *name)
{
    const bool logarithmic = is_positive(h, name);
    const Range r = range_of(h, "", name);
    const double margin = 0.1 * (r.hi - r.lo);
    fputs("set ylabel ", to);
    adc_gnuplot_text(to, name);
    fprintf(to, " noenhanced\nset xlabel '%s'\n%sset logscale y\nset yrange [", h->epochs ? "epoch" : "step",
            logarithmic ? "" : "un");
    if (r.cut && !logarithmic)
        adc_gnuplot_number(to, r.lo - margin, ':');
    else
        fputs("*:", to);
    if (r.cut)
        adc_gnuplot_number(to, logarithmic ? 10 * r.hi : r.hi + margin, ']');
    else
        fputs("*]", to);
    fputc('\n', to);
}

/* Colours that the colour-blind can tell (Okabe and Ito 2008). */
static const char *const colours[] = {"0072b2", "d55e00", "009e73", "cc79a7", "e69f00", "56b4e9", "000000"};
enum { COLOURS = sizeof colours / sizeof *colours };

/* Training pale behind the development set where it has more points.  That has a colour of its own only where there is one history. */
static void draw_curve(const Histories *h, FILE *to, size_t i, const char *name)
{
    const char *colour = colours[i % COLOURS];
    const int dash = (int)(i / COLOURS % 5) + 1;
    const size_t n = strlen(name);
    const bool dev = find_column(&h->table[i], "dev_", name, n) > 0;
    if (i) fputs(", ", to);
    if (neighbours(&h->table[i], find_column(&h->table[i], "", name, n)) > 1)
        fprintf(to, "$train%zu using 1:3:4 with filledcurves fill solid noborder lc rgb '#%s%s' notitle, ", i,
                dev && h->epochs ? "e0" : "c0", colour);
    fprintf(to, "$train%zu using 1:2 with lines lw %s lc rgb '#%s%s' dt %d", i, dev && h->epochs ? "1" : "2",
            dev && h->epochs ? "a0" : "", colour, dash);
    fputs(" title ", to);
    adc_gnuplot_text(to, h->tables > 1 ? h->table[i].label : dev ? "training" : "");
    if (!dev) return;
    fprintf(to, ", $dev%zu using 1:2 with linespoints lw 2 pt 7 ps 0.4 lc rgb '#%s' dt %d", i,
            h->tables > 1 ? colour : colours[1], dash);
    fputs(" title ", to);
    if (h->tables > 1) adc_gnuplot_text(to, h->table[i].label);
    fputs(h->tables > 1 ? ".', development'" : "'development'", to);
}

static void draw_panels(const Histories *h, FILE *to)
{
    fprintf(to, "set multiplot layout %d,1\nset grid\nset format y '%%g'\nset key noenhanced%s\n", h->panels,
            h->tables > 1 ? " above" : "");
    for (int p = 0; p < h->panels; p++) {
        const char *name = h->panel[p];
        draw_axes(h, to, name);
        for (size_t i = 0; i < h->tables; i++) {
            draw_column(h, to, "train", i, find_column(&h->table[i], "", name, strlen(name)));
            draw_column(h, to, "dev", i, find_column(&h->table[i], "dev_", name, strlen(name)));
        }
        fputs("plot ", to);
        for (size_t i = 0; i < h->tables; i++) draw_curve(h, to, i, name);
        fputc('\n', to);
    }
    fputs("unset multiplot\n", to);
}

static bool histories_read(Histories *h, const char *const *names, size_t n, adc_error *error)
{
    h->table = calloc(n, sizeof *h->table);
    if (!h->table) return adc_fail_memory(error, names[0]);
    for (h->tables = 0; h->tables < n; h->tables++)
        if (!table_read(&h->table[h->tables], names[h->tables], error)) return false;
    h->epochs = by_epochs(h);
    return true;
}

static void histories_free(Histories *h, size_t n)
{
    for (size_t i = 0; h->table && i < n; i++) table_free(&h->table[i]);
    free(h->table);
}

bool adc_draw_histories(const char *const *history, size_t n, const char *columns, const char *file, adc_error *error)
{
    Histories h = {0};
    Gnuplot g;
    const Decimal decimal = decimal_begin();
    bool good = adc_gnuplot_can(file, error) && histories_read(&h, history, n, error) && choose(&h, columns, error) &&
                agree(&h, error) && adc_gnuplot_open(&g, file, error);
    if (good) draw_panels(&h, g.to);
    good = good && adc_gnuplot_close(&g, error);
    decimal_end(decimal);
    histories_free(&h, n);
    return good;
}

/* ---- rows */

static void draw_grey(const Gnuplot *g, const double *x, size_t height, size_t width)
{
    fputs("$image << EOD\n", g->to);
    for (size_t i = 0; i < height * width; i++) adc_gnuplot_number(g->to, x[i], i % width + 1 == width ? '\n' : ' ');
    fprintf(g->to, "EOD\nplot $image matrix with %s\n", g->image);
}

/* x: (3, height, width), planes of red, green and blue, which share the range from the least number to the largest. */
static void draw_colour(const Gnuplot *g, const double *x, size_t height, size_t width)
{
    const size_t n = height * width;
    double lo = HUGE_VAL, hi = -HUGE_VAL;
    for (size_t i = 0; i < 3 * n; i++) {
        lo = fmin(lo, x[i]);
        hi = fmax(hi, x[i]);
    }
    fputs("$image << EOD\n", g->to);
    for (size_t i = 0; i < n; i++) {
        fprintf(g->to, "%zu %zu ", i % width, i / width);
        for (size_t c = 0; c < 3; c++)
            adc_gnuplot_number(g->to, hi > lo ? round(255 * (x[c * n + i] - lo) / (hi - lo)) : 127, c < 2 ? ' ' : '\n');
    }
    fprintf(g->to, "EOD\nplot $image with rgb%s\n", g->image);
}

bool adc_draw_rows(const char *spec, size_t height, size_t width, const char *file, adc_error *error)
{
    DataArray a;
    Gnuplot g;
    if (height < 2 || width < 2) return adc_fail(error, "gnuplot draws no images of a single row or column.");
    if (!adc_gnuplot_can(file, error) ||
        !adc_data_read(spec, &(DataHow){.type = DATA_F64, .missing = MISSING_NAN}, &a, error))
        return false;
    size_t entries = 1;
    for (int k = 1; k < a.rank; k++) entries *= a.shape[k];
    const size_t rows = a.rank ? a.shape[0] < 100 ? a.shape[0] : 100 : 0, side = (size_t)ceil(sqrt((double)rows));
    const bool grey = entries == height * width, colour = entries == 3 * height * width;
    bool good = rows && (grey || colour);
    if (!good)
        adc_say(error, "%s has rows of %zu numbers, neither %zu x %zu nor three times as many.", spec,
                a.rank > 1 ? entries : 1, height, width);
    good = good && adc_gnuplot_open(&g, file, error);
    if (good) {
        fprintf(g.to, "set multiplot layout %zu,%zu margins 0.01,0.99,0.01,0.99 spacing 0.005\n",
                (rows + side - 1) / side, side);
        fputs("set palette gray\nunset colorbox\nunset xtics\nunset ytics\nunset key\nset size ratio -1\nset yrange "
              "[*:*] reverse\n",
              g.to);
        for (size_t r = 0; r < rows; r++)
            (grey ? draw_grey : draw_colour)(&g, (const double *)a.at + r * entries, height, width);
        fputs("unset multiplot\n", g.to);
        good = adc_gnuplot_close(&g, error);
    }
    adc_array_free(&a);
    return good;
}
