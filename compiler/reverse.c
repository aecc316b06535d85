/*
 * reverse.c -- the adjoint equations of a derivative.
 *
 * Walks the equations backwards.  For A[i] = sum(k) e(i, k), every read B[f(i, k)] in e receives
 *     d_B[f(i, k)] += d_A[i] * de/dB
 * turned round so that it is an equation over the element (invert.c).  The local sweep of a body (sweep.c) carries conditions
 * apart from values: what a branch, a filter or a maximum does not take contributes nothing at all.  The result is ordinary
 * equations: later passes serve both, and it can be differentiated again.
 *
 * Variables.  A derivative may be asked for all values of some variables: grad(r[n], w) for every n.  Its adjoint arrays then have
 * these as first subscripts, and an array is pinned where a subscript depends on them alone: of r only r[n] matters, so d_r has
 * one element for each n, not n x n'.  An adjoint belongs to an array and its pins (struct Bar); where one with fewer pins
 * is needed too, it serves for both.
 *
 * Scans.  A scan runs backwards, its items from last to first.  What an item adds to at step t may be asked for at the
 * next step back, so what is reached is found first, round and round until nothing is new.
 *
 * Live flags.  A let that is used only in branches, or only in some of its elements, has an adjoint of 0 where nothing takes it, but
 * 0 times a partial that is infinite is no number.  So such adjoints carry a flag, computed like the adjoint itself over truth
 * values: live_B[f] += true under the same conditions; and equations whose partials may be infinite ask it.  (To test the adjoint
 * for 0 instead would be wrong in second derivatives.)  A first walk finds which adjoints no read reaches in every element
 * without a condition, a second one makes equations.
 */
#include "derive.h"
#include "partials.h"

typedef VEC(Subst) Substs;
typedef VEC(Item) ItemVec;

/* The adjoint of an array at the subscripts that are pinned. */
typedef struct {
    Id array;
    const Id *pin;    /* by dimension: what it is fixed at; 0: free */
    uint32_t next;    /* of the same array */
    Id adjoint, live; /* arrays, once something was added */
    bool independent; /* what is differentiated by: not traced further */
    bool reached;     /* by what is differentiated */
    bool sure;        /* reached without a condition */
    bool risky;       /* its value or partials may be infinite where it is not wanted */
    bool flagged;     /* carries a live flag */
} Bar;

/* What is known of an equation of the primal. */
typedef enum { NOT_ASKED, CONSTANT, USED } Standing;

typedef struct {
    Ir *ir;
    const Derivative *d;
    VEC(Bar) bar;        /* [0] unused */
    uint32_t *first_bar; /* by array of the primal */
    Id arrays;
    bool *active;   /* by array: depends on what is differentiated by */
    bool *given;    /* by array: is differentiated by, and pinned as it is read */
    uint32_t *step; /* by array: 1 + its first dimension that is a step of a finished scan; 0: none */
    bool *partial;  /* by array: some elements have no value */
    Whole whole;
    Sweep *sweep;
    ItemVec zeros, *out;
    Beside *beside;    /* by equation */
    Id eqs;            /* how many there were */
    uint8_t *standing; /* by equation */
    bool first;        /* the first walk: conditions only */
    uint32_t changes;  /* of bars, in the first walk */
    bool covered;      /* a bar was made that serves for one that was there */
} Reverse;

/* Where the walk is, inside finished scans. */
typedef struct {
    Around around, scans; /* of the adjoint equations; of the primal ones */
    Substs by;            /* what stands for variables of the primal */
    IdVec over, pin;      /* the outermost scan's parallel variables, and at what each is pinned (or 0) */
    bool guarded;         /* a scan around has a guard */
} Place;

static void slice_ids(Ir *ir, Slice s, IdVec *out)
{
    for (uint32_t i = 0; i < s.n; i++) vec_push(ir->arena, out, ir->kid.at[s.at + i]);
}

static void list(Reverse *r, const Eq *e)
{
    Item it = {false, ir_new_eq(r->ir, e)};
    vec_push(r->ir->arena, r->out, it);
}

/* ---- the cone, with what stands in its scans */

/* Each equation below, from first to last. */
static void each_eq(Reverse *r, const Item *items, uint32_t n, void (*f)(Reverse *, Id eq, bool guarded), bool guarded)
{
    Ir *ir = r->ir;
    for (uint32_t i = 0; i < n; i++) {
        if (!items[i].region) {
            f(r, items[i].id, guarded);
            continue;
        }
        Region g = ir->region.at[items[i].id];
        bool inside = guarded || g.when || g.cond;
        each_eq(r, ir->item.at + g.head.at, g.head.n, f, inside);
        each_eq(r, ir->item.at + g.items.at, g.items.n, f, inside);
    }
}

static void each(Reverse *r, void (*f)(Reverse *, Id eq, bool guarded)) { each_eq(r, r->d->cone, r->d->n, f, false); }

/* Arguments of max, min, logsumexp over what may be nothing are infinite. */
static bool may_be_infinite(const Ir *ir, const Eq *e)
{
    if (e->op != RED_MAX && e->op != RED_MIN && e->op != RED_LOGSUMEXP) return false;
    if (e->where) return true;
    for (uint32_t i = 0; i < e->inner.n; i++) {
        uint32_t lo, hi;
        ir_vars(ir, ir->binder.at[e->inner.at + i].lo, &lo);
        ir_vars(ir, ir->binder.at[e->inner.at + i].hi, &hi);
        if (lo || hi) return true;
    }
    return false;
}

typedef enum { BAR_RISKY, BAR_FLAGGED } BarFlag;

static bool any_bar(const Reverse *r, Id array, BarFlag flag)
{
    for (uint32_t b = array < r->arrays ? r->first_bar[array] : 0; b; b = r->bar.at[b].next)
        if (flag == BAR_RISKY ? r->bar.at[b].risky : r->bar.at[b].flagged) return true;
    return false;
}

