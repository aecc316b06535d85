/*
 * diag.c -- a compilation's context: its names, and what there is to say to the user, shown in the source with a caret.
 *
 * A diagnostic is shown as excerpts: windows of at most WINDOW characters on a line, each with the marks that fall into it.  The
 * caret's comes first; a further place gets one of its own unless it lies in an excerpt that is shown already.
 */
#include "base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    WINDOW = 110,   /* characters of a source line that are shown */
    SHOWN = 20,     /* errors, and as many warnings, that are printed */
    KEPT = 1000,    /* of each that are stored; more are only counted */
    ALSO_SHOWN = 8, /* further places of one diagnostic */
};

/* ---- context and names */

Context *context_new(void)
{
    Context *ctx = calloc(1, sizeof *ctx);
    if (!ctx) return NULL;
    ctx->arena = arena_new(NULL);
    if (!ctx->arena) {
        free(ctx);
        return NULL;
    }
    return ctx;
}

void context_free(Context *ctx)
{
    if (!ctx) return;
    arena_free(ctx->arena);
    free(ctx);
}

/* FNV-1a */
static uint32_t hash_of(const char *s, size_t n)
{
    uint32_t h = 2166136261u;
    for (size_t i = 0; i < n; i++) h = (h ^ (unsigned char)s[i]) * 16777619u;
    return h;
}

/* names.at is an open hash table of names.cap slots, a power of two, at most half full. */
static uint32_t name_slot(const Context *ctx, const char *s, size_t n)
{
    const uint32_t mask = ctx->names.cap - 1;
    uint32_t i = hash_of(s, n) & mask;
    for (; ctx->names.at[i]; i = (i + 1) & mask)
        if (strncmp(ctx->names.at[i], s, n) == 0 && ctx->names.at[i][n] == 0) break;
    return i;
}

static void grow_names(Context *ctx)
{
    const char **old = ctx->names.at;
    const uint32_t cap = ctx->names.cap;
    ctx->names.cap = cap ? cap * 2 : 256;
    ctx->names.at = arena_alloc(ctx->arena, ctx->names.cap * sizeof *ctx->names.at);
    for (uint32_t i = 0; i < cap; i++)
        if (old[i]) ctx->names.at[name_slot(ctx, old[i], strlen(old[i]))] = old[i];
}

const char *intern(Context *ctx, const char *s, size_t n)
{
    if (ctx->names.n >= ctx->names.cap / 2) grow_names(ctx);
    const uint32_t i = name_slot(ctx, s, n);
    if (!ctx->names.at[i]) {
        ctx->names.at[i] = arena_strndup(ctx->arena, s, n);
        ctx->names.n++;
    }
    return ctx->names.at[i];
}

/* Edit distance of a and b (insertions, deletions, replacements, swaps of neighbours), or limit + 1 if it is larger. */
static size_t distance(const char *a, const char *b, size_t limit)
{
    enum { LONGEST = 64 };
    const size_t n = strlen(a), m = strlen(b);
    if (n > LONGEST || m > LONGEST || (n > m ? n - m : m - n) > limit) return limit + 1;
    size_t row[3][LONGEST + 1]; /* row[i % 3][j]: distance of a[0..i] and b[0..j] */
    for (size_t j = 0; j <= m; j++) row[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        const size_t *above = row[(i - 1) % 3], *above2 = row[(i + 1) % 3];
        size_t *here = row[i % 3], least = i;
        here[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t d = above[j - 1] + (a[i - 1] != b[j - 1]);
            if (above[j] + 1 < d) d = above[j] + 1;
            if (here[j - 1] + 1 < d) d = here[j - 1] + 1;
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && above2[j - 2] + 1 < d)
                d = above2[j - 2] + 1;
            here[j] = d;
            if (d < least) least = d;
        }
        if (least > limit) return limit + 1;
    }
    return row[n % 3][m];
}

