/*
 * jam.c -- rounds of loops around the rows of a tile that run together.
 *
 * A loop around nothing but sums that rows hold takes JAM rounds at once, so that what the rounds share is loaded and stored once:
 * y += a[j] * x[j] four times in one body.  A loop around that one takes PAIR rounds at once, in which the sums of both read the same:
 *
 *     for i { z = 0    for j < i: z += L[i, j] * x[j]    y[i] = f(z) }
 *
 *     for i, two at once {
 *         z = 0    Z = 0
 *         for j < i { z += L[i, j] * x[j]    Z += L[i + 1, j] * x[j] }
 *         for i <= j < i + 1: Z += L[i + 1, j] * x[j]
 *         y[i] = f(z)    y[i + 1] = f(Z)
 *     }
 *
 * Each sum has its terms in the order that they had.
 *
 * A loop that copies rows of what is given, element by element, takes COPY rounds at once, so that what comes from memory with an element
 * is not fetched again for the next one: where rows are long, 64 of them leave no room between two rounds.  It fetches ahead.
 *
 * needs: loops over rows   makes: loops that are jammed, those of what is left behind them   exact: yes
 */
#include "loop.h"

enum { MOST_LEAVES = 24 };

typedef struct {
    Ir *ir;
    const Rows *r;
    uint32_t *touches; /* by array: how often the tile's leaves touch it */
    Id arrays;         /* that there were */
} Jam;

typedef VEC(Loop *) Loops;

static void add_leaf(Jam *j, Loop *rows, Id eq)
{
    Loop *leaf = loop_new(j->ir->arena, LOOP_EQ, NULL);
    leaf->eq = eq;
    leaf->element = lanes_element(j->ir, eq);
    vec_push(j->ir->arena, &rows->kids, leaf);
}

static Loop *rows_like(const Jam *j, const Loop *like)
{
    Loop *rows = loop_new(j->ir->arena, LOOP_ROWS, NULL);
    rows->binder = like->binder;
    rows->run = like->run;
    return rows;
}

/* The equation in the round of a loop that comes so much later. */
static Id moved(Ir *ir, Id eq, Id var, int64_t by)
{
    Eq e = ir->eq.at[eq];
    Subst s = {var, ir_addi(ir, ir_var(ir, var), by)};
    IdVec subs = {0};
    for (uint32_t k = 0; k < e.subs.n; k++) vec_push(ir->arena, &subs, ir_subst(ir, ir->kid.at[e.subs.at + k], &s, 1));
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.body = ir_subst(ir, e.body, &s, 1);
    return ir_new_eq(ir, &e);
}

/* A loop of so many rounds of l at once, in front of it, which is left what remains. */
static Loop *in_rounds(const Jam *j, Loop *l, uint32_t rounds)
{
    Loop *many = loop_new(j->ir->arena, LOOP_FOR, NULL);
    int64_t n;
    many->binder = l->binder;
    many->jam = rounds;
    l->left = true;
    l->whole = ir_const_int(j->ir, ir_op2(j->ir, OP_SUB, l->binder.hi, l->binder.lo), &n) && n % rounds == 0;
    many->whole = l->whole;
    return many;
}

/* ---- what leaves touch */

static void count_touches(Ir *ir, const Loop *l, uint32_t *n)
{
    for (uint32_t k = 0; k < l->kids.n; k++) count_touches(ir, l->kids.at[k], n);
    if (l->kind != LOOP_EQ) return;
    IdVec reads = ir_eq_reads(ir, l->eq);
    for (uint32_t k = 0; k < reads.n; k++) n[ir->node.at[reads.at[k]].u.ref]++;
    n[ir->eq.at[l->eq].target]++;
}

/* ---- one loop */

/* Does each leaf add to what the loop's variable does not choose, or to partial sums? */
static bool adds(Ir *ir, const Loop *l)
{
    if (l->kind != LOOP_FOR || l->kids.n != 1 || l->kids.at[0]->kind != LOOP_ROWS) return false;
    const Loop *rows = l->kids.at[0];
    if (rows->run != ROWS_MAPS && rows->run != ROWS_SUMS) return false;
    for (uint32_t k = 0; k < rows->kids.n; k++) {
        Eq e = ir->eq.at[rows->kids.at[k]->eq];
        if (!e.add || e.op != RED_NONE) return false;
        if (rows->run == ROWS_MAPS && ir_has_var(ir, rows->kids.at[k]->element, l->binder.var)) return false;
    }
    return true;
}

