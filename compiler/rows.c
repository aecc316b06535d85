/*
 * rows.c -- which equations run over the rows of data, and which sums over rows each of them waits for.
 *
 * There is a table of rows for each dim that leads data.  The row dimension of an array: the first one of data that leads with the dim; by
 * propagation, the one where an array is accessed with a variable that runs over rows elsewhere in the same equation.  An item (an equation,
 * or a region over rows) has a row variable, then its targets are row arrays (it maps rows) or sums over rows; or it stands outside of
 * all rows.  An array that anything reaches otherwise than at the row at hand is no row array, and what makes it stands outside.
 * Level: how many sums over rows, each needing the one before, must be complete: so many passes over the rows come before.
 *
 * needs: order, reductions at roots   makes: row variables, levels   exact: no (logsumexp over rows is written out)
 */
#include "loop.h"

#include <math.h>

enum {
    MOST_LEVELS = 8, /* that the rows of a range may wait for */
    FIXED_ROWS = 8   /* a constant size of data may be a number of rows from here on */
};

typedef struct {
    Id array;
    Slice subs;
} Access;
typedef VEC(Access) AccessVec;

typedef struct {
    Ir *ir;
    RowLevels *v;
    int *position;
    uint32_t *table;
    AccessVec *access; /* by item */
    RowItem *item;
    uint8_t *summed; /* by array */
    bool strict;     /* not legal where an array of the first table is reached otherwise */
    Id root;         /* an array that is known to have the dimension `axis` as rows; 0: none */
    uint32_t axis;
    bool flat; /* it has none: its equations' first variable goes over the rows */
} Finder;

/* ---- what an item touches */

void rows_eqs(Ir *ir, Item it, IdVec *out)
{
    if (!it.region) {
        vec_push(ir->arena, out, it.id);
        return;
    }
    Region r = ir->region.at[it.id];
    for (uint32_t k = 0; k < r.head.n; k++) rows_eqs(ir, ir->item.at[r.head.at + k], out);
    for (uint32_t k = 0; k < r.items.n; k++) rows_eqs(ir, ir->item.at[r.items.at + k], out);
}

static void region_roots(Ir *ir, Item it, IdVec *roots)
{
    if (!it.region) return;
    Region r = ir->region.at[it.id];
    ir_region_roots(ir, it.id, roots);
    for (uint32_t k = 0; k < r.head.n; k++) region_roots(ir, ir->item.at[r.head.at + k], roots);
    for (uint32_t k = 0; k < r.items.n; k++) region_roots(ir, ir->item.at[r.items.at + k], roots);
}

/* The arrays that hold how many steps a `while` took. */
static void region_counts(Ir *ir, Item it, IdVec *out)
{
    if (!it.region) return;
    Region r = ir->region.at[it.id];
    if (r.cond) vec_push(ir->arena, out, r.steps);
    for (uint32_t k = 0; k < r.items.n; k++) region_counts(ir, ir->item.at[r.items.at + k], out);
}

void rows_targets(Ir *ir, Item it, IdVec *out)
{
    IdVec eqs = {0};
    rows_eqs(ir, it, &eqs);
    for (uint32_t k = 0; k < eqs.n; k++) vec_push(ir->arena, out, ir->eq.at[eqs.at[k]].target);
    region_counts(ir, it, out);
}

IdVec rows_reads(Ir *ir, Item it)
{
    if (!it.region) return ir_eq_reads(ir, it.id);
    IdVec eqs = {0}, roots = {0}, reads = {0};
    region_roots(ir, it, &roots);
    rows_eqs(ir, it, &eqs);
    for (uint32_t k = 0; k < eqs.n; k++) ir_eq_roots(ir, eqs.at[k], &roots);
    IdVec ids = ir_reach(ir, roots.at, roots.n);
    for (uint32_t k = 0; k < ids.n; k++)
        if (ir_opof(ir, ids.at[k]) == OP_READ) vec_push(ir->arena, &reads, ids.at[k]);
    return reads;
}

