/* The functions of lstm_float; its header says what they take and need. */
#include "lstm_float.h"

#include <math.h>


/* 1 / (1 + exp(-x)) without overflow */
static lstm_float_real lstm_float_sigmoid(lstm_float_real x)
{
    const lstm_float_real z = expf(-fabsf(x));
    return (x < 0.0f ? z : 1.0f) / (1.0f + z);
}

static uint64_t lstm_float_random_begin(void)
{
    return 0;
}

static uint64_t lstm_float_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t lstm_float_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t lstm_float_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t lstm_float_sub(int64_t a, int64_t b)
{
    return b == INT64_MIN ? b : lstm_float_add(a, -b);
}

static int64_t lstm_float_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : lstm_float_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t lstm_float_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : lstm_float_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t lstm_float_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t lstm_float_work_bytes(const lstm_float_dims *dims)
{
    const int64_t T = lstm_float_dim(dims->T);
    size_t most = 0, bytes = 0;
    bytes = lstm_float_slot(bytes, lstm_float_count(T, 14), 8); /* x */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 256;
    bytes = lstm_float_slot(bytes, lstm_float_mul(14, T), 4);
    bytes = lstm_float_slot(bytes, lstm_float_sub(T, 1), 4);
    if (bytes > most) most = bytes;
    /* grad */
    bytes = 192;
    bytes = lstm_float_slot(bytes, lstm_float_add(lstm_float_mul(14, T), 14), 4);
    bytes = lstm_float_slot(bytes, lstm_float_add(lstm_float_mul(14, T), 14), 4);
    bytes = lstm_float_slot(bytes, lstm_float_mul(14, T), 4);
    bytes = lstm_float_slot(bytes, lstm_float_mul(14, T), 4);
    bytes = lstm_float_slot(bytes, lstm_float_mul(14, T), 4);
    bytes = lstm_float_slot(bytes, lstm_float_mul(14, T), 4);
    bytes = lstm_float_slot(bytes, lstm_float_mul(14, T), 4);
    bytes = lstm_float_slot(bytes, lstm_float_mul(14, T), 4);
    bytes = lstm_float_slot(bytes, lstm_float_sub(T, 1), 4);
    bytes = lstm_float_slot(bytes, lstm_float_sub(T, 1), 4);
    bytes = lstm_float_slot(bytes, lstm_float_sub(T, 1), 4);
    bytes = lstm_float_slot(bytes, lstm_float_mul(14, T), 4);
    if (bytes > most) most = bytes;
    return most;
}

size_t lstm_float_nparam(const lstm_float_dims *dims)
{
    (void)dims;
    return 364;
}

