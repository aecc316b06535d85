/*
 * modes.c -- the functions of a model that are derivatives: which equations they need, what they take and return.
 *
 *     grad   loss, grad             the adjoints of what derivatives are by
 *     vjp    adjoint -> grad        of an output: what the output's adjoint, given by the caller, makes of them
 *     jvp    direction -> tangent   of the loss or an output, along a direction of what derivatives are by
 *     jacobian    values            of an output: the entries of its sparse Jacobian; _pattern, _csr: where they stand; _dense: in the whole
 *                                   matrix; _blocks, _bsr: those by one array, as blocks
 *     hessian     values            the same of the adjoints: the lower triangle
 *     hvp    direction -> out       tangents of the adjoints: the Hessian times the direction, by forward over reverse
 */
#include "derive.h"
#include "passes.h"

/* Appends equations to the program. */
static void append(Ir *ir, const IdVec *eqs)
{
    Items all = {0};
    ir_add_items(ir, ir->items, &all);
    for (uint32_t i = 0; i < eqs->n; i++) vec_push(ir->arena, &all, ((Item){false, eqs->at[i]}));
    ir->items = ir_items(ir, all.at, all.n);
}

/* An array of the same shape. */
static Id array_like(Ir *ir, Id a, const char *stem, ArrayKind kind)
{
    Array of = ir->array.at[a];
    IdVec dims = {0};
    ir_add_ids(ir, of.dims, &dims);
    const char *name = arena_printf(ir->arena, "%s_%s", stem, of.name);
    Id made = ir_new_array(ir, name, kind, T_REAL, dims.at, dims.n, of.span);
    ir->array.at[made].primal = a;
    return made;
}

/* Variables over an array's dimensions, and the element there. */
static Id element(Ir *ir, Id array, IdVec *vars)
{
    Array a = ir->array.at[array];
    IdVec subs = {0};
    for (uint32_t k = 0; k < a.dims.n; k++) {
        vec_push(ir->arena, vars, ir_new_var(ir, "i", a.span));
        vec_push(ir->arena, &subs, ir_var(ir, vars->at[k]));
    }
    return ir_read(ir, array, subs.at, subs.n);
}

/* ---- grad, vjp */

/* Appends the derivative of a scalar array by everything: arrays of that kind, in the order of wrt. */
static IdVec gradient(Ir *ir, Id scalar, ArrayKind kind)
{
    Derivative d = {.of = ir_read(ir, scalar, NULL, 0), .span = ir->array.at[scalar].span};
    Adjoints a;
    Items cone = {0};
    IdVec results = {0};
    ir_add_items(ir, ir->items, &cone);
    d.cone = cone.at;
    d.n = cone.n;
    for (uint32_t i = 0; i < ir->wrt.n; i++) {
        By by = {.array = ir->wrt.at[i], .adjoint = array_like(ir, ir->wrt.at[i], "d", kind)};
        vec_push(ir->arena, &d.by, by);
        vec_push(ir->arena, &results, by.adjoint);
    }
    adjoints(ir, &d, &a);
    relay(ir, &a, 0);
    return results;
}

void mode_grad(Ir *ir)
{
    if (!ir->loss) return;
    gradient(ir, ir->loss, ARRAY_GRAD);
    ir_add_gradient(ir);
}

/* paired = sum of given * output: its gradient is that of the output along what is given */
static Id pairing(Ir *ir, Id output, Id given)
{
    Array a = ir->array.at[output];
    IdVec vars = {0};
    Binders inner = {0};
    Id value = element(ir, output, &vars);
    Eq e = {.span = a.span, .op = a.dims.n ? RED_SUM : RED_NONE};
    e.target = ir_new_array(ir, arena_printf(ir->arena, "paired_%s", a.name), ARRAY_LOCAL, T_REAL, NULL, 0, a.span);
    IdVec subs = {0};
    for (uint32_t k = 0; k < vars.n; k++) {
        Id size = ir->kid.at[a.dims.at + k];
        vec_push(ir->arena, &inner, ((Binder){vars.at[k], ir_int(ir, 0), size}));
        vec_push(ir->arena, &subs, ir_var(ir, vars.at[k]));
    }
    Id weight = ir_read(ir, given, subs.at, subs.n);
    e.body = ir_op2(ir, OP_MUL, weight, value);
    e.inner = ir_binders(ir, inner.at, inner.n);
    Id made = ir_new_eq(ir, &e);
    append(ir, &(IdVec){&made, 1, 1});
    return e.target;
}

