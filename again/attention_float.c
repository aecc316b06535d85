/* The functions of attention_float; its header says what they take and need. */
#include "attention_float.h"

#include <math.h>


static uint64_t attention_float_random_begin(void)
{
    return 0;
}

static uint64_t attention_float_random_mix(uint64_t h, double a)
{
    union { double d; uint64_t u; } bits;
    bits.d = a + 0.0;
    h = (h + 0x9E3779B97F4A7C15u) ^ bits.u;
    h = (h ^ (h >> 30)) * 0xBF58476D1CE4E5B9u;
    h = (h ^ (h >> 27)) * 0x94D049BB133111EBu;
    return h ^ (h >> 31);
}

/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t attention_float_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t attention_float_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t attention_float_sub(int64_t a, int64_t b)
{
    return b == INT64_MIN ? b : attention_float_add(a, -b);
}

static int64_t attention_float_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : attention_float_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t attention_float_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : attention_float_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t attention_float_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t attention_float_work_bytes(const attention_float_dims *dims)
{
    const int64_t B = attention_float_dim(dims->B);
    const int64_t T = attention_float_dim(dims->T);
    size_t most = 0, bytes = 0;
    bytes = attention_float_slot(bytes, attention_float_count(B, T), 8); /* tok */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 256;
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, T), 4);
    bytes = attention_float_slot(bytes, T, 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(4, T), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(64, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(B, attention_float_sub(T, 1)), 4);
    if (bytes > most) most = bytes;
    /* grad */
    bytes = 0;
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(attention_float_mul(3, B), T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(64, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(64, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(2, B), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(2, B), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(attention_float_mul(2, B), T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(attention_float_mul(2, B), T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(attention_float_mul(2, B), T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(attention_float_mul(2, B), T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(attention_float_mul(8, B), T), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(8, B), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(attention_float_mul(2, B), T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(4, T), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(64, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(B, attention_float_sub(T, 1)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(4, T), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(4, T), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(4, T), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(attention_float_mul(4, T), T), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    bytes = attention_float_slot(bytes, attention_float_mul(32, attention_float_mul(B, T)), 4);
    if (bytes > most) most = bytes;
    return most;
}

size_t attention_float_nparam(const attention_float_dims *dims)
{
    (void)dims;
    return 14464;
}

const char *attention_float_strerror(int code)
{
    switch (code) {
    case ATTENTION_FLOAT_OK: return "no error";
    case ATTENTION_FLOAT_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case ATTENTION_FLOAT_EDATA: return "data is missing, NaN, or an integer out of range";
    case ATTENTION_FLOAT_EWORK: return "no work memory was given";
    case ATTENTION_FLOAT_ENONFINITE: return "the loss is not finite";
    case ATTENTION_FLOAT_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */
static double attention_float_uniform(uint64_t seed, int param, int64_t e, int draw)
{
    uint64_t h = attention_float_random_mix(attention_float_random_begin(), (double)(seed >> 32));
    h = attention_float_random_mix(h, (double)(seed & 0xffffffffu));
    h = attention_float_random_mix(h, (double)param);
    h = attention_float_random_mix(h, (double)e);
    h = attention_float_random_mix(h, (double)draw);
    return (double)(h >> 11) / 9007199254740992.0;
}

int attention_float_init(const attention_float_dims *dims, uint64_t seed, attention_float_real *theta)
{
    if (!dims || attention_float_work_bytes(dims) == SIZE_MAX) return ATTENTION_FLOAT_EDIM;
    if (!theta) return ATTENTION_FLOAT_EDATA;
    attention_float_real *to;
    int64_t at;
    to = theta + ATTENTION_FLOAT_emb_OFFSET(dims); /* emb */
    at = 0;
    for (int64_t i = 0; i < 64; i++) {
        for (int64_t i_ = 0; i_ < 32; i_++) {
            to[at] = 0.0f + 0.02f * (attention_float_real)(sqrt(-2.0 * log(1.0 - attention_float_uniform(seed, 0, at, 0))) * cos(6.283185307179586 * attention_float_uniform(seed, 0, at, 1)));
            at++;
        }
    }
    to = theta + ATTENTION_FLOAT_pos_OFFSET(dims); /* pos */
    at = 0;
    for (int64_t i = 0; i < 128; i++) {
        for (int64_t i_ = 0; i_ < 32; i_++) {
            to[at] = 0.0f + 0.02f * (attention_float_real)(sqrt(-2.0 * log(1.0 - attention_float_uniform(seed, 1, at, 0))) * cos(6.283185307179586 * attention_float_uniform(seed, 1, at, 1)));
            at++;
        }
    }
    to = theta + ATTENTION_FLOAT_gain_OFFSET(dims); /* gain */
    at = 0;
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < 32; i_++) {
            to[at] = 1.0f;
            at++;
        }
    }
    to = theta + ATTENTION_FLOAT_bias_OFFSET(dims); /* bias */
    at = 0;
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < 32; i_++) {
            to[at] = 0.0f;
            at++;
        }
    }
    to = theta + ATTENTION_FLOAT_WQ_OFFSET(dims); /* WQ */
    at = 0;
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < 4; i_++) {
            for (int64_t i_2 = 0; i_2 < 8; i_2++) {
                for (int64_t i_3 = 0; i_3 < 32; i_3++) {
                    to[at] = 0.0f + 0.17677669f * (attention_float_real)(sqrt(-2.0 * log(1.0 - attention_float_uniform(seed, 4, at, 0))) * cos(6.283185307179586 * attention_float_uniform(seed, 4, at, 1)));
                    at++;
                }
            }
        }
    }
    to = theta + ATTENTION_FLOAT_WK_OFFSET(dims); /* WK */
    at = 0;
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < 4; i_++) {
            for (int64_t i_2 = 0; i_2 < 8; i_2++) {
                for (int64_t i_3 = 0; i_3 < 32; i_3++) {
                    to[at] = 0.0f + 0.17677669f * (attention_float_real)(sqrt(-2.0 * log(1.0 - attention_float_uniform(seed, 5, at, 0))) * cos(6.283185307179586 * attention_float_uniform(seed, 5, at, 1)));
                    at++;
                }
            }
        }
    }
    to = theta + ATTENTION_FLOAT_WV_OFFSET(dims); /* WV */
    at = 0;
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < 4; i_++) {
            for (int64_t i_2 = 0; i_2 < 8; i_2++) {
                for (int64_t i_3 = 0; i_3 < 32; i_3++) {
                    to[at] = 0.0f + 0.17677669f * (attention_float_real)(sqrt(-2.0 * log(1.0 - attention_float_uniform(seed, 6, at, 0))) * cos(6.283185307179586 * attention_float_uniform(seed, 6, at, 1)));
                    at++;
                }
            }
        }
    }
    to = theta + ATTENTION_FLOAT_WO_OFFSET(dims); /* WO */
    at = 0;
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t i_ = 0; i_ < 32; i_++) {
            for (int64_t i_2 = 0; i_2 < 4; i_2++) {
                for (int64_t i_3 = 0; i_3 < 8; i_3++) {
                    to[at] = 0.0f + 0.17677669f * (attention_float_real)(sqrt(-2.0 * log(1.0 - attention_float_uniform(seed, 7, at, 0))) * cos(6.283185307179586 * attention_float_uniform(seed, 7, at, 1)));
                    at++;
                }
            }
        }
    }
    return ATTENTION_FLOAT_OK;
}

static const char *const attention_float_check_text[] = {
    "a size is negative or does not fit into memory",
    "subscript t leaves pos (0..128)",
    "a size of loss_logsumexp, T - 1, is negative",
    "the data is missing",
    "tok is missing",
    "tok has an entry outside 0..64",
};

