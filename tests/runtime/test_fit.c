/*
 * test_fit.c -- the training loop on two models written by hand: Beale's function, softmax regression on files in batches.
 */
#include "batch.h"
#include "constrain.h"
#include "data.h"
#include "models.h"
#include "progress.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

static int count_events(void *user, const adc_fit_event *e)
{
    (void)e;
    ++*(int *)user;
    return 0;
}

/* The path of the published example: https://arxiv.org/abs/1412.6980 with rate 0.1 from (0.7, 1.4). */
static void test_beale(void **state)
{
    (void)state;
    double theta[2];
    int events = 0;
    adc_fit_result result;
    adc_error error;
    adc_fit_options o = {.tol = 1e-7, .event = count_events, .user = &events};
    adc_optim_defaults("adam", &o.optim);
    o.optim.lr = 0.1;
    beale_init(NULL, 0, theta);
    assert_int_equal(adc_fit(&beale, NULL, NULL, theta, &o, &result, &error), 1);
    assert_int_equal(result.steps, 408);
    assert_int_equal(result.reason, ADC_FIT_TOL);
    assert_string_equal(adc_fit_reason(result.reason), "tol");
    assert_true(fabs(theta[0] - 2.99583) < 5e-6 && fabs(theta[1] - 0.49896) < 5e-6);
    assert_int_equal(events, 409); /* the start and each step */
}

static int stop_at_7(void *user, const adc_fit_event *e)
{
    (void)user;
    return e->step == 7;
}

static void test_ends(void **state)
{
    (void)state;
    double theta[2];
    adc_fit_result result;
    adc_error error;
    adc_fit_options o = {.optimizer = "gd", .optim = {.lr = 1e-3}, .steps = 10};
    beale_init(NULL, 0, theta);
    assert_int_equal(adc_fit(&beale, NULL, NULL, theta, &o, &result, &error), 1);
    assert_true(result.steps == 10 && result.reason == ADC_FIT_STEPS);
    double loss;
    beale_loss(NULL, theta, NULL, &loss, NULL);
    assert_true(result.loss == loss);

    o.event = stop_at_7;
    assert_int_equal(adc_fit(&beale, NULL, NULL, theta, &o, &result, &error), 1);
    assert_true(result.steps == 7 && result.reason == ADC_FIT_STOPPED);

    /* a step size far too large */
    o = (adc_fit_options){.optimizer = "gd", .optim = {.lr = 1}, .steps = 100};
    beale_init(NULL, 0, theta);
    assert_int_equal(adc_fit(&beale, NULL, NULL, theta, &o, &result, &error), 0);
    assert_int_equal(result.reason, ADC_FIT_DIVERGED);
    assert_int_equal(result.steps, 2);
    assert_string_equal(error.text,
                        "Diverged at step 2: the loss is 3.30783e+92; y = 3.95111e+11 is the largest parameter.");

    beale_init(NULL, 0, theta);
    theta[1] = NAN;
    assert_int_equal(adc_fit(&beale, NULL, NULL, theta, &o, &result, &error), 0);
    assert_string_equal(error.text, "At the start: the loss is nan and its derivative by x is nan.");

    o.optim.lr = -1;
    assert_int_equal(adc_fit(&beale, NULL, NULL, theta, &o, &result, &error), 0);
    assert_int_equal(result.reason, ADC_FIT_REFUSED);

    o = (adc_fit_options){.batch = 2};
    assert_int_equal(adc_fit(&beale, NULL, NULL, theta, &o, &result, &error), 0);
    assert_string_equal(
        error.text,
        "The model cannot be fitted in batches: its loss is not a sum or mean over rows of data, each by itself.");
}

/* ---- data and batches */

/* 90 points around three corners, as text; the label is a word. */
static void write_points(char *name, size_t rows)
{
    const int fd = mkstemps(name, 4);
    assert_true(fd >= 0);
    FILE *f = fdopen(fd, "w");
    assert_non_null(f);
    fputs("one,u,v,kind\n", f);
    for (size_t i = 0; i < rows; i++) {
        const double turn = 0.7 * (double)i, k = (double)(i % 3);
        fprintf(f, "1,%.6f,%.6f,%s\n", 3 * cos(2.1 * k) + cos(turn), 3 * sin(2.1 * k) + sin(turn),
                ((const char *[]){"red", "green", "blue"})[i % 3]);
    }
    fclose(f);
}

