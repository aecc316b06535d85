/*
 * ir.h -- a program as equations over index variables.
 *
 *     target[subs] (= | +=)  [op(inner ranges [where filter])] body   for outer ranges   [when guard]
 *
 * Everything is a number into a pool of the Ir (0: none); nothing points into the pools, which may move as they grow: fetch
 * with ir->node.at[id], never keep the address across a call that makes something.  Nodes are hash-consed: equal means same
 * number, and a node's kids have smaller numbers, so ascending order is operands first and descending order is a reverse sweep.
 * Bodies may be a million nodes deep: walk them in order of number (ir_reach), never by recursion.  Equations are immutable
 * once listed; a pass makes new ones, copying `span`, and puts them in a new list.
 */
#ifndef ADC_IR_H
#define ADC_IR_H

#include "base.h"
#include "ops.h"

typedef uint32_t Id;
typedef struct {
    Id at; /* first in its pool */
    uint32_t n;
} Slice;

typedef enum { T_NONE, T_REAL, T_INT, T_BOOL } Type;

/* CONDITION: a truth value, or an integer max or min. */
typedef enum { HAS_READ = 1, HAS_CONDITION = 2 } NodeHas;

typedef struct {
    uint8_t op, type; /* Op, Type */
    uint16_t n;       /* kids */
    Id kids;          /* first of n in the kid pool */
    Id vars;          /* its free variables: a number of an interned sorted set, see ir_vars; 0: none */
    uint8_t has;      /* NodeHas: what it or any node below it is */
    union {
        double r;
        int64_t i;
        Id ref; /* VAR: variable; DIM: dim (from 1); READ: array; EXTERN: function */
    } u;
} Node;

typedef struct {
    const char *name; /* interned; printing makes them unique where they meet */
    Span span;
} Var;

typedef struct {
    Id var, lo, hi; /* var: lo..hi, half open */
} Binder;
typedef VEC(Binder) Binders;

/* LOSS: the objective.  GRAD: the adjoint that the gradient function returns for the array `primal`; RESULT: what another function
   returns; GIVEN: what the caller gives with a call, the direction of an input or the adjoint of an output.  Else as declared. */
typedef enum {
    ARRAY_LOCAL,
    ARRAY_DATA,
    ARRAY_HYPER,
    ARRAY_PARAM,
    ARRAY_OUTPUT,
    ARRAY_METRIC,
    ARRAY_LOSS,
    ARRAY_GRAD,
    ARRAY_RESULT,
    ARRAY_GIVEN
} ArrayKind;
/* Has elements before anything runs. */
static inline bool array_kind_is_input(uint8_t kind)
{
    return kind == ARRAY_DATA || kind == ARRAY_HYPER || kind == ARRAY_PARAM || kind == ARRAY_GIVEN;
}

typedef struct {
    const char *name; /* unique, interned; the user's where there is one */
    Span span;
    Id primal;          /* of an adjoint, tangent or live flag: the array that it belongs to */
    uint8_t kind, type; /* ArrayKind, Type */
    Slice dims;         /* sizes: int nodes over dims, in the kid pool */
    Id lo, hi; /* integer data: entries in [lo, hi); a param: its open interval (real constants), 0 where unbounded */
} Array;

/* OP_NONE: no reduction.  `mean` is lowered to a sum. */
typedef enum {
    RED_NONE,
    RED_SUM,
    RED_PROD,
    RED_MAX,
    RED_MIN,
    RED_LOGSUMEXP,
    RED_ARGMAX,
    RED_ARGMIN,
    RED_ALL,
    RED_ANY,
    RED_MATRIX /* a function of whole matrices: Eq.matrix says which */
} Red;

/*
 * Functions of whole matrices (Mat in ops.h).  The inner variables are i, j over the rows and columns of the matrix that the body is an
 * expression of, and k where another width is needed; the last subscripts of the target are inner variables, too, as are those
 * of the factor `with`, a READ of what another such function has made.  n x n, n x m; a vector where there is no j.
 *     L[b, i, j] = cholesky(i: n, j: n) A                             A = L L', of A the lower triangle counts; zeros above
 *     F[b, i, k] = lu(i: n, j: n, k: n + 1) A                         rows exchanged: L below the diagonal, where it is 1, and U;
 *                                                                     F[b, i, n]: the row that row i was exchanged with in step i
 *     X[b, i, j] = lsolve(i: n, j: m, k: n with L[b, i, k]) B         L X = B; ltsolve: L' X = B
 *     X[b, i, j] = lusolve(i: n, j: m, k: n + 1 with F[b, i, k]) B    A X = B; lutsolve: A' X = B
 *     X[b, i, j] = cofactor(i: n, j: m, k: n + 1 with F[b, i, k]) B   X = C B, C the cofactors of A: also where A is singular
 *     d[b]       = det(i: n, k: n + 1) F[b, i, k]                     of A; logdet: log |det A|
 * What has no value (A not positive definite, no solution) is NaN in all elements.  Derivatives: the adjoint or tangent of F is
 * that of the A it was made of, in its first n columns.
 */

