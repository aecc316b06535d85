/*
 * gnuplot.h -- a pipe to gnuplot, and its picture beside its place until it is whole.
 */
#ifndef ADC_GNUPLOT_H
#define ADC_GNUPLOT_H

#include "adc.h"
#include "decimal.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    FILE *to;         /* write gnuplot's language here */
    const char *file; /* .svg or .png */
    const char *
        image; /* its word for images, whose pixels stay squares: a viewer would smooth those of a small one in a .svg */
    char beside[4200];
    void (*before)(int);
    Decimal decimal;
} Gnuplot;

/* Refuses what could not be drawn: another name, no gnuplot, a folder that cannot be written. */
bool adc_gnuplot_can(const char *file, adc_error *);
/* false: the error says why, and there is nothing to close. */
bool adc_gnuplot_open(Gnuplot *, const char *file, adc_error *);
bool adc_gnuplot_close(Gnuplot *, adc_error *);
void adc_gnuplot_text(FILE *, const char *);       /* quoted */
void adc_gnuplot_number(FILE *, double, char end); /* NaN where it is not finite */

#endif
