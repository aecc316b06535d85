/*
 * algebra.c -- cholesky, solve, inverse, det and logdet of whole matrices -> equations.
 *
 * They become functions of matrices (ir.h), over the free index variables of their arguments; solve, inverse, det and logdet
 * of one matrix share its factors.  A determinant of at most 4 rows is written out, so that its derivative is that of a polynomial,
 * also where it is 0; and what is 1 x 1 is a scalar.
 */
#include "lower.h"

#include <string.h>

/* A function of matrices: its inner variables, of which `tail` are the last subscripts of the result, with their sizes. */
typedef struct {
    Mat mat;
    Id body, with;
    Binder inner[3];
    uint32_t n, ntail;
    Id tail[2], dims[2];
    const char *name;
} Call;

/* The result at the variables around and the free ones of the arguments: a matrix, a vector or a scalar. */
static Value *apply(Low *L, const Call *c, Span at)
{
    Ir *ir = L->ir;
    Binder outer[2 * MAX_RANK];
    Id dims[2 * MAX_RANK], subs[2 * MAX_RANK], roots[2] = {c->body, c->with};
    uint32_t npre = low_free(L, roots, 2, c->inner, c->n, outer, MAX_RANK / 2);
    if (npre == UINT32_MAX) return value_bad(L);
    uint32_t fixed = low_fixed(L, dims, subs), n = fixed + npre;
    if (!low_place(L, outer, npre, dims + fixed, subs + fixed, at)) return value_bad(L);
    memcpy(dims + n, c->dims, c->ntail * sizeof *dims);
    memcpy(subs + n, c->tail, c->ntail * sizeof *subs);
    const char *name = low_temp_name(L, arena_printf(L->a, "%s_%s", L->stem, c->name));
    Id array = low_array(L, name, ARRAY_LOCAL, T_REAL, dims, n + c->ntail, at);
    Eq e = {.target = array, .body = c->body, .with = c->with, .op = RED_MATRIX, .matrix = (uint8_t)c->mat};
    e.when = low_guard(L, outer, npre);
    e.subs = ir_ids(ir, subs, n + c->ntail);
    e.outer = ir_binders(ir, outer, npre);
    e.inner = ir_binders(ir, c->inner, c->n);
    e.span = at;
    low_emit(L, &e);
    return value_array(L, array, subs, n);
}

static Id var(Low *L, Binder b) { return ir_var(L->ir, b.var); }

/* An element as a real number; 0 after an error. */
static Id element(Low *L, const Ast *at, const Value *v, const Id *ix)
{
    Id x = value_at(L, v, ix);
    if (!x || ir_type(L->ir, x) != T_BOOL) return x ? low_real(L, x) : 0;
    low_error(L, at->span, "a condition stands where a number is wanted");
    return 0;
}

static bool is_square(Low *L, const Ast *e, const Value *a)
{
    if (a->kind == VAL_BAD) return false;
    if (a->rank == 2)
        return same_size(L, a->shape[0], a->shape[1], e->kid[0]->span, e->name_span,
                         arena_printf(L->a, "rows and columns: %s takes a square matrix", e->name));
    if (a->rank)
        low_error(L, e->kid[0]->span, "%s takes a square matrix; this has the shape %s", e->name, shape_text(L, a));
    else
        low_error(L, e->kid[0]->span, "%s takes a square matrix; this is a scalar", e->name);
    return false;
}

/* ---- factors */

/* cholesky or lu of a matrix: variables i, j over it, and k over the wider rows of lu. */
static Value *factor(Low *L, const Ast *e, Mat mat, const Value *a)
{
    Ir *ir = L->ir;
    Call c = {.mat = mat, .n = mat == MAT_LU ? 3 : 2, .ntail = 2, .name = mat == MAT_LU ? "lu" : "cholesky"};
    Id shape[3] = {a->shape[0], a->shape[1], ir_addi(ir, a->shape[0], 1)};
    low_fresh(L, shape, c.n, c.inner);
    Id ix[2] = {var(L, c.inner[0]), var(L, c.inner[1])};
    if (!(c.body = element(L, e->kid[0], a, ix))) return value_bad(L);
    c.tail[0] = ix[0];
    c.tail[1] = var(L, c.inner[c.n - 1]);
    c.dims[0] = shape[0];
    c.dims[1] = shape[c.n - 1];
    return apply(L, &c, e->span);
}

/* The same lu again: of this part of an array, in the same scans and branches. */
static Value *lu_of(Low *L, const Ast *e, const Value *a)
{
    if (a->kind != VAL_ARRAY) return factor(L, e, MAT_LU, a);
    IdVec key = {0};
    Id dims[2 * MAX_RANK], subs[2 * MAX_RANK];
    uint32_t fixed = low_fixed(L, dims, subs);
    vec_push(L->a, &key, a->array);
    vec_push(L->a, &key, L->path);
    for (uint32_t k = 0; k < a->npre; k++) vec_push(L->a, &key, a->pre[k]);
    for (uint32_t k = 0; k < fixed; k++) vec_push(L->a, &key, subs[k]);
    for (uint32_t k = 0; k < L->factors.n; k++) {
        const Instance *f = &L->factors.at[k];
        if (f->nkey == key.n && memcmp(f->key, key.at, key.n * sizeof(Id)) == 0) return f->result;
    }
    Value *v = factor(L, e, MAT_LU, a);
    if (!L->quiet) vec_push(L->a, &L->factors, ((Instance){NULL, key.at, key.n, v}));
    return v;
}

