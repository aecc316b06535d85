/*
 * forward.c -- puts the tangent equations of a program beside its own.
 *
 * For A[i] = sum(k) e(i, k) over reads B[f(i, k)]:
 *     t_A[i] = sum(k) sum over the reads of de/dB * t_B[f(i, k)]
 * with the same ranges, filter and guard, by the same table of partials as reverse mode: its rows are linear in what they are
 * given.  What moves is told by seeds; an array that depends on none has no tangent, and the tangent of what does not move is no
 * node.  The result is ordinary equations, of adjoints too: forward over reverse gives Hessians times a vector.
 *
 * No flags are needed.  A tangent carries the condition under which it is not zero apart from its value (taken.c), and a branch
 * that is not taken is not evaluated, so its tangents are not read.
 *
 * Where the direction depends on variables of its own, so do all tangents: these are their first subscripts.  A scan then gets a
 * second one for its tangents, over these variables; otherwise the tangents stand in the scan itself.
 */
#include "derive.h"
#include "partials.h"

/* The tangent of a node in this round. */
typedef struct {
    uint32_t round;
    Term tangent; /* value 0: none */
} Moved;

/* A tangent equation that reads an array which an equation further down writes. */
typedef struct {
    Id array, eq;
} Waiting;

struct Forward {
    Ir *ir;
    const Seed **seed; /* by array: what it was given; NULL */
    bool *active;      /* by array: it moves */
    Id *tangent;       /* by array: its tangents, once there are some */
    Id arrays;
    const Direction *d;
    bool bound;    /* a region around binds the direction's own variables */
    Around scans;  /* around */
    VEC(Moved) at; /* by node */
    uint32_t round;
    Terms part;   /* scratch of node_tangent */
    Sweep *sweep; /* asked what depends on what moves */
    VEC(Waiting) waiting;
    Beside *beside; /* by equation, to be filled in; or NULL */
};

/* ---- what moves */

static bool find_active_items(Forward *f, Slice items)
{
    Ir *ir = f->ir;
    bool found = false;
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region) {
            Region r = ir->region.at[it.id];
            for (bool again = true; again; found |= again) {
                again = find_active_items(f, r.head);
                again |= find_active_items(f, r.items);
            }
            continue;
        }
        Eq e = ir->eq.at[it.id];
        if (f->d->wanted && !f->d->wanted[e.target]) continue;
        if (f->active[e.target] || !reduction_moves(ir, &e) || !sweep_moves(f->sweep, &e)) continue;
        f->active[e.target] = found = true;
    }
    return found;
}

Forward *forward_new(Ir *ir, const Direction *d)
{
    Forward *f = arena_alloc(ir->arena, sizeof *f);
    *f = (Forward){.ir = ir, .arrays = ir->array.n, .d = d};
    for (uint32_t i = 0; i < d->around.bound; i++) vec_push(ir->arena, &f->scans.all, d->around.all.at[i]);
    f->scans.bound = d->around.bound;
    f->seed = arena_alloc(ir->arena, f->arrays * sizeof(Seed *));
    f->active = arena_alloc(ir->arena, f->arrays * sizeof *f->active);
    f->tangent = arena_alloc(ir->arena, f->arrays * sizeof *f->tangent);
    for (uint32_t i = 0; i < d->seed.n; i++) {
        f->seed[d->seed.at[i].array] = &d->seed.at[i];
        f->active[d->seed.at[i].array] = true;
    }
    f->sweep = sweep_new(ir, f->active);
    return f;
}

/* ---- tangents of arrays */

static void add_ids(Ir *ir, const IdVec *ids, IdVec *out)
{
    for (uint32_t i = 0; i < ids->n; i++) vec_push(ir->arena, out, ids->at[i]);
}

/* The direction's own variables, where an equation, or a region, has to bind them. */
static void add_own_binders(const Forward *f, Binders *out)
{
    const Around *a = &f->d->around;
    for (uint32_t i = a->bound; i < a->all.n && !f->bound; i++) vec_push(f->ir->arena, out, a->all.at[i]);
}

