/*
 * develop.h -- the development set: its loss and metrics during a fit, and the best parameters by it.
 */
#ifndef ADC_DEVELOP_H
#define ADC_DEVELOP_H

#include "adc.h"

#include <stdbool.h>

typedef struct {
    const adc_model *model;
    const void *dims;
    void *data, *work;  /* the data is the caller's */
    double *value;      /* loss, metrics */
    size_t patience, n; /* looks without a lower loss; numbers in u */
    double least, bad;  /* the lowest loss so far, and how many looks ago */
    double *best;       /* (n): u there; NULL without patience */
} Develop;

bool adc_develop_new(Develop *, const adc_model *, const void *dims, void *data, size_t patience, size_t n,
                     adc_error *);
void adc_develop_free(Develop *); /* a zeroed one is allowed */
/* Fills value; with patience, keeps u where the loss is the lowest so far.  The model's code. */
int adc_develop_look(Develop *, const void *theta, const double *u, size_t step, size_t epoch);
static inline bool adc_develop_ends(const Develop *d) { return d->patience && d->bad >= (double)d->patience; }

#endif
