/*
 * map.h -- numbers of a file that stay there: the system brings in the pages that are touched.
 */
#ifndef ADC_MAP_H
#define ADC_MAP_H

#include "reader.h"

/* Do so many bytes at `offset` of the stream's file become out->at?  false: not here, they have to be read. */
bool adc_map(DataArray *out, const Stream *, size_t offset, size_t bytes);
void adc_unmap(DataArray *);

#endif
