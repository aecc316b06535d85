/*
 * decide.c -- what the ranges of index variables decide: comparisons and bounds, a condition that `when` or `where` already is, a reduction
 * over one value or none.
 *
 * needs: order   makes: -   breaks: -   exact: yes
 */
#include <math.h>

#include "flat.h"

typedef struct {
    const Env *env;
    IdVec yes, no; /* conditions that hold, that do not */
    bool facts;    /* these apply here */
} Ranges;

static bool is_in(const IdVec *v, Id x)
{
    for (uint32_t i = 0; i < v->n; i++)
        if (v->at[i] == x) return true;
    return false;
}

static Id decide(Ir *ir, const Ranges *r, Id node, Op op, Id a, Id b)
{
    bool below = op == OP_LT || op == OP_LE;
    if (ir_type(ir, a) != T_INT || ir_type(ir, b) != T_INT) return node;
    if (op == OP_IMAX || op == OP_IMIN) {
        if (env_le(ir, r->env, a, b)) return op == OP_IMAX ? b : a;
        return env_le(ir, r->env, b, a) ? (op == OP_IMAX ? a : b) : node;
    }
    bool less = env_le(ir, r->env, ir_addi(ir, a, 1), b), more = env_le(ir, r->env, ir_addi(ir, b, 1), a);
    bool most = less || (op == OP_LE && env_le(ir, r->env, a, b)),
         least = more || (op == OP_LT && env_le(ir, r->env, b, a));
    if (below) return most ? ir_bool(ir, true) : least ? ir_bool(ir, false) : node;
    if (less || more) return ir_bool(ir, op == OP_NE);
    return env_le(ir, r->env, a, b) && env_le(ir, r->env, b, a) ? ir_bool(ir, op == OP_EQ) : node;
}

/* -((c - u) div d) -> (u - c + d - 1) div d: a quotient that is rounded up */
static Id round_up(Ir *ir, Id node)
{
    Id q = ir_kid(ir, node, 0);
    int64_t d;
    if (ir_opof(ir, q) != OP_IDIV || !ir_const_int(ir, ir_kid(ir, q, 1), &d) || d <= 0) return node;
    return ir_op2(ir, OP_IDIV, ir_addi(ir, ir_op1(ir, OP_NEG, ir_kid(ir, q, 0)), d - 1), ir_kid(ir, q, 1));
}

/* i < n where i ranges over 0..n -> true;  imax(0, j + 1) -> j + 1;  c under `when c` -> true */
static Id range_rule(Ir *ir, Id node, void *user)
{
    const Ranges *r = user;
    Op op = ir_opof(ir, node);
    if (r->facts && ir_type(ir, node) == T_BOOL) {
        if (is_in(&r->yes, node)) return ir_bool(ir, true);
        if (is_in(&r->no, node)) return ir_bool(ir, false);
    }
    if (op == OP_NEG && ir_type(ir, node) == T_INT) return round_up(ir, node);
    bool ordered = op == OP_LT || op == OP_LE || op == OP_EQ || op == OP_NE || op == OP_IMAX || op == OP_IMIN;
    return ordered && ir->node.at[node].vars ? decide(ir, r, node, op, ir_kid(ir, node, 0), ir_kid(ir, node, 1)) : node;
}

static void add_facts(Ir *ir, Ranges *r, Id cond)
{
    IdVec all = {0};
    ir_conjuncts(ir, cond, &all);
    for (uint32_t i = 0; i < all.n; i++) {
        vec_push(ir->arena, &r->yes, all.at[i]);
        vec_push(ir->arena, &r->no, ir_not(ir, all.at[i]));
    }
}

static Id without_conditions(Ir *ir, Flat *f, Id eq, Id region)
{
    if (!ir_eq_has(ir, eq, HAS_CONDITION)) return eq; /* nothing for the rule to decide */
    Env env = env_of(ir, f, region, eq, true);
    Ranges r = {.env = &env};
    Rewrite w = {.rule = range_rule, .user = &r};
    Id now = rewrite_eq(ir, &w, f, eq);
    Eq old = ir->eq.at[now], e = old;
    r.facts = true;
    add_facts(ir, &r, e.when);
    rewrite_forget(&w);
    if (e.where) e.where = ir_and(ir, 0, rewrite_one(ir, &w, e.where));
    add_facts(ir, &r, e.where);
    rewrite_forget(&w);
    e.body = rewrite_one(ir, &w, e.body);
    return e.body == old.body && e.where == old.where ? now : flat_moved(ir, f, now, &e);
}

