/*
 * mark.c -- grad(f, w) and jvp(f, w, v) -> marked equations, which expand.c turns into derivatives.
 *
 *     grad(f, w)       g[o, i] = grad(A[pre, i]) f                   A[pre, ...] is w; o are the index variables of f
 *     jvp(f, w, v)     j[o, k] = jvp(m: D; A[pre, m], v[m]) f[k]
 *
 * So w must be an array: a let or an argument that some derivative names gets one of its own, where the derivative stops.  The
 * same derivative asked for at several elements is one mark.
 */
#include "lower.h"

#include <string.h>

/* What is differentiated by, with its array and the subscripts that lead to it. */
typedef struct {
    const Value *v; /* its shape */
    Id array;
    const Id *pre;
    uint32_t npre;
} Independent;

static bool is_open_yield(const Low *L, Id array)
{
    for (const Scan *s = L->scan; s; s = s->around)
        for (uint32_t k = 0; k < s->yields.n; k++)
            if (s->yields.at[k].array == array) return true;
    return false;
}

static bool find_independent(Low *L, const Ast *e, Independent *w)
{
    const Ast *name = e->kid[1];
    const Value *v = w->v = lower_expr(L, name);
    if (v->kind == VAL_BAD) return false;
    if (v->rank) {
        w->array = v->array;
        w->pre = v->pre;
        w->npre = v->npre;
    } else {
        Node n = L->ir->node.at[v->node];
        Id *pre = arena_alloc(L->a, (n.n + 1u) * sizeof *pre);
        for (uint32_t k = 0; k < n.n; k++) pre[k] = ir_kid(L->ir, v->node, k);
        w->array = n.op == OP_READ ? n.u.ref : 0;
        w->pre = pre;
        w->npre = n.n;
    }
    if (!w->array || L->ir->array.at[w->array].type != T_REAL) {
        low_error(L, name->span, "'%s' has no derivative: it is not a real number", name->name);
        low_also(L, name->sym->decl->name_span);
        return false;
    }
    if (is_open_yield(L, w->array)) {
        low_error(L, name->span, "inside the scan that yields it, '%s' is not all there to differentiate by",
                  name->name);
        low_also(L, name->sym->decl->name_span);
        return false;
    }
    return true;
}

/* A function says it once for all its calls. */
static bool was_warned(const Low *L, Span at)
{
    for (uint32_t k = 0; k < L->ctx->diags.n; k++)
        if (L->ctx->diags.at[k].at.lo == at.lo && L->ctx->diags.at[k].at.hi == at.hi) return true;
    return false;
}

/* Everything that a mark is made of. */
typedef struct {
    Id body, by, along;
    Binder own[MAX_RANK], inner[MAX_RANK]; /* of the result; that the direction is summed over */
    uint32_t nown, ninner;
    const char *name;
} Mark;

/* Inside a scan there is no way through its earlier steps; that there is no way at all may be meant. */
static bool can_reach(Low *L, const Mark *m, const Ast *at)
{
    const Yield *y;
    Reach r = reach(L, m->body, m->by, &y);
    if (r == REACH_EARLIER) {
        low_error(L, at->kid[0]->span, "inside its scan a derivative cannot go through earlier steps of %s",
                  y->sym->name);
        low_also(L, y->sym->decl->name_span);
        low_help(L, "stop(%s[...]) is taken for a constant", y->sym->name);
        return false;
    }
    if (r == REACH_NO && !was_warned(L, at->span))
        diag_warning(L->ctx, at->span, "this does not depend on '%s': the derivative is 0", at->kid[1]->name);
    return true;
}

static Value *make_mark(Low *L, const Mark *m, const Independent *w, const Ast *at)
{
    if (L->quiet || !can_reach(L, m, at)) return value_bad(L);
    Binder outer[2 * MAX_RANK], but[2 * MAX_RANK];
    Id dims[2 * MAX_RANK], subs[2 * MAX_RANK];
    IdVec roots = {0};
    vec_push(L->a, &roots, m->body);
    vec_push(L->a, &roots, m->along);
    for (uint32_t k = 0; k < w->npre; k++) vec_push(L->a, &roots, w->pre[k]);
    memcpy(but, m->own, m->nown * sizeof *but);
    memcpy(but + m->nown, m->inner, m->ninner * sizeof *but);
    uint32_t npre = low_free(L, roots.at, roots.n, but, m->nown + m->ninner, outer, MAX_RANK / 2);
    if (npre == UINT32_MAX) return value_bad(L);
    uint32_t fixed = low_fixed(L, dims, subs), n = npre + m->nown;
    memcpy(outer + npre, m->own, m->nown * sizeof *outer);
    if (!low_place(L, outer, n, dims + fixed, subs + fixed, at->span)) return value_bad(L);
    Id array = low_array(L, low_temp_name(L, m->name), ARRAY_LOCAL, T_REAL, dims, fixed + n, at->span);
    Eq e = {.target = array, .body = m->body, .by = m->by, .along = m->along, .when = low_guard(L, outer, n)};
    e.subs = ir_ids(L->ir, subs, fixed + n);
    e.outer = ir_binders(L->ir, outer, n);
    e.inner = ir_binders(L->ir, m->inner, m->ninner);
    low_emit(L, &e);
    return value_array(L, array, subs, fixed + npre);
}