static bool has_risk(const Reverse *r, const Eq *e)
{
    Ir *ir = r->ir;
    if (may_be_infinite(ir, e) || e->op == RED_MATRIX) return true;
    IdVec all = ir_reach(ir, &e->body, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (partial_risky(ir, all.at[i])) return true;
        if (x.op == OP_CONST && x.type == T_REAL && !(x.u.r - x.u.r == 0)) return true;
        if (x.op == OP_READ && x.type == T_REAL && any_bar(r, x.u.ref, BAR_RISKY)) return true;
    }
    return false;
}

/* Reads come after writes, except in scans: so one walk finds all that depends on what is differentiated by, or all walks that
   find more. */
static void find_active(Reverse *r, Id eq, bool guarded)
{
    Eq e = r->ir->eq.at[eq];
    (void)guarded;
    if (e.by) die("a derivative that was not expanded");
    if (r->active[e.target] || !reduction_moves(r->ir, &e) || !sweep_moves(r->sweep, &e)) return;
    r->active[e.target] = true;
    r->changes++;
}

/* Arrays that have elements without a value. */
static void find_partial(Reverse *r, Id eq, bool guarded)
{
    Eq e = r->ir->eq.at[eq];
    r->partial[e.target] |= guarded || e.when;
}

/* After the first walk: who needs a flag?  Those that are risky and not sure, and those through which their flags come. */
static void find_flagged(Reverse *r, Id eq, bool guarded)
{
    Ir *ir = r->ir;
    Eq e = ir->eq.at[eq];
    (void)guarded;
    if (!r->active[e.target]) return;
    for (uint32_t b = r->first_bar[e.target]; b; b = r->bar.at[b].next) {
        Bar *a = &r->bar.at[b];
        if (!a->reached || a->sure || a->independent || a->risky) continue;
        bool was = a->flagged;
        if (has_risk(r, &e)) a->risky = a->flagged = true;
        Id roots[2] = {e.body, e.with};
        IdVec all = ir_reach(ir, roots, 2);
        for (uint32_t k = 0; k < all.n && !a->flagged; k++) {
            Node x = ir->node.at[all.at[k]];
            a->flagged = x.op == OP_READ && x.type == T_REAL && any_bar(r, x.u.ref, BAR_FLAGGED);
        }
        r->changes += a->risky || was != a->flagged;
    }
}

/* ... of each array of a finished scan: where its first step is */
static void mark_steps(Reverse *r, const Item *items, uint32_t n, Id step)
{
    Ir *ir = r->ir;
    for (uint32_t i = 0; i < n; i++) {
        if (items[i].region) {
            Region g = ir->region.at[items[i].id];
            mark_steps(r, ir->item.at + g.head.at, g.head.n, step ? step : g.step.var);
            mark_steps(r, ir->item.at + g.items.at, g.items.n, step ? step : g.step.var);
            continue;
        }
        Eq e = ir->eq.at[items[i].id];
        for (uint32_t k = 0; step && k < e.subs.n && !r->step[e.target]; k++)
            if (ir_has_var(ir, ir->kid.at[e.subs.at + k], step)) r->step[e.target] = k + 1;
    }
}

static void until_nothing_is_new(Reverse *r, void (*f)(Reverse *, Id eq, bool guarded))
{
    uint32_t before;
    bool scans = false;
    for (uint32_t i = 0; i < r->d->n; i++) scans |= r->d->cone[i].region;
    do {
        before = r->changes;
        each(r, f);
    } while (scans && before != r->changes);
}

/* ---- adjoint arrays */

static bool is_free(const Bar *b, uint32_t k) { return b->pin[k] == 0; }

/* Does the node depend on the variables of the derivative, and on nothing else? */
static bool of_derivative(const Reverse *r, Id node)
{
    uint32_t n;
    const Id *vars = ir_vars(r->ir, node, &n);
    for (uint32_t i = 0; i < n; i++) {
        bool found = false;
        for (uint32_t k = 0; k < r->d->around.all.n && !found; k++) found = r->d->around.all.at[k].var == vars[i];
        if (!found) return false;
    }
    return n > 0;
}

/* Is the dimension worth pinning?  a[(i+1) % 3] would make three adjoints of three elements.  Steps of the scans around always are. */
static bool worth_pinning(const Reverse *r, Id array, Id sub, Id dim)
{
    int64_t size;
    for (uint32_t i = 0; i < r->d->around.bound; i++)
        if (ir_has_var(r->ir, sub, r->d->around.all.at[i].var)) return true;
    return r->given[array] || ir_opof(r->ir, sub) == OP_VAR || !ir_const_int(r->ir, dim, &size);
}

/* Has the adjoint the elements of one with these pins? */
static bool serves(const Bar *b, const Id *pin, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++)
        if (b->pin[k] && b->pin[k] != pin[k]) return false;
    return true;
}

/* Takes away the adjoints that others serve, and forgets what was reached. */
static void forget_covered(Reverse *r)
{
    for (Id a = 1; a < r->arrays; a++) {
        uint32_t n = r->ir->array.at[a].dims.n, *link = &r->first_bar[a];
        while (*link) {
            uint32_t b = *link, other = r->first_bar[a];
            while (other && (other == b || !serves(&r->bar.at[other], r->bar.at[b].pin, n)))
                other = r->bar.at[other].next;
            r->bar.at[b].reached = r->bar.at[b].sure = false;
            if (other)
                *link = r->bar.at[b].next;
            else
                link = &r->bar.at[b].next;
        }
    }
    r->covered = false;
}

