/* The functions of gp_double; its header says what they take and need. */
#include "gp_double.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t gp_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t gp_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t gp_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : gp_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t gp_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : gp_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t gp_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t gp_double_work_bytes(const gp_double_dims *dims)
{
    const int64_t N = gp_double_dim(dims->N);
    const int64_t D = gp_double_dim(dims->D);
    size_t most = 0, bytes = 0;
    bytes = gp_double_slot(bytes, gp_double_count(N, D), 8); /* x */
    bytes = gp_double_slot(bytes, N, 8); /* y */
    bytes = gp_double_slot(bytes, D, 8); /* ell */
    bytes = gp_double_slot(bytes, D, 8); /* d_ell */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 0;
    bytes = gp_double_slot(bytes, gp_double_mul(N, N), 8);
    bytes = gp_double_slot(bytes, gp_double_mul(N, N), 8);
    bytes = gp_double_slot(bytes, N, 8);
    bytes = gp_double_slot(bytes, N, 8);
    if (bytes > most) most = bytes;
    /* grad */
    bytes = 0;
    bytes = gp_double_slot(bytes, gp_double_mul(N, N), 8);
    bytes = gp_double_slot(bytes, gp_double_mul(N, N), 8);
    bytes = gp_double_slot(bytes, gp_double_mul(N, N), 8);
    bytes = gp_double_slot(bytes, gp_double_mul(N, N), 8);
    bytes = gp_double_slot(bytes, gp_double_mul(N, N), 8);
    bytes = gp_double_slot(bytes, N, 8);
    bytes = gp_double_slot(bytes, gp_double_mul(N, N), 8);
    bytes = gp_double_slot(bytes, N, 8);
    bytes = gp_double_slot(bytes, N, 8);
    if (bytes > most) most = bytes;
    return most;
}

