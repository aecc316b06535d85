/*
 * fold.c -- what can be known without running: conditions, ranges, copies, and which contributions are one.
 *
 * Three sweeps.  Ranges: a comparison or bound that the ranges of the index variables decide, a condition that `when` or
 * `where` already is, a reduction over one value or none.  Merge: a zero that the first contribution covers, and
 * contributions to the same elements, become one equation.  Propagate: a read of an array that is a constant, a copy or an
 * integer expression of its indices becomes that; a small scalar adjoint that is read once goes where it is read.
 *
 * needs: order   makes: -   breaks: -   exact: yes, up to the sign of a zero (0 + x is x here)
 */
#include <math.h>

#include "flat.h"
#include "passes.h"

enum { SMALL = 12 };

/* ---- ranges */

/* The end of the region that opens here. */
static uint32_t end_of(const Flat *f, uint32_t open)
{
    uint32_t depth = 0, i = open;
    do {
        depth += f->steps.at[i].kind == STEP_OPEN;
        depth -= f->steps.at[i].kind == STEP_CLOSE;
    } while (depth && ++i < f->steps.n);
    return i;
}

static void ranges(Ir *ir, Flat *f)
{
    StepVec out = {0};
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        if (s.kind == STEP_OPEN) {
            s.id = decided_region(ir, f, s.id);
            if (ir->region.at[s.id].when == ir_bool(ir, false)) { /* never wanted */
                i = end_of(f, i);
                continue;
            }
        }
        if (s.kind == STEP_EQ) s.id = decided_eq(ir, f, s.id, s.in);
        if (s.id) vec_push(ir->arena, &out, s);
    }
    f->steps = out;
}

/* ---- merge */

/* One subscript of a target: a loop of its own, or (var 0) an expression without loops. */
typedef struct {
    Binder loop;
    Id sub;
    bool region; /* the loop is a region's */
} Place;
typedef VEC(Place) Shape;

/* The elements that an equation writes, seen from the region `base` around it; false: not one loop for each subscript. */
static bool shape_of(Ir *ir, const Flat *f, Step s, Id base, Shape *shape)
{
    Eq e = ir->eq.at[s.id];
    Env all = env_of(ir, f, s.in, s.id, false), outside = env_of(ir, f, base, 0, false);
    uint32_t used = 0, loops = all.n - outside.n, regions = loops - e.outer.n;
    shape->n = 0;
    for (uint32_t i = 0; i < e.subs.n; i++) {
        Id sub = ir->kid.at[e.subs.at + i];
        Place p = {.sub = sub};
        for (uint32_t k = 0; k < loops; k++) {
            Binder b = all.at[outside.n + k];
            if (!ir_has_var(ir, sub, b.var)) continue;
            if (ir_opof(ir, sub) != OP_VAR) return false;
            p = (Place){b, 0, k < regions};
            used++;
        }
        for (uint32_t k = 0; p.loop.var && k < i; k++)
            if (shape->at[k].loop.var == p.loop.var) return false;
        vec_push(ir->arena, shape, p);
    }
    return used == loops;
}

/* Do two shapes have the same elements?  ren: from the variables of q to those of p.  own_step: whatever region steps p has. */
static bool same_shape(Ir *ir, const Shape *p, const Shape *q, bool own_step, Renaming *ren)
{
    ren->n = 0;
    if (p->n != q->n) return false;
    for (uint32_t i = 0; i < p->n; i++) {
        if ((p->at[i].loop.var == 0) != (q->at[i].loop.var == 0)) return false;
        if (p->at[i].loop.var) vec_push(ir->arena, ren, ((Subst){q->at[i].loop.var, ir_var(ir, p->at[i].loop.var)}));
    }
    for (uint32_t i = 0; i < p->n; i++) {
        Place x = p->at[i], y = q->at[i];
        if (x.loop.var == 0 && x.sub != y.sub) return false;
        if (x.loop.var == 0 || (own_step && y.region)) continue;
        if (ir_subst(ir, y.loop.lo, ren->at, ren->n) != x.loop.lo ||
            ir_subst(ir, y.loop.hi, ren->at, ren->n) != x.loop.hi)
            return false;
    }
    return true;
}