/* The adjoint that a read belongs to.  Steps of finished scans are not pinned: each step would ask for another adjoint. */
static uint32_t bar_of(Reverse *r, Id read)
{
    Ir *ir = r->ir;
    Node x = ir->node.at[read];
    uint32_t b = r->first_bar[x.u.ref];
    if (b && r->bar.at[b].independent && !r->d->sparse) return b;
    Id *pin = arena_alloc(ir->arena, (x.n + 1u) * sizeof *pin);
    Slice dims = ir->array.at[x.u.ref].dims;
    for (uint32_t k = 0; k < x.n; k++) {
        Id sub = ir_kid(ir, read, k);
        if (r->step[x.u.ref] && k + 1 >= r->step[x.u.ref]) continue;
        if (worth_pinning(r, x.u.ref, sub, ir->kid.at[dims.at + k]) && of_derivative(r, sub)) pin[k] = sub;
    }
    for (; b; b = r->bar.at[b].next) {
        if (serves(&r->bar.at[b], pin, x.n)) return b;
        Bar other = r->bar.at[b];
        bool covered = true;
        for (uint32_t k = 0; k < x.n; k++) covered &= pin[k] == 0 || pin[k] == other.pin[k];
        r->covered |= covered;
    }
    Bar bar = {.array = x.u.ref, .pin = pin, .next = r->first_bar[x.u.ref], .independent = r->given[x.u.ref]};
    vec_push(ir->arena, &r->bar, bar);
    r->changes++;
    return r->first_bar[x.u.ref] = r->bar.n - 1;
}

/* d_A[variables, free subscripts] = 0 */
static void zero(Reverse *r, const Bar *b, Id array, Id value)
{
    static const char *const letter[] = {"i", "j", "k", "l", "m", "n"};
    Ir *ir = r->ir;
    Array of = ir->array.at[b->array];
    const Around *p = &r->d->around;
    IdVec subs = {0};
    Binders outer = {0};
    for (uint32_t k = 0; k < r->d->subs.n; k++) vec_push(ir->arena, &subs, r->d->subs.at[k]);
    for (uint32_t k = p->bound; k < p->all.n; k++) vec_push(ir->arena, &outer, p->all.at[k]);
    for (uint32_t k = 0, n = 0; k < of.dims.n; k++) {
        if (!is_free(b, k)) continue;
        Id v = ir_new_var(ir, letter[n++ % 6], of.span);
        vec_push(ir->arena, &outer, ((Binder){v, ir_int(ir, 0), ir->kid.at[of.dims.at + k]}));
        vec_push(ir->arena, &subs, ir_var(ir, v));
    }
    Eq e = {.target = array, .span = of.span, .body = value};
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, outer.at, outer.n);
    Item it = {false, ir_new_eq(ir, &e)};
    vec_push(ir->arena, &r->zeros, it);
}

/* An array over the derivative's variables and the free dimensions. */
static Id beside_array(Reverse *r, const Bar *b, const char *stem, Type type)
{
    Ir *ir = r->ir;
    Array of = ir->array.at[b->array];
    IdVec dims = {0};
    for (uint32_t k = 0; k < r->d->dims.n; k++) vec_push(ir->arena, &dims, r->d->dims.at[k]);
    for (uint32_t k = 0; k < of.dims.n; k++)
        if (is_free(b, k)) vec_push(ir->arena, &dims, ir->kid.at[of.dims.at + k]);
    const char *name = arena_printf(ir->arena, "%s_%s", stem, of.name);
    Id made = ir_new_array(ir, name, ARRAY_LOCAL, type, dims.at, dims.n, of.span);
    ir->array.at[made].primal = b->array;
    return made;
}

static Id adjoint_of(Reverse *r, uint32_t b)
{
    Bar *a = &r->bar.at[b];
    if (a->adjoint) return a->adjoint;
    a->adjoint = beside_array(r, a, "d", T_REAL);
    zero(r, a, a->adjoint, ir_real(r->ir, 0));
    return a->adjoint;
}

static Id live_of(Reverse *r, uint32_t b)
{
    Bar *a = &r->bar.at[b];
    if (a->live) return a->live;
    a->live = beside_array(r, a, "live", T_BOOL);
    zero(r, a, a->live, ir_bool(r->ir, false));
    return a->live;
}

/* The element of an adjoint or flag that belongs to these subscripts of the primal. */
static Id read_bar(Reverse *r, uint32_t b, Id array, const IdVec *subs)
{
    Ir *ir = r->ir;
    IdVec at = {0};
    for (uint32_t k = 0; k < r->d->subs.n; k++) vec_push(ir->arena, &at, r->d->subs.at[k]);
    for (uint32_t k = 0; k < subs->n; k++)
        if (is_free(&r->bar.at[b], k)) vec_push(ir->arena, &at, subs->at[k]);
    return ir_read(ir, array, at.at, at.n);
}

/* ---- contributions */

/* target[the derivative's variables, v's subscripts] += v */
static Eq equation_of(Reverse *r, const Place *at, Id target, const Inverse *v, Span span)
{
    Ir *ir = r->ir;
    IdVec subs = {0};
    Binders outer = {0};
    for (uint32_t k = 0; k < r->d->subs.n; k++) vec_push(ir->arena, &subs, r->d->subs.at[k]);
    for (uint32_t k = 0; k < v->subs.n; k++) vec_push(ir->arena, &subs, v->subs.at[k]);
    for (uint32_t k = at->around.bound; k < at->around.all.n; k++) vec_push(ir->arena, &outer, at->around.all.at[k]);
    for (uint32_t k = 0; k < v->outer.n; k++) vec_push(ir->arena, &outer, v->outer.at[k]);
    Eq e = {.target = target,
            .body = v->value,
            .where = v->where,
            .when = v->when,
            .span = span,
            .add = true,
            .scatter = v->scatter};
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = ir_binders(ir, outer.at, outer.n);
    e.inner = ir_binders(ir, v->inner.at, v->inner.n);
    e.op = v->inner.n ? RED_SUM : RED_NONE;
    return e;
}

/* What sends contributions: its variables, its live flag or 0, and whether its own equation asks for that already. */
typedef struct {
    Binders binders;
    Id live;
    bool risky;
    Span span;
} Sender;

