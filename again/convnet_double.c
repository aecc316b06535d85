/* The functions of convnet_double; its header says what they take and need. */
#include "convnet_double.h"

#include <math.h>


static uint64_t convnet_double_random_begin(void)
{
    return 0;
}

static uint64_t convnet_double_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t convnet_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t convnet_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : convnet_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t convnet_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : convnet_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t convnet_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define CONVNET_DOUBLE_LANES 64
#ifdef __GNUC__
#define CONVNET_DOUBLE_STAGE __attribute__((noinline))
#define CONVNET_DOUBLE_INLINE __attribute__((always_inline)) inline
#else
#define CONVNET_DOUBLE_STAGE
#define CONVNET_DOUBLE_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define CONVNET_DOUBLE_MA(a, b, c) fma(a, b, c)
#else
#define CONVNET_DOUBLE_MA(a, b, c) ((a) * (b) + (c))
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
    convnet_double_real x;
    uint64_t u;
} convnet_double_bits;

/* x = k log(2) + r, the integer k in the low bits of what is returned; r to more digits is low + high, which has three bits less */
CONVNET_DOUBLE_INLINE static uint64_t convnet_double_vreduce(convnet_double_real x, convnet_double_real *r, convnet_double_real *high, convnet_double_real *low)
{
    convnet_double_bits b, c;
    convnet_double_real k, a;
    b.x = CONVNET_DOUBLE_MA(x, 1.4426950408889634, 6755399441055744.0);
    k = b.x - 6755399441055744.0;
    a = CONVNET_DOUBLE_MA(k, -0.693147180559663, x);
    c.x = CONVNET_DOUBLE_MA(k, -2.8235290563031577e-13, a);
    *r = c.x;
    c.u &= ~(uint64_t)7;
    *high = c.x;
    *low = CONVNET_DOUBLE_MA(k, -2.8235290563031577e-13, a - c.x);
    return b.u;
}

/* 2^(k + n) */
CONVNET_DOUBLE_INLINE static convnet_double_real convnet_double_vpower(uint64_t k, int n)
{
    convnet_double_bits b;
    b.u = (k + (uint64_t)(1023 + n)) << 52;
    return b.x;
}

/* (exp(r) - 1 - r) / r^2 for |r| <= log(2) / 2 */
CONVNET_DOUBLE_INLINE static convnet_double_real convnet_double_vtail(convnet_double_real r)
{
    convnet_double_real p = CONVNET_DOUBLE_MA(2.5086409507395577e-08, r, 2.762677697650855e-07);
    p = CONVNET_DOUBLE_MA(p, r, 2.7557321285517562e-06);
    p = CONVNET_DOUBLE_MA(p, r, 2.480150345489398e-05);
    p = CONVNET_DOUBLE_MA(p, r, 0.00019841269796652623);
    p = CONVNET_DOUBLE_MA(p, r, 0.0013888888933046024);
    p = CONVNET_DOUBLE_MA(p, r, 0.008333333333362366);
    p = CONVNET_DOUBLE_MA(p, r, 0.041666666666572295);
    p = CONVNET_DOUBLE_MA(p, r, 0.16666666666666619);
    p = CONVNET_DOUBLE_MA(p, r, 0.5000000000000006);
    return p;
}

/* k of x = 2^k m, m in [sqrt(1/2), sqrt(2)), with a constant added that makes it positive */
CONVNET_DOUBLE_INLINE static uint64_t convnet_double_vexponent(convnet_double_real x)
{
    convnet_double_bits b;
    b.x = x;
    return (b.u + 0x195f619980c433) >> 52;
}

/* k log(2) + log(1 + f) for such k and f = m - 1: log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 p(s^2)), s = f / (2 + f) */
CONVNET_DOUBLE_INLINE static convnet_double_real convnet_double_vlogsum(uint64_t k, convnet_double_real f)
{
    const convnet_double_real s = f / (2.0 + f), z = s * s, h = 0.5 * f * f;
    convnet_double_bits b;
    b.u = k | 0x4330000000000000;
    b.x -= 4503599627371520.0;
    convnet_double_real p = CONVNET_DOUBLE_MA(0.1479572673621133, z, 0.153140764996038);
    p = CONVNET_DOUBLE_MA(p, z, 0.18183563134745295);
    p = CONVNET_DOUBLE_MA(p, z, 0.22222198600526685);
    p = CONVNET_DOUBLE_MA(p, z, 0.28571428742061616);
    p = CONVNET_DOUBLE_MA(p, z, 0.3999999999941655);
    p = CONVNET_DOUBLE_MA(p, z, 0.6666666666666734);
    return CONVNET_DOUBLE_MA(b.x, 0.693147180559663, f - (h - CONVNET_DOUBLE_MA(s, CONVNET_DOUBLE_MA(p, z, h), b.x * 2.8235290563031577e-13)));
}

CONVNET_DOUBLE_STAGE static void convnet_double_vexp(convnet_double_real *restrict y, const convnet_double_real *restrict x)
{
    volatile convnet_double_real most = 710.0;
    const convnet_double_real limit = most;
    int i;
    for (i = 0; i < CONVNET_DOUBLE_LANES; i++) {
        convnet_double_real v = x[i], r, high, low;
        uint64_t k, half;
        v = v > limit ? limit : v;
        v = v < -746.0 ? -746.0 : v;
        k = convnet_double_vreduce(v, &r, &high, &low) + 2 * 1023;
        half = k >> 1;
        v = 1.0 + CONVNET_DOUBLE_MA(r * r, convnet_double_vtail(r), r);
        y[i] = v * convnet_double_vpower(half, -1023) * convnet_double_vpower(k - half, -1023);
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_vlog(convnet_double_real *restrict y, const convnet_double_real *restrict x)
{
    uint64_t rare = 0;
    int i;
    for (i = 0; i < CONVNET_DOUBLE_LANES; i++) {
        const uint64_t k = convnet_double_vexponent(x[i]);
        convnet_double_bits b;
        b.x = x[i];
        rare |= (b.u - 0x10000000000000) | (0x7ff0000000000000 - 1 - b.u);
        b.u -= (k - 1024) << 52;
        y[i] = convnet_double_vlogsum(k, b.x - 1.0);
    }
    for (i = 0; rare >= 0x8000000000000000 && i < CONVNET_DOUBLE_LANES; i++) {
        volatile convnet_double_real v = x[i];
        if (!(v >= 2.2250738585072014e-308 && v <= 1.7976931348623157e308)) y[i] = log(v);
    }
}

#if defined __clang__
#pragma float_control(pop)
#elif defined __GNUC__
#pragma GCC pop_options
#endif

size_t convnet_double_work_bytes(const convnet_double_dims *dims)
{
    const int64_t N = convnet_double_dim(dims->N);
    size_t most = 0, bytes = 0;
    bytes = convnet_double_slot(bytes, convnet_double_count(convnet_double_count(N, 28), 28), 8); /* X */
    bytes = convnet_double_slot(bytes, N, 8); /* label */
    bytes = convnet_double_slot(bytes, convnet_double_count(N, 10), 8); /* logits */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 1473216;
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 5529280;
    if (bytes > most) most = bytes;
    /* logits */
    bytes = 16384;
    if (bytes > most) most = bytes;
    /* error */
    bytes = 1471680;
    if (bytes > most) most = bytes;
    return most;
}

size_t convnet_double_nparam(const convnet_double_dims *dims)
{
    (void)dims;
    return 5994;
}

const char *convnet_double_strerror(int code)
{
    switch (code) {
    case CONVNET_DOUBLE_OK: return "no error";
    case CONVNET_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case CONVNET_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case CONVNET_DOUBLE_EWORK: return "no work memory was given";
    case CONVNET_DOUBLE_ENONFINITE: return "the loss is not finite";
    case CONVNET_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double convnet_double_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = convnet_double_random_mix(convnet_double_random_begin(), (double)(seed >> 32));
    h = convnet_double_random_mix(h, (double)(seed & 0xffffffffu));
    h = convnet_double_random_mix(h, (double)param);
    h = convnet_double_random_mix(h, (double)e);
    h = convnet_double_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int convnet_double_init(const convnet_double_dims *dims, uint64_t seed, convnet_double_real *theta)
{
    if (!dims || convnet_double_work_bytes(dims) == SIZE_MAX) return CONVNET_DOUBLE_EDIM;
    if (!theta) return CONVNET_DOUBLE_EDATA;
    convnet_double_real *to;
    int64_t at;
    to = theta + CONVNET_DOUBLE_K1_OFFSET(dims); /* K1 */
    at = 0;
    for (int64_t i = 0; i < 8; i++) {
        for (int64_t i_ = 0; i_ < 5; i_++) {
            for (int64_t i_2 = 0; i_2 < 5; i_2++) {
                to[at] = 0.0 + 0.282842712474619 * (convnet_double_real)(sqrt(-2.0 * log(1.0 - convnet_double_uniform(seed, 0, at, 0))) * cos(6.283185307179586 * convnet_double_uniform(seed, 0, at, 1)));
                at++;
            }
        }
    }
    to = theta + CONVNET_DOUBLE_c1_OFFSET(dims); /* c1 */
    at = 0;
    for (int64_t i = 0; i < 8; i++) {
        to[at] = 0.0;
        at++;
    }
    to = theta + CONVNET_DOUBLE_K2_OFFSET(dims); /* K2 */
    at = 0;
    for (int64_t i = 0; i < 16; i++) {
        for (int64_t i_ = 0; i_ < 8; i_++) {
            for (int64_t i_2 = 0; i_2 < 5; i_2++) {
                for (int64_t i_3 = 0; i_3 < 5; i_3++) {
                    to[at] = 0.0 + 0.1 * (convnet_double_real)(sqrt(-2.0 * log(1.0 - convnet_double_uniform(seed, 2, at, 0))) * cos(6.283185307179586 * convnet_double_uniform(seed, 2, at, 1)));
                    at++;
                }
            }
        }
    }
    to = theta + CONVNET_DOUBLE_c2_OFFSET(dims); /* c2 */
    at = 0;
    for (int64_t i = 0; i < 16; i++) {
        to[at] = 0.0;
        at++;
    }
    to = theta + CONVNET_DOUBLE_W_OFFSET(dims); /* W */
    at = 0;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 16; i_++) {
            for (int64_t i_2 = 0; i_2 < 4; i_2++) {
                for (int64_t i_3 = 0; i_3 < 4; i_3++) {
                    to[at] = (-0.15018785229652765) + (0.15018785229652765 - (-0.15018785229652765)) * (convnet_double_real)convnet_double_uniform(seed, 4, at, 0);
                    at++;
                }
            }
        }
    }
    to = theta + CONVNET_DOUBLE_b_OFFSET(dims); /* b */
    at = 0;
    for (int64_t i = 0; i < 10; i++) {
        to[at] = 0.0;
        at++;
    }
    return CONVNET_DOUBLE_OK;
}

static const char *const convnet_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "X is missing",
    "X holds a NaN",
    "label is missing",
    "label has an entry outside 0..10",
};

static int convnet_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int convnet_double_test(const convnet_double_dims *dims, const convnet_double_data *data, int *which)
{
    if (!dims || convnet_double_work_bytes(dims) == SIZE_MAX) return convnet_double_fail(which, 0, CONVNET_DOUBLE_EDIM);
    const int64_t N = (int64_t)dims->N;
    if (!data) return convnet_double_fail(which, 1, CONVNET_DOUBLE_EDATA);
    if (!data->X && 784 * N > 0) return convnet_double_fail(which, 2, CONVNET_DOUBLE_EDATA);
    for (int64_t at = 0; at < 784 * N; at++)
        if (data->X[at] != data->X[at]) return convnet_double_fail(which, 3, CONVNET_DOUBLE_EDATA);
    if (!data->label && N > 0) return convnet_double_fail(which, 4, CONVNET_DOUBLE_EDATA);
    for (int64_t at = 0; at < N; at++)
        if (data->label[at] < 0 || data->label[at] >= 10) return convnet_double_fail(which, 5, CONVNET_DOUBLE_EDATA);
    return CONVNET_DOUBLE_OK;
}

int convnet_double_check(const convnet_double_dims *dims, const convnet_double_data *data)
{
    return convnet_double_test(dims, data, 0);
}

static int convnet_double_ready(const convnet_double_dims *dims, const convnet_double_real *theta, const convnet_double_data *data, const void *work)
{
    const size_t bytes = dims ? convnet_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return CONVNET_DOUBLE_EDIM;
    if (!theta) return CONVNET_DOUBLE_EDATA;
    if (!data) return CONVNET_DOUBLE_EDATA;
    return bytes > 0 && !work ? CONVNET_DOUBLE_EWORK : CONVNET_DOUBLE_OK;
}

static void convnet_double_loss_part1(convnet_double_real *restrict cells)
{
    /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) */
    cells[0] = 0.0;
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes1(convnet_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes2(convnet_double_real *restrict u0, convnet_double_real s0, const convnet_double_real *restrict x0, convnet_double_real s1, const convnet_double_real *restrict x1, convnet_double_real s2, const convnet_double_real *restrict x2, convnet_double_real s3, const convnet_double_real *restrict x3)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = u0[r] + s0 * x0[r];
        const convnet_double_real t2 = t1 + s1 * x1[r];
        const convnet_double_real t3 = t2 + s2 * x2[r];
        const convnet_double_real t4 = t3 + s3 * x3[r];
        u0[r] = t4;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes3(convnet_double_real *restrict u0, convnet_double_real s0, const convnet_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += s0 * x0[r];
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes4(convnet_double_real *restrict u0, convnet_double_real s0, const convnet_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = s0 + x0[r];
        u0[r] = t1 > 0 ? t1 : 0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes5(const convnet_double_real *restrict x0, const convnet_double_real *restrict x1, const convnet_double_real *restrict x2, const convnet_double_real *restrict x3, convnet_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = x0[r] + x1[r] + x2[r] + x3[r];
        u0[r] = t1 / 4.0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes6(convnet_double_real *restrict u0, convnet_double_real s0, const convnet_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = s0 + x0[r];
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes7(convnet_double_real *restrict u0, convnet_double_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = (-1.0 / 0.0);
        u1[r] = 0.0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes8(convnet_double_real *restrict u0, const convnet_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = x0[r];
        const convnet_double_real t2 = u0[r];
        const convnet_double_real t3 = t1 > t2 ? t1 : t2;
        u0[r] = t3;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes9(convnet_double_real *restrict u0, const convnet_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = x0[r];
        u0[r] = (((-1.0 / 0.0) < x0[r]) & (x0[r] < (1.0 / 0.0))) ? t1 : 0.0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes10(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] - x1[r];
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes11(convnet_double_real *restrict u0, const convnet_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r];
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes12(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] + x1[r];
    }
}

static void convnet_double_loss_rows2(int64_t N, const convnet_double_real *restrict X,
        const int32_t *restrict label, const convnet_double_real *restrict K1,
        const convnet_double_real *restrict c1, const convnet_double_real *restrict K2,
        const convnet_double_real *restrict c2, const convnet_double_real *restrict W,
        const convnet_double_real *restrict b, convnet_double_real *A1_sum_2, convnet_double_real *restrict A1_2,
        convnet_double_real *restrict P1_2, convnet_double_real *A2_sum_2, convnet_double_real *restrict A2_2,
        convnet_double_real *restrict P2_2, convnet_double_real *logits_sum_2,
        convnet_double_real *restrict logits_2, convnet_double_real *loss_logsumexp_2,
        convnet_double_real *restrict X_2, convnet_double_real *most_, convnet_double_real *restrict base,
        convnet_double_real *total, convnet_double_real *arg, convnet_double_real *restrict exp_,
        convnet_double_real *log_, convnet_double_real *restrict cells)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        for (int64_t i = 0; i < 28; i++) {
            for (int64_t i_ = 0; i_ < 28; i_++) {
                for (int r = 0; r < 64; r++) {
                    const int64_t n = tile + (r < rows ? r : rows - 1);
                    /* data  X[N, 28, 28] */
                    X_2[(i * 28 + i_) * 64 + r] = X[(n * 28 + i) * 28 + i_];
                }
            }
        }
        for (int64_t f = 0; f < 8; f++) {
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    convnet_double_lanes1(A1_sum_2);
                    for (int64_t u = 0; u < 5; u++) {
                        int64_t v = 0;
                        for (; v + 3 < 5; v += 4) {
                            convnet_double_lanes2(A1_sum_2, K1[(f * 5 + u) * 5 + v], X_2 + ((i + u) * 28 + (j + v)) * 64, K1[(f * 5 + u) * 5 + (v + 1)], X_2 + ((i + u) * 28 + (j + v + 1)) * 64, K1[(f * 5 + u) * 5 + (v + 2)], X_2 + ((i + u) * 28 + (j + v + 2)) * 64, K1[(f * 5 + u) * 5 + (v + 3)], X_2 + ((i + u) * 28 + (j + v + 3)) * 64);
                        }
                        for (; v < 5; v++) {
                            convnet_double_lanes3(A1_sum_2, K1[(f * 5 + u) * 5 + v], X_2 + ((i + u) * 28 + (j + v)) * 64);
                        }
                    }
                    convnet_double_lanes4(A1_2 + (i * 24 + j) * 64, c1[f], A1_sum_2);
                }
            }
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j = 0; j < 12; j++) {
                    convnet_double_lanes5(A1_2 + (2 * i * 24 + 2 * j) * 64, A1_2 + (2 * i * 24 + (2 * j + 1)) * 64, A1_2 + ((2 * i + 1) * 24 + 2 * j) * 64, A1_2 + ((2 * i + 1) * 24 + (2 * j + 1)) * 64, P1_2 + ((f * 12 + i) * 12 + j) * 64);
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    convnet_double_lanes1(A2_sum_2);
                    for (int64_t g = 0; g < 8; g++) {
                        for (int64_t u = 0; u < 5; u++) {
                            int64_t v_ = 0;
                            for (; v_ + 3 < 5; v_ += 4) {
                                convnet_double_lanes2(A2_sum_2, K2[((f * 8 + g) * 5 + u) * 5 + v_], P1_2 + ((g * 12 + (i + u)) * 12 + (j + v_)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 1)], P1_2 + ((g * 12 + (i + u)) * 12 + (j + v_ + 1)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 2)], P1_2 + ((g * 12 + (i + u)) * 12 + (j + v_ + 2)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 3)], P1_2 + ((g * 12 + (i + u)) * 12 + (j + v_ + 3)) * 64);
                            }
                            for (; v_ < 5; v_++) {
                                convnet_double_lanes3(A2_sum_2, K2[((f * 8 + g) * 5 + u) * 5 + v_], P1_2 + ((g * 12 + (i + u)) * 12 + (j + v_)) * 64);
                            }
                        }
                    }
                    convnet_double_lanes4(A2_2 + (i * 8 + j) * 64, c2[f], A2_sum_2);
                }
            }
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j = 0; j < 4; j++) {
                    convnet_double_lanes5(A2_2 + (2 * i * 8 + 2 * j) * 64, A2_2 + (2 * i * 8 + (2 * j + 1)) * 64, A2_2 + ((2 * i + 1) * 8 + 2 * j) * 64, A2_2 + ((2 * i + 1) * 8 + (2 * j + 1)) * 64, P2_2 + ((f * 4 + i) * 4 + j) * 64);
                }
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            convnet_double_lanes1(logits_sum_2);
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    int64_t j = 0;
                    for (; j + 3 < 4; j += 4) {
                        convnet_double_lanes2(logits_sum_2, W[((k * 16 + f) * 4 + i) * 4 + j], P2_2 + ((f * 4 + i) * 4 + j) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 1)], P2_2 + ((f * 4 + i) * 4 + (j + 1)) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 2)], P2_2 + ((f * 4 + i) * 4 + (j + 2)) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 3)], P2_2 + ((f * 4 + i) * 4 + (j + 3)) * 64);
                    }
                    for (; j < 4; j++) {
                        convnet_double_lanes3(logits_sum_2, W[((k * 16 + f) * 4 + i) * 4 + j], P2_2 + ((f * 4 + i) * 4 + j) * 64);
                    }
                }
            }
            convnet_double_lanes6(logits_2 + k * 64, b[k], logits_sum_2);
        }
        convnet_double_lanes7(most_, total);
        for (int64_t k = 0; k < 10; k++) {
            convnet_double_lanes8(most_, logits_2 + k * 64);
        }
        convnet_double_lanes9(base, most_);
        for (int64_t k = 0; k < 10; k++) {
            convnet_double_lanes10(arg, logits_2 + k * 64, base);
            convnet_double_vexp(exp_, arg);
            convnet_double_lanes11(total, exp_);
        }
        convnet_double_vlog(log_, total);
        convnet_double_lanes12(loss_logsumexp_2, base, log_);
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) */
            cells[0] += loss_logsumexp_2[r] - logits_2[(int64_t)label[n] * 64 + r];
        }
    }
}