typedef VEC(uint32_t) StepNumbers;

/*
 * The depth of a step is how many sums over run-time ranges, one after another, must be complete before it.  A definition that is
 * deeper than a contribution to the same elements would keep that one, perhaps a sum over all rows, waiting for another pass.
 */
typedef struct {
    StepNumbers *writers, *readers; /* of each array: steps */
    uint32_t *depth;                /* of each step */
} Uses;

static bool is_runtime(Ir *ir, Binder b)
{
    int64_t count;
    return !binder_count(ir, b, &count) && (ir->node.at[b.lo].vars == 0 && ir->node.at[b.hi].vars == 0);
}

/* Does the equation sum over a run-time range? */
static bool sums_up(Ir *ir, const Eq *e)
{
    for (uint32_t i = 0; i < e->inner.n; i++)
        if (is_runtime(ir, ir->binder.at[e->inner.at + i])) return true;
    return e->scatter;
}

static Uses uses_of(Ir *ir, const Flat *f)
{
    Uses u = {.writers = arena_alloc(ir->arena, ir->array.n * sizeof(StepNumbers)),
              .readers = arena_alloc(ir->arena, ir->array.n * sizeof(StepNumbers)),
              .depth = arena_alloc(ir->arena, (f->steps.n + 1) * sizeof(uint32_t))};
    uint32_t *of_array = arena_alloc(ir->arena, ir->array.n * sizeof *of_array);
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        IdVec reads = step_reads(ir, s);
        for (uint32_t k = 0; k < reads.n; k++) {
            StepNumbers *r = &u.readers[ir->node.at[reads.at[k]].u.ref];
            if (r->n == 0 || r->at[r->n - 1] != i) vec_push(ir->arena, r, i);
            uint32_t deep = of_array[ir->node.at[reads.at[k]].u.ref];
            if (u.depth[i] < deep) u.depth[i] = deep;
        }
        if (s.kind != STEP_EQ) continue;
        Eq e = ir->eq.at[s.id];
        uint32_t after = u.depth[i] + sums_up(ir, &e);
        if (of_array[e.target] < after) of_array[e.target] = after;
        vec_push(ir->arena, &u.writers[e.target], i);
    }
    return u;
}

static bool is_region_within(const Flat *f, Id region, Id base)
{
    while (region && region != base) region = f->outside.at[region];
    return region == base;
}

/* Do all subscripts here have, where `shape` has a region's loop, its variable? */
static bool at_own_step(const Ir *ir, const Shape *shape, const Id *subs)
{
    for (uint32_t i = 0; i < shape->n; i++) {
        if (!shape->at[i].region) continue;
        if (ir_opof(ir, subs[i]) != OP_VAR || ir->node.at[subs[i]].u.ref != shape->at[i].loop.var) return false;
    }
    return true;
}

/* Every writer but the first, in this region and at the same step as `shape`. */
static bool writers_at_step(Ir *ir, const Flat *f, const StepNumbers *writers, Id region, const Shape *shape)
{
    for (uint32_t i = 1; i < writers->n; i++) {
        Step s = f->steps.at[writers->at[i]];
        Eq e = ir->eq.at[s.id];
        if (is_region_within(f, s.in, region) && !at_own_step(ir, shape, ir->kid.at + e.subs.at)) return false;
    }
    return true;
}

static bool readers_at_step(Ir *ir, const Flat *f, Id array, const StepNumbers *readers, Id region, const Shape *shape)
{
    for (uint32_t i = 0; i < readers->n; i++) {
        Step s = f->steps.at[readers->at[i]];
        if (s.kind != STEP_EQ || !is_region_within(f, s.in, region)) return false;
        IdVec reads = step_reads(ir, s);
        for (uint32_t k = 0; k < reads.n; k++) {
            Node x = ir->node.at[reads.at[k]];
            if (x.u.ref == array && !at_own_step(ir, shape, ir->kid.at + x.kids)) return false;
        }
    }
    return true;
}

/* The regions from `inner` out to `base` all run every step. */
static bool runs_fully(const Ir *ir, const Flat *f, Id inner, Id base)
{
    for (Id r = inner; r != base; r = f->outside.at[r])
        if (ir->region.at[r].when || ir->region.at[r].cond) return false;
    return true;
}

