/*
 * reverse.c -- appends the adjoint equations of a program to itself.
 *
 * Walks the equations backwards.  For A[i] = sum(k) e(i, k), every read B[f(i, k)] in e receives
 *     d_B[f(i, k)] += d_A[i] * de/dB
 * turned round so that it is an equation over the element (invert.c).  The local sweep of a body (sweep.c) carries conditions
 * apart from values: what a branch, a filter or a maximum does not take contributes nothing at all.  The result is ordinary
 * equations: later passes serve both.
 *
 * Live flags.  A let that is used only in branches, or only in some of its elements, has an adjoint of 0 where nothing takes it, but
 * 0 times a partial that is infinite is no number.  So such adjoints carry a flag, computed like the adjoint itself over truth
 * values: live_B[f] += true under the same conditions; and equations whose partials may be infinite ask it.  (To test the adjoint
 * for 0 instead would be wrong in second derivatives.)  A first walk finds which adjoints no read reaches in every element
 * without a condition, a second one makes equations.
 */
#include "derive.h"
#include "partials.h"

/* What is known of an array of the primal. */
typedef struct {
    Id adjoint, live; /* its arrays, once something was added */
    bool wrt;
    bool sure;    /* its adjoint is reached in every element, without a condition */
    bool risky;   /* its value or partials may be infinite where it is not wanted */
    bool flagged; /* carries a live flag */
    bool reached; /* by the adjoint of the loss, so far */
} Known;

typedef struct {
    Ir *ir;
    Known *array; /* by array of the primal */
    Id arrays;
    bool *active; /* by array: depends on what is differentiated by */
    Whole whole;
    Sweep *sweep;
    VEC(Item) zeros, out;
    Beside *beside; /* by place in the primal's list */
    bool first;     /* the first walk: conditions only */
} Reverse;

static void slice_ids(Ir *ir, Slice s, IdVec *out)
{
    for (uint32_t i = 0; i < s.n; i++) vec_push(ir->arena, out, ir->kid.at[s.at + i]);
}

static void list(Reverse *r, const Eq *e)
{
    Item it = {false, ir_new_eq(r->ir, e)};
    vec_push(r->ir->arena, &r->out, it);
}

/* ---- what depends on what */

/* Arguments of max, min, logsumexp over what may be nothing are infinite. */
static bool may_be_infinite(const Ir *ir, const Eq *e)
{
    if (e->op != RED_MAX && e->op != RED_MIN && e->op != RED_LOGSUMEXP) return false;
    if (e->where) return true;
    for (uint32_t i = 0; i < e->inner.n; i++) {
        uint32_t lo, hi;
        ir_vars(ir, ir->binder.at[e->inner.at + i].lo, &lo);
        ir_vars(ir, ir->binder.at[e->inner.at + i].hi, &hi);
        if (lo || hi) return true;
    }
    return false;
}

static bool has_risk(Reverse *r, const Eq *e)
{
    Ir *ir = r->ir;
    if (may_be_infinite(ir, e)) return true;
    IdVec all = ir_reach(ir, &e->body, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (partial_risky(ir, all.at[i])) return true;
        if (x.op == OP_CONST && x.type == T_REAL && !(x.u.r - x.u.r == 0)) return true;
        if (x.op == OP_READ && x.type == T_REAL && r->array[x.u.ref].risky && !r->array[x.u.ref].sure) return true;
    }
    return false;
}

static bool differentiable(const Ir *ir, const Eq *e)
{
    return ir->array.at[e->target].type == T_REAL && e->op != RED_ARGMAX && e->op != RED_ARGMIN && e->op != RED_ALL &&
           e->op != RED_ANY;
}

static Id item_eq(const Reverse *r, uint32_t place)
{
    Item it = r->ir->item.at[r->ir->items.at + place];
    if (it.region) die("the derivative of a scan");
    return it.id;
}

/* Reads come after writes, so that one walk finds all that depends on wrt. */
static void find_active(Reverse *r)
{
    Ir *ir = r->ir;
    for (uint32_t i = 0; i < ir->items.n; i++) {
        Eq e = ir->eq.at[item_eq(r, i)];
        if (!r->active[e.target] && differentiable(ir, &e)) r->active[e.target] = sweep_active(r->sweep, e.body);
    }
}

/* Arrays that have elements without a value. */
static bool *find_partial(Reverse *r)
{
    Ir *ir = r->ir;
    bool *partial = arena_alloc(ir->arena, r->arrays);
    for (uint32_t i = 0; i < ir->items.n; i++) {
        Eq e = ir->eq.at[item_eq(r, i)];
        partial[e.target] |= e.when != 0;
    }
    return partial;
}

