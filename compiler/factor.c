/*
 * factor.c -- what does not depend on a summation index leaves the sum.
 *
 *     A[..] += sum(k) c*f[k]              t[..] = sum(k) f[k]            A[..] += c*t[..]
 *     A[j] += sum(n, i) z[n, i]*L[i, j]   S[i] = sum(n) z[n, i]          A[j] += sum(i) S[i]*L[i, j]
 *     A[..] = sum(k: K) c                                                A[..] = K*c
 *
 * The first always saves a product for each term, and often loops: t has only the indices that it uses.  The second is done
 * where both sums together have fewer terms, and first for the index with the fewest: with it, adjoint sums cost what the primal
 * costs, and a chain of products goes in the order that is cheapest.
 * A sum over nothing is 0, whatever the factor: one that may be infinite or NaN leaves a range that is empty for some sizes under
 * the condition that it is not, as in 0 < N ? c/N * t : 0, and stays under a filter or a range that depends on more than sizes.
 *
 * needs: -   makes: sum_A   breaks: -   exact: no (the order of products)
 */
#include "cost.h"
#include "flat.h"
#include "passes.h"

/* A sum that has an array. */
typedef struct {
    Id array;
    Slice subs; /* of its definition: kid pool */
    Slice vars; /* of its definition, in canonical order: in Work.vars */
    Env loops;
} Sum;

typedef struct {
    Flat f;
    StepVec todo, out; /* todo: a stack */
    IdVec total;       /* see flat_total */
    IdVec canonical, vars;
    Keys keys;
    VEC(Sum) sum; /* of each key */
} Work;

static IdVec vars_of(Ir *ir, Slice binders)
{
    IdVec out = {0};
    for (uint32_t i = 0; i < binders.n; i++) vec_push(ir->arena, &out, ir->binder.at[binders.at + i].var);
    return out;
}

/* The binders of `from` whose variables are in the set, which grows by those in their bounds (earlier ones). */
static Env needed(Ir *ir, Slice from, IdVec *set)
{
    Env out = {0};
    for (uint32_t i = from.n; i--;) {
        Binder b = ir->binder.at[from.at + i];
        if (!ir_holds(set, b.var)) continue;
        ir_add_vars(ir, b.lo, set);
        ir_add_vars(ir, b.hi, set);
    }
    for (uint32_t i = 0; i < from.n; i++)
        if (ir_holds(set, ir->binder.at[from.at + i].var)) vec_push(ir->arena, &out, ir->binder.at[from.at + i]);
    return out;
}

/* Products and whole powers of parameters and constants: finite, whatever the data. */
static bool is_tame(Ir *ir, Id node)
{
    IdVec all = ir_reach(ir, &node, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (x.type != T_REAL) continue;
        bool input =
            x.op == OP_READ && (ir->array.at[x.u.ref].kind == ARRAY_PARAM || ir->array.at[x.u.ref].kind == ARRAY_HYPER);
        int64_t n;
        bool power = x.op == OP_IPOW && ir_const_int(ir, ir_kid(ir, all.at[i], 1), &n) && n >= 0;
        if (x.op != OP_CONST && x.op != OP_MUL && x.op != OP_NEG && !power && !input) return false;
    }
    return true;
}

static bool is_int_bound(Ir *ir, Binder b) /* depends on no integer data */
{
    Id ends[2] = {b.lo, b.hi};
    IdVec all = ir_reach(ir, ends, 2);
    for (uint32_t i = 0; i < all.n; i++)
        if (ir_opof(ir, all.at[i]) == OP_READ) return false;
    return true;
}

static bool is_tame_factor(Ir *ir, Factor f) { return !f.under && is_tame(ir, f.node); }

/*
 * Is there a term?  Of these inner loops, as far as can be said outside of all loops: 0 where it is certain, the constant false
 * where it depends on outer variables or integer data, and otherwise a condition on the sizes of a run.
 */
static Id has_terms(Ir *ir, Slice inner)
{
    Id some = 0;
    for (uint32_t i = 0; i < inner.n; i++) {
        Binder b = ir->binder.at[inner.at + i];
        if (ir->node.at[b.lo].vars || ir->node.at[b.hi].vars || !is_int_bound(ir, b)) return ir_bool(ir, false);
        if (ir_prove_le(ir, ir_addi(ir, b.lo, 1), b.hi) != 1) some = ir_and(ir, some, ir_op2(ir, OP_LT, b.lo, b.hi));
    }
    return some;
}

