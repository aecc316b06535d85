/*
 * test_lanes.c -- the functions of lanes in libtcc's code: in double they are those compiled here, in float libtcc compiles their text.
 * And the product of matrices of all shapes: with edges, for it works in blocks.
 */
#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ckernel.h"
#include "emit.h"
#include "jit.h"
#include "opmath.h"

static const struct {
    Kernel kernel;
    double (*of)(double);
} unary[] = {
    {KERNEL_VEXP, exp},   {KERNEL_VEXPM1, expm1}, {KERNEL_VLOG, log}, {KERNEL_VLOG1P, log1p},
    {KERNEL_VTANH, tanh}, {KERNEL_VSIN, sin},     {KERNEL_VCOS, cos}, {KERNEL_VSQRT, sqrt},
};
enum { UNARY = sizeof unary / sizeof *unary };

/* The unit: apply_k(y, x) for each of unary[], in a table. */
static const char *unit(Arena *a, bool single)
{
    uint8_t used[KERNELS] = {0};
    Text c = {.arena = a};
    print_prelude(&c);
    text_addf(&c, "typedef %s m_real;\n", single ? "float" : "double");
    for (int k = 0; k < UNARY; k++) used[unary[k].kernel] = 1;
    kernels_print(used, (KernelStyle){.prefix = "m", .capitals = "M", .single = single, .jit = true}, &c);
    for (int k = 0; k < UNARY; k++)
        text_addf(&c, "static void apply_%d(m_real *y, const m_real *x)\n{\n    m_%s(y, x);\n}\n", k,
                  kernel_info[unary[k].kernel].name);
    text_add(&c, "typedef void apply(m_real *, const m_real *);\napply *const table[] = {");
    for (int k = 0; k < UNARY; k++) text_addf(&c, "apply_%d, ", k);
    text_add(&c, "0};\n");
    return c.at;
}

/* The error of y = f(x), of either type, relative to that type's last place. */
static double error_at(int f, const void *x, const void *y, int i, bool single)
{
    const double v = single ? (double)((const float *)x)[i] : ((const double *)x)[i], want = unary[f].of(v);
    return single ? fabs((double)((const float *)y)[i] - want) / fabs(want) / FLT_EPSILON
                  : fabs(((const double *)y)[i] - want) / fabs(want) / DBL_EPSILON;
}

static void hold(bool single)
{
    Arena *a = arena_new(NULL);
    const void *table;
    const char *c = unit(a, single), *error = NULL;
    assert_int_equal(strstr(c, "adc_vexp") == NULL, single);
    Jit *jit = jit_open(a, c, &(const char *){"table"}, 1, NULL, &table, &error);
    assert_null(error);
    for (int f = 0; f < UNARY; f++) {
        union {
            double d[LANES];
            float f[LANES];
        } x, y;
        for (int i = 0; i < LANES; i++) {
            if (single)
                x.f[i] = 0.05f * (float)i + 0.03f;
            else
                x.d[i] = 0.05 * i + 0.03;
        }
        ((void (*const *)(void *, const void *))table)[f](&y, &x);
        for (int i = 0; i < LANES; i++) assert_true(error_at(f, &x, &y, i, single) <= 3);
    }
    jit_close(jit);
    arena_free(a);
}

static void in_double(void **state)
{
    (void)state;
    hold(false);
}

static void in_float(void **state)
{
    (void)state;
    hold(true);
}

typedef void Gemm(int64_t m, int64_t n, int64_t k, const double *a, int64_t ars, int64_t acs, const double *b,
                  int64_t brs, int64_t bcs, double *c, int64_t crs);

enum { MOST = 300 };

/* Of whole numbers, so that sums are exact; columns of c have one more behind them. */
static void multiply(Gemm *gemm, int64_t m, int64_t n, int64_t k, bool rows_of_a, bool rows_of_b)
{
    static double a[MOST * MOST], b[MOST * MOST], c[MOST * MOST];
    const int64_t ars = rows_of_a ? k : 1, acs = rows_of_a ? 1 : m, brs = rows_of_b ? n : 1, bcs = rows_of_b ? 1 : k;
    for (int64_t i = 0; i < m * k; i++) a[i] = (double)(i % 7 - 3);
    for (int64_t i = 0; i < k * n; i++) b[i] = (double)(i % 11 - 5);
    for (int64_t i = 0; i < m * (n + 1); i++) c[i] = (double)i;
    gemm(m, n, k, a, ars, acs, b, brs, bcs, c, n + 1);
    for (int64_t i = 0; i < m; i++)
        for (int64_t j = 0; j <= n; j++) {
            double sum = (double)(i * (n + 1) + j);
            for (int64_t l = 0; l < k && j < n; l++) sum += a[i * ars + l * acs] * b[l * brs + j * bcs];
            assert_true(c[i * (n + 1) + j] == sum);
        }
}

static void products(void **state)
{
    static const int64_t heights[] = {1, 3, 4, 5, 7, 8, 13, 257}, widths[] = {1, 15, 16, 17, 33},
                         terms[] = {1, 64, 257};
    const OpKernel *gemm = vmath_kernel;
    (void)state;
    while (strcmp(gemm->name, "adc_vgemm") != 0) gemm++;
    for (size_t i = 0; i < sizeof heights / sizeof *heights; i++)
        for (size_t j = 0; j < sizeof widths / sizeof *widths; j++)
            for (size_t k = 0; k < sizeof terms / sizeof *terms; k++)
                for (int way = 0; way < 4; way++)
                    multiply((Gemm *)gemm->function, heights[i], widths[j], terms[k], way % 2, way / 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_double), cmocka_unit_test(in_float),
                                       cmocka_unit_test(products)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