static void convnet_double_loss_rows3(int64_t N, const convnet_double_real *restrict X,
        const int32_t *restrict label, const convnet_double_real *restrict K1,
        const convnet_double_real *restrict c1, const convnet_double_real *restrict K2,
        const convnet_double_real *restrict c2, const convnet_double_real *restrict W,
        const convnet_double_real *restrict b, convnet_double_real *restrict A1, convnet_double_real *restrict P1,
        convnet_double_real *A2, convnet_double_real *restrict P2, convnet_double_real *restrict logits,
        convnet_double_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t f = 0; f < 8; f++) {
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    /* let A1[n, f, i, j] = relu(c1[f] + sum[u, v] K1[f, u, v] * X[n, i+u, j+v])            # 24 x 24 */
                    convnet_double_real A1_sum = 0.0;
                    for (int64_t u = 0; u < 5; u++) {
                        for (int64_t v = 0; v < 5; v++) {
                            A1_sum += K1[(f * 5 + u) * 5 + v] * X[(n * 28 + (i + u)) * 28 + (j + v)];
                        }
                    }
                    const convnet_double_real t1 = c1[f] + A1_sum;
                    A1[i * 24 + j] = t1 > 0 ? t1 : 0;
                }
            }
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j = 0; j < 12; j++) {
                    /* let P1[n, f, i: 12, j: 12] = mean[u: 2, v: 2] A1[n, f, 2*i+u, 2*j+v] */
                    const convnet_double_real P1_mean = A1[2 * i * 24 + 2 * j] + A1[2 * i * 24 + (2 * j + 1)] + A1[(2 * i + 1) * 24 + 2 * j] + A1[(2 * i + 1) * 24 + (2 * j + 1)];
                    P1[(f * 12 + i) * 12 + j] = P1_mean / 4.0;
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    /* let A2[n, f, i, j] = relu(c2[f] + sum[g, u, v] K2[f, g, u, v] * P1[n, g, i+u, j+v])  # 8 x 8 */
                    convnet_double_real A2_sum = 0.0;
                    for (int64_t g = 0; g < 8; g++) {
                        for (int64_t u = 0; u < 5; u++) {
                            for (int64_t v = 0; v < 5; v++) {
                                A2_sum += K2[((f * 8 + g) * 5 + u) * 5 + v] * P1[(g * 12 + (i + u)) * 12 + (j + v)];
                            }
                        }
                    }
                    const convnet_double_real t2 = c2[f] + A2_sum;
                    A2[i * 8 + j] = t2 > 0 ? t2 : 0;
                }
            }
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j = 0; j < 4; j++) {
                    /* let P2[n, f, i: 4, j: 4] = mean[u: 2, v: 2] A2[n, f, 2*i+u, 2*j+v] */
                    const convnet_double_real P2_mean = A2[2 * i * 8 + 2 * j] + A2[2 * i * 8 + (2 * j + 1)] + A2[(2 * i + 1) * 8 + 2 * j] + A2[(2 * i + 1) * 8 + (2 * j + 1)];
                    P2[(f * 4 + i) * 4 + j] = P2_mean / 4.0;
                }
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[f, i, j] W[k, f, i, j] * P2[n, f, i, j] */
            convnet_double_real logits_sum = 0.0;
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    for (int64_t j = 0; j < 4; j++) {
                        logits_sum += W[((k * 16 + f) * 4 + i) * 4 + j] * P2[(f * 4 + i) * 4 + j];
                    }
                }
            }
            logits[k] = b[k] + logits_sum;
        }
        /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) */
        convnet_double_real t3 = 0.0;
        convnet_double_real t4 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const convnet_double_real t5 = logits[k];
            if (t5 > t4) {
                t3 = t3 * exp(t4 - t5) + 1.0;
                t4 = t5;
            } else if (!(t5 == (-1.0 / 0.0))) {
                t3 += exp(t5 - t4);
            }
        }
        const convnet_double_real loss_logsumexp = t4 + log(t3);
        cells[0] += loss_logsumexp - logits[(int64_t)label[n]];
    }
}

static void convnet_double_loss_part4(int64_t N, convnet_double_real *restrict loss,
        convnet_double_real *restrict cells)
{
    /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) */
    loss[0] = cells[0] / (convnet_double_real)N;
}

