/*
 * opcomplex.c -- what each op makes of imaginary parts: f(x + ih) = f(x) + ih f'(x), without a difference that could cancel.
 *
 * The parts are so small that their squares vanish beside 1, so a real part is what opmath.c makes of real parts, and branches, max,
 * min and abs go by these.  Most functions are those of <complex.h>; of the others erf, erfc, lgamma and polygamma have their
 * first coefficient.  For functions of matrices the kernels are compiled once more, over complex numbers.
 */
#include "opmath.h"

#include <complex.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base.h"
#include "kernels.h"

typedef double complex Number;

/* Not re + im * I, which has no room for infinity. */
static Number number(double re, double im)
{
    const double parts[2] = {re, im};
    Number z;
    memcpy(&z, parts, sizeof z);
    return z;
}

static Number cfabs(Number z) { return creal(z) < 0 ? -z : z; }

#define REAL              Number
#define RE(x)             creal(x)
#define SIZE(x)           cabs(x)
#define M(function)       c##function
#define R(literal)        literal
#define K(name)           complex_##name
#define CODE(indent, ...) __VA_ARGS__
#define NO_COMMENT(text)

KERNEL_CHOLESKY_C(CODE, NO_COMMENT)
KERNEL_LSOLVE_C(CODE, NO_COMMENT)
KERNEL_LTSOLVE_C(CODE, NO_COMMENT)
KERNEL_LU_C(CODE, NO_COMMENT)
KERNEL_EXCHANGE_C(CODE, NO_COMMENT)
KERNEL_SINGULAR_C(CODE, NO_COMMENT)
KERNEL_LUSOLVE_C(CODE, NO_COMMENT)
KERNEL_LUTSOLVE_C(CODE, NO_COMMENT)
KERNEL_COFACTOR_C(CODE, NO_COMMENT)
KERNEL_DET_C(CODE, NO_COMMENT)
KERNEL_LOGDET_C(CODE, NO_COMMENT)

/* ---- numbers */

static Number integer_power(Number z, int64_t n)
{
    Number p = 1;
    for (uint64_t k = n < 0 ? 0 - (uint64_t)n : (uint64_t)n; k; k >>= 1) {
        if (k & 1) p *= z;
        z *= z;
    }
    return n < 0 ? 1 / p : p;
}

/* z^w = value * exp(w log(z / x) + i v log x), also for x < 0 */
static double power(const double *re, const double *im, double value)
{
    double by_exponent = im[1] == 0 ? 0 : im[1] * log(re[0]);
    if (im[0] == 0) return value * sin(by_exponent);
    if (re[0] == 0) return re[1] == 0 ? 0 : re[1] * pow(re[0], re[1] - 1) * im[0];
    return value * sin(re[1] * atan(im[0] / re[0]) + by_exponent);
}

/* The angle by which (x, y) turns. */
static double angle(const double *re, const double *im)
{
    double r = hypot(re[0], re[1]);
    return atanh((im[0] * (re[1] / r) - im[1] * (re[0] / r)) / r);
}

static Number logistic(Number z) { return creal(z) < 0 ? cexp(z) / (1 + cexp(z)) : 1 / (1 + cexp(-z)); }

