/*
 * entries.c -- where the entries of a sparse Jacobian stand: coordinates, compressed rows, blocks of one size, the whole matrix.
 *
 * Every row has the same blocks, so the arrays of entries are [subscripts of the row, entries in it], and nothing is looked for at run
 * time.  Only the lower half of a square on the diagonal of a Hessian grows from row to row: then the array's last dimension goes
 * over all rows of such a square, one after the other.  Columns ascend in a row.  Where data alone decide the order of two blocks,
 * the place of an entry is the number of those before it: of the other block's subscripts, as a box in lexicographic order, how
 * many lie before the entry's is a formula.  Entries with the same column stand beside each other and add up.
 *
 * Ragged blocks, one for each z of the row's own range, make rows of different lengths: then the arrays have one dimension, for as many
 * entries as there can be, and a row begins where the ranges before it end.  Such entries stand in the order of z: columns ascend if the
 * data do, and all blocks of the same array stand one after the other.
 *
 * needs: jacobian   makes: arrays of values, rows, columns   exact: yes
 */
#include "derive.h"

typedef struct {
    Ir *ir;
    const Jacobian *j;
    uint32_t cut;    /* how many subscripts of a column count */
    uint32_t square; /* the part that is one; as many as there are parts: none */
    uint32_t lead;   /* dimensions of the row that arrays of entries have */
    Id rest, own;    /* rows in one of the others, and the number of the row there */
    Id fixed;        /* entries of a row outside the square and ragged blocks */
    bool ragged;     /* there are such */
    Id begin;        /* of the row, in the last dimension of the arrays of entries */
    bool whole;      /* a square is whole */
    bool apart;      /* places are not what a subscript shows to be different */
} Layout;

static Id mul(Ir *ir, Id a, Id b) { return ir_op2(ir, OP_MUL, a, b); }
static Id add(Ir *ir, Id a, Id b) { return ir_op2(ir, OP_ADD, a, b); }
static Id size_of(const Ir *ir, Id array, uint32_t k) { return ir->kid.at[ir->array.at[array].dims.at + k]; }
static uint32_t rank_of(const Ir *ir, Id array) { return ir->array.at[array].dims.n; }

static Id elements(Ir *ir, Id array)
{
    Id n = ir_int(ir, 1);
    for (uint32_t k = 0; k < rank_of(ir, array); k++) n = mul(ir, n, size_of(ir, array, k));
    return n;
}

/* The number of an element among those of its array, as to dimensions first..end. */
static Id number(Ir *ir, const Id *subs, const Id *sizes, uint32_t first, uint32_t end)
{
    Id at = ir_int(ir, 0);
    for (uint32_t k = first; k < end; k++) at = add(ir, mul(ir, at, sizes[k]), subs[k]);
    return at;
}

/* How many values the free subscripts first..end of a part take. */
static Id free_count(Ir *ir, const Part *p, uint32_t first, uint32_t end)
{
    Id n = ir_int(ir, 1);
    for (uint32_t k = first; k < end; k++)
        if (!p->at[k]) n = mul(ir, n, size_of(ir, p->block.array, k));
    return n;
}

static Id *new_subs(Ir *ir, const Part *p)
{
    return arena_alloc(ir->arena, sizeof(Id) * (rank_of(ir, p->block.array) + 1u));
}

/* The subscripts first..end of entry number `entry`, row-major over the free ones. */
static void unpack(Ir *ir, const Part *p, uint32_t first, uint32_t end, Id entry, Id *subs)
{
    uint32_t top = first;
    while (top < end && p->at[top]) top++;
    for (uint32_t k = end; k-- > first;) {
        Id size = size_of(ir, p->block.array, k);
        subs[k] = p->at[k] ? p->at[k] : k == top ? entry : ir_op2(ir, OP_MOD, entry, size);
        if (!p->at[k]) entry = ir_op2(ir, OP_IDIV, entry, size);
    }
}

/* ---- order in a row */

