/*
 * schedule.c -- equations -> loop nests.
 *
 * Equations with the same outermost range share a loop where every element that one of them reads was written by the same
 * iteration; what is left of them below that loop is nested in the same way.  The first equation of a list opens a nest; later
 * ones join it when nothing that they need stands between.  No equation reads an element before all of its writers ran, so the
 * only dependences are writer to reader and `=` to `+=`.  A region is nested like an equation over its parallel variables; below
 * them stands one loop over its steps, in which its items are nested by themselves.
 *
 * needs: items in an order of execution   makes: loops   exact: yes
 */
#include "loop.h"

#include <string.h>

enum {
    WINDOW = 400,
    LONG_BODY = 2000
}; /* how far a nest looks for equations to join it; items that are not put in a better order */

/* What an item writes: elements of an array. */
typedef struct {
    Id target;
    Slice subs;
    bool add;
} Written;

/* An item below `done` loops that bind its first outer variables; a region's are those that it runs over. */
typedef struct {
    Item item;
    uint32_t done;
    IdVec reads; /* READ nodes */
    const Written *write;
    uint32_t writes;
} Pending;
typedef VEC(Pending) PendingVec;

/* Variables of the loops around: all that keep their value; of regions alone, as subscripts begin with them. */
typedef struct {
    Ir *ir;
    IdVec fixed, scope;
} Nest;

Loop *loop_new(Arena *a, LoopKind kind, Loop *up)
{
    Loop *l = arena_alloc(a, sizeof *l);
    l->kind = kind;
    l->up = up;
    if (up) {
        l->depth = up->depth + 1;
        vec_push(a, &up->kids, l);
    }
    return l;
}

/* ---- items */

static Slice outer_of(const Ir *ir, Item it) { return it.region ? ir->region.at[it.id].over : ir->eq.at[it.id].outer; }

static Id guard_of(const Ir *ir, Item it) { return it.region ? ir->region.at[it.id].when : ir->eq.at[it.id].when; }

typedef VEC(Written) WrittenVec;

/* What a region's count of steps is subscripted by: the variables of the regions around and its own parallel ones. */
static Slice count_subs(Nest *n, Region r)
{
    IdVec subs = {0};
    for (uint32_t k = 0; k < n->scope.n; k++) vec_push(n->ir->arena, &subs, ir_var(n->ir, n->scope.at[k]));
    for (uint32_t k = 0; k < r.over.n; k++)
        vec_push(n->ir->arena, &subs, ir_var(n->ir, n->ir->binder.at[r.over.at + k].var));
    return ir_ids(n->ir, subs.at, subs.n);
}

/* Adds a region's variables to the scope; returns what it was. */
static uint32_t enter(Nest *n, Region r)
{
    uint32_t scope = n->scope.n;
    for (uint32_t k = 0; k < r.over.n; k++) vec_push(n->ir->arena, &n->scope, n->ir->binder.at[r.over.at + k].var);
    vec_push(n->ir->arena, &n->scope, r.step.var);
    return scope;
}

/* Everything in an item that is read (as roots of expressions) or written. */
static void collect(Nest *n, Item it, IdVec *roots, WrittenVec *writes)
{
    Ir *ir = n->ir;
    if (!it.region) {
        Eq e = ir->eq.at[it.id];
        ir_eq_roots(ir, it.id, roots);
        vec_push(ir->arena, writes, ((Written){e.target, e.subs, e.add}));
        return;
    }
    Region r = ir->region.at[it.id];
    ir_region_roots(ir, it.id, roots);
    if (r.cond) vec_push(ir->arena, writes, ((Written){r.steps, count_subs(n, r), false}));
    uint32_t scope = enter(n, r);
    for (uint32_t k = 0; k < r.head.n; k++) collect(n, ir->item.at[r.head.at + k], roots, writes);
    for (uint32_t k = 0; k < r.items.n; k++) collect(n, ir->item.at[r.items.at + k], roots, writes);
    n->scope.n = scope;
}

