/*
 * data.c -- reads one array from a file: takes the user's words apart, chooses the reader by the file's content.
 */
#include "decimal.h"
#include "map.h"
#include "reader.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

size_t adc_data_bytes(DataType t) { return t == DATA_F64 ? sizeof(double) : 4; }

void adc_array_free(DataArray *a)
{
    if (a->map) adc_unmap(a);
    free(a->at);
    free(a->source);
    free(a->missing);
    *a = (DataArray){0};
}

bool adc_array_own(DataArray *a, adc_error *error)
{
    if (!a->map) return true;
    size_t bytes = adc_data_bytes(a->type);
    for (int k = 0; k < a->rank; k++) bytes *= a->shape[k];
    void *at = malloc(bytes);
    if (!at) return adc_fail_memory(error, a->source);
    memcpy(at, a->at, bytes);
    adc_unmap(a);
    a->at = at;
    return true;
}

bool adc_array_reserve(DataArray *out, size_t *room, size_t n, adc_error *error)
{
    if (n <= *room) return true;
    size_t want = *room > 1024 ? *room : 1024;
    while (want < n) want = want > SIZE_MAX / 2 ? SIZE_MAX : want * 2;
    void *at = want > SIZE_MAX / sizeof(double) ? NULL : realloc(out->at, want * adc_data_bytes(out->type));
    if (!at) return adc_fail_memory(error, out->source);
    out->at = at;
    *room = want;
    return true;
}

bool adc_array_miss(DataArray *out, size_t *room, size_t row, adc_error *error)
{
    if (out->missings && out->missing[out->missings - 1] == row) return true;
    if (out->missings == *room) {
        const size_t want = *room ? *room * 2 : 64;
        size_t *at = realloc(out->missing, want * sizeof *at);
        if (!at) return adc_fail_memory(error, out->source);
        out->missing = at;
        *room = want;
    }
    out->missing[out->missings++] = row;
    return true;
}

/* ---- streams */

bool adc_stream_open(Stream *s, const char *name, const DataWatch *watch, adc_error *error)
{
    const bool standard = !strcmp(name, "-");
    *s = (Stream){.name = standard ? "<stdin>" : name, .watch = watch};
    struct stat about;
    if (!standard && stat(name, &about) == 0 && S_ISREG(about.st_mode)) s->all = (size_t)about.st_size;
    errno = 0;
    if (standard) {
        const int fd = dup(STDIN_FILENO);
        s->file = fd < 0 ? NULL : gzdopen(fd, "rb");
        if (!s->file && fd >= 0) close(fd);
    } else {
        s->file = gzopen(name, "rb");
    }
    if (!s->file) return adc_fail(error, "Cannot read %s: %s.", s->name, errno ? strerror(errno) : "memory ran out");
    gzbuffer(s->file, 1u << 18);
    return true;
}

void adc_stream_close(Stream *s)
{
    if (s->file) gzclose(s->file);
    if (s->member) zip_fclose(s->member);
    if (s->archive) zip_discard(s->archive);
    free(s->at);
    *s = (Stream){0};
}

static bool cannot_read(const Stream *s, adc_error *error)
{
    if (s->member) return adc_fail(error, "Cannot read %s: %s.", s->name, zip_file_strerror(s->member));
    int code;
    const char *why = gzerror(s->file, &code);
    return adc_fail(error, "Cannot read %s: %s.", s->name, code == Z_ERRNO ? strerror(errno) : why);
}

