/*
 * hoist.c -- an expensive value is computed where its indices say, and once.
 *
 *     z[n, k, i] = exp(q[k, i])*x[n, i]            exp_q[k, i] = exp(q[k, i])     z[n, k, i] = exp_q[k, i]*x[n, i]
 *     dW[h, d] += sum(n) dZ[n, h]*(1 - Z[n, h]^2)*X[n, d]
 *                                                  u[n, h] = dZ[n, h]*(1 - Z[n, h]^2)     dW[h, d] += sum(n) u[n, h]*X[n, d]
 *
 * Three reasons to give a part of a body an array: it lacks loops of its equation, or of the regions around it (hoisting);
 * it is an operand of a contraction, which then is a product of two reads (the form of a matrix product); or several
 * equations compute it (sharing, up to names of variables).  A definition that exists already serves, and moves up if it
 * has to.  What a scan computes and its reverse needs again is kept for every step, where that takes no more room than
 * something that it is computed from.  What a branch, filter or guard protects is only taken out where all that it reads is defined: NaN and infinity
 * may then be computed, but not used.
 *
 * needs: cse   makes: arrays for values   breaks: -   exact: no (factor.c; the order in contractions)
 */
#include <string.h>

#include "cost.h"
#include "flat.h"
#include "passes.h"

/* A value of more than LARGE nodes is only taken out of loops of its own equation that always compute it.  In a program of more than
   LONG nodes single values are shared as nodes alone. */
enum { LARGE = 256, LONG = 100000 };

/* A value that several steps may compute, by its key. */
typedef struct {
    Id array;      /* that holds it, 0: none yet */
    Slice subs;    /* with which its definition writes it: kid pool */
    Slice vars;    /* in Hoist.vars: the definition's variables in canonical order */
    uint32_t step; /* a step that defines it as it stands, + 1; 0: none */
    uint32_t last; /* the last step that was counted, + 1 */
    uint32_t uses; /* steps that compute it */
} Value;

typedef struct {
    Flat f;
    IdVec total, sole;
    VEC(StepVec) before;      /* of each step: definitions that go before it */
    IdVec done;               /* of each step: it has gone before another */
    IdVec open;               /* of each region: the step that opens it */
    IdVec alike;              /* of each region: the first one with the same loops, as a scan and its reverse have */
    VEC(IdVec) written_in;    /* of each array: the regions of its writers */
    VEC(uint16_t) cost, size; /* of each node, as a tree; those known */
    IdVec canonical, vars;
    Keys keys;
    VEC(Value) value; /* of each key */
    IdVec by, stamp;  /* of each node: what replaces it in the current equation */
    IdVec want;       /* of each node: the number of the equation that still has it */
    IdVec always;     /* ... and of that which evaluates it for every element */
    Id epoch;
    uint32_t at; /* the current step */
    Env loops;   /* of the current equation */
    IdVec reads; /* of the current equation, and the epoch in which they were gathered */
    Id reads_of;
} Hoist;

/* ---- cost and size */

static uint16_t capped(unsigned sum) { return (uint16_t)(sum < COST_MOST ? sum : COST_MOST); }

static void weigh(Ir *ir, Hoist *h, const IdVec *all)
{
    vec_reserve(ir->arena, &h->cost, ir->node.n);
    vec_reserve(ir->arena, &h->size, ir->node.n);
    h->cost.n = h->size.n = ir->node.n;
    for (uint32_t i = 0; i < all->n; i++) {
        Node x = ir->node.at[all->at[i]];
        if (h->size.at[all->at[i]]) continue;
        unsigned cost = x.type == T_REAL ? op_cost[x.op] : 0, size = 1;
        for (uint32_t k = 0; k < x.n; k++) {
            Id kid = ir->kid.at[x.kids + k];
            if (x.op != OP_READ) cost += h->cost.at[kid];
            size += h->size.at[kid];
        }
        h->cost.at[all->at[i]] = capped(cost);
        h->size.at[all->at[i]] = capped(size);
    }
}

static void room(Ir *ir, IdVec *v, uint32_t n)
{
    vec_reserve(ir->arena, v, n);
    if (v->n < n) v->n = n;
}

