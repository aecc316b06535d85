/*
 * scan.c -- a scan -> a region, whose arrays are expanded over its steps.
 *
 *     scan t: T with h[H] = 0 {            h[0, i] = 0  for i: H
 *       let a[j] = f(h[j], x[t])           scan t: T {
 *       yield y[t, j] = a[j]       ->          a[t, j] = f(h[t, j], x[t])  for j: H
 *       next h[j] = a[j]                       y[t, j] = a[t, j]           for j: H
 *     }                                        h[t + 1, j] = a[t, j]       for j: H
 *                                          }
 *
 * After it the name h stands for h[T].  In a function the region runs over the index variables of the call's arguments, which
 * are then the first dimensions of all arrays in it.  `while c` becomes the region's condition, with what it needs computed in
 * the head; it sets `steps`, and h stands for h[steps].  Where not all steps may be taken, yields are zeroed before and added to.
 */
#include "lower.h"

#include <string.h>

/* A scan at work. */
typedef struct {
    Scan open;
    const Ast *at;
    Id count, size;        /* the number of steps, and a bound of it that is a size */
    Binder over[MAX_RANK]; /* besides the fixed variables around */
    uint32_t nover;
    Id dims[2 * MAX_RANK], subs[2 * MAX_RANK]; /* of the variables around and `over` */
    uint32_t n;                                /* so many; the step's place comes next */
    Id steps;                                  /* after `while`: the array of the steps taken */
    bool partial;                              /* some steps up to `size` may not be taken: yields are 0 there */
    Region region;
    Items before; /* what precedes the region */
} Work;

static const Ast *list_at(const Ast *list, uint32_t k) { return list && k < list->n ? list->kid[k] : NULL; }

/* ---- the loop */

static bool find_count(Low *L, Work *w)
{
    const Ast *e = w->at->kid[0];
    w->count = lower_int(L, e, "the count of a scan");
    if (!w->count) return false;
    w->size = low_bound(L, w->count, false);
    if (!w->size) {
        low_error(L, e->span, "the count of this scan has no bound that is known before the run");
        low_help(L, "bound it, for example with %% or by an int(...) declaration");
        return false;
    }
    w->partial = w->at->kid[1] || w->size != w->count;
    const char *negative =
        arena_printf(L->a, "the count of the scan over %s, %s, is negative", w->at->name, size_text(L, w->count));
    return low_not_negative(L, w->count, negative, e->span);
}

/* The variables that the region runs over beside its step, and the first dimensions that they make. */
static bool find_over(Low *L, Work *w)
{
    w->nover = low_free(L, L->args.at, L->args.n, NULL, 0, w->over, MAX_RANK / 2);
    if (w->nover == UINT32_MAX) return false;
    w->n = low_fixed(L, w->dims, w->subs);
    if (w->n + w->nover + 1 > MAX_RANK / 2) {
        low_error(L, w->at->span, "more than %d index variables of scans within scans", MAX_RANK / 2);
        return false;
    }
    if (!low_place(L, w->over, w->nover, w->dims + w->n, w->subs + w->n, w->at->span)) return false;
    w->n += w->nover;
    return true;
}

/* From here on all is inside: `over` and the step are fixed. */
static void open_scan(Low *L, Work *w)
{
    Id zero = ir_int(L->ir, 0), t = low_var(L, w->at->name, w->at->name_span, zero, w->count, NULL);
    uint32_t around = w->n - w->nover;
    w->region.when = low_guard(L, w->over, w->nover);
    w->region.over = ir_binders(L->ir, w->over, w->nover);
    w->region.step = (Binder){t, zero, w->count};
    w->region.span = w->at->span;
    w->subs[w->n] = ir_var(L->ir, t);
    w->dims[w->n] = w->size;
    for (uint32_t k = 0; k < w->nover; k++)
        vec_push(L->a, &L->fixed, ((Fixed){w->over[k], w->dims[around + k], w->subs[around + k]}));
    vec_push(L->a, &L->fixed, ((Fixed){w->region.step, w->size, w->subs[w->n]}));
    w->open.around = L->scan;
    w->open.number = ++L->scans;
    w->open.position = w->n;
    w->open.when = w->region.when;
    L->scan = &w->open;
    L->value[w->at->sym->id] = value_scalar(L, w->subs[w->n]);
    w->before = L->items;
    L->items = (Items){0};
}

