/*
 * verify.c -- what must hold of every program of equations, after every pass.
 *
 * Types and arity; binding; one `=` for each element and injective targets; order of writing and reading, in regions by
 * step; guards. What statics cannot decide (data subscripts, coverage of ranges, guards in general) is left to the
 * evaluator, which stops at it.  needs: nothing   makes: nothing (but nodes, in proofs)   The first violation is
 * returned as text with its equation.
 */
#include <string.h>

#include "irtables.h"

/* An access to an array, from an item of the list at hand. */
typedef struct {
    Id array, eq;  /* eq 0: the steps of a region, or a read in its header */
    uint32_t item; /* the item's place in the list */
    bool nested;   /* the item is a region, and this is inside */
    bool steps;    /* of a region's steps: without subscripts */
    Slice subs;
    uint32_t binders;
    const Binder
        *binder; /* what binds their variables: the regions around, then the outer (of a read, inner too) indices */
} Access;

typedef struct {
    Ir *ir;
    Arena *a;
    const char *message;
    uint8_t *seen;       /* of each node: 1 its type was checked, 2 scratch of mark_certain */
    uint32_t nodes;      /* how many of these there are */
    VEC(Binder) scope;   /* of the regions around: over, step, over, step, ... */
    VEC(bool) is_step;   /* which of them are steps; longer than scope */
    VEC(Access) writers; /* of the list at hand, by array */
    VEC(Access) reads;   /* the same, in order; of the top level: those of arrays that are not complete there */
    uint32_t *from;      /* of each array: its first writer's place in `writers`; [arrays]: their number */
    uint32_t *last;      /* at the top level, of each array: 1 + the last item that writes it */
    bool guarded;        /* there is a guarded = */
} Verifier;

/* ---- messages */

static bool report(Verifier *v, Id eq, const char *what)
{
    Text t = {.arena = v->a};
    if (v->message) return false;
    text_add(&t, what);
    if (eq) {
        text_add(&t, ": ");
        ir_print_eq(v->ir, eq, &t);
    }
    v->message = t.at;
    return false;
}

static bool report_array(Verifier *v, Id eq, const char *before, Id array, const char *after)
{
    return report(v, eq, arena_printf(v->a, "%s%s%s", before, v->ir->array.at[array].name, after));
}

static bool report_node(Verifier *v, Id eq, const char *what, Id node)
{
    Text t = {.arena = v->a};
    text_add(&t, what);
    ir_print_node(v->ir, node, &t);
    return report(v, eq, t.at);
}

/* ---- types and arity */

static bool numeric(const Ir *ir, Id node) { return ir_type(ir, node) == T_REAL || ir_type(ir, node) == T_INT; }

static bool kids_are(const Ir *ir, Node x, Type type)
{
    for (uint32_t k = 0; k < x.n; k++) {
        Id kid = ir->kid.at[x.kids + k];
        if (type == T_REAL ? !numeric(ir, kid) : ir_type(ir, kid) != type) return false;
    }
    return true;
}

/* clang-format off */
/* T_REAL stands for any number. */
static bool kids_fit(const Ir *ir, Node x)
{
    const Id *kid = ir->kid.at + x.kids;
    int64_t k;
    switch ((Op)x.op) {
    case OP_CONST: case OP_VAR: case OP_DIM: return true;
    case OP_READ: case OP_IDIV: case OP_MOD: case OP_IMAX: case OP_IMIN: case OP_ISQRT: return kids_are(ir, x, T_INT);
    case OP_AND: case OP_OR: case OP_NOT: return kids_are(ir, x, T_BOOL);
    case OP_EQ: case OP_NE: return kids_are(ir, x, T_BOOL) || kids_are(ir, x, T_REAL);
    case OP_IPOW: return numeric(ir, kid[0]) && ir_type(ir, kid[1]) == T_INT;
    case OP_POLYGAMMA: return ir_const_int(ir, kid[0], &k) && k >= 0 && numeric(ir, kid[1]);
    case OP_SELECT: return ir_type(ir, kid[0]) == T_BOOL && (numeric(ir, kid[1]) ? numeric(ir, kid[2]) : ir_type(ir, kid[2]) == T_BOOL);
    case OP_ADD: case OP_SUB: case OP_MUL: case OP_DIV: case OP_NEG: case OP_POW: case OP_LT: case OP_LE: case OP_MAX2: case OP_MIN2:
    case OP_ISNAN: case OP_SQRT0: case OP_HYPOT: case OP_RANDOM: case OP_EXTERN: OP_FN_CASES
        return kids_are(ir, x, T_REAL);
    case OP_COUNT: return false;
    }
    return false;
}
/* clang-format on */

/* What is wrong with the node: NULL, or the message; *whole: it shows the node. */
static const char *wrong_with(const Ir *ir, Id node, bool *whole)
{
    Node x = ir->node.at[node];
    *whole = false;
    if (x.op == OP_VAR && (x.u.ref == 0 || x.u.ref >= ir->var.n)) return "a variable that does not exist";
    if (x.op == OP_DIM && (x.u.ref == 0 || x.u.ref >= ir->dim.n)) return "a size that does not exist";
    if (x.op == OP_READ && (x.u.ref == 0 || x.u.ref >= ir->array.n)) return "an array that does not exist";
    if (x.op == OP_EXTERN && (x.u.ref == 0 || x.u.ref >= ir->external.n))
        return "a call of a function that does not exist";
    *whole = true;
    if (x.op == OP_EXTERN && x.n != ir->external.at[x.u.ref].arity)
        return "a call with another number of arguments than the function has: ";
    if (x.op == OP_READ && x.n != ir->array.at[x.u.ref].dims.n)
        return "a read with another number of subscripts than the array has: ";
    if (x.op == OP_READ && x.type != ir->array.at[x.u.ref].type) return "a read of another type than the array: ";
    if (x.op > OP_READ && x.type != ir_op_type(ir, (Op)x.op, ir->kid.at + x.kids, x.n)) return "a wrong type: ";
    return kids_fit(ir, x) ? NULL : "operands of a wrong type: ";
}

