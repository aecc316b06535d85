/* The functions of dropout_double; its header says what they take and need. */
#include "dropout_double.h"

#include <math.h>


static uint64_t dropout_double_random_begin(void)
{
    return 0;
}

static uint64_t dropout_double_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* the highest 53 (float: 24) bits as a fraction */
static dropout_double_real dropout_double_random_end(uint64_t h)
{
    const int bits = sizeof(dropout_double_real) == 4 ? 24 : 53;
    return (dropout_double_real)(h >> (64 - bits)) / (dropout_double_real)((uint64_t)1 << bits);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t dropout_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t dropout_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : dropout_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t dropout_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : dropout_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t dropout_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define DROPOUT_DOUBLE_LANES 64
#ifdef __GNUC__
#define DROPOUT_DOUBLE_STAGE __attribute__((noinline))
#define DROPOUT_DOUBLE_INLINE __attribute__((always_inline)) inline
#else
#define DROPOUT_DOUBLE_STAGE
#define DROPOUT_DOUBLE_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define DROPOUT_DOUBLE_MA(a, b, c) fma(a, b, c)
#else
#define DROPOUT_DOUBLE_MA(a, b, c) ((a) * (b) + (c))
#endif

size_t dropout_double_work_bytes(const dropout_double_dims *dims)
{
    const int64_t N = dropout_double_dim(dims->N);
    size_t most = 0, bytes = 0;
    bytes = dropout_double_slot(bytes, dropout_double_count(N, 8), 8); /* X */
    bytes = dropout_double_slot(bytes, N, 8); /* y */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 14080;
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 39936;
    if (bytes > most) most = bytes;
    return most;
}

size_t dropout_double_nparam(const dropout_double_dims *dims)
{
    (void)dims;
    return 144;
}

const char *dropout_double_strerror(int code)
{
    switch (code) {
    case DROPOUT_DOUBLE_OK: return "no error";
    case DROPOUT_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case DROPOUT_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case DROPOUT_DOUBLE_EWORK: return "no work memory was given";
    case DROPOUT_DOUBLE_ENONFINITE: return "the loss is not finite";
    case DROPOUT_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double dropout_double_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = dropout_double_random_mix(dropout_double_random_begin(), (double)(seed >> 32));
    h = dropout_double_random_mix(h, (double)(seed & 0xffffffffu));
    h = dropout_double_random_mix(h, (double)param);
    h = dropout_double_random_mix(h, (double)e);
    h = dropout_double_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int dropout_double_init(const dropout_double_dims *dims, uint64_t seed, dropout_double_real *theta)
{
    if (!dims || dropout_double_work_bytes(dims) == SIZE_MAX) return DROPOUT_DOUBLE_EDIM;
    if (!theta) return DROPOUT_DOUBLE_EDATA;
    dropout_double_real *to;
    int64_t at;
    to = theta + DROPOUT_DOUBLE_W_OFFSET(dims); /* W */
    at = 0;
    for (int64_t i = 0; i < 16; i++) {
        for (int64_t i_ = 0; i_ < 8; i_++) {
            to[at] = 0.0 + 0.5 * (dropout_double_real)(sqrt(-2.0 * log(1.0 - dropout_double_uniform(seed, 0, at, 0))) * cos(6.283185307179586 * dropout_double_uniform(seed, 0, at, 1)));
            at++;
        }
    }
    to = theta + DROPOUT_DOUBLE_v_OFFSET(dims); /* v */
    at = 0;
    for (int64_t i = 0; i < 16; i++) {
        to[at] = 0.1;
        at++;
    }
    return DROPOUT_DOUBLE_OK;
}

static const char *const dropout_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "keep is NaN",
    "step is NaN",
    "X is missing",
    "X holds a NaN",
    "y is missing",
    "y holds a NaN",
};

static int dropout_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int dropout_double_test(const dropout_double_dims *dims, const dropout_double_data *data, int *which)
{
    if (!dims || dropout_double_work_bytes(dims) == SIZE_MAX) return dropout_double_fail(which, 0, DROPOUT_DOUBLE_EDIM);
    const int64_t N = (int64_t)dims->N;
    if (!data) return dropout_double_fail(which, 1, DROPOUT_DOUBLE_EDATA);
    if (data->keep != data->keep) return dropout_double_fail(which, 2, DROPOUT_DOUBLE_EDATA);
    if (data->step != data->step) return dropout_double_fail(which, 3, DROPOUT_DOUBLE_EDATA);
    if (!data->X && 8 * N > 0) return dropout_double_fail(which, 4, DROPOUT_DOUBLE_EDATA);
    for (int64_t at = 0; at < 8 * N; at++)
        if (data->X[at] != data->X[at]) return dropout_double_fail(which, 5, DROPOUT_DOUBLE_EDATA);
    if (!data->y && N > 0) return dropout_double_fail(which, 6, DROPOUT_DOUBLE_EDATA);
    for (int64_t at = 0; at < N; at++)
        if (data->y[at] != data->y[at]) return dropout_double_fail(which, 7, DROPOUT_DOUBLE_EDATA);
    return DROPOUT_DOUBLE_OK;
}

int dropout_double_check(const dropout_double_dims *dims, const dropout_double_data *data)
{
    return dropout_double_test(dims, data, 0);
}

static int dropout_double_ready(const dropout_double_dims *dims, const dropout_double_real *theta, const dropout_double_data *data, const void *work)
{
    const size_t bytes = dims ? dropout_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return DROPOUT_DOUBLE_EDIM;
    if (!theta) return DROPOUT_DOUBLE_EDATA;
    if (!data) return DROPOUT_DOUBLE_EDATA;
    return bytes > 0 && !work ? DROPOUT_DOUBLE_EWORK : DROPOUT_DOUBLE_OK;
}

static void dropout_double_loss_part1(dropout_double_real keep, dropout_double_real *restrict loss_mean_2,
        dropout_double_real *restrict cells)
{
    /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
    cells[0] = 0.0;
    /* let mask[n: N, h: H] = if random(step, n, h) < keep then 1/keep else 0 */
    cells[1] = 1.0 / keep;
    for (int64_t i = 0; i < 8; i++) {
        /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
        loss_mean_2[i] = 0.0;
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes1(dropout_double_real *restrict u0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0;
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes2(dropout_double_real *restrict u0, dropout_double_real s0, const dropout_double_real *restrict x0, dropout_double_real s1, const dropout_double_real *restrict x1, dropout_double_real s2, const dropout_double_real *restrict x2, dropout_double_real s3, const dropout_double_real *restrict x3)
{
    for (int r = 0; r < 64; r++) {
        const dropout_double_real t1 = u0[r] + s0 * x0[r];
        const dropout_double_real t2 = t1 + s1 * x1[r];
        const dropout_double_real t3 = t2 + s2 * x2[r];
        const dropout_double_real t4 = t3 + s3 * x3[r];
        u0[r] = t4;
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes3(dropout_double_real *restrict u0, dropout_double_real s0, const dropout_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] += s0 * x0[r];
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes4(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] * (x1[r] > 0 ? x1[r] : 0);
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes5(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1)
{
    for (int l = 0; l < 8; l++) {
        dropout_double_real t1 = u0[l];
        const dropout_double_real t2 = x0[l] - x1[l];
        t1 += t2 * t2;
        const dropout_double_real t3 = x0[l + 8] - x1[l + 8];
        t1 += t3 * t3;
        const dropout_double_real t4 = x0[l + 16] - x1[l + 16];
        t1 += t4 * t4;
        const dropout_double_real t5 = x0[l + 24] - x1[l + 24];
        t1 += t5 * t5;
        const dropout_double_real t6 = x0[l + 32] - x1[l + 32];
        t1 += t6 * t6;
        const dropout_double_real t7 = x0[l + 40] - x1[l + 40];
        t1 += t7 * t7;
        const dropout_double_real t8 = x0[l + 48] - x1[l + 48];
        t1 += t8 * t8;
        const dropout_double_real t9 = x0[l + 56] - x1[l + 56];
        t1 += t9 * t9;
        u0[l] = t1;
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes6(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1, const dropout_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        dropout_double_real t1_ = u0[l];
        const dropout_double_real t2_ = x0[l] - x1[l];
        const dropout_double_real t3_ = t2_ * t2_;
        t1_ += mask[l] > 0 ? t3_ : 0;
        const dropout_double_real t4_ = x0[l + 8] - x1[l + 8];
        const dropout_double_real t5_ = t4_ * t4_;
        t1_ += mask[l + 8] > 0 ? t5_ : 0;
        const dropout_double_real t6_ = x0[l + 16] - x1[l + 16];
        const dropout_double_real t7_ = t6_ * t6_;
        t1_ += mask[l + 16] > 0 ? t7_ : 0;
        const dropout_double_real t8_ = x0[l + 24] - x1[l + 24];
        const dropout_double_real t9_ = t8_ * t8_;
        t1_ += mask[l + 24] > 0 ? t9_ : 0;
        const dropout_double_real t10 = x0[l + 32] - x1[l + 32];
        const dropout_double_real t11 = t10 * t10;
        t1_ += mask[l + 32] > 0 ? t11 : 0;
        const dropout_double_real t12 = x0[l + 40] - x1[l + 40];
        const dropout_double_real t13 = t12 * t12;
        t1_ += mask[l + 40] > 0 ? t13 : 0;
        const dropout_double_real t14 = x0[l + 48] - x1[l + 48];
        const dropout_double_real t15 = t14 * t14;
        t1_ += mask[l + 48] > 0 ? t15 : 0;
        const dropout_double_real t16 = x0[l + 56] - x1[l + 56];
        const dropout_double_real t17 = t16 * t16;
        t1_ += mask[l + 56] > 0 ? t17 : 0;
        u0[l] = t1_;
    }
}

static void dropout_double_loss_rows2(int64_t N, dropout_double_real keep, dropout_double_real step,
        const dropout_double_real *restrict X, const dropout_double_real *restrict y,
        const dropout_double_real *restrict W, const dropout_double_real *restrict v, dropout_double_real *mask_2,
        dropout_double_real *restrict Z_sum_2, dropout_double_real *restrict Z_2, dropout_double_real *loss_sum_2,
        dropout_double_real *restrict X_2, dropout_double_real *restrict loss_mean_2,
        dropout_double_real *restrict y_2, dropout_double_real *restrict cells)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        dropout_double_real mask_[64];
        for (int r = 0; r < 64; r++) mask_[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 8; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data X[N, D] */
                X_2[i * 64 + r] = X[n * 8 + i];
            }
        }
        for (int r = 0; r < 64; r++) {
            const int64_t n = tile + (r < rows ? r : rows - 1);
            /* data y[N] */
            y_2[r] = y[n];
        }
        for (int64_t h = 0; h < 16; h++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* let mask[n: N, h: H] = if random(step, n, h) < keep then 1/keep else 0 */
                const dropout_double_real t2 = dropout_double_random_end(dropout_double_random_mix(dropout_double_random_mix(dropout_double_random_mix(dropout_double_random_begin(), (double)step), (double)n), (double)h));
                mask_2[r] = t2 < keep ? cells[1] : 0.0;
            }
            dropout_double_lanes1(Z_sum_2);
            int64_t d = 0;
            for (; d + 3 < 8; d += 4) {
                dropout_double_lanes2(Z_sum_2, W[h * 8 + d], X_2 + d * 64, W[h * 8 + (d + 1)], X_2 + (d + 1) * 64, W[h * 8 + (d + 2)], X_2 + (d + 2) * 64, W[h * 8 + (d + 3)], X_2 + (d + 3) * 64);
            }
            for (; d < 8; d++) {
                dropout_double_lanes3(Z_sum_2, W[h * 8 + d], X_2 + d * 64);
            }
            dropout_double_lanes4(Z_2 + h * 64, mask_2, Z_sum_2);
        }
        dropout_double_lanes1(loss_sum_2);
        int64_t h = 0;
        for (; h + 3 < 16; h += 4) {
            dropout_double_lanes2(loss_sum_2, v[h], Z_2 + h * 64, v[h + 1], Z_2 + (h + 1) * 64, v[h + 2], Z_2 + (h + 2) * 64, v[h + 3], Z_2 + (h + 3) * 64);
        }
        for (; h < 16; h++) {
            dropout_double_lanes3(loss_sum_2, v[h], Z_2 + h * 64);
        }
        if (rows == 64)
            dropout_double_lanes5(loss_mean_2, y_2, loss_sum_2);
        else
            dropout_double_lanes6(loss_mean_2, y_2, loss_sum_2, mask_);
    }
}

static void dropout_double_loss_rows3(int64_t N, dropout_double_real keep, dropout_double_real step,
        const dropout_double_real *restrict X, const dropout_double_real *restrict y,
        const dropout_double_real *restrict W, const dropout_double_real *restrict v,
        dropout_double_real *restrict Z, dropout_double_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 52) / 64); n < N; n++) {
        for (int64_t h = 0; h < 16; h++) {
            /* let mask[n: N, h: H] = if random(step, n, h) < keep then 1/keep else 0 */
            const dropout_double_real t1 = dropout_double_random_end(dropout_double_random_mix(dropout_double_random_mix(dropout_double_random_mix(dropout_double_random_begin(), (double)step), (double)n), (double)h));
            const dropout_double_real mask = t1 < keep ? cells[1] : 0.0;
            /* let Z[n, h] = mask[n, h] * relu(sum[d] W[h, d] * X[n, d]) */
            dropout_double_real Z_sum = 0.0;
            for (int64_t d = 0; d < 8; d++) {
                Z_sum += W[h * 8 + d] * X[n * 8 + d];
            }
            Z[h] = mask * (Z_sum > 0 ? Z_sum : 0);
        }
        /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
        dropout_double_real loss_sum = 0.0;
        for (int64_t h = 0; h < 16; h++) {
            loss_sum += v[h] * Z[h];
        }
        const dropout_double_real t2 = y[n] - loss_sum;
        cells[0] += t2 * t2;
    }
}

static void dropout_double_loss_part4(int64_t N, dropout_double_real *restrict loss,
        dropout_double_real *restrict loss_mean_2, dropout_double_real *restrict cells)
{
    /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
    dropout_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_mean_2[l];
    }
    cells[0] += t1;
    loss[0] = cells[0] / (dropout_double_real)N;
}