typedef struct {
    Id target, body;
    Id where; /* bool over outer and inner variables: which terms count */
    Id when;  /* bool over outer variables: which elements exist */
    Id aux;   /* max, min: the equation of the winner; prod: that of the co-products */
    Id by;    /* a marked derivative, see below: the READ node of what the body is differentiated by; else 0 */
    Id along; /* its direction, where it has one */
    Id with;  /* MATRIX: the factor, or 0 */
    Span span;
    Slice subs;         /* kid pool */
    Slice outer, inner; /* binder pool */
    uint8_t op;         /* Red */
    uint8_t matrix;     /* MATRIX: Mat */
    bool add;           /* += */
    bool scatter;       /* two iterations may meet in one element */
    bool
        fresh; /* of a += in a part of a gradient: its elements have no value before where the gradient is begun (affine.c) */
    bool apart; /* its subscripts do not show it, but no two iterations meet, nor one with those of another `=` */
} Eq;

/*
 * Marked derivatives are what `grad` and `jvp` in a program become; expand.c turns them into equations.  The array A of `by` counts
 * as independent.  op is RED_NONE.
 *     g[o, i] = grad(A[pre, i]) F             for o, i     dF / dA[pre, i]; i: variables over the last dimensions of A; F and pre speak of o
 *     j[o, k] = jvp(m: D; A[pre, m], v) F     for o, k     sum over m of dF / dA[pre, m] * v; m, over the last dimensions of A, are the inner
 *                                                          variables; v (`along`) speaks of o and m; F of o and k
 */

/*
 * A sequential loop: scan step [down] [recompute] [over binders] [when guard] { head items  [while cond -> steps]  items }
 *
 * `while`: before each step the head runs, then cond is asked; the first false one ends the loop with steps[around..., over...] = the
 * step.  After the last step both are done once more, at step = hi: if cond still holds the run fails.  So arrays of the head have
 * one element more in the step's dimension than the scan has steps.
 */
typedef struct {
    Slice over;        /* binder pool */
    Slice head, items; /* item pool */
    Binder step;
    Id when, cond, steps;
    Span span;
    bool down;
    bool single;    /* one step, whose number nothing asks for: what else a sum may run as, see strips.c */
    bool recompute; /* its reverse computes each step again instead of keeping what it made: see checkpoint.c */
} Region;

typedef struct {
    bool region;
    Id id;
} Item;
typedef VEC(Item) Items;

/* A condition that must hold for the data and sizes of a run: checked once, before any sweep.  check cond for binders when guard */
typedef struct {
    Id cond, when;
    Slice outer;
    const char *message; /* for the user: "label[n] is outside 0..K-1" */
    Span span;
    bool data; /* needs data (else sizes only) */
} Check;

/* A parameter's start: START_FIXED a; START_NORMAL mean a, sd b; START_UNIFORM from a to b; each over the outer binders. */
typedef enum { START_FIXED, START_NORMAL, START_UNIFORM } StartKind;
typedef struct {
    Id array, a, b;
    Slice outer;
    uint8_t kind;
} Start;

/*
 * A function that the generated file will have.  Its arguments stand between data and work.
 */
