/*
 * ir.c -- the pools of a program, and walking and rewriting them.
 *
 * Nodes are hash-consed by (op, type, kids, constant), so that equal means same number.  Sets of free variables are
 * interned and united pairwise through a table, so that a node costs O(1) whatever its depth.  Everything that walks
 * goes by a work list or by ascending number, never by recursion.
 */
#include <string.h>

#include "irtables.h"

enum { FEW = 64 }; /* nodes that a queue finds faster than a look at all */

#define OP(name, text, ...) [OP_##name] = text,
const char *const op_text[OP_COUNT] = {ADC_OPS(OP)};
#undef OP

#define OP(name, text, kids, ...) [OP_##name] = (kids),
const signed char op_kids[OP_COUNT] = {ADC_OPS(OP)};
#undef OP

#define OP(name, text, kids, form, result, partials, by, function, cost) [OP_##name] = (cost),
const unsigned char op_cost[OP_COUNT] = {ADC_OPS(OP)};
#undef OP

const char *const red_text[] = {"",       "sum",    "prod", "max", "min",   "logsumexp",
                                "argmax", "argmin", "all",  "any", "matrix"};
const char *const mat_text[] = {"cholesky", "lu",       "lsolve", "ltsolve", "lusolve",
                                "lutsolve", "cofactor", "det",    "logdet"};

/* ---- hashing */

static uint32_t mix(uint32_t h, uint32_t x)
{
    h = (h ^ x) * 0x9E3779B1u;
    return h ^ (h >> 15);
}

static uint32_t mix64(uint32_t h, int64_t x) { return mix(mix(h, (uint32_t)x), (uint32_t)((uint64_t)x >> 32)); }

static uint32_t hash_text(const char *s)
{
    uint32_t h = 1;
    for (; *s; s++) h = mix(h, (unsigned char)*s);
    return h;
}

/* Makes room for one more entry; `hash_of` gives an entry's hash when the table is laid out anew. */
static void table_room(Ir *ir, IdTable *t, uint32_t (*hash_of)(const IrTables *, Id))
{
    if ((t->used + 1) * 4 <= t->cap * 3) return;
    uint32_t cap = t->cap ? t->cap * 2 : 64;
    uint32_t *at = arena_alloc(ir->arena, cap * sizeof *at);
    for (uint32_t i = 0; i < t->cap; i++) {
        if (t->at[i] == 0) continue;
        uint32_t h = hash_of(ir->tables, t->at[i]) & (cap - 1);
        while (at[h]) h = (h + 1) & (cap - 1);
        at[h] = t->at[i];
    }
    t->at = at;
    t->cap = cap;
}

static void table_put(IdTable *t, uint32_t slot, Id id)
{
    t->at[slot] = id;
    t->used++;
}

/* ---- sets of variables */

static uint32_t hash_vars(const Id *v, uint32_t n)
{
    uint32_t h = n;
    for (uint32_t i = 0; i < n; i++) h = mix(h, v[i]);
    return h;
}

static uint32_t set_hash(const IrTables *t, Id set)
{
    Slice s = t->set.at[set];
    return hash_vars(t->setvar.at + s.at, s.n);
}

/* The number of a sorted set that lies at the end of setvar, from `at`; leaves it there only if it is new. */
static Id set_intern(Ir *ir, uint32_t at)
{
    IrTables *t = ir->tables;
    uint32_t n = t->setvar.n - at;
    table_room(ir, &t->sets, set_hash);
    uint32_t h = hash_vars(t->setvar.at + at, n) & (t->sets.cap - 1);
    for (; t->sets.at[h]; h = (h + 1) & (t->sets.cap - 1)) {
        Slice s = t->set.at[t->sets.at[h]];
        if (s.n == n && memcmp(t->setvar.at + s.at, t->setvar.at + at, n * sizeof(Id)) == 0) {
            t->setvar.n = at;
            return t->sets.at[h];
        }
    }
    Slice s = {at, n};
    vec_push(ir->arena, &t->set, s);
    table_put(&t->sets, h, t->set.n - 1);
    return t->set.n - 1;
}

static uint32_t union_hash(const IrTables *t, Id u) { return mix(mix(7, t->unions.at[u].a), t->unions.at[u].b); }

