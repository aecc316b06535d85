/*
 * derive.h -- the parts that derivatives are made of: bounds of index expressions, sums under conditions, the local sweep of a body,
 * the turning round of an access, the equations that a reduction's adjoint needs, the sharing of what several contributions have
 * in common; and the tangents of a program.
 */
#ifndef ADC_DERIVE_H
#define ADC_DERIVE_H

#include "ir.h"

/*
 * The index variables around an equation, outermost first: those that scans bind, then those that a derivative is over and that
 * the equation has to bind itself.
 */
typedef struct {
    Binders all;
    uint32_t bound; /* how many of them scans bind */
} Around;

/* ---- extent.c */

/* The largest (high) or smallest value of an integer expression while its variables run over `env`; over the sizes alone.
   0: not known. */
Id extreme(Ir *, const Binder *env, uint32_t n, Id node, bool high);
/* Is 0 <= sub < dim whatever the sizes, for variables in `env`? */
bool within(Ir *, const Binder *env, uint32_t n, Id sub, Id dim);
/* A range over the sizes alone that holds all of v's values.  false: not known. */
bool hull(Ir *, const Binder *env, uint32_t n, Id var, Id *lo, Id *hi);
/* Does the read reach every element of its array while the variables run over `env`, whose ranges count as not empty where they are
   sizes?  false: not known. */
bool covers(Ir *, const Binder *env, uint32_t n, Id read);
/* Which arrays have a value in every element: partial[array] for those below `arrays`; of later ones the adjoints and flags. */
typedef struct {
    const bool *partial;
    Id arrays;
} Whole;
/* Can the node be evaluated for all values of the variables in `env`: are all elements that it reads there? */
bool total(Ir *, const Whole *, const Binder *env, uint32_t n, Id node);

/* ---- taken.c */

/* A value that counts under a condition (0: always).  value 0: only the condition is wanted. */
typedef struct {
    Id cond, value;
} Term;
typedef VEC(Term) Terms;

/* Adds a term; it joins the last ones where no condition is lost. */
void terms_add(Ir *, Terms *, Term);
/* One or more terms as one. */
Term terms_sum(Ir *, const Terms *);

/* The number of steps that a `while` took: subs are the variables of the scans around, its own parallel ones last; of the outer ones
   only those are asked for in which it really is. */
static inline Id steps_taken(Ir *ir, const Region *r, const IdVec *subs)
{
    uint32_t n = ir->array.at[r->steps].dims.n;
    return ir_read(ir, r->steps, subs->at + (subs->n - n), n);
}

/* ---- sweep.c */

/* What one READ node of a body receives: value under cond (0: always). */
typedef struct {
    Id read, cond, value;
} Piece;
typedef VEC(Piece) Pieces;

typedef struct Sweep Sweep;
/* active[array]: does it depend on what is differentiated by? */
Sweep *sweep_new(Ir *, const bool *active);
/*
 * Adds to `out` what each active read in `body` receives from `seed` under `cond`, last read first.  self: a node with the value
 * of the body, or 0.  seed = 0: only the conditions are wanted.
 */
void sweep(Sweep *, Id body, Id cond, Id seed, Id self, Pieces *out);
/* Does the value of the body depend on an active array? */
bool sweep_active(Sweep *, Id body);
/* Do the operands of the equation? */
bool sweep_moves(Sweep *, const Eq *);

/* ---- invert.c */

/* A contribution to an element of an array with sizes dims, for every value of the binders that meets cond.  The variables around
   stay as they are. */
typedef struct {
    const Around *around;
    const Id *subs, *dims;
    uint32_t n;
    const Binder *binder;
    uint32_t binders;
    Id cond, value;
    const Whole *whole;
} Access;

/* The same as an equation's parts: target[subs] += sum(inner where) value for outer when. */
typedef struct {
    IdVec subs;
    Binders outer, inner;
    Id where, when, value;
    bool scatter;
} Inverse;

void invert(Ir *, const Access *, Inverse *out);

/* ---- reduction.c */

/* The equations beside a max, min (its winner) or prod (its co-products), in order; made once, then found by aux.  `scans`: the
   variables of the scans that the equation is in. */
