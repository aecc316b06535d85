/* The functions of read_once; its header says what they take and need. */
#include "m.h"

#include <math.h>

/* Infinities, NaN and the order of operations mean something here: -ffast-math is not for it. */
#if defined __clang__
#pragma float_control(push)
#pragma float_control(precise, on)
#elif defined __GNUC__
#pragma GCC push_options
#pragma GCC optimize("no-fast-math", "no-trapping-math", "no-math-errno")
#if __GNUC__ < 13 /* gcc 12 loses all but the last step of small sums that a loop of steps adds to */
#pragma GCC optimize("no-tree-partial-pre")
#endif
#endif


/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */
static int64_t read_once_dim(size_t n)
{
    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;
}

static int64_t read_once_add(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;
    return a + b;
}

static int64_t read_once_mul(int64_t a, int64_t b)
{
    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;
    if (a < 0) return b == 0 ? 0 : read_once_mul(-a, -b);
    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;
    return a * b;
}

static int64_t read_once_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */
{
    return a < 0 || b < 0 ? INT64_MIN : read_once_mul(a, b);
}

/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */
static size_t read_once_slot(size_t bytes, int64_t count, size_t size)
{
    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;
    return bytes + ((size_t)count * size + 63) / 64 * 64;
}

#define READ_ONCE_LANES 64
#if defined __clang__ && defined __AVX512F__ /* whole vectors: by themselves compilers take half of them */
#define READ_ONCE_STAGE __attribute__((noinline, min_vector_width(512)))
#define READ_ONCE_WIDE __attribute__((noinline, min_vector_width(512), no_builtin("memset")))
#define READ_ONCE_EIGHTS _Pragma("clang loop vectorize_width(8)")
#pragma clang diagnostic ignored "-Wpass-failed" /* where it cannot */
#elif defined __clang__
#define READ_ONCE_STAGE __attribute__((noinline))
#define READ_ONCE_WIDE READ_ONCE_STAGE
#elif defined __GNUC__ /* copies for some arguments only take time to compile */
#if defined __AVX512F__ && __GNUC__ >= 8
#define READ_ONCE_STAGE __attribute__((noinline, noclone, target("prefer-vector-width=512")))
#else
#define READ_ONCE_STAGE __attribute__((noinline, noclone))
#endif
#define READ_ONCE_WIDE READ_ONCE_STAGE __attribute__((optimize("fp-contract=fast")))
#else
#define READ_ONCE_STAGE
#define READ_ONCE_WIDE
#endif
#ifndef READ_ONCE_EIGHTS
#define READ_ONCE_EIGHTS
#endif
#ifdef __GNUC__
#define READ_ONCE_FEW 8 /* numbers for which vectors do not pay */
#define READ_ONCE_INLINE __attribute__((always_inline)) inline
#else
#define READ_ONCE_FEW INT64_MAX
#define READ_ONCE_INLINE inline
#endif
#ifdef __clang__ /* a short loop that it unrolls first becomes no vectors */
#define READ_ONCE_ROLLED _Pragma("clang loop unroll(disable)")
#else
#define READ_ONCE_ROLLED
#endif
#if defined __AVX512F__
#define READ_ONCE_ROWS 8 /* of a product at once */
#define READ_ONCE_BYTES 64 /* of a vector */
#else
#define READ_ONCE_ROWS 4
#ifdef __AVX__
#define READ_ONCE_BYTES 32
#else
#define READ_ONCE_BYTES 16
#endif
#endif
#ifdef __GNUC__
#define READ_ONCE_VECTOR __attribute__((vector_size(READ_ONCE_BYTES), aligned(sizeof(read_once_real)), may_alias))
#define READ_ONCE_AHEAD(p) __builtin_prefetch(p, 1)
#else
#define READ_ONCE_VECTOR
#define READ_ONCE_AHEAD(p) ((void)(p))
#endif
#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA
#define READ_ONCE_MA(a, b, c) fma(a, b, c)
#else
#define READ_ONCE_MA(a, b, c) ((a) * (b) + (c))
#endif

typedef read_once_real read_once_vec READ_ONCE_VECTOR;
enum { read_once_columns = 2 * sizeof(read_once_vec) / sizeof(read_once_real) };

