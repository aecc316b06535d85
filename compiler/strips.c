/*
 * strips.c -- long sums of what is computed fast run in STRIP partial sums side by side.
 *
 * Additions of one sum wait for each other, and a C compiler that keeps to the order of the text cannot make vectors of them.  So
 *
 *     s = sum(i: lo..hi) f(i)   ->   S[l] = 0 for l: STRIP    S[l] += f(lo + STRIP*b + l) for b: (hi - lo) div STRIP, l: STRIP
 *                                    S[l] += f(...) for l: (hi - lo) % STRIP    s = the sum of S
 *
 * and so for each element of an array: where a run decides how many terms it has, in a region of one step for LONG_RUN and more, as 32 sums
 * that are set to zero and added up cost more than few terms.  Of inputs alone: a loop that makes what it sums stays one.  Sums over the rows of a row loop are tile.c's.
 *
 * A result that is made of the same inputs, over about the same range, as the gradient of such a sum is, goes in the same strips, so
 * that the scheduler can make it in the same loop: then both read their inputs and compute what they share once.
 *
 * needs: order   makes: sums in parts   exact: no (regrouped)
 */
#include "loop.h"

enum { STRIP = 32, LONG = 4 * STRIP, LONG_RUN = 2 * STRIP, SUMS = 8 };

static Id size_of(Ir *ir, Binder b)
{
    int64_t n;
    Id size = ir_op2(ir, OP_SUB, b.hi, b.lo);
    return ir_const_int(ir, size, &n) ? size : ir_op2(ir, OP_IMAX, ir_int(ir, 0), size);
}

/* An input's element whose last subscript moves by one with the variable, or that does not depend on it. */
static bool is_streamed(Ir *ir, Node x, Id var, bool *moves)
{
    for (uint32_t p = 0; p < x.n; p++) {
        Id sub = ir->kid.at[x.kids + p];
        if (!ir_has_var(ir, sub, var)) continue;
        if (p + 1 < x.n || ir_has_var(ir, ir_op2(ir, OP_SUB, sub, ir_var(ir, var)), var)) return false;
        *moves = true;
    }
    return x.type == T_REAL && array_kind_is_input(ir->array.at[x.u.ref].kind);
}

/* Is the body made of what vectors have, at a few cycles each? */
static bool is_fast(Ir *ir, Id body, Id var)
{
    IdVec ids = ir_reach(ir, &body, 1);
    bool moves = false;
    int64_t n;
    for (uint32_t k = 0; k < ids.n; k++) {
        Id id = ids.at[k];
        Node x = ir->node.at[id];
        if (x.op == OP_READ ? !is_streamed(ir, x, var, &moves) : x.type == T_REAL && op_cost[x.op] > op_cost[OP_SQRT])
            return false;
        if (x.op == OP_IPOW && !(ir_const_int(ir, ir_kid(ir, id, 1), &n) && n >= 0 && n <= 4)) return false;
        if (x.type == T_BOOL || x.op == OP_SELECT || x.op == OP_IDIV || x.op == OP_MOD) return false;
        for (uint32_t i = 0; i < x.n && x.type == T_REAL && x.op != OP_READ; i++) /* the index as a number */
            if (ir_type(ir, ir_kid(ir, id, i)) == T_INT && ir_has_var(ir, ir_kid(ir, id, i), var)) return false;
    }
    return moves;
}

/* Is there one element for all values of the outer variables? */
static bool is_elementwise(const Ir *ir, const Eq *e)
{
    for (uint32_t p = 0; p < e->subs.n; p++)
        if (ir_opof(ir, ir->kid.at[e->subs.at + p]) != OP_VAR) return false;
    return e->subs.n == e->outer.n && !e->scatter;
}

static Binder summed(const Ir *ir, const Eq *e) { return ir->binder.at[e->inner.at + e->inner.n - 1]; }

