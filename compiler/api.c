/*
 * api.c -- the compiler as a function: source text in, a callable model or C text out.
 *
 * Each call has a Context of its own, which is freed before it returns; what outlives it is the JIT's code and the
 * strings that it hands out.  Running out of memory comes here by the context's jump and is one more message.
 */
#include "api.h"
#include "decimal.h"
#include "tier.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

struct adc_program {
    Tiers *tiers;
    const adc_model *model;
};

/* A copy outside the arena; NULL where there is no memory. */
static char *keep(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return copy ? strcpy(copy, text) : NULL;
}

static void give(char **messages, const char *text)
{
    if (messages && text) *messages = keep(text);
}

/* Do names that begin so meet those of adc.h? */
static bool is_ours(const char *prefix)
{
    return tolower((unsigned char)prefix[0]) == 'a' && tolower((unsigned char)prefix[1]) == 'd' &&
           tolower((unsigned char)prefix[2]) == 'c' && (!prefix[3] || prefix[3] == '_');
}

/* "dir/beale.ad" -> "beale": a C identifier, and none of ours. */
static const char *model_name(Arena *arena, const char *path)
{
    const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
    const char *dot = strrchr(base, '.');
    size_t n = dot && dot != base ? (size_t)(dot - base) : strlen(base);
    if (n == 0 || strcmp(base, "-") == 0) return "model";
    char *name = arena_printf(arena, "m%.*s", (int)n, base);
    for (char *c = name; *c; c++)
        if (!isalnum((unsigned char)*c)) *c = '_';
    return isdigit((unsigned char)*base) || is_ours(name + 1) ? name : name + 1;
}

/* By bit of adc_compile_options.emit, which are those of CompileOptions.with. */
static const char *const emit_name[] = {"jvp", "vjp", "hvp", "jacobian", "hessian", "blocks"};
_Static_assert(ADC_EMIT_JVP == (int)WITH_JVP && ADC_EMIT_VJP == (int)WITH_VJP && ADC_EMIT_HVP == (int)WITH_HVP &&
                   ADC_EMIT_JACOBIAN == (int)WITH_JACOBIAN && ADC_EMIT_HESSIAN == (int)WITH_HESSIAN &&
                   ADC_EMIT_BLOCKS == (int)WITH_BLOCKS,
               "the same bits");

static bool is_identifier(const char *s)
{
    if (!isalpha((unsigned char)*s) && *s != '_') return false;
    while (isalnum((unsigned char)*s) || *s == '_') s++;
    return *s == 0;
}

bool compile_options(Context *ctx, const char *name, const adc_compile_options *given, CompileOptions *o)
{
    Arena *a = ctx->arena;
    *o = (CompileOptions){.model = model_name(a, name)};
    o->emit.prefix = given && given->prefix ? given->prefix : o->model;
    if (!is_identifier(o->emit.prefix))
        diag_error(ctx, (Span){0, 0}, "--prefix %s: a prefix is letters, digits and _, not a digit first",
                   o->emit.prefix);
    if (is_ours(o->emit.prefix))
        diag_error(ctx, (Span){0, 0}, "--prefix %s: names that begin with adc_ are those of adc.h", o->emit.prefix);
    Text shown = {.arena = a};
    if (given && given->prefix) text_addf(&shown, " --prefix %s", given->prefix);
    if (given && given->single_precision) text_add(&shown, " --real float");
    for (unsigned k = 0, n = 0; given && k < sizeof emit_name / sizeof *emit_name; k++)
        if (given->emit >> k & 1) text_addf(&shown, "%s%s", n++ ? "," : " --emit ", emit_name[k]);
    o->with = given ? given->emit : 0;
    o->emit.max_work = given ? given->max_work : 0;
    if (o->emit.max_work) text_addf(&shown, " --max-work %llu", (unsigned long long)o->emit.max_work);
    Define *define = arena_alloc(a, (given ? given->defines : 0) * sizeof *define + 1);
    for (size_t i = 0; given && i < given->defines; i++) {
        const char *d = given->define[i], *equals = strchr(d, '=');
        if (!equals || equals == d) {
            diag_error(ctx, (Span){0, 0}, "-D %s: expected NAME=VALUE", d);
            continue;
        }
        define[o->defines++] = (Define){intern(ctx, d, (size_t)(equals - d)), equals + 1};
        text_addf(&shown, " -D %s", d);
    }
    o->define = define;
    if (given && given->wrt) {
        o->wrt = given->wrt;
        o->wrts = (uint32_t)given->wrts;
        for (size_t i = 0; i < given->wrts; i++) text_addf(&shown, "%s%s", i ? "," : " --wrt ", given->wrt[i]);
    }
    o->emit.openmp = given && given->openmp;
    if (o->emit.openmp) text_add(&shown, " --openmp");
    o->emit.blas = given && given->blas;
    if (o->emit.blas) text_add(&shown, " --blas");
    o->emit.single = given && given->single_precision;
    o->emit.options = shown.n ? shown.at + 1 : "";
    return ctx->errors == 0;
}

static void give_diagnostics(Context *ctx, char **messages)
{
    if (!ctx->diags.n) return;
    Text text = {.arena = ctx->arena};
    diag_print(ctx, &text);
    give(messages, text.at);
}

