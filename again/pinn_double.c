/* The functions of pinn_double; its header says what they take and need. */
#include "pinn_double.h"

#include <math.h>


size_t pinn_double_work_bytes(const void *dims)
{
    (void)dims;
    return 0;
}

size_t pinn_double_nparam(const void *dims)
{
    (void)dims;
    return 1;
}

const char *pinn_double_strerror(int code)
{
    switch (code) {
    case PINN_DOUBLE_OK: return "no error";
    case PINN_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case PINN_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case PINN_DOUBLE_EWORK: return "no work memory was given";
    case PINN_DOUBLE_ENONFINITE: return "the loss is not finite";
    case PINN_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int pinn_double_init(const void *dims, uint64_t seed, pinn_double_real *theta)
{
    (void)dims;
    (void)seed;
    if (!theta) return PINN_DOUBLE_EDATA;
    theta[PINN_DOUBLE_a_OFFSET(dims)] = 1.0;
    return PINN_DOUBLE_OK;
}

static int pinn_double_test(const void *dims, const void *data, int *which)
{
    (void)dims;
    (void)data;
    (void)which;
    return PINN_DOUBLE_OK;
}

int pinn_double_check(const void *dims, const void *data)
{
    return pinn_double_test(dims, data, 0);
}

static int pinn_double_ready(const void *dims, const pinn_double_real *theta, const void *data, const void *work)
{
    (void)dims;
    if (!theta) return PINN_DOUBLE_EDATA;
    (void)data;
    (void)work;
    return PINN_DOUBLE_OK;
}

int pinn_double_loss(const void *dims, const pinn_double_real *theta, const void *data, pinn_double_real *loss, void *work)
{
    const int code = pinn_double_ready(dims, theta, data, work);
    if (code != PINN_DOUBLE_OK) return code;
    const pinn_double_real a = theta[PINN_DOUBLE_a_OFFSET(dims)];
    /* let r[n: 3] = uxx(n) + a^2*u(n) */
    const pinn_double_real sin_a = sin(a * 0.0);
    const pinn_double_real d_x_2_0 = -(a * sin_a) * a;
    const pinn_double_real sin_a_2 = sin(a);
    const pinn_double_real d_x_2_1 = -(a * sin_a_2) * a;
    const pinn_double_real sin_a_3 = sin(a * 2.0);
    const pinn_double_real d_x_2_2 = -(a * sin_a_3) * a;
    const pinn_double_real sin_a_4 = sin(a * 0.0);
    const pinn_double_real t1 = a * a;
    const pinn_double_real r_0 = d_x_2_0 + t1 * sin_a_4;
    const pinn_double_real r_1 = d_x_2_1 + t1 * sin_a_2;
    const pinn_double_real sin_a_5 = sin(a * 2.0);
    const pinn_double_real r_2 = d_x_2_2 + t1 * sin_a_5;
    /* loss sum(r^2) */
    const pinn_double_real loss_sum = r_0 * r_0 + r_1 * r_1 + r_2 * r_2;
    loss[0] = loss_sum;
    return fabs(*loss) <= 1.7976931348623157e308 ? PINN_DOUBLE_OK : PINN_DOUBLE_ENONFINITE;
}

int pinn_double_grad(const void *dims, const pinn_double_real *theta, const void *data, pinn_double_real *loss, pinn_double_real *grad, void *work)
{
    const int code = pinn_double_ready(dims, theta, data, work);
    if (code != PINN_DOUBLE_OK) return code;
    const pinn_double_real a = theta[PINN_DOUBLE_a_OFFSET(dims)];
    pinn_double_real *const d_a = grad + PINN_DOUBLE_a_OFFSET(dims);
    /* let r[n: 3] = uxx(n) + a^2*u(n) */
    const pinn_double_real t1 = a * 0.0;
    const pinn_double_real cos_a = cos(t1);
    const pinn_double_real cos_a_2 = cos(a);
    const pinn_double_real t2 = a * 2.0;
    const pinn_double_real cos_a_3 = cos(t2);
    const pinn_double_real sin_a = sin(t1);
    const pinn_double_real t3 = -(a * sin_a);
    const pinn_double_real d_x_2_0 = t3 * a;
    const pinn_double_real sin_a_2 = sin(a);
    const pinn_double_real t4 = -(a * sin_a_2);
    const pinn_double_real d_x_2_1 = t4 * a;
    const pinn_double_real sin_a_3 = sin(t2);
    const pinn_double_real t5 = -(a * sin_a_3);
    const pinn_double_real d_x_2_2 = t5 * a;
    const pinn_double_real t6 = a * 0.0;
    const pinn_double_real sin_a_4 = sin(t6);
    const pinn_double_real t7 = a * a;
    const pinn_double_real r_0 = d_x_2_0 + t7 * sin_a_4;
    const pinn_double_real r_1 = d_x_2_1 + t7 * sin_a_2;
    const pinn_double_real t8 = a * 2.0;
    const pinn_double_real sin_a_5 = sin(t8);
    const pinn_double_real r_2 = d_x_2_2 + t7 * sin_a_5;
    /* loss sum(r^2) */
    const pinn_double_real loss_sum = r_0 * r_0 + r_1 * r_1 + r_2 * r_2;
    loss[0] = loss_sum;
    const pinn_double_real d_r_0 = 2.0 * r_0;
    const pinn_double_real d_r_1 = 2.0 * r_1;
    const pinn_double_real d_r_2 = 2.0 * r_2;
    /* let r[n: 3] = uxx(n) + a^2*u(n) */
    const pinn_double_real t9 = 2.0 * a;
    const pinn_double_real t10 = -(d_r_0 * a);
    const pinn_double_real t11 = -(d_r_1 * a);
    const pinn_double_real t12 = -(d_r_2 * a);
    const pinn_double_real t13 = d_r_0 * t7 * cos(t6) * 0.0 + d_r_0 * sin_a_4 * t9 + (d_r_1 * t7 * cos_a_2 + d_r_1 * sin_a_2 * t9);
    const pinn_double_real t14 = d_r_0 * t3 + t10 * sin_a + t10 * a * cos_a * 0.0 + (d_r_1 * t4 + t11 * sin_a_2 + t11 * a * cos_a_2);
    const pinn_double_real t15 = t13 + (d_r_2 * t7 * cos(t8) * 2.0 + d_r_2 * sin_a_5 * t9) + (t14 + (d_r_2 * t5 + t12 * sin_a_3 + t12 * a * cos_a_3 * 2.0));
    d_a[0] = t15;
    return fabs(*loss) <= 1.7976931348623157e308 ? PINN_DOUBLE_OK : PINN_DOUBLE_ENONFINITE;
}

static int pinn_double_shape(const void *any, int array, size_t *shape)
{
    const void *const dims = any;
    (void)dims;
    (void)array;
    (void)shape;
    return PINN_DOUBLE_OK;
}

static void pinn_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int pinn_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return pinn_double_loss(dims, theta, data, loss, work);
}

static int pinn_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return pinn_double_grad(dims, theta, data, loss, grad, work);
}

static size_t pinn_double_any_nparam(const void *dims) { return pinn_double_nparam(dims); }

static size_t pinn_double_any_work_bytes(const void *dims) { return pinn_double_work_bytes(dims); }

static int pinn_double_any_init(const void *dims, uint64_t seed, void *theta) { return pinn_double_init(dims, seed, theta); }

static int pinn_double_any_check(const void *dims, const void *data, int *which) { return pinn_double_test(dims, data, which); }

static const adc_array pinn_double_arrays[] = {
    {"a", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
};

const adc_model pinn_double = {
    ADC_MODEL, 8, "pinn",
    0, 0, -1,
    1, pinn_double_arrays, 0,
    0, 0,
    pinn_double_shape, pinn_double_range, pinn_double_any_nparam, pinn_double_any_nparam, pinn_double_any_work_bytes,
    pinn_double_any_init, pinn_double_any_check,
    pinn_double_any_loss, pinn_double_any_grad, 0,
    pinn_double_strerror,
    0, 0,
};
