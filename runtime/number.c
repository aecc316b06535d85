/*
 * number.c -- the nearest double to a decimal number w 10^q.
 *
 * Where w and the power of ten are doubles without rounding, one operation rounds once (Clinger 1990).  Else w is multiplied by
 * 128 bits of 5^q (the idea of Eisel and Lemire 2021): where these decide between two doubles, that is it; for the few numbers where
 * they do not, strtod has to.
 */
#include "number.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

__extension__ typedef unsigned __int128 Wide;

/* ---- powers of ten */

static int bit_length(Wide x)
{
    int n = 0;
    for (; x; x >>= 1) n++;
    return n;
}

static struct Power power_of(Wide digits, int exponent)
{
    return (struct Power){(uint64_t)(digits >> 64), (uint64_t)digits, exponent};
}

/* floor(2^k / x), by long division; x < 2^127. */
static Wide reciprocal(Wide x, int k)
{
    Wide quotient = 0, rest = 1;
    for (; k > 0; k--) {
        rest <<= 1;
        quotient <<= 1;
        if (rest >= x) rest -= x, quotient |= 1;
    }
    return quotient;
}

void adc_powers(Powers *p)
{
    Wide five = 1;
    for (int q = 0; q <= NUMBER_POWER; q++, five *= 5) {
        const int length = bit_length(five);
        p->ten[NUMBER_POWER + q] = power_of(five << (128 - length), length - 128 + q);
        if (q > 0) p->ten[NUMBER_POWER - q] = power_of(reciprocal(five, 127 + length), -127 - length - q);
    }
}

/* ---- digits */

/* Eight bytes, the first one lowest. */
static uint64_t eight_bytes(const char *at)
{
    uint64_t x;
    memcpy(&x, at, sizeof x);
#if defined __BYTE_ORDER__ && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    x = __builtin_bswap64(x);
#endif
    return x;
}

/* Appends the decimal digits at `at` to *w (modulo 2^64), eight at a time; what follows them. */
static inline const char *digits_read(const char *at, uint64_t *w)
{
    static const uint64_t ten[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
    for (;;) {
        uint64_t x = eight_bytes(at) ^ UINT64_C(0x3030303030303030); /* bytes of digits are 0..9 now */
        const uint64_t other = (x | (x + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080);
        const int n = other ? __builtin_ctzll(other) / 8 : 8;
        if (n == 0) return at;
        x <<= 64 - 8 * n;                                         /* zeros go before them */
        x = (x * 10 + (x >> 8)) & UINT64_C(0x00ff00ff00ff00ff);   /* pairs of digits */
        x = (x * 100 + (x >> 16)) & UINT64_C(0x0000ffff0000ffff); /* pairs of these */
        x = (x * 10000 + (x >> 32)) & UINT64_C(0x00000000ffffffff);
        *w = *w * ten[n] + x;
        at += n;
        if (n < 8) return at;
    }
}

/* Digits from the first that is not 0. */
static size_t significant(const char *at, const char *end)
{
    size_t n = 0;
    for (; at < end; at++) n += *at != '.' && (n > 0 || *at != '0');
    return n;
}

/* ---- rounding */

static double power_of_two(int k)
{
    const uint64_t bits = (uint64_t)(1023 + k) << 52;
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* w 10^q by the product of w, filled up to 64 bits, and 5^q: 192 bits in high, middle, low.  false: they do not decide. */
static bool by_product(const struct Power *ten, uint64_t w, bool exact, double *out)
{
    const int zeros = __builtin_clzll(w);
    w <<= zeros;
    const Wide lower = (Wide)w * ten->low, upper = (Wide)w * ten->high + (uint64_t)(lower >> 64);
    const uint64_t high = (uint64_t)(upper >> 64), middle = (uint64_t)upper, low = (uint64_t)lower;
    const int shift = 9 + (int)(high >> 63); /* leaves 53 bits and one that rounds */
    const uint64_t mask = (UINT64_C(1) << shift) - 1, rest = high & mask;
    uint64_t bits = high >> shift;
    /* A power that was cut off makes the product too small, by less than 1 of `middle`, and is never exact itself. */
    if (!exact && rest == mask && middle == UINT64_MAX) return false;
    const bool more = !exact || rest || middle || low;
    bits = (bits >> 1) + ((bits & 1) && (more || (bits & 2)));
    *out = (double)bits * power_of_two(ten->exponent + 129 + shift - zeros);
    return true;
}

static bool nearest(const Powers *p, uint64_t w, long q, double *out)
{
    static const double ten[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (w <= UINT64_C(1) << 53 && q >= -22 && q <= 22) {
        *out = q < 0 ? (double)w / ten[-q] : (double)w * ten[q];
        return true;
    }
    *out = 0;
    if (w == 0) return true;
    if (q < -NUMBER_POWER || q > NUMBER_POWER) return false;
    return by_product(&p->ten[q + NUMBER_POWER], w, q >= 0, out);
}

/* ---- numbers */

/* "e-5"; *at where there is no exponent, NULL where it has no digits. */
static const char *exponent_read(const char *at, long *q)
{
    if (*at != 'e' && *at != 'E') return at;
    const bool minus = at[1] == '-';
    at += 1 + (minus || at[1] == '+');
    const char *from = at;
    uint64_t e = 0;
    at = digits_read(at, &e);
    if (at == from || at - from > 8) return NULL;
    *q += minus ? -(long)e : (long)e;
    return at;
}

const char *adc_number(const Powers *p, const char *at, double *out)
{
    const bool negative = *at == '-';
    at += negative | (*at == '+');
    const char *from = at;
    uint64_t w = 0;
    long q = 0;
    at = digits_read(at, &w);
    ptrdiff_t count = at - from;
    if (*at == '.') {
        const char *point = at + 1;
        at = digits_read(point, &w);
        q = -(long)(at - point);
        count += at - point;
    }
    if (count == 0 || (count > 19 && significant(from, at) > 19)) return NULL;
    at = exponent_read(at, &q);
    if (!at || !nearest(p, w, q, out)) return NULL;
    *out = copysign(*out, negative ? -1 : 1); /* signs are random: no branch */
    return at;
}