/* The equation, or several, that add a piece to the adjoint of the array that it reads. */
static void contribute(Reverse *r, const Place *at, const Sender *from, const Piece *p, uint32_t to)
{
    Ir *ir = r->ir;
    Node x = ir->node.at[p->read];
    Slice all = ir->array.at[x.u.ref].dims;
    IdVec subs = {0}, dims = {0};
    Id cond = p->cond;
    Inverse v;
    for (uint32_t k = 0; k < x.n; k++) {
        Id sub = ir_kid(ir, p->read, k), pin = r->bar.at[to].pin[k];
        if (pin && pin != sub) cond = ir_and(ir, ir_op2(ir, OP_EQ, sub, pin), cond);
        if (pin) continue;
        vec_push(ir->arena, &subs, sub);
        vec_push(ir->arena, &dims, ir->kid.at[all.at + k]);
    }
    Access a = {&at->around, subs.at, dims.at, subs.n, from->binders.at, from->binders.n, cond, p->value, &r->whole};
    invert(ir, &a, &v);
    Eq add = equation_of(r, at, adjoint_of(r, to), &v, from->span);
    list(r, &add);
    if (!r->bar.at[to].flagged) return;
    if (!from->risky) a.cond = ir_and(ir, cond, from->live);
    a.value = ir_bool(ir, true);
    invert(ir, &a, &v);
    add = equation_of(r, at, live_of(r, to), &v, from->span);
    if (add.op == RED_SUM) add.op = RED_ANY;
    list(r, &add);
}

static void set_true(Reverse *r, bool *flag, bool value)
{
    r->changes += value && !*flag;
    *flag |= value;
}

/* Does the read reach every element that counts?  Of what scans make we take it for granted: a state's last step is read after it. */
static bool reaches_all(const Reverse *r, const Place *at, const Sender *from, Id read)
{
    if (r->step[r->ir->node.at[read].u.ref] || at->around.all.n) return true;
    return covers(r->ir, from->binders.at, from->binders.n, read);
}

/* sure: what sends them is reached without a condition. */
static void spread(Reverse *r, const Place *at, const Sender *from, bool sure, const Pieces *pieces)
{
    for (uint32_t i = 0; i < pieces->n; i++) {
        const Piece *p = &pieces->at[i];
        uint32_t to = bar_of(r, p->read);
        if (r->first) {
            set_true(r, &r->bar.at[to].reached, true);
            bool all = sure && !p->cond && !at->guarded && !r->bar.at[to].sure && reaches_all(r, at, from, p->read);
            set_true(r, &r->bar.at[to].sure, all);
        } else {
            contribute(r, at, from, p, to);
        }
    }
}

/* ---- one equation */

/* An equation as seen by one adjoint of its target. */
typedef struct {
    Id eq, cond; /* cond: it defines what is pinned there; 0: for certain */
    Substs by;
} Seen;

static bool is_around(const Around *a, Id var)
{
    for (uint32_t i = 0; i < a->all.n; i++)
        if (a->all.at[i].var == var) return true;
    return false;
}

/* lo <= x < hi, unless that is certain; added to cond */
static Id and_between(Reverse *r, const Around *a, Id cond, Id x, Id lo, Id hi)
{
    Ir *ir = r->ir;
    Id parts[2][2] = {{lo, x}, {ir_addi(ir, x, 1), hi}};
    for (int k = 0; k < 2; k++) {
        Id gap = ir_op2(ir, OP_SUB, parts[k][1], parts[k][0]), least = extreme(ir, a->all.at, a->all.n, gap, false);
        if (least && ir_prove_le(ir, ir_int(ir, 0), least) == 1) continue;
        cond = ir_and(ir, cond, ir_op2(ir, OP_LE, parts[k][0], parts[k][1]));
    }
    return cond;
}

static Id fresh(Reverse *r, Id var)
{
    Var v = r->ir->var.at[var];
    return ir_new_var(r->ir, v.name, v.span);
}

/* Binders as seen: those that are `gone` are fixed, those whose variable stands around already get another one. */
static void rename_clashes(Reverse *r, const Place *at, Slice binders, const bool *gone, Substs *by)
{
    for (uint32_t i = 0; i < binders.n; i++) {
        Id var = r->ir->binder.at[binders.at + i].var;
        if ((gone && gone[i]) || !is_around(&at->around, var)) continue;
        Id other = ir_var(r->ir, fresh(r, var));
        vec_push(r->ir->arena, by, ((Subst){var, other}));
    }
}

static Id var_of(Ir *ir, const Substs *by, Id var)
{
    for (uint32_t i = by->n; i-- > 0;)
        if (by->at[i].var == var) return ir->node.at[by->at[i].by].u.ref;
    return var;
}

static Id put(Ir *ir, Id node, const Substs *by) { return by->n ? ir_subst(ir, node, by->at, by->n) : node; }

static Slice put_binders(Ir *ir, Slice binders, const bool *gone, const Substs *by)
{
    Binders out = {0};
    for (uint32_t i = 0; i < binders.n; i++) {
        if (gone && gone[i]) continue;
        Binder b = ir->binder.at[binders.at + i];
        b = (Binder){var_of(ir, by, b.var), put(ir, b.lo, by), put(ir, b.hi, by)};
        vec_push(ir->arena, &out, b);
    }
    return ir_binders(ir, out.at, out.n);
}

/* The one variable left of the binders for which sub == pin can be solved, and *value, which it then has; binders.n: there is none. */
static uint32_t solve(Ir *ir, Slice binders, const bool *gone, Id sub, Id pin, Id *value)
{
    Affine f = ir_affine(ir, sub);
    uint32_t found = binders.n;
    for (uint32_t i = 0; i < binders.n; i++) {
        Id var = ir->binder.at[binders.at + i].var;
        if (gone[i] || !ir_has_var(ir, sub, var)) continue;
        bool inside;
        int64_t c = ir_coefficient(ir, &f, var, &inside);
        if (found != binders.n || f.overflow || inside || (c != 1 && c != -1)) return binders.n;
        found = i;
        Id own = ir_imul(ir, ir_var(ir, var), c), rest = ir_op2(ir, OP_SUB, sub, own);
        *value = ir_imul(ir, ir_op2(ir, OP_SUB, pin, rest), c);
    }
    return found;
}

