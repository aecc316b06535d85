/*
 * irmake.c -- the constructors that fold what is exact.
 *
 * Integer + - * neg are kept in an affine normal form: a left-leaning sum, positive terms first, variables before sizes
 * before the rest, by name, the constant last.  Then equal subscripts are equal numbers, and proofs on sizes are
 * differences.  A sum of more than AFFINE_MAX terms, or one that leaves 64 bits, stays as it was written and counts as
 * one term ("opaque"): so the work per node is bounded.  Everything else keeps the order of its operands.
 */
#include <math.h>
#include <string.h>

#include "irtables.h"
#include "opmath.h"

enum { AFFINE_MAX = 64, PROOF_DEPTH = 6 };

/* ---- constants */

Id ir_real(Ir *ir, double r)
{
    int64_t bits;
    memcpy(&bits, &r, sizeof bits);
    return ir_cons(ir, OP_CONST, T_REAL, NULL, 0, bits);
}

Id ir_int(Ir *ir, int64_t i) { return ir_cons(ir, OP_CONST, T_INT, NULL, 0, i); }
Id ir_bool(Ir *ir, bool b) { return ir_cons(ir, OP_CONST, T_BOOL, NULL, 0, b); }

bool ir_const_int(const Ir *ir, Id node, int64_t *k)
{
    Node x = ir->node.at[node];
    if (x.op != OP_CONST || x.type != T_INT) return false;
    *k = x.u.i;
    return true;
}

static bool is_const(const Ir *ir, Id node) { return ir->node.at[node].op == OP_CONST; }

bool ir_const_real(const Ir *ir, Id node, double *r)
{
    Node x = ir->node.at[node];
    if (x.op != OP_CONST || (x.type != T_REAL && x.type != T_INT)) return false;
    *r = x.type == T_REAL ? x.u.r : (double)x.u.i;
    return true;
}

bool ir_is_int(const Ir *ir, Id node, int64_t k)
{
    Node x = ir->node.at[node];
    if (x.op != OP_CONST) return false;
    return x.type == T_INT ? x.u.i == k : x.type == T_REAL && x.u.r >= (double)k && x.u.r <= (double)k;
}

/* 1 true, 0 false, -1 not a constant */
static int const_bool(const Ir *ir, Id node)
{
    Node x = ir->node.at[node];
    return x.op == OP_CONST && x.type == T_BOOL ? (int)x.u.i : -1;
}

/* ---- order by structure */

static int sign_of(int64_t a, int64_t b) { return (a > b) - (a < b); }

static const char *name_of(const Ir *ir, Node x, const char *const *names)
{
    if (x.op == OP_VAR) return names && names[x.u.ref] ? names[x.u.ref] : ir->var.at[x.u.ref].name;
    if (x.op == OP_DIM) return ir->dim.at[x.u.ref].name;
    return x.op == OP_EXTERN ? ir->external.at[x.u.ref].name : ir->array.at[x.u.ref].name;
}

static int rank_of(Node x) { return x.op == OP_VAR ? 0 : x.op == OP_DIM ? 1 : x.op == OP_READ ? 2 : 3 + x.op; }

int ir_compare(const Ir *ir, Id a, Id b, const char *const *names)
{
    while (a != b) { /* different numbers differ somewhere: go down to the first difference */
        Node x = ir->node.at[a], y = ir->node.at[b];
        int by = sign_of(rank_of(x), rank_of(y));
        if (by == 0) by = sign_of(x.type, y.type);
        if (by) return by;
        if (x.op == OP_VAR || x.op == OP_DIM || x.op == OP_READ || x.op == OP_EXTERN) {
            if (x.u.ref != y.u.ref) {
                by = strcmp(name_of(ir, x, names), name_of(ir, y, names));
                return by ? sign_of(by, 0) : sign_of(x.u.ref, y.u.ref);
            }
        } else if (x.op == OP_CONST) {
            return x.type == T_REAL && x.u.r < y.u.r   ? -1
                   : x.type == T_REAL && x.u.r > y.u.r ? 1
                                                       : sign_of(x.u.i, y.u.i);
        }
        if (x.n != y.n) return sign_of(x.n, y.n);
        uint32_t k = 0;
        while (ir->kid.at[x.kids + k] == ir->kid.at[y.kids + k]) k++;
        a = ir->kid.at[x.kids + k];
        b = ir->kid.at[y.kids + k];
    }
    return 0;
}