const char *lstm_float_strerror(int code)
{
    switch (code) {
    case LSTM_FLOAT_OK: return "no error";
    case LSTM_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case LSTM_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case LSTM_FLOAT_EWORK: return "no work memory was given";
    case LSTM_FLOAT_ENONFINITE: return "the loss is not finite";
    case LSTM_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double lstm_float_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = lstm_float_random_mix(lstm_float_random_begin(), (double)(seed >> 32));
    h = lstm_float_random_mix(h, (double)(seed & 0xffffffffu));
    h = lstm_float_random_mix(h, (double)param);
    h = lstm_float_random_mix(h, (double)e);
    h = lstm_float_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int lstm_float_init(const lstm_float_dims *dims, uint64_t seed, lstm_float_real *theta)
{
    if (!dims || lstm_float_work_bytes(dims) == SIZE_MAX) return LSTM_FLOAT_EDIM;
    if (!theta) return LSTM_FLOAT_EDATA;
    lstm_float_real *to;
    int64_t at;
    to = theta + LSTM_FLOAT_W_OFFSET(dims); /* W */
    at = 0;
    for (int64_t i_ = 0; i_ < 4; i_++) {
        for (int64_t i_2 = 0; i_2 < 14; i_2++) {
            to[at] = 0.0f + 0.1f * (lstm_float_real)(sqrt(-2.0 * log(1.0 - lstm_float_uniform(seed, 0, at, 0))) * cos(6.283185307179586 * lstm_float_uniform(seed, 0, at, 1)));
            at++;
        }
    }
    to = theta + LSTM_FLOAT_U_OFFSET(dims); /* U */
    at = 0;
    for (int64_t i_ = 0; i_ < 4; i_++) {
        for (int64_t i_2 = 0; i_2 < 14; i_2++) {
            to[at] = 0.0f + 0.1f * (lstm_float_real)(sqrt(-2.0 * log(1.0 - lstm_float_uniform(seed, 1, at, 0))) * cos(6.283185307179586 * lstm_float_uniform(seed, 1, at, 1)));
            at++;
        }
    }
    to = theta + LSTM_FLOAT_b_OFFSET(dims); /* b */
    at = 0;
    for (int64_t i_ = 0; i_ < 4; i_++) {
        for (int64_t i_2 = 0; i_2 < 14; i_2++) {
            to[at] = 0.0f;
            at++;
        }
    }
    to = theta + LSTM_FLOAT_V_OFFSET(dims); /* V */
    at = 0;
    for (int64_t i_ = 0; i_ < 14; i_++) {
        for (int64_t i_2 = 0; i_2 < 14; i_2++) {
            to[at] = 0.0f + 0.3f * (lstm_float_real)(sqrt(-2.0 * log(1.0 - lstm_float_uniform(seed, 3, at, 0))) * cos(6.283185307179586 * lstm_float_uniform(seed, 3, at, 1)));
            at++;
        }
    }
    return LSTM_FLOAT_OK;
}

static const char *const lstm_float_check_text[] = {
    "a size is negative or does not fit into memory",
    "a size of loss_logsumexp, T - 1, is negative",
    "the data is missing",
    "x is missing",
    "x holds a NaN",
};

static int lstm_float_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int lstm_float_test(const lstm_float_dims *dims, const lstm_float_data *data, int *which)
{
    if (!dims || lstm_float_work_bytes(dims) == SIZE_MAX) return lstm_float_fail(which, 0, LSTM_FLOAT_EDIM);
    const int64_t T = (int64_t)dims->T;
    if (!(0 <= T - 1)) return lstm_float_fail(which, 1, LSTM_FLOAT_EDIM);
    if (!data) return lstm_float_fail(which, 2, LSTM_FLOAT_EDATA);
    if (!data->x && 14 * T > 0) return lstm_float_fail(which, 3, LSTM_FLOAT_EDATA);
    for (int64_t at = 0; at < 14 * T; at++)
        if (data->x[at] != data->x[at]) return lstm_float_fail(which, 4, LSTM_FLOAT_EDATA);
    return LSTM_FLOAT_OK;
}

int lstm_float_check(const lstm_float_dims *dims, const lstm_float_data *data)
{
    return lstm_float_test(dims, data, 0);
}

static int lstm_float_ready(const lstm_float_dims *dims, const lstm_float_real *theta, const lstm_float_data *data, const void *work)
{
    const size_t bytes = dims ? lstm_float_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return LSTM_FLOAT_EDIM;
    if (!theta) return LSTM_FLOAT_EDATA;
    if (!data) return LSTM_FLOAT_EDATA;
    return bytes > 0 && !work ? LSTM_FLOAT_EWORK : LSTM_FLOAT_OK;
}

static void lstm_float_loss_part1(int64_t T, const lstm_float_real *restrict x, const lstm_float_real *restrict W,
        const lstm_float_real *restrict U, const lstm_float_real *restrict b, const lstm_float_real *restrict V,
        lstm_float_real *restrict h, lstm_float_real *restrict c, lstm_float_real *restrict y,
        lstm_float_real *restrict o, lstm_float_real *restrict loss_sum, lstm_float_real *restrict loss,
        lstm_float_real *restrict tanh_c1)
{
    for (int64_t i_ = 0; i_ < 14; i_++) {
        /* scan t: T with h[H] = 0, c[H] = 0 { */
        h[i_] = 0.0f;
        c[i_] = 0.0f;
    }
    for (int64_t t = 0; t < T; t++) {
        for (int64_t j = 0; j < 14; j++) {
            /* let f[j] = sigmoid(W[0, j]*x[t, j] + U[0, j]*h[j] + b[0, j]) */
            const lstm_float_real t1 = x[t * 14 + j];
            const lstm_float_real t2 = h[j];
            const lstm_float_real f = lstm_float_sigmoid(W[j] * t1 + U[j] * t2 + b[j]);
            /* let i[j] = sigmoid(W[1, j]*x[t, j] + U[1, j]*h[j] + b[1, j]) */
            const lstm_float_real i = lstm_float_sigmoid(W[1 * 14 + j] * t1 + U[1 * 14 + j] * t2 + b[1 * 14 + j]);
            /* let o[j] = sigmoid(W[2, j]*x[t, j] + U[2, j]*h[j] + b[2, j]) */
            o[j] = lstm_float_sigmoid(W[2 * 14 + j] * t1 + U[2 * 14 + j] * t2 + b[2 * 14 + j]);
            /* let g[j] = tanh(   W[3, j]*x[t, j] + U[3, j]*h[j] + b[3, j]) */
            const lstm_float_real g = tanhf(W[3 * 14 + j] * t1 + U[3 * 14 + j] * t2 + b[3 * 14 + j]);
            /* let c1[j] = f[j]*c[j] + i[j]*g[j] */
            const lstm_float_real c1 = f * c[j] + i * g;
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            tanh_c1[j] = tanhf(c1);
            /* next h[j] = o[j] * tanh(c1[j]) */
            h[j] = o[j] * tanh_c1[j];
            /* next c[j] = c1[j] */
            c[j] = c1;
        }
        for (int64_t k = 0; k < 14; k++) {
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            lstm_float_real t3 = 0.0f;
            for (int64_t j = 0; j < 14; j++) {
                t3 += V[k * 14 + j] * o[j] * tanh_c1[j];
            }
            y[t * 14 + k] = t3;
        }
    }
    for (int64_t t = 0; t < T - 1; t++) {
        /* loss -mean[t: T - 1] (sum[k] x[t+1, k] * (y[t, k] - logsumexp[m] y[t, m])) */
        lstm_float_real t4 = 0.0f;
        lstm_float_real t5 = (-1.0f / 0.0f);
        for (int64_t m = 0; m < 14; m++) {
            const lstm_float_real t6 = y[t * 14 + m];
            if (t6 > t5) {
                t4 = t4 * expf(t5 - t6) + 1.0f;
                t5 = t6;
            } else if (!(t6 == (-1.0f / 0.0f))) {
                t4 += expf(t6 - t5);
            }
        }
        const lstm_float_real loss_logsumexp = t5 + logf(t4);
        lstm_float_real t7 = 0.0f;
        for (int64_t k = 0; k < 14; k++) {
            t7 += x[(t + 1) * 14 + k] * (y[t * 14 + k] - loss_logsumexp);
        }
        loss_sum[t] = t7;
    }
    lstm_float_real loss_mean = 0.0f;
    for (int64_t t = 0; t < T - 1; t++) {
        loss_mean += loss_sum[t];
    }
    const lstm_float_real count_ = (lstm_float_real)(T - 1 > 0 ? T - 1 : 0) * 1.0f;
    loss[0] = -(loss_mean / count_);
}

int lstm_float_loss(const lstm_float_dims *dims, const lstm_float_real *theta, const lstm_float_data *data, lstm_float_real *loss, void *work)
{
    const int code = lstm_float_ready(dims, theta, data, work);
    if (code != LSTM_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 256;
    const size_t at2 = at1 + ((size_t)(14 * dims->T * 4) + 63) / 64 * 64;
    lstm_float_loss_part1((int64_t)dims->T, data->x, theta + LSTM_FLOAT_W_OFFSET(dims),
        theta + LSTM_FLOAT_U_OFFSET(dims), theta + LSTM_FLOAT_b_OFFSET(dims), theta + LSTM_FLOAT_V_OFFSET(dims),
        (lstm_float_real *)(void *)(bytes + 0), (lstm_float_real *)(void *)(bytes + 64),
        (lstm_float_real *)(void *)(bytes + at1), (lstm_float_real *)(void *)(bytes + 128),
        (lstm_float_real *)(void *)(bytes + at2), loss, (lstm_float_real *)(void *)(bytes + 192));
    return fabsf(*loss) <= 3.4028234e38f ? LSTM_FLOAT_OK : LSTM_FLOAT_ENONFINITE;
}

static void lstm_float_grad_part1(int64_t T, const lstm_float_real *restrict x, const lstm_float_real *restrict W,
        const lstm_float_real *restrict U, const lstm_float_real *restrict b, const lstm_float_real *restrict V,
        lstm_float_real *restrict h, lstm_float_real *restrict c, lstm_float_real *restrict y,
        lstm_float_real *restrict f, lstm_float_real *restrict i, lstm_float_real *restrict o,
        lstm_float_real *restrict g, lstm_float_real *restrict c1, lstm_float_real *restrict loss_logsumexp,
        lstm_float_real *restrict loss_sum, lstm_float_real *restrict loss, lstm_float_real *restrict d_W,
        lstm_float_real *restrict d_U, lstm_float_real *restrict d_b, lstm_float_real *restrict d_V,
        lstm_float_real *restrict d_y, lstm_float_real *restrict d_c, lstm_float_real *restrict d_h,
        lstm_float_real *w_h, lstm_float_real *restrict sum_d_loss_logsumexp, lstm_float_real *tanh_c1)
{
    for (int64_t i_ = 0; i_ < 14; i_++) {
        /* scan t: T with h[H] = 0, c[H] = 0 { */
        h[i_] = 0.0f;
        c[i_] = 0.0f;
        for (int64_t j = 0; j < 14; j++) {
            /* param V[H, H] ~ normal(0, 0.3) */
            d_V[i_ * 14 + j] = 0.0f;
        }
        /* scan t: T with h[H] = 0, c[H] = 0 { */
        d_c[i_] = 0.0f;
        d_h[i_] = 0.0f;
    }
    for (int64_t t = 0; t < T; t++) {
        for (int64_t j = 0; j < 14; j++) {
            /* let f[j] = sigmoid(W[0, j]*x[t, j] + U[0, j]*h[j] + b[0, j]) */
            const lstm_float_real t1 = x[t * 14 + j];
            const lstm_float_real t2 = h[t * 14 + j];
            f[t * 14 + j] = lstm_float_sigmoid(W[j] * t1 + U[j] * t2 + b[j]);
            /* let i[j] = sigmoid(W[1, j]*x[t, j] + U[1, j]*h[j] + b[1, j]) */
            i[t * 14 + j] = lstm_float_sigmoid(W[1 * 14 + j] * t1 + U[1 * 14 + j] * t2 + b[1 * 14 + j]);
            /* let o[j] = sigmoid(W[2, j]*x[t, j] + U[2, j]*h[j] + b[2, j]) */
            o[t * 14 + j] = lstm_float_sigmoid(W[2 * 14 + j] * t1 + U[2 * 14 + j] * t2 + b[2 * 14 + j]);
            /* let g[j] = tanh(   W[3, j]*x[t, j] + U[3, j]*h[j] + b[3, j]) */
            g[t * 14 + j] = tanhf(W[3 * 14 + j] * t1 + U[3 * 14 + j] * t2 + b[3 * 14 + j]);
            /* let c1[j] = f[j]*c[j] + i[j]*g[j] */
            c1[t * 14 + j] = f[t * 14 + j] * c[t * 14 + j] + i[t * 14 + j] * g[t * 14 + j];
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            const lstm_float_real t3 = c1[t * 14 + j];
            tanh_c1[j] = tanhf(t3);
            /* next h[j] = o[j] * tanh(c1[j]) */
            h[(t + 1) * 14 + j] = o[t * 14 + j] * tanh_c1[j];
            /* next c[j] = c1[j] */
            c[(t + 1) * 14 + j] = t3;
        }
        for (int64_t k = 0; k < 14; k++) {
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            lstm_float_real t4 = 0.0f;
            for (int64_t j = 0; j < 14; j++) {
                t4 += V[k * 14 + j] * o[t * 14 + j] * tanh_c1[j];
            }
            y[t * 14 + k] = t4;
        }
    }
    for (int64_t t = 0; t < T - 1; t++) {
        /* loss -mean[t: T - 1] (sum[k] x[t+1, k] * (y[t, k] - logsumexp[m] y[t, m])) */
        lstm_float_real t5 = 0.0f;
        lstm_float_real t6 = (-1.0f / 0.0f);
        for (int64_t m = 0; m < 14; m++) {
            const lstm_float_real t7 = y[t * 14 + m];
            if (t7 > t6) {
                t5 = t5 * expf(t6 - t7) + 1.0f;
                t6 = t7;
            } else if (!(t7 == (-1.0f / 0.0f))) {
                t5 += expf(t7 - t6);
            }
        }
        loss_logsumexp[t] = t6 + logf(t5);
        lstm_float_real t8 = 0.0f;
        for (int64_t k = 0; k < 14; k++) {
            t8 += x[(t + 1) * 14 + k] * (y[t * 14 + k] - loss_logsumexp[t]);
        }
        loss_sum[t] = t8;
        lstm_float_real t9 = 0.0f;
        for (int64_t k = 0; k < 14; k++) {
            t9 += x[(t + 1) * 14 + k];
        }
        sum_d_loss_logsumexp[t] = t9;
    }
    lstm_float_real loss_mean = 0.0f;
    for (int64_t t = 0; t < T - 1; t++) {
        loss_mean += loss_sum[t];
    }
    const lstm_float_real count_ = (lstm_float_real)(T - 1 > 0 ? T - 1 : 0) * 1.0f;
    loss[0] = -(loss_mean / count_);
    for (int64_t i_ = 0; i_ < 4; i_++) {
        for (int64_t j = 0; j < 14; j++) {
            /* param W[4, H] ~ normal(0, 0.1)      # gates from the input, element-wise */
            d_W[i_ * 14 + j] = 0.0f;
            /* param U[4, H] ~ normal(0, 0.1)      # gates from the state, element-wise */
            d_U[i_ * 14 + j] = 0.0f;
            /* param b[4, H] = 0 */
            d_b[i_ * 14 + j] = 0.0f;
        }
    }
    for (int64_t i_ = 0; i_ < T; i_++) {
        for (int64_t j = 0; j < 14; j++) {
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            d_y[i_ * 14 + j] = 0.0f;
        }
    }
    /* loss -mean[t: T - 1] (sum[k] x[t+1, k] * (y[t, k] - logsumexp[m] y[t, m])) */
    const lstm_float_real d_loss_mean = (-1.0f) / count_;
    for (int64_t t = 0; t < T - 1; t++) {
        const lstm_float_real d_loss_logsumexp = -(d_loss_mean * sum_d_loss_logsumexp[t]);
        for (int64_t m = 0; m < 14; m++) {
            const lstm_float_real t10 = (-1.0f / 0.0f) < loss_logsumexp[t] ? d_loss_logsumexp * expf(y[t * 14 + m] - loss_logsumexp[t]) : 0.0f;
            d_y[t * 14 + m] += d_loss_mean * x[(t + 1) * 14 + m] + t10;
        }
    }
    /* scan t: T with h[H] = 0, c[H] = 0 { */
    for (int64_t t = T; t-- > 0;) {
        for (int64_t j = 0; j < 14; j++) {
            /* next h[j] = o[j] * tanh(c1[j]) */
            w_h[j] = tanhf(c1[t * 14 + j]);
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            lstm_float_real sum_d_c1 = 0.0f;
            for (int64_t k = 0; k < 14; k++) {
                sum_d_c1 += d_y[t * 14 + k] * V[k * 14 + j];
            }
            const lstm_float_real t11 = o[t * 14 + j];
            const lstm_float_real t12 = d_h[j];
            const lstm_float_real t13 = w_h[j];
            const lstm_float_real t14 = 1.0f - t13 * t13;
            const lstm_float_real d_c1 = d_c[j] + t12 * t11 * t14 + t11 * t14 * sum_d_c1;
            const lstm_float_real d_o = t12 * t13 + t13 * sum_d_c1;
            /* let c1[j] = f[j]*c[j] + i[j]*g[j] */
            const lstm_float_real t15 = i[t * 14 + j];
            const lstm_float_real d_g = d_c1 * t15;
            const lstm_float_real t16 = g[t * 14 + j];
            const lstm_float_real d_i = d_c1 * t16;
            const lstm_float_real t17 = f[t * 14 + j];
            d_c[j] = d_c1 * t17;
            const lstm_float_real d_f = d_c1 * c[t * 14 + j];
            /* let g[j] = tanh(   W[3, j]*x[t, j] + U[3, j]*h[j] + b[3, j]) */
            const lstm_float_real t18 = d_g * (1.0f - t16 * t16);
            d_b[3 * 14 + j] += t18;
            const lstm_float_real t19 = h[t * 14 + j];
            d_U[3 * 14 + j] += t18 * t19;
            const lstm_float_real t20 = x[t * 14 + j];
            d_W[3 * 14 + j] += t18 * t20;
            /* let o[j] = sigmoid(W[2, j]*x[t, j] + U[2, j]*h[j] + b[2, j]) */
            const lstm_float_real t21 = d_o * t11 * (1.0f - t11);
            d_b[2 * 14 + j] += t21;
            d_U[2 * 14 + j] += t21 * t19;
            d_W[2 * 14 + j] += t21 * t20;
            /* let i[j] = sigmoid(W[1, j]*x[t, j] + U[1, j]*h[j] + b[1, j]) */
            const lstm_float_real t22 = d_i * t15 * (1.0f - t15);
            d_b[1 * 14 + j] += t22;
            d_U[1 * 14 + j] += t22 * t19;
            d_W[1 * 14 + j] += t22 * t20;
            /* let f[j] = sigmoid(W[0, j]*x[t, j] + U[0, j]*h[j] + b[0, j]) */
            const lstm_float_real t23 = d_f * t17 * (1.0f - t17);
            d_b[j] += t23;
            d_h[j] = t18 * U[3 * 14 + j] + t21 * U[2 * 14 + j] + t22 * U[1 * 14 + j] + t23 * U[j];
            d_U[j] += t23 * t19;
            d_W[j] += t23 * t20;
        }
        for (int64_t k = 0; k < 14; k++) {
            for (int64_t j = 0; j < 14; j++) {
                /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
                d_V[k * 14 + j] += d_y[t * 14 + k] * w_h[j] * o[t * 14 + j];
            }
        }
    }
}

int lstm_float_grad(const lstm_float_dims *dims, const lstm_float_real *theta, const lstm_float_data *data, lstm_float_real *loss, lstm_float_real *grad, void *work)
{
    const int code = lstm_float_ready(dims, theta, data, work);
    if (code != LSTM_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 192;
    const size_t at2 = at1 + ((size_t)((14 * dims->T + 14) * 4) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)((14 * dims->T + 14) * 4) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(14 * dims->T * 4) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(14 * dims->T * 4) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(14 * dims->T * 4) + 63) / 64 * 64;
    const size_t at7 = at6 + ((size_t)(14 * dims->T * 4) + 63) / 64 * 64;
    const size_t at8 = at7 + ((size_t)(14 * dims->T * 4) + 63) / 64 * 64;
    const size_t at9 = at8 + ((size_t)(14 * dims->T * 4) + 63) / 64 * 64;
    const size_t at10 = at9 + ((size_t)((dims->T - 1) * 4) + 63) / 64 * 64;
    const size_t at11 = at10 + ((size_t)((dims->T - 1) * 4) + 63) / 64 * 64;
    const size_t at12 = at11 + ((size_t)((dims->T - 1) * 4) + 63) / 64 * 64;
    lstm_float_grad_part1((int64_t)dims->T, data->x, theta + LSTM_FLOAT_W_OFFSET(dims),
        theta + LSTM_FLOAT_U_OFFSET(dims), theta + LSTM_FLOAT_b_OFFSET(dims), theta + LSTM_FLOAT_V_OFFSET(dims),
        (lstm_float_real *)(void *)(bytes + at1), (lstm_float_real *)(void *)(bytes + at2),
        (lstm_float_real *)(void *)(bytes + at3), (lstm_float_real *)(void *)(bytes + at4),
        (lstm_float_real *)(void *)(bytes + at5), (lstm_float_real *)(void *)(bytes + at6),
        (lstm_float_real *)(void *)(bytes + at7), (lstm_float_real *)(void *)(bytes + at8),
        (lstm_float_real *)(void *)(bytes + at9), (lstm_float_real *)(void *)(bytes + at10), loss,
        grad + LSTM_FLOAT_W_OFFSET(dims), grad + LSTM_FLOAT_U_OFFSET(dims), grad + LSTM_FLOAT_b_OFFSET(dims),
        grad + LSTM_FLOAT_V_OFFSET(dims), (lstm_float_real *)(void *)(bytes + at12),
        (lstm_float_real *)(void *)(bytes + 0), (lstm_float_real *)(void *)(bytes + 64),
        (lstm_float_real *)(void *)(bytes + 128), (lstm_float_real *)(void *)(bytes + at11),
        (lstm_float_real *)(void *)(bytes + 128));
    return fabsf(*loss) <= 3.4028234e38f ? LSTM_FLOAT_OK : LSTM_FLOAT_ENONFINITE;
}

static int lstm_float_shape(const void *any, int array, size_t *shape)
{
    const lstm_float_dims *const dims = any;
    if (!dims) return LSTM_FLOAT_EDIM;
    const int64_t T = lstm_float_dim(dims->T);
    int64_t count;
    switch (array) {
    case 0: /* W */
        shape[0] = 4;
        shape[1] = 14;
        break;
    case 1: /* U */
        shape[0] = 4;
        shape[1] = 14;
        break;
    case 2: /* b */
        shape[0] = 4;
        shape[1] = 14;
        break;
    case 3: /* V */
        shape[0] = 14;
        shape[1] = 14;
        break;
    case 4: /* x */
        count = T;
        if (count < 0) return LSTM_FLOAT_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 14;
        break;
    default: break;
    }
    return LSTM_FLOAT_OK;
}

static void lstm_float_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int lstm_float_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return lstm_float_loss(dims, theta, data, loss, work);
}

static int lstm_float_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return lstm_float_grad(dims, theta, data, loss, grad, work);
}

static size_t lstm_float_any_nparam(const void *dims) { return lstm_float_nparam(dims); }

static size_t lstm_float_any_work_bytes(const void *dims) { return lstm_float_work_bytes(dims); }

static int lstm_float_any_init(const void *dims, uint64_t seed, void *theta) { return lstm_float_init(dims, seed, theta); }

static int lstm_float_any_check(const void *dims, const void *data, int *which) { return lstm_float_test(dims, data, which); }

static const char *const lstm_float_dim_names[] = {"T"};

static const int lstm_float_axis0[] = {-1, -1};
static const int lstm_float_axis1[] = {-1, -1};
static const int lstm_float_axis2[] = {-1, -1};
static const int lstm_float_axis3[] = {-1, -1};
static const int lstm_float_axis4[] = {0, -1};
static const adc_array lstm_float_arrays[] = {
    {"W", ADC_PARAM, ADC_REAL, 0, 0, 2, lstm_float_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"U", ADC_PARAM, ADC_REAL, 0, 0, 2, lstm_float_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"b", ADC_PARAM, ADC_REAL, 0, 0, 2, lstm_float_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"V", ADC_PARAM, ADC_REAL, 0, 0, 2, lstm_float_axis3, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"x", ADC_DATA, ADC_REAL, 0, 0, 2, lstm_float_axis4, -1, offsetof(lstm_float_data, x), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model lstm_float = {
    ADC_MODEL, 4, "lstm",
    1, lstm_float_dim_names, -1,
    5, lstm_float_arrays, sizeof(lstm_float_data),
    5, lstm_float_check_text,
    lstm_float_shape, lstm_float_range, lstm_float_any_nparam, lstm_float_any_nparam, lstm_float_any_work_bytes,
    lstm_float_any_init, lstm_float_any_check,
    lstm_float_any_loss, lstm_float_any_grad, 0,
    lstm_float_strerror,
    0, 0,
};
