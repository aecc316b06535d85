/*
 * shape.c -- the shape of an expression, without lowering it: what range.c asks before the index variables are known.
 *
 * A call is followed into the function with shapes for arguments; nothing is emitted and nothing reported: what is wrong here is
 * found again, and reported, when the expression is lowered.
 */
#include "lower.h"

#include <string.h>

static Value *scalar_shape(Low *L) { return value_shape(L, 0, NULL); }

static Value *wider(Value *a, Value *b)
{
    if (!a || !b) return a ? a : b;
    return a->rank ? a : b;
}

static Value *drop(Low *L, Value *v, uint32_t n)
{
    return v && v->rank >= n ? value_shape(L, v->rank - n, v->shape + n) : NULL;
}

static bool is_binary(const Ast *e) { return e->kind >= A_OR && e->kind <= A_POW; }

static Value *shape_binary(Low *L, const Ast *e)
{
    VEC(const Ast *) spine = {0};
    for (; is_binary(e); e = e->kid[0]) vec_push(L->a, &spine, e);
    Value *v = shape_of(L, e);
    while (spine.n) {
        e = spine.at[--spine.n];
        Value *w = shape_of(L, e->kid[1]);
        if (e->kind == A_MATMUL) {
            Id s[MAX_RANK];
            uint32_t n = 0;
            if (!v || !w || !v->rank || !w->rank || v->rank + w->rank > MAX_RANK) return NULL;
            for (uint32_t k = 0; k + 1 < v->rank; k++) s[n++] = v->shape[k];
            for (uint32_t k = 1; k < w->rank; k++) s[n++] = w->shape[k];
            v = value_shape(L, n, s);
        } else
            v = wider(v, w);
    }
    return v;
}

/* ---- calls */

static uint32_t hash_key(const Sym *fn, const Id *key, uint32_t n)
{
    uint32_t h = 2166136261u ^ fn->id;
    for (uint32_t k = 0; k < n; k++) h = (h ^ key[k]) * 16777619u;
    return h;
}

static Instance *find(Low *L, const Sym *fn, const Id *key, uint32_t n)
{
    if (!L->shape_table.n) return NULL;
    for (uint32_t h = hash_key(fn, key, n);; h++) {
        uint32_t at = L->shape_table.at[h & (L->shape_table.n - 1)];
        if (!at) return NULL;
        Instance *i = &L->shapes.at[at - 1];
        if (i->fn == fn && i->nkey == n && !memcmp(i->key, key, n * sizeof *key)) return i;
    }
}

static void keep(Low *L, const Sym *fn, const Id *key, uint32_t n, Value *result)
{
    Instance i = {fn, key, n, result};
    vec_push(L->a, &L->shapes, i);
    uint32_t size = L->shape_table.n;
    if (L->shapes.n * 2 > size) {
        size = size ? size * 2 : 64;
        L->shape_table.at = arena_alloc(L->a, size * sizeof(uint32_t));
        L->shape_table.n = L->shape_table.cap = size;
    }
    for (uint32_t k = size == L->shapes.n * 2 ? L->shapes.n - 1 : 0; k < L->shapes.n; k++) {
        const Instance *x = &L->shapes.at[k];
        uint32_t h = hash_key(x->fn, x->key, x->nkey);
        while (L->shape_table.at[h & (size - 1)] && L->shape_table.at[h & (size - 1)] != k + 1) h++;
        L->shape_table.at[h & (size - 1)] = k + 1;
    }
}

static void shape_let(Low *L, const Ast *d)
{
    const Ast *over = d->kid[0], *body = d->kid[1];
    Value *v = NULL;
    if (over) {
        Range r[MAX_RANK];
        Id s[MAX_RANK];
        const Sym *was = L->defining;
        L->defining = d->sym;
        if (over->n <= MAX_RANK && extents_of(L, over, NULL, body, r)) {
            bool known = true;
            for (uint32_t k = 0; k < over->n; k++) known &= (s[k] = low_bound(L, r[k].hi, false)) != 0;
            if (known) v = value_shape(L, over->n, s);
        }
        L->defining = was;
    } else
        v = shape_of(L, body);
    L->value[d->sym->id] = v;
}

