/*
 * test_crew.c -- threads take the gradient of all rows together: the same bits for any number of them and for --openmp's C, also where
 * the system gives fewer; what goes wrong in one chunk is the result of all.
 */
#include "crew.h"
#include "describe.h"

#include <dlfcn.h>
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const size_t numbers[] = {1, 2, 3, 7};
enum { NUMBERS = 4 };

/* ---- a system that gives so many threads and no more */

static int threads_left = 1000;

typedef int Create(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
int pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*run)(void *), void *user)
{
    Create *real;
    void *const found = dlsym(RTLD_NEXT, "pthread_create");
    memcpy(&real, &found, sizeof real);
    if (threads_left == 0) return EAGAIN;
    threads_left--;
    return real(thread, attr, run, user);
}

/* ---- a compiled model */

static const char source[] = "dim N\nconst D = 3, H = 5\ndata X[N, D], y[N]\nhyper step = 0\n"
                             "param W[H, D] ~ normal(0, 1), b[H] = 0.1, v[H] ~ normal(0, 1), s in (0, 2)\n"
                             "let z[n, h] = tanh(b[h] + sum[d] W[h, d] * X[n, d])\n"
                             "loss mean[n] (s * (sum[h] v[h] * z[n, h]) - y[n])^2 + 0.01 * sum(W^2)\n";
/* The same params, and so much work on a row that chunks are short. */
static const char heavy[] = "dim N\nconst D = 3, H = 5\ndata X[N, D], y[N]\nhyper step = 0\n"
                            "param W[H, D] ~ normal(0, 1), b[H] = 0.1, v[H] ~ normal(0, 1), s in (0, 2)\n"
                            "let z[n, t: 100] = sum[h] v[h] * tanh(b[h] + t/100 + sum[d] W[h, d] * X[n, d])\n"
                            "loss mean[n] (s/100 * (sum[t] z[n, t]) - y[n])^2 + 0.01 * sum(W^2)\n";
enum { D = 3, P = 26, MOST_ROWS = 40000 };

typedef struct {
    const void *X, *y;
    union {
        double d;
        float f;
    } step;
} NetData;

static double X[MOST_ROWS * D], y[MOST_ROWS];
static float Xf[MOST_ROWS * D], yf[MOST_ROWS];

static NetData net_data(const adc_model *m)
{
    for (size_t i = 0; i < MOST_ROWS * D; i++) Xf[i] = (float)(X[i] = (double)(i * 37 % 101) / 50 - 1);
    for (size_t i = 0; i < MOST_ROWS; i++) yf[i] = (float)(y[i] = (double)(i * 53 % 89) / 40 - 1);
    return m->real_bytes == 4 ? (NetData){.X = Xf, .y = yf} : (NetData){.X = X, .y = y};
}

static adc_program *net(const char *text, int single, int openmp)
{
    const adc_compile_options o = {.single_precision = single, .openmp = openmp};
    char *messages;
    adc_program *program = adc_compile("net.ad", text, strlen(text), &o, &messages);
    if (!program) fail_msg("%s", messages);
    adc_text_free(messages);
    return program;
}

/* Loss, then gradient, by a crew of so many; 0: by the model's own function. */
static int by_crew(const adc_model *m, size_t threads, size_t rows, void *out)
{
    const size_t bytes = m->work_bytes(&rows);
    const NetData data = net_data(m);
    void *const theta = malloc(P * 8), *const work = adc_work_new(bytes);
    void *const grad = (char *)out + m->real_bytes;
    memset(out, 0xff, (P + 1) * (size_t)m->real_bytes);
    adc_error error;
    assert_int_equal(m->init(&rows, 3, theta), ADC_OK);
    int code;
    if (threads) {
        Crew *w = adc_crew_new(&(CrewNeeds){m, rows, P, bytes, work}, threads, &error);
        assert_non_null(w);
        code = adc_crew_grad(w, &rows, theta, &data, out, grad);
        for (int k = 0; k < 3; k++) assert_int_equal(adc_crew_grad(w, &rows, theta, &data, out, grad), code);
        adc_crew_free(w);
    } else {
        code = m->grad(&rows, theta, &data, out, grad, work);
    }
    free(work);
    free(theta);
    return code;
}

