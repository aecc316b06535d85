/*
 * reverse.c -- the adjoint equations of a derivative.
 *
 * Walks the equations backwards.  For A[i] = sum(k) e(i, k), every read B[f(i, k)] in e receives
 *     d_B[f(i, k)] += d_A[i] * de/dB
 * turned round so that it is an equation over the element (invert.c).  The local sweep of a body (sweep.c) carries conditions
 * apart from values: what a branch, a filter or a maximum does not take contributes nothing at all.  The result is ordinary
 * equations: later passes serve both, and it can be differentiated again.
 *
 * Variables.  A derivative may be asked for all values of some variables: grad(r[n], w) for every n.  Its adjoint arrays then have
 * these as first subscripts, and an array is pinned where a subscript depends on them alone: of r only r[n] matters, so d_r has
 * one element for each n, not n x n'.  An adjoint belongs to an array and its pins (struct Bar); where one with fewer pins
 * is needed too, it serves for both.
 *
 * Scans.  A scan runs backwards, its items from last to first.  What an item adds to at step t may be asked for at the
 * next step back, so what is reached is found first, round and round until nothing is new.
 *
 * Live flags.  A let that is used only in branches, or only in some of its elements, has an adjoint of 0 where nothing takes it, but
 * 0 times a partial that is infinite is no number.  So such adjoints carry a flag, computed like the adjoint itself over truth
 * values: live_B[f] += true under the same conditions; and equations whose partials may be infinite ask it.  (To test the adjoint
 * for 0 instead would be wrong in second derivatives.)  A first walk finds which adjoints no read reaches in every element
 * without a condition, a second one makes equations.
 */
#include "reverse.h"

#include "partials.h"

static void slice_ids(Ir *ir, Slice s, IdVec *out)
{
    for (uint32_t i = 0; i < s.n; i++) vec_push(ir->arena, out, ir->kid.at[s.at + i]);
}

static void list(Reverse *r, const Eq *e)
{
    Item it = {false, ir_new_eq(r->ir, e)};
    vec_push(r->ir->arena, r->out, it);
}

/* ---- the cone, with what stands in its scans */

/* Each equation below, from first to last. */
static void each_eq(Reverse *r, const Item *items, uint32_t n, void (*f)(Reverse *, Id eq, bool guarded), bool guarded)
{
    Ir *ir = r->ir;
    for (uint32_t i = 0; i < n; i++) {
        if (!items[i].region) {
            f(r, items[i].id, guarded);
            continue;
        }
        Region g = ir->region.at[items[i].id];
        bool inside = guarded || g.when || g.cond;
        each_eq(r, ir->item.at + g.head.at, g.head.n, f, inside);
        each_eq(r, ir->item.at + g.items.at, g.items.n, f, inside);
    }
}

static void each(Reverse *r, void (*f)(Reverse *, Id eq, bool guarded)) { each_eq(r, r->d->cone, r->d->n, f, false); }

typedef enum { BAR_RISKY, BAR_FLAGGED } BarFlag;

static bool any_bar(const Reverse *r, Id array, BarFlag flag)
{
    for (uint32_t b = array < r->arrays ? r->first_bar[array] : 0; b; b = r->bar.at[b].next)
        if (flag == BAR_RISKY ? r->bar.at[b].risky : r->bar.at[b].flagged) return true;
    return false;
}

static bool has_risk(const Reverse *r, const Eq *e)
{
    Ir *ir = r->ir;
    IdVec all = ir_reach(ir, &e->body, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (x.op == OP_READ && x.type == T_REAL && any_bar(r, x.u.ref, BAR_RISKY)) return true;
    }
    return risk_in(r, e);
}

/* Reads come after writes, except in scans: so one walk finds all that depends on what is differentiated by, or all walks that
   find more. */
static void find_active(Reverse *r, Id eq, bool guarded)
{
    Eq e = r->ir->eq.at[eq];
    (void)guarded;
    if (e.by) die("a derivative that was not expanded");
    if (r->active[e.target] || !reduction_moves(r->ir, &e) || !sweep_moves(r->sweep, &e)) return;
    r->active[e.target] = true;
    r->changes++;
}

