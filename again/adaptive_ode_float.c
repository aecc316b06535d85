/* The functions of adaptive_ode_float; its header says what they take and need. */
#include "adaptive_ode_float.h"

#include <math.h>


size_t adaptive_ode_float_work_bytes(const void *dims)
{
    (void)dims;
    size_t most = 0, bytes;
    /* y_end */
    bytes = 384;
    if (bytes > most) most = bytes;
    return most;
}

size_t adaptive_ode_float_nparam(const void *dims)
{
    (void)dims;
    return 1;
}

const char *adaptive_ode_float_strerror(int code)
{
    switch (code) {
    case ADAPTIVE_ODE_FLOAT_OK: return "no error";
    case ADAPTIVE_ODE_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case ADAPTIVE_ODE_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case ADAPTIVE_ODE_FLOAT_EWORK: return "no work memory was given";
    case ADAPTIVE_ODE_FLOAT_ENONFINITE: return "the loss is not finite";
    case ADAPTIVE_ODE_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int adaptive_ode_float_init(const void *dims, uint64_t seed, adaptive_ode_float_real *theta)
{
    (void)dims;
    (void)seed;
    if (!theta) return ADAPTIVE_ODE_FLOAT_EDATA;
    theta[ADAPTIVE_ODE_FLOAT_mu_OFFSET(dims)] = 2.0f;
    return ADAPTIVE_ODE_FLOAT_OK;
}

static int adaptive_ode_float_test(const void *dims, const void *data, int *which)
{
    (void)dims;
    (void)data;
    (void)which;
    return ADAPTIVE_ODE_FLOAT_OK;
}

int adaptive_ode_float_check(const void *dims, const void *data)
{
    return adaptive_ode_float_test(dims, data, 0);
}

static int adaptive_ode_float_ready(const void *dims, const adaptive_ode_float_real *theta, const void *data, const void *work)
{
    (void)dims;
    if (!theta) return ADAPTIVE_ODE_FLOAT_EDATA;
    (void)data;
    return !work ? ADAPTIVE_ODE_FLOAT_EWORK : ADAPTIVE_ODE_FLOAT_OK;
}

static int adaptive_ode_float_y_end_part1(adaptive_ode_float_real mu, adaptive_ode_float_real *restrict y,
        adaptive_ode_float_real *restrict time, adaptive_ode_float_real *restrict h,
        adaptive_ode_float_real *restrict f, adaptive_ode_float_real *restrict rate_y,
        adaptive_ode_float_real *restrict f_2, adaptive_ode_float_real *restrict y_end)
{
    for (int64_t i = 0; i < 2; i++) {
        /* scan s: 5000 while time < tend with y[i: 2] = (if i == 0 then 2 else 0), time = 0, h = 0.01, use */
        y[i] = (adaptive_ode_float_real)(i == 0 ? 2 : 0);
    }
    time[0] = 0.0f;
    h[0] = 0.01f;
    int64_t s = 0;
    for (;; s++) {
        const int64_t t1 = s % 2;
        const int64_t t2 = (s + 1) % 2;
        if (!(time[t1] < 5.0f)) break;
        if (s >= 5000) return ADAPTIVE_ODE_FLOAT_ELIMIT;
        for (int64_t i = 0; i < 2; i++) {
            /* let f[i: 2] = if i == 0 then y[1] else mu * (1 - y[0]^2) * y[1] - y[0] */
            f[i] = i == 0 ? y[1] : mu * (1.0f - y[0] * y[0]) * y[1] - y[0];
            /* let k2 = rate(y + h * k1) */
            rate_y[i] = y[i] + h[t1] * f[i];
        }
        for (int64_t i = 0; i < 2; i++) {
            /* let f[i: 2] = if i == 0 then y[1] else mu * (1 - y[0]^2) * y[1] - y[0] */
            f_2[i] = i == 0 ? rate_y[1] : mu * (1.0f - rate_y[0] * rate_y[0]) * rate_y[1] - rate_y[0];
        }
        /* let e  = stop(h / 2 * norm(k2 - k1) + 1e-300) */
        const adaptive_ode_float_real t3 = f_2[0] - f[0];
        const adaptive_ode_float_real t4 = f_2[1] - f[1];
        const adaptive_ode_float_real norm = t3 * t3 + t4 * t4;
        const adaptive_ode_float_real t5 = h[t1];
        const adaptive_ode_float_real e = (t5 / 2.0f * sqrtf(norm) + 0.0f);
        /* let ok = e <= tol */
        const int ok = e <= 1e-06f;
        for (int64_t i = 0; i < 2; i++) {
            /* next y[i] = if ok then y[i] + h/2 * (k1[i] + k2[i]) else y[i] */
            y[i] = ok ? y[i] + t5 / 2.0f * (f[i] + f_2[i]) : y[i];
        }
        /* next h = stop(min(clamp(0.9 * sqrt(tol / e), 0.2, 5) * h, tend - (if ok then time + h else time) */
        const adaptive_ode_float_real t6 = ok ? time[t1] + t5 : time[t1];
        const adaptive_ode_float_real t7 = 0.9f * sqrtf(1e-06f / e);
        const adaptive_ode_float_real t8 = 0.2f > t7 || t7 != t7 ? 0.2f : t7;
        const adaptive_ode_float_real t9 = (5.0f < t8 || t8 != t8 ? 5.0f : t8) * t5;
        const adaptive_ode_float_real t10 = 5.0f - t6;
        h[t2] = (t10 < t9 || t9 != t9 ? t10 : t9);
        /* next time = if ok then time + h else time */
        time[t2] = t6;
    }
    for (int64_t i = 0; i < 2; i++) {
        /* output y_end[i] = y[i] */
        y_end[i] = y[i];
    }
    return ADAPTIVE_ODE_FLOAT_OK;
}

int adaptive_ode_float_y_end(const void *dims, const adaptive_ode_float_real *theta, const void *data, adaptive_ode_float_real *out, void *work)
{
    const int code = adaptive_ode_float_ready(dims, theta, data, work);
    if (code != ADAPTIVE_ODE_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    if (adaptive_ode_float_y_end_part1(theta[ADAPTIVE_ODE_FLOAT_mu_OFFSET(dims)],
        (adaptive_ode_float_real *)(void *)(bytes + 0), (adaptive_ode_float_real *)(void *)(bytes + 64),
        (adaptive_ode_float_real *)(void *)(bytes + 128), (adaptive_ode_float_real *)(void *)(bytes + 192),
        (adaptive_ode_float_real *)(void *)(bytes + 256), (adaptive_ode_float_real *)(void *)(bytes + 320), out) != ADAPTIVE_ODE_FLOAT_OK) return ADAPTIVE_ODE_FLOAT_ELIMIT;
    return ADAPTIVE_ODE_FLOAT_OK;
}

static int adaptive_ode_float_shape(const void *any, int array, size_t *shape)
{
    const void *const dims = any;
    (void)dims;
    switch (array) {
    case 1: /* y_end */
        shape[0] = 2;
        break;
    default: break;
    }
    return ADAPTIVE_ODE_FLOAT_OK;
}

static void adaptive_ode_float_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int adaptive_ode_float_any_y_end(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return adaptive_ode_float_y_end(dims, theta, data, out, work);
}

static size_t adaptive_ode_float_any_nparam(const void *dims) { return adaptive_ode_float_nparam(dims); }

static size_t adaptive_ode_float_any_work_bytes(const void *dims) { return adaptive_ode_float_work_bytes(dims); }

static int adaptive_ode_float_any_init(const void *dims, uint64_t seed, void *theta) { return adaptive_ode_float_init(dims, seed, theta); }

static int adaptive_ode_float_any_check(const void *dims, const void *data, int *which) { return adaptive_ode_float_test(dims, data, which); }

static const int adaptive_ode_float_axis1[] = {-1};
static const adc_array adaptive_ode_float_arrays[] = {
    {"mu", ADC_PARAM, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"y_end", ADC_OUTPUT, ADC_REAL, 0, 0, 1, adaptive_ode_float_axis1, -1, 0, 0.0, 0.0, 0.0, adaptive_ode_float_any_y_end, 0, 0, 0},
};

const adc_model adaptive_ode_float = {
    ADC_MODEL, 4, "adaptive_ode",
    0, 0, -1,
    2, adaptive_ode_float_arrays, 0,
    0, 0,
    adaptive_ode_float_shape, adaptive_ode_float_range, adaptive_ode_float_any_nparam, adaptive_ode_float_any_nparam, adaptive_ode_float_any_work_bytes,
    adaptive_ode_float_any_init, adaptive_ode_float_any_check,
    0, 0, 0,
    adaptive_ode_float_strerror,
    0, 0,
};
