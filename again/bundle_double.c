/* The functions of bundle_double; its header says what they take and need. */
#include "bundle_double.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t bundle_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t bundle_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t bundle_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : bundle_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t bundle_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : bundle_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t bundle_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t bundle_double_work_bytes(const bundle_double_dims *dims)
{
    const int64_t C = bundle_double_dim(dims->C);
    const int64_t M = bundle_double_dim(dims->M);
    const int64_t P = bundle_double_dim(dims->P);
    size_t most = 0, bytes = 0;
    bytes = bundle_double_slot(bytes, P, 8); /* cam_of */
    bytes = bundle_double_slot(bytes, P, 8); /* point_of */
    bytes = bundle_double_slot(bytes, bundle_double_count(P, 2), 8); /* feat */
    bytes = bundle_double_slot(bytes, bundle_double_count(C, 11), 8); /* cam */
    bytes = bundle_double_slot(bytes, bundle_double_count(M, 3), 8); /* X */
    bytes = bundle_double_slot(bytes, P, 8); /* w */
    bytes = bundle_double_slot(bytes, bundle_double_count(P, 2), 8); /* err */
    bytes = bundle_double_slot(bytes, P, 8); /* reg */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* err */
    bytes = 320;
    if (bytes > most) most = bytes;
    return most;
}

