/*
 * progress.h -- how far a fit is, or the reading of a file: a bar on a terminal, lines in a log.
 */
#ifndef ADC_PROGRESS_H
#define ADC_PROGRESS_H

#include "adc.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    FILE *to;            /* NULL: nothing is shown */
    bool terminal;       /* a bar, not lines */
    bool begun;          /* a step was seen, */
    size_t first;        /* this one first */
    double dev;          /* the last loss of the development set; NaN: none yet */
    double start, shown; /* seconds, by a clock that only goes forward */
} Progress;

double adc_seconds(void);                      /* of that clock */
void adc_progress_start(Progress *, FILE *to); /* NULL: quiet */
/* At most ten times a second; in a log from 10 seconds on, at least 10 seconds apart, later a twentieth of the time so far. */
void adc_progress_show(Progress *, const adc_fit_event *);
void adc_progress_read(Progress *, const char *file, size_t done, size_t all); /* bytes; all 0: not known */
void adc_progress_end(Progress *);                                             /* leaves the line empty */

#endif
