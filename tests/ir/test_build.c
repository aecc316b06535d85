/*
 * The constructors: normal forms, folding, proofs, substitution, and that a body of a million nodes costs what it should.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <string.h>

#include "ir.h"

typedef struct {
    Ir *ir;
    Id i, j, n, m, x, A, B; /* index variables, sizes, a scalar, reads at i: nodes */
    Id vi, a;               /* the variable and the array themselves */
} Kit;

static Kit kit_new(void)
{
    Kit k = {.ir = ir_new(context_new(), "test")};
    Span none = {0, 0};
    k.vi = ir_new_var(k.ir, "i", none);
    k.i = ir_var(k.ir, k.vi);
    k.j = ir_var(k.ir, ir_new_var(k.ir, "j", none));
    k.n = ir_dim(k.ir, ir_new_dim(k.ir, "N", none));
    k.m = ir_dim(k.ir, ir_new_dim(k.ir, "M", none));
    k.x = ir_read(k.ir, ir_new_array(k.ir, "x", ARRAY_PARAM, T_REAL, NULL, 0, none), NULL, 0);
    k.a = ir_new_array(k.ir, "A", ARRAY_DATA, T_REAL, &k.n, 1, none);
    k.A = ir_read(k.ir, k.a, &k.i, 1);
    k.B = ir_read(k.ir, ir_new_array(k.ir, "B", ARRAY_DATA, T_INT, &k.n, 1, none), &k.i, 1);
    return k;
}

static void kit_free(Kit k) { context_free(k.ir->ctx); }

static void shows(Kit k, Id node, const char *want)
{
    Text t = {.arena = k.ir->arena};
    ir_print_node(k.ir, node, &t);
    assert_string_equal(t.at, want);
}

static Id op(Kit k, Op o, Id a, Id b) { return ir_op2(k.ir, o, a, b); }
static Id num(Kit k, int64_t i) { return ir_int(k.ir, i); }

static void integers_have_one_form(void **state)
{
    (void)state;
    Kit k = kit_new();
    Id a = op(k, OP_SUB, op(k, OP_ADD, k.j, k.n), k.i),
       b = op(k, OP_ADD, ir_op1(k.ir, OP_NEG, k.i), op(k, OP_ADD, k.n, k.j));
    assert_int_equal(a, b);
    shows(k, a, "j + N - i");
    shows(k, op(k, OP_SUB, a, op(k, OP_ADD, k.n, k.j)), "-i");
    shows(k, op(k, OP_ADD, op(k, OP_MUL, num(k, 3), op(k, OP_SUB, k.i, num(k, 2))), k.i), "4 * i - 6");
    shows(k, op(k, OP_MUL, k.B, num(k, 0)), "0");
    shows(k, op(k, OP_MUL, op(k, OP_ADD, k.i, num(k, 1)), k.n), "(i + 1) * N");
    shows(k, op(k, OP_ADD, k.B, k.i), "i + B[i]");
    kit_free(k);
}

static void overflow_stays(void **state)
{
    (void)state;
    Kit k = kit_new();
    Id big = num(k, INT64_MAX);
    shows(k, op(k, OP_ADD, big, num(k, 1)), "9223372036854775807 + 1");
    shows(k, op(k, OP_MUL, op(k, OP_MUL, big, k.i), num(k, 2)), "9223372036854775807 * i * 2");
    shows(k, num(k, INT64_MIN), "-9223372036854775808");
    shows(k, op(k, OP_IPOW, num(k, 10), num(k, 19)), "10^19");
    assert_int_equal(ir_prove_le(k.ir, op(k, OP_ADD, big, num(k, 1)), num(k, 0)), 0);
    kit_free(k);
}

static void reals_fold_what_is_exact(void **state)
{
    (void)state;
    Kit k = kit_new();
    Id zero = ir_real(k.ir, 0), one = ir_real(k.ir, 1);
    assert_int_equal(op(k, OP_ADD, k.x, zero), k.x);
    assert_int_equal(op(k, OP_SUB, k.x, zero), k.x);
    assert_int_equal(op(k, OP_MUL, one, k.x), k.x);
    assert_int_equal(op(k, OP_DIV, k.x, one), k.x);
    assert_int_equal(op(k, OP_IPOW, k.x, num(k, 1)), k.x);
    shows(k, op(k, OP_IPOW, k.x, num(k, 0)), "1.0");
    shows(k, op(k, OP_MUL, k.x, zero), "x * 0.0");
    shows(k, op(k, OP_ADD, k.x, ir_op1(k.ir, OP_NEG, k.A)), "x - A[i]");
    shows(k, op(k, OP_ADD, k.x, ir_real(k.ir, -2)), "x - 2.0");
    shows(k, op(k, OP_DIV, zero, zero), "0.0 / 0.0");
    shows(k, op(k, OP_DIV, num(k, 1), num(k, 4)), "0.25");
    shows(k, op(k, OP_ADD, k.B, zero), "B[i] + 0.0"); /* the type would change */
    shows(k, op(k, OP_POLYGAMMA, num(k, 1), one), "1.6449340668482264");
    kit_free(k);
}

