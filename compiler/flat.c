/*
 * flat.c -- a program as one list of steps; rewriting; definitions; ranges.
 *
 * Regions nest as deeply as scans do in the text, so that walking them by recursion is safe; bodies are walked by number.
 */
#include <string.h>

#include "flat.h"

enum { ENV_TRIES = 64, ENV_DEPTH = 4 };

/* ---- steps */

void flat_push(Ir *ir, StepVec *steps, StepKind kind, Id id, Id in)
{
    vec_push(ir->arena, steps, ((Step){kind, id, in}));
}

static void walk(Ir *ir, Flat *f, Slice items, Id in)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item item = ir->item.at[items.at + i];
        if (!item.region) {
            flat_push(ir, &f->steps, STEP_EQ, item.id, in);
            continue;
        }
        Region r = ir->region.at[item.id];
        f->outside.at[item.id] = in;
        flat_push(ir, &f->steps, STEP_OPEN, item.id, in);
        walk(ir, f, r.head, item.id);
        if (r.cond) flat_push(ir, &f->steps, STEP_WHILE, item.id, in);
        walk(ir, f, r.items, item.id);
        flat_push(ir, &f->steps, STEP_CLOSE, item.id, in);
    }
}

Flat flat_of(Ir *ir)
{
    Flat f = {0};
    vec_reserve(ir->arena, &f.outside, ir->region.n + 1);
    f.outside.n = ir->region.n;
    walk(ir, &f, ir->items, 0);
    return f;
}

Id flat_moved(Ir *ir, Flat *f, Id old, const Eq *eq)
{
    Id made = ir_new_eq(ir, eq);
    vec_reserve(ir->arena, &f->moved, old + 1);
    if (f->moved.n <= old) f->moved.n = old + 1;
    f->moved.at[old] = made;
    return made;
}

static Id moved_to(const Flat *f, Id eq)
{
    while (eq < f->moved.n && f->moved.at[eq]) eq = f->moved.at[eq];
    return eq;
}

/* The items of steps [*at, end of the region), with *at left on what ended them. */
static Slice gather(Ir *ir, Flat *f, const StepVec *steps, uint32_t *at)
{
    Items items = {0};
    for (; *at < steps->n; ++*at) {
        Step s = steps->at[*at];
        if (s.kind == STEP_WHILE || s.kind == STEP_CLOSE) break;
        if (s.kind == STEP_EQ) {
            Id aux = ir->eq.at[s.id].aux;
            if (aux) ir->eq.at[s.id].aux = moved_to(f, aux);
            vec_push(ir->arena, &items, ((Item){false, s.id}));
            continue;
        }
        Region r = ir->region.at[s.id];
        ++*at;
        r.head = gather(ir, f, steps, at);
        if (steps->at[*at].kind == STEP_WHILE) {
            ++*at;
            r.items = gather(ir, f, steps, at);
        } else {
            r.items = r.head;
            r.head = (Slice){0, 0};
        }
        if (r.items.n || r.cond) vec_push(ir->arena, &items, ((Item){true, ir_new_region(ir, &r)}));
    }
    return ir_items(ir, items.at, items.n);
}

void flat_store(Ir *ir, Flat *f, const StepVec *steps)
{
    uint32_t at = 0;
    ir->items = gather(ir, f, steps, &at);
    if (at != steps->n) die("regions that do not nest");
}

IdVec step_roots(Ir *ir, Step s)
{
    IdVec roots = {0};
    if (s.kind == STEP_EQ) ir_eq_roots(ir, s.id, &roots);
    if (s.kind == STEP_OPEN) ir_region_roots(ir, s.id, &roots);
    return roots;
}

IdVec step_reads(Ir *ir, Step s)
{
    if (s.kind == STEP_EQ) return ir_eq_reads(ir, s.id);
    IdVec roots = step_roots(ir, s), all = ir_reach(ir, roots.at, roots.n);
    uint32_t n = 0;
    for (uint32_t i = 0; i < all.n; i++)
        if (ir_opof(ir, all.at[i]) == OP_READ) all.at[n++] = all.at[i];
    all.n = n;
    return all;
}

