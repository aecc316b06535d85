/*
 * dataset.c -- binds arrays from files and from values to a model's declarations: dims, shapes, ranges.
 */
#include "reader.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *copy_text(const char *s)
{
    char *t = malloc(strlen(s) + 1);
    return t ? strcpy(t, s) : NULL;
}

DataSet *adc_dataset_new(const adc_model *m, const DataSet *base, adc_error *error)
{
    DataSet *s = calloc(1, sizeof *s);
    if (s) {
        s->model = m;
        s->base = base;
        s->dims = calloc((size_t)m->dims + 1, sizeof *s->dims);
        s->dim_from = calloc((size_t)m->dims + 1, sizeof *s->dim_from);
        s->data = calloc(1, m->data_bytes + 1);
        s->array = calloc((size_t)m->arrays + 1, sizeof *s->array);
        s->labels = base ? base->labels : calloc((size_t)m->arrays + 1, sizeof *s->labels);
        s->onehot = base ? base->onehot : calloc((size_t)m->arrays + 1, sizeof *s->onehot);
    }
    if (!s || !s->dims || !s->dim_from || !s->data || !s->array || !s->labels || !s->onehot) {
        adc_dataset_free(s);
        adc_say_memory(error, "the data");
        return NULL;
    }
    if (base) {
        memcpy(s->data, base->data, m->data_bytes);
        return s;
    }
    for (int a = 0; a < m->arrays; a++) {
        if (m->array[a].kind != ADC_HYPER) continue;
        const double value = m->array[a].value;
        adc_dataset_set(s, m->array[a].name, 0, NULL, &value, error);
    }
    return s;
}

void adc_dataset_free(DataSet *s)
{
    if (!s) return;
    for (int a = 0; s->array && a < s->model->arrays; a++) adc_array_free(&s->array[a]);
    for (int a = 0; !s->base && s->labels && a < s->model->arrays; a++) adc_labels_free(&s->labels[a]);
    for (int d = 0; s->dim_from && d < s->model->dims; d++) free(s->dim_from[d]);
    if (!s->base) free(s->labels);
    if (!s->base) free(s->onehot);
    free(s->array);
    free(s->dim_from);
    free(s->dims);
    free(s->data);
    free(s);
}

static int find(const DataSet *s, const char *name, unsigned kind)
{
    for (int a = 0; a < s->model->arrays; a++)
        if (s->model->array[a].kind == kind && !strcmp(s->model->array[a].name, name)) return a;
    return -1;
}

static DataType type_wanted(const adc_model *m, int a)
{
    if (m->array[a].type == ADC_INT32) return DATA_I32;
    return m->real_bytes == 4 ? DATA_F32 : DATA_F64;
}

bool adc_dataset_file(DataSet *s, const char *name, const char *spec, DataMissing missing, adc_error *error)
{
    const int a = find(s, name, ADC_DATA);
    if (a < 0) return adc_fail(error, "The model has no data named %s.", name);
    DataArray *x = &s->array[a];
    const DataType type = type_wanted(s->model, a);
    DataHow how = {type, missing, &s->labels[a], s->watch, false};
    adc_array_free(x);
    if (!s->onehot[a]) {
        how.map = !s->model->array[a].gradient; /* what the gradient is by may be moved: it is no part of a file */
        return adc_data_read(spec, &how, x, error);
    }
    how.type = DATA_I32;
    if (!adc_data_read(spec, &how, x, error)) return false;
    if (adc_array_onehot(x, &s->labels[a], type, error)) return true;
    adc_array_free(x);
    return false;
}

bool adc_dataset_onehot(DataSet *s, const char *name, adc_error *error)
{
    const int a = find(s, name, ADC_DATA);
    if (a < 0) return adc_fail(error, "The model has no data named %s.", name);
    if (s->model->array[a].type != ADC_REAL || s->model->array[a].rank < 2)
        return adc_fail(error, "%s cannot have columns of 0 and 1: it is no array of real numbers with two dimensions.",
                        name);
    return s->onehot[a] = true;
}

bool adc_dataset_texts(DataSet *s, const adc_transform *t, adc_error *error)
{
    const int a = find(s, t->name, ADC_DATA);
    if (a < 0) return adc_fail(error, "The model has no data named %s.", t->name);
    for (size_t k = 0; k < t->columns; k++) {
        const char *text = t->text + k * t->width;
        if (adc_label(&s->labels[a], text, strlen(text)) == SIZE_MAX) return adc_fail_memory(error, t->name);
    }
    s->labels[a].closed = true;
    return s->model->array[a].type != ADC_REAL || adc_dataset_onehot(s, t->name, error);
}

