/*
 * link.h -- files that supply functions: shared libraries, and C files, which become such.
 */
#ifndef ADC_LINK_H
#define ADC_LINK_H

#include "base.h"

/*
 * Loads a library (what its name begins the ways of dlopen), or compiles a C file with the system's compiler and loads the
 * result.  NULL: *error says why; but *error is NULL too for a C file where there is no compiler: libtcc may try.
 */
void *link_open(Arena *, const char *file, const char **error);
void link_close(void *); /* NULL is allowed */

#endif