static int attention_float_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int attention_float_test(const attention_float_dims *dims, const attention_float_data *data, int *which)
{
    if (!dims || attention_float_work_bytes(dims) == SIZE_MAX) return attention_float_fail(which, 0, ATTENTION_FLOAT_EDIM);
    const int64_t B = (int64_t)dims->B;
    const int64_t T = (int64_t)dims->T;
    for (int64_t t = 0; t < T; t++) {
        if (!(0 <= -t + 127)) return attention_float_fail(which, 1, ATTENTION_FLOAT_EDIM);
    }
    if (!(0 <= T - 1)) return attention_float_fail(which, 2, ATTENTION_FLOAT_EDIM);
    if (!data) return attention_float_fail(which, 3, ATTENTION_FLOAT_EDATA);
    if (!data->tok && B * T > 0) return attention_float_fail(which, 4, ATTENTION_FLOAT_EDATA);
    for (int64_t at = 0; at < B * T; at++)
        if (data->tok[at] < 0 || data->tok[at] >= 64) return attention_float_fail(which, 5, ATTENTION_FLOAT_EDATA);
    return ATTENTION_FLOAT_OK;
}

int attention_float_check(const attention_float_dims *dims, const attention_float_data *data)
{
    return attention_float_test(dims, data, 0);
}

static int attention_float_ready(const attention_float_dims *dims, const attention_float_real *theta, const attention_float_data *data, const void *work)
{
    const size_t bytes = dims ? attention_float_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return ATTENTION_FLOAT_EDIM;
    if (!theta) return ATTENTION_FLOAT_EDATA;
    if (!data) return ATTENTION_FLOAT_EDATA;
    return bytes > 0 && !work ? ATTENTION_FLOAT_EWORK : ATTENTION_FLOAT_OK;
}

static void attention_float_loss_part1(int64_t B, int64_t T, const int32_t *restrict tok,
        const attention_float_real *restrict emb, const attention_float_real *restrict pos,
        const attention_float_real *restrict gain, const attention_float_real *restrict bias,
        const attention_float_real *restrict WQ, const attention_float_real *restrict WK,
        const attention_float_real *restrict WV, const attention_float_real *restrict WO,
        attention_float_real *restrict x, attention_float_real *restrict n, attention_float_real *restrict q,
        attention_float_real *restrict k, attention_float_real *restrict v, attention_float_real *restrict s,
        attention_float_real *restrict o, attention_float_real *restrict logits,
        attention_float_real *restrict loss_logsumexp, attention_float_real *restrict loss,
        attention_float_real *restrict exp_s)
{
    for (int64_t b = 0; b < B; b++) {
        for (int64_t t = 0; t < T; t++) {
            for (int64_t e = 0; e < 32; e++) {
                /* let x0[b, t: T, e] = emb[tok[b, t], e] + pos[t, e] */
                const attention_float_real x0 = emb[((int64_t)tok[b * T + t]) * 32 + e] + pos[t * 32 + e];
                /* scan l: NL with x[b: B, t: T, e: E] = x0[b, t, e] { */
                x[(b * T + t) * 32 + e] = x0;
            }
        }
    }
    for (int64_t l = 0; l < 2; l++) {
        for (int64_t b = 0; b < B; b++) {
            for (int64_t t = 0; t < T; t++) {
                /* let mu[b, t] = mean[e] x[b, t, e] */
                attention_float_real mu_mean = 0.0f;
                for (int64_t e = 0; e < 32; e++) {
                    mu_mean += x[(b * T + t) * 32 + e];
                }
                const attention_float_real mu = mu_mean / 32.0f;
                /* let sd[b, t] = sqrt(1e-5 + mean[e] (x[b, t, e] - mu[b, t])^2) */
                attention_float_real sd_mean = 0.0f;
                for (int64_t e = 0; e < 32; e++) {
                    const attention_float_real t1 = x[(b * T + t) * 32 + e] - mu;
                    sd_mean += t1 * t1;
                }
                const attention_float_real sd = sqrtf(1e-05f + sd_mean / 32.0f);
                for (int64_t e = 0; e < 32; e++) {
                    /* let n[b, t, e] = gain[l, e] * (x[b, t, e] - mu[b, t]) / sd[b, t] + bias[l, e] */
                    n[e] = gain[l * 32 + e] * (x[(b * T + t) * 32 + e] - mu) / sd + bias[l * 32 + e];
                }
                for (int64_t g = 0; g < 4; g++) {
                    for (int64_t c = 0; c < 8; c++) {
                        /* let q[b, t, g, c] = sum[e] WQ[l, g, c, e] * n[b, t, e] */
                        attention_float_real t2 = 0.0f;
                        for (int64_t e = 0; e < 32; e++) {
                            t2 += WQ[((l * 4 + g) * 8 + c) * 32 + e] * n[e];
                        }
                        q[(t * 4 + g) * 8 + c] = t2;
                        /* let k[b, t, g, c] = sum[e] WK[l, g, c, e] * n[b, t, e] */
                        attention_float_real t3 = 0.0f;
                        for (int64_t e = 0; e < 32; e++) {
                            t3 += WK[((l * 4 + g) * 8 + c) * 32 + e] * n[e];
                        }
                        k[(t * 4 + g) * 8 + c] = t3;
                        /* let v[b, t, g, c] = sum[e] WV[l, g, c, e] * n[b, t, e] */
                        attention_float_real t4 = 0.0f;
                        for (int64_t e = 0; e < 32; e++) {
                            t4 += WV[((l * 4 + g) * 8 + c) * 32 + e] * n[e];
                        }
                        v[(t * 4 + g) * 8 + c] = t4;
                    }
                }
            }
            for (int64_t g = 0; g < 4; g++) {
                for (int64_t t = 0; t < T; t++) {
                    for (int64_t u = 0; u < T; u++) {
                        /* let s[b, g, t, u] = (sum[c] q[b, t, g, c] * k[b, u, g, c]) / sqrt(C) */
                        attention_float_real s_sum = 0.0f;
                        for (int64_t c = 0; c < 8; c++) {
                            s_sum += q[(t * 4 + g) * 8 + c] * k[(u * 4 + g) * 8 + c];
                        }
                        s[u] = s_sum / 2.828427f;
                    }
                    /* let z[b, g, t] = logsumexp[u <= t] s[b, g, t, u] */
                    attention_float_real t5 = 0.0f;
                    attention_float_real t6 = (-1.0f / 0.0f);
                    for (int64_t u = 0; u < t + 1; u++) {
                        const attention_float_real t7 = s[u];
                        if (t7 > t6) {
                            t5 = t5 * expf(t6 - t7) + 1.0f;
                            t6 = t7;
                        } else if (!(t7 == (-1.0f / 0.0f))) {
                            t5 += expf(t7 - t6);
                        }
                    }
                    const attention_float_real z = t6 + logf(t5);
                    for (int64_t u = 0; u < t + 1; u++) {
                        /* let o[b, t, g, c] = sum[u <= t] exp(s[b, g, t, u] - z[b, g, t]) * v[b, u, g, c] */
                        exp_s[(g * T + t) * T + u] = expf(s[u] - z);
                    }
                }
            }
            for (int64_t t = 0; t < T; t++) {
                for (int64_t g = 0; g < 4; g++) {
                    for (int64_t c = 0; c < 8; c++) {
                        attention_float_real t8 = 0.0f;
                        for (int64_t u = 0; u < t + 1; u++) {
                            t8 += exp_s[(g * T + t) * T + u] * v[(u * 4 + g) * 8 + c];
                        }
                        o[g * 8 + c] = t8;
                    }
                }
                for (int64_t e = 0; e < 32; e++) {
                    /* next x[b, t, e] = x[b, t, e] + sum[g, c] WO[l, e, g, c] * o[b, t, g, c] */
                    attention_float_real x_sum = 0.0f;
                    for (int64_t g = 0; g < 4; g++) {
                        for (int64_t c = 0; c < 8; c++) {
                            x_sum += WO[((l * 32 + e) * 4 + g) * 8 + c] * o[g * 8 + c];
                        }
                    }
                    x[(b * T + t) * 32 + e] = x[(b * T + t) * 32 + e] + x_sum;
                }
            }
        }
    }
    for (int64_t b = 0; b < B; b++) {
        for (int64_t t = 0; t < T; t++) {
            for (int64_t w = 0; w < 64; w++) {
                /* let logits[b, t, w] = sum[e] emb[w, e] * x[b, t, e] */
                attention_float_real t9 = 0.0f;
                for (int64_t e = 0; e < 32; e++) {
                    t9 += emb[w * 32 + e] * x[(b * T + t) * 32 + e];
                }
                logits[(b * T + t) * 64 + w] = t9;
            }
        }
        for (int64_t t = 0; t < T - 1; t++) {
            /* loss mean[b, t: T - 1] (logsumexp[w] logits[b, t, w] - logits[b, t, tok[b, t+1]]) */
            attention_float_real t10 = 0.0f;
            attention_float_real t11 = (-1.0f / 0.0f);
            for (int64_t w = 0; w < 64; w++) {
                const attention_float_real t12 = logits[(b * T + t) * 64 + w];
                if (t12 > t11) {
                    t10 = t10 * expf(t11 - t12) + 1.0f;
                    t11 = t12;
                } else if (!(t12 == (-1.0f / 0.0f))) {
                    t10 += expf(t12 - t11);
                }
            }
            loss_logsumexp[b * (T - 1) + t] = t11 + logf(t10);
        }
    }
    attention_float_real loss_mean = 0.0f;
    for (int64_t b = 0; b < B; b++) {
        for (int64_t t = 0; t < T - 1; t++) {
            const attention_float_real t13 = loss_logsumexp[b * (T - 1) + t] - logits[(b * T + t) * 64 + (int64_t)tok[b * T + (t + 1)]];
            loss_mean += t13;
        }
    }
    const attention_float_real count_ = (attention_float_real)(B * (T - 1 > 0 ? T - 1 : 0)) * 1.0f;
    loss[0] = loss_mean / count_;
}