/* Targets first. */
static AccessVec accesses(const Finder *f, Item it)
{
    Ir *ir = f->ir;
    AccessVec list = {0};
    IdVec eqs = {0};
    rows_eqs(ir, it, &eqs);
    for (uint32_t k = 0; k < eqs.n; k++) {
        Eq e = ir->eq.at[eqs.at[k]];
        if (f->flat && e.target == f->root && e.outer.n) {
            Id row = ir_var(ir, ir->binder.at[e.outer.at].var);
            e.subs = ir_ids(ir, &row, 1);
        }
        vec_push(ir->arena, &list, ((Access){e.target, e.subs}));
    }
    IdVec reads = rows_reads(ir, it);
    for (uint32_t k = 0; k < reads.n; k++) {
        Node x = ir->node.at[reads.at[k]];
        vec_push(ir->arena, &list, ((Access){x.u.ref, {x.kids, x.n}}));
    }
    return list;
}

static Id array_dim(const Ir *ir, Id array, uint32_t p) { return ir->kid.at[ir->array.at[array].dims.at + p]; }

static bool is_input(const Ir *ir, Id array) { return array_kind_is_input(ir->array.at[array].kind); }

static Id sub_var(const Ir *ir, Access a, int p)
{
    if (p < 0) return 0;
    Id sub = ir->kid.at[a.subs.at + (uint32_t)p];
    return ir_opof(ir, sub) == OP_VAR ? ir->node.at[sub].u.ref : 0;
}

Slice rows_without(Ir *ir, Slice binders, Id var)
{
    Binders b = {0};
    for (uint32_t k = 0; k < binders.n; k++)
        if (ir->binder.at[binders.at + k].var != var) vec_push(ir->arena, &b, ir->binder.at[binders.at + k]);
    return ir_binders(ir, b.at, b.n);
}

void rows_take(Ir *ir, Eq *e, Id var)
{
    const bool inner = e->inner.n > 0;
    e->outer = rows_without(ir, e->outer, var);
    e->inner = rows_without(ir, e->inner, var);
    if (!inner || e->inner.n) return;
    e->when = ir_and(ir, e->when, e->where); /* sum(n where c) x  ->  x for n when c */
    e->where = 0;
    if (e->op != RED_MAX && e->op != RED_MIN) e->op = RED_NONE;
}

/* ---- row dimensions */

/* Gives row dimensions to the arrays that the item reaches with one of its row variables.  true: something new. */
static bool propagate(Finder *f, const AccessVec *list, uint32_t table)
{
    Ir *ir = f->ir;
    bool found = false;
    for (uint32_t k = 0; k < list->n; k++) {
        Access from = list->at[k];
        Id var = f->table[from.array] == table ? sub_var(ir, from, f->position[from.array]) : 0;
        if (!var) continue;
        for (uint32_t j = 0; j < list->n; j++) {
            Access a = list->at[j];
            if (f->position[a.array] >= 0 || (f->root && is_input(ir, a.array))) continue;
            for (uint32_t p = 0; p < a.subs.n; p++)
                if (sub_var(ir, a, (int)p) == var && array_dim(ir, a.array, p) == f->v->size.at[table]) {
                    f->position[a.array] = (int)p;
                    f->table[a.array] = table;
                    found = true;
                    break;
                }
        }
    }
    return found;
}

static void seed(Finder *f, uint32_t table)
{
    Ir *ir = f->ir;
    for (Id a = 1; a < ir->array.n; a++) {
        Array x = ir->array.at[a];
        bool led = x.kind == ARRAY_DATA || (f->v->of_params && x.kind == ARRAY_PARAM);
        if (f->position[a] >= 0 || !led || !x.dims.n || array_dim(ir, a, 0) != f->v->size.at[table]) continue;
        f->position[a] = 0;
        f->table[a] = table;
    }
}

