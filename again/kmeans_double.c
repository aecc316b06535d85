/* The functions of kmeans_double; its header says what they take and need. */
#include "kmeans_double.h"

#include <math.h>


static uint64_t kmeans_double_random_begin(void)
{
    return 0;
}

static uint64_t kmeans_double_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t kmeans_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t kmeans_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t kmeans_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : kmeans_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t kmeans_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : kmeans_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t kmeans_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define KMEANS_DOUBLE_LANES 64
#ifdef __GNUC__
#define KMEANS_DOUBLE_STAGE __attribute__((noinline))
#define KMEANS_DOUBLE_INLINE __attribute__((always_inline)) inline
#else
#define KMEANS_DOUBLE_STAGE
#define KMEANS_DOUBLE_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define KMEANS_DOUBLE_MA(a, b, c) fma(a, b, c)
#else
#define KMEANS_DOUBLE_MA(a, b, c) ((a) * (b) + (c))
#endif

size_t kmeans_double_work_bytes(const kmeans_double_dims *dims)
{
    const int64_t N = kmeans_double_dim(dims->N);
    const int64_t K = kmeans_double_dim(dims->K);
    const int64_t D = kmeans_double_dim(dims->D);
    size_t most = 0, bytes = 0;
    bytes = kmeans_double_slot(bytes, kmeans_double_count(N, D), 8); /* x */
    bytes = kmeans_double_slot(bytes, kmeans_double_count(K, D), 8); /* c */
    bytes = kmeans_double_slot(bytes, kmeans_double_count(K, D), 8); /* g */
    bytes = kmeans_double_slot(bytes, kmeans_double_count(K, D), 8); /* h */
    bytes = kmeans_double_slot(bytes, kmeans_double_count(K, D), 8); /* d_c */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 640;
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(64, D), 8);
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(64, K), 8);
    bytes = kmeans_double_slot(bytes, K, 8);
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 1152;
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(K, D), 8);
    bytes = kmeans_double_slot(bytes, N, 8);
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(64, D), 8);
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(64, K), 8);
    bytes = kmeans_double_slot(bytes, K, 8);
    if (bytes > most) most = bytes;
    /* g */
    bytes = 512;
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(K, D), 8);
    bytes = kmeans_double_slot(bytes, N, 8);
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(64, D), 8);
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(64, K), 8);
    bytes = kmeans_double_slot(bytes, K, 8);
    if (bytes > most) most = bytes;
    /* h */
    bytes = 512;
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(K, D), 8);
    bytes = kmeans_double_slot(bytes, N, 8);
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(64, D), 8);
    bytes = kmeans_double_slot(bytes, kmeans_double_mul(64, K), 8);
    bytes = kmeans_double_slot(bytes, K, 8);
    if (bytes > most) most = bytes;
    return most;
}

