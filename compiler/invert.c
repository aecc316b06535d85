/*
 * invert.c -- turns a contribution round: from "for every (i, k), element f(i, k) receives x(i, k)" to an equation over the element.
 *
 * Each subscript decides about the variables in it, in this order:
 *   1. a variable of its own becomes an outer variable;
 *   2. an affine one is solved for a variable with coefficient 1 or -1: a new outer variable b over the dimension stands for the
 *      whole subscript, and what the solved variable ranged over becomes a constraint.  i + u: solve the largest range, a short
 *      window is left.  2*i + u: solve the smallest, one term is left.  A single variable (i + 1, 2*i) stays: injective;
 *   3. of any other, all variables become outer, and elements may be met twice: a scatter.
 * The variables that are left are summed over, each bound tightened by the constraints of which it is the last variable; a
 * constraint c stands for 0 <= c.  Bounds are turned round only where they are affine in what is not yet placed: a range that
 * depends on data keeps its order and scatters, so that the cost stays that of the primal.
 */
#include "derive.h"

typedef struct {
    Ir *ir;
    const Access *access;
    Binders env;   /* around, then the binders as they were */
    uint32_t n;    /* binders */
    Binder *range; /* as rewritten so far */
    bool *todo;    /* not placed yet */
    Id *sub;
    IdVec cons; /* each >= 0 */
    Id cond, value;
    Binders outer;
    bool scatter;
} Turn;

static Id sub2(Ir *ir, Id a, Id b) { return ir_op2(ir, OP_SUB, a, b); }

/* ---- which variables an expression still waits for */

static bool waits_for(const Turn *t, Id node, uint32_t v) { return ir_has_var(t->ir, node, t->range[v].var); }

/* ... any but `except` (t->n: no exception) */
static bool waits(const Turn *t, Id node, uint32_t except)
{
    uint32_t n;
    const Id *vars = ir_vars(t->ir, node, &n);
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t v = 0; v < t->n; v++)
            if (t->todo[v] && v != except && t->range[v].var == vars[i]) return true;
    return false;
}

/* ... v's range: its own variable too, after a substitution that brought it in */
static bool range_waits(const Turn *t, uint32_t v)
{
    return waits(t, t->range[v].lo, t->n) || waits(t, t->range[v].hi, t->n);
}

static uint32_t index_of(const Turn *t, Id var)
{
    for (uint32_t v = 0; v < t->n; v++)
        if (t->range[v].var == var) return v;
    return t->n;
}

/* Do the waiting variables occur as terms of their own only? */
static bool plain(const Turn *t, const Affine *f)
{
    if (f->overflow) return false;
    for (uint32_t i = 0; i < f->terms.n; i++)
        if (ir_opof(t->ir, f->terms.at[i].term) != OP_VAR && waits(t, f->terms.at[i].term, t->n)) return false;
    return true;
}

static bool affine(const Turn *t, Id node)
{
    Affine f = ir_affine(t->ir, node);
    return plain(t, &f);
}

/* ---- bounds as constraints */

/* x >= q or x < q, where q = k + s*(e div c): the division is undone.  floor(e / c) >= m is e >= c*m. */
static Id unfloor(const Turn *t, Id x, Id q, bool lower)
{
    Ir *ir = t->ir;
    Affine f = ir_affine(ir, q);
    for (uint32_t i = 0; i < f.terms.n; i++) {
        AffTerm d = f.terms.at[i];
        int64_t c;
        if (ir_opof(ir, d.term) != OP_IDIV || !waits(t, d.term, t->n) || (d.coef != 1 && d.coef != -1)) continue;
        Id e = ir_kid(ir, d.term, 0);
        if (!ir_const_int(ir, ir_kid(ir, d.term, 1), &c) || c <= 0 || !affine(t, e)) return 0;
        Id shift = ir_imul(ir, d.term, d.coef), k = sub2(ir, q, shift);
        if (!affine(t, k)) return 0;
        Id m = d.coef > 0 ? sub2(ir, x, k) : sub2(ir, k, x);
        bool below = (d.coef > 0) == lower; /* e div c <= m, else >= m */
        if (d.coef > 0 && !lower) m = ir_addi(ir, m, 1);
        if (d.coef < 0 && !lower) m = ir_addi(ir, m, -1);
        if (!below) return m = ir_imul(ir, m, c), sub2(ir, e, m);
        m = ir_addi(ir, m, 1);
        m = ir_imul(ir, m, c);
        m = sub2(ir, m, e);
        return ir_addi(ir, m, -1);
    }
    return 0;
}

