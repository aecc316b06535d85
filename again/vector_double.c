/* The functions of vector_double; its header says what they take and need. */
#include "vector_double.h"

#include <math.h>


/* 1 / (1 + exp(-x)) without overflow */
static vector_double_real vector_double_sigmoid(vector_double_real x)
{
    const vector_double_real z = exp(-fabs(x));
    return (x < 0.0 ? z : 1.0) / (1.0 + z);
}

size_t vector_double_work_bytes(const void *dims)
{
    (void)dims;
    return 0;
}

size_t vector_double_nparam(const void *dims)
{
    (void)dims;
    return 2;
}

const char *vector_double_strerror(int code)
{
    switch (code) {
    case VECTOR_DOUBLE_OK: return "no error";
    case VECTOR_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case VECTOR_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case VECTOR_DOUBLE_EWORK: return "no work memory was given";
    case VECTOR_DOUBLE_ENONFINITE: return "the loss is not finite";
    case VECTOR_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int vector_double_init(const void *dims, uint64_t seed, vector_double_real *theta)
{
    (void)dims;
    (void)seed;
    if (!theta) return VECTOR_DOUBLE_EDATA;
    theta[VECTOR_DOUBLE_w1_OFFSET(dims)] = 1.0;
    theta[VECTOR_DOUBLE_w2_OFFSET(dims)] = 2.0;
    return VECTOR_DOUBLE_OK;
}

static int vector_double_test(const void *dims, const void *data, int *which)
{
    (void)dims;
    (void)data;
    (void)which;
    return VECTOR_DOUBLE_OK;
}

int vector_double_check(const void *dims, const void *data)
{
    return vector_double_test(dims, data, 0);
}

static int vector_double_ready(const void *dims, const vector_double_real *theta, const void *data, const void *work)
{
    (void)dims;
    if (!theta) return VECTOR_DOUBLE_EDATA;
    (void)data;
    (void)work;
    return VECTOR_DOUBLE_OK;
}

int vector_double_f1(const void *dims, const vector_double_real *theta, const void *data, vector_double_real *out, void *work)
{
    const int code = vector_double_ready(dims, theta, data, work);
    if (code != VECTOR_DOUBLE_OK) return code;
    const vector_double_real w1 = theta[VECTOR_DOUBLE_w1_OFFSET(dims)];
    const vector_double_real w2 = theta[VECTOR_DOUBLE_w2_OFFSET(dims)];
    vector_double_real *const f1 = out;
    /* output f1 = exp(exp(w1) + exp(2*w2)) + sin(exp(w1) + exp(2*w2)) */
    const vector_double_real t1 = exp(w1) + exp(2.0 * w2);
    f1[0] = exp(t1) + sin(t1);
    return VECTOR_DOUBLE_OK;
}

int vector_double_f2(const void *dims, const vector_double_real *theta, const void *data, vector_double_real *out, void *work)
{
    const int code = vector_double_ready(dims, theta, data, work);
    if (code != VECTOR_DOUBLE_OK) return code;
    const vector_double_real w1 = theta[VECTOR_DOUBLE_w1_OFFSET(dims)];
    const vector_double_real w2 = theta[VECTOR_DOUBLE_w2_OFFSET(dims)];
    vector_double_real *const f2 = out;
    /* output f2 = w1*w2 + sigmoid(w1) */
    f2[0] = w1 * w2 + vector_double_sigmoid(w1);
    return VECTOR_DOUBLE_OK;
}

static int vector_double_shape(const void *any, int array, size_t *shape)
{
    const void *const dims = any;
    (void)dims;
    (void)array;
    (void)shape;
    return VECTOR_DOUBLE_OK;
}

static void vector_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int vector_double_any_f1(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return vector_double_f1(dims, theta, data, out, work);
}

static int vector_double_any_f2(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return vector_double_f2(dims, theta, data, out, work);
}

static size_t vector_double_any_nparam(const void *dims) { return vector_double_nparam(dims); }

static size_t vector_double_any_work_bytes(const void *dims) { return vector_double_work_bytes(dims); }

static int vector_double_any_init(const void *dims, uint64_t seed, void *theta) { return vector_double_init(dims, seed, theta); }

static int vector_double_any_check(const void *dims, const void *data, int *which) { return vector_double_test(dims, data, which); }

static const adc_array vector_double_arrays[] = {
    {"w1", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"w2", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"f1", ADC_OUTPUT, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, vector_double_any_f1, 0, 0, 0},
    {"f2", ADC_OUTPUT, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, vector_double_any_f2, 0, 0, 0},
};

const adc_model vector_double = {
    ADC_MODEL, 8, "vector",
    0, 0, -1,
    4, vector_double_arrays, 0,
    0, 0,
    vector_double_shape, vector_double_range, vector_double_any_nparam, vector_double_any_nparam, vector_double_any_work_bytes,
    vector_double_any_init, vector_double_any_check,
    0, 0, 0,
    vector_double_strerror,
    0, 0,
};
