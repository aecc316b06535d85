/* The functions of mlp_double; its header says what they take and need. */
#include "mlp_double.h"

#include <math.h>


/* 1 / (1 + exp(-x)) without overflow */
static mlp_double_real mlp_double_sigmoid(mlp_double_real x)
{
    const mlp_double_real z = exp(-fabs(x));
    return (x < 0.0 ? z : 1.0) / (1.0 + z);
}

static uint64_t mlp_double_random_begin(void)
{
    return 0;
}

static uint64_t mlp_double_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t mlp_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t mlp_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : mlp_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t mlp_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : mlp_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t mlp_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define MLP_DOUBLE_LANES 64
#ifdef __GNUC__
#define MLP_DOUBLE_STAGE __attribute__((noinline))
#define MLP_DOUBLE_INLINE __attribute__((always_inline)) inline
#else
#define MLP_DOUBLE_STAGE
#define MLP_DOUBLE_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define MLP_DOUBLE_MA(a, b, c) fma(a, b, c)
#else
#define MLP_DOUBLE_MA(a, b, c) ((a) * (b) + (c))
#endif

/* Up to where this ends rounding errors are reckoned with: -ffast-math is not for it. */
#if defined __clang__
#pragma float_control(push)
#pragma float_control(precise, on)
#elif defined __GNUC__
#pragma GCC push_options
#pragma GCC optimize("no-fast-math", "no-trapping-math")
#endif

typedef union {
    mlp_double_real x;
    uint64_t u;
} mlp_double_bits;

/* x = k log(2) + r, the integer k in the low bits of what is returned; r to more digits is low + high, which has three bits less */
MLP_DOUBLE_INLINE static uint64_t mlp_double_vreduce(mlp_double_real x, mlp_double_real *r, mlp_double_real *high, mlp_double_real *low)
{
    mlp_double_bits b, c;
    mlp_double_real k, a;
    b.x = MLP_DOUBLE_MA(x, 1.4426950408889634, 6755399441055744.0);
    k = b.x - 6755399441055744.0;
    a = MLP_DOUBLE_MA(k, -0.693147180559663, x);
    c.x = MLP_DOUBLE_MA(k, -2.8235290563031577e-13, a);
    *r = c.x;
    c.u &= ~(uint64_t)7;
    *high = c.x;
    *low = MLP_DOUBLE_MA(k, -2.8235290563031577e-13, a - c.x);
    return b.u;
}

/* 2^(k + n) */
MLP_DOUBLE_INLINE static mlp_double_real mlp_double_vpower(uint64_t k, int n)
{
    mlp_double_bits b;
    b.u = (k + (uint64_t)(1023 + n)) << 52;
    return b.x;
}

/* (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2 */
MLP_DOUBLE_INLINE static mlp_double_real mlp_double_vtail(mlp_double_real r)
{
    mlp_double_real p = MLP_DOUBLE_MA(2.5086409507395577e-08, r, 2.762677697650855e-07);
    p = MLP_DOUBLE_MA(p, r, 2.7557321285517562e-06);
    p = MLP_DOUBLE_MA(p, r, 2.480150345489398e-05);
    p = MLP_DOUBLE_MA(p, r, 0.00019841269796652623);
    p = MLP_DOUBLE_MA(p, r, 0.0013888888933046024);
    p = MLP_DOUBLE_MA(p, r, 0.008333333333362366);
    p = MLP_DOUBLE_MA(p, r, 0.041666666666572295);
    p = MLP_DOUBLE_MA(p, r, 0.16666666666666619);
    p = MLP_DOUBLE_MA(p, r, 0.5000000000000006);
    return p;
}

/* k of x = 2^k m, m in [sqrt(1/2), sqrt(2)), with a constant added that makes it positive */
MLP_DOUBLE_INLINE static uint64_t mlp_double_vexponent(mlp_double_real x)
{
    mlp_double_bits b;
    b.x = x;
    return (b.u + 0x195f619980c433) >> 52;
}

/* k log(2) + log(1 + f) for such k and f = m - 1: log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 p(s^2)), s = f / (2 + f) */
MLP_DOUBLE_INLINE static mlp_double_real mlp_double_vlogsum(uint64_t k, mlp_double_real f)
{
    const mlp_double_real s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
    mlp_double_bits b;
    b.u = k | 0x4330000000000000;
    b.x -= 4503599627371520.0;
    mlp_double_real p = MLP_DOUBLE_MA(0.1479572673621133, z, 0.153140764996038);
    p = MLP_DOUBLE_MA(p, z, 0.18183563134745295);
    p = MLP_DOUBLE_MA(p, z, 0.22222198600526685);
    p = MLP_DOUBLE_MA(p, z, 0.28571428742061616);
    p = MLP_DOUBLE_MA(p, z, 0.3999999999941655);
    p = MLP_DOUBLE_MA(p, z, 0.6666666666666734);
    return MLP_DOUBLE_MA(b.x, 0.693147180559663, f - (h - MLP_DOUBLE_MA(s, MLP_DOUBLE_MA(p, z, h), b.x * 2.8235290563031577e-13)));
}

MLP_DOUBLE_STAGE static void mlp_double_vexp(mlp_double_real *restrict y, const mlp_double_real *restrict x)
{
    volatile mlp_double_real most = 710.0;
    const mlp_double_real limit = most;
    int i;
    for (i = 0; i < MLP_DOUBLE_LANES; i++) {
        mlp_double_real v = x[i], r, high, low;
        uint64_t k, half;
        v = v > limit ? limit : v;
        v = v < -746.0 ? -746.0 : v;
        k = mlp_double_vreduce(v, &r, &high, &low) + 2 * 1023;
        half = k >> 1;
        v = 1.0 + MLP_DOUBLE_MA(r * r, mlp_double_vtail(r), r);
        y[i] = v * mlp_double_vpower(half, -1023) * mlp_double_vpower(k - half, -1023);
    }
}

MLP_DOUBLE_STAGE static void mlp_double_vlog(mlp_double_real *restrict y, const mlp_double_real *restrict x)
{
    uint64_t rare = 0;
    int i;
    for (i = 0; i < MLP_DOUBLE_LANES; i++) {
        const uint64_t k = mlp_double_vexponent(x[i]);
        mlp_double_bits b;
        b.x = x[i];
        rare |= (b.u - 0x10000000000000) | (0x7ff0000000000000 - 1 - b.u);
        b.u -= (k - 1024) << 52;
        y[i] = mlp_double_vlogsum(k, b.x - 1.0);
    }
    for (i = 0; rare >= 0x8000000000000000 && i < MLP_DOUBLE_LANES; i++) {
        volatile mlp_double_real v = x[i];
        if (!(v >= 2.2250738585072014e-308 && v <= 1.7976931348623157e308)) y[i] = log(v);
    }
}

MLP_DOUBLE_STAGE static void mlp_double_vsigmoid(mlp_double_real *restrict y, const mlp_double_real *restrict x)
{
    int i;
    for (i = 0; i < MLP_DOUBLE_LANES; i++) {
        mlp_double_bits a, b, one;
        mlp_double_real v, r, high, low, h;
        uint64_t k, negative;
        a.x = x[i];
        negative = 0 - (a.u >> 63);
        a.u |= 0x8000000000000000;
        v = a.x < -709.0 ? -709.0 : a.x;
        k = mlp_double_vreduce(v, &r, &high, &low);
        h = 1.0 + r;
        v = (h + (r * r * mlp_double_vtail(r) + (r - (h - 1.0)))) * mlp_double_vpower(k, 0);
        b.x = v;
        one.x = 1.0;
        b.u = (b.u & negative) | (one.u & ~negative);
        y[i] = MLP_DOUBLE_MA(-b.x, v / (1.0 + v), b.x);
    }
}

#if defined __clang__
#pragma float_control(pop)
#elif defined __GNUC__
#pragma GCC pop_options
#endif

