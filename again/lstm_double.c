/* The functions of lstm_double; its header says what they take and need. */
#include "lstm_double.h"

#include <math.h>


/* 1 / (1 + exp(-x)) without overflow */
static lstm_double_real lstm_double_sigmoid(lstm_double_real x)
{
    const lstm_double_real z = exp(-fabs(x));
    return (x < 0.0 ? z : 1.0) / (1.0 + z);
}

static uint64_t lstm_double_random_begin(void)
{
    return 0;
}

static uint64_t lstm_double_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t lstm_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t lstm_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t lstm_double_sub(int64_t a, int64_t b)
{
    return b == INT64_MIN ? b : lstm_double_add(a, -b);
}

static int64_t lstm_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : lstm_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t lstm_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : lstm_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t lstm_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t lstm_double_work_bytes(const lstm_double_dims *dims)
{
    const int64_t T = lstm_double_dim(dims->T);
    size_t most = 0, bytes = 0;
    bytes = lstm_double_slot(bytes, lstm_double_count(T, 14), 8); /* x */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 512;
    bytes = lstm_double_slot(bytes, lstm_double_mul(14, T), 8);
    bytes = lstm_double_slot(bytes, lstm_double_sub(T, 1), 8);
    if (bytes > most) most = bytes;
    /* grad */
    bytes = 384;
    bytes = lstm_double_slot(bytes, lstm_double_add(lstm_double_mul(14, T), 14), 8);
    bytes = lstm_double_slot(bytes, lstm_double_add(lstm_double_mul(14, T), 14), 8);
    bytes = lstm_double_slot(bytes, lstm_double_mul(14, T), 8);
    bytes = lstm_double_slot(bytes, lstm_double_mul(14, T), 8);
    bytes = lstm_double_slot(bytes, lstm_double_mul(14, T), 8);
    bytes = lstm_double_slot(bytes, lstm_double_mul(14, T), 8);
    bytes = lstm_double_slot(bytes, lstm_double_mul(14, T), 8);
    bytes = lstm_double_slot(bytes, lstm_double_mul(14, T), 8);
    bytes = lstm_double_slot(bytes, lstm_double_sub(T, 1), 8);
    bytes = lstm_double_slot(bytes, lstm_double_sub(T, 1), 8);
    bytes = lstm_double_slot(bytes, lstm_double_sub(T, 1), 8);
    bytes = lstm_double_slot(bytes, lstm_double_mul(14, T), 8);
    if (bytes > most) most = bytes;
    return most;
}

size_t lstm_double_nparam(const lstm_double_dims *dims)
{
    (void)dims;
    return 364;
}

