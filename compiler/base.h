/*
 * base.h -- memory, source text and diagnostics: what every stage stands on.
 *
 * One arena holds everything that a compilation makes; freeing it frees all.  A Context is passed first everywhere: there is
 * no other state, so compilations may alternate or run on several threads.  Two kinds of failure: the user's (diag_error;
 * the stage goes on to its end) and ours (die: abort with where).  Running out of memory leaves by the context's jump.
 */
#ifndef ADC_BASE_H
#define ADC_BASE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#if defined(__GNUC__)
#define ADC_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define ADC_NORETURN     __attribute__((noreturn))
#else
#define ADC_PRINTF(f, a)
#define ADC_NORETURN
#endif

/* ---- arena.c */

typedef struct Arena Arena;

Arena *arena_new(jmp_buf *oom); /* oom: taken when memory runs out; NULL: die.  NULL when there is no memory at all */
void arena_free(Arena *);       /* NULL is allowed */
void arena_oom(Arena *, jmp_buf *oom);    /* replaces the jump */
void *arena_alloc(Arena *, size_t bytes); /* zeroed, aligned to 16 */
void *arena_grow(Arena *, void *old, size_t old_bytes,
                 size_t bytes); /* the same or a copy, larger; the tail is zeroed */
char *arena_strndup(Arena *, const char *, size_t);
char *arena_printf(Arena *, const char *fmt, ...) ADC_PRINTF(2, 3);
char *arena_vprintf(Arena *, const char *fmt, va_list) ADC_PRINTF(2, 0);

/* A growing array in an arena: VEC(int) v = {0}; vec_push(a, &v, 3); v.at[0], v.n */
#define VEC(T)           \
    struct {             \
        T *at;           \
        uint32_t n, cap; \
    }
#define vec_reserve(a, v, want) /* room for `want` elements in all */ \
    ((v)->cap >= (want) ? (void)0 : vec_grow_((a), (void **)&(v)->at, &(v)->cap, (want), sizeof *(v)->at))
#define vec_push(a, v, x) (vec_reserve(a, v, (v)->n + 1), (void)((v)->at[(v)->n++] = (x)))
void vec_grow_(Arena *, void **at, uint32_t *cap, uint32_t want, size_t elem);

typedef VEC(uint32_t) IdVec;

/* Text that grows: emitters and printers append to it.  Always terminated by 0 once something was added. */
typedef struct {
    Arena *arena;
    char *at;
    size_t n, cap;
} Text;
void text_add(Text *, const char *s);
void text_addn(Text *, const char *s, size_t n);
void text_addf(Text *, const char *fmt, ...) ADC_PRINTF(2, 3);
void text_addv(Text *, const char *fmt, va_list) ADC_PRINTF(2, 0);
/* The shortest decimal that reads back exactly: "0.1", "1e-300"; always with '.' or 'e'; "inf", "-inf", "nan" are left to the caller. */
void text_add_real(Text *, double);

ADC_NORETURN void die_(const char *file, int line, const char *fmt, ...)
    ADC_PRINTF(3, 4); /* our fault: message, abort */
#define die(...) die_(__FILE__, __LINE__, __VA_ARGS__)

typedef struct Context Context;

/* ---- source.c */

/* A range of bytes of the source text, [lo, hi).  lo == hi: no place. */
typedef struct {
    uint32_t lo, hi;
} Span;

typedef struct {
    const char *name; /* as the user wrote it: "model.ad", "-" is shown as "<stdin>" */
    const char *text; /* terminated by 0 */
    uint32_t n;
    const uint32_t *line; /* offset of each line's first byte */
    uint32_t lines;
} Source;

/* ---- diag.c */

typedef enum { DIAG_ERROR, DIAG_WARNING } DiagKind;

typedef struct Diag Diag;
struct Diag {
    DiagKind kind;
    Span at; /* the caret */
    const char *message;
    VEC(Span) also;   /* other culprits, underlined with ~ (shown on their own lines where these differ) */
    const char *help; /* what to write, or NULL */
};

/* A compilation. */
struct Context {
    Arena *arena;
    Source src;
    VEC(Diag) diags;
    uint32_t errors, warnings;
    bool dropped;            /* the latest diagnostic was one too many: it is counted, not kept */
    VEC(const char *) names; /* hash table of interned names; see intern */
    jmp_buf oom;
};

/* NULL: out of memory.  Memory that runs out later is death until the caller has set ctx->oom: arena_oom(ctx->arena, &ctx->oom). */
Context *context_new(void);
void context_free(Context *);
/* Sets the text; copies it.  Refuses (with a diagnostic) NUL bytes, invalid UTF-8 and more than 2^31 bytes. */
bool source_set(Context *, const char *name, const char *text, size_t n);
void source_place(const Source *, uint32_t offset, uint32_t *line,
                  uint32_t *column); /* both from 1; columns count characters */
uint32_t utf8_length(const char *);  /* bytes of the well-formed character there, or 0; the text ends in a 0 byte */
const char *source_text(Context *, Span); /* the bytes of a span, as a new string */
Span span_join(Span a, Span b);

const char *intern(Context *, const char *s, size_t n); /* equal names have equal pointers */

void diag_error(Context *, Span at, const char *fmt, ...) ADC_PRINTF(3, 4);
void diag_warning(Context *, Span at, const char *fmt, ...) ADC_PRINTF(3, 4);
/* These add to the latest diagnostic. */
void diag_also(Context *, Span other);
void diag_help(Context *, const char *fmt, ...) ADC_PRINTF(2, 3);
/* Of n names the one nearest to `name` (edit distance <= 2 and <= a third of its length), or NULL. */
const char *diag_nearest(const char *name, const char *const *names, size_t n);
/*
 * All diagnostics in order of place, at most 20 errors:
 *   model.ad:7:9: error: X[n, d] has 4 columns, W[k, d] has 5: index d cannot range over both
 *     7 | let z[n, k] = sum[d] W[k, d] * X[n, d]
 *       |         ^            ~~~~~~~   ~~~~~~~
 *       = help: ...
 */
void diag_print(Context *, Text *out);

#endif
