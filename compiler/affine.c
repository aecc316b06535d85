/*
 * affine.c -- a loss and its gradient as sums over ranges of rows.
 *
 * Where all that comes behind the loops over rows is affine in their sums, each equation is taken apart: the part with the sums is
 * computed from those of a range, the rest counts once, for the range that begins with the first row.  Solutions of linear systems are affine
 * in what they are of; a region is where all that it makes of the sums is linear in them.
 *
 * needs: sweeps over a range   makes: contributions   exact: no (a - b is split in two)
 */
#include "derive.h"
#include "loop.h"

/* A value as sums part + constant part; 0: that part is zero. */
typedef struct {
    Id sums, rest;
} Parts;

static Id plus(Ir *ir, Op op, Id a, Id b)
{
    if (!b) return a;
    if (!a) return op == OP_SUB ? ir_op1(ir, OP_NEG, b) : b;
    return ir_op2(ir, op, a, b);
}

static Id times(Ir *ir, Op op, Id a, Id b) { return a && b ? ir_op2(ir, op, a, b) : 0; }

static Id choose(Ir *ir, Id c, Id a, Id b)
{
    if (!a && !b) return 0;
    return ir_select(ir, c, a ? a : ir_real(ir, 0), b ? b : ir_real(ir, 0));
}

/* false: not affine in the sums. */
static bool combine(Ir *ir, Id id, const Parts *k, Parts *out)
{
    Op op = ir_opof(ir, id);
    switch ((int)op) {
    case OP_ADD:
    case OP_SUB: *out = (Parts){plus(ir, op, k[0].sums, k[1].sums), plus(ir, op, k[0].rest, k[1].rest)}; return true;
    case OP_NEG: *out = (Parts){plus(ir, OP_SUB, 0, k[0].sums), plus(ir, OP_SUB, 0, k[0].rest)}; return true;
    case OP_MUL:
        if (k[0].sums && k[1].sums) return false;
        if (k[0].sums)
            *out = (Parts){times(ir, op, k[0].sums, k[1].rest), times(ir, op, k[0].rest, k[1].rest)};
        else
            *out = (Parts){times(ir, op, k[0].rest, k[1].sums), times(ir, op, k[0].rest, k[1].rest)};
        return true;
    case OP_DIV:
        if (k[1].sums) return false;
        *out = (Parts){times(ir, op, k[0].sums, k[1].rest), times(ir, op, k[0].rest, k[1].rest)};
        return true;
    case OP_SELECT:
        if (k[0].sums) return false;
        *out = (Parts){choose(ir, k[0].rest, k[1].sums, k[2].sums), choose(ir, k[0].rest, k[1].rest, k[2].rest)};
        return true;
    default: return false;
    }
}

static bool affine_parts(Ir *ir, const uint8_t *contaminated, Id body, Parts *result)
{
    IdVec ids = ir_reach(ir, &body, 1);
    Parts *part = arena_alloc(ir->arena, sizeof *part * (ids.n + 1u));
    for (uint32_t j = 0; j < ids.n; j++) {
        Id id = ids.at[j];
        Node x = ir->node.at[id];
        bool sums = x.op == OP_READ && contaminated[x.u.ref];
        if (sums) {
            part[j] = (Parts){id, 0};
            continue;
        }
        Parts kids[3] = {{0, 0}, {0, 0}, {0, 0}};
        for (uint32_t k = 0; k < x.n; k++) {
            Parts p = part[ir_place(&ids, ir_kid(ir, id, k))];
            sums |= p.sums != 0;
            if (k < 3) kids[k] = p;
        }
        part[j] = (Parts){0, id};
        if (sums && (x.n > 3 || !combine(ir, id, kids, &part[j]))) return false;
    }
    *result = part[ids.n - 1];
    return true;
}

static bool reads_marked(Ir *ir, const IdVec *roots, const uint8_t *marked)
{
    IdVec ids = ir_reach(ir, roots->at, roots->n);
    for (uint32_t k = 0; k < ids.n; k++) {
        Node x = ir->node.at[ids.at[k]];
        if (x.op == OP_READ && marked[x.u.ref]) return true;
    }
    return false;
}

static bool is_zero(const Ir *ir, Id node) { return ir_opof(ir, node) == OP_CONST && ir_is_int(ir, node, 0); }

/* Is an equation linear in what its right side gives, as solutions and products with a matrix are? */
static bool is_linear(const Eq *e)
{
    if (e->op == RED_NONE || e->op == RED_SUM) return true;
    if (e->op != RED_MATRIX) return false;
    const Mat m = (Mat)e->matrix;
    return m == MAT_LSOLVE || m == MAT_LTSOLVE || m == MAT_LUSOLVE || m == MAT_LUTSOLVE || m == MAT_COFACTOR;
}