/* ---- the affine normal form */

bool ir_is_opaque(const Ir *ir, Id node) { return ir->tables->opaque.at[node]; }

/* a*b + c, if it fits */
static bool mul_add(int64_t a, int64_t b, int64_t c, int64_t *out)
{
    int64_t p;
    if (!int_mul(a, b, &p) || !int_add(p, c, out)) return false;
    return *out != INT64_MIN; /* so that a sign can be turned */
}

static void affine_add(Ir *ir, Affine *f, Id term, int64_t coef)
{
    for (uint32_t i = 0; i < f->terms.n; i++)
        if (f->terms.at[i].term == term) {
            if (!mul_add(1, coef, f->terms.at[i].coef, &f->terms.at[i].coef)) f->overflow = true;
            return;
        }
    vec_push(ir->arena, &f->terms, ((AffTerm){term, coef}));
}

/* f += coef * node.  The normal form is a left spine, so that the loop follows it and the work list stays short. */
static void affine_gather(Ir *ir, Affine *f, Id node, int64_t coef)
{
    IrTables *tables = ir->tables;
    tables->todo.n = 0;
    vec_push(ir->arena, &tables->todo, ((AffTerm){node, coef}));
    while (tables->todo.n && !f->overflow) {
        AffTerm t = tables->todo.at[--tables->todo.n];
        Node x = ir->node.at[t.term];
        int64_t k;
        bool open = x.type == T_INT && !ir_is_opaque(ir, t.term);
        Id a = x.n > 0 ? ir_kid(ir, t.term, 0) : 0, b = x.n > 1 ? ir_kid(ir, t.term, 1) : 0;
        if (ir_const_int(ir, t.term, &k)) {
            if (!mul_add(k, t.coef, f->constant, &f->constant)) f->overflow = true;
        } else if (open && (x.op == OP_ADD || x.op == OP_SUB)) {
            vec_push(ir->arena, &tables->todo, ((AffTerm){b, x.op == OP_ADD ? t.coef : -t.coef}));
            vec_push(ir->arena, &tables->todo, ((AffTerm){a, t.coef}));
        } else if (open && x.op == OP_NEG) {
            vec_push(ir->arena, &tables->todo, ((AffTerm){a, -t.coef}));
        } else if (open && x.op == OP_MUL && (ir_const_int(ir, a, &k) || ir_const_int(ir, b, &k))) {
            if (!mul_add(k, t.coef, 0, &t.coef)) f->overflow = true;
            vec_push(ir->arena, &tables->todo, ((AffTerm){is_const(ir, a) ? b : a, t.coef}));
        } else {
            affine_add(ir, f, t.term, t.coef);
        }
    }
}

/* The form that every constructor works in, empty. */
static Affine *scratch_form(Ir *ir)
{
    Affine *f = &ir->tables->form;
    f->terms.n = 0;
    f->constant = 0;
    f->overflow = false;
    return f;
}

/* Drops terms that cancelled. */
static void affine_clean(Affine *f)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->terms.n; i++)
        if (f->terms.at[i].coef) f->terms.at[n++] = f->terms.at[i];
    f->terms.n = n;
}

Affine ir_affine(Ir *ir, Id node)
{
    Affine f = {0};
    affine_gather(ir, &f, node, 1);
    affine_clean(&f);
    return f;
}

int64_t ir_coefficient(const Ir *ir, const Affine *f, Id var, bool *inside)
{
    int64_t coef = 0;
    *inside = f->overflow;
    for (uint32_t i = 0; i < f->terms.n; i++) {
        AffTerm t = f->terms.at[i];
        if (ir_opof(ir, t.term) == OP_VAR && ir->node.at[t.term].u.ref == var)
            coef = t.coef;
        else if (ir_has_var(ir, t.term, var))
            *inside = true;
    }
    return coef;
}

