/*
 * vkernels.h -- functions of <math.h> over LANES reals at once, in C that compilers make vectors of: a loop has a constant
 * length, no branch and no call, and uses what lanes have had since SSE2.
 *
 * They are kernels as in kernels.h, with more words.  BITS is the unsigned integer of REAL's size, MANTISSA the number of
 * fraction bits, BIAS that of the exponent; a real plus MAGIC, 1.5 * 2^MANTISSA, has the real rounded to an integer in its low
 * bits.  MA(a, b, c) is a * b + c, rounded once where the machine can and twice elsewhere.  STAGE, WIDE and INLINE are attributes.
 * vdouble.h and vsingle.h define these, the constants and the polynomials for the two real types.
 *
 * Results are within 2 ulp (tests/vmath holds them to it), and libm's at 0, infinity and NaN; but what is below the smallest
 * normal number may be 0 in vexp_neg, vsigmoid and vsoftplus, the sine of -0 is 0, and vsqrt is the compiler's own sqrt, under -ffast-math
 * too.  Arguments that are rare are found by an integer OR over the lanes and go to libm in a loop of their own.
 *
 * Cody and Waite 1980 have the reductions by constants in parts; Muller and others, Handbook of Floating-Point Arithmetic,
 * 4.3, the errors of sums.
 */
#ifndef ADC_VKERNELS_H
#define ADC_VKERNELS_H

/* (in capitals, name, what it needs): parts, and the functions that programs ask for. */
#define VPARTS(V) \
    V(VBITS, vbits, LANES, LANES) \
    V(VREDUCE, vreduce, VBITS, LANES) \
    V(VLOGSUM, vlogsum, VBITS, LANES) \
    V(VLOGOF, vlogof, VLOGSUM, LANES) \
    V(VTURN, vturn, VBITS, LANES) \
    V(VJAM, vjam, LANES, LANES) \
    V(VPLACES, vplaces, LANES, LANES) \
    V(VDOT, vdot, LANES, LANES) \
    V(VEXP_OF, vexp_of, VREDUCE, LANES) \
    V(VEXPM1_OF, vexpm1_of, VREDUCE, LANES) \
    V(VLOG_OF, vlog_of, VLOGSUM, LANES) \
    V(VLOG1P_OF, vlog1p_of, VLOGOF, LANES) \
    V(VTANH_OF, vtanh_of, VREDUCE, LANES) \
    V(VSIGMOID_OF, vsigmoid_of, VREDUCE, LANES) \
    V(VSOFTPLUS_OF, vsoftplus_of, VREDUCE, VLOGOF) \
    V(VSIN_OF, vsin_of, VTURN, LANES) \
    V(VCOS_OF, vcos_of, VTURN, LANES)
#define VFUNCTIONS(V) \
    V(VEXP, vexp, VEXP_OF, LANES) \
    V(VEXPM1, vexpm1, VEXPM1_OF, LANES) \
    V(VLOG, vlog, VLOG_OF, LANES) \
    V(VLOG1P, vlog1p, VLOG1P_OF, LANES) \
    V(VTANH, vtanh, VTANH_OF, LANES) \
    V(VSIGMOID, vsigmoid, VSIGMOID_OF, LANES) \
    V(VSOFTPLUS, vsoftplus, VSOFTPLUS_OF, LANES) \
    V(VSIN, vsin, VSIN_OF, LANES) \
    V(VCOS, vcos, VCOS_OF, LANES) \
    V(VEXP_NEG, vexp_neg, VREDUCE, LANES) \
    V(VSINCOS, vsincos, VTURN, LANES) \
    V(VSQRT, vsqrt, LANES, LANES) \
    V(VRECIP, vrecip, LANES, LANES) \
    V(VPOW, vpow, VREDUCE, VLOGSUM) \
    V(VMIX, vmix, VJAM, VPLACES) \
    V(VDOTS, vdots, VDOT, VPLACES) \
    V(VGEMM, vgemm, VJAM, LANES) \
    V(VROWS, vrows, VGEMM, VDOT) \
    V(VEXP_ALL, vexp_all, VEXP_OF, LANES) \
    V(VEXPM1_ALL, vexpm1_all, VEXPM1_OF, LANES) \
    V(VLOG_ALL, vlog_all, VLOG_OF, LANES) \
    V(VLOG1P_ALL, vlog1p_all, VLOG1P_OF, LANES) \
    V(VTANH_ALL, vtanh_all, VTANH_OF, LANES) \
    V(VSIGMOID_ALL, vsigmoid_all, VSIGMOID_OF, SIGMOID) \
    V(VSOFTPLUS_ALL, vsoftplus_all, VSOFTPLUS_OF, SOFTPLUS) \
    V(VSIN_ALL, vsin_all, VSIN_OF, LANES) \
    V(VCOS_ALL, vcos_all, VCOS_OF, LANES)

#define VTEXTS(NAME, name, ...) extern const char kernel_##name[], kernel_##name##_single[];
VPARTS(VTEXTS)
VFUNCTIONS(VTEXTS)
#undef VTEXTS

/* ---- parts */

/* The lanes in which it is not usual, one by one: a volatile variable keeps compilers from a less exact library of vectors. */
#define RARE(LINE, usual, function) \
    LINE(1, for (i = 0; rare >= SIGN_BIT && i < count; i++) {) \
    LINE(2, volatile REAL v = x[i];) \
    LINE(2, if (!(usual)) y[i] = M(function)(v);) \
    LINE(1, })

#define KERNEL_VBITS_C(LINE, NOTE) \
    LINE(0, typedef union {) \
    LINE(1, REAL x;) \
    LINE(1, BITS u;) \
    LINE(0, } K(bits);)