static void begin(Ir *ir, Hoist *h, uint32_t step)
{
    Step s = h->f.steps.at[step];
    IdVec roots = step_roots(ir, s), all = ir_reach(ir, roots.at, roots.n);
    weigh(ir, h, &all);
    room(ir, &h->by, ir->node.n);
    room(ir, &h->stamp, ir->node.n);
    room(ir, &h->want, ir->node.n);
    room(ir, &h->always, ir->node.n);
    h->epoch++;
    h->at = step;
    h->loops = env_of(ir, &h->f, 0, s.kind == STEP_EQ ? s.id : 0, true);
}

/* ---- where a value belongs */

typedef VEC(bool) Marks;

typedef struct {
    Id region;     /* its equation stands in */
    Env loops;     /* of its own */
    int64_t reuse; /* how often it was computed for each of its elements */
} Home;

static bool is_region_var(const Ir *ir, Id region, Id var)
{
    Region r = ir->region.at[region];
    for (uint32_t i = 0; i < r.over.n; i++)
        if (ir->binder.at[r.over.at + i].var == var) return true;
    return r.step.var == var;
}

static bool uses_region(const Ir *ir, Id region, const IdVec *vars)
{
    for (uint32_t i = 0; i < vars->n; i++)
        if (is_region_var(ir, region, vars->at[i])) return true;
    return false;
}

static bool reads_region(Ir *ir, const Hoist *h, Id region, Id node)
{
    IdVec all = ir_reach(ir, &node, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (x.op != OP_READ) continue;
        if (x.u.ref >= h->written_in.n) return true;
        const IdVec *in = &h->written_in.at[x.u.ref];
        for (uint32_t k = 0; k < in->n; k++)
            for (Id r = in->at[k]; r; r = h->f.outside.at[r])
                if (r == region) return true;
    }
    return false;
}

static Home home_of(Ir *ir, Hoist *h, Id node)
{
    Home home = {.region = h->f.steps.at[h->at].in, .reuse = 1};
    IdVec set = {0};
    ir_add_vars(ir, node, &set);
    for (uint32_t i = h->loops.n; i--;) {
        if (!ir_holds(&set, h->loops.at[i].var)) continue;
        ir_add_vars(ir, h->loops.at[i].lo, &set);
        ir_add_vars(ir, h->loops.at[i].hi, &set);
    }
    for (uint32_t i = 0; i < h->loops.n; i++) {
        if (ir_holds(&set, h->loops.at[i].var))
            vec_push(ir->arena, &home.loops, h->loops.at[i]);
        else
            home.reuse = cost_times(home.reuse, cost_steps(ir, h->loops.at[i]));
    }
    while (home.region && h->size.at[node] <= LARGE && !uses_region(ir, home.region, &set) &&
           !reads_region(ir, h, home.region, node)) {
        home.reuse = cost_times(home.reuse, cost_steps(ir, ir->region.at[home.region].step));
        home.region = h->f.outside.at[home.region];
    }
    return home;
}

/* May it be computed for all elements of its home? */
static bool is_safe(Ir *ir, Hoist *h, Id node, const Home *home)
{
    if (h->always.at[node] == h->epoch && home->region == h->f.steps.at[h->at].in) return true;
    if (h->size.at[node] > LARGE) return false;
    Env env = env_of(ir, &h->f, home->region, 0, false);
    for (uint32_t i = 0; i < home->loops.n; i++) vec_push(ir->arena, &env, home->loops.at[i]);
    return env_total(ir, &env, &h->total, node);
}

/* ---- values by key */

/* Does it read something that has an element for each step of the region and all loops of the value? */
static bool keeps_cheaply(Ir *ir, Id node, const Home *home)
{
    Id step = ir->region.at[home->region].step.var;
    IdVec all = ir_reach(ir, &node, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Id x = all.at[i];
        bool large = ir_opof(ir, x) == OP_READ && ir_has_var(ir, x, step);
        for (uint32_t k = 0; k < home->loops.n && large; k++) large = ir_has_var(ir, x, home->loops.at[k].var);
        if (large) return true;
    }
    return false;
}

/* The region whose values are the same where they look the same: as an element never changes once it may be read, that is the first
   of its like if what it computes may be kept. */