/* Arrays that have elements without a value. */
static void find_partial(Reverse *r, Id eq, bool guarded)
{
    Eq e = r->ir->eq.at[eq];
    r->partial[e.target] |= guarded || e.when;
}

/* After the first walk: who needs a flag?  Those that are risky and not sure, and those through which their flags come. */
static void find_flagged(Reverse *r, Id eq, bool guarded)
{
    Ir *ir = r->ir;
    Eq e = ir->eq.at[eq];
    (void)guarded;
    if (!r->active[e.target]) return;
    for (uint32_t b = r->first_bar[e.target]; b; b = r->bar.at[b].next) {
        Bar *a = &r->bar.at[b];
        if (!a->reached || a->sure || a->independent || a->risky) continue;
        bool was = a->flagged;
        if (has_risk(r, &e)) a->risky = a->flagged = true;
        Id roots[2] = {e.body, e.with};
        IdVec all = ir_reach(ir, roots, 2);
        for (uint32_t k = 0; k < all.n && !a->flagged; k++) {
            Node x = ir->node.at[all.at[k]];
            a->flagged = x.op == OP_READ && x.type == T_REAL && any_bar(r, x.u.ref, BAR_FLAGGED);
        }
        r->changes += a->risky || was != a->flagged;
    }
}

/* ... of each array of a finished scan: where its first step is */
static void mark_steps(Reverse *r, const Item *items, uint32_t n, Id step)
{
    Ir *ir = r->ir;
    for (uint32_t i = 0; i < n; i++) {
        if (items[i].region) {
            Region g = ir->region.at[items[i].id];
            mark_steps(r, ir->item.at + g.head.at, g.head.n, step ? step : g.step.var);
            mark_steps(r, ir->item.at + g.items.at, g.items.n, step ? step : g.step.var);
            continue;
        }
        Eq e = ir->eq.at[items[i].id];
        for (uint32_t k = 0; step && k < e.subs.n && !r->step[e.target]; k++)
            if (ir_has_var(ir, ir->kid.at[e.subs.at + k], step)) r->step[e.target] = k + 1;
    }
}

static void until_nothing_is_new(Reverse *r, void (*f)(Reverse *, Id eq, bool guarded))
{
    uint32_t before;
    bool scans = false;
    for (uint32_t i = 0; i < r->d->n; i++) scans |= r->d->cone[i].region;
    do {
        before = r->changes;
        each(r, f);
    } while (scans && before != r->changes);
}

/* ---- contributions */

/* target[the adjoint's variables, v's subscripts] += v */
static Eq equation_of(Reverse *r, const Around *around, uint32_t to, Id target, const Inverse *v, Span span)
{
    Ir *ir = r->ir;
    IdVec subs = {0};
    Binders outer = {0};
    bar_lead(r, &r->bar.at[to], &subs);
    for (uint32_t k = 0; k < v->subs.n; k++) vec_push(ir->arena, &subs, v->subs.at[k]);
    for (uint32_t k = around->bound; k < around->all.n; k++) vec_push(ir->arena, &outer, around->all.at[k]);
    for (uint32_t k = 0; k < v->outer.n; k++) vec_push(ir->arena, &outer, v->outer.at[k]);
    Eq e = {.target = target,
            .body = v->value,
            .where = v->where,
            .when = v->when,
            .span = span,
            .add = true,
            .scatter = v->scatter};
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, outer.at, outer.n);
    e.inner = ir_binders(ir, v->inner.at, v->inner.n);
    e.op = v->inner.n ? RED_SUM : RED_NONE;
    return e;
}

/* What sends contributions: its variables, its live flag or 0, and whether its own equation asks for that already. */
typedef struct {
    Binders binders;
    Id live;
    bool risky;
    Span span;
} Sender;