static Slice take_items(Low *L)
{
    Slice s = ir_items(L->ir, L->items.at, L->items.n);
    L->items = (Items){0};
    return s;
}

static void close_scan(Low *L, Work *w)
{
    w->region.items = take_items(L);
    w->region.steps = w->steps;
    L->scan = (Scan *)w->open.around;
    L->fixed.n -= w->nover + 1;
    L->items = w->before;
}

/* `while c`: asked once more after the last step, where it must not hold, so the step runs to the count here. */
static void lower_while(Low *L, Work *w, const Ast *e)
{
    Ir *ir = L->ir;
    Fixed *step = &L->fixed.at[L->fixed.n - 1];
    Range *range = &L->range.at[step->b.var];
    step->dim = ir_addi(ir, w->size, 1);
    range->hi = ir_addi(ir, w->count, 1);
    L->stem = "while";
    w->region.cond = lower_scalar(L, e, "the condition of a scan");
    L->fixed.at[w->n].dim = w->size;
    L->range.at[w->region.step.var].hi = w->count;
    w->region.head = take_items(L);
    if (w->region.cond && ir_type(ir, w->region.cond) != T_BOOL) {
        low_error(L, e->span, "a number stands where a condition is wanted");
        low_help(L, "compare it, such as x > 0");
    }
    w->steps = low_array(L, low_temp_name(L, "steps"), ARRAY_LOCAL, T_INT, w->dims, w->n, e->span);
    ir->array.at[w->steps].lo = ir_int(ir, 0);
    ir->array.at[w->steps].hi = ir_addi(ir, w->size, 1);
}

/* ---- states */

static Id state_array(Low *L, const Work *w, const Ast *s, const Id *shape, uint32_t rank)
{
    Id dims[2 * MAX_RANK];
    memcpy(dims, w->dims, w->n * sizeof *dims);
    dims[w->n] = ir_addi(L->ir, w->size, 1);
    memcpy(dims + w->n + 1, shape, rank * sizeof *shape);
    return low_array(L, low_temp_name(L, s->name), ARRAY_LOCAL, T_REAL, dims, w->n + 1 + rank, s->name_span);
}

static bool start_fits(Low *L, const Ast *s, const Value *v, const Id *shape, uint32_t rank)
{
    if (v->rank && v->rank != rank) {
        low_error(L, s->kid[1]->span, "the start of %s has the shape %s, the state %u dimension%s", s->name,
                  shape_text(L, v), rank, rank == 1 ? "" : "s");
        low_also(L, s->name_span);
        return false;
    }
    for (uint32_t k = 0; k < v->rank; k++)
        if (!same_size(L, v->shape[k], shape[k], s->kid[1]->span, s->kid[0]->kid[k]->span,
                       arena_printf(L->a, "start of %s", s->name)))
            return false;
    return true;
}

static bool is_number(Low *L, Id x, Span at, const char *what)
{
    if (ir_type(L->ir, x) != T_BOOL) return true;
    low_error(L, at, "%s must be a number; this is a condition", what);
    low_help(L, "write 'if ... then 1 else 0'");
    return false;
}

/* h[0, ...] = start; 0 after an error.  Without a shape the state takes its start's. */
static Id start_state(Low *L, Work *w, const Ast *s)
{
    Id shape[MAX_RANK], subs[2 * MAX_RANK];
    Binder own[2 * MAX_RANK];
    uint32_t rank = 0;
    L->stem = s->name;
    if (s->kid[0] && !low_shape(L, s, s->kid[0], shape, own, &rank)) return 0;
    Value *v = lower_expr(L, s->kid[1]);
    if (v->kind == VAL_BAD) return 0;
    if (!s->kid[0]) {
        rank = v->rank;
        if (rank) memcpy(shape, v->shape, rank * sizeof *shape);
    } else if (!start_fits(L, s, v, shape, rank))
        return 0;
    if (!v->rank && !is_number(L, v->node, s->kid[1]->span, "a state")) return 0;
    Id array = state_array(L, w, s, shape, rank);
    memcpy(subs, w->subs, w->n * sizeof *subs);
    subs[w->n] = ir_int(L->ir, 0);
    if (v->rank) {
        value_set(L, array, subs, w->n + 1, w->over, w->nover, v);
        return array;
    }
    Definition d = {.op = RED_NONE, .body = v->node};
    memmove(own + w->nover, own, rank * sizeof *own);
    memcpy(own, w->over, w->nover * sizeof *own);
    for (uint32_t k = 0; k < rank; k++) subs[w->n + 1 + k] = ir_var(L->ir, own[w->nover + k].var);
    low_set(L, array, subs, w->n + 1 + rank, own, w->nover + rank, &d, false);
    return array;
}