size_t gp_double_nparam(const gp_double_dims *dims)
{
    const int64_t D = gp_double_dim(dims->D);
    const int64_t count = gp_double_add(gp_double_add(0, D), 2);
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *gp_double_strerror(int code)
{
    switch (code) {
    case GP_DOUBLE_OK: return "no error";
    case GP_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case GP_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case GP_DOUBLE_EWORK: return "no work memory was given";
    case GP_DOUBLE_ENONFINITE: return "the loss is not finite";
    case GP_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int gp_double_init(const gp_double_dims *dims, uint64_t seed, gp_double_real *theta)
{
    if (!dims || gp_double_work_bytes(dims) == SIZE_MAX) return GP_DOUBLE_EDIM;
    (void)seed;
    const int64_t D = (int64_t)dims->D;
    if (!theta) return GP_DOUBLE_EDATA;
    gp_double_real *to;
    int64_t at;
    to = theta + GP_DOUBLE_ell_OFFSET(dims); /* ell */
    at = 0;
    for (int64_t i = 0; i < D; i++) {
        to[at] = 1.0;
        at++;
    }
    theta[GP_DOUBLE_sf_OFFSET(dims)] = 1.0;
    theta[GP_DOUBLE_sn_OFFSET(dims)] = 0.1;
    return GP_DOUBLE_OK;
}

static const char *const gp_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "x is missing",
    "x holds a NaN",
    "y is missing",
    "y holds a NaN",
};

static int gp_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int gp_double_test(const gp_double_dims *dims, const gp_double_data *data, int *which)
{
    if (!dims || gp_double_work_bytes(dims) == SIZE_MAX) return gp_double_fail(which, 0, GP_DOUBLE_EDIM);
    const int64_t N = (int64_t)dims->N;
    const int64_t D = (int64_t)dims->D;
    if (!data) return gp_double_fail(which, 1, GP_DOUBLE_EDATA);
    if (!data->x && N * D > 0) return gp_double_fail(which, 2, GP_DOUBLE_EDATA);
    for (int64_t at = 0; at < N * D; at++)
        if (data->x[at] != data->x[at]) return gp_double_fail(which, 3, GP_DOUBLE_EDATA);
    if (!data->y && N > 0) return gp_double_fail(which, 4, GP_DOUBLE_EDATA);
    for (int64_t at = 0; at < N; at++)
        if (data->y[at] != data->y[at]) return gp_double_fail(which, 5, GP_DOUBLE_EDATA);
    return GP_DOUBLE_OK;
}

int gp_double_check(const gp_double_dims *dims, const gp_double_data *data)
{
    return gp_double_test(dims, data, 0);
}

static int gp_double_ready(const gp_double_dims *dims, const gp_double_real *theta, const gp_double_data *data, const void *work)
{
    const size_t bytes = dims ? gp_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return GP_DOUBLE_EDIM;
    if (!theta) return GP_DOUBLE_EDATA;
    if (!data) return GP_DOUBLE_EDATA;
    return bytes > 0 && !work ? GP_DOUBLE_EWORK : GP_DOUBLE_OK;
}

static void gp_double_loss_part1(int64_t N, int64_t D, const gp_double_real *restrict x,
        const gp_double_real *restrict y, const gp_double_real *restrict ell, gp_double_real sf, gp_double_real sn,
        gp_double_real *restrict K, gp_double_real *restrict U, gp_double_real *restrict z,
        gp_double_real *restrict s, gp_double_real *restrict loss)
{
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            /* let K[a, b] = sf^2 * exp(-0.5 * sum[d] ((x[a, d] - x[b, d]) / ell[d])^2) + (if a == b then sn^2 */
            gp_double_real K_sum = 0.0;
            for (int64_t d = 0; d < D; d++) {
                const gp_double_real t1 = (x[a * D + d] - x[b * D + d]) / ell[d];
                K_sum += t1 * t1;
            }
            const gp_double_real w_K = exp((-0.5) * K_sum);
            K[a * N + b] = sf * sf * w_K + (a == b ? sn * sn + 1e-9 : 0.0);
        }
    }
    /* scan j: N { */
    for (int64_t j = 0; j < N; j++) {
        for (int64_t i = 0; i < N; i++) {
            /* let s[i] = K[i, j] - sum[k < j] U[k, i] * U[k, j] */
            gp_double_real s_sum = 0.0;
            for (int64_t k = 0; k < j; k++) {
                s_sum += U[k * N + i] * U[k * N + j];
            }
            s[i] = K[i * N + j] - s_sum;
        }
        /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
        const gp_double_real sqrt_s = sqrt(s[j]);
        for (int64_t i = 0; i < N; i++) {
            U[j * N + i] = i < j ? 0.0 : s[i] / sqrt_s;
        }
        /* yield z[j] = (y[j] - sum[k < j] U[k, j] * z[k]) / sqrt(s[j]) */
        gp_double_real z_sum = 0.0;
        for (int64_t k = 0; k < j; k++) {
            z_sum += U[k * N + j] * z[k];
        }
        z[j] = (y[j] - z_sum) / sqrt_s;
    }
    /* loss 0.5 * sum(z^2) + sum[j] log(U[j, j]) + N / 2 * log(2*pi) */
    gp_double_real loss_sum = 0.0;
    for (int64_t i = 0; i < N; i++) {
        const gp_double_real t2 = z[i];
        loss_sum += t2 * t2;
    }
    gp_double_real loss_sum_2 = 0.0;
    for (int64_t j = 0; j < N; j++) {
        loss_sum_2 += log(U[j * N + j]);
    }
    loss[0] = 0.5 * loss_sum + loss_sum_2 + (gp_double_real)N / 2.0 * 1.8378770664093453;
}

