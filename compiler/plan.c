/*
 * plan.c -- where every array of a function lives.
 *
 * Inputs and results are the caller's.  A temporary loses each dimension whose subscript is the same everywhere and fixed by
 * the loops around all accesses (contraction); what is left becomes C variables where only constants subscribe it and one
 * part holds all accesses, else a cell (one element) or a slot of the workspace.  Of a region's steps it keeps as many as
 * anything asks for (steps.c).  Slots of equal size are shared by arrays whose
 * lifetimes do not meet; a lifetime covers every loop around an access that does not make the array anew in each iteration.
 *
 * needs: loops   makes: stores, slots   exact: yes
 */
#include "cost.h"
#include "loop.h"

#include <string.h>

enum { MAX_ELEMENTS = 2048 };

typedef struct {
    Ir *ir;
    Func *f;
    Touches *access; /* by array */
    bool *root;      /* by array: goes to the caller */
    uint32_t leaves;
    bool again; /* something went from a region, which may have been all that wanted something else there */
} Planner;

/* ---- accesses */

static bool is_leaf(const Loop *l) { return l->kind == LOOP_EQ || l->kind == LOOP_WHILE; }

/* What a node itself, without its kids, computes with. */
static void own_roots(Ir *ir, const Loop *l, IdVec *roots)
{
    if (l->kind == LOOP_EQ) ir_eq_roots(ir, l->eq, roots);
    if (l->kind == LOOP_IF || l->kind == LOOP_WHILE) vec_push(ir->arena, roots, l->cond);
    if (!loop_repeats(l)) return;
    vec_push(ir->arena, roots, l->binder.lo);
    vec_push(ir->arena, roots, l->binder.hi);
}

static void note_reads(Planner *p, const IdVec *roots, Loop *at, uint32_t leaf)
{
    Ir *ir = p->ir;
    IdVec ids = ir_reach(ir, roots->at, roots->n);
    for (uint32_t k = 0; k < ids.n; k++) {
        Node x = ir->node.at[ids.at[k]];
        if (x.op == OP_READ) vec_push(ir->arena, &p->access[x.u.ref], ((Touch){{x.kids, x.n}, at, leaf, false}));
    }
}

static void note(Planner *p, Loop *l)
{
    Ir *ir = p->ir;
    l->first = p->leaves;
    IdVec roots = {0};
    own_roots(ir, l, &roots);
    note_reads(p, &roots, is_leaf(l) ? l : l->up, p->leaves);
    if (is_leaf(l)) {
        Eq e = ir->eq.at[l->eq];
        if (l->kind == LOOP_EQ) vec_push(ir->arena, &p->access[e.target], ((Touch){e.subs, l, p->leaves, true}));
        l->last = p->leaves++;
        return;
    }
    for (uint32_t k = 0; k < l->kids.n; k++) note(p, l->kids.at[k]);
    l->last = p->leaves ? p->leaves - 1 : 0;
    if (l->counted)
        vec_push(ir->arena, &p->access[ir->region.at[l->region].steps], ((Touch){l->subs, l->up, l->last, true}));
}

Loop *loop_common(Loop *a, Loop *b)
{
    while (a != b) {
        if (a->depth >= b->depth)
            a = a->up;
        else
            b = b->up;
    }
    return a;
}

static Id access_sub(const Ir *ir, const Touch *a, uint32_t p) { return ir->kid.at[a->subs.at + p]; }

static bool same_everywhere(const Ir *ir, const Touches *list, uint32_t p)
{
    Id sub = access_sub(ir, &list->at[0], p);
    for (uint32_t k = 1; k < list->n; k++)
        if (access_sub(ir, &list->at[k], p) != sub) return false;
    return true;
}

/* May a step of the region find there what an earlier one left? */
static bool outlives_step(Ir *ir, const Touches *list, const Loop *scan)
{
    for (uint32_t p = 0; p < list->at[0].subs.n; p++)
        if (ir_has_var(ir, access_sub(ir, &list->at[0], p), scan->binder.var) && same_everywhere(ir, list, p))
            return false;
    return true;
}

static Loop *home_of(Ir *ir, const Touches *list)
{
    Loop *home = list->at[0].at;
    for (uint32_t k = 1; k < list->n; k++) home = loop_common(home, list->at[k].at);
    if (is_leaf(home)) home = home->up;
    for (Loop *l = home; l; l = l->up)
        if (l->kind == LOOP_SCAN && outlives_step(ir, list, l)) home = l->up;
    return home;
}

