/*
 * source.c -- the text of a model: where its lines begin, and from an offset to line and column.
 */
#include "base.h"

#include <string.h>

/* The Unicode standard, table 3-7. */
uint32_t utf8_length(const char *text)
{
    const unsigned char *s = (const unsigned char *)text;
    if (s[0] < 0x80) return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4) return 0;
    const uint32_t n = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    const unsigned lowest = s[0] == 0xE0 ? 0xA0 : s[0] == 0xF0 ? 0x90 : 0x80;
    const unsigned highest = s[0] == 0xED ? 0x9F : s[0] == 0xF4 ? 0x8F : 0xBF;
    if (s[1] < lowest || s[1] > highest) return 0;
    for (uint32_t i = 2; i < n; i++)
        if ((s[i] & 0xC0) != 0x80) return 0;
    return n;
}

static void find_lines(Context *ctx)
{
    IdVec lines = {0};
    const Source *src = &ctx->src;
    vec_push(ctx->arena, &lines, 0);
    for (const char *p = src->text; (p = memchr(p, '\n', src->n - (size_t)(p - src->text))) != NULL;) {
        p++;
        vec_push(ctx->arena, &lines, (uint32_t)(p - src->text));
    }
    ctx->src.line = lines.at;
    ctx->src.lines = lines.n;
}

bool source_set(Context *ctx, const char *name, const char *text, size_t n)
{
    ctx->src.name = strcmp(name, "-") == 0 ? "<stdin>" : arena_strndup(ctx->arena, name, strlen(name));
    const bool too_large = n >= (size_t)1 << 31;
    if (too_large) n = 0;
    if (n >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) text += 3, n -= 3; /* a byte order mark says nothing */
    ctx->src.text = arena_strndup(ctx->arena, text, n);
    ctx->src.n = (uint32_t)n;
    find_lines(ctx);
    if (too_large) {
        diag_error(ctx, (Span){0, 0}, "the file is larger than 2 GB");
        return false;
    }
    for (uint32_t i = 0; i < ctx->src.n;) {
        const char *p = ctx->src.text + i;
        const uint32_t length = utf8_length(p);
        if (*p == 0 || length == 0) {
            if (*p == 0)
                diag_error(ctx, (Span){i, i + 1}, "a NUL byte: this is no text file");
            else
                diag_error(ctx, (Span){i, i + 1}, "byte 0x%02X is not UTF-8", (unsigned)(unsigned char)*p);
            return false;
        }
        i += length;
    }
    return true;
}

void source_place(const Source *src, uint32_t offset, uint32_t *line, uint32_t *column)
{
    if (offset > src->n) offset = src->n;
    uint32_t lo = 0, hi = src->lines; /* line[lo] <= offset < line[hi] */
    while (hi - lo > 1) {
        const uint32_t mid = lo + (hi - lo) / 2;
        if (src->line[mid] <= offset)
            lo = mid;
        else
            hi = mid;
    }
    uint32_t chars = 0;
    for (uint32_t i = src->line[lo]; i < offset; i++)
        if ((src->text[i] & 0xC0) != 0x80) chars++;
    *line = lo + 1;
    *column = chars + 1;
}

const char *source_text(Context *ctx, Span s)
{
    if (s.hi > ctx->src.n) s.hi = ctx->src.n;
    if (s.lo > s.hi) s.lo = s.hi;
    return arena_strndup(ctx->arena, ctx->src.text + s.lo, s.hi - s.lo);
}

Span span_join(Span a, Span b)
{
    if (a.lo == a.hi) return b;
    if (b.lo == b.hi) return a;
    return (Span){a.lo < b.lo ? a.lo : b.lo, a.hi > b.hi ? a.hi : b.hi};
}
