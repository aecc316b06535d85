/*
 * npz.c -- archives of arrays, read and written by libzip.
 */
#include "npz.h"
#include "reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What an array is called in an archive, for free(); NULL: no memory. */
static char *entry_name(const char *name)
{
    const size_t bytes = strlen(name) + 5;
    char *entry = malloc(bytes);
    if (entry) snprintf(entry, bytes, "%s.npy", name);
    return entry;
}

/* ---- reading */

/* The only member's place, or that of NAME.npy; -1: the error says why. */
static zip_int64_t find_member(zip_t *z, const char *file, const char *name, adc_error *error)
{
    const zip_int64_t n = zip_get_num_entries(z, 0);
    if (!name && n == 1) return 0;
    char list[400] = "", *entry = name ? entry_name(name) : NULL;
    size_t used = 0;
    if (name && !entry) return adc_say_memory(error, file), -1;
    const zip_int64_t at = name ? zip_name_locate(z, entry, 0) : -1;
    free(entry);
    if (at >= 0) return at;
    for (zip_int64_t i = 0; i < n; i++) {
        const char *s = zip_get_name(z, (zip_uint64_t)i, 0);
        const size_t length = s ? strlen(s) : 0,
                     shown = length > 4 && !strcmp(s + length - 4, ".npy") ? length - 4 : length;
        if (used + shown + 8 > sizeof list) break;
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%.*s", i ? ", " : "", (int)shown, s ? s : "");
    }
    if (name)
        adc_say(error, "%s has no array %s; it has %s.", file, name, list);
    else
        adc_say(error, "%s has %lld arrays; name one, as in %s:NAME: %s.", file, (long long)n, file, list);
    return -1;
}

static bool cannot_open(const char *file, int code, adc_error *error)
{
    zip_error_t why;
    zip_error_init_with_code(&why, code);
    adc_say(error, "Cannot read %s: %s.", file, zip_error_strerror(&why));
    zip_error_fini(&why);
    return false;
}

bool adc_npz_open(Stream *s, const char *file, const char *name, adc_error *error)
{
    int code;
    *s = (Stream){.name = file};
    s->archive = zip_open(file, ZIP_RDONLY, &code);
    if (!s->archive) return cannot_open(file, code, error);
    const zip_int64_t at = find_member(s->archive, file, name, error);
    if (at < 0) return false;
    s->member = zip_fopen_index(s->archive, (zip_uint64_t)at, 0);
    return s->member || adc_fail(error, "Cannot read %s: %s.", file, zip_strerror(s->archive));
}

bool adc_npz_has(const char *file, const char *name)
{
    char *entry = entry_name(name);
    zip_t *z = zip_open(file, ZIP_RDONLY, NULL);
    const bool has = entry && z && zip_name_locate(z, entry, 0) >= 0;
    if (z) zip_discard(z);
    free(entry);
    return has;
}

bool adc_npz_check(const char *file, adc_error *error)
{
    int code;
    zip_t *z = zip_open(file, ZIP_RDONLY | ZIP_CHECKCONS, &code);
    if (!z) return cannot_open(file, code, error);
    char block[1 << 14];
    bool good = true;
    for (zip_int64_t i = 0; good && i < zip_get_num_entries(z, 0); i++) {
        zip_file_t *member = zip_fopen_index(z, (zip_uint64_t)i, 0);
        zip_int64_t n = member ? 1 : -1;
        while (n > 0) n = zip_fread(member, block, sizeof block); /* at its end the sum of its bytes is compared */
        if (n < 0)
            good = adc_fail(error, "%s is damaged: %s.", file, member ? zip_file_strerror(member) : zip_strerror(z));
        if (member) zip_fclose(member);
    }
    zip_discard(z);
    return good;
}

enum { DESCR = 16 };
static const struct Type {
    const char *descr; /* shorter than DESCR */
    size_t bytes;
} types[] = {[NPZ_F64] = {"<f8", 8}, [NPZ_F32] = {"<f4", 4}, [NPZ_I64] = {"<i8", 8}, [NPZ_U8] = {"|u1", 1}};