typedef struct {
    Id eq;        /* the primal, with aux set */
    IdVec beside; /* new equations, to stand right after it */
} Beside;
void reduction_aux(Ir *, const Around *scans, Id eq, Beside *out);
/* Is the target a real number that changes with the body? */
bool reduction_moves(const Ir *, const Eq *);
/* The condition under which a term of the reduction counts (else 0), and the factor of its derivative (else 0).  `outer` is the
   part of the condition that does not depend on the term.  needs: reduction_aux for max, min, prod. */
void reduction_terms(Ir *, const Around *scans, Id eq, Id *outer, Id *cond, Id *factor);

/* ---- share.c */

/*
 * Replaces what several pieces of one equation have in common, where it is expensive, by reads of new arrays over the
 * equation's variables and those around; appends the equations of these to `eqs`.
 */
void share(Ir *, Id eq, const Around *, const Whole *, Pieces *, IdVec *eqs);

/* ---- linalg.c */

/* The variables that all of an equation with a function of matrices is for, as arrays beside it have them: subscripts and sizes;
   those that equations have to bind; and when it exists (0: always). */
typedef struct {
    IdVec subs, dims;
    Binders outer;
    Id when;
} Leading;

/* What the node `of` of an operand receives under cond, for all values of the binders. */
typedef struct {
    Id of, cond, value;
    Binders binders;
} Receipt;
typedef VEC(Receipt) Receipts;

/*
 * The adjoint of an equation whose op is MATRIX: `bar` is a node with the adjoint of the target's element.  Appends equations that
 * stand before what uses the receipts.  bar = 0: only the nodes and conditions are wanted.
 */
void matrix_adjoint(Ir *, const Eq *, const Leading *, Id bar, IdVec *eqs, Receipts *out);
/*
 * Its tangent: body and factor are the tangents of what it reads, as it reads it; 0: of what does not move (not both).  Completes
 * *t, which has the target, its subscripts and the leading variables, and appends equations that stand before it.
 */
void matrix_tangent(Ir *, const Eq *, const Leading *, Id body, Id factor, IdVec *eqs, Eq *t);

/* ---- reverse.c, with bars.c, seen.c, backscan.c and relay.c (reverse.h) */

/* What is differentiated by: an array, where its first dimensions have these subscripts.  It counts as independent. */
typedef struct {
    Id array;
    IdVec at;
    Id adjoint; /* its array, of the derivative's variables and the other dimensions; 0: reverse makes one */
} By;

/*
 * A range between integer data along which a row has entries: z: ptr[i]..ptr[i + 1], i the first of the derivative's variables.
 * Such ranges follow each other: over all rows there are as many entries as from ptr[0] to ptr[N], if ptr descends nowhere.
 */
typedef struct {
    Binder z;      /* var 0: none */
    Id at, size;   /* its place in arrays over all that z may be, and the size of these */
    Id first, end; /* where the first range begins and the last one ends */
} Along;

/* A block of a Jacobian: d of / d array[pin...] over the derivative's variables, `along`, and the free dimensions. */
typedef struct {
    Id array;
    const Id *pin; /* by dimension: the subscript that it is fixed at, over the derivative's variables and z; 0: free */
    Id adjoint;
    Along along;
} Block;

/*
 * A derivative in reverse mode: that of the real node `of`, for all values of the variables around, each of which has its place
 * (subscript, size) in the adjoint arrays.  cone: all that it may be computed from, in order.
 */
typedef struct {
    Id of, when; /* when: it exists; 0: always */
    Around around;
    IdVec subs, dims;
    const Item *cone;
    uint32_t n;
    VEC(By) by;
    bool sparse; /* what is differentiated by is pinned like everything else: blocks instead of whole arrays */
    bool ragged; /* ... also along ranges between integer data */
    Span span;
} Derivative;

/* The adjoint equations of a derivative, to stand after its cone; `beside` is to be worked into the program (see relay). */
typedef struct {
    Items items;
    VEC(Block) blocks; /* of a sparse derivative, in the order of the arrays */
    Beside *beside;    /* by equation of the cone */
    Id eqs;            /* how many there were */
} Adjoints;
void adjoints(Ir *, Derivative *, Adjoints *out);
/* The program with the auxiliary equations beside their primals, and the adjoints instead of equation `mark`, or, if 0, at the end. */
void relay(Ir *, const Adjoints *, Id mark);