/* ---- contraction */

static bool bound_above(const Loop *l, Id var)
{
    for (; l; l = l->up)
        if (loop_repeats(l) && l->binder.var == var) return true;
    return false;
}

static bool fixed_in(Ir *ir, const Touches *list, uint32_t p, const Loop *home)
{
    if (!same_everywhere(ir, list, p)) return false;
    uint32_t n;
    const Id *vars = ir_vars(ir, access_sub(ir, &list->at[0], p), &n);
    for (uint32_t v = 0; v < n; v++)
        if (!bound_above(home, vars[v])) return false;
    return true;
}

Id plan_count(Ir *ir, Id array, const Store *s)
{
    Slice dims = ir->array.at[array].dims;
    Id count = ir_int(ir, 1);
    for (uint32_t p = 0; p < dims.n; p++) {
        if (s && p < 64 && s->dropped >> p & 1) continue;
        count = ir_op2(ir, OP_MUL, count, s && s->turns[p] ? ir_int(ir, s->turns[p]) : ir->kid.at[dims.at + p]);
    }
    return s && s->lanes ? ir_imul(ir, count, LANES) : count;
}

int64_t plan_index(Ir *ir, Id array, uint64_t dropped, Slice subs)
{
    Slice dims = ir->array.at[array].dims;
    int64_t at = 0, size, sub;
    for (uint32_t p = 0; p < subs.n; p++) {
        if (p < 64 && dropped >> p & 1) continue;
        if (!ir_const_int(ir, ir->kid.at[dims.at + p], &size) || !ir_const_int(ir, ir->kid.at[subs.at + p], &sub))
            return -1;
        if (sub < 0 || sub >= size || size > MAX_ELEMENTS) return -1;
        at = at * size + sub;
        if (at > INT32_MAX) return -1;
    }
    return at;
}

static bool constant_subs(Ir *ir, Id array, const Touches *list, uint64_t dropped)
{
    for (uint32_t j = 0; j < list->n; j++)
        if (plan_index(ir, array, dropped, list->at[j].subs) < 0) return false;
    return true;
}

/* ---- lifetimes */

static void live_over(Store *s, uint32_t first, uint32_t last)
{
    if (first < s->first) s->first = first;
    if (last > s->last) s->last = last;
}

/* Is the array made anew in each iteration of the loop?  It is where the loop's variable fixes a dimension that was dropped. */
static bool anew(Ir *ir, const Store *s, const Touch *a, const Loop *l)
{
    if (s->lanes && l->kind == LOOP_TILE) return true;
    if (l->kind == LOOP_ROWS) return false; /* its leaves run together: what they need must not share memory */
    for (uint32_t p = 0; p < a->subs.n && p < 64; p++)
        if ((s->dropped & ~s->carried) >> p & 1 && ir_has_var(ir, access_sub(ir, a, p), l->binder.var)) return true;
    return false;
}

static void find_lifetime(Ir *ir, Store *s, const Touches *list)
{
    s->first = UINT32_MAX;
    for (uint32_t k = 0; k < list->n; k++) {
        const Touch *a = &list->at[k];
        live_over(s, a->leaf, a->leaf);
        for (const Loop *l = a->at; l; l = l->up)
            if (loop_repeats(l) && !anew(ir, s, a, l)) live_over(s, l->first, l->last);
    }
}

/* ---- places */

static void count_accesses(Planner *p, Id array, Store *s, const Touches *list)
{
    for (uint32_t k = 0; k < list->n; k++) {
        const Touch *a = &list->at[k];
        Element *e = &s->element[plan_index(p->ir, array, s->dropped, a->subs)];
        if (!a->write)
            e->reads++;
        else if (!e->writes++)
            e->first = a->at;
    }
}

/* Is the node inside a tile, and outside the loops over its rows?  That tile. */
static const Loop *tile_around(const Loop *l)
{
    for (; l; l = l->up) {
        if (l->kind == LOOP_ROWS) return NULL;
        if (l->kind == LOOP_TILE) return l;
    }
    return NULL;
}

/* An array that only a tile touches, in each loop over its rows at the row: there is a place for each row of the tile. */
static void find_lanes(Ir *ir, Store *s, const Touches *list)
{
    if (!tile_around(s->home)) return;
    const Loop *rows = list->at[0].at;
    while (rows && rows->kind != LOOP_ROWS) rows = rows->up;
    if (!rows) return;
    for (uint32_t p = 0; p < list->at[0].subs.n && p < 64; p++)
        if (same_everywhere(ir, list, p) && access_sub(ir, &list->at[0], p) == ir_var(ir, rows->binder.var)) {
            s->dropped |= (uint64_t)1 << p;
            s->lanes = true;
            return;
        }
}