/* Has the loop surely fewer rounds? */
static bool is_short(Ir *ir, const Loop *l, int64_t rounds)
{
    int64_t n;
    return ir_const_int(ir, ir_op2(ir, OP_SUB, l->binder.hi, l->binder.lo), &n) && n < rounds;
}

static bool can_jam(const Jam *j, const Loop *l)
{
    uint32_t arrays, nodes;
    if (!adds(j->ir, l) || is_short(j->ir, l, JAM)) return false;
    lanes_needs(j->ir, l->kids.at[0], j->r->row, &arrays, &nodes);
    return cost_jams(arrays, nodes);
}

/* The loop in rounds of JAM. */
static Loop *jammed(Jam *j, Loop *l)
{
    Loop *many = in_rounds(j, l, JAM), *rows = rows_like(j, l->kids.at[0]);
    vec_push(j->ir->arena, &many->kids, rows);
    for (int64_t by = 0; by < JAM; by++)
        for (uint32_t k = 0; k < l->kids.at[0]->kids.n; k++)
            add_leaf(j, rows, moved(j->ir, l->kids.at[0]->kids.at[k]->eq, l->binder.var, by));
    return many;
}

/* ---- copies */

/* Do the leaves copy elements of given rows, the loop's variable choosing the place in a row? */
static bool copies(const Jam *j, const Loop *rows, Id var)
{
    Ir *ir = j->ir;
    if (rows->kind != LOOP_ROWS || rows->run != ROWS_COPIES) return false;
    for (uint32_t k = 0; k < rows->kids.n; k++) {
        if (rows->kids.at[k]->kind != LOOP_EQ) return false;
        Eq e = ir->eq.at[rows->kids.at[k]->eq];
        Node x = ir->node.at[e.body];
        if (e.op != RED_NONE || e.add || e.when || x.op != OP_READ || !rows_given(j->r, x.u.ref) || x.n < 2)
            return false;
        for (uint32_t p = 0; p < x.n; p++)
            if (p + 1 < x.n ? ir_has_var(ir, ir_kid(ir, e.body, p), var) : ir_kid(ir, e.body, p) != ir_var(ir, var))
                return false;
        if (!ir_has_var(ir, rows->kids.at[k]->element, var)) return false;
    }
    return true;
}

/* Copies that nothing else in the loop needs; inside: by array, how often leaves of the loop touch it. */
static bool copies_alone(const Jam *j, const Loop *rows, Id var, const uint32_t *inside)
{
    if (!copies(j, rows, var)) return false;
    for (uint32_t k = 0; k < rows->kids.n; k++)
        if (inside[j->ir->eq.at[rows->kids.at[k]->eq].target] > 1) return false;
    return true;
}

/* Adds a loop of the copies that l makes, which are taken from it. */
static void add_copies(Jam *j, Loop *to, Loop *l)
{
    Ir *ir = j->ir;
    if (l->kind != LOOP_FOR || is_short(ir, l, COPIED)) return;
    Loop *own = loop_new(ir->arena, LOOP_FOR, NULL);
    Loops others = {0};
    uint32_t *inside = arena_alloc(ir->arena, sizeof *inside * ir->array.n);
    own->binder = l->binder;
    count_touches(ir, l, inside);
    for (uint32_t k = 0; k < l->kids.n; k++) {
        Loop *kid = l->kids.at[k];
        if (copies_alone(j, kid, l->binder.var, inside))
            vec_push(ir->arena, &own->kids, kid);
        else
            vec_push(ir->arena, &others, kid);
    }
    if (!own->kids.n) return;
    l->kids.at = others.at, l->kids.n = others.n, l->kids.cap = others.cap;
    Loop *many = in_rounds(j, own, COPY);
    for (uint32_t k = 0; k < own->kids.n; k++) {
        const Loop *from = own->kids.at[k];
        Loop *rows = rows_like(j, from);
        rows->ahead = true;
        for (uint32_t i = 0; i < from->kids.n; i++)
            for (int64_t by = 0; by < COPY; by++) add_leaf(j, rows, moved(ir, from->kids.at[i]->eq, l->binder.var, by));
        vec_push(ir->arena, &many->kids, rows);
    }
    vec_push(ir->arena, &to->kids, many);
    vec_push(ir->arena, &to->kids, own);
    cost_tell(ir, "jam", "the loop over %s copies %d rounds at once", ir->var.at[l->binder.var].name, COPY);
}

