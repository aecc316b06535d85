/*
 * landscape.h -- the loss over two of its parameters, on a grid, as gnuplot reads it.
 */
#ifndef ADC_LANDSCAPE_H
#define ADC_LANDSCAPE_H

#include "adc.h"
#include "constrain.h"

#include <stdbool.h>
#include <stdio.h>

typedef struct {
    const adc_model *model;
    const void *dims, *data;
    Constraints c;
    void *theta, *work;  /* theta: a copy, in which the two move */
    size_t k[2];         /* their places in theta */
    double lo[2], hi[2]; /* where they go: the caller's to set */
    double least, most;  /* of the loss; of what was seen before too, where the caller puts it here */
    size_t cells;        /* of the grid, a side */
    double *z;           /* (cells + 1, cells + 1) the loss, y first; NaN where there is none */
} Landscape;

/* theta: the others, which stand still; NULL: there are none.  The two are the first. */
bool adc_landscape_new(Landscape *, const adc_model *, const void *dims, const void *data, const void *theta,
                       adc_error *);
void adc_landscape_free(Landscape *);                     /* a zeroed one is allowed */
double adc_landscape_at(Landscape *, double x, double y); /* NaN outside of what constraints allow */
bool adc_landscape_sample(Landscape *);               /* fills z, widens least and most; is there a loss anywhere? */
void adc_landscape_grid(const Landscape *, FILE *to); /* $grid */
/* What follows "set cntrparam": heights that are even by their logarithm above the least. */
void adc_landscape_levels(const Landscape *, FILE *to);
void adc_landscape_axes(const Landscape *, FILE *to); /* names and ranges of x and y */

/*
 * A picture of it as a surface over its contours, with the point where the parameters stand.  Of theta only the two move;
 * lo, hi: where, NaN: around that point.
 */
bool adc_draw_surface(Landscape *, const char *file, adc_error *);

#endif
