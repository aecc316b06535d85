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

/* Of the indices of a left side from `first` on, into s; false: not known. */
static bool shape_over(Low *L, const Sym *defining, const Ast *over, uint32_t first, const Ast *body, Id *s)
{
    Range r[MAX_RANK];
    const Sym *was = L->defining;
    L->defining = defining;
    bool known = over->n <= MAX_RANK / 2 && extents_of(L, over, first, body, r);
    for (uint32_t k = 0; k < over->n - first && known; k++) known = (s[k] = low_bound(L, r[k].hi, false)) != 0;
    L->defining = was;
    return known;
}

static Value *let_shape(Low *L, const Ast *d)
{
    Id s[MAX_RANK];
    if (!d->kid[0]) return shape_of(L, d->kid[1]);
    return shape_over(L, d->sym, d->kid[0], 0, d->kid[1], s) ? value_shape(L, d->kid[0]->n, s) : NULL;
}

/* ---- scans */

static Value *state_shape(Low *L, const Ast *state)
{
    const Ast *shape = state->kid[0];
    Id s[MAX_RANK];
    if (!shape) return shape_of(L, state->kid[1]);
    if (shape->n > MAX_RANK / 2) return NULL;
    for (uint32_t k = 0; k < shape->n; k++) {
        const Ast *size = shape->kid[k];
        if (!(s[k] = quiet_int(L, size->kind == A_BINDER ? size->kid[1] : size))) return NULL;
    }
    return value_shape(L, shape->n, s);
}

static Value *yield_shape(Low *L, const Ast *yield, Id count)
{
    Id s[MAX_RANK];
    s[0] = count;
    bool known = count && shape_over(L, yield->sym, yield->kid[0], 1, yield->kid[1], s + 1);
    return known ? value_shape(L, yield->kid[0]->n, s) : NULL;
}

/* Once over the body; how many shapes of yields are known after it. */
static uint32_t shape_body(Low *L, const Ast *body, Id count)
{
    uint32_t known = 0;
    for (uint32_t k = 0; k < body->n; k++) {
        const Ast *s = body->kid[k];
        if (s->kind == A_LET) L->value[s->sym->id] = let_shape(L, s);
        if (s->kind == A_SCAN) shape_scan(L, s);
        if (s->kind != A_YIELD) continue;
        if (!L->value[s->sym->id]) L->value[s->sym->id] = yield_shape(L, s, count);
        known += L->value[s->sym->id] != NULL;
    }
    return known;
}

/* A yield may be read above the statement that gives its shape: as often as one more becomes known. */
void shape_scan(Low *L, const Ast *scan)
{
    const Ast *with = scan->kid[2], *body = scan->kid[3];
    Id count = quiet_int(L, scan->kid[0]), t;
    if (count) count = low_bound(L, count, false);
    t = low_var(L, scan->name, scan->name_span, count ? ir_int(L->ir, 0) : 0, count, NULL);
    for (uint32_t k = 0; with && k < with->n; k++) L->value[with->kid[k]->sym->id] = state_shape(L, with->kid[k]);
    for (uint32_t k = 0; k < body->n; k++)
        if (body->kid[k]->kind == A_YIELD) L->value[body->kid[k]->sym->id] = NULL;
    L->value[scan->sym->id] = value_scalar(L, ir_var(L->ir, t));
    uint32_t known = 0, before;
    do {
        before = known;
        known = shape_body(L, body, count);
    } while (known > before);
}

/* ---- calls */

static Value *shape_call(Low *L, const Ast *e)
{
    const Ast *fn = e->sym->decl;
    Value **arg = arena_alloc(L->a, (e->n + 1) * sizeof *arg);
    IdVec key = {0};
    for (uint32_t k = 0; k < e->n; k++) {
        Id size = quiet_int(L, e->kid[k]); /* it may be a size in the function */
        bool fixed = size && !L->ir->node.at[size].vars;
        if (!(arg[k] = fixed ? value_scalar(L, size) : shape_of(L, e->kid[k]))) return NULL;
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
        for (uint32_t k = 0; fn->kid[1] && k < fn->kid[1]->n; k++) {
            const Ast *s = fn->kid[1]->kid[k];
            if (s->kind == A_LET)
                L->value[s->sym->id] = let_shape(L, s);
            else
                shape_scan(L, s);
        }
        r = shape_of(L, fn->kid[2]);
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
