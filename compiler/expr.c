/*
 * expr.c -- expressions -> values.  Scalars become nodes at once; a nested reduction becomes an equation over exactly the
 * index variables that it uses; arrays stay closures (value.c).
 */
#include "lower.h"

#include <math.h>
#include <string.h>

static bool is_number(Low *L, Id x, const Ast *at, uint32_t k)
{
    if (ir_type(L->ir, x) != T_BOOL) return true;
    low_error(L, at->kid && k < at->n ? at->kid[k]->span : at->span, "a condition stands where a number is wanted");
    low_help(L, "write 'if ... then 1 else 0'");
    return false;
}

static bool is_condition(Low *L, Id x, Span at)
{
    if (ir_type(L->ir, x) == T_BOOL) return true;
    low_error(L, at, "a number stands where a condition is wanted");
    low_help(L, "compare it, such as x != 0");
    return false;
}

/* ---- scalar operations */

/* Products and sums of integer constants that leave 64 bits go on as reals. */
static Id arith(Low *L, Op op, Id a, Id b)
{
    int64_t x, y, z;
    if (ir_const_int(L->ir, a, &x) && ir_const_int(L->ir, b, &y)) {
        bool over = op == OP_ADD   ? __builtin_add_overflow(x, y, &z)
                    : op == OP_SUB ? __builtin_sub_overflow(x, y, &z)
                                   : __builtin_mul_overflow(x, y, &z);
        if (over || z > (int64_t)1 << 53 || z < -((int64_t)1 << 53)) {
            double p = (double)x, q = (double)y;
            return ir_real(L->ir, op == OP_ADD ? p + q : op == OP_SUB ? p - q : p * q);
        }
    }
    return ir_op2(L->ir, op, a, b);
}

/* Can the integer leave 64 bits where its sizes are large?  Products and powers can; sums of them too. */
static bool may_be_large(Low *L, Id x)
{
    IdVec all = ir_reach(L->ir, &x, 1);
    int64_t c;
    Id low = low_bound(L, x, true), high = low_bound(L, x, false);
    if (low && high && ir_const_int(L->ir, low, &c) && ir_const_int(L->ir, high, &c)) return false;
    for (uint32_t k = 0; k < all.n; k++) {
        Op op = ir_opof(L->ir, all.at[k]);
        if (op == OP_IPOW) return true;
        if (op == OP_MUL && !ir_const_int(L->ir, ir_kid(L->ir, all.at[k], 0), &c) &&
            !ir_const_int(L->ir, ir_kid(L->ir, all.at[k], 1), &c))
            return true;
    }
    return false;
}

static Id in_reals(Ir *ir, Id x, void *user)
{
    (void)user;
    Op op = ir_opof(ir, x);
    if (op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_NEG || op == OP_SELECT) return 0;
    if (op == OP_IPOW) return ir_op2(ir, OP_IPOW, ir_replace(ir, ir_kid(ir, x, 0), in_reals, NULL), ir_kid(ir, x, 1));
    return ir_type(ir, x) == T_INT && op != OP_CONST ? ir_op1(ir, OP_STOP, x) : x;
}

Id low_real(Low *L, Id x)
{
    return x && ir_type(L->ir, x) == T_INT && may_be_large(L, x) ? ir_replace(L->ir, x, in_reals, NULL) : x;
}

static bool both_int(Low *L, const Id *x) { return ir_type(L->ir, x[0]) == T_INT && ir_type(L->ir, x[1]) == T_INT; }

/* a div b, a % b: floor; of reals a - b*floor(a/b) */
static Id divide(Low *L, const Ast *at, const Id *x)
{
    Ir *ir = L->ir;
    if (both_int(L, x)) {
        if (ir_is_int(ir, x[1], 0)) {
            low_error(L, at->kid[1]->span, "division by zero");
            return 0;
        }
        return ir_op2(ir, at->kind == A_IDIV ? OP_IDIV : OP_MOD, x[0], x[1]);
    }
    Id q = ir_op1(ir, OP_FLOOR, ir_op2(ir, OP_DIV, x[0], x[1]));
    return at->kind == A_IDIV ? q : ir_op2(ir, OP_SUB, x[0], ir_op2(ir, OP_MUL, x[1], q));
}

