/*
 * recompute.c -- the reverse of a step computes the step again.
 *
 * What a scan's body makes at a step is made once more, in arrays of its own, right before the step is run backwards, and the adjoint
 * equations read that.  States of the scan itself are kept: they are what the step starts from.
 */
#include "derive.h"

typedef struct {
    Id *again; /* by array: its second copy; 0: it is kept, or made elsewhere */
    Id arrays;
} Again;

static bool is_ahead(Ir *ir, const Eq *e, Id step)
{
    for (uint32_t k = 0; k < e->subs.n; k++) {
        Id sub = ir->kid.at[e->subs.at + k];
        if (ir_has_var(ir, sub, step)) return ir_opof(ir, sub) != OP_VAR;
    }
    return true; /* a sum over the steps */
}

static void find_made(Ir *ir, Slice items, Id step, Again *a)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region) {
            find_made(ir, ir->region.at[it.id].items, step, a);
            continue;
        }
        Eq e = ir->eq.at[it.id];
        if (a->again[e.target] || is_ahead(ir, &e, step)) continue;
        Array of = ir->array.at[e.target];
        IdVec dims = {0};
        ir_add_ids(ir, of.dims, &dims);
        const char *name = arena_printf(ir->arena, "%s_again", of.name);
        Id made = ir_new_array(ir, name, ARRAY_LOCAL, (Type)of.type, dims.at, dims.n, of.span);
        ir->array.at[made].lo = of.lo;
        ir->array.at[made].hi = of.hi;
        a->again[e.target] = made;
    }
}

static Id read_again(Ir *ir, Id node, void *user)
{
    const Again *a = user;
    Node x = ir->node.at[node];
    if (x.op != OP_READ || x.u.ref >= a->arrays || !a->again[x.u.ref]) return 0;
    IdVec subs = {0};
    for (uint32_t k = 0; k < x.n; k++)
        vec_push(ir->arena, &subs, ir_replace(ir, ir_kid(ir, node, k), read_again, user));
    return ir_read(ir, a->again[x.u.ref], subs.at, subs.n);
}

static Id node_again(Ir *ir, Id node, void *user) { return ir_replace(ir, node, read_again, user); }

static void eq_again(Ir *ir, Eq *e, const Eq *was, void *user)
{
    const Again *a = user;
    (void)ir;
    if (was->target < a->arrays && a->again[was->target]) e->target = a->again[was->target];
}

Slice recompute(Ir *ir, Slice primal, Id step, Slice adjoint)
{
    Again a = {.again = arena_alloc(ir->arena, ir->array.n * sizeof(Id)), .arrays = ir->array.n};
    Items all = {0};
    find_made(ir, primal, step, &a);
    for (uint32_t i = 0; i < primal.n; i++) {
        Item it = ir->item.at[primal.at + i];
        if (it.region || a.again[ir->eq.at[it.id].target]) vec_push(ir->arena, &all, it);
    }
    ir_add_items(ir, adjoint, &all);
    return ir_map_items(ir, ir_items(ir, all.at, all.n), node_again, eq_again, &a);
}