IdVec flat_sole(Ir *ir, const Flat *f)
{
    IdVec sole = {0};
    vec_reserve(ir->arena, &sole, ir->array.n);
    sole.n = ir->array.n;
    memset(sole.at, 0, sole.n * sizeof(Id));
    uint8_t *writers = arena_alloc(ir->arena, ir->array.n);
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        Id array = s.kind == STEP_EQ ? ir->eq.at[s.id].target : s.kind == STEP_WHILE ? ir->region.at[s.id].steps : 0;
        if (array == 0) continue;
        bool first = s.kind == STEP_EQ && writers[array] == 0 && !ir->eq.at[s.id].add;
        sole.at[array] = first ? s.id : 0;
        writers[array] = 1;
    }
    return sole;
}

/* ---- rewriting */

void rewrite_forget(Rewrite *w) { w->epoch++; }

static void rewrite_room(Ir *ir, Rewrite *w)
{
    vec_reserve(ir->arena, &w->by, ir->node.n);
    vec_reserve(ir->arena, &w->stamp, ir->node.n);
    if (w->stamp.n < ir->node.n) memset(w->stamp.at + w->stamp.n, 0, (ir->node.n - w->stamp.n) * sizeof(Id));
    w->by.n = w->stamp.n = ir->node.n;
    if (w->epoch == 0) w->epoch = 1;
}

Id rewrite_get(const Rewrite *w, Id node) { return node ? w->by.at[node] : 0; }

static Id rebuild(Ir *ir, Rewrite *w, Id node)
{
    Node x = ir->node.at[node];
    bool same = true;
    w->kids.n = 0;
    for (uint32_t k = 0; k < x.n; k++) {
        Id kid = ir->kid.at[x.kids + k], by = w->by.at[kid];
        same = same && kid == by;
        vec_push(ir->arena, &w->kids, by);
    }
    return same ? node : ir_with_kids(ir, node, w->kids.at);
}

void rewrite_roots(Ir *ir, Rewrite *w, const Id *roots, uint32_t n)
{
    rewrite_room(ir, w);
    IdVec all = ir_reach(ir, roots, n);
    for (uint32_t i = 0; i < all.n; i++) {
        if (w->stamp.at[all.at[i]] == w->epoch) continue;
        Id y = rebuild(ir, w, all.at[i]);
        w->by.at[all.at[i]] = w->rule(ir, y, w->user);
        w->stamp.at[all.at[i]] = w->epoch;
    }
}

Id rewrite_one(Ir *ir, Rewrite *w, Id node)
{
    rewrite_roots(ir, w, &node, 1);
    return rewrite_get(w, node);
}

static Slice rewrite_binders(Ir *ir, const Rewrite *w, Slice s)
{
    VEC(Binder) out = {0};
    bool same = true;
    for (uint32_t i = 0; i < s.n; i++) {
        Binder b = ir->binder.at[s.at + i], c = {b.var, rewrite_get(w, b.lo), rewrite_get(w, b.hi)};
        same = same && b.lo == c.lo && b.hi == c.hi;
        vec_push(ir->arena, &out, c);
    }
    return same ? s : ir_binders(ir, out.at, out.n);
}

static Slice rewrite_ids(Ir *ir, const Rewrite *w, Slice s)
{
    IdVec out = {0};
    bool same = true;
    for (uint32_t i = 0; i < s.n; i++) {
        Id x = ir->kid.at[s.at + i], y = rewrite_get(w, x);
        same = same && x == y;
        vec_push(ir->arena, &out, y);
    }
    return same ? s : ir_ids(ir, out.at, out.n);
}

/* A condition that became true is none. */
static Id condition(Ir *ir, const Rewrite *w, Id node) { return ir_and(ir, 0, rewrite_get(w, node)); }

/* May the rule change anything in the equation? */
static bool is_touched(Ir *ir, const Rewrite *w, Id eq)
{
    if (!w->touches || ir_eq_has(ir, eq, HAS_CONDITION)) return true;
    IdVec reads = ir_eq_reads(ir, eq);
    for (uint32_t i = 0; i < reads.n; i++)
        if (w->touches(ir->node.at[reads.at[i]].u.ref, w->user)) return true;
    return false;
}

Id rewrite_eq(Ir *ir, Rewrite *w, Flat *f, Id eq)
{
    if (!is_touched(ir, w, eq)) return eq;
    IdVec roots = {0};
    ir_eq_roots(ir, eq, &roots);
    rewrite_roots(ir, w, roots.at, roots.n);
    Eq old = ir->eq.at[eq], e = old;
    e.body = rewrite_get(w, e.body);
    e.where = condition(ir, w, e.where);
    e.when = condition(ir, w, e.when);
    e.subs = rewrite_ids(ir, w, e.subs);
    e.outer = rewrite_binders(ir, w, e.outer);
    e.inner = rewrite_binders(ir, w, e.inner);
    e.by = rewrite_get(w, e.by);
    e.along = rewrite_get(w, e.along);
    e.with = rewrite_get(w, e.with);
    bool same = e.body == old.body && e.by == old.by && e.along == old.along && e.with == old.with &&
                e.where == old.where && e.when == old.when && e.subs.at == old.subs.at && e.outer.at == old.outer.at &&
                e.inner.at == old.inner.at;
    return same ? eq : flat_moved(ir, f, eq, &e);
}

