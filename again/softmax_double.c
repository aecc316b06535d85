/* The functions of softmax_double; its header says what they take and need. */
#include "softmax_double.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t softmax_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t softmax_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : softmax_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t softmax_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : softmax_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t softmax_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define SOFTMAX_DOUBLE_LANES 64
#ifdef __GNUC__
#define SOFTMAX_DOUBLE_STAGE __attribute__((noinline))
#define SOFTMAX_DOUBLE_INLINE __attribute__((always_inline)) inline
#else
#define SOFTMAX_DOUBLE_STAGE
#define SOFTMAX_DOUBLE_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define SOFTMAX_DOUBLE_MA(a, b, c) fma(a, b, c)
#else
#define SOFTMAX_DOUBLE_MA(a, b, c) ((a) * (b) + (c))
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
    softmax_double_real x;
    uint64_t u;
} softmax_double_bits;

/* x = k log(2) + r, the integer k in the low bits of what is returned; r to more digits is low + high, which has three bits less */
SOFTMAX_DOUBLE_INLINE static uint64_t softmax_double_vreduce(softmax_double_real x, softmax_double_real *r, softmax_double_real *high, softmax_double_real *low)
{
    softmax_double_bits b, c;
    softmax_double_real k, a;
    b.x = SOFTMAX_DOUBLE_MA(x, 1.4426950408889634, 6755399441055744.0);
    k = b.x - 6755399441055744.0;
    a = SOFTMAX_DOUBLE_MA(k, -0.693147180559663, x);
    c.x = SOFTMAX_DOUBLE_MA(k, -2.8235290563031577e-13, a);
    *r = c.x;
    c.u &= ~(uint64_t)7;
    *high = c.x;
    *low = SOFTMAX_DOUBLE_MA(k, -2.8235290563031577e-13, a - c.x);
    return b.u;
}

/* 2^(k + n) */
SOFTMAX_DOUBLE_INLINE static softmax_double_real softmax_double_vpower(uint64_t k, int n)
{
    softmax_double_bits b;
    b.u = (k + (uint64_t)(1023 + n)) << 52;
    return b.x;
}

/* (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2 */
SOFTMAX_DOUBLE_INLINE static softmax_double_real softmax_double_vtail(softmax_double_real r)
{
    softmax_double_real p = SOFTMAX_DOUBLE_MA(2.5086409507395577e-08, r, 2.762677697650855e-07);
    p = SOFTMAX_DOUBLE_MA(p, r, 2.7557321285517562e-06);
    p = SOFTMAX_DOUBLE_MA(p, r, 2.480150345489398e-05);
    p = SOFTMAX_DOUBLE_MA(p, r, 0.00019841269796652623);
    p = SOFTMAX_DOUBLE_MA(p, r, 0.0013888888933046024);
    p = SOFTMAX_DOUBLE_MA(p, r, 0.008333333333362366);
    p = SOFTMAX_DOUBLE_MA(p, r, 0.041666666666572295);
    p = SOFTMAX_DOUBLE_MA(p, r, 0.16666666666666619);
    p = SOFTMAX_DOUBLE_MA(p, r, 0.5000000000000006);
    return p;
}

/* k of x = 2^k m, m in [sqrt(1/2), sqrt(2)), with a constant added that makes it positive */
SOFTMAX_DOUBLE_INLINE static uint64_t softmax_double_vexponent(softmax_double_real x)
{
    softmax_double_bits b;
    b.x = x;
    return (b.u + 0x195f619980c433) >> 52;
}

