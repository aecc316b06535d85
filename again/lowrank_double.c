/* The functions of lowrank_double; its header says what they take and need. */
#include "lowrank_double.h"

#include <math.h>


static uint64_t lowrank_double_random_begin(void)
{
    return 0;
}

static uint64_t lowrank_double_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t lowrank_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t lowrank_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t lowrank_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : lowrank_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t lowrank_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : lowrank_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t lowrank_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define LOWRANK_DOUBLE_LANES 64
#ifdef __GNUC__
#define LOWRANK_DOUBLE_STAGE __attribute__((noinline))
#define LOWRANK_DOUBLE_INLINE __attribute__((always_inline)) inline
#else
#define LOWRANK_DOUBLE_STAGE
#define LOWRANK_DOUBLE_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define LOWRANK_DOUBLE_MA(a, b, c) fma(a, b, c)
#else
#define LOWRANK_DOUBLE_MA(a, b, c) ((a) * (b) + (c))
#endif

size_t lowrank_double_work_bytes(const lowrank_double_dims *dims)
{
    const int64_t m = lowrank_double_dim(dims->m);
    const int64_t n = lowrank_double_dim(dims->n);
    size_t most = 0, bytes = 0;
    bytes = lowrank_double_slot(bytes, lowrank_double_count(m, n), 8); /* A */
    bytes = lowrank_double_slot(bytes, lowrank_double_count(m, 2), 8); /* U */
    bytes = lowrank_double_slot(bytes, lowrank_double_count(2, n), 8); /* V */
    bytes = lowrank_double_slot(bytes, lowrank_double_count(m, 2), 8); /* d_U */
    bytes = lowrank_double_slot(bytes, lowrank_double_count(2, n), 8); /* d_V */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 2176;
    bytes = lowrank_double_slot(bytes, n, 8);
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 3200;
    bytes = lowrank_double_slot(bytes, lowrank_double_mul(16, n), 8);
    bytes = lowrank_double_slot(bytes, lowrank_double_mul(64, n), 8);
    bytes = lowrank_double_slot(bytes, n, 8);
    bytes = lowrank_double_slot(bytes, n, 8);
    if (bytes > most) most = bytes;
    return most;
}

size_t lowrank_double_nparam(const lowrank_double_dims *dims)
{
    const int64_t m = lowrank_double_dim(dims->m);
    const int64_t n = lowrank_double_dim(dims->n);
    const int64_t count = lowrank_double_add(lowrank_double_add(0, lowrank_double_count(m, 2)), lowrank_double_count(2, n));
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *lowrank_double_strerror(int code)
{
    switch (code) {
    case LOWRANK_DOUBLE_OK: return "no error";
    case LOWRANK_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case LOWRANK_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case LOWRANK_DOUBLE_EWORK: return "no work memory was given";
    case LOWRANK_DOUBLE_ENONFINITE: return "the loss is not finite";
    case LOWRANK_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double lowrank_double_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = lowrank_double_random_mix(lowrank_double_random_begin(), (double)(seed >> 32));
    h = lowrank_double_random_mix(h, (double)(seed & 0xffffffffu));
    h = lowrank_double_random_mix(h, (double)param);
    h = lowrank_double_random_mix(h, (double)e);
    h = lowrank_double_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int lowrank_double_init(const lowrank_double_dims *dims, uint64_t seed, lowrank_double_real *theta)
{
    if (!dims || lowrank_double_work_bytes(dims) == SIZE_MAX) return LOWRANK_DOUBLE_EDIM;
    const int64_t m = (int64_t)dims->m;
    const int64_t n = (int64_t)dims->n;
    if (!theta) return LOWRANK_DOUBLE_EDATA;
    lowrank_double_real *to;
    int64_t at;
    to = theta + LOWRANK_DOUBLE_U_OFFSET(dims); /* U */
    at = 0;
    for (int64_t i = 0; i < m; i++) {
        for (int64_t i_ = 0; i_ < 2; i_++) {
            to[at] = 0.0 + (1.0 - 0.0) * (lowrank_double_real)lowrank_double_uniform(seed, 0, at, 0);
            at++;
        }
    }
    to = theta + LOWRANK_DOUBLE_V_OFFSET(dims); /* V */
    at = 0;
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < n; i_++) {
            to[at] = 0.0 + (1.0 - 0.0) * (lowrank_double_real)lowrank_double_uniform(seed, 1, at, 0);
            at++;
        }
    }
    return LOWRANK_DOUBLE_OK;
}

static const char *const lowrank_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "A is missing",
    "A holds a NaN",
};

