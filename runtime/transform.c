/*
 * transform.c -- columns of data on a common scale, by numbers that the training rows give: (x - shift) / scale.  What texts stand
 * for numbers or columns is kept beside it: data.c numbers them.
 *
 * A cell that is NaN tells nothing and stays.  A column whose cells are all the same has scale 1: it becomes 0.
 */
#include "transform.h"
#include "describe.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct Kind {
    const char *shift, *scale, *done; /* the arrays in a file (of texts the first); what was done */
} kinds[] = {[ADC_STANDARDIZE] = {"mean", "scale", "standardized"},
             [ADC_SCALE] = {"min", "scale", "scaled"},
             [ADC_NUMBER] = {"text", NULL, "numbered"}};

/* ---- the data */

typedef struct {
    int array;
    size_t rows, columns;
    char *at;
} Table;

static bool table_of(Table *t, const adc_model *m, const void *dims, const void *data, const char *name,
                     adc_error *error)
{
    for (int a = 0; a < m->arrays; a++) {
        const adc_array *p = &m->array[a];
        size_t shape[DATA_RANK];
        if (p->kind != ADC_DATA || strcmp(p->name, name) != 0) continue;
        if (p->type != ADC_REAL) return adc_fail(error, "%s holds integers, which have no scale.", name);
        if (p->rank == 0) return adc_fail(error, "%s is a single number, not rows of columns.", name);
        const size_t n = adc_array_count(m, dims, a);
        if (n == SIZE_MAX || m->shape(dims, a, shape) != ADC_OK)
            return adc_fail(error, "%s has a size that is negative or too large.", name);
        *t = (Table){a, shape[0], shape[0] ? n / shape[0] : 0, NULL};
        memcpy(&t->at, (const char *)data + p->field, sizeof t->at);
        return true;
    }
    return adc_fail(error, "The model has no data named %s.", name);
}

/* ---- statistics */

/* Of one column, over its cells that are not NaN. */
typedef struct {
    size_t n;
    double least, most, mean, squares; /* squares of the distances from the mean (Welford 1962) */
} Column;

static void column_add(Column *c, double x)
{
    if (isnan(x)) return;
    c->least = c->n == 0 || x < c->least ? x : c->least;
    c->most = c->n == 0 || x > c->most ? x : c->most;
    const double before = x - c->mean;
    c->mean += before / (double)++c->n;
    c->squares += before * (x - c->mean);
}

static void column_end(const Column *c, int kind, double *shift, double *scale)
{
    *shift = 0;
    *scale = 1;
    if (c->n == 0) return;
    const bool same = c->least == c->most;
    *shift = kind == ADC_SCALE || same ? c->least : c->mean;
    if (!same) *scale = kind == ADC_SCALE ? c->most - c->least : sqrt(c->squares / (double)c->n);
}

static bool room(adc_transform *t, size_t columns, adc_error *error)
{
    t->columns = columns;
    t->shift = columns > SIZE_MAX / 2 / sizeof(double) - 1 ? NULL : malloc((2 * columns + 1) * sizeof(double));
    if (!t->shift) return adc_fail_memory(error, t->name);
    t->scale = t->shift + columns;
    return true;
}

int adc_transform_fit(adc_transform *t, const adc_model *m, const void *dims, const void *data, const char *name,
                      int kind, adc_error *error)
{
    Table x;
    *t = (adc_transform){.kind = kind};
    if (kind != ADC_STANDARDIZE && kind != ADC_SCALE) return adc_fail(error, "There is no scale of kind %d.", kind);
    if (!table_of(&x, m, dims, data, name, error)) return 0;
    t->name = m->array[x.array].name;
    Column *column = calloc(x.columns + 1, sizeof *column);
    if (!column || !room(t, x.columns, error)) {
        free(column);
        return adc_fail_memory(error, name);
    }
    for (size_t r = 0; r < x.rows; r++)
        for (size_t k = 0; k < x.columns; k++) column_add(&column[k], adc_real(m, x.at, r * x.columns + k));
    bool good = true;
    for (size_t k = 0; good && k < x.columns; k++) {
        column_end(&column[k], kind, &t->shift[k], &t->scale[k]);
        good = (isfinite(t->shift[k]) && isfinite(t->scale[k]) && t->scale[k] > 0) ||
               adc_fail(error, "%s cannot be %s: the numbers of column %zu go from %g to %g.", name, kinds[kind].done,
                        k + 1, column[k].least, column[k].most);
    }
    free(column);
    if (!good) adc_transform_free(t);
    return good;
}

int adc_transform_apply(const adc_transform *t, const adc_model *m, const void *dims, const void *data,
                        adc_error *error)
{
    Table x;
    if (t->kind == ADC_NUMBER) return 1;
    if (!table_of(&x, m, dims, data, t->name, error)) return 0;
    if (x.columns != t->columns && x.rows > 0)
        return adc_fail(error, "%s has %zu columns, but was %s with %zu.", t->name, x.columns, kinds[t->kind].done,
                        t->columns);
    for (size_t r = 0; r < x.rows; r++)
        for (size_t k = 0; k < x.columns; k++)
            adc_real_put(m, x.at, r * x.columns + k,
                         (adc_real(m, x.at, r * x.columns + k) - t->shift[k]) / t->scale[k]);
    return 1;
}