static int term_order(const Ir *ir, AffTerm a, AffTerm b, const char *const *names)
{
    if ((a.coef < 0) != (b.coef < 0)) return a.coef < 0 ? 1 : -1;
    return ir_compare(ir, a.term, b.term, names);
}

void ir_affine_sort(const Ir *ir, Affine *f, const char *const *names)
{
    for (uint32_t i = 1; i < f->terms.n; i++) {
        AffTerm t = f->terms.at[i];
        uint32_t j = i;
        for (; j && term_order(ir, f->terms.at[j - 1], t, names) > 0; j--) f->terms.at[j] = f->terms.at[j - 1];
        f->terms.at[j] = t;
    }
}

Id ir_unaffine(Ir *ir, const Affine *form)
{
    Affine f = *form;
    ir_affine_sort(ir, &f, NULL);
    Id sum = 0;
    for (uint32_t i = 0; i < f.terms.n; i++) {
        int64_t coef = f.terms.at[i].coef, size = coef < 0 ? -coef : coef;
        Id t = f.terms.at[i].term, pair[2] = {ir_int(ir, size), t};
        if (size != 1) t = ir_cons(ir, OP_MUL, T_INT, pair, 2, 0);
        pair[0] = sum;
        pair[1] = t;
        if (sum)
            sum = ir_cons(ir, coef < 0 ? OP_SUB : OP_ADD, T_INT, pair, 2, 0);
        else
            sum = coef < 0 ? ir_cons(ir, OP_NEG, T_INT, &t, 1, 0) : t;
    }
    if (sum == 0) return ir_int(ir, f.constant);
    if (f.constant == 0) return sum;
    bool minus = f.constant < 0;
    Id pair[2] = {sum, ir_int(ir, minus ? -f.constant : f.constant)};
    return ir_cons(ir, minus ? OP_SUB : OP_ADD, T_INT, pair, 2, 0);
}

/* + - * neg of integers.  A product of two expressions that are not constant is a term. */
static Id make_affine(Ir *ir, Op op, const Id *kids, uint32_t n)
{
    int64_t k = 0;
    bool product = op == OP_MUL && !ir_const_int(ir, kids[0], &k) && !ir_const_int(ir, kids[1], &k);
    if (product) return ir_cons(ir, op, T_INT, kids, n, 0);
    Affine *f = scratch_form(ir);
    if (op == OP_MUL) {
        affine_gather(ir, f, is_const(ir, kids[0]) ? kids[1] : kids[0], k);
        if (k == INT64_MIN) f->overflow = true;
    } else {
        affine_gather(ir, f, kids[0], op == OP_NEG ? -1 : 1);
        if (n > 1) affine_gather(ir, f, kids[1], op == OP_SUB ? -1 : 1);
    }
    affine_clean(f);
    if (!f->overflow && f->terms.n <= AFFINE_MAX) return ir_unaffine(ir, f);
    Id node = ir_cons(ir, op, T_INT, kids, n, 0);
    ir->tables->opaque.at[node] = 1;
    return node;
}

/* a - b, until the next form is made */
static const Affine *difference(Ir *ir, Id a, Id b)
{
    Affine *f = scratch_form(ir);
    affine_gather(ir, f, a, 1);
    affine_gather(ir, f, b, -1);
    affine_clean(f);
    return f;
}

/* ---- proofs */

/* Is a term at least 0 whatever the sizes: a size, or a product of such? */
static bool term_natural(const Ir *ir, Id t, int depth)
{
    Node x = ir->node.at[t];
    if (x.op == OP_DIM) return true;
    if (x.op == OP_CONST) return x.type == T_INT && x.u.i >= 0;
    if (depth == 0 || x.n < 2 || (x.op != OP_MUL && x.op != OP_ADD && x.op != OP_IMAX && x.op != OP_IMIN)) return false;
    bool a = term_natural(ir, ir_kid(ir, t, 0), depth - 1), b = term_natural(ir, ir_kid(ir, t, 1), depth - 1);
    return x.op == OP_IMAX ? a || b : a && b;
}

