/*
 * clapack.c -- the kernels of matrices and products by LAPACK and BLAS, for generated files that may call them (--blas).
 *
 * They stand for those of kernels.h and vkernels.h and take the same arguments.  The libraries go along columns: what they see is the transposed
 * matrix, so a lower triangle is an upper one to them, and the right sides stand to the left of it.  The factors of lu are those of the
 * transposed matrix, n x n without a gap, and behind them the exchanges as LAPACK gives them, as int.  The last arguments of the prototypes
 * are the lengths of the texts, which Fortran compilers expect.
 */
#include "ckernel.h"

/* clang-format off */

static const char triangle[] =
    "@vtrsm_(const char *, const char *, const char *, const char *, const int *, const int *, const @r *, const @r *,\n"
    "    const int *, @r *, const int *, size_t, size_t, size_t, size_t);\n"
    "\n"
    "/* the rows of b solved by a triangle; NaN in b where BLAS cannot count its columns */\n"
    "static void @p_triangle(const char *uplo, const char *trans, const char *diag, const @r *a, @r *b, int64_t n, int64_t m)\n"
    "{\n"
    "    const int rows = (int)n, columns = (int)m;\n"
    "    const @r one = 1;\n"
    "    int64_t i;\n"
    "    for (i = 0; m > 2147483647 && i < n * m; i++) b[i] = (@r)NAN;\n"
    "    if (n > 0 && m > 0 && m <= 2147483647)\n"
    "        @ltrsm_(\"R\", uplo, trans, diag, &columns, &rows, &one, a, &rows, b, &columns, 1, 1, 1, 1);\n"
    "}\n";

static const char cholesky[] =
    "@vpotrf_(const char *, const int *, @r *, const int *, int *, size_t);\n"
    "\n"
    "/* a = L L' of the lower triangle of a; NaN where that is not positive definite */\n"
    "static void @p_cholesky(@r *a, int64_t n)\n"
    "{\n"
    "    const int size = (int)n;\n"
    "    int info = 0;\n"
    "    int64_t i, j, k = 0;\n"
    "    if (n > 0) @lpotrf_(\"U\", &size, a, &size, &info, 1);\n"
    "    while (info == 0 && k < n && a[k * n + k] > 0) k++;\n"
    "    for (i = 0; k < n && i < n * n; i++) a[i] = (@r)NAN;\n"
    "    for (i = 0; k == n && i < n; i++) {\n"
    "        for (j = i + 1; j < n; j++) a[i * n + j] = 0;\n"
    "    }\n"
    "}\n";

static const char lsolve[] =
    "/* b becomes the solution x of l x = b, l lower triangular */\n"
    "static void @p_lsolve(const @r *l, @r *b, int64_t n, int64_t m)\n"
    "{\n"
    "    @p_triangle(\"U\", \"N\", \"N\", l, b, n, m);\n"
    "}\n";

static const char ltsolve[] =
    "/* the same for the transposed l */\n"
    "static void @p_ltsolve(const @r *l, @r *b, int64_t n, int64_t m)\n"
    "{\n"
    "    @p_triangle(\"U\", \"T\", \"N\", l, b, n, m);\n"
    "}\n";

static const char lu[] =
    "@vgetrf_(const int *, const int *, @r *, const int *, int *, int *);\n"
    "\n"
    "/* the factors of the transposed a, then n exchanges; of what is not all numbers NaN, as the search for pivots needs numbers */\n"
    "static void @p_lu(@r *a, int64_t n)\n"
    "{\n"
    "    const int size = (int)n;\n"
    "    int *const pivot = (int *)(void *)(a + n * n);\n"
    "    int info;\n"
    "    int64_t i, k = 0;\n"
    "    while (k < n * n && a[k] - a[k] == 0) k++;\n"
    "    for (i = 0; k < n * n && i < n * n; i++) a[i] = (@r)NAN;\n"
    "    for (i = 0; i < n; i++) pivot[i] = (int)i + 1;\n"
    "    if (n > 0 && k == n * n) @lgetrf_(&size, &size, a, &size, pivot, &info);\n"
    "}\n";