typedef enum {
    FUNCTION_LOSS,
    FUNCTION_GRAD,
    FUNCTION_VALUE,
    FUNCTION_JVP,
    FUNCTION_VJP,
    FUNCTION_HVP,
    FUNCTION_JACOBIAN, /* from here on: not in the descriptor */
    FUNCTION_JACOBIAN_PATTERN,
    FUNCTION_JACOBIAN_CSR,
    FUNCTION_JACOBIAN_DENSE,
    FUNCTION_JACOBIAN_BLOCKS,
    FUNCTION_JACOBIAN_BSR,
    FUNCTION_HESSIAN,
    FUNCTION_HESSIAN_PATTERN,
    FUNCTION_HESSIAN_CSR,
    FUNCTION_HESSIAN_DENSE,
    FUNCTION_HESSIAN_BLOCKS,
    FUNCTION_HESSIAN_BSR,
    FUNCTION_KINDS
} FunctionKind;
typedef struct {
    const char *name; /* "loss", "direction" */
    Slice arrays;     /* kid pool */
    bool given;       /* by the caller; else the function writes it */
    bool vector;      /* one array for each of wrt, one after the other; else a single array */
    bool stacked;     /* the same of any arrays */
    bool integer;     /* of int32_t; else of the model's reals */
} Argument;
enum { ARGUMENTS = 3 };
typedef struct {
    uint8_t kind; /* FunctionKind */
    Id of;        /* the output or metric that it is about, the rows of blocks of a Hessian; 0: the loss */
    Id by;        /* the columns of blocks; else 0 */
    Argument arg[ARGUMENTS];
    uint32_t args;
    /* of entries: */
    bool forward;                /* by forward mode */
    uint32_t axis;               /* which dimension of the values is the first of the rows */
    Id width;                    /* of a row, where all have as many, or of a block; else 0 */
    Id count;                    /* of entries in ragged rows, by integer data; else 0 */
    Id lines;                    /* of these: rows of the first index, if their number is for the caller to tell */
    Id block_rows, blocks, rows; /* block rows, blocks in each, rows of a block */
} Entry;

typedef struct {
    const char *name;
    Span span;
} Dim;

/* A function of real numbers that is supplied in C; pure.  Its partial derivatives are such functions too, of the same arguments. */
typedef struct {
    const char *name; /* interned: a C identifier */
    Span span;
    uint32_t arity;
    bool given;     /* declared with its partials; else it is only known as the derivative of another */
    Slice partials; /* kid pool: functions, by argument */
} Extern;

typedef struct {
    Context *ctx;
    Arena *arena;
    const char *name; /* of the model: from the file's name */
    VEC(Node) node;   /* [0] of every pool is unused */
    IdVec kid;
    VEC(Var) var;
    VEC(Binder) binder;
    VEC(Array) array;
    VEC(Eq) eq;
    VEC(Region) region;
    VEC(Item) item;
    VEC(Dim) dim;
    VEC(Extern) external;
    VEC(Check) check;    /* [0] used */
    VEC(Start) start;    /* [0] used; at most one a param; a param without one starts at 0 (constrained: at u = 0) */
    VEC(Entry) function; /* [0] used */
    IdVec wrt;           /* what derivatives are by: params in the order of theta, then data and hypers as declared */
    Slice items;         /* the program, in execution order */
    Id loss;             /* array, 0: none */
    Text *decisions;     /* what passes decided and why, a line each; NULL: nobody asks */
    struct IrTables *tables; /* hash tables, variable sets, marks: ir.c's own */
} Ir;

/* ---- irmake.c, ir.c: building.  Constructors fold what is exact, keep integer + - * neg in affine normal form (positive terms first,
   then by name; constant last) and otherwise keep the operands' order. */

Ir *ir_new(Context *, const char *name);

Id ir_real(Ir *, double);
Id ir_int(Ir *, int64_t);
Id ir_bool(Ir *, bool);
Id ir_var(Ir *, Id var);
Id ir_dim(Ir *, Id dim);
Id ir_read(Ir *, Id array, const Id *subs, uint32_t n);
Id ir_make(Ir *, Op, const Id *kids, uint32_t n); /* any op but CONST, VAR, DIM, READ, EXTERN */
Id ir_call(Ir *, Id external, const Id *args, uint32_t n);
Id ir_with_kids(Ir *, Id node, const Id *kids); /* the node with other operands, as many; through the constructors */
Id ir_op1(Ir *, Op, Id a);
Id ir_op2(Ir *, Op, Id a, Id b);
Id ir_select(Ir *, Id c, Id a, Id b);
Id ir_and(Ir *, Id a, Id b); /* 0 counts as true on both sides and in the result */
Id ir_or(Ir *, Id a, Id b);  /* 0 counts as true */
Id ir_not(Ir *, Id a);
/* The equation array[i, ...] = 0 for all of its elements. */
Id ir_zero(Ir *, Id array);
/* integer helpers */
Id ir_addi(Ir *, Id a, int64_t k);
Id ir_imul(Ir *, Id a, int64_t k);

Id ir_new_var(Ir *, const char *name, Span);
Id ir_new_dim(Ir *, const char *name, Span);
/* The function of that name, made on first mention with so many arguments. */
Id ir_external(Ir *, const char *name, uint32_t arity, Span);
/* `name` is a wish: made unique by a suffix _2, _3, ...  dims are copied. */
Id ir_new_array(Ir *, const char *name, ArrayKind, Type, const Id *dims, uint32_t n, Span);
/* A local array of the same shape and type, its name the wish. */
Id ir_new_like(Ir *, Id array);
Slice ir_ids(Ir *, const Id *, uint32_t n); /* copies into the kid pool */
Slice ir_binders(Ir *, const Binder *, uint32_t n);
Slice ir_items(Ir *, const Item *, uint32_t n);
Id ir_new_eq(Ir *, const Eq *);
Id ir_new_region(Ir *, const Region *);

