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

typedef VEC(Item) ItemVec;

/* The first mark of the program and what is above it. */
typedef struct {
    Id eq;
    Binders scans; /* around it */
    ItemVec cone;
} Mark;

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
            if (find(ir, g.head, m) || find(ir, g.items, m)) return true;
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
    for (uint32_t k = 0; k < m->scans.n; k++) vec_push(ir->arena, &d.around.all, m->scans.at[k]);
    d.around.bound = m->scans.n;
    for (uint32_t k = 0; k + own < e.outer.n; k++) vec_push(ir->arena, &d.around.all, ir->binder.at[e.outer.at + k]);
    for (uint32_t k = 0; k + own < e.subs.n; k++) {
        vec_push(ir->arena, &d.subs, ir->kid.at[e.subs.at + k]);
        vec_push(ir->arena, &d.dims, ir->kid.at[ir->array.at[e.target].dims.at + k]);
    }
    adjoints(ir, &d, &a);
    relay(ir, &a, m->eq);
}

void expand(Ir *ir)
{
    for (;;) {
        Mark m = {0};
        if (!find(ir, ir->items, &m)) return;
        if (ir->eq.at[m.eq].along) die("jvp is not expanded yet");
        expand_grad(ir, &m);
    }
}