/* k log(2) + log(1 + f) for such k and f = m - 1: log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 p(s^2)), s = f / (2 + f) */
SOFTMAX_DOUBLE_INLINE static softmax_double_real softmax_double_vlogsum(uint64_t k, softmax_double_real f)
{
    const softmax_double_real s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
    softmax_double_bits b;
    b.u = k | 0x4330000000000000;
    b.x -= 4503599627371520.0;
    softmax_double_real p = SOFTMAX_DOUBLE_MA(0.1479572673621133, z, 0.153140764996038);
    p = SOFTMAX_DOUBLE_MA(p, z, 0.18183563134745295);
    p = SOFTMAX_DOUBLE_MA(p, z, 0.22222198600526685);
    p = SOFTMAX_DOUBLE_MA(p, z, 0.28571428742061616);
    p = SOFTMAX_DOUBLE_MA(p, z, 0.3999999999941655);
    p = SOFTMAX_DOUBLE_MA(p, z, 0.6666666666666734);
    return SOFTMAX_DOUBLE_MA(b.x, 0.693147180559663, f - (h - SOFTMAX_DOUBLE_MA(s, SOFTMAX_DOUBLE_MA(p, z, h), b.x * 2.8235290563031577e-13)));
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_vexp(softmax_double_real *restrict y, const softmax_double_real *restrict x)
{
    volatile softmax_double_real most = 710.0;
    const softmax_double_real limit = most;
    int i;
    for (i = 0; i < SOFTMAX_DOUBLE_LANES; i++) {
        softmax_double_real v = x[i], r, high, low;
        uint64_t k, half;
        v = v > limit ? limit : v;
        v = v < -746.0 ? -746.0 : v;
        k = softmax_double_vreduce(v, &r, &high, &low) + 2 * 1023;
        half = k >> 1;
        v = 1.0 + SOFTMAX_DOUBLE_MA(r * r, softmax_double_vtail(r), r);
        y[i] = v * softmax_double_vpower(half, -1023) * softmax_double_vpower(k - half, -1023);
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_vlog(softmax_double_real *restrict y, const softmax_double_real *restrict x)
{
    uint64_t rare = 0;
    int i;
    for (i = 0; i < SOFTMAX_DOUBLE_LANES; i++) {
        const uint64_t k = softmax_double_vexponent(x[i]);
        softmax_double_bits b;
        b.x = x[i];
        rare |= (b.u - 0x10000000000000) | (0x7ff0000000000000 - 1 - b.u);
        b.u -= (k - 1024) << 52;
        y[i] = softmax_double_vlogsum(k, b.x - 1.0);
    }
    for (i = 0; rare >= 0x8000000000000000 && i < SOFTMAX_DOUBLE_LANES; i++) {
        volatile softmax_double_real v = x[i];
        if (!(v >= 2.2250738585072014e-308 && v <= 1.7976931348623157e308)) y[i] = log(v);
    }
}

#if defined __clang__
#pragma float_control(pop)
#elif defined __GNUC__
#pragma GCC pop_options
#endif

size_t softmax_double_work_bytes(const softmax_double_dims *dims)
{
    const int64_t N = softmax_double_dim(dims->N);
    size_t most = 0, bytes = 0;
    bytes = softmax_double_slot(bytes, softmax_double_count(N, 784), 8); /* X */
    bytes = softmax_double_slot(bytes, N, 8); /* label */
    bytes = softmax_double_slot(bytes, softmax_double_count(N, 10), 8); /* logits */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 408768;
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 916416;
    if (bytes > most) most = bytes;
    /* error */
    bytes = 407232;
    if (bytes > most) most = bytes;
    return most;
}

size_t softmax_double_nparam(const softmax_double_dims *dims)
{
    (void)dims;
    return 7850;
}

const char *softmax_double_strerror(int code)
{
    switch (code) {
    case SOFTMAX_DOUBLE_OK: return "no error";
    case SOFTMAX_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case SOFTMAX_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case SOFTMAX_DOUBLE_EWORK: return "no work memory was given";
    case SOFTMAX_DOUBLE_ENONFINITE: return "the loss is not finite";
    case SOFTMAX_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int softmax_double_init(const softmax_double_dims *dims, uint64_t seed, softmax_double_real *theta)
{
    if (!dims || softmax_double_work_bytes(dims) == SIZE_MAX) return SOFTMAX_DOUBLE_EDIM;
    (void)seed;
    if (!theta) return SOFTMAX_DOUBLE_EDATA;
    softmax_double_real *to;
    int64_t at;
    to = theta + SOFTMAX_DOUBLE_W_OFFSET(dims); /* W */
    at = 0;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 784; i_++) {
            to[at] = 0.0;
            at++;
        }
    }
    to = theta + SOFTMAX_DOUBLE_b_OFFSET(dims); /* b */
    at = 0;
    for (int64_t i = 0; i < 10; i++) {
        to[at] = 0.0;
        at++;
    }
    return SOFTMAX_DOUBLE_OK;
}

static const char *const softmax_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "lambda is NaN",
    "X is missing",
    "X holds a NaN",
    "label is missing",
    "label has an entry outside 0..10",
};

static int softmax_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int softmax_double_test(const softmax_double_dims *dims, const softmax_double_data *data, int *which)
{
    if (!dims || softmax_double_work_bytes(dims) == SIZE_MAX) return softmax_double_fail(which, 0, SOFTMAX_DOUBLE_EDIM);
    const int64_t N = (int64_t)dims->N;
    if (!data) return softmax_double_fail(which, 1, SOFTMAX_DOUBLE_EDATA);
    if (data->lambda != data->lambda) return softmax_double_fail(which, 2, SOFTMAX_DOUBLE_EDATA);
    if (!data->X && 784 * N > 0) return softmax_double_fail(which, 3, SOFTMAX_DOUBLE_EDATA);
    for (int64_t at = 0; at < 784 * N; at++)
        if (data->X[at] != data->X[at]) return softmax_double_fail(which, 4, SOFTMAX_DOUBLE_EDATA);
    if (!data->label && N > 0) return softmax_double_fail(which, 5, SOFTMAX_DOUBLE_EDATA);
    for (int64_t at = 0; at < N; at++)
        if (data->label[at] < 0 || data->label[at] >= 10) return softmax_double_fail(which, 6, SOFTMAX_DOUBLE_EDATA);
    return SOFTMAX_DOUBLE_OK;
}

int softmax_double_check(const softmax_double_dims *dims, const softmax_double_data *data)
{
    return softmax_double_test(dims, data, 0);
}

static int softmax_double_ready(const softmax_double_dims *dims, const softmax_double_real *theta, const softmax_double_data *data, const void *work)
{
    const size_t bytes = dims ? softmax_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return SOFTMAX_DOUBLE_EDIM;
    if (!theta) return SOFTMAX_DOUBLE_EDATA;
    if (!data) return SOFTMAX_DOUBLE_EDATA;
    return bytes > 0 && !work ? SOFTMAX_DOUBLE_EWORK : SOFTMAX_DOUBLE_OK;
}

static void softmax_double_loss_part1(const softmax_double_real *restrict W, softmax_double_real *restrict cells)
{
    /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
    cells[0] = 0.0;
    softmax_double_real t1 = 0.0;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 784; j++) {
            const softmax_double_real t2 = W[i * 784 + j];
            t1 += t2 * t2;
        }
    }
    cells[1] = t1;
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes1(softmax_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0;
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes2(softmax_double_real *restrict u0, softmax_double_real s0, const softmax_double_real *restrict x0, softmax_double_real s1, const softmax_double_real *restrict x1, softmax_double_real s2, const softmax_double_real *restrict x2, softmax_double_real s3, const softmax_double_real *restrict x3)
{
    for (int r = 0; r < 64; r++) {
        const softmax_double_real t1 = u0[r] + s0 * x0[r];
        const softmax_double_real t2 = t1 + s1 * x1[r];
        const softmax_double_real t3 = t2 + s2 * x2[r];
        const softmax_double_real t4 = t3 + s3 * x3[r];
        u0[r] = t4;
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes3(softmax_double_real *restrict u0, softmax_double_real s0, const softmax_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += s0 * x0[r];
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes4(softmax_double_real *restrict u0, softmax_double_real s0, const softmax_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = s0 + x0[r];
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes5(softmax_double_real *restrict u0, softmax_double_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = (-1.0 / 0.0);
        u1[r] = 0.0;
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes6(softmax_double_real *restrict u0, const softmax_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const softmax_double_real t1 = x0[r];
        const softmax_double_real t2 = u0[r];
        const softmax_double_real t3 = t1 > t2 ? t1 : t2;
        u0[r] = t3;
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes7(softmax_double_real *restrict u0, const softmax_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const softmax_double_real t1 = x0[r];
        u0[r] = (((-1.0 / 0.0) < x0[r]) & (x0[r] < (1.0 / 0.0))) ? t1 : 0.0;
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes8(softmax_double_real *restrict u0, const softmax_double_real *restrict x0, const softmax_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] - x1[r];
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes9(softmax_double_real *restrict u0, const softmax_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r];
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes10(softmax_double_real *restrict u0, const softmax_double_real *restrict x0, const softmax_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] + x1[r];
    }
}

static void softmax_double_loss_rows2(int64_t N, const softmax_double_real *restrict X,
        const int32_t *restrict label, const softmax_double_real *restrict W, const softmax_double_real *restrict b,
        softmax_double_real *logits_sum_2, softmax_double_real *restrict logits_2,
        softmax_double_real *log_loss_sum_2, softmax_double_real *restrict X_2, softmax_double_real *most_,
        softmax_double_real *restrict base, softmax_double_real *total, softmax_double_real *arg,
        softmax_double_real *restrict exp_, softmax_double_real *log_, softmax_double_real *restrict cells)
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
        for (int64_t k = 0; k < 10; k++) {
            softmax_double_lanes1(logits_sum_2);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                softmax_double_lanes2(logits_sum_2, W[k * 784 + d], X_2 + d * 64, W[k * 784 + (d + 1)], X_2 + (d + 1) * 64, W[k * 784 + (d + 2)], X_2 + (d + 2) * 64, W[k * 784 + (d + 3)], X_2 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                softmax_double_lanes3(logits_sum_2, W[k * 784 + d], X_2 + d * 64);
            }
            softmax_double_lanes4(logits_2 + k * 64, b[k], logits_sum_2);
        }
        softmax_double_lanes5(most_, total);
        for (int64_t k = 0; k < 10; k++) {
            softmax_double_lanes6(most_, logits_2 + k * 64);
        }
        softmax_double_lanes7(base, most_);
        for (int64_t k = 0; k < 10; k++) {
            softmax_double_lanes8(arg, logits_2 + k * 64, base);
            softmax_double_vexp(exp_, arg);
            softmax_double_lanes9(total, exp_);
        }
        softmax_double_vlog(log_, total);
        softmax_double_lanes10(log_loss_sum_2, base, log_);
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
            cells[0] += log_loss_sum_2[r] - logits_2[(int64_t)label[n] * 64 + r];
        }
    }
}

static void softmax_double_loss_rows3(int64_t N, const softmax_double_real *restrict X,
        const int32_t *restrict label, const softmax_double_real *restrict W, const softmax_double_real *restrict b,
        softmax_double_real *restrict logits, softmax_double_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            softmax_double_real logits_sum = 0.0;
            for (int64_t d = 0; d < 784; d++) {
                logits_sum += W[k * 784 + d] * X[n * 784 + d];
            }
            logits[k] = b[k] + logits_sum;
        }
        /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
        softmax_double_real t1 = 0.0;
        softmax_double_real t2 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const softmax_double_real t3 = logits[k];
            if (t3 > t2) {
                t1 = t1 * exp(t2 - t3) + 1.0;
                t2 = t3;
            } else if (!(t3 == (-1.0 / 0.0))) {
                t1 += exp(t3 - t2);
            }
        }
        const softmax_double_real log_loss_sum = t2 + log(t1);
        cells[0] += log_loss_sum - logits[(int64_t)label[n]];
    }
}

static void softmax_double_loss_part4(int64_t N, softmax_double_real lambda, softmax_double_real *restrict loss,
        softmax_double_real *restrict cells)
{
    /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
    loss[0] = cells[0] / (softmax_double_real)N + lambda / 2.0 * cells[1];
}

int softmax_double_loss(const softmax_double_dims *dims, const softmax_double_real *theta, const softmax_double_data *data, softmax_double_real *loss, void *work)
{
    const int code = softmax_double_ready(dims, theta, data, work);
    if (code != SOFTMAX_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    softmax_double_loss_part1(theta + SOFTMAX_DOUBLE_W_OFFSET(dims), (softmax_double_real *)(void *)bytes);
    softmax_double_loss_rows2((int64_t)dims->N, data->X, data->label, theta + SOFTMAX_DOUBLE_W_OFFSET(dims),
        theta + SOFTMAX_DOUBLE_b_OFFSET(dims), (softmax_double_real *)(void *)(bytes + 401472),
        (softmax_double_real *)(void *)(bytes + 401984), (softmax_double_real *)(void *)(bytes + 407104),
        (softmax_double_real *)(void *)(bytes + 64), (softmax_double_real *)(void *)(bytes + 401472),
        (softmax_double_real *)(void *)(bytes + 407616), (softmax_double_real *)(void *)(bytes + 407104),
        (softmax_double_real *)(void *)(bytes + 401472), (softmax_double_real *)(void *)(bytes + 408128),
        (softmax_double_real *)(void *)(bytes + 401472), (softmax_double_real *)(void *)bytes);
    softmax_double_loss_rows3((int64_t)dims->N, data->X, data->label, theta + SOFTMAX_DOUBLE_W_OFFSET(dims),
        theta + SOFTMAX_DOUBLE_b_OFFSET(dims), (softmax_double_real *)(void *)(bytes + 408640),
        (softmax_double_real *)(void *)bytes);
    softmax_double_loss_part4((int64_t)dims->N, data->lambda, loss, (softmax_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? SOFTMAX_DOUBLE_OK : SOFTMAX_DOUBLE_ENONFINITE;
}

static void softmax_double_grad_part1(int64_t N, int64_t first, int64_t last, softmax_double_real lambda,
        const softmax_double_real *restrict W, softmax_double_real *restrict d_W,
        softmax_double_real *restrict d_b_2, softmax_double_real *restrict d_W_2,
        softmax_double_real *restrict cells)
{
    /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
    cells[0] = 0.0;
    softmax_double_real t1 = 0.0;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 784; j++) {
            const softmax_double_real t2 = W[i * 784 + j];
            t1 += t2 * t2;
        }
    }
    cells[1] = t1;
    const softmax_double_real d_loss_sum_2 = lambda / 2.0;
    cells[2] = 1.0 / (softmax_double_real)N;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 784; j++) {
            if (first == 0 && (0 < last || N == 0)) {
                d_W[i * 784 + j] += d_loss_sum_2 * (2.0 * W[i * 784 + j]);
            }
            for (int64_t i_ = 0; i_ < 8; i_++) {
                /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
                d_W_2[(i * 784 + j) * 8 + i_] = 0.0;
            }
        }
        for (int64_t i_ = 0; i_ < 8; i_++) {
            d_b_2[i * 8 + i_] = 0.0;
        }
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes11(softmax_double_real *restrict u0, const softmax_double_real *restrict x0, softmax_double_real s0, const softmax_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        const softmax_double_real t1 = s0 * x1[r];
        u0[r] = ((-1.0 / 0.0) < x0[r]) ? t1 : 0.0;
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes12(softmax_double_real *restrict u0, const softmax_double_real *restrict x0)
{
    for (int l = 0; l < 8; l++) {
        softmax_double_real t1 = u0[l];
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

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes13(softmax_double_real *restrict u0, const softmax_double_real *restrict x0, const softmax_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        softmax_double_real t1_ = u0[l];
        const softmax_double_real t2 = x0[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const softmax_double_real t3 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const softmax_double_real t4 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const softmax_double_real t5 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const softmax_double_real t6 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const softmax_double_real t7 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const softmax_double_real t8 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const softmax_double_real t9 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes14(softmax_double_real *restrict u0, const softmax_double_real *restrict x0, const softmax_double_real *restrict x1, softmax_double_real *restrict u1, const softmax_double_real *restrict x2, softmax_double_real *restrict u2, const softmax_double_real *restrict x3, softmax_double_real *restrict u3, const softmax_double_real *restrict x4)
{
    for (int l = 0; l < 8; l++) {
        softmax_double_real t1 = u0[l];
        softmax_double_real t2 = u1[l];
        softmax_double_real t3 = u2[l];
        softmax_double_real t4 = u3[l];
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

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes15(softmax_double_real *restrict u0, const softmax_double_real *restrict x0, const softmax_double_real *restrict x1, softmax_double_real *restrict u1, const softmax_double_real *restrict x2, softmax_double_real *restrict u2, const softmax_double_real *restrict x3, softmax_double_real *restrict u3, const softmax_double_real *restrict x4, const softmax_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        softmax_double_real t1_ = u0[l];
        softmax_double_real t2_ = u1[l];
        softmax_double_real t3_ = u2[l];
        softmax_double_real t4_ = u3[l];
        const softmax_double_real t5 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t5 : 0;
        const softmax_double_real t6 = x0[l] * x2[l];
        t2_ += mask[l] > 0 ? t6 : 0;
        const softmax_double_real t7 = x0[l] * x3[l];
        t3_ += mask[l] > 0 ? t7 : 0;
        const softmax_double_real t8 = x0[l] * x4[l];
        t4_ += mask[l] > 0 ? t8 : 0;
        const softmax_double_real t9 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t9 : 0;
        const softmax_double_real t10 = x0[l + 8] * x2[l + 8];
        t2_ += mask[l + 8] > 0 ? t10 : 0;
        const softmax_double_real t11 = x0[l + 8] * x3[l + 8];
        t3_ += mask[l + 8] > 0 ? t11 : 0;
        const softmax_double_real t12 = x0[l + 8] * x4[l + 8];
        t4_ += mask[l + 8] > 0 ? t12 : 0;
        const softmax_double_real t13 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t13 : 0;
        const softmax_double_real t14 = x0[l + 16] * x2[l + 16];
        t2_ += mask[l + 16] > 0 ? t14 : 0;
        const softmax_double_real t15 = x0[l + 16] * x3[l + 16];
        t3_ += mask[l + 16] > 0 ? t15 : 0;
        const softmax_double_real t16 = x0[l + 16] * x4[l + 16];
        t4_ += mask[l + 16] > 0 ? t16 : 0;
        const softmax_double_real t17 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t17 : 0;
        const softmax_double_real t18 = x0[l + 24] * x2[l + 24];
        t2_ += mask[l + 24] > 0 ? t18 : 0;
        const softmax_double_real t19 = x0[l + 24] * x3[l + 24];
        t3_ += mask[l + 24] > 0 ? t19 : 0;
        const softmax_double_real t20 = x0[l + 24] * x4[l + 24];
        t4_ += mask[l + 24] > 0 ? t20 : 0;
        const softmax_double_real t21 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t21 : 0;
        const softmax_double_real t22 = x0[l + 32] * x2[l + 32];
        t2_ += mask[l + 32] > 0 ? t22 : 0;
        const softmax_double_real t23 = x0[l + 32] * x3[l + 32];
        t3_ += mask[l + 32] > 0 ? t23 : 0;
        const softmax_double_real t24 = x0[l + 32] * x4[l + 32];
        t4_ += mask[l + 32] > 0 ? t24 : 0;
        const softmax_double_real t25 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t25 : 0;
        const softmax_double_real t26 = x0[l + 40] * x2[l + 40];
        t2_ += mask[l + 40] > 0 ? t26 : 0;
        const softmax_double_real t27 = x0[l + 40] * x3[l + 40];
        t3_ += mask[l + 40] > 0 ? t27 : 0;
        const softmax_double_real t28 = x0[l + 40] * x4[l + 40];
        t4_ += mask[l + 40] > 0 ? t28 : 0;
        const softmax_double_real t29 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t29 : 0;
        const softmax_double_real t30 = x0[l + 48] * x2[l + 48];
        t2_ += mask[l + 48] > 0 ? t30 : 0;
        const softmax_double_real t31 = x0[l + 48] * x3[l + 48];
        t3_ += mask[l + 48] > 0 ? t31 : 0;
        const softmax_double_real t32 = x0[l + 48] * x4[l + 48];
        t4_ += mask[l + 48] > 0 ? t32 : 0;
        const softmax_double_real t33 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t33 : 0;
        const softmax_double_real t34 = x0[l + 56] * x2[l + 56];
        t2_ += mask[l + 56] > 0 ? t34 : 0;
        const softmax_double_real t35 = x0[l + 56] * x3[l + 56];
        t3_ += mask[l + 56] > 0 ? t35 : 0;
        const softmax_double_real t36 = x0[l + 56] * x4[l + 56];
        t4_ += mask[l + 56] > 0 ? t36 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
        u2[l] = t3_;
        u3[l] = t4_;
    }
}

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes16(softmax_double_real *restrict u0, const softmax_double_real *restrict x0, const softmax_double_real *restrict x1)
{
    for (int l = 0; l < 8; l++) {
        softmax_double_real t1 = u0[l];
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

SOFTMAX_DOUBLE_STAGE static void softmax_double_lanes17(softmax_double_real *restrict u0, const softmax_double_real *restrict x0, const softmax_double_real *restrict x1, const softmax_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        softmax_double_real t1_ = u0[l];
        const softmax_double_real t2 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const softmax_double_real t3 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const softmax_double_real t4 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const softmax_double_real t5 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const softmax_double_real t6 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const softmax_double_real t7 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const softmax_double_real t8 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const softmax_double_real t9 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void softmax_double_grad_rows2(int64_t first, int64_t last, const softmax_double_real *restrict X,
        const int32_t *restrict label, const softmax_double_real *restrict W, const softmax_double_real *restrict b,
        softmax_double_real *logits_sum_3, softmax_double_real *restrict logits_3,
        softmax_double_real *log_loss_sum_3, softmax_double_real *restrict d_logits_2,
        softmax_double_real *restrict X_3, softmax_double_real *most_2, softmax_double_real *base_2,
        softmax_double_real *total_2, softmax_double_real *arg_2, softmax_double_real *restrict exp_2,
        softmax_double_real *log_2, softmax_double_real *arg_3, softmax_double_real *exp_3,
        softmax_double_real *restrict d_b_2, softmax_double_real *restrict d_W_2,
        softmax_double_real *restrict cells)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        softmax_double_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 784; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  X[N, D] */
                X_3[i * 64 + r] = X[n * 784 + i];
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            softmax_double_lanes1(logits_sum_3);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                softmax_double_lanes2(logits_sum_3, W[k * 784 + d], X_3 + d * 64, W[k * 784 + (d + 1)], X_3 + (d + 1) * 64, W[k * 784 + (d + 2)], X_3 + (d + 2) * 64, W[k * 784 + (d + 3)], X_3 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                softmax_double_lanes3(logits_sum_3, W[k * 784 + d], X_3 + d * 64);
            }
            softmax_double_lanes4(logits_3 + k * 64, b[k], logits_sum_3);
        }
        softmax_double_lanes5(most_2, total_2);
        for (int64_t k = 0; k < 10; k++) {
            softmax_double_lanes6(most_2, logits_3 + k * 64);
        }
        softmax_double_lanes7(base_2, most_2);
        for (int64_t k = 0; k < 10; k++) {
            softmax_double_lanes8(arg_2, logits_3 + k * 64, base_2);
            softmax_double_vexp(exp_2, arg_2);
            softmax_double_lanes9(total_2, exp_2);
        }
        softmax_double_vlog(log_2, total_2);
        softmax_double_lanes10(log_loss_sum_3, base_2, log_2);
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
            cells[0] += log_loss_sum_3[r] - logits_3[(int64_t)label[n] * 64 + r];
        }
        for (int64_t k = 0; k < 10; k++) {
            softmax_double_lanes8(arg_3, logits_3 + k * 64, log_loss_sum_3);
            softmax_double_vexp(exp_3, arg_3);
            softmax_double_lanes11(d_logits_2 + k * 64, log_loss_sum_3, cells[2], exp_3);
        }
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            d_logits_2[(int64_t)label[n] * 64 + r] += -cells[2];
        }
        for (int64_t k = 0; k < 10; k++) {
            if (rows == 64)
                softmax_double_lanes12(d_b_2 + k * 8, d_logits_2 + k * 64);
            else
                softmax_double_lanes13(d_b_2 + k * 8, d_logits_2 + k * 64, mask);
            int64_t d_ = 0;
            for (; d_ + 3 < 784; d_ += 4) {
                if (rows == 64)
                    softmax_double_lanes14(d_W_2 + (k * 784 + d_) * 8, d_logits_2 + k * 64, X_3 + d_ * 64, d_W_2 + (k * 784 + (d_ + 1)) * 8, X_3 + (d_ + 1) * 64, d_W_2 + (k * 784 + (d_ + 2)) * 8, X_3 + (d_ + 2) * 64, d_W_2 + (k * 784 + (d_ + 3)) * 8, X_3 + (d_ + 3) * 64);
                else
                    softmax_double_lanes15(d_W_2 + (k * 784 + d_) * 8, d_logits_2 + k * 64, X_3 + d_ * 64, d_W_2 + (k * 784 + (d_ + 1)) * 8, X_3 + (d_ + 1) * 64, d_W_2 + (k * 784 + (d_ + 2)) * 8, X_3 + (d_ + 2) * 64, d_W_2 + (k * 784 + (d_ + 3)) * 8, X_3 + (d_ + 3) * 64, mask);
            }
            for (; d_ < 784; d_++) {
                if (rows == 64)
                    softmax_double_lanes16(d_W_2 + (k * 784 + d_) * 8, d_logits_2 + k * 64, X_3 + d_ * 64);
                else
                    softmax_double_lanes17(d_W_2 + (k * 784 + d_) * 8, d_logits_2 + k * 64, X_3 + d_ * 64, mask);
            }
        }
    }
}

static void softmax_double_grad_rows3(int64_t first, int64_t last, const softmax_double_real *restrict X,
        const int32_t *restrict label, const softmax_double_real *restrict W, const softmax_double_real *restrict b,
        softmax_double_real *restrict logits, softmax_double_real *restrict d_W, softmax_double_real *restrict d_b,
        softmax_double_real *restrict d_logits, softmax_double_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 52) / 64); n < last; n++) {
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            softmax_double_real logits_sum = 0.0;
            for (int64_t d = 0; d < 784; d++) {
                logits_sum += W[k * 784 + d] * X[n * 784 + d];
            }
            logits[k] = b[k] + logits_sum;
        }
        /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
        softmax_double_real t1 = 0.0;
        softmax_double_real t2 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const softmax_double_real t3 = logits[k];
            if (t3 > t2) {
                t1 = t1 * exp(t2 - t3) + 1.0;
                t2 = t3;
            } else if (!(t3 == (-1.0 / 0.0))) {
                t1 += exp(t3 - t2);
            }
        }
        const softmax_double_real log_loss_sum = t2 + log(t1);
        const int64_t t4 = (int64_t)label[n];
        cells[0] += log_loss_sum - logits[t4];
        for (int64_t k = 0; k < 10; k++) {
            d_logits[k] = (-1.0 / 0.0) < log_loss_sum ? cells[2] * exp(logits[k] - log_loss_sum) : 0.0;
        }
        d_logits[t4] += -cells[2];
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            d_b[k] += d_logits[k];
            for (int64_t d = 0; d < 784; d++) {
                d_W[k * 784 + d] += d_logits[k] * X[n * 784 + d];
            }
        }
    }
}

