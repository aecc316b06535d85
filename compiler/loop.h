/*
 * loop.h -- loop nests: what the scheduler makes of equations, and the printer turns into C.
 *
 * A function of the generated file is a tree: lists of nests, loops over one variable, the sequential loops of regions, guards,
 * and at the leaves equations of which the loops above have bound all outer variables.  The lists right below the top are the parts: each becomes a
 * C function of its own.  A Store says where an array's elements live while that function runs.
 */
#ifndef ADC_LOOP_H
#define ADC_LOOP_H

#include "ckernel.h"
#include "cost.h"
#include "ir.h"

/*
 * SCAN: a region's steps; its kids may hold one WHILE, a leaf that ends it where the region's condition is false.
 * TILE: the rows, LANES at a time; its variable is the first row of the tile.  ROWS: all rows of a tile, around leaves alone.
 */
typedef enum { LOOP_LIST, LOOP_FOR, LOOP_SCAN, LOOP_TILE, LOOP_ROWS, LOOP_IF, LOOP_WHILE, LOOP_EQ } LoopKind;

/*
 * How a loop over the rows of a tile runs.  MAPS: elementwise, over all lanes, as a function of its own; lanes without a row hold
 * a copy of the last one.  SUMS: adds the rows to partial sums.  CALL: one function of one array.  COPIES: row by row, for all
 * lanes.  ALONE: row by row, for the rows that there are.  PRODUCT: one product of matrices, of which the rows are an index.
 * INPUTS: copies of what lies side by side for the rows, which a tile without missing rows does not need.  RESULTS: the same the other way round.
 */
typedef enum {
    ROWS_MAPS,
    ROWS_SUMS,
    ROWS_CALL,
    ROWS_COPIES,
    ROWS_ALONE,
    ROWS_PRODUCT,
    ROWS_INPUTS,
    ROWS_RESULTS
} RowsKind;

typedef struct Loop Loop;
struct Loop {
    LoopKind kind;
    Loop *up;
    Binder binder; /* FOR, SCAN */
    Id cond;       /* IF, WHILE */
    Id eq;         /* EQ */
    Id region;     /* SCAN */
    Slice subs;    /* SCAN with a condition: where its count of steps goes */
    bool counted;  /* SCAN: something reads that count */
    IdVec turns;   /* SCAN: nodes, which of a few elements kept in turns is meant */
    VEC(Loop *) kids;
    IdVec locals;         /* LOCAL arrays at home here */
    uint32_t depth;       /* of the top: 0 */
    uint32_t first, last; /* its leaves, numbered in order of execution: first <= leaf <= last */
    bool rows;            /* a part that runs over rows */
    Id size;              /* TILE: rows in all, a node */
    int few;              /* ... and with fewer it does not run */
    RowsKind run;         /* ROWS */
    bool ahead;           /* ROWS: copies of COPY rounds, which fetch what rounds to come will copy */
    uint32_t jam; /* FOR: rounds that its kids stand for; what is left goes to the next node, which has `left` */
    bool left;
    bool whole;   /* FOR, jammed or left: nothing is left, so that the latter only stands for what the former does */
    Id element;   /* EQ in ROWS: its target as a READ node */
    Id matrix[3]; /* EQ in a PRODUCT c += a b: c, a, b as READ nodes */
    Id corner[3]; /* ... and the first elements of them that it touches */
    IdVec rounds; /* ... and how many values its inner variables take */
};

/* Where an array lives.  VALUE: a rank-0 input, passed by value.  LOCAL: C variables.  CELL: one element of the array of cells.
   SINGLE: one element of theta or of the gradient. */
typedef enum { AT_NOWHERE, AT_INPUT, AT_VALUE, AT_OUT, AT_SINGLE, AT_LOCAL, AT_CELL, AT_WORK } Place;

/* An element of a LOCAL array: the variable that holds it. */
typedef struct {
    const char *name;
    uint32_t writes, reads;
    Loop *first; /* the leaf that writes it first */
    bool declared;
} Element;

