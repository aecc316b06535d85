/*
 * onehot.c -- a loop in which one index alone counts becomes that index.
 *
 *     D[n, k] = select(k == w[n], y, 0)
 *     A[k, d] = sum(n: N) D[n, k] * x[n, d]  for k: K, d        A[k, d] = 0  for k: K, d
 *                                                               A[w[n], d] += y * x[n, d]  for n: N, d  when 0 <= w[n] and w[n] < K  !scatter
 *     B[n, d] = sum(k: K) D[n, k] * c[k, d]  for n, d           B[n, d] = select(0 <= w[n] and w[n] < K, y * c[w[n], d], 0)  for n, d
 *
 * So the adjoint of a max or min goes to its winner alone, and a sum over the members of a class takes one pass for all classes.
 * The test may also be a filter, `where k == w[n]`.
 *
 * needs: order   makes: scatters   breaks: leaves definitions that nothing reads (dce)   exact: yes, up to 0 times infinity (0 here)
 */
#include "cost.h"
#include "flat.h"
#include "passes.h"

typedef struct {
    Ir *ir;
    Flat f;
    IdVec sole;
    Eq e;       /* the equation at hand */
    Id var, at; /* only var == at counts */
    Id guard;   /* what stands before that test: elsewhere the index may not be there */
} OneHot;

static bool binds(const Ir *ir, Slice binders, Id var, Binder *b)
{
    for (uint32_t i = 0; i < binders.n; i++) {
        *b = ir->binder.at[binders.at + i];
        if (b->var == var) return true;
    }
    return false;
}

/* ---- tests */

/* v == at, in either order; of the pair that is looked for, if one is. */
static bool is_test(OneHot *o, Id node)
{
    Ir *ir = o->ir;
    if (ir_opof(ir, node) != OP_EQ) return false;
    for (uint32_t k = 0; k < 2; k++) {
        Id v = ir_kid(ir, node, k), at = ir_kid(ir, node, 1 - k);
        Binder b;
        if (ir_opof(ir, v) != OP_VAR || ir_type(ir, at) != T_INT || ir_opof(ir, at) == OP_VAR) continue;
        Id var = ir->node.at[v].u.ref;
        if (o->var) {
            if (o->var == var && o->at == at) return true;
            continue;
        }
        if (ir_has_var(ir, at, var) || (!binds(ir, o->e.outer, var, &b) && !binds(ir, o->e.inner, var, &b))) continue;
        o->var = var;
        o->at = at;
        return true;
    }
    return false;
}

/* The condition but for the test; *before: what of it stands before that. */
static Id without_test(OneHot *o, Id cond, bool *found, Id *before)
{
    IdVec all = {0};
    Id rest = 0;
    *found = false;
    *before = 0;
    ir_conjuncts(o->ir, cond, &all);
    for (uint32_t i = 0; i < all.n; i++) {
        bool test = is_test(o, all.at[i]);
        if (test && !*found) *before = rest;
        *found |= test;
        if (!test) rest = ir_and(o->ir, rest, all.at[i]);
    }
    return rest;
}

/* What the node is where the test holds, if it is nothing (0 or false) where that does not; else 0.  *before: what it asks before. */
static Id where_it_holds(OneHot *o, Id node, Id *before)
{
    Ir *ir = o->ir;
    *before = 0;
    if (ir_opof(ir, node) == OP_READ) {
        Id array = ir->node.at[node].u.ref, def = array < o->sole.n ? o->sole.at[array] : 0;
        if (!def || ir->eq.at[def].op != RED_NONE || ir->eq.at[def].when || !def_params(ir, def)) return 0;
        if (ir_opof(ir, ir->eq.at[def].body) != OP_SELECT) return 0;
        node = def_at(ir, def, ir->eq.at[def].body, ir->kid.at + ir->node.at[node].kids);
    }
    if (ir_type(ir, node) == T_BOOL && is_test(o, node)) return ir_bool(ir, true);
    if (ir_opof(ir, node) != OP_SELECT) return 0;
    Id none = ir_kid(ir, node, 2);
    if (!ir_is_int(ir, none, 0) && none != ir_bool(ir, false)) return 0;
    bool found;
    Id rest = without_test(o, ir_kid(ir, node, 0), &found, before);
    if (!found) return 0;
    return rest ? ir_select(ir, rest, ir_kid(ir, node, 1), none) : ir_kid(ir, node, 1);
}