static void softmax_double_grad_part4(int64_t N, int64_t first, int64_t last, softmax_double_real lambda,
        softmax_double_real *restrict loss, softmax_double_real *restrict d_W, softmax_double_real *restrict d_b,
        softmax_double_real *restrict d_b_2, softmax_double_real *restrict d_W_2,
        softmax_double_real *restrict cells)
{
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 784; i_++) {
            /* param W[K, D] = 0 */
            softmax_double_real t1 = 0.0;
            for (int64_t l = 0; l < 8; l++) {
                t1 += d_W_2[(i * 784 + i_) * 8 + l];
            }
            d_W[i * 784 + i_] += t1;
        }
        /* param b[K] = 0 */
        softmax_double_real t2 = 0.0;
        for (int64_t l = 0; l < 8; l++) {
            t2 += d_b_2[i * 8 + l];
        }
        d_b[i] += t2;
    }
    /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
    loss[0] += cells[0] / (softmax_double_real)N;
    if (first == 0 && (0 < last || N == 0)) {
        loss[0] += lambda / 2.0 * cells[1];
    }
}

int softmax_double_grad_range(const softmax_double_dims *dims, const softmax_double_real *theta, const softmax_double_data *data, softmax_double_real *loss, softmax_double_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = softmax_double_ready(dims, theta, data, work);
    if (code != SOFTMAX_DOUBLE_OK) return code;
    if (first_row > last_row || last_row > dims->N) return SOFTMAX_DOUBLE_EDIM;
    unsigned char *const bytes = work;
    softmax_double_grad_part1((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row, data->lambda,
        theta + SOFTMAX_DOUBLE_W_OFFSET(dims), grad + SOFTMAX_DOUBLE_W_OFFSET(dims),
        (softmax_double_real *)(void *)(bytes + 64), (softmax_double_real *)(void *)(bytes + 704),
        (softmax_double_real *)(void *)bytes);
    softmax_double_grad_rows2((int64_t)first_row, (int64_t)last_row, data->X, data->label,
        theta + SOFTMAX_DOUBLE_W_OFFSET(dims), theta + SOFTMAX_DOUBLE_b_OFFSET(dims),
        (softmax_double_real *)(void *)(bytes + 903872), (softmax_double_real *)(void *)(bytes + 904384),
        (softmax_double_real *)(void *)(bytes + 909504), (softmax_double_real *)(void *)(bytes + 911040),
        (softmax_double_real *)(void *)(bytes + 502464), (softmax_double_real *)(void *)(bytes + 903872),
        (softmax_double_real *)(void *)(bytes + 910016), (softmax_double_real *)(void *)(bytes + 909504),
        (softmax_double_real *)(void *)(bytes + 903872), (softmax_double_real *)(void *)(bytes + 910528),
        (softmax_double_real *)(void *)(bytes + 903872), (softmax_double_real *)(void *)(bytes + 903872),
        (softmax_double_real *)(void *)(bytes + 910016), (softmax_double_real *)(void *)(bytes + 64),
        (softmax_double_real *)(void *)(bytes + 704), (softmax_double_real *)(void *)bytes);
    softmax_double_grad_rows3((int64_t)first_row, (int64_t)last_row, data->X, data->label,
        theta + SOFTMAX_DOUBLE_W_OFFSET(dims), theta + SOFTMAX_DOUBLE_b_OFFSET(dims),
        (softmax_double_real *)(void *)(bytes + 916160), grad + SOFTMAX_DOUBLE_W_OFFSET(dims),
        grad + SOFTMAX_DOUBLE_b_OFFSET(dims), (softmax_double_real *)(void *)(bytes + 916288),
        (softmax_double_real *)(void *)bytes);
    softmax_double_grad_part4((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row, data->lambda, loss,
        grad + SOFTMAX_DOUBLE_W_OFFSET(dims), grad + SOFTMAX_DOUBLE_b_OFFSET(dims),
        (softmax_double_real *)(void *)(bytes + 64), (softmax_double_real *)(void *)(bytes + 704),
        (softmax_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? SOFTMAX_DOUBLE_OK : SOFTMAX_DOUBLE_ENONFINITE;
}

int softmax_double_grad(const softmax_double_dims *dims, const softmax_double_real *theta, const softmax_double_data *data, softmax_double_real *loss, softmax_double_real *grad, void *work)
{
    const int code = softmax_double_ready(dims, theta, data, work);
    if (code != SOFTMAX_DOUBLE_OK) return code;
    const size_t n = softmax_double_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return softmax_double_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static void softmax_double_logits_part1(int64_t N, const softmax_double_real *restrict X,
        const softmax_double_real *restrict W, const softmax_double_real *restrict b,
        softmax_double_real *restrict logits)
{
    for (int64_t n = 0; n < N; n++) {
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            softmax_double_real logits_sum = 0.0;
            for (int64_t d = 0; d < 784; d++) {
                logits_sum += W[k * 784 + d] * X[n * 784 + d];
            }
            logits[n * 10 + k] = b[k] + logits_sum;
        }
    }
}

int softmax_double_logits(const softmax_double_dims *dims, const softmax_double_real *theta, const softmax_double_data *data, softmax_double_real *out, void *work)
{
    const int code = softmax_double_ready(dims, theta, data, work);
    if (code != SOFTMAX_DOUBLE_OK) return code;
    softmax_double_logits_part1((int64_t)dims->N, data->X, theta + SOFTMAX_DOUBLE_W_OFFSET(dims),
        theta + SOFTMAX_DOUBLE_b_OFFSET(dims), out);
    return SOFTMAX_DOUBLE_OK;
}

static void softmax_double_error_part1(int64_t *restrict error_mean)
{
    /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
    error_mean[0] = 0;
}

static void softmax_double_error_rows2(int64_t N, const softmax_double_real *restrict X,
        const int32_t *restrict label, const softmax_double_real *restrict W, const softmax_double_real *restrict b,
        int64_t *restrict error_mean, softmax_double_real *restrict logits_sum_4,
        softmax_double_real *restrict logits_4, softmax_double_real *restrict X_4)
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
        for (int64_t k = 0; k < 10; k++) {
            softmax_double_lanes1(logits_sum_4);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                softmax_double_lanes2(logits_sum_4, W[k * 784 + d], X_4 + d * 64, W[k * 784 + (d + 1)], X_4 + (d + 1) * 64, W[k * 784 + (d + 2)], X_4 + (d + 2) * 64, W[k * 784 + (d + 3)], X_4 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                softmax_double_lanes3(logits_sum_4, W[k * 784 + d], X_4 + d * 64);
            }
            softmax_double_lanes4(logits_4 + k * 64, b[k], logits_sum_4);
        }
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
            int64_t error_argmax_2 = (-1);
            softmax_double_real t2 = (-1.0 / 0.0);
            for (int64_t k = 0; k < 10; k++) {
                const softmax_double_real t3 = logits_4[k * 64 + r];
                if (error_argmax_2 < 0 || t3 > t2) {
                    t2 = t3;
                    error_argmax_2 = k;
                }
            }
            error_mean[0] += error_argmax_2 == (int64_t)label[n] ? 0 : 1;
        }
    }
}

static void softmax_double_error_rows3(int64_t N, const softmax_double_real *restrict X,
        const int32_t *restrict label, const softmax_double_real *restrict W, const softmax_double_real *restrict b,
        softmax_double_real *restrict logits, int64_t *restrict error_mean)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            softmax_double_real logits_sum = 0.0;
            for (int64_t d = 0; d < 784; d++) {
                logits_sum += W[k * 784 + d] * X[n * 784 + d];
            }
            logits[k] = b[k] + logits_sum;
        }
        /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
        int64_t error_argmax = (-1);
        softmax_double_real t1 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const softmax_double_real t2 = logits[k];
            if (error_argmax < 0 || t2 > t1) {
                t1 = t2;
                error_argmax = k;
            }
        }
        error_mean[0] += error_argmax == (int64_t)label[n] ? 0 : 1;
    }
}

