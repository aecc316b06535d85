/*
 * pass.c -- the pipeline: one table of stages from source text to C, run from top to bottom.
 *
 * A stage reads and writes the fields of Work; it knows no neighbours.  After every stage that makes or rewrites
 * equations the verifier runs: a broken invariant is our fault, and ends the program with the text.  --dump=NAME stops
 * after the stage of that name and prints what there is: the tree, the declarations in order, the equations, or the C.
 */
#include "passes.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    Context *ctx;
    const CompileOptions *options;
    Ast *ast;
    Names *names;
    Ir *ir;
    Emitted *out;
} Work;

/* ---- what the user asked for by name: -D and --wrt */

static void nearest_help(Context *ctx, const char *name, const char *const *names, size_t n)
{
    const char *near = diag_nearest(name, names, n);
    if (near) diag_help(ctx, "did you mean %s?", near);
}

/* -D NAME=VALUE: a const takes any number, a dim a size. */
static void check_define(Context *ctx, const Ast *program, const Define *d)
{
    VEC(const char *) names = {0};
    for (uint32_t i = 0; i < program->n; i++) {
        const Ast *decl = program->kid[i];
        if (decl->kind != A_CONST && decl->kind != A_DIM) continue;
        if (strcmp(decl->name, d->name) != 0) {
            vec_push(ctx->arena, &names, decl->name);
            continue;
        }
        char *end;
        double value = strtod(d->value, &end);
        if (end == d->value || *end)
            diag_error(ctx, decl->name_span, "-D %s=%s: the value is not a number", d->name, d->value);
        else if (decl->kind == A_DIM && !(value >= 0 && value < 9007199254740992.0 && value == (double)(int64_t)value))
            diag_error(ctx, decl->name_span, "-D %s=%s: a dim is a size: an integer from 0 to 2^53", d->name, d->value);
        return;
    }
    diag_error(ctx, (Span){0, 0}, "-D %s=%s: the model has no const or dim of that name", d->name, d->value);
    nearest_help(ctx, d->name, names.at, names.n);
}

/* What derivatives are by: what is named instead of all params, in the order of theta, then of the other declarations. */
static void find_wrt(Work *w)
{
    Ir *ir = w->ir;
    IdVec params = {0}, others = {0};
    if (!w->options->wrt) return;
    VEC(const char *) names = {0};
    for (Id a = 1; a < ir->array.n; a++) {
        const Array *array = &ir->array.at[a];
        if (array->kind != ARRAY_PARAM && array->kind != ARRAY_HYPER && array->kind != ARRAY_DATA) continue;
        if (array->type == T_REAL) vec_push(ir->arena, &names, array->name);
        for (uint32_t i = 0; i < w->options->wrts; i++) {
            if (strcmp(w->options->wrt[i], array->name) != 0) continue;
            if (array->type == T_REAL)
                vec_push(ir->arena, array->kind == ARRAY_PARAM ? &params : &others, a);
            else
                diag_error(ir->ctx, array->span, "--wrt %s: integers have no derivative", array->name);
            break;
        }
    }
    for (uint32_t i = 0; i < w->options->wrts; i++) {
        const char *name = w->options->wrt[i];
        bool known = false;
        for (Id a = 1; a < ir->array.n && !known; a++) {
            const Array *array = &ir->array.at[a];
            known = (array->kind == ARRAY_PARAM || array->kind == ARRAY_HYPER || array->kind == ARRAY_DATA) &&
                    strcmp(array->name, name) == 0;
        }
        if (known) continue;
        diag_error(ir->ctx, (Span){0, 0}, "--wrt %s: the model has no param, hyper or data of that name", name);
        nearest_help(ir->ctx, name, names.at, names.n);
    }
    for (uint32_t i = 0; i < others.n; i++) vec_push(ir->arena, &params, others.at[i]);
    ir->wrt = params;
}

/* ---- stages */

static void run_parse(Work *w)
{
    w->ast = parse(w->ctx);
    if (!w->ast) return;
    for (uint32_t i = 0; i < w->options->defines; i++) check_define(w->ctx, w->ast, &w->options->define[i]);
}

static void run_resolve(Work *w) { w->names = resolve(w->ctx, w->ast); }

static void run_lower(Work *w)
{
    LowerOptions options = {w->options->model, w->options->define, w->options->defines};
    w->ir = lower(w->ctx, w->names, &options);
}

static void run_reverse(Work *w)
{
    find_wrt(w);
    if (w->ctx->errors) return;
    mode_grad(w->ir);
    if (w->options->with & WITH_VJP) mode_vjp(w->ir);
}

static void run_forward(Work *w)
{
    bool jvp = w->options->with & WITH_JVP, hvp = w->options->with & WITH_HVP;
    if (jvp || hvp) mode_forward(w->ir, jvp, hvp);
}

static void run_jacobian(Work *w)
{
    bool blocks = w->options->with & WITH_BLOCKS;
    if (w->options->with & WITH_JACOBIAN) mode_jacobian(w->ir, blocks);
    if (w->options->with & WITH_HESSIAN) mode_hessian(w->ir, blocks);
}