bool adc_stream_fill(Stream *s, size_t want, adc_error *error)
{
    if (s->hi - s->lo >= want || s->eof) return true;
    if (s->lo) {
        memmove(s->at, s->at + s->lo, s->hi - s->lo);
        s->hi -= s->lo;
        s->lo = 0;
    }
    if (want > s->room) {
        size_t room = s->room ? s->room : (size_t)1 << 20;
        while (room < want) room = room > SIZE_MAX / 2 ? want : room * 2;
        unsigned char *at = room > SIZE_MAX - STREAM_BEHIND ? NULL : realloc(s->at, room + STREAM_BEHIND);
        if (!at) return adc_fail_memory(error, s->name);
        s->at = at;
        s->room = room;
    }
    while (s->hi < want && !s->eof) {
        const size_t free_bytes = s->room - s->hi, most = free_bytes > 1u << 30 ? 1u << 30 : free_bytes;
        const long n = s->member ? (long)zip_fread(s->member, s->at + s->hi, most)
                                 : gzread(s->file, s->at + s->hi, (unsigned)most);
        if (n < 0) return cannot_read(s, error);
        s->eof = n == 0;
        s->hi += (size_t)n;
    }
    memset(s->at + s->hi, 0, STREAM_BEHIND);
    if (s->watch && s->file) {
        const z_off_t at = s->all ? gzoffset(s->file) : gztell(s->file); /* a pipe has no offset */
        s->watch->at(s->watch->user, s->name, (size_t)at, s->all);
    }
    if (s->eof && s->file) { /* a compressed file that stops early ends like any other, but leaves an error behind */
        int code;
        gzerror(s->file, &code);
        if (code == Z_BUF_ERROR) return adc_fail(error, "Cannot read %s: the compressed file is cut off.", s->name);
    }
    return true;
}

/* ---- labels */

static size_t hash(const char *text, size_t n)
{
    uint64_t h = UINT64_C(14695981039346656037); /* FNV-1a */
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)text[i]) * UINT64_C(1099511628211);
    return (size_t)h;
}

static bool labels_grow(DataLabels *l)
{
    const size_t slots = l->slots ? l->slots * 2 : 64;
    size_t *slot = calloc(slots, sizeof *slot);
    char **name = realloc(l->name, slots / 2 * sizeof *name);
    if (name) l->name = name;
    if (!slot || !name) {
        free(slot);
        return false;
    }
    for (size_t i = 0; i < l->n; i++) {
        size_t k = hash(name[i], strlen(name[i])) & (slots - 1);
        while (slot[k]) k = (k + 1) & (slots - 1);
        slot[k] = i + 1;
    }
    free(l->slot);
    l->slot = slot;
    l->slots = slots;
    l->room = slots / 2;
    return true;
}

size_t adc_label(DataLabels *l, const char *text, size_t n)
{
    if (l->closed && l->n == 0) return SIZE_MAX;
    if (l->n == l->room && !l->closed && !labels_grow(l)) return SIZE_MAX;
    size_t k = hash(text, n) & (l->slots - 1);
    for (; l->slot[k]; k = (k + 1) & (l->slots - 1)) {
        const char *s = l->name[l->slot[k] - 1];
        if (strlen(s) == n && !memcmp(s, text, n)) return l->slot[k] - 1;
    }
    if (l->closed) return SIZE_MAX;
    char *copy = malloc(n + 1);
    if (!copy) return SIZE_MAX;
    memcpy(copy, text, n);
    copy[n] = 0;
    l->name[l->n++] = copy;
    return (l->slot[k] = l->n) - 1;
}

void adc_labels_free(DataLabels *l)
{
    for (size_t i = 0; i < l->n; i++) free(l->name[i]);
    free(l->name);
    free(l->slot);
    *l = (DataLabels){0};
}

/* ---- what the user wrote */

static const char *const raw_names[] = {"u8", "i8", "u16", "i16", "u32", "i32", "u64", "i64", "f32", "f64"};

/* "u8[10000,3073]"; false where it does not look like one */
static bool raw_layout(const char *s, DataSpec *spec)
{
    const size_t n = strcspn(s, "[");
    size_t k = 0;
    while (k < sizeof raw_names / sizeof *raw_names && (strlen(raw_names[k]) != n || memcmp(raw_names[k], s, n) != 0))
        k++;
    if (!s[n] || k == sizeof raw_names / sizeof *raw_names) return false;
    s += n;
    int rank = 0;
    do {
        if (rank == DATA_RANK || !isdigit((unsigned char)s[1])) return false;
        char *end;
        errno = 0;
        spec->raw_shape[rank++] = strtoull(s + 1, &end, 10);
        if (errno) return false;
        s = end;
    } while (*s == ',');
    if (strcmp(s, "]") != 0) return false;
    spec->raw = true;
    spec->raw_type = (RawType)k;
    spec->raw_rank = rank;
    return true;
}