static void softmax_double_error_part4(int64_t N, int64_t *restrict error_mean, softmax_double_real *restrict error)
{
    /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
    error[0] = (softmax_double_real)error_mean[0] / (softmax_double_real)N;
}

int softmax_double_error(const softmax_double_dims *dims, const softmax_double_real *theta, const softmax_double_data *data, softmax_double_real *out, void *work)
{
    const int code = softmax_double_ready(dims, theta, data, work);
    if (code != SOFTMAX_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    softmax_double_error_part1((int64_t *)(void *)(bytes + 0));
    softmax_double_error_rows2((int64_t)dims->N, data->X, data->label, theta + SOFTMAX_DOUBLE_W_OFFSET(dims),
        theta + SOFTMAX_DOUBLE_b_OFFSET(dims), (int64_t *)(void *)(bytes + 0),
        (softmax_double_real *)(void *)(bytes + 401472), (softmax_double_real *)(void *)(bytes + 401984),
        (softmax_double_real *)(void *)(bytes + 64));
    softmax_double_error_rows3((int64_t)dims->N, data->X, data->label, theta + SOFTMAX_DOUBLE_W_OFFSET(dims),
        theta + SOFTMAX_DOUBLE_b_OFFSET(dims), (softmax_double_real *)(void *)(bytes + 407104),
        (int64_t *)(void *)(bytes + 0));
    softmax_double_error_part4((int64_t)dims->N, (int64_t *)(void *)(bytes + 0), out);
    return SOFTMAX_DOUBLE_OK;
}

static int softmax_double_shape(const void *any, int array, size_t *shape)
{
    const softmax_double_dims *const dims = any;
    if (!dims) return SOFTMAX_DOUBLE_EDIM;
    const int64_t N = softmax_double_dim(dims->N);
    int64_t count;
    switch (array) {
    case 0: /* W */
        shape[0] = 10;
        shape[1] = 784;
        break;
    case 1: /* b */
        shape[0] = 10;
        break;
    case 3: /* X */
        count = N;
        if (count < 0) return SOFTMAX_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 784;
        break;
    case 4: /* label */
        count = N;
        if (count < 0) return SOFTMAX_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 5: /* logits */
        count = N;
        if (count < 0) return SOFTMAX_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 10;
        break;
    default: break;
    }
    return SOFTMAX_DOUBLE_OK;
}

static void softmax_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    switch (array) {
    case 4: /* label */
        *lo = (long)0;
        *hi = (long)10;
        break;
    default: break;
    }
}

