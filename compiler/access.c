/*
 * access.c -- proofs that subscripts stay inside their array.
 *
 * A subscript is bounded by replacing its variables, latest first, by the ends of their ranges; conditions of the branch that it
 * stands in (affine comparisons of integers) are subtracted from the goal.  What can be proved costs nothing; what is false for
 * every size is an error; what depends on sizes or integer data becomes a check that a run makes once, before any sweep.
 */
#include "lower.h"

#include <string.h>

enum { MAX_FACTS = 16, ENUMERATE = 1000000 };

/* ---- bounds */

static Id bound_term(Low *L, Id t, bool low, uint32_t depth);

static bool reads_data(Low *L, Id node)
{
    IdVec all = ir_reach(L->ir, &node, 1);
    for (uint32_t k = 0; k < all.n; k++)
        if (ir_opof(L->ir, all.at[k]) == OP_READ) return true;
    return false;
}

static bool fixed_size(Low *L, Id node) /* of dims and constants alone */
{
    uint32_t nv;
    ir_vars(L->ir, node, &nv);
    return !nv && !reads_data(L, node);
}

static Id bound_at(Low *L, Id node, bool low, uint32_t depth)
{
    Ir *ir = L->ir;
    if (depth > 64) return 0;
    for (;;) {
        Affine f = ir_affine(ir, node);
        if (f.overflow) return 0;
        /* the latest variable first: its bounds may speak of earlier ones */
        int64_t at = -1;
        for (uint32_t k = 0; k < f.terms.n; k++)
            if (ir_opof(ir, f.terms.at[k].term) == OP_VAR &&
                (at < 0 || ir->node.at[f.terms.at[k].term].u.ref > ir->node.at[f.terms.at[at].term].u.ref))
                at = k;
        /* a term that contains a variable inside (div, %, data) goes before the variables that it contains */
        for (uint32_t k = 0; k < f.terms.n; k++) {
            Op op = ir_opof(ir, f.terms.at[k].term);
            if (op != OP_VAR && !fixed_size(L, f.terms.at[k].term)) {
                at = k;
                break;
            }
        }
        if (at < 0) return node;
        AffTerm t = f.terms.at[at];
        Id b = bound_term(L, t.term, low == (t.coef > 0), depth + 1);
        if (!b) return 0;
        Affine rest = f;
        rest.terms.at[at] = rest.terms.at[--rest.terms.n];
        node = ir_op2(ir, OP_ADD, ir_unaffine(ir, &rest), ir_imul(ir, b, t.coef));
    }
}

/* One step for a term: it may be replaced by an expression over earlier variables. */
static Id bound_term(Low *L, Id t, bool low, uint32_t depth)
{
    Ir *ir = L->ir;
    int64_t k;
    switch ((int)ir_opof(ir, t)) {
    case OP_VAR: {
        Range r = L->range.at[ir->node.at[t].u.ref];
        if (!r.lo || !r.hi) return 0;
        return low ? r.lo : ir_addi(ir, r.hi, -1);
    }
    case OP_READ: {
        Array A = ir->array.at[ir->node.at[t].u.ref];
        if (A.type != T_INT || !A.lo || !A.hi) return 0;
        return low ? A.lo : ir_addi(ir, A.hi, -1);
    }
    case OP_MOD: {
        Id m = ir_kid(ir, t, 1);
        if (ir_const_int(ir, m, &k) && k > 0) return ir_int(ir, low ? 0 : k - 1);
        return ir_opof(ir, m) == OP_DIM ? (low ? ir_int(ir, 0) : ir_addi(ir, m, -1)) : 0;
    }
    case OP_IDIV: {
        Id a = bound_at(L, ir_kid(ir, t, 0), low, depth);
        return a && ir_const_int(ir, ir_kid(ir, t, 1), &k) && k > 0 ? ir_op2(ir, OP_IDIV, a, ir_kid(ir, t, 1)) : 0;
    }
    case OP_IMAX:
    case OP_IMIN: {
        Id a = bound_at(L, ir_kid(ir, t, 0), low, depth), b = bound_at(L, ir_kid(ir, t, 1), low, depth);
        return a && b ? ir_op2(ir, ir_opof(ir, t), a, b) : 0;
    }
    case OP_SELECT: {
        Id a = bound_at(L, ir_kid(ir, t, 1), low, depth), b = bound_at(L, ir_kid(ir, t, 2), low, depth);
        return a && b ? ir_op2(ir, low ? OP_IMIN : OP_IMAX, a, b) : 0;
    }
    case OP_MUL: { /* of two terms: only where both are known not to be negative */
        Id a = ir_kid(ir, t, 0), b = ir_kid(ir, t, 1), zero = ir_int(ir, 0);
        Id al = bound_at(L, a, true, depth), bl = bound_at(L, b, true, depth);
        if (!al || !bl || ir_prove_le(ir, zero, al) != 1 || ir_prove_le(ir, zero, bl) != 1) return 0;
        Id ah = low ? al : bound_at(L, a, false, depth), bh = low ? bl : bound_at(L, b, false, depth);
        if (!ah || !bh) return 0;
        Id r = ir_op2(ir, OP_MUL, ah, bh);
        return r == t ? 0 : r;
    }
    case OP_CONST:
    case OP_DIM: return t;
    default: return 0;
    }
}

