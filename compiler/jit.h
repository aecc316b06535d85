/*
 * jit.h -- C text -> functions in memory, through libtcc.
 */
#ifndef ADC_JIT_H
#define ADC_JIT_H

#include "base.h"

typedef struct Jit Jit;

/* What the text calls besides libm, and the files (libraries, C) that have it. */
typedef struct {
    const char *const *name;
    size_t names;
    const char *const *file;
    size_t files;
    const char *missing; /* set to a name that no file has */
} JitLinks;

/*
 * Compiles one unit and finds `symbol` in it: *found.  On failure NULL, and *error says why (in the arena).  The text
 * must keep to what libtcc compiles rightly (no labels, shallow expressions, no objects of ours as operands), which the
 * emitter sees to.  links: NULL: none.
 */
Jit *jit_open(Arena *, const char *c, const char *symbol, JitLinks *links, const void **found, const char **error);
/* Where a function that was linked is, or NULL. */
const void *jit_linked(const Jit *, const char *name);
void jit_close(Jit *); /* NULL is allowed; functions and objects of the unit are gone */

#endif