/* What an adjoint along a range receives: of the sender, the variable that runs there is the range's own. */
static void send_along(Reverse *r, Sender *from, Piece *p)
{
    Ir *ir = r->ir;
    Along along;
    Binders rest = {0};
    uint32_t z = ragged_of(r, &from->binders, p->read, &along);
    if (z == from->binders.n) die("an adjoint along a range that nothing runs over");
    Subst s = {from->binders.at[z].var, ir_var(ir, along.z.var)};
    *p = (Piece){ir_subst(ir, p->read, &s, 1), ir_subst(ir, p->cond, &s, 1), ir_subst(ir, p->value, &s, 1)};
    from->live = ir_subst(ir, from->live, &s, 1);
    for (uint32_t k = 0; k < from->binders.n; k++) {
        Binder b = from->binders.at[k];
        b = (Binder){b.var, ir_subst(ir, b.lo, &s, 1), ir_subst(ir, b.hi, &s, 1)};
        if (k != z) vec_push(ir->arena, &rest, b);
    }
    from->binders = rest;
}

/* The equation, or several, that add a piece to the adjoint of the array that it reads. */
static void contribute(Reverse *r, const Place *at, Sender from, Piece p, uint32_t to)
{
    Ir *ir = r->ir;
    Around around;
    bar_around(r, &r->bar.at[to], &at->around, &around);
    if (r->bar.at[to].along.z.var) send_along(r, &from, &p);
    Node x = ir->node.at[p.read];
    Slice all = ir->array.at[x.u.ref].dims;
    IdVec subs = {0}, dims = {0};
    Id cond = p.cond;
    Inverse v;
    for (uint32_t k = 0; k < x.n; k++) {
        Id sub = ir_kid(ir, p.read, k), pin = r->bar.at[to].pin[k];
        if (pin && pin != sub) cond = ir_and(ir, ir_op2(ir, OP_EQ, sub, pin), cond);
        if (pin) continue;
        vec_push(ir->arena, &subs, sub);
        vec_push(ir->arena, &dims, ir->kid.at[all.at + k]);
    }
    Access a = {&around, subs.at, dims.at, subs.n, from.binders.at, from.binders.n, cond, p.value, &r->whole};
    invert(ir, &a, &v);
    Eq add = equation_of(r, &around, to, bar_adjoint(r, to), &v, from.span);
    list(r, &add);
    if (!r->bar.at[to].flagged) return;
    if (!from.risky) a.cond = ir_and(ir, cond, from.live);
    a.value = ir_bool(ir, true);
    invert(ir, &a, &v);
    add = equation_of(r, &around, to, bar_live(r, to), &v, from.span);
    if (add.op == RED_SUM) add.op = RED_ANY;
    list(r, &add);
}

static void set_true(Reverse *r, bool *flag, bool value)
{
    r->changes += value && !*flag;
    *flag |= value;
}

/* Does the read reach every element that counts?  Of what scans make we take it for granted: a state's last step is read after it. */
static bool reaches_all(const Reverse *r, const Place *at, const Sender *from, Id read)
{
    if (r->step[r->ir->node.at[read].u.ref] || at->around.all.n) return true;
    return covers(r->ir, from->binders.at, from->binders.n, read);
}

/* sure: what sends them is reached without a condition. */
static void spread(Reverse *r, const Place *at, const Sender *from, bool sure, const Pieces *pieces)
{
    for (uint32_t i = 0; i < pieces->n; i++) {
        const Piece *p = &pieces->at[i];
        uint32_t to = bar_of(r, &from->binders, p->read);
        if (r->first) {
            set_true(r, &r->bar.at[to].reached, true);
            bool all = sure && !p->cond && !at->guarded && !r->bar.at[to].sure && reaches_all(r, at, from, p->read);
            set_true(r, &r->bar.at[to].sure, all);
        } else {
            contribute(r, at, *from, *p, to);
        }
    }
}

/* ---- one equation */

