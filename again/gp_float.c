/* The functions of gp_float; its header says what they take and need. */
#include "gp_float.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t gp_float_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t gp_float_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t gp_float_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : gp_float_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t gp_float_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : gp_float_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t gp_float_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t gp_float_work_bytes(const gp_float_dims *dims)
{
    const int64_t N = gp_float_dim(dims->N);
    const int64_t D = gp_float_dim(dims->D);
    size_t most = 0, bytes = 0;
    bytes = gp_float_slot(bytes, gp_float_count(N, D), 8); /* x */
    bytes = gp_float_slot(bytes, N, 8); /* y */
    bytes = gp_float_slot(bytes, D, 8); /* ell */
    bytes = gp_float_slot(bytes, D, 8); /* d_ell */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 0;
    bytes = gp_float_slot(bytes, gp_float_mul(N, N), 4);
    bytes = gp_float_slot(bytes, gp_float_mul(N, N), 4);
    bytes = gp_float_slot(bytes, N, 4);
    bytes = gp_float_slot(bytes, N, 4);
    if (bytes > most) most = bytes;
    /* grad */
    bytes = 0;
    bytes = gp_float_slot(bytes, gp_float_mul(N, N), 4);
    bytes = gp_float_slot(bytes, gp_float_mul(N, N), 4);
    bytes = gp_float_slot(bytes, gp_float_mul(N, N), 4);
    bytes = gp_float_slot(bytes, gp_float_mul(N, N), 4);
    bytes = gp_float_slot(bytes, gp_float_mul(N, N), 4);
    bytes = gp_float_slot(bytes, N, 4);
    bytes = gp_float_slot(bytes, gp_float_mul(N, N), 4);
    bytes = gp_float_slot(bytes, N, 4);
    bytes = gp_float_slot(bytes, N, 4);
    if (bytes > most) most = bytes;
    return most;
}

