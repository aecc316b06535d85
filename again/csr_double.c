/* The functions of csr_double; its header says what they take and need. */
#include "csr_double.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t csr_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t csr_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t csr_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define CSR_DOUBLE_LANES 64
#ifdef __GNUC__
#define CSR_DOUBLE_STAGE __attribute__((noinline))
#define CSR_DOUBLE_INLINE __attribute__((always_inline)) inline
#else
#define CSR_DOUBLE_STAGE
#define CSR_DOUBLE_INLINE inline
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define CSR_DOUBLE_MA(a, b, c) fma(a, b, c)
#else
#define CSR_DOUBLE_MA(a, b, c) ((a) * (b) + (c))
#endif

size_t csr_double_work_bytes(const csr_double_dims *dims)
{
    const int64_t N = csr_double_dim(dims->N);
    const int64_t M = csr_double_dim(dims->M);
    const int64_t Z = csr_double_dim(dims->Z);
    size_t most = 0, bytes = 0;
    bytes = csr_double_slot(bytes, csr_double_add(N, 1), 8); /* ptr */
    bytes = csr_double_slot(bytes, Z, 8); /* col */
    bytes = csr_double_slot(bytes, Z, 8); /* val */
    bytes = csr_double_slot(bytes, M, 8); /* x */
    bytes = csr_double_slot(bytes, N, 8); /* b */
    bytes = csr_double_slot(bytes, N, 8); /* r */
    bytes = csr_double_slot(bytes, M, 8); /* d_x */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 1664;
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 1664;
    if (bytes > most) most = bytes;
    return most;
}

size_t csr_double_nparam(const csr_double_dims *dims)
{
    const int64_t M = csr_double_dim(dims->M);
    const int64_t count = csr_double_add(0, M);
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *csr_double_strerror(int code)
{
    switch (code) {
    case CSR_DOUBLE_OK: return "no error";
    case CSR_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case CSR_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case CSR_DOUBLE_EWORK: return "no work memory was given";
    case CSR_DOUBLE_ENONFINITE: return "the loss is not finite";
    case CSR_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int csr_double_init(const csr_double_dims *dims, uint64_t seed, csr_double_real *theta)
{
    if (!dims || csr_double_work_bytes(dims) == SIZE_MAX) return CSR_DOUBLE_EDIM;
    (void)seed;
    const int64_t M = (int64_t)dims->M;
    if (!theta) return CSR_DOUBLE_EDATA;
    csr_double_real *to;
    int64_t at;
    to = theta + CSR_DOUBLE_x_OFFSET(dims); /* x */
    at = 0;
    for (int64_t i = 0; i < M; i++) {
        to[at] = 0.0;
        at++;
    }
    return CSR_DOUBLE_OK;
}

static const char *const csr_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "ptr is missing",
    "ptr has an entry outside 0..Z + 1",
    "col is missing",
    "col has an entry outside 0..M",
    "val is missing",
    "val holds a NaN",
    "b is missing",
    "b holds a NaN",
};

static int csr_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int csr_double_test(const csr_double_dims *dims, const csr_double_data *data, int *which)
{
    if (!dims || csr_double_work_bytes(dims) == SIZE_MAX) return csr_double_fail(which, 0, CSR_DOUBLE_EDIM);
    const int64_t N = (int64_t)dims->N;
    const int64_t M = (int64_t)dims->M;
    const int64_t Z = (int64_t)dims->Z;
    if (!data) return csr_double_fail(which, 1, CSR_DOUBLE_EDATA);
    if (!data->ptr && N + 1 > 0) return csr_double_fail(which, 2, CSR_DOUBLE_EDATA);
    for (int64_t at = 0; at < N + 1; at++)
        if (data->ptr[at] < 0 || data->ptr[at] >= Z + 1) return csr_double_fail(which, 3, CSR_DOUBLE_EDATA);
    if (!data->col && Z > 0) return csr_double_fail(which, 4, CSR_DOUBLE_EDATA);
    for (int64_t at = 0; at < Z; at++)
        if (data->col[at] < 0 || data->col[at] >= M) return csr_double_fail(which, 5, CSR_DOUBLE_EDATA);
    if (!data->val && Z > 0) return csr_double_fail(which, 6, CSR_DOUBLE_EDATA);
    for (int64_t at = 0; at < Z; at++)
        if (data->val[at] != data->val[at]) return csr_double_fail(which, 7, CSR_DOUBLE_EDATA);
    if (!data->b && N > 0) return csr_double_fail(which, 8, CSR_DOUBLE_EDATA);
    for (int64_t at = 0; at < N; at++)
        if (data->b[at] != data->b[at]) return csr_double_fail(which, 9, CSR_DOUBLE_EDATA);
    return CSR_DOUBLE_OK;
}

int csr_double_check(const csr_double_dims *dims, const csr_double_data *data)
{
    return csr_double_test(dims, data, 0);
}

static int csr_double_ready(const csr_double_dims *dims, const csr_double_real *theta, const csr_double_data *data, const void *work)
{
    const size_t bytes = dims ? csr_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return CSR_DOUBLE_EDIM;
    if (!theta) return CSR_DOUBLE_EDATA;
    if (!data) return CSR_DOUBLE_EDATA;
    return bytes > 0 && !work ? CSR_DOUBLE_EWORK : CSR_DOUBLE_OK;
}

static void csr_double_loss_part1(csr_double_real *restrict loss_sum_2, csr_double_real *restrict cells)
{
    /* loss 0.5 * sum(r^2) */
    cells[0] = 0.0;
    for (int64_t i = 0; i < 8; i++) {
        loss_sum_2[i] = 0.0;
    }
}

CSR_DOUBLE_STAGE static void csr_double_lanes1(csr_double_real *restrict u0, const csr_double_real *restrict x0, const csr_double_real *restrict x1)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = x0[r] - x1[r];
    }
}