/* After the first walk: who needs a flag?  Those that are risky and not sure, and those through which their flags come. */
static bool find_flagged(Reverse *r)
{
    Ir *ir = r->ir;
    bool any = false;
    for (uint32_t i = 0; i < ir->items.n; i++) {
        Eq e = ir->eq.at[item_eq(r, i)];
        Known *a = &r->array[e.target];
        if (!r->active[e.target] || !a->reached || a->sure) continue;
        if (has_risk(r, &e)) a->risky = a->flagged = true;
        IdVec all = ir_reach(ir, &e.body, 1);
        for (uint32_t k = 0; k < all.n && !a->flagged; k++) {
            Node x = ir->node.at[all.at[k]];
            a->flagged = x.op == OP_READ && x.type == T_REAL && r->array[x.u.ref].flagged;
        }
        any |= a->flagged;
    }
    return any;
}

/* ---- adjoint arrays */

/* Makes an array beside A and the equation that zeroes it. */
static Id zeroed(Reverse *r, Id a, const char *stem, ArrayKind kind, Type type)
{
    static const char *const letter[] = {"i", "j", "k", "l", "m", "n"};
    Ir *ir = r->ir;
    Array of = ir->array.at[a];
    IdVec dims = {0}, subs = {0};
    Binders outer = {0};
    slice_ids(ir, of.dims, &dims);
    Id made = ir_new_array(ir, arena_printf(ir->arena, "%s_%s", stem, of.name), kind, type, dims.at, dims.n, of.span);
    ir->array.at[made].primal = a;
    for (uint32_t k = 0; k < dims.n; k++) {
        Id v = ir_new_var(ir, letter[k % 6], of.span);
        vec_push(ir->arena, &outer, ((Binder){v, ir_int(ir, 0), dims.at[k]}));
        vec_push(ir->arena, &subs, ir_var(ir, v));
    }
    Eq e = {.target = made, .span = of.span, .body = type == T_BOOL ? ir_bool(ir, false) : ir_real(ir, 0)};
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, outer.at, outer.n);
    Item it = {false, ir_new_eq(ir, &e)};
    vec_push(ir->arena, &r->zeros, it);
    return made;
}

static Id adjoint_of(Reverse *r, Id a)
{
    Known *k = &r->array[a];
    if (!k->adjoint) k->adjoint = zeroed(r, a, "d", k->wrt ? ARRAY_GRAD : ARRAY_LOCAL, T_REAL);
    return k->adjoint;
}

static Id live_of(Reverse *r, Id a)
{
    Known *k = &r->array[a];
    if (!k->live) k->live = zeroed(r, a, "live", ARRAY_LOCAL, T_BOOL);
    return k->live;
}

/* ---- one equation */

static Eq equation_of(Ir *ir, Id target, const Inverse *v, Span span)
{
    Eq e = {.target = target,
            .body = v->value,
            .where = v->where,
            .when = v->when,
            .span = span,
            .add = true,
            .scatter = v->scatter};
    e.subs = ir_ids(ir, v->subs.at, v->subs.n);
    e.outer = ir_binders(ir, v->outer.at, v->outer.n);
    e.inner = ir_binders(ir, v->inner.at, v->inner.n);
    e.op = v->inner.n ? RED_SUM : RED_NONE;
    return e;
}

/* The equation, or several, that add a piece to the adjoint of the array that it reads. */
static void contribute(Reverse *r, Id eq, const Piece *p, Id live)
{
    Ir *ir = r->ir;
    Eq e = ir->eq.at[eq];
    Node x = ir->node.at[p->read];
    Known *to = &r->array[x.u.ref];
    IdVec subs = {0}, dims = {0};
    Binders binders = {0};
    Inverse v;
    slice_ids(ir, (Slice){x.kids, x.n}, &subs);
    slice_ids(ir, ir->array.at[x.u.ref].dims, &dims);
    ir_eq_binders(ir, &e, &binders);
    Access a = {subs.at, dims.at, x.n, binders.at, binders.n, p->cond, p->value, &r->whole};
    invert(ir, &a, &v);
    Eq add = equation_of(ir, adjoint_of(r, x.u.ref), &v, e.span);
    list(r, &add);
    if (!to->flagged) return;
    if (!r->array[e.target].risky) a.cond = ir_and(ir, p->cond, live);
    a.value = ir_bool(ir, true);
    invert(ir, &a, &v);
    add = equation_of(ir, live_of(r, x.u.ref), &v, e.span);
    if (add.op == RED_SUM) add.op = RED_ANY;
    list(r, &add);
}

/* when, where, and what the reduction and the live flag of the target ask, those without inner variables first */
static Id condition_of(const Reverse *r, const Eq *e, Id outer, Id inner, Id live)
{
    Id cond = ir_and(r->ir, e->when, outer);
    if (live && r->array[e->target].risky) cond = ir_and(r->ir, cond, live);
    cond = ir_and(r->ir, cond, e->where);
    return ir_and(r->ir, cond, inner);
}