size_t kmeans_double_nparam(const kmeans_double_dims *dims)
{
    const int64_t K = kmeans_double_dim(dims->K);
    const int64_t D = kmeans_double_dim(dims->D);
    const int64_t count = kmeans_double_add(0, kmeans_double_count(K, D));
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *kmeans_double_strerror(int code)
{
    switch (code) {
    case KMEANS_DOUBLE_OK: return "no error";
    case KMEANS_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case KMEANS_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case KMEANS_DOUBLE_EWORK: return "no work memory was given";
    case KMEANS_DOUBLE_ENONFINITE: return "the loss is not finite";
    case KMEANS_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double kmeans_double_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = kmeans_double_random_mix(kmeans_double_random_begin(), (double)(seed >> 32));
    h = kmeans_double_random_mix(h, (double)(seed & 0xffffffffu));
    h = kmeans_double_random_mix(h, (double)param);
    h = kmeans_double_random_mix(h, (double)e);
    h = kmeans_double_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int kmeans_double_init(const kmeans_double_dims *dims, uint64_t seed, kmeans_double_real *theta)
{
    if (!dims || kmeans_double_work_bytes(dims) == SIZE_MAX) return KMEANS_DOUBLE_EDIM;
    const int64_t K = (int64_t)dims->K;
    const int64_t D = (int64_t)dims->D;
    if (!theta) return KMEANS_DOUBLE_EDATA;
    kmeans_double_real *to;
    int64_t at;
    to = theta + KMEANS_DOUBLE_c_OFFSET(dims); /* c */
    at = 0;
    for (int64_t i = 0; i < K; i++) {
        for (int64_t i_ = 0; i_ < D; i_++) {
            to[at] = 0.0 + 1.0 * (kmeans_double_real)(sqrt(-2.0 * log(1.0 - kmeans_double_uniform(seed, 0, at, 0))) * cos(6.283185307179586 * kmeans_double_uniform(seed, 0, at, 1)));
            at++;
        }
    }
    return KMEANS_DOUBLE_OK;
}

static const char *const kmeans_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "x is missing",
    "x holds a NaN",
};

static int kmeans_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int kmeans_double_test(const kmeans_double_dims *dims, const kmeans_double_data *data, int *which)
{
    if (!dims || kmeans_double_work_bytes(dims) == SIZE_MAX) return kmeans_double_fail(which, 0, KMEANS_DOUBLE_EDIM);
    const int64_t N = (int64_t)dims->N;
    const int64_t D = (int64_t)dims->D;
    if (!data) return kmeans_double_fail(which, 1, KMEANS_DOUBLE_EDATA);
    if (!data->x && N * D > 0) return kmeans_double_fail(which, 2, KMEANS_DOUBLE_EDATA);
    for (int64_t at = 0; at < N * D; at++)
        if (data->x[at] != data->x[at]) return kmeans_double_fail(which, 3, KMEANS_DOUBLE_EDATA);
    return KMEANS_DOUBLE_OK;
}

int kmeans_double_check(const kmeans_double_dims *dims, const kmeans_double_data *data)
{
    return kmeans_double_test(dims, data, 0);
}

static int kmeans_double_ready(const kmeans_double_dims *dims, const kmeans_double_real *theta, const kmeans_double_data *data, const void *work)
{
    const size_t bytes = dims ? kmeans_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return KMEANS_DOUBLE_EDIM;
    if (!theta) return KMEANS_DOUBLE_EDATA;
    if (!data) return KMEANS_DOUBLE_EDATA;
    return bytes > 0 && !work ? KMEANS_DOUBLE_EWORK : KMEANS_DOUBLE_OK;
}

static void kmeans_double_loss_part1(kmeans_double_real *restrict cost_2, kmeans_double_real *restrict cells)
{
    /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
    cells[0] = 0.0;
    for (int64_t i = 0; i < 8; i++) {
        cost_2[i] = 0.0;
    }
}

KMEANS_DOUBLE_STAGE static void kmeans_double_lanes1(kmeans_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0;
    }
}

KMEANS_DOUBLE_STAGE static void kmeans_double_lanes2(kmeans_double_real *restrict u0, const kmeans_double_real *restrict x0, kmeans_double_real s0, const kmeans_double_real *restrict x1, kmeans_double_real s1, const kmeans_double_real *restrict x2, kmeans_double_real s2, const kmeans_double_real *restrict x3, kmeans_double_real s3)
{
    for (int r = 0; r < 64; r++) {
        const kmeans_double_real t1 = x0[r] - s0;
        const kmeans_double_real t2 = u0[r] + t1 * t1;
        const kmeans_double_real t3 = x1[r] - s1;
        const kmeans_double_real t4 = t2 + t3 * t3;
        const kmeans_double_real t5 = x2[r] - s2;
        const kmeans_double_real t6 = t4 + t5 * t5;
        const kmeans_double_real t7 = x3[r] - s3;
        const kmeans_double_real t8 = t6 + t7 * t7;
        u0[r] = t8;
    }
}

KMEANS_DOUBLE_STAGE static void kmeans_double_lanes3(kmeans_double_real *restrict u0, const kmeans_double_real *restrict x0, kmeans_double_real s0)
{
    for (int r = 0; r < 64; r++) {
        const kmeans_double_real t1 = x0[r] - s0;
        u0[r] += t1 * t1;
    }
}

KMEANS_DOUBLE_STAGE static void kmeans_double_lanes4(kmeans_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = (1.0 / 0.0);
    }
}

KMEANS_DOUBLE_STAGE static void kmeans_double_lanes5(kmeans_double_real *restrict u0, const kmeans_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        const kmeans_double_real t1 = x0[r];
        const kmeans_double_real t2 = u0[r];
        const kmeans_double_real t3 = t1 < t2 ? t1 : t2;
        u0[r] = t3;
    }
}

