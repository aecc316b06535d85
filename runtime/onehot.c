/*
 * onehot.c -- a column of k different texts or integers as k columns, of which each row has a 1 in one: that of its text.
 */
#include "reader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Integers that were read as such are numbered as the texts that they are printed as. */
static bool number(DataArray *x, DataLabels *labels, adc_error *error)
{
    int32_t *at = x->at;
    for (size_t r = 0, next = 0; r < x->shape[0]; r++) {
        if (next < x->missings && x->missing[next] == r) { /* it goes */
            next++;
            continue;
        }
        char text[20];
        const int n = snprintf(text, sizeof text, "%ld", (long)at[r]);
        const size_t k = adc_label(labels, text, (size_t)n);
        if (k == SIZE_MAX && labels->closed)
            return adc_fail(error, "%s, row %zu (from 0): %s does not occur in the training set.", x->source, r, text);
        if (k == SIZE_MAX || k > INT32_MAX) return adc_fail_memory(error, x->source);
        at[r] = (int32_t)k;
    }
    return true;
}

bool adc_array_onehot(DataArray *x, DataLabels *labels, DataType type, adc_error *error)
{
    size_t wide = 1;
    for (int k = 1; k < x->rank; k++) wide *= x->shape[k];
    if (wide != 1)
        return adc_fail(error, "%s holds %zu columns; select one, as in file.csv:2, to make columns of 0 and 1 of it.",
                        x->source, wide);
    if (!x->numbered && !number(x, labels, error)) return false;
    const size_t rows = x->shape[0], columns = labels->n, bytes = adc_data_bytes(type);
    const int32_t *from = x->at;
    char *at = columns && rows > SIZE_MAX / columns / bytes ? NULL : calloc(rows * columns + 1, bytes);
    if (!at) return adc_fail_memory(error, x->source);
    for (size_t r = 0; r < rows; r++) {
        const size_t i = r * columns + (size_t)from[r];
        if (type == DATA_F32)
            ((float *)(void *)at)[i] = 1;
        else
            ((double *)(void *)at)[i] = 1;
    }
    free(x->at);
    x->at = at;
    x->type = type;
    x->rank = 2;
    x->shape[1] = columns;
    return true;
}