Id rewrite_region(Ir *ir, Rewrite *w, Id region)
{
    Region old = ir->region.at[region], r = old;
    IdVec roots = step_roots(ir, (Step){STEP_OPEN, region, 0});
    rewrite_roots(ir, w, roots.at, roots.n);
    r.over = rewrite_binders(ir, w, r.over);
    r.step.lo = rewrite_get(w, r.step.lo);
    r.step.hi = rewrite_get(w, r.step.hi);
    r.when = condition(ir, w, r.when);
    r.cond = rewrite_get(w, r.cond);
    bool same = r.over.at == old.over.at && r.step.lo == old.step.lo && r.step.hi == old.step.hi &&
                r.when == old.when && r.cond == old.cond;
    return same ? region : ir_new_region(ir, &r);
}

/* ---- definitions */

/* v, v + k, v - k: the variable and k; 0: no such subscript. */
static Id shifted_var(Ir *ir, Id sub, int64_t *k)
{
    *k = 0;
    if (ir_opof(ir, sub) == OP_VAR) return ir->node.at[sub].u.ref;
    if (ir_opof(ir, sub) != OP_ADD && ir_opof(ir, sub) != OP_SUB) return 0;
    Id a = ir_kid(ir, sub, 0);
    if (ir_opof(ir, a) != OP_VAR || !ir_const_int(ir, ir_kid(ir, sub, 1), k)) return 0;
    if (ir_opof(ir, sub) == OP_SUB) *k = -*k;
    return ir->node.at[a].u.ref;
}

bool eq_shift(Ir *ir, const Eq *e, uint32_t p, uint32_t *loop, Id *shift)
{
    Id sub = ir->kid.at[e->subs.at + p];
    for (*loop = 0; *loop < e->outer.n; ++*loop) {
        Id var = ir->binder.at[e->outer.at + *loop].var;
        *shift = ir_op2(ir, OP_SUB, sub, ir_var(ir, var));
        if (ir_has_var(ir, sub, var)) return !ir->node.at[*shift].vars && !(ir->node.at[*shift].has & HAS_READ);
    }
    return false;
}

bool def_params(Ir *ir, Id eq)
{
    Eq e = ir->eq.at[eq];
    IdVec fixed = {0};
    int64_t k;
    for (uint32_t i = 0; i < e.subs.n; i++) {
        Id sub = ir->kid.at[e.subs.at + i], v;
        if (ir_const_int(ir, sub, &k)) continue;
        if ((v = shifted_var(ir, sub, &k)) == 0) return false;
        for (uint32_t j = 0; j < fixed.n; j++)
            if (fixed.at[j] == v) return false;
        vec_push(ir->arena, &fixed, v);
    }
    for (uint32_t i = 0; i < e.inner.n; i++) vec_push(ir->arena, &fixed, ir->binder.at[e.inner.at + i].var);
    IdVec roots = {0};
    ir_eq_roots(ir, eq, &roots);
    for (uint32_t r = 0; r < roots.n; r++) {
        uint32_t n;
        const Id *vars = roots.at[r] ? ir_vars(ir, roots.at[r], &n) : NULL;
        for (uint32_t i = 0; vars && i < n; i++) {
            uint32_t j = 0;
            while (j < fixed.n && fixed.at[j] != vars[i]) j++;
            if (j == fixed.n) return false;
        }
    }
    return true;
}

Id def_at(Ir *ir, Id eq, Id node, const Id *subs)
{
    Eq e = ir->eq.at[eq];
    VEC(Subst) s = {0};
    int64_t k;
    for (uint32_t i = 0; i < e.subs.n; i++) {
        Id v = shifted_var(ir, ir->kid.at[e.subs.at + i], &k);
        if (v) vec_push(ir->arena, &s, ((Subst){v, k ? ir_addi(ir, subs[i], -k) : subs[i]}));
    }
    return ir_subst(ir, node, s.at, s.n);
}

/* ---- ranges */

