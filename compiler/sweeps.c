/*
 * sweeps.c -- the loops over rows that a program needs, in order, with what stands between them.
 *
 * There is one for each table of rows and each level at which something is a sum over its rows, or a result.  It computes the rows of all that
 * it needs once more rather than keep them, so that no work memory depends on the number of rows:
 *
 *     f[n] = tanh(w * x[n])                    m = 0
 *     m = sum(n) f[n]                    ->    for n: f = tanh(w * x[n])    m += f
 *     v = sum(n) (f[n] - m / N)^2              v = 0
 *                                              for n: g = tanh(w * x[n])    v += (g - m / N)^2
 *
 * A range of rows has one loop for each table: over the rows of the first one that are in it, and over all rows of the others where
 * it begins with the first row.
 *
 * needs: levels   makes: loops over rows, what stands between them   exact: no (a sum over rows and another index is regrouped)
 */
#include "loop.h"
#include "passes.h"

#include <math.h>

typedef struct {
    Ir *ir;
    const RowLevels *v;
    uint8_t *root;   /* by array: it goes to the caller */
    uint8_t *late;   /* by array: a sum over rows that nothing sets before; all adds to it */
    uint32_t *first; /* by array: the lowest level at which it is written */
    uint32_t *made;  /* by array: the latest loop that computes rows of it, from 1 */
    uint32_t level;  /* of the loop at hand */
    uint32_t loops;  /* so far, with it */
    RowItem at;      /* the item at hand */
    Id row;          /* the loop's variable, as a node */
} Maker;

Id sweeps_start(Ir *ir, Red op)
{
    double start = op == RED_PROD ? 1 : op == RED_MIN ? INFINITY : op == RED_MAX || op == RED_LOGSUMEXP ? -INFINITY : 0;
    return ir_real(ir, start);
}

Id sweeps_set(Ir *ir, Id array, Red op)
{
    Id zero = ir_zero(ir, array);
    Eq e = ir->eq.at[zero];
    if (op == RED_MAX || op == RED_MIN) e.body = sweeps_start(ir, op);
    return ir_new_eq(ir, &e);
}

/* ---- sums */

/* Sums over rows that need a start of their own: a sum sets them itself, or what does comes too late. */
static void find_late(Maker *m)
{
    const RowLevels *v = m->v;
    uint32_t *summed = arena_alloc(m->ir->arena, sizeof *summed * m->ir->array.n);
    for (Id a = 1; a < m->ir->array.n; a++) summed[a] = m->first[a] = UINT32_MAX;
    for (uint32_t pass = 0; pass < 2; pass++)
        for (uint32_t k = 0; k < v->items.n; k++) {
            RowItem x = v->item[k];
            IdVec eqs = {0};
            rows_eqs(m->ir, v->items.at[k], &eqs);
            for (uint32_t j = 0; j < eqs.n; j++) {
                Eq e = m->ir->eq.at[eqs.at[j]];
                if (!v->summed[e.target]) continue;
                if (x.level < m->first[e.target]) m->first[e.target] = x.level;
                if (x.var && x.level < summed[e.target]) summed[e.target] = x.level;
                if (pass && !e.add && (x.var || x.level > summed[e.target])) m->late[e.target] = 1;
            }
        }
}

/* The row variable of the item at hand under the name that the loop has for it. */
static Id to_row(Ir *ir, Id node, void *user)
{
    const Maker *m = user;
    Subst s = {m->at.var, m->row};
    return m->at.var ? ir_subst(ir, node, &s, 1) : node;
}

static void late_adds(Ir *ir, Eq *e, const Eq *was, void *user)
{
    const Maker *m = user;
    (void)ir;
    (void)was;
    if (m->late[e->target]) e->add = true;
}