CSR_DOUBLE_STAGE static void csr_double_lanes2(csr_double_real *restrict u0, const csr_double_real *restrict x0)
{
    for (int l = 0; l < 8; l++) {
        csr_double_real t1 = u0[l];
        t1 += x0[l] * x0[l];
        t1 += x0[l + 8] * x0[l + 8];
        t1 += x0[l + 16] * x0[l + 16];
        t1 += x0[l + 24] * x0[l + 24];
        t1 += x0[l + 32] * x0[l + 32];
        t1 += x0[l + 40] * x0[l + 40];
        t1 += x0[l + 48] * x0[l + 48];
        t1 += x0[l + 56] * x0[l + 56];
        u0[l] = t1;
    }
}

CSR_DOUBLE_STAGE static void csr_double_lanes3(csr_double_real *restrict u0, const csr_double_real *restrict x0, const csr_double_real *restrict mask)
{
    for (int l = 0; l < 8; l++) {
        csr_double_real t1_ = u0[l];
        const csr_double_real t2 = x0[l] * x0[l];
        t1_ += mask[l] > 0 ? t2 : 0;
        const csr_double_real t3 = x0[l + 8] * x0[l + 8];
        t1_ += mask[l + 8] > 0 ? t3 : 0;
        const csr_double_real t4 = x0[l + 16] * x0[l + 16];
        t1_ += mask[l + 16] > 0 ? t4 : 0;
        const csr_double_real t5 = x0[l + 24] * x0[l + 24];
        t1_ += mask[l + 24] > 0 ? t5 : 0;
        const csr_double_real t6 = x0[l + 32] * x0[l + 32];
        t1_ += mask[l + 32] > 0 ? t6 : 0;
        const csr_double_real t7 = x0[l + 40] * x0[l + 40];
        t1_ += mask[l + 40] > 0 ? t7 : 0;
        const csr_double_real t8 = x0[l + 48] * x0[l + 48];
        t1_ += mask[l + 48] > 0 ? t8 : 0;
        const csr_double_real t9 = x0[l + 56] * x0[l + 56];
        t1_ += mask[l + 56] > 0 ? t9 : 0;
        u0[l] = t1_;
    }
}

