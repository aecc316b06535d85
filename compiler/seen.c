/*
 * seen.c -- an equation of the primal as one adjoint of its target sees it.
 *
 * A variable that stands in a pinned subscript is solved for and gone; where it is not certain that it is in its range, or that
 * the subscript is the pinned one, that becomes a condition.  Variables that stand around already get other names.
 */
#include "reverse.h"

bool stands_around(const Around *a, Id var)
{
    for (uint32_t i = 0; i < a->all.n; i++)
        if (a->all.at[i].var == var) return true;
    return false;
}

/* lo <= x < hi, unless that is certain; added to cond */
Id seen_between(Reverse *r, const Around *a, Id cond, Id x, Id lo, Id hi)
{
    Ir *ir = r->ir;
    Id parts[2][2] = {{lo, x}, {ir_addi(ir, x, 1), hi}};
    for (int k = 0; k < 2; k++) {
        Id gap = ir_op2(ir, OP_SUB, parts[k][1], parts[k][0]), least = extreme(ir, a->all.at, a->all.n, gap, false);
        if (least && ir_prove_le(ir, ir_int(ir, 0), least) == 1) continue;
        cond = ir_and(ir, cond, ir_op2(ir, OP_LE, parts[k][0], parts[k][1]));
    }
    return cond;
}

Id another_var(Reverse *r, Id var)
{
    Var v = r->ir->var.at[var];
    return ir_new_var(r->ir, v.name, v.span);
}

/* Binders as seen: those that are `gone` are fixed, those whose variable stands around already get another one. */
void seen_renamed(Reverse *r, const Place *at, Slice binders, const bool *gone, Substs *by)
{
    for (uint32_t i = 0; i < binders.n; i++) {
        Id var = r->ir->binder.at[binders.at + i].var;
        if ((gone && gone[i]) || !stands_around(&at->around, var)) continue;
        Id other = ir_var(r->ir, another_var(r, var));
        vec_push(r->ir->arena, by, ((Subst){var, other}));
    }
}

static Id var_of(Ir *ir, const Substs *by, Id var)
{
    for (uint32_t i = by->n; i-- > 0;)
        if (by->at[i].var == var) return ir->node.at[by->at[i].by].u.ref;
    return var;
}

Id seen_node(Ir *ir, Id node, const Substs *by) { return by->n ? ir_subst(ir, node, by->at, by->n) : node; }

Slice seen_binders(Ir *ir, Slice binders, const bool *gone, const Substs *by)
{
    Binders out = {0};
    for (uint32_t i = 0; i < binders.n; i++) {
        if (gone && gone[i]) continue;
        Binder b = ir->binder.at[binders.at + i];
        b = (Binder){var_of(ir, by, b.var), seen_node(ir, b.lo, by), seen_node(ir, b.hi, by)};
        vec_push(ir->arena, &out, b);
    }
    return ir_binders(ir, out.at, out.n);
}

/* The one variable left of the binders for which sub == pin can be solved, and *value, which it then has; binders.n: there is none. */
static uint32_t solve(Ir *ir, Slice binders, const bool *gone, Id sub, Id pin, Id *value)
{
    Affine f = ir_affine(ir, sub);
    uint32_t found = binders.n;
    for (uint32_t i = 0; i < binders.n; i++) {
        Id var = ir->binder.at[binders.at + i].var;
        if (gone[i] || !ir_has_var(ir, sub, var)) continue;
        bool inside;
        int64_t c = ir_coefficient(ir, &f, var, &inside);
        if (found != binders.n || f.overflow || inside || (c != 1 && c != -1)) return binders.n;
        found = i;
        Id own = ir_imul(ir, ir_var(ir, var), c), rest = ir_op2(ir, OP_SUB, sub, own);
        *value = ir_imul(ir, ir_op2(ir, OP_SUB, pin, rest), c);
    }
    return found;
}

/* false: it defines nothing of what is pinned. */
bool see(Reverse *r, const Place *at, Id eq, uint32_t b, Seen *out)
{
    Ir *ir = r->ir;
    Eq e = ir->eq.at[eq];
    const Id *pin = r->bar.at[b].pin;
    bool *gone = arena_alloc(ir->arena, e.outer.n + 1u);
    IdVec subs = {0};
    *out = (Seen){.eq = eq};
    for (uint32_t i = 0; i < at->by.n; i++) vec_push(ir->arena, &out->by, at->by.at[i]);
    for (uint32_t k = 0; k < e.subs.n; k++) {
        Id sub = ir->kid.at[e.subs.at + k], value = 0;
        uint32_t v = pin[k] ? solve(ir, e.outer, gone, sub, pin[k], &value) : e.outer.n;
        if (v == e.outer.n) continue;
        gone[v] = true;
        vec_push(ir->arena, &out->by, ((Subst){ir->binder.at[e.outer.at + v].var, seen_node(ir, value, &at->by)}));
    }
    seen_renamed(r, at, e.outer, gone, &out->by);
    seen_renamed(r, at, e.inner, NULL, &out->by);
    for (uint32_t v = 0; v < e.outer.n; v++) {
        if (!gone[v]) continue;
        Binder x = ir->binder.at[e.outer.at + v];
        Id lo = seen_node(ir, x.lo, &out->by), hi = seen_node(ir, x.hi, &out->by),
           value = seen_node(ir, ir_var(ir, x.var), &out->by);
        out->cond = seen_between(r, &at->around, out->cond, value, lo, hi);
    }
    for (uint32_t k = 0; k < e.subs.n; k++) {
        Id sub = seen_node(ir, ir->kid.at[e.subs.at + k], &out->by);
        vec_push(ir->arena, &subs, sub);
        if (!pin[k] || pin[k] == sub) continue;
        if (ir_prove_eq(ir, sub, pin[k]) == -1) return false;
        out->cond = ir_and(ir, out->cond, ir_op2(ir, OP_EQ, sub, pin[k]));
    }
    if (!out->by.n) return true;
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = seen_binders(ir, e.outer, gone, &out->by);
    e.inner = seen_binders(ir, e.inner, NULL, &out->by);
    e.body = seen_node(ir, e.body, &out->by);
    e.where = seen_node(ir, e.where, &out->by);
    e.with = seen_node(ir, e.with, &out->by);
    e.when = seen_node(ir, e.when, &out->by);
    out->eq = ir_new_eq(ir, &e);
    return true;
}
