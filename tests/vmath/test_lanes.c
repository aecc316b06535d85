/*
 * test_lanes.c -- the functions of lanes in libtcc's code: in double they are those compiled here, in float libtcc compiles their text.
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

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_double), cmocka_unit_test(in_float)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