static bool is_long_sum(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    int64_t n;
    if (e.op != RED_SUM || e.where || e.when || ir->array.at[e.target].type != T_REAL) return false;
    if (!is_elementwise(ir, &e) || (e.add && e.outer.n)) return false; /* loops over outer variables stay together */
    Binder b = summed(ir, &e);
    return (!ir_const_int(ir, size_of(ir, b), &n) || n >= LONG) && is_fast(ir, e.body, b.var);
}

static Id element(Ir *ir, const Eq *e, Id part, Id lane)
{
    IdVec subs = {0};
    ir_add_ids(ir, e->subs, &subs);
    vec_push(ir->arena, &subs, lane);
    return ir_read(ir, part, subs.at, subs.n);
}

/* part[.., lane] (=|+=) body over the equation's outer binders and these. */
static void push_part(Ir *ir, const Eq *e, Id part, const Binders *loops, Id lane, Id body, bool add, Items *out)
{
    Binders all = {0};
    Id target = element(ir, e, part, lane); /* before the table is read, as it may move */
    Node x = ir->node.at[target];
    Eq p = {.target = part, .subs = {x.kids, x.n}, .body = body, .add = add, .scatter = add, .span = e->span};
    for (uint32_t k = 0; k < e->outer.n; k++) vec_push(ir->arena, &all, ir->binder.at[e->outer.at + k]);
    for (uint32_t k = 0; k < loops->n; k++) vec_push(ir->arena, &all, loops->at[k]);
    p.outer = ir_binders(ir, all.at, all.n);
    vec_push(ir->arena, out, ((Item){false, ir_new_eq(ir, &p)}));
}

/* The sum of the partial sums: some at a time, so that fewer additions wait for each other. */
static void push_total(Ir *ir, const Eq *e, Id part, Items *out)
{
    Eq total = *e;
    Binder l = {ir_new_var(ir, "l", e->span), ir_int(ir, 0), ir_int(ir, SUMS)};
    Id term[STRIP / SUMS];
    for (int k = 0; k < STRIP / SUMS; k++) term[k] = element(ir, e, part, ir_addi(ir, ir_var(ir, l.var), k * SUMS));
    for (int n = STRIP / SUMS; n > 1; n /= 2)
        for (int k = 0; k < n / 2; k++) term[k] = ir_op2(ir, OP_ADD, term[2 * k], term[2 * k + 1]);
    total.inner = ir_binders(ir, &l, 1);
    total.body = term[0];
    vec_push(ir->arena, out, ((Item){false, ir_new_eq(ir, &total)}));
}

/* STRIP partial sums for each element of the target */
static Id new_parts(Ir *ir, const Eq *e)
{
    IdVec dims = {0};
    ir_add_ids(ir, ir->array.at[e->target].dims, &dims);
    vec_push(ir->arena, &dims, ir_int(ir, STRIP));
    return ir_new_array(ir, ir->array.at[e->target].name, ARRAY_LOCAL, T_REAL, dims.at, dims.n, e->span);
}

/* An equation to be cut along one of its loops. */
typedef struct {
    Ir *ir;
    const Eq *e;
    Binder over; /* what is cut into strips */
    Id count;    /* how much of it: the strips and less than one more */
    Id part;     /* the array of partial sums; 0: a map, whose elements are its target's */
    Items *out;
} Cut;

/* The equation where the variable that is cut is `from` + l, the variable of the last of these loops. */
static void push_piece(const Cut *c, const Binders *loops, Id from, Id lane)
{
    Ir *ir = c->ir;
    Subst s = {c->over.var, ir_op2(ir, OP_ADD, from, ir_var(ir, loops->at[loops->n - 1].var))};
    Id body = ir_subst(ir, c->e->body, &s, 1);
    if (c->part) {
        push_part(ir, c->e, c->part, loops, lane, body, true, c->out);
        return;
    }
    Eq e = *c->e;
    IdVec subs = {0};
    for (uint32_t p = 0; p < e.subs.n; p++) vec_push(ir->arena, &subs, ir_subst(ir, ir->kid.at[e.subs.at + p], &s, 1));
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, loops->at, loops->n);
    e.body = body;
    vec_push(ir->arena, c->out, ((Item){false, ir_new_eq(ir, &e)}));
}

