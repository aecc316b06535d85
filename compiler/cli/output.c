/*
 * output.c -- result files that are there whole or not at all: written beside their place under another name, then renamed.
 */
#include "cli.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int failed(const char *path)
{
    complain("%s: %s", path, strerror(errno));
    return CLI_MODEL;
}

static bool put(FILE *f, const Text *text)
{
    bool written = !text->n || fwrite(text->at, 1, text->n, f) == text->n;
    return (fclose(f) == 0) && written;
}

bool is_stream(const char *path)
{
    struct stat info;
    return strcmp(path, "-") == 0 || (stat(path, &info) == 0 && !S_ISREG(info.st_mode));
}

static int write_through(const char *path, const Text *text)
{
    FILE *f = strcmp(path, "-") == 0 ? stdout : fopen(path, "wb");
    if (!f) return failed(path);
    if (f == stdout)
        return (!text->n || fwrite(text->at, 1, text->n, f) == text->n) && fflush(f) == 0 ? CLI_OK
                                                                                          : failed("standard output");
    return put(f, text) ? CLI_OK : failed(path);
}

/* A new file beside `path`, with the permissions of an ordinary one; *name is its own. */
static FILE *open_beside(Arena *arena, const char *path, char **name)
{
    *name = arena_printf(arena, "%s.XXXXXX", path);
    int fd = mkstemp(*name);
    if (fd < 0) return NULL;
    mode_t mask = umask(0);
    umask(mask);
    fchmod(fd, 0666 & ~mask);
    return fdopen(fd, "wb");
}

int outputs_write(Arena *arena, const Output *out, size_t n)
{
    char **beside = arena_alloc(arena, n * sizeof *beside);
    int status = CLI_OK;
    for (size_t i = 0; i < n && status == CLI_OK; i++) {
        if (is_stream(out[i].path)) {
            status = write_through(out[i].path, out[i].text);
            continue;
        }
        FILE *f = open_beside(arena, out[i].path, &beside[i]);
        if (!f || !put(f, out[i].text)) status = failed(out[i].path);
    }
    size_t named = 0;
    for (; named < n && status == CLI_OK; named++)
        if (beside[named] && rename(beside[named], out[named].path) != 0) status = failed(out[named--].path);
    for (size_t i = 0; i < n && status != CLI_OK; i++)
        if (beside[i]) unlink(i < named ? out[i].path : beside[i]);
    return status;
}