static Id power(Low *L, Id a, Id b)
{
    const Node n = L->ir->node.at[b];
    if (n.type == T_REAL && n.op == OP_CONST && n.u.r == floor(n.u.r) && fabs(n.u.r) < 1e9)
        b = ir_int(L->ir, (int64_t)n.u.r);
    if (ir_type(L->ir, b) == T_INT) return ir_op2(L->ir, OP_IPOW, a, b);
    return ir_op2(L->ir, OP_POW, a, b);
}

static Id extremum(Low *L, bool max, const Id *x, uint32_t n)
{
    Id r = x[0];
    for (uint32_t k = 1; k < n; k++) {
        bool ints = ir_type(L->ir, r) == T_INT && ir_type(L->ir, x[k]) == T_INT;
        r = ir_op2(L->ir, max ? (ints ? OP_IMAX : OP_MAX2) : (ints ? OP_IMIN : OP_MIN2), r, x[k]);
    }
    return r;
}

static Id elementary(Low *L, Op op, const Id *x, uint32_t n)
{
    Ir *ir = L->ir;
    if (n == 1 && ir_type(ir, x[0]) == T_INT) {
        if (op == OP_FLOOR || op == OP_CEIL || op == OP_ROUND || op == OP_STOP) return x[0];
        if (op == OP_ABS) return ir_op2(ir, OP_IMAX, x[0], ir_op1(ir, OP_NEG, x[0]));
    }
    return ir_make(ir, op, x, n);
}

static Id builtin_map(Low *L, const Ast *at, const Id *x, uint32_t n)
{
    Ir *ir = L->ir;
    switch ((int)at->sym->builtin) {
    case B_ELEMENTARY: return elementary(L, (Op)at->sym->op, x, n);
    case B_DIGAMMA: return ir_op2(ir, OP_POLYGAMMA, ir_int(ir, 0), x[0]);
    case B_HYPOT: return ir_op2(ir, OP_HYPOT, x[0], x[1]);
    case B_CLAMP: {
        Id low[] = {x[0], x[1]}, m[] = {extremum(L, true, low, 2), x[2]};
        return extremum(L, false, m, 2);
    }
    case B_REDUCTION: return extremum(L, at->red == R_MAX, x, n); /* max(a, b), min(a, b) */
    }
    die("not element by element: %s", at->name);
}

/* Is an integer operand used as a real number here? */
static bool meets_reals(Low *L, const Ast *at, const Id *x, uint32_t n)
{
    bool ints = false, reals = at->kind == A_DIV || at->kind == A_CALL;
    for (uint32_t k = 0; k < n; k++) {
        ints |= ir_type(L->ir, x[k]) == T_INT;
        reals |= ir_type(L->ir, x[k]) == T_REAL;
    }
    return ints && reals && !(at->kind == A_POW && ir_type(L->ir, x[1]) == T_INT);
}