int convnet_double_loss(const convnet_double_dims *dims, const convnet_double_real *theta, const convnet_double_data *data, convnet_double_real *loss, void *work)
{
    const int code = convnet_double_ready(dims, theta, data, work);
    if (code != CONVNET_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    convnet_double_loss_part1((convnet_double_real *)(void *)bytes);
    convnet_double_loss_rows2((int64_t)dims->N, data->X, data->label, theta + CONVNET_DOUBLE_K1_OFFSET(dims),
        theta + CONVNET_DOUBLE_c1_OFFSET(dims), theta + CONVNET_DOUBLE_K2_OFFSET(dims),
        theta + CONVNET_DOUBLE_c2_OFFSET(dims), theta + CONVNET_DOUBLE_W_OFFSET(dims),
        theta + CONVNET_DOUBLE_b_OFFSET(dims), (convnet_double_real *)(void *)(bytes + 401472),
        (convnet_double_real *)(void *)(bytes + 401984), (convnet_double_real *)(void *)(bytes + 696896),
        (convnet_double_real *)(void *)(bytes + 401472), (convnet_double_real *)(void *)(bytes + 1286720),
        (convnet_double_real *)(void *)(bytes + 1319488), (convnet_double_real *)(void *)(bytes + 401472),
        (convnet_double_real *)(void *)(bytes + 1450560), (convnet_double_real *)(void *)(bytes + 1455680),
        (convnet_double_real *)(void *)(bytes + 64), (convnet_double_real *)(void *)(bytes + 401472),
        (convnet_double_real *)(void *)(bytes + 1456192), (convnet_double_real *)(void *)(bytes + 1455680),
        (convnet_double_real *)(void *)(bytes + 401472), (convnet_double_real *)(void *)(bytes + 1456704),
        (convnet_double_real *)(void *)(bytes + 401472), (convnet_double_real *)(void *)bytes);
    convnet_double_loss_rows3((int64_t)dims->N, data->X, data->label, theta + CONVNET_DOUBLE_K1_OFFSET(dims),
        theta + CONVNET_DOUBLE_c1_OFFSET(dims), theta + CONVNET_DOUBLE_K2_OFFSET(dims),
        theta + CONVNET_DOUBLE_c2_OFFSET(dims), theta + CONVNET_DOUBLE_W_OFFSET(dims),
        theta + CONVNET_DOUBLE_b_OFFSET(dims), (convnet_double_real *)(void *)(bytes + 1457216),
        (convnet_double_real *)(void *)(bytes + 1461824), (convnet_double_real *)(void *)(bytes + 401472),
        (convnet_double_real *)(void *)(bytes + 1471040), (convnet_double_real *)(void *)(bytes + 1473088),
        (convnet_double_real *)(void *)bytes);
    convnet_double_loss_part4((int64_t)dims->N, loss, (convnet_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? CONVNET_DOUBLE_OK : CONVNET_DOUBLE_ENONFINITE;
}

static void convnet_double_grad_part1(int64_t N, convnet_double_real *restrict d_b_2,
        convnet_double_real *restrict d_W_2, convnet_double_real *restrict d_c2_2,
        convnet_double_real *restrict d_K2_2, convnet_double_real *restrict d_c1_2,
        convnet_double_real *restrict d_K1_2, convnet_double_real *restrict cells)
{
    /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) */
    cells[0] = 0.0;
    cells[1] = 1.0 / (convnet_double_real)N;
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 8; i_++) {
            /* output logits[n, k] = b[k] + sum[f, i, j] W[k, f, i, j] * P2[n, f, i, j] */
            d_b_2[i * 8 + i_] = 0.0;
        }
        for (int64_t i_ = 0; i_ < 16; i_++) {
            for (int64_t i_2 = 0; i_2 < 4; i_2++) {
                for (int64_t i_3 = 0; i_3 < 4; i_3++) {
                    for (int64_t i_4 = 0; i_4 < 8; i_4++) {
                        d_W_2[(((i * 16 + i_) * 4 + i_2) * 4 + i_3) * 8 + i_4] = 0.0;
                    }
                }
            }
        }
    }
    for (int64_t i = 0; i < 16; i++) {
        for (int64_t i_ = 0; i_ < 8; i_++) {
            /* let A2[n, f, i, j] = relu(c2[f] + sum[g, u, v] K2[f, g, u, v] * P1[n, g, i+u, j+v])  # 8 x 8 */
            d_c2_2[i * 8 + i_] = 0.0;
            for (int64_t i_2 = 0; i_2 < 5; i_2++) {
                for (int64_t i_3 = 0; i_3 < 5; i_3++) {
                    for (int64_t i_4 = 0; i_4 < 8; i_4++) {
                        d_K2_2[(((i * 8 + i_) * 5 + i_2) * 5 + i_3) * 8 + i_4] = 0.0;
                    }
                }
            }
        }
    }
    for (int64_t i = 0; i < 8; i++) {
        for (int64_t i_ = 0; i_ < 8; i_++) {
            /* let A1[n, f, i, j] = relu(c1[f] + sum[u, v] K1[f, u, v] * X[n, i+u, j+v])            # 24 x 24 */
            d_c1_2[i * 8 + i_] = 0.0;
        }
        for (int64_t i_ = 0; i_ < 5; i_++) {
            for (int64_t i_2 = 0; i_2 < 5; i_2++) {
                for (int64_t i_3 = 0; i_3 < 8; i_3++) {
                    d_K1_2[((i * 5 + i_) * 5 + i_2) * 8 + i_3] = 0.0;
                }
            }
        }
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes13(const convnet_double_real *restrict x0, const convnet_double_real *restrict x1, const convnet_double_real *restrict x2, const convnet_double_real *restrict x3, convnet_double_real *restrict u0, convnet_double_real *restrict u1)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = x0[r] + x1[r] + x2[r] + x3[r];
        u0[r] = t1 / 4.0;
        u1[r] = 0.0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes14(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, convnet_double_real s0, const convnet_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = s0 * x1[r];
        u0[r] = ((-1.0 / 0.0) < x0[r]) ? t1 : 0.0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes15(convnet_double_real *restrict u0, const convnet_double_real *restrict x0)
{
    for (int l = 0; l < 8; l++) {
        convnet_double_real t1 = u0[l];
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

CONVNET_DOUBLE_STAGE static void convnet_double_lanes16(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        convnet_double_real t1_ = u0[l];
        const convnet_double_real t2 = x0[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const convnet_double_real t3 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const convnet_double_real t4 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const convnet_double_real t5 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const convnet_double_real t6 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const convnet_double_real t7 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const convnet_double_real t8 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const convnet_double_real t9 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes17(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1, convnet_double_real *restrict u1, const convnet_double_real *restrict x2, convnet_double_real *restrict u2, const convnet_double_real *restrict x3, convnet_double_real *restrict u3, const convnet_double_real *restrict x4)
{
    for (int l = 0; l < 8; l++) {
        convnet_double_real t1 = u0[l];
        convnet_double_real t2 = u1[l];
        convnet_double_real t3 = u2[l];
        convnet_double_real t4 = u3[l];
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

CONVNET_DOUBLE_STAGE static void convnet_double_lanes18(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1, convnet_double_real *restrict u1, const convnet_double_real *restrict x2, convnet_double_real *restrict u2, const convnet_double_real *restrict x3, convnet_double_real *restrict u3, const convnet_double_real *restrict x4, const convnet_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        convnet_double_real t1_ = u0[l];
        convnet_double_real t2_ = u1[l];
        convnet_double_real t3_ = u2[l];
        convnet_double_real t4_ = u3[l];
        const convnet_double_real t5 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t5 : 0;
        const convnet_double_real t6 = x0[l] * x2[l];
        t2_ += mask[l] > 0 ? t6 : 0;
        const convnet_double_real t7 = x0[l] * x3[l];
        t3_ += mask[l] > 0 ? t7 : 0;
        const convnet_double_real t8 = x0[l] * x4[l];
        t4_ += mask[l] > 0 ? t8 : 0;
        const convnet_double_real t9 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t9 : 0;
        const convnet_double_real t10 = x0[l + 8] * x2[l + 8];
        t2_ += mask[l + 8] > 0 ? t10 : 0;
        const convnet_double_real t11 = x0[l + 8] * x3[l + 8];
        t3_ += mask[l + 8] > 0 ? t11 : 0;
        const convnet_double_real t12 = x0[l + 8] * x4[l + 8];
        t4_ += mask[l + 8] > 0 ? t12 : 0;
        const convnet_double_real t13 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t13 : 0;
        const convnet_double_real t14 = x0[l + 16] * x2[l + 16];
        t2_ += mask[l + 16] > 0 ? t14 : 0;
        const convnet_double_real t15 = x0[l + 16] * x3[l + 16];
        t3_ += mask[l + 16] > 0 ? t15 : 0;
        const convnet_double_real t16 = x0[l + 16] * x4[l + 16];
        t4_ += mask[l + 16] > 0 ? t16 : 0;
        const convnet_double_real t17 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t17 : 0;
        const convnet_double_real t18 = x0[l + 24] * x2[l + 24];
        t2_ += mask[l + 24] > 0 ? t18 : 0;
        const convnet_double_real t19 = x0[l + 24] * x3[l + 24];
        t3_ += mask[l + 24] > 0 ? t19 : 0;
        const convnet_double_real t20 = x0[l + 24] * x4[l + 24];
        t4_ += mask[l + 24] > 0 ? t20 : 0;
        const convnet_double_real t21 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t21 : 0;
        const convnet_double_real t22 = x0[l + 32] * x2[l + 32];
        t2_ += mask[l + 32] > 0 ? t22 : 0;
        const convnet_double_real t23 = x0[l + 32] * x3[l + 32];
        t3_ += mask[l + 32] > 0 ? t23 : 0;
        const convnet_double_real t24 = x0[l + 32] * x4[l + 32];
        t4_ += mask[l + 32] > 0 ? t24 : 0;
        const convnet_double_real t25 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t25 : 0;
        const convnet_double_real t26 = x0[l + 40] * x2[l + 40];
        t2_ += mask[l + 40] > 0 ? t26 : 0;
        const convnet_double_real t27 = x0[l + 40] * x3[l + 40];
        t3_ += mask[l + 40] > 0 ? t27 : 0;
        const convnet_double_real t28 = x0[l + 40] * x4[l + 40];
        t4_ += mask[l + 40] > 0 ? t28 : 0;
        const convnet_double_real t29 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t29 : 0;
        const convnet_double_real t30 = x0[l + 48] * x2[l + 48];
        t2_ += mask[l + 48] > 0 ? t30 : 0;
        const convnet_double_real t31 = x0[l + 48] * x3[l + 48];
        t3_ += mask[l + 48] > 0 ? t31 : 0;
        const convnet_double_real t32 = x0[l + 48] * x4[l + 48];
        t4_ += mask[l + 48] > 0 ? t32 : 0;
        const convnet_double_real t33 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t33 : 0;
        const convnet_double_real t34 = x0[l + 56] * x2[l + 56];
        t2_ += mask[l + 56] > 0 ? t34 : 0;
        const convnet_double_real t35 = x0[l + 56] * x3[l + 56];
        t3_ += mask[l + 56] > 0 ? t35 : 0;
        const convnet_double_real t36 = x0[l + 56] * x4[l + 56];
        t4_ += mask[l + 56] > 0 ? t36 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
        u2[l] = t3_;
        u3[l] = t4_;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes19(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1)
{
    for (int l = 0; l < 8; l++) {
        convnet_double_real t1 = u0[l];
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

CONVNET_DOUBLE_STAGE static void convnet_double_lanes20(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1, const convnet_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        convnet_double_real t1_ = u0[l];
        const convnet_double_real t2 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const convnet_double_real t3 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const convnet_double_real t4 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const convnet_double_real t5 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const convnet_double_real t6 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const convnet_double_real t7 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const convnet_double_real t8 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const convnet_double_real t9 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes21(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, convnet_double_real s0, const convnet_double_real *restrict x1, convnet_double_real s1, const convnet_double_real *restrict x2, convnet_double_real s2, const convnet_double_real *restrict x3, convnet_double_real s3)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = u0[r] + x0[r] * s0;
        const convnet_double_real t2 = t1 + x1[r] * s1;
        const convnet_double_real t3 = t2 + x2[r] * s2;
        const convnet_double_real t4 = t3 + x3[r] * s3;
        u0[r] = t4;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes22(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, convnet_double_real s0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r] * s0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes23(convnet_double_real *restrict u0, const convnet_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] / 4.0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes24(convnet_double_real *restrict u0, convnet_double_real s0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        const convnet_double_real t1 = x1[r];
        u0[r] = (0.0 < s0 + x0[r]) ? t1 : 0.0;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes25(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1, const convnet_double_real *restrict x2, const convnet_double_real *restrict x3, const convnet_double_real *restrict x4, const convnet_double_real *restrict x5, const convnet_double_real *restrict x6, const convnet_double_real *restrict x7)
{
    for (int l = 0; l < 8; l++) {
        convnet_double_real t1 = u0[l];
        t1 += x0[l] * x1[l];
        t1 += x2[l] * x3[l];
        t1 += x4[l] * x5[l];
        t1 += x6[l] * x7[l];
        t1 += x0[l + 8] * x1[l + 8];
        t1 += x2[l + 8] * x3[l + 8];
        t1 += x4[l + 8] * x5[l + 8];
        t1 += x6[l + 8] * x7[l + 8];
        t1 += x0[l + 16] * x1[l + 16];
        t1 += x2[l + 16] * x3[l + 16];
        t1 += x4[l + 16] * x5[l + 16];
        t1 += x6[l + 16] * x7[l + 16];
        t1 += x0[l + 24] * x1[l + 24];
        t1 += x2[l + 24] * x3[l + 24];
        t1 += x4[l + 24] * x5[l + 24];
        t1 += x6[l + 24] * x7[l + 24];
        t1 += x0[l + 32] * x1[l + 32];
        t1 += x2[l + 32] * x3[l + 32];
        t1 += x4[l + 32] * x5[l + 32];
        t1 += x6[l + 32] * x7[l + 32];
        t1 += x0[l + 40] * x1[l + 40];
        t1 += x2[l + 40] * x3[l + 40];
        t1 += x4[l + 40] * x5[l + 40];
        t1 += x6[l + 40] * x7[l + 40];
        t1 += x0[l + 48] * x1[l + 48];
        t1 += x2[l + 48] * x3[l + 48];
        t1 += x4[l + 48] * x5[l + 48];
        t1 += x6[l + 48] * x7[l + 48];
        t1 += x0[l + 56] * x1[l + 56];
        t1 += x2[l + 56] * x3[l + 56];
        t1 += x4[l + 56] * x5[l + 56];
        t1 += x6[l + 56] * x7[l + 56];
        u0[l] = t1;
    }
}

CONVNET_DOUBLE_STAGE static void convnet_double_lanes26(convnet_double_real *restrict u0, const convnet_double_real *restrict x0, const convnet_double_real *restrict x1, const convnet_double_real *restrict x2, const convnet_double_real *restrict x3, const convnet_double_real *restrict x4, const convnet_double_real *restrict x5, const convnet_double_real *restrict x6, const convnet_double_real *restrict x7, const convnet_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        convnet_double_real t1_ = u0[l];
        const convnet_double_real t2 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const convnet_double_real t3 = x2[l] * x3[l];
        t1_ += mask[l] > 0 ? t3 : 0;
        const convnet_double_real t4 = x4[l] * x5[l];
        t1_ += mask[l] > 0 ? t4 : 0;
        const convnet_double_real t5 = x6[l] * x7[l];
        t1_ += mask[l] > 0 ? t5 : 0;
        const convnet_double_real t6 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t6 : 0;
        const convnet_double_real t7 = x2[l + 8] * x3[l + 8];
        t1_ += mask[l + 8] > 0 ? t7 : 0;
        const convnet_double_real t8 = x4[l + 8] * x5[l + 8];
        t1_ += mask[l + 8] > 0 ? t8 : 0;
        const convnet_double_real t9 = x6[l + 8] * x7[l + 8];
        t1_ += mask[l + 8] > 0 ? t9 : 0;
        const convnet_double_real t10 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t10 : 0;
        const convnet_double_real t11 = x2[l + 16] * x3[l + 16];
        t1_ += mask[l + 16] > 0 ? t11 : 0;
        const convnet_double_real t12 = x4[l + 16] * x5[l + 16];
        t1_ += mask[l + 16] > 0 ? t12 : 0;
        const convnet_double_real t13 = x6[l + 16] * x7[l + 16];
        t1_ += mask[l + 16] > 0 ? t13 : 0;
        const convnet_double_real t14 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t14 : 0;
        const convnet_double_real t15 = x2[l + 24] * x3[l + 24];
        t1_ += mask[l + 24] > 0 ? t15 : 0;
        const convnet_double_real t16 = x4[l + 24] * x5[l + 24];
        t1_ += mask[l + 24] > 0 ? t16 : 0;
        const convnet_double_real t17 = x6[l + 24] * x7[l + 24];
        t1_ += mask[l + 24] > 0 ? t17 : 0;
        const convnet_double_real t18 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t18 : 0;
        const convnet_double_real t19 = x2[l + 32] * x3[l + 32];
        t1_ += mask[l + 32] > 0 ? t19 : 0;
        const convnet_double_real t20 = x4[l + 32] * x5[l + 32];
        t1_ += mask[l + 32] > 0 ? t20 : 0;
        const convnet_double_real t21 = x6[l + 32] * x7[l + 32];
        t1_ += mask[l + 32] > 0 ? t21 : 0;
        const convnet_double_real t22 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t22 : 0;
        const convnet_double_real t23 = x2[l + 40] * x3[l + 40];
        t1_ += mask[l + 40] > 0 ? t23 : 0;
        const convnet_double_real t24 = x4[l + 40] * x5[l + 40];
        t1_ += mask[l + 40] > 0 ? t24 : 0;
        const convnet_double_real t25 = x6[l + 40] * x7[l + 40];
        t1_ += mask[l + 40] > 0 ? t25 : 0;
        const convnet_double_real t26 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t26 : 0;
        const convnet_double_real t27 = x2[l + 48] * x3[l + 48];
        t1_ += mask[l + 48] > 0 ? t27 : 0;
        const convnet_double_real t28 = x4[l + 48] * x5[l + 48];
        t1_ += mask[l + 48] > 0 ? t28 : 0;
        const convnet_double_real t29 = x6[l + 48] * x7[l + 48];
        t1_ += mask[l + 48] > 0 ? t29 : 0;
        const convnet_double_real t30 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t30 : 0;
        const convnet_double_real t31 = x2[l + 56] * x3[l + 56];
        t1_ += mask[l + 56] > 0 ? t31 : 0;
        const convnet_double_real t32 = x4[l + 56] * x5[l + 56];
        t1_ += mask[l + 56] > 0 ? t32 : 0;
        const convnet_double_real t33 = x6[l + 56] * x7[l + 56];
        t1_ += mask[l + 56] > 0 ? t33 : 0;
        u0[l] = t1_;
    }
}

static void convnet_double_grad_rows2(int64_t first, int64_t last, const convnet_double_real *restrict X,
        const int32_t *restrict label, const convnet_double_real *restrict K1,
        const convnet_double_real *restrict c1, const convnet_double_real *restrict K2,
        const convnet_double_real *restrict c2, const convnet_double_real *restrict W,
        const convnet_double_real *restrict b, convnet_double_real *restrict A1_sum_3, convnet_double_real *A1_3,
        convnet_double_real *restrict P1_3, convnet_double_real *restrict A2_sum_3,
        convnet_double_real *restrict A2_3, convnet_double_real *restrict P2_3, convnet_double_real *logits_sum_3,
        convnet_double_real *restrict logits_3, convnet_double_real *loss_logsumexp_3,
        convnet_double_real *restrict d_logits_2, convnet_double_real *restrict d_P2_2,
        convnet_double_real *d_P2_mean_2, convnet_double_real *restrict d_A2_sum_2, convnet_double_real *d_P1_2,
        convnet_double_real *restrict d_P1_mean_2, convnet_double_real *d_A1_sum_2,
        convnet_double_real *restrict X_3, convnet_double_real *most_2, convnet_double_real *base_2,
        convnet_double_real *total_2, convnet_double_real *arg_2, convnet_double_real *restrict exp_2,
        convnet_double_real *log_2, convnet_double_real *arg_3, convnet_double_real *exp_3,
        convnet_double_real *restrict d_b_2, convnet_double_real *restrict d_W_2,
        convnet_double_real *restrict d_c2_2, convnet_double_real *restrict d_K2_2,
        convnet_double_real *restrict d_c1_2, convnet_double_real *restrict d_K1_2,
        convnet_double_real *restrict cells)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        convnet_double_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 28; i++) {
            for (int64_t i_ = 0; i_ < 28; i_++) {
                for (int r = 0; r < 64; r++) {
                    const int64_t n = tile + (r < rows ? r : rows - 1);
                    /* data  X[N, 28, 28] */
                    X_3[(i * 28 + i_) * 64 + r] = X[(n * 28 + i) * 28 + i_];
                }
            }
        }
        for (int64_t f = 0; f < 8; f++) {
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    convnet_double_lanes1(A1_sum_3 + ((f * 24 + i) * 24 + j) * 64);
                    for (int64_t u = 0; u < 5; u++) {
                        int64_t v = 0;
                        for (; v + 3 < 5; v += 4) {
                            convnet_double_lanes2(A1_sum_3 + ((f * 24 + i) * 24 + j) * 64, K1[(f * 5 + u) * 5 + v], X_3 + ((i + u) * 28 + (j + v)) * 64, K1[(f * 5 + u) * 5 + (v + 1)], X_3 + ((i + u) * 28 + (j + v + 1)) * 64, K1[(f * 5 + u) * 5 + (v + 2)], X_3 + ((i + u) * 28 + (j + v + 2)) * 64, K1[(f * 5 + u) * 5 + (v + 3)], X_3 + ((i + u) * 28 + (j + v + 3)) * 64);
                        }
                        for (; v < 5; v++) {
                            convnet_double_lanes3(A1_sum_3 + ((f * 24 + i) * 24 + j) * 64, K1[(f * 5 + u) * 5 + v], X_3 + ((i + u) * 28 + (j + v)) * 64);
                        }
                    }
                    convnet_double_lanes4(A1_3 + (i * 24 + j) * 64, c1[f], A1_sum_3 + ((f * 24 + i) * 24 + j) * 64);
                }
            }
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j = 0; j < 12; j++) {
                    convnet_double_lanes5(A1_3 + (2 * i * 24 + 2 * j) * 64, A1_3 + (2 * i * 24 + (2 * j + 1)) * 64, A1_3 + ((2 * i + 1) * 24 + 2 * j) * 64, A1_3 + ((2 * i + 1) * 24 + (2 * j + 1)) * 64, P1_3 + ((f * 12 + i) * 12 + j) * 64);
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    convnet_double_lanes1(A2_sum_3 + ((f * 8 + i) * 8 + j) * 64);
                    for (int64_t g = 0; g < 8; g++) {
                        for (int64_t u = 0; u < 5; u++) {
                            int64_t v_ = 0;
                            for (; v_ + 3 < 5; v_ += 4) {
                                convnet_double_lanes2(A2_sum_3 + ((f * 8 + i) * 8 + j) * 64, K2[((f * 8 + g) * 5 + u) * 5 + v_], P1_3 + ((g * 12 + (i + u)) * 12 + (j + v_)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 1)], P1_3 + ((g * 12 + (i + u)) * 12 + (j + v_ + 1)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 2)], P1_3 + ((g * 12 + (i + u)) * 12 + (j + v_ + 2)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 3)], P1_3 + ((g * 12 + (i + u)) * 12 + (j + v_ + 3)) * 64);
                            }
                            for (; v_ < 5; v_++) {
                                convnet_double_lanes3(A2_sum_3 + ((f * 8 + i) * 8 + j) * 64, K2[((f * 8 + g) * 5 + u) * 5 + v_], P1_3 + ((g * 12 + (i + u)) * 12 + (j + v_)) * 64);
                            }
                        }
                    }
                    convnet_double_lanes4(A2_3 + (i * 8 + j) * 64, c2[f], A2_sum_3 + ((f * 8 + i) * 8 + j) * 64);
                }
            }
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j = 0; j < 4; j++) {
                    convnet_double_lanes13(A2_3 + (2 * i * 8 + 2 * j) * 64, A2_3 + (2 * i * 8 + (2 * j + 1)) * 64, A2_3 + ((2 * i + 1) * 8 + 2 * j) * 64, A2_3 + ((2 * i + 1) * 8 + (2 * j + 1)) * 64, P2_3 + ((f * 4 + i) * 4 + j) * 64, d_P2_2 + ((f * 4 + i) * 4 + j) * 64);
                }
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            convnet_double_lanes1(logits_sum_3);
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    int64_t j = 0;
                    for (; j + 3 < 4; j += 4) {
                        convnet_double_lanes2(logits_sum_3, W[((k * 16 + f) * 4 + i) * 4 + j], P2_3 + ((f * 4 + i) * 4 + j) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 1)], P2_3 + ((f * 4 + i) * 4 + (j + 1)) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 2)], P2_3 + ((f * 4 + i) * 4 + (j + 2)) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 3)], P2_3 + ((f * 4 + i) * 4 + (j + 3)) * 64);
                    }
                    for (; j < 4; j++) {
                        convnet_double_lanes3(logits_sum_3, W[((k * 16 + f) * 4 + i) * 4 + j], P2_3 + ((f * 4 + i) * 4 + j) * 64);
                    }
                }
            }
            convnet_double_lanes6(logits_3 + k * 64, b[k], logits_sum_3);
        }
        convnet_double_lanes7(most_2, total_2);
        for (int64_t k = 0; k < 10; k++) {
            convnet_double_lanes8(most_2, logits_3 + k * 64);
        }
        convnet_double_lanes9(base_2, most_2);
        for (int64_t k = 0; k < 10; k++) {
            convnet_double_lanes10(arg_2, logits_3 + k * 64, base_2);
            convnet_double_vexp(exp_2, arg_2);
            convnet_double_lanes11(total_2, exp_2);
        }
        convnet_double_vlog(log_2, total_2);
        convnet_double_lanes12(loss_logsumexp_3, base_2, log_2);
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) */
            cells[0] += loss_logsumexp_3[r] - logits_3[(int64_t)label[n] * 64 + r];
        }
        for (int64_t k = 0; k < 10; k++) {
            convnet_double_lanes10(arg_3, logits_3 + k * 64, loss_logsumexp_3);
            convnet_double_vexp(exp_3, arg_3);
            convnet_double_lanes14(d_logits_2 + k * 64, loss_logsumexp_3, cells[1], exp_3);
        }
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            d_logits_2[(int64_t)label[n] * 64 + r] += -cells[1];
        }
        for (int64_t k = 0; k < 10; k++) {
            if (rows == 64)
                convnet_double_lanes15(d_b_2 + k * 8, d_logits_2 + k * 64);
            else
                convnet_double_lanes16(d_b_2 + k * 8, d_logits_2 + k * 64, mask);
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    int64_t j_ = 0;
                    for (; j_ + 3 < 4; j_ += 4) {
                        if (rows == 64)
                            convnet_double_lanes17(d_W_2 + (((k * 16 + f) * 4 + i) * 4 + j_) * 8, d_logits_2 + k * 64, P2_3 + ((f * 4 + i) * 4 + j_) * 64, d_W_2 + (((k * 16 + f) * 4 + i) * 4 + (j_ + 1)) * 8, P2_3 + ((f * 4 + i) * 4 + (j_ + 1)) * 64, d_W_2 + (((k * 16 + f) * 4 + i) * 4 + (j_ + 2)) * 8, P2_3 + ((f * 4 + i) * 4 + (j_ + 2)) * 64, d_W_2 + (((k * 16 + f) * 4 + i) * 4 + (j_ + 3)) * 8, P2_3 + ((f * 4 + i) * 4 + (j_ + 3)) * 64);
                        else
                            convnet_double_lanes18(d_W_2 + (((k * 16 + f) * 4 + i) * 4 + j_) * 8, d_logits_2 + k * 64, P2_3 + ((f * 4 + i) * 4 + j_) * 64, d_W_2 + (((k * 16 + f) * 4 + i) * 4 + (j_ + 1)) * 8, P2_3 + ((f * 4 + i) * 4 + (j_ + 1)) * 64, d_W_2 + (((k * 16 + f) * 4 + i) * 4 + (j_ + 2)) * 8, P2_3 + ((f * 4 + i) * 4 + (j_ + 2)) * 64, d_W_2 + (((k * 16 + f) * 4 + i) * 4 + (j_ + 3)) * 8, P2_3 + ((f * 4 + i) * 4 + (j_ + 3)) * 64, mask);
                    }
                    for (; j_ < 4; j_++) {
                        if (rows == 64)
                            convnet_double_lanes19(d_W_2 + (((k * 16 + f) * 4 + i) * 4 + j_) * 8, d_logits_2 + k * 64, P2_3 + ((f * 4 + i) * 4 + j_) * 64);
                        else
                            convnet_double_lanes20(d_W_2 + (((k * 16 + f) * 4 + i) * 4 + j_) * 8, d_logits_2 + k * 64, P2_3 + ((f * 4 + i) * 4 + j_) * 64, mask);
                    }
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j_2 = 0; j_2 < 4; j_2++) {
                    int64_t k = 0;
                    for (; k + 3 < 10; k += 4) {
                        convnet_double_lanes21(d_P2_2 + ((f * 4 + i) * 4 + j_2) * 64, d_logits_2 + k * 64, W[((k * 16 + f) * 4 + i) * 4 + j_2], d_logits_2 + (k + 1) * 64, W[(((k + 1) * 16 + f) * 4 + i) * 4 + j_2], d_logits_2 + (k + 2) * 64, W[(((k + 2) * 16 + f) * 4 + i) * 4 + j_2], d_logits_2 + (k + 3) * 64, W[(((k + 3) * 16 + f) * 4 + i) * 4 + j_2]);
                    }
                    for (; k < 10; k++) {
                        convnet_double_lanes22(d_P2_2 + ((f * 4 + i) * 4 + j_2) * 64, d_logits_2 + k * 64, W[((k * 16 + f) * 4 + i) * 4 + j_2]);
                    }
                    convnet_double_lanes23(d_P2_mean_2 + (i * 4 + j_2) * 64, d_P2_2 + ((f * 4 + i) * 4 + j_2) * 64);
                }
            }
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j_2 = 0; j_2 < 8; j_2++) {
                    convnet_double_lanes24(d_A2_sum_2 + ((f * 8 + i) * 8 + j_2) * 64, c2[f], A2_sum_3 + ((f * 8 + i) * 8 + j_2) * 64, d_P2_mean_2 + ((i / 2) * 4 + j_2 / 2) * 64);
                    if (rows == 64)
                        convnet_double_lanes15(d_c2_2 + f * 8, d_A2_sum_2 + ((f * 8 + i) * 8 + j_2) * 64);
                    else
                        convnet_double_lanes16(d_c2_2 + f * 8, d_A2_sum_2 + ((f * 8 + i) * 8 + j_2) * 64, mask);
                }
            }
            for (int64_t g = 0; g < 8; g++) {
                for (int64_t u = 0; u < 5; u++) {
                    for (int64_t v_2 = 0; v_2 < 5; v_2++) {
                        for (int64_t i = 0; i < 8; i++) {
                            int64_t j_2 = 0;
                            for (; j_2 + 3 < 8; j_2 += 4) {
                                if (rows == 64)
                                    convnet_double_lanes25(d_K2_2 + (((f * 8 + g) * 5 + u) * 5 + v_2) * 8, d_A2_sum_2 + ((f * 8 + i) * 8 + j_2) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2)) * 64, d_A2_sum_2 + ((f * 8 + i) * 8 + (j_2 + 1)) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2 + 1)) * 64, d_A2_sum_2 + ((f * 8 + i) * 8 + (j_2 + 2)) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2 + 2)) * 64, d_A2_sum_2 + ((f * 8 + i) * 8 + (j_2 + 3)) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2 + 3)) * 64);
                                else
                                    convnet_double_lanes26(d_K2_2 + (((f * 8 + g) * 5 + u) * 5 + v_2) * 8, d_A2_sum_2 + ((f * 8 + i) * 8 + j_2) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2)) * 64, d_A2_sum_2 + ((f * 8 + i) * 8 + (j_2 + 1)) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2 + 1)) * 64, d_A2_sum_2 + ((f * 8 + i) * 8 + (j_2 + 2)) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2 + 2)) * 64, d_A2_sum_2 + ((f * 8 + i) * 8 + (j_2 + 3)) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2 + 3)) * 64, mask);
                            }
                            for (; j_2 < 8; j_2++) {
                                if (rows == 64)
                                    convnet_double_lanes19(d_K2_2 + (((f * 8 + g) * 5 + u) * 5 + v_2) * 8, d_A2_sum_2 + ((f * 8 + i) * 8 + j_2) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2)) * 64);
                                else
                                    convnet_double_lanes20(d_K2_2 + (((f * 8 + g) * 5 + u) * 5 + v_2) * 8, d_A2_sum_2 + ((f * 8 + i) * 8 + j_2) * 64, P1_3 + ((g * 12 + (i + u)) * 12 + (j_2 + v_2)) * 64, mask);
                            }
                        }
                    }
                }
            }
        }
        for (int64_t g = 0; g < 8; g++) {
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j_3 = 0; j_3 < 12; j_3++) {
                    for (int r = 0; r < 64; r++) {
                        /* let A2[n, f, i, j] = relu(c2[f] + sum[g, u, v] K2[f, g, u, v] * P1[n, g, i+u, j+v])  # 8 x 8 */
                        convnet_double_real t2 = 0.0;
                        for (int64_t f = 0; f < 16; f++) {
                            for (int64_t u = i - 7 > 0 ? i - 7 : 0; u < (i + 1 < 5 ? i + 1 : 5); u++) {
                                for (int64_t v_2 = j_3 - 7 > 0 ? j_3 - 7 : 0; v_2 < (j_3 + 1 < 5 ? j_3 + 1 : 5); v_2++) {
                                    const convnet_double_real t3 = d_A2_sum_2[((f * 8 + (i - u)) * 8 + (j_3 - v_2)) * 64 + r] * K2[((f * 8 + g) * 5 + u) * 5 + v_2];
                                    t2 += t3;
                                }
                            }
                        }
                        d_P1_2[r] = t2;
                    }
                    convnet_double_lanes23(d_P1_mean_2 + (i * 12 + j_3) * 64, d_P1_2);
                }
            }
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j_3 = 0; j_3 < 24; j_3++) {
                    convnet_double_lanes24(d_A1_sum_2 + (i * 24 + j_3) * 64, c1[g], A1_sum_3 + ((g * 24 + i) * 24 + j_3) * 64, d_P1_mean_2 + ((i / 2) * 12 + j_3 / 2) * 64);
                    if (rows == 64)
                        convnet_double_lanes15(d_c1_2 + g * 8, d_A1_sum_2 + (i * 24 + j_3) * 64);
                    else
                        convnet_double_lanes16(d_c1_2 + g * 8, d_A1_sum_2 + (i * 24 + j_3) * 64, mask);
                }
            }
            for (int64_t u = 0; u < 5; u++) {
                for (int64_t v_2 = 0; v_2 < 5; v_2++) {
                    for (int64_t i = 0; i < 24; i++) {
                        int64_t j_3 = 0;
                        for (; j_3 + 3 < 24; j_3 += 4) {
                            if (rows == 64)
                                convnet_double_lanes25(d_K1_2 + ((g * 5 + u) * 5 + v_2) * 8, d_A1_sum_2 + (i * 24 + j_3) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2)) * 64, d_A1_sum_2 + (i * 24 + (j_3 + 1)) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2 + 1)) * 64, d_A1_sum_2 + (i * 24 + (j_3 + 2)) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2 + 2)) * 64, d_A1_sum_2 + (i * 24 + (j_3 + 3)) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2 + 3)) * 64);
                            else
                                convnet_double_lanes26(d_K1_2 + ((g * 5 + u) * 5 + v_2) * 8, d_A1_sum_2 + (i * 24 + j_3) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2)) * 64, d_A1_sum_2 + (i * 24 + (j_3 + 1)) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2 + 1)) * 64, d_A1_sum_2 + (i * 24 + (j_3 + 2)) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2 + 2)) * 64, d_A1_sum_2 + (i * 24 + (j_3 + 3)) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2 + 3)) * 64, mask);
                        }
                        for (; j_3 < 24; j_3++) {
                            if (rows == 64)
                                convnet_double_lanes19(d_K1_2 + ((g * 5 + u) * 5 + v_2) * 8, d_A1_sum_2 + (i * 24 + j_3) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2)) * 64);
                            else
                                convnet_double_lanes20(d_K1_2 + ((g * 5 + u) * 5 + v_2) * 8, d_A1_sum_2 + (i * 24 + j_3) * 64, X_3 + ((i + u) * 28 + (j_3 + v_2)) * 64, mask);
                        }
                    }
                }
            }
        }
    }
}

