/*
 * tidy.c -- derivatives with fewer operations.
 *
 * The table of derivatives makes a product for each read and adds them up.  Signs go outwards until a sum takes them, constants of a
 * product become one, and what several terms of a sum have as a factor, or all of them as a constant, stands before the sum where
 * that saves a product or a division:
 *
 *     -(2 * (1 - x)) + -(100 * (2 * y)) * (2 * x)   ->   -(2 * (1 - x) + 400 * (y * x))
 *     (2 * a) * x - (2 * a) + (6 * b) * y - 2 * c   ->   2 * (a * x - a + 3 * (b * y) - c)
 *     2 * (1 - x)                                   ->   2 - 2 * x, which a machine does at once, where no value has 1 - x
 *     a * x * (3 * b) + c * x * (2 * d) + e * x     ->   x * (a * (3 * b) + c * (2 * d) + e)
 *
 * Outside of loops a machine mostly waits: what is there early is computed first, and what a sum or a product has to wait for longest
 * comes last:
 *
 *     2 * a + 6 * deep * b                          ->   2 * (a + 3 * b * deep)
 *     deep * b - deep + a                           ->   a + (b - 1) * deep
 *
 * Values are computed as they are written: what they and a derivative have in common stays, and so does what more than one use of a
 * node shares, but for the constant of a product that leaves the whole sum: elsewhere it mostly leaves, too.  One thing is done to
 * values, too, as it changes no bit but the sign of a zero: outside of loops constants are subtracted, not subtracted from, where a
 * sum takes the sign.  A machine then takes them from memory as it subtracts:
 *
 *     (1.5 - x) + x * y   ->   x * y - (x - 1.5)
 *
 * needs: uses of nodes   makes: -   breaks: -   exact: no (products and sums are regrouped)
 */
#include "flat.h"
#include "passes.h"

#include <math.h>
#include <string.h>

enum { TERMS = 32, FACTORS = 12 };

typedef struct {
    Id node;
    bool minus;
} Signed;

typedef struct {
    Factor factor[FACTORS];
    uint32_t n;
    bool minus;
    Id of; /* the shared product that its constant is from; 0: its own */
} Term;

typedef struct {
    Term at[TERMS];
    uint32_t n;
} Terms;

typedef struct {
    Ir *ir;
    uint32_t *uses;
    Id *user;            /* of each node: one that has it as an operand */
    uint8_t *fixed;      /* of each node: a value needs it too */
    Signed *image;       /* of each node: what stands for it, once it was looked at */
    size_t n;            /* nodes in these tables */
    bool straight;       /* what is looked at has no loops */
    VEC(uint32_t) depth; /* of the nodes so far: the cost of the longest chain of operations that ends in it */
} Tidy;

/* ---- constructors */

static Signed negated(Signed x) { return (Signed){x.node, !x.minus}; }

static Id value_of(Ir *ir, Signed x) { return x.minus ? ir_op1(ir, OP_NEG, x.node) : x.node; }

static Signed plus(Ir *ir, Signed a, Signed b)
{
    if (a.minus == b.minus) return (Signed){ir_op2(ir, OP_ADD, a.node, b.node), a.minus};
    return (Signed){a.minus ? ir_op2(ir, OP_SUB, b.node, a.node) : ir_op2(ir, OP_SUB, a.node, b.node), false};
}

/* c * x or x * c: the constant, and what it is a factor of; 0: nothing. */
static bool with_constant(const Ir *ir, Id node, double *c, Id *x)
{
    *x = 0;
    if (ir_const_real(ir, node, c)) return true;
    if (ir_opof(ir, node) != OP_MUL || ir_type(ir, node) != T_REAL) return false;
    bool first = ir_const_real(ir, ir_kid(ir, node, 0), c);
    *x = ir_kid(ir, node, first);
    return first || ir_const_real(ir, ir_kid(ir, node, 1), c);
}

static Signed scaled(Ir *ir, double c, Id x, bool minus)
{
    Id size = ir_real(ir, c < 0 ? -c : c);
    return (Signed){x ? ir_op2(ir, OP_MUL, size, x) : size, minus != (c < 0)};
}

/* So that a product of the rest overflows or underflows hardly earlier than with its constants in place. */
static bool is_modest(double c) { return fabs(c) < 0x1p64 && fabs(c) > 0x1p-64; }

