/*
 * cse.c -- equations with equal right sides become one.
 *
 * Each right side is written with canonical variables (c1, c2, ... by the places in the target where they stand, else in the
 * order of the loops); as nodes are hash-consed, equal right sides are then equal numbers.  The second of two definitions
 * becomes an alias: its readers read the first.  Where one of two equal reductions is a contribution, their value becomes an
 * array of its own and both read it.  Equal sub-expressions of one equation are one node already.
 *
 * needs: order   makes: arrays of shared sums   breaks: leaves definitions that nothing reads (dce)   exact: yes
 */
#include <string.h>

#include "flat.h"
#include "passes.h"

typedef struct {
    Slice vars;    /* in Cse.vars: the variables that became c1, c2, ... */
    uint32_t step; /* of the equation in Cse.out */
} Seen;

typedef struct {
    Flat f;
    StepVec out;
    Rewrite w;
    IdVec sole;      /* of each array: its only equation, 0: none or several */
    IdVec alias;     /* of each array: the array that is read instead, 0: itself */
    IdVec canonical; /* variables c1, c2, ... */
    IdVec vars;
    Keys keys;
    VEC(Seen) seen; /* of each key: the first equation; [0] unused */
    IdVec shared;   /* of each step of out: an equation to be put before it, 0 */
} Cse;

static bool has_alias(Id array, const void *user)
{
    const Cse *c = user;
    return array < c->alias.n && c->alias.at[array];
}

static Id alias_rule(Ir *ir, Id node, void *user)
{
    const Cse *c = user;
    Node x = ir->node.at[node];
    if (x.op != OP_READ || !has_alias(x.u.ref, c)) return node;
    return ir_read(ir, c->alias.at[x.u.ref], ir->kid.at + x.kids, x.n);
}

/* ---- keys */

static bool has_binder(const Ir *ir, Slice binders, Id var)
{
    for (uint32_t i = 0; i < binders.n; i++)
        if (ir->binder.at[binders.at + i].var == var) return true;
    return false;
}

static void key_node(Ir *ir, Cse *c, const Renaming *r, Id node)
{
    vec_push(ir->arena, &c->keys.words, ir_subst(ir, node, r->at, r->n));
}

static void key_bounds(Ir *ir, Cse *c, const Renaming *r, Slice outer, bool sorted)
{
    for (uint32_t k = 0; k < outer.n; k++) /* sorted: in the order of the canonical variables */
        for (uint32_t i = 0; i < outer.n; i++) {
            Binder b = ir->binder.at[outer.at + i];
            if (sorted ? r->at[k].var != b.var : i != k) continue;
            key_node(ir, c, r, b.lo);
            key_node(ir, c, r, b.hi);
        }
}

/* The number of a right side: region, reduction, loops, conditions, body. */
static uint32_t key_of(Ir *ir, Cse *c, Step s, Renaming *r, bool *fresh)
{
    Eq e = ir->eq.at[s.id];
    uint32_t from = c->keys.words.n;
    r->n = 0;
    for (uint32_t i = 0; i < e.subs.n; i++) {
        Node x = ir->node.at[ir->kid.at[e.subs.at + i]];
        if (x.op == OP_VAR && has_binder(ir, e.outer, x.u.ref)) rename_next(ir, r, &c->canonical, x.u.ref);
    }
    for (uint32_t i = 0; i < e.outer.n; i++) rename_next(ir, r, &c->canonical, ir->binder.at[e.outer.at + i].var);
    for (uint32_t i = 0; i < e.inner.n; i++) rename_next(ir, r, &c->canonical, ir->binder.at[e.inner.at + i].var);
    vec_push(ir->arena, &c->keys.words, s.in);
    vec_push(ir->arena, &c->keys.words, (Id)e.op);
    vec_push(ir->arena, &c->keys.words, (Id)e.matrix);
    vec_push(ir->arena, &c->keys.words, e.outer.n);
    vec_push(ir->arena, &c->keys.words, e.inner.n);
    key_bounds(ir, c, r, e.outer, true);
    key_bounds(ir, c, r, e.inner, false);
    key_node(ir, c, r, e.when);
    key_node(ir, c, r, e.where);
    key_node(ir, c, r, e.with);
    key_node(ir, c, r, e.body);
    return keys_number(ir, &c->keys, from, fresh);
}