/* ---- values */

static bool set_dim(DataSet *s, int d, size_t value, const char *from, adc_error *error)
{
    char *text = copy_text(from);
    if (!text) return adc_fail_memory(error, "the data");
    free(s->dim_from[d]);
    s->dim_from[d] = text;
    s->dims[d] = value;
    return true;
}

static bool set_hyper(DataSet *s, int a, double v, adc_error *error)
{
    const adc_array *h = &s->model->array[a];
    char *field = (char *)s->data + h->field;
    if (h->type == ADC_INT32) {
        if (!(v == floor(v) && fabs(v) <= INT32_MAX))
            return adc_fail(error, "%s is %g, but must be a whole number.", h->name, v);
        const int32_t i = (int32_t)v;
        memcpy(field, &i, sizeof i);
    } else if (s->model->real_bytes == 4) {
        const float f = (float)v;
        memcpy(field, &f, sizeof f);
    } else {
        memcpy(field, &v, sizeof v);
    }
    return true;
}

static bool set_array(DataSet *s, int a, int rank, const size_t *shape, const double *values, adc_error *error)
{
    const char *name = s->model->array[a].name;
    if (rank > DATA_RANK) return adc_fail(error, "%s has more than %d dimensions.", name, DATA_RANK);
    DataArray *out = &s->array[a];
    adc_array_free(out);
    *out = (DataArray){.type = type_wanted(s->model, a), .rank = rank};
    size_t n = 1;
    for (int k = 0; k < rank; k++) n *= out->shape[k] = shape[k];
    out->at = malloc((n ? n : 1) * sizeof(double));
    out->source = copy_text("--set");
    if (!out->at || !out->source) return adc_fail_memory(error, name);
    for (size_t i = 0; i < n; i++) {
        const double v = values[i];
        switch (out->type) {
        case DATA_F64: ((double *)out->at)[i] = v; break;
        case DATA_F32: ((float *)out->at)[i] = (float)v; break;
        case DATA_I32:
            if (!(v == floor(v) && fabs(v) <= INT32_MAX))
                return adc_fail(error, "Entry %zu of %s is %g, but must be a whole number of 32 bits.", i, name, v);
            ((int32_t *)out->at)[i] = (int32_t)v;
            break;
        }
    }
    return true;
}

bool adc_dataset_set(DataSet *s, const char *name, int rank, const size_t *shape, const double *values,
                     adc_error *error)
{
    for (int d = 0; d < s->model->dims; d++) {
        if (strcmp(s->model->dim[d], name) != 0) continue;
        const double v = rank == 0 ? values[0] : -1;
        if (!(v >= 0 && v == floor(v) && v <= 0x1p53))
            return adc_fail(error, "%s is a size: a whole number from 0 to 2^53.", name);
        return set_dim(s, d, (size_t)v, "--set", error);
    }
    int a = find(s, name, ADC_HYPER);
    if (a >= 0) return rank == 0 ? set_hyper(s, a, values[0], error) : adc_fail(error, "%s is a single number.", name);
    a = find(s, name, ADC_DATA);
    if (a >= 0) return set_array(s, a, rank, shape, values, error);
    return adc_fail(error, "The model has no dim, hyper or data named %s.", name);
}

/* ---- missing rows */

/* Takes out the rows that are marked. */
static bool rows_drop(DataArray *a, const unsigned char *mark, adc_error *error)
{
    if (!adc_array_own(a, error)) return false;
    size_t bytes = adc_data_bytes(a->type), kept = 0;
    for (int k = 1; k < a->rank; k++) bytes *= a->shape[k];
    char *at = a->at;
    for (size_t r = 0; r < a->shape[0]; r++) {
        if (mark[r]) continue;
        if (kept != r) memmove(at + kept * bytes, at + r * bytes, bytes);
        kept++;
    }
    a->shape[0] = kept;
    a->first_line = 0;
    free(a->missing);
    a->missing = NULL;
    a->missings = 0;
    return true;
}

/*
 * A row that goes from one array goes from all that are counted by the same dim, so that they stay in step: the features of a
 * row and its label may come from two files or from two reads of one.
 */
