/*
 * lower.h -- what the files of the lowering share: values, the table of symbols, ranges of index variables.
 *
 *   lower.c    declarations and lets -> arrays and equations
 *   call.c     calls of functions -> equations, once for each list of arguments
 *   scan.c     scans -> regions, whose arrays are expanded over the steps
 *   mark.c     grad and jvp -> marked equations
 *   reach.c    what a derivative goes through on its way to what it is taken by
 *   value.c    array values as closures; naming them makes an equation
 *   expr.c     expressions -> values
 *   algebra.c  cholesky, solve, inverse, det, logdet
 *   shape.c    the shape of an expression, without lowering it
 *   range.c    the range of an index variable, from the accesses that it stands in
 *   access.c   proofs that subscripts stay inside; what cannot be proved becomes a check of the run
 */
#ifndef ADC_LOWER_H
#define ADC_LOWER_H

#include "passes.h"

typedef enum {
    VAL_BAD,       /* an error was reported: pass it on in silence */
    VAL_SCALAR,    /* node */
    VAL_ARRAY,     /* array[pre..., ...] */
    VAL_MAP,       /* the operation `at` on the elements of the kids */
    VAL_LIST,      /* [a, b, ...] */
    VAL_TRANSPOSE, /* kid[0] with its dimensions reversed */
    VAL_SHAPE,     /* a shape whose elements are not known: inside shape.c only */
} ValueKind;

typedef struct Value Value;
struct Value {
    ValueKind kind;
    uint32_t rank;   /* 0: a scalar */
    const Id *shape; /* sizes: integer nodes without index variables */
    Id node;         /* VAL_SCALAR */
    Id array;        /* VAL_ARRAY */
    uint32_t npre;
    const Id *pre;
    const Ast *at; /* VAL_MAP: which operation, and where */
    uint32_t n;
    Value *const *kid;
};

typedef struct {
    Id lo, hi;
    const Ast *binder; /* where it was bound, or NULL */
} Range;

/* An instance of a function, or the shape of one: looked up by its arguments. */
typedef struct {
    const Sym *fn;
    const Id *key;
    uint32_t nkey;
    Value *result;
} Instance;

/* An index variable of a scan whose body is being lowered: what is made there has a first dimension for each of them. */
typedef struct {
    Binder b;
    Id dim, sub; /* the size of that dimension, and the subscript that stands for the variable */
} Fixed;

typedef struct {
    const Sym *sym;
    Id array;  /* 0: its shape is not known yet */
    bool done; /* its equation is there: it may be read at this step */
} Yield;

/* A scan whose body is being lowered. */
typedef struct Scan Scan;
struct Scan {
    const Scan *around;
    uint32_t number;   /* different for each scan of the program */
    uint32_t position; /* of its step among the fixed variables */
    Id when;           /* the region's guard */
    VEC(Yield) yields;
    IdVec states; /* the array of each state; 0 after an error */
};

typedef struct {
    Context *ctx;
    Arena *a;
    Ir *ir;
    Names *names;
    const LowerOptions *opt;
    Value **value;    /* by symbol: what a name means now; functions set their own at each call */
    VEC(Range) range; /* by variable */
    Items items;      /* the program so far, or the region's */
    VEC(Fixed) fixed; /* variables of the scans around, outermost first: over, step, over, step, ... */
    Scan *scan;       /* the innermost of these, or NULL */
    uint32_t scans;   /* regions made so far */
    IdVec args;       /* nodes of the arguments of the call around: a scan in it runs over their index variables */
    VEC(Instance) instances, shapes;
    VEC(Instance) factors;                     /* of matrices, by part of an array */
    VEC(uint32_t) instance_table, shape_table; /* hash tables of number + 1 */
    IdVec writer, before;  /* by array: its latest equation; by equation: the one before of the same array */
    IdVec met, met_beside; /* scratch of reach.c */
    uint32_t walks;
    VEC(const char *) taken; /* hash set of the top-level names, which temporaries leave alone */
    Id path;                 /* condition under which the present expression is reached; 0: always */
    const char *stem;        /* names temporaries: what is being defined */
    Span span;               /* the declaration at hand: where its equations come from */
    bool quiet;              /* shape.c looks ahead: no diagnostics, no equations */
    bool starts;             /* a start is lowered: there will be no equations that make arrays */
    uint32_t calls;          /* functions inlined so far */
    const Sym *defining;     /* accesses to it count for nothing when ranges are inferred */
} Low;