static bool is_cut(const Layout *l, uint32_t part) { return part == l->square && !l->whole; }

/* How many entries of a part stand before one with these subscripts; `ties`: those at the same place do. */
static Id count_before(const Layout *l, uint32_t part, const Id *subs, bool ties)
{
    Ir *ir = l->ir;
    const Part *p = &l->j->parts.at[part];
    Id same = 0, zero = ir_int(ir, 0), sum = zero;
    for (uint32_t k = 0; k < l->cut; k++) {
        Id each = free_count(ir, p, k + 1, l->cut), n;
        if (p->at[k])
            n = ir_select(ir, ir_op2(ir, OP_LT, p->at[k], subs[k]), each, zero);
        else
            n = mul(ir, subs[k], each);
        sum = add(ir, sum, same ? ir_select(ir, same, n, zero) : n);
        if (p->at[k] && p->at[k] != subs[k]) same = ir_and(ir, same, ir_op2(ir, OP_EQ, p->at[k], subs[k]));
    }
    if (ties) sum = add(ir, sum, same ? ir_select(ir, same, ir_int(ir, 1), zero) : ir_int(ir, 1));
    return is_cut(l, part) ? ir_op2(ir, OP_IMIN, sum, ir_addi(ir, l->own, 1)) : sum;
}

static bool is_ragged(const Part *p) { return p->block.along.z.var != 0; }

/* Entries of a part in a row. */
static Id part_count(const Layout *l, uint32_t part)
{
    const Part *p = &l->j->parts.at[part];
    if (is_cut(l, part)) return ir_addi(l->ir, l->own, 1);
    Id each = free_count(l->ir, p, 0, l->cut);
    return is_ragged(p) ? mul(l->ir, each, ir_op2(l->ir, OP_SUB, p->block.along.z.hi, p->block.along.z.lo)) : each;
}

static bool any_ragged(const Jacobian *j, Id array)
{
    for (uint32_t i = 0; i < j->parts.n; i++)
        if (is_ragged(&j->parts.at[i]) && (!array || j->parts.at[i].block.array == array)) return true;
    return false;
}

/* Where the entry of a part stands among those of the same array. */
static Id place_among(Layout *l, uint32_t part, Id entry, const Id *subs)
{
    Ir *ir = l->ir;
    const Part *p = &l->j->parts.at[part];
    Id place = entry;
    bool in_turn = any_ragged(l->j, p->block.array);
    for (uint32_t i = 0; i < l->j->parts.n; i++) {
        const Part *q = &l->j->parts.at[i];
        bool meet = false;
        if (i == part || q->block.array != p->block.array || (in_turn && i > part)) continue;
        if (in_turn || (part_before(ir, l->j, q, p, l->cut, &meet) && (!meet || i < part))) {
            place = add(ir, place, part_count(l, i));
        } else if (!part_before(ir, l->j, p, q, l->cut, &meet) || (meet && part > i)) {
            place = add(ir, place, count_before(l, i, subs, i < part));
            l->apart = true;
        }
    }
    return place;
}

/* ---- arrays and equations */

static void append(Ir *ir, Id eq)
{
    Items all = {0};
    ir_add_items(ir, ir->items, &all);
    vec_push(ir->arena, &all, ((Item){false, eq}));
    ir->items = ir_items(ir, all.at, all.n);
}

static Id new_array(const Layout *l, const char *stem, ArrayKind kind, Type type, const IdVec *dims)
{
    Ir *ir = l->ir;
    const char *name = arena_printf(ir->arena, "%s_%s", stem, ir->array.at[l->j->of].name);
    return ir_new_array(ir, name, kind, type, dims->at, dims->n, ir->array.at[l->j->of].span);
}

static void set(const Layout *l, Id target, const IdVec *subs, const Binders *outer, Id body)
{
    Ir *ir = l->ir;
    Eq e = {.target = target, .body = body, .apart = l->apart, .span = ir->array.at[l->j->of].span};
    e.subs = ir_ids(ir, subs->at, subs->n);
    e.outer = ir_binders(ir, outer->at, outer->n);
    append(ir, ir_new_eq(ir, &e));
}