/* The sign of a form: 1 always >= 0, -1 always < 0, 0 unknown; *never0: it is never 0. */
static int form_sign(const Ir *ir, const Affine *f, bool *never0)
{
    bool up = f->constant >= 0, down = f->constant <= 0;
    if (f->overflow) return *never0 = false, 0;
    for (uint32_t i = 0; i < f->terms.n; i++) {
        bool natural = term_natural(ir, f->terms.at[i].term, PROOF_DEPTH);
        if (!natural || f->terms.at[i].coef < 0) up = false;
        if (!natural || f->terms.at[i].coef > 0) down = false;
    }
    *never0 = (up || down) && f->constant != 0;
    return up ? 1 : down && f->constant < 0 ? -1 : 0;
}

static int prove_le(Ir *ir, Id a, Id b, int depth)
{
    bool never0;
    int s = form_sign(ir, difference(ir, b, a), &never0);
    if (s || depth == 0) return s;
    for (int side = 0; side < 2; side++) { /* side 0: a is imin or imax; 1: b is */
        Id x = side ? b : a;
        Op op = ir_opof(ir, x);
        if (op != OP_IMAX && op != OP_IMIN) continue;
        Id k0 = ir_kid(ir, x, 0), k1 = ir_kid(ir, x, 1);
        int p = side ? prove_le(ir, a, k0, depth - 1) : prove_le(ir, k0, b, depth - 1);
        int q = side ? prove_le(ir, a, k1, depth - 1) : prove_le(ir, k1, b, depth - 1);
        bool both = (op == OP_IMAX) == (side == 0); /* imax(p, q) <= b needs both, a <= imax(p, q) either */
        if (both ? p == 1 && q == 1 : p == 1 || q == 1) return 1;
        if (both ? p == -1 || q == -1 : p == -1 && q == -1) return -1;
    }
    return 0;
}

int ir_prove_le(Ir *ir, Id a, Id b) { return prove_le(ir, a, b, PROOF_DEPTH); }

int ir_prove_eq(Ir *ir, Id a, Id b)
{
    if (a == b) return 1;
    const Affine *f = difference(ir, a, b);
    if (!f->overflow && f->terms.n == 0) return f->constant == 0 ? 1 : -1;
    bool never0;
    form_sign(ir, f, &never0);
    return never0 ? -1 : 0;
}

Id ir_extreme(Ir *ir, const Binder *binder, uint32_t n, Id node, bool high)
{
    for (uint32_t i = n; i-- && node;) {
        Binder b = binder[i];
        if (!ir_has_var(ir, node, b.var)) continue;
        bool inside;
        Affine f = ir_affine(ir, node);
        int64_t coef = ir_coefficient(ir, &f, b.var, &inside);
        Subst to = {b.var, (coef > 0) == high ? ir_addi(ir, b.hi, -1) : b.lo};
        node = inside ? 0 : ir_subst(ir, node, &to, 1);
    }
    return node;
}

/* ---- types */

Type ir_op_type(const Ir *ir, Op op, const Id *kids, uint32_t n)
{
    enum { REAL = T_REAL, INT = T_INT, BOOL = T_BOOL, ARITH, SAME };
#define OP(name, text, kids, form, result, ...) [OP_##name] = (result),
    static const uint8_t result[OP_COUNT] = {ADC_OPS(OP)};
#undef OP
    if (op == OP_IPOW) {
        int64_t k;
        return ir_type(ir, kids[0]) == T_INT && ir_const_int(ir, kids[1], &k) && k >= 0 ? T_INT : T_REAL;
    }
    if (result[op] < ARITH) return (Type)result[op];
    uint32_t first = op == OP_SELECT;
    for (uint32_t i = first + 1; i < n; i++)
        if (ir_type(ir, kids[i]) != ir_type(ir, kids[first])) return T_REAL;
    Type t = ir_type(ir, kids[first]);
    return result[op] == ARITH && t != T_INT ? T_REAL : t;
}

/* ---- folding */

/* `node` in the place of one of that type: itself, or 0 where it cannot stand there. */
static Id of_type(Ir *ir, Id node, Type type)
{
    double r;
    if (ir_type(ir, node) == type) return node;
    return type == T_REAL && ir_const_real(ir, node, &r) ? ir_real(ir, r) : 0;
}

