/*
 * cache.c -- compiled objects by content.
 *
 * An object is written under a name of its own and renamed when it is whole: who looks sees none or all of it, whoever else
 * is at work.  Behind it stands a seal, its key and a digest of all before: what another program wrote, or half of a file, is
 * not taken for an object.  Objects are code that will run: the folder has to be the user's alone.
 */
#include "cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define MARK   "\nadc object "
#define OBJECT ".so"
#define HALF   "new-"
enum { SEAL = sizeof MARK - 1 + DIGEST_TEXT + 1 + DIGEST_TEXT + 1, HALF_SECONDS = 3600 };

/* ---- the folder */

/* mkdir -p; errno */
static bool make_folders(char *path)
{
    for (char *s = path + 1;; s++) {
        if (*s && *s != '/') continue;
        const char end = *s;
        *s = 0;
        const bool made = mkdir(path, 0700) == 0 || errno == EEXIST;
        *s = end;
        if (!end) return made; /* folders above may exist and not be ours to make */
    }
}

/* A relative XDG_CACHE_HOME is to be ignored, says the specification. */
static char *usual_folder(Arena *arena)
{
    const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    if (base && *base == '/') return arena_printf(arena, "%s/adc", base);
    return home && *home == '/' ? arena_printf(arena, "%s/.cache/adc", home) : NULL;
}

const char *cache_folder(Arena *arena, const char *wish, const char **why)
{
    struct stat about;
    char *folder = wish ? arena_strndup(arena, wish, strlen(wish)) : usual_folder(arena);
    *why = NULL;
    if (folder && !*folder) return NULL;
    if (!folder)
        *why = "neither XDG_CACHE_HOME nor HOME names a folder";
    else if (!make_folders(folder) || lstat(folder, &about))
        *why = arena_printf(arena, "%s: %s", folder, strerror(errno));
    else if (!S_ISDIR(about.st_mode))
        *why = arena_printf(arena, "%s is no folder", folder);
    else if (about.st_uid != geteuid() || (about.st_mode & (S_IWGRP | S_IWOTH)))
        *why = arena_printf(arena, "others may write to %s", folder);
    else if (access(folder, R_OK | W_OK | X_OK))
        *why = arena_printf(arena, "%s: %s", folder, strerror(errno));
    return *why ? NULL : folder;
}

const char *cache_new(Arena *arena, const char *folder)
{
    char *path = arena_printf(arena, "%s/" HALF "XXXXXX", folder);
    const int fd = mkstemp(path);
    if (fd < 0) return NULL;
    close(fd);
    return path;
}

const char *cache_path(Arena *arena, const char *folder, const char *key)
{
    return arena_printf(arena, "%s/%s" OBJECT, folder, key);
}

/* ---- the seal */

static void seal_text(char seal[SEAL + 1], const char *key, const void *object, size_t n)
{
    Digest d;
    char digest[DIGEST_TEXT + 1];
    digest_begin(&d);
    digest_add(&d, key, DIGEST_TEXT);
    digest_add(&d, object, n);
    digest_end(&d, digest);
    snprintf(seal, SEAL + 1, MARK "%s %s\n", key, digest);
}

/* The bytes of a file that is the user's own; NULL: errno.  It counts as used now. */
static void *map(int fd, size_t *n)
{
    struct stat about;
    if (fd < 0 || fstat(fd, &about)) return NULL;
    errno = EINVAL;
    if (!S_ISREG(about.st_mode) || about.st_uid != geteuid() || about.st_size <= 0) return NULL;
    *n = (size_t)about.st_size;
    void *at = mmap(NULL, *n, PROT_READ, MAP_PRIVATE, fd, 0);
    return at == MAP_FAILED ? NULL : at;
}

bool cache_seal(const char *path, const char *key)
{
    size_t n;
    char seal[SEAL + 1];
    const int fd = open(path, O_RDWR | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
    void *object = map(fd, &n);
    bool good = object != NULL;
    if (good) {
        seal_text(seal, key, object, n);
        munmap(object, n);
        errno = ENOSPC;
        good = write(fd, seal, SEAL) == SEAL;
    }
    if (fd >= 0 && close(fd)) good = false;
    return good;
}

bool cache_valid(const char *path, const char *key)
{
    size_t n;
    char seal[SEAL + 1];
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    const char *object = map(fd, &n);
    bool valid = false;
    if (object && n > SEAL) {
        seal_text(seal, key, object, n - SEAL);
        valid = memcmp(object + n - SEAL, seal, SEAL) == 0;
    }
    if (object) munmap((void *)(uintptr_t)object, n);
    if (valid) futimens(fd, NULL);
    if (fd >= 0) close(fd);
    return valid;
}

/* ---- its size */

typedef struct {
    const char *name;
    struct timespec used;
    uint64_t bytes;
} Entry;

static int by_age(const void *a, const void *b)
{
    const Entry *x = a, *y = b;
    if (x->used.tv_sec != y->used.tv_sec) return x->used.tv_sec < y->used.tv_sec ? -1 : 1;
    if (x->used.tv_nsec != y->used.tv_nsec) return x->used.tv_nsec < y->used.tv_nsec ? -1 : 1;
    return strcmp(x->name, y->name);
}

static bool is_object(const char *name)
{
    return strlen(name) == DIGEST_TEXT + sizeof OBJECT - 1 && strcmp(name + DIGEST_TEXT, OBJECT) == 0;
}

void cache_trim(Arena *arena, const char *folder, uint64_t bytes)
{
    VEC(Entry) all = {0};
    uint64_t sum = 0;
    DIR *d = opendir(folder);
    if (!d) return;
    for (struct dirent *e; (e = readdir(d));) {
        struct stat about;
        if (fstatat(dirfd(d), e->d_name, &about, AT_SYMLINK_NOFOLLOW) || !S_ISREG(about.st_mode)) continue;
        if (strncmp(e->d_name, HALF, sizeof HALF - 1) == 0 && about.st_mtime < time(NULL) - HALF_SECONDS)
            unlinkat(dirfd(d), e->d_name, 0);
        if (!is_object(e->d_name)) continue;
        const char *name = arena_strndup(arena, e->d_name, strlen(e->d_name));
        vec_push(arena, &all, ((Entry){name, about.st_mtim, (uint64_t)about.st_size}));
        sum += (uint64_t)about.st_size;
    }
    if (sum > bytes) qsort(all.at, all.n, sizeof *all.at, by_age);
    for (uint32_t k = 0; k < all.n && sum > bytes; k++) {
        unlinkat(dirfd(d), all.at[k].name, 0);
        sum -= all.at[k].bytes;
    }
    closedir(d);
}
