/*
 * edges.c -- ranges in pieces, in which conditions about their ends are decided.
 *
 * What neighbours add to an element stands behind a condition where the ends have none.  Such an equation becomes one for the long
 * middle, without the condition, and those of the ends:
 *
 *     d[i - 1] += when not (i == 0 or i == N - 1): b(i)  for i: N     ->   d[i - 1] += b(i)  for i: 1..N - 1
 *     d[i] += select(i == 0, a(i), c(i))  for i: N                    ->   d[i] += c(i)  for i: 1..N
 *                                                                          d[i] += a(i)  for i: 0..imin(1, N)
 *
 * so that stencil.c can put together what meets.  Loops that have such conditions are cut by peel.c.
 *
 * needs: order   makes: -   breaks: -   exact: yes
 */
#include "flat.h"
#include "passes.h"

enum { NEAR = 4, CUTS = 6, MOST_PIECES = 32 };

/* ---- pieces of a range */

/* Places in a range, ascending in their distance from its lower end and from its upper end. */
typedef struct {
    int64_t low[CUTS], high[CUTS];
    uint32_t lows, highs;
} Cuts;

static void add_place(int64_t *at, uint32_t *n, int64_t place)
{
    uint32_t k = 0;
    while (k < *n && at[k] < place) k++;
    if ((k < *n && at[k] == place) || *n == CUTS) return;
    for (uint32_t j = (*n)++; j > k; j--) at[j] = at[j - 1];
    at[k] = place;
}

/* Something changes between place - 1 and place. */
static void add_cut(Ir *ir, Binder b, Id place, Cuts *c)
{
    int64_t below, above, count;
    bool from_low = ir_const_int(ir, ir_op2(ir, OP_SUB, place, b.lo), &below),
         from_high = ir_const_int(ir, ir_op2(ir, OP_SUB, b.hi, place), &above), sized = binder_count(ir, b, &count);
    if (sized && (!from_low || below <= 0 || below >= count)) return;
    if (from_low && below > 0 && below <= NEAR)
        add_place(c->low, &c->lows, below);
    else if (from_high && above > 0 && above <= NEAR)
        add_place(c->high, &c->highs, above);
}

/* The place p where var == p, var < p, var <= p, var >= p or var > p is what a comparison says; 0: it says something else. */
static Id place_of(Ir *ir, Id test, Id var, bool *minus)
{
    Affine f = ir_affine(ir, ir_op2(ir, OP_SUB, ir_kid(ir, test, 0), ir_kid(ir, test, 1)));
    bool inside;
    int64_t coef = ir_coefficient(ir, &f, var, &inside);
    if (f.overflow || inside || (coef != 1 && coef != -1)) return 0;
    *minus = coef < 0;
    Id rest = ir_op2(ir, OP_SUB, ir_unaffine(ir, &f), ir_imul(ir, ir_var(ir, var), coef));
    return ir_is_size(ir, rest) ? ir_imul(ir, rest, -coef) : 0;
}

static void cuts_of_test(Ir *ir, Id test, Binder b, Cuts *c)
{
    Op op = ir_opof(ir, test);
    bool minus;
    if (op != OP_EQ && op != OP_NE && op != OP_LT && op != OP_LE) return;
    if (ir_type(ir, ir_kid(ir, test, 0)) != T_INT || ir_type(ir, ir_kid(ir, test, 1)) != T_INT) return;
    if (!ir_has_var(ir, test, b.var)) return;
    Id p = place_of(ir, test, b.var, &minus);
    if (!p) return;
    if (op == OP_EQ || op == OP_NE || (op == OP_LT) != minus) add_cut(ir, b, p, c);
    if (op == OP_EQ || op == OP_NE || (op == OP_LT) == minus) add_cut(ir, b, ir_addi(ir, p, 1), c);
}

static Id later(Ir *ir, Id a, Id b) { return ir_prove_le(ir, a, b) == 1 ? b : ir_op2(ir, OP_IMAX, a, b); }

static Id earlier(Ir *ir, Id a, Id b) { return ir_prove_le(ir, a, b) == 1 ? a : ir_op2(ir, OP_IMIN, a, b); }

Binders edges_of(Ir *ir, Binder b, const Id *roots, uint32_t n, uint32_t *middle)
{
    Binders out = {0};
    Cuts c = {.lows = 0};
    IdVec all = ir_reach(ir, roots, n);
    if (ir_is_size(ir, b.lo) && ir_is_size(ir, b.hi))
        for (uint32_t k = 0; k < all.n; k++) cuts_of_test(ir, all.at[k], b, &c);
    if (c.lows + c.highs == 0) return out;
    Id at = b.lo;
    for (uint32_t k = 0; k < c.lows; k++) {
        Id to = earlier(ir, ir_addi(ir, b.lo, c.low[k]), b.hi);
        vec_push(ir->arena, &out, ((Binder){b.var, at, to}));
        at = ir_addi(ir, b.lo, c.low[k]);
    }
    *middle = out.n;
    Id least = at;
    for (uint32_t k = c.highs + 1; k-- > 0;) { /* the middle, and behind it what is nearest to the upper end last */
        Id to = k ? ir_addi(ir, b.hi, -c.high[k - 1]) : b.hi;
        vec_push(ir->arena, &out, ((Binder){b.var, at, to}));
        at = later(ir, least, to);
    }
    return out;
}

