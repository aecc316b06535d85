/*
 * stencil.c -- what neighbours add to an element becomes one equation for the element.
 *
 * The adjoint of a sum over neighbours scatters with constant offsets.  Seen from the elements, each contribution covers a box of
 * them; where all boxes meet, one equation has every contribution, and what is left of each box goes by itself, behind it:
 *
 *     d[i] = a(i) for i: N           ->   d[i] = a(i) + b(i - 1) for i: 1..N
 *     d[i + 1] += b(i) for i: N           d[i] = a(i) for i: 0..1     d[i] += b(i - 1) for i: N..N + 1
 *
 * So there are no conditions, each element is written once but at the ends, and compilers make vectors of the loop.  The order of
 * the contributions to an element stays, but for what does not meet the others, which goes last.
 *
 * needs: order   makes: -   breaks: -   exact: yes
 */
#include "flat.h"
#include "passes.h"

/* An equation by the elements that it writes: box has a binder for each subscript of the target, `var` 0 where `lo` alone is meant. */
typedef struct {
    uint32_t at; /* its step */
    Binders box;
    Id body; /* over the variables of the group's boxes */
} Member;

typedef struct {
    Ir *ir;
    Flat f;
    VEC(Member) group; /* boxes that all meet, of equations that write one after another */
    StepVec *instead;  /* of each step: what stands for it and others */
    uint8_t *gone;     /* of each step: it is part of those */
} Gather;

/* Elements that are written once for each point of a box, whatever a condition says. */
static bool is_map(const Eq *e) { return e->op == RED_NONE && !e->scatter && !e->where && !e->when; }

/* Its box, over the variables of `like` or, if that is NULL, new ones; false: it has none. */
static bool box_of(Gather *g, uint32_t at, const Member *like, Member *m)
{
    Ir *ir = g->ir;
    Eq e = ir->eq.at[g->f.steps.at[at].id];
    VEC(Subst) s = {0};
    *m = (Member){.at = at};
    for (uint32_t p = 0; p < e.subs.n; p++) {
        uint32_t loop;
        Id shift, sub = ir->kid.at[e.subs.at + p];
        Binder side = {0, sub, 0};
        if (eq_shift(ir, &e, p, &loop, &shift)) {
            Binder b = ir->binder.at[e.outer.at + loop];
            Var v = ir->var.at[b.var];
            side.var = !like ? ir_new_var(ir, v.name, v.span) : like->box.at[p].var;
            if (!side.var || !ir_is_size(ir, b.lo) || !ir_is_size(ir, b.hi)) return false;
            side.lo = ir_op2(ir, OP_ADD, b.lo, shift);
            side.hi = ir_op2(ir, OP_ADD, b.hi, shift);
            for (uint32_t k = 0; k < s.n; k++)
                if (s.at[k].var == b.var) return false;
            vec_push(ir->arena, &s, ((Subst){b.var, ir_op2(ir, OP_SUB, ir_var(ir, side.var), shift)}));
        } else if (like && (like->box.at[p].var || like->box.at[p].lo != sub)) {
            return false;
        }
        vec_push(ir->arena, &m->box, side);
    }
    m->body = ir_subst(ir, e.body, s.at, s.n);
    return s.n && s.n == e.outer.n;
}

static bool distance(Ir *ir, Id from, Id to, int64_t *d) { return ir_const_int(ir, ir_op2(ir, OP_SUB, to, from), d); }

/* Where a box meets those of the group, which meet in `middle`; false: nowhere, or the sizes do not tell. */
static bool meet(Gather *g, const Member *m, const Binders *middle, Binders *all)
{
    Ir *ir = g->ir;
    all->n = 0;
    for (uint32_t p = 0; p < m->box.n; p++) {
        Binder x = m->box.at[p];
        int64_t lo, hi, size;
        if (x.var && g->group.n) {
            Binder y = middle->at[p];
            if (!distance(ir, x.lo, y.lo, &lo) || !distance(ir, x.hi, y.hi, &hi)) return false;
            if (lo > 0) x.lo = y.lo;
            if (hi < 0) x.hi = y.hi;
        }
        if (x.var && distance(ir, x.lo, x.hi, &size) && size <= 0) return false;
        vec_push(ir->arena, all, x);
    }
    return true;
}