/* ---- recompute.c */

/* The adjoint items of a scan's body behind a second copy of the primal ones, which they then read.  step: the scan's variable. */
Slice recompute(Ir *, Slice primal, Id step, Slice adjoint);

/* ---- jacobian.c */

/* Where a block of a Hessian lies: SQUARE: on the diagonal, of which the lower triangle counts; EITHER: not known, so that its
   entries above the diagonal count as 0. */
typedef enum { SIDE_BELOW, SIDE_SQUARE, SIDE_EITHER, SIDE_ABOVE } Side;

/* A block with, by dimension, the subscript that it stands at: the pin, kept inside the array; 0: free. */
typedef struct {
    Block block;
    const Id *at;
    Side side; /* of a Jacobian: BELOW */
} Part;

/* The derivative of each element of an array, for all values of the variables `rows` over its dimensions (as nodes: subs). */
typedef struct {
    Id of, own; /* own: of a Hessian, the array that the rows are; else 0 */
    Binders rows;
    IdVec subs, dims;
    VEC(Part) parts; /* in the order of by; of one array ascending as far as that is known beforehand */
    const IdVec *by; /* the order of the columns */
    bool forward;    /* by forward mode, each row full; else by reverse */
} Jacobian;
/* own != 0: the lower triangle; own is then the last of by. */
void jacobian(Ir *, Id of, const IdVec *by, Id own, Jacobian *out);
/* Of two parts of one array: does the first stand before the second in every row, as to their first `cut` subscripts?  *meet: they
   may be at the same place. */
bool part_before(Ir *, const Jacobian *, const Part *, const Part *, uint32_t cut, bool *meet);

/* ---- entries.c */

/* The entries of a Jacobian, row by row and in each by column: arrays over the row's subscripts and the entries in it. */
typedef struct {
    Id first_row, first_entry; /* given: numbers of the first ones */
    Id dense, given;           /* given: an array (rows, columns) or 0; made: the values as given by the caller */
    Id values, rows, columns;  /* rows: element of `of`; columns: of all that it is by, one after the other */
    Id starts;                 /* by row: its first entry */
    Id count;                  /* of all entries */
    bool ragged; /* count speaks of data; rows are of different lengths, one after the other in one dimension */
    Id width;    /* of those of a row, where all have as many; else 0 */
} Entries;
/* Appends the equations of these. */
void entries(Ir *, const Jacobian *, Entries *);

/* The blocks of one array: all of the same shape, in block rows. */
typedef struct {
    Id values;          /* [block rows, blocks in each, rows of a block, columns of a block] */
    Id starts, columns; /* by block row: its first block; block columns, within the array */
    Id block_rows, blocks, rows, width;
    uint32_t axis; /* of the values: which dimension is the first of the rows */
} Tiles;
/* false: there are none of one size. */
bool tiles(Ir *, const Jacobian *, Id by, Tiles *out);

/* ---- forward.c */

/* What moves, and along what: the tangent of array[var, ...] is value, which speaks of these variables and of the direction's.  The
   array counts as independent. */
typedef struct {
    Id array;
    const Id *var; /* one for each dimension */
    Id value;
} Seed;

/* A derivative in forward mode, for all values of the variables around, each of which has its place (subscript, size) in the
   tangents. */
typedef struct {
    VEC(Seed) seed;
    Around around;
    IdVec subs, dims;
    Id when;            /* it exists; 0: always */
    const bool *wanted; /* by array: whose tangents are wanted; NULL: all */
} Direction;

typedef struct Forward Forward;
Forward *forward_new(Ir *, const Direction *); /* which must outlive it */
/* The items with the tangent equations of all that moves beside them, as a new list.  needs: order   makes: tangents, aux
   exact: yes */
Slice forward_items(Forward *, Slice items);
/* The tangent equations alone, to stand after the items; what is to be beside these is left for relay(). */
void forward_apart(Forward *, const Item *, uint32_t n, Adjoints *out);
/* After either: the tangent of an array, subscripted by the direction's variables and then as the array; of an expression.  0: it does
   not move. */
Id forward_tangent(const Forward *, Id array);
Id forward_value(Forward *, Id node);

#endif