KMEANS_DOUBLE_STAGE static void kmeans_double_lanes6(kmeans_double_real *restrict u0, const kmeans_double_real *restrict x0)
{
    for (int l = 0; l < 8; l++) {
        kmeans_double_real t1 = u0[l];
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

KMEANS_DOUBLE_STAGE static void kmeans_double_lanes7(kmeans_double_real *restrict u0, const kmeans_double_real *restrict x0, const kmeans_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        kmeans_double_real t1_ = u0[l];
        const kmeans_double_real t2 = x0[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const kmeans_double_real t3 = x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const kmeans_double_real t4 = x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const kmeans_double_real t5 = x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const kmeans_double_real t6 = x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const kmeans_double_real t7 = x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const kmeans_double_real t8 = x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const kmeans_double_real t9 = x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void kmeans_double_loss_rows2(int64_t N, int64_t K, int64_t D, const kmeans_double_real *restrict x,
        const kmeans_double_real *restrict c, kmeans_double_real *restrict cost_sum_2,
        kmeans_double_real *restrict cost_min_2, kmeans_double_real *restrict x_2,
        kmeans_double_real *restrict cost_2)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        kmeans_double_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < D; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  x[N, D] */
                x_2[i * 64 + r] = x[n * D + i];
            }
        }
        for (int64_t k = 0; k < K; k++) {
            kmeans_double_lanes1(cost_sum_2 + k * 64);
            int64_t d = 0;
            for (; d + 3 < D; d += 4) {
                kmeans_double_lanes2(cost_sum_2 + k * 64, x_2 + d * 64, c[k * D + d], x_2 + (d + 1) * 64, c[k * D + (d + 1)], x_2 + (d + 2) * 64, c[k * D + (d + 2)], x_2 + (d + 3) * 64, c[k * D + (d + 3)]);
            }
            for (; d < D; d++) {
                kmeans_double_lanes3(cost_sum_2 + k * 64, x_2 + d * 64, c[k * D + d]);
            }
        }
        kmeans_double_lanes4(cost_min_2);
        for (int64_t k = 0; k < K; k++) {
            kmeans_double_lanes5(cost_min_2, cost_sum_2 + k * 64);
        }
        if (rows == 64)
            kmeans_double_lanes6(cost_2, cost_min_2);
        else
            kmeans_double_lanes7(cost_2, cost_min_2, mask);
    }
}

static void kmeans_double_loss_rows3(int64_t N, int64_t K, int64_t D, const kmeans_double_real *restrict x,
        const kmeans_double_real *restrict c, kmeans_double_real *restrict cost_sum,
        kmeans_double_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < K; k++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            kmeans_double_real t1 = 0.0;
            for (int64_t d = 0; d < D; d++) {
                const kmeans_double_real t2 = x[n * D + d] - c[k * D + d];
                t1 += t2 * t2;
            }
            cost_sum[k] = t1;
        }
        kmeans_double_real cost_min = (1.0 / 0.0);
        for (int64_t k = 0; k < K; k++) {
            const kmeans_double_real t3 = cost_sum[k];
            if (t3 < cost_min) cost_min = t3;
        }
        cells[0] += cost_min;
    }
}

static void kmeans_double_loss_part4(kmeans_double_real *restrict loss, kmeans_double_real *restrict cost_2,
        kmeans_double_real *restrict cells)
{
    /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
    kmeans_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += cost_2[l];
    }
    cells[0] += t1;
    /* loss cost */
    loss[0] = cells[0];
}

