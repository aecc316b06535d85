/*
 * turn.c -- a scan over states of all rows becomes a scan of each row.
 *
 *     scan t { h[t + 1, n] = tanh(w * h[t, n])  for n: N }        ->   scan t over n: N { h[t + 1, n] = tanh(w * h[t, n]) }
 *     scan t { a[t] = w^t    h[t + 1, n] = a[t] * h[t, n] for n } ->   scan t { a[t] = w^t }   scan t over n: N { ... }
 *     scan t { d[t] = sum(n) h[t, n]    y += d[t]^2 }             ->   scan t { d[t] = 0 }   scan t over n: N { d[t] += h[t, n] }
 *                                                                      scan t { y += d[t]^2 }
 *
 * What no row has goes before, or behind where it needs what rows made.  A scan stays as it is where a row reads another one's state, or
 * what rows sum to, and where it reads what comes before and has rows, too.
 *
 * needs: row dimensions   makes: regions over rows   exact: yes
 */
#include "loop.h"

enum { NEAR = 8 };

typedef struct {
    Ir *ir;
    const RowLevels *v;
    uint32_t table;
    Id row;        /* the variable that all get */
    Id own;        /* ... in the place of that of the equation at hand */
    uint8_t *made; /* by array: Made */
    IdVec touched; /* READ nodes of what rows do: reads, and elements that are written */
    Items before, rows, behind;
    bool inside; /* a scan within */
    bool fits;
} Turn;

/* What an array of the region is: made row by row, a sum over rows, or made of such ones without a row. */
typedef enum { NOT_MADE, MADE_ROW, MADE_SUM, MADE_BEHIND } Made;

static Id to_row(Ir *ir, Id node, void *user)
{
    const Turn *t = user;
    Subst s = {t->own, ir_var(ir, t->row)};
    return ir_subst(ir, node, &s, 1);
}

static void keep(Ir *ir, Eq *e, const Eq *was, void *user) { (void)ir, (void)e, (void)was, (void)user; }

/* ---- row variables */

/* The variable that stands where the array has its rows; 0. */
static Id row_of(const Turn *t, Id array, Slice subs)
{
    const Ir *ir = t->ir;
    int p = array < t->v->arrays ? t->v->position[array] : -1;
    if (p < 0 || t->v->table[array] != t->table) return 0;
    Id sub = ir->kid.at[subs.at + (uint32_t)p];
    return ir_opof(ir, sub) == OP_VAR ? ir->node.at[sub].u.ref : 0;
}

/* Does it bind the variable, over all rows? */
static bool binds(Turn *t, Slice binders, Id var)
{
    for (uint32_t k = 0; k < binders.n; k++) {
        Binder b = t->ir->binder.at[binders.at + k];
        if (b.var == var) return ir_is_int(t->ir, b.lo, 0) && b.hi == t->v->size.at[t->table];
    }
    return false;
}

/* The equation's variable over all rows; 0: none. */
static Id variable_of(Turn *t, Id eq)
{
    Ir *ir = t->ir;
    Eq e = ir->eq.at[eq];
    bool sums = e.op == RED_SUM || e.op == RED_ANY;
    Id var = row_of(t, e.target, e.subs);
    if (var && binds(t, e.outer, var)) return var;
    IdVec reads = ir_eq_reads(ir, eq);
    for (uint32_t k = 0; k < reads.n; k++) {
        var = row_of(t, ir->node.at[reads.at[k]].u.ref, ir_kids(ir, reads.at[k]));
        if (var && (binds(t, e.outer, var) || (sums && binds(t, e.inner, var)))) return var;
    }
    return 0;
}

/* Has any equation of the items a variable over rows? */
static bool any_rows(Turn *t, Slice items)
{
    for (uint32_t k = 0; k < items.n; k++) {
        Item it = t->ir->item.at[items.at + k];
        if (it.region ? any_rows(t, t->ir->region.at[it.id].items) : variable_of(t, it.id) != 0) return true;
    }
    return false;
}

/* ---- one row */

/* The element that the equation writes is 0, or false, before rows add to it. */
static void start_from_zero(Turn *t, const Eq *e)
{
    Ir *ir = t->ir;
    Eq zero = *e;
    zero.op = RED_NONE;
    zero.inner = (Slice){0, 0};
    zero.where = zero.with = 0;
    zero.body = ir->array.at[e->target].type == T_BOOL ? ir_bool(ir, false) : ir_real(ir, 0);
    vec_push(ir->arena, &t->before, ((Item){false, ir_new_eq(ir, &zero)}));
}