#define KERNEL_VREDUCE_C(LINE, NOTE) \
    NOTE("x = k log(2) + r, the integer k in the low bits of what is returned; r to more digits is low + high, which has three bits less") \
    LINE(0, INLINE static BITS K(vreduce)(REAL x, REAL *r, REAL *high, REAL *low)) \
    LINE(0, {) \
    LINE(1, K(bits) b, c;) \
    LINE(1, REAL k, a;) \
    LINE(1, b.x = MA(x, R(1.4426950408889634), MAGIC);) \
    LINE(1, k = b.x - MAGIC;) \
    LINE(1, a = MA(k, -LOG2_HIGH, x);) \
    LINE(1, c.x = MA(k, -LOG2_LOW, a);) \
    LINE(1, *r = c.x;) \
    LINE(1, c.u &= ~(BITS)7;) \
    LINE(1, *high = c.x;) \
    LINE(1, *low = MA(k, -LOG2_LOW, a - c.x);) \
    LINE(1, return b.u;) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("2^(k + n)") \
    LINE(0, INLINE static REAL K(vpower)(BITS k, int n)) \
    LINE(0, {) \
    LINE(1, K(bits) b;) \
    LINE(1, b.u = (k + (BITS)(BIAS + n)) << MANTISSA;) \
    LINE(1, return b.x;) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("(exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2") \
    LINE(0, INLINE static REAL K(vtail)(REAL r)) \
    LINE(0, {) \
    EXP_POLYNOMIAL(LINE) \
    LINE(1, return p;) \
    LINE(0, })

#define KERNEL_VLOGSUM_C(LINE, NOTE) \
    NOTE("k of x = 2^k m, m in [sqrt(1/2), sqrt(2)), with a constant added that makes it positive") \
    LINE(0, INLINE static BITS K(vexponent)(REAL x)) \
    LINE(0, {) \
    LINE(1, K(bits) b;) \
    LINE(1, b.x = x;) \
    LINE(1, return (b.u + LOG_OFFSET) >> MANTISSA;) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("k log(2) + log(1 + f) for such k and f = m - 1: log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 p(s^2)), s = f / (2 + f)") \
    LINE(0, INLINE static REAL K(vlogsum)(BITS k, REAL f)) \
    LINE(0, {) \
    LINE(1, const REAL s = f / (R(2.0) + f), z = s * s, h = R(0.5) * f * f;) \
    LINE(1, K(bits) b;) \
    LINE(1, b.u = k | INTEGER_BITS;) \
    LINE(1, b.x -= INTEGER_OFFSET;) \
    LOG_POLYNOMIAL(LINE) \
    LINE(1, return MA(b.x, LOG2_HIGH, f - (h - MA(s, MA(p, z, h), b.x * LOG2_LOW)));) \
    LINE(0, })

#define KERNEL_VLOGOF_C(LINE, NOTE) \
    NOTE("log(u) for u = 1 + x, rounded: f = 2^-k (1 + x) - 1, which is x itself for k = 0") \
    LINE(0, INLINE static REAL K(vlogof)(REAL u, REAL x)) \
    LINE(0, {) \
    LINE(1, const BITS k = K(vexponent)(u);) \
    LINE(1, K(bits) b;) \
    LINE(1, b.u = (LOG_BIAS + BIAS - k) << MANTISSA;) \
    LINE(1, return K(vlogsum)(k, MA(b.x, x, b.x - R(1.0)));) \
    LINE(0, })

/* ---- exponentials */

/* A volatile limit, since gcc joins two selects whose constants it knows into slower ones.  2^k in two steps: it may be no normal number. */
#define KERNEL_VEXP_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vexp_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, volatile REAL most = EXP_MOST;) \
    LINE(1, const REAL limit = most;) \
    LINE(1, int i;) \
    LINE(0, ROLLED) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, REAL v = x[i], r, high, low;) \
    LINE(2, BITS k, half;) \
    LINE(2, v = v > limit ? limit : v;) \
    LINE(2, v = v < EXP_LEAST ? EXP_LEAST : v;) \
    LINE(2, k = K(vreduce)(v, &r, &high, &low) + 2 * BIAS;) \
    LINE(2, half = k >> 1;) \
    LINE(2, v = R(1.0) + MA(r * r, K(vtail)(r), r);) \
    LINE(2, y[i] = v * K(vpower)(half, -BIAS) * K(vpower)(k - half, -BIAS);) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_VEXP_NEG_C(LINE, NOTE) \
    NOTE("exp of x <= 0") \
    LINE(0, STAGE static void K(vexp_neg)(REAL *restrict y, const REAL *restrict x)) \
    LINE(0, {) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < LANES; i++) {) \
    LINE(2, REAL v = x[i], r, high, low;) \
    LINE(2, BITS k;) \
    LINE(2, v = v < EXP_ZERO ? EXP_ZERO : v;) \
    LINE(2, k = K(vreduce)(v, &r, &high, &low);) \
    LINE(2, y[i] = (R(1.0) + MA(r * r, K(vtail)(r), r)) * K(vpower)(k, 0);) \
    LINE(1, }) \
    LINE(0, })

/* Half of it is formed, as 2^k may be too large where the result is not; what would lose bits by that, or its sign, is x. */
#define KERNEL_VEXPM1_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vexpm1_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, volatile REAL most = EXP_MOST;) \
    LINE(1, const REAL limit = most;) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, REAL v = x[i], r, high, low, s;) \
    LINE(2, BITS k;) \
    LINE(2, v = v > limit ? limit : v;) \
    LINE(2, v = v < R(-40.0) ? R(-40.0) : v;) \
    LINE(2, k = K(vreduce)(v, &r, &high, &low);) \
    LINE(2, s = K(vpower)(k, -1);) \
    LINE(2, s = MA(s, high, s - R(0.5)) + s * MA(r * r, K(vtail)(r), low);) \
    LINE(2, s += s;) \
    LINE(2, y[i] = M(fabs)(v) < R(1e-20) ? v : s;) \
    LINE(1, }) \
    LINE(0, })