/* Does a test decide whether a term of the sum counts?  Sets var, at and guard. */
static bool find_test(OneHot *o)
{
    Ir *ir = o->ir;
    IdVec conds = {0};
    Factors factors = {0};
    Id asked = 0, before;
    o->var = o->at = 0;
    ir_conjuncts(ir, o->e.where, &conds);
    for (uint32_t i = 0; i < conds.n; i++) {
        bool found = where_it_holds(o, conds.at[i], &before);
        o->guard = ir_and(ir, asked, before);
        if (found) return true;
        asked = ir_and(ir, asked, conds.at[i]);
    }
    factors_of(ir, o->e.body, &factors);
    for (uint32_t i = 0; i < factors.n; i++) {
        bool found = !factors.at[i].under && where_it_holds(o, factors.at[i].node, &before);
        o->guard = ir_and(ir, asked, before);
        if (found) return true;
    }
    return false;
}

static Id holds_rule(Ir *ir, Id node, void *user)
{
    Op op = ir_opof(ir, node);
    Id before;
    return op == OP_READ || op == OP_SELECT || op == OP_EQ ? where_it_holds(user, node, &before) : 0;
}

/* The node where the test holds, with var put in; 0 gives 0. */
static Id at_index(OneHot *o, Id node)
{
    Subst s = {o->var, o->at};
    return node ? ir_subst(o->ir, ir_replace(o->ir, node, holds_rule, o), &s, 1) : 0;
}

/* ---- the equations */

/* lo <= at and at < hi, as far as it is not known: of nothing the index of a winner is -1. */
static Id in_range(OneHot *o, Binder b)
{
    Ir *ir = o->ir;
    Id inside = ir_and(ir, 0, ir_op2(ir, OP_LE, b.lo, o->at));
    if (ir_opof(ir, o->at) == OP_READ) {
        Id array = ir->node.at[o->at].u.ref, def = array < o->sole.n ? o->sole.at[array] : 0;
        Eq w = ir->eq.at[def];
        bool winner = def && (w.op == RED_ARGMAX || w.op == RED_ARGMIN) && w.inner.n == 1;
        if (winner && ir->binder.at[w.inner.at].hi == b.hi) return inside;
    }
    return ir_and(ir, inside, ir_op2(ir, OP_LT, o->at, b.hi));
}

/* All conditions of a term at the index, in order: what the index needs to be there, its range, the others. */
static IdVec conditions(OneHot *o, Binder b)
{
    Ir *ir = o->ir;
    IdVec guard = {0}, more = {0}, all = {0};
    ir_conjuncts(ir, o->guard, &guard);
    for (uint32_t i = 0; i < guard.n; i++)
        if (!ir_has_var(ir, guard.at[i], o->var)) vec_push(ir->arena, &all, guard.at[i]);
    ir_conjuncts(ir, in_range(o, b), &all);
    if (o->e.where) ir_conjuncts(ir, ir_and(ir, 0, at_index(o, o->e.where)), &more);
    for (uint32_t i = 0; i < more.n; i++) {
        bool known = false;
        for (uint32_t k = 0; k < all.n && !known; k++) known = all.at[k] == more.at[i];
        if (!known) vec_push(ir->arena, &all, more.at[i]);
    }
    return all;
}

static Slice others(Ir *ir, Slice binders, Id var)
{
    Binders left = {0};
    for (uint32_t i = 0; i < binders.n; i++)
        if (ir->binder.at[binders.at + i].var != var) vec_push(ir->arena, &left, ir->binder.at[binders.at + i]);
    return ir_binders(ir, left.at, left.n);
}

static bool bounds_have(const Ir *ir, Slice binders, Id var)
{
    for (uint32_t i = 0; i < binders.n; i++) {
        Binder b = ir->binder.at[binders.at + i];
        if (ir_has_var(ir, b.lo, var) || ir_has_var(ir, b.hi, var)) return true;
    }
    return false;
}

/* The sum over var is its term at the index. */
static Id gather(OneHot *o, Id eq, Binder b)
{
    Ir *ir = o->ir;
    Eq g = o->e;
    if (bounds_have(ir, g.inner, o->var)) return 0;
    IdVec conds = conditions(o, b);
    g.body = at_index(o, g.body);
    g.where = 0;
    for (uint32_t i = 0; i < conds.n; i++) g.where = ir_and(ir, g.where, conds.at[i]);
    g.inner = others(ir, g.inner, o->var);
    if (!g.inner.n) {
        if (g.where) g.body = ir_select(ir, g.where, g.body, ir_real(ir, 0));
        g.where = 0;
        g.op = RED_NONE;
    }
    return flat_moved(ir, &o->f, eq, &g);
}

/* The subscripts with the index for var, which must be one of them and in no other.  false: it is not. */
static bool subs_at_index(OneHot *o, Slice *out)
{
    Ir *ir = o->ir;
    IdVec subs = {0};
    uint32_t found = 0;
    for (uint32_t i = 0; i < o->e.subs.n; i++) {
        Id sub = ir->kid.at[o->e.subs.at + i];
        bool own = sub == ir_var(ir, o->var);
        if (!own && ir_has_var(ir, sub, o->var)) return false;
        found += own;
        vec_push(ir->arena, &subs, own ? o->at : sub);
    }
    *out = ir_ids(ir, subs.at, subs.n);
    return found == 1;
}