static void compare_numbers(const char *text, const size_t *sizes, size_t n, int short_chunks)
{
    for (int single = 0; single < 2; single++) {
        adc_program *plain = net(text, single, 0), *openmp = net(text, single, 1);
        const adc_model *m = adc_program_model(plain);
        assert_int_equal(m->nparam(&sizes[0]), P);
        assert_int_equal(m->short_chunks, short_chunks);
        for (size_t s = 0; s < n; s++) {
            double want[P + 1], got[P + 1];
            const size_t bytes = (P + 1) * (size_t)m->real_bytes;
            const int code = by_crew(adc_program_model(openmp), 0, sizes[s], want);
            assert_int_equal(code, sizes[s] ? ADC_OK : ADC_ENONFINITE); /* a mean of nothing */
            for (int k = 0; k < NUMBERS; k++) {
                assert_int_equal(by_crew(m, numbers[k], sizes[s], got), code);
                assert_memory_equal(got, want, bytes);
            }
        }
        /* The whole sum at once is another one: what is compared above says something. */
        double chunks[P + 1], whole[P + 1];
        by_crew(m, 2, sizes[n - 1], chunks);
        by_crew(m, 0, sizes[n - 1], whole);
        assert_true(memcmp(chunks, whole, sizeof chunks) != 0);
        adc_program_free(openmp);
        adc_program_free(plain);
    }
}

static void any_number_gives_the_same_bits(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 512, 513, 2000, MOST_ROWS}, batches[] = {64, 65, 1000, 100};
    compare_numbers(source, sizes, 6, 0);
    compare_numbers(heavy, batches, 4, 1);
}

static void a_fit_takes_the_same_path(void **state)
{
    (void)state;
    adc_program *program = net(source, 0, 0);
    const adc_model *m = adc_program_model(program);
    const size_t rows = 5000, batches[] = {0, 1300};
    for (int b = 0; b < 2; b++) {
        double first[P], theta[P];
        for (int k = 0; k < NUMBERS; k++) {
            NetData data = net_data(m);
            adc_fit_result result;
            adc_error error;
            const adc_fit_options o = {
                .optim = {0}, .steps = 20, .batch = batches[b], .seed = 5, .threads = numbers[k]};
            m->init(&rows, 3, theta);
            assert_int_equal(adc_fit(m, &rows, &data, theta, &o, &result, &error), 1);
            const size_t chunks = b ? 3 : 10;
            assert_int_equal(result.threads, numbers[k] < chunks ? numbers[k] : chunks);
            if (k == 0) memcpy(first, theta, sizeof first);
            assert_memory_equal(first, theta, sizeof first);
        }
    }
    adc_program_free(program);
}

static void fewer_threads_than_asked_for(void **state)
{
    (void)state;
    adc_program *program = net(source, 0, 0);
    const adc_model *m = adc_program_model(program);
    double want[P + 1], got[P + 1];
    by_crew(m, 7, 9000, want);
    for (int left = 0; left < 3; left++) {
        const size_t rows = 9000;
        NetData data = net_data(m);
        double theta[P];
        adc_fit_result result;
        adc_error error;
        const adc_fit_options o = {.steps = 1, .threads = 7};
        m->init(&rows, 3, theta);
        threads_left = left;
        const int done = adc_fit(m, &rows, &data, theta, &o, &result, &error);
        threads_left = left;
        const int code = by_crew(m, 7, rows, got);
        threads_left = 1000;
        assert_int_equal(done, 1);
        assert_int_equal(result.threads, left + 1);
        assert_int_equal(code, ADC_OK);
        assert_memory_equal(got, want, sizeof want);
    }
    adc_program_free(program);
}

