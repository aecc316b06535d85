/*
 * sweep.c -- the adjoint of one body: from the root's adjoint to what every read in it receives.
 *
 * Nodes are visited from users to operands, which is descending order of their numbers.  What a node receives is kept as pairs
 * (condition, value): a branch moves out of the value into the condition, and only where a node is used under different
 * conditions do the values meet in a select.  Everything is linear in the size of the body.
 */
#include "derive.h"
#include "partials.h"

/* One use of a node: a link in the list of what the node receives. */
typedef struct {
    Id cond, value;
    uint32_t next; /* in the pool of uses; 0: last */
} Use;

/* What is known of a node in this round. */
typedef struct {
    uint32_t round;
    uint32_t first, last; /* uses */
    bool active;
} Mark;

struct Sweep {
    Ir *ir;
    const bool *active;
    VEC(Mark) mark; /* by node */
    uint32_t round;
    VEC(Use) use;  /* [0] unused */
    VEC(Use) part; /* scratch of gather */
};

Sweep *sweep_new(Ir *ir, const bool *active)
{
    Sweep *s = arena_alloc(ir->arena, sizeof *s);
    s->ir = ir;
    s->active = active;
    return s;
}

/* ---- which nodes depend on what is differentiated by */

/* Marks the nodes of a body; true if its root is active. */
static bool mark_active(Sweep *s, const IdVec *order)
{
    Ir *ir = s->ir;
    vec_reserve(ir->arena, &s->mark, ir->node.n);
    s->round++;
    for (uint32_t i = 0; i < order->n; i++) {
        Id n = order->at[i];
        Node x = ir->node.at[n];
        Mark m = {.round = s->round};
        if (x.type == T_REAL && x.op == OP_READ)
            m.active = s->active[x.u.ref];
        else if (x.type == T_REAL && partial_has((Op)x.op))
            for (uint32_t k = 0; k < x.n; k++) m.active |= s->mark.at[ir->kid.at[x.kids + k]].active;
        s->mark.at[n] = m;
    }
    return order->n && s->mark.at[order->at[order->n - 1]].active;
}

bool sweep_active(Sweep *s, Id body)
{
    IdVec order = ir_reach(s->ir, &body, 1);
    return mark_active(s, &order);
}

/* ---- conditions */

/* and(q, c) and and(q, not c): the arms of one select under q */
static bool arms_of_one(Ir *ir, Id p, Id q, Id *under, Id *test)
{
    Id up = 0, uq = 0;
    if (p && ir_opof(ir, p) == OP_AND) up = ir_kid(ir, p, 0), p = ir_kid(ir, p, 1);
    if (q && ir_opof(ir, q) == OP_AND) uq = ir_kid(ir, q, 0), q = ir_kid(ir, q, 1);
    if (!p || !q || up != uq || ir_not(ir, p) != q) return false;
    *under = up;
    *test = p;
    return true;
}

static Id add_values(Ir *ir, Id a, Id b) { return a && b ? ir_op2(ir, OP_ADD, a, b) : 0; }

/* Two uses as one, where no condition is lost: the same condition, or the two arms of one select. */
static bool merge(Ir *ir, Use *a, Use b)
{
    Id under, test;
    if (a->cond == b.cond) {
        a->value = add_values(ir, a->value, b.value);
        return true;
    }
    if (!arms_of_one(ir, a->cond, b.cond, &under, &test)) return false;
    a->cond = under;
    if (!a->value || !b.value)
        a->value = 0;
    else if (ir_opof(ir, test) == OP_NOT)
        a->value = ir_select(ir, ir_kid(ir, test, 0), b.value, a->value);
    else
        a->value = ir_select(ir, test, a->value, b.value);
    return true;
}

/* Everything that a node receives, as one pair. */
static Use gather(Sweep *s, Id n)
{
    Ir *ir = s->ir;
    s->part.n = 0;
    for (uint32_t u = s->mark.at[n].first; u; u = s->use.at[u].next) {
        vec_push(ir->arena, &s->part, s->use.at[u]);
        while (s->part.n > 1 && merge(ir, &s->part.at[s->part.n - 2], s->part.at[s->part.n - 1])) s->part.n--;
    }
    Use all = s->part.at[0];
    for (uint32_t i = 1; i < s->part.n; i++) all.cond = ir_or(ir, all.cond, s->part.at[i].cond);
    if (!all.value || s->part.n == 1) return all;
    all.value = 0;
    for (uint32_t i = 0; i < s->part.n; i++) {
        Use p = s->part.at[i];
        if (p.cond && p.cond != all.cond) p.value = ir_select(ir, p.cond, p.value, ir_real(ir, 0));
        all.value = all.value ? ir_op2(ir, OP_ADD, all.value, p.value) : p.value;
    }
    return all;
}

/* ---- the sweep */

static void give(Sweep *s, Id n, Id cond, Id value)
{
    Mark *m = &s->mark.at[n];
    if (s->use.n == 0) vec_push(s->ir->arena, &s->use, ((Use){0}));
    vec_push(s->ir->arena, &s->use, ((Use){cond, value, 0}));
    if (m->first)
        s->use.at[m->last].next = s->use.n - 1;
    else
        m->first = s->use.n - 1;
    m->last = s->use.n - 1;
}

void sweep(Sweep *s, Id body, Id cond, Id seed, Id self, Pieces *out)
{
    Ir *ir = s->ir;
    IdVec order = ir_reach(ir, &body, 1);
    Id never = ir_bool(ir, false);
    s->use.n = 0;
    if (!mark_active(s, &order)) return;
    give(s, body, cond, seed);
    for (uint32_t i = order.n; i-- > 0;) {
        Id n = order.at[i];
        if (!s->mark.at[n].active || !s->mark.at[n].first) continue;
        Use u = gather(s, n);
        if (ir_opof(ir, n) == OP_READ) {
            vec_push(ir->arena, out, ((Piece){n, u.cond, u.value}));
            continue;
        }
        for (uint32_t k = 0; k < ir->node.at[n].n; k++) {
            Id kid = ir_kid(ir, n, k), c, v;
            if (!s->mark.at[kid].active || !partial(ir, n, k, u.value, self && n == body ? self : n, &c, &v)) continue;
            c = ir_and(ir, u.cond, c);
            if (c != never) give(s, kid, c, v);
        }
    }
}
