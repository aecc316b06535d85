/*
 * rows.c -- finds the loop over the rows of the data, and splits a program around it.
 *
 * The row dimension of an array: the first one of data that leads with the row dim; by propagation, the one where an array is
 * accessed with a variable that runs over rows elsewhere in the same equation.  An equation touches no row array (P), or its target
 * is a row array (M), or it sums over rows (R).  Level: how many sums over rows must be complete before.  The loop is legal when
 * all M and R have level 0; P of level 0 are the prologue, the others the epilogue.
 *
 * needs: order, reductions at roots   makes: prologue, rows, epilogue   exact: no (a sum over rows and another index is regrouped)
 */
#include "loop.h"

#include <string.h>

typedef struct {
    Ir *ir;
    Id dim;          /* the node of the row dim, or of another number of rows */
    int *position;   /* by array: its row dimension, -1 */
    uint32_t *level; /* by array */
    uint32_t *begun; /* by array: the level of what its `=` reads; no contribution comes before */
    bool legal;
    Id root; /* an array that is known to have the dimension `axis` as rows; 0: none */
    uint32_t axis;
    bool flat;    /* it has none: its equations' first variable goes over the rows */
    bool summing; /* not legal without a sum over rows */
} Finder;

typedef struct {
    Id array;
    Slice subs;
} Access;
typedef VEC(Access) AccessVec;

static AccessVec accesses(const Finder *f, Id eq)
{
    Ir *ir = f->ir;
    AccessVec list = {0};
    Eq e = ir->eq.at[eq];
    if (f->flat && e.target == f->root && e.outer.n) {
        Id row = ir_var(ir, ir->binder.at[e.outer.at].var);
        e.subs = ir_ids(ir, &row, 1);
    }
    vec_push(ir->arena, &list, ((Access){e.target, e.subs}));
    IdVec reads = ir_eq_reads(ir, eq);
    for (uint32_t k = 0; k < reads.n; k++) {
        Node x = ir->node.at[reads.at[k]];
        vec_push(ir->arena, &list, ((Access){x.u.ref, {x.kids, x.n}}));
    }
    return list;
}

static Id array_dim(const Ir *ir, Id array, uint32_t p) { return ir->kid.at[ir->array.at[array].dims.at + p]; }

static Id sub_var(const Ir *ir, Access a, int p)
{
    if (p < 0) return 0;
    Id sub = ir->kid.at[a.subs.at + (uint32_t)p];
    return ir_opof(ir, sub) == OP_VAR ? ir->node.at[sub].u.ref : 0;
}

/* Gives row dimensions to the arrays that the equation reaches with one of its row variables.  true: something new. */
static bool propagate(Finder *f, const AccessVec *list)
{
    Ir *ir = f->ir;
    bool found = false;
    for (uint32_t k = 0; k < list->n; k++) {
        Id var = sub_var(ir, list->at[k], f->position[list->at[k].array]);
        if (!var) continue;
        for (uint32_t j = 0; j < list->n; j++) {
            Access a = list->at[j];
            if (f->position[a.array] >= 0 || (f->root && array_kind_is_input(ir->array.at[a.array].kind))) continue;
            for (uint32_t p = 0; p < a.subs.n; p++)
                if (sub_var(ir, a, (int)p) == var && array_dim(ir, a.array, p) == f->dim) {
                    f->position[a.array] = (int)p;
                    found = true;
                    break;
                }
        }
    }
    return found;
}

/* The equation's row variable, 0: none.  Not legal where a row array is reached otherwise, or with two of them. */
static Id row_var(Finder *f, const AccessVec *list)
{
    Id var = 0;
    for (uint32_t k = 0; k < list->n; k++) {
        Access a = list->at[k];
        int p = f->position[a.array];
        if (p < 0) continue;
        Id v = sub_var(f->ir, a, p);
        if (!v || (var && v != var)) f->legal = false;
        var = v;
    }
    return var;
}

/* The place of var in the list of binders, or -1; not legal where it does not run over all rows. */
static int find_binder(Finder *f, Slice binders, Id var)
{
    for (uint32_t k = 0; k < binders.n; k++) {
        Binder b = f->ir->binder.at[binders.at + k];
        if (b.var != var) continue;
        if (!ir_is_int(f->ir, b.lo, 0) || b.hi != f->dim) f->legal = false;
        return (int)k;
    }
    return -1;
}

