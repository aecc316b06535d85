/*
 * kernels.h -- the C functions behind the ops that C has none for.  One copy: compiled into the evaluator (opmath.c)
 * and kept as text for generated files (kernels.c).
 *
 * In a kernel REAL is the real type, M(exp) a function of <math.h> for it (exp, expf), R(0.5) a literal of it and
 * K(name) a kernel; LINE(indent, ...) is a line of C, NOTE("...") a comment.  The text has @r, exp@f, 0.5@f and @p_name
 * in these places.  Kernels of matrices are compiled for complex numbers too: decisions go by RE(x) and SIZE(x), in the text
 * x and fabs@f(x).  The C is C99, without a warning in gcc, clang and tcc, and needs <math.h> and <stdint.h>.
 */
#ifndef ADC_KERNELS_H
#define ADC_KERNELS_H

/* Kernels that generated code asks for by name.   */
extern const char kernel_sigmoid[], kernel_softplus[], kernel_polygamma[];
extern const char kernel_random_begin[], kernel_random_mix[], kernel_random_end[];
extern const char kernel_cholesky[], kernel_lsolve[], kernel_ltsolve[], kernel_lu[], kernel_exchange[];
extern const char kernel_singular[], kernel_lusolve[], kernel_lutsolve[], kernel_cofactor[], kernel_det[],
    kernel_logdet[];

/* clang-format off */

#define KERNEL_SIGMOID_C(LINE, NOTE) \
    NOTE("1 / (1 + exp(-x)) without overflow") \
    LINE(0, static REAL K(sigmoid)(REAL x)) \
    LINE(0, {) \
    LINE(1, const REAL z = M(exp)(-M(fabs)(x));) \
    LINE(1, return (x < R(0.0) ? z : R(1.0)) / (R(1.0) + z);) \
    LINE(0, })

#define KERNEL_SOFTPLUS_C(LINE, NOTE) \
    NOTE("log(1 + exp(x)) without overflow or cancellation") \
    LINE(0, static REAL K(softplus)(REAL x)) \
    LINE(0, {) \
    LINE(1, return (x < R(0.0) ? R(0.0) : x) + M(log1p)(M(exp)(-M(fabs)(x)));) \
    LINE(0, })

/*
 * Polygamma of x > 0 is, up to sign, n! times the zeta function of Hurwitz: the recurrence f(x) = f(x + 1) + n! / x^(n
 * + 1) carries x to where the asymptotic series is exact to a few ulp (Abramowitz and Stegun 6.4.6, 6.4.11, 6.3.18;
 * B(2k) / (2k)! are the numbers below).  From x <= 0 the reflection 6.4.7 leads there; the derivatives of pi * cot(pi *
 * x) are polynomials in the cotangent c, as c' = -pi * (1 + c^2).  NaN at the poles, and below 0 for n > 30.
 */