Env env_of(Ir *ir, const Flat *f, Id region, Id eq, bool inner)
{
    Env env = {0};
    IdVec path = {0};
    for (Id r = region; r; r = f->outside.at[r]) vec_push(ir->arena, &path, r);
    for (uint32_t i = path.n; i--;) {
        Region r = ir->region.at[path.at[i]];
        ir_add_binders(ir, r.over, &env);
        vec_push(ir->arena, &env, r.step);
    }
    if (eq) ir_add_binders(ir, ir->eq.at[eq].outer, &env);
    if (eq && inner) ir_add_binders(ir, ir->eq.at[eq].inner, &env);
    return env;
}

bool binder_count(Ir *ir, Binder b, int64_t *count)
{
    Id size = ir_op2(ir, OP_SUB, b.hi, b.lo);
    if (!ir_const_int(ir, size, count)) return false;
    if (*count < 0) *count = 0;
    return true;
}

/* f with var replaced by `by` (which is an expression over earlier variables). */
static Affine affine_put(Ir *ir, const Affine *f, uint32_t term, Id by)
{
    Affine rest = {.constant = f->constant};
    for (uint32_t i = 0; i < f->terms.n; i++)
        if (i != term) vec_push(ir->arena, &rest.terms, f->terms.at[i]);
    Id sum = ir_op2(ir, OP_ADD, ir_unaffine(ir, &rest), ir_imul(ir, by, f->terms.at[term].coef));
    return ir_affine(ir, sum);
}

/* Is f >= 0 for all values of the first n variables of the environment?  tries: how many substitutions may still be made. */
static bool natural(Ir *ir, const Env *env, uint32_t n, const Affine *f, int *tries)
{
    if (f->overflow || --*tries < 0) return false;
    while (n) {
        Binder b = env->at[--n];
        uint32_t t = 0;
        while (t < f->terms.n && f->terms.at[t].term != ir_var(ir, b.var)) t++;
        if (t == f->terms.n) continue;
        bool up = f->terms.at[t].coef > 0; /* smallest at the lower end */
        Id ends[2] = {up ? b.lo : ir_addi(ir, b.hi, -1), 0};
        Op split = up ? OP_IMAX : OP_IMIN; /* v >= imax(p, q) is v >= p and v >= q */
        Id bound = up ? b.lo : b.hi;
        if (ir_opof(ir, bound) == split)
            for (uint32_t k = 0; k < 2; k++) ends[k] = ir_addi(ir, ir_kid(ir, bound, k), up ? 0 : -1);
        for (uint32_t k = 0; k < 2 && ends[k]; k++) {
            Affine g = affine_put(ir, f, t, ends[k]);
            if (natural(ir, env, n, &g, tries)) return true;
        }
        return false;
    }
    return ir_prove_le(ir, ir_int(ir, 0), ir_unaffine(ir, f)) == 1;
}

/* x div d + r >= 0 is x + d*r >= 0, and r - x div d >= 0 is d*r + d - 1 - x >= 0: one such term is taken apart. */
static Affine without_quotient(Ir *ir, Affine f)
{
    for (uint32_t i = 0; i < f.terms.n && !f.overflow; i++) {
        Id q = f.terms.at[i].term;
        int64_t d, coef = f.terms.at[i].coef;
        if (ir_opof(ir, q) != OP_IDIV || !ir_const_int(ir, ir_kid(ir, q, 1), &d) || d <= 0 || (coef != 1 && coef != -1))
            continue;
        Affine rest = {.constant = f.constant};
        for (uint32_t k = 0; k < f.terms.n; k++)
            if (k != i) vec_push(ir->arena, &rest.terms, f.terms.at[k]);
        Id scaled = ir_imul(ir, ir_unaffine(ir, &rest), d), x = ir_kid(ir, q, 0);
        if (coef == 1) return ir_affine(ir, ir_op2(ir, OP_ADD, scaled, x));
        return ir_affine(ir, ir_addi(ir, ir_op2(ir, OP_SUB, scaled, x), d - 1));
    }
    return f;
}