size_t mlp_double_work_bytes(const mlp_double_dims *dims)
{
    const int64_t N = mlp_double_dim(dims->N);
    size_t most = 0, bytes = 0;
    bytes = mlp_double_slot(bytes, mlp_double_count(N, 784), 8); /* X */
    bytes = mlp_double_slot(bytes, N, 8); /* label */
    bytes = mlp_double_slot(bytes, mlp_double_count(N, 10), 8); /* logits */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 512768;
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 10797056;
    if (bytes > most) most = bytes;
    /* logits */
    bytes = 1600;
    if (bytes > most) most = bytes;
    /* error */
    bytes = 511744;
    if (bytes > most) most = bytes;
    return most;
}

size_t mlp_double_nparam(const mlp_double_dims *dims)
{
    (void)dims;
    return 159010;
}

const char *mlp_double_strerror(int code)
{
    switch (code) {
    case MLP_DOUBLE_OK: return "no error";
    case MLP_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case MLP_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case MLP_DOUBLE_EWORK: return "no work memory was given";
    case MLP_DOUBLE_ENONFINITE: return "the loss is not finite";
    case MLP_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double mlp_double_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = mlp_double_random_mix(mlp_double_random_begin(), (double)(seed >> 32));
    h = mlp_double_random_mix(h, (double)(seed & 0xffffffffu));
    h = mlp_double_random_mix(h, (double)param);
    h = mlp_double_random_mix(h, (double)e);
    h = mlp_double_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int mlp_double_init(const mlp_double_dims *dims, uint64_t seed, mlp_double_real *theta)
{
    if (!dims || mlp_double_work_bytes(dims) == SIZE_MAX) return MLP_DOUBLE_EDIM;
    if (!theta) return MLP_DOUBLE_EDATA;
    mlp_double_real *to;
    int64_t at;
    to = theta + MLP_DOUBLE_W1_OFFSET(dims); /* W1 */
    at = 0;
    for (int64_t i = 0; i < 200; i++) {
        for (int64_t i_ = 0; i_ < 784; i_++) {
            to[at] = 0.0 + 0.03571428571428571 * (mlp_double_real)(sqrt(-2.0 * log(1.0 - mlp_double_uniform(seed, 0, at, 0))) * cos(6.283185307179586 * mlp_double_uniform(seed, 0, at, 1)));
            at++;
        }
    }
    to = theta + MLP_DOUBLE_b1_OFFSET(dims); /* b1 */
    at = 0;
    for (int64_t i = 0; i < 200; i++) {
        to[at] = 0.0;
        at++;
    }
    to = theta + MLP_DOUBLE_W2_OFFSET(dims); /* W2 */
    at = 0;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 200; i_++) {
            to[at] = 0.0 + 0.07071067811865475 * (mlp_double_real)(sqrt(-2.0 * log(1.0 - mlp_double_uniform(seed, 2, at, 0))) * cos(6.283185307179586 * mlp_double_uniform(seed, 2, at, 1)));
            at++;
        }
    }
    to = theta + MLP_DOUBLE_b2_OFFSET(dims); /* b2 */
    at = 0;
    for (int64_t i = 0; i < 10; i++) {
        to[at] = 0.0;
        at++;
    }
    return MLP_DOUBLE_OK;
}

static const char *const mlp_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "lambda is NaN",
    "X is missing",
    "X holds a NaN",
    "label is missing",
    "label has an entry outside 0..10",
};

static int mlp_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int mlp_double_test(const mlp_double_dims *dims, const mlp_double_data *data, int *which)
{
    if (!dims || mlp_double_work_bytes(dims) == SIZE_MAX) return mlp_double_fail(which, 0, MLP_DOUBLE_EDIM);
    const int64_t N = (int64_t)dims->N;
    if (!data) return mlp_double_fail(which, 1, MLP_DOUBLE_EDATA);
    if (data->lambda != data->lambda) return mlp_double_fail(which, 2, MLP_DOUBLE_EDATA);
    if (!data->X && 784 * N > 0) return mlp_double_fail(which, 3, MLP_DOUBLE_EDATA);
    for (int64_t at = 0; at < 784 * N; at++)
        if (data->X[at] != data->X[at]) return mlp_double_fail(which, 4, MLP_DOUBLE_EDATA);
    if (!data->label && N > 0) return mlp_double_fail(which, 5, MLP_DOUBLE_EDATA);
    for (int64_t at = 0; at < N; at++)
        if (data->label[at] < 0 || data->label[at] >= 10) return mlp_double_fail(which, 6, MLP_DOUBLE_EDATA);
    return MLP_DOUBLE_OK;
}

int mlp_double_check(const mlp_double_dims *dims, const mlp_double_data *data)
{
    return mlp_double_test(dims, data, 0);
}

static int mlp_double_ready(const mlp_double_dims *dims, const mlp_double_real *theta, const mlp_double_data *data, const void *work)
{
    const size_t bytes = dims ? mlp_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return MLP_DOUBLE_EDIM;
    if (!theta) return MLP_DOUBLE_EDATA;
    if (!data) return MLP_DOUBLE_EDATA;
    return bytes > 0 && !work ? MLP_DOUBLE_EWORK : MLP_DOUBLE_OK;
}

static void mlp_double_loss_part1(const mlp_double_real *restrict W1, const mlp_double_real *restrict W2,
        mlp_double_real *restrict cells)
{
    /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
    cells[0] = 0.0;
    mlp_double_real t1 = 0.0;
    for (int64_t i = 0; i < 200; i++) {
        for (int64_t j = 0; j < 784; j++) {
            const mlp_double_real t2 = W1[i * 784 + j];
            t1 += t2 * t2;
        }
    }
    cells[1] = t1;
    mlp_double_real t3 = 0.0;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 200; j++) {
            const mlp_double_real t4 = W2[i * 200 + j];
            t3 += t4 * t4;
        }
    }
    cells[2] = t3;
}