static bool check_node(Verifier *v, Id eq, Id node)
{
    bool whole;
    const char *wrong = wrong_with(v->ir, node, &whole);
    if (!wrong) return true;
    return whole ? report_node(v, eq, wrong, node) : report(v, eq, wrong);
}

/* Nodes do not change: those that were right stay so.  Where a new one is wrong, only what is reached counts. */
static void accept_nodes(Verifier *v)
{
    IrTables *t = v->ir->tables;
    for (Id node = t->right.nodes; node < v->nodes; node++) {
        bool whole;
        if (node && wrong_with(v->ir, node, &whole)) return;
        t->right.nodes = node + 1;
    }
}

/* All that is reached from the roots. */
static bool check_nodes(Verifier *v, Id eq, const IdVec *roots)
{
    IdVec todo = {0};
    for (uint32_t i = 0; i < roots->n; i++) {
        if (roots->at[i] >= v->nodes) return report(v, eq, "a node that does not exist");
        if (roots->at[i]) vec_push(v->a, &todo, roots->at[i]);
    }
    while (todo.n) {
        Id node = todo.at[--todo.n];
        if (node < v->ir->tables->right.nodes || v->seen[node]) continue;
        v->seen[node] = 1;
        if (!check_node(v, eq, node)) return false;
        for (uint32_t k = 0; k < v->ir->node.at[node].n; k++) vec_push(v->a, &todo, ir_kid(v->ir, node, k));
    }
    return true;
}

static bool is_input(const Ir *ir, Id array) { return array_kind_is_input(ir->array.at[array].kind); }

static bool of_type(const Ir *ir, Id node, Type type) { return node == 0 || ir_type(ir, node) == type; }

static bool check_binder_types(Verifier *v, Id eq, Slice binders)
{
    for (uint32_t i = 0; i < binders.n; i++) {
        Binder b = v->ir->binder.at[binders.at + i];
        if (b.lo == 0 || b.hi == 0 || !of_type(v->ir, b.lo, T_INT) || !of_type(v->ir, b.hi, T_INT))
            return report(v, eq, "a bound that is no integer");
    }
    return true;
}

/* The type that the right side has. */
static Type right_type(const Ir *ir, const Eq *e)
{
    if (e->op == RED_ARGMAX || e->op == RED_ARGMIN) return T_INT;
    return e->op == RED_LOGSUMEXP ? T_REAL : ir_type(ir, e->body);
}

/* A marked derivative: real numbers by an element of an array of real numbers, along a real direction. */
static bool check_mark(Verifier *v, Id eq, const Eq *e)
{
    const Ir *ir = v->ir;
    bool real = ir_opof(ir, e->by) == OP_READ && ir_type(ir, e->by) == T_REAL && (!e->along || numeric(ir, e->along)) &&
                numeric(ir, e->body) && ir->array.at[e->target].type == T_REAL;
    if (e->op != RED_NONE || e->add || e->scatter) return report(v, eq, "a derivative that is more than one");
    return real || report(v, eq, "a derivative of something that is not real, or by it");
}

/* Is the node an inner variable of the equation from the first-th on, over 0..hi? */
static bool is_inner(const Ir *ir, const Eq *e, uint32_t first, Id node)
{
    for (uint32_t k = first; k < e->inner.n; k++) {
        Binder b = ir->binder.at[e->inner.at + k];
        if (ir_opof(ir, node) == OP_VAR && ir->node.at[node].u.ref == b.var) return ir_is_int(ir, b.lo, 0);
    }
    return false;
}

/* Its layout is that of ir.h: variables that run over whole dimensions, and the factor an array that is read at them. */
static bool check_matrix(Verifier *v, Id eq, const Eq *e)
{
    const Ir *ir = v->ir;
    bool scalar = e->matrix == MAT_DET || e->matrix == MAT_LOGDET,
         makes = e->matrix == MAT_CHOLESKY || e->matrix == MAT_LU;
    uint32_t rank = ir_mat_rank(ir, e), own = e->inner.n ? ir_mat_own(e) : 0;
    Id factor = scalar ? e->body : e->with;
    bool fits = e->matrix < MATS && !e->add && !e->where && makes == (factor == 0) && rank == (scalar ? 0 : own);
    fits = fits && own <= 2 && own >= 1 && (own == 2 || !(makes || e->matrix == MAT_COFACTOR)) && (own == 1 || !scalar);
    for (uint32_t k = 0; fits && k < rank; k++) fits = is_inner(ir, e, 0, ir->kid.at[e->subs.at + e->subs.n - 1 - k]);
    if (fits && factor) {
        Node x = ir->node.at[factor];
        fits = x.op == OP_READ && x.type == T_REAL && x.n >= 2 && is_inner(ir, e, own, ir_kid(ir, factor, x.n - 1)) &&
               is_inner(ir, e, 0, ir_kid(ir, factor, x.n - 2));
    }
    return fits || report(v, eq, "a function of matrices with other indices than it has");
}

static bool check_eq_types(Verifier *v, Id eq)
{
    Ir *ir = v->ir;
    Eq e = ir->eq.at[eq];
    if (e.target == 0 || e.target >= ir->array.n) return report(v, 0, "an equation without target");
    Array target = ir->array.at[e.target];
    if (e.body == 0) return report(v, 0, "an equation without body");
    IdVec roots = {0};
    ir_eq_roots(ir, eq, &roots);
    if (!check_nodes(v, eq, &roots)) return false;
    if (is_input(ir, e.target)) return report(v, eq, "an equation for an input");
    if (e.subs.n != target.dims.n)
        return report(v, eq, "a target with another number of subscripts than the array has");
    for (uint32_t i = 0; i < e.subs.n; i++)
        if (!of_type(ir, ir->kid.at[e.subs.at + i], T_INT))
            return report(v, eq, "a target's subscript that is no integer");
    if (!check_binder_types(v, eq, e.outer) || !check_binder_types(v, eq, e.inner)) return false;
    if (!of_type(ir, e.where, T_BOOL) || !of_type(ir, e.when, T_BOOL))
        return report(v, eq, "a guard or filter that is no condition");
    if (e.by && !check_mark(v, eq, &e)) return false;
    if (e.op == RED_MATRIX && !check_matrix(v, eq, &e)) return false;
    if (e.op != RED_MATRIX && e.with) return report(v, eq, "a factor without a function of matrices");
    if (e.op == RED_NONE && (e.where || (e.inner.n && !e.along)))
        return report(v, eq, "inner indices or a filter without a reduction");
    bool logical = e.op == RED_ALL || e.op == RED_ANY, value = right_type(ir, &e) != T_BOOL;
    if (e.op != RED_NONE && logical != of_type(ir, e.body, T_BOOL)) return report(v, eq, "a reduction of a wrong type");
    bool fits = target.type == T_REAL ? value : target.type == (uint8_t)right_type(ir, &e);
    return fits || report(v, eq, "a value of another type than the target");
}

