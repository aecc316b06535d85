/*
 * linalg.c -- adjoints and tangents of functions of whole matrices.
 *
 * With d_X for the adjoint of X = A^-1 B it is that of B that solves A' d_B = d_X, and d_A = -d_B X' (Giles 2008, Collected matrix
 * derivative results, 2.2, 2.3); the adjoint of a factor of lu stands for that of the matrix.  For A = L L', with P the lower
 * triangle of L' d_L, its diagonal halved, S = L'^-1 P L^-1 and d_A = S + S' below the diagonal and S on it (Murray 2016,
 * Differentiation of the Cholesky decomposition, 8 and 10, where only the lower triangle of A counts).  Tangents are the same
 * formulas before transposition.  The derivative of det A is the matrix C of the cofactors.  That of C itself is that of
 * det(A) A'^-1: t_C = tr(A^-1 t_A) C - A'^-1 t_A' C, where A has an inverse.  All of it is equations and functions of matrices again, so that it has derivatives in turn.
 */
#include "derive.h"

typedef struct {
    Ir *ir;
    const Eq *e;
    const Leading *lead;
    IdVec *eqs;
    Binder i, j;  /* rows and columns of the body */
    uint32_t own; /* 1: a vector, without columns */
    const char *stem;
} Rule;

static Id var(Ir *ir, Binder b) { return ir_var(ir, b.var); }

static Rule rule_of(Ir *ir, const Eq *e, const Leading *lead, IdVec *eqs)
{
    Rule r = {.ir = ir, .e = e, .lead = lead, .eqs = eqs, .own = ir_mat_own(e)};
    r.i = ir->binder.at[e->inner.at];
    if (r.own == 2) r.j = ir->binder.at[e->inner.at + 1];
    return r;
}

static Binder fresh(const Rule *r, const char *name, Id hi)
{
    return (Binder){ir_new_var(r->ir, name, r->e->span), ir_int(r->ir, 0), hi};
}

/* array[leading..., i, j]; where j is 0 array[leading..., i], and without i too array[leading...] */
static Id element(const Rule *r, Id array, Id i, Id j)
{
    Ir *ir = r->ir;
    IdVec subs = {0};
    for (uint32_t k = 0; k < r->lead->subs.n; k++) vec_push(ir->arena, &subs, r->lead->subs.at[k]);
    if (i) vec_push(ir->arena, &subs, i);
    if (j) vec_push(ir->arena, &subs, j);
    return ir_read(ir, array, subs.at, subs.n);
}

/* The read with the given last subscripts in place of its own; second 0: one. */
static Id read_at(Ir *ir, Id read, Id first, Id second)
{
    Node x = ir->node.at[read];
    IdVec subs = {0};
    ir_add_ids(ir, (Slice){x.kids, x.n}, &subs);
    if (second) subs.at[x.n - 1] = second;
    subs.at[x.n - (second ? 2 : 1)] = first;
    return ir_read(ir, x.u.ref, subs.at, subs.n);
}

/* The target's own element. */
static Id own_at(const Rule *r, Id i, Id j)
{
    Ir *ir = r->ir;
    IdVec subs = {0};
    ir_add_ids(ir, r->e->subs, &subs);
    return read_at(ir, ir_read(ir, r->e->target, subs.at, subs.n), i, r->own == 2 ? j : 0);
}

/* A node over i and j at others. */
static Id node_at(const Rule *r, Id node, Id i, Id j)
{
    Subst s[2] = {{r->i.var, i}, {r->j.var, j}};
    return ir_subst(r->ir, node, s, r->own);
}

