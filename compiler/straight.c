/*
 * straight.c -- functions of small matrices become straight lines.
 *
 * With at most 4 rows, a constant number, each element of the result is an equation over the leading variables, and so is what
 * the kernels (kernels.h) have on the way: the same operations in the same order, with `if` in place of branches.
 *
 *     L[b, i, j] = cholesky(i: 2, j: 2) A[b, i, j] for b: B   ->   L_root[b] = sqrt(A[b, 0, 0]) for b: B
 *                                                                  L_root_2[b] = A[b, 1, 0] / L_root[b] for b: B   ...
 *
 * Of a right side with more columns, or of a number that is not known, the columns are a loop around.
 *
 * needs: -   makes: scalar equations   breaks: -   exact: yes
 */
#include <math.h>

#include "flat.h"

/* Rows of a matrix; such functions in a program: of more, none is written out, as what makes factors and what uses them go together. */
enum { ROWS = 4, MOST = 100 };

/* A function of matrices being written out. */
typedef struct {
    Ir *ir;
    StepVec *out;
    Id region;
    const Eq *e;
    Slice outer;      /* the leading variables, and that of the columns where they are a loop */
    IdVec dims, subs; /* of what is kept: over these */
    Id n, rank;       /* rows; last subscripts of the target */
    Binder i, j, k;   /* rows, columns, the factor's width; 0: there is none */
} Line;

typedef Id Rows[ROWS];
typedef Id Square[ROWS][ROWS];

/* ---- equations */

static void set(const Line *l, Id target, Slice subs, Id value)
{
    Eq e = {.target = target, .subs = subs, .outer = l->outer, .when = l->e->when, .body = value, .span = l->e->span};
    flat_push(l->ir, l->out, STEP_EQ, ir_new_eq(l->ir, &e), l->region);
}

/* The value as an array of its own over the leading variables, read there. */
static Id keep(const Line *l, const char *name, Id value)
{
    Ir *ir = l->ir;
    if (ir_opof(ir, value) == OP_READ || ir_opof(ir, value) == OP_CONST) return value;
    name = arena_printf(ir->arena, "%s_%s", ir->array.at[l->e->target].name, name);
    Id made = ir_new_array(ir, name, ARRAY_LOCAL, ir_type(ir, value), l->dims.at, l->dims.n, l->e->span);
    set(l, made, ir_ids(ir, l->subs.at, l->subs.n), value);
    return ir_read(ir, made, l->subs.at, l->subs.n);
}

/* An element of the target, by its last subscripts. */
static void result(const Line *l, Id i, Id j, Id value)
{
    Ir *ir = l->ir;
    IdVec subs = {0};
    ir_add_ids(ir, l->e->subs, &subs);
    if (l->rank == 2) subs.at[subs.n - 1] = j;
    if (l->rank) subs.at[subs.n - l->rank] = i;
    set(l, l->e->target, ir_ids(ir, subs.at, subs.n), value);
}

static Id body_at(const Line *l, Id i, Id j)
{
    const Subst s[2] = {{l->i.var, i}, {l->j.var, j}};
    return ir_subst(l->ir, l->e->body, s, l->j.var ? 2 : 1);
}

static Id factor_at(const Line *l, Id i, Id k)
{
    const Subst s[2] = {{l->i.var, ir_int(l->ir, i)}, {l->k.var, ir_int(l->ir, k)}};
    return ir_subst(l->ir, l->e->with ? l->e->with : l->e->body, s, 2);
}

static void read_matrix(const Line *l, Square a)
{
    for (Id i = 0; i < l->n; i++)
        for (Id j = 0; j < l->n; j++) a[i][j] = body_at(l, ir_int(l->ir, i), ir_int(l->ir, j));
}

static Id nothing(Ir *ir) { return ir_real(ir, (double)NAN); }

static Id is_zero(Ir *ir, Id x) { return ir_op2(ir, OP_EQ, x, ir_real(ir, 0)); }