Id low_bound(Low *L, Id node, bool low) { return bound_at(L, node, low, 0); }

/* ---- facts: integer expressions that the path says are >= 0 */

typedef struct {
    Id at[MAX_FACTS];
    uint32_t n;
} Facts;

static bool not_negative(Low *L, Id e, const Facts *f)
{
    Ir *ir = L->ir;
    Id zero = ir_int(ir, 0), b = low_bound(L, e, true);
    if (b && ir_prove_le(ir, zero, b) == 1) return true;
    for (uint32_t k = 0; k < f->n; k++) {
        Id rest = ir_op2(ir, OP_SUB, e, f->at[k]);
        b = low_bound(L, rest, true);
        if (b && ir_prove_le(ir, zero, b) == 1) return true;
        for (uint32_t j = k + 1; j < f->n; j++) {
            b = low_bound(L, ir_op2(ir, OP_SUB, rest, f->at[j]), true);
            if (b && ir_prove_le(ir, zero, b) == 1) return true;
        }
    }
    return false;
}

static void add_fact(Low *L, Facts *f, Id a, Id b, int64_t minus) /* a - b - minus >= 0 */
{
    if (f->n < MAX_FACTS) f->at[f->n++] = ir_addi(L->ir, ir_op2(L->ir, OP_SUB, a, b), -minus);
}

static void add_condition(Low *L, Facts *f, Id c, bool holds, uint32_t depth)
{
    Ir *ir = L->ir;
    Op op = ir_opof(ir, c);
    if (depth > 100) return;
    if (op == OP_NOT) {
        add_condition(L, f, ir_kid(ir, c, 0), !holds, depth + 1);
        return;
    }
    if (op == (holds ? OP_AND : OP_OR)) {
        add_condition(L, f, ir_kid(ir, c, 0), holds, depth + 1);
        add_condition(L, f, ir_kid(ir, c, 1), holds, depth + 1);
        return;
    }
    if (ir->node.at[c].n != 2) return;
    Id a = ir_kid(ir, c, 0), b = ir_kid(ir, c, 1);
    if (ir_type(ir, a) != T_INT || ir_type(ir, b) != T_INT) return;
    bool equal = op == OP_EQ ? holds : op == OP_NE ? !holds : false;
    if (op == OP_LT)
        add_fact(L, f, holds ? b : a, holds ? a : b, holds);
    else if (op == OP_LE)
        add_fact(L, f, holds ? b : a, holds ? a : b, !holds);
    else if (equal) {
        add_fact(L, f, a, b, 0);
        add_fact(L, f, b, a, 0);
    } else if (op == OP_EQ || op == OP_NE) { /* different: one further where one side is the end */
        if (not_negative(L, ir_op2(ir, OP_SUB, a, b), f))
            add_fact(L, f, a, b, 1);
        else if (not_negative(L, ir_op2(ir, OP_SUB, b, a), f))
            add_fact(L, f, b, a, 1);
    }
}

/* ---- constant ranges: try every value */

typedef struct {
    Low *L;
    int64_t *value; /* by variable */
    uint64_t left;
} Try;