static Pending pending(Nest *n, Item it, uint32_t done)
{
    Ir *ir = n->ir;
    Pending p = {.item = it, .done = done, .writes = 1};
    if (!it.region) {
        Eq e = ir->eq.at[it.id];
        Written *w = arena_alloc(ir->arena, sizeof *w);
        *w = (Written){e.target, e.subs, e.add};
        p.reads = ir_eq_reads(ir, it.id);
        p.write = w;
        return p;
    }
    IdVec roots = {0};
    WrittenVec writes = {0};
    collect(n, it, &roots, &writes);
    IdVec ids = ir_reach(ir, roots.at, roots.n);
    for (uint32_t k = 0; k < ids.n; k++)
        if (ir_opof(ir, ids.at[k]) == OP_READ) vec_push(ir->arena, &p.reads, ids.at[k]);
    p.write = writes.at;
    p.writes = writes.n;
    return p;
}

/* ---- dependences */

static bool all_fixed(Ir *ir, Id node, const IdVec *fixed)
{
    uint32_t n;
    const Id *vars = ir_vars(ir, node, &n);
    for (uint32_t v = 0; v < n; v++) {
        bool found = false;
        for (uint32_t f = 0; f < fixed->n && !found; f++) found = fixed->at[f] == vars[v];
        if (!found) return false;
    }
    return true;
}

/* Are these never the same element, as two subscripts differ whatever the loops below do? */
static bool apart(Ir *ir, Slice written, Slice used, const IdVec *fixed)
{
    for (uint32_t p = 0; p < written.n && p < used.n; p++) {
        Id w = ir->kid.at[written.at + p], u = ir->kid.at[used.at + p];
        if (w == u || !all_fixed(ir, w, fixed) || !all_fixed(ir, u, fixed)) continue;
        int64_t distance;
        if (ir_const_int(ir, ir_op2(ir, OP_SUB, w, u), &distance) && distance != 0) return true;
    }
    return false;
}

static bool depends_on(Nest *n, const Pending *q, Written w)
{
    Ir *ir = n->ir;
    for (uint32_t k = 0; k < q->writes && !w.add; k++)
        if (q->write[k].target == w.target && !apart(ir, w.subs, q->write[k].subs, &n->fixed)) return true;
    for (uint32_t k = 0; k < q->reads.n; k++) {
        Id read = q->reads.at[k];
        if (ir->node.at[read].u.ref == w.target && !apart(ir, w.subs, ir_kids(ir, read), &n->fixed)) return true;
    }
    return false;
}

/* Must q stay below r, which stands above it? */
static bool depends(Nest *n, const Pending *q, const Pending *r)
{
    for (uint32_t k = 0; k < r->writes; k++)
        if (depends_on(n, q, r->write[k])) return true;
    return false;
}

/*
 * Do equal values of this subscript mean equal values of `var`, given the variables of the loops around?  True for the variable
 * itself and for affine subscripts whose other terms do not change inside the nest.
 */
static bool determines(Ir *ir, Id sub, Id var, const IdVec *fixed)
{
    if (ir_opof(ir, sub) == OP_VAR) return ir->node.at[sub].u.ref == var;
    if (!ir_has_var(ir, sub, var)) return false;
    Affine a = ir_affine(ir, sub);
    if (a.overflow) return false;
    bool found = false;
    for (uint32_t k = 0; k < a.terms.n; k++) {
        Id term = a.terms.at[k].term;
        if (ir_opof(ir, term) == OP_VAR && ir->node.at[term].u.ref == var)
            found = true;
        else if (!all_fixed(ir, term, fixed))
            return false;
    }
    return found;
}

static bool same_iteration(Ir *ir, Slice written, Slice used, Id var, const IdVec *fixed)
{
    for (uint32_t p = 0; p < written.n && p < used.n; p++) {
        Id w = ir->kid.at[written.at + p], u = ir->kid.at[used.at + p];
        if (w == u && determines(ir, w, var, fixed)) return true;
    }
    return false;
}