Id scalar_map(Low *L, const Ast *at, const Id *x, uint32_t n)
{
    Ir *ir = L->ir;
    for (uint32_t k = 0; k < n; k++)
        if (!x[k]) return 0;
    bool logic = at->kind == A_IF || at->kind == A_OR || at->kind == A_AND || at->kind == A_NOT;
    for (uint32_t k = 0; k < n && !logic; k++)
        if (!is_number(L, x[k], at, k)) return 0;
    Id real[3], t;
    if (n <= 3 && meets_reals(L, at, x, n)) {
        for (uint32_t k = 0; k < n; k++) real[k] = low_real(L, x[k]);
        x = real;
    }
    switch ((int)at->kind) {
    case A_ADD: return arith(L, OP_ADD, x[0], x[1]);
    case A_SUB: return arith(L, OP_SUB, x[0], x[1]);
    case A_MUL: return arith(L, OP_MUL, x[0], x[1]);
    case A_DIV: return ir_op2(ir, OP_DIV, x[0], x[1]);
    case A_IDIV:
    case A_MOD: return divide(L, at, x);
    case A_POW: return power(L, x[0], x[1]);
    case A_NEG: return ir_op1(ir, OP_NEG, x[0]);
    case A_LT: return ir_op2(ir, OP_LT, x[0], x[1]);
    case A_LE: return ir_op2(ir, OP_LE, x[0], x[1]);
    case A_GT: return ir_op2(ir, OP_LT, x[1], x[0]);
    case A_GE: return ir_op2(ir, OP_LE, x[1], x[0]);
    case A_EQ: return ir_op2(ir, OP_EQ, x[0], x[1]);
    case A_NE: return ir_op2(ir, OP_NE, x[0], x[1]);
    case A_NOT: return is_condition(L, x[0], at->kid[0]->span) ? ir_not(ir, x[0]) : 0;
    case A_AND:
    case A_OR:
        for (uint32_t k = 0; k < 2; k++)
            if (!is_condition(L, x[k], at->kid[k]->span)) return 0;
        t = at->kind == A_AND ? ir_and(ir, x[0], x[1]) : ir_or(ir, x[0], x[1]);
        return t ? t : ir_bool(ir, true);
    case A_IF:
        if (!is_condition(L, x[0], at->kid[0]->span)) return 0;
        if ((ir_type(ir, x[1]) == T_BOOL) != (ir_type(ir, x[2]) == T_BOOL)) {
            low_error(L, at->kid[2]->span, "one branch is a condition, the other a number");
            low_also(L, at->kid[1]->span);
            return 0;
        }
        return ir_select(ir, x[0], x[1], x[2]);
    case A_CALL: return builtin_map(L, at, x, n);
    default: die("not an operation on scalars");
    }
}

/* ---- reductions */

static Red red_of(RedKind k)
{
    switch (k) {
    case R_SUM:
    case R_MEAN: return RED_SUM;
    case R_PROD: return RED_PROD;
    case R_MAX: return RED_MAX;
    case R_MIN: return RED_MIN;
    case R_LOGSUMEXP: return RED_LOGSUMEXP;
    case R_ARGMAX: return RED_ARGMAX;
    case R_ARGMIN: return RED_ARGMIN;
    case R_ALL: return RED_ALL;
    case R_ANY: return RED_ANY;
    }
    return RED_NONE;
}

static bool reducible(Low *L, Red op, Id body, Span at)
{
    bool logic = op == RED_ALL || op == RED_ANY;
    if (logic) return is_condition(L, body, at);
    if (ir_type(L->ir, body) != T_BOOL) return true;
    low_error(L, at, "a condition stands where a number is wanted");
    low_help(L, "write 'if ... then 1 else 0'");
    return false;
}

/* What stands for a body that is never evaluated: what it reads may not have been made. */
static Id constant_like(Low *L, Id body)
{
    Type t = ir_type(L->ir, body);
    return t == T_BOOL ? ir_bool(L->ir, false) : t == T_INT ? ir_int(L->ir, 0) : ir_real(L->ir, 0);
}

bool lower_reduction(Low *L, const Ast *e, Reduction *r)
{
    const Ast *over = e->kid[0], *filter = e->kid[1], *body = e->kid[2];
    r->op = red_of((RedKind)e->red);
    r->n = over->n;
    r->where = 0;
    if (over->n > MAX_RANK) {
        low_error(L, over->span, "more than %d index variables", MAX_RANK);
        return false;
    }
    if (!bind_over(L, over, 0, NULL, filter, body, r->inner)) return false;
    Id path = L->path;
    if (filter) {
        r->where = lower_scalar(L, filter, "a filter");
        if (!r->where || !is_condition(L, r->where, filter->span)) return false;
        r->where = ir_and(L->ir, 0, r->where); /* 0 where it always holds */
        L->path = ir_and(L->ir, path, r->where);
    }
    r->body = lower_scalar(L, body, "what is reduced");
    L->path = path;
    if (!r->body || !reducible(L, r->op, r->body, body->span)) return false;
    r->body = r->where == ir_bool(L->ir, false) ? constant_like(L, r->body) : low_real(L, r->body);
    return true;
}