/* false: it defines nothing of what is pinned. */
static bool see(Reverse *r, const Place *at, Id eq, uint32_t b, Seen *out)
{
    Ir *ir = r->ir;
    Eq e = ir->eq.at[eq];
    const Id *pin = r->bar.at[b].pin;
    bool *gone = arena_alloc(ir->arena, e.outer.n + 1u);
    IdVec subs = {0};
    *out = (Seen){.eq = eq};
    for (uint32_t i = 0; i < at->by.n; i++) vec_push(ir->arena, &out->by, at->by.at[i]);
    for (uint32_t k = 0; k < e.subs.n; k++) {
        Id sub = ir->kid.at[e.subs.at + k], value = 0;
        uint32_t v = pin[k] ? solve(ir, e.outer, gone, sub, pin[k], &value) : e.outer.n;
        if (v == e.outer.n) continue;
        gone[v] = true;
        vec_push(ir->arena, &out->by, ((Subst){ir->binder.at[e.outer.at + v].var, put(ir, value, &at->by)}));
    }
    rename_clashes(r, at, e.outer, gone, &out->by);
    rename_clashes(r, at, e.inner, NULL, &out->by);
    for (uint32_t v = 0; v < e.outer.n; v++) {
        if (!gone[v]) continue;
        Binder x = ir->binder.at[e.outer.at + v];
        Id lo = put(ir, x.lo, &out->by), hi = put(ir, x.hi, &out->by), value = put(ir, ir_var(ir, x.var), &out->by);
        out->cond = and_between(r, &at->around, out->cond, value, lo, hi);
    }
    for (uint32_t k = 0; k < e.subs.n; k++) {
        Id sub = put(ir, ir->kid.at[e.subs.at + k], &out->by);
        vec_push(ir->arena, &subs, sub);
        if (!pin[k] || pin[k] == sub) continue;
        if (ir_prove_eq(ir, sub, pin[k]) == -1) return false;
        out->cond = ir_and(ir, out->cond, ir_op2(ir, OP_EQ, sub, pin[k]));
    }
    if (!out->by.n) return true;
    e.subs = ir_ids(ir, subs.at, subs.n);
    e.outer = put_binders(ir, e.outer, gone, &out->by);
    e.inner = put_binders(ir, e.inner, NULL, &out->by);
    e.body = put(ir, e.body, &out->by);
    e.where = put(ir, e.where, &out->by);
    e.with = put(ir, e.with, &out->by);
    e.when = put(ir, e.when, &out->by);
    out->eq = ir_new_eq(ir, &e);
    return true;
}

/* The equation with its auxiliary ones; 0 where its value does not depend on what is differentiated by. */
static Id prepared(Reverse *r, const Place *at, Id eq)
{
    if (r->standing[eq] == NOT_ASKED) {
        Eq e = r->ir->eq.at[eq];
        r->standing[eq] = CONSTANT;
        if (!sweep_moves(r->sweep, &e)) return 0;
        if (e.op == RED_LOGSUMEXP && e.add) die("logsumexp into an element that others add to");
        r->standing[eq] = USED;
        reduction_aux(r->ir, &at->scans, eq, &r->beside[eq]);
    }
    return r->standing[eq] == USED ? r->beside[eq].eq : 0;
}

/* ---- an equation with a function of matrices */

/* Whether any element of a matrix is wanted, by their flags: a node over the leading variables. */
static Id any_live(Reverse *r, const Eq *e, const Leading *lead, Id live, uint32_t rank)
{
    Ir *ir = r->ir;
    Binders inner = {0};
    if (rank == 0) return live;
    const char *name = arena_printf(ir->arena, "live_%s", ir->array.at[e->target].name);
    Id any = ir_new_array(ir, name, ARRAY_LOCAL, T_BOOL, lead->dims.at, lead->dims.n, e->span);
    Eq q = {.target = any, .op = RED_ANY, .body = live, .when = lead->when, .span = e->span};
    for (uint32_t k = 0; k < e->inner.n; k++) {
        Binder b = ir->binder.at[e->inner.at + k];
        if (ir_has_var(ir, live, b.var)) vec_push(ir->arena, &inner, b);
    }
    q.subs = ir_ids(ir, lead->subs.at, lead->subs.n);
    q.outer = ir_binders(ir, lead->outer.at, lead->outer.n);
    q.inner = ir_binders(ir, inner.at, inner.n);
    list(r, &q);
    return ir_read(ir, any, lead->subs.at, lead->subs.n);
}

/* What an adjoint has in common for a whole matrix.  *inside: the part of `cond` that speaks of its elements. */
static Leading leading(Reverse *r, const Place *at, const Eq *e, uint32_t b, Id cond, Id *inside)
{
    Ir *ir = r->ir;
    Leading lead = {.when = e->when};
    IdVec parts = {0};
    uint32_t rank = ir_mat_rank(ir, e);
    ir_conjuncts(ir, cond, &parts);
    *inside = 0;
    for (uint32_t i = 0; i < parts.n; i++) {
        bool own = false;
        for (uint32_t k = 0; k < e->inner.n; k++)
            own |= ir_has_var(ir, parts.at[i], ir->binder.at[e->inner.at + k].var);
        if (own)
            *inside = ir_and(ir, *inside, parts.at[i]);
        else
            lead.when = ir_and(ir, lead.when, parts.at[i]);
    }
    for (uint32_t k = 0; k < r->d->subs.n; k++) {
        vec_push(ir->arena, &lead.subs, r->d->subs.at[k]);
        vec_push(ir->arena, &lead.dims, r->d->dims.at[k]);
    }
    for (uint32_t k = 0; k + rank < e->subs.n; k++) {
        if (!is_free(&r->bar.at[b], k)) continue;
        vec_push(ir->arena, &lead.subs, ir->kid.at[e->subs.at + k]);
        vec_push(ir->arena, &lead.dims, ir->kid.at[ir->array.at[e->target].dims.at + k]);
    }
    for (uint32_t k = at->around.bound; k < at->around.all.n; k++)
        vec_push(ir->arena, &lead.outer, at->around.all.at[k]);
    ir_add_binders(ir, e->outer, &lead.outer);
    return lead;
}