typedef struct {
    Place place;
    const char *view; /* while a tile is printed: the pointer to its elements; NULL: the array's name */
    uint64_t dropped; /* dimensions without storage: bit p for dimension p */
    uint64_t carried; /* of these, those that hold the latest step of a region, also for the next one */
    bool lanes; /* one of the dropped ones is the row of a tile: LANES elements side by side, for each of the others */
    uint8_t
        *turns; /* by dimension: 0, or how many elements it keeps, each in the place of the one as many steps before */
    Loop *home; /* the innermost node that holds all accesses */
    uint32_t slot;    /* WORK: number of the slot; CELL, SINGLE: of the element */
    Element *element; /* LOCAL: by linear index over the dimensions that are not dropped */
    uint32_t elements;
    Id count;                   /* elements stored: an int node */
    uint32_t first, last;       /* lifetime, in leaves */
    bool used, written, shared; /* shared: its slot serves others in the same function */
} Store;

typedef struct {
    Id count; /* elements */
    Type type;
    uint32_t free_from; /* while planning: the first leaf at which it is free again */
    uint32_t users;
} Slot;

/* A function of the generated file. */
typedef struct {
    Entry entry;
    const char *name;  /* what follows the prefix: "loss", "grad", "logits" */
    bool ranged;       /* the gradient through rows first..last, and all rows by that */
    bool begins;       /* that gradient is zero before only where no equation is the first to add (Eq.fresh) */
    IdVec roots;       /* arrays that go to the caller */
    uint8_t *argument; /* by array: the number of the argument that it is in, from 1; 0: none */
    uint32_t arrays;   /* that there were when it was made */
    Loop *top;         /* its kids are the parts */
    Store *store;      /* by array */
    VEC(Slot) slots;
    uint32_t cells;
    Id first, last; /* variables: bounds of the rows; 0: all rows, or no row loop */
    Id rows;        /* the number of rows that these are of: an int node */
    IdVec rest;     /* nodes: from which row on rows go one by one, behind the tiles of a loop */
    Id flops;       /* operations on reals: an int node */
} Func;

/* ---- rows.c */

/* The numbers of rows that data tables (or else parameters, or else data of constant size) have: nodes. */
typedef struct {
    IdVec size;
    bool of_params, fixed;
} RowTables;

/* What an item is to the loops over rows. */
typedef struct {
    Id var;         /* its row variable; 0: it stands outside */
    uint32_t table; /* of which rows */
    uint32_t level; /* so many sums over rows, each needing the one before, must be complete */
    bool sums;      /* some of what it writes is a sum over rows */
} RowItem;

typedef struct {
    IdVec size; /* by table: the number of rows, a node */
    bool of_params, legal;
    Items items; /* logsumexp over rows is written out */
    RowItem *item;
    int *position;   /* by array: its row dimension, -1 */
    uint32_t *table; /* by array that has one: of which rows */
    uint8_t *summed; /* by array: a sum over rows */
    uint32_t *done;  /* by array: the level at which it is complete */
    uint32_t levels; /* the highest of an item */
    Id arrays;       /* that there are */
} RowLevels;

RowTables rows_tables(Ir *, Slice items);
/* strict: not legal where an array of the first table is reached otherwise than row by row. */
RowLevels rows_levels(Ir *, Slice items, const RowTables *, bool strict);
/* The same of equations that map rows of a root to rows: of its dimension `axis`, or, if `lines` is not 0, so many rows, over which the first
   variable of each equation goes that writes the root. */
RowLevels rows_of_root(Ir *, Slice items, Id root, uint32_t axis, Id lines);
/* READ nodes anywhere in an item; its equations, those in a region too. */
IdVec rows_reads(Ir *, Item);
void rows_eqs(Ir *, Item, IdVec *out);
/* The arrays that an item writes, with the counts of steps. */
void rows_targets(Ir *, Item, IdVec *out);

/* The binders but for that of var. */
Slice rows_without(Ir *, Slice binders, Id var);
/* Takes a row variable from an equation's binders: what is left is of one row. */
void rows_take(Ir *, Eq *, Id var);

