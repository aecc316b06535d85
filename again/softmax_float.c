/* The functions of softmax_float; its header says what they take and need. */
#include "softmax_float.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t softmax_float_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t softmax_float_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : softmax_float_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t softmax_float_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : softmax_float_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t softmax_float_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define SOFTMAX_FLOAT_LANES 64
#ifdef __GNUC__
#define SOFTMAX_FLOAT_STAGE __attribute__((noinline))
#define SOFTMAX_FLOAT_INLINE __attribute__((always_inline)) inline
#else
#define SOFTMAX_FLOAT_STAGE
#define SOFTMAX_FLOAT_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define SOFTMAX_FLOAT_MA(a, b, c) fmaf(a, b, c)
#else
#define SOFTMAX_FLOAT_MA(a, b, c) ((a) * (b) + (c))
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
    softmax_float_real x;
    uint32_t u;
} softmax_float_bits;

/* x = k log(2) + r, the integer k in the low bits of what is returned; r to more digits is low + high, which has three bits less */
SOFTMAX_FLOAT_INLINE static uint32_t softmax_float_vreduce(softmax_float_real x, softmax_float_real *r, softmax_float_real *high, softmax_float_real *low)
{
    softmax_float_bits b, c;
    softmax_float_real k, a;
    b.x = SOFTMAX_FLOAT_MA(x, 1.4426950408889634f, 12582912.0f);
    k = b.x - 12582912.0f;
    a = SOFTMAX_FLOAT_MA(k, -0.693145751953125f, x);
    c.x = SOFTMAX_FLOAT_MA(k, -1.428606765330187e-06f, a);
    *r = c.x;
    c.u &= ~(uint32_t)7;
    *high = c.x;
    *low = SOFTMAX_FLOAT_MA(k, -1.428606765330187e-06f, a - c.x);
    return b.u;
}

/* 2^(k + n) */
SOFTMAX_FLOAT_INLINE static softmax_float_real softmax_float_vpower(uint32_t k, int n)
{
    softmax_float_bits b;
    b.u = (k + (uint32_t)(127 + n)) << 23;
    return b.x;
}

/* (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2 */
SOFTMAX_FLOAT_INLINE static softmax_float_real softmax_float_vtail(softmax_float_real r)
{
    softmax_float_real p = SOFTMAX_FLOAT_MA(0.0013841206f, r, 0.008367033f);
    p = SOFTMAX_FLOAT_MA(p, r, 0.041667737f);
    p = SOFTMAX_FLOAT_MA(p, r, 0.16666539f);
    p = SOFTMAX_FLOAT_MA(p, r, 0.49999997f);
    return p;
}

/* k of x = 2^k m, m in [sqrt(1/2), sqrt(2)), with a constant added that makes it positive */
SOFTMAX_FLOAT_INLINE static uint32_t softmax_float_vexponent(softmax_float_real x)
{
    softmax_float_bits b;
    b.x = x;
    return (b.u + 0xcafb0d) >> 23;
}

/* k log(2) + log(1 + f) for such k and f = m - 1: log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 p(s^2)), s = f / (2 + f) */
SOFTMAX_FLOAT_INLINE static softmax_float_real softmax_float_vlogsum(uint32_t k, softmax_float_real f)
{
    const softmax_float_real s = f / (2.0f + f), z = s * s, h = 0.5f * f * f;
    softmax_float_bits b;
    b.u = k | 0x4b000000;
    b.x -= 8388736.0f;
    softmax_float_real p = SOFTMAX_FLOAT_MA(0.29870808f, z, 0.39977583f);
    p = SOFTMAX_FLOAT_MA(p, z, 0.66666776f);
    return SOFTMAX_FLOAT_MA(b.x, 0.693145751953125f, f - (h - SOFTMAX_FLOAT_MA(s, SOFTMAX_FLOAT_MA(p, z, h), b.x * 1.428606765330187e-06f)));
}