/* F[pre, i, k], the factors at the first inner variable and a new one over their width. */
static Id factor_at(Low *L, const Value *f, Call *c)
{
    low_fresh(L, &f->shape[1], 1, &c->inner[c->n]);
    Id ix[2] = {var(L, c->inner[0]), var(L, c->inner[c->n])};
    c->n++;
    return value_at(L, f, ix);
}

/* ---- determinants */

/* The determinant of the rows from r on, without the columns in `gone`. */
static Id minor(Low *L, Id x[4][4], uint32_t n, uint32_t r, uint32_t gone)
{
    Ir *ir = L->ir;
    Id sum = 0;
    bool minus = false;
    for (uint32_t k = 0; k < n; k++) {
        if (gone >> k & 1) continue;
        Id term = r + 1 == n ? x[r][k] : ir_op2(ir, OP_MUL, x[r][k], minor(L, x, n, r + 1, gone | 1u << k));
        sum = !sum ? term : ir_op2(ir, minus ? OP_SUB : OP_ADD, sum, term);
        minus = !minus;
    }
    return sum;
}

static Value *written_out(Low *L, const Ast *e, const Value *a, uint32_t n)
{
    Id x[4][4];
    for (uint32_t i = 0; i < n; i++)
        for (uint32_t j = 0; j < n; j++) {
            Id ix[2] = {ir_int(L->ir, i), ir_int(L->ir, j)};
            if (!(x[i][j] = element(L, e->kid[0], a, ix))) return value_bad(L);
        }
    return value_scalar(L, n ? minor(L, x, n, 0, 0) : ir_int(L->ir, 1));
}

static Value *determinant(Low *L, const Ast *e, Mat mat, const Value *a)
{
    int64_t n;
    if (ir_const_int(L->ir, a->shape[0], &n) && n <= (mat == MAT_DET ? 4 : 1)) {
        Value *d = written_out(L, e, a, (uint32_t)n);
        if (mat == MAT_DET || d->kind == VAL_BAD) return d;
        return value_scalar(L, ir_op1(L->ir, OP_LOG, ir_op1(L->ir, OP_ABS, d->node)));
    }
    const Value *f = lu_of(L, e, a);
    Call c = {.mat = mat, .n = 1, .name = mat_text[mat]};
    if (f->kind == VAL_BAD) return value_bad(L);
    low_fresh(L, f->shape, 1, c.inner);
    c.body = factor_at(L, f, &c);
    return apply(L, &c, e->span);
}

/* ---- solutions */

/* A^-1 B, or without B A^-1. */
static Value *solution(Low *L, const Ast *e, const Value *a, const Value *b)
{
    Ir *ir = L->ir;
    uint32_t rank = b ? b->rank : 2;
    Id shape[2] = {a->shape[0], rank == 1 ? 0 : b ? b->shape[1] : a->shape[0]}, ix[2] = {0};
    const Value *f = lu_of(L, e, a);
    Call c = {.mat = MAT_LUSOLVE, .n = rank, .ntail = rank, .name = e->name};
    if (f->kind == VAL_BAD) return value_bad(L);
    low_fresh(L, shape, rank, c.inner);
    for (uint32_t k = 0; k < rank; k++) {
        ix[k] = c.tail[k] = var(L, c.inner[k]);
        c.dims[k] = shape[k];
    }
    if (b)
        c.body = element(L, e->kid[1], b, ix);
    else
        c.body = ir_select(ir, ir_op2(ir, OP_EQ, ix[0], ix[1]), ir_real(ir, 1), ir_real(ir, 0));
    if (!c.body) return value_bad(L);
    c.with = factor_at(L, f, &c);
    return apply(L, &c, e->span);
}

static Value *solve(Low *L, const Ast *e, const Value *a, const Value *b)
{
    if (b->kind == VAL_BAD) return value_bad(L);
    if (b->rank == 1 || b->rank == 2)
        return same_size(L, a->shape[0], b->shape[0], e->kid[0]->span, e->kid[1]->span,
                         "rows of the matrix and of the right side")
                   ? solution(L, e, a, b)
                   : value_bad(L);
    low_error(L, e->kid[1]->span, "solve takes a vector or a matrix as its right side");
    return value_bad(L);
}

Value *call_algebra(Low *L, const Ast *e, Value *const *x)
{
    if (!is_square(L, e, x[0])) return value_bad(L);
    switch ((int)e->sym->builtin) {
    case B_CHOLESKY: return factor(L, e, MAT_CHOLESKY, x[0]);
    case B_SOLVE: return solve(L, e, x[0], x[1]);
    case B_INVERSE: return solution(L, e, x[0], NULL);
    case B_DET: return determinant(L, e, MAT_DET, x[0]);
    default: return determinant(L, e, MAT_LOGDET, x[0]);
    }
}