/* The equation with its auxiliary ones; 0 where its value does not depend on what is differentiated by. */
static Id prepared(Reverse *r, const Place *at, Id eq)
{
    if (r->standing[eq] == NOT_ASKED) {
        Eq e = r->ir->eq.at[eq];
        r->standing[eq] = CONSTANT;
        if (!sweep_moves(r->sweep, &e)) return 0;
        if (e.op == RED_LOGSUMEXP && e.add) die("logsumexp into an element that others add to");
        r->standing[eq] = USED;
        reduction_aux(r->ir, &at->scans, eq, &r->beside[eq]);
    }
    return r->standing[eq] == USED ? r->beside[eq].eq : 0;
}

/* ---- an equation with a function of matrices */

/* Whether any element of a matrix is wanted, by their flags: a node over the leading variables. */
static Id any_live(Reverse *r, const Eq *e, const Leading *lead, Id live, uint32_t rank)
{
    Ir *ir = r->ir;
    Binders inner = {0};
    if (rank == 0) return live;
    const char *name = arena_printf(ir->arena, "live_%s", ir->array.at[e->target].name);
    Id any = ir_new_array(ir, name, ARRAY_LOCAL, T_BOOL, lead->dims.at, lead->dims.n, e->span);
    Eq q = {.target = any, .op = RED_ANY, .body = live, .when = lead->when, .span = e->span};
    for (uint32_t k = 0; k < e->inner.n; k++) {
        Binder b = ir->binder.at[e->inner.at + k];
        if (ir_has_var(ir, live, b.var)) vec_push(ir->arena, &inner, b);
    }
    q.subs = ir_ids(ir, lead->subs.at, lead->subs.n);
    q.outer = ir_binders(ir, lead->outer.at, lead->outer.n);
    q.inner = ir_binders(ir, inner.at, inner.n);
    list(r, &q);
    return ir_read(ir, any, lead->subs.at, lead->subs.n);
}

/* What an adjoint has in common for a whole matrix.  *inside: the part of `cond` that speaks of its elements. */
static Leading leading(Reverse *r, const Place *at, const Eq *e, uint32_t b, Id cond, Id *inside)
{
    Ir *ir = r->ir;
    Leading lead = {.when = e->when};
    IdVec parts = {0};
    uint32_t rank = ir_mat_rank(ir, e);
    ir_conjuncts(ir, cond, &parts);
    *inside = 0;
    for (uint32_t i = 0; i < parts.n; i++) {
        bool own = false;
        for (uint32_t k = 0; k < e->inner.n; k++)
            own |= ir_has_var(ir, parts.at[i], ir->binder.at[e->inner.at + k].var);
        if (own)
            *inside = ir_and(ir, *inside, parts.at[i]);
        else
            lead.when = ir_and(ir, lead.when, parts.at[i]);
    }
    for (uint32_t k = 0; k < r->d->subs.n; k++) {
        vec_push(ir->arena, &lead.subs, r->d->subs.at[k]);
        vec_push(ir->arena, &lead.dims, r->d->dims.at[k]);
    }
    for (uint32_t k = 0; k + rank < e->subs.n; k++) {
        if (!bar_is_free(&r->bar.at[b], k)) continue;
        vec_push(ir->arena, &lead.subs, ir->kid.at[e->subs.at + k]);
        vec_push(ir->arena, &lead.dims, ir->kid.at[ir->array.at[e->target].dims.at + k]);
    }
    for (uint32_t k = at->around.bound; k < at->around.all.n; k++)
        vec_push(ir->arena, &lead.outer, at->around.all.at[k]);
    ir_add_binders(ir, e->outer, &lead.outer);
    return lead;
}