int gp_double_loss(const gp_double_dims *dims, const gp_double_real *theta, const gp_double_data *data, gp_double_real *loss, void *work)
{
    const int code = gp_double_ready(dims, theta, data, work);
    if (code != GP_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(dims->N * dims->N * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->N * dims->N * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(dims->N * 8) + 63) / 64 * 64;
    gp_double_loss_part1((int64_t)dims->N, (int64_t)dims->D, data->x, data->y, theta + GP_DOUBLE_ell_OFFSET(dims),
        theta[GP_DOUBLE_sf_OFFSET(dims)], theta[GP_DOUBLE_sn_OFFSET(dims)], (gp_double_real *)(void *)(bytes + at1),
        (gp_double_real *)(void *)(bytes + at2), (gp_double_real *)(void *)(bytes + at3),
        (gp_double_real *)(void *)(bytes + at4), loss);
    return fabs(*loss) <= 1.7976931348623157e308 ? GP_DOUBLE_OK : GP_DOUBLE_ENONFINITE;
}

static void gp_double_grad_part1(int64_t N, int64_t D, const gp_double_real *restrict x,
        const gp_double_real *restrict y, const gp_double_real *restrict ell, gp_double_real sf, gp_double_real sn,
        gp_double_real *K, gp_double_real *restrict U, gp_double_real *restrict z, gp_double_real *restrict s,
        gp_double_real *restrict loss, gp_double_real *restrict d_ell, gp_double_real *restrict d_sf,
        gp_double_real *restrict d_sn, gp_double_real *restrict d_U, gp_double_real *restrict d_z,
        gp_double_real *restrict d_s, gp_double_real *restrict d_K, gp_double_real *restrict w_K,
        gp_double_real *d_K_sum)
{
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            /* let K[a, b] = sf^2 * exp(-0.5 * sum[d] ((x[a, d] - x[b, d]) / ell[d])^2) + (if a == b then sn^2 */
            gp_double_real K_sum = 0.0;
            for (int64_t d = 0; d < D; d++) {
                const gp_double_real t1 = (x[a * D + d] - x[b * D + d]) / ell[d];
                K_sum += t1 * t1;
            }
            w_K[a * N + b] = exp((-0.5) * K_sum);
            K[a * N + b] = sf * sf * w_K[a * N + b] + (a == b ? sn * sn + 1e-9 : 0.0);
            /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
            d_U[a * N + b] = 0.0;
            /* let K[a, b] = sf^2 * exp(-0.5 * sum[d] ((x[a, d] - x[b, d]) / ell[d])^2) + (if a == b then sn^2 */
            d_K[a * N + b] = 0.0;
        }
    }
    /* scan j: N { */
    for (int64_t j = 0; j < N; j++) {
        for (int64_t i = 0; i < N; i++) {
            /* let s[i] = K[i, j] - sum[k < j] U[k, i] * U[k, j] */
            gp_double_real s_sum = 0.0;
            for (int64_t k = 0; k < j; k++) {
                s_sum += U[k * N + i] * U[k * N + j];
            }
            s[j * N + i] = K[i * N + j] - s_sum;
        }
        /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
        const gp_double_real sqrt_s = sqrt(s[j * N + j]);
        for (int64_t i = 0; i < N; i++) {
            U[j * N + i] = i < j ? 0.0 : s[j * N + i] / sqrt_s;
        }
        /* yield z[j] = (y[j] - sum[k < j] U[k, j] * z[k]) / sqrt(s[j]) */
        gp_double_real z_sum = 0.0;
        for (int64_t k = 0; k < j; k++) {
            z_sum += U[k * N + j] * z[k];
        }
        z[j] = (y[j] - z_sum) / sqrt_s;
    }
    /* loss 0.5 * sum(z^2) + sum[j] log(U[j, j]) + N / 2 * log(2*pi) */
    gp_double_real loss_sum = 0.0;
    for (int64_t i = 0; i < N; i++) {
        const gp_double_real t2 = z[i];
        loss_sum += t2 * t2;
    }
    gp_double_real loss_sum_2 = 0.0;
    for (int64_t j = 0; j < N; j++) {
        loss_sum_2 += log(U[j * N + j]);
    }
    loss[0] = 0.5 * loss_sum + loss_sum_2 + (gp_double_real)N / 2.0 * 1.8378770664093453;
    for (int64_t j = 0; j < N; j++) {
        d_U[j * N + j] += 1.0 / U[j * N + j];
        d_z[j] = 0.5 * (2.0 * z[j]);
    }
    /* scan j: N { */
    for (int64_t j = N; j-- > 0;) {
        /* yield z[j] = (y[j] - sum[k < j] U[k, j] * z[k]) / sqrt(s[j]) */
        const gp_double_real t3 = sqrt(s[j * N + j]);
        const gp_double_real t4 = d_z[j];
        const gp_double_real d_z_sum = -(t4 / t3);
        for (int64_t k = 0; k < j; k++) {
            d_z[k] += d_z_sum * U[k * N + j];
            d_U[k * N + j] += d_z_sum * z[k];
        }
        /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
        const gp_double_real sqrt_s_2 = t3;
        gp_double_real sum_d_s = 0.0;
        for (int64_t i = 0; i < N; i++) {
            if (j <= i) {
                sum_d_s += d_U[j * N + i] * s[j * N + i] / sqrt_s_2 / sqrt_s_2 / sqrt_s_2;
            }
        }
        for (int64_t i = 0; i < N; i++) {
            d_s[i] = j <= i ? d_U[j * N + i] / sqrt_s_2 : 0.0;
        }
        /* yield z[j] = (y[j] - sum[k < j] U[k, j] * z[k]) / sqrt(s[j]) */
        d_s[j] += 0.5 * -(t4 * z[j] / sqrt_s_2) / sqrt_s_2;
        /* yield U[j, i: N] = if i < j then 0 else s[i] / sqrt(s[j]) */
        d_s[j] += -(0.5 * sum_d_s);
        for (int64_t i = 0; i < N; i++) {
            /* let s[i] = K[i, j] - sum[k < j] U[k, i] * U[k, j] */
            d_K[i * N + j] += d_s[i];
        }
        for (int64_t k = 0; k < j; k++) {
            gp_double_real t5 = 0.0;
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
            d_K_sum[a * N + b] = d_K[a * N + b] * (sf * sf) * w_K[a * N + b] * (-0.5);
        }
    }
    gp_double_real sum_d_sn = 0.0;
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            if (a == b) {
                sum_d_sn += d_K[a * N + b];
            }
        }
    }
    d_sn[0] = 2.0 * sn * sum_d_sn;
    gp_double_real sum_d_sf = 0.0;
    for (int64_t a = 0; a < N; a++) {
        for (int64_t b = 0; b < N; b++) {
            sum_d_sf += d_K[a * N + b] * w_K[a * N + b];
        }
    }
    d_sf[0] = 2.0 * sf * sum_d_sf;
    for (int64_t d = 0; d < D; d++) {
        gp_double_real sum_d_ell = 0.0;
        for (int64_t a = 0; a < N; a++) {
            for (int64_t b = 0; b < N; b++) {
                const gp_double_real t6 = x[a * D + d] - x[b * D + d];
                sum_d_ell += d_K_sum[a * N + b] * t6 * t6;
            }
        }
        d_ell[d] = 0 < N ? -(2.0 * sum_d_ell / ell[d] / ell[d] / ell[d]) : 0.0;
    }
}