/* Do the subscripts begin with the variables of the regions around, as those of a definition must? */
static bool begins_with_scope(Ir *ir, const Flat *f, Id region, const Eq *e)
{
    Env scope = env_of(ir, f, region, 0, false);
    int64_t ahead;
    for (uint32_t i = 0; i < scope.n; i++) {
        if (i >= e->subs.n) return false;
        Id distance = ir_op2(ir, OP_SUB, ir->kid.at[e->subs.at + i], ir_var(ir, scope.at[i].var));
        if (!ir_const_int(ir, distance, &ahead) || ahead < 0 || ahead > 1) return false;
    }
    return true;
}

static bool is_plain(const Eq *e) { return e->op == RED_NONE && !e->scatter && !e->where; }

/* The value of a guarded contribution for every element: nothing where the guard does not hold. */
static Id unguarded(Ir *ir, const Eq *e)
{
    if (!e->when) return e->body;
    bool flag = ir->array.at[e->target].type == T_BOOL;
    return ir_select(ir, e->when, e->body, flag ? ir_bool(ir, false) : ir_real(ir, 0));
}

/* What += does to an array of this type: live flags are joined by `or`. */
static Op adding(const Ir *ir, Id array) { return ir->array.at[array].type == T_BOOL ? OP_OR : OP_ADD; }

static bool is_nothing(Ir *ir, Id body) { return ir_is_int(ir, body, 0) || body == ir_bool(ir, false); }

/* A = 0, A += x over all its elements -> A = x.  Is this so for the first two writers?  Changes the second. */
static bool merge_zero(Ir *ir, Flat *f, const Uses *u, Id array)
{
    const StepNumbers *writers = &u->writers[array];
    Step z = f->steps.at[writers->at[0]], *w = &f->steps.at[writers->at[1]];
    Eq zero = ir->eq.at[z.id], first = ir->eq.at[w->id];
    Shape all = {0}, part = {0};
    Renaming ren = {0};
    if (zero.add || zero.op != RED_NONE || zero.when || !is_nothing(ir, zero.body)) return false;
    if (!first.add || first.scatter || (first.when && first.op != RED_NONE) || !is_region_within(f, w->in, z.in))
        return false;
    if (!shape_of(ir, f, z, z.in, &all) || !shape_of(ir, f, *w, z.in, &part)) return false;
    bool own = false;
    if (w->in != z.in) {
        if (!begins_with_scope(ir, f, w->in, &first) || !writers_at_step(ir, f, writers, w->in, &part)) return false;
        own =
            ir->array.at[array].kind == ARRAY_LOCAL && readers_at_step(ir, f, array, &u->readers[array], w->in, &part);
        if (!own && !runs_fully(ir, f, w->in, z.in)) return false;
    }
    if (!same_shape(ir, &all, &part, own, &ren)) return false;
    first.body = unguarded(ir, &first);
    first.when = 0;
    first.add = false;
    w->id = flat_moved(ir, f, w->id, &first);
    return true;
}

/* The zero over the part of its loop that the range lo..hi is. */
static void push_rest(Ir *ir, const Step *zero, uint32_t loop, Id lo, Id hi, StepVec *rest)
{
    Eq e = ir->eq.at[zero->id];
    Binders outer = {0};
    if (ir_prove_le(ir, hi, lo) == 1) return;
    ir_add_binders(ir, e.outer, &outer);
    outer.at[loop].lo = lo;
    outer.at[loop].hi = hi;
    e.outer = ir_binders(ir, outer.at, outer.n);
    flat_push(ir, rest, STEP_EQ, ir_new_eq(ir, &e), zero->in);
}

/*
 * A[i] = 0 for i: N, A[i + k] += x for i: a..b -> A[i + k] = x for i: a..b, and zeros below a + k and from b + k on.  The first
 * contribution, where it covers a part of one dimension, of an array that is only given back: what reads it asks for whole definitions.
 */
