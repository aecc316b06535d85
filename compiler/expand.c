/*
 * expand.c -- the derivatives that a program asks for (grad, jvp) become equations.
 *
 * Marked equations are expanded from first to last, so that inner derivatives are there when outer ones are taken.  What a
 * derivative may go through is what stands above its mark: in its own scan, the items of the same step; around it, finished scans
 * and everything before.  The states of the scan at hand count as independent.
 *
 * needs: order   makes: adjoint and tangent equations, aux   exact: yes
 */
#include "derive.h"
#include "passes.h"

static void copy(Ir *ir, const Binders *from, Binders *to)
{
    for (uint32_t i = 0; i < from->n; i++) vec_push(ir->arena, to, from->at[i]);
}

/* The first mark of the program and what is above it. */
typedef struct {
    Id eq;
    Binders scans; /* around it */
    Items cone;
} Mark;

static void find_written(const Ir *ir, Slice items, bool *written)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (!it.region) {
            written[ir->eq.at[it.id].target] = true;
            continue;
        }
        find_written(ir, ir->region.at[it.id].head, written);
        find_written(ir, ir->region.at[it.id].items, written);
    }
}

/* The starts of a scan's states, among the first `n` of the cone, are not above a mark in that scan. */
static void leave_out_starts(Ir *ir, const Region *g, Mark *m, uint32_t n)
{
    bool *written = arena_alloc(ir->arena, ir->array.n);
    uint32_t kept = 0;
    find_written(ir, g->head, written);
    find_written(ir, g->items, written);
    for (uint32_t i = 0; i < m->cone.n; i++) {
        Item it = m->cone.at[i];
        if (i >= n || it.region || !written[ir->eq.at[it.id].target]) m->cone.at[kept++] = it;
    }
    m->cone.n = kept;
}

/* Looks through a list; what it passes joins the cone. */
static bool find(Ir *ir, Slice items, Mark *m)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region) {
            Region g = ir->region.at[it.id];
            uint32_t scans = m->scans.n, above = m->cone.n;
            ir_add_binders(ir, g.over, &m->scans);
            vec_push(ir->arena, &m->scans, g.step);
            if (find(ir, g.head, m) || find(ir, g.items, m)) {
                leave_out_starts(ir, &g, m, above);
                return true;
            }
            m->scans.n = scans;
            m->cone.n = above;
        } else if (ir->eq.at[it.id].by) {
            m->eq = it.id;
            return true;
        }
        vec_push(ir->arena, &m->cone, it);
    }
    return false;
}

/* Of what is above a mark, the part that its value needs. */
static void keep_needed(Ir *ir, Mark *m)
{
    Eq e = ir->eq.at[m->eq];
    IdVec reads = {0}, all = ir_reach(ir, &e.body, 1);
    for (uint32_t i = 0; i < all.n; i++)
        if (ir_opof(ir, all.at[i]) == OP_READ) vec_push(ir->arena, &reads, ir->node.at[all.at[i]].u.ref);
    Slice needed = dce_items(ir, ir_items(ir, m->cone.at, m->cone.n), reads.at, reads.n);
    m->cone.n = 0;
    ir_add_items(ir, needed, &m->cone);
}

/* grad: the last dimensions of the target are those of what it is differentiated by, the first the derivative's variables. */
static void expand_grad(Ir *ir, const Mark *m)
{
    Eq e = ir->eq.at[m->eq];
    Node by = ir->node.at[e.by];
    Derivative d = {.of = e.body, .when = e.when, .cone = m->cone.at, .n = m->cone.n, .span = e.span};
    By one = {.array = by.u.ref, .adjoint = e.target};
    Adjoints a;
    uint32_t own = 0;
    for (uint32_t k = by.n; k-- > 0; own++) { /* trailing subscripts that are the equation's own variables */
        Node sub = ir->node.at[ir_kid(ir, e.by, k)];
        uint32_t v = 0;
        while (sub.op == OP_VAR && v < e.outer.n && ir->binder.at[e.outer.at + v].var != sub.u.ref) v++;
        if (sub.op != OP_VAR || v == e.outer.n || ir_has_var(ir, e.body, sub.u.ref)) break;
        if (k + e.subs.n < by.n || ir->kid.at[e.subs.at + e.subs.n - (by.n - k)] != ir_kid(ir, e.by, k)) break;
    }
    for (uint32_t k = 0; k + own < by.n; k++) vec_push(ir->arena, &one.at, ir_kid(ir, e.by, k));
    vec_push(ir->arena, &d.by, one);
    copy(ir, &m->scans, &d.around.all);
    d.around.bound = m->scans.n;
    for (uint32_t k = 0; k + own < e.outer.n; k++) vec_push(ir->arena, &d.around.all, ir->binder.at[e.outer.at + k]);
    for (uint32_t k = 0; k + own < e.subs.n; k++) {
        vec_push(ir->arena, &d.subs, ir->kid.at[e.subs.at + k]);
        vec_push(ir->arena, &d.dims, ir->kid.at[ir->array.at[e.target].dims.at + k]);
    }
    adjoints(ir, &d, &a);
    relay(ir, &a, m->eq);
}

