/*
 * compile.c -- adc model.ad -o model.c: the C text, its header beside it, an example that runs.
 */
#include "api.h"
#include "cli.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
const Option compile_cli_options[] = {
    {"o", "FILE.c", "where the C goes; FILE.h beside it (-: the C alone, to standard output)"},
    {"prefix", "NAME", "begins every public name (the name of the model)"},
    {"real", "float|double", "precision (double)"},
    MODEL_OPTIONS,
    {"example", NULL, "also FILE_example.c, a main that runs"},
    {"dump", "PASS", "the program after a pass, as text on standard output"},
    {"emit", "WHAT", "further functions: jvp,vjp,hvp,jacobian,hessian,blocks"},
    {"openmp", NULL, "loss and gradient run in parallel over the rows, by OpenMP"},
    BLAS_OPTION,
    {NULL, NULL, NULL},
};
/* clang-format on */

static int unknown_pass(const Args *args, const char *name)
{
    VEC(const char *) names = {0};
    Text all = {.arena = args->arena};
    for (const PassInfo *p = pass_info; p->name; p++) {
        if (strcmp(p->name, name) == 0) return CLI_OK;
        vec_push(args->arena, &names, p->name);
        text_addf(&all, "%s%s", all.n ? ", " : "", p->name);
    }
    complain_unknown("--dump: there is no pass", name, names.at, names.n);
    fprintf(stderr, "passes: %s\n", all.at);
    return CLI_USAGE;
}

/* "dir/m.c" -> "dir/m" + ending */
static const char *beside(Arena *arena, const char *path, const char *ending)
{
    size_t n = strlen(path);
    if (n > 2 && strcmp(path + n - 2, ".c") == 0) n -= 2;
    return arena_printf(arena, "%.*s%s", (int)n, path, ending);
}

static int write_all(const Args *args, const char *path, const Emitted *e)
{
    Output out[3] = {{path, &e->c}};
    size_t n = 1;
    if (!is_stream(path)) {
        out[n++] = (Output){beside(args->arena, path, ".h"), &e->h};
        if (args_has(args, "example")) out[n++] = (Output){beside(args->arena, path, "_example.c"), &e->example};
    }
    return outputs_write(args->arena, out, n);
}

static int compile_source(const Args *args, Context *ctx, void *user)
{
    const char *path = args_value(args, "o");
    CompileOptions options;
    Emitted out = {.c.arena = ctx->arena, .h.arena = ctx->arena, .example.arena = ctx->arena};
    if (!path) path = "-";
    if (!compile_options(ctx, args->file, user, &options)) return CLI_MODEL;
    const char *slash = strrchr(path, '/');
    options.dump = args_value(args, "dump");
    options.emit.example = args_has(args, "example");
    if (strcmp(path, "-") != 0) options.emit.header = beside(ctx->arena, slash ? slash + 1 : path, ".h");
    if (!compile(ctx, &options, &out)) return CLI_MODEL;
    if (options.dump) return outputs_write(args->arena, &(Output){"-", &out.c}, 1);
    return write_all(args, path, &out);
}

int command_compile(const Args *args)
{
    const char *path = args_value(args, "o"), *dump = args_value(args, "dump");
    if (!path && !dump) {
        complain("where shall the C go? -o FILE.c, or -o - for standard output");
        return CLI_USAGE;
    }
    adc_compile_options given;
    int status = dump ? unknown_pass(args, dump) : CLI_OK;
    if (status == CLI_OK) status = model_options(args, &given);
    return status == CLI_OK ? with_source(args, compile_source, &given) : status;
}