/* ---- turn.c */

/* The same items, scans that keep rows apart as scans over rows; of v: sizes, positions and tables. */
Items turn_regions(Ir *, const Items *, const RowLevels *v);

/* ---- sweeps.c */

/* One loop over rows, between what comes before and behind it.  Items of `rows` have the row variable first among the outer binders, over lo..hi. */
typedef struct {
    Id size, row, lo, hi; /* the number of rows in all, a node; the row variable; nodes */
    Id tile;              /* variable: the first row of a tile; 0: none */
    int *position;        /* by array: its row dimension, -1; not of those that came later */
    int few;              /* of a tile: with fewer rows it costs more than row by row */
    const uint8_t *root;  /* ... by array up to `arrays`: it goes to the caller */
    uint8_t *made;        /* ... and: something in the loop writes it */
    Id arrays;
    Items prologue, rows, epilogue;
    bool part; /* over a range of its rows only */
} Rows;

/* Of tiles: is the array there before the loop? */
static inline bool rows_given(const Rows *r, Id array) { return array < r->arrays && !r->made[array]; }

/* Loops over rows, in order. */
typedef struct {
    Rows *at;
    uint32_t n, cap;
    Id first, last;        /* variables: bounds of the rows, of the first table; 0: all rows */
    Id size;               /* how many rows this has in all, a node */
    bool fresh;            /* some equation is the first to add to a part of a gradient: Eq.fresh */
    bool once;             /* the others have loops that do nothing but for one range */
    uint8_t *contaminated; /* by array: depends on what rows a range has */
} Sweeps;

/* What the items come to as loops over rows, or none where nothing is a sum over rows. */
Sweeps sweeps_make(Ir *, const RowLevels *, const IdVec *roots);
/* Loops of which those of the first table go over rows first..last; of the others, if `once`, one each, over all rows where these begin with the
   first one, else as many as they need, for any range.  None where the first table needs more than one loop, or, if `summing`, where nothing
   is a sum over its rows. */
Sweeps sweeps_of_range(Ir *, const RowLevels *, const IdVec *roots, bool summing, bool once);
/* The same of items that map rows to rows and sum none. */
Sweeps sweeps_of_root(Ir *, const RowLevels *, const IdVec *roots);
/* Does the range of rows begin with the first one?  That is the first range that is not empty, or the only one. */
Id sweeps_begin(Ir *, const Sweeps *);
/* What a reduction starts from. */
Id sweeps_start(Ir *, Red);
/* The equation that sets all elements of an array to that. */
Id sweeps_set(Ir *, Id array, Red);

/* ---- shadow.c */

/* The items with arrays below `arrays` exchanged for others, by array; 0: it stays. */
Items shadow_items(Ir *, const Items *, const Id *by, Id arrays);
/* Gives each root that an item reads a local array to be read from, copied to the root at the end. */
Slice shadow_roots(Ir *, Slice items, const IdVec *roots);
/* The items of `rows` again, with row arrays of their own but for those that go to the caller. */
Items shadow_rows(Ir *, const Rows *, const uint8_t *root);
/* Such items for the rows from `from` on. */
Items shadow_from(Ir *, const Items *rows, Id from);

/* ---- affine.c */

/*
 * Rewrites sweeps over a range so that they add the part of rows first..last to the roots: what does not depend on rows is added where first
 * is 0.  false: the epilogue is not affine in the sums.
 */
bool affine_in_sums(Ir *, Sweeps *, const IdVec *roots);

/* ---- tile.c */

/* Brings `rows` into a form that runs on LANES rows at a time; root: arrays that go to the caller.  false: nothing gains by that. */
bool tile_rows(Ir *, Rows *, const uint8_t *root);
/* Where the rows end that run as tiles: what is left are few; may lie behind the last row. */
Id tile_end(Ir *, const Rows *);
/* Is this a function that lanes have as one call?  Its kernel. */
bool lane_kernel(Op, Kernel *);
/*
 * A product, as tile_rows writes it, with the rows n as columns or as terms.  Its inner variables are first i, of c and a; then, if it sums over
 * rows, the columns, of c and b; then the terms.  b of a map and both of a sum over rows and other terms are arrays of lanes.
 *
 *     c[i, n] += a[i, k] * b[k, n]      c[i, j] += a[n, i] * b[n, j]      c[i, j, ...] += a[n, i, k, ...] * b[n, j, ..., k, ...]
 */
