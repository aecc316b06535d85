/*
 * tile.c -- a row loop that takes the rows LANES at a time: each statement for all rows of a tile before the next one.
 *
 * The rows of a tile are lanes: a temporary has LANES elements side by side for each of its other indices, and the loop over them is innermost,
 * so that compilers make vectors of it.  What is to run so is brought into a form whose statements are elementwise:
 *
 *     t[n] = sum(j) a[n, j]          ->  t[n] = 0    t[n] += a[n, j]  for j                       (max, min, prod alike; of logsumexp see below)
 *     y[n] = b * exp(c[n] - d)       ->  u[n] = c[n] - d    v[n] = exp(u[n])    y[n] = b * v[n]   one call for all lanes
 *     g[k] += sum(n) a[n, k]         ->  G[k, n % SUMS] += a[n, k], and G is added up behind the loop: nothing depends on how compilers reassociate
 *     x[n, j], an input              ->  packed once a tile: x2[n, j]
 *     out[n, j] = ..., for the caller -> t[n, j] = ...    out[n, j] = t[n, j]
 *     t[n, h] = sum(d) W[h, d] * x[n, d]                   a product of matrices, where they are large; so g[h, d] += sum(n) a[n, h] * x[n, d]
 *
 * What has no such form (integer data as subscripts, conditions on the row) stays as it is, in a loop over the lanes.
 *
 * needs: a row loop   makes: statements for lanes   exact: no (sums over rows are regrouped)
 */
#include "loop.h"

#include "ckernel.h"
#include "cost.h"

#include <math.h>

enum { MOST_CALLS = 60, MOST_BINDERS = 60, MOST_LOOPS = 8, LONG = 16, MANY = 1000000 };

/* What stands for an array from outside where its dimension p is the row.  In a region: of a step's part of it, where `fixed` subscripts,
   one a dimension, choose it; 0: they do not. */
typedef struct {
    Id array, by;
    int p;
    uint32_t region;
    const Id *fixed;
} Packed;

/* value = logsumexp(k) body, from which exp(body - value) is term/total.  READ nodes, but for body. */
typedef struct {
    Id value, body, term, total;
    Id inverse; /* 1/total, once it is wanted */
    uint32_t region;
    Binders outer; /* those of value */
    Binder inner;  /* k */
} Softmax;

typedef struct {
    Ir *ir;
    Rows *r;
    Id *staged, *sums; /* by array: what stands for a result, for what is summed */
    Eq *elements;      /* ... of which elements, and how: subs, outer and op */
    VEC(Packed) packed;
    IdVec packs, unpacks, zeros, folds;
    Items *out;      /* statements, where they go now */
    Binders scans;   /* of the regions around them: parallel variables but the row, and steps */
    uint32_t region; /* ... a number of its own for the innermost one; 0: none */
    uint32_t regions;
    Binders binders; /* of the equation at hand, but for the row: those of `scans` first */
    Id when;         /* its guard, of no row */
    Span span;
    struct {
        Id call, read;
    } made[4 * MOST_CALLS]; /* calls of the equation at hand, and what stands for them */
    uint32_t calls;
    uint32_t equations, fitting; /* so far */
    VEC(Softmax) softmax;
    double work, few; /* operations for one row; and times the rows up to which a tile costs more than row by row */
} Tiler;

bool lane_kernel(Op op, Kernel *k)
{
    switch ((int)op) {
    case OP_EXP: *k = KERNEL_VEXP; break;
    case OP_EXPM1: *k = KERNEL_VEXPM1; break;
    case OP_LOG: *k = KERNEL_VLOG; break;
    case OP_LOG1P: *k = KERNEL_VLOG1P; break;
    case OP_TANH: *k = KERNEL_VTANH; break;
    case OP_SIGMOID: *k = KERNEL_VSIGMOID; break;
    case OP_SOFTPLUS: *k = KERNEL_VSOFTPLUS; break;
    case OP_SIN: *k = KERNEL_VSIN; break;
    case OP_COS: *k = KERNEL_VCOS; break;
    default: return false;
    }
    return true;
}

/* ---- which equations have a form for lanes */

static bool varies(Ir *ir, Id node, Id row) { return node && ir_has_var(ir, node, row); }

/* The subscript that is this variable (the row), where no other one speaks of it; -1. */
static int row_position(Ir *ir, Slice subs, Id row)
{
    int found = -1;
    for (uint32_t p = 0; p < subs.n; p++) {
        Id sub = ir->kid.at[subs.at + p];
        if (!varies(ir, sub, row)) continue;
        if (found >= 0 || ir_opof(ir, sub) != OP_VAR) return -1;
        found = (int)p;
    }
    return found;
}

static bool is_row(const Ir *ir, Id node, Id row)
{
    return ir_opof(ir, node) == OP_VAR && ir->node.at[node].u.ref == row;
}

static bool elementwise(Op op)
{
    switch ((int)op) {
    case OP_ADD:
    case OP_SUB:
    case OP_MUL:
    case OP_DIV:
    case OP_NEG:
    case OP_IPOW:
    case OP_LT:
    case OP_LE:
    case OP_EQ:
    case OP_NE:
    case OP_AND:
    case OP_OR:
    case OP_NOT:
    case OP_SELECT:
    case OP_MAX2:
    case OP_MIN2:
    case OP_ISNAN:
    case OP_SQRT:
    case OP_SQRT0:
    case OP_RELU:
    case OP_ABS:
    case OP_STOP: return true;
    default: return false;
    }
}

/* `calls`: functions that lanes have as calls count. */
static bool node_runs(Ir *ir, Id id, Id row, bool calls)
{
    Node x = ir->node.at[id];
    Kernel k;
    int64_t n;
    if (x.op == OP_READ) return x.type == T_REAL && row_position(ir, (Slice){x.kids, x.n}, row) >= 0;
    if (x.op == OP_IPOW && !(ir_const_int(ir, ir_kid(ir, id, 1), &n) && n >= 0 && n <= 4)) return false;
    if (x.type == T_INT) return false;
    return elementwise((Op)x.op) || (calls && lane_kernel((Op)x.op, &k));
}