/* Adds to the whole matrix, unless they are the same as where it was added already. */
static void add_dense(const Layout *l, Id dense, Id row, Id column, const Binders *outer, Id value, bool mirrored)
{
    Ir *ir = l->ir;
    Eq e = {.target = dense, .body = value, .add = true, .scatter = true, .span = ir->array.at[l->j->of].span};
    Id subs[] = {row, column};
    e.subs = ir_ids(ir, subs, 2);
    e.outer = ir_binders(ir, outer->at, outer->n);
    if (mirrored) e.when = ir_op2(ir, OP_LT, row, column);
    append(ir, ir_new_eq(ir, &e));
}

/* The variable of a loop over `count` things, or 0 where there is one. */
static Id counter(const Layout *l, const char *name, Id count, Binders *outer)
{
    Ir *ir = l->ir;
    if (ir_is_int(ir, count, 1)) return ir_int(ir, 0);
    Id var = ir_new_var(ir, name, ir->array.at[l->j->of].span);
    vec_push(ir->arena, outer, ((Binder){var, ir_int(ir, 0), count}));
    return ir_var(ir, var);
}

static void add_rows(const Layout *l, uint32_t n, Binders *outer)
{
    for (uint32_t k = 0; k < n; k++) vec_push(l->ir->arena, outer, l->j->rows.at[k]);
}

/* d of[row] / d by[column], with the subscripts of both. */
static Id derivative(const Layout *l, const Part *p, const Id *row, const Id *column)
{
    IdVec subs = {0};
    Arena *a = l->ir->arena;
    for (uint32_t k = 0; k < l->j->subs.n && !l->j->forward; k++) vec_push(a, &subs, row[k]);
    if (is_ragged(p)) vec_push(a, &subs, p->block.along.at);
    for (uint32_t k = 0; k < rank_of(l->ir, p->block.array); k++)
        if (!p->block.pin[k]) vec_push(a, &subs, column[k]);
    for (uint32_t k = 0; k < l->j->subs.n && l->j->forward; k++) vec_push(a, &subs, row[k]);
    return ir_read(l->ir, p->block.adjoint, subs.at, subs.n);
}

static Id first_column(const Layout *l, Id array)
{
    Id first = ir_int(l->ir, 0);
    for (uint32_t i = 0; l->j->by->at[i] != array; i++) first = add(l->ir, first, elements(l->ir, l->j->by->at[i]));
    return first;
}

static Id column_number(const Layout *l, Id array, const Id *subs)
{
    Ir *ir = l->ir;
    Slice dims = ir->array.at[array].dims;
    IdVec sizes = {0};
    ir_add_ids(ir, dims, &sizes);
    return number(ir, subs, sizes.at, 0, dims.n);
}

static Id row_number(const Layout *l) { return number(l->ir, l->j->subs.at, l->j->dims.at, 0, l->j->subs.n); }

/* The value where it is not above the diagonal, else 0, of a part that is on both sides. */
static Id lower(const Layout *l, const Part *p, const Id *column, Id value)
{
    Ir *ir = l->ir;
    if (p->side != SIDE_EITHER) return value;
    Id below = ir_op2(ir, OP_LE, column_number(l, p->block.array, column), row_number(l));
    return ir_select(ir, below, value, ir_real(ir, 0));
}

/* ---- rows */

