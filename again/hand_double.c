/* The functions of hand_double; its header says what they take and need. */
#include "hand_double.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t hand_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t hand_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t hand_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : hand_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t hand_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : hand_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t hand_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t hand_double_work_bytes(const hand_double_dims *dims)
{
    const int64_t B = hand_double_dim(dims->B);
    const int64_t V = hand_double_dim(dims->V);
    const int64_t P = hand_double_dim(dims->P);
    size_t most = 0, bytes = 0;
    bytes = hand_double_slot(bytes, B, 8); /* parent */
    bytes = hand_double_slot(bytes, hand_double_count(hand_double_count(B, 4), 4), 8); /* rest */
    bytes = hand_double_slot(bytes, hand_double_count(hand_double_count(B, 4), 4), 8); /* inverse */
    bytes = hand_double_slot(bytes, hand_double_count(V, 3), 8); /* base */
    bytes = hand_double_slot(bytes, hand_double_count(V, B), 8); /* weight */
    bytes = hand_double_slot(bytes, P, 8); /* match */
    bytes = hand_double_slot(bytes, hand_double_count(P, 3), 8); /* pts */
    bytes = hand_double_slot(bytes, hand_double_count(B, 3), 8); /* theta */
    bytes = hand_double_slot(bytes, hand_double_count(P, 3), 8); /* err */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* err */
    bytes = 320;
    bytes = hand_double_slot(bytes, hand_double_mul(16, B), 8);
    bytes = hand_double_slot(bytes, hand_double_mul(16, B), 8);
    bytes = hand_double_slot(bytes, hand_double_mul(16, B), 8);
    bytes = hand_double_slot(bytes, B, 8);
    bytes = hand_double_slot(bytes, hand_double_mul(3, V), 8);
    if (bytes > most) most = bytes;
    return most;
}