static bool text_room(adc_transform *t, size_t n, size_t width, adc_error *error)
{
    t->columns = n;
    t->width = width;
    t->text = n > SIZE_MAX / width - 1 ? NULL : calloc(n + 1, width);
    return t->text || adc_fail_memory(error, t->name);
}

int adc_transform_number(adc_transform *t, const char *name, const char *const *text, size_t n, adc_error *error)
{
    size_t longest = 0;
    *t = (adc_transform){.name = name, .kind = ADC_NUMBER};
    for (size_t k = 0; k < n; k++) longest = strlen(text[k]) > longest ? strlen(text[k]) : longest;
    if (!text_room(t, n, longest + 1, error)) return 0;
    for (size_t k = 0; k < n; k++) strcpy(t->text + k * t->width, text[k]);
    return 1;
}

void adc_transform_free(adc_transform *t)
{
    free(t->shift);
    free(t->text);
    *t = (adc_transform){0};
}

/* ---- files */

static void entry_name(char *out, size_t space, const char *name, const char *what)
{
    snprintf(out, space, "transform/%s/%s", name, what);
}

bool adc_transform_save(const adc_transform *t, Npz *z, adc_error *error)
{
    char shift[300], scale[300];
    entry_name(shift, sizeof shift, t->name, kinds[t->kind].shift);
    if (t->kind == ADC_NUMBER) return adc_npz_add_texts(z, shift, t->columns, t->width, t->text, error);
    entry_name(scale, sizeof scale, t->name, kinds[t->kind].scale);
    return adc_npz_add(z, shift, NPZ_F64, 1, &t->columns, t->shift, error) &&
           adc_npz_add(z, scale, NPZ_F64, 1, &t->columns, t->scale, error);
}

static bool load_numbers(adc_transform *t, const char *file, const char *shift, adc_error *error)
{
    char scale[300];
    size_t n, other = 0;
    entry_name(scale, sizeof scale, t->name, kinds[t->kind].scale);
    double *from = adc_npz_read(file, shift, NPZ_F64, &n, error);
    double *by = from ? adc_npz_read(file, scale, NPZ_F64, &other, error) : NULL;
    bool good = from && by;
    if (good && n != other)
        good = adc_fail(error, "%s: its arrays %s and %s are not of one length.", file, shift, scale);
    if (good) good = room(t, n, error);
    if (good) memcpy(t->shift, from, n * sizeof *from);
    if (good) memcpy(t->scale, by, n * sizeof *by);
    free(from);
    free(by);
    return good;
}

static bool load_texts(adc_transform *t, const char *file, const char *name, adc_error *error)
{
    size_t n, width;
    char *text = adc_npz_read_texts(file, name, &n, &width, error);
    const bool good = text && text_room(t, n, width + 1, error);
    for (size_t k = 0; good && k < n; k++) memcpy(t->text + k * t->width, text + k * width, width);
    free(text);
    return good;
}

int adc_transform_load(adc_transform *t, const char *file, const char *name, adc_error *error)
{
    *t = (adc_transform){.name = name};
    for (int kind = 0; kind <= ADC_NUMBER; kind++) {
        char entry[300];
        entry_name(entry, sizeof entry, name, kinds[kind].shift);
        if (!adc_npz_has(file, entry)) continue;
        t->kind = kind;
        return kind == ADC_NUMBER ? load_texts(t, file, entry, error) : load_numbers(t, file, entry, error);
    }
    return 1;
}

/* ---- is it what it was? */

static const adc_transform *find(const adc_transform *at, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(at[i].name, name) == 0) return &at[i];
    return NULL;
}

static bool same_numbers(const adc_transform *a, const adc_transform *b)
{
    if (a->columns != b->columns) return false;
    for (size_t k = 0; k < a->columns; k++)
        if (a->kind == ADC_NUMBER ? strcmp(a->text + k * a->width, b->text + k * b->width) != 0
                                  : a->shift[k] != b->shift[k] || a->scale[k] != b->scale[k])
            return false;
    return true;
}

static bool same(const char *file, const adc_transform *was, const adc_transform *is, adc_error *error)
{
    const char *before = was->columns ? kinds[was->kind].done : "as it is",
               *now = is ? kinds[is->kind].done : "as it is";
    if (strcmp(before, now) != 0)
        return adc_fail(error, "%s was saved with %s %s; this run has it %s.", file, was->name, before, now);
    return !is || same_numbers(was, is) ||
           adc_fail(error, "%s was saved with %s %s by other %s: the rows are not the same.", file, was->name, now,
                    is->kind == ADC_NUMBER ? "texts" : "numbers");
}

bool adc_transforms_same(const char *file, const adc_model *m, const adc_transform *at, size_t n, adc_error *error)
{
    bool good = true;
    for (int a = 0; good && a < m->arrays; a++) {
        adc_transform was;
        if (m->array[a].kind != ADC_DATA) continue;
        good = adc_transform_load(&was, file, m->array[a].name, error) &&
               same(file, &was, find(at, n, m->array[a].name), error);
        adc_transform_free(&was);
    }
    return good;
}
