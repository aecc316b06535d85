/*
 * describe.h -- what a model's descriptor says, in the form that the runtime needs it.
 */
#ifndef ADC_DESCRIBE_H
#define ADC_DESCRIBE_H

#include "adc.h"

/* Where the i-th number of theta stands, as the user writes it: "W[3, 17]", "b". */
void adc_param_name(const adc_model *, const void *dims, size_t i, char *out, size_t room);
/* The length of one array: the product of its shape; SIZE_MAX where that does not fit. */
size_t adc_array_count(const adc_model *, const void *dims, int array);
/* Does the row dim lead this data?  And the bytes of one row, where there are rows. */
int adc_row_leads(const adc_model *, int array);
size_t adc_row_bytes(const adc_model *, const void *dims, int array);
/* Can rows stand by themselves?  Nothing but the leading dimension of data may differ with `part`, another number of rows; else the
   error begins with `what`. */
int adc_rows_apart(const adc_model *, const void *dims, const void *part, const char *what, adc_error *);
double adc_real(const adc_model *, const void *at, size_t i); /* the i-th of an array of the model's reals */
void adc_real_put(const adc_model *, void *at, size_t i, double x);

/* A loss, metric or scalar output; as the function itself: ADC_OK or another code. */
int adc_scalar(const adc_model *, adc_function *f, const void *dims, const void *theta, const void *data, void *work,
               double *out);
size_t adc_metrics(const adc_model *); /* how many there are */
int adc_metrics_eval(const adc_model *, const void *dims, const void *theta, const void *data, void *work, double *out);
/* Sets the hyper `name` (step, epoch) to a count, where there is one. */
void adc_count_set(const adc_model *, void *data, const char *name, size_t count);
void *adc_work_new(size_t bytes); /* aligned as models want it, for free(); NULL: no memory */

#endif
