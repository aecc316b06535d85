/*
 * unroll.c -- small constant loops become straight lines.
 *
 * Functions of small matrices first become scalar equations (straight.c).  A program without regions in which every range is a
 * constant, and small, is unrolled whole: each equation becomes one for each element, with constant subscripts, and then each
 * element a scalar of its own (A[0, 1] becomes A_0_1).  So is one without a loss, whatever its rows are: its functions run row by
 * row, and what they compute in a row becomes a straight line (A[p, 0, 1] -> A_0_1[p]).  And so is one with scans that have nothing but
 * short constant ranges in their steps (y[t, 1] -> y_1[t]): what else it has stays as it is.  Otherwise only reductions of a few terms
 * become expressions (sum(j: 3) f(j) -> f(0) + f(1) + f(2)), and small loops over which a subscript is not affine ((i+1) % 3)
 * become equations: constant subscripts need no division, and a scatter no longer meets itself.
 *
 * needs: -   makes: scalars   breaks: leaves arrays that nothing uses (dce)   exact: yes, but logsumexp (1e-15)
 */
#include <math.h>
#include <string.h>

#include "flat.h"
#include "passes.h"

/* The budget: POINTS of one equation, and nodes that unrolling adds to a program, in whole and where it stays a program of
   loops; TERMS of a reduction in a loop, TERM_NODES of them together; in the steps of scans, where longer ranges are vectors, SIDE values of
   an index, STEP_POINTS of them together, and nodes of all steps. */
enum {
    POINTS = 64,
    GROWTH = 4000,
    TERMS = 4,
    TERM_NODES = 96,
    BENT_POINTS = 8,
    SIDE = 4,
    STEP_POINTS = 16,
    STEP_NODES = 1500
};

typedef VEC(Subst) Point;

/* The values of the binders' variables, one after another; false: more than `most`, or not constants. */
typedef struct {
    VEC(Point) at;
    uint32_t most;
} Points;

static bool add_points(Ir *ir, Points *p, Slice binders, uint32_t first, const Point *fixed)
{
    if (first == binders.n) {
        if (p->at.n == p->most) return false;
        Point copy = {0};
        for (uint32_t i = 0; i < fixed->n; i++) vec_push(ir->arena, &copy, fixed->at[i]);
        vec_push(ir->arena, &p->at, copy);
        return true;
    }
    Binder b = ir->binder.at[binders.at + first];
    int64_t lo, hi;
    if (!ir_const_int(ir, ir_subst(ir, b.lo, fixed->at, fixed->n), &lo)) return false;
    if (!ir_const_int(ir, ir_subst(ir, b.hi, fixed->at, fixed->n), &hi)) return false;
    for (int64_t i = lo; i < hi; i++) {
        Point next = {0};
        for (uint32_t k = 0; k < fixed->n; k++) vec_push(ir->arena, &next, fixed->at[k]);
        vec_push(ir->arena, &next, ((Subst){b.var, ir_int(ir, i)}));
        if (!add_points(ir, p, binders, first + 1, &next)) return false;
    }
    return true;
}

/* ---- reductions as expressions */

static Id chain(Ir *ir, Op op, const IdVec *terms)
{
    Id all = terms->at[0];
    for (uint32_t i = 1; i < terms->n; i++) all = ir_op2(ir, op, all, terms->at[i]);
    return all;
}

/* m + log(sum exp(x - m)) with m the largest; infinite where m is */
static Id log_sum_exp(Ir *ir, const IdVec *terms)
{
    if (terms->n == 1) return terms->at[0];
    Id m = chain(ir, OP_MAX2, terms), inf = ir_real(ir, HUGE_VAL);
    IdVec exps = {0};
    for (uint32_t i = 0; i < terms->n; i++)
        vec_push(ir->arena, &exps, ir_op1(ir, OP_EXP, ir_op2(ir, OP_SUB, terms->at[i], m)));
    Id sum = ir_op2(ir, OP_ADD, m, ir_op1(ir, OP_LOG, chain(ir, OP_ADD, &exps)));
    Id infinite = ir_op2(ir, OP_OR, ir_op2(ir, OP_EQ, m, ir_real(ir, -HUGE_VAL)), ir_op2(ir, OP_EQ, m, inf));
    return ir_select(ir, infinite, m, sum);
}