static void find_positions(Finder *f, Items items)
{
    uint32_t n = items.n;
    f->v->items = items;
    f->access = arena_alloc(f->ir->arena, sizeof *f->access * (n + 1u));
    for (uint32_t k = 0; k < n; k++) f->access[k] = accesses(f, items.at[k]);
    for (Id a = 1; a < f->ir->array.n; a++) f->position[a] = -1;
    if (f->root) f->position[f->root] = (int)f->axis; /* inputs are there anyhow, whatever rows are read of them */
    for (uint32_t table = 0; table < f->v->size.n; table++) {
        if (!f->root) seed(f, table);
        for (bool again = true; again;) {
            again = false;
            for (uint32_t k = 0; k < n; k++) again |= propagate(f, &f->access[k], table);
            for (uint32_t k = n; k-- > 0;) again |= propagate(f, &f->access[k], table);
        }
    }
}

/* ---- row variables */

static bool has_sizes(Ir *ir, Slice binders)
{
    for (uint32_t k = 0; k < binders.n; k++)
        if (!ir_is_size(ir, ir->binder.at[binders.at + k].hi)) return false;
    return true;
}

/* Can a loop over rows do it term by term? */
static bool reduces(const Finder *f, const Eq *e)
{
    if (e->op == RED_SUM || e->op == RED_ANY) return true;
    if (f->strict || e->add || f->ir->array.at[e->target].type != T_REAL) return false;
    if (e->op == RED_LOGSUMEXP) return has_sizes(f->ir, e->outer);
    return e->op == RED_MAX || e->op == RED_MIN;
}

static const Binder *find_binder(const Ir *ir, Slice binders, Id var)
{
    for (uint32_t k = 0; k < binders.n; k++)
        if (ir->binder.at[binders.at + k].var == var) return &ir->binder.at[binders.at + k];
    return NULL;
}

/* Does the variable run over all rows, and in a way that a loop over rows can have? */
static bool runs(const Finder *f, Item it, Id var, uint32_t table)
{
    Ir *ir = f->ir;
    const Binder *b;
    if (it.region) {
        Region r = ir->region.at[it.id];
        if (r.cond) return false;
        b = find_binder(ir, r.over, var);
    } else {
        Eq e = ir->eq.at[it.id];
        b = find_binder(ir, e.outer, var);
        if (!b && reduces(f, &e)) b = find_binder(ir, e.inner, var);
    }
    return b && ir_is_int(ir, b->lo, 0) && b->hi == f->v->size.at[table];
}

/* Is it at one row of the item's, whatever that row is? */
static bool at_row(const Finder *f, const RowItem *x, Access a)
{
    return x->var && f->position[a.array] >= 0 && f->table[a.array] == x->table &&
           sub_var(f->ir, a, f->position[a.array]) == x->var;
}

/* The first access that can tell it does: one to what is computed sooner than one to an input. */
static void find_var(Finder *f, uint32_t k)
{
    RowItem *x = &f->item[k];
    const AccessVec *list = &f->access[k];
    x->var = 0;
    for (int inputs = 0; inputs < 2; inputs++)
        for (uint32_t j = 0; j < list->n; j++) {
            Access a = list->at[j];
            if (f->position[a.array] < 0 || is_input(f->ir, a.array) != (inputs == 1)) continue;
            Id var = sub_var(f->ir, a, f->position[a.array]);
            if (!var || !runs(f, f->v->items.at[k], var, f->table[a.array])) continue;
            x->var = var;
            x->table = f->table[a.array];
            return;
        }
}