static inline Id ir_kid(const Ir *ir, Id node, uint32_t k) { return ir->kid.at[ir->node.at[node].kids + k]; }
static inline Slice ir_kids(const Ir *ir, Id node) { return (Slice){ir->node.at[node].kids, ir->node.at[node].n}; }
static inline Op ir_opof(const Ir *ir, Id node) { return (Op)ir->node.at[node].op; }
static inline Type ir_type(const Ir *ir, Id node) { return (Type)ir->node.at[node].type; }
bool ir_is_int(const Ir *, Id node, int64_t k);     /* the integer (or real) constant k */
bool ir_const_int(const Ir *, Id node, int64_t *k); /* an integer constant */
bool ir_const_real(const Ir *, Id node, double *r); /* a numeric constant */

extern const char *const red_text[]; /* "", "sum", "prod", ... by Red */
extern const char *const mat_text[]; /* "cholesky", ... by Mat */
/* Of an equation whose op is MATRIX: how many of the target's last subscripts are inner variables. */
uint32_t ir_mat_rank(const Ir *, const Eq *);
/* ... how many of its inner variables are the body's. */
uint32_t ir_mat_own(const Eq *);

/* ---- ir.c: questions and rewriting */

/* Free variables: sorted by id.  */
const Id *ir_vars(const Ir *, Id node, uint32_t *n);
bool ir_has_var(const Ir *, Id node, Id var);
bool ir_has_any(const Ir *, Id node, const Id *vars, uint32_t n);

/* All nodes reachable from the roots (zeros are skipped; subscripts included), ascending. */
IdVec ir_reach(Ir *, const Id *roots, uint32_t n);
void ir_sort_ids(Ir *, IdVec *);               /* ascending */
uint32_t ir_place(const IdVec *ascending, Id); /* of an id that the list holds */
bool ir_holds(const IdVec *, Id);
/* Nodes that an equation uses as roots: subscripts, bounds, body, where, when. */
void ir_eq_roots(Ir *, Id eq, IdVec *roots);
/* Those of a region itself: bounds, guard, condition. */
void ir_region_roots(Ir *, Id region, IdVec *roots);
/* Does any of them stand in the equation? */
bool ir_eq_has(Ir *, Id eq, NodeHas);
/* READ nodes anywhere in an equation, ascending; found once. */
IdVec ir_eq_reads(Ir *, Id eq);
void ir_add_ids(Ir *, Slice, IdVec *out);           /* appends them: pools move */
void ir_add_vars(Ir *, Id node, IdVec *set);        /* its free variables that the set does not hold yet; none of 0 */
void ir_add_binders(Ir *, Slice, Binders *out);     /* appends them */
void ir_add_items(Ir *, Slice, Items *out);         /* appends them */
void ir_eq_binders(Ir *, const Eq *, Binders *out); /* appends outer, then inner ones */
/* Appends the conjuncts of a condition in order; none for 0. */
void ir_conjuncts(Ir *, Id cond, IdVec *out);

/* Replaces variables by nodes, at once, everywhere in `node`; rebuilt through the constructors.  node 0 gives 0. */
typedef struct {
    Id var, by;
} Subst;
Id ir_subst(Ir *, Id node, const Subst *, uint32_t n);
/* Replaces whole nodes: for each reachable node x, f(ir, x, user) != 0 stands for it (kids of a replaced node are not visited). */
Id ir_replace(Ir *, Id node, Id (*f)(Ir *, Id, void *), void *user);

/* The items with every node replaced by node(...) (0 stays 0; NULL: all stay), then changed by eq (was: as it stood): regions too, but not the
   array of steps of a `while`.  The equations have no aux. */
Slice ir_map_items(Ir *, Slice items, Id (*node)(Ir *, Id, void *), void (*eq)(Ir *, Eq *, const Eq *was, void *),
                   void *user);