static Layout layout(Ir *ir, const Jacobian *j)
{
    Layout l = {.ir = ir, .j = j, .square = 0, .lead = j->subs.n, .rest = ir_int(ir, 1), .own = ir_int(ir, 0)};
    while (l.square < j->parts.n && j->parts.at[l.square].side != SIDE_SQUARE) l.square++;
    if (l.square < j->parts.n)
        for (l.lead = 0; l.lead < j->subs.n && j->parts.at[l.square].at[l.lead];) l.lead++;
    l.ragged = any_ragged(j, 0);
    if (l.ragged) l.lead = 0;
    for (uint32_t k = l.lead; k < j->dims.n; k++) l.rest = mul(ir, l.rest, j->dims.at[k]);
    l.own = number(ir, j->subs.at, j->dims.at, l.lead, j->subs.n);
    l.fixed = ir_int(ir, 0);
    for (uint32_t i = 0; i < j->parts.n; i++) {
        l.cut = rank_of(ir, j->parts.at[i].block.array);
        if (i != l.square && !is_ragged(&j->parts.at[i])) l.fixed = add(ir, l.fixed, part_count(&l, i));
    }
    return l;
}

/* Entries of n rows of a square's: fixed ones, and 1, 2, ..., n of the triangle. */
static Id triangle(const Layout *l, Id n)
{
    Ir *ir = l->ir;
    Id count = mul(ir, n, l->fixed);
    if (l->square == l->j->parts.n) return count;
    return add(ir, count, ir_op2(ir, OP_IDIV, mul(ir, n, ir_addi(ir, n, 1)), ir_int(ir, 2)));
}

/* Entries of ragged parts: in all the rows before this one; in all rows, and how many these can be whatever the data is. */
typedef struct {
    Id before, all, most;
} Ragged;

static Ragged count_ragged(Layout *l)
{
    Ir *ir = l->ir;
    const Jacobian *j = l->j;
    Id rows = ir_int(ir, 1), own = number(ir, j->subs.at, j->dims.at, 1, j->subs.n), none = ir_int(ir, 0);
    Ragged n = {none, none, none};
    for (uint32_t k = 1; k < j->dims.n; k++) rows = mul(ir, rows, j->dims.at[k]);
    for (uint32_t i = 0; i < j->parts.n; i++) {
        const Part *p = &j->parts.at[i];
        const Along *a = &p->block.along;
        if (!is_ragged(p)) continue;
        l->cut = rank_of(ir, p->block.array);
        Id each = mul(ir, rows, free_count(ir, p, 0, l->cut));
        n.before = add(ir, n.before, mul(ir, each, ir_op2(ir, OP_SUB, a->z.lo, a->first)));
        n.before = add(ir, n.before, mul(ir, own, part_count(l, i)));
        n.all = add(ir, n.all, mul(ir, each, ir_op2(ir, OP_SUB, a->end, a->first)));
        n.most = add(ir, n.most, mul(ir, each, a->size));
    }
    return n;
}

/* `before`: entries of the row in the columns of arrays before this one's. */
static void set_part(Layout *l, uint32_t part, Id before, const Entries *out)
{
    Ir *ir = l->ir;
    const Part *p = &l->j->parts.at[part];
    Binders outer = {0};
    IdVec subs = {0};
    Id *column = new_subs(ir, p);
    l->cut = rank_of(ir, p->block.array);
    l->apart = l->ragged || !ir_is_int(ir, l->rest, 1);
    add_rows(l, l->j->rows.n, &outer);
    if (is_ragged(p)) vec_push(ir->arena, &outer, p->block.along.z);
    Id each = is_ragged(p) ? free_count(ir, p, 0, l->cut) : part_count(l, part);
    Id entry = counter(l, "e", each, &outer);
    unpack(ir, p, 0, l->cut, entry, column);
    if (is_ragged(p)) {
        const Binder *z = &p->block.along.z;
        entry = add(ir, mul(ir, ir_op2(ir, OP_SUB, ir_var(ir, z->var), z->lo), each), entry);
    }
    for (uint32_t k = 0; k < l->lead; k++) vec_push(ir->arena, &subs, l->j->subs.at[k]);
    Id place = add(ir, before, place_among(l, part, entry, column));
    vec_push(ir->arena, &subs, add(ir, l->begin, place));
    Id at = add(ir, first_column(l, p->block.array), column_number(l, p->block.array, column));
    Id row = add(ir, out->first_row, row_number(l)), value = derivative(l, p, l->j->subs.at, column);
    set(l, out->values, &subs, &outer, lower(l, p, column, value));
    set(l, out->rows, &subs, &outer, row);
    set(l, out->columns, &subs, &outer, at);
    if (!out->dense) return;
    value = ir_read(ir, out->given, subs.at, subs.n);
    add_dense(l, out->dense, row, at, &outer, value, false);
    if (l->j->own) add_dense(l, out->dense, at, row, &outer, value, true);
}