/* A[pre, i] for fresh variables i over the shape of w, which become those of `out`. */
static Id read_fresh(Low *L, const Independent *w, Binder *out, Id *ix)
{
    Id subs[2 * MAX_RANK];
    low_fresh(L, w->v->shape, w->v->rank, out);
    for (uint32_t k = 0; k < w->v->rank; k++) ix[k] = ir_var(L->ir, out[k].var);
    memcpy(subs, w->pre, w->npre * sizeof *subs);
    memcpy(subs + w->npre, ix, w->v->rank * sizeof *subs);
    return ir_read(L->ir, w->array, subs, w->npre + w->v->rank);
}

static Value *mark_grad(Low *L, const Ast *e, const Value *f, const Independent *w)
{
    Mark m = {.body = f->node, .nown = w->v->rank, .name = arena_printf(L->a, "%s_grad", L->stem)};
    Id ix[MAX_RANK];
    m.by = read_fresh(L, w, m.own, ix);
    return make_mark(L, &m, w, e);
}

static Value *mark_jvp(Low *L, const Ast *e, const Value *f, const Independent *w, const Value *v)
{
    Mark m = {.nown = f->rank, .ninner = w->v->rank, .name = arena_printf(L->a, "%s_jvp", L->stem)};
    Id ix[MAX_RANK];
    m.by = read_fresh(L, w, m.inner, ix);
    m.along = v->rank ? value_at(L, v, ix) : v->node;
    low_fresh(L, f->shape, f->rank, m.own);
    for (uint32_t k = 0; k < f->rank; k++) ix[k] = ir_var(L->ir, m.own[k].var);
    m.body = f->rank ? value_at(L, f, ix) : f->node;
    return m.body && m.along ? make_mark(L, &m, w, e) : value_bad(L);
}

/* A number, or an array of the program, so that equal ones look alike. */
static Value *operand(Low *L, const Ast *at, const char *call, const char *name)
{
    Value *v = value_named(L, lower_expr(L, at), low_temp_name(L, arena_printf(L->a, "%s_%s", call, name)));
    if (v->kind == VAL_BAD) return v;
    Type t = v->rank ? (Type)L->ir->array.at[v->array].type : ir_type(L->ir, v->node);
    if (t != T_BOOL) return v;
    low_error(L, at->span, "%s takes numbers; this is a condition", call);
    low_help(L, "write 'if ... then 1 else 0'");
    return value_bad(L);
}

static bool same_shape(Low *L, const Ast *e, const Value *v, const Independent *w)
{
    if (v->rank != w->v->rank) {
        low_error(L, e->kid[2]->span, "the direction %s, but %s %s",
                  v->rank ? arena_printf(L->a, "has the shape %s", shape_text(L, v)) : "is a scalar", e->kid[1]->name,
                  w->v->rank ? arena_printf(L->a, "has the shape %s", shape_text(L, w->v)) : "is a scalar");
        low_also(L, e->kid[1]->span);
        return false;
    }
    for (uint32_t k = 0; k < v->rank; k++)
        if (!same_size(L, v->shape[k], w->v->shape[k], e->kid[2]->span, e->kid[1]->span,
                       "a direction and its variable"))
            return false;
    return true;
}

Value *lower_derivative(Low *L, const Ast *e)
{
    bool jvp = e->sym->builtin == B_JVP;
    Independent w;
    Value *f = operand(L, e->kid[0], e->name, "f"), *v = jvp ? operand(L, e->kid[2], "jvp", "v") : NULL;
    if (!find_independent(L, e, &w) || f->kind == VAL_BAD || (jvp && v->kind == VAL_BAD)) return value_bad(L);
    if (!jvp && f->rank) {
        low_error(L, e->kid[0]->span, "grad takes a scalar; this has the shape %s", shape_text(L, f));
        low_help(L, "give an index, such as grad(f[i], w), or use jvp");
        return value_bad(L);
    }
    if (jvp && !same_shape(L, e, v, &w)) return value_bad(L);
    IdVec key = low_key(L, e->sym);
    low_add_key(L, &key, f);
    low_add_key(L, &key, w.v);
    if (jvp) low_add_key(L, &key, v);
    Value **made = low_instance(L, e->sym, &key);
    if (!*made) {
        Value *r = jvp ? mark_jvp(L, e, f, &w, v) : mark_grad(L, e, f, &w);
        *made = r;
    }
    return *made;
}