/* What a sum starts from: 0, a max -inf. */
static Id start(Maker *m, Id array)
{
    Ir *ir = m->ir;
    Red op = RED_SUM;
    for (uint32_t k = 0; k < m->v->items.n; k++) {
        Item it = m->v->items.at[k];
        if (!it.region && m->v->item[k].var && ir->eq.at[it.id].target == array) op = (Red)ir->eq.at[it.id].op;
    }
    return sweeps_set(ir, array, op);
}

/* ---- what stands outside */

/* What stands between the rows of the level before and those of this one. */
static void outside(Maker *m, Items *list)
{
    Items found = {0};
    for (Id a = 1; a < m->v->arrays; a++)
        if (m->late[a] && m->first[a] == m->level) vec_push(m->ir->arena, list, ((Item){false, start(m, a)}));
    for (uint32_t k = 0; k < m->v->items.n; k++)
        if (!m->v->item[k].var && m->v->item[k].level == m->level) vec_push(m->ir->arena, &found, m->v->items.at[k]);
    Slice items = ir_items(m->ir, found.at, found.n);
    m->at = (RowItem){0};
    ir_add_items(m->ir, ir_map_items(m->ir, items, to_row, late_adds, m), list);
}

/* ---- the items of a loop */

/* Is it there for this array?  A sum of that level, or rows of the caller's that it completes. */
static bool is_goal(const Maker *m, const RowItem *x, Id array)
{
    if (m->v->summed[array]) return x->level == m->level;
    return m->root[array] && m->v->done[array] == m->level;
}

/* The items without equations that are there for another loop. */
static Slice counting(const Maker *m, Slice items, IdVec *goals)
{
    Ir *ir = m->ir;
    Items kept = {0};
    for (uint32_t k = 0; k < items.n; k++) {
        Item it = ir->item.at[items.at + k];
        if (it.region) {
            Region r = ir->region.at[it.id];
            r.head = counting(m, r.head, goals);
            r.items = counting(m, r.items, goals);
            it.id = ir_new_region(ir, &r);
        } else {
            Id target = ir->eq.at[it.id].target;
            bool goal = is_goal(m, &m->at, target);
            if (!goal && (m->v->summed[target] || m->root[target])) continue;
            if (goal) vec_push(ir->arena, goals, target);
        }
        vec_push(ir->arena, &kept, it);
    }
    return ir_items(ir, kept.at, kept.n);
}

static Slice with_row(Ir *ir, const Rows *r, Slice binders)
{
    Binders b = {0};
    vec_push(ir->arena, &b, ((Binder){r->row, r->lo, r->hi}));
    ir_add_binders(ir, binders, &b);
    return ir_binders(ir, b.at, b.n);
}

/* The item with its row variable outermost, under the common name, over the rows of the loop. */
static Item by_rows(Maker *m, const Rows *r, Slice item)
{
    Ir *ir = m->ir;
    Slice mapped = ir_map_items(ir, item, to_row, late_adds, m);
    Item it = ir->item.at[mapped.at];
    if (it.region) {
        Region g = ir->region.at[it.id];
        g.over = with_row(ir, r, rows_without(ir, g.over, m->at.var));
        return (Item){true, ir_new_region(ir, &g)};
    }
    Eq e = ir->eq.at[it.id];
    rows_take(ir, &e, m->at.var);
    e.outer = with_row(ir, r, e.outer);
    return (Item){false, ir_new_eq(ir, &e)};
}

/* Arrays of rows that an earlier loop computes, too, get another name. */
static void own_rows(Maker *m, Rows *r)
{
    Ir *ir = m->ir;
    IdVec eqs = {0};
    Id arrays = m->v->arrays, *by = arena_alloc(ir->arena, sizeof *by * arrays);
    for (uint32_t k = 0; k < r->rows.n; k++) rows_eqs(ir, r->rows.at[k], &eqs);
    for (uint32_t k = 0; k < eqs.n; k++) {
        Id a = ir->eq.at[eqs.at[k]].target;
        if (m->v->summed[a] || m->root[a] || m->made[a] == m->loops) continue;
        if (m->made[a]) by[a] = ir_new_like(ir, a);
        m->made[a] = m->loops;
    }
    r->rows = shadow_items(ir, &r->rows, by, arrays);
    r->position = arena_alloc(ir->arena, sizeof *r->position * ir->array.n);
    for (Id a = 1; a < arrays; a++) {
        r->position[a] = m->v->position[a];
        if (by[a]) r->position[by[a]] = m->v->position[a];
    }
}

