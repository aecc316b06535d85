/*
 * transform.h -- what adc.h says of transforms, and their place in the file of a fit: transform/X/mean and its like.
 */
#ifndef ADC_TRANSFORM_H
#define ADC_TRANSFORM_H

#include "data.h"
#include "npz.h"

bool adc_transform_save(const adc_transform *, Npz *, adc_error *);
/* Does the file hold these very transforms of the model's data?  Else the error names the one that differs. */
bool adc_transforms_same(const char *file, const adc_model *, const adc_transform *, size_t n, adc_error *);

#endif
