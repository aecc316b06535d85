/*
 * cost.h -- what things cost and what is worth doing for it, in one place: the passes ask here, and tell here what they did.
 *
 * The unit is a multiplication.  The cost of each operation stands in ops.h.  What is decided by how long a text may become (functions of
 * the generated C, straight lines of code) is no matter of cost and stands with the pass.
 */
#ifndef ADC_COST_H
#define ADC_COST_H

#include "ir.h"

/* ---- counts */

enum { COST_MOST = 10000 }; /* greater ones are not told apart */

/* The operations on reals under a node, each once. */
unsigned cost_of(Ir *, Id node);
/* The values of a loop's variable; where a run decides, and of long loops, a number that stands for many. */
int64_t cost_steps(Ir *, Binder);
/* A product, up to COST_MOST. */
int64_t cost_times(int64_t, int64_t);
/* The iterations of a nest.  Sizes of a run are assumed: rows of data are many. */
double cost_rounds(Ir *, const Binders *);

/* ---- what is computed once */

/* A part of a body that lacks loops: computed in a nest of its own, stored and read. */
bool cost_hoists(unsigned cost, int64_t times);
/* An operand of a sum of products, which makes of it a product of two reads. */
bool cost_operand(unsigned cost, int64_t times);
/* What several equations compute; what several contributions of one equation's adjoint do, of a large body or a small one. */
bool cost_shares(unsigned cost);
bool cost_meets(unsigned cost, bool large);
/* A value over the rows of a tile that leaves a loop. */
bool cost_lifts(unsigned cost, int64_t times);

/* ---- loops */

/* Is an index that alone counts worth a scatter or a gather instead of a loop over all? */
bool cost_picks(Ir *, Binder);

/* ---- functions of all values of an index at once */

/* Of so many?  And is there room for an array of them, beside what there is? */
bool cost_maps(int64_t n);
bool cost_room(int64_t n);

/* ---- rows of a tile */

enum {
    LANES = 64,        /* rows in a tile: P_LANES of the kernels */
    LANE_SUMS = 8,     /* partial sums that a sum over rows is kept in: row % LANE_SUMS; in memory as many ... */
    MOST_SUMS = 65536, /* ... or, where these are more numbers, or have more than two dimensions of any size, one */
    JAM = 4,           /* rounds of a loop of sums that run together ... */
    PAIR = 2,          /* ... and of the loop around it */
    COPY = 8,          /* rounds of a loop of copies that run together ... */
    COPIED = 64,       /* ... where there may be so many */
    FEW_ROWS = 11,     /* up to so many a tile costs more than row by row, where it costs the same for any number ... */
    FEW_BLOCKS = 3     /* ... and where kernels compute blocks of them */
};

/* So many operations on the rows of a tile, and so long a gradient: does a chunk of these rows pay, which adds a gradient of its own? */
bool cost_heavy(int64_t flops, int64_t gradient);

/* Is a product of matrices one for the kernel?  height x width numbers for each row of the data, or, where the rows are summed, for each of
   `terms` beside them (0: for the rows alone). */
bool cost_product(int64_t height, int64_t width, int64_t terms);
/* Do JAM rounds of a loop fit one function, that has so many arrays and operations?  Do PAIR rounds of the loop around it, which have so many
   arrays, share some?  Do statements fit one loop? */
bool cost_jams(uint32_t arrays, uint32_t nodes);
bool cost_pairs(uint32_t arrays, uint32_t together);
bool cost_joins(uint32_t arrays, uint32_t nodes);

/* ---- what was decided, and why: --dump=decisions */

/* A line of it, if somebody wants to know. */
void cost_tell(Ir *, const char *pass, const char *fmt, ...) ADC_PRINTF(3, 4);
/* For these lines: a node, where it is short; an access of an array at the left of its equation; "N x 25 x 10". */
const char *cost_text(Ir *, Id node);
const char *cost_element(Ir *, Id array, Slice subs);
const char *cost_loops(Ir *, const Binder *, uint32_t n);

#endif