/* What the header says, in just the form that it is written in here; false: another. */
static bool plain_header(const Stream *s, char descr[DESCR], size_t *header, size_t *count)
{
    static const char start[] = "{'descr': '", middle[] = "', 'fortran_order': False, 'shape': (";
    if (s->hi < 10 || memcmp(s->at, "\x93NUMPY\1", 7) != 0) return false;
    *header = 10 + (s->at[8] | (size_t)s->at[9] << 8);
    const char *at = (const char *)s->at + 10;
    if (s->hi < *header || memcmp(at, start, sizeof start - 1) != 0) return false;
    at += sizeof start - 1;
    const size_t length = strcspn(at, "'\n");
    if (length >= DESCR || memcmp(at + length, middle, sizeof middle - 1) != 0) return false;
    memcpy(descr, at, length);
    descr[length] = 0;
    at += length + sizeof middle - 1;
    *count = 1;
    while (*at >= '0' && *at <= '9') {
        char *end;
        const unsigned long long size = strtoull(at, &end, 10);
        if (size && *count > (SIZE_MAX / 16) / size) return false;
        *count *= (size_t)size;
        at = end + strspn(end, ", ");
    }
    return *at == ')';
}

/* Bytes of an entry, where its type is the one that is wanted (NULL: texts); else 0. */
static size_t entry_bytes(const char *descr, const struct Type *wanted)
{
    if (wanted) return strcmp(descr, wanted->descr) == 0 ? wanted->bytes : 0;
    char *end;
    const unsigned long n = strncmp(descr, "|S", 2) == 0 ? strtoul(descr + 2, &end, 10) : 0;
    return n && !*end && n < 1u << 20 ? n : 0;
}

static void *read_array(const char *file, const char *name, const struct Type *wanted, size_t *count, size_t *bytes,
                        adc_error *error)
{
    Stream s;
    void *out = NULL;
    size_t header = 0;
    char descr[DESCR] = "";
    if (adc_npz_open(&s, file, name, error) && adc_stream_fill(&s, 4096, error)) {
        *bytes = plain_header(&s, descr, &header, count) ? entry_bytes(descr, wanted) : 0;
        if (*bytes == 0 || *count > SIZE_MAX / 2 / *bytes)
            adc_say(error, "%s: its array %s is not of the form that adc saves.", file, name);
        else if (adc_stream_fill(&s, header + *count * *bytes + 1, error)) {
            const size_t all = *count * *bytes;
            if (s.hi != header + all)
                adc_say(error, "%s: its array %s is cut off.", file, name);
            else if (!(out = malloc(all + 1)))
                adc_say_memory(error, file);
            else
                memcpy(out, s.at + header, all);
        }
    }
    adc_stream_close(&s);
    return out;
}

void *adc_npz_read(const char *file, const char *name, NpzType type, size_t *count, adc_error *error)
{
    size_t bytes;
    return read_array(file, name, &types[type], count, &bytes, error);
}

char *adc_npz_read_texts(const char *file, const char *name, size_t *count, size_t *width, adc_error *error)
{
    return read_array(file, name, NULL, count, width, error);
}

/* ---- writing */

struct Npz {
    char *file, *part; /* owned */
    zip_t *z;
    char **header; /* of each array, owned: libzip reads them when it writes */
    size_t headers;
};

static bool cannot_write(const Npz *n, adc_error *error)
{
    return adc_fail(error, "Cannot write %s: %s.", n->part, zip_strerror(n->z));
}