static int softmax_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return softmax_double_loss(dims, theta, data, loss, work);
}

static int softmax_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return softmax_double_grad(dims, theta, data, loss, grad, work);
}

static int softmax_double_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return softmax_double_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static int softmax_double_any_logits(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return softmax_double_logits(dims, theta, data, out, work);
}

static int softmax_double_any_error(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return softmax_double_error(dims, theta, data, out, work);
}

static size_t softmax_double_any_nparam(const void *dims) { return softmax_double_nparam(dims); }

static size_t softmax_double_any_work_bytes(const void *dims) { return softmax_double_work_bytes(dims); }

static int softmax_double_any_init(const void *dims, uint64_t seed, void *theta) { return softmax_double_init(dims, seed, theta); }

static int softmax_double_any_check(const void *dims, const void *data, int *which) { return softmax_double_test(dims, data, which); }

static const char *const softmax_double_dim_names[] = {"N"};

static const int softmax_double_axis0[] = {-1, -1};
static const int softmax_double_axis1[] = {-1};
static const int softmax_double_axis3[] = {0, -1};
static const int softmax_double_axis4[] = {0};
static const int softmax_double_axis5[] = {0, -1};
static const adc_array softmax_double_arrays[] = {
    {"W", ADC_PARAM, ADC_REAL, 0, 0, 2, softmax_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"b", ADC_PARAM, ADC_REAL, 0, 0, 1, softmax_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"lambda", ADC_HYPER, ADC_REAL, 0, 0, 0, 0, -1, offsetof(softmax_double_data, lambda), 0.0, 0.0, 0.0001, 0, 0, 0, 0},
    {"X", ADC_DATA, ADC_REAL, 0, 0, 2, softmax_double_axis3, -1, offsetof(softmax_double_data, X), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"label", ADC_DATA, ADC_INT32, 0, 1, 1, softmax_double_axis4, -1, offsetof(softmax_double_data, label), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"logits", ADC_OUTPUT, ADC_REAL, 0, 0, 2, softmax_double_axis5, -1, 0, 0.0, 0.0, 0.0, softmax_double_any_logits, 0, 0, 0},
    {"error", ADC_METRIC, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, softmax_double_any_error, 0, 0, 0},
};

const adc_model softmax_double = {
    ADC_MODEL, 8, "softmax",
    1, softmax_double_dim_names, 0,
    7, softmax_double_arrays, sizeof(softmax_double_data),
    7, softmax_double_check_text,
    softmax_double_shape, softmax_double_range, softmax_double_any_nparam, softmax_double_any_nparam, softmax_double_any_work_bytes,
    softmax_double_any_init, softmax_double_any_check,
    softmax_double_any_loss, softmax_double_any_grad, softmax_double_any_grad_range,
    softmax_double_strerror,
    0, 0,
};