static bool merge_part(Ir *ir, Flat *f, const Uses *u, Id array, StepVec *rest)
{
    Step z = f->steps.at[u->writers[array].at[0]], *w = &f->steps.at[u->writers[array].at[1]];
    Eq zero = ir->eq.at[z.id], first = ir->eq.at[w->id];
    uint32_t from, to, loop = zero.outer.n;
    Id shift, lo = 0, hi = 0;
    bool output = ir->array.at[array].kind == ARRAY_GRAD || ir->array.at[array].kind == ARRAY_RESULT;
    if (!output || u->readers[array].n || zero.add || zero.op != RED_NONE || zero.when || !is_nothing(ir, zero.body))
        return false;
    if (!first.add || !is_plain(&first) || first.when || w->in != z.in || z.in || zero.outer.n != first.outer.n)
        return false;
    for (uint32_t p = 0; p < first.subs.n; p++) {
        if (!eq_shift(ir, &zero, p, &from, &shift) || !ir_is_int(ir, shift, 0) || !eq_shift(ir, &first, p, &to, &shift))
            return false;
        Binder all = ir->binder.at[zero.outer.at + from], part = ir->binder.at[first.outer.at + to];
        part.lo = ir_op2(ir, OP_ADD, part.lo, shift);
        part.hi = ir_op2(ir, OP_ADD, part.hi, shift);
        if (part.lo == all.lo && part.hi == all.hi) continue;
        bool known = ir_prove_le(ir, all.lo, part.lo) == 1 && ir_prove_le(ir, part.hi, all.hi) == 1;
        if (!known || loop < zero.outer.n) return false;
        loop = from;
        lo = part.lo;
        hi = ir_prove_le(ir, part.lo, part.hi) == 1 ? part.hi : ir_op2(ir, OP_IMAX, part.lo, part.hi);
        if (ir_prove_le(ir, lo, all.hi) != 1) return false;
    }
    if (loop == zero.outer.n) return false;
    push_rest(ir, &z, loop, ir->binder.at[zero.outer.at + loop].lo, lo, rest);
    push_rest(ir, &z, loop, hi, ir->binder.at[zero.outer.at + loop].hi, rest);
    first.add = false;
    w->id = flat_moved(ir, f, w->id, &first);
    return true;
}

/* Is what the equation writes an element of its target whatever its guard says? */
static bool stays_inside(Ir *ir, const Flat *f, const Step *s)
{
    Eq e = ir->eq.at[s->id];
    Array target = ir->array.at[e.target];
    Env env = env_of(ir, f, s->in, s->id, false);
    for (uint32_t i = 0; i < e.subs.n; i++) {
        Id sub = ir->kid.at[e.subs.at + i], last = ir_addi(ir, ir->kid.at[target.dims.at + i], -1);
        if (!env_le(ir, &env, ir_int(ir, 0), sub) || !env_le(ir, &env, sub, last)) return false;
    }
    return true;
}

/* A (+)= x, A += y over the same elements -> A (+)= x + y, where the second stands. */
static bool join(Ir *ir, Flat *f, const Step *a, Step *b)
{
    Eq p = ir->eq.at[a->id], q = ir->eq.at[b->id];
    Shape sp = {0}, sq = {0};
    Renaming ren = {0};
    if (a->in != b->in || !is_plain(&p) || !is_plain(&q) || !q.add) return false;
    if (!shape_of(ir, f, *a, a->in, &sp) || !shape_of(ir, f, *b, b->in, &sq) || !same_shape(ir, &sq, &sp, false, &ren))
        return false;
    p.body = ir_subst(ir, p.body, ren.at, ren.n);
    p.when = ir_subst(ir, p.when, ren.at, ren.n);
    bool same = p.when == q.when;
    if (!same && p.when && !p.add) return false; /* an element that exists only there */
    if (!same && p.when && q.when && !stays_inside(ir, f, b)) return false;
    q.body = ir_op2(ir, adding(ir, q.target), same ? p.body : unguarded(ir, &p), same ? q.body : unguarded(ir, &q));
    if (!same) q.when = 0;
    q.add = p.add;
    b->id = flat_moved(ir, f, b->id, &q);
    return true;
}

/* A zero, contributions to some elements, one to all -> the last goes first: it then is the definition.  The others are put into
   `after` it.  Only maps are moved: a sum over rows may have to be complete before the last can begin. */