static void convnet_double_grad_rows3(int64_t first, int64_t last, const convnet_double_real *restrict X,
        const int32_t *restrict label, const convnet_double_real *restrict K1,
        const convnet_double_real *restrict c1, const convnet_double_real *restrict K2,
        const convnet_double_real *restrict c2, const convnet_double_real *restrict W,
        const convnet_double_real *restrict b, convnet_double_real *restrict A1_sum, convnet_double_real *A1,
        convnet_double_real *restrict P1, convnet_double_real *A2_sum, convnet_double_real *A2,
        convnet_double_real *restrict P2, convnet_double_real *restrict logits, convnet_double_real *restrict d_K1,
        convnet_double_real *restrict d_c1, convnet_double_real *restrict d_K2, convnet_double_real *restrict d_c2,
        convnet_double_real *restrict d_W, convnet_double_real *restrict d_b, convnet_double_real *restrict d_logits,
        convnet_double_real *restrict d_P2_mean, convnet_double_real *restrict d_A2_sum,
        convnet_double_real *restrict d_P1_mean, convnet_double_real *d_A1_sum, convnet_double_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 52) / 64); n < last; n++) {
        for (int64_t f = 0; f < 8; f++) {
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    /* let A1[n, f, i, j] = relu(c1[f] + sum[u, v] K1[f, u, v] * X[n, i+u, j+v])            # 24 x 24 */
                    convnet_double_real t1 = 0.0;
                    for (int64_t u = 0; u < 5; u++) {
                        for (int64_t v = 0; v < 5; v++) {
                            t1 += K1[(f * 5 + u) * 5 + v] * X[(n * 28 + (i + u)) * 28 + (j + v)];
                        }
                    }
                    A1_sum[(f * 24 + i) * 24 + j] = t1;
                    const convnet_double_real t2 = c1[f] + A1_sum[(f * 24 + i) * 24 + j];
                    A1[i * 24 + j] = t2 > 0 ? t2 : 0;
                }
            }
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j = 0; j < 12; j++) {
                    /* let P1[n, f, i: 12, j: 12] = mean[u: 2, v: 2] A1[n, f, 2*i+u, 2*j+v] */
                    const convnet_double_real P1_mean = A1[2 * i * 24 + 2 * j] + A1[2 * i * 24 + (2 * j + 1)] + A1[(2 * i + 1) * 24 + 2 * j] + A1[(2 * i + 1) * 24 + (2 * j + 1)];
                    P1[(f * 12 + i) * 12 + j] = P1_mean / 4.0;
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    /* let A2[n, f, i, j] = relu(c2[f] + sum[g, u, v] K2[f, g, u, v] * P1[n, g, i+u, j+v])  # 8 x 8 */
                    convnet_double_real t3 = 0.0;
                    for (int64_t g = 0; g < 8; g++) {
                        for (int64_t u = 0; u < 5; u++) {
                            for (int64_t v = 0; v < 5; v++) {
                                t3 += K2[((f * 8 + g) * 5 + u) * 5 + v] * P1[(g * 12 + (i + u)) * 12 + (j + v)];
                            }
                        }
                    }
                    A2_sum[(f * 8 + i) * 8 + j] = t3;
                    const convnet_double_real t4 = c2[f] + A2_sum[(f * 8 + i) * 8 + j];
                    A2[i * 8 + j] = t4 > 0 ? t4 : 0;
                }
            }
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j = 0; j < 4; j++) {
                    /* let P2[n, f, i: 4, j: 4] = mean[u: 2, v: 2] A2[n, f, 2*i+u, 2*j+v] */
                    const convnet_double_real P2_mean = A2[2 * i * 8 + 2 * j] + A2[2 * i * 8 + (2 * j + 1)] + A2[(2 * i + 1) * 8 + 2 * j] + A2[(2 * i + 1) * 8 + (2 * j + 1)];
                    P2[(f * 4 + i) * 4 + j] = P2_mean / 4.0;
                }
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[f, i, j] W[k, f, i, j] * P2[n, f, i, j] */
            convnet_double_real logits_sum = 0.0;
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    for (int64_t j = 0; j < 4; j++) {
                        logits_sum += W[((k * 16 + f) * 4 + i) * 4 + j] * P2[(f * 4 + i) * 4 + j];
                    }
                }
            }
            logits[k] = b[k] + logits_sum;
        }
        /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) */
        convnet_double_real t5 = 0.0;
        convnet_double_real t6 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const convnet_double_real t7 = logits[k];
            if (t7 > t6) {
                t5 = t5 * exp(t6 - t7) + 1.0;
                t6 = t7;
            } else if (!(t7 == (-1.0 / 0.0))) {
                t5 += exp(t7 - t6);
            }
        }
        const convnet_double_real loss_logsumexp = t6 + log(t5);
        const int64_t t8 = (int64_t)label[n];
        cells[0] += loss_logsumexp - logits[t8];
        for (int64_t k = 0; k < 10; k++) {
            d_logits[k] = (-1.0 / 0.0) < loss_logsumexp ? cells[1] * exp(logits[k] - loss_logsumexp) : 0.0;
        }
        d_logits[t8] += -cells[1];
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[f, i, j] W[k, f, i, j] * P2[n, f, i, j] */
            d_b[k] += d_logits[k];
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    for (int64_t j = 0; j < 4; j++) {
                        d_W[((k * 16 + f) * 4 + i) * 4 + j] += d_logits[k] * P2[(f * 4 + i) * 4 + j];
                    }
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j = 0; j < 4; j++) {
                    convnet_double_real d_P2 = 0.0;
                    for (int64_t k = 0; k < 10; k++) {
                        d_P2 += d_logits[k] * W[((k * 16 + f) * 4 + i) * 4 + j];
                    }
                    /* let P2[n, f, i: 4, j: 4] = mean[u: 2, v: 2] A2[n, f, 2*i+u, 2*j+v] */
                    d_P2_mean[i * 4 + j] = d_P2 / 4.0;
                }
            }
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    /* let A2[n, f, i, j] = relu(c2[f] + sum[g, u, v] K2[f, g, u, v] * P1[n, g, i+u, j+v])  # 8 x 8 */
                    d_A2_sum[(f * 8 + i) * 8 + j] = 0.0 < c2[f] + A2_sum[(f * 8 + i) * 8 + j] ? d_P2_mean[(i / 2) * 4 + j / 2] : 0.0;
                }
            }
            convnet_double_real t9 = 0.0;
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    t9 += d_A2_sum[(f * 8 + i) * 8 + j];
                }
            }
            d_c2[f] += t9;
            for (int64_t g = 0; g < 8; g++) {
                for (int64_t u = 0; u < 5; u++) {
                    for (int64_t v = 0; v < 5; v++) {
                        convnet_double_real t10 = 0.0;
                        for (int64_t i = 0; i < 8; i++) {
                            for (int64_t j = 0; j < 8; j++) {
                                t10 += d_A2_sum[(f * 8 + i) * 8 + j] * P1[(g * 12 + (i + u)) * 12 + (j + v)];
                            }
                        }
                        d_K2[((f * 8 + g) * 5 + u) * 5 + v] += t10;
                    }
                }
            }
        }
        for (int64_t g = 0; g < 8; g++) {
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j = 0; j < 12; j++) {
                    convnet_double_real d_P1 = 0.0;
                    for (int64_t f = 0; f < 16; f++) {
                        for (int64_t u = i - 7 > 0 ? i - 7 : 0; u < (i + 1 < 5 ? i + 1 : 5); u++) {
                            for (int64_t v = j - 7 > 0 ? j - 7 : 0; v < (j + 1 < 5 ? j + 1 : 5); v++) {
                                d_P1 += d_A2_sum[(f * 8 + (i - u)) * 8 + (j - v)] * K2[((f * 8 + g) * 5 + u) * 5 + v];
                            }
                        }
                    }
                    /* let P1[n, f, i: 12, j: 12] = mean[u: 2, v: 2] A1[n, f, 2*i+u, 2*j+v] */
                    d_P1_mean[i * 12 + j] = d_P1 / 4.0;
                }
            }
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    /* let A1[n, f, i, j] = relu(c1[f] + sum[u, v] K1[f, u, v] * X[n, i+u, j+v])            # 24 x 24 */
                    d_A1_sum[i * 24 + j] = 0.0 < c1[g] + A1_sum[(g * 24 + i) * 24 + j] ? d_P1_mean[(i / 2) * 12 + j / 2] : 0.0;
                }
            }
            convnet_double_real t11 = 0.0;
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    t11 += d_A1_sum[i * 24 + j];
                }
            }
            d_c1[g] += t11;
            for (int64_t u = 0; u < 5; u++) {
                for (int64_t v = 0; v < 5; v++) {
                    convnet_double_real t12 = 0.0;
                    for (int64_t i = 0; i < 24; i++) {
                        for (int64_t j = 0; j < 24; j++) {
                            t12 += d_A1_sum[i * 24 + j] * X[(n * 28 + (i + u)) * 28 + (j + v)];
                        }
                    }
                    d_K1[(g * 5 + u) * 5 + v] += t12;
                }
            }
        }
    }
}

