/*
 * value.c -- array values as closures: a shape, and a way from subscripts to a scalar node.
 *
 * v + h*k1, transpose(A), cam[p] and [[a, b], [c, d]] cost nothing until an element is read.  They become equations when they are
 * named by `let`, passed to a function or multiplied by @ (value_named).
 */
#include "lower.h"

#include <string.h>

Value *value_bad(Low *L) { return arena_alloc(L->a, sizeof(Value)); }

Value *value_scalar(Low *L, Id node)
{
    Value *v = arena_alloc(L->a, sizeof *v);
    v->kind = node ? VAL_SCALAR : VAL_BAD;
    v->node = node;
    return v;
}

Value *value_shape(Low *L, uint32_t rank, const Id *shape)
{
    Value *v = arena_alloc(L->a, sizeof *v);
    v->kind = VAL_SHAPE;
    v->rank = rank;
    v->shape = arena_grow(L->a, NULL, 0, rank * sizeof(Id));
    if (rank) memcpy((void *)v->shape, shape, rank * sizeof(Id));
    return v;
}

Value *value_array(Low *L, Id array, const Id *pre, uint32_t npre)
{
    Array *A = &L->ir->array.at[array];
    if (A->dims.n == npre) return value_scalar(L, ir_read(L->ir, array, pre, npre));
    Value *v = value_shape(L, A->dims.n - npre, L->ir->kid.at + A->dims.at + npre);
    v->kind = VAL_ARRAY;
    v->array = array;
    v->npre = npre;
    Id *p = arena_alloc(L->a, (npre + 1) * sizeof(Id));
    if (npre) memcpy(p, pre, npre * sizeof(Id));
    v->pre = p;
    return v;
}

/* [a, b, ...][k]: the element itself for a constant k, else a choice. */
static Id list_at(Low *L, const Value *v, const Id *ix)
{
    int64_t k;
    if (ir_const_int(L->ir, ix[0], &k)) {
        if (k < 0 || k >= (int64_t)v->n) return 0;
        const Value *e = v->kid[k];
        return e->rank ? value_at(L, e, ix + 1) : e->node;
    }
    Id r = 0;
    for (uint32_t e = v->n; e-- > 0;) {
        Id x = v->kid[e]->rank ? value_at(L, v->kid[e], ix + 1) : v->kid[e]->node;
        if (!x) return 0;
        r = r ? ir_select(L->ir, ir_op2(L->ir, OP_EQ, ix[0], ir_int(L->ir, e)), x, r) : x;
    }
    return r;
}

Id value_at(Low *L, const Value *v, const Id *ix)
{
    switch (v->kind) {
    case VAL_BAD:
    case VAL_SHAPE: return 0;
    case VAL_SCALAR: return v->node;
    case VAL_ARRAY: {
        Id subs[2 * MAX_RANK];
        memcpy(subs, v->pre, v->npre * sizeof(Id));
        memcpy(subs + v->npre, ix, v->rank * sizeof(Id));
        low_step_access(L, v->array, subs, v->npre, v->npre + v->rank, L->span);
        return ir_read(L->ir, v->array, subs, v->npre + v->rank);
    }
    case VAL_MAP: {
        Id x[8], *y = v->n <= 8 ? x : arena_alloc(L->a, v->n * sizeof(Id));
        for (uint32_t k = 0; k < v->n; k++)
            if (!(y[k] = value_at(L, v->kid[k], ix))) return 0;
        return scalar_map(L, v->at, y, v->n);
    }
    case VAL_LIST: return list_at(L, v, ix);
    case VAL_TRANSPOSE: {
        Id back[MAX_RANK];
        for (uint32_t k = 0; k < v->rank; k++) back[k] = ix[v->rank - 1 - k];
        return value_at(L, v->kid[0], back);
    }
    }
    return 0;
}

