/*
 * test_base.c -- arena, decimal numbers, names and diagnostics, where no golden file reaches.
 */
#include "base.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void arena_gives_zeroed_aligned_memory(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    for (size_t n = 0; n < 3000; n += 7) {
        unsigned char *p = arena_alloc(a, n);
        assert_int_equal((uintptr_t)p % 16, 0);
        for (size_t i = 0; i < n; i++) assert_int_equal(p[i], 0);
        memset(p, 0xFF, n);
    }
    unsigned char *large = arena_alloc(a, 50000000);
    assert_int_equal(large[49999999], 0);
    unsigned char *more = arena_grow(a, memset(arena_alloc(a, 3), 7, 3), 3, 5);
    assert_memory_equal(more, "\7\7\7\0\0", 5);
    assert_string_equal(arena_printf(a, "%d %s", 3, "x"), "3 x");
    arena_free(a);
    arena_free(NULL);
}

static void vectors_and_texts_grow(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    IdVec v = {0};
    for (uint32_t i = 0; i < 100000; i++) vec_push(a, &v, i * 3);
    for (uint32_t i = 0; i < 100000; i++) assert_int_equal(v.at[i], i * 3);
    Text t = {.arena = a};
    char *long_name = memset(arena_alloc(a, 1000), 'x', 999);
    text_addf(&t, "<%s>", long_name); /* longer than the buffer on the stack */
    for (int i = 0; i < 1000; i++) text_add(&t, "ab");
    assert_int_equal(t.n, 1001 + 2000);
    assert_int_equal(strlen(t.at), t.n);
    arena_free(a);
}

static void running_out_of_memory_leaves_by_the_jump(void **state)
{
    (void)state;
    Context *ctx = context_new();
    arena_oom(ctx->arena, &ctx->oom);
    if (setjmp(ctx->oom) == 0) {
        arena_alloc(ctx->arena, SIZE_MAX - 100);
        fail();
    }
    assert_int_equal(*(char *)arena_alloc(ctx->arena, 1), 0);
    context_free(ctx);
    context_free(NULL);
}

static const char *decimal(Arena *a, double x)
{
    Text t = {.arena = a};
    text_add_real(&t, x);
    return t.at;
}