/* May an equation of this item, which has a row variable, write its target?  A row of it, or it sums over rows. */
static bool writes_well(const Finder *f, const RowItem *x, Id eq, bool region)
{
    Eq e = f->ir->eq.at[eq];
    if (at_row(f, x, (Access){e.target, e.subs}) || (f->flat && e.target == f->root)) return true;
    bool sums = region || find_binder(f->ir, e.outer, x->var) ? e.add : true;
    for (uint32_t p = 0; p < e.subs.n; p++) sums = sums && sub_var(f->ir, (Access){e.target, e.subs}, (int)p) != x->var;
    return sums;
}

/* Can the item run row by row?  In a region sums over rows are for others to read. */
static bool fits(const Finder *f, uint32_t k)
{
    const RowItem *x = &f->item[k];
    const AccessVec *list = &f->access[k];
    bool region = f->v->items.at[k].region;
    IdVec eqs = {0};
    rows_eqs(f->ir, f->v->items.at[k], &eqs);
    for (uint32_t j = 0; j < eqs.n; j++)
        if (!writes_well(f, x, eqs.at[j], region)) return false;
    for (uint32_t j = 0; j < eqs.n && region; j++)
        for (uint32_t i = eqs.n; i < list->n; i++)
            if (list->at[i].array == list->at[j].array && !at_row(f, x, list->at[j])) return false;
    return true;
}

/* What the item reaches otherwise than at its row is no row array.  true: something changed. */
static bool demote(Finder *f, uint32_t k)
{
    const RowItem *x = &f->item[k];
    bool found = false;
    for (uint32_t j = 0; j < f->access[k].n; j++) {
        Access a = f->access[k].at[j];
        bool ours = f->strict && f->position[a.array] >= 0 && f->table[a.array] == 0;
        if (f->position[a.array] < 0 || (is_input(f->ir, a.array) && !ours) || at_row(f, x, a)) continue;
        if (ours) f->v->legal = false;
        f->position[a.array] = -1;
        found = true;
    }
    return found;
}

static void find_vars(Finder *f)
{
    for (bool again = true; again && f->v->legal;) {
        again = false;
        for (uint32_t k = f->v->items.n; k-- > 0 && f->v->legal;) {
            find_var(f, k);
            if (f->item[k].var && !fits(f, k)) f->item[k].var = 0;
            again |= demote(f, k);
        }
    }
}

/* ---- levels */

static void find_sums(Finder *f)
{
    for (uint32_t k = 0; k < f->v->items.n; k++) {
        IdVec eqs = {0};
        RowItem *x = &f->item[k];
        if (!x->var) continue;
        rows_eqs(f->ir, f->v->items.at[k], &eqs);
        for (uint32_t j = 0; j < eqs.n; j++) {
            Eq e = f->ir->eq.at[eqs.at[j]];
            if (at_row(f, x, (Access){e.target, e.subs}) || (f->flat && e.target == f->root)) continue;
            x->sums = true;
            f->summed[e.target] = 1;
        }
    }
}

/* A contribution from outside of the rows does not come before the `=`; one from the rows may: where it does, its array is zero before
   all.  least: the lowest level of items of the first table. */
static void find_levels_from(Finder *f, uint32_t least)
{
    Ir *ir = f->ir;
    RowLevels *v = f->v;
    uint32_t *begun = arena_alloc(ir->arena, sizeof *begun * ir->array.n);
    v->done = arena_alloc(ir->arena, sizeof *v->done * ir->array.n);
    v->levels = 0;
    for (uint32_t k = 0; k < v->items.n; k++) {
        RowItem *x = &f->item[k];
        IdVec eqs = {0}, counts = {0}, reads = rows_reads(ir, v->items.at[k]);
        rows_eqs(ir, v->items.at[k], &eqs);
        region_counts(ir, v->items.at[k], &counts);
        x->level = x->var && x->table == 0 ? least : 0;
        for (uint32_t j = 0; j < reads.n; j++) {
            uint32_t level = v->done[ir->node.at[reads.at[j]].u.ref];
            if (level > x->level) x->level = level;
        }
        for (uint32_t j = 0; j < eqs.n; j++) {
            Eq e = ir->eq.at[eqs.at[j]];
            if ((x->var && f->summed[e.target]) || f->position[e.target] >= 0) continue;
            if (e.add && begun[e.target] > x->level) x->level = begun[e.target];
        }
        if (x->level > v->levels) v->levels = x->level;
        for (uint32_t j = 0; j < counts.n; j++)
            if (v->done[counts.at[j]] < x->level) v->done[counts.at[j]] = x->level;
        for (uint32_t j = 0; j < eqs.n; j++) {
            Eq e = ir->eq.at[eqs.at[j]];
            bool sum = x->var && f->summed[e.target];
            if (!e.add && begun[e.target] < x->level) begun[e.target] = x->level;
            if (v->done[e.target] < x->level + sum) v->done[e.target] = x->level + sum;
        }
    }
}