/* Does every element that both touch belong to one iteration of the loop over `var`? */
static bool keeps_iteration(Nest *n, const Pending *q, Written w, Id var)
{
    Ir *ir = n->ir;
    for (uint32_t k = 0; k < q->writes && !w.add; k++) {
        if (q->write[k].target != w.target || apart(ir, w.subs, q->write[k].subs, &n->fixed)) continue;
        if (!same_iteration(ir, w.subs, q->write[k].subs, var, &n->fixed)) return false;
    }
    for (uint32_t k = 0; k < q->reads.n; k++) {
        Id read = q->reads.at[k];
        if (ir->node.at[read].u.ref != w.target || apart(ir, w.subs, ir_kids(ir, read), &n->fixed)) continue;
        if (!same_iteration(ir, w.subs, ir_kids(ir, read), var, &n->fixed)) return false;
    }
    return true;
}

/* May q, which stands below r, share r's loop over `var`? */
static bool fuses(Nest *n, const Pending *q, const Pending *r, Id var)
{
    for (uint32_t k = 0; k < r->writes; k++)
        if (!keeps_iteration(n, q, r->write[k], var)) return false;
    return true;
}

/* ---- renaming */

static Binder rename_binder(Ir *ir, Binder b, const Subst *s)
{
    return (Binder){b.var == s->var ? ir->node.at[s->by].u.ref : b.var, ir_subst(ir, b.lo, s, 1),
                    ir_subst(ir, b.hi, s, 1)};
}

static Slice rename_binders(Ir *ir, Slice list, const Subst *s)
{
    Binders b = {0};
    for (uint32_t k = 0; k < list.n; k++) vec_push(ir->arena, &b, rename_binder(ir, ir->binder.at[list.at + k], s));
    return ir_binders(ir, b.at, b.n);
}

static Id rename_eq(Ir *ir, Id eq, const Subst *s)
{
    Eq e = ir->eq.at[eq];
    IdVec subs = {0};
    for (uint32_t k = 0; k < e.subs.n; k++) vec_push(ir->arena, &subs, ir_subst(ir, ir->kid.at[e.subs.at + k], s, 1));
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = rename_binders(ir, e.outer, s);
    e.inner = rename_binders(ir, e.inner, s);
    e.body = ir_subst(ir, e.body, s, 1);
    e.where = ir_subst(ir, e.where, s, 1);
    e.with = ir_subst(ir, e.with, s, 1);
    e.when = ir_subst(ir, e.when, s, 1);
    return ir_new_eq(ir, &e);
}

static Slice rename_items(Ir *ir, Slice items, const Subst *s);

/* The item with variable s->var called s->by wherever it is bound or used. */
static Item rename_item(Ir *ir, Item it, const Subst *s)
{
    if (!it.region) return (Item){false, rename_eq(ir, it.id, s)};
    Region r = ir->region.at[it.id];
    r.over = rename_binders(ir, r.over, s);
    r.step = rename_binder(ir, r.step, s);
    r.when = ir_subst(ir, r.when, s, 1);
    r.cond = ir_subst(ir, r.cond, s, 1);
    r.head = rename_items(ir, r.head, s);
    r.items = rename_items(ir, r.items, s);
    return (Item){true, ir_new_region(ir, &r)};
}

static Slice rename_items(Ir *ir, Slice items, const Subst *s)
{
    Items list = {0};
    for (uint32_t k = 0; k < items.n; k++) vec_push(ir->arena, &list, rename_item(ir, ir->item.at[items.at + k], s));
    return ir_items(ir, list.at, list.n);
}

static bool binds(const Ir *ir, Slice binders, Id var)
{
    for (uint32_t k = 0; k < binders.n; k++)
        if (ir->binder.at[binders.at + k].var == var) return true;
    return false;
}