bool lane_runs(Ir *ir, Id node, Id row, bool calls)
{
    if (!node) return true;
    IdVec ids = ir_reach(ir, &node, 1);
    uint32_t most = 0;
    for (uint32_t k = 0; k < ids.n; k++) {
        Node x = ir->node.at[ids.at[k]];
        Kernel kernel;
        if (x.op == OP_VAR || !varies(ir, ids.at[k], row)) continue;
        if (!node_runs(ir, ids.at[k], row, calls)) return false;
        most += lane_kernel((Op)x.op, &kernel);
        for (uint32_t i = 0; i < x.n && x.op != OP_READ; i++)
            if (is_row(ir, ir_kid(ir, ids.at[k], i), row)) return false;
    }
    return most <= MOST_CALLS && !is_row(ir, node, row);
}

static bool bounds_vary(Ir *ir, Slice binders, uint32_t from, Id row)
{
    for (uint32_t k = from; k < binders.n; k++) {
        Binder b = ir->binder.at[binders.at + k];
        if (varies(ir, b.lo, row) || varies(ir, b.hi, row)) return true;
    }
    return false;
}

/* A size that is no less than the bound of the k-th of these binders may be; 0: not known. */
static Id most_of(Ir *ir, const Binder *binder, uint32_t k)
{
    IdVec open = {0};
    Id least = 0;
    vec_push(ir->arena, &open, binder[k].hi);
    while (open.n) {
        Id node = open.at[--open.n], most = ir_extreme(ir, binder, k, node, true);
        if (ir_opof(ir, node) == OP_IMIN) {
            vec_push(ir->arena, &open, ir_kid(ir, node, 0));
            vec_push(ir->arena, &open, ir_kid(ir, node, 1));
        } else if (ir_is_size(ir, most)) {
            least = least ? ir_op2(ir, OP_IMIN, least, most) : most;
        }
    }
    return least;
}

static bool reads_root(const Tiler *t, Id eq)
{
    IdVec reads = ir_eq_reads(t->ir, eq);
    for (uint32_t k = 0; k < reads.n; k++) {
        Id a = t->ir->node.at[reads.at[k]].u.ref;
        if (a < t->r->arrays && t->r->root[a] && !rows_given(t->r, a)) return true;
    }
    return false;
}

static bool chooses(Red op) { return op == RED_MAX || op == RED_MIN; }

/* Does it have a form for lanes? */
static bool fits(Tiler *t, Id eq)
{
    Ir *ir = t->ir;
    Eq e = ir->eq.at[eq];
    Id row = t->r->row;
    if (e.op == RED_MATRIX || e.op == RED_ARGMAX || e.op == RED_ARGMIN || e.op == RED_ALL || e.op == RED_ANY)
        return false;
    if (ir->array.at[e.target].type != T_REAL || ir_type(ir, e.body) == T_BOOL) return false;
    if (bounds_vary(ir, e.outer, 1, row) || bounds_vary(ir, e.inner, 0, row)) return false;
    if (!lane_runs(ir, e.body, row, true) || !lane_runs(ir, e.when, row, true) || !lane_runs(ir, e.where, row, true))
        return false;
    bool maps = false;
    for (uint32_t p = 0; p < e.subs.n; p++) maps |= varies(ir, ir->kid.at[e.subs.at + p], row);
    if (maps && row_position(ir, e.subs, row) < 0) return false;
    if (e.add ? e.op != RED_NONE && e.op != RED_SUM && !chooses((Red)e.op) : !maps) return false;
    if (!e.add && varies(ir, e.when, row)) return false;
    if (e.target < t->r->arrays && t->r->root[e.target] && maps && !t->staged[e.target]) return false;
    Binders all = {0};
    ir_eq_binders(ir, &e, &all);
    for (uint32_t k = 1; k < all.n; k++)
        if (!most_of(ir, all.at + 1, k - 1)) return false;
    return !reads_root(t, eq);
}

/* ---- arrays with a place for each row of a tile */

static Id row_node(Tiler *t) { return ir_var(t->ir, t->r->row); }

static Id new_local(Tiler *t, const char *name, const Id *dims, uint32_t n)
{
    return ir_new_array(t->ir, name, ARRAY_LOCAL, T_REAL, dims, n, t->span);
}

/* A new array over the row and the variables that `node` depends on, directly or by their bounds; read there. */
static Id over_variables(Tiler *t, const char *name, Id node, Binders *own)
{
    Ir *ir = t->ir;
    bool used[2 * MOST_BINDERS] = {false};
    IdVec dims = {0}, subs = {0};
    for (uint32_t k = 0; k < t->binders.n; k++) used[k] = k < t->scans.n || ir_has_var(ir, node, t->binders.at[k].var);
    for (uint32_t k = t->binders.n; k-- > 0;)
        for (uint32_t i = 0; used[k] && i < k; i++)
            used[i] |= ir_has_var(ir, t->binders.at[k].lo, t->binders.at[i].var) ||
                       ir_has_var(ir, t->binders.at[k].hi, t->binders.at[i].var);
    vec_push(ir->arena, &dims, t->r->size);
    vec_push(ir->arena, &subs, row_node(t));
    for (uint32_t k = 0; k < t->binders.n; k++) {
        if (!used[k]) continue;
        vec_push(ir->arena, own, t->binders.at[k]);
        vec_push(ir->arena, &dims, most_of(ir, t->binders.at, k));
        vec_push(ir->arena, &subs, ir_var(ir, t->binders.at[k].var));
    }
    return ir_read(ir, new_local(t, name, dims.at, dims.n), subs.at, subs.n);
}

static Slice with_row(Tiler *t, const Binders *b)
{
    Ir *ir = t->ir;
    Binders all = {0};
    vec_push(ir->arena, &all, ((Binder){t->r->row, t->r->lo, t->r->hi}));
    for (uint32_t k = 0; k < b->n; k++) vec_push(ir->arena, &all, b->at[k]);
    return ir_binders(ir, all.at, all.n);
}

