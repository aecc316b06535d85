/*
 * residuals.h -- pictures of how far a model is from what was observed.
 */
#ifndef ADC_RESIDUALS_H
#define ADC_RESIDUALS_H

#include "adc.h"

#include <stdbool.h>

typedef struct {
    const char *name, *observed_name; /* of the output, and of the data; NULL: the output is the residuals */
    const double *value, *observed;   /* (n) what the model says, and what was observed; or the residuals, and NULL */
    size_t n;
} Residuals;

/*
 * Residuals are observed - predicted.  Panels: predicted against observed, residuals against predicted, against their index, their
 * histogram with the normal distribution of the same mean and standard deviation; without what was observed the last two.  Pairs
 * with a NaN are left out; of more than 1024 neighbours are drawn as their least and their largest residual.
 */
bool adc_draw_residuals(const Residuals *, const char *file, adc_error *);

#endif
