/* The functions of kalman_double; its header says what they take and need. */
#include "kalman_double.h"

#include <math.h>


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t kalman_double_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t kalman_double_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : kalman_double_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t kalman_double_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : kalman_double_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t kalman_double_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

size_t kalman_double_work_bytes(const kalman_double_dims *dims)
{
    const int64_t T = kalman_double_dim(dims->T);
    size_t most = 0, bytes = 0;
    bytes = kalman_double_slot(bytes, kalman_double_count(T, 2), 8); /* y */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 1280;
    if (bytes > most) most = bytes;
    /* grad */
    bytes = 1792;
    bytes = kalman_double_slot(bytes, kalman_double_mul(4, T), 8);
    bytes = kalman_double_slot(bytes, kalman_double_mul(4, T), 8);
    bytes = kalman_double_slot(bytes, kalman_double_mul(2, T), 8);
    bytes = kalman_double_slot(bytes, kalman_double_mul(8, T), 8);
    if (bytes > most) most = bytes;
    return most;
}

size_t kalman_double_nparam(const kalman_double_dims *dims)
{
    (void)dims;
    return 2;
}

const char *kalman_double_strerror(int code)
{
    switch (code) {
    case KALMAN_DOUBLE_OK: return "no error";
    case KALMAN_DOUBLE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case KALMAN_DOUBLE_EDATA: return "data is missing, NaN, or an integer out of range";
    case KALMAN_DOUBLE_EWORK: return "no work memory was given";
    case KALMAN_DOUBLE_ENONFINITE: return "the loss is not finite";
    case KALMAN_DOUBLE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int kalman_double_init(const kalman_double_dims *dims, uint64_t seed, kalman_double_real *theta)
{
    if (!dims || kalman_double_work_bytes(dims) == SIZE_MAX) return KALMAN_DOUBLE_EDIM;
    (void)seed;
    if (!theta) return KALMAN_DOUBLE_EDATA;
    theta[KALMAN_DOUBLE_q_OFFSET(dims)] = 0.1;
    theta[KALMAN_DOUBLE_r_OFFSET(dims)] = 0.5;
    return KALMAN_DOUBLE_OK;
}

static const char *const kalman_double_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "y is missing",
    "y holds a NaN",
};

static int kalman_double_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int kalman_double_test(const kalman_double_dims *dims, const kalman_double_data *data, int *which)
{
    if (!dims || kalman_double_work_bytes(dims) == SIZE_MAX) return kalman_double_fail(which, 0, KALMAN_DOUBLE_EDIM);
    const int64_t T = (int64_t)dims->T;
    if (!data) return kalman_double_fail(which, 1, KALMAN_DOUBLE_EDATA);
    if (!data->y && 2 * T > 0) return kalman_double_fail(which, 2, KALMAN_DOUBLE_EDATA);
    for (int64_t at = 0; at < 2 * T; at++)
        if (data->y[at] != data->y[at]) return kalman_double_fail(which, 3, KALMAN_DOUBLE_EDATA);
    return KALMAN_DOUBLE_OK;
}

int kalman_double_check(const kalman_double_dims *dims, const kalman_double_data *data)
{
    return kalman_double_test(dims, data, 0);
}

static int kalman_double_ready(const kalman_double_dims *dims, const kalman_double_real *theta, const kalman_double_data *data, const void *work)
{
    const size_t bytes = dims ? kalman_double_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return KALMAN_DOUBLE_EDIM;
    if (!theta) return KALMAN_DOUBLE_EDATA;
    if (!data) return KALMAN_DOUBLE_EDATA;
    return bytes > 0 && !work ? KALMAN_DOUBLE_EWORK : KALMAN_DOUBLE_OK;
}

static void kalman_double_loss_part1(int64_t T, const kalman_double_real *restrict y, kalman_double_real q,
        kalman_double_real r, kalman_double_real *restrict F, int64_t *restrict H, kalman_double_real *restrict Q,
        kalman_double_real *restrict R, kalman_double_real *restrict m, kalman_double_real *restrict P,
        kalman_double_real *restrict mp_product, kalman_double_real *restrict Pp_product,
        kalman_double_real *restrict Pp, kalman_double_real *restrict e, kalman_double_real *restrict U_product,
        kalman_double_real *restrict chol_A, kalman_double_real *restrict U, kalman_double_real *restrict s,
        kalman_double_real *restrict z, kalman_double_real *restrict Z, kalman_double_real *restrict loss)
{
    for (int64_t i = 0; i < 4; i++) {
        for (int64_t j = 0; j < 4; j++) {
            /* let F[i: S, j: S] = if i == j then 1 else if j == i + 2 then dt else 0 */
            const int t1 = i == j;
            kalman_double_real t2;
            if (t1) {
                t2 = 1.0;
            } else {
                t2 = j == i + 2 ? 0.1 : 0.0;
            }
            F[i * 4 + j] = t2;
            /* let Q[i: S, j: S] = if i == j then q else 0 */
            Q[i * 4 + j] = t1 ? q : 0.0;
            /* scan t: T with m[S] = 0, P[i: S, j: S] = (if i == j then 1 else 0), ll = 0 { */
            P[i * 4 + j] = (kalman_double_real)(t1 ? 1 : 0);
        }
        m[i] = 0.0;
    }
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t j = 0; j < 4; j++) {
            /* let H[i: O, j: S] = if i == j then 1 else 0 */
            H[i * 4 + j] = i == j ? 1 : 0;
        }
        for (int64_t j = 0; j < 2; j++) {
            /* let R[i: O, j: O] = if i == j then r else 0 */
            R[i * 2 + j] = i == j ? r : 0.0;
        }
    }
    /* scan t: T with m[S] = 0, P[i: S, j: S] = (if i == j then 1 else 0), ll = 0 { */
    kalman_double_real ll = 0.0;
    for (int64_t t = 0; t < T; t++) {
        for (int64_t i = 0; i < 4; i++) {
            /* let mp = F @ m */
            mp_product[i] = F[i * 4 + 0] * m[0] + F[i * 4 + 1] * m[1] + F[i * 4 + 2] * m[2] + F[i * 4 + 3] * m[3];
            for (int64_t j = 0; j < 4; j++) {
                /* let Pp = F @ P @ transpose(F) + Q */
                const kalman_double_real t3 = F[i * 4 + 0] * P[j] + F[i * 4 + 1] * P[1 * 4 + j] + F[i * 4 + 2] * P[2 * 4 + j] + F[i * 4 + 3] * P[3 * 4 + j];
                Pp_product[j] = t3;
            }
            for (int64_t j = 0; j < 4; j++) {
                const kalman_double_real t4 = Pp_product[0] * F[j * 4 + 0] + Pp_product[1] * F[j * 4 + 1] + Pp_product[2] * F[j * 4 + 2];
                const kalman_double_real Pp_product_2 = t4 + Pp_product[3] * F[j * 4 + 3];
                Pp[i * 4 + j] = Pp_product_2 + Q[i * 4 + j];
            }
        }
        for (int64_t i = 0; i < 2; i++) {
            /* let e[i] = y[t, i] - sum[j] H[i, j] * mp[j] */
            const kalman_double_real t5 = (kalman_double_real)H[i * 4 + 0] * mp_product[0] + (kalman_double_real)H[i * 4 + 1] * mp_product[1];
            const kalman_double_real e_sum = t5 + (kalman_double_real)H[i * 4 + 2] * mp_product[2] + (kalman_double_real)H[i * 4 + 3] * mp_product[3];
            e[i] = y[t * 2 + i] - e_sum;
            for (int64_t j = 0; j < 4; j++) {
                /* let U  = chol(H @ Pp @ transpose(H) + R) */
                const kalman_double_real t6 = (kalman_double_real)H[i * 4 + 0] * Pp[j] + (kalman_double_real)H[i * 4 + 1] * Pp[1 * 4 + j];
                const kalman_double_real t7 = t6 + (kalman_double_real)H[i * 4 + 2] * Pp[2 * 4 + j] + (kalman_double_real)H[i * 4 + 3] * Pp[3 * 4 + j];
                U_product[i * 4 + j] = t7;
            }
            for (int64_t j = 0; j < 2; j++) {
                const kalman_double_real t8 = U_product[i * 4 + 0] * (kalman_double_real)H[j * 4 + 0] + U_product[i * 4 + 1] * (kalman_double_real)H[j * 4 + 1];
                const kalman_double_real U_product_2 = t8 + U_product[i * 4 + 2] * (kalman_double_real)H[j * 4 + 2] + U_product[i * 4 + 3] * (kalman_double_real)H[j * 4 + 3];
                chol_A[i * 2 + j] = U_product_2 + R[i * 2 + j];
            }
        }
        /* scan j: n { */
        for (int64_t j = 0; j < 2; j++) {
            for (int64_t i = 0; i < 2; i++) {
                /* let s[i: n] = A[i, j] - sum[k < j] U[k, i] * U[k, j] */
                kalman_double_real s_sum = 0.0;
                for (int64_t k = 0; k < j; k++) {
                    s_sum += U[k * 2 + i] * U[k * 2 + j];
                }
                s[i] = chol_A[i * 2 + j] - s_sum;
            }
            /* yield U[j, i: n] = if i < j then 0 else s[i] / sqrt(s[j]) */
            const kalman_double_real sqrt_s = sqrt(s[j]);
            for (int64_t i = 0; i < 2; i++) {
                U[j * 2 + i] = i < j ? 0.0 : s[i] / sqrt_s;
            }
        }
        /* scan i: n { yield z[i] = (b[i] - sum[k < i] U[k, i] * z[k]) / U[i, i] } */
        for (int64_t i = 0; i < 2; i++) {
            kalman_double_real z_sum = 0.0;
            for (int64_t k = 0; k < i; k++) {
                z_sum += U[k * 2 + i] * z[k];
            }
            z[i] = (e[i] - z_sum) / U[i * 2 + i];
        }
        /* scan i: n { yield Z[i, c: m] = (B[i, c] - sum[k < i] U[k, i] * Z[k, c]) / U[i, i] } */
        for (int64_t i = 0; i < 2; i++) {
            for (int64_t c = 0; c < 4; c++) {
                kalman_double_real Z_sum = 0.0;
                for (int64_t k = 0; k < i; k++) {
                    Z_sum += U[k * 2 + i] * Z[k * 4 + c];
                }
                Z[i * 4 + c] = (U_product[i * 4 + c] - Z_sum) / U[i * 2 + i];
            }
        }
        for (int64_t i = 0; i < 4; i++) {
            /* next m  = mp + transpose(W) @ z */
            const kalman_double_real m_product = Z[i] * z[0] + Z[1 * 4 + i] * z[1];
            m[i] = mp_product[i] + m_product;
            for (int64_t j = 0; j < 4; j++) {
                /* next P  = Pp - transpose(W) @ W */
                const kalman_double_real P_product = Z[i] * Z[j] + Z[1 * 4 + i] * Z[1 * 4 + j];
                P[i * 4 + j] = Pp[i * 4 + j] - P_product;
            }
        }
        /* next ll = ll - 0.5 * dot(z, z) - sum[i] log(U[i, i]) - O / 2 * log(2*pi) */
        const kalman_double_real t9 = z[0];
        const kalman_double_real t10 = z[1];
        const kalman_double_real dot = t9 * t9 + t10 * t10;
        const kalman_double_real ll_sum = log(U[0]) + log(U[3]);
        ll = ll - 0.5 * dot - ll_sum - 1.8378770664093453;
    }
    /* loss -ll */
    loss[0] = -ll;
}

