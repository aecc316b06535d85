/*
 * cost.c -- counts and thresholds; each with what it was measured by.
 */
#include "cost.h"

/* A size of a run counts as so many. */
enum { RUN_SIZE = 64 };

static unsigned capped(uint64_t n) { return n < COST_MOST ? (unsigned)n : COST_MOST; }

unsigned cost_of(Ir *ir, Id node)
{
    IdVec all = ir_reach(ir, &node, 1);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < all.n; i++)
        if (ir_type(ir, all.at[i]) == T_REAL) sum += op_cost[ir_opof(ir, all.at[i])];
    return capped(sum);
}

int64_t cost_steps(Ir *ir, Binder b)
{
    int64_t count;
    if (!ir_const_int(ir, ir_op2(ir, OP_SUB, b.hi, b.lo), &count) || count > RUN_SIZE) return RUN_SIZE;
    return count < 0 ? 0 : count;
}

int64_t cost_times(int64_t a, int64_t b) { return a != 0 && b > COST_MOST / a ? COST_MOST : a * b; }

/*
 * A value of lanes costs a store and a load for each element once, and takes the place of an array that is read anyway.  Mixture, 1,000
 * rows, 10 dimensions, 25 components, x - mu (one subtraction, used 5 times on average): with clang -O3 -march=native 0.85 -> 0.75 of the time, with gcc 0.97.
 */
bool cost_lifts(unsigned cost, int64_t uses) { return cost > 0 && uses >= 4; }