/* What a reduction over nothing gives; argmax and argmin: no index. */
static Id identity(Ir *ir, Red op)
{
    switch (op) {
    case RED_SUM: return ir_real(ir, 0);
    case RED_PROD: return ir_real(ir, 1);
    case RED_MAX:
    case RED_LOGSUMEXP: return ir_real(ir, -HUGE_VAL);
    case RED_MIN: return ir_real(ir, HUGE_VAL);
    case RED_ALL: return ir_bool(ir, true);
    case RED_ANY: return ir_bool(ir, false);
    case RED_ARGMAX:
    case RED_ARGMIN: return ir_int(ir, -1);
    case RED_NONE:
    case RED_MATRIX: break;
    }
    return 0;
}

static bool is_arg(Red op) { return op == RED_ARGMAX || op == RED_ARGMIN; }

static Id identity_of(Ir *ir, Eq e)
{
    if (e.op == RED_NONE) return 0;
    if (is_arg((Red)e.op)) return identity(ir, (Red)e.op);
    bool ints = ir_type(ir, e.body) == T_INT;
    if (ints && (e.op == RED_SUM || e.op == RED_PROD)) return ir_int(ir, e.op == RED_PROD);
    return ints ? 0 : identity(ir, (Red)e.op);
}

static bool is_false(const Ir *ir, Id cond)
{
    return cond && ir_opof(ir, cond) == OP_CONST && ir->node.at[cond].u.i == 0;
}

/* sum(k: a..a + 1) f(k) -> f(a); true where something changed */
static bool drop_single(Ir *ir, Eq *e)
{
    VEC(Binder) left = {0};
    VEC(Subst) s = {0};
    for (uint32_t i = 0; i < e->inner.n; i++) {
        Binder b = ir->binder.at[e->inner.at + i];
        int64_t count;
        b.lo = ir_subst(ir, b.lo, s.at, s.n);
        b.hi = ir_subst(ir, b.hi, s.at, s.n);
        if (binder_count(ir, b, &count) && count == 1)
            vec_push(ir->arena, &s, ((Subst){b.var, b.lo}));
        else
            vec_push(ir->arena, &left, b);
    }
    if (s.n == 0) return false;
    e->body = ir_subst(ir, e->body, s.at, s.n);
    e->where = ir_and(ir, 0, ir_subst(ir, e->where, s.at, s.n));
    e->inner = ir_binders(ir, left.at, left.n);
    return true;
}

static bool is_empty(Ir *ir, Slice binders)
{
    int64_t count;
    for (uint32_t i = 0; i < binders.n; i++)
        if (binder_count(ir, ir->binder.at[binders.at + i], &count) && count == 0) return true;
    return false;
}

/* Reductions over one value or none; 0: the equation does nothing. */
static Id without_trivial(Ir *ir, Flat *f, Id eq)
{
    Eq e = ir->eq.at[eq];
    if (is_false(ir, e.when) || is_empty(ir, e.outer)) {
        f->dropped = true;
        return 0;
    }
    Id none = identity_of(ir, e);
    bool changed = none && !is_arg((Red)e.op) && drop_single(ir, &e);
    if (none && (is_false(ir, e.where) || is_empty(ir, e.inner) || (e.op == RED_SUM && ir_is_int(ir, e.body, 0)))) {
        e.body = none;
        e.where = 0;
        e.inner.n = 0;
        changed = true;
    }
    if (changed && e.inner.n == 0) {
        if (e.where) e.body = ir_select(ir, e.where, e.body, none);
        e.where = e.aux = 0;
        e.op = RED_NONE;
    }
    bool sum = e.op == RED_NONE || e.op == RED_SUM;
    if (e.add && sum && ir_is_int(ir, e.body, 0)) return 0; /* A += 0 */
    return changed ? flat_moved(ir, f, eq, &e) : eq;
}

Id decided_eq(Ir *ir, Flat *f, Id eq, Id region)
{
    return without_trivial(ir, f, without_conditions(ir, f, eq, region));
}

Id decided_region(Ir *ir, Flat *f, Id region)
{
    if (!ir->region.at[region].when) return region;
    Env env = env_of(ir, f, region, 0, false);
    Ranges r = {.env = &env};
    Rewrite w = {.rule = range_rule, .user = &r};
    return rewrite_region(ir, &w, region);
}

Id decided_node(Ir *ir, const Env *env, Id node)
{
    Ranges r = {.env = env};
    Rewrite w = {.rule = range_rule, .user = &r};
    return node && ir->node.at[node].has & HAS_CONDITION ? rewrite_one(ir, &w, node) : node;
}