static void matrix_equation(Reverse *r, const Place *at, const Seen *seen, uint32_t b)
{
    Ir *ir = r->ir;
    Eq e = ir->eq.at[seen->eq];
    Id inside, bar = 0;
    IdVec subs = {0}, eqs = {0};
    Receipts got = {0};
    Leading lead = leading(r, at, &e, b, seen->cond, &inside);
    slice_ids(ir, e.subs, &subs);
    if (!r->first) {
        bar = read_bar(r, b, adjoint_of(r, b), &subs);
        if (inside) bar = ir_select(ir, inside, bar, ir_real(ir, 0));
        if (r->bar.at[b].risky) {
            Id live = read_bar(r, b, live_of(r, b), &subs);
            lead.when = ir_and(ir, lead.when, any_live(r, &e, &lead, live, ir_mat_rank(ir, &e)));
        }
    }
    matrix_adjoint(ir, &e, &lead, bar, &eqs, &got);
    for (uint32_t i = 0; i < eqs.n; i++) vec_push(ir->arena, r->out, ((Item){false, eqs.at[i]}));
    for (uint32_t i = 0; i < got.n; i++) {
        Receipt x = got.at[i];
        Sender from = {.binders = x.binders, .risky = true, .span = e.span};
        Pieces pieces = {0};
        sweep(r->sweep, x.of, ir_and(ir, lead.when, x.cond), x.value, 0, &pieces);
        spread(r, at, &from, r->bar.at[b].sure, &pieces);
    }
}

static void equation(Reverse *r, const Place *at, Id primal, uint32_t b)
{
    Ir *ir = r->ir;
    Seen seen;
    Id eq = prepared(r, at, primal), outer, inner, factor, seed = 0, self = 0;
    if (!eq || !see(r, at, eq, b, &seen)) return;
    if (ir->eq.at[seen.eq].op == RED_MATRIX) {
        matrix_equation(r, at, &seen, b);
        return;
    }
    reduction_terms(ir, &at->scans, eq, &outer, &inner, &factor);
    outer = put(ir, outer, &seen.by);
    inner = put(ir, inner, &seen.by);
    Eq e = ir->eq.at[seen.eq];
    Bar bar = r->bar.at[b];
    Sender from = {.risky = bar.risky, .span = e.span};
    IdVec subs = {0}, made = {0};
    Pieces pieces = {0};
    slice_ids(ir, e.subs, &subs);
    ir_eq_binders(ir, &e, &from.binders);
    if (r->first && e.op == RED_LOGSUMEXP) outer = 0; /* all its terms are -inf: not a branch */
    if (!r->first) {
        seed = read_bar(r, b, adjoint_of(r, b), &subs);
        if (factor) seed = ir_op2(ir, OP_MUL, seed, put(ir, factor, &seen.by));
        if (bar.flagged) from.live = read_bar(r, b, live_of(r, b), &subs);
        if (e.op == RED_NONE && !e.add) self = ir_read(ir, e.target, subs.at, subs.n);
    }
    /* what is pinned, when, where, and what the reduction and the live flag ask, those without inner variables first */
    Id cond = ir_and(ir, seen.cond, ir_and(ir, e.when, outer));
    if (from.live && from.risky) cond = ir_and(ir, cond, from.live);
    cond = ir_and(ir, ir_and(ir, cond, e.where), inner);
    sweep(r->sweep, e.body, cond, seed, self, &pieces);
    if (!r->first) share(ir, seen.eq, &at->around, &r->whole, &pieces, &made);
    for (uint32_t i = 0; i < made.n; i++) vec_push(ir->arena, r->out, ((Item){false, made.at[i]}));
    spread(r, at, &from, bar.sure, &pieces);
}

/* ---- the walk */

static void walk(Reverse *r, const Place *at, Slice items);

/* At what an adjoint pins a parallel variable of the scan that the equation is in; 0: at nothing. */
static Id pinned_at(const Reverse *r, const Eq *e, uint32_t b, Id var)
{
    const Ir *ir = r->ir;
    for (uint32_t k = 0; k < e->subs.n; k++) {
        Node sub = ir->node.at[ir->kid.at[e->subs.at + k]];
        if (sub.op == OP_VAR && sub.u.ref == var) return r->bar.at[b].pin[k];
    }
    return 0;
}

static bool belongs(const Reverse *r, const Place *at, const Eq *e, uint32_t b)
{
    for (uint32_t i = 0; i < at->over.n; i++)
        if (pinned_at(r, e, b, at->over.at[i]) != at->pin.at[i]) return false;
    return true;
}

static void equations(Reverse *r, const Place *at, Id eq)
{
    Eq e = r->ir->eq.at[eq];
    if (!r->active[e.target]) return;
    for (uint32_t b = r->first_bar[e.target]; b; b = r->bar.at[b].next)
        if (r->bar.at[b].reached && !r->bar.at[b].independent && belongs(r, at, &e, b)) equation(r, at, eq, b);
}