static void convnet_double_grad_part4(int64_t N, convnet_double_real *restrict loss,
        convnet_double_real *restrict d_K1, convnet_double_real *restrict d_c1, convnet_double_real *restrict d_K2,
        convnet_double_real *restrict d_c2, convnet_double_real *restrict d_W, convnet_double_real *restrict d_b,
        convnet_double_real *restrict d_b_2, convnet_double_real *restrict d_W_2,
        convnet_double_real *restrict d_c2_2, convnet_double_real *restrict d_K2_2,
        convnet_double_real *restrict d_c1_2, convnet_double_real *restrict d_K1_2,
        convnet_double_real *restrict cells)
{
    for (int64_t i = 0; i < 8; i++) {
        for (int64_t i_ = 0; i_ < 5; i_++) {
            for (int64_t i_2 = 0; i_2 < 5; i_2++) {
                /* param K1[F1, 5, 5]     ~ he() */
                convnet_double_real t1 = 0.0;
                for (int64_t l = 0; l < 8; l++) {
                    t1 += d_K1_2[((i * 5 + i_) * 5 + i_2) * 8 + l];
                }
                d_K1[(i * 5 + i_) * 5 + i_2] += t1;
            }
        }
        /* param c1[F1] = 0 */
        convnet_double_real t2 = 0.0;
        for (int64_t l = 0; l < 8; l++) {
            t2 += d_c1_2[i * 8 + l];
        }
        d_c1[i] += t2;
    }
    for (int64_t i = 0; i < 16; i++) {
        for (int64_t i_ = 0; i_ < 8; i_++) {
            for (int64_t i_2 = 0; i_2 < 5; i_2++) {
                for (int64_t i_3 = 0; i_3 < 5; i_3++) {
                    /* param K2[F2, F1, 5, 5] ~ he() */
                    convnet_double_real t3 = 0.0;
                    for (int64_t l = 0; l < 8; l++) {
                        t3 += d_K2_2[(((i * 8 + i_) * 5 + i_2) * 5 + i_3) * 8 + l];
                    }
                    d_K2[((i * 8 + i_) * 5 + i_2) * 5 + i_3] += t3;
                }
            }
        }
        /* param c2[F2] = 0 */
        convnet_double_real t4 = 0.0;
        for (int64_t l = 0; l < 8; l++) {
            t4 += d_c2_2[i * 8 + l];
        }
        d_c2[i] += t4;
    }
    for (int64_t i = 0; i < 10; i++) {
        for (int64_t i_ = 0; i_ < 16; i_++) {
            for (int64_t i_2 = 0; i_2 < 4; i_2++) {
                for (int64_t i_3 = 0; i_3 < 4; i_3++) {
                    /* param W[K, F2, 4, 4]   ~ glorot() */
                    convnet_double_real t5 = 0.0;
                    for (int64_t l = 0; l < 8; l++) {
                        t5 += d_W_2[(((i * 16 + i_) * 4 + i_2) * 4 + i_3) * 8 + l];
                    }
                    d_W[((i * 16 + i_) * 4 + i_2) * 4 + i_3] += t5;
                }
            }
        }
        /* param b[K] = 0 */
        convnet_double_real t6 = 0.0;
        for (int64_t l = 0; l < 8; l++) {
            t6 += d_b_2[i * 8 + l];
        }
        d_b[i] += t6;
    }
    /* loss   mean[n] (logsumexp[k] logits[n, k] - logits[n, label[n]]) */
    loss[0] += cells[0] / (convnet_double_real)N;
}

