/*
 * test_dataset.c -- how arrays meet a model's declarations, on a descriptor without functions.
 *
 * dim N, D, K, M; hyper h = 2, i = 3 (integer); data X[N, D], y[N], label[N]: int(K), c[2, 3], s, P[M, 2, 2], g[4]: int(2)
 */
#include "data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum { X, Y, LABEL, C, S, P, G, H, I, ARRAYS };
typedef struct {
    const double *X, *y;
    const int32_t *label;
    const double *c, *s, *P;
    const int32_t *g;
    double h;
    int32_t i;
} Data;
enum { N, D, K, M };

static const adc_array arrays[] = {
    [X] = {.name = "X",
           .kind = ADC_DATA,
           .rank = 2,
           .axis = (const int[]){N, D},
           .count = -1,
           .field = offsetof(Data, X)},
    [Y] = {.name = "y", .kind = ADC_DATA, .rank = 1, .axis = (const int[]){N}, .count = -1, .field = offsetof(Data, y)},
    [LABEL] = {.name = "label",
               .kind = ADC_DATA,
               .type = ADC_INT32,
               .integer = 1,
               .rank = 1,
               .axis = (const int[]){N},
               .count = K,
               .field = offsetof(Data, label)},
    [C] = {.name = "c",
           .kind = ADC_DATA,
           .rank = 2,
           .axis = (const int[]){-1, -1},
           .count = -1,
           .field = offsetof(Data, c)},
    [S] = {.name = "s", .kind = ADC_DATA, .count = -1, .field = offsetof(Data, s)},
    [P] = {.name = "P",
           .kind = ADC_DATA,
           .rank = 3,
           .axis = (const int[]){M, -1, -1},
           .count = -1,
           .field = offsetof(Data, P)},
    [G] = {.name = "g",
           .kind = ADC_DATA,
           .type = ADC_INT32,
           .integer = 1,
           .rank = 1,
           .axis = (const int[]){-1},
           .count = -1,
           .field = offsetof(Data, g)},
    [H] = {.name = "h", .kind = ADC_HYPER, .count = -1, .field = offsetof(Data, h), .value = 2},
    [I] = {.name = "i", .kind = ADC_HYPER, .type = ADC_INT32, .count = -1, .field = offsetof(Data, i), .value = 3},
};
static const char *const dims[] = {"N", "D", "K", "M"};

static int shape(const void *at, int array, size_t *out)
{
    static const size_t fixed[ARRAYS][3] = {[C] = {2, 3, 0}, [P] = {0, 2, 2}, [G] = {4, 0, 0}};
    const size_t *d = at;
    for (int k = 0; k < arrays[array].rank; k++)
        out[k] = arrays[array].axis[k] < 0 ? fixed[array][k] : d[arrays[array].axis[k]];
    return d[D] > 100 ? ADC_EDIM : ADC_OK;
}
static void range(const void *at, int array, long *lo, long *hi)
{
    *lo = 0;
    *hi = array == LABEL ? (long)((const size_t *)at)[K] : 2;
}
static int check(const void *at, const void *data, int *which)
{
    (void)data;
    *which = 0;
    return ((const size_t *)at)[N] == 1 ? ADC_EDATA : ADC_OK;
}
static const char *text(int code) { return (void)code, "some error"; }
static const char *const check_text[] = {"N must not be 1"};
static const adc_model model = {
    .version = ADC_MODEL,
    .real_bytes = 8,
    .name = "m",
    .dims = 4,
    .dim = dims,
    .row = N,
    .arrays = ARRAYS,
    .array = arrays,
    .data_bytes = sizeof(Data),
    .checks = 1,
    .check_text = check_text,
    .shape = shape,
    .range = range,
    .check = check,
    .strerror = text,
};

static char folder[] = "/tmp/adc-dataset-XXXXXX";

static int enter(void **state)
{
    (void)state;
    static const char *const files[][2] = {
        {"x.csv", "1,2\n3,4\n5,6\n"},    {"y.csv", "7\n8\n9\n"},      {"y4.csv", "7\n8\n9\n10\n"},
        {"row.csv", "7,8,9\n"},          {"k.csv", "0\n2\n1\n"},      {"t.csv", "a\nb\na\n"},
        {"c.csv", "1,2,3\n4,5,6\n"},     {"c6.csv", "1,2,3,4,5,6\n"}, {"s.csv", "42\n"},
        {"p.csv", "1,2,3,4\n5,6,7,8\n"}, {"g.csv", "0\n1\n2\n1\n"},   {"g0.csv", "0\n1\n1\n1\n"},
        {"holes.csv", "1,2\n,4\n5,6\n"}, {"yholes.csv", "7\n8\n?\n"}, {"one.csv", "1\n"},
        {"one2.csv", "1,1\n"},           {"neg.csv", "-1\n0\n1\n"},   {"none.csv", "?\n?\n?\n"},
        {"dx.csv", "1,2\n3,4\n"},        {"dt.csv", "b\nb\n"},        {"words.csv", "no\nyes\nno\nmaybe\n"},
    };
    if (!mkdtemp(folder) || chdir(folder) != 0) return -1;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        FILE *f = fopen(files[i][0], "w");
        if (!f) return -1;
        fputs(files[i][1], f);
        fclose(f);
    }
    return 0;
}