MLP_DOUBLE_STAGE static void mlp_double_lanes1(mlp_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes2(mlp_double_real *restrict u0, mlp_double_real s0, const mlp_double_real *restrict x0, mlp_double_real s1, const mlp_double_real *restrict x1, mlp_double_real s2, const mlp_double_real *restrict x2, mlp_double_real s3, const mlp_double_real *restrict x3)
{
    for (int r = 0; r < 64; r++) {
        const mlp_double_real t1 = u0[r] + s0 * x0[r];
        const mlp_double_real t2 = t1 + s1 * x1[r];
        const mlp_double_real t3 = t2 + s2 * x2[r];
        const mlp_double_real t4 = t3 + s3 * x3[r];
        u0[r] = t4;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes3(mlp_double_real *restrict u0, mlp_double_real s0, const mlp_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += s0 * x0[r];
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes4(mlp_double_real *restrict u0, mlp_double_real s0, const mlp_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = s0 + x0[r];
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes5(mlp_double_real *restrict u0, const mlp_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r];
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes6(mlp_double_real *restrict u0, mlp_double_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = (-1.0 / 0.0);
        u1[r] = 0.0;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes7(mlp_double_real *restrict u0, const mlp_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const mlp_double_real t1 = x0[r];
        const mlp_double_real t2 = u0[r];
        const mlp_double_real t3 = t1 > t2 ? t1 : t2;
        u0[r] = t3;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes8(mlp_double_real *restrict u0, const mlp_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const mlp_double_real t1 = x0[r];
        u0[r] = (((-1.0 / 0.0) < x0[r]) & (x0[r] < (1.0 / 0.0))) ? t1 : 0.0;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes9(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, const mlp_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] - x1[r];
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes10(mlp_double_real *restrict u0, const mlp_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r];
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes11(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, const mlp_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] + x1[r];
    }
}

static void mlp_double_loss_rows2(int64_t N, const mlp_double_real *restrict X, const int32_t *restrict label,
        const mlp_double_real *restrict W1, const mlp_double_real *restrict b1, const mlp_double_real *restrict W2,
        const mlp_double_real *restrict b2, mlp_double_real *Z_sum_2, mlp_double_real *restrict Z_2,
        mlp_double_real *logits_sum_2, mlp_double_real *restrict logits_2, mlp_double_real *loss_logsumexp_2,
        mlp_double_real *restrict X_2, mlp_double_real *arg, mlp_double_real *sigmoid, mlp_double_real *most_,
        mlp_double_real *restrict base, mlp_double_real *total, mlp_double_real *arg_2,
        mlp_double_real *restrict exp_, mlp_double_real *log_, mlp_double_real *restrict cells)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        for (int64_t i = 0; i < 784; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  X[N, D] */
                X_2[i * 64 + r] = X[n * 784 + i];
            }
        }
        for (int64_t h = 0; h < 200; h++) {
            mlp_double_lanes1(Z_sum_2);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                mlp_double_lanes2(Z_sum_2, W1[h * 784 + d], X_2 + d * 64, W1[h * 784 + (d + 1)], X_2 + (d + 1) * 64, W1[h * 784 + (d + 2)], X_2 + (d + 2) * 64, W1[h * 784 + (d + 3)], X_2 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                mlp_double_lanes3(Z_sum_2, W1[h * 784 + d], X_2 + d * 64);
            }
            mlp_double_lanes4(arg, b1[h], Z_sum_2);
            mlp_double_vsigmoid(sigmoid, arg);
            mlp_double_lanes5(Z_2 + h * 64, sigmoid);
        }
        for (int64_t k = 0; k < 10; k++) {
            mlp_double_lanes1(logits_sum_2);
            int64_t h = 0;
            for (; h + 3 < 200; h += 4) {
                mlp_double_lanes2(logits_sum_2, W2[k * 200 + h], Z_2 + h * 64, W2[k * 200 + (h + 1)], Z_2 + (h + 1) * 64, W2[k * 200 + (h + 2)], Z_2 + (h + 2) * 64, W2[k * 200 + (h + 3)], Z_2 + (h + 3) * 64);
            }
            for (; h < 200; h++) {
                mlp_double_lanes3(logits_sum_2, W2[k * 200 + h], Z_2 + h * 64);
            }
            mlp_double_lanes4(logits_2 + k * 64, b2[k], logits_sum_2);
        }
        mlp_double_lanes6(most_, total);
        for (int64_t k = 0; k < 10; k++) {
            mlp_double_lanes7(most_, logits_2 + k * 64);
        }
        mlp_double_lanes8(base, most_);
        for (int64_t k = 0; k < 10; k++) {
            mlp_double_lanes9(arg_2, logits_2 + k * 64, base);
            mlp_double_vexp(exp_, arg_2);
            mlp_double_lanes10(total, exp_);
        }
        mlp_double_vlog(log_, total);
        mlp_double_lanes11(loss_logsumexp_2, base, log_);
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
            cells[0] += loss_logsumexp_2[r] - logits_2[(int64_t)label[n] * 64 + r];
        }
    }
}

static void mlp_double_loss_rows3(int64_t N, const mlp_double_real *restrict X, const int32_t *restrict label,
        const mlp_double_real *restrict W1, const mlp_double_real *restrict b1, const mlp_double_real *restrict W2,
        const mlp_double_real *restrict b2, mlp_double_real *restrict Z, mlp_double_real *restrict logits,
        mlp_double_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t h = 0; h < 200; h++) {
            /* let    Z[n, h] = sigmoid(b1[h] + sum[d] W1[h, d] * X[n, d]) */
            mlp_double_real Z_sum = 0.0;
            for (int64_t d = 0; d < 784; d++) {
                Z_sum += W1[h * 784 + d] * X[n * 784 + d];
            }
            Z[h] = mlp_double_sigmoid(b1[h] + Z_sum);
        }
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b2[k] + sum[h] W2[k, h] * Z[n, h] */
            mlp_double_real logits_sum = 0.0;
            for (int64_t h = 0; h < 200; h++) {
                logits_sum += W2[k * 200 + h] * Z[h];
            }
            logits[k] = b2[k] + logits_sum;
        }
        /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
        mlp_double_real t1 = 0.0;
        mlp_double_real t2 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const mlp_double_real t3 = logits[k];
            if (t3 > t2) {
                t1 = t1 * exp(t2 - t3) + 1.0;
                t2 = t3;
            } else if (!(t3 == (-1.0 / 0.0))) {
                t1 += exp(t3 - t2);
            }
        }
        const mlp_double_real loss_logsumexp = t2 + log(t1);
        cells[0] += loss_logsumexp - logits[(int64_t)label[n]];
    }
}

static void mlp_double_loss_part4(int64_t N, mlp_double_real lambda, mlp_double_real *restrict loss,
        mlp_double_real *restrict cells)
{
    /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
    loss[0] = cells[0] / (mlp_double_real)N + lambda / 2.0 * (cells[1] + cells[2]);
}