/* q = t / (2 + t), t = expm1(2 |x|); where that is small, t/2 - t/2 q, in which errors of the quotient count less */
#define KERNEL_VTANH_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vtanh_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, K(bits) a, b;) \
    LINE(2, REAL v, r, high, low, s, q;) \
    LINE(2, BITS k;) \
    LINE(2, a.x = x[i];) \
    LINE(2, b.u = a.u & SIGN_BIT;) \
    LINE(2, a.u ^= b.u;) \
    LINE(2, v = a.x > R(20.0) ? R(20.0) : a.x;) \
    LINE(2, k = K(vreduce)(v + v, &r, &high, &low);) \
    LINE(2, s = K(vpower)(k, 0);) \
    LINE(2, v = s * MA(r * r, K(vtail)(r), low) + MA(s, high, s - R(1.0));) \
    LINE(2, q = v / (R(2.0) + v);) \
    LINE(2, s = R(0.5) * v;) \
    LINE(2, r = MA(-s, q, s);) \
    LINE(2, a.x = a.x < R(0.35) ? r : q;) \
    LINE(2, a.u |= b.u;) \
    LINE(2, y[i] = a.x;) \
    LINE(1, }) \
    LINE(0, })

/* n - n q, q = e / (1 + e), e = exp(-|x|), n = 1 for x >= 0 and e below: accurate at both ends */
#define KERNEL_VSIGMOID_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vsigmoid_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, K(bits) a, b, one;) \
    LINE(2, REAL v, r, high, low, h;) \
    LINE(2, BITS k, negative;) \
    LINE(2, a.x = x[i];) \
    LINE(2, negative = 0 - (a.u >> SIGN_SHIFT);) \
    LINE(2, a.u |= SIGN_BIT;) \
    LINE(2, v = a.x < EXP_ZERO ? EXP_ZERO : a.x;) \
    LINE(2, k = K(vreduce)(v, &r, &high, &low);) \
    LINE(2, h = R(1.0) + r;) \
    LINE(2, v = (h + (r * r * K(vtail)(r) + (r - (h - R(1.0))))) * K(vpower)(k, 0);) \
    LINE(2, b.x = v;) \
    LINE(2, one.x = R(1.0);) \
    LINE(2, b.u = (b.u & negative) | (one.u & ~negative);) \
    LINE(2, y[i] = MA(-b.x, v / (R(1.0) + v), b.x);) \
    LINE(1, }) \
    LINE(0, })

/* ---- logarithms */

#define KERNEL_VLOG_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vlog_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, BITS rare = 0;) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, const BITS k = K(vexponent)(x[i]);) \
    LINE(2, K(bits) b;) \
    LINE(2, b.x = x[i];) \
    LINE(2, rare |= (b.u - NORMAL_BITS) | (INFINITY_BITS - 1 - b.u);) \
    LINE(2, b.u -= (k - LOG_BIAS) << MANTISSA;) \
    LINE(2, y[i] = K(vlogsum)(k, b.x - R(1.0));) \
    LINE(1, }) \
    RARE(LINE, v >= SMALLEST && v <= LARGEST, log) \
    LINE(0, })

/* The rare: 1 + x is not a positive normal number, or 2^-k is none. */
#define KERNEL_VLOG1P_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vlog1p_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, BITS rare = 0;) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, K(bits) a, b;) \
    LINE(2, a.x = x[i];) \
    LINE(2, b.x = R(1.0) + a.x;) \
    LINE(2, rare |= (b.u - NORMAL_BITS) | (LOG1P_MOST_BITS - b.u);) \
    LINE(2, b.x = K(vlogof)(b.x, a.x);) \
    LINE(2, b.u |= a.u & SIGN_BIT;) \
    LINE(2, y[i] = b.x;) \
    LINE(1, }) \
    RARE(LINE, v > R(-1.0) && v < LOG1P_MOST, log1p) \
    LINE(0, })

/* max(x, 0) + log(1 + exp(-|x|)) */
#define KERNEL_VSOFTPLUS_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vsoftplus_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, K(bits) a;) \
    LINE(2, REAL v, r, high, low;) \
    LINE(2, BITS k;) \
    LINE(2, a.x = x[i];) \
    LINE(2, a.u |= SIGN_BIT;) \
    LINE(2, v = a.x < EXP_ZERO ? EXP_ZERO : a.x;) \
    LINE(2, k = K(vreduce)(v, &r, &high, &low);) \
    LINE(2, v = (R(1.0) + MA(r * r, K(vtail)(r), r)) * K(vpower)(k, 0);) \
    LINE(2, y[i] = (x[i] > R(0.0) ? x[i] : R(0.0)) + K(vlogof)(R(1.0) + v, v);) \
    LINE(1, }) \
    LINE(0, })

/* ---- trigonometry */

#define KERNEL_VTURN_C(LINE, NOTE) \
    NOTE("x - n pi/2 for an integer n") \
    LINE(0, INLINE static REAL K(vturn)(REAL x, REAL n)) \
    LINE(0, {) \
    TURN(LINE) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("the OR over all x has the sign bit where one is too large for vturn, infinite or NaN") \
    LINE(0, INLINE static BITS K(vfar)(REAL x)) \
    LINE(0, {) \
    LINE(1, K(bits) b;) \
    LINE(1, b.x = x;) \
    LINE(1, return TURN_MOST_BITS - (b.u & ~SIGN_BIT);) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("sin(r) for |r| <= pi/2, times -1 for odd n") \
    LINE(0, INLINE static REAL K(vhalfsine)(REAL r, BITS n)) \
    LINE(0, {) \
    LINE(1, const REAL z = r * r;) \
    LINE(1, K(bits) b;) \
    SINE_POLYNOMIAL(LINE) \
    LINE(1, b.x = MA(r, MA(z, SINE_FIRST, z * (z * p)), r);) \
    LINE(1, b.u ^= n << SIGN_SHIFT;) \
    LINE(1, return b.x;) \
    LINE(0, })

/* x = n pi + r */
#define KERNEL_VSIN_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vsin_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, BITS rare = 0;) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, K(bits) n;) \
    LINE(2, n.x = MA(x[i], R(0.3183098861837907), MAGIC);) \
    LINE(2, rare |= K(vfar)(x[i]);) \
    LINE(2, y[i] = K(vhalfsine)(K(vturn)(x[i], R(2.0) * (n.x - MAGIC)), n.u);) \
    LINE(1, }) \
    RARE(LINE, M(fabs)(v) <= TURN_MOST, sin) \
    LINE(0, })