static void full_first(Ir *ir, const Flat *f, const Uses *u, StepNumbers *w, StepNumbers *after, uint8_t *gone)
{
    Step zero = f->steps.at[w->at[0]];
    Shape all = {0}, part = {0};
    Renaming ren = {0};
    if (!shape_of(ir, f, zero, zero.in, &all)) return;
    for (uint32_t i = 1; i < w->n; i++) {
        Step s = f->steps.at[w->at[i]];
        Eq e = ir->eq.at[s.id];
        if (s.in != zero.in || e.op != RED_NONE) return;
        if (!is_plain(&e) || !shape_of(ir, f, s, s.in, &part) || !same_shape(ir, &all, &part, false, &ren)) continue;
        uint32_t full = w->at[i];
        for (uint32_t k = 1; k < i; k++)
            if (u->depth[full] > u->depth[w->at[k]]) return;
        for (uint32_t k = i; k > 1; k--) w->at[k] = w->at[k - 1];
        w->at[1] = full;
        for (uint32_t k = 2; k <= i; k++) {
            vec_push(ir->arena, &after[full], w->at[k]);
            gone[w->at[k]] = 2;
        }
        return;
    }
}

/* Joins contributions that follow each other and are equally deep, or the only ones. */
static void join_all(Ir *ir, Flat *f, const Uses *u, StepNumbers *w, uint8_t *gone)
{
    Eq start = ir->eq.at[f->steps.at[w->at[0]].id];
    uint32_t n = 0, total = w->n - (!start.add && start.op == RED_NONE && ir_is_int(ir, start.body, 0));
    for (uint32_t i = 0; i < w->n; i++) {
        uint32_t *last = n ? &w->at[n - 1] : NULL;
        bool alike = last && (u->depth[*last] == u->depth[w->at[i]] || total == 2);
        bool zero = n == 1 && total < w->n; /* that is merge_zero's */
        if (alike && !zero && join(ir, f, &f->steps.at[*last], &f->steps.at[w->at[i]])) {
            gone[*last] = 1;
            if (u->depth[w->at[i]] < u->depth[*last]) u->depth[w->at[i]] = u->depth[*last];
            *last = w->at[i];
        } else {
            w->at[n++] = w->at[i];
        }
    }
    w->n = n;
}

/* Would the first contribution, as the definition, come later than another could? */
static bool deeper_than_others(const Uses *u, const StepNumbers *w)
{
    for (uint32_t i = 2; i < w->n; i++)
        if (u->depth[w->at[1]] > u->depth[w->at[i]]) return true;
    return false;
}

/* gone: 1 it is part of another, 2 it stands after another. */
static void merge(Ir *ir, Flat *f)
{
    Uses u = uses_of(ir, f);
    uint8_t *gone = arena_alloc(ir->arena, f->steps.n + 1);
    StepNumbers *after = arena_alloc(ir->arena, (f->steps.n + 1) * sizeof *after);
    StepVec *rest = arena_alloc(ir->arena, (f->steps.n + 1) * sizeof *rest);
    for (Id array = 1; array < ir->array.n; array++) {
        StepNumbers *w = &u.writers[array];
        if (w->n < 2) continue;
        full_first(ir, f, &u, w, after, gone);
        join_all(ir, f, &u, w, gone);
        if (w->n < 2 || deeper_than_others(&u, w)) continue;
        if (merge_zero(ir, f, &u, array) || merge_part(ir, f, &u, array, &rest[w->at[0]])) gone[w->at[0]] = 1;
    }
    StepVec out = {0};
    for (uint32_t i = 0; i < f->steps.n; i++) {
        if (gone[i] == 0) vec_push(ir->arena, &out, f->steps.at[i]);
        for (uint32_t k = 0; k < rest[i].n; k++) vec_push(ir->arena, &out, rest[i].at[k]);
        for (uint32_t k = 0; k < after[i].n; k++)
            if (gone[after[i].at[k]] != 1) vec_push(ir->arena, &out, f->steps.at[after[i].at[k]]);
    }
    f->steps = out;
}

/* ---- propagate */