SOFTMAX_FLOAT_STAGE static void softmax_float_vexp(softmax_float_real *restrict y, const softmax_float_real *restrict x)
{
    volatile softmax_float_real most = 89.0f;
    const softmax_float_real limit = most;
    int i;
    for (i = 0; i < SOFTMAX_FLOAT_LANES; i++) {
        softmax_float_real v = x[i], r, high, low;
        uint32_t k, half;
        v = v > limit ? limit : v;
        v = v < -104.0f ? -104.0f : v;
        k = softmax_float_vreduce(v, &r, &high, &low) + 2 * 127;
        half = k >> 1;
        v = 1.0f + SOFTMAX_FLOAT_MA(r * r, softmax_float_vtail(r), r);
        y[i] = v * softmax_float_vpower(half, -127) * softmax_float_vpower(k - half, -127);
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_vlog(softmax_float_real *restrict y, const softmax_float_real *restrict x)
{
    uint32_t rare = 0;
    int i;
    for (i = 0; i < SOFTMAX_FLOAT_LANES; i++) {
        const uint32_t k = softmax_float_vexponent(x[i]);
        softmax_float_bits b;
        b.x = x[i];
        rare |= (b.u - 0x800000) | (0x7f800000 - 1 - b.u);
        b.u -= (k - 128) << 23;
        y[i] = softmax_float_vlogsum(k, b.x - 1.0f);
    }
    for (i = 0; rare >= 0x80000000 && i < SOFTMAX_FLOAT_LANES; i++) {
        volatile softmax_float_real v = x[i];
        if (!(v >= 1.17549435e-38f && v <= 3.40282347e38f)) y[i] = logf(v);
    }
}

#if defined __clang__
#pragma float_control(pop)
#elif defined __GNUC__
#pragma GCC pop_options
#endif

size_t softmax_float_work_bytes(const softmax_float_dims *dims)
{
    const int64_t N = softmax_float_dim(dims->N);
    size_t most = 0, bytes = 0;
    bytes = softmax_float_slot(bytes, softmax_float_count(N, 784), 8); /* X */
    bytes = softmax_float_slot(bytes, N, 8); /* label */
    bytes = softmax_float_slot(bytes, softmax_float_count(N, 10), 8); /* logits */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 204416;
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 458240;
    if (bytes > most) most = bytes;
    /* error */
    bytes = 203648;
    if (bytes > most) most = bytes;
    return most;
}

size_t softmax_float_nparam(const softmax_float_dims *dims)
{
    (void)dims;
    return 7850;
}

const char *softmax_float_strerror(int code)
{
    switch (code) {
    case SOFTMAX_FLOAT_OK: return "no error";
    case SOFTMAX_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case SOFTMAX_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case SOFTMAX_FLOAT_EWORK: return "no work memory was given";
    case SOFTMAX_FLOAT_ENONFINITE: return "the loss is not finite";
    case SOFTMAX_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int softmax_float_init(const softmax_float_dims *dims, uint64_t seed, softmax_float_real *theta)
{
    if (!dims || softmax_float_work_bytes(dims) == SIZE_MAX) return SOFTMAX_FLOAT_EDIM;
    (void)seed;
    if (!theta) return SOFTMAX_FLOAT_EDATA;
    softmax_float_real *to;
    int64_t at;
    to = theta + SOFTMAX_FLOAT_W_OFFSET(dims); /* W */
    at = 0;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 784; i_++) {
            to[at] = 0.0f;
            at++;
        }
    }
    to = theta + SOFTMAX_FLOAT_b_OFFSET(dims); /* b */
    at = 0;
    for (int64_t i = 0; i < 10; i++) {
        to[at] = 0.0f;
        at++;
    }
    return SOFTMAX_FLOAT_OK;
}

static const char *const softmax_float_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "lambda is NaN",
    "X is missing",
    "X holds a NaN",
    "label is missing",
    "label has an entry outside 0..10",
};

static int softmax_float_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int softmax_float_test(const softmax_float_dims *dims, const softmax_float_data *data, int *which)
{
    if (!dims || softmax_float_work_bytes(dims) == SIZE_MAX) return softmax_float_fail(which, 0, SOFTMAX_FLOAT_EDIM);
    const int64_t N = (int64_t)dims->N;
    if (!data) return softmax_float_fail(which, 1, SOFTMAX_FLOAT_EDATA);
    if (data->lambda != data->lambda) return softmax_float_fail(which, 2, SOFTMAX_FLOAT_EDATA);
    if (!data->X && 784 * N > 0) return softmax_float_fail(which, 3, SOFTMAX_FLOAT_EDATA);
    for (int64_t at = 0; at < 784 * N; at++)
        if (data->X[at] != data->X[at]) return softmax_float_fail(which, 4, SOFTMAX_FLOAT_EDATA);
    if (!data->label && N > 0) return softmax_float_fail(which, 5, SOFTMAX_FLOAT_EDATA);
    for (int64_t at = 0; at < N; at++)
        if (data->label[at] < 0 || data->label[at] >= 10) return softmax_float_fail(which, 6, SOFTMAX_FLOAT_EDATA);
    return SOFTMAX_FLOAT_OK;
}

int softmax_float_check(const softmax_float_dims *dims, const softmax_float_data *data)
{
    return softmax_float_test(dims, data, 0);
}

static int softmax_float_ready(const softmax_float_dims *dims, const softmax_float_real *theta, const softmax_float_data *data, const void *work)
{
    const size_t bytes = dims ? softmax_float_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return SOFTMAX_FLOAT_EDIM;
    if (!theta) return SOFTMAX_FLOAT_EDATA;
    if (!data) return SOFTMAX_FLOAT_EDATA;
    return bytes > 0 && !work ? SOFTMAX_FLOAT_EWORK : SOFTMAX_FLOAT_OK;
}

static void softmax_float_loss_part1(const softmax_float_real *restrict W, softmax_float_real *restrict cells)
{
    /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
    cells[0] = 0.0f;
    softmax_float_real t1 = 0.0f;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 784; j++) {
            const softmax_float_real t2 = W[i * 784 + j];
            t1 += t2 * t2;
        }
    }
    cells[1] = t1;
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes1(softmax_float_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0f;
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes2(softmax_float_real *restrict u0, softmax_float_real s0, const softmax_float_real *restrict x0, softmax_float_real s1, const softmax_float_real *restrict x1, softmax_float_real s2, const softmax_float_real *restrict x2, softmax_float_real s3, const softmax_float_real *restrict x3)
{
    for (int r = 0; r < 64; r++) {
        const softmax_float_real t1 = u0[r] + s0 * x0[r];
        const softmax_float_real t2 = t1 + s1 * x1[r];
        const softmax_float_real t3 = t2 + s2 * x2[r];
        const softmax_float_real t4 = t3 + s3 * x3[r];
        u0[r] = t4;
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes3(softmax_float_real *restrict u0, softmax_float_real s0, const softmax_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += s0 * x0[r];
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes4(softmax_float_real *restrict u0, softmax_float_real s0, const softmax_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = s0 + x0[r];
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes5(softmax_float_real *restrict u0, softmax_float_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = (-1.0f / 0.0f);
        u1[r] = 0.0f;
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes6(softmax_float_real *restrict u0, const softmax_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const softmax_float_real t1 = x0[r];
        const softmax_float_real t2 = u0[r];
        const softmax_float_real t3 = t1 > t2 ? t1 : t2;
        u0[r] = t3;
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes7(softmax_float_real *restrict u0, const softmax_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const softmax_float_real t1 = x0[r];
        u0[r] = (((-1.0f / 0.0f) < x0[r]) & (x0[r] < (1.0f / 0.0f))) ? t1 : 0.0f;
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes8(softmax_float_real *restrict u0, const softmax_float_real *restrict x0, const softmax_float_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] - x1[r];
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes9(softmax_float_real *restrict u0, const softmax_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r];
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes10(softmax_float_real *restrict u0, const softmax_float_real *restrict x0, const softmax_float_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] + x1[r];
    }
}

static void softmax_float_loss_rows2(int64_t N, const softmax_float_real *restrict X, const int32_t *restrict label,
        const softmax_float_real *restrict W, const softmax_float_real *restrict b, softmax_float_real *logits_sum_2,
        softmax_float_real *restrict logits_2, softmax_float_real *log_loss_sum_2, softmax_float_real *restrict X_2,
        softmax_float_real *most_, softmax_float_real *restrict base, softmax_float_real *total,
        softmax_float_real *arg, softmax_float_real *restrict exp_, softmax_float_real *log_,
        softmax_float_real *restrict cells)
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
            softmax_float_lanes1(logits_sum_2);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                softmax_float_lanes2(logits_sum_2, W[k * 784 + d], X_2 + d * 64, W[k * 784 + (d + 1)], X_2 + (d + 1) * 64, W[k * 784 + (d + 2)], X_2 + (d + 2) * 64, W[k * 784 + (d + 3)], X_2 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                softmax_float_lanes3(logits_sum_2, W[k * 784 + d], X_2 + d * 64);
            }
            softmax_float_lanes4(logits_2 + k * 64, b[k], logits_sum_2);
        }
        softmax_float_lanes5(most_, total);
        for (int64_t k = 0; k < 10; k++) {
            softmax_float_lanes6(most_, logits_2 + k * 64);
        }
        softmax_float_lanes7(base, most_);
        for (int64_t k = 0; k < 10; k++) {
            softmax_float_lanes8(arg, logits_2 + k * 64, base);
            softmax_float_vexp(exp_, arg);
            softmax_float_lanes9(total, exp_);
        }
        softmax_float_vlog(log_, total);
        softmax_float_lanes10(log_loss_sum_2, base, log_);
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
            cells[0] += log_loss_sum_2[r] - logits_2[(int64_t)label[n] * 64 + r];
        }
    }
}

static void softmax_float_loss_rows3(int64_t N, const softmax_float_real *restrict X, const int32_t *restrict label,
        const softmax_float_real *restrict W, const softmax_float_real *restrict b,
        softmax_float_real *restrict logits, softmax_float_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            softmax_float_real logits_sum = 0.0f;
            for (int64_t d = 0; d < 784; d++) {
                logits_sum += W[k * 784 + d] * X[n * 784 + d];
            }
            logits[k] = b[k] + logits_sum;
        }
        /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
        softmax_float_real t1 = 0.0f;
        softmax_float_real t2 = (-1.0f / 0.0f);
        for (int64_t k = 0; k < 10; k++) {
            const softmax_float_real t3 = logits[k];
            if (t3 > t2) {
                t1 = t1 * expf(t2 - t3) + 1.0f;
                t2 = t3;
            } else if (!(t3 == (-1.0f / 0.0f))) {
                t1 += expf(t3 - t2);
            }
        }
        const softmax_float_real log_loss_sum = t2 + logf(t1);
        cells[0] += log_loss_sum - logits[(int64_t)label[n]];
    }
}