/* ---- jvp */

static Id last_id(const Ir *ir, Slice ids, uint32_t k) { return ir->kid.at[ids.at + k]; }

/* j[o, k] = sum(m) v * g[o, k, m] beside the marked g[o, k, m] = grad(A[pre, m]) F */
static void as_gradient(Ir *ir, Id mark)
{
    Eq e = ir->eq.at[mark], g = e, j = e;
    Array of = ir->array.at[e.target];
    Node by = ir->node.at[e.by];
    Slice sizes = ir->array.at[by.u.ref].dims;
    IdVec subs = {0}, dims = {0};
    Binders outer = {0};
    Adjoints a = {0};
    ir_add_ids(ir, e.subs, &subs);
    ir_add_ids(ir, of.dims, &dims);
    ir_add_binders(ir, e.outer, &outer);
    ir_add_binders(ir, e.inner, &outer);
    for (uint32_t k = by.n - e.inner.n; k < by.n; k++) {
        vec_push(ir->arena, &subs, ir_kid(ir, e.by, k));
        vec_push(ir->arena, &dims, last_id(ir, sizes, k));
    }
    const char *name = arena_printf(ir->arena, "%s_grad", of.name);
    g.target = ir_new_array(ir, name, ARRAY_LOCAL, T_REAL, dims.at, dims.n, of.span);
    g.subs = ir_ids(ir, subs.at, subs.n);
    g.outer = ir_binders(ir, outer.at, outer.n);
    g.inner = (Slice){0, 0};
    g.along = j.by = j.along = 0;
    j.op = e.inner.n ? RED_SUM : RED_NONE;
    j.body = ir_op2(ir, OP_MUL, ir_read(ir, g.target, subs.at, subs.n), e.along);
    vec_push(ir->arena, &a.items, ((Item){false, ir_new_eq(ir, &g)}));
    vec_push(ir->arena, &a.items, ((Item){false, ir_new_eq(ir, &j)}));
    relay(ir, &a, mark);
}

/* The variables of the direction that what it belongs to is not subscripted by, with those that their ranges use. */
static Binders own_variables(Ir *ir, const Eq *e)
{
    Node by = ir->node.at[e->by];
    Binders own = {0};
    bool *in = arena_alloc(ir->arena, e->outer.n + 1u);
    for (uint32_t i = e->outer.n; i-- > 0;) {
        Binder b = ir->binder.at[e->outer.at + i];
        in[i] = ir_has_var(ir, e->along, b.var);
        for (uint32_t k = i + 1; k < e->outer.n; k++) {
            Binder later = ir->binder.at[e->outer.at + k];
            in[i] |= in[k] && (ir_has_var(ir, later.lo, b.var) || ir_has_var(ir, later.hi, b.var));
        }
        for (uint32_t k = 0; k < by.n; k++) in[i] &= !ir_has_var(ir, ir_kid(ir, e->by, k), b.var);
    }
    for (uint32_t i = 0; i < e->outer.n; i++)
        if (in[i]) vec_push(ir->arena, &own, ir->binder.at[e->outer.at + i]);
    return own;
}