static Value *shape_call(Low *L, const Ast *e)
{
    const Ast *fn = e->sym->decl;
    Value **arg = arena_alloc(L->a, (e->n + 1) * sizeof *arg);
    IdVec key = {0};
    for (uint32_t k = 0; k < e->n; k++) {
        if (!(arg[k] = shape_of(L, e->kid[k]))) return NULL;
        vec_push(L->a, &key, arg[k]->rank);
        for (uint32_t d = 0; d < arg[k]->rank; d++) vec_push(L->a, &key, arg[k]->shape[d]);
        if (!arg[k]->rank) vec_push(L->a, &key, arg[k]->node);
    }
    Instance *old = find(L, e->sym, key.at, key.n);
    if (old) return old->result;
    bool quiet = L->quiet;
    Value *r = NULL;
    L->quiet = true;
    if (bind_formals(L, e, fn, arg)) {
        bool scan = false;
        for (uint32_t k = 0; fn->kid[1] && k < fn->kid[1]->n; k++) {
            if (fn->kid[1]->kid[k]->kind == A_LET)
                shape_let(L, fn->kid[1]->kid[k]);
            else
                scan = true;
        }
        r = scan ? NULL : shape_of(L, fn->kid[2]);
    }
    L->quiet = quiet;
    if (r) r = value_shape(L, r->rank, r->shape);
    keep(L, e->sym, key.at, key.n, r);
    return r;
}

static Value *shape_builtin(Low *L, const Ast *e)
{
    Value *v = NULL;
    switch ((int)e->sym->builtin) {
    case B_TRANSPOSE: {
        Id s[MAX_RANK];
        if (!(v = shape_of(L, e->kid[0]))) return NULL;
        for (uint32_t k = 0; k < v->rank; k++) s[k] = v->shape[v->rank - 1 - k];
        return value_shape(L, v->rank, s);
    }
    case B_CROSS: return shape_of(L, e->kid[0]);
    case B_REDUCTION:
        if (e->n == 1) return scalar_shape(L);
        break;
    case B_RANDOM:
    case B_NORM:
    case B_DOT:
    case B_DET:
    case B_LOGDET: return scalar_shape(L);
    case B_GRAD: return shape_of(L, e->kid[1]);
    case B_INVERSE:
    case B_CHOLESKY:
    case B_JVP: return shape_of(L, e->kid[0]);
    case B_SOLVE: return shape_of(L, e->kid[1]);
    }
    for (uint32_t k = 0; k < e->n; k++) v = wider(v, shape_of(L, e->kid[k]));
    return v;
}

Value *shape_of(Low *L, const Ast *e)
{
    switch ((int)e->kind) {
    case A_NAME:
        if (e->sym->kind == SYM_PI || e->sym->kind == SYM_INF) return scalar_shape(L);
        return L->value[e->sym->id] && L->value[e->sym->id]->kind != VAL_BAD ? L->value[e->sym->id] : NULL;
    case A_AT: return drop(L, shape_of(L, e->kid[0]), e->n - 1);
    case A_LIST: {
        Value *v = shape_of(L, e->kid[0]);
        Id s[MAX_RANK];
        if (!v || v->rank + 1 >= MAX_RANK) return NULL;
        s[0] = ir_int(L->ir, e->n);
        for (uint32_t k = 0; k < v->rank; k++) s[k + 1] = v->shape[k];
        return value_shape(L, v->rank + 1, s);
    }
    case A_IF: return wider(shape_of(L, e->kid[1]), shape_of(L, e->kid[2]));
    case A_NEG: return shape_of(L, e->kid[0]);
    case A_CALL:
        return e->sym->kind == SYM_BUILTIN ? shape_builtin(L, e)
               : e->sym->kind == SYM_FN    ? shape_call(L, e)
                                           : scalar_shape(L);
    default: return is_binary(e) ? shape_binary(L, e) : scalar_shape(L);
    }
}