static void push(Gather *g, const Member *m, const Binders *box, bool add, Id body, StepVec *out)
{
    Ir *ir = g->ir;
    Step s = g->f.steps.at[m->at];
    Eq e = ir->eq.at[s.id];
    Binders outer = {0};
    IdVec subs = {0};
    for (uint32_t p = 0; p < box->n; p++) {
        Binder b = box->at[p];
        int64_t size;
        if (b.var && distance(ir, b.lo, b.hi, &size) && size <= 0) return;
        if (b.var) vec_push(ir->arena, &outer, b);
        vec_push(ir->arena, &subs, b.var ? ir_var(ir, b.var) : b.lo);
    }
    e.outer = ir_binders(ir, outer.at, outer.n);
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.body = body;
    e.add = add;
    flat_push(ir, out, STEP_EQ, ir_new_eq(ir, &e), s.in);
}

static bool adds(const Gather *g, const Member *m) { return g->ir->eq.at[g->f.steps.at[m->at].id].add; }

/* What is left of a member's box around the middle: below and above it in one dimension after another. */
static void push_rest(Gather *g, const Member *m, const Binders *middle, StepVec *out)
{
    Ir *ir = g->ir;
    Binders box = {0};
    for (uint32_t p = 0; p < m->box.n; p++) vec_push(ir->arena, &box, m->box.at[p]);
    for (uint32_t p = 0; p < box.n; p++) {
        Binder whole = box.at[p], in = middle->at[p];
        if (!whole.var) continue;
        if (whole.lo != in.lo) {
            box.at[p].hi = ir_op2(ir, OP_IMIN, in.lo, whole.hi);
            push(g, m, &box, adds(g, m), m->body, out);
        }
        if (whole.hi != in.hi) {
            box.at[p] = (Binder){whole.var, ir_op2(ir, OP_IMAX, in.lo, in.hi), whole.hi};
            push(g, m, &box, adds(g, m), m->body, out);
        }
        box.at[p] = in;
    }
}

static bool same_box(const Binders *a, const Binders *b)
{
    bool same = true;
    for (uint32_t p = 0; p < a->n; p++) same &= a->at[p].lo == b->at[p].lo && a->at[p].hi == b->at[p].hi;
    return same;
}

/* The group becomes one equation for the middle, where its last one stands, and what is left.  false: it was that already. */
static bool close_group(Gather *g, const Binders *middle)
{
    Ir *ir = g->ir;
    bool apart = false;
    for (uint32_t k = 0; k < g->group.n; k++) apart |= !same_box(&g->group.at[k].box, middle);
    if (!apart) return false;
    const Member *first = &g->group.at[0], *last = &g->group.at[g->group.n - 1];
    StepVec *out = &g->instead[last->at];
    bool flag = ir->array.at[ir->eq.at[g->f.steps.at[first->at].id].target].type == T_BOOL;
    Id body = first->body;
    for (uint32_t k = 1; k < g->group.n; k++) body = ir_op2(ir, flag ? OP_OR : OP_ADD, body, g->group.at[k].body);
    push(g, last, middle, adds(g, first), body, out);
    for (uint32_t k = 0; k < g->group.n; k++) {
        push_rest(g, &g->group.at[k], middle, out);
        g->gone[g->group.at[k].at] = 1;
    }
    return true;
}

typedef struct {
    VEC(uint32_t) writers;
    bool maps;   /* all of them */
    IdVec reads; /* READ nodes, since the last writer */
} Use;

/* Of the writers of one array from the k-th on, in order: as many as meet become a group; what only adds elsewhere may stand behind it.
   Which is the next one? */