/* Do the tangents keep to the mark's own list?  In a scan: what moves belongs to the step at hand, and all tangents with it. */
static bool stays_in_step(Ir *ir, const Mark *m, const Binders *own)
{
    Eq e = ir->eq.at[m->eq];
    Node by = ir->node.at[e.by];
    if (!m->scans.n) return true;
    Id step = m->scans.at[m->scans.n - 1].var;
    for (uint32_t k = 0; k < by.n; k++)
        if (ir_has_var(ir, ir_kid(ir, e.by, k), step)) return own->n == 0;
    return false;
}

/* The part of the mark's guard that speaks of these variables alone. */
static Id guard_of(Ir *ir, const Eq *e, const Around *a)
{
    IdVec parts = {0};
    Id guard = 0;
    ir_conjuncts(ir, e->when, &parts);
    for (uint32_t i = 0; i < parts.n; i++) {
        uint32_t n;
        const Id *vars = ir_vars(ir, parts.at[i], &n);
        bool all = true;
        for (uint32_t k = 0; k < n; k++) {
            bool found = false;
            for (uint32_t j = 0; j < a->all.n; j++) found |= a->all.at[j].var == vars[k];
            all &= found;
        }
        if (all) guard = ir_and(ir, guard, parts.at[i]);
    }
    return guard;
}

static void expand_jvp(Ir *ir, const Mark *m)
{
    Eq e = ir->eq.at[m->eq];
    Binders own = own_variables(ir, &e);
    Node by = ir->node.at[e.by];
    Array moved = ir->array.at[by.u.ref];
    Direction d = {.when = 0};
    Seed seed = {by.u.ref, NULL, 0};
    Adjoints a;
    bool one = true; /* is a single number asked for?  Then a gradient costs no more. */
    for (uint32_t i = 0; i < e.outer.n; i++) {
        Id var = ir->binder.at[e.outer.at + i].var;
        bool in_by = false;
        for (uint32_t k = 0; k < by.n; k++) in_by |= ir_has_var(ir, ir_kid(ir, e.by, k), var);
        one &= in_by;
    }
    if ((one && e.inner.n) || !stays_in_step(ir, m, &own)) {
        as_gradient(ir, m->eq);
        return;
    }
    Id *var = arena_alloc(ir->arena, (by.n + 1u) * sizeof *var);
    Subst *put = arena_alloc(ir->arena, (by.n + 1u) * sizeof *put);
    uint32_t n = 0;
    for (uint32_t k = 0; k < by.n; k++) {
        Node sub = ir->node.at[ir_kid(ir, e.by, k)];
        var[k] = ir_new_var(ir, sub.op == OP_VAR ? ir->var.at[sub.u.ref].name : "i", moved.span);
        if (sub.op == OP_VAR) put[n++] = (Subst){sub.u.ref, ir_var(ir, var[k])};
    }
    seed.var = var;
    seed.value = ir_subst(ir, e.along, put, n);
    vec_push(ir->arena, &d.seed, seed);
    copy(ir, &m->scans, &d.around.all);
    d.around.bound = m->scans.n;
    copy(ir, &own, &d.around.all);
    d.when = guard_of(ir, &e, &d.around);
    for (uint32_t i = 0; i < own.n; i++) {
        Id lo, hi, sub = ir_var(ir, own.at[i].var);
        if (!hull(ir, d.around.all.at, d.around.all.n, own.at[i].var, &lo, &hi)) {
            as_gradient(ir, m->eq);
            return;
        }
        vec_push(ir->arena, &d.subs, ir_op2(ir, OP_SUB, sub, lo));
        vec_push(ir->arena, &d.dims, ir_op2(ir, OP_SUB, hi, lo));
    }
    Forward *f = forward_new(ir, &d);
    forward_apart(f, m->cone.at, m->cone.n, &a);
    e.body = forward_value(f, e.body);
    if (!e.body) e.body = ir_real(ir, 0);
    e.by = e.along = 0;
    e.inner = (Slice){0, 0};
    vec_push(ir->arena, &a.items, ((Item){false, ir_new_eq(ir, &e)}));
    relay(ir, &a, m->eq);
}

void expand(Ir *ir)
{
    for (;;) {
        Mark m = {0};
        if (!find(ir, ir->items, &m)) return;
        keep_needed(ir, &m);
        if (ir->eq.at[m.eq].along)
            expand_jvp(ir, &m);
        else
            expand_grad(ir, &m);
    }
}
