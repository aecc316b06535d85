/*
 * reach.c -- what a derivative goes through on its way to what it is taken by.
 *
 * From the equations that there are so far: does it get there at all, and would it have to go through earlier steps of a scan that
 * is still being lowered?  There the language has no derivative: states count as independent, and a yield is not complete.
 */
#include "lower.h"

/* A walk over arrays.  `met` is of each array the number of the last walk that came by: of those to the goal, or of those beside. */
typedef struct {
    Low *L;
    IdVec *met;
    uint32_t number;
    IdVec todo;
} Walk;

static Walk walk_new(Low *L, IdVec *met)
{
    while (met->n < L->ir->array.n) vec_push(L->a, met, 0);
    return (Walk){.L = L, .met = met, .number = ++L->walks};
}

static void visit(Walk *w, Id array)
{
    if (w->met->at[array] == w->number) return;
    w->met->at[array] = w->number;
    vec_push(w->L->a, &w->todo, array);
}

/* The real numbers read below these nodes, but not within `stop`, where a derivative ends. */
static void take_reads(Low *L, const Id *roots, uint32_t n, IdVec *reads)
{
    IdVec all = ir_reach(L->ir, roots, n);
    bool *wanted = arena_alloc(L->a, all.n + 1);
    for (uint32_t k = 0; k < n; k++)
        if (roots[k]) wanted[ir_place(&all, roots[k])] = true;
    for (uint32_t k = all.n; k-- > 0;) {
        Node x = L->ir->node.at[all.at[k]];
        if (!wanted[k] || x.op == OP_STOP || x.type != T_REAL) continue;
        if (x.op == OP_READ) vec_push(L->a, reads, all.at[k]);
        for (uint32_t i = 0; i < x.n; i++) wanted[ir_place(&all, ir_kid(L->ir, all.at[k], i))] = true;
    }
}

/* What the equations of the array read. */
static void follow(Low *L, Id array, IdVec *reads)
{
    for (Id eq = low_equation(L, array); eq; eq = L->before.at[eq]) {
        Eq e = L->ir->eq.at[eq];
        Id roots[] = {e.body, e.with, e.along};
        take_reads(L, roots, 3, reads);
    }
}

/* Is it not known what the array depends on: a state of a scan around, or what has no equation yet? */
static bool is_unknown(const Low *L, Id array)
{
    for (const Scan *s = L->scan; s; s = s->around)
        for (uint32_t k = 0; k < s->states.n; k++)
            if (s->states.at[k] == array) return true;
    return L->ir->array.at[array].kind == ARRAY_LOCAL && !low_equation(L, array);
}

static bool depends(Low *L, Id array, Id on)
{
    Walk w = walk_new(L, &L->met_beside);
    visit(&w, array);
    while (w.todo.n) {
        Id a = w.todo.at[--w.todo.n];
        if (a == on || is_unknown(L, a)) return true;
        IdVec reads = {0};
        follow(L, a, &reads);
        for (uint32_t k = 0; k < reads.n; k++) visit(&w, L->ir->node.at[reads.at[k]].u.ref);
    }
    return false;
}

/* The yield of a scan around, outside of which `by` is, that this reads at another step than its own. */
static const Yield *earlier_step(Low *L, Id read, Id by)
{
    Ir *ir = L->ir;
    Node x = ir->node.at[read], w = ir->node.at[by];
    for (const Scan *s = L->scan; s; s = s->around) {
        Id step = ir_var(ir, L->fixed.at[s->position].b.var);
        bool inside = w.n > s->position && ir_kid(ir, by, s->position) == step;
        for (uint32_t k = 0; k < s->yields.n && !inside; k++)
            if (s->yields.at[k].array == x.u.ref && ir_kid(ir, read, s->position) != step) return &s->yields.at[k];
    }
    return NULL;
}

Reach reach(Low *L, Id body, Id by, const Yield **through)
{
    Id to = L->ir->node.at[by].u.ref;
    Walk w = walk_new(L, &L->met);
    IdVec reads = {0};
    bool found = false;
    take_reads(L, &body, 1, &reads);
    for (;;) {
        for (uint32_t k = 0; k < reads.n; k++) {
            Id array = L->ir->node.at[reads.at[k]].u.ref;
            found |= array == to || is_unknown(L, array);
            *through = earlier_step(L, reads.at[k], by);
            if (*through && depends(L, array, to)) return REACH_EARLIER;
            if (array != to) visit(&w, array);
        }
        if (!w.todo.n) return found ? REACH_YES : REACH_NO;
        reads.n = 0;
        follow(L, w.todo.at[--w.todo.n], &reads);
    }
}
