/* The functions of hmm_double; its header says what they take and need. */
#include "hmm_double.h"

#include <math.h>


static int64_t hmm_double_idiv(int64_t a, int64_t b) /* rounds down */
{
    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));
}

static int64_t hmm_double_imod(int64_t a, int64_t b) /* a - b * (a div b) */
{
    const int64_t r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t hmm_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t hmm_double_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t hmm_double_sub(int64_t a, int64_t b)
{
    return b == INT64_MIN ? b : hmm_double_add(a, -b);
}

static int64_t hmm_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : hmm_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t hmm_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : hmm_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t hmm_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t hmm_double_work_bytes(const hmm_double_dims *dims)
{
    const int64_t T = hmm_double_dim(dims->T);
    const int64_t S = hmm_double_dim(dims->S);
    size_t most = 0, bytes = 0;
    bytes = hmm_double_slot(bytes, T, 8); /* obs */
    bytes = hmm_double_slot(bytes, S, 8); /* lab */
    bytes = hmm_double_slot(bytes, hmm_double_count(T, 12), 8); /* act */
    bytes = hmm_double_slot(bytes, hmm_double_count(T, 12), 8); /* d_act */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 0;
    bytes = hmm_double_slot(bytes, hmm_double_mul(12, T), 8);
    bytes = hmm_double_slot(bytes, hmm_double_add(hmm_double_mul(4, S), 2), 8);
    if (bytes > most) most = bytes;
    /* grad */
    bytes = 0;
    bytes = hmm_double_slot(bytes, T, 8);
    bytes = hmm_double_slot(bytes, hmm_double_mul(12, T), 8);
    bytes = hmm_double_slot(bytes, hmm_double_mul(T, hmm_double_add(hmm_double_mul(2, S), 1)), 8);
    bytes = hmm_double_slot(bytes, hmm_double_mul(12, T), 8);
    bytes = hmm_double_slot(bytes, hmm_double_mul(T, hmm_double_add(hmm_double_mul(2, S), 1)), 8);
    bytes = hmm_double_slot(bytes, hmm_double_mul(hmm_double_sub(T, 1), hmm_double_add(hmm_double_mul(2, S), 1)), 8);
    if (bytes > most) most = bytes;
    /* loglik */
    bytes = 896;
    if (bytes > most) most = bytes;
    return most;
}

size_t hmm_double_nparam(const hmm_double_dims *dims)
{
    const int64_t T = hmm_double_dim(dims->T);
    const int64_t count = hmm_double_add(hmm_double_add(0, hmm_double_count(T, 12)), 90);
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *hmm_double_strerror(int code)
{
    switch (code) {
    case HMM_DOUBLE_OK: return "no error";
    case HMM_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case HMM_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case HMM_DOUBLE_EWORK: return "no work memory was given";
    case HMM_DOUBLE_ENONFINITE: return "the loss is not finite";
    case HMM_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int hmm_double_init(const hmm_double_dims *dims, uint64_t seed, hmm_double_real *theta)
{
    if (!dims || hmm_double_work_bytes(dims) == SIZE_MAX) return HMM_DOUBLE_EDIM;
    (void)seed;
    const int64_t T = (int64_t)dims->T;
    if (!theta) return HMM_DOUBLE_EDATA;
    hmm_double_real *to;
    int64_t at;
    to = theta + HMM_DOUBLE_a0_OFFSET(dims); /* a0 */
    at = 0;
    for (int64_t i = 0; i < 5; i++) {
        to[at] = 0.0;
        at++;
    }
    to = theta + HMM_DOUBLE_tr_OFFSET(dims); /* tr */
    at = 0;
    for (int64_t i = 0; i < 5; i++) {
        for (int64_t i_ = 0; i_ < 5; i_++) {
            to[at] = 0.0;
            at++;
        }
    }
    to = theta + HMM_DOUBLE_em_OFFSET(dims); /* em */
    at = 0;
    for (int64_t i = 0; i < 5; i++) {
        for (int64_t i_ = 0; i_ < 12; i_++) {
            to[at] = 0.0;
            at++;
        }
    }
    to = theta + HMM_DOUBLE_act_OFFSET(dims); /* act */
    at = 0;
    for (int64_t i = 0; i < T; i++) {
        for (int64_t i_ = 0; i_ < 12; i_++) {
            to[at] = 0.0;
            at++;
        }
    }
    return HMM_DOUBLE_OK;
}

static const char *const hmm_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the count of the scan over t, T - 1, is negative",
    "subscript (s - 1) div 2 leaves lab (0..S)",
    "subscript (s - 1) div 2 leaves lab (0..S)",
    "subscript (s - 1) div 2 leaves lab (0..S)",
    "subscript (s - 1) div 2 leaves lab (0..S)",
    "subscript (s - 1) div 2 leaves lab (0..S)",
    "subscript (s - 1) div 2 leaves lab (0..S)",
    "subscript (s - 3) div 2 leaves lab (0..S)",
    "subscript (s - 3) div 2 leaves lab (0..S)",
    "subscript 2 * S - u leaves c (0..2 * S + 1)",
    "the data is missing",
    "obs is missing",
    "obs has an entry outside 0..12",
    "lab is missing",
    "lab has an entry outside 0..12",
};

static int hmm_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int hmm_double_test(const hmm_double_dims *dims, const hmm_double_data *data, int *which)
{
    if (!dims || hmm_double_work_bytes(dims) == SIZE_MAX) return hmm_double_fail(which, 0, HMM_DOUBLE_EDIM);
    const int64_t T = (int64_t)dims->T;
    const int64_t S = (int64_t)dims->S;
    if (!(0 <= T - 1)) return hmm_double_fail(which, 1, HMM_DOUBLE_EDIM);
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        if (s < 2 && s % 2 != 0) {
            if (!(0 <= hmm_double_idiv(s - 1, 2))) return hmm_double_fail(which, 2, HMM_DOUBLE_EDIM);
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        if (s < 2 && s % 2 != 0) {
            if (!(0 <= S - hmm_double_idiv(s - 1, 2) - 1)) return hmm_double_fail(which, 3, HMM_DOUBLE_EDIM);
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        if (s % 2 != 0) {
            if (!(0 <= hmm_double_idiv(s - 1, 2))) return hmm_double_fail(which, 4, HMM_DOUBLE_EDIM);
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        if (s % 2 != 0) {
            if (!(0 <= S - hmm_double_idiv(s - 1, 2) - 1)) return hmm_double_fail(which, 5, HMM_DOUBLE_EDIM);
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        for (int64_t u = 0; u < 3; u++) {
            if (u <= s && 2 <= u && s % 2 == 1 && s % 2 != 0) {
                if (!(0 <= hmm_double_idiv(s - 1, 2))) return hmm_double_fail(which, 6, HMM_DOUBLE_EDIM);
            }
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        for (int64_t u = 0; u < 3; u++) {
            if (u <= s && 2 <= u && s % 2 == 1 && s % 2 != 0) {
                if (!(0 <= S - hmm_double_idiv(s - 1, 2) - 1)) return hmm_double_fail(which, 7, HMM_DOUBLE_EDIM);
            }
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        for (int64_t u = 0; u < 3; u++) {
            if (u <= s && 2 <= u && s % 2 == 1 && hmm_double_imod(s - 2, 2) != 0) {
                if (!(0 <= hmm_double_idiv(s - 3, 2))) return hmm_double_fail(which, 8, HMM_DOUBLE_EDIM);
            }
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        for (int64_t u = 0; u < 3; u++) {
            if (u <= s && 2 <= u && s % 2 == 1 && hmm_double_imod(s - 2, 2) != 0) {
                if (!(0 <= S - hmm_double_idiv(s - 3, 2) - 1)) return hmm_double_fail(which, 9, HMM_DOUBLE_EDIM);
            }
        }
    }
    for (int64_t u = 0; u < 2; u++) {
        if (!(0 <= 2 * S - u)) return hmm_double_fail(which, 10, HMM_DOUBLE_EDIM);
    }
    if (!data) return hmm_double_fail(which, 11, HMM_DOUBLE_EDATA);
    if (!data->obs && T > 0) return hmm_double_fail(which, 12, HMM_DOUBLE_EDATA);
    for (int64_t at = 0; at < T; at++)
        if (data->obs[at] < 0 || data->obs[at] >= 12) return hmm_double_fail(which, 13, HMM_DOUBLE_EDATA);
    if (!data->lab && S > 0) return hmm_double_fail(which, 14, HMM_DOUBLE_EDATA);
    for (int64_t at = 0; at < S; at++)
        if (data->lab[at] < 0 || data->lab[at] >= 12) return hmm_double_fail(which, 15, HMM_DOUBLE_EDATA);
    return HMM_DOUBLE_OK;
}

int hmm_double_check(const hmm_double_dims *dims, const hmm_double_data *data)
{
    return hmm_double_test(dims, data, 0);
}

static int hmm_double_ready(const hmm_double_dims *dims, const hmm_double_real *theta, const hmm_double_data *data, const void *work)
{
    const size_t bytes = dims ? hmm_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return HMM_DOUBLE_EDIM;
    if (!theta) return HMM_DOUBLE_EDATA;
    if (!data) return HMM_DOUBLE_EDATA;
    return bytes > 0 && !work ? HMM_DOUBLE_EWORK : HMM_DOUBLE_OK;
}

static void hmm_double_loss_part1(int64_t T, int64_t S, const int32_t *restrict lab,
        const hmm_double_real *restrict act, hmm_double_real *restrict lp, hmm_double_real *restrict c,
        hmm_double_real *restrict loss)
{
    for (int64_t t = 0; t < T; t++) {
        /* let lp[t, w] = act[t, w] - logsumexp[m] act[t, m] */
        hmm_double_real t1 = 0.0;
        hmm_double_real t2 = (-1.0 / 0.0);
        for (int64_t m = 0; m < 12; m++) {
            const hmm_double_real t3 = act[t * 12 + m];
            if (t3 > t2) {
                t1 = t1 * exp(t2 - t3) + 1.0;
                t2 = t3;
            } else if (!(t3 == (-1.0 / 0.0))) {
                t1 += exp(t3 - t2);
            }
        }
        const hmm_double_real lp_logsumexp = t2 + log(t1);
        for (int64_t w = 0; w < 12; w++) {
            lp[t * 12 + w] = act[t * 12 + w] - lp_logsumexp;
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        /* scan t: T - 1 with c[s: 2*S + 1] = (if s < 2 then lp[0, sym(s)] else -inf) { */
        hmm_double_real t4;
        if (s < 2) {
            t4 = lp[s % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 1, 2)]];
        } else {
            t4 = (-1.0 / 0.0);
        }
        c[s] = t4;
    }
    for (int64_t t = 0; t < T - 1; t++) {
        const int64_t t5 = t % 2;
        const int64_t t6 = (t + 1) % 2;
        for (int64_t s = 0; s < 2 * S + 1; s++) {
            /* next c[s] = lp[t+1, sym(s)] + logsumexp[u: 3] */
            hmm_double_real t7 = 0.0;
            hmm_double_real t8 = (-1.0 / 0.0);
            for (int64_t u = 0; u < 3; u++) {
                int t9 = u <= s;
                if (t9) {
                    int t10 = u < 2;
                    if (!t10) {
                        int t11 = s % 2 == 1;
                        if (t11) {
                            const int t12 = (s % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 1, 2)]) != (hmm_double_imod(s - 2, 2) == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 3, 2)]);
                            t11 = t12;
                        }
                        t10 = t11;
                    }
                    t9 = t10;
                }
                const hmm_double_real t13 = t9 ? c[t5 * (2 * S + 1) + (s - u)] : (-1.0 / 0.0);
                if (t13 > t8) {
                    t7 = t7 * exp(t8 - t13) + 1.0;
                    t8 = t13;
                } else if (!(t13 == (-1.0 / 0.0))) {
                    t7 += exp(t13 - t8);
                }
            }
            const hmm_double_real c_logsumexp = t8 + log(t7);
            const hmm_double_real t14 = lp[(t + 1) * 12 + (s % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 1, 2)])] + c_logsumexp;
            c[t6 * (2 * S + 1) + s] = t14;
        }
    }
    /* loss -logsumexp[u: 2] c[2*S - u] */
    hmm_double_real t15 = 0.0;
    hmm_double_real t16 = (-1.0 / 0.0);
    for (int64_t u = 0; u < 2; u++) {
        const hmm_double_real t17 = c[(hmm_double_imod(T - 1, 2)) * (2 * S + 1) + (2 * S - u)];
        if (t17 > t16) {
            t15 = t15 * exp(t16 - t17) + 1.0;
            t16 = t17;
        } else if (!(t17 == (-1.0 / 0.0))) {
            t15 += exp(t17 - t16);
        }
    }
    const hmm_double_real loss_logsumexp = t16 + log(t15);
    loss[0] = -loss_logsumexp;
}

int hmm_double_loss(const hmm_double_dims *dims, const hmm_double_real *theta, const hmm_double_data *data, hmm_double_real *loss, void *work)
{
    const int code = hmm_double_ready(dims, theta, data, work);
    if (code != HMM_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(12 * dims->T * 8) + 63) / 64 * 64;
    hmm_double_loss_part1((int64_t)dims->T, (int64_t)dims->S, data->lab, theta + HMM_DOUBLE_act_OFFSET(dims),
        (hmm_double_real *)(void *)(bytes + at1), (hmm_double_real *)(void *)(bytes + at2), loss);
    return fabs(*loss) <= 1.7976931348623157e308 ? HMM_DOUBLE_OK : HMM_DOUBLE_ENONFINITE;
}

static void hmm_double_grad_part1(int64_t T, int64_t S, const int32_t *restrict lab,
        const hmm_double_real *restrict act, hmm_double_real *restrict lp_logsumexp, hmm_double_real *restrict lp,
        hmm_double_real *restrict c, hmm_double_real *restrict c_logsumexp, hmm_double_real *restrict loss,
        hmm_double_real *restrict d_a0, hmm_double_real *restrict d_tr, hmm_double_real *restrict d_em,
        hmm_double_real *restrict d_act, hmm_double_real *restrict d_c, hmm_double_real *restrict d_lp)
{
    for (int64_t t = 0; t < T; t++) {
        /* let lp[t, w] = act[t, w] - logsumexp[m] act[t, m] */
        hmm_double_real t1 = 0.0;
        hmm_double_real t2 = (-1.0 / 0.0);
        for (int64_t m = 0; m < 12; m++) {
            const hmm_double_real t3 = act[t * 12 + m];
            if (t3 > t2) {
                t1 = t1 * exp(t2 - t3) + 1.0;
                t2 = t3;
            } else if (!(t3 == (-1.0 / 0.0))) {
                t1 += exp(t3 - t2);
            }
        }
        lp_logsumexp[t] = t2 + log(t1);
        for (int64_t w = 0; w < 12; w++) {
            lp[t * 12 + w] = act[t * 12 + w] - lp_logsumexp[t];
            d_lp[t * 12 + w] = 0.0;
        }
        for (int64_t j = 0; j < 2 * S + 1; j++) {
            /* scan t: T - 1 with c[s: 2*S + 1] = (if s < 2 then lp[0, sym(s)] else -inf) { */
            d_c[t * (2 * S + 1) + j] = 0.0;
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        hmm_double_real t4;
        if (s < 2) {
            t4 = lp[s % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 1, 2)]];
        } else {
            t4 = (-1.0 / 0.0);
        }
        c[s] = t4;
    }
    for (int64_t t = 0; t < T - 1; t++) {
        for (int64_t s = 0; s < 2 * S + 1; s++) {
            /* next c[s] = lp[t+1, sym(s)] + logsumexp[u: 3] */
            hmm_double_real t5 = 0.0;
            hmm_double_real t6 = (-1.0 / 0.0);
            for (int64_t u = 0; u < 3; u++) {
                int t7 = u <= s;
                if (t7) {
                    int t8 = u < 2;
                    if (!t8) {
                        int t9 = s % 2 == 1;
                        if (t9) {
                            const int t10 = (s % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 1, 2)]) != (hmm_double_imod(s - 2, 2) == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 3, 2)]);
                            t9 = t10;
                        }
                        t8 = t9;
                    }
                    t7 = t8;
                }
                const hmm_double_real t11 = t7 ? c[t * (2 * S + 1) + (s - u)] : (-1.0 / 0.0);
                if (t11 > t6) {
                    t5 = t5 * exp(t6 - t11) + 1.0;
                    t6 = t11;
                } else if (!(t11 == (-1.0 / 0.0))) {
                    t5 += exp(t11 - t6);
                }
            }
            c_logsumexp[t * (2 * S + 1) + s] = t6 + log(t5);
            const hmm_double_real t12 = lp[(t + 1) * 12 + (s % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 1, 2)])] + c_logsumexp[t * (2 * S + 1) + s];
            c[(t + 1) * (2 * S + 1) + s] = t12;
        }
    }
    /* loss -logsumexp[u: 2] c[2*S - u] */
    hmm_double_real t13 = 0.0;
    hmm_double_real t14 = (-1.0 / 0.0);
    for (int64_t u = 0; u < 2; u++) {
        const hmm_double_real t15 = c[(T - 1) * (2 * S + 1) + (2 * S - u)];
        if (t15 > t14) {
            t13 = t13 * exp(t14 - t15) + 1.0;
            t14 = t15;
        } else if (!(t15 == (-1.0 / 0.0))) {
            t13 += exp(t15 - t14);
        }
    }
    const hmm_double_real loss_logsumexp = t14 + log(t13);
    loss[0] = -loss_logsumexp;
    for (int64_t i = 0; i < 5; i++) {
        /* param a0[K] = 0, tr[K, K] = 0, em[K, V] = 0 */
        d_a0[i] = 0.0;
        for (int64_t j = 0; j < 5; j++) {
            d_tr[i * 5 + j] = 0.0;
        }
        for (int64_t j = 0; j < 12; j++) {
            d_em[i * 12 + j] = 0.0;
        }
    }
    for (int64_t u = 0; u < 2; u++) {
        if ((-1.0 / 0.0) < loss_logsumexp) {
            /* loss -logsumexp[u: 2] c[2*S - u] */
            d_c[(T - 1) * (2 * S + 1) + (2 * S - u)] += -exp(c[(T - 1) * (2 * S + 1) + (2 * S - u)] - loss_logsumexp);
        }
    }
    /* scan t: T - 1 with c[s: 2*S + 1] = (if s < 2 then lp[0, sym(s)] else -inf) { */
    for (int64_t t = T - 1; t-- > 0;) {
        for (int64_t s = 0; s < 2 * S + 1; s++) {
            /* next c[s] = lp[t+1, sym(s)] + logsumexp[u: 3] */
            d_lp[(t + 1) * 12 + (s % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 1, 2)])] += d_c[(t + 1) * (2 * S + 1) + s];
            hmm_double_real t16 = 0.0;
            const int64_t t17 = 2 * S - s + 1;
            for (int64_t u = 0; u < (t17 < 3 ? t17 : 3); u++) {
                const hmm_double_real t18 = c_logsumexp[t * (2 * S + 1) + (s + u)];
                int t19 = (-1.0 / 0.0) < t18;
                if (t19) {
                    int t20 = u < 2;
                    if (!t20) {
                        int t21 = (s + u) % 2 == 1;
                        if (t21) {
                            const int t22 = ((s + u) % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s + u - 1, 2)]) != (hmm_double_imod(s + u - 2, 2) == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s + u - 3, 2)]);
                            t21 = t22;
                        }
                        t20 = t21;
                    }
                    t19 = t20;
                }
                if (t19) {
                    t16 += d_c[(t + 1) * (2 * S + 1) + (s + u)] * exp(c[t * (2 * S + 1) + s] - t18);
                }
            }
            d_c[t * (2 * S + 1) + s] += t16;
        }
    }
    for (int64_t s = 0; s < 2 * S + 1; s++) {
        if (s < 2) {
            /* scan t: T - 1 with c[s: 2*S + 1] = (if s < 2 then lp[0, sym(s)] else -inf) { */
            d_lp[s % 2 == 0 ? 0 : (int64_t)lab[hmm_double_idiv(s - 1, 2)]] += d_c[s];
        }
    }
    for (int64_t t = 0; t < T; t++) {
        /* let lp[t, w] = act[t, w] - logsumexp[m] act[t, m] */
        hmm_double_real d_lp_logsumexp = 0.0;
        for (int64_t w = 0; w < 12; w++) {
            d_lp_logsumexp += -d_lp[t * 12 + w];
        }
        for (int64_t m = 0; m < 12; m++) {
            const hmm_double_real t23 = (-1.0 / 0.0) < lp_logsumexp[t] ? d_lp_logsumexp * exp(act[t * 12 + m] - lp_logsumexp[t]) : 0.0;
            d_act[t * 12 + m] = d_lp[t * 12 + m] + t23;
        }
    }
}

