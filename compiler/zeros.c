/*
 * zeros.c -- an array that a region adds to step by step is zeroed there, step by step.
 *
 *     d[i, j] = 0 for i: T + 1, j     scan t: T down { d[t, j] += e[t, j]  f[t, j] = d[t + 1, j] }      becomes
 *     d[T, j] = 0 for j     scan t: T down { d[t, j] = 0 for j  d[t, j] += e[t, j]  f[t, j] = d[t + 1, j] }
 *
 * The zero then merges with the first contribution (fold.c), and no more steps are kept than are read (steps.c).  Everything in the
 * region must touch its own step or read earlier ones, and what stands outside nothing but the elements that are known to be set.
 *
 * needs: order   makes: equations in regions   exact: yes
 */
#include "flat.h"

/* A zero that may move into a region. */
typedef struct {
    Ir *ir;
    const Flat *f;
    Id array, region;
    uint32_t zero, open; /* steps */
    uint32_t at;         /* the dimension of the region's step */
    bool next;           /* the element at the end of the range is touched too */
} Move;

typedef VEC(uint32_t) StepNumbers;

static bool is_zero(Ir *ir, const Eq *e)
{
    bool nothing = ir_is_int(ir, e->body, 0) || e->body == ir_bool(ir, false);
    return nothing && !e->add && e->op == RED_NONE && !e->when && ir->array.at[e->target].kind == ARRAY_LOCAL;
}

/* The region right below `base` that holds the step; 0: the step is in `base` itself, or elsewhere. */
static Id region_below(const Flat *f, Id region, Id base)
{
    while (region && f->outside.at[region] != base) region = f->outside.at[region];
    return region;
}

/* A bound of the region for the rows that these subscripts mean. */
static Id bound_at(const Move *m, Id bound, const Id *subs)
{
    Ir *ir = m->ir;
    Slice over = ir->region.at[m->region].over;
    VEC(Subst) by = {0};
    for (uint32_t k = 0; k < over.n; k++)
        vec_push(ir->arena, &by, ((Subst){ir->binder.at[over.at + k].var, subs[m->at - over.n + k]}));
    return ir_subst(ir, bound, by.at, by.n);
}

/* Does the subscript run over the steps of the region, where it stands? */
static bool runs_over_steps(const Move *m, const Step *s, const Id *subs)
{
    Ir *ir = m->ir;
    Env env = env_of(ir, m->f, s->in, s->kind == STEP_EQ ? s->id : 0, true);
    Binder step = ir->region.at[m->region].step;
    for (uint32_t k = 0; k < env.n; k++) {
        if (subs[m->at] != ir_var(ir, env.at[k].var)) continue;
        return env.at[k].lo == bound_at(m, step.lo, subs) && env.at[k].hi == bound_at(m, step.hi, subs);
    }
    return false;
}

static bool fits_outside(Move *m, const Step *s, uint32_t number, const Id *subs)
{
    Region r = m->ir->region.at[m->region];
    if (subs[m->at] == bound_at(m, r.step.hi, subs)) return m->next = true;
    if (number < m->open) return false;
    return subs[m->at] == bound_at(m, r.step.lo, subs) || runs_over_steps(m, s, subs);
}

static bool fits_inside(Move *m, const Id *subs, bool write)
{
    Ir *ir = m->ir;
    Region r = ir->region.at[m->region];
    int64_t ahead;
    for (uint32_t k = 0; k < r.over.n; k++)
        if (subs[m->at - r.over.n + k] != ir_var(ir, ir->binder.at[r.over.at + k].var)) return false;
    if (!ir_const_int(ir, ir_op2(ir, OP_SUB, subs[m->at], ir_var(ir, r.step.var)), &ahead)) return false;
    if (ahead == 0 || write) return ahead == 0;
    if (!r.down) return ahead < 0;
    m->next |= ahead == 1;
    return ahead == 1;
}

static bool fits(Move *m, uint32_t number, const Id *subs, bool write)
{
    const Step *s = &m->f->steps.at[number];
    Id in = s->kind == STEP_OPEN || s->kind == STEP_WHILE ? s->id : s->in; /* a region's own conditions */
    bool inside = region_below(m->f, in, m->f->steps.at[m->zero].in) == m->region && number != m->open;
    return inside ? fits_inside(m, subs, write) : fits_outside(m, s, number, subs);
}

