/*
 * range.c -- the range of an index variable, from the accesses that it stands in.
 *
 * An explicit range decides; then, in this order: a place outside branches where the variable alone is a subscript; affine
 * accesses outside branches (the largest range for which all stay inside: a valid convolution); the same two inside branches.
 * The variables of inner reductions are unknowns beside those asked for, so that img[i+u] finds i through the range of u.
 */
#include "lower.h"

typedef struct {
    Sym *sym;
    const Ast *binder;
    Id var;
    Id lo, hi;       /* hi 0: not known yet */
    const Ast *seen; /* the access that gave it */
    Id seen_size;
    bool inner;
} Unknown;

typedef struct {
    const Ast *array;
    const Ast *const *subs;
    uint32_t n;
    bool guarded;
} Access;

typedef struct {
    VEC(Unknown) unknown;
    VEC(Access) access;
    bool failed;
    bool unknown_shape; /* an array that has no value: an error stands there already */
} Infer;

/* ---- what stands in a body */

typedef struct {
    const Ast *e;
    bool guarded;
} Visit;

static void add_unknown(Low *L, Infer *f, const Ast *binder, bool inner)
{
    Unknown u = {.sym = binder->sym, .binder = binder, .inner = inner};
    u.var = low_var(L, binder->name, binder->name_span, 0, 0, binder);
    L->value[binder->sym->id] = value_scalar(L, ir_var(L->ir, u.var));
    vec_push(L->a, &f->unknown, u);
}

/* Without recursion, in the order of the source. */
static void collect(Low *L, Infer *f, const Ast *root)
{
    VEC(Visit) stack = {0};
    if (root) vec_push(L->a, &stack, ((Visit){root, false}));
    while (stack.n) {
        Visit v = stack.at[--stack.n];
        const Ast *e = v.e;
        if (e->kind == A_AT) {
            Access a = {e->kid[0], (const Ast *const *)e->kid + 1, e->n - 1, v.guarded};
            vec_push(L->a, &f->access, a);
        }
        if (e->kind == A_OVER)
            for (uint32_t k = 0; k < e->n; k++) add_unknown(L, f, e->kid[k], true);
        for (uint32_t k = e->n; k-- > 0;) {
            bool branch = (e->kind == A_IF && k > 0) || ((e->kind == A_AND || e->kind == A_OR) && k == 1) ||
                          (e->kind == A_REDUCE && k == 2 && e->kid[1]);
            if (e->kid[k]) vec_push(L->a, &stack, ((Visit){e->kid[k], v.guarded || branch}));
        }
    }
}

/* ---- subscripts as nodes, without making equations */

static bool plain_integer(const Ast *e)
{
    switch ((int)e->kind) {
    case A_NUM:
    case A_NAME: return true;
    case A_ADD:
    case A_SUB:
    case A_MUL:
    case A_MOD:
    case A_IDIV:
    case A_NEG: break;
    case A_AT:
        if (e->kid[0]->kind != A_NAME) return false;
        break;
    default: return false;
    }
    for (uint32_t k = 0; k < e->n; k++)
        if (e->depth > AST_DEPTH || !plain_integer(e->kid[k])) return false;
    return true;
}

Id quiet_int(Low *L, const Ast *e)
{
    if (!plain_integer(e)) return 0;
    bool quiet = L->quiet;
    L->quiet = true;
    Id x = lower_int(L, e, "");
    L->quiet = quiet;
    return x;
}

static Unknown *unknown_of(Infer *f, const Sym *s)
{
    for (uint32_t k = 0; k < f->unknown.n; k++)
        if (f->unknown.at[k].sym == s) return &f->unknown.at[k];
    return NULL;
}

static void settle(Low *L, Unknown *u, Id lo, Id hi)
{
    u->lo = lo;
    u->hi = hi;
    L->range.at[u->var].lo = lo;
    L->range.at[u->var].hi = hi;
}

