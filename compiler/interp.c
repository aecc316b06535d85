/*
 * interp.c -- the debug evaluator: runs equations as they stand and stops at the first thing that no correct program
 * does.
 *
 * An element is undefined until `=` sets it; reading it before, setting it twice, adding to what nothing set or what
 * was read already, and leaving an array are errors that name the equation.  Expressions are evaluated on demand
 * through an explicit stack, so that what select, and, or do not take is not touched.  A node's value is kept as long
 * as it holds: each loop level has an epoch, renewed when its variable moves, and a value belongs to the epoch of the
 * deepest level that the node depends on.
 *
 * A real number has an imaginary part, 0 unless inputs were given some (interp_step): then each element has its derivative
 * along these, by complex step (Squire and Trapp, SIAM Review 40, 1998).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "irtables.h"
#include "opmath.h"

typedef struct {
    union {
        double r;
        int64_t i; /* bool too */
    };
    double im; /* of a real number; else 0 */
} Value;

enum { DEFINED = 1, WAS_READ = 2 };

typedef struct {
    bool made;
    size_t n;
    uint32_t rank;
    int64_t *dim;
    Value *at;
    uint8_t *state;
} Store;

typedef struct {
    Id var, lo, hi;
    int64_t from, to; /* the range that is being run through */
} Level;

struct Interp {
    Ir *ir;
    const int64_t *dims;
    Value *value;        /* of each node */
    uint64_t *stamp;     /* of each node: the epoch that its value belongs to */
    int64_t *var;        /* value of each variable */
    uint32_t *var_level; /* of each variable: its loop level, valid if var_mark is `mark` */
    uint64_t *var_mark;
    uint32_t *set_level; /* the same for sets of variables: of the deepest one */
    uint64_t *set_mark;
    uint64_t *epoch; /* of each level; level 0: everything outside the equation's own loops */
    Level *level;    /* from 1 */
    uint32_t levels, level_cap;
    uint64_t mark, clock;
    Id *stack;
    size_t depth, stack_cap;
    Value *term; /* of a logsumexp */
    size_t terms, term_cap;
    double *argument; /* of random */
    size_t argument_cap;
    Store *store;                 /* of each array */
    const double **given, **step; /* of each input: its elements, their imaginary parts or NULL */
    Id no_matrix;                 /* see interp_no_matrix */
    void (**bound)(void);         /* by extern function; NULL: not known */
    IdVec around;                 /* nodes of the variables of the regions that are running */
    Id eq;                        /* at work; 0: none */
    Watch watch;
    const char *error;
};

/* ---- memory and errors */

static void *grown(void *old, size_t *cap, size_t want, size_t size)
{
    if (want <= *cap) return old;
    *cap = want * 2;
    void *p = realloc(old, *cap * size);
    if (p == NULL) die("no memory for the evaluator");
    return p;
}

static void *zeroed(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size);
    if (p == NULL) die("no memory for the evaluator");
    return p;
}

static bool fail(Interp *in, const char *message)
{
    Text t = {.arena = in->ir->arena};
    text_add(&t, message);
    if (in->eq) {
        text_add(&t, " in  ");
        ir_print_eq(in->ir, in->eq, &t);
    }
    if (in->error == NULL) in->error = t.at;
    return false;
}

/* A[2, 3]: the subscripts are values of their nodes */
static const char *element_text(Interp *in, Id array, const Id *subs, uint32_t n)
{
    Text t = {.arena = in->ir->arena};
    text_add(&t, in->ir->array.at[array].name);
    for (uint32_t i = 0; i < n; i++) text_addf(&t, "%s%lld", i ? ", " : "[", (long long)in->value[subs[i]].i);
    if (n) text_add(&t, "]");
    return t.at;
}

static bool fail_element(Interp *in, const char *fmt, Id array, const Id *subs, uint32_t n)
{
    Text t = {.arena = in->ir->arena};
    const char *name = element_text(in, array, subs, n), *at = strchr(fmt, '@');
    text_addn(&t, fmt, (size_t)(at - fmt));
    text_add(&t, name);
    text_add(&t, at + 1);
    return fail(in, t.at);
}

/* ---- levels and epochs */

/* The loops of an equation: its binders are levels 1, 2, ... */
static void begin(Interp *in, Slice outer, Slice inner)
{
    Ir *ir = in->ir;
    in->mark++;
    in->levels = 0;
    in->epoch[0] = ++in->clock;
    for (uint32_t i = 0; i < outer.n + inner.n; i++) {
        Binder b = ir->binder.at[i < outer.n ? outer.at + i : inner.at + i - outer.n];
        uint32_t k = ++in->levels;
        in->level[k] = (Level){.var = b.var, .lo = b.lo, .hi = b.hi};
        in->var_level[b.var] = k;
        in->var_mark[b.var] = in->mark;
        in->epoch[k] = ++in->clock;
    }
}