Npz *adc_npz_new(const char *file, adc_error *error)
{
    Npz *n = calloc(1, sizeof *n);
    if (n) n->file = malloc(strlen(file) + 1);
    if (n) n->part = malloc(strlen(file) + 6);
    if (!n || !n->file || !n->part) {
        adc_npz_free(n);
        adc_say_memory(error, file);
        return NULL;
    }
    strcpy(n->file, file);
    strcpy(n->part, file);
    strcat(n->part, ".part");
    int code;
    const int fd = open(n->part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666); /* libzip would find out in the end */
    if (fd >= 0 && close(fd) == 0) n->z = zip_open(n->part, ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (n->z) return n;
    adc_say(error, "Cannot write %s: %s.", n->part, strerror(errno));
    adc_npz_free(n);
    return NULL;
}

void adc_npz_free(Npz *n)
{
    if (!n) return;
    if (n->z) zip_discard(n->z);
    if (n->z) unlink(n->part);
    for (size_t k = 0; k < n->headers; k++) free(n->header[k]);
    free(n->header);
    free(n->file);
    free(n->part);
    free(n);
}

/* 512 bytes that live as long as the archive; NULL: no memory. */
static char *header_room(Npz *n)
{
    char **at = realloc(n->header, (n->headers + 1) * sizeof *at);
    if (!at) return NULL;
    n->header = at;
    at[n->headers] = malloc(512);
    return at[n->headers] ? at[n->headers++] : NULL;
}

static bool add(Npz *n, const char *name, const struct Type *type, int rank, const size_t *shape, const void *at,
                adc_error *error)
{
    static const char magic[8] = {'\x93', 'N', 'U', 'M', 'P', 'Y', 1, 0};
    char *header = header_room(n), *entry = entry_name(name);
    size_t count = 1, used = 10;
    if (!header || !entry) {
        free(entry);
        return adc_fail_memory(error, n->file);
    }
    used +=
        (size_t)snprintf(header + used, 512 - used, "{'descr': '%s', 'fortran_order': False, 'shape': (", type->descr);
    for (int k = 0; k < rank; k++) {
        used += (size_t)snprintf(header + used, 512 - used, k ? " %zu," : "%zu,", shape[k]);
        count *= shape[k];
    }
    used += (size_t)snprintf(header + used, 512 - used, "), }");
    while (used % 64 != 63) header[used++] = ' ';
    header[used++] = '\n';
    memcpy(header, magic, sizeof magic);
    header[8] = (char)((used - 10) & 255);
    header[9] = (char)((used - 10) >> 8);
    zip_buffer_fragment_t parts[] = {{(zip_uint8_t *)header, used},
                                     {(zip_uint8_t *)(uintptr_t)at, count * type->bytes}};
    zip_source_t *source = zip_source_buffer_fragment(n->z, parts, count ? 2 : 1, 0);
    const zip_int64_t index = source ? zip_file_add(n->z, entry, source, ZIP_FL_ENC_UTF_8) : -1;
    free(entry);
    if (index < 0) {
        if (source) zip_source_free(source);
        return cannot_write(n, error);
    }
    zip_set_file_compression(n->z, (zip_uint64_t)index, ZIP_CM_STORE, 0);
    return true;
}

bool adc_npz_add(Npz *n, const char *name, NpzType type, int rank, const size_t *shape, const void *at,
                 adc_error *error)
{
    return add(n, name, &types[type], rank, shape, at, error);
}

bool adc_npz_add_texts(Npz *n, const char *name, size_t count, size_t width, const char *at, adc_error *error)
{
    char descr[DESCR];
    snprintf(descr, sizeof descr, "|S%zu", width);
    return add(n, name, &(struct Type){descr, width}, 1, &count, at, error);
}

/* On the disk, not only on its way. */
static bool sync_file(const char *name, int flags)
{
    const int fd = open(name, flags | O_CLOEXEC);
    if (fd < 0) return false;
    const bool good = fsync(fd) == 0;
    return close(fd) == 0 && good;
}

static bool replace(const Npz *n)
{
    if (!sync_file(n->part, O_RDWR) || rename(n->part, n->file) != 0) return false;
    const char *slash = strrchr(n->file, '/');
    const size_t length = slash ? (size_t)(slash - n->file) + 1 : 0;
    char *folder = malloc(length + 2);
    if (folder) {
        memcpy(folder, n->file, length);
        strcpy(folder + length, ".");
        sync_file(folder, O_RDONLY); /* some file systems cannot; then the new name may come later */
    }
    free(folder);
    return true;
}

bool adc_npz_write(Npz *n, adc_error *error)
{
    bool good = zip_close(n->z) == 0;
    if (!good)
        cannot_write(n, error);
    else {
        n->z = NULL;
        good = replace(n);
        if (!good) adc_say(error, "Cannot write %s: %s.", n->file, strerror(errno));
    }
    adc_npz_free(n);
    return good;
}
