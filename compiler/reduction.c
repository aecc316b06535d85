/*
 * reduction.c -- what a reduction's adjoint needs: which terms count, by which factor, and the equations that tell.
 *
 *   sum         every term, factor 1
 *   max, min    the first winner alone: win[o] = argmax(v) body, a term counts where v == win[o].  Over several variables the
 *               winner is its linear position in the box of their ranges; where a range depends on another variable there
 *               is no box, and the winner is found one variable at a time: m[o, i] = max(j: i) body, win_i[o] = argmax(i)
 *               m[o, i], win_j[o] = argmax(j: win_i[o]) body(win_i[o], j)
 *   prod        every term, factor rest[o, v] = prod(w where w != v) body(w): exact at zeros, and differentiable again
 *   logsumexp   every term, factor exp(body - A), where -inf < A: of nothing it is -inf with derivative 0
 */
#include <math.h>

#include "derive.h"

/* Copies of a pool's slice, as pools move. */
static void slice_ids(Ir *ir, Slice s, IdVec *out)
{
    for (uint32_t i = 0; i < s.n; i++) vec_push(ir->arena, out, ir->kid.at[s.at + i]);
}

static Id read_at(Ir *ir, Id array, const IdVec *subs) { return ir_read(ir, array, subs->at, subs->n); }

/* A[subs] of the equation */
static Id own_value(Ir *ir, const Eq *e)
{
    IdVec subs = {0};
    slice_ids(ir, e->subs, &subs);
    return read_at(ir, e->target, &subs);
}

static Binder inner_at(const Ir *ir, const Eq *e, uint32_t k) { return ir->binder.at[e->inner.at + k]; }

/* Does the range of an inner variable depend on another one? */
static bool ragged(const Ir *ir, const Eq *e)
{
    for (uint32_t i = 0; i < e->inner.n; i++)
        for (uint32_t j = 0; j < i; j++)
            if (ir_has_var(ir, inner_at(ir, e, i).lo, inner_at(ir, e, j).var) ||
                ir_has_var(ir, inner_at(ir, e, i).hi, inner_at(ir, e, j).var))
                return true;
    return false;
}

/* An array beside the target: its sizes, then as many more. */
static Id beside_array(Ir *ir, const Eq *e, const char *stem, Type type, const IdVec *more)
{
    Array target = ir->array.at[e->target];
    IdVec dims = {0};
    slice_ids(ir, target.dims, &dims);
    for (uint32_t i = 0; more && i < more->n; i++) vec_push(ir->arena, &dims, more->at[i]);
    const char *name = arena_printf(ir->arena, "%s_%s", stem, target.name);
    return ir_new_array(ir, name, ARRAY_LOCAL, type, dims.at, dims.n, target.span);
}

/* The variables of the scans around, then the equation's. */
static Binders ranges_of(Ir *ir, const Around *scans, const Eq *e)
{
    Binders all = {0};
    for (uint32_t i = 0; i < scans->all.n; i++) vec_push(ir->arena, &all, scans->all.at[i]);
    ir_eq_binders(ir, e, &all);
    return all;
}

/* The place of an inner variable in an array beside the target, and the size that it needs.  false: its range is not known. */
static bool place_of(Ir *ir, const Around *scans, const Eq *e, Id var, Id *sub, Id *size)
{
    Binders all = ranges_of(ir, scans, e);
    Id lo, hi;
    *sub = ir_var(ir, var);
    if (!hull(ir, all.at, all.n, var, &lo, &hi)) {
        if (!ir->ctx->errors) /* asked for several times: said once */
            diag_error(ir->ctx, e->span,
                       "the derivative of this %s needs the extent of %s, whose range has no known bounds",
                       red_text[e->op], ir->var.at[var].name);
        *size = ir_int(ir, 1);
        return false;
    }
    *size = hi;
    if (ir_prove_le(ir, ir_int(ir, 0), lo) == 1) return true;
    *sub = ir_op2(ir, OP_SUB, *sub, lo);
    *size = ir_op2(ir, OP_SUB, hi, lo);
    return true;
}

/* ---- max, min */

/* -inf < A, or A < inf for min */
static Id found(Ir *ir, const Eq *e)
{
    Id a = own_value(ir, e), end = ir_real(ir, e->op == RED_MIN ? (double)INFINITY : -(double)INFINITY);
    return e->op == RED_MIN ? ir_op2(ir, OP_LT, a, end) : ir_op2(ir, OP_LT, end, a);
}

static Id position(Ir *ir, const Eq *e)
{
    if (e->inner.n == 1) return ir_var(ir, inner_at(ir, e, 0).var);
    Id p = ir_int(ir, 0);
    for (uint32_t i = 0; i < e->inner.n; i++) {
        Binder b = inner_at(ir, e, i);
        Id size = ir_op2(ir, OP_SUB, b.hi, b.lo), v = ir_op2(ir, OP_SUB, ir_var(ir, b.var), b.lo);
        p = ir_op2(ir, OP_MUL, p, size);
        p = ir_op2(ir, OP_ADD, p, v);
    }
    return p;
}

