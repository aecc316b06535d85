/*
 * flat.h -- what the simplifying passes share: a program as one flat list of steps, bottom-up rewriting of equations,
 * who writes an array, and proofs over the ranges of index variables.
 */
#ifndef ADC_FLAT_H
#define ADC_FLAT_H

#include "ir.h"

typedef enum { STEP_EQ, STEP_OPEN, STEP_WHILE, STEP_CLOSE } StepKind;

/* An equation, or the beginning, the `while` or the end of a region.  in: the innermost region around it, 0: none. */
typedef struct {
    StepKind kind;
    Id id, in;
} Step;

typedef VEC(Step) StepVec;

/* A pass takes the steps, makes a new list and stores it. */
typedef struct {
    StepVec steps;
    IdVec outside; /* of each region: the one around it, 0: none */
    IdVec moved;   /* of each equation: the one that replaced it, 0: itself */
    bool dropped;  /* an equation went whose guard never holds */
} Flat;

Flat flat_of(Ir *);
void flat_push(Ir *, StepVec *, StepKind, Id id, Id in);
/* Makes `steps` the program: regions anew, without those that became empty; `aux` follows what was replaced. */
void flat_store(Ir *, Flat *, const StepVec *steps);
/* A new equation that stands for `old` (of which others may hold the number). */
Id flat_moved(Ir *, Flat *, Id old, const Eq *);

/* Roots of a step: an equation's, or a region's bounds and conditions (at its beginning).  READ nodes under them, ascending. */
IdVec step_roots(Ir *, Step);
IdVec step_reads(Ir *, Step);

/* Of each array: the equation that alone writes it, with `=`; 0 otherwise. */
IdVec flat_sole(Ir *, const Flat *);

/* ---- rewriting: every node is rebuilt from its rewritten kids, then `rule` says what stands for it (itself, or another) */

typedef struct {
    Id (*rule)(Ir *, Id node, void *user);
    bool (*touches)(
        Id array,
        const void
            *user); /* reads that the rule replaces, if it does nothing else but to what HAS_CONDITION; or NULL */
    void *user;
    IdVec by, stamp; /* of each node; by is valid where the stamp is the epoch */
    IdVec kids;      /* scratch */
    uint32_t epoch;
} Rewrite;

void rewrite_forget(Rewrite *); /* the rule's answers have changed */
void rewrite_roots(Ir *, Rewrite *, const Id *roots, uint32_t n);
Id rewrite_get(const Rewrite *, Id node); /* of a root that was given; 0 gives 0 */
Id rewrite_one(Ir *, Rewrite *, Id node);
/* The equation with all its nodes rewritten; itself where nothing changed. */
Id rewrite_eq(Ir *, Rewrite *, Flat *, Id eq);
/* The same for a region's bounds and conditions. */
Id rewrite_region(Ir *, Rewrite *, Id region);

/* ---- definitions */

/*
 * How a reader's subscripts fix the variables of a definition: each subscript of the equation is a variable of its own,
 * that plus a constant, or a constant.  False where another is among them or a variable of the right side is not fixed.
 */
bool def_params(Ir *, Id eq);
/* `node`, written with the variables of the definition, as seen by a reader with these subscripts. */
Id def_at(Ir *, Id eq, Id node, const Id *subs);

/*
 * Where the values of a loop's variable lie in a subscript of the target, v -> 0, v + k -> k: the loop, among the outer ones, and the
 * shift, which has neither variables nor reads.  False: it is no such subscript.
 */
bool eq_shift(Ir *, const Eq *, uint32_t sub, uint32_t *loop, Id *shift);

/* ---- ranges */

typedef Binders Env;

/* The binders around an equation, outermost first: of the regions, its outer ones and, if asked for, its inner ones. */
Env env_of(Ir *, const Flat *, Id region, Id eq, bool inner);
/* Is a <= b proved for all values of the variables in their ranges and all sizes? */
bool env_le(Ir *, const Env *, Id a, Id b);
/* The number of values of a binder where it is a constant and at least 0; otherwise false. */
bool binder_count(Ir *, Binder, int64_t *count);

/*
 * How many elements an array needs in the place of a loop's variable: its upper bound, where that has no variables and reads
 * nothing, or else the size of an array that one of `reads` (READ nodes) subscripts with the bare variable; 0: not known.
 */
Id loop_extent(Ir *, Binder, const IdVec *reads);

/* Of each array: is every element defined once it may be read at all (data, or a first `=` over the whole array)? */
IdVec flat_total(Ir *, const Flat *);
/* Could `node` be evaluated for all values of the variables in env: every read inside its array, which is total?  (Arrays made
   since are not.) */
bool env_total(Ir *, const Env *, const IdVec *total, Id node);

/* ---- decide.c: conditions as the ranges decide them */

/* The equation, in a region or (0) outside; 0: it does nothing, and f->dropped tells where its guard never holds. */
Id decided_eq(Ir *, Flat *, Id eq, Id region);
/* The scan with its guard. */
Id decided_region(Ir *, Flat *, Id region);
Id decided_node(Ir *, const Env *, Id node);

/* ---- edges.c */

/* The range in pieces, ascending, in each of which most of the comparisons under the roots of its variable with places near its ends are
   decided; *middle: the number of the long one.  None: there are no such comparisons. */
Binders edges_of(Ir *, Binder, const Id *roots, uint32_t n, uint32_t *middle);
/* A piece over a variable of its own, which *s puts in the place of the other. */
Binder edges_named(Ir *, Binder piece, Subst *s);

/* ---- products */

typedef struct {
    Id node;
    bool under; /* divides */
} Factor;
typedef VEC(Factor) Factors;

/* The factors of a real product, left to right; the result: does a minus stand before it? */
bool factors_of(Ir *, Id body, Factors *);
/* Their product: those above, divided by those below; 1 where there are none. */
Id factors_product(Ir *, const Factors *);

/* A new local array for a value over the regions' and these loops' variables, with the subscripts to read it there; 0: a size is not
   known.  reads: see loop_extent. */
Id array_over(Ir *, const Flat *, Id region, const Env *loops, const IdVec *reads, const char *name, Type, Span,
              IdVec *subs);

/* Functions of matrices of at most 4 rows become equations for each element.  unroll's first part. */
void straight(Ir *, Flat *);

/* sums: invariant factors leave them, inner sums are taken out.  hoist's first half. */
void factor(Ir *);

/* ---- zeros.c: zeros of what a region adds to step by step move into it.  fold's first part. */
void zeros(Ir *, Flat *);

/* ---- values that several equations compute */

/* Nodes reachable from one root. */
uint32_t node_size(Ir *, Id node);

typedef VEC(Subst) Renaming;

/* Adds `var` -> the next canonical variable (c1, c2, ...), if it is not there.  pool: those made so far. */
void rename_next(Ir *, Renaming *, IdVec *pool, Id var);

/* The same for the variables of `loops`, in the order in which they stand in `node` as it is written. */
void rename_in_order(Ir *, Renaming *, IdVec *pool, const Env *loops, Id node);

/* Sequences of numbers and where each was first met. */
typedef struct {
    IdVec words;     /* of all keys */
    VEC(Slice) keys; /* [0] unused */
    IdVec table;     /* open addressing: into keys, 0 free */
} Keys;

/* The number of the key that is made of words[from..]; a new one (then *fresh) keeps them, a known one drops them. */
uint32_t keys_number(Ir *, Keys *, uint32_t from, bool *fresh);

#endif
