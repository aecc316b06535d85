/*
 * test_schedule.c -- factors of the step size at chosen steps, against their formulas and PyTorch's one-cycle.
 */
#include "schedule.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static Schedule parsed(const char *text, size_t warmup, size_t steps, size_t epoch_steps)
{
    Schedule s;
    adc_error error = {0};
    if (!adc_schedule_parse(&s, text, warmup, steps, epoch_steps, &error)) fail_msg("%s", error.text);
    return s;
}

static void at(const Schedule *s, size_t step, double want)
{
    const double got = adc_schedule_at(s, step);
    if (!(fabs(got - want) <= 1e-12 * (1 + want))) fail_msg("step %zu: %.17g, not %.17g", step, got, want);
}

static void test_factors(void **state)
{
    (void)state;
    Schedule s = parsed(NULL, 0, 0, 1);
    at(&s, 1000, 1);
    s = parsed("constant", 4, 0, 1); /* warm-up: 1/4, 2/4, 3/4, 1, 1, ... */
    at(&s, 0, 0.25);
    at(&s, 2, 0.75);
    at(&s, 4, 1);
    s = parsed("step", 0, 0, 5); /* every 10 epochs of 5 steps */
    at(&s, 49, 1);
    at(&s, 50, 0.1);
    at(&s, 149, 0.01);
    s = parsed("step:3,0.5", 2, 0, 1);
    at(&s, 0, 0.5);
    at(&s, 7, 0.25);
    s = parsed("exponential:0.9", 0, 0, 10);
    at(&s, 9, 1);
    at(&s, 35, 0.9 * 0.9 * 0.9);
    s = parsed("cosine", 0, 100, 1);
    at(&s, 0, 1);
    at(&s, 50, 0.5);
    at(&s, 100, 0);
    s = parsed("cosine:0.2", 0, 100, 1);
    at(&s, 25, 0.2 + 0.4 * (1 + sqrt(0.5)));
    at(&s, 100, 0.2);
    s = parsed("one-cycle", 0, 101, 1); /* up in 0.3 * 101 - 1 = 29.3 steps, down in 70.7 */
    at(&s, 0, 0.04);
    at(&s, 15, 0.04 + 0.96 * (1 - cos(acos(-1) * 15 / 29.3)) / 2);
    at(&s, 65, 4e-6 + (1 - 4e-6) * (1 + cos(acos(-1) * 35.7 / 70.7)) / 2);
    at(&s, 100, 4e-6);
}

static void test_plateau(void **state)
{
    (void)state;
    Schedule s = parsed("plateau:2,0.5", 0, 0, 1);
    const double loss[] = {3, 2, 2, 2.5, 1, 1, 1, 1, 1, 1, 1};
    const double want[] = {1, 1, 1, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.25}; /* the third look past the best halves it */
    for (size_t k = 0; k < sizeof loss / sizeof *loss; k++) {
        adc_schedule_look(&s, loss[k]);
        at(&s, k, want[k]);
    }
}

static void refused(const char *text, const char *want)
{
    Schedule s;
    adc_error error;
    assert_false(adc_schedule_parse(&s, text, 0, 0, 1, &error));
    assert_string_equal(error.text, want);
}

static void test_refusals(void **state)
{
    (void)state;
    refused("cosin",
            "There is no schedule cosin; there are constant, step, exponential, cosine, one-cycle and plateau.");
    refused("cosine", "The schedule cosine needs to know how many steps or epochs there are.");
    static const char *const wrong[] = {"constant:1",    "step:0",      "step:1,2,3",  "exponential:-1",
                                        "exponential:x", "one-cycle:1", "plateau:3,1", "exponential:nan"};
    for (size_t k = 0; k < sizeof wrong / sizeof *wrong; k++) {
        Schedule s;
        adc_error error;
        if (adc_schedule_parse(&s, wrong[k], 0, 10, 1, &error)) fail_msg("%s is taken", wrong[k]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_factors), cmocka_unit_test(test_plateau),
                                       cmocka_unit_test(test_refusals)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
