/*
 * record.c -- writes down an evaluation: each element that the debug evaluator computes becomes an expression over elements that were
 * computed before.
 *
 * Loops are unrolled by running them, a branch is the one that was taken, and what depends on no real array (sizes, indices, integer
 * data) is a number.  Reductions become sums, products, max and min of their terms; logsumexp is taken from its largest term.
 */
#include <math.h>
#include <string.h>

#include "passes.h"
#include "trace.h"

typedef struct {
    Ir *model, *ir;
    Interp *run;
    Record *out;
    uint32_t **entry; /* by array of the model and element: its latest entry, + 1 */
    Id *image;        /* by node of the model, while a body is copied */
    bool *needed;
    IdVec term; /* of the reduction at work */
    VEC(double) value;
    uint32_t limit;
    bool whole_matrix; /* there is a function of these: it has no steps */
} Recorder;

enum { NODES = 64 }; /* of the trace's program, for each element that is allowed */

static bool too_large(const Recorder *r)
{
    return r->out->element.n + r->term.n > r->limit || r->ir->node.n > NODES * r->limit;
}

/* ---- elements */

/* Does the name stand in the source? */
static bool is_named(const Ir *ir, Array a)
{
    if (a.kind != ARRAY_LOCAL) return true;
    const char *written = source_text(ir->ctx, a.span), *rest = a.name + strlen(written);
    if (!*written || strncmp(a.name, written, strlen(written)) != 0) return false;
    return !*rest || (*rest == '_' && strspn(rest + 1, "0123456789") == strlen(rest + 1));
}

/* "h[2, 0]" */
static const char *element_name(Recorder *r, Id array, size_t element)
{
    Array a = r->model->array.at[array];
    const int64_t *shape = interp_shape(r->run, array);
    Text name = {.arena = r->ir->arena};
    size_t below = interp_count(r->run, array);
    text_add(&name, a.name);
    for (uint32_t k = 0; k < a.dims.n; k++) {
        below /= (size_t)shape[k];
        text_addf(&name, "%s%zu", k ? ", " : "[", element / below);
        element %= below;
    }
    if (a.dims.n) text_add(&name, "]");
    return name.at;
}

static uint32_t *entry_of(Recorder *r, Id array, size_t element)
{
    uint32_t **of = &r->entry[array];
    if (!*of) *of = arena_alloc(r->ir->arena, (interp_count(r->run, array) + 1) * sizeof **of);
    return &(*of)[element];
}

static Element *add_element(Recorder *r, Id array, size_t element)
{
    Array a = r->model->array.at[array];
    uint32_t *entry = entry_of(r, array, element);
    Element e = {.of = array, .element = element, .input = array_kind_is_input(a.kind), .named = is_named(r->model, a)};
    e.array = *entry ? r->out->element.at[*entry - 1].array
                     : ir_new_array(r->ir, element_name(r, array, element), e.input ? ARRAY_DATA : ARRAY_LOCAL, T_REAL,
                                    NULL, 0, a.span);
    vec_push(r->ir->arena, &r->out->element, e);
    *entry = r->out->element.n;
    return &r->out->element.at[*entry - 1];
}

static Id read_element(Recorder *r, Id read)
{
    Id array = r->model->node.at[read].u.ref;
    size_t element = interp_element(r->run, read);
    uint32_t *entry = entry_of(r, array, element);
    if (!*entry) add_element(r, array, element)->value = interp_value(r->run, read);
    return ir_read(r->ir, r->out->element.at[*entry - 1].array, NULL, 0);
}

/* ---- bodies */

/* The operand that a select took. */
static Id taken(const Recorder *r, Id select)
{
    return ir_kid(r->model, select, interp_value(r->run, ir_kid(r->model, select, 0)) != 0 ? 1 : 2);
}

static void need_kids(Recorder *r, Id n)
{
    Node x = r->model->node.at[n];
    if (x.type != T_REAL || x.op == OP_READ) return;
    if (x.op == OP_SELECT)
        r->needed[taken(r, n)] = true;
    else
        for (uint32_t k = 0; k < x.n; k++) r->needed[ir_kid(r->model, n, k)] = true;
}