int convnet_double_grad_range(const convnet_double_dims *dims, const convnet_double_real *theta, const convnet_double_data *data, convnet_double_real *loss, convnet_double_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = convnet_double_ready(dims, theta, data, work);
    if (code != CONVNET_DOUBLE_OK) return code;
    if (first_row > last_row || last_row > dims->N) return CONVNET_DOUBLE_EDIM;
    unsigned char *const bytes = work;
    convnet_double_grad_part1((int64_t)dims->N, (convnet_double_real *)(void *)(bytes + 64),
        (convnet_double_real *)(void *)(bytes + 704), (convnet_double_real *)(void *)(bytes + 164544),
        (convnet_double_real *)(void *)(bytes + 165568), (convnet_double_real *)(void *)(bytes + 370368),
        (convnet_double_real *)(void *)(bytes + 370880), (convnet_double_real *)(void *)bytes);
    convnet_double_grad_rows2((int64_t)first_row, (int64_t)last_row, data->X, data->label,
        theta + CONVNET_DOUBLE_K1_OFFSET(dims), theta + CONVNET_DOUBLE_c1_OFFSET(dims),
        theta + CONVNET_DOUBLE_K2_OFFSET(dims), theta + CONVNET_DOUBLE_c2_OFFSET(dims),
        theta + CONVNET_DOUBLE_W_OFFSET(dims), theta + CONVNET_DOUBLE_b_OFFSET(dims),
        (convnet_double_real *)(void *)(bytes + 785088), (convnet_double_real *)(void *)(bytes + 3144384),
        (convnet_double_real *)(void *)(bytes + 3439296), (convnet_double_real *)(void *)(bytes + 4029120),
        (convnet_double_real *)(void *)(bytes + 4553408), (convnet_double_real *)(void *)(bytes + 4586176),
        (convnet_double_real *)(void *)(bytes + 4848320), (convnet_double_real *)(void *)(bytes + 4848832),
        (convnet_double_real *)(void *)(bytes + 4853952), (convnet_double_real *)(void *)(bytes + 4855488),
        (convnet_double_real *)(void *)(bytes + 4717248), (convnet_double_real *)(void *)(bytes + 4860608),
        (convnet_double_real *)(void *)(bytes + 4868800), (convnet_double_real *)(void *)(bytes + 4848320),
        (convnet_double_real *)(void *)(bytes + 5393088), (convnet_double_real *)(void *)(bytes + 3144384),
        (convnet_double_real *)(void *)(bytes + 383680), (convnet_double_real *)(void *)(bytes + 4848320),
        (convnet_double_real *)(void *)(bytes + 4854464), (convnet_double_real *)(void *)(bytes + 4853952),
        (convnet_double_real *)(void *)(bytes + 4848320), (convnet_double_real *)(void *)(bytes + 4854976),
        (convnet_double_real *)(void *)(bytes + 4848320), (convnet_double_real *)(void *)(bytes + 4848320),
        (convnet_double_real *)(void *)(bytes + 4854464), (convnet_double_real *)(void *)(bytes + 64),
        (convnet_double_real *)(void *)(bytes + 704), (convnet_double_real *)(void *)(bytes + 164544),
        (convnet_double_real *)(void *)(bytes + 165568), (convnet_double_real *)(void *)(bytes + 370368),
        (convnet_double_real *)(void *)(bytes + 370880), (convnet_double_real *)(void *)bytes);
    convnet_double_grad_rows3((int64_t)first_row, (int64_t)last_row, data->X, data->label,
        theta + CONVNET_DOUBLE_K1_OFFSET(dims), theta + CONVNET_DOUBLE_c1_OFFSET(dims),
        theta + CONVNET_DOUBLE_K2_OFFSET(dims), theta + CONVNET_DOUBLE_c2_OFFSET(dims),
        theta + CONVNET_DOUBLE_W_OFFSET(dims), theta + CONVNET_DOUBLE_b_OFFSET(dims),
        (convnet_double_real *)(void *)(bytes + 5466816), (convnet_double_real *)(void *)(bytes + 5503680),
        (convnet_double_real *)(void *)(bytes + 5508288), (convnet_double_real *)(void *)(bytes + 4860608),
        (convnet_double_real *)(void *)(bytes + 4848320), (convnet_double_real *)(void *)(bytes + 5517504),
        (convnet_double_real *)(void *)(bytes + 5519552), grad + CONVNET_DOUBLE_K1_OFFSET(dims),
        grad + CONVNET_DOUBLE_c1_OFFSET(dims), grad + CONVNET_DOUBLE_K2_OFFSET(dims),
        grad + CONVNET_DOUBLE_c2_OFFSET(dims), grad + CONVNET_DOUBLE_W_OFFSET(dims),
        grad + CONVNET_DOUBLE_b_OFFSET(dims), (convnet_double_real *)(void *)(bytes + 5519680),
        (convnet_double_real *)(void *)(bytes + 5519808), (convnet_double_real *)(void *)(bytes + 5519936),
        (convnet_double_real *)(void *)(bytes + 5528128), (convnet_double_real *)(void *)(bytes + 5503680),
        (convnet_double_real *)(void *)bytes);
    convnet_double_grad_part4((int64_t)dims->N, loss, grad + CONVNET_DOUBLE_K1_OFFSET(dims),
        grad + CONVNET_DOUBLE_c1_OFFSET(dims), grad + CONVNET_DOUBLE_K2_OFFSET(dims),
        grad + CONVNET_DOUBLE_c2_OFFSET(dims), grad + CONVNET_DOUBLE_W_OFFSET(dims),
        grad + CONVNET_DOUBLE_b_OFFSET(dims), (convnet_double_real *)(void *)(bytes + 64),
        (convnet_double_real *)(void *)(bytes + 704), (convnet_double_real *)(void *)(bytes + 164544),
        (convnet_double_real *)(void *)(bytes + 165568), (convnet_double_real *)(void *)(bytes + 370368),
        (convnet_double_real *)(void *)(bytes + 370880), (convnet_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? CONVNET_DOUBLE_OK : CONVNET_DOUBLE_ENONFINITE;
}

int convnet_double_grad(const convnet_double_dims *dims, const convnet_double_real *theta, const convnet_double_data *data, convnet_double_real *loss, convnet_double_real *grad, void *work)
{
    const int code = convnet_double_ready(dims, theta, data, work);
    if (code != CONVNET_DOUBLE_OK) return code;
    const size_t n = convnet_double_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return convnet_double_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static void convnet_double_logits_part1(int64_t N, const convnet_double_real *restrict X,
        const convnet_double_real *restrict K1, const convnet_double_real *restrict c1,
        const convnet_double_real *restrict K2, const convnet_double_real *restrict c2,
        const convnet_double_real *restrict W, const convnet_double_real *restrict b,
        convnet_double_real *restrict A1, convnet_double_real *restrict P1, convnet_double_real *restrict A2,
        convnet_double_real *restrict P2, convnet_double_real *restrict logits)
{
    for (int64_t n = 0; n < N; n++) {
        for (int64_t f = 0; f < 8; f++) {
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    /* let A1[n, f, i, j] = relu(c1[f] + sum[u, v] K1[f, u, v] * X[n, i+u, j+v])            # 24 x 24 */
                    convnet_double_real A1_sum = 0.0;
                    for (int64_t u = 0; u < 5; u++) {
                        for (int64_t v = 0; v < 5; v++) {
                            A1_sum += K1[(f * 5 + u) * 5 + v] * X[(n * 28 + (i + u)) * 28 + (j + v)];
                        }
                    }
                    const convnet_double_real t1 = c1[f] + A1_sum;
                    A1[i * 24 + j] = t1 > 0 ? t1 : 0;
                }
            }
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j = 0; j < 12; j++) {
                    /* let P1[n, f, i: 12, j: 12] = mean[u: 2, v: 2] A1[n, f, 2*i+u, 2*j+v] */
                    const convnet_double_real P1_mean = A1[2 * i * 24 + 2 * j] + A1[2 * i * 24 + (2 * j + 1)] + A1[(2 * i + 1) * 24 + 2 * j] + A1[(2 * i + 1) * 24 + (2 * j + 1)];
                    P1[(f * 12 + i) * 12 + j] = P1_mean / 4.0;
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    /* let A2[n, f, i, j] = relu(c2[f] + sum[g, u, v] K2[f, g, u, v] * P1[n, g, i+u, j+v])  # 8 x 8 */
                    convnet_double_real A2_sum = 0.0;
                    for (int64_t g = 0; g < 8; g++) {
                        for (int64_t u = 0; u < 5; u++) {
                            for (int64_t v = 0; v < 5; v++) {
                                A2_sum += K2[((f * 8 + g) * 5 + u) * 5 + v] * P1[(g * 12 + (i + u)) * 12 + (j + v)];
                            }
                        }
                    }
                    const convnet_double_real t2 = c2[f] + A2_sum;
                    A2[i * 8 + j] = t2 > 0 ? t2 : 0;
                }
            }
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j = 0; j < 4; j++) {
                    /* let P2[n, f, i: 4, j: 4] = mean[u: 2, v: 2] A2[n, f, 2*i+u, 2*j+v] */
                    const convnet_double_real P2_mean = A2[2 * i * 8 + 2 * j] + A2[2 * i * 8 + (2 * j + 1)] + A2[(2 * i + 1) * 8 + 2 * j] + A2[(2 * i + 1) * 8 + (2 * j + 1)];
                    P2[(f * 4 + i) * 4 + j] = P2_mean / 4.0;
                }
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[f, i, j] W[k, f, i, j] * P2[n, f, i, j] */
            convnet_double_real logits_sum = 0.0;
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    for (int64_t j = 0; j < 4; j++) {
                        logits_sum += W[((k * 16 + f) * 4 + i) * 4 + j] * P2[(f * 4 + i) * 4 + j];
                    }
                }
            }
            logits[n * 10 + k] = b[k] + logits_sum;
        }
    }
}