int attention_float_loss(const attention_float_dims *dims, const attention_float_real *theta, const attention_float_data *data, attention_float_real *loss, void *work)
{
    const int code = attention_float_ready(dims, theta, data, work);
    if (code != ATTENTION_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 256;
    const size_t at2 = at1 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(32 * dims->T * 4) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(32 * dims->T * 4) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(32 * dims->T * 4) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(dims->T * 4) + 63) / 64 * 64;
    const size_t at7 = at6 + ((size_t)(4 * dims->T * dims->T * 4) + 63) / 64 * 64;
    const size_t at8 = at7 + ((size_t)(64 * dims->B * dims->T * 4) + 63) / 64 * 64;
    attention_float_loss_part1((int64_t)dims->B, (int64_t)dims->T, data->tok,
        theta + ATTENTION_FLOAT_emb_OFFSET(dims), theta + ATTENTION_FLOAT_pos_OFFSET(dims),
        theta + ATTENTION_FLOAT_gain_OFFSET(dims), theta + ATTENTION_FLOAT_bias_OFFSET(dims),
        theta + ATTENTION_FLOAT_WQ_OFFSET(dims), theta + ATTENTION_FLOAT_WK_OFFSET(dims),
        theta + ATTENTION_FLOAT_WV_OFFSET(dims), theta + ATTENTION_FLOAT_WO_OFFSET(dims),
        (attention_float_real *)(void *)(bytes + at1), (attention_float_real *)(void *)(bytes + 0),
        (attention_float_real *)(void *)(bytes + at2), (attention_float_real *)(void *)(bytes + at3),
        (attention_float_real *)(void *)(bytes + at4), (attention_float_real *)(void *)(bytes + at5),
        (attention_float_real *)(void *)(bytes + 128), (attention_float_real *)(void *)(bytes + at7),
        (attention_float_real *)(void *)(bytes + at8), loss, (attention_float_real *)(void *)(bytes + at6));
    return fabsf(*loss) <= 3.4028234e38f ? ATTENTION_FLOAT_OK : ATTENTION_FLOAT_ENONFINITE;
}