#define KERNEL_POLYGAMMA_C(LINE, NOTE) \
    NOTE("n! * (1 / x^(n+1) + 1 / (x+1)^(n+1) + ...) for x > 0, without its constant infinity for n = 0") \
    LINE(0, static double K(zeta)(int n, double x)) \
    LINE(0, {) \
    LINE(1, static const double b[10] = {) \
    LINE(2, 8.3333333333333329e-2, -1.3888888888888889e-3, 3.3068783068783071e-5, -8.2671957671957675e-7, 2.08767569878681e-8,) \
    LINE(2, -5.2841901386874932e-10, 1.3382536530684679e-11, -3.3896802963225827e-13, 8.5860620562778451e-15, -2.1748686985580617e-16) \
    LINE(1, };) \
    LINE(1, double factorial = 1.0, before = 1.0, power, term, sum = 0.0;) \
    LINE(1, int i;) \
    LINE(1, for (i = 2; i <= n; i++) {) \
    LINE(2, before = factorial;) \
    LINE(2, factorial *= i;) \
    LINE(1, }) \
    LINE(1, while (x < 10.0 + n) {) \
    LINE(2, for (power = x, i = 0; i < n; i++) power *= x;) \
    LINE(2, sum += factorial / power;) \
    LINE(2, x += 1.0;) \
    LINE(1, }) \
    LINE(1, for (power = 1.0, i = 0; i < n; i++) power *= x;) \
    LINE(1, sum += (n == 0 ? -log(x) : before / power) + 0.5 * factorial / (power * x);) \
    LINE(1, term = factorial * (n + 1) / (power * x * x);) \
    LINE(1, for (i = 0; i < 10; i++) {) \
    LINE(2, sum += b[i] * term;) \
    LINE(2, term *= (2.0 * i + 2.0 + n) * (2.0 * i + 3.0 + n) / (x * x);) \
    LINE(1, }) \
    LINE(1, return sum;) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("derivative n of pi * cot(pi * x)") \
    LINE(0, static double K(cot)(int n, double x)) \
    LINE(0, {) \
    LINE(1, const double pi = 3.141592653589793, t = x - floor(x + 0.5);) \
    LINE(1, const double c = sin(pi * (t < 0.0 ? -0.5 - t : 0.5 - t)) / sin(pi * (t < 0.0 ? -t : t));) \
    LINE(1, double p[33] = {0.0}, q[33], scale = pi, sum = 0.0;) \
    LINE(1, int i, k;) \
    LINE(1, p[1] = 1.0;) \
    LINE(1, for (k = 0; k < n; k++) {) \
    LINE(2, for (i = 0; i <= k + 2; i++) q[i] = 0.0;) \
    LINE(2, for (i = 1; i <= k + 1; i++) {) \
    LINE(3, q[i - 1] -= i * p[i];) \
    LINE(3, q[i + 1] -= i * p[i];) \
    LINE(2, }) \
    LINE(2, for (i = 0; i <= k + 2; i++) p[i] = q[i];) \
    LINE(2, scale *= pi;) \
    LINE(1, }) \
    LINE(1, for (i = n + 1; i >= 0; i--) sum = sum * c + p[i];) \
    LINE(1, return scale * sum;) \
    LINE(0, }) \
    LINE(0, ) \
    NOTE("derivative n + 1 of log(gamma(x)); NaN at 0, -1, -2, ...") \
    LINE(0, static REAL K(polygamma)(int n, REAL x)) \
    LINE(0, {) \
    LINE(1, const double y = (double)x, sign = n % 2 == 0 ? -1.0 : 1.0;) \
    LINE(1, if (y > 0.0) return (REAL)(sign * K(zeta)(n, y));) \
    LINE(1, if (y == floor(y) || n > 30) return (REAL)NAN;) \
    LINE(1, return (REAL)(-K(zeta)(n, 1.0 - y) - K(cot)(n, y));) \
    LINE(0, })

/*
 * random(a, b, ...): h = begin(); h = mix(h, a); h = mix(h, b); ...; end(h).  The arguments are doubles in every real
 * type, so that the numbers of a float program are those of the double one, cut to 24 bits.  mix adds the golden ratio
 * to h, takes the exclusive or with the 64 bits of the argument (-0 as 0) and applies the finaliser of SplitMix64
 * (Steele, Lea and Flood 2014).
 */
#define KERNEL_RANDOM_BEGIN_C(LINE, NOTE) \
    LINE(0, static uint64_t K(random_begin)(void)) \
    LINE(0, {) \
    LINE(1, return 0;) \
    LINE(0, })

#define KERNEL_RANDOM_MIX_C(LINE, NOTE) \
    LINE(0, static uint64_t K(random_mix)(uint64_t h, double a)) \
    LINE(0, {) \
    LINE(1, union { double d; uint64_t u; } bits;) \
    LINE(1, bits.d = a + 0.0;) \
    LINE(1, h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;) \
    LINE(1, h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;) \
    LINE(1, h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;) \
    LINE(1, return h ^ (h >> 31);) \
    LINE(0, })

#define KERNEL_RANDOM_END_C(LINE, NOTE) \
    NOTE("the highest 53 (float: 24) bits as a fraction") \
    LINE(0, static REAL K(random_end)(uint64_t h)) \
    LINE(0, {) \
    LINE(1, const int bits = sizeof(REAL) == 4 ? 24 : 53;) \
    LINE(1, return (REAL)(h >> (64 - bits)) / (REAL)((uint64_t)1 << bits);) \
    LINE(0, })

/*
 * Functions of whole matrices, row-major: n x n, factors of lu n x (n + 1), right sides n x m, all in place.  The loops go
 * along rows, so that compilers make vectors of them.  Golub and Van Loan, Matrix Computations, 3.1, 3.4, 4.2.
 */
#define KERNEL_CHOLESKY_C(LINE, NOTE) \
    NOTE("a = L L' of the lower triangle of a; NaN where that is not positive definite") \
    LINE(0, static void K(cholesky)(REAL *a, int64_t n)) \
    LINE(0, {) \
    LINE(1, int64_t i, j, k;) \
    LINE(1, for (k = 0; k < n; k++) {) \
    LINE(2, if (!(RE(a[k * n + k]) > R(0.0))) break;) \
    LINE(2, a[k * n + k] = M(sqrt)(a[k * n + k]);) \
    LINE(2, for (i = k + 1; i < n; i++) {) \
    LINE(3, a[i * n + k] /= a[k * n + k];) \
    LINE(3, a[k * n + i] = a[i * n + k];) \
    LINE(2, }) \
    LINE(2, for (i = k + 1; i < n; i++) {) \
    LINE(3, const REAL f = a[i * n + k];) \
    LINE(3, for (j = k + 1; j <= i; j++) a[i * n + j] -= f * a[k * n + j];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(1, for (i = 0; k < n && i < n * n; i++) a[i] = (REAL)NAN;) \
    LINE(1, for (i = 0; k == n && i < n; i++) {) \
    LINE(2, for (j = i + 1; j < n; j++) a[i * n + j] = R(0.0);) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_LSOLVE_C(LINE, NOTE) \
    NOTE("b becomes the solution x of l x = b, l lower triangular") \
    LINE(0, static void K(lsolve)(const REAL *l, REAL *b, int64_t n, int64_t m)) \
    LINE(0, {) \
    LINE(1, int64_t i, j, k;) \
    LINE(1, for (i = 0; i < n; i++) {) \
    LINE(2, for (k = 0; k < i; k++) {) \
    LINE(3, const REAL f = l[i * n + k];) \
    LINE(3, for (j = 0; j < m; j++) b[i * m + j] -= f * b[k * m + j];) \
    LINE(2, }) \
    LINE(2, for (j = 0; j < m; j++) b[i * m + j] /= l[i * n + i];) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_LTSOLVE_C(LINE, NOTE) \
    NOTE("the same for the transposed l") \
    LINE(0, static void K(ltsolve)(const REAL *l, REAL *b, int64_t n, int64_t m)) \
    LINE(0, {) \
    LINE(1, int64_t i, j, k;) \
    LINE(1, for (i = n - 1; i >= 0; i--) {) \
    LINE(2, for (j = 0; j < m; j++) b[i * m + j] /= l[i * n + i];) \
    LINE(2, for (k = 0; k < i; k++) {) \
    LINE(3, const REAL f = l[i * n + k];) \
    LINE(3, for (j = 0; j < m; j++) b[k * m + j] -= f * b[i * m + j];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_LU_C(LINE, NOTE) \
    NOTE("rows of a exchanged = L U, by partial pivoting; column n: which row came to row k in step k") \
    LINE(0, static void K(lu)(REAL *a, int64_t n)) \
    LINE(0, {) \
    LINE(1, const int64_t w = n + 1;) \
    LINE(1, int64_t i, j, k;) \
    LINE(1, for (k = 0; k < n; k++) {) \
    LINE(2, int64_t p = k;) \
    LINE(2, for (i = k + 1; i < n; i++) {) \
    LINE(3, if (SIZE(a[i * w + k]) > SIZE(a[p * w + k])) p = i;) \
    LINE(2, }) \
    LINE(2, a[k * w + n] = (REAL)p;) \
    LINE(2, for (j = 0; p != k && j < n; j++) {) \
    LINE(3, const REAL t = a[k * w + j];) \
    LINE(3, a[k * w + j] = a[p * w + j];) \
    LINE(3, a[p * w + j] = t;) \
    LINE(2, }) \
    LINE(2, if (a[k * w + k] == R(0.0)) continue;) \
    LINE(2, for (i = k + 1; i < n; i++) {) \
    LINE(3, const REAL f = a[i * w + k] / a[k * w + k];) \
    LINE(3, a[i * w + k] = f;) \
    LINE(3, for (j = k + 1; j < n; j++) a[i * w + j] -= f * a[k * w + j];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_EXCHANGE_C(LINE, NOTE) \
    NOTE("the row exchanges of lu on b, in their order or backwards") \
    LINE(0, static void K(exchange)(const REAL *f, REAL *b, int64_t n, int64_t m, int back)) \
    LINE(0, {) \
    LINE(1, int64_t i, j;) \
    LINE(1, for (i = 0; i < n; i++) {) \
    LINE(2, const int64_t r = back ? n - 1 - i : i;) \
    LINE(2, const int64_t p = (int64_t)RE(f[r * (n + 1) + n]);) \
    LINE(2, for (j = 0; p != r && j < m; j++) {) \
    LINE(3, const REAL t = b[r * m + j];) \
    LINE(3, b[r * m + j] = b[p * m + j];) \
    LINE(3, b[p * m + j] = t;) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_SINGULAR_C(LINE, NOTE) \
    NOTE("NaN in b where the matrix is singular") \
    LINE(0, static void K(singular)(const REAL *f, REAL *b, int64_t n, int64_t m)) \
    LINE(0, {) \
    LINE(1, int64_t i, k;) \
    LINE(1, for (i = 0; i < n; i++) {) \
    LINE(2, for (k = 0; f[i * (n + 1) + i] == R(0.0) && k < n * m; k++) b[k] = (REAL)NAN;) \
    LINE(1, }) \
    LINE(0, })

#define KERNEL_LUSOLVE_C(LINE, NOTE) \
    NOTE("b becomes the solution x of a x = b, f the factors of a by lu") \
    LINE(0, static void K(lusolve)(const REAL *f, REAL *b, int64_t n, int64_t m)) \
    LINE(0, {) \
    LINE(1, const int64_t w = n + 1;) \
    LINE(1, int64_t i, j, k;) \
    LINE(1, K(exchange)(f, b, n, m, 0);) \
    LINE(1, for (i = 0; i < n; i++) {) \
    LINE(2, for (k = 0; k < i; k++) {) \
    LINE(3, const REAL g = f[i * w + k];) \
    LINE(3, for (j = 0; j < m; j++) b[i * m + j] -= g * b[k * m + j];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(1, for (i = n - 1; i >= 0; i--) {) \
    LINE(2, for (k = i + 1; k < n; k++) {) \
    LINE(3, const REAL g = f[i * w + k];) \
    LINE(3, for (j = 0; j < m; j++) b[i * m + j] -= g * b[k * m + j];) \
    LINE(2, }) \
    LINE(2, for (j = 0; j < m; j++) b[i * m + j] /= f[i * w + i];) \
    LINE(1, }) \
    LINE(1, K(singular)(f, b, n, m);) \
    LINE(0, })

#define KERNEL_LUTSOLVE_C(LINE, NOTE) \
    NOTE("the same for the transposed a") \
    LINE(0, static void K(lutsolve)(const REAL *f, REAL *b, int64_t n, int64_t m)) \
    LINE(0, {) \
    LINE(1, const int64_t w = n + 1;) \
    LINE(1, int64_t i, j, k;) \
    LINE(1, for (i = 0; i < n; i++) {) \
    LINE(2, for (j = 0; j < m; j++) b[i * m + j] /= f[i * w + i];) \
    LINE(2, for (k = i + 1; k < n; k++) {) \
    LINE(3, const REAL g = f[i * w + k];) \
    LINE(3, for (j = 0; j < m; j++) b[k * m + j] -= g * b[i * m + j];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(1, for (i = n - 1; i >= 0; i--) {) \
    LINE(2, for (k = 0; k < i; k++) {) \
    LINE(3, const REAL g = f[i * w + k];) \
    LINE(3, for (j = 0; j < m; j++) b[k * m + j] -= g * b[i * m + j];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(1, K(exchange)(f, b, n, m, 1);) \
    LINE(1, K(singular)(f, b, n, m);) \
    LINE(0, })

/* With A = P L U cofactors are those of P, L and U multiplied; of U by forward substitution without its divisions. */
#define KERNEL_COFACTOR_C(LINE, NOTE) \
    NOTE("b becomes c b, c the cofactors of a, also of a singular one, f the factors of a by lu") \
    LINE(0, static void K(cofactor)(const REAL *f, REAL *b, int64_t n, int64_t m)) \
    LINE(0, {) \
    LINE(1, const int64_t w = n + 1;) \
    LINE(1, REAL d = R(1.0);) \
    LINE(1, int64_t i, j, k;) \
    LINE(1, for (i = 0; i < n; i++) {) \
    LINE(2, if (RE(f[i * w + n]) > RE((REAL)i)) d = -d;) \
    LINE(2, for (k = 0; k < i; k++) {) \
    LINE(3, const REAL p = f[k * w + k], g = f[k * w + i];) \
    LINE(3, for (j = 0; j < m; j++) b[i * m + j] = p * b[i * m + j] - g * b[k * m + j];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(1, for (i = n - 1; i >= 0; i--) {) \
    LINE(2, for (j = 0; j < m; j++) b[i * m + j] *= d;) \
    LINE(2, d *= f[i * w + i];) \
    LINE(1, }) \
    LINE(1, for (i = n - 1; i >= 0; i--) {) \
    LINE(2, for (k = 0; k < i; k++) {) \
    LINE(3, const REAL g = f[i * w + k];) \
    LINE(3, for (j = 0; j < m; j++) b[k * m + j] -= g * b[i * m + j];) \
    LINE(2, }) \
    LINE(1, }) \
    LINE(1, K(exchange)(f, b, n, m, 1);) \
    LINE(0, })

#define KERNEL_DET_C(LINE, NOTE) \
    NOTE("the determinant, from the factors by lu") \
    LINE(0, static REAL K(det)(const REAL *f, int64_t n)) \
    LINE(0, {) \
    LINE(1, REAL d = R(1.0);) \
    LINE(1, int64_t i;) \
    LINE(1, for (i = 0; i < n; i++) d *= RE(f[i * (n + 1) + n]) > RE((REAL)i) ? -f[i * (n + 1) + i] : f[i * (n + 1) + i];) \
    LINE(1, return d;) \
    LINE(0, })

#define KERNEL_LOGDET_C(LINE, NOTE) \
    NOTE("log of the absolute value of the determinant, from the factors by lu") \
    LINE(0, static REAL K(logdet)(const REAL *f, int64_t n)) \
    LINE(0, {) \
    LINE(1, REAL d = R(0.0);) \
    LINE(1, int64_t i;) \
    LINE(1, for (i = 0; i < n; i++) d += M(log)(M(fabs)(f[i * (n + 1) + i]));) \
    LINE(1, return d;) \
    LINE(0, })

/* clang-format on */
#endif