/* Applies "X=x.csv N:=3 ..." (:= a number); finishes; NULL or the error. */
static const char *fill(DataSet *s, DataMissing missing, const char *words)
{
    static adc_error error;
    char copy[500];
    strcpy(copy, words);
    for (char *w = strtok(copy, " "); w; w = strtok(NULL, " ")) {
        char *equals = strchr(w, '=');
        const bool number = equals[-1] == ':';
        equals[number ? -1 : 0] = 0;
        if (number) {
            const double v = atof(equals + 1);
            if (!adc_dataset_set(s, w, 0, NULL, &v, &error)) return error.text;
        } else if (!adc_dataset_file(s, w, equals + 1, missing, &error)) {
            return error.text;
        }
    }
    return adc_dataset_finish(s, &error) ? NULL : error.text;
}

static DataSet *fresh(const DataSet *base)
{
    DataSet *s = adc_dataset_new(&model, base, NULL);
    assert_non_null(s);
    return s;
}

#define REST " c=c.csv s=s.csv P=p.csv g=g0.csv"

static void test_bind(void **state)
{
    (void)state;
    DataSet *s = fresh(NULL);
    assert_null(fill(s, MISSING_ERROR, "X=x.csv y=y.csv label=k.csv h:=5" REST));
    assert_true(s->dims[N] == 3 && s->dims[D] == 2 && s->dims[K] == 3 && s->dims[M] == 2);
    const Data *d = s->data;
    assert_true(d->X[5] == 6 && d->y[2] == 9 && d->label[1] == 2 && d->s[0] == 42 && d->P[4] == 5 && d->h == 5 &&
                d->i == 3);
    adc_dataset_free(s);
    /* a row serves as a vector; text as labels */
    s = fresh(NULL);
    assert_null(fill(s, MISSING_ERROR, "X=x.csv y=row.csv label=t.csv i:=-4" REST));
    assert_true(s->dims[K] == 2 && ((const Data *)s->data)->y[2] == 9 && ((const Data *)s->data)->i == -4);
    adc_dataset_free(s);
    /* what --set says of a dim and of data */
    s = fresh(NULL);
    const double c[6] = {1, 2, 3, 4, 5, 6};
    assert_true(adc_dataset_set(s, "c", 2, (const size_t[]){2, 3}, c, NULL));
    assert_null(fill(s, MISSING_ERROR, "X=x.csv y=y.csv label=k.csv K:=7 s=s.csv P=p.csv g=g0.csv"));
    assert_true(s->dims[K] == 7 && ((const Data *)s->data)->c[5] == 6);
    adc_dataset_free(s);
}

static void test_errors(void **state)
{
    (void)state;
    static const char *const wrong[][2] = {
        {"X=x.csv y=y4.csv label=k.csv" REST, "N is 3 by X (x.csv), but 4 by y (y4.csv)."},
        {"N:=5 X=x.csv y=y.csv label=k.csv" REST, "N is 5 by --set, but 3 by X (x.csv)."},
        {"X=x.csv y=x.csv label=k.csv" REST,
         "y has one dimension, but x.csv holds 3 rows of 2; select a column, as in x.csv:1."},
        {"X=x.csv y=y.csv label=k.csv c=c6.csv s=s.csv P=p.csv g=g0.csv", "c is [2, 3], but c6.csv holds [1, 6]."},
        {"X=x.csv y=y.csv label=k.csv c=c.csv s=c.csv P=p.csv g=g0.csv", "s is a single number, but c.csv holds 6."},
        {"X=x.csv y=y.csv label=k.csv c=c.csv s=s.csv P=c.csv g=g0.csv", "P is [2, 2, 2], but c.csv holds [2, 3]."},
        {"X=x.csv y=y.csv label=k.csv c=c.csv s=s.csv P=p.csv g=g.csv", "g.csv, line 3: g is 2, but must lie in 0..1."},
        {"X=x.csv y=y.csv label=neg.csv K:=2" REST, "neg.csv, line 1: label is -1, but must lie in 0..1."},
        {"X=x.csv y=y.csv label=k.csv c=c.csv s=s.csv P=p.csv g=words.csv",
         "words.csv holds 3 different texts, but the entries of g lie in 0..1: see \"no\" and \"maybe\"."},
        {"X=x.csv label=k.csv" REST, "The model's data y is not given; --data y=FILE does."},
        {"X=x.csv Q=k.csv", "The model has no data named Q."},
        {"Q:=1", "The model has no dim, hyper or data named Q."},
        {"i:=1.5", "i is 1.5, but must be a whole number."},
        {"N:=1.5", "N is a size: a whole number from 0 to 2^53."},
        {"X=one2.csv y=one.csv label=one.csv" REST, "The data does not fit the model: N must not be 1."},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        DataSet *s = fresh(NULL);
        const char *error = fill(s, MISSING_ERROR, wrong[i][0]);
        assert_non_null(error);
        assert_string_equal(error, wrong[i][1]);
        adc_dataset_free(s);
    }
    DataSet *s = fresh(NULL);
    adc_error error;
    const double many[200] = {0.5};
    assert_false(adc_dataset_set(s, "h", 1, (const size_t[]){2}, many, &error));
    assert_string_equal(error.text, "h is a single number.");
    assert_false(adc_dataset_set(s, "g", 1, (const size_t[]){4}, many, &error));
    assert_string_equal(error.text, "Entry 0 of g is 0.5, but must be a whole number of 32 bits.");
    assert_true(adc_dataset_set(s, "X", 2, (const size_t[]){1, 200}, many, &error));
    assert_string_equal(fill(s, MISSING_ERROR, "y=one.csv label=one.csv" REST),
                        "X has a size that is negative or too large.");
    adc_dataset_free(s);
}