size_t gp_float_nparam(const gp_float_dims *dims)
{
    const int64_t D = gp_float_dim(dims->D);
    const int64_t count = gp_float_add(gp_float_add(0, D), 2);
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *gp_float_strerror(int code)
{
    switch (code) {
    case GP_FLOAT_OK: return "no error";
    case GP_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case GP_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case GP_FLOAT_EWORK: return "no work memory was given";
    case GP_FLOAT_ENONFINITE: return "the loss is not finite";
    case GP_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int gp_float_init(const gp_float_dims *dims, uint64_t seed, gp_float_real *theta)
{
    if (!dims || gp_float_work_bytes(dims) == SIZE_MAX) return GP_FLOAT_EDIM;
    (void)seed;
    const int64_t D = (int64_t)dims->D;
    if (!theta) return GP_FLOAT_EDATA;
    gp_float_real *to;
    int64_t at;
    to = theta + GP_FLOAT_ell_OFFSET(dims); /* ell */
    at = 0;
    for (int64_t i = 0; i < D; i++) {
        to[at] = 1.0f;
        at++;
    }
    theta[GP_FLOAT_sf_OFFSET(dims)] = 1.0f;
    theta[GP_FLOAT_sn_OFFSET(dims)] = 0.1f;
    return GP_FLOAT_OK;
}

static const char *const gp_float_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "x is missing",
    "x holds a NaN",
    "y is missing",
    "y holds a NaN",
};

static int gp_float_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int gp_float_test(const gp_float_dims *dims, const gp_float_data *data, int *which)
{
    if (!dims || gp_float_work_bytes(dims) == SIZE_MAX) return gp_float_fail(which, 0, GP_FLOAT_EDIM);
    const int64_t N = (int64_t)dims->N;
    const int64_t D = (int64_t)dims->D;
    if (!data) return gp_float_fail(which, 1, GP_FLOAT_EDATA);
    if (!data->x && N * D > 0) return gp_float_fail(which, 2, GP_FLOAT_EDATA);
    for (int64_t at = 0; at < N * D; at++)
        if (data->x[at] != data->x[at]) return gp_float_fail(which, 3, GP_FLOAT_EDATA);
    if (!data->y && N > 0) return gp_float_fail(which, 4, GP_FLOAT_EDATA);
    for (int64_t at = 0; at < N; at++)
        if (data->y[at] != data->y[at]) return gp_float_fail(which, 5, GP_FLOAT_EDATA);
    return GP_FLOAT_OK;
}

int gp_float_check(const gp_float_dims *dims, const gp_float_data *data)
{
    return gp_float_test(dims, data, 0);
}

static int gp_float_ready(const gp_float_dims *dims, const gp_float_real *theta, const gp_float_data *data, const void *work)
{
    const size_t bytes = dims ? gp_float_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return GP_FLOAT_EDIM;
    if (!theta) return GP_FLOAT_EDATA;
    if (!data) return GP_FLOAT_EDATA;
    return bytes > 0 && !work ? GP_FLOAT_EWORK : GP_FLOAT_OK;
}

static void gp_float_loss_part1(int64_t N, int64_t D, const gp_float_real *restrict x,
        const gp_float_real *restrict y, const gp_float_real *restrict ell, gp_float_real sf, gp_float_real sn,
        gp_float_real *restrict K, gp_float_real *restrict U, gp_float_real *restrict z, gp_float_real *restrict s,
        gp_float_real *restrict loss)
{
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            /* let K[a, b] = sf^2 * exp(-0.5 * sum[d] ((x[a, d] - x[b, d]) / ell[d])^2) + (if a == b then sn^2 */
            gp_float_real K_sum = 0.0f;
            for (int64_t d = 0; d < D; d++) {
                const gp_float_real t1 = (x[a * D + d] - x[b * D + d]) / ell[d];
                K_sum += t1 * t1;
            }
            const gp_float_real w_K = expf((-0.5f) * K_sum);
            K[a * N + b] = sf * sf * w_K + (a == b ? sn * sn + 1e-09f : 0.0f);
        }
    }
    /* scan j: N { */
    for (int64_t j = 0; j < N; j++) {
        for (int64_t i = 0; i < N; i++) {
            /* let s[i] = K[i, j] - sum[k < j] U[k, i] * U[k, j] */
            gp_float_real s_sum = 0.0f;
            for (int64_t k = 0; k < j; k++) {
                s_sum += U[k * N + i] * U[k * N + j];
            }
            s[i] = K[i * N + j] - s_sum;
        }
        /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
        const gp_float_real sqrt_s = sqrtf(s[j]);
        for (int64_t i = 0; i < N; i++) {
            U[j * N + i] = i < j ? 0.0f : s[i] / sqrt_s;
        }
        /* yield z[j] = (y[j] - sum[k < j] U[k, j] * z[k]) / sqrt(s[j]) */
        gp_float_real z_sum = 0.0f;
        for (int64_t k = 0; k < j; k++) {
            z_sum += U[k * N + j] * z[k];
        }
        z[j] = (y[j] - z_sum) / sqrt_s;
    }
    /* loss 0.5 * sum(z^2) + sum[j] log(U[j, j]) + N / 2 * log(2*pi) */
    gp_float_real loss_sum = 0.0f;
    for (int64_t i = 0; i < N; i++) {
        const gp_float_real t2 = z[i];
        loss_sum += t2 * t2;
    }
    gp_float_real loss_sum_2 = 0.0f;
    for (int64_t j = 0; j < N; j++) {
        loss_sum_2 += logf(U[j * N + j]);
    }
    loss[0] = 0.5f * loss_sum + loss_sum_2 + (gp_float_real)N / 2.0f * 1.837877f;
}