/* Real arithmetic on constants; 0 where the result is no number. */
static Id fold_real(Ir *ir, Op op, const Id *kids, uint32_t n)
{
    double v[3] = {0};
    if (n > 3) return 0;
    for (uint32_t i = 0; i < n; i++)
        if (!ir_const_real(ir, kids[i], &v[i])) return 0;
    double r = op_real(op, v);
    return isnan(r) ? 0 : ir_real(ir, r);
}

static Id fold_int(Ir *ir, Op op, const Id *kids)
{
    int64_t a, b, r;
    if (!ir_const_int(ir, kids[0], &a) || !ir_const_int(ir, kids[1], &b)) return 0;
    return op_int(op, a, b, &r) ? ir_int(ir, r) : 0;
}

/* x + 0, x - 0, 0 - x, x + -y, x - -y */
static Id fold_sum(Ir *ir, Op op, Id a, Id b)
{
    double r;
    Op turned = op == OP_ADD ? OP_SUB : OP_ADD;
    if (ir_is_int(ir, b, 0)) return of_type(ir, a, T_REAL);
    if (ir_is_int(ir, a, 0))
        return op == OP_ADD ? of_type(ir, b, T_REAL) : ir_type(ir, b) == T_REAL ? ir_op1(ir, OP_NEG, b) : 0;
    if (ir_opof(ir, b) == OP_NEG && ir_type(ir, b) == T_REAL) return ir_op2(ir, turned, a, ir_kid(ir, b, 0));
    if (ir_type(ir, b) == T_REAL && ir_const_real(ir, b, &r) && r < 0) return ir_op2(ir, turned, a, ir_real(ir, -r));
    return 0;
}

/* 1*x, x*1, -1*x, x*-1 */
static Id fold_product(Ir *ir, Id a, Id b)
{
    if (ir_is_int(ir, b, 1)) return of_type(ir, a, T_REAL);
    if (ir_is_int(ir, a, 1)) return of_type(ir, b, T_REAL);
    if (ir_is_int(ir, b, -1) && ir_type(ir, a) == T_REAL) return ir_op1(ir, OP_NEG, a);
    if (ir_is_int(ir, a, -1) && ir_type(ir, b) == T_REAL) return ir_op1(ir, OP_NEG, b);
    return 0;
}

/* x^0 = 1 by the language's definition, x^1 = x */
static Id fold_power(Ir *ir, Type type, Id a, Id b)
{
    if (ir_is_int(ir, b, 1)) return of_type(ir, a, type);
    if (ir_is_int(ir, b, 0)) return type == T_INT ? ir_int(ir, 1) : ir_real(ir, 1);
    return 0;
}

static Id fold_compare(Ir *ir, Op op, Id a, Id b)
{
    double x, y;
    int sign;
    Type ta = ir_type(ir, a), tb = ir_type(ir, b);
    if (ta == T_INT && tb == T_INT) {
        const Affine *f = difference(ir, a, b);
        if (f->overflow || f->terms.n) return 0;
        sign = sign_of(f->constant, 0);
    } else if (ir_const_real(ir, a, &x) && ir_const_real(ir, b, &y)) {
        if (isnan(x) || isnan(y)) return ir_bool(ir, op == OP_NE);
        sign = (x > y) - (x < y);
    } else if (ta == T_BOOL && tb == T_BOOL && const_bool(ir, a) >= 0 && const_bool(ir, b) >= 0) {
        sign = const_bool(ir, a) - const_bool(ir, b);
    } else {
        return 0;
    }
    return ir_bool(ir, op == OP_LT ? sign < 0 : op == OP_LE ? sign <= 0 : op == OP_EQ ? sign == 0 : sign != 0);
}

static bool is_not(const Ir *ir, Id a, Id b) { return ir_opof(ir, a) == OP_NOT && ir_kid(ir, a, 0) == b; }

/* `decides`: the value of an operand that is the result: false for and, true for or */
enum { ABSORB = 16 }; /* operands of a chain of and, or that are looked at */

