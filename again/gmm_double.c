/* The functions of gmm_double; its header says what they take and need. */
#include "gmm_double.h"

#include <math.h>


static uint64_t gmm_double_random_begin(void)
{
    return 0;
}

static uint64_t gmm_double_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t gmm_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t gmm_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : gmm_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t gmm_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : gmm_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t gmm_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define GMM_DOUBLE_LANES 64
#ifdef __GNUC__
#define GMM_DOUBLE_STAGE __attribute__((noinline))
#define GMM_DOUBLE_INLINE __attribute__((always_inline)) inline
#else
#define GMM_DOUBLE_STAGE
#define GMM_DOUBLE_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define GMM_DOUBLE_MA(a, b, c) fma(a, b, c)
#else
#define GMM_DOUBLE_MA(a, b, c) ((a) * (b) + (c))
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
    gmm_double_real x;
    uint64_t u;
} gmm_double_bits;

/* x = k log(2) + r, the integer k in the low bits of what is returned; r to more digits is low + high, which has three bits less */
GMM_DOUBLE_INLINE static uint64_t gmm_double_vreduce(gmm_double_real x, gmm_double_real *r, gmm_double_real *high, gmm_double_real *low)
{
    gmm_double_bits b, c;
    gmm_double_real k, a;
    b.x = GMM_DOUBLE_MA(x, 1.4426950408889634, 6755399441055744.0);
    k = b.x - 6755399441055744.0;
    a = GMM_DOUBLE_MA(k, -0.693147180559663, x);
    c.x = GMM_DOUBLE_MA(k, -2.8235290563031577e-13, a);
    *r = c.x;
    c.u &= ~(uint64_t)7;
    *high = c.x;
    *low = GMM_DOUBLE_MA(k, -2.8235290563031577e-13, a - c.x);
    return b.u;
}

/* 2^(k + n) */
GMM_DOUBLE_INLINE static gmm_double_real gmm_double_vpower(uint64_t k, int n)
{
    gmm_double_bits b;
    b.u = (k + (uint64_t)(1023 + n)) << 52;
    return b.x;
}

/* (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2 */
GMM_DOUBLE_INLINE static gmm_double_real gmm_double_vtail(gmm_double_real r)
{
    gmm_double_real p = GMM_DOUBLE_MA(2.5086409507395577e-08, r, 2.762677697650855e-07);
    p = GMM_DOUBLE_MA(p, r, 2.7557321285517562e-06);
    p = GMM_DOUBLE_MA(p, r, 2.480150345489398e-05);
    p = GMM_DOUBLE_MA(p, r, 0.00019841269796652623);
    p = GMM_DOUBLE_MA(p, r, 0.0013888888933046024);
    p = GMM_DOUBLE_MA(p, r, 0.008333333333362366);
    p = GMM_DOUBLE_MA(p, r, 0.041666666666572295);
    p = GMM_DOUBLE_MA(p, r, 0.16666666666666619);
    p = GMM_DOUBLE_MA(p, r, 0.5000000000000006);
    return p;
}

/* k of x = 2^k m, m in [sqrt(1/2), sqrt(2)), with a constant added that makes it positive */
GMM_DOUBLE_INLINE static uint64_t gmm_double_vexponent(gmm_double_real x)
{
    gmm_double_bits b;
    b.x = x;
    return (b.u + 0x195f619980c433) >> 52;
}

/* k log(2) + log(1 + f) for such k and f = m - 1: log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 p(s^2)), s = f / (2 + f) */
GMM_DOUBLE_INLINE static gmm_double_real gmm_double_vlogsum(uint64_t k, gmm_double_real f)
{
    const gmm_double_real s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
    gmm_double_bits b;
    b.u = k | 0x4330000000000000;
    b.x -= 4503599627371520.0;
    gmm_double_real p = GMM_DOUBLE_MA(0.1479572673621133, z, 0.153140764996038);
    p = GMM_DOUBLE_MA(p, z, 0.18183563134745295);
    p = GMM_DOUBLE_MA(p, z, 0.22222198600526685);
    p = GMM_DOUBLE_MA(p, z, 0.28571428742061616);
    p = GMM_DOUBLE_MA(p, z, 0.3999999999941655);
    p = GMM_DOUBLE_MA(p, z, 0.6666666666666734);
    return GMM_DOUBLE_MA(b.x, 0.693147180559663, f - (h - GMM_DOUBLE_MA(s, GMM_DOUBLE_MA(p, z, h), b.x * 2.8235290563031577e-13)));
}

GMM_DOUBLE_STAGE static void gmm_double_vexp(gmm_double_real *restrict y, const gmm_double_real *restrict x)
{
    volatile gmm_double_real most = 710.0;
    const gmm_double_real limit = most;
    int i;
    for (i = 0; i < GMM_DOUBLE_LANES; i++) {
        gmm_double_real v = x[i], r, high, low;
        uint64_t k, half;
        v = v > limit ? limit : v;
        v = v < -746.0 ? -746.0 : v;
        k = gmm_double_vreduce(v, &r, &high, &low) + 2 * 1023;
        half = k >> 1;
        v = 1.0 + GMM_DOUBLE_MA(r * r, gmm_double_vtail(r), r);
        y[i] = v * gmm_double_vpower(half, -1023) * gmm_double_vpower(k - half, -1023);
    }
}

GMM_DOUBLE_STAGE static void gmm_double_vlog(gmm_double_real *restrict y, const gmm_double_real *restrict x)
{
    uint64_t rare = 0;
    int i;
    for (i = 0; i < GMM_DOUBLE_LANES; i++) {
        const uint64_t k = gmm_double_vexponent(x[i]);
        gmm_double_bits b;
        b.x = x[i];
        rare |= (b.u - 0x10000000000000) | (0x7ff0000000000000 - 1 - b.u);
        b.u -= (k - 1024) << 52;
        y[i] = gmm_double_vlogsum(k, b.x - 1.0);
    }
    for (i = 0; rare >= 0x8000000000000000 && i < GMM_DOUBLE_LANES; i++) {
        volatile gmm_double_real v = x[i];
        if (!(v >= 2.2250738585072014e-308 && v <= 1.7976931348623157e308)) y[i] = log(v);
    }
}

#if defined __clang__
#pragma float_control(pop)
#elif defined __GNUC__
#pragma GCC pop_options
#endif

size_t gmm_double_work_bytes(const gmm_double_dims *dims)
{
    const int64_t N = gmm_double_dim(dims->N);
    size_t most = 0, bytes = 0;
    bytes = gmm_double_slot(bytes, gmm_double_count(N, 10), 8); /* x */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 27904;
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 350656;
    if (bytes > most) most = bytes;
    return most;
}

size_t gmm_double_nparam(const gmm_double_dims *dims)
{
    (void)dims;
    return 3025;
}