static void softmax_float_loss_part4(int64_t N, softmax_float_real lambda, softmax_float_real *restrict loss,
        softmax_float_real *restrict cells)
{
    /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
    loss[0] = cells[0] / (softmax_float_real)N + lambda / 2.0f * cells[1];
}

int softmax_float_loss(const softmax_float_dims *dims, const softmax_float_real *theta, const softmax_float_data *data, softmax_float_real *loss, void *work)
{
    const int code = softmax_float_ready(dims, theta, data, work);
    if (code != SOFTMAX_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    softmax_float_loss_part1(theta + SOFTMAX_FLOAT_W_OFFSET(dims), (softmax_float_real *)(void *)bytes);
    softmax_float_loss_rows2((int64_t)dims->N, data->X, data->label, theta + SOFTMAX_FLOAT_W_OFFSET(dims),
        theta + SOFTMAX_FLOAT_b_OFFSET(dims), (softmax_float_real *)(void *)(bytes + 200768),
        (softmax_float_real *)(void *)(bytes + 201024), (softmax_float_real *)(void *)(bytes + 203584),
        (softmax_float_real *)(void *)(bytes + 64), (softmax_float_real *)(void *)(bytes + 200768),
        (softmax_float_real *)(void *)(bytes + 203840), (softmax_float_real *)(void *)(bytes + 203584),
        (softmax_float_real *)(void *)(bytes + 200768), (softmax_float_real *)(void *)(bytes + 204096),
        (softmax_float_real *)(void *)(bytes + 200768), (softmax_float_real *)(void *)bytes);
    softmax_float_loss_rows3((int64_t)dims->N, data->X, data->label, theta + SOFTMAX_FLOAT_W_OFFSET(dims),
        theta + SOFTMAX_FLOAT_b_OFFSET(dims), (softmax_float_real *)(void *)(bytes + 204352),
        (softmax_float_real *)(void *)bytes);
    softmax_float_loss_part4((int64_t)dims->N, data->lambda, loss, (softmax_float_real *)(void *)bytes);
    return fabsf(*loss) <= 3.4028234e38f ? SOFTMAX_FLOAT_OK : SOFTMAX_FLOAT_ENONFINITE;
}

static void softmax_float_grad_part1(int64_t N, int64_t first, int64_t last, softmax_float_real lambda,
        const softmax_float_real *restrict W, softmax_float_real *restrict d_W, softmax_float_real *restrict d_b_2,
        softmax_float_real *restrict d_W_2, softmax_float_real *restrict cells)
{
    /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
    cells[0] = 0.0f;
    softmax_float_real t1 = 0.0f;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 784; j++) {
            const softmax_float_real t2 = W[i * 784 + j];
            t1 += t2 * t2;
        }
    }
    cells[1] = t1;
    const softmax_float_real d_loss_sum_2 = lambda / 2.0f;
    cells[2] = 1.0f / (softmax_float_real)N;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t j = 0; j < 784; j++) {
            if (first == 0 && (0 < last || N == 0)) {
                d_W[i * 784 + j] += d_loss_sum_2 * (2.0f * W[i * 784 + j]);
            }
            for (int64_t i_ = 0; i_ < 8; i_++) {
                /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
                d_W_2[(i * 784 + j) * 8 + i_] = 0.0f;
            }
        }
        for (int64_t i_ = 0; i_ < 8; i_++) {
            d_b_2[i * 8 + i_] = 0.0f;
        }
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes11(softmax_float_real *restrict u0, const softmax_float_real *restrict x0, softmax_float_real s0, const softmax_float_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        const softmax_float_real t1 = s0 * x1[r];
        u0[r] = ((-1.0f / 0.0f) < x0[r]) ? t1 : 0.0f;
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes12(softmax_float_real *restrict u0, const softmax_float_real *restrict x0)
{
    for (int l = 0; l < 8; l++) {
        softmax_float_real t1 = u0[l];
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

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes13(softmax_float_real *restrict u0, const softmax_float_real *restrict x0, const softmax_float_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        softmax_float_real t1_ = u0[l];
        const softmax_float_real t2 = x0[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const softmax_float_real t3 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const softmax_float_real t4 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const softmax_float_real t5 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const softmax_float_real t6 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const softmax_float_real t7 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const softmax_float_real t8 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const softmax_float_real t9 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes14(softmax_float_real *restrict u0, const softmax_float_real *restrict x0, const softmax_float_real *restrict x1, softmax_float_real *restrict u1, const softmax_float_real *restrict x2, softmax_float_real *restrict u2, const softmax_float_real *restrict x3, softmax_float_real *restrict u3, const softmax_float_real *restrict x4)
{
    for (int l = 0; l < 8; l++) {
        softmax_float_real t1 = u0[l];
        softmax_float_real t2 = u1[l];
        softmax_float_real t3 = u2[l];
        softmax_float_real t4 = u3[l];
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

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes15(softmax_float_real *restrict u0, const softmax_float_real *restrict x0, const softmax_float_real *restrict x1, softmax_float_real *restrict u1, const softmax_float_real *restrict x2, softmax_float_real *restrict u2, const softmax_float_real *restrict x3, softmax_float_real *restrict u3, const softmax_float_real *restrict x4, const softmax_float_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        softmax_float_real t1_ = u0[l];
        softmax_float_real t2_ = u1[l];
        softmax_float_real t3_ = u2[l];
        softmax_float_real t4_ = u3[l];
        const softmax_float_real t5 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t5 : 0;
        const softmax_float_real t6 = x0[l] * x2[l];
        t2_ += mask[l] > 0 ? t6 : 0;
        const softmax_float_real t7 = x0[l] * x3[l];
        t3_ += mask[l] > 0 ? t7 : 0;
        const softmax_float_real t8 = x0[l] * x4[l];
        t4_ += mask[l] > 0 ? t8 : 0;
        const softmax_float_real t9 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t9 : 0;
        const softmax_float_real t10 = x0[l + 8] * x2[l + 8];
        t2_ += mask[l + 8] > 0 ? t10 : 0;
        const softmax_float_real t11 = x0[l + 8] * x3[l + 8];
        t3_ += mask[l + 8] > 0 ? t11 : 0;
        const softmax_float_real t12 = x0[l + 8] * x4[l + 8];
        t4_ += mask[l + 8] > 0 ? t12 : 0;
        const softmax_float_real t13 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t13 : 0;
        const softmax_float_real t14 = x0[l + 16] * x2[l + 16];
        t2_ += mask[l + 16] > 0 ? t14 : 0;
        const softmax_float_real t15 = x0[l + 16] * x3[l + 16];
        t3_ += mask[l + 16] > 0 ? t15 : 0;
        const softmax_float_real t16 = x0[l + 16] * x4[l + 16];
        t4_ += mask[l + 16] > 0 ? t16 : 0;
        const softmax_float_real t17 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t17 : 0;
        const softmax_float_real t18 = x0[l + 24] * x2[l + 24];
        t2_ += mask[l + 24] > 0 ? t18 : 0;
        const softmax_float_real t19 = x0[l + 24] * x3[l + 24];
        t3_ += mask[l + 24] > 0 ? t19 : 0;
        const softmax_float_real t20 = x0[l + 24] * x4[l + 24];
        t4_ += mask[l + 24] > 0 ? t20 : 0;
        const softmax_float_real t21 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t21 : 0;
        const softmax_float_real t22 = x0[l + 32] * x2[l + 32];
        t2_ += mask[l + 32] > 0 ? t22 : 0;
        const softmax_float_real t23 = x0[l + 32] * x3[l + 32];
        t3_ += mask[l + 32] > 0 ? t23 : 0;
        const softmax_float_real t24 = x0[l + 32] * x4[l + 32];
        t4_ += mask[l + 32] > 0 ? t24 : 0;
        const softmax_float_real t25 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t25 : 0;
        const softmax_float_real t26 = x0[l + 40] * x2[l + 40];
        t2_ += mask[l + 40] > 0 ? t26 : 0;
        const softmax_float_real t27 = x0[l + 40] * x3[l + 40];
        t3_ += mask[l + 40] > 0 ? t27 : 0;
        const softmax_float_real t28 = x0[l + 40] * x4[l + 40];
        t4_ += mask[l + 40] > 0 ? t28 : 0;
        const softmax_float_real t29 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t29 : 0;
        const softmax_float_real t30 = x0[l + 48] * x2[l + 48];
        t2_ += mask[l + 48] > 0 ? t30 : 0;
        const softmax_float_real t31 = x0[l + 48] * x3[l + 48];
        t3_ += mask[l + 48] > 0 ? t31 : 0;
        const softmax_float_real t32 = x0[l + 48] * x4[l + 48];
        t4_ += mask[l + 48] > 0 ? t32 : 0;
        const softmax_float_real t33 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t33 : 0;
        const softmax_float_real t34 = x0[l + 56] * x2[l + 56];
        t2_ += mask[l + 56] > 0 ? t34 : 0;
        const softmax_float_real t35 = x0[l + 56] * x3[l + 56];
        t3_ += mask[l + 56] > 0 ? t35 : 0;
        const softmax_float_real t36 = x0[l + 56] * x4[l + 56];
        t4_ += mask[l + 56] > 0 ? t36 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
        u2[l] = t3_;
        u3[l] = t4_;
    }
}

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes16(softmax_float_real *restrict u0, const softmax_float_real *restrict x0, const softmax_float_real *restrict x1)
{
    for (int l = 0; l < 8; l++) {
        softmax_float_real t1 = u0[l];
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

SOFTMAX_FLOAT_STAGE static void softmax_float_lanes17(softmax_float_real *restrict u0, const softmax_float_real *restrict x0, const softmax_float_real *restrict x1, const softmax_float_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        softmax_float_real t1_ = u0[l];
        const softmax_float_real t2 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const softmax_float_real t3 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const softmax_float_real t4 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const softmax_float_real t5 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const softmax_float_real t6 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const softmax_float_real t7 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const softmax_float_real t8 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const softmax_float_real t9 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void softmax_float_grad_rows2(int64_t first, int64_t last, const softmax_float_real *restrict X,
        const int32_t *restrict label, const softmax_float_real *restrict W, const softmax_float_real *restrict b,
        softmax_float_real *logits_sum_3, softmax_float_real *restrict logits_3, softmax_float_real *log_loss_sum_3,
        softmax_float_real *restrict d_logits_2, softmax_float_real *restrict X_3, softmax_float_real *most_2,
        softmax_float_real *base_2, softmax_float_real *total_2, softmax_float_real *arg_2,
        softmax_float_real *restrict exp_2, softmax_float_real *log_2, softmax_float_real *arg_3,
        softmax_float_real *exp_3, softmax_float_real *restrict d_b_2, softmax_float_real *restrict d_W_2,
        softmax_float_real *restrict cells)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        softmax_float_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 784; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  X[N, D] */
                X_3[i * 64 + r] = X[n * 784 + i];
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            softmax_float_lanes1(logits_sum_3);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                softmax_float_lanes2(logits_sum_3, W[k * 784 + d], X_3 + d * 64, W[k * 784 + (d + 1)], X_3 + (d + 1) * 64, W[k * 784 + (d + 2)], X_3 + (d + 2) * 64, W[k * 784 + (d + 3)], X_3 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                softmax_float_lanes3(logits_sum_3, W[k * 784 + d], X_3 + d * 64);
            }
            softmax_float_lanes4(logits_3 + k * 64, b[k], logits_sum_3);
        }
        softmax_float_lanes5(most_2, total_2);
        for (int64_t k = 0; k < 10; k++) {
            softmax_float_lanes6(most_2, logits_3 + k * 64);
        }
        softmax_float_lanes7(base_2, most_2);
        for (int64_t k = 0; k < 10; k++) {
            softmax_float_lanes8(arg_2, logits_3 + k * 64, base_2);
            softmax_float_vexp(exp_2, arg_2);
            softmax_float_lanes9(total_2, exp_2);
        }
        softmax_float_vlog(log_2, total_2);
        softmax_float_lanes10(log_loss_sum_3, base_2, log_2);
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
            cells[0] += log_loss_sum_3[r] - logits_3[(int64_t)label[n] * 64 + r];
        }
        for (int64_t k = 0; k < 10; k++) {
            softmax_float_lanes8(arg_3, logits_3 + k * 64, log_loss_sum_3);
            softmax_float_vexp(exp_3, arg_3);
            softmax_float_lanes11(d_logits_2 + k * 64, log_loss_sum_3, cells[2], exp_3);
        }
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            d_logits_2[(int64_t)label[n] * 64 + r] += -cells[2];
        }
        for (int64_t k = 0; k < 10; k++) {
            if (rows == 64)
                softmax_float_lanes12(d_b_2 + k * 8, d_logits_2 + k * 64);
            else
                softmax_float_lanes13(d_b_2 + k * 8, d_logits_2 + k * 64, mask);
            int64_t d_ = 0;
            for (; d_ + 3 < 784; d_ += 4) {
                if (rows == 64)
                    softmax_float_lanes14(d_W_2 + (k * 784 + d_) * 8, d_logits_2 + k * 64, X_3 + d_ * 64, d_W_2 + (k * 784 + (d_ + 1)) * 8, X_3 + (d_ + 1) * 64, d_W_2 + (k * 784 + (d_ + 2)) * 8, X_3 + (d_ + 2) * 64, d_W_2 + (k * 784 + (d_ + 3)) * 8, X_3 + (d_ + 3) * 64);
                else
                    softmax_float_lanes15(d_W_2 + (k * 784 + d_) * 8, d_logits_2 + k * 64, X_3 + d_ * 64, d_W_2 + (k * 784 + (d_ + 1)) * 8, X_3 + (d_ + 1) * 64, d_W_2 + (k * 784 + (d_ + 2)) * 8, X_3 + (d_ + 2) * 64, d_W_2 + (k * 784 + (d_ + 3)) * 8, X_3 + (d_ + 3) * 64, mask);
            }
            for (; d_ < 784; d_++) {
                if (rows == 64)
                    softmax_float_lanes16(d_W_2 + (k * 784 + d_) * 8, d_logits_2 + k * 64, X_3 + d_ * 64);
                else
                    softmax_float_lanes17(d_W_2 + (k * 784 + d_) * 8, d_logits_2 + k * 64, X_3 + d_ * 64, mask);
            }
        }
    }
}

static void softmax_float_grad_rows3(int64_t first, int64_t last, const softmax_float_real *restrict X,
        const int32_t *restrict label, const softmax_float_real *restrict W, const softmax_float_real *restrict b,
        softmax_float_real *restrict logits, softmax_float_real *restrict d_W, softmax_float_real *restrict d_b,
        softmax_float_real *restrict d_logits, softmax_float_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 52) / 64); n < last; n++) {
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            softmax_float_real logits_sum = 0.0f;
            for (int64_t d = 0; d < 784; d++) {
                logits_sum += W[k * 784 + d] * X[n * 784 + d];
            }
            logits[k] = b[k] + logits_sum;
        }
        /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
        softmax_float_real t1 = 0.0f;
        softmax_float_real t2 = (-1.0f / 0.0f);
        for (int64_t k = 0; k < 10; k++) {
            const softmax_float_real t3 = logits[k];
            if (t3 > t2) {
                t1 = t1 * expf(t2 - t3) + 1.0f;
                t2 = t3;
            } else if (!(t3 == (-1.0f / 0.0f))) {
                t1 += expf(t3 - t2);
            }
        }
        const softmax_float_real log_loss_sum = t2 + logf(t1);
        const int64_t t4 = (int64_t)label[n];
        cells[0] += log_loss_sum - logits[t4];
        for (int64_t k = 0; k < 10; k++) {
            d_logits[k] = (-1.0f / 0.0f) < log_loss_sum ? cells[2] * expf(logits[k] - log_loss_sum) : 0.0f;
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

static void softmax_float_grad_part4(int64_t N, int64_t first, int64_t last, softmax_float_real lambda,
        softmax_float_real *restrict loss, softmax_float_real *restrict d_W, softmax_float_real *restrict d_b,
        softmax_float_real *restrict d_b_2, softmax_float_real *restrict d_W_2, softmax_float_real *restrict cells)
{
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 784; i_++) {
            /* param W[K, D] = 0 */
            softmax_float_real t1 = 0.0f;
            for (int64_t l = 0; l < 8; l++) {
                t1 += d_W_2[(i * 784 + i_) * 8 + l];
            }
            d_W[i * 784 + i_] += t1;
        }
        /* param b[K] = 0 */
        softmax_float_real t2 = 0.0f;
        for (int64_t l = 0; l < 8; l++) {
            t2 += d_b_2[i * 8 + l];
        }
        d_b[i] += t2;
    }
    /* loss   mean[n] (log(sum[k] exp(logits[n, k])) - logits[n, label[n]]) + lambda/2 * sum(W^2) */
    loss[0] += cells[0] / (softmax_float_real)N;
    if (first == 0 && (0 < last || N == 0)) {
        loss[0] += lambda / 2.0f * cells[1];
    }
}

int softmax_float_grad_range(const softmax_float_dims *dims, const softmax_float_real *theta, const softmax_float_data *data, softmax_float_real *loss, softmax_float_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = softmax_float_ready(dims, theta, data, work);
    if (code != SOFTMAX_FLOAT_OK) return code;
    if (first_row > last_row || last_row > dims->N) return SOFTMAX_FLOAT_EDIM;
    unsigned char *const bytes = work;
    softmax_float_grad_part1((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row, data->lambda,
        theta + SOFTMAX_FLOAT_W_OFFSET(dims), grad + SOFTMAX_FLOAT_W_OFFSET(dims),
        (softmax_float_real *)(void *)(bytes + 64), (softmax_float_real *)(void *)(bytes + 384),
        (softmax_float_real *)(void *)bytes);
    softmax_float_grad_rows2((int64_t)first_row, (int64_t)last_row, data->X, data->label,
        theta + SOFTMAX_FLOAT_W_OFFSET(dims), theta + SOFTMAX_FLOAT_b_OFFSET(dims),
        (softmax_float_real *)(void *)(bytes + 451968), (softmax_float_real *)(void *)(bytes + 452224),
        (softmax_float_real *)(void *)(bytes + 454784), (softmax_float_real *)(void *)(bytes + 455552),
        (softmax_float_real *)(void *)(bytes + 251264), (softmax_float_real *)(void *)(bytes + 451968),
        (softmax_float_real *)(void *)(bytes + 455040), (softmax_float_real *)(void *)(bytes + 454784),
        (softmax_float_real *)(void *)(bytes + 451968), (softmax_float_real *)(void *)(bytes + 455296),
        (softmax_float_real *)(void *)(bytes + 451968), (softmax_float_real *)(void *)(bytes + 451968),
        (softmax_float_real *)(void *)(bytes + 455040), (softmax_float_real *)(void *)(bytes + 64),
        (softmax_float_real *)(void *)(bytes + 384), (softmax_float_real *)(void *)bytes);
    softmax_float_grad_rows3((int64_t)first_row, (int64_t)last_row, data->X, data->label,
        theta + SOFTMAX_FLOAT_W_OFFSET(dims), theta + SOFTMAX_FLOAT_b_OFFSET(dims),
        (softmax_float_real *)(void *)(bytes + 458112), grad + SOFTMAX_FLOAT_W_OFFSET(dims),
        grad + SOFTMAX_FLOAT_b_OFFSET(dims), (softmax_float_real *)(void *)(bytes + 458176),
        (softmax_float_real *)(void *)bytes);
    softmax_float_grad_part4((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row, data->lambda, loss,
        grad + SOFTMAX_FLOAT_W_OFFSET(dims), grad + SOFTMAX_FLOAT_b_OFFSET(dims),
        (softmax_float_real *)(void *)(bytes + 64), (softmax_float_real *)(void *)(bytes + 384),
        (softmax_float_real *)(void *)bytes);
    return fabsf(*loss) <= 3.4028234e38f ? SOFTMAX_FLOAT_OK : SOFTMAX_FLOAT_ENONFINITE;
}

int softmax_float_grad(const softmax_float_dims *dims, const softmax_float_real *theta, const softmax_float_data *data, softmax_float_real *loss, softmax_float_real *grad, void *work)
{
    const int code = softmax_float_ready(dims, theta, data, work);
    if (code != SOFTMAX_FLOAT_OK) return code;
    const size_t n = softmax_float_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return softmax_float_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static void softmax_float_logits_part1(int64_t N, const softmax_float_real *restrict X,
        const softmax_float_real *restrict W, const softmax_float_real *restrict b,
        softmax_float_real *restrict logits)
{
    for (int64_t n = 0; n < N; n++) {
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            softmax_float_real logits_sum = 0.0f;
            for (int64_t d = 0; d < 784; d++) {
                logits_sum += W[k * 784 + d] * X[n * 784 + d];
            }
            logits[n * 10 + k] = b[k] + logits_sum;
        }
    }
}

int softmax_float_logits(const softmax_float_dims *dims, const softmax_float_real *theta, const softmax_float_data *data, softmax_float_real *out, void *work)
{
    const int code = softmax_float_ready(dims, theta, data, work);
    if (code != SOFTMAX_FLOAT_OK) return code;
    softmax_float_logits_part1((int64_t)dims->N, data->X, theta + SOFTMAX_FLOAT_W_OFFSET(dims),
        theta + SOFTMAX_FLOAT_b_OFFSET(dims), out);
    return SOFTMAX_FLOAT_OK;
}

static void softmax_float_error_part1(int64_t *restrict error_mean)
{
    /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
    error_mean[0] = 0;
}

static void softmax_float_error_rows2(int64_t N, const softmax_float_real *restrict X, const int32_t *restrict label,
        const softmax_float_real *restrict W, const softmax_float_real *restrict b, int64_t *restrict error_mean,
        softmax_float_real *restrict logits_sum_4, softmax_float_real *restrict logits_4,
        softmax_float_real *restrict X_4)
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
            softmax_float_lanes1(logits_sum_4);
            int64_t d = 0;
            for (; d + 3 < 784; d += 4) {
                softmax_float_lanes2(logits_sum_4, W[k * 784 + d], X_4 + d * 64, W[k * 784 + (d + 1)], X_4 + (d + 1) * 64, W[k * 784 + (d + 2)], X_4 + (d + 2) * 64, W[k * 784 + (d + 3)], X_4 + (d + 3) * 64);
            }
            for (; d < 784; d++) {
                softmax_float_lanes3(logits_sum_4, W[k * 784 + d], X_4 + d * 64);
            }
            softmax_float_lanes4(logits_4 + k * 64, b[k], logits_sum_4);
        }
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
            int64_t error_argmax_2 = (-1);
            softmax_float_real t2 = (-1.0f / 0.0f);
            for (int64_t k = 0; k < 10; k++) {
                const softmax_float_real t3 = logits_4[k * 64 + r];
                if (error_argmax_2 < 0 || t3 > t2) {
                    t2 = t3;
                    error_argmax_2 = k;
                }
            }
            error_mean[0] += error_argmax_2 == (int64_t)label[n] ? 0 : 1;
        }
    }
}

