/*
 * schedule.h -- how the step size changes during a fit.
 *
 *     constant                 1
 *     step:EVERY,FACTOR        FACTOR^floor(epoch / EVERY)                     10, 0.1
 *     exponential:FACTOR       FACTOR^epoch                                    0.95
 *     cosine:LOWEST            from 1 to LOWEST along half a cosine (Loshchilov and Hutter 2017, without restarts)        0
 *     one-cycle:RISE           Smith and Topin 2018, as PyTorch has it: from 1/25 up to 1 in the share RISE of all steps, along
 *                              half a cosine, and down to 1/250,000            0.3
 *     plateau:PATIENCE,FACTOR  times FACTOR whenever the loss has not fallen below its best for more than PATIENCE looks   10, 0.1
 *
 * These are factors of lr; numbers behind the colon may be left out.  An epoch is a step where there are no batches.  warmup:
 * in the first steps, from 1/warmup up to 1 (Goyal et al. 2017), times the rest.
 */
#ifndef ADC_SCHEDULE_H
#define ADC_SCHEDULE_H

#include "adc.h"

#include <stdbool.h>

typedef enum {
    SCHEDULE_CONSTANT,
    SCHEDULE_STEP,
    SCHEDULE_EXPONENTIAL,
    SCHEDULE_COSINE,
    SCHEDULE_ONE_CYCLE,
    SCHEDULE_PLATEAU
} ScheduleKind;

typedef struct {
    ScheduleKind kind;
    double a, b;         /* the numbers behind the colon */
    double warmup;       /* steps */
    double steps;        /* in all; cosine, one-cycle */
    double epoch_steps;  /* steps an epoch */
    double factor, best; /* plateau: so far */
    double bad;          /* looks since the best */
} Schedule;

/* "cosine:0.1"; NULL: constant.  steps 0: not known, which the error refuses for cosine and one-cycle. */
bool adc_schedule_parse(Schedule *, const char *text, size_t warmup, size_t steps, size_t epoch_steps, adc_error *);
/* The factor of step `step`, counted from 0. */
double adc_schedule_at(const Schedule *, size_t step);
/* plateau: a loss was looked at. */
void adc_schedule_look(Schedule *, double loss);

#endif