/* What a term that the filter leaves out counts as; 0: no such value. */
static Id neutral(Ir *ir, Red op, Type type)
{
    bool ints = type == T_INT;
    switch (op) {
    case RED_SUM: return ints ? ir_int(ir, 0) : ir_real(ir, 0);
    case RED_PROD: return ints ? ir_int(ir, 1) : ir_real(ir, 1);
    case RED_MAX:
    case RED_LOGSUMEXP: return ints ? 0 : ir_real(ir, -HUGE_VAL);
    case RED_MIN: return ints ? 0 : ir_real(ir, HUGE_VAL);
    case RED_ALL: return ir_bool(ir, true);
    case RED_ANY: return ir_bool(ir, false);
    case RED_NONE:
    case RED_MATRIX:
    case RED_ARGMAX:
    case RED_ARGMIN: break;
    }
    return 0;
}

static Id combine(Ir *ir, Red op, const IdVec *terms)
{
    switch (op) {
    case RED_SUM: return chain(ir, OP_ADD, terms);
    case RED_PROD: return chain(ir, OP_MUL, terms);
    case RED_MAX: return chain(ir, OP_MAX2, terms);
    case RED_MIN: return chain(ir, OP_MIN2, terms);
    case RED_ALL: return chain(ir, OP_AND, terms);
    case RED_ANY: return chain(ir, OP_OR, terms);
    case RED_LOGSUMEXP: return log_sum_exp(ir, terms);
    case RED_NONE:
    case RED_MATRIX:
    case RED_ARGMAX:
    case RED_ARGMIN: break;
    }
    return 0;
}

/* The right side at a point of the outer loops as one expression; 0: it stays a loop. */
static Id expression(Ir *ir, const Eq *e, const Point *outer, uint32_t most)
{
    if (e->op == RED_NONE) return ir_subst(ir, e->body, outer->at, outer->n);
    Id none = neutral(ir, (Red)e->op, ir_type(ir, e->body));
    Points p = {.most = most};
    IdVec terms = {0};
    if (none == 0 || !add_points(ir, &p, e->inner, 0, outer)) return 0;
    for (uint32_t i = 0; i < p.at.n; i++) {
        Id term = ir_subst(ir, e->body, p.at.at[i].at, p.at.at[i].n);
        Id where = ir_and(ir, 0, ir_subst(ir, e->where, p.at.at[i].at, p.at.at[i].n));
        vec_push(ir->arena, &terms, where ? ir_select(ir, where, term, none) : term);
    }
    return terms.n ? combine(ir, (Red)e->op, &terms) : none;
}

/* ---- a whole program */

static Slice subst_ids(Ir *ir, Slice s, const Point *p)
{
    IdVec out = {0};
    for (uint32_t i = 0; i < s.n; i++) vec_push(ir->arena, &out, ir_subst(ir, ir->kid.at[s.at + i], p->at, p->n));
    return ir_ids(ir, out.at, out.n);
}

static Slice subst_binders(Ir *ir, Slice s, const Point *p)
{
    VEC(Binder) out = {0};
    for (uint32_t i = 0; i < s.n; i++) {
        Binder b = ir->binder.at[s.at + i];
        Binder c = {b.var, ir_subst(ir, b.lo, p->at, p->n), ir_subst(ir, b.hi, p->at, p->n)};
        vec_push(ir->arena, &out, c);
    }
    return ir_binders(ir, out.at, out.n);
}

static bool is_false(const Ir *ir, Id cond)
{
    return cond && ir_opof(ir, cond) == OP_CONST && ir->node.at[cond].u.i == 0;
}

/* Is every loop that is left a subscript of its own? */
static bool is_injective(Ir *ir, const Eq *e)
{
    for (uint32_t i = 0; i < e->outer.n; i++) {
        uint32_t k = 0;
        while (k < e->subs.n && ir->kid.at[e->subs.at + k] != ir_var(ir, ir->binder.at[e->outer.at + i].var)) k++;
        if (k == e->subs.n) return false;
    }
    return true;
}