/* own: nobody else uses the operands. */
static Signed times(Ir *ir, Signed a, Signed b, bool own)
{
    double c, d;
    Id x, y;
    bool minus = a.minus != b.minus;
    if (with_constant(ir, a.node, &c, &x) && with_constant(ir, b.node, &d, &y) && (!x || !y || own) && is_modest(c * d))
        return scaled(ir, c * d, x && y ? ir_op2(ir, OP_MUL, x, y) : x ? x : y, minus);
    return (Signed){ir_op2(ir, OP_MUL, a.node, b.node), minus};
}

static Signed over(Ir *ir, Signed a, Signed b)
{
    return (Signed){ir_op2(ir, OP_DIV, a.node, b.node), a.minus != b.minus};
}

/* ---- common factors */

static bool is_own(const Tidy *t, Id node) { return t->uses[node] == 1 && !t->fixed[node]; }

/* Who alone uses a node, but for its sign; 0: nobody, or not alone. */
static Id only_user(const Tidy *t, Id node)
{
    while (is_own(t, node) && ir_opof(t->ir, t->user[node]) == OP_NEG) node = t->user[node];
    return is_own(t, node) ? t->user[node] : 0;
}

/* The constant of a shared product and the rest of it, as factors. */
static bool split_shared(Tidy *t, Id node, Term *term)
{
    double c;
    Id x, product = t->image[node].node;
    if (t->fixed[node] || !with_constant(t->ir, product, &c, &x) || !x || term->n + 2 > FACTORS) return false;
    term->minus ^= t->image[node].minus;
    term->of = product;
    term->factor[term->n++] = (Factor){ir_real(t->ir, c), false};
    term->factor[term->n++] = (Factor){x, false};
    return true;
}

/* The factors of a node, into products and quotients that nothing else uses, and constants of others; false: too many. */
static bool factors_under(Tidy *t, Id node, bool constants, Term *term)
{
    Ir *ir = t->ir;
    Factor open[FACTORS + 2];
    uint32_t n = 0;
    open[n++] = (Factor){node, false};
    while (n) {
        Factor f = open[--n];
        Op op = ir_opof(ir, f.node);
        if (op == OP_NEG && is_own(t, f.node)) {
            open[n++] = (Factor){ir_kid(ir, f.node, 0), f.under};
            term->minus ^= true;
            continue;
        }
        if ((op == OP_MUL || (op == OP_DIV && !f.under)) && is_own(t, f.node)) {
            if (n + 2 > FACTORS) return false;
            open[n++] = (Factor){ir_kid(ir, f.node, 1), f.under != (op == OP_DIV)};
            open[n++] = (Factor){ir_kid(ir, f.node, 0), f.under};
            continue;
        }
        if (constants && !f.under && split_shared(t, f.node, term)) continue;
        Signed x = t->image[f.node];
        if (term->n == FACTORS) return false;
        term->minus ^= x.minus;
        term->factor[term->n++] = (Factor){x.node, f.under};
    }
    return true;
}

static bool is_sum(const Tidy *t, Id node)
{
    Op op = ir_opof(t->ir, node);
    return (op == OP_ADD || op == OP_SUB) && ir_type(t->ir, node) == T_REAL;
}

/* What a term's constants multiply to, without sign; they leave it. */
static double take_constants(const Ir *ir, Term *term)
{
    double all = 1, c;
    uint32_t n = 0;
    for (uint32_t k = 0; k < term->n; k++) {
        Factor f = term->factor[k];
        if (!f.under && ir_const_real(ir, f.node, &c))
            all *= c;
        else
            term->factor[n++] = f;
    }
    term->n = n;
    term->minus ^= all < 0;
    return fabs(all);
}

/* Before what else there is: that may bring a constant, too. */
static void put_constant(Ir *ir, Term *term, double c)
{
    if (c == 1) return;
    memmove(term->factor + 1, term->factor, term->n++ * sizeof *term->factor);
    term->factor[0] = (Factor){ir_real(ir, c), false};
}

/* One constant instead of several. */
static void join_constants(Ir *ir, Term *term)
{
    Term apart = *term;
    double c = take_constants(ir, term);
    if (is_modest(c))
        put_constant(ir, term, c);
    else
        *term = apart;
}