/* Adds to `out` (if not NULL) that x >= bound (lower) or x < bound.  false: the bound is not affine in what waits. */
static bool bound_constraints(const Turn *t, Id x, Id bound, bool lower, IdVec *out)
{
    Ir *ir = t->ir;
    IdVec parts = {0};
    vec_push(ir->arena, &parts, bound);
    while (parts.n) {
        Id q = parts.at[--parts.n], c = 0;
        if (ir_opof(ir, q) == (lower ? OP_IMAX : OP_IMIN)) {
            vec_push(ir->arena, &parts, ir_kid(ir, q, 1));
            vec_push(ir->arena, &parts, ir_kid(ir, q, 0));
            continue;
        }
        if (affine(t, q)) {
            c = lower ? sub2(ir, x, q) : sub2(ir, q, x);
            if (!lower) c = ir_addi(ir, c, -1);
        } else {
            c = unfloor(t, x, q, lower);
        }
        if (!c) return false;
        if (out) vec_push(ir->arena, out, c);
    }
    return true;
}

static bool range_constraints(const Turn *t, uint32_t v, IdVec *out)
{
    Id x = ir_var(t->ir, t->range[v].var);
    return bound_constraints(t, x, t->range[v].lo, true, out) && bound_constraints(t, x, t->range[v].hi, false, out);
}

static bool range_hull(const Turn *t, uint32_t v, Id *lo, Id *hi)
{
    return hull(t->ir, t->env.at, t->env.n, t->access->binder[v].var, lo, hi);
}

/* ---- placing variables */

static void place(Turn *t, uint32_t v, Id lo, Id hi)
{
    vec_push(t->ir->arena, &t->outer, ((Binder){t->range[v].var, lo, hi}));
    t->todo[v] = false;
}

/* Makes v outer over its own range, or, where that waits, over lo..hi with its range as constraints. */
static void take(Turn *t, uint32_t v, Id lo, Id hi)
{
    if (!range_waits(t, v)) {
        place(t, v, t->range[v].lo, t->range[v].hi);
        return;
    }
    range_constraints(t, v, &t->cons);
    place(t, v, lo, hi);
}

static bool turnable(const Turn *t, uint32_t v) { return !range_waits(t, v) || range_constraints(t, v, NULL); }

/* 1. subscripts that are a variable: first those whose ranges are known */
static void take_variables(Turn *t)
{
    for (int turn = 0; turn < 2; turn++)
        for (bool again = true; again;) {
            again = false;
            for (uint32_t k = 0; k < t->access->n && !again; k++) {
                Node x = t->ir->node.at[t->sub[k]];
                uint32_t v = x.op == OP_VAR ? index_of(t, x.u.ref) : t->n;
                if (v == t->n || !t->todo[v] || (turn == 0 ? range_waits(t, v) : !turnable(t, v))) continue;
                take(t, v, ir_int(t->ir, 0), t->access->dims[k]);
                again = true;
            }
            if (again && turn) turn = 0; /* what waited for it may have its range now */
        }
}

/* Can variable v be replaced by an expression in the others of f?  Ranges that then depend on each other must be affine. */
static bool solvable(const Turn *t, uint32_t v, const Affine *f)
{
    Id lo, hi;
    if (!range_constraints(t, v, NULL)) return false;
    for (uint32_t w = 0; w < t->n; w++) {
        if (!t->todo[w] || w == v || (!waits_for(t, t->range[w].lo, v) && !waits_for(t, t->range[w].hi, v))) continue;
        bool circle = false;
        for (uint32_t i = 0; i < f->terms.n; i++) {
            uint32_t u = index_of(
                t, ir_opof(t->ir, f->terms.at[i].term) == OP_VAR ? t->ir->node.at[f->terms.at[i].term].u.ref : 0);
            if (u == t->n || u == v) continue;
            circle |= u == w || waits_for(t, t->range[u].lo, w) || waits_for(t, t->range[u].hi, w);
        }
        if (circle && (!range_constraints(t, w, NULL) || !range_hull(t, w, &lo, &hi))) return false;
    }
    return true;
}

static int64_t range_size(const Turn *t, uint32_t v)
{
    int64_t k;
    return ir_const_int(t->ir, sub2(t->ir, t->range[v].hi, t->range[v].lo), &k) ? k : INT64_MAX;
}