static uint32_t level_of(Interp *in, Id node)
{
    Id set = in->ir->node.at[node].vars;
    if (in->set_mark[set] == in->mark) return in->set_level[set];
    uint32_t n, level = 0;
    const Id *vars = ir_vars(in->ir, node, &n);
    for (uint32_t i = 0; i < n; i++)
        if (in->var_mark[vars[i]] == in->mark && in->var_level[vars[i]] > level) level = in->var_level[vars[i]];
    in->set_mark[set] = in->mark;
    return in->set_level[set] = level;
}

static bool is_known(Interp *in, Id node) { return in->stamp[node] == in->epoch[level_of(in, node)]; }

/* ---- elements */

static bool eval(Interp *in, Id root);

/* The array's storage, made when it is first wanted; NULL after an error. */
static Store *store_of(Interp *in, Id array)
{
    Store *s = &in->store[array];
    Array a = in->ir->array.at[array];
    if (s->made) return s;
    s->made = true;
    s->rank = a.dims.n;
    s->dim = zeroed(a.dims.n, sizeof *s->dim);
    s->n = 1;
    for (uint32_t i = 0; i < a.dims.n; i++) {
        Id dim = in->ir->kid.at[a.dims.at + i];
        if (!eval(in, dim)) return NULL;
        s->dim[i] = in->value[dim].i > 0 ? in->value[dim].i : 0;
        if (s->dim[i] && s->n > ((size_t)1 << 40) / (size_t)s->dim[i]) return fail(in, "an array is too large"), NULL;
        s->n *= (size_t)s->dim[i];
    }
    s->at = zeroed(s->n, sizeof *s->at);
    s->state = zeroed(s->n, sizeof *s->state);
    return s;
}

/* The element's place; its subscripts are evaluated. */
static bool locate(Interp *in, Id array, const Id *subs, uint32_t n, Store **store, size_t *at)
{
    Store *s = *store = store_of(in, array);
    if (s == NULL) return false;
    if (n != s->rank) return fail_element(in, "@ has another number of subscripts", array, subs, n);
    *at = 0;
    for (uint32_t i = 0; i < n; i++) {
        int64_t k = in->value[subs[i]].i;
        if (k < 0 || k >= s->dim[i]) return fail_element(in, "@ is outside the array", array, subs, n);
        *at = *at * (size_t)s->dim[i] + (size_t)k;
    }
    return true;
}

static bool read_element(Interp *in, Id node)
{
    Node x = in->ir->node.at[node];
    const Id *subs = in->ir->kid.at + x.kids;
    Store *s;
    size_t at = 0;
    if (!locate(in, x.u.ref, subs, x.n, &s, &at)) return false;
    if (!(s->state[at] & DEFINED)) return fail_element(in, "@ is read but not defined", x.u.ref, subs, x.n);
    s->state[at] |= WAS_READ;
    in->value[node] = s->at[at];
    return true;
}

static double as_real(Type t, Value v) { return t == T_REAL ? v.r : (double)v.i; }
static Value as_number(Type t, Value v) { return (Value){.r = as_real(t, v), .im = v.im}; }

static bool write_element(Interp *in, const Eq *e, Type type, Value v)
{
    Ir *ir = in->ir;
    Type want = (Type)ir->array.at[e->target].type;
    const Id *subs = ir->kid.at + e->subs.at;
    Store *s;
    size_t at;
    for (uint32_t i = 0; i < e->subs.n; i++)
        if (!eval(in, subs[i])) return false;
    if (!locate(in, e->target, subs, e->subs.n, &s, &at)) return false;
    if (!e->add && s->state[at]) return fail_element(in, "@ is set twice", e->target, subs, e->subs.n);
    if (e->add && !(s->state[at] & DEFINED))
        return fail_element(in, "@ is added to but not defined", e->target, subs, e->subs.n);
    if (e->add && (s->state[at] & WAS_READ))
        return fail_element(in, "@ is added to after it was read", e->target, subs, e->subs.n);
    s->state[at] |= DEFINED;
    if (want == T_REAL)
        s->at[at] =
            (Value){.r = as_real(type, v) + (e->add ? s->at[at].r : 0), .im = v.im + (e->add ? s->at[at].im : 0)};
    else if (want == T_BOOL)
        s->at[at].i = v.i || (e->add && s->at[at].i);
    else if (!int_add(v.i, e->add ? s->at[at].i : 0, &s->at[at].i))
        return fail(in, "an integer overflows");
    return !in->watch.element || in->watch.element(in->watch.user, in->eq, at) || fail(in, "it was stopped");
}

/* ---- expressions */