static bool bounds_mention(Ir *ir, const Eq *e, Id var)
{
    for (uint32_t i = 0; i < e->inner.n; i++) {
        Binder b = ir->binder.at[e->inner.at + i];
        if (ir_has_var(ir, b.lo, var) || ir_has_var(ir, b.hi, var)) return true;
    }
    return false;
}

/* The value where there is a term (0: always), else 0. */
static Id if_terms(Ir *ir, Id some, Id value) { return some ? ir_select(ir, some, value, ir_real(ir, 0)) : value; }

/* sum(k: K, ..) c -> sum(..) K*c, for loops that the term does not depend on */
static bool multiply(Ir *ir, Work *w, Step s)
{
    Eq e = ir->eq.at[s.id];
    Id count = 0, zero = ir_int(ir, 0);
    Env rest = {0}, env = env_of(ir, &w->f, s.in, s.id, false);
    bool some = true;
    for (uint32_t i = 0; i < e.inner.n && e.where == 0; i++) {
        Binder b = ir->binder.at[e.inner.at + i];
        Id size = ir_op2(ir, OP_SUB, b.hi, b.lo);
        IdVec inner = vars_of(ir, e.inner);
        bool used = ir_has_var(ir, e.body, b.var) || bounds_mention(ir, &e, b.var);
        if (used || ir_has_any(ir, size, inner.at, inner.n) || !is_int_bound(ir, b)) {
            vec_push(ir->arena, &rest, b);
            continue;
        }
        if (!env_le(ir, &env, zero, size)) size = ir_op2(ir, OP_IMAX, zero, size);
        some = some && env_le(ir, &env, ir_int(ir, 1), size);
        count = count ? ir_op2(ir, OP_MUL, count, size) : size;
    }
    if (count == 0) return false;
    Id product = ir_op2(ir, OP_MUL, count, e.body);
    if (some || is_tame(ir, e.body))
        e.body = product;
    else
        e.body = if_terms(ir, ir_op2(ir, OP_LT, zero, count), product);
    e.inner = ir_binders(ir, rest.at, rest.n);
    if (rest.n == 0) e.op = RED_NONE;
    s.id = flat_moved(ir, &w->f, s.id, &e);
    vec_push(ir->arena, &w->todo, s);
    return true;
}

/* The number of a sum but for the ranges of its outer loops; r: from its variables to canonical ones. */
static uint32_t key_of(Ir *ir, Work *w, Id region, const Eq *part, Renaming *r, bool *fresh)
{
    Env all = {0};
    IdVec *words = &w->keys.words;
    uint32_t from = words->n;
    ir_eq_binders(ir, part, &all);
    rename_in_order(ir, r, &w->canonical, &all, part->body);
    for (uint32_t i = 0; i < all.n; i++) rename_next(ir, r, &w->canonical, all.at[i].var);
    vec_push(ir->arena, words, region);
    vec_push(ir->arena, words, part->inner.n);
    for (uint32_t i = 0; i < part->inner.n; i++) {
        Binder b = all.at[part->outer.n + i];
        Id parts[3] = {ir_var(ir, b.var), b.lo, b.hi};
        for (uint32_t k = 0; k < 3; k++) parts[k] = ir_subst(ir, parts[k], r->at, r->n);
        for (uint32_t k = 0; k < 3; k++) vec_push(ir->arena, words, parts[k]);
    }
    Id roots[3] = {part->body, part->where, part->when};
    for (uint32_t k = 0; k < 3; k++) roots[k] = ir_subst(ir, roots[k], r->at, r->n);
    for (uint32_t k = 0; k < 3; k++) vec_push(ir->arena, words, roots[k]);
    return keys_number(ir, &w->keys, from, fresh);
}