int mlp_double_loss(const mlp_double_dims *dims, const mlp_double_real *theta, const mlp_double_data *data, mlp_double_real *loss, void *work)
{
    const int code = mlp_double_ready(dims, theta, data, work);
    if (code != MLP_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    mlp_double_loss_part1(theta + MLP_DOUBLE_W1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims),
        (mlp_double_real *)(void *)bytes);
    mlp_double_loss_rows2((int64_t)dims->N, data->X, data->label, theta + MLP_DOUBLE_W1_OFFSET(dims),
        theta + MLP_DOUBLE_b1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims), theta + MLP_DOUBLE_b2_OFFSET(dims),
        (mlp_double_real *)(void *)(bytes + 401472), (mlp_double_real *)(void *)(bytes + 401984),
        (mlp_double_real *)(void *)(bytes + 401472), (mlp_double_real *)(void *)(bytes + 504896),
        (mlp_double_real *)(void *)(bytes + 504384), (mlp_double_real *)(void *)(bytes + 64),
        (mlp_double_real *)(void *)(bytes + 504384), (mlp_double_real *)(void *)(bytes + 401472),
        (mlp_double_real *)(void *)(bytes + 401472), (mlp_double_real *)(void *)(bytes + 510016),
        (mlp_double_real *)(void *)(bytes + 504384), (mlp_double_real *)(void *)(bytes + 401472),
        (mlp_double_real *)(void *)(bytes + 510528), (mlp_double_real *)(void *)(bytes + 401472),
        (mlp_double_real *)(void *)bytes);
    mlp_double_loss_rows3((int64_t)dims->N, data->X, data->label, theta + MLP_DOUBLE_W1_OFFSET(dims),
        theta + MLP_DOUBLE_b1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims), theta + MLP_DOUBLE_b2_OFFSET(dims),
        (mlp_double_real *)(void *)(bytes + 511040), (mlp_double_real *)(void *)(bytes + 512640),
        (mlp_double_real *)(void *)bytes);
    mlp_double_loss_part4((int64_t)dims->N, data->lambda, loss, (mlp_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? MLP_DOUBLE_OK : MLP_DOUBLE_ENONFINITE;
}

static void mlp_double_grad_part1(int64_t N, int64_t first, int64_t last, mlp_double_real lambda,
        const mlp_double_real *restrict W1, const mlp_double_real *restrict W2, mlp_double_real *restrict d_W1,
        mlp_double_real *restrict d_W2, mlp_double_real *restrict d_b2_2, mlp_double_real *restrict d_W2_2,
        mlp_double_real *restrict d_b1_2, mlp_double_real *restrict d_W1_2, mlp_double_real *restrict cells)
{
    /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
    cells[0] = 0.0;
    mlp_double_real t1 = 0.0;
    for (int64_t i = 0; i < 200; i++) {
        for (int64_t j = 0; j < 784; j++) {
            const mlp_double_real t2 = W1[i * 784 + j];
            t1 += t2 * t2;
        }
    }
    cells[1] = t1;
    mlp_double_real t3 = 0.0;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 200; j++) {
            const mlp_double_real t4 = W2[i * 200 + j];
            t3 += t4 * t4;
        }
    }
    cells[2] = t3;
    const mlp_double_real d_loss_sum_2 = lambda / 2.0;
    cells[3] = 1.0 / (mlp_double_real)N;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 200; j++) {
            if (first == 0 && (0 < last || N == 0)) {
                d_W2[i * 200 + j] += d_loss_sum_2 * (2.0 * W2[i * 200 + j]);
            }
            for (int64_t i_ = 0; i_ < 8; i_++) {
                /* output logits[n, k] = b2[k] + sum[h] W2[k, h] * Z[n, h] */
                d_W2_2[(i * 200 + j) * 8 + i_] = 0.0;
            }
        }
        for (int64_t i_ = 0; i_ < 8; i_++) {
            d_b2_2[i * 8 + i_] = 0.0;
        }
    }
    for (int64_t i = 0; i < 200; i++) {
        for (int64_t j = 0; j < 784; j++) {
            if (first == 0 && (0 < last || N == 0)) {
                /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
                d_W1[i * 784 + j] += d_loss_sum_2 * (2.0 * W1[i * 784 + j]);
            }
            for (int64_t i_ = 0; i_ < 8; i_++) {
                /* let    Z[n, h] = sigmoid(b1[h] + sum[d] W1[h, d] * X[n, d]) */
                d_W1_2[(i * 784 + j) * 8 + i_] = 0.0;
            }
        }
        for (int64_t i_ = 0; i_ < 8; i_++) {
            d_b1_2[i * 8 + i_] = 0.0;
        }
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes12(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, mlp_double_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r];
        u1[r] = 0.0;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes13(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, mlp_double_real s0, const mlp_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        const mlp_double_real t1 = s0 * x1[r];
        u0[r] = ((-1.0 / 0.0) < x0[r]) ? t1 : 0.0;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes14(mlp_double_real *restrict u0, const mlp_double_real *restrict x0)
{
    for (int l = 0; l < 8; l++) {
        mlp_double_real t1 = u0[l];
        t1 += x0[l];
        t1 += x0[l + 8];
        t1 += x0[l + 16];
        t1 += x0[l + 24];
        t1 += x0[l + 32];
        t1 += x0[l + 40];
        t1 += x0[l + 48];
        t1 += x0[l + 56];
        u0[l] = t1;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes15(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, const mlp_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        mlp_double_real t1_ = u0[l];
        const mlp_double_real t2 = x0[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const mlp_double_real t3 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const mlp_double_real t4 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const mlp_double_real t5 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const mlp_double_real t6 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const mlp_double_real t7 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const mlp_double_real t8 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const mlp_double_real t9 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes16(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, const mlp_double_real *restrict x1, mlp_double_real *restrict u1, const mlp_double_real *restrict x2, mlp_double_real *restrict u2, const mlp_double_real *restrict x3, mlp_double_real *restrict u3, const mlp_double_real *restrict x4)
{
    for (int l = 0; l < 8; l++) {
        mlp_double_real t1 = u0[l];
        mlp_double_real t2 = u1[l];
        mlp_double_real t3 = u2[l];
        mlp_double_real t4 = u3[l];
        t1 += x0[l] * x1[l];
        t2 += x0[l] * x2[l];
        t3 += x0[l] * x3[l];
        t4 += x0[l] * x4[l];
        t1 += x0[l + 8] * x1[l + 8];
        t2 += x0[l + 8] * x2[l + 8];
        t3 += x0[l + 8] * x3[l + 8];
        t4 += x0[l + 8] * x4[l + 8];
        t1 += x0[l + 16] * x1[l + 16];
        t2 += x0[l + 16] * x2[l + 16];
        t3 += x0[l + 16] * x3[l + 16];
        t4 += x0[l + 16] * x4[l + 16];
        t1 += x0[l + 24] * x1[l + 24];
        t2 += x0[l + 24] * x2[l + 24];
        t3 += x0[l + 24] * x3[l + 24];
        t4 += x0[l + 24] * x4[l + 24];
        t1 += x0[l + 32] * x1[l + 32];
        t2 += x0[l + 32] * x2[l + 32];
        t3 += x0[l + 32] * x3[l + 32];
        t4 += x0[l + 32] * x4[l + 32];
        t1 += x0[l + 40] * x1[l + 40];
        t2 += x0[l + 40] * x2[l + 40];
        t3 += x0[l + 40] * x3[l + 40];
        t4 += x0[l + 40] * x4[l + 40];
        t1 += x0[l + 48] * x1[l + 48];
        t2 += x0[l + 48] * x2[l + 48];
        t3 += x0[l + 48] * x3[l + 48];
        t4 += x0[l + 48] * x4[l + 48];
        t1 += x0[l + 56] * x1[l + 56];
        t2 += x0[l + 56] * x2[l + 56];
        t3 += x0[l + 56] * x3[l + 56];
        t4 += x0[l + 56] * x4[l + 56];
        u0[l] = t1;
        u1[l] = t2;
        u2[l] = t3;
        u3[l] = t4;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes17(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, const mlp_double_real *restrict x1, mlp_double_real *restrict u1, const mlp_double_real *restrict x2, mlp_double_real *restrict u2, const mlp_double_real *restrict x3, mlp_double_real *restrict u3, const mlp_double_real *restrict x4, const mlp_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        mlp_double_real t1_ = u0[l];
        mlp_double_real t2_ = u1[l];
        mlp_double_real t3_ = u2[l];
        mlp_double_real t4_ = u3[l];
        const mlp_double_real t5 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t5 : 0;
        const mlp_double_real t6 = x0[l] * x2[l];
        t2_ += mask[l] > 0 ? t6 : 0;
        const mlp_double_real t7 = x0[l] * x3[l];
        t3_ += mask[l] > 0 ? t7 : 0;
        const mlp_double_real t8 = x0[l] * x4[l];
        t4_ += mask[l] > 0 ? t8 : 0;
        const mlp_double_real t9 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t9 : 0;
        const mlp_double_real t10 = x0[l + 8] * x2[l + 8];
        t2_ += mask[l + 8] > 0 ? t10 : 0;
        const mlp_double_real t11 = x0[l + 8] * x3[l + 8];
        t3_ += mask[l + 8] > 0 ? t11 : 0;
        const mlp_double_real t12 = x0[l + 8] * x4[l + 8];
        t4_ += mask[l + 8] > 0 ? t12 : 0;
        const mlp_double_real t13 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t13 : 0;
        const mlp_double_real t14 = x0[l + 16] * x2[l + 16];
        t2_ += mask[l + 16] > 0 ? t14 : 0;
        const mlp_double_real t15 = x0[l + 16] * x3[l + 16];
        t3_ += mask[l + 16] > 0 ? t15 : 0;
        const mlp_double_real t16 = x0[l + 16] * x4[l + 16];
        t4_ += mask[l + 16] > 0 ? t16 : 0;
        const mlp_double_real t17 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t17 : 0;
        const mlp_double_real t18 = x0[l + 24] * x2[l + 24];
        t2_ += mask[l + 24] > 0 ? t18 : 0;
        const mlp_double_real t19 = x0[l + 24] * x3[l + 24];
        t3_ += mask[l + 24] > 0 ? t19 : 0;
        const mlp_double_real t20 = x0[l + 24] * x4[l + 24];
        t4_ += mask[l + 24] > 0 ? t20 : 0;
        const mlp_double_real t21 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t21 : 0;
        const mlp_double_real t22 = x0[l + 32] * x2[l + 32];
        t2_ += mask[l + 32] > 0 ? t22 : 0;
        const mlp_double_real t23 = x0[l + 32] * x3[l + 32];
        t3_ += mask[l + 32] > 0 ? t23 : 0;
        const mlp_double_real t24 = x0[l + 32] * x4[l + 32];
        t4_ += mask[l + 32] > 0 ? t24 : 0;
        const mlp_double_real t25 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t25 : 0;
        const mlp_double_real t26 = x0[l + 40] * x2[l + 40];
        t2_ += mask[l + 40] > 0 ? t26 : 0;
        const mlp_double_real t27 = x0[l + 40] * x3[l + 40];
        t3_ += mask[l + 40] > 0 ? t27 : 0;
        const mlp_double_real t28 = x0[l + 40] * x4[l + 40];
        t4_ += mask[l + 40] > 0 ? t28 : 0;
        const mlp_double_real t29 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t29 : 0;
        const mlp_double_real t30 = x0[l + 48] * x2[l + 48];
        t2_ += mask[l + 48] > 0 ? t30 : 0;
        const mlp_double_real t31 = x0[l + 48] * x3[l + 48];
        t3_ += mask[l + 48] > 0 ? t31 : 0;
        const mlp_double_real t32 = x0[l + 48] * x4[l + 48];
        t4_ += mask[l + 48] > 0 ? t32 : 0;
        const mlp_double_real t33 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t33 : 0;
        const mlp_double_real t34 = x0[l + 56] * x2[l + 56];
        t2_ += mask[l + 56] > 0 ? t34 : 0;
        const mlp_double_real t35 = x0[l + 56] * x3[l + 56];
        t3_ += mask[l + 56] > 0 ? t35 : 0;
        const mlp_double_real t36 = x0[l + 56] * x4[l + 56];
        t4_ += mask[l + 56] > 0 ? t36 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
        u2[l] = t3_;
        u3[l] = t4_;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes18(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, const mlp_double_real *restrict x1)
{
    for (int l = 0; l < 8; l++) {
        mlp_double_real t1 = u0[l];
        t1 += x0[l] * x1[l];
        t1 += x0[l + 8] * x1[l + 8];
        t1 += x0[l + 16] * x1[l + 16];
        t1 += x0[l + 24] * x1[l + 24];
        t1 += x0[l + 32] * x1[l + 32];
        t1 += x0[l + 40] * x1[l + 40];
        t1 += x0[l + 48] * x1[l + 48];
        t1 += x0[l + 56] * x1[l + 56];
        u0[l] = t1;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes19(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, const mlp_double_real *restrict x1, const mlp_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        mlp_double_real t1_ = u0[l];
        const mlp_double_real t2 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const mlp_double_real t3 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const mlp_double_real t4 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const mlp_double_real t5 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const mlp_double_real t6 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const mlp_double_real t7 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const mlp_double_real t8 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const mlp_double_real t9 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes20(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, mlp_double_real s0, const mlp_double_real *restrict x1, mlp_double_real s1, const mlp_double_real *restrict x2, mlp_double_real s2, const mlp_double_real *restrict x3, mlp_double_real s3)
{
    for (int r = 0; r < 64; r++) {
        const mlp_double_real t1 = u0[r] + x0[r] * s0;
        const mlp_double_real t2 = t1 + x1[r] * s1;
        const mlp_double_real t3 = t2 + x2[r] * s2;
        const mlp_double_real t4 = t3 + x3[r] * s3;
        u0[r] = t4;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes21(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, mlp_double_real s0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r] * s0;
    }
}

MLP_DOUBLE_STAGE static void mlp_double_lanes22(mlp_double_real *restrict u0, const mlp_double_real *restrict x0, const mlp_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] * x1[r] * (1.0 - x1[r]);
    }
}

static void mlp_double_grad_rows2(int64_t first, int64_t last, const mlp_double_real *restrict X,
        const int32_t *restrict label, const mlp_double_real *restrict W1, const mlp_double_real *restrict b1,
        const mlp_double_real *restrict W2, const mlp_double_real *restrict b2, mlp_double_real *Z_sum_3,
        mlp_double_real *restrict Z_3, mlp_double_real *logits_sum_3, mlp_double_real *restrict logits_3,
        mlp_double_real *loss_logsumexp_3, mlp_double_real *restrict d_logits_2, mlp_double_real *restrict d_Z_2,
        mlp_double_real *d_Z_sum_2, mlp_double_real *restrict X_3, mlp_double_real *arg_3,
        mlp_double_real *sigmoid_2, mlp_double_real *most_2, mlp_double_real *base_2, mlp_double_real *total_2,
        mlp_double_real *arg_4, mlp_double_real *restrict exp_2, mlp_double_real *log_2, mlp_double_real *arg_5,
        mlp_double_real *exp_3, mlp_double_real *restrict d_b2_2, mlp_double_real *restrict d_W2_2,
        mlp_double_real *restrict d_b1_2, mlp_double_real *restrict d_W1_2, mlp_double_real *restrict cells)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        mlp_double_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 784; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  X[N, D] */
                X_3[i * 64 + r] = X[n * 784 + i];
            }
        }
        for (int64_t h = 0; h < 200; h++) {
            mlp_double_lanes1(Z_sum_3);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                mlp_double_lanes2(Z_sum_3, W1[h * 784 + d], X_3 + d * 64, W1[h * 784 + (d + 1)], X_3 + (d + 1) * 64, W1[h * 784 + (d + 2)], X_3 + (d + 2) * 64, W1[h * 784 + (d + 3)], X_3 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                mlp_double_lanes3(Z_sum_3, W1[h * 784 + d], X_3 + d * 64);
            }
            mlp_double_lanes4(arg_3, b1[h], Z_sum_3);
            mlp_double_vsigmoid(sigmoid_2, arg_3);
            mlp_double_lanes12(Z_3 + h * 64, sigmoid_2, d_Z_2 + h * 64);
        }
        for (int64_t k = 0; k < 10; k++) {
            mlp_double_lanes1(logits_sum_3);
            int64_t h = 0;
            for (; h + 3 < 200; h += 4) {
                mlp_double_lanes2(logits_sum_3, W2[k * 200 + h], Z_3 + h * 64, W2[k * 200 + (h + 1)], Z_3 + (h + 1) * 64, W2[k * 200 + (h + 2)], Z_3 + (h + 2) * 64, W2[k * 200 + (h + 3)], Z_3 + (h + 3) * 64);
            }
            for (; h < 200; h++) {
                mlp_double_lanes3(logits_sum_3, W2[k * 200 + h], Z_3 + h * 64);
            }
            mlp_double_lanes4(logits_3 + k * 64, b2[k], logits_sum_3);
        }
        mlp_double_lanes6(most_2, total_2);
        for (int64_t k = 0; k < 10; k++) {
            mlp_double_lanes7(most_2, logits_3 + k * 64);
        }
        mlp_double_lanes8(base_2, most_2);
        for (int64_t k = 0; k < 10; k++) {
            mlp_double_lanes9(arg_4, logits_3 + k * 64, base_2);
            mlp_double_vexp(exp_2, arg_4);
            mlp_double_lanes10(total_2, exp_2);
        }
        mlp_double_vlog(log_2, total_2);
        mlp_double_lanes11(loss_logsumexp_3, base_2, log_2);
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
            cells[0] += loss_logsumexp_3[r] - logits_3[(int64_t)label[n] * 64 + r];
        }
        for (int64_t k = 0; k < 10; k++) {
            mlp_double_lanes9(arg_5, logits_3 + k * 64, loss_logsumexp_3);
            mlp_double_vexp(exp_3, arg_5);
            mlp_double_lanes13(d_logits_2 + k * 64, loss_logsumexp_3, cells[3], exp_3);
        }
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            d_logits_2[(int64_t)label[n] * 64 + r] += -cells[3];
        }
        for (int64_t k = 0; k < 10; k++) {
            if (rows == 64)
                mlp_double_lanes14(d_b2_2 + k * 8, d_logits_2 + k * 64);
            else
                mlp_double_lanes15(d_b2_2 + k * 8, d_logits_2 + k * 64, mask);
            int64_t h_ = 0;
            for (; h_ + 3 < 200; h_ += 4) {
                if (rows == 64)
                    mlp_double_lanes16(d_W2_2 + (k * 200 + h_) * 8, d_logits_2 + k * 64, Z_3 + h_ * 64, d_W2_2 + (k * 200 + (h_ + 1)) * 8, Z_3 + (h_ + 1) * 64, d_W2_2 + (k * 200 + (h_ + 2)) * 8, Z_3 + (h_ + 2) * 64, d_W2_2 + (k * 200 + (h_ + 3)) * 8, Z_3 + (h_ + 3) * 64);
                else
                    mlp_double_lanes17(d_W2_2 + (k * 200 + h_) * 8, d_logits_2 + k * 64, Z_3 + h_ * 64, d_W2_2 + (k * 200 + (h_ + 1)) * 8, Z_3 + (h_ + 1) * 64, d_W2_2 + (k * 200 + (h_ + 2)) * 8, Z_3 + (h_ + 2) * 64, d_W2_2 + (k * 200 + (h_ + 3)) * 8, Z_3 + (h_ + 3) * 64, mask);
            }
            for (; h_ < 200; h_++) {
                if (rows == 64)
                    mlp_double_lanes18(d_W2_2 + (k * 200 + h_) * 8, d_logits_2 + k * 64, Z_3 + h_ * 64);
                else
                    mlp_double_lanes19(d_W2_2 + (k * 200 + h_) * 8, d_logits_2 + k * 64, Z_3 + h_ * 64, mask);
            }
        }
        for (int64_t h_2 = 0; h_2 < 200; h_2++) {
            int64_t k = 0;
            for (; k + 3 < 10; k += 4) {
                mlp_double_lanes20(d_Z_2 + h_2 * 64, d_logits_2 + k * 64, W2[k * 200 + h_2], d_logits_2 + (k + 1) * 64, W2[(k + 1) * 200 + h_2], d_logits_2 + (k + 2) * 64, W2[(k + 2) * 200 + h_2], d_logits_2 + (k + 3) * 64, W2[(k + 3) * 200 + h_2]);
            }
            for (; k < 10; k++) {
                mlp_double_lanes21(d_Z_2 + h_2 * 64, d_logits_2 + k * 64, W2[k * 200 + h_2]);
            }
            mlp_double_lanes22(d_Z_sum_2, d_Z_2 + h_2 * 64, Z_3 + h_2 * 64);
            if (rows == 64)
                mlp_double_lanes14(d_b1_2 + h_2 * 8, d_Z_sum_2);
            else
                mlp_double_lanes15(d_b1_2 + h_2 * 8, d_Z_sum_2, mask);
            int64_t d_ = 0;
            for (; d_ + 3 < 784; d_ += 4) {
                if (rows == 64)
                    mlp_double_lanes16(d_W1_2 + (h_2 * 784 + d_) * 8, d_Z_sum_2, X_3 + d_ * 64, d_W1_2 + (h_2 * 784 + (d_ + 1)) * 8, X_3 + (d_ + 1) * 64, d_W1_2 + (h_2 * 784 + (d_ + 2)) * 8, X_3 + (d_ + 2) * 64, d_W1_2 + (h_2 * 784 + (d_ + 3)) * 8, X_3 + (d_ + 3) * 64);
                else
                    mlp_double_lanes17(d_W1_2 + (h_2 * 784 + d_) * 8, d_Z_sum_2, X_3 + d_ * 64, d_W1_2 + (h_2 * 784 + (d_ + 1)) * 8, X_3 + (d_ + 1) * 64, d_W1_2 + (h_2 * 784 + (d_ + 2)) * 8, X_3 + (d_ + 2) * 64, d_W1_2 + (h_2 * 784 + (d_ + 3)) * 8, X_3 + (d_ + 3) * 64, mask);
            }
            for (; d_ < 784; d_++) {
                if (rows == 64)
                    mlp_double_lanes18(d_W1_2 + (h_2 * 784 + d_) * 8, d_Z_sum_2, X_3 + d_ * 64);
                else
                    mlp_double_lanes19(d_W1_2 + (h_2 * 784 + d_) * 8, d_Z_sum_2, X_3 + d_ * 64, mask);
            }
        }
    }
}

static void mlp_double_grad_rows3(int64_t first, int64_t last, const mlp_double_real *restrict X,
        const int32_t *restrict label, const mlp_double_real *restrict W1, const mlp_double_real *restrict b1,
        const mlp_double_real *restrict W2, const mlp_double_real *restrict b2, mlp_double_real *restrict Z,
        mlp_double_real *restrict logits, mlp_double_real *restrict d_W1, mlp_double_real *restrict d_b1,
        mlp_double_real *restrict d_W2, mlp_double_real *restrict d_b2, mlp_double_real *restrict d_logits,
        mlp_double_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 52) / 64); n < last; n++) {
        for (int64_t h = 0; h < 200; h++) {
            /* let    Z[n, h] = sigmoid(b1[h] + sum[d] W1[h, d] * X[n, d]) */
            mlp_double_real Z_sum = 0.0;
            for (int64_t d = 0; d < 784; d++) {
                Z_sum += W1[h * 784 + d] * X[n * 784 + d];
            }
            Z[h] = mlp_double_sigmoid(b1[h] + Z_sum);
        }
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b2[k] + sum[h] W2[k, h] * Z[n, h] */
            mlp_double_real logits_sum = 0.0;
            for (int64_t h = 0; h < 200; h++) {
                logits_sum += W2[k * 200 + h] * Z[h];
            }
            logits[k] = b2[k] + logits_sum;
        }
        /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
        mlp_double_real t1 = 0.0;
        mlp_double_real t2 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const mlp_double_real t3 = logits[k];
            if (t3 > t2) {
                t1 = t1 * exp(t2 - t3) + 1.0;
                t2 = t3;
            } else if (!(t3 == (-1.0 / 0.0))) {
                t1 += exp(t3 - t2);
            }
        }
        const mlp_double_real loss_logsumexp = t2 + log(t1);
        const int64_t t4 = (int64_t)label[n];
        cells[0] += loss_logsumexp - logits[t4];
        for (int64_t k = 0; k < 10; k++) {
            d_logits[k] = (-1.0 / 0.0) < loss_logsumexp ? cells[3] * exp(logits[k] - loss_logsumexp) : 0.0;
        }
        d_logits[t4] += -cells[3];
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b2[k] + sum[h] W2[k, h] * Z[n, h] */
            d_b2[k] += d_logits[k];
            for (int64_t h = 0; h < 200; h++) {
                d_W2[k * 200 + h] += d_logits[k] * Z[h];
            }
        }
        for (int64_t h = 0; h < 200; h++) {
            mlp_double_real d_Z = 0.0;
            for (int64_t k = 0; k < 10; k++) {
                d_Z += d_logits[k] * W2[k * 200 + h];
            }
            /* let    Z[n, h] = sigmoid(b1[h] + sum[d] W1[h, d] * X[n, d]) */
            const mlp_double_real t5 = Z[h];
            const mlp_double_real d_Z_sum = d_Z * t5 * (1.0 - t5);
            d_b1[h] += d_Z_sum;
            for (int64_t d = 0; d < 784; d++) {
                d_W1[h * 784 + d] += d_Z_sum * X[n * 784 + d];
            }
        }
    }
}

