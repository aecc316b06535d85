/*
 * test_transform.c -- columns on a common scale: the numbers, the cells, the files.
 */
#include "transform.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { ROWS = 4, WIDE = 6 };
typedef struct {
    const void *X, *y;
    const int32_t *label;
    const void *s;
} Data;
static const int axes[] = {0, -1, -1};
static const adc_array arrays[] = {
    {.name = "X", .kind = ADC_DATA, .rank = 3, .axis = axes, .count = -1, .field = offsetof(Data, X)},
    {.name = "y", .kind = ADC_DATA, .rank = 1, .axis = axes, .count = -1, .field = offsetof(Data, y)},
    {.name = "label",
     .kind = ADC_DATA,
     .type = ADC_INT32,
     .rank = 1,
     .axis = axes,
     .count = -1,
     .field = offsetof(Data, label)},
    {.name = "s", .kind = ADC_DATA, .axis = axes, .count = -1, .field = offsetof(Data, s)},
};
static int shape(const void *dims, int array, size_t *out)
{
    const size_t sizes[] = {*(const size_t *)dims, 3, 2};
    for (int k = 0; k < arrays[array].rank; k++) out[k] = sizes[k];
    return ADC_OK;
}
static const adc_model model = {.real_bytes = 8,
                                .name = "m",
                                .dims = 1,
                                .dim = (const char *const[]){"N"},
                                .row = 0,
                                .arrays = 4,
                                .array = arrays,
                                .shape = shape};

/* columns of X: plain, all alike, with NaN, nothing but NaN, far from 0, negative */
static const double cells[ROWS][WIDE] = {{1, 0.1, NAN, NAN, 1e9 + 1, -4},
                                         {2, 0.1, 1, NAN, 1e9 + 2, -3},
                                         {3, 0.1, 3, NAN, 1e9 + 3, -2},
                                         {4, 0.1, NAN, NAN, 1e9 + 4, -1}};
static const double sd = 1.1180339887498949; /* of 1, 2, 3, 4: the root of 5/4 */

static void near(double got, double want)
{
    if (isnan(want) ? !isnan(got) : !(fabs(got - want) <= 1e-12 * (1 + fabs(want))))
        fail_msg("%.17g, not %.17g", got, want);
}

static void test_numbers(void **state)
{
    (void)state;
    const size_t n = ROWS;
    double x[ROWS][WIDE], y[ROWS] = {0};
    memcpy(x, cells, sizeof x);
    const Data data = {.X = x, .y = y};
    adc_transform t;
    adc_error error;
    assert_true(adc_transform_fit(&t, &model, &n, &data, "X", ADC_STANDARDIZE, &error));
    const double mean[] = {2.5, 0.1, 2, 0, 1e9 + 2.5, -2.5}, by[] = {sd, 1, 1, 1, sd, sd};
    assert_int_equal(t.columns, WIDE);
    for (int k = 0; k < WIDE; k++) near(t.shift[k], mean[k]), near(t.scale[k], by[k]);
    assert_true(t.shift[1] == 0.1);
    assert_true(adc_transform_apply(&t, &model, &n, &data, &error));
    for (int r = 0; r < ROWS; r++)
        for (int k = 0; k < WIDE; k++) near(x[r][k], (cells[r][k] - mean[k]) / by[k]);
    adc_transform_free(&t);

    memcpy(x, cells, sizeof x);
    assert_true(adc_transform_fit(&t, &model, &n, &data, "X", ADC_SCALE, &error));
    const double least[] = {1, 0.1, 1, 0, 1e9 + 1, -4}, range[] = {3, 1, 2, 1, 3, 3};
    for (int k = 0; k < WIDE; k++) assert_true(t.shift[k] == least[k] && t.scale[k] == range[k]);
    assert_true(adc_transform_apply(&t, &model, &n, &data, &error));
    assert_true(x[0][0] == 0 && x[3][0] == 1 && x[2][1] == 0 && isnan(x[0][2]) && isnan(x[0][3]) && x[3][5] == 1);
    adc_transform_free(&t);
}

