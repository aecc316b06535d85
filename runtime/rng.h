/*
 * rng.h -- random numbers that are the same on every machine; the state is one number, so it can be saved.
 */
#ifndef ADC_RNG_H
#define ADC_RNG_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t state;
} Rng;

Rng adc_rng(uint64_t seed, uint64_t stream); /* streams of a seed are independent: one an epoch */
uint64_t adc_rng_next(Rng *);
uint64_t adc_rng_below(Rng *, uint64_t n); /* uniform in 0..n-1, n > 0 */
void adc_rng_shuffle(Rng *, size_t *at, size_t n);

#endif
