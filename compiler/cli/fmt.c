/*
 * fmt.c -- adc fmt model.ad: the canonical layout of a source file.
 */
#include "ast.h"
#include "cli.h"

const Option fmt_options[] = {
    {"o", "FILE", "where it goes; may be the model itself (standard output)"},
    {NULL, NULL, NULL},
};

static int format(const Args *args, Context *ctx, void *user)
{
    (void)user;
    const char *path = args_value(args, "o");
    Text text = {.arena = ctx->arena};
    if (!format_source(ctx, &text)) return CLI_MODEL;
    return outputs_write(args->arena, &(Output){path ? path : "-", &text}, 1);
}

int command_fmt(const Args *args) { return with_source(args, format, NULL); }