/* The order of `names` does not matter: of equally near ones the first in the alphabet is taken. */
const char *diag_nearest(const char *name, const char *const *names, size_t n)
{
    const size_t third = strlen(name) / 3, limit = third < 2 ? third : 2;
    size_t best = limit;
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++) {
        const size_t d = distance(name, names[i], best);
        if (d > best || (nearest && d == best && strcmp(names[i], nearest) >= 0)) continue;
        best = d;
        nearest = names[i];
    }
    return nearest;
}

/* ---- adding */

static void add(Context *ctx, DiagKind kind, Span at, const char *fmt, va_list ap)
{
    uint32_t *count = kind == DIAG_ERROR ? &ctx->errors : &ctx->warnings;
    ctx->dropped = ++*count > KEPT;
    if (ctx->dropped) return;
    const Diag d = {.kind = kind, .at = at, .message = arena_vprintf(ctx->arena, fmt, ap)};
    vec_push(ctx->arena, &ctx->diags, d);
}

void diag_error(Context *ctx, Span at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add(ctx, DIAG_ERROR, at, fmt, ap);
    va_end(ap);
}

void diag_warning(Context *ctx, Span at, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    add(ctx, DIAG_WARNING, at, fmt, ap);
    va_end(ap);
}

static Diag *latest(Context *ctx)
{
    if (!ctx->diags.n) die("no diagnostic to add to");
    return &ctx->diags.at[ctx->diags.n - 1];
}

void diag_also(Context *ctx, Span other)
{
    if (ctx->dropped || other.lo == other.hi) return;
    Diag *d = latest(ctx);
    vec_push(ctx->arena, &d->also, other);
}

void diag_help(Context *ctx, const char *fmt, ...)
{
    if (ctx->dropped) return;
    va_list ap;
    va_start(ap, fmt);
    latest(ctx)->help = arena_vprintf(ctx->arena, fmt, ap);
    va_end(ap);
}

/* ---- printing */

/* A window of a line: characters [from, from + WINDOW) of it, where a tab counts as one. */
typedef struct {
    uint32_t line;         /* from 0 */
    uint32_t from, chars;  /* chars: of the whole line */
    char mark[WINDOW + 1]; /* one more: a caret may stand behind the end */
} Excerpt;

static uint32_t line_end(const Source *src, uint32_t line)
{
    uint32_t end = line + 1 < src->lines ? src->line[line + 1] - 1 : src->n;
    if (end > src->line[line] && src->text[end - 1] == '\r') end--;
    return end;
}

static uint32_t count_chars(const Source *src, uint32_t lo, uint32_t hi)
{
    uint32_t n = 0;
    for (; lo < hi; lo++) n += (src->text[lo] & 0xC0) != 0x80;
    return n;
}

/* The columns, from 0, that a span takes on the line of its start: at least one. */
static void columns_of(const Source *src, Span s, uint32_t *line, uint32_t *lo, uint32_t *hi)
{
    source_place(src, s.lo, line, lo);
    --*line, --*lo;
    const uint32_t end = line_end(src, *line);
    *hi = *lo + count_chars(src, s.lo, s.hi < end ? s.hi : end);
    if (*hi <= *lo) *hi = *lo + 1;
}

static Excerpt excerpt_at(const Source *src, uint32_t line, uint32_t column)
{
    Excerpt e = {.line = line, .chars = count_chars(src, src->line[line], line_end(src, line))};
    memset(e.mark, ' ', sizeof e.mark);
    if (e.chars > WINDOW && column > WINDOW * 2 / 3) e.from = column - WINDOW / 2;
    return e;
}

static bool excerpt_holds(const Excerpt *e, uint32_t line, uint32_t column)
{
    return e->line == line && e->from <= column && column < e->from + WINDOW;
}

static void excerpt_mark(Excerpt *e, uint32_t lo, uint32_t hi, char mark)
{
    for (uint32_t c = lo; c < hi && c - e->from < sizeof e->mark; c++)
        if (e->mark[c - e->from] == ' ') e->mark[c - e->from] = mark;
}

/*
 *   12 | let z[n, k] = ...      digits: the width of the line numbers
 *      |         ^
 */