size_t hand_double_nparam(const hand_double_dims *dims)
{
    const int64_t B = hand_double_dim(dims->B);
    const int64_t count = hand_double_add(hand_double_add(0, hand_double_count(B, 3)), 3);
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *hand_double_strerror(int code)
{
    switch (code) {
    case HAND_DOUBLE_OK: return "no error";
    case HAND_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case HAND_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case HAND_DOUBLE_EWORK: return "no work memory was given";
    case HAND_DOUBLE_ENONFINITE: return "the loss is not finite";
    case HAND_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int hand_double_init(const hand_double_dims *dims, uint64_t seed, hand_double_real *theta)
{
    if (!dims || hand_double_work_bytes(dims) == SIZE_MAX) return HAND_DOUBLE_EDIM;
    (void)seed;
    const int64_t B = (int64_t)dims->B;
    if (!theta) return HAND_DOUBLE_EDATA;
    hand_double_real *to;
    int64_t at;
    to = theta + HAND_DOUBLE_theta_OFFSET(dims); /* theta */
    at = 0;
    for (int64_t i = 0; i < B; i++) {
        for (int64_t i_ = 0; i_ < 3; i_++) {
            to[at] = 0.0;
            at++;
        }
    }
    to = theta + HAND_DOUBLE_move_OFFSET(dims); /* move */
    at = 0;
    for (int64_t i = 0; i < 3; i++) {
        to[at] = 0.0;
        at++;
    }
    return HAND_DOUBLE_OK;
}

static const char *const hand_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "parent is missing",
    "parent has an entry outside 0..B",
    "rest is missing",
    "rest holds a NaN",
    "inverse is missing",
    "inverse holds a NaN",
    "base is missing",
    "base holds a NaN",
    "weight is missing",
    "weight holds a NaN",
    "match is missing",
    "match has an entry outside 0..V",
    "pts is missing",
    "pts holds a NaN",
    "pose reads step parent[b], which is not computed yet",
};

static int hand_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int hand_double_test(const hand_double_dims *dims, const hand_double_data *data, int *which)
{
    if (!dims || hand_double_work_bytes(dims) == SIZE_MAX) return hand_double_fail(which, 0, HAND_DOUBLE_EDIM);
    const int64_t B = (int64_t)dims->B;
    const int64_t V = (int64_t)dims->V;
    const int64_t P = (int64_t)dims->P;
    if (!data) return hand_double_fail(which, 1, HAND_DOUBLE_EDATA);
    if (!data->parent && B > 0) return hand_double_fail(which, 2, HAND_DOUBLE_EDATA);
    for (int64_t at = 0; at < B; at++)
        if (data->parent[at] < 0 || data->parent[at] >= B) return hand_double_fail(which, 3, HAND_DOUBLE_EDATA);
    if (!data->rest && 16 * B > 0) return hand_double_fail(which, 4, HAND_DOUBLE_EDATA);
    for (int64_t at = 0; at < 16 * B; at++)
        if (data->rest[at] != data->rest[at]) return hand_double_fail(which, 5, HAND_DOUBLE_EDATA);
    if (!data->inverse && 16 * B > 0) return hand_double_fail(which, 6, HAND_DOUBLE_EDATA);
    for (int64_t at = 0; at < 16 * B; at++)
        if (data->inverse[at] != data->inverse[at]) return hand_double_fail(which, 7, HAND_DOUBLE_EDATA);
    if (!data->base && 3 * V > 0) return hand_double_fail(which, 8, HAND_DOUBLE_EDATA);
    for (int64_t at = 0; at < 3 * V; at++)
        if (data->base[at] != data->base[at]) return hand_double_fail(which, 9, HAND_DOUBLE_EDATA);
    if (!data->weight && V * B > 0) return hand_double_fail(which, 10, HAND_DOUBLE_EDATA);
    for (int64_t at = 0; at < V * B; at++)
        if (data->weight[at] != data->weight[at]) return hand_double_fail(which, 11, HAND_DOUBLE_EDATA);
    if (!data->match && P > 0) return hand_double_fail(which, 12, HAND_DOUBLE_EDATA);
    for (int64_t at = 0; at < P; at++)
        if (data->match[at] < 0 || data->match[at] >= V) return hand_double_fail(which, 13, HAND_DOUBLE_EDATA);
    if (!data->pts && 3 * P > 0) return hand_double_fail(which, 14, HAND_DOUBLE_EDATA);
    for (int64_t at = 0; at < 3 * P; at++)
        if (data->pts[at] != data->pts[at]) return hand_double_fail(which, 15, HAND_DOUBLE_EDATA);
    const int32_t *const parent = data->parent;
    for (int64_t b = 0; b < B; b++) {
        if (b != 0) {
            if (!(0 <= b - (int64_t)parent[b] - 1)) return hand_double_fail(which, 16, HAND_DOUBLE_EDATA);
        }
    }
    return HAND_DOUBLE_OK;
}

int hand_double_check(const hand_double_dims *dims, const hand_double_data *data)
{
    return hand_double_test(dims, data, 0);
}

static int hand_double_ready(const hand_double_dims *dims, const hand_double_real *theta, const hand_double_data *data, const void *work)
{
    const size_t bytes = dims ? hand_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return HAND_DOUBLE_EDIM;
    if (!theta) return HAND_DOUBLE_EDATA;
    if (!data) return HAND_DOUBLE_EDATA;
    return bytes > 0 && !work ? HAND_DOUBLE_EWORK : HAND_DOUBLE_OK;
}

static void hand_double_err_part1(int64_t B, int64_t V, int64_t P, const int32_t *restrict parent,
        const hand_double_real *restrict rest, const hand_double_real *restrict inverse,
        const hand_double_real *restrict base, const hand_double_real *restrict weight,
        const int32_t *restrict match, const hand_double_real *restrict pts, const hand_double_real *restrict theta_,
        const hand_double_real *restrict move, hand_double_real *restrict c, hand_double_real *restrict s,
        hand_double_real *rx, hand_double_real *restrict rz, hand_double_real *restrict pose,
        hand_double_real *restrict local, hand_double_real *skin, hand_double_real *restrict vert_sum,
        hand_double_real *restrict vert, hand_double_real *restrict err, hand_double_real *restrict sum_local)
{
    for (int64_t b = 0; b < B; b++) {
        for (int64_t a = 0; a < 3; a++) {
            /* let c[b, a] = cos(theta[b, a]) */
            const hand_double_real t1 = theta_[b * 3 + a];
            c[a] = cos(t1);
            /* let s[b, a] = sin(theta[b, a]) */
            s[a] = sin(t1);
        }
        for (int64_t i = 0; i < 4; i++) {
            for (int64_t j = 0; j < 4; j++) {
                /* let rx[b, i: 4, j: 4] = if i == j and (i == 0 or i == 3) then 1 else if i == 0 or j == 0 or i == */
                hand_double_real t2;
                if (i == j && (i == 0 || i == 3)) {
                    t2 = 1.0;
                } else {
                    hand_double_real t3;
                    if (i == 0 || j == 0 || i == 3 || j == 3) {
                        t3 = 0.0;
                    } else {
                        hand_double_real t4;
                        if (i == j) {
                            t4 = c[0];
                        } else {
                            t4 = i < j ? -s[0] : s[0];
                        }
                        t3 = t4;
                    }
                    t2 = t3;
                }
                rx[(b * 4 + i) * 4 + j] = t2;
                /* let rz[b, i: 4, j: 4] = if i > 1 or j > 1 then (if i == j then 1 else 0) else if i == j then c[b */
                hand_double_real t5;
                if (1 < i || 1 < j) {
                    t5 = (hand_double_real)(i == j ? 1 : 0);
                } else {
                    hand_double_real t6;
                    if (i == j) {
                        t6 = c[2];
                    } else {
                        t6 = i < j ? -s[2] : s[2];
                    }
                    t5 = t6;
                }
                rz[(b * 4 + i) * 4 + j] = t5;
            }
        }
    }
    /* scan b: B { */
    for (int64_t b = 0; b < B; b++) {
        for (int64_t i = 0; i < 4; i++) {
            for (int64_t l = 0; l < 4; l++) {
                /* let local[i, j] = sum[k, l] rest[b, i, k] * rz[b, k, l] * rx[b, l, j] */
                hand_double_real t7 = 0.0;
                for (int64_t k = 0; k < 4; k++) {
                    t7 += rest[(b * 4 + i) * 4 + k] * rz[(b * 4 + k) * 4 + l];
                }
                sum_local[l] = t7;
            }
            for (int64_t j = 0; j < 4; j++) {
                hand_double_real t8 = 0.0;
                for (int64_t l = 0; l < 4; l++) {
                    t8 += rx[(b * 4 + l) * 4 + j] * sum_local[l];
                }
                local[i * 4 + j] = t8;
            }
        }
        for (int64_t i = 0; i < 4; i++) {
            for (int64_t j = 0; j < 4; j++) {
                /* yield pose[b, i: 4, j: 4] = if b == 0 then local[i, j] else sum[k] pose[parent[b], i, k] * local */
                hand_double_real t9;
                if (b != 0) {
                    const int64_t t10 = (int64_t)parent[b];
                    const hand_double_real t11 = pose[(t10 * 4 + i) * 4 + 0] * local[j] + pose[(t10 * 4 + i) * 4 + 1] * local[1 * 4 + j] + pose[(t10 * 4 + i) * 4 + 2] * local[2 * 4 + j];
                    t9 = t11 + pose[(t10 * 4 + i) * 4 + 3] * local[3 * 4 + j];
                } else {
                    t9 = 0.0;
                }
                const hand_double_real pose_sum = t9;
                pose[(b * 4 + i) * 4 + j] = b == 0 ? local[i * 4 + j] : pose_sum;
            }
        }
    }
    for (int64_t b = 0; b < B; b++) {
        for (int64_t i = 0; i < 4; i++) {
            for (int64_t j = 0; j < 4; j++) {
                /* let skin[b, i, j] = sum[k] pose[b, i, k] * inverse[b, k, j] */
                const hand_double_real t12 = pose[(b * 4 + i) * 4 + 0] * inverse[(b * 4 + 0) * 4 + j] + pose[(b * 4 + i) * 4 + 1] * inverse[(b * 4 + 1) * 4 + j];
                const hand_double_real t13 = t12 + pose[(b * 4 + i) * 4 + 2] * inverse[(b * 4 + 2) * 4 + j] + pose[(b * 4 + i) * 4 + 3] * inverse[(b * 4 + 3) * 4 + j];
                skin[(b * 4 + i) * 4 + j] = t13;
            }
        }
    }
    for (int64_t v = 0; v < V; v++) {
        for (int64_t i = 0; i < 3; i++) {
            for (int64_t b = 0; b < B; b++) {
                /* let vert[v, i: 3] = move[i] + sum[b] weight[v, b] * (skin[b, i, 3] + sum[k: 3] skin[b, i, k] * b */
                const hand_double_real t14 = skin[(b * 4 + i) * 4 + 0] * base[v * 3 + 0] + skin[(b * 4 + i) * 4 + 1] * base[v * 3 + 1];
                vert_sum[b] = t14 + skin[(b * 4 + i) * 4 + 2] * base[v * 3 + 2];
            }
            hand_double_real vert_sum_2 = 0.0;
            for (int64_t b = 0; b < B; b++) {
                vert_sum_2 += weight[v * B + b] * (skin[(b * 4 + i) * 4 + 3] + vert_sum[b]);
            }
            vert[v * 3 + i] = move[i] + vert_sum_2;
        }
    }
    for (int64_t p = 0; p < P; p++) {
        for (int64_t i = 0; i < 3; i++) {
            /* output err[p, i] = pts[p, i] - vert[match[p], i] */
            err[p * 3 + i] = pts[p * 3 + i] - vert[(int64_t)match[p] * 3 + i];
        }
    }
}

int hand_double_err(const hand_double_dims *dims, const hand_double_real *theta, const hand_double_data *data, hand_double_real *out, void *work)
{
    const int code = hand_double_ready(dims, theta, data, work);
    if (code != HAND_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 320;
    const size_t at2 = at1 + ((size_t)(16 * dims->B * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(16 * dims->B * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(16 * dims->B * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(dims->B * 8) + 63) / 64 * 64;
    hand_double_err_part1((int64_t)dims->B, (int64_t)dims->V, (int64_t)dims->P, data->parent, data->rest,
        data->inverse, data->base, data->weight, data->match, data->pts, theta + HAND_DOUBLE_theta_OFFSET(dims),
        theta + HAND_DOUBLE_move_OFFSET(dims), (hand_double_real *)(void *)(bytes + 0),
        (hand_double_real *)(void *)(bytes + 64), (hand_double_real *)(void *)(bytes + at1),
        (hand_double_real *)(void *)(bytes + at2), (hand_double_real *)(void *)(bytes + at3),
        (hand_double_real *)(void *)(bytes + 128), (hand_double_real *)(void *)(bytes + at1),
        (hand_double_real *)(void *)(bytes + at4), (hand_double_real *)(void *)(bytes + at5), out,
        (hand_double_real *)(void *)(bytes + 256));
    return HAND_DOUBLE_OK;
}

static int hand_double_shape(const void *any, int array, size_t *shape)
{
    const hand_double_dims *const dims = any;
    if (!dims) return HAND_DOUBLE_EDIM;
    const int64_t B = hand_double_dim(dims->B);
    const int64_t V = hand_double_dim(dims->V);
    const int64_t P = hand_double_dim(dims->P);
    int64_t count;
    switch (array) {
    case 0: /* theta */
        count = B;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 3;
        break;
    case 1: /* move */
        shape[0] = 3;
        break;
    case 2: /* parent */
        count = B;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 3: /* rest */
        count = B;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 4;
        shape[2] = 4;
        break;
    case 4: /* inverse */
        count = B;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 4;
        shape[2] = 4;
        break;
    case 5: /* base */
        count = V;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 3;
        break;
    case 6: /* weight */
        count = V;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        count = B;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[1] = (size_t)count;
        break;
    case 7: /* match */
        count = P;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 8: /* pts */
        count = P;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 3;
        break;
    case 9: /* err */
        count = P;
        if (count < 0) return HAND_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 3;
        break;
    default: break;
    }
    return HAND_DOUBLE_OK;
}

static void hand_double_range(const void *any, int array, long *lo, long *hi)
{
    const hand_double_dims *const dims = any;
    const int64_t B = (int64_t)dims->B;
    const int64_t V = (int64_t)dims->V;
    *lo = 0;
    *hi = 0;
    switch (array) {
    case 2: /* parent */
        *lo = (long)0;
        *hi = (long)B;
        break;
    case 7: /* match */
        *lo = (long)0;
        *hi = (long)V;
        break;
    default: break;
    }
}

static int hand_double_any_err(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return hand_double_err(dims, theta, data, out, work);
}

static size_t hand_double_any_nparam(const void *dims) { return hand_double_nparam(dims); }

static size_t hand_double_any_work_bytes(const void *dims) { return hand_double_work_bytes(dims); }

static int hand_double_any_init(const void *dims, uint64_t seed, void *theta) { return hand_double_init(dims, seed, theta); }

static int hand_double_any_check(const void *dims, const void *data, int *which) { return hand_double_test(dims, data, which); }

static const char *const hand_double_dim_names[] = {"B", "V", "P"};

static const int hand_double_axis0[] = {0, -1};
static const int hand_double_axis1[] = {-1};
static const int hand_double_axis2[] = {0};
static const int hand_double_axis3[] = {0, -1, -1};
static const int hand_double_axis4[] = {0, -1, -1};
static const int hand_double_axis5[] = {1, -1};
static const int hand_double_axis6[] = {1, 0};
static const int hand_double_axis7[] = {2};
static const int hand_double_axis8[] = {2, -1};
static const int hand_double_axis9[] = {2, -1};
static const adc_array hand_double_arrays[] = {
    {"theta", ADC_PARAM, ADC_REAL, 0, 0, 2, hand_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"move", ADC_PARAM, ADC_REAL, 0, 0, 1, hand_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"parent", ADC_DATA, ADC_INT32, 0, 1, 1, hand_double_axis2, 0, offsetof(hand_double_data, parent), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"rest", ADC_DATA, ADC_REAL, 0, 0, 3, hand_double_axis3, -1, offsetof(hand_double_data, rest), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"inverse", ADC_DATA, ADC_REAL, 0, 0, 3, hand_double_axis4, -1, offsetof(hand_double_data, inverse), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"base", ADC_DATA, ADC_REAL, 0, 0, 2, hand_double_axis5, -1, offsetof(hand_double_data, base), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"weight", ADC_DATA, ADC_REAL, 0, 0, 2, hand_double_axis6, -1, offsetof(hand_double_data, weight), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"match", ADC_DATA, ADC_INT32, 0, 1, 1, hand_double_axis7, 1, offsetof(hand_double_data, match), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"pts", ADC_DATA, ADC_REAL, 0, 0, 2, hand_double_axis8, -1, offsetof(hand_double_data, pts), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"err", ADC_OUTPUT, ADC_REAL, 0, 0, 2, hand_double_axis9, -1, 0, 0.0, 0.0, 0.0, hand_double_any_err, 0, 0, 0},
};

const adc_model hand_double = {
    ADC_MODEL, 8, "hand",
    3, hand_double_dim_names, -1,
    10, hand_double_arrays, sizeof(hand_double_data),
    17, hand_double_check_text,
    hand_double_shape, hand_double_range, hand_double_any_nparam, hand_double_any_nparam, hand_double_any_work_bytes,
    hand_double_any_init, hand_double_any_check,
    0, 0, 0,
    hand_double_strerror,
    0, 0,
};