/* Where the first table can have one loop, all of its items have one level: they wait for sums over other rows. */
static void find_levels(Finder *f)
{
    uint32_t least = 0, most = 0;
    do {
        least = most;
        find_levels_from(f, least);
        for (uint32_t k = 0; k < f->v->items.n; k++) {
            const RowItem *x = &f->item[k];
            if (x->var && x->table == 0 && x->level > most) most = x->level;
        }
    } while (f->strict && most > least && most < MOST_LEVELS);
}

/* ---- logsumexp over rows */

/* A new array over the equation's outer variables, read there. */
static Id over_outer(Ir *ir, const char *name, const Eq *e)
{
    IdVec dims = {0}, subs = {0};
    for (uint32_t k = 0; k < e->outer.n; k++) {
        Binder b = ir->binder.at[e->outer.at + k];
        vec_push(ir->arena, &dims, b.hi);
        vec_push(ir->arena, &subs, ir_var(ir, b.var));
    }
    Id array = ir_new_array(ir, name, ARRAY_LOCAL, T_REAL, dims.at, dims.n, e->span);
    return ir_read(ir, array, subs.at, subs.n);
}

static void define(Ir *ir, Items *out, const Eq *like, Id element, Red op, Id body)
{
    Node x = ir->node.at[element];
    Eq e = *like;
    e.target = x.u.ref;
    e.subs = (Slice){x.kids, x.n};
    e.op = (uint8_t)op;
    e.body = body;
    if (op == RED_NONE) {
        e.inner = (Slice){0, 0};
        e.where = 0;
    }
    vec_push(ir->arena, out, ((Item){false, ir_new_eq(ir, &e)}));
}

/* y = logsumexp(n) b  ->  most = max(n) b   base = most, or 0 where it is infinite   total = sum(n) exp(b - base)   y = base + log(total) */
static void write_out(Ir *ir, Id eq, Items *out)
{
    Eq e = ir->eq.at[eq];
    Id most = over_outer(ir, "most", &e), base = over_outer(ir, "base", &e), total = over_outer(ir, "total", &e);
    Id low = ir_op2(ir, OP_LT, ir_real(ir, -INFINITY), most), high = ir_op2(ir, OP_LT, most, ir_real(ir, INFINITY));
    IdVec subs = {0};
    ir_add_ids(ir, e.subs, &subs);
    define(ir, out, &e, most, RED_MAX, e.body);
    define(ir, out, &e, base, RED_NONE, ir_select(ir, ir_and(ir, low, high), most, ir_real(ir, 0)));
    define(ir, out, &e, total, RED_SUM, ir_op1(ir, OP_EXP, ir_op2(ir, OP_SUB, e.body, base)));
    define(ir, out, &e, ir_read(ir, e.target, subs.at, subs.n), RED_NONE,
           ir_op2(ir, OP_ADD, base, ir_op1(ir, OP_LOG, total)));
}