/* Does it keep steps of a region, as many as a run has? */
static bool keeps_steps(Ir *ir, const Store *s, const Touches *list)
{
    for (uint32_t k = 0; k < list->n; k++)
        for (uint32_t p = 0; p < list->at[k].subs.n && p < 64; p++) {
            if (s->dropped >> p & 1 || s->turns[p]) continue;
            for (const Loop *l = list->at[k].at; l; l = l->up)
                if (l->kind == LOOP_SCAN && ir_has_var(ir, access_sub(ir, &list->at[k], p), l->binder.var)) return true;
        }
    return false;
}

/* The elements of an array of lanes: long scans of a few rows do without, as these go one by one. */
static Id count_lanes(Ir *ir, const Store *s, const Touches *list, Id count)
{
    const Loop *tile = tile_around(s->home);
    int64_t n;
    if (!tile || tile->few == 1 || ir_const_int(ir, count, &n) || !keeps_steps(ir, s, list)) return count;
    Id runs = ir_op2(ir, OP_IMIN, ir_op2(ir, OP_IDIV, tile->size, ir_int(ir, tile->few)), ir_int(ir, 1));
    return ir_op2(ir, OP_MUL, runs, count);
}

/* What is left of an array of the equations, and why. */
static void tell(const Planner *p, Id array, const Store *s)
{
    Ir *ir = p->ir;
    const Array *a = &ir->array.at[array];
    Text gone = {.arena = ir->arena};
    if (!ir->decisions || (s->dropped == 0 && s->place == AT_WORK)) return;
    for (uint32_t d = 0; d < a->dims.n && d < 64; d++)
        if (s->dropped >> d & 1)
            text_addf(&gone, "%s%s", gone.n ? " x " : "", cost_text(ir, ir->kid.at[a->dims.at + d]));
    cost_tell(ir, "plan", "%s: %s has %s numbers in %s%s%s%s", p->f->name, a->name, cost_text(ir, s->count),
              s->place == AT_LOCAL ? "variables" : "work memory", s->lanes ? ", with the rows of a tile" : "",
              gone.n ? ": made and read in the same round of loops over " : "", gone.n ? gone.at : "");
}

static void place_temporary(Planner *p, Id array, Store *s, const Touches *list)
{
    Ir *ir = p->ir;
    s->home = home_of(ir, list);
    uint32_t rank = ir->array.at[array].dims.n;
    steps_kept(ir, array, list, s);
    for (uint32_t d = 0; d < rank && d < 64; d++)
        if (fixed_in(ir, list, d, s->home)) s->dropped |= (uint64_t)1 << d;
    find_lanes(ir, s, list);
    s->count = plan_count(ir, array, s);
    if (s->lanes) s->count = count_lanes(ir, s, list, s->count);
    int64_t count = 0;
    bool constant = ir_const_int(ir, s->count, &count), turns = false;
    for (uint32_t d = 0; d < rank; d++) turns |= s->turns[d] > 0;
    if (constant && count <= MAX_ELEMENTS && !turns && !s->lanes && s->home != p->f->top &&
        constant_subs(ir, array, list, s->dropped)) {
        s->place = AT_LOCAL;
        s->element = arena_alloc(ir->arena, sizeof *s->element * (size_t)(count + 1));
        s->elements = (uint32_t)count;
        count_accesses(p, array, s, list);
        vec_push(ir->arena, &s->home->locals, array);
        tell(p, array, s);
        return;
    }
    find_lifetime(ir, s, list);
    if (constant && count == 1 && ir->array.at[array].type == T_REAL) {
        s->place = AT_CELL;
        s->slot = p->f->cells++;
    } else {
        s->place = AT_WORK;
    }
    tell(p, array, s);
}

static void give_slot(Planner *p, Id array, Store *s)
{
    Func *f = p->f;
    Type type = (Type)p->ir->array.at[array].type;
    for (uint32_t k = 0; k < f->slots.n; k++) {
        Slot *slot = &f->slots.at[k];
        if (slot->count != s->count || slot->type != type || slot->free_from > s->first) continue;
        s->slot = k;
        slot->free_from = s->last + 1;
        slot->users++;
        return;
    }
    s->slot = f->slots.n;
    vec_push(p->ir->arena, &f->slots, ((Slot){s->count, type, s->last + 1, 1}));
}