/* ---- a loop around it */

static Id renamed_read(Ir *ir, Id id, void *user)
{
    const Id *by = user;
    Node x = ir->node.at[id];
    IdVec subs = {0};
    if (x.op != OP_READ || !by[x.u.ref]) return 0;
    ir_add_ids(ir, (Slice){x.kids, x.n}, &subs);
    return ir_read(ir, by[x.u.ref], subs.at, subs.n);
}

/* The equation in a later round, with other arrays in the place of some: by[array]. */
static Id in_round(Jam *j, Id eq, Id var, int64_t round, Id *by)
{
    Id later = moved(j->ir, eq, var, round);
    Eq e = j->ir->eq.at[later];
    if (by[e.target]) e.target = by[e.target];
    e.body = ir_replace(j->ir, e.body, renamed_read, by);
    return ir_new_eq(j->ir, &e);
}

static Binder binder_in(Ir *ir, Binder b, Id var, int64_t round)
{
    Subst s = {var, ir_addi(ir, ir_var(ir, var), round)};
    return (Binder){b.var, ir_subst(ir, b.lo, &s, 1), ir_subst(ir, b.hi, &s, 1)};
}

/* The rounds of the inner loop that two rounds of the outer one have in common; false: not known. */
static bool common_rounds(Ir *ir, Binder inner, Id var, Binder *common)
{
    Binder next = binder_in(ir, inner, var, 1);
    int64_t lo, hi;
    *common = inner;
    if (!ir_const_int(ir, ir_op2(ir, OP_SUB, next.lo, inner.lo), &lo)) return false;
    if (!ir_const_int(ir, ir_op2(ir, OP_SUB, next.hi, inner.hi), &hi)) return false;
    if (lo > 0) common->lo = next.lo;
    if (hi < 0) common->hi = next.hi;
    return true;
}

/* The inner loop over `rounds`, around what it does in the rounds first..last of the outer one. */
static Loop *inner_loop(Jam *j, const Loop *inner, Binder rounds, Id var, int64_t first, int64_t last, Id *const *by)
{
    const Loop *from = inner->kids.at[0];
    Loop *l = loop_new(j->ir->arena, LOOP_FOR, NULL), *rows = rows_like(j, from);
    l->binder = rounds;
    vec_push(j->ir->arena, &l->kids, rows);
    for (int64_t round = first; round <= last; round++)
        for (uint32_t k = 0; k < from->kids.n; k++)
            add_leaf(j, rows, in_round(j, from->kids.at[k]->eq, var, round, by[round]));
    return l;
}

/* a where it is surely no more than b for all rounds of the loop around, else the smaller one. */
static Id smaller(Ir *ir, Binder around, Id a, Id b)
{
    Id most = ir_extreme(ir, &around, 1, a, true), least = ir_extreme(ir, &around, 1, b, false);
    if (ir_prove_le(ir, a, b) == 1 || (most && least && ir_prove_le(ir, most, least) == 1)) return a;
    return ir_op2(ir, OP_IMIN, a, b);
}

static Id larger(Ir *ir, Binder around, Id a, Id b)
{
    Id least = ir_extreme(ir, &around, 1, a, false), most = ir_extreme(ir, &around, 1, b, true);
    if (ir_prove_le(ir, b, a) == 1 || (most && least && ir_prove_le(ir, most, least) == 1)) return a;
    return ir_op2(ir, OP_IMAX, a, b);
}

/* What one round of the outer loop does before the common rounds of the inner one, or behind them. */
static void add_own(Jam *j, Loop *to, const Loop *inner, Binder around, Binder common, int64_t round, bool before,
                    Id *const *by)
{
    Ir *ir = j->ir;
    Binder own = binder_in(ir, inner->binder, around.var, round);
    if (before ? own.lo == common.lo : own.hi == common.hi) return;
    if (before)
        own.hi = smaller(ir, around, common.lo, own.hi);
    else
        own.lo = larger(ir, around, common.hi, common.lo);
    vec_push(ir->arena, &to->kids, inner_loop(j, inner, own, around.var, round, round, by));
}