static Slice without(Ir *ir, Slice binders, int skip)
{
    VEC(Binder) b = {0};
    for (uint32_t k = 0; k < binders.n; k++)
        if ((int)k != skip) vec_push(ir->arena, &b, ir->binder.at[binders.at + k]);
    return ir_binders(ir, b.at, b.n);
}

static Slice with_first(Ir *ir, Binder first, Slice binders)
{
    VEC(Binder) b = {0};
    vec_push(ir->arena, &b, first);
    for (uint32_t k = 0; k < binders.n; k++) vec_push(ir->arena, &b, ir->binder.at[binders.at + k]);
    return ir_binders(ir, b.at, b.n);
}

static Id rename(Ir *ir, Id node, Id from, Id to)
{
    Subst s = {from, ir_var(ir, to)};
    return ir_subst(ir, node, &s, 1);
}

static Slice rename_binders(Ir *ir, Slice binders, Id from, Id to)
{
    VEC(Binder) b = {0};
    for (uint32_t k = 0; k < binders.n; k++) {
        Binder x = ir->binder.at[binders.at + k];
        Binder y = {x.var, rename(ir, x.lo, from, to), rename(ir, x.hi, from, to)};
        vec_push(ir->arena, &b, y);
    }
    return ir_binders(ir, b.at, b.n);
}

/* The row equation with its row variable outermost, under the common name, over first..last. */
static Id by_rows(Finder *f, Rows *r, Id eq, Id var)
{
    Ir *ir = f->ir;
    Eq e = ir->eq.at[eq];
    int outer = find_binder(f, e.outer, var), inner = find_binder(f, e.inner, var);
    if (outer < 0 && inner < 0) {
        f->legal = false; /* bound by a region */
        return eq;
    }
    if (outer >= 0)
        e.outer = without(ir, e.outer, outer);
    else
        e.inner = without(ir, e.inner, inner);
    e.outer = rename_binders(ir, e.outer, var, r->row);
    e.inner = rename_binders(ir, e.inner, var, r->row);
    IdVec subs = {0};
    for (uint32_t k = 0; k < e.subs.n; k++)
        vec_push(ir->arena, &subs, rename(ir, ir->kid.at[e.subs.at + k], var, r->row));
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.body = rename(ir, e.body, var, r->row);
    e.where = rename(ir, e.where, var, r->row);
    e.with = rename(ir, e.with, var, r->row);
    e.when = rename(ir, e.when, var, r->row);
    if (inner >= 0 && !e.inner.n) { /* sum(n where c) x  ->  x for n when c */
        if (e.where) e.when = ir_and(ir, e.when, e.where);
        e.where = 0;
        e.op = RED_NONE;
    }
    Binder row = {r->row, r->ranged ? ir_var(ir, r->first) : ir_int(ir, 0), r->ranged ? ir_var(ir, r->last) : f->dim};
    e.outer = with_first(ir, row, e.outer);
    return ir_new_eq(ir, &e);
}

static Id as_add(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    if (e.add) return eq;
    e.add = true;
    return ir_new_eq(ir, &e);
}

static void make_adds(Ir *ir, IdVec *list, const uint8_t *marked)
{
    for (uint32_t k = 0; k < list->n; k++)
        if (marked[ir->eq.at[list->at[k]].target]) list->at[k] = as_add(ir, list->at[k]);
}

/* Sums over rows add; their targets are zeroed first where nothing in the prologue sets them. */
static void zero_sums(Ir *ir, Rows *r, const uint8_t *summed)
{
    uint8_t *late = arena_alloc(ir->arena, ir->array.n);
    const IdVec *lists[] = {&r->rows, &r->epilogue};
    for (uint32_t l = 0; l < 2; l++)
        for (uint32_t k = 0; k < lists[l]->n; k++) {
            Eq e = ir->eq.at[lists[l]->at[k]];
            if (summed[e.target] && !e.add) late[e.target] = 1;
        }
    IdVec zeros = {0};
    for (Id a = 1; a < ir->array.n; a++)
        if (late[a]) vec_push(ir->arena, &zeros, ir_zero(ir, a));
    make_adds(ir, &r->prologue, late);
    make_adds(ir, &r->rows, late);
    make_adds(ir, &r->epilogue, late);
    for (uint32_t k = 0; k < r->prologue.n; k++) vec_push(ir->arena, &zeros, r->prologue.at[k]);
    r->prologue = zeros;
}