static Id shared_region(Ir *ir, const Hoist *h, Id node, const Home *home)
{
    Id first = home->region ? h->alike.at[home->region] : 0;
    return first && keeps_cheaply(ir, node, home) ? first : home->region;
}

/* The value that `node` is in its home; r: from its variables to canonical ones.  0: too large to compare. */
static uint32_t value_of(Ir *ir, Hoist *h, Id node, const Home *home, Renaming *r)
{
    if (h->size.at[node] > LARGE) return 0;
    uint32_t from = h->keys.words.n;
    bool fresh;
    rename_in_order(ir, r, &h->canonical, &h->loops, node);
    for (uint32_t i = 0; i < r->n; i++) /* grows by the variables of bounds */
        for (uint32_t k = 0; k < home->loops.n; k++) {
            if (home->loops.at[k].var != r->at[i].var) continue;
            rename_in_order(ir, r, &h->canonical, &h->loops, home->loops.at[k].lo);
            rename_in_order(ir, r, &h->canonical, &h->loops, home->loops.at[k].hi);
        }
    vec_push(ir->arena, &h->keys.words, shared_region(ir, h, node, home));
    vec_push(ir->arena, &h->keys.words, ir_subst(ir, node, r->at, r->n));
    for (uint32_t i = 0; i < r->n; i++)
        for (uint32_t k = 0; k < home->loops.n; k++) {
            if (home->loops.at[k].var != r->at[i].var) continue;
            vec_push(ir->arena, &h->keys.words, ir_subst(ir, home->loops.at[k].lo, r->at, r->n));
            vec_push(ir->arena, &h->keys.words, ir_subst(ir, home->loops.at[k].hi, r->at, r->n));
        }
    uint32_t key = keys_number(ir, &h->keys, from, &fresh);
    if (fresh) vec_push(ir->arena, &h->value, ((Value){0}));
    return key;
}

static void set_definition(Ir *ir, Hoist *h, Value *v, Id array, Slice subs, const Renaming *r)
{
    v->array = array;
    v->subs = subs;
    v->vars = (Slice){h->vars.n, r->n};
    for (uint32_t i = 0; i < r->n; i++) vec_push(ir->arena, &h->vars, r->at[i].var);
}

/* The read of a value by an equation whose variables are named as in r. */
static Id read_value(Ir *ir, const Hoist *h, const Value *v, const Renaming *r)
{
    IdVec subs = {0};
    for (uint32_t i = 0; i < v->subs.n; i++) {
        Id sub = ir->kid.at[v->subs.at + i];
        for (uint32_t k = 0; k < v->vars.n; k++)
            if (sub == ir_var(ir, h->vars.at[v->vars.at + k])) {
                sub = ir_var(ir, r->at[k].var);
                break;
            }
        vec_push(ir->arena, &subs, sub);
    }
    return ir_read(ir, v->array, subs.at, subs.n);
}

/* exp_q for exp(q[k, i]): the op and the first array that it reads. */
static const char *name_for(Ir *ir, Id node)
{
    Op op = ir_opof(ir, node);
    const char *stem = ir->node.at[node].n == 1 && op != OP_NEG && op != OP_EXTERN ? op_text[op] : "val", *of = "const";
    IdVec todo = {0};
    vec_push(ir->arena, &todo, node);
    while (todo.n) {
        Node x = ir->node.at[todo.at[--todo.n]];
        if (x.op == OP_READ) {
            of = ir->array.at[x.u.ref].name;
            break;
        }
        for (uint32_t k = x.n; k--;) vec_push(ir->arena, &todo, ir->kid.at[x.kids + k]);
    }
    return arena_printf(ir->arena, "%s_%s", stem, of);
}

/* The step before which an equation of `region` must stand to come before the current step. */
static uint32_t step_in(const Hoist *h, Id region)
{
    Id in = h->f.steps.at[h->at].in;
    uint32_t step = h->at;
    while (in != region) {
        step = h->open.at[in];
        in = h->f.outside.at[in];
    }
    return step;
}

/* The loops in the order in which the value names them, so that its array is laid out like those it reads; as they stand where a
   bound needs another order. */