static Value kid_value(const Interp *in, Node x, uint32_t k) { return in->value[in->ir->kid.at[x.kids + k]]; }
static double kid_real(const Interp *in, Node x, uint32_t k)
{
    return as_real(ir_type(in->ir, in->ir->kid.at[x.kids + k]), kid_value(in, x, k));
}

static bool compare(const Interp *in, Node x)
{
    if (ir_type(in->ir, in->ir->kid.at[x.kids]) != T_REAL && ir_type(in->ir, in->ir->kid.at[x.kids + 1]) != T_REAL) {
        int64_t a = kid_value(in, x, 0).i, b = kid_value(in, x, 1).i;
        return x.op == OP_LT ? a < b : x.op == OP_LE ? a <= b : x.op == OP_EQ ? a == b : a != b;
    }
    double a = kid_real(in, x, 0), b = kid_real(in, x, 1);
    return x.op == OP_LT ? a < b : x.op == OP_LE ? a <= b : x.op == OP_EQ ? a <= b && a >= b : !(a <= b && a >= b);
}

static void random_value(Interp *in, Node x, Value *v)
{
    in->argument = grown(in->argument, &in->argument_cap, x.n, sizeof *in->argument);
    for (uint32_t k = 0; k < x.n; k++) in->argument[k] = kid_real(in, x, k);
    v->r = op_random(in->argument, x.n);
}

/* At a + t * v. */
static double call(void (*c)(void), uint32_t n, const double *a, double t, const double *v)
{
    double x[INTERP_ARGS];
    for (uint32_t k = 0; k < INTERP_ARGS; k++) x[k] = a[k] + t * v[k];
    if (n == 0) return ((double (*)(void))c)();
    if (n == 1) return ((double (*)(double))c)(x[0]);
    if (n == 2) return ((double (*)(double, double))c)(x[0], x[1]);
    if (n == 3) return ((double (*)(double, double, double))c)(x[0], x[1], x[2]);
    return ((double (*)(double, double, double, double))c)(x[0], x[1], x[2], x[3]);
}

/* The imaginary part of what takes no complex numbers: by central differences of sixth order. */
static double call_imaginary(void (*c)(void), uint32_t n, const double *a, const double *im)
{
    double size = 0, scale = 0, v[INTERP_ARGS] = {0}, d[3];
    for (uint32_t k = 0; k < n; k++) {
        size = fmax(size, fabs(im[k]));
        scale = im[k] != 0 ? fmax(scale, fabs(a[k])) : scale;
    }
    if (size == 0) return 0;
    for (uint32_t k = 0; k < n; k++) v[k] = im[k] / size;
    double h = scale > 0 ? 4e-3 * scale : 4e-3;
    for (int k = 0; k < 3; k++) d[k] = call(c, n, a, (k + 1) * h, v) - call(c, n, a, -(k + 1) * h, v);
    return size * (45 * d[0] - 9 * d[1] + d[2]) / (60 * h);
}

/* The function that the program's user supplied. */
static bool call_external(Interp *in, Node x, Value *v)
{
    Extern f = in->ir->external.at[x.u.ref];
    void (*c)(void) = in->bound[x.u.ref];
    double a[INTERP_ARGS] = {0}, im[INTERP_ARGS] = {0};
    if (c == NULL || x.n > INTERP_ARGS)
        return fail(in, arena_printf(in->ir->arena, "the function %s is not there", f.name));
    for (uint32_t k = 0; k < x.n; k++) {
        a[k] = kid_real(in, x, k);
        im[k] = kid_value(in, x, k).im;
    }
    v->r = call(c, x.n, a, 0, im);
    v->im = call_imaginary(c, x.n, a, im);
    return true;
}

/* An op all of whose operands have their values. */
static bool apply(Interp *in, Id node)
{
    Node x = in->ir->node.at[node];
    Value *v = &in->value[node];
    Op op = (Op)x.op;
    if (op == OP_READ) return read_element(in, node);
    if (op == OP_LT || op == OP_LE || op == OP_EQ || op == OP_NE) return v->i = compare(in, x), true;
    if (op == OP_NOT) return v->i = !kid_value(in, x, 0).i, true;
    if (op == OP_ISNAN) return v->i = isnan(kid_real(in, x, 0)), true;
    if (op == OP_RANDOM) return random_value(in, x, v), true;
    if (op == OP_EXTERN) return call_external(in, x, v);
    if (x.type == T_INT) {
        bool neg = op == OP_NEG;
        int64_t a = neg ? 0 : kid_value(in, x, 0).i, b = kid_value(in, x, neg ? 0 : 1).i;
        return op_int(neg ? OP_SUB : op, a, b, &v->i) ||
               fail(in, b == 0 ? "an integer is divided by zero" : "an integer overflows");
    }
    double arg[2] = {0}, im[2] = {0};
    for (uint32_t k = 0; k < x.n; k++) {
        arg[k] = kid_real(in, x, k);
        im[k] = kid_value(in, x, k).im;
    }
    v->r = op_real(op, arg);
    v->im = im[0] != 0 || im[1] != 0 ? op_imaginary(op, arg, im, v->r) : 0;
    return true;
}