/* The number of terms, as an integer expression or, where a filter or another index decides, as a sum of ones. */
static Id count_terms(Low *L, const Reduction *r, Span at)
{
    Ir *ir = L->ir;
    Id n = ir_int(ir, 1);
    uint32_t nv;
    bool plain = !r->where;
    for (uint32_t k = 0; k < r->n && plain; k++) {
        Id ends[] = {r->inner[k].lo, r->inner[k].hi};
        for (int e = 0; e < 2; e++) {
            ir_vars(ir, ends[e], &nv);
            if (nv) plain = false;
        }
        if (ir_prove_le(ir, r->inner[k].lo, r->inner[k].hi) != 1) plain = false;
        n = ir_op2(ir, OP_MUL, n, ir_op2(ir, OP_SUB, r->inner[k].hi, r->inner[k].lo));
    }
    return plain ? n : low_temp(L, ir_real(ir, 1), RED_SUM, r->inner, r->n, r->where, "count", at);
}

bool low_may_be_empty(Low *L, const Binder *inner, uint32_t n, Id where)
{
    for (uint32_t k = 0; k < n; k++)
        if (ir_prove_le(L->ir, ir_addi(L->ir, inner[k].lo, 1), inner[k].hi) != 1) return true;
    return where != 0;
}

/* argmax and argmin of nothing are -1 in the equations and the first index in the language. */
static Id first_if_none(Low *L, const Reduction *r, Id t)
{
    bool arg = r->op == RED_ARGMAX || r->op == RED_ARGMIN;
    if (!t || !arg || !low_may_be_empty(L, r->inner, r->n, r->where)) return t;
    return ir_op2(L->ir, OP_IMAX, t, r->n == 1 ? r->inner[0].lo : ir_int(L->ir, 0));
}

Id reduction_value(Low *L, const Reduction *r, RedKind kind, Span at)
{
    char name[80];
    size_t n = strlen(L->stem);
    if (n > 60) n = 60;
    memcpy(name, L->stem, n);
    name[n] = '_';
    strcpy(name + n + 1, red_name(kind));
    Id t = low_temp(L, r->body, r->op, r->inner, r->n, r->where, name, at);
    return kind == R_MEAN && t ? ir_op2(L->ir, OP_DIV, t, count_terms(L, r, at)) : first_if_none(L, r, t);
}

static Value *reduce_array(Low *L, const Ast *e, const Value *v)
{
    Reduction r = {.op = red_of((RedKind)e->red), .n = v->rank};
    Id ix[MAX_RANK];
    low_fresh(L, v->shape, v->rank, r.inner);
    for (uint32_t k = 0; k < v->rank; k++) ix[k] = ir_var(L->ir, r.inner[k].var);
    r.body = low_real(L, value_at(L, v, ix));
    if (!r.body || !reducible(L, r.op, r.body, e->kid[0]->span)) return value_bad(L);
    return value_scalar(L, reduction_value(L, &r, (RedKind)e->red, e->span));
}

/* ---- products and other functions of whole arrays */