static const char exchange[] =
    "/* the exchanges of lu on the rows of b, in their order or backwards */\n"
    "static void @p_exchange(const @r *f, @r *b, int64_t n, int64_t m, int back)\n"
    "{\n"
    "    const int *const pivot = (const int *)(const void *)(f + n * n);\n"
    "    int64_t i, j;\n"
    "    for (i = 0; i < n; i++) {\n"
    "        const int64_t r = back ? n - 1 - i : i, p = pivot[r] - 1;\n"
    "        for (j = 0; p != r && j < m; j++) {\n"
    "            const @r t = b[r * m + j];\n"
    "            b[r * m + j] = b[p * m + j];\n"
    "            b[p * m + j] = t;\n"
    "        }\n"
    "    }\n"
    "}\n";

static const char singular[] =
    "/* NaN in b where the matrix is singular */\n"
    "static void @p_singular(const @r *f, @r *b, int64_t n, int64_t m)\n"
    "{\n"
    "    int64_t i, k;\n"
    "    for (i = 0; i < n; i++) {\n"
    "        for (k = 0; f[i * n + i] == 0 && k < n * m; k++) b[k] = (@r)NAN;\n"
    "    }\n"
    "}\n";

static const char lusolve[] =
    "/* b becomes the solution x of a x = b, f the factors of a by lu */\n"
    "static void @p_lusolve(const @r *f, @r *b, int64_t n, int64_t m)\n"
    "{\n"
    "    @p_triangle(\"U\", \"N\", \"N\", f, b, n, m);\n"
    "    @p_triangle(\"L\", \"N\", \"U\", f, b, n, m);\n"
    "    @p_exchange(f, b, n, m, 1);\n"
    "    @p_singular(f, b, n, m);\n"
    "}\n";

static const char lutsolve[] =
    "/* the same for the transposed a */\n"
    "static void @p_lutsolve(const @r *f, @r *b, int64_t n, int64_t m)\n"
    "{\n"
    "    @p_exchange(f, b, n, m, 0);\n"
    "    @p_triangle(\"L\", \"T\", \"U\", f, b, n, m);\n"
    "    @p_triangle(\"U\", \"T\", \"N\", f, b, n, m);\n"
    "    @p_singular(f, b, n, m);\n"
    "}\n";

static const char cofactor[] =
    "/* b becomes c b, c the cofactors of a, also of a singular one, f the factors of a by lu: backward substitution without divisions */\n"
    "static void @p_cofactor(const @r *f, @r *b, int64_t n, int64_t m)\n"
    "{\n"
    "    const int *const pivot = (const int *)(const void *)(f + n * n);\n"
    "    @r d = 1;\n"
    "    int64_t i, j, k;\n"
    "    @p_exchange(f, b, n, m, 0);\n"
    "    @p_triangle(\"L\", \"T\", \"U\", f, b, n, m);\n"
    "    for (i = n - 1; i >= 0; i--) {\n"
    "        if (pivot[i] > i + 1) d = -d;\n"
    "        for (k = n - 1; k > i; k--) {\n"
    "            const @r p = f[k * n + k], g = f[k * n + i];\n"
    "            for (j = 0; j < m; j++) b[i * m + j] = p * b[i * m + j] - g * b[k * m + j];\n"
    "        }\n"
    "    }\n"
    "    for (i = 0; i < n; i++) {\n"
    "        for (j = 0; j < m; j++) b[i * m + j] *= d;\n"
    "        d *= f[i * n + i];\n"
    "    }\n"
    "}\n";

static const char det[] =
    "/* the determinant, from the factors by lu */\n"
    "static @r @p_det(const @r *f, int64_t n)\n"
    "{\n"
    "    const int *const pivot = (const int *)(const void *)(f + n * n);\n"
    "    @r d = 1;\n"
    "    int64_t i;\n"
    "    for (i = 0; i < n; i++) d *= pivot[i] > i + 1 ? -f[i * n + i] : f[i * n + i];\n"
    "    return d;\n"
    "}\n";

static const char logdet[] =
    "/* log of the absolute value of the determinant, from the factors by lu */\n"
    "static @r @p_logdet(const @r *f, int64_t n)\n"
    "{\n"
    "    @r d = 0;\n"
    "    int64_t i;\n"
    "    for (i = 0; i < n; i++) d += log@f(fabs@f(f[i * n + i]));\n"
    "    return d;\n"
    "}\n";