/* A dim that nothing gives. */
static void test_unset(void **state)
{
    (void)state;
    static const adc_model lone = {
        .version = ADC_MODEL, .real_bytes = 8, .name = "m", .dims = 1, .dim = dims, .strerror = text};
    adc_error error;
    DataSet *s = adc_dataset_new(&lone, NULL, &error);
    assert_false(adc_dataset_finish(s, &error));
    assert_string_equal(error.text, "N has no value, as no array gives it one; --set N=... does.");
    adc_dataset_free(s);
}

/* Rows go from all arrays that the same dim leads. */
static void test_drop(void **state)
{
    (void)state;
    DataSet *s = fresh(NULL);
    assert_null(fill(s, MISSING_DROP, "X=holes.csv y=y.csv label=k.csv h:=1" REST));
    assert_true(s->dims[N] == 2);
    const Data *d = s->data;
    assert_true(d->X[0] == 1 && d->X[2] == 5 && d->y[0] == 7 && d->y[1] == 9 && d->label[0] == 0 && d->label[1] == 1);
    adc_dataset_free(s);
    s = fresh(NULL);
    assert_string_equal(fill(s, MISSING_DROP, "X=holes.csv y=yholes.csv label=k.csv" REST),
                        "The data does not fit the model: N must not be 1."); /* two go */
    adc_dataset_free(s);
    s = fresh(NULL);
    assert_string_equal(fill(s, MISSING_DROP, "X=x.csv y=none.csv label=k.csv" REST),
                        "No row is left: each has a missing entry (x.csv).");
    adc_dataset_free(s);
    s = fresh(NULL);
    assert_string_equal(fill(s, MISSING_DROP, "X=holes.csv y=y4.csv label=k.csv" REST),
                        "X (holes.csv) has 3 rows and y (y4.csv) has 4: missing rows cannot be dropped from both.");
    adc_dataset_free(s);
    s = fresh(NULL);
    assert_string_equal(fill(s, MISSING_DROP, "X=x.csv y=y.csv label=k.csv c=holes.csv s=s.csv P=p.csv g=g0.csv"),
                        "holes.csv: rows cannot be dropped, as the number of rows of c is fixed.");
    adc_dataset_free(s);
}

/* A development set shares what it is not given. */
static void test_dev(void **state)
{
    (void)state;
    DataSet *s = fresh(NULL);
    assert_null(fill(s, MISSING_ERROR, "X=x.csv y=y.csv label=t.csv h:=5" REST));
    DataSet *dev = fresh(s);
    assert_null(fill(dev, MISSING_ERROR, "X=dx.csv y=dx.csv:1 label=dt.csv"));
    const Data *d = dev->data, *base = s->data;
    assert_true(dev->dims[N] == 2 && dev->dims[K] == 2 && dev->dims[M] == 2);
    assert_true(d->label[0] == 1 && d->h == 5 && d->c == base->c && d->y[1] == 3);
    adc_dataset_free(dev);
    dev = fresh(s);
    assert_string_equal(fill(dev, MISSING_ERROR, "X=dx.csv label=dt.csv"), "N is 2 by X (dx.csv), but 3 by y (y.csv).");
    adc_dataset_free(dev);
    adc_dataset_free(s);
}