static Value *matrix_product(Low *L, const Ast *e, Value *a, Value *b)
{
    Ir *ir = L->ir;
    if (a->kind == VAL_BAD || b->kind == VAL_BAD) return value_bad(L);
    if (!a->rank || !b->rank || a->rank > 2 || b->rank > 2) {
        const Ast *w = !a->rank || a->rank > 2 ? e->kid[0] : e->kid[1];
        const Value *v = w == e->kid[0] ? a : b;
        low_error(L, w->span, "@ takes matrices and vectors; this has %u dimensions", v->rank);
        if (!v->rank) low_help(L, "a product with a scalar is written *");
        return value_bad(L);
    }
    if (!same_size(L, a->shape[a->rank - 1], b->shape[0], e->kid[0]->span, e->kid[1]->span,
                   "columns on the left, rows on the right"))
        return value_bad(L);
    a = value_named(L, a, "left");
    b = value_named(L, b, "right");
    if (a->kind != VAL_ARRAY || b->kind != VAL_ARRAY) return value_bad(L);
    Definition d = {.op = RED_SUM, .ninner = 1};
    Id shape[2], ai[2], bi[2], own_ix[2] = {0};
    uint32_t n = 0;
    if (a->rank == 2) shape[n++] = a->shape[0];
    if (b->rank == 2) shape[n++] = b->shape[1];
    d.nown = n;
    low_fresh(L, shape, n, d.own);
    Id k = low_var(L, "k", L->span, ir_int(ir, 0), b->shape[0], NULL);
    for (uint32_t i = 0; i < n; i++) own_ix[i] = ir_var(ir, d.own[i].var);
    ai[0] = a->rank == 2 ? own_ix[0] : ir_var(ir, k);
    ai[1] = ir_var(ir, k);
    bi[0] = ir_var(ir, k);
    bi[1] = n ? own_ix[n - 1] : 0;
    d.inner[0] = (Binder){k, ir_int(ir, 0), b->shape[0]};
    d.body = ir_op2(ir, OP_MUL, value_at(L, a, ai), value_at(L, b, bi));
    const char *name = n ? arena_printf(L->a, "%s_product", L->stem) : "product";
    return low_define(L, &d, low_temp_name(L, name), ARRAY_LOCAL, e->span);
}

static Value *dot_product(Low *L, const Ast *e, Value *a, Value *b, const char *what)
{
    if (a->kind == VAL_BAD || b->kind == VAL_BAD) return value_bad(L);
    if (!a->rank || a->rank != b->rank) {
        low_error(L, e->span, "%s takes arrays of equal shape", what);
        return value_bad(L);
    }
    for (uint32_t d = 0; d < a->rank; d++)
        if (!same_size(L, a->shape[d], b->shape[d], e->kid[0]->span, e->kid[e->n - 1]->span, what)) return value_bad(L);
    Binder bs[MAX_RANK];
    Id ix[MAX_RANK];
    low_fresh(L, a->shape, a->rank, bs);
    for (uint32_t k = 0; k < a->rank; k++) ix[k] = ir_var(L->ir, bs[k].var);
    Id x = value_at(L, a, ix), y = value_at(L, b, ix);
    if (!x || !y) return value_bad(L);
    if (!is_number(L, x, e, 0) || !is_number(L, y, e, e->n - 1)) return value_bad(L);
    return value_scalar(L, low_temp(L, ir_op2(L->ir, OP_MUL, x, y), RED_SUM, bs, a->rank, 0, what, e->span));
}

static Value *cross_product(Low *L, const Ast *e, Value *const *x)
{
    Id c[2][3];
    for (uint32_t k = 0; k < 2; k++) {
        if (x[k]->kind == VAL_BAD) return value_bad(L);
        if (x[k]->rank != 1 || ir_prove_eq(L->ir, x[k]->shape[0], ir_int(L->ir, 3)) != 1) {
            low_error(L, e->kid[k]->span, "cross takes vectors of 3; this has the shape %s", shape_text(L, x[k]));
            return value_bad(L);
        }
        Value *v = value_named(L, x[k], "cross_part");
        for (uint32_t i = 0; i < 3; i++) {
            Id ix = ir_int(L->ir, i);
            if (!(c[k][i] = value_at(L, v, &ix))) return value_bad(L);
        }
    }
    Value **kid = arena_alloc(L->a, 3 * sizeof *kid);
    for (uint32_t i = 0; i < 3; i++) {
        uint32_t p = (i + 1) % 3, q = (i + 2) % 3;
        kid[i] = value_scalar(
            L, ir_op2(L->ir, OP_SUB, ir_op2(L->ir, OP_MUL, c[0][p], c[1][q]), ir_op2(L->ir, OP_MUL, c[0][q], c[1][p])));
    }
    Id three = ir_int(L->ir, 3);
    Value *v = value_shape(L, 1, &three);
    v->kind = VAL_LIST;
    v->n = 3;
    v->kid = kid;
    return v;
}