Value *value_map(Low *L, const Ast *at, Value *const *kid, uint32_t n)
{
    const Value *array = NULL;
    uint32_t which = 0;
    for (uint32_t k = 0; k < n; k++) {
        if (kid[k]->kind == VAL_BAD) return value_bad(L);
        if (!kid[k]->rank) continue;
        if (!array) {
            array = kid[k];
            which = k;
            continue;
        }
        if (array->rank != kid[k]->rank) {
            low_error(L, at->kid[k]->span, "shapes %s and %s differ: there is no broadcasting between arrays",
                      shape_text(L, array), shape_text(L, kid[k]));
            low_also(L, at->kid[which]->span);
            low_help(L, "write it with indices, such as A[i, j] + b[j]");
            return value_bad(L);
        }
        for (uint32_t d = 0; d < array->rank; d++)
            if (!same_size(L, array->shape[d], kid[k]->shape[d], at->kid[which]->span, at->kid[k]->span,
                           "element by element"))
                return value_bad(L);
    }
    if (!array) {
        Id x[8], *y = n <= 8 ? x : arena_alloc(L->a, n * sizeof(Id));
        for (uint32_t k = 0; k < n; k++) y[k] = kid[k]->node;
        return value_scalar(L, scalar_map(L, at, y, n));
    }
    Value *v = value_shape(L, array->rank, array->shape);
    Value **kids = arena_alloc(L->a, n * sizeof *kids);
    memcpy(kids, kid, n * sizeof *kids);
    v->kind = VAL_MAP;
    v->at = at;
    v->n = n;
    v->kid = kids;
    return v;
}

/* An entry of a list of numbers, chosen as the program runs. */
static Value *chosen(Low *L, const Value *list, const Id *ix)
{
    Id x = 0;
    for (uint32_t k = list->n; k-- > 0;) {
        Id entry = value_at(L, list->kid[k], ix + 1);
        if (!entry) return value_bad(L);
        x = x ? ir_select(L->ir, ir_op2(L->ir, OP_EQ, ix[0], ir_int(L->ir, k)), entry, x) : entry;
    }
    return value_scalar(L, x);
}

Value *value_sub(Low *L, Value *v, const Id *ix, uint32_t n, const Ast *at)
{
    if (v->kind == VAL_BAD) return v;
    low_access(L, ix, v->shape, n, source_text(L->ctx, at->kid[0]->span), at->span);
    int64_t k;
    bool element = n == v->rank;
    if (!element)
        v = value_named(L, v, "part");
    else if (v->kind == VAL_LIST && !ir_const_int(L->ir, ix[0], &k) && L->starts)
        return chosen(L, v, ix);
    else if (v->kind == VAL_LIST && !ir_const_int(L->ir, ix[0], &k))
        v = value_named(L, v, "list");
    if (v->kind != VAL_ARRAY) return element ? value_scalar(L, value_at(L, v, ix)) : value_bad(L);
    Id pre[2 * MAX_RANK];
    if (v->npre + n >= 2 * MAX_RANK) return value_bad(L);
    memcpy(pre, v->pre, v->npre * sizeof(Id));
    memcpy(pre + v->npre, ix, n * sizeof(Id));
    low_step_access(L, v->array, pre, v->npre, v->npre + n, at->span);
    return value_array(L, v->array, pre, v->npre + n);
}

/* One equation, or one for each entry of a list. */
void value_set(Low *L, Id array, const Id *subs, uint32_t n, const Binder *outer, uint32_t nouter, const Value *v)
{
    Id s[2 * MAX_RANK];
    memcpy(s, subs, n * sizeof(Id));
    if (v->kind == VAL_LIST) {
        for (uint32_t k = 0; k < v->n; k++) {
            s[n] = ir_int(L->ir, k);
            value_set(L, array, s, n + 1, outer, nouter, v->kid[k]);
        }
        return;
    }
    Binder b[2 * MAX_RANK];
    for (uint32_t k = 0; k < nouter; k++) b[k] = outer[k];
    low_fresh(L, v->shape, v->rank, b + nouter);
    for (uint32_t k = 0; k < v->rank; k++) s[n + k] = ir_var(L->ir, b[nouter + k].var);
    Definition d = {.op = RED_NONE, .body = value_at(L, v, s + n)};
    if (d.body) low_set(L, array, s, n + v->rank, b, nouter + v->rank, &d, false);
}