/* The terms of a sum, left to right; false: too many. */
static bool terms_under(Tidy *t, Id sum, bool constants, Terms *out)
{
    Signed open[TERMS + 2];
    uint32_t n = 0;
    open[n++] = (Signed){sum, false};
    while (n) {
        Signed x = open[--n];
        if (ir_opof(t->ir, x.node) == OP_NEG && is_own(t, x.node)) {
            open[n++] = (Signed){ir_kid(t->ir, x.node, 0), !x.minus};
            continue;
        }
        if (is_sum(t, x.node) && (x.node == sum || is_own(t, x.node))) {
            if (n + 2 > TERMS) return false;
            open[n++] = (Signed){ir_kid(t->ir, x.node, 1), x.minus != (ir_opof(t->ir, x.node) == OP_SUB)};
            open[n++] = (Signed){ir_kid(t->ir, x.node, 0), x.minus};
            continue;
        }
        if (out->n == TERMS) return false;
        Term *term = &out->at[out->n++];
        *term = (Term){.minus = x.minus};
        if (!factors_under(t, x.node, constants, term)) return false;
        join_constants(t->ir, term);
    }
    return true;
}

static int find_factor(const Term *term, Factor f)
{
    for (uint32_t k = 0; k < term->n; k++)
        if (term->factor[k].node == f.node && term->factor[k].under == f.under) return (int)k;
    return -1;
}

/* Is it the constant of two products that are not one, which so need none?  Or 2, which is an addition, as what is left of 4 is another? */
static bool saves_products(const Tidy *t, const Terms *s, const double *constant, double c)
{
    const Term *first = NULL;
    if (t->straight && c == 2) return true;
    for (uint32_t k = 0; k < s->n; k++) {
        const Term *term = &s->at[k];
        if (constant[k] != c) continue;
        if (first && !(term->of && term->of == first->of)) return true;
        if (!first) first = term;
    }
    return false;
}

/* Takes out the constant of which those of all terms are whole multiples; false: there is none, and *s is of no use any more. */
static bool take_common(const Tidy *t, Terms *s, double *c)
{
    Ir *ir = t->ir;
    double constant[TERMS];
    *c = INFINITY;
    for (uint32_t k = 0; k < s->n; k++) {
        constant[k] = take_constants(ir, &s->at[k]);
        *c = fmin(*c, constant[k]);
    }
    if (*c == 1 || !is_modest(*c) || !saves_products(t, s, constant, *c)) return false;
    for (uint32_t k = 0; k < s->n; k++) {
        Term *term = &s->at[k];
        if (!is_modest(constant[k]) || fmod(constant[k], *c) != 0) return false;
        put_constant(ir, term, constant[k] / *c);
    }
    return true;
}

/* Is it worth while to take f out?  Where no products are left a machine multiplies and adds at once. */
static bool pays(const Terms *s, Factor f, uint32_t *count)
{
    uint32_t others = 0;
    *count = 0;
    for (uint32_t k = 0; k < s->n; k++) {
        if (find_factor(&s->at[k], f) < 0) continue;
        ++*count;
        others += s->at[k].n - 1;
    }
    return *count > 1 && (f.under || others > *count);
}

static bool best_factor(const Terms *s, Factor *best)
{
    uint32_t most = 0, count;
    for (uint32_t k = 0; k < s->n; k++)
        for (uint32_t i = 0; i < s->at[k].n; i++) {
            Factor f = s->at[k].factor[i];
            if (!pays(s, f, &count) || count <= most) continue;
            most = count;
            *best = f;
        }
    return most > 0;
}

static Signed product_of(Ir *ir, const Term *term)
{
    Signed all = {0, term->minus};
    for (uint32_t k = 0; k < term->n; k++) {
        Factor f = term->factor[k];
        if (f.under) continue;
        Signed x = {f.node, false};
        all = all.node ? times(ir, all, x, true) : (Signed){x.node, all.minus};
    }
    if (!all.node) all.node = ir_real(ir, 1);
    for (uint32_t k = 0; k < term->n; k++)
        if (term->factor[k].under) all = over(ir, all, (Signed){term->factor[k].node, false});
    return all;
}

/* ---- the order of terms */