/* `around`: the loops that stay as they are.  Each term goes to the sum that it goes to whatever the count is. */
static void cut(const Cut *c, const Binders *around)
{
    Ir *ir = c->ir;
    Id strip = ir_int(ir, STRIP), strips = ir_op2(ir, OP_IDIV, c->count, strip),
       rest = ir_op2(ir, OP_MOD, c->count, strip);
    Id left = ir_op2(ir, OP_SUB, size_of(ir, c->over), c->count);
    Binder l = {ir_new_var(ir, "l", c->e->span), ir_int(ir, 0), strip};
    Binder b = {ir_new_var(ir, ir->var.at[c->over.var].name, c->e->span), ir_int(ir, 0), strips};
    Id lane = ir_var(ir, l.var);
    Binders loops = {0};
    int64_t n;
    for (uint32_t k = 0; k < around->n; k++) vec_push(ir->arena, &loops, around->at[k]);
    vec_push(ir->arena, &loops, b);
    vec_push(ir->arena, &loops, l);
    push_piece(c, &loops, ir_op2(ir, OP_ADD, c->over.lo, ir_imul(ir, ir_var(ir, b.var), STRIP)), lane);
    loops.n -= 2;
    l.hi = rest;
    vec_push(ir->arena, &loops, l);
    push_piece(c, &loops, ir_op2(ir, OP_ADD, c->over.lo, ir_imul(ir, strips, STRIP)), lane);
    if (ir_const_int(ir, left, &n) && !n) return;
    loops.at[loops.n - 1].hi = left;
    lane = ir_op2(ir, OP_MOD, ir_op2(ir, OP_ADD, c->count, lane), strip);
    push_piece(c, &loops, ir_op2(ir, OP_ADD, c->over.lo, c->count), lane);
}

static void in_strips(Ir *ir, Eq e, Id count, Items *out)
{
    Cut c = {ir, &e, summed(ir, &e), count, new_parts(ir, &e), out};
    Binder l = {ir_new_var(ir, "l", e.span), ir_int(ir, 0), ir_int(ir, STRIP)};
    Binders around = {0};
    push_part(ir, &e, c.part, &(Binders){&l, 1, 1}, ir_var(ir, l.var), ir_real(ir, 0), false, out);
    for (uint32_t k = 0; k + 1 < e.inner.n; k++) vec_push(ir->arena, &around, ir->binder.at[e.inner.at + k]);
    cut(&c, &around);
    push_total(ir, &e, c.part, out);
}

/* The sum as it is for few terms, and in strips for many. */
static void by_length(Ir *ir, Id eq, Items *out)
{
    Eq e = ir->eq.at[eq], whole = e;
    Items own = {0};
    Binder once = {ir_new_var(ir, "once", e.span), ir_int(ir, 0), ir_int(ir, 1)};
    Id size = size_of(ir, summed(ir, &e)), many = ir_op2(ir, OP_LE, ir_int(ir, LONG_RUN), size);
    whole.when = ir_not(ir, many);
    vec_push(ir->arena, out, ((Item){false, ir_new_eq(ir, &whole)}));
    Region r = {.over = e.outer, .step = once, .when = many, .span = e.span, .single = true};
    e.outer.n = 0;
    in_strips(ir, e, size, &own);
    r.items = ir_items(ir, own.at, own.n);
    vec_push(ir->arena, out, ((Item){true, ir_new_region(ir, &r)}));
}