static int lowrank_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int lowrank_double_test(const lowrank_double_dims *dims, const lowrank_double_data *data, int *which)
{
    if (!dims || lowrank_double_work_bytes(dims) == SIZE_MAX) return lowrank_double_fail(which, 0, LOWRANK_DOUBLE_EDIM);
    const int64_t m = (int64_t)dims->m;
    const int64_t n = (int64_t)dims->n;
    if (!data) return lowrank_double_fail(which, 1, LOWRANK_DOUBLE_EDATA);
    if (!data->A && m * n > 0) return lowrank_double_fail(which, 2, LOWRANK_DOUBLE_EDATA);
    for (int64_t at = 0; at < m * n; at++)
        if (data->A[at] != data->A[at]) return lowrank_double_fail(which, 3, LOWRANK_DOUBLE_EDATA);
    return LOWRANK_DOUBLE_OK;
}

int lowrank_double_check(const lowrank_double_dims *dims, const lowrank_double_data *data)
{
    return lowrank_double_test(dims, data, 0);
}

static int lowrank_double_ready(const lowrank_double_dims *dims, const lowrank_double_real *theta, const lowrank_double_data *data, const void *work)
{
    const size_t bytes = dims ? lowrank_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return LOWRANK_DOUBLE_EDIM;
    if (!theta) return LOWRANK_DOUBLE_EDATA;
    if (!data) return LOWRANK_DOUBLE_EDATA;
    return bytes > 0 && !work ? LOWRANK_DOUBLE_EWORK : LOWRANK_DOUBLE_OK;
}

static void lowrank_double_loss_part1(lowrank_double_real *restrict loss_sum_2, lowrank_double_real *restrict cells)
{
    /* loss sum((U @ V - A)^2) */
    cells[0] = 0.0;
    for (int64_t i = 0; i < 8; i++) {
        loss_sum_2[i] = 0.0;
    }
}

LOWRANK_DOUBLE_STAGE static void lowrank_double_lanes1(lowrank_double_real *restrict u0, const lowrank_double_real *restrict x0, lowrank_double_real s0, const lowrank_double_real *restrict x1, lowrank_double_real s1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] * s0 + x1[r] * s1;
    }
}

LOWRANK_DOUBLE_STAGE static void lowrank_double_lanes2(lowrank_double_real *restrict u0, const lowrank_double_real *restrict x0, const lowrank_double_real *restrict x1)
{
    for (int l = 0; l < 8; l++) {
        lowrank_double_real t1 = u0[l];
        const lowrank_double_real t2 = x0[l] - x1[l];
        t1 += t2 * t2;
        const lowrank_double_real t3 = x0[l + 8] - x1[l + 8];
        t1 += t3 * t3;
        const lowrank_double_real t4 = x0[l + 16] - x1[l + 16];
        t1 += t4 * t4;
        const lowrank_double_real t5 = x0[l + 24] - x1[l + 24];
        t1 += t5 * t5;
        const lowrank_double_real t6 = x0[l + 32] - x1[l + 32];
        t1 += t6 * t6;
        const lowrank_double_real t7 = x0[l + 40] - x1[l + 40];
        t1 += t7 * t7;
        const lowrank_double_real t8 = x0[l + 48] - x1[l + 48];
        t1 += t8 * t8;
        const lowrank_double_real t9 = x0[l + 56] - x1[l + 56];
        t1 += t9 * t9;
        u0[l] = t1;
    }
}

LOWRANK_DOUBLE_STAGE static void lowrank_double_lanes3(lowrank_double_real *restrict u0, const lowrank_double_real *restrict x0, const lowrank_double_real *restrict x1, const lowrank_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        lowrank_double_real t1_ = u0[l];
        const lowrank_double_real t2_ = x0[l] - x1[l];
        const lowrank_double_real t3_ = t2_ * t2_;
        t1_ += mask[l] > 0 ? t3_ : 0;
        const lowrank_double_real t4_ = x0[l + 8] - x1[l + 8];
        const lowrank_double_real t5_ = t4_ * t4_;
        t1_ += mask[l + 8] > 0 ? t5_ : 0;
        const lowrank_double_real t6_ = x0[l + 16] - x1[l + 16];
        const lowrank_double_real t7_ = t6_ * t6_;
        t1_ += mask[l + 16] > 0 ? t7_ : 0;
        const lowrank_double_real t8_ = x0[l + 24] - x1[l + 24];
        const lowrank_double_real t9_ = t8_ * t8_;
        t1_ += mask[l + 24] > 0 ? t9_ : 0;
        const lowrank_double_real t10 = x0[l + 32] - x1[l + 32];
        const lowrank_double_real t11 = t10 * t10;
        t1_ += mask[l + 32] > 0 ? t11 : 0;
        const lowrank_double_real t12 = x0[l + 40] - x1[l + 40];
        const lowrank_double_real t13 = t12 * t12;
        t1_ += mask[l + 40] > 0 ? t13 : 0;
        const lowrank_double_real t14 = x0[l + 48] - x1[l + 48];
        const lowrank_double_real t15 = t14 * t14;
        t1_ += mask[l + 48] > 0 ? t15 : 0;
        const lowrank_double_real t16 = x0[l + 56] - x1[l + 56];
        const lowrank_double_real t17 = t16 * t16;
        t1_ += mask[l + 56] > 0 ? t17 : 0;
        u0[l] = t1_;
    }
}