static uint8_t arg_of(const Eq *e) { return e->op == RED_MAX ? RED_ARGMAX : RED_ARGMIN; }

static Id box_winner(Ir *ir, const Eq *e, Beside *out)
{
    Eq w = *e;
    w.target = beside_array(ir, e, "win", T_INT, NULL);
    w.op = arg_of(e);
    vec_push(ir->arena, &out->beside, ir_new_eq(ir, &w));
    return out->beside.at[0];
}

/* The inner ranges from k on, with what was found before put in. */
static Slice later_ranges(Ir *ir, const Eq *e, uint32_t k, const Subst *s, uint32_t n)
{
    Binders b = {0};
    for (uint32_t i = k; i < e->inner.n; i++) {
        Binder x = inner_at(ir, e, i);
        x.lo = ir_subst(ir, x.lo, s, n);
        x.hi = ir_subst(ir, x.hi, s, n);
        vec_push(ir->arena, &b, x);
    }
    return ir_binders(ir, b.at, b.n);
}

/* The range of a variable as an outer one: before `when` is asked it may not read a winner that is not there. */
static Binder unguarded(Ir *ir, const Around *scans, const Eq *e, Binder known, Binder own, Eq *best)
{
    Id lo, hi, var = ir_var(ir, own.var);
    if (known.lo == own.lo && known.hi == own.hi) return own;
    Binders all = ranges_of(ir, scans, e);
    if (!hull(ir, all.at, all.n, own.var, &lo, &hi)) return known; /* place_of has said so */
    best->when = ir_and(ir, best->when, ir_op2(ir, OP_LE, known.lo, var));
    best->when = ir_and(ir, best->when, ir_op2(ir, OP_LT, var, known.hi));
    return (Binder){own.var, lo, hi};
}

/* best[o, v] = max(later variables) body, of which the winner in v is looked for; `stage` has the body and its ranges. */
static Eq best_of(Ir *ir, const Around *scans, const Eq *e, const Eq *stage, Binder own)
{
    Eq best = *stage;
    IdVec more = {0}, subs = {0};
    Binders outer = {0};
    Id sub, size;
    place_of(ir, scans, e, own.var, &sub, &size);
    vec_push(ir->arena, &more, size);
    slice_ids(ir, e->subs, &subs);
    vec_push(ir->arena, &subs, sub);
    ir_add_binders(ir, e->outer, &outer);
    Binder last = unguarded(ir, scans, e, ir->binder.at[stage->inner.at], own, &best);
    vec_push(ir->arena, &outer, last);
    best.target = beside_array(ir, e, "best", T_REAL, &more);
    best.subs = ir_ids(ir, subs.at, subs.n);
    best.outer = ir_binders(ir, outer.at, outer.n);
    best.inner = (Slice){stage->inner.at + 1, stage->inner.n - 1};
    return best;
}

/* Makes the equations from the last to the first, so that aux leads from one winner to the next; returns the first winner's. */
static Id list_stages(Ir *ir, Eq *eqs, uint32_t n, uint8_t winner, Beside *out)
{
    Id next = 0;
    IdVec made = {0};
    for (uint32_t i = n; i-- > 0;) {
        bool is_winner = eqs[i].op == winner;
        eqs[i].aux = is_winner ? next : 0;
        vec_push(ir->arena, &made, ir_new_eq(ir, &eqs[i]));
        if (is_winner) next = made.at[made.n - 1];
    }
    for (uint32_t i = made.n; i-- > 0;) vec_push(ir->arena, &out->beside, made.at[i]);
    return next;
}

static Id staged_winner(Ir *ir, const Around *scans, const Eq *e, Beside *out)
{
    VEC(Eq) eqs = {0};
    VEC(Subst) known = {0};
    IdVec subs = {0};
    slice_ids(ir, e->subs, &subs);
    for (uint32_t k = 0; k < e->inner.n; k++) {
        Binder own = inner_at(ir, e, k);
        Eq stage = *e;
        stage.when = ir_and(ir, e->when, found(ir, e));
        stage.body = ir_subst(ir, e->body, known.at, known.n);
        stage.where = ir_subst(ir, e->where, known.at, known.n);
        stage.inner = later_ranges(ir, e, k, known.at, known.n);
        Eq win = stage;
        if (k + 1 < e->inner.n) {
            Eq best = best_of(ir, scans, e, &stage, own);
            IdVec at = {0};
            slice_ids(ir, best.subs, &at);
            win.body = read_at(ir, best.target, &at);
            win.where = 0;
            vec_push(ir->arena, &eqs, best);
        }
        win.op = arg_of(e);
        win.inner = (Slice){stage.inner.at, 1};
        win.target = beside_array(ir, e, "win", T_INT, NULL);
        vec_push(ir->arena, &eqs, win);
        vec_push(ir->arena, &known, ((Subst){own.var, read_at(ir, win.target, &subs)}));
    }
    return list_stages(ir, eqs.at, eqs.n, arg_of(e), out);
}

