/*
 * trace.h -- one evaluation of a model as a straight line of scalar equations, with adjoints or tangents beside them.
 *
 *     record.c   what the debug evaluator does, element by element       model's equations -> Record
 *     cut.c      expressions become rows of one operation each           Record -> Trace
 *     trace.c    adjoints or tangents of the rows, and all their values
 */
#ifndef ADC_TRACE_H
#define ADC_TRACE_H

#include "ir.h"

/* An element of an array of the model, with a scalar of its own in the program of the trace. */
typedef struct {
    Id array;
    Id of; /* the model's array */
    size_t element;
    IdVec term; /* it is their sum; of an input, and of what a later entry for the same element takes over, none */
    bool input;
    bool named;   /* by the model's author */
    double value; /* of an input */
} Element;

typedef struct {
    Ir *ir;               /* the program of the trace: scalars; its extern functions are the model's, by number */
    VEC(Element) element; /* in order of execution; an input stands where it is first read */
    Id result;
} Record;

/*
 * Runs the model's items as far as the scalar `result` needs them, up to about `limit` elements.  NULL: *error says why, or, where that
 * is NULL, there are more.
 */
Record *record(Ir *model, Interp *, Id result, uint32_t limit, const char **error);

/* The same of a model whose items are equations of real scalars, as they stand: no values, and all branches.  NULL: they are not. */
Record *record_scalars(Ir *, Id result);

/* What a row adds to the adjoint of row `to`, which it was computed from. */
typedef struct {
    uint32_t to;
    Id formula, array; /* array: has its value, where it counts */
    bool counts;       /* else it is a branch that is not taken */
    double value;
} Contribution;

typedef struct {
    Id array, formula; /* formula 0: an input */
    Id of;             /* of an input: the model's array, and which element */
    size_t element;
    bool moves; /* it has a derivative */
    double value, derivative;
    Id dot;              /* the formula of its tangent */
    Id holder;           /* the array of its tangent or adjoint */
    uint32_t first, own; /* contributions that it makes: Trace.contribution */
} TraceRow;

typedef struct {
    Ir *ir;
    VEC(TraceRow) row; /* inputs first */
    VEC(Contribution) contribution;
    uint32_t result; /* row */
} Trace;

/* Rows of one operation each.  What rides along in the operation that uses it: numbers, and multiples of one earlier row plus a
   number.  Equal rows are one, and where a sum has all terms of another, it uses that.                       exact: no (order) */
Trace *cut(Record *);

/* Equations for the derivatives by the input rows that have moves set: of the result by all; or of all rows along the direction
   that these rows' derivative is.  Then moves is set for all rows that change with them. */
void trace_adjoints(Trace *);
void trace_tangents(Trace *);
/* Runs them, in an evaluator that was made after the equations: fills in all values, and leaves of the branches in formulas those that
   were taken.  false: *error. */
bool trace_run(Trace *, Interp *, const char **error);

/* "v3", "h[2]"; with a mark, "bar" or "dot": "v3bar", "hbar[2]" */
const char *trace_name(const Trace *, Id array);
void trace_print(const Trace *, Id formula, Text *out);

#endif
