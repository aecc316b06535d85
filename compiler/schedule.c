/*
 * schedule.c -- equations -> loop nests.
 *
 * Equations with the same outermost range share a loop where every element that one of them reads was written by the same
 * iteration; what is left of them below that loop is nested in the same way.  The first equation of a list opens a nest; later
 * ones join it when nothing that they need stands between.  No equation reads an element before all of its writers ran, so the
 * only dependences are writer to reader and `=` to `+=`.
 *
 * needs: equations in an order of execution   makes: loops   exact: yes
 */
#include "loop.h"

#include <string.h>

enum { WINDOW = 400 }; /* how far a nest looks for equations to join it */

/* An equation below `done` loops that bind its first outer variables. */
typedef struct {
    Id eq;
    uint32_t done;
    IdVec reads; /* of the equation: its READ nodes */
} Pending;
typedef VEC(Pending) PendingVec;

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

/* ---- dependences */

/* Must q stay below r, which stands above it? */
static bool depends(Ir *ir, const Pending *q, const Pending *r)
{
    Id target = ir->eq.at[r->eq].target;
    if (ir->eq.at[q->eq].target == target && !ir->eq.at[r->eq].add) return true;
    for (uint32_t k = 0; k < q->reads.n; k++)
        if (ir->node.at[q->reads.at[k]].u.ref == target) return true;
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
        if (ir_opof(ir, term) == OP_VAR && ir->node.at[term].u.ref == var) {
            found = true;
            continue;
        }
        uint32_t n;
        const Id *vars = ir_vars(ir, term, &n);
        for (uint32_t v = 0; v < n; v++) {
            bool is_fixed = false;
            for (uint32_t f = 0; f < fixed->n; f++) is_fixed |= fixed->at[f] == vars[v];
            if (!is_fixed) return false;
        }
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

/* May q, which stands below r, share r's loop over `var`? */
static bool fuses(Ir *ir, const Pending *q, const Pending *r, Id var, const IdVec *fixed)
{
    Eq writer = ir->eq.at[r->eq], user = ir->eq.at[q->eq];
    if (user.target == writer.target && !writer.add && !same_iteration(ir, writer.subs, user.subs, var, fixed))
        return false;
    for (uint32_t k = 0; k < q->reads.n; k++) {
        Node x = ir->node.at[q->reads.at[k]];
        if (x.u.ref != writer.target) continue;
        if (!same_iteration(ir, writer.subs, (Slice){x.kids, x.n}, var, fixed)) return false;
    }
    return true;
}

/* ---- renaming */

/* The equation with variable `from` called `to` wherever it is bound or used. */
static Id rename_var(Ir *ir, Id eq, Id from, Id to)
{
    Subst s = {from, ir_var(ir, to)};
    Eq e = ir->eq.at[eq];
    IdVec subs = {0};
    for (uint32_t k = 0; k < e.subs.n; k++) vec_push(ir->arena, &subs, ir_subst(ir, ir->kid.at[e.subs.at + k], &s, 1));
    e.subs = ir_ids(ir, subs.at, subs.n);
    Slice *lists[] = {&e.outer, &e.inner};
    for (uint32_t l = 0; l < 2; l++) {
        VEC(Binder) b = {0};
        for (uint32_t k = 0; k < lists[l]->n; k++) {
            Binder x = ir->binder.at[lists[l]->at + k];
            Binder y = {x.var == from ? to : x.var, ir_subst(ir, x.lo, &s, 1), ir_subst(ir, x.hi, &s, 1)};
            vec_push(ir->arena, &b, y);
        }
        *lists[l] = ir_binders(ir, b.at, b.n);
    }
    e.body = ir_subst(ir, e.body, &s, 1);
    e.where = ir_subst(ir, e.where, &s, 1);
    e.when = ir_subst(ir, e.when, &s, 1);
    return ir_new_eq(ir, &e);
}

/* The same, after a binder of the equation that already has the new name got another. */
static Id bind_as(Ir *ir, Id eq, Id from, Id to)
{
    if (from == to) return eq;
    Eq e = ir->eq.at[eq];
    bool clash = false;
    for (uint32_t k = 0; k < e.outer.n; k++) clash |= ir->binder.at[e.outer.at + k].var == to;
    for (uint32_t k = 0; k < e.inner.n; k++) clash |= ir->binder.at[e.inner.at + k].var == to;
    if (clash) {
        Var v = ir->var.at[to];
        eq = rename_var(ir, eq, to, ir_new_var(ir, v.name, v.span));
    }
    return rename_var(ir, eq, from, to);
}

/* ---- nests */

static Binder next_binder(const Ir *ir, Pending p) { return ir->binder.at[ir->eq.at[p.eq].outer.at + p.done]; }

static bool is_loop(const Ir *ir, Pending p) { return p.done < ir->eq.at[p.eq].outer.n; }

static bool depends_on_any(Ir *ir, const Pending *p, const PendingVec *list)
{
    for (uint32_t k = 0; k < list->n; k++)
        if (depends(ir, p, &list->at[k])) return true;
    return false;
}

/* The equation with its next variable called `var`, if it then fits into the loop that the group shares. */
static bool join_loop(Ir *ir, Pending *p, const PendingVec *group, Id var, const IdVec *fixed)
{
    Pending q = *p;
    q.eq = bind_as(ir, p->eq, next_binder(ir, *p).var, var);
    if (q.eq != p->eq) q.reads = ir_eq_reads(ir, q.eq);
    for (uint32_t k = 0; k < group->n; k++)
        if (!fuses(ir, &q, &group->at[k], var, fixed)) return false;
    *p = q;
    return true;
}

/*
 * Takes the first of `list` and all that can share its loop (or its guard) into `group`; the others stay, in order.
 */
static void take_group(Ir *ir, PendingVec *list, uint32_t from, PendingVec *group, PendingVec *rest, const IdVec *fixed)
{
    Pending head = list->at[from];
    bool loop = is_loop(ir, head);
    Binder b = loop ? next_binder(ir, head) : (Binder){0};
    Id when = ir->eq.at[head.eq].when;
    vec_push(ir->arena, group, head);
    uint32_t k = from + 1;
    for (; k < list->n && rest->n < WINDOW; k++) {
        Pending p = list->at[k];
        bool joins = is_loop(ir, p) == loop;
        if (joins && loop) {
            Binder c = next_binder(ir, p);
            joins = c.lo == b.lo && c.hi == b.hi;
        } else if (joins) {
            joins = ir->eq.at[p.eq].when == when;
        }
        joins = joins && !depends_on_any(ir, &p, rest);
        if (joins && loop) joins = join_loop(ir, &p, group, b.var, fixed);
        if (joins)
            vec_push(ir->arena, group, p);
        else
            vec_push(ir->arena, rest, p);
    }
    for (; k < list->n; k++) vec_push(ir->arena, rest, list->at[k]);
}

static void leaf(Ir *ir, Id eq, Loop *into) { loop_new(ir->arena, LOOP_EQ, into)->eq = eq; }

static void nest(Ir *ir, PendingVec *list, Loop *into, IdVec *fixed)
{
    PendingVec now = *list;
    for (uint32_t at = 0; at < now.n;) {
        Pending head = now.at[at];
        bool loop = is_loop(ir, head);
        if (!loop && !ir->eq.at[head.eq].when) {
            leaf(ir, head.eq, into);
            at++;
            continue;
        }
        PendingVec group = {0}, rest = {0};
        take_group(ir, &now, at, &group, &rest, fixed);
        Loop *l = loop_new(ir->arena, loop ? LOOP_FOR : LOOP_IF, into);
        if (loop) {
            l->binder = next_binder(ir, head);
            for (uint32_t k = 0; k < group.n; k++) group.at[k].done++;
            vec_push(ir->arena, fixed, l->binder.var);
            nest(ir, &group, l, fixed);
            fixed->n--;
        } else {
            l->cond = ir->eq.at[head.eq].when;
            for (uint32_t k = 0; k < group.n; k++) leaf(ir, group.at[k].eq, l);
        }
        now = rest;
        at = 0;
    }
}

void schedule(Ir *ir, const IdVec *eqs, Loop *into)
{
    PendingVec list = {0};
    for (uint32_t k = 0; k < eqs->n; k++)
        vec_push(ir->arena, &list, ((Pending){eqs->at[k], 0, ir_eq_reads(ir, eqs->at[k])}));
    IdVec fixed = {0};
    nest(ir, &list, into, &fixed);
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
    if (l->kind != LOOP_EQ) return n;
    IdVec open = {0};
    ir_eq_roots(c->ir, l->eq, &open);
    while (open.n) {
        Id id = open.at[--open.n];
        if (!id || c->mark[id] == c->stamp) continue;
        c->mark[id] = c->stamp;
        n++;
        for (uint32_t k = 0; k < c->ir->node.at[id].n; k++) vec_push(c->ir->arena, &open, ir_kid(c->ir, id, k));
    }
    return n;
}

static void lower_depth(Loop *l)
{
    l->depth = l->up->depth + 1;
    for (uint32_t k = 0; k < l->kids.n; k++) lower_depth(l->kids.at[k]);
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
        lower_depth(l);
    }
}
