/*
 * lanes.c -- the loops over the rows of a tile.
 *
 * They stand around neighbouring leaves that run in the same way, and are innermost.
 *
 * needs: leaves below a tile   makes: loops over its rows   exact: yes
 */
#include "loop.h"

typedef struct {
    Ir *ir;
    const Rows *r;
    Id row, tile; /* variables */
    Id last;      /* the end of the rows */
    IdVec steps;  /* of the scans around, variables */
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

/* ---- what leaves touch */

Id lanes_element(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    IdVec subs = {0};
    ir_add_ids(ir, e.subs, &subs);
    return ir_read(ir, e.target, subs.at, subs.n);
}

void lanes_needs(Ir *ir, const Loop *rows, Id row, uint32_t *arrays, uint32_t *nodes)
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

/* Have these surely different places, or are they the same one?  Two steps of a scan may share one. */
static bool told_apart(const Lanes *w, Id a, Id b)
{
    Ir *ir = w->ir;
    if (a == b) return true;
    for (uint32_t p = 0; p < ir->node.at[a].n; p++) {
        Id x = ir_kid(ir, a, p), y = ir_kid(ir, b, p);
        int64_t d;
        if (ir_has_any(ir, x, w->steps.at, w->steps.n) || ir_has_any(ir, y, w->steps.at, w->steps.n)) continue;
        if (ir_const_int(ir, ir_op2(ir, OP_SUB, x, y), &d) && d != 0) return true;
    }
    return false;
}

IdVec lanes_touched(Ir *ir, const Loop *leaf)
{
    IdVec reads = {0}, all = ir_eq_reads(ir, leaf->eq);
    for (uint32_t k = 0; k < all.n; k++) vec_push(ir->arena, &reads, all.at[k]);
    vec_push(ir->arena, &reads, leaf->element);
    return reads;
}

/* May the pointers of both be `restrict`: does neither write what the other one may touch by another name? */
static bool clear_of(const Lanes *w, const Loop *a, const Loop *b)
{
    Ir *ir = w->ir;
    IdVec x = lanes_touched(ir, a), y = lanes_touched(ir, b);
    for (uint32_t i = 0; i < x.n; i++)
        for (uint32_t j = 0; j < y.n; j++) {
            bool written = x.at[i] == a->element || y.at[j] == b->element;
            if (written && ir->node.at[x.at[i]].u.ref == ir->node.at[y.at[j]].u.ref && !told_apart(w, x.at[i], y.at[j]))
                return false;
        }
    return true;
}

/* ---- how leaves run */

/* Does the row alone say which element it is? */
static bool is_of_row(const Lanes *w, Id read)
{
    Node x = w->ir->node.at[read];
    return x.op == OP_READ && x.n == 1 && ir_kid(w->ir, read, 0) == ir_var(w->ir, w->row);
}

/* Does it copy vectors with an element for each row, one of which is a temporary? */
static bool copies_vector(const Lanes *w, const Eq *e, Id element)
{
    if (e->op != RED_NONE || e->add || e->when || e->outer.n != 1) return false;
    return w->ir->array.at[e->target].type == T_REAL && is_of_row(w, element) && is_of_row(w, e->body);
}

static RowsKind kind_of(const Lanes *w, const Loop *leaf)
{
    Ir *ir = w->ir;
    Id row = w->row;
    Eq e = ir->eq.at[leaf->eq];
    if (lane_product(ir, leaf->eq)) return ROWS_PRODUCT;
    Node body = ir->node.at[e.body];
    Kernel kernel;
    const Loop own = {.eq = leaf->eq, .element = lanes_element(ir, leaf->eq)};
    Id element = own.element;
    bool local = is_temporary(w->r, e.target);
    if (copies_vector(w, &e, element)) {
        if (local && rows_given(w->r, body.u.ref)) return ROWS_INPUTS;
        if (!local && is_temporary(w->r, body.u.ref)) return ROWS_RESULTS;
    }
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
    bool one = maps && clear_of(w, &own, &own);
    if (plain && one && lane_arithmetic(ir, w->r, e.body) && (e.op == RED_NONE || e.add)) return ROWS_MAPS;
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

static bool joins(Lanes *w, const Loop *rows, const Loop *leaf, RowsKind kind)
{
    if (!rows || rows->run != kind || kind == ROWS_CALL || kind == ROWS_PRODUCT) return false;
    if (kind != ROWS_MAPS && kind != ROWS_SUMS) return true;
    uint32_t arrays, nodes, more_arrays, more_nodes;
    const Loop one = {.kids = {(Loop **)&leaf, 1, 1}};
    lanes_needs(w->ir, rows, w->row, &arrays, &nodes);
    lanes_needs(w->ir, &one, w->row, &more_arrays, &more_nodes);
    if (!cost_joins(arrays + more_arrays, nodes + more_nodes)) return false;
    for (uint32_t k = 0; k < rows->kids.n; k++)
        if (!clear_of(w, rows->kids.at[k], leaf)) return false;
    return true;
}

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
            if (kid->kind == LOOP_SCAN) vec_push(a, &w->steps, kid->binder.var);
            group_kids(w, kid);
            if (kid->kind == LOOP_SCAN) w->steps.n--;
            vec_push(a, &fresh.kids, kid);
            rows = NULL;
            continue;
        }
        RowsKind kind = leaf ? kind_of(w, kid) : kind_of_nest(w, kid);
        if (leaf) kid->element = lanes_element(w->ir, kid->eq);
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

void lanes_group(Ir *ir, const Rows *r, Loop *tile)
{
    Lanes w = {.ir = ir, .r = r, .row = r->row, .tile = r->tile, .last = tile->binder.hi};
    group_kids(&w, tile);
}
