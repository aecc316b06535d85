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

/* checkpoint.c: long scans in segments, of which the reverse sweep keeps the first states.
   needs: order, primal only   makes: regions to recompute                                           exact: yes */
void checkpoint(Ir *);

/* modes.c: the functions of a model that are derivatives by ir->wrt, and the equations that they need; vjp and jvp of every output, and
   jvp of the loss.  needs: order; hvp: mode_grad   makes: adjoints, tangents, aux                       exact: yes */
void mode_grad(Ir *);
void mode_vjp(Ir *);
void mode_forward(Ir *, bool jvp, bool hvp);
/* Entries, of every output; last, as what comes after would be differentiated too.  blocks: each array's by themselves, too. */
void mode_jacobian(Ir *, bool blocks);
void mode_hessian(Ir *, bool blocks); /* needs: mode_grad */

/* straight.c: functions of matrices of a constant number of rows, at most 4, become scalar equations; a part of unroll.  exact: yes */
void straight_program(Ir *);

/* unroll.c: equations over small constant ranges become scalar equations with constant subscripts.    exact: yes */
void unroll(Ir *);

/* fold.c: constants, identities, provable bounds; 0 + first += -> =.                                  exact: see each rule */
void fold(Ir *);

/* cse.c: equations with equal right sides (up to names of variables) become one.                     exact: yes */
void cse(Ir *);

/* onehot.c: a loop in which one index alone counts, as that of the winner of a max, becomes that index.  exact: yes, but 0*inf */
void onehot(Ir *);

/* hoist.c: what does not depend on an inner index leaves the reduction, or becomes an equation of its own. exact: no (factors) */
void hoist(Ir *);

/* edges.c: contributions of neighbours that have conditions about the ends of ranges, in pieces without. exact: yes */
void edges(Ir *);

/* stencil.c: contributions of neighbours to an element become one equation.                            exact: yes */
void stencil(Ir *);

/* tidy.c: signs, constants and common factors of derivatives.                                       exact: no */
void tidy(Ir *);

/* dce.c: removes equations that no root needs.  Roots: what the functions return.                    exact: yes */
void dce(Ir *);
/* Where equations went because their guards never hold: others that read what nothing sets any more are never evaluated either, and
   read 0 instead. */
void dce_unset(Ir *);
/* Those of the items that the given arrays need, in order, as a new list. */
Slice dce_items(Ir *, Slice items, const Id *roots, uint32_t n);

/* rows.c: classes of equations with respect to the row index (see docs/internals.md). */

/* ---- emit.h's part: equations -> C */

typedef struct {
    const char *prefix;  /* begins every public name */
    const char *header;  /* what the C includes: "dir/model.h"'s last part; NULL: PREFIX.h */
    const char *options; /* for the header's comment: "--real float --prefix m" or "" */
    bool single;         /* float */
    bool jit;            /* for tier.h: own typedefs and prototypes instead of #include, header's text in front */
    bool blas;           /* products and functions of matrices through BLAS and LAPACK */
    bool openmp;         /* loss and gradient run in parallel over chunks of rows */
    bool example;
    bool tiles_alone;  /* all rows go by tiles, however few: for tests */
    uint64_t max_work; /* bytes of work memory to stay below: more is an error where all sizes are known; 0: no limit */
} EmitOptions;

/* A function that the C calls and does not have: one of the model's extern functions, which may be libm's, or one of LAPACK. */
typedef enum { FROM_LINK, FROM_LIBM, FROM_LAPACK } ImportedFrom;
typedef struct {
    const char *name;
    Span span;
    ImportedFrom from;
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

enum { WITH_JVP = 1, WITH_VJP = 2, WITH_HVP = 4, WITH_JACOBIAN = 8, WITH_HESSIAN = 16, WITH_BLOCKS = 32 };
typedef struct {
    const char *model; /* name of the model (a C identifier), from the file's name */
    const Define *define;
    uint32_t defines;
    const char *const *wrt; /* NULL: all params */
    uint32_t wrts;
    const char *dump; /* name of a pass, or NULL */
    unsigned with;    /* further functions: WITH_... */
    EmitOptions emit;
} CompileOptions;

typedef struct {
    const char *name, *about;
} PassInfo;
extern const PassInfo pass_info[]; /* ends with name NULL; for --dump and --help */

/* ctx's source -> C.  With `dump`, out->c holds the program's text after that pass instead.  false: see ctx's diagnostics. */
bool compile(Context *, const CompileOptions *, Emitted *out);
/* As far as the equations with their gradient, or with `dump` as far as that pass: for what runs the equations themselves. */
Ir *compile_ir(Context *, const CompileOptions *);

#endif