static bool all_fit(Move *m, const StepNumbers *users)
{
    Ir *ir = m->ir;
    for (uint32_t i = 0; i < users->n; i++) {
        Step s = m->f->steps.at[users->at[i]];
        if (users->at[i] == m->zero) continue;
        if (s.kind == STEP_EQ && ir->eq.at[s.id].target == m->array) {
            Eq e = ir->eq.at[s.id];
            IdVec subs = {0};
            for (uint32_t k = 0; k < e.subs.n; k++) vec_push(ir->arena, &subs, ir->kid.at[e.subs.at + k]);
            if (!e.add || !fits(m, users->at[i], subs.at, true)) return false;
        }
        IdVec reads = step_reads(ir, s);
        for (uint32_t k = 0; k < reads.n; k++) {
            Node x = ir->node.at[reads.at[k]];
            IdVec subs = {0};
            if (x.u.ref != m->array) continue;
            for (uint32_t j = 0; j < x.n; j++) vec_push(ir->arena, &subs, ir_kid(ir, reads.at[k], j));
            if (!fits(m, users->at[i], subs.at, false)) return false;
        }
    }
    return true;
}

/* Is the element at the end of the range there, and the end known, where the zero stands? */
static bool end_is_known(const Move *m)
{
    Ir *ir = m->ir;
    Id hi = ir->region.at[m->region].step.hi;
    IdVec all = ir_reach(ir, &hi, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (x.op != OP_READ) continue;
        bool counted = false;
        for (uint32_t k = 0; k < m->zero && !counted; k++) {
            Step s = m->f->steps.at[k];
            counted = s.kind == STEP_WHILE && ir->region.at[s.id].steps == x.u.ref;
        }
        return counted && all.at[i] == hi;
    }
    return ir_prove_le(ir, ir_int(ir, 0), hi) == 1;
}

/* The zero's subscripts are the variables of the regions around and one loop each; those of the region have its ranges. */
static bool same_ranges(const Move *m)
{
    Ir *ir = m->ir;
    Eq e = ir->eq.at[m->f->steps.at[m->zero].id];
    Region r = ir->region.at[m->region];
    uint32_t scope = m->at - r.over.n;
    if (e.subs.n != scope + e.outer.n || m->at >= e.subs.n) return false;
    for (uint32_t k = 0; k < e.outer.n; k++) {
        Binder b = ir->binder.at[e.outer.at + k];
        if (ir->kid.at[e.subs.at + scope + k] != ir_var(ir, b.var)) return false;
        for (uint32_t j = 0; j < e.outer.n; j++) {
            Binder other = ir->binder.at[e.outer.at + j];
            if (ir_has_var(ir, other.lo, b.var) || ir_has_var(ir, other.hi, b.var)) return false;
        }
        if (k >= r.over.n) continue;
        Binder over = ir->binder.at[r.over.at + k];
        if (b.lo != over.lo || b.hi != over.hi) return false;
    }
    return ir->binder.at[e.outer.at + r.over.n].lo == r.step.lo;
}

/* The zero with these in the place of the first `n` variables of its loops, of which `keep` stay loops. */
static Id zero_with(const Move *m, const Id *by, uint32_t n, uint32_t keep)
{
    Ir *ir = m->ir;
    Eq e = ir->eq.at[m->f->steps.at[m->zero].id];
    uint32_t scope = e.subs.n - e.outer.n;
    IdVec subs = {0};
    Binders loops = {0};
    for (uint32_t k = 0; k < e.subs.n; k++)
        vec_push(ir->arena, &subs, k >= scope && k < scope + n ? by[k - scope] : ir->kid.at[e.subs.at + k]);
    for (uint32_t k = 0; k < e.outer.n; k++)
        if (k < keep || k >= n) vec_push(ir->arena, &loops, ir->binder.at[e.outer.at + k]);
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, loops.at, loops.n);
    return ir_new_eq(ir, &e);
}