static Id set_union(Ir *ir, Id a, Id b)
{
    IrTables *t = ir->tables;
    if (a == b || b == 0) return a;
    if (a == 0) return b;
    if (a > b) {
        Id c = a;
        a = b;
        b = c;
    }
    table_room(ir, &t->unioned, union_hash);
    uint32_t mask = t->unioned.cap - 1, h = mix(mix(7, a), b) & mask;
    for (; t->unioned.at[h]; h = (h + 1) & mask) {
        SetUnion u = t->unions.at[t->unioned.at[h]];
        if (u.a == a && u.b == b) return u.ab;
    }
    Slice x = t->set.at[a], y = t->set.at[b];
    uint32_t at = t->setvar.n;
    vec_reserve(ir->arena, &t->setvar, at + x.n + y.n);
    Id *v = t->setvar.at;
    for (uint32_t i = 0, j = 0; i < x.n || j < y.n;) {
        Id p = i < x.n ? v[x.at + i] : UINT32_MAX, q = j < y.n ? v[y.at + j] : UINT32_MAX;
        v[t->setvar.n++] = p < q ? p : q;
        i += p <= q;
        j += q <= p;
    }
    SetUnion u = {a, b, set_intern(ir, at)};
    vec_push(ir->arena, &t->unions, u);
    table_put(&t->unioned, h, t->unions.n - 1);
    return u.ab;
}

/* ---- nodes */

static uint32_t node_hash(const IrTables *t, Id id) { return t->hash.at[id]; }

static uint8_t has_itself(Op op, Type type)
{
    if (type == T_BOOL || op == OP_IMAX || op == OP_IMIN)
        return op == OP_READ ? HAS_CONDITION | HAS_READ : HAS_CONDITION;
    return op == OP_READ ? HAS_READ : 0;
}

Id ir_cons(Ir *ir, Op op, Type type, const Id *kids, uint32_t n, int64_t bits)
{
    IrTables *t = ir->tables;
    if (n > UINT16_MAX) die("a node with %u kids", n);
    uint32_t hash = mix64(mix((uint32_t)op * 4 + (uint32_t)type, n), bits);
    for (uint32_t i = 0; i < n; i++) hash = mix(hash, kids[i]);
    table_room(ir, &t->cons, node_hash);
    uint32_t mask = t->cons.cap - 1, h = hash & mask;
    for (; t->cons.at[h]; h = (h + 1) & mask) {
        Id id = t->cons.at[h];
        if (t->hash.at[id] != hash) continue;
        Node x = ir->node.at[id];
        if (x.op == op && x.type == type && x.n == n && x.u.i == bits &&
            (n == 0 || memcmp(ir->kid.at + x.kids, kids, n * sizeof(Id)) == 0))
            return id;
    }
    Node x = {.op = (uint8_t)op, .type = (uint8_t)type, .n = (uint16_t)n, .has = has_itself(op, type), .u.i = bits};
    for (uint32_t i = 0; i < n; i++) {
        if (kids[i] == 0 || kids[i] >= ir->node.n) die("operand %u of %s is no node", i, op_text[op]);
        x.vars = set_union(ir, x.vars, ir->node.at[kids[i]].vars);
        x.has |= ir->node.at[kids[i]].has;
    }
    if (op == OP_VAR) {
        Id var = (Id)bits;
        vec_push(ir->arena, &t->setvar, var);
        x.vars = set_intern(ir, t->setvar.n - 1);
    }
    x.kids = ir_ids(ir, kids, n).at;
    vec_push(ir->arena, &ir->node, x);
    vec_push(ir->arena, &t->hash, hash);
    vec_push(ir->arena, &t->opaque, 0);
    vec_push(ir->arena, &t->met, 0);
    table_put(&t->cons, h, ir->node.n - 1);
    return ir->node.n - 1;
}

