/*
 * names.c -- what the descriptor says about theta: lengths, names, numbers in the model's real type.
 */
#include "constrain.h"
#include "data.h"

#include <stdio.h>

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
    size_t shape[DATA_RANK], at[DATA_RANK];
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