static Env in_order(Ir *ir, Hoist *h, Id node, const Env *loops)
{
    Renaming r = {0};
    IdVec before = {0};
    Env out = {0};
    rename_in_order(ir, &r, &h->canonical, loops, node);
    for (uint32_t i = 0; i < loops->n; i++) rename_next(ir, &r, &h->canonical, loops->at[i].var);
    for (uint32_t i = 0; i < r.n; i++)
        for (uint32_t k = 0; k < loops->n; k++) {
            Binder b = loops->at[k];
            if (b.var != r.at[i].var) continue;
            for (uint32_t j = 0; j < loops->n; j++) {
                bool needs = ir_has_var(ir, b.lo, loops->at[j].var) || ir_has_var(ir, b.hi, loops->at[j].var);
                if (needs && !ir_holds(&before, loops->at[j].var)) return *loops;
            }
            vec_push(ir->arena, &before, b.var);
            vec_push(ir->arena, &out, b);
        }
    return out;
}

/* A new array for `node`; 0: its size is not known. */
static Id give_array(Ir *ir, Hoist *h, Id node, const Home *home, Slice *subs_out)
{
    Step s = h->f.steps.at[h->at];
    Eq from = ir->eq.at[s.id];
    IdVec subs = {0};
    if (h->reads_of != h->epoch) {
        h->reads = ir_eq_reads(ir, s.id);
        vec_push(ir->arena, &h->reads, ir_read(ir, from.target, ir->kid.at + from.subs.at, from.subs.n));
        h->reads_of = h->epoch;
    }
    Eq e = {.body = node, .span = from.span, .op = RED_NONE};
    Env loops = in_order(ir, h, node, &home->loops);
    e.target = array_over(ir, &h->f, home->region, &loops, &h->reads, name_for(ir, node), T_REAL, from.span, &subs);
    if (e.target == 0) return 0;
    e.subs = *subs_out = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, loops.at, loops.n);
    flat_push(ir, &h->before.at[step_in(h, home->region)], STEP_EQ, ir_new_eq(ir, &e), home->region);
    return e.target;
}

/* ---- what to take out of an equation */

static void replace(Hoist *h, Id node, Id by)
{
    h->by.at[node] = by;
    h->stamp.at[node] = h->epoch;
}

/* Has the value an array that the current step may read?  A definition further down goes before the step: it reads what this one
   reads.  One in another region stays there. */
static bool is_there(Ir *ir, Hoist *h, Value *v, const Home *home)
{
    if (!v->array || v->step == 0) return v->array;
    uint32_t step = v->step - 1;
    if (step <= h->at || h->done.at[step]) return true;
    if (h->f.steps.at[step].in != home->region) {
        v->array = v->step = 0;
        return false;
    }
    vec_push(ir->arena, &h->before.at[step_in(h, h->f.steps.at[step].in)], h->f.steps.at[step]);
    h->done.at[step] = 1;
    return true;
}

static const char *name_of(const Ir *ir, Id array) { return ir->array.at[array].name; }