/* ---- which loops have pairs */

/* The leaves of a loop around rows and loops of sums, at least one of these; false: it holds something else. */
static bool find_leaves(const Jam *j, const Loop *l, Loops *out)
{
    bool found = false;
    for (uint32_t k = 0; k < l->kids.n; k++) {
        const Loop *kid = l->kids.at[k];
        bool sums = adds(j->ir, kid);
        if (!sums && (kid->kind != LOOP_ROWS || kid->run == ROWS_PRODUCT)) return false;
        const Loop *rows = sums ? kid->kids.at[0] : kid;
        for (uint32_t i = 0; i < rows->kids.n; i++) {
            if (rows->kids.at[i]->kind != LOOP_EQ) return false;
            vec_push(j->ir->arena, out, rows->kids.at[i]);
        }
        found |= sums;
    }
    return found && out->n <= MOST_LEAVES;
}

/* Has each access to the array in these leaves the variable as subscript p? */
static bool chooses_all(Ir *ir, const Loops *leaves, Id array, uint32_t p, Id var)
{
    for (uint32_t k = 0; k < leaves->n; k++) {
        IdVec nodes = lanes_touched(ir, leaves->at[k]);
        for (uint32_t i = 0; i < nodes.n; i++)
            if (ir->node.at[nodes.at[i]].u.ref == array && ir_kid(ir, nodes.at[i], p) != ir_var(ir, var)) return false;
    }
    return true;
}

/* Do rounds of the loop write what no other round touches? */
static bool is_apart(Ir *ir, const Loops *leaves, Id var)
{
    for (uint32_t k = 0; k < leaves->n; k++) {
        Node x = ir->node.at[leaves->at[k]->element];
        bool apart = false;
        for (uint32_t p = 0; p < x.n && !apart; p++) apart = chooses_all(ir, leaves, x.u.ref, p, var);
        if (!apart) return false;
    }
    return true;
}

/* Do sums of two rounds read the same? */
static bool shares(Jam *j, const Loop *inner, Id var)
{
    Binder common;
    Id *none = arena_alloc(j->ir->arena, sizeof(Id) * j->ir->array.n), *by[PAIR] = {none, none};
    uint32_t arrays, together, nodes;
    if (!common_rounds(j->ir, inner->binder, var, &common)) return false;
    const Loop *both = inner_loop(j, inner, common, var, 0, PAIR - 1, by);
    lanes_needs(j->ir, inner->kids.at[0], j->r->row, &arrays, &nodes);
    lanes_needs(j->ir, both->kids.at[0], j->r->row, &together, &nodes);
    return can_jam(j, both) && cost_pairs(arrays, together);
}

static bool can_pair(Jam *j, const Loop *l, Loops *leaves)
{
    if (l->kind != LOOP_FOR || is_short(j->ir, l, PAIR) || !find_leaves(j, l, leaves)) return false;
    if (!is_apart(j->ir, leaves, l->binder.var)) return false;
    bool found = false;
    for (uint32_t k = 0; k < l->kids.n; k++)
        found |= l->kids.at[k]->kind == LOOP_FOR && shares(j, l->kids.at[k], l->binder.var);
    return found;
}

/* ---- pairs */

/* Is it a temporary that has an element for each row? */
static bool is_row_array(const Jam *j, Id element)
{
    const Ir *ir = j->ir;
    Node x = ir->node.at[element];
    if (x.u.ref < j->r->arrays && (j->r->root[x.u.ref] || rows_given(j->r, x.u.ref))) return false;
    for (uint32_t p = 0; p < x.n; p++) {
        Node sub = ir->node.at[ir->kid.at[x.kids + p]];
        if (sub.op == OP_VAR && sub.u.ref == j->r->row) return true;
    }
    return false;
}

