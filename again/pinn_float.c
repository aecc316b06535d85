/* The functions of pinn_float; its header says what they take and need. */
#include "pinn_float.h"

#include <math.h>


size_t pinn_float_work_bytes(const void *dims)
{
    (void)dims;
    return 0;
}

size_t pinn_float_nparam(const void *dims)
{
    (void)dims;
    return 1;
}

const char *pinn_float_strerror(int code)
{
    switch (code) {
    case PINN_FLOAT_OK: return "no error";
    case PINN_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case PINN_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case PINN_FLOAT_EWORK: return "no work memory was given";
    case PINN_FLOAT_ENONFINITE: return "the loss is not finite";
    case PINN_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int pinn_float_init(const void *dims, uint64_t seed, pinn_float_real *theta)
{
    (void)dims;
    (void)seed;
    if (!theta) return PINN_FLOAT_EDATA;
    theta[PINN_FLOAT_a_OFFSET(dims)] = 1.0f;
    return PINN_FLOAT_OK;
}

static int pinn_float_test(const void *dims, const void *data, int *which)
{
    (void)dims;
    (void)data;
    (void)which;
    return PINN_FLOAT_OK;
}

int pinn_float_check(const void *dims, const void *data)
{
    return pinn_float_test(dims, data, 0);
}

static int pinn_float_ready(const void *dims, const pinn_float_real *theta, const void *data, const void *work)
{
    (void)dims;
    if (!theta) return PINN_FLOAT_EDATA;
    (void)data;
    (void)work;
    return PINN_FLOAT_OK;
}

int pinn_float_loss(const void *dims, const pinn_float_real *theta, const void *data, pinn_float_real *loss, void *work)
{
    const int code = pinn_float_ready(dims, theta, data, work);
    if (code != PINN_FLOAT_OK) return code;
    const pinn_float_real a = theta[PINN_FLOAT_a_OFFSET(dims)];
    /* let r[n: 3] = uxx(n) + a^2*u(n) */
    const pinn_float_real sin_a = sinf(a * 0.0f);
    const pinn_float_real d_x_2_0 = -(a * sin_a) * a;
    const pinn_float_real sin_a_2 = sinf(a);
    const pinn_float_real d_x_2_1 = -(a * sin_a_2) * a;
    const pinn_float_real sin_a_3 = sinf(a * 2.0f);
    const pinn_float_real d_x_2_2 = -(a * sin_a_3) * a;
    const pinn_float_real sin_a_4 = sinf(a * 0.0f);
    const pinn_float_real t1 = a * a;
    const pinn_float_real r_0 = d_x_2_0 + t1 * sin_a_4;
    const pinn_float_real r_1 = d_x_2_1 + t1 * sin_a_2;
    const pinn_float_real sin_a_5 = sinf(a * 2.0f);
    const pinn_float_real r_2 = d_x_2_2 + t1 * sin_a_5;
    /* loss sum(r^2) */
    const pinn_float_real loss_sum = r_0 * r_0 + r_1 * r_1 + r_2 * r_2;
    loss[0] = loss_sum;
    return fabsf(*loss) <= 3.4028234e38f ? PINN_FLOAT_OK : PINN_FLOAT_ENONFINITE;
}

int pinn_float_grad(const void *dims, const pinn_float_real *theta, const void *data, pinn_float_real *loss, pinn_float_real *grad, void *work)
{
    const int code = pinn_float_ready(dims, theta, data, work);
    if (code != PINN_FLOAT_OK) return code;
    const pinn_float_real a = theta[PINN_FLOAT_a_OFFSET(dims)];
    pinn_float_real *const d_a = grad + PINN_FLOAT_a_OFFSET(dims);
    /* let r[n: 3] = uxx(n) + a^2*u(n) */
    const pinn_float_real t1 = a * 0.0f;
    const pinn_float_real cos_a = cosf(t1);
    const pinn_float_real cos_a_2 = cosf(a);
    const pinn_float_real t2 = a * 2.0f;
    const pinn_float_real cos_a_3 = cosf(t2);
    const pinn_float_real sin_a = sinf(t1);
    const pinn_float_real t3 = -(a * sin_a);
    const pinn_float_real d_x_2_0 = t3 * a;
    const pinn_float_real sin_a_2 = sinf(a);
    const pinn_float_real t4 = -(a * sin_a_2);
    const pinn_float_real d_x_2_1 = t4 * a;
    const pinn_float_real sin_a_3 = sinf(t2);
    const pinn_float_real t5 = -(a * sin_a_3);
    const pinn_float_real d_x_2_2 = t5 * a;
    const pinn_float_real t6 = a * 0.0f;
    const pinn_float_real sin_a_4 = sinf(t6);
    const pinn_float_real t7 = a * a;
    const pinn_float_real r_0 = d_x_2_0 + t7 * sin_a_4;
    const pinn_float_real r_1 = d_x_2_1 + t7 * sin_a_2;
    const pinn_float_real t8 = a * 2.0f;
    const pinn_float_real sin_a_5 = sinf(t8);
    const pinn_float_real r_2 = d_x_2_2 + t7 * sin_a_5;
    /* loss sum(r^2) */
    const pinn_float_real loss_sum = r_0 * r_0 + r_1 * r_1 + r_2 * r_2;
    loss[0] = loss_sum;
    const pinn_float_real d_r_0 = 2.0f * r_0;
    const pinn_float_real d_r_1 = 2.0f * r_1;
    const pinn_float_real d_r_2 = 2.0f * r_2;
    /* let r[n: 3] = uxx(n) + a^2*u(n) */
    const pinn_float_real t9 = 2.0f * a;
    const pinn_float_real t10 = -(d_r_0 * a);
    const pinn_float_real t11 = -(d_r_1 * a);
    const pinn_float_real t12 = -(d_r_2 * a);
    const pinn_float_real t13 = d_r_0 * t7 * cosf(t6) * 0.0f + d_r_0 * sin_a_4 * t9 + (d_r_1 * t7 * cos_a_2 + d_r_1 * sin_a_2 * t9);
    const pinn_float_real t14 = d_r_0 * t3 + t10 * sin_a + t10 * a * cos_a * 0.0f + (d_r_1 * t4 + t11 * sin_a_2 + t11 * a * cos_a_2);
    const pinn_float_real t15 = t13 + (d_r_2 * t7 * cosf(t8) * 2.0f + d_r_2 * sin_a_5 * t9) + (t14 + (d_r_2 * t5 + t12 * sin_a_3 + t12 * a * cos_a_3 * 2.0f));
    d_a[0] = t15;
    return fabsf(*loss) <= 3.4028234e38f ? PINN_FLOAT_OK : PINN_FLOAT_ENONFINITE;
}

static int pinn_float_shape(const void *any, int array, size_t *shape)
{
    const void *const dims = any;
    (void)dims;
    (void)array;
    (void)shape;
    return PINN_FLOAT_OK;
}

static void pinn_float_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int pinn_float_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return pinn_float_loss(dims, theta, data, loss, work);
}

static int pinn_float_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return pinn_float_grad(dims, theta, data, loss, grad, work);
}

static size_t pinn_float_any_nparam(const void *dims) { return pinn_float_nparam(dims); }

static size_t pinn_float_any_work_bytes(const void *dims) { return pinn_float_work_bytes(dims); }

static int pinn_float_any_init(const void *dims, uint64_t seed, void *theta) { return pinn_float_init(dims, seed, theta); }

static int pinn_float_any_check(const void *dims, const void *data, int *which) { return pinn_float_test(dims, data, which); }

static const adc_array pinn_float_arrays[] = {
    {"a", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
};

const adc_model pinn_float = {
    ADC_MODEL, 4, "pinn",
    0, 0, -1,
    1, pinn_float_arrays, 0,
    0, 0,
    pinn_float_shape, pinn_float_range, pinn_float_any_nparam, pinn_float_any_nparam, pinn_float_any_work_bytes,
    pinn_float_any_init, pinn_float_any_check,
    pinn_float_any_loss, pinn_float_any_grad, 0,
    pinn_float_strerror,
    0, 0,
};