/* The equation at a point of some of its outer loops: those that are left are in e->outer.  Reductions of at most `terms` become
   expressions. */
static void push_at(Ir *ir, StepVec *out, Step s, Eq e, const Point *p, uint32_t terms)
{
    e.when = ir_and(ir, 0, ir_subst(ir, e.when, p->at, p->n));
    if (is_false(ir, e.when)) return;
    Id body = e.op == RED_MATRIX || (e.op != RED_NONE && !terms) ? 0 : expression(ir, &e, p, terms);
    e.subs = subst_ids(ir, e.subs, p);
    e.outer = subst_binders(ir, e.outer, p);
    e.inner = subst_binders(ir, e.inner, p);
    e.where = ir_and(ir, 0, ir_subst(ir, e.where, p->at, p->n));
    e.with = ir_subst(ir, e.with, p->at, p->n);
    e.body = body ? body : ir_subst(ir, e.body, p->at, p->n);
    if (body) {
        e.op = RED_NONE;
        e.inner.n = 0;
        e.where = e.aux = 0;
    }
    e.scatter = e.scatter && !is_injective(ir, &e);
    flat_push(ir, out, STEP_EQ, ir_new_eq(ir, &e), s.in);
}

/* Of each array: the dimensions in which steps of scans write it. */
static uint64_t *step_dims(Ir *ir, const Flat *f)
{
    uint64_t *dims = arena_alloc(ir->arena, ir->array.n * sizeof *dims);
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        if (s.kind != STEP_EQ || !s.in) continue;
        Eq e = ir->eq.at[s.id];
        Env around = env_of(ir, f, s.in, 0, false);
        for (uint32_t k = 0; k < e.subs.n && k < 64; k++)
            for (uint32_t j = 0; j < around.n; j++)
                if (ir_has_var(ir, ir->kid.at[e.subs.at + k], around.at[j].var)) dims[e.target] |= (uint64_t)1 << k;
    }
    return dims;
}

/* Does the variable stand in these dimensions of what the equation writes? */
static bool stands_in(Ir *ir, const Eq *e, uint64_t dims, Id var)
{
    for (uint32_t k = 0; k < e->subs.n && k < 64; k++)
        if (dims >> k & 1 && ir_has_var(ir, ir->kid.at[e->subs.at + k], var)) return true;
    return false;
}

/* Which loops go: those of constant ranges; of a program with a loss all must be, but with scans those that are short. */
typedef struct {
    Binders go, stay;
} Loops;

static Loops loops_of(Ir *ir, Slice binders, bool scans)
{
    Loops l = {0};
    int64_t count;
    for (uint32_t i = 0; i < binders.n; i++) {
        Binder b = ir->binder.at[binders.at + i];
        bool constant = binder_count(ir, b, &count),
             runtime = ir_is_size(ir, b.lo) && ir_is_size(ir, b.hi) && !constant;
        if (scans ? constant && count <= SIDE : ir->loss || !runtime)
            vec_push(ir->arena, &l.go, b);
        else
            vec_push(ir->arena, &l.stay, b);
    }
    return l;
}

/* Does it make or use what the program keeps to itself?  What only tells where entries stand remains a loop. */
static bool is_inside(Ir *ir, Id eq)
{
    IdVec reads = ir_eq_reads(ir, eq);
    bool local = ir->loss || ir->array.at[ir->eq.at[eq].target].kind == ARRAY_LOCAL;
    for (uint32_t k = 0; k < reads.n; k++) local |= ir->array.at[ir->node.at[reads.at[k]].u.ref].kind == ARRAY_LOCAL;
    return local;
}