/* The rows that a development set takes stay together in all arrays, in order, and are the same for a seed. */
static void test_split(void **state)
{
    (void)state;
    enum { ROWS = 40, TAKEN = 10 };
    double x[2 * ROWS], y[ROWS], c[6] = {0}, first[ROWS];
    int32_t label[ROWS];
    adc_error error;
    for (uint64_t seed = 0; seed < 3; seed++) {
        for (int i = 0; i < ROWS; i++) x[2 * i] = i, x[2 * i + 1] = -i, y[i] = 100 + i, label[i] = i;
        size_t sizes[4] = {ROWS, 2, ROWS, 1}, dev_sizes[4];
        Data data = {.X = x, .y = y, .label = label, .c = c}, dev;
        assert_true(adc_split(&model, sizes, &data, 0.25, seed % 2, dev_sizes, &dev, &error));
        assert_true(sizes[N] == ROWS - TAKEN && dev_sizes[N] == TAKEN && dev_sizes[D] == 2);
        assert_true(data.X == x && dev.X == x + 2 * (ROWS - TAKEN) && dev.y == y + (ROWS - TAKEN) && dev.c == c);
        int seen[ROWS] = {0};
        for (int i = 0; i < ROWS; i++) {
            assert_true(x[2 * i + 1] == -x[2 * i] && y[i] == 100 + x[2 * i] && label[i] == (int)x[2 * i]);
            assert_int_equal(seen[label[i]]++, 0);
            if (i > 0 && i != ROWS - TAKEN) assert_true(label[i] > label[i - 1]);
        }
        if (seed == 0) memcpy(first, y, sizeof y);
        assert_int_equal(memcmp(first, y, sizeof y) == 0, seed % 2 == 0);
        assert_memory_not_equal(y, ((double[]){100, 101, 102, 103, 104, 105, 106, 107, 108, 109}), 10 * sizeof *y);
    }
}

/* What is mapped, and what is read: numbers of another type, a selection, a quotient, rows to drop, another byte order. */
static void test_map(void **state)
{
    (void)state;
    static const struct {
        const char *spec;
        int real_bytes;
        DataMissing missing;
        bool mapped;
    } cases[] = {{"x64.bin:f64[3,2]", 8, MISSING_ERROR, true},     {"x32.bin:f32[3,2]", 4, MISSING_ERROR, true},
                 {"x64.bin:f64[3,2]", 8, MISSING_NAN, true},       {"x64.npy", 8, MISSING_ERROR, true},
                 {"x64.bin:f64[3,2]", 8, MISSING_DROP, false},     {"x32.bin:f32[3,2]", 8, MISSING_ERROR, false},
                 {"x64.bin:f64[3,2]", 4, MISSING_ERROR, false},    {"x64.bin:f64[3,2]:1-2", 8, MISSING_ERROR, false},
                 {"x64.bin:f64[3,2]:/1", 8, MISSING_ERROR, false}, {"big.npy", 8, MISSING_NAN, false}};
    const double x64[6] = {1, 2, 3, 4, 5, 6};
    const float x32[6] = {1, 2, 3, 4, 5, 6};
    FILE *f = fopen("x64.bin", "w");
    fwrite(x64, sizeof x64, 1, f);
    fclose(f);
    f = fopen("x32.bin", "w");
    fwrite(x32, sizeof x32, 1, f);
    fclose(f);
    for (int big = 0; big < 2; big++) {
        char text[128];
        memset(text, ' ', sizeof text);
        memcpy(text, "\x93NUMPY\1\0v\0", 10);
        text[10 + sprintf(text + 10, "{'descr': '%cf8', 'fortran_order': False, 'shape': (3, 2), }", big ? '>' : '<')] =
            ' ';
        text[127] = '\n';
        f = fopen(big ? "big.npy" : "x64.npy", "w");
        fwrite(text, sizeof text, 1, f);
        fwrite(x64, sizeof x64, 1, f);
        fclose(f);
    }
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        adc_model m = model;
        adc_error error;
        m.real_bytes = cases[k].real_bytes;
        DataSet *s = adc_dataset_new(&m, NULL, &error);
        if (!adc_dataset_file(s, "X", cases[k].spec, cases[k].missing, &error)) fail_msg("%s", error.text);
        if ((s->array[X].map != NULL) != cases[k].mapped) fail_msg("%s, case %zu", cases[k].spec, k);
        assert_true(s->array[X].shape[0] == 3 && s->array[X].shape[1] == 2);
        const void *at = s->array[X].at;
        if (k != 9) assert_true(m.real_bytes == 4 ? ((const float *)at)[5] == 6 : ((const double *)at)[5] == 6);
        adc_dataset_free(s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bind), cmocka_unit_test(test_errors), cmocka_unit_test(test_unset),
        cmocka_unit_test(test_drop), cmocka_unit_test(test_dev),    cmocka_unit_test(test_split),
        cmocka_unit_test(test_map),
    };
    const int failed = cmocka_run_group_tests(tests, enter, NULL);
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? failed : 1;
}
