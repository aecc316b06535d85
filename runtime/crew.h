/*
 * crew.h -- threads that take the gradient of all rows together, with the same bits for any number of them.
 */
#ifndef ADC_CREW_H
#define ADC_CREW_H

#include "adc.h"

typedef struct Crew Crew;

/* What a crew is for: so many rows at most, gradients of n numbers, work memory that suffices for each call. */
typedef struct {
    const adc_model *model;
    size_t rows, n, work_bytes;
    void *work; /* the caller's, for the thread that calls; others have their own */
} CrewNeeds;

/* No more threads than chunks, and fewer where the system gives no more.  NULL: the error says why. */
Crew *adc_crew_new(const CrewNeeds *, size_t threads, adc_error *);
size_t adc_crew_threads(const Crew *); /* the one that calls counts */
/* Loss and gradient as the model's `grad` returns them. */
int adc_crew_grad(Crew *, const void *dims, const void *theta, const void *data, void *loss, void *grad);
void adc_crew_free(Crew *); /* NULL is allowed */

#endif