/* Nodes after unrolling; more than the budget: not small. */
static uint32_t unrolled_size(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    Points outer = {.most = POINTS}, inner = {.most = POINTS};
    Loops l = loops_of(ir, e.outer, false), sum = loops_of(ir, e.inner, false);
    Point none = {0};
    if (l.go.n + sum.go.n == 0 || !is_inside(ir, eq)) return 0;
    if (!add_points(ir, &outer, ir_binders(ir, l.go.at, l.go.n), 0, &none)) return GROWTH + 1;
    for (uint32_t k = 0; k < sum.go.n; k++) vec_push(ir->arena, &l.go, sum.go.at[k]);
    if (!add_points(ir, &inner, ir_binders(ir, l.go.at, l.go.n), 0, &none)) return GROWTH + 1;
    uint32_t size = node_size(ir, e.body);
    if (e.op == RED_MATRIX) return outer.at.n;
    return size > GROWTH ? size : inner.at.n * size + outer.at.n;
}

static bool has_scans(const Flat *f)
{
    bool any = false;
    for (uint32_t i = 0; i < f->steps.n; i++) any |= f->steps.at[i].kind == STEP_OPEN;
    return any;
}

static bool is_short(Ir *ir, Slice binders)
{
    int64_t count;
    for (uint32_t i = 0; i < binders.n; i++)
        if (binder_count(ir, ir->binder.at[binders.at + i], &count) && count > SIDE) return false;
    return true;
}

/* Nodes of an equation in a program with scans after unrolling; 0: its ranges are not short. */
static uint32_t short_size(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    Binders all = {0};
    Points p = {.most = STEP_POINTS * SIDE}, outer = {.most = STEP_POINTS};
    Point none = {0};
    ir_eq_binders(ir, &e, &all);
    if (e.op == RED_MATRIX || !is_short(ir, e.outer) || !is_short(ir, e.inner)) return 0;
    if (!add_points(ir, &outer, e.outer, 0, &none) || !add_points(ir, &p, ir_binders(ir, all.at, all.n), 0, &none))
        return 0;
    return p.at.n * node_size(ir, e.body) + 1;
}

/* Do scans have nothing else in their steps, and anything at all to unroll? */
static bool has_short_steps(Ir *ir, const Flat *f)
{
    uint32_t sum = 0;
    bool any = false;
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        if (s.kind != STEP_EQ || !s.in) continue;
        uint32_t size = short_size(ir, s.id);
        any |= ir->eq.at[s.id].outer.n + ir->eq.at[s.id].inner.n > 0;
        sum += size;
        if (!size || sum > STEP_NODES) return false;
    }
    return any;
}

static bool is_small(Ir *ir, const Flat *f)
{
    uint32_t sum = 0;
    if (has_scans(f)) return has_short_steps(ir, f);
    for (uint32_t i = 0; i < f->steps.n; i++) {
        sum += unrolled_size(ir, f->steps.at[i].id);
        if (sum > GROWTH) return false;
    }
    return true;
}

static void unroll_whole(Ir *ir, Flat *f)
{
    StepVec out = {0};
    Point none = {0};
    const bool scans = has_scans(f);
    const uint64_t *dims = step_dims(ir, f);
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        Eq e = s.kind == STEP_EQ ? ir->eq.at[s.id] : (Eq){0};
        Points p = {.most = scans ? STEP_POINTS : POINTS};
        Loops all = loops_of(ir, e.outer, scans), l = {.stay = all.stay};
        for (uint32_t k = 0; k < all.go.n; k++) { /* steps are not told apart */
            Binders *to = stands_in(ir, &e, dims[e.target], all.go.at[k].var) ? &l.stay : &l.go;
            vec_push(ir->arena, to, all.go.at[k]);
        }
        if (l.go.n + e.inner.n == 0 || !is_inside(ir, s.id) ||
            !add_points(ir, &p, ir_binders(ir, l.go.at, l.go.n), 0, &none)) {
            vec_push(ir->arena, &out, s);
            continue;
        }
        e.outer = ir_binders(ir, l.stay.at, l.stay.n);
        for (uint32_t k = 0; k < p.at.n; k++) push_at(ir, &out, s, e, &p.at.at[k], scans ? SIDE : POINTS);
    }
    f->steps = out;
}

/* ---- elements as scalars */

typedef struct {
    const uint64_t
        *fixed;    /* of each local array or sum of contributions: in which dimensions all subscripts are constant */
    IdVec *scalar; /* of each such array: of each element in these dimensions, its array, 0: none yet */
} Scalars;

