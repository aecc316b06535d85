/* The functions of vector_float; its header says what they take and need. */
#include "vector_float.h"

#include <math.h>


/* 1 / (1 + exp(-x)) without overflow */
static vector_float_real vector_float_sigmoid(vector_float_real x)
{
    const vector_float_real z = expf(-fabsf(x));
    return (x < 0.0f ? z : 1.0f) / (1.0f + z);
}

size_t vector_float_work_bytes(const void *dims)
{
    (void)dims;
    return 0;
}

size_t vector_float_nparam(const void *dims)
{
    (void)dims;
    return 2;
}

const char *vector_float_strerror(int code)
{
    switch (code) {
    case VECTOR_FLOAT_OK: return "no error";
    case VECTOR_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case VECTOR_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case VECTOR_FLOAT_EWORK: return "no work memory was given";
    case VECTOR_FLOAT_ENONFINITE: return "the loss is not finite";
    case VECTOR_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int vector_float_init(const void *dims, uint64_t seed, vector_float_real *theta)
{
    (void)dims;
    (void)seed;
    if (!theta) return VECTOR_FLOAT_EDATA;
    theta[VECTOR_FLOAT_w1_OFFSET(dims)] = 1.0f;
    theta[VECTOR_FLOAT_w2_OFFSET(dims)] = 2.0f;
    return VECTOR_FLOAT_OK;
}

static int vector_float_test(const void *dims, const void *data, int *which)
{
    (void)dims;
    (void)data;
    (void)which;
    return VECTOR_FLOAT_OK;
}

int vector_float_check(const void *dims, const void *data)
{
    return vector_float_test(dims, data, 0);
}

static int vector_float_ready(const void *dims, const vector_float_real *theta, const void *data, const void *work)
{
    (void)dims;
    if (!theta) return VECTOR_FLOAT_EDATA;
    (void)data;
    (void)work;
    return VECTOR_FLOAT_OK;
}

int vector_float_f1(const void *dims, const vector_float_real *theta, const void *data, vector_float_real *out, void *work)
{
    const int code = vector_float_ready(dims, theta, data, work);
    if (code != VECTOR_FLOAT_OK) return code;
    const vector_float_real w1 = theta[VECTOR_FLOAT_w1_OFFSET(dims)];
    const vector_float_real w2 = theta[VECTOR_FLOAT_w2_OFFSET(dims)];
    vector_float_real *const f1 = out;
    /* output f1 = exp(exp(w1) + exp(2*w2)) + sin(exp(w1) + exp(2*w2)) */
    const vector_float_real t1 = expf(w1) + expf(2.0f * w2);
    f1[0] = expf(t1) + sinf(t1);
    return VECTOR_FLOAT_OK;
}

int vector_float_f2(const void *dims, const vector_float_real *theta, const void *data, vector_float_real *out, void *work)
{
    const int code = vector_float_ready(dims, theta, data, work);
    if (code != VECTOR_FLOAT_OK) return code;
    const vector_float_real w1 = theta[VECTOR_FLOAT_w1_OFFSET(dims)];
    const vector_float_real w2 = theta[VECTOR_FLOAT_w2_OFFSET(dims)];
    vector_float_real *const f2 = out;
    /* output f2 = w1*w2 + sigmoid(w1) */
    f2[0] = w1 * w2 + vector_float_sigmoid(w1);
    return VECTOR_FLOAT_OK;
}

static int vector_float_shape(const void *any, int array, size_t *shape)
{
    const void *const dims = any;
    (void)dims;
    (void)array;
    (void)shape;
    return VECTOR_FLOAT_OK;
}

static void vector_float_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int vector_float_any_f1(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return vector_float_f1(dims, theta, data, out, work);
}

static int vector_float_any_f2(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return vector_float_f2(dims, theta, data, out, work);
}

static size_t vector_float_any_nparam(const void *dims) { return vector_float_nparam(dims); }

static size_t vector_float_any_work_bytes(const void *dims) { return vector_float_work_bytes(dims); }

static int vector_float_any_init(const void *dims, uint64_t seed, void *theta) { return vector_float_init(dims, seed, theta); }

static int vector_float_any_check(const void *dims, const void *data, int *which) { return vector_float_test(dims, data, which); }

static const adc_array vector_float_arrays[] = {
    {"w1", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"w2", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"f1", ADC_OUTPUT, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, vector_float_any_f1, 0, 0, 0},
    {"f2", ADC_OUTPUT, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, vector_float_any_f2, 0, 0, 0},
};

const adc_model vector_float = {
    ADC_MODEL, 4, "vector",
    0, 0, -1,
    4, vector_float_arrays, 0,
    0, 0,
    vector_float_shape, vector_float_range, vector_float_any_nparam, vector_float_any_nparam, vector_float_any_work_bytes,
    vector_float_any_init, vector_float_any_check,
    0, 0, 0,
    vector_float_strerror,
    0, 0,
};