/* The items with such equations written out; *found: there were some. */
static Items without_logsumexp(const Finder *f, bool *found)
{
    Ir *ir = f->ir;
    Items out = {0};
    for (uint32_t k = 0; k < f->v->items.n; k++) {
        Item it = f->v->items.at[k];
        bool own = !it.region && f->item[k].var && ir->eq.at[it.id].op == RED_LOGSUMEXP &&
                   find_binder(ir, ir->eq.at[it.id].inner, f->item[k].var);
        *found |= own;
        if (own)
            write_out(ir, it.id, &out);
        else
            vec_push(ir->arena, &out, it);
    }
    return out;
}

/* ---- all of it */

static void find(Finder *f, Items items)
{
    Ir *ir = f->ir;
    RowLevels *v = f->v;
    v->legal = true;
    v->arrays = ir->array.n;
    v->position = f->position = arena_alloc(ir->arena, sizeof *f->position * ir->array.n);
    v->table = f->table = arena_alloc(ir->arena, sizeof *f->table * ir->array.n);
    v->summed = f->summed = arena_alloc(ir->arena, ir->array.n);
    find_positions(f, items);
    if (!f->flat) find_positions(f, turn_regions(ir, &items, v));
    v->item = f->item = arena_alloc(ir->arena, sizeof *f->item * (v->items.n + 1u));
    find_vars(f);
    find_sums(f);
}

static Items all_of(Ir *ir, Slice items)
{
    Items list = {0};
    ir_add_items(ir, items, &list);
    return list;
}

RowLevels rows_levels(Ir *ir, Slice items, const RowTables *tables, bool strict)
{
    RowLevels v = {.size = tables->size, .of_params = tables->of_params};
    Finder f = {.ir = ir, .v = &v, .strict = strict};
    bool again = false;
    find(&f, all_of(ir, items));
    Items plain = without_logsumexp(&f, &again);
    if (again) find(&f, plain);
    find_levels(&f);
    return v;
}

RowLevels rows_of_root(Ir *ir, Slice items, Id root, uint32_t axis, Id lines)
{
    RowLevels v = {0};
    Finder f = {.ir = ir, .v = &v, .strict = true, .root = root, .axis = axis, .flat = lines != 0};
    vec_push(ir->arena, &v.size, lines ? lines : array_dim(ir, root, axis));
    find(&f, all_of(ir, items));
    find_levels(&f);
    return v;
}

/* The sizes that lead what is read of arrays of a kind: dims in their order, or else constants that may be a number of rows. */
static IdVec leading(Ir *ir, Slice items, uint8_t kind, bool fixed)
{
    IdVec found = {0}, dims = {0};
    for (uint32_t k = 0; k < items.n; k++) {
        IdVec reads = rows_reads(ir, ir->item.at[items.at + k]);
        for (uint32_t j = 0; j < reads.n; j++) {
            const Id a = ir->node.at[reads.at[j]].u.ref;
            if (ir->array.at[a].kind != kind || !ir->array.at[a].dims.n) continue;
            const Id size = array_dim(ir, a, 0);
            int64_t n;
            const bool rows = fixed && ir_const_int(ir, size, &n) && n >= FIXED_ROWS;
            if ((rows || ir_opof(ir, size) == OP_DIM) && !ir_holds(&found, size)) vec_push(ir->arena, &found, size);
        }
    }
    if (fixed) return found;
    for (Id d = 1; d < ir->dim.n; d++)
        if (ir_holds(&found, ir_dim(ir, d))) vec_push(ir->arena, &dims, ir_dim(ir, d));
    return dims;
}

RowTables rows_tables(Ir *ir, Slice items)
{
    RowTables t = {.size = leading(ir, items, ARRAY_DATA, false)};
    if (t.size.n) return t;
    t.size = leading(ir, items, ARRAY_PARAM, false);
    t.of_params = t.size.n > 0;
    if (t.of_params) return t;
    t.size = leading(ir, items, ARRAY_DATA, true);
    t.fixed = true;
    return t;
}
