/*
 * risk.c -- may a value or a partial be infinite, or no number, at ordinary numbers?
 *
 * Known are bounds of values, by interval arithmetic through the equations of the primal (Moore, Interval Analysis, 1966):
 *
 *     1e-5 + sum(i) x[i]^2 / n     is at least 1e-5: its square root has a slope, and may divide
 *     exp(-x^2)                    is at most 1
 *     exp(s[u] - z)                is at most 1 where z = logsumexp(u) s[u]
 */
#include "reverse.h"

#include <math.h>

#include "partials.h"

enum {
    DEPTH = 24,   /* of nodes that a bound is found through */
    BUDGET = 400, /* ... and how many */
    LARGE = 80    /* e^x is finite in single precision */
};

static const double ROUNDING = 0x1p-20; /* of sums of ordinary length, in single precision */

typedef struct {
    double lo, hi;
} Interval;

typedef struct {
    const Reverse *r;
    uint32_t left; /* nodes that may still be looked at */
} Bounds;

static const Interval all = {-INFINITY, INFINITY};

/* ---- intervals */

/* What is no number is not known. */
static Interval between(double lo, double hi)
{
    return (Interval){isnan(lo) ? -INFINITY : lo, isnan(hi) ? INFINITY : hi};
}

/* A sum, or in single precision what rounding leaves of it where the terms cancel. */
static double sum(double a, double b, double way)
{
    double s = a + b;
    return a * b < 0 ? s + way * ROUNDING * fmax(fabs(a), fabs(b)) : s;
}

static double times(double a, double b) { return a == 0 || b == 0 ? 0 : a * b; }

static Interval product(Interval a, Interval b)
{
    double p = times(a.lo, b.lo), q = times(a.lo, b.hi), r = times(a.hi, b.lo), s = times(a.hi, b.hi);
    return between(fmin(fmin(p, q), fmin(r, s)), fmax(fmax(p, q), fmax(r, s)));
}

static Interval quotient(Interval a, Interval b)
{
    if (b.lo > 0) return product(a, between(1 / b.hi, 1 / b.lo));
    if (b.lo < 0) return all;
    return a.lo >= 0 ? between(0, INFINITY) : a.hi <= 0 ? between(-INFINITY, 0) : all;
}

static Interval even(Interval a)
{
    double most = fmax(fabs(a.lo), fabs(a.hi)), least = a.lo <= 0 && a.hi >= 0 ? 0 : fmin(fabs(a.lo), fabs(a.hi));
    return between(least, most);
}

static Interval power(Interval a, int64_t n)
{
    if (n < 0) return all;
    if (n % 2 == 0) a = even(a);
    return between(pow(a.lo, (double)n), pow(a.hi, (double)n));
}

static Interval either(Interval a, Interval b) { return between(fmin(a.lo, b.lo), fmax(a.hi, b.hi)); }

/* ---- bounds of nodes */

static Interval bounds(Bounds *b, Id node, uint32_t depth);

static Interval bounds_of_eq(Bounds *b, Id eq, uint32_t depth)
{
    Eq e = b->r->ir->eq.at[eq];
    if (e.add || e.op == RED_MATRIX || ir_type(b->r->ir, e.body) == T_BOOL) return all;
    Interval body = bounds(b, e.body, depth);
    switch ((int)e.op) {
    case RED_NONE: return body;
    case RED_SUM: return between(body.lo >= 0 ? 0 : -INFINITY, body.hi <= 0 ? 0 : INFINITY);
    case RED_MAX: return between(-INFINITY, body.hi);
    case RED_MIN: return between(body.lo, INFINITY);
    default: return all;
    }
}

static Interval bounds_of_array(Bounds *b, Id array, uint32_t depth)
{
    const Reverse *r = b->r;
    Id eq = array < r->arrays ? r->latest[array] : 0;
    if (!eq) return all;
    Interval found = bounds_of_eq(b, eq, depth);
    while ((eq = r->earlier[eq]) != 0) found = either(found, bounds_of_eq(b, eq, depth));
    return found;
}

