/*
 * progress.h -- a bar on a terminal while a fit runs or a file is read.
 */
#ifndef ADC_PROGRESS_H
#define ADC_PROGRESS_H

#include "adc.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    FILE *to;            /* NULL: not a terminal, nothing is shown */
    bool begun;          /* a step was seen, */
    size_t first;        /* this one first */
    double start, shown; /* seconds, by a clock that only goes forward */
} Progress;

double adc_seconds(void); /* of that clock */
void adc_progress_start(Progress *, FILE *to);
/* At most ten times a second. */
void adc_progress_show(Progress *, const adc_fit_event *);
void adc_progress_read(Progress *, const char *file, size_t done, size_t all); /* bytes; all 0: not known */
void adc_progress_end(Progress *);                                             /* leaves the line empty */

#endif