int gp_double_grad(const gp_double_dims *dims, const gp_double_real *theta, const gp_double_data *data, gp_double_real *loss, gp_double_real *grad, void *work)
{
    const int code = gp_double_ready(dims, theta, data, work);
    if (code != GP_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(dims->N * dims->N * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->N * dims->N * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(dims->N * dims->N * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(dims->N * dims->N * 8) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(dims->N * dims->N * 8) + 63) / 64 * 64;
    const size_t at7 = at6 + ((size_t)(dims->N * 8) + 63) / 64 * 64;
    const size_t at8 = at7 + ((size_t)(dims->N * dims->N * 8) + 63) / 64 * 64;
    const size_t at9 = at8 + ((size_t)(dims->N * 8) + 63) / 64 * 64;
    gp_double_grad_part1((int64_t)dims->N, (int64_t)dims->D, data->x, data->y, theta + GP_DOUBLE_ell_OFFSET(dims),
        theta[GP_DOUBLE_sf_OFFSET(dims)], theta[GP_DOUBLE_sn_OFFSET(dims)], (gp_double_real *)(void *)(bytes + at1),
        (gp_double_real *)(void *)(bytes + at5), (gp_double_real *)(void *)(bytes + at6),
        (gp_double_real *)(void *)(bytes + at7), loss, grad + GP_DOUBLE_ell_OFFSET(dims),
        grad + GP_DOUBLE_sf_OFFSET(dims), grad + GP_DOUBLE_sn_OFFSET(dims), (gp_double_real *)(void *)(bytes + at2),
        (gp_double_real *)(void *)(bytes + at8), (gp_double_real *)(void *)(bytes + at9),
        (gp_double_real *)(void *)(bytes + at3), (gp_double_real *)(void *)(bytes + at4),
        (gp_double_real *)(void *)(bytes + at1));
    return fabs(*loss) <= 1.7976931348623157e308 ? GP_DOUBLE_OK : GP_DOUBLE_ENONFINITE;
}

static int gp_double_shape(const void *any, int array, size_t *shape)
{
    const gp_double_dims *const dims = any;
    if (!dims) return GP_DOUBLE_EDIM;
    const int64_t N = gp_double_dim(dims->N);
    const int64_t D = gp_double_dim(dims->D);
    int64_t count;
    switch (array) {
    case 0: /* ell */
        count = D;
        if (count < 0) return GP_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 3: /* x */
        count = N;
        if (count < 0) return GP_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        count = D;
        if (count < 0) return GP_DOUBLE_EDIM;
        shape[1] = (size_t)count;
        break;
    case 4: /* y */
        count = N;
        if (count < 0) return GP_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    default: break;
    }
    return GP_DOUBLE_OK;
}

static void gp_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int gp_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return gp_double_loss(dims, theta, data, loss, work);
}

static int gp_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return gp_double_grad(dims, theta, data, loss, grad, work);
}