static const char vblas[] =
    "@vgemm_(const char *, const char *, const int *, const int *, const int *, const @r *, const @r *, const int *,\n"
    "    const @r *, const int *, const @r *, @r *, const int *, size_t, size_t);\n"
    "\n"
    "/* the same by BLAS, but for long sums of few rows or columns, and what lies otherwise than BLAS can read */\n"
    "static void @p_vblas(int64_t m, int64_t n, int64_t k, const @r *a, int64_t ars, int64_t acs, const @r *b, int64_t brs, int64_t bcs, @r *c, int64_t crs)\n"
    "{\n"
    "    const int by_rows_a = acs == 1 && ars >= k, by_rows_b = bcs == 1 && brs >= n;\n"
    "    const int64_t lda = by_rows_a ? ars : acs, ldb = by_rows_b ? brs : bcs;\n"
    "    const int rows = (int)m, columns = (int)n, terms = (int)k, far_a = (int)lda, far_b = (int)ldb, far_c = (int)crs;\n"
    "    const int fits = rows == m && columns == n && terms == k && far_a == lda && far_b == ldb && far_c == crs && crs >= n;\n"
    "    const int few = (m <= 8 || n < 24) && k > @P_LANES && (double)m * (double)n * (double)k < 1e7;\n"
    "    const @r one = 1;\n"
    "    if (!few && fits && (by_rows_a || (ars == 1 && acs >= m)) && (by_rows_b || (brs == 1 && bcs >= k)))\n"
    "        @lgemm_(by_rows_b ? \"N\" : \"T\", by_rows_a ? \"N\" : \"T\", &columns, &rows, &terms, &one, b, &far_b, a, &far_a, &one, c, &far_c, 1, 1);\n"
    "    else\n"
    "        @p_vgemm(m, n, k, a, ars, acs, b, brs, bcs, c, crs);\n"
    "}\n";

static const char vrows[] =
    "/* the same, LANES columns of which `rows` count; the others become copies of the last of them */\n"
    "static void @p_vrows(int64_t m, int64_t rows, int64_t k, const @r *a, int64_t ars, int64_t acs, const @r *b, int64_t brs, @r *c, int64_t crs)\n"
    "{\n"
    "    int64_t i, r;\n"
    "    @p_vblas(m, rows, k, a, ars, acs, b, brs, 1, c, crs);\n"
    "    for (i = 0; i < m; i++) {\n"
    "        for (r = rows; r < @P_LANES; r++) c[i * crs + r] = c[i * crs + rows - 1];\n"
    "    }\n"
    "}\n";

/* clang-format on */

const KernelInfo lapack_info[KERNELS] = {
    [KERNEL_TRIANGLE] = {"triangle", triangle, {KERNEL_IDIV}, 0},
    [KERNEL_CHOLESKY] = {"cholesky", cholesky, {KERNEL_IDIV}, 0},
    [KERNEL_LSOLVE] = {"lsolve", lsolve, {KERNEL_TRIANGLE}, 1},
    [KERNEL_LTSOLVE] = {"ltsolve", ltsolve, {KERNEL_TRIANGLE}, 1},
    [KERNEL_LU] = {"lu", lu, {KERNEL_IDIV}, 0},
    [KERNEL_EXCHANGE] = {"exchange", exchange, {KERNEL_IDIV}, 0},
    [KERNEL_SINGULAR] = {"singular", singular, {KERNEL_IDIV}, 0},
    [KERNEL_LUSOLVE] = {"lusolve", lusolve, {KERNEL_TRIANGLE, KERNEL_EXCHANGE, KERNEL_SINGULAR}, 3},
    [KERNEL_LUTSOLVE] = {"lutsolve", lutsolve, {KERNEL_TRIANGLE, KERNEL_EXCHANGE, KERNEL_SINGULAR}, 3},
    [KERNEL_COFACTOR] = {"cofactor", cofactor, {KERNEL_TRIANGLE, KERNEL_EXCHANGE}, 2},
    [KERNEL_DET] = {"det", det, {KERNEL_IDIV}, 0},
    [KERNEL_LOGDET] = {"logdet", logdet, {KERNEL_IDIV}, 0},
    [KERNEL_VBLAS] = {"vblas", vblas, {KERNEL_VGEMM}, 1},
    [KERNEL_VROWS] = {"vrows", vrows, {KERNEL_VBLAS}, 1},
};
