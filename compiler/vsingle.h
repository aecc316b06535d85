/*
 * vsingle.h -- the words of vkernels.h for float; see vdouble.h.
 */
#ifndef ADC_VSINGLE_H
#define ADC_VSINGLE_H

/* clang-format off */
#define BITS          uint32_t
#define SUMS          16
#define MANTISSA      23
#define BIAS          127
#define MAGIC         12582912.0f
#define SIGN_BIT      0x80000000
#define SIGN_SHIFT    31
#define NORMAL_BITS   0x800000
#define INFINITY_BITS 0x7f800000
#define SMALLEST      1.17549435e-38f
#define LARGEST       3.40282347e38f

/* 15 bits and 24 */
#define LOG2_HIGH 0.693145751953125f
#define LOG2_LOW  1.428606765330187e-06f
#define EXP_MOST  89.0f
#define EXP_LEAST -104.0f
#define EXP_ZERO  -88.0f

/* to 2^-26 of exp(r) - 1 */
#define EXP_POLYNOMIAL(LINE) \
    LINE(1, REAL p = MA(0.0013841206f, r, 0.008367033f);) \
    LINE(1, p = MA(p, r, 0.041667737f);) \
    LINE(1, p = MA(p, r, 0.16666539f);) \
    LINE(1, p = MA(p, r, 0.49999997f);)

#define LOG_BIAS        128
#define LOG_OFFSET      0xcafb0d
#define INTEGER_BITS    0x4b000000
#define INTEGER_OFFSET  8388736.0f
#define LOG1P_MOST      1.329228e36f /* 2^120 */
#define LOG1P_MOST_BITS 0x7b800000

/* to 2^-30 */
#define LOG_POLYNOMIAL(LINE) \
    LINE(1, REAL p = MA(0.29870808f, z, 0.39977583f);) \
    LINE(1, p = MA(p, z, 0.66666776f);)

/* In double: pi/2 in two parts, of 30 bits and 53; n < 2^15. */
#define TURN_MOST      16384.0f
#define TURN_MOST_BITS 0x46800000
#define TURN(LINE) \
    LINE(1, const double a = (double)x - (double)n * 1.570796325802803;) \
    LINE(1, return (REAL)(a - (double)n * 9.920935796805404e-10);)

/* to 2^-31 */
#define SINE_FIRST -0.16666667f
#define SINE_POLYNOMIAL(LINE) \
    LINE(1, REAL p = MA(-2.5503699e-08f, z, 2.7627068e-06f);) \
    LINE(1, p = MA(p, z, -0.00019843093f);) \
    LINE(1, p = MA(p, z, 0.0083333505f);)

/* to 2^-27 and 2^-32 */
#define QUARTER_SINE(LINE) \
    LINE(1, p = MA(-0.00019518285f, z, 0.008332189f);) \
    LINE(1, p = MA(p, z, -0.16666655f);)
#define QUARTER_COSINE(LINE) \
    LINE(1, p = MA(2.4432327e-05f, z, -0.001388731f);) \
    LINE(1, p = MA(p, z, 0.041666646f);) \
    LINE(1, p = MA(p, z, -0.5f);)

#define HEAD_BITS     0xfffff000
#define POW_SCALE     0.9617967f
#define POW_HEAD      0.961669921875f
#define POW_REST      0.00012677205f
#define POW_MOST      120.0f
#define POW_MOST_BITS 0x42f00000

/* to 2^-35 of the numerator */
#define POW_POLYNOMIAL(LINE) \
    LINE(2, p = MA(0.35129452f, z, 0.42820635f);) \
    LINE(2, p = MA(p, z, 0.6000023f);)
/* clang-format on */

#endif