IdVec rows_dims(Ir *ir, Slice items)
{
    uint8_t *leads = arena_alloc(ir->arena, ir->dim.n + 1u);
    for (uint32_t k = 0; k < items.n; k++) {
        Item it = ir->item.at[items.at + k];
        if (it.region) continue;
        IdVec reads = ir_eq_reads(ir, it.id);
        for (uint32_t j = 0; j < reads.n; j++) {
            Id a = ir->node.at[reads.at[j]].u.ref;
            if (ir->array.at[a].kind != ARRAY_DATA || !ir->array.at[a].dims.n) continue;
            Id d = array_dim(ir, a, 0);
            if (ir_opof(ir, d) == OP_DIM) leads[ir->node.at[d].u.ref] = 1;
        }
    }
    IdVec dims = {0};
    for (Id d = 1; d < ir->dim.n; d++)
        if (leads[d]) vec_push(ir->arena, &dims, d);
    return dims;
}

static void find_positions(Finder *f, Slice items)
{
    Ir *ir = f->ir;
    for (Id a = 1; a < ir->array.n; a++) {
        Array x = ir->array.at[a];
        bool leads = !f->root && x.kind == ARRAY_DATA && x.dims.n && array_dim(ir, a, 0) == f->dim;
        f->position[a] = leads ? 0 : -1;
    }
    if (f->root) f->position[f->root] = (int)f->axis; /* inputs are there anyhow, whatever rows are read of them */
    AccessVec *list = arena_alloc(ir->arena, sizeof *list * (items.n + 1u));
    for (uint32_t k = 0; k < items.n; k++) list[k] = accesses(f, ir->item.at[items.at + k].id);
    for (bool again = true; again;) {
        again = false;
        for (uint32_t k = 0; k < items.n; k++) again |= propagate(f, &list[k]);
        for (uint32_t k = items.n; k-- > 0;) again |= propagate(f, &list[k]);
    }
}

/* Sorts one equation into its list. */
static void place(Finder *f, Rows *r, Id eq, uint8_t *summed)
{
    Ir *ir = f->ir;
    Eq e = ir->eq.at[eq];
    AccessVec list = accesses(f, eq);
    uint32_t level = 0;
    for (uint32_t k = 1; k < list.n; k++)
        if (f->level[list.at[k].array] > level) level = f->level[list.at[k].array];
    if (!e.add && f->begun[e.target] < level) f->begun[e.target] = level;
    if (level < f->begun[e.target]) level = f->begun[e.target];
    Id var = row_var(f, &list);
    bool sum = var && f->position[e.target] < 0;
    if (f->level[e.target] < level + sum) f->level[e.target] = level + sum;
    if (!var) {
        vec_push(ir->arena, level ? &r->epilogue : &r->prologue, eq);
        return;
    }
    if (level) f->legal = false;
    if (sum) {
        bool inner = find_binder(f, e.inner, var) >= 0;
        if (inner ? e.op != RED_SUM && e.op != RED_ANY : !e.add) f->legal = false;
        summed[e.target] = 1;
    }
    if (!r->row) {
        r->row = ir_new_var(ir, ir->var.at[var].name, ir->var.at[var].span);
        r->first = ir_new_var(ir, "first", ir->var.at[var].span);
        r->last = ir_new_var(ir, "last", ir->var.at[var].span);
    }
    if (f->legal) vec_push(ir->arena, &r->rows, by_rows(f, r, eq, var));
}

static Rows split(Ir *ir, Slice items, Finder f, bool ranged)
{
    Rows r = {.size = f.dim, .ranged = ranged};
    f.ir = ir;
    f.legal = true;
    for (uint32_t k = 0; k < items.n; k++)
        if (ir->item.at[items.at + k].region) return r;
    f.position = arena_alloc(ir->arena, sizeof *f.position * ir->array.n);
    f.level = arena_alloc(ir->arena, sizeof *f.level * ir->array.n);
    f.begun = arena_alloc(ir->arena, sizeof *f.begun * ir->array.n);
    uint8_t *summed = arena_alloc(ir->arena, ir->array.n);
    find_positions(&f, items);
    for (uint32_t k = 0; k < items.n && f.legal; k++) place(&f, &r, ir->item.at[items.at + k].id, summed);
    bool sums = false;
    for (Id a = 1; a < ir->array.n; a++) sums |= summed[a];
    r.legal = f.legal && r.row && (f.root ? !sums : sums || !f.summing);
    if (!r.legal) return r;
    zero_sums(ir, &r, summed);
    r.position = f.position;
    r.contaminated = arena_alloc(ir->arena, ir->array.n);
    for (Id a = 1; a < ir->array.n; a++) r.contaminated[a] = f.level[a] > 0;
    return r;
}

