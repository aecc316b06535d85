/*
 * relay.c -- works a derivative into the program: auxiliary equations beside their primals, its items where they are wanted.
 */
#include "reverse.h"

/* The items with what the derivative adds. */
Slice relay_items(Ir *ir, const Adjoints *a, Id mark, Slice items)
{
    Items all = {0};
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region) {
            Region g = ir->region.at[it.id];
            Slice head = relay_items(ir, a, mark, g.head), body = relay_items(ir, a, mark, g.items);
            if (head.at != g.head.at || body.at != g.items.at) {
                g.head = head;
                g.items = body;
                it.id = ir_new_region(ir, &g);
            }
            vec_push(ir->arena, &all, it);
            continue;
        }
        if (mark && it.id == mark) {
            for (uint32_t k = 0; k < a->items.n; k++) vec_push(ir->arena, &all, a->items.at[k]);
            continue;
        }
        const Beside *b = it.id < a->eqs ? &a->beside[it.id] : NULL;
        if (b && b->eq) it.id = b->eq;
        vec_push(ir->arena, &all, it);
        for (uint32_t k = 0; b && k < b->beside.n; k++) vec_push(ir->arena, &all, ((Item){false, b->beside.at[k]}));
    }
    bool same = all.n == items.n;
    for (uint32_t i = 0; i < items.n && same; i++)
        same = all.at[i].region == ir->item.at[items.at + i].region && all.at[i].id == ir->item.at[items.at + i].id;
    return same ? items : ir_items(ir, all.at, all.n);
}

void relay(Ir *ir, const Adjoints *a, Id mark)
{
    Slice items = relay_items(ir, a, mark, ir->items);
    if (mark) {
        ir->items = items;
        return;
    }
    Items all = {0};
    ir_add_items(ir, items, &all);
    for (uint32_t i = 0; i < a->items.n; i++) vec_push(ir->arena, &all, a->items.at[i]);
    ir->items = ir_items(ir, all.at, all.n);
}