Binder edges_named(Ir *ir, Binder piece, Subst *s)
{
    Var v = ir->var.at[piece.var];
    *s = (Subst){piece.var, ir_var(ir, ir_new_var(ir, v.name, v.span))};
    return (Binder){ir->node.at[s->by].u.ref, piece.lo, piece.hi};
}

/* ---- equations */

/* One dimension after another; the longest piece first. */
static void cut(Ir *ir, Flat *f, Step s, StepVec *out)
{
    Eq e = ir->eq.at[s.id];
    Id roots[] = {e.body, e.when ? e.when : e.body};
    uint32_t middle = 0, most = out->n + MOST_PIECES;
    for (uint32_t k = 0; k < e.outer.n && out->n < most; k++) {
        Binders outer = {0}, pieces = edges_of(ir, ir->binder.at[e.outer.at + k], roots, 2, &middle);
        for (uint32_t j = 0; j < e.outer.n; j++) vec_push(ir->arena, &outer, ir->binder.at[e.outer.at + j]);
        for (uint32_t j = 0; j < pieces.n; j++) {
            Subst by;
            outer.at[k] = edges_named(ir, pieces.at[j == 0 ? middle : j <= middle ? j - 1 : j], &by);
            IdVec subs = {0};
            Eq part = e;
            for (uint32_t i = 0; i < e.subs.n; i++)
                vec_push(ir->arena, &subs, ir_subst(ir, ir->kid.at[e.subs.at + i], &by, 1));
            part.subs = ir_ids(ir, subs.at, subs.n);
            for (uint32_t i = k + 1; i < outer.n; i++) { /* their bounds may speak of it */
                Binder b = ir->binder.at[e.outer.at + i];
                outer.at[i] = (Binder){b.var, ir_subst(ir, b.lo, &by, 1), ir_subst(ir, b.hi, &by, 1)};
            }
            part.outer = ir_binders(ir, outer.at, outer.n);
            part.body = ir_subst(ir, e.body, &by, 1);
            part.when = ir_subst(ir, e.when, &by, 1);
            Id now = decided_eq(ir, f, ir_new_eq(ir, &part), s.in);
            if (now) cut(ir, f, (Step){STEP_EQ, now, s.in}, out);
        }
        if (pieces.n) return;
    }
    vec_push(ir->arena, out, s);
}

/* Does it read what has elements only where a condition holds, so that its own says that it may? */
static bool reads_guarded(Ir *ir, Id eq, const uint8_t *guarded)
{
    IdVec reads = ir_eq_reads(ir, eq);
    for (uint32_t k = 0; k < reads.n; k++)
        if (guarded[ir->node.at[reads.at[k]].u.ref]) return true;
    return false;
}

/* Does it add to elements at a distance? */
static bool moves(Ir *ir, const Eq *e)
{
    bool any = false;
    uint32_t loop;
    Id shift;
    for (uint32_t p = 0; p < e->subs.n; p++) any |= eq_shift(ir, e, p, &loop, &shift) && !ir_is_int(ir, shift, 0);
    return any;
}

void edges(Ir *ir)
{
    Flat f = flat_of(ir);
    uint8_t *moved = arena_alloc(ir->arena, ir->array.n), *guarded = arena_alloc(ir->arena, ir->array.n);
    for (uint32_t i = 0; i < f.steps.n; i++) {
        if (f.steps.at[i].kind != STEP_EQ) continue;
        Eq e = ir->eq.at[f.steps.at[i].id];
        if (e.add)
            moved[e.target] |= moves(ir, &e);
        else
            guarded[e.target] |= e.when != 0;
    }
    StepVec out = {0};
    for (uint32_t i = 0; i < f.steps.n; i++) {
        Step s = f.steps.at[i];
        Eq e = s.kind == STEP_EQ ? ir->eq.at[s.id] : (Eq){0};
        bool simple = e.add && e.op == RED_NONE && !e.scatter && !e.where;
        if (s.kind == STEP_EQ && simple && moved[e.target] && !reads_guarded(ir, s.id, guarded))
            cut(ir, &f, s, &out);
        else
            vec_push(ir->arena, &out, s);
    }
    flat_store(ir, &f, &out);
}
