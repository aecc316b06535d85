/*
 * number.h -- decimal numbers in text, as the nearest double: what strtod gives, several times faster.
 */
#ifndef ADC_NUMBER_H
#define ADC_NUMBER_H

#include <stdint.h>

enum { NUMBER_POWER = 54 }; /* 5^54 < 2^126 */

/* The powers of ten from -NUMBER_POWER to NUMBER_POWER, to 128 bits; made once for a file. */
typedef struct {
    struct Power {
        uint64_t high, low; /* of the power of five; cut off, not rounded; the highest bit is 1 */
        int exponent;       /* 10^q = (high 2^64 + low) 2^exponent */
    } ten[2 * NUMBER_POWER + 1];
} Powers;
void adc_powers(Powers *);

/*
 * The number that begins at `at`.  What follows it, or NULL: there is none, or it takes strtod to read it (more than 19 digits, large
 * exponents, inf, nan).  There must be something behind it that is no part of a number, and 8 bytes may be read from there.
 */
const char *adc_number(const Powers *, const char *at, double *out);

#endif