static uint32_t depth_of(Tidy *t, Id node)
{
    Ir *ir = t->ir;
    while (t->depth.n <= node) {
        Node x = ir->node.at[t->depth.n];
        uint32_t most = 0, cost = op_cost[x.op];
        int64_t power;
        if (x.op == OP_IPOW && ir_const_int(ir, ir->kid.at[x.kids + 1], &power) && power > 0 && power < 5)
            cost = (uint32_t)power - 1;
        for (uint32_t k = 0; k < x.n; k++) {
            uint32_t d = t->depth.at[ir->kid.at[x.kids + k]];
            most = d > most ? d : most;
        }
        vec_push(ir->arena, &t->depth, most + cost);
    }
    return t->depth.at[node];
}

/* Until all its factors are there: the last product is one operation with the sum. */
static uint32_t term_depth(Tidy *t, const Term *term)
{
    uint32_t most = 0;
    for (uint32_t k = 0; k < term->n; k++) {
        Id f = term->factor[k].node;
        uint32_t d = depth_of(t, f) - (ir_opof(t->ir, f) == OP_MUL);
        most = d > most ? d : most;
    }
    return most;
}

/* A sum without loops waits for its operands, not for its operations.  The terms and the factors that it has to wait for longest go last;
   others stay in their order. */
static void by_depth(Tidy *t, Terms *s)
{
    for (uint32_t k = 0; k < s->n; k++)
        for (uint32_t i = 1; i < s->at[k].n; i++) {
            Factor x = s->at[k].factor[i];
            uint32_t d = depth_of(t, x.node), at = i;
            for (; at && depth_of(t, s->at[k].factor[at - 1].node) > d; at--)
                s->at[k].factor[at] = s->at[k].factor[at - 1];
            s->at[k].factor[at] = x;
        }
    for (uint32_t k = 1; k < s->n; k++) {
        Term x = s->at[k];
        uint32_t d = term_depth(t, &x), at = k;
        for (; at && term_depth(t, &s->at[at - 1]) > d; at--) s->at[at] = s->at[at - 1];
        s->at[at] = x;
    }
}

/* c * (x * y): (c * x) * y where x is there before y. */
static Signed constant_first(Tidy *t, double c, Signed product)
{
    Ir *ir = t->ir;
    double other;
    Signed whole = scaled(ir, c, product.node, product.minus);
    if (ir_opof(ir, product.node) != OP_MUL) return whole;
    Id x = ir_kid(ir, product.node, 0), y = ir_kid(ir, product.node, 1);
    if (ir_const_real(ir, x, &other) || ir_const_real(ir, y, &other) || depth_of(t, x) >= depth_of(t, y)) return whole;
    return (Signed){ir_op2(ir, OP_MUL, scaled(ir, c, x, false).node, y), whole.minus};
}

/* x * f + x, where f is there before x: x * (f + 1), so that the sum waits for one operation after x. */
static bool joins(Tidy *t, const Term *product, const Term *x, Term *out)
{
    int at = x->n == 1 ? find_factor(product, x->factor[0]) : -1;
    if (at < 0 || product->n < 2 || x->factor[0].under) return false;
    Term f = *product;
    f.n--;
    memmove(f.factor + at, f.factor + at + 1, (f.n - (uint32_t)at) * sizeof *f.factor);
    if (term_depth(t, &f) >= depth_of(t, x->factor[0].node)) return false;
    Signed sum = plus(t->ir, product_of(t->ir, &f), (Signed){ir_real(t->ir, 1), x->minus});
    *out = (Term){.factor = {{sum.node, false}, x->factor[0]}, .n = 2, .minus = sum.minus};
    return true;
}

static void join_terms(Tidy *t, Terms *s)
{
    for (uint32_t k = 0; k < s->n; k++)
        for (uint32_t i = 0; i < s->n; i++)
            if (i != k && joins(t, &s->at[k], &s->at[i], &s->at[k])) {
                memmove(s->at + i, s->at + i + 1, (--s->n - i) * sizeof *s->at);
                k -= i < k;
                break;
            }
}

/* At most TERMS deep. */
static Signed sum_of(Tidy *t, Terms *s)
{
    Ir *ir = t->ir;
    Factor f;
    if (!best_factor(s, &f)) {
        if (t->straight) {
            join_terms(t, s);
            by_depth(t, s);
        }
        Signed all = product_of(ir, &s->at[0]);
        for (uint32_t k = 1; k < s->n; k++) all = plus(ir, all, product_of(ir, &s->at[k]));
        return all;
    }
    Terms with = {.n = 0}, rest = {.n = 0};
    for (uint32_t k = 0; k < s->n; k++) {
        int at = find_factor(&s->at[k], f);
        Terms *to = at < 0 ? &rest : &with;
        Term *term = &to->at[to->n++];
        *term = s->at[k];
        if (at < 0) continue;
        term->n--;
        for (uint32_t i = (uint32_t)at; i < term->n; i++) term->factor[i] = term->factor[i + 1];
    }
    Signed inner = sum_of(t, &with), x = {f.node, false};
    Signed all = f.under ? over(ir, inner, x) : times(ir, x, inner, true);
    return rest.n ? plus(ir, all, sum_of(t, &rest)) : all;
}