Rows rows_split(Ir *ir, Slice items, Id dim, bool ranged, bool summing)
{
    return split(ir, items, (Finder){.dim = ir_dim(ir, dim), .summing = summing}, ranged);
}

Rows rows_map(Ir *ir, Slice items, Id root, uint32_t axis, Id lines)
{
    Finder f = {.dim = lines ? lines : array_dim(ir, root, axis), .root = root, .axis = axis, .flat = lines != 0};
    return split(ir, items, f, true);
}

/* ---- roots that are read */

typedef struct {
    Id *shadow; /* by array; 0: none */
} Shadows;

static Id read_shadow(Ir *ir, Id id, void *user)
{
    const Shadows *s = user;
    Node x = ir->node.at[id];
    if (x.op != OP_READ || !s->shadow[x.u.ref]) return 0;
    IdVec subs = {0};
    for (uint32_t k = 0; k < x.n; k++) vec_push(ir->arena, &subs, ir_kid(ir, id, k));
    return ir_read(ir, s->shadow[x.u.ref], subs.at, subs.n);
}

static Slice shadow_binders(Ir *ir, Slice binders, Shadows *s)
{
    Binders list = {0};
    ir_add_binders(ir, binders, &list);
    for (uint32_t k = 0; k < list.n; k++) {
        list.at[k].lo = ir_replace(ir, list.at[k].lo, read_shadow, s);
        list.at[k].hi = ir_replace(ir, list.at[k].hi, read_shadow, s);
    }
    return ir_binders(ir, list.at, list.n);
}

static Id shadow_eq(Ir *ir, Id eq, Shadows *s)
{
    Eq e = ir->eq.at[eq];
    IdVec subs = {0};
    ir_add_ids(ir, e.subs, &subs);
    for (uint32_t k = 0; k < subs.n; k++) subs.at[k] = ir_replace(ir, subs.at[k], read_shadow, s);
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = shadow_binders(ir, e.outer, s);
    e.inner = shadow_binders(ir, e.inner, s);
    e.body = ir_replace(ir, e.body, read_shadow, s);
    if (e.where) e.where = ir_replace(ir, e.where, read_shadow, s);
    if (e.with) e.with = ir_replace(ir, e.with, read_shadow, s);
    if (e.when) e.when = ir_replace(ir, e.when, read_shadow, s);
    if (s->shadow[e.target]) e.target = s->shadow[e.target];
    return ir_new_eq(ir, &e);
}

/* root[i, ...] = shadow[i, ...] */
static Id copy_eq(Ir *ir, Id root, Id shadow)
{
    Id zero = ir_zero(ir, root);
    Eq e = ir->eq.at[zero];
    IdVec subs = {0};
    for (uint32_t k = 0; k < e.subs.n; k++) vec_push(ir->arena, &subs, ir->kid.at[e.subs.at + k]);
    e.body = ir_read(ir, shadow, subs.at, subs.n);
    return ir_new_eq(ir, &e);
}

Slice rows_shadow(Ir *ir, Slice items, const IdVec *roots)
{
    uint8_t *read = arena_alloc(ir->arena, ir->array.n);
    for (uint32_t k = 0; k < items.n; k++) {
        Item it = ir->item.at[items.at + k];
        if (it.region) return items;
        IdVec reads = ir_eq_reads(ir, it.id);
        for (uint32_t j = 0; j < reads.n; j++) read[ir->node.at[reads.at[j]].u.ref] = 1;
    }
    Shadows s = {arena_alloc(ir->arena, sizeof(Id) * (ir->array.n + roots->n + 1u))};
    IdVec copies = {0};
    for (uint32_t k = 0; k < roots->n; k++) {
        Id root = roots->at[k];
        if (!read[root]) continue;
        s.shadow[root] = ir_new_like(ir, root);
        vec_push(ir->arena, &copies, copy_eq(ir, root, s.shadow[root]));
    }
    if (!copies.n) return items;
    VEC(Item) list = {0};
    for (uint32_t k = 0; k < items.n; k++)
        vec_push(ir->arena, &list, ((Item){false, shadow_eq(ir, ir->item.at[items.at + k].id, &s)}));
    for (uint32_t k = 0; k < copies.n; k++) vec_push(ir->arena, &list, ((Item){false, copies.at[k]}));
    return ir_items(ir, list.at, list.n);
}