/* ---- binding */

/* Whether each free variable of the node is bound by a region around or one of the first n binders. */
static bool is_bound(const Verifier *v, Id node, const Binder *b, uint32_t n)
{
    if (node == 0) return true;
    uint32_t count;
    const Id *vars = ir_vars(v->ir, node, &count);
    for (uint32_t i = 0; i < count; i++) {
        bool found = false;
        for (uint32_t k = 0; k < n && !found; k++) found = b[k].var == vars[i];
        for (uint32_t k = 0; k < v->scope.n && !found; k++) found = v->scope.at[k].var == vars[i];
        if (!found) return false;
    }
    return true;
}

/* Bounds use earlier binders only, and no variable is bound twice. */
static bool check_binders(Verifier *v, Id eq, const Binder *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        if (!is_bound(v, b[i].lo, b, i) || !is_bound(v, b[i].hi, b, i))
            return report(v, eq, "a bound that uses a later index");
        for (uint32_t k = 0; k < i; k++)
            if (b[k].var == b[i].var) return report(v, eq, "an index that is bound twice");
        for (uint32_t k = 0; k < v->scope.n; k++)
            if (v->scope.at[k].var == b[i].var) return report(v, eq, "an index that a scan has bound");
    }
    return true;
}

static bool is_among(const Ir *ir, Id node, const Binder *b, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++)
        if (ir_opof(ir, node) == OP_VAR && ir->node.at[node].u.ref == b[i].var) return true;
    return false;
}

/*
 * The last subscripts of `by` are the mark's own variables: of a grad the last outer ones, each also the last of the target, of a
 * jvp the inner ones.  What is differentiated does not speak of them.
 */
static bool check_mark_binding(Verifier *v, Id eq, const Eq *e, const Binder *b)
{
    Ir *ir = v->ir;
    Node by = ir->node.at[e->by];
    const Binder *own = e->along ? b + e->outer.n : b;
    uint32_t n = e->along ? e->inner.n : e->outer.n, k = by.n;
    for (; k > 0 && is_among(ir, ir_kid(ir, e->by, k - 1), own, n); k--) {
        uint32_t last = by.n - k;
        Id sub = ir_kid(ir, e->by, k - 1);
        if (!e->along && ir_has_var(ir, e->body, ir->node.at[sub].u.ref)) break;
        if (!e->along && (last >= e->subs.n || ir->kid.at[e->subs.at + e->subs.n - 1 - last] != sub)) break;
    }
    if (e->along && by.n - k != n) return report(v, eq, "a direction over other indices than what it belongs to");
    for (uint32_t i = 0; i < k; i++)
        for (uint32_t j = k; j < by.n; j++)
            if (ir_has_var(ir, ir_kid(ir, e->by, i), ir->node.at[ir_kid(ir, e->by, j)].u.ref))
                return report(v, eq, "a derivative by an array with an index in two places");
    return is_bound(v, e->body, b, e->outer.n) || report(v, eq, "a derivative of something with its direction's index");
}

static bool check_eq_binding(Verifier *v, Id eq)
{
    Ir *ir = v->ir;
    Eq e = ir->eq.at[eq];
    Binders b = {0};
    ir_eq_binders(ir, &e, &b);
    if (!check_binders(v, eq, b.at, b.n)) return false;
    uint32_t within = e.op == RED_MATRIX ? b.n : e.outer.n; /* whose variables the target may use */
    for (uint32_t i = 0; i < e.subs.n; i++)
        if (!is_bound(v, ir->kid.at[e.subs.at + i], b.at, within))
            return report(v, eq, "a target's subscript that uses more than outer indices");
    if (!is_bound(v, e.when, b.at, e.outer.n)) return report(v, eq, "a guard that uses more than outer indices");
    if (e.by && !check_mark_binding(v, eq, &e, b.at)) return false;
    return (is_bound(v, e.body, b.at, b.n) && is_bound(v, e.with, b.at, b.n) && is_bound(v, e.where, b.at, b.n)) ||
           report(v, eq, "an index that nothing binds");
}

/* ---- writing once */

/* Is each outer index determined by the subscripts: by one in which it alone is still free, with a coefficient? */
static bool is_injective(Verifier *v, const Eq *e)
{
    Ir *ir = v->ir;
    IdVec open = {0};
    bool found = true;
    for (uint32_t i = 0; i < e->outer.n; i++) vec_push(v->a, &open, ir->binder.at[e->outer.at + i].var);
    while (found && open.n) {
        found = false;
        for (uint32_t i = 0; i < e->subs.n && !found; i++) {
            Id sub = ir->kid.at[e->subs.at + i];
            uint32_t free = 0, which = 0;
            for (uint32_t k = 0; k < open.n; k++)
                if (ir_has_var(ir, sub, open.at[k])) free++, which = k;
            if (free != 1) continue;
            bool inside;
            Affine f = ir_affine(ir, sub);
            found = ir_coefficient(ir, &f, open.at[which], &inside) != 0 && !inside;
            if (found) open.at[which] = open.at[--open.n];
        }
    }
    return open.n == 0;
}

static Id access_sub(const Ir *ir, const Access *a, uint32_t p) { return ir->kid.at[a->subs.at + p]; }