void entries(Ir *ir, const Jacobian *j, Entries *out)
{
    Layout l = layout(ir, j);
    IdVec dims = {0}, subs = {0};
    Binders outer = {0};
    for (uint32_t k = 0; k < l.lead; k++) vec_push(ir->arena, &dims, j->dims.at[k]);
    Id lines = number(ir, j->subs.at, j->dims.at, 0, l.lead), in_each = triangle(&l, l.rest);
    const Ragged ragged = count_ragged(&l);
    vec_push(ir->arena, &dims, add(ir, in_each, ragged.most));
    out->values = new_array(&l, "jacobian", ARRAY_RESULT, T_REAL, &dims);
    out->rows = new_array(&l, "row", ARRAY_RESULT, T_INT, &dims);
    out->columns = new_array(&l, "column", ARRAY_RESULT, T_INT, &dims);
    out->given = new_array(&l, "given", ARRAY_GIVEN, T_REAL, &dims);
    out->starts = new_array(&l, "start", ARRAY_RESULT, T_INT, &j->dims);
    out->ragged = l.ragged;
    out->count = l.ragged ? add(ir, in_each, ragged.all) : elements(ir, out->values);
    out->width = !l.ragged && ir_is_int(ir, l.rest, 1) ? in_each : 0;
    add_rows(&l, j->rows.n, &outer);
    l.begin = add(ir, triangle(&l, l.own), ragged.before);
    Id start = add(ir, add(ir, out->first_entry, mul(ir, lines, in_each)), l.begin);
    for (uint32_t k = 0; k < j->subs.n; k++) vec_push(ir->arena, &subs, j->subs.at[k]);
    set(&l, out->starts, &subs, &outer, start);
    Id before = ir_int(ir, 0);
    for (uint32_t i = 0; i < j->parts.n;) {
        Id array = j->parts.at[i].block.array, more = before;
        for (; i < j->parts.n && j->parts.at[i].block.array == array; i++) {
            set_part(&l, i, before, out);
            l.cut = rank_of(ir, array);
            if (i != l.square) more = add(ir, more, part_count(&l, i));
        }
        before = more;
    }
}

/* ---- blocks */

static bool speaks_of(const Ir *ir, const Part *p, Id var)
{
    for (uint32_t k = 0; k < rank_of(ir, p->block.array); k++)
        if (p->at[k] && ir_has_var(ir, p->at[k], var)) return true;
    return false;
}

/* The derivative at any place of a block; above the diagonal of a square it is read below. */
static Id tile_value(const Layout *l, uint32_t part, const Id *column)
{
    Ir *ir = l->ir;
    const Jacobian *j = l->j;
    const Part *p = &j->parts.at[part];
    Id value = derivative(l, p, j->subs.at, column);
    if (part != l->square) return lower(l, p, column, value);
    if (l->lead == j->subs.n) return value;
    Id below = ir_op2(ir, OP_LE, number(ir, column, j->dims.at, l->lead, j->subs.n), l->own);
    return ir_select(ir, below, value, derivative(l, p, column, j->subs.at));
}