typedef struct {
    size_t events, ends;
    double epoch_seen, error;
    const SoftmaxData *data;
} Watch;

static int watch(void *user, const adc_fit_event *e)
{
    Watch *w = user;
    w->events++;
    w->ends += (size_t)e->epoch_end;
    w->epoch_seen = (double)w->data->epoch;
    assert_true((double)e->epoch == w->epoch_seen);
    w->error = e->metric[0];
    return 0;
}

static void test_softmax(void **state)
{
    (void)state;
    char name[] = "/tmp/adc-points-XXXXXX.csv", spec[100];
    write_points(name, 91);
    adc_error error;
    DataSet *s = adc_dataset_new(&softmax, NULL, &error);
    assert_non_null(s);
    snprintf(spec, sizeof spec, "%s:one,u-v", name);
    assert_false(adc_dataset_file(s, "X", spec, MISSING_ERROR, &error));
    snprintf(spec, sizeof spec, "%s:one,u,v", name);
    assert_true(adc_dataset_file(s, "X", spec, MISSING_ERROR, &error));
    snprintf(spec, sizeof spec, "%s:kind", name);
    assert_true(adc_dataset_file(s, "label", spec, MISSING_ERROR, &error));
    assert_true(adc_dataset_finish(s, &error));
    assert_true(s->dims[0] == 91 && s->dims[1] == 3 && s->dims[2] == 3);
    assert_true(((const SoftmaxData *)s->data)->epoch == -1);

    float theta[9] = {0}, again[9] = {0};
    Watch w = {.data = s->data};
    adc_fit_options o = {.optimizer = "sgd",
                         .optim = {.lr = 0.1},
                         .epochs = 20,
                         .batch = 10,
                         .seed = 3,
                         .metrics = 1,
                         .event = watch,
                         .user = &w};
    adc_fit_result result;
    assert_int_equal(adc_fit(&softmax, s->dims, s->data, theta, &o, &result, &error), 1);
    assert_true(result.steps == 200 && result.epochs == 20 &&
                result.reason == ADC_FIT_EPOCHS); /* 9 batches of 10, one of 1 */
    assert_true(w.events == 201 && w.ends == 20 && w.epoch_seen == 20);
    assert_true(w.error < 0.02 && result.loss < 0.2);
    float loss;
    softmax_loss(s->dims, theta, s->data, &loss, NULL);
    assert_true(result.loss == (double)loss);

    /* the same again, to the bit; another seed, other bits */
    assert_int_equal(adc_fit(&softmax, s->dims, s->data, again, &o, &result, &error), 1);
    assert_memory_equal(theta, again, sizeof theta);
    memset(again, 0, sizeof again);
    o.seed = 4;
    assert_int_equal(adc_fit(&softmax, s->dims, s->data, again, &o, &result, &error), 1);
    assert_memory_not_equal(theta, again, sizeof theta);

    /* until an epoch's mean loss changes little; from then on less still */
    memset(theta, 0, sizeof theta);
    o.epochs = 0;
    o.tol = 2e-3;
    assert_int_equal(adc_fit(&softmax, s->dims, s->data, theta, &o, &result, &error), 1);
    assert_true(result.reason == ADC_FIT_TOL && result.epochs > 5 && result.steps == 10 * result.epochs);
    o.epochs = 20;
    o.tol = 0;

    /* a batch of all rows is no batch */
    memset(theta, 0, sizeof theta);
    memset(again, 0, sizeof again);
    o.batch = 500;
    assert_int_equal(adc_fit(&softmax, s->dims, s->data, theta, &o, &result, &error), 1);
    o.batch = 0;
    assert_int_equal(adc_fit(&softmax, s->dims, s->data, again, &o, &result, &error), 1);
    assert_memory_equal(theta, again, sizeof theta);
    adc_dataset_free(s);
    remove(name);
}