static bool selector(char *part, DataSpec *spec, const char *whole, adc_error *error)
{
    if (*part == '/') {
        char *end;
        spec->divide = strtod(part + 1, &end);
        if (end == part + 1 || *end || !(spec->divide > 0 || spec->divide < 0))
            return adc_fail(error, "In %s, %s is not a division by a number.", whole, part);
    } else if (strchr(part, '[')) {
        if (!raw_layout(part, spec))
            return adc_fail(error,
                            "In %s, %s is not a layout such as u8[10000,3073]; "
                            "the types are u8 i8 u16 i16 u32 i32 u64 i64 f32 f64.",
                            whole, part);
    } else if (!*part || spec->columns) {
        return adc_fail(error, "In %s, columns are %s.", whole,
                        *part ? "selected twice" : "selected, but none is named");
    } else {
        spec->columns = part;
    }
    return true;
}

/* Takes `text` apart in place.  The file's name is the longest part before a colon (or the end) that exists as a file. */
static bool spec_parse(char *text, const char *whole, DataSpec *spec, adc_error *error)
{
    *spec = (DataSpec){.file = text};
    char *colon = NULL;
    if (access(text, F_OK) != 0) {
        for (char *c = text + strlen(text); c > text && !colon; c--) {
            if (*c != ':') continue;
            *c = 0;
            if (!access(text, F_OK) || !strcmp(text, "-"))
                colon = c;
            else
                *c = ':';
        }
        if (!colon && (colon = strchr(text, ':'))) *colon = 0;
    }
    while (colon) {
        char *part = colon + 1;
        colon = strchr(part, ':');
        if (colon) *colon = 0;
        if (!selector(part, spec, whole, error)) return false;
    }
    return true;
}

/* One column by the header's name, or by number from 1; SIZE_MAX: none. */
static size_t column_find(const char *s, size_t n, char **names, size_t columns, bool *by_name)
{
    for (size_t i = 0; names && i < columns; i++) {
        if (strlen(names[i]) == n && !memcmp(names[i], s, n)) {
            *by_name = true;
            return i;
        }
    }
    size_t number = 0;
    for (size_t i = 0; i < n; i++) {
        if (!isdigit((unsigned char)s[i]) || number > columns) return SIZE_MAX;
        number = number * 10 + (size_t)(s[i] - '0');
    }
    return n && number >= 1 && number <= columns ? number - 1 : SIZE_MAX;
}

static bool column_error(const char *s, size_t n, const char *file, char **names, size_t columns, adc_error *error)
{
    if (strspn(s, "0123456789-") >= n)
        return adc_fail(error, "%s has %zu column%s, counted from 1; there is no %.*s.", file, columns,
                        columns == 1 ? "" : "s", (int)n, s);
    if (!names)
        return adc_fail(error, "%s has no line with the names of its columns; %.*s cannot be found.", file, (int)n, s);
    char list[400];
    size_t used = 0;
    for (size_t i = 0; i < columns && used < sizeof list; i++) {
        const size_t m = strlen(names[i]);
        if (used + m + 8 > sizeof list) {
            memcpy(list + used, ", ...", 6);
            used += 5;
            break;
        }
        if (i) memcpy(list + used, ", ", 2), used += 2;
        memcpy(list + used, names[i], m);
        used += m;
    }
    return adc_fail(error, "%s has no column %.*s; its columns are %.*s.", file, (int)n, s, (int)used, list);
}