static void mlp_double_grad_part4(int64_t N, int64_t first, int64_t last, mlp_double_real lambda,
        mlp_double_real *restrict loss, mlp_double_real *restrict d_W1, mlp_double_real *restrict d_b1,
        mlp_double_real *restrict d_W2, mlp_double_real *restrict d_b2, mlp_double_real *restrict d_b2_2,
        mlp_double_real *restrict d_W2_2, mlp_double_real *restrict d_b1_2, mlp_double_real *restrict d_W1_2,
        mlp_double_real *restrict cells)
{
    for (int64_t i = 0; i < 200; i++) {
        for (int64_t i_ = 0; i_ < 784; i_++) {
            /* param W1[H, D] ~ normal(0, 1/sqrt(D)) */
            mlp_double_real t1 = 0.0;
            for (int64_t l = 0; l < 8; l++) {
                t1 += d_W1_2[(i * 784 + i_) * 8 + l];
            }
            d_W1[i * 784 + i_] += t1;
        }
        /* param b1[H] = 0 */
        mlp_double_real t2 = 0.0;
        for (int64_t l = 0; l < 8; l++) {
            t2 += d_b1_2[i * 8 + l];
        }
        d_b1[i] += t2;
    }
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 200; i_++) {
            /* param W2[K, H] ~ normal(0, 1/sqrt(H)) */
            mlp_double_real t3 = 0.0;
            for (int64_t l = 0; l < 8; l++) {
                t3 += d_W2_2[(i * 200 + i_) * 8 + l];
            }
            d_W2[i * 200 + i_] += t3;
        }
        /* param b2[K] = 0 */
        mlp_double_real t4 = 0.0;
        for (int64_t l = 0; l < 8; l++) {
            t4 += d_b2_2[i * 8 + l];
        }
        d_b2[i] += t4;
    }
    /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) + lambda/2 * (sum(W1^2) + sum(W */
    loss[0] += cells[0] / (mlp_double_real)N;
    if (first == 0 && (0 < last || N == 0)) {
        loss[0] += lambda / 2.0 * (cells[1] + cells[2]);
    }
}

int mlp_double_grad_range(const mlp_double_dims *dims, const mlp_double_real *theta, const mlp_double_data *data, mlp_double_real *loss, mlp_double_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = mlp_double_ready(dims, theta, data, work);
    if (code != MLP_DOUBLE_OK) return code;
    if (first_row > last_row || last_row > dims->N) return MLP_DOUBLE_EDIM;
    unsigned char *const bytes = work;
    mlp_double_grad_part1((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row, data->lambda,
        theta + MLP_DOUBLE_W1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims), grad + MLP_DOUBLE_W1_OFFSET(dims),
        grad + MLP_DOUBLE_W2_OFFSET(dims), (mlp_double_real *)(void *)(bytes + 64),
        (mlp_double_real *)(void *)(bytes + 704), (mlp_double_real *)(void *)(bytes + 128704),
        (mlp_double_real *)(void *)(bytes + 141504), (mlp_double_real *)(void *)bytes);
    mlp_double_grad_rows2((int64_t)first_row, (int64_t)last_row, data->X, data->label,
        theta + MLP_DOUBLE_W1_OFFSET(dims), theta + MLP_DOUBLE_b1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims),
        theta + MLP_DOUBLE_b2_OFFSET(dims), (mlp_double_real *)(void *)(bytes + 10578112),
        (mlp_double_real *)(void *)(bytes + 10578624), (mlp_double_real *)(void *)(bytes + 10578112),
        (mlp_double_real *)(void *)(bytes + 10783936), (mlp_double_real *)(void *)(bytes + 10783424),
        (mlp_double_real *)(void *)(bytes + 10790080), (mlp_double_real *)(void *)(bytes + 10681024),
        (mlp_double_real *)(void *)(bytes + 10578112), (mlp_double_real *)(void *)(bytes + 10176704),
        (mlp_double_real *)(void *)(bytes + 10783424), (mlp_double_real *)(void *)(bytes + 10578112),
        (mlp_double_real *)(void *)(bytes + 10578112), (mlp_double_real *)(void *)(bytes + 10789056),
        (mlp_double_real *)(void *)(bytes + 10783424), (mlp_double_real *)(void *)(bytes + 10578112),
        (mlp_double_real *)(void *)(bytes + 10789568), (mlp_double_real *)(void *)(bytes + 10578112),
        (mlp_double_real *)(void *)(bytes + 10578112), (mlp_double_real *)(void *)(bytes + 10789056),
        (mlp_double_real *)(void *)(bytes + 64), (mlp_double_real *)(void *)(bytes + 704),
        (mlp_double_real *)(void *)(bytes + 128704), (mlp_double_real *)(void *)(bytes + 141504),
        (mlp_double_real *)(void *)bytes);
    mlp_double_grad_rows3((int64_t)first_row, (int64_t)last_row, data->X, data->label,
        theta + MLP_DOUBLE_W1_OFFSET(dims), theta + MLP_DOUBLE_b1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims),
        theta + MLP_DOUBLE_b2_OFFSET(dims), (mlp_double_real *)(void *)(bytes + 10795200),
        (mlp_double_real *)(void *)(bytes + 10796800), grad + MLP_DOUBLE_W1_OFFSET(dims),
        grad + MLP_DOUBLE_b1_OFFSET(dims), grad + MLP_DOUBLE_W2_OFFSET(dims), grad + MLP_DOUBLE_b2_OFFSET(dims),
        (mlp_double_real *)(void *)(bytes + 10796928), (mlp_double_real *)(void *)bytes);
    mlp_double_grad_part4((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row, data->lambda, loss,
        grad + MLP_DOUBLE_W1_OFFSET(dims), grad + MLP_DOUBLE_b1_OFFSET(dims), grad + MLP_DOUBLE_W2_OFFSET(dims),
        grad + MLP_DOUBLE_b2_OFFSET(dims), (mlp_double_real *)(void *)(bytes + 64),
        (mlp_double_real *)(void *)(bytes + 704), (mlp_double_real *)(void *)(bytes + 128704),
        (mlp_double_real *)(void *)(bytes + 141504), (mlp_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? MLP_DOUBLE_OK : MLP_DOUBLE_ENONFINITE;
}

int mlp_double_grad(const mlp_double_dims *dims, const mlp_double_real *theta, const mlp_double_data *data, mlp_double_real *loss, mlp_double_real *grad, void *work)
{
    const int code = mlp_double_ready(dims, theta, data, work);
    if (code != MLP_DOUBLE_OK) return code;
    const size_t n = mlp_double_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return mlp_double_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static void mlp_double_logits_part1(int64_t N, const mlp_double_real *restrict X, const mlp_double_real *restrict W1,
        const mlp_double_real *restrict b1, const mlp_double_real *restrict W2, const mlp_double_real *restrict b2,
        mlp_double_real *restrict Z, mlp_double_real *restrict logits)
{
    for (int64_t n = 0; n < N; n++) {
        for (int64_t h = 0; h < 200; h++) {
            /* let    Z[n, h] = sigmoid(b1[h] + sum[d] W1[h, d] * X[n, d]) */
            mlp_double_real Z_sum = 0.0;
            for (int64_t d = 0; d < 784; d++) {
                Z_sum += W1[h * 784 + d] * X[n * 784 + d];
            }
            Z[h] = mlp_double_sigmoid(b1[h] + Z_sum);
        }
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b2[k] + sum[h] W2[k, h] * Z[n, h] */
            mlp_double_real logits_sum = 0.0;
            for (int64_t h = 0; h < 200; h++) {
                logits_sum += W2[k * 200 + h] * Z[h];
            }
            logits[n * 10 + k] = b2[k] + logits_sum;
        }
    }
}

int mlp_double_logits(const mlp_double_dims *dims, const mlp_double_real *theta, const mlp_double_data *data, mlp_double_real *out, void *work)
{
    const int code = mlp_double_ready(dims, theta, data, work);
    if (code != MLP_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    mlp_double_logits_part1((int64_t)dims->N, data->X, theta + MLP_DOUBLE_W1_OFFSET(dims),
        theta + MLP_DOUBLE_b1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims), theta + MLP_DOUBLE_b2_OFFSET(dims),
        (mlp_double_real *)(void *)(bytes + 0), out);
    return MLP_DOUBLE_OK;
}

static void mlp_double_error_part1(int64_t *restrict error_mean)
{
    /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
    error_mean[0] = 0;
}

static void mlp_double_error_rows2(int64_t N, const mlp_double_real *restrict X, const int32_t *restrict label,
        const mlp_double_real *restrict W1, const mlp_double_real *restrict b1, const mlp_double_real *restrict W2,
        const mlp_double_real *restrict b2, int64_t *restrict error_mean, mlp_double_real *Z_sum_4,
        mlp_double_real *restrict Z_4, mlp_double_real *logits_sum_4, mlp_double_real *restrict logits_4,
        mlp_double_real *restrict X_4, mlp_double_real *restrict arg_6, mlp_double_real *sigmoid_3)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        for (int64_t i = 0; i < 784; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  X[N, D] */
                X_4[i * 64 + r] = X[n * 784 + i];
            }
        }
        for (int64_t h = 0; h < 200; h++) {
            mlp_double_lanes1(Z_sum_4);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                mlp_double_lanes2(Z_sum_4, W1[h * 784 + d], X_4 + d * 64, W1[h * 784 + (d + 1)], X_4 + (d + 1) * 64, W1[h * 784 + (d + 2)], X_4 + (d + 2) * 64, W1[h * 784 + (d + 3)], X_4 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                mlp_double_lanes3(Z_sum_4, W1[h * 784 + d], X_4 + d * 64);
            }
            mlp_double_lanes4(arg_6, b1[h], Z_sum_4);
            mlp_double_vsigmoid(sigmoid_3, arg_6);
            mlp_double_lanes5(Z_4 + h * 64, sigmoid_3);
        }
        for (int64_t k = 0; k < 10; k++) {
            mlp_double_lanes1(logits_sum_4);
            int64_t h = 0;
            for (; h + 3 < 200; h += 4) {
                mlp_double_lanes2(logits_sum_4, W2[k * 200 + h], Z_4 + h * 64, W2[k * 200 + (h + 1)], Z_4 + (h + 1) * 64, W2[k * 200 + (h + 2)], Z_4 + (h + 2) * 64, W2[k * 200 + (h + 3)], Z_4 + (h + 3) * 64);
            }
            for (; h < 200; h++) {
                mlp_double_lanes3(logits_sum_4, W2[k * 200 + h], Z_4 + h * 64);
            }
            mlp_double_lanes4(logits_4 + k * 64, b2[k], logits_sum_4);
        }
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
            int64_t error_argmax_2 = (-1);
            mlp_double_real t2 = (-1.0 / 0.0);
            for (int64_t k = 0; k < 10; k++) {
                const mlp_double_real t3 = logits_4[k * 64 + r];
                if (error_argmax_2 < 0 || t3 > t2) {
                    t2 = t3;
                    error_argmax_2 = k;
                }
            }
            error_mean[0] += error_argmax_2 == (int64_t)label[n] ? 0 : 1;
        }
    }
}