/* What a call makes: a program or the two texts. */
typedef struct {
    adc_program *program;
    char *c, *h;
} Product;

/* The functions that the model's extern ones are.  NULL: *error */
static Links *open_links(Arena *arena, const Emitted *out, const adc_compile_options *given, const char **error)
{
    LinkName *name = arena_alloc(arena, (out->imported.n + 1) * sizeof *name);
    for (uint32_t i = 0; i < out->imported.n; i++)
        name[i] = (LinkName){.name = out->imported.at[i].name,
                             .libm = out->imported.at[i].from == FROM_LIBM,
                             .lapack = out->imported.at[i].from == FROM_LAPACK};
    return links_open(arena, given ? given->link : NULL, given ? given->links : 0, name, out->imported.n, error);
}

static void no_function(Context *ctx, const Emitted *out, const Linked *missing)
{
    const char *name = missing->name;
    Span at = {0, 0};
    if (missing->lapack) {
        diag_error(ctx, at, "--blas: there is no LAPACK with the function '%s'", name);
        diag_help(ctx, "install libopenblas0 or liblapack3, or name the library: --link LIBRARY.so");
        return;
    }
    for (uint32_t i = 0; i < out->imported.n; i++)
        if (strcmp(out->imported.at[i].name, name) == 0) at = out->imported.at[i].span;
    diag_error(ctx, at, "no linked file has the function '%s'", name);
    diag_help(ctx, "--link FILE.c or --link LIBRARY.so supplies it");
}

/* C to a program. */
static bool load(Context *ctx, const Emitted *out, const char *prefix, const adc_compile_options *given,
                 adc_program *program)
{
    const char *error;
    TierJob job = {.jit = given ? given->jit : ADC_JIT_TCC,
                   .cache = given ? given->cache : NULL,
                   .c = out->c.at,
                   .symbol = model_symbol(ctx->arena, prefix),
                   .faster = arena_printf(ctx->arena, "%s_faster", prefix),
                   .links = open_links(ctx->arena, out, given, &error)};
    if (job.links) program->tiers = tiers_open(ctx->arena, &job, &program->model, &error);
    if (program->tiers) return true;
    if (job.links && job.links->missing)
        no_function(ctx, out, job.links->missing);
    else
        diag_error(ctx, (Span){0, 0}, "%s", error);
    links_close(job.links);
    return false;
}

/* Source to C, and to a program where one is wanted.  false: see the diagnostics, or memory ran out. */
static bool make(Context *ctx, const char *name, const char *source, size_t n, const adc_compile_options *given,
                 Product *made)
{
    CompileOptions options;
    if (!source_set(ctx, name, source, n) || !compile_options(ctx, name, given, &options)) return false;
    options.emit.jit = made->program != NULL;
    Emitted out = {.c.arena = ctx->arena, .h.arena = ctx->arena, .example.arena = ctx->arena};
    if (!compile(ctx, &options, &out)) return false;
    if (made->program) return load(ctx, &out, options.emit.prefix, given, made->program);
    made->c = keep(out.c.at);
    made->h = keep(out.h.at);
    return made->c && made->h;
}

/* make() in a context of its own, with the diagnostics as text. */
static bool make_in_context(const char *name, const char *source, size_t n, const adc_compile_options *given,
                            Product *made, char **messages)
{
    if (messages) *messages = NULL;
    const Decimal decimal = decimal_begin();
    Context *const ctx = context_new();
    bool ok = false;
    if (ctx) arena_oom(ctx->arena, &ctx->oom);
    if (!ctx || setjmp(ctx->oom)) {
        give(messages, "error: out of memory\n");
        ok = false;
    } else {
        ok = make(ctx, name, source, n, given, made);
        give_diagnostics(ctx, messages);
    }
    if (ctx) context_free(ctx);
    decimal_end(decimal);
    return ok;
}

adc_program *adc_compile(const char *name, const char *source, size_t n, const adc_compile_options *options,
                         char **messages)
{
    Product made = {.program = calloc(1, sizeof(adc_program))};
    if (!made.program && messages) *messages = NULL;
    if (made.program && make_in_context(name, source, n, options, &made, messages)) return made.program;
    adc_program_free(made.program);
    return NULL;
}

const adc_model *adc_program_model(const adc_program *program) { return program->model; }

int adc_program_jit(adc_program *program, int wait) { return tiers_now(program->tiers, wait != 0); }

const char *adc_program_note(adc_program *program) { return tiers_note(program->tiers); }

Function *program_function(const adc_program *program, const char *name)
{
    const void *address = tiers_linked(program->tiers, name);
    Function *function;
    memcpy(&function, &address, sizeof function); /* an object's address as a function's: POSIX, not C */
    return function;
}

void adc_program_free(adc_program *program)
{
    if (!program) return;
    tiers_close(program->tiers);
    free(program);
}

int adc_to_c(const char *name, const char *source, size_t n, const adc_compile_options *options, char **c, char **h,
             char **messages)
{
    Product made = {0};
    bool ok = make_in_context(name, source, n, options, &made, messages);
    *c = ok ? made.c : NULL;
    *h = ok ? made.h : NULL;
    if (ok) return 1;
    free(made.c);
    free(made.h);
    return 0;
}

void adc_text_free(char *text) { free(text); }
