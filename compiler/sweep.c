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
    Term term;
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
    VEC(Use) use; /* [0] unused */
    Terms part;   /* scratch of gather */
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

/* Everything that a node receives, as one term. */
static Term gather(Sweep *s, Id n)
{
    s->part.n = 0;
    for (uint32_t u = s->mark.at[n].first; u; u = s->use.at[u].next) terms_add(s->ir, &s->part, s->use.at[u].term);
    return terms_sum(s->ir, &s->part);
}

bool sweep_moves(Sweep *s, const Eq *e) { return sweep_active(s, e->body) || (e->with && sweep_active(s, e->with)); }

/* ---- the sweep */

static void give(Sweep *s, Id n, Id cond, Id value)
{
    Mark *m = &s->mark.at[n];
    if (s->use.n == 0) vec_push(s->ir->arena, &s->use, ((Use){0}));
    vec_push(s->ir->arena, &s->use, ((Use){{cond, value}, 0}));
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
        Term u = gather(s, n);
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
