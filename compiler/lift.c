/*
 * lift.c -- arithmetic over the rows of a tile leaves a loop that it does not depend on.
 *
 *     for k { for i { for j < i: t[i, n] += L[k, i, j] * (x[j, n] - mu[k, j]) } }
 *     for k { for j: c[j, n] = x[j, n] - mu[k, j]    for i { for j < i: t[i, n] += L[k, i, j] * c[j, n] } }
 *
 * An array of lanes is read where another one was, so that what is saved is the arithmetic.  What is computed once lives as long as the
 * loops around it: in another nest it is computed again, which is cheaper than an array of all its indices.  Loops over variables that
 * the value depends on stand before the loop again, each as wide as it ever is.  Where others in the same nest look the same, they read
 * it too.
 *
 * needs: the nests below a tile   makes: arrays of lanes   exact: yes
 */
#include "cost.h"
#include "flat.h"
#include "loop.h"

enum { MOST_LOOPS = 4 }; /* that a value is computed in again */

typedef struct {
    Ir *ir;
    const Rows *r;
    Binders path;  /* of the loops around the leaf at hand, outermost first */
    uint32_t from; /* in path: the loop that values are to leave */
    Loop *body;    /* around that loop */
    uint32_t at;   /* its number in there */
    IdVec written; /* arrays, below that loop */
    Loop *leaf;
} Lift;

/* What was lifted: `node` over the loops of `again`, its value read from an array. */
typedef struct {
    Id node, read;
    Binders again;
} Lifted;

static void find_written(const Lift *l, const Loop *at, IdVec *out)
{
    if (at->kind == LOOP_EQ) vec_push(l->ir->arena, out, l->ir->eq.at[at->eq].target);
    for (uint32_t k = 0; k < at->kids.n; k++) find_written(l, at->kids.at[k], out);
}

/* Arithmetic of lanes alone, on nothing that is written in the loop. */
static bool may_leave(const Lift *l, Id node)
{
    Ir *ir = l->ir;
    if (ir_type(ir, node) != T_REAL || !ir_has_var(ir, node, l->r->row) || !lane_arithmetic(ir, l->r, node))
        return false;
    IdVec all = ir_reach(ir, &node, 1);
    for (uint32_t i = 0; i < all.n; i++)
        if (ir_opof(ir, all.at[i]) == OP_READ && ir_holds(&l->written, ir->node.at[all.at[i]].u.ref)) return false;
    return true;
}

/* ---- the loops of a value */

/* Loops from `from` on that the node depends on, as wide as they ever are; false: not known, or the outermost is among them.
   *uses: how often each value is computed as it stands. */
static bool loops_again(const Lift *l, Id node, Binders *again, int64_t *uses)
{
    Ir *ir = l->ir;
    Binders gone = {0};
    *uses = 1;
    for (uint32_t i = l->from; i < l->path.n; i++) {
        Binder b = l->path.at[i];
        if (ir_has_var(ir, node, b.var)) {
            if (i == l->from) return false;
            b.lo = ir_extreme(ir, gone.at, gone.n, b.lo, false);
            b.hi = ir_extreme(ir, gone.at, gone.n, b.hi, true);
            if (!b.lo || !b.hi) return false;
            vec_push(ir->arena, again, b);
        } else {
            vec_push(ir->arena, &gone, b);
            *uses = cost_times(*uses, cost_steps(ir, b));
        }
    }
    return true;
}