static bool is_bit(uint64_t bits, uint32_t k) { return k < 64 && bits >> k & 1; }

/* The element in the dimensions `fixed` that constant subscripts mean; of the others: -1. */
static bool element_of(Ir *ir, Id array, uint64_t fixed, const Id *subs, uint32_t *element)
{
    Slice dims = ir->array.at[array].dims;
    int64_t at = 0, size, sub;
    for (uint32_t i = 0; i < dims.n; i++) {
        if (!is_bit(fixed, i)) continue;
        if (!ir_const_int(ir, ir->kid.at[dims.at + i], &size) || !ir_const_int(ir, subs[i], &sub)) return false;
        if (sub < 0 || sub >= size || size > GROWTH) return false;
        at = at * size + sub;
        if (at > GROWTH * POINTS) return false;
    }
    *element = (uint32_t)at;
    return true;
}

/* What of dimensions or subscripts is not fixed. */
static IdVec left_of(Ir *ir, Id first, uint32_t n, uint64_t fixed)
{
    IdVec left = {0};
    for (uint32_t i = 0; i < n; i++)
        if (!is_bit(fixed, i)) vec_push(ir->arena, &left, ir->kid.at[first + i]);
    return left;
}

static Id scalar_of(Ir *ir, const Scalars *s, Id array, Id subs)
{
    uint32_t element;
    Array a = ir->array.at[array];
    if (!element_of(ir, array, s->fixed[array], ir->kid.at + subs, &element))
        die("element of %s is not constant", a.name);
    IdVec *of = &s->scalar[array];
    vec_reserve(ir->arena, of, element + 1);
    if (of->n <= element) of->n = element + 1;
    if (of->at[element]) return of->at[element];
    Text name = {.arena = ir->arena};
    text_add(&name, a.name);
    for (uint32_t i = 0; i < a.dims.n; i++)
        if (is_bit(s->fixed[array], i)) text_addf(&name, "_%lld", (long long)ir->node.at[ir->kid.at[subs + i]].u.i);
    IdVec dims = left_of(ir, a.dims.at, a.dims.n, s->fixed[array]);
    Id made = ir_new_array(ir, name.at, ARRAY_LOCAL, (Type)a.type, dims.at, dims.n, a.span);
    ir->array.at[made].primal = a.primal;
    of->at[element] = made;
    return made;
}

static Id scalar_rule(Ir *ir, Id node, void *user)
{
    const Scalars *s = user;
    Node x = ir->node.at[node];
    if (x.op != OP_READ || !s->fixed[x.u.ref]) return node;
    Id scalar = scalar_of(ir, s, x.u.ref, x.kids);
    IdVec subs = left_of(ir, x.kids, x.n, s->fixed[x.u.ref]);
    return ir_read(ir, scalar, subs.at, subs.n);
}

static bool is_fixed(Id array, const void *user)
{
    const Scalars *s = user;
    return s->fixed[array] != 0;
}

/* An array that is asked for stays where it is not wholly fixed. */
static void mark_fixed(Ir *ir, uint64_t *fixed, Id array, Id subs)
{
    uint32_t element;
    Array a = ir->array.at[array];
    uint64_t was = fixed[array];
    for (uint32_t i = 0; i < a.dims.n; i++)
        if (is_bit(was, i) && !element_of(ir, array, (uint64_t)1 << i, ir->kid.at + subs, &element))
            fixed[array] &= ~((uint64_t)1 << i);
    if (fixed[array] && !element_of(ir, array, fixed[array], ir->kid.at + subs, &element)) fixed[array] = 0;
    if (fixed[array] != was && a.kind != ARRAY_LOCAL) fixed[array] = 0;
}