static void add_vjp(Ir *ir, Id output)
{
    Entry f = {.kind = FUNCTION_VJP, .of = output};
    Id given = array_like(ir, output, "d", ARRAY_GIVEN), scalar = pairing(ir, output, given);
    IdVec results = gradient(ir, scalar, ARRAY_RESULT);
    ir_add_argument(ir, &f, "cotangent", true, given);
    ir_add_vector(ir, &f, "grad", false, &results);
    ir_add_function(ir, &f);
}

void mode_vjp(Ir *ir)
{
    for (Id a = 1, n = ir->array.n; a < n; a++)
        if (ir->array.at[a].kind == ARRAY_OUTPUT) add_vjp(ir, a);
}

/* ---- jvp, hvp */

/* The tangent of an array as a result; where it does not move, zeros, whose equation goes to a list. */
static Id tangent_result(Ir *ir, const Forward *f, Id a, IdVec *zeros)
{
    Id t = forward_tangent(f, a);
    if (t) {
        ir->array.at[t].kind = ARRAY_RESULT;
        return t;
    }
    t = array_like(ir, a, "t", ARRAY_RESULT);
    vec_push(ir->arena, zeros, ir_zero(ir, t));
    return t;
}

static void add_jvp(Ir *ir, const Forward *f, const IdVec *directions, Id output, IdVec *zeros)
{
    Entry fn = {.kind = FUNCTION_JVP, .of = output};
    Id value = output ? output : ir->loss, tangent = tangent_result(ir, f, value, zeros);
    ir_add_vector(ir, &fn, "direction", true, directions);
    ir_add_argument(ir, &fn, output ? "out" : "loss", false, value);
    ir_add_argument(ir, &fn, "tangent", false, tangent);
    ir_add_function(ir, &fn);
}

static void add_hvp(Ir *ir, const Forward *f, const IdVec *directions, IdVec *zeros)
{
    Entry fn = {.kind = FUNCTION_HVP};
    IdVec grads = ir_gradients(ir), results = {0};
    for (uint32_t i = 0; i < grads.n; i++) vec_push(ir->arena, &results, tangent_result(ir, f, grads.at[i], zeros));
    ir_add_vector(ir, &fn, "direction", true, directions);
    ir_add_vector(ir, &fn, "out", false, &results);
    ir_add_function(ir, &fn);
}

static void mark_targets(const Ir *ir, Slice items, bool *marked)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (!it.region) marked[ir->eq.at[it.id].target] = true;
        if (!it.region) continue;
        mark_targets(ir, ir->region.at[it.id].head, marked);
        mark_targets(ir, ir->region.at[it.id].items, marked);
    }
}

/* By array: is the loss or an output made of it? */
static const bool *of_values(Ir *ir)
{
    IdVec roots = {0};
    bool *marked = arena_alloc(ir->arena, ir->array.n * sizeof *marked);
    for (Id a = 1; a < ir->array.n; a++)
        if (a == ir->loss || ir->array.at[a].kind == ARRAY_OUTPUT) vec_push(ir->arena, &roots, a);
    mark_targets(ir, dce_items(ir, ir->items, roots.at, roots.n), marked);
    return marked;
}

void mode_forward(Ir *ir, bool jvp, bool hvp)
{
    IdVec directions = {0}, zeros = {0};
    Direction d = {.when = 0};
    for (uint32_t i = 0; i < ir->wrt.n; i++) {
        Id given = array_like(ir, ir->wrt.at[i], "t", ARRAY_GIVEN);
        IdVec vars = {0};
        Id value = element(ir, given, &vars);
        vec_push(ir->arena, &d.seed, ((Seed){ir->wrt.at[i], vars.at, value}));
        vec_push(ir->arena, &directions, given);
    }
    if (!hvp) d.wanted = of_values(ir); /* not of adjoints: a second derivative may not be known */
    Forward *f = forward_new(ir, &d);
    ir->items = forward_items(f, ir->items);
    if (jvp && ir->loss) add_jvp(ir, f, &directions, 0, &zeros);
    for (Id a = 1, n = ir->array.n; jvp && a < n; a++)
        if (ir->array.at[a].kind == ARRAY_OUTPUT) add_jvp(ir, f, &directions, a, &zeros);
    if (hvp && ir->loss) add_hvp(ir, f, &directions, &zeros);
    append(ir, &zeros);
}