/* a - b * c */
static Id less(Ir *ir, Id a, Id b, Id c) { return ir_op2(ir, OP_SUB, a, ir_op2(ir, OP_MUL, b, c)); }

/* ---- factors */

static void cholesky(const Line *l)
{
    Ir *ir = l->ir;
    Square a;
    Id definite = 0, zero = ir_real(ir, 0);
    read_matrix(l, a);
    for (Id k = 0; k < l->n; k++) {
        Id pivot = keep(l, "pivot", a[k][k]);
        definite = ir_and(ir, definite, ir_op2(ir, OP_LT, zero, pivot));
        a[k][k] = keep(l, "root", ir_op1(ir, OP_SQRT, pivot));
        for (Id i = k + 1; i < l->n; i++) a[i][k] = keep(l, "root", ir_op2(ir, OP_DIV, a[i][k], a[k][k]));
        for (Id i = k + 1; i < l->n; i++)
            for (Id j = k + 1; j <= i; j++) a[i][j] = less(ir, a[i][j], a[i][k], a[j][k]);
    }
    definite = keep(l, "definite", definite);
    for (Id i = 0; i < l->n; i++)
        for (Id j = 0; j < l->n; j++) {
            Id value = ir_select(ir, definite, j <= i ? a[i][j] : zero, nothing(ir));
            result(l, ir_int(ir, i), ir_int(ir, j), value);
        }
}

/* The row from k on with the largest element in column k. */
static Id pivot_row(const Line *l, Square a, Id k)
{
    Ir *ir = l->ir;
    Id row = ir_real(ir, k), top = ir_op1(ir, OP_ABS, a[k][k]);
    for (Id i = k + 1; i < l->n; i++) {
        Id other = ir_op1(ir, OP_ABS, a[i][k]), larger = ir_op2(ir, OP_LT, top, other);
        row = ir_select(ir, larger, ir_real(ir, i), row);
        if (i + 1 < l->n) top = ir_select(ir, larger, other, top);
    }
    return keep(l, "row", row);
}

/* Element k and that element from k on whose number is `row` change places. */
static void exchange(const Line *l, Rows x, Id row, Id k)
{
    Ir *ir = l->ir;
    Id first = x[k];
    for (Id i = k + 1; i < l->n; i++) {
        Id hit = ir_op2(ir, OP_EQ, row, ir_real(ir, i));
        x[k] = ir_select(ir, hit, x[i], x[k]);
        x[i] = keep(l, "exchanged", ir_select(ir, hit, first, x[i]));
    }
    x[k] = keep(l, "exchanged", x[k]);
}

static void exchange_rows(const Line *l, Square a, Id row, Id k)
{
    for (Id j = 0; j < l->n; j++) {
        Rows x = {0};
        for (Id i = k; i < l->n; i++) x[i] = a[i][j];
        exchange(l, x, row, k);
        for (Id i = k; i < l->n; i++) a[i][j] = x[i];
    }
}

static void lu(const Line *l)
{
    Ir *ir = l->ir;
    Square a;
    Rows row;
    read_matrix(l, a);
    for (Id k = 0; k < l->n; k++) {
        row[k] = pivot_row(l, a, k);
        exchange_rows(l, a, row[k], k);
        Id zero = is_zero(ir, a[k][k]);
        for (Id i = k + 1; i < l->n; i++) {
            Id f = ir_select(ir, zero, a[i][k], ir_op2(ir, OP_DIV, a[i][k], a[k][k]));
            a[i][k] = keep(l, "factor", f);
            for (Id j = k + 1; j < l->n; j++)
                a[i][j] = keep(l, "rest", ir_select(ir, zero, a[i][j], less(ir, a[i][j], a[i][k], a[k][j])));
        }
    }
    for (Id i = 0; i < l->n; i++) {
        for (Id j = 0; j < l->n; j++) result(l, ir_int(ir, i), ir_int(ir, j), a[i][j]);
        result(l, ir_int(ir, i), ir_int(ir, l->n), row[i]);
    }
}

/* ---- triangles: x of n elements becomes the solution; turned: of the transposed matrix */