static void equation(Reverse *r, uint32_t place)
{
    Ir *ir = r->ir;
    Id target = ir->eq.at[item_eq(r, place)].target;
    if (!r->active[target] || !r->array[target].reached) return;
    if (r->first) {
        Id eq = item_eq(r, place);
        Eq e = ir->eq.at[eq];
        if (e.op == RED_LOGSUMEXP && e.add) die("logsumexp into an element that others add to");
        if (sweep_active(r->sweep, e.body))
            reduction_aux(ir, eq, &r->beside[place]);
        else
            r->beside[place].eq = 0; /* constant: nothing to do in the second walk */
    }
    Id eq = r->beside[place].eq, outer, inner, factor, live = 0, seed = 0, self = 0;
    if (!eq) return;
    Eq e = ir->eq.at[eq];
    IdVec subs = {0}, made = {0};
    Pieces pieces = {0};
    slice_ids(ir, e.subs, &subs);
    reduction_terms(ir, eq, &outer, &inner, &factor);
    if (r->first && e.op == RED_LOGSUMEXP) outer = 0; /* all its terms are -inf: not a branch */
    if (!r->first) {
        seed = ir_read(ir, adjoint_of(r, target), subs.at, subs.n);
        if (factor) seed = ir_op2(ir, OP_MUL, seed, factor);
        if (r->array[target].flagged) live = ir_read(ir, live_of(r, target), subs.at, subs.n);
        if (e.op == RED_NONE && !e.add) self = ir_read(ir, target, subs.at, subs.n);
    }
    sweep(r->sweep, e.body, condition_of(r, &e, outer, inner, live), seed, self, &pieces);
    if (!r->first) share(ir, eq, &r->whole, &pieces, &made);
    for (uint32_t i = 0; i < made.n; i++) {
        Item it = {false, made.at[i]};
        vec_push(ir->arena, &r->out, it);
    }
    Binders binders = {0};
    ir_eq_binders(ir, &e, &binders);
    for (uint32_t i = 0; i < pieces.n; i++) {
        Piece p = pieces.at[i];
        Known *to = &r->array[ir->node.at[p.read].u.ref];
        to->reached = true;
        if (r->first && !to->sure && r->array[target].sure && !p.cond)
            to->sure = covers(ir, binders.at, binders.n, p.read);
        if (!r->first) contribute(r, eq, &pieces.at[i], live);
    }
}

static void walk(Reverse *r, uint32_t n)
{
    for (Id a = 1; a < r->arrays; a++) r->array[a].reached = a == r->ir->loss;
    for (uint32_t i = n; i-- > 0;) equation(r, i);
}

/* ---- the program */

/* The primal with its auxiliary equations, zeros, the seed, the contributions. */
static void lay_out(Reverse *r)
{
    Ir *ir = r->ir;
    VEC(Item) all = {0};
    for (uint32_t i = 0; i < ir->items.n; i++) {
        Item it = ir->item.at[ir->items.at + i];
        Beside *b = &r->beside[i];
        if (b->eq) it.id = b->eq;
        vec_push(ir->arena, &all, it);
        for (uint32_t k = 0; k < b->beside.n; k++) vec_push(ir->arena, &all, ((Item){false, b->beside.at[k]}));
    }
    for (uint32_t i = 0; i < r->zeros.n; i++) vec_push(ir->arena, &all, r->zeros.at[i]);
    for (uint32_t i = 0; i < r->out.n; i++) vec_push(ir->arena, &all, r->out.at[i]);
    ir->items = ir_items(ir, all.at, all.n);
}

void reverse(Ir *ir, const Id *wrt, uint32_t n)
{
    Reverse r = {.ir = ir, .arrays = ir->array.n, .first = true};
    if (!ir->loss) die("no loss to differentiate");
    r.array = arena_alloc(ir->arena, r.arrays * sizeof *r.array);
    r.active = arena_alloc(ir->arena, r.arrays);
    for (uint32_t i = 0; i < n; i++) r.active[wrt[i]] = r.array[wrt[i]].wrt = true;
    r.beside = arena_alloc(ir->arena, (ir->items.n + 1) * sizeof *r.beside);
    r.sweep = sweep_new(ir, r.active);
    r.whole = (Whole){find_partial(&r), r.arrays};
    find_active(&r);
    r.array[ir->loss].sure = true;
    walk(&r, ir->items.n);
    find_flagged(&r);
    r.first = false;
    for (uint32_t i = 0; i < n; i++) adjoint_of(&r, wrt[i]); /* also where nothing reaches it */
    if (r.active[ir->loss]) {
        Eq seed = {.target = adjoint_of(&r, ir->loss),
                   .body = ir_real(ir, 1),
                   .add = true,
                   .span = ir->array.at[ir->loss].span};
        list(&r, &seed);
        walk(&r, ir->items.n);
    }
    lay_out(&r);
}