/* The equation for one row. */
static Item turn_eq(Turn *t, Item it)
{
    Ir *ir = t->ir;
    t->own = variable_of(t, it.id);
    if (!t->own) {
        t->fits = false;
        return it;
    }
    if (!t->touched.n) ir->var.at[t->row].name = ir->var.at[t->own].name;
    Eq was = ir->eq.at[it.id];
    const bool maps = row_of(t, was.target, was.subs) == t->own;
    Slice mapped = ir_map_items(ir, ir_items(ir, &it, 1), to_row, keep, t);
    Eq e = ir->eq.at[ir->item.at[mapped.at].id];
    rows_take(ir, &e, t->own);
    if (!maps && !e.add) {
        if (e.outer.n < was.outer.n || t->inside) t->fits = false; /* each row sets it; or each step of that scan */
        start_from_zero(t, &was);
        e.add = true;
    }
    uint8_t made = maps ? MADE_ROW : MADE_SUM;
    if (t->made[e.target] && t->made[e.target] != made) t->fits = false;
    t->made[e.target] = made;
    it.id = ir_new_eq(ir, &e);
    vec_push(ir->arena, &t->touched, lanes_element(ir, it.id));
    IdVec reads = ir_eq_reads(ir, it.id);
    for (uint32_t k = 0; k < reads.n; k++) vec_push(ir->arena, &t->touched, reads.at[k]);
    return it;
}

/* A scan within, or an equation. */
static Item turn_item(Turn *t, Item it)
{
    Ir *ir = t->ir;
    if (!it.region) return turn_eq(t, it);
    Region r = ir->region.at[it.id];
    Items own = {0};
    const bool inside = t->inside;
    t->inside = true;
    if (r.cond || r.head.n || r.over.n) t->fits = false;
    for (uint32_t k = 0; k < r.items.n && t->fits; k++)
        vec_push(ir->arena, &own, turn_item(t, ir->item.at[r.items.at + k]));
    t->inside = inside;
    r.items = ir_items(ir, own.at, own.n);
    it.id = ir_new_region(ir, &r);
    return it;
}

/* ---- is it the same? */

static bool is_apart(const Turn *t)
{
    const Ir *ir = t->ir;
    for (uint32_t k = 0; k < t->touched.n; k++) {
        Node x = ir->node.at[t->touched.at[k]];
        if (t->made[x.u.ref] == MADE_ROW && row_of(t, x.u.ref, ir_kids(ir, t->touched.at[k])) != t->row) return false;
    }
    return true;
}

/* Is it over rows already? */
static bool is_over_rows(const Turn *t, Region r)
{
    bool found = false;
    for (uint32_t k = 0; k < r.over.n; k++) found |= t->ir->binder.at[r.over.at + k].hi == t->v->size.at[t->table];
    return found;
}

/* Is one of the arrays made, in a way from `least` on? */
static bool reads_made(const Turn *t, Item it, Made least)
{
    IdVec reads = rows_reads(t->ir, it);
    for (uint32_t k = 0; k < reads.n; k++)
        if (t->made[t->ir->node.at[reads.at[k]].u.ref] >= least) return true;
    return false;
}

/* Sets what an item without a row makes. */
static void make_behind(Turn *t, Item it)
{
    IdVec eqs = {0}, targets = {0};
    rows_eqs(t->ir, it, &eqs);
    for (uint32_t k = 0; k < eqs.n; k++) {
        Eq e = t->ir->eq.at[eqs.at[k]];
        if (t->made[e.target] == MADE_SUM && !e.add) t->fits = false;
    }
    rows_targets(t->ir, it, &targets);
    for (uint32_t k = 0; k < targets.n; k++) {
        if (t->made[targets.at[k]] == MADE_ROW) t->fits = false;
        t->made[targets.at[k]] = MADE_BEHIND;
    }
}

/* Sorts items without a row: what needs anything that is made goes behind, and so does what needs that, in an earlier step too. */
static void sort_others(Turn *t, const Items *others)
{
    bool *behind = arena_alloc(t->ir->arena, others->n + 1u), again = true;
    while (again) {
        again = false;
        for (uint32_t k = 0; k < others->n; k++) {
            if (behind[k] || !reads_made(t, others->at[k], MADE_ROW)) continue;
            make_behind(t, others->at[k]);
            behind[k] = again = true;
        }
    }
    for (uint32_t k = 0; k < others->n; k++) {
        vec_push(t->ir->arena, behind[k] ? &t->behind : &t->before, others->at[k]);
        if (behind[k]) continue;
        IdVec targets = {0};
        rows_targets(t->ir, others->at[k], &targets);
        for (uint32_t j = 0; j < targets.n; j++)
            if (t->made[targets.at[j]] == MADE_ROW) t->fits = false;
    }
}

