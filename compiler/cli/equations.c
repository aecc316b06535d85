/*
 * equations.c -- compiles a model once more, as far as equations, and lets something run them.
 */
#include "equations.h"

#include <string.h>

Id find_array(const Ir *ir, const char *name, bool grad)
{
    for (Id a = 1; a < ir->array.n; a++) {
        const Array *array = &ir->array.at[a];
        if (grad && array->kind == ARRAY_GRAD && strcmp(ir->array.at[array->primal].name, name) == 0) return a;
        if (!grad && array->kind >= ARRAY_DATA && array->kind <= ARRAY_PARAM && strcmp(array->name, name) == 0)
            return a;
    }
    return 0;
}

/* A param, hyper or data as the evaluator wants it. */
static void hand_over(const Point *p, Interp *run, Id id, int a)
{
    const adc_array *array = &p->model->array[a];
    if (array->type == ADC_REAL) {
        interp_set(run, id, point_reals(p, a));
        return;
    }
    double *x = arena_alloc(p->arena, (p->count[a] + 1) * sizeof *x);
    const int32_t *from = *(int32_t **)(void *)((char *)p->set->data + array->field);
    for (size_t i = 0; i < p->count[a]; i++) x[i] = from[i];
    interp_set(run, id, x);
}

void point_hand_over(const Point *p, const Ir *ir, Interp *run)
{
    for (int a = 0; a < p->model->arrays; a++) {
        Id id = find_array(ir, p->model->array[a].name, false);
        if (id && p->model->array[a].kind <= ADC_HYPER) hand_over(p, run, id, a);
    }
}

bool is_small(const Ir *ir, Interp *run, size_t most)
{
    size_t sum = 0;
    for (Id a = 1; a < ir->array.n && sum <= most; a++) sum += interp_count(run, a);
    return sum <= most;
}

void model_bind(const Model *m, const Ir *ir, Interp *run)
{
    for (Id e = 1; e < ir->external.n; e++) interp_bind(run, e, program_function(m->program, ir->external.at[e].name));
}

bool with_equations(const Args *args, const Model *m, const Point *p, const char *pass, void (*also)(Ir *),
                    UseEquations *use, void *user)
{
    adc_compile_options given;
    CompileOptions options;
    Context *const ctx = model_options(args, &given) == CLI_OK ? context_new() : NULL;
    if (!ctx) return false;
    volatile bool done = false;
    arena_oom(ctx->arena, &ctx->oom);
    if (!setjmp(ctx->oom) && source_set(ctx, m->path, m->source, m->n) &&
        compile_options(ctx, m->path, &given, &options)) {
        options.dump = pass;
        Ir *ir = compile_ir(ctx, &options);
        if (also) also(ir);
        int64_t *dims = arena_alloc(ctx->arena, ((size_t)p->model->dims + 1) * sizeof *dims);
        for (int d = 0; d < p->model->dims; d++) dims[d + 1] = (int64_t)p->set->dims[d];
        Interp *run = interp_new(ir, dims);
        model_bind(m, ir, run);
        use(ir, run, user);
        interp_free(run);
        done = true;
    }
    context_free(ctx);
    return done;
}