static Id tangent_array(Forward *f, Id a)
{
    Ir *ir = f->ir;
    if (f->tangent[a]) return f->tangent[a];
    Array of = ir->array.at[a];
    IdVec dims = {0};
    add_ids(ir, &f->d->dims, &dims);
    ir_add_ids(ir, of.dims, &dims);
    const char *name = arena_printf(ir->arena, "t_%s", of.name);
    Id made = ir_new_array(ir, name, ARRAY_LOCAL, T_REAL, dims.at, dims.n, of.span);
    ir->array.at[made].primal = a;
    return f->tangent[a] = made;
}

Id forward_tangent(const Forward *f, Id array) { return array < f->arrays ? f->tangent[array] : 0; }

/* 0: it does not move. */
static Id read_tangent(Forward *f, Id read)
{
    Ir *ir = f->ir;
    Node x = ir->node.at[read];
    IdVec subs = {0};
    if (x.type != T_REAL || x.u.ref >= f->arrays || !f->active[x.u.ref]) return 0;
    const Seed *s = f->seed[x.u.ref];
    if (!s) {
        add_ids(ir, &f->d->subs, &subs);
        ir_add_ids(ir, (Slice){x.kids, x.n}, &subs);
        return ir_read(ir, tangent_array(f, x.u.ref), subs.at, subs.n);
    }
    Subst *by = arena_alloc(ir->arena, (x.n + 1u) * sizeof *by);
    for (uint32_t i = 0; i < x.n; i++) by[i] = (Subst){s->var[i], ir_kid(ir, read, i)};
    Id value = ir_subst(ir, s->value, by, x.n);
    return ir_opof(ir, value) == OP_CONST && ir_is_int(ir, value, 0) ? 0 : value;
}

/* ---- tangents of bodies */

static Term node_tangent(Forward *f, Id n, Id self)
{
    Ir *ir = f->ir;
    Node x = ir->node.at[n];
    if (x.op == OP_READ) return (Term){0, read_tangent(f, n)};
    Id never = ir_bool(ir, false);
    f->part.n = 0;
    for (uint32_t k = 0; k < x.n; k++) {
        Term t = f->at.at[ir_kid(ir, n, k)].tangent;
        Id cond, value;
        if (!t.value || !partial(ir, n, k, t.value, self, &cond, &value)) continue;
        cond = ir_and(ir, cond, t.cond);
        if (cond != never) terms_add(ir, &f->part, (Term){cond, value});
    }
    return f->part.n ? terms_sum(ir, &f->part) : (Term){0, 0};
}

/* self: a node with the body's value, or 0. */
static Term body_tangent(Forward *f, Id body, Id self)
{
    Ir *ir = f->ir;
    IdVec order = ir_reach(ir, &body, 1);
    vec_reserve(ir->arena, &f->at, ir->node.n);
    f->round++;
    for (uint32_t i = 0; i < order.n; i++) {
        Id n = order.at[i];
        bool real = ir_type(ir, n) == T_REAL;
        f->at.at[n] = (Moved){f->round, real ? node_tangent(f, n, self && n == body ? self : n) : (Term){0, 0}};
    }
    return f->at.at[body].tangent;
}

Id forward_value(Forward *f, Id node)
{
    Term t = body_tangent(f, node, 0);
    return t.cond ? ir_select(f->ir, t.cond, t.value, ir_real(f->ir, 0)) : t.value;
}

/* ---- equations */

/* t_A[the direction's variables, subs] for these, outer */
static Eq beside(Forward *f, const Eq *e)
{
    Ir *ir = f->ir;
    IdVec subs = {0};
    Binders outer = {0};
    add_ids(ir, &f->d->subs, &subs);
    ir_add_ids(ir, e->subs, &subs);
    add_own_binders(f, &outer);
    ir_add_binders(ir, e->outer, &outer);
    Eq t = {.target = tangent_array(f, e->target),
            .when = f->bound ? e->when : ir_and(ir, f->d->when, e->when),
            .span = e->span,
            .add = e->add,
            .scatter = e->scatter};
    t.subs = ir_ids(ir, subs.at, subs.n);
    t.outer = ir_binders(ir, outer.at, outer.n);
    return t;
}