int kmeans_double_loss(const kmeans_double_dims *dims, const kmeans_double_real *theta, const kmeans_double_data *data, kmeans_double_real *loss, void *work)
{
    const int code = kmeans_double_ready(dims, theta, data, work);
    if (code != KMEANS_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 640;
    const size_t at2 = at1 + ((size_t)(64 * dims->D * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(64 * dims->K * 8) + 63) / 64 * 64;
    kmeans_double_loss_part1((kmeans_double_real *)(void *)(bytes + 64), (kmeans_double_real *)(void *)bytes);
    kmeans_double_loss_rows2((int64_t)dims->N, (int64_t)dims->K, (int64_t)dims->D, data->x,
        theta + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + at2),
        (kmeans_double_real *)(void *)(bytes + 128), (kmeans_double_real *)(void *)(bytes + at1),
        (kmeans_double_real *)(void *)(bytes + 64));
    kmeans_double_loss_rows3((int64_t)dims->N, (int64_t)dims->K, (int64_t)dims->D, data->x,
        theta + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + at3),
        (kmeans_double_real *)(void *)bytes);
    kmeans_double_loss_part4(loss, (kmeans_double_real *)(void *)(bytes + 64), (kmeans_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? KMEANS_DOUBLE_OK : KMEANS_DOUBLE_ENONFINITE;
}

static void kmeans_double_grad_part1(int64_t K, int64_t D, kmeans_double_real *restrict g_grad,
        kmeans_double_real *restrict cost_3, kmeans_double_real *restrict cells)
{
    /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
    cells[0] = 0.0;
    for (int64_t i = 0; i < K; i++) {
        for (int64_t i_ = 0; i_ < D; i_++) {
            /* output g[k, d] = grad(cost, c)[k, d] */
            g_grad[i * D + i_] = 0.0;
        }
    }
    for (int64_t i = 0; i < 8; i++) {
        /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
        cost_3[i] = 0.0;
    }
}

static void kmeans_double_grad_rows2(int64_t K, int64_t D, int64_t first, int64_t last,
        const kmeans_double_real *restrict x, const kmeans_double_real *restrict c,
        kmeans_double_real *restrict g_grad, int64_t *restrict win_cost_min, kmeans_double_real *restrict cost_sum_3,
        kmeans_double_real *restrict cost_min_3, int64_t *restrict win_cost_min_2, kmeans_double_real *restrict x_3,
        kmeans_double_real *restrict cost_3)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        kmeans_double_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < D; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  x[N, D] */
                x_3[i * 64 + r] = x[n * D + i];
            }
        }
        for (int64_t k = 0; k < K; k++) {
            kmeans_double_lanes1(cost_sum_3 + k * 64);
            int64_t d = 0;
            for (; d + 3 < D; d += 4) {
                kmeans_double_lanes2(cost_sum_3 + k * 64, x_3 + d * 64, c[k * D + d], x_3 + (d + 1) * 64, c[k * D + (d + 1)], x_3 + (d + 2) * 64, c[k * D + (d + 2)], x_3 + (d + 3) * 64, c[k * D + (d + 3)]);
            }
            for (; d < D; d++) {
                kmeans_double_lanes3(cost_sum_3 + k * 64, x_3 + d * 64, c[k * D + d]);
            }
        }
        kmeans_double_lanes4(cost_min_3);
        for (int64_t k = 0; k < K; k++) {
            kmeans_double_lanes5(cost_min_3, cost_sum_3 + k * 64);
        }
        for (int r = 0; r < rows; r++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            int64_t t2 = (-1);
            kmeans_double_real t3 = (1.0 / 0.0);
            for (int64_t k = 0; k < K; k++) {
                const kmeans_double_real t4 = cost_sum_3[k * 64 + r];
                if (t2 < 0 || t4 < t3) {
                    t3 = t4;
                    t2 = k;
                }
            }
            win_cost_min_2[r] = t2;
        }
        if (rows == 64)
            kmeans_double_lanes6(cost_3, cost_min_3);
        else
            kmeans_double_lanes7(cost_3, cost_min_3, mask);
        for (int64_t d_ = 0; d_ < D; d_++) {
            for (int r = 0; r < rows; r++) {
                const int64_t n = tile + r;
                if (0 <= win_cost_min_2[r]) {
                    g_grad[win_cost_min[n] * D + d_] += -(2.0 * (x[n * D + d_] - c[win_cost_min_2[r] * D + d_]));
                }
            }
        }
    }
}

static void kmeans_double_grad_rows3(int64_t K, int64_t D, int64_t first, int64_t last,
        const kmeans_double_real *restrict x, const kmeans_double_real *restrict c,
        kmeans_double_real *restrict cost_sum, kmeans_double_real *restrict g_grad, int64_t *restrict win_cost_min,
        kmeans_double_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 52) / 64); n < last; n++) {
        for (int64_t k = 0; k < K; k++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            kmeans_double_real t1 = 0.0;
            for (int64_t d = 0; d < D; d++) {
                const kmeans_double_real t2 = x[n * D + d] - c[k * D + d];
                t1 += t2 * t2;
            }
            cost_sum[k] = t1;
        }
        kmeans_double_real cost_min = (1.0 / 0.0);
        for (int64_t k = 0; k < K; k++) {
            const kmeans_double_real t3 = cost_sum[k];
            if (t3 < cost_min) cost_min = t3;
        }
        int64_t t4 = (-1);
        kmeans_double_real t5 = (1.0 / 0.0);
        for (int64_t k = 0; k < K; k++) {
            const kmeans_double_real t6 = cost_sum[k];
            if (t4 < 0 || t6 < t5) {
                t5 = t6;
                t4 = k;
            }
        }
        win_cost_min[n] = t4;
        cells[0] += cost_min;
        for (int64_t d = 0; d < D; d++) {
            if (0 <= win_cost_min[n]) {
                g_grad[win_cost_min[n] * D + d] += -(2.0 * (x[n * D + d] - c[win_cost_min[n] * D + d]));
            }
        }
    }
}

