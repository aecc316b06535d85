/*
 * test_number.c -- numbers as adc_number reads them have the bits of strtod's.
 */
#include "number.h"
#include "rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static Powers powers;

/* Is the text read whole, to strtod's bits?  false: it was left to strtod. */
static bool reads(const char *text)
{
    char room[100] = {0};
    double got = 0, want;
    strcpy(room, text);
    const char *after = adc_number(&powers, room, &got);
    char *end;
    want = strtod(room, &end);
    if (!after) return false;
    if (after != end || memcmp(&got, &want, sizeof got) != 0)
        fail_msg("%s: %.17g, read as %.17g; \"%s\" follows", text, want, got, after);
    return true;
}

static void test_known(void **state)
{
    (void)state;
    static const char *const taken[] = {"0",
                                        "-0",
                                        "+1",
                                        "1.",
                                        ".5",
                                        "-.5e1",
                                        "1e5",
                                        "1E+5",
                                        "1e-05",
                                        "0.1",
                                        "3.141592653589793",
                                        "00012.50",
                                        "0.000000000000000000000001",
                                        "9007199254740992",
                                        "9007199254740993",
                                        "9007199254740995",
                                        "9007199254740993e3",
                                        "9007199254740993000",
                                        "18014398509481986",
                                        "9999999999999999999",
                                        "1234567890123456789e-19",
                                        "1234567890123456789e35",
                                        "1e54",
                                        "1e-54",
                                        "9999999999999999999e54",
                                        "9999999999999999999e-54",
                                        "0.00000000000001234567890123456789",
                                        "12345678",
                                        "1234567.8",
                                        "0.12345678",
                                        "12345678.12345678",
                                        "1234567890123456.7",
                                        "5e22",
                                        "5e23",
                                        "8.5e22",
                                        "7.2057594037927933e16",
                                        "2.2250738585072014e-20",
                                        "179769313486231580e-5"};
    static const char *const left[] = {"",
                                       "-",
                                       ".",
                                       "e5",
                                       "1e",
                                       "1e+",
                                       "nan",
                                       "inf",
                                       "x",
                                       "- 1",
                                       "1e400",
                                       "1e-400",
                                       "12345678901234567890",
                                       "1e-300",
                                       "0e99999999999999999999"};
    for (size_t k = 0; k < sizeof taken / sizeof *taken; k++)
        if (!reads(taken[k])) fail_msg("%s is not read", taken[k]);
    for (size_t k = 0; k < sizeof left / sizeof *left; k++)
        if (reads(left[k])) fail_msg("%s is read", left[k]);
}

/* Doubles of all bits in a range of exponents, printed with up to 19 digits. */
static void test_random(void **state)
{
    (void)state;
    Rng rng = adc_rng(1, 0);
    size_t left = 0;
    for (int i = 0; i < 60000; i++) {
        const uint64_t exponent = 1023 - 110 + adc_rng_below(&rng, 220);
        const uint64_t bits = adc_rng_next(&rng) >> 63 << 63 | exponent << 52 | adc_rng_next(&rng) >> 12;
        double x;
        char text[100];
        memcpy(&x, &bits, sizeof x);
        snprintf(text, sizeof text, i % 3 == 2 && x < 1e18 && x > 1e-6 ? "%.*f" : "%.*g", 1 + i % 19, x);
        left += !reads(text);
    }
    assert_in_range(left, 0, 4000); /* those with more than 19 digits */
}

/* Digits and exponent at random: the middle between two doubles comes up where a power of five has few bits. */
static void test_digits(void **state)
{
    (void)state;
    Rng rng = adc_rng(2, 0);
    size_t left = 0;
    for (int i = 0; i < 60000; i++) {
        char text[100];
        const uint64_t middle = (adc_rng_next(&rng) >> 11 | UINT64_C(1) << 52) * 2 + 1;
        const uint64_t w = i % 2 ? middle : adc_rng_next(&rng) >> (1 + i % 63);
        snprintf(text, sizeof text, "%llue%d", (unsigned long long)w,
                 i % 2 ? (int)(i / 2 % 4) : (int)adc_rng_below(&rng, 109) - 54);
        left += !reads(text);
    }
    assert_in_range(left, 0, 10);
}

static int make(void **state)
{
    (void)state;
    adc_powers(&powers);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known), cmocka_unit_test(test_random),
                                       cmocka_unit_test(test_digits)};
    return cmocka_run_group_tests(tests, make, NULL);
}