static void test_float(void **state)
{
    (void)state;
    adc_model single = model;
    single.real_bytes = 4;
    const size_t n = ROWS;
    float y[ROWS] = {1, 2, 3, 4};
    const Data data = {.y = y};
    adc_transform t;
    assert_true(adc_transform_fit(&t, &single, &n, &data, "y", ADC_STANDARDIZE, NULL));
    assert_true(adc_transform_apply(&t, &single, &n, &data, NULL));
    assert_true(y[0] == (float)(-1.5 / sd) && y[3] == (float)(1.5 / sd));
    adc_transform_free(&t);
}

static void test_errors(void **state)
{
    (void)state;
    size_t n = ROWS;
    double y[ROWS] = {1, INFINITY, 2, 3}, x[ROWS][WIDE] = {{1e308}, {-1e308}};
    const Data data = {.X = x, .y = y};
    adc_transform t;
    adc_error error;
    static const struct {
        const char *name;
        int kind;
        const char *want;
    } cases[] = {
        {"z", 0, "The model has no data named z."},
        {"label", 0, "label holds integers, which have no scale."},
        {"s", 0, "s is a single number, not rows of columns."},
        {"y", 0, "y cannot be standardized: the numbers of column 1 go from 1 to inf."},
        {"X", 1, "X cannot be scaled: the numbers of column 1 go from -1e+308 to 1e+308."},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        assert_false(adc_transform_fit(&t, &model, &n, &data, cases[k].name, cases[k].kind, &error));
        assert_string_equal(error.text, cases[k].want);
        adc_transform_free(&t);
    }
    double by[2] = {1, 1};
    assert_false(
        adc_transform_apply(&(adc_transform){.name = "X", .kind = ADC_SCALE, .columns = 2, .shift = by, .scale = by},
                            &model, &n, &data, &error));
    assert_string_equal(error.text, "X has 6 columns, but was scaled with 2.");
    n = 0;
    assert_true(adc_transform_fit(&t, &model, &n, &data, "y", ADC_SCALE, &error));
    adc_transform_free(&t);
}

static void test_files(void **state)
{
    (void)state;
    char file[] = "/tmp/adc-transform-XXXXXX";
    close(mkstemp(file));
    double by[2] = {1, 2};
    adc_transform t = {.name = "y", .kind = ADC_SCALE, .columns = 1, .shift = by, .scale = by + 1}, was;
    adc_error error;
    Npz *z = adc_npz_new(file, &error);
    assert_true(z && adc_transform_save(&t, z, &error) && adc_npz_write(z, &error));
    assert_true(adc_transform_load(&was, file, "y", &error));
    assert_true(was.kind == ADC_SCALE && was.columns == 1 && was.shift[0] == 1 && was.scale[0] == 2);
    adc_transform_free(&was);
    assert_true(adc_transform_load(&was, file, "X", &error) && was.columns == 0);
    assert_true(adc_transforms_same(file, &model, &t, 1, &error));
    assert_false(adc_transforms_same(file, &model, &t, 0, &error));
    assert_non_null(strstr(error.text, " was saved with y scaled; this run has it as it is."));
    const adc_transform both[] = {t, {.name = "X", .columns = 1, .shift = by, .scale = by}};
    assert_false(adc_transforms_same(file, &model, both, 2, &error));
    assert_non_null(strstr(error.text, " was saved with X as it is; this run has it standardized."));
    by[1] = 3;
    assert_false(adc_transforms_same(file, &model, &t, 1, &error));
    assert_non_null(strstr(error.text, " was saved with y scaled by other numbers: the rows are not the same."));
    unlink(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_numbers), cmocka_unit_test(test_float),
                                       cmocka_unit_test(test_errors), cmocka_unit_test(test_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
