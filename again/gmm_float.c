/* The functions of gmm_float; its header says what they take and need. */
#include "gmm_float.h"

#include <math.h>


static uint64_t gmm_float_random_begin(void)
{
    return 0;
}

static uint64_t gmm_float_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t gmm_float_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t gmm_float_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : gmm_float_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t gmm_float_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : gmm_float_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t gmm_float_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define GMM_FLOAT_LANES 64
#ifdef __GNUC__
#define GMM_FLOAT_STAGE __attribute__((noinline))
#define GMM_FLOAT_INLINE __attribute__((always_inline)) inline
#else
#define GMM_FLOAT_STAGE
#define GMM_FLOAT_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define GMM_FLOAT_MA(a, b, c) fmaf(a, b, c)
#else
#define GMM_FLOAT_MA(a, b, c) ((a) * (b) + (c))
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
    gmm_float_real x;
    uint32_t u;
} gmm_float_bits;

/* x = k log(2) + r, the integer k in the low bits of what is returned; r to more digits is low + high, which has three bits less */
GMM_FLOAT_INLINE static uint32_t gmm_float_vreduce(gmm_float_real x, gmm_float_real *r, gmm_float_real *high, gmm_float_real *low)
{
    gmm_float_bits b, c;
    gmm_float_real k, a;
    b.x = GMM_FLOAT_MA(x, 1.4426950408889634f, 12582912.0f);
    k = b.x - 12582912.0f;
    a = GMM_FLOAT_MA(k, -0.693145751953125f, x);
    c.x = GMM_FLOAT_MA(k, -1.428606765330187e-06f, a);
    *r = c.x;
    c.u &= ~(uint32_t)7;
    *high = c.x;
    *low = GMM_FLOAT_MA(k, -1.428606765330187e-06f, a - c.x);
    return b.u;
}

/* 2^(k + n) */
GMM_FLOAT_INLINE static gmm_float_real gmm_float_vpower(uint32_t k, int n)
{
    gmm_float_bits b;
    b.u = (k + (uint32_t)(127 + n)) << 23;
    return b.x;
}

/* (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2 */
GMM_FLOAT_INLINE static gmm_float_real gmm_float_vtail(gmm_float_real r)
{
    gmm_float_real p = GMM_FLOAT_MA(0.0013841206f, r, 0.008367033f);
    p = GMM_FLOAT_MA(p, r, 0.041667737f);
    p = GMM_FLOAT_MA(p, r, 0.16666539f);
    p = GMM_FLOAT_MA(p, r, 0.49999997f);
    return p;
}

/* k of x = 2^k m, m in [sqrt(1/2), sqrt(2)), with a constant added that makes it positive */
GMM_FLOAT_INLINE static uint32_t gmm_float_vexponent(gmm_float_real x)
{
    gmm_float_bits b;
    b.x = x;
    return (b.u + 0xcafb0d) >> 23;
}

/* k log(2) + log(1 + f) for such k and f = m - 1: log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 p(s^2)), s = f / (2 + f) */
GMM_FLOAT_INLINE static gmm_float_real gmm_float_vlogsum(uint32_t k, gmm_float_real f)
{
    const gmm_float_real s = f / (2.0f + f), z = s * s, h = 0.5f * f * f;
    gmm_float_bits b;
    b.u = k | 0x4b000000;
    b.x -= 8388736.0f;
    gmm_float_real p = GMM_FLOAT_MA(0.29870808f, z, 0.39977583f);
    p = GMM_FLOAT_MA(p, z, 0.66666776f);
    return GMM_FLOAT_MA(b.x, 0.693145751953125f, f - (h - GMM_FLOAT_MA(s, GMM_FLOAT_MA(p, z, h), b.x * 1.428606765330187e-06f)));
}

GMM_FLOAT_STAGE static void gmm_float_vexp(gmm_float_real *restrict y, const gmm_float_real *restrict x)
{
    volatile gmm_float_real most = 89.0f;
    const gmm_float_real limit = most;
    int i;
    for (i = 0; i < GMM_FLOAT_LANES; i++) {
        gmm_float_real v = x[i], r, high, low;
        uint32_t k, half;
        v = v > limit ? limit : v;
        v = v < -104.0f ? -104.0f : v;
        k = gmm_float_vreduce(v, &r, &high, &low) + 2 * 127;
        half = k >> 1;
        v = 1.0f + GMM_FLOAT_MA(r * r, gmm_float_vtail(r), r);
        y[i] = v * gmm_float_vpower(half, -127) * gmm_float_vpower(k - half, -127);
    }
}

GMM_FLOAT_STAGE static void gmm_float_vlog(gmm_float_real *restrict y, const gmm_float_real *restrict x)
{
    uint32_t rare = 0;
    int i;
    for (i = 0; i < GMM_FLOAT_LANES; i++) {
        const uint32_t k = gmm_float_vexponent(x[i]);
        gmm_float_bits b;
        b.x = x[i];
        rare |= (b.u - 0x800000) | (0x7f800000 - 1 - b.u);
        b.u -= (k - 128) << 23;
        y[i] = gmm_float_vlogsum(k, b.x - 1.0f);
    }
    for (i = 0; rare >= 0x80000000 && i < GMM_FLOAT_LANES; i++) {
        volatile gmm_float_real v = x[i];
        if (!(v >= 1.17549435e-38f && v <= 3.40282347e38f)) y[i] = logf(v);
    }
}

#if defined __clang__
#pragma float_control(pop)
#elif defined __GNUC__
#pragma GCC pop_options
#endif

size_t gmm_float_work_bytes(const gmm_float_dims *dims)
{
    const int64_t N = gmm_float_dim(dims->N);
    size_t most = 0, bytes = 0;
    bytes = gmm_float_slot(bytes, gmm_float_count(N, 10), 8); /* x */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 14016;
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 175424;
    if (bytes > most) most = bytes;
    return most;
}

size_t gmm_float_nparam(const gmm_float_dims *dims)
{
    (void)dims;
    return 3025;
}

