/*
 * native.h -- C text -> functions in memory, through the system's compiler.
 */
#ifndef ADC_NATIVE_H
#define ADC_NATIVE_H

#include "cc.h"
#include "link.h"

typedef struct {
    Cc cc;              /* with a path */
    const char *cache;  /* the folder of objects that are kept; NULL: there is none */
    const char *c;      /* the text */
    const char *symbol; /* what is looked for in it */
    const Links *links; /* complete */
} NativeJob;

/* The job's compiler and folder, after the environment.  See cache_folder. */
void native_begin(Arena *, NativeJob *, const char *cache, const char **why);
/* NULL: *error, or NULL too where the run was stopped. */
void *native_open(Arena *, const NativeJob *, CcRun *, const void **found, const char **error);
void native_close(void *); /* NULL is allowed */

#endif