/* Is it one of many sums of so many terms as a run has, a number that stays the same within a sum? */
static bool is_open(Ir *ir, const Eq *e)
{
    int64_t n;
    Id size = size_of(ir, summed(ir, e));
    for (uint32_t k = 0; k < e->inner.n; k++)
        if (ir_has_var(ir, size, ir->binder.at[e->inner.at + k].var)) return false;
    return e->outer.n && !ir_const_int(ir, size, &n);
}

/* ---- maps that go along */

static bool reads_one_of(Ir *ir, Id body, Id other)
{
    IdVec ids = ir_reach(ir, &body, 1), others = ir_reach(ir, &other, 1);
    for (uint32_t k = 0; k < ids.n; k++)
        for (uint32_t j = 0; j < others.n && ir_opof(ir, ids.at[k]) == OP_READ; j++)
            if (ir_opof(ir, others.at[j]) == OP_READ && ir->node.at[ids.at[k]].u.ref == ir->node.at[others.at[j]].u.ref)
                return true;
    return false;
}

/*
 * Can these elements be made in the strips of the sum?  `shorter`: by how much their range is.  Near enough means that less than one
 * strip is left of the longer one.
 */
static bool goes_along(Ir *ir, Id map, const Eq *sum, const IdVec *results, int64_t *shorter)
{
    Eq e = ir->eq.at[map];
    if (e.op != RED_NONE || e.scatter || e.where || e.when || e.add || e.outer.n != 1) return false;
    Binder b = ir->binder.at[e.outer.at], s = summed(ir, sum);
    Id size = ir_op2(ir, OP_SUB, b.hi, b.lo), other = ir_op2(ir, OP_SUB, s.hi, s.lo);
    return ir_holds(results, e.target) && ir->array.at[e.target].type == T_REAL &&
           ir_const_int(ir, ir_op2(ir, OP_SUB, other, size), shorter) && *shorter > -STRIP && *shorter < STRIP &&
           is_fast(ir, e.body, b.var) && reads_one_of(ir, e.body, sum->body);
}

static void map_in_strips(Ir *ir, Eq e, Id count, Items *out)
{
    Cut c = {ir, &e, ir->binder.at[e.outer.at], count, 0, out};
    cut(&c, &(Binders){0});
}

/*
 * The sum, and the maps below it that go along, which read inputs alone and so may stand here: as many strips of each as the one with
 * the shortest range has.
 */
static void with_maps(Ir *ir, const Items *items, uint32_t at, const IdVec *results, bool *gone, Items *out)
{
    Eq e = ir->eq.at[items->at[at].id];
    IdVec maps = {0};
    Id count = size_of(ir, summed(ir, &e));
    int64_t most = 0, shorter;
    for (uint32_t k = at + 1; k < items->n && !e.outer.n && e.inner.n == 1; k++) {
        Item it = items->at[k];
        if (it.region || gone[k] || !goes_along(ir, it.id, &e, results, &shorter)) continue;
        if (shorter > most) {
            most = shorter;
            count = size_of(ir, ir->binder.at[ir->eq.at[it.id].outer.at]);
        }
        gone[k] = true;
        vec_push(ir->arena, &maps, it.id);
    }
    in_strips(ir, e, count, out);
    for (uint32_t k = 0; k < maps.n; k++) map_in_strips(ir, ir->eq.at[maps.at[k]], count, out);
}

Items strips(Ir *ir, const Items *items, const IdVec *results)
{
    Items out = {0};
    bool *gone = arena_alloc(ir->arena, sizeof *gone * (items->n + 1u));
    for (uint32_t k = 0; k < items->n; k++) {
        Item it = items->at[k];
        if (gone[k]) continue;
        bool parts = !it.region && is_long_sum(ir, it.id);
        if (parts && is_open(ir, &ir->eq.at[it.id]))
            by_length(ir, it.id, &out);
        else if (parts)
            with_maps(ir, items, k, results, gone, &out);
        else
            vec_push(ir->arena, &out, it);
    }
    return out;
}
