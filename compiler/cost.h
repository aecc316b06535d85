/*
 * cost.h -- what things cost, and what is worth doing for it: the one place where the passes ask.
 *
 * The unit is a multiplication.  The cost of each operation stands in ops.h.
 */
#ifndef ADC_COST_H
#define ADC_COST_H

#include "ir.h"

enum { COST_MOST = 10000 }; /* greater ones are not told apart */

/* The operations on reals under a node, as a tree. */
unsigned cost_of(Ir *, Id node);
/* The values of a loop's variable, where it is not a constant a number that stands for it. */
int64_t cost_steps(Ir *, Binder);
/* A product, up to COST_MOST. */
int64_t cost_times(int64_t, int64_t);

/* lift.c: is a value over the rows of a tile to be stored, that is otherwise computed so often? */
bool cost_lifts(unsigned cost, int64_t uses);

#endif