/* ---- sharing */

/* Is it a definition whose subscripts are exactly its loops' and regions' variables, that others may read? */
static bool is_definition(Ir *ir, const Cse *c, Id eq)
{
    Eq e = ir->eq.at[eq];
    uint8_t kind = ir->array.at[e.target].kind;
    if (e.target >= c->sole.n || c->sole.at[e.target] != eq || (kind != ARRAY_LOCAL && kind != ARRAY_OUTPUT))
        return false;
    for (uint32_t i = 0; i < e.subs.n; i++)
        if (ir_opof(ir, ir->kid.at[e.subs.at + i]) != OP_VAR) return false;
    return def_params(ir, eq);
}

/* The subscripts with which an equation of the same right side reads the array of `def`. */
static IdVec subs_for(Ir *ir, const Cse *c, Id def, const Seen *seen, const Renaming *reader)
{
    Eq e = ir->eq.at[def];
    IdVec subs = {0};
    for (uint32_t i = 0; i < e.subs.n; i++) {
        Id sub = ir->kid.at[e.subs.at + i], var = ir->node.at[sub].u.ref;
        for (uint32_t k = 0; k < seen->vars.n; k++)
            if (c->vars.at[seen->vars.at + k] == var) sub = ir_var(ir, reader->at[k].var);
        vec_push(ir->arena, &subs, sub);
    }
    return subs;
}

/* The loops over the elements that a function of matrices gives at once. */
static Slice element_loops(Ir *ir, const Eq *e)
{
    Binders loops = {0};
    ir_add_binders(ir, e->outer, &loops);
    for (uint32_t i = e->subs.n - ir_mat_rank(ir, e); i < e->subs.n; i++)
        for (uint32_t k = 0; k < e->inner.n; k++) {
            Binder b = ir->binder.at[e->inner.at + k];
            if (ir->kid.at[e->subs.at + i] == ir_var(ir, b.var)) vec_push(ir->arena, &loops, b);
        }
    return ir_binders(ir, loops.at, loops.n);
}

/* The equation with its right side replaced by a read. */
static Id copying(Ir *ir, Cse *c, Id eq, Id array, const IdVec *subs)
{
    Eq e = ir->eq.at[eq];
    if (e.op == RED_MATRIX) e.outer = element_loops(ir, &e);
    e.body = ir_read(ir, array, subs->at, subs->n);
    e.op = RED_NONE;
    e.where = e.aux = e.with = 0;
    e.inner.n = 0;
    Id now = flat_moved(ir, &c->f, eq, &e);
    if (e.target < c->sole.n && c->sole.at[e.target] == eq) c->sole.at[e.target] = now;
    return now;
}

/* Gives the reduction of a step of `out` an array of its own, over its loops; false: the array's size is not known. */
static bool give_array(Ir *ir, Cse *c, uint32_t step)
{
    Step *s = &c->out.at[step];
    Eq e = ir->eq.at[s->id];
    Array of = ir->array.at[e.target];
    IdVec reads = ir_eq_reads(ir, s->id), subs = {0};
    Env loops = env_of(ir, &c->f, 0, s->id, false);
    vec_push(ir->arena, &reads, ir_read(ir, e.target, ir->kid.at + e.subs.at, e.subs.n));
    Eq own = e;
    const char *name = arena_printf(ir->arena, "sum_%s", of.name);
    own.target = array_over(ir, &c->f, s->in, &loops, &reads, name, (Type)of.type, of.span, &subs);
    if (own.target == 0) return false;
    own.subs = ir_ids(ir, subs.at, subs.n);
    own.add = own.scatter = false;
    c->shared.at[step] = ir_new_eq(ir, &own);
    s->id = copying(ir, c, s->id, own.target, &subs);
    return true;
}

