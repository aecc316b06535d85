/*
 * diverged.h -- where infinity or NaN comes from.
 */
#ifndef ADC_DIVERGED_H
#define ADC_DIVERGED_H

#include "cli.h"

/* Says on standard error, with its line of the source, which element is the first without a finite value at the point: in the loss, else in the
   gradient.  Nothing where there is none, or it is not among what ten seconds suffice to look at. */
void tell_diverged(const Args *, const Model *, const Point *);

#endif