/* Without a reduction a sum of contributions leaves out those that do not count; an element of its own is 0 there. */
static void single_tangent(Ir *ir, const Eq *e, Term body, Eq *t)
{
    t->body = body.value;
    if (e->add)
        t->when = ir_and(ir, t->when, body.cond);
    else if (body.cond)
        t->body = ir_select(ir, body.cond, body.value, ir_real(ir, 0));
}

static void reduced_tangent(Ir *ir, const Around *scans, Id eq, Term body, Eq *t)
{
    Eq e = ir->eq.at[eq];
    Id outer, cond, factor;
    reduction_terms(ir, scans, eq, &outer, &cond, &factor);
    t->op = RED_SUM;
    t->inner = e.inner;
    t->body = factor ? ir_op2(ir, OP_MUL, body.value, factor) : body.value;
    t->where = ir_and(ir, outer, e.where);
    t->where = ir_and(ir, t->where, cond);
    t->where = ir_and(ir, t->where, body.cond);
}

static void list(Ir *ir, Items *items, Id eq) { vec_push(ir->arena, items, ((Item){false, eq})); }

/* The tangent of a function of matrices, with the equations that it needs. */
static void tangent_of_matrix(Forward *f, const Eq *e, Items *tangents)
{
    Ir *ir = f->ir;
    Eq t = beside(f, e);
    Leading lead = {.when = t.when};
    IdVec eqs = {0};
    uint32_t rank = ir_mat_rank(ir, e);
    Slice dims = ir->array.at[e->target].dims;
    add_ids(ir, &f->d->dims, &lead.dims);
    ir_add_ids(ir, (Slice){dims.at, dims.n - rank}, &lead.dims);
    ir_add_ids(ir, (Slice){t.subs.at, t.subs.n - rank}, &lead.subs);
    ir_add_binders(ir, t.outer, &lead.outer);
    Id body = forward_value(f, e->body), factor = e->with ? forward_value(f, e->with) : 0;
    if (!body && !factor) body = ir_real(ir, 0);
    matrix_tangent(ir, e, &lead, body, factor, &eqs, &t);
    for (uint32_t i = 0; i < eqs.n; i++) list(ir, tangents, eqs.at[i]);
    list(ir, tangents, ir_new_eq(ir, &t));
}

/* What the last of the equations beside a max, min or prod writes, which earlier derivatives made. */
static Id last_beside(const Ir *ir, Id eq)
{
    while (ir->eq.at[eq].aux) eq = ir->eq.at[eq].aux;
    return ir->eq.at[eq].target;
}

/* The equation and what its tangent needs beside it, then, to another list or the same, its tangent. */
static void tangent(Forward *f, Id eq, Items *out, Items *tangents)
{
    Ir *ir = f->ir;
    Eq e = ir->eq.at[eq];
    Beside aux = {.eq = eq};
    list(ir, out, eq);
    if (e.target >= f->arrays || !f->active[e.target] || f->seed[e.target]) return;
    if (e.op == RED_MATRIX) {
        tangent_of_matrix(f, &e, tangents);
        return;
    }
    IdVec subs = {0};
    ir_add_ids(ir, e.subs, &subs);
    Id self = e.op == RED_NONE && !e.add ? ir_read(ir, e.target, subs.at, subs.n) : 0;
    Term body = body_tangent(f, e.body, self);
    if (body.value) reduction_aux(ir, &f->scans, eq, &aux);
    if (f->beside && aux.eq != eq) f->beside[eq] = aux;
    out->at[out->n - 1].id = aux.eq;
    for (uint32_t i = 0; i < aux.beside.n; i++) list(ir, out, aux.beside.at[i]);
    if (!body.value && e.add) return;
    Eq t = beside(f, &e);
    if (!body.value)
        t.body = ir_real(ir, 0);
    else if (e.op == RED_NONE)
        single_tangent(ir, &e, body, &t);
    else
        reduced_tangent(ir, &f->scans, aux.eq, body, &t);
    Id made = ir_new_eq(ir, &t);
    if (e.aux)
        vec_push(ir->arena, &f->waiting, ((Waiting){last_beside(ir, eq), made}));
    else
        list(ir, tangents, made);
}

