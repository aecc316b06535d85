/*
 * flops.c -- how many operations on reals a function makes, as an expression in the sizes.
 *
 * A loop whose bounds depend on other indices counts as often as it can run at most; one whose bounds depend on data counts once.
 */
#include "emit.h"

typedef struct {
    Id var, most; /* the greatest value of a variable, plus 1 */
} Range;
typedef VEC(Range) RangeVec;

/* How often a loop runs at most. */
static Id extent(Ir *ir, const Func *f, RangeVec *ranges, Binder b)
{
    VEC(Subst) s = {0};
    for (uint32_t k = 0; k < ranges->n; k++) vec_push(ir->arena, &s, ((Subst){ranges->at[k].var, ranges->at[k].most}));
    bool rows = f->first && b.lo == ir_var(ir, f->first);
    Id hi = rows ? f->rows : ir_subst(ir, b.hi, s.at, s.n);
    Id lo = rows || !ir_is_size(ir, b.lo) ? ir_int(ir, 0) : b.lo;
    Id n = ir_op2(ir, OP_SUB, hi, lo);
    if (!ir_is_size(ir, n)) n = ir_int(ir, 1);
    vec_push(ir->arena, ranges, ((Range){b.var, n}));
    return n;
}

static int64_t operations(Ir *ir, Id body)
{
    IdVec ids = ir_reach(ir, &body, 1);
    int64_t n = 0;
    for (uint32_t k = 0; k < ids.n; k++) {
        Node x = ir->node.at[ids.at[k]];
        n += x.type == T_REAL && x.n && x.op != OP_READ && x.op != OP_SELECT;
    }
    return n;
}

/* Of a function of matrices: of its kernel, to the highest order, and of the body's elements. */
static Id of_matrix(Ir *ir, const Eq *e)
{
    Id n = ir->binder.at[e->inner.at].hi, square = ir_op2(ir, OP_MUL, n, n), cube = ir_op2(ir, OP_MUL, square, n);
    Id m = ir_mat_own(e) == 2 ? ir->binder.at[e->inner.at + 1].hi : ir_int(ir, 1);
    Id body = ir_imul(ir, ir_op2(ir, OP_MUL, n, m), operations(ir, e->body)), kernel = 0;
    switch ((Mat)e->matrix) {
    case MAT_CHOLESKY: kernel = ir_op2(ir, OP_IDIV, cube, ir_int(ir, 3)); break;
    case MAT_LU: kernel = ir_op2(ir, OP_IDIV, ir_imul(ir, cube, 2), ir_int(ir, 3)); break;
    case MAT_LSOLVE:
    case MAT_LTSOLVE: kernel = ir_op2(ir, OP_MUL, square, m); break;
    case MAT_LUSOLVE:
    case MAT_LUTSOLVE: kernel = ir_imul(ir, ir_op2(ir, OP_MUL, square, m), 2); break;
    case MAT_COFACTOR:
        kernel = ir_op2(ir, OP_IDIV, ir_imul(ir, ir_op2(ir, OP_MUL, square, m), 5), ir_int(ir, 2));
        break;
    case MAT_DET:
    case MAT_LOGDET: return n;
    case MATS: break;
    case MAT_MAP: return body;
    }
    return ir_op2(ir, OP_ADD, body, kernel);
}

/* Does it go over the rows that are left behind the tiles? */
static bool is_rest(const Func *f, const Loop *l)
{
    for (uint32_t k = 0; k < f->rest.n && l->kind == LOOP_FOR; k++)
        if (l->binder.lo == f->rest.at[k]) return true;
    return false;
}

static Id count(Ir *ir, const Func *f, const Loop *l, RangeVec *ranges, Id times)
{
    uint32_t mark = ranges->n;
    Id total = ir_int(ir, 0);
    /* a jammed loop has its rounds in the next one, too; rows that go one by one are counted with the tiles, strips with the sum as it is */
    if ((l->kind == LOOP_SCAN && ir->region.at[l->region].single) || l->jam || is_rest(f, l)) return total;
    if (l->kind == LOOP_TILE)
        times = ir_op2(ir, OP_MUL, times, l->size);
    else if (l->kind == LOOP_ROWS)
        vec_push(ir->arena, ranges, ((Range){l->binder.var, ir_int(ir, 1)}));
    else if (loop_repeats(l))
        times = ir_op2(ir, OP_MUL, times, extent(ir, f, ranges, l->binder));
    if (l->kind == LOOP_EQ && ir->eq.at[l->eq].op == RED_MATRIX) {
        total = ir_op2(ir, OP_MUL, times, of_matrix(ir, &ir->eq.at[l->eq]));
    } else if (l->kind == LOOP_EQ) {
        Eq e = ir->eq.at[l->eq];
        for (uint32_t k = 0; k < e.inner.n; k++)
            times = ir_op2(ir, OP_MUL, times, extent(ir, f, ranges, ir->binder.at[e.inner.at + k]));
        total = ir_op2(ir, OP_MUL, times, ir_int(ir, operations(ir, e.body) + (e.inner.n > 0 || e.add)));
    }
    for (uint32_t k = 0; k < l->kids.n; k++)
        total = ir_op2(ir, OP_ADD, total, count(ir, f, l->kids.at[k], ranges, times));
    ranges->n = mark;
    return total;
}

Id count_flops(Ir *ir, const Func *f)
{
    RangeVec ranges = {0};
    return count(ir, f, f->top, &ranges, ir_int(ir, 1));
}

void print_flops(Gen *g, Func *const *funcs, uint32_t n, Text *out)
{
    if (!n) return;
    text_add(out, " *\n * Operations on reals, at most (loops over ranges from data count as one round):\n");
    for (uint32_t k = 0; k < n; k++)
        text_addf(out, " *     %s: %s\n", funcs[k]->name, dims_text(g, funcs[k]->flops, ""));
}
