/*
 * peel.c -- loops in pieces, in which conditions about the ends of their ranges are decided.
 *
 *     for i < N: y[i] = i == 0 ? a : f(x[i - 1])   ->   for i < imin(1, N): y[i] = a
 *                                                       for 1 <= i < N: y[i] = f(x[i - 1])
 *
 * The long piece has no branches, and compilers make vectors of it.  The loop around is cut first; what stands in a piece keeps its order.
 * An array that lives in the loop alone is one of its own in each piece.
 *
 * needs: loops   makes: arrays   exact: yes
 */
#include "flat.h"
#include "loop.h"

enum {
    SHORT = 17,
    MOST_LEAVES = 48
}; /* rounds that a compiler unrolls by itself, if there are fewer; equations in all pieces */

typedef VEC(uint32_t) Counts;

typedef struct {
    Ir *ir;
    Counts touches; /* by array: of the whole function, or of the piece that alone has it */
    uint8_t *root;  /* by array up to `arrays`: it goes to the caller */
    Id arrays;
    Env env; /* the loops around */
} Peel;

/* ---- who touches what */

static void node_roots(Ir *ir, const Loop *l, IdVec *roots)
{
    if (l->kind == LOOP_EQ) ir_eq_roots(ir, l->eq, roots);
    if (l->cond) vec_push(ir->arena, roots, l->cond);
    if (l->region) ir_region_roots(ir, l->region, roots);
    if (!l->binder.var) return;
    vec_push(ir->arena, roots, l->binder.lo);
    vec_push(ir->arena, roots, l->binder.hi);
}

static void count(Ir *ir, Counts *c, Id array)
{
    while (c->n <= array) vec_push(ir->arena, c, 0);
    c->at[array]++;
}

/* How often leaves, bounds and conditions touch each array. */
static void count_touches(Ir *ir, const Loop *l, Counts *c)
{
    IdVec roots = {0};
    node_roots(ir, l, &roots);
    IdVec all = ir_reach(ir, roots.at, roots.n);
    for (uint32_t k = 0; k < all.n; k++)
        if (ir_opof(ir, all.at[k]) == OP_READ) count(ir, c, ir->node.at[all.at[k]].u.ref);
    if (l->kind == LOOP_EQ) count(ir, c, ir->eq.at[l->eq].target);
    for (uint32_t k = 0; k < l->kids.n; k++) count_touches(ir, l->kids.at[k], c);
}

/* ---- copies */

typedef struct {
    const Peel *p;
    Subst var;
    Counts by; /* by array: the piece's own; 0: it stays */
} Copy;

static Id copy_of(const Copy *c, Id array) { return array < c->by.n && c->by.at[array] ? c->by.at[array] : array; }

static Id copy_read(Ir *ir, Id id, void *user)
{
    const Copy *c = user;
    Node x = ir->node.at[id];
    if (x.op == OP_VAR && x.u.ref == c->var.var) return c->var.by;
    if (x.op != OP_READ || copy_of(c, x.u.ref) == x.u.ref) return 0;
    IdVec subs = {0};
    for (uint32_t k = 0; k < x.n; k++) vec_push(ir->arena, &subs, ir_replace(ir, ir_kid(ir, id, k), copy_read, user));
    return ir_read(ir, copy_of(c, x.u.ref), subs.at, subs.n);
}

static Id copy_node(Copy *c, Id node)
{
    return node ? decided_node(c->p->ir, &c->p->env, ir_replace(c->p->ir, node, copy_read, c)) : 0;
}

static Slice copy_binders(Copy *c, Slice binders)
{
    Ir *ir = c->p->ir;
    Binders out = {0};
    for (uint32_t k = 0; k < binders.n; k++) {
        Binder b = ir->binder.at[binders.at + k];
        vec_push(ir->arena, &out, ((Binder){b.var, copy_node(c, b.lo), copy_node(c, b.hi)}));
    }
    return ir_binders(ir, out.at, out.n);
}

/* The equation in a piece; 0: it adds nothing there. */
static Id copy_eq(Copy *c, Id eq)
{
    Ir *ir = c->p->ir;
    Eq e = ir->eq.at[eq];
    IdVec subs = {0};
    for (uint32_t k = 0; k < e.subs.n; k++) vec_push(ir->arena, &subs, copy_node(c, ir->kid.at[e.subs.at + k]));
    e.target = copy_of(c, e.target);
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer.n = 0; /* the loops say it */
    e.inner = copy_binders(c, e.inner);
    e.body = copy_node(c, e.body);
    e.where = ir_and(ir, 0, copy_node(c, e.where));
    e.when = 0; /* so do the guards */
    return e.add && e.op <= RED_SUM && ir_is_int(ir, e.body, 0) ? 0 : ir_new_eq(ir, &e);
}