static void conditions_fold(void **state)
{
    (void)state;
    Kit k = kit_new();
    Id c = op(k, OP_LT, k.x, k.A), yes = ir_bool(k.ir, true);
    shows(k, op(k, OP_LE, k.i, op(k, OP_ADD, k.i, num(k, 1))), "true");
    shows(k, ir_op1(k.ir, OP_NOT, op(k, OP_LT, k.i, k.j)), "j <= i");
    shows(k, ir_op1(k.ir, OP_NOT, c), "not x < A[i]"); /* NaN */
    assert_int_equal(op(k, OP_AND, c, yes), c);
    shows(k, op(k, OP_AND, c, ir_op1(k.ir, OP_NOT, c)), "false");
    assert_int_equal(ir_and(k.ir, 0, c), c);
    assert_int_equal(ir_or(k.ir, 0, c), 0);
    assert_int_equal(ir_and(k.ir, yes, 0), 0);
    assert_int_equal(ir_select(k.ir, yes, k.x, k.A), k.x);
    assert_int_equal(ir_select(k.ir, c, k.x, k.x), k.x);
    assert_int_equal(ir_type(k.ir, ir_select(k.ir, c, k.x, k.i)), T_REAL);
    kit_free(k);
}

static void sizes_are_proved(void **state)
{
    (void)state;
    Kit k = kit_new();
    Id n1 = ir_addi(k.ir, k.n, 1), nm = op(k, OP_MUL, k.n, k.m);
    assert_int_equal(ir_prove_le(k.ir, num(k, 0), k.n), 1);
    assert_int_equal(ir_prove_le(k.ir, num(k, 1), k.n), 0);
    assert_int_equal(ir_prove_le(k.ir, n1, k.n), -1);
    assert_int_equal(ir_prove_le(k.ir, k.n, k.m), 0);
    assert_int_equal(ir_prove_le(k.ir, num(k, 0), nm), 1);
    assert_int_equal(ir_prove_le(k.ir, op(k, OP_IMIN, k.i, k.n), k.n), 1);
    assert_int_equal(ir_prove_le(k.ir, k.n, op(k, OP_IMAX, k.m, n1)), 1);
    assert_int_equal(ir_prove_le(k.ir, op(k, OP_IMAX, k.m, k.n), k.n), 0);
    assert_int_equal(ir_prove_eq(k.ir, n1, k.n), -1);
    assert_int_equal(ir_prove_eq(k.ir, k.n, k.m), 0);
    assert_int_equal(ir_prove_eq(k.ir, num(k, -1), nm), -1);
    shows(k, op(k, OP_IMAX, k.n, n1), "N + 1");
    kit_free(k);
}

static Id twice(Ir *ir, Id node, void *user)
{
    return node == *(Id *)user ? ir_op2(ir, OP_MUL, ir_real(ir, 2), node) : 0;
}

static void rewriting(void **state)
{
    (void)state;
    Kit k = kit_new();
    Id sum = op(k, OP_ADD, op(k, OP_MUL, k.A, k.x), k.i);
    Subst s[] = {{k.vi, ir_addi(k.ir, k.j, 1)}};
    shows(k, ir_subst(k.ir, sum, s, 1), "A[j + 1] * x + (j + 1)");
    assert_int_equal(ir_subst(k.ir, k.x, s, 1), k.x);
    assert_int_equal(ir_subst(k.ir, 0, s, 1), 0);
    shows(k, ir_replace(k.ir, sum, twice, &k.x), "A[i] * (2.0 * x) + i");
    Id other = ir_new_array(k.ir, "A", ARRAY_LOCAL, T_REAL, NULL, 0, (Span){0, 0});
    assert_string_equal(k.ir->array.at[other].name, "A_2");
    kit_free(k);
}

/* A sum of 200,000 products, a million nodes: every walk is a loop over numbers, and costs what it reaches. */
static void a_million_nodes(void **state)
{
    (void)state;
    Kit k = kit_new();
    Id sum = k.A, small = op(k, OP_MUL, k.x, k.A);
    for (int64_t n = 1; n < 200000; n++) {
        Id at = ir_addi(k.ir, k.i, n);
        sum = op(k, OP_ADD, sum, op(k, OP_MUL, k.x, ir_read(k.ir, k.a, &at, 1)));
    }
    assert_int_equal(ir_reach(k.ir, &small, 1).n, 4);
    uint32_t reached = ir_reach(k.ir, &sum, 1).n;
    assert_true(reached > 1000000 - 10);
    for (int n = 0; n < 100000; n++) assert_int_equal(ir_reach(k.ir, &small, 1).n, 4);
    Subst s[] = {{k.vi, k.j}};
    Id moved = ir_subst(k.ir, sum, s, 1);
    assert_int_equal(ir_reach(k.ir, &moved, 1).n, reached);
    Id ints = k.B;
    for (int64_t n = 1; n < 20000; n++) {
        Id at = ir_addi(k.ir, k.i, n);
        ints = op(k, OP_ADD, ints, ir_read(k.ir, k.ir->node.at[k.B].u.ref, &at, 1));
    }
    assert_int_equal(ir_type(k.ir, ir_subst(k.ir, ints, s, 1)), T_INT);
    Text t = {.arena = k.ir->arena};
    ir_print_node(k.ir, moved, &t);
    assert_true(t.n > 3000000);
    kit_free(k);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_have_one_form),   cmocka_unit_test(overflow_stays),
        cmocka_unit_test(reals_fold_what_is_exact), cmocka_unit_test(conditions_fold),
        cmocka_unit_test(sizes_are_proved),         cmocka_unit_test(rewriting),
        cmocka_unit_test(a_million_nodes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
