/*
 * cost.c -- counts and thresholds, each with its reason or with what it was measured by; and the record of what was decided.
 */
#include "cost.h"

/* A loop whose steps a run decides counts as so many, and so does every longer one. */
enum { MANY = 64 };
/* For comparing nests, where the greater count wins: sizes of a run, and those that are the rows of data. */
static const double run_size = 64, row_size = 4096;

/* ---- counts */

unsigned cost_of(Ir *ir, Id node)
{
    IdVec all = ir_reach(ir, &node, 1);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < all.n && sum < COST_MOST; i++)
        if (ir_type(ir, all.at[i]) == T_REAL) sum += op_cost[ir_opof(ir, all.at[i])];
    return sum < COST_MOST ? (unsigned)sum : COST_MOST;
}

int64_t cost_steps(Ir *ir, Binder b)
{
    int64_t count;
    if (!ir_const_int(ir, ir_op2(ir, OP_SUB, b.hi, b.lo), &count) || count > MANY) return MANY;
    return count < 0 ? 0 : count;
}

int64_t cost_times(int64_t a, int64_t b) { return a != 0 && b > COST_MOST / a ? COST_MOST : a * b; }

/* Is it the first size of an array of data? */
static bool is_rows(const Ir *ir, Id dim)
{
    for (Id a = 1; a < ir->array.n; a++) {
        const Array *x = &ir->array.at[a];
        if (x->kind != ARRAY_DATA || x->dims.n == 0) continue;
        Node first = ir->node.at[ir->kid.at[x->dims.at]];
        if (first.op == OP_DIM && first.u.ref == dim) return true;
    }
    return false;
}

/* The mean of a variable over its range, as far as the outer ones are done. */
typedef struct {
    Id var;
    double mean;
} Mean;
typedef VEC(Mean) Means;

static double term_value(Ir *ir, const Means *m, Id node)
{
    Node x = ir->node.at[node];
    for (uint32_t i = 0; i < m->n && x.op == OP_VAR; i++)
        if (m->at[i].var == x.u.ref) return m->at[i].mean;
    return x.op == OP_DIM && is_rows(ir, x.u.ref) ? row_size : run_size;
}

/* About the value of an integer expression; of one that is not affine no more than that it is a size. */
static double value_of(Ir *ir, const Means *m, Id node)
{
    Affine f = ir_affine(ir, node);
    if (f.overflow) return run_size;
    double sum = (double)f.constant;
    for (uint32_t i = 0; i < f.terms.n; i++) sum += (double)f.terms.at[i].coef * term_value(ir, m, f.terms.at[i].term);
    return sum;
}

double cost_rounds(Ir *ir, const Binders *loops)
{
    Means m = {0};
    double rounds = 1;
    for (uint32_t i = 0; i < loops->n; i++) {
        double lo = value_of(ir, &m, loops->at[i].lo), hi = value_of(ir, &m, loops->at[i].hi);
        rounds *= hi > lo ? hi - lo : 0;
        vec_push(ir->arena, &m, ((Mean){loops->at[i].var, (lo + hi - 1) / 2}));
    }
    return rounds;
}

/* ---- what is computed once */

/*
 * An element that is stored and loaded where it was computed takes the place of arithmetic that waits for nothing: what is cheaper than a
 * division stays.  All that is saved for an element has to pay for the nest that computes it.
 */
bool cost_hoists(unsigned cost, int64_t times) { return cost >= 5 && (int64_t)cost * (times - 1) >= 8; }

/* A product of matrices is a sum of products of two arrays, and even one operation more in each term is a third of it. */
bool cost_operand(unsigned cost, int64_t times) { return cost >= 1 && times >= 4; }

/* Two equations are often in one loop, whose compiler sees by itself what they share; that does not go for calls of libm (20). */
bool cost_shares(unsigned cost) { return cost >= 16; }

/* An equation more is a loop more before fusion: of a small body only functions are worth one, of a large one a few operations. */
bool cost_meets(unsigned cost, bool large) { return cost >= (large ? 8 : 20); }

/*
 * A value of lanes costs a store for each element once, and takes the place of an array that is read anyway.  Mixture, 1,000 rows,
 * 10 dimensions, 25 components, x - mu (one subtraction, used 5 times on average): with clang -O3 -march=native 0.85 of the time, with
 * gcc 0.97.
 */
bool cost_lifts(unsigned cost, int64_t times) { return cost > 0 && times >= 4; }

/* ---- loops */

/* A few steps over neighbours run as vectors, an index from data does not. */
bool cost_picks(Ir *ir, Binder b)
{
    int64_t count;
    return !ir_const_int(ir, ir_op2(ir, OP_SUB, b.hi, b.lo), &count) || count > 4;
}

