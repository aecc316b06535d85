/*
 * link.c -- files that supply functions -> loaded libraries, and where the functions are.
 *
 * A C file is compiled by the system's compiler into a library in a scratch folder, which is gone once the library is
 * loaded; what the compiler says goes into the error.
 */
#include "link.h"

#include "cc.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* dlopen looks for a bare name in the system's folders: the user means the file here. */
void *link_load(Arena *arena, const char *path, const char **error)
{
    if (!strchr(path, '/')) path = arena_printf(arena, "./%s", path);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    if (!library) {
        const char *why = dlerror();
        *error = arena_strndup(arena, why, strlen(why));
    }
    return library;
}

/* NULL: *error, or where no compiler could be run NULL too. */
static void *compile(Arena *arena, const char *file, const char **error)
{
    Cc cc;
    CcRun run = CC_RUN;
    cc_find(arena, &cc);
    if (!cc.path) return NULL;
    const char *base = getenv("TMPDIR"), *said;
    char *folder = arena_printf(arena, "%s/adc-link-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(folder)) {
        *error = arena_printf(arena, "no scratch folder %s: %s", folder, strerror(errno));
        return NULL;
    }
    const char *library = arena_printf(arena, "%s/linked.so", folder);
    const char *const args[] = {"-O2", "-shared", "-fPIC", "-o", library, "-x", "c", file, "-lm", NULL};
    const CcEnd end = cc_run(arena, &cc, &run, args, "", 0, &said);
    void *loaded = end == CC_RIGHT ? link_load(arena, library, error) : NULL;
    if (end == CC_WRONG) *error = arena_printf(arena, "%s says\n%s", cc.word[0], said);
    if (end == CC_STOPPED) *error = "the compiler was stopped";
    unlink(library);
    rmdir(folder);
    return loaded;
}

/* NULL, and *error NULL: a C file, and no compiler. */
static void *open_file(Arena *arena, const char *file, const char **error)
{
    const size_t n = strlen(file);
    void *library = NULL;
    *error = NULL;
    if (access(file, R_OK))
        *error = strerror(errno);
    else
        library =
            n > 2 && strcmp(file + n - 2, ".c") == 0 ? compile(arena, file, error) : link_load(arena, file, error);
    if (*error) *error = arena_printf(arena, "--link %s: %s", file, *error);
    return library;
}

/* false: *error */
static bool open_files(Arena *arena, Links *links, const char *const *file, size_t files, const char **error)
{
    links->library = calloc(files + 1, sizeof(void *)); /* and one for LAPACK */
    links->source = calloc(files + 1, sizeof(char *));
    *error = "out of memory";
    if (!links->library || !links->source) return false;
    for (size_t i = 0; i < files; i++) {
        void *library = open_file(arena, file[i], error);
        if (*error) return false;
        if (library)
            links->library[links->libraries++] = library;
        else
            links->source[links->sources++] = file[i];
    }
    return true;
}

static void find(const Links *links, Linked *l)
{
    for (size_t i = 0; i < links->libraries && !l->address && !l->libm; i++)
        l->address = dlsym(links->library[i], l->name);
}

/* The system's, as the last library. */
static bool load_lapack(Links *links)
{
    static const char *const names[] = {"libopenblas.so.0", "liblapack.so.3"};
    void *library = NULL;
    for (size_t k = 0; k < sizeof names / sizeof *names && !library; k++)
        library = dlopen(names[k], RTLD_NOW | RTLD_LOCAL);
    if (library) links->library[links->libraries++] = library;
    return library != NULL;
}

static bool look_up(Links *links, const LinkName *name, size_t names)
{
    links->function = calloc(names + 1, sizeof *links->function);
    for (size_t k = 0; links->function && k < names; k++) {
        Linked *l = &links->function[links->functions];
        l->name = malloc(strlen(name[k].name) + 1);
        if (!l->name) return false;
        links->functions++;
        strcpy(l->name, name[k].name);
        l->libm = name[k].libm;
        l->lapack = name[k].lapack;
        find(links, l);
        if (!l->address && l->lapack && load_lapack(links)) find(links, l);
    }
    return links->function != NULL;
}

Links *links_open(Arena *arena, const char *const *file, size_t files, const LinkName *name, size_t names,
                  const char **error)
{
    Links *links = calloc(1, sizeof *links);
    *error = "out of memory";
    if (links && open_files(arena, links, file, files, error)) {
        if (look_up(links, name, names)) return links;
        *error = "out of memory";
    }
    links_close(links);
    return NULL;
}

bool links_complete(Links *links)
{
    for (size_t k = 0; k < links->functions && !links->missing; k++)
        if (!links->function[k].address && !links->function[k].libm) links->missing = &links->function[k];
    return !links->missing;
}

void links_close(Links *links)
{
    if (!links) return;
    for (size_t i = 0; i < links->libraries; i++) dlclose(links->library[i]);
    for (size_t k = 0; k < links->functions; k++) free(links->function[k].name);
    free(links->function);
    free(links->library);
    free(links->source);
    free(links);
}