static bool try_int(Try *t, Id node, int64_t *out) /* false: not a constant expression */
{
    Ir *ir = t->L->ir;
    const Node *n = &ir->node.at[node];
    int64_t a, b, c;
    if (n->op == OP_CONST && n->type != T_REAL) return *out = n->u.i, true;
    if (n->op == OP_VAR) return *out = t->value[n->u.ref], true;
    if (n->n < 1 || n->n > 3 || n->op == OP_READ || !try_int(t, ir_kid(ir, node, 0), &a)) return false;
    Op op = (Op)n->op;
    if (op == OP_NEG) return *out = -a, true;
    if (op == OP_NOT) return *out = !a, true;
    if (op == OP_AND && !a) return *out = 0, true;
    if (op == OP_OR && a) return *out = 1, true;
    if (n->n == 3) return op == OP_SELECT && try_int(t, ir_kid(ir, node, a ? 1 : 2), out);
    if (n->n != 2 || !try_int(t, ir_kid(ir, node, 1), &b)) return false;
    if (op == OP_ADD) return !__builtin_add_overflow(a, b, out);
    if (op == OP_SUB) return !__builtin_sub_overflow(a, b, out);
    if (op == OP_MUL) return !__builtin_mul_overflow(a, b, out);
    if (op == OP_IDIV || op == OP_MOD) {
        if (b == 0 || (b == -1 && a == INT64_MIN)) return false;
        c = a / b - (a % b != 0 && (a < 0) != (b < 0));
        return *out = op == OP_IDIV ? c : a - b * c, true;
    }
    bool type_ok = ir_type(ir, ir_kid(ir, node, 0)) == T_INT && ir_type(ir, ir_kid(ir, node, 1)) == T_INT;
    if (op == OP_AND || op == OP_OR) return *out = b != 0, true;
    if (!type_ok) return false;
    if (op == OP_LT) return *out = a < b, true;
    if (op == OP_LE) return *out = a <= b, true;
    if (op == OP_EQ) return *out = a == b, true;
    if (op == OP_NE) return *out = a != b, true;
    if (op == OP_IMAX) return *out = a > b ? a : b, true;
    if (op == OP_IMIN) return *out = a < b ? a : b, true;
    return false;
}

/* 1: cond holds wherever `when` does; 0: it does not somewhere; -1: cannot be told here. */
static int try_all(Try *t, const Binder *b, uint32_t n, Id when, Id cond)
{
    int64_t lo, hi, x;
    if (!n) {
        if (!t->left--) return t->left = 0, -1;
        if (when) {
            if (!try_int(t, when, &x)) return -1;
            if (!x) return 1;
        }
        return try_int(t, cond, &x) ? x != 0 : -1;
    }
    if (!try_int(t, b->lo, &lo) || !try_int(t, b->hi, &hi)) return -1;
    for (int64_t v = lo; v < hi; v++) {
        t->value[b->var] = v;
        int r = try_all(t, b + 1, n - 1, when, cond);
        if (r != 1) return r;
    }
    return 1;
}

/* ---- checks */

/* Integer lets are looked through: a check runs before anything is computed. */
static Id see_through(Ir *ir, Id node, void *user)
{
    Low *L = user;
    const Node *n = &ir->node.at[node];
    if (n->op != OP_READ || ir->array.at[n->u.ref].kind != ARRAY_LOCAL) return 0;
    Eq e = ir->eq.at[low_sole_equation(L, n->u.ref)];
    if (!e.target || e.op != RED_NONE || e.by) return 0;
    Subst s[2 * MAX_RANK];
    uint32_t m = 0;
    for (uint32_t k = 0; k < e.subs.n; k++) {
        Id sub = ir->kid.at[e.subs.at + k];
        if (ir_opof(ir, sub) != OP_VAR) return 0;
        s[m++] = (Subst){ir->node.at[sub].u.ref, ir_kid(ir, node, k)};
    }
    return ir_replace(ir, ir_subst(ir, e.body, s, m), see_through, L);
}

static bool before_run(Low *L, Id node) /* does it depend on sizes and data alone? */
{
    IdVec all = ir_reach(L->ir, &node, 1);
    for (uint32_t k = 0; k < all.n; k++) {
        const Node *n = &L->ir->node.at[all.at[k]];
        if (n->op == OP_READ && L->ir->array.at[n->u.ref].kind != ARRAY_DATA &&
            L->ir->array.at[n->u.ref].kind != ARRAY_HYPER)
            return false;
    }
    return true;
}