/* The outer variables of a statement over these: but for those that the regions around bind, as they do the row. */
static Slice outer_of(Tiler *t, const Binders *b)
{
    return t->region ? ir_binders(t->ir, b->at + t->scans.n, b->n - t->scans.n) : with_row(t, b);
}

/* element (=|+=|op=) body over the binders; the element is a READ. */
static Id statement(Tiler *t, Id element, Red op, bool add, Id body, const Binders *b, Id when)
{
    Node x = t->ir->node.at[element];
    Eq e = {.target = x.u.ref,
            .subs = {x.kids, x.n},
            .body = body,
            .when = when,
            .op = (uint8_t)op,
            .add = add,
            .span = t->span};
    e.outer = outer_of(t, b);
    e.scatter = add;
    return ir_new_eq(t->ir, &e);
}

/*
 * to[i, ...] (=|+=) from[i, ...], element by element, over the whole row in dimension p.  fixed: the part with these subscripts, by dimension
 * (0: all).  step: in a step of the regions around.
 */
static Id copy(Tiler *t, Id from, Id to, int p, const Id *fixed, bool step, bool add)
{
    Ir *ir = t->ir;
    Id zero = ir_zero(ir, to);
    Eq e = ir->eq.at[zero];
    IdVec subs = {0};
    Binders others = {0};
    for (uint32_t k = 0; k < e.subs.n; k++) {
        const Id at = (int)k == p ? row_node(t) : fixed ? fixed[k] : 0;
        vec_push(ir->arena, &subs, at ? at : ir->kid.at[e.subs.at + k]);
        if (!at) vec_push(ir->arena, &others, ir->binder.at[e.outer.at + k]);
    }
    e.add = add;
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = step ? ir_binders(ir, others.at, others.n) : with_row(t, &others);
    e.body = ir_read(ir, from, subs.at, subs.n);
    return ir_new_eq(ir, &e);
}

/* Is the subscript of dimension k chosen by the regions around alone, and surely one of that dimension? */
static bool is_fixed(Tiler *t, Id array, Slice subs, uint32_t k)
{
    Ir *ir = t->ir;
    Id sub = ir->kid.at[subs.at + k], size = ir->kid.at[ir->array.at[array].dims.at + k];
    uint32_t n, own = 0;
    ir_vars(ir, sub, &n);
    for (uint32_t i = 0; i < t->scans.n; i++) own += ir_has_var(ir, sub, t->scans.at[i].var);
    if (own == 0 || own < n) return false;
    Id least = ir_extreme(ir, t->scans.at, t->scans.n, sub, false),
       most = ir_extreme(ir, t->scans.at, t->scans.n, sub, true);
    return least && most && ir_prove_le(ir, ir_int(ir, 0), least) == 1 &&
           ir_prove_le(ir, ir_addi(ir, most, 1), size) == 1;
}

/* Is it one place in a long dimension, surely one of it? */
static bool is_place(Tiler *t, Id array, Slice subs, uint32_t k)
{
    Ir *ir = t->ir;
    Id sub = ir->kid.at[subs.at + k], size = ir->kid.at[ir->array.at[array].dims.at + k];
    int64_t count;
    if (!ir_is_size(ir, sub) || (ir_const_int(ir, size, &count) && count < LONG)) return false;
    return ir_prove_le(ir, ir_int(ir, 0), sub) == 1 && ir_prove_le(ir, ir_addi(ir, sub, 1), size) == 1;
}

static Id packed(Tiler *t, Id array, int p, Slice subs)
{
    Ir *ir = t->ir;
    Id *fixed = arena_alloc(ir->arena, sizeof *fixed * (subs.n + 1u));
    Packed made = {.array = array, .p = p, .fixed = fixed};
    for (uint32_t k = 0; k < subs.n; k++) {
        bool step = (int)k != p && t->region && is_fixed(t, array, subs, k);
        if ((int)k == p || (!step && !is_place(t, array, subs, k))) continue;
        fixed[k] = ir->kid.at[subs.at + k];
        if (step) made.region = t->region;
    }
    for (uint32_t k = 0; k < t->packed.n; k++) {
        const Packed *x = &t->packed.at[k];
        bool same = x->array == array && x->p == p && x->region == made.region;
        for (uint32_t i = 0; i < subs.n && same; i++) same = x->fixed[i] == fixed[i];
        if (same) return x->by;
    }
    made.by = ir_new_like(ir, array);
    vec_push(ir->arena, &t->packed, made);
    if (made.region)
        vec_push(ir->arena, t->out, ((Item){false, copy(t, array, made.by, p, fixed, true, false)}));
    else
        vec_push(ir->arena, &t->packs, copy(t, array, made.by, p, fixed, false, false));
    return made.by;
}

static Id packed_read(Ir *ir, Id id, void *user)
{
    Tiler *t = user;
    Node x = ir->node.at[id];
    if (x.op != OP_READ || !varies(ir, id, t->r->row) || !rows_given(t->r, x.u.ref)) return 0;
    IdVec subs = {0};
    ir_add_ids(ir, (Slice){x.kids, x.n}, &subs);
    int p = row_position(ir, (Slice){x.kids, x.n}, t->r->row);
    return ir_read(ir, packed(t, x.u.ref, p, (Slice){x.kids, x.n}), subs.at, subs.n);
}

/* ---- calls */

static Id without_calls(Tiler *t, Id node);

static void add(Tiler *t, Id eq) { vec_push(t->ir->arena, t->out, ((Item){false, eq})); }

static Id inverse_of(Tiler *t, Softmax *s)
{
    Binders own = {0}, all = t->binders;
    if (s->inverse) return s->inverse;
    t->binders = s->outer;
    s->inverse = over_variables(t, "inverse", s->value, &own);
    t->binders = all;
    add(t, statement(t, s->inverse, RED_NONE, false, ir_op2(t->ir, OP_DIV, ir_real(t->ir, 1), s->total), &s->outer, 0));
    return s->inverse;
}