static void kmeans_double_grad_part4(int64_t K, int64_t D, kmeans_double_real *restrict g_grad,
        kmeans_double_real *restrict loss, kmeans_double_real *restrict d_c, kmeans_double_real *restrict cost_3,
        kmeans_double_real *restrict cells)
{
    /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
    kmeans_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += cost_3[l];
    }
    cells[0] += t1;
    /* loss cost */
    loss[0] += cells[0];
    for (int64_t k = 0; k < K; k++) {
        for (int64_t d = 0; d < D; d++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            d_c[k * D + d] += g_grad[k * D + d];
        }
    }
}

int kmeans_double_grad_range(const kmeans_double_dims *dims, const kmeans_double_real *theta, const kmeans_double_data *data, kmeans_double_real *loss, kmeans_double_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = kmeans_double_ready(dims, theta, data, work);
    if (code != KMEANS_DOUBLE_OK) return code;
    if (first_row > last_row || last_row > dims->N) return KMEANS_DOUBLE_EDIM;
    unsigned char *const bytes = work;
    const size_t at1 = 1152;
    const size_t at2 = at1 + ((size_t)(dims->K * dims->D * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->N * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(64 * dims->D * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(64 * dims->K * 8) + 63) / 64 * 64;
    kmeans_double_grad_part1((int64_t)dims->K, (int64_t)dims->D, (kmeans_double_real *)(void *)(bytes + at1),
        (kmeans_double_real *)(void *)(bytes + 64), (kmeans_double_real *)(void *)bytes);
    kmeans_double_grad_rows2((int64_t)dims->K, (int64_t)dims->D, (int64_t)first_row, (int64_t)last_row, data->x,
        theta + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + at1),
        (int64_t *)(void *)(bytes + at2), (kmeans_double_real *)(void *)(bytes + at4),
        (kmeans_double_real *)(void *)(bytes + 128), (int64_t *)(void *)(bytes + 640),
        (kmeans_double_real *)(void *)(bytes + at3), (kmeans_double_real *)(void *)(bytes + 64));
    kmeans_double_grad_rows3((int64_t)dims->K, (int64_t)dims->D, (int64_t)first_row, (int64_t)last_row, data->x,
        theta + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + at5),
        (kmeans_double_real *)(void *)(bytes + at1), (int64_t *)(void *)(bytes + at2),
        (kmeans_double_real *)(void *)bytes);
    kmeans_double_grad_part4((int64_t)dims->K, (int64_t)dims->D, (kmeans_double_real *)(void *)(bytes + at1), loss,
        grad + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + 64),
        (kmeans_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? KMEANS_DOUBLE_OK : KMEANS_DOUBLE_ENONFINITE;
}

int kmeans_double_grad(const kmeans_double_dims *dims, const kmeans_double_real *theta, const kmeans_double_data *data, kmeans_double_real *loss, kmeans_double_real *grad, void *work)
{
    const int code = kmeans_double_ready(dims, theta, data, work);
    if (code != KMEANS_DOUBLE_OK) return code;
    const size_t n = kmeans_double_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return kmeans_double_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static void kmeans_double_g_part1(int64_t K, int64_t D, kmeans_double_real *restrict g_grad)
{
    for (int64_t k = 0; k < K; k++) {
        for (int64_t d = 0; d < D; d++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            g_grad[k * D + d] = 0.0;
        }
    }
}

static void kmeans_double_g_rows2(int64_t N, int64_t K, int64_t D, const kmeans_double_real *restrict x,
        const kmeans_double_real *restrict c, kmeans_double_real *restrict g_grad, int64_t *restrict win_cost_min,
        kmeans_double_real *restrict cost_sum_4, int64_t *restrict win_cost_min_3, kmeans_double_real *restrict x_4)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        for (int64_t i = 0; i < D; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  x[N, D] */
                x_4[i * 64 + r] = x[n * D + i];
            }
        }
        for (int64_t k = 0; k < K; k++) {
            kmeans_double_lanes1(cost_sum_4 + k * 64);
            int64_t d = 0;
            for (; d + 3 < D; d += 4) {
                kmeans_double_lanes2(cost_sum_4 + k * 64, x_4 + d * 64, c[k * D + d], x_4 + (d + 1) * 64, c[k * D + (d + 1)], x_4 + (d + 2) * 64, c[k * D + (d + 2)], x_4 + (d + 3) * 64, c[k * D + (d + 3)]);
            }
            for (; d < D; d++) {
                kmeans_double_lanes3(cost_sum_4 + k * 64, x_4 + d * 64, c[k * D + d]);
            }
        }
        for (int r = 0; r < rows; r++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            int64_t t2 = (-1);
            kmeans_double_real t3 = (1.0 / 0.0);
            for (int64_t k = 0; k < K; k++) {
                const kmeans_double_real t4 = cost_sum_4[k * 64 + r];
                if (t2 < 0 || t4 < t3) {
                    t3 = t4;
                    t2 = k;
                }
            }
            win_cost_min_3[r] = t2;
        }
        for (int64_t d_ = 0; d_ < D; d_++) {
            for (int r = 0; r < rows; r++) {
                const int64_t n = tile + r;
                if (0 <= win_cost_min_3[r]) {
                    g_grad[win_cost_min[n] * D + d_] += -(2.0 * (x[n * D + d_] - c[win_cost_min_3[r] * D + d_]));
                }
            }
        }
    }
}