static void lowrank_double_loss_rows2(int64_t m, int64_t n, const lowrank_double_real *restrict A,
        const lowrank_double_real *restrict U, const lowrank_double_real *restrict V,
        lowrank_double_real *restrict loss_product_2, lowrank_double_real *restrict U_2,
        lowrank_double_real *restrict loss_sum_2, lowrank_double_real *restrict A_2)
{
    const int64_t t1 = 64 * ((m + 52) / 64);
    for (int64_t tile = 0; tile < (m < t1 ? m : t1); tile += 64) {
        const int rows = (m < t1 ? m : t1) - tile < 64 ? (int)((m < t1 ? m : t1) - tile) : 64;
        lowrank_double_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 2; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t i_ = tile + (r < rows ? r : rows - 1);
                /* param U[m, r] ~ uniform(0, 1) */
                U_2[i * 64 + r] = U[i_ * 2 + i];
            }
        }
        for (int64_t i = 0; i < n; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t i_ = tile + (r < rows ? r : rows - 1);
                /* data  A[m, n] */
                A_2[r] = A[i_ * n + i];
            }
            lowrank_double_lanes1(loss_product_2, U_2, V[i], U_2 + 1 * 64, V[1 * n + i]);
            if (rows == 64)
                lowrank_double_lanes2(loss_sum_2, loss_product_2, A_2);
            else
                lowrank_double_lanes3(loss_sum_2, loss_product_2, A_2, mask);
        }
    }
}

static void lowrank_double_loss_rows3(int64_t m, int64_t n, const lowrank_double_real *restrict A,
        const lowrank_double_real *restrict U, const lowrank_double_real *restrict V,
        lowrank_double_real *restrict loss_product, lowrank_double_real *restrict cells)
{
    for (int64_t i = 64 * ((m + 52) / 64); i < m; i++) {
        for (int64_t j = 0; j < n; j++) {
            /* loss sum((U @ V - A)^2) */
            loss_product[j] = U[i * 2 + 0] * V[j] + U[i * 2 + 1] * V[1 * n + j];
        }
        lowrank_double_real t1 = 0.0;
        for (int64_t j = 0; j < n; j++) {
            const lowrank_double_real t2 = loss_product[j] - A[i * n + j];
            t1 += t2 * t2;
        }
        cells[0] += t1;
    }
}

static void lowrank_double_loss_part4(lowrank_double_real *restrict loss, lowrank_double_real *restrict loss_sum_2,
        lowrank_double_real *restrict cells)
{
    /* loss sum((U @ V - A)^2) */
    lowrank_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_sum_2[l];
    }
    cells[0] += t1;
    loss[0] = cells[0];
}

