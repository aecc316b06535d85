/* The functions of hypergradient_double; its header says what they take and need. */
#include "hypergradient_double.h"

#include <math.h>


size_t hypergradient_double_work_bytes(const void *dims)
{
    (void)dims;
    return 0;
}

size_t hypergradient_double_nparam(const void *dims)
{
    (void)dims;
    return 1;
}

const char *hypergradient_double_strerror(int code)
{
    switch (code) {
    case HYPERGRADIENT_DOUBLE_OK: return "no error";
    case HYPERGRADIENT_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case HYPERGRADIENT_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case HYPERGRADIENT_DOUBLE_EWORK: return "no work memory was given";
    case HYPERGRADIENT_DOUBLE_ENONFINITE: return "the loss is not finite";
    case HYPERGRADIENT_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int hypergradient_double_init(const void *dims, uint64_t seed, hypergradient_double_real *theta)
{
    (void)dims;
    (void)seed;
    if (!theta) return HYPERGRADIENT_DOUBLE_EDATA;
    theta[HYPERGRADIENT_DOUBLE_eta_OFFSET(dims)] = 0.01;
    return HYPERGRADIENT_DOUBLE_OK;
}

static const char *const hypergradient_double_check_text[] = {
    "the data is missing",
    "h is missing",
    "h holds a NaN",
    "w0 is missing",
    "w0 holds a NaN",
};

static int hypergradient_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int hypergradient_double_test(const void *dims, const hypergradient_double_data *data, int *which)
{
    (void)dims;
    if (!data) return hypergradient_double_fail(which, 0, HYPERGRADIENT_DOUBLE_EDATA);
    if (!data->h && 3 > 0) return hypergradient_double_fail(which, 1, HYPERGRADIENT_DOUBLE_EDATA);
    for (int64_t at = 0; at < 3; at++)
        if (data->h[at] != data->h[at]) return hypergradient_double_fail(which, 2, HYPERGRADIENT_DOUBLE_EDATA);
    if (!data->w0 && 3 > 0) return hypergradient_double_fail(which, 3, HYPERGRADIENT_DOUBLE_EDATA);
    for (int64_t at = 0; at < 3; at++)
        if (data->w0[at] != data->w0[at]) return hypergradient_double_fail(which, 4, HYPERGRADIENT_DOUBLE_EDATA);
    return HYPERGRADIENT_DOUBLE_OK;
}

int hypergradient_double_check(const void *dims, const hypergradient_double_data *data)
{
    return hypergradient_double_test(dims, data, 0);
}

static int hypergradient_double_ready(const void *dims, const hypergradient_double_real *theta, const hypergradient_double_data *data, const void *work)
{
    (void)dims;
    if (!theta) return HYPERGRADIENT_DOUBLE_EDATA;
    if (!data) return HYPERGRADIENT_DOUBLE_EDATA;
    (void)work;
    return HYPERGRADIENT_DOUBLE_OK;
}

int hypergradient_double_loss(const void *dims, const hypergradient_double_real *theta, const hypergradient_double_data *data, hypergradient_double_real *loss, void *work)
{
    const int code = hypergradient_double_ready(dims, theta, data, work);
    if (code != HYPERGRADIENT_DOUBLE_OK) return code;
    const hypergradient_double_real *const h = data->h;
    const hypergradient_double_real *const w0 = data->w0;
    const hypergradient_double_real eta = theta[HYPERGRADIENT_DOUBLE_eta_OFFSET(dims)];
    /* let w1[i] = w0[i] - eta * grad(L(w0), w0)[i] */
    const hypergradient_double_real t1 = h[0];
    const hypergradient_double_real t2 = w0[0];
    const hypergradient_double_real w1_grad_0 = 0.5 * t1 * (2.0 * t2);
    const hypergradient_double_real t3 = h[1];
    const hypergradient_double_real t4 = w0[1];
    const hypergradient_double_real w1_grad_1 = 0.5 * t3 * (2.0 * t4);
    const hypergradient_double_real t5 = h[2];
    const hypergradient_double_real t6 = w0[2];
    const hypergradient_double_real w1_grad_2 = 0.5 * t5 * (2.0 * t6);
    const hypergradient_double_real w1_0 = t2 - eta * w1_grad_0;
    const hypergradient_double_real w1_1 = t4 - eta * w1_grad_1;
    const hypergradient_double_real w1_2 = t6 - eta * w1_grad_2;
    /* loss L(w1) */
    const hypergradient_double_real L_sum_2 = t1 * (w1_0 * w1_0) + t3 * (w1_1 * w1_1) + t5 * (w1_2 * w1_2);
    loss[0] = 0.5 * L_sum_2;
    return fabs(*loss) <= 1.7976931348623157e308 ? HYPERGRADIENT_DOUBLE_OK : HYPERGRADIENT_DOUBLE_ENONFINITE;
}

int hypergradient_double_grad(const void *dims, const hypergradient_double_real *theta, const hypergradient_double_data *data, hypergradient_double_real *loss, hypergradient_double_real *grad, void *work)
{
    const int code = hypergradient_double_ready(dims, theta, data, work);
    if (code != HYPERGRADIENT_DOUBLE_OK) return code;
    const hypergradient_double_real *const h = data->h;
    const hypergradient_double_real *const w0 = data->w0;
    const hypergradient_double_real eta = theta[HYPERGRADIENT_DOUBLE_eta_OFFSET(dims)];
    hypergradient_double_real *const d_eta = grad + HYPERGRADIENT_DOUBLE_eta_OFFSET(dims);
    /* let w1[i] = w0[i] - eta * grad(L(w0), w0)[i] */
    const hypergradient_double_real t1 = h[0];
    const hypergradient_double_real t2 = w0[0];
    const hypergradient_double_real t3 = 0.5 * t1;
    const hypergradient_double_real w1_grad_0 = t3 * (2.0 * t2);
    const hypergradient_double_real t4 = h[1];
    const hypergradient_double_real t5 = w0[1];
    const hypergradient_double_real t6 = 0.5 * t4;
    const hypergradient_double_real w1_grad_1 = t6 * (2.0 * t5);
    const hypergradient_double_real t7 = h[2];
    const hypergradient_double_real t8 = w0[2];
    const hypergradient_double_real t9 = 0.5 * t7;
    const hypergradient_double_real w1_grad_2 = t9 * (2.0 * t8);
    const hypergradient_double_real w1_0 = t2 - eta * w1_grad_0;
    const hypergradient_double_real w1_1 = t5 - eta * w1_grad_1;
    const hypergradient_double_real w1_2 = t8 - eta * w1_grad_2;
    /* loss L(w1) */
    const hypergradient_double_real L_sum_2 = t1 * (w1_0 * w1_0) + t4 * (w1_1 * w1_1) + t7 * (w1_2 * w1_2);
    loss[0] = 0.5 * L_sum_2;
    /* let w1[i] = w0[i] - eta * grad(L(w0), w0)[i] */
    const hypergradient_double_real t10 = -(t3 * (2.0 * w1_0)) * w1_grad_0 + -(t6 * (2.0 * w1_1)) * w1_grad_1 + -(t9 * (2.0 * w1_2)) * w1_grad_2;
    d_eta[0] = t10;
    return fabs(*loss) <= 1.7976931348623157e308 ? HYPERGRADIENT_DOUBLE_OK : HYPERGRADIENT_DOUBLE_ENONFINITE;
}

static int hypergradient_double_shape(const void *any, int array, size_t *shape)
{
    const void *const dims = any;
    (void)dims;
    switch (array) {
    case 1: /* h */
        shape[0] = 3;
        break;
    case 2: /* w0 */
        shape[0] = 3;
        break;
    default: break;
    }
    return HYPERGRADIENT_DOUBLE_OK;
}

static void hypergradient_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int hypergradient_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return hypergradient_double_loss(dims, theta, data, loss, work);
}

static int hypergradient_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return hypergradient_double_grad(dims, theta, data, loss, grad, work);
}

