/*
 * modes.c -- the functions of a model that are derivatives: which equations they need, what they take and return.
 *
 *     grad   loss, grad             the adjoints of what derivatives are by
 *     vjp    adjoint -> grad        of an output: what the output's adjoint, given by the caller, makes of them
 *     jvp    direction -> tangent   of the loss or an output, along a direction of what derivatives are by
 *     jacobian    values            of an output: the entries of its sparse Jacobian; jacobian_pattern: their rows and columns
 *     hessian     values            the same of the adjoints: the lower triangle of blocks
 *     hvp    direction -> out       tangents of the adjoints: the Hessian times the direction, by forward over reverse
 */
#include "derive.h"
#include "passes.h"

/* Appends equations to the program. */
static void append(Ir *ir, const IdVec *eqs)
{
    VEC(Item) all = {0};
    for (uint32_t i = 0; i < ir->items.n; i++) vec_push(ir->arena, &all, ir->item.at[ir->items.at + i]);
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
    VEC(Item) cone = {0};
    IdVec results = {0};
    for (uint32_t i = 0; i < ir->items.n; i++) vec_push(ir->arena, &cone, ir->item.at[ir->items.at + i]);
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

static void add_entries(Ir *ir, FunctionKind kind, Id of, bool forward, const IdVec *values, const IdVec *rows,
                        const IdVec *columns)
{
    Entry f = {.kind = (uint8_t)kind, .of = of, .forward = forward}, pattern = {.kind = (uint8_t)(kind + 1), .of = of};
    ir_add_stack(ir, &f, "values", false, values);
    ir_add_stack(ir, &pattern, "row", true, rows);
    ir_add_stack(ir, &pattern, "col", true, columns);
    ir_add_function(ir, &f);
    ir_add_function(ir, &pattern);
}

void mode_jacobian(Ir *ir)
{
    for (Id a = 1, n = ir->array.n; a < n; a++) {
        if (ir->array.at[a].kind != ARRAY_OUTPUT) continue;
        Jacobian j;
        IdVec values = {0}, rows = {0}, columns = {0};
        jacobian(ir, a, &ir->wrt, ir_int(ir, 0), &j);
        vec_push(ir->arena, &values, j.values);
        vec_push(ir->arena, &rows, j.rows);
        vec_push(ir->arena, &columns, j.columns);
        add_entries(ir, FUNCTION_JACOBIAN, a, j.forward, &values, &rows, &columns);
    }
}

void mode_hessian(Ir *ir)
{
    IdVec grads = ir_gradients(ir), by = {0}, values = {0}, rows = {0}, columns = {0};
    Id first = ir_int(ir, 0);
    for (uint32_t i = 0; i < grads.n; i++) {
        Jacobian j;
        Slice dims = ir->array.at[grads.at[i]].dims;
        Id count = ir_int(ir, 1);
        vec_push(ir->arena, &by, ir->wrt.at[i]);
        jacobian(ir, grads.at[i], &by, first, &j);
        vec_push(ir->arena, &values, j.values);
        vec_push(ir->arena, &rows, j.rows);
        vec_push(ir->arena, &columns, j.columns);
        for (uint32_t k = 0; k < dims.n; k++) count = ir_op2(ir, OP_MUL, count, ir->kid.at[dims.at + k]);
        first = ir_op2(ir, OP_ADD, first, count);
    }
    if (grads.n) add_entries(ir, FUNCTION_HESSIAN, 0, false, &values, &rows, &columns);
}