/* An array over the leading variables, i and j, with the equation that sets it: `e` has op, body, inner and conditions. */
static Id make(const Rule *r, Eq e, const char *name, Binder i, Binder j)
{
    Ir *ir = r->ir;
    IdVec dims = {0};
    Binders outer = {0};
    const Binder own[2] = {i, j};
    uint32_t rank = j.var ? 2 : i.var ? 1 : 0;
    Id subs[2] = {i.var ? var(ir, i) : 0, j.var ? var(ir, j) : 0};
    for (uint32_t k = 0; k < r->lead->dims.n; k++) vec_push(ir->arena, &dims, r->lead->dims.at[k]);
    for (uint32_t k = 0; k < rank; k++) vec_push(ir->arena, &dims, own[k].hi);
    for (uint32_t k = 0; k < r->lead->outer.n; k++) vec_push(ir->arena, &outer, r->lead->outer.at[k]);
    for (uint32_t k = 0; k < rank && e.op != RED_MATRIX; k++) vec_push(ir->arena, &outer, own[k]);
    name = arena_printf(ir->arena, "%s_%s", name, ir->array.at[r->e->target].name);
    e.target = ir_new_array(ir, name, ARRAY_LOCAL, T_REAL, dims.at, dims.n, r->e->span);
    const Id read = element(r, e.target, subs[0], subs[1]);
    const Node at = ir->node.at[read];
    e.subs = (Slice){at.kids, at.n};
    e.outer = ir_binders(ir, outer.at, outer.n);
    e.when = r->lead->when;
    e.span = r->e->span;
    vec_push(ir->arena, r->eqs, ir_new_eq(ir, &e));
    return e.target;
}

/* The array X of mat X = b, for b over i and j and a factor that is read at (first, second). */
static Id solved(const Rule *r, Mat mat, Id factor, Id width, Id b, Binder i, Binder j, const char *name)
{
    Ir *ir = r->ir;
    Binder k = fresh(r, "k", width), inner[3] = {i, j.var ? j : k, k};
    Eq e = {.op = RED_MATRIX, .matrix = (uint8_t)mat, .body = b, .with = read_at(ir, factor, var(ir, i), var(ir, k))};
    e.inner = ir_binders(ir, inner, j.var ? 3 : 2);
    return make(r, e, name, i, j);
}

static void receive(const Rule *r, Receipts *out, Id of, Id cond, Id value, Binder i, Binder j, Binder k)
{
    Receipt x = {.of = of, .cond = cond, .value = value};
    const Binder own[3] = {i, j, k};
    ir_add_binders(r->ir, r->e->outer, &x.binders);
    for (uint32_t b = 0; b < 3; b++)
        if (own[b].var) vec_push(r->ir->arena, &x.binders, own[b]);
    vec_push(r->ir->arena, out, x);
}

static Mat transposed(Mat m)
{
    return m == MAT_LSOLVE    ? MAT_LTSOLVE
           : m == MAT_LTSOLVE ? MAT_LSOLVE
           : m == MAT_LUSOLVE ? MAT_LUTSOLVE
                              : MAT_LUSOLVE;
}

static bool is_lower(Mat m) { return m == MAT_LSOLVE || m == MAT_LTSOLVE; }
static bool is_turned(Mat m) { return m == MAT_LTSOLVE || m == MAT_LUTSOLVE; }

static Id factor_width(const Rule *r) { return r->ir->binder.at[r->e->inner.at + r->e->inner.n - 1].hi; }

static const Binder none = {0, 0, 0};

/* ---- adjoints; bar: of the target's element, 0: only what is received under which conditions is wanted */

static void solve_adjoint(const Rule *r, Id bar, Receipts *out)
{
    Ir *ir = r->ir;
    const Eq *e = r->e;
    Mat mat = (Mat)e->matrix;
    Id i = var(ir, r->i), j = r->own == 2 ? var(ir, r->j) : 0, value = 0, of_body = 0;
    Binder q = fresh(r, "q", r->i.hi);
    if (bar) {
        Id b = solved(r, transposed(mat), e->with, factor_width(r), bar, r->i, r->j, "w");
        Id p = is_turned(mat) ? var(ir, q) : i, x = is_turned(mat) ? i : var(ir, q);
        of_body = element(r, b, i, j);
        value = ir_op1(ir, OP_NEG, ir_op2(ir, OP_MUL, element(r, b, p, j), own_at(r, x, j)));
    }
    receive(r, out, e->body, 0, of_body, r->i, r->j, none);
    Id cond = is_lower(mat) ? ir_op2(ir, OP_LE, var(ir, q), i) : 0;
    receive(r, out, read_at(ir, e->with, i, var(ir, q)), cond, value, r->i, q, r->j);
}

/* b, but half on the diagonal and nothing above it */
static Id half_diagonal(const Rule *r, Id i, Id j, Id b)
{
    Ir *ir = r->ir;
    Id lower = ir_select(ir, ir_op2(ir, OP_LT, j, i), b, ir_real(ir, 0));
    return ir_select(ir, ir_op2(ir, OP_EQ, i, j), ir_op2(ir, OP_MUL, ir_real(ir, 0.5), b), lower);
}