/* Is a part of the current body to be read from an array?  Then it is. */
static bool take(Ir *ir, Hoist *h, Id node, bool operand)
{
    Op op = ir_opof(ir, node);
    unsigned cost = h->cost.at[node];
    Eq e = ir->eq.at[h->f.steps.at[h->at].id];
    bool whole = node == e.body, defines = whole && e.op == RED_NONE;
    if (ir_type(ir, node) != T_REAL || op == OP_CONST || op == OP_READ || cost == 0) return false;
    if (!cost_hoists(cost, COST_MOST) && !operand && !whole) return false;
    Home home = home_of(ir, h, node);
    bool lacks = cost_hoists(cost, home.reuse);
    bool reused = operand && cost_operand(cost, home.reuse);
    if (!lacks && !reused && !whole && !cost_shares(op_cost[op])) return false;
    Renaming r = {0};
    uint32_t key = value_of(ir, h, node, &home, &r);
    Value *v = key ? &h->value.at[key] : NULL;
    bool there = v && is_there(ir, h, v, &home);
    if (there && v->step != h->at + 1) {
        replace(h, node, read_value(ir, h, v, &r));
        cost_tell(ir, "hoist", "%s in %s is read from %s: %u each%s", cost_text(ir, node), name_of(ir, e.target),
                  name_of(ir, v->array), cost,
                  shared_region(ir, h, node, &home) != home.region ? ", kept for every step" : "");
        return true;
    }
    if (there) return false; /* this is its definition */
    bool single = !home.loops.n && !home.region;
    if (home.region && h->alike.at[home.region] != home.region && cost_shares(op_cost[op]) &&
        !keeps_cheaply(ir, node, &home))
        cost_tell(ir, "hoist",
                  "%s in %s is computed in each sweep: %u each, but kept it would be larger than what it is made of",
                  cost_text(ir, node), name_of(ir, e.target), cost);
    bool shared = v && v->uses > 1 && cost_shares(cost) && !(single && ir->node.n > LONG);
    if ((!lacks && !reused && !shared) || (defines && !lacks && !shared) || !is_safe(ir, h, node, &home)) return false;
    Slice subs;
    Id array = give_array(ir, h, node, &home, &subs);
    if (array == 0) return false;
    Value made = {0};
    if (!v) v = &made;
    set_definition(ir, h, v, array, subs, &r);
    replace(h, node, read_value(ir, h, v, &r));
    cost_tell(ir, "hoist", "%s in %s, as %s: %u each, %s", cost_text(ir, node), name_of(ir, e.target),
              cost_text(ir, h->by.at[node]), cost,
              lacks    ? arena_printf(ir->arena, "%lld times fewer", (long long)home.reuse)
              : reused ? arena_printf(ir->arena, "an operand of products, read %lld times", (long long)home.reuse)
                       : arena_printf(ir->arena, "in %u equations", v->uses));
    return true;
}

/* Marks the operands of a node as still there; those that may be skipped as no longer always evaluated. */
static void want_kids(const Ir *ir, Hoist *h, Id node)
{
    Node x = ir->node.at[node];
    bool lazy = x.op == OP_SELECT || x.op == OP_AND || x.op == OP_OR;
    for (uint32_t k = 0; k < x.n && x.op != OP_READ; k++) {
        Id kid = ir->kid.at[x.kids + k];
        h->want.at[kid] = h->epoch;
        if (h->always.at[node] == h->epoch && (!lazy || k == 0)) h->always.at[kid] = h->epoch;
    }
}

/* The groups of factors of a contraction: sets of loops, none of which is all of them. */
typedef struct {
    uint64_t loops;
    Factors factors;
} Group;
typedef VEC(Group) Groups;

static uint64_t loops_in(Ir *ir, const Hoist *h, Id node)
{
    uint64_t set = 0;
    for (uint32_t i = 0; i < h->loops.n; i++)
        if (ir_has_var(ir, node, h->loops.at[i].var)) set |= (uint64_t)1 << i;
    return set;
}

static void add_group(Ir *ir, Groups *g, uint64_t loops)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < g->n; i++) {
        if ((loops & ~g->at[i].loops) == 0) return; /* part of that one */
        if ((g->at[i].loops & ~loops) != 0) g->at[n++] = g->at[i];
    }
    g->n = n;
    vec_push(ir->arena, g, ((Group){loops, {0}}));
}

/* The operands of sum(..) a*b*.. by their loops; false: no contraction of two or more. */
static bool contraction(Ir *ir, const Hoist *h, const Eq *e, Groups *g, bool *minus)
{
    Factors all = {0};
    if (e->op != RED_SUM || e->inner.n == 0 || h->loops.n > 64) return false;
    *minus = factors_of(ir, e->body, &all);
    if (all.n < 2 || all.n > 64) return false;
    for (uint32_t i = 0; i < all.n; i++) add_group(ir, g, loops_in(ir, h, all.at[i].node));
    if (g->n < 2) return false;
    for (uint32_t i = 0; i < all.n; i++) {
        uint64_t loops = loops_in(ir, h, all.at[i].node);
        uint32_t k = 0;
        while (loops & ~g->at[k].loops) k++;
        vec_push(ir->arena, &g->at[k].factors, all.at[i]);
    }
    return true;
}