static Id checkable(Low *L, Id c) /* the conjuncts that can be told before a run */
{
    if (!c) return 0;
    if (ir_opof(L->ir, c) == OP_AND) {
        Id a = ir_kid(L->ir, c, 0), b = ir_kid(L->ir, c, 1);
        return ir_and(L->ir, checkable(L, a), checkable(L, b));
    }
    c = ir_replace(L->ir, c, see_through, L);
    return before_run(L, c) ? c : 0;
}

void low_add_check(Low *L, Id cond, Id when, const char *message, Span at)
{
    Ir *ir = L->ir;
    if (L->quiet) return;
    Binder b[MAX_RANK];
    Id both[] = {cond, when};
    uint32_t n = low_close(L, both, when ? 2 : 1, b, MAX_RANK);
    if (n == UINT32_MAX) return;
    Check c = {.cond = cond, .when = when, .message = message, .span = at};
    c.outer = ir_binders(ir, b, n);
    for (uint32_t k = 0; k < ir->check.n; k++) {
        const Check *o = &ir->check.at[k];
        if (o->cond == cond && o->when == when && !memcmp(&o->outer.n, &n, sizeof n) && !strcmp(o->message, message))
            return;
    }
    c.data = reads_data(L, cond) || (when && reads_data(L, when));
    for (uint32_t k = 0; k < n; k++) c.data |= reads_data(L, b[k].lo) || reads_data(L, b[k].hi);
    vec_push(L->a, &ir->check, c);
}

/* What to say where something does not hold: for no size, in a run, or where no run can tell beforehand. */
typedef struct {
    const char *never, *check, *unknown, *help;
    Id about; /* the ranges of its variables are shown */
    Span at;
} Claim;

static void fails(Low *L, const Claim *c)
{
    low_error(L, c->at, "%s", c->never);
    uint32_t n;
    const Id *v = ir_vars(L->ir, c->about, &n);
    for (uint32_t k = 0; k < n; k++) {
        Range r = L->range.at[v[k]];
        if (r.binder) low_also(L, r.binder->span);
    }
}

/* e >= 0 was not proved for all: tries every value, asks for a check, or reports. */
static void ask(Low *L, Id e, const Claim *c)
{
    Ir *ir = L->ir;
    Id zero = ir_int(ir, 0), least = low_bound(L, e, true);
    /* without branch and data the bound is reached, so a negative one is an error */
    Id path = checkable(L, L->path), cond = ir_op2(ir, OP_LE, zero, e);
    uint32_t nb;
    Binder b[MAX_RANK];
    Id both[] = {cond, path};
    nb = low_close(L, both, path ? 2 : 1, b, MAX_RANK);
    if (nb == UINT32_MAX) return;
    Try t = {L, arena_alloc(L->a, ir->var.n * sizeof(int64_t)), ENUMERATE};
    int r = try_all(&t, b, nb, path, cond);
    if (r == 1) return;
    if (r == 0 || (!L->path && least && !reads_data(L, e) && ir_prove_le(ir, least, ir_int(ir, -1)) == 1)) {
        fails(L, c);
        return;
    }
    cond = ir_replace(ir, cond, see_through, L);
    if (!before_run(L, cond) && least && before_run(L, least)) { /* through what is computed: its bounds must fit */
        cond = ir_op2(ir, OP_LE, zero, least);
        path = 0;
    }
    if (!before_run(L, cond) || cond == ir_bool(ir, false)) {
        low_error(L, c->at, "%s", c->unknown);
        low_help(L, "%s", c->help);
        return;
    }
    low_add_check(L, cond, path, c->check, c->at);
}

/* What the path says, and what a run checks of sizes. */
static Facts facts_of(Low *L, Id path)
{
    Facts f = {.n = 0};
    if (path) add_condition(L, &f, path, true, 0);
    for (uint32_t k = 0; k < L->ir->check.n && f.n < MAX_FACTS / 2; k++)
        if (!L->ir->check.at[k].outer.n && !L->ir->check.at[k].when)
            add_condition(L, &f, L->ir->check.at[k].cond, true, 0);
    return f;
}