/* exp(b - y) of a row, where y is the logsumexp of b over an index: what stands for it, else 0. */
static Id softmax_term(Tiler *t, Id id, Softmax *s)
{
    Ir *ir = t->ir;
    Id difference = ir_kid(ir, id, 0), value = ir_opof(ir, difference) == OP_SUB ? ir_kid(ir, difference, 1) : 0;
    if (!value || ir_opof(ir, value) != OP_READ) return 0;
    Node x = ir->node.at[value], y = ir->node.at[s->value];
    VEC(Subst) there = {0};
    if (x.u.ref != y.u.ref || s->region != t->region) return 0;
    for (uint32_t p = 0; p < x.n; p++)
        vec_push(ir->arena, &there, ((Subst){ir->node.at[ir->kid.at[y.kids + p]].u.ref, ir->kid.at[x.kids + p]}));
    for (uint32_t i = 0; i < t->binders.n; i++) {
        Binder b = t->binders.at[i];
        vec_push(ir->arena, &there, ((Subst){s->inner.var, ir_var(ir, b.var)}));
        bool same = b.lo == s->inner.lo && b.hi == s->inner.hi &&
                    ir_subst(ir, s->body, there.at, there.n) == ir_kid(ir, difference, 0);
        if (same)
            return ir_op2(ir, OP_MUL, ir_subst(ir, s->term, there.at, there.n),
                          ir_subst(ir, inverse_of(t, s), there.at, there.n));
        there.n--;
    }
    return 0;
}

static Id called(Ir *ir, Id id, void *user)
{
    Tiler *t = user;
    Kernel k;
    Node x = ir->node.at[id];
    if (x.op == OP_READ || !varies(ir, id, t->r->row) || !lane_kernel((Op)x.op, &k)) return 0;
    for (uint32_t i = 0; i < t->calls; i++)
        if (t->made[i].call == id) return t->made[i].read;
    for (uint32_t i = 0; x.op == OP_EXP && i < t->softmax.n; i++) {
        Id term = softmax_term(t, id, &t->softmax.at[i]);
        if (term) {
            cost_tell(ir, "tile", "%s is read from the terms of that sum", cost_text(ir, id));
            return term;
        }
    }
    Id arg = without_calls(t, ir_kid(ir, id, 0));
    if (ir_opof(ir, arg) != OP_READ) {
        Binders own = {0};
        Id operand = over_variables(t, "arg", arg, &own);
        add(t, statement(t, operand, RED_NONE, false, arg, &own, t->when));
        arg = operand;
    }
    Binders own = {0};
    Id value = over_variables(t, op_text[x.op], arg, &own);
    add(t, statement(t, value, RED_NONE, false, ir_op1(ir, (Op)x.op, arg), &own, t->when));
    t->made[t->calls].call = id;
    t->made[t->calls++].read = value;
    return value;
}

/* The node with what an equation of its own computes for all lanes taken out. */
static Id without_calls(Tiler *t, Id node)
{
    if (!node) return 0;
    return ir_replace(t->ir, ir_replace(t->ir, node, packed_read, t), called, t);
}

/* ---- equations */

/* Of a condition the conjuncts that speak of the row (or those that do not). */
static Id conjuncts(Tiler *t, Id cond, bool of_row)
{
    IdVec list = {0};
    Id all = 0;
    ir_conjuncts(t->ir, cond, &list);
    for (uint32_t k = 0; k < list.n; k++)
        if (varies(t->ir, list.at[k], t->r->row) == of_row) all = ir_and(t->ir, all, list.at[k]);
    return all;
}

/*
 * whole: b with its calls; 0 where terms are left out.
 *
 * y = logsumexp(k) b:  m = max(k) b    m2 = m, or 0 where it is infinite    s = sum(k) exp(b - m2)    y = m2 + log(s)
 */
static void log_sum_exp(Tiler *t, Id target, const Binders *outer, Id when, Id body, Id inside, Id whole)
{
    Ir *ir = t->ir;
    Binders all = t->binders, own = {0};
    t->binders = *outer;
    Id most = over_variables(t, "most", target, &own);
    own = (Binders){0};
    Id base = over_variables(t, "base", target, &own);
    own = (Binders){0};
    Id total = over_variables(t, "total", target, &own);
    t->binders = all;
    t->when = when;
    add(t, statement(t, most, RED_NONE, false, ir_real(ir, -INFINITY), outer, when));
    add(t, statement(t, total, RED_NONE, false, ir_real(ir, 0), outer, when));
    add(t, statement(t, most, RED_MAX, true, body, &all, inside));
    Id finite =
        ir_and(ir, ir_op2(ir, OP_LT, ir_real(ir, -INFINITY), most), ir_op2(ir, OP_LT, most, ir_real(ir, INFINITY)));
    add(t, statement(t, base, RED_NONE, false, ir_select(ir, finite, most, ir_real(ir, 0)), outer, when));
    t->when = inside;
    Id term = without_calls(t, ir_op1(ir, OP_EXP, ir_op2(ir, OP_SUB, body, base)));
    add(t, statement(t, total, RED_NONE, true, term, &all, inside));
    Binder k = all.at[all.n - 1];
    if (whole && !inside && all.n == outer->n + 1 && !ir->node.at[k.lo].vars && !ir->node.at[k.hi].vars)
        vec_push(ir->arena, &t->softmax, ((Softmax){target, whole, term, total, 0, t->region, *outer, k}));
    t->binders = *outer;
    t->when = when;
    Id value = without_calls(t, ir_op2(ir, OP_ADD, base, ir_op1(ir, OP_LOG, total)));
    add(t, statement(t, target, RED_NONE, false, value, outer, when));
}