/* ---- functions of all values of an index at once
 *
 * gcc -O3 -march=native, ns of all: 8 numbers take 24 (exp), 26 (sigmoid), 26 (tanh), by libm 48, 50 and 108; 14 take 58, 52, 51, by libm 82,
 * 84 and 197.  Without -march=native, where vectors hold two numbers, 14 take 92, 111 and 133.  An array of 32 kB stays in the first cache.
 */
bool cost_maps(int64_t n) { return n >= 8; }
bool cost_room(int64_t n) { return n <= 4096; }

/* ---- rows of a tile
 *
 * Mixture, 1,000 rows, 10 dimensions, 25 components, under gcc and clang, -O2 and -O3, with and without -march=native and -ffast-math:
 *
 * LANES: tiles of 32 rows take up to 1.17 of the time of the best size, of 48 1.09, of 64 1.11 and of 128 1.2, which spills the first
 * cache.  The kernels for products want 64: compilers unroll shorter loops whole, which costs half of the speed.
 * LANE_SUMS: 4 partial sums are unstable (gcc: 1.0 to 1.4), 16 take 1.05 to 1.1.  One plain sum takes 2.5 times as long where compilers may
 * not reassociate.
 * MOST_SUMS: with 64 dimensions 8 sums of each element are 6.5 MB.  With one, to which a tile adds its own (fold in ckernel.c), gcc and clang take
 * 0.90 to 0.95 of the time of two with 512 bits, 0.98 with 256 and 1.00 with 128, where two took 0.90 of that of 8.  Of 10 dimensions, 160 kB,
 * constants are no faster with one, and sizes of a run take 1.03 to 1.10 of the time of constants with 8.
 * JAM: 4 rounds load and store what they add to once; 8 are no faster.
 * PAIR: two rows of a triangle load what they share once, and are called half as often: 0.87 to 0.95 of the time of one.
 * FEW_ROWS: a tile takes the same time however few its rows are, and row by row there are no vectors.  FEW_BLOCKS: ms row by row
 * and of a tile, convnet: 3 rows 1.4, 1.6; 4 rows 1.9, 1.5; 10 rows 4.8, 1.9; MLP: 2 rows 0.23, 0.33; 4 rows 0.40, 0.33.
 */

bool cost_heavy(int64_t flops, int64_t gradient) { return flops / 4000 >= gradient; }

/* Fewer numbers do not fill the kernel's blocks of 2 x 4 and its vectors; with terms beside the rows it packs what it reads. */
bool cost_product(int64_t height, int64_t width, int64_t terms)
{
    return height >= 4 && (terms ? width >= 4 && terms >= 8 : width >= 16);
}

/* There are 16 registers for pointers: others are loaded again in each round.  And as many for vectors, which four rounds share. */
enum { MOST_ARRAYS = 24 };
bool cost_jams(uint32_t arrays, uint32_t nodes) { return nodes <= 14 && arrays * JAM <= MOST_ARRAYS; }
bool cost_pairs(uint32_t arrays, uint32_t together) { return together < PAIR * arrays; }
bool cost_joins(uint32_t arrays, uint32_t nodes) { return arrays <= MOST_ARRAYS && nodes <= 400; }

/* ---- what was decided */

void cost_tell(Ir *ir, const char *pass, const char *fmt, ...)
{
    if (!ir->decisions) return;
    va_list args;
    va_start(args, fmt);
    text_addf(ir->decisions, "%-8s ", pass);
    text_addv(ir->decisions, fmt, args);
    text_add(ir->decisions, "\n");
    va_end(args);
}

const char *cost_text(Ir *ir, Id node)
{
    enum { SHORT = 24 };
    Text text = {.arena = ir->arena};
    if (!ir->decisions) return "";
    uint32_t n = ir_reach(ir, &node, 1).n;
    if (n > SHORT) return arena_printf(ir->arena, "an expression of %u nodes", n);
    ir_print_whole(ir, node, &text);
    return text.at;
}

const char *cost_element(Ir *ir, Id array, Slice subs)
{
    if (!ir->decisions) return "";
    IdVec at = {0};
    ir_add_ids(ir, subs, &at);
    return cost_text(ir, ir_read(ir, array, at.at, at.n));
}

const char *cost_loops(Ir *ir, const Binder *b, uint32_t n)
{
    Text text = {.arena = ir->arena};
    if (!ir->decisions) return "";
    text_add(&text, n ? "" : "1");
    for (uint32_t i = 0; i < n; i++)
        text_addf(&text, "%s%s", i ? " x " : "", cost_text(ir, ir_op2(ir, OP_SUB, b[i].hi, b[i].lo)));
    return text.at;
}
