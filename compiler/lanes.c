/*
 * lanes.c -- the loops over the rows of a tile.
 *
 * They stand around neighbouring leaves that run in the same way, and are innermost.  A loop around nothing but sums that they hold takes
 * JAM rounds at once, so that what the rounds share is loaded and stored once: y += a[j] * x[j] four times in one body.
 *
 * needs: leaves below a tile   makes: loops over its rows   exact: yes
 */
#include "loop.h"

typedef struct {
    Ir *ir;
    const Rows *r;
    Id row, tile; /* variables */
    Id last;      /* the end of the rows */
} Lanes;

static bool varies(Ir *ir, Id node, Id row) { return node && ir_has_var(ir, node, row); }

/* Is the array neither from outside of the loop nor returned to the caller? */
static bool is_temporary(const Rows *r, Id array)
{
    if (array < r->arrays && r->root[array]) return false;
    return !rows_given(r, array);
}

bool lane_arithmetic(Ir *ir, const Rows *r, Id body)
{
    if (!lane_runs(ir, body, r->row, false)) return false;
    IdVec ids = ir_reach(ir, &body, 1);
    for (uint32_t k = 0; k < ids.n; k++) {
        Node x = ir->node.at[ids.at[k]];
        if (x.op == OP_READ && varies(ir, ids.at[k], r->row) && !is_temporary(r, x.u.ref)) return false;
    }
    return true;
}

static Id element_of(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    IdVec subs = {0};
    ir_add_ids(ir, e.subs, &subs);
    return ir_read(ir, e.target, subs.at, subs.n);
}

static RowsKind kind_of(Lanes *w, const Loop *leaf)
{
    Ir *ir = w->ir;
    Id row = w->row;
    Eq e = ir->eq.at[leaf->eq];
    if (lane_product(ir, leaf->eq)) return ROWS_PRODUCT;
    Node body = ir->node.at[e.body];
    Kernel kernel;
    Id element = element_of(ir, leaf->eq);
    bool local = is_temporary(w->r, e.target);
    bool maps = lane_runs(ir, element, row, false) && varies(ir, element, row);
    Id last = e.subs.n ? ir->kid.at[e.subs.at + e.subs.n - 1] : 0;
    bool sums = last && varies(ir, last, w->tile);
    bool plain = local && ir->array.at[e.target].type == T_REAL && !e.inner.n && !e.where && e.op != RED_MATRIX;
    if (plain && maps && !e.add && lane_kernel((Op)body.op, &kernel)) {
        Id operand = ir_kid(ir, e.body, 0);
        if (ir_opof(ir, operand) == OP_READ && varies(ir, operand, row) && lane_arithmetic(ir, w->r, operand))
            return ROWS_CALL;
    }
    if (plain && sums) return ROWS_SUMS;
    if (plain && maps && lane_arithmetic(ir, w->r, e.body) && (e.op == RED_NONE || e.add)) return ROWS_MAPS;
    return local && maps ? ROWS_COPIES : ROWS_ALONE;
}

/* How a node that asks for the row runs whole: by what its leaves write. */
static RowsKind kind_of_nest(Lanes *w, const Loop *l)
{
    if (l->kind == LOOP_EQ) return kind_of(w, l) == ROWS_ALONE ? ROWS_ALONE : ROWS_COPIES;
    RowsKind kind = ROWS_COPIES;
    for (uint32_t k = 0; k < l->kids.n; k++)
        if (kind_of_nest(w, l->kids.at[k]) == ROWS_ALONE) kind = ROWS_ALONE;
    return kind;
}

static bool asks_for_row(Lanes *w, const Loop *l)
{
    if (l->kind == LOOP_IF) return varies(w->ir, l->cond, w->row);
    return varies(w->ir, l->binder.lo, w->row) || varies(w->ir, l->binder.hi, w->row);
}

/* ---- groups */

/* Arrays and nodes that the leaves of a loop need. */
static void count_needs(Ir *ir, const Loop *rows, Id row, uint32_t *arrays, uint32_t *nodes)
{
    IdVec roots = {0};
    for (uint32_t k = 0; k < rows->kids.n; k++) {
        vec_push(ir->arena, &roots, ir->eq.at[rows->kids.at[k]->eq].body);
        vec_push(ir->arena, &roots, rows->kids.at[k]->element);
    }
    IdVec ids = ir_reach(ir, roots.at, roots.n);
    *arrays = *nodes = 0;
    for (uint32_t k = 0; k < ids.n; k++) {
        if (!varies(ir, ids.at[k], row)) continue;
        ++*(ir_opof(ir, ids.at[k]) == OP_READ ? arrays : nodes);
    }
}