/* Is the variable bound by the item, or anywhere in it? */
static bool item_binds(const Ir *ir, Item it, Id var)
{
    if (!it.region) return binds(ir, ir->eq.at[it.id].outer, var) || binds(ir, ir->eq.at[it.id].inner, var);
    Region r = ir->region.at[it.id];
    bool found = binds(ir, r.over, var) || r.step.var == var;
    for (uint32_t k = 0; k < r.head.n && !found; k++) found = item_binds(ir, ir->item.at[r.head.at + k], var);
    for (uint32_t k = 0; k < r.items.n && !found; k++) found = item_binds(ir, ir->item.at[r.items.at + k], var);
    return found;
}

/* The same, after a binder of the item that already has the new name got another. */
static Item bind_as(Ir *ir, Item it, Id from, Id to)
{
    if (from == to) return it;
    if (item_binds(ir, it, to)) {
        Var v = ir->var.at[to];
        Subst s = {to, ir_var(ir, ir_new_var(ir, v.name, v.span))};
        it = rename_item(ir, it, &s);
    }
    Subst s = {from, ir_var(ir, to)};
    return rename_item(ir, it, &s);
}

/* ---- nests */

static Binder next_binder(const Ir *ir, Pending p) { return ir->binder.at[outer_of(ir, p.item).at + p.done]; }

static bool is_loop(const Ir *ir, Pending p) { return p.done < outer_of(ir, p.item).n; }

static bool depends_on_any(Nest *n, const Pending *p, const PendingVec *list)
{
    for (uint32_t k = 0; k < list->n; k++)
        if (depends(n, p, &list->at[k])) return true;
    return false;
}

/* The item with its next variable called `var`, if it then fits into the loop that the group shares. */
static bool join_loop(Nest *n, Pending *p, const PendingVec *group, Id var)
{
    Pending q = *p;
    q.item = bind_as(n->ir, p->item, next_binder(n->ir, *p).var, var);
    if (q.item.id != p->item.id) q = pending(n, q.item, p->done);
    for (uint32_t k = 0; k < group->n; k++)
        if (!fuses(n, &q, &group->at[k], var)) return false;
    *p = q;
    return true;
}

/* An equation without a loop or a guard: it can stand anywhere above what reads it. */
static bool is_leaf(const Ir *ir, Pending p) { return !p.item.region && !is_loop(ir, p) && !guard_of(ir, p.item); }

/*
 * Which of `rest` p needs, as a mark for each; false when one of them cannot stand above the group's loop: it is no equation by
 * itself, needs what the group makes, or stands in a loop, where nothing is gained.
 */
static bool only_leaves(Nest *n, const Pending *p, const PendingVec *rest, const PendingVec *group, bool *need)
{
    memset(need, 0, rest->n * sizeof *need);
    for (uint32_t k = rest->n; k-- > 0;) {
        const Pending *r = &rest->at[k];
        need[k] = depends(n, p, r);
        for (uint32_t j = k + 1; j < rest->n && !need[k]; j++) need[k] = need[j] && depends(n, &rest->at[j], r);
        if (need[k] && (n->fixed.n || !is_leaf(n->ir, *r) || depends_on_any(n, r, group))) return false;
    }
    return true;
}

/* Moves what is marked to `above`. */
static void move_marked(Nest *n, PendingVec *rest, const bool *need, PendingVec *above)
{
    uint32_t kept = 0;
    for (uint32_t k = 0; k < rest->n; k++) {
        if (need[k])
            vec_push(n->ir->arena, above, rest->at[k]);
        else
            rest->at[kept++] = rest->at[k];
    }
    rest->n = kept;
}

/*
 * Takes the first of `list` and all that can share its loop (or its guard) into `group`; the others stay, in order, but for
 * equations by themselves that one of the group needs: outside of all loops, where a long array would else be read twice, those go
 * above.
 */
