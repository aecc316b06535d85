/*
 * link.h -- files that supply functions (shared libraries, and C files, which become such) -> where these functions are.
 */
#ifndef ADC_LINK_H
#define ADC_LINK_H

#include "base.h"

/* A function that the model calls and does not have. */
typedef struct {
    const char *name;
    bool libm;   /* it is one of libm after all: no file need have it */
    bool lapack; /* where no file has it, the system's LAPACK does */
} LinkName;

typedef struct {
    char *name;
    bool libm, lapack;
    const void *address; /* NULL: no library has it */
} Linked;

typedef struct {
    void **library; /* loaded */
    size_t libraries;
    Linked *function;
    size_t functions;
    const char **source; /* C files, where there is no compiler: for libtcc, while the call's files are there */
    size_t sources;
    const Linked *missing; /* a function that is nowhere, where that was noticed */
} Links;

/* Loads libraries, compiles and loads C files, and looks the functions up.  NULL: *error. */
Links *links_open(Arena *, const char *const *file, size_t files, const LinkName *name, size_t names,
                  const char **error);
/* Notices a function that no library has. */
bool links_complete(Links *);
void links_close(Links *); /* NULL is allowed */

/* Loads a library by path.  NULL: *error. */
void *link_load(Arena *, const char *path, const char **error);

#endif
