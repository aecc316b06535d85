/*
 * develop.c -- looks at the development set.
 */
#include "develop.h"
#include "data.h"
#include "describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool adc_develop_new(Develop *d, const adc_model *m, const void *dims, void *data, size_t patience, size_t n,
                     adc_error *error)
{
    *d = (Develop){.model = m, .dims = dims, .data = data, .patience = patience, .n = n, .least = HUGE_VAL};
    d->work = adc_work_new(m->work_bytes(dims));
    d->value = malloc((adc_metrics(m) + 1) * sizeof *d->value);
    if (patience) d->best = calloc(n + 1, sizeof *d->best);
    return (d->work && d->value && (d->best || !patience)) || adc_fail_memory(error, "the development set");
}

void adc_develop_free(Develop *d)
{
    free(d->work);
    free(d->value);
    free(d->best);
}

int adc_develop_look(Develop *d, const void *theta, const double *u, size_t step, size_t epoch)
{
    adc_count_set(d->model, d->data, "step", step);
    adc_count_set(d->model, d->data, "epoch", epoch);
    int code = adc_scalar(d->model, d->model->loss, d->dims, theta, d->data, d->work, d->value);
    if (code == ADC_OK) code = adc_metrics_eval(d->model, d->dims, theta, d->data, d->work, d->value + 1);
    if (code != ADC_OK) return code;
    const bool lower = d->value[0] < d->least;
    d->bad = lower ? 0 : d->bad + 1;
    if (lower) d->least = d->value[0];
    if (lower && d->best) memcpy(d->best, u, d->n * sizeof *u);
    return ADC_OK;
}