const char *gmm_float_strerror(int code)
{
    switch (code) {
    case GMM_FLOAT_OK: return "no error";
    case GMM_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case GMM_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case GMM_FLOAT_EWORK: return "no work memory was given";
    case GMM_FLOAT_ENONFINITE: return "the loss is not finite";
    case GMM_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double gmm_float_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = gmm_float_random_mix(gmm_float_random_begin(), (double)(seed >> 32));
    h = gmm_float_random_mix(h, (double)(seed & 0xffffffffu));
    h = gmm_float_random_mix(h, (double)param);
    h = gmm_float_random_mix(h, (double)e);
    h = gmm_float_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int gmm_float_init(const gmm_float_dims *dims, uint64_t seed, gmm_float_real *theta)
{
    if (!dims || gmm_float_work_bytes(dims) == SIZE_MAX) return GMM_FLOAT_EDIM;
    if (!theta) return GMM_FLOAT_EDATA;
    gmm_float_real *to;
    int64_t at;
    to = theta + GMM_FLOAT_alpha_OFFSET(dims); /* alpha */
    at = 0;
    for (int64_t i = 0; i < 25; i++) {
        to[at] = 0.0f;
        at++;
    }
    to = theta + GMM_FLOAT_mu_OFFSET(dims); /* mu */
    at = 0;
    for (int64_t i = 0; i < 25; i++) {
        for (int64_t i_ = 0; i_ < 10; i_++) {
            to[at] = 0.0f + 1.0f * (gmm_float_real)(sqrt(-2.0 * log(1.0 - gmm_float_uniform(seed, 1, at, 0))) * cos(6.283185307179586 * gmm_float_uniform(seed, 1, at, 1)));
            at++;
        }
    }
    to = theta + GMM_FLOAT_q_OFFSET(dims); /* q */
    at = 0;
    for (int64_t i = 0; i < 25; i++) {
        for (int64_t i_ = 0; i_ < 10; i_++) {
            to[at] = 0.0f;
            at++;
        }
    }
    to = theta + GMM_FLOAT_L_OFFSET(dims); /* L */
    at = 0;
    for (int64_t i = 0; i < 25; i++) {
        for (int64_t i_ = 0; i_ < 10; i_++) {
            for (int64_t i_2 = 0; i_2 < 10; i_2++) {
                to[at] = 0.0f;
                at++;
            }
        }
    }
    return GMM_FLOAT_OK;
}

static const char *const gmm_float_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "x is missing",
    "x holds a NaN",
};

static int gmm_float_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int gmm_float_test(const gmm_float_dims *dims, const gmm_float_data *data, int *which)
{
    if (!dims || gmm_float_work_bytes(dims) == SIZE_MAX) return gmm_float_fail(which, 0, GMM_FLOAT_EDIM);
    const int64_t N = (int64_t)dims->N;
    if (!data) return gmm_float_fail(which, 1, GMM_FLOAT_EDATA);
    if (!data->x && 10 * N > 0) return gmm_float_fail(which, 2, GMM_FLOAT_EDATA);
    for (int64_t at = 0; at < 10 * N; at++)
        if (data->x[at] != data->x[at]) return gmm_float_fail(which, 3, GMM_FLOAT_EDATA);
    return GMM_FLOAT_OK;
}

int gmm_float_check(const gmm_float_dims *dims, const gmm_float_data *data)
{
    return gmm_float_test(dims, data, 0);
}

static int gmm_float_ready(const gmm_float_dims *dims, const gmm_float_real *theta, const gmm_float_data *data, const void *work)
{
    const size_t bytes = dims ? gmm_float_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return GMM_FLOAT_EDIM;
    if (!theta) return GMM_FLOAT_EDATA;
    if (!data) return GMM_FLOAT_EDATA;
    return bytes > 0 && !work ? GMM_FLOAT_EWORK : GMM_FLOAT_OK;
}

static void gmm_float_loss_part1(const gmm_float_real *restrict alpha, const gmm_float_real *restrict q,
        gmm_float_real *restrict loss_sum, gmm_float_real *restrict w_z, gmm_float_real *restrict loss_sum_3_2,
        gmm_float_real *restrict cells)
{
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    cells[0] = 0.0f;
    for (int64_t k = 0; k < 25; k++) {
        for (int64_t i = 0; i < 10; i++) {
            /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
            w_z[k * 10 + i] = expf(q[k * 10 + i]);
        }
        /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
        gmm_float_real t1 = 0.0f;
        for (int64_t i = 0; i < 10; i++) {
            t1 += q[k * 10 + i];
        }
        loss_sum[k] = t1;
    }
    gmm_float_real t2 = 0.0f;
    gmm_float_real t3 = (-1.0f / 0.0f);
    for (int64_t k = 0; k < 25; k++) {
        const gmm_float_real t4 = alpha[k];
        if (t4 > t3) {
            t2 = t2 * expf(t3 - t4) + 1.0f;
            t3 = t4;
        } else if (!(t4 == (-1.0f / 0.0f))) {
            t2 += expf(t4 - t3);
        }
    }
    cells[1] = t3 + logf(t2);
    for (int64_t i = 0; i < 8; i++) {
        loss_sum_3_2[i] = 0.0f;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes1(gmm_float_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0f;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes2(gmm_float_real *restrict u0, gmm_float_real s0, const gmm_float_real *restrict x0, gmm_float_real s1, gmm_float_real s2, const gmm_float_real *restrict x1, gmm_float_real s3, gmm_float_real s4, const gmm_float_real *restrict x2, gmm_float_real s5, gmm_float_real s6, const gmm_float_real *restrict x3, gmm_float_real s7)
{
    for (int r = 0; r < 64; r++) {
        const gmm_float_real t1 = u0[r] + s0 * (x0[r] - s1);
        const gmm_float_real t2 = t1 + s2 * (x1[r] - s3);
        const gmm_float_real t3 = t2 + s4 * (x2[r] - s5);
        const gmm_float_real t4 = t3 + s6 * (x3[r] - s7);
        u0[r] = t4;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes3(gmm_float_real *restrict u0, gmm_float_real s0, const gmm_float_real *restrict x0, gmm_float_real s1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += s0 * (x0[r] - s1);
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes4(gmm_float_real *restrict u0, gmm_float_real s0, const gmm_float_real *restrict x0, gmm_float_real s1, const gmm_float_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = s0 * (x0[r] - s1) + x1[r];
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes5(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1, const gmm_float_real *restrict x2, const gmm_float_real *restrict x3)
{
    for (int r = 0; r < 64; r++) {
        const gmm_float_real t1 = u0[r] + x0[r] * x0[r];
        const gmm_float_real t2 = t1 + x1[r] * x1[r];
        const gmm_float_real t3 = t2 + x2[r] * x2[r];
        const gmm_float_real t4 = t3 + x3[r] * x3[r];
        u0[r] = t4;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes6(gmm_float_real *restrict u0, const gmm_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r] * x0[r];
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes7(gmm_float_real *restrict u0, gmm_float_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = (-1.0f / 0.0f);
        u1[r] = 0.0f;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes8(gmm_float_real *restrict u0, gmm_float_real s0, const gmm_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const gmm_float_real t1 = s0 - 0.5f * x0[r];
        const gmm_float_real t2 = u0[r];
        const gmm_float_real t3 = t1 > t2 ? t1 : t2;
        u0[r] = t3;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes9(gmm_float_real *restrict u0, const gmm_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const gmm_float_real t1 = x0[r];
        u0[r] = (((-1.0f / 0.0f) < x0[r]) & (x0[r] < (1.0f / 0.0f))) ? t1 : 0.0f;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes10(gmm_float_real *restrict u0, gmm_float_real s0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = s0 - 0.5f * x0[r] - x1[r];
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes11(gmm_float_real *restrict u0, const gmm_float_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r];
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes12(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] + x1[r];
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes13(gmm_float_real *restrict u0, const gmm_float_real *restrict x0)
{
    for (int l = 0; l < 8; l++) {
        gmm_float_real t1 = u0[l];
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

GMM_FLOAT_STAGE static void gmm_float_lanes14(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        gmm_float_real t1_ = u0[l];
        const gmm_float_real t2 = x0[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const gmm_float_real t3 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const gmm_float_real t4 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const gmm_float_real t5 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const gmm_float_real t6 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const gmm_float_real t7 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const gmm_float_real t8 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const gmm_float_real t9 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void gmm_float_loss_rows2(int64_t N, const gmm_float_real *restrict x, const gmm_float_real *restrict alpha,
        const gmm_float_real *restrict mu, const gmm_float_real *restrict L, gmm_float_real *restrict loss_sum,
        gmm_float_real *restrict w_z, gmm_float_real *z_sum_2, gmm_float_real *restrict z_2,
        gmm_float_real *restrict loss_sum_2_2, gmm_float_real *loss_logsumexp_3, gmm_float_real *restrict x_2,
        gmm_float_real *most_, gmm_float_real *restrict base, gmm_float_real *total, gmm_float_real *arg,
        gmm_float_real *restrict exp_, gmm_float_real *log_, gmm_float_real *restrict loss_sum_3_2)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        gmm_float_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 10; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  x[N, D] */
                x_2[i * 64 + r] = x[n * 10 + i];
            }
        }
        for (int64_t k = 0; k < 25; k++) {
            for (int64_t i = 0; i < 10; i++) {
                gmm_float_lanes1(z_sum_2);
                int64_t j = 0;
                for (; j + 3 < i; j += 4) {
                    gmm_float_lanes2(z_sum_2, L[(k * 10 + i) * 10 + j], x_2 + j * 64, mu[k * 10 + j], L[(k * 10 + i) * 10 + (j + 1)], x_2 + (j + 1) * 64, mu[k * 10 + (j + 1)], L[(k * 10 + i) * 10 + (j + 2)], x_2 + (j + 2) * 64, mu[k * 10 + (j + 2)], L[(k * 10 + i) * 10 + (j + 3)], x_2 + (j + 3) * 64, mu[k * 10 + (j + 3)]);
                }
                for (; j < i; j++) {
                    gmm_float_lanes3(z_sum_2, L[(k * 10 + i) * 10 + j], x_2 + j * 64, mu[k * 10 + j]);
                }
                gmm_float_lanes4(z_2 + i * 64, w_z[k * 10 + i], x_2 + i * 64, mu[k * 10 + i], z_sum_2);
            }
            gmm_float_lanes1(loss_sum_2_2 + k * 64);
            int64_t i = 0;
            for (; i + 3 < 10; i += 4) {
                gmm_float_lanes5(loss_sum_2_2 + k * 64, z_2 + i * 64, z_2 + (i + 1) * 64, z_2 + (i + 2) * 64, z_2 + (i + 3) * 64);
            }
            for (; i < 10; i++) {
                gmm_float_lanes6(loss_sum_2_2 + k * 64, z_2 + i * 64);
            }
        }
        gmm_float_lanes7(most_, total);
        for (int64_t k = 0; k < 25; k++) {
            gmm_float_lanes8(most_, alpha[k] + loss_sum[k], loss_sum_2_2 + k * 64);
        }
        gmm_float_lanes9(base, most_);
        for (int64_t k = 0; k < 25; k++) {
            gmm_float_lanes10(arg, alpha[k] + loss_sum[k], loss_sum_2_2 + k * 64, base);
            gmm_float_vexp(exp_, arg);
            gmm_float_lanes11(total, exp_);
        }
        gmm_float_vlog(log_, total);
        gmm_float_lanes12(loss_logsumexp_3, base, log_);
        if (rows == 64)
            gmm_float_lanes13(loss_sum_3_2, loss_logsumexp_3);
        else
            gmm_float_lanes14(loss_sum_3_2, loss_logsumexp_3, mask);
    }
}

static void gmm_float_loss_rows3(int64_t N, const gmm_float_real *restrict x, const gmm_float_real *restrict alpha,
        const gmm_float_real *restrict mu, const gmm_float_real *restrict L, gmm_float_real *restrict z,
        gmm_float_real *restrict loss_sum, gmm_float_real *restrict loss_sum_2, gmm_float_real *restrict w_z,
        gmm_float_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < 25; k++) {
            for (int64_t i = 0; i < 10; i++) {
                /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
                gmm_float_real z_sum = 0.0f;
                for (int64_t j = 0; j < i; j++) {
                    z_sum += L[(k * 10 + i) * 10 + j] * (x[n * 10 + j] - mu[k * 10 + j]);
                }
                z[i] = w_z[k * 10 + i] * (x[n * 10 + i] - mu[k * 10 + i]) + z_sum;
            }
            /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
            gmm_float_real t1 = 0.0f;
            for (int64_t i = 0; i < 10; i++) {
                const gmm_float_real t2 = z[i];
                t1 += t2 * t2;
            }
            loss_sum_2[k] = t1;
        }
        gmm_float_real t3 = 0.0f;
        gmm_float_real t4 = (-1.0f / 0.0f);
        for (int64_t k = 0; k < 25; k++) {
            const gmm_float_real t5 = alpha[k] + loss_sum[k] - 0.5f * loss_sum_2[k];
            if (t5 > t4) {
                t3 = t3 * expf(t4 - t5) + 1.0f;
                t4 = t5;
            } else if (!(t5 == (-1.0f / 0.0f))) {
                t3 += expf(t5 - t4);
            }
        }
        const gmm_float_real loss_logsumexp = t4 + logf(t3);
        cells[0] += loss_logsumexp;
    }
}

static void gmm_float_loss_part4(int64_t N, gmm_float_real *restrict loss, gmm_float_real *restrict loss_sum_3_2,
        gmm_float_real *restrict cells)
{
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    gmm_float_real t1 = 0.0f;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_sum_3_2[l];
    }
    cells[0] += t1;
    loss[0] = -(cells[0] - (gmm_float_real)N * cells[1]);
}

int gmm_float_loss(const gmm_float_dims *dims, const gmm_float_real *theta, const gmm_float_data *data, gmm_float_real *loss, void *work)
{
    const int code = gmm_float_ready(dims, theta, data, work);
    if (code != GMM_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    gmm_float_loss_part1(theta + GMM_FLOAT_alpha_OFFSET(dims), theta + GMM_FLOAT_q_OFFSET(dims),
        (gmm_float_real *)(void *)(bytes + 64), (gmm_float_real *)(void *)(bytes + 192),
        (gmm_float_real *)(void *)(bytes + 1216), (gmm_float_real *)(void *)bytes);
    gmm_float_loss_rows2((int64_t)dims->N, data->x, theta + GMM_FLOAT_alpha_OFFSET(dims),
        theta + GMM_FLOAT_mu_OFFSET(dims), theta + GMM_FLOAT_L_OFFSET(dims), (gmm_float_real *)(void *)(bytes + 64),
        (gmm_float_real *)(void *)(bytes + 192), (gmm_float_real *)(void *)(bytes + 3840),
        (gmm_float_real *)(void *)(bytes + 4096), (gmm_float_real *)(void *)(bytes + 6656),
        (gmm_float_real *)(void *)(bytes + 13056), (gmm_float_real *)(void *)(bytes + 1280),
        (gmm_float_real *)(void *)(bytes + 3840), (gmm_float_real *)(void *)(bytes + 13312),
        (gmm_float_real *)(void *)(bytes + 13056), (gmm_float_real *)(void *)(bytes + 3840),
        (gmm_float_real *)(void *)(bytes + 13568), (gmm_float_real *)(void *)(bytes + 3840),
        (gmm_float_real *)(void *)(bytes + 1216));
    gmm_float_loss_rows3((int64_t)dims->N, data->x, theta + GMM_FLOAT_alpha_OFFSET(dims),
        theta + GMM_FLOAT_mu_OFFSET(dims), theta + GMM_FLOAT_L_OFFSET(dims),
        (gmm_float_real *)(void *)(bytes + 13824), (gmm_float_real *)(void *)(bytes + 64),
        (gmm_float_real *)(void *)(bytes + 13888), (gmm_float_real *)(void *)(bytes + 192),
        (gmm_float_real *)(void *)bytes);
    gmm_float_loss_part4((int64_t)dims->N, loss, (gmm_float_real *)(void *)(bytes + 1216),
        (gmm_float_real *)(void *)bytes);
    return fabsf(*loss) <= 3.4028234e38f ? GMM_FLOAT_OK : GMM_FLOAT_ENONFINITE;
}

static void gmm_float_grad_part1(int64_t N, const gmm_float_real *restrict alpha, const gmm_float_real *restrict q,
        gmm_float_real *restrict loss_sum, gmm_float_real *restrict d_loss_sum, gmm_float_real *restrict w_z,
        gmm_float_real *restrict sum_d_mu, gmm_float_real *restrict sum_d_q, gmm_float_real *restrict loss_sum_3_3,
        gmm_float_real *restrict d_loss_sum_4, gmm_float_real *restrict sum_d_mu_2,
        gmm_float_real *restrict sum_d_q_2, gmm_float_real *restrict d_L_2, gmm_float_real *restrict cells)
{
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    cells[0] = 0.0f;
    for (int64_t i = 0; i < 25; i++) {
        d_loss_sum[i] = 0.0f;
        for (int64_t i_ = 0; i_ < 10; i_++) {
            /* param mu[K, D] ~ normal(0, 1) */
            sum_d_mu[i * 10 + i_] = 0.0f;
            /* param q[K, D] = 0 */
            sum_d_q[i * 10 + i_] = 0.0f;
            /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
            w_z[i * 10 + i_] = expf(q[i * 10 + i_]);
            for (int64_t i_2 = 0; i_2 < 8; i_2++) {
                sum_d_mu_2[(i * 10 + i_) * 8 + i_2] = 0.0f;
                sum_d_q_2[(i * 10 + i_) * 8 + i_2] = 0.0f;
            }
            for (int64_t i_2 = 0; i_2 < 10; i_2++) {
                for (int64_t i_3 = 0; i_3 < 8; i_3++) {
                    d_L_2[((i * 10 + i_) * 10 + i_2) * 8 + i_3] = 0.0f;
                }
            }
        }
        /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
        gmm_float_real t1 = 0.0f;
        for (int64_t i_ = 0; i_ < 10; i_++) {
            t1 += q[i * 10 + i_];
        }
        loss_sum[i] = t1;
        for (int64_t i_ = 0; i_ < 8; i_++) {
            d_loss_sum_4[i * 8 + i_] = 0.0f;
        }
    }
    gmm_float_real t2 = 0.0f;
    gmm_float_real t3 = (-1.0f / 0.0f);
    for (int64_t k = 0; k < 25; k++) {
        const gmm_float_real t4 = alpha[k];
        if (t4 > t3) {
            t2 = t2 * expf(t3 - t4) + 1.0f;
            t3 = t4;
        } else if (!(t4 == (-1.0f / 0.0f))) {
            t2 += expf(t4 - t3);
        }
    }
    cells[1] = t3 + logf(t2);
    cells[2] = 1.0f * (gmm_float_real)N;
    for (int64_t i = 0; i < 8; i++) {
        loss_sum_3_3[i] = 0.0f;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes15(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1, gmm_float_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        const gmm_float_real t1 = -x1[r];
        const gmm_float_real t2 = ((-1.0f / 0.0f) < x0[r]) ? t1 : 0.0f;
        u0[r] = t2;
        u1[r] = -t2 * 0.5f;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes16(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] * (2.0f * x1[r]);
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes17(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, gmm_float_real *restrict u1, const gmm_float_real *restrict x1, gmm_float_real s0)
{
    for (int l = 0; l < 8; l++) {
        gmm_float_real t1 = u0[l];
        gmm_float_real t2 = u1[l];
        t1 += x0[l];
        t2 += x0[l] * (x1[l] - s0);
        t1 += x0[l + 8];
        t2 += x0[l + 8] * (x1[l + 8] - s0);
        t1 += x0[l + 16];
        t2 += x0[l + 16] * (x1[l + 16] - s0);
        t1 += x0[l + 24];
        t2 += x0[l + 24] * (x1[l + 24] - s0);
        t1 += x0[l + 32];
        t2 += x0[l + 32] * (x1[l + 32] - s0);
        t1 += x0[l + 40];
        t2 += x0[l + 40] * (x1[l + 40] - s0);
        t1 += x0[l + 48];
        t2 += x0[l + 48] * (x1[l + 48] - s0);
        t1 += x0[l + 56];
        t2 += x0[l + 56] * (x1[l + 56] - s0);
        u0[l] = t1;
        u1[l] = t2;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes18(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, gmm_float_real *restrict u1, const gmm_float_real *restrict x1, gmm_float_real s0, const gmm_float_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        gmm_float_real t1_ = u0[l];
        gmm_float_real t2_ = u1[l];
        const gmm_float_real t3 = x0[l];
        t1_ += mask[l] > 0 ? t3 : 0;
        const gmm_float_real t4 = t3 * (x1[l] - s0);
        t2_ += mask[l] > 0 ? t4 : 0;
        const gmm_float_real t5 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t5 : 0;
        const gmm_float_real t6 = t5 * (x1[l + 8] - s0);
        t2_ += mask[l + 8] > 0 ? t6 : 0;
        const gmm_float_real t7 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t7 : 0;
        const gmm_float_real t8 = t7 * (x1[l + 16] - s0);
        t2_ += mask[l + 16] > 0 ? t8 : 0;
        const gmm_float_real t9 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t9 : 0;
        const gmm_float_real t10 = t9 * (x1[l + 24] - s0);
        t2_ += mask[l + 24] > 0 ? t10 : 0;
        const gmm_float_real t11 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t11 : 0;
        const gmm_float_real t12 = t11 * (x1[l + 32] - s0);
        t2_ += mask[l + 32] > 0 ? t12 : 0;
        const gmm_float_real t13 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t13 : 0;
        const gmm_float_real t14 = t13 * (x1[l + 40] - s0);
        t2_ += mask[l + 40] > 0 ? t14 : 0;
        const gmm_float_real t15 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t15 : 0;
        const gmm_float_real t16 = t15 * (x1[l + 48] - s0);
        t2_ += mask[l + 48] > 0 ? t16 : 0;
        const gmm_float_real t17 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t17 : 0;
        const gmm_float_real t18 = t17 * (x1[l + 56] - s0);
        t2_ += mask[l + 56] > 0 ? t18 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes19(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1, gmm_float_real s0, gmm_float_real *restrict u1, const gmm_float_real *restrict x2, gmm_float_real s1, gmm_float_real *restrict u2, const gmm_float_real *restrict x3, gmm_float_real s2, gmm_float_real *restrict u3, const gmm_float_real *restrict x4, gmm_float_real s3)
{
    for (int l = 0; l < 8; l++) {
        gmm_float_real t1 = u0[l];
        gmm_float_real t2 = u1[l];
        gmm_float_real t3 = u2[l];
        gmm_float_real t4 = u3[l];
        t1 += x0[l] * (x1[l] - s0);
        t2 += x0[l] * (x2[l] - s1);
        t3 += x0[l] * (x3[l] - s2);
        t4 += x0[l] * (x4[l] - s3);
        t1 += x0[l + 8] * (x1[l + 8] - s0);
        t2 += x0[l + 8] * (x2[l + 8] - s1);
        t3 += x0[l + 8] * (x3[l + 8] - s2);
        t4 += x0[l + 8] * (x4[l + 8] - s3);
        t1 += x0[l + 16] * (x1[l + 16] - s0);
        t2 += x0[l + 16] * (x2[l + 16] - s1);
        t3 += x0[l + 16] * (x3[l + 16] - s2);
        t4 += x0[l + 16] * (x4[l + 16] - s3);
        t1 += x0[l + 24] * (x1[l + 24] - s0);
        t2 += x0[l + 24] * (x2[l + 24] - s1);
        t3 += x0[l + 24] * (x3[l + 24] - s2);
        t4 += x0[l + 24] * (x4[l + 24] - s3);
        t1 += x0[l + 32] * (x1[l + 32] - s0);
        t2 += x0[l + 32] * (x2[l + 32] - s1);
        t3 += x0[l + 32] * (x3[l + 32] - s2);
        t4 += x0[l + 32] * (x4[l + 32] - s3);
        t1 += x0[l + 40] * (x1[l + 40] - s0);
        t2 += x0[l + 40] * (x2[l + 40] - s1);
        t3 += x0[l + 40] * (x3[l + 40] - s2);
        t4 += x0[l + 40] * (x4[l + 40] - s3);
        t1 += x0[l + 48] * (x1[l + 48] - s0);
        t2 += x0[l + 48] * (x2[l + 48] - s1);
        t3 += x0[l + 48] * (x3[l + 48] - s2);
        t4 += x0[l + 48] * (x4[l + 48] - s3);
        t1 += x0[l + 56] * (x1[l + 56] - s0);
        t2 += x0[l + 56] * (x2[l + 56] - s1);
        t3 += x0[l + 56] * (x3[l + 56] - s2);
        t4 += x0[l + 56] * (x4[l + 56] - s3);
        u0[l] = t1;
        u1[l] = t2;
        u2[l] = t3;
        u3[l] = t4;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes20(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1, gmm_float_real s0, gmm_float_real *restrict u1, const gmm_float_real *restrict x2, gmm_float_real s1, gmm_float_real *restrict u2, const gmm_float_real *restrict x3, gmm_float_real s2, gmm_float_real *restrict u3, const gmm_float_real *restrict x4, gmm_float_real s3, const gmm_float_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        gmm_float_real t1_ = u0[l];
        gmm_float_real t2_ = u1[l];
        gmm_float_real t3_ = u2[l];
        gmm_float_real t4_ = u3[l];
        const gmm_float_real t5 = x0[l] * (x1[l] - s0);
        t1_ += mask[l] > 0 ? t5 : 0;
        const gmm_float_real t6 = x0[l] * (x2[l] - s1);
        t2_ += mask[l] > 0 ? t6 : 0;
        const gmm_float_real t7 = x0[l] * (x3[l] - s2);
        t3_ += mask[l] > 0 ? t7 : 0;
        const gmm_float_real t8 = x0[l] * (x4[l] - s3);
        t4_ += mask[l] > 0 ? t8 : 0;
        const gmm_float_real t9 = x0[l + 8] * (x1[l + 8] - s0);
        t1_ += mask[l + 8] > 0 ? t9 : 0;
        const gmm_float_real t10 = x0[l + 8] * (x2[l + 8] - s1);
        t2_ += mask[l + 8] > 0 ? t10 : 0;
        const gmm_float_real t11 = x0[l + 8] * (x3[l + 8] - s2);
        t3_ += mask[l + 8] > 0 ? t11 : 0;
        const gmm_float_real t12 = x0[l + 8] * (x4[l + 8] - s3);
        t4_ += mask[l + 8] > 0 ? t12 : 0;
        const gmm_float_real t13 = x0[l + 16] * (x1[l + 16] - s0);
        t1_ += mask[l + 16] > 0 ? t13 : 0;
        const gmm_float_real t14 = x0[l + 16] * (x2[l + 16] - s1);
        t2_ += mask[l + 16] > 0 ? t14 : 0;
        const gmm_float_real t15 = x0[l + 16] * (x3[l + 16] - s2);
        t3_ += mask[l + 16] > 0 ? t15 : 0;
        const gmm_float_real t16 = x0[l + 16] * (x4[l + 16] - s3);
        t4_ += mask[l + 16] > 0 ? t16 : 0;
        const gmm_float_real t17 = x0[l + 24] * (x1[l + 24] - s0);
        t1_ += mask[l + 24] > 0 ? t17 : 0;
        const gmm_float_real t18 = x0[l + 24] * (x2[l + 24] - s1);
        t2_ += mask[l + 24] > 0 ? t18 : 0;
        const gmm_float_real t19 = x0[l + 24] * (x3[l + 24] - s2);
        t3_ += mask[l + 24] > 0 ? t19 : 0;
        const gmm_float_real t20 = x0[l + 24] * (x4[l + 24] - s3);
        t4_ += mask[l + 24] > 0 ? t20 : 0;
        const gmm_float_real t21 = x0[l + 32] * (x1[l + 32] - s0);
        t1_ += mask[l + 32] > 0 ? t21 : 0;
        const gmm_float_real t22 = x0[l + 32] * (x2[l + 32] - s1);
        t2_ += mask[l + 32] > 0 ? t22 : 0;
        const gmm_float_real t23 = x0[l + 32] * (x3[l + 32] - s2);
        t3_ += mask[l + 32] > 0 ? t23 : 0;
        const gmm_float_real t24 = x0[l + 32] * (x4[l + 32] - s3);
        t4_ += mask[l + 32] > 0 ? t24 : 0;
        const gmm_float_real t25 = x0[l + 40] * (x1[l + 40] - s0);
        t1_ += mask[l + 40] > 0 ? t25 : 0;
        const gmm_float_real t26 = x0[l + 40] * (x2[l + 40] - s1);
        t2_ += mask[l + 40] > 0 ? t26 : 0;
        const gmm_float_real t27 = x0[l + 40] * (x3[l + 40] - s2);
        t3_ += mask[l + 40] > 0 ? t27 : 0;
        const gmm_float_real t28 = x0[l + 40] * (x4[l + 40] - s3);
        t4_ += mask[l + 40] > 0 ? t28 : 0;
        const gmm_float_real t29 = x0[l + 48] * (x1[l + 48] - s0);
        t1_ += mask[l + 48] > 0 ? t29 : 0;
        const gmm_float_real t30 = x0[l + 48] * (x2[l + 48] - s1);
        t2_ += mask[l + 48] > 0 ? t30 : 0;
        const gmm_float_real t31 = x0[l + 48] * (x3[l + 48] - s2);
        t3_ += mask[l + 48] > 0 ? t31 : 0;
        const gmm_float_real t32 = x0[l + 48] * (x4[l + 48] - s3);
        t4_ += mask[l + 48] > 0 ? t32 : 0;
        const gmm_float_real t33 = x0[l + 56] * (x1[l + 56] - s0);
        t1_ += mask[l + 56] > 0 ? t33 : 0;
        const gmm_float_real t34 = x0[l + 56] * (x2[l + 56] - s1);
        t2_ += mask[l + 56] > 0 ? t34 : 0;
        const gmm_float_real t35 = x0[l + 56] * (x3[l + 56] - s2);
        t3_ += mask[l + 56] > 0 ? t35 : 0;
        const gmm_float_real t36 = x0[l + 56] * (x4[l + 56] - s3);
        t4_ += mask[l + 56] > 0 ? t36 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
        u2[l] = t3_;
        u3[l] = t4_;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes21(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1, gmm_float_real s0)
{
    for (int l = 0; l < 8; l++) {
        gmm_float_real t1 = u0[l];
        t1 += x0[l] * (x1[l] - s0);
        t1 += x0[l + 8] * (x1[l + 8] - s0);
        t1 += x0[l + 16] * (x1[l + 16] - s0);
        t1 += x0[l + 24] * (x1[l + 24] - s0);
        t1 += x0[l + 32] * (x1[l + 32] - s0);
        t1 += x0[l + 40] * (x1[l + 40] - s0);
        t1 += x0[l + 48] * (x1[l + 48] - s0);
        t1 += x0[l + 56] * (x1[l + 56] - s0);
        u0[l] = t1;
    }
}

GMM_FLOAT_STAGE static void gmm_float_lanes22(gmm_float_real *restrict u0, const gmm_float_real *restrict x0, const gmm_float_real *restrict x1, gmm_float_real s0, const gmm_float_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        gmm_float_real t1_ = u0[l];
        const gmm_float_real t2 = x0[l] * (x1[l] - s0);
        t1_ += mask[l] > 0 ? t2 : 0;
        const gmm_float_real t3 = x0[l + 8] * (x1[l + 8] - s0);
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const gmm_float_real t4 = x0[l + 16] * (x1[l + 16] - s0);
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const gmm_float_real t5 = x0[l + 24] * (x1[l + 24] - s0);
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const gmm_float_real t6 = x0[l + 32] * (x1[l + 32] - s0);
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const gmm_float_real t7 = x0[l + 40] * (x1[l + 40] - s0);
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const gmm_float_real t8 = x0[l + 48] * (x1[l + 48] - s0);
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const gmm_float_real t9 = x0[l + 56] * (x1[l + 56] - s0);
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void gmm_float_grad_rows2(int64_t first, int64_t last, const gmm_float_real *restrict x,
        const gmm_float_real *restrict alpha, const gmm_float_real *restrict mu, const gmm_float_real *restrict L,
        gmm_float_real *restrict loss_sum, gmm_float_real *restrict w_z, gmm_float_real *z_sum_3,
        gmm_float_real *restrict z_3, gmm_float_real *restrict loss_sum_2_3, gmm_float_real *loss_logsumexp_4,
        gmm_float_real *w_loss_logsumexp_2, gmm_float_real *d_loss_sum_2_2, gmm_float_real *d_z_2,
        gmm_float_real *restrict x_3, gmm_float_real *most_2, gmm_float_real *base_2, gmm_float_real *total_2,
        gmm_float_real *arg_2, gmm_float_real *exp_2, gmm_float_real *log_2, gmm_float_real *restrict loss_sum_3_3,
        gmm_float_real *arg_3, gmm_float_real *exp_3, gmm_float_real *restrict d_loss_sum_4,
        gmm_float_real *restrict sum_d_mu_2, gmm_float_real *restrict sum_d_q_2, gmm_float_real *restrict d_L_2)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        gmm_float_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 10; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  x[N, D] */
                x_3[i * 64 + r] = x[n * 10 + i];
            }
        }
        for (int64_t k = 0; k < 25; k++) {
            for (int64_t i = 0; i < 10; i++) {
                gmm_float_lanes1(z_sum_3);
                int64_t j = 0;
                for (; j + 3 < i; j += 4) {
                    gmm_float_lanes2(z_sum_3, L[(k * 10 + i) * 10 + j], x_3 + j * 64, mu[k * 10 + j], L[(k * 10 + i) * 10 + (j + 1)], x_3 + (j + 1) * 64, mu[k * 10 + (j + 1)], L[(k * 10 + i) * 10 + (j + 2)], x_3 + (j + 2) * 64, mu[k * 10 + (j + 2)], L[(k * 10 + i) * 10 + (j + 3)], x_3 + (j + 3) * 64, mu[k * 10 + (j + 3)]);
                }
                for (; j < i; j++) {
                    gmm_float_lanes3(z_sum_3, L[(k * 10 + i) * 10 + j], x_3 + j * 64, mu[k * 10 + j]);
                }
                gmm_float_lanes4(z_3 + (k * 10 + i) * 64, w_z[k * 10 + i], x_3 + i * 64, mu[k * 10 + i], z_sum_3);
            }
            gmm_float_lanes1(loss_sum_2_3 + k * 64);
            int64_t i = 0;
            for (; i + 3 < 10; i += 4) {
                gmm_float_lanes5(loss_sum_2_3 + k * 64, z_3 + (k * 10 + i) * 64, z_3 + (k * 10 + (i + 1)) * 64, z_3 + (k * 10 + (i + 2)) * 64, z_3 + (k * 10 + (i + 3)) * 64);
            }
            for (; i < 10; i++) {
                gmm_float_lanes6(loss_sum_2_3 + k * 64, z_3 + (k * 10 + i) * 64);
            }
        }
        gmm_float_lanes7(most_2, total_2);
        for (int64_t k = 0; k < 25; k++) {
            gmm_float_lanes8(most_2, alpha[k] + loss_sum[k], loss_sum_2_3 + k * 64);
        }
        gmm_float_lanes9(base_2, most_2);
        for (int64_t k = 0; k < 25; k++) {
            gmm_float_lanes10(arg_2, alpha[k] + loss_sum[k], loss_sum_2_3 + k * 64, base_2);
            gmm_float_vexp(exp_2, arg_2);
            gmm_float_lanes11(total_2, exp_2);
        }
        gmm_float_vlog(log_2, total_2);
        gmm_float_lanes12(loss_logsumexp_4, base_2, log_2);
        if (rows == 64)
            gmm_float_lanes13(loss_sum_3_3, loss_logsumexp_4);
        else
            gmm_float_lanes14(loss_sum_3_3, loss_logsumexp_4, mask);
        for (int64_t k = 0; k < 25; k++) {
            gmm_float_lanes10(arg_3, alpha[k] + loss_sum[k], loss_sum_2_3 + k * 64, loss_logsumexp_4);
            gmm_float_vexp(exp_3, arg_3);
            gmm_float_lanes15(w_loss_logsumexp_2, loss_logsumexp_4, exp_3, d_loss_sum_2_2);
            if (rows == 64)
                gmm_float_lanes13(d_loss_sum_4 + k * 8, w_loss_logsumexp_2);
            else
                gmm_float_lanes14(d_loss_sum_4 + k * 8, w_loss_logsumexp_2, mask);
            for (int64_t i_ = 0; i_ < 10; i_++) {
                gmm_float_lanes16(d_z_2, d_loss_sum_2_2, z_3 + (k * 10 + i_) * 64);
                if (rows == 64)
                    gmm_float_lanes17(sum_d_mu_2 + (k * 10 + i_) * 8, d_z_2, sum_d_q_2 + (k * 10 + i_) * 8, x_3 + i_ * 64, mu[k * 10 + i_]);
                else
                    gmm_float_lanes18(sum_d_mu_2 + (k * 10 + i_) * 8, d_z_2, sum_d_q_2 + (k * 10 + i_) * 8, x_3 + i_ * 64, mu[k * 10 + i_], mask);
                int64_t j_ = 0;
                for (; j_ + 3 < i_; j_ += 4) {
                    if (rows == 64)
                        gmm_float_lanes19(d_L_2 + ((k * 10 + i_) * 10 + j_) * 8, d_z_2, x_3 + j_ * 64, mu[k * 10 + j_], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 1)) * 8, x_3 + (j_ + 1) * 64, mu[k * 10 + (j_ + 1)], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 2)) * 8, x_3 + (j_ + 2) * 64, mu[k * 10 + (j_ + 2)], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 3)) * 8, x_3 + (j_ + 3) * 64, mu[k * 10 + (j_ + 3)]);
                    else
                        gmm_float_lanes20(d_L_2 + ((k * 10 + i_) * 10 + j_) * 8, d_z_2, x_3 + j_ * 64, mu[k * 10 + j_], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 1)) * 8, x_3 + (j_ + 1) * 64, mu[k * 10 + (j_ + 1)], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 2)) * 8, x_3 + (j_ + 2) * 64, mu[k * 10 + (j_ + 2)], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 3)) * 8, x_3 + (j_ + 3) * 64, mu[k * 10 + (j_ + 3)], mask);
                }
                for (; j_ < i_; j_++) {
                    if (rows == 64)
                        gmm_float_lanes21(d_L_2 + ((k * 10 + i_) * 10 + j_) * 8, d_z_2, x_3 + j_ * 64, mu[k * 10 + j_]);
                    else
                        gmm_float_lanes22(d_L_2 + ((k * 10 + i_) * 10 + j_) * 8, d_z_2, x_3 + j_ * 64, mu[k * 10 + j_], mask);
                }
            }
        }
    }
}

static void gmm_float_grad_rows3(int64_t first, int64_t last, const gmm_float_real *restrict x,
        const gmm_float_real *restrict alpha, const gmm_float_real *restrict mu, const gmm_float_real *restrict L,
        gmm_float_real *restrict z, gmm_float_real *restrict loss_sum, gmm_float_real *restrict loss_sum_2,
        gmm_float_real *restrict d_L, gmm_float_real *restrict d_loss_sum, gmm_float_real *restrict w_z,
        gmm_float_real *restrict sum_d_mu, gmm_float_real *restrict sum_d_q, gmm_float_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 52) / 64); n < last; n++) {
        for (int64_t k = 0; k < 25; k++) {
            for (int64_t i = 0; i < 10; i++) {
                /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
                gmm_float_real z_sum = 0.0f;
                for (int64_t j = 0; j < i; j++) {
                    z_sum += L[(k * 10 + i) * 10 + j] * (x[n * 10 + j] - mu[k * 10 + j]);
                }
                z[k * 10 + i] = w_z[k * 10 + i] * (x[n * 10 + i] - mu[k * 10 + i]) + z_sum;
            }
            /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
            gmm_float_real t1 = 0.0f;
            for (int64_t i = 0; i < 10; i++) {
                const gmm_float_real t2 = z[k * 10 + i];
                t1 += t2 * t2;
            }
            loss_sum_2[k] = t1;
        }
        gmm_float_real t3 = 0.0f;
        gmm_float_real t4 = (-1.0f / 0.0f);
        for (int64_t k = 0; k < 25; k++) {
            const gmm_float_real t5 = alpha[k] + loss_sum[k] - 0.5f * loss_sum_2[k];
            if (t5 > t4) {
                t3 = t3 * expf(t4 - t5) + 1.0f;
                t4 = t5;
            } else if (!(t5 == (-1.0f / 0.0f))) {
                t3 += expf(t5 - t4);
            }
        }
        const gmm_float_real loss_logsumexp = t4 + logf(t3);
        cells[0] += loss_logsumexp;
        for (int64_t k = 0; k < 25; k++) {
            const gmm_float_real w_loss_logsumexp = (-1.0f / 0.0f) < loss_logsumexp ? -expf(alpha[k] + loss_sum[k] - 0.5f * loss_sum_2[k] - loss_logsumexp) : 0.0f;
            const gmm_float_real d_loss_sum_2 = -w_loss_logsumexp * 0.5f;
            d_loss_sum[k] += w_loss_logsumexp;
            for (int64_t i = 0; i < 10; i++) {
                const gmm_float_real d_z = d_loss_sum_2 * (2.0f * z[k * 10 + i]);
                /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
                sum_d_mu[k * 10 + i] += d_z;
                sum_d_q[k * 10 + i] += d_z * (x[n * 10 + i] - mu[k * 10 + i]);
                for (int64_t j = 0; j < i; j++) {
                    d_L[(k * 10 + i) * 10 + j] += d_z * (x[n * 10 + j] - mu[k * 10 + j]);
                }
            }
        }
    }
}

static void gmm_float_grad_part4(int64_t N, int64_t first, int64_t last, const gmm_float_real *restrict alpha,
        const gmm_float_real *restrict L, gmm_float_real *restrict loss, gmm_float_real *restrict d_alpha,
        gmm_float_real *restrict d_mu, gmm_float_real *restrict d_q, gmm_float_real *restrict d_L,
        gmm_float_real *restrict d_loss_sum, gmm_float_real *restrict w_z, gmm_float_real *restrict sum_d_mu,
        gmm_float_real *restrict sum_d_q, gmm_float_real *restrict loss_sum_3_3,
        gmm_float_real *restrict d_loss_sum_4, gmm_float_real *restrict sum_d_mu_2,
        gmm_float_real *restrict sum_d_q_2, gmm_float_real *restrict d_L_2, gmm_float_real *restrict cells)
{
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    gmm_float_real t1 = 0.0f;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_sum_3_3[l];
    }
    cells[0] += t1;
    for (int64_t i = 0; i < 25; i++) {
        for (int64_t i_ = 0; i_ < 10; i_++) {
            for (int64_t i_2 = 0; i_2 < 10; i_2++) {
                /* param L[K, D, D] = 0            # only j < i is used */
                gmm_float_real t2 = 0.0f;
                for (int64_t l = 0; l < 8; l++) {
                    t2 += d_L_2[((i * 10 + i_) * 10 + i_2) * 8 + l];
                }
                d_L[(i * 10 + i_) * 10 + i_2] += t2;
            }
            /* param mu[K, D] ~ normal(0, 1) */
            gmm_float_real t3 = 0.0f;
            for (int64_t l = 0; l < 8; l++) {
                t3 += sum_d_mu_2[(i * 10 + i_) * 8 + l];
            }
            sum_d_mu[i * 10 + i_] += t3;
            /* param q[K, D] = 0 */
            gmm_float_real t4 = 0.0f;
            for (int64_t l = 0; l < 8; l++) {
                t4 += sum_d_q_2[(i * 10 + i_) * 8 + l];
            }
            sum_d_q[i * 10 + i_] += t4;
            /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
            d_mu[i * 10 + i_] += 0 < N ? -(w_z[i * 10 + i_] * sum_d_mu[i * 10 + i_]) : 0.0f;
        }
        /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
        gmm_float_real t5 = 0.0f;
        for (int64_t l = 0; l < 8; l++) {
            t5 += d_loss_sum_4[i * 8 + l];
        }
        d_loss_sum[i] += t5;
        d_alpha[i] += d_loss_sum[i];
        if (first == 0 && (0 < last || N == 0)) {
            d_alpha[i] += (-1.0f / 0.0f) < cells[1] ? cells[2] * expf(alpha[i] - cells[1]) : 0.0f;
        }
        for (int64_t i_ = 0; i_ < 10; i_++) {
            /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
            d_q[i * 10 + i_] += d_loss_sum[i] + (0 < N ? w_z[i * 10 + i_] * sum_d_q[i * 10 + i_] : 0.0f);
            gmm_float_real t6 = 0.0f;
            for (int64_t i_2 = i_ + 1; i_2 < 10; i_2++) {
                t6 += -(L[(i * 10 + i_2) * 10 + i_] * sum_d_mu[i * 10 + i_2]);
            }
            d_mu[i * 10 + i_] += t6;
        }
    }
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    loss[0] += -cells[0];
    if (first == 0 && (0 < last || N == 0)) {
        loss[0] += (gmm_float_real)N * cells[1];
    }
}

int gmm_float_grad_range(const gmm_float_dims *dims, const gmm_float_real *theta, const gmm_float_data *data, gmm_float_real *loss, gmm_float_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = gmm_float_ready(dims, theta, data, work);
    if (code != GMM_FLOAT_OK) return code;
    if (first_row > last_row || last_row > dims->N) return GMM_FLOAT_EDIM;
    unsigned char *const bytes = work;
    gmm_float_grad_part1((int64_t)dims->N, theta + GMM_FLOAT_alpha_OFFSET(dims), theta + GMM_FLOAT_q_OFFSET(dims),
        (gmm_float_real *)(void *)(bytes + 64), (gmm_float_real *)(void *)(bytes + 192),
        (gmm_float_real *)(void *)(bytes + 320), (gmm_float_real *)(void *)(bytes + 1344),
        (gmm_float_real *)(void *)(bytes + 2368), (gmm_float_real *)(void *)(bytes + 100224),
        (gmm_float_real *)(void *)(bytes + 3392), (gmm_float_real *)(void *)(bytes + 4224),
        (gmm_float_real *)(void *)(bytes + 12224), (gmm_float_real *)(void *)(bytes + 20224),
        (gmm_float_real *)(void *)bytes);
    gmm_float_grad_rows2((int64_t)first_row, (int64_t)last_row, data->x, theta + GMM_FLOAT_alpha_OFFSET(dims),
        theta + GMM_FLOAT_mu_OFFSET(dims), theta + GMM_FLOAT_L_OFFSET(dims), (gmm_float_real *)(void *)(bytes + 64),
        (gmm_float_real *)(void *)(bytes + 320), (gmm_float_real *)(void *)(bytes + 102848),
        (gmm_float_real *)(void *)(bytes + 103104), (gmm_float_real *)(void *)(bytes + 167104),
        (gmm_float_real *)(void *)(bytes + 173504), (gmm_float_real *)(void *)(bytes + 102848),
        (gmm_float_real *)(void *)(bytes + 174016), (gmm_float_real *)(void *)(bytes + 102848),
        (gmm_float_real *)(void *)(bytes + 100288), (gmm_float_real *)(void *)(bytes + 102848),
        (gmm_float_real *)(void *)(bytes + 173760), (gmm_float_real *)(void *)(bytes + 173504),
        (gmm_float_real *)(void *)(bytes + 102848), (gmm_float_real *)(void *)(bytes + 174016),
        (gmm_float_real *)(void *)(bytes + 102848), (gmm_float_real *)(void *)(bytes + 100224),
        (gmm_float_real *)(void *)(bytes + 102848), (gmm_float_real *)(void *)(bytes + 173760),
        (gmm_float_real *)(void *)(bytes + 3392), (gmm_float_real *)(void *)(bytes + 4224),
        (gmm_float_real *)(void *)(bytes + 12224), (gmm_float_real *)(void *)(bytes + 20224));
    gmm_float_grad_rows3((int64_t)first_row, (int64_t)last_row, data->x, theta + GMM_FLOAT_alpha_OFFSET(dims),
        theta + GMM_FLOAT_mu_OFFSET(dims), theta + GMM_FLOAT_L_OFFSET(dims),
        (gmm_float_real *)(void *)(bytes + 174272), (gmm_float_real *)(void *)(bytes + 64),
        (gmm_float_real *)(void *)(bytes + 175296), grad + GMM_FLOAT_L_OFFSET(dims),
        (gmm_float_real *)(void *)(bytes + 192), (gmm_float_real *)(void *)(bytes + 320),
        (gmm_float_real *)(void *)(bytes + 1344), (gmm_float_real *)(void *)(bytes + 2368),
        (gmm_float_real *)(void *)bytes);
    gmm_float_grad_part4((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row,
        theta + GMM_FLOAT_alpha_OFFSET(dims), theta + GMM_FLOAT_L_OFFSET(dims), loss,
        grad + GMM_FLOAT_alpha_OFFSET(dims), grad + GMM_FLOAT_mu_OFFSET(dims), grad + GMM_FLOAT_q_OFFSET(dims),
        grad + GMM_FLOAT_L_OFFSET(dims), (gmm_float_real *)(void *)(bytes + 192),
        (gmm_float_real *)(void *)(bytes + 320), (gmm_float_real *)(void *)(bytes + 1344),
        (gmm_float_real *)(void *)(bytes + 2368), (gmm_float_real *)(void *)(bytes + 100224),
        (gmm_float_real *)(void *)(bytes + 3392), (gmm_float_real *)(void *)(bytes + 4224),
        (gmm_float_real *)(void *)(bytes + 12224), (gmm_float_real *)(void *)(bytes + 20224),
        (gmm_float_real *)(void *)bytes);
    return fabsf(*loss) <= 3.4028234e38f ? GMM_FLOAT_OK : GMM_FLOAT_ENONFINITE;
}

int gmm_float_grad(const gmm_float_dims *dims, const gmm_float_real *theta, const gmm_float_data *data, gmm_float_real *loss, gmm_float_real *grad, void *work)
{
    const int code = gmm_float_ready(dims, theta, data, work);
    if (code != GMM_FLOAT_OK) return code;
    const size_t n = gmm_float_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return gmm_float_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static int gmm_float_shape(const void *any, int array, size_t *shape)
{
    const gmm_float_dims *const dims = any;
    if (!dims) return GMM_FLOAT_EDIM;
    const int64_t N = gmm_float_dim(dims->N);
    int64_t count;
    switch (array) {
    case 0: /* alpha */
        shape[0] = 25;
        break;
    case 1: /* mu */
        shape[0] = 25;
        shape[1] = 10;
        break;
    case 2: /* q */
        shape[0] = 25;
        shape[1] = 10;
        break;
    case 3: /* L */
        shape[0] = 25;
        shape[1] = 10;
        shape[2] = 10;
        break;
    case 4: /* x */
        count = N;
        if (count < 0) return GMM_FLOAT_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 10;
        break;
    default: break;
    }
    return GMM_FLOAT_OK;
}

static void gmm_float_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int gmm_float_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return gmm_float_loss(dims, theta, data, loss, work);
}

static int gmm_float_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return gmm_float_grad(dims, theta, data, loss, grad, work);
}

static int gmm_float_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return gmm_float_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static size_t gmm_float_any_nparam(const void *dims) { return gmm_float_nparam(dims); }

static size_t gmm_float_any_work_bytes(const void *dims) { return gmm_float_work_bytes(dims); }

static int gmm_float_any_init(const void *dims, uint64_t seed, void *theta) { return gmm_float_init(dims, seed, theta); }

static int gmm_float_any_check(const void *dims, const void *data, int *which) { return gmm_float_test(dims, data, which); }

static const char *const gmm_float_dim_names[] = {"N"};

static const int gmm_float_axis0[] = {-1};
static const int gmm_float_axis1[] = {-1, -1};
static const int gmm_float_axis2[] = {-1, -1};
static const int gmm_float_axis3[] = {-1, -1, -1};
static const int gmm_float_axis4[] = {0, -1};
static const adc_array gmm_float_arrays[] = {
    {"alpha", ADC_PARAM, ADC_REAL, 0, 0, 1, gmm_float_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"mu", ADC_PARAM, ADC_REAL, 0, 0, 2, gmm_float_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"q", ADC_PARAM, ADC_REAL, 0, 0, 2, gmm_float_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"L", ADC_PARAM, ADC_REAL, 0, 0, 3, gmm_float_axis3, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"x", ADC_DATA, ADC_REAL, 0, 0, 2, gmm_float_axis4, -1, offsetof(gmm_float_data, x), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model gmm_float = {
    ADC_MODEL, 4, "gmm",
    1, gmm_float_dim_names, 0,
    5, gmm_float_arrays, sizeof(gmm_float_data),
    4, gmm_float_check_text,
    gmm_float_shape, gmm_float_range, gmm_float_any_nparam, gmm_float_any_nparam, gmm_float_any_work_bytes,
    gmm_float_any_init, gmm_float_any_check,
    gmm_float_any_loss, gmm_float_any_grad, gmm_float_any_grad_range,
    gmm_float_strerror,
    0, 0,
};
