/*
 * constrain.h -- constrained parameters as unbounded ones (language.md §1: a + e^u, b - e^u, a + (b - a) sigmoid(u)).
 *
 * theta, in the model's own real type, is on the user's scale; u (double) is what an optimiser moves.
 */
#ifndef ADC_CONSTRAIN_H
#define ADC_CONSTRAIN_H

#include "adc.h"

#include <stdbool.h>

typedef struct {
    const adc_model *model;
    size_t n; /* numbers in theta */
    struct Bound {
        int kind; /* adc_array.constrained */
        double lower, upper;
        size_t first, last; /* in theta */
    } * bound;
    int bounds;
} Constraints;

bool adc_constraints(Constraints *, const adc_model *, const void *dims, adc_error *);
void adc_constraints_free(Constraints *);
/* The constraints as bounds of theta, (n) each: the last numbers of the model's type inside them.  From then on theta itself is u. */
void adc_constraints_box(Constraints *, double *lower, double *upper);
/* Refuses a start outside the open interval, by the parameter's name. */
bool adc_unbind(const Constraints *, const void *dims, const void *theta, double *u, adc_error *);
/* u may be theta, and du g, where that is an array of double and nothing is constrained (bounds 0). */
void adc_bind(const Constraints *, const double *u, void *theta);
/* The gradient by theta (g, in the model's real type) as the gradient by u. */
void adc_chain(const Constraints *, const double *u, const void *g, double *du);
/* A direction of u as one of theta, in the model's real type; in may be out where that is double. */
void adc_push(const Constraints *, const double *u, const double *in, void *out);
/* Adds to hv, the Hessian's product with v without it, what the constraints' own curvature makes of the gradient by u. */
void adc_bend(const Constraints *, const double *u, const double *du, const double *v, double *hv);

#endif