/* ---- prod */

static Id co_products(Ir *ir, const Around *scans, const Eq *e, Beside *out)
{
    IdVec more = {0}, subs = {0};
    Binders outer = {0}, inner = {0};
    VEC(Subst) other = {0};
    Id differs = ir_bool(ir, false);
    Eq r = *e;
    slice_ids(ir, e->subs, &subs);
    ir_eq_binders(ir, e, &outer);
    for (uint32_t k = 0; k < e->inner.n; k++) {
        Binder b = inner_at(ir, e, k);
        Id sub, size, w = ir_new_var(ir, ir->var.at[b.var].name, ir->var.at[b.var].span), node = ir_var(ir, w);
        place_of(ir, scans, e, b.var, &sub, &size);
        vec_push(ir->arena, &more, size);
        vec_push(ir->arena, &subs, sub);
        Id ne = ir_op2(ir, OP_NE, node, ir_var(ir, b.var));
        b.lo = ir_subst(ir, b.lo, other.at, other.n);
        b.hi = ir_subst(ir, b.hi, other.at, other.n);
        vec_push(ir->arena, &other, ((Subst){b.var, node}));
        b.var = w;
        vec_push(ir->arena, &inner, b);
        differs = ir_or(ir, differs, ne);
    }
    r.target = beside_array(ir, e, "rest", T_REAL, &more);
    r.subs = ir_ids(ir, subs.at, subs.n);
    r.outer = ir_binders(ir, outer.at, outer.n);
    r.inner = ir_binders(ir, inner.at, inner.n);
    r.body = ir_subst(ir, e->body, other.at, other.n);
    r.when = ir_and(ir, e->when, e->where);
    r.where = ir_and(ir, ir_subst(ir, e->where, other.at, other.n), differs);
    vec_push(ir->arena, &out->beside, ir_new_eq(ir, &r));
    return out->beside.at[0];
}

/* ---- the seams */

bool reduction_moves(const Ir *ir, const Eq *e)
{
    return ir->array.at[e->target].type == T_REAL && e->op != RED_ARGMAX && e->op != RED_ARGMIN && e->op != RED_ALL &&
           e->op != RED_ANY;
}

void reduction_aux(Ir *ir, const Around *scans, Id eq, Beside *out)
{
    Eq e = ir->eq.at[eq];
    *out = (Beside){.eq = eq};
    if (e.aux || (e.op != RED_MAX && e.op != RED_MIN && e.op != RED_PROD)) return;
    if (e.op == RED_PROD)
        e.aux = co_products(ir, scans, &e, out);
    else if (ragged(ir, &e))
        e.aux = staged_winner(ir, scans, &e, out);
    else
        e.aux = box_winner(ir, &e, out);
    out->eq = ir_new_eq(ir, &e);
}

static void winner_terms(Ir *ir, const Eq *e, Id *outer, Id *cond)
{
    IdVec subs = {0};
    slice_ids(ir, e->subs, &subs);
    if (!ragged(ir, e)) {
        Id win = read_at(ir, ir->eq.at[e->aux].target, &subs), at = position(ir, e);
        *cond = ir_op2(ir, OP_EQ, at, win);
        return;
    }
    *outer = found(ir, e);
    Id q = e->aux;
    for (uint32_t k = 0; k < e->inner.n; k++, q = ir->eq.at[q].aux) {
        Id win = read_at(ir, ir->eq.at[q].target, &subs), at = ir_var(ir, inner_at(ir, e, k).var);
        *cond = ir_and(ir, *cond, ir_op2(ir, OP_EQ, at, win));
    }
}

static Id product_factor(Ir *ir, const Around *scans, const Eq *e)
{
    IdVec subs = {0};
    slice_ids(ir, e->subs, &subs);
    for (uint32_t k = 0; k < e->inner.n; k++) {
        Id sub, size;
        place_of(ir, scans, e, inner_at(ir, e, k).var, &sub, &size);
        vec_push(ir->arena, &subs, sub);
    }
    return read_at(ir, ir->eq.at[e->aux].target, &subs);
}

void reduction_terms(Ir *ir, const Around *scans, Id eq, Id *outer, Id *cond, Id *factor)
{
    Eq e = ir->eq.at[eq];
    *outer = *cond = *factor = 0;
    switch ((Red)e.op) {
    case RED_NONE:
    case RED_SUM: return;
    case RED_MAX:
    case RED_MIN: winner_terms(ir, &e, outer, cond); return;
    case RED_PROD: *factor = product_factor(ir, scans, &e); return;
    case RED_LOGSUMEXP: {
        Id a = own_value(ir, &e);
        *outer = ir_op2(ir, OP_LT, ir_real(ir, -(double)INFINITY), a);
        *factor = ir_op1(ir, OP_EXP, ir_op2(ir, OP_SUB, e.body, a));
        return;
    }
    case RED_ARGMAX:
    case RED_ARGMIN:
    case RED_MATRIX:
    case RED_ALL:
    case RED_ANY: die("no derivative of %s", red_text[e.op]);
    }
}
