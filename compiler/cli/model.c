/*
 * model.c -- from the file on the command line to a model that can be called.
 */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *read_file(Arena *arena, const char *path, size_t *n)
{
    FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (!f) {
        complain("%s: %s", path, strerror(errno));
        return NULL;
    }
    size_t room = 1 << 16, used = 0;
    char *text = arena_alloc(arena, room);
    for (size_t got; (got = fread(text + used, 1, room - used - 1, f)) > 0; used += got)
        if (room - used - got < 2) {
            text = arena_grow(arena, text, room, room * 2);
            room *= 2;
        }
    bool failed = ferror(f);
    if (failed) complain("%s: %s", path, strerror(errno));
    if (f != stdin) fclose(f);
    text[used] = 0;
    *n = used;
    return failed ? NULL : text;
}

int with_source(const Args *args, int (*work)(const Args *, Context *, void *user), void *user)
{
    size_t n;
    char *source = read_file(args->arena, args->file, &n);
    if (!source) return CLI_MODEL;
    int status;
    Context *const ctx = context_new();
    if (ctx) arena_oom(ctx->arena, &ctx->oom);
    if (!ctx || setjmp(ctx->oom)) {
        complain("out of memory");
        status = CLI_RUN;
    } else {
        Text text = {.arena = ctx->arena};
        status = source_set(ctx, args->file, source, n) ? work(args, ctx, user) : CLI_MODEL;
        diag_print(ctx, &text);
        if (text.n) fputs(text.at, stderr);
    }
    if (ctx) context_free(ctx);
    return status;
}

/* "a,b" -> {"a", "b"}; *n of them */
static const char *const *split(Arena *arena, const char *list, size_t *n)
{
    VEC(const char *) names = {0};
    for (;;) {
        size_t length = strcspn(list, ",");
        vec_push(arena, &names, arena_strndup(arena, list, length));
        if (!list[length]) break;
        list += length + 1;
    }
    *n = names.n;
    return names.at;
}

/* "32K" */
static int bytes_option(const Args *args, size_t *bytes)
{
    static const char units[] = "KMG";
    const char *text = args_value(args, "max-work");
    if (!text) return CLI_OK;
    char *end;
    unsigned long long n = *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : 0;
    const char *unit = n && *end ? strchr(units, *end) : NULL;
    int shift = unit ? 10 * (int)(unit - units + 1) : 0;
    if (!n || (*end && (!unit || end[1])) || n > (SIZE_MAX >> shift)) {
        complain("--max-work %s: expected a number of bytes, as 4096, 32K, 10M or 1G", text);
        return CLI_USAGE;
    }
    *bytes = (size_t)n << shift;
    return CLI_OK;
}

static int emit_option(const Args *args, unsigned *emit)
{
    static const char *const known[] = {"jvp", "vjp", "hvp", "jacobian", "hessian", "blocks"};
    const unsigned all = sizeof known / sizeof *known;
    size_t n = 0;
    const char *const *names = args_has(args, "emit") ? split(args->arena, args_value(args, "emit"), &n) : NULL;
    for (size_t i = 0; i < n; i++) {
        unsigned k = 0;
        while (k < all && strcmp(known[k], names[i]) != 0) k++;
        if (k == all) {
            complain("--emit %s: expected jvp, vjp, hvp, jacobian, hessian or blocks, or several with commas between",
                     names[i]);
            return CLI_USAGE;
        }
        *emit |= 1u << k;
    }
    if (*emit & ADC_EMIT_BLOCKS && !(*emit & (ADC_EMIT_JACOBIAN | ADC_EMIT_HESSIAN))) {
        complain("--emit blocks: of what?  It goes with jacobian or hessian, as in --emit jacobian,blocks");
        return CLI_USAGE;
    }
    return CLI_OK;
}