/* Slots go to arrays in the order in which they come to life. */
static void give_slots(Planner *p)
{
    IdVec *starting = arena_alloc(p->ir->arena, sizeof *starting * (p->leaves + 1u));
    for (Id a = 1; a < p->ir->array.n; a++)
        if (p->f->store[a].place == AT_WORK) vec_push(p->ir->arena, &starting[p->f->store[a].first], a);
    for (uint32_t leaf = 0; leaf < p->leaves; leaf++)
        for (uint32_t k = 0; k < starting[leaf].n; k++)
            give_slot(p, starting[leaf].at[k], &p->f->store[starting[leaf].at[k]]);
    for (Id a = 1; a < p->ir->array.n; a++) {
        Store *s = &p->f->store[a];
        if (s->place == AT_WORK) s->shared = p->f->slots.at[s->slot].users > 1;
    }
}

/* ---- statements that nothing reads */

/* What later statements read: a whole array, or elements of it. */
typedef struct {
    uint8_t *whole, *known; /* by array; known: `element` holds what is read */
    uint8_t **element;
} Wanted;

static void want(Ir *ir, Wanted *w, Id array, Slice subs)
{
    int64_t at = plan_index(ir, array, 0, subs);
    if (at < 0 || at >= MAX_ELEMENTS) {
        w->whole[array] = 1;
        return;
    }
    if (!w->element[array]) { /* plan_index knows constant sizes alone */
        int64_t count = MAX_ELEMENTS;
        ir_const_int(ir, plan_count(ir, array, NULL), &count);
        w->element[array] = arena_alloc(ir->arena, count < MAX_ELEMENTS ? (size_t)count : MAX_ELEMENTS);
    }
    w->element[array][at] = 1;
    w->known[array] = 1;
}

static bool is_wanted(Ir *ir, const Wanted *w, Id array, Slice subs)
{
    if (w->whole[array]) return true;
    if (!w->known[array]) return false;
    int64_t at = plan_index(ir, array, 0, subs);
    return at < 0 || at >= MAX_ELEMENTS || w->element[array][at];
}

static void want_reads(Ir *ir, Wanted *w, const IdVec *roots)
{
    IdVec ids = ir_reach(ir, roots->at, roots->n);
    for (uint32_t k = 0; k < ids.n; k++) {
        Node x = ir->node.at[ids.at[k]];
        if (x.op == OP_READ) want(ir, w, x.u.ref, (Slice){x.kids, x.n});
    }
}

/* Does anything read how many steps the region took? */
static bool is_counted(Ir *ir, const Wanted *w, const Loop *l)
{
    Region r = ir->region.at[l->region];
    return r.cond && is_wanted(ir, w, r.steps, l->subs);
}

/* All that is read below the node. */
static void want_all(Ir *ir, Wanted *w, const Loop *l)
{
    IdVec roots = {0};
    own_roots(ir, l, &roots);
    want_reads(ir, w, &roots);
    for (uint32_t k = 0; k < l->kids.n; k++) want_all(ir, w, l->kids.at[k]);
}

/* false: nothing below is wanted.  Readers stand below writers, but for those of a region's next step: so one walk from the end
   finds all where a region wants what it reads beforehand. */
static bool prune(Planner *p, Loop *l, Wanted *w)
{
    Ir *ir = p->ir;
    IdVec roots = {0};
    if (l->kind == LOOP_EQ) {
        Eq e = ir->eq.at[l->eq];
        if (!p->root[e.target] && !is_wanted(ir, w, e.target, e.subs)) return false;
    } else if (l->kind != LOOP_WHILE) {
        uint32_t kept = l->kids.n;
        if (l->kind == LOOP_SCAN) {
            l->counted = is_counted(ir, w, l);
            want_all(ir, w, l);
        }
        for (uint32_t k = l->kids.n; k-- > 0;)
            if (prune(p, l->kids.at[k], w)) l->kids.at[--kept] = l->kids.at[k];
        l->kids.n -= kept;
        for (const Loop *up = l; up && kept; up = up->up) p->again |= up->kind == LOOP_SCAN;
        if (!l->kids.n) return l->kind == LOOP_LIST;
        memmove(l->kids.at, l->kids.at + kept, sizeof *l->kids.at * l->kids.n);
    }
    own_roots(ir, l, &roots);
    want_reads(ir, w, &roots);
    return true;
}

/* ---- counts of steps that nothing asks for */

typedef struct {
    Ir *ir;
    const Func *f;
    uint8_t *met, *read; /* by node; by array: its value goes into C */
} Reading;