static void push(Interp *in, Id node)
{
    in->stack = grown(in->stack, &in->stack_cap, in->depth + 1, sizeof *in->stack);
    in->stack[in->depth++] = node;
}

/* The operand of a lazy op that is wanted next; 0: all are known, and the value is set. */
static Id lazy_next(Interp *in, Id node, Node x)
{
    Id first = ir_kid(in->ir, node, 0);
    if (!is_known(in, first)) return first;
    bool c = in->value[first].i;
    if (x.op != OP_SELECT && c == (x.op == OP_OR)) return in->value[node].i = c, 0;
    Id then = ir_kid(in->ir, node, x.op == OP_SELECT && !c ? 2 : 1);
    if (!is_known(in, then)) return then;
    in->value[node] = x.type == T_REAL ? as_number(ir_type(in->ir, then), in->value[then]) : in->value[then];
    return 0;
}

/* Pushes the operands that are not known; false if there is none. */
static bool push_missing(Interp *in, Node x)
{
    size_t depth = in->depth;
    for (uint32_t k = x.n; k-- > 0;) {
        Id kid = in->ir->kid.at[x.kids + k];
        if (!is_known(in, kid)) push(in, kid);
    }
    return in->depth > depth;
}

static bool eval(Interp *in, Id root)
{
    size_t base = in->depth;
    push(in, root);
    while (in->depth > base) {
        Id node = in->stack[in->depth - 1];
        Node x = in->ir->node.at[node];
        if (is_known(in, node)) {
            in->depth--;
            continue;
        }
        if (x.op == OP_SELECT || x.op == OP_AND || x.op == OP_OR) {
            Id next = lazy_next(in, node, x);
            if (next) push(in, next);
            if (next) continue;
        } else if (x.op == OP_CONST) {
            in->value[node].i = x.u.i;
        } else if (x.op == OP_VAR) {
            in->value[node].i = in->var[x.u.ref];
        } else if (x.op == OP_DIM) {
            in->value[node].i = in->dims[x.u.ref];
        } else {
            if (push_missing(in, x)) continue;
            if (!apply(in, node)) return false;
        }
        in->stamp[node] = in->epoch[level_of(in, node)];
        in->depth--;
    }
    return true;
}

/* 1 holds (a missing condition does), 0 not, -1 after an error */
static int holds(Interp *in, Id cond)
{
    if (cond == 0) return 1;
    return eval(in, cond) ? in->value[cond].i != 0 : -1;
}

/* ---- loops */

typedef bool Leaf(Interp *in, void *user);

/* Runs the levels `first`..`last` around the leaf. */
static bool loop(Interp *in, uint32_t first, uint32_t last, Leaf *leaf, void *user)
{
    if (first > last) return leaf(in, user);
    Level *l = &in->level[first];
    if (!eval(in, l->lo) || !eval(in, l->hi)) return false;
    int64_t from = l->from = in->value[l->lo].i, to = l->to = in->value[l->hi].i;
    for (int64_t i = from; i < to; i++) {
        in->var[in->level[first].var] = i;
        in->epoch[first] = ++in->clock;
        if (!loop(in, first + 1, last, leaf, user)) return false;
    }
    return true;
}

/* ---- equations */

typedef struct {
    const Eq *e;
    Type type; /* of the result */
    Value acc, best;
    int64_t count;
} Work;

/* One inner variable: its value; several: their place in the box of their ranges. */
static int64_t position(Interp *in, const Eq *e)
{
    int64_t p = 0;
    if (e->inner.n == 1) return in->var[in->level[e->outer.n + 1].var];
    for (uint32_t k = e->outer.n + 1; k <= in->levels; k++) {
        Level l = in->level[k];
        p = p * (l.to - l.from) + in->var[l.var] - l.from;
    }
    return p;
}

static void take_best(Interp *in, Work *w, Type type, Value v)
{
    bool high = w->e->op == RED_MAX || w->e->op == RED_ARGMAX, arg = w->e->op == RED_ARGMAX || w->e->op == RED_ARGMIN;
    bool better = type == T_REAL ? (high ? v.r > w->best.r : v.r < w->best.r)
                  : high         ? v.i > w->best.i
                                 : v.i < w->best.i;
    if (w->count && !better) return;
    w->best = v;
    if (arg)
        w->acc.i = position(in, w->e);
    else
        w->acc = v;
}

static Value product(Value a, Value b)
{
    const double re[2] = {a.r, b.r}, im[2] = {a.im, b.im}, r = a.r * b.r;
    return (Value){.r = r, .im = op_imaginary(OP_MUL, re, im, r)};
}