static Interval bounds(Bounds *b, Id node, uint32_t depth)
{
    Ir *ir = b->r->ir;
    Node x = ir->node.at[node];
    double value;
    int64_t n;
    if (ir_const_real(ir, node, &value)) return between(value, value);
    if (x.op == OP_DIM) return between(0, INFINITY);
    if (x.type != T_REAL || depth == 0 || b->left == 0) return all;
    b->left--;
    if (x.op == OP_READ) return bounds_of_array(b, x.u.ref, depth - 1);
    Interval k[3] = {all, all, all};
    for (uint32_t i = 0; i < x.n && i < 3; i++) k[i] = bounds(b, ir_kid(ir, node, i), depth - 1);
    switch ((int)x.op) {
    case OP_ADD: return between(sum(k[0].lo, k[1].lo, -1), sum(k[0].hi, k[1].hi, 1));
    case OP_SUB: return between(sum(k[0].lo, -k[1].hi, -1), sum(k[0].hi, -k[1].lo, 1));
    case OP_NEG: return between(-k[0].hi, -k[0].lo);
    case OP_MUL: return ir_kid(ir, node, 0) == ir_kid(ir, node, 1) ? power(k[0], 2) : product(k[0], k[1]);
    case OP_DIV: return quotient(k[0], k[1]);
    case OP_IPOW: return ir_const_int(ir, ir_kid(ir, node, 1), &n) ? power(k[0], n) : all;
    case OP_SELECT: return either(k[1], k[2]);
    case OP_MAX2: return between(fmax(k[0].lo, k[1].lo), fmax(k[0].hi, k[1].hi));
    case OP_MIN2: return between(fmin(k[0].lo, k[1].lo), fmin(k[0].hi, k[1].hi));
    case OP_EXP: return between(exp(k[0].lo), exp(k[0].hi));
    case OP_SQRT:
    case OP_SQRT0: return between(sqrt(fmax(k[0].lo, 0)), sqrt(k[0].hi));
    case OP_ABS: return even(k[0]);
    case OP_RELU: return between(fmax(k[0].lo, 0), fmax(k[0].hi, 0));
    case OP_STOP: return k[0];
    case OP_SIGMOID: return between(0, 1);
    case OP_TANH:
    case OP_SIN:
    case OP_COS: return between(-1, 1);
    case OP_HYPOT:
    case OP_SOFTPLUS: return between(0, INFINITY);
    default: return all;
    }
}

static Interval bounds_of(const Reverse *r, Id node)
{
    Bounds b = {r, BUDGET};
    return bounds(&b, node, DEPTH);
}

/* ---- terms of a softmax */

static bool binds_same(Ir *ir, const Eq *e, Id var, Id lo, Id hi)
{
    Binders all_of = {0};
    ir_eq_binders(ir, e, &all_of);
    for (uint32_t k = 0; k < all_of.n; k++)
        if (all_of.at[k].var == var) return all_of.at[k].lo == lo && all_of.at[k].hi == hi;
    return false;
}