/* Is the sum there for all these loops?  Then its read in their variables, else 0. */
static Id read_sum(Ir *ir, const Work *w, const Sum *sum, const Env *loops, const Renaming *r)
{
    Env none = {0};
    IdVec subs = {0};
    if (sum->loops.n != loops->n) return 0;
    for (uint32_t i = 0; i < sum->subs.n; i++) vec_push(ir->arena, &subs, ir->kid.at[sum->subs.at + i]);
    for (uint32_t i = 0; i < sum->loops.n; i++) {
        Binder has = sum->loops.at[i], wanted = {0};
        for (uint32_t k = 0; k < sum->vars.n; k++)
            if (w->vars.at[sum->vars.at + k] == has.var) wanted.var = r->at[k].var;
        for (uint32_t k = 0; k < loops->n; k++)
            if (loops->at[k].var == wanted.var) wanted = loops->at[k];
        if (!wanted.lo || ir->node.at[has.lo].vars || ir->node.at[has.hi].vars) return 0;
        if (ir->node.at[wanted.lo].vars || ir->node.at[wanted.hi].vars) return 0;
        if (!env_le(ir, &none, has.lo, wanted.lo) || !env_le(ir, &none, wanted.hi, has.hi)) return 0;
        for (uint32_t k = 0; k < subs.n; k++)
            if (ir->kid.at[sum->subs.at + k] == ir_var(ir, has.var)) subs.at[k] = ir_var(ir, wanted.var);
    }
    return ir_read(ir, sum->array, subs.at, subs.n);
}

/* The sum `part`, over `loops`, read from an array: one that there is, or one of its own (a step to be done before, else its id
   is 0).  0: its size is not known. */
static Id own_sum(Ir *ir, Work *w, Step s, Eq part, const Env *loops, Step *made)
{
    Array of = ir->array.at[part.target];
    Renaming r = {0};
    bool fresh;
    *made = (Step){STEP_EQ, 0, s.in};
    part.outer = ir_binders(ir, loops->at, loops->n);
    uint32_t key = key_of(ir, w, s.in, &part, &r, &fresh);
    if (fresh) vec_push(ir->arena, &w->sum, ((Sum){0}));
    Id there = fresh || !w->sum.at[key].array ? 0 : read_sum(ir, w, &w->sum.at[key], loops, &r);
    if (there) return ir->node.at[there].u.ref == part.target ? 0 : there; /* a sum is not made of itself */
    IdVec subs = {0}, reads = ir_eq_reads(ir, s.id);
    vec_push(ir->arena, &reads, ir_read(ir, part.target, ir->kid.at + part.subs.at, part.subs.n));
    const char *name = arena_printf(ir->arena, "sum_%s", of.name);
    part.target = array_over(ir, &w->f, s.in, loops, &reads, name, T_REAL, of.span, &subs);
    if (part.target == 0) return 0;
    part.subs = ir_ids(ir, subs.at, subs.n);
    part.add = part.scatter = false;
    made->id = ir_new_eq(ir, &part);
    Sum sum = {part.target, part.subs, {w->vars.n, r.n}, {0}};
    for (uint32_t i = 0; i < r.n; i++) vec_push(ir->arena, &w->vars, r.at[i].var);
    for (uint32_t i = 0; i < loops->n; i++) vec_push(ir->arena, &sum.loops, loops->at[i]);
    w->sum.at[key] = sum;
    return ir_read(ir, part.target, subs.at, subs.n);
}

/* `first`, then the equation with another right side, are still to be done. */
static void replace(Ir *ir, Work *w, Step s, const Eq *e, Step first)
{
    s.id = flat_moved(ir, &w->f, s.id, e);
    vec_push(ir->arena, &w->todo, s);
    if (first.id) vec_push(ir->arena, &w->todo, first);
}