typedef struct {
    IdVec sole; /* of each array: its only equation, as it stood before the sweep */
    IdVec def;  /* of each array: that equation rewritten, once it was reached and if it fixes its variables; 0 */
    Id *within; /* of each array in def: the region around the equation */
    uint32_t *readers; /* of each array: steps that read it */
    Id here;           /* the region around the reader */
    bool scalar;       /* the reader has no loops of its own */
} Propagate;

/* An integer expression of indices, sizes and constants, without divisions. */
static bool is_index(Ir *ir, Id body)
{
    IdVec all = ir_reach(ir, &body, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        bool affine = x.op == OP_ADD || x.op == OP_SUB || x.op == OP_MUL || x.op == OP_NEG;
        if (x.type != T_INT || (x.op != OP_CONST && x.op != OP_VAR && x.op != OP_DIM && !affine)) return false;
    }
    return all.n <= SMALL;
}

static bool is_value(const Ir *ir, Id node) { return ir_opof(ir, node) == OP_CONST || ir_opof(ir, node) == OP_READ; }

/* A constant, a copy, a copy with its sign turned, an index, a comparison: no dearer than the read that it replaces. */
static bool is_free(Ir *ir, Id body)
{
    Op op = ir_opof(ir, body);
    bool compares = op == OP_LT || op == OP_LE || op == OP_EQ || op == OP_NE;
    if (compares && is_value(ir, ir_kid(ir, body, 0)) && is_value(ir, ir_kid(ir, body, 1))) op = OP_READ;
    if (op == OP_NEG && ir_opof(ir, ir_kid(ir, body, 0)) == OP_READ) op = OP_READ;
    return op == OP_CONST || (op == OP_READ ? node_size(ir, body) <= SMALL : is_index(ir, body));
}

/* The value as one of the array's type, 0: cannot be. */
static Id typed(Ir *ir, Id body, Type type)
{
    int64_t k;
    if (ir_type(ir, body) == type) return body;
    return type == T_REAL && ir_const_int(ir, body, &k) ? ir_real(ir, (double)k) : 0;
}

static Id definition(const Propagate *p, Id array) { return array < p->def.n ? p->def.at[array] : 0; }

/* Is `value` 0 where the condition does not hold: an array that is select(cond, x, 0), perhaps times a constant? */
static bool is_zero_without(Ir *ir, const Propagate *p, Id value, Id cond)
{
    Factors f = {0};
    factors_of(ir, value, &f);
    Id read = 0;
    for (uint32_t i = 0; i < f.n; i++) {
        Node x = ir->node.at[f.at[i].node];
        if (x.op == OP_CONST) continue;
        if (x.op != OP_READ || read || f.at[i].under) return false;
        read = f.at[i].node;
    }
    Id def = read ? definition(p, ir->node.at[read].u.ref) : 0, body = def ? ir->eq.at[def].body : 0;
    if (!body || ir_opof(ir, body) != OP_SELECT || !ir_is_int(ir, ir_kid(ir, body, 2), 0)) return false;
    return def_at(ir, def, ir_kid(ir, body, 0), ir->kid.at + ir->node.at[read].kids) == cond;
}

/* sum(n where c) A[n] -> sum(n) A[n], where A is 0 without c */
static Id without_where(Ir *ir, const Propagate *p, Flat *f, Id eq)
{
    Eq e = ir->eq.at[eq];
    if (e.op != RED_SUM || !e.where || !is_zero_without(ir, p, e.body, e.where)) return eq;
    e.where = 0;
    return flat_moved(ir, f, eq, &e);
}

/* A = x when c -> A = select(c, x, 0): its readers need no guard, and its loop no branch around the store. */
static Id guarded_value(Ir *ir, Flat *f, Id eq)
{
    Eq e = ir->eq.at[eq];
    if (!e.when || ir_type(ir, e.body) != T_REAL || ir->array.at[e.target].kind != ARRAY_LOCAL) return eq;
    e.body = unguarded(ir, &e);
    e.when = 0;
    return flat_moved(ir, f, eq, &e);
}

