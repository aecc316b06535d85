/*
 * traced.h -- a trace for those who show it.
 */
#ifndef ADC_TRACED_H
#define ADC_TRACED_H

#include "equations.h"
#include "trace.h"

/* clang-format off */
/* The options of every command that shows a trace: rows of its table. */
#define TRACE_OPTIONS                                                                                                  \
    POINT_OPTIONS,                                                                                                     \
    MODEL_OPTIONS,                                                                                                     \
    {"of", "OUTPUT", "what is traced (the loss)"},                                                              \
    {"jvp", "NAME=VALUE", "tangents along this direction, in place of adjoints"},                               \
    {"digits", "N", "of the numbers (6)"}
/* clang-format on */

Id find_array_named(const Ir *, const char *name);
/* The scalar that is traced: --of, or the loss, or the only output.  0: none (said). */
Id find_result(const Args *, const Ir *);

/* Gives an exit status. */
typedef int UseTrace(const Args *, Trace *);
/* The trace at the point of the command line, of at most so many rows, with adjoints, or with tangents if --jvp is given. */
int with_trace(const Args *, uint32_t limit, UseTrace *);

/* A formula as a person reads it. */
const char *formula_text(const Trace *, Id formula);

#endif
