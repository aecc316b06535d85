/*
 * picture.c -- a graph in Graphviz's language as a file: the text itself, or what its program dot draws.
 */
#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const char *const formats[] = {"svg", "png", "pdf", NULL};

const char *picture_format(Arena *arena, const char *path)
{
    const char *dot = strrchr(path, '.'), *ending = dot ? dot + 1 : "";
    if (strcmp(path, "-") == 0 || strcmp(ending, "dot") == 0 || strcmp(ending, "gv") == 0) return "dot";
    for (int i = 0; formats[i]; i++)
        if (strcmp(ending, formats[i]) == 0) return arena_printf(arena, "-T%s", formats[i]);
    complain("-o %s: expected a name that ends in .svg, .png, .pdf, .dot or .gv", path);
    return NULL;
}

/* dot's exit status; -1: it is not there. */
static int run_dot(const char *format, const char *from, const char *to)
{
    char *argv[3] = {0};
    const char *args[] = {"dot", format, NULL};
    memcpy(argv, args, sizeof argv); /* posix_spawn does not write to them */
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status;
    if (posix_spawn_file_actions_init(&actions)) return 1;
    int failed = posix_spawn_file_actions_addopen(&actions, 0, from, O_RDONLY, 0);
    if (!failed) failed = posix_spawn_file_actions_addopen(&actions, 1, to, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (!failed) failed = posix_spawnp(&child, "dot", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed) return failed == ENOENT ? -1 : 1;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return 1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}

int picture_write(Arena *arena, const char *path, const char *format, const Text *graph)
{
    if (strcmp(format, "dot") == 0) return outputs_write(arena, &(Output){path, graph}, 1);
    const char *from = arena_printf(arena, "%s.part.dot", path), *to = arena_printf(arena, "%s.part", path);
    int status = outputs_write(arena, &(Output){from, graph}, 1);
    if (status != CLI_OK) return status;
    int drawn = run_dot(format, from, to);
    if (drawn == -1)
        complain("cannot draw %s: the program dot is not installed (apt-get install graphviz); -o FILE.dot needs none",
                 path);
    else if (drawn || rename(to, path) != 0)
        complain("cannot draw %s: dot failed", path);
    else
        to = NULL;
    if (to) remove(to);
    remove(from);
    return to ? CLI_RUN : CLI_OK;
}
