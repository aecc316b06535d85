/*
 * equations.c -- the gradient of a program by the debug evaluator: the equations that C is made of, every access watched.
 */
#include "passes.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Elements of an input, by name, as the evaluator wants them. */
typedef struct {
    const char *name;
    const double *at;
    size_t n;
} Input;

static void set_inputs(const Ir *ir, Interp *run, const Input *inputs, int n)
{
    for (Id a = 1; a < ir->array.n; a++)
        for (int k = 0; k < n && array_kind_is_input(ir->array.at[a].kind); k++)
            if (strcmp(inputs[k].name, ir->array.at[a].name) == 0) interp_set(run, a, inputs[k].at);
}

/* The gradient into grad; or what is wrong, into error[200]. */
static bool run_equations(Ir *ir, const size_t dims[2], const Input *inputs, int n, double *grad, char *error)
{
    int64_t size[] = {0, 0, 0};
    for (Id d = 1; d < ir->dim.n; d++) size[d] = (int64_t)dims[strcmp(ir->dim.at[d].name, "N") != 0];
    const char *message = NULL;
    Interp *run = interp_new(ir, size);
    IdVec grads = ir_gradients(ir);
    set_inputs(ir, run, inputs, n);
    bool ok = interp_run(run, &message), defined;
    if (!ok) snprintf(error, 200, "%s", message);
    for (uint32_t k = 0; ok && k < grads.n; k++)
        for (size_t i = 0; i < interp_count(run, grads.at[k]); i++) *grad++ = interp_get(run, grads.at[k], i, &defined);
    interp_free(run);
    return ok;
}

static bool equations_gradient(const char *text, const size_t dims[2], const Input *inputs, int n, double *grad,
                               char *error)
{
    volatile bool ok = false;
    Context *const ctx = context_new();
    arena_oom(ctx->arena, &ctx->oom);
    CompileOptions options = {.model = "equations"};
    snprintf(error, 200, "no equations");
    if (!setjmp(ctx->oom) && source_set(ctx, "equations", text, strlen(text))) {
        Ir *ir = compile_ir(ctx, &options);
        ok = ir && run_equations(ir, dims, inputs, n, grad, error);
    }
    context_free(ctx);
    return ok;
}
