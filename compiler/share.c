/*
 * share.c -- what several contributions of one equation have in common is computed once.
 *
 * Every contribution becomes an equation of its own, and would repeat the part of the local sweep that leads to it: with r reads
 * in a body of m nodes, r*m instead of m.  So expensive nodes that more than one contribution uses become equations over their
 * own variables:  w[n, k] = node  for n, k  when something needs it.  They contract when the loops are fused.
 *
 * Two steps over the nodes of all contributions.  From users to operands: who computes a node?  Its users, if these agree; else
 * it is a meeting point, a head of its own.  From operands to users: what a head costs down to the next heads; where that is
 * little it is folded into its users after all.  The work that is left is a constant times that of one sweep.
 *
 * In a small body only functions are worth an array.  Not done without variables (nodes are shared in straight-line code), and
 * where a range depends on data, as the new array would be as large as the hull of its ranges.
 */
#include "cost.h"
#include "derive.h"

enum { SMALL_BODY = 12 }; /* real nodes */

typedef struct {
    Id node;
    uint32_t owner; /* 0: not reached yet; a piece's number from 1; pieces + its own index + 1 for a head */
    Id demand;      /* condition under which it is needed; 0: always */
    uint32_t cost;  /* down to the next heads */
    bool asked, head;
    Id array; /* of a head that is worth it */
    Id by;    /* what stands for it */
} Cell;

typedef struct {
    Ir *ir;
    const Eq *e;
    Pieces *pieces;
    IdVec order;
    VEC(Cell) cell; /* in the order of `order` */
    const Whole *whole;
    const Around *around;
    Binders binders; /* those around, then the equation's */
    bool large;      /* the body */
} Share;

/* ---- is it worth looking, and has the array a size? */

static bool large_body(Ir *ir, Id body)
{
    IdVec all = ir_reach(ir, &body, 1);
    uint32_t n = 0;
    for (uint32_t i = 0; i < all.n && n <= SMALL_BODY; i++)
        n += ir_type(ir, all.at[i]) == T_REAL && ir_opof(ir, all.at[i]) != OP_CONST;
    return n > SMALL_BODY;
}

static bool reads_data(const Ir *ir, Id bound) { return ir->node.at[bound].has & HAS_READ; }

/* An array over variables of scans and some others: these others, its subscripts and its sizes. */
typedef struct {
    Binders outer;
    IdVec subs, dims;
} Box;

/*
 * The box of the variables that scans bind and of those in `node` and `cond`, with those that their ranges use; whole: of all
 * variables, as where one of the others has an empty range the node may not be evaluated.  false: it has no known size.
 */
static bool box_of(Ir *ir, const Binders *all, uint32_t bound, Id node, Id cond, bool whole, Box *box)
{
    bool *in = arena_alloc(ir->arena, all->n + 1);
    for (uint32_t i = all->n; i-- > 0;) { /* ranges use earlier variables */
        Id var = all->at[i].var;
        in[i] = i < bound || whole || ir_has_var(ir, node, var) || (cond && ir_has_var(ir, cond, var));
        for (uint32_t k = i + 1; k < all->n && !in[i]; k++)
            in[i] = in[k] && (ir_has_var(ir, all->at[k].lo, var) || ir_has_var(ir, all->at[k].hi, var));
    }
    for (uint32_t i = 0; i < all->n; i++) {
        Id lo, hi, sub = ir_var(ir, all->at[i].var);
        if (!in[i]) continue;
        if (i >= bound && (reads_data(ir, all->at[i].lo) || reads_data(ir, all->at[i].hi))) return false;
        if (!hull(ir, all->at, all->n, all->at[i].var, &lo, &hi)) return false;
        if (ir_prove_le(ir, ir_int(ir, 0), lo) != 1) {
            sub = ir_op2(ir, OP_SUB, sub, lo);
            hi = ir_op2(ir, OP_SUB, hi, lo);
        }
        if (i >= bound) vec_push(ir->arena, &box->outer, all->at[i]);
        vec_push(ir->arena, &box->subs, sub);
        vec_push(ir->arena, &box->dims, hi);
    }
    return true;
}

/* ---- the two steps */

static Cell *cell_of(Share *s, Id node)
{
    uint32_t lo = 0, hi = s->order.n;
    while (lo + 1 < hi) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (s->order.at[mid] <= node)
            lo = mid;
        else
            hi = mid;
    }
    return &s->cell.at[lo];
}

/* `user` needs the node under the condition. */
static void ask(Share *s, Id node, uint32_t user, Id cond)
{
    Cell *c = cell_of(s, node);
    if (!c->asked) {
        c->owner = user;
        c->demand = cond;
        c->asked = true;
        return;
    }
    if (c->owner != user) c->head = true;
    if (c->demand != cond) c->demand = ir_or(s->ir, c->demand, cond);
}