/* c += a b of the columns of two vectors and `high` rows, at most ROWS: the l-th column of a is at x[l], the row of b at y[l]; fewer rows are taken twice */
READ_ONCE_WIDE static void read_once_vblock(int64_t n, int64_t high, const read_once_real *a, int64_t ars, const int64_t *x, const read_once_real *b, const int64_t *y, read_once_real *c, int64_t crs)
{
    const int64_t a1 = high > 1 ? ars : 0, a2 = high > 2 ? 2 * ars : 0, a3 = high > 3 ? 3 * ars : 0, more = high < 4 ? 0 : high < 8 ? high - 4 : 4;
    read_once_vec c0 = {0}, c1 = {0}, c2 = {0}, c3 = {0}, c4 = {0}, c5 = {0}, c6 = {0}, c7 = {0};
    read_once_vec d0 = {0}, d1 = {0}, d2 = {0}, d3 = {0}, d4 = {0}, d5 = {0}, d6 = {0}, d7 = {0};
    int64_t l;
    for (l = 0; l < high && l < READ_ONCE_ROWS; l++) READ_ONCE_AHEAD(c + l * crs), READ_ONCE_AHEAD(c + l * crs + read_once_columns - 1);
    for (l = 0; l < n; l++) {
        const read_once_vec p = *(const read_once_vec *)(b + y[l]), q = *(const read_once_vec *)(b + y[l] + read_once_columns / 2);
        const read_once_real *const v = a + x[l], *const w = v + more * ars;
        { const read_once_real t = v[0]; c0 += t * p; d0 += t * q; }
        { const read_once_real t = v[a1]; c1 += t * p; d1 += t * q; }
        { const read_once_real t = v[a2]; c2 += t * p; d2 += t * q; }
        { const read_once_real t = v[a3]; c3 += t * p; d3 += t * q; }
        if (READ_ONCE_ROWS < 8) continue;
        { const read_once_real t = w[0]; c4 += t * p; d4 += t * q; }
        { const read_once_real t = w[a1]; c5 += t * p; d5 += t * q; }
        { const read_once_real t = w[a2]; c6 += t * p; d6 += t * q; }
        { const read_once_real t = w[a3]; c7 += t * p; d7 += t * q; }
    }
    *(read_once_vec *)(c + (0) * crs) += c0, *(read_once_vec *)(c + (0) * crs + read_once_columns / 2) += d0;
    if (high > 1) *(read_once_vec *)(c + (1) * crs) += c1, *(read_once_vec *)(c + (1) * crs + read_once_columns / 2) += d1;
    if (high > 2) *(read_once_vec *)(c + (2) * crs) += c2, *(read_once_vec *)(c + (2) * crs + read_once_columns / 2) += d2;
    if (high > 3) *(read_once_vec *)(c + (3) * crs) += c3, *(read_once_vec *)(c + (3) * crs + read_once_columns / 2) += d3;
    if (READ_ONCE_ROWS < 8) return;
    if (more > 3) *(read_once_vec *)(c + (4) * crs) += c4, *(read_once_vec *)(c + (4) * crs + read_once_columns / 2) += d4;
    if (more > 2) *(read_once_vec *)(c + (more + 1) * crs) += c5, *(read_once_vec *)(c + (more + 1) * crs + read_once_columns / 2) += d5;
    if (more > 1) *(read_once_vec *)(c + (more + 2) * crs) += c6, *(read_once_vec *)(c + (more + 2) * crs + read_once_columns / 2) += d6;
    if (more > 0) *(read_once_vec *)(c + (more + 3) * crs) += c7, *(read_once_vec *)(c + (more + 3) * crs + read_once_columns / 2) += d7;
}

/* what follows the first `rows` of LANES columns becomes copies of the last of them */
static void read_once_vfill(int64_t m, int64_t rows, read_once_real *c, int64_t crs)
{
    int64_t i, r;
    for (i = 0; i < m; i++)
        for (r = rows; r < READ_ONCE_LANES; r++) c[i * crs + r] = c[i * crs + rows - 1];
}

/* c += a b, m x k and k x n; rows and columns are so far apart: ars, acs, brs, bcs, crs; columns of c stand side by side */
READ_ONCE_STAGE static void read_once_vgemm(int64_t m, int64_t n, int64_t k, const read_once_real *a, int64_t ars, int64_t acs, const read_once_real *b, int64_t brs, int64_t bcs, read_once_real *c, int64_t crs)
{
    read_once_real room[4 * READ_ONCE_LANES * read_once_columns], edge[READ_ONCE_ROWS * read_once_columns];
    int64_t x[4 * READ_ONCE_LANES], y[4 * READ_ONCE_LANES], i0, j0, l0, i, j, l, high, wide, deep;
    const int64_t near = bcs == 1 && (k <= READ_ONCE_LANES || m <= 2 * READ_ONCE_ROWS) ? n - n % read_once_columns : 0;
    for (l0 = 0; near > 0 && l0 < k; l0 += 4 * READ_ONCE_LANES) {
        deep = k - l0 < 4 * READ_ONCE_LANES ? k - l0 : 4 * READ_ONCE_LANES;
        for (l = 0; l < deep; l++) x[l] = (l0 + l) * acs, y[l] = (l0 + l) * brs;
        for (i = 0; i < m; i += READ_ONCE_ROWS)
            for (j0 = 0; j0 < near; j0 += read_once_columns) read_once_vblock(deep, m - i < READ_ONCE_ROWS ? m - i : READ_ONCE_ROWS, a + i * ars, ars, x, b + j0, y, c + i * crs + j0, crs);
    }
    for (i0 = 0; i0 < m; i0 += 4 * READ_ONCE_LANES)
        for (l0 = 0; l0 < k; l0 += 4 * READ_ONCE_LANES)
            for (j0 = near; j0 < n; j0 += read_once_columns) {
                const read_once_real *const p = b + l0 * brs + j0 * bcs;
                deep = k - l0 < 4 * READ_ONCE_LANES ? k - l0 : 4 * READ_ONCE_LANES;
                wide = n - j0 < read_once_columns ? n - j0 : read_once_columns;
                for (l = 0; l < deep; l++) {
                    x[l] = (l0 + l) * acs;
                    y[l] = l * read_once_columns;
                    if (wide == read_once_columns && bcs == 1)
                        for (j = 0; j < read_once_columns; j++) room[l * read_once_columns + j] = p[l * brs + j];
                    else
                        for (j = 0; j < read_once_columns; j++) room[l * read_once_columns + j] = j < wide ? p[l * brs + j * bcs] : 0;
                }
                for (i = i0; i < m && i < i0 + 4 * READ_ONCE_LANES; i += READ_ONCE_ROWS) {
                    high = m - i < READ_ONCE_ROWS ? m - i : READ_ONCE_ROWS;
                    if (wide == read_once_columns) {
                        read_once_vblock(deep, high, a + i * ars, ars, x, room, y, c + i * crs + j0, crs);
                        continue;
                    }
                    for (l = 0; l < READ_ONCE_ROWS * read_once_columns; l++) edge[l] = 0;
                    read_once_vblock(deep, high, a + i * ars, ars, x, room, y, edge, read_once_columns);
                    for (l = 0; l < high; l++)
                        for (j = 0; j < wide; j++) c[(i + l) * crs + j0 + j] += edge[l * read_once_columns + j];
                }
            }
}