static bool drop_missing(DataSet *s, int d, adc_error *error)
{
    const adc_model *m = s->model;
    const DataArray *first = NULL;
    const char *first_name = NULL;
    bool any = false;
    for (int a = 0; a < m->arrays; a++) {
        const DataArray *x = &s->array[a];
        if (!x->at || m->array[a].rank == 0 || m->array[a].axis[0] != d || x->rank == 0) continue;
        any = any || x->missings;
        if (!first) first = x, first_name = m->array[a].name;
        if (first->shape[0] != x->shape[0] && (first->missings || x->missings))
            return adc_fail(error,
                            "%s (%s) has %zu rows and %s (%s) has %zu: missing rows cannot be dropped from both.",
                            first_name, first->source, first->shape[0], m->array[a].name, x->source, x->shape[0]);
    }
    if (!any) return true;
    unsigned char *mark = calloc(first->shape[0] + 1, 1);
    if (!mark) return adc_fail_memory(error, "the data");
    bool good = true;
    for (int pass = 0; pass < 2; pass++) {
        for (int a = 0; good && a < m->arrays; a++) {
            DataArray *x = &s->array[a];
            if (!x->at || m->array[a].rank == 0 || m->array[a].axis[0] != d || x->rank == 0) continue;
            for (size_t k = 0; pass == 0 && k < x->missings; k++) mark[x->missing[k]] = 1;
            if (pass == 1) good = rows_drop(x, mark, error);
        }
    }
    free(mark);
    if (!good) return false;
    if (first->shape[0] == 0) return adc_fail(error, "No row is left: each has a missing entry (%s).", first->source);
    return true;
}

/* ---- dims */

static size_t entries_of(const DataArray *x)
{
    size_t n = 1;
    for (int k = 0; k < x->rank; k++) n *= x->shape[k];
    return n;
}

/* The array that a declaration stands for: this set's, or the one it shares. */
static const DataArray *array_of(const DataSet *s, int a)
{
    return s->array[a].at || !s->base ? &s->array[a] : array_of(s->base, a);
}

/*
 * What was read, as `rank` sizes: trailing dimensions flow together (28 x 28 is 784), a single column or row is a vector.  Of
 * sizes that cannot be told alone *known is less than rank.
 */
static bool fit_rank(const DataArray *x, const char *name, int rank, size_t *shape, int *known, adc_error *error)
{
    size_t rest = 1;
    *known = rank;
    if (x->rank < rank) {
        *known = x->rank > 0 ? x->rank - 1 : 0;
        memcpy(shape, x->shape, (size_t)*known * sizeof *shape);
        return true;
    }
    for (int k = rank > 0 ? rank - 1 : 0; k < x->rank; k++) rest *= x->shape[k];
    if (rank == 0)
        return rest == 1 || adc_fail(error, "%s is a single number, but %s holds %zu.", name, x->source, rest);
    memcpy(shape, x->shape, (size_t)(rank - 1) * sizeof *shape);
    shape[rank - 1] = rest;
    if (rank > 1 || x->rank == 1 || x->shape[0] == rest || x->shape[0] == 1) return true;
    return adc_fail(error, "%s has one dimension, but %s holds %zu rows of %zu; select a column, as in %s:1.", name,
                    x->source, x->shape[0], x->shape[0] ? rest / x->shape[0] : 0, x->source);
}

static bool dims_of_array(DataSet *s, int a, const DataArray *x, adc_error *error)
{
    const adc_array *p = &s->model->array[a];
    size_t shape[DATA_RANK];
    int known;
    if (!fit_rank(x, p->name, p->rank, shape, &known, error)) return false;
    for (int k = 0; k < known; k++) {
        const int d = p->axis[k];
        if (d < 0) continue;
        char from[300];
        snprintf(from, sizeof from, "%s (%s)", p->name, x->source);
        if (!s->dim_from[d]) {
            if (!set_dim(s, d, shape[k], from, error)) return false;
        } else if (s->dims[d] != shape[k]) {
            return adc_fail(error, "%s is %zu by %s, but %zu by %s.", s->model->dim[d], s->dims[d], s->dim_from[d],
                            shape[k], from);
        }
    }
    return true;
}

/* A dim that is only the bound of integer entries: 1 + the largest. */
static bool dims_of_entries(DataSet *s, adc_error *error)
{
    const adc_model *m = s->model;
    for (int d = 0; d < m->dims; d++) {
        if (s->dim_from[d]) continue;
        int32_t largest = -1;
        const DataArray *from = NULL;
        for (int a = 0; a < m->arrays; a++) {
            const DataArray *x = &s->array[a];
            if (!x->at || m->array[a].type != ADC_INT32 || m->array[a].count != d) continue;
            const size_t n = entries_of(x);
            for (size_t i = 0; i < n; i++)
                if (((const int32_t *)x->at)[i] > largest) largest = ((const int32_t *)x->at)[i];
            from = x;
        }
        if (from && !set_dim(s, d, (size_t)largest + 1, from->source, error)) return false;
    }
    return true;
}