IdVec rows_again(Ir *ir, const Rows *r, const uint8_t *root)
{
    Shadows s = {arena_alloc(ir->arena, sizeof(Id) * (ir->array.n + 2u * r->rows.n + 1u))};
    IdVec again = {0};
    for (uint32_t k = 0; k < r->rows.n; k++) {
        Id a = ir->eq.at[r->rows.at[k]].target;
        if (r->position[a] < 0 || root[a] || s.shadow[a]) continue;
        s.shadow[a] = ir_new_like(ir, a);
    }
    for (uint32_t k = 0; k < r->rows.n; k++) vec_push(ir->arena, &again, shadow_eq(ir, r->rows.at[k], &s));
    return again;
}

IdVec rows_from(Ir *ir, const IdVec *rows, Id from)
{
    IdVec rest = {0};
    for (uint32_t k = 0; k < rows->n; k++) {
        Eq e = ir->eq.at[rows->at[k]];
        Binders outer = {0};
        ir_add_binders(ir, e.outer, &outer);
        outer.at[0].lo = from;
        e.outer = ir_binders(ir, outer.at, outer.n);
        vec_push(ir->arena, &rest, ir_new_eq(ir, &e));
    }
    return rest;
}

/* ---- affine epilogues */

/* A value as sums part + constant part; 0: that part is zero. */
typedef struct {
    Id sums, rest;
} Parts;

static Id plus(Ir *ir, Op op, Id a, Id b)
{
    if (!b) return a;
    if (!a) return op == OP_SUB ? ir_op1(ir, OP_NEG, b) : b;
    return ir_op2(ir, op, a, b);
}

static Id times(Ir *ir, Op op, Id a, Id b) { return a && b ? ir_op2(ir, op, a, b) : 0; }

static Id choose(Ir *ir, Id c, Id a, Id b)
{
    if (!a && !b) return 0;
    return ir_select(ir, c, a ? a : ir_real(ir, 0), b ? b : ir_real(ir, 0));
}

/* false: not affine in the sums. */
static bool combine(Ir *ir, Id id, const Parts *k, Parts *out)
{
    Op op = ir_opof(ir, id);
    switch ((int)op) {
    case OP_ADD:
    case OP_SUB: *out = (Parts){plus(ir, op, k[0].sums, k[1].sums), plus(ir, op, k[0].rest, k[1].rest)}; return true;
    case OP_NEG: *out = (Parts){plus(ir, OP_SUB, 0, k[0].sums), plus(ir, OP_SUB, 0, k[0].rest)}; return true;
    case OP_MUL:
        if (k[0].sums && k[1].sums) return false;
        if (k[0].sums)
            *out = (Parts){times(ir, op, k[0].sums, k[1].rest), times(ir, op, k[0].rest, k[1].rest)};
        else
            *out = (Parts){times(ir, op, k[0].rest, k[1].sums), times(ir, op, k[0].rest, k[1].rest)};
        return true;
    case OP_DIV:
        if (k[1].sums) return false;
        *out = (Parts){times(ir, op, k[0].sums, k[1].rest), times(ir, op, k[0].rest, k[1].rest)};
        return true;
    case OP_SELECT:
        if (k[0].sums) return false;
        *out = (Parts){choose(ir, k[0].rest, k[1].sums, k[2].sums), choose(ir, k[0].rest, k[1].rest, k[2].rest)};
        return true;
    default: return false;
    }
}

