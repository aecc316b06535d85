/*
 * taken.c -- sums of values that count under conditions.
 *
 * What a branch does not take contributes nothing, so a derivative is a value and, apart from it, the condition under which it
 * counts: never a factor 0.  Only where values with different conditions meet do the conditions go into a select.
 */
#include "derive.h"

/* and(q, c) and and(q, not c): the arms of one select under q */
static bool arms_of_one(Ir *ir, Id p, Id q, Id *under, Id *test)
{
    Id up = 0, uq = 0;
    if (p && ir_opof(ir, p) == OP_AND) up = ir_kid(ir, p, 0), p = ir_kid(ir, p, 1);
    if (q && ir_opof(ir, q) == OP_AND) uq = ir_kid(ir, q, 0), q = ir_kid(ir, q, 1);
    if (!p || !q || up != uq || ir_not(ir, p) != q) return false;
    *under = up;
    *test = p;
    return true;
}

static Id add_values(Ir *ir, Id a, Id b) { return a && b ? ir_op2(ir, OP_ADD, a, b) : 0; }

/* Two terms as one, where no condition is lost: the same condition, or the two arms of one select. */
static bool merge(Ir *ir, Term *a, Term b)
{
    Id under, test;
    if (a->cond == b.cond) {
        a->value = add_values(ir, a->value, b.value);
        return true;
    }
    if (!arms_of_one(ir, a->cond, b.cond, &under, &test)) return false;
    a->cond = under;
    if (!a->value || !b.value)
        a->value = 0;
    else if (ir_opof(ir, test) == OP_NOT)
        a->value = ir_select(ir, ir_kid(ir, test, 0), b.value, a->value);
    else
        a->value = ir_select(ir, test, a->value, b.value);
    return true;
}

void terms_add(Ir *ir, Terms *t, Term x)
{
    vec_push(ir->arena, t, x);
    while (t->n > 1 && merge(ir, &t->at[t->n - 2], t->at[t->n - 1])) t->n--;
}

Term terms_sum(Ir *ir, const Terms *t)
{
    Term all = t->at[0];
    for (uint32_t i = 1; i < t->n; i++) all.cond = ir_or(ir, all.cond, t->at[i].cond);
    if (!all.value || t->n == 1) return all;
    all.value = 0;
    for (uint32_t i = 0; i < t->n; i++) {
        Term p = t->at[i];
        if (p.cond && p.cond != all.cond) p.value = ir_select(ir, p.cond, p.value, ir_real(ir, 0));
        all.value = all.value ? ir_op2(ir, OP_ADD, all.value, p.value) : p.value;
    }
    return all;
}