const char *gmm_double_strerror(int code)
{
    switch (code) {
    case GMM_DOUBLE_OK: return "no error";
    case GMM_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case GMM_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case GMM_DOUBLE_EWORK: return "no work memory was given";
    case GMM_DOUBLE_ENONFINITE: return "the loss is not finite";
    case GMM_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double gmm_double_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = gmm_double_random_mix(gmm_double_random_begin(), (double)(seed >> 32));
    h = gmm_double_random_mix(h, (double)(seed & 0xffffffffu));
    h = gmm_double_random_mix(h, (double)param);
    h = gmm_double_random_mix(h, (double)e);
    h = gmm_double_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int gmm_double_init(const gmm_double_dims *dims, uint64_t seed, gmm_double_real *theta)
{
    if (!dims || gmm_double_work_bytes(dims) == SIZE_MAX) return GMM_DOUBLE_EDIM;
    if (!theta) return GMM_DOUBLE_EDATA;
    gmm_double_real *to;
    int64_t at;
    to = theta + GMM_DOUBLE_alpha_OFFSET(dims); /* alpha */
    at = 0;
    for (int64_t i = 0; i < 25; i++) {
        to[at] = 0.0;
        at++;
    }
    to = theta + GMM_DOUBLE_mu_OFFSET(dims); /* mu */
    at = 0;
    for (int64_t i = 0; i < 25; i++) {
        for (int64_t i_ = 0; i_ < 10; i_++) {
            to[at] = 0.0 + 1.0 * (gmm_double_real)(sqrt(-2.0 * log(1.0 - gmm_double_uniform(seed, 1, at, 0))) * cos(6.283185307179586 * gmm_double_uniform(seed, 1, at, 1)));
            at++;
        }
    }
    to = theta + GMM_DOUBLE_q_OFFSET(dims); /* q */
    at = 0;
    for (int64_t i = 0; i < 25; i++) {
        for (int64_t i_ = 0; i_ < 10; i_++) {
            to[at] = 0.0;
            at++;
        }
    }
    to = theta + GMM_DOUBLE_L_OFFSET(dims); /* L */
    at = 0;
    for (int64_t i = 0; i < 25; i++) {
        for (int64_t i_ = 0; i_ < 10; i_++) {
            for (int64_t i_2 = 0; i_2 < 10; i_2++) {
                to[at] = 0.0;
                at++;
            }
        }
    }
    return GMM_DOUBLE_OK;
}

static const char *const gmm_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "x is missing",
    "x holds a NaN",
};

static int gmm_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int gmm_double_test(const gmm_double_dims *dims, const gmm_double_data *data, int *which)
{
    if (!dims || gmm_double_work_bytes(dims) == SIZE_MAX) return gmm_double_fail(which, 0, GMM_DOUBLE_EDIM);
    const int64_t N = (int64_t)dims->N;
    if (!data) return gmm_double_fail(which, 1, GMM_DOUBLE_EDATA);
    if (!data->x && 10 * N > 0) return gmm_double_fail(which, 2, GMM_DOUBLE_EDATA);
    for (int64_t at = 0; at < 10 * N; at++)
        if (data->x[at] != data->x[at]) return gmm_double_fail(which, 3, GMM_DOUBLE_EDATA);
    return GMM_DOUBLE_OK;
}

int gmm_double_check(const gmm_double_dims *dims, const gmm_double_data *data)
{
    return gmm_double_test(dims, data, 0);
}

static int gmm_double_ready(const gmm_double_dims *dims, const gmm_double_real *theta, const gmm_double_data *data, const void *work)
{
    const size_t bytes = dims ? gmm_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return GMM_DOUBLE_EDIM;
    if (!theta) return GMM_DOUBLE_EDATA;
    if (!data) return GMM_DOUBLE_EDATA;
    return bytes > 0 && !work ? GMM_DOUBLE_EWORK : GMM_DOUBLE_OK;
}

static void gmm_double_loss_part1(const gmm_double_real *restrict alpha, const gmm_double_real *restrict q,
        gmm_double_real *restrict loss_sum, gmm_double_real *restrict w_z, gmm_double_real *restrict loss_sum_3_2,
        gmm_double_real *restrict cells)
{
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    cells[0] = 0.0;
    for (int64_t k = 0; k < 25; k++) {
        for (int64_t i = 0; i < 10; i++) {
            /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
            w_z[k * 10 + i] = exp(q[k * 10 + i]);
        }
        /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
        gmm_double_real t1 = 0.0;
        for (int64_t i = 0; i < 10; i++) {
            t1 += q[k * 10 + i];
        }
        loss_sum[k] = t1;
    }
    gmm_double_real t2 = 0.0;
    gmm_double_real t3 = (-1.0 / 0.0);
    for (int64_t k = 0; k < 25; k++) {
        const gmm_double_real t4 = alpha[k];
        if (t4 > t3) {
            t2 = t2 * exp(t3 - t4) + 1.0;
            t3 = t4;
        } else if (!(t4 == (-1.0 / 0.0))) {
            t2 += exp(t4 - t3);
        }
    }
    cells[1] = t3 + log(t2);
    for (int64_t i = 0; i < 8; i++) {
        loss_sum_3_2[i] = 0.0;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes1(gmm_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes2(gmm_double_real *restrict u0, gmm_double_real s0, const gmm_double_real *restrict x0, gmm_double_real s1, gmm_double_real s2, const gmm_double_real *restrict x1, gmm_double_real s3, gmm_double_real s4, const gmm_double_real *restrict x2, gmm_double_real s5, gmm_double_real s6, const gmm_double_real *restrict x3, gmm_double_real s7)
{
    for (int r = 0; r < 64; r++) {
        const gmm_double_real t1 = u0[r] + s0 * (x0[r] - s1);
        const gmm_double_real t2 = t1 + s2 * (x1[r] - s3);
        const gmm_double_real t3 = t2 + s4 * (x2[r] - s5);
        const gmm_double_real t4 = t3 + s6 * (x3[r] - s7);
        u0[r] = t4;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes3(gmm_double_real *restrict u0, gmm_double_real s0, const gmm_double_real *restrict x0, gmm_double_real s1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += s0 * (x0[r] - s1);
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes4(gmm_double_real *restrict u0, gmm_double_real s0, const gmm_double_real *restrict x0, gmm_double_real s1, const gmm_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = s0 * (x0[r] - s1) + x1[r];
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes5(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1, const gmm_double_real *restrict x2, const gmm_double_real *restrict x3)
{
    for (int r = 0; r < 64; r++) {
        const gmm_double_real t1 = u0[r] + x0[r] * x0[r];
        const gmm_double_real t2 = t1 + x1[r] * x1[r];
        const gmm_double_real t3 = t2 + x2[r] * x2[r];
        const gmm_double_real t4 = t3 + x3[r] * x3[r];
        u0[r] = t4;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes6(gmm_double_real *restrict u0, const gmm_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r] * x0[r];
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes7(gmm_double_real *restrict u0, gmm_double_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = (-1.0 / 0.0);
        u1[r] = 0.0;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes8(gmm_double_real *restrict u0, gmm_double_real s0, const gmm_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const gmm_double_real t1 = s0 - 0.5 * x0[r];
        const gmm_double_real t2 = u0[r];
        const gmm_double_real t3 = t1 > t2 ? t1 : t2;
        u0[r] = t3;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes9(gmm_double_real *restrict u0, const gmm_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const gmm_double_real t1 = x0[r];
        u0[r] = (((-1.0 / 0.0) < x0[r]) & (x0[r] < (1.0 / 0.0))) ? t1 : 0.0;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes10(gmm_double_real *restrict u0, gmm_double_real s0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = s0 - 0.5 * x0[r] - x1[r];
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes11(gmm_double_real *restrict u0, const gmm_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r];
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes12(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] + x1[r];
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes13(gmm_double_real *restrict u0, const gmm_double_real *restrict x0)
{
    for (int l = 0; l < 8; l++) {
        gmm_double_real t1 = u0[l];
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

GMM_DOUBLE_STAGE static void gmm_double_lanes14(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        gmm_double_real t1_ = u0[l];
        const gmm_double_real t2 = x0[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const gmm_double_real t3 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const gmm_double_real t4 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const gmm_double_real t5 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const gmm_double_real t6 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const gmm_double_real t7 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const gmm_double_real t8 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const gmm_double_real t9 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void gmm_double_loss_rows2(int64_t N, const gmm_double_real *restrict x,
        const gmm_double_real *restrict alpha, const gmm_double_real *restrict mu, const gmm_double_real *restrict L,
        gmm_double_real *restrict loss_sum, gmm_double_real *restrict w_z, gmm_double_real *z_sum_2,
        gmm_double_real *restrict z_2, gmm_double_real *restrict loss_sum_2_2, gmm_double_real *loss_logsumexp_3,
        gmm_double_real *restrict x_2, gmm_double_real *most_, gmm_double_real *restrict base,
        gmm_double_real *total, gmm_double_real *arg, gmm_double_real *restrict exp_, gmm_double_real *log_,
        gmm_double_real *restrict loss_sum_3_2)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        gmm_double_real mask[64];
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
                gmm_double_lanes1(z_sum_2);
                int64_t j = 0;
                for (; j + 3 < i; j += 4) {
                    gmm_double_lanes2(z_sum_2, L[(k * 10 + i) * 10 + j], x_2 + j * 64, mu[k * 10 + j], L[(k * 10 + i) * 10 + (j + 1)], x_2 + (j + 1) * 64, mu[k * 10 + (j + 1)], L[(k * 10 + i) * 10 + (j + 2)], x_2 + (j + 2) * 64, mu[k * 10 + (j + 2)], L[(k * 10 + i) * 10 + (j + 3)], x_2 + (j + 3) * 64, mu[k * 10 + (j + 3)]);
                }
                for (; j < i; j++) {
                    gmm_double_lanes3(z_sum_2, L[(k * 10 + i) * 10 + j], x_2 + j * 64, mu[k * 10 + j]);
                }
                gmm_double_lanes4(z_2 + i * 64, w_z[k * 10 + i], x_2 + i * 64, mu[k * 10 + i], z_sum_2);
            }
            gmm_double_lanes1(loss_sum_2_2 + k * 64);
            int64_t i = 0;
            for (; i + 3 < 10; i += 4) {
                gmm_double_lanes5(loss_sum_2_2 + k * 64, z_2 + i * 64, z_2 + (i + 1) * 64, z_2 + (i + 2) * 64, z_2 + (i + 3) * 64);
            }
            for (; i < 10; i++) {
                gmm_double_lanes6(loss_sum_2_2 + k * 64, z_2 + i * 64);
            }
        }
        gmm_double_lanes7(most_, total);
        for (int64_t k = 0; k < 25; k++) {
            gmm_double_lanes8(most_, alpha[k] + loss_sum[k], loss_sum_2_2 + k * 64);
        }
        gmm_double_lanes9(base, most_);
        for (int64_t k = 0; k < 25; k++) {
            gmm_double_lanes10(arg, alpha[k] + loss_sum[k], loss_sum_2_2 + k * 64, base);
            gmm_double_vexp(exp_, arg);
            gmm_double_lanes11(total, exp_);
        }
        gmm_double_vlog(log_, total);
        gmm_double_lanes12(loss_logsumexp_3, base, log_);
        if (rows == 64)
            gmm_double_lanes13(loss_sum_3_2, loss_logsumexp_3);
        else
            gmm_double_lanes14(loss_sum_3_2, loss_logsumexp_3, mask);
    }
}

static void gmm_double_loss_rows3(int64_t N, const gmm_double_real *restrict x,
        const gmm_double_real *restrict alpha, const gmm_double_real *restrict mu, const gmm_double_real *restrict L,
        gmm_double_real *restrict z, gmm_double_real *restrict loss_sum, gmm_double_real *restrict loss_sum_2,
        gmm_double_real *restrict w_z, gmm_double_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < 25; k++) {
            for (int64_t i = 0; i < 10; i++) {
                /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
                gmm_double_real z_sum = 0.0;
                for (int64_t j = 0; j < i; j++) {
                    z_sum += L[(k * 10 + i) * 10 + j] * (x[n * 10 + j] - mu[k * 10 + j]);
                }
                z[i] = w_z[k * 10 + i] * (x[n * 10 + i] - mu[k * 10 + i]) + z_sum;
            }
            /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
            gmm_double_real t1 = 0.0;
            for (int64_t i = 0; i < 10; i++) {
                const gmm_double_real t2 = z[i];
                t1 += t2 * t2;
            }
            loss_sum_2[k] = t1;
        }
        gmm_double_real t3 = 0.0;
        gmm_double_real t4 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 25; k++) {
            const gmm_double_real t5 = alpha[k] + loss_sum[k] - 0.5 * loss_sum_2[k];
            if (t5 > t4) {
                t3 = t3 * exp(t4 - t5) + 1.0;
                t4 = t5;
            } else if (!(t5 == (-1.0 / 0.0))) {
                t3 += exp(t5 - t4);
            }
        }
        const gmm_double_real loss_logsumexp = t4 + log(t3);
        cells[0] += loss_logsumexp;
    }
}

static void gmm_double_loss_part4(int64_t N, gmm_double_real *restrict loss, gmm_double_real *restrict loss_sum_3_2,
        gmm_double_real *restrict cells)
{
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    gmm_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_sum_3_2[l];
    }
    cells[0] += t1;
    loss[0] = -(cells[0] - (gmm_double_real)N * cells[1]);
}

int gmm_double_loss(const gmm_double_dims *dims, const gmm_double_real *theta, const gmm_double_data *data, gmm_double_real *loss, void *work)
{
    const int code = gmm_double_ready(dims, theta, data, work);
    if (code != GMM_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    gmm_double_loss_part1(theta + GMM_DOUBLE_alpha_OFFSET(dims), theta + GMM_DOUBLE_q_OFFSET(dims),
        (gmm_double_real *)(void *)(bytes + 64), (gmm_double_real *)(void *)(bytes + 320),
        (gmm_double_real *)(void *)(bytes + 2368), (gmm_double_real *)(void *)bytes);
    gmm_double_loss_rows2((int64_t)dims->N, data->x, theta + GMM_DOUBLE_alpha_OFFSET(dims),
        theta + GMM_DOUBLE_mu_OFFSET(dims), theta + GMM_DOUBLE_L_OFFSET(dims),
        (gmm_double_real *)(void *)(bytes + 64), (gmm_double_real *)(void *)(bytes + 320),
        (gmm_double_real *)(void *)(bytes + 7552), (gmm_double_real *)(void *)(bytes + 8064),
        (gmm_double_real *)(void *)(bytes + 13184), (gmm_double_real *)(void *)(bytes + 25984),
        (gmm_double_real *)(void *)(bytes + 2432), (gmm_double_real *)(void *)(bytes + 7552),
        (gmm_double_real *)(void *)(bytes + 26496), (gmm_double_real *)(void *)(bytes + 25984),
        (gmm_double_real *)(void *)(bytes + 7552), (gmm_double_real *)(void *)(bytes + 27008),
        (gmm_double_real *)(void *)(bytes + 7552), (gmm_double_real *)(void *)(bytes + 2368));
    gmm_double_loss_rows3((int64_t)dims->N, data->x, theta + GMM_DOUBLE_alpha_OFFSET(dims),
        theta + GMM_DOUBLE_mu_OFFSET(dims), theta + GMM_DOUBLE_L_OFFSET(dims),
        (gmm_double_real *)(void *)(bytes + 27520), (gmm_double_real *)(void *)(bytes + 64),
        (gmm_double_real *)(void *)(bytes + 27648), (gmm_double_real *)(void *)(bytes + 320),
        (gmm_double_real *)(void *)bytes);
    gmm_double_loss_part4((int64_t)dims->N, loss, (gmm_double_real *)(void *)(bytes + 2368),
        (gmm_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? GMM_DOUBLE_OK : GMM_DOUBLE_ENONFINITE;
}

static void gmm_double_grad_part1(int64_t N, const gmm_double_real *restrict alpha,
        const gmm_double_real *restrict q, gmm_double_real *restrict loss_sum, gmm_double_real *restrict d_loss_sum,
        gmm_double_real *restrict w_z, gmm_double_real *restrict sum_d_mu, gmm_double_real *restrict sum_d_q,
        gmm_double_real *restrict loss_sum_3_3, gmm_double_real *restrict d_loss_sum_4,
        gmm_double_real *restrict sum_d_mu_2, gmm_double_real *restrict sum_d_q_2, gmm_double_real *restrict d_L_2,
        gmm_double_real *restrict cells)
{
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    cells[0] = 0.0;
    for (int64_t i = 0; i < 25; i++) {
        d_loss_sum[i] = 0.0;
        for (int64_t i_ = 0; i_ < 10; i_++) {
            /* param mu[K, D] ~ normal(0, 1) */
            sum_d_mu[i * 10 + i_] = 0.0;
            /* param q[K, D] = 0 */
            sum_d_q[i * 10 + i_] = 0.0;
            /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
            w_z[i * 10 + i_] = exp(q[i * 10 + i_]);
            for (int64_t i_2 = 0; i_2 < 8; i_2++) {
                sum_d_mu_2[(i * 10 + i_) * 8 + i_2] = 0.0;
                sum_d_q_2[(i * 10 + i_) * 8 + i_2] = 0.0;
            }
            for (int64_t i_2 = 0; i_2 < 10; i_2++) {
                for (int64_t i_3 = 0; i_3 < 8; i_3++) {
                    d_L_2[((i * 10 + i_) * 10 + i_2) * 8 + i_3] = 0.0;
                }
            }
        }
        /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
        gmm_double_real t1 = 0.0;
        for (int64_t i_ = 0; i_ < 10; i_++) {
            t1 += q[i * 10 + i_];
        }
        loss_sum[i] = t1;
        for (int64_t i_ = 0; i_ < 8; i_++) {
            d_loss_sum_4[i * 8 + i_] = 0.0;
        }
    }
    gmm_double_real t2 = 0.0;
    gmm_double_real t3 = (-1.0 / 0.0);
    for (int64_t k = 0; k < 25; k++) {
        const gmm_double_real t4 = alpha[k];
        if (t4 > t3) {
            t2 = t2 * exp(t3 - t4) + 1.0;
            t3 = t4;
        } else if (!(t4 == (-1.0 / 0.0))) {
            t2 += exp(t4 - t3);
        }
    }
    cells[1] = t3 + log(t2);
    cells[2] = 1.0 * (gmm_double_real)N;
    for (int64_t i = 0; i < 8; i++) {
        loss_sum_3_3[i] = 0.0;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes15(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1, gmm_double_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        const gmm_double_real t1 = -x1[r];
        const gmm_double_real t2 = ((-1.0 / 0.0) < x0[r]) ? t1 : 0.0;
        u0[r] = t2;
        u1[r] = -t2 * 0.5;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes16(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] * (2.0 * x1[r]);
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes17(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, gmm_double_real *restrict u1, const gmm_double_real *restrict x1, gmm_double_real s0)
{
    for (int l = 0; l < 8; l++) {
        gmm_double_real t1 = u0[l];
        gmm_double_real t2 = u1[l];
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

GMM_DOUBLE_STAGE static void gmm_double_lanes18(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, gmm_double_real *restrict u1, const gmm_double_real *restrict x1, gmm_double_real s0, const gmm_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        gmm_double_real t1_ = u0[l];
        gmm_double_real t2_ = u1[l];
        const gmm_double_real t3 = x0[l];
        t1_ += mask[l] > 0 ? t3 : 0;
        const gmm_double_real t4 = t3 * (x1[l] - s0);
        t2_ += mask[l] > 0 ? t4 : 0;
        const gmm_double_real t5 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t5 : 0;
        const gmm_double_real t6 = t5 * (x1[l + 8] - s0);
        t2_ += mask[l + 8] > 0 ? t6 : 0;
        const gmm_double_real t7 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t7 : 0;
        const gmm_double_real t8 = t7 * (x1[l + 16] - s0);
        t2_ += mask[l + 16] > 0 ? t8 : 0;
        const gmm_double_real t9 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t9 : 0;
        const gmm_double_real t10 = t9 * (x1[l + 24] - s0);
        t2_ += mask[l + 24] > 0 ? t10 : 0;
        const gmm_double_real t11 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t11 : 0;
        const gmm_double_real t12 = t11 * (x1[l + 32] - s0);
        t2_ += mask[l + 32] > 0 ? t12 : 0;
        const gmm_double_real t13 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t13 : 0;
        const gmm_double_real t14 = t13 * (x1[l + 40] - s0);
        t2_ += mask[l + 40] > 0 ? t14 : 0;
        const gmm_double_real t15 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t15 : 0;
        const gmm_double_real t16 = t15 * (x1[l + 48] - s0);
        t2_ += mask[l + 48] > 0 ? t16 : 0;
        const gmm_double_real t17 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t17 : 0;
        const gmm_double_real t18 = t17 * (x1[l + 56] - s0);
        t2_ += mask[l + 56] > 0 ? t18 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes19(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1, gmm_double_real s0, gmm_double_real *restrict u1, const gmm_double_real *restrict x2, gmm_double_real s1, gmm_double_real *restrict u2, const gmm_double_real *restrict x3, gmm_double_real s2, gmm_double_real *restrict u3, const gmm_double_real *restrict x4, gmm_double_real s3)
{
    for (int l = 0; l < 8; l++) {
        gmm_double_real t1 = u0[l];
        gmm_double_real t2 = u1[l];
        gmm_double_real t3 = u2[l];
        gmm_double_real t4 = u3[l];
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

GMM_DOUBLE_STAGE static void gmm_double_lanes20(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1, gmm_double_real s0, gmm_double_real *restrict u1, const gmm_double_real *restrict x2, gmm_double_real s1, gmm_double_real *restrict u2, const gmm_double_real *restrict x3, gmm_double_real s2, gmm_double_real *restrict u3, const gmm_double_real *restrict x4, gmm_double_real s3, const gmm_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        gmm_double_real t1_ = u0[l];
        gmm_double_real t2_ = u1[l];
        gmm_double_real t3_ = u2[l];
        gmm_double_real t4_ = u3[l];
        const gmm_double_real t5 = x0[l] * (x1[l] - s0);
        t1_ += mask[l] > 0 ? t5 : 0;
        const gmm_double_real t6 = x0[l] * (x2[l] - s1);
        t2_ += mask[l] > 0 ? t6 : 0;
        const gmm_double_real t7 = x0[l] * (x3[l] - s2);
        t3_ += mask[l] > 0 ? t7 : 0;
        const gmm_double_real t8 = x0[l] * (x4[l] - s3);
        t4_ += mask[l] > 0 ? t8 : 0;
        const gmm_double_real t9 = x0[l + 8] * (x1[l + 8] - s0);
        t1_ += mask[l + 8] > 0 ? t9 : 0;
        const gmm_double_real t10 = x0[l + 8] * (x2[l + 8] - s1);
        t2_ += mask[l + 8] > 0 ? t10 : 0;
        const gmm_double_real t11 = x0[l + 8] * (x3[l + 8] - s2);
        t3_ += mask[l + 8] > 0 ? t11 : 0;
        const gmm_double_real t12 = x0[l + 8] * (x4[l + 8] - s3);
        t4_ += mask[l + 8] > 0 ? t12 : 0;
        const gmm_double_real t13 = x0[l + 16] * (x1[l + 16] - s0);
        t1_ += mask[l + 16] > 0 ? t13 : 0;
        const gmm_double_real t14 = x0[l + 16] * (x2[l + 16] - s1);
        t2_ += mask[l + 16] > 0 ? t14 : 0;
        const gmm_double_real t15 = x0[l + 16] * (x3[l + 16] - s2);
        t3_ += mask[l + 16] > 0 ? t15 : 0;
        const gmm_double_real t16 = x0[l + 16] * (x4[l + 16] - s3);
        t4_ += mask[l + 16] > 0 ? t16 : 0;
        const gmm_double_real t17 = x0[l + 24] * (x1[l + 24] - s0);
        t1_ += mask[l + 24] > 0 ? t17 : 0;
        const gmm_double_real t18 = x0[l + 24] * (x2[l + 24] - s1);
        t2_ += mask[l + 24] > 0 ? t18 : 0;
        const gmm_double_real t19 = x0[l + 24] * (x3[l + 24] - s2);
        t3_ += mask[l + 24] > 0 ? t19 : 0;
        const gmm_double_real t20 = x0[l + 24] * (x4[l + 24] - s3);
        t4_ += mask[l + 24] > 0 ? t20 : 0;
        const gmm_double_real t21 = x0[l + 32] * (x1[l + 32] - s0);
        t1_ += mask[l + 32] > 0 ? t21 : 0;
        const gmm_double_real t22 = x0[l + 32] * (x2[l + 32] - s1);
        t2_ += mask[l + 32] > 0 ? t22 : 0;
        const gmm_double_real t23 = x0[l + 32] * (x3[l + 32] - s2);
        t3_ += mask[l + 32] > 0 ? t23 : 0;
        const gmm_double_real t24 = x0[l + 32] * (x4[l + 32] - s3);
        t4_ += mask[l + 32] > 0 ? t24 : 0;
        const gmm_double_real t25 = x0[l + 40] * (x1[l + 40] - s0);
        t1_ += mask[l + 40] > 0 ? t25 : 0;
        const gmm_double_real t26 = x0[l + 40] * (x2[l + 40] - s1);
        t2_ += mask[l + 40] > 0 ? t26 : 0;
        const gmm_double_real t27 = x0[l + 40] * (x3[l + 40] - s2);
        t3_ += mask[l + 40] > 0 ? t27 : 0;
        const gmm_double_real t28 = x0[l + 40] * (x4[l + 40] - s3);
        t4_ += mask[l + 40] > 0 ? t28 : 0;
        const gmm_double_real t29 = x0[l + 48] * (x1[l + 48] - s0);
        t1_ += mask[l + 48] > 0 ? t29 : 0;
        const gmm_double_real t30 = x0[l + 48] * (x2[l + 48] - s1);
        t2_ += mask[l + 48] > 0 ? t30 : 0;
        const gmm_double_real t31 = x0[l + 48] * (x3[l + 48] - s2);
        t3_ += mask[l + 48] > 0 ? t31 : 0;
        const gmm_double_real t32 = x0[l + 48] * (x4[l + 48] - s3);
        t4_ += mask[l + 48] > 0 ? t32 : 0;
        const gmm_double_real t33 = x0[l + 56] * (x1[l + 56] - s0);
        t1_ += mask[l + 56] > 0 ? t33 : 0;
        const gmm_double_real t34 = x0[l + 56] * (x2[l + 56] - s1);
        t2_ += mask[l + 56] > 0 ? t34 : 0;
        const gmm_double_real t35 = x0[l + 56] * (x3[l + 56] - s2);
        t3_ += mask[l + 56] > 0 ? t35 : 0;
        const gmm_double_real t36 = x0[l + 56] * (x4[l + 56] - s3);
        t4_ += mask[l + 56] > 0 ? t36 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
        u2[l] = t3_;
        u3[l] = t4_;
    }
}

GMM_DOUBLE_STAGE static void gmm_double_lanes21(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1, gmm_double_real s0)
{
    for (int l = 0; l < 8; l++) {
        gmm_double_real t1 = u0[l];
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

GMM_DOUBLE_STAGE static void gmm_double_lanes22(gmm_double_real *restrict u0, const gmm_double_real *restrict x0, const gmm_double_real *restrict x1, gmm_double_real s0, const gmm_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        gmm_double_real t1_ = u0[l];
        const gmm_double_real t2 = x0[l] * (x1[l] - s0);
        t1_ += mask[l] > 0 ? t2 : 0;
        const gmm_double_real t3 = x0[l + 8] * (x1[l + 8] - s0);
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const gmm_double_real t4 = x0[l + 16] * (x1[l + 16] - s0);
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const gmm_double_real t5 = x0[l + 24] * (x1[l + 24] - s0);
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const gmm_double_real t6 = x0[l + 32] * (x1[l + 32] - s0);
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const gmm_double_real t7 = x0[l + 40] * (x1[l + 40] - s0);
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const gmm_double_real t8 = x0[l + 48] * (x1[l + 48] - s0);
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const gmm_double_real t9 = x0[l + 56] * (x1[l + 56] - s0);
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void gmm_double_grad_rows2(int64_t first, int64_t last, const gmm_double_real *restrict x,
        const gmm_double_real *restrict alpha, const gmm_double_real *restrict mu, const gmm_double_real *restrict L,
        gmm_double_real *restrict loss_sum, gmm_double_real *restrict w_z, gmm_double_real *z_sum_3,
        gmm_double_real *restrict z_3, gmm_double_real *restrict loss_sum_2_3, gmm_double_real *loss_logsumexp_4,
        gmm_double_real *w_loss_logsumexp_2, gmm_double_real *d_loss_sum_2_2, gmm_double_real *d_z_2,
        gmm_double_real *restrict x_3, gmm_double_real *most_2, gmm_double_real *base_2, gmm_double_real *total_2,
        gmm_double_real *arg_2, gmm_double_real *exp_2, gmm_double_real *log_2,
        gmm_double_real *restrict loss_sum_3_3, gmm_double_real *arg_3, gmm_double_real *exp_3,
        gmm_double_real *restrict d_loss_sum_4, gmm_double_real *restrict sum_d_mu_2,
        gmm_double_real *restrict sum_d_q_2, gmm_double_real *restrict d_L_2)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        gmm_double_real mask[64];
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
                gmm_double_lanes1(z_sum_3);
                int64_t j = 0;
                for (; j + 3 < i; j += 4) {
                    gmm_double_lanes2(z_sum_3, L[(k * 10 + i) * 10 + j], x_3 + j * 64, mu[k * 10 + j], L[(k * 10 + i) * 10 + (j + 1)], x_3 + (j + 1) * 64, mu[k * 10 + (j + 1)], L[(k * 10 + i) * 10 + (j + 2)], x_3 + (j + 2) * 64, mu[k * 10 + (j + 2)], L[(k * 10 + i) * 10 + (j + 3)], x_3 + (j + 3) * 64, mu[k * 10 + (j + 3)]);
                }
                for (; j < i; j++) {
                    gmm_double_lanes3(z_sum_3, L[(k * 10 + i) * 10 + j], x_3 + j * 64, mu[k * 10 + j]);
                }
                gmm_double_lanes4(z_3 + (k * 10 + i) * 64, w_z[k * 10 + i], x_3 + i * 64, mu[k * 10 + i], z_sum_3);
            }
            gmm_double_lanes1(loss_sum_2_3 + k * 64);
            int64_t i = 0;
            for (; i + 3 < 10; i += 4) {
                gmm_double_lanes5(loss_sum_2_3 + k * 64, z_3 + (k * 10 + i) * 64, z_3 + (k * 10 + (i + 1)) * 64, z_3 + (k * 10 + (i + 2)) * 64, z_3 + (k * 10 + (i + 3)) * 64);
            }
            for (; i < 10; i++) {
                gmm_double_lanes6(loss_sum_2_3 + k * 64, z_3 + (k * 10 + i) * 64);
            }
        }
        gmm_double_lanes7(most_2, total_2);
        for (int64_t k = 0; k < 25; k++) {
            gmm_double_lanes8(most_2, alpha[k] + loss_sum[k], loss_sum_2_3 + k * 64);
        }
        gmm_double_lanes9(base_2, most_2);
        for (int64_t k = 0; k < 25; k++) {
            gmm_double_lanes10(arg_2, alpha[k] + loss_sum[k], loss_sum_2_3 + k * 64, base_2);
            gmm_double_vexp(exp_2, arg_2);
            gmm_double_lanes11(total_2, exp_2);
        }
        gmm_double_vlog(log_2, total_2);
        gmm_double_lanes12(loss_logsumexp_4, base_2, log_2);
        if (rows == 64)
            gmm_double_lanes13(loss_sum_3_3, loss_logsumexp_4);
        else
            gmm_double_lanes14(loss_sum_3_3, loss_logsumexp_4, mask);
        for (int64_t k = 0; k < 25; k++) {
            gmm_double_lanes10(arg_3, alpha[k] + loss_sum[k], loss_sum_2_3 + k * 64, loss_logsumexp_4);
            gmm_double_vexp(exp_3, arg_3);
            gmm_double_lanes15(w_loss_logsumexp_2, loss_logsumexp_4, exp_3, d_loss_sum_2_2);
            if (rows == 64)
                gmm_double_lanes13(d_loss_sum_4 + k * 8, w_loss_logsumexp_2);
            else
                gmm_double_lanes14(d_loss_sum_4 + k * 8, w_loss_logsumexp_2, mask);
            for (int64_t i_ = 0; i_ < 10; i_++) {
                gmm_double_lanes16(d_z_2, d_loss_sum_2_2, z_3 + (k * 10 + i_) * 64);
                if (rows == 64)
                    gmm_double_lanes17(sum_d_mu_2 + (k * 10 + i_) * 8, d_z_2, sum_d_q_2 + (k * 10 + i_) * 8, x_3 + i_ * 64, mu[k * 10 + i_]);
                else
                    gmm_double_lanes18(sum_d_mu_2 + (k * 10 + i_) * 8, d_z_2, sum_d_q_2 + (k * 10 + i_) * 8, x_3 + i_ * 64, mu[k * 10 + i_], mask);
                int64_t j_ = 0;
                for (; j_ + 3 < i_; j_ += 4) {
                    if (rows == 64)
                        gmm_double_lanes19(d_L_2 + ((k * 10 + i_) * 10 + j_) * 8, d_z_2, x_3 + j_ * 64, mu[k * 10 + j_], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 1)) * 8, x_3 + (j_ + 1) * 64, mu[k * 10 + (j_ + 1)], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 2)) * 8, x_3 + (j_ + 2) * 64, mu[k * 10 + (j_ + 2)], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 3)) * 8, x_3 + (j_ + 3) * 64, mu[k * 10 + (j_ + 3)]);
                    else
                        gmm_double_lanes20(d_L_2 + ((k * 10 + i_) * 10 + j_) * 8, d_z_2, x_3 + j_ * 64, mu[k * 10 + j_], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 1)) * 8, x_3 + (j_ + 1) * 64, mu[k * 10 + (j_ + 1)], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 2)) * 8, x_3 + (j_ + 2) * 64, mu[k * 10 + (j_ + 2)], d_L_2 + ((k * 10 + i_) * 10 + (j_ + 3)) * 8, x_3 + (j_ + 3) * 64, mu[k * 10 + (j_ + 3)], mask);
                }
                for (; j_ < i_; j_++) {
                    if (rows == 64)
                        gmm_double_lanes21(d_L_2 + ((k * 10 + i_) * 10 + j_) * 8, d_z_2, x_3 + j_ * 64, mu[k * 10 + j_]);
                    else
                        gmm_double_lanes22(d_L_2 + ((k * 10 + i_) * 10 + j_) * 8, d_z_2, x_3 + j_ * 64, mu[k * 10 + j_], mask);
                }
            }
        }
    }
}

static void gmm_double_grad_rows3(int64_t first, int64_t last, const gmm_double_real *restrict x,
        const gmm_double_real *restrict alpha, const gmm_double_real *restrict mu, const gmm_double_real *restrict L,
        gmm_double_real *restrict z, gmm_double_real *restrict loss_sum, gmm_double_real *restrict loss_sum_2,
        gmm_double_real *restrict d_L, gmm_double_real *restrict d_loss_sum, gmm_double_real *restrict w_z,
        gmm_double_real *restrict sum_d_mu, gmm_double_real *restrict sum_d_q, gmm_double_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 52) / 64); n < last; n++) {
        for (int64_t k = 0; k < 25; k++) {
            for (int64_t i = 0; i < 10; i++) {
                /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
                gmm_double_real z_sum = 0.0;
                for (int64_t j = 0; j < i; j++) {
                    z_sum += L[(k * 10 + i) * 10 + j] * (x[n * 10 + j] - mu[k * 10 + j]);
                }
                z[k * 10 + i] = w_z[k * 10 + i] * (x[n * 10 + i] - mu[k * 10 + i]) + z_sum;
            }
            /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
            gmm_double_real t1 = 0.0;
            for (int64_t i = 0; i < 10; i++) {
                const gmm_double_real t2 = z[k * 10 + i];
                t1 += t2 * t2;
            }
            loss_sum_2[k] = t1;
        }
        gmm_double_real t3 = 0.0;
        gmm_double_real t4 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 25; k++) {
            const gmm_double_real t5 = alpha[k] + loss_sum[k] - 0.5 * loss_sum_2[k];
            if (t5 > t4) {
                t3 = t3 * exp(t4 - t5) + 1.0;
                t4 = t5;
            } else if (!(t5 == (-1.0 / 0.0))) {
                t3 += exp(t5 - t4);
            }
        }
        const gmm_double_real loss_logsumexp = t4 + log(t3);
        cells[0] += loss_logsumexp;
        for (int64_t k = 0; k < 25; k++) {
            const gmm_double_real w_loss_logsumexp = (-1.0 / 0.0) < loss_logsumexp ? -exp(alpha[k] + loss_sum[k] - 0.5 * loss_sum_2[k] - loss_logsumexp) : 0.0;
            const gmm_double_real d_loss_sum_2 = -w_loss_logsumexp * 0.5;
            d_loss_sum[k] += w_loss_logsumexp;
            for (int64_t i = 0; i < 10; i++) {
                const gmm_double_real d_z = d_loss_sum_2 * (2.0 * z[k * 10 + i]);
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

static void gmm_double_grad_part4(int64_t N, int64_t first, int64_t last, const gmm_double_real *restrict alpha,
        const gmm_double_real *restrict L, gmm_double_real *restrict loss, gmm_double_real *restrict d_alpha,
        gmm_double_real *restrict d_mu, gmm_double_real *restrict d_q, gmm_double_real *restrict d_L,
        gmm_double_real *restrict d_loss_sum, gmm_double_real *restrict w_z, gmm_double_real *restrict sum_d_mu,
        gmm_double_real *restrict sum_d_q, gmm_double_real *restrict loss_sum_3_3,
        gmm_double_real *restrict d_loss_sum_4, gmm_double_real *restrict sum_d_mu_2,
        gmm_double_real *restrict sum_d_q_2, gmm_double_real *restrict d_L_2, gmm_double_real *restrict cells)
{
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    gmm_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_sum_3_3[l];
    }
    cells[0] += t1;
    for (int64_t i = 0; i < 25; i++) {
        for (int64_t i_ = 0; i_ < 10; i_++) {
            for (int64_t i_2 = 0; i_2 < 10; i_2++) {
                /* param L[K, D, D] = 0            # only j < i is used */
                gmm_double_real t2 = 0.0;
                for (int64_t l = 0; l < 8; l++) {
                    t2 += d_L_2[((i * 10 + i_) * 10 + i_2) * 8 + l];
                }
                d_L[(i * 10 + i_) * 10 + i_2] += t2;
            }
            /* param mu[K, D] ~ normal(0, 1) */
            gmm_double_real t3 = 0.0;
            for (int64_t l = 0; l < 8; l++) {
                t3 += sum_d_mu_2[(i * 10 + i_) * 8 + l];
            }
            sum_d_mu[i * 10 + i_] += t3;
            /* param q[K, D] = 0 */
            gmm_double_real t4 = 0.0;
            for (int64_t l = 0; l < 8; l++) {
                t4 += sum_d_q_2[(i * 10 + i_) * 8 + l];
            }
            sum_d_q[i * 10 + i_] += t4;
            /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
            d_mu[i * 10 + i_] += 0 < N ? -(w_z[i * 10 + i_] * sum_d_mu[i * 10 + i_]) : 0.0;
        }
        /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
        gmm_double_real t5 = 0.0;
        for (int64_t l = 0; l < 8; l++) {
            t5 += d_loss_sum_4[i * 8 + l];
        }
        d_loss_sum[i] += t5;
        d_alpha[i] += d_loss_sum[i];
        if (first == 0 && (0 < last || N == 0)) {
            d_alpha[i] += (-1.0 / 0.0) < cells[1] ? cells[2] * exp(alpha[i] - cells[1]) : 0.0;
        }
        for (int64_t i_ = 0; i_ < 10; i_++) {
            /* let z[n, k, i] = exp(q[k, i]) * (x[n, i] - mu[k, i]) + sum[j < i] L[k, i, j] * (x[n, j] - mu[k, */
            d_q[i * 10 + i_] += d_loss_sum[i] + (0 < N ? w_z[i * 10 + i_] * sum_d_q[i * 10 + i_] : 0.0);
            gmm_double_real t6 = 0.0;
            for (int64_t i_2 = i_ + 1; i_2 < 10; i_2++) {
                t6 += -(L[(i * 10 + i_2) * 10 + i_] * sum_d_mu[i * 10 + i_2]);
            }
            d_mu[i * 10 + i_] += t6;
        }
    }
    /* loss -(sum[n] logsumexp[k] (alpha[k] + sum[i] q[k, i] - 0.5 * sum[i] z[n, k, i]^2) - N * logsume */
    loss[0] += -cells[0];
    if (first == 0 && (0 < last || N == 0)) {
        loss[0] += (gmm_double_real)N * cells[1];
    }
}

int gmm_double_grad_range(const gmm_double_dims *dims, const gmm_double_real *theta, const gmm_double_data *data, gmm_double_real *loss, gmm_double_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = gmm_double_ready(dims, theta, data, work);
    if (code != GMM_DOUBLE_OK) return code;
    if (first_row > last_row || last_row > dims->N) return GMM_DOUBLE_EDIM;
    unsigned char *const bytes = work;
    gmm_double_grad_part1((int64_t)dims->N, theta + GMM_DOUBLE_alpha_OFFSET(dims), theta + GMM_DOUBLE_q_OFFSET(dims),
        (gmm_double_real *)(void *)(bytes + 64), (gmm_double_real *)(void *)(bytes + 320),
        (gmm_double_real *)(void *)(bytes + 576), (gmm_double_real *)(void *)(bytes + 2624),
        (gmm_double_real *)(void *)(bytes + 4672), (gmm_double_real *)(void *)(bytes + 200320),
        (gmm_double_real *)(void *)(bytes + 6720), (gmm_double_real *)(void *)(bytes + 8320),
        (gmm_double_real *)(void *)(bytes + 24320), (gmm_double_real *)(void *)(bytes + 40320),
        (gmm_double_real *)(void *)bytes);
    gmm_double_grad_rows2((int64_t)first_row, (int64_t)last_row, data->x, theta + GMM_DOUBLE_alpha_OFFSET(dims),
        theta + GMM_DOUBLE_mu_OFFSET(dims), theta + GMM_DOUBLE_L_OFFSET(dims),
        (gmm_double_real *)(void *)(bytes + 64), (gmm_double_real *)(void *)(bytes + 576),
        (gmm_double_real *)(void *)(bytes + 205504), (gmm_double_real *)(void *)(bytes + 206016),
        (gmm_double_real *)(void *)(bytes + 334016), (gmm_double_real *)(void *)(bytes + 346816),
        (gmm_double_real *)(void *)(bytes + 205504), (gmm_double_real *)(void *)(bytes + 347840),
        (gmm_double_real *)(void *)(bytes + 205504), (gmm_double_real *)(void *)(bytes + 200384),
        (gmm_double_real *)(void *)(bytes + 205504), (gmm_double_real *)(void *)(bytes + 347328),
        (gmm_double_real *)(void *)(bytes + 346816), (gmm_double_real *)(void *)(bytes + 205504),
        (gmm_double_real *)(void *)(bytes + 347840), (gmm_double_real *)(void *)(bytes + 205504),
        (gmm_double_real *)(void *)(bytes + 200320), (gmm_double_real *)(void *)(bytes + 205504),
        (gmm_double_real *)(void *)(bytes + 347328), (gmm_double_real *)(void *)(bytes + 6720),
        (gmm_double_real *)(void *)(bytes + 8320), (gmm_double_real *)(void *)(bytes + 24320),
        (gmm_double_real *)(void *)(bytes + 40320));
    gmm_double_grad_rows3((int64_t)first_row, (int64_t)last_row, data->x, theta + GMM_DOUBLE_alpha_OFFSET(dims),
        theta + GMM_DOUBLE_mu_OFFSET(dims), theta + GMM_DOUBLE_L_OFFSET(dims),
        (gmm_double_real *)(void *)(bytes + 348352), (gmm_double_real *)(void *)(bytes + 64),
        (gmm_double_real *)(void *)(bytes + 350400), grad + GMM_DOUBLE_L_OFFSET(dims),
        (gmm_double_real *)(void *)(bytes + 320), (gmm_double_real *)(void *)(bytes + 576),
        (gmm_double_real *)(void *)(bytes + 2624), (gmm_double_real *)(void *)(bytes + 4672),
        (gmm_double_real *)(void *)bytes);
    gmm_double_grad_part4((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row,
        theta + GMM_DOUBLE_alpha_OFFSET(dims), theta + GMM_DOUBLE_L_OFFSET(dims), loss,
        grad + GMM_DOUBLE_alpha_OFFSET(dims), grad + GMM_DOUBLE_mu_OFFSET(dims), grad + GMM_DOUBLE_q_OFFSET(dims),
        grad + GMM_DOUBLE_L_OFFSET(dims), (gmm_double_real *)(void *)(bytes + 320),
        (gmm_double_real *)(void *)(bytes + 576), (gmm_double_real *)(void *)(bytes + 2624),
        (gmm_double_real *)(void *)(bytes + 4672), (gmm_double_real *)(void *)(bytes + 200320),
        (gmm_double_real *)(void *)(bytes + 6720), (gmm_double_real *)(void *)(bytes + 8320),
        (gmm_double_real *)(void *)(bytes + 24320), (gmm_double_real *)(void *)(bytes + 40320),
        (gmm_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? GMM_DOUBLE_OK : GMM_DOUBLE_ENONFINITE;
}

int gmm_double_grad(const gmm_double_dims *dims, const gmm_double_real *theta, const gmm_double_data *data, gmm_double_real *loss, gmm_double_real *grad, void *work)
{
    const int code = gmm_double_ready(dims, theta, data, work);
    if (code != GMM_DOUBLE_OK) return code;
    const size_t n = gmm_double_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return gmm_double_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static int gmm_double_shape(const void *any, int array, size_t *shape)
{
    const gmm_double_dims *const dims = any;
    if (!dims) return GMM_DOUBLE_EDIM;
    const int64_t N = gmm_double_dim(dims->N);
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
        if (count < 0) return GMM_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 10;
        break;
    default: break;
    }
    return GMM_DOUBLE_OK;
}

static void gmm_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int gmm_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return gmm_double_loss(dims, theta, data, loss, work);
}

static int gmm_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return gmm_double_grad(dims, theta, data, loss, grad, work);
}

static int gmm_double_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return gmm_double_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static size_t gmm_double_any_nparam(const void *dims) { return gmm_double_nparam(dims); }

static size_t gmm_double_any_work_bytes(const void *dims) { return gmm_double_work_bytes(dims); }

static int gmm_double_any_init(const void *dims, uint64_t seed, void *theta) { return gmm_double_init(dims, seed, theta); }

static int gmm_double_any_check(const void *dims, const void *data, int *which) { return gmm_double_test(dims, data, which); }

static const char *const gmm_double_dim_names[] = {"N"};

static const int gmm_double_axis0[] = {-1};
static const int gmm_double_axis1[] = {-1, -1};
static const int gmm_double_axis2[] = {-1, -1};
static const int gmm_double_axis3[] = {-1, -1, -1};
static const int gmm_double_axis4[] = {0, -1};
static const adc_array gmm_double_arrays[] = {
    {"alpha", ADC_PARAM, ADC_REAL, 0, 0, 1, gmm_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"mu", ADC_PARAM, ADC_REAL, 0, 0, 2, gmm_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"q", ADC_PARAM, ADC_REAL, 0, 0, 2, gmm_double_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"L", ADC_PARAM, ADC_REAL, 0, 0, 3, gmm_double_axis3, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"x", ADC_DATA, ADC_REAL, 0, 0, 2, gmm_double_axis4, -1, offsetof(gmm_double_data, x), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model gmm_double = {
    ADC_MODEL, 8, "gmm",
    1, gmm_double_dim_names, 0,
    5, gmm_double_arrays, sizeof(gmm_double_data),
    4, gmm_double_check_text,
    gmm_double_shape, gmm_double_range, gmm_double_any_nparam, gmm_double_any_nparam, gmm_double_any_work_bytes,
    gmm_double_any_init, gmm_double_any_check,
    gmm_double_any_loss, gmm_double_any_grad, gmm_double_any_grad_range,
    gmm_double_strerror,
    0, 0,
};