/* The place of an id in an ascending list that holds it. */
static uint32_t find_id(const IdVec *ids, Id id)
{
    uint32_t lo = 0, hi = ids->n;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (ids->at[mid] <= id)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

static bool affine_parts(Ir *ir, const uint8_t *contaminated, Id body, Parts *result)
{
    IdVec ids = ir_reach(ir, &body, 1);
    Parts *part = arena_alloc(ir->arena, sizeof *part * (ids.n + 1u));
    for (uint32_t j = 0; j < ids.n; j++) {
        Id id = ids.at[j];
        Node x = ir->node.at[id];
        bool sums = x.op == OP_READ && contaminated[x.u.ref];
        if (sums) {
            part[j] = (Parts){id, 0};
            continue;
        }
        Parts kids[3] = {{0, 0}, {0, 0}, {0, 0}};
        for (uint32_t k = 0; k < x.n; k++) {
            Parts p = part[find_id(&ids, ir_kid(ir, id, k))];
            sums |= p.sums != 0;
            if (k < 3) kids[k] = p;
        }
        part[j] = (Parts){0, id};
        if (sums && (x.n > 3 || !combine(ir, id, kids, &part[j]))) return false;
    }
    *result = part[ids.n - 1];
    return true;
}

static bool reads_marked(Ir *ir, const IdVec *roots, const uint8_t *marked)
{
    IdVec ids = ir_reach(ir, roots->at, roots->n);
    for (uint32_t k = 0; k < ids.n; k++) {
        Node x = ir->node.at[ids.at[k]];
        if (x.op == OP_READ && marked[x.u.ref]) return true;
    }
    return false;
}

static bool is_zero(const Ir *ir, Id node) { return ir_opof(ir, node) == OP_CONST && ir_is_int(ir, node, 0); }

/* One equation of prologue or epilogue into its part of the sums and its part of the rest; either may be 0. */
static bool split_eq(Ir *ir, const uint8_t *contaminated, Id eq, Id *sums, Id *rest)
{
    Eq e = ir->eq.at[eq];
    IdVec roots = {0};
    ir_eq_roots(ir, eq, &roots);
    *sums = *rest = 0;
    if (!reads_marked(ir, &roots, contaminated)) {
        if (!is_zero(ir, e.body)) *rest = eq;
        return true;
    }
    IdVec other = {0};
    for (uint32_t k = 0; k < roots.n; k++)
        if (roots.at[k] != e.body) vec_push(ir->arena, &other, roots.at[k]);
    if (reads_marked(ir, &other, contaminated) || (e.op != RED_NONE && e.op != RED_SUM)) return false;
    if (ir_type(ir, e.body) != T_REAL) return false;
    Parts p;
    if (!affine_parts(ir, contaminated, e.body, &p)) return false;
    Eq half = e;
    if (p.sums) {
        half.body = p.sums;
        *sums = ir_new_eq(ir, &half);
    }
    if (p.rest && !is_zero(ir, p.rest)) {
        half.body = p.rest;
        *rest = ir_new_eq(ir, &half);
    }
    return true;
}

static Id when_first(Ir *ir, const Rows *r, Id eq)
{
    Id zero = ir_int(ir, 0);
    Id some = ir_or(ir, ir_op2(ir, OP_LT, zero, ir_var(ir, r->last)), ir_op2(ir, OP_EQ, r->size, zero));
    Eq e = ir->eq.at[eq];
    e.when = ir_and(ir, ir_and(ir, ir_op2(ir, OP_EQ, ir_var(ir, r->first), zero), some), e.when);
    e.add = true;
    return ir_new_eq(ir, &e);
}

bool rows_affine(Ir *ir, Rows *r, const IdVec *roots)
{
    uint8_t *root = arena_alloc(ir->arena, ir->array.n), *zeroed = arena_alloc(ir->arena, ir->array.n);
    for (uint32_t k = 0; k < roots->n; k++) root[roots->at[k]] = r->contaminated[roots->at[k]] = 1;
    IdVec prologue = {0}, epilogue = {0}, zeros = {0};
    for (uint32_t l = 0; l < 2; l++) {
        const IdVec *list = l ? &r->epilogue : &r->prologue;
        IdVec *out = l ? &epilogue : &prologue;
        for (uint32_t k = 0; k < list->n; k++) {
            Id eq = list->at[k], sums, rest, target = ir->eq.at[eq].target;
            if (!r->contaminated[target]) {
                vec_push(ir->arena, out, eq);
                continue;
            }
            if (!split_eq(ir, r->contaminated, eq, &sums, &rest)) return false;
            bool direct = !root[target] && !rest && sums && !zeroed[target];
            if (!root[target] && !direct && !zeroed[target] && !ir->eq.at[eq].add) {
                zeroed[target] = 1;
                vec_push(ir->arena, &zeros, ir_zero(ir, target));
            }
            if (sums) vec_push(ir->arena, out, direct ? sums : as_add(ir, sums));
            if (rest) vec_push(ir->arena, out, when_first(ir, r, rest));
        }
    }
    for (uint32_t k = 0; k < prologue.n; k++) vec_push(ir->arena, &zeros, prologue.at[k]);
    r->prologue = zeros;
    r->epilogue = epilogue;
    make_adds(ir, &r->rows, root);
    return true;
}
