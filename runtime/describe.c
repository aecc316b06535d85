/*
 * describe.c -- what a descriptor says: lengths, names, numbers in the model's real type.
 */
#include "describe.h"
#include "data.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t adc_array_count(const adc_model *m, const void *dims, int array)
{
    size_t shape[DATA_RANK], n = 1;
    const int rank = m->array[array].rank;
    if (rank > DATA_RANK || (rank > 0 && m->shape(dims, array, shape))) return SIZE_MAX;
    for (int k = 0; k < rank; k++) {
        if (shape[k] && n > SIZE_MAX / shape[k]) return SIZE_MAX;
        n *= shape[k];
    }
    return n;
}

int adc_row_leads(const adc_model *m, int a)
{
    return m->array[a].kind == ADC_DATA && m->array[a].rank > 0 && m->array[a].axis[0] == m->row;
}

size_t adc_row_bytes(const adc_model *m, const void *dims, int a)
{
    const size_t entry = m->array[a].type == ADC_INT32 ? sizeof(int32_t) : (size_t)m->real_bytes;
    return adc_array_count(m, dims, a) / ((const size_t *)dims)[m->row] * entry;
}

int adc_rows_apart(const adc_model *m, const void *dims, const void *part, const char *what, adc_error *error)
{
    for (int a = 0; a < m->arrays; a++) {
        const adc_array *p = &m->array[a];
        if (p->kind > ADC_DATA) continue;
        size_t all[DATA_RANK], some[DATA_RANK];
        if (p->rank > DATA_RANK || (p->rank > 0 && (m->shape(dims, a, all) || m->shape(part, a, some))))
            return adc_fail(error, "%s has a size that is negative or too large.", p->name);
        for (int k = adc_row_leads(m, a) ? 1 : 0; k < p->rank; k++)
            if (all[k] != some[k])
                return adc_fail(error, "%s: %s %s depends on the number of rows, %s.", what,
                                k == 0 ? "the length of" : "a further dimension of", p->name, m->dim[m->row]);
        if (p->type != ADC_INT32 || !p->integer) continue;
        long lo, hi, some_lo, some_hi;
        m->range(dims, a, &lo, &hi);
        m->range(part, a, &some_lo, &some_hi);
        if (lo != some_lo || hi != some_hi)
            return adc_fail(error, "%s: the entries of %s count rows of the whole data.", what, p->name);
    }
    return 1;
}

void adc_param_name(const adc_model *m, const void *dims, size_t i, char *out, size_t room)
{
    int a = 0;
    for (; a < m->arrays; a++) {
        if (m->array[a].kind != ADC_PARAM) continue;
        const size_t n = adc_array_count(m, dims, a);
        if (i < n) break;
        i -= n;
    }
    if (a == m->arrays) {
        snprintf(out, room, "theta[%zu]", i);
        return;
    }
    size_t shape[DATA_RANK] = {0}, at[DATA_RANK] = {0};
    const int rank = m->array[a].rank;
    if (rank > 0) m->shape(dims, a, shape);
    for (int k = rank; k-- > 0; i /= shape[k]) at[k] = i % shape[k];
    size_t used = (size_t)snprintf(out, room, "%s", m->array[a].name);
    for (int k = 0; k < rank && used < room; k++)
        used += (size_t)snprintf(out + used, room - used, "%s%zu", k ? ", " : "[", at[k]);
    if (rank > 0 && used < room) snprintf(out + used, room - used, "]");
}

double adc_real(const adc_model *m, const void *at, size_t i)
{
    return m->real_bytes == 4 ? (double)((const float *)at)[i] : ((const double *)at)[i];
}

void adc_real_put(const adc_model *m, void *at, size_t i, double x)
{
    if (m->real_bytes == 4)
        ((float *)at)[i] = (float)x;
    else
        ((double *)at)[i] = x;
}

int adc_scalar(const adc_model *m, adc_function *f, const void *dims, const void *theta, const void *data, void *work,
               double *out)
{
    float single = 0;
    if (m->real_bytes != 4) return f(dims, theta, data, out, work);
    const int code = f(dims, theta, data, &single, work);
    *out = (double)single;
    return code;
}

size_t adc_metrics(const adc_model *m)
{
    size_t n = 0;
    for (int a = 0; a < m->arrays; a++) n += m->array[a].kind == ADC_METRIC;
    return n;
}

int adc_metrics_eval(const adc_model *m, const void *dims, const void *theta, const void *data, void *work, double *out)
{
    for (int a = 0; a < m->arrays; a++) {
        if (m->array[a].kind != ADC_METRIC) continue;
        const int code = adc_scalar(m, m->array[a].eval, dims, theta, data, work, out++);
        if (code != ADC_OK) return code;
    }
    return ADC_OK;
}

void adc_count_set(const adc_model *m, void *data, const char *name, size_t count)
{
    for (int a = 0; a < m->arrays; a++) {
        const adc_array *h = &m->array[a];
        if (h->kind != ADC_HYPER || strcmp(h->name, name) != 0) continue;
        const double d = (double)count;
        const float f = (float)count;
        const int32_t i = (int32_t)count;
        if (h->type == ADC_INT32)
            memcpy((char *)data + h->field, &i, sizeof i);
        else if (m->real_bytes == 4)
            memcpy((char *)data + h->field, &f, sizeof f);
        else
            memcpy((char *)data + h->field, &d, sizeof d);
    }
}

void *adc_work_new(size_t bytes) { return bytes > SIZE_MAX - 128 ? NULL : aligned_alloc(64, (bytes + 64) / 64 * 64); }