/* The operands of a chain of `op`; more than ABSORB: none of it. */
static uint32_t chain_of(const Ir *ir, Op op, Id node, Id *out)
{
    Id todo[ABSORB + 1];
    uint32_t n = 0, left = 1;
    todo[0] = node;
    while (left) {
        Id x = todo[--left];
        if (ir_opof(ir, x) != op) {
            if (n == ABSORB) return 0;
            out[n++] = x;
        } else if (left + 2 > ABSORB)
            return 0;
        else {
            todo[left++] = ir_kid(ir, x, 1);
            todo[left++] = ir_kid(ir, x, 0);
        }
    }
    return n;
}

static bool chain_within(const Ir *ir, Op op, Id small, Id large)
{
    Id s[ABSORB], l[ABSORB];
    uint32_t ns = chain_of(ir, op, small, s), nl = chain_of(ir, op, large, l), found = 0;
    for (uint32_t i = 0; i < ns; i++)
        for (uint32_t k = 0; k < nl; k++)
            if (s[i] == l[k]) {
                found++;
                break;
            }
    return ns && found == ns;
}

static Id fold_junction(Ir *ir, bool decides, Id a, Id b)
{
    Op same = decides ? OP_OR : OP_AND, other = decides ? OP_AND : OP_OR;
    if (const_bool(ir, a) == decides || const_bool(ir, b) == !decides || a == b) return a;
    if (const_bool(ir, b) == decides || const_bool(ir, a) == !decides) return b;
    if (is_not(ir, a, b) || is_not(ir, b, a)) return ir_bool(ir, decides);
    if (chain_within(ir, same, b, a)) return a;  /* (p and q) and p -> p and q; `or` likewise */
    if (chain_within(ir, other, a, b)) return a; /* p or (p and q) -> p; p and (p or q) -> p */
    if (chain_within(ir, other, b, a)) return b;
    return 0;
}

static Id fold_not(Ir *ir, Id a)
{
    Node x = ir->node.at[a];
    if (const_bool(ir, a) >= 0) return ir_bool(ir, !const_bool(ir, a));
    if (x.op == OP_NOT) return ir_kid(ir, a, 0);
    if (x.n != 2) return 0;
    Id p = ir_kid(ir, a, 0), q = ir_kid(ir, a, 1);
    bool ints = ir_type(ir, p) == T_INT && ir_type(ir, q) == T_INT; /* not a < b is not b <= a where there is a NaN */
    if (x.op == OP_EQ) return ir_op2(ir, OP_NE, p, q);
    if (x.op == OP_NE) return ir_op2(ir, OP_EQ, p, q);
    if (x.op == OP_LT && ints) return ir_op2(ir, OP_LE, q, p);
    if (x.op == OP_LE && ints) return ir_op2(ir, OP_LT, q, p);
    return 0;
}

static Id fold_select(Ir *ir, Type type, Id c, Id a, Id b)
{
    int k = const_bool(ir, c);
    if (k == 1 || a == b) return of_type(ir, a, type);
    if (k == 0) return of_type(ir, b, type);
    return const_bool(ir, a) == 1 && const_bool(ir, b) == 0 ? c : 0;
}

static Id fold_extreme(Ir *ir, Op op, Id a, Id b)
{
    if (prove_le(ir, a, b, 0) == 1) return op == OP_IMAX ? b : a;
    if (prove_le(ir, b, a, 0) == 1) return op == OP_IMAX ? a : b;
    return 0;
}

static Id fold_divide(Ir *ir, Op op, Id a, Id b)
{
    Id r = fold_int(ir, op, (Id[2]){a, b});
    if (r == 0 && ir_is_int(ir, b, 1)) r = op == OP_IDIV ? a : ir_int(ir, 0);
    return r;
}