/* Are these surely different elements of an array, or the same one? */
static bool told_apart(Ir *ir, Id a, Id b)
{
    if (a == b) return true;
    for (uint32_t p = 0; p < ir->node.at[a].n; p++) {
        int64_t d;
        if (ir_const_int(ir, ir_op2(ir, OP_SUB, ir_kid(ir, a, p), ir_kid(ir, b, p)), &d) && d != 0) return true;
    }
    return false;
}

static void touched(Ir *ir, const Loop *leaf, IdVec *reads)
{
    *reads = (IdVec){0};
    IdVec all = ir_eq_reads(ir, leaf->eq);
    for (uint32_t k = 0; k < all.n; k++) vec_push(ir->arena, reads, all.at[k]);
    vec_push(ir->arena, reads, leaf->element);
}

/* May the pointers of both be `restrict`: does neither write what the other one may touch by another name? */
static bool clear_of(Ir *ir, const Loop *a, const Loop *b)
{
    IdVec x, y;
    touched(ir, a, &x);
    touched(ir, b, &y);
    for (uint32_t i = 0; i < x.n; i++)
        for (uint32_t j = 0; j < y.n; j++) {
            bool written = x.at[i] == a->element || y.at[j] == b->element;
            if (written && ir->node.at[x.at[i]].u.ref == ir->node.at[y.at[j]].u.ref &&
                !told_apart(ir, x.at[i], y.at[j]))
                return false;
        }
    return true;
}

static bool joins(Lanes *w, const Loop *rows, const Loop *leaf, RowsKind kind)
{
    if (!rows || rows->run != kind || kind == ROWS_CALL || kind == ROWS_PRODUCT) return false;
    if (kind != ROWS_MAPS && kind != ROWS_SUMS) return true;
    uint32_t arrays, nodes, more_arrays, more_nodes;
    const Loop one = {.kids = {(Loop **)&leaf, 1, 1}};
    count_needs(w->ir, rows, w->row, &arrays, &nodes);
    count_needs(w->ir, &one, w->row, &more_arrays, &more_nodes);
    if (!cost_joins(arrays + more_arrays, nodes + more_nodes)) return false;
    for (uint32_t k = 0; k < rows->kids.n; k++)
        if (!clear_of(w->ir, rows->kids.at[k], leaf)) return false;
    return true;
}

static void group(Lanes *w, Loop *l);

static Loop *new_rows(Lanes *w, RowsKind kind)
{
    Loop *l = loop_new(w->ir->arena, LOOP_ROWS, NULL);
    l->binder = (Binder){w->row, ir_var(w->ir, w->tile), w->last};
    l->run = kind;
    return l;
}

/* The first element of a matrix: of an array of lanes at the row, else in the first row of the tile. */
static Id corner(Lanes *w, Id read, const Eq *e)
{
    Ir *ir = w->ir;
    VEC(Subst) at = {0};
    for (uint32_t k = 0; k < e->inner.n; k++) {
        Binder b = ir->binder.at[e->inner.at + k];
        vec_push(ir->arena, &at, ((Subst){b.var, b.lo}));
    }
    if (!is_temporary(w->r, ir->node.at[read].u.ref)) vec_push(ir->arena, &at, ((Subst){w->row, ir_var(ir, w->tile)}));
    return ir_subst(ir, read, at.at, at.n);
}

static void find_corners(Lanes *w, Loop *leaf)
{
    Ir *ir = w->ir;
    Eq e = ir->eq.at[leaf->eq];
    Id a = ir_kid(ir, e.body, 0), b = ir_kid(ir, e.body, 1), i = ir->binder.at[e.inner.at].var;
    leaf->matrix[0] = leaf->element;
    leaf->matrix[1] = varies(ir, a, i) ? a : b;
    leaf->matrix[2] = varies(ir, a, i) ? b : a;
    for (uint32_t m = 0; m < 3; m++) leaf->corner[m] = corner(w, leaf->matrix[m], &e);
    for (uint32_t k = 0; k < e.inner.n; k++) {
        Binder x = ir->binder.at[e.inner.at + k];
        vec_push(ir->arena, &leaf->rounds, ir_op2(ir, OP_SUB, x.hi, x.lo));
    }
}