bool adc_columns(const char *spec, const char *file, char **names, size_t columns, size_t **out, size_t *n,
                 adc_error *error)
{
    size_t *at = calloc(columns ? columns : 1, sizeof *at), count = 0;
    char *taken = calloc(columns ? columns : 1, 1);
    bool good = at && taken ? true : adc_fail_memory(error, file);
    for (size_t i = 0; good && !spec && i < columns; i++) at[count++] = i;
    while (good && spec) {
        const size_t width = strcspn(spec, ",");
        bool by_name = false;
        size_t first = column_find(spec, width, names, columns, &by_name), last = first;
        const char *dash = memchr(spec, '-', width);
        if (first == SIZE_MAX && dash) {
            first = column_find(spec, (size_t)(dash - spec), NULL, columns, &by_name);
            last = column_find(dash + 1, width - (size_t)(dash + 1 - spec), NULL, columns, &by_name);
        }
        if (first == SIZE_MAX || last == SIZE_MAX || last < first) {
            good = column_error(spec, width, file, names, columns, error);
            break;
        }
        for (size_t i = first; i <= last && good; i++) {
            if (taken[i]) good = adc_fail(error, "Column %zu of %s is selected twice.", i + 1, file);
            taken[i] = 1;
            if (good) at[count++] = i;
        }
        spec = spec[width] ? spec + width + 1 : NULL;
    }
    free(taken);
    if (!good) free(at), at = NULL;
    *out = at;
    *n = count;
    return good;
}

/* ---- one array */

static bool scale(const DataSpec *spec, DataArray *out, adc_error *error)
{
    if (spec->divide == 0) return true;
    if (out->type == DATA_I32)
        return adc_fail(error, "%s: integers cannot be divided by %g.", out->source, spec->divide);
    size_t n = 1;
    for (int k = 0; k < out->rank; k++) n *= out->shape[k];
    double *d = out->at;
    float *f = out->at;
    for (size_t i = 0; i < n; i++) {
        if (out->type == DATA_F32)
            f[i] = (float)((double)f[i] / spec->divide);
        else
            d[i] /= spec->divide;
    }
    return true;
}

/* The columns that were selected are the member's name. */
static bool read_member(Stream *s, DataSpec spec, const DataHow *how, DataArray *out, adc_error *error)
{
    adc_stream_close(s);
    if (!adc_npz_open(s, spec.file, spec.columns, error) || !adc_stream_fill(s, 4096, error)) return false;
    if (s->hi < 6 || memcmp(s->at, "\x93NUMPY", 6) != 0) return adc_fail(error, "%s is not a .npy array.", out->source);
    spec.columns = NULL;
    return adc_npy_read(s, &spec, how, out, error);
}

static bool read_by_content(Stream *s, const DataSpec *spec, const DataHow *how, DataArray *out, adc_error *error)
{
    if (spec->raw) {
        out->rank = spec->raw_rank;
        memcpy(out->shape, spec->raw_shape, sizeof out->shape);
        return adc_binary_read(s, spec, spec->raw_type, false, how, out, error);
    }
    if (!adc_stream_fill(s, 4096, error)) return false;
    const unsigned char *b = s->at;
    const size_t n = s->hi;
    if (n >= 4 && !b[0] && !b[1] && b[2] >= 8 && b[2] <= 14 && b[3] >= 1) return adc_idx_read(s, spec, how, out, error);
    if (n >= 6 && !memcmp(b, "\x93NUMPY", 6)) return adc_npy_read(s, spec, how, out, error);
    if (n >= 4 && !memcmp(b, "PK\3\4", 4)) return read_member(s, *spec, how, out, error);
    if (n && memchr(b, 0, n < 4096 ? n : 4096))
        return adc_fail(error, "%s is neither text, IDX nor .npy; say how raw numbers lie in it, as in %s:f64[100,20].",
                        s->name, s->name);
    return adc_csv_read(s, spec, how, out, error);
}

bool adc_data_read(const char *text, const DataHow *how, DataArray *out, adc_error *error)
{
    *out = (DataArray){.type = how->type};
    char *copy = malloc(strlen(text) + 1);
    out->source = malloc(strlen(text) + 1);
    Stream s = {0};
    DataSpec spec;
    const Decimal decimal = decimal_begin();
    bool good = copy && out->source ? true : adc_fail_memory(error, text);
    if (good) {
        strcpy(copy, text);
        strcpy(out->source, text);
        good = spec_parse(copy, text, &spec, error) && adc_stream_open(&s, spec.file, how->watch, error) &&
               read_by_content(&s, &spec, how, out, error) && scale(&spec, out, error);
    }
    decimal_end(decimal);
    adc_stream_close(&s);
    free(copy);
    if (!good) adc_array_free(out);
    return good;
}
