/*
 * batch.h -- some rows at a time, in a shuffled order.
 */
#ifndef ADC_BATCH_H
#define ADC_BATCH_H

#include "adc.h"

#include <stdbool.h>

typedef struct {
    const adc_model *model;
    size_t rows, size, count; /* of the data; of a batch; batches an epoch (the last may be short) */
    size_t *dims;             /* of the batch at hand */
    void *data;               /* its data struct */
    size_t *order;            /* of the rows in this epoch */
    struct Cut {
        size_t bytes; /* of a row */
        const char *from;
        char *to; /* size rows */
    } * cut;
    int cuts;
} Batches;

/* Refuses a model whose arrays cannot be cut into rows. */
bool adc_batches_new(Batches *, const adc_model *, const size_t *dims, const void *data, size_t size, adc_error *);
void adc_batches_free(Batches *); /* a zeroed one is allowed */
void adc_batches_shuffle(Batches *, uint64_t seed, size_t epoch);
void adc_batches_take(Batches *, size_t k); /* fills dims and data with the k-th of the epoch */
static inline const size_t *adc_batches_rows(const Batches *b, size_t k) { return b->order + k * b->size; }
/* Of data that is mapped: will all rows be read next, in order, or some here and there?  The system then reads no more than these. */
void adc_batches_expect(const Batches *, bool in_order);
size_t adc_batches_work(const Batches *); /* bytes that suffice for every batch; SIZE_MAX: too many */

#endif