static Value *transpose(Low *L, const Ast *e, Value *x)
{
    if (x->kind == VAL_BAD) return x;
    if (x->rank < 2) {
        low_error(L, e->kid[0]->span, "transpose takes a matrix; this has %u dimension%s", x->rank,
                  x->rank == 1 ? "" : "s");
        return value_bad(L);
    }
    Id shape[MAX_RANK];
    for (uint32_t k = 0; k < x->rank; k++) shape[k] = x->shape[x->rank - 1 - k];
    Value *v = value_shape(L, x->rank, shape);
    Value **kid = arena_alloc(L->a, sizeof *kid);
    kid[0] = x;
    v->kind = VAL_TRANSPOSE;
    v->n = 1;
    v->kid = kid;
    return v;
}

static Value *random_value(Low *L, const Ast *e, Value *const *x)
{
    if (e->n > MAX_ARGS) {
        low_error(L, e->span, "random of more than %d numbers", MAX_ARGS);
        return value_bad(L);
    }
    Id *k = arena_alloc(L->a, e->n * sizeof(Id));
    for (uint32_t i = 0; i < e->n; i++) {
        if (x[i]->kind == VAL_BAD) return value_bad(L);
        if (x[i]->rank || !is_number(L, x[i]->node, e, i)) {
            if (x[i]->rank) low_error(L, e->kid[i]->span, "random takes numbers; this is an array");
            return value_bad(L);
        }
        k[i] = x[i]->node;
    }
    return value_scalar(L, ir_make(L->ir, OP_RANDOM, k, e->n));
}

/* Are the elements conditions? */
static bool of_conditions(Low *L, const Value *v)
{
    Id ix[MAX_RANK];
    for (uint32_t k = 0; k < v->rank; k++) ix[k] = ir_int(L->ir, 0);
    Id x = v->rank <= MAX_RANK ? value_at(L, v, ix) : 0;
    return x && ir_type(L->ir, x) == T_BOOL;
}

static Value *lower_list(Low *L, const Ast *e)
{
    Value **kid = arena_alloc(L->a, e->n * sizeof *kid);
    for (uint32_t k = 0; k < e->n; k++) {
        kid[k] = lower_expr(L, e->kid[k]);
        if (kid[k]->kind == VAL_BAD) return value_bad(L);
        bool same = kid[k]->rank == kid[0]->rank && kid[k]->rank < MAX_RANK / 2;
        for (uint32_t d = 0; same && d < kid[k]->rank; d++)
            if (!same_size(L, kid[0]->shape[d], kid[k]->shape[d], e->kid[k]->span, e->kid[0]->span,
                           "entries of one array"))
                return value_bad(L);
        if (!same) {
            low_error(L, e->kid[k]->span, "entries of one array have different shapes");
            low_also(L, e->kid[0]->span);
            return value_bad(L);
        }
        if (of_conditions(L, kid[k]) != of_conditions(L, kid[0])) {
            low_error(L, e->kid[k]->span, "entries of one array are conditions and numbers");
            low_also(L, e->kid[0]->span);
            return value_bad(L);
        }
    }
    Id shape[MAX_RANK];
    shape[0] = ir_int(L->ir, e->n);
    for (uint32_t d = 0; d < kid[0]->rank; d++) shape[d + 1] = kid[0]->shape[d];
    Value *v = value_shape(L, kid[0]->rank + 1, shape);
    v->kind = VAL_LIST;
    v->n = e->n;
    v->kid = kid;
    return v;
}

/* sum(a, b), logsumexp(a, b, c), ...: of the array of these scalars */
static Value *reduce_scalars(Low *L, const Ast *e)
{
    Value *v = lower_list(L, e);
    if (v->kind == VAL_BAD) return v;
    if (v->rank == 1) return reduce_array(L, e, v);
    low_error(L, e->span, "%s takes one array or several scalars; these are several arrays", e->name);
    return value_bad(L);
}