/* ---- jacobian, hessian */

enum { LARGE = 1 << 27 }; /* entries: a gigabyte */

/* What many numbers cannot be asked for by mistake: `what` has so many entries, where that is known. */
static void check_count(Ir *ir, const char *what, Id count, Span span)
{
    int64_t n;
    bool known = ir_const_int(ir, count, &n);
    if (!known || n <= LARGE) return;
    double bytes = 8e-9 * (double)n;
    if (n > INT32_MAX)
        diag_error(ir->ctx, span, "%s has %lld entries (%.1f GB): more than can be numbered", what, (long long)n,
                   bytes);
    else
        diag_warning(ir->ctx, span, "%s has %lld entries (%.1f GB)", what, (long long)n, bytes);
    diag_help(ir->ctx, "--wrt names fewer params; products with it need no entries: --emit jvp,vjp,hvp");
}

/* What the functions of one matrix return: of each array that its rows are, in order. */
typedef struct {
    IdVec values, rows, columns, starts, given;
    Id first_row, count, width, dense;
    bool forward, ragged;
} Matrix;

static Id elements(Ir *ir, Id array)
{
    Slice dims = ir->array.at[array].dims;
    Id n = ir_int(ir, 1);
    for (uint32_t k = 0; k < dims.n; k++) n = ir_op2(ir, OP_MUL, n, ir->kid.at[dims.at + k]);
    return n;
}

static Id elements_of(Ir *ir, const IdVec *arrays)
{
    Id n = ir_int(ir, 0);
    for (uint32_t i = 0; i < arrays->n; i++) n = ir_op2(ir, OP_ADD, n, elements(ir, arrays->at[i]));
    return n;
}

/* A result that is a number known beforehand. */
static Id number_result(Ir *ir, const char *name, Id value, Span span)
{
    Eq e = {.target = ir_new_array(ir, name, ARRAY_RESULT, T_INT, NULL, 0, span), .body = value, .span = span};
    Id made = ir_new_eq(ir, &e);
    append(ir, &(IdVec){&made, 1, 1});
    return e.target;
}

static Matrix matrix_new(Ir *ir, const IdVec *rows, Span span)
{
    Matrix m = {.first_row = ir_int(ir, 0), .count = ir_int(ir, 0)};
    Id dims[] = {elements_of(ir, rows), elements_of(ir, &ir->wrt)};
    m.dense = ir_new_array(ir, "dense", ARRAY_RESULT, T_REAL, dims, 2, span);
    Id zero = ir_zero(ir, m.dense);
    append(ir, &(IdVec){&zero, 1, 1});
    return m;
}

static void matrix_add(Ir *ir, Matrix *m, const Jacobian *j)
{
    Entries e = {.first_row = m->first_row, .first_entry = m->count, .dense = m->dense};
    entries(ir, j, &e);
    vec_push(ir->arena, &m->values, e.values);
    vec_push(ir->arena, &m->rows, e.rows);
    vec_push(ir->arena, &m->columns, e.columns);
    vec_push(ir->arena, &m->starts, e.starts);
    vec_push(ir->arena, &m->given, e.given);
    m->first_row = ir_op2(ir, OP_ADD, m->first_row, elements(ir, j->of));
    m->count = ir_op2(ir, OP_ADD, m->count, e.count);
    m->width = e.width;
    m->forward |= j->forward;
    m->ragged |= e.ragged;
}