/* ---- nodes */

/* The sum with its common factors taken out, and its terms in the order of their depth; false: it is a part of a larger one, or too large. */
static bool factored(Tidy *t, Id id, Signed *out)
{
    Factor f;
    Terms open = {.n = 0}, terms = {.n = 0};
    double c;
    if (is_sum(t, only_user(t, id))) return false;
    if (terms_under(t, id, true, &open) && take_common(t, &open, &c)) {
        *out = constant_first(t, c, sum_of(t, &open));
        return true;
    }
    if (!terms_under(t, id, false, &terms) || !(t->straight || best_factor(&terms, &f))) return false;
    *out = sum_of(t, &terms);
    return true;
}

static Signed with_kids(Tidy *t, Id id)
{
    Ir *ir = t->ir;
    IdVec kids = {0};
    for (uint32_t k = 0; k < ir->node.at[id].n; k++)
        vec_push(ir->arena, &kids, value_of(ir, t->image[ir_kid(ir, id, k)]));
    return (Signed){ir_with_kids(ir, id, kids.at), false};
}

static bool is_product(const Ir *ir, Id node)
{
    Op op = ir_opof(ir, node);
    return op == OP_MUL || op == OP_DIV || op == OP_IPOW;
}

/* A power of two times a sum that nothing else uses, of a constant and x: both times the power, which is exact. */
static bool spread(Tidy *t, Id id, Signed *out)
{
    Ir *ir = t->ir;
    double c, a;
    int power;
    Id x, sum = ir_kid(ir, id, ir_opof(ir, ir_kid(ir, id, 0)) == OP_CONST);
    if (!with_constant(ir, id, &c, &x) || !x || !is_sum(t, sum) || !is_own(t, sum) || !is_modest(c)) return false;
    if (fabs(frexp(c, &power)) != 0.5 || !is_own(t, id) || is_product(ir, only_user(t, id))) return false;
    uint32_t at = !ir_const_real(ir, ir_kid(ir, sum, 0), &a);
    if ((at && !ir_const_real(ir, ir_kid(ir, sum, 1), &a)) || !is_modest(a)) return false;
    Signed y = t->image[ir_kid(ir, sum, !at)], all[2];
    if (is_product(ir, y.node)) return false;
    all[at] = scaled(ir, c * a, 0, false);
    all[!at] = scaled(ir, c, y.node, y.minus);
    *out = plus(ir, all[0], ir_opof(ir, sum) == OP_SUB ? negated(all[1]) : all[1]);
    return true;
}

static Signed image_of(Tidy *t, Id id)
{
    Ir *ir = t->ir;
    Node x = ir->node.at[id];
    Signed all;
    if (t->fixed[id] || x.type == T_INT || x.op == OP_READ || x.n == 0) return (Signed){id, false};
    Signed a = t->image[ir_kid(ir, id, 0)], b = x.n > 1 ? t->image[ir_kid(ir, id, 1)] : a;
    if (x.op == OP_NEG) return negated(a);
    if (x.op == OP_DIV) return over(ir, a, b);
    if (x.op == OP_MUL && spread(t, id, &all)) return all;
    if (x.op == OP_MUL) return times(ir, a, b, is_own(t, ir_kid(ir, id, 0)) && is_own(t, ir_kid(ir, id, 1)));
    if (x.op != OP_ADD && x.op != OP_SUB) return with_kids(t, id);
    if (factored(t, id, &all)) return all;
    return plus(ir, a, x.op == OP_SUB ? negated(b) : b);
}

static bool is_derivative(const Ir *ir, const Eq *e)
{
    Array a = ir->array.at[e->target];
    return ir->array.at[e->target].type == T_REAL && (a.primal || a.kind == ARRAY_GRAD || a.kind == ARRAY_RESULT);
}