/* exp(b[k] - y) in the equation e, where y = logsumexp(k) b[k] has one equation, and k runs here as it does there. */
static bool is_softmax(const Reverse *r, const Eq *e, Id exp_of)
{
    Ir *ir = r->ir;
    Id read = ir_opof(ir, exp_of) == OP_SUB ? ir_kid(ir, exp_of, 1) : 0;
    if (!read || ir_opof(ir, read) != OP_READ) return false;
    Node x = ir->node.at[read];
    Id eq = x.u.ref < r->arrays ? r->latest[x.u.ref] : 0;
    if (!eq || r->earlier[eq]) return false;
    Eq y = ir->eq.at[eq];
    if (y.op != RED_LOGSUMEXP || y.inner.n != 1 || y.where || y.when) return false;
    Substs there = {0};
    for (uint32_t p = 0; p < x.n; p++) {
        Node sub = ir->node.at[ir->kid.at[y.subs.at + p]];
        if (sub.op != OP_VAR) return false;
        vec_push(ir->arena, &there, ((Subst){sub.u.ref, ir_kid(ir, read, p)}));
    }
    Binder k = ir->binder.at[y.inner.at];
    Id lo = ir_subst(ir, k.lo, there.at, there.n), hi = ir_subst(ir, k.hi, there.at, there.n);
    uint32_t n;
    const Id *vars = ir_vars(ir, exp_of, &n);
    for (uint32_t v = 0; v < n; v++) {
        if (!binds_same(ir, e, vars[v], lo, hi)) continue;
        vec_push(ir->arena, &there, ((Subst){k.var, ir_var(ir, vars[v])}));
        bool same = ir_subst(ir, y.body, there.at, there.n) == ir_kid(ir, exp_of, 0);
        there.n--;
        if (same) return true;
    }
    return false;
}

/* ---- what has a risk */

static bool is_apart_from_zero(Interval b) { return b.lo > 0 || b.hi < 0; }

/* Do the bounds of its operands rule out what the table of derivatives warns of? */
static bool is_safe(const Reverse *r, const Eq *e, Id node)
{
    Ir *ir = r->ir;
    Id a = ir_kid(ir, node, 0);
    switch ((int)ir_opof(ir, node)) {
    case OP_DIV: return is_apart_from_zero(bounds_of(r, ir_kid(ir, node, 1)));
    case OP_IPOW:
    case OP_CBRT: return is_apart_from_zero(bounds_of(r, a));
    case OP_LOG:
    case OP_LOG2:
    case OP_LOG10:
    case OP_SQRT: return bounds_of(r, a).lo > 0;
    case OP_LOG1P: return bounds_of(r, a).lo > -1;
    case OP_EXP: return is_softmax(r, e, a) || bounds_of(r, a).hi <= LARGE;
    case OP_EXPM1: return bounds_of(r, a).hi <= LARGE;
    default: return false;
    }
}

/* Has a range that may be without a number in it?  Arguments of max, min, logsumexp over nothing are infinite. */
static bool may_be_infinite(const Reverse *r, const Eq *e)
{
    Ir *ir = r->ir;
    if (e->op != RED_MAX && e->op != RED_MIN && e->op != RED_LOGSUMEXP) return false;
    if (e->where) return true;
    Binders around = {0};
    ir_add_binders(ir, e->outer, &around);
    for (uint32_t i = 0; i < e->inner.n; i++) {
        Binder b = ir->binder.at[e->inner.at + i];
        Id more = ir_addi(ir, ir_op2(ir, OP_SUB, b.lo, b.hi), 1); /* at most 0 where there is one */
        uint32_t n;
        ir_vars(ir, more, &n);
        Id most = n ? ir_extreme(ir, around.at, around.n, more, true) : more;
        if (n && (!most || ir_prove_le(ir, most, ir_int(ir, 0)) != 1)) return true;
        vec_push(ir->arena, &around, b);
    }
    return false;
}

void risk_note(Reverse *r, Id eq, bool guarded)
{
    Id target = r->ir->eq.at[eq].target;
    (void)guarded;
    if (target >= r->arrays) return;
    r->earlier[eq] = r->latest[target];
    r->latest[target] = eq;
}

bool risk_in(const Reverse *r, const Eq *e)
{
    Ir *ir = r->ir;
    if (may_be_infinite(r, e) || e->op == RED_MATRIX) return true;
    IdVec found = ir_reach(ir, &e->body, 1);
    for (uint32_t i = 0; i < found.n; i++) {
        Node x = ir->node.at[found.at[i]];
        if (partial_risky(ir, found.at[i]) && !is_safe(r, e, found.at[i])) return true;
        if (x.op == OP_CONST && x.type == T_REAL && !(x.u.r - x.u.r == 0)) return true;
    }
    return false;
}