/* c += a b, LANES columns of which `rows` count */
static void read_once_vrows(int64_t m, int64_t rows, int64_t k, const read_once_real *a, int64_t ars, int64_t acs, const read_once_real *b, int64_t brs, read_once_real *c, int64_t crs)
{
    read_once_vgemm(m, rows, k, a, ars, acs, b, brs, 1, c, crs);
    if (rows < READ_ONCE_LANES) read_once_vfill(m, rows, c, crs);
}

size_t read_once_work_bytes(const read_once_dims *dims)
{
    const int64_t N = read_once_dim(dims->N);
    const int64_t D = read_once_dim(dims->D);
    const int64_t H = read_once_dim(dims->H);
    size_t most = 0, bytes = 0;
    bytes = read_once_slot(bytes, read_once_count(N, D), 8); /* x */
    bytes = read_once_slot(bytes, read_once_count(N, H), 8); /* y */
    bytes = read_once_slot(bytes, read_once_count(H, D), 8); /* W */
    bytes = read_once_slot(bytes, read_once_count(H, D), 8); /* d_W */
    if (bytes == SIZE_MAX) return SIZE_MAX;
    /* loss */
    bytes = 896;
    bytes = read_once_slot(bytes, read_once_mul(64, D), 8);
    bytes = read_once_slot(bytes, read_once_mul(64, H), 8);
    bytes = read_once_slot(bytes, read_once_mul(64, H), 8);
    bytes = read_once_slot(bytes, H, 8);
    if (bytes > most) most = bytes;
    /* grad, grad_range */
    bytes = 896;
    bytes = read_once_slot(bytes, read_once_mul(64, D), 8);
    bytes = read_once_slot(bytes, read_once_mul(64, H), 8);
    bytes = read_once_slot(bytes, read_once_mul(64, H), 8);
    bytes = read_once_slot(bytes, read_once_mul(64, H), 8);
    bytes = read_once_slot(bytes, H, 8);
    if (bytes > most) most = bytes;
    return most;
}

size_t read_once_nparam(const read_once_dims *dims)
{
    const int64_t D = read_once_dim(dims->D);
    const int64_t H = read_once_dim(dims->H);
    const int64_t count = read_once_add(0, read_once_count(H, D));
    return count < 0 ? SIZE_MAX : (size_t)count;
}

const char *read_once_strerror(int code)
{
    switch (code) {
    case READ_ONCE_OK: return "no error";
    case READ_ONCE_EDIM: return "a size is negative, does not fit, or differs from one that it must equal";
    case READ_ONCE_EDATA: return "data is missing, NaN, or an integer out of range";
    case READ_ONCE_EWORK: return "no work memory was given";
    case READ_ONCE_ENONFINITE: return "the loss is not finite";
    case READ_ONCE_ELIMIT: return "a loop ran to its limit with its condition still true";
    default: return "unknown error";
    }
}

int read_once_init(const read_once_dims *dims, uint64_t seed, read_once_real *theta)
{
    if (!dims || read_once_work_bytes(dims) == SIZE_MAX) return READ_ONCE_EDIM;
    (void)seed;
    const int64_t D = (int64_t)dims->D;
    const int64_t H = (int64_t)dims->H;
    if (!theta) return READ_ONCE_EDATA;
    read_once_real *to;
    int64_t at;
    to = theta + READ_ONCE_W_OFFSET(dims); /* W */
    for (at = 0; at < H * D; at++) to[at] = 0.0;
    return READ_ONCE_OK;
}

static const char *const read_once_check_text[] = {
    "a size is negative or does not fit into memory",
    "the data is missing",
    "lambda is NaN",
    "x is missing",
    "x holds a NaN",
    "y is missing",
    "y holds a NaN",
};

static int read_once_fail(int *which, int condition, int code)
{
    if (which) *which = condition;
    return code;
}

static int read_once_test(const read_once_dims *dims, const read_once_data *data, int *which)
{
    if (!dims || read_once_work_bytes(dims) == SIZE_MAX) return read_once_fail(which, 0, READ_ONCE_EDIM);
    const int64_t N = (int64_t)dims->N;
    const int64_t D = (int64_t)dims->D;
    const int64_t H = (int64_t)dims->H;
    if (!data) return read_once_fail(which, 1, READ_ONCE_EDATA);
    if (data->lambda != data->lambda) return read_once_fail(which, 2, READ_ONCE_EDATA);
    if (!data->x && N * D > 0) return read_once_fail(which, 3, READ_ONCE_EDATA);
    for (int64_t at = 0; at < N * D; at++)
        if (data->x[at] != data->x[at]) return read_once_fail(which, 4, READ_ONCE_EDATA);
    if (!data->y && N * H > 0) return read_once_fail(which, 5, READ_ONCE_EDATA);
    for (int64_t at = 0; at < N * H; at++)
        if (data->y[at] != data->y[at]) return read_once_fail(which, 6, READ_ONCE_EDATA);
    return READ_ONCE_OK;
}