static void reals_print_as_the_shortest_decimal(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    static const struct {
        double x;
        const char *text;
    } cases[] = {
        {0, "0.0"},
        {-0.0, "-0.0"},
        {1, "1.0"},
        {0.1, "0.1"},
        {-2.5, "-2.5"},
        {100, "100.0"},
        {1.0 / 3, "0.3333333333333333"},
        {1e15, "1000000000000000.0"},
        {1e16, "1e16"},
        {123456789012345680.0, "1.2345678901234568e17"},
        {0.0001, "0.0001"},
        {0.00001, "1e-5"},
        {1e300, "1e300"},
        {5e-324, "5e-324"},
        {1.7976931348623157e308, "1.7976931348623157e308"},
        {2.2250738585072014e-308, "2.2250738585072014e-308"},
        {9007199254740993.0, "9007199254740992.0"},
        {0x1p-44, "5.684341886080802e-14"}, /* the nearest decimal of 16 digits, ...801, does not read back */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_string_equal(decimal(a, cases[i].x), cases[i].text);
    arena_free(a);
}

static void reals_read_back_exactly(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    uint64_t bits = 88172645463325252u; /* xorshift64, Marsaglia 2003 */
    for (int i = 0; i < 20000; i++) {
        bits ^= bits << 13, bits ^= bits >> 7, bits ^= bits << 17;
        uint64_t b = i % 8 == 0 ? bits & 0xFFF0000000000000u : i % 8 == 1 ? bits & 0x800FFFFFFFFFFFFFu : bits;
        double x;
        memcpy(&x, &b, sizeof x);
        if (x - x != 0) continue;
        const char *text = decimal(a, x);
        assert_true(strtod(text, NULL) == x);
        assert_non_null(strpbrk(text, ".e"));
    }
    arena_free(a);
}

static void equal_names_are_one(void **state)
{
    (void)state;
    Context *ctx = context_new();
    const char *first = intern(ctx, "name", 4);
    for (int i = 0; i < 10000; i++) {
        char s[20];
        const int n = snprintf(s, sizeof s, "v%d", i);
        assert_ptr_equal(intern(ctx, s, (size_t)n), intern(ctx, s, (size_t)n));
    }
    assert_ptr_equal(intern(ctx, "names", 4), first);
    assert_ptr_not_equal(intern(ctx, "nam", 3), first);
    assert_ptr_not_equal(intern(ctx, "names", 5), first);
    assert_string_equal(intern(ctx, "", 0), "");
    context_free(ctx);
}

static void nearest_name(void **state)
{
    (void)state;
    const char *names[] = {"lambda", "label", "weight", "w", "bias", "gain"};
    assert_string_equal(diag_nearest("lamda", names, 6), "lambda");
    assert_string_equal(diag_nearest("wieght", names, 6), "weight");
    assert_string_equal(diag_nearest("biass", names, 6), "bias");
    assert_null(diag_nearest("v", names, 6)); /* a third of one letter is none */
    assert_null(diag_nearest("gamma", names, 6));
    assert_null(diag_nearest("x", NULL, 0));
    const char *tied[] = {"abd", "abb"};
    assert_string_equal(diag_nearest("abc", tied, 2), "abb");
}

static Context *context_of(const char *text)
{
    Context *ctx = context_new();
    assert_true(source_set(ctx, "m.ad", text, strlen(text)));
    return ctx;
}

static void places_count_characters(void **state)
{
    (void)state;
    Context *ctx = context_of("a\n\xC3\xA4\xE6\x97\xA5z\n");
    uint32_t line, column;
    source_place(&ctx->src, 7, &line, &column);
    assert_int_equal(line, 2);
    assert_int_equal(column, 3);
    source_place(&ctx->src, 1000, &line, &column); /* behind the end: at the end */
    assert_int_equal(line, 3);
    assert_int_equal(column, 1);
    assert_string_equal(source_text(ctx, (Span){7, 8}), "z");
    assert_string_equal(source_text(ctx, (Span){8, 99}), "\n");
    context_free(ctx);
}

static void diagnostics_stand_in_order_of_place(void **state)
{
    (void)state;
    Context *ctx = context_of("let a = b\nlet c = a + d\n");
    diag_error(ctx, (Span){22, 23}, "second");
    diag_warning(ctx, (Span){4, 5}, "first");
    diag_also(ctx, (Span){8, 9});
    diag_also(ctx, (Span){18, 19});
    diag_help(ctx, "do %s", "this");
    diag_error(ctx, (Span){0, 0}, "nowhere");
    Text out = {.arena = ctx->arena};
    diag_print(ctx, &out);
    assert_string_equal(out.at, "m.ad: error: nowhere\n"
                                "m.ad:1:5: warning: first\n"
                                "  1 | let a = b\n"
                                "    |     ^   ~\n"
                                "  2 | let c = a + d\n"
                                "    |         ~\n"
                                "    = help: do this\n"
                                "m.ad:2:13: error: second\n"
                                "  2 | let c = a + d\n"
                                "    |             ^\n");
    context_free(ctx);
}

static void too_many_diagnostics_are_counted(void **state)
{
    (void)state;
    Context *ctx = context_of("let a = b\n");
    for (int i = 0; i < 100000; i++) {
        diag_error(ctx, (Span){4, 5}, "error %d", i);
        diag_also(ctx, (Span){8, 9});
        diag_help(ctx, "help %d", i);
    }
    Text out = {.arena = ctx->arena};
    diag_print(ctx, &out);
    assert_int_equal(ctx->errors, 100000);
    assert_non_null(strstr(out.at, "error 19\n"));
    assert_null(strstr(out.at, "error 20\n"));
    assert_non_null(strstr(out.at, "m.ad: errors not shown: 99980\n"));
    context_free(ctx);
}

static void a_place_far_off_on_a_long_line_gets_its_own_window(void **state)
{
    (void)state;
    char text[1001];
    memset(text, 'x', 1000);
    text[3] = 'A', text[900] = 'B', text[1000] = 0;
    Context *ctx = context_of(text);
    diag_error(ctx, (Span){900, 901}, "here");
    diag_also(ctx, (Span){3, 4});
    Text out = {.arena = ctx->arena};
    diag_print(ctx, &out);
    assert_non_null(strstr(out.at, "m.ad:1:901: error: here\n  1 | ...xxx"));
    assert_non_null(strstr(out.at, "\n  1 | xxxAxxx"));
    context_free(ctx);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arena_gives_zeroed_aligned_memory),
        cmocka_unit_test(vectors_and_texts_grow),
        cmocka_unit_test(running_out_of_memory_leaves_by_the_jump),
        cmocka_unit_test(reals_print_as_the_shortest_decimal),
        cmocka_unit_test(reals_read_back_exactly),
        cmocka_unit_test(equal_names_are_one),
        cmocka_unit_test(nearest_name),
        cmocka_unit_test(places_count_characters),
        cmocka_unit_test(diagnostics_stand_in_order_of_place),
        cmocka_unit_test(too_many_diagnostics_are_counted),
        cmocka_unit_test(a_place_far_off_on_a_long_line_gets_its_own_window),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