/* An array of lanes over all loops around that the node depends on; 0: its size is not known. */
static Id new_array(const Lift *l, Id node, const Binders *again)
{
    Ir *ir = l->ir;
    IdVec dims = {0}, subs = {0};
    Binders around = {0};
    for (uint32_t i = 0; i < l->from; i++) vec_push(ir->arena, &around, l->path.at[i]);
    for (uint32_t i = 0; i < again->n; i++) vec_push(ir->arena, &around, again->at[i]);
    vec_push(ir->arena, &dims, l->r->size);
    vec_push(ir->arena, &subs, ir_var(ir, l->r->row));
    for (uint32_t i = 0; i < around.n; i++) {
        if (!ir_has_var(ir, node, around.at[i].var)) continue;
        Id size = ir_extreme(ir, around.at, i, around.at[i].hi, true);
        if (!size || !ir_is_size(ir, size)) return 0;
        vec_push(ir->arena, &dims, size);
        vec_push(ir->arena, &subs, ir_var(ir, around.at[i].var));
    }
    Id array = ir_new_array(ir, "lift", ARRAY_LOCAL, T_REAL, dims.at, dims.n, ir->eq.at[l->leaf->eq].span);
    return ir_read(ir, array, subs.at, subs.n);
}

/* The loops that compute it, in front of the loop that it leaves. */
static void put_in_front(Lift *l, const Lifted *v)
{
    Ir *ir = l->ir;
    Node x = ir->node.at[v->read];
    Eq like = ir->eq.at[l->leaf->eq];
    Eq e = {.target = x.u.ref, .subs = {x.kids, x.n}, .body = v->node, .span = like.span, .op = RED_NONE};
    Binders outer = {0};
    vec_push(ir->arena, &outer, ((Binder){l->r->row, l->r->lo, l->r->hi}));
    for (uint32_t i = 0; i < v->again.n; i++) vec_push(ir->arena, &outer, v->again.at[i]);
    e.outer = ir_binders(ir, outer.at, outer.n);
    Loop *nest = loop_new(ir->arena, LOOP_EQ, NULL);
    nest->eq = ir_new_eq(ir, &e);
    for (uint32_t i = v->again.n; i--;) {
        Loop *around = loop_new(ir->arena, LOOP_FOR, NULL);
        around->binder = v->again.at[i];
        vec_push(ir->arena, &around->kids, nest);
        nest = around;
    }
    vec_push(ir->arena, &l->body->kids, nest);
    for (uint32_t i = l->body->kids.n - 1; i > l->at; i--) l->body->kids.at[i] = l->body->kids.at[i - 1];
    l->body->kids.at[l->at++] = nest;
}

/* ---- equations that read it */

typedef struct {
    const Lift *l;
    const Lifted *v;
} Reader;

/* Is b within the range of `wide`, for all values of the loops that are not the value's own? */
static bool is_within(Ir *ir, const Binders *path, uint32_t from, Binder b, Binder wide)
{
    Binders others = {0};
    for (uint32_t i = from; i < path->n && path->at[i].var != b.var; i++) vec_push(ir->arena, &others, path->at[i]);
    Id lo = ir_extreme(ir, others.at, others.n, b.lo, false), hi = ir_extreme(ir, others.at, others.n, b.hi, true);
    return lo && hi && ir_prove_le(ir, wide.lo, lo) == 1 && ir_prove_le(ir, hi, wide.hi) == 1;
}

/* The read that stands for a node which is the lifted one but for the names of loops; else 0. */
static Id read_for(Ir *ir, Id node, void *user)
{
    const Reader *reader = user;
    const Lift *l = reader->l;
    const Lifted *v = reader->v;
    Subst there[MOST_LOOPS];
    uint32_t n = 0;
    if (ir_opof(ir, node) != ir_opof(ir, v->node)) return 0;
    for (uint32_t i = l->from; i < l->path.n; i++) {
        Binder b = l->path.at[i];
        if (!ir_has_var(ir, node, b.var)) continue;
        if (n == v->again.n || !is_within(ir, &l->path, l->from, b, v->again.at[n])) return 0;
        there[n] = (Subst){v->again.at[n].var, ir_var(ir, b.var)};
        n++;
    }
    if (n < v->again.n || ir_subst(ir, v->node, there, n) != node) return 0;
    return ir_subst(ir, v->read, there, n);
}