size_t bundle_double_nparam(const bundle_double_dims *dims)
{
    const int64_t C = bundle_double_dim(dims->C);
    const int64_t M = bundle_double_dim(dims->M);
    const int64_t P = bundle_double_dim(dims->P);
    const int64_t count = bundle_double_add(bundle_double_add(bundle_double_add(0, bundle_double_count(C, 11)), bundle_double_count(M, 3)), P);
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *bundle_double_strerror(int code)
{
    switch (code) {
    case BUNDLE_DOUBLE_OK: return "no error";
    case BUNDLE_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case BUNDLE_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case BUNDLE_DOUBLE_EWORK: return "no work memory was given";
    case BUNDLE_DOUBLE_ENONFINITE: return "the loss is not finite";
    case BUNDLE_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int bundle_double_init(const bundle_double_dims *dims, uint64_t seed, bundle_double_real *theta)
{
    if (!dims || bundle_double_work_bytes(dims) == SIZE_MAX) return BUNDLE_DOUBLE_EDIM;
    (void)seed;
    const int64_t C = (int64_t)dims->C;
    const int64_t M = (int64_t)dims->M;
    const int64_t P = (int64_t)dims->P;
    if (!theta) return BUNDLE_DOUBLE_EDATA;
    bundle_double_real *to;
    int64_t at;
    to = theta + BUNDLE_DOUBLE_cam_OFFSET(dims); /* cam */
    at = 0;
    for (int64_t i = 0; i < C; i++) {
        for (int64_t i_ = 0; i_ < 11; i_++) {
            to[at] = 0.1;
            at++;
        }
    }
    to = theta + BUNDLE_DOUBLE_X_OFFSET(dims); /* X */
    at = 0;
    for (int64_t i = 0; i < M; i++) {
        for (int64_t i_ = 0; i_ < 3; i_++) {
            to[at] = 1.0;
            at++;
        }
    }
    to = theta + BUNDLE_DOUBLE_w_OFFSET(dims); /* w */
    at = 0;
    for (int64_t i = 0; i < P; i++) {
        to[at] = 1.0;
        at++;
    }
    return BUNDLE_DOUBLE_OK;
}

static const char *const bundle_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "cam_of is missing",
    "cam_of has an entry outside 0..C",
    "point_of is missing",
    "point_of has an entry outside 0..M",
    "feat is missing",
    "feat holds a NaN",
};

static int bundle_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int bundle_double_test(const bundle_double_dims *dims, const bundle_double_data *data, int *which)
{
    if (!dims || bundle_double_work_bytes(dims) == SIZE_MAX) return bundle_double_fail(which, 0, BUNDLE_DOUBLE_EDIM);
    const int64_t C = (int64_t)dims->C;
    const int64_t M = (int64_t)dims->M;
    const int64_t P = (int64_t)dims->P;
    if (!data) return bundle_double_fail(which, 1, BUNDLE_DOUBLE_EDATA);
    if (!data->cam_of && P > 0) return bundle_double_fail(which, 2, BUNDLE_DOUBLE_EDATA);
    for (int64_t at = 0; at < P; at++)
        if (data->cam_of[at] < 0 || data->cam_of[at] >= C) return bundle_double_fail(which, 3, BUNDLE_DOUBLE_EDATA);
    if (!data->point_of && P > 0) return bundle_double_fail(which, 4, BUNDLE_DOUBLE_EDATA);
    for (int64_t at = 0; at < P; at++)
        if (data->point_of[at] < 0 || data->point_of[at] >= M) return bundle_double_fail(which, 5, BUNDLE_DOUBLE_EDATA);
    if (!data->feat && 2 * P > 0) return bundle_double_fail(which, 6, BUNDLE_DOUBLE_EDATA);
    for (int64_t at = 0; at < 2 * P; at++)
        if (data->feat[at] != data->feat[at]) return bundle_double_fail(which, 7, BUNDLE_DOUBLE_EDATA);
    return BUNDLE_DOUBLE_OK;
}

int bundle_double_check(const bundle_double_dims *dims, const bundle_double_data *data)
{
    return bundle_double_test(dims, data, 0);
}

static int bundle_double_ready(const bundle_double_dims *dims, const bundle_double_real *theta, const bundle_double_data *data, const void *work)
{
    const size_t bytes = dims ? bundle_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return BUNDLE_DOUBLE_EDIM;
    if (!theta) return BUNDLE_DOUBLE_EDATA;
    if (!data) return BUNDLE_DOUBLE_EDATA;
    return bytes > 0 && !work ? BUNDLE_DOUBLE_EWORK : BUNDLE_DOUBLE_OK;
}

static void bundle_double_err_part1(int64_t P, const int32_t *restrict cam_of, const int32_t *restrict point_of,
        const bundle_double_real *restrict feat, const bundle_double_real *restrict cam,
        const bundle_double_real *restrict X, const bundle_double_real *restrict w, bundle_double_real *restrict d,
        bundle_double_real *k, bundle_double_real *c, bundle_double_real *restrict turned, bundle_double_real *c_2,
        bundle_double_real *out_, bundle_double_real *restrict u, bundle_double_real *restrict err)
{
    for (int64_t p = 0; p < P; p++) {
        for (int64_t i = 0; i < 3; i++) {
            /* let d[i: 3] = p[i] - c[3 + i] */
            d[i] = X[(int64_t)point_of[p] * 3 + i] - cam[(int64_t)cam_of[p] * 11 + (i + 3)];
        }
        /* let theta2 = dot(r, r) */
        const int64_t t1 = (int64_t)cam_of[p];
        const bundle_double_real t2 = cam[t1 * 11 + 0];
        const bundle_double_real t3 = cam[t1 * 11 + 1];
        const bundle_double_real t4 = cam[t1 * 11 + 2];
        const bundle_double_real dot = t2 * t2 + t3 * t3 + t4 * t4;
        /* let theta  = sqrt(theta2) */
        const bundle_double_real theta_ = sqrt(dot);
        for (int64_t i = 0; i < 3; i++) {
            /* let k      = r / theta */
            k[i] = cam[t1 * 11 + i] / theta_;
        }
        /* let c[i: 3] = a[(i+1) % 3] * b[(i+2) % 3] - a[(i+2) % 3] * b[(i+1) % 3] */
        const bundle_double_real t5 = k[1];
        const bundle_double_real t6 = d[2];
        const bundle_double_real t7 = k[2];
        const bundle_double_real t8 = d[1];
        c[0] = t5 * t6 - t7 * t8;
        const bundle_double_real t9 = d[0];
        const bundle_double_real t10 = k[0];
        c[1] = t7 * t9 - t10 * t6;
        c[2] = t10 * t8 - t5 * t9;
        /* let turned = v * cos(theta) + cross(k, v) * sin(theta) + k * (dot(k, v) * (1 - cos(theta))) */
        const bundle_double_real dot_2 = t10 * t9 + t5 * t8 + t7 * t6;
        const bundle_double_real t11 = cos(theta_);
        const bundle_double_real val_dot_2 = dot_2 * (1.0 - t11);
        const bundle_double_real sin_theta = sin(theta_);
        const bundle_double_real cos_theta = t11;
        for (int64_t i = 0; i < 3; i++) {
            turned[i] = d[i] * cos_theta + c[i] * sin_theta + k[i] * val_dot_2;
        }
        /* let c[i: 3] = a[(i+1) % 3] * b[(i+2) % 3] - a[(i+2) % 3] * b[(i+1) % 3] */
        c_2[0] = t3 * t6 - t4 * t8;
        c_2[1] = t4 * t9 - t2 * t6;
        c_2[2] = t2 * t8 - t3 * t9;
        for (int64_t i = 0; i < 3; i++) {
            /* let small  = v + cross(r, v) */
            const bundle_double_real small = d[i] + c_2[i];
            /* let out[i] = if theta2 > 0 then turned[i] else small[i] */
            out_[i] = 0.0 < dot ? turned[i] : small;
        }
        for (int64_t i = 0; i < 2; i++) {
            /* let u[i: 2] = q[i] / q[2] */
            u[i] = out_[i] / out_[2];
        }
        /* let rho     = dot(u, u) */
        const bundle_double_real t12 = u[0];
        const bundle_double_real t13 = u[1];
        const bundle_double_real dot_3 = t12 * t12 + t13 * t13;
        for (int64_t i = 0; i < 2; i++) {
            /* let out[i]  = c[6] * u[i] * (1 + c[9]*rho + c[10]*rho^2) + c[7 + i] */
            const bundle_double_real t14 = cam[t1 * 11 + 6] * u[i] * (1.0 + cam[t1 * 11 + 9] * dot_3 + cam[t1 * 11 + 10] * (dot_3 * dot_3));
            const bundle_double_real out_2 = t14 + cam[t1 * 11 + (i + 7)];
            /* output err[p, i] = w[p] * (project(camera[p], point[p])[i] - feat[p, i]) */
            err[p * 2 + i] = w[p] * (out_2 - feat[p * 2 + i]);
        }
    }
}

int bundle_double_err(const bundle_double_dims *dims, const bundle_double_real *theta, const bundle_double_data *data, bundle_double_real *out, void *work)
{
    const int code = bundle_double_ready(dims, theta, data, work);
    if (code != BUNDLE_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    bundle_double_err_part1((int64_t)dims->P, data->cam_of, data->point_of, data->feat,
        theta + BUNDLE_DOUBLE_cam_OFFSET(dims), theta + BUNDLE_DOUBLE_X_OFFSET(dims),
        theta + BUNDLE_DOUBLE_w_OFFSET(dims), (bundle_double_real *)(void *)(bytes + 0),
        (bundle_double_real *)(void *)(bytes + 64), (bundle_double_real *)(void *)(bytes + 128),
        (bundle_double_real *)(void *)(bytes + 192), (bundle_double_real *)(void *)(bytes + 64),
        (bundle_double_real *)(void *)(bytes + 128), (bundle_double_real *)(void *)(bytes + 256), out);
    return BUNDLE_DOUBLE_OK;
}

static void bundle_double_reg_part1(int64_t P, const bundle_double_real *restrict w,
        bundle_double_real *restrict reg)
{
    for (int64_t p = 0; p < P; p++) {
        /* output reg[p]    = 1 - w[p]^2 */
        const bundle_double_real t1 = w[p];
        reg[p] = 1.0 - t1 * t1;
    }
}

int bundle_double_reg(const bundle_double_dims *dims, const bundle_double_real *theta, const bundle_double_data *data, bundle_double_real *out, void *work)
{
    const int code = bundle_double_ready(dims, theta, data, work);
    if (code != BUNDLE_DOUBLE_OK) return code;
    bundle_double_reg_part1((int64_t)dims->P, theta + BUNDLE_DOUBLE_w_OFFSET(dims), out);
    return BUNDLE_DOUBLE_OK;
}

static int bundle_double_shape(const void *any, int array, size_t *shape)
{
    const bundle_double_dims *const dims = any;
    if (!dims) return BUNDLE_DOUBLE_EDIM;
    const int64_t C = bundle_double_dim(dims->C);
    const int64_t M = bundle_double_dim(dims->M);
    const int64_t P = bundle_double_dim(dims->P);
    int64_t count;
    switch (array) {
    case 0: /* cam */
        count = C;
        if (count < 0) return BUNDLE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 11;
        break;
    case 1: /* X */
        count = M;
        if (count < 0) return BUNDLE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 3;
        break;
    case 2: /* w */
        count = P;
        if (count < 0) return BUNDLE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 3: /* cam_of */
        count = P;
        if (count < 0) return BUNDLE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 4: /* point_of */
        count = P;
        if (count < 0) return BUNDLE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 5: /* feat */
        count = P;
        if (count < 0) return BUNDLE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 2;
        break;
    case 6: /* err */
        count = P;
        if (count < 0) return BUNDLE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 2;
        break;
    case 7: /* reg */
        count = P;
        if (count < 0) return BUNDLE_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    default: break;
    }
    return BUNDLE_DOUBLE_OK;
}

static void bundle_double_range(const void *any, int array, long *lo, long *hi)
{
    const bundle_double_dims *const dims = any;
    const int64_t C = (int64_t)dims->C;
    const int64_t M = (int64_t)dims->M;
    *lo = 0;
    *hi = 0;
    switch (array) {
    case 3: /* cam_of */
        *lo = (long)0;
        *hi = (long)C;
        break;
    case 4: /* point_of */
        *lo = (long)0;
        *hi = (long)M;
        break;
    default: break;
    }
}

static int bundle_double_any_err(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return bundle_double_err(dims, theta, data, out, work);
}

static int bundle_double_any_reg(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return bundle_double_reg(dims, theta, data, out, work);
}

static size_t bundle_double_any_nparam(const void *dims) { return bundle_double_nparam(dims); }

static size_t bundle_double_any_work_bytes(const void *dims) { return bundle_double_work_bytes(dims); }

static int bundle_double_any_init(const void *dims, uint64_t seed, void *theta) { return bundle_double_init(dims, seed, theta); }

static int bundle_double_any_check(const void *dims, const void *data, int *which) { return bundle_double_test(dims, data, which); }

static const char *const bundle_double_dim_names[] = {"C", "M", "P"};

static const int bundle_double_axis0[] = {0, -1};
static const int bundle_double_axis1[] = {1, -1};
static const int bundle_double_axis2[] = {2};
static const int bundle_double_axis3[] = {2};
static const int bundle_double_axis4[] = {2};
static const int bundle_double_axis5[] = {2, -1};
static const int bundle_double_axis6[] = {2, -1};
static const int bundle_double_axis7[] = {2};
static const adc_array bundle_double_arrays[] = {
    {"cam", ADC_PARAM, ADC_REAL, 0, 0, 2, bundle_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"X", ADC_PARAM, ADC_REAL, 0, 0, 2, bundle_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"w", ADC_PARAM, ADC_REAL, 0, 0, 1, bundle_double_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"cam_of", ADC_DATA, ADC_INT32, 0, 1, 1, bundle_double_axis3, 0, offsetof(bundle_double_data, cam_of), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"point_of", ADC_DATA, ADC_INT32, 0, 1, 1, bundle_double_axis4, 1, offsetof(bundle_double_data, point_of), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"feat", ADC_DATA, ADC_REAL, 0, 0, 2, bundle_double_axis5, -1, offsetof(bundle_double_data, feat), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"err", ADC_OUTPUT, ADC_REAL, 0, 0, 2, bundle_double_axis6, -1, 0, 0.0, 0.0, 0.0, bundle_double_any_err, 0, 0, 0},
    {"reg", ADC_OUTPUT, ADC_REAL, 0, 0, 1, bundle_double_axis7, -1, 0, 0.0, 0.0, 0.0, bundle_double_any_reg, 0, 0, 0},
};

const adc_model bundle_double = {
    ADC_MODEL, 8, "bundle",
    3, bundle_double_dim_names, -1,
    8, bundle_double_arrays, sizeof(bundle_double_data),
    8, bundle_double_check_text,
    bundle_double_shape, bundle_double_range, bundle_double_any_nparam, bundle_double_any_nparam, bundle_double_any_work_bytes,
    bundle_double_any_init, bundle_double_any_check,
    0, 0, 0,
    bundle_double_strerror,
    0, 0,
};
