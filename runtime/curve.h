/*
 * curve.h -- curves of many points: neighbours are drawn as one, their mean, with their least and their largest as a band.
 */
#ifndef ADC_CURVE_H
#define ADC_CURVE_H

#include "gnuplot.h"

#include <math.h>
#include <stdio.h>

enum { CURVE_POINTS = 400 }; /* that are drawn of a curve */

/* Of n neighbours the sums of places and values, and the least and the largest value.  All 0: of none. */
typedef struct {
    double n, place, sum, lo, hi;
} CurvePoint;

static inline size_t adc_curve_together(size_t points) { return (points + CURVE_POINTS - 1) / CURVE_POINTS; }

static inline void adc_curve_join(CurvePoint *p, const CurvePoint *by)
{
    if (by->n == 0) return;
    p->lo = p->n > 0 ? fmin(p->lo, by->lo) : by->lo;
    p->hi = p->n > 0 ? fmax(p->hi, by->hi) : by->hi;
    p->n += by->n;
    p->place += by->place;
    p->sum += by->sum;
}

/* A value; NaN is none. */
static inline void adc_curve_add(CurvePoint *p, double place, double value)
{
    if (!isnan(value)) adc_curve_join(p, &(CurvePoint){1, place, value, value, value});
}

static inline double adc_curve_mean(const CurvePoint *p) { return p->sum / p->n; } /* NaN: of none */

/* A line: place, mean, least, largest; none where there is no value.  Empties the point. */
static inline void adc_curve_write(CurvePoint *p, FILE *to)
{
    if (p->n > 0) {
        adc_gnuplot_number(to, p->place / p->n, ' ');
        adc_gnuplot_number(to, adc_curve_mean(p), ' ');
        adc_gnuplot_number(to, p->lo, ' ');
        adc_gnuplot_number(to, p->hi, '\n');
    }
    *p = (CurvePoint){0};
}

#endif