int read_once_check(const read_once_dims *dims, const read_once_data *data)
{
    return read_once_test(dims, data, 0);
}

static int read_once_ready(const read_once_dims *dims, const read_once_real *theta, const read_once_data *data, const void *work)
{
    const size_t bytes = dims ? read_once_work_bytes(dims) : SIZE_MAX;
    if (bytes == SIZE_MAX) return READ_ONCE_EDIM;
    if (!theta) return READ_ONCE_EDATA;
    if (!data) return READ_ONCE_EDATA;
    return bytes > 0 && !work ? READ_ONCE_EWORK : READ_ONCE_OK;
}

static void read_once_loss_part1(int64_t D, int64_t H, const read_once_real *restrict W,
        read_once_real *restrict loss_mean_2, read_once_real *loss_sum_3_2, read_once_real *restrict cells)
{
    /* loss mean[n] (sum[h] (y[n, h] - sum[d] W[h, d] * x[n, d])^2) + lambda/2 * sum(W^2) */
    cells[0] = 0.0;
    for (int64_t l = 0; l < 32; l++) {
        loss_sum_3_2[l] = 0.0;
    }
    for (int64_t i = 0; i < H; i++) {
        for (int64_t j = 0; j < D / 32; j++) {
            for (int64_t l = 0; l < 32; l++) {
                const read_once_real t1 = W[i * D + (32 * j + l)];
                loss_sum_3_2[l] += t1 * t1;
            }
        }
        for (int64_t l = 0; l < D % 32; l++) {
            const read_once_real t2 = W[i * D + (l + 32 * (D / 32))];
            loss_sum_3_2[l] += t2 * t2;
        }
    }
    read_once_real t3 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t3 += loss_sum_3_2[l] + loss_sum_3_2[l + 8] + (loss_sum_3_2[l + 16] + loss_sum_3_2[l + 24]);
    }
    cells[1] = t3;
    for (int64_t l = 0; l < 8; l++) {
        loss_mean_2[l] = 0.0;
    }
}

READ_ONCE_WIDE static void read_once_lanes1(read_once_real *restrict u0)
{
    #pragma GCC unroll 1
READ_ONCE_EIGHTS
    for (int r = 0; r < 64; r++) {
        u0[r] = 0.0;
    }
}

READ_ONCE_WIDE static void read_once_lanes2(read_once_real *restrict u0, const read_once_real *restrict x0, const read_once_real *restrict x1, const read_once_real *restrict x2, const read_once_real *restrict x3, const read_once_real *restrict x4, const read_once_real *restrict x5, const read_once_real *restrict x6, const read_once_real *restrict x7)
{
    #pragma GCC unroll 1
READ_ONCE_EIGHTS
    for (int r = 0; r < 64; r++) {
        const read_once_real t1 = x0[r] - x1[r];
        const read_once_real t2 = u0[r] + t1 * t1;
        const read_once_real t3 = x2[r] - x3[r];
        const read_once_real t4 = t2 + t3 * t3;
        const read_once_real t5 = x4[r] - x5[r];
        const read_once_real t6 = t4 + t5 * t5;
        const read_once_real t7 = x6[r] - x7[r];
        const read_once_real t8 = t6 + t7 * t7;
        u0[r] = t8;
    }
}

READ_ONCE_WIDE static void read_once_lanes3(read_once_real *restrict u0, const read_once_real *restrict x0, const read_once_real *restrict x1)
{
    #pragma GCC unroll 1
READ_ONCE_EIGHTS
    for (int r = 0; r < 64; r++) {
        const read_once_real t1 = x0[r] - x1[r];
        u0[r] += t1 * t1;
    }
}

READ_ONCE_WIDE static void read_once_lanes4(read_once_real *restrict u0, const read_once_real *restrict x0)
{
READ_ONCE_EIGHTS
    for (int l = 0; l < 8; l++) {
        read_once_real t1 = u0[l];
        t1 += x0[l];
        t1 += x0[l + 8];
        t1 += x0[l + 16];
        t1 += x0[l + 24];
        t1 += x0[l + 32];
        t1 += x0[l + 40];
        t1 += x0[l + 48];
        t1 += x0[l + 56];
        u0[l] = t1;
    }
}

READ_ONCE_WIDE static void read_once_lanes5(read_once_real *restrict u0, const read_once_real *restrict x0, int rows)
{
    int m = 0;
    for (; m + 32 <= rows; m += 32)
READ_ONCE_EIGHTS
        for (int l = 0; l < 8; l++) {
            read_once_real t2 = u0[l];
            t2 += x0[m + l];
            t2 += x0[m + l + 8];
            t2 += x0[m + l + 16];
            t2 += x0[m + l + 24];
            u0[l] = t2;
        }
    for (; m + 8 <= rows; m += 8)
READ_ONCE_EIGHTS
        for (int l = 0; l < 8; l++) {
            read_once_real t3 = u0[l];
            t3 += x0[m + l];
            u0[l] = t3;
        }
    for (; m < rows; m++) {
        read_once_real t4 = u0[m % 8];
        t4 += x0[m];
        u0[m % 8] = t4;
    }
}