static void cholesky_adjoint(const Rule *r, Id bar, Receipts *out)
{
    Ir *ir = r->ir;
    Id i = var(ir, r->i), j = var(ir, r->j), n = r->i.hi, value = 0;
    if (bar) {
        Binder k = fresh(r, "k", n);
        Id at = var(ir, k), l = own_at(r, i, j);
        k.lo = i;
        Eq p = {.op = RED_SUM, .body = ir_op2(ir, OP_MUL, own_at(r, at, i), node_at(r, bar, at, j))};
        p.where = ir_op2(ir, OP_LE, j, i);
        p.inner = ir_binders(ir, &k, 1);
        Id made = make(r, p, "p", r->i, r->j);
        Id s = solved(r, MAT_LTSOLVE, l, n, half_diagonal(r, i, j, element(r, made, i, j)), r->i, r->j, "s");
        Id t = solved(r, MAT_LTSOLVE, l, n, element(r, s, j, i), r->i, r->j, "w");
        value = ir_op2(ir, OP_ADD, element(r, t, i, j), element(r, t, j, i));
        value = ir_select(ir, ir_op2(ir, OP_EQ, i, j), element(r, t, i, i), value);
    }
    receive(r, out, r->e->body, ir_op2(ir, OP_LE, j, i), value, r->i, r->j, none);
}

static void lu_adjoint(const Rule *r, Id bar, Receipts *out)
{
    Ir *ir = r->ir;
    Subst s = {ir->binder.at[r->e->inner.at + 2].var, var(ir, r->j)};
    receive(r, out, r->e->body, 0, ir_subst(ir, bar, &s, 1), r->i, r->j, none);
}

/* A function of a factored matrix and the unit matrix, over i and a new variable. */
static Id of_unit(const Rule *r, Mat mat, Id factor, Binder q, const char *name)
{
    Ir *ir = r->ir;
    Id same = ir_op2(ir, OP_EQ, var(ir, r->i), var(ir, q));
    Id unit = ir_select(ir, same, ir_real(ir, 1), ir_real(ir, 0));
    return solved(r, mat, factor, factor_width(r), unit, r->i, q, name);
}

/* The transposed inverse, the derivative of log|det A|, or the cofactors, that of det A. */
static Id det_slope(const Rule *r, Binder q)
{
    bool log = r->e->matrix == MAT_LOGDET;
    return of_unit(r, log ? MAT_LUTSOLVE : MAT_COFACTOR, r->e->body, q, log ? "inverse" : "cofactor");
}

/* X = C B: d_B = C' d_X and, with Y = A^-1 d_X, d_A = tr(X' d_X) A'^-1 - X Y' */
static void cofactor_adjoint(const Rule *r, Id bar, Receipts *out)
{
    Ir *ir = r->ir;
    const Eq *e = r->e;
    Binder q = fresh(r, "q", r->i.hi), inner[2] = {r->i, r->j};
    Id i = var(ir, r->i), j = var(ir, r->j), k = var(ir, q), of_body = 0, inverse = 0, product = 0;
    if (bar) {
        Eq b = {.op = RED_SUM};
        b.body = ir_op2(ir, OP_MUL, element(r, of_unit(r, MAT_COFACTOR, e->with, q, "cofactor"), k, i),
                        node_at(r, bar, k, j));
        b.inner = ir_binders(ir, &q, 1);
        of_body = element(r, make(r, b, "w", r->i, r->j), i, j);
        Eq t = {.op = RED_SUM, .body = ir_op2(ir, OP_MUL, own_at(r, i, j), bar)};
        t.inner = ir_binders(ir, inner, 2);
        Id trace = element(r, make(r, t, "trace", none, none), 0, 0);
        inverse = ir_op2(ir, OP_MUL, trace, element(r, of_unit(r, MAT_LUTSOLVE, e->with, q, "inverse"), i, k));
        Id y = solved(r, MAT_LUSOLVE, e->with, factor_width(r), bar, r->i, r->j, "y");
        product = ir_op1(ir, OP_NEG, ir_op2(ir, OP_MUL, own_at(r, i, j), element(r, y, k, j)));
    }
    receive(r, out, e->body, 0, of_body, r->i, r->j, none);
    receive(r, out, read_at(ir, e->with, i, k), 0, inverse, r->i, q, none);
    receive(r, out, read_at(ir, e->with, i, k), 0, product, r->i, q, r->j);
}