/* Does the equation, which no row has, run over all rows, or almost all? */
static bool runs_over_rows(const Turn *t, const Eq *e)
{
    Ir *ir = t->ir;
    int64_t left;
    for (uint32_t k = 0; k < e->outer.n; k++) {
        Binder b = ir->binder.at[e->outer.at + k];
        Id rest = ir_op2(ir, OP_SUB, t->v->size.at[t->table], ir_op2(ir, OP_SUB, b.hi, b.lo));
        if (ir_const_int(ir, rest, &left) && left >= 0 && left <= NEAR) return true;
    }
    return false;
}

/* Do rows read what comes before, for other rows too?  All of its steps had to be kept for that, and rows gain little. */
static bool reads_neighbours(Turn *t)
{
    Ir *ir = t->ir;
    IdVec eqs = {0}, made = {0};
    for (uint32_t k = 0; k < t->before.n; k++) rows_eqs(ir, t->before.at[k], &eqs);
    for (uint32_t k = 0; k < eqs.n; k++) {
        Eq e = ir->eq.at[eqs.at[k]];
        if (runs_over_rows(t, &e)) vec_push(ir->arena, &made, e.target);
    }
    for (uint32_t k = 0; k < t->touched.n; k++)
        if (ir_holds(&made, ir->node.at[t->touched.at[k]].u.ref)) return true;
    return false;
}

static void add_region(Turn *t, Region r, const Items *items, Items *out)
{
    if (!items->n) return;
    r.items = ir_items(t->ir, items->at, items->n);
    vec_push(t->ir->arena, out, ((Item){true, ir_new_region(t->ir, &r)}));
}

/* Does b read or write what a makes? */
static bool needs(Ir *ir, Item a, Item b)
{
    IdVec made = {0}, touched = {0}, reads = rows_reads(ir, b);
    rows_targets(ir, a, &made);
    rows_targets(ir, b, &touched);
    for (uint32_t k = 0; k < reads.n; k++) vec_push(ir->arena, &touched, ir->node.at[reads.at[k]].u.ref);
    for (uint32_t k = 0; k < touched.n; k++)
        if (ir_holds(&made, touched.at[k])) return true;
    return false;
}

/* Moves the last of the items up to what it needs: rows of others are to stand side by side. */
static void move_up(Ir *ir, Items *items)
{
    Item last = items->at[items->n - 1];
    uint32_t k = items->n - 1;
    for (; k > 0 && !needs(ir, items->at[k - 1], last); k--) items->at[k] = items->at[k - 1];
    items->at[k] = last;
}

/* The region as one over rows between what no row has; false: it has none, or stays. */
static bool turn(Turn *t, Item it, Items *out)
{
    Ir *ir = t->ir;
    Region r = ir->region.at[it.id];
    Items others = {0};
    t->made = arena_alloc(ir->arena, ir->array.n);
    t->touched = (IdVec){0};
    t->before = t->rows = t->behind = (Items){0};
    t->fits = !r.cond && !r.head.n && !is_over_rows(t, r);
    t->row = ir_new_var(ir, "n", r.span);
    for (uint32_t k = 0; k < r.items.n && t->fits; k++) {
        Item own = ir->item.at[r.items.at + k];
        if (any_rows(t, ir_items(ir, &own, 1))) {
            own = turn_item(t, own);
            vec_push(ir->arena, &t->rows, own);
        } else {
            vec_push(ir->arena, &others, own);
        }
    }
    if (!t->fits || !t->rows.n || !is_apart(t)) return false;
    sort_others(t, &others);
    for (uint32_t k = 0; k < t->rows.n; k++) t->fits = t->fits && !reads_made(t, t->rows.at[k], MADE_SUM);
    if (!t->fits || reads_neighbours(t)) return false;
    Binders over = {0};
    Region each = r;
    vec_push(ir->arena, &over, ((Binder){t->row, ir_int(ir, 0), t->v->size.at[t->table]}));
    ir_add_binders(ir, r.over, &over);
    each.over = ir_binders(ir, over.at, over.n);
    add_region(t, r, &t->before, out);
    if (t->before.n) move_up(ir, out);
    add_region(t, each, &t->rows, out);
    add_region(t, r, &t->behind, out);
    return true;
}

Items turn_regions(Ir *ir, const Items *items, const RowLevels *v)
{
    Items out = {0};
    Turn t = {.ir = ir, .v = v};
    for (uint32_t k = 0; k < items->n; k++) {
        bool turned = false;
        for (t.table = 0; t.table < v->size.n && items->at[k].region && !turned; t.table++)
            turned = turn(&t, items->at[k], &out);
        if (!turned) vec_push(ir->arena, &out, items->at[k]);
    }
    return out;
}