static void divide(const Line *l, Rows x, Id i, bool unit)
{
    if (!unit) x[i] = ir_op2(l->ir, OP_DIV, x[i], factor_at(l, i, i));
    x[i] = keep(l, "part", x[i]);
}

static void subtract(const Line *l, Rows x, Id i, Id k, bool turned)
{
    x[i] = less(l->ir, x[i], turned ? factor_at(l, k, i) : factor_at(l, i, k), x[k]);
}

static void solve_down(const Line *l, Rows x, bool turned, bool unit)
{
    for (Id i = 0; i < l->n; i++) {
        for (Id k = 0; k < i; k++) subtract(l, x, i, k, turned);
        divide(l, x, i, unit);
    }
}

/* The elements below are subtracted first to last of the matrix itself, last to first of a transposed one. */
static void solve_up(const Line *l, Rows x, bool turned, bool unit)
{
    for (Id i = l->n; i-- > 0;) {
        for (Id k = i + 1; k < l->n; k++) subtract(l, x, i, turned ? l->n + i - k : k, turned);
        divide(l, x, i, unit);
    }
}

/* The exchanges of lu, in their order or backwards. */
static void exchange_all(const Line *l, Rows x, bool back)
{
    for (Id r = 0; r + 1 < l->n; r++) {
        Id k = back ? l->n - 2 - r : r;
        exchange(l, x, factor_at(l, k, l->n), k);
    }
}

/* NaN where the matrix is singular */
static void refuse(const Line *l, Rows x)
{
    Ir *ir = l->ir;
    Id singular = is_zero(ir, factor_at(l, 0, 0));
    for (Id i = 1; i < l->n; i++) singular = ir_op2(ir, OP_OR, singular, is_zero(ir, factor_at(l, i, i)));
    singular = keep(l, "singular", singular);
    for (Id i = 0; i < l->n; i++) x[i] = ir_select(ir, singular, nothing(ir), x[i]);
}

/* By those of the upper triangle, and the sign of the exchanges. */
static void times_cofactors(const Line *l, Rows x)
{
    Ir *ir = l->ir;
    Id d = ir_real(ir, 1);
    for (Id i = 0; i < l->n; i++) {
        Id moved = ir_op2(ir, OP_LT, ir_real(ir, i), factor_at(l, i, l->n));
        d = ir_select(ir, moved, ir_op1(ir, OP_NEG, d), d);
        for (Id k = 0; k < i; k++)
            x[i] = less(ir, ir_op2(ir, OP_MUL, factor_at(l, k, k), x[i]), factor_at(l, k, i), x[k]);
        x[i] = keep(l, "part", x[i]);
    }
    for (Id i = l->n; i-- > 0;) {
        d = keep(l, "product", d);
        x[i] = ir_op2(ir, OP_MUL, x[i], d);
        d = ir_op2(ir, OP_MUL, d, factor_at(l, i, i));
    }
}

static void solve_column(const Line *l, Id j)
{
    Mat mat = (Mat)l->e->matrix;
    Rows x = {0};
    for (Id i = 0; i < l->n; i++) x[i] = body_at(l, ir_int(l->ir, i), j);
    if (mat == MAT_LSOLVE) solve_down(l, x, false, false);
    if (mat == MAT_LTSOLVE) solve_up(l, x, true, false);
    if (mat == MAT_LUSOLVE) {
        exchange_all(l, x, false);
        solve_down(l, x, false, true);
        solve_up(l, x, false, false);
        refuse(l, x);
    }
    if (mat == MAT_LUTSOLVE) {
        solve_down(l, x, true, false);
        solve_up(l, x, true, true);
        exchange_all(l, x, true);
        refuse(l, x);
    }
    if (mat == MAT_COFACTOR) {
        times_cofactors(l, x);
        solve_up(l, x, true, true);
        exchange_all(l, x, true);
    }
    for (Id i = 0; i < l->n; i++) result(l, ir_int(l->ir, i), j, x[i]);
}