static void excerpt_print(const Source *src, const Excerpt *e, int digits, Text *out)
{
    const char *left = e->from ? "..." : "", *right = e->chars > e->from + WINDOW ? "..." : "";
    text_addf(out, "  %*u | %s", digits, e->line + 1, left);
    uint32_t at = src->line[e->line];
    const uint32_t end = line_end(src, e->line);
    for (uint32_t c = 0; at < end && c < e->from + WINDOW; c++) {
        const uint32_t begin = at++;
        while (at < end && (src->text[at] & 0xC0) == 0x80) at++;
        if (c < e->from) continue;
        const unsigned char byte = (unsigned char)src->text[begin];
        if (byte == '\t')
            text_add(out, " "); /* a tab would set the marks off */
        else if (byte < ' ' || byte == 0x7F || utf8_length(src->text + begin) != at - begin)
            text_add(out, "?");
        else
            text_addn(out, src->text + begin, at - begin);
    }
    size_t marks = sizeof e->mark;
    while (marks && e->mark[marks - 1] == ' ') marks--;
    text_addf(out, "%s\n  %*s | %*s", right, digits, "", (int)strlen(left), "");
    text_addn(out, e->mark, marks);
    text_add(out, "\n");
}

static void diag_print_one(const Source *src, const Diag *d, Text *out)
{
    const char *kind = d->kind == DIAG_ERROR ? "error" : "warning";
    if (d->at.lo == d->at.hi) {
        text_addf(out, "%s: %s: %s\n", src->name, kind, d->message);
        if (d->help) text_addf(out, "  = help: %s\n", d->help);
        return;
    }
    Excerpt shown[1 + ALSO_SHOWN];
    uint32_t n = 1, line, lo, hi, last;
    columns_of(src, d->at, &line, &lo, &hi);
    text_addf(out, "%s:%u:%u: %s: %s\n", src->name, line + 1, lo + 1, kind, d->message);
    last = line;
    shown[0] = excerpt_at(src, line, lo);
    excerpt_mark(&shown[0], lo, hi, '^');
    for (uint32_t i = 0; i < d->also.n && i < ALSO_SHOWN; i++) {
        columns_of(src, d->also.at[i], &line, &lo, &hi);
        if (line > last) last = line;
        uint32_t k = 0;
        while (k < n && !excerpt_holds(&shown[k], line, lo)) k++;
        if (k == n) shown[n++] = excerpt_at(src, line, lo);
        excerpt_mark(&shown[k], lo, hi, '~');
    }
    const int digits = snprintf(NULL, 0, "%u", last + 1);
    for (uint32_t k = 0; k < n; k++) excerpt_print(src, &shown[k], digits, out);
    if (d->help) text_addf(out, "  %*s = help: %s\n", digits, "", d->help);
}

static int by_place(const void *a, const void *b)
{
    const Diag *x = *(const Diag *const *)a, *y = *(const Diag *const *)b;
    if (x->at.lo != y->at.lo) return x->at.lo < y->at.lo ? -1 : 1;
    return x < y ? -1 : x > y; /* both in ctx->diags: as they came */
}

void diag_print(Context *ctx, Text *out)
{
    const Diag **order = arena_alloc(ctx->arena, (ctx->diags.n + 1) * sizeof *order);
    for (uint32_t i = 0; i < ctx->diags.n; i++) order[i] = &ctx->diags.at[i];
    if (ctx->diags.n) qsort(order, ctx->diags.n, sizeof *order, by_place);
    uint32_t shown[2] = {0, 0};
    for (uint32_t i = 0; i < ctx->diags.n; i++)
        if (shown[order[i]->kind]++ < SHOWN) diag_print_one(&ctx->src, order[i], out);
    if (ctx->errors > SHOWN) text_addf(out, "%s: errors not shown: %u\n", ctx->src.name, ctx->errors - SHOWN);
    if (ctx->warnings > SHOWN) text_addf(out, "%s: warnings not shown: %u\n", ctx->src.name, ctx->warnings - SHOWN);
}