/* One element of each equation that will define v, to see free variables and type. */
static bool sample(Low *L, const Value *v, Id *out, uint32_t *n, uint32_t max)
{
    if (v->kind == VAL_LIST) {
        for (uint32_t k = 0; k < v->n; k++)
            if (!sample(L, v->kid[k], out, n, max)) return false;
        return true;
    }
    Id ix[MAX_RANK];
    for (uint32_t k = 0; k < v->rank; k++) ix[k] = ir_int(L->ir, 0);
    if (*n == max) return false;
    return (out[(*n)++] = value_at(L, v, ix)) != 0;
}

static uint32_t list_leaves(const Value *v)
{
    if (v->kind != VAL_LIST) return 1;
    uint32_t n = 0;
    for (uint32_t k = 0; k < v->n; k++) n += list_leaves(v->kid[k]);
    return n;
}

Value *value_named(Low *L, Value *v, const char *name)
{
    if (v->kind == VAL_BAD || v->kind == VAL_ARRAY || !v->rank) return v;
    if (v->rank > MAX_RANK / 2) {
        low_error(L, L->span, "an array of more than %d dimensions", MAX_RANK / 2);
        return value_bad(L);
    }
    uint32_t max = list_leaves(v), n = 0;
    Id *elem = arena_alloc(L->a, (max + 1) * sizeof(Id));
    if (!sample(L, v, elem, &n, max)) return value_bad(L);
    Type type = T_INT;
    for (uint32_t k = 0; k < n; k++) {
        Type t = ir_type(L->ir, elem[k]);
        if (t == T_BOOL)
            type = T_BOOL;
        else if (t == T_REAL && type != T_BOOL)
            type = T_REAL;
    }
    Binder pre[MAX_RANK];
    uint32_t npre = low_free(L, elem, n, NULL, 0, pre, MAX_RANK / 2);
    if (npre == UINT32_MAX) return value_bad(L);
    Id dims[2 * MAX_RANK], subs[2 * MAX_RANK];
    uint32_t fixed = low_fixed(L, dims, subs), first = fixed + npre;
    if (!low_place(L, pre, npre, dims + fixed, subs + fixed, L->span)) return value_bad(L);
    memcpy(dims + first, v->shape, v->rank * sizeof(Id));
    Id array = low_array(L, name, ARRAY_LOCAL, type, dims, first + v->rank, L->span);
    value_set(L, array, subs, first, pre, npre, v);
    return value_array(L, array, subs, first);
}

Value *value_copy(Low *L, Value *v, const char *name)
{
    Definition d = {.op = RED_NONE, .nown = v->rank, .real = true};
    Id ix[MAX_RANK];
    if (v->kind == VAL_BAD || v->rank > MAX_RANK / 2) return value_bad(L);
    low_fresh(L, v->shape, v->rank, d.own);
    for (uint32_t k = 0; k < v->rank; k++) ix[k] = ir_var(L->ir, d.own[k].var);
    d.body = v->rank ? value_at(L, v, ix) : v->node;
    return d.body ? low_define(L, &d, name, ARRAY_LOCAL, L->span) : value_bad(L);
}

const char *size_text(Low *L, Id size)
{
    Text t = {.arena = L->a};
    ir_print_node(L->ir, size, &t);
    return t.at ? t.at : "?";
}

const char *shape_text(Low *L, const Value *v)
{
    Text t = {.arena = L->a};
    text_add(&t, "[");
    for (uint32_t k = 0; k < v->rank; k++) {
        if (k) text_add(&t, ", ");
        ir_print_node(L->ir, v->shape[k], &t);
    }
    text_add(&t, "]");
    return t.at;
}

bool same_size(Low *L, Id a, Id b, Span at, Span other, const char *what)
{
    switch (ir_prove_eq(L->ir, a, b)) {
    case 1: return true;
    case -1:
        low_error(L, at, "sizes %s and %s differ (%s)", size_text(L, a), size_text(L, b), what);
        low_also(L, other);
        return false;
    default:
        low_add_check(L, ir_op2(L->ir, OP_EQ, a, b), 0,
                      arena_printf(L->a, "%s = %s does not hold (%s)", size_text(L, a), size_text(L, b), what), at);
        return true;
    }
}
