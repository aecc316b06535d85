/*
 * pass.c -- the pipeline: one table of stages from source text to C, run from top to bottom.
 *
 * A stage reads and writes the fields of Work; it knows no neighbours.  --dump=NAME stops after the stage of that name and
 * prints what there is.
 */
#include "passes.h"

#include <string.h>

typedef struct {
    Context *ctx;
    const CompileOptions *options;
    Ast *ast;
} Work;

static void run_parse(Work *w) { w->ast = parse(w->ctx); }

static void dump_ast(Work *w, Text *out) { ast_print(w->ast, out); }

#define STAGES(S) S(parse, dump_ast, "text -> tree")

static const struct {
    void (*run)(Work *);
    void (*dump)(Work *, Text *);
} stages[] = {
#define S(name, dump, about) {run_##name, dump},
    STAGES(S)
#undef S
};
const PassInfo pass_info[] = {
#define S(name, dump, about) {#name, about},
    STAGES(S)
#undef S
        {NULL, NULL},
};

bool compile(Context *ctx, const CompileOptions *options, Emitted *out)
{
    Work w = {.ctx = ctx, .options = options};
    for (int s = 0; pass_info[s].name; s++) {
        stages[s].run(&w);
        if (ctx->errors) return false;
        if (!options->dump || strcmp(options->dump, pass_info[s].name) != 0) continue;
        out->c.arena = ctx->arena;
        stages[s].dump(&w, &out->c);
        return true;
    }
    diag_error(ctx, (Span){0, 0}, "not yet: this far it goes and no further");
    return false;
}