static void read_once_loss_rows2(int64_t N, int64_t D, int64_t H, const read_once_real *restrict x,
        const read_once_real *restrict y, const read_once_real *restrict W, read_once_real *restrict loss_sum_4,
        read_once_real *restrict loss_sum_2_2, read_once_real *restrict x_2, read_once_real *restrict y_2,
        read_once_real *restrict loss_mean_2)
{
    const int64_t t1 = 64 * ((N + 60) / 64);
    for (int64_t tile = 0; tile < (N < t1 ? N : t1); tile += 64) {
        const int rows = (N < t1 ? N : t1) - tile < 64 ? (int)((N < t1 ? N : t1) - tile) : 64;
        for (int64_t i = 0; i < D; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data x[N, D], y[N, H] */
                x_2[i * 64 + r] = x[n * D + i];
            }
        }
        for (int64_t i = 0; i < H; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                y_2[i * 64 + r] = y[n * H + i];
            }
            read_once_lanes1(loss_sum_4 + i * 64);
        }
        read_once_vrows(H, rows, D, W, D, 1,
            x_2, 64, loss_sum_4, 64);
        read_once_lanes1(loss_sum_2_2);
        int64_t h = 0;
        for (; h + 3 < H; h += 4) {
            read_once_lanes2(loss_sum_2_2, y_2 + h * 64, loss_sum_4 + h * 64, y_2 + (h + 1) * 64, loss_sum_4 + (h + 1) * 64, y_2 + (h + 2) * 64, loss_sum_4 + (h + 2) * 64, y_2 + (h + 3) * 64, loss_sum_4 + (h + 3) * 64);
        }
        for (; h < H; h++) {
            read_once_lanes3(loss_sum_2_2, y_2 + h * 64, loss_sum_4 + h * 64);
        }
        if (rows == 64)
            read_once_lanes4(loss_mean_2, loss_sum_2_2);
        else
            read_once_lanes5(loss_mean_2, loss_sum_2_2, rows);
    }
}

static void read_once_loss_rows3(int64_t N, int64_t D, int64_t H, const read_once_real *restrict x,
        const read_once_real *restrict y, const read_once_real *restrict W, read_once_real *restrict loss_sum,
        read_once_real *loss_sum_5, read_once_real *restrict cells)
{
    for (int64_t n = 64 * ((N + 60) / 64); n < N; n++) {
        for (int64_t h = 0; h < H; h++) {
            if (D < 64) {
                /* loss mean[n] (sum[h] (y[n, h] - sum[d] W[h, d] * x[n, d])^2) + lambda/2 * sum(W^2) */
                read_once_real t1 = 0.0;
                for (int64_t d = 0; d < D; d++) {
                    t1 += W[h * D + d] * x[n * D + d];
                }
                loss_sum[h] = t1;
            }
            if (64 <= D) {
                for (int64_t l = 0; l < 32; l++) {
                    loss_sum_5[l] = 0.0;
                }
                for (int64_t d = 0; d < D / 32; d++) {
                    for (int64_t l = 0; l < 32; l++) {
                        loss_sum_5[l] += W[h * D + (32 * d + l)] * x[n * D + (32 * d + l)];
                    }
                }
                for (int64_t l = 0; l < D % 32; l++) {
                    const int64_t t2 = l + 32 * (D / 32);
                    loss_sum_5[l] += W[h * D + t2] * x[n * D + t2];
                }
                read_once_real t3 = 0.0;
                for (int64_t l = 0; l < 8; l++) {
                    t3 += loss_sum_5[l] + loss_sum_5[l + 8] + (loss_sum_5[l + 16] + loss_sum_5[l + 24]);
                }
                loss_sum[h] = t3;
            }
        }
        read_once_real loss_sum_2 = 0.0;
        for (int64_t h = 0; h < H; h++) {
            const read_once_real t4 = y[n * H + h] - loss_sum[h];
            loss_sum_2 += t4 * t4;
        }
        cells[0] += loss_sum_2;
    }
}

static void read_once_loss_part4(int64_t N, read_once_real lambda, read_once_real *restrict loss,
        read_once_real *restrict loss_mean_2, read_once_real *restrict cells)
{
    /* loss mean[n] (sum[h] (y[n, h] - sum[d] W[h, d] * x[n, d])^2) + lambda/2 * sum(W^2) */
    const read_once_real t1 = loss_mean_2[0] + loss_mean_2[4] + (loss_mean_2[2] + loss_mean_2[6]) + (loss_mean_2[1] + loss_mean_2[5] + (loss_mean_2[3] + loss_mean_2[7]));
    cells[0] += t1;
    loss[0] = cells[0] / (read_once_real)N + lambda / 2.0 * cells[1];
}