static bool le(Ir *ir, const Env *env, Id a, Id b, int depth)
{
    Op op = ir_opof(ir, a);
    bool either = (op == OP_IMIN && depth) || (ir_opof(ir, b) == OP_IMAX && depth);
    if (op == OP_IMAX && depth)
        return le(ir, env, ir_kid(ir, a, 0), b, depth - 1) && le(ir, env, ir_kid(ir, a, 1), b, depth - 1);
    if (ir_opof(ir, b) == OP_IMIN && depth)
        return le(ir, env, a, ir_kid(ir, b, 0), depth - 1) && le(ir, env, a, ir_kid(ir, b, 1), depth - 1);
    for (uint32_t k = 0; either && k < 2; k++) {
        if (op == OP_IMIN && le(ir, env, ir_kid(ir, a, k), b, depth - 1)) return true;
        if (ir_opof(ir, b) == OP_IMAX && le(ir, env, a, ir_kid(ir, b, k), depth - 1)) return true;
    }
    Affine f = without_quotient(ir, ir_affine(ir, ir_op2(ir, OP_SUB, b, a)));
    int tries = ENV_TRIES;
    return natural(ir, env, env->n, &f, &tries);
}

bool env_le(Ir *ir, const Env *env, Id a, Id b) { return le(ir, env, a, b, ENV_DEPTH); }

Id loop_extent(Ir *ir, Binder b, const IdVec *reads)
{
    if (ir->node.at[b.hi].vars == 0 && !(ir->node.at[b.hi].has & HAS_READ)) return b.hi;
    for (uint32_t i = 0; i < reads->n; i++) {
        Node x = ir->node.at[reads->at[i]];
        for (uint32_t k = 0; k < x.n; k++)
            if (ir->kid.at[x.kids + k] == ir_var(ir, b.var)) return ir->kid.at[ir->array.at[x.u.ref].dims.at + k];
    }
    return 0;
}

uint32_t node_size(Ir *ir, Id node) { return ir_reach(ir, &node, 1).n; }

static bool covers(Ir *ir, const Flat *f, Step s)
{
    Eq e = ir->eq.at[s.id];
    Array a = ir->array.at[e.target];
    Env env = env_of(ir, f, s.in, s.id, false);
    if (e.add || e.when) return false;
    for (Id r = s.in; r; r = f->outside.at[r])
        if (ir->region.at[r].when || ir->region.at[r].cond) return false;
    uint32_t used = 0;
    for (uint32_t i = 0; i < e.subs.n; i++) {
        Id sub = ir->kid.at[e.subs.at + i];
        uint32_t k = 0;
        while (k < env.n && ir_var(ir, env.at[k].var) != sub) k++;
        if (k == env.n || !ir_is_int(ir, env.at[k].lo, 0) || env.at[k].hi != ir->kid.at[a.dims.at + i]) return false;
        used++;
    }
    return used == env.n;
}

IdVec flat_total(Ir *ir, const Flat *f)
{
    IdVec total = {0};
    uint8_t *met = arena_alloc(ir->arena, ir->array.n);
    vec_reserve(ir->arena, &total, ir->array.n);
    total.n = ir->array.n;
    for (Id a = 1; a < ir->array.n; a++) total.at[a] = array_kind_is_input(ir->array.at[a].kind);
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        Id target = s.kind == STEP_EQ ? ir->eq.at[s.id].target : 0;
        if (target && !met[target]) total.at[target] = covers(ir, f, s);
        met[target] = 1;
    }
    return total;
}

bool env_total(Ir *ir, const Env *env, const IdVec *total, Id node)
{
    IdVec all = ir_reach(ir, &node, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (x.op == OP_IDIV || x.op == OP_MOD) return false;
        if (x.op != OP_READ) continue;
        if (x.u.ref >= total->n || !total->at[x.u.ref]) return false;
        for (uint32_t k = 0; k < x.n; k++) {
            Id sub = ir->kid.at[x.kids + k], size = ir->kid.at[ir->array.at[x.u.ref].dims.at + k];
            if (!env_le(ir, env, ir_int(ir, 0), sub) || !env_le(ir, env, ir_addi(ir, sub, 1), size)) return false;
        }
    }
    return true;
}

/* ---- products */

bool factors_of(Ir *ir, Id body, Factors *out)
{
    Factors todo = {0};
    bool minus = false;
    vec_push(ir->arena, &todo, ((Factor){body, false}));
    while (todo.n) {
        Factor t = todo.at[--todo.n];
        Node x = ir->node.at[t.node];
        bool open = x.type == T_REAL;
        if (open && (x.op == OP_MUL || x.op == OP_DIV)) {
            vec_push(ir->arena, &todo, ((Factor){ir_kid(ir, t.node, 1), t.under != (x.op == OP_DIV)}));
            vec_push(ir->arena, &todo, ((Factor){ir_kid(ir, t.node, 0), t.under}));
        } else if (open && x.op == OP_NEG) {
            minus = !minus;
            vec_push(ir->arena, &todo, ((Factor){ir_kid(ir, t.node, 0), t.under}));
        } else {
            vec_push(ir->arena, out, t);
        }
    }
    return minus;
}