static void from_users(Share *s)
{
    Ir *ir = s->ir;
    uint32_t pieces = s->pieces->n;
    for (uint32_t p = 0; p < pieces; p++) {
        Piece *x = &s->pieces->at[p];
        if (x->cond) ask(s, x->cond, p + 1, 0);
        ask(s, x->value, p + 1, x->cond);
    }
    for (uint32_t i = s->order.n; i-- > 0;) {
        Cell *c = &s->cell.at[i];
        Node x = ir->node.at[c->node];
        uint32_t user = c->head ? pieces + i + 1 : c->owner;
        for (uint32_t k = 0; k < x.n; k++) {
            Id need = c->demand, kid = ir_kid(ir, c->node, k);
            Id test = k && (x.op == OP_SELECT || x.op == OP_AND || x.op == OP_OR) ? ir_kid(ir, c->node, 0) : 0;
            if (test && (x.op == OP_OR || k == 2)) test = ir_not(ir, test);
            if (test) need = ir_and(ir, need, test);
            ask(s, kid, user, need);
        }
    }
}

/* Does the condition vary with what the node does not? */
static bool brings_variables(Ir *ir, const Binders *all, Id node, Id cond)
{
    for (uint32_t i = 0; i < all->n; i++)
        if (ir_has_var(ir, cond, all->at[i].var) && !ir_has_var(ir, node, all->at[i].var)) return true;
    return false;
}

/* Makes the equation of a head; it stays folded where its array has no known size. */
static void make_head(Share *s, Cell *c, IdVec *eqs)
{
    Ir *ir = s->ir;
    Box box = {0};
    const Binders *all = &s->binders;
    bool always = total(ir, s->whole, all->at, all->n, c->by);
    if (always && c->demand &&
        (brings_variables(ir, all, c->by, c->demand) || !total(ir, s->whole, all->at, all->n, c->demand)))
        c->demand = 0; /* computed once, needed or not */
    if (!box_of(ir, all, s->around->bound, c->by, c->demand, !always, &box)) return;
    const char *name = arena_printf(ir->arena, "w_%s", ir->array.at[s->e->target].name);
    c->array = ir_new_array(ir, name, ARRAY_LOCAL, T_REAL, box.dims.at, box.dims.n, s->e->span);
    Eq w = {.target = c->array, .body = c->by, .when = c->demand, .span = s->e->span};
    w.subs = ir_ids(ir, box.subs.at, box.subs.n);
    w.outer = ir_binders(ir, box.outer.at, box.outer.n);
    vec_push(ir->arena, eqs, ir_new_eq(ir, &w));
    c->by = ir_read(ir, c->array, box.subs.at, box.subs.n);
    cost_tell(ir, "share", "%s, for several reads of %s, as %s: %u each", cost_text(ir, w.body),
              ir->array.at[s->e->target].name, cost_text(ir, c->by), c->cost);
}

static void from_operands(Share *s, IdVec *eqs)
{
    Ir *ir = s->ir;
    IdVec kids = {0};
    for (uint32_t i = 0; i < s->order.n; i++) {
        Cell *c = &s->cell.at[i];
        Node x = ir->node.at[c->node];
        bool same = true;
        c->cost = op_cost[x.op];
        kids.n = 0;
        for (uint32_t k = 0; k < x.n; k++) {
            Cell *kid = cell_of(s, ir_kid(ir, c->node, k));
            if (kid->array == 0) c->cost += kid->cost;
            vec_push(ir->arena, &kids, kid->by);
            same &= kid->by == kid->node;
        }
        if (c->cost > 1000) c->cost = 1000;
        if (same)
            c->by = c->node;
        else
            c->by = ir_with_kids(ir, c->node, kids.at);
        if (c->head && cost_meets(c->cost, s->large) && x.type == T_REAL) make_head(s, c, eqs);
    }
}

void share(Ir *ir, Id eq, const Around *around, const Whole *whole, Pieces *pieces, IdVec *eqs)
{
    Eq e = ir->eq.at[eq];
    Share s = {.ir = ir, .e = &e, .whole = whole, .around = around, .pieces = pieces};
    s.large = large_body(ir, e.body);
    for (uint32_t i = 0; i < around->all.n; i++) vec_push(ir->arena, &s.binders, around->all.at[i]);
    ir_eq_binders(ir, &e, &s.binders);
    if (pieces->n < 2 || s.binders.n == 0) return;
    IdVec roots = {0};
    for (uint32_t p = 0; p < pieces->n; p++) {
        vec_push(ir->arena, &roots, pieces->at[p].value);
        if (pieces->at[p].cond) vec_push(ir->arena, &roots, pieces->at[p].cond);
    }
    s.order = ir_reach(ir, roots.at, roots.n);
    for (uint32_t i = 0; i < s.order.n; i++) vec_push(ir->arena, &s.cell, ((Cell){.node = s.order.at[i]}));
    from_users(&s);
    from_operands(&s, eqs);
    for (uint32_t p = 0; p < pieces->n; p++) {
        Piece *x = &pieces->at[p];
        x->value = cell_of(&s, x->value)->by;
        if (x->cond) x->cond = cell_of(&s, x->cond)->by;
    }
}