/* Where two accesses meet, variables that are the same subscript of both have one value: that of the first. */
typedef struct {
    VEC(Subst) by;
    Binders a, b; /* binders of the first and of the second, but those of such variables */
} Meeting;

static bool is_matched(Ir *ir, const Access *a, const Access *b, Id var, bool second)
{
    for (uint32_t i = 0; i < a->subs.n && i < b->subs.n; i++) {
        Id x = access_sub(ir, a, i), y = access_sub(ir, b, i);
        if (ir_opof(ir, x) == OP_VAR && ir_opof(ir, y) == OP_VAR && (second ? y : x) == ir_var(ir, var)) return true;
    }
    return false;
}

static Meeting meeting(Verifier *v, const Access *a, const Access *b)
{
    Ir *ir = v->ir;
    Meeting m = {0};
    for (uint32_t i = 0; i < a->subs.n && i < b->subs.n; i++) {
        Id x = access_sub(ir, a, i), y = access_sub(ir, b, i);
        if (ir_opof(ir, x) != OP_VAR || ir_opof(ir, y) != OP_VAR) continue;
        vec_push(v->a, &m.by, ((Subst){ir->node.at[y].u.ref, x}));
    }
    for (uint32_t k = 0; k < a->binders; k++)
        if (!is_matched(ir, a, b, a->binder[k].var, false)) vec_push(v->a, &m.a, a->binder[k]);
    for (uint32_t k = 0; k < b->binders; k++) {
        Binder c = b->binder[k];
        if (is_matched(ir, a, b, c.var, true)) continue;
        c.lo = ir_subst(ir, c.lo, m.by.at, m.by.n);
        c.hi = ir_subst(ir, c.hi, m.by.at, m.by.n);
        vec_push(v->a, &m.b, c);
    }
    return m;
}

/* Does x, for all values of the variables in a, lie below y for all of those in b? */
static bool lies_below(Ir *ir, const Binder *a, uint32_t na, Id x, const Binder *b, uint32_t nb, Id y)
{
    Id most = ir_extreme(ir, a, na, x, true), least = ir_extreme(ir, b, nb, y, false);
    return most && least && ir_prove_le(ir, ir_addi(ir, most, 1), least) == 1;
}

/* Do two accesses never meet: in some dimension one lies wholly below the other? */
static bool are_disjoint(Verifier *v, const Access *a, const Access *b)
{
    Ir *ir = v->ir;
    Meeting m = meeting(v, a, b);
    for (uint32_t i = 0; i < a->subs.n && i < b->subs.n; i++) {
        Id x = access_sub(ir, a, i), y = access_sub(ir, b, i);
        if (lies_below(ir, a->binder, a->binders, x, b->binder, b->binders, y)) return true;
        if (lies_below(ir, b->binder, b->binders, y, a->binder, a->binders, x)) return true;
        y = ir_subst(ir, y, m.by.at, m.by.n);
        if (lies_below(ir, m.a.at, m.a.n, x, m.b.at, m.b.n, y)) return true;
        if (lies_below(ir, m.b.at, m.b.n, y, m.a.at, m.a.n, x)) return true;
    }
    return false;
}

/* ---- who reads and writes what in a list of items */

static bool is_constant(const Ir *ir, const Access *w)
{
    int64_t k;
    for (uint32_t i = 0; i < w->subs.n; i++)
        if (!ir_const_int(ir, access_sub(ir, w, i), &k)) return false;
    return !w->steps;
}

/* Of one array's: those with constant subscripts by these, then the others in order. */
static int access_order(const Ir *ir, const Access *a, const Access *b)
{
    bool ca = is_constant(ir, a), cb = is_constant(ir, b);
    if (ca != cb) return ca ? -1 : 1;
    for (uint32_t i = 0; ca && i < a->subs.n && i < b->subs.n; i++) {
        Id x = access_sub(ir, a, i), y = access_sub(ir, b, i);
        if (x != y) return x < y ? -1 : 1;
    }
    return 0;
}

/* Merge sort, which keeps the order of equals. */
static void access_sort(const Ir *ir, Access *w, Access *scratch, uint32_t n)
{
    if (n < 2) return;
    uint32_t half = n / 2, i = 0, j = half;
    access_sort(ir, w, scratch, half);
    access_sort(ir, w + half, scratch, n - half);
    for (uint32_t k = 0; k < n; k++)
        scratch[k] = j == n || (i < half && access_order(ir, &w[i], &w[j]) <= 0) ? w[i++] : w[j++];
    memcpy(w, scratch, n * sizeof *w);
}

/* At the top level: has all that writes the array run before the item? */
static bool is_complete(const Verifier *v, Id array, uint32_t item)
{
    return v->last && v->last[array] <= item && (v->last[array] || is_input(v->ir, array));
}

static void add_reads(Verifier *v, Access a, const IdVec *nodes)
{
    for (uint32_t i = 0; i < nodes->n; i++) {
        Node x = v->ir->node.at[nodes->at[i]];
        if (x.op != OP_READ || is_complete(v, x.u.ref, a.item)) continue;
        a.array = x.u.ref;
        a.subs = (Slice){x.kids, x.n};
        vec_push(v->a, &v->reads, a);
    }
}

static void collect_eq(Verifier *v, Id eq, uint32_t item, bool nested)
{
    Ir *ir = v->ir;
    Eq e = ir->eq.at[eq];
    Binders b = {0};
    for (uint32_t i = 0; i < v->scope.n; i++) vec_push(v->a, &b, v->scope.at[i]);
    ir_eq_binders(ir, &e, &b);
    Access a = {e.target, eq, item, nested, false, e.subs, e.op == RED_MATRIX ? b.n : b.n - e.inner.n, b.at};
    vec_push(v->a, &v->writers, a);
    v->guarded |= e.when && !e.add;
    a.binders = b.n;
    IdVec reads = ir_eq_reads(ir, eq);
    add_reads(v, a, &reads);
}