static void start_states(Low *L, Work *w)
{
    for (uint32_t k = 0; list_at(w->at->kid[2], k); k++) {
        Id array = start_state(L, w, list_at(w->at->kid[2], k));
        vec_push(L->a, &w->open.states, array);
    }
}

/* What the names of the states mean: the elements at this step. */
static void bind_states(Low *L, const Work *w, const Id *subs)
{
    for (uint32_t k = 0; k < w->open.states.n; k++)
        L->value[list_at(w->at->kid[2], k)->sym->id] =
            w->open.states.at[k] ? value_array(L, w->open.states.at[k], subs, w->n + 1) : value_bad(L);
}

/* ---- next */

static bool next_fits(Low *L, const Ast *s, const Value *state, uint32_t rank, const Value *v)
{
    if (rank == state->rank) return true;
    const char *has = state->rank ? arena_printf(L->a, "has the shape %s", shape_text(L, state)) : "is a scalar";
    if (v)
        low_error(L, s->kid[1]->span, "the next value of %s %s; the state %s", s->name,
                  v->rank ? arena_printf(L->a, "has the shape %s", shape_text(L, v)) : "is a scalar", has);
    else
        low_error(L, s->kid[0]->span, "the state %s %s: it has %u ind%s, not %u", s->name, has, state->rank,
                  state->rank == 1 ? "ex" : "ices", rank);
    low_also(L, s->sym->decl->name_span);
    if (v && !v->rank) low_help(L, "write next %s[i] = ...", s->name);
    return false;
}

static void next_elements(Low *L, Id array, Id *subs, uint32_t n, const Ast *s, const Value *state)
{
    Definition d = {.op = RED_NONE, .nown = s->kid[0]->n};
    if (!next_fits(L, s, state, d.nown, NULL)) return;
    if (!bind_over(L, s->kid[0], 0, state->shape, NULL, s->kid[1], d.own) || !low_right_side(L, s->kid[1], &d)) return;
    if (d.op == RED_NONE && !is_number(L, d.body, s->kid[1]->span, "a state")) return;
    for (uint32_t k = 0; k < d.nown; k++) {
        if (!same_size(L, d.own[k].hi, state->shape[k], s->kid[0]->kid[k]->span, s->sym->decl->name_span,
                       arena_printf(L->a, "next %s sets every element", s->name)))
            return;
        subs[n + k] = ir_var(L->ir, d.own[k].var);
    }
    low_set(L, array, subs, n + d.nown, d.own, d.nown, &d, false);
}

static void next_whole(Low *L, Id array, Id *subs, uint32_t n, const Ast *s, const Value *state)
{
    Definition d = {.op = RED_NONE};
    Value *v = lower_expr(L, s->kid[1]);
    if (v->kind == VAL_BAD || !next_fits(L, s, state, v->rank, v)) return;
    for (uint32_t k = 0; k < v->rank; k++)
        if (!same_size(L, v->shape[k], state->shape[k], s->kid[1]->span, s->sym->decl->name_span,
                       arena_printf(L->a, "next value of %s", s->name)))
            return;
    if (v->rank) {
        value_set(L, array, subs, n, NULL, 0, v);
        return;
    }
    d.body = v->node;
    if (is_number(L, d.body, s->kid[1]->span, "a state")) low_set(L, array, subs, n, NULL, 0, &d, false);
}

static const Ast *next_of(const Ast *body, const Sym *state)
{
    for (uint32_t k = 0; k < body->n; k++)
        if (body->kid[k]->kind == A_NEXT && body->kid[k]->sym == state) return body->kid[k];
    return NULL;
}