bool lane_product(Ir *, Id eq);
/* Can all lanes compute the node by the same arithmetic?  `calls`: and by such functions. */
bool lane_runs(Ir *, Id node, Id row, bool calls);

/* ---- lift.c */

/* Lets arithmetic of rows leave the loops below `tile` that it does not depend on. */
void lift(Ir *, const Rows *, Loop *tile);

/* ---- lanes.c */

/* Is each part of the node that differs from row to row arithmetic on what lanes hold? */
bool lane_arithmetic(Ir *, const Rows *, Id node);

/* Puts loops over the rows of a tile around the leaves below `tile`. */
void lanes_group(Ir *, const Rows *, Loop *tile);
/* What the equation writes, as a READ node; that of a leaf, and all that it reads. */
Id lanes_element(Ir *, Id eq);
IdVec lanes_touched(Ir *, const Loop *leaf);
/* Arrays and nodes that the leaves of a loop over rows need. */
void lanes_needs(Ir *, const Loop *rows, Id row, uint32_t *arrays, uint32_t *nodes);

/* ---- jam.c */

/* Lets rounds of loops below `tile` run together, around the loops over its rows. */
void jam(Ir *, const Rows *, Loop *tile);

/* ---- strips.c */

/* The same items, long sums of inputs as partial sums side by side; of the results those that the same loops can make. */
Items strips(Ir *, const Items *, const IdVec *results);

/* ---- maps.c */

/* The same items, functions that lanes have taken of a whole row of an array at once; roots: arrays that go to the caller. */
Items maps(Ir *, const Items *, const IdVec *roots);

/* ---- split.c */

/* The same items, long runs of single equations cut into pieces that fit C functions. */
Items split_long(Ir *, const Items *);

/* ---- schedule.c */

Loop *loop_new(Arena *, LoopKind, Loop *up);
/* Gives what is below l its node above and its depth, and l its depth below l->up. */
void loop_set_depth(Loop *);
/* Does it run its kids any number of times? */
static inline bool loop_repeats(const Loop *l)
{
    return l->kind == LOOP_FOR || l->kind == LOOP_SCAN || l->kind == LOOP_TILE || l->kind == LOOP_ROWS;
}
/* Nests equations and regions, in an order that respects their dependences, below `into`. */
void schedule(Ir *, const Items *, Loop *into);
/* The same of equations whose first variable is the row of a tile, which the loop around binds. */
void schedule_rows_of(Ir *, const Items *, Id row, Loop *tile);
/* Adds the kids of `list` to `top`, in parts that are not too long for one C function. */
void parts_add(Ir *, Loop *list, Loop *top, bool rows);

/* ---- peel.c */

/* Cuts loops of the function, outside of tiles, where conditions about the ends of their ranges change. */
void peel(Ir *, const Func *);

/* ---- steps.c */

/* A read or a write of an array by a leaf; bounds and guards are read by the node around the loop. */
typedef struct {
    Slice subs;
    Loop *at;
    uint32_t leaf;
    bool write;
} Touch;
typedef VEC(Touch) Touches;

/* Which steps of regions the array keeps, from all that touches it: dropped, carried, turns. */
void steps_kept(Ir *, Id array, const Touches *, Store *);

/* ---- plan.c */

/* The innermost node that holds both. */
Loop *loop_common(Loop *, Loop *);

/* Gives every array that f uses its place. */
void plan(Ir *, Func *);
/* The linear index of an element over the dimensions that are not dropped; -1: not all known, or outside the array. */
int64_t plan_index(Ir *, Id array, uint64_t dropped, Slice subs);
/* The number of an array's elements; of those that are stored, where it has a place. */
Id plan_count(Ir *, Id array, const Store *);

#endif