/* sum(k) c*f[k] -> c * sum(k) f[k] */
static bool take_out(Ir *ir, Work *w, Step s)
{
    Eq e = ir->eq.at[s.id];
    Factors all = {0}, out = {0}, in = {0};
    IdVec inner = vars_of(ir, e.inner), set = {0};
    Id some = e.where ? ir_bool(ir, false) : has_terms(ir, e.inner);
    bool minus = factors_of(ir, e.body, &all), leave = some != ir_bool(ir, false), guard = false;
    for (uint32_t i = 0; i < all.n; i++) {
        bool free = !ir_has_any(ir, all.at[i].node, inner.at, inner.n), tame = is_tame_factor(ir, all.at[i]);
        vec_push(ir->arena, free && (leave || tame) ? &out : &in, all.at[i]);
        guard = guard || (free && !tame);
    }
    if (out.n == 0 || in.n == 0) return false;
    Eq part = e;
    part.body = factors_product(ir, &in);
    if (part.body == e.body) return false; /* 1 / f[k]: the 1 is part of the form */
    ir_add_vars(ir, part.body, &set);
    ir_add_vars(ir, e.where, &set);
    ir_add_vars(ir, e.when, &set);
    for (uint32_t i = 0; i < e.inner.n; i++) {
        ir_add_vars(ir, ir->binder.at[e.inner.at + i].lo, &set);
        ir_add_vars(ir, ir->binder.at[e.inner.at + i].hi, &set);
    }
    Env loops = needed(ir, e.outer, &set);
    Step first;
    Id sum = own_sum(ir, w, s, part, &loops, &first);
    if (sum == 0) return false;
    cost_tell(ir, "factor", "%s: %s leaves the sum, which is %s", cost_element(ir, e.target, e.subs),
              cost_text(ir, factors_product(ir, &out)), cost_text(ir, sum));
    vec_push(ir->arena, &out, ((Factor){sum, false}));
    e.body = factors_product(ir, &out);
    if (minus) e.body = ir_op1(ir, OP_NEG, e.body);
    if (guard && leave) e.body = if_terms(ir, some, e.body);
    e.op = RED_NONE;
    e.where = 0;
    e.inner.n = 0;
    replace(ir, w, s, &e, first);
    return true;
}

/* The loops of the kept variables, each as wide as it ever is; false: not known.  *wider: some are. */
static bool widest(Ir *ir, const Eq *e, const IdVec *keep, Env *out, bool *wider)
{
    Env all = {0}, gone = {0};
    ir_eq_binders(ir, e, &all);
    for (uint32_t i = 0; i < all.n; i++)
        if (!ir_holds(keep, all.at[i].var)) vec_push(ir->arena, &gone, all.at[i]);
    *wider = false;
    for (uint32_t i = 0; i < all.n; i++) {
        Binder b = all.at[i];
        if (!ir_holds(keep, b.var)) continue;
        Binder c = {b.var, ir_extreme(ir, gone.at, gone.n, b.lo, false), ir_extreme(ir, gone.at, gone.n, b.hi, true)};
        if (c.lo == 0 || c.hi == 0) return false;
        *wider = *wider || c.lo != b.lo || c.hi != b.hi;
        vec_push(ir->arena, out, c);
    }
    return true;
}

/* sum(v, ..) f[v, ..]*g -> sum(..) g * sum(v) f[v, ..], for an inner loop v: what there is to know before. */
typedef struct {
    uint32_t v; /* the number of the inner loop */
    Eq part;    /* the sum over v alone */
    IdVec keep; /* its other variables */
    Factors with, without;
    bool minus, tame;
    double rounds; /* of both sums together */
} Split;

/* The loops of the equation but for v. */
static Binders without_loop(Ir *ir, const Eq *e, uint32_t v)
{
    Binders all = {0}, rest = {0};
    ir_eq_binders(ir, e, &all);
    for (uint32_t i = 0; i < all.n; i++)
        if (i != e->outer.n + v) vec_push(ir->arena, &rest, all.at[i]);
    return rest;
}

/* false: it cannot be done, or has not fewer terms. */
static bool split_at(Ir *ir, const Eq *e, uint32_t v, Split *s)
{
    Binder b = ir->binder.at[e->inner.at + v];
    Factors all = {0};
    IdVec set = {0};
    Binders whole = {0}, rest = without_loop(ir, e, v);
    *s = (Split){.v = v, .part = *e, .minus = factors_of(ir, e->body, &all), .tame = true};
    for (uint32_t i = 0; i < all.n; i++) {
        bool inside = ir_has_var(ir, all.at[i].node, b.var);
        vec_push(ir->arena, inside ? &s->with : &s->without, all.at[i]);
        s->tame = s->tame && (inside || is_tame_factor(ir, all.at[i]));
    }
    if (s->with.n == 0 || s->without.n == 0 || bounds_mention(ir, e, b.var)) return false;
    s->part.body = factors_product(ir, &s->with);
    ir_add_vars(ir, s->part.body, &set);
    ir_add_vars(ir, e->when, &set);
    ir_add_vars(ir, b.lo, &set);
    ir_add_vars(ir, b.hi, &set);
    for (uint32_t i = 0; i < set.n; i++)
        if (set.at[i] != b.var) vec_push(ir->arena, &s->keep, set.at[i]);
    Env own = {0};
    bool wider;
    if (!widest(ir, e, &s->keep, &own, &wider)) return false;
    vec_push(ir->arena, &own, b);
    ir_eq_binders(ir, e, &whole);
    s->rounds = cost_rounds(ir, &own) + cost_rounds(ir, &rest);
    return s->rounds < cost_rounds(ir, &whole);
}

