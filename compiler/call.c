/*
 * call.c -- calls of the model's functions -> equations.
 *
 * A function is instantiated once for each distinct list of arguments; its equations are over the free index variables of the
 * arguments, so that project(camera[p], point[p])[i] is computed once per p.  A call of an extern function is a node.
 */
#include "lower.h"

#include <string.h>

bool bind_formals(Low *L, const Ast *call, const Ast *fn, Value **arg)
{
    const Ast *formals = fn->kid[0];
    for (uint32_t k = 0; k < formals->n; k++) {
        const Ast *f = formals->kid[k], *shape = f->kid && f->n ? f->kid[0] : NULL;
        uint32_t rank = shape ? shape->n : 0;
        if (arg[k]->rank != rank) {
            if (rank)
                low_error(L, call->kid[k]->span, "%s takes an array of %u dimension%s as %s; this %s", call->name, rank,
                          rank == 1 ? "" : "s", f->name,
                          arg[k]->rank ? arena_printf(L->a, "has the shape %s", shape_text(L, arg[k])) : "is a scalar");
            else {
                low_error(L, call->kid[k]->span, "%s takes a scalar as %s; this has the shape %s", call->name, f->name,
                          shape_text(L, arg[k]));
                low_help(L, "an array argument is declared with its shape: fn %s(%s[n])", call->name, f->name);
            }
            low_also(L, f->span);
            return false;
        }
        for (uint32_t d = 0; d < rank; d++) {
            const Ast *s = shape->kid[d];
            if (s->kind != A_NAME || s->sym->kind != SYM_SIZE || s->sym->decl != f) continue;
            L->value[s->sym->id] = value_scalar(L, arg[k]->shape[d]);
        }
        L->value[f->sym->id] = arg[k];
    }
    for (uint32_t k = 0; k < formals->n; k++) {
        const Ast *f = formals->kid[k], *shape = f->kid && f->n ? f->kid[0] : NULL;
        for (uint32_t d = 0; shape && d < shape->n; d++) {
            const Ast *s = shape->kid[d];
            if (s->kind == A_BINDER) s = s->kid[1];
            Id want = lower_int(L, s, "a size");
            if (!want || !same_size(L, want, arg[k]->shape[d], call->kid[k]->span, s->span,
                                    arena_printf(L->a, "%s of %s", f->name, call->name)))
                return false;
        }
    }
    return true;
}

static uint32_t hash_ids(const Id *key, uint32_t n)
{
    uint32_t h = 2166136261u;
    for (uint32_t k = 0; k < n; k++) h = (h ^ key[k]) * 16777619u;
    return h;
}

Value **low_instance(Low *L, const Sym *fn, const IdVec *key)
{
    uint32_t size = L->instance_table.n;
    if ((L->instances.n + 1) * 2 > size) {
        size = size ? size * 2 : 256;
        L->instance_table.at = arena_alloc(L->a, size * sizeof(uint32_t));
        L->instance_table.n = L->instance_table.cap = size;
        for (uint32_t k = 0; k < L->instances.n; k++) {
            uint32_t h = hash_ids(L->instances.at[k].key, L->instances.at[k].nkey);
            while (L->instance_table.at[h & (size - 1)]) h++;
            L->instance_table.at[h & (size - 1)] = k + 1;
        }
    }
    uint32_t h = hash_ids(key->at, key->n);
    for (;; h++) {
        uint32_t at = L->instance_table.at[h & (size - 1)];
        if (!at) break;
        Instance *i = &L->instances.at[at - 1];
        if (i->nkey == key->n && !memcmp(i->key, key->at, key->n * sizeof(Id))) return &i->result;
    }
    vec_push(L->a, &L->instances, ((Instance){fn, key->at, key->n, NULL}));
    L->instance_table.at[h & (size - 1)] = L->instances.n;
    return &L->instances.at[L->instances.n - 1].result;
}