int lowrank_double_loss(const lowrank_double_dims *dims, const lowrank_double_real *theta, const lowrank_double_data *data, lowrank_double_real *loss, void *work)
{
    const int code = lowrank_double_ready(dims, theta, data, work);
    if (code != LOWRANK_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 2176;
    lowrank_double_loss_part1((lowrank_double_real *)(void *)(bytes + 64), (lowrank_double_real *)(void *)bytes);
    lowrank_double_loss_rows2((int64_t)dims->m, (int64_t)dims->n, data->A, theta + LOWRANK_DOUBLE_U_OFFSET(dims),
        theta + LOWRANK_DOUBLE_V_OFFSET(dims), (lowrank_double_real *)(void *)(bytes + 1664),
        (lowrank_double_real *)(void *)(bytes + 128), (lowrank_double_real *)(void *)(bytes + 64),
        (lowrank_double_real *)(void *)(bytes + 1152));
    lowrank_double_loss_rows3((int64_t)dims->m, (int64_t)dims->n, data->A, theta + LOWRANK_DOUBLE_U_OFFSET(dims),
        theta + LOWRANK_DOUBLE_V_OFFSET(dims), (lowrank_double_real *)(void *)(bytes + at1),
        (lowrank_double_real *)(void *)bytes);
    lowrank_double_loss_part4(loss, (lowrank_double_real *)(void *)(bytes + 64),
        (lowrank_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? LOWRANK_DOUBLE_OK : LOWRANK_DOUBLE_ENONFINITE;
}

static void lowrank_double_grad_part1(int64_t n, lowrank_double_real *restrict loss_sum_3,
        lowrank_double_real *restrict d_V_2, lowrank_double_real *restrict cells)
{
    /* loss sum((U @ V - A)^2) */
    cells[0] = 0.0;
    for (int64_t i = 0; i < 8; i++) {
        loss_sum_3[i] = 0.0;
    }
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < n; i_++) {
            for (int64_t i_2 = 0; i_2 < 8; i_2++) {
                d_V_2[(i * n + i_) * 8 + i_2] = 0.0;
            }
        }
    }
}

LOWRANK_DOUBLE_STAGE static void lowrank_double_lanes4(lowrank_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0;
    }
}

LOWRANK_DOUBLE_STAGE static void lowrank_double_lanes5(lowrank_double_real *restrict u0, const lowrank_double_real *restrict x0, const lowrank_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 2.0 * (x0[r] - x1[r]);
    }
}

LOWRANK_DOUBLE_STAGE static void lowrank_double_lanes6(lowrank_double_real *restrict u0, const lowrank_double_real *restrict x0, lowrank_double_real s0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += x0[r] * s0;
    }
}

LOWRANK_DOUBLE_STAGE static void lowrank_double_lanes7(lowrank_double_real *restrict u0, const lowrank_double_real *restrict x0, const lowrank_double_real *restrict x1)
{
    for (int l = 0; l < 8; l++) {
        lowrank_double_real t1 = u0[l];
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

LOWRANK_DOUBLE_STAGE static void lowrank_double_lanes8(lowrank_double_real *restrict u0, const lowrank_double_real *restrict x0, const lowrank_double_real *restrict x1, const lowrank_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        lowrank_double_real t1_ = u0[l];
        const lowrank_double_real t2 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const lowrank_double_real t3 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const lowrank_double_real t4 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const lowrank_double_real t5 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const lowrank_double_real t6 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const lowrank_double_real t7 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const lowrank_double_real t8 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const lowrank_double_real t9 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void lowrank_double_grad_rows2(int64_t n, int64_t first, int64_t last, const lowrank_double_real *restrict A,
        const lowrank_double_real *restrict U, const lowrank_double_real *restrict V,
        lowrank_double_real *restrict d_U, lowrank_double_real *restrict loss_product_3,
        lowrank_double_real *restrict d_loss_product_2, lowrank_double_real *restrict d_U_2,
        lowrank_double_real *restrict U_3, lowrank_double_real *restrict loss_sum_3,
        lowrank_double_real *restrict A_3, lowrank_double_real *restrict d_V_2)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        lowrank_double_real mask[64];
        for (int r = 0; r < 64; r++) mask[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 2; i++) {
            lowrank_double_lanes4(d_U_2 + i * 64);
            for (int r = 0; r < 64; r++) {
                const int64_t i_ = tile + (r < rows ? r : rows - 1);
                /* param U[m, r] ~ uniform(0, 1) */
                U_3[i * 64 + r] = U[i_ * 2 + i];
            }
        }
        for (int64_t i = 0; i < n; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t i_ = tile + (r < rows ? r : rows - 1);
                /* data  A[m, n] */
                A_3[r] = A[i_ * n + i];
            }
            lowrank_double_lanes1(loss_product_3, U_3, V[i], U_3 + 1 * 64, V[1 * n + i]);
            if (rows == 64)
                lowrank_double_lanes2(loss_sum_3, loss_product_3, A_3);
            else
                lowrank_double_lanes3(loss_sum_3, loss_product_3, A_3, mask);
            lowrank_double_lanes5(d_loss_product_2 + i * 64, loss_product_3, A_3);
        }
        for (int64_t k = 0; k < 2; k++) {
            for (int64_t j = 0; j < n; j++) {
                lowrank_double_lanes6(d_U_2 + k * 64, d_loss_product_2 + j * 64, V[k * n + j]);
                if (rows == 64)
                    lowrank_double_lanes7(d_V_2 + (k * n + j) * 8, d_loss_product_2 + j * 64, U_3 + k * 64);
                else
                    lowrank_double_lanes8(d_V_2 + (k * n + j) * 8, d_loss_product_2 + j * 64, U_3 + k * 64, mask);
            }
            for (int r = 0; r < rows; r++) {
                const int64_t i = tile + r;
                /* param U[m, r] ~ uniform(0, 1) */
                d_U[i * 2 + k] += d_U_2[k * 64 + r];
            }
        }
    }
}