Ir *ir_new(Context *ctx, const char *name)
{
    Ir *ir = arena_alloc(ctx->arena, sizeof *ir);
    Arena *a = ctx->arena;
    ir->ctx = ctx;
    ir->arena = a;
    ir->name = name;
    IrTables *t = ir->tables = arena_alloc(a, sizeof *t);
    /* number 0 of every pool stands for none */
    vec_push(a, &ir->node, (Node){0});
    vec_push(a, &ir->kid, 0);
    vec_push(a, &ir->var, (Var){0});
    vec_push(a, &ir->binder, (Binder){0});
    vec_push(a, &ir->array, (Array){0});
    vec_push(a, &ir->eq, (Eq){0});
    vec_push(a, &ir->region, (Region){0});
    vec_push(a, &ir->item, (Item){0});
    vec_push(a, &ir->dim, (Dim){0});
    vec_push(a, &ir->external, (Extern){0});
    vec_push(a, &t->hash, 0);
    vec_push(a, &t->opaque, 0);
    vec_push(a, &t->met, 0);
    vec_push(a, &t->set, (Slice){0});
    vec_push(a, &t->unions, (SetUnion){0});
    vec_push(a, &t->names, (NameUse){0});
    return ir;
}

Id ir_var(Ir *ir, Id var) { return ir_cons(ir, OP_VAR, T_INT, NULL, 0, var); }
Id ir_dim(Ir *ir, Id dim) { return ir_cons(ir, OP_DIM, T_INT, NULL, 0, dim); }

Id ir_read(Ir *ir, Id array, const Id *subs, uint32_t n)
{
    return ir_cons(ir, OP_READ, (Type)ir->array.at[array].type, subs, n, array);
}

Id ir_call(Ir *ir, Id external, const Id *args, uint32_t n)
{
    return ir_cons(ir, OP_EXTERN, T_REAL, args, n, external);
}

/* ---- declarations, slices */

Id ir_new_var(Ir *ir, const char *name, Span span)
{
    vec_push(ir->arena, &ir->var, ((Var){name, span}));
    return ir->var.n - 1;
}

static uint32_t name_hash(const IrTables *t, Id use) { return hash_text(t->names.at[use].name); }

/* The slot of a name, free if nobody has it. */
static uint32_t name_slot(Ir *ir, const char *name)
{
    IrTables *t = ir->tables;
    table_room(ir, &t->named, name_hash);
    uint32_t mask = t->named.cap - 1, h = hash_text(name) & mask;
    while (t->named.at[h] && strcmp(t->names.at[t->named.at[h]].name, name) != 0) h = (h + 1) & mask;
    return h;
}

/* Takes the name, or the first of name_2, name_3, ... that is free. */
static const char *name_take(Ir *ir, const char *wish, Id array, Id dim)
{
    IrTables *t = ir->tables;
    const char *name = intern(ir->ctx, wish, strlen(wish));
    uint32_t slot = name_slot(ir, name), other = t->named.at[slot];
    while (t->named.at[slot]) {
        name = arena_printf(ir->arena, "%s_%u", wish, t->names.at[other].next++);
        slot = name_slot(ir, name);
    }
    NameUse use = {intern(ir->ctx, name, strlen(name)), 2, array, dim};
    vec_push(ir->arena, &t->names, use);
    table_put(&t->named, slot, t->names.n - 1);
    return use.name;
}

static NameUse name_use(Ir *ir, const char *name)
{
    uint32_t slot = name_slot(ir, name);
    return ir->tables->names.at[ir->tables->named.at[slot]];
}

Id ir_find_array(Ir *ir, const char *name) { return name_use(ir, name).array; }
Id ir_find_dim(Ir *ir, const char *name) { return name_use(ir, name).dim; }

Id ir_new_dim(Ir *ir, const char *name, Span span)
{
    Dim d = {name_take(ir, name, 0, ir->dim.n), span};
    vec_push(ir->arena, &ir->dim, d);
    return ir->dim.n - 1;
}

Id ir_external(Ir *ir, const char *name, uint32_t arity, Span span)
{
    name = intern(ir->ctx, name, strlen(name));
    for (Id e = 1; e < ir->external.n; e++)
        if (ir->external.at[e].name == name) return e;
    vec_push(ir->arena, &ir->external, ((Extern){.name = name, .span = span, .arity = arity}));
    return ir->external.n - 1;
}