/* A[rows, hi, ...] = 0, where the zero stood. */
static Id zero_of_end(const Move *m)
{
    Ir *ir = m->ir;
    Eq e = ir->eq.at[m->f->steps.at[m->zero].id];
    Region r = ir->region.at[m->region];
    IdVec by = {0};
    for (uint32_t k = 0; k < e.subs.n; k++) vec_push(ir->arena, &by, ir->kid.at[e.subs.at + k]);
    const Id *loops = by.at + (m->at - r.over.n);
    by.at[m->at] = bound_at(m, r.step.hi, by.at);
    return zero_with(m, loops, r.over.n + 1, r.over.n);
}

/* A[rows, t, ...] = 0, in the region. */
static Id zero_of_step(const Move *m)
{
    Ir *ir = m->ir;
    Region r = ir->region.at[m->region];
    IdVec by = {0};
    for (uint32_t k = 0; k < r.over.n; k++) vec_push(ir->arena, &by, ir_var(ir, ir->binder.at[r.over.at + k].var));
    vec_push(ir->arena, &by, ir_var(ir, r.step.var));
    return zero_with(m, by.at, by.n, 0);
}

/* The one region that adds to the array, if everything allows its zero to move there. */
static bool find_move(Move *m, const StepNumbers *users, const uint32_t *open)
{
    Ir *ir = m->ir;
    Id base = m->f->steps.at[m->zero].in;
    for (uint32_t i = 0; i < users->n; i++) {
        Step s = m->f->steps.at[users->at[i]];
        Id below = region_below(m->f, s.in, base);
        if (s.kind != STEP_EQ || ir->eq.at[s.id].target != m->array || !below) continue;
        if (m->region && m->region != below) return false;
        m->region = below;
    }
    if (!m->region) return false;
    Region r = ir->region.at[m->region];
    m->open = open[m->region];
    m->at = env_of(ir, m->f, base, 0, false).n + r.over.n;
    if (r.cond || r.when || m->open < m->zero || !same_ranges(m) || !all_fit(m, users)) return false;
    return !m->next || end_is_known(m);
}

/* One level of regions; false: nothing moved. */
static bool move_zeros(Ir *ir, Flat *f)
{
    StepNumbers *users = arena_alloc(ir->arena, ir->array.n * sizeof *users);
    uint32_t *open = arena_alloc(ir->arena, ir->region.n * sizeof *open);
    StepVec *first = arena_alloc(ir->arena, ir->region.n * sizeof *first), out = {0}; /* of each region */
    Id *end =
        arena_alloc(ir->arena, f->steps.n * sizeof *end); /* of each step that moved: what stays, UINT32_MAX: nothing */
    bool any = false;
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        IdVec reads = step_reads(ir, s);
        if (s.kind == STEP_OPEN) open[s.id] = i;
        if (s.kind == STEP_EQ) vec_push(ir->arena, &users[ir->eq.at[s.id].target], i);
        for (uint32_t k = 0; k < reads.n; k++) vec_push(ir->arena, &users[ir->node.at[reads.at[k]].u.ref], i);
    }
    for (Id a = 1; a < ir->array.n; a++) {
        if (!users[a].n) continue;
        Move m = {.ir = ir, .f = f, .array = a, .zero = users[a].at[0]};
        Step s = f->steps.at[m.zero];
        if (s.kind != STEP_EQ || ir->eq.at[s.id].target != a || !is_zero(ir, &ir->eq.at[s.id])) continue;
        if (!find_move(&m, &users[a], open)) continue;
        end[m.zero] = m.next ? zero_of_end(&m) : UINT32_MAX;
        flat_push(ir, &first[m.region], STEP_EQ, zero_of_step(&m), m.region);
        any = true;
    }
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        if (end[i] && end[i] != UINT32_MAX) s.id = end[i];
        if (end[i] != UINT32_MAX) vec_push(ir->arena, &out, s);
        for (uint32_t k = 0; s.kind == STEP_OPEN && k < first[s.id].n; k++)
            vec_push(ir->arena, &out, first[s.id].at[k]);
    }
    f->steps = out;
    return any;
}

void zeros(Ir *ir, Flat *f)
{
    bool regions = false;
    for (uint32_t i = 0; i < f->steps.n && !regions; i++) regions = f->steps.at[i].kind == STEP_OPEN;
    while (regions && move_zeros(ir, f)) continue;
}