enum { MAX_RANK = 32, MAX_CALLS = 1000000, MAX_ARGS = 100 };

/* Diagnostics; silent while L->quiet. */
void low_error(Low *, Span, const char *fmt, ...) ADC_PRINTF(3, 4);
void low_also(Low *, Span);
void low_help(Low *, const char *fmt, ...) ADC_PRINTF(2, 3);

/* ---- value.c */
Value *value_bad(Low *);
Value *value_scalar(Low *, Id node);
Value *value_array(Low *, Id array, const Id *pre, uint32_t npre);
Value *value_shape(Low *, uint32_t rank, const Id *shape);
/* An element; ix has v->rank subscripts.  0 after an error. */
Id value_at(Low *, const Value *v, const Id *ix);
/* The sub-array v[ix...], n <= rank; at: for messages. */
Value *value_sub(Low *, Value *v, const Id *ix, uint32_t n, const Ast *at);
/* v as an array of the program: itself if it is one already, else a new equation. */
Value *value_named(Low *, Value *v, const char *name);
/* v as an array of real numbers that nothing else has, scalars too. */
Value *value_copy(Low *, Value *v, const char *name);
/* Sets array[subs..., k...] = v[k...] for all elements k of v, and the variables that subs speak of. */
void value_set(Low *, Id array, const Id *subs, uint32_t n, const Binder *outer, uint32_t nouter, const Value *v);
/* The operation `at` (arithmetic, if, elementary function) on scalars or, element by element, on arrays of equal shape. */
Value *value_map(Low *, const Ast *at, Value *const *kid, uint32_t n);
Id scalar_map(Low *, const Ast *at, const Id *x, uint32_t n); /* expr.c: the same on scalars */
/* Both sizes equal: proved, checked when the program runs, or an error at a and b.  what: "K in W and b" */
bool same_size(Low *, Id a, Id b, Span at, Span other, const char *what);
const char *size_text(Low *, Id size);
const char *shape_text(Low *, const Value *);

/* ---- ranges and equations */
Id low_var(Low *, const char *name, Span, Id lo, Id hi, const Ast *binder);
/* Fresh variables i, j, k ... over a shape. */
void low_fresh(Low *, const Id *shape, uint32_t n, Binder *out);
/* The variables free in the nodes, closed under their bounds, in order of making. */
uint32_t low_close(Low *, const Id *nodes, uint32_t n, Binder *out, uint32_t max);
/* The same, less those in `but` and those of the scans around. */
uint32_t low_free(Low *, const Id *nodes, uint32_t n, const Binder *but, uint32_t nbut, Binder *out, uint32_t max);
/* Sizes and subscripts of the dimensions that the scans around give to every array; how many. */
uint32_t low_fixed(Low *, Id *dims, Id *subs);
/* How the elements of `outer` are numbered in an array of their own: size and subscript of each. */
bool low_place(Low *, const Binder *outer, uint32_t n, Id *dims, Id *subs, Span);
Id low_array(Low *, const char *name, ArrayKind, Type, const Id *dims, uint32_t n, Span);
void low_emit(Low *, const Eq *);
Id low_equation(const Low *, Id array); /* the latest of the array, before which L->before has the others; 0: none */
Id low_sole_equation(const Low *, Id array); /* 0: it has none, or several */

/* A definition: what stands on the right, over which index variables. */
typedef struct {
    Red op;
    Id body, where;
    Binder own[MAX_RANK], inner[MAX_RANK];
    uint32_t nown, ninner;
    bool real; /* the elements are real numbers even where the right side is an integer */
} Definition;

bool low_right_side(Low *, const Ast *, Definition *);
/*
 * An array over the free index variables of the right side and d->own, with its equation.  Gives the array read at the free ones:
 * a scalar where there are no own variables.
 */
Value *low_define(Low *, const Definition *, const char *name, ArrayKind, Span);
/* The equation array[subs] = d (add: +=) for these variables, of which the subscripts speak. */
void low_set(Low *, Id array, const Id *subs, uint32_t nsubs, const Binder *outer, uint32_t nouter, const Definition *d,
             bool add);
