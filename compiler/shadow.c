/*
 * shadow.c -- the same equations with other arrays in the place of some.
 *
 * A root that is read has a shadow, so that what goes to the caller is only added to; rows that several loops compute have one for each.
 *
 * needs: nothing   makes: arrays, copies   exact: yes
 */
#include "loop.h"

typedef struct {
    const Id *by; /* by array below `arrays`; 0: none */
    Id arrays;
} Shadows;

static Id shadow_of(const Shadows *s, Id array) { return array < s->arrays ? s->by[array] : 0; }

static Id shadow_node(Ir *ir, Id node, void *user);

static Id read_shadow(Ir *ir, Id id, void *user)
{
    Node x = ir->node.at[id];
    if (x.op != OP_READ || !shadow_of(user, x.u.ref)) return 0;
    IdVec subs = {0};
    for (uint32_t k = 0; k < x.n; k++) vec_push(ir->arena, &subs, shadow_node(ir, ir_kid(ir, id, k), user));
    return ir_read(ir, shadow_of(user, x.u.ref), subs.at, subs.n);
}

static Id shadow_node(Ir *ir, Id node, void *user) { return ir_replace(ir, node, read_shadow, user); }

static void shadow_target(Ir *ir, Eq *e, const Eq *was, void *user)
{
    (void)ir;
    Id by = shadow_of(user, was->target);
    if (by) e->target = by;
}

Items shadow_items(Ir *ir, const Items *items, const Id *by, Id arrays)
{
    Shadows s = {by, arrays};
    Items list = {0};
    ir_add_items(ir, ir_map_items(ir, ir_items(ir, items->at, items->n), shadow_node, shadow_target, &s), &list);
    return list;
}

/* root[i, ...] = shadow[i, ...] */
static Id copy_eq(Ir *ir, Id root, Id shadow)
{
    Id zero = ir_zero(ir, root);
    Eq e = ir->eq.at[zero];
    IdVec subs = {0};
    ir_add_ids(ir, e.subs, &subs);
    e.body = ir_read(ir, shadow, subs.at, subs.n);
    return ir_new_eq(ir, &e);
}

Slice shadow_roots(Ir *ir, Slice items, const IdVec *roots)
{
    Id arrays = ir->array.n, *by = arena_alloc(ir->arena, sizeof *by * arrays);
    uint8_t *read = arena_alloc(ir->arena, arrays);
    Items list = {0}, copies = {0};
    ir_add_items(ir, items, &list);
    for (uint32_t k = 0; k < list.n; k++) {
        IdVec reads = rows_reads(ir, list.at[k]);
        for (uint32_t j = 0; j < reads.n; j++) read[ir->node.at[reads.at[j]].u.ref] = 1;
    }
    for (uint32_t k = 0; k < roots->n; k++) {
        Id root = roots->at[k];
        if (!read[root]) continue;
        by[root] = ir_new_like(ir, root);
        vec_push(ir->arena, &copies, ((Item){false, copy_eq(ir, root, by[root])}));
    }
    if (!copies.n) return items;
    list = shadow_items(ir, &list, by, arrays);
    for (uint32_t k = 0; k < copies.n; k++) vec_push(ir->arena, &list, copies.at[k]);
    return ir_items(ir, list.at, list.n);
}

Items shadow_rows(Ir *ir, const Rows *r, const uint8_t *root)
{
    Id arrays = ir->array.n, *by = arena_alloc(ir->arena, sizeof *by * arrays);
    IdVec eqs = {0};
    for (uint32_t k = 0; k < r->rows.n; k++) rows_eqs(ir, r->rows.at[k], &eqs);
    for (uint32_t k = 0; k < eqs.n; k++) {
        Id a = ir->eq.at[eqs.at[k]].target;
        if (r->position[a] < 0 || root[a] || by[a]) continue;
        by[a] = ir_new_like(ir, a);
    }
    return shadow_items(ir, &r->rows, by, arrays);
}

static Slice starting_at(Ir *ir, Slice binders, Id from)
{
    Binders list = {0};
    ir_add_binders(ir, binders, &list);
    list.at[0].lo = from;
    return ir_binders(ir, list.at, list.n);
}

Items shadow_from(Ir *ir, const Items *rows, Id from)
{
    Items rest = {0};
    for (uint32_t k = 0; k < rows->n; k++) {
        Item it = rows->at[k];
        if (it.region) {
            Region r = ir->region.at[it.id];
            r.over = starting_at(ir, r.over, from);
            it.id = ir_new_region(ir, &r);
        } else {
            Eq e = ir->eq.at[it.id];
            e.outer = starting_at(ir, e.outer, from);
            it.id = ir_new_eq(ir, &e);
        }
        vec_push(ir->arena, &rest, it);
    }
    return rest;
}