/* The pins of reached adjoints below, each list of them once: `over.n` numbers each. */
static void find_pins(Reverse *r, Slice items, const IdVec *over, IdVec *pins, uint32_t *lists)
{
    Ir *ir = r->ir;
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region) {
            Region g = ir->region.at[it.id];
            find_pins(r, g.head, over, pins, lists);
            find_pins(r, g.items, over, pins, lists);
            continue;
        }
        Eq e = ir->eq.at[it.id];
        for (uint32_t b = r->active[e.target] ? r->first_bar[e.target] : 0; b; b = r->bar.at[b].next) {
            bool known = !r->bar.at[b].reached || r->bar.at[b].independent;
            for (uint32_t l = 0; l < *lists && !known; l++) {
                known = true;
                for (uint32_t k = 0; k < over->n; k++)
                    known &= pins->at[l * over->n + k] == pinned_at(r, &e, b, over->at[k]);
            }
            if (known) continue;
            for (uint32_t k = 0; k < over->n; k++) vec_push(ir->arena, pins, pinned_at(r, &e, b, over->at[k]));
            ++*lists;
        }
    }
}

static void copy_binders(Ir *ir, const Binders *from, Binders *to)
{
    for (uint32_t i = 0; i < from->n; i++) vec_push(ir->arena, to, from->at[i]);
}

/* The items with what the derivative adds. */
static Slice relaid(Ir *ir, const Adjoints *a, Id mark, Slice items)
{
    ItemVec all = {0};
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region) {
            Region g = ir->region.at[it.id];
            Slice head = relaid(ir, a, mark, g.head), body = relaid(ir, a, mark, g.items);
            if (head.at != g.head.at || body.at != g.items.at) {
                g.head = head;
                g.items = body;
                it.id = ir_new_region(ir, &g);
            }
            vec_push(ir->arena, &all, it);
            continue;
        }
        if (mark && it.id == mark) {
            for (uint32_t k = 0; k < a->items.n; k++) vec_push(ir->arena, &all, a->items.at[k]);
            continue;
        }
        const Beside *b = it.id < a->eqs ? &a->beside[it.id] : NULL;
        if (b && b->eq) it.id = b->eq;
        vec_push(ir->arena, &all, it);
        for (uint32_t k = 0; b && k < b->beside.n; k++) vec_push(ir->arena, &all, ((Item){false, b->beside.at[k]}));
    }
    bool same = all.n == items.n;
    for (uint32_t i = 0; i < items.n && same; i++)
        same = all.at[i].region == ir->item.at[items.at + i].region && all.at[i].id == ir->item.at[items.at + i].id;
    return same ? items : ir_items(ir, all.at, all.n);
}

/* The scan backwards, for the adjoints that pin its parallel variables in one way; `in`: that way, over and pin set. */
static void scan_back(Reverse *r, const Place *at, Id region, Place *in)
{
    Ir *ir = r->ir;
    Region g = ir->region.at[region], back = {.span = g.span, .down = !g.down};
    Binders over = {0};
    IdVec subs = {0};
    bool *gone = arena_alloc(ir->arena, g.over.n + 1u);
    in->guarded = at->guarded || g.when;
    copy_binders(ir, &at->around.all, &in->around.all);
    copy_binders(ir, &at->scans.all, &in->scans.all);
    ir_add_binders(ir, g.over, &in->scans.all);
    for (uint32_t i = 0; i < in->scans.all.n; i++) vec_push(ir->arena, &subs, ir_var(ir, in->scans.all.at[i].var));
    vec_push(ir->arena, &in->scans.all, g.step);
    in->scans.bound = in->scans.all.n;
    for (uint32_t i = 0; i < at->by.n; i++) vec_push(ir->arena, &in->by, at->by.at[i]);
    for (uint32_t i = 0; i < g.over.n && in->over.n == g.over.n; i++) {
        gone[i] = in->over.at[i] == ir->binder.at[g.over.at + i].var && in->pin.at[i];
        if (gone[i]) vec_push(ir->arena, &in->by, ((Subst){in->over.at[i], in->pin.at[i]}));
    }
    rename_clashes(r, at, g.over, gone, &in->by);
    Id step[1] = {g.step.var};
    if (is_around(&at->around, step[0])) {
        step[0] = fresh(r, g.step.var);
        vec_push(ir->arena, &in->by, ((Subst){g.step.var, ir_var(ir, step[0])}));
    }
    for (uint32_t i = at->around.bound; i < at->around.all.n; i++) vec_push(ir->arena, &over, at->around.all.at[i]);
    Slice rest = put_binders(ir, g.over, gone, &in->by);
    ir_add_binders(ir, rest, &over);
    ir_add_binders(ir, rest, &in->around.all);
    Id last = g.cond ? steps_taken(ir, &g, &subs) : g.step.hi;
    back.step = (Binder){step[0], put(ir, g.step.lo, &in->by), put(ir, last, &in->by)};
    vec_push(ir->arena, &in->around.all, back.step);
    in->around.bound = in->around.all.n;
    for (uint32_t i = 0; i < g.over.n; i++) {
        if (!gone[i]) continue;
        Binder b = ir->binder.at[g.over.at + i];
        Id lo = put(ir, b.lo, &in->by), hi = put(ir, b.hi, &in->by);
        back.when = and_between(r, &at->around, back.when, put(ir, ir_var(ir, b.var), &in->by), lo, hi);
    }
    back.when = ir_and(ir, ir_and(ir, r->d->when, back.when), put(ir, g.when, &in->by));
    ItemVec body = {0}, *was = r->out;
    uint32_t before;
    do {
        before = r->changes;
        body.n = 0;
        r->out = &body;
        walk(r, in, g.items);
        walk(r, in, g.head);
    } while (r->first && before != r->changes);
    r->out = was;
    if (r->first || !body.n) return;
    back.over = ir_binders(ir, over.at, over.n);
    back.items = ir_items(ir, body.at, body.n);
    if (g.recompute && !in->by.n && !r->d->around.all.n) {
        Adjoints a = {.beside = r->beside, .eqs = r->eqs};
        back.items = recompute(ir, relaid(ir, &a, 0, g.items), g.step.var, back.items);
    }
    vec_push(ir->arena, r->out, ((Item){true, ir_new_region(ir, &back)}));
}