/* ---- models by hand */

typedef struct {
    size_t wrong; /* the first row that fails */
    int code;
} Faults;

/* The loss is the number of rows, the gradient twice that; a range with a row from `wrong` on gives the code. */
static int count_range(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work,
                       size_t first, size_t last)
{
    (void)dims, (void)theta, (void)work;
    const Faults *f = data;
    *(double *)loss += (double)(last - first);
    *(double *)grad += 2 * (double)(last - first);
    if (last <= f->wrong) return ADC_OK;
    if (f->code == ADC_ENONFINITE) *(double *)loss = NAN;
    return first > f->wrong && f->code == ADC_ELIMIT ? ADC_EDATA : f->code;
}
static int count_grad(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work)
{
    *(double *)loss = *(double *)grad = 0;
    return count_range(dims, theta, data, loss, grad, work, 0, *(const size_t *)dims);
}
static const adc_model counting = {.real_bytes = 8, .grad = count_grad, .grad_range = count_range};
static const adc_model rowless = {.real_bytes = 8, .row = -1, .grad = count_grad};

static int count(const adc_model *m, size_t rows, size_t threads, const Faults *f, double *loss, size_t *at_work)
{
    char work[64];
    double grad;
    adc_error error;
    Crew *w = adc_crew_new(&(CrewNeeds){m, rows, 1, sizeof work, work}, threads, &error);
    assert_non_null(w);
    *at_work = adc_crew_threads(w);
    const int code = adc_crew_grad(w, &rows, NULL, f, loss, &grad);
    if (code == ADC_OK) assert_true(grad == 2 * *loss);
    adc_crew_free(w);
    return code;
}

static void one_chunk_fails(void **state)
{
    (void)state;
    size_t at_work;
    double loss;
    for (int k = 0; k < NUMBERS; k++) {
        assert_int_equal(count(&counting, 4000, numbers[k], &(Faults){4000, 0}, &loss, &at_work), ADC_OK);
        assert_true(loss == 4000 && at_work == numbers[k]);
        /* of several the first chunk's: later ones say EDATA */
        for (size_t wrong = 0; wrong < 4000; wrong += 1999)
            assert_int_equal(count(&counting, 4000, numbers[k], &(Faults){wrong, ADC_ELIMIT}, &loss, &at_work),
                             ADC_ELIMIT);
        assert_int_equal(count(&counting, 4000, numbers[k], &(Faults){700, ADC_ENONFINITE}, &loss, &at_work),
                         ADC_ENONFINITE);
        assert_true(isnan(loss));
    }
}

static void without_rows_there_is_one(void **state)
{
    (void)state;
    size_t at_work;
    double loss;
    assert_int_equal(count(&rowless, 4000, 7, &(Faults){4000, 0}, &loss, &at_work), ADC_OK);
    assert_true(loss == 4000 && at_work == 1);
    assert_int_equal(count(&counting, 0, 7, &(Faults){1, 0}, &loss, &at_work), ADC_OK);
    assert_true(loss == 0 && at_work == 1);
}

static void chunks_depend_on_the_rows_alone(void **state)
{
    (void)state;
    for (size_t rows = 0; rows < 3000000; rows += rows / 1000 + 1) {
        const size_t most = ADC_CHUNK_ROWS(rows, 0), least = ADC_CHUNK_ROWS(rows, 1);
        assert_true(most >= (rows < 1024 ? 128 : 512) && (rows + most - 1) / most <= 64);
        assert_true(least == (rows < 32768 ? 64 : most));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_number_gives_the_same_bits), cmocka_unit_test(a_fit_takes_the_same_path),
        cmocka_unit_test(fewer_threads_than_asked_for),   cmocka_unit_test(one_chunk_fails),
        cmocka_unit_test(without_rows_there_is_one),      cmocka_unit_test(chunks_depend_on_the_rows_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
