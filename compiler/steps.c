/*
 * steps.c -- how many of a region's steps an array keeps.
 *
 * Arrays of a region have its step as a subscript.  Where all accesses inside the region are at step + c with constants c from a to b, and
 * those outside only set what the first step reads or read what the last one left, b - a + 1 elements in turns are enough.  Of
 * two of them one is enough where nothing reads the older one after the newer one was written in its place.
 *
 *     h[0] = 0   scan t: T { g[t] = f(h[t])   h[t + 1] = g[t] }   loss = h[T]          h: one element, g: fixed by the loop
 *
 * needs: loops, accesses   makes: dimensions without storage (carried) or with few elements (turns)
 */
#include "loop.h"

enum { MOST_TURNS = 8 };

/* The accesses inside a region to an array, of which dimension `at` is the region's step. */
typedef struct {
    Ir *ir;
    const Touches *list;
    const Loop *scan;
    uint32_t at;
    int64_t low, high; /* step + low .. step + high are touched */
} Window;

static Id touched(const Ir *ir, const Touch *t, uint32_t p) { return ir->kid.at[t->subs.at + p]; }

static bool is_inside(const Touch *t, const Loop *scan)
{
    const Loop *l = t->at;
    while (l && l != scan) l = l->up;
    return l != NULL;
}

/* The loop of a region whose step this subscript of a write follows; NULL: none. */
static const Loop *scan_of(Ir *ir, const Touch *t, uint32_t p)
{
    for (const Loop *l = t->at; l && t->write; l = l->up)
        if (l->kind == LOOP_SCAN && ir_has_var(ir, touched(ir, t, p), l->binder.var)) return l;
    return NULL;
}

/* a - b where that is a constant. */
static bool distance(Ir *ir, Id a, Id b, int64_t *d) { return ir_const_int(ir, ir_op2(ir, OP_SUB, a, b), d); }

/* A bound of the region as it was for the element that is touched: the array's first subscripts are the variables around. */
static Id bound_at(const Window *w, Id bound, const Touch *t)
{
    Ir *ir = w->ir;
    const Touch *own = NULL;
    for (uint32_t k = 0; k < w->list->n && !own; k++)
        if (is_inside(&w->list->at[k], w->scan)) own = &w->list->at[k];
    VEC(Subst) by = {0};
    for (uint32_t p = 0; p < w->at && own; p++) {
        Node x = ir->node.at[touched(ir, own, p)];
        if (x.op == OP_VAR) vec_push(ir->arena, &by, ((Subst){x.u.ref, touched(ir, t, p)}));
    }
    return ir_subst(ir, bound, by.at, by.n);
}

/* How far what is touched before the region is from its first step, or after it from its last one.  false: not known, or too far. */
static bool outside(const Window *w, const Touch *t, int64_t *d)
{
    Ir *ir = w->ir;
    Region r = ir->region.at[w->scan->region];
    bool before = t->leaf<w->scan->first, after = t->leaf> w->scan->last;
    if ((!before && !after) || (before && !t->write)) return false;
    Id lo = bound_at(w, r.step.lo, t), hi = bound_at(w, r.step.hi, t);
    if (r.cond && after && w->at <= ir->array.at[r.steps].dims.n)
        hi = ir_read(ir, r.steps, &ir->kid.at[t->subs.at], w->at);
    bool low = before != r.down; /* at the lower end of the range */
    if (!distance(ir, touched(ir, t, w->at), low ? lo : ir_addi(ir, hi, -1), d)) return false;
    return *d >= w->low + (r.cond && after) && *d <= w->high;
}

static bool find_window(Window *w)
{
    Id step = ir_var(w->ir, w->scan->binder.var);
    bool any = false;
    int64_t d;
    for (uint32_t k = 0; k < w->list->n; k++) {
        const Touch *t = &w->list->at[k];
        if (!is_inside(t, w->scan)) continue;
        if (!distance(w->ir, touched(w->ir, t, w->at), step, &d)) return false;
        if (!any || d < w->low) w->low = d;
        if (!any || d > w->high) w->high = d;
        any = true;
    }
    for (uint32_t k = 0; k < w->list->n; k++)
        if (!is_inside(&w->list->at[k], w->scan) && !outside(w, &w->list->at[k], &d)) return false;
    return w->high - w->low < MOST_TURNS;
}