/* The equation of step q has the right side of the seen one. */
static void share(Ir *ir, Cse *c, const Seen *seen, uint32_t q, const Renaming *reader)
{
    Id eq = c->out.at[q].id, *own = &c->shared.at[seen->step];
    Eq e = ir->eq.at[eq];
    if (*own == 0 && !is_definition(ir, c, c->out.at[seen->step].id)) {
        if (e.op == RED_NONE || e.op == RED_MATRIX || !give_array(ir, c, seen->step)) return;
    }
    Id def = *own ? *own : c->out.at[seen->step].id, array = ir->eq.at[def].target;
    if (ir->array.at[array].type != ir->array.at[e.target].type) return;
    IdVec subs = subs_for(ir, c, def, seen, reader);
    bool alias = is_definition(ir, c, eq) && ir->array.at[e.target].kind == ARRAY_LOCAL && e.subs.n == subs.n &&
                 (subs.n == 0 || memcmp(ir->kid.at + e.subs.at, subs.at, subs.n * sizeof(Id)) == 0);
    if (alias) c->alias.at[e.target] = array;
    c->out.at[q].id = copying(ir, c, eq, array, &subs);
}

/* A right side that is no more than the read that would replace it, or a contribution without a reduction. */
static bool is_worth(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    Op op = ir_opof(ir, e.body);
    if (e.op != RED_NONE) return true;
    return !e.add && op != OP_READ && op != OP_CONST && op != OP_VAR && op != OP_DIM;
}

static void visit(Ir *ir, Cse *c, Step s)
{
    if (s.kind == STEP_OPEN) s.id = rewrite_region(ir, &c->w, s.id);
    Id before = s.id;
    if (s.kind == STEP_EQ) s.id = rewrite_eq(ir, &c->w, &c->f, before);
    vec_push(ir->arena, &c->out, s);
    vec_push(ir->arena, &c->shared, 0);
    if (s.kind != STEP_EQ) return;
    Id target = ir->eq.at[s.id].target;
    if (target < c->sole.n && c->sole.at[target] == before) c->sole.at[target] = s.id;
    if (!is_worth(ir, s.id)) return;
    Renaming r = {0};
    bool fresh;
    uint32_t key = key_of(ir, c, s, &r, &fresh);
    if (!fresh) {
        share(ir, c, &c->seen.at[key], c->out.n - 1, &r);
        return;
    }
    vec_push(ir->arena, &c->seen, ((Seen){{c->vars.n, r.n}, c->out.n - 1}));
    for (uint32_t i = 0; i < r.n; i++) vec_push(ir->arena, &c->vars, r.at[i].var);
}

void cse(Ir *ir)
{
    Cse c = {.f = flat_of(ir)};
    vec_reserve(ir->arena, &c.alias, ir->array.n);
    c.alias.n = ir->array.n;
    vec_push(ir->arena, &c.seen, ((Seen){{0, 0}, 0}));
    c.w = (Rewrite){.rule = alias_rule, .touches = has_alias};
    c.w.user = &c;
    c.sole = flat_sole(ir, &c.f);
    for (uint32_t i = 0; i < c.f.steps.n; i++) visit(ir, &c, c.f.steps.at[i]);
    StepVec steps = {0};
    for (uint32_t i = 0; i < c.out.n; i++) {
        if (c.shared.at[i]) flat_push(ir, &steps, STEP_EQ, c.shared.at[i], c.out.at[i].in);
        vec_push(ir->arena, &steps, c.out.at[i]);
    }
    flat_store(ir, &c.f, &steps);
}