static void lowrank_double_grad_rows3(int64_t n, int64_t first, int64_t last, const lowrank_double_real *restrict A,
        const lowrank_double_real *restrict U, const lowrank_double_real *restrict V,
        lowrank_double_real *restrict loss_product, lowrank_double_real *restrict d_U,
        lowrank_double_real *restrict d_V, lowrank_double_real *restrict d_loss_product,
        lowrank_double_real *restrict cells)
{
    for (int64_t i = first + 64 * ((last - first + 52) / 64); i < last; i++) {
        for (int64_t j = 0; j < n; j++) {
            /* loss sum((U @ V - A)^2) */
            loss_product[j] = U[i * 2 + 0] * V[j] + U[i * 2 + 1] * V[1 * n + j];
            d_loss_product[j] = 2.0 * (loss_product[j] - A[i * n + j]);
        }
        lowrank_double_real t1 = 0.0;
        for (int64_t j = 0; j < n; j++) {
            const lowrank_double_real t2 = loss_product[j] - A[i * n + j];
            t1 += t2 * t2;
        }
        cells[0] += t1;
        for (int64_t k = 0; k < 2; k++) {
            lowrank_double_real t3 = 0.0;
            for (int64_t j = 0; j < n; j++) {
                t3 += d_loss_product[j] * V[k * n + j];
            }
            d_U[i * 2 + k] += t3;
            for (int64_t j = 0; j < n; j++) {
                d_V[k * n + j] += d_loss_product[j] * U[i * 2 + k];
            }
        }
    }
}

static void lowrank_double_grad_part4(int64_t n, lowrank_double_real *restrict loss,
        lowrank_double_real *restrict d_V, lowrank_double_real *restrict loss_sum_3,
        lowrank_double_real *restrict d_V_2, lowrank_double_real *restrict cells)
{
    /* loss sum((U @ V - A)^2) */
    lowrank_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_sum_3[l];
    }
    cells[0] += t1;
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < n; i_++) {
            /* param V[r, n] ~ uniform(0, 1) */
            lowrank_double_real t2 = 0.0;
            for (int64_t l = 0; l < 8; l++) {
                t2 += d_V_2[(i * n + i_) * 8 + l];
            }
            d_V[i * n + i_] += t2;
        }
    }
    /* loss sum((U @ V - A)^2) */
    loss[0] += cells[0];
}

