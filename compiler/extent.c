/*
 * extent.c -- how far index expressions reach, over the sizes alone.
 */
#include "derive.h"

enum { DEPTH = 32 };

static Id extreme_at(Ir *, const Binder *env, uint32_t n, Id node, bool high, int depth);

static Id extreme_var(Ir *ir, const Binder *env, uint32_t n, Id var, bool high, int depth)
{
    for (uint32_t i = 0; i < n; i++) {
        if (env[i].var != var) continue;
        Id e = extreme_at(ir, env, n, high ? env[i].hi : env[i].lo, high, depth);
        return e && high ? ir_addi(ir, e, -1) : e;
    }
    return 0;
}

/* One term of an affine form.  Bounds on one side of imin and imax suffice where the other is not known. */
static Id extreme_term(Ir *ir, const Binder *env, uint32_t n, Id t, bool high, int depth)
{
    Node x = ir->node.at[t];
    int64_t c;
    if (ir_is_size(ir, t)) return t;
    if (x.op == OP_VAR) return extreme_var(ir, env, n, x.u.ref, high, depth);
    if (x.op == OP_READ) {
        Array a = ir->array.at[x.u.ref];
        return high ? a.hi ? ir_addi(ir, a.hi, -1) : 0 : a.lo;
    }
    if (x.op == OP_IMAX || x.op == OP_IMIN) {
        Id p = extreme_at(ir, env, n, ir_kid(ir, t, 0), high, depth),
           q = extreme_at(ir, env, n, ir_kid(ir, t, 1), high, depth);
        if (p && q) return ir_op2(ir, (Op)x.op, p, q);
        return (x.op == OP_IMIN) == high ? (p ? p : q) : 0;
    }
    if ((x.op != OP_IDIV && x.op != OP_MOD) || !ir_const_int(ir, ir_kid(ir, t, 1), &c) || c <= 0) return 0;
    if (x.op == OP_MOD) return ir_int(ir, high ? c - 1 : 0);
    Id p = extreme_at(ir, env, n, ir_kid(ir, t, 0), high, depth);
    return p ? ir_op2(ir, OP_IDIV, p, ir_int(ir, c)) : 0;
}

static Id extreme_at(Ir *ir, const Binder *env, uint32_t n, Id node, bool high, int depth)
{
    Affine f = ir_affine(ir, node);
    if (f.overflow || depth == 0) return 0;
    Id sum = ir_int(ir, f.constant);
    for (uint32_t i = 0; i < f.terms.n; i++) {
        int64_t coef = f.terms.at[i].coef;
        Id e = extreme_term(ir, env, n, f.terms.at[i].term, (coef > 0) == high, depth - 1);
        if (!e) return 0;
        e = ir_imul(ir, e, coef);
        sum = ir_op2(ir, OP_ADD, sum, e);
    }
    return sum;
}

Id extreme(Ir *ir, const Binder *env, uint32_t n, Id node, bool high)
{
    return extreme_at(ir, env, n, node, high, DEPTH);
}

bool within(Ir *ir, const Binder *env, uint32_t n, Id sub, Id dim)
{
    Id lo = extreme(ir, env, n, sub, false), hi = extreme(ir, env, n, sub, true);
    if (!lo || !hi) return false;
    return ir_prove_le(ir, ir_int(ir, 0), lo) == 1 && ir_prove_le(ir, ir_addi(ir, hi, 1), dim) == 1;
}

bool hull(Ir *ir, const Binder *env, uint32_t n, Id var, Id *lo, Id *hi)
{
    *lo = extreme_var(ir, env, n, var, false, DEPTH);
    *hi = extreme_var(ir, env, n, var, true, DEPTH);
    if (!*lo || !*hi) return false;
    *hi = ir_addi(ir, *hi, 1);
    return true;
}

/* Adds a subscript's variables to `used`.  false: it is not a sum of variables, each there for the first time, and sizes. */
static bool take_terms(Ir *ir, Id sub, IdVec *used)
{
    Affine f = ir_affine(ir, sub);
    for (uint32_t i = 0; i < f.terms.n; i++) {
        AffTerm t = f.terms.at[i];
        if (ir_is_size(ir, t.term)) continue;
        if (ir_opof(ir, t.term) != OP_VAR || (t.coef != 1 && t.coef != -1)) return false;
        for (uint32_t k = 0; k < used->n; k++)
            if (used->at[k] == t.term) return false;
        vec_push(ir->arena, used, t.term);
    }
    return !f.overflow;
}

bool covers(Ir *ir, const Binder *env, uint32_t n, Id read)
{
    Node x = ir->node.at[read];
    Slice dims = ir->array.at[x.u.ref].dims;
    IdVec used = {0};
    for (uint32_t i = 0; i < n; i++)
        if (!ir_is_size(ir, env[i].lo) || !ir_is_size(ir, env[i].hi)) return false;
    for (uint32_t k = 0; k < x.n; k++) {
        Id sub = ir_kid(ir, read, k), lo = extreme(ir, env, n, sub, false), hi = extreme(ir, env, n, sub, true);
        if (!lo || !hi || !take_terms(ir, sub, &used)) return false;
        if (ir_prove_le(ir, lo, ir_int(ir, 0)) != 1) return false;
        if (ir_prove_le(ir, ir->kid.at[dims.at + k], ir_addi(ir, hi, 1)) != 1) return false;
    }
    return true;
}

bool total(Ir *ir, const Whole *whole, const Binder *env, uint32_t n, Id node)
{
    IdVec in = ir_reach(ir, &node, 1);
    for (uint32_t i = 0; i < in.n; i++) {
        Node x = ir->node.at[in.at[i]];
        if (x.op != OP_READ) continue;
        Array a = ir->array.at[x.u.ref];
        if (x.u.ref < whole->arrays ? whole->partial[x.u.ref] : !a.primal) return false;
        for (uint32_t j = 0; j < x.n; j++)
            if (!within(ir, env, n, ir_kid(ir, in.at[i], j), ir->kid.at[a.dims.at + j])) return false;
    }
    return true;
}
