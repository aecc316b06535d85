/*
 * draw.h -- pictures of what a fit has left: its history, the arrays of a saved file.
 */
#ifndef ADC_DRAW_H
#define ADC_DRAW_H

#include "adc.h"

#include <stdbool.h>

/*
 * The columns of n histories (history.h) over their epochs, or their steps where there are no batches: a panel for each, with that of the
 * development set, and a colour for each history.  columns: "loss,error"; NULL: the loss and all metrics that the development set of the
 * first has.  Of many steps, neighbours are drawn as their mean, before a pale band from their least to their largest.  What flies off, as the loss of a fit that diverges, is cut off where there are others.
 */
bool adc_draw_histories(const char *const *history, size_t n, const char *columns, const char *file, adc_error *);
/*
 * The rows of an array, "p.npz:W", as images of height x width, in a square of at most 100: light is large.  Rows of three times as
 * many numbers are planes of red, green and blue.
 */
bool adc_draw_rows(const char *spec, size_t height, size_t width, const char *file, adc_error *);

#endif