static Claim stays_inside(Low *L, Id sub, Id size, const char *name, Span at)
{
    const char *s = size_text(L, sub), *n = size_text(L, size);
    return (Claim){
        .never = arena_printf(L->a, "subscript %s leaves %s, whose size here is %s", s, name, n),
        .check = arena_printf(L->a, "subscript %s leaves %s (0..%s)", s, name, n),
        .unknown = arena_printf(L->a, "whether subscript %s stays inside %s cannot be told before the run", s, name),
        .help = "bound it, for example with % or by an int(...) declaration",
        .about = sub,
        .at = at};
}

void low_access(Low *L, const Id *ix, const Id *dims, uint32_t n, const char *name, Span at)
{
    if (L->quiet) return;
    Facts f = facts_of(L, L->path);
    for (uint32_t k = 0; k < n; k++) {
        Id room[] = {ix[k], ir_op2(L->ir, OP_SUB, ir_addi(L->ir, dims[k], -1), ix[k])};
        for (uint32_t i = 0; i < 2; i++) {
            if (not_negative(L, room[i], &f)) continue;
            Claim c = stays_inside(L, ix[k], dims[k], name, at);
            ask(L, room[i], &c);
        }
    }
}

bool low_not_negative(Low *L, Id e, const char *message, Span at)
{
    uint32_t errors = L->ctx->errors;
    Facts f = facts_of(L, L->path);
    Claim c = {message, message, message, "it must follow from sizes and data", e, at};
    if (!not_negative(L, e, &f)) ask(L, e, &c);
    return L->ctx->errors == errors;
}

/* ---- steps of the scans around */

/* The yield with this array, in the scan around that makes it. */
static const Yield *open_yield(const Low *L, Id array, const Scan **scan)
{
    for (*scan = L->scan; *scan; *scan = (*scan)->around)
        for (uint32_t k = 0; k < (*scan)->yields.n; k++)
            if ((*scan)->yields.at[k].array == array) return &(*scan)->yields.at[k];
    return NULL;
}

void low_step_access(Low *L, Id array, const Id *subs, uint32_t first, uint32_t n, Span at)
{
    const Scan *scan;
    const Yield *y = L->quiet ? NULL : open_yield(L, array, &scan);
    if (!y || scan->position < first || scan->position >= n) return;
    Ir *ir = L->ir;
    Id step = ir_var(ir, L->fixed.at[scan->position].b.var), sub = subs[scan->position];
    Id room = ir_addi(ir, ir_op2(ir, OP_SUB, step, sub), y->done ? 0 : -1);
    Facts f = facts_of(L, L->path);
    if (not_negative(L, room, &f)) return;
    const char *name = y->sym->name, *s = size_text(L, sub);
    Claim c = {.never = arena_printf(L->a, "%s at step %s is not computed yet at step %s", name, s, size_text(L, step)),
               .check = arena_printf(L->a, "%s reads step %s, which is not computed yet", name, s),
               .unknown = arena_printf(L->a, "whether step %s of %s is computed by then cannot be told", s, name),
               .help = "a scan reads earlier steps of what it yields, and this step below the yield",
               .about = sub,
               .at = at};
    int64_t k;
    if (ir_const_int(ir, room, &k))
        fails(L, &c);
    else
        ask(L, room, &c);
}

void low_size_check(Low *L, Id dim, const char *what, Span at)
{
    Ir *ir = L->ir;
    int64_t k;
    if (L->quiet) return;
    if (ir_const_int(ir, dim, &k)) {
        if (k < 0)
            low_error(L, at, "a size of %s is negative: %lld", what, (long long)k);
        else if (k > (int64_t)1 << 48)
            low_error(L, at, "a size of %s is too large: %lld (the limit is 2^48)", what, (long long)k);
        return;
    }
    if (ir_prove_le(ir, ir_int(ir, 0), dim) == 1) return;
    Facts f = facts_of(L, 0);
    if (not_negative(L, dim, &f)) return;
    low_add_check(L, ir_op2(ir, OP_LE, ir_int(ir, 0), dim), 0,
                  arena_printf(L->a, "a size of %s, %s, is negative", what, size_text(L, dim)), at);
}
