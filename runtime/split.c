/*
 * split.c -- a development set out of the data itself: rows that the seed chooses move behind the others.
 *
 * One pass decides row by row, with as many rows wanted and as many left (Knuth, The Art of Computer Programming 2, algorithm
 * 3.4.2 S); every array goes through it with the same numbers.
 */
#include "data.h"
#include "describe.h"
#include "rng.h"

#include <stdlib.h>
#include <string.h>

enum { STREAM = -1 }; /* of the seed; those from 0 on are the epochs' */

/* Rows of `bytes` each: those that are chosen go behind the others.  aside: room for the chosen. */
static void part_rows(char *at, size_t bytes, size_t rows, size_t chosen, uint64_t seed, char *aside)
{
    Rng rng = adc_rng(seed, (uint64_t)STREAM);
    size_t kept = 0, taken = 0;
    for (size_t r = 0; r < rows; r++) {
        const bool take = adc_rng_below(&rng, rows - r) < chosen - taken;
        char *to = take ? aside + bytes * taken++ : at + bytes * kept++, *from = at + bytes * r;
        if (to != from) memcpy(to, from, bytes);
    }
    memcpy(at + bytes * kept, aside, bytes * taken);
}

int adc_split(const adc_model *m, void *dims, void *data, double fraction, uint64_t seed, void *dev_dims,
              void *dev_data, adc_error *error)
{
    size_t *size = dims, *dev_size = dev_dims;
    if (!(fraction > 0 && fraction < 1))
        return adc_fail(error, "A development set is a fraction of the rows between 0 and 1, not %g of them.",
                        fraction);
    if (m->row < 0)
        return adc_fail(error, "The model has no rows to make a development set of: its loss is no sum over rows.");
    const size_t rows = size[m->row];
    if (rows < 2) return adc_fail(error, "A development set takes one of two rows at least; there are %zu.", rows);
    const double wanted = fraction * (double)rows + 0.5;
    const size_t chosen = wanted < 1 ? 1 : wanted >= (double)rows ? rows - 1 : (size_t)wanted;
    memcpy(dev_size, size, (size_t)m->dims * sizeof *size);
    dev_size[m->row] = chosen;
    if (!adc_rows_apart(m, size, dev_size, "A development set cannot be made of the rows", error)) return 0;
    size_t most = 0;
    for (int a = 0; a < m->arrays; a++)
        if (adc_row_leads(m, a) && adc_row_bytes(m, size, a) > most) most = adc_row_bytes(m, size, a);
    char *aside = most && chosen > SIZE_MAX / most ? NULL : malloc(chosen * most + 1);
    if (!aside) return adc_fail_memory(error, "the development set");

    memcpy(dev_data, data, m->data_bytes);
    for (int a = 0; a < m->arrays; a++) {
        if (!adc_row_leads(m, a)) continue;
        const size_t bytes = adc_row_bytes(m, size, a);
        char *at;
        memcpy(&at, (char *)data + m->array[a].field, sizeof at);
        part_rows(at, bytes, rows, chosen, seed, aside);
        at += bytes * (rows - chosen);
        memcpy((char *)dev_data + m->array[a].field, &at, sizeof at);
    }
    free(aside);
    size[m->row] = rows - chosen;
    return 1;
}
