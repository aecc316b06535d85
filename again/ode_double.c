/* The functions of ode_double; its header says what they take and need. */
#include "ode_double.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t ode_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t ode_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t ode_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : ode_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t ode_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t ode_double_work_bytes(const ode_double_dims *dims)
{
    const int64_t D = ode_double_dim(dims->D);
    size_t most = 0, bytes = 0;
    bytes = ode_double_slot(bytes, D, 8); /* x */
    bytes = ode_double_slot(bytes, D, 8); /* d_x */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 0;
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    if (bytes > most) most = bytes;
    /* grad */
    bytes = 0;
    bytes = ode_double_slot(bytes, ode_double_mul(101, D), 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, ode_double_mul(100, D), 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, ode_double_mul(100, D), 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, ode_double_mul(100, D), 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    bytes = ode_double_slot(bytes, D, 8);
    if (bytes > most) most = bytes;
    return most;
}

size_t ode_double_nparam(const ode_double_dims *dims)
{
    const int64_t D = ode_double_dim(dims->D);
    const int64_t count = ode_double_add(0, D);
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *ode_double_strerror(int code)
{
    switch (code) {
    case ODE_DOUBLE_OK: return "no error";
    case ODE_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case ODE_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case ODE_DOUBLE_EWORK: return "no work memory was given";
    case ODE_DOUBLE_ENONFINITE: return "the loss is not finite";
    case ODE_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int ode_double_init(const ode_double_dims *dims, uint64_t seed, ode_double_real *theta)
{
    if (!dims || ode_double_work_bytes(dims) == SIZE_MAX) return ODE_DOUBLE_EDIM;
    (void)seed;
    const int64_t D = (int64_t)dims->D;
    if (!theta) return ODE_DOUBLE_EDATA;
    ode_double_real *to;
    int64_t at;
    to = theta + ODE_DOUBLE_x_OFFSET(dims); /* x */
    at = 0;
    for (int64_t i = 0; i < D; i++) {
        to[at] = 1.0;
        at++;
    }
    return ODE_DOUBLE_OK;
}

static const char *const ode_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "subscript D - 1 leaves y (0..D)",
};

static int ode_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int ode_double_test(const ode_double_dims *dims, const void *data, int *which)
{
    if (!dims || ode_double_work_bytes(dims) == SIZE_MAX) return ode_double_fail(which, 0, ODE_DOUBLE_EDIM);
    (void)data;
    const int64_t D = (int64_t)dims->D;
    if (!(0 <= D - 1)) return ode_double_fail(which, 1, ODE_DOUBLE_EDIM);
    return ODE_DOUBLE_OK;
}

int ode_double_check(const ode_double_dims *dims, const void *data)
{
    return ode_double_test(dims, data, 0);
}

static int ode_double_ready(const ode_double_dims *dims, const ode_double_real *theta, const void *data, const void *work)
{
    const size_t bytes = dims ? ode_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return ODE_DOUBLE_EDIM;
    if (!theta) return ODE_DOUBLE_EDATA;
    (void)data;
    return bytes > 0 && !work ? ODE_DOUBLE_EWORK : ODE_DOUBLE_OK;
}

static void ode_double_loss_part1(int64_t D, const ode_double_real *restrict x, ode_double_real *restrict y,
        ode_double_real *restrict f, ode_double_real *restrict rate_y, ode_double_real *restrict f_2,
        ode_double_real *restrict rate_y_2, ode_double_real *restrict f_3, ode_double_real *restrict rate_y_3,
        ode_double_real *restrict loss)
{
    for (int64_t i = 0; i < D; i++) {
        /* scan s: S with y[D] = 0 { */
        y[i] = 0.0;
    }
    for (int64_t s = 0; s < 100; s++) {
        for (int64_t i = 0; i < D; i++) {
            /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
            f[i] = i == 0 ? x[0] : x[i] * y[i - 1];
            /* let k2 = rate(y + dt/2 * k1) */
            rate_y[i] = y[i] + 0.01 * f[i];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
            f_2[i] = i == 0 ? x[0] : x[i] * rate_y[i - 1];
            /* let k3 = rate(y + dt/2 * k2) */
            rate_y_2[i] = y[i] + 0.01 * f_2[i];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
            f_3[i] = i == 0 ? x[0] : x[i] * rate_y_2[i - 1];
            /* let k4 = rate(y + dt * k3) */
            rate_y_3[i] = y[i] + 0.02 * f_3[i];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
            const ode_double_real f_4 = i == 0 ? x[0] : x[i] * rate_y_3[i - 1];
            /* next y[i] = y[i] + dt/6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i]) */
            y[i] = y[i] + 0.0033333333333333335 * (f[i] + 2.0 * f_2[i] + 2.0 * f_3[i] + f_4);
        }
    }
    /* loss y[D - 1] */
    loss[0] = y[D - 1];
}

int ode_double_loss(const ode_double_dims *dims, const ode_double_real *theta, const void *data, ode_double_real *loss, void *work)
{
    const int code = ode_double_ready(dims, theta, data, work);
    if (code != ODE_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at7 = at6 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    ode_double_loss_part1((int64_t)dims->D, theta + ODE_DOUBLE_x_OFFSET(dims),
        (ode_double_real *)(void *)(bytes + at1), (ode_double_real *)(void *)(bytes + at2),
        (ode_double_real *)(void *)(bytes + at3), (ode_double_real *)(void *)(bytes + at4),
        (ode_double_real *)(void *)(bytes + at5), (ode_double_real *)(void *)(bytes + at6),
        (ode_double_real *)(void *)(bytes + at7), loss);
    return fabs(*loss) <= 1.7976931348623157e308 ? ODE_DOUBLE_OK : ODE_DOUBLE_ENONFINITE;
}

static void ode_double_grad_part1(int64_t D, const ode_double_real *restrict x, ode_double_real *restrict y,
        ode_double_real *f, ode_double_real *restrict rate_y, ode_double_real *f_2,
        ode_double_real *restrict rate_y_2, ode_double_real *f_3, ode_double_real *restrict rate_y_3,
        ode_double_real *restrict loss, ode_double_real *restrict d_x, ode_double_real *restrict d_y,
        ode_double_real *d_f_4, ode_double_real *d_f_3, ode_double_real *d_f_2, ode_double_real *restrict d_f,
        ode_double_real *restrict d_rate_y_3, ode_double_real *restrict d_rate_y_2,
        ode_double_real *restrict d_rate_y)
{
    for (int64_t i = 0; i < D; i++) {
        /* scan s: S with y[D] = 0 { */
        y[i] = 0.0;
        /* param x[D] = 1 */
        d_x[i] = 0.0;
        /* scan s: S with y[D] = 0 { */
        d_y[i] = 0.0;
    }
    for (int64_t s = 0; s < 100; s++) {
        for (int64_t i = 0; i < D; i++) {
            /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
            f[i] = i == 0 ? x[0] : x[i] * y[s * D + (i - 1)];
            /* let k2 = rate(y + dt/2 * k1) */
            rate_y[s * D + i] = y[s * D + i] + 0.01 * f[i];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
            f_2[i] = i == 0 ? x[0] : x[i] * rate_y[s * D + (i - 1)];
            /* let k3 = rate(y + dt/2 * k2) */
            rate_y_2[s * D + i] = y[s * D + i] + 0.01 * f_2[i];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
            f_3[i] = i == 0 ? x[0] : x[i] * rate_y_2[s * D + (i - 1)];
            /* let k4 = rate(y + dt * k3) */
            rate_y_3[s * D + i] = y[s * D + i] + 0.02 * f_3[i];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
            const ode_double_real f_4 = i == 0 ? x[0] : x[i] * rate_y_3[s * D + (i - 1)];
            /* next y[i] = y[i] + dt/6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i]) */
            y[(s + 1) * D + i] = y[s * D + i] + 0.0033333333333333335 * (f[i] + 2.0 * f_2[i] + 2.0 * f_3[i] + f_4);
        }
    }
    /* loss y[D - 1] */
    loss[0] = y[100 * D + (D - 1)];
    d_y[D - 1] += 1.0;
    /* scan s: S with y[D] = 0 { */
    for (int64_t s = 100; s-- > 0;) {
        for (int64_t j = 0; j < D; j++) {
            /* let k4 = rate(y + dt * k3) */
            d_rate_y_3[j] = 0.0;
            /* let k3 = rate(y + dt/2 * k2) */
            d_rate_y_2[j] = 0.0;
            /* let k2 = rate(y + dt/2 * k1) */
            d_rate_y[j] = 0.0;
            /* next y[i] = y[i] + dt/6 * (k1[i] + 2*k2[i] + 2*k3[i] + k4[i]) */
            d_f_4[j] = d_y[j] * 0.0033333333333333335;
            if (j != 0) {
                /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
                d_x[j] += d_f_4[j] * rate_y_3[s * D + (j - 1)];
            }
        }
        for (int64_t i = 0; i < D; i++) {
            if (i != 0) {
                d_rate_y_3[i - 1] += d_f_4[i] * x[i];
            }
        }
        const int t1 = 0 < D;
        if (t1) {
            d_x[0] += d_f_4[0];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let k4 = rate(y + dt * k3) */
            d_f_3[i] = d_y[i] * 0.0033333333333333335 * 2.0 + d_rate_y_3[i] * 0.02;
            if (i != 0) {
                /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
                const ode_double_real t2 = d_f_3[i];
                d_rate_y_2[i - 1] += t2 * x[i];
                d_x[i] += t2 * rate_y_2[s * D + (i - 1)];
            }
        }
        if (t1) {
            d_x[0] += d_f_3[0];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let k3 = rate(y + dt/2 * k2) */
            d_f_2[i] = d_y[i] * 0.0033333333333333335 * 2.0 + d_rate_y_2[i] * 0.01;
            if (i != 0) {
                /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
                const ode_double_real t3 = d_f_2[i];
                d_rate_y[i - 1] += t3 * x[i];
                d_x[i] += t3 * rate_y[s * D + (i - 1)];
            }
        }
        if (t1) {
            d_x[0] += d_f_2[0];
        }
        for (int64_t i = 0; i < D; i++) {
            /* let k2 = rate(y + dt/2 * k1) */
            const ode_double_real t4 = d_rate_y[i];
            const ode_double_real t5 = d_y[i];
            d_f[i] = t5 * 0.0033333333333333335 + t4 * 0.01;
            d_y[i] = t5 + d_rate_y_3[i] + d_rate_y_2[i] + t4;
            if (i != 0) {
                /* let f[i: D] = if i == 0 then x[0] else x[i] * y[i - 1] */
                d_x[i] += d_f[i] * y[s * D + (i - 1)];
            }
        }
        for (int64_t i = 0; i < D; i++) {
            if (i != 0) {
                d_y[i - 1] += d_f[i] * x[i];
            }
        }
        if (t1) {
            d_x[0] += d_f[0];
        }
    }
}

int ode_double_grad(const ode_double_dims *dims, const ode_double_real *theta, const void *data, ode_double_real *loss, ode_double_real *grad, void *work)
{
    const int code = ode_double_ready(dims, theta, data, work);
    if (code != ODE_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(101 * dims->D * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(100 * dims->D * 8) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at7 = at6 + ((size_t)(100 * dims->D * 8) + 63) / 64 * 64;
    const size_t at8 = at7 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at9 = at8 + ((size_t)(100 * dims->D * 8) + 63) / 64 * 64;
    const size_t at10 = at9 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at11 = at10 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    const size_t at12 = at11 + ((size_t)(dims->D * 8) + 63) / 64 * 64;
    ode_double_grad_part1((int64_t)dims->D, theta + ODE_DOUBLE_x_OFFSET(dims),
        (ode_double_real *)(void *)(bytes + at1), (ode_double_real *)(void *)(bytes + at3),
        (ode_double_real *)(void *)(bytes + at4), (ode_double_real *)(void *)(bytes + at5),
        (ode_double_real *)(void *)(bytes + at6), (ode_double_real *)(void *)(bytes + at7),
        (ode_double_real *)(void *)(bytes + at8), loss, grad + ODE_DOUBLE_x_OFFSET(dims),
        (ode_double_real *)(void *)(bytes + at2), (ode_double_real *)(void *)(bytes + at3),
        (ode_double_real *)(void *)(bytes + at5), (ode_double_real *)(void *)(bytes + at7),
        (ode_double_real *)(void *)(bytes + at9), (ode_double_real *)(void *)(bytes + at10),
        (ode_double_real *)(void *)(bytes + at11), (ode_double_real *)(void *)(bytes + at12));
    return fabs(*loss) <= 1.7976931348623157e308 ? ODE_DOUBLE_OK : ODE_DOUBLE_ENONFINITE;
}

static int ode_double_shape(const void *any, int array, size_t *shape)
{
    const ode_double_dims *const dims = any;
    if (!dims) return ODE_DOUBLE_EDIM;
    const int64_t D = ode_double_dim(dims->D);
    int64_t count;
    switch (array) {
    case 0: /* x */
        count = D;
        if (count < 0) return ODE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    default: break;
    }
    return ODE_DOUBLE_OK;
}

static void ode_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int ode_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return ode_double_loss(dims, theta, data, loss, work);
}

static int ode_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return ode_double_grad(dims, theta, data, loss, grad, work);
}

static size_t ode_double_any_nparam(const void *dims) { return ode_double_nparam(dims); }

static size_t ode_double_any_work_bytes(const void *dims) { return ode_double_work_bytes(dims); }

static int ode_double_any_init(const void *dims, uint64_t seed, void *theta) { return ode_double_init(dims, seed, theta); }

static int ode_double_any_check(const void *dims, const void *data, int *which) { return ode_double_test(dims, data, which); }

static const char *const ode_double_dim_names[] = {"D"};

static const int ode_double_axis0[] = {0};
static const adc_array ode_double_arrays[] = {
    {"x", ADC_PARAM, ADC_REAL, 0, 0, 1, ode_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
};

const adc_model ode_double = {
    ADC_MODEL, 8, "ode",
    1, ode_double_dim_names, -1,
    1, ode_double_arrays, 0,
    2, ode_double_check_text,
    ode_double_shape, ode_double_range, ode_double_any_nparam, ode_double_any_nparam, ode_double_any_work_bytes,
    ode_double_any_init, ode_double_any_check,
    ode_double_any_loss, ode_double_any_grad, 0,
    ode_double_strerror,
    0, 0,
};