/* A[0, 1] = A_0_1: an array that is asked for gets its elements back. */
static void push_elements(Ir *ir, StepVec *out, Id array, const IdVec *scalar, Span span)
{
    for (uint32_t i = 0; i < scalar->n; i++) {
        if (scalar->at[i] == 0) continue;
        Slice dims = ir->array.at[array].dims;
        IdVec subs = {0};
        vec_reserve(ir->arena, &subs, dims.n);
        subs.n = dims.n;
        int64_t rest = i, size = 1;
        for (uint32_t k = dims.n; k--; rest /= size) {
            if (!ir_const_int(ir, ir->kid.at[dims.at + k], &size))
                die("size of %s is not constant", ir->array.at[array].name);
            subs.at[k] = ir_int(ir, rest % size);
        }
        Eq e = {.target = array, .body = ir_read(ir, scalar->at[i], NULL, 0), .span = span};
        e.subs = ir_ids(ir, subs.at, subs.n);
        flat_push(ir, out, STEP_EQ, ir_new_eq(ir, &e), 0);
    }
}

static uint64_t all_dims(const Ir *ir, Id array)
{
    uint32_t n = ir->array.at[array].dims.n;
    return n < 64 ? ((uint64_t)1 << n) - 1 : 0;
}

/* Of each array: its last writer, or the end of the outermost scan that has it.  0: none, or the first step. */
static uint32_t *last_writers(Ir *ir, const Flat *f)
{
    uint32_t *last = arena_alloc(ir->arena, ir->array.n * sizeof *last), depth = 0;
    IdVec within = {0};
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        depth += s.kind == STEP_OPEN;
        depth -= s.kind == STEP_CLOSE;
        if (s.kind == STEP_EQ && depth)
            vec_push(ir->arena, &within, ir->eq.at[s.id].target);
        else if (s.kind == STEP_EQ)
            last[ir->eq.at[s.id].target] = i;
        if (depth) continue;
        while (within.n) last[within.at[--within.n]] = i;
    }
    return last;
}

static void make_scalars(Ir *ir, Flat *f)
{
    uint64_t *fixed = arena_alloc(ir->arena, ir->array.n * sizeof *fixed);
    const uint32_t *last = last_writers(ir, f);
    for (uint32_t i = 0; i < f->steps.n; i++) {
        if (f->steps.at[i].kind != STEP_EQ) continue;
        Eq e = ir->eq.at[f->steps.at[i].id];
        if (ir->array.at[e.target].kind == ARRAY_LOCAL || e.add) fixed[e.target] = all_dims(ir, e.target);
    }
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        IdVec reads = step_reads(ir, s);
        if (s.kind == STEP_EQ) mark_fixed(ir, fixed, ir->eq.at[s.id].target, ir->eq.at[s.id].subs.at);
        for (uint32_t k = 0; k < reads.n; k++)
            mark_fixed(ir, fixed, ir->node.at[reads.at[k]].u.ref, ir->node.at[reads.at[k]].kids);
    }
    Scalars scalars = {fixed, arena_alloc(ir->arena, ir->array.n * sizeof(IdVec))};
    Rewrite w = {.rule = scalar_rule, .touches = is_fixed, .user = &scalars};
    StepVec out = {0};
    uint32_t arrays = ir->array.n;
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        if (s.kind == STEP_OPEN) s.id = rewrite_region(ir, &w, s.id);
        if (s.kind == STEP_EQ) {
            s.id = rewrite_eq(ir, &w, f, s.id);
            Eq e = ir->eq.at[s.id];
            Id whole = e.target;
            if (whole < arrays && fixed[whole]) {
                e.target = scalar_of(ir, &scalars, whole, e.subs.at);
                IdVec subs = left_of(ir, e.subs.at, e.subs.n, fixed[whole]);
                e.subs = ir_ids(ir, subs.at, subs.n);
                s.id = flat_moved(ir, f, s.id, &e);
            }
        }
        vec_push(ir->arena, &out, s);
        for (Id a = 1; a < arrays; a++)
            if (last[a] == i && fixed[a] && ir->array.at[a].kind != ARRAY_LOCAL)
                push_elements(ir, &out, a, &scalars.scalar[a], ir->array.at[a].span);
    }
    f->steps = out;
}

/* ---- a program of loops */

