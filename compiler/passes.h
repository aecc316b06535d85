/*
 * passes.h -- the stages between text and C, in the order of the table in pass.c; the verifier runs after each that
 * rewrites equations.  Each pass rewrites `ir` in place by making new equations and a new item list.
 */
#ifndef ADC_PASSES_H
#define ADC_PASSES_H

#include "ast.h"
#include "ir.h"

/* -D name=value: overrides a const, or fixes a dim.  */
typedef struct {
    const char *name, *value;
} Define;

typedef struct {
    const char *name; /* of the model */
    const Define *define;
    uint32_t defines;
} LowerOptions;

/* lower.c: symbols -> equations; infers shapes and ranges on the way.  NULL when there were errors.   exact: yes */
Ir *lower(Context *, Names *, const LowerOptions *);

/* stable.c: log(sum(exp)) -> logsumexp, log(1 + exp(x)) -> softplus, ... before any derivative.       exact: no */
void stable(Ir *);

/* expand.c: the derivatives that the program asks for become equations, inner ones first.
   needs: order   makes: adjoints, tangents, aux                                                     exact: yes */
void expand(Ir *);

/* reverse.c: appends the adjoint equations of ir->loss; for each of `wrt` an array of kind GRAD with `primal` set (zero where the
   loss does not depend on it).  needs: order   makes: adjoints, aux                                  exact: yes */
void reverse(Ir *, const Id *wrt, uint32_t n);

/* unroll.c: equations over small constant ranges become scalar equations with constant subscripts.    exact: yes */
void unroll(Ir *);

/* fold.c: constants, identities, provable bounds; 0 + first += -> =.                                  exact: see each rule */
void fold(Ir *);

/* cse.c: equations with equal right sides (up to names of variables) become one.                     exact: yes */
void cse(Ir *);

/* hoist.c: what does not depend on an inner index leaves the reduction, or becomes an equation of its own. exact: no (factors) */
void hoist(Ir *);

/* dce.c: removes equations that no root needs.  Roots: arrays of kind OUTPUT, METRIC, LOSS, GRAD.    exact: yes */
void dce(Ir *);
/* The items that the given arrays need, in order, as a new list; ir->items stays. */
Slice dce_items(Ir *, const Id *roots, uint32_t n);

/* rows.c: classes of equations with respect to the row index (see docs/internals.md). */

/* ---- emit.h's part: equations -> C */

typedef struct {
    const char *prefix;  /* begins every public name */
    const char *header;  /* what the C includes: "dir/model.h"'s last part; NULL: PREFIX.h */
    const char *options; /* for the header's comment: "--real float --prefix m" or "" */
    bool single;         /* float */
    bool jit;            /* for libtcc: own typedefs and prototypes instead of #include, header's text in front */
    bool example;
} EmitOptions;

/* A function that the C calls and does not have: one of the model's extern functions. */
typedef struct {
    const char *name;
    Span span;
} Imported;

typedef struct {
    Text c, h, example;
    VEC(Imported) imported;
} Emitted;

/* needs: items verified.  Schedules each function (loss, grad, grad_range, every output and metric) and prints C. */
void emit(Ir *, const EmitOptions *, Emitted *);
/* What the descriptor is called: the prefix, with _ behind it where C, C++ or libm have that name. */
const char *model_symbol(Arena *, const char *prefix);

/* ---- pass.c: all of it */

typedef struct {
    const char *model; /* name of the model (a C identifier), from the file's name */
    const Define *define;
    uint32_t defines;
    const char *const *wrt; /* NULL: all params */
    uint32_t wrts;
    const char *dump; /* name of a pass, or NULL */
    EmitOptions emit;
} CompileOptions;

typedef struct {
    const char *name, *about;
} PassInfo;
extern const PassInfo pass_info[]; /* ends with name NULL; for --dump and --help */

/* ctx's source -> C.  With `dump`, out->c holds the program's text after that pass instead.  false: see ctx's diagnostics. */
bool compile(Context *, const CompileOptions *, Emitted *out);
/* As far as the equations with their gradient (for checks and the debug evaluator). */
Ir *compile_ir(Context *, const CompileOptions *);

#endif