static void attention_float_grad_part1(int64_t B, int64_t T, const int32_t *restrict tok,
        const attention_float_real *restrict emb, const attention_float_real *restrict pos,
        const attention_float_real *restrict gain, const attention_float_real *restrict bias,
        const attention_float_real *restrict WQ, const attention_float_real *restrict WK,
        const attention_float_real *restrict WV, const attention_float_real *restrict WO,
        attention_float_real *restrict x, attention_float_real *restrict mu, attention_float_real *restrict sd,
        attention_float_real *restrict n, attention_float_real *restrict q, attention_float_real *restrict k,
        attention_float_real *restrict v, attention_float_real *restrict s, attention_float_real *restrict z,
        attention_float_real *restrict o, attention_float_real *restrict logits,
        attention_float_real *restrict loss_logsumexp, attention_float_real *restrict loss,
        attention_float_real *restrict d_emb, attention_float_real *restrict d_pos,
        attention_float_real *restrict d_gain, attention_float_real *restrict d_bias,
        attention_float_real *restrict d_WQ, attention_float_real *restrict d_WK,
        attention_float_real *restrict d_WV, attention_float_real *restrict d_WO,
        attention_float_real *restrict d_logits, int *restrict live_logits, attention_float_real *restrict d_x,
        int *restrict live_x, attention_float_real *d_x_sum, int *restrict live_x_sum,
        attention_float_real *restrict d_o, int *restrict live_o, attention_float_real *w_o,
        attention_float_real *restrict d_v, int *restrict live_v, attention_float_real *restrict d_s,
        int *restrict live_s, attention_float_real *restrict d_s_sum, int *restrict live_s_sum,
        attention_float_real *restrict d_k, int *restrict live_k, attention_float_real *restrict d_q,
        int *restrict live_q, attention_float_real *restrict d_n, int *restrict live_n, attention_float_real *d_x0,
        attention_float_real *exp_s)
{
    for (int64_t b = 0; b < B; b++) {
        for (int64_t t = 0; t < T; t++) {
            for (int64_t e = 0; e < 32; e++) {
                /* let x0[b, t: T, e] = emb[tok[b, t], e] + pos[t, e] */
                const attention_float_real x0 = emb[((int64_t)tok[b * T + t]) * 32 + e] + pos[t * 32 + e];
                /* scan l: NL with x[b: B, t: T, e: E] = x0[b, t, e] { */
                x[(b * T + t) * 32 + e] = x0;
            }
            for (int64_t k_ = 0; k_ < 64; k_++) {
                /* let logits[b, t, w] = sum[e] emb[w, e] * x[b, t, e] */
                d_logits[(b * T + t) * 64 + k_] = 0.0f;
                live_logits[(b * T + t) * 64 + k_] = 0;
            }
        }
        for (int64_t t = 0; t < T - 1; t++) {
            /* loss mean[b, t: T - 1] (logsumexp[w] logits[b, t, w] - logits[b, t, tok[b, t+1]]) */
            live_logits[(b * T + t) * 64 + (int64_t)tok[b * T + (t + 1)]] |= 1;
        }
    }
    /* scan l: NL with x[b: B, t: T, e: E] = x0[b, t, e] { */
    for (int64_t l = 0; l < 2; l++) {
        for (int64_t b = 0; b < B; b++) {
            for (int64_t t = 0; t < T; t++) {
                /* let mu[b, t] = mean[e] x[b, t, e] */
                attention_float_real mu_mean = 0.0f;
                for (int64_t e = 0; e < 32; e++) {
                    mu_mean += x[((l * B + b) * T + t) * 32 + e];
                }
                mu[(l * B + b) * T + t] = mu_mean / 32.0f;
                /* let sd[b, t] = sqrt(1e-5 + mean[e] (x[b, t, e] - mu[b, t])^2) */
                attention_float_real sd_mean = 0.0f;
                for (int64_t e = 0; e < 32; e++) {
                    const attention_float_real t1 = x[((l * B + b) * T + t) * 32 + e] - mu[(l * B + b) * T + t];
                    sd_mean += t1 * t1;
                }
                sd[(l * B + b) * T + t] = sqrtf(1e-05f + sd_mean / 32.0f);
                for (int64_t e = 0; e < 32; e++) {
                    /* let n[b, t, e] = gain[l, e] * (x[b, t, e] - mu[b, t]) / sd[b, t] + bias[l, e] */
                    const attention_float_real t2 = gain[l * 32 + e] * (x[((l * B + b) * T + t) * 32 + e] - mu[(l * B + b) * T + t]) / sd[(l * B + b) * T + t];
                    n[((l * B + b) * T + t) * 32 + e] = t2 + bias[l * 32 + e];
                }
                for (int64_t g = 0; g < 4; g++) {
                    for (int64_t c = 0; c < 8; c++) {
                        /* let q[b, t, g, c] = sum[e] WQ[l, g, c, e] * n[b, t, e] */
                        attention_float_real t3 = 0.0f;
                        for (int64_t e = 0; e < 32; e++) {
                            t3 += WQ[((l * 4 + g) * 8 + c) * 32 + e] * n[((l * B + b) * T + t) * 32 + e];
                        }
                        q[(((l * B + b) * T + t) * 4 + g) * 8 + c] = t3;
                        /* let k[b, t, g, c] = sum[e] WK[l, g, c, e] * n[b, t, e] */
                        attention_float_real t4 = 0.0f;
                        for (int64_t e = 0; e < 32; e++) {
                            t4 += WK[((l * 4 + g) * 8 + c) * 32 + e] * n[((l * B + b) * T + t) * 32 + e];
                        }
                        k[(((l * B + b) * T + t) * 4 + g) * 8 + c] = t4;
                        /* let v[b, t, g, c] = sum[e] WV[l, g, c, e] * n[b, t, e] */
                        attention_float_real t5 = 0.0f;
                        for (int64_t e = 0; e < 32; e++) {
                            t5 += WV[((l * 4 + g) * 8 + c) * 32 + e] * n[((l * B + b) * T + t) * 32 + e];
                        }
                        v[(((l * B + b) * T + t) * 4 + g) * 8 + c] = t5;
                    }
                }
            }
            for (int64_t g = 0; g < 4; g++) {
                for (int64_t t = 0; t < T; t++) {
                    for (int64_t u = 0; u < T; u++) {
                        /* let s[b, g, t, u] = (sum[c] q[b, t, g, c] * k[b, u, g, c]) / sqrt(C) */
                        attention_float_real s_sum = 0.0f;
                        for (int64_t c = 0; c < 8; c++) {
                            s_sum += q[(((l * B + b) * T + t) * 4 + g) * 8 + c] * k[(((l * B + b) * T + u) * 4 + g) * 8 + c];
                        }
                        s[(((l * B + b) * 4 + g) * T + t) * T + u] = s_sum / 2.828427f;
                    }
                    /* let z[b, g, t] = logsumexp[u <= t] s[b, g, t, u] */
                    attention_float_real t6 = 0.0f;
                    attention_float_real t7 = (-1.0f / 0.0f);
                    for (int64_t u = 0; u < t + 1; u++) {
                        const attention_float_real t8 = s[(((l * B + b) * 4 + g) * T + t) * T + u];
                        if (t8 > t7) {
                            t6 = t6 * expf(t7 - t8) + 1.0f;
                            t7 = t8;
                        } else if (!(t8 == (-1.0f / 0.0f))) {
                            t6 += expf(t8 - t7);
                        }
                    }
                    z[((l * B + b) * 4 + g) * T + t] = t7 + logf(t6);
                    for (int64_t u = 0; u < t + 1; u++) {
                        /* let o[b, t, g, c] = sum[u <= t] exp(s[b, g, t, u] - z[b, g, t]) * v[b, u, g, c] */
                        exp_s[(g * T + t) * T + u] = expf(s[(((l * B + b) * 4 + g) * T + t) * T + u] - z[((l * B + b) * 4 + g) * T + t]);
                    }
                }
            }
            for (int64_t t = 0; t < T; t++) {
                for (int64_t g = 0; g < 4; g++) {
                    for (int64_t c = 0; c < 8; c++) {
                        attention_float_real t9 = 0.0f;
                        for (int64_t u = 0; u < t + 1; u++) {
                            t9 += exp_s[(g * T + t) * T + u] * v[(((l * B + b) * T + u) * 4 + g) * 8 + c];
                        }
                        o[(((l * B + b) * T + t) * 4 + g) * 8 + c] = t9;
                    }
                }
                for (int64_t e = 0; e < 32; e++) {
                    /* next x[b, t, e] = x[b, t, e] + sum[g, c] WO[l, e, g, c] * o[b, t, g, c] */
                    attention_float_real x_sum = 0.0f;
                    for (int64_t g = 0; g < 4; g++) {
                        for (int64_t c = 0; c < 8; c++) {
                            x_sum += WO[((l * 32 + e) * 4 + g) * 8 + c] * o[(((l * B + b) * T + t) * 4 + g) * 8 + c];
                        }
                    }
                    x[(((l + 1) * B + b) * T + t) * 32 + e] = x[((l * B + b) * T + t) * 32 + e] + x_sum;
                }
            }
        }
    }
    for (int64_t b = 0; b < B; b++) {
        for (int64_t t = 0; t < T; t++) {
            for (int64_t w = 0; w < 64; w++) {
                /* let logits[b, t, w] = sum[e] emb[w, e] * x[b, t, e] */
                attention_float_real t10 = 0.0f;
                for (int64_t e = 0; e < 32; e++) {
                    t10 += emb[w * 32 + e] * x[((2 * B + b) * T + t) * 32 + e];
                }
                logits[(b * T + t) * 64 + w] = t10;
            }
        }
        for (int64_t t = 0; t < T - 1; t++) {
            /* loss mean[b, t: T - 1] (logsumexp[w] logits[b, t, w] - logits[b, t, tok[b, t+1]]) */
            attention_float_real t11 = 0.0f;
            attention_float_real t12 = (-1.0f / 0.0f);
            for (int64_t w = 0; w < 64; w++) {
                const attention_float_real t13 = logits[(b * T + t) * 64 + w];
                if (t13 > t12) {
                    t11 = t11 * expf(t12 - t13) + 1.0f;
                    t12 = t13;
                } else if (!(t13 == (-1.0f / 0.0f))) {
                    t11 += expf(t13 - t12);
                }
            }
            loss_logsumexp[b * (T - 1) + t] = t12 + logf(t11);
            for (int64_t w = 0; w < 64; w++) {
                if ((-1.0f / 0.0f) < loss_logsumexp[b * (T - 1) + t]) {
                    live_logits[(b * T + t) * 64 + w] |= 1;
                }
            }
        }
        for (int64_t t = 0; t < T; t++) {
            for (int64_t e = 0; e < 32; e++) {
                /* let logits[b, t, w] = sum[e] emb[w, e] * x[b, t, e] */
                int t14 = 0;
                for (int64_t w = 0; w < 64; w++) {
                    if (t14) break;
                    if (live_logits[(b * T + t) * 64 + w]) {
                        t14 = 1;
                    }
                }
                live_x[(b * T + t) * 32 + e] = t14;
            }
        }
    }
    /* loss mean[b, t: T - 1] (logsumexp[w] logits[b, t, w] - logits[b, t, tok[b, t+1]]) */
    attention_float_real loss_mean = 0.0f;
    for (int64_t b = 0; b < B; b++) {
        for (int64_t t = 0; t < T - 1; t++) {
            const attention_float_real t15 = loss_logsumexp[b * (T - 1) + t] - logits[(b * T + t) * 64 + (int64_t)tok[b * T + (t + 1)]];
            loss_mean += t15;
        }
    }
    const attention_float_real count_ = (attention_float_real)(B * (T - 1 > 0 ? T - 1 : 0)) * 1.0f;
    loss[0] = loss_mean / count_;
    for (int64_t i = 0; i < 128; i++) {
        for (int64_t j = 0; j < 32; j++) {
            /* param pos[128, E] ~ normal(0, 0.02) */
            d_pos[i * 32 + j] = 0.0f;
        }
    }
    /* loss mean[b, t: T - 1] (logsumexp[w] logits[b, t, w] - logits[b, t, tok[b, t+1]]) */
    const attention_float_real d_loss_mean = 1.0f / count_;
    for (int64_t b = 0; b < B; b++) {
        for (int64_t t = 0; t < T - 1; t++) {
            d_logits[(b * T + t) * 64 + (int64_t)tok[b * T + (t + 1)]] += -d_loss_mean;
            for (int64_t w = 0; w < 64; w++) {
                if ((-1.0f / 0.0f) < loss_logsumexp[b * (T - 1) + t]) {
                    d_logits[(b * T + t) * 64 + w] += d_loss_mean * expf(logits[(b * T + t) * 64 + w] - loss_logsumexp[b * (T - 1) + t]);
                }
            }
        }
        for (int64_t t = 0; t < T; t++) {
            for (int64_t e = 0; e < 32; e++) {
                /* let logits[b, t, w] = sum[e] emb[w, e] * x[b, t, e] */
                attention_float_real t16 = 0.0f;
                for (int64_t w = 0; w < 64; w++) {
                    if (live_logits[(b * T + t) * 64 + w]) {
                        t16 += d_logits[(b * T + t) * 64 + w] * emb[w * 32 + e];
                    }
                }
                d_x[(b * T + t) * 32 + e] = t16;
            }
        }
    }
    for (int64_t w = 0; w < 64; w++) {
        for (int64_t e = 0; e < 32; e++) {
            attention_float_real t17 = 0.0f;
            for (int64_t b = 0; b < B; b++) {
                for (int64_t t = 0; t < T; t++) {
                    if (live_logits[(b * T + t) * 64 + w]) {
                        t17 += d_logits[(b * T + t) * 64 + w] * x[((2 * B + b) * T + t) * 32 + e];
                    }
                }
            }
            d_emb[w * 32 + e] = t17;
        }
    }
    /* scan l: NL with x[b: B, t: T, e: E] = x0[b, t, e] { */
    for (int64_t l = 2; l-- > 0;) {
        for (int64_t j = 0; j < B; j++) {
            for (int64_t k_ = 0; k_ < 4; k_++) {
                for (int64_t l_ = 0; l_ < T; l_++) {
                    for (int64_t m = 0; m < T; m++) {
                        /* let s[b, g, t, u] = (sum[c] q[b, t, g, c] * k[b, u, g, c]) / sqrt(C) */
                        d_s[(k_ * T + l_) * T + m] = 0.0f;
                        live_s[(k_ * T + l_) * T + m] = 0;
                    }
                }
            }
            for (int64_t t = 0; t < T; t++) {
                for (int64_t e = 0; e < 32; e++) {
                    /* next x[b, t, e] = x[b, t, e] + sum[g, c] WO[l, e, g, c] * o[b, t, g, c] */
                    const int t18 = live_x[(j * T + t) * 32 + e];
                    const attention_float_real t19 = t18 ? d_x[(j * T + t) * 32 + e] : 0.0f;
                    d_x_sum[(j * T + t) * 32 + e] = t19;
                    live_x_sum[(j * T + t) * 32 + e] = t18 ? 1 : 0;
                    d_x[(j * T + t) * 32 + e] = t19;
                    live_x[(j * T + t) * 32 + e] = live_x_sum[(j * T + t) * 32 + e];
                }
                for (int64_t g = 0; g < 4; g++) {
                    for (int64_t c = 0; c < 8; c++) {
                        attention_float_real t20 = 0.0f;
                        for (int64_t e = 0; e < 32; e++) {
                            if (live_x_sum[(j * T + t) * 32 + e]) {
                                t20 += d_x_sum[(j * T + t) * 32 + e] * WO[((l * 32 + e) * 4 + g) * 8 + c];
                            }
                        }
                        d_o[(t * 4 + g) * 8 + c] = t20;
                        int t21 = 0;
                        for (int64_t e = 0; e < 32; e++) {
                            if (t21) break;
                            if (live_x_sum[(j * T + t) * 32 + e]) {
                                t21 = 1;
                            }
                        }
                        live_o[(t * 4 + g) * 8 + c] = t21;
                    }
                    for (int64_t u = 0; u < t + 1; u++) {
                        /* let o[b, t, g, c] = sum[u <= t] exp(s[b, g, t, u] - z[b, g, t]) * v[b, u, g, c] */
                        w_o[(t * 4 + g) * T + u] = expf(s[(((l * B + j) * 4 + g) * T + t) * T + u] - z[((l * B + j) * 4 + g) * T + t]);
                    }
                }
            }
            for (int64_t g = 0; g < 4; g++) {
                for (int64_t c = 0; c < 8; c++) {
                    for (int64_t u = 0; u < T; u++) {
                        attention_float_real t22 = 0.0f;
                        for (int64_t t = u; t < T; t++) {
                            if (live_o[(t * 4 + g) * 8 + c]) {
                                t22 += d_o[(t * 4 + g) * 8 + c] * w_o[(t * 4 + g) * T + u];
                            }
                        }
                        d_v[((j * T + u) * 4 + g) * 8 + c] = t22;
                        int t23 = 0;
                        for (int64_t t = u; t < T; t++) {
                            if (t23) break;
                            if (live_o[(t * 4 + g) * 8 + c]) {
                                t23 = 1;
                            }
                        }
                        live_v[((j * T + u) * 4 + g) * 8 + c] = t23;
                    }
                }
                for (int64_t t = 0; t < T; t++) {
                    attention_float_real d_z = 0.0f;
                    for (int64_t c = 0; c < 8; c++) {
                        for (int64_t u = 0; u < t + 1; u++) {
                            if (live_o[(t * 4 + g) * 8 + c]) {
                                const attention_float_real t24 = d_o[(t * 4 + g) * 8 + c] * v[(((l * B + j) * T + u) * 4 + g) * 8 + c] * w_o[(t * 4 + g) * T + u];
                                d_z += -t24;
                            }
                        }
                    }
                    int live_z = 0;
                    for (int64_t c = 0; c < 8; c++) {
                        if (live_z) break;
                        for (int64_t u = 0; u < t + 1; u++) {
                            if (live_z) break;
                            if (live_o[(t * 4 + g) * 8 + c]) {
                                live_z = 1;
                            }
                        }
                    }
                    for (int64_t u = 0; u < t + 1; u++) {
                        attention_float_real t25 = 0.0f;
                        for (int64_t c = 0; c < 8; c++) {
                            if (live_o[(t * 4 + g) * 8 + c]) {
                                const attention_float_real t26 = d_o[(t * 4 + g) * 8 + c] * v[(((l * B + j) * T + u) * 4 + g) * 8 + c] * w_o[(t * 4 + g) * T + u];
                                t25 += t26;
                            }
                        }
                        d_s[(g * T + t) * T + u] += t25;
                        int t27 = 0;
                        for (int64_t c = 0; c < 8; c++) {
                            if (t27) break;
                            if (live_o[(t * 4 + g) * 8 + c]) {
                                t27 = 1;
                            }
                        }
                        live_s[(g * T + t) * T + u] |= t27;
                        if ((-1.0f / 0.0f) < z[((l * B + j) * 4 + g) * T + t] && live_z) {
                            /* let z[b, g, t] = logsumexp[u <= t] s[b, g, t, u] */
                            d_s[(g * T + t) * T + u] += d_z * w_o[(t * 4 + g) * T + u];
                            live_s[(g * T + t) * T + u] |= 1;
                        }
                    }
                    for (int64_t u = 0; u < T; u++) {
                        /* let s[b, g, t, u] = (sum[c] q[b, t, g, c] * k[b, u, g, c]) / sqrt(C) */
                        const int t28 = live_s[(g * T + t) * T + u];
                        d_s_sum[(g * T + t) * T + u] = t28 ? d_s[(g * T + t) * T + u] / 2.828427f : 0.0f;
                        live_s_sum[(g * T + t) * T + u] = t28 ? 1 : 0;
                    }
                }
            }
            for (int64_t u = 0; u < T; u++) {
                for (int64_t g = 0; g < 4; g++) {
                    for (int64_t c = 0; c < 8; c++) {
                        attention_float_real t29 = 0.0f;
                        for (int64_t t = 0; t < T; t++) {
                            if (live_s_sum[(g * T + t) * T + u]) {
                                t29 += d_s_sum[(g * T + t) * T + u] * q[(((l * B + j) * T + t) * 4 + g) * 8 + c];
                            }
                        }
                        d_k[((j * T + u) * 4 + g) * 8 + c] = t29;
                        int t30 = 0;
                        for (int64_t t = 0; t < T; t++) {
                            if (t30) break;
                            if (live_s_sum[(g * T + t) * T + u]) {
                                t30 = 1;
                            }
                        }
                        live_k[((j * T + u) * 4 + g) * 8 + c] = t30;
                        attention_float_real t31 = 0.0f;
                        for (int64_t u_ = 0; u_ < T; u_++) {
                            if (live_s_sum[(g * T + u) * T + u_]) {
                                t31 += d_s_sum[(g * T + u) * T + u_] * k[(((l * B + j) * T + u_) * 4 + g) * 8 + c];
                            }
                        }
                        d_q[((j * T + u) * 4 + g) * 8 + c] = t31;
                        int t32 = 0;
                        for (int64_t u_ = 0; u_ < T; u_++) {
                            if (t32) break;
                            if (live_s_sum[(g * T + u) * T + u_]) {
                                t32 = 1;
                            }
                        }
                        live_q[((j * T + u) * 4 + g) * 8 + c] = t32;
                    }
                }
                for (int64_t e = 0; e < 32; e++) {
                    /* let v[b, t, g, c] = sum[e] WV[l, g, c, e] * n[b, t, e] */
                    attention_float_real t33 = 0.0f;
                    for (int64_t g = 0; g < 4; g++) {
                        for (int64_t c = 0; c < 8; c++) {
                            if (live_v[((j * T + u) * 4 + g) * 8 + c]) {
                                t33 += d_v[((j * T + u) * 4 + g) * 8 + c] * WV[((l * 4 + g) * 8 + c) * 32 + e];
                            }
                        }
                    }
                    d_n[(j * T + u) * 32 + e] = t33;
                    int t34 = 0;
                    for (int64_t g = 0; g < 4; g++) {
                        if (t34) break;
                        for (int64_t c = 0; c < 8; c++) {
                            if (t34) break;
                            if (live_v[((j * T + u) * 4 + g) * 8 + c]) {
                                t34 = 1;
                            }
                        }
                    }
                    live_n[(j * T + u) * 32 + e] = t34;
                    /* let k[b, t, g, c] = sum[e] WK[l, g, c, e] * n[b, t, e] */
                    attention_float_real t35 = 0.0f;
                    for (int64_t g = 0; g < 4; g++) {
                        for (int64_t c = 0; c < 8; c++) {
                            if (live_k[((j * T + u) * 4 + g) * 8 + c]) {
                                t35 += d_k[((j * T + u) * 4 + g) * 8 + c] * WK[((l * 4 + g) * 8 + c) * 32 + e];
                            }
                        }
                    }
                    d_n[(j * T + u) * 32 + e] += t35;
                    int t36 = 0;
                    for (int64_t g = 0; g < 4; g++) {
                        if (t36) break;
                        for (int64_t c = 0; c < 8; c++) {
                            if (t36) break;
                            if (live_k[((j * T + u) * 4 + g) * 8 + c]) {
                                t36 = 1;
                            }
                        }
                    }
                    live_n[(j * T + u) * 32 + e] |= t36;
                    /* let q[b, t, g, c] = sum[e] WQ[l, g, c, e] * n[b, t, e] */
                    attention_float_real t37 = 0.0f;
                    for (int64_t g = 0; g < 4; g++) {
                        for (int64_t c = 0; c < 8; c++) {
                            if (live_q[((j * T + u) * 4 + g) * 8 + c]) {
                                t37 += d_q[((j * T + u) * 4 + g) * 8 + c] * WQ[((l * 4 + g) * 8 + c) * 32 + e];
                            }
                        }
                    }
                    d_n[(j * T + u) * 32 + e] += t37;
                    int t38 = 0;
                    for (int64_t g = 0; g < 4; g++) {
                        if (t38) break;
                        for (int64_t c = 0; c < 8; c++) {
                            if (t38) break;
                            if (live_q[((j * T + u) * 4 + g) * 8 + c]) {
                                t38 = 1;
                            }
                        }
                    }
                    live_n[(j * T + u) * 32 + e] |= t38;
                }
                /* let n[b, t, e] = gain[l, e] * (x[b, t, e] - mu[b, t]) / sd[b, t] + bias[l, e] */
                attention_float_real d_sd = 0.0f;
                for (int64_t e = 0; e < 32; e++) {
                    if (live_n[(j * T + u) * 32 + e]) {
                        const attention_float_real t39 = sd[(l * B + j) * T + u];
                        const attention_float_real t40 = d_n[(j * T + u) * 32 + e] * (gain[l * 32 + e] * (x[((l * B + j) * T + u) * 32 + e] - mu[(l * B + j) * T + u]) / t39);
                        d_sd += -(t40 / t39);
                    }
                }
                int live_sd = 0;
                for (int64_t e = 0; e < 32; e++) {
                    if (live_sd) break;
                    if (live_n[(j * T + u) * 32 + e]) {
                        live_sd = 1;
                    }
                }
                attention_float_real d_mu = 0.0f;
                for (int64_t e = 0; e < 32; e++) {
                    if (live_n[(j * T + u) * 32 + e]) {
                        d_mu += -(d_n[(j * T + u) * 32 + e] / sd[(l * B + j) * T + u] * gain[l * 32 + e]);
                    }
                }
                int live_mu = live_sd;
                /* let sd[b, t] = sqrt(1e-5 + mean[e] (x[b, t, e] - mu[b, t])^2) */
                const attention_float_real d_sd_mean = live_sd ? 0.5f * d_sd / sd[(l * B + j) * T + u] / 32.0f : 0.0f;
                const int live_sd_mean = live_sd ? 1 : 0;
                if (live_sd_mean) {
                    attention_float_real sum_d_mu = 0.0f;
                    for (int64_t e = 0; e < 32; e++) {
                        sum_d_mu += x[((l * B + j) * T + u) * 32 + e] - mu[(l * B + j) * T + u];
                    }
                    d_mu += -(d_sd_mean * 2.0f * sum_d_mu);
                    int t41 = 0;
                    for (int64_t e = 0; e < 32; e++) {
                        if (t41) break;
                        t41 = 1;
                    }
                    live_mu |= t41;
                }
                /* let mu[b, t] = mean[e] x[b, t, e] */
                const attention_float_real d_mu_mean = live_mu ? d_mu / 32.0f : 0.0f;
                const int live_mu_mean = live_mu ? 1 : 0;
                for (int64_t e = 0; e < 32; e++) {
                    const int t42 = live_n[(j * T + u) * 32 + e];
                    const attention_float_real t43 = live_sd_mean ? d_sd_mean * (2.0f * (x[((l * B + j) * T + u) * 32 + e] - mu[(l * B + j) * T + u])) : 0.0f;
                    const attention_float_real t44 = (t42 ? d_n[(j * T + u) * 32 + e] / sd[(l * B + j) * T + u] * gain[l * 32 + e] : 0.0f) + t43;
                    d_x[(j * T + u) * 32 + e] += t44 + (live_mu_mean ? d_mu_mean : 0.0f);
                    int t45 = t42 ? 1 : 0;
                    if (!t45) {
                        t45 = live_sd_mean ? 1 : 0;
                    }
                    int t46 = t45;
                    if (!t46) {
                        t46 = live_mu_mean ? 1 : 0;
                    }
                    live_x[(j * T + u) * 32 + e] |= t46;
                }
            }
        }
        for (int64_t e = 0; e < 32; e++) {
            for (int64_t g = 0; g < 4; g++) {
                for (int64_t c = 0; c < 8; c++) {
                    /* next x[b, t, e] = x[b, t, e] + sum[g, c] WO[l, e, g, c] * o[b, t, g, c] */
                    attention_float_real t47 = 0.0f;
                    for (int64_t b = 0; b < B; b++) {
                        for (int64_t t = 0; t < T; t++) {
                            if (live_x_sum[(b * T + t) * 32 + e]) {
                                t47 += d_x_sum[(b * T + t) * 32 + e] * o[(((l * B + b) * T + t) * 4 + g) * 8 + c];
                            }
                        }
                    }
                    d_WO[((l * 32 + e) * 4 + g) * 8 + c] = t47;
                }
            }
            /* let n[b, t, e] = gain[l, e] * (x[b, t, e] - mu[b, t]) / sd[b, t] + bias[l, e] */
            attention_float_real t48 = 0.0f;
            for (int64_t b = 0; b < B; b++) {
                for (int64_t t = 0; t < T; t++) {
                    if (live_n[(b * T + t) * 32 + e]) {
                        t48 += d_n[(b * T + t) * 32 + e];
                    }
                }
            }
            d_bias[l * 32 + e] = t48;
            attention_float_real t49 = 0.0f;
            for (int64_t b = 0; b < B; b++) {
                for (int64_t t = 0; t < T; t++) {
                    if (live_n[(b * T + t) * 32 + e]) {
                        const attention_float_real t50 = d_n[(b * T + t) * 32 + e] / sd[(l * B + b) * T + t] * (x[((l * B + b) * T + t) * 32 + e] - mu[(l * B + b) * T + t]);
                        t49 += t50;
                    }
                }
            }
            d_gain[l * 32 + e] = t49;
        }
        for (int64_t g = 0; g < 4; g++) {
            for (int64_t c = 0; c < 8; c++) {
                for (int64_t e = 0; e < 32; e++) {
                    /* let v[b, t, g, c] = sum[e] WV[l, g, c, e] * n[b, t, e] */
                    attention_float_real t51 = 0.0f;
                    for (int64_t b = 0; b < B; b++) {
                        for (int64_t t = 0; t < T; t++) {
                            if (live_v[((b * T + t) * 4 + g) * 8 + c]) {
                                t51 += d_v[((b * T + t) * 4 + g) * 8 + c] * n[((l * B + b) * T + t) * 32 + e];
                            }
                        }
                    }
                    d_WV[((l * 4 + g) * 8 + c) * 32 + e] = t51;
                    /* let k[b, t, g, c] = sum[e] WK[l, g, c, e] * n[b, t, e] */
                    attention_float_real t52 = 0.0f;
                    for (int64_t b = 0; b < B; b++) {
                        for (int64_t t = 0; t < T; t++) {
                            if (live_k[((b * T + t) * 4 + g) * 8 + c]) {
                                t52 += d_k[((b * T + t) * 4 + g) * 8 + c] * n[((l * B + b) * T + t) * 32 + e];
                            }
                        }
                    }
                    d_WK[((l * 4 + g) * 8 + c) * 32 + e] = t52;
                    /* let q[b, t, g, c] = sum[e] WQ[l, g, c, e] * n[b, t, e] */
                    attention_float_real t53 = 0.0f;
                    for (int64_t b = 0; b < B; b++) {
                        for (int64_t t = 0; t < T; t++) {
                            if (live_q[((b * T + t) * 4 + g) * 8 + c]) {
                                t53 += d_q[((b * T + t) * 4 + g) * 8 + c] * n[((l * B + b) * T + t) * 32 + e];
                            }
                        }
                    }
                    d_WQ[((l * 4 + g) * 8 + c) * 32 + e] = t53;
                }
            }
        }
    }
    for (int64_t b = 0; b < B; b++) {
        for (int64_t t = 0; t < T; t++) {
            for (int64_t e = 0; e < 32; e++) {
                /* scan l: NL with x[b: B, t: T, e: E] = x0[b, t, e] { */
                d_x0[(b * T + t) * 32 + e] = live_x[(b * T + t) * 32 + e] ? d_x[(b * T + t) * 32 + e] : 0.0f;
            }
        }
    }
    for (int64_t t = 0; t < T; t++) {
        for (int64_t e = 0; e < 32; e++) {
            if (t < 128) {
                /* let x0[b, t: T, e] = emb[tok[b, t], e] + pos[t, e] */
                attention_float_real t54 = 0.0f;
                for (int64_t b = 0; b < B; b++) {
                    t54 += d_x0[(b * T + t) * 32 + e];
                }
                d_pos[t * 32 + e] += t54;
            }
        }
    }
    for (int64_t e = 0; e < 32; e++) {
        for (int64_t b = 0; b < B; b++) {
            for (int64_t t = 0; t < T; t++) {
                d_emb[((int64_t)tok[b * T + t]) * 32 + e] += d_x0[(b * T + t) * 32 + e];
            }
        }
    }
}