static void push_scope(Verifier *v, Region r)
{
    v->is_step.n = v->scope.n;
    for (uint32_t i = 0; i < r.over.n; i++) vec_push(v->a, &v->is_step, false);
    vec_push(v->a, &v->is_step, true);
    for (uint32_t i = 0; i < r.over.n; i++) vec_push(v->a, &v->scope, v->ir->binder.at[r.over.at + i]);
    vec_push(v->a, &v->scope, r.step);
}

/* Reads of a region's header, but for its `while`. */
static void region_roots(Verifier *v, Region r, IdVec *roots)
{
    Id own[] = {r.step.lo, r.step.hi, r.when};
    for (uint32_t i = 0; i < r.over.n; i++) {
        vec_push(v->a, roots, v->ir->binder.at[r.over.at + i].lo);
        vec_push(v->a, roots, v->ir->binder.at[r.over.at + i].hi);
    }
    for (uint32_t i = 0; i < 3; i++)
        if (own[i]) vec_push(v->a, roots, own[i]);
}

static void collect_node_reads(Verifier *v, const IdVec *roots, uint32_t item, bool nested)
{
    Binder *b = arena_alloc(v->a, (v->scope.n + 1) * sizeof *b);
    for (uint32_t i = 0; i < v->scope.n; i++) b[i] = v->scope.at[i];
    IdVec all = ir_reach(v->ir, roots->at, roots->n);
    add_reads(v, (Access){.item = item, .nested = nested, .binder = b, .binders = v->scope.n}, &all);
}

/* Every access of the item, those within regions too, as from the place `item`. */
static void collect(Verifier *v, Item it, uint32_t item, bool nested)
{
    if (!it.region) {
        collect_eq(v, it.id, item, nested);
        return;
    }
    Region r = v->ir->region.at[it.id];
    IdVec header = {0}, cond = {0};
    uint32_t scope = v->scope.n;
    region_roots(v, r, &header);
    push_scope(v, r);
    collect_node_reads(v, &header, item, nested);
    if (r.cond) vec_push(v->a, &v->writers, ((Access){.array = r.steps, .item = item, .nested = true, .steps = true}));
    if (r.cond) vec_push(v->a, &cond, r.cond);
    collect_node_reads(v, &cond, item, true);
    for (uint32_t i = 0; i < r.head.n; i++) collect(v, v->ir->item.at[r.head.at + i], item, true);
    for (uint32_t i = 0; i < r.items.n; i++) collect(v, v->ir->item.at[r.items.at + i], item, true);
    v->scope.n = scope;
}

/* By array, in order. */
static void sort_writers(Verifier *v)
{
    uint32_t n = v->writers.n, arrays = v->ir->array.n;
    Access *sorted = arena_alloc(v->a, (n + 1) * sizeof *sorted), *scratch = v->writers.at;
    v->from = arena_alloc(v->a, (arrays + 1) * sizeof *v->from);
    for (uint32_t i = 0; i < n; i++) v->from[scratch[i].array]++;
    for (uint32_t a = 0, at = 0; a <= arrays; a++) {
        at += v->from[a];
        v->from[a] = at; /* where it ends */
    }
    for (uint32_t i = n; i--;) sorted[--v->from[scratch[i].array]] = scratch[i];
    v->writers.at = sorted;
    v->writers.cap = n + 1;
    for (Id a = 1; a < arrays; a++) {
        uint32_t at = v->from[a];
        access_sort(v->ir, sorted + at, scratch, v->from[a + 1] - at);
    }
}

static void find_last(Verifier *v, Slice items, uint32_t nested_in)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = v->ir->item.at[items.at + i];
        uint32_t place = nested_in ? nested_in : i + 1;
        if (it.region) {
            Region r = v->ir->region.at[it.id];
            if (r.cond) v->last[r.steps] = place;
            find_last(v, r.head, place);
            find_last(v, r.items, place);
        } else {
            v->last[v->ir->eq.at[it.id].target] = place;
        }
    }
}

/* The writers of an array; *n of them. */
static const Access *writers_of(const Verifier *v, Id array, uint32_t *n)
{
    *n = v->from[array + 1] - v->from[array];
    return v->writers.at + v->from[array];
}

static bool adds(const Verifier *v, const Access *w) { return w->eq && v->ir->eq.at[w->eq].add; }
static bool guarded(const Verifier *v, const Access *w) { return w->eq && v->ir->eq.at[w->eq].when; }
static bool apart(const Verifier *v, const Access *w) { return w->eq && v->ir->eq.at[w->eq].apart; }

/* No two `=` may meet.  A guard may keep them apart, or what is known of the subscripts: that is left to the evaluator. */
static bool check_single(Verifier *v, const Access *group, uint32_t n)
{
    VEC(Access) sets = {0};
    for (uint32_t i = 0; i < n; i++)
        if (!adds(v, &group[i]) && !guarded(v, &group[i]) && !apart(v, &group[i])) vec_push(v->a, &sets, group[i]);
    for (uint32_t i = 0; i < sets.n; i++) {
        const Access *w = &sets.at[i];
        bool constant = is_constant(v->ir, w), meets = constant && i > 0 && access_order(v->ir, w, w - 1) == 0;
        for (uint32_t j = 0; j < i && !constant && !meets; j++) meets = !are_disjoint(v, w, &sets.at[j]);
        if (meets) return report_array(v, w->eq, "a second = for elements of ", w->array, "");
    }
    return true;
}

/* An array that is added to was set before; all that adds or sets it is one of the two at a time. */
static bool check_added(Verifier *v, const Access *group, uint32_t n)
{
    uint32_t first = UINT32_MAX;
    for (uint32_t i = 0; i < n; i++)
        if (!adds(v, &group[i]) && group[i].item < first) first = group[i].item;
    for (uint32_t i = 0; i < n; i++)
        if (adds(v, &group[i]) && group[i].item < first)
            return report_array(v, group[i].eq, "nothing sets ", group[i].array, " before this adds to it");
    return true;
}

static bool check_writers(Verifier *v)
{
    for (Id a = 1; a < v->ir->array.n; a++) {
        uint32_t n;
        const Access *group = writers_of(v, a, &n);
        if (!check_single(v, group, n) || !check_added(v, group, n)) return false;
    }
    return true;
}