static size_t hypergradient_double_any_nparam(const void *dims) { return hypergradient_double_nparam(dims); }

static size_t hypergradient_double_any_work_bytes(const void *dims) { return hypergradient_double_work_bytes(dims); }

static int hypergradient_double_any_init(const void *dims, uint64_t seed, void *theta) { return hypergradient_double_init(dims, seed, theta); }

static int hypergradient_double_any_check(const void *dims, const void *data, int *which) { return hypergradient_double_test(dims, data, which); }

static const int hypergradient_double_axis1[] = {-1};
static const int hypergradient_double_axis2[] = {-1};
static const adc_array hypergradient_double_arrays[] = {
    {"eta", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"h", ADC_DATA, ADC_REAL, 0, 0, 1, hypergradient_double_axis1, -1, offsetof(hypergradient_double_data, h), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"w0", ADC_DATA, ADC_REAL, 0, 0, 1, hypergradient_double_axis2, -1, offsetof(hypergradient_double_data, w0), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model hypergradient_double = {
    ADC_MODEL, 8, "hypergradient",
    0, 0, -1,
    3, hypergradient_double_arrays, sizeof(hypergradient_double_data),
    5, hypergradient_double_check_text,
    hypergradient_double_shape, hypergradient_double_range, hypergradient_double_any_nparam, hypergradient_double_any_nparam, hypergradient_double_any_work_bytes,
    hypergradient_double_any_init, hypergradient_double_any_check,
    hypergradient_double_any_loss, hypergradient_double_any_grad, 0,
    hypergradient_double_strerror,
    0, 0,
};
