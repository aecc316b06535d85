/*
 * vkernels.h -- functions of <math.h> over LANES reals at once, in C that compilers make vectors of: a loop has a constant
 * length, no branch and no call, and uses what lanes have had since SSE2.
 *
 * They are kernels as in kernels.h, with more words.  BITS is the unsigned integer of REAL's size, MANTISSA the number of
 * fraction bits, BIAS that of the exponent; a real plus MAGIC, 1.5 * 2^MANTISSA, has the real rounded to an integer in its low
 * bits.  MA(a, b, c) is a * b + c, rounded once where the machine can and twice elsewhere.  STAGE, WIDE and INLINE are attributes.  All but
 * sincos needs EXACT: arithmetic of REALs rounds to REAL, as it does but on the x87.
 * TEAM(work) is how many threads share so many multiplications, and TOGETHER stands before the loop over their parts.  vdouble.h and
 * vsingle.h define these, the constants and the polynomials for the two real types.
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
    V(VBITS, vbits, WORDS, WORDS) \
    V(VREDUCE, vreduce, VBITS, LANES) \
    V(VLOGSUM, vlogsum, VBITS, LANES) \
    V(VLOGOF, vlogof, VLOGSUM, LANES) \
    V(VTURN, vturn, VBITS, WORDS) \
    V(VFAR, vfar, VBITS, LANES) \
    V(VHALF, vhalf, VTURN, VFAR) \
    V(VQUARTER, vquarter, VTURN, WORDS) \
    V(VVEC, vvec, LANES, LANES) \
    V(VBLOCK, vblock, VVEC, LANES) \
    V(VFILL, vfill, VBLOCK, LANES) \
    V(VPLACES, vplaces, LANES, LANES) \
    V(VDOT, vdot, VVEC, LANES) \
    V(VEXP_OF, vexp_of, VREDUCE, LANES) \
    V(VEXPM1_OF, vexpm1_of, VREDUCE, LANES) \
    V(VLOG_OF, vlog_of, VLOGSUM, LANES) \
    V(VLOG1P_OF, vlog1p_of, VLOGOF, LANES) \
    V(VTANH_OF, vtanh_of, VREDUCE, LANES) \
    V(VSIGMOID_OF, vsigmoid_of, VREDUCE, LANES) \
    V(VSOFTPLUS_OF, vsoftplus_of, VREDUCE, VLOGOF) \
    V(VSIN_OF, vsin_of, VHALF, LANES) \
    V(VCOS_OF, vcos_of, VHALF, LANES)
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
    V(VSINCOS, vsincos, VQUARTER, VFAR) \
    V(SINCOS, sincos, VQUARTER, WORDS) \
    V(VSQRT, vsqrt, LANES, LANES) \
    V(VRECIP, vrecip, LANES, LANES) \
    V(VPOW, vpow, VREDUCE, VLOGSUM) \
    V(VMIX, vmix, VFILL, VPLACES) \
    V(VDOTS, vdots, VDOT, VPLACES) \
    V(VGEMM, vgemm, VBLOCK, LANES) \
    V(VROWS, vrows, VGEMM, VFILL) \
    V(VEXP_ALL, vexp_all, VEXP_OF, LANES) \
    V(VEXPM1_ALL, vexpm1_all, VEXPM1_OF, LANES) \
    V(VLOG_ALL, vlog_all, VLOG_OF, LANES) \
    V(VLOG1P_ALL, vlog1p_all, VLOG1P_OF, LANES) \
    V(VTANH_ALL, vtanh_all, VTANH_OF, LANES) \
    V(VSIGMOID_ALL, vsigmoid_all, VSIGMOID_OF, SIGMOID) \
    V(VSOFTPLUS_ALL, vsoftplus_all, VSOFTPLUS_OF, SOFTPLUS) \
    V(VSIN_ALL, vsin_all, VSIN_OF, LANES) \
    V(VCOS_ALL, vcos_all, VCOS_OF, LANES) \
    V(VAXPY, vaxpy, LANES, LANES) \
    V(VMUL, vmul, LANES, LANES) \
    V(VINNER, vinner, LANES, LANES)

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
    LINE(1, ROLLED) \
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
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
    LINE(0, })

#define KERNEL_VFAR_C(LINE, NOTE) \
    NOTE("the OR over all x has the sign bit where one is too large for vturn, infinite or NaN") \
    LINE(0, INLINE static BITS K(vfar)(REAL x)) \
    LINE(0, {) \
    LINE(1, K(bits) b;) \
    LINE(1, b.x = x;) \
    LINE(1, return TURN_MOST_BITS - (b.u & ~SIGN_BIT);) \
    LINE(0, })

#define KERNEL_VHALF_C(LINE, NOTE) \
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
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
    LINE(1, for (i = 0; i < count; i++) {) \
    LINE(2, K(bits) n;) \
    LINE(2, n.x = MA(x[i], R(0.3183098861837907), R(0.5)) + MAGIC;) \
    LINE(2, rare |= K(vfar)(x[i]);) \
    LINE(2, y[i] = K(vhalfsine)(K(vturn)(x[i], MA(R(2.0), n.x - MAGIC, R(-1.0))), n.u);) \
    LINE(1, }) \
    RARE(LINE, M(fabs)(v) <= TURN_MOST, cos) \
    LINE(0, })

#define KERNEL_VQUARTER_C(LINE, NOTE) \
    NOTE("the sine of x = n pi/2 + r, and its cosine: those of r, exchanged for odd n") \
    LINE(0, INLINE static REAL K(vquarter)(REAL x, REAL *cosine)) \
    LINE(0, {) \
    LINE(1, K(bits) n, a, b;) \
    LINE(1, REAL r, z, p;) \
    LINE(1, BITS swap;) \
    LINE(1, n.x = MA(x, R(0.6366197723675814), MAGIC);) \
    LINE(1, r = K(vturn)(x, n.x - MAGIC);) \
    LINE(1, z = r * r;) \
    QUARTER_SINE(LINE) \
    LINE(1, a.x = MA(z * r, p, r);) \
    QUARTER_COSINE(LINE) \
    LINE(1, b.x = MA(z, p, R(1.0));) \
    LINE(1, swap = (a.u ^ b.u) & (0 - (n.u & 1));) \
    LINE(1, a.u ^= swap ^ ((n.u & 2) << (SIGN_SHIFT - 1));) \
    LINE(1, b.u ^= swap ^ (((n.u + 1) & 2) << (SIGN_SHIFT - 1));) \
    LINE(1, *cosine = b.x;) \
    LINE(1, return a.x;) \
    LINE(0, })

#define KERNEL_VSINCOS_C(LINE, NOTE) \
    LINE(0, STAGE static void K(vsincos)(REAL *restrict s, REAL *restrict c, const REAL *restrict x)) \
    LINE(0, {) \
    LINE(1, BITS rare = 0;) \
    LINE(1, int i;) \
    LINE(1, EIGHTS) \
    LINE(1, for (i = 0; i < LANES; i++) {) \
    LINE(2, rare |= K(vfar)(x[i]);) \
    LINE(2, s[i] = K(vquarter)(x[i], &c[i]);) \
    LINE(1, }) \
    LINE(1, for (i = 0; rare >= SIGN_BIT && i < LANES; i++) {) \
    LINE(2, volatile REAL v = x[i];) \
    LINE(2, if (!(M(fabs)(v) <= TURN_MOST)) s[i] = M(sin)(v), c[i] = M(cos)(v);) \
    LINE(1, }) \
    LINE(0, })

/* Of one number: libm has no function of C99 that shares the work. */
#define KERNEL_SINCOS_C(LINE, NOTE) \
    NOTE("the sine of x, and its cosine") \
    LINE(0, static REAL K(sincos)(REAL x, REAL *cosine)) \
    LINE(0, {) \
    LINE(1, if (EXACT && M(fabs)(x) <= TURN_MOST) return K(vquarter)(x, cosine);) \
    LINE(1, *cosine = M(cos)(x);) \
    LINE(1, return M(sin)(x);) \
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
    LINE(1, EIGHTS) \
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
    LINE(1, EIGHTS) \
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

/*
 * ---- products of matrices: Goto and van de Geijn, Anatomy of High-Performance Matrix Multiplication, 2008
 *
 * A block of ROWS x K(columns) numbers stays in registers while its terms run: of a row and a term one number, of a column's
 * half a vector.  Vectors are a type of the compiler (VECTOR), so that no pass has to find them; without one they are numbers.
 */

#define KERNEL_VVEC_C(LINE, NOTE) \
    LINE(0, typedef REAL K(vec) VECTOR;) \
    LINE(0, enum { K(columns) = 2 * sizeof(K(vec)) / sizeof(REAL) };)

#define TERM(i, value) { const REAL t = value; c##i += t * p; d##i += t * q; }
#define PUT(i, row)    *(K(vec) *)(c + (row) * crs) += c##i, *(K(vec) *)(c + (row) * crs + K(columns) / 2) += d##i;
#define KERNEL_VBLOCK_C(LINE, NOTE) \
    NOTE("c += a b of the columns of two vectors and `high` rows, at most ROWS: the l-th column of a is at x[l], the row of b at y[l]; fewer rows are taken twice") \
    LINE(0, WIDE static void K(vblock)(int64_t n, int64_t high, const REAL *a, int64_t ars, const int64_t *x, const REAL *b, const int64_t *y, REAL *c, int64_t crs)) \
    LINE(0, {) \
    LINE(1, const int64_t a1 = high > 1 ? ars : 0, a2 = high > 2 ? 2 * ars : 0, a3 = high > 3 ? 3 * ars : 0, more = high < 4 ? 0 : high < 8 ? high - 4 : 4;) \
    LINE(1, K(vec) c0 = {0}, c1 = {0}, c2 = {0}, c3 = {0}, c4 = {0}, c5 = {0}, c6 = {0}, c7 = {0};) \
    LINE(1, K(vec) d0 = {0}, d1 = {0}, d2 = {0}, d3 = {0}, d4 = {0}, d5 = {0}, d6 = {0}, d7 = {0};) \
    LINE(1, int64_t l;) \
    LINE(1, for (l = 0; l < high && l < ROWS; l++) AHEAD(c + l * crs), AHEAD(c + l * crs + K(columns) - 1);) \
    LINE(1, for (l = 0; l < n; l++) {) \
    LINE(2, const K(vec) p = *(const K(vec) *)(b + y[l]), q = *(const K(vec) *)(b + y[l] + K(columns) / 2);) \
    LINE(2, const REAL *const v = a + x[l], *const w = v + more * ars;) \
    LINE(2, TERM(0, v[0])) \
    LINE(2, TERM(1, v[a1])) \
    LINE(2, TERM(2, v[a2])) \
    LINE(2, TERM(3, v[a3])) \
    LINE(2, if (ROWS < 8 || high < 5) continue;) \
    LINE(2, TERM(4, w[0])) \
    LINE(2, TERM(5, w[a1])) \
    LINE(2, TERM(6, w[a2])) \
    LINE(2, TERM(7, w[a3])) \
    LINE(1, }) \
    LINE(1, PUT(0, 0)) \
    LINE(1, if (high > 1) PUT(1, 1)) \
    LINE(1, if (high > 2) PUT(2, 2)) \
    LINE(1, if (high > 3) PUT(3, 3)) \
    LINE(1, if (ROWS < 8) return;) \
    LINE(1, if (more > 3) PUT(4, 4)) \
    LINE(1, if (more > 2) PUT(5, more + 1)) \
    LINE(1, if (more > 1) PUT(6, more + 2)) \
    LINE(1, if (more > 0) PUT(7, more + 3)) \
    LINE(0, })

#define KERNEL_VFILL_C(LINE, NOTE) \
    NOTE("what follows the first `rows` of LANES columns becomes copies of the last of them") \
    LINE(0, static void K(vfill)(int64_t m, int64_t rows, REAL *c, int64_t crs)) \
    LINE(0, {) \
    LINE(1, int64_t i, r;) \
    LINE(1, for (i = 0; i < m; i++)) \
    LINE(2, for (r = rows; r < LANES; r++) c[i * crs + r] = c[i * crs + rows - 1];) \
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

/* The rows of c in parts, one for each thread of a team: of each element nothing changes. */
#define IN_PARTS(LINE, work, high, ...) \
    LINE(1, const int64_t team = TEAM(work), part = ((m + high * team - 1) / (high * team)) * high;) \
    LINE(1, int64_t first;) \
    LINE(1, if (team > 1) {) \
    LINE(2, TOGETHER) \
    LINE(2, for (first = 0; first < m; first += part) __VA_ARGS__;) \
    LINE(2, return;) \
    LINE(1, })

#define KERNEL_VMIX_C(LINE, NOTE) \
    NOTE("c += a b, LANES columns of which `rows` count: rounds of loops go over columns of a and rows of b; rows of a are ars apart, those of c crs") \
    LINE(0, STAGE static void K(vmix)(int64_t m, int64_t rows, const REAL *a, int64_t ars, const REAL *b, REAL *c, int64_t crs, int loops, const int64_t *way)) \
    LINE(0, {) \
    LINE(1, const int64_t all = K(vrounds)(loops, way);) \
    LINE(1, int64_t at[16] = {0}, x[4 * LANES], y[4 * LANES], done, n, i, j;) \
    IN_PARTS(LINE, (double)m * (double)rows * (double)all, ROWS, K(vmix)(m - first < part ? m - first : part, rows, a + first * ars, ars, b, c + first * crs, crs, loops, way)) \
    LINE(1, for (done = 0; done < all; done += n) {) \
    LINE(2, n = all - done < 4 * LANES ? all - done : 4 * LANES;) \
    LINE(2, K(vplaces)(loops, way, at, n, x, y);) \
    LINE(2, for (j = 0; j < rows; j += K(columns))) \
    LINE(3, for (i = 0; i < m; i += ROWS) K(vblock)(n, m - i, a + i * ars, ars, x, b + j, y, c + i * crs + j, crs);) \
    LINE(1, }) \
    LINE(1, if (rows < LANES) K(vfill)(m, rows, c, crs);) \
    LINE(0, })

/* The LANES terms of a place go to SUMS sums in turn, whatever the vectors. */
#define DOT(i)   u = *(const K(vec) *)(a + i * 8 * LANES + l * LANES + r); c##i += u * p; d##i += u * q;
#define KEEP(i)  *(K(vec) *)(s + i * SUMS + v) += c##i; *(K(vec) *)(s + (8 + i) * SUMS + v) += d##i;
#define KERNEL_VDOT_C(LINE, NOTE) \
    NOTE("products of four arrays and two, of `lanes` terms at each of n places, in SUMS sums each: s[SUMS (i + 8 j)] on") \
    LINE(0, WIDE static void K(vdot)(int64_t n, int64_t lanes, const REAL *a, const REAL *b0, const REAL *b1, const int64_t *y, REAL *s)) \
    LINE(0, {) \
    LINE(1, int64_t l, r, v;) \
    LINE(1, for (v = 0; v < SUMS; v += K(columns) / 2) {) \
    LINE(2, K(vec) u, c0 = {0}, c1 = {0}, c2 = {0}, c3 = {0}, d0 = {0}, d1 = {0}, d2 = {0}, d3 = {0};) \
    LINE(2, for (l = 0; l < n; l++)) \
    LINE(3, for (r = v; r < lanes; r += SUMS) {) \
    LINE(4, const K(vec) p = *(const K(vec) *)(b0 + y[l] + r), q = *(const K(vec) *)(b1 + y[l] + r);) \
    LINE(4, DOT(0)) \
    LINE(4, DOT(1)) \
    LINE(4, DOT(2)) \
    LINE(4, DOT(3)) \
    LINE(3, }) \
    LINE(2, KEEP(0)) \
    LINE(2, KEEP(1)) \
    LINE(2, KEEP(2)) \
    LINE(2, KEEP(3)) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_VDOTS_C(LINE, NOTE) \
    NOTE("c += a b', terms in LANES of which `rows` count, of all rounds of `term`, loops over columns of a and b; those of `column` go over rows of b and columns of c") \
    LINE(0, STAGE static void K(vdots)(int64_t m, int64_t rows, const REAL *a, int64_t ars, const REAL *b, REAL *c, int64_t crs, int columns, const int64_t *column, int terms, const int64_t *term)) \
    LINE(0, {) \
    LINE(1, const int64_t width = K(vrounds)(columns, column), depth = K(vrounds)(terms, term), lanes = (rows + SUMS - 1) / SUMS * SUMS;) \
    LINE(1, REAL room[8 * 8 * LANES], s[8 * LANES * SUMS];) \
    LINE(1, int64_t at[16] = {0}, y[LANES], z[LANES], p[8], q[8], j0, k0, i0, i, j, k, l, n, high, deep;) \
    IN_PARTS(LINE, (double)m * (double)rows * (double)width * (double)depth, 8, K(vdots)(m - first < part ? m - first : part, rows, a + first * ars, ars, b, c + first * crs, crs, columns, column, terms, term)) \
    LINE(1, for (j0 = 0; j0 < width; j0 += LANES) {) \
    LINE(2, n = width - j0 < LANES ? width - j0 : LANES;) \
    LINE(2, K(vplaces)(columns, column, at, n, y, z);) \
    LINE(2, for (i0 = 0; i0 < m; i0 += 8) {) \
    LINE(3, int64_t from[16] = {0};) \
    LINE(3, high = m - i0 < 8 ? m - i0 : 8;) \
    LINE(3, for (l = 0; l < 8 * SUMS * (n + n % 2); l++) s[l] = 0;) \
    LINE(3, for (k0 = 0; k0 < depth; k0 += 8) {) \
    LINE(4, deep = depth - k0 < 8 ? depth - k0 : 8;) \
    LINE(4, K(vplaces)(terms, term, from, deep, p, q);) \
    LINE(4, for (i = 0; i < (high + 3) / 4 * 4; i++)) \
    LINE(5, for (k = 0; k < deep; k++)) \
    LINE(6, for (l = 0; l < lanes; l++) room[(8 * i + k) * LANES + l] = l < rows && i < high ? a[(i0 + i) * ars + p[k] + l] : 0;) \
    LINE(4, for (j = 0; j < n; j += 2)) \
    LINE(5, for (i = 0; i < high; i += 4)) \
    LINE(6, K(vdot)(deep, lanes, room + 8 * i * LANES, b + y[j], b + y[j + 1 < n ? j + 1 : j], q, s + (8 * j + i) * SUMS);) \
    LINE(3, }) \
    LINE(3, for (j = 0; j < n; j++)) \
    LINE(4, for (i = 0; i < high; i++)) \
    LINE(5, for (l = 0; l < SUMS; l++) c[(i0 + i) * crs + z[j]] += s[(8 * j + i) * SUMS + l];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_VGEMM_C(LINE, NOTE) \
    NOTE("c += a b, m x k and k x n; rows and columns are so far apart: ars, acs, brs, bcs, crs; columns of c stand side by side") \
    LINE(0, STAGE static void K(vgemm)(int64_t m, int64_t n, int64_t k, const REAL *a, int64_t ars, int64_t acs, const REAL *b, int64_t brs, int64_t bcs, REAL *c, int64_t crs)) \
    LINE(0, {) \
    LINE(1, REAL room[4 * LANES * K(columns)], edge[ROWS * K(columns)];) \
    LINE(1, int64_t x[4 * LANES], y[4 * LANES], i0, j0, l0, i, j, l, high, wide, deep;) \
    IN_PARTS(LINE, (double)m * (double)n * (double)k, ROWS, K(vgemm)(m - first < part ? m - first : part, n, k, a + first * ars, ars, acs, b, brs, bcs, c + first * crs, crs)) \
    LINE(1, const int64_t near = bcs == 1 && (k <= LANES || m <= 2 * ROWS) ? n - n % K(columns) : 0; /* columns of b that are read where they are: a copy would be as dear as the sums */) \
    LINE(1, for (l0 = 0; near > 0 && l0 < k; l0 += 4 * LANES) {) \
    LINE(2, deep = k - l0 < 4 * LANES ? k - l0 : 4 * LANES;) \
    LINE(2, for (l = 0; l < deep; l++) x[l] = (l0 + l) * acs, y[l] = (l0 + l) * brs;) \
    LINE(2, for (i = 0; i < m; i += ROWS)) \
    LINE(3, for (j0 = 0; j0 < near; j0 += K(columns)) K(vblock)(deep, m - i < ROWS ? m - i : ROWS, a + i * ars, ars, x, b + j0, y, c + i * crs + j0, crs);) \
    LINE(1, }) \
    LINE(1, for (i0 = 0; i0 < m; i0 += 4 * LANES)) \
    LINE(2, for (l0 = 0; l0 < k; l0 += 4 * LANES)) \
    LINE(3, for (j0 = near; j0 < n; j0 += K(columns)) {) \
    LINE(4, const REAL *const p = b + l0 * brs + j0 * bcs;) \
    LINE(4, deep = k - l0 < 4 * LANES ? k - l0 : 4 * LANES;) \
    LINE(4, wide = n - j0 < K(columns) ? n - j0 : K(columns);) \
    LINE(4, for (l = 0; l < deep; l++) {) \
    LINE(5, x[l] = (l0 + l) * acs;) \
    LINE(5, y[l] = l * K(columns);) \
    LINE(5, if (wide < K(columns))) \
    LINE(6, for (j = 0; j < K(columns); j++) room[l * K(columns) + j] = j < wide ? p[l * brs + j * bcs] : 0;) \
    LINE(5, else if (bcs == 1)) \
    LINE(6, for (j = 0; j < K(columns); j++) room[l * K(columns) + j] = p[l * brs + j];) \
    LINE(5, else) \
    LINE(6, for (j = 0; j < K(columns); j++) room[l * K(columns) + j] = p[l * brs + j * bcs];) \
    LINE(4, }) \
    LINE(4, for (i = i0; i < m && i < i0 + 4 * LANES; i += ROWS) {) \
    LINE(5, high = m - i < ROWS ? m - i : ROWS;) \
    LINE(5, if (wide == K(columns)) {) \
    LINE(6, K(vblock)(deep, high, a + i * ars, ars, x, room, y, c + i * crs + j0, crs);) \
    LINE(6, continue;) \
    LINE(5, }) \
    LINE(5, for (l = 0; l < ROWS * K(columns); l++) edge[l] = 0;) \
    LINE(5, K(vblock)(deep, high, a + i * ars, ars, x, room, y, edge, K(columns));) \
    LINE(5, for (l = 0; l < high; l++)) \
    LINE(6, for (j = 0; j < wide; j++) c[(i + l) * crs + j0 + j] += edge[l * K(columns) + j];) \
    LINE(4, }) \
    LINE(3, }) \
    LINE(0, })

#define KERNEL_VROWS_C(LINE, NOTE) \
    NOTE("c += a b, LANES columns of which `rows` count") \
    LINE(0, static void K(vrows)(int64_t m, int64_t rows, int64_t k, const REAL *a, int64_t ars, int64_t acs, const REAL *b, int64_t brs, REAL *c, int64_t crs)) \
    LINE(0, {) \
    LINE(1, K(vgemm)(m, rows, k, a, ars, acs, b, brs, 1, c, crs);) \
    LINE(1, if (rows < LANES) K(vfill)(m, rows, c, crs);) \
    LINE(0, })

/* ---- loops over numbers side by side: y becomes what they say (adds < 0), or that is added to y, or to zeros that y is (adds == 0) */

#define KERNEL_VAXPY_C(LINE, NOTE) \
    LINE(0, WIDE static void K(vaxpy)(int64_t n, int adds, REAL a, REAL b, const REAL *x, REAL *y)) \
    LINE(0, {) \
    LINE(1, const REAL zero = adds < 0 ? -R(0.0) : R(0.0);) \
    LINE(1, int64_t i;) \
    LINE(1, for (i = 0; adds > 0 && i < n; i++) y[i] += a * (b * x[i]);) \
    LINE(1, for (i = 0; adds <= 0 && i < n; i++) y[i] = zero + a * (b * x[i]);) \
    LINE(0, })

#define KERNEL_VMUL_C(LINE, NOTE) \
    LINE(0, WIDE static void K(vmul)(int64_t n, int adds, const REAL *a, const REAL *b, REAL *y)) \
    LINE(0, {) \
    LINE(1, const REAL zero = adds < 0 ? -R(0.0) : R(0.0);) \
    LINE(1, int64_t i;) \
    LINE(1, for (i = 0; adds > 0 && i < n; i++) y[i] += a[i] * b[i];) \
    LINE(1, for (i = 0; adds <= 0 && i < n; i++) y[i] = zero + a[i] * b[i];) \
    LINE(0, })

/* In the order of strips.c. */
#define KERNEL_VINNER_C(LINE, NOTE) \
    LINE(0, WIDE static REAL K(vinner)(int64_t n, const REAL *a, const REAL *b)) \
    LINE(0, {) \
    LINE(1, REAL s[32] = {0}, sum = 0;) \
    LINE(1, int64_t i;) \
    LINE(1, int l;) \
    LINE(1, for (i = 0; i + 32 <= n; i += 32)) \
    LINE(2, for (l = 0; l < 32; l++) s[l] += a[i + l] * b[i + l];) \
    LINE(1, for (l = 0; l < n - i; l++) s[l] += a[i + l] * b[i + l];) \
    LINE(1, for (l = 0; l < 8; l++) sum += s[l] + s[l + 8] + (s[l + 16] + s[l + 24]);) \
    LINE(1, return sum;) \
    LINE(0, })

#endif