static bool check_eq_writing(Verifier *v, Id eq)
{
    Eq e = v->ir->eq.at[eq];
    if (e.scatter && !e.add) return report(v, eq, "a scatter that is no +=");
    return e.scatter || e.apart || is_injective(v, &e) ||
           report(v, eq, "iterations that may meet in one element, without !scatter");
}

/* ---- order */

/* At top level a read comes after all that writes what it may read. */
static bool check_reads(Verifier *v)
{
    for (uint32_t i = 0; i < v->reads.n; i++) {
        const Access *r = &v->reads.at[i];
        uint32_t n;
        if (v->last[r->array] == 0) return report_array(v, r->eq, "nothing sets ", r->array, ", which is read");
        const Access *w = writers_of(v, r->array, &n);
        for (uint32_t k = 0; k < n; k++) {
            bool later = w[k].item > r->item || (w[k].item == r->item && !(w[k].nested && r->nested));
            if (later && !are_disjoint(v, r, &w[k]))
                return report_array(v, r->eq, "a read of ", r->array, " before all of it is written");
        }
    }
    return true;
}

/* How many steps after the read's own the writer stands: 0 the same.  False: not known. */
static bool step_distance(Verifier *v, const Access *r, const Access *w, uint32_t position, int64_t *distance)
{
    Affine f = ir_affine(v->ir, ir_op2(v->ir, OP_SUB, access_sub(v->ir, r, position), access_sub(v->ir, w, position)));
    *distance = f.constant;
    return !f.overflow && f.terms.n == 0;
}

/* The steps from the scan's own to that of an access, counted in its direction: is the least (or else the largest) at least (at most) 0? */
static bool is_step_ahead(Verifier *v, Region region, uint32_t position, const Access *a, bool least, int64_t by)
{
    Ir *ir = v->ir;
    uint32_t around = v->scope.n;
    Id step = ir_var(ir, region.step.var), zero = ir_int(ir, 0);
    Id sub = access_sub(ir, a, position);
    Id ahead = region.down ? ir_op2(ir, OP_SUB, step, sub) : ir_op2(ir, OP_SUB, sub, step);
    Id end = ir_extreme(ir, a->binder + around, a->binders - around, ahead, !least);
    if (!end) return false;
    return ir_prove_le(ir, least ? ir_int(ir, by) : end, least ? end : zero) == 1;
}

/* Is all that this adds in a step read in later steps only (or below it in the same one)? */
static bool adds_ahead(Verifier *v, Region region, uint32_t position, const Access *r, const Access *w)
{
    if (w->subs.n <= position || r->subs.n <= position) return false;
    return is_step_ahead(v, region, position, w, true, w->item < r->item ? 0 : 1) &&
           is_step_ahead(v, region, position, r, false, 0);
}

/*
 * In a scan, of arrays that are written in it.  `position`: the dimension of the step.  An element [t + b] that [t + a]
 * writes is written a - b steps before it is read (in a `down` scan b - a): in the same step by an item above, else in
 * an earlier one.
 */
static bool check_step_reads(Verifier *v, Region region, uint32_t position)
{
    for (uint32_t i = 0; i < v->reads.n; i++) {
        const Access *r = &v->reads.at[i];
        uint32_t n;
        const Access *w = writers_of(v, r->array, &n);
        for (uint32_t k = 0; k < n; k++) {
            int64_t distance;
            if (w[k].steps) continue; /* of a scan within, checked there */
            if (w[k].subs.n <= position || r->subs.n <= position ||
                !ir_has_var(v->ir, access_sub(v->ir, &w[k], position), region.step.var)) {
                if (adds(v, &w[k]) && !adds_ahead(v, region, position, r, &w[k]))
                    return report_array(v, r->eq, "a read of ", r->array, ", to which this scan adds in every step");
                continue;
            }
            if (!step_distance(v, r, &w[k], position, &distance)) continue; /* through data: checked when it runs */
            if (region.down) distance = -distance;
            bool within =
                w[k].item == r->item && w[k].nested && r->nested; /* a scan in this one, looked at by itself */
            bool late = distance > 0 || (distance == 0 && w[k].item >= r->item && !within);
            if (late && !are_disjoint(v, r, &w[k]))
                return report_array(v, r->eq, "a read of ", r->array, " before its step is written");
        }
    }
    return true;
}

/* Is the subscript the index of a scan around: of a step t or t + 1, of another one n or, where its range starts elsewhere, n + size? */
static bool is_prefix(Verifier *v, Id sub, uint32_t i)
{
    Ir *ir = v->ir;
    Affine f = ir_affine(ir, ir_op2(ir, OP_SUB, sub, ir_var(ir, v->scope.at[i].var)));
    if (f.overflow) return false;
    if (v->is_step.at[i]) return f.terms.n == 0 && (f.constant == 0 || f.constant == 1);
    uint32_t n;
    Id rest = ir_unaffine(ir, &f);
    ir_vars(ir, rest, &n);
    return n == 0;
}

/* Targets of `=` in a scan begin with the indices of all scans around. */
static bool check_prefix(Verifier *v, Id eq)
{
    Eq e = v->ir->eq.at[eq];
    for (uint32_t i = 0; i < v->scope.n && !e.add; i++)
        if (i >= e.subs.n || !is_prefix(v, v->ir->kid.at[e.subs.at + i], i))
            return report(v, eq, "a target without the indices of the scans around it");
    return true;
}

/* ---- guards */

/* Marks what is evaluated whenever the roots are: not the arms of a select, nor the right sides of and, or. */
static void mark_certain(Verifier *v, const IdVec *roots, IdVec *reads)
{
    Ir *ir = v->ir;
    IdVec todo = {0}, met = {0};
    for (uint32_t i = 0; i < roots->n; i++) vec_push(v->a, &todo, roots->at[i]);
    while (todo.n) {
        Id node = todo.at[--todo.n];
        Node x = ir->node.at[node];
        bool lazy = x.op == OP_SELECT || x.op == OP_AND || x.op == OP_OR;
        if (v->seen[node] & 2) continue;
        v->seen[node] |= 2;
        vec_push(v->a, &met, node);
        if (x.op == OP_READ) vec_push(v->a, reads, node);
        for (uint32_t k = 0; k < (lazy ? 1u : x.n); k++) vec_push(v->a, &todo, ir_kid(ir, node, k));
    }
    for (uint32_t i = 0; i < met.n; i++) v->seen[met.at[i]] &= 1;
}