/* One equation of prologue or epilogue into its part of the sums and its part of the rest; either may be 0. */
static bool split_eq(Ir *ir, const uint8_t *contaminated, Id eq, Id *sums, Id *rest)
{
    Eq e = ir->eq.at[eq];
    IdVec roots = {0};
    ir_eq_roots(ir, eq, &roots);
    *sums = *rest = 0;
    if (!reads_marked(ir, &roots, contaminated)) {
        if (!is_zero(ir, e.body)) *rest = eq;
        return true;
    }
    IdVec other = {0};
    for (uint32_t k = 0; k < roots.n; k++)
        if (roots.at[k] != e.body) vec_push(ir->arena, &other, roots.at[k]);
    if (reads_marked(ir, &other, contaminated) || !is_linear(&e)) return false;
    if (ir_type(ir, e.body) != T_REAL) return false;
    Parts p;
    if (!affine_parts(ir, contaminated, e.body, &p)) return false;
    Eq half = e;
    if (p.sums) {
        half.body = p.sums;
        *sums = ir_new_eq(ir, &half);
    }
    if (p.rest && !is_zero(ir, p.rest)) {
        half.body = p.rest;
        *rest = ir_new_eq(ir, &half);
    }
    return true;
}

static Id as_add(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    if (e.add) return eq;
    e.add = true;
    return ir_new_eq(ir, &e);
}

static Id when_first(Ir *ir, const Sweeps *s, Id eq)
{
    Eq e = ir->eq.at[eq];
    e.when = ir_and(ir, sweeps_begin(ir, s), e.when);
    e.add = true;
    return ir_new_eq(ir, &e);
}

typedef struct {
    Ir *ir;
    Sweeps *s;
    uint8_t *root, *zeroed; /* by array */
    Items zeros;
    Id when; /* when the loop at hand adds to what depends on the range; 0: always */
} Splitter;

static void push(Splitter *p, Items *list, Id eq) { vec_push(p->ir->arena, list, ((Item){false, eq})); }

/* An equation of what stands around the loops; false: not affine. */
static bool rewrite(Splitter *p, Id eq, Items *out)
{
    Ir *ir = p->ir;
    Id sums, rest, target = ir->eq.at[eq].target;
    if (!p->s->contaminated[target]) {
        push(p, out, eq);
        return true;
    }
    if (!split_eq(ir, p->s->contaminated, eq, &sums, &rest)) return false;
    bool direct = !p->root[target] && !rest && sums && !p->zeroed[target];
    if (!direct && ir->eq.at[eq].op == RED_MATRIX) return false; /* which does not add */
    if (!p->root[target] && !direct && !p->zeroed[target] && !ir->eq.at[eq].add) {
        p->zeroed[target] = 1;
        push(p, &p->zeros, ir_zero(ir, target));
    }
    if (sums) push(p, out, direct ? sums : as_add(ir, sums));
    if (rest) push(p, out, when_first(ir, p->s, rest));
    return true;
}

/* Does a region write or read nothing of the sums? */
static bool stands_apart(const Splitter *p, Item it)
{
    IdVec reads = rows_reads(p->ir, it), eqs = {0};
    rows_eqs(p->ir, it, &eqs);
    for (uint32_t k = 0; k < reads.n; k++)
        if (p->s->contaminated[p->ir->node.at[reads.at[k]].u.ref]) return false;
    for (uint32_t k = 0; k < eqs.n; k++)
        if (p->s->contaminated[p->ir->eq.at[eqs.at[k]].target]) return false;
    return true;
}

/* Do bounds and conditions of a region, and of those inside, depend on no sum? */
static bool has_own_bounds(const Splitter *p, Item it)
{
    Ir *ir = p->ir;
    IdVec roots = {0};
    if (!it.region) return true;
    ir_region_roots(ir, it.id, &roots);
    if (reads_marked(ir, &roots, p->s->contaminated)) return false;
    const Slice parts[] = {ir->region.at[it.id].head, ir->region.at[it.id].items};
    for (uint32_t i = 0; i < 2; i++)
        for (uint32_t k = 0; k < parts[i].n; k++)
            if (!has_own_bounds(p, ir->item.at[parts[i].at + k])) return false;
    return true;
}

/* Does a region make of the sums only what is linear in them, beside what it adds to results without them, and reads no result? */
static bool is_linear_region(Splitter *p, Item it)
{
    Ir *ir = p->ir;
    IdVec reads = rows_reads(ir, it), eqs = {0};
    rows_eqs(ir, it, &eqs);
    for (uint32_t k = 0; k < reads.n; k++)
        if (p->root[ir->node.at[reads.at[k]].u.ref]) return false;
    for (uint32_t k = 0; k < eqs.n; k++) {
        Id sums, rest, target = ir->eq.at[eqs.at[k]].target;
        if (!p->s->contaminated[target]) continue;
        if (p->root[target] && ir->eq.at[eqs.at[k]].op == RED_MATRIX) return false;
        if (!split_eq(ir, p->s->contaminated, eqs.at[k], &sums, &rest)) return false;
        if (rest && (sums || !p->root[target])) return false;
    }
    return has_own_bounds(p, it);
}

