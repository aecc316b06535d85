/*
 * madeup.c -- data for a model that was given none: small sizes, random entries that its declarations and checks allow.
 *
 * Real data are uniform in (-1, 1); integer data are uniform in their range.  Where the model's own check refuses a draw (an
 * index that leaves an array), all are drawn again, every other time with the integers sorted, as the pointers of ragged rows are.
 */
#include "cli.h"
#include "rng.h"

#include <stdlib.h>

enum { DRAWS = 20 };

static bool make_dims(Point *p, size_t rows, Text *said, adc_error *error)
{
    if (!adc_dataset_dims(p->set, error)) return false;
    for (int d = 0; d < p->model->dims; d++) {
        if (p->set->dim_from[d]) continue;
        size_t size = d == p->model->row ? rows : 3 + (size_t)d; /* unlike, so that mixed-up sizes show */
        double value = (double)size;
        if (!adc_dataset_set(p->set, p->model->dim[d], 0, NULL, &value, error)) return false;
        text_addf(said, "%s%s = %zu", said->n ? ", " : "", p->model->dim[d], size);
    }
    return true;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static bool make_array(Point *p, int a, Rng *rng, bool sorted, adc_error *error)
{
    const adc_array *array = &p->model->array[a];
    size_t shape[DATA_RANK], n = 1;
    if (p->model->shape(p->set->dims, a, shape) != ADC_OK) return adc_fail(error, "%s has no valid shape", array->name);
    for (int k = 0; k < array->rank; k++) n *= shape[k];
    long lo = 0, hi = 0;
    if (array->type == ADC_INT32) p->model->range(p->set->dims, a, &lo, &hi);
    double *x = arena_alloc(p->arena, (n + 1) * sizeof *x);
    for (size_t i = 0; i < n; i++)
        if (array->type == ADC_REAL)
            x[i] = (double)(adc_rng_next(rng) >> 11) * 0x1p-52 - 1;
        else
            x[i] = hi > lo ? (double)lo + (double)adc_rng_below(rng, (uint64_t)(hi - lo)) : (double)lo;
    if (sorted && array->type == ADC_INT32) qsort(x, n, sizeof *x, ascending);
    return adc_dataset_set(p->set, array->name, array->rank, shape, x, error);
}

/* One draw.  false: the error says why, and another may do. */
static bool make_all(Point *p, size_t rows, uint64_t draw, adc_error *error)
{
    Text said = {.arena = p->arena};
    Rng rng = adc_rng(draw, 0);
    if (!make_dims(p, rows, &said, error)) return false;
    for (int a = 0; a < p->model->arrays; a++) {
        if (p->model->array[a].kind != ADC_DATA || p->set->array[a].at) continue;
        if (!make_array(p, a, &rng, draw % 2 == 1, error)) return false;
        text_addf(&said, "%s%s", said.n ? ", " : "", p->model->array[a].name);
    }
    p->made_up = said.n ? said.at : NULL;
    return adc_dataset_finish(p->set, error);
}

int point_make_up(const Args *args, const adc_model *model, size_t rows, Point *p)
{
    adc_error error;
    for (uint64_t draw = 0; draw < DRAWS; draw++) {
        int status = point_new(args, model, p);
        if (status == CLI_OK) status = point_dims(p);
        if (status != CLI_OK) return status;
        if (make_all(p, rows, draw, &error)) return point_start(args, p);
        if (!p->made_up) break;
        point_free(p);
        *p = (Point){0};
    }
    return refuse(&error);
}
