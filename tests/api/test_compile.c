/*
 * test_compile.c -- the compiler as a function: programs that live side by side, diagnostics as text, any threads.
 */
#include "adc.h"

#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static adc_program *compile_text(const char *name, const char *text, const adc_compile_options *o)
{
    char *messages;
    adc_program *program = adc_compile(name, text, strlen(text), o, &messages);
    if (!program) fprintf(stderr, "%s", messages);
    adc_text_free(messages);
    return program;
}

/* Loss and gradient of a model of one parameter. */
static void gradient_at(const adc_program *program, double x, double *loss, double *grad)
{
    const adc_model *m = adc_program_model(program);
    void *work = aligned_alloc(64, (m->work_bytes(NULL) + 64) / 64 * 64);
    assert_int_equal(m->grad(NULL, &x, NULL, loss, grad, work), ADC_OK);
    free(work);
}

static void two_alive_alternate(void **state)
{
    (void)state;
    adc_program *square = compile_text("square.ad", "param x = 1 loss x^2", NULL);
    adc_program *wave = compile_text("wave.ad", "param x = 1 loss sin(x)", NULL);
    assert_non_null(square);
    assert_non_null(wave);
    assert_string_equal(adc_program_model(square)->name, "square");
    for (int i = 0; i < 5; i++) {
        double loss, grad, x = 0.3 * i;
        gradient_at(square, x, &loss, &grad);
        assert_true(loss == x * x && grad == 2 * x);
        gradient_at(wave, x, &loss, &grad);
        assert_true(fabs(loss - sin(x)) < 1e-15 && fabs(grad - cos(x)) < 1e-15);
    }
    adc_program_free(square);
    double loss, grad;
    gradient_at(wave, 1, &loss, &grad);
    assert_true(fabs(grad - cos(1)) < 1e-15);
    adc_program_free(wave);
    adc_program_free(NULL);
}

static void errors_are_text(void **state)
{
    (void)state;
    char *messages;
    const char *text = "param x = 1\nloss x + yy\n";
    assert_null(adc_compile("dir/two.ad", text, strlen(text), NULL, &messages));
    assert_non_null(strstr(messages, "dir/two.ad:2:10: error: "));
    adc_text_free(messages);
    assert_null(adc_compile("two.ad", text, strlen(text), NULL, NULL));
    text = "param x = 1\nloss x\n";
    adc_program *program = adc_compile("two.ad", text, strlen(text), NULL, &messages);
    assert_non_null(program);
    assert_null(messages);
    adc_program_free(program);
}

static void options_are_taken(void **state)
{
    (void)state;
    const char *define[] = {"K=3"}, *wrt[] = {"h"};
    const char *text = "const K = 2 hyper h = 1 param x = 1 loss K*h^2*x";
    adc_compile_options o = {.define = define, .defines = 1, .wrt = wrt, .wrts = 1, .prefix = "other"};
    adc_program *program = compile_text("m.ad", text, &o);
    assert_non_null(program);
    const adc_model *m = adc_program_model(program);
    double h = 5, loss, grad, x = 2;
    void *work = aligned_alloc(64, (m->work_bytes(NULL) + 64) / 64 * 64);
    assert_int_equal(m->grad(NULL, &x, &h, &loss, &grad, work), ADC_OK);
    assert_true(loss == 150 && grad == 60);
    free(work);
    adc_program_free(program);
    char *c, *header, *messages;
    assert_int_equal(adc_to_c("m.ad", text, strlen(text), &o, &c, &header, &messages), 1);
    assert_non_null(strstr(c, "other_grad"));
    assert_non_null(strstr(header, "other_grad"));
    assert_null(messages);
    adc_text_free(c);
    adc_text_free(header);
    o.defines = 0;
    define[0] = "Q=3";
    o.defines = 1;
    assert_int_equal(adc_to_c("m.ad", text, strlen(text), &o, &c, &header, &messages), 0);
    assert_true(!c && !header && messages);
    adc_text_free(messages);
}

static void *worker(void *number)
{
    int k = *(int *)number;
    char text[80];
    snprintf(text, sizeof text, "param x = 1 loss %d*x^3 + exp(x)", k);
    for (int i = 0; i < 20; i++) {
        adc_program *program = adc_compile("t.ad", text, strlen(text), NULL, NULL);
        if (!program || adc_compile("t.ad", "loss (", 6, NULL, NULL)) return "no program";
        const adc_model *m = adc_program_model(program);
        void *work = aligned_alloc(64, (m->work_bytes(NULL) + 64) / 64 * 64);
        double x = 0.1 * i, loss, grad;
        m->grad(NULL, &x, NULL, &loss, &grad, work);
        free(work);
        adc_program_free(program);
        if (fabs(grad - (3 * k * x * x + exp(x))) > 1e-12) return "wrong gradient";
    }
    return NULL;
}

static void threads_do_not_meet(void **state)
{
    (void)state;
    enum { THREADS = 6 };
    pthread_t thread[THREADS];
    int number[THREADS];
    for (int i = 0; i < THREADS; i++) {
        number[i] = i + 1;
        assert_int_equal(pthread_create(&thread[i], NULL, worker, &number[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        assert_null(wrong);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_alive_alternate),
        cmocka_unit_test(errors_are_text),
        cmocka_unit_test(options_are_taken),
        cmocka_unit_test(threads_do_not_meet),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