/* x + pi/2 = n pi + r */
#define KERNEL_VCOS_OF_C(LINE, NOTE) \
    LINE(0, INLINE static void K(vcos_of)(REAL *restrict y, const REAL *restrict x, int count)) \
    LINE(0, {) \
    LINE(1, BITS rare = 0;) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, K(bits) n;) \
    LINE(2, n.x = MA(x[i], R(0.3183098861837907), R(0.5)) + MAGIC;) \
    LINE(2, rare |= K(vfar)(x[i]);) \
    LINE(2, y[i] = K(vhalfsine)(K(vturn)(x[i], MA(R(2.0), n.x - MAGIC, R(-1.0))), n.u);) \
    LINE(1, }) \
    RARE(LINE, M(fabs)(v) <= TURN_MOST, cos) \
    LINE(0, })

/* x = n pi/2 + r: sine and cosine of r, exchanged for odd n */
#define KERNEL_VSINCOS_C(LINE, NOTE) \
    LINE(0, STAGE static void K(vsincos)(REAL *restrict s, REAL *restrict c, const REAL *restrict x)) \
    LINE(0, {) \
    LINE(1, BITS rare = 0;) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < LANES; i++) {) \
    LINE(2, K(bits) n, a, b;) \
    LINE(2, REAL r, z, p;) \
    LINE(2, BITS swap;) \
    LINE(2, n.x = MA(x[i], R(0.6366197723675814), MAGIC);) \
    LINE(2, rare |= K(vfar)(x[i]);) \
    LINE(2, r = K(vturn)(x[i], n.x - MAGIC);) \
    LINE(2, z = r * r;) \
    QUARTER_SINE(LINE) \
    LINE(2, a.x = MA(z * r, p, r);) \
    QUARTER_COSINE(LINE) \
    LINE(2, b.x = MA(z, p, R(1.0));) \
    LINE(2, swap = (a.u ^ b.u) & (0 - (n.u & 1));) \
    LINE(2, a.u ^= swap ^ ((n.u & 2) << (SIGN_SHIFT - 1));) \
    LINE(2, b.u ^= swap ^ (((n.u + 1) & 2) << (SIGN_SHIFT - 1));) \
    LINE(2, s[i] = a.x;) \
    LINE(2, c[i] = b.x;) \
    LINE(1, }) \
    LINE(1, for (i = 0; rare >= SIGN_BIT && i < LANES; i++) {) \
    LINE(2, volatile REAL v = x[i];) \
    LINE(2, if (!(M(fabs)(v) <= TURN_MOST)) s[i] = M(sin)(v), c[i] = M(cos)(v);) \
    LINE(1, }) \
    LINE(0, })

/* ---- what machines have */

#define KERNEL_VSQRT_C(LINE, NOTE) \
    LINE(0, STAGE static void K(vsqrt)(REAL *restrict y, const REAL *restrict x)) \
    LINE(0, {) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < LANES; i++) y[i] = M(sqrt)(x[i]);) \
    LINE(0, })

#define KERNEL_VRECIP_C(LINE, NOTE) \
    LINE(0, STAGE static void K(vrecip)(REAL *restrict y, const REAL *restrict x)) \
    LINE(0, {) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < LANES; i++) y[i] = R(1.0) / x[i];) \
    LINE(0, })

/* ---- powers */

/*
 * 2^(a log2(x)), the logarithm to half as many digits again: x = 2^k m, s = (m - 1) / (m + 1), log(m) = 2/3 s (3 + s^2 + s^4 p(s^2)),
 * where s, the sum in brackets, their product, the logarithm and a are in turn a head of half the digits, so that products of
 * heads are exact, and a rest.  The rare: x is not a positive normal number, or the result may not be one.
 */
#define KERNEL_VPOW_C(LINE, NOTE) \
    NOTE("the first half of the digits") \
    LINE(0, INLINE static REAL K(vhead)(REAL x)) \
    LINE(0, {) \
    LINE(1, K(bits) b;) \
    LINE(1, b.x = x;) \
    LINE(1, b.u &= HEAD_BITS;) \
    LINE(1, return b.x;) \
    LINE(0, }) \
    LINE(0, ) \
    LINE(0, STAGE static void K(vpow)(REAL *restrict y, const REAL *restrict x, const REAL *restrict a)) \
    LINE(0, {) \
    LINE(1, BITS rare = 0;) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < LANES; i++) {) \
    LINE(2, const BITS k = K(vexponent)(x[i]);) \
    LINE(2, K(bits) b, n;) \
    LINE(2, REAL f, s, z, p, h, g, t, r;) \
    LINE(2, b.x = x[i];) \
    LINE(2, rare |= (b.u - NORMAL_BITS) | (INFINITY_BITS - 1 - b.u);) \
    LINE(2, b.u -= (k - LOG_BIAS) << MANTISSA;) \
    LINE(2, f = b.x - R(1.0);) \
    LINE(2, s = f / (R(2.0) + f);) \
    LINE(2, h = K(vhead)(s);) \
    LINE(2, g = K(vhead)(f);) \
    LINE(2, r = (f - R(2.0) * h - h * g - h * (f - g)) * (R(0.5) - R(0.5) * s);) \
    LINE(2, z = s * s;) \
    POW_POLYNOMIAL(LINE) \
    LINE(2, g = h * h;) \
    LINE(2, p = r * (h + s) + z * z * p;) \
    LINE(2, t = K(vhead)(R(3.0) + (g + p));) \
    LINE(2, p -= t - R(3.0) - g;) \
    LINE(2, r = r * t + p * s;) \
    LINE(2, h *= t;) \
    LINE(2, t = K(vhead)(h + r);) \
    LINE(2, r -= t - h;) \
    LINE(2, r = POW_REST * t + POW_SCALE * r;) \
    LINE(2, h = POW_HEAD * t;) \
    LINE(2, n.u = k | INTEGER_BITS;) \
    LINE(2, n.x -= INTEGER_OFFSET;) \
    LINE(2, t = K(vhead)(n.x + (h + r));) \
    LINE(2, r -= t - n.x - h;) \
    LINE(2, g = K(vhead)(a[i]);) \
    LINE(2, r = (a[i] - g) * t + a[i] * r;) \
    LINE(2, h = g * t;) \
    LINE(2, b.x = h + r;) \
    LINE(2, rare |= POW_MOST_BITS - (b.u & ~SIGN_BIT);) \
    LINE(2, n.x = b.x + MAGIC;) \
    LINE(2, r = R(0.6931471805599453) * (h - (n.x - MAGIC) + r);) \
    LINE(2, y[i] = (R(1.0) + MA(r * r, K(vtail)(r), r)) * K(vpower)(n.u, 0);) \
    LINE(1, }) \
    LINE(1, for (i = 0; rare >= SIGN_BIT && i < LANES; i++) {) \
    LINE(2, volatile REAL v = x[i];) \
    LINE(2, const REAL e = a[i] * M(log2)(v);) \
    LINE(2, if (!(v >= SMALLEST && v <= LARGEST && M(fabs)(e) < POW_MOST - R(1.0))) y[i] = M(pow)(v, a[i]);) \
    LINE(1, }) \
    LINE(0, })