/* A row variable of the table where there is something for a loop over its rows to do, or 0. */
static Id asked_for(Maker *m, uint32_t table)
{
    for (uint32_t k = 0; k < m->v->items.n; k++) {
        const RowItem *x = &m->v->item[k];
        if (!x->var || x->table != table || x->level > m->level) continue;
        IdVec eqs = {0};
        rows_eqs(m->ir, m->v->items.at[k], &eqs);
        for (uint32_t j = 0; j < eqs.n; j++)
            if (is_goal(m, x, m->ir->eq.at[eqs.at[j]].target)) return x->var;
    }
    return 0;
}

/* The items of the loop: all that its goals need. */
static void add_items(Maker *m, Rows *r, uint32_t table)
{
    Ir *ir = m->ir;
    Items list = {0};
    IdVec goals = {0};
    for (uint32_t k = 0; k < m->v->items.n; k++) {
        m->at = m->v->item[k];
        if (!m->at.var || m->at.table != table || m->at.level > m->level) continue;
        Slice own = counting(m, ir_items(ir, &m->v->items.at[k], 1), &goals);
        if (own.n) vec_push(ir->arena, &list, by_rows(m, r, own));
    }
    ir_add_items(ir, dce_items(ir, ir_items(ir, list.at, list.n), goals.at, goals.n), &r->rows);
    own_rows(m, r);
}

/* ---- all loops */

Id sweeps_begin(Ir *ir, const Sweeps *s)
{
    Id zero = ir_int(ir, 0), first = ir_var(ir, s->first), last = ir_var(ir, s->last);
    Id some = ir_or(ir, ir_op2(ir, OP_LT, zero, last), ir_op2(ir, OP_EQ, s->size, zero));
    return ir_and(ir, ir_op2(ir, OP_EQ, first, zero), some);
}

/* The rows that the loop goes over. */
static void set_bounds(Ir *ir, const Sweeps *s, Rows *r)
{
    r->lo = ir_int(ir, 0);
    r->hi = r->size;
    if (r->part) {
        r->lo = ir_var(ir, s->first);
        r->hi = ir_var(ir, s->last);
    } else if (s->once) {
        r->lo = ir_select(ir, sweeps_begin(ir, s), r->lo, r->size);
    }
}

static void make_loop(Maker *m, Sweeps *s, uint32_t table, Id var, Items *between)
{
    Ir *ir = m->ir;
    Rows r = {.size = m->v->size.at[table], .prologue = *between};
    r.row = ir_new_var(ir, ir->var.at[var].name, ir->var.at[var].span);
    m->row = ir_var(ir, r.row);
    r.part = s->first && !table;
    set_bounds(ir, s, &r);
    m->loops++;
    add_items(m, &r, table);
    vec_push(ir->arena, s, r);
    *between = (Items){0};
}

static void make_loops(Ir *ir, const RowLevels *v, const IdVec *roots, Sweeps *s)
{
    Maker m = {.ir = ir, .v = v};
    Items between = {0};
    m.root = arena_alloc(ir->arena, v->arrays);
    m.late = arena_alloc(ir->arena, v->arrays);
    m.made = arena_alloc(ir->arena, sizeof *m.made * v->arrays);
    m.first = arena_alloc(ir->arena, sizeof *m.first * v->arrays);
    for (uint32_t k = 0; k < roots->n; k++) m.root[roots->at[k]] = 1;
    find_late(&m);
    for (m.level = 0; m.level <= v->levels; m.level++) {
        outside(&m, &between);
        for (uint32_t table = 0; table < v->size.n; table++) {
            Id var = asked_for(&m, table);
            if (var) make_loop(&m, s, table, var, &between);
        }
    }
    if (s->n) s->at[s->n - 1].epilogue = between;
}