int gp_float_loss(const gp_float_dims *dims, const gp_float_real *theta, const gp_float_data *data, gp_float_real *loss, void *work)
{
    const int code = gp_float_ready(dims, theta, data, work);
    if (code != GP_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(dims->N * dims->N * 4) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->N * dims->N * 4) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(dims->N * 4) + 63) / 64 * 64;
    gp_float_loss_part1((int64_t)dims->N, (int64_t)dims->D, data->x, data->y, theta + GP_FLOAT_ell_OFFSET(dims),
        theta[GP_FLOAT_sf_OFFSET(dims)], theta[GP_FLOAT_sn_OFFSET(dims)], (gp_float_real *)(void *)(bytes + at1),
        (gp_float_real *)(void *)(bytes + at2), (gp_float_real *)(void *)(bytes + at3),
        (gp_float_real *)(void *)(bytes + at4), loss);
    return fabsf(*loss) <= 3.4028234e38f ? GP_FLOAT_OK : GP_FLOAT_ENONFINITE;
}

static void gp_float_grad_part1(int64_t N, int64_t D, const gp_float_real *restrict x,
        const gp_float_real *restrict y, const gp_float_real *restrict ell, gp_float_real sf, gp_float_real sn,
        gp_float_real *K, gp_float_real *restrict U, gp_float_real *restrict z, gp_float_real *restrict s,
        gp_float_real *restrict loss, gp_float_real *restrict d_ell, gp_float_real *restrict d_sf,
        gp_float_real *restrict d_sn, gp_float_real *restrict d_U, gp_float_real *restrict d_z,
        gp_float_real *restrict d_s, gp_float_real *restrict d_K, gp_float_real *restrict w_K,
        gp_float_real *d_K_sum)
{
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            /* let K[a, b] = sf^2 * exp(-0.5 * sum[d] ((x[a, d] - x[b, d]) / ell[d])^2) + (if a == b then sn^2 */
            gp_float_real K_sum = 0.0f;
            for (int64_t d = 0; d < D; d++) {
                const gp_float_real t1 = (x[a * D + d] - x[b * D + d]) / ell[d];
                K_sum += t1 * t1;
            }
            w_K[a * N + b] = expf((-0.5f) * K_sum);
            K[a * N + b] = sf * sf * w_K[a * N + b] + (a == b ? sn * sn + 1e-09f : 0.0f);
            /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
            d_U[a * N + b] = 0.0f;
            /* let K[a, b] = sf^2 * exp(-0.5 * sum[d] ((x[a, d] - x[b, d]) / ell[d])^2) + (if a == b then sn^2 */
            d_K[a * N + b] = 0.0f;
        }
    }
    /* scan j: N { */
    for (int64_t j = 0; j < N; j++) {
        for (int64_t i = 0; i < N; i++) {
            /* let s[i] = K[i, j] - sum[k < j] U[k, i] * U[k, j] */
            gp_float_real s_sum = 0.0f;
            for (int64_t k = 0; k < j; k++) {
                s_sum += U[k * N + i] * U[k * N + j];
            }
            s[j * N + i] = K[i * N + j] - s_sum;
        }
        /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
        const gp_float_real sqrt_s = sqrtf(s[j * N + j]);
        for (int64_t i = 0; i < N; i++) {
            U[j * N + i] = i < j ? 0.0f : s[j * N + i] / sqrt_s;
        }
        /* yield z[j] = (y[j] - sum[k < j] U[k, j] * z[k]) / sqrt(s[j]) */
        gp_float_real z_sum = 0.0f;
        for (int64_t k = 0; k < j; k++) {
            z_sum += U[k * N + j] * z[k];
        }
        z[j] = (y[j] - z_sum) / sqrt_s;
    }
    /* loss 0.5 * sum(z^2) + sum[j] log(U[j, j]) + N / 2 * log(2*pi) */
    gp_float_real loss_sum = 0.0f;
    for (int64_t i = 0; i < N; i++) {
        const gp_float_real t2 = z[i];
        loss_sum += t2 * t2;
    }
    gp_float_real loss_sum_2 = 0.0f;
    for (int64_t j = 0; j < N; j++) {
        loss_sum_2 += logf(U[j * N + j]);
    }
    loss[0] = 0.5f * loss_sum + loss_sum_2 + (gp_float_real)N / 2.0f * 1.837877f;
    for (int64_t j = 0; j < N; j++) {
        d_U[j * N + j] += 1.0f / U[j * N + j];
        d_z[j] = 0.5f * (2.0f * z[j]);
    }
    /* scan j: N { */
    for (int64_t j = N; j-- > 0;) {
        /* yield z[j] = (y[j] - sum[k < j] U[k, j] * z[k]) / sqrt(s[j]) */
        const gp_float_real t3 = sqrtf(s[j * N + j]);
        const gp_float_real t4 = d_z[j];
        const gp_float_real d_z_sum = -(t4 / t3);
        for (int64_t k = 0; k < j; k++) {
            d_z[k] += d_z_sum * U[k * N + j];
            d_U[k * N + j] += d_z_sum * z[k];
        }
        /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
        const gp_float_real sqrt_s_2 = t3;
        gp_float_real sum_d_s = 0.0f;
        for (int64_t i = 0; i < N; i++) {
            if (j <= i) {
                sum_d_s += d_U[j * N + i] * s[j * N + i] / sqrt_s_2 / sqrt_s_2 / sqrt_s_2;
            }
        }
        for (int64_t i = 0; i < N; i++) {
            d_s[i] = j <= i ? d_U[j * N + i] / sqrt_s_2 : 0.0f;
        }
        /* yield z[j] = (y[j] - sum[k < j] U[k, j] * z[k]) / sqrt(s[j]) */
        d_s[j] += 0.5f * -(t4 * z[j] / sqrt_s_2) / sqrt_s_2;
        /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
        d_s[j] += -(0.5f * sum_d_s);
        for (int64_t i = 0; i < N; i++) {
            /* let s[i] = K[i, j] - sum[k < j] U[k, i] * U[k, j] */
            d_K[i * N + j] += d_s[i];
        }
        for (int64_t k = 0; k < j; k++) {
            gp_float_real t5 = 0.0f;
            for (int64_t i = 0; i < N; i++) {
                t5 += -d_s[i] * U[k * N + i];
            }
            d_U[k * N + j] += t5;
            for (int64_t i = 0; i < N; i++) {
                d_U[k * N + i] += -d_s[i] * U[k * N + j];
            }
        }
    }
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            /* let K[a, b] = sf^2 * exp(-0.5 * sum[d] ((x[a, d] - x[b, d]) / ell[d])^2) + (if a == b then sn^2 */
            d_K_sum[a * N + b] = d_K[a * N + b] * (sf * sf) * w_K[a * N + b] * (-0.5f);
        }
    }
    gp_float_real sum_d_sn = 0.0f;
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            if (a == b) {
                sum_d_sn += d_K[a * N + b];
            }
        }
    }
    d_sn[0] = 2.0f * sn * sum_d_sn;
    gp_float_real sum_d_sf = 0.0f;
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            sum_d_sf += d_K[a * N + b] * w_K[a * N + b];
        }
    }
    d_sf[0] = 2.0f * sf * sum_d_sf;
    for (int64_t d = 0; d < D; d++) {
        gp_float_real sum_d_ell = 0.0f;
        for (int64_t a = 0; a < N; a++) {
            for (int64_t b = 0; b < N; b++) {
                const gp_float_real t6 = x[a * D + d] - x[b * D + d];
                sum_d_ell += d_K_sum[a * N + b] * t6 * t6;
            }
        }
        d_ell[d] = 0 < N ? -(2.0f * sum_d_ell / ell[d] / ell[d] / ell[d]) : 0.0f;
    }
}