/* Each row once an epoch, whole, with its label. */
static void test_batches(void **state)
{
    (void)state;
    float x[7][2];
    int32_t label[7];
    for (int n = 0; n < 7; n++) x[n][0] = (float)n, x[n][1] = (float)(10 * n), label[n] = n;
    const size_t dims[3] = {7, 2, 7};
    const SoftmaxData data = {&x[0][0], label, 0};
    Batches b;
    adc_error error;
    assert_true(adc_batches_new(&b, &softmax, dims, &data, 3, &error));
    assert_true(b.count == 3 && b.cuts == 2);
    for (size_t epoch = 0; epoch < 2; epoch++) {
        int seen[7] = {0};
        adc_batches_shuffle(&b, 1, epoch);
        for (size_t k = 0; k < 3; k++) {
            adc_batches_take(&b, k);
            const SoftmaxData *d = b.data;
            assert_int_equal(b.dims[0], k < 2 ? 3 : 1);
            for (size_t n = 0; n < b.dims[0]; n++) {
                assert_true(d->X[2 * n] == (float)d->label[n] && d->X[2 * n + 1] == (float)(10 * d->label[n]));
                seen[d->label[n]]++;
            }
        }
        for (int n = 0; n < 7; n++) assert_int_equal(seen[n], 1);
    }
    adc_batches_free(&b);
}

/* The bounds that plug-ins are given lie inside open intervals, in either type. */
static void test_box(void **state)
{
    (void)state;
    const adc_array arrays[] = {
        {.kind = ADC_PARAM, .count = -1, .constrained = 1, .lower = 0, .gradient = 1},
        {.kind = ADC_PARAM, .count = -1, .constrained = 3, .lower = 0.1, .upper = 0.2, .gradient = 1}};
    adc_model m = beale;
    m.array = arrays;
    for (int bytes = 8; bytes >= 4; bytes -= 4) {
        double lower[2], upper[2];
        Constraints c;
        adc_error error;
        m.real_bytes = bytes;
        assert_true(adc_constraints(&c, &m, NULL, &error));
        adc_constraints_box(&c, lower, upper);
        assert_true(c.bounds == 0 && upper[0] == HUGE_VAL);
        assert_true(lower[0] == (bytes == 8 ? nextafter(0, 1) : (double)nextafterf(0, 1)));
        assert_true(lower[1] > 0.1 && lower[1] < 0.10000001 && upper[1] < 0.2 && upper[1] > 0.19999998);
        assert_true(bytes == 8 || (lower[1] == (double)(float)lower[1] && upper[1] == (double)(float)upper[1]));
        adc_constraints_free(&c);
    }
}

/* In a log: lines that get rarer; nothing where it is quiet. */
static void test_log(void **state)
{
    (void)state;
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    const double dev = 2.5;
    Progress p;
    adc_fit_event e = {.step = 100, .epoch = 1, .limit = 400, .loss = 3, .dev = &dev};
    adc_progress_start(&p, to);
    adc_progress_show(&p, &e);
    fflush(to);
    assert_int_equal(size, 0);
    p.start = p.shown -= 11; /* as if it were so many seconds ago */
    e.step = 200;
    e.dev = NULL;
    adc_progress_show(&p, &e);
    adc_progress_show(&p, &e);
    fflush(to);
    const char *const first = " 50 %  step 200, epoch 1, loss 3, dev 2.5, 9.09 steps/s, 0:22 left\n";
    assert_string_equal(text, first);
    p.start -= 1000; /* a twentieth of it is 50 */
    p.shown -= 40;
    adc_progress_show(&p, &e);
    fflush(to);
    assert_string_equal(text, first);
    p.shown -= 20;
    adc_progress_read(&p, "X.csv", 3000000, 6000000);
    adc_progress_end(&p);
    fflush(to);
    assert_string_equal(text + strlen(first), " 50 %  reading X.csv, 3 MB, 0 MB/s, 16:51 left\n");
    fclose(to);
    free(text);
    adc_progress_start(&p, NULL);
    p.start = p.shown -= 11;
    adc_progress_show(&p, &e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beale),   cmocka_unit_test(test_ends), cmocka_unit_test(test_softmax),
        cmocka_unit_test(test_batches), cmocka_unit_test(test_log),  cmocka_unit_test(test_box),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