Id ir_new_array(Ir *ir, const char *name, ArrayKind kind, Type type, const Id *dims, uint32_t n, Span span)
{
    Array a = {.name = name_take(ir, name, ir->array.n, 0), .span = span, .kind = (uint8_t)kind, .type = (uint8_t)type};
    a.dims = ir_ids(ir, dims, n);
    vec_push(ir->arena, &ir->array, a);
    return ir->array.n - 1;
}

/* The source may lie in the pool itself: an arena keeps the old copy of what has grown. */
Slice ir_ids(Ir *ir, const Id *ids, uint32_t n)
{
    Slice s = {ir->kid.n, n};
    vec_reserve(ir->arena, &ir->kid, ir->kid.n + n);
    if (n) memcpy(ir->kid.at + ir->kid.n, ids, n * sizeof *ids);
    ir->kid.n += n;
    return s;
}

Slice ir_binders(Ir *ir, const Binder *b, uint32_t n)
{
    Slice s = {ir->binder.n, n};
    vec_reserve(ir->arena, &ir->binder, ir->binder.n + n);
    if (n) memcpy(ir->binder.at + ir->binder.n, b, n * sizeof *b);
    ir->binder.n += n;
    return s;
}

Slice ir_items(Ir *ir, const Item *items, uint32_t n)
{
    Slice s = {ir->item.n, n};
    vec_reserve(ir->arena, &ir->item, ir->item.n + n);
    if (n) memcpy(ir->item.at + ir->item.n, items, n * sizeof *items);
    ir->item.n += n;
    return s;
}

Id ir_new_eq(Ir *ir, const Eq *eq)
{
    Eq copy = *eq;
    vec_push(ir->arena, &ir->eq, copy);
    return ir->eq.n - 1;
}

Id ir_new_region(Ir *ir, const Region *region)
{
    Region copy = *region;
    vec_push(ir->arena, &ir->region, copy);
    return ir->region.n - 1;
}

/* ---- questions */

const Id *ir_vars(const Ir *ir, Id node, uint32_t *n)
{
    Slice s = ir->tables->set.at[ir->node.at[node].vars];
    *n = s.n;
    return ir->tables->setvar.at + s.at;
}

bool ir_has_var(const Ir *ir, Id node, Id var)
{
    uint32_t n;
    const Id *v = ir_vars(ir, node, &n);
    for (uint32_t i = 0; i < n; i++)
        if (v[i] == var) return true;
    return false;
}

bool ir_has_any(const Ir *ir, Id node, const Id *vars, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (ir_has_var(ir, node, vars[i])) return true;
    return false;
}

static void ids_sort(Arena *arena, Id *a, uint32_t n)
{
    if (n <= 256) { /* by insertion, over shorter and shorter distances */
        for (uint32_t gap = n <= 16 ? 1 : n <= 64 ? 7 : 31; gap; gap /= 4)
            for (uint32_t i = gap; i < n; i++) {
                Id x = a[i];
                uint32_t j = i;
                for (; j >= gap && a[j - gap] > x; j -= gap) a[j] = a[j - gap];
                a[j] = x;
            }
        return;
    }
    Id *b = arena_alloc(arena, n * sizeof *b), *from = a, *to = b, top = 0;
    for (uint32_t i = 0; i < n; i++) top = a[i] > top ? a[i] : top;
    for (uint32_t shift = 0; shift < 32 && top >> shift; shift += 8) {
        uint32_t count[257] = {0};
        for (uint32_t i = 0; i < n; i++) count[((from[i] >> shift) & 255) + 1]++;
        for (uint32_t i = 0; i < 256; i++) count[i + 1] += count[i];
        for (uint32_t i = 0; i < n; i++) to[count[(from[i] >> shift) & 255]++] = from[i];
        Id *t = from;
        from = to;
        to = t;
    }
    if (from != a) memcpy(a, from, n * sizeof *a);
}

void ir_sort_ids(Ir *ir, IdVec *v) { ids_sort(ir->arena, v->at, v->n); }

static void meet(Ir *ir, Id id)
{
    IrTables *t = ir->tables;
    if (t->met.at[id]) return;
    t->met.at[id] = 1;
    vec_push(ir->arena, &t->found, id);
}

