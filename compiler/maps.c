/*
 * maps.c -- exp, tanh and their kin over all values of an index at once, by the functions of lanes, outside of tiles too.
 *
 *     y[t, j] = tanh(a * x[t, j])  for j: n        ->  y[t, all j] = tanh(a * x[t, j])
 *     z[j] = b * exp(x[j] - m)  for j: n           ->  u[all j] = exp(x[j] - m)    z[j] = b * u[j]  for j: n
 *     s = sum(j: n) exp(x[j] - m)                  ->  u[all j] = exp(x[j] - m)    s = sum(j: n) u[j]
 *
 * What the function is taken of is written to where its values go, by a loop without calls, and a kernel works on it in place (cmatrix.c prints it).
 * The index is the last subscript, so that the values stand side by side.  A part that stands in an arm of a choice is computed in any
 * case, where the choice is the same for all values of the index and the part reads nothing but what is there.
 *
 * needs: order   makes: MAT_MAP   exact: no (kernels differ from libm in the last place)
 */
#include "loop.h"

#include "cost.h"

typedef struct {
    Ir *ir;
    const IdVec *roots;
    uint8_t *guarded; /* by array that there was at first: there may be elements without a value */
    Id arrays;
    Binders scope; /* of the regions around, outermost first */
    Items *out;
} Mapper;

/* ---- where it pays */

/* May there be an array over the index b, which is one of several, or stands in a region? */
static bool has_room(Mapper *m, Binder b, bool several)
{
    int64_t n;
    return ir_const_int(m->ir, b.hi, &n) ? cost_room(n) : several || m->scope.n > 0;
}

static bool is_index(Mapper *m, Binder b)
{
    int64_t n;
    return ir_is_int(m->ir, b.lo, 0) && ir_is_size(m->ir, b.hi) && (!ir_const_int(m->ir, b.hi, &n) || cost_maps(n));
}

/* Do all have sizes as ends, so that an array over them has a shape? */
static bool has_shape(Mapper *m, const Binders *all)
{
    for (uint32_t k = 0; k < all->n; k++)
        if (!ir_is_size(m->ir, all->at[k].hi)) return false;
    for (uint32_t k = 0; k < m->scope.n; k++)
        if (!ir_is_size(m->ir, m->scope.at[k].hi)) return false;
    return true;
}

/* ---- calls in a body */

enum { NEVER, PERHAPS, ALWAYS };

/* Does it read what is there whatever a choice says: whole rows of arrays that have all their elements? */
static bool is_there(Mapper *m, Id node, const Binders *all)
{
    Ir *ir = m->ir;
    IdVec ids = ir_reach(ir, &node, 1);
    for (uint32_t k = 0; k < ids.n; k++) {
        Node x = ir->node.at[ids.at[k]];
        if (x.op != OP_READ) continue;
        if (x.u.ref >= m->arrays || m->guarded[x.u.ref] || x.type != T_REAL) return false;
        for (uint32_t p = 0; p < x.n; p++) {
            Node sub = ir->node.at[ir->kid.at[x.kids + p]];
            Id size = ir->kid.at[ir->array.at[x.u.ref].dims.at + p];
            bool whole = false;
            for (uint32_t i = 0; i < all->n && sub.op == OP_VAR; i++)
                whole |= all->at[i].var == sub.u.ref && ir_is_int(ir, all->at[i].lo, 0) &&
                         ir_prove_le(ir, all->at[i].hi, size) == 1;
            for (uint32_t i = 0; i < m->scope.n && sub.op == OP_VAR; i++)
                whole |= m->scope.at[i].var == sub.u.ref && ir_prove_le(ir, m->scope.at[i].hi, size) == 1;
            if (!whole) return false;
        }
    }
    return true;
}

/* The outermost calls in a body that depend on the index and can be computed for all of its values. */
static IdVec find_calls(Mapper *m, Id body, Id var, const Binders *all)
{
    Ir *ir = m->ir;
    IdVec ids = ir_reach(ir, &body, 1), found = {0};
    uint8_t *met = arena_alloc(ir->arena, ids.n);
    met[ids.n - 1] = ALWAYS;
    for (uint32_t k = ids.n; k-- > 0;) {
        Id id = ids.at[k];
        Node x = ir->node.at[id];
        Kernel kernel;
        if (!met[k] || !ir_has_var(ir, id, var) || x.op == OP_READ || x.type == T_INT) continue;
        if (lane_kernel((Op)x.op, &kernel)) {
            if (met[k] == ALWAYS || is_there(m, id, all)) vec_push(ir->arena, &found, id);
            continue;
        }
        bool choice = x.op == OP_SELECT || x.op == OP_AND || x.op == OP_OR;
        bool same = choice && !ir_has_var(ir, ir_kid(ir, id, 0), var);
        for (uint32_t i = 0; i < x.n; i++) {
            uint8_t how = !choice || i == 0 ? met[k] : same ? PERHAPS : NEVER;
            uint8_t *kid = &met[ir_place(&ids, ir_kid(ir, id, i))];
            if (how > *kid) *kid = how;
        }
    }
    return found;
}