static bool take_term(Interp *in, void *user)
{
    Work *w = user;
    const Eq *e = w->e;
    int counts = holds(in, e->where);
    if (counts != 1) return counts == 0;
    if (!eval(in, e->body)) return false;
    Type type = ir_type(in->ir, e->body);
    Value v = in->value[e->body];
    bool fits = true;
    switch ((Red)e->op) {
    case RED_MATRIX:
    case RED_NONE: break;
    case RED_SUM:
        if (w->type == T_REAL)
            w->acc = (Value){.r = w->acc.r + v.r, .im = w->acc.im + v.im};
        else
            fits = int_add(w->acc.i, v.i, &w->acc.i);
        break;
    case RED_PROD:
        if (w->type == T_REAL)
            w->acc = product(w->acc, v);
        else
            fits = int_mul(w->acc.i, v.i, &w->acc.i);
        break;
    case RED_MAX:
    case RED_MIN:
    case RED_ARGMAX:
    case RED_ARGMIN: take_best(in, w, type, v); break;
    case RED_LOGSUMEXP:
        in->term = grown(in->term, &in->term_cap, in->terms + 1, sizeof *in->term);
        in->term[in->terms++] = as_number(type, v);
        break;
    case RED_ALL: w->acc.i = w->acc.i && v.i; break;
    case RED_ANY: w->acc.i = w->acc.i || v.i; break;
    }
    w->count++;
    if (!fits) return fail(in, "an integer overflows");
    return !in->watch.term || in->watch.term(in->watch.user, in->eq) || fail(in, "it was stopped");
}

/* Of the terms that were kept: the maximum leaves the sum, so that nothing overflows. */
static Value logsumexp(const Value *term, size_t n)
{
    double m = -INFINITY, sum = 0, im = 0;
    for (size_t i = 0; i < n; i++)
        if (!(term[i].r <= m)) m = term[i].r;
    if (isinf(m)) return (Value){.r = m};
    for (size_t i = 0; i < n; i++) {
        double shifted = term[i].r - m, e = exp(shifted);
        sum += e;
        im += op_imaginary(OP_EXP, (double[]){shifted, 0}, (double[]){term[i].im, 0}, e);
    }
    return (Value){.r = m + log(sum), .im = op_imaginary(OP_LOG, (double[]){sum, 0}, (double[]){im, 0}, m)};
}

/* The result over nothing, from which the reduction starts. */
static Work reduction(Interp *in, const Eq *e)
{
    Work w = {.e = e};
    Type body = ir_type(in->ir, e->body);
    w.type = body;
    if (e->op == RED_ALL || e->op == RED_ANY) w.type = T_BOOL;
    if (e->op == RED_ARGMAX || e->op == RED_ARGMIN) w.type = T_INT;
    if (e->op == RED_LOGSUMEXP) w.type = T_REAL;
    if (e->op == RED_PROD && w.type == T_REAL)
        w.acc.r = 1;
    else if (e->op == RED_PROD || e->op == RED_ALL)
        w.acc.i = 1;
    if (e->op == RED_ARGMAX || e->op == RED_ARGMIN) w.acc.i = -1;
    if (w.type == T_REAL && e->op == RED_MAX) w.acc.r = -INFINITY;
    if (w.type == T_REAL && e->op == RED_MIN) w.acc.r = INFINITY;
    return w;
}

static bool run_element(Interp *in, void *user)
{
    const Eq *e = user;
    int exists = holds(in, e->when);
    if (exists != 1) return exists == 0;
    if (e->op == RED_NONE)
        return eval(in, e->body) && write_element(in, e, ir_type(in->ir, e->body), in->value[e->body]);
    Work w = reduction(in, e);
    in->terms = 0;
    if (!loop(in, e->outer.n + 1, in->levels, take_term, &w)) return false;
    bool extreme = e->op == RED_MAX || e->op == RED_MIN;
    if (extreme && w.type == T_INT && w.count == 0) { /* -inf, inf */
        if (in->ir->array.at[e->target].type == T_INT) return fail(in, "an extreme of no integers");
        w.type = T_REAL;
        w.acc.r = e->op == RED_MAX ? -INFINITY : INFINITY;
    }
    if (e->op == RED_LOGSUMEXP) w.acc = logsumexp(in->term, in->terms);
    return write_element(in, e, w.type, w.acc);
}

/* ---- functions of matrices */

static void set_level(Interp *in, uint32_t level, int64_t value)
{
    in->var[in->level[level].var] = value;
    in->epoch[level] = ++in->clock;
}