/* Does it take each element once, its variables but the row being the subscripts? */
static bool goes_through(Ir *ir, const Eq *e)
{
    bool all = e->subs.n + 1 == e->outer.n && !e->when;
    for (uint32_t k = 1; k < e->outer.n && all; k++)
        all = row_position(ir, e->subs, ir->binder.at[e->outer.at + k].var) >= 0;
    return all;
}

/* Partial sums that an element has in memory: LANE_SUMS, of a large array one; one of three dimensions of any size counts as such. */
static Id sums_kept(Ir *ir, const Eq *e)
{
    Slice dims = ir->array.at[e->target].dims;
    Id all = ir_int(ir, LANE_SUMS);
    int64_t n;
    for (uint32_t d = 0; d < dims.n; d++) all = ir_op2(ir, OP_MUL, all, ir->kid.at[dims.at + d]);
    bool large = ir_const_int(ir, all, &n) ? n > MOST_SUMS : dims.n > 2;
    return ir_int(ir, !chooses((Red)e->op) && large ? 1 : LANE_SUMS);
}

static int64_t lanes_of(Ir *ir, Id sums)
{
    Slice dims = ir->array.at[sums].dims;
    int64_t n = 0;
    ir_const_int(ir, ir->kid.at[dims.at + dims.n - 1], &n);
    return n;
}

/* Which of the partial sums that an element has is the row's. */
static Id lane_of(Tiler *t, Id sums)
{
    Ir *ir = t->ir;
    const Id lane = ir_op2(ir, OP_SUB, row_node(t), ir_var(ir, t->r->tile));
    return lanes_of(ir, sums) == 1 ? ir_op2(ir, OP_IDIV, lane, ir_int(ir, LANES))
                                   : ir_op2(ir, OP_MOD, lane, ir_int(ir, LANE_SUMS));
}

/* The partial sums of an array; only of the elements that the equation speaks of, if it is the only one. */
static Id sums_of(Tiler *t, const Eq *e)
{
    Ir *ir = t->ir;
    Id *sums = &t->sums[e->target];
    Eq *elements = &t->elements[e->target];
    if (!*sums && goes_through(ir, e))
        *elements = (Eq){.subs = e->subs, .outer = {e->outer.at + 1, e->outer.n - 1}};
    else {
        const Id zero = ir_zero(ir, e->target);
        *elements = ir->eq.at[zero];
    }
    elements->op = chooses((Red)e->op) ? e->op : RED_SUM;
    const Id made = *sums;
    if (made) return made;
    IdVec dims = {0};
    ir_add_ids(ir, ir->array.at[e->target].dims, &dims);
    vec_push(ir->arena, &dims, sums_kept(ir, e));
    return *sums = new_local(t, ir->array.at[e->target].name, dims.at, dims.n);
}

/* The element of the target that the lanes write. */
static Id target_of(Tiler *t, const Eq *e, bool maps)
{
    Ir *ir = t->ir;
    IdVec subs = {0};
    ir_add_ids(ir, e->subs, &subs);
    if (maps) {
        bool own = e->target < t->r->arrays && t->staged[e->target];
        return ir_read(ir, own ? t->staged[e->target] : e->target, subs.at, subs.n);
    }
    Id sums = sums_of(t, e);
    vec_push(ir->arena, &subs, lane_of(t, sums));
    return ir_read(ir, sums, subs.at, subs.n);
}

static void lower(Tiler *t, Id eq)
{
    Ir *ir = t->ir;
    Eq e = ir->eq.at[eq];
    Binders outer = {0};
    Id row = t->r->row;
    t->binders = (Binders){0};
    t->calls = 0;
    t->span = e.span;
    for (uint32_t k = 1; k < e.outer.n; k++) vec_push(ir->arena, &outer, ir->binder.at[e.outer.at + k]);
    Binders all = {0};
    ir_eq_binders(ir, &e, &all);
    for (uint32_t k = 1; k < all.n; k++) vec_push(ir->arena, &t->binders, all.at[k]);
    bool maps = row_position(ir, e.subs, row) >= 0;
    Id when = conjuncts(t, e.when, false), both = ir_and(ir, e.when, e.where), inside = conjuncts(t, both, false);
    Id target = target_of(t, &e, maps), chosen = conjuncts(t, both, true);
    t->when = inside;
    Id body = without_calls(t, e.body);
    chosen = without_calls(t, chosen);
    if (chosen) body = ir_select(ir, chosen, body, sweeps_start(ir, (Red)e.op));
    if (e.op == RED_LOGSUMEXP) {
        Id whole = chosen ? 0 : ir_replace(ir, e.body, packed_read, t);
        log_sum_exp(t, target, &outer, when, body, inside, whole);
    } else if (e.op == RED_NONE) {
        add(t, statement(t, target, RED_NONE, e.add, body, &outer, inside));
    } else {
        if (!e.add) add(t, statement(t, target, RED_NONE, false, sweeps_start(ir, (Red)e.op), &outer, when));
        add(t, statement(t, target, e.op == RED_SUM ? RED_NONE : (Red)e.op, true, body, &t->binders, inside));
    }
}

/* ---- products */

static bool has_sub(Ir *ir, Slice subs, Id var)
{
    for (uint32_t p = 0; p < subs.n; p++)
        if (varies(ir, ir->kid.at[subs.at + p], var)) return true;
    return false;
}

/*
 * A product in which the rows are an index: of the arrays `a` and `b`, read at the same terms.  i is an index of the target and of `a`.  Where the
 * rows are summed, the columns are indices of the target and of `b`; where they are mapped, the rows are the columns.
 */
typedef struct {
    Id a, b;
    Binder i;
    Binders columns, terms;
} Product;

/* How many rounds they have together, where a size that is not known counts as large. */
static int64_t rounds_of(Ir *ir, const Binders *list)
{
    int64_t rounds = 1, lo, hi;
    for (uint32_t k = 0; k < list->n; k++) {
        Id most = most_of(ir, list->at, k);
        if (!most || !ir_const_int(ir, most, &hi)) return MANY;
        if (!ir_const_int(ir, list->at[k].lo, &lo)) lo = 0;
        rounds *= hi - lo;
        if (rounds > MANY) return MANY;
    }
    return rounds;
}