static void group_kids(Lanes *w, Loop *l)
{
    Arena *a = w->ir->arena;
    Loop *rows = NULL;
    Loop fresh = {0};
    for (uint32_t k = 0; k < l->kids.n; k++) {
        Loop *kid = l->kids.at[k];
        bool leaf = kid->kind == LOOP_EQ;
        if (!leaf && !asks_for_row(w, kid)) {
            group(w, kid);
            vec_push(a, &fresh.kids, kid);
            rows = NULL;
            continue;
        }
        RowsKind kind = leaf ? kind_of(w, kid) : kind_of_nest(w, kid);
        if (leaf) kid->element = element_of(w->ir, kid->eq);
        if (kind == ROWS_PRODUCT) find_corners(w, kid);
        if (!joins(w, rows, kid, kind)) {
            rows = new_rows(w, kind);
            vec_push(a, &fresh.kids, rows);
        }
        vec_push(a, &rows->kids, kid);
    }
    l->kids.at = fresh.kids.at;
    l->kids.n = fresh.kids.n;
    l->kids.cap = fresh.kids.cap;
}

/* ---- rounds that run together */

/* Does each leaf add to what the loop's variable does not choose, or to partial sums? */
static bool can_jam(Ir *ir, const Loop *l, Id row)
{
    if (l->kids.n != 1 || l->kids.at[0]->kind != LOOP_ROWS) return false;
    const Loop *rows = l->kids.at[0];
    uint32_t arrays, nodes;
    int64_t rounds;
    if (rows->run != ROWS_MAPS && rows->run != ROWS_SUMS) return false;
    if (ir_const_int(ir, ir_op2(ir, OP_SUB, l->binder.hi, l->binder.lo), &rounds) && rounds < JAM) return false;
    for (uint32_t k = 0; k < rows->kids.n; k++) {
        Eq e = ir->eq.at[rows->kids.at[k]->eq];
        if (!e.add || e.op != RED_NONE) return false;
        if (rows->run == ROWS_MAPS && ir_has_var(ir, rows->kids.at[k]->element, l->binder.var)) return false;
    }
    count_needs(ir, rows, row, &arrays, &nodes);
    return cost_jams(arrays, nodes);
}

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

/* The loop in rounds of JAM, in front of itself, which is left what remains. */
static Loop *jammed(Lanes *w, Loop *l)
{
    Ir *ir = w->ir;
    Loop *many = loop_new(ir->arena, LOOP_FOR, NULL), *rows = new_rows(w, l->kids.at[0]->run);
    many->binder = l->binder;
    many->jam = JAM;
    vec_push(ir->arena, &many->kids, rows);
    for (int64_t by = 0; by < JAM; by++)
        for (uint32_t k = 0; k < l->kids.at[0]->kids.n; k++) {
            Loop *leaf = loop_new(ir->arena, LOOP_EQ, NULL);
            leaf->eq = moved(ir, l->kids.at[0]->kids.at[k]->eq, l->binder.var, by);
            leaf->element = element_of(ir, leaf->eq);
            vec_push(ir->arena, &rows->kids, leaf);
        }
    l->left = true;
    return many;
}

static void jam_kids(Lanes *w, Loop *l)
{
    Loop fresh = {0};
    for (uint32_t k = 0; k < l->kids.n; k++) {
        Loop *kid = l->kids.at[k];
        if (kid->kind == LOOP_FOR && can_jam(w->ir, kid, w->row)) vec_push(w->ir->arena, &fresh.kids, jammed(w, kid));
        vec_push(w->ir->arena, &fresh.kids, kid);
    }
    l->kids.at = fresh.kids.at;
    l->kids.n = fresh.kids.n;
    l->kids.cap = fresh.kids.cap;
}

static void group(Lanes *w, Loop *l)
{
    group_kids(w, l);
    jam_kids(w, l);
}

void lanes_group(Ir *ir, const Rows *r, Loop *tile)
{
    Lanes w = {ir, r, r->row, r->tile, tile->binder.hi};
    group(&w, tile);
    loop_set_depth(tile);
}