/* clang-format off */
double op_imaginary(Op op, const double *re, const double *im, double value)
{
    const double x = re[0], h = im[0];
    const Number z = number(x, h), w = number(re[1], im[1]);
    if (isnan(value)) return value;
    switch (op) {
    case OP_ADD: return h + im[1];
    case OP_SUB: return h - im[1];
    case OP_MUL: return (h == 0 ? 0 : h * re[1]) + (im[1] == 0 ? 0 : x * im[1]);
    case OP_DIV: return im[1] == 0 ? h / re[1] : cimag(z / w);
    case OP_NEG: return -h;
    case OP_IPOW: return cimag(integer_power(z, (int64_t)re[1]));
    case OP_POW: return power(re, im, value);
    case OP_MAX2: return re[1] > x || isnan(x) ? im[1] : h;
    case OP_MIN2: return re[1] < x || isnan(x) ? im[1] : h;
    case OP_RELU: return x > 0 ? h : 0;
    case OP_ABS: return x > 0 ? h : x < 0 ? -h : 0;
    case OP_EXP: return cimag(cexp(z));
    case OP_EXPM1: return cimag(cexp(z));
    case OP_LOG: return cimag(clog(z));
    case OP_LOG1P: return atan2(h, 1 + x);
    case OP_LOG2: return cimag(clog(z)) / log(2);
    case OP_LOG10: return cimag(clog(z)) / log(10);
    case OP_SQRT: return cimag(csqrt(z));
    case OP_SQRT0: return x > 0 ? cimag(csqrt(z)) : 0;
    case OP_CBRT: return fabs(value) * sin(atan2(h, fabs(x)) / 3);
    case OP_HYPOT: return value > 0 ? value * cimag(csqrt((z / value) * (z / value) + (w / value) * (w / value))) : 0;
    case OP_SIN: return cimag(csin(z));
    case OP_COS: return cimag(ccos(z));
    case OP_TAN: return cimag(ctan(z));
    case OP_ASIN: return cimag(casin(z));
    case OP_ACOS: return cimag(cacos(z));
    case OP_ATAN: return cimag(catan(z));
    case OP_ATAN2: return angle(re, im);
    case OP_SINH: return cimag(csinh(z));
    case OP_COSH: return cimag(ccosh(z));
    case OP_TANH: return cimag(ctanh(z));
    case OP_ASINH: return cimag(casinh(z));
    case OP_ACOSH: return cimag(cacosh(z));
    case OP_ATANH: return cimag(catanh(z));
    case OP_ERF: return h * M_2_SQRTPI * exp(-x * x);
    case OP_ERFC: return -h * M_2_SQRTPI * exp(-x * x);
    case OP_LGAMMA: return h * op_real(OP_POLYGAMMA, (const double[]){0, x});
    case OP_POLYGAMMA: return im[1] * op_real(OP_POLYGAMMA, (const double[]){x + 1, re[1]});
    case OP_SIGMOID: return cimag(logistic(z));
    case OP_SOFTPLUS: return x > 0 ? h + carg(1 + cexp(-z)) : carg(1 + cexp(z));
    case OP_SIGN: case OP_FLOOR: case OP_CEIL: case OP_ROUND: case OP_STOP: case OP_RANDOM: return 0;
    case OP_CONST: case OP_VAR: case OP_DIM: case OP_READ: case OP_EXTERN: case OP_IDIV: case OP_MOD: case OP_LT: case OP_LE: case OP_EQ:
    case OP_NE: case OP_AND: case OP_OR: case OP_NOT: case OP_SELECT: case OP_IMAX: case OP_IMIN: case OP_ISQRT: case OP_ISNAN:
    case OP_COUNT: break;
    }
    return NAN;
}
/* clang-format on */

/* ---- matrices: n numbers from their parts, and back */

static Number *joined(const double *re, const double *im, int64_t n)
{
    Number *z = malloc(((size_t)n + 1) * sizeof *z);
    if (z == NULL) die("no memory for the evaluator");
    for (int64_t i = 0; i < n; i++) z[i] = number(re[i], im[i]);
    return z;
}

static void part(Number *z, int64_t n, double *re, double *im)
{
    for (int64_t i = 0; i < n; i++) {
        re[i] = creal(z[i]);
        im[i] = cimag(z[i]);
    }
    free(z);
}

void op_factor_complex(Mat f, double *re, double *im, int64_t n)
{
    int64_t all = f == MAT_LU ? n * (n + 1) : n * n;
    Number *a = joined(re, im, all);
    if (f == MAT_CHOLESKY) complex_cholesky(a, n);
    if (f == MAT_LU) complex_lu(a, n);
    part(a, all, re, im);
}

void op_solve_complex(Mat f, const double *re, const double *im, double *b_re, double *b_im, int64_t n, int64_t m)
{
    Number *factor = joined(re, im, f == MAT_LSOLVE || f == MAT_LTSOLVE ? n * n : n * (n + 1));
    Number *b = joined(b_re, b_im, n * m);
    if (f == MAT_LSOLVE) complex_lsolve(factor, b, n, m);
    if (f == MAT_LTSOLVE) complex_ltsolve(factor, b, n, m);
    if (f == MAT_LUSOLVE) complex_lusolve(factor, b, n, m);
    if (f == MAT_LUTSOLVE) complex_lutsolve(factor, b, n, m);
    if (f == MAT_COFACTOR) complex_cofactor(factor, b, n, m);
    free(factor);
    part(b, n * m, b_re, b_im);
}

void op_det_complex(Mat f, const double *re, const double *im, int64_t n, double *d_re, double *d_im)
{
    Number *a = joined(re, im, n * (n + 1)), d = f == MAT_DET ? complex_det(a, n) : complex_logdet(a, n);
    free(a);
    *d_re = creal(d);
    *d_im = cimag(d);
}
