/*
 * products.h -- what newton and lm take beside the gradient, from a model's functions, on the optimiser's scale of the parameters.
 */
#ifndef ADC_PRODUCTS_H
#define ADC_PRODUCTS_H

#include "adc.h"
#include "constrain.h"

typedef struct {
    adc_products by; /* what adc_optim_new is given; `user` is this struct */
    const adc_model *m;
    const Constraints *c;
    const void *dims;
    void *data, *work;
    void *theta, *in, *out; /* in the model's reals: (n), (n or residuals) each */
    double *g, *at;         /* (n): the gradient at `at`, on the optimiser's scale: what constraints bend */
    bool known;             /* g is */
} Products;

/*
 * takes: ADC_TAKES_HVP or ADC_TAKES_RESIDUALS (all real outputs, one after the other).  The model must have been made with
 * ADC_EMIT_HVP, or ADC_EMIT_JVP and ADC_EMIT_VJP: the error says so.  Everything given stays the caller's and in place.
 */
bool adc_products_new(Products *, unsigned takes, const Constraints *, const void *dims, void *data, void *work,
                      adc_error *);
/*
 * Is the loss, f at u with gradient g, a multiple of the residuals' sum of squares?  Sets by.scale.  (Both the value and the gradient
 * must be; from f alone any loss would be one.)
 */
bool adc_products_scale(Products *, const double *u, double f, const double *g, adc_error *);
void adc_products_free(Products *); /* a zeroed one is allowed */

#endif