/* sum(j: 3) f(j) -> f(0) + f(1) + f(2) */
static Id unroll_terms(Ir *ir, Flat *f, Id eq, uint32_t *growth)
{
    Eq e = ir->eq.at[eq];
    Point none = {0};
    Points p = {.most = TERMS};
    if (e.op == RED_NONE || e.op == RED_LOGSUMEXP || e.op == RED_MATRIX || e.inner.n == 0 ||
        !add_points(ir, &p, e.inner, 0, &none))
        return eq;
    uint32_t size = node_size(ir, e.body) * p.at.n;
    if (size > TERM_NODES || *growth + size > GROWTH) return eq;
    Id body = expression(ir, &e, &none, TERMS);
    if (body == 0) return eq;
    *growth += size;
    e.body = body;
    e.op = RED_NONE;
    e.inner.n = 0;
    e.where = e.aux = 0;
    return flat_moved(ir, f, eq, &e);
}

/* Is a variable part of something that is not affine? */
static bool is_bent(Ir *ir, Id sub, Id var)
{
    Affine f = ir_affine(ir, sub);
    if (f.overflow) return ir_has_var(ir, sub, var);
    for (uint32_t i = 0; i < f.terms.n; i++)
        if (f.terms.at[i].term != ir_var(ir, var) && ir_has_var(ir, f.terms.at[i].term, var)) return true;
    return false;
}

/* Is a variable bent in a subscript of the target or of a read? */
static bool bends(Ir *ir, Id eq, Id var)
{
    Eq e = ir->eq.at[eq];
    IdVec reads = ir_eq_reads(ir, eq);
    for (uint32_t k = 0; k < e.subs.n; k++)
        if (is_bent(ir, ir->kid.at[e.subs.at + k], var)) return true;
    for (uint32_t i = 0; i < reads.n; i++) {
        Node x = ir->node.at[reads.at[i]];
        for (uint32_t k = 0; k < x.n; k++) {
            Id sub = ir->kid.at[x.kids + k];
            if (ir_has_var(ir, sub, var) && ir_opof(ir, sub) != OP_READ && is_bent(ir, sub, var)) return true;
        }
    }
    return false;
}

/* dk[p, (i + 1) % 3] += .. for p, i: 3 !scatter -> three equations, without conflicts */
static bool unroll_bent(Ir *ir, StepVec *out, Step s, uint32_t *growth)
{
    Eq e = ir->eq.at[s.id];
    VEC(Binder) bent = {0}, rest = {0};
    Points p = {.most = BENT_POINTS};
    Point none = {0};
    for (uint32_t i = 0; i < e.outer.n; i++) {
        Binder b = ir->binder.at[e.outer.at + i];
        int64_t count;
        if (binder_count(ir, b, &count) && bends(ir, s.id, b.var))
            vec_push(ir->arena, &bent, b);
        else
            vec_push(ir->arena, &rest, b);
    }
    if (bent.n == 0 || !add_points(ir, &p, ir_binders(ir, bent.at, bent.n), 0, &none)) return false;
    uint32_t size = node_size(ir, e.body) * p.at.n;
    if (*growth + size > GROWTH) return false;
    *growth += size;
    e.outer = ir_binders(ir, rest.at, rest.n);
    for (uint32_t k = 0; k < p.at.n; k++) push_at(ir, out, s, e, &p.at.at[k], e.outer.n ? 0 : TERMS);
    return true;
}

static void unroll_small(Ir *ir, Flat *f)
{
    StepVec out = {0};
    uint32_t growth = 0;
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        if (s.kind == STEP_EQ) s.id = unroll_terms(ir, f, s.id, &growth);
        if (s.kind != STEP_EQ || !unroll_bent(ir, &out, s, &growth)) vec_push(ir->arena, &out, s);
    }
    f->steps = out;
}

void unroll(Ir *ir)
{
    Flat f = flat_of(ir);
    bool guards = false;
    for (uint32_t i = 0; i < f.steps.n; i++)
        guards |= f.steps.at[i].kind == STEP_EQ && ir->eq.at[f.steps.at[i].id].when;
    straight(ir, &f);
    if (is_small(ir, &f)) {
        unroll_whole(ir, &f);
        make_scalars(ir, &f);
    } else {
        unroll_small(ir, &f);
    }
    StepVec steps = f.steps;
    flat_store(ir, &f, &steps);
    if (guards) dce_unset(ir);
}