/* An integer expression as sum of coefficient * term + constant; terms are nodes that are not + - * by constants. */
typedef struct {
    Id term;
    int64_t coef;
} AffTerm;
typedef struct {
    VEC(AffTerm) terms; /* distinct, coefficients not 0 */
    int64_t constant;
    bool overflow; /* does not fit in 64 bits: the node is then not affine */
} Affine;
Affine ir_affine(Ir *, Id node);
Id ir_unaffine(Ir *, const Affine *);
/* The coefficient of a variable in an affine form; *inside: it stands elsewhere too. */
int64_t ir_coefficient(const Ir *, const Affine *, Id var, bool *inside);
/* Does it depend on sizes alone, on no variable and no array? */
bool ir_is_size(Ir *, Id node);
/* Do a <= b, a == b hold for all values of the dims (each >= 0)?  Sizes and affine differences only: 1 yes, -1 never, 0 unknown. */
int ir_prove_le(Ir *, Id a, Id b);
int ir_prove_eq(Ir *, Id a, Id b);
/* The largest (high) or smallest value of an integer expression while these variables run, of which the later ones' bounds may
   speak of the earlier ones; all else stays in it.  0: not known, as it is not affine in them. */
Id ir_extreme(Ir *, const Binder *, uint32_t n, Id node, bool high);

/* ---- irtext.c, irparse.c: the grammar is in irtext.h */

void ir_print(Ir *, Text *out);
/* Reads the text form from ctx's source; NULL with diagnostics where it is wrong.  print(parse(print(x))) = print(x). */
Ir *ir_parse(Context *, const char *name);
void ir_print_node(Ir *, Id node, Text *out);  /* for messages and debugging */
void ir_print_whole(Ir *, Id node, Text *out); /* with all that is shared written out: of small ones */
void ir_print_eq(Ir *, Id eq, Text *out);

/* ---- function.c: what the generated file will have */

/* The functions that arrays ask for by their kinds: loss, gradient, outputs, metrics.  Sets wrt too: all params, or what there
   are gradients of. */
extern const char *const function_kind_text[]; /* by FunctionKind */
void ir_declare_functions(Ir *);
void ir_add_function(Ir *, const Entry *); /* behind the others of its kind */
/* Once there are adjoints of kind GRAD: these, in the order of wrt, and the function that returns them. */
IdVec ir_gradients(Ir *);
void ir_add_gradient(Ir *);
void ir_add_argument(Ir *, Entry *, const char *name, bool given, Id array);
void ir_add_stack(Ir *, Entry *, const char *name, bool given, bool integer, const IdVec *arrays);
void ir_add_vector(Ir *, Entry *, const char *name, bool given, const IdVec *arrays);
/* "loss", "jvp_fit": what follows the prefix, for the text form and for C unless it is a VALUE. */
const char *ir_function_name(Ir *, const Entry *);
/* The arrays that functions return, each once. */
IdVec ir_roots(Ir *);

/* ---- verify.c */

/* The invariants of the representation; the first that is broken, as text in the arena, or NULL. */
const char *ir_verify(Ir *);

/* ---- interp.c: the debug evaluator */

/*
 * Runs every item, from the start each time.  dims: value of each dim, [1..]; values: for each array of kind data, hyper, param its
 * elements in row-major order (reals; integers as reals), or NULL.  Reading an undefined element, writing one twice, leaving an array: a message in *error, false.
 * After it, interp_value gives the elements of any array (NULL: none defined; NaN with *defined false where one is not).
 */
typedef struct Interp Interp;
Interp *interp_new(Ir *, const int64_t *dims);
void interp_set(Interp *, Id array, const double *values);
/* Complex step: with imaginary parts h * v of inputs (NULL: 0), h so small that h^2 vanishes beside 1, those of all elements are h times
   their derivative along v.  Extern functions, which take no complex numbers, have theirs by differences. */
void interp_step(Interp *, Id array, const double *imaginary);
double interp_imaginary(Interp *, Id array, size_t element); /* of one that is defined */
/* The C function of an extern one; one that is called and was not set, or has too many arguments, is an error. */
enum { INTERP_ARGS = 4 };
void interp_bind(Interp *, Id external, void (*function)(void));
size_t interp_count(Interp *, Id array); /* elements */
const int64_t *interp_shape(Interp *, Id array);
/* Somebody who looks on: told of each term that counts in a reduction and of each element once it is written.  false: it stops there. */
typedef struct {
    bool (*term)(void *user, Id eq);
    bool (*element)(void *user, Id eq, size_t element);
    void *user;
} Watch;
void interp_watch(Interp *, const Watch *);
/* To be asked by him, of nodes that were evaluated for it: their value (1, 0 of a condition); which element a READ node is. */
double interp_value(const Interp *, Id node);
size_t interp_element(Interp *, Id read);
bool interp_run(Interp *, const char **error);
/* The first equation whose function of a matrix had no value, though its matrix was all numbers; 0: none. */
Id interp_no_matrix(const Interp *);
double interp_get(Interp *, Id array, size_t element, bool *defined);
void interp_free(Interp *);

#endif