static void take_group(Nest *n, PendingVec *list, uint32_t from, PendingVec *group, PendingVec *above, PendingVec *rest)
{
    Ir *ir = n->ir;
    Pending head = list->at[from];
    bool loop = is_loop(ir, head);
    Binder b = loop ? next_binder(ir, head) : (Binder){0};
    Id when = guard_of(ir, head.item);
    bool need[WINDOW];
    vec_push(ir->arena, group, head);
    uint32_t k = from + 1;
    for (; k < list->n && rest->n < WINDOW; k++) {
        Pending p = list->at[k];
        bool joins = is_loop(ir, p) == loop;
        if (joins && loop) {
            Binder c = next_binder(ir, p);
            joins = c.lo == b.lo && c.hi == b.hi;
        } else if (joins) {
            joins = guard_of(ir, p.item) == when;
        }
        joins = joins && only_leaves(n, &p, rest, group, need);
        if (joins && loop) joins = join_loop(n, &p, group, b.var);
        if (joins) {
            move_marked(n, rest, need, above);
            vec_push(ir->arena, group, p);
        } else {
            vec_push(ir->arena, rest, p);
        }
    }
    for (; k < list->n; k++) vec_push(ir->arena, rest, list->at[k]);
}

static void nest(Nest *n, PendingVec *list, Loop *into);

/* `done`: loops around that bind the first variables of all. */
static PendingVec pending_items(Nest *n, Slice items, uint32_t done)
{
    PendingVec list = {0};
    for (uint32_t k = 0; k < items.n; k++)
        vec_push(n->ir->arena, &list, pending(n, n->ir->item.at[items.at + k], done));
    return list;
}

static void nest_items(Nest *n, Slice items, Loop *into)
{
    PendingVec list = pending_items(n, items, 0);
    nest(n, &list, into);
}

static bool reads_other(Nest *n, const Pending *q, Written w)
{
    for (uint32_t k = 0; k < q->reads.n; k++)
        if (n->ir->node.at[q->reads.at[k]].u.ref == w.target && !depends_on(n, q, w)) return true;
    return false;
}

/*
 * x[t + 1] = ..., y += x[t]: what makes the next state goes below what reads this one, so that one variable can hold both.  Where it
 * may stand last, from where it stands now.
 */
static uint32_t last_place(Nest *n, const PendingVec *list, uint32_t at)
{
    const Pending *p = &list->at[at];
    uint32_t place = at;
    for (uint32_t k = at + 1; k < list->n; k++) {
        if (depends(n, &list->at[k], p)) break;
        for (uint32_t w = 0; w < p->writes && place < k; w++)
            if (reads_other(n, &list->at[k], p->write[w])) place = k;
    }
    return place;
}

static void states_last(Nest *n, PendingVec *list)
{
    if (list->n > LONG_BODY) return;
    for (uint32_t at = list->n; at-- > 0;) {
        uint32_t place = last_place(n, list, at);
        Pending moved = list->at[at];
        for (uint32_t k = at; k < place; k++) list->at[k] = list->at[k + 1];
        list->at[place] = moved;
    }
}

/* The loop over a region's steps; those over its parallel variables stand around it. */
static void scan(Nest *n, Id region, Loop *into)
{
    Ir *ir = n->ir;
    Region r = ir->region.at[region];
    Loop *l = loop_new(ir->arena, LOOP_SCAN, into);
    l->binder = r.step;
    l->region = region;
    if (r.cond) l->subs = count_subs(n, r);
    uint32_t scope = enter(n, r);
    vec_push(ir->arena, &n->fixed, r.step.var);
    nest_items(n, r.head, l);
    if (r.cond) loop_new(ir->arena, LOOP_WHILE, l)->cond = r.cond;
    PendingVec items = pending_items(n, r.items, 0);
    states_last(n, &items);
    nest(n, &items, l);
    n->fixed.n--;
    n->scope.n = scope;
}