const char *lstm_double_strerror(int code)
{
    switch (code) {
    case LSTM_DOUBLE_OK: return "no error";
    case LSTM_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case LSTM_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case LSTM_DOUBLE_EWORK: return "no work memory was given";
    case LSTM_DOUBLE_ENONFINITE: return "the loss is not finite";
    case LSTM_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double lstm_double_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = lstm_double_random_mix(lstm_double_random_begin(), (double)(seed >> 32));
    h = lstm_double_random_mix(h, (double)(seed & 0xffffffffu));
    h = lstm_double_random_mix(h, (double)param);
    h = lstm_double_random_mix(h, (double)e);
    h = lstm_double_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int lstm_double_init(const lstm_double_dims *dims, uint64_t seed, lstm_double_real *theta)
{
    if (!dims || lstm_double_work_bytes(dims) == SIZE_MAX) return LSTM_DOUBLE_EDIM;
    if (!theta) return LSTM_DOUBLE_EDATA;
    lstm_double_real *to;
    int64_t at;
    to = theta + LSTM_DOUBLE_W_OFFSET(dims); /* W */
    at = 0;
    for (int64_t i_ = 0; i_ < 4; i_++) {
        for (int64_t i_2 = 0; i_2 < 14; i_2++) {
            to[at] = 0.0 + 0.1 * (lstm_double_real)(sqrt(-2.0 * log(1.0 - lstm_double_uniform(seed, 0, at, 0))) * cos(6.283185307179586 * lstm_double_uniform(seed, 0, at, 1)));
            at++;
        }
    }
    to = theta + LSTM_DOUBLE_U_OFFSET(dims); /* U */
    at = 0;
    for (int64_t i_ = 0; i_ < 4; i_++) {
        for (int64_t i_2 = 0; i_2 < 14; i_2++) {
            to[at] = 0.0 + 0.1 * (lstm_double_real)(sqrt(-2.0 * log(1.0 - lstm_double_uniform(seed, 1, at, 0))) * cos(6.283185307179586 * lstm_double_uniform(seed, 1, at, 1)));
            at++;
        }
    }
    to = theta + LSTM_DOUBLE_b_OFFSET(dims); /* b */
    at = 0;
    for (int64_t i_ = 0; i_ < 4; i_++) {
        for (int64_t i_2 = 0; i_2 < 14; i_2++) {
            to[at] = 0.0;
            at++;
        }
    }
    to = theta + LSTM_DOUBLE_V_OFFSET(dims); /* V */
    at = 0;
    for (int64_t i_ = 0; i_ < 14; i_++) {
        for (int64_t i_2 = 0; i_2 < 14; i_2++) {
            to[at] = 0.0 + 0.3 * (lstm_double_real)(sqrt(-2.0 * log(1.0 - lstm_double_uniform(seed, 3, at, 0))) * cos(6.283185307179586 * lstm_double_uniform(seed, 3, at, 1)));
            at++;
        }
    }
    return LSTM_DOUBLE_OK;
}

static const char *const lstm_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "a size of loss_logsumexp, T - 1, is negative",
    "the data is missing",
    "x is missing",
    "x holds a NaN",
};

static int lstm_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int lstm_double_test(const lstm_double_dims *dims, const lstm_double_data *data, int *which)
{
    if (!dims || lstm_double_work_bytes(dims) == SIZE_MAX) return lstm_double_fail(which, 0, LSTM_DOUBLE_EDIM);
    const int64_t T = (int64_t)dims->T;
    if (!(0 <= T - 1)) return lstm_double_fail(which, 1, LSTM_DOUBLE_EDIM);
    if (!data) return lstm_double_fail(which, 2, LSTM_DOUBLE_EDATA);
    if (!data->x && 14 * T > 0) return lstm_double_fail(which, 3, LSTM_DOUBLE_EDATA);
    for (int64_t at = 0; at < 14 * T; at++)
        if (data->x[at] != data->x[at]) return lstm_double_fail(which, 4, LSTM_DOUBLE_EDATA);
    return LSTM_DOUBLE_OK;
}

int lstm_double_check(const lstm_double_dims *dims, const lstm_double_data *data)
{
    return lstm_double_test(dims, data, 0);
}

static int lstm_double_ready(const lstm_double_dims *dims, const lstm_double_real *theta, const lstm_double_data *data, const void *work)
{
    const size_t bytes = dims ? lstm_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return LSTM_DOUBLE_EDIM;
    if (!theta) return LSTM_DOUBLE_EDATA;
    if (!data) return LSTM_DOUBLE_EDATA;
    return bytes > 0 && !work ? LSTM_DOUBLE_EWORK : LSTM_DOUBLE_OK;
}

static void lstm_double_loss_part1(int64_t T, const lstm_double_real *restrict x, const lstm_double_real *restrict W,
        const lstm_double_real *restrict U, const lstm_double_real *restrict b, const lstm_double_real *restrict V,
        lstm_double_real *restrict h, lstm_double_real *restrict c, lstm_double_real *restrict y,
        lstm_double_real *restrict o, lstm_double_real *restrict loss_sum, lstm_double_real *restrict loss,
        lstm_double_real *restrict tanh_c1)
{
    for (int64_t i_ = 0; i_ < 14; i_++) {
        /* scan t: T with h[H] = 0, c[H] = 0 { */
        h[i_] = 0.0;
        c[i_] = 0.0;
    }
    for (int64_t t = 0; t < T; t++) {
        for (int64_t j = 0; j < 14; j++) {
            /* let f[j] = sigmoid(W[0, j]*x[t, j] + U[0, j]*h[j] + b[0, j]) */
            const lstm_double_real t1 = x[t * 14 + j];
            const lstm_double_real t2 = h[j];
            const lstm_double_real f = lstm_double_sigmoid(W[j] * t1 + U[j] * t2 + b[j]);
            /* let i[j] = sigmoid(W[1, j]*x[t, j] + U[1, j]*h[j] + b[1, j]) */
            const lstm_double_real i = lstm_double_sigmoid(W[1 * 14 + j] * t1 + U[1 * 14 + j] * t2 + b[1 * 14 + j]);
            /* let o[j] = sigmoid(W[2, j]*x[t, j] + U[2, j]*h[j] + b[2, j]) */
            o[j] = lstm_double_sigmoid(W[2 * 14 + j] * t1 + U[2 * 14 + j] * t2 + b[2 * 14 + j]);
            /* let g[j] = tanh(   W[3, j]*x[t, j] + U[3, j]*h[j] + b[3, j]) */
            const lstm_double_real g = tanh(W[3 * 14 + j] * t1 + U[3 * 14 + j] * t2 + b[3 * 14 + j]);
            /* let c1[j] = f[j]*c[j] + i[j]*g[j] */
            const lstm_double_real c1 = f * c[j] + i * g;
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            tanh_c1[j] = tanh(c1);
            /* next h[j] = o[j] * tanh(c1[j]) */
            h[j] = o[j] * tanh_c1[j];
            /* next c[j] = c1[j] */
            c[j] = c1;
        }
        for (int64_t k = 0; k < 14; k++) {
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            lstm_double_real t3 = 0.0;
            for (int64_t j = 0; j < 14; j++) {
                t3 += V[k * 14 + j] * o[j] * tanh_c1[j];
            }
            y[t * 14 + k] = t3;
        }
    }
    for (int64_t t = 0; t < T - 1; t++) {
        /* loss -mean[t: T - 1] (sum[k] x[t+1, k] * (y[t, k] - logsumexp[m] y[t, m])) */
        lstm_double_real t4 = 0.0;
        lstm_double_real t5 = (-1.0 / 0.0);
        for (int64_t m = 0; m < 14; m++) {
            const lstm_double_real t6 = y[t * 14 + m];
            if (t6 > t5) {
                t4 = t4 * exp(t5 - t6) + 1.0;
                t5 = t6;
            } else if (!(t6 == (-1.0 / 0.0))) {
                t4 += exp(t6 - t5);
            }
        }
        const lstm_double_real loss_logsumexp = t5 + log(t4);
        lstm_double_real t7 = 0.0;
        for (int64_t k = 0; k < 14; k++) {
            t7 += x[(t + 1) * 14 + k] * (y[t * 14 + k] - loss_logsumexp);
        }
        loss_sum[t] = t7;
    }
    lstm_double_real loss_mean = 0.0;
    for (int64_t t = 0; t < T - 1; t++) {
        loss_mean += loss_sum[t];
    }
    const lstm_double_real count_ = (lstm_double_real)(T - 1 > 0 ? T - 1 : 0) * 1.0;
    loss[0] = -(loss_mean / count_);
}

int lstm_double_loss(const lstm_double_dims *dims, const lstm_double_real *theta, const lstm_double_data *data, lstm_double_real *loss, void *work)
{
    const int code = lstm_double_ready(dims, theta, data, work);
    if (code != LSTM_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 512;
    const size_t at2 = at1 + ((size_t)(14 * dims->T * 8) + 63) / 64 * 64;
    lstm_double_loss_part1((int64_t)dims->T, data->x, theta + LSTM_DOUBLE_W_OFFSET(dims),
        theta + LSTM_DOUBLE_U_OFFSET(dims), theta + LSTM_DOUBLE_b_OFFSET(dims), theta + LSTM_DOUBLE_V_OFFSET(dims),
        (lstm_double_real *)(void *)(bytes + 0), (lstm_double_real *)(void *)(bytes + 128),
        (lstm_double_real *)(void *)(bytes + at1), (lstm_double_real *)(void *)(bytes + 256),
        (lstm_double_real *)(void *)(bytes + at2), loss, (lstm_double_real *)(void *)(bytes + 384));
    return fabs(*loss) <= 1.7976931348623157e308 ? LSTM_DOUBLE_OK : LSTM_DOUBLE_ENONFINITE;
}

static void lstm_double_grad_part1(int64_t T, const lstm_double_real *restrict x, const lstm_double_real *restrict W,
        const lstm_double_real *restrict U, const lstm_double_real *restrict b, const lstm_double_real *restrict V,
        lstm_double_real *restrict h, lstm_double_real *restrict c, lstm_double_real *restrict y,
        lstm_double_real *restrict f, lstm_double_real *restrict i, lstm_double_real *restrict o,
        lstm_double_real *restrict g, lstm_double_real *restrict c1, lstm_double_real *restrict loss_logsumexp,
        lstm_double_real *restrict loss_sum, lstm_double_real *restrict loss, lstm_double_real *restrict d_W,
        lstm_double_real *restrict d_U, lstm_double_real *restrict d_b, lstm_double_real *restrict d_V,
        lstm_double_real *restrict d_y, lstm_double_real *restrict d_c, lstm_double_real *restrict d_h,
        lstm_double_real *w_h, lstm_double_real *restrict sum_d_loss_logsumexp, lstm_double_real *tanh_c1)
{
    for (int64_t i_ = 0; i_ < 14; i_++) {
        /* scan t: T with h[H] = 0, c[H] = 0 { */
        h[i_] = 0.0;
        c[i_] = 0.0;
        for (int64_t j = 0; j < 14; j++) {
            /* param V[H, H] ~ normal(0, 0.3) */
            d_V[i_ * 14 + j] = 0.0;
        }
        /* scan t: T with h[H] = 0, c[H] = 0 { */
        d_c[i_] = 0.0;
        d_h[i_] = 0.0;
    }
    for (int64_t t = 0; t < T; t++) {
        for (int64_t j = 0; j < 14; j++) {
            /* let f[j] = sigmoid(W[0, j]*x[t, j] + U[0, j]*h[j] + b[0, j]) */
            const lstm_double_real t1 = x[t * 14 + j];
            const lstm_double_real t2 = h[t * 14 + j];
            f[t * 14 + j] = lstm_double_sigmoid(W[j] * t1 + U[j] * t2 + b[j]);
            /* let i[j] = sigmoid(W[1, j]*x[t, j] + U[1, j]*h[j] + b[1, j]) */
            i[t * 14 + j] = lstm_double_sigmoid(W[1 * 14 + j] * t1 + U[1 * 14 + j] * t2 + b[1 * 14 + j]);
            /* let o[j] = sigmoid(W[2, j]*x[t, j] + U[2, j]*h[j] + b[2, j]) */
            o[t * 14 + j] = lstm_double_sigmoid(W[2 * 14 + j] * t1 + U[2 * 14 + j] * t2 + b[2 * 14 + j]);
            /* let g[j] = tanh(   W[3, j]*x[t, j] + U[3, j]*h[j] + b[3, j]) */
            g[t * 14 + j] = tanh(W[3 * 14 + j] * t1 + U[3 * 14 + j] * t2 + b[3 * 14 + j]);
            /* let c1[j] = f[j]*c[j] + i[j]*g[j] */
            c1[t * 14 + j] = f[t * 14 + j] * c[t * 14 + j] + i[t * 14 + j] * g[t * 14 + j];
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            const lstm_double_real t3 = c1[t * 14 + j];
            tanh_c1[j] = tanh(t3);
            /* next h[j] = o[j] * tanh(c1[j]) */
            h[(t + 1) * 14 + j] = o[t * 14 + j] * tanh_c1[j];
            /* next c[j] = c1[j] */
            c[(t + 1) * 14 + j] = t3;
        }
        for (int64_t k = 0; k < 14; k++) {
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            lstm_double_real t4 = 0.0;
            for (int64_t j = 0; j < 14; j++) {
                t4 += V[k * 14 + j] * o[t * 14 + j] * tanh_c1[j];
            }
            y[t * 14 + k] = t4;
        }
    }
    for (int64_t t = 0; t < T - 1; t++) {
        /* loss -mean[t: T - 1] (sum[k] x[t+1, k] * (y[t, k] - logsumexp[m] y[t, m])) */
        lstm_double_real t5 = 0.0;
        lstm_double_real t6 = (-1.0 / 0.0);
        for (int64_t m = 0; m < 14; m++) {
            const lstm_double_real t7 = y[t * 14 + m];
            if (t7 > t6) {
                t5 = t5 * exp(t6 - t7) + 1.0;
                t6 = t7;
            } else if (!(t7 == (-1.0 / 0.0))) {
                t5 += exp(t7 - t6);
            }
        }
        loss_logsumexp[t] = t6 + log(t5);
        lstm_double_real t8 = 0.0;
        for (int64_t k = 0; k < 14; k++) {
            t8 += x[(t + 1) * 14 + k] * (y[t * 14 + k] - loss_logsumexp[t]);
        }
        loss_sum[t] = t8;
        lstm_double_real t9 = 0.0;
        for (int64_t k = 0; k < 14; k++) {
            t9 += x[(t + 1) * 14 + k];
        }
        sum_d_loss_logsumexp[t] = t9;
    }
    lstm_double_real loss_mean = 0.0;
    for (int64_t t = 0; t < T - 1; t++) {
        loss_mean += loss_sum[t];
    }
    const lstm_double_real count_ = (lstm_double_real)(T - 1 > 0 ? T - 1 : 0) * 1.0;
    loss[0] = -(loss_mean / count_);
    for (int64_t i_ = 0; i_ < 4; i_++) {
        for (int64_t j = 0; j < 14; j++) {
            /* param W[4, H] ~ normal(0, 0.1)      # gates from the input, element-wise */
            d_W[i_ * 14 + j] = 0.0;
            /* param U[4, H] ~ normal(0, 0.1)      # gates from the state, element-wise */
            d_U[i_ * 14 + j] = 0.0;
            /* param b[4, H] = 0 */
            d_b[i_ * 14 + j] = 0.0;
        }
    }
    for (int64_t i_ = 0; i_ < T; i_++) {
        for (int64_t j = 0; j < 14; j++) {
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            d_y[i_ * 14 + j] = 0.0;
        }
    }
    /* loss -mean[t: T - 1] (sum[k] x[t+1, k] * (y[t, k] - logsumexp[m] y[t, m])) */
    const lstm_double_real d_loss_mean = (-1.0) / count_;
    for (int64_t t = 0; t < T - 1; t++) {
        const lstm_double_real d_loss_logsumexp = -(d_loss_mean * sum_d_loss_logsumexp[t]);
        for (int64_t m = 0; m < 14; m++) {
            const lstm_double_real t10 = (-1.0 / 0.0) < loss_logsumexp[t] ? d_loss_logsumexp * exp(y[t * 14 + m] - loss_logsumexp[t]) : 0.0;
            d_y[t * 14 + m] += d_loss_mean * x[(t + 1) * 14 + m] + t10;
        }
    }
    /* scan t: T with h[H] = 0, c[H] = 0 { */
    for (int64_t t = T; t-- > 0;) {
        for (int64_t j = 0; j < 14; j++) {
            /* next h[j] = o[j] * tanh(c1[j]) */
            w_h[j] = tanh(c1[t * 14 + j]);
            /* yield y[t, k] = sum[j] V[k, j] * o[j] * tanh(c1[j]) */
            lstm_double_real sum_d_c1 = 0.0;
            for (int64_t k = 0; k < 14; k++) {
                sum_d_c1 += d_y[t * 14 + k] * V[k * 14 + j];
            }
            const lstm_double_real t11 = o[t * 14 + j];
            const lstm_double_real t12 = d_h[j];
            const lstm_double_real t13 = w_h[j];
            const lstm_double_real t14 = 1.0 - t13 * t13;
            const lstm_double_real d_c1 = d_c[j] + t12 * t11 * t14 + t11 * t14 * sum_d_c1;
            const lstm_double_real d_o = t12 * t13 + t13 * sum_d_c1;
            /* let c1[j] = f[j]*c[j] + i[j]*g[j] */
            const lstm_double_real t15 = i[t * 14 + j];
            const lstm_double_real d_g = d_c1 * t15;
            const lstm_double_real t16 = g[t * 14 + j];
            const lstm_double_real d_i = d_c1 * t16;
            const lstm_double_real t17 = f[t * 14 + j];
            d_c[j] = d_c1 * t17;
            const lstm_double_real d_f = d_c1 * c[t * 14 + j];
            /* let g[j] = tanh(   W[3, j]*x[t, j] + U[3, j]*h[j] + b[3, j]) */
            const lstm_double_real t18 = d_g * (1.0 - t16 * t16);
            d_b[3 * 14 + j] += t18;
            const lstm_double_real t19 = h[t * 14 + j];
            d_U[3 * 14 + j] += t18 * t19;
            const lstm_double_real t20 = x[t * 14 + j];
            d_W[3 * 14 + j] += t18 * t20;
            /* let o[j] = sigmoid(W[2, j]*x[t, j] + U[2, j]*h[j] + b[2, j]) */
            const lstm_double_real t21 = d_o * t11 * (1.0 - t11);
            d_b[2 * 14 + j] += t21;
            d_U[2 * 14 + j] += t21 * t19;
            d_W[2 * 14 + j] += t21 * t20;
            /* let i[j] = sigmoid(W[1, j]*x[t, j] + U[1, j]*h[j] + b[1, j]) */
            const lstm_double_real t22 = d_i * t15 * (1.0 - t15);
            d_b[1 * 14 + j] += t22;
            d_U[1 * 14 + j] += t22 * t19;
            d_W[1 * 14 + j] += t22 * t20;
            /* let f[j] = sigmoid(W[0, j]*x[t, j] + U[0, j]*h[j] + b[0, j]) */
            const lstm_double_real t23 = d_f * t17 * (1.0 - t17);
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

int lstm_double_grad(const lstm_double_dims *dims, const lstm_double_real *theta, const lstm_double_data *data, lstm_double_real *loss, lstm_double_real *grad, void *work)
{
    const int code = lstm_double_ready(dims, theta, data, work);
    if (code != LSTM_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 384;
    const size_t at2 = at1 + ((size_t)((14 * dims->T + 14) * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)((14 * dims->T + 14) * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(14 * dims->T * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(14 * dims->T * 8) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(14 * dims->T * 8) + 63) / 64 * 64;
    const size_t at7 = at6 + ((size_t)(14 * dims->T * 8) + 63) / 64 * 64;
    const size_t at8 = at7 + ((size_t)(14 * dims->T * 8) + 63) / 64 * 64;
    const size_t at9 = at8 + ((size_t)(14 * dims->T * 8) + 63) / 64 * 64;
    const size_t at10 = at9 + ((size_t)((dims->T - 1) * 8) + 63) / 64 * 64;
    const size_t at11 = at10 + ((size_t)((dims->T - 1) * 8) + 63) / 64 * 64;
    const size_t at12 = at11 + ((size_t)((dims->T - 1) * 8) + 63) / 64 * 64;
    lstm_double_grad_part1((int64_t)dims->T, data->x, theta + LSTM_DOUBLE_W_OFFSET(dims),
        theta + LSTM_DOUBLE_U_OFFSET(dims), theta + LSTM_DOUBLE_b_OFFSET(dims), theta + LSTM_DOUBLE_V_OFFSET(dims),
        (lstm_double_real *)(void *)(bytes + at1), (lstm_double_real *)(void *)(bytes + at2),
        (lstm_double_real *)(void *)(bytes + at3), (lstm_double_real *)(void *)(bytes + at4),
        (lstm_double_real *)(void *)(bytes + at5), (lstm_double_real *)(void *)(bytes + at6),
        (lstm_double_real *)(void *)(bytes + at7), (lstm_double_real *)(void *)(bytes + at8),
        (lstm_double_real *)(void *)(bytes + at9), (lstm_double_real *)(void *)(bytes + at10), loss,
        grad + LSTM_DOUBLE_W_OFFSET(dims), grad + LSTM_DOUBLE_U_OFFSET(dims), grad + LSTM_DOUBLE_b_OFFSET(dims),
        grad + LSTM_DOUBLE_V_OFFSET(dims), (lstm_double_real *)(void *)(bytes + at12),
        (lstm_double_real *)(void *)(bytes + 0), (lstm_double_real *)(void *)(bytes + 128),
        (lstm_double_real *)(void *)(bytes + 256), (lstm_double_real *)(void *)(bytes + at11),
        (lstm_double_real *)(void *)(bytes + 256));
    return fabs(*loss) <= 1.7976931348623157e308 ? LSTM_DOUBLE_OK : LSTM_DOUBLE_ENONFINITE;
}

static int lstm_double_shape(const void *any, int array, size_t *shape)
{
    const lstm_double_dims *const dims = any;
    if (!dims) return LSTM_DOUBLE_EDIM;
    const int64_t T = lstm_double_dim(dims->T);
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
        if (count < 0) return LSTM_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 14;
        break;
    default: break;
    }
    return LSTM_DOUBLE_OK;
}

static void lstm_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int lstm_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return lstm_double_loss(dims, theta, data, loss, work);
}

static int lstm_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return lstm_double_grad(dims, theta, data, loss, grad, work);
}

static size_t lstm_double_any_nparam(const void *dims) { return lstm_double_nparam(dims); }

static size_t lstm_double_any_work_bytes(const void *dims) { return lstm_double_work_bytes(dims); }

static int lstm_double_any_init(const void *dims, uint64_t seed, void *theta) { return lstm_double_init(dims, seed, theta); }

static int lstm_double_any_check(const void *dims, const void *data, int *which) { return lstm_double_test(dims, data, which); }

static const char *const lstm_double_dim_names[] = {"T"};

static const int lstm_double_axis0[] = {-1, -1};
static const int lstm_double_axis1[] = {-1, -1};
static const int lstm_double_axis2[] = {-1, -1};
static const int lstm_double_axis3[] = {-1, -1};
static const int lstm_double_axis4[] = {0, -1};
static const adc_array lstm_double_arrays[] = {
    {"W", ADC_PARAM, ADC_REAL, 0, 0, 2, lstm_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"U", ADC_PARAM, ADC_REAL, 0, 0, 2, lstm_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"b", ADC_PARAM, ADC_REAL, 0, 0, 2, lstm_double_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"V", ADC_PARAM, ADC_REAL, 0, 0, 2, lstm_double_axis3, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"x", ADC_DATA, ADC_REAL, 0, 0, 2, lstm_double_axis4, -1, offsetof(lstm_double_data, x), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model lstm_double = {
    ADC_MODEL, 8, "lstm",
    1, lstm_double_dim_names, -1,
    5, lstm_double_arrays, sizeof(lstm_double_data),
    5, lstm_double_check_text,
    lstm_double_shape, lstm_double_range, lstm_double_any_nparam, lstm_double_any_nparam, lstm_double_any_work_bytes,
    lstm_double_any_init, lstm_double_any_check,
    lstm_double_any_loss, lstm_double_any_grad, 0,
    lstm_double_strerror,
    0, 0,
};