static void kmeans_double_g_rows3(int64_t N, int64_t K, int64_t D, const kmeans_double_real *restrict x,
        const kmeans_double_real *restrict c, kmeans_double_real *restrict cost_sum,
        kmeans_double_real *restrict g_grad, int64_t *restrict win_cost_min)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < K; k++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            kmeans_double_real t1 = 0.0;
            for (int64_t d = 0; d < D; d++) {
                const kmeans_double_real t2 = x[n * D + d] - c[k * D + d];
                t1 += t2 * t2;
            }
            cost_sum[k] = t1;
        }
        int64_t t3 = (-1);
        kmeans_double_real t4 = (1.0 / 0.0);
        for (int64_t k = 0; k < K; k++) {
            const kmeans_double_real t5 = cost_sum[k];
            if (t3 < 0 || t5 < t4) {
                t4 = t5;
                t3 = k;
            }
        }
        win_cost_min[n] = t3;
        for (int64_t d = 0; d < D; d++) {
            if (0 <= win_cost_min[n]) {
                g_grad[win_cost_min[n] * D + d] += -(2.0 * (x[n * D + d] - c[win_cost_min[n] * D + d]));
            }
        }
    }
}

static void kmeans_double_g_part4(int64_t K, int64_t D, kmeans_double_real *restrict g_grad,
        kmeans_double_real *restrict g)
{
    for (int64_t k = 0; k < K; k++) {
        for (int64_t d = 0; d < D; d++) {
            /* output g[k, d] = grad(cost, c)[k, d] */
            g[k * D + d] = g_grad[k * D + d];
        }
    }
}

