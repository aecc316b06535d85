/*
 * ragged.c -- ranges between integer data, of which a row of a sparse Jacobian has its own: z: ptr[i]..ptr[i + 1].
 *
 * A read x[col[z]] in a sum over such a range gives the row one entry for each z, in column col[z].  So z counts as a variable of the
 * derivative, beside the row's, and what depends on these alone is pinned.  The range must end where that of the next row begins: then
 * entries are numbered without counting.
 */
#include "reverse.h"

/* Are all reads in the node inside their arrays, whatever the data is? */
static bool is_safe(Ir *ir, const Binders *env, Id node)
{
    IdVec all = ir_reach(ir, &node, 1);
    for (uint32_t i = 0; i < all.n; i++) {
        Node x = ir->node.at[all.at[i]];
        if (x.op != OP_READ) continue;
        Array a = ir->array.at[x.u.ref];
        if (a.kind != ARRAY_DATA) return false;
        for (uint32_t k = 0; k < x.n; k++)
            if (!within(ir, env->at, env->n, ir_kid(ir, all.at[i], k), ir->kid.at[a.dims.at + k])) return false;
    }
    return true;
}

static bool has_only(const Ir *ir, Id node, Id var)
{
    uint32_t n;
    const Id *vars = ir_vars(ir, node, &n);
    return n == 1 && vars[0] == var;
}

/* Does the range of a row end where the next one's begins?  Then *out has all but the variable. */
static bool is_ragged(Reverse *r, Binder b, Along *out)
{
    Ir *ir = r->ir;
    Binder row = r->d->around.all.at[0];
    Binders env = {0};
    Id next = ir_addi(ir, ir_var(ir, row.var), 1), lo, hi;
    if (!has_only(ir, b.lo, row.var) || ir_subst(ir, b.lo, &(Subst){row.var, next}, 1) != b.hi) return false;
    vec_push(ir->arena, &env, row);
    vec_push(ir->arena, &env, b);
    out->first = ir_subst(ir, b.lo, &(Subst){row.var, row.lo}, 1);
    out->end = ir_subst(ir, b.lo, &(Subst){row.var, row.hi}, 1);
    if (!(ir->node.at[b.lo].has & HAS_READ) || !hull(ir, env.at, env.n, b.var, &lo, &hi)) return false;
    Binders none = {0};
    if (!is_safe(ir, &env, b.lo) || !is_safe(ir, &none, out->first) || !is_safe(ir, &none, out->end)) return false;
    out->at = lo;
    out->size = ir_op2(ir, OP_SUB, hi, lo);
    return true;
}

/* The one that stands for all of the same range. */
static Along along_of(Reverse *r, Binder b, Along a)
{
    Ir *ir = r->ir;
    for (uint32_t i = 0; i < r->along.n; i++)
        if (r->along.at[i].z.lo == b.lo && r->along.at[i].z.hi == b.hi) return r->along.at[i];
    a.z = (Binder){another_var(r, b.var), b.lo, b.hi};
    a.at = ir_op2(ir, OP_SUB, ir_var(ir, a.z.var), a.at);
    vec_push(ir->arena, &r->along, a);
    return a;
}

uint32_t ragged_of(Reverse *r, const Binders *binders, Id read, Along *out)
{
    Ir *ir = r->ir;
    *out = (Along){.first = 0};
    if (!r->d->ragged || !r->d->around.all.n || !r->given[ir->node.at[read].u.ref]) return binders->n;
    for (uint32_t k = 0; k < binders->n; k++) {
        Along a;
        if (!ir_has_var(ir, read, binders->at[k].var) || !is_ragged(r, binders->at[k], &a)) continue;
        *out = along_of(r, binders->at[k], a);
        return k;
    }
    return binders->n;
}