static void mlp_double_error_rows3(int64_t N, const mlp_double_real *restrict X, const int32_t *restrict label,
        const mlp_double_real *restrict W1, const mlp_double_real *restrict b1, const mlp_double_real *restrict W2,
        const mlp_double_real *restrict b2, mlp_double_real *restrict Z, mlp_double_real *restrict logits,
        int64_t *restrict error_mean)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t h = 0; h < 200; h++) {
            /* let    Z[n, h] = sigmoid(b1[h] + sum[d] W1[h, d] * X[n, d]) */
            mlp_double_real Z_sum = 0.0;
            for (int64_t d = 0; d < 784; d++) {
                Z_sum += W1[h * 784 + d] * X[n * 784 + d];
            }
            Z[h] = mlp_double_sigmoid(b1[h] + Z_sum);
        }
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b2[k] + sum[h] W2[k, h] * Z[n, h] */
            mlp_double_real logits_sum = 0.0;
            for (int64_t h = 0; h < 200; h++) {
                logits_sum += W2[k * 200 + h] * Z[h];
            }
            logits[k] = b2[k] + logits_sum;
        }
        /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
        int64_t error_argmax = (-1);
        mlp_double_real t1 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const mlp_double_real t2 = logits[k];
            if (error_argmax < 0 || t2 > t1) {
                t1 = t2;
                error_argmax = k;
            }
        }
        error_mean[0] += error_argmax == (int64_t)label[n] ? 0 : 1;
    }
}