static void explicit_range(Low *L, Infer *f, Unknown *u)
{
    const Ast *b = u->binder;
    if (!b->kid || b->n < 2 || !b->kid[1]) return;
    Id lo = ir_int(L->ir, 0), hi;
    if (u->inner) {
        hi = quiet_int(L, b->kid[1]);
        if (b->kid[0]) lo = quiet_int(L, b->kid[0]);
    } else {
        hi = lower_int(L, b->kid[1], "the end of a range");
        if (b->kid[0]) lo = lower_int(L, b->kid[0], "the start of a range");
        if (!lo || !hi) f->failed = true;
    }
    if (!lo || !hi) return;
    if (b->written == 'l') hi = ir_addi(L->ir, hi, 1);
    settle(L, u, lo, hi);
}

/* ---- the rules */

static const char *access_text(Low *L, const Ast *array) { return source_text(L->ctx, array->span); }

/* The variable alone is a subscript: all such places must agree. */
static bool alone(Low *L, Infer *f, const Access *a, uint32_t k, Id size)
{
    if (a->subs[k]->kind != A_NAME || !size) return false;
    Unknown *u = unknown_of(f, a->subs[k]->sym);
    if (!u) return false;
    if (u->seen && !u->inner && !L->quiet && !f->failed) {
        const Ast *b = a->array;
        int same = ir_prove_eq(L->ir, u->seen_size, size);
        if (same == -1) {
            low_error(L, a->subs[k]->span, "index %s cannot range over both: %s has size %s there, %s has %s",
                      u->sym->name, access_text(L, u->seen), size_text(L, u->seen_size), access_text(L, b),
                      size_text(L, size));
            low_also(L, u->seen->span);
            low_also(L, b->span);
            f->failed = true;
        } else if (same == 0)
            low_add_check(L, ir_op2(L->ir, OP_EQ, u->seen_size, size), 0,
                          arena_printf(L->a, "index %s ranges over %s of %s and over %s of %s, which differ",
                                       u->sym->name, size_text(L, u->seen_size), access_text(L, u->seen),
                                       size_text(L, size), access_text(L, b)),
                          a->subs[k]->span);
        return false;
    }
    if (u->hi) return false;
    u->seen = a->array;
    u->seen_size = size;
    settle(L, u, ir_int(L->ir, 0), size);
    return true;
}

/* c*i + rest is a subscript: i ends where it would leave [0, size). */
static Id affine_end(Low *L, Infer *f, const Ast *sub, Id size, Unknown **which)
{
    Ir *ir = L->ir;
    if (sub->kind == A_NAME || !size) return 0;
    Id node = quiet_int(L, sub);
    if (!node) return 0;
    Affine form = ir_affine(ir, node);
    Unknown *u = NULL;
    int64_t c = 0;
    uint32_t place = 0;
    for (uint32_t k = 0; k < form.terms.n; k++) {
        Id t = form.terms.at[k].term;
        for (uint32_t j = 0; j < f->unknown.n; j++) {
            Unknown *w = &f->unknown.at[j];
            if (w->hi || !ir_has_var(ir, t, w->var)) continue;
            if (u || ir_opof(ir, t) != OP_VAR) return 0;
            u = w;
            c = form.terms.at[k].coef;
            place = k;
        }
    }
    if (!u || form.overflow) return 0;
    form.terms.at[place] = form.terms.at[--form.terms.n];
    Id rest = low_bound(L, ir_unaffine(ir, &form), c < 0);
    if (!rest) return 0;
    Id room = c > 0 ? ir_op2(ir, OP_SUB, ir_addi(ir, size, -1), rest) : rest;
    if (c < 0) c = -c;
    *which = u;
    return ir_addi(ir, c > 1 ? ir_op2(ir, OP_IDIV, room, ir_int(ir, c)) : room, 1);
}

static bool affine_round(Low *L, Infer *f, bool guarded, Id *const *sizes)
{
    Id *found = arena_alloc(L->a, f->unknown.n * sizeof(Id));
    bool any = false;
    for (uint32_t i = 0; i < f->access.n; i++) {
        const Access *a = &f->access.at[i];
        if (a->guarded != guarded || !sizes[i]) continue;
        for (uint32_t k = 0; k < a->n; k++) {
            Unknown *u = NULL;
            Id end = affine_end(L, f, a->subs[k], sizes[i][k], &u);
            if (!end) continue;
            uint32_t at = (uint32_t)(u - f->unknown.at);
            found[at] = found[at] ? ir_op2(L->ir, OP_IMIN, found[at], end) : end;
            any = true;
        }
    }
    for (uint32_t k = 0; k < f->unknown.n; k++)
        if (found[k]) settle(L, &f->unknown.at[k], ir_int(L->ir, 0), found[k]);
    return any;
}

