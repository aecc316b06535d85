/*
 * link.c -- a file that supplies functions -> a loaded library.
 *
 * A C file is compiled by `cc` into a library in a scratch folder, which is gone once the library is loaded; what the
 * compiler says goes into the error.  Everything is given to the compiler as arguments, nothing through a shell.
 */
#include "link.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { SAID_MAX = 2000 }; /* of the compiler's messages */

/* dlopen looks for a bare name in the system's folders: the user means the file here. */
static void *load(Arena *arena, const char *path, const char *shown, const char **error)
{
    if (!strchr(path, '/')) path = arena_printf(arena, "./%s", path);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) *error = arena_printf(arena, "--link %s: %s", shown, dlerror());
    return library;
}

static const char *said(Arena *arena, const char *path)
{
    char *text = arena_alloc(arena, SAID_MAX + 1);
    FILE *f = fopen(path, "r");
    size_t n = f ? fread(text, 1, SAID_MAX, f) : 0;
    if (f) fclose(f);
    while (n && text[n - 1] == '\n') n--;
    text[n] = 0;
    return text;
}

/* Runs the compiler with its messages in a file: its exit status, or -1 where there is none. */
static int run_compiler(const char *file, const char *library, const char *messages)
{
    const char *const args[] = {"cc", "-O2", "-shared", "-fPIC", "-o", library, "-x", "c", file, "-lm", NULL};
    char *argv[sizeof args / sizeof *args];
    memcpy(argv, args, sizeof argv); /* posix_spawn does not write to them */
    posix_spawn_file_actions_t actions;
    pid_t child;
    int status = 0;
    if (posix_spawn_file_actions_init(&actions)) return -1;
    int failed = posix_spawn_file_actions_addopen(&actions, 2, messages, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!failed) failed = posix_spawnp(&child, "cc", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed) return -1;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return -1;
    return WIFEXITED(status) && WEXITSTATUS(status) != 127 ? WEXITSTATUS(status) : WIFEXITED(status) ? -1 : 1;
}

static void *compile(Arena *arena, const char *file, const char **error)
{
    const char *base = getenv("TMPDIR");
    char *folder = arena_printf(arena, "%s/adc-link-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder)) {
        *error = arena_printf(arena, "--link %s: no scratch folder %s: %s", file, folder, strerror(errno));
        return NULL;
    }
    const char *library = arena_printf(arena, "%s/linked.so", folder);
    const char *messages = arena_printf(arena, "%s/messages", folder);
    void *loaded = NULL;
    int status = run_compiler(file, library, messages);
    if (status == 0) loaded = load(arena, library, file, error);
    if (status > 0) *error = arena_printf(arena, "--link %s: cc says\n%s", file, said(arena, messages));
    unlink(library);
    unlink(messages);
    rmdir(folder);
    return loaded;
}

void *link_open(Arena *arena, const char *file, const char **error)
{
    size_t n = strlen(file);
    *error = NULL;
    if (access(file, R_OK)) {
        *error = arena_printf(arena, "--link %s: %s", file, strerror(errno));
        return NULL;
    }
    return n > 2 && strcmp(file + n - 2, ".c") == 0 ? compile(arena, file, error) : load(arena, file, file, error);
}

void link_close(void *library)
{
    if (library) dlclose(library);
}
