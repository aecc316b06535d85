/*
 * digest.h -- the name that a text has by its content: SHA-256 (FIPS 180-4).
 */
#ifndef ADC_DIGEST_H
#define ADC_DIGEST_H

#include <stddef.h>
#include <stdint.h>

enum { DIGEST_TEXT = 64 }; /* hexadecimal digits */

typedef struct {
    uint32_t state[8];
    unsigned char block[64];
    uint64_t n; /* bytes so far */
} Digest;

void digest_begin(Digest *);
void digest_add(Digest *, const void *, size_t n);
void digest_end(Digest *, char text[DIGEST_TEXT + 1]);

#endif