/* Do the ranges of the variables decide that a condition holds? */
static bool holds_always(Ir *ir, const Binders *env, Id cond)
{
    IdVec all = {0};
    ir_conjuncts(ir, cond, &all);
    for (uint32_t k = 0; k < all.n; k++) {
        Id test = all.at[k];
        Op op = ir_opof(ir, test);
        if (test == ir_bool(ir, true)) continue;
        if ((op != OP_LT && op != OP_LE) || ir_type(ir, ir_kid(ir, test, 0)) != T_INT) return false;
        Id most = ir_extreme(ir, env->at, env->n, ir_op2(ir, OP_SUB, ir_kid(ir, test, 0), ir_kid(ir, test, 1)), true);
        if (!most || ir_prove_le(ir, ir_addi(ir, most, op == OP_LT), ir_int(ir, 0)) != 1) return false;
    }
    return true;
}

/* Does the writer's guard hold for the element that is read, whatever the values? */
static bool holds_there(Verifier *v, const Binders *env, Id read, Id writer)
{
    Ir *ir = v->ir;
    Eq w = ir->eq.at[writer];
    VEC(Subst) by = {0};
    for (uint32_t k = 0; k < w.subs.n; k++) {
        Node sub = ir->node.at[ir->kid.at[w.subs.at + k]];
        if (sub.op == OP_VAR) vec_push(v->a, &by, ((Subst){sub.u.ref, ir_kid(ir, read, k)}));
    }
    return holds_always(ir, env, ir_subst(ir, w.when, by.at, by.n));
}

/* An array whose only `=` is guarded is not read where nothing guards the read. */
static bool check_guards(Verifier *v, Id eq)
{
    Eq e = v->ir->eq.at[eq];
    IdVec roots = {0}, reads = {0};
    if (e.when || e.where || !v->guarded) return true;
    ir_eq_roots(v->ir, eq, &roots);
    mark_certain(v, &roots, &reads);
    Binders env = {0};
    for (uint32_t i = 0; i < v->scope.n; i++) vec_push(v->a, &env, v->scope.at[i]);
    ir_eq_binders(v->ir, &e, &env);
    for (uint32_t i = 0; i < reads.n; i++) {
        uint32_t n, sets = 0, with_guard = 0;
        Id array = v->ir->node.at[reads.at[i]].u.ref;
        const Access *w = writers_of(v, array, &n);
        for (uint32_t k = 0; k < n; k++) {
            sets += !adds(v, &w[k]);
            with_guard += !adds(v, &w[k]) && guarded(v, &w[k]) && !holds_there(v, &env, reads.at[i], w[k].eq);
        }
        if (sets == 1 && with_guard == 1)
            return report_array(v, eq, "an unguarded read of ", array, ", which has elements only under a guard");
    }
    return true;
}

/* ---- the program */

static bool check_eq_alone(Verifier *v, Id eq)
{
    return check_eq_types(v, eq) && check_eq_binding(v, eq) && check_eq_writing(v, eq) && check_prefix(v, eq);
}

/* An equation does not change either: outside of scans it is looked at once. */
static bool check_eq(Verifier *v, Id eq)
{
    IrTables *t = v->ir->tables;
    while (t->right.eq.n < v->ir->eq.n) vec_push(v->a, &t->right.eq, 0);
    if (v->scope.n == 0 && t->right.eq.at[eq]) return true;
    if (!check_eq_alone(v, eq)) return false;
    if (v->scope.n == 0) t->right.eq.at[eq] = 1;
    return true;
}
static bool check_items(Verifier *v, Slice items);

static bool check_region(Verifier *v, Id id)
{
    Ir *ir = v->ir;
    Region r = ir->region.at[id];
    uint32_t scope = v->scope.n;
    IdVec roots = {0};
    region_roots(v, r, &roots);
    if (r.cond) vec_push(v->a, &roots, r.cond);
    if (!check_nodes(v, 0, &roots) || !check_binder_types(v, 0, r.over)) return false;
    if (r.step.lo == 0 || r.step.hi == 0 || !of_type(ir, r.step.lo, T_INT) || !of_type(ir, r.step.hi, T_INT))
        return report(v, 0, "a scan whose bound is no integer");
    if (!of_type(ir, r.when, T_BOOL) || !of_type(ir, r.cond, T_BOOL))
        return report(v, 0, "a scan whose guard is no condition");
    Binders b = {0};
    ir_add_binders(ir, r.over, &b);
    vec_push(v->a, &b, r.step);
    if (!check_binders(v, 0, b.at, b.n)) return false;
    if (!is_bound(v, r.when, b.at, r.over.n))
        return report(v, 0, "a scan's guard that uses more than the indices it runs over");
    if (!is_bound(v, r.cond, b.at, b.n)) return report(v, 0, "a scan's condition with an index that nothing binds");
    if (r.cond &&
        (r.steps == 0 || ir->array.at[r.steps].type != T_INT || ir->array.at[r.steps].dims.n != scope + r.over.n))
        return report(v, 0, "a scan whose count of steps is no array of integers over its indices");
    push_scope(v, r);
    bool ok = check_items(v, r.head) && check_items(v, r.items);
    v->scope.n = scope;
    return ok;
}

/* What needs no neighbours. */
static bool check_items(Verifier *v, Slice items)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = v->ir->item.at[items.at + i];
        if (it.id == 0 || it.id >= (it.region ? v->ir->region.n : v->ir->eq.n))
            return report(v, 0, "an item that does not exist");
        if (!(it.region ? check_region(v, it.id) : check_eq(v, it.id))) return false;
    }
    return true;
}

