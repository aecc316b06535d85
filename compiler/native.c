/*
 * native.c -- C text -> a shared object, made by the system's compiler for this very machine, or taken from the cache.
 *
 * An object's key is what it depends on: the text, the compiler and its version, the options, the processor, and us.  The
 * text's undefined functions are variables in it (print_externals), so that objects do not depend on files that are linked;
 * a model that has some gets a copy of its own, as the system loads one file only once.
 */
#include "native.h"

#include "adc.h"
#include "cache.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CACHE_BYTES ((uint64_t)256 << 20)

/* Before and behind the name of the object.  ADC_CC chooses the text's part for it.  Start files: those of -ffast-math turn
   subnormal numbers off in the whole process. */
static const char *const flags[] = {
    "-shared", "-nostartfiles", "-fPIC", "-fvisibility=hidden", "-w", "-DADC_CC", "-x", "c", "-"};
enum { FLAGS = sizeof flags / sizeof *flags };

void native_begin(Arena *arena, NativeJob *job, const char *cache, const char **why)
{
    cc_find(arena, &job->cc);
    job->cache = cache_folder(arena, cache, why);
}

void native_close(void *library)
{
    if (library) dlclose(library);
}

/* ---- the key */

static void add_text(Digest *d, const char *text) { digest_add(d, text, strlen(text) + 1); }

/* What -march=native depends on: the lines of the first processor that tell its kind. */
static void add_processor(Digest *d)
{
    static const char *const kinds[] = {"vendor_id", "model name", "flags", "CPU part", "Features"};
    char line[8192];
    FILE *f = fopen("/proc/cpuinfo", "re");
    while (f && fgets(line, sizeof line, f) && *line != '\n')
        for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
            if (strncmp(line, kinds[k], strlen(kinds[k])) == 0) add_text(d, line);
    if (f) fclose(f);
}

static CcEnd make_key(Arena *arena, const NativeJob *job, CcRun *run, char key[DIGEST_TEXT + 1], const char **said)
{
    static const char *const version[] = {"--version", NULL};
    const CcEnd end = cc_run(arena, &job->cc, run, version, "", 0, said);
    Digest d;
    digest_begin(&d);
    add_text(&d, ADC_VERSION);
    add_text(&d, job->cc.path);
    for (size_t k = 0; k < job->cc.words; k++) add_text(&d, job->cc.word[k]);
    digest_add(&d, *said, strcspn(*said, "\n"));
    for (size_t k = 0; k < job->cc.flags; k++) add_text(&d, job->cc.flag[k]);
    for (size_t k = 0; k < FLAGS; k++) add_text(&d, flags[k]);
    add_processor(&d);
    add_text(&d, job->c);
    digest_end(&d, key);
    return end == CC_WRONG ? CC_RIGHT : end; /* one that does not know --version is told by its path */
}

/* ---- the object */

static const char *cc_words(Arena *arena, const Cc *cc)
{
    Text text = {.arena = arena};
    for (size_t k = 0; k < cc->words; k++) text_addf(&text, "%s%s", k ? " " : "", cc->word[k]);
    return text.at;
}

static CcEnd compile(Arena *arena, const NativeJob *job, CcRun *run, const char *object, const char **error)
{
    VEC(const char *) args = {0};
    const char *const last[] = {"-o", object, "-lm", NULL}, *said;
    for (size_t k = 0; k < job->cc.flags; k++) vec_push(arena, &args, job->cc.flag[k]);
    for (size_t k = 0; k < FLAGS; k++) vec_push(arena, &args, flags[k]);
    for (size_t k = 0; k < sizeof last / sizeof *last; k++) vec_push(arena, &args, last[k]);
    const CcEnd end = cc_run(arena, &job->cc, run, args.at, job->c, strlen(job->c), &said);
    if (end == CC_WRONG)
        *error =
            arena_printf(arena, *said ? "%s says\n%s" : "%s failed and says nothing", cc_words(arena, &job->cc), said);
    if (end == CC_UNABLE) *error = arena_printf(arena, "%s: %s", cc_words(arena, &job->cc), said);
    return end;
}