Id factors_product(Ir *ir, const Factors *f)
{
    Id above = 0;
    for (uint32_t i = 0; i < f->n; i++)
        if (!f->at[i].under) above = above ? ir_op2(ir, OP_MUL, above, f->at[i].node) : f->at[i].node;
    if (above == 0) above = ir_real(ir, 1);
    for (uint32_t i = 0; i < f->n; i++)
        if (f->at[i].under) above = ir_op2(ir, OP_DIV, above, f->at[i].node);
    return above;
}

Id array_over(Ir *ir, const Flat *f, Id region, const Env *loops, const IdVec *reads, const char *name, Type type,
              Span span, IdVec *subs)
{
    Env env = env_of(ir, f, region, 0, false);
    IdVec dims = {0};
    for (uint32_t i = 0; i < loops->n; i++) vec_push(ir->arena, &env, loops->at[i]);
    subs->n = 0;
    for (uint32_t i = 0; i < env.n; i++) {
        Id size = loop_extent(ir, env.at[i], reads);
        if (size == 0) return 0;
        vec_push(ir->arena, &dims, size);
        vec_push(ir->arena, subs, ir_var(ir, env.at[i].var));
    }
    return ir_new_array(ir, name, ARRAY_LOCAL, type, dims.at, dims.n, span);
}

/* ---- values that several equations compute */

void rename_next(Ir *ir, Renaming *r, IdVec *pool, Id var)
{
    for (uint32_t i = 0; i < r->n; i++)
        if (r->at[i].var == var) return;
    if (pool->n <= r->n)
        vec_push(ir->arena, pool, ir_new_var(ir, arena_printf(ir->arena, "c%u", r->n + 1), (Span){0, 0}));
    Subst next = {var, ir_var(ir, pool->at[r->n])};
    vec_push(ir->arena, r, next);
}

void rename_in_order(Ir *ir, Renaming *r, IdVec *pool, const Env *loops, Id node)
{
    IdVec todo = {0};
    vec_push(ir->arena, &todo, node);
    while (todo.n) {
        Id x = todo.at[--todo.n];
        Node n = ir->node.at[x];
        bool loop = false;
        for (uint32_t i = 0; n.vars && i < loops->n && !loop; i++) loop = ir_has_var(ir, x, loops->at[i].var);
        if (!loop) continue;
        if (n.op == OP_VAR) rename_next(ir, r, pool, n.u.ref);
        for (uint32_t k = n.n; k--;) vec_push(ir->arena, &todo, ir->kid.at[n.kids + k]);
    }
}

static uint32_t words_hash(const Id *words, uint32_t n)
{
    uint32_t h = 2166136261u;
    for (uint32_t i = 0; i < n; i++) h = (h ^ words[i]) * 16777619u;
    return h ^ h >> 15;
}

static void keys_grow(Ir *ir, Keys *k)
{
    uint32_t room = k->table.n ? 2 * k->table.n : 64;
    k->table = (IdVec){0};
    vec_reserve(ir->arena, &k->table, room);
    k->table.n = room;
    if (k->keys.n == 0) vec_push(ir->arena, &k->keys, ((Slice){0, 0}));
    for (uint32_t i = 1; i < k->keys.n; i++) {
        uint32_t h = words_hash(k->words.at + k->keys.at[i].at, k->keys.at[i].n) & (room - 1);
        while (k->table.at[h]) h = (h + 1) & (room - 1);
        k->table.at[h] = i;
    }
}

uint32_t keys_number(Ir *ir, Keys *k, uint32_t from, bool *fresh)
{
    if (2 * k->keys.n >= k->table.n) keys_grow(ir, k);
    Slice key = {from, k->words.n - from};
    uint32_t mask = k->table.n - 1, h = words_hash(k->words.at + from, key.n) & mask;
    for (; k->table.at[h]; h = (h + 1) & mask) {
        Slice old = k->keys.at[k->table.at[h]];
        if (old.n != key.n || memcmp(k->words.at + old.at, k->words.at + from, key.n * sizeof(Id)) != 0) continue;
        k->words.n = from;
        *fresh = false;
        return k->table.at[h];
    }
    k->table.at[h] = k->keys.n;
    vec_push(ir->arena, &k->keys, key);
    *fresh = true;
    return k->keys.n - 1;
}
