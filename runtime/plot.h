/*
 * plot.h -- pictures of a fit, drawn by gnuplot.
 */
#ifndef ADC_PLOT_H
#define ADC_PLOT_H

#include "adc.h"
#include "curve.h"

#include <stdbool.h>

/* Of one step, or of several. */
typedef struct {
    CurvePoint loss;
    double step, dev; /* dev NaN: none */
    double x, y;      /* the parameters of a model of two numbers; in the first point those of the start */
} PlotPoint;

/* The course of a fit, thinned where it is long. */
typedef struct {
    const adc_model *model;
    bool path; /* the model has two numbers */
    PlotPoint *at;
    size_t n, stride; /* points, and steps a point */
} Plot;

bool adc_plot_new(Plot *, const char *file, const adc_model *, const void *dims,
                  adc_error *); /* refuses what could not be drawn */
void adc_plot_free(Plot *);     /* a zeroed one is allowed */
void adc_plot_add(Plot *, const adc_fit_event *);
/* Writes .svg or .png: the loss over the steps; for two parameters the loss's contours with the path across them. */
bool adc_plot_write(const Plot *, const char *file, const void *dims, const void *data, adc_error *);

#endif