static uint32_t gather_from(Gather *g, const Use *u, uint32_t k, const uint8_t *read_before)
{
    Ir *ir = g->ir;
    Binders middle = {0}, all = {0};
    VEC(uint32_t) others = {0};
    uint32_t last = k, in = g->f.steps.at[u->writers.at[k]].in;
    Member m;
    g->group.n = 0;
    if (!box_of(g, u->writers.at[k], NULL, &m) || !meet(g, &m, &all, &middle)) return k + 1;
    vec_push(ir->arena, &g->group, m);
    for (uint32_t j = k + 1; j < u->writers.n; j++) {
        uint32_t at = u->writers.at[j];
        Step s = g->f.steps.at[at];
        if (read_before[at] || s.in != in || !ir->eq.at[s.id].add) break;
        if (!box_of(g, at, &g->group.at[0], &m) || !meet(g, &m, &middle, &all)) {
            vec_push(ir->arena, &others, at);
            continue;
        }
        vec_push(ir->arena, &g->group, m);
        middle = all;
        all = (Binders){0};
        last = j;
    }
    if (close_group(g, &middle))
        for (uint32_t j = 0; j < others.n && others.at[j] < u->writers.at[last]; j++) {
            vec_push(ir->arena, &g->instead[u->writers.at[last]], g->f.steps.at[others.at[j]]);
            g->gone[others.at[j]] = 1;
        }
    return last + 1;
}

static void gather_array(Gather *g, const Use *u, const uint8_t *read_before)
{
    for (uint32_t k = 0; k < u->writers.n;) k = gather_from(g, u, k, read_before);
}

/* Is this, at each step of the regions around, another element than what the equation writes then? */
static bool is_elsewhere(Ir *ir, const Eq *e, Id read)
{
    for (uint32_t p = 0; p < e->subs.n; p++) {
        Id sub = ir->kid.at[e->subs.at + p];
        int64_t d;
        bool fixed = true;
        for (uint32_t k = 0; k < e->outer.n; k++) fixed &= !ir_has_var(ir, sub, ir->binder.at[e->outer.at + k].var);
        if (fixed && ir_const_int(ir, ir_op2(ir, OP_SUB, ir_kid(ir, read, p), sub), &d) && d != 0) return true;
    }
    return false;
}

/* Of each array who writes it; of each writer: something has read the array since the one before. */
static Use *find_uses(Gather *g, uint8_t *read_before)
{
    Ir *ir = g->ir;
    Use *uses = arena_alloc(ir->arena, sizeof *uses * ir->array.n);
    for (uint32_t i = 0; i < g->f.steps.n; i++) {
        Step s = g->f.steps.at[i];
        IdVec reads = step_reads(ir, s);
        for (uint32_t k = 0; k < reads.n; k++)
            vec_push(ir->arena, &uses[ir->node.at[reads.at[k]].u.ref].reads, reads.at[k]);
        if (s.kind != STEP_EQ) continue;
        Eq e = ir->eq.at[s.id];
        Use *u = &uses[e.target];
        for (uint32_t k = 0; k < u->reads.n; k++) read_before[i] |= !is_elsewhere(ir, &e, u->reads.at[k]);
        u->reads.n = 0;
        u->maps = is_map(&e) && (u->maps || !u->writers.n);
        vec_push(ir->arena, &u->writers, i);
    }
    return uses;
}

void stencil(Ir *ir)
{
    Gather g = {.ir = ir, .f = flat_of(ir)};
    uint32_t arrays = ir->array.n;
    g.instead = arena_alloc(ir->arena, sizeof *g.instead * (g.f.steps.n + 1u));
    g.gone = arena_alloc(ir->arena, g.f.steps.n + 1u);
    uint8_t *read_before = arena_alloc(ir->arena, g.f.steps.n + 1u);
    const Use *uses = find_uses(&g, read_before);
    for (Id a = 1; a < arrays; a++)
        if (uses[a].maps && uses[a].writers.n > 1) gather_array(&g, &uses[a], read_before);
    StepVec out = {0};
    for (uint32_t i = 0; i < g.f.steps.n; i++) {
        if (!g.gone[i]) vec_push(ir->arena, &out, g.f.steps.at[i]);
        for (uint32_t k = 0; k < g.instead[i].n; k++) vec_push(ir->arena, &out, g.instead[i].at[k]);
    }
    flat_store(ir, &g.f, &out);
}