static void leaf(Nest *n, Item it, Loop *into)
{
    if (it.region)
        scan(n, it.id, into);
    else
        loop_new(n->ir->arena, LOOP_EQ, into)->eq = it.id;
}

static void nest(Nest *n, PendingVec *list, Loop *into)
{
    Ir *ir = n->ir;
    PendingVec now = *list;
    for (uint32_t at = 0; at < now.n;) {
        Pending head = now.at[at];
        bool loop = is_loop(ir, head);
        if (!loop && !guard_of(ir, head.item)) {
            leaf(n, head.item, into);
            at++;
            continue;
        }
        PendingVec group = {0}, above = {0}, rest = {0};
        take_group(n, &now, at, &group, &above, &rest);
        for (uint32_t k = 0; k < above.n; k++) leaf(n, above.at[k].item, into);
        Loop *l = loop_new(ir->arena, loop ? LOOP_FOR : LOOP_IF, into);
        if (loop) {
            l->binder = next_binder(ir, head);
            for (uint32_t k = 0; k < group.n; k++) group.at[k].done++;
            vec_push(ir->arena, &n->fixed, l->binder.var);
            nest(n, &group, l);
            n->fixed.n--;
        } else {
            l->cond = guard_of(ir, head.item);
            for (uint32_t k = 0; k < group.n; k++) leaf(n, group.at[k].item, l);
        }
        now = rest;
        at = 0;
    }
}

void schedule(Ir *ir, const Items *items, Loop *into)
{
    Nest n = {.ir = ir};
    nest_items(&n, ir_items(ir, items->at, items->n), into);
}

void schedule_rows_of(Ir *ir, const Items *items, Id row, Loop *tile)
{
    Nest n = {.ir = ir};
    vec_push(ir->arena, &n.fixed, row);
    PendingVec list = pending_items(&n, ir_items(ir, items->at, items->n), 1);
    nest(&n, &list, tile);
}

/* ---- parts */

enum { PART_NODES = 2500 }; /* of a part: about as many statements at most */

/* Nodes that a part has to compute: those marked with its stamp are counted. */
typedef struct {
    Ir *ir;
    uint32_t *mark;
    uint32_t stamp;
} Counter;

/* What the nest adds to the part. */
static uint32_t size_of(Counter *c, const Loop *l)
{
    uint32_t n = 1;
    for (uint32_t k = 0; k < l->kids.n; k++) n += size_of(c, l->kids.at[k]);
    IdVec open = {0};
    if (l->kind == LOOP_EQ) ir_eq_roots(c->ir, l->eq, &open);
    if (l->kind == LOOP_WHILE) vec_push(c->ir->arena, &open, l->cond);
    while (open.n) {
        Id id = open.at[--open.n];
        if (!id || c->mark[id] == c->stamp) continue;
        c->mark[id] = c->stamp;
        n++;
        for (uint32_t k = 0; k < c->ir->node.at[id].n; k++) vec_push(c->ir->arena, &open, ir_kid(c->ir, id, k));
    }
    return n;
}

void loop_set_depth(Loop *l)
{
    l->depth = l->up->depth + 1;
    for (uint32_t k = 0; k < l->kids.n; k++) {
        l->kids.at[k]->up = l;
        loop_set_depth(l->kids.at[k]);
    }
}

void parts_add(Ir *ir, Loop *list, Loop *top, bool rows)
{
    Loop *part = NULL;
    uint32_t size = 0;
    Counter c = {ir, arena_alloc(ir->arena, sizeof *c.mark * ir->node.n), 1};
    for (uint32_t k = 0; k < list->kids.n; k++) {
        Loop *l = list->kids.at[k];
        uint32_t n = size_of(&c, l);
        if (!part || size + n > PART_NODES) {
            part = loop_new(ir->arena, LOOP_LIST, top);
            part->rows = rows;
            size = n;
            c.stamp++;
        } else {
            size += n;
        }
        vec_push(ir->arena, &part->kids, l);
        l->up = part;
        loop_set_depth(l);
    }
}
