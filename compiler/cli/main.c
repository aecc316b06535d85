/*
 * main.c -- adc: one table of sub-commands; the first argument picks one, else the arguments are a model to compile.
 */
#include "cli.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const Command commands[] = {
    {"", "model.ad", "C for the loss, its gradient and the outputs of a model; a header beside it", compile_cli_options,
     command_compile},
    {"eval", "model.ad", "the loss and the outputs at a point", eval_options, command_eval},
    {"run", "model.ad", "fit: minimise the loss", run_options, command_run},
    {"check", "model.ad", "the gradient against differences", check_options, command_check},
    {"bench", "model.ad", "time of loss and gradient, their ratio, work memory", bench_options, command_bench},
    {"trace", "model.ad", "every intermediate value, with its adjoint or its tangent", trace_options, command_trace},
    {"graph", "model.ad", "the computation graph, as a picture", graph_options, command_graph},
    {"fmt", "model.ad", "the canonical layout of a source file", fmt_options, command_fmt},
    {"plot", "FILE...", "a picture of histories, of a saved array, of a model's loss or residuals", plot_options,
     command_plot},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static void print_usage(FILE *to)
{
    fprintf(to, "adc compiles models to C with exact derivatives, evaluates them and fits them.\n\n");
    for (const Command *c = commands; c < commands + COMMANDS; c++)
        fprintf(to, "  adc %s%s%-*s %s\n", c->name, *c->name ? " " : "", *c->name ? 16 - (int)strlen(c->name) : 17,
                c->operand, c->about);
    fprintf(to, "\n  adc COMMAND --help         its options; adc model.ad --help: those of the compiler\n"
                "  adc --version\n");
}

/* A word that is no file, but nearly a command. */
static bool misspelt(const char *word)
{
    const char *names[COMMANDS];
    for (int i = 0; i < COMMANDS; i++) names[i] = commands[i].name;
    if (strpbrk(word, "./") || !diag_nearest(word, names + 1, COMMANDS - 1) || access(word, F_OK) == 0) return false;
    complain_unknown("unknown command", word, names + 1, COMMANDS - 1);
    return true;
}

/* The status, unless results that should be on standard output are not. */
static int written(int status)
{
    if ((fflush(stdout) == 0 && !ferror(stdout)) || status != CLI_OK) return status;
    perror("adc: standard output");
    return CLI_MODEL;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return CLI_USAGE;
    }
    if (argc == 2 && (strcmp(argv[1], "-h") == 0 || strcmp(argv[1], "--help") == 0)) {
        print_usage(stdout);
        return written(CLI_OK);
    }
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("adc %s\n", ADC_VERSION);
        return written(CLI_OK);
    }
    const Command *command = commands;
    for (int i = 1; i < COMMANDS; i++)
        if (strcmp(argv[1], commands[i].name) == 0) command = &commands[i];
    if (command == commands && misspelt(argv[1])) return CLI_USAGE;

    jmp_buf oom;
    Args args = {.command = command};
    args.arena = arena_new(&oom);
    if (!args.arena || setjmp(oom)) {
        complain("out of memory");
        return CLI_RUN;
    }
    int apart = command == commands ? 0 : 1;
    int status = args_parse(&args, argc - apart, argv + apart);
    if (status < 0) status = command->run(&args);
    arena_free(args.arena);
    return written(status);
}