static void scan(Reverse *r, const Place *at, Id region)
{
    Ir *ir = r->ir;
    Region g = ir->region.at[region];
    bool outermost = at->scans.all.n == r->d->around.bound;
    IdVec over = {0}, pins = {0};
    uint32_t lists = 0;
    for (uint32_t i = 0; i < g.over.n && outermost; i++) vec_push(ir->arena, &over, ir->binder.at[g.over.at + i].var);
    find_pins(r, g.head, &over, &pins, &lists);
    find_pins(r, g.items, &over, &pins, &lists);
    for (uint32_t l = 0; l < lists; l++) {
        Place in = {.over = over};
        if (!outermost) in.over = at->over, in.pin = at->pin;
        for (uint32_t k = 0; k < over.n; k++) vec_push(ir->arena, &in.pin, pins.at[l * over.n + k]);
        scan_back(r, at, region, &in);
    }
}

static void item(Reverse *r, const Place *at, Item it)
{
    if (it.region)
        scan(r, at, it.id);
    else
        equations(r, at, it.id);
}

static void walk(Reverse *r, const Place *at, Slice items)
{
    for (uint32_t i = items.n; i-- > 0;) item(r, at, r->ir->item.at[items.at + i]);
}

static void walk_cone(Reverse *r)
{
    Ir *ir = r->ir;
    Place at = {.around = r->d->around};
    Sender root = {.span = r->d->span};
    Pieces pieces = {0};
    for (uint32_t i = 0; i < at.around.bound; i++) vec_push(ir->arena, &at.scans.all, at.around.all.at[i]);
    at.scans.bound = at.scans.all.n;
    sweep(r->sweep, r->d->of, r->d->when, r->first ? 0 : ir_real(ir, 1), 0, &pieces);
    spread(r, &at, &root, true, &pieces);
    for (uint32_t i = r->d->n; i-- > 0;) item(r, &at, r->d->cone[i]);
}

/* ---- the seams */

static void independent(Reverse *r, By *by)
{
    Ir *ir = r->ir;
    r->active[by->array] = true;
    r->given[by->array] = r->d->sparse;
    if (r->d->sparse) return;
    Array a = ir->array.at[by->array];
    Id *pin = arena_alloc(ir->arena, (a.dims.n + 1u) * sizeof *pin);
    for (uint32_t k = 0; k < by->at.n; k++) pin[k] = by->at.at[k];
    Bar b = {.array = by->array, .pin = pin, .adjoint = by->adjoint, .independent = true};
    if (!b.adjoint) b.adjoint = by->adjoint = beside_array(r, &b, "d", T_REAL);
    vec_push(ir->arena, &r->bar, b);
    r->first_bar[by->array] = r->bar.n - 1;
    zero(r, &b, b.adjoint, ir_real(ir, 0));
}

/* The blocks that an array has, in the order in which they were made: bars are listed from the last one. */
static void list_blocks(Reverse *r, Adjoints *out, Id array)
{
    IdVec bars = {0};
    for (uint32_t b = r->first_bar[array]; b; b = r->bar.at[b].next) vec_push(r->ir->arena, &bars, b);
    for (uint32_t i = bars.n; i-- > 0;) {
        Bar b = r->bar.at[bars.at[i]];
        vec_push(r->ir->arena, &out->blocks, ((Block){.array = array, .pin = b.pin, .adjoint = b.adjoint}));
    }
}

void adjoints(Ir *ir, Derivative *d, Adjoints *out)
{
    ItemVec items = {0};
    Reverse r = {.ir = ir, .d = d, .arrays = ir->array.n, .first = true, .out = &items};
    r.first_bar = arena_alloc(ir->arena, r.arrays * sizeof *r.first_bar);
    r.active = arena_alloc(ir->arena, r.arrays);
    r.given = arena_alloc(ir->arena, r.arrays);
    r.step = arena_alloc(ir->arena, r.arrays * sizeof *r.step);
    *out = (Adjoints){.eqs = r.eqs = ir->eq.n};
    out->beside = r.beside = arena_alloc(ir->arena, ir->eq.n * sizeof *r.beside);
    r.standing = arena_alloc(ir->arena, ir->eq.n);
    r.sweep = sweep_new(ir, r.active);
    r.partial = arena_alloc(ir->arena, r.arrays);
    r.whole = (Whole){r.partial, r.arrays};
    vec_push(ir->arena, &r.bar, ((Bar){0}));
    for (uint32_t i = 0; i < d->by.n; i++) independent(&r, &d->by.at[i]);
    each(&r, find_partial);
    mark_steps(&r, d->cone, d->n, 0);
    until_nothing_is_new(&r, find_active);
    walk_cone(&r);
    while (r.covered) {
        forget_covered(&r);
        walk_cone(&r);
    }
    until_nothing_is_new(&r, find_flagged);
    r.first = false;
    walk_cone(&r);
    for (uint32_t i = 0; i < d->by.n && d->sparse; i++) list_blocks(&r, out, d->by.at[i].array);
    for (uint32_t i = 0; i < r.zeros.n; i++) vec_push(ir->arena, &out->items, r.zeros.at[i]);
    for (uint32_t i = 0; i < items.n; i++) vec_push(ir->arena, &out->items, items.at[i]);
}

void relay(Ir *ir, const Adjoints *a, Id mark)
{
    Slice items = relaid(ir, a, mark, ir->items);
    if (mark) {
        ir->items = items;
        return;
    }
    ItemVec all = {0};
    for (uint32_t i = 0; i < items.n; i++) vec_push(ir->arena, &all, ir->item.at[items.at + i]);
    for (uint32_t i = 0; i < a->items.n; i++) vec_push(ir->arena, &all, a->items.at[i]);
    ir->items = ir_items(ir, all.at, all.n);
}