/* Is it one of the conditions without which the index may not be there? */
static bool is_asked_before(OneHot *o, Id cond)
{
    IdVec guard = {0};
    ir_conjuncts(o->ir, o->guard, &guard);
    for (uint32_t i = 0; i < guard.n; i++)
        if (guard.at[i] == cond) return true;
    return false;
}

/* Is the index one of the data's?  The loop over tiles of rows does not know the places of others in what is written. */
static bool is_given(OneHot *o)
{
    Ir *ir = o->ir;
    IdVec all = ir_reach(ir, &o->at, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (x.op == OP_READ && !array_kind_is_input(ir->array.at[x.u.ref].kind)) return false;
    }
    return true;
}

/* Every term goes to its element: the loops that the index depends on come first.  0: it is not so. */
static Id scatter(OneHot *o, Id eq, Binder b)
{
    Ir *ir = o->ir;
    Eq s = o->e;
    Binders outer = {0}, inner = {0};
    IdVec conds = conditions(o, b);
    if (s.when && (!s.add || ir_has_var(ir, s.when, o->var))) return 0;
    if (bounds_have(ir, s.outer, o->var) || bounds_have(ir, s.inner, o->var)) return 0;
    for (uint32_t i = 0; i < s.inner.n; i++) {
        Binder x = ir->binder.at[s.inner.at + i];
        for (uint32_t k = 0; k < s.outer.n; k++)
            if (bounds_have(ir, (Slice){s.inner.at + i, 1}, ir->binder.at[s.outer.at + k].var)) return 0;
        bool needed = ir_has_var(ir, o->at, x.var);
        if (needed && bounds_have(ir, (Slice){s.inner.at, s.inner.n}, x.var)) return 0;
        if (needed)
            vec_push(ir->arena, &outer, x);
        else
            vec_push(ir->arena, &inner, x);
    }
    if (!outer.n || !is_given(o) || !subs_at_index(o, &s.subs)) return 0;
    ir_add_binders(ir, others(ir, s.outer, o->var), &outer);
    s.outer = ir_binders(ir, outer.at, outer.n);
    s.inner = ir_binders(ir, inner.at, inner.n);
    s.body = at_index(o, s.body);
    s.where = 0;
    for (uint32_t i = 0; i < conds.n; i++) {
        bool own = false;
        for (uint32_t k = 0; k < inner.n; k++) own |= ir_has_var(ir, conds.at[i], inner.at[k].var);
        if (own && is_asked_before(o, conds.at[i])) return 0;
        if (own)
            s.where = ir_and(ir, s.where, conds.at[i]);
        else
            s.when = ir_and(ir, s.when, conds.at[i]);
    }
    if (!inner.n) s.op = RED_NONE;
    s.add = s.scatter = true;
    return flat_moved(ir, &o->f, eq, &s);
}

static void visit(OneHot *o, Step step, StepVec *out)
{
    Ir *ir = o->ir;
    Binder b;
    o->e = ir->eq.at[step.id];
    bool sum = o->e.op == RED_SUM && !o->e.scatter && !o->e.apart && ir_type(ir, o->e.body) == T_REAL;
    if (!sum || !find_test(o)) {
        vec_push(ir->arena, out, step);
        return;
    }
    bool inside = binds(ir, o->e.inner, o->var, &b);
    if (!inside) binds(ir, o->e.outer, o->var, &b);
    Id eq = !cost_picks(ir, b) ? 0 : inside ? gather(o, step.id, b) : scatter(o, step.id, b);
    cost_tell(ir, "onehot", "%s: %s of %s steps over %s, of which %s alone counts%s",
              cost_element(ir, o->e.target, o->e.subs), eq ? "no loop" : "a loop", cost_loops(ir, &b, 1),
              ir->var.at[o->var].name, cost_text(ir, o->at), eq ? "" : ", stays");
    if (eq && !inside && !o->e.add) {
        Eq zero = o->e;
        zero.op = RED_NONE;
        zero.body = ir_real(ir, 0);
        zero.where = 0;
        zero.inner.n = 0;
        flat_push(ir, out, STEP_EQ, ir_new_eq(ir, &zero), step.in);
    }
    if (eq) step.id = eq;
    vec_push(ir->arena, out, step);
}

void onehot(Ir *ir)
{
    OneHot o = {.ir = ir, .f = flat_of(ir)};
    StepVec out = {0};
    o.sole = flat_sole(ir, &o.f);
    for (uint32_t i = 0; i < o.f.steps.n; i++) {
        if (o.f.steps.at[i].kind == STEP_EQ)
            visit(&o, o.f.steps.at[i], &out);
        else
            vec_push(ir->arena, &out, o.f.steps.at[i]);
    }
    flat_store(ir, &o.f, &out);
}