static Id copy_node(Recorder *r, Id n)
{
    Node x = r->model->node.at[n];
    if (x.type != T_REAL) return ir_int(r->ir, (int64_t)interp_value(r->run, n));
    if (x.op == OP_READ) return read_element(r, n);
    if (x.op == OP_SELECT) return r->image[taken(r, n)];
    IdVec kids = {0};
    bool constant = true;
    for (uint32_t k = 0; k < x.n; k++) {
        Id kid = r->image[ir_kid(r->model, n, k)];
        constant &= ir_opof(r->ir, kid) == OP_CONST;
        vec_push(r->ir->arena, &kids, kid);
    }
    if (constant) return ir_real(r->ir, interp_value(r->run, n));
    return x.op == OP_EXTERN ? ir_call(r->ir, x.u.ref, kids.at, kids.n) : ir_make(r->ir, (Op)x.op, kids.at, kids.n);
}

/* The body as it was just evaluated. */
static Id copy_body(Recorder *r, Id body)
{
    IdVec order = ir_reach(r->model, &body, 1);
    for (uint32_t i = 0; i < order.n; i++) r->needed[order.at[i]] = order.at[i] == body;
    for (uint32_t i = order.n; i-- > 0;)
        if (r->needed[order.at[i]]) need_kids(r, order.at[i]);
    for (uint32_t i = 0; i < order.n; i++)
        if (r->needed[order.at[i]]) r->image[order.at[i]] = copy_node(r, order.at[i]);
    return r->image[body];
}

/* ---- reductions */

static Id fold_terms(Recorder *r, Op op, double nothing)
{
    Id all = r->term.n ? r->term.at[0] : ir_real(r->ir, nothing);
    for (uint32_t i = 1; i < r->term.n; i++) all = ir_op2(r->ir, op, all, r->term.at[i]);
    return all;
}

/* m + log1p(sum of exp(term - m)), m the largest term; those of -inf are no terms. */
static Id logsumexp_terms(Recorder *r)
{
    uint32_t m = 0;
    Id others = 0;
    for (uint32_t i = 1; i < r->term.n; i++)
        if (r->value.at[i] > r->value.at[m]) m = i;
    if (!r->term.n) return ir_real(r->ir, -INFINITY);
    for (uint32_t i = 0; i < r->term.n; i++) {
        if (i == m || isinf(r->value.at[i])) continue;
        Id ratio = ir_op1(r->ir, OP_EXP, ir_op2(r->ir, OP_SUB, r->term.at[i], r->term.at[m]));
        others = others ? ir_op2(r->ir, OP_ADD, others, ratio) : ratio;
    }
    return others ? ir_op2(r->ir, OP_ADD, r->term.at[m], ir_op1(r->ir, OP_LOG1P, others)) : r->term.at[m];
}

/* What the reduction at work comes to; 0: the sum of its terms. */
static Id reduced(Recorder *r, Red op)
{
    switch (op) {
    case RED_PROD: return fold_terms(r, OP_MUL, 1);
    case RED_MAX: return fold_terms(r, OP_MAX2, -INFINITY);
    case RED_MIN: return fold_terms(r, OP_MIN2, INFINITY);
    case RED_LOGSUMEXP: return logsumexp_terms(r);
    case RED_NONE:
    case RED_SUM:
    case RED_ARGMAX: /* these make no real numbers */
    case RED_ARGMIN:
    case RED_ALL:
    case RED_ANY:
    case RED_MATRIX: return 0; /* refused */
    }
    return 0;
}

/* ---- what the evaluator tells */

static bool is_real(const Recorder *r, Id eq) { return r->model->array.at[r->model->eq.at[eq].target].type == T_REAL; }

static bool on_term(void *user, Id eq)
{
    Recorder *r = user;
    if (!is_real(r, eq)) return true;
    Id body = r->model->eq.at[eq].body;
    vec_push(r->ir->arena, &r->term, copy_body(r, body));
    vec_push(r->ir->arena, &r->value, interp_value(r->run, body));
    return !too_large(r);
}