static void det_adjoint(const Rule *r, Id bar, Receipts *out)
{
    Ir *ir = r->ir;
    Binder q = fresh(r, "q", r->i.hi);
    Id i = var(ir, r->i), k = var(ir, q), value = 0;
    if (bar) value = ir_op2(ir, OP_MUL, bar, element(r, det_slope(r, q), i, k));
    receive(r, out, read_at(ir, r->e->body, i, k), 0, value, r->i, q, none);
}

void matrix_adjoint(Ir *ir, const Eq *e, const Leading *lead, Id bar, IdVec *eqs, Receipts *out)
{
    Rule r = rule_of(ir, e, lead, eqs);
    switch ((Mat)e->matrix) {
    case MAT_CHOLESKY: cholesky_adjoint(&r, bar, out); return;
    case MAT_LU: lu_adjoint(&r, bar, out); return;
    case MAT_LSOLVE:
    case MAT_LTSOLVE:
    case MAT_LUSOLVE:
    case MAT_LUTSOLVE: solve_adjoint(&r, bar, out); return;
    case MAT_COFACTOR: cofactor_adjoint(&r, bar, out); return;
    case MAT_DET:
    case MAT_LOGDET: det_adjoint(&r, bar, out); return;
    case MATS:
    case MAT_MAP: break;
    }
    die("no such function of matrices");
}

/* ---- tangents; body, factor: over the variables that they are read at, 0: it does not move.  *t: the target's equation, to be completed */

static void set_outer(const Rule *r, Eq *t, Binder i, Binder j)
{
    Ir *ir = r->ir;
    Binders outer = {0};
    ir_add_binders(ir, t->outer, &outer);
    vec_push(ir->arena, &outer, i);
    vec_push(ir->arena, &outer, j);
    t->outer = ir_binders(ir, outer.at, outer.n);
}

/* A X = B: A t_X = t_B - t_A X */
static void solve_tangent(const Rule *r, Id body, Id factor, Eq *t)
{
    Ir *ir = r->ir;
    const Eq *e = r->e;
    Mat mat = (Mat)e->matrix;
    t->op = RED_MATRIX;
    t->matrix = e->matrix;
    t->inner = e->inner;
    t->with = e->with;
    t->body = body;
    if (!factor) return;
    Binder q = fresh(r, "q", r->i.hi);
    Id i = var(ir, r->i), j = r->own == 2 ? var(ir, r->j) : 0, k = var(ir, q),
       width = ir_kid(ir, e->with, ir->node.at[e->with].n - 1);
    Subst s[2] = {{r->i.var, is_turned(mat) ? k : i}, {ir->node.at[width].u.ref, is_turned(mat) ? i : k}};
    Eq c = {.op = RED_SUM, .body = ir_op2(ir, OP_MUL, ir_subst(ir, factor, s, 2), own_at(r, k, j))};
    if (is_lower(mat)) c.where = is_turned(mat) ? ir_op2(ir, OP_LE, i, k) : ir_op2(ir, OP_LE, k, i);
    c.inner = ir_binders(ir, &q, 1);
    Id product = element(r, make(r, c, "product", r->i, r->own == 2 ? r->j : none), i, j);
    t->body = body ? ir_op2(ir, OP_SUB, body, product) : ir_op1(ir, OP_NEG, product);
}