/* select(c, x, 0) + select(c, y, 0) -> select(c, x + y, 0); with `not c` of the second -> select(c, x, y) */
static Id joined_selects(Ir *ir, Id a, Id b)
{
    if (ir_opof(ir, a) != OP_SELECT || ir_opof(ir, b) != OP_SELECT) return 0;
    Id c = ir_kid(ir, a, 0), other = ir_kid(ir, b, 0), x = ir_kid(ir, a, 1), y = ir_kid(ir, b, 1);
    if (!ir_is_int(ir, ir_kid(ir, a, 2), 0) || !ir_is_int(ir, ir_kid(ir, b, 2), 0)) return 0;
    if (c == other) return ir_select(ir, c, ir_op2(ir, OP_ADD, x, y), ir_real(ir, 0));
    if (ir_not(ir, c) == other) return ir_select(ir, c, x, y);
    return ir_not(ir, other) == c ? ir_select(ir, other, y, x) : 0;
}

static Id propagate_rule(Ir *ir, Id node, void *user)
{
    const Propagate *p = user;
    if (ir_opof(ir, node) == OP_ADD && ir_type(ir, node) == T_REAL) {
        Id joined = joined_selects(ir, ir_kid(ir, node, 0), ir_kid(ir, node, 1));
        if (joined) return joined;
    }
    /* select(c, A[n], 0) -> A[n], where A is 0 without c */
    if (ir_opof(ir, node) == OP_SELECT && ir_is_int(ir, ir_kid(ir, node, 2), 0) && ir_type(ir, node) == T_REAL &&
        is_zero_without(ir, p, ir_kid(ir, node, 1), ir_kid(ir, node, 0)))
        return ir_kid(ir, node, 1);
    if (ir_opof(ir, node) != OP_READ) return node;
    Id array = ir->node.at[node].u.ref, def = definition(p, array);
    if (def == 0) return node;
    Eq e = ir->eq.at[def];
    /* d_t = x*y, an adjoint that is read once, by an equation as scalar as itself: there */
    bool once = p->scalar && e.outer.n == 0 && p->within[array] == p->here && p->readers[array] == 1 && !e.when &&
                ir->array.at[array].kind == ARRAY_LOCAL && ir->array.at[array].primal && node_size(ir, e.body) <= SMALL;
    Id body = once || is_free(ir, e.body) ? typed(ir, e.body, (Type)ir->array.at[array].type) : 0;
    return body ? def_at(ir, def, body, ir->kid.at + ir->node.at[node].kids) : node;
}

static bool has_definition(Id array, const void *user) { return definition(user, array) != 0; }

static void propagate(Ir *ir, Flat *f)
{
    Uses u = uses_of(ir, f);
    Propagate p = {.sole = flat_sole(ir, f), .within = arena_alloc(ir->arena, ir->array.n * sizeof(Id))};
    p.readers = arena_alloc(ir->arena, ir->array.n * sizeof *p.readers);
    for (Id a = 1; a < ir->array.n; a++) p.readers[a] = u.readers[a].n;
    vec_reserve(ir->arena, &p.def, ir->array.n);
    p.def.n = ir->array.n;
    Rewrite w = {.rule = propagate_rule, .touches = has_definition, .user = &p};
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step *s = &f->steps.at[i];
        p.here = s->in;
        p.scalar = s->kind == STEP_EQ && ir->eq.at[s->id].outer.n + ir->eq.at[s->id].inner.n == 0;
        if (s->kind == STEP_OPEN) s->id = rewrite_region(ir, &w, s->id);
        if (s->kind != STEP_EQ) continue;
        Id before = s->id;
        s->id = without_where(ir, &p, f, rewrite_eq(ir, &w, f, before));
        Eq e = ir->eq.at[s->id];
        if (p.sole.at[e.target] != before || e.op != RED_NONE || !def_params(ir, s->id)) continue;
        s->id = guarded_value(ir, f, s->id);
        p.def.at[e.target] = s->id;
        p.within[e.target] = s->in;
    }
}

/* ---- */

void fold(Ir *ir)
{
    Flat f = flat_of(ir);
    zeros(ir, &f);
    for (int round = 0; round < 2; round++) { /* what propagates decides conditions and contributions */
        ranges(ir, &f);
        merge(ir, &f);
        propagate(ir, &f);
    }
    ranges(ir, &f);
    merge(ir, &f);
    StepVec steps = f.steps;
    flat_store(ir, &f, &steps);
    if (f.dropped) dce_unset(ir);
}