/* h[t + 1, ...] of every state; without `next` it stays. */
static void lower_nexts(Low *L, const Work *w)
{
    for (uint32_t k = 0; k < w->open.states.n; k++) {
        const Ast *state = list_at(w->at->kid[2], k), *next = next_of(w->at->kid[3], state->sym);
        const Value *now = L->value[state->sym->id];
        Id subs[2 * MAX_RANK];
        if (now->kind == VAL_BAD) continue;
        memcpy(subs, w->subs, w->n * sizeof *subs);
        subs[w->n] = ir_addi(L->ir, w->subs[w->n], 1);
        L->stem = state->name;
        L->span = next ? next->span : state->span;
        if (next && next->kid[0])
            next_elements(L, w->open.states.at[k], subs, w->n + 1, next, now);
        else if (next)
            next_whole(L, w->open.states.at[k], subs, w->n + 1, next, now);
        else if (now->rank)
            value_set(L, w->open.states.at[k], subs, w->n + 1, NULL, 0, now);
        else {
            Definition d = {.op = RED_NONE, .body = now->node};
            low_set(L, w->open.states.at[k], subs, w->n + 1, NULL, 0, &d, false);
        }
    }
}

/* ---- yields */

static Id yield_array(Low *L, const Work *w, const Ast *s, const Id *shape, uint32_t rank)
{
    Id dims[2 * MAX_RANK];
    memcpy(dims, w->dims, (w->n + 1) * sizeof *dims);
    memcpy(dims + w->n + 1, shape, rank * sizeof *shape);
    Id array = low_array(L, low_temp_name(L, s->name), ARRAY_LOCAL, T_REAL, dims, w->n + 1 + rank, s->name_span);
    L->value[s->sym->id] = value_array(L, array, w->subs, w->n);
    return array;
}

/* An array for each yield whose shape is known, as it may be read above its statement. */
static void make_yields(Low *L, Work *w)
{
    const Ast *body = w->at->kid[3];
    for (uint32_t k = 0; k < body->n; k++) {
        const Ast *s = body->kid[k];
        if (s->kind != A_YIELD) continue;
        const Value *v = L->value[s->sym->id];
        vec_push(L->a, &w->open.yields, ((Yield){s->sym, 0, false}));
        if (v) w->open.yields.at[w->open.yields.n - 1].array = yield_array(L, w, s, v->shape + 1, v->rank - 1);
    }
}

static bool was_read(const Ir *ir, Id array, Id from)
{
    for (Id n = from; n < ir->node.n; n++)
        if (ir->node.at[n].op == OP_READ && ir->node.at[n].u.ref == array) return true;
    return false;
}

/* Integers and conditions stay what they are, unless a read above has taken the yield for a real number. */
static bool yield_type(Low *L, const Work *w, const Ast *s, Id array, Definition *d, Id from)
{
    Ir *ir = L->ir;
    Type t = low_type(L, d);
    if (t == T_REAL) return true;
    if (was_read(ir, array, from)) return is_number(L, d->body, s->kid[1]->span, "a yield that is read above");
    ir->array.at[array].type = (uint8_t)t;
    if (t != T_INT) return true;
    low_entry_bounds(L, array, d);
    Array *a = &ir->array.at[array];
    if (!w->partial || !a->lo) return true;
    Id lo = ir_op2(ir, OP_IMIN, a->lo, ir_int(ir, 0)), hi = ir_op2(ir, OP_IMAX, a->hi, ir_int(ir, 1));
    ir->array.at[array].lo = lo; /* rows that are not reached are 0 */
    ir->array.at[array].hi = hi;
    return true;
}

static void lower_yield(Low *L, Work *w, const Ast *s, Id from)
{
    const Ast *over = s->kid[0];
    Definition d = {.op = RED_NONE, .nown = over->n - 1};
    Id subs[2 * MAX_RANK], size[MAX_RANK];
    Yield *y = w->open.yields.at;
    if (over->n > MAX_RANK / 2) {
        low_error(L, over->span, "more than %d dimensions", MAX_RANK / 2);
        return;
    }
    while (y->sym != s->sym) y++;
    L->stem = s->name;
    L->span = s->span;
    L->defining = s->sym;
    bool ok = bind_over(L, over, 1, NULL, NULL, s->kid[1], d.own);
    L->defining = NULL;
    memcpy(subs, w->subs, (w->n + 1) * sizeof *subs);
    if (!ok || !low_place(L, d.own, d.nown, size, subs + w->n + 1, s->span)) return;
    if (!y->array) y->array = yield_array(L, w, s, size, d.nown);
    for (uint32_t k = 0; k < d.nown; k++) {
        Id known = L->ir->kid.at[L->ir->array.at[y->array].dims.at + w->n + 1 + k];
        if (!same_size(L, size[k], known, over->kid[k + 1]->span, s->name_span, s->name)) return;
    }
    if (!low_right_side(L, s->kid[1], &d) || !yield_type(L, w, s, y->array, &d, from)) return;
    low_set(L, y->array, subs, w->n + 1 + d.nown, d.own, d.nown, &d, w->partial);
    y->done = true;
}