static void softmax_float_error_rows3(int64_t N, const softmax_float_real *restrict X, const int32_t *restrict label,
        const softmax_float_real *restrict W, const softmax_float_real *restrict b,
        softmax_float_real *restrict logits, int64_t *restrict error_mean)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[d] W[k, d] * X[n, d] */
            softmax_float_real logits_sum = 0.0f;
            for (int64_t d = 0; d < 784; d++) {
                logits_sum += W[k * 784 + d] * X[n * 784 + d];
            }
            logits[k] = b[k] + logits_sum;
        }
        /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
        int64_t error_argmax = (-1);
        softmax_float_real t1 = (-1.0f / 0.0f);
        for (int64_t k = 0; k < 10; k++) {
            const softmax_float_real t2 = logits[k];
            if (error_argmax < 0 || t2 > t1) {
                t1 = t2;
                error_argmax = k;
            }
        }
        error_mean[0] += error_argmax == (int64_t)label[n] ? 0 : 1;
    }
}

static void softmax_float_error_part4(int64_t N, int64_t *restrict error_mean, softmax_float_real *restrict error)
{
    /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
    error[0] = (softmax_float_real)error_mean[0] / (softmax_float_real)N;
}

int softmax_float_error(const softmax_float_dims *dims, const softmax_float_real *theta, const softmax_float_data *data, softmax_float_real *out, void *work)
{
    const int code = softmax_float_ready(dims, theta, data, work);
    if (code != SOFTMAX_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    softmax_float_error_part1((int64_t *)(void *)(bytes + 0));
    softmax_float_error_rows2((int64_t)dims->N, data->X, data->label, theta + SOFTMAX_FLOAT_W_OFFSET(dims),
        theta + SOFTMAX_FLOAT_b_OFFSET(dims), (int64_t *)(void *)(bytes + 0),
        (softmax_float_real *)(void *)(bytes + 200768), (softmax_float_real *)(void *)(bytes + 201024),
        (softmax_float_real *)(void *)(bytes + 64));
    softmax_float_error_rows3((int64_t)dims->N, data->X, data->label, theta + SOFTMAX_FLOAT_W_OFFSET(dims),
        theta + SOFTMAX_FLOAT_b_OFFSET(dims), (softmax_float_real *)(void *)(bytes + 203584),
        (int64_t *)(void *)(bytes + 0));
    softmax_float_error_part4((int64_t)dims->N, (int64_t *)(void *)(bytes + 0), out);
    return SOFTMAX_FLOAT_OK;
}

static int softmax_float_shape(const void *any, int array, size_t *shape)
{
    const softmax_float_dims *const dims = any;
    if (!dims) return SOFTMAX_FLOAT_EDIM;
    const int64_t N = softmax_float_dim(dims->N);
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
        if (count < 0) return SOFTMAX_FLOAT_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 784;
        break;
    case 4: /* label */
        count = N;
        if (count < 0) return SOFTMAX_FLOAT_EDIM;
        shape[0] = (size_t)count;
        break;
    case 5: /* logits */
        count = N;
        if (count < 0) return SOFTMAX_FLOAT_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 10;
        break;
    default: break;
    }
    return SOFTMAX_FLOAT_OK;
}