static void mlp_double_error_part4(int64_t N, int64_t *restrict error_mean, mlp_double_real *restrict error)
{
    /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
    error[0] = (mlp_double_real)error_mean[0] / (mlp_double_real)N;
}

int mlp_double_error(const mlp_double_dims *dims, const mlp_double_real *theta, const mlp_double_data *data, mlp_double_real *out, void *work)
{
    const int code = mlp_double_ready(dims, theta, data, work);
    if (code != MLP_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    mlp_double_error_part1((int64_t *)(void *)(bytes + 0));
    mlp_double_error_rows2((int64_t)dims->N, data->X, data->label, theta + MLP_DOUBLE_W1_OFFSET(dims),
        theta + MLP_DOUBLE_b1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims), theta + MLP_DOUBLE_b2_OFFSET(dims),
        (int64_t *)(void *)(bytes + 0), (mlp_double_real *)(void *)(bytes + 401472),
        (mlp_double_real *)(void *)(bytes + 401984), (mlp_double_real *)(void *)(bytes + 401472),
        (mlp_double_real *)(void *)(bytes + 504896), (mlp_double_real *)(void *)(bytes + 64),
        (mlp_double_real *)(void *)(bytes + 504384), (mlp_double_real *)(void *)(bytes + 401472));
    mlp_double_error_rows3((int64_t)dims->N, data->X, data->label, theta + MLP_DOUBLE_W1_OFFSET(dims),
        theta + MLP_DOUBLE_b1_OFFSET(dims), theta + MLP_DOUBLE_W2_OFFSET(dims), theta + MLP_DOUBLE_b2_OFFSET(dims),
        (mlp_double_real *)(void *)(bytes + 510016), (mlp_double_real *)(void *)(bytes + 511616),
        (int64_t *)(void *)(bytes + 0));
    mlp_double_error_part4((int64_t)dims->N, (int64_t *)(void *)(bytes + 0), out);
    return MLP_DOUBLE_OK;
}