/* Rows of the body's matrix, its columns (a vector's: 1) and the width of the factor, which has the last inner variable. */
static bool matrix_sizes(Interp *in, const Eq *e, int64_t size[3])
{
    uint32_t own = ir_mat_own(e);
    size[0] = size[1] = size[2] = 1;
    for (uint32_t k = 0; k < e->inner.n; k++) {
        Id hi = in->ir->binder.at[e->inner.at + k].hi;
        if (!eval(in, hi)) return false;
        size[k < own ? k : 2] = in->value[hi].i > 0 ? in->value[hi].i : 0;
    }
    if (e->matrix == MAT_CHOLESKY) size[2] = size[1];
    return true;
}

/* Numbers by their parts. */
typedef struct {
    double *re, *im;
} Numbers;

static Numbers numbers(int64_t n)
{
    double *at = zeroed(2 * (size_t)n, sizeof *at);
    return (Numbers){at, at + n};
}

/* The node for all values of two inner variables (second 0: of one), rows `step` apart. */
static bool gather_matrix(Interp *in, Id node, uint32_t first, uint32_t second, const int64_t size[2], int64_t step,
                          Numbers out)
{
    for (int64_t i = 0; i < size[0]; i++)
        for (int64_t j = 0; j < (second ? size[1] : 1); j++) {
            set_level(in, first, i);
            if (second) set_level(in, second, j);
            if (!eval(in, node)) return false;
            Value v = as_number(ir_type(in->ir, node), in->value[node]);
            out.re[i * step + j] = v.r;
            out.im[i * step + j] = v.im;
        }
    return true;
}

static bool write_matrix(Interp *in, const Eq *e, Numbers x, int64_t rows, int64_t width)
{
    uint32_t first = e->outer.n + 1, rank = ir_mat_rank(in->ir, e);
    uint32_t second = rank < 2 ? 0 : e->matrix == MAT_LU ? first + 2 : first + 1;
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < width; j++) {
            if (rank) set_level(in, first, i);
            if (second) set_level(in, second, j);
            if (!write_element(in, e, T_REAL, (Value){.r = x.re[i * width + j], .im = x.im[i * width + j]}))
                return false;
        }
    return true;
}

static bool all_numbers(const double *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (!isfinite(x[i])) return false;
    return true;
}

static bool all_zero(const double *x, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if (x[i] != 0) return false;
    return true;
}

static void note_matrix(Interp *in, bool numbers_only, const double *x, int64_t n)
{
    if (numbers_only && !in->no_matrix && !all_numbers(x, n)) in->no_matrix = in->eq;
}

Id interp_no_matrix(const Interp *in) { return in->no_matrix; }

/* From the body's matrix, or for a determinant from its factors. */
static void factor(Mat mat, Numbers x, const int64_t size[3])
{
    bool real = all_zero(x.im, size[0] * size[2]), scalar = mat == MAT_DET || mat == MAT_LOGDET;
    if (scalar && real)
        x.re[0] = op_det(mat, x.re, size[0]);
    else if (scalar)
        op_det_complex(mat, x.re, x.im, size[0], x.re, x.im);
    else if (real)
        op_factor(mat, x.re, size[0]);
    else
        op_factor_complex(mat, x.re, x.im, size[0]);
}

static void solution(Mat mat, Numbers f, Numbers x, const int64_t size[3])
{
    if (all_zero(f.im, size[0] * size[2]) && all_zero(x.im, size[0] * size[1]))
        op_solve(mat, f.re, x.re, size[0], size[1]);
    else
        op_solve_complex(mat, f.re, f.im, x.re, x.im, size[0], size[1]);
}

/* The body's matrix goes to x, the factor to f. */
static bool apply_matrix(Interp *in, const Eq *e, const int64_t size[3], Numbers x, Numbers f)
{
    Mat mat = (Mat)e->matrix;
    uint32_t i = e->outer.n + 1, j = ir_mat_own(e) == 2 ? i + 1 : 0, k = e->outer.n + e->inner.n;
    const int64_t wide[2] = {size[0], size[2]};
    if (mat == MAT_CHOLESKY || mat == MAT_LU) {
        if (!gather_matrix(in, e->body, i, j, size, size[2], x)) return false;
        bool finite = all_numbers(x.re, size[0] * size[2]);
        factor(mat, x, size);
        note_matrix(in, finite, x.re, size[0] * size[2]);
        return write_matrix(in, e, x, size[0], size[2]);
    }
    bool scalar = mat == MAT_DET || mat == MAT_LOGDET;
    if (!gather_matrix(in, scalar ? e->body : e->with, i, k, wide, size[2], f)) return false;
    if (scalar) {
        factor(mat, f, size);
        return write_matrix(in, e, f, 1, 1);
    }
    if (!gather_matrix(in, e->body, i, j, size, size[1], x)) return false;
    bool finite = all_numbers(x.re, size[0] * size[1]) && all_numbers(f.re, size[0] * size[2]);
    solution(mat, f, x, size);
    note_matrix(in, finite, x.re, size[0] * size[1]);
    return write_matrix(in, e, x, size[0], size[1]);
}