int attention_float_grad(const attention_float_dims *dims, const attention_float_real *theta, const attention_float_data *data, attention_float_real *loss, attention_float_real *grad, void *work)
{
    const int code = attention_float_ready(dims, theta, data, work);
    if (code != ATTENTION_FLOAT_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 0;
    const size_t at2 = at1 + ((size_t)(32 * 3 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(64 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(64 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(2 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at6 = at5 + ((size_t)(2 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at7 = at6 + ((size_t)(32 * 2 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at8 = at7 + ((size_t)(32 * 2 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at9 = at8 + ((size_t)(32 * 2 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at10 = at9 + ((size_t)(32 * 2 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at11 = at10 + ((size_t)(8 * dims->B * dims->T * dims->T * 4) + 63) / 64 * 64;
    const size_t at12 = at11 + ((size_t)(8 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at13 = at12 + ((size_t)(32 * 2 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at14 = at13 + ((size_t)(4 * dims->T * dims->T * 4) + 63) / 64 * 64;
    const size_t at15 = at14 + ((size_t)(64 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at16 = at15 + ((size_t)(dims->B * (dims->T - 1) * 4) + 63) / 64 * 64;
    const size_t at17 = at16 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at18 = at17 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at19 = at18 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at20 = at19 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at21 = at20 + ((size_t)(32 * dims->T * 4) + 63) / 64 * 64;
    const size_t at22 = at21 + ((size_t)(32 * dims->T * 4) + 63) / 64 * 64;
    const size_t at23 = at22 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at24 = at23 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at25 = at24 + ((size_t)(4 * dims->T * dims->T * 4) + 63) / 64 * 64;
    const size_t at26 = at25 + ((size_t)(4 * dims->T * dims->T * 4) + 63) / 64 * 64;
    const size_t at27 = at26 + ((size_t)(4 * dims->T * dims->T * 4) + 63) / 64 * 64;
    const size_t at28 = at27 + ((size_t)(4 * dims->T * dims->T * 4) + 63) / 64 * 64;
    const size_t at29 = at28 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at30 = at29 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at31 = at30 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at32 = at31 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    const size_t at33 = at32 + ((size_t)(32 * dims->B * dims->T * 4) + 63) / 64 * 64;
    attention_float_grad_part1((int64_t)dims->B, (int64_t)dims->T, data->tok,
        theta + ATTENTION_FLOAT_emb_OFFSET(dims), theta + ATTENTION_FLOAT_pos_OFFSET(dims),
        theta + ATTENTION_FLOAT_gain_OFFSET(dims), theta + ATTENTION_FLOAT_bias_OFFSET(dims),
        theta + ATTENTION_FLOAT_WQ_OFFSET(dims), theta + ATTENTION_FLOAT_WK_OFFSET(dims),
        theta + ATTENTION_FLOAT_WV_OFFSET(dims), theta + ATTENTION_FLOAT_WO_OFFSET(dims),
        (attention_float_real *)(void *)(bytes + at1), (attention_float_real *)(void *)(bytes + at4),
        (attention_float_real *)(void *)(bytes + at5), (attention_float_real *)(void *)(bytes + at6),
        (attention_float_real *)(void *)(bytes + at7), (attention_float_real *)(void *)(bytes + at8),
        (attention_float_real *)(void *)(bytes + at9), (attention_float_real *)(void *)(bytes + at10),
        (attention_float_real *)(void *)(bytes + at11), (attention_float_real *)(void *)(bytes + at12),
        (attention_float_real *)(void *)(bytes + at14), (attention_float_real *)(void *)(bytes + at15), loss,
        grad + ATTENTION_FLOAT_emb_OFFSET(dims), grad + ATTENTION_FLOAT_pos_OFFSET(dims),
        grad + ATTENTION_FLOAT_gain_OFFSET(dims), grad + ATTENTION_FLOAT_bias_OFFSET(dims),
        grad + ATTENTION_FLOAT_WQ_OFFSET(dims), grad + ATTENTION_FLOAT_WK_OFFSET(dims),
        grad + ATTENTION_FLOAT_WV_OFFSET(dims), grad + ATTENTION_FLOAT_WO_OFFSET(dims),
        (attention_float_real *)(void *)(bytes + at2), (int *)(void *)(bytes + at3),
        (attention_float_real *)(void *)(bytes + at17), (int *)(void *)(bytes + at16),
        (attention_float_real *)(void *)(bytes + at18), (int *)(void *)(bytes + at19),
        (attention_float_real *)(void *)(bytes + at20), (int *)(void *)(bytes + at21),
        (attention_float_real *)(void *)(bytes + at13), (attention_float_real *)(void *)(bytes + at22),
        (int *)(void *)(bytes + at23), (attention_float_real *)(void *)(bytes + at24), (int *)(void *)(bytes + at25),
        (attention_float_real *)(void *)(bytes + at26), (int *)(void *)(bytes + at27),
        (attention_float_real *)(void *)(bytes + at28), (int *)(void *)(bytes + at29),
        (attention_float_real *)(void *)(bytes + at30), (int *)(void *)(bytes + at31),
        (attention_float_real *)(void *)(bytes + at32), (int *)(void *)(bytes + at33),
        (attention_float_real *)(void *)(bytes + at18), (attention_float_real *)(void *)(bytes + at13));
    return fabsf(*loss) <= 3.4028234e38f ? ATTENTION_FLOAT_OK : ATTENTION_FLOAT_ENONFINITE;
}

static int attention_float_shape(const void *any, int array, size_t *shape)
{
    const attention_float_dims *const dims = any;
    if (!dims) return ATTENTION_FLOAT_EDIM;
    const int64_t B = attention_float_dim(dims->B);
    const int64_t T = attention_float_dim(dims->T);
    int64_t count;
    switch (array) {
    case 0: /* emb */
        shape[0] = 64;
        shape[1] = 32;
        break;
    case 1: /* pos */
        shape[0] = 128;
        shape[1] = 32;
        break;
    case 2: /* gain */
        shape[0] = 2;
        shape[1] = 32;
        break;
    case 3: /* bias */
        shape[0] = 2;
        shape[1] = 32;
        break;
    case 4: /* WQ */
        shape[0] = 2;
        shape[1] = 4;
        shape[2] = 8;
        shape[3] = 32;
        break;
    case 5: /* WK */
        shape[0] = 2;
        shape[1] = 4;
        shape[2] = 8;
        shape[3] = 32;
        break;
    case 6: /* WV */
        shape[0] = 2;
        shape[1] = 4;
        shape[2] = 8;
        shape[3] = 32;
        break;
    case 7: /* WO */
        shape[0] = 2;
        shape[1] = 32;
        shape[2] = 4;
        shape[3] = 8;
        break;
    case 8: /* tok */
        count = B;
        if (count < 0) return ATTENTION_FLOAT_EDIM;
        shape[0] = (size_t)count;
        count = T;
        if (count < 0) return ATTENTION_FLOAT_EDIM;
        shape[1] = (size_t)count;
        break;
    default: break;
    }
    return ATTENTION_FLOAT_OK;
}

static void attention_float_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    switch (array) {
    case 8: /* tok */
        *lo = (long)0;
        *hi = (long)64;
        break;
    default: break;
    }
}

static int attention_float_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return attention_float_loss(dims, theta, data, loss, work);
}

static int attention_float_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return attention_float_grad(dims, theta, data, loss, grad, work);
}

static size_t attention_float_any_nparam(const void *dims) { return attention_float_nparam(dims); }

static size_t attention_float_any_work_bytes(const void *dims) { return attention_float_work_bytes(dims); }

static int attention_float_any_init(const void *dims, uint64_t seed, void *theta) { return attention_float_init(dims, seed, theta); }

static int attention_float_any_check(const void *dims, const void *data, int *which) { return attention_float_test(dims, data, which); }

static const char *const attention_float_dim_names[] = {"B", "T"};

static const int attention_float_axis0[] = {-1, -1};
static const int attention_float_axis1[] = {-1, -1};
static const int attention_float_axis2[] = {-1, -1};
static const int attention_float_axis3[] = {-1, -1};
static const int attention_float_axis4[] = {-1, -1, -1, -1};
static const int attention_float_axis5[] = {-1, -1, -1, -1};
static const int attention_float_axis6[] = {-1, -1, -1, -1};
static const int attention_float_axis7[] = {-1, -1, -1, -1};
static const int attention_float_axis8[] = {0, 1};
static const adc_array attention_float_arrays[] = {
    {"emb", ADC_PARAM, ADC_REAL, 0, 0, 2, attention_float_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"pos", ADC_PARAM, ADC_REAL, 0, 0, 2, attention_float_axis1, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"gain", ADC_PARAM, ADC_REAL, 0, 0, 2, attention_float_axis2, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"bias", ADC_PARAM, ADC_REAL, 0, 0, 2, attention_float_axis3, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"WQ", ADC_PARAM, ADC_REAL, 0, 0, 4, attention_float_axis4, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"WK", ADC_PARAM, ADC_REAL, 0, 0, 4, attention_float_axis5, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"WV", ADC_PARAM, ADC_REAL, 0, 0, 4, attention_float_axis6, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"WO", ADC_PARAM, ADC_REAL, 0, 0, 4, attention_float_axis7, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"tok", ADC_DATA, ADC_INT32, 0, 1, 2, attention_float_axis8, -1, offsetof(attention_float_data, tok), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model attention_float = {
    ADC_MODEL, 4, "attention",
    2, attention_float_dim_names, -1,
    9, attention_float_arrays, sizeof(attention_float_data),
    6, attention_float_check_text,
    attention_float_shape, attention_float_range, attention_float_any_nparam, attention_float_any_nparam, attention_float_any_work_bytes,
    attention_float_any_init, attention_float_any_check,
    attention_float_any_loss, attention_float_any_grad, 0,
    attention_float_strerror,
    0, 0,
};