/* The variable of f to solve for, or t->n. */
static uint32_t choose(const Turn *t, const Affine *f)
{
    bool large = false;
    uint32_t best = t->n;
    for (uint32_t i = 0; i < f->terms.n; i++)
        large |= waits(t, f->terms.at[i].term, t->n) && f->terms.at[i].coef != 1 && f->terms.at[i].coef != -1;
    for (uint32_t v = 0; v < t->n; v++) { /* in the order of the binders: outer first */
        for (uint32_t i = 0; i < f->terms.n; i++) {
            Node x = t->ir->node.at[f->terms.at[i].term];
            if (x.op != OP_VAR || x.u.ref != t->range[v].var || !t->todo[v]) continue;
            if ((f->terms.at[i].coef != 1 && f->terms.at[i].coef != -1) || !solvable(t, v, f)) continue;
            bool better = best == t->n ||
                          (large ? range_size(t, v) < range_size(t, best) : range_size(t, v) > range_size(t, best));
            if (better) best = v;
        }
    }
    return best;
}

/* Replaces v by the solution of sub[k] = b, b a new outer variable over the dimension. */
static void solve(Turn *t, uint32_t k, uint32_t v, const Affine *f)
{
    Ir *ir = t->ir;
    Var old = ir->var.at[t->range[v].var];
    Id b = ir_new_var(ir, old.name, old.span), node = ir_var(ir, b), self = ir_var(ir, t->range[v].var);
    int64_t coef = 0;
    for (uint32_t i = 0; i < f->terms.n; i++)
        if (f->terms.at[i].term == self) coef = f->terms.at[i].coef;
    Id part = ir_imul(ir, self, coef), rest = sub2(ir, t->sub[k], part);
    rest = sub2(ir, node, rest);
    Subst s = {t->range[v].var, ir_imul(ir, rest, coef)};
    range_constraints(t, v, &t->cons); /* in v: the substitution below reaches them */
    vec_push(ir->arena, &t->outer, ((Binder){b, ir_int(ir, 0), t->access->dims[k]}));
    t->todo[v] = false;
    for (uint32_t i = 0; i < t->cons.n; i++) t->cons.at[i] = ir_subst(ir, t->cons.at[i], &s, 1);
    for (uint32_t w = 0; w < t->n; w++) {
        if (!t->todo[w]) continue;
        t->range[w].lo = ir_subst(ir, t->range[w].lo, &s, 1);
        t->range[w].hi = ir_subst(ir, t->range[w].hi, &s, 1);
    }
    for (uint32_t i = 0; i < t->access->n; i++) t->sub[i] = i == k ? node : ir_subst(ir, t->sub[i], &s, 1);
    t->cond = ir_subst(ir, t->cond, &s, 1);
    t->value = ir_subst(ir, t->value, &s, 1);
}

/* 2. affine subscripts */
static void take_affine(Turn *t)
{
    for (uint32_t k = 0; k < t->access->n; k++) {
        if (!waits(t, t->sub[k], t->n)) continue;
        Affine f = ir_affine(t->ir, t->sub[k]);
        uint32_t count = 0, last = 0;
        if (!plain(t, &f)) continue;
        for (uint32_t v = 0; v < t->n; v++)
            if (t->todo[v] && waits_for(t, t->sub[k], v)) count++, last = v;
        uint32_t v = count == 1 && !range_waits(t, last) ? t->n : choose(t, &f);
        Id lo, hi;
        if (v != t->n)
            solve(t, k, v, &f);
        else if (count == 1 && !range_waits(t, last))
            take(t, last, 0, 0);
        else if (count == 1 && turnable(t, last) && range_hull(t, last, &lo, &hi))
            take(t, last, lo, hi);
    }
}

/* Makes v outer, after all that its range waits for. */
static void take_with_needs(Turn *t, uint32_t v)
{
    while (t->todo[v]) {
        uint32_t w = v;
        for (uint32_t steps = 0; steps < t->n && range_waits(t, w); steps++)
            for (uint32_t u = 0; u < t->n; u++)
                if (u != w && t->todo[u] && (waits_for(t, t->range[w].lo, u) || waits_for(t, t->range[w].hi, u))) {
                    w = u;
                    break;
                }
        Id lo = 0, hi = 0;
        if (range_waits(t, w) && !(turnable(t, w) && range_hull(t, w, &lo, &hi)))
            die("ranges that depend on each other");
        take(t, w, lo, hi);
    }
}

/* 3. the rest */
static void take_rest(Turn *t)
{
    for (uint32_t k = 0; k < t->access->n; k++)
        for (uint32_t v = 0; v < t->n; v++) {
            if (!t->todo[v] || !waits_for(t, t->sub[k], v)) continue;
            t->scatter = true;
            take_with_needs(t, v);
        }
}

