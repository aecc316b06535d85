/*
 * dce.c -- removes equations that no root needs.
 *
 * One sweep over the items, last to first: an equation stays if its target is needed, and then what it reads is needed.
 * In a region a later step may read what an item below writes, so that a region is swept until nothing more is needed.
 * Equations of one array stand or fall together.   needs: order   makes: nothing   breaks: aux links to what was
 * removed   exact: yes
 */
#include "passes.h"

typedef struct {
    Ir *ir;
    bool *needed; /* of each array */
    bool grew;    /* needed, in the sweep at hand */
} Dce;

static void need(Dce *d, Id array)
{
    d->grew |= !d->needed[array];
    d->needed[array] = true;
}

static void need_reads(Dce *d, const IdVec *nodes)
{
    for (uint32_t i = 0; i < nodes->n; i++)
        if (ir_opof(d->ir, nodes->at[i]) == OP_READ) need(d, d->ir->node.at[nodes->at[i]].u.ref);
}

/* Is the target of any equation inside needed? */
static bool region_needed(const Dce *d, Id region)
{
    Region r = d->ir->region.at[region];
    if (r.cond && d->needed[r.steps]) return true;
    for (uint32_t i = 0; i < r.head.n + r.items.n; i++) {
        Item it = d->ir->item.at[i < r.head.n ? r.head.at + i : r.items.at + i - r.head.n];
        if (it.region ? region_needed(d, it.id) : d->needed[d->ir->eq.at[it.id].target]) return true;
    }
    return false;
}

static void need_header(Dce *d, Region r)
{
    Ir *ir = d->ir;
    Id own[] = {r.step.lo, r.step.hi, r.when, r.cond};
    IdVec roots = {0};
    for (uint32_t i = 0; i < 4; i++) vec_push(ir->arena, &roots, own[i]);
    for (uint32_t i = 0; i < r.over.n; i++) {
        vec_push(ir->arena, &roots, ir->binder.at[r.over.at + i].lo);
        vec_push(ir->arena, &roots, ir->binder.at[r.over.at + i].hi);
    }
    IdVec nodes = ir_reach(ir, roots.at, roots.n);
    need_reads(d, &nodes);
}

static void sweep(Dce *d, Slice items);

static void sweep_region(Dce *d, Id region)
{
    Region r = d->ir->region.at[region];
    bool before = d->grew, grew = false;
    if (!region_needed(d, region)) return;
    do {
        d->grew = false;
        need_header(d, r);
        sweep(d, r.items);
        sweep(d, r.head);
        grew |= d->grew;
    } while (d->grew);
    d->grew = before || grew;
}

static void sweep(Dce *d, Slice items)
{
    for (uint32_t i = items.n; i-- > 0;) {
        Item it = d->ir->item.at[items.at + i];
        if (it.region) {
            sweep_region(d, it.id);
        } else if (d->needed[d->ir->eq.at[it.id].target]) {
            IdVec reads = ir_eq_reads(d->ir, it.id);
            need_reads(d, &reads);
        }
    }
}

/* The items that stay, as a new list; regions that lose something are made anew. */
static Slice keep(Dce *d, Slice items)
{
    Ir *ir = d->ir;
    Items kept = {0};
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region ? !region_needed(d, it.id) : !d->needed[ir->eq.at[it.id].target]) continue;
        if (it.region) {
            Region r = ir->region.at[it.id];
            r.head = keep(d, r.head);
            r.items = keep(d, r.items);
            it.id = ir_new_region(ir, &r);
        }
        vec_push(ir->arena, &kept, it);
    }
    return ir_items(ir, kept.at, kept.n);
}

Slice dce_items(Ir *ir, Slice items, const Id *roots, uint32_t n)
{
    Dce d = {.ir = ir, .needed = arena_alloc(ir->arena, ir->array.n * sizeof(bool))};
    for (uint32_t i = 0; i < n; i++) d.needed[roots[i]] = true;
    sweep(&d, items);
    return keep(&d, items);
}

void dce(Ir *ir)
{
    IdVec roots = ir_roots(ir);
    ir->items = dce_items(ir, ir->items, roots.at, roots.n);
}

/* ---- what is never set */

typedef struct {
    bool *set; /* by array */
    bool any;
} Unset;

static void find_set(const Ir *ir, Slice items, bool *set)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (!it.region) {
            set[ir->eq.at[it.id].target] = true;
            continue;
        }
        Region r = ir->region.at[it.id];
        if (r.cond) set[r.steps] = true;
        find_set(ir, r.head, set);
        find_set(ir, r.items, set);
    }
}

static Id unset_read(Ir *ir, Id node, void *user)
{
    Unset *u = user;
    Node x = ir->node.at[node];
    if (x.op != OP_READ || u->set[x.u.ref]) return 0;
    u->any = true;
    return x.type == T_REAL ? ir_real(ir, 0) : x.type == T_INT ? ir_int(ir, 0) : ir_bool(ir, false);
}

static Id without_unset(Ir *ir, Id node, void *user) { return ir_replace(ir, node, unset_read, user); }

static void keep_eq(Ir *ir, Eq *e, const Eq *was, void *user)
{
    (void)ir;
    (void)user;
    e->aux = was->aux;
}

void dce_unset(Ir *ir)
{
    Unset u = {.set = arena_alloc(ir->arena, ir->array.n)};
    for (Id a = 1; a < ir->array.n; a++) u.set[a] = ir->array.at[a].kind != ARRAY_LOCAL;
    find_set(ir, ir->items, u.set);
    Slice items = ir_map_items(ir, ir->items, without_unset, keep_eq, &u);
    if (u.any) ir->items = items;
}