/* Is the address of what is read affine in the variable? */
static bool strides(Ir *ir, Id read, Id var)
{
    for (uint32_t p = 0; p < ir->node.at[read].n; p++) {
        Affine f = ir_affine(ir, ir_kid(ir, read, p));
        bool inside;
        ir_coefficient(ir, &f, var, &inside);
        if (inside || f.overflow) return false;
    }
    return true;
}

/* Do bounds of one of them speak of another one? */
static bool bounds_meet(Ir *ir, const Binder *list, uint32_t n, Id var)
{
    for (uint32_t k = 0; k < n; k++)
        if (varies(ir, list[k].lo, var) || varies(ir, list[k].hi, var)) return true;
    return false;
}

static bool starts_at_0(Ir *ir, Binder b) { return ir_is_int(ir, b.lo, 0) && ir_is_size(ir, b.hi); }

/* Sorts the equation's binders: all but the row. */
static bool find_indices(Tiler *t, const Eq *e, bool maps, Product *p)
{
    Ir *ir = t->ir;
    Slice x = ir_kids(ir, p->a), y = ir_kids(ir, p->b);
    Binders all = {0};
    ir_eq_binders(ir, e, &all);
    for (uint32_t m = 1 + t->scans.n; m < all.n; m++) {
        Binder k = all.at[m];
        if (m >= e->outer.n) {
            if (bounds_meet(ir, all.at, all.n, k.var) || !strides(ir, p->a, k.var) || !strides(ir, p->b, k.var))
                return false;
            vec_push(ir->arena, &p->terms, k);
            continue;
        }
        bool in_a = has_sub(ir, x, k.var), in_b = has_sub(ir, y, k.var);
        if (in_a == in_b || !starts_at_0(ir, k) || bounds_meet(ir, all.at, all.n, k.var)) continue;
        if (row_position(ir, e->subs, k.var) < 0 || !strides(ir, p->a, k.var) || !strides(ir, p->b, k.var)) continue;
        if (in_a) p->i = k;
        if (in_b && !maps) vec_push(ir->arena, &p->columns, k);
    }
    return p->i.var != 0;
}

static Id last_sub(const Ir *ir, Slice subs) { return subs.n ? ir->kid.at[subs.at + subs.n - 1] : 0; }

/* Without terms but the rows the sum is for whole rows of the target, if at all. */
static void keep_last_column(Ir *ir, const Eq *e, Product *p)
{
    Binders all = p->columns;
    p->columns.n = 0;
    for (uint32_t k = 0; k < all.n; k++)
        if (last_sub(ir, e->subs) == ir_var(ir, all.at[k].var)) p->columns.at[p->columns.n++] = all.at[k];
}

/* Multiplications for each term; 0: so few that a kernel is not worth its while. */
static int64_t gain(Ir *ir, bool maps, const Product *p)
{
    Binder one = p->i;
    int64_t height = rounds_of(ir, &(Binders){&one, 1, 1}), terms = rounds_of(ir, &p->terms);
    int64_t width = maps ? LANES : rounds_of(ir, &p->columns);
    return cost_product(height, maps ? terms : width, p->terms.n && !maps ? terms : 0) ? height * width : 0;
}

static bool find_product(Tiler *t, const Eq *e, bool maps, Product *best)
{
    Ir *ir = t->ir;
    Id row = t->r->row;
    int64_t most = 0;
    if (ir_opof(ir, e->body) != OP_MUL || e->when || e->where || (maps && !e->inner.n)) return false;
    if (e->inner.n > MOST_LOOPS || e->outer.n > MOST_LOOPS) return false;
    for (uint32_t n = 0; n < 2; n++) {
        Product p = {.a = ir_kid(ir, e->body, n), .b = ir_kid(ir, e->body, 1 - n)};
        if (ir_opof(ir, p.a) != OP_READ || ir_opof(ir, p.b) != OP_READ) return false;
        Slice x = ir_kids(ir, p.a), y = ir_kids(ir, p.b);
        if (row_position(ir, y, row) < 0 || (maps ? has_sub(ir, x, row) : row_position(ir, x, row) < 0)) continue;
        if (!find_indices(t, e, maps, &p)) continue;
        if (!maps && !p.terms.n) keep_last_column(ir, e, &p);
        if (!maps && !p.columns.n) continue;
        if (gain(ir, maps, &p) <= most) continue;
        most = gain(ir, maps, &p);
        *best = p;
    }
    return most > 0;
}

bool lane_product(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    for (uint32_t k = 0; k < e.inner.n && e.add; k++)
        if (has_sub(ir, e.subs, ir->binder.at[e.inner.at + k].var)) return true;
    return false;
}

static bool stands_in(const Binders *list, Id var)
{
    for (uint32_t k = 0; k < list->n; k++)
        if (list->at[k].var == var) return true;
    return false;
}

static void lower_product(Tiler *t, const Eq *e, bool maps, Product x)
{
    Ir *ir = t->ir;
    Binders outer = {0}, whole = {0}, inner = {0};
    for (uint32_t n = 1; n < e->outer.n; n++) {
        Binder b = ir->binder.at[e->outer.at + n];
        if (b.var != x.i.var && !stands_in(&x.columns, b.var)) vec_push(ir->arena, &outer, b);
    }
    for (uint32_t n = 0; n < outer.n; n++) vec_push(ir->arena, &whole, outer.at[n]);
    vec_push(ir->arena, &whole, x.i);
    Eq p = *e;
    if (maps) {
        Id target = target_of(t, e, true);
        Node to = ir->node.at[target];
        if (!e->add) add(t, statement(t, target, RED_NONE, false, ir_real(ir, 0), &whole, 0));
        p.target = to.u.ref;
        p.subs = (Slice){to.kids, to.n};
    }
    if (maps || x.terms.n) {
        x.a = ir_replace(ir, x.a, packed_read, t);
        x.b = ir_replace(ir, x.b, packed_read, t);
    }
    vec_push(ir->arena, &inner, x.i);
    for (uint32_t n = 0; n < x.columns.n; n++) vec_push(ir->arena, &inner, x.columns.at[n]);
    for (uint32_t n = 0; n < x.terms.n; n++) vec_push(ir->arena, &inner, x.terms.at[n]);
    p.outer = outer_of(t, &outer);
    p.inner = ir_binders(ir, inner.at, inner.n);
    p.op = RED_SUM;
    p.body = ir_op2(ir, OP_MUL, x.a, x.b);
    p.add = p.scatter = true;
    add(t, ir_new_eq(ir, &p));
}

