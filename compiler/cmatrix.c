/*
 * cmatrix.c -- functions of whole matrices as C text: the body's matrix is written to where the result goes, and a kernel
 * works on it in place.
 *
 *     double *const t1 = L + b * N * N;
 *     for (int64_t i = 0; i < N; i++) {
 *         for (int64_t j = 0; j < N; j++) {
 *             t1[i * N + j] = K[(b * N + i) * N + j];
 *         }
 *     }
 *     m_cholesky(t1, N);
 */
#include "emit.h"

#include "ckernel.h"

static Kernel kernel_of(Mat m)
{
    switch (m) {
    case MAT_CHOLESKY: return KERNEL_CHOLESKY;
    case MAT_LU: return KERNEL_LU;
    case MAT_LSOLVE: return KERNEL_LSOLVE;
    case MAT_LTSOLVE: return KERNEL_LTSOLVE;
    case MAT_LUSOLVE: return KERNEL_LUSOLVE;
    case MAT_LUTSOLVE: return KERNEL_LUTSOLVE;
    case MAT_COFACTOR: return KERNEL_COFACTOR;
    case MAT_DET: return KERNEL_DET;
    case MAT_LOGDET: return KERNEL_LOGDET;
    case MATS:
    case MAT_MAP: break;
    }
    die("no such function of matrices");
}

/* An inner variable's size as an operand of *. */
static const char *size_text(Printer *p, const Eq *e, uint32_t k)
{
    return out_expr(p, p->g->ir->binder.at[e->inner.at + k].hi, T_INT, P_UNARY);
}

/* target[i * width + j] = body; for the body's variables from the k-th on */
static void fill(Printer *p, const Eq *e, uint32_t k, const char *target, const char *width)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    const Binder *b = &ir->binder.at[e->inner.at];
    IdVec roots = {0};
    Scope s;
    if (k < ir_mat_own(e)) {
        for_open(p, b[k]);
        fill(p, e, k + 1, target, width);
        for_close(p, b[k]);
        return;
    }
    vec_push(g->arena, &roots, e->body);
    block_open(p, &s, &roots);
    out_need(p, &e->body, 1);
    const char *i = p->var_name[b[0].var];
    const char *at = k == 1 ? i : arena_printf(g->arena, "%s * %s + %s", i, width, p->var_name[b[1].var]);
    out_line(p, "%s[%s] = %s;", target, at, out_expr(p, e->body, T_REAL, P_COND));
    block_close(p, &s);
}

/* A function of lanes, of what is written where its values go. */
static void print_map(Printer *p, Eq e)
{
    Gen *g = p->g;
    Kernel kernel;
    lane_kernel(ir_opof(g->ir, e.body), &kernel);
    const char *f = kernel_name(g, (Kernel)(kernel - KERNEL_VEXP + KERNEL_VEXP_ALL)), *t = fresh_temp(p);
    out_line(p, "%s *const %s = %s;", g->real, t, out_matrix(p, e.target, e.subs, 1));
    e.body = ir_kid(g->ir, e.body, 0);
    fill(p, &e, 0, t, "1");
    out_line(p, "%s(%s, %s);", f, t, out_expr(p, g->ir->binder.at[e.inner.at].hi, T_INT, P_COND));
}

const char *print_matrix(Printer *p, Id eq)
{
    Gen *g = p->g;
    Eq e = g->ir->eq.at[eq];
    if (e.matrix == MAT_MAP) {
        print_map(p, e);
        return NULL;
    }
    const char *f = kernel_name(g, kernel_of((Mat)e.matrix)), *n = size_text(p, &e, 0);
    if (e.matrix == MAT_DET || e.matrix == MAT_LOGDET) {
        Node x = g->ir->node.at[e.body];
        return arena_printf(g->arena, "%s(%s, %s)", f, out_matrix(p, x.u.ref, (Slice){x.kids, x.n}, 2), n);
    }
    uint32_t own = ir_mat_own(&e);
    const char *m = own == 2 ? size_text(p, &e, 1) : "1", *t = fresh_temp(p);
    out_line(p, "%s *const %s = %s;", g->real, t, out_matrix(p, e.target, e.subs, own));
    fill(p, &e, 0, t, e.matrix == MAT_LU && !g->opts->blas ? size_text(p, &e, 2) : m); /* clapack.c: no gap */
    if (!e.with) {
        out_line(p, "%s(%s, %s);", f, t, n);
        return NULL;
    }
    Node x = g->ir->node.at[e.with];
    out_line(p, "%s(%s, %s, %s, %s);", f, out_matrix(p, x.u.ref, (Slice){x.kids, x.n}, 2), t, n, m);
    return NULL;
}
