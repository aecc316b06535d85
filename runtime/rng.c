/*
 * rng.c -- splitmix64 (Steele, Lea and Flood 2014): a counter through a mixing function.
 */
#include "rng.h"

static uint64_t mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t adc_rng_next(Rng *r) { return mix(r->state += UINT64_C(0x9e3779b97f4a7c15)); }

Rng adc_rng(uint64_t seed, uint64_t stream)
{
    /* Both through the mixer, so that neighbouring seeds and streams start far apart. */
    return (Rng){mix(mix(seed + UINT64_C(0x9e3779b97f4a7c15)) ^ (stream * UINT64_C(0xd1342543de82ef95) + 1))};
}

uint64_t adc_rng_below(Rng *r, uint64_t n)
{
    /* Numbers below 2^64 mod n would make small results likelier: draw again. */
    const uint64_t reject = (0 - n) % n;
    uint64_t x;
    do {
        x = adc_rng_next(r);
    } while (x < reject);
    return x % n;
}

/* Fisher and Yates, from the end (Knuth, The Art of Computer Programming 2, algorithm 3.4.2 P). */
void adc_rng_shuffle(Rng *r, size_t *at, size_t n)
{
    for (size_t i = n; i > 1; i--) {
        const size_t j = (size_t)adc_rng_below(r, i), kept = at[i - 1];
        at[i - 1] = at[j];
        at[j] = kept;
    }
}
