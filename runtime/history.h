/*
 * history.h -- the course of a fit as a CSV file.
 */
#ifndef ADC_HISTORY_H
#define ADC_HISTORY_H

#include "adc.h"

#include <stdbool.h>
#include <stdio.h>

enum { HISTORY_PATH = 10 }; /* a model of at most so many numbers has them all in its history */

typedef struct {
    FILE *file;
    const char *name;
    const adc_model *model;
    size_t metrics, path; /* columns */
    bool dev;
} History;

/* Columns: step, epoch, loss, metrics; with dev: dev_loss, dev_ and each metric; then the parameters where they are few. */
bool adc_history_open(History *, const char *name, const adc_model *, const void *dims, bool dev, adc_error *);
/* dev: loss and metrics of the development set, or NULL: not looked at in this step (empty cells). */
void adc_history_row(History *, const adc_fit_event *, const double *dev);
bool adc_history_close(History *, adc_error *); /* a zeroed one is allowed; false: something could not be written */

#endif
