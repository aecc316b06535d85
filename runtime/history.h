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
    bool rows;   /* there are some, */
    size_t step; /* of the last one */
    char *old;   /* what the file held, of a run that goes on; owned, until the first row */
    char *part;  /* where the file is written until then; owned */
    bool lost;   /* and where it had to stay */
} History;

/* All of a file, ended by 0, to be freed; NULL: the error says why. */
char *adc_history_text(const char *name, adc_error *);
/* Columns: step, epoch, loss, metrics; with dev: dev_loss, dev_ and each metric; then the parameters where they are few. */
/* goes_on: the run may be stopped and taken up at any moment: rows that the file has of steps before the first one stay. */
bool adc_history_open(History *, const char *name, const adc_model *, const void *dims, bool dev, bool goes_on,
                      adc_error *);
/* Cells of the development set are empty where the step did not look at it. */
void adc_history_row(History *, const adc_fit_event *);
bool adc_history_close(History *, adc_error *); /* a zeroed one is allowed; false: something could not be written */

#endif