Value *call_external(Low *L, const Ast *e)
{
    IdVec arg = {0};
    bool bad = false;
    for (uint32_t k = 0; k < e->n; k++) {
        Id x = lower_scalar(L, e->kid[k], arena_printf(L->a, "an argument of %s", e->name));
        if (x && ir_type(L->ir, x) == T_BOOL) {
            low_error(L, e->kid[k]->span, "a condition stands where a number is wanted");
            low_help(L, "write 'if ... then 1 else 0'");
            x = 0;
        }
        bad |= x == 0;
        vec_push(L->a, &arg, low_real(L, x));
    }
    if (bad) return value_bad(L);
    return value_scalar(L, ir_call(L->ir, ir_external(L->ir, e->name, e->n, e->sym->decl->span), arg.at, arg.n));
}

IdVec low_key(Low *L, const Sym *fn)
{
    IdVec key = {0};
    vec_push(L->a, &key, fn->id);
    vec_push(L->a, &key, L->path);
    vec_push(L->a, &key, L->scan ? L->scan->number : 0);
    return key;
}

void low_add_key(Low *L, IdVec *key, const Value *v)
{
    vec_push(L->a, key, v->rank);
    vec_push(L->a, key, v->rank ? v->array : v->node);
    for (uint32_t p = 0; p < v->npre; p++) vec_push(L->a, key, v->pre[p]);
}

/* An array of its own for what the function differentiates by: there the derivative stops. */
static Value *bound_argument(Low *L, const Ast *formal, Value *arg)
{
    return formal->sym->independent ? value_copy(L, arg, low_temp_name(L, formal->name)) : arg;
}

Value *call_function(Low *L, const Ast *e)
{
    const Ast *fn = e->sym->decl;
    Value **arg = arena_alloc(L->a, (e->n + 1) * sizeof *arg);
    IdVec key = low_key(L, e->sym), args = {0}, around = L->args;
    bool bad = false;
    for (uint32_t k = 0; k < e->n; k++) {
        arg[k] = lower_expr(L, e->kid[k]);
        if (arg[k]->rank)
            arg[k] = value_named(L, arg[k],
                                 low_temp_name(L, arena_printf(L->a, "%s_%s", e->name, fn->kid[0]->kid[k]->name)));
        if (arg[k]->kind == VAL_BAD) bad = true;
        low_add_key(L, &key, arg[k]);
        if (!arg[k]->rank) vec_push(L->a, &args, arg[k]->node);
        for (uint32_t p = 0; p < arg[k]->npre; p++) vec_push(L->a, &args, arg[k]->pre[p]);
    }
    if (bad) return value_bad(L);
    Value *made = *low_instance(L, e->sym, &key); /* the same call before */
    if (made) return made;
    if (++L->calls > MAX_CALLS) {
        if (L->calls == MAX_CALLS + 1)
            low_error(L, e->span, "more than %d calls of functions after inlining", MAX_CALLS);
        return value_bad(L);
    }
    uint32_t slot = (uint32_t)(L->instances.n - 1);
    const char *stem = L->stem;
    Value *r = value_bad(L);
    L->args = args;
    for (uint32_t k = 0; k < e->n; k++) arg[k] = bound_argument(L, fn->kid[0]->kid[k], arg[k]);
    if (bind_formals(L, e, fn, arg)) {
        for (uint32_t k = 0; fn->kid[1] && k < fn->kid[1]->n; k++) {
            const Ast *s = fn->kid[1]->kid[k];
            if (s->kind == A_LET)
                lower_let(L, s, ARRAY_LOCAL);
            else
                lower_scan(L, s);
        }
        L->stem = e->name;
        r = lower_expr(L, fn->kid[2]);
        if (r->rank) r = value_named(L, r, low_temp_name(L, e->name));
    }
    L->stem = stem;
    L->args = around;
    L->instances.at[slot].result = r;
    return r;
}