static void matrix_equation(Reverse *r, const Place *at, const Seen *seen, uint32_t b)
{
    Ir *ir = r->ir;
    Eq e = ir->eq.at[seen->eq];
    Id inside, bar = 0;
    IdVec subs = {0}, eqs = {0};
    Receipts got = {0};
    Leading lead = leading(r, at, &e, b, seen->cond, &inside);
    slice_ids(ir, e.subs, &subs);
    if (!r->first) {
        bar = bar_read(r, b, bar_adjoint(r, b), &subs);
        if (inside) bar = ir_select(ir, inside, bar, ir_real(ir, 0));
        if (r->bar.at[b].risky) {
            Id live = bar_read(r, b, bar_live(r, b), &subs);
            lead.when = ir_and(ir, lead.when, any_live(r, &e, &lead, live, ir_mat_rank(ir, &e)));
        }
    }
    matrix_adjoint(ir, &e, &lead, bar, &eqs, &got);
    for (uint32_t i = 0; i < eqs.n; i++) vec_push(ir->arena, r->out, ((Item){false, eqs.at[i]}));
    for (uint32_t i = 0; i < got.n; i++) {
        Receipt x = got.at[i];
        Sender from = {.binders = x.binders, .risky = true, .span = e.span};
        Pieces pieces = {0};
        sweep(r->sweep, x.of, ir_and(ir, lead.when, x.cond), x.value, 0, &pieces);
        spread(r, at, &from, r->bar.at[b].sure, &pieces);
    }
}

static void equation(Reverse *r, const Place *at, Id primal, uint32_t b)
{
    Ir *ir = r->ir;
    Seen seen;
    Id eq = prepared(r, at, primal), outer, inner, factor, seed = 0, self = 0;
    if (!eq || !see(r, at, eq, b, &seen)) return;
    if (ir->eq.at[seen.eq].op == RED_MATRIX) {
        matrix_equation(r, at, &seen, b);
        return;
    }
    reduction_terms(ir, &at->scans, eq, &outer, &inner, &factor);
    outer = seen_node(ir, outer, &seen.by);
    inner = seen_node(ir, inner, &seen.by);
    Eq e = ir->eq.at[seen.eq];
    Bar bar = r->bar.at[b];
    Sender from = {.risky = bar.risky, .span = e.span};
    IdVec subs = {0}, made = {0};
    Pieces pieces = {0};
    slice_ids(ir, e.subs, &subs);
    ir_eq_binders(ir, &e, &from.binders);
    if (r->first && e.op == RED_LOGSUMEXP) outer = 0; /* all its terms are -inf: not a branch */
    if (!r->first) {
        seed = bar_read(r, b, bar_adjoint(r, b), &subs);
        if (factor) seed = ir_op2(ir, OP_MUL, seed, seen_node(ir, factor, &seen.by));
        if (bar.flagged) from.live = bar_read(r, b, bar_live(r, b), &subs);
        if (e.op == RED_NONE && !e.add) self = ir_read(ir, e.target, subs.at, subs.n);
    }
    /* what is pinned, when, where, and what the reduction and the live flag ask, those without inner variables first */
    Id cond = ir_and(ir, seen.cond, ir_and(ir, e.when, outer));
    if (from.live && from.risky) cond = ir_and(ir, cond, from.live);
    cond = ir_and(ir, ir_and(ir, cond, e.where), inner);
    sweep(r->sweep, e.body, cond, seed, self, &pieces);
    if (!r->first) share(ir, seen.eq, &at->around, &r->whole, &pieces, &made);
    for (uint32_t i = 0; i < made.n; i++) vec_push(ir->arena, r->out, ((Item){false, made.at[i]}));
    spread(r, at, &from, bar.sure, &pieces);
}

/* ---- the walk */

static void equations(Reverse *r, const Place *at, Id eq)
{
    Eq e = r->ir->eq.at[eq];
    if (!r->active[e.target]) return;
    for (uint32_t b = r->first_bar[e.target]; b; b = r->bar.at[b].next)
        if (r->bar.at[b].reached && !r->bar.at[b].independent && is_pinned_here(r, at, &e, b)) equation(r, at, eq, b);
}

static void item(Reverse *r, const Place *at, Item it)
{
    if (it.region)
        reverse_scan(r, at, it.id);
    else
        equations(r, at, it.id);
}

void reverse_walk(Reverse *r, const Place *at, Slice items)
{
    for (uint32_t i = items.n; i-- > 0;) item(r, at, r->ir->item.at[items.at + i]);
}