static bool alone_round(Low *L, Infer *f, bool guarded, Id *const *sizes)
{
    bool any = false;
    for (uint32_t i = 0; i < f->access.n; i++) {
        const Access *a = &f->access.at[i];
        if (a->guarded != guarded || !sizes[i]) continue;
        for (uint32_t k = 0; k < a->n; k++) any |= alone(L, f, a, k, sizes[i][k]);
    }
    return any;
}

static bool wanted(const Infer *f)
{
    for (uint32_t k = 0; k < f->unknown.n; k++)
        if (!f->unknown.at[k].hi) return true;
    return false;
}

static void infer(Low *L, Infer *f)
{
    Id **sizes = arena_alloc(L->a, (f->access.n + 1) * sizeof *sizes);
    for (uint32_t i = 0; i < f->access.n; i++) {
        const Access *a = &f->access.at[i];
        if (a->array->kind == A_NAME && a->array->sym == L->defining) continue;
        Value *v = shape_of(L, a->array);
        if (!v) f->unknown_shape = true;
        if (!v) continue;
        sizes[i] =
            arena_alloc(L->a, (a->n + 1) * sizeof(Id)); /* 0 past its dimensions: an error that the lowering reports */
        for (uint32_t k = 0; k < v->rank && k < a->n; k++) sizes[i][k] = v->shape[k];
    }
    alone_round(L, f, false, sizes);
    while (wanted(f) && affine_round(L, f, false, sizes)) {
    }
    if (wanted(f)) alone_round(L, f, true, sizes);
    while (wanted(f) && affine_round(L, f, true, sizes)) {
    }
}

static bool run(Low *L, const Ast *over, uint32_t first, const Id *target, const Ast *filter, const Ast *body, Infer *f)
{
    uint32_t n = over->n - first;
    bool all = true;
    for (uint32_t k = 0; k < n; k++) {
        add_unknown(L, f, over->kid[first + k], false);
        explicit_range(L, f, &f->unknown.at[k]);
        if (target && !f->unknown.at[k].hi) settle(L, &f->unknown.at[k], ir_int(L->ir, 0), target[k]);
        all &= f->unknown.at[k].hi != 0;
    }
    if (all || f->failed) return !f->failed;
    collect(L, f, filter);
    uint32_t unguarded = f->access.n;
    collect(L, f, body);
    for (uint32_t k = unguarded; filter && k < f->access.n; k++) f->access.at[k].guarded = true;
    for (uint32_t k = n; k < f->unknown.n; k++) explicit_range(L, f, &f->unknown.at[k]);
    infer(L, f);
    return !f->failed;
}

bool bind_over(Low *L, const Ast *over, uint32_t first, const Id *target, const Ast *filter, const Ast *body,
               Binder *out)
{
    Infer f = {.failed = false};
    bool ok = run(L, over, first, target, filter, body, &f);
    for (uint32_t k = 0; k < over->n - first && ok; k++) {
        Unknown *u = &f.unknown.at[k];
        if (!u->hi && f.unknown_shape && L->ctx->errors)
            ok = false;
        else if (!u->hi) {
            low_error(L, u->binder->span, "the range of index %s cannot be told: it is not a subscript by itself",
                      u->sym->name);
            low_help(L, "write its range, such as %s: 10", u->sym->name);
            ok = false;
        }
        out[k] = (Binder){u->var, u->lo, u->hi};
    }
    return ok;
}

bool extents_of(Low *L, const Ast *over, uint32_t first, const Ast *body, Range *out)
{
    Infer f = {.failed = false};
    bool quiet = L->quiet;
    L->quiet = true;
    bool ok = run(L, over, first, NULL, NULL, body, &f);
    L->quiet = quiet;
    for (uint32_t k = 0; k < over->n - first && ok; k++) {
        out[k] = (Range){f.unknown.at[k].lo, f.unknown.at[k].hi, f.unknown.at[k].binder};
        ok = out[k].hi != 0;
    }
    return ok;
}
