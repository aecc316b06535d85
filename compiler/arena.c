/*
 * arena.c -- memory that is freed at once, and the arrays and texts that grow in it.
 *
 * Blocks are chained and filled from the front; each is twice the one before, up to a limit, so that a small compilation takes
 * little and a large one few calls.  What is too large for a block gets one of its own.  What grows stays where it is while
 * nothing stands behind it; a large array that grows gets addresses, not memory, for some times its size.
 */
#include "base.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
    ALIGN = 16,
    FIRST_BLOCK = 1 << 14,
    LAST_BLOCK = 1 << 24,
    MAP_FROM = 1 << 22,
    AHEAD = 16,
    DIGITS = 20,
    SHORT = 15
};

typedef struct Block Block;
struct Block {
    Block *before;
    size_t used, size; /* bytes of `at` */
    bool mapped;
    _Alignas(ALIGN) unsigned char at[];
};

struct Arena {
    Block *block;
    size_t next_size;
    jmp_buf *oom;
};

void die_(const char *file, int line, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fprintf(stderr, "adc: internal error at %s:%d: ", file, line);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

/* ---- blocks */

Arena *arena_new(jmp_buf *oom)
{
    Arena *a = calloc(1, sizeof *a);
    if (!a) return NULL;
    a->next_size = FIRST_BLOCK;
    a->oom = oom;
    return a;
}

void arena_free(Arena *a)
{
    if (!a) return;
    for (Block *b = a->block; b;) {
        Block *before = b->before;
        if (b->mapped)
            munmap(b, sizeof *b + b->size);
        else
            free(b);
        b = before;
    }
    free(a);
}

void arena_oom(Arena *a, jmp_buf *oom) { a->oom = oom; }

ADC_NORETURN static void out_of_memory(Arena *a)
{
    if (!a->oom) die("out of memory");
    longjmp(*a->oom, 1);
}

/* Zeroed.  A large one is mapped on huge pages where the system has them: a large program spends a tenth of its time on page faults. */
static Block *new_block(size_t size)
{
    if (size > SIZE_MAX - sizeof(Block)) return NULL;
    if (size < MAP_FROM) return calloc(1, sizeof(Block) + size);
    Block *b = mmap(NULL, sizeof *b + size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (b == MAP_FAILED) return NULL;
#ifdef MADV_HUGEPAGE
    madvise(b, sizeof *b + size, MADV_HUGEPAGE);
#endif
    b->mapped = true;
    return b;
}

/* A block with room for `bytes`.  One made for a single large object goes behind the block being filled; if that has grown to
   this size it may grow on. */
static Block *add_block(Arena *a, size_t bytes, bool grown)
{
    const bool own = bytes > a->next_size / 4;
    size_t size = own ? bytes : a->next_size;
    Block *b = NULL;
    if (own && grown && bytes >= MAP_FROM && bytes < SIZE_MAX / AHEAD) b = new_block(bytes * AHEAD);
    if (b) size = bytes * AHEAD;
    if (!b) b = new_block(size);
    if (!b) out_of_memory(a);
    b->used = 0;
    b->size = size;
    if (own && a->block) {
        b->before = a->block->before;
        a->block->before = b;
    } else {
        b->before = a->block;
        a->block = b;
    }
    if (!own && a->next_size < LAST_BLOCK) a->next_size *= 2;
    return b;
}

static size_t aligned(size_t bytes) { return (bytes + ALIGN - 1) / ALIGN * ALIGN; }

/* Zeroed: a block comes so, and nothing in it is used twice. */
static void *take(Arena *a, size_t bytes, bool grown)
{
    if (bytes > SIZE_MAX - ALIGN) out_of_memory(a);
    bytes = aligned(bytes);
    Block *b = a->block;
    if (!b || b->size - b->used < bytes) b = add_block(a, bytes, grown);
    void *p = b->at + b->used;
    b->used += bytes;
    return p;
}

void *arena_alloc(Arena *a, size_t bytes) { return take(a, bytes, false); }

/* Makes the last thing in a block larger where it stands; false: it is not the last, or there is no room. */
static bool grow_in_place(Arena *a, const unsigned char *old, size_t old_bytes, size_t bytes)
{
    const unsigned char *end = old + aligned(old_bytes);
    Block *b = a->block;
    while (b && b->at + b->used != end) b = old_bytes < MAP_FROM ? NULL : b->before;
    if (!b || bytes > SIZE_MAX - ALIGN || aligned(bytes) - aligned(old_bytes) > b->size - b->used) return false;
    b->used += aligned(bytes) - aligned(old_bytes);
    return true;
}

void *arena_grow(Arena *a, void *old, size_t old_bytes, size_t bytes)
{
    if (bytes < old_bytes) die("arena_grow from %zu to %zu bytes", old_bytes, bytes);
    if (old_bytes && grow_in_place(a, old, old_bytes, bytes)) return old;
    unsigned char *p = take(a, bytes, old_bytes > 0);
    if (old_bytes) memcpy(p, old, old_bytes);
    return p;
}

char *arena_strndup(Arena *a, const char *s, size_t n)
{
    char *p = take(a, n + 1, false);
    memcpy(p, s, n);
    p[n] = 0;
    return p;
}

/* The digits of x with a sign, at the end of the buffer. */
static const char *decimal(char digits[DIGITS + 1], bool negative, unsigned long long x, size_t *size)
{
    char *p = digits + DIGITS + 1;
    do *--p = (char)('0' + x % 10);
    while (x /= 10);
    if (negative) *--p = '-';
    *size = (size_t)(digits + DIGITS + 1 - p);
    return p;
}

/*
 * vsnprintf; what the printers of C and of equations write all the time, %s %u %lld %llu, without its long way round.  At other
 * directives that is taken after all.
 */
static size_t format(char *to, size_t room, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    size_t n = 0;
    for (const char *f = fmt; *f;) {
        char digits[DIGITS + 1];
        const char *piece = f;
        size_t size = 0;
        if (*f != '%') {
            while (f[size] && f[size] != '%') size++;
            f += size;
        } else if (f[1] == 's') {
            piece = va_arg(ap, const char *);
            size = strlen(piece);
            f += 2;
        } else if (f[1] == 'u') {
            piece = decimal(digits, false, va_arg(ap, unsigned), &size);
            f += 2;
        } else if (strncmp(f, "%lld", 4) == 0) {
            long long x = va_arg(ap, long long);
            piece = decimal(digits, x < 0, x < 0 ? 0 - (unsigned long long)x : (unsigned long long)x, &size);
            f += 4;
        } else if (strncmp(f, "%llu", 4) == 0) {
            piece = decimal(digits, false, va_arg(ap, unsigned long long), &size);
            f += 4;
        } else {
            int whole = vsnprintf(to, room, fmt, again);
            if (whole < 0) die("bad format '%s'", fmt);
            va_end(again);
            return (size_t)whole;
        }
        if (n + size < room) memcpy(to + n, piece, size);
        n += size;
    }
    if (n < room) to[n] = 0;
    va_end(again);
    return n;
}

char *arena_vprintf(Arena *a, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    Block *b = a->block;
    size_t room = b ? b->size - b->used : 0;
    char *there = room ? (char *)b->at + b->used : NULL; /* most texts fit where they will stand */
    size_t n = format(there, room, fmt, ap);
    bool fits = n < room;
    if (!fits && room) memset(there, 0, room);
    char *p = take(a, n + 1, false);
    if (!fits || p != there) format(p, n + 1, fmt, again);
    va_end(again);
    return p;
}

char *arena_printf(Arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    char *p = arena_vprintf(a, fmt, ap);
    va_end(ap);
    return p;
}

void vec_grow_(Arena *a, void **at, uint32_t *cap, uint32_t want, size_t elem)
{
    uint32_t to = *cap > UINT32_MAX / 2 ? UINT32_MAX : *cap * 2;
    if (to < want) to = want;
    if (to < 4) to = elem > 16 ? 2 : 4; /* most are short, and there may be one for each of a million things */
    if (to > SIZE_MAX / elem) out_of_memory(a);
    *at = arena_grow(a, *at, *cap * elem, to * elem);
    *cap = to;
}

/* ---- text */

void text_addn(Text *t, const char *s, size_t n)
{
    if (n > SIZE_MAX / 2 - t->n - 1) out_of_memory(t->arena);
    if (t->cap < t->n + n + 1) {
        size_t cap = t->cap ? t->cap : 64;
        while (cap < t->n + n + 1) cap *= 2;
        t->at = arena_grow(t->arena, t->at, t->cap, cap);
        t->cap = cap;
    }
    memcpy(t->at + t->n, s, n);
    t->n += n;
    t->at[t->n] = 0;
}

void text_add(Text *t, const char *s) { text_addn(t, s, strlen(s)); }

void text_addv(Text *t, const char *fmt, va_list ap)
{
    char small[256];
    va_list again;
    va_copy(again, ap);
    const size_t n = format(small, sizeof small, fmt, ap);
    if (n < sizeof small)
        text_addn(t, small, n);
    else
        text_addn(t, arena_vprintf(t->arena, fmt, again), n);
    va_end(again);
}

void text_addf(Text *t, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    text_addv(t, fmt, ap);
    va_end(ap);
}

/* ---- real numbers in decimal */

/* x > 0 rounded to n digits; writes them without a point and sets the power of ten of the first.  True if they read back as x. */
static bool digits_of(double x, int n, char *digits, int *power)
{
    char print[40], read[80];
    snprintf(print, sizeof print, "%.*e", n - 1, x);
    int k = 0;
    const char *p = print;
    for (; *p != 'e'; p++)
        if (*p >= '0' && *p <= '9') digits[k++] = *p;
    if (k != n) die("%%.%de printed %d digits", n - 1, k);
    digits[k] = 0;
    *power = atoi(p + 1);
    if (strtod(print, NULL) == x) return true;
    /*
     * Below a power of two the doubles lie closer, so the nearest decimal of n digits may be below x and miss it, while the next
     * one above still reads back.
     */
    if (digits[k - 1] == '9') return false;
    digits[k - 1]++;
    snprintf(read, sizeof read, "%se%d", digits, *power - (k - 1));
    return strtod(read, NULL) == x;
}

/*
 * x > 0 as a quotient of two integers that doubles hold exactly, so that the division gives what reading the decimal gives: the
 * numbers that people write.  0: not found; else how many digits.
 */
static int digits_of_quotient(double x, char *digits, int *power)
{
    long long ten = 1; /* to the power of k */
    for (int k = 0; k <= SHORT && x * (double)ten < 1e15; k++, ten *= 10) {
        double whole = floor(x * (double)ten + 0.5);
        if (whole < 1 || whole / (double)ten != x) continue;
        size_t n;
        char buffer[DIGITS + 1];
        const char *text = decimal(buffer, false, (unsigned long long)whole, &n);
        memcpy(digits, text, n);
        *power = (int)n - 1 - k;
        return (int)n;
    }
    return 0;
}

void text_add_real(Text *t, double x)
{
    char digits[40] = "";
    int power = 0, n;
    if (!(x - x == 0)) die("text_add_real: not finite");
    if (x < 0 || (x == 0 && 1 / x < 0)) text_add(t, "-");
    if (x < 0) x = -x;
    if (x == 0) {
        text_add(t, "0.0");
        return;
    }
    /* A decimal of up to 15 digits that reads back is what 15 digits print, zeros apart; 17 digits always do. */
    n = digits_of_quotient(x, digits, &power);
    if (n == 0) {
        n = x < DBL_MIN ? 1 : 15;
        while (!digits_of(x, n, digits, &power)) n++;
    }
    while (n > 1 && digits[n - 1] == '0') n--;
    if (power < -4 || power >= 16) {
        text_addn(t, digits, 1);
        if (n > 1) text_add(t, ".");
        text_addn(t, digits + 1, (size_t)(n - 1));
        text_addf(t, "e%d", power);
        return;
    }
    if (power < 0) text_addn(t, "0.0000", (size_t)(1 - power));
    for (int i = 0; i < n || i <= power; i++) {
        text_addn(t, i < n ? digits + i : "0", 1);
        if (i == power) text_add(t, i + 1 < n ? "." : ".0");
    }
}