int convnet_double_logits(const convnet_double_dims *dims, const convnet_double_real *theta, const convnet_double_data *data, convnet_double_real *out, void *work)
{
    const int code = convnet_double_ready(dims, theta, data, work);
    if (code != CONVNET_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    convnet_double_logits_part1((int64_t)dims->N, data->X, theta + CONVNET_DOUBLE_K1_OFFSET(dims),
        theta + CONVNET_DOUBLE_c1_OFFSET(dims), theta + CONVNET_DOUBLE_K2_OFFSET(dims),
        theta + CONVNET_DOUBLE_c2_OFFSET(dims), theta + CONVNET_DOUBLE_W_OFFSET(dims),
        theta + CONVNET_DOUBLE_b_OFFSET(dims), (convnet_double_real *)(void *)(bytes + 0),
        (convnet_double_real *)(void *)(bytes + 4608), (convnet_double_real *)(void *)(bytes + 13824),
        (convnet_double_real *)(void *)(bytes + 14336), out);
    return CONVNET_DOUBLE_OK;
}

static void convnet_double_error_part1(int64_t *restrict error_mean)
{
    /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
    error_mean[0] = 0;
}

static void convnet_double_error_rows2(int64_t N, const convnet_double_real *restrict X,
        const int32_t *restrict label, const convnet_double_real *restrict K1,
        const convnet_double_real *restrict c1, const convnet_double_real *restrict K2,
        const convnet_double_real *restrict c2, const convnet_double_real *restrict W,
        const convnet_double_real *restrict b, int64_t *restrict error_mean, convnet_double_real *A1_sum_4,
        convnet_double_real *restrict A1_4, convnet_double_real *restrict P1_4, convnet_double_real *A2_sum_4,
        convnet_double_real *restrict A2_4, convnet_double_real *restrict P2_4, convnet_double_real *logits_sum_4,
        convnet_double_real *restrict logits_4, convnet_double_real *restrict X_4)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        for (int64_t i = 0; i < 28; i++) {
            for (int64_t i_ = 0; i_ < 28; i_++) {
                for (int r = 0; r < 64; r++) {
                    const int64_t n = tile + (r < rows ? r : rows - 1);
                    /* data  X[N, 28, 28] */
                    X_4[(i * 28 + i_) * 64 + r] = X[(n * 28 + i) * 28 + i_];
                }
            }
        }
        for (int64_t f = 0; f < 8; f++) {
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    convnet_double_lanes1(A1_sum_4);
                    for (int64_t u = 0; u < 5; u++) {
                        int64_t v = 0;
                        for (; v + 3 < 5; v += 4) {
                            convnet_double_lanes2(A1_sum_4, K1[(f * 5 + u) * 5 + v], X_4 + ((i + u) * 28 + (j + v)) * 64, K1[(f * 5 + u) * 5 + (v + 1)], X_4 + ((i + u) * 28 + (j + v + 1)) * 64, K1[(f * 5 + u) * 5 + (v + 2)], X_4 + ((i + u) * 28 + (j + v + 2)) * 64, K1[(f * 5 + u) * 5 + (v + 3)], X_4 + ((i + u) * 28 + (j + v + 3)) * 64);
                        }
                        for (; v < 5; v++) {
                            convnet_double_lanes3(A1_sum_4, K1[(f * 5 + u) * 5 + v], X_4 + ((i + u) * 28 + (j + v)) * 64);
                        }
                    }
                    convnet_double_lanes4(A1_4 + (i * 24 + j) * 64, c1[f], A1_sum_4);
                }
            }
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j = 0; j < 12; j++) {
                    convnet_double_lanes5(A1_4 + (2 * i * 24 + 2 * j) * 64, A1_4 + (2 * i * 24 + (2 * j + 1)) * 64, A1_4 + ((2 * i + 1) * 24 + 2 * j) * 64, A1_4 + ((2 * i + 1) * 24 + (2 * j + 1)) * 64, P1_4 + ((f * 12 + i) * 12 + j) * 64);
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    convnet_double_lanes1(A2_sum_4);
                    for (int64_t g = 0; g < 8; g++) {
                        for (int64_t u = 0; u < 5; u++) {
                            int64_t v_ = 0;
                            for (; v_ + 3 < 5; v_ += 4) {
                                convnet_double_lanes2(A2_sum_4, K2[((f * 8 + g) * 5 + u) * 5 + v_], P1_4 + ((g * 12 + (i + u)) * 12 + (j + v_)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 1)], P1_4 + ((g * 12 + (i + u)) * 12 + (j + v_ + 1)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 2)], P1_4 + ((g * 12 + (i + u)) * 12 + (j + v_ + 2)) * 64, K2[((f * 8 + g) * 5 + u) * 5 + (v_ + 3)], P1_4 + ((g * 12 + (i + u)) * 12 + (j + v_ + 3)) * 64);
                            }
                            for (; v_ < 5; v_++) {
                                convnet_double_lanes3(A2_sum_4, K2[((f * 8 + g) * 5 + u) * 5 + v_], P1_4 + ((g * 12 + (i + u)) * 12 + (j + v_)) * 64);
                            }
                        }
                    }
                    convnet_double_lanes4(A2_4 + (i * 8 + j) * 64, c2[f], A2_sum_4);
                }
            }
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j = 0; j < 4; j++) {
                    convnet_double_lanes5(A2_4 + (2 * i * 8 + 2 * j) * 64, A2_4 + (2 * i * 8 + (2 * j + 1)) * 64, A2_4 + ((2 * i + 1) * 8 + 2 * j) * 64, A2_4 + ((2 * i + 1) * 8 + (2 * j + 1)) * 64, P2_4 + ((f * 4 + i) * 4 + j) * 64);
                }
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            convnet_double_lanes1(logits_sum_4);
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    int64_t j = 0;
                    for (; j + 3 < 4; j += 4) {
                        convnet_double_lanes2(logits_sum_4, W[((k * 16 + f) * 4 + i) * 4 + j], P2_4 + ((f * 4 + i) * 4 + j) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 1)], P2_4 + ((f * 4 + i) * 4 + (j + 1)) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 2)], P2_4 + ((f * 4 + i) * 4 + (j + 2)) * 64, W[((k * 16 + f) * 4 + i) * 4 + (j + 3)], P2_4 + ((f * 4 + i) * 4 + (j + 3)) * 64);
                    }
                    for (; j < 4; j++) {
                        convnet_double_lanes3(logits_sum_4, W[((k * 16 + f) * 4 + i) * 4 + j], P2_4 + ((f * 4 + i) * 4 + j) * 64);
                    }
                }
            }
            convnet_double_lanes6(logits_4 + k * 64, b[k], logits_sum_4);
        }
        for (int r = 0; r < rows; r++) {
            const int64_t n = tile + r;
            /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
            int64_t error_argmax_2 = (-1);
            convnet_double_real t2 = (-1.0 / 0.0);
            for (int64_t k = 0; k < 10; k++) {
                const convnet_double_real t3 = logits_4[k * 64 + r];
                if (error_argmax_2 < 0 || t3 > t2) {
                    t2 = t3;
                    error_argmax_2 = k;
                }
            }
            error_mean[0] += error_argmax_2 == (int64_t)label[n] ? 0 : 1;
        }
    }
}