int kmeans_double_g(const kmeans_double_dims *dims, const kmeans_double_real *theta, const kmeans_double_data *data, kmeans_double_real *out, void *work)
{
    const int code = kmeans_double_ready(dims, theta, data, work);
    if (code != KMEANS_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 512;
    const size_t at2 = at1 + ((size_t)(dims->K * dims->D * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->N * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(64 * dims->D * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(64 * dims->K * 8) + 63) / 64 * 64;
    kmeans_double_g_part1((int64_t)dims->K, (int64_t)dims->D, (kmeans_double_real *)(void *)(bytes + at1));
    kmeans_double_g_rows2((int64_t)dims->N, (int64_t)dims->K, (int64_t)dims->D, data->x,
        theta + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + at1),
        (int64_t *)(void *)(bytes + at2), (kmeans_double_real *)(void *)(bytes + at4),
        (int64_t *)(void *)(bytes + 0), (kmeans_double_real *)(void *)(bytes + at3));
    kmeans_double_g_rows3((int64_t)dims->N, (int64_t)dims->K, (int64_t)dims->D, data->x,
        theta + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + at5),
        (kmeans_double_real *)(void *)(bytes + at1), (int64_t *)(void *)(bytes + at2));
    kmeans_double_g_part4((int64_t)dims->K, (int64_t)dims->D, (kmeans_double_real *)(void *)(bytes + at1), out);
    return KMEANS_DOUBLE_OK;
}

static void kmeans_double_h_part1(int64_t K, int64_t D, kmeans_double_real *restrict h_grad)
{
    for (int64_t k = 0; k < K; k++) {
        for (int64_t d = 0; d < D; d++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            h_grad[k * D + d] = 0.0;
        }
    }
}

static void kmeans_double_h_rows2(int64_t N, int64_t K, int64_t D, const kmeans_double_real *restrict x,
        const kmeans_double_real *restrict c, kmeans_double_real *restrict h_grad, int64_t *restrict win_cost_min,
        kmeans_double_real *restrict cost_sum_5, int64_t *restrict win_cost_min_4, kmeans_double_real *restrict x_5)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        for (int64_t i = 0; i < D; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data  x[N, D] */
                x_5[i * 64 + r] = x[n * D + i];
            }
        }
        for (int64_t k = 0; k < K; k++) {
            kmeans_double_lanes1(cost_sum_5 + k * 64);
            int64_t d = 0;
            for (; d + 3 < D; d += 4) {
                kmeans_double_lanes2(cost_sum_5 + k * 64, x_5 + d * 64, c[k * D + d], x_5 + (d + 1) * 64, c[k * D + (d + 1)], x_5 + (d + 2) * 64, c[k * D + (d + 2)], x_5 + (d + 3) * 64, c[k * D + (d + 3)]);
            }
            for (; d < D; d++) {
                kmeans_double_lanes3(cost_sum_5 + k * 64, x_5 + d * 64, c[k * D + d]);
            }
        }
        for (int r = 0; r < rows; r++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            int64_t t2 = (-1);
            kmeans_double_real t3 = (1.0 / 0.0);
            for (int64_t k = 0; k < K; k++) {
                const kmeans_double_real t4 = cost_sum_5[k * 64 + r];
                if (t2 < 0 || t4 < t3) {
                    t3 = t4;
                    t2 = k;
                }
            }
            win_cost_min_4[r] = t2;
        }
        for (int64_t d_ = 0; d_ < D; d_++) {
            for (int r = 0; r < rows; r++) {
                const int64_t n = tile + r;
                if (0 <= win_cost_min_4[r]) {
                    h_grad[win_cost_min[n] * D + d_] += 2.0;
                }
            }
        }
    }
}

static void kmeans_double_h_rows3(int64_t N, int64_t K, int64_t D, const kmeans_double_real *restrict x,
        const kmeans_double_real *restrict c, kmeans_double_real *restrict cost_sum,
        kmeans_double_real *restrict h_grad, int64_t *restrict win_cost_min)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t k = 0; k < K; k++) {
            /* let    cost = sum[n] min[k] (sum[d] (x[n, d] - c[k, d])^2) */
            kmeans_double_real t1 = 0.0;
            for (int64_t d = 0; d < D; d++) {
                const kmeans_double_real t2 = x[n * D + d] - c[k * D + d];
                t1 += t2 * t2;
            }
            cost_sum[k] = t1;
        }
        int64_t t3 = (-1);
        kmeans_double_real t4 = (1.0 / 0.0);
        for (int64_t k = 0; k < K; k++) {
            const kmeans_double_real t5 = cost_sum[k];
            if (t3 < 0 || t5 < t4) {
                t4 = t5;
                t3 = k;
            }
        }
        win_cost_min[n] = t3;
        for (int64_t d = 0; d < D; d++) {
            if (0 <= win_cost_min[n]) {
                h_grad[win_cost_min[n] * D + d] += 2.0;
            }
        }
    }
}

static void kmeans_double_h_part4(int64_t K, int64_t D, kmeans_double_real *restrict h_grad,
        kmeans_double_real *restrict h)
{
    for (int64_t k = 0; k < K; k++) {
        for (int64_t d = 0; d < D; d++) {
            /* output h[k, d] = grad(sum(g), c)[k, d]      # the Hessian is diagonal */
            h[k * D + d] = h_grad[k * D + d];
        }
    }
}