int read_once_loss(const read_once_dims *dims, const read_once_real *theta, const read_once_data *data, read_once_real *restrict loss, void *work)
{
    const int code = read_once_ready(dims, theta, data, work);
    if (code != READ_ONCE_OK) return code;
    unsigned char *const bytes = work;
    const size_t at1 = 896;
    const size_t at2 = at1 + ((size_t)(64 * dims->D * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(64 * dims->H * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(64 * dims->H * 8) + 63) / 64 * 64;
    read_once_loss_part1((int64_t)dims->D, (int64_t)dims->H, theta + READ_ONCE_W_OFFSET(dims),
        (read_once_real *)(void *)(bytes + 320), (read_once_real *)(void *)(bytes + 64),
        (read_once_real *)(void *)bytes);
    read_once_loss_rows2((int64_t)dims->N, (int64_t)dims->D, (int64_t)dims->H, data->x, data->y,
        theta + READ_ONCE_W_OFFSET(dims), (read_once_real *)(void *)(bytes + at2),
        (read_once_real *)(void *)(bytes + 384), (read_once_real *)(void *)(bytes + at1),
        (read_once_real *)(void *)(bytes + at3), (read_once_real *)(void *)(bytes + 320));
    read_once_loss_rows3((int64_t)dims->N, (int64_t)dims->D, (int64_t)dims->H, data->x, data->y,
        theta + READ_ONCE_W_OFFSET(dims), (read_once_real *)(void *)(bytes + at4),
        (read_once_real *)(void *)(bytes + 64), (read_once_real *)(void *)bytes);
    read_once_loss_part4((int64_t)dims->N, data->lambda, loss, (read_once_real *)(void *)(bytes + 320),
        (read_once_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? READ_ONCE_OK : READ_ONCE_ENONFINITE;
}

static void read_once_grad_part1(int64_t N, int64_t D, int64_t H, int64_t first, int64_t last, int fresh,
        read_once_real lambda, const read_once_real *restrict W, read_once_real *restrict d_W,
        read_once_real *restrict loss_mean_3, read_once_real *loss_sum_3_3, read_once_real *restrict cells)
{
    /* loss mean[n] (sum[h] (y[n, h] - sum[d] W[h, d] * x[n, d])^2) + lambda/2 * sum(W^2) */
    cells[0] = 0.0;
    for (int64_t l = 0; l < 32; l++) {
        loss_sum_3_3[l] = 0.0;
    }
    const read_once_real d_loss_sum_3 = lambda / 2.0;
    for (int64_t i = 0; i < H; i++) {
        for (int64_t j = 0; j < D / 32; j++) {
            for (int64_t l = 0; l < 32; l++) {
                const read_once_real t1 = W[i * D + (32 * j + l)];
                loss_sum_3_3[l] += t1 * t1;
            }
        }
        for (int64_t l = 0; l < D % 32; l++) {
            const read_once_real t2 = W[i * D + (l + 32 * (D / 32))];
            loss_sum_3_3[l] += t2 * t2;
        }
        for (int64_t j = 0; j < D; j++) {
            if (first == 0 && (0 < last || N == 0)) {
                d_W[i * D + j] = (fresh ? 0.0 : d_W[i * D + j]) + (d_loss_sum_3 * (2.0 * W[i * D + j]));
            }
        }
    }
    read_once_real t3 = 0.0;
    for (int64_t l = 0; l < 8; l++) {
        t3 += loss_sum_3_3[l] + loss_sum_3_3[l + 8] + (loss_sum_3_3[l + 16] + loss_sum_3_3[l + 24]);
    }
    cells[1] = t3;
    cells[2] = 1.0 / (read_once_real)N;
    for (int64_t l = 0; l < 8; l++) {
        loss_mean_3[l] = 0.0;
    }
}

READ_ONCE_WIDE static void read_once_lanes6(read_once_real *restrict u0, const read_once_real *restrict x0, const read_once_real *restrict x1, read_once_real *restrict u1, read_once_real s0)
{
    #pragma GCC unroll 1
READ_ONCE_EIGHTS
    for (int r = 0; r < 64; r++) {
        const read_once_real t1 = x0[r] - x1[r];
        u0[r] += t1 * t1;
        u1[r] = -(s0 * (2.0 * t1));
    }
}

static void read_once_grad_rows2(int64_t D, int64_t H, int64_t first, int64_t last, const read_once_real *restrict x,
        const read_once_real *restrict y, const read_once_real *restrict W, read_once_real *restrict d_W,
        read_once_real *restrict loss_sum_6, read_once_real *restrict loss_sum_2_3,
        read_once_real *restrict d_loss_sum_4, read_once_real *restrict x_3, read_once_real *restrict y_3,
        read_once_real *restrict loss_mean_3, read_once_real *restrict cells)
{
    const int64_t t1 = first + 64 * ((last - first + 60) / 64);
    for (int64_t tile = first; tile < (last < t1 ? last : t1); tile += 64) {
        const int rows = (last < t1 ? last : t1) - tile < 64 ? (int)((last < t1 ? last : t1) - tile) : 64;
        for (int64_t i = 0; i < D; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                /* data x[N, D], y[N, H] */
                x_3[i * 64 + r] = x[n * D + i];
            }
        }
        for (int64_t i = 0; i < H; i++) {
            for (int r = 0; r < 64; r++) {
                const int64_t n = tile + (r < rows ? r : rows - 1);
                y_3[i * 64 + r] = y[n * H + i];
            }
            read_once_lanes1(loss_sum_6 + i * 64);
        }
        read_once_vrows(H, rows, D, W, D, 1,
            x_3, 64, loss_sum_6, 64);
        read_once_lanes1(loss_sum_2_3);
        for (int64_t h = 0; h < H; h++) {
            read_once_lanes6(loss_sum_2_3, y_3 + h * 64, loss_sum_6 + h * 64, d_loss_sum_4 + h * 64, cells[2]);
        }
        if (rows == 64)
            read_once_lanes4(loss_mean_3, loss_sum_2_3);
        else
            read_once_lanes5(loss_mean_3, loss_sum_2_3, rows);
        read_once_vgemm(H, D, rows, d_loss_sum_4, 64, 1,
            x + tile * D + 0, D, 1, d_W, D);
    }
}

static void read_once_grad_rows3(int64_t D, int64_t H, int64_t first, int64_t last, const read_once_real *restrict x,
        const read_once_real *restrict y, const read_once_real *restrict W, read_once_real *restrict loss_sum,
        read_once_real *restrict d_W, read_once_real *loss_sum_7, read_once_real *restrict cells)
{
    for (int64_t n = first + 64 * ((last - first + 60) / 64); n < last; n++) {
        for (int64_t h = 0; h < H; h++) {
            if (D < 64) {
                /* loss mean[n] (sum[h] (y[n, h] - sum[d] W[h, d] * x[n, d])^2) + lambda/2 * sum(W^2) */
                read_once_real t1 = 0.0;
                for (int64_t d = 0; d < D; d++) {
                    t1 += W[h * D + d] * x[n * D + d];
                }
                loss_sum[h] = t1;
            }
            if (64 <= D) {
                for (int64_t l = 0; l < 32; l++) {
                    loss_sum_7[l] = 0.0;
                }
                for (int64_t d = 0; d < D / 32; d++) {
                    for (int64_t l = 0; l < 32; l++) {
                        loss_sum_7[l] += W[h * D + (32 * d + l)] * x[n * D + (32 * d + l)];
                    }
                }
                for (int64_t l = 0; l < D % 32; l++) {
                    const int64_t t2 = l + 32 * (D / 32);
                    loss_sum_7[l] += W[h * D + t2] * x[n * D + t2];
                }
                read_once_real t3 = 0.0;
                for (int64_t l = 0; l < 8; l++) {
                    t3 += loss_sum_7[l] + loss_sum_7[l + 8] + (loss_sum_7[l + 16] + loss_sum_7[l + 24]);
                }
                loss_sum[h] = t3;
            }
            const read_once_real d_loss_sum = -(cells[2] * (2.0 * (y[n * H + h] - loss_sum[h])));
            for (int64_t d = 0; d < D; d++) {
                d_W[h * D + d] += d_loss_sum * x[n * D + d];
            }
        }
        read_once_real loss_sum_2 = 0.0;
        for (int64_t h = 0; h < H; h++) {
            const read_once_real t4 = y[n * H + h] - loss_sum[h];
            loss_sum_2 += t4 * t4;
        }
        cells[0] += loss_sum_2;
    }
}

static void read_once_grad_part4(int64_t N, int64_t first, int64_t last, read_once_real lambda,
        read_once_real *restrict loss, read_once_real *restrict loss_mean_3, read_once_real *restrict cells)
{
    /* loss mean[n] (sum[h] (y[n, h] - sum[d] W[h, d] * x[n, d])^2) + lambda/2 * sum(W^2) */
    const read_once_real t1 = loss_mean_3[0] + loss_mean_3[4] + (loss_mean_3[2] + loss_mean_3[6]) + (loss_mean_3[1] + loss_mean_3[5] + (loss_mean_3[3] + loss_mean_3[7]));
    cells[0] += t1;
    loss[0] += cells[0] / (read_once_real)N;
    if (first == 0 && (0 < last || N == 0)) {
        loss[0] += lambda / 2.0 * cells[1];
    }
}

static int read_once_grad_add(const read_once_dims *dims, const read_once_real *theta, const read_once_data *data, read_once_real *restrict loss, read_once_real *restrict grad, void *work, size_t first_row, size_t last_row, int fresh)
{
    const int code = read_once_ready(dims, theta, data, work);
    if (code != READ_ONCE_OK) return code;
    if (first_row > last_row || last_row > dims->N) return READ_ONCE_EDIM;
    unsigned char *const bytes = work;
    const size_t at1 = 896;
    const size_t at2 = at1 + ((size_t)(64 * dims->D * 8) + 63) / 64 * 64;
    const size_t at3 = at2 + ((size_t)(64 * dims->H * 8) + 63) / 64 * 64;
    const size_t at4 = at3 + ((size_t)(64 * dims->H * 8) + 63) / 64 * 64;
    const size_t at5 = at4 + ((size_t)(64 * dims->H * 8) + 63) / 64 * 64;
    read_once_grad_part1((int64_t)dims->N, (int64_t)dims->D, (int64_t)dims->H, (int64_t)first_row, (int64_t)last_row,
        fresh, data->lambda, theta + READ_ONCE_W_OFFSET(dims), grad + READ_ONCE_W_OFFSET(dims),
        (read_once_real *)(void *)(bytes + 320), (read_once_real *)(void *)(bytes + 64),
        (read_once_real *)(void *)bytes);
    read_once_grad_rows2((int64_t)dims->D, (int64_t)dims->H, (int64_t)first_row, (int64_t)last_row, data->x, data->y,
        theta + READ_ONCE_W_OFFSET(dims), grad + READ_ONCE_W_OFFSET(dims), (read_once_real *)(void *)(bytes + at2),
        (read_once_real *)(void *)(bytes + 384), (read_once_real *)(void *)(bytes + at4),
        (read_once_real *)(void *)(bytes + at1), (read_once_real *)(void *)(bytes + at3),
        (read_once_real *)(void *)(bytes + 320), (read_once_real *)(void *)bytes);
    read_once_grad_rows3((int64_t)dims->D, (int64_t)dims->H, (int64_t)first_row, (int64_t)last_row, data->x, data->y,
        theta + READ_ONCE_W_OFFSET(dims), (read_once_real *)(void *)(bytes + at5), grad + READ_ONCE_W_OFFSET(dims),
        (read_once_real *)(void *)(bytes + 64), (read_once_real *)(void *)bytes);
    read_once_grad_part4((int64_t)dims->N, (int64_t)first_row, (int64_t)last_row, data->lambda, loss,
        (read_once_real *)(void *)(bytes + 320), (read_once_real *)(void *)bytes);
    return fabs(*loss) <= 1.7976931348623157e308 ? READ_ONCE_OK : READ_ONCE_ENONFINITE;
}

int read_once_grad_range(const read_once_dims *dims, const read_once_real *theta, const read_once_data *data, read_once_real *restrict loss, read_once_real *restrict grad, void *work, size_t first_row, size_t last_row)
{
    return read_once_grad_add(dims, theta, data, loss, grad, work, first_row, last_row, 0);
}

int read_once_grad(const read_once_dims *dims, const read_once_real *theta, const read_once_data *data, read_once_real *restrict loss, read_once_real *restrict grad, void *work)
{
    const int code = read_once_ready(dims, theta, data, work);
    if (code != READ_ONCE_OK) return code;
    *loss = 0;
    return read_once_grad_add(dims, theta, data, loss, grad, work, 0, dims->N, 1);
}

static int read_once_shape(const void *any, int array, size_t *shape)
{
    const read_once_dims *const dims = any;
    if (!dims) return READ_ONCE_EDIM;
    const int64_t N = read_once_dim(dims->N);
    const int64_t D = read_once_dim(dims->D);
    const int64_t H = read_once_dim(dims->H);
    int64_t count;
    switch (array) {
    case 0: /* W */
        count = H;
        if (count < 0) return READ_ONCE_EDIM;
        shape[0] = (size_t)count;
        count = D;
        if (count < 0) return READ_ONCE_EDIM;
        shape[1] = (size_t)count;
        break;
    case 2: /* x */
        count = N;
        if (count < 0) return READ_ONCE_EDIM;
        shape[0] = (size_t)count;
        count = D;
        if (count < 0) return READ_ONCE_EDIM;
        shape[1] = (size_t)count;
        break;
    case 3: /* y */
        count = N;
        if (count < 0) return READ_ONCE_EDIM;
        shape[0] = (size_t)count;
        count = H;
        if (count < 0) return READ_ONCE_EDIM;
        shape[1] = (size_t)count;
        break;
    default: break;
    }
    return READ_ONCE_OK;
}

static void read_once_range(const void *any, int array, long *lo, long *hi)
{
    (void)any;
    *lo = 0;
    *hi = 0;
    (void)array;
}

static int read_once_any_loss(const void *dims, const void *theta, const void *data, void *loss, void *work)
{
    return read_once_loss(dims, theta, data, loss, work);
}

static int read_once_any_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    return read_once_grad(dims, theta, data, loss, grad, work);
}

static int read_once_any_grad_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work, size_t first, size_t last)
{
    return read_once_grad_range(dims, theta, data, loss, grad, work, first, last);
}

static size_t read_once_any_nparam(const void *dims) { return read_once_nparam(dims); }

static size_t read_once_any_work_bytes(const void *dims) { return read_once_work_bytes(dims); }

static int read_once_any_init(const void *dims, uint64_t seed, void *theta) { return read_once_init(dims, seed, theta); }

static int read_once_any_check(const void *dims, const void *data, int *which) { return read_once_test(dims, data, which); }

static const char *const read_once_dim_names[] = {"N", "D", "H"};

static const int read_once_axis0[] = {2, 1};
static const int read_once_axis2[] = {0, 1};
static const int read_once_axis3[] = {0, 2};
static const adc_array read_once_arrays[] = {
    {"W", ADC_PARAM, ADC_REAL, 0, 0, 2, read_once_axis0, -1, 0, 0.0, 0.0, 0.0, 0, 1, 0, 0},
    {"lambda", ADC_HYPER, ADC_REAL, 0, 0, 0, 0, -1, offsetof(read_once_data, lambda), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"x", ADC_DATA, ADC_REAL, 0, 0, 2, read_once_axis2, -1, offsetof(read_once_data, x), 0.0, 0.0, 0.0, 0, 0, 0, 0},
    {"y", ADC_DATA, ADC_REAL, 0, 0, 2, read_once_axis3, -1, offsetof(read_once_data, y), 0.0, 0.0, 0.0, 0, 0, 0, 0},
};

const adc_model read_once = {
    ADC_MODEL, 8, "read_once",
    3, read_once_dim_names, 0,
    4, read_once_arrays, sizeof(read_once_data),
    7, read_once_check_text,
    read_once_shape, read_once_range, read_once_any_nparam, read_once_any_nparam, read_once_any_work_bytes,
    read_once_any_init, read_once_any_check,
    read_once_any_loss, read_once_any_grad, read_once_any_grad_range,
    read_once_strerror,
    0, 0,
};

#if defined __clang__
#pragma float_control(pop)
#elif defined __GNUC__
#pragma GCC pop_options
#endif