Type low_type(Low *, const Definition *); /* of its elements */
/* Sizes of the declaration d; those with an index (`i: 3`) bind it.  false: an error was reported. */
bool low_shape(Low *, const Ast *d, const Ast *shape, Id *dims, Binder *b, uint32_t *n);
/* Notes the bounds of the entries that an integer array has by this definition. */
void low_entry_bounds(Low *, Id array, const Definition *);
/* A name for a local array that no declaration has. */
const char *low_temp_name(Low *, const char *name);
/* An equation of its own for a scalar over index variables; gives the read that stands for it.  op, inner, where: a reduction. */
Id low_temp(Low *, Id body, Red op, const Binder *inner, uint32_t ninner, Id where, const char *name, Span);
void lower_let(Low *, const Ast *, ArrayKind);
/* The conjuncts of the path that speak only of these variables and those of the scans around. */
Id low_guard(Low *, const Binder *outer, uint32_t n);

/* ---- expr.c */
Value *lower_expr(Low *, const Ast *);
Id lower_scalar(Low *, const Ast *, const char *what); /* 0 after an error; any type */
Id lower_int(Low *, const Ast *, const char *what);    /* an integer node, or an error */
/* The node for use as a real number: an integer whose products could leave 64 bits is computed in reals. */
Id low_real(Low *, Id);
/* A reduction without its equation: for the root of a definition.  mean is no such reduction. */
typedef struct {
    Red op;
    Binder inner[MAX_RANK];
    uint32_t n;
    Id where, body;
} Reduction;
bool lower_reduction(Low *, const Ast *, Reduction *);
Id reduction_value(Low *, const Reduction *, RedKind,
                   Span); /* a reduction that is no root: as an equation of its own */
bool low_may_be_empty(Low *, const Binder *inner, uint32_t n, Id where); /* may a reduction have no term? */

/* ---- call.c */
Value *call_function(Low *, const Ast *);
/* What tells one instance of a function from another: where it stands and, added one by one, its arguments (scalars or arrays of the
   program). */
IdVec low_key(Low *, const Sym *fn);
void low_add_key(Low *, IdVec *key, const Value *);
Value **low_instance(Low *, const Sym *fn, const IdVec *key); /* its result, or NULL there: to be filled in at once */
Value *call_external(Low *, const Ast *);
/* Binds the formals to the arguments, and the names of sizes in their shapes to the arguments' sizes.  false: reported. */
bool bind_formals(Low *, const Ast *call, const Ast *fn, Value **arg);

/* ---- mark.c */
Value *lower_derivative(Low *, const Ast *); /* grad, jvp */

/* ---- reach.c */
typedef enum { REACH_NO, REACH_YES, REACH_EARLIER } Reach;
/* Does the node depend on the array of `by` (a READ)?  EARLIER: through earlier steps of the yield *through. */
Reach reach(Low *, Id body, Id by, const Yield **through);

/* ---- scan.c */
void lower_scan(Low *, const Ast *);

/* ---- algebra.c */
Value *call_algebra(Low *, const Ast *, Value *const *x);

/* ---- shape.c */
/* Gives the states, yields and lets of a scan values that know their shapes. */
void shape_scan(Low *, const Ast *);
/* NULL where it cannot be told (an error that the lowering will report). */
Value *shape_of(Low *, const Ast *);

/* ---- range.c */
/*
 * Makes a variable for each A_BINDER of `over` (an A_OVER) from `first` on, with its range inferred from `body` (and `filter`, both may
 * be NULL), and binds their symbols.  target: shape of a `next` target or NULL.  false: an error was reported.
 */
bool bind_over(Low *, const Ast *over, uint32_t first, const Id *target, const Ast *filter, const Ast *body,
               Binder *out);
/* Sizes only: the extents that bind_over would find; silent.  false: cannot be told. */
bool extents_of(Low *, const Ast *over, uint32_t first, const Ast *body, Range *out);
/* An expression of numbers, names and plain subscripts as a node, in silence and without equations; 0: cannot be told. */
Id quiet_int(Low *, const Ast *);

/* ---- access.c */
/* Bounds of an integer expression over all values of its variables: a node without variables, or 0 where none is known. */
Id low_bound(Low *, Id node, bool low);
/* Checks 0 <= ix[k] < dims[k] at this place, under the path. */
void low_access(Low *, const Id *ix, const Id *dims, uint32_t n, const char *name, Span);
/* Checks that subscripts into a yield, from `first` on, do not read what a scan around has not computed yet. */
void low_step_access(Low *, Id array, const Id *subs, uint32_t first, uint32_t n, Span);
/* Checks e >= 0: proved, or checked when the program runs with the message, or an error (then false). */
bool low_not_negative(Low *, Id e, const char *message, Span);
void low_size_check(Low *, Id dim, const char *what, Span); /* sizes must not be negative */
void low_add_check(Low *, Id cond, Id when, const char *message, Span);

#endif