int dropout_double_loss(const dropout_double_dims *dims, const dropout_double_real *theta, const dropout_double_data *data, dropout_double_real *loss, void *work)
{
    const int code = dropout_double_ready(dims, theta, data, work);
    if (code != DROPOUT_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    dropout_double_loss_part1(data->keep, (dropout_double_real *)(void *)(bytes + 64),
        (dropout_double_real *)(void *)bytes);
    dropout_double_loss_rows2((int64_t)dims->N, data->keep, data->step, data->X, data->y,
        theta + DROPOUT_DOUBLE_W_OFFSET(dims), theta + DROPOUT_DOUBLE_v_OFFSET(dims),
        (dropout_double_real *)(void *)(bytes + 4736), (dropout_double_real *)(void *)(bytes + 13440),
        (dropout_double_real *)(void *)(bytes + 5248), (dropout_double_real *)(void *)(bytes + 4736),
        (dropout_double_real *)(void *)(bytes + 128), (dropout_double_real *)(void *)(bytes + 64),
        (dropout_double_real *)(void *)(bytes + 4224), (dropout_double_real *)(void *)bytes);
    dropout_double_loss_rows3((int64_t)dims->N, data->keep, data->step, data->X, data->y,
        theta + DROPOUT_DOUBLE_W_OFFSET(dims), theta + DROPOUT_DOUBLE_v_OFFSET(dims),
        (dropout_double_real *)(void *)(bytes + 13952), (dropout_double_real *)(void *)bytes);
    dropout_double_loss_part4((int64_t)dims->N, loss, (dropout_double_real *)(void *)(bytes + 64),
        (dropout_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? DROPOUT_DOUBLE_OK : DROPOUT_DOUBLE_ENONFINITE;
}

static void dropout_double_grad_part1(int64_t N, dropout_double_real keep, dropout_double_real *restrict loss_mean_3,
        dropout_double_real *restrict d_v_2, dropout_double_real *restrict d_W_2,
        dropout_double_real *restrict cells)
{
    /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
    cells[0] = 0.0;
    /* let mask[n: N, h: H] = if random(step, n, h) < keep then 1/keep else 0 */
    cells[2] = 1.0 / keep;
    /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
    cells[1] = 1.0 / (dropout_double_real)N;
    for (int64_t i = 0; i < 8; i++) {
        loss_mean_3[i] = 0.0;
    }
    for (int64_t i = 0; i < 16; i++) {
        for (int64_t i_ = 0; i_ < 8; i_++) {
            d_v_2[i * 8 + i_] = 0.0;
            for (int64_t i_2 = 0; i_2 < 8; i_2++) {
                /* let Z[n, h] = mask[n, h] * relu(sum[d] W[h, d] * X[n, d]) */
                d_W_2[(i * 8 + i_) * 8 + i_2] = 0.0;
            }
        }
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes7(dropout_double_real *restrict u0, dropout_double_real s0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = -(s0 * (2.0 * (x0[r] - x1[r])));
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes8(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, dropout_double_real s0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] * s0;
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes9(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1)
{
    for (int l = 0; l < 8; l++) {
        dropout_double_real t1 = u0[l];
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

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes10(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1, const dropout_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        dropout_double_real t1_ = u0[l];
        const dropout_double_real t2 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const dropout_double_real t3 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const dropout_double_real t4 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const dropout_double_real t5 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const dropout_double_real t6 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const dropout_double_real t7 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const dropout_double_real t8 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const dropout_double_real t9 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes11(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1, const dropout_double_real *restrict x2)
{
    for (int r = 0; r < 64; r++) {
        const dropout_double_real t1 = x1[r] * x2[r];
        u0[r] = (0.0 < x0[r]) ? t1 : 0.0;
    }
}

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes12(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1, dropout_double_real *restrict u1, const dropout_double_real *restrict x2, dropout_double_real *restrict u2, const dropout_double_real *restrict x3, dropout_double_real *restrict u3, const dropout_double_real *restrict x4)
{
    for (int l = 0; l < 8; l++) {
        dropout_double_real t1 = u0[l];
        dropout_double_real t2 = u1[l];
        dropout_double_real t3 = u2[l];
        dropout_double_real t4 = u3[l];
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

DROPOUT_DOUBLE_STAGE static void dropout_double_lanes13(dropout_double_real *restrict u0, const dropout_double_real *restrict x0, const dropout_double_real *restrict x1, dropout_double_real *restrict u1, const dropout_double_real *restrict x2, dropout_double_real *restrict u2, const dropout_double_real *restrict x3, dropout_double_real *restrict u3, const dropout_double_real *restrict x4, const dropout_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        dropout_double_real t1_ = u0[l];
        dropout_double_real t2_ = u1[l];
        dropout_double_real t3_ = u2[l];
        dropout_double_real t4_ = u3[l];
        const dropout_double_real t5 = x0[l] * x1[l];
        t1_ += mask[l] > 0 ? t5 : 0;
        const dropout_double_real t6 = x0[l] * x2[l];
        t2_ += mask[l] > 0 ? t6 : 0;
        const dropout_double_real t7 = x0[l] * x3[l];
        t3_ += mask[l] > 0 ? t7 : 0;
        const dropout_double_real t8 = x0[l] * x4[l];
        t4_ += mask[l] > 0 ? t8 : 0;
        const dropout_double_real t9 = x0[l + 8] * x1[l + 8];
        t1_ += mask[l + 8] > 0 ? t9 : 0;
        const dropout_double_real t10 = x0[l + 8] * x2[l + 8];
        t2_ += mask[l + 8] > 0 ? t10 : 0;
        const dropout_double_real t11 = x0[l + 8] * x3[l + 8];
        t3_ += mask[l + 8] > 0 ? t11 : 0;
        const dropout_double_real t12 = x0[l + 8] * x4[l + 8];
        t4_ += mask[l + 8] > 0 ? t12 : 0;
        const dropout_double_real t13 = x0[l + 16] * x1[l + 16];
        t1_ += mask[l + 16] > 0 ? t13 : 0;
        const dropout_double_real t14 = x0[l + 16] * x2[l + 16];
        t2_ += mask[l + 16] > 0 ? t14 : 0;
        const dropout_double_real t15 = x0[l + 16] * x3[l + 16];
        t3_ += mask[l + 16] > 0 ? t15 : 0;
        const dropout_double_real t16 = x0[l + 16] * x4[l + 16];
        t4_ += mask[l + 16] > 0 ? t16 : 0;
        const dropout_double_real t17 = x0[l + 24] * x1[l + 24];
        t1_ += mask[l + 24] > 0 ? t17 : 0;
        const dropout_double_real t18 = x0[l + 24] * x2[l + 24];
        t2_ += mask[l + 24] > 0 ? t18 : 0;
        const dropout_double_real t19 = x0[l + 24] * x3[l + 24];
        t3_ += mask[l + 24] > 0 ? t19 : 0;
        const dropout_double_real t20 = x0[l + 24] * x4[l + 24];
        t4_ += mask[l + 24] > 0 ? t20 : 0;
        const dropout_double_real t21 = x0[l + 32] * x1[l + 32];
        t1_ += mask[l + 32] > 0 ? t21 : 0;
        const dropout_double_real t22 = x0[l + 32] * x2[l + 32];
        t2_ += mask[l + 32] > 0 ? t22 : 0;
        const dropout_double_real t23 = x0[l + 32] * x3[l + 32];
        t3_ += mask[l + 32] > 0 ? t23 : 0;
        const dropout_double_real t24 = x0[l + 32] * x4[l + 32];
        t4_ += mask[l + 32] > 0 ? t24 : 0;
        const dropout_double_real t25 = x0[l + 40] * x1[l + 40];
        t1_ += mask[l + 40] > 0 ? t25 : 0;
        const dropout_double_real t26 = x0[l + 40] * x2[l + 40];
        t2_ += mask[l + 40] > 0 ? t26 : 0;
        const dropout_double_real t27 = x0[l + 40] * x3[l + 40];
        t3_ += mask[l + 40] > 0 ? t27 : 0;
        const dropout_double_real t28 = x0[l + 40] * x4[l + 40];
        t4_ += mask[l + 40] > 0 ? t28 : 0;
        const dropout_double_real t29 = x0[l + 48] * x1[l + 48];
        t1_ += mask[l + 48] > 0 ? t29 : 0;
        const dropout_double_real t30 = x0[l + 48] * x2[l + 48];
        t2_ += mask[l + 48] > 0 ? t30 : 0;
        const dropout_double_real t31 = x0[l + 48] * x3[l + 48];
        t3_ += mask[l + 48] > 0 ? t31 : 0;
        const dropout_double_real t32 = x0[l + 48] * x4[l + 48];
        t4_ += mask[l + 48] > 0 ? t32 : 0;
        const dropout_double_real t33 = x0[l + 56] * x1[l + 56];
        t1_ += mask[l + 56] > 0 ? t33 : 0;
        const dropout_double_real t34 = x0[l + 56] * x2[l + 56];
        t2_ += mask[l + 56] > 0 ? t34 : 0;
        const dropout_double_real t35 = x0[l + 56] * x3[l + 56];
        t3_ += mask[l + 56] > 0 ? t35 : 0;
        const dropout_double_real t36 = x0[l + 56] * x4[l + 56];
        t4_ += mask[l + 56] > 0 ? t36 : 0;
        u0[l] = t1_;
        u1[l] = t2_;
        u2[l] = t3_;
        u3[l] = t4_;
    }
}

static void dropout_double_grad_rows2(int64_t first, int64_t last, dropout_double_real keep,
        dropout_double_real step, const dropout_double_real *restrict X, const dropout_double_real *restrict y,
        const dropout_double_real *restrict W, const dropout_double_real *restrict v,
        dropout_double_real *restrict mask_3, dropout_double_real *restrict Z_sum_3,
        dropout_double_real *restrict Z_3, dropout_double_real *loss_sum_3,
        dropout_double_real *restrict d_loss_sum_2, dropout_double_real *d_Z_2, dropout_double_real *d_Z_sum_2,
        dropout_double_real *restrict X_3, dropout_double_real *restrict loss_mean_3, dropout_double_real *y_3,
        dropout_double_real *restrict d_v_2, dropout_double_real *restrict d_W_2,
        dropout_double_real *restrict cells)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        dropout_double_real mask_[64];
        for (int r = 0; r < 64; r++) mask_[r] = r < rows ? 1 : 0;
        for (int64_t i = 0; i < 8; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data X[N, D] */
                X_3[i * 64 + r] = X[n * 8 + i];
            }
        }
        for (int r = 0; r < 64; r++) {
            const int64_t n = tile + (r < rows ? r : rows - 1);
            /* data y[N] */
            y_3[r] = y[n];
        }
        for (int64_t h = 0; h < 16; h++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* let mask[n: N, h: H] = if random(step, n, h) < keep then 1/keep else 0 */
                const dropout_double_real t2 = dropout_double_random_end(dropout_double_random_mix(dropout_double_random_mix(dropout_double_random_mix(dropout_double_random_begin(), (double)step), (double)n), (double)h));
                mask_3[h * 64 + r] = t2 < keep ? cells[2] : 0.0;
            }
            dropout_double_lanes1(Z_sum_3 + h * 64);
            int64_t d = 0;
            for (; d + 3 < 8; d += 4) {
                dropout_double_lanes2(Z_sum_3 + h * 64, W[h * 8 + d], X_3 + d * 64, W[h * 8 + (d + 1)], X_3 + (d + 1) * 64, W[h * 8 + (d + 2)], X_3 + (d + 2) * 64, W[h * 8 + (d + 3)], X_3 + (d + 3) * 64);
            }
            for (; d < 8; d++) {
                dropout_double_lanes3(Z_sum_3 + h * 64, W[h * 8 + d], X_3 + d * 64);
            }
            dropout_double_lanes4(Z_3 + h * 64, mask_3 + h * 64, Z_sum_3 + h * 64);
        }
        dropout_double_lanes1(loss_sum_3);
        int64_t h = 0;
        for (; h + 3 < 16; h += 4) {
            dropout_double_lanes2(loss_sum_3, v[h], Z_3 + h * 64, v[h + 1], Z_3 + (h + 1) * 64, v[h + 2], Z_3 + (h + 2) * 64, v[h + 3], Z_3 + (h + 3) * 64);
        }
        for (; h < 16; h++) {
            dropout_double_lanes3(loss_sum_3, v[h], Z_3 + h * 64);
        }
        if (rows == 64)
            dropout_double_lanes5(loss_mean_3, y_3, loss_sum_3);
        else
            dropout_double_lanes6(loss_mean_3, y_3, loss_sum_3, mask_);
        dropout_double_lanes7(d_loss_sum_2, cells[1], y_3, loss_sum_3);
        for (int64_t h_ = 0; h_ < 16; h_++) {
            dropout_double_lanes8(d_Z_2, d_loss_sum_2, v[h_]);
            if (rows == 64)
                dropout_double_lanes9(d_v_2 + h_ * 8, d_loss_sum_2, Z_3 + h_ * 64);
            else
                dropout_double_lanes10(d_v_2 + h_ * 8, d_loss_sum_2, Z_3 + h_ * 64, mask_);
            dropout_double_lanes11(d_Z_sum_2, Z_sum_3 + h_ * 64, d_Z_2, mask_3 + h_ * 64);
            int64_t d_ = 0;
            for (; d_ + 3 < 8; d_ += 4) {
                if (rows == 64)
                    dropout_double_lanes12(d_W_2 + (h_ * 8 + d_) * 8, d_Z_sum_2, X_3 + d_ * 64, d_W_2 + (h_ * 8 + (d_ + 1)) * 8, X_3 + (d_ + 1) * 64, d_W_2 + (h_ * 8 + (d_ + 2)) * 8, X_3 + (d_ + 2) * 64, d_W_2 + (h_ * 8 + (d_ + 3)) * 8, X_3 + (d_ + 3) * 64);
                else
                    dropout_double_lanes13(d_W_2 + (h_ * 8 + d_) * 8, d_Z_sum_2, X_3 + d_ * 64, d_W_2 + (h_ * 8 + (d_ + 1)) * 8, X_3 + (d_ + 1) * 64, d_W_2 + (h_ * 8 + (d_ + 2)) * 8, X_3 + (d_ + 2) * 64, d_W_2 + (h_ * 8 + (d_ + 3)) * 8, X_3 + (d_ + 3) * 64, mask_);
            }
            for (; d_ < 8; d_++) {
                if (rows == 64)
                    dropout_double_lanes9(d_W_2 + (h_ * 8 + d_) * 8, d_Z_sum_2, X_3 + d_ * 64);
                else
                    dropout_double_lanes10(d_W_2 + (h_ * 8 + d_) * 8, d_Z_sum_2, X_3 + d_ * 64, mask_);
            }
        }
    }
}

static void dropout_double_grad_rows3(int64_t first, int64_t last, dropout_double_real keep,
        dropout_double_real step, const dropout_double_real *restrict X, const dropout_double_real *restrict y,
        const dropout_double_real *restrict W, const dropout_double_real *restrict v,
        dropout_double_real *restrict mask, dropout_double_real *restrict Z_sum, dropout_double_real *restrict Z,
        dropout_double_real *restrict d_W, dropout_double_real *restrict d_v, dropout_double_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 52) / 64); n < last; n++) {
        for (int64_t h = 0; h < 16; h++) {
            /* let mask[n: N, h: H] = if random(step, n, h) < keep then 1/keep else 0 */
            const dropout_double_real t1 = dropout_double_random_end(dropout_double_random_mix(dropout_double_random_mix(dropout_double_random_mix(dropout_double_random_begin(), (double)step), (double)n), (double)h));
            mask[h] = t1 < keep ? cells[2] : 0.0;
            /* let Z[n, h] = mask[n, h] * relu(sum[d] W[h, d] * X[n, d]) */
            dropout_double_real t2 = 0.0;
            for (int64_t d = 0; d < 8; d++) {
                t2 += W[h * 8 + d] * X[n * 8 + d];
            }
            Z_sum[h] = t2;
            const dropout_double_real t3 = Z_sum[h];
            Z[h] = mask[h] * (t3 > 0 ? t3 : 0);
        }
        /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
        dropout_double_real loss_sum = 0.0;
        for (int64_t h = 0; h < 16; h++) {
            loss_sum += v[h] * Z[h];
        }
        const dropout_double_real t4 = y[n] - loss_sum;
        cells[0] += t4 * t4;
        const dropout_double_real d_loss_sum = -(cells[1] * (2.0 * t4));
        for (int64_t h = 0; h < 16; h++) {
            const dropout_double_real d_Z = d_loss_sum * v[h];
            d_v[h] += d_loss_sum * Z[h];
            /* let Z[n, h] = mask[n, h] * relu(sum[d] W[h, d] * X[n, d]) */
            const dropout_double_real d_Z_sum = 0.0 < Z_sum[h] ? d_Z * mask[h] : 0.0;
            for (int64_t d = 0; d < 8; d++) {
                d_W[h * 8 + d] += d_Z_sum * X[n * 8 + d];
            }
        }
    }
}

static void dropout_double_grad_part4(int64_t N, dropout_double_real *restrict loss,
        dropout_double_real *restrict d_W, dropout_double_real *restrict d_v,
        dropout_double_real *restrict loss_mean_3, dropout_double_real *restrict d_v_2,
        dropout_double_real *restrict d_W_2, dropout_double_real *restrict cells)
{
    /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
    dropout_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_mean_3[l];
    }
    cells[0] += t1;
    for (int64_t i = 0; i < 16; i++) {
        for (int64_t i_ = 0; i_ < 8; i_++) {
            /* param W[H, D] ~ he() */
            dropout_double_real t2 = 0.0;
            for (int64_t l = 0; l < 8; l++) {
                t2 += d_W_2[(i * 8 + i_) * 8 + l];
            }
            d_W[i * 8 + i_] += t2;
        }
        /* param v[H] = 0.1 */
        dropout_double_real t3 = 0.0;
        for (int64_t l = 0; l < 8; l++) {
            t3 += d_v_2[i * 8 + l];
        }
        d_v[i] += t3;
    }
    /* loss mean[n] (y[n] - sum[h] v[h] * Z[n, h])^2 */
    loss[0] += cells[0] / (dropout_double_real)N;
}

int dropout_double_grad_range(const dropout_double_dims *dims, const dropout_double_real *theta, const dropout_double_data *data, dropout_double_real *loss, dropout_double_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = dropout_double_ready(dims, theta, data, work);
    if (code != DROPOUT_DOUBLE_OK) return code;
    if (first_row > last_row || last_row > dims->N) return DROPOUT_DOUBLE_EDIM;
    unsigned char *const bytes = work;
    dropout_double_grad_part1((int64_t)dims->N, data->keep, (dropout_double_real *)(void *)(bytes + 64),
        (dropout_double_real *)(void *)(bytes + 128), (dropout_double_real *)(void *)(bytes + 1152),
        (dropout_double_real *)(void *)bytes);
    dropout_double_grad_rows2((int64_t)first_row, (int64_t)last_row, data->keep, data->step, data->X, data->y,
        theta + DROPOUT_DOUBLE_W_OFFSET(dims), theta + DROPOUT_DOUBLE_v_OFFSET(dims),
        (dropout_double_real *)(void *)(bytes + 13952), (dropout_double_real *)(void *)(bytes + 22144),
        (dropout_double_real *)(void *)(bytes + 30336), (dropout_double_real *)(void *)(bytes + 38528),
        (dropout_double_real *)(void *)(bytes + 39040), (dropout_double_real *)(void *)(bytes + 13440),
        (dropout_double_real *)(void *)(bytes + 38528), (dropout_double_real *)(void *)(bytes + 9344),
        (dropout_double_real *)(void *)(bytes + 64), (dropout_double_real *)(void *)(bytes + 13440),
        (dropout_double_real *)(void *)(bytes + 128), (dropout_double_real *)(void *)(bytes + 1152),
        (dropout_double_real *)(void *)bytes);
    dropout_double_grad_rows3((int64_t)first_row, (int64_t)last_row, data->keep, data->step, data->X, data->y,
        theta + DROPOUT_DOUBLE_W_OFFSET(dims), theta + DROPOUT_DOUBLE_v_OFFSET(dims),
        (dropout_double_real *)(void *)(bytes + 39552), (dropout_double_real *)(void *)(bytes + 39680),
        (dropout_double_real *)(void *)(bytes + 39808), grad + DROPOUT_DOUBLE_W_OFFSET(dims),
        grad + DROPOUT_DOUBLE_v_OFFSET(dims), (dropout_double_real *)(void *)bytes);
    dropout_double_grad_part4((int64_t)dims->N, loss, grad + DROPOUT_DOUBLE_W_OFFSET(dims),
        grad + DROPOUT_DOUBLE_v_OFFSET(dims), (dropout_double_real *)(void *)(bytes + 64),
        (dropout_double_real *)(void *)(bytes + 128), (dropout_double_real *)(void *)(bytes + 1152),
        (dropout_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? DROPOUT_DOUBLE_OK : DROPOUT_DOUBLE_ENONFINITE;
}

int dropout_double_grad(const dropout_double_dims *dims, const dropout_double_real *theta, const dropout_double_data *data, dropout_double_real *loss, dropout_double_real *grad, void *work)
{
    const int code = dropout_double_ready(dims, theta, data, work);
    if (code != DROPOUT_DOUBLE_OK) return code;
    const size_t n = dropout_double_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return dropout_double_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static int dropout_double_shape(const void *any, int array, size_t *shape)
{
    const dropout_double_dims *const dims = any;
    if (!dims) return DROPOUT_DOUBLE_EDIM;
    const int64_t N = dropout_double_dim(dims->N);
    int64_t count;
    switch (array) {
    case 0: /* W */
        shape[0] = 16;
        shape[1] = 8;
        break;
    case 1: /* v */
        shape[0] = 16;
        break;
    case 4: /* X */
        count = N;
        if (count < 0) return DROPOUT_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 8;
        break;
    case 5: /* y */
        count = N;
        if (count < 0) return DROPOUT_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    default: break;
    }
    return DROPOUT_DOUBLE_OK;
}

static void dropout_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int dropout_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return dropout_double_loss(dims, theta, data, loss, work);
}

static int dropout_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return dropout_double_grad(dims, theta, data, loss, grad, work);
}

static int dropout_double_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return dropout_double_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static size_t dropout_double_any_nparam(const void *dims) { return dropout_double_nparam(dims); }

static size_t dropout_double_any_work_bytes(const void *dims) { return dropout_double_work_bytes(dims); }

static int dropout_double_any_init(const void *dims, uint64_t seed, void *theta) { return dropout_double_init(dims, seed, theta); }

static int dropout_double_any_check(const void *dims, const void *data, int *which) { return dropout_double_test(dims, data, which); }

static const char *const dropout_double_dim_names[] = {"N"};

static const int dropout_double_axis0[] = {-1, -1};
static const int dropout_double_axis1[] = {-1};
static const int dropout_double_axis4[] = {0, -1};
static const int dropout_double_axis5[] = {0};
static const adc_array dropout_double_arrays[] = {
    {"W", ADC_PARAM, ADC_REAL, 0, 0, 2, dropout_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"v", ADC_PARAM, ADC_REAL, 0, 0, 1, dropout_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"keep", ADC_HYPER, ADC_REAL, 0, 0, 0, 0, -1, offsetof(dropout_double_data, keep), 0.0, 0.0, 0.8, 0, 0, 0, 0},
    {"step", ADC_HYPER, ADC_REAL, 0, 0, 0, 0, -1, offsetof(dropout_double_data, step), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"X", ADC_DATA, ADC_REAL, 0, 0, 2, dropout_double_axis4, -1, offsetof(dropout_double_data, X), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"y", ADC_DATA, ADC_REAL, 0, 0, 1, dropout_double_axis5, -1, offsetof(dropout_double_data, y), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model dropout_double = {
    ADC_MODEL, 8, "dropout",
    1, dropout_double_dim_names, 0,
    6, dropout_double_arrays, sizeof(dropout_double_data),
    8, dropout_double_check_text,
    dropout_double_shape, dropout_double_range, dropout_double_any_nparam, dropout_double_any_nparam, dropout_double_any_work_bytes,
    dropout_double_any_init, dropout_double_any_check,
    dropout_double_any_loss, dropout_double_any_grad, dropout_double_any_grad_range,
    dropout_double_strerror,
    0, 0,
};