uint32_t ir_place(const IdVec *ascending, Id id)
{
    uint32_t lo = 0, hi = ascending->n;
    while (hi - lo > 1) {
        uint32_t mid = lo + (hi - lo) / 2;
        if (ascending->at[mid] <= id)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

bool ir_holds(const IdVec *v, Id id)
{
    for (uint32_t i = 0; i < v->n; i++)
        if (v->at[i] == id) return true;
    return false;
}

/* Adds what is below the nodes found so far; false: that is more than a few, and not all of it. */
static bool reach_few(Ir *ir, uint32_t few)
{
    IdVec *found = &ir->tables->found;
    for (uint32_t i = 0; i < found->n; i++) {
        Node x = ir->node.at[found->at[i]];
        if (found->n > few) return false;
        for (uint32_t k = 0; k < x.n; k++) meet(ir, ir->kid.at[x.kids + k]);
    }
    for (uint32_t i = 0; i < found->n; i++) ir->tables->met.at[found->at[i]] = 0;
    ids_sort(ir->arena, found->at, found->n);
    return true;
}

/* The same by one look down the numbers, in which users come before their operands, and one up. */
static void reach_many(Ir *ir)
{
    IdVec *found = &ir->tables->found;
    uint8_t *met = ir->tables->met.at;
    uint32_t n = 0;
    Id top = 0, low = 0;
    for (uint32_t i = 0; i < found->n; i++) top = found->at[i] > top ? found->at[i] : top;
    for (Id id = top; id; id--) {
        if (!met[id]) continue;
        Node x = ir->node.at[id];
        for (uint32_t k = 0; k < x.n; k++) met[ir->kid.at[x.kids + k]] = 1;
        low = id;
        n++;
    }
    vec_reserve(ir->arena, found, n);
    found->n = 0;
    for (Id id = low; id <= top; id++) {
        if (met[id]) found->at[found->n++] = id;
        met[id] = 0;
    }
}

/* Nodes reachable from the roots, ascending, in scratch memory. */
static const IdVec *reach(Ir *ir, const Id *roots, uint32_t n)
{
    ir->tables->found.n = 0;
    for (uint32_t i = 0; i < n; i++)
        if (roots[i]) meet(ir, roots[i]);
    if (!reach_few(ir, FEW + ir->node.n / 16)) reach_many(ir);
    return &ir->tables->found;
}

IdVec ir_reach(Ir *ir, const Id *roots, uint32_t n)
{
    const IdVec *found = reach(ir, roots, n);
    IdVec out = {0};
    vec_reserve(ir->arena, &out, found->n);
    if (found->n) memcpy(out.at, found->at, found->n * sizeof(Id));
    out.n = found->n;
    return out;
}

static void add_bounds(Ir *ir, Slice binders, IdVec *roots)
{
    for (uint32_t i = 0; i < binders.n; i++) {
        Binder b = ir->binder.at[binders.at + i];
        vec_push(ir->arena, roots, b.lo);
        vec_push(ir->arena, roots, b.hi);
    }
}

void ir_eq_roots(Ir *ir, Id eq, IdVec *roots)
{
    Eq e = ir->eq.at[eq];
    for (uint32_t i = 0; i < e.subs.n; i++) vec_push(ir->arena, roots, ir->kid.at[e.subs.at + i]);
    add_bounds(ir, e.outer, roots);
    add_bounds(ir, e.inner, roots);
    vec_push(ir->arena, roots, e.body);
    if (e.where) vec_push(ir->arena, roots, e.where);
    if (e.when) vec_push(ir->arena, roots, e.when);
    if (e.by) vec_push(ir->arena, roots, e.by);
    if (e.along) vec_push(ir->arena, roots, e.along);
    if (e.with) vec_push(ir->arena, roots, e.with);
}

void ir_region_roots(Ir *ir, Id region, IdVec *roots)
{
    Region r = ir->region.at[region];
    add_bounds(ir, r.over, roots);
    vec_push(ir->arena, roots, r.step.lo);
    vec_push(ir->arena, roots, r.step.hi);
    if (r.when) vec_push(ir->arena, roots, r.when);
    if (r.cond) vec_push(ir->arena, roots, r.cond);
}

bool ir_eq_has(Ir *ir, Id eq, NodeHas what)
{
    IdVec *roots = &ir->tables->roots;
    uint8_t has = 0;
    roots->n = 0;
    ir_eq_roots(ir, eq, roots);
    for (uint32_t i = 0; i < roots->n; i++) has |= ir->node.at[roots->at[i]].has;
    return has & what;
}

/* Equations do not change. The list is full, so that who adds to it gets a copy. */
IdVec ir_eq_reads(Ir *ir, Id eq)
{
    IrTables *t = ir->tables;
    IdVec reads = {0};
    if (!ir_eq_has(ir, eq, HAS_READ)) return reads;
    while (t->reads.n < ir->eq.n) vec_push(ir->arena, &t->reads, reads);
    if (t->reads.at[eq].n) return t->reads.at[eq];
    const IdVec *all = reach(ir, t->roots.at, t->roots.n);
    for (uint32_t i = 0; i < all->n; i++) reads.cap += ir_opof(ir, all->at[i]) == OP_READ;
    reads.at = arena_alloc(ir->arena, reads.cap * sizeof(Id));
    for (uint32_t i = 0; i < all->n; i++)
        if (ir_opof(ir, all->at[i]) == OP_READ) reads.at[reads.n++] = all->at[i];
    return t->reads.at[eq] = reads;
}

Id ir_new_like(Ir *ir, Id array)
{
    Array a = ir->array.at[array];
    IdVec dims = {0};
    ir_add_ids(ir, a.dims, &dims);
    return ir_new_array(ir, a.name, ARRAY_LOCAL, (Type)a.type, dims.at, dims.n, a.span);
}

bool ir_is_size(Ir *ir, Id node)
{
    IdVec ids = ir_reach(ir, &node, 1);
    for (uint32_t k = 0; k < ids.n; k++) {
        Op op = ir_opof(ir, ids.at[k]);
        if (op == OP_READ || op == OP_VAR) return false;
    }
    return node != 0;
}

Id ir_zero(Ir *ir, Id array)
{
    Array a = ir->array.at[array];
    Binders b = {0};
    IdVec subs = {0};
    for (uint32_t p = 0; p < a.dims.n; p++) {
        Id var = ir_new_var(ir, "i", a.span);
        vec_push(ir->arena, &b, ((Binder){var, ir_int(ir, 0), ir->kid.at[a.dims.at + p]}));
        vec_push(ir->arena, &subs, ir_var(ir, var));
    }
    Eq e = {.target = array, .span = a.span};
    e.body = a.type == T_REAL ? ir_real(ir, 0) : a.type == T_INT ? ir_int(ir, 0) : ir_bool(ir, false);
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, b.at, b.n);
    return ir_new_eq(ir, &e);
}

void ir_add_ids(Ir *ir, Slice s, IdVec *out)
{
    for (uint32_t i = 0; i < s.n; i++) vec_push(ir->arena, out, ir->kid.at[s.at + i]);
}

uint32_t ir_mat_own(const Eq *e) { return e->inner.n - (e->matrix != MAT_CHOLESKY && e->matrix != MAT_MAP); }

uint32_t ir_mat_rank(const Ir *ir, const Eq *e)
{
    uint32_t n = 0;
    for (; n < e->subs.n; n++) {
        Node sub = ir->node.at[ir->kid.at[e->subs.at + e->subs.n - 1 - n]];
        bool inner = false;
        for (uint32_t k = 0; k < e->inner.n; k++)
            inner |= sub.op == OP_VAR && ir->binder.at[e->inner.at + k].var == sub.u.ref;
        if (!inner) break;
    }
    return n;
}

void ir_add_binders(Ir *ir, Slice s, Binders *out)
{
    for (uint32_t i = 0; i < s.n; i++) vec_push(ir->arena, out, ir->binder.at[s.at + i]);
}

void ir_add_vars(Ir *ir, Id node, IdVec *set)
{
    uint32_t n = 0;
    const Id *v = node ? ir_vars(ir, node, &n) : NULL;
    for (uint32_t i = 0; i < n; i++)
        if (!ir_holds(set, v[i])) vec_push(ir->arena, set, v[i]);
}

void ir_add_items(Ir *ir, Slice s, Items *out)
{
    for (uint32_t i = 0; i < s.n; i++) vec_push(ir->arena, out, ir->item.at[s.at + i]);
}

void ir_eq_binders(Ir *ir, const Eq *e, Binders *out)
{
    ir_add_binders(ir, e->outer, out);
    ir_add_binders(ir, e->inner, out);
}

void ir_conjuncts(Ir *ir, Id cond, IdVec *out)
{
    IdVec todo = {0};
    if (cond) vec_push(ir->arena, &todo, cond);
    while (todo.n) {
        Id c = todo.at[--todo.n];
        if (ir_opof(ir, c) == OP_AND) {
            vec_push(ir->arena, &todo, ir_kid(ir, c, 1));
            vec_push(ir->arena, &todo, ir_kid(ir, c, 0));
        } else {
            vec_push(ir->arena, out, c);
        }
    }
}

/* ---- rewriting */

/* What each visited node becomes.  0: not decided yet. */
typedef struct {
    IdTable slot; /* numbers into key and by, from 1 */
    IdVec key, by;
} Memo;

static uint32_t *memo_slot(Ir *ir, Memo *m, Id node)
{
    if ((m->slot.used + 1) * 4 > m->slot.cap * 3) {
        uint32_t cap = m->slot.cap ? m->slot.cap * 2 : 64;
        m->slot.at = arena_alloc(ir->arena, cap * sizeof(uint32_t));
        m->slot.cap = cap;
        for (uint32_t i = 0; i < m->key.n; i++) {
            uint32_t h = mix(1, m->key.at[i]) & (cap - 1);
            while (m->slot.at[h]) h = (h + 1) & (cap - 1);
            m->slot.at[h] = i + 1;
        }
    }
    uint32_t mask = m->slot.cap - 1, h = mix(1, node) & mask;
    while (m->slot.at[h] && m->key.at[m->slot.at[h] - 1] != node) h = (h + 1) & mask;
    return &m->slot.at[h];
}

/* Notes the node; true if it is new. */
static bool memo_visit(Ir *ir, Memo *m, Id node)
{
    uint32_t *slot = memo_slot(ir, m, node);
    if (*slot) return false;
    vec_push(ir->arena, &m->key, node);
    vec_push(ir->arena, &m->by, 0);
    *slot = m->key.n;
    m->slot.used++;
    return true;
}

static Id *memo_at(Ir *ir, Memo *m, Id node)
{
    uint32_t *slot = memo_slot(ir, m, node);
    return *slot ? &m->by.at[*slot - 1] : NULL;
}

Id ir_with_kids(Ir *ir, Id node, const Id *kids)
{
    Node x = ir->node.at[node];
    if (x.n == 0) return node;
    if (x.op == OP_READ) return ir_read(ir, x.u.ref, kids, x.n);
    if (x.op == OP_EXTERN) return ir_call(ir, x.u.ref, kids, x.n);
    return ir_make(ir, (Op)x.op, kids, x.n);
}

/* Decides what is not yet decided, operands first. */
static void memo_rebuild(Ir *ir, Memo *m)
{
    IdVec order = {0}, kids = {0};
    vec_reserve(ir->arena, &order, m->key.n);
    if (m->key.n) memcpy(order.at, m->key.at, m->key.n * sizeof(Id));
    order.n = m->key.n;
    ids_sort(ir->arena, order.at, order.n);
    for (uint32_t i = 0; i < order.n; i++) {
        Id node = order.at[i], *by = memo_at(ir, m, node);
        if (*by) continue;
        Node x = ir->node.at[node];
        bool same = true;
        kids.n = 0;
        for (uint32_t k = 0; k < x.n; k++) {
            Id kid = ir->kid.at[x.kids + k], *to = memo_at(ir, m, kid);
            vec_push(ir->arena, &kids, to ? *to : kid);
            same &= kids.at[k] == kid;
        }
        *by = same ? node : ir_with_kids(ir, node, kids.at);
    }
}

Id ir_subst(Ir *ir, Id node, const Subst *s, uint32_t n)
{
    if (node == 0 || n == 0) return node;
    IdVec vars = {0};
    for (uint32_t i = 0; i < n; i++) vec_push(ir->arena, &vars, s[i].var);
    if (!ir_has_any(ir, node, vars.at, n)) return node;
    Memo m = {0};
    memo_visit(ir, &m, node);
    for (uint32_t i = 0; i < m.key.n; i++) {
        Node x = ir->node.at[m.key.at[i]];
        for (uint32_t k = 0; k < x.n; k++) {
            Id kid = ir->kid.at[x.kids + k];
            if (ir_has_any(ir, kid, vars.at, n)) memo_visit(ir, &m, kid);
        }
        if (x.op != OP_VAR) continue;
        for (uint32_t j = 0; j < n; j++)
            if (s[j].var == x.u.ref) m.by.at[i] = s[j].by;
    }
    memo_rebuild(ir, &m);
    return *memo_at(ir, &m, node);
}

Id ir_replace(Ir *ir, Id node, Id (*f)(Ir *, Id, void *), void *user)
{
    if (node == 0) return 0;
    Memo m = {0};
    memo_visit(ir, &m, node);
    for (uint32_t i = 0; i < m.key.n; i++) {
        Id x = m.key.at[i], by = f(ir, x, user);
        m.by.at[i] = by;
        if (by) continue;
        Node nx = ir->node.at[x];
        for (uint32_t k = 0; k < nx.n; k++) memo_visit(ir, &m, ir->kid.at[nx.kids + k]);
    }
    memo_rebuild(ir, &m);
    return *memo_at(ir, &m, node);
}

/* ---- whole items */

typedef struct {
    Ir *ir;
    Id (*node)(Ir *, Id, void *);
    void (*eq)(Ir *, Eq *, const Eq *, void *);
    void *user;
} Mapping;

static Id map_node(const Mapping *m, Id node) { return node && m->node ? m->node(m->ir, node, m->user) : node; }

static Slice map_ids(const Mapping *m, Slice ids)
{
    IdVec out = {0};
    for (uint32_t i = 0; i < ids.n; i++) vec_push(m->ir->arena, &out, map_node(m, m->ir->kid.at[ids.at + i]));
    return ir_ids(m->ir, out.at, out.n);
}

static Slice map_binders(const Mapping *m, Slice binders)
{
    Binders out = {0};
    for (uint32_t i = 0; i < binders.n; i++) {
        Binder b = m->ir->binder.at[binders.at + i];
        vec_push(m->ir->arena, &out, ((Binder){b.var, map_node(m, b.lo), map_node(m, b.hi)}));
    }
    return ir_binders(m->ir, out.at, out.n);
}

static Id map_eq(const Mapping *m, Id eq)
{
    Eq was = m->ir->eq.at[eq], e = was;
    e.subs = map_ids(m, e.subs);
    e.outer = map_binders(m, e.outer);
    e.inner = map_binders(m, e.inner);
    e.body = map_node(m, e.body);
    e.where = map_node(m, e.where);
    e.with = map_node(m, e.with);
    e.when = map_node(m, e.when);
    e.by = map_node(m, e.by);
    e.along = map_node(m, e.along);
    e.aux = 0;
    m->eq(m->ir, &e, &was, m->user);
    return ir_new_eq(m->ir, &e);
}

static Slice map_items(const Mapping *m, Slice items)
{
    Items out = {0};
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = m->ir->item.at[items.at + i];
        if (it.region) {
            Region r = m->ir->region.at[it.id];
            r.over = map_binders(m, r.over);
            r.step = (Binder){r.step.var, map_node(m, r.step.lo), map_node(m, r.step.hi)};
            r.when = map_node(m, r.when);
            r.cond = map_node(m, r.cond);
            r.head = map_items(m, r.head);
            r.items = map_items(m, r.items);
            it.id = ir_new_region(m->ir, &r);
        } else {
            it.id = map_eq(m, it.id);
        }
        vec_push(m->ir->arena, &out, it);
    }
    return ir_items(m->ir, out.at, out.n);
}

Slice ir_map_items(Ir *ir, Slice items, Id (*node)(Ir *, Id, void *), void (*eq)(Ir *, Eq *, const Eq *was, void *),
                   void *user)
{
    Mapping m = {ir, node, eq, user};
    return map_items(&m, items);
}