/* ---- the functions of one argument: over LANES of them, and over all of an array, in place */

#define OVER_LANES(LINE, name, of) \
    LINE(0, STAGE static void K(name)(REAL *restrict y, const REAL *restrict x)) \
    LINE(0, {) \
    LINE(1, K(of)(y, x, LANES);) \
    LINE(0, })

/* PART at a time, the last ones together with some before them again, from what was there; of fewer than FEW one by one. */
#define PART 8
#define OVER_ALL(LINE, name, of, one) \
    LINE(0, STAGE static void K(name)(REAL *y, int64_t n)) \
    LINE(0, {) \
    LINE(1, REAL x[PART], last[PART];) \
    LINE(1, int64_t k;) \
    LINE(1, int i;) \
    LINE(1, if (n < FEW) {) \
    LINE(2, for (k = 0; k < n; k++) y[k] = one(y[k]);) \
    LINE(2, return;) \
    LINE(1, }) \
    LINE(1, for (i = 0; i < PART; i++) last[i] = y[n - PART + i];) \
    LINE(1, for (k = 0; k < n; k += PART) {) \
    LINE(2, const REAL *const from = k + PART <= n ? y + k : last;) \
    LINE(2, for (i = 0; i < PART; i++) x[i] = from[i];) \
    LINE(2, K(of)(k + PART <= n ? y + k : y + (n - PART), x, PART);) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_VEXP_C(LINE, NOTE) OVER_LANES(LINE, vexp, vexp_of)
#define KERNEL_VEXP_ALL_C(LINE, NOTE) OVER_ALL(LINE, vexp_all, vexp_of, M(exp))
#define KERNEL_VEXPM1_C(LINE, NOTE) OVER_LANES(LINE, vexpm1, vexpm1_of)
#define KERNEL_VEXPM1_ALL_C(LINE, NOTE) OVER_ALL(LINE, vexpm1_all, vexpm1_of, M(expm1))
#define KERNEL_VLOG_C(LINE, NOTE) OVER_LANES(LINE, vlog, vlog_of)
#define KERNEL_VLOG_ALL_C(LINE, NOTE) OVER_ALL(LINE, vlog_all, vlog_of, M(log))
#define KERNEL_VLOG1P_C(LINE, NOTE) OVER_LANES(LINE, vlog1p, vlog1p_of)
#define KERNEL_VLOG1P_ALL_C(LINE, NOTE) OVER_ALL(LINE, vlog1p_all, vlog1p_of, M(log1p))
#define KERNEL_VTANH_C(LINE, NOTE) OVER_LANES(LINE, vtanh, vtanh_of)
#define KERNEL_VTANH_ALL_C(LINE, NOTE) OVER_ALL(LINE, vtanh_all, vtanh_of, M(tanh))
#define KERNEL_VSIGMOID_C(LINE, NOTE) OVER_LANES(LINE, vsigmoid, vsigmoid_of)
#define KERNEL_VSIGMOID_ALL_C(LINE, NOTE) OVER_ALL(LINE, vsigmoid_all, vsigmoid_of, K(sigmoid))
#define KERNEL_VSOFTPLUS_C(LINE, NOTE) OVER_LANES(LINE, vsoftplus, vsoftplus_of)
#define KERNEL_VSOFTPLUS_ALL_C(LINE, NOTE) OVER_ALL(LINE, vsoftplus_all, vsoftplus_of, K(softplus))
#define KERNEL_VSIN_C(LINE, NOTE) OVER_LANES(LINE, vsin, vsin_of)
#define KERNEL_VSIN_ALL_C(LINE, NOTE) OVER_ALL(LINE, vsin_all, vsin_of, M(sin))
#define KERNEL_VCOS_C(LINE, NOTE) OVER_LANES(LINE, vcos, vcos_of)
#define KERNEL_VCOS_ALL_C(LINE, NOTE) OVER_ALL(LINE, vcos_all, vcos_of, M(cos))

/* ---- products of matrices: Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008, in two levels */

#define KERNEL_VJAM_C(LINE, NOTE) \
    NOTE("LANES elements of c, and of d: plus those of p, q, r and s, by a[0] to a[3], and by a[4] to a[7]") \
    LINE(0, WIDE static void K(vjam)(REAL *restrict c, REAL *restrict d, const REAL *restrict a, const REAL *restrict p, const REAL *restrict q, const REAL *restrict r, const REAL *restrict s)) \
    LINE(0, {) \
    LINE(1, const REAL a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5], a6 = a[6], a7 = a[7];) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < LANES; i++) {) \
    LINE(2, c[i] = MA(a3, s[i], MA(a2, r[i], MA(a1, q[i], MA(a0, p[i], c[i]))));) \
    LINE(2, d[i] = MA(a7, s[i], MA(a6, r[i], MA(a5, q[i], MA(a4, p[i], d[i]))));) \
    LINE(1, }) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("the same of four: where there are registers for it, ROWS is 4") \
    LINE(0, WIDE static void K(vjam4)(REAL *restrict c, REAL *restrict d, REAL *restrict e, REAL *restrict g, const REAL *restrict a, const REAL *restrict p, const REAL *restrict q, const REAL *restrict r, const REAL *restrict s)) \
    LINE(0, {) \
    LINE(1, const REAL a0 = a[0], a1 = a[1], a2 = a[2], a3 = a[3], a4 = a[4], a5 = a[5], a6 = a[6], a7 = a[7];) \
    LINE(1, const REAL b0 = a[8], b1 = a[9], b2 = a[10], b3 = a[11], b4 = a[12], b5 = a[13], b6 = a[14], b7 = a[15];) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < LANES; i++) {) \
    LINE(2, c[i] = MA(a3, s[i], MA(a2, r[i], MA(a1, q[i], MA(a0, p[i], c[i]))));) \
    LINE(2, d[i] = MA(a7, s[i], MA(a6, r[i], MA(a5, q[i], MA(a4, p[i], d[i]))));) \
    LINE(2, e[i] = MA(b3, s[i], MA(b2, r[i], MA(b1, q[i], MA(b0, p[i], e[i]))));) \
    LINE(2, g[i] = MA(b7, s[i], MA(b6, r[i], MA(b5, q[i], MA(b4, p[i], g[i]))));) \
    LINE(1, }) \
    LINE(0, }) \
    LINE(0, ) \
    LINE(0, STAGE static void K(vadd)(REAL *restrict c, REAL a, const REAL *restrict b, int64_t n)) \
    LINE(0, {) \
    LINE(1, int64_t i;) \
    LINE(1, for (i = 0; i < n; i++) c[i] = MA(a, b[i], c[i]);) \
    LINE(0, })