static bool run_matrix(Interp *in, void *user)
{
    const Eq *e = user;
    int64_t size[3];
    int exists = holds(in, e->when);
    if (exists != 1) return exists == 0;
    if (!matrix_sizes(in, e, size)) return false;
    Numbers x = numbers(size[0] * (size[1] + size[2]) + 1), f = numbers(size[0] * size[2] + 1);
    bool ok = apply_matrix(in, e, size, x, f);
    free(x.re);
    free(f.re);
    return ok;
}

static bool run_eq(Interp *in, Id eq)
{
    Eq e = in->ir->eq.at[eq];
    in->eq = eq;
    if (e.by) return fail(in, "a derivative that is not expanded");
    begin(in, e.outer, e.inner);
    return loop(in, 1, e.outer.n, e.op == RED_MATRIX ? run_matrix : run_element, &e);
}

/* ---- regions */

static bool run_items(Interp *in, Slice items);

/* Does the region's condition hold at this step?  -1 after an error. */
static int goes_on(Interp *in, const Region *r)
{
    if (!run_items(in, r->head)) return -1;
    begin(in, (Slice){0}, (Slice){0});
    return holds(in, r->cond);
}

static bool set_steps(Interp *in, const Region *r, uint32_t n, int64_t taken)
{
    Store *steps = NULL;
    size_t at = 0;
    const Id *subs = in->around.at;
    for (uint32_t i = 0; i < n; i++)
        if (!eval(in, subs[i])) return false;
    if (!locate(in, r->steps, subs, n, &steps, &at)) return false;
    if (steps->state[at]) return fail_element(in, "@ is set twice", r->steps, subs, n);
    steps->state[at] = DEFINED;
    steps->at[at].i = taken;
    return true;
}

/* Afterwards the levels of the `over` loops are made anew: what ran inside had its own. */
static bool run_steps(Interp *in, void *user)
{
    const Region *r = user;
    Ir *ir = in->ir;
    uint32_t before = in->around.n;
    int exists = holds(in, r->when);
    if (exists != 1) return exists == 0;
    if (!eval(in, r->step.lo) || !eval(in, r->step.hi)) return false;
    int64_t lo = in->value[r->step.lo].i, hi = in->value[r->step.hi].i, i;
    for (uint32_t k = 0; k < r->over.n; k++)
        vec_push(ir->arena, &in->around, ir_var(ir, ir->binder.at[r->over.at + k].var));
    vec_push(ir->arena, &in->around, ir_var(ir, r->step.var));
    int go = 1;
    for (i = lo; i < hi; i++) {
        in->var[r->step.var] = r->down ? hi - 1 - (i - lo) : i;
        go = goes_on(in, r);
        if (go < 1) break;
        if (!run_items(in, r->items)) return false;
    }
    if (r->cond && i >= hi) {
        in->var[r->step.var] = i;
        go = goes_on(in, r);
        in->eq = 0;
        if (go == 1) return fail(in, "a scan ends with its condition still true");
    }
    begin(in, r->over, (Slice){0});
    in->eq = 0;
    bool ok = go >= 0 && (r->cond == 0 || set_steps(in, r, in->around.n - 1, i));
    in->around.n = before;
    return ok;
}

static bool run_items(Interp *in, Slice items)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = in->ir->item.at[items.at + i];
        Region r = in->ir->region.at[it.region ? it.id : 0];
        in->eq = 0;
        if (it.region) begin(in, r.over, (Slice){0});
        if (it.region ? !loop(in, 1, r.over.n, run_steps, &r) : !run_eq(in, it.id)) return false;
    }
    return true;
}

/* ---- the program */

static bool run_check(Interp *in, void *user)
{
    const Check *c = user;
    int applies = holds(in, c->when), ok = applies == 1 ? holds(in, c->cond) : 1;
    if (applies < 0 || ok < 0) return false;
    return ok || fail(in, arena_printf(in->ir->arena, "a check fails: %s", c->message));
}

static bool fill_inputs(Interp *in)
{
    for (Id a = 1; a < in->ir->array.n; a++) {
        if (in->given[a] == NULL) continue;
        Store *s = store_of(in, a);
        for (size_t i = 0; s && i < s->n; i++) {
            s->state[i] = DEFINED;
            if (in->ir->array.at[a].type == T_REAL)
                s->at[i] = (Value){.r = in->given[a][i], .im = in->step[a] ? in->step[a][i] : 0};
            else
                s->at[i].i = (int64_t)in->given[a][i];
        }
        if (s == NULL) return false;
    }
    return true;
}