int kmeans_double_h(const kmeans_double_dims *dims, const kmeans_double_real *theta, const kmeans_double_data *data, kmeans_double_real *out, void *work)
{
    const int code = kmeans_double_ready(dims, theta, data, work);
    if (code != KMEANS_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 512;
    const size_t at2 = at1 + ((size_t)(dims->K * dims->D * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->N * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(64 * dims->D * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(64 * dims->K * 8) + 63) / 64 * 64;
    kmeans_double_h_part1((int64_t)dims->K, (int64_t)dims->D, (kmeans_double_real *)(void *)(bytes + at1));
    kmeans_double_h_rows2((int64_t)dims->N, (int64_t)dims->K, (int64_t)dims->D, data->x,
        theta + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + at1),
        (int64_t *)(void *)(bytes + at2), (kmeans_double_real *)(void *)(bytes + at4),
        (int64_t *)(void *)(bytes + 0), (kmeans_double_real *)(void *)(bytes + at3));
    kmeans_double_h_rows3((int64_t)dims->N, (int64_t)dims->K, (int64_t)dims->D, data->x,
        theta + KMEANS_DOUBLE_c_OFFSET(dims), (kmeans_double_real *)(void *)(bytes + at5),
        (kmeans_double_real *)(void *)(bytes + at1), (int64_t *)(void *)(bytes + at2));
    kmeans_double_h_part4((int64_t)dims->K, (int64_t)dims->D, (kmeans_double_real *)(void *)(bytes + at1), out);
    return KMEANS_DOUBLE_OK;
}

static int kmeans_double_shape(const void *any, int array, size_t *shape)
{
    const kmeans_double_dims *const dims = any;
    if (!dims) return KMEANS_DOUBLE_EDIM;
    const int64_t N = kmeans_double_dim(dims->N);
    const int64_t K = kmeans_double_dim(dims->K);
    const int64_t D = kmeans_double_dim(dims->D);
    int64_t count;
    switch (array) {
    case 0: /* c */
        count = K;
        if (count < 0) return KMEANS_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        count = D;
        if (count < 0) return KMEANS_DOUBLE_EDIM;
        shape[1] = (size_t)count;
        break;
    case 1: /* x */
        count = N;
        if (count < 0) return KMEANS_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        count = D;
        if (count < 0) return KMEANS_DOUBLE_EDIM;
        shape[1] = (size_t)count;
        break;
    case 2: /* g */
        count = K;
        if (count < 0) return KMEANS_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        count = D;
        if (count < 0) return KMEANS_DOUBLE_EDIM;
        shape[1] = (size_t)count;
        break;
    case 3: /* h */
        count = K;
        if (count < 0) return KMEANS_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        count = D;
        if (count < 0) return KMEANS_DOUBLE_EDIM;
        shape[1] = (size_t)count;
        break;
    default: break;
    }
    return KMEANS_DOUBLE_OK;
}

static void kmeans_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int kmeans_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return kmeans_double_loss(dims, theta, data, loss, work);
}

static int kmeans_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return kmeans_double_grad(dims, theta, data, loss, grad, work);
}

static int kmeans_double_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return kmeans_double_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static int kmeans_double_any_g(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return kmeans_double_g(dims, theta, data, out, work);
}

static int kmeans_double_any_h(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return kmeans_double_h(dims, theta, data, out, work);
}

static size_t kmeans_double_any_nparam(const void *dims) { return kmeans_double_nparam(dims); }

static size_t kmeans_double_any_work_bytes(const void *dims) { return kmeans_double_work_bytes(dims); }

static int kmeans_double_any_init(const void *dims, uint64_t seed, void *theta) { return kmeans_double_init(dims, seed, theta); }

static int kmeans_double_any_check(const void *dims, const void *data, int *which) { return kmeans_double_test(dims, data, which); }

static const char *const kmeans_double_dim_names[] = {"N", "K", "D"};

static const int kmeans_double_axis0[] = {1, 2};
static const int kmeans_double_axis1[] = {0, 2};
static const int kmeans_double_axis2[] = {1, 2};
static const int kmeans_double_axis3[] = {1, 2};
static const adc_array kmeans_double_arrays[] = {
    {"c", ADC_PARAM, ADC_REAL, 0, 0, 2, kmeans_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"x", ADC_DATA, ADC_REAL, 0, 0, 2, kmeans_double_axis1, -1, offsetof(kmeans_double_data, x), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"g", ADC_OUTPUT, ADC_REAL, 0, 0, 2, kmeans_double_axis2, -1, 0, 0.0, 0.0, 0.0, kmeans_double_any_g, 0, 0, 0},
    {"h", ADC_OUTPUT, ADC_REAL, 0, 0, 2, kmeans_double_axis3, -1, 0, 0.0, 0.0, 0.0, kmeans_double_any_h, 0, 0, 0},
};

const adc_model kmeans_double = {
    ADC_MODEL, 8, "kmeans",
    3, kmeans_double_dim_names, 0,
    4, kmeans_double_arrays, sizeof(kmeans_double_data),
    4, kmeans_double_check_text,
    kmeans_double_shape, kmeans_double_range, kmeans_double_any_nparam, kmeans_double_any_nparam, kmeans_double_any_work_bytes,
    kmeans_double_any_init, kmeans_double_any_check,
    kmeans_double_any_loss, kmeans_double_any_grad, kmeans_double_any_grad_range,
    kmeans_double_strerror,
    0, 0,
};
