/*
 * opmath.c -- what each op computes.
 */
#include "opmath.h"

#include <math.h>

#include "kernels.h"

#define REAL              double
#define M(function)       function
#define R(literal)        literal
#define K(name)           adc_##name
#define RE(x)             x
#define SIZE(x)           M(fabs)(x)
#define CODE(indent, ...) __VA_ARGS__
#define NO_COMMENT(text)

KERNEL_SIGMOID_C(CODE, NO_COMMENT)
KERNEL_SOFTPLUS_C(CODE, NO_COMMENT)
KERNEL_POLYGAMMA_C(CODE, NO_COMMENT)
KERNEL_RANDOM_BEGIN_C(CODE, NO_COMMENT)
KERNEL_RANDOM_MIX_C(CODE, NO_COMMENT)
KERNEL_RANDOM_END_C(CODE, NO_COMMENT)
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

#define KERNEL(name)                             \
    {                                            \
        "adc_" #name, (void (*)(void))adc_##name \
    }
const OpKernel op_kernel[] = {KERNEL(cholesky), KERNEL(lsolve),   KERNEL(ltsolve),  KERNEL(lu),
                              KERNEL(exchange), KERNEL(singular), KERNEL(cofactor), KERNEL(lusolve),
                              KERNEL(lutsolve), KERNEL(det),      KERNEL(logdet),   {0, 0}};
#undef KERNEL

void op_factor(Mat f, double *a, int64_t n)
{
    if (f == MAT_CHOLESKY) adc_cholesky(a, n);
    if (f == MAT_LU) adc_lu(a, n);
}

void op_solve(Mat f, const double *factor, double *b, int64_t n, int64_t m)
{
    if (f == MAT_LSOLVE) adc_lsolve(factor, b, n, m);
    if (f == MAT_LTSOLVE) adc_ltsolve(factor, b, n, m);
    if (f == MAT_LUSOLVE) adc_lusolve(factor, b, n, m);
    if (f == MAT_LUTSOLVE) adc_lutsolve(factor, b, n, m);
    if (f == MAT_COFACTOR) adc_cofactor(factor, b, n, m);
}

double op_det(Mat f, const double *factor, int64_t n)
{
    return f == MAT_DET ? adc_det(factor, n) : adc_logdet(factor, n);
}

double op_random(const double *v, uint32_t n)
{
    uint64_t h = adc_random_begin();
    for (uint32_t i = 0; i < n; i++) h = adc_random_mix(h, v[i]);
    return adc_random_end(h);
}

bool int_add(int64_t a, int64_t b, int64_t *r)
{
    if (b > 0 ? a > INT64_MAX - b : a < INT64_MIN - b) return false;
    *r = a + b;
    return true;
}

bool int_mul(int64_t a, int64_t b, int64_t *r)
{
    if (a > 0 ? (b > 0 ? a > INT64_MAX / b : b < INT64_MIN / a)
              : (b > 0 ? a < INT64_MIN / b : a != 0 && b < INT64_MAX / a))
        return false;
    *r = a * b;
    return true;
}

static bool int_pow(int64_t a, int64_t n, int64_t *r)
{
    if (n < 0) return false;
    int64_t p = 1;
    for (; n; n >>= 1) {
        if ((n & 1) && !int_mul(p, a, &p)) return false;
        if (n > 1 && !int_mul(a, a, &a)) return false;
    }
    *r = p;
    return true;
}

static int64_t int_root(int64_t a)
{
    int64_t r = 0;
    for (int64_t bit = (int64_t)1 << 31; bit > 0; bit /= 2)
        if (r + bit <= a / (r + bit)) r += bit;
    return r;
}

bool op_int(Op op, int64_t a, int64_t b, int64_t *r)
{
    if (op == OP_ADD) return int_add(a, b, r);
    if (op == OP_SUB) return b != INT64_MIN && int_add(a, -b, r);
    if (op == OP_MUL) return int_mul(a, b, r);
    if (op == OP_IPOW) return int_pow(a, b, r);
    if (op == OP_IMAX) return *r = a > b ? a : b, true;
    if (op == OP_IMIN) return *r = a < b ? a : b, true;
    if (op == OP_ISQRT) return *r = int_root(a), true;
    if (b == 0 || (a == INT64_MIN && b == -1)) return false;
    int64_t rest = a % b;
    bool down = rest != 0 && (rest < 0) != (b < 0); /* C rounds to zero, the language down */
    *r = op == OP_IDIV ? a / b - down : rest + (down ? b : 0);
    return true;
}

/* x^n by squaring */
static double real_pow(double x, int64_t n)
{
    double p = 1;
    for (uint64_t k = n < 0 ? 0 - (uint64_t)n : (uint64_t)n; k; k >>= 1) {
        if (k & 1) p *= x;
        x *= x;
    }
    return n < 0 ? 1 / p : p;
}

/* clang-format off */
double op_real(Op op, const double *v)
{
    double x = v[0];
    switch (op) {
    case OP_ADD: return x + v[1];
    case OP_SUB: return x - v[1];
    case OP_MUL: return x * v[1];
    case OP_DIV: return x / v[1];
    case OP_NEG: return -x;
    case OP_IPOW: return real_pow(x, (int64_t)v[1]);
    case OP_MAX2: return v[1] > x || isnan(x) ? v[1] : x;
    case OP_MIN2: return v[1] < x || isnan(x) ? v[1] : x;
    case OP_RELU: return x > 0 ? x : 0;
    case OP_SIGN: return (x > 0) - (x < 0);
    case OP_STOP: return x;
    case OP_POLYGAMMA: return x >= 0 && x < 1e6 ? adc_polygamma((int)x, v[1]) : NAN;
    case OP_SIGMOID: return adc_sigmoid(x);
    case OP_SOFTPLUS: return adc_softplus(x);
#define OF_1(function)                   function(x)
#define OF_2(function)                   function(x, v[1])
#define CASE_LIBM(name, kids, function)  case OP_##name: return OF_##kids(function);
#define CASE_OWN(name, kids, function)
#define OP(name, text, kids, form, result, partials, by, function, cost) CASE_##by(name, kids, function)
    ADC_OPS(OP)
#undef OP
    case OP_CONST: case OP_VAR: case OP_DIM: case OP_READ: case OP_RANDOM: case OP_EXTERN: case OP_IDIV: case OP_MOD: case OP_LT: case OP_LE:
    case OP_EQ: case OP_NE: case OP_AND: case OP_OR: case OP_NOT: case OP_SELECT: case OP_IMAX: case OP_IMIN: case OP_ISQRT: case OP_ISNAN:
    case OP_COUNT: break;
    }
    return NAN;
}
/* clang-format on */
