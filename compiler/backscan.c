/*
 * backscan.c -- scans run backwards, their items from last to first.
 *
 * Each way in which adjoints of the scan's arrays pin its parallel variables is a scan of its own.  What an item adds to at step t
 * may be asked for at the next step back, so in the first walk it goes round until nothing is new.
 */
#include "reverse.h"

/* At what an adjoint pins a parallel variable of the scan that the equation is in; 0: at nothing. */
static Id pinned_at(const Reverse *r, const Eq *e, uint32_t b, Id var)
{
    const Ir *ir = r->ir;
    for (uint32_t k = 0; k < e->subs.n; k++) {
        Node sub = ir->node.at[ir->kid.at[e->subs.at + k]];
        if (sub.op == OP_VAR && sub.u.ref == var) return r->bar.at[b].pin[k];
    }
    return 0;
}

bool is_pinned_here(const Reverse *r, const Place *at, const Eq *e, uint32_t b)
{
    for (uint32_t i = 0; i < at->over.n; i++)
        if (pinned_at(r, e, b, at->over.at[i]) != at->pin.at[i]) return false;
    return true;
}

/* The pins of reached adjoints below, each list of them once: `over.n` numbers each. */
static void find_pins(Reverse *r, Slice items, const IdVec *over, IdVec *pins, uint32_t *lists)
{
    Ir *ir = r->ir;
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region) {
            Region g = ir->region.at[it.id];
            find_pins(r, g.head, over, pins, lists);
            find_pins(r, g.items, over, pins, lists);
            continue;
        }
        Eq e = ir->eq.at[it.id];
        for (uint32_t b = r->active[e.target] ? r->first_bar[e.target] : 0; b; b = r->bar.at[b].next) {
            bool known = !r->bar.at[b].reached || r->bar.at[b].independent;
            for (uint32_t l = 0; l < *lists && !known; l++) {
                known = true;
                for (uint32_t k = 0; k < over->n; k++)
                    known &= pins->at[l * over->n + k] == pinned_at(r, &e, b, over->at[k]);
            }
            if (known) continue;
            for (uint32_t k = 0; k < over->n; k++) vec_push(ir->arena, pins, pinned_at(r, &e, b, over->at[k]));
            ++*lists;
        }
    }
}

static void copy_binders(Ir *ir, const Binders *from, Binders *to)
{
    for (uint32_t i = 0; i < from->n; i++) vec_push(ir->arena, to, from->at[i]);
}

/* The scan backwards, for the adjoints that pin its parallel variables in one way; `in`: that way, over and pin set. */
static void scan_back(Reverse *r, const Place *at, Id region, Place *in)
{
    Ir *ir = r->ir;
    Region g = ir->region.at[region], back = {.span = g.span, .down = !g.down};
    Binders over = {0};
    IdVec subs = {0};
    bool *gone = arena_alloc(ir->arena, g.over.n + 1u);
    in->guarded = at->guarded || g.when;
    copy_binders(ir, &at->around.all, &in->around.all);
    copy_binders(ir, &at->scans.all, &in->scans.all);
    ir_add_binders(ir, g.over, &in->scans.all);
    for (uint32_t i = 0; i < in->scans.all.n; i++) vec_push(ir->arena, &subs, ir_var(ir, in->scans.all.at[i].var));
    vec_push(ir->arena, &in->scans.all, g.step);
    in->scans.bound = in->scans.all.n;
    for (uint32_t i = 0; i < at->by.n; i++) vec_push(ir->arena, &in->by, at->by.at[i]);
    for (uint32_t i = 0; i < g.over.n && in->over.n == g.over.n; i++) {
        gone[i] = in->over.at[i] == ir->binder.at[g.over.at + i].var && in->pin.at[i];
        if (gone[i]) vec_push(ir->arena, &in->by, ((Subst){in->over.at[i], in->pin.at[i]}));
    }
    seen_renamed(r, at, g.over, gone, &in->by);
    Id step[1] = {g.step.var};
    if (stands_around(&at->around, step[0])) {
        step[0] = another_var(r, g.step.var);
        vec_push(ir->arena, &in->by, ((Subst){g.step.var, ir_var(ir, step[0])}));
    }
    for (uint32_t i = at->around.bound; i < at->around.all.n; i++) vec_push(ir->arena, &over, at->around.all.at[i]);
    Slice rest = seen_binders(ir, g.over, gone, &in->by);
    ir_add_binders(ir, rest, &over);
    ir_add_binders(ir, rest, &in->around.all);
    Id last = g.cond ? steps_taken(ir, &g, &subs) : g.step.hi;
    back.step = (Binder){step[0], seen_node(ir, g.step.lo, &in->by), seen_node(ir, last, &in->by)};
    vec_push(ir->arena, &in->around.all, back.step);
    in->around.bound = in->around.all.n;
    for (uint32_t i = 0; i < g.over.n; i++) {
        if (!gone[i]) continue;
        Binder b = ir->binder.at[g.over.at + i];
        Id lo = seen_node(ir, b.lo, &in->by), hi = seen_node(ir, b.hi, &in->by);
        back.when = seen_between(r, &at->around, back.when, seen_node(ir, ir_var(ir, b.var), &in->by), lo, hi);
    }
    back.when = ir_and(ir, ir_and(ir, r->d->when, back.when), seen_node(ir, g.when, &in->by));
    Items body = {0}, *was = r->out;
    uint32_t before;
    do {
        before = r->changes;
        body.n = 0;
        r->out = &body;
        reverse_walk(r, in, g.items);
        reverse_walk(r, in, g.head);
    } while (r->first && before != r->changes);
    r->out = was;
    if (r->first || !body.n) return;
    back.over = ir_binders(ir, over.at, over.n);
    back.items = ir_items(ir, body.at, body.n);
    if (g.recompute && !in->by.n && !r->d->around.all.n) {
        Adjoints a = {.beside = r->beside, .eqs = r->eqs};
        back.items = recompute(ir, relay_items(ir, &a, 0, g.items), g.step.var, back.items);
    }
    vec_push(ir->arena, r->out, ((Item){true, ir_new_region(ir, &back)}));
}

void reverse_scan(Reverse *r, const Place *at, Id region)
{
    Ir *ir = r->ir;
    Region g = ir->region.at[region];
    bool outermost = at->scans.all.n == r->d->around.bound;
    IdVec over = {0}, pins = {0};
    uint32_t lists = 0;
    for (uint32_t i = 0; i < g.over.n && outermost; i++) vec_push(ir->arena, &over, ir->binder.at[g.over.at + i].var);
    find_pins(r, g.head, &over, &pins, &lists);
    find_pins(r, g.items, &over, &pins, &lists);
    for (uint32_t l = 0; l < lists; l++) {
        Place in = {.over = over};
        if (!outermost) in.over = at->over, in.pin = at->pin;
        for (uint32_t k = 0; k < over.n; k++) vec_push(ir->arena, &in.pin, pins.at[l * over.n + k]);
        scan_back(r, at, region, &in);
    }
}