/* ---- new equations */

static void push(Mapper *m, const Eq *e) { vec_push(m->ir->arena, m->out, ((Item){false, ir_new_eq(m->ir, e)})); }

/* An element of a new array over the variables of the regions around and these. */
static Id over(Mapper *m, const char *name, const Binders *all, Span span)
{
    Ir *ir = m->ir;
    IdVec dims = {0}, subs = {0};
    for (uint32_t k = 0; k < m->scope.n; k++) {
        vec_push(ir->arena, &dims, ir_addi(ir, m->scope.at[k].hi, 1));
        vec_push(ir->arena, &subs, ir_var(ir, m->scope.at[k].var));
    }
    for (uint32_t k = 0; k < all->n; k++) {
        vec_push(ir->arena, &dims, all->at[k].hi);
        vec_push(ir->arena, &subs, ir_var(ir, all->at[k].var));
    }
    return ir_read(ir, ir_new_array(ir, name, ARRAY_LOCAL, T_REAL, dims.at, dims.n, span), subs.at, subs.n);
}

/* The same with the element that is written, its body and the loops around. */
static Eq with(Mapper *m, const Eq *like, Id element, Id body, const Binders *outer)
{
    Ir *ir = m->ir;
    Node x = ir->node.at[element];
    return (Eq){.target = x.u.ref,
                .subs = {x.kids, x.n},
                .body = body,
                .when = like->when,
                .outer = ir_binders(ir, outer->at, outer->n),
                .span = like->span};
}

static Id with_calls_of(Mapper *m, const Eq *like, Id body, const Binders *all, Binder b);

/* element = call  for all of them, those of b at once */
static void push_map(Mapper *m, const Eq *like, Id element, Id call, const Binders *all, Binder b)
{
    Ir *ir = m->ir;
    Binders others = {0};
    Id operand = with_calls_of(m, like, ir_kid(ir, call, 0), all, b);
    Subst own = {b.var, ir_var(ir, ir_new_var(ir, ir->var.at[b.var].name, like->span))};
    for (uint32_t k = 0; k < all->n; k++)
        if (all->at[k].var != b.var) vec_push(ir->arena, &others, all->at[k]);
    b.var = ir->node.at[own.by].u.ref;
    Eq e = with(m, like, ir_subst(ir, element, &own, 1), ir_subst(ir, ir_op1(ir, ir_opof(ir, call), operand), &own, 1),
                &others);
    e.inner = ir_binders(ir, &b, 1);
    e.op = RED_MATRIX;
    e.matrix = MAT_MAP;
    push(m, &e);
    cost_tell(ir, "maps", "%s of %s values at once", op_text[ir_opof(ir, call)], cost_text(ir, b.hi));
}

typedef struct {
    IdVec calls, reads;
} Made;

static Id exchanged(Ir *ir, Id id, void *user)
{
    const Made *made = user;
    (void)ir;
    for (uint32_t k = 0; k < made->calls.n; k++)
        if (made->calls.at[k] == id) return made->reads.at[k];
    return 0;
}

/* The body, its calls read from arrays that are made before.  Nested ones are few: each is one more level. */
static Id with_calls_of(Mapper *m, const Eq *like, Id body, const Binders *all, Binder b)
{
    Made made = {.calls = find_calls(m, body, b.var, all)};
    for (uint32_t k = 0; k < made.calls.n; k++) {
        Id call = made.calls.at[k], element = over(m, op_text[ir_opof(m->ir, call)], all, like->span);
        push_map(m, like, element, call, all, b);
        vec_push(m->ir->arena, &made.reads, element);
    }
    return made.calls.n ? ir_replace(m->ir, body, exchanged, &made) : body;
}

/* ---- equations */

static bool reads(Ir *ir, Id eq, Id array)
{
    IdVec all = ir_eq_reads(ir, eq);
    for (uint32_t k = 0; k < all.n; k++)
        if (ir->node.at[all.at[k]].u.ref == array) return true;
    return false;
}

