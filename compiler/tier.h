/*
 * tier.h -- the C of a model -> its functions, by libtcc at once, by the system's compiler, or by both in turn.
 */
#ifndef ADC_TIER_H
#define ADC_TIER_H

#include "adc.h"
#include "link.h"

typedef struct Tiers Tiers;

typedef struct {
    int jit;            /* ADC_JIT_... */
    const char *cache;  /* see cache_folder */
    const char *c;      /* the text */
    const char *symbol; /* of the model in it */
    const char *faster; /* of the variable by which libtcc's code goes over to the compiler's */
    Links *links;       /* the Tiers' own when they are opened */
} TierJob;

/* NULL: *error, or links->missing is set. */
Tiers *tiers_open(Arena *, const TierJob *, const adc_model **, const char **error);
/* See adc_program_jit, adc_program_note. */
int tiers_now(Tiers *, bool wait);
const char *tiers_note(Tiers *);
/* Where a function that was linked is, or NULL. */
const void *tiers_linked(const Tiers *, const char *name);
void tiers_close(Tiers *); /* NULL is allowed */

#endif