static bool on_element(void *user, Id eq, size_t at)
{
    Recorder *r = user;
    Eq e = r->model->eq.at[eq];
    IdVec sum = {0};
    if (!is_real(r, eq)) return true;
    if (e.op == RED_MATRIX) return r->whole_matrix = true, false;
    uint32_t before = *entry_of(r, e.target, at);
    if (before) {
        Element *old = &r->out->element.at[before - 1];
        for (uint32_t i = 0; i < old->term.n; i++)
            if (!ir_is_int(r->ir, old->term.at[i], 0)) vec_push(r->ir->arena, &sum, old->term.at[i]);
        old->term.n = 0;
    }
    if (e.op == RED_NONE) vec_push(r->ir->arena, &r->term, copy_body(r, e.body));
    Id one = reduced(r, (Red)e.op);
    for (uint32_t i = 0; i < r->term.n && !one; i++) vec_push(r->ir->arena, &sum, r->term.at[i]);
    if (one || !sum.n) vec_push(r->ir->arena, &sum, one ? one : ir_real(r->ir, 0));
    r->term.n = r->value.n = 0;
    add_element(r, e.target, at)->term = sum;
    return !too_large(r);
}

/* The extern functions, and their partials, under the same numbers. */
static void copy_external(const Ir *from, Ir *to)
{
    for (Id f = 1; f < from->external.n; f++) {
        Extern x = from->external.at[f];
        ir_external(to, x.name, x.arity, x.span);
        x.partials = ir_ids(to, from->kid.at + x.partials.at, x.partials.n);
        to->external.at[f] = x;
    }
}

Record *record(Ir *model, Interp *run, Id result, uint32_t limit, const char **error)
{
    Arena *arena = model->arena;
    Recorder r = {.model = model, .run = run, .limit = limit, .out = arena_alloc(arena, sizeof(Record))};
    r.ir = r.out->ir = ir_new(model->ctx, model->name);
    copy_external(model, r.ir);
    r.entry = arena_alloc(arena, model->array.n * sizeof *r.entry);
    r.image = arena_alloc(arena, model->node.n * sizeof *r.image);
    r.needed = arena_alloc(arena, model->node.n * sizeof *r.needed);
    model->items = dce_items(model, model->items, &result, 1);
    interp_watch(run, &(Watch){on_term, on_element, &r});
    bool ran = interp_run(run, error), large = too_large(&r);
    if (large) *error = NULL;
    if (r.whole_matrix)
        *error = "a function of whole matrices (solve, cholesky and their like) has steps to show where these have a "
                 "constant number of "
                 "rows, at most 4 (-D N=3 fixes a dim)";
    if (!ran || large) return NULL;
    r.out->result = r.out->element.at[*entry_of(&r, result, 0) - 1].array;
    return r.out;
}

/* ---- without an evaluation */

/* Is each item an equation of scalars that sets a real number? */
static bool is_scalar(Ir *ir)
{
    for (uint32_t i = 0; i < ir->items.n; i++) {
        Item it = ir->item.at[ir->items.at + i];
        const Eq *e = &ir->eq.at[it.id];
        if (it.region || e->op != RED_NONE || e->outer.n || e->subs.n || e->when || e->add) return false;
        if (ir->array.at[e->target].type != T_REAL) return false;
        IdVec reads = ir_eq_reads(ir, it.id);
        for (uint32_t k = 0; k < reads.n; k++) {
            Node x = ir->node.at[reads.at[k]];
            if (x.n || x.type != T_REAL) return false;
        }
    }
    return true;
}

Record *record_scalars(Ir *ir, Id result)
{
    Record *out = arena_alloc(ir->arena, sizeof *out);
    *out = (Record){.ir = ir, .result = result};
    if (!is_scalar(ir)) return NULL;
    for (Id a = 1; a < ir->array.n; a++)
        if (array_kind_is_input(ir->array.at[a].kind))
            vec_push(ir->arena, &out->element, ((Element){.array = a, .of = a, .input = true, .named = true}));
    for (uint32_t i = 0; i < ir->items.n; i++) {
        const Eq *e = &ir->eq.at[ir->item.at[ir->items.at + i].id];
        Element x = {.array = e->target, .of = e->target, .named = is_named(ir, ir->array.at[e->target])};
        vec_push(ir->arena, &x.term, e->body);
        vec_push(ir->arena, &out->element, x);
    }
    return out;
}