static void set_tile(Layout *l, uint32_t part, uint32_t head, const Tiles *out)
{
    Ir *ir = l->ir;
    const Jacobian *j = l->j;
    const Part *p = &j->parts.at[part];
    Binders outer = {0}, block = {0};
    IdVec subs = {0}, sizes = {0};
    Id *column = new_subs(ir, p);
    ir_add_ids(ir, ir->array.at[p->block.array].dims, &sizes);
    add_rows(l, head, &block);
    Id entry = counter(l, "b", free_count(ir, p, 0, l->cut), &block);
    unpack(ir, p, 0, l->cut, entry, column);
    for (uint32_t k = 0; k < head; k++) vec_push(ir->arena, &subs, j->subs.at[k]);
    l->apart = false;
    vec_push(ir->arena, &subs, place_among(l, part, entry, column));
    set(l, out->columns, &subs, &block, number(ir, column, sizes.at, 0, l->cut));
    for (uint32_t k = 0; k < block.n; k++) vec_push(ir->arena, &outer, block.at[k]);
    for (uint32_t k = head; k < j->rows.n; k++) vec_push(ir->arena, &outer, j->rows.at[k]);
    Id within = counter(l, "e", out->width, &outer);
    unpack(ir, p, l->cut, sizes.n, within, column);
    for (uint32_t k = head; k < j->rows.n; k++) vec_push(ir->arena, &subs, j->subs.at[k]);
    vec_push(ir->arena, &subs, within);
    set(l, out->values, &subs, &outer, tile_value(l, part, column));
}

bool tiles(Ir *ir, const Jacobian *j, Id by, Tiles *out)
{
    Layout l = layout(ir, j);
    uint32_t first = 0, end, head = j->rows.n, rank = rank_of(ir, by);
    while (first < j->parts.n && j->parts.at[first].block.array != by) first++;
    for (end = first; end < j->parts.n && j->parts.at[end].block.array == by;) end++;
    if (first == end || any_ragged(j, by)) return false;
    l.whole = true;
    bool apart = false;
    for (; head > 0 && !apart; head -= !apart)
        for (uint32_t i = first; i < end; i++) apart |= speaks_of(ir, &j->parts.at[i], j->rows.at[head - 1].var);
    for (l.cut = rank, apart = false; l.cut > 0 && !apart; l.cut -= !apart)
        for (uint32_t i = first; i < end; i++) apart |= j->parts.at[i].at[l.cut - 1] != 0;
    *out =
        (Tiles){.blocks = ir_int(ir, 0), .rows = ir_int(ir, 1), .block_rows = ir_int(ir, 1), .axis = head > 0 ? 0 : 1};
    IdVec dims = {0}, starts = {0};
    for (uint32_t i = first; i < end; i++)
        out->blocks = add(ir, out->blocks, free_count(ir, &j->parts.at[i], 0, l.cut));
    out->width = free_count(ir, &j->parts.at[first], l.cut, rank);
    for (uint32_t k = 0; k < head; k++) out->block_rows = mul(ir, out->block_rows, j->dims.at[k]);
    for (uint32_t k = head; k < j->dims.n; k++) out->rows = mul(ir, out->rows, j->dims.at[k]);
    for (uint32_t k = 0; k < head; k++) vec_push(ir->arena, &dims, j->dims.at[k]);
    for (uint32_t k = 0; k < head; k++) vec_push(ir->arena, &starts, j->subs.at[k]);
    const char *name = ir->array.at[by].name;
    out->starts = new_array(&l, arena_printf(ir->arena, "start_%s", name), ARRAY_RESULT, T_INT, &dims);
    vec_push(ir->arena, &dims, out->blocks);
    out->columns = new_array(&l, arena_printf(ir->arena, "column_%s", name), ARRAY_RESULT, T_INT, &dims);
    for (uint32_t k = head; k < j->dims.n; k++) vec_push(ir->arena, &dims, j->dims.at[k]);
    vec_push(ir->arena, &dims, out->width);
    out->values = new_array(&l, arena_printf(ir->arena, "by_%s", name), ARRAY_RESULT, T_REAL, &dims);
    Binders outer = {0};
    add_rows(&l, head, &outer);
    set(&l, out->starts, &starts, &outer, mul(ir, number(ir, starts.at, j->dims.at, 0, head), out->blocks));
    for (uint32_t i = first; i < end; i++) set_tile(&l, i, head, out);
    return true;
}