static bool sum_first(Ir *ir, Work *w, Step s, Split *split)
{
    Eq e = ir->eq.at[s.id], part = split->part;
    Binder b = ir->binder.at[e.inner.at + split->v];
    Env loops = {0}, rest = {0};
    bool wider;
    if (!widest(ir, &e, &split->keep, &loops, &wider)) return false;
    part.inner = ir_binders(ir, &b, 1);
    if (wider) {
        Env env = env_of(ir, &w->f, s.in, 0, false);
        for (uint32_t i = 0; i < loops.n; i++) vec_push(ir->arena, &env, loops.at[i]);
        vec_push(ir->arena, &env, b);
        if (e.when || !env_total(ir, &env, &w->total, part.body)) return false;
    }
    Step first;
    Id sum = own_sum(ir, w, s, part, &loops, &first);
    if (sum == 0) return false;
    Env around = env_of(ir, &w->f, s.in, s.id, true);
    if (!split->tame && !env_le(ir, &around, ir_addi(ir, b.lo, 1), b.hi))
        e.where = ir_and(ir, e.where, ir_op2(ir, OP_LT, b.lo, b.hi));
    vec_push(ir->arena, &split->without, ((Factor){sum, false}));
    e.body = factors_product(ir, &split->without);
    if (split->minus) e.body = ir_op1(ir, OP_NEG, e.body);
    Binders whole = {0}, left = without_loop(ir, &e, split->v);
    ir_eq_binders(ir, &e, &whole);
    vec_push(ir->arena, &loops, b);
    cost_tell(ir, "factor", "%s: the sum over %s first, as %s: %s + %s terms, not %s",
              cost_element(ir, e.target, e.subs), ir->var.at[b.var].name, cost_text(ir, sum),
              cost_loops(ir, loops.at, loops.n), cost_loops(ir, left.at, left.n), cost_loops(ir, whole.at, whole.n));
    for (uint32_t i = 0; i < e.inner.n; i++)
        if (i != split->v) vec_push(ir->arena, &rest, ir->binder.at[e.inner.at + i]);
    e.inner = ir_binders(ir, rest.at, rest.n);
    replace(ir, w, s, &e, first);
    return true;
}

/* The order of a chain of products: of the inner sums that can be taken out, the one with the fewest terms in all. */
static bool reorder(Ir *ir, Work *w, Step s)
{
    Eq e = ir->eq.at[s.id];
    VEC(Split) may = {0};
    if (e.where && ir->node.at[e.where].vars) return false; /* a condition on sizes goes for both sums */
    for (uint32_t v = 0; v < e.inner.n && e.inner.n > 1; v++) {
        Split split;
        if (split_at(ir, &e, v, &split)) vec_push(ir->arena, &may, split);
    }
    while (may.n) {
        uint32_t best = 0;
        for (uint32_t i = 1; i < may.n; i++)
            if (may.at[i].rounds < may.at[best].rounds) best = i;
        if (sum_first(ir, w, s, &may.at[best])) return true;
        for (uint32_t i = best + 1; i < may.n; i++) may.at[i - 1] = may.at[i];
        may.n--;
    }
    return false;
}

static bool improve(Ir *ir, Work *w, Step s)
{
    Eq e = ir->eq.at[s.id];
    if (s.kind != STEP_EQ || e.op != RED_SUM || ir_type(ir, e.body) != T_REAL) return false;
    return multiply(ir, w, s) || take_out(ir, w, s) || reorder(ir, w, s);
}

void factor(Ir *ir)
{
    Work w = {.f = flat_of(ir)};
    w.total = flat_total(ir, &w.f);
    vec_push(ir->arena, &w.sum, ((Sum){0}));
    for (uint32_t i = 0; i < w.f.steps.n; i++) {
        vec_push(ir->arena, &w.todo, w.f.steps.at[i]);
        while (w.todo.n) {
            Step s = w.todo.at[--w.todo.n];
            if (!improve(ir, &w, s)) vec_push(ir->arena, &w.out, s);
        }
    }
    flat_store(ir, &w.f, &w.out);
}