/* sum a*(b*c)*d, with a, b and c over the same loops -> sum (a*b*c)*d; the operands are then parts of the body. */
static Id regrouped(Ir *ir, Hoist *h, Id eq, IdVec *operands)
{
    Eq e = ir->eq.at[eq];
    Groups g = {0};
    bool minus;
    if (!contraction(ir, h, &e, &g, &minus)) return eq;
    for (uint32_t i = 0; i < g.n; i++) {
        Id part = factors_product(ir, &g.at[i].factors);
        bool single = g.at[i].factors.n == 1 && !g.at[i].factors.at[0].under && ir_opof(ir, part) == OP_READ;
        if (minus && !single) {
            part = ir_op1(ir, OP_NEG, part);
            minus = false;
        }
        vec_push(ir->arena, operands, part);
    }
    Id body = operands->at[0];
    for (uint32_t i = 1; i < operands->n; i++) body = ir_op2(ir, OP_MUL, body, operands->at[i]);
    e.body = minus ? ir_op1(ir, OP_NEG, body) : body;
    return e.body == ir->eq.at[eq].body ? eq : flat_moved(ir, &h->f, eq, &e);
}

static Id taken(Ir *ir, Id node, void *user)
{
    const Hoist *h = user;
    (void)ir;
    return node < h->stamp.n && h->stamp.at[node] == h->epoch ? h->by.at[node] : 0;
}

/* sum(i where c) x -> sum(i) A[i], if there is an A[i] = select(c, x, 0) */
static Id without_filter(Ir *ir, Hoist *h, uint32_t step)
{
    Step s = h->f.steps.at[step];
    Eq e = ir->eq.at[s.id];
    if (e.op != RED_SUM || !e.where || ir_type(ir, e.body) != T_REAL) return s.id;
    Id node = ir_select(ir, e.where, e.body, ir_real(ir, 0));
    begin(ir, h, step);
    IdVec all = ir_reach(ir, &node, 1);
    weigh(ir, h, &all);
    Renaming r = {0};
    Home home = home_of(ir, h, node);
    uint32_t key = value_of(ir, h, node, &home, &r);
    Value *v = key ? &h->value.at[key] : NULL;
    if (!v || !is_there(ir, h, v, &home)) return s.id;
    e.body = read_value(ir, h, v, &r);
    e.where = 0;
    return flat_moved(ir, &h->f, s.id, &e);
}

static void improve(Ir *ir, Hoist *h, uint32_t step)
{
    Step *s = &h->f.steps.at[step];
    IdVec operands = {0};
    h->loops = env_of(ir, &h->f, 0, s->id, true);
    Id eq = s->id;
    s->id = without_filter(ir, h, step);
    Id now = regrouped(ir, h, s->id, &operands);
    if (h->sole.at[ir->eq.at[eq].target] == eq) h->sole.at[ir->eq.at[eq].target] = now;
    s->id = now;
    begin(ir, h, step);
    Eq e = ir->eq.at[now];
    IdVec all = ir_reach(ir, &e.body, 1);
    h->want.at[e.body] = h->epoch;
    if (!e.where && !e.when) h->always.at[e.body] = h->epoch;
    bool changed = false;
    for (uint32_t i = all.n; i--;) {
        Id x = all.at[i];
        if (h->want.at[x] != h->epoch) continue;
        if (take(ir, h, x, ir_holds(&operands, x)))
            changed = true;
        else
            want_kids(ir, h, x);
    }
    if (!changed) return;
    e.body = ir_replace(ir, e.body, taken, h);
    Id moved = flat_moved(ir, &h->f, now, &e);
    if (h->sole.at[e.target] == now) h->sole.at[e.target] = moved;
    s->id = moved;
}

/* ---- first sweep: which values are there, and how often */

static bool is_definition(Ir *ir, const Hoist *h, Id eq)
{
    Eq e = ir->eq.at[eq];
    if (h->sole.at[e.target] != eq || e.op != RED_NONE || e.when || ir->array.at[e.target].kind != ARRAY_LOCAL)
        return false;
    for (uint32_t i = 0; i < e.subs.n; i++)
        if (ir_opof(ir, ir->kid.at[e.subs.at + i]) != OP_VAR) return false;
    return def_params(ir, eq);
}