bool adc_dataset_dims(DataSet *s, adc_error *error)
{
    const adc_model *m = s->model;
    for (int d = 0; d < m->dims; d++)
        if (!drop_missing(s, d, error)) return false;
    for (int d = 0; s->base && d < m->dims; d++)
        if (!strcmp(s->base->dim_from[d], "--set") && !set_dim(s, d, s->base->dims[d], "--set", error)) return false;
    for (int a = 0; a < m->arrays; a++)
        if (s->array[a].at && !dims_of_array(s, a, &s->array[a], error)) return false;
    for (int a = 0; a < m->arrays; a++)
        if (!s->array[a].at && array_of(s, a)->at && !dims_of_array(s, a, array_of(s, a), error)) return false;
    return s->base || dims_of_entries(s, error);
}

static bool settle_dims(DataSet *s, adc_error *error)
{
    const adc_model *m = s->model;
    if (!adc_dataset_dims(s, error)) return false;
    for (int d = 0; d < m->dims; d++) {
        if (s->dim_from[d]) continue;
        if (!s->base)
            return adc_fail(error, "%s has no value, as no array gives it one; --set %s=... does.", m->dim[d],
                            m->dim[d]);
        if (!set_dim(s, d, s->base->dims[d], s->base->dim_from[d], error)) return false;
    }
    return true;
}

/* ---- checks */

static void shape_text(char *out, size_t room, int rank, const size_t *shape)
{
    size_t used = (size_t)snprintf(out, room, rank ? "[" : "a single number");
    for (int k = 0; k < rank && used < room; k++)
        used += (size_t)snprintf(out + used, room - used, "%zu%s", shape[k], k + 1 < rank ? ", " : "]");
}

static bool check_shape(const DataSet *s, int a, const DataArray *x, adc_error *error)
{
    const adc_array *p = &s->model->array[a];
    size_t shape[DATA_RANK] = {0}, got[DATA_RANK] = {0}, all = 1, wanted = 1;
    int known;
    if (p->rank > DATA_RANK) return adc_fail(error, "%s has more than %d dimensions.", p->name, DATA_RANK);
    if (p->rank > 0 && s->model->shape(s->dims, a, shape) != ADC_OK)
        return adc_fail(error, "%s has a size that is negative or too large.", p->name);
    if (!fit_rank(x, p->name, p->rank, got, &known, error)) return false;
    for (int k = 0; k < x->rank; k++) all *= x->shape[k];
    for (int k = 0; k < p->rank; k++) wanted *= shape[k];
    bool same = all == wanted;
    for (int k = 0; k < known; k++) same = same && shape[k] == got[k];
    if (same) return true;
    char want_text[200], got_text[200];
    shape_text(want_text, sizeof want_text, p->rank, shape);
    shape_text(got_text, sizeof got_text, x->rank, x->shape);
    return adc_fail(error, "%s is %s, but %s holds %s.", p->name, want_text, x->source, got_text);
}

/* Entries of an array: all of them, or some rows of it. */
typedef struct {
    const DataArray *array;
    const void *at;
    size_t n;
    const size_t *rows; /* NULL: all, in order */
} Part;

static Part whole(const DataArray *x) { return (Part){x, x->at, entries_of(x), NULL}; }

/* "line 12", "row 10 (from 0)" of the i-th entry; *column: its place in there. */
static void place_of(const Part *p, size_t i, char *out, size_t room, size_t *column)
{
    const DataArray *x = p->array;
    const size_t wide = x->rank > 0 && x->shape[0] ? entries_of(x) / x->shape[0] : 1;
    const size_t row = p->rows ? p->rows[i / wide] : i / wide;
    *column = i % wide;
    if (x->first_line)
        snprintf(out, room, "line %zu", x->first_line + row);
    else
        snprintf(out, room, "row %zu (from 0)", row);
}

static bool check_range(const DataSet *s, int a, const Part *part, adc_error *error)
{
    const adc_array *p = &s->model->array[a];
    if (p->type != ADC_INT32 || !p->integer) return true;
    long lo, hi;
    s->model->range(s->dims, a, &lo, &hi);
    const DataArray *x = part->array;
    const DataLabels *l = &s->labels[a];
    if (l->n && (long)l->n > hi)
        return adc_fail(error,
                        "%s holds %zu different texts, but the entries of %s lie in %ld..%ld: see \"%s\" and \"%s\".",
                        x->source, l->n, p->name, lo, hi - 1, l->name[0], l->name[l->n - 1]);
    const int32_t *at = part->at;
    for (size_t i = 0; i < part->n; i++) {
        if (at[i] >= lo && at[i] < hi) continue;
        char place[60];
        size_t column;
        place_of(part, i, place, sizeof place, &column);
        return adc_fail(error, "%s, %s: %s is %ld, but must lie in %ld..%ld.", x->source, place, p->name, (long)at[i],
                        lo, hi - 1);
    }
    return true;
}