/* clang-format off */
/* What the op comes to without a node of its own, or 0. */
static Id fold(Ir *ir, Op op, Type type, const Id *kids, uint32_t n)
{
    Id a = n > 0 ? kids[0] : 0, b = n > 1 ? kids[1] : 0, r;
    switch (op) {
    case OP_CONST: case OP_VAR: case OP_DIM: case OP_READ: case OP_RANDOM: case OP_EXTERN: case OP_COUNT: return 0;
    case OP_LT: case OP_LE: case OP_EQ: case OP_NE: return fold_compare(ir, op, a, b);
    case OP_AND: return fold_junction(ir, false, a, b);
    case OP_OR: return fold_junction(ir, true, a, b);
    case OP_NOT: return fold_not(ir, a);
    case OP_SELECT: return fold_select(ir, type, a, b, kids[2]);
    case OP_IMAX: case OP_IMIN: return fold_extreme(ir, op, a, b);
    case OP_ISQRT: return fold_int(ir, op, (Id[2]){a, a});
    case OP_IDIV: case OP_MOD: return fold_divide(ir, op, a, b);
    case OP_ADD: case OP_SUB: r = fold_real(ir, op, kids, n); return r ? r : fold_sum(ir, op, a, b);
    case OP_MUL: r = fold_real(ir, op, kids, n); return r ? r : fold_product(ir, a, b);
    case OP_DIV: r = fold_real(ir, op, kids, n); return r ? r : ir_is_int(ir, b, 1) ? of_type(ir, a, type) : 0;
    case OP_NEG: r = fold_real(ir, op, kids, n); return r ? r : ir_opof(ir, a) == OP_NEG ? of_type(ir, ir_kid(ir, a, 0), type) : 0;
    case OP_IPOW:
        r = type == T_INT ? fold_int(ir, op, kids) : fold_real(ir, op, kids, n);
        return r ? r : fold_power(ir, type, a, b);
    case OP_POW: r = fold_real(ir, op, kids, n); return r ? r : fold_power(ir, type, a, b);
    case OP_ISNAN: return is_const(ir, a) ? ir_bool(ir, ir_type(ir, a) == T_REAL && isnan(ir->node.at[a].u.r)) : 0;
    case OP_MAX2: case OP_MIN2: case OP_SQRT0: case OP_HYPOT: case OP_POLYGAMMA: OP_FN_CASES
        return fold_real(ir, op, kids, n);
    }
    return 0;
}
/* clang-format on */

Id ir_make(Ir *ir, Op op, const Id *kids, uint32_t n)
{
    if (op <= OP_READ || op >= OP_COUNT || op == OP_EXTERN || (op_kids[op] >= 0 && n != (uint32_t)op_kids[op]))
        die("%u operands for op %d", n, (int)op);
    for (uint32_t i = 0; i < n; i++)
        if (kids[i] == 0 || kids[i] >= ir->node.n) die("operand %u of %s is no node", i, op_text[op]);
    Type type = ir_op_type(ir, op, kids, n);
    bool affine = type == T_INT && (op == OP_ADD || op == OP_SUB || op == OP_MUL || op == OP_NEG);
    if (affine) return make_affine(ir, op, kids, n);
    Id r = fold(ir, op, type, kids, n);
    return r ? r : ir_cons(ir, op, type, kids, n, 0);
}

Id ir_op1(Ir *ir, Op op, Id a) { return ir_make(ir, op, &a, 1); }
Id ir_op2(Ir *ir, Op op, Id a, Id b) { return ir_make(ir, op, (Id[2]){a, b}, 2); }
Id ir_select(Ir *ir, Id c, Id a, Id b) { return ir_make(ir, OP_SELECT, (Id[3]){c, a, b}, 3); }

/* 0: no condition, which is true */
static Id condition(const Ir *ir, Id r) { return const_bool(ir, r) == 1 ? 0 : r; }

Id ir_and(Ir *ir, Id a, Id b)
{
    if (a == 0 || b == 0) return a ? condition(ir, a) : b ? condition(ir, b) : 0;
    return condition(ir, ir_op2(ir, OP_AND, a, b));
}

Id ir_or(Ir *ir, Id a, Id b) { return a == 0 || b == 0 ? 0 : condition(ir, ir_op2(ir, OP_OR, a, b)); }
Id ir_not(Ir *ir, Id a) { return a ? ir_op1(ir, OP_NOT, a) : ir_bool(ir, false); }

Id ir_addi(Ir *ir, Id a, int64_t k) { return ir_op2(ir, OP_ADD, a, ir_int(ir, k)); }
Id ir_imul(Ir *ir, Id a, int64_t k) { return ir_op2(ir, OP_MUL, a, ir_int(ir, k)); }
