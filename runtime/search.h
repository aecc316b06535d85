/*
 * search.h -- a line search for the strong Wolfe conditions, that asks for values instead of calling for them.
 *
 *     f(t) <= f(0) + FTOL t f'(0),   |f'(t)| <= GTOL |f'(0)|
 *
 * The steps are those of Moré and Thuente (ACM TOMS 20, 1994), as in MINPACK-2.  All numbers are doubles, so that a search lies in
 * an optimiser's memory.
 */
#ifndef ADC_SEARCH_H
#define ADC_SEARCH_H

#include <stdbool.h>

typedef struct {
    double f0, d0;        /* at t = 0; d0 < 0 */
    double t;             /* the step that is tried */
    double tx, fx, dx;    /* the best so far: one end of the interval */
    double ty, fy, dy;    /* the other end */
    double lo, hi, limit; /* where t may lie; no step is longer than limit */
    double width, before; /* of the interval, now and two trials ago */
    double bracketed, second;
    double tries;
} Search;

enum { SEARCH_TRIES = 40 };

void adc_search_start(Search *, double f0, double d0, double t);
/* Are the conditions met at t, or is nothing better to be had there?  f, d: value and slope; never where f is not finite. */
bool adc_search_accepts(const Search *, double f, double d);
/* The next t to try.  false: there is none; t is then the best so far (0: none). */
bool adc_search_next(Search *, double f, double d);

#endif
