/* The functions of beale_float; its header says what they take and need. */
#include "beale_float.h"

#include <math.h>


size_t beale_float_work_bytes(const void *dims)
{
    (void)dims;
    return 0;
}

size_t beale_float_nparam(const void *dims)
{
    (void)dims;
    return 2;
}

const char *beale_float_strerror(int code)
{
    switch (code) {
    case BEALE_FLOAT_OK: return "no error";
    case BEALE_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case BEALE_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case BEALE_FLOAT_EWORK: return "no work memory was given";
    case BEALE_FLOAT_ENONFINITE: return "the loss is not finite";
    case BEALE_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int beale_float_init(const void *dims, uint64_t seed, beale_float_real *theta)
{
    (void)dims;
    (void)seed;
    if (!theta) return BEALE_FLOAT_EDATA;
    theta[BEALE_FLOAT_x_OFFSET(dims)] = 0.7f;
    theta[BEALE_FLOAT_y_OFFSET(dims)] = 1.4f;
    return BEALE_FLOAT_OK;
}

static int beale_float_test(const void *dims, const void *data, int *which)
{
    (void)dims;
    (void)data;
    (void)which;
    return BEALE_FLOAT_OK;
}

int beale_float_check(const void *dims, const void *data)
{
    return beale_float_test(dims, data, 0);
}

static int beale_float_ready(const void *dims, const beale_float_real *theta, const void *data, const void *work)
{
    (void)dims;
    if (!theta) return BEALE_FLOAT_EDATA;
    (void)data;
    (void)work;
    return BEALE_FLOAT_OK;
}

int beale_float_loss(const void *dims, const beale_float_real *theta, const void *data, beale_float_real *loss, void *work)
{
    const int code = beale_float_ready(dims, theta, data, work);
    if (code != BEALE_FLOAT_OK) return code;
    const beale_float_real x = theta[BEALE_FLOAT_x_OFFSET(dims)];
    const beale_float_real y = theta[BEALE_FLOAT_y_OFFSET(dims)];
    /* loss (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2 */
    const beale_float_real t1 = 1.5f - x + x * y;
    const beale_float_real t2 = 2.25f - x + x * (y * y);
    const beale_float_real t3 = 2.625f - x + x * (y * y * y);
    loss[0] = t1 * t1 + t2 * t2 + t3 * t3;
    return fabsf(*loss) <= 3.4028234e38f ? BEALE_FLOAT_OK : BEALE_FLOAT_ENONFINITE;
}

int beale_float_grad(const void *dims, const beale_float_real *theta, const void *data, beale_float_real *loss, beale_float_real *grad, void *work)
{
    const int code = beale_float_ready(dims, theta, data, work);
    if (code != BEALE_FLOAT_OK) return code;
    const beale_float_real x = theta[BEALE_FLOAT_x_OFFSET(dims)];
    const beale_float_real y = theta[BEALE_FLOAT_y_OFFSET(dims)];
    beale_float_real *const d_x = grad + BEALE_FLOAT_x_OFFSET(dims);
    beale_float_real *const d_y = grad + BEALE_FLOAT_y_OFFSET(dims);
    /* loss (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2 */
    const beale_float_real t1 = 1.5f - x + x * y;
    const beale_float_real t2 = y * y;
    const beale_float_real t3 = 2.25f - x + x * t2;
    const beale_float_real t4 = y * y * y;
    const beale_float_real t5 = 2.625f - x + x * t4;
    loss[0] = t1 * t1 + t3 * t3 + t5 * t5;
    const beale_float_real t6 = 2.0f * t5;
    const beale_float_real t7 = 2.0f * t3;
    const beale_float_real t8 = 2.0f * t1;
    d_y[0] = t6 * x * (3.0f * t2) + t7 * x * (2.0f * y) + t8 * x;
    d_x[0] = t6 * t4 - t6 + t7 * t2 - t7 + t8 * y - t8;
    return fabsf(*loss) <= 3.4028234e38f ? BEALE_FLOAT_OK : BEALE_FLOAT_ENONFINITE;
}

static int beale_float_shape(const void *any, int array, size_t *shape)
{
    const void *const dims = any;
    (void)dims;
    (void)array;
    (void)shape;
    return BEALE_FLOAT_OK;
}

static void beale_float_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int beale_float_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return beale_float_loss(dims, theta, data, loss, work);
}

static int beale_float_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return beale_float_grad(dims, theta, data, loss, grad, work);
}

static size_t beale_float_any_nparam(const void *dims) { return beale_float_nparam(dims); }

static size_t beale_float_any_work_bytes(const void *dims) { return beale_float_work_bytes(dims); }

static int beale_float_any_init(const void *dims, uint64_t seed, void *theta) { return beale_float_init(dims, seed, theta); }

static int beale_float_any_check(const void *dims, const void *data, int *which) { return beale_float_test(dims, data, which); }

static const adc_array beale_float_arrays[] = {
    {"x", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"y", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
};

const adc_model beale_float = {
    ADC_MODEL, 4, "beale",
    0, 0, -1,
    2, beale_float_arrays, 0,
    0, 0,
    beale_float_shape, beale_float_range, beale_float_any_nparam, beale_float_any_nparam, beale_float_any_work_bytes,
    beale_float_any_init, beale_float_any_check,
    beale_float_any_loss, beale_float_any_grad, 0,
    beale_float_strerror,
    0, 0,
};