static void csr_double_loss_rows2(int64_t N, const int32_t *restrict ptr, const int32_t *restrict col,
        const csr_double_real *restrict val, const csr_double_real *restrict x, const csr_double_real *restrict b,
        csr_double_real *restrict r_sum_2, csr_double_real *restrict r_2, csr_double_real *restrict b_2,
        csr_double_real *restrict loss_sum_2)
{
    const int64_t t1 = 64 * ((N + 52) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        csr_double_real mask[64];
        for (int r_ = 0; r_ < 64; r_++) mask[r_] = r_ < rows ? 1 : 0;
        for (int r_ = 0; r_ < 64; r_++) {
            const int64_t i = tile + (r_ < rows ? r_ : rows - 1);
            /* data b[N] */
            b_2[r_] = b[i];
            /* output r[i: N] = (sum[z: ptr[i]..ptr[i+1]] val[z] * x[col[z]]) - b[i] */
            csr_double_real t2 = 0.0;
            for (int64_t z = (int64_t)ptr[i]; z < (int64_t)ptr[i + 1]; z++) {
                t2 += val[z] * x[(int64_t)col[z]];
            }
            r_sum_2[r_] = t2;
        }
        csr_double_lanes1(r_2, r_sum_2, b_2);
        if (rows == 64)
            csr_double_lanes2(loss_sum_2, r_2);
        else
            csr_double_lanes3(loss_sum_2, r_2, mask);
    }
}

static void csr_double_loss_rows3(int64_t N, const int32_t *restrict ptr, const int32_t *restrict col,
        const csr_double_real *restrict val, const csr_double_real *restrict x, const csr_double_real *restrict b,
        csr_double_real *restrict cells)
{
    for (int64_t i = 64 * ((N + 52) / 64); i < N; i++) {
        /* output r[i: N] = (sum[z: ptr[i]..ptr[i+1]] val[z] * x[col[z]]) - b[i] */
        csr_double_real r_sum = 0.0;
        for (int64_t z = (int64_t)ptr[i]; z < (int64_t)ptr[i + 1]; z++) {
            r_sum += val[z] * x[(int64_t)col[z]];
        }
        const csr_double_real r = r_sum - b[i];
        /* loss 0.5 * sum(r^2) */
        cells[0] += r * r;
    }
}

static void csr_double_loss_part4(csr_double_real *restrict loss, csr_double_real *restrict loss_sum_2,
        csr_double_real *restrict cells)
{
    /* loss 0.5 * sum(r^2) */
    csr_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_sum_2[l];
    }
    cells[0] += t1;
    loss[0] = 0.5 * cells[0];
}