static void read_in(Lift *l, Loop *leaf, const Lifted *v)
{
    Ir *ir = l->ir;
    Reader reader = {l, v};
    Eq e = ir->eq.at[leaf->eq];
    Id body = e.inner.n ? e.body : ir_replace(ir, e.body, read_for, &reader);
    if (body == e.body) return;
    e.body = body;
    leaf->eq = ir_new_eq(ir, &e);
}

/* All leaves below that no condition stands around. */
static void read_below(Lift *l, Loop *at, const Lifted *v)
{
    if (at->kind == LOOP_EQ) read_in(l, at, v);
    if (at->kind != LOOP_FOR) return;
    vec_push(l->ir->arena, &l->path, at->binder);
    for (uint32_t k = 0; k < at->kids.n; k++) read_below(l, at->kids.at[k], v);
    l->path.n--;
}

/* ---- what leaves */

static bool leaves(Lift *l, Id node)
{
    Ir *ir = l->ir;
    int64_t uses;
    Lifted v = {.node = node};
    if (!may_leave(l, node) || !loops_again(l, node, &v.again, &uses)) return false;
    if (v.again.n > MOST_LOOPS || !cost_lifts(cost_of(ir, node), uses)) return false;
    v.read = new_array(l, node, &v.again);
    if (!v.read) return false;
    put_in_front(l, &v);
    cost_tell(ir, "lift", "%s leaves the loop over %s, as %s for %s: %u each, %lld times fewer", cost_text(ir, node),
              ir->var.at[l->path.at[l->from].var].name, cost_text(ir, v.read), cost_loops(ir, v.again.at, v.again.n),
              cost_of(ir, node), (long long)uses);
    Binders path = l->path;
    l->path = (Binders){0};
    for (uint32_t i = 0; i < l->from; i++) vec_push(ir->arena, &l->path, path.at[i]);
    for (uint32_t k = l->at; k < l->body->kids.n; k++) read_below(l, l->body->kids.at[k], &v);
    l->path = path;
    return true;
}

/* The largest nodes of the leaf's body first. */
static void lift_from(Lift *l, Loop *leaf)
{
    Ir *ir = l->ir;
    bool again = ir->eq.at[leaf->eq].inner.n == 0;
    l->leaf = leaf;
    while (again) {
        again = false;
        Id body = ir->eq.at[leaf->eq].body;
        IdVec all = ir_reach(ir, &body, 1);
        for (uint32_t i = all.n; i-- && !again;) again = ir_opof(ir, all.at[i]) != OP_READ && leaves(l, all.at[i]);
    }
}

static void lift_below(Lift *l, Loop *at)
{
    if (at->kind == LOOP_EQ) lift_from(l, at);
    if (at->kind != LOOP_FOR) return;
    vec_push(l->ir->arena, &l->path, at->binder);
    for (uint32_t k = 0; k < at->kids.n; k++) lift_below(l, at->kids.at[k]);
    l->path.n--;
}

static void lift_in(Lift *l, Loop *body)
{
    for (uint32_t k = 0; k < body->kids.n; k++) {
        Loop *kid = body->kids.at[k];
        if (kid->kind == LOOP_SCAN) { /* which nothing leaves */
            vec_push(l->ir->arena, &l->path, kid->binder);
            lift_in(l, kid);
            l->path.n--;
        }
        if (kid->kind != LOOP_FOR) continue;
        l->body = body;
        l->at = k;
        l->from = l->path.n;
        l->written.n = 0;
        find_written(l, kid, &l->written);
        lift_below(l, kid);
        k = l->at;
        vec_push(l->ir->arena, &l->path, kid->binder);
        lift_in(l, kid);
        l->path.n--;
    }
}

void lift(Ir *ir, const Rows *r, Loop *tile)
{
    Lift l = {.ir = ir, .r = r};
    lift_in(&l, tile);
}