static void walk_cone(Reverse *r)
{
    Ir *ir = r->ir;
    Place at = {.around = r->d->around};
    Sender root = {.span = r->d->span};
    Pieces pieces = {0};
    for (uint32_t i = 0; i < at.around.bound; i++) vec_push(ir->arena, &at.scans.all, at.around.all.at[i]);
    at.scans.bound = at.scans.all.n;
    sweep(r->sweep, r->d->of, r->d->when, r->first ? 0 : ir_real(ir, 1), 0, &pieces);
    spread(r, &at, &root, true, &pieces);
    for (uint32_t i = r->d->n; i-- > 0;) item(r, &at, r->d->cone[i]);
}

/* ---- the seams */

static void independent(Reverse *r, By *by)
{
    Ir *ir = r->ir;
    r->active[by->array] = true;
    r->given[by->array] = r->d->sparse;
    if (r->d->sparse) return;
    Array a = ir->array.at[by->array];
    Id *pin = arena_alloc(ir->arena, (a.dims.n + 1u) * sizeof *pin);
    for (uint32_t k = 0; k < by->at.n; k++) pin[k] = by->at.at[k];
    Bar b = {.array = by->array, .pin = pin, .adjoint = by->adjoint, .independent = true};
    if (!b.adjoint) b.adjoint = by->adjoint = bar_array(r, &b, "d", T_REAL);
    vec_push(ir->arena, &r->bar, b);
    r->first_bar[by->array] = r->bar.n - 1;
    bar_zero(r, &b, b.adjoint, ir_real(ir, 0));
}

/* The blocks that an array has, in the order in which they were made: bars are listed from the last one. */
static void list_blocks(Reverse *r, Adjoints *out, Id array)
{
    IdVec bars = {0};
    for (uint32_t b = r->first_bar[array]; b; b = r->bar.at[b].next) vec_push(r->ir->arena, &bars, b);
    for (uint32_t i = bars.n; i-- > 0;) {
        Bar b = r->bar.at[bars.at[i]];
        vec_push(r->ir->arena, &out->blocks, ((Block){array, b.pin, b.adjoint, b.along}));
    }
}

void adjoints(Ir *ir, Derivative *d, Adjoints *out)
{
    Items items = {0};
    Reverse r = {.ir = ir, .d = d, .arrays = ir->array.n, .first = true, .out = &items};
    r.first_bar = arena_alloc(ir->arena, r.arrays * sizeof *r.first_bar);
    r.active = arena_alloc(ir->arena, r.arrays);
    r.given = arena_alloc(ir->arena, r.arrays);
    r.step = arena_alloc(ir->arena, r.arrays * sizeof *r.step);
    *out = (Adjoints){.eqs = r.eqs = ir->eq.n};
    out->beside = r.beside = arena_alloc(ir->arena, ir->eq.n * sizeof *r.beside);
    r.standing = arena_alloc(ir->arena, ir->eq.n);
    r.sweep = sweep_new(ir, r.active);
    r.partial = arena_alloc(ir->arena, r.arrays);
    r.whole = (Whole){r.partial, r.arrays};
    vec_push(ir->arena, &r.bar, ((Bar){0}));
    for (uint32_t i = 0; i < d->by.n; i++) independent(&r, &d->by.at[i]);
    r.latest = arena_alloc(ir->arena, r.arrays * sizeof *r.latest);
    r.earlier = arena_alloc(ir->arena, ir->eq.n * sizeof *r.earlier);
    each(&r, risk_note);
    each(&r, find_partial);
    mark_steps(&r, d->cone, d->n, 0);
    until_nothing_is_new(&r, find_active);
    walk_cone(&r);
    while (r.covered) {
        bars_forget_covered(&r);
        walk_cone(&r);
    }
    until_nothing_is_new(&r, find_flagged);
    r.first = false;
    walk_cone(&r);
    for (uint32_t i = 0; i < d->by.n && d->sparse; i++) list_blocks(&r, out, d->by.at[i].array);
    for (uint32_t i = 0; i < r.zeros.n; i++) vec_push(ir->arena, &out->items, r.zeros.at[i]);
    for (uint32_t i = 0; i < items.n; i++) vec_push(ir->arena, &out->items, items.at[i]);
}
