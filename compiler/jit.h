/*
 * jit.h -- C text -> functions in memory, through libtcc.
 */
#ifndef ADC_JIT_H
#define ADC_JIT_H

#include "link.h"

typedef struct Jit Jit;

/*
 * Compiles one unit and finds the symbols in it: found[].  On failure NULL, and *error says why (in the arena), or
 * links->missing is set.  The text must keep to what libtcc compiles rightly (no labels, shallow expressions, no objects of
 * ours as operands), which the emitter sees to.  links: NULL: none; functions that C files have get their addresses.
 */
Jit *jit_open(Arena *, const char *c, const char *const *symbol, size_t symbols, Links *links, const void **found,
              const char **error);
void jit_close(Jit *); /* NULL is allowed; functions and objects of the unit are gone */

#endif