static void softmax_float_range(const void *any, int array, long *lo, long *hi)
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

static int softmax_float_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return softmax_float_loss(dims, theta, data, loss, work);
}

static int softmax_float_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return softmax_float_grad(dims, theta, data, loss, grad, work);
}

static int softmax_float_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return softmax_float_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static int softmax_float_any_logits(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return softmax_float_logits(dims, theta, data, out, work);
}

static int softmax_float_any_error(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return softmax_float_error(dims, theta, data, out, work);
}

static size_t softmax_float_any_nparam(const void *dims) { return softmax_float_nparam(dims); }

static size_t softmax_float_any_work_bytes(const void *dims) { return softmax_float_work_bytes(dims); }

static int softmax_float_any_init(const void *dims, uint64_t seed, void *theta) { return softmax_float_init(dims, seed, theta); }

static int softmax_float_any_check(const void *dims, const void *data, int *which) { return softmax_float_test(dims, data, which); }

static const char *const softmax_float_dim_names[] = {"N"};

static const int softmax_float_axis0[] = {-1, -1};
static const int softmax_float_axis1[] = {-1};
static const int softmax_float_axis3[] = {0, -1};
static const int softmax_float_axis4[] = {0};
static const int softmax_float_axis5[] = {0, -1};
static const adc_array softmax_float_arrays[] = {
    {"W", ADC_PARAM, ADC_REAL, 0, 0, 2, softmax_float_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"b", ADC_PARAM, ADC_REAL, 0, 0, 1, softmax_float_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"lambda", ADC_HYPER, ADC_REAL, 0, 0, 0, 0, -1, offsetof(softmax_float_data, lambda), 0.0, 0.0, 0.0001, 0, 0, 0, 0},
    {"X", ADC_DATA, ADC_REAL, 0, 0, 2, softmax_float_axis3, -1, offsetof(softmax_float_data, X), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"label", ADC_DATA, ADC_INT32, 0, 1, 1, softmax_float_axis4, -1, offsetof(softmax_float_data, label), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"logits", ADC_OUTPUT, ADC_REAL, 0, 0, 2, softmax_float_axis5, -1, 0, 0.0, 0.0, 0.0, softmax_float_any_logits, 0, 0, 0},
    {"error", ADC_METRIC, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, softmax_float_any_error, 0, 0, 0},
};

const adc_model softmax_float = {
    ADC_MODEL, 4, "softmax",
    1, softmax_float_dim_names, 0,
    7, softmax_float_arrays, sizeof(softmax_float_data),
    7, softmax_float_check_text,
    softmax_float_shape, softmax_float_range, softmax_float_any_nparam, softmax_float_any_nparam, softmax_float_any_work_bytes,
    softmax_float_any_init, softmax_float_any_check,
    softmax_float_any_loss, softmax_float_any_grad, softmax_float_any_grad_range,
    softmax_float_strerror,
    0, 0,
};