/* A new object in the folder, sealed where it has a key.  NULL: *error, or it was stopped. */
static const char *make(Arena *arena, const NativeJob *job, CcRun *run, const char *folder, const char *key,
                        const char **error)
{
    const char *object = cache_new(arena, folder);
    if (!object) {
        *error = arena_printf(arena, "%s: %s", folder, strerror(errno));
        return NULL;
    }
    if (compile(arena, job, run, object, error) == CC_RIGHT) {
        if (!key || cache_seal(object, key)) return object;
        *error = arena_printf(arena, "%s: %s", object, strerror(errno));
    }
    unlink(object);
    return NULL;
}

static bool copy(int from, int to)
{
    char block[1 << 16];
    ssize_t got = -1;
    while (from >= 0 && to >= 0 && (got = read(from, block, sizeof block)) > 0)
        if (write(to, block, (size_t)got) != got) return false;
    return got == 0;
}

/* Loads a copy of a kept object, of which nothing remains. */
static void *load_copy(Arena *arena, const char *folder, const char *path, const char **error)
{
    const char *own = cache_new(arena, folder);
    if (!own) return *error = arena_printf(arena, "%s: %s", folder, strerror(errno)), NULL;
    const int from = open(path, O_RDONLY | O_CLOEXEC), to = open(own, O_WRONLY | O_CLOEXEC);
    bool good = copy(from, to);
    if (!good) *error = arena_printf(arena, "%s: %s", own, strerror(errno));
    if (from >= 0) close(from);
    if (to >= 0) close(to);
    void *library = good ? link_load(arena, own, error) : NULL;
    unlink(own);
    return library;
}

static const char *scratch_folder(void)
{
    const char *base = getenv("TMPDIR");
    return base && *base ? base : "/tmp";
}

static void *open_uncached(Arena *arena, const NativeJob *job, CcRun *run, const char **error)
{
    const char *object = make(arena, job, run, scratch_folder(), NULL, error);
    void *library = object ? link_load(arena, object, error) : NULL;
    if (object) unlink(object);
    return library;
}

/* What is kept and cannot be loaded is made again, once. */
static void *open_cached(Arena *arena, const NativeJob *job, CcRun *run, const char **error)
{
    char key[DIGEST_TEXT + 1];
    const char *said;
    const CcEnd end = make_key(arena, job, run, key, &said);
    if (end == CC_UNABLE) *error = arena_printf(arena, "%s: %s", cc_words(arena, &job->cc), said);
    if (end != CC_RIGHT) return NULL;
    const char *path = cache_path(arena, job->cache, key);
    void *library = NULL;
    for (int attempt = 0; attempt < 2 && !library; attempt++) {
        if (attempt || !cache_valid(path, key)) {
            const char *object = make(arena, job, run, job->cache, key, error);
            if (!object) return NULL;
            if (rename(object, path)) {
                *error = arena_printf(arena, "%s: %s", path, strerror(errno));
                unlink(object);
                return NULL;
            }
            cache_trim(arena, job->cache, CACHE_BYTES);
        }
        *error = NULL;
        library = job->links->functions ? load_copy(arena, job->cache, path, error) : link_load(arena, path, error);
    }
    return library;
}

/* ---- its symbols */

/* The functions to link into the variables that stand for them. */
static void bind(void *library, const Links *links)
{
    for (size_t k = 0; k < links->functions; k++) {
        void *variable = links->function[k].libm ? NULL : dlsym(library, links->function[k].name);
        if (variable) memcpy(variable, &links->function[k].address, sizeof links->function[k].address);
    }
}

void *native_open(Arena *arena, const NativeJob *job, CcRun *run, const void **found, const char **error)
{
    *error = NULL;
    void *library = job->cache ? open_cached(arena, job, run, error) : open_uncached(arena, job, run, error);
    if (!library) return NULL;
    bind(library, job->links);
    *found = dlsym(library, job->symbol);
    if (*found) return library;
    *error = arena_printf(arena, "internal error: the compiled code has no %s", job->symbol);
    native_close(library);
    return NULL;
}
