/*
 * function.c -- the list of functions that the generated file will have, and what each of them takes and returns.
 */
#include "ir.h"

const char *const function_kind_text[] = {"loss",
                                          "grad",
                                          "value",
                                          "jvp",
                                          "vjp",
                                          "hvp",
                                          "jacobian",
                                          "jacobian_pattern",
                                          "jacobian_csr",
                                          "jacobian_dense",
                                          "jacobian_blocks",
                                          "jacobian_bsr",
                                          "hessian",
                                          "hessian_pattern",
                                          "hessian_csr",
                                          "hessian_dense",
                                          "hessian_blocks",
                                          "hessian_bsr"};

static void add(Entry *f, Argument a)
{
    if (f->args == ARGUMENTS) die("a function with too many arguments");
    f->arg[f->args++] = a;
}

void ir_add_argument(Ir *ir, Entry *f, const char *name, bool given, Id array)
{
    add(f, (Argument){.name = name, .arrays = ir_ids(ir, &array, 1), .given = given});
}

void ir_add_vector(Ir *ir, Entry *f, const char *name, bool given, const IdVec *arrays)
{
    add(f, (Argument){.name = name, .arrays = ir_ids(ir, arrays->at, arrays->n), .given = given, .vector = true});
}

void ir_add_stack(Ir *ir, Entry *f, const char *name, bool given, bool integer, const IdVec *arrays)
{
    Slice all = ir_ids(ir, arrays->at, arrays->n);
    add(f, (Argument){.name = name, .arrays = all, .given = given, .stacked = true, .integer = integer});
}

void ir_add_function(Ir *ir, const Entry *f)
{
    vec_push(ir->arena, &ir->function, *f);
    for (uint32_t i = ir->function.n - 1; i > 0 && ir->function.at[i - 1].kind > f->kind; i--) {
        ir->function.at[i] = ir->function.at[i - 1];
        ir->function.at[i - 1] = *f;
    }
}

static void add_value(Ir *ir, Id array)
{
    Entry f = {.kind = FUNCTION_VALUE, .of = array};
    ir_add_argument(ir, &f, "out", false, array);
    ir_add_function(ir, &f);
}

/* Arrays of these kinds, in order. */
static void add_arrays(const Ir *ir, ArrayKind first, ArrayKind second, IdVec *out)
{
    for (Id a = 1; a < ir->array.n; a++) {
        uint8_t kind = ir->array.at[a].kind;
        if (kind == first || kind == second) vec_push(ir->arena, out, a);
    }
}

/* By array: its gradient, or 0. */
static const Id *find_gradients(Ir *ir)
{
    Id *of = arena_alloc(ir->arena, ir->array.n * sizeof *of);
    for (Id g = ir->array.n; g-- > 1;)
        if (ir->array.at[g].kind == ARRAY_GRAD) of[ir->array.at[g].primal] = g;
    return of;
}

/* All params, or what there are gradients of: params first. */
static void find_wrt(Ir *ir)
{
    IdVec inputs = {0};
    const Id *gradient_of = find_gradients(ir);
    add_arrays(ir, ARRAY_PARAM, ARRAY_PARAM, &inputs);
    add_arrays(ir, ARRAY_DATA, ARRAY_HYPER, &inputs);
    for (uint32_t i = 0; i < inputs.n; i++)
        if (gradient_of[inputs.at[i]]) vec_push(ir->arena, &ir->wrt, inputs.at[i]);
    if (!ir->wrt.n) add_arrays(ir, ARRAY_PARAM, ARRAY_PARAM, &ir->wrt);
}

IdVec ir_gradients(Ir *ir)
{
    IdVec grads = {0};
    const Id *gradient_of = find_gradients(ir);
    for (uint32_t i = 0; i < ir->wrt.n; i++) {
        Id g = gradient_of[ir->wrt.at[i]];
        if (g) vec_push(ir->arena, &grads, g);
    }
    return grads;
}

void ir_add_gradient(Ir *ir)
{
    IdVec grads = ir_gradients(ir);
    if (!grads.n) return;
    Entry f = {.kind = FUNCTION_GRAD};
    ir_add_argument(ir, &f, "loss", false, ir->loss);
    ir_add_vector(ir, &f, "grad", false, &grads);
    ir_add_function(ir, &f);
}

void ir_declare_functions(Ir *ir)
{
    IdVec values = {0};
    find_wrt(ir);
    if (ir->loss) {
        Entry f = {.kind = FUNCTION_LOSS};
        ir_add_argument(ir, &f, "loss", false, ir->loss);
        ir_add_function(ir, &f);
        ir_add_gradient(ir);
    }
    add_arrays(ir, ARRAY_OUTPUT, ARRAY_OUTPUT, &values);
    add_arrays(ir, ARRAY_METRIC, ARRAY_METRIC, &values);
    for (uint32_t i = 0; i < values.n; i++) add_value(ir, values.at[i]);
}

/* "jacobian_err_csr", "hessian_u_by_v_bsr" */
static const char *entries_name(Ir *ir, const Entry *f)
{
    static const char *const ends[] = {"", "_pattern", "_csr", "_dense", "", "_bsr"};
    bool jacobian = f->kind < FUNCTION_HESSIAN;
    const char *end = ends[f->kind - (jacobian ? FUNCTION_JACOBIAN : FUNCTION_HESSIAN)];
    const char *by = f->by ? arena_printf(ir->arena, "_by_%s", ir->array.at[f->by].name) : "";
    const char *of = ir->array.at[f->of].name;
    return arena_printf(ir->arena, "%s_%s%s%s", jacobian ? "jacobian" : "hessian", of, by, end);
}

const char *ir_function_name(Ir *ir, const Entry *f)
{
    const char *kind = f->kind == FUNCTION_VALUE ? "" : function_kind_text[f->kind];
    if (!f->of) return kind;
    if (f->kind >= FUNCTION_JACOBIAN) return entries_name(ir, f);
    return arena_printf(ir->arena, "%s%s%s", kind, *kind ? "_" : "", ir->array.at[f->of].name);
}

IdVec ir_roots(Ir *ir)
{
    IdVec roots = {0};
    bool *listed = arena_alloc(ir->arena, ir->array.n);
    for (uint32_t i = 0; i < ir->function.n; i++) {
        Entry f = ir->function.at[i];
        for (uint32_t k = 0; k < f.args; k++)
            for (uint32_t j = 0; j < f.arg[k].arrays.n && !f.arg[k].given; j++) {
                Id array = ir->kid.at[f.arg[k].arrays.at + j];
                if (!listed[array]) vec_push(ir->arena, &roots, array);
                listed[array] = true;
            }
    }
    return roots;
}
