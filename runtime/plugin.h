/*
 * plugin.h -- optimisers of other libraries: each a shared object adc_NAME.so, whose own loop calls for values.
 *
 * The object has one symbol, adc_plugin.  Its parameters are those of the user's scale, within bounds.
 */
#ifndef ADC_PLUGIN_H
#define ADC_PLUGIN_H

#include "adc.h"

#include <stdbool.h>

typedef struct {
    const char *algorithm; /* what the user wrote after "NAME:"; "": nothing */
    size_t n;
    double *x;                   /* (n) where it starts, within the bounds; it may be moved */
    const double *lower, *upper; /* (n) -HUGE_VAL, HUGE_VAL where there is none */
    double tol;                  /* end where f changes by less from step to step; 0: off */
    size_t memory;               /* pairs of vectors that an approximation of the Hessian is made of */
    uint64_t seed;               /* of what is random */
    void *user;                  /* the first argument of these */
    /* f at x, HUGE_VAL where it has no finite value, and where g is not NULL its gradient.  0, or not 0: end, at once. */
    int (*evaluate)(void *user, const double *x, double *f, double *g);
    /* The Hessian at x times v.  0, or not 0: it has none there.  NULL: there are no such products. */
    int (*hvp)(void *user, const double *x, const double *v, double *out);
    void (*name)(void *user, size_t k, char *text, size_t room); /* of the k-th number, as "w[2, 0]" */
} PluginProblem;

typedef struct {
    const char *version; /* ADC_VERSION: of the adc that it was made with */
    /*
     * Until its own end: ADC_FIT_CONVERGED, ADC_FIT_TOL, ADC_FIT_STUCK; any of them after `evaluate` said to end.  ADC_FIT_REFUSED where
     * the problem is none for it, ADC_FIT_FAILED where it broke: the error says how.  The best point is the caller's affair.
     */
    int (*minimise)(const PluginProblem *, adc_error *);
} Plugin;

typedef struct {
    void *library;
    const Plugin *plugin;
    const char *algorithm;
} PluginHandle;

/* optimizer: "nlopt:lbfgs", "ipopt", which must outlive the handle.  false: the error says what to install. */
bool adc_plugin_open(PluginHandle *, const char *optimizer, adc_error *);
void adc_plugin_close(PluginHandle *); /* a zeroed one is allowed */

#endif