/* The operations of an equation for one row. */
static double work_of(Tiler *t, const Eq *e)
{
    Ir *ir = t->ir;
    Binders all = {0};
    double work = 1 + cost_of(ir, e->body);
    ir_eq_binders(ir, e, &all);
    for (uint32_t k = 1; k < all.n; k++) work *= (double)cost_steps(ir, all.at[k]);
    return work;
}

static void lower_eq(Tiler *t, Id eq)
{
    Eq e = t->ir->eq.at[eq];
    const double work = work_of(t, &e);
    bool maps = row_position(t->ir, e.subs, t->r->row) >= 0;
    Product p = {0};
    t->span = e.span;
    if (find_product(t, &e, maps, &p)) {
        cost_tell(t->ir, "tile", "%s is a product of matrices, of %s multiplications for each term",
                  cost_element(t->ir, e.target, e.subs),
                  arena_printf(t->ir->arena, "%lld", (long long)gain(t->ir, maps, &p)));
        lower_product(t, &e, maps, p);
        t->few += FEW_BLOCKS * work;
    } else {
        lower(t, eq);
        t->few += FEW_ROWS * work;
    }
    t->work += work;
}

/* sums[i, ..., l] = 0, or what a max starts from, for all l */
static Id start_sums(Tiler *t, Id target)
{
    Ir *ir = t->ir;
    Eq e = t->elements[target];
    const int64_t lanes = lanes_of(ir, t->sums[target]);
    IdVec subs = {0};
    Binders outer = {0};
    ir_add_ids(ir, e.subs, &subs);
    ir_add_binders(ir, e.outer, &outer);
    if (lanes > 1) {
        Binder lane = {ir_new_var(ir, "l", ir->array.at[target].span), ir_int(ir, 0), ir_int(ir, lanes)};
        vec_push(ir->arena, &subs, ir_var(ir, lane.var));
        vec_push(ir->arena, &outer, lane);
    } else {
        vec_push(ir->arena, &subs, ir_int(ir, 0));
    }
    Eq start = {.target = t->sums[target], .span = ir->array.at[target].span, .body = sweeps_start(ir, (Red)e.op)};
    start.subs = ir_ids(ir, subs.at, subs.n);
    start.outer = ir_binders(ir, outer.at, outer.n);
    return ir_new_eq(ir, &start);
}

/* target[i, ...] += the sum of its lanes, in pairs; of a max what is larger */
static Id fold_sums(Tiler *t, Id target)
{
    Ir *ir = t->ir;
    Eq e = t->elements[target];
    Id lane[LANE_SUMS] = {0};
    IdVec subs = {0};
    const uint32_t lanes = (uint32_t)lanes_of(ir, t->sums[target]);
    ir_add_ids(ir, e.subs, &subs);
    vec_push(ir->arena, &subs, 0);
    for (uint32_t l = 0; l < lanes; l++) {
        subs.at[subs.n - 1] = ir_int(ir, l);
        lane[l] = ir_read(ir, t->sums[target], subs.at, subs.n);
    }
    Op op = e.op == RED_MAX ? OP_MAX2 : e.op == RED_MIN ? OP_MIN2 : OP_ADD;
    for (uint32_t n = lanes / 2; n > 0; n /= 2)
        for (uint32_t l = 0; l < n; l++) lane[l] = ir_op2(ir, op, lane[l], lane[l + n]);
    e.target = target;
    e.span = ir->array.at[target].span;
    e.body = lane[0];
    e.op = chooses((Red)e.op) ? e.op : RED_NONE;
    e.add = true;
    return ir_new_eq(ir, &e);
}

/* x[i, n] = 0 for all i and the row n */
static Id zero_rows(Tiler *t, Id array, int p)
{
    Id eq = copy(t, array, array, p, NULL, false, false);
    Eq e = t->ir->eq.at[eq];
    e.body = ir_real(t->ir, 0);
    return ir_new_eq(t->ir, &e);
}

/* Results that lanes can write first in an array of their own: all statements add to them, or there is but one. */
static void stage_results(Tiler *t, const IdVec *eqs)
{
    Ir *ir = t->ir;
    uint32_t *writes = arena_alloc(ir->arena, sizeof *writes * t->r->arrays),
             *sets = arena_alloc(ir->arena, sizeof *sets * t->r->arrays);
    for (uint32_t k = 0; k < eqs->n; k++) {
        Eq e = ir->eq.at[eqs->at[k]];
        writes[e.target]++;
        sets[e.target] += !e.add;
        if (row_position(ir, e.subs, t->r->row) < 0) sets[e.target] += 2;
        for (uint32_t p = 0; p < e.subs.n; p++) /* of all its elements: no row but this one's, no part of a row */
            if (ir_opof(ir, ir->kid.at[e.subs.at + p]) != OP_VAR) sets[e.target] += 2;
        if (e.when && !e.add) sets[e.target] += 2;
    }
    for (Id a = 1; a < t->r->arrays; a++) {
        if (!t->r->root[a] || !writes[a] || ir->array.at[a].type != T_REAL) continue;
        bool whole = sets[a] == 0 || (sets[a] == 1 && writes[a] == 1);
        if (!whole) continue;
        t->staged[a] = ir_new_like(t->ir, a);
        int p = t->r->position[a];
        vec_push(ir->arena, &t->unpacks, copy(t, t->staged[a], a, p, NULL, false, sets[a] == 0));
        if (!sets[a]) vec_push(ir->arena, &t->packs, zero_rows(t, t->staged[a], p));
    }
}