static void run_stable(Work *w) { stable(w->ir); }
static void run_expand(Work *w) { expand(w->ir); }
static void run_checkpoint(Work *w)
{
    if (w->options->emit.max_work) checkpoint(w->ir);
}
static void run_unroll(Work *w) { unroll(w->ir); }
static void run_fold(Work *w) { fold(w->ir); }
static void run_cse(Work *w) { cse(w->ir); }
static void run_onehot(Work *w) { onehot(w->ir); }
static void run_hoist(Work *w)
{
    hoist(w->ir);
    fold(w->ir); /* contributions that hoisting made maps join others */
}

static void run_stencil(Work *w)
{
    edges(w->ir);
    stencil(w->ir);
}

static void run_tidy(Work *w) { tidy(w->ir); }
static void run_dce(Work *w) { dce(w->ir); }
static void run_decisions(Work *w) { (void)w; } /* each stage told its own */
static void run_emit(Work *w) { emit(w->ir, &w->options->emit, w->out); }

static void dump_ast(Work *w, Text *out) { ast_print(w->ast, out); }

static void dump_names(Work *w, Text *out) { names_print(w->ctx, w->names, out); }
static void dump_decisions(Work *w, Text *out)
{
    out->n = 0; /* behind the C */
    text_add(out, w->ir->decisions->n ? w->ir->decisions->at : "nothing\n");
}

static void dump_ir(Work *w, Text *out) { ir_print(w->ir, out); }

/* The order of work.  What a stage needs, makes and breaks stands with its declaration in passes.h. */
#define STAGES(S)                                                                                \
    S(parse, dump_ast, "text -> tree")                                                           \
    S(resolve, dump_names, "names -> symbols; declarations in order of use")                     \
    S(lower, dump_ir, "tree -> equations")                                                       \
    S(stable, dump_ir, "log-sum-exp, log1p and their like, before any derivative")               \
    S(expand, dump_ir, "the program's own derivatives -> equations")                             \
    S(checkpoint, dump_ir, "long scans -> segments, if work memory is to be small")              \
    S(reverse, dump_ir, "adds the adjoint equations of the loss")                                \
    S(forward, dump_ir, "adds tangents where functions along a direction are asked for")         \
    S(jacobian, dump_ir, "adds the entries of sparse Jacobians and Hessians that are asked for") \
    S(unroll, dump_ir, "small constant ranges -> scalar equations")                              \
    S(fold, dump_ir, "constants, identities, provable bounds")                                   \
    S(cse, dump_ir, "equal equations become one")                                                \
    S(onehot, dump_ir, "a loop in which one index alone counts -> that index")                   \
    S(hoist, dump_ir, "what does not depend on an inner index leaves its loop")                  \
    S(stencil, dump_ir, "what neighbours add to an element becomes one equation")                \
    S(tidy, dump_ir, "derivatives with fewer operations")                                        \
    S(dce, dump_ir, "removes what no result needs")                                              \
    S(emit, NULL, "equations -> C")                                                              \
    S(decisions, dump_decisions, "what was hoisted, factored, kept and fused on the way, and why")

static const struct {
    void (*run)(Work *);
    void (*dump)(Work *, Text *);
} stages[] = {
#define S(name, dump, about) {run_##name, dump},
    STAGES(S)
#undef S
};
enum {
#define S(name, dump, about) STAGE_##name,
    STAGES(S)
#undef S
};
const PassInfo pass_info[] = {
#define S(name, dump, about) {#name, about},
    STAGES(S)
#undef S
        {NULL, NULL},
};

/* A broken invariant is our fault. */
static void verify(Work *w, const char *stage)
{
    const char *broken = ir_verify(w->ir);
    if (broken) die("after %s: %s", stage, broken);
}

static void record_decisions(Ir *ir)
{
    ir->decisions = arena_alloc(ir->arena, sizeof *ir->decisions);
    ir->decisions->arena = ir->arena;
}

/* Runs the stages up to `last`, or to the first that reports an error.  false: see the diagnostics. */
static bool run_stages(Work *w, int last)
{
    for (int s = 0; s <= last; s++) {
        stages[s].run(w);
        if (w->ctx->errors) return false;
        if (s == STAGE_lower && last == STAGE_decisions) record_decisions(w->ir);
        if (s >= STAGE_lower && s < STAGE_emit) verify(w, pass_info[s].name);
    }
    return true;
}

/* The one that `dump` names, or `other`. */
static int last_stage(const CompileOptions *options, int other)
{
    for (int s = 0; options->dump && pass_info[s].name; s++)
        if (strcmp(options->dump, pass_info[s].name) == 0) return s;
    return other;
}

bool compile(Context *ctx, const CompileOptions *options, Emitted *out)
{
    Work w = {.ctx = ctx, .options = options, .out = out};
    int last = last_stage(options, STAGE_emit);
    if (!run_stages(&w, last)) return false;
    if (stages[last].dump) {
        out->c.arena = ctx->arena;
        stages[last].dump(&w, &out->c);
    }
    return true;
}

Ir *compile_ir(Context *ctx, const CompileOptions *options)
{
    Work w = {.ctx = ctx, .options = options};
    return run_stages(&w, last_stage(options, STAGE_dce)) ? w.ir : NULL;
}
