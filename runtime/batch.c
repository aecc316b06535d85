/*
 * batch.c -- mini-batches: the arrays that the row dim leads are cut, and the dim becomes the rows of a batch.
 *
 * The rows of a batch are copied together, as a model wants them one after the other.  An epoch's order depends on the seed
 * and the epoch's number alone, so that a run can be taken up anywhere.
 */
#include "batch.h"
#include "data.h"
#include "describe.h"
#include "rng.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static bool make_cuts(Batches *b, const size_t *dims, const void *data, adc_error *error)
{
    const adc_model *m = b->model;
    for (int a = 0; a < m->arrays; a++) {
        if (!adc_row_leads(m, a)) continue;
        struct Cut *c = &b->cut[b->cuts++];
        c->bytes = adc_row_bytes(m, dims, a);
        memcpy(&c->from, (const char *)data + m->array[a].field, sizeof c->from);
        c->to = c->bytes && b->size > SIZE_MAX / c->bytes ? NULL : malloc(b->size * c->bytes + 1);
        if (!c->to) return adc_fail_memory(error, "a batch");
        memcpy((char *)b->data + m->array[a].field, &c->to, sizeof c->to);
    }
    return true;
}

bool adc_batches_new(Batches *b, const adc_model *m, const size_t *dims, const void *data, size_t size,
                     adc_error *error)
{
    *b = (Batches){.model = m, .size = size};
    if (m->row < 0)
        return adc_fail(
            error,
            "The model cannot be fitted in batches: its loss is not a sum or mean over rows of data, each by itself.");
    b->rows = dims[m->row];
    if (b->size > b->rows) b->size = b->rows;
    if (b->size == 0) return adc_fail(error, "There are no rows to make batches of.");
    b->count = (b->rows + b->size - 1) / b->size;
    b->dims = malloc(((size_t)m->dims + 1) * sizeof *b->dims);
    b->data = malloc(m->data_bytes + 1);
    b->order = malloc(b->rows * sizeof *b->order);
    b->cut = calloc((size_t)m->arrays + 1, sizeof *b->cut);
    if (!b->dims || !b->data || !b->order || !b->cut) return adc_fail_memory(error, "the batches");
    memcpy(b->dims, dims, (size_t)m->dims * sizeof *dims);
    memcpy(b->data, data, m->data_bytes);
    b->dims[m->row] = b->size;
    return adc_rows_apart(m, dims, b->dims, "The model cannot be fitted in batches", error) &&
           make_cuts(b, dims, data, error);
}

void adc_batches_free(Batches *b)
{
    for (int k = 0; k < b->cuts; k++) free(b->cut[k].to);
    free(b->cut);
    free(b->order);
    free(b->data);
    free(b->dims);
}

void adc_batches_shuffle(Batches *b, uint64_t seed, size_t epoch)
{
    Rng r = adc_rng(seed, epoch);
    for (size_t i = 0; i < b->rows; i++) b->order[i] = i;
    adc_rng_shuffle(&r, b->order, b->rows);
}

void adc_batches_take(Batches *b, size_t k)
{
    const size_t rest = b->rows - k * b->size, rows = rest < b->size ? rest : b->size, *row = adc_batches_rows(b, k);
    b->dims[b->model->row] = rows;
    for (int c = 0; c < b->cuts; c++) {
        const struct Cut *cut = &b->cut[c];
        for (size_t i = 0; i < rows; i++) memcpy(cut->to + i * cut->bytes, cut->from + row[i] * cut->bytes, cut->bytes);
    }
}

void adc_batches_expect(const Batches *b, bool in_order)
{
    const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    for (int c = 0; c < b->cuts; c++) {
        const uintptr_t from = (uintptr_t)b->cut[c].from, first = from / page * page;
        const size_t bytes = from - first + b->rows * b->cut[c].bytes;
        posix_madvise((void *)first, bytes, in_order ? POSIX_MADV_NORMAL : POSIX_MADV_RANDOM);
    }
}

size_t adc_batches_work(const Batches *b)
{
    size_t most = 0;
    for (int pass = 0; pass < 2; pass++) {
        b->dims[b->model->row] = pass ? b->rows - (b->count - 1) * b->size : b->size;
        const size_t bytes = b->model->work_bytes(b->dims);
        if (bytes > most) most = bytes;
    }
    return most;
}