/* Is it a function for each element of rows that it writes whole? */
static bool is_map(Mapper *m, Id eq, const Eq *e, Binder b)
{
    Ir *ir = m->ir;
    Kernel kernel;
    if (e->add || !e->subs.n || !lane_kernel(ir_opof(ir, e->body), &kernel) || !ir_has_var(ir, e->body, b.var))
        return false;
    for (uint32_t p = 0; p < e->subs.n; p++) {
        Id sub = ir->kid.at[e->subs.at + p];
        if (p + 1 < e->subs.n ? ir_has_var(ir, sub, b.var) : sub != ir_var(ir, b.var)) return false;
    }
    return !reads(ir, eq, e->target);
}

static bool map_elements(Mapper *m, Id eq)
{
    Ir *ir = m->ir;
    Eq e = ir->eq.at[eq];
    Binders all = {0};
    if (!e.outer.n) return false;
    ir_add_binders(ir, e.outer, &all);
    Binder b = all.at[all.n - 1];
    if (!is_index(m, b) || ir_has_var(ir, e.when, b.var) || !has_shape(m, &all)) return false;
    bool room = has_room(m, b, all.n > 1);
    if (is_map(m, eq, &e, b) && (room || ir_holds(m->roots, e.target))) {
        IdVec subs = {0};
        ir_add_ids(ir, e.subs, &subs);
        push_map(m, &e, ir_read(ir, e.target, subs.at, subs.n), e.body, &all, b);
        return true;
    }
    if (!room || !find_calls(m, e.body, b.var, &all).n) return false;
    e.body = with_calls_of(m, &e, e.body, &all, b);
    push(m, &e);
    return true;
}

static bool map_terms(Mapper *m, Id eq)
{
    Ir *ir = m->ir;
    Eq e = ir->eq.at[eq];
    Binders all = {0};
    if (e.inner.n != 1 || e.where) return false;
    ir_eq_binders(ir, &e, &all);
    Binder b = all.at[all.n - 1];
    if (!is_index(m, b) || !has_shape(m, &all) || !has_room(m, b, all.n > 1)) return false;
    if (!find_calls(m, e.body, b.var, &all).n) return false;
    e.body = with_calls_of(m, &e, e.body, &all, b);
    push(m, &e);
    return true;
}

/* ---- items */

static void map_items(Mapper *m, Slice items);

static Slice mapped(Mapper *m, Slice items)
{
    Items *out = m->out, own = {0};
    m->out = &own;
    map_items(m, items);
    m->out = out;
    return ir_items(m->ir, own.at, own.n);
}

static void map_region(Mapper *m, Id region)
{
    Ir *ir = m->ir;
    Region r = ir->region.at[region];
    uint32_t scope = m->scope.n;
    ir_add_binders(ir, r.over, &m->scope);
    vec_push(ir->arena, &m->scope, r.step);
    r.head = mapped(m, r.head);
    r.items = mapped(m, r.items);
    m->scope.n = scope;
    vec_push(ir->arena, m->out, ((Item){true, ir_new_region(ir, &r)}));
}

static bool map_eq(Mapper *m, Id eq)
{
    Eq e = m->ir->eq.at[eq];
    if (m->ir->array.at[e.target].type != T_REAL || ir_type(m->ir, e.body) != T_REAL) return false;
    switch ((int)e.op) {
    case RED_NONE: return map_elements(m, eq);
    case RED_SUM:
    case RED_PROD:
    case RED_MAX:
    case RED_MIN: return map_terms(m, eq);
    default: return false;
    }
}

static void map_items(Mapper *m, Slice items)
{
    for (uint32_t k = 0; k < items.n; k++) {
        Item it = m->ir->item.at[items.at + k];
        if (it.region)
            map_region(m, it.id);
        else if (!map_eq(m, it.id))
            vec_push(m->ir->arena, m->out, it);
    }
}

/* Arrays that something writes under a condition. */
static void find_guarded(Mapper *m, Slice items, bool guard)
{
    Ir *ir = m->ir;
    for (uint32_t k = 0; k < items.n; k++) {
        Item it = ir->item.at[items.at + k];
        if (!it.region) {
            Eq e = ir->eq.at[it.id];
            m->guarded[e.target] |= guard || e.when;
            continue;
        }
        Region r = ir->region.at[it.id];
        find_guarded(m, r.head, guard || r.when || r.cond);
        find_guarded(m, r.items, guard || r.when || r.cond);
    }
}

Items maps(Ir *ir, const Items *items, const IdVec *roots)
{
    Items out = {0};
    Mapper m = {.ir = ir, .roots = roots, .arrays = ir->array.n, .out = &out};
    Slice all = ir_items(ir, items->at, items->n);
    m.guarded = arena_alloc(ir->arena, m.arrays);
    find_guarded(&m, all, false);
    map_items(&m, all);
    return out;
}