/* Others for the arrays that nothing outside of the loop touches, so that a round at hand needs one element of each. */
static Id *own_arrays(Jam *j, const Loop *l, const Loops *leaves)
{
    Ir *ir = j->ir;
    uint32_t *inside = arena_alloc(ir->arena, sizeof *inside * ir->array.n);
    count_touches(ir, l, inside);
    IdVec own = {0};
    for (uint32_t k = 0; k < leaves->n; k++) {
        Id a = ir->node.at[leaves->at[k]->element].u.ref;
        bool alone = a < j->arrays && inside[a] == j->touches[a] && is_row_array(j, leaves->at[k]->element);
        if (alone && !ir_holds(&own, a)) vec_push(ir->arena, &own, a);
    }
    Id *by = arena_alloc(ir->arena, sizeof(Id) * (ir->array.n + own.n));
    for (uint32_t k = 0; k < own.n; k++) by[own.at[k]] = ir_new_like(ir, own.at[k]);
    return by;
}

/* The loop, in rounds of JAM where these fit. */
static void add_loop(Jam *j, Loop *to, Loop *l)
{
    if (can_jam(j, l)) vec_push(j->ir->arena, &to->kids, jammed(j, l));
    vec_push(j->ir->arena, &to->kids, l);
}

static void pair_inner(Jam *j, Loop *to, const Loop *inner, Binder around, Id *const *by)
{
    Binder common;
    if (!shares(j, inner, around.var)) {
        for (int64_t round = 0; round < PAIR; round++) {
            Binder own = binder_in(j->ir, inner->binder, around.var, round);
            add_loop(j, to, inner_loop(j, inner, own, around.var, round, round, by));
        }
        return;
    }
    common_rounds(j->ir, inner->binder, around.var, &common);
    for (int64_t round = 0; round < PAIR; round++) add_own(j, to, inner, around, common, round, true, by);
    add_loop(j, to, inner_loop(j, inner, common, around.var, 0, PAIR - 1, by));
    for (int64_t round = 0; round < PAIR; round++) add_own(j, to, inner, around, common, round, false, by);
}

/* The loop in rounds of PAIR. */
static Loop *paired(Jam *j, Loop *l, const Loops *leaves)
{
    Ir *ir = j->ir;
    Loop *many = in_rounds(j, l, PAIR);
    Id *by[PAIR];
    for (uint32_t round = 0; round < PAIR; round++) by[round] = own_arrays(j, l, leaves);
    for (uint32_t k = 0; k < l->kids.n; k++) {
        const Loop *kid = l->kids.at[k];
        if (kid->kind == LOOP_FOR) {
            pair_inner(j, many, kid, l->binder, by);
            continue;
        }
        for (uint32_t round = 0; round < PAIR; round++) {
            Loop *rows = rows_like(j, kid);
            for (uint32_t i = 0; i < kid->kids.n; i++)
                add_leaf(j, rows, in_round(j, kid->kids.at[i]->eq, l->binder.var, round, by[round]));
            vec_push(ir->arena, &many->kids, rows);
        }
    }
    cost_tell(ir, "jam", "the loop over %s takes %d rounds at once", ir->var.at[l->binder.var].name, PAIR);
    return many;
}

static void jam_kids(Jam *j, Loop *l)
{
    Loop fresh = {0};
    for (uint32_t k = 0; k < l->kids.n && l->kind != LOOP_ROWS; k++) {
        Loop *kid = l->kids.at[k];
        Loops leaves = {0};
        add_copies(j, &fresh, kid);
        if (kid->kind == LOOP_FOR && !kid->kids.n) continue;
        if (can_jam(j, kid))
            vec_push(j->ir->arena, &fresh.kids, jammed(j, kid));
        else if (can_pair(j, kid, &leaves))
            vec_push(j->ir->arena, &fresh.kids, paired(j, kid, &leaves));
        jam_kids(j, kid);
        vec_push(j->ir->arena, &fresh.kids, kid);
    }
    if (l->kind == LOOP_ROWS) return;
    l->kids.at = fresh.kids.at;
    l->kids.n = fresh.kids.n;
    l->kids.cap = fresh.kids.cap;
}

void jam(Ir *ir, const Rows *r, Loop *tile)
{
    Jam j = {.ir = ir, .r = r, .arrays = ir->array.n};
    j.touches = arena_alloc(ir->arena, sizeof *j.touches * ir->array.n);
    count_touches(ir, tile, j.touches);
    jam_kids(&j, tile);
    loop_set_depth(tile);
}