#define KERNEL_VPLACES_C(LINE, NOTE) \
    NOTE("the rounds of loops in each other; of the k-th: way[3 k]") \
    LINE(0, static int64_t K(vrounds)(int loops, const int64_t *way)) \
    LINE(0, {) \
    LINE(1, int64_t n = 1;) \
    LINE(1, int k;) \
    LINE(1, for (k = 0; k < loops; k++) n *= way[3 * k] > 0 ? way[3 * k] : 0;) \
    LINE(1, return n;) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("the next n places that they touch in two arrays, where a round goes on by way[3 k + 1] and way[3 k + 2]; at: rounds done, and the places") \
    LINE(0, static void K(vplaces)(int loops, const int64_t *way, int64_t *at, int64_t n, int64_t *x, int64_t *y)) \
    LINE(0, {) \
    LINE(1, const int64_t *const last = way + 3 * (loops - 1);) \
    LINE(1, int64_t i = 0, p = at[loops], q = at[loops + 1], rounds;) \
    LINE(1, int k;) \
    LINE(1, while (i < n) {) \
    LINE(2, rounds = last[0] - at[loops - 1] < n - i ? last[0] - at[loops - 1] : n - i;) \
    LINE(2, at[loops - 1] += rounds;) \
    LINE(2, for (; rounds > 0; rounds--) {) \
    LINE(3, x[i] = p;) \
    LINE(3, y[i++] = q;) \
    LINE(3, p += last[1];) \
    LINE(3, q += last[2];) \
    LINE(2, }) \
    LINE(2, for (k = loops - 1; k >= 0 && at[k] == way[3 * k]; k--) {) \
    LINE(3, at[k] = 0;) \
    LINE(3, p += (k > 0 ? way[3 * k - 2] : 0) - way[3 * k] * way[3 * k + 1];) \
    LINE(3, q += (k > 0 ? way[3 * k - 1] : 0) - way[3 * k] * way[3 * k + 2];) \
    LINE(3, if (k > 0) at[k - 1]++;) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(1, at[loops] = p;) \
    LINE(1, at[loops + 1] = q;) \
    LINE(0, })

#define KERNEL_VMIX_C(LINE, NOTE) \
    NOTE("c += a b, LANES columns: rounds of loops go over columns of a and rows of b; rows of a are ars apart, those of c crs") \
    LINE(0, STAGE static void K(vmix)(int64_t m, const REAL *a, int64_t ars, const REAL *b, REAL *c, int64_t crs, int loops, const int64_t *way)) \
    LINE(0, {) \
    LINE(1, const int64_t all = K(vrounds)(loops, way);) \
    LINE(1, int64_t at[16] = {0}, x[LANES], y[LANES], done, n, i, l, u, v, high;) \
    LINE(1, REAL f[16], spare[LANES] = {0};) \
    LINE(1, for (done = 0; done < all; done += LANES) {) \
    LINE(2, n = all - done < LANES ? all - done : LANES;) \
    LINE(2, K(vplaces)(loops, way, at, n, x, y);) \
    LINE(2, for (i = 0; i < m; i += high) {) \
    LINE(3, const REAL *const p = a + i * ars;) \
    LINE(3, REAL *const r = c + i * crs, *const s = i + 1 < m ? r + crs : spare;) \
    LINE(3, high = i + ROWS <= m ? ROWS : 2;) \
    LINE(3, for (l = 0; l + 3 < n; l += 4) {) \
    LINE(4, const REAL *const b0 = b + y[l], *const b1 = b + y[l + 1], *const b2 = b + y[l + 2], *const b3 = b + y[l + 3];) \
    LINE(4, for (v = 0; v < high; v++)) \
    LINE(5, for (u = 0; u < 4; u++) f[4 * v + u] = i + v < m ? p[v * ars + x[l + u]] : 0;) \
    LINE(4, if (high == 4) K(vjam4)(r, s, r + 2 * crs, r + 3 * crs, f, b0, b1, b2, b3);) \
    LINE(4, else K(vjam)(r, s, f, b0, b1, b2, b3);) \
    LINE(3, }) \
    LINE(3, for (; l < n; l++)) \
    LINE(4, for (v = 0; v < high && i + v < m; v++) K(vadd)(r + v * crs, p[v * ars + x[l]], b + y[l], LANES);) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(0, })

#define DOT(i, j, l) s##i##j = MA(a##i[l], b##j[l], s##i##j)
#define DOTS(l) DOT(0, 0, l), DOT(0, 1, l), DOT(0, 2, l), DOT(0, 3, l), DOT(1, 0, l), DOT(1, 1, l), DOT(1, 2, l), DOT(1, 3, l);
#define KERNEL_VDOT_C(LINE, NOTE) \
    NOTE("products of LANES elements of two arrays and of four, each in eight sums, s[8 (4 i + j)] to s[8 (4 i + j) + 7]") \
    LINE(0, WIDE static void K(vdot)(REAL *restrict s, const REAL *restrict a0, const REAL *restrict a1, const REAL *restrict b0, const REAL *restrict b1, const REAL *restrict b2, const REAL *restrict b3)) \
    LINE(0, {) \
    LINE(1, int i;) \
    LINE(1, for (i = 0; i < 8; i++) {) \
    LINE(2, REAL s00 = s[i], s01 = s[i + 8], s02 = s[i + 16], s03 = s[i + 24], s10 = s[i + 32], s11 = s[i + 40], s12 = s[i + 48], s13 = s[i + 56];) \
    LINE(2, DOTS(i)) \
    LINE(2, DOTS(i + 8)) \
    LINE(2, DOTS(i + 16)) \
    LINE(2, DOTS(i + 24)) \
    LINE(2, DOTS(i + 32)) \
    LINE(2, DOTS(i + 40)) \
    LINE(2, DOTS(i + 48)) \
    LINE(2, DOTS(i + 56)) \
    LINE(2, s[i] = s00, s[i + 8] = s01, s[i + 16] = s02, s[i + 24] = s03;) \
    LINE(2, s[i + 32] = s10, s[i + 40] = s11, s[i + 48] = s12, s[i + 56] = s13;) \
    LINE(1, }) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("adds eight of them to c") \
    LINE(0, static void K(vfold)(REAL *c, const REAL *s)) \
    LINE(0, {) \
    LINE(1, *c += ((s[0] + s[4]) + (s[1] + s[5])) + ((s[2] + s[6]) + (s[3] + s[7]));) \
    LINE(0, })

#define KERNEL_VDOTS_C(LINE, NOTE) \
    NOTE("c += a b', terms in LANES of which `rows` count, of all rounds of `term`, loops over columns of a and b; those of `column` go over rows of b and columns of c") \
    LINE(0, STAGE static void K(vdots)(int64_t m, int64_t rows, const REAL *a, int64_t ars, const REAL *b, REAL *c, int64_t crs, int columns, const int64_t *column, int terms, const int64_t *term)) \
    LINE(0, {) \
    LINE(1, const int64_t width = K(vrounds)(columns, column), depth = K(vrounds)(terms, term);) \
    LINE(1, REAL room[8 * 8 * LANES], s[64], spare = 0;) \
    LINE(1, int64_t at[16] = {0}, y[LANES], z[LANES], j0, k0, i0, i, j, k, l, n, high, deep;) \
    LINE(1, for (j0 = 0; j0 < width; j0 += LANES) {) \
    LINE(2, int64_t from[16] = {0}, p[8], q[8];) \
    LINE(2, n = width - j0 < LANES ? width - j0 : LANES;) \
    LINE(2, K(vplaces)(columns, column, at, n, y, z);) \
    LINE(2, for (k0 = 0; k0 < depth; k0 += 8) {) \
    LINE(3, deep = depth - k0 < 8 ? depth - k0 : 8;) \
    LINE(3, K(vplaces)(terms, term, from, deep, p, q);) \
    LINE(3, for (i0 = 0; i0 < m; i0 += 8) {) \
    LINE(4, high = m - i0 < 8 ? m - i0 : 8;) \
    LINE(4, for (i = 0; i < high; i++)) \
    LINE(5, for (k = 0; k < deep; k++)) \
    LINE(6, for (l = 0; l < LANES; l++) room[(8 * i + k) * LANES + l] = l < rows ? a[(i0 + i) * ars + p[k] + l] : 0;) \
    LINE(4, for (j = 0; j < n; j += 4) {) \
    LINE(5, const REAL *const b0 = b + y[j], *const b1 = b + y[j + 1 < n ? j + 1 : j];) \
    LINE(5, const REAL *const b2 = b + y[j + 2 < n ? j + 2 : j], *const b3 = b + y[j + 3 < n ? j + 3 : j];) \
    LINE(5, for (i = 0; i < high; i += 2) {) \
    LINE(6, const REAL *const x = room + 8 * i * LANES, *const w = i + 1 < high ? x + 8 * LANES : x;) \
    LINE(6, for (l = 0; l < 64; l++) s[l] = 0;) \
    LINE(6, for (k = 0; k < deep; k++) K(vdot)(s, x + k * LANES, w + k * LANES, b0 + q[k], b1 + q[k], b2 + q[k], b3 + q[k]);) \
    LINE(6, for (l = 0; l < 8; l++) K(vfold)(i + l / 4 < high && j + l % 4 < n ? c + (i0 + i + l / 4) * crs + z[j + l % 4] : &spare, s + 8 * l);) \
    LINE(5, }) \
    LINE(4, }) \
    LINE(3, }) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_VGEMM_C(LINE, NOTE) \
    NOTE("c += a b, m x k and k x n; rows and columns are so far apart: ars, acs, brs, bcs, crs; columns of c stand side by side") \
    LINE(0, STAGE static void K(vgemm)(int64_t m, int64_t n, int64_t k, const REAL *a, int64_t ars, int64_t acs, const REAL *b, int64_t brs, int64_t bcs, REAL *c, int64_t crs)) \
    LINE(0, {) \
    LINE(1, REAL room[LANES * LANES], f[16];) \
    LINE(1, int64_t i, j, l, u, v, j0, l0, columns, rows, rs, high;) \
    LINE(1, for (j0 = 0; j0 < n; j0 += LANES)) \
    LINE(2, for (l0 = 0; l0 < k; l0 += LANES) {) \
    LINE(3, const REAL *p = b + l0 * brs + j0 * bcs;) \
    LINE(3, columns = n - j0 < LANES ? n - j0 : LANES;) \
    LINE(3, rows = k - l0 < LANES ? k - l0 : LANES;) \
    LINE(3, rs = brs;) \
    LINE(3, if (bcs != 1) {) \
    LINE(4, for (l = 0; l < rows; l++)) \
    LINE(5, for (j = 0; j < columns; j++) room[l * LANES + j] = p[l * brs + j * bcs];) \
    LINE(4, p = room;) \
    LINE(4, rs = LANES;) \
    LINE(3, }) \
    LINE(3, for (i = 0; i < m; i += high) {) \
    LINE(4, const REAL *const x = a + i * ars + l0 * acs;) \
    LINE(4, REAL *const y = c + i * crs + j0;) \
    LINE(4, high = i + ROWS <= m ? ROWS : 2;) \
    LINE(4, for (l = 0; i + 1 < m && columns == LANES && l + 3 < rows; l += 4) {) \
    LINE(5, const REAL *const q = p + l * rs;) \
    LINE(5, for (v = 0; v < high; v++)) \
    LINE(6, for (u = 0; u < 4; u++) f[4 * v + u] = x[v * ars + (l + u) * acs];) \
    LINE(5, if (high == 4) K(vjam4)(y, y + crs, y + 2 * crs, y + 3 * crs, f, q, q + rs, q + 2 * rs, q + 3 * rs);) \
    LINE(5, else K(vjam)(y, y + crs, f, q, q + rs, q + 2 * rs, q + 3 * rs);) \
    LINE(4, }) \
    LINE(4, for (; l < rows; l++)) \
    LINE(5, for (v = 0; v < high && i + v < m; v++) K(vadd)(y + v * crs, x[v * ars + l * acs], p + l * rs, columns);) \
    LINE(3, }) \
    LINE(2, }) \
    LINE(0, })

#define KERNEL_VROWS_C(LINE, NOTE) \
    NOTE("c += a b, LANES columns of which `rows` count, the others become copies of the last of them; a few that count are inner products with rows of a") \
    LINE(0, STAGE static void K(vrows)(int64_t m, int64_t rows, int64_t k, const REAL *a, int64_t ars, int64_t acs, const REAL *b, int64_t brs, REAL *c, int64_t crs)) \
    LINE(0, {) \
    LINE(1, REAL room[12 * 4 * LANES], last[2 * LANES], s[64], spare = 0;) \
    LINE(1, int64_t l0, i, r, l, n;) \
    LINE(1, if (rows >= 12 || acs != 1) {) \
    LINE(2, K(vgemm)(m, LANES, k, a, ars, acs, b, brs, 1, c, crs);) \
    LINE(2, return;) \
    LINE(1, }) \
    LINE(1, for (l0 = 0; l0 < k; l0 += 4 * LANES) {) \
    LINE(2, n = k - l0 < 4 * LANES ? k - l0 : 4 * LANES;) \
    LINE(2, for (l = 0; l < 4 * LANES; l++)) \
    LINE(3, for (r = 0; r < rows; r++) room[r * 4 * LANES + l] = l < n ? b[(l0 + l) * brs + r] : 0;) \
    LINE(2, for (i = 0; i < m; i += 2) {) \
    LINE(3, const REAL *const x = a + i * ars + l0, *const y = i + 1 < m ? x + ars : x;) \
    LINE(3, const int64_t whole = n / LANES * LANES;) \
    LINE(3, for (l = 0; l < LANES; l++) {) \
    LINE(4, last[l] = whole + l < n ? x[whole + l] : 0;) \
    LINE(4, last[LANES + l] = whole + l < n ? y[whole + l] : 0;) \
    LINE(3, }) \
    LINE(3, for (r = 0; r < rows; r += 4) {) \
    LINE(4, const REAL *const b0 = room + r * 4 * LANES, *const b1 = r + 1 < rows ? b0 + 4 * LANES : b0;) \
    LINE(4, const REAL *const b2 = r + 2 < rows ? b0 + 8 * LANES : b0, *const b3 = r + 3 < rows ? b0 + 12 * LANES : b0;) \
    LINE(4, for (l = 0; l < 64; l++) s[l] = 0;) \
    LINE(4, for (l = 0; l < whole; l += LANES) K(vdot)(s, x + l, y + l, b0 + l, b1 + l, b2 + l, b3 + l);) \
    LINE(4, if (whole < n) K(vdot)(s, last, last + LANES, b0 + l, b1 + l, b2 + l, b3 + l);) \
    LINE(4, for (l = 0; l < 8; l++) K(vfold)(i + l / 4 < m && r + l % 4 < rows ? c + (i + l / 4) * crs + r + l % 4 : &spare, s + 8 * l);) \
    LINE(3, }) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(1, for (i = 0; i < m; i++)) \
    LINE(2, for (r = rows; r < LANES; r++) c[i * crs + r] = c[i * crs + rows - 1];) \
    LINE(0, })

#endif