/* ---- the equation's parts */

/* Orders outer variables so that bounds use earlier ones only; otherwise as they were placed. */
static void order_outer(Turn *t, Binders *out)
{
    uint32_t n = t->outer.n;
    bool *done = arena_alloc(t->ir->arena, n + 1);
    while (out->n < n) {
        uint32_t before = out->n;
        for (uint32_t i = 0; i < n && out->n == before; i++) {
            bool ready = !done[i];
            for (uint32_t j = 0; j < n && ready; j++)
                if (!done[j] && j != i)
                    ready = !ir_has_var(t->ir, t->outer.at[i].lo, t->outer.at[j].var) &&
                            !ir_has_var(t->ir, t->outer.at[i].hi, t->outer.at[j].var);
            if (!ready) continue;
            done[i] = true;
            vec_push(t->ir->arena, out, t->outer.at[i]);
        }
        if (out->n == before) die("outer ranges that depend on each other");
    }
}

/* Is v the last variable of constraint c, as a plain term?  *rest is then c without it. */
static bool tightens(const Turn *t, Id c, uint32_t v, int64_t *coef, Id *rest)
{
    Ir *ir = t->ir;
    Affine f = ir_affine(ir, c);
    Id self = ir_var(ir, t->range[v].var);
    *coef = 0;
    if (f.overflow || waits(t, c, v)) return false;
    for (uint32_t i = 0; i < f.terms.n; i++) {
        if (f.terms.at[i].term == self)
            *coef = f.terms.at[i].coef;
        else if (waits_for(t, f.terms.at[i].term, v))
            return false;
    }
    if (*coef == 0) return false;
    Id part = ir_imul(ir, self, *coef);
    *rest = sub2(ir, c, part);
    return true;
}

static Id tighter(Ir *ir, Op op, Id old, Id bound) { return old ? ir_op2(ir, op, old, bound) : bound; }

/* coef*v + rest >= 0, in whole numbers */
static void tighten(Ir *ir, Binder *b, int64_t coef, Id rest)
{
    Id q = coef == 1 || coef == -1 ? rest : ir_op2(ir, OP_IDIV, rest, ir_int(ir, coef < 0 ? -coef : coef));
    if (coef > 0)
        q = ir_op1(ir, OP_NEG, q), b->lo = tighter(ir, OP_IMAX, b->lo, q);
    else
        q = ir_addi(ir, q, 1), b->hi = tighter(ir, OP_IMIN, b->hi, q);
}

/* 4. what is left is summed over, in the old order as far as bounds allow.  false: a bound is missing. */
static bool sum_rest(Turn *t, Binders *inner)
{
    Ir *ir = t->ir;
    for (;;) {
        uint32_t v = t->n, first = t->n;
        for (uint32_t w = t->n; w-- > 0;) {
            if (!t->todo[w]) continue;
            first = w;
            if (!range_waits(t, w)) v = w;
        }
        if (first == t->n) return true;
        Binder b = {0};
        if (v != t->n) {
            b = t->range[v];
        } else {
            v = first;
            if (!range_constraints(t, v, &t->cons)) return false;
            b.var = t->range[v].var;
        }
        uint32_t kept = 0;
        for (uint32_t i = 0; i < t->cons.n; i++) {
            int64_t coef;
            Id c = t->cons.at[i], rest;
            if (tightens(t, c, v, &coef, &rest))
                tighten(ir, &b, coef, rest);
            else
                t->cons.at[kept++] = c;
        }
        t->cons.n = kept;
        Id lo, hi;
        if ((!b.lo || !b.hi) && !range_hull(t, v, &lo, &hi)) return false;
        if (!b.lo) b.lo = lo;
        if (!b.hi) b.hi = hi;
        vec_push(ir->arena, inner, b);
        t->todo[v] = false;
    }
}

static bool has_inner(const Turn *t, Id node, const Binders *inner)
{
    for (uint32_t i = 0; i < inner->n; i++)
        if (ir_has_var(t->ir, node, inner->at[i].var)) return true;
    return false;
}

/* when and `x is in the dimension`, unless that is certain */
static Id and_within(Turn *t, Id when, Id x, Id dim, const Binders *env)
{
    if (within(t->ir, env->at, env->n, x, dim)) return when;
    Id low = ir_op2(t->ir, OP_LE, ir_int(t->ir, 0), x), high = ir_op2(t->ir, OP_LT, x, dim);
    when = ir_and(t->ir, when, low);
    return ir_and(t->ir, when, high);
}