int model_options(const Args *args, adc_compile_options *o)
{
    *o = (adc_compile_options){0};
    VEC(const char *) define = {0}, link = {0};
    for (uint32_t i = 0; i < args->given.n; i++) {
        Given g = args->given.at[i];
        if (strcmp(g.option->name, "link") == 0) vec_push(args->arena, &link, g.value);
        if (strcmp(g.option->name, "D") != 0) continue;
        const char *equals = strchr(g.value, '=');
        if (!equals || equals == g.value) {
            complain("-D %s: expected NAME=VALUE", g.value);
            return CLI_USAGE;
        }
        vec_push(args->arena, &define, g.value);
    }
    o->define = define.at;
    o->defines = define.n;
    o->link = link.at;
    o->links = link.n;
    if (args_has(args, "wrt")) o->wrt = split(args->arena, args_value(args, "wrt"), &o->wrts);
    o->prefix = args_value(args, "prefix");
    o->blas = args_has(args, "blas");
    o->openmp = args_has(args, "openmp");
    const char *real = args_value(args, "real");
    if (real && strcmp(real, "float") != 0 && strcmp(real, "double") != 0) {
        complain("--real %s: expected float or double", real);
        return CLI_USAGE;
    }
    o->single_precision = real && strcmp(real, "float") == 0;
    static const char *const jits[] = {"tcc", "cc", "auto", NULL};
    int status = args_choice(args, "jit", "ADC_JIT", jits, &o->jit);
    if (status == CLI_OK) status = bytes_option(args, &o->max_work);
    return status == CLI_OK ? emit_option(args, &o->emit) : status;
}

/* wished: functions that are left out where a model has none: a second derivative of an extern function may not be known. */
static int compile_model(Model *m, adc_compile_options *options, unsigned wished)
{
    char *messages;
    m->program = adc_compile(m->path, m->source, m->n, options, &messages);
    if (!m->program && (options->emit & wished)) {
        adc_text_free(messages);
        options->emit &= ~wished;
        m->program = adc_compile(m->path, m->source, m->n, options, &messages);
    }
    if (messages) fputs(messages, stderr);
    adc_text_free(messages);
    if (!m->program) return CLI_MODEL;
    m->model = adc_program_model(m->program);
    return CLI_OK;
}

static int read_and_compile(const Args *args, unsigned emit, unsigned wished, Model *m, adc_compile_options *options)
{
    *m = (Model){.path = args->file};
    int status = model_options(args, options);
    if (status != CLI_OK) return status;
    options->emit |= emit | wished;
    m->source = read_file(args->arena, args->file, &m->n);
    return m->source ? compile_model(m, options, wished) : CLI_MODEL;
}

int model_open(const Args *args, unsigned emit, unsigned wished, Model *m)
{
    adc_compile_options options;
    return read_and_compile(args, emit, wished, m, &options);
}

int model_open_scalar(const Args *args, unsigned emit, unsigned wished, Model *m)
{
    adc_compile_options options;
    int status = read_and_compile(args, emit, wished, m, &options);
    if (status != CLI_OK || m->model->loss) return status;
    Text squares = {.arena = args->arena};
    for (int a = 0; a < m->model->arrays; a++) {
        const adc_array *array = &m->model->array[a];
        if (array->kind != ADC_OUTPUT || array->type != ADC_REAL) continue;
        text_addf(&squares, "%s%s", squares.n ? " + " : "",
                  arena_printf(args->arena, array->rank ? "sum(%s^2)" : "%s^2", array->name));
    }
    if (!squares.n) return status;
    m->scalar = arena_printf(args->arena, "0.5*(%s)", squares.at);
    m->source = arena_printf(args->arena, "%s\nloss %s\n", m->source, m->scalar);
    m->n = strlen(m->source);
    adc_program_free(m->program);
    return compile_model(m, &options, wished);
}

void model_close(Model *m)
{
    const char *note = m->program ? adc_program_note(m->program) : NULL;
    if (note) complain("--jit: %s", note);
    adc_program_free(m->program);
}

int model_array(const adc_model *model, const char *name)
{
    for (int a = 0; a < model->arrays; a++)
        if (model->array[a].kind <= ADC_HYPER && strcmp(model->array[a].name, name) == 0) return a;
    return -1;
}