int kalman_double_loss(const kalman_double_dims *dims, const kalman_double_real *theta, const kalman_double_data *data, kalman_double_real *loss, void *work)
{
    const int code = kalman_double_ready(dims, theta, data, work);
    if (code != KALMAN_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    kalman_double_loss_part1((int64_t)dims->T, data->y, theta[KALMAN_DOUBLE_q_OFFSET(dims)],
        theta[KALMAN_DOUBLE_r_OFFSET(dims)], (kalman_double_real *)(void *)(bytes + 0),
        (int64_t *)(void *)(bytes + 448), (kalman_double_real *)(void *)(bytes + 128),
        (kalman_double_real *)(void *)(bytes + 512), (kalman_double_real *)(void *)(bytes + 256),
        (kalman_double_real *)(void *)(bytes + 320), (kalman_double_real *)(void *)(bytes + 576),
        (kalman_double_real *)(void *)(bytes + 640), (kalman_double_real *)(void *)(bytes + 704),
        (kalman_double_real *)(void *)(bytes + 832), (kalman_double_real *)(void *)(bytes + 896),
        (kalman_double_real *)(void *)(bytes + 960), (kalman_double_real *)(void *)(bytes + 1024),
        (kalman_double_real *)(void *)(bytes + 1088), (kalman_double_real *)(void *)(bytes + 1152),
        (kalman_double_real *)(void *)(bytes + 1216), loss);
    return fabs(*loss) <= 1.7976931348623157e308 ? KALMAN_DOUBLE_OK : KALMAN_DOUBLE_ENONFINITE;
}

static void kalman_double_grad_part1(int64_t T, const kalman_double_real *restrict y, kalman_double_real q,
        kalman_double_real r, kalman_double_real *restrict F, int64_t *restrict H, kalman_double_real *Q,
        kalman_double_real *R, kalman_double_real *m, kalman_double_real *restrict P, kalman_double_real *mp_product,
        kalman_double_real *Pp_product, kalman_double_real *restrict Pp, kalman_double_real *e,
        kalman_double_real *U_product, kalman_double_real *chol_A, kalman_double_real *restrict U,
        kalman_double_real *restrict s, kalman_double_real *restrict z, kalman_double_real *restrict Z,
        kalman_double_real *restrict loss, kalman_double_real *restrict d_q, kalman_double_real *restrict d_r,
        kalman_double_real *d_U, kalman_double_real *d_z, kalman_double_real *restrict d_P, kalman_double_real *d_Pp,
        kalman_double_real *d_left_2, kalman_double_real *restrict d_Z, kalman_double_real *restrict d_m,
        kalman_double_real *d_mp_product, kalman_double_real *restrict d_left, kalman_double_real *d_Z_sum,
        kalman_double_real *restrict d_W_product, kalman_double_real *restrict d_e, kalman_double_real *restrict d_s,
        kalman_double_real *d_chol_A, kalman_double_real *restrict d_R, kalman_double_real *restrict d_U_product,
        kalman_double_real *restrict d_Q, kalman_double_real *d_Pp_product)
{
    for (int64_t i = 0; i < 4; i++) {
        for (int64_t j = 0; j < 4; j++) {
            /* let F[i: S, j: S] = if i == j then 1 else if j == i + 2 then dt else 0 */
            const int t1 = i == j;
            kalman_double_real t2;
            if (t1) {
                t2 = 1.0;
            } else {
                t2 = j == i + 2 ? 0.1 : 0.0;
            }
            F[i * 4 + j] = t2;
            /* let Q[i: S, j: S] = if i == j then q else 0 */
            Q[i * 4 + j] = t1 ? q : 0.0;
            /* scan t: T with m[S] = 0, P[i: S, j: S] = (if i == j then 1 else 0), ll = 0 { */
            P[i * 4 + j] = (kalman_double_real)(t1 ? 1 : 0);
            d_P[i * 4 + j] = 0.0;
            /* let Q[i: S, j: S] = if i == j then q else 0 */
            d_Q[i * 4 + j] = 0.0;
        }
        /* scan t: T with m[S] = 0, P[i: S, j: S] = (if i == j then 1 else 0), ll = 0 { */
        m[i] = 0.0;
        d_m[i] = 0.0;
    }
    for (int64_t i = 0; i < 2; i++) {
        for (int64_t j = 0; j < 4; j++) {
            /* let H[i: O, j: S] = if i == j then 1 else 0 */
            H[i * 4 + j] = i == j ? 1 : 0;
        }
        for (int64_t j = 0; j < 2; j++) {
            /* let R[i: O, j: O] = if i == j then r else 0 */
            R[i * 2 + j] = i == j ? r : 0.0;
            d_R[i * 2 + j] = 0.0;
        }
    }
    /* scan t: T with m[S] = 0, P[i: S, j: S] = (if i == j then 1 else 0), ll = 0 { */
    kalman_double_real ll = 0.0;
    for (int64_t t = 0; t < T; t++) {
        for (int64_t i = 0; i < 4; i++) {
            /* let mp = F @ m */
            mp_product[i] = F[i * 4 + 0] * m[0] + F[i * 4 + 1] * m[1] + F[i * 4 + 2] * m[2] + F[i * 4 + 3] * m[3];
            for (int64_t j = 0; j < 4; j++) {
                /* let Pp = F @ P @ transpose(F) + Q */
                const kalman_double_real t3 = F[i * 4 + 0] * P[j] + F[i * 4 + 1] * P[1 * 4 + j] + F[i * 4 + 2] * P[2 * 4 + j] + F[i * 4 + 3] * P[3 * 4 + j];
                Pp_product[j] = t3;
            }
            for (int64_t j = 0; j < 4; j++) {
                const kalman_double_real t4 = Pp_product[0] * F[j * 4 + 0] + Pp_product[1] * F[j * 4 + 1] + Pp_product[2] * F[j * 4 + 2];
                const kalman_double_real Pp_product_2 = t4 + Pp_product[3] * F[j * 4 + 3];
                Pp[i * 4 + j] = Pp_product_2 + Q[i * 4 + j];
            }
        }
        for (int64_t i = 0; i < 2; i++) {
            /* let e[i] = y[t, i] - sum[j] H[i, j] * mp[j] */
            const kalman_double_real t5 = (kalman_double_real)H[i * 4 + 0] * mp_product[0] + (kalman_double_real)H[i * 4 + 1] * mp_product[1];
            const kalman_double_real e_sum = t5 + (kalman_double_real)H[i * 4 + 2] * mp_product[2] + (kalman_double_real)H[i * 4 + 3] * mp_product[3];
            e[i] = y[t * 2 + i] - e_sum;
            for (int64_t j = 0; j < 4; j++) {
                /* let U  = chol(H @ Pp @ transpose(H) + R) */
                const kalman_double_real t6 = (kalman_double_real)H[i * 4 + 0] * Pp[j] + (kalman_double_real)H[i * 4 + 1] * Pp[1 * 4 + j];
                const kalman_double_real t7 = t6 + (kalman_double_real)H[i * 4 + 2] * Pp[2 * 4 + j] + (kalman_double_real)H[i * 4 + 3] * Pp[3 * 4 + j];
                U_product[i * 4 + j] = t7;
            }
            for (int64_t j = 0; j < 2; j++) {
                const kalman_double_real t8 = U_product[i * 4 + 0] * (kalman_double_real)H[j * 4 + 0] + U_product[i * 4 + 1] * (kalman_double_real)H[j * 4 + 1];
                const kalman_double_real U_product_2 = t8 + U_product[i * 4 + 2] * (kalman_double_real)H[j * 4 + 2] + U_product[i * 4 + 3] * (kalman_double_real)H[j * 4 + 3];
                chol_A[i * 2 + j] = U_product_2 + R[i * 2 + j];
            }
        }
        /* scan j: n { */
        for (int64_t j = 0; j < 2; j++) {
            for (int64_t i = 0; i < 2; i++) {
                /* let s[i: n] = A[i, j] - sum[k < j] U[k, i] * U[k, j] */
                kalman_double_real s_sum = 0.0;
                for (int64_t k = 0; k < j; k++) {
                    s_sum += U[(t * 2 + k) * 2 + i] * U[(t * 2 + k) * 2 + j];
                }
                s[(t * 2 + j) * 2 + i] = chol_A[i * 2 + j] - s_sum;
            }
            /* yield U[j, i: n] = if i < j then 0 else s[i] / sqrt(s[j]) */
            const kalman_double_real sqrt_s = sqrt(s[(t * 2 + j) * 2 + j]);
            for (int64_t i = 0; i < 2; i++) {
                U[(t * 2 + j) * 2 + i] = i < j ? 0.0 : s[(t * 2 + j) * 2 + i] / sqrt_s;
            }
        }
        /* scan i: n { yield z[i] = (b[i] - sum[k < i] U[k, i] * z[k]) / U[i, i] } */
        for (int64_t i = 0; i < 2; i++) {
            kalman_double_real z_sum = 0.0;
            for (int64_t k = 0; k < i; k++) {
                z_sum += U[(t * 2 + k) * 2 + i] * z[t * 2 + k];
            }
            z[t * 2 + i] = (e[i] - z_sum) / U[(t * 2 + i) * 2 + i];
        }
        /* scan i: n { yield Z[i, c: m] = (B[i, c] - sum[k < i] U[k, i] * Z[k, c]) / U[i, i] } */
        for (int64_t i = 0; i < 2; i++) {
            for (int64_t c = 0; c < 4; c++) {
                kalman_double_real Z_sum = 0.0;
                for (int64_t k = 0; k < i; k++) {
                    Z_sum += U[(t * 2 + k) * 2 + i] * Z[(t * 2 + k) * 4 + c];
                }
                Z[(t * 2 + i) * 4 + c] = (U_product[i * 4 + c] - Z_sum) / U[(t * 2 + i) * 2 + i];
            }
        }
        for (int64_t i = 0; i < 4; i++) {
            /* next m  = mp + transpose(W) @ z */
            const kalman_double_real m_product = Z[(t * 2 + 0) * 4 + i] * z[t * 2 + 0] + Z[(t * 2 + 1) * 4 + i] * z[t * 2 + 1];
            m[i] = mp_product[i] + m_product;
            for (int64_t j = 0; j < 4; j++) {
                /* next P  = Pp - transpose(W) @ W */
                const kalman_double_real P_product = Z[(t * 2 + 0) * 4 + i] * Z[(t * 2 + 0) * 4 + j] + Z[(t * 2 + 1) * 4 + i] * Z[(t * 2 + 1) * 4 + j];
                P[i * 4 + j] = Pp[i * 4 + j] - P_product;
            }
        }
        /* next ll = ll - 0.5 * dot(z, z) - sum[i] log(U[i, i]) - O / 2 * log(2*pi) */
        const kalman_double_real t9 = z[t * 2 + 0];
        const kalman_double_real t10 = z[t * 2 + 1];
        const kalman_double_real dot = t9 * t9 + t10 * t10;
        const kalman_double_real ll_sum = log(U[(t * 2 + 0) * 2 + 0]) + log(U[(t * 2 + 1) * 2 + 1]);
        ll = ll - 0.5 * dot - ll_sum - 1.8378770664093453;
    }
    /* loss -ll */
    loss[0] = -ll;
    kalman_double_real d_ll = (-1.0);
    /* scan t: T with m[S] = 0, P[i: S, j: S] = (if i == j then 1 else 0), ll = 0 { */
    for (int64_t t = T; t-- > 0;) {
        for (int64_t j = 0; j < 2; j++) {
            for (int64_t k = 0; k < 2; k++) {
                /* yield U[j, i: n] = if i < j then 0 else s[i] / sqrt(s[j]) */
                d_U[j * 2 + k] = 0.0;
                /* let U  = chol(H @ Pp @ transpose(H) + R) */
                d_chol_A[j * 2 + k] = 0.0;
            }
            /* next ll = ll - 0.5 * dot(z, z) - sum[i] log(U[i, i]) - O / 2 * log(2*pi) */
            d_U[j * 2 + j] += -d_ll / U[(t * 2 + j) * 2 + j];
        }
        const kalman_double_real d_dot = -d_ll * 0.5;
        for (int64_t i = 0; i < 4; i++) {
            for (int64_t k = 0; k < 2; k++) {
                /* next P  = Pp - transpose(W) @ W */
                const kalman_double_real t11 = -d_P[i * 4 + 0] * Z[(t * 2 + k) * 4 + 0] + -d_P[i * 4 + 1] * Z[(t * 2 + k) * 4 + 1] + -d_P[i * 4 + 2] * Z[(t * 2 + k) * 4 + 2];
                d_left_2[i * 2 + k] = t11 + -d_P[i * 4 + 3] * Z[(t * 2 + k) * 4 + 3];
                /* next m  = mp + transpose(W) @ z */
                d_left[i * 2 + k] = d_m[i] * z[t * 2 + k];
            }
        }
        for (int64_t k = 0; k < 2; k++) {
            const kalman_double_real t12 = d_dot * z[t * 2 + k];
            const kalman_double_real t13 = d_m[0] * Z[(t * 2 + k) * 4 + 0] + d_m[1] * Z[(t * 2 + k) * 4 + 1] + d_m[2] * Z[(t * 2 + k) * 4 + 2];
            d_z[k] = t12 + t12 + (t13 + d_m[3] * Z[(t * 2 + k) * 4 + 3]);
            for (int64_t i = 0; i < 4; i++) {
                const kalman_double_real t14 = -d_P[i] * Z[(t * 2 + k) * 4 + 0] + -d_P[1 * 4 + i] * Z[(t * 2 + k) * 4 + 1] + -d_P[2 * 4 + i] * Z[(t * 2 + k) * 4 + 2];
                d_Z[k * 4 + i] = t14 + -d_P[3 * 4 + i] * Z[(t * 2 + k) * 4 + 3] + d_left_2[i * 2 + k] + d_left[i * 2 + k];
            }
        }
        /* scan i: n { yield Z[i, c: m] = (B[i, c] - sum[k < i] U[k, i] * Z[k, c]) / U[i, i] } */
        for (int64_t i = 2; i-- > 0;) {
            const kalman_double_real t15 = U[(t * 2 + i) * 2 + i];
            const kalman_double_real t16 = -(d_Z[i * 4 + 0] * Z[(t * 2 + i) * 4 + 0] / t15) - d_Z[i * 4 + 1] * Z[(t * 2 + i) * 4 + 1] / t15;
            const kalman_double_real t17 = t16 - d_Z[i * 4 + 2] * Z[(t * 2 + i) * 4 + 2] / t15 - d_Z[i * 4 + 3] * Z[(t * 2 + i) * 4 + 3] / t15;
            d_U[i * 2 + i] += t17;
            for (int64_t c = 0; c < 4; c++) {
                const kalman_double_real t18 = d_Z[i * 4 + c] / t15;
                d_Z_sum[c] = -t18;
                d_W_product[i * 4 + c] = t18;
            }
            for (int64_t k = 0; k < i; k++) {
                for (int64_t c = 0; c < 4; c++) {
                    d_Z[k * 4 + c] += d_Z_sum[c] * U[(t * 2 + k) * 2 + i];
                }
                const kalman_double_real t19 = d_Z_sum[0] * Z[(t * 2 + k) * 4 + 0] + d_Z_sum[1] * Z[(t * 2 + k) * 4 + 1] + d_Z_sum[2] * Z[(t * 2 + k) * 4 + 2];
                d_U[k * 2 + i] += t19 + d_Z_sum[3] * Z[(t * 2 + k) * 4 + 3];
            }
        }
        /* scan i: n { yield z[i] = (b[i] - sum[k < i] U[k, i] * z[k]) / U[i, i] } */
        for (int64_t i = 2; i-- > 0;) {
            const kalman_double_real t20 = U[(t * 2 + i) * 2 + i];
            const kalman_double_real t21 = d_z[i];
            d_U[i * 2 + i] += -(t21 * z[t * 2 + i] / t20);
            const kalman_double_real t22 = t21 / t20;
            const kalman_double_real d_z_sum = -t22;
            d_e[i] = t22;
            for (int64_t k = 0; k < i; k++) {
                d_z[k] += d_z_sum * U[(t * 2 + k) * 2 + i];
                d_U[k * 2 + i] += d_z_sum * z[t * 2 + k];
            }
        }
        /* scan j: n { */
        for (int64_t j = 2; j-- > 0;) {
            /* yield U[j, i: n] = if i < j then 0 else s[i] / sqrt(s[j]) */
            const kalman_double_real sqrt_s_2 = sqrt(s[(t * 2 + j) * 2 + j]);
            for (int64_t i = 0; i < 2; i++) {
                d_s[i] = j <= i ? d_U[j * 2 + i] / sqrt_s_2 : 0.0;
            }
            const kalman_double_real t23 = j <= 0 ? 0.5 * -(d_U[j * 2 + 0] * (s[(t * 2 + j) * 2 + 0] / sqrt_s_2) / sqrt_s_2) / sqrt_s_2 : 0.0;
            const kalman_double_real t24 = t23 + 0.5 * -(d_U[j * 2 + 1] * (s[(t * 2 + j) * 2 + 1] / sqrt_s_2) / sqrt_s_2) / sqrt_s_2;
            d_s[j] += t24;
            for (int64_t i = 0; i < 2; i++) {
                /* let s[i: n] = A[i, j] - sum[k < j] U[k, i] * U[k, j] */
                d_chol_A[i * 2 + j] += d_s[i];
            }
            for (int64_t k = 0; k < j; k++) {
                d_U[k * 2 + j] += -d_s[0] * U[(t * 2 + k) * 2 + 0] + -d_s[1] * U[(t * 2 + k) * 2 + 1];
                for (int64_t i = 0; i < 2; i++) {
                    d_U[k * 2 + i] += -d_s[i] * U[(t * 2 + k) * 2 + j];
                }
            }
        }
        for (int64_t i = 0; i < 2; i++) {
            for (int64_t j = 0; j < 2; j++) {
                /* let U  = chol(H @ Pp @ transpose(H) + R) */
                d_R[i * 2 + j] += d_chol_A[i * 2 + j];
            }
            for (int64_t k = 0; k < 4; k++) {
                const kalman_double_real t25 = d_chol_A[i * 2 + 0] * (kalman_double_real)H[k] + d_chol_A[i * 2 + 1] * (kalman_double_real)H[1 * 4 + k];
                d_U_product[i * 4 + k] = t25;
            }
        }
        for (int64_t k = 0; k < 4; k++) {
            for (int64_t j = 0; j < 4; j++) {
                const kalman_double_real t26 = d_U_product[j] * (kalman_double_real)H[k] + d_U_product[1 * 4 + j] * (kalman_double_real)H[1 * 4 + k];
                const kalman_double_real t27 = d_W_product[j] * (kalman_double_real)H[k] + d_W_product[1 * 4 + j] * (kalman_double_real)H[1 * 4 + k];
                d_Pp[j] = d_P[k * 4 + j] + t27 + t26;
                /* let Pp = F @ P @ transpose(F) + Q */
                d_Q[k * 4 + j] += d_Pp[j];
            }
            /* let e[i] = y[t, i] - sum[j] H[i, j] * mp[j] */
            const kalman_double_real t28 = d_m[k] + (-d_e[0] * (kalman_double_real)H[k] + -d_e[1] * (kalman_double_real)H[1 * 4 + k]);
            d_mp_product[k] = t28;
            for (int64_t k_ = 0; k_ < 4; k_++) {
                /* let Pp = F @ P @ transpose(F) + Q */
                const kalman_double_real t29 = d_Pp[0] * F[k_] + d_Pp[1] * F[1 * 4 + k_] + d_Pp[2] * F[2 * 4 + k_] + d_Pp[3] * F[3 * 4 + k_];
                d_Pp_product[k * 4 + k_] = t29;
            }
        }
        for (int64_t k = 0; k < 4; k++) {
            for (int64_t j = 0; j < 4; j++) {
                const kalman_double_real t30 = d_Pp_product[j] * F[k] + d_Pp_product[1 * 4 + j] * F[1 * 4 + k] + d_Pp_product[2 * 4 + j] * F[2 * 4 + k];
                d_P[k * 4 + j] = t30 + d_Pp_product[3 * 4 + j] * F[3 * 4 + k];
            }
            /* let mp = F @ m */
            const kalman_double_real t31 = d_mp_product[0] * F[k] + d_mp_product[1] * F[1 * 4 + k] + d_mp_product[2] * F[2 * 4 + k] + d_mp_product[3] * F[3 * 4 + k];
            d_m[k] = t31;
        }
    }
    /* let R[i: O, j: O] = if i == j then r else 0 */
    d_r[0] = d_R[0] + d_R[3];
    /* let Q[i: S, j: S] = if i == j then q else 0 */
    kalman_double_real t32 = 0.0;
    for (int64_t i = 0; i < 4; i++) {
        for (int64_t j = 0; j < 4; j++) {
            if (i == j) {
                t32 += d_Q[i * 4 + j];
            }
        }
    }
    d_q[0] = t32;
}

int kalman_double_grad(const kalman_double_dims *dims, const kalman_double_real *theta, const kalman_double_data *data, kalman_double_real *loss, kalman_double_real *grad, void *work)
{
    const int code = kalman_double_ready(dims, theta, data, work);
    if (code != KALMAN_DOUBLE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 1792;
    const size_t at2 = at1 + ((size_t)(4 * dims->T * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(4 * dims->T * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(2 * dims->T * 8) + 63) / 64 * 64;
    kalman_double_grad_part1((int64_t)dims->T, data->y, theta[KALMAN_DOUBLE_q_OFFSET(dims)],
        theta[KALMAN_DOUBLE_r_OFFSET(dims)], (kalman_double_real *)(void *)(bytes + 0),
        (int64_t *)(void *)(bytes + 768), (kalman_double_real *)(void *)(bytes + 128),
        (kalman_double_real *)(void *)(bytes + 832), (kalman_double_real *)(void *)(bytes + 256),
        (kalman_double_real *)(void *)(bytes + 320), (kalman_double_real *)(void *)(bytes + 960),
        (kalman_double_real *)(void *)(bytes + 1024), (kalman_double_real *)(void *)(bytes + 1088),
        (kalman_double_real *)(void *)(bytes + 1216), (kalman_double_real *)(void *)(bytes + 1280),
        (kalman_double_real *)(void *)(bytes + 1344), (kalman_double_real *)(void *)(bytes + at1),
        (kalman_double_real *)(void *)(bytes + at2), (kalman_double_real *)(void *)(bytes + at3),
        (kalman_double_real *)(void *)(bytes + at4), loss, grad + KALMAN_DOUBLE_q_OFFSET(dims),
        grad + KALMAN_DOUBLE_r_OFFSET(dims), (kalman_double_real *)(void *)(bytes + 256),
        (kalman_double_real *)(void *)(bytes + 1216), (kalman_double_real *)(void *)(bytes + 448),
        (kalman_double_real *)(void *)(bytes + 832), (kalman_double_real *)(void *)(bytes + 1280),
        (kalman_double_real *)(void *)(bytes + 1408), (kalman_double_real *)(void *)(bytes + 576),
        (kalman_double_real *)(void *)(bytes + 960), (kalman_double_real *)(void *)(bytes + 1472),
        (kalman_double_real *)(void *)(bytes + 1024), (kalman_double_real *)(void *)(bytes + 1536),
        (kalman_double_real *)(void *)(bytes + 1600), (kalman_double_real *)(void *)(bytes + 1664),
        (kalman_double_real *)(void *)(bytes + 1344), (kalman_double_real *)(void *)(bytes + 896),
        (kalman_double_real *)(void *)(bytes + 1728), (kalman_double_real *)(void *)(bytes + 640),
        (kalman_double_real *)(void *)(bytes + 128));
    return fabs(*loss) <= 1.7976931348623157e308 ? KALMAN_DOUBLE_OK : KALMAN_DOUBLE_ENONFINITE;
}

static int kalman_double_shape(const void *any, int array, size_t *shape)
{
    const kalman_double_dims *const dims = any;
    if (!dims) return KALMAN_DOUBLE_EDIM;
    const int64_t T = kalman_double_dim(dims->T);
    int64_t count;
    switch (array) {
    case 2: /* y */
        count = T;
        if (count < 0) return KALMAN_DOUBLE_EDIM;
        shape[0] = (size_t)count;
        shape[1] = 2;
        break;
    default: break;
    }
    return KALMAN_DOUBLE_OK;
}

static void kalman_double_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int kalman_double_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return kalman_double_loss(dims, theta, data, loss, work);
}

static int kalman_double_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return kalman_double_grad(dims, theta, data, loss, grad, work);
}

static size_t kalman_double_any_nparam(const void *dims) { return kalman_double_nparam(dims); }

static size_t kalman_double_any_work_bytes(const void *dims) { return kalman_double_work_bytes(dims); }

static int kalman_double_any_init(const void *dims, uint64_t seed, void *theta) { return kalman_double_init(dims, seed, theta); }

static int kalman_double_any_check(const void *dims, const void *data, int *which) { return kalman_double_test(dims, data, which); }

static const char *const kalman_double_dim_names[] = {"T"};

static const int kalman_double_axis2[] = {0, -1};
static const adc_array kalman_double_arrays[] = {
    {"q", ADC_PARAM, ADC_REAL, 1, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"r", ADC_PARAM, ADC_REAL, 1, 0, 0, 0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"y", ADC_DATA, ADC_REAL, 0, 0, 2, kalman_double_axis2, -1, offsetof(kalman_double_data, y), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model kalman_double = {
    ADC_MODEL, 8, "kalman",
    1, kalman_double_dim_names, -1,
    3, kalman_double_arrays, sizeof(kalman_double_data),
    4, kalman_double_check_text,
    kalman_double_shape, kalman_double_range, kalman_double_any_nparam, kalman_double_any_nparam, kalman_double_any_work_bytes,
    kalman_double_any_init, kalman_double_any_check,
    kalman_double_any_loss, kalman_double_any_grad, 0,
    kalman_double_strerror,
    0, 0,
};
