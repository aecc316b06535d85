/*
 * vdouble.h -- the words of vkernels.h for double.
 */
#ifndef ADC_VDOUBLE_H
#define ADC_VDOUBLE_H

/* clang-format off */
#define BITS            uint64_t
#define SUMS            8 /* of an inner product: no less than a vector has */
#define MANTISSA        52
#define BIAS            1023
#define MAGIC           6755399441055744.0
#define SIGN_BIT        0x8000000000000000
#define SIGN_SHIFT      63
#define NORMAL_BITS     0x10000000000000
#define INFINITY_BITS   0x7ff0000000000000
#define SMALLEST        2.2250738585072014e-308
#define LARGEST         1.7976931348623157e308

/* log(2) = LOG2_HIGH + LOG2_LOW, 41 bits and 53. */
#define LOG2_HIGH 0.693147180559663
#define LOG2_LOW  2.8235290563031577e-13
#define EXP_MOST  710.0  /* too large, so that the result is infinite; but not for the reduction */
#define EXP_LEAST -746.0 /* the result is 0 */
#define EXP_ZERO  -709.0 /* 2^k of vpower is 0 */

/* (exp(r) - 1 - r) / r^2, to 2^-56 of exp(r) - 1 */
#define EXP_POLYNOMIAL(LINE) \
    LINE(1, REAL p = MA(2.5086409507395577e-08, r, 2.762677697650855e-07);) \
    LINE(1, p = MA(p, r, 2.7557321285517562e-06);) \
    LINE(1, p = MA(p, r, 2.480150345489398e-05);) \
    LINE(1, p = MA(p, r, 0.00019841269796652623);) \
    LINE(1, p = MA(p, r, 0.0013888888933046024);) \
    LINE(1, p = MA(p, r, 0.008333333333362366);) \
    LINE(1, p = MA(p, r, 0.041666666666572295);) \
    LINE(1, p = MA(p, r, 0.16666666666666619);) \
    LINE(1, p = MA(p, r, 0.5000000000000006);)

/* LOG_OFFSET is LOG_BIAS << MANTISSA minus the bits of sqrt(1/2); INTEGER_BITS those of 2^MANTISSA, of which INTEGER_OFFSET is
   LOG_BIAS more. */
#define LOG_BIAS       1024
#define LOG_OFFSET     0x195f619980c433
#define INTEGER_BITS   0x4330000000000000
#define INTEGER_OFFSET 4503599627371520.0
#define LOG1P_MOST      1.0715086071862673e301 /* 2^1000 */
#define LOG1P_MOST_BITS 0x7e70000000000000

/* (2 atanh(s) - 2 s) / s^3, z = s^2; to 2^-59 */
#define LOG_POLYNOMIAL(LINE) \
    LINE(1, REAL p = MA(0.1479572673621133, z, 0.153140764996038);) \
    LINE(1, p = MA(p, z, 0.18183563134745295);) \
    LINE(1, p = MA(p, z, 0.22222198600526685);) \
    LINE(1, p = MA(p, z, 0.28571428742061616);) \
    LINE(1, p = MA(p, z, 0.3999999999941655);) \
    LINE(1, p = MA(p, z, 0.6666666666666734);)

/*
 * pi/2 in three parts, of 36, 36 and 53 bits: n times the first two is exact for |n| < 2^17.  Only |x| within TURN_MOST come
 * here, about 2^16 pi/2.
 */
#define TURN_MOST      102400.0
#define TURN_MOST_BITS 0x40f9000000000000
#define TURN(LINE) \
    LINE(1, const REAL a = MA(n, -1.5707963267923333, x);) \
    LINE(1, const REAL r = MA(n, -2.5633441515839558e-12, a);) \
    LINE(1, const REAL low = MA(n, -2.5633441515839558e-12, a - r);) \
    LINE(1, return r + MA(n, -1.0562999066987428e-23, low);)

/* (sin(r) - r) / r^3 = SINE_FIRST + z p, z = r^2, for |r| <= pi/2; to 2^-61 */
#define SINE_FIRST -0.16666666666666666
#define SINE_POLYNOMIAL(LINE) \
    LINE(1, REAL p = MA(2.7214169173759853e-15, z, -7.643019202416161e-13);) \
    LINE(1, p = MA(p, z, 1.6058940998384435e-10);) \
    LINE(1, p = MA(p, z, -2.5052106904384293e-08);) \
    LINE(1, p = MA(p, z, 2.7557319211569347e-06);) \
    LINE(1, p = MA(p, z, -0.0001984126984121248);) \
    LINE(1, p = MA(p, z, 0.008333333333333207);)

/* The same, and (cos(r) - 1) / r^2, for |r| <= pi/4; to 2^-57 and 2^-63 */
#define QUARTER_SINE(LINE) \
    LINE(1, p = MA(1.5895433214897693e-10, z, -2.5050734388180636e-08);) \
    LINE(1, p = MA(p, z, 2.7557313538509084e-06);) \
    LINE(1, p = MA(p, z, -0.0001984126982935852);) \
    LINE(1, p = MA(p, z, 0.00833333333332184);) \
    LINE(1, p = MA(p, z, -0.1666666666666663);)
#define QUARTER_COSINE(LINE) \
    LINE(1, p = MA(-1.1358732927855912e-11, z, 2.08757051172036e-09);) \
    LINE(1, p = MA(p, z, -2.755731421530974e-07);) \
    LINE(1, p = MA(p, z, 2.48015872889975e-05);) \
    LINE(1, p = MA(p, z, -0.0013888888888873338);) \
    LINE(1, p = MA(p, z, 0.041666666666666595);) \
    LINE(1, p = MA(p, z, -0.5);)

/* POW_SCALE = 2 / (3 log(2)) = POW_HEAD + POW_REST; 2^POW_MOST and 2^-POW_MOST are normal. */
#define HEAD_BITS     0xfffffffff8000000
#define POW_SCALE     0.9617966939259756
#define POW_HEAD      0.9617966860532761
#define POW_REST      7.872699542894897e-09
#define POW_MOST      1020.0
#define POW_MOST_BITS 0x408fe00000000000

/* (3 atanh(s) / s - 3 - z) / z^2, z = s^2; to 2^-64 of the numerator */
#define POW_POLYNOMIAL(LINE) \
    LINE(2, p = MA(0.19794482842047353, z, 0.19885227628188648);) \
    LINE(2, p = MA(p, z, 0.23080135958038714);) \
    LINE(2, p = MA(p, z, 0.272726765514217);) \
    LINE(2, p = MA(p, z, 0.33333333779877056);) \
    LINE(2, p = MA(p, z, 0.428571428551494);) \
    LINE(2, p = MA(p, z, 0.6000000000000338);)
/* clang-format on */

#endif