static void matrix_functions(Ir *ir, FunctionKind kind, Id of, Span span, Matrix *m)
{
    Entry values = {.kind = (uint8_t)kind, .of = of, .forward = m->forward};
    if (kind == FUNCTION_JACOBIAN) values.width = m->width;
    Entry pattern = {.kind = (uint8_t)(kind + FUNCTION_JACOBIAN_PATTERN - FUNCTION_JACOBIAN), .of = of};
    if (m->ragged) {
        Id rows = ir->kid.at[ir->array.at[of].dims.at];
        int64_t n;
        values.count = m->count;
        if (!ir_const_int(ir, rows, &n)) values.lines = rows; /* a constant number of rows may be unrolled */
    }
    Entry csr = {.kind = (uint8_t)(kind + FUNCTION_JACOBIAN_CSR - FUNCTION_JACOBIAN), .of = of};
    Entry dense = {.kind = (uint8_t)(kind + FUNCTION_JACOBIAN_DENSE - FUNCTION_JACOBIAN), .of = of};
    vec_push(ir->arena, &m->starts, number_result(ir, "end", m->count, span));
    ir_add_stack(ir, &values, "values", false, false, &m->values);
    ir_add_stack(ir, &pattern, "row", false, true, &m->rows);
    ir_add_stack(ir, &pattern, "col", false, true, &m->columns);
    ir_add_stack(ir, &csr, "ptr", false, true, &m->starts);
    ir_add_stack(ir, &csr, "col", false, true, &m->columns);
    ir_add_stack(ir, &dense, "values", true, false, &m->given);
    ir_add_argument(ir, &dense, "dense", false, m->dense);
    ir_add_function(ir, &values);
    ir_add_function(ir, &pattern);
    ir_add_function(ir, &csr);
    ir_add_function(ir, &dense);
}

/* The blocks of one array: values, and what block-compressed rows need. */
static void add_tiles(Ir *ir, FunctionKind kind, const Jacobian *j, Id of, Id by)
{
    Tiles t;
    Span span = ir->array.at[of].span;
    if (!tiles(ir, j, by, &t)) return;
    Entry f = {.kind = (uint8_t)kind, .of = of, .by = by, .forward = j->forward, .axis = t.axis, .width = t.width};
    f.block_rows = t.block_rows;
    f.blocks = t.blocks;
    f.rows = t.rows;
    Entry bsr = {.kind = (uint8_t)(kind + 1), .of = of, .by = by};
    IdVec values = {&t.values, 1, 1}, columns = {&t.columns, 1, 1}, starts = {0};
    vec_push(ir->arena, &starts, t.starts);
    vec_push(ir->arena, &starts, number_result(ir, "end", ir_op2(ir, OP_MUL, t.block_rows, t.blocks), span));
    ir_add_stack(ir, &f, "values", false, false, &values);
    ir_add_stack(ir, &bsr, "ptr", false, true, &starts);
    ir_add_stack(ir, &bsr, "col", false, true, &columns);
    ir_add_function(ir, &f);
    ir_add_function(ir, &bsr);
}

static void jacobian_of(Ir *ir, Id output, bool blocks)
{
    Jacobian j;
    IdVec rows = {&output, 1, 1};
    Span span = ir->array.at[output].span;
    jacobian(ir, output, &ir->wrt, 0, &j);
    Matrix m = matrix_new(ir, &rows, span);
    matrix_add(ir, &m, &j);
    matrix_functions(ir, FUNCTION_JACOBIAN, output, span, &m);
    check_count(ir, arena_printf(ir->arena, "the Jacobian of %s", ir->array.at[output].name), m.count, span);
    for (uint32_t i = 0; i < ir->wrt.n && blocks; i++)
        add_tiles(ir, FUNCTION_JACOBIAN_BLOCKS, &j, output, ir->wrt.at[i]);
}

void mode_jacobian(Ir *ir, bool blocks)
{
    for (Id a = 1, n = ir->array.n; a < n; a++)
        if (ir->array.at[a].kind == ARRAY_OUTPUT) jacobian_of(ir, a, blocks);
}

void mode_hessian(Ir *ir, bool blocks)
{
    IdVec grads = ir_gradients(ir), by = {0};
    if (!grads.n) return;
    Span span = ir->array.at[ir->loss].span;
    Matrix m = matrix_new(ir, &grads, span);
    for (uint32_t i = 0; i < grads.n; i++) {
        Jacobian j;
        vec_push(ir->arena, &by, ir->wrt.at[i]);
        jacobian(ir, grads.at[i], &by, ir->wrt.at[i], &j);
        matrix_add(ir, &m, &j);
        for (uint32_t k = 0; k < by.n && blocks; k++)
            add_tiles(ir, FUNCTION_HESSIAN_BLOCKS, &j, ir->wrt.at[i], by.at[k]);
    }
    matrix_functions(ir, FUNCTION_HESSIAN, 0, span, &m);
    check_count(ir, "the Hessian of the loss", m.count, span);
}