static void solve(Line *l)
{
    Ir *ir = l->ir;
    int64_t m = 0;
    if (!l->j.var || (ir_const_int(ir, l->j.hi, &m) && m <= ROWS)) {
        for (int64_t j = 0; j < (l->j.var ? m : 1); j++) solve_column(l, ir_int(ir, j));
        return;
    }
    Binders outer = {0};
    ir_add_binders(ir, l->outer, &outer);
    vec_push(ir->arena, &outer, l->j);
    l->outer = ir_binders(ir, outer.at, outer.n);
    vec_push(ir->arena, &l->dims, l->j.hi);
    vec_push(ir->arena, &l->subs, ir_var(ir, l->j.var));
    solve_column(l, ir_var(ir, l->j.var));
}

/* ---- determinants, of the factors by lu */

static void determinant(const Line *l)
{
    Ir *ir = l->ir;
    bool log = l->e->matrix == MAT_LOGDET;
    Id all = 0;
    for (Id i = 0; i < l->n; i++) {
        Id x = factor_at(l, i, i), moved = ir_op2(ir, OP_LT, ir_real(ir, i), factor_at(l, i, l->n));
        x = log ? ir_op1(ir, OP_LOG, ir_op1(ir, OP_ABS, x)) : ir_select(ir, moved, ir_op1(ir, OP_NEG, x), x);
        all = all ? ir_op2(ir, log ? OP_ADD : OP_MUL, all, x) : x;
    }
    result(l, 0, 0, all);
}

/* ---- */

static Line line_of(Ir *ir, StepVec *out, Step s, const Eq *e, int64_t n)
{
    Line l = {.ir = ir, .out = out, .region = s.in, .e = e, .outer = e->outer, .n = (Id)n, .rank = ir_mat_rank(ir, e)};
    const Binder *b = &ir->binder.at[e->inner.at];
    bool pair = e->matrix == MAT_DET || e->matrix == MAT_LOGDET;
    l.i = b[0];
    if (ir_mat_own(e) == 2) l.j = b[1];
    if (e->with || pair) l.k = b[e->inner.n - 1];
    ir_add_ids(ir, ir->array.at[e->target].dims, &l.dims);
    ir_add_ids(ir, e->subs, &l.subs);
    l.dims.n -= l.rank;
    l.subs.n -= l.rank;
    return l;
}

static void write_out(Line *l)
{
    switch ((Mat)l->e->matrix) {
    case MAT_CHOLESKY: cholesky(l); return;
    case MAT_LU: lu(l); return;
    case MAT_LSOLVE:
    case MAT_LTSOLVE:
    case MAT_LUSOLVE:
    case MAT_LUTSOLVE:
    case MAT_COFACTOR: solve(l); return;
    case MAT_DET:
    case MAT_LOGDET: determinant(l); return;
    case MATS:
    case MAT_MAP: break;
    }
    die("no such function of matrices");
}

/* The number of rows, where that is a constant and small; else 0. */
static int64_t small_rows(Ir *ir, Step s)
{
    int64_t n;
    if (s.kind != STEP_EQ || ir->eq.at[s.id].op != RED_MATRIX) return 0;
    return ir_const_int(ir, ir->binder.at[ir->eq.at[s.id].inner.at].hi, &n) && n > 0 && n <= ROWS ? n : 0;
}

void straight(Ir *ir, Flat *f)
{
    StepVec out = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < f->steps.n; i++) count += small_rows(ir, f->steps.at[i]) > 0;
    if (count == 0 || count > MOST) return;
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        int64_t n = small_rows(ir, s);
        if (!n) {
            vec_push(ir->arena, &out, s);
            continue;
        }
        Eq e = ir->eq.at[s.id];
        Line l = line_of(ir, &out, s, &e, n);
        write_out(&l);
    }
    f->steps = out;
}

void straight_program(Ir *ir)
{
    Flat f = flat_of(ir);
    straight(ir, &f);
    StepVec steps = f.steps;
    flat_store(ir, &f, &steps);
}
