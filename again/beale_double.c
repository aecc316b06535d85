/* The functions of beale_double; its header says what they take and need. */
#include "beale_double.h"

#include <math.h>


size_t beale_double_work_bytes(const void *dims)
{
    (void)dims;
    return 0;
}

size_t beale_double_nparam(const void *dims)
{
    (void)dims;
    return 2;
}

const char *beale_double_strerror(int code)
{
    switch (code) {
    case BEALE_DOUBLE_OK: return "no error";
    case BEALE_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case BEALE_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case BEALE_DOUBLE_EWORK: return "no work memory was given";
    case BEALE_DOUBLE_ENONFINITE: return "the loss is not finite";
    case BEALE_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int beale_double_init(const void *dims, uint64_t seed, beale_double_real *theta)
{
    (void)dims;
    (void)seed;
    if (!theta) return BEALE_DOUBLE_EDATA;
    theta[BEALE_DOUBLE_x_OFFSET(dims)] = 0.7;
    theta[BEALE_DOUBLE_y_OFFSET(dims)] = 1.4;
    return BEALE_DOUBLE_OK;
}

static int beale_double_test(const void *dims, const void *data, int *which)
{
    (void)dims;
    (void)data;
    (void)which;
    return BEALE_DOUBLE_OK;
}

int beale_double_check(const void *dims, const void *data)
{
    return beale_double_test(dims, data, 0);
}

static int beale_double_ready(const void *dims, const beale_double_real *theta, const void *data, const void *work)
{
    (void)dims;
    if (!theta) return BEALE_DOUBLE_EDATA;
    (void)data;
    (void)work;
    return BEALE_DOUBLE_OK;
}

int beale_double_loss(const void *dims, const beale_double_real *theta, const void *data, beale_double_real *loss, void *work)
{
    const int code = beale_double_ready(dims, theta, data, work);
    if (code != BEALE_DOUBLE_OK) return code;
    const beale_double_real x = theta[BEALE_DOUBLE_x_OFFSET(dims)];
    const beale_double_real y = theta[BEALE_DOUBLE_y_OFFSET(dims)];
    /* loss (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2 */
    const beale_double_real t1 = 1.5 - x + x * y;
    const beale_double_real t2 = 2.25 - x + x * (y * y);
    const beale_double_real t3 = 2.625 - x + x * (y * y * y);
    loss[0] = t1 * t1 + t2 * t2 + t3 * t3;
    return fabs(*loss) <= 1.7976931348623157e308 ? BEALE_DOUBLE_OK : BEALE_DOUBLE_ENONFINITE;
}

int beale_double_grad(const void *dims, const beale_double_real *theta, const void *data, beale_double_real *loss, beale_double_real *grad, void *work)
{
    const int code = beale_double_ready(dims, theta, data, work);
    if (code != BEALE_DOUBLE_OK) return code;
    const beale_double_real x = theta[BEALE_DOUBLE_x_OFFSET(dims)];
    const beale_double_real y = theta[BEALE_DOUBLE_y_OFFSET(dims)];
    beale_double_real *const d_x = grad + BEALE_DOUBLE_x_OFFSET(dims);
    beale_double_real *const d_y = grad + BEALE_DOUBLE_y_OFFSET(dims);
    /* loss (1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2 */
    const beale_double_real t1 = 1.5 - x + x * y;
    const beale_double_real t2 = y * y;
    const beale_double_real t3 = 2.25 - x + x * t2;
    const beale_double_real t4 = y * y * y;
    const beale_double_real t5 = 2.625 - x + x * t4;
    loss[0] = t1 * t1 + t3 * t3 + t5 * t5;
    const beale_double_real t6 = 2.0 * t5;
    const beale_double_real t7 = 2.0 * t3;
    const beale_double_real t8 = 2.0 * t1;
    d_y[0] = t6 * x * (3.0 * t2) + t7 * x * (2.0 * y) + t8 * x;
    d_x[0] = t6 * t4 - t6 + t7 * t2 - t7 + t8 * y - t8;
    return fabs(*loss) <= 1.7976931348623157e308 ? BEALE_DOUBLE_OK : BEALE_DOUBLE_ENONFINITE;
}

static int beale_double_shape(const void *any, int array, size_t *shape)
{
    const void *const dims = any;
    (void)dims;
    (void)array;
    (void)shape;
    return BEALE_DOUBLE_OK;
}

static void beale_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int beale_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return beale_double_loss(dims, theta, data, loss, work);
}

static int beale_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return beale_double_grad(dims, theta, data, loss, grad, work);
}

static size_t beale_double_any_nparam(const void *dims) { return beale_double_nparam(dims); }

static size_t beale_double_any_work_bytes(const void *dims) { return beale_double_work_bytes(dims); }

static int beale_double_any_init(const void *dims, uint64_t seed, void *theta) { return beale_double_init(dims, seed, theta); }

static int beale_double_any_check(const void *dims, const void *data, int *which) { return beale_double_test(dims, data, which); }

static const adc_array beale_double_arrays[] = {
    {"x", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"y", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
};

const adc_model beale_double = {
    ADC_MODEL, 8, "beale",
    0, 0, -1,
    2, beale_double_arrays, 0,
    0, 0,
    beale_double_shape, beale_double_range, beale_double_any_nparam, beale_double_any_nparam, beale_double_any_work_bytes,
    beale_double_any_init, beale_double_any_check,
    beale_double_any_loss, beale_double_any_grad, 0,
    beale_double_strerror,
    0, 0,
};