/* The sum may be over nothing, and the primal then read nothing: the target's own element must be there all the same. */
static Id guard_target(Turn *t, Id when, const Inverse *out, const Binders *env)
{
    Ir *ir = t->ir;
    for (uint32_t k = 0; k < out->subs.n; k++) {
        IdVec in = ir_reach(ir, &out->subs.at[k], 1);
        for (uint32_t i = 0; i < in.n; i++) {
            Node x = ir->node.at[in.at[i]];
            if (x.op != OP_READ) continue;
            Slice dims = ir->array.at[x.u.ref].dims;
            for (uint32_t j = 0; j < x.n; j++) {
                Id s = ir_kid(ir, in.at[i], j), d = ir->kid.at[dims.at + j];
                when = and_within(t, when, s, d, env);
            }
        }
        when = and_within(t, when, out->subs.at[k], t->access->dims[k], env);
    }
    return when;
}

static void add_binders(Ir *ir, const Binders *b, Binders *out)
{
    for (uint32_t i = 0; i < b->n; i++) vec_push(ir->arena, out, b->at[i]);
}

/* Conditions: constraints first, they keep the subscripts of the others in range.  Those without inner variables go to `when`, if
   they can be asked also where the terms that they stand beside do not count. */
static void split_conditions(Turn *t, Inverse *out)
{
    Ir *ir = t->ir;
    IdVec parts = {0};
    Binders env = {0};
    add_binders(ir, &t->access->around->all, &env);
    add_binders(ir, &out->outer, &env);
    for (uint32_t i = 0; i < t->cons.n; i++) {
        Id c = t->cons.at[i], lo = extreme(ir, env.at, env.n, c, false);
        if (lo && ir_prove_le(ir, ir_int(ir, 0), lo) == 1) continue;
        c = ir_op2(ir, OP_LE, ir_int(ir, 0), c);
        if (has_inner(t, c, &out->inner))
            out->where = ir_and(ir, out->where, c);
        else
            out->when = ir_and(ir, out->when, c);
    }
    if (out->inner.n) out->when = guard_target(t, out->when, out, &env);
    ir_conjuncts(ir, t->cond, &parts);
    for (uint32_t i = 0; i < parts.n; i++) {
        bool inner = has_inner(t, parts.at[i], &out->inner) ||
                     (out->where && !total(ir, t->access->whole, env.at, env.n, parts.at[i]));
        if (inner)
            out->where = ir_and(ir, out->where, parts.at[i]);
        else
            out->when = ir_and(ir, out->when, parts.at[i]);
    }
}

/* solving: with steps 1 and 2; else everything in the subscripts becomes outer.  false: solving did not work out */
static bool attempt(Ir *ir, const Access *a, bool solving, Inverse *out)
{
    Turn t = {.ir = ir, .access = a, .n = a->binders, .cond = a->cond, .value = a->value};
    t.range = arena_alloc(ir->arena, (a->binders + 1) * sizeof *t.range);
    t.todo = arena_alloc(ir->arena, a->binders + 1);
    t.sub = arena_alloc(ir->arena, (a->n + 1) * sizeof *t.sub);
    add_binders(ir, &a->around->all, &t.env);
    for (uint32_t v = 0; v < t.n; v++) {
        t.range[v] = a->binder[v];
        t.todo[v] = true;
        vec_push(ir->arena, &t.env, a->binder[v]);
    }
    for (uint32_t k = 0; k < a->n; k++) t.sub[k] = a->subs[k];
    if (solving) {
        take_variables(&t);
        take_affine(&t);
    }
    take_rest(&t);
    *out = (Inverse){.value = t.value, .scatter = t.scatter};
    order_outer(&t, &out->outer);
    for (uint32_t k = 0; k < a->n; k++) vec_push(ir->arena, &out->subs, t.sub[k]);
    if (!sum_rest(&t, &out->inner)) return false;
    split_conditions(&t, out);
    return true;
}

void invert(Ir *ir, const Access *a, Inverse *out)
{
    if (a->binders == 0) {
        *out = (Inverse){.when = a->cond, .value = a->value};
        for (uint32_t k = 0; k < a->n; k++) vec_push(ir->arena, &out->subs, a->subs[k]);
        return;
    }
    if (!attempt(ir, a, true, out) && !attempt(ir, a, false, out)) die("an access that cannot be turned round");
}