static Value *call_builtin(Low *L, const Ast *e)
{
    Builtin f = e->sym->builtin;
    if (f == B_GRAD || f == B_JVP) return lower_derivative(L, e);
    if (f == B_REDUCTION && e->n > 1 && e->red != R_MAX && e->red != R_MIN) return reduce_scalars(L, e);
    Value **x = arena_alloc(L->a, (e->n + 1) * sizeof *x);
    for (uint32_t k = 0; k < e->n; k++) x[k] = lower_expr(L, e->kid[k]);
    switch ((int)f) {
    case B_CHOLESKY:
    case B_SOLVE:
    case B_INVERSE:
    case B_DET:
    case B_LOGDET: return call_algebra(L, e, x);
    case B_TRANSPOSE: return transpose(L, e, x[0]);
    case B_NORM: {
        Value *d = dot_product(L, e, x[0], x[0], "norm");
        return d->kind == VAL_SCALAR ? value_scalar(L, ir_op1(L->ir, OP_SQRT0, d->node)) : d;
    }
    case B_DOT: return dot_product(L, e, x[0], x[1], "dot");
    case B_CROSS: return cross_product(L, e, x);
    case B_RANDOM: return random_value(L, e, x);
    case B_REDUCTION:
        if (e->n > 1) break; /* max, min: the others are done */
        if (x[0]->kind == VAL_BAD) return x[0];
        if (!x[0]->rank) {
            low_error(L, e->kid[0]->span, "%s takes a whole array; this is a scalar", e->name);
            low_help(L, "bind an index: %s[i] ...", e->name);
            return value_bad(L);
        }
        return reduce_array(L, e, x[0]);
    }
    return value_map(L, e, x, e->n);
}

/* ---- expressions */

static Value *lower_at(Low *L, const Ast *e)
{
    Value *v = lower_expr(L, e->kid[0]);
    Id ix[MAX_RANK];
    uint32_t n = e->n - 1;
    bool ok = v->kind != VAL_BAD;
    if (ok && n > v->rank) {
        if (v->rank)
            low_error(L, e->span, "%s has %u dimension%s, not %u", source_text(L->ctx, e->kid[0]->span), v->rank,
                      v->rank == 1 ? "" : "s", n);
        else
            low_error(L, e->span, "%s is a scalar: it takes no subscript", source_text(L->ctx, e->kid[0]->span));
        return value_bad(L);
    }
    for (uint32_t k = 0; k < n; k++) {
        Id x = lower_int(L, e->kid[k + 1], "a subscript");
        if (!x)
            ok = false;
        else if (k < MAX_RANK)
            ix[k] = x;
    }
    return ok ? value_sub(L, v, ix, n, e) : value_bad(L);
}

static Value *lower_if(Low *L, const Ast *e)
{
    Id path = L->path;
    Value *x[3];
    x[0] = lower_expr(L, e->kid[0]);
    if (x[0]->kind == VAL_BAD) return x[0];
    if (x[0]->rank) {
        low_error(L, e->kid[0]->span, "the condition of a whole-array 'if' is a scalar");
        return value_bad(L);
    }
    if (!is_condition(L, x[0]->node, e->kid[0]->span)) return value_bad(L);
    L->path = ir_and(L->ir, path, x[0]->node);
    x[1] = lower_expr(L, e->kid[1]);
    L->path = ir_and(L->ir, path, ir_not(L->ir, x[0]->node));
    x[2] = lower_expr(L, e->kid[2]);
    L->path = path;
    return value_map(L, e, x, 3);
}

static bool is_binary(const Ast *e) { return e->kind >= A_OR && e->kind <= A_POW; }