/* The nodes below l, in a piece. */
static void copy_kids(Copy *c, const Loop *l, Loop *to)
{
    Ir *ir = c->p->ir;
    for (uint32_t k = 0; k < l->kids.n; k++) {
        const Loop *kid = l->kids.at[k];
        Id cond = copy_node(c, kid->cond), eq = kid->kind == LOOP_EQ ? copy_eq(c, kid->eq) : 0;
        if (cond == ir_bool(ir, true)) {
            copy_kids(c, kid, to);
            continue;
        }
        if (cond == ir_bool(ir, false) || (kid->kind == LOOP_EQ && !eq)) continue;
        Loop *now = loop_new(ir->arena, kid->kind, to);
        now->cond = cond;
        now->eq = eq;
        now->binder = kid->binder;
        if (kid->binder.var) {
            now->binder.lo = copy_node(c, kid->binder.lo);
            now->binder.hi = copy_node(c, kid->binder.hi);
        }
        copy_kids(c, kid, now);
    }
}

/* ---- pieces */

/* May it be cut: no more than loops, guards and equations that are simple enough?  Counts these, and collects where conditions matter:
   what is computed for each element. */
static bool can_cut(Ir *ir, const Loop *l, uint32_t *leaves, IdVec *roots)
{
    bool can = (l->kind == LOOP_FOR && !l->jam && !l->left) || l->kind == LOOP_IF || l->kind == LOOP_EQ;
    if (l->kind == LOOP_IF) vec_push(ir->arena, roots, l->cond);
    if (l->kind == LOOP_EQ) {
        Eq e = ir->eq.at[l->eq];
        ++*leaves;
        can = e.op == RED_NONE || e.op == RED_SUM;
        if (!e.inner.n) vec_push(ir->arena, roots, e.body);
    }
    for (uint32_t k = 0; k < l->kids.n && can; k++) can = can_cut(ir, l->kids.at[k], leaves, roots);
    return can;
}

/* Does the array live in the loop alone, which has touches of it? */
static bool is_own(const Peel *p, const Counts *within, Id array)
{
    return within->at[array] && within->at[array] == p->touches.at[array] &&
           p->ir->array.at[array].kind == ARRAY_LOCAL && !(array < p->arrays && p->root[array]);
}

static void peel_kids(Peel *p, Loop *l);

static void add_piece(Peel *p, const Loop *l, Binder b, const Counts *within, bool first, Loop *to)
{
    Ir *ir = p->ir;
    Copy c = {.p = p};
    Loop *now = loop_new(ir->arena, LOOP_FOR, to);
    now->binder = edges_named(ir, b, &c.var);
    vec_push(ir->arena, &p->env, now->binder);
    Counts own = {0};
    for (Id a = 0; a < within->n; a++) {
        bool is = a && is_own(p, within, a);
        Id by = is && !first ? ir_new_like(ir, a) : 0;
        vec_push(ir->arena, &c.by, by);
        if (is) vec_push(ir->arena, &own, by ? by : a);
    }
    copy_kids(&c, l, now);
    Counts here = {0};
    count_touches(ir, now, &here);
    for (uint32_t k = 0; k < own.n; k++) {
        while (p->touches.n <= own.at[k]) vec_push(ir->arena, &p->touches, 0);
        p->touches.at[own.at[k]] = own.at[k] < here.n ? here.at[own.at[k]] : 0;
    }
    peel_kids(p, now);
    p->env.n--;
    if (!now->kids.n) to->kids.n--;
}

/* The loop in its pieces; false: it has none. */
static bool cut(Peel *p, const Loop *l, Loop *to)
{
    Ir *ir = p->ir;
    uint32_t leaves = 0, middle;
    int64_t steps;
    IdVec roots = {0};
    if (l->kind != LOOP_FOR || (binder_count(ir, l->binder, &steps) && steps < SHORT)) return false;
    if (!can_cut(ir, l, &leaves, &roots)) return false;
    Binders pieces = edges_of(ir, l->binder, roots.at, roots.n, &middle);
    if (!pieces.n || leaves * pieces.n > MOST_LEAVES) return false;
    Counts within = {0};
    count_touches(ir, l, &within);
    for (uint32_t k = 0; k < pieces.n; k++) add_piece(p, l, pieces.at[k], &within, k == 0, to);
    cost_tell(ir, "peel", "the loop over %s in %u pieces", ir->var.at[l->binder.var].name, pieces.n);
    return true;
}

static void peel_kids(Peel *p, Loop *l)
{
    Loop was = *l;
    l->kids.at = NULL;
    l->kids.n = l->kids.cap = 0;
    for (uint32_t k = 0; k < was.kids.n; k++) {
        Loop *kid = was.kids.at[k];
        if (cut(p, kid, l)) continue;
        vec_push(p->ir->arena, &l->kids, kid);
        if (kid->kind == LOOP_TILE || kid->kind == LOOP_ROWS || kid->rows) continue;
        bool binds = kid->binder.var != 0;
        if (binds) vec_push(p->ir->arena, &p->env, kid->binder);
        peel_kids(p, kid);
        p->env.n -= binds;
    }
}

void peel(Ir *ir, const Func *f)
{
    Peel p = {.ir = ir, .root = arena_alloc(ir->arena, ir->array.n), .arrays = ir->array.n};
    for (uint32_t k = 0; k < f->roots.n; k++) p.root[f->roots.at[k]] = 1;
    count_touches(ir, f->top, &p.touches);
    peel_kids(&p, f->top);
    for (uint32_t k = 0; k < f->top->kids.n; k++) loop_set_depth(f->top->kids.at[k]);
}