static void convnet_double_error_rows3(int64_t N, const convnet_double_real *restrict X,
        const int32_t *restrict label, const convnet_double_real *restrict K1,
        const convnet_double_real *restrict c1, const convnet_double_real *restrict K2,
        const convnet_double_real *restrict c2, const convnet_double_real *restrict W,
        const convnet_double_real *restrict b, convnet_double_real *restrict A1, convnet_double_real *restrict P1,
        convnet_double_real *A2, convnet_double_real *restrict P2, convnet_double_real *restrict logits,
        int64_t *restrict error_mean)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t f = 0; f < 8; f++) {
            for (int64_t i = 0; i < 24; i++) {
                for (int64_t j = 0; j < 24; j++) {
                    /* let A1[n, f, i, j] = relu(c1[f] + sum[u, v] K1[f, u, v] * X[n, i+u, j+v])            # 24 x 24 */
                    convnet_double_real A1_sum = 0.0;
                    for (int64_t u = 0; u < 5; u++) {
                        for (int64_t v = 0; v < 5; v++) {
                            A1_sum += K1[(f * 5 + u) * 5 + v] * X[(n * 28 + (i + u)) * 28 + (j + v)];
                        }
                    }
                    const convnet_double_real t1 = c1[f] + A1_sum;
                    A1[i * 24 + j] = t1 > 0 ? t1 : 0;
                }
            }
            for (int64_t i = 0; i < 12; i++) {
                for (int64_t j = 0; j < 12; j++) {
                    /* let P1[n, f, i: 12, j: 12] = mean[u: 2, v: 2] A1[n, f, 2*i+u, 2*j+v] */
                    const convnet_double_real P1_mean = A1[2 * i * 24 + 2 * j] + A1[2 * i * 24 + (2 * j + 1)] + A1[(2 * i + 1) * 24 + 2 * j] + A1[(2 * i + 1) * 24 + (2 * j + 1)];
                    P1[(f * 12 + i) * 12 + j] = P1_mean / 4.0;
                }
            }
        }
        for (int64_t f = 0; f < 16; f++) {
            for (int64_t i = 0; i < 8; i++) {
                for (int64_t j = 0; j < 8; j++) {
                    /* let A2[n, f, i, j] = relu(c2[f] + sum[g, u, v] K2[f, g, u, v] * P1[n, g, i+u, j+v])  # 8 x 8 */
                    convnet_double_real A2_sum = 0.0;
                    for (int64_t g = 0; g < 8; g++) {
                        for (int64_t u = 0; u < 5; u++) {
                            for (int64_t v = 0; v < 5; v++) {
                                A2_sum += K2[((f * 8 + g) * 5 + u) * 5 + v] * P1[(g * 12 + (i + u)) * 12 + (j + v)];
                            }
                        }
                    }
                    const convnet_double_real t2 = c2[f] + A2_sum;
                    A2[i * 8 + j] = t2 > 0 ? t2 : 0;
                }
            }
            for (int64_t i = 0; i < 4; i++) {
                for (int64_t j = 0; j < 4; j++) {
                    /* let P2[n, f, i: 4, j: 4] = mean[u: 2, v: 2] A2[n, f, 2*i+u, 2*j+v] */
                    const convnet_double_real P2_mean = A2[2 * i * 8 + 2 * j] + A2[2 * i * 8 + (2 * j + 1)] + A2[(2 * i + 1) * 8 + 2 * j] + A2[(2 * i + 1) * 8 + (2 * j + 1)];
                    P2[(f * 4 + i) * 4 + j] = P2_mean / 4.0;
                }
            }
        }
        for (int64_t k = 0; k < 10; k++) {
            /* output logits[n, k] = b[k] + sum[f, i, j] W[k, f, i, j] * P2[n, f, i, j] */
            convnet_double_real logits_sum = 0.0;
            for (int64_t f = 0; f < 16; f++) {
                for (int64_t i = 0; i < 4; i++) {
                    for (int64_t j = 0; j < 4; j++) {
                        logits_sum += W[((k * 16 + f) * 4 + i) * 4 + j] * P2[(f * 4 + i) * 4 + j];
                    }
                }
            }
            logits[k] = b[k] + logits_sum;
        }
        /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
        int64_t error_argmax = (-1);
        convnet_double_real t3 = (-1.0 / 0.0);
        for (int64_t k = 0; k < 10; k++) {
            const convnet_double_real t4 = logits[k];
            if (error_argmax < 0 || t4 > t3) {
                t3 = t4;
                error_argmax = k;
            }
        }
        error_mean[0] += error_argmax == (int64_t)label[n] ? 0 : 1;
    }
}

static void convnet_double_error_part4(int64_t N, int64_t *restrict error_mean, convnet_double_real *restrict error)
{
    /* metric error = mean[n] (if argmax[k] logits[n, k] == label[n] then 0 else 1) */
    error[0] = (convnet_double_real)error_mean[0] / (convnet_double_real)N;
}

int convnet_double_error(const convnet_double_dims *dims, const convnet_double_real *theta, const convnet_double_data *data, convnet_double_real *out, void *work)
{
    const int code = convnet_double_ready(dims, theta, data, work);
    if (code != CONVNET_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    convnet_double_error_part1((int64_t *)(void *)(bytes + 0));
    convnet_double_error_rows2((int64_t)dims->N, data->X, data->label, theta + CONVNET_DOUBLE_K1_OFFSET(dims),
        theta + CONVNET_DOUBLE_c1_OFFSET(dims), theta + CONVNET_DOUBLE_K2_OFFSET(dims),
        theta + CONVNET_DOUBLE_c2_OFFSET(dims), theta + CONVNET_DOUBLE_W_OFFSET(dims),
        theta + CONVNET_DOUBLE_b_OFFSET(dims), (int64_t *)(void *)(bytes + 0),
        (convnet_double_real *)(void *)(bytes + 401472), (convnet_double_real *)(void *)(bytes + 401984),
        (convnet_double_real *)(void *)(bytes + 696896), (convnet_double_real *)(void *)(bytes + 401472),
        (convnet_double_real *)(void *)(bytes + 1286720), (convnet_double_real *)(void *)(bytes + 1319488),
        (convnet_double_real *)(void *)(bytes + 401472), (convnet_double_real *)(void *)(bytes + 1450560),
        (convnet_double_real *)(void *)(bytes + 64));
    convnet_double_error_rows3((int64_t)dims->N, data->X, data->label, theta + CONVNET_DOUBLE_K1_OFFSET(dims),
        theta + CONVNET_DOUBLE_c1_OFFSET(dims), theta + CONVNET_DOUBLE_K2_OFFSET(dims),
        theta + CONVNET_DOUBLE_c2_OFFSET(dims), theta + CONVNET_DOUBLE_W_OFFSET(dims),
        theta + CONVNET_DOUBLE_b_OFFSET(dims), (convnet_double_real *)(void *)(bytes + 1455680),
        (convnet_double_real *)(void *)(bytes + 1460288), (convnet_double_real *)(void *)(bytes + 401472),
        (convnet_double_real *)(void *)(bytes + 1469504), (convnet_double_real *)(void *)(bytes + 1471552),
        (int64_t *)(void *)(bytes + 0));
    convnet_double_error_part4((int64_t)dims->N, (int64_t *)(void *)(bytes + 0), out);
    return CONVNET_DOUBLE_OK;
}

static int convnet_double_shape(const void *any, int array, size_t *shape)
{
    const convnet_double_dims *const dims = any;
    if (!dims) return CONVNET_DOUBLE_EDIM;
    const int64_t N = convnet_double_dim(dims->N);
    int64_t count;
    switch (array) {
    case 0: /* K1 */
        shape[0] = 8;
        shape[1] = 5;
        shape[2] = 5;
        break;
    case 1: /* c1 */
        shape[0] = 8;
        break;
    case 2: /* K2 */
        shape[0] = 16;
        shape[1] = 8;
        shape[2] = 5;
        shape[3] = 5;
        break;
    case 3: /* c2 */
        shape[0] = 16;
        break;
    case 4: /* W */
        shape[0] = 10;
        shape[1] = 16;
        shape[2] = 4;
        shape[3] = 4;
        break;
    case 5: /* b */
        shape[0] = 10;
        break;
    case 6: /* X */
        count = N;
        if (count < 0) return CONVNET_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 28;
        shape[2] = 28;
        break;
    case 7: /* label */
        count = N;
        if (count < 0) return CONVNET_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 8: /* logits */
        count = N;
        if (count < 0) return CONVNET_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 10;
        break;
    default: break;
    }
    return CONVNET_DOUBLE_OK;
}

static void convnet_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    switch (array) {
    case 7: /* label */
        *lo = (long)0;
        *hi = (long)10;
        break;
    default: break;
    }
}

static int convnet_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return convnet_double_loss(dims, theta, data, loss, work);
}

static int convnet_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return convnet_double_grad(dims, theta, data, loss, grad, work);
}

static int convnet_double_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return convnet_double_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static int convnet_double_any_logits(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return convnet_double_logits(dims, theta, data, out, work);
}

static int convnet_double_any_error(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return convnet_double_error(dims, theta, data, out, work);
}

static size_t convnet_double_any_nparam(const void *dims) { return convnet_double_nparam(dims); }

static size_t convnet_double_any_work_bytes(const void *dims) { return convnet_double_work_bytes(dims); }

static int convnet_double_any_init(const void *dims, uint64_t seed, void *theta) { return convnet_double_init(dims, seed, theta); }

static int convnet_double_any_check(const void *dims, const void *data, int *which) { return convnet_double_test(dims, data, which); }

static const char *const convnet_double_dim_names[] = {"N"};

static const int convnet_double_axis0[] = {-1, -1, -1};
static const int convnet_double_axis1[] = {-1};
static const int convnet_double_axis2[] = {-1, -1, -1, -1};
static const int convnet_double_axis3[] = {-1};
static const int convnet_double_axis4[] = {-1, -1, -1, -1};
static const int convnet_double_axis5[] = {-1};
static const int convnet_double_axis6[] = {0, -1, -1};
static const int convnet_double_axis7[] = {0};
static const int convnet_double_axis8[] = {0, -1};
static const adc_array convnet_double_arrays[] = {
    {"K1", ADC_PARAM, ADC_REAL, 0, 0, 3, convnet_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"c1", ADC_PARAM, ADC_REAL, 0, 0, 1, convnet_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"K2", ADC_PARAM, ADC_REAL, 0, 0, 4, convnet_double_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"c2", ADC_PARAM, ADC_REAL, 0, 0, 1, convnet_double_axis3, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"W", ADC_PARAM, ADC_REAL, 0, 0, 4, convnet_double_axis4, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"b", ADC_PARAM, ADC_REAL, 0, 0, 1, convnet_double_axis5, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"X", ADC_DATA, ADC_REAL, 0, 0, 3, convnet_double_axis6, -1, offsetof(convnet_double_data, X), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"label", ADC_DATA, ADC_INT32, 0, 1, 1, convnet_double_axis7, -1, offsetof(convnet_double_data, label), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"logits", ADC_OUTPUT, ADC_REAL, 0, 0, 2, convnet_double_axis8, -1, 0, 0.0, 0.0, 0.0, convnet_double_any_logits, 0, 0, 0},
    {"error", ADC_METRIC, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, convnet_double_any_error, 0, 0, 0},
};

const adc_model convnet_double = {
    ADC_MODEL, 8, "convnet",
    1, convnet_double_dim_names, 0,
    10, convnet_double_arrays, sizeof(convnet_double_data),
    6, convnet_double_check_text,
    convnet_double_shape, convnet_double_range, convnet_double_any_nparam, convnet_double_any_nparam, convnet_double_any_work_bytes,
    convnet_double_any_init, convnet_double_any_check,
    convnet_double_any_loss, convnet_double_any_grad, convnet_double_any_grad_range,
    convnet_double_strerror,
    0, 0,
};