int lowrank_double_grad_range(const lowrank_double_dims *dims, const lowrank_double_real *theta, const lowrank_double_data *data, lowrank_double_real *loss, lowrank_double_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = lowrank_double_ready(dims, theta, data, work);
    if (code != LOWRANK_DOUBLE_OK) return code;
    if (first_row > last_row || last_row > dims->m) return LOWRANK_DOUBLE_EDIM;
    unsigned char *const bytes = work;
    const size_t at1 = 3200;
    const size_t at2 = at1 + ((size_t)(16 * dims->n * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(64 * dims->n * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(dims->n * 8) + 63) / 64 * 64;
    lowrank_double_grad_part1((int64_t)dims->n, (lowrank_double_real *)(void *)(bytes + 64),
        (lowrank_double_real *)(void *)(bytes + at1), (lowrank_double_real *)(void *)bytes);
    lowrank_double_grad_rows2((int64_t)dims->n, (int64_t)first_row, (int64_t)last_row, data->A,
        theta + LOWRANK_DOUBLE_U_OFFSET(dims), theta + LOWRANK_DOUBLE_V_OFFSET(dims),
        grad + LOWRANK_DOUBLE_U_OFFSET(dims), (lowrank_double_real *)(void *)(bytes + 2688),
        (lowrank_double_real *)(void *)(bytes + at2), (lowrank_double_real *)(void *)(bytes + 128),
        (lowrank_double_real *)(void *)(bytes + 1152), (lowrank_double_real *)(void *)(bytes + 64),
        (lowrank_double_real *)(void *)(bytes + 2176), (lowrank_double_real *)(void *)(bytes + at1));
    lowrank_double_grad_rows3((int64_t)dims->n, (int64_t)first_row, (int64_t)last_row, data->A,
        theta + LOWRANK_DOUBLE_U_OFFSET(dims), theta + LOWRANK_DOUBLE_V_OFFSET(dims),
        (lowrank_double_real *)(void *)(bytes + at3), grad + LOWRANK_DOUBLE_U_OFFSET(dims),
        grad + LOWRANK_DOUBLE_V_OFFSET(dims), (lowrank_double_real *)(void *)(bytes + at4),
        (lowrank_double_real *)(void *)bytes);
    lowrank_double_grad_part4((int64_t)dims->n, loss, grad + LOWRANK_DOUBLE_V_OFFSET(dims),
        (lowrank_double_real *)(void *)(bytes + 64), (lowrank_double_real *)(void *)(bytes + at1),
        (lowrank_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? LOWRANK_DOUBLE_OK : LOWRANK_DOUBLE_ENONFINITE;
}

int lowrank_double_grad(const lowrank_double_dims *dims, const lowrank_double_real *theta, const lowrank_double_data *data, lowrank_double_real *loss, lowrank_double_real *grad, void *work)
{
    const int code = lowrank_double_ready(dims, theta, data, work);
    if (code != LOWRANK_DOUBLE_OK) return code;
    const size_t n = lowrank_double_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return lowrank_double_grad_range(dims, theta, data, loss, grad, work, 0, dims->m);
}

static int lowrank_double_shape(const void *any, int array, size_t *shape)
{
    const lowrank_double_dims *const dims = any;
    if (!dims) return LOWRANK_DOUBLE_EDIM;
    const int64_t m = lowrank_double_dim(dims->m);
    const int64_t n = lowrank_double_dim(dims->n);
    int64_t count;
    switch (array) {
    case 0: /* U */
        count = m;
        if (count < 0) return LOWRANK_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 2;
        break;
    case 1: /* V */
        shape[0] = 2;
        count = n;
        if (count < 0) return LOWRANK_DOUBLE_EDIM;
        shape[1] = (size_t)count;
        break;
    case 2: /* A */
        count = m;
        if (count < 0) return LOWRANK_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        count = n;
        if (count < 0) return LOWRANK_DOUBLE_EDIM;
        shape[1] = (size_t)count;
        break;
    default: break;
    }
    return LOWRANK_DOUBLE_OK;
}

static void lowrank_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int lowrank_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return lowrank_double_loss(dims, theta, data, loss, work);
}

static int lowrank_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return lowrank_double_grad(dims, theta, data, loss, grad, work);
}

static int lowrank_double_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return lowrank_double_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static size_t lowrank_double_any_nparam(const void *dims) { return lowrank_double_nparam(dims); }

static size_t lowrank_double_any_work_bytes(const void *dims) { return lowrank_double_work_bytes(dims); }

static int lowrank_double_any_init(const void *dims, uint64_t seed, void *theta) { return lowrank_double_init(dims, seed, theta); }

static int lowrank_double_any_check(const void *dims, const void *data, int *which) { return lowrank_double_test(dims, data, which); }

static const char *const lowrank_double_dim_names[] = {"m", "n"};

static const int lowrank_double_axis0[] = {0, -1};
static const int lowrank_double_axis1[] = {-1, 1};
static const int lowrank_double_axis2[] = {0, 1};
static const adc_array lowrank_double_arrays[] = {
    {"U", ADC_PARAM, ADC_REAL, 0, 0, 2, lowrank_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"V", ADC_PARAM, ADC_REAL, 0, 0, 2, lowrank_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"A", ADC_DATA, ADC_REAL, 0, 0, 2, lowrank_double_axis2, -1, offsetof(lowrank_double_data, A), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model lowrank_double = {
    ADC_MODEL, 8, "lowrank",
    2, lowrank_double_dim_names, 0,
    3, lowrank_double_arrays, sizeof(lowrank_double_data),
    4, lowrank_double_check_text,
    lowrank_double_shape, lowrank_double_range, lowrank_double_any_nparam, lowrank_double_any_nparam, lowrank_double_any_work_bytes,
    lowrank_double_any_init, lowrank_double_any_check,
    lowrank_double_any_loss, lowrank_double_any_grad, lowrank_double_any_grad_range,
    lowrank_double_strerror,
    0, 0,
};