int gp_float_grad(const gp_float_dims *dims, const gp_float_real *theta, const gp_float_data *data, gp_float_real *loss, gp_float_real *grad, void *work)
{
    const int code = gp_float_ready(dims, theta, data, work);
    if (code != GP_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(dims->N * dims->N * 4) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->N * dims->N * 4) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(dims->N * dims->N * 4) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(dims->N * dims->N * 4) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(dims->N * dims->N * 4) + 63) / 64 * 64;
    const size_t at7 = at6 + ((size_t)(dims->N * 4) + 63) / 64 * 64;
    const size_t at8 = at7 + ((size_t)(dims->N * dims->N * 4) + 63) / 64 * 64;
    const size_t at9 = at8 + ((size_t)(dims->N * 4) + 63) / 64 * 64;
    gp_float_grad_part1((int64_t)dims->N, (int64_t)dims->D, data->x, data->y, theta + GP_FLOAT_ell_OFFSET(dims),
        theta[GP_FLOAT_sf_OFFSET(dims)], theta[GP_FLOAT_sn_OFFSET(dims)], (gp_float_real *)(void *)(bytes + at1),
        (gp_float_real *)(void *)(bytes + at5), (gp_float_real *)(void *)(bytes + at6),
        (gp_float_real *)(void *)(bytes + at7), loss, grad + GP_FLOAT_ell_OFFSET(dims),
        grad + GP_FLOAT_sf_OFFSET(dims), grad + GP_FLOAT_sn_OFFSET(dims), (gp_float_real *)(void *)(bytes + at2),
        (gp_float_real *)(void *)(bytes + at8), (gp_float_real *)(void *)(bytes + at9),
        (gp_float_real *)(void *)(bytes + at3), (gp_float_real *)(void *)(bytes + at4),
        (gp_float_real *)(void *)(bytes + at1));
    return fabsf(*loss) <= 3.4028234e38f ? GP_FLOAT_OK : GP_FLOAT_ENONFINITE;
}