static void count(Ir *ir, Hoist *h, uint32_t step)
{
    Id eq = h->f.steps.at[step].id;
    Eq e = ir->eq.at[eq];
    begin(ir, h, step);
    IdVec all = ir_reach(ir, &e.body, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Id x = all.at[i];
        bool whole = x == e.body && is_definition(ir, h, eq) && h->cost.at[x] > 0;
        if (ir_type(ir, x) != T_REAL || (!whole && !cost_shares(op_cost[ir_opof(ir, x)]))) continue;
        Renaming r = {0};
        Home home = home_of(ir, h, x);
        uint32_t key = value_of(ir, h, x, &home, &r);
        if (key == 0) continue;
        Value *v = &h->value.at[key];
        if (v->last != step + 1) v->uses++;
        v->last = step + 1;
        if (!whole || v->array || home.region != h->f.steps.at[step].in || home.loops.n != e.outer.n) continue;
        set_definition(ir, h, v, e.target, e.subs, &r);
        v->step = step + 1;
    }
}

static bool same_loops(Ir *ir, const Hoist *h, Id a, Id b)
{
    Region x = ir->region.at[a], y = ir->region.at[b];
    Id around = h->f.outside.at[a], other = h->f.outside.at[b];
    if (around != other && (!around || !other || h->alike.at[around] != h->alike.at[other])) return false;
    return x.over.n == y.over.n && x.when == y.when && !x.cond && !y.cond && !x.recompute && !y.recompute &&
           memcmp(&x.step, &y.step, sizeof x.step) == 0 &&
           memcmp(ir->binder.at + x.over.at, ir->binder.at + y.over.at, x.over.n * sizeof(Binder)) == 0;
}

/* Sets alike, for a region whose like are in front of it. */
static void find_alike(Ir *ir, Hoist *h, Id region, uint32_t step)
{
    h->alike.at[region] = region;
    for (uint32_t i = 0; i < step; i++) {
        Step s = h->f.steps.at[i];
        if (s.kind != STEP_OPEN || !same_loops(ir, h, s.id, region)) continue;
        h->alike.at[region] = s.id;
        return;
    }
}

static void prepare(Ir *ir, Hoist *h)
{
    uint32_t n = h->f.steps.n;
    h->total = flat_total(ir, &h->f);
    h->sole = flat_sole(ir, &h->f);
    vec_reserve(ir->arena, &h->before, n);
    h->before.n = n;
    room(ir, &h->done, n);
    room(ir, &h->open, ir->region.n);
    room(ir, &h->alike, ir->region.n);
    vec_reserve(ir->arena, &h->written_in, ir->array.n);
    h->written_in.n = ir->array.n;
    vec_push(ir->arena, &h->value, ((Value){0}));
    for (uint32_t i = 0; i < n; i++) {
        Step s = h->f.steps.at[i];
        if (s.kind == STEP_OPEN) {
            h->open.at[s.id] = i;
            find_alike(ir, h, s.id, i);
        }
        Id target = s.kind == STEP_EQ ? ir->eq.at[s.id].target : s.kind == STEP_WHILE ? ir->region.at[s.id].steps : 0;
        IdVec *in = target ? &h->written_in.at[target] : NULL;
        Id where = s.kind == STEP_WHILE ? s.id : s.in;
        if (in && where && (in->n == 0 || in->at[in->n - 1] != where)) vec_push(ir->arena, in, where);
    }
}

void hoist(Ir *ir)
{
    factor(ir);
    Hoist h = {.f = flat_of(ir)};
    StepVec out = {0};
    prepare(ir, &h);
    for (uint32_t i = 0; i < h.f.steps.n; i++)
        if (h.f.steps.at[i].kind == STEP_EQ) count(ir, &h, i);
    for (uint32_t i = 0; i < h.f.steps.n; i++)
        if (h.f.steps.at[i].kind == STEP_EQ && !h.done.at[i]) improve(ir, &h, i);
    for (uint32_t i = 0; i < h.f.steps.n; i++) {
        for (uint32_t k = 0; k < h.before.at[i].n; k++) vec_push(ir->arena, &out, h.before.at[i].at[k]);
        if (!h.done.at[i]) vec_push(ir->arena, &out, h.f.steps.at[i]);
    }
    flat_store(ir, &h.f, &out);
}