static Id zero_of(Ir *ir, Type t)
{
    return t == T_BOOL ? ir_bool(ir, false) : t == T_INT ? ir_int(ir, 0) : ir_real(ir, 0);
}

/* y = 0 before a scan that may leave rows out. */
static void zero_yields(Low *L, const Work *w)
{
    for (uint32_t k = 0; k < w->open.yields.n; k++) {
        Yield y = w->open.yields.at[k];
        if (!y.done) continue;
        Array a = L->ir->array.at[y.array];
        Binder b[2 * MAX_RANK];
        Id subs[2 * MAX_RANK], dims[2 * MAX_RANK];
        uint32_t own = a.dims.n - w->n, first = w->nover;
        Definition d = {.op = RED_NONE, .body = zero_of(L->ir, (Type)a.type)};
        for (uint32_t i = 0; i < own; i++) dims[i] = L->ir->kid.at[a.dims.at + w->n + i];
        memcpy(b, w->over, first * sizeof *b);
        low_fresh(L, dims, own, b + first);
        memcpy(subs, w->subs, w->n * sizeof *subs);
        for (uint32_t i = 0; i < own; i++) subs[w->n + i] = ir_var(L->ir, b[first + i].var);
        L->span = y.sym->decl->span;
        low_set(L, y.array, subs, a.dims.n, b, first + own, &d, false);
    }
}

/* ---- the whole */

static void lower_body(Low *L, Work *w, Id from)
{
    const Ast *body = w->at->kid[3];
    for (uint32_t k = 0; k < body->n; k++) {
        const Ast *s = body->kid[k];
        if (s->kind == A_LET) lower_let(L, s, ARRAY_LOCAL);
        if (s->kind == A_SCAN) lower_scan(L, s);
        if (s->kind == A_YIELD) lower_yield(L, w, s, from);
    }
    lower_nexts(L, w);
}

static void lower_parts(Low *L, Work *w)
{
    Id from = L->ir->node.n, end[2 * MAX_RANK];
    start_states(L, w);
    open_scan(L, w);
    make_yields(L, w);
    bind_states(L, w, w->subs);
    if (w->at->kid[1]) lower_while(L, w, w->at->kid[1]);
    lower_body(L, w, from);
    close_scan(L, w);
    if (w->partial) zero_yields(L, w);
    Id region = ir_new_region(L->ir, &w->region);
    bool wanted = w->region.when != ir_bool(L->ir, false); /* else nothing sets what its steps need either */
    if (wanted) vec_push(L->a, &L->items, ((Item){true, region}));
    memcpy(end, w->subs, w->n * sizeof *end);
    end[w->n] = w->steps ? ir_read(L->ir, w->steps, w->subs, w->n) : w->count;
    bind_states(L, w, end);
}

/* After an error: its names mean nothing, in silence. */
static void lower_nothing(Low *L, const Ast *a)
{
    for (uint32_t k = 0; list_at(a->kid[2], k); k++) L->value[list_at(a->kid[2], k)->sym->id] = value_bad(L);
    for (uint32_t k = 0; k < a->kid[3]->n; k++)
        if (a->kid[3]->kid[k]->kind == A_YIELD) L->value[a->kid[3]->kid[k]->sym->id] = value_bad(L);
}

void lower_scan(Low *L, const Ast *a)
{
    Work *w = arena_alloc(L->a, sizeof *w);
    const char *stem = L->stem;
    Span span = L->span;
    w->at = a;
    L->span = a->span;
    shape_scan(L, a);
    if (find_count(L, w) && find_over(L, w))
        lower_parts(L, w);
    else
        lower_nothing(L, a);
    L->stem = stem;
    L->span = span;
}