static size_t gp_double_any_nparam(const void *dims) { return gp_double_nparam(dims); }

static size_t gp_double_any_work_bytes(const void *dims) { return gp_double_work_bytes(dims); }

static int gp_double_any_init(const void *dims, uint64_t seed, void *theta) { return gp_double_init(dims, seed, theta); }

static int gp_double_any_check(const void *dims, const void *data, int *which) { return gp_double_test(dims, data, which); }

static const char *const gp_double_dim_names[] = {"N", "D"};

static const int gp_double_axis0[] = {1};
static const int gp_double_axis3[] = {0, 1};
static const int gp_double_axis4[] = {0};
static const adc_array gp_double_arrays[] = {
    {"ell", ADC_PARAM, ADC_REAL, 1, 0, 1, gp_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"sf", ADC_PARAM, ADC_REAL, 1, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"sn", ADC_PARAM, ADC_REAL, 1, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"x", ADC_DATA, ADC_REAL, 0, 0, 2, gp_double_axis3, -1, offsetof(gp_double_data, x), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"y", ADC_DATA, ADC_REAL, 0, 0, 1, gp_double_axis4, -1, offsetof(gp_double_data, y), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model gp_double = {
    ADC_MODEL, 8, "gp",
    2, gp_double_dim_names, -1,
    5, gp_double_arrays, sizeof(gp_double_data),
    6, gp_double_check_text,
    gp_double_shape, gp_double_range, gp_double_any_nparam, gp_double_any_nparam, gp_double_any_work_bytes,
    gp_double_any_init, gp_double_any_check,
    gp_double_any_loss, gp_double_any_grad, 0,
    gp_double_strerror,
    0, 0,
};