/* ---- one element for two */

/* Do both touch the same element in the same iteration of this loop only? */
static bool same_iteration(const Ir *ir, const Touch *a, const Touch *b, Id var)
{
    for (uint32_t p = 0; p < a->subs.n; p++) {
        Node x = ir->node.at[touched(ir, a, p)];
        if (x.op == OP_VAR && x.u.ref == var && touched(ir, b, p) == touched(ir, a, p)) return true;
    }
    return false;
}

/* Is the old element done with when the new one is written? */
static bool done_before(const Window *w, const Touch *old, const Touch *new)
{
    if (old->at->kind != LOOP_EQ || old->leaf > new->leaf) return false;
    if (old->leaf == new->leaf && lane_product(w->ir, old->at->eq)) return false; /* it reads all while it writes */
    for (const Loop *l = loop_common(old->at, new->at); l != w->scan; l = l->up)
        if (loop_repeats(l) && !same_iteration(w->ir, old, new, l->binder.var)) return false;
    return true;
}

/* Does the loop write this before it asks whether it goes on?  Then it does so once more than there are steps. */
static bool in_head(const Window *w, const Touch *t)
{
    for (uint32_t k = 0; k < w->scan->kids.n; k++)
        if (w->scan->kids.at[k]->kind == LOOP_WHILE) return t->leaf < w->scan->kids.at[k]->first;
    return false;
}

static bool in_place(const Window *w)
{
    bool down = w->ir->region.at[w->scan->region].down;
    Id step = ir_var(w->ir, w->scan->binder.var);
    int64_t first = down ? w->high : w->low, last = down ? w->low : w->high, d;
    Id old = ir_addi(w->ir, step, first), new = ir_addi(w->ir, step, last);
    if (w->high - w->low != 1) return w->high == w->low;
    for (uint32_t k = 0; k < w->list->n; k++) {
        const Touch *a = &w->list->at[k];
        if (!is_inside(a, w->scan)) { /* the old one is set before, the new one is left behind */
            if (!outside(w, a, &d) || d != (a->leaf < w->scan->first ? first : last)) return false;
            continue;
        }
        if (touched(w->ir, a, w->at) != old) continue;
        for (uint32_t j = 0; j < w->list->n; j++) {
            const Touch *b = &w->list->at[j];
            if (!is_inside(b, w->scan) || !b->write || touched(w->ir, b, w->at) != new) continue;
            if (in_head(w, b) || !done_before(w, a, b)) return false;
        }
    }
    return true;
}

/* The nodes that say which of a few elements is meant exist before anything is printed. */
static void make_turns(const Window *w, Store *s)
{
    Ir *ir = w->ir;
    int64_t turns = w->high - w->low + 1;
    s->turns[w->at] = (uint8_t)turns;
    for (uint32_t k = 0; k < w->list->n; k++) {
        Id turn = ir_op2(ir, OP_MOD, touched(ir, &w->list->at[k], w->at), ir_int(ir, turns));
        IdVec *known = &((Loop *)w->scan)->turns;
        uint32_t j = 0;
        while (j < known->n && known->at[j] != turn) j++;
        if (j == known->n && is_inside(&w->list->at[k], w->scan)) vec_push(ir->arena, known, turn);
    }
}

void steps_kept(Ir *ir, Id array, const Touches *list, Store *s)
{
    uint32_t rank = ir->array.at[array].dims.n;
    s->turns = arena_alloc(ir->arena, rank + 1u);
    for (uint32_t p = 0; p < rank && p < 64; p++) {
        Window w = {.ir = ir, .list = list, .at = p};
        for (uint32_t k = 0; k < list->n && !w.scan; k++) w.scan = scan_of(ir, &list->at[k], p);
        if (!w.scan || !find_window(&w)) continue;
        if (in_place(&w)) {
            s->dropped |= (uint64_t)1 << p;
            s->carried |= (uint64_t)1 << p;
        } else {
            make_turns(&w, s);
        }
    }
}