static Id staged_write(Tiler *t, Id eq)
{
    Eq e = t->ir->eq.at[eq];
    if (e.target >= t->r->arrays || !t->staged[e.target]) return eq;
    e.target = t->staged[e.target];
    return ir_new_eq(t->ir, &e);
}

static void add_items(Tiler *t, const IdVec *eqs, Items *to)
{
    for (uint32_t k = 0; k < eqs->n; k++) vec_push(t->ir->arena, to, ((Item){false, eqs->at[k]}));
}

/* Do all rows of a tile take the same steps of the regions, one after the other? */
static bool in_step(const Tiler *t, Slice items)
{
    Ir *ir = t->ir;
    bool all = true;
    for (uint32_t k = 0; k < items.n && all; k++) {
        Item it = ir->item.at[items.at + k];
        if (!it.region) continue;
        Region r = ir->region.at[it.id];
        Id row = t->r->row;
        all = !r.cond && !r.head.n && !varies(ir, r.when, row) && !varies(ir, r.step.lo, row) &&
              !varies(ir, r.step.hi, row) && !bounds_vary(ir, r.over, 0, row) && in_step(t, r.items);
    }
    return all;
}

/* The equation with the variables of the regions around as its own. */
static Id whole_eq(Tiler *t, Id eq)
{
    Ir *ir = t->ir;
    if (!t->region) return eq;
    Eq e = ir->eq.at[eq];
    Binders outer = {0};
    for (uint32_t k = 0; k < t->scans.n; k++) vec_push(ir->arena, &outer, t->scans.at[k]);
    ir_add_binders(ir, e.outer, &outer);
    e.outer = with_row(t, &outer);
    return ir_new_eq(ir, &e);
}

static void tile_eq(Tiler *t, Id eq)
{
    Id whole = whole_eq(t, eq);
    Eq e = t->ir->eq.at[whole];
    t->equations++;
    if (e.outer.n + e.inner.n < MOST_BINDERS && fits(t, whole)) {
        lower_eq(t, whole);
        t->fitting++;
    } else {
        add(t, staged_write(t, eq));
    }
}

static void tile_items(Tiler *t, Slice items);

static void tile_region(Tiler *t, Id region)
{
    Ir *ir = t->ir;
    Region r = ir->region.at[region];
    Items inside = {0}, *outside = t->out;
    uint32_t scans = t->scans.n, around = t->region;
    for (uint32_t k = around ? 0 : 1; k < r.over.n; k++) vec_push(ir->arena, &t->scans, ir->binder.at[r.over.at + k]);
    vec_push(ir->arena, &t->scans, r.step);
    t->region = ++t->regions;
    t->out = &inside;
    tile_items(t, r.items);
    t->out = outside;
    t->region = around;
    t->scans.n = scans;
    r.items = ir_items(ir, inside.at, inside.n);
    vec_push(ir->arena, t->out, ((Item){true, ir_new_region(ir, &r)}));
}

static void tile_items(Tiler *t, Slice items)
{
    for (uint32_t k = 0; k < items.n; k++) {
        Item it = t->ir->item.at[items.at + k];
        if (it.region)
            tile_region(t, it.id);
        else
            tile_eq(t, it.id);
    }
}

bool tile_rows(Ir *ir, Rows *r, const uint8_t *root)
{
    Tiler t = {.ir = ir, .r = r};
    Slice rows = ir_items(ir, r->rows.at, r->rows.n);
    Items out = {0};
    IdVec eqs = {0};
    if (!in_step(&t, rows)) return false;
    for (uint32_t k = 0; k < r->rows.n; k++) rows_eqs(ir, r->rows.at[k], &eqs);
    r->root = root;
    r->arrays = ir->array.n;
    r->made = arena_alloc(ir->arena, r->arrays);
    for (uint32_t k = 0; k < eqs.n; k++) r->made[ir->eq.at[eqs.at[k]].target] = 1;
    t.staged = arena_alloc(ir->arena, sizeof(Id) * r->arrays);
    t.sums = arena_alloc(ir->arena, sizeof(Id) * r->arrays);
    t.elements = arena_alloc(ir->arena, sizeof(Eq) * r->arrays);
    r->tile = ir_new_var(ir, "tile", (Span){0, 0});
    stage_results(&t, &eqs);
    t.out = &out;
    tile_items(&t, rows);
    cost_tell(ir, "tile", "%s rows: %u of %u equations run as lanes%s", cost_text(ir, r->size), t.fitting, t.equations,
              t.fitting ? "" : ", so row by row");
    if (!t.fitting) return false;
    r->rows = (Items){0};
    add_items(&t, &t.packs, &r->rows);
    for (uint32_t k = 0; k < out.n; k++) vec_push(ir->arena, &r->rows, out.at[k]);
    add_items(&t, &t.unpacks, &r->rows);
    for (Id a = 1; a < r->arrays; a++)
        if (t.sums[a]) {
            vec_push(ir->arena, &t.zeros, start_sums(&t, a));
            vec_push(ir->arena, &t.folds, fold_sums(&t, a));
        }
    add_items(&t, &t.zeros, &r->prologue);
    Items epilogue = {0};
    add_items(&t, &t.folds, &epilogue);
    for (uint32_t k = 0; k < r->epilogue.n; k++) vec_push(ir->arena, &epilogue, r->epilogue.at[k]);
    r->epilogue = epilogue;
    r->few = 1 + (int)(t.few / t.work);
    return true;
}

Id tile_end(Ir *ir, const Rows *r)
{
    Id rows = ir_addi(ir, ir_op2(ir, OP_SUB, r->hi, r->lo), LANES - r->few);
    return ir_op2(ir, OP_ADD, r->lo, ir_imul(ir, ir_op2(ir, OP_IDIV, rows, ir_int(ir, LANES)), LANES));
}
