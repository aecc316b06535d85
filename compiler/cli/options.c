/*
 * options.c -- the command line of a sub-command, read by its table of options, which also prints its help.
 */
#include "cli.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void complain(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("adc: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
}

void complain_unknown(const char *what, const char *name, const char *const *known, size_t n)
{
    const char *near = diag_nearest(name, known, n);
    if (near)
        complain("%s %s: did you mean %s?", what, name, near);
    else
        complain("%s %s", what, name);
}

int refuse(const adc_error *error)
{
    complain("%s", error->text);
    return error->out_of_memory ? CLI_RUN : CLI_MODEL;
}

/* ---- help */

/* "-o FILE", "--set NAME=VALUE" */
static int print_option(FILE *to, const Option *o)
{
    return fprintf(to, "%s%s%s%s", o->name[1] ? "--" : "-", o->name, o->value ? " " : "", o->value ? o->value : "");
}

static void print_help(const Command *c)
{
    printf("adc%s%s %s [options]\n%s\n\n", *c->name ? " " : "", c->name, c->operand, c->about);
    for (const Option *o = c->option; o->name; o++) {
        printf("  ");
        int width = print_option(stdout, o);
        printf("%*s%s\n", width < 26 ? 27 - width : 1, "", o->about);
    }
    printf("  -h, --help                 this text\n");
}

/* ---- reading */

static int wrong_usage(const Command *c)
{
    fprintf(stderr, "see: adc%s%s --help\n", *c->name ? " " : "", c->name);
    return CLI_USAGE;
}

static bool takes_several(const Command *c) { return strcmp(c->operand, "FILE...") == 0; }

static const Option *find_option(const Command *c, const char *name, size_t n)
{
    for (const Option *o = c->option; o->name; o++)
        if (strlen(o->name) == n && strncmp(o->name, name, n) == 0) return o;
    return NULL;
}

static int unknown_option(Args *args, const char *name)
{
    VEC(const char *) names = {0};
    for (const Option *o = args->command->option; o->name; o++)
        vec_push(args->arena, &names, arena_printf(args->arena, "%s%s", o->name[1] ? "--" : "-", o->name));
    vec_push(args->arena, &names, "--help");
    complain_unknown("unknown option", name, names.at, names.n);
    return wrong_usage(args->command);
}

/* One option at argv[*i], which begins with '-'; *i moves over a value that stands apart. */
static int parse_option(Args *args, int argc, char **argv, int *i)
{
    char *arg = argv[*i];
    bool is_long = arg[1] == '-';
    char *name = arg + (is_long ? 2 : 1);
    size_t n = is_long ? strcspn(name, "=") : 1;
    const char *value = !name[n] ? NULL : is_long ? name + n + 1 : name + n;
    const Option *o = (n > 1) == is_long ? find_option(args->command, name, n) : NULL;
    if (!o) return unknown_option(args, arena_strndup(args->arena, arg, (size_t)(name - arg) + n));
    if (!o->value && value) {
        complain("%.*s takes no value", (int)((size_t)(name - arg) + n), arg);
        return wrong_usage(args->command);
    }
    if (o->value && !value) {
        if (*i + 1 >= argc) {
            complain("%s needs a value: %s", arg, o->value);
            return wrong_usage(args->command);
        }
        value = argv[++*i];
    }
    vec_push(args->arena, &args->given, ((Given){o, value}));
    return -1;
}

int args_parse(Args *args, int argc, char **argv)
{
    bool options = true;
    for (int i = 1; i < argc; i++) {
        if (options && strcmp(argv[i], "--") == 0) {
            options = false;
        } else if (options && (strcmp(argv[i], "-h") == 0 || strcmp(argv[i], "--help") == 0)) {
            print_help(args->command);
            return CLI_OK;
        } else if (options && argv[i][0] == '-' && argv[i][1]) {
            int status = parse_option(args, argc, argv, &i);
            if (status >= 0) return status;
        } else if (args->file && !takes_several(args->command)) {
            complain("two models: %s and %s", args->file, argv[i]);
            return wrong_usage(args->command);
        } else {
            vec_push(args->arena, &args->files, argv[i]);
            args->file = args->files.at[0];
        }
    }
    if (args->file) return -1;
    complain(takes_several(args->command) ? "no file" : "no model: a file name, or - for standard input");
    return wrong_usage(args->command);
}

/* ---- asking */

const char *args_value(const Args *args, const char *name)
{
    const char *value = NULL;
    for (uint32_t i = 0; i < args->given.n; i++)
        if (strcmp(args->given.at[i].option->name, name) == 0) value = args->given.at[i].value;
    return value;
}

bool args_has(const Args *args, const char *name)
{
    for (uint32_t i = 0; i < args->given.n; i++)
        if (strcmp(args->given.at[i].option->name, name) == 0) return true;
    return false;
}

bool args_integer(const Args *args, const char *name, int64_t lo, int64_t hi, int64_t *out)
{
    const char *text = args_value(args, name);
    if (!text) return true;
    char *end;
    errno = 0;
    long long value = strtoll(text, &end, 10);
    if (end == text || *end) {
        complain("--%s %s: expected an integer", name, text);
        return false;
    }
    if (errno || value < lo || value > hi) {
        complain("--%s %s: expected an integer from %lld to %lld", name, text, (long long)lo, (long long)hi);
        return false;
    }
    *out = value;
    return true;
}

bool args_real(const Args *args, const char *name, double *out)
{
    const char *text = args_value(args, name);
    if (!text) return true;
    char *end;
    double value = strtod(text, &end);
    if (end == text || *end || !isfinite(value)) {
        complain("--%s %s: expected a number", name, text);
        return false;
    }
    *out = value;
    return true;
}

int args_pair(const Args *args, const Given *g, const char **name, const char **value)
{
    const char *equals = strchr(g->value, '=');
    if (!equals || equals == g->value) {
        complain("--%s %s: expected %s", g->option->name, g->value, g->option->value);
        return CLI_USAGE;
    }
    *name = arena_strndup(args->arena, g->value, (size_t)(equals - g->value));
    *value = equals + 1;
    return CLI_OK;
}

int args_choice(const Args *args, const char *name, const char *variable, const char *const *words, int *chosen)
{
    const char *word = args_value(args, name);
    const bool given = word != NULL;
    if (!word && variable) word = getenv(variable);
    *chosen = 0;
    for (int i = 0; word && words[i]; i++)
        if (strcmp(word, words[ *chosen = i]) == 0) return CLI_OK;
    if (!word) return CLI_OK;
    Text all = {.arena = args->arena};
    for (int i = 0; words[i]; i++) text_addf(&all, "%s%s", !i ? "" : words[i + 1] ? ", " : " or ", words[i]);
    if (given)
        complain("--%s %s: expected %s", name, word, all.at);
    else
        complain("%s=%s: expected %s", variable, word, all.at);
    return CLI_USAGE;
}