static int gp_float_shape(const void *any, int array, size_t *shape)
{
    const gp_float_dims *const dims = any;
    if (!dims) return GP_FLOAT_EDIM;
    const int64_t N = gp_float_dim(dims->N);
    const int64_t D = gp_float_dim(dims->D);
    int64_t count;
    switch (array) {
    case 0: /* ell */
        count = D;
        if (count < 0) return GP_FLOAT_EDIM;
        shape[0] = (size_t)count;
        break;
    case 3: /* x */
        count = N;
        if (count < 0) return GP_FLOAT_EDIM;
        shape[0] = (size_t)count;
        count = D;
        if (count < 0) return GP_FLOAT_EDIM;
        shape[1] = (size_t)count;
        break;
    case 4: /* y */
        count = N;
        if (count < 0) return GP_FLOAT_EDIM;
        shape[0] = (size_t)count;
        break;
    default: break;
    }
    return GP_FLOAT_OK;
}

static void gp_float_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int gp_float_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return gp_float_loss(dims, theta, data, loss, work);
}

static int gp_float_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return gp_float_grad(dims, theta, data, loss, grad, work);
}

static size_t gp_float_any_nparam(const void *dims) { return gp_float_nparam(dims); }

static size_t gp_float_any_work_bytes(const void *dims) { return gp_float_work_bytes(dims); }

static int gp_float_any_init(const void *dims, uint64_t seed, void *theta) { return gp_float_init(dims, seed, theta); }

static int gp_float_any_check(const void *dims, const void *data, int *which) { return gp_float_test(dims, data, which); }

static const char *const gp_float_dim_names[] = {"N", "D"};

static const int gp_float_axis0[] = {1};
static const int gp_float_axis3[] = {0, 1};
static const int gp_float_axis4[] = {0};
static const adc_array gp_float_arrays[] = {
    {"ell", ADC_PARAM, ADC_REAL, 1, 0, 1, gp_float_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"sf", ADC_PARAM, ADC_REAL, 1, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"sn", ADC_PARAM, ADC_REAL, 1, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"x", ADC_DATA, ADC_REAL, 0, 0, 2, gp_float_axis3, -1, offsetof(gp_float_data, x), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"y", ADC_DATA, ADC_REAL, 0, 0, 1, gp_float_axis4, -1, offsetof(gp_float_data, y), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model gp_float = {
    ADC_MODEL, 4, "gp",
    2, gp_float_dim_names, -1,
    5, gp_float_arrays, sizeof(gp_float_data),
    6, gp_float_check_text,
    gp_float_shape, gp_float_range, gp_float_any_nparam, gp_float_any_nparam, gp_float_any_work_bytes,
    gp_float_any_init, gp_float_any_check,
    gp_float_any_loss, gp_float_any_grad, 0,
    gp_float_strerror,
    0, 0,
};