static void count_uses(Tidy *t, const Flat *f)
{
    Ir *ir = t->ir;
    uint8_t *seen = arena_alloc(ir->arena, ir->node.n);
    for (uint32_t i = 0; i < f->steps.n; i++) {
        Step s = f->steps.at[i];
        bool value = s.kind != STEP_EQ || !is_derivative(ir, &ir->eq.at[s.id]);
        IdVec roots = step_roots(ir, s), all = ir_reach(ir, roots.at, roots.n);
        for (uint32_t k = 0; k < roots.n; k++) t->uses[roots.at[k]]++;
        for (uint32_t k = 0; k < all.n; k++) {
            Id id = all.at[k];
            t->fixed[id] |= value;
            for (uint32_t j = 0; j < ir->node.at[id].n && !seen[id]; j++) {
                Id kid = ir_kid(ir, id, j);
                t->uses[kid]++;
                t->user[kid] = id;
            }
            seen[id] = 1;
        }
    }
}

static Tidy tidy_of(Ir *ir, const Flat *f)
{
    size_t n = ir->node.n;
    Tidy t = {.ir = ir,
              .uses = arena_alloc(ir->arena, n * sizeof *t.uses),
              .user = arena_alloc(ir->arena, n * sizeof *t.user),
              .n = n};
    t.fixed = arena_alloc(ir->arena, n);
    t.image = arena_alloc(ir->arena, n * sizeof *t.image);
    count_uses(&t, f);
    return t;
}

/* An equation that no loop has. */
static bool is_straight(const Ir *ir, Step s)
{
    return s.kind == STEP_EQ && !s.in && !ir->eq.at[s.id].outer.n && !ir->eq.at[s.id].inner.n;
}

static void tidy_derivative(Tidy *t, Flat *f, Step *s)
{
    Ir *ir = t->ir;
    Eq e = ir->eq.at[s->id];
    t->straight = is_straight(ir, *s);
    IdVec all = ir_reach(ir, &e.body, 1);
    for (uint32_t k = 0; k < all.n; k++)
        if (!t->image[all.at[k]].node) t->image[all.at[k]] = image_of(t, all.at[k]);
    Id body = value_of(ir, t->image[e.body]);
    if (body == e.body) return;
    e.body = body;
    s->id = flat_moved(ir, f, s->id, &e);
}

/* ---- constants that something is subtracted from */

/* c - x, of one use: x - c, less than nothing.  A product takes the constant as it is. */
static Signed turned(const Tidy *t, Id node)
{
    Ir *ir = t->ir;
    double c;
    bool other = node >= t->n || t->uses[node] != 1 || ir_opof(ir, node) != OP_SUB || ir_type(ir, node) != T_REAL;
    if (other || !ir_const_real(ir, ir_kid(ir, node, 0), &c) || is_product(ir, ir_kid(ir, node, 1)))
        return (Signed){node, false};
    return (Signed){ir_op2(ir, OP_SUB, ir_kid(ir, node, 1), ir_kid(ir, node, 0)), true};
}

static Id turn_rule(Ir *ir, Id node, void *tidy)
{
    const Tidy *t = tidy;
    if (!is_sum(t, node)) return node;
    Signed a = turned(t, ir_kid(ir, node, 0)), b = turned(t, ir_kid(ir, node, 1));
    bool any = a.minus || b.minus;
    if (ir_opof(ir, node) == OP_SUB) b = negated(b);
    return any && !(a.minus && b.minus) ? plus(ir, a, b).node : node;
}

void tidy(Ir *ir)
{
    Flat f = flat_of(ir);
    Tidy t = tidy_of(ir, &f);
    for (uint32_t i = 0; i < f.steps.n; i++) {
        Step *s = &f.steps.at[i];
        Eq e = s->kind == STEP_EQ ? ir->eq.at[s->id] : (Eq){0};
        if (s->kind == STEP_EQ && is_derivative(ir, &e) && ir_type(ir, e.body) == T_REAL) tidy_derivative(&t, &f, s);
    }
    t = tidy_of(ir, &f);
    Rewrite w = {.rule = turn_rule, .user = &t};
    for (uint32_t i = 0; i < f.steps.n; i++) {
        Step *s = &f.steps.at[i];
        if (is_straight(ir, *s)) s->id = rewrite_eq(ir, &w, &f, s->id);
    }
    StepVec steps = f.steps;
    flat_store(ir, &f, &steps);
}