/* Is there a sum over rows of the first so many tables? */
static bool has_sums(const RowLevels *v, uint32_t tables)
{
    for (uint32_t k = 0; k < v->items.n; k++)
        if (v->item[k].sums && v->item[k].table < tables) return true;
    return false;
}

Sweeps sweeps_make(Ir *ir, const RowLevels *v, const IdVec *roots)
{
    Sweeps s = {0};
    if (has_sums(v, v->size.n)) make_loops(ir, v, roots, &s);
    return s;
}

/* ---- ranges */

/* Have the items of the first tables all one level? */
static bool one_pass(const RowLevels *v, uint32_t tables)
{
    const RowItem *first = NULL;
    for (uint32_t k = 0; k < v->items.n; k++) {
        const RowItem *x = &v->item[k];
        if (!x->var || x->table >= tables) continue;
        if (!first) first = x;
        if (x->level != first->level) return false;
    }
    return v->legal;
}

static bool reads_any(Ir *ir, Item it, const uint8_t *marked)
{
    IdVec reads = rows_reads(ir, it);
    for (uint32_t k = 0; k < reads.n; k++)
        if (marked[ir->node.at[reads.at[k]].u.ref]) return true;
    return false;
}

/* Marks what equations outside of loops over rows make of what is marked, also by way of a later step of their region. */
static void contaminate_readers(Ir *ir, const IdVec *eqs, uint8_t *marked)
{
    for (bool more = true; more;) {
        more = false;
        for (uint32_t j = 0; j < eqs->n; j++) {
            Id a = ir->eq.at[eqs->at[j]].target;
            if (marked[a] || !reads_any(ir, (Item){false, eqs->at[j]}, marked)) continue;
            marked[a] = 1;
            more = true;
        }
    }
}

/* What depends on the rows of a range: sums over rows of the first table, where others have loops that run once of these too.  false: such a
   loop needs them. */
static bool contaminate(Ir *ir, const RowLevels *v, Sweeps *s)
{
    s->contaminated = arena_alloc(ir->arena, ir->array.n);
    for (uint32_t k = 0; k < v->items.n; k++) {
        const RowItem *x = &v->item[k];
        bool ours = x->var && (x->table == 0 || s->once), reads = reads_any(ir, v->items.at[k], s->contaminated);
        if (x->var && reads) return false;
        IdVec eqs = {0};
        rows_eqs(ir, v->items.at[k], &eqs);
        if (reads) contaminate_readers(ir, &eqs, s->contaminated);
        for (uint32_t j = 0; j < eqs.n; j++) {
            Id a = ir->eq.at[eqs.at[j]].target;
            if (ours && v->summed[a]) s->contaminated[a] = 1;
        }
    }
    return true;
}

static Sweeps over_range(Ir *ir, const RowLevels *v, const IdVec *roots, bool once)
{
    Sweeps s = {.size = v->size.at[0], .once = once}, none = {0};
    s.first = ir_new_var(ir, "first", (Span){0, 0});
    s.last = ir_new_var(ir, "last", (Span){0, 0});
    if (!contaminate(ir, v, &s)) return none;
    make_loops(ir, v, roots, &s);
    return s;
}

Sweeps sweeps_of_range(Ir *ir, const RowLevels *v, const IdVec *roots, bool summing, bool once)
{
    Sweeps none = {0};
    if (!one_pass(v, once ? v->size.n : 1) || (summing && !has_sums(v, 1))) return none;
    return over_range(ir, v, roots, once);
}

Sweeps sweeps_of_root(Ir *ir, const RowLevels *v, const IdVec *roots)
{
    Sweeps none = {0};
    if (!one_pass(v, 1) || v->levels || has_sums(v, 1)) return none;
    return over_range(ir, v, roots, true);
}