bool interp_run(Interp *in, const char **error)
{
    for (Id a = 1; a < in->ir->array.n; a++)
        if (in->store[a].made) memset(in->store[a].state, 0, in->store[a].n);
    in->eq = 0;
    begin(in, (Slice){0}, (Slice){0});
    bool ok = fill_inputs(in);
    for (uint32_t i = 0; ok && i < in->ir->check.n; i++) {
        Check c = in->ir->check.at[i];
        begin(in, c.outer, (Slice){0});
        ok = loop(in, 1, c.outer.n, run_check, &c);
    }
    ok = ok && run_items(in, in->ir->items);
    *error = in->error;
    return ok;
}

static uint32_t most_levels(const Ir *ir)
{
    uint32_t most = 0;
    for (uint32_t i = 1; i < ir->eq.n; i++)
        if (ir->eq.at[i].outer.n + ir->eq.at[i].inner.n > most) most = ir->eq.at[i].outer.n + ir->eq.at[i].inner.n;
    for (uint32_t i = 1; i < ir->region.n; i++)
        if (ir->region.at[i].over.n > most) most = ir->region.at[i].over.n;
    for (uint32_t i = 0; i < ir->check.n; i++)
        if (ir->check.at[i].outer.n > most) most = ir->check.at[i].outer.n;
    return most;
}

Interp *interp_new(Ir *ir, const int64_t *dims)
{
    Interp *in = zeroed(1, sizeof *in);
    for (uint32_t i = 1; i < ir->region.n; i++) { /* no node is made once the tables have their size */
        Slice over = ir->region.at[i].over;
        for (uint32_t k = 0; k < over.n; k++) ir_var(ir, ir->binder.at[over.at + k].var);
        ir_var(ir, ir->region.at[i].step.var);
    }
    size_t nodes = ir->node.n, vars = ir->var.n, sets = ir->tables->set.n, levels = most_levels(ir) + 1;
    in->ir = ir;
    in->dims = dims;
    in->value = zeroed(nodes, sizeof *in->value);
    in->stamp = zeroed(nodes, sizeof *in->stamp);
    in->var = zeroed(vars, sizeof *in->var);
    in->var_level = zeroed(vars, sizeof *in->var_level);
    in->var_mark = zeroed(vars, sizeof *in->var_mark);
    in->set_level = zeroed(sets, sizeof *in->set_level);
    in->set_mark = zeroed(sets, sizeof *in->set_mark);
    in->epoch = zeroed(levels, sizeof *in->epoch);
    in->level = zeroed(levels, sizeof *in->level);
    in->store = zeroed(ir->array.n, sizeof *in->store);
    in->given = zeroed(ir->array.n, sizeof *in->given);
    in->step = zeroed(ir->array.n, sizeof *in->step);
    in->bound = zeroed(ir->external.n, sizeof *in->bound);
    begin(in, (Slice){0}, (Slice){0});
    return in;
}

void interp_bind(Interp *in, Id external, void (*function)(void)) { in->bound[external] = function; }
void interp_set(Interp *in, Id array, const double *values) { in->given[array] = values; }
void interp_step(Interp *in, Id array, const double *imaginary) { in->step[array] = imaginary; }
void interp_watch(Interp *in, const Watch *watch) { in->watch = *watch; }

double interp_value(const Interp *in, Id node) { return as_real(ir_type(in->ir, node), in->value[node]); }

size_t interp_element(Interp *in, Id read)
{
    Node x = in->ir->node.at[read];
    Store *s;
    size_t at;
    if (!locate(in, x.u.ref, in->ir->kid.at + x.kids, x.n, &s, &at)) die("a read that was not evaluated");
    return at;
}

const int64_t *interp_shape(Interp *in, Id array)
{
    Store *s = store_of(in, array);
    return s ? s->dim : NULL;
}

size_t interp_count(Interp *in, Id array)
{
    Store *s = store_of(in, array);
    return s ? s->n : 0;
}

double interp_get(Interp *in, Id array, size_t element, bool *defined)
{
    Store *s = store_of(in, array);
    *defined = s && element < s->n && s->state[element] != 0;
    return *defined ? as_real((Type)in->ir->array.at[array].type, s->at[element]) : NAN;
}

double interp_imaginary(Interp *in, Id array, size_t element) { return store_of(in, array)->at[element].im; }

void interp_free(Interp *in)
{
    if (in == NULL) return;
    for (Id a = 1; a < in->ir->array.n; a++) {
        free(in->store[a].dim);
        free(in->store[a].at);
        free(in->store[a].state);
    }
    void *parts[] = {in->value, in->stamp,         in->var,   in->var_level, in->var_mark, in->set_level, in->set_mark,
                     in->epoch, in->level,         in->stack, in->term,      in->argument, in->store,     in->given,
                     in->step,  (void *)in->bound, in};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) free(parts[i]);
}