static bool check_nan(const Part *p, adc_error *error)
{
    const double *d = p->at;
    const float *f = p->at;
    if (!p->array->unseen) return true;
    for (size_t i = 0; i < p->n; i++) {
        if (p->array->type == DATA_F64 ? !isnan(d[i]) : !isnan(f[i])) continue;
        char place[60];
        size_t column;
        place_of(p, i, place, sizeof place, &column);
        return adc_fail(error, "%s: entry %zu of %s is NaN." ADC_MISSING_HELP, p->array->source, column, place);
    }
    return true;
}

static bool check_entries(const DataSet *s, int a, Part part, adc_error *error)
{
    return check_range(s, a, &part, error) && check_nan(&part, error);
}

static bool check_model(const DataSet *s, const size_t *dims, const void *data, adc_error *error)
{
    const adc_model *m = s->model;
    int which = -1;
    const int code = m->check ? m->check(dims, data, &which) : ADC_OK;
    if (code == ADC_OK) return true;
    if (which >= 0 && which < m->checks)
        return adc_fail(error, "The data does not fit the model: %s.", m->check_text[which]);
    return adc_fail(error, "%s.", m->strerror(code));
}

/* Is an array so large, perhaps, that its entries are looked at when they are used? */
static bool is_late(const DataSet *s, int a)
{
    const adc_array *p = &s->model->array[a];
    const int row = s->model->row;
    return p->rank > 0 && row >= 0 && p->axis[0] == row && s->batch && s->batch < s->dims[row] && array_of(s, a)->map;
}

bool adc_dataset_check(const DataSet *s, const size_t *dims, const void *data, const size_t *rows, adc_error *error)
{
    const adc_model *m = s->model;
    for (int a = 0; a < m->arrays; a++) {
        if (m->array[a].kind != ADC_DATA || !is_late(s, a)) continue;
        Part part = whole(array_of(s, a));
        part.n = part.n / s->dims[m->row] * dims[m->row];
        part.rows = rows;
        memcpy(&part.at, (const char *)data + m->array[a].field, sizeof part.at);
        if (!check_entries(s, a, part, error)) return false;
    }
    return check_model(s, dims, data, error);
}

/* The field is a pointer to double, float or int32_t; all have one representation. */
static void bind(DataSet *s, int a, const DataArray *x)
{
    memcpy((char *)s->data + s->model->array[a].field, &x->at, sizeof x->at);
}

bool adc_dataset_own(DataSet *s, int a, adc_error *error)
{
    DataArray *x = &s->array[a];
    if (!x->map) return true;
    if (is_late(s, a) && !check_entries(s, a, whole(x), error)) return false;
    if (!adc_array_own(x, error)) return false;
    bind(s, a, x);
    return true;
}

bool adc_dataset_finish(DataSet *s, adc_error *error)
{
    const adc_model *m = s->model;
    for (int a = 0; a < m->arrays; a++) {
        if (m->array[a].kind != ADC_DATA) continue;
        const DataArray *x = array_of(s, a);
        if (!x->at)
            return adc_fail(error, "The model's data %s is not given; --data %s=FILE does.", m->array[a].name,
                            m->array[a].name);
        if (x->missings && (m->array[a].rank == 0 || m->array[a].axis[0] < 0))
            return adc_fail(error, "%s: rows cannot be dropped, as the number of rows of %s is fixed.", x->source,
                            m->array[a].name);
    }
    if (!settle_dims(s, error)) return false;
    for (int a = 0; a < m->arrays; a++) {
        if (m->array[a].kind != ADC_DATA) continue;
        const DataArray *x = array_of(s, a);
        const bool late = is_late(s, a);
        s->late = s->late || late;
        if (!check_shape(s, a, x, error) || (!late && !check_entries(s, a, whole(x), error))) return false;
        bind(s, a, x);
        s->labels[a].closed = true;
    }
    if (!s->late) return check_model(s, s->dims, s->data, error);
    const size_t rows = s->dims[m->row];
    s->dims[m->row] = s->batch; /* what it asks of sizes and of other arrays shows in the first batch */
    const bool good = check_model(s, s->dims, s->data, error);
    s->dims[m->row] = rows;
    return good;
}