/* What the function reads when it runs: subscripts of dimensions without storage are not computed. */
static void find_read(Reading *r, const Loop *l)
{
    Ir *ir = r->ir;
    IdVec open = {0};
    own_roots(ir, l, &open);
    if (l->kind == LOOP_EQ) { /* its subscripts come first */
        Eq e = ir->eq.at[l->eq];
        uint64_t dropped = r->f->store[e.target].dropped;
        for (uint32_t k = 0; k < e.subs.n && k < 64; k++)
            if (dropped >> k & 1) open.at[k] = e.body;
    }
    while (open.n) {
        Id id = open.at[--open.n];
        Node x = ir->node.at[id];
        if (r->met[id]) continue;
        r->met[id] = 1;
        if (x.op == OP_READ) r->read[x.u.ref] = 1;
        for (uint32_t k = 0; k < x.n; k++)
            if (x.op != OP_READ || k >= 64 || !(r->f->store[x.u.ref].dropped >> k & 1))
                vec_push(ir->arena, &open, ir_kid(ir, id, k));
    }
    for (uint32_t k = 0; k < l->kids.n; k++) find_read(r, l->kids.at[k]);
}

static void drop_counts(Reading *r, Loop *l)
{
    Store *s = l->counted ? &r->f->store[r->ir->region.at[l->region].steps] : NULL;
    if (s && !r->met) {
        r->met = arena_alloc(r->ir->arena, r->ir->node.n);
        r->read = arena_alloc(r->ir->arena, r->ir->array.n);
        find_read(r, r->f->top);
    }
    if (s && !r->read[r->ir->region.at[l->region].steps]) {
        l->counted = false;
        s->place = AT_NOWHERE;
        s->elements = 0;
    }
    for (uint32_t k = 0; k < l->kids.n; k++) drop_counts(r, l->kids.at[k]);
}

/* ---- states that stay as they are */

/* Where one element holds all steps, x[t + 1] = x[t] does nothing. */
static bool copies_itself(Ir *ir, const Func *f, const Loop *l)
{
    if (l->kind != LOOP_EQ) return false;
    Eq e = ir->eq.at[l->eq];
    Node x = ir->node.at[e.body];
    if (x.op != OP_READ || x.u.ref != e.target || e.add || e.op != RED_NONE) return false;
    for (uint32_t k = 0; k < x.n; k++)
        if (ir->kid.at[e.subs.at + k] != ir_kid(ir, e.body, k) && (k >= 64 || !(f->store[e.target].carried >> k & 1)))
            return false;
    return true;
}

static void drop_copies(Ir *ir, const Func *f, Loop *l)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < l->kids.n; k++) {
        Loop *kid = l->kids.at[k];
        bool held = kid->kids.n > 0;
        drop_copies(ir, f, kid);
        if (!copies_itself(ir, f, kid) && (!held || kid->kids.n)) l->kids.at[kept++] = kid;
    }
    l->kids.n = kept;
}

void plan(Ir *ir, Func *f)
{
    Planner p = {.ir = ir, .f = f};
    p.access = arena_alloc(ir->arena, sizeof *p.access * ir->array.n);
    p.root = arena_alloc(ir->arena, sizeof *p.root * ir->array.n);
    for (uint32_t k = 0; k < f->roots.n; k++) p.root[f->roots.at[k]] = true;
    f->store = arena_alloc(ir->arena, sizeof *f->store * ir->array.n);
    do {
        Wanted w = {arena_alloc(ir->arena, ir->array.n), arena_alloc(ir->arena, ir->array.n), NULL};
        w.element = arena_alloc(ir->arena, sizeof *w.element * ir->array.n);
        p.again = false;
        prune(&p, f->top, &w);
    } while (p.again);
    note(&p, f->top);
    for (Id a = 1; a < ir->array.n; a++) {
        Store *s = &f->store[a];
        const Touches *list = &p.access[a];
        Array x = ir->array.at[a];
        if (!list->n) continue;
        for (uint32_t k = 0; k < list->n; k++) s->written |= list->at[k].write;
        if (p.root[a])
            s->place = AT_OUT;
        else if (array_kind_is_input(x.kind))
            s->place = x.dims.n ? AT_INPUT : AT_VALUE;
        else
            place_temporary(&p, a, s, list);
    }
    drop_copies(ir, f, f->top);
    Reading r = {.ir = ir, .f = f};
    drop_counts(&r, f->top);
    give_slots(&p);
}