/* a op b op c ...: the left spine may be as deep as the program is long. */
static Value *lower_binary(Low *L, const Ast *e)
{
    VEC(const Ast *) spine = {0};
    for (; is_binary(e); e = e->kid[0]) vec_push(L->a, &spine, e);
    Value *v = lower_expr(L, e);
    while (spine.n) {
        e = spine.at[--spine.n];
        Id path = L->path;
        if ((e->kind == A_AND || e->kind == A_OR) && v->kind == VAL_SCALAR && !v->rank) {
            if (!is_condition(L, v->node, e->kid[0]->span))
                v = value_bad(L);
            else
                L->path = ir_and(L->ir, path, e->kind == A_AND ? v->node : ir_not(L->ir, v->node));
        }
        Value *x[] = {v, lower_expr(L, e->kid[1])};
        L->path = path;
        v = e->kind == A_MATMUL ? matrix_product(L, e, x[0], x[1]) : value_map(L, e, x, 2);
    }
    return v;
}

static Value *lower_name(Low *L, const Ast *e)
{
    const Sym *s = e->sym;
    if (s->kind == SYM_PI) return value_scalar(L, ir_real(L->ir, 3.14159265358979323846));
    if (s->kind == SYM_INF) return value_scalar(L, ir_real(L->ir, HUGE_VAL));
    Value *v = L->value[s->id];
    if (v) return v;
    if (s->kind == SYM_YIELD && !L->ctx->errors) {
        low_error(L, e->span, "the shape of %s cannot be told before its yield", s->name);
        low_also(L, s->decl->name_span);
        low_help(L, "write the ranges of its indices there, such as yield %s[..., i: 10]", s->name);
    }
    return value_bad(L);
}

Value *lower_expr(Low *L, const Ast *e)
{
    switch ((int)e->kind) {
    case A_NUM:
        if (e->num == floor(e->num) && fabs(e->num) <= 9007199254740992.0)
            return value_scalar(L, ir_int(L->ir, (int64_t)e->num));
        return value_scalar(L, ir_real(L->ir, e->num));
    case A_NAME: return lower_name(L, e);
    case A_CALL:
        if (e->sym->kind == SYM_BUILTIN) return call_builtin(L, e);
        if (e->sym->kind == SYM_EXTERN) return call_external(L, e);
        return call_function(L, e);
    case A_AT: return lower_at(L, e);
    case A_LIST: return lower_list(L, e);
    case A_IF: return lower_if(L, e);
    case A_NOT:
    case A_NEG: {
        Value *x = lower_expr(L, e->kid[0]);
        return value_map(L, e, &x, 1);
    }
    case A_REDUCE: {
        Reduction r;
        if (!lower_reduction(L, e, &r)) return value_bad(L);
        return value_scalar(L, reduction_value(L, &r, (RedKind)e->red, e->span));
    }
    default:
        if (is_binary(e)) return lower_binary(L, e);
        die("not an expression: kind %d", (int)e->kind);
    }
}

Id lower_scalar(Low *L, const Ast *e, const char *what)
{
    Value *v = lower_expr(L, e);
    if (v->kind == VAL_BAD) return 0;
    if (!v->rank) return v->node;
    low_error(L, e->span, "%s must be a scalar; this has the shape %s", what, shape_text(L, v));
    return 0;
}

Id lower_int(Low *L, const Ast *e, const char *what)
{
    Id x = lower_scalar(L, e, what);
    if (!x || ir_type(L->ir, x) == T_INT) return x;
    const Node n = L->ir->node.at[x];
    if (n.op == OP_CONST && n.type == T_REAL && n.u.r == floor(n.u.r) && fabs(n.u.r) <= 9007199254740992.0)
        return ir_int(L->ir, (int64_t)n.u.r);
    if (n.op == OP_CONST && n.type == T_REAL)
        low_error(L, e->span, "%s must be an integer of at most 2^53; this is %g", what, n.u.r);
    else
        low_error(L, e->span, "%s must be an integer; this is a %s", what,
                  n.type == T_BOOL ? "condition" : "real number");
    if (n.type == T_REAL)
        low_help(L, "integers are constants, dims, index variables, int(...) data and what + - * div %% make of them");
    return 0;
}