/* X = C B: t_X = C t_B + tr(A^-1 t_A) X - A'^-1 t_A' X */
static void cofactor_tangent(const Rule *r, Id body, Id factor, Eq *t)
{
    Ir *ir = r->ir;
    const Eq *e = r->e;
    Binder q = fresh(r, "q", r->i.hi), inner[2] = {r->i, q};
    Id i = var(ir, r->i), j = var(ir, r->j), k = var(ir, q), sum = 0;
    if (factor) {
        Id width = ir->node.at[ir_kid(ir, e->with, ir->node.at[e->with].n - 1)].u.ref;
        Subst at[2] = {{r->i.var, i}, {width, k}}, turned[2] = {{r->i.var, k}, {width, i}};
        Id inverse = of_unit(r, MAT_LUTSOLVE, e->with, q, "inverse");
        Eq s = {.op = RED_SUM, .body = ir_op2(ir, OP_MUL, element(r, inverse, i, k), ir_subst(ir, factor, at, 2))};
        s.inner = ir_binders(ir, inner, 2);
        Id trace = element(r, make(r, s, "trace", none, none), 0, 0);
        Eq p = {.op = RED_SUM, .body = ir_op2(ir, OP_MUL, ir_subst(ir, factor, turned, 2), own_at(r, k, j))};
        p.inner = ir_binders(ir, &q, 1);
        Id product = element(r, make(r, p, "product", r->i, r->j), i, j);
        Id w = solved(r, MAT_LUTSOLVE, e->with, factor_width(r), product, r->i, r->j, "w");
        sum = ir_op2(ir, OP_SUB, ir_op2(ir, OP_MUL, trace, own_at(r, i, j)), element(r, w, i, j));
    }
    if (body) {
        Id c = element(r, solved(r, MAT_COFACTOR, e->with, factor_width(r), body, r->i, r->j, "s"), i, j);
        sum = sum ? ir_op2(ir, OP_ADD, c, sum) : c;
    }
    t->body = sum;
    set_outer(r, t, r->i, r->j);
}

/* t_L = L P, P the lower triangle of L^-1 t_A L'^-1, its diagonal halved; t_A is symmetric */
static void cholesky_tangent(const Rule *r, Id body, Eq *t)
{
    Ir *ir = r->ir;
    Id i = var(ir, r->i), j = var(ir, r->j), n = r->i.hi, l = own_at(r, i, j);
    Id whole = ir_select(ir, ir_op2(ir, OP_LE, j, i), body, node_at(r, body, j, i));
    Id u = solved(r, MAT_LSOLVE, l, n, whole, r->i, r->j, "s");
    Id w = solved(r, MAT_LSOLVE, l, n, element(r, u, j, i), r->i, r->j, "w");
    Binder q = {ir_new_var(ir, "q", r->e->span), j, ir_addi(ir, i, 1)};
    Id k = var(ir, q);
    t->op = RED_SUM;
    t->body = ir_op2(ir, OP_MUL, own_at(r, i, k), half_diagonal(r, k, j, element(r, w, k, j)));
    t->inner = ir_binders(ir, &q, 1);
    set_outer(r, t, r->i, r->j);
}

static void lu_tangent(const Rule *r, Id body, Eq *t)
{
    Ir *ir = r->ir;
    IdVec subs = {0};
    ir_add_ids(ir, t->subs, &subs);
    subs.at[subs.n - 1] = var(ir, r->j);
    t->subs = ir_ids(ir, subs.at, subs.n);
    t->body = body;
    set_outer(r, t, r->i, r->j);
}

static void det_tangent(const Rule *r, Id body, Eq *t)
{
    Ir *ir = r->ir;
    Binder q = fresh(r, "q", r->i.hi), inner[2] = {r->i, q};
    Subst s = {ir->binder.at[r->e->inner.at + 1].var, var(ir, q)};
    t->op = RED_SUM;
    t->body = ir_op2(ir, OP_MUL, element(r, det_slope(r, q), var(ir, r->i), var(ir, q)), ir_subst(ir, body, &s, 1));
    t->inner = ir_binders(ir, inner, 2);
}

void matrix_tangent(Ir *ir, const Eq *e, const Leading *lead, Id body, Id factor, IdVec *eqs, Eq *t)
{
    Rule r = rule_of(ir, e, lead, eqs);
    switch ((Mat)e->matrix) {
    case MAT_CHOLESKY: cholesky_tangent(&r, body, t); return;
    case MAT_LU: lu_tangent(&r, body, t); return;
    case MAT_LSOLVE:
    case MAT_LTSOLVE:
    case MAT_LUSOLVE:
    case MAT_LUTSOLVE: solve_tangent(&r, body, factor, t); return;
    case MAT_COFACTOR: cofactor_tangent(&r, body, factor, t); return;
    case MAT_DET:
    case MAT_LOGDET: det_tangent(&r, body, t); return;
    case MATS:
    case MAT_MAP: break;
    }
    die("no such function of matrices");
}