/* Order inside regions, from the outermost to those within. */
static bool check_steps(Verifier *v, Slice items)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = v->ir->item.at[items.at + i];
        if (!it.region) continue;
        Region r = v->ir->region.at[it.id];
        uint32_t scope = v->scope.n;
        push_scope(v, r);
        v->writers.n = v->reads.n = 0;
        for (uint32_t k = 0; k < r.head.n; k++) collect(v, v->ir->item.at[r.head.at + k], k, false);
        IdVec roots = {0};
        if (r.cond) vec_push(v->a, &roots, r.cond);
        collect_node_reads(v, &roots, r.head.n, false);
        for (uint32_t k = 0; k < r.items.n; k++) collect(v, v->ir->item.at[r.items.at + k], r.head.n + 1 + k, false);
        sort_writers(v);
        if (!check_step_reads(v, r, v->scope.n - 1) || !check_steps(v, r.head) || !check_steps(v, r.items))
            return false;
        v->scope.n = scope;
    }
    return true;
}

static bool check_all_guards(Verifier *v, Slice items)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = v->ir->item.at[items.at + i];
        Region r = v->ir->region.at[it.region ? it.id : 0];
        if (it.region && r.when) continue;
        uint32_t scope = v->scope.n;
        if (it.region) push_scope(v, r);
        if (it.region ? !check_all_guards(v, r.head) || !check_all_guards(v, r.items) : !check_guards(v, it.id))
            return false;
        v->scope.n = scope;
    }
    return true;
}

static bool check_externals(Verifier *v)
{
    Ir *ir = v->ir;
    for (Id e = 1; e < ir->external.n; e++) {
        Extern f = ir->external.at[e];
        for (uint32_t k = 0; f.given && k < f.partials.n; k++)
            if (ir->external.at[ir->kid.at[f.partials.at + k]].arity != f.arity)
                return report(v, 0,
                              arena_printf(v->a, "a derivative with other arguments than its function %s", f.name));
        if (f.given && f.partials.n != f.arity)
            return report(v, 0, arena_printf(v->a, "a derivative is missing of the function %s", f.name));
    }
    return true;
}

static bool check_names(Verifier *v)
{
    for (Id a = v->ir->tables->right.arrays + 1; a < v->ir->array.n; a++) {
        Array array = v->ir->array.at[a];
        if (ir_find_array(v->ir, array.name) != a) return report_array(v, 0, "two arrays of the name ", a, "");
        for (uint32_t i = 0; i < array.dims.n; i++)
            if (!of_type(v->ir, v->ir->kid.at[array.dims.at + i], T_INT))
                return report_array(v, 0, "a size that is no integer, of ", a, "");
        v->ir->tables->right.arrays = a;
    }
    return true;
}

/* Checks for the data, and starts of params. */
static bool check_declared(Verifier *v)
{
    Ir *ir = v->ir;
    for (uint32_t i = 0; i < ir->check.n; i++) {
        Check c = ir->check.at[i];
        IdVec roots = {0};
        vec_push(v->a, &roots, c.cond);
        vec_push(v->a, &roots, c.when);
        if (!check_nodes(v, 0, &roots) || !check_binder_types(v, 0, c.outer) ||
            !check_binders(v, 0, ir->binder.at + c.outer.at, c.outer.n))
            return false;
        bool bound = is_bound(v, c.cond, ir->binder.at + c.outer.at, c.outer.n) &&
                     is_bound(v, c.when, ir->binder.at + c.outer.at, c.outer.n);
        if (c.cond == 0 || !of_type(ir, c.cond, T_BOOL) || !of_type(ir, c.when, T_BOOL) || !bound)
            return report_node(v, 0, "a check that is no condition: ", c.cond);
    }
    for (uint32_t i = 0; i < ir->start.n; i++) {
        Start s = ir->start.at[i];
        IdVec roots = {0};
        vec_push(v->a, &roots, s.a);
        vec_push(v->a, &roots, s.b);
        if (!check_nodes(v, 0, &roots) || !check_binder_types(v, 0, s.outer) ||
            !check_binders(v, 0, ir->binder.at + s.outer.at, s.outer.n))
            return false;
        uint8_t kind = ir->array.at[s.array].kind;
        bool fits = (kind == ARRAY_PARAM || kind == ARRAY_HYPER) && s.outer.n == ir->array.at[s.array].dims.n &&
                    numeric(ir, s.a);
        if (!fits || !is_bound(v, s.a, ir->binder.at + s.outer.at, s.outer.n))
            return report_array(v, 0, "a start that does not fit ", s.array, "");
    }
    return true;
}

/* The program that was found right, checks and starts included. */
static bool same_program(const Ir *ir)
{
    Slice was = ir->tables->right.items;
    bool same = was.at && ir->items.n == was.n && ir->check.n + ir->start.n == ir->tables->right.declared;
    for (uint32_t i = 0; same && i < was.n; i++) {
        Item a = ir->item.at[was.at + i], b = ir->item.at[ir->items.at + i];
        same = a.region == b.region && a.id == b.id;
    }
    return same;
}

const char *ir_verify(Ir *ir)
{
    if (same_program(ir)) return NULL;
    Verifier v = {.ir = ir, .a = ir->arena, .nodes = ir->node.n};
    v.seen = arena_alloc(v.a, v.nodes);
    accept_nodes(&v);
    if (!check_externals(&v) || !check_names(&v) || !check_declared(&v) || !check_items(&v, ir->items))
        return v.message;
    v.last = arena_alloc(v.a, ir->array.n * sizeof *v.last);
    find_last(&v, ir->items, 0);
    for (uint32_t i = 0; i < ir->items.n; i++) collect(&v, ir->item.at[ir->items.at + i], i, false);
    sort_writers(&v);
    bool ok = check_writers(&v) && check_reads(&v) && check_all_guards(&v, ir->items);
    v.last = NULL;
    if (!ok || !check_steps(&v, ir->items)) return v.message;
    ir->tables->right.items = ir->items;
    ir->tables->right.declared = ir->check.n + ir->start.n;
    return NULL;
}