int csr_double_loss(const csr_double_dims *dims, const csr_double_real *theta, const csr_double_data *data, csr_double_real *loss, void *work)
{
    const int code = csr_double_ready(dims, theta, data, work);
    if (code != CSR_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    csr_double_loss_part1((csr_double_real *)(void *)(bytes + 64), (csr_double_real *)(void *)bytes);
    csr_double_loss_rows2((int64_t)dims->N, data->ptr, data->col, data->val, theta + CSR_DOUBLE_x_OFFSET(dims),
        data->b, (csr_double_real *)(void *)(bytes + 128), (csr_double_real *)(void *)(bytes + 1152),
        (csr_double_real *)(void *)(bytes + 640), (csr_double_real *)(void *)(bytes + 64));
    csr_double_loss_rows3((int64_t)dims->N, data->ptr, data->col, data->val, theta + CSR_DOUBLE_x_OFFSET(dims),
        data->b, (csr_double_real *)(void *)bytes);
    csr_double_loss_part4(loss, (csr_double_real *)(void *)(bytes + 64), (csr_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? CSR_DOUBLE_OK : CSR_DOUBLE_ENONFINITE;
}

static void csr_double_grad_part1(csr_double_real *restrict loss_sum_3, csr_double_real *restrict cells)
{
    /* loss 0.5 * sum(r^2) */
    cells[0] = 0.0;
    for (int64_t i = 0; i < 8; i++) {
        loss_sum_3[i] = 0.0;
    }
}

CSR_DOUBLE_STAGE static void csr_double_lanes4(csr_double_real *restrict u0, const csr_double_real *restrict x0)
{
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.5 * (2.0 * x0[r]);
    }
}

static void csr_double_grad_rows2(int64_t first, int64_t last, const int32_t *restrict ptr,
        const int32_t *restrict col, const csr_double_real *restrict val, const csr_double_real *restrict x,
        const csr_double_real *restrict b, csr_double_real *restrict d_x, csr_double_real *r_sum_3,
        csr_double_real *restrict r_3, csr_double_real *d_r_2, csr_double_real *restrict b_3,
        csr_double_real *restrict loss_sum_3)
{
    const int64_t t1 = first + 64 * ((last - first + 52) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        csr_double_real mask[64];
        for (int r_ = 0; r_ < 64; r_++) mask[r_] = r_ < rows ? 1 : 0;
        for (int r_ = 0; r_ < 64; r_++) {
            const int64_t i = tile + (r_ < rows ? r_ : rows - 1);
            /* data b[N] */
            b_3[r_] = b[i];
            /* output r[i: N] = (sum[z: ptr[i]..ptr[i+1]] val[z] * x[col[z]]) - b[i] */
            csr_double_real t2 = 0.0;
            for (int64_t z = (int64_t)ptr[i]; z < (int64_t)ptr[i + 1]; z++) {
                t2 += val[z] * x[(int64_t)col[z]];
            }
            r_sum_3[r_] = t2;
        }
        csr_double_lanes1(r_3, r_sum_3, b_3);
        if (rows == 64)
            csr_double_lanes2(loss_sum_3, r_3);
        else
            csr_double_lanes3(loss_sum_3, r_3, mask);
        csr_double_lanes4(d_r_2, r_3);
        for (int r_ = 0; r_ < rows; r_++) {
            const int64_t i = tile + r_;
            for (int64_t z = (int64_t)ptr[i]; z < (int64_t)ptr[i + 1]; z++) {
                d_x[(int64_t)col[z]] += d_r_2[r_] * val[z];
            }
        }
    }
}

static void csr_double_grad_rows3(int64_t first, int64_t last, const int32_t *restrict ptr,
        const int32_t *restrict col, const csr_double_real *restrict val, const csr_double_real *restrict x,
        const csr_double_real *restrict b, csr_double_real *restrict d_x, csr_double_real *restrict cells)
{
    for (int64_t i = first + 64 * ((last - first + 52) / 64); i < last; i++) {
        /* output r[i: N] = (sum[z: ptr[i]..ptr[i+1]] val[z] * x[col[z]]) - b[i] */
        csr_double_real r_sum = 0.0;
        for (int64_t z = (int64_t)ptr[i]; z < (int64_t)ptr[i + 1]; z++) {
            r_sum += val[z] * x[(int64_t)col[z]];
        }
        const csr_double_real r = r_sum - b[i];
        /* loss 0.5 * sum(r^2) */
        cells[0] += r * r;
        const csr_double_real d_r = 0.5 * (2.0 * r);
        const int64_t t1 = (int64_t)ptr[i];
        const int64_t t2 = (int64_t)ptr[i + 1];
        for (int64_t z = t1; z < t2; z++) {
            /* output r[i: N] = (sum[z: ptr[i]..ptr[i+1]] val[z] * x[col[z]]) - b[i] */
            d_x[(int64_t)col[z]] += d_r * val[z];
        }
    }
}

static void csr_double_grad_part4(csr_double_real *restrict loss, csr_double_real *restrict loss_sum_3,
        csr_double_real *restrict cells)
{
    /* loss 0.5 * sum(r^2) */
    csr_double_real t1 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t1 += loss_sum_3[l];
    }
    cells[0] += t1;
    loss[0] += 0.5 * cells[0];
}

int csr_double_grad_range(const csr_double_dims *dims, const csr_double_real *theta, const csr_double_data *data, csr_double_real *loss, csr_double_real *grad, void *work, size_t first_row, size_t last_row)
{
    const int code = csr_double_ready(dims, theta, data, work);
    if (code != CSR_DOUBLE_OK) return code;
    if (first_row > last_row || last_row > dims->N) return CSR_DOUBLE_EDIM;
    unsigned char *const bytes = work;
    csr_double_grad_part1((csr_double_real *)(void *)(bytes + 64), (csr_double_real *)(void *)bytes);
    csr_double_grad_rows2((int64_t)first_row, (int64_t)last_row, data->ptr, data->col, data->val,
        theta + CSR_DOUBLE_x_OFFSET(dims), data->b, grad + CSR_DOUBLE_x_OFFSET(dims),
        (csr_double_real *)(void *)(bytes + 128), (csr_double_real *)(void *)(bytes + 1152),
        (csr_double_real *)(void *)(bytes + 128), (csr_double_real *)(void *)(bytes + 640),
        (csr_double_real *)(void *)(bytes + 64));
    csr_double_grad_rows3((int64_t)first_row, (int64_t)last_row, data->ptr, data->col, data->val,
        theta + CSR_DOUBLE_x_OFFSET(dims), data->b, grad + CSR_DOUBLE_x_OFFSET(dims),
        (csr_double_real *)(void *)bytes);
    csr_double_grad_part4(loss, (csr_double_real *)(void *)(bytes + 64), (csr_double_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? CSR_DOUBLE_OK : CSR_DOUBLE_ENONFINITE;
}

int csr_double_grad(const csr_double_dims *dims, const csr_double_real *theta, const csr_double_data *data, csr_double_real *loss, csr_double_real *grad, void *work)
{
    const int code = csr_double_ready(dims, theta, data, work);
    if (code != CSR_DOUBLE_OK) return code;
    const size_t n = csr_double_nparam(dims);
    *loss = 0;
    for (size_t i = 0; i < n; i++) grad[i] = 0;
    return csr_double_grad_range(dims, theta, data, loss, grad, work, 0, dims->N);
}

static void csr_double_r_part1(int64_t N, const int32_t *restrict ptr, const int32_t *restrict col,
        const csr_double_real *restrict val, const csr_double_real *restrict x, const csr_double_real *restrict b,
        csr_double_real *restrict r)
{
    for (int64_t i = 0; i < N; i++) {
        /* output r[i: N] = (sum[z: ptr[i]..ptr[i+1]] val[z] * x[col[z]]) - b[i] */
        csr_double_real r_sum = 0.0;
        for (int64_t z = (int64_t)ptr[i]; z < (int64_t)ptr[i + 1]; z++) {
            r_sum += val[z] * x[(int64_t)col[z]];
        }
        r[i] = r_sum - b[i];
    }
}

int csr_double_r(const csr_double_dims *dims, const csr_double_real *theta, const csr_double_data *data, csr_double_real *out, void *work)
{
    const int code = csr_double_ready(dims, theta, data, work);
    if (code != CSR_DOUBLE_OK) return code;
    csr_double_r_part1((int64_t)dims->N, data->ptr, data->col, data->val, theta + CSR_DOUBLE_x_OFFSET(dims), data->b,
        out);
    return CSR_DOUBLE_OK;
}

static int csr_double_shape(const void *any, int array, size_t *shape)
{
    const csr_double_dims *const dims = any;
    if (!dims) return CSR_DOUBLE_EDIM;
    const int64_t N = csr_double_dim(dims->N);
    const int64_t M = csr_double_dim(dims->M);
    const int64_t Z = csr_double_dim(dims->Z);
    int64_t count;
    switch (array) {
    case 0: /* x */
        count = M;
        if (count < 0) return CSR_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 1: /* ptr */
        count = csr_double_add(N, 1);
        if (count < 0) return CSR_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 2: /* col */
        count = Z;
        if (count < 0) return CSR_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 3: /* val */
        count = Z;
        if (count < 0) return CSR_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 4: /* b */
        count = N;
        if (count < 0) return CSR_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 5: /* r */
        count = N;
        if (count < 0) return CSR_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    default: break;
    }
    return CSR_DOUBLE_OK;
}

static void csr_double_range(const void *any, int array, long *lo, long *hi)
{
    const csr_double_dims *const dims = any;
    const int64_t M = (int64_t)dims->M;
    const int64_t Z = (int64_t)dims->Z;
    *lo = 0;
    *hi = 0;
    switch (array) {
    case 1: /* ptr */
        *lo = (long)0;
        *hi = (long)(Z + 1);
        break;
    case 2: /* col */
        *lo = (long)0;
        *hi = (long)M;
        break;
    default: break;
    }
}

static int csr_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return csr_double_loss(dims, theta, data, loss, work);
}

static int csr_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return csr_double_grad(dims, theta, data, loss, grad, work);
}

static int csr_double_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return csr_double_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static int csr_double_any_r(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return csr_double_r(dims, theta, data, out, work);
}

static size_t csr_double_any_nparam(const void *dims) { return csr_double_nparam(dims); }

static size_t csr_double_any_work_bytes(const void *dims) { return csr_double_work_bytes(dims); }

static int csr_double_any_init(const void *dims, uint64_t seed, void *theta) { return csr_double_init(dims, seed, theta); }

static int csr_double_any_check(const void *dims, const void *data, int *which) { return csr_double_test(dims, data, which); }

static const char *const csr_double_dim_names[] = {"N", "M", "Z"};

static const int csr_double_axis0[] = {1};
static const int csr_double_axis1[] = {-1};
static const int csr_double_axis2[] = {2};
static const int csr_double_axis3[] = {2};
static const int csr_double_axis4[] = {0};
static const int csr_double_axis5[] = {0};
static const adc_array csr_double_arrays[] = {
    {"x", ADC_PARAM, ADC_REAL, 0, 0, 1, csr_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"ptr", ADC_DATA, ADC_INT32, 0, 1, 1, csr_double_axis1, -1, offsetof(csr_double_data, ptr), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"col", ADC_DATA, ADC_INT32, 0, 1, 1, csr_double_axis2, 1, offsetof(csr_double_data, col), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"val", ADC_DATA, ADC_REAL, 0, 0, 1, csr_double_axis3, -1, offsetof(csr_double_data, val), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"b", ADC_DATA, ADC_REAL, 0, 0, 1, csr_double_axis4, -1, offsetof(csr_double_data, b), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"r", ADC_OUTPUT, ADC_REAL, 0, 0, 1, csr_double_axis5, -1, 0, 0.0, 0.0, 0.0, csr_double_any_r, 0, 0, 0},
};

const adc_model csr_double = {
    ADC_MODEL, 8, "csr",
    3, csr_double_dim_names, 0,
    6, csr_double_arrays, sizeof(csr_double_data),
    10, csr_double_check_text,
    csr_double_shape, csr_double_range, csr_double_any_nparam, csr_double_any_nparam, csr_double_any_work_bytes,
    csr_double_any_init, csr_double_any_check,
    csr_double_any_loss, csr_double_any_grad, csr_double_any_grad_range,
    csr_double_strerror,
    0, 0,
};
