/*
 * jacobian.c -- the Jacobian of an output, in the blocks that its equations have.
 *
 * What an output reads is its sparsity: out[p, i] that reads cam[obs[p], j] has, for every p and i, one block over j in the columns of
 * cam[obs[p]].  So the derivative of each element is taken at once, with its subscripts as variables, and what depends on these
 * alone is pinned (reverse.c).
 *
 * needs: order   makes: adjoint equations, aux   exact: yes
 */
#include "derive.h"

static const char *const letter[] = {"i", "j", "k", "l", "m", "n"};

/* column[rows, free] = the linear index of array[pins and free] */
static Id columns(Ir *ir, const Derivative *d, const Block *b)
{
    Array of = ir->array.at[b->array];
    IdVec subs = {0}, dims = {0};
    Binders outer = {0};
    Id at = ir_int(ir, 0);
    for (uint32_t k = 0; k < d->subs.n; k++) {
        vec_push(ir->arena, &subs, d->subs.at[k]);
        vec_push(ir->arena, &dims, d->dims.at[k]);
        vec_push(ir->arena, &outer, d->around.all.at[k]);
    }
    for (uint32_t k = 0; k < of.dims.n; k++) {
        Id size = ir->kid.at[of.dims.at + k], sub = b->pin[k];
        if (!sub) {
            Id var = ir_new_var(ir, letter[k % 6], of.span);
            sub = ir_var(ir, var);
            vec_push(ir->arena, &outer, ((Binder){var, ir_int(ir, 0), size}));
            vec_push(ir->arena, &subs, sub);
            vec_push(ir->arena, &dims, size);
        }
        at = ir_op2(ir, OP_MUL, at, size);
        at = ir_op2(ir, OP_ADD, at, sub);
    }
    Eq e = {.body = at, .span = of.span};
    const char *name = arena_printf(ir->arena, "column_%s", of.name);
    e.target = ir_new_array(ir, name, ARRAY_LOCAL, T_INT, dims.at, dims.n, of.span);
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, outer.at, outer.n);
    VEC(Item) all = {0};
    for (uint32_t i = 0; i < ir->items.n; i++) vec_push(ir->arena, &all, ir->item.at[ir->items.at + i]);
    vec_push(ir->arena, &all, ((Item){false, ir_new_eq(ir, &e)}));
    ir->items = ir_items(ir, all.at, all.n);
    return e.target;
}

void jacobian(Ir *ir, Id output, const Id *by, uint32_t n, Jacobian *out)
{
    Array of = ir->array.at[output];
    Derivative d = {.sparse = true, .span = of.span};
    Adjoints a;
    VEC(Item) cone = {0};
    *out = (Jacobian){.output = output};
    for (uint32_t k = 0; k < of.dims.n; k++) {
        Id size = ir->kid.at[of.dims.at + k], var = ir_new_var(ir, letter[k % 6], of.span);
        vec_push(ir->arena, &d.around.all, ((Binder){var, ir_int(ir, 0), size}));
        vec_push(ir->arena, &d.subs, ir_var(ir, var));
        vec_push(ir->arena, &d.dims, size);
    }
    out->rows = d.around.all;
    d.of = ir_read(ir, output, d.subs.at, d.subs.n);
    for (uint32_t i = 0; i < n; i++) vec_push(ir->arena, &d.by, ((By){.array = by[i]}));
    for (uint32_t i = 0; i < ir->items.n; i++) vec_push(ir->arena, &cone, ir->item.at[ir->items.at + i]);
    d.cone = cone.at;
    d.n = cone.n;
    adjoints(ir, &d, &a);
    relay(ir, &a, 0);
    for (uint32_t i = 0; i < a.blocks.n; i++) {
        Block b = a.blocks.at[i];
        b.column = columns(ir, &d, &b);
        vec_push(ir->arena, &out->blocks, b);
    }
}