static void roots_add(Ir *ir, Eq *e, const Eq *was, void *user)
{
    const Splitter *p = user;
    (void)was;
    if (p->root[e->target]) e->add = true;
    if (p->when && p->s->contaminated[e->target]) e->when = ir_and(ir, p->when, e->when);
}

static void add_to_roots(Splitter *p, Items *list)
{
    Ir *ir = p->ir;
    Slice items = ir_map_items(ir, ir_items(ir, list->at, list->n), NULL, roots_add, p);
    for (uint32_t k = 0; k < items.n; k++) list->at[k] = ir->item.at[items.at + k];
}

/* To an equation of such a region. */
static void region_adds(Ir *ir, Eq *e, const Eq *was, void *user)
{
    const Splitter *p = user;
    const IdVec body = {.at = &e->body, .n = 1};
    (void)was;
    if (!p->root[e->target]) return;
    e->add = true;
    if (!reads_marked(ir, &body, p->s->contaminated)) e->when = ir_and(ir, sweeps_begin(ir, p->s), e->when);
}

static bool rewrite_all(Splitter *p, Items *list)
{
    Items out = {0};
    for (uint32_t k = 0; k < list->n; k++) {
        Item it = list->at[k];
        if (!it.region) {
            if (!rewrite(p, it.id, &out)) return false;
            continue;
        }
        if (!stands_apart(p, it)) {
            if (!is_linear_region(p, it)) return false;
            it = p->ir->item.at[ir_map_items(p->ir, ir_items(p->ir, &it, 1), NULL, region_adds, p).at];
        }
        vec_push(p->ir->arena, &out, it);
    }
    *list = out;
    return true;
}

/* Is the array read by the items, or written by others? */
static bool touched(Ir *ir, const Items *list, Id eq, Id array)
{
    for (uint32_t k = 0; k < list->n; k++) {
        IdVec eqs = {0}, reads = rows_reads(ir, list->at[k]);
        rows_eqs(ir, list->at[k], &eqs);
        for (uint32_t i = 0; i < eqs.n; i++)
            if (eqs.at[i] != eq && ir->eq.at[eqs.at[i]].target == array) return true;
        for (uint32_t i = 0; i < reads.n; i++)
            if (ir->node.at[reads.at[i]].u.ref == array) return true;
    }
    return false;
}

/* The first to add to a root, where they reach all of its elements whenever the rows begin. */
static void mark_fresh(Splitter *p)
{
    Ir *ir = p->ir;
    const Items *list = &p->s->at[0].prologue;
    Id begin = sweeps_begin(ir, p->s);
    for (uint32_t k = 0; k < list->n; k++) {
        if (list->at[k].region) continue;
        Eq *e = &ir->eq.at[list->at[k].id];
        Binders all = {0};
        if (!p->root[e->target] || !e->add || e->op != RED_NONE || e->where || e->scatter) continue;
        if (ir->array.at[e->target].dims.n == 0 || (e->when && e->when != begin)) continue;
        ir_eq_binders(ir, e, &all);
        IdVec subs = {0};
        ir_add_ids(ir, e->subs, &subs);
        Id element = ir_read(ir, e->target, subs.at, subs.n), target = e->target;
        bool whole = covers(ir, all.at, all.n, element) && !touched(ir, list, list->at[k].id, target);
        ir->eq.at[list->at[k].id].fresh = whole;
        p->s->fresh |= whole;
    }
}

bool affine_in_sums(Ir *ir, Sweeps *s, const IdVec *roots)
{
    Splitter p = {.ir = ir, .s = s};
    p.root = arena_alloc(ir->arena, ir->array.n);
    p.zeroed = arena_alloc(ir->arena, ir->array.n);
    for (uint32_t k = 0; k < roots->n; k++) p.root[roots->at[k]] = s->contaminated[roots->at[k]] = 1;
    for (uint32_t k = 0; k < s->n; k++)
        if (!rewrite_all(&p, &s->at[k].prologue)) return false;
    if (!rewrite_all(&p, &s->at[s->n - 1].epilogue)) return false;
    for (uint32_t k = 0; k < s->n; k++) {
        p.when = s->at[k].part || s->once ? 0 : sweeps_begin(ir, s);
        add_to_roots(&p, &s->at[k].rows);
    }
    for (uint32_t k = 0; k < s->at[0].prologue.n; k++) vec_push(ir->arena, &p.zeros, s->at[0].prologue.at[k]);
    s->at[0].prologue = p.zeros;
    mark_fresh(&p);
    return true;
}