static int mlp_double_shape(const void *any, int array, size_t *shape)
{
    const mlp_double_dims *const dims = any;
    if (!dims) return MLP_DOUBLE_EDIM;
    const int64_t N = mlp_double_dim(dims->N);
    int64_t count;
    switch (array) {
    case 0: /* W1 */
        shape[0] = 200;
        shape[1] = 784;
        break;
    case 1: /* b1 */
        shape[0] = 200;
        break;
    case 2: /* W2 */
        shape[0] = 10;
        shape[1] = 200;
        break;
    case 3: /* b2 */
        shape[0] = 10;
        break;
    case 5: /* X */
        count = N;
        if (count < 0) return MLP_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 784;
        break;
    case 6: /* label */
        count = N;
        if (count < 0) return MLP_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 7: /* logits */
        count = N;
        if (count < 0) return MLP_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 10;
        break;
    default: break;
    }
    return MLP_DOUBLE_OK;
}

static void mlp_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    switch (array) {
    case 6: /* label */
        *lo = (long)0;
        *hi = (long)10;
        break;
    default: break;
    }
}

static int mlp_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return mlp_double_loss(dims, theta, data, loss, work);
}

static int mlp_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return mlp_double_grad(dims, theta, data, loss, grad, work);
}

static int mlp_double_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return mlp_double_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static int mlp_double_any_logits(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return mlp_double_logits(dims, theta, data, out, work);
}

static int mlp_double_any_error(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return mlp_double_error(dims, theta, data, out, work);
}

static size_t mlp_double_any_nparam(const void *dims) { return mlp_double_nparam(dims); }

static size_t mlp_double_any_work_bytes(const void *dims) { return mlp_double_work_bytes(dims); }

static int mlp_double_any_init(const void *dims, uint64_t seed, void *theta) { return mlp_double_init(dims, seed, theta); }

static int mlp_double_any_check(const void *dims, const void *data, int *which) { return mlp_double_test(dims, data, which); }

static const char *const mlp_double_dim_names[] = {"N"};

static const int mlp_double_axis0[] = {-1, -1};
static const int mlp_double_axis1[] = {-1};
static const int mlp_double_axis2[] = {-1, -1};
static const int mlp_double_axis3[] = {-1};
static const int mlp_double_axis5[] = {0, -1};
static const int mlp_double_axis6[] = {0};
static const int mlp_double_axis7[] = {0, -1};
static const adc_array mlp_double_arrays[] = {
    {"W1", ADC_PARAM, ADC_REAL, 0, 0, 2, mlp_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"b1", ADC_PARAM, ADC_REAL, 0, 0, 1, mlp_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"W2", ADC_PARAM, ADC_REAL, 0, 0, 2, mlp_double_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"b2", ADC_PARAM, ADC_REAL, 0, 0, 1, mlp_double_axis3, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"lambda", ADC_HYPER, ADC_REAL, 0, 0, 0, 0, -1, offsetof(mlp_double_data, lambda), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"X", ADC_DATA, ADC_REAL, 0, 0, 2, mlp_double_axis5, -1, offsetof(mlp_double_data, X), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"label", ADC_DATA, ADC_INT32, 0, 1, 1, mlp_double_axis6, -1, offsetof(mlp_double_data, label), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"logits", ADC_OUTPUT, ADC_REAL, 0, 0, 2, mlp_double_axis7, -1, 0, 0.0, 0.0, 0.0, mlp_double_any_logits, 0, 0, 0},
    {"error", ADC_METRIC, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, mlp_double_any_error, 0, 0, 0},
};

const adc_model mlp_double = {
    ADC_MODEL, 8, "mlp",
    1, mlp_double_dim_names, 0,
    9, mlp_double_arrays, sizeof(mlp_double_data),
    7, mlp_double_check_text,
    mlp_double_shape, mlp_double_range, mlp_double_any_nparam, mlp_double_any_nparam, mlp_double_any_work_bytes,
    mlp_double_any_init, mlp_double_any_check,
    mlp_double_any_loss, mlp_double_any_grad, mlp_double_any_grad_range,
    mlp_double_strerror,
    0, 0,
};