static void equation(Forward *f, Id eq, Items *out, Items *tangents)
{
    tangent(f, eq, out, tangents);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < f->waiting.n; i++) {
        Waiting w = f->waiting.at[i];
        if (w.array == f->ir->eq.at[eq].target)
            list(f->ir, tangents, w.eq);
        else
            f->waiting.at[kept++] = w;
    }
    f->waiting.n = kept;
}

/* ---- regions */

static void walk(Forward *f, Slice items, Items *out, Items *tangents);

static void enter(Forward *f, const Region *r)
{
    ir_add_binders(f->ir, r->over, &f->scans.all);
    vec_push(f->ir->arena, &f->scans.all, r->step);
    f->scans.bound = f->scans.all.n;
}

static void add_region(Ir *ir, Items *out, const Region *r)
{
    vec_push(ir->arena, out, ((Item){true, ir_new_region(ir, r)}));
}

static void together(Forward *f, Region r, Items *out)
{
    Items head = {0}, items = {0};
    walk(f, r.head, &head, &head);
    walk(f, r.items, &items, &items);
    r.head = ir_items(f->ir, head.at, head.n);
    r.items = ir_items(f->ir, items.at, items.n);
    add_region(f->ir, out, &r);
}

/* The tangents of a region as one of their own, over the direction's variables too, as many steps as the first took. */
static void apart(Forward *f, Region r, Items *out, Items *tangents)
{
    Ir *ir = f->ir;
    Items head = {0}, items = {0}, moved = {0};
    Binders over = {0};
    IdVec subs = {0};
    const bool bound = f->bound;
    for (uint32_t i = 0; i + 1 < f->scans.all.n; i++) vec_push(ir->arena, &subs, ir_var(ir, f->scans.all.at[i].var));
    add_own_binders(f, &over);
    ir_add_binders(ir, r.over, &over);
    r.when = f->bound ? r.when : ir_and(ir, f->d->when, r.when);
    f->bound = true;
    walk(f, r.head, &head, &moved);
    walk(f, r.items, &items, &moved);
    f->bound = bound;
    r.head = ir_items(ir, head.at, head.n);
    r.items = ir_items(ir, items.at, items.n);
    add_region(ir, out, &r);
    if (!moved.n) return;
    if (r.cond) r.step.hi = steps_taken(ir, &r, &subs);
    r.cond = r.steps = 0;
    r.head = (Slice){0, 0};
    r.items = ir_items(ir, moved.at, moved.n);
    r.over = ir_binders(ir, over.at, over.n);
    add_region(ir, tangents, &r);
}

static bool binds_own(const Forward *f)
{
    Binders b = {0};
    add_own_binders(f, &b);
    return b.n > 0;
}

static void walk(Forward *f, Slice items, Items *out, Items *tangents)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = f->ir->item.at[items.at + i];
        if (!it.region) {
            equation(f, it.id, out, tangents);
            continue;
        }
        Region r = f->ir->region.at[it.id];
        uint32_t around = f->scans.all.n;
        enter(f, &r);
        if (out == tangents && !binds_own(f))
            together(f, r, out);
        else
            apart(f, r, out, tangents);
        f->scans.all.n = f->scans.bound = around;
    }
}

Slice forward_items(Forward *f, Slice items)
{
    Items out = {0};
    find_active_items(f, items);
    walk(f, items, &out, &out);
    return ir_items(f->ir, out.at, out.n);
}

void forward_apart(Forward *f, const Item *items, uint32_t n, Adjoints *out)
{
    Ir *ir = f->ir;
    Items primal = {0}, tangents = {0};
    Slice all = ir_items(ir, items, n);
    *out = (Adjoints){.eqs = ir->eq.n};
    out->beside = f->beside = arena_alloc(ir->arena, ir->eq.n * sizeof *f->beside);
    find_active_items(f, all);
    walk(f, all, &primal, &tangents);
    for (uint32_t i = 0; i < tangents.n; i++) vec_push(ir->arena, &out->items, tangents.at[i]);
}