int hmm_double_grad(const hmm_double_dims *dims, const hmm_double_real *theta, const hmm_double_data *data, hmm_double_real *loss, hmm_double_real *grad, void *work)
{
    const int code = hmm_double_ready(dims, theta, data, work);
    if (code != HMM_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(dims->T * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(12 * dims->T * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(dims->T * (2 * dims->S + 1) * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(12 * dims->T * 8) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(dims->T * (2 * dims->S + 1) * 8) + 63) / 64 * 64;
    hmm_double_grad_part1((int64_t)dims->T, (int64_t)dims->S, data->lab, theta + HMM_DOUBLE_act_OFFSET(dims),
        (hmm_double_real *)(void *)(bytes + at1), (hmm_double_real *)(void *)(bytes + at2),
        (hmm_double_real *)(void *)(bytes + at5), (hmm_double_real *)(void *)(bytes + at6), loss,
        grad + HMM_DOUBLE_a0_OFFSET(dims), grad + HMM_DOUBLE_tr_OFFSET(dims), grad + HMM_DOUBLE_em_OFFSET(dims),
        grad + HMM_DOUBLE_act_OFFSET(dims), (hmm_double_real *)(void *)(bytes + at3),
        (hmm_double_real *)(void *)(bytes + at4));
    return fabs(*loss) <= 1.7976931348623157e308 ? HMM_DOUBLE_OK : HMM_DOUBLE_ENONFINITE;
}

static void hmm_double_loglik_part1(int64_t T, const int32_t *restrict obs, const hmm_double_real *restrict a0,
        const hmm_double_real *restrict tr, const hmm_double_real *restrict em, hmm_double_real *restrict la,
        hmm_double_real *restrict lb, hmm_double_real *restrict f, hmm_double_real *restrict loglik)
{
    for (int64_t i = 0; i < 5; i++) {
        /* let la[i, j] = tr[i, j] - logsumexp[m] tr[i, m] */
        hmm_double_real t1 = 0.0;
        hmm_double_real t2 = (-1.0 / 0.0);
        for (int64_t m = 0; m < 5; m++) {
            const hmm_double_real t3 = tr[i * 5 + m];
            if (t3 > t2) {
                t1 = t1 * exp(t2 - t3) + 1.0;
                t2 = t3;
            } else if (!(t3 == (-1.0 / 0.0))) {
                t1 += exp(t3 - t2);
            }
        }
        const hmm_double_real la_logsumexp = t2 + log(t1);
        for (int64_t j = 0; j < 5; j++) {
            la[i * 5 + j] = tr[i * 5 + j] - la_logsumexp;
        }
        /* let lb[k, w] = em[k, w] - logsumexp[m] em[k, m] */
        hmm_double_real t4 = 0.0;
        hmm_double_real t5 = (-1.0 / 0.0);
        for (int64_t m = 0; m < 12; m++) {
            const hmm_double_real t6 = em[i * 12 + m];
            if (t6 > t5) {
                t4 = t4 * exp(t5 - t6) + 1.0;
                t5 = t6;
            } else if (!(t6 == (-1.0 / 0.0))) {
                t4 += exp(t6 - t5);
            }
        }
        const hmm_double_real lb_logsumexp = t5 + log(t4);
        for (int64_t w = 0; w < 12; w++) {
            lb[i * 12 + w] = em[i * 12 + w] - lb_logsumexp;
        }
    }
    /* scan t: T - 1 with f[k: K] = a0[k] - (logsumexp[m] a0[m]) + lb[k, obs[0]] { */
    hmm_double_real t7 = 0.0;
    hmm_double_real t8 = (-1.0 / 0.0);
    for (int64_t m = 0; m < 5; m++) {
        const hmm_double_real t9 = a0[m];
        if (t9 > t8) {
            t7 = t7 * exp(t8 - t9) + 1.0;
            t8 = t9;
        } else if (!(t9 == (-1.0 / 0.0))) {
            t7 += exp(t9 - t8);
        }
    }
    const hmm_double_real f_logsumexp = t8 + log(t7);
    for (int64_t k = 0; k < 5; k++) {
        f[k] = a0[k] - f_logsumexp + lb[k * 12 + (int64_t)obs[0]];
    }
    for (int64_t t = 0; t < T - 1; t++) {
        const int64_t t10 = t % 2;
        const int64_t t11 = (t + 1) % 2;
        for (int64_t j = 0; j < 5; j++) {
            /* next f[j] = (logsumexp[i] (f[i] + la[i, j])) + lb[j, obs[t+1]] */
            hmm_double_real t12 = 0.0;
            hmm_double_real t13 = (-1.0 / 0.0);
            for (int64_t i = 0; i < 5; i++) {
                const hmm_double_real t14 = f[t10 * 5 + i] + la[i * 5 + j];
                if (t14 > t13) {
                    t12 = t12 * exp(t13 - t14) + 1.0;
                    t13 = t14;
                } else if (!(t14 == (-1.0 / 0.0))) {
                    t12 += exp(t14 - t13);
                }
            }
            const hmm_double_real f_logsumexp_2 = t13 + log(t12);
            f[t11 * 5 + j] = f_logsumexp_2 + lb[j * 12 + (int64_t)obs[t + 1]];
        }
    }
    /* output loglik = logsumexp(f) */
    hmm_double_real t15 = 0.0;
    hmm_double_real t16 = (-1.0 / 0.0);
    for (int64_t i = 0; i < 5; i++) {
        const hmm_double_real t17 = f[(hmm_double_imod(T - 1, 2)) * 5 + i];
        if (t17 > t16) {
            t15 = t15 * exp(t16 - t17) + 1.0;
            t16 = t17;
        } else if (!(t17 == (-1.0 / 0.0))) {
            t15 += exp(t17 - t16);
        }
    }
    const hmm_double_real loglik_logsumexp = t16 + log(t15);
    loglik[0] = loglik_logsumexp;
}

int hmm_double_loglik(const hmm_double_dims *dims, const hmm_double_real *theta, const hmm_double_data *data, hmm_double_real *out, void *work)
{
    const int code = hmm_double_ready(dims, theta, data, work);
    if (code != HMM_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    hmm_double_loglik_part1((int64_t)dims->T, data->obs, theta + HMM_DOUBLE_a0_OFFSET(dims),
        theta + HMM_DOUBLE_tr_OFFSET(dims), theta + HMM_DOUBLE_em_OFFSET(dims),
        (hmm_double_real *)(void *)(bytes + 0), (hmm_double_real *)(void *)(bytes + 256),
        (hmm_double_real *)(void *)(bytes + 768), out);
    return HMM_DOUBLE_OK;
}

static int hmm_double_shape(const void *any, int array, size_t *shape)
{
    const hmm_double_dims *const dims = any;
    if (!dims) return HMM_DOUBLE_EDIM;
    const int64_t T = hmm_double_dim(dims->T);
    const int64_t S = hmm_double_dim(dims->S);
    int64_t count;
    switch (array) {
    case 0: /* a0 */
        shape[0] = 5;
        break;
    case 1: /* tr */
        shape[0] = 5;
        shape[1] = 5;
        break;
    case 2: /* em */
        shape[0] = 5;
        shape[1] = 12;
        break;
    case 3: /* act */
        count = T;
        if (count < 0) return HMM_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 12;
        break;
    case 4: /* obs */
        count = T;
        if (count < 0) return HMM_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    case 5: /* lab */
        count = S;
        if (count < 0) return HMM_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        break;
    default: break;
    }
    return HMM_DOUBLE_OK;
}

static void hmm_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    switch (array) {
    case 4: /* obs */
        *lo = (long)0;
        *hi = (long)12;
        break;
    case 5: /* lab */
        *lo = (long)0;
        *hi = (long)12;
        break;
    default: break;
    }
}

static int hmm_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return hmm_double_loss(dims, theta, data, loss, work);
}

static int hmm_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return hmm_double_grad(dims, theta, data, loss, grad, work);
}

static int hmm_double_any_loglik(const void *dims, const void *theta, const void *data, void *out, void *work)
{
    return hmm_double_loglik(dims, theta, data, out, work);
}

static size_t hmm_double_any_nparam(const void *dims) { return hmm_double_nparam(dims); }

static size_t hmm_double_any_work_bytes(const void *dims) { return hmm_double_work_bytes(dims); }

static int hmm_double_any_init(const void *dims, uint64_t seed, void *theta) { return hmm_double_init(dims, seed, theta); }

static int hmm_double_any_check(const void *dims, const void *data, int *which) { return hmm_double_test(dims, data, which); }

static const char *const hmm_double_dim_names[] = {"T", "S"};

static const int hmm_double_axis0[] = {-1};
static const int hmm_double_axis1[] = {-1, -1};
static const int hmm_double_axis2[] = {-1, -1};
static const int hmm_double_axis3[] = {0, -1};
static const int hmm_double_axis4[] = {0};
static const int hmm_double_axis5[] = {1};
static const adc_array hmm_double_arrays[] = {
    {"a0", ADC_PARAM, ADC_REAL, 0, 0, 1, hmm_double_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"tr", ADC_PARAM, ADC_REAL, 0, 0, 2, hmm_double_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"em", ADC_PARAM, ADC_REAL, 0, 0, 2, hmm_double_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"act", ADC_PARAM, ADC_REAL, 0, 0, 2, hmm_double_axis3, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"obs", ADC_DATA, ADC_INT32, 0, 1, 1, hmm_double_axis4, -1, offsetof(hmm_double_data, obs), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"lab", ADC_DATA, ADC_INT32, 0, 1, 1, hmm_double_axis5, -1, offsetof(hmm_double_data, lab), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"loglik", ADC_OUTPUT, ADC_REAL, 0, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, hmm_double_any_loglik, 0, 0, 0},
};

const adc_model hmm_double = {
    ADC_MODEL, 8, "hmm",
    2, hmm_double_dim_names, -1,
    7, hmm_double_arrays, sizeof(hmm_double_data),
    16, hmm_double_check_text,
    hmm_double_shape, hmm_double_range, hmm_double_any_nparam, hmm_double_any_nparam, hmm_double_any_work_bytes,
    hmm_double_any_init, hmm_double_any_check,
    hmm_double_any_loss, hmm_double_any_grad, 0,
    hmm_double_strerror,
    0, 0,
};
