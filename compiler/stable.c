/*
 * stable.c -- rewrites what overflows, underflows or cancels into a form that does not.
 *
 * Every rule is an identity of real functions on the whole domain of its left side, with the language's conventions at
 * infinity; it stands above its code as `left -> right`.  Most come from one notion, the *logarithmic form* of a positive
 * value: exp(x) has x, a product the sum of its factors' forms, a sum over an index the logsumexp of its term's form, and a
 * read that of the array's definition.  log(v) is v's logarithmic form; exp(z[k]) / sum[j] exp(z[j]) is the exponential of a
 * difference of two.  So lets between the pieces do not matter.
 *
 * needs: the primal only (the derivative of the stable form is then stable)   makes: equations log_A beside that of A
 * breaks: nothing   exact: no
 */
#include <math.h>
#include <string.h>

#include "flat.h"
#include "passes.h"

/* What is known of a value.  LOGS: it has a logarithmic form.  EXPS: an exponential of unbounded size is in it.
   SIGM: it is a sigmoid, perhaps through a read. */
enum { LOGS = 1, EXPS = 2, SIGM = 4 };

enum { INLINE_NODES = 12, FACTORS = 8 };

/* An equation to be put after a step of the program. */
typedef struct {
    uint32_t step;
    Id eq;
} Extra;

typedef struct {
    Flat f;
    Rewrite w;
    IdVec sole;         /* of each array: its only equation as written before the pass, 0: none */
    IdVec def;          /* of each array: that equation rewritten; 0: not reached yet, or not to be looked through */
    IdVec step;         /* of each array: the step of its definition */
    VEC(uint8_t) known; /* of each node */
    IdVec log;          /* of each node: its logarithmic form, 0: not made */
    IdVec log_of;       /* of each array: the array of its logarithm */
    IdVec rest_of;      /* of each array of sigmoids: the array of log(1 - it) */
    IdVec whole_of;     /* of each array logsumexp(y - c): the array logsumexp(y) */
    VEC(Extra) extra;
} Stable;

static Id get(const IdVec *v, Id at) { return at < v->n ? v->at[at] : 0; }

static void put(Ir *ir, IdVec *v, Id at, Id value)
{
    vec_reserve(ir->arena, v, at + 1);
    if (v->n <= at) v->n = at + 1;
    v->at[at] = value;
}

static unsigned known(const Stable *s, Id node) { return node < s->known.n ? s->known.at[node] : 0; }
static bool has(const Stable *s, Id node, unsigned what) { return (known(s, node) & what) == what; }

static Id neg(Ir *ir, Id a) { return ir_op1(ir, OP_NEG, a); }
static Id add(Ir *ir, Id a, Id b) { return ir_op2(ir, OP_ADD, a, b); }
static Id sub(Ir *ir, Id a, Id b) { return ir_op2(ir, OP_SUB, a, b); }
static bool is(const Ir *ir, Id node, Op op) { return ir_opof(ir, node) == op; }

/* ---- what is known of a node, from its kids */

static unsigned learn_op(const Ir *ir, const Stable *s, Id node)
{
    Node x = ir->node.at[node];
    unsigned a = x.n > 0 ? known(s, ir_kid(ir, node, 0)) : 0, b = x.n > 1 ? known(s, ir_kid(ir, node, 1)) : 0;
    unsigned exps = (a | b) & EXPS;
    double r;
    if (x.op == OP_CONST) return ir_const_real(ir, node, &r) && r >= 0 && r < HUGE_VAL ? LOGS : 0;
    if (x.op == OP_EXP) return LOGS | EXPS;
    if (x.op == OP_SIGMOID) return LOGS | SIGM;
    if (x.op == OP_MUL || x.op == OP_DIV) return a & b & LOGS ? LOGS | exps : 0;
    if (x.op == OP_ADD) return a & b & LOGS && exps ? LOGS | exps : 0;
    if (x.op == OP_SQRT) return a & (LOGS | EXPS);
    if ((x.op == OP_IPOW || x.op == OP_POW) && is(ir, ir_kid(ir, node, 1), OP_CONST)) return a & (LOGS | EXPS);
    if (x.op == OP_SELECT) {
        unsigned c = known(s, ir_kid(ir, node, 2));
        return b & c & LOGS ? LOGS | ((b | c) & EXPS) : 0;
    }
    if (x.op == OP_READ && get(&s->def, x.u.ref)) {
        Eq e = ir->eq.at[s->def.at[x.u.ref]];
        unsigned of = known(s, e.body);
        if (e.op == RED_NONE && !is(ir, e.body, OP_CONST)) return of;
        if (e.op == RED_SUM || e.op == RED_PROD) return of & EXPS ? of & (LOGS | EXPS) : 0;
    }
    return 0;
}

static void learn(Ir *ir, Stable *s, Id node)
{
    vec_reserve(ir->arena, &s->known, ir->node.n);
    s->known.n = ir->node.n; /* the tail is zero: nothing known */
    s->known.at[node] = (uint8_t)learn_op(ir, s, node);
}

/* ---- logarithmic forms */

/* log(exp(a) + exp(b)), exact also where one of them is infinite */
static Id log_add(Ir *ir, Id a, Id b)
{
    double c;
    if (ir_const_real(ir, b, &c)) {
        Id t = a;
        a = b;
        b = t;
    }
    Id at_b = ir_op1(ir, OP_SOFTPLUS, sub(ir, b, a));
    if (ir_const_real(ir, a, &c)) return c > -HUGE_VAL ? add(ir, a, at_b) : b;
    Id first = add(ir, b, ir_op1(ir, OP_SOFTPLUS, sub(ir, a, b))), inf = ir_real(ir, HUGE_VAL);
    Id alone = ir_op2(ir, OP_OR, ir_op2(ir, OP_EQ, b, neg(ir, inf)), ir_op2(ir, OP_EQ, a, inf));
    return ir_select(ir, ir_op2(ir, OP_LT, a, b), first, ir_select(ir, alone, a, add(ir, a, at_b)));
}

/* A new array beside the one that `def` defines, with the given right side, after it in the program; `name` of its name. */
static Id beside(Ir *ir, Stable *s, Id def, const char *name, Red op, Id body)
{
    Eq e = ir->eq.at[def];
    Array a = ir->array.at[e.target];
    Id step = get(&s->step, e.target);
    e.target = ir_new_array(ir, arena_printf(ir->arena, "%s_%s", name, a.name), ARRAY_LOCAL, T_REAL,
                            ir->kid.at + a.dims.at, a.dims.n, a.span);
    e.op = (uint8_t)op;
    e.body = body;
    e.aux = 0;
    Id eq = ir_new_eq(ir, &e);
    vec_push(ir->arena, &s->extra, ((Extra){step, eq}));
    put(ir, &s->def, e.target, eq);
    put(ir, &s->step, e.target, step);
    return e.target;
}

static const Id *subs_of(const Ir *ir, Id read) { return ir->kid.at + ir->node.at[read].kids; }

/* A read of `array` where `like` reads another one. */
static Id read_like(Ir *ir, Id array, Id like) { return ir_read(ir, array, subs_of(ir, like), ir->node.at[like].n); }

/* The same value of another array: of `body`, over the variables of the definition that `read` reads; in place if small. */
static Id see(Ir *ir, Stable *s, Id read, IdVec *made, const char *name, Id body)
{
    Id array = ir->node.at[read].u.ref, def = get(&s->def, array);
    Eq e = ir->eq.at[def];
    Red op = e.op == RED_SUM ? RED_LOGSUMEXP : e.op == RED_PROD ? RED_SUM : RED_NONE;
    bool none = get(made, array) == 0;
    if (none && op == RED_NONE && node_size(ir, body) <= INLINE_NODES) return def_at(ir, def, body, subs_of(ir, read));
    if (none) put(ir, made, array, beside(ir, s, def, name, op, body));
    return read_like(ir, made->at[array], read);
}

/* The operands whose forms a node's form is made of: up to two, 0: none. */
static void log_parts(const Ir *ir, const Stable *s, Id node, Id part[2])
{
    Node x = ir->node.at[node];
    part[0] = part[1] = 0;
    if (x.op == OP_MUL || x.op == OP_DIV || x.op == OP_ADD) {
        part[0] = ir_kid(ir, node, 0);
        part[1] = ir_kid(ir, node, 1);
    } else if (x.op == OP_SQRT || x.op == OP_IPOW || x.op == OP_POW) {
        part[0] = ir_kid(ir, node, 0);
    } else if (x.op == OP_SELECT) {
        part[0] = ir_kid(ir, node, 1);
        part[1] = ir_kid(ir, node, 2);
    } else if (x.op == OP_READ) {
        part[0] = ir->eq.at[get(&s->def, x.u.ref)].body;
    }
}

static Id log_make(Ir *ir, Stable *s, Id node)
{
    Node x = ir->node.at[node];
    Id part[2], a, b;
    double r;
    log_parts(ir, s, node, part);
    a = get(&s->log, part[0]);
    b = get(&s->log, part[1]);
    if (x.op == OP_CONST && ir_const_real(ir, node, &r)) return ir_real(ir, log(r));
    if (x.op == OP_EXP) return ir_kid(ir, node, 0);
    if (x.op == OP_SIGMOID) return neg(ir, ir_op1(ir, OP_SOFTPLUS, neg(ir, ir_kid(ir, node, 0))));
    if (x.op == OP_MUL) return add(ir, a, b);
    if (x.op == OP_DIV) return sub(ir, a, b);
    if (x.op == OP_ADD) return log_add(ir, a, b);
    if (x.op == OP_SQRT) return ir_op2(ir, OP_MUL, ir_real(ir, 0.5), a);
    if (x.op == OP_IPOW || x.op == OP_POW) return ir_op2(ir, OP_MUL, ir_kid(ir, node, 1), a);
    if (x.op == OP_SELECT) return ir_select(ir, ir_kid(ir, node, 0), a, b);
    return see(ir, s, node, &s->log_of, "log", a);
}

/* The logarithmic form of a node that is known to have one. */
static Id log_form(Ir *ir, Stable *s, Id node)
{
    IdVec todo = {0};
    vec_push(ir->arena, &todo, node);
    while (todo.n) {
        Id x = todo.at[todo.n - 1], part[2];
        uint32_t before = todo.n;
        log_parts(ir, s, x, part);
        for (uint32_t k = 0; k < 2 && get(&s->log, x) == 0; k++)
            if (part[k] && get(&s->log, part[k]) == 0) vec_push(ir->arena, &todo, part[k]);
        if (todo.n > before) continue;
        if (get(&s->log, x) == 0) put(ir, &s->log, x, log_make(ir, s, x));
        todo.n--;
    }
    return s->log.at[node];
}

/* log(1 - a sigmoid), which may be seen through a read */
static Id log_rest(Ir *ir, Stable *s, Id node)
{
    if (is(ir, node, OP_SIGMOID)) return neg(ir, ir_op1(ir, OP_SOFTPLUS, ir_kid(ir, node, 0)));
    Id reads = node, body = node;
    while (is(ir, body, OP_READ)) { /* a let of a let: only the last is looked through by reference */
        reads = body;
        body = ir->eq.at[get(&s->def, ir->node.at[body].u.ref)].body;
        if (!is(ir, body, OP_READ)) break;
        body = def_at(ir, get(&s->def, ir->node.at[reads].u.ref), body, subs_of(ir, reads));
    }
    return see(ir, s, reads, &s->rest_of, "log_not", neg(ir, ir_op1(ir, OP_SOFTPLUS, ir_kid(ir, body, 0))));
}

/* log(1 - exp(x)), by Maechler (2012): log(-expm1(x)) near 0, log1p(-exp(x)) below -log(2) */
static Id log_one_minus_exp(Ir *ir, Id x)
{
    Id far = ir_op1(ir, OP_LOG1P, neg(ir, ir_op1(ir, OP_EXP, x)));
    Id near = ir_op1(ir, OP_LOG, neg(ir, ir_op1(ir, OP_EXPM1, x)));
    return ir_select(ir, ir_op2(ir, OP_LT, x, ir_real(ir, -log(2))), far, near);
}

/* ---- log(sum(exp(y - c))) + c */

/* If `read` is logsumexp(y - c) and c, seen by the reader, is `c_there`: logsumexp(y), else 0. */
static Id whole(Ir *ir, Stable *s, Id read, Id c_there)
{
    if (!is(ir, read, OP_READ) || get(&s->def, ir->node.at[read].u.ref) == 0) return 0;
    Id array = ir->node.at[read].u.ref, def = s->def.at[array];
    Eq e = ir->eq.at[def];
    if (e.op != RED_LOGSUMEXP || !is(ir, e.body, OP_SUB)) return 0;
    Id y = ir_kid(ir, e.body, 0), c = ir_kid(ir, e.body, 1);
    for (uint32_t i = 0; i < e.inner.n; i++)
        if (ir_has_var(ir, c, ir->binder.at[e.inner.at + i].var)) return 0;
    if (def_at(ir, def, c, subs_of(ir, read)) != c_there) return 0;
    if (get(&s->whole_of, array) == 0) put(ir, &s->whole_of, array, beside(ir, s, def, "whole", RED_LOGSUMEXP, y));
    return read_like(ir, s->whole_of.at[array], read);
}

/* a - b, where a = z - c and b = logsumexp(y - c): z - logsumexp(y) */
static Id minus(Ir *ir, Stable *s, Id a, Id b)
{
    Id l = is(ir, a, OP_SUB) ? whole(ir, s, b, ir_kid(ir, a, 1)) : 0;
    return l ? sub(ir, ir_kid(ir, a, 0), l) : sub(ir, a, b);
}

static Id stable_add(Ir *ir, Stable *s, Id node)
{
    Id a = ir_kid(ir, node, 0), b = ir_kid(ir, node, 1), l;
    /* c + logsumexp(y - c) -> logsumexp(y): max(x) + log(sum(exp(x - max(x)))) */
    if ((l = whole(ir, s, b, a)) != 0 || (l = whole(ir, s, a, b)) != 0) return l;
    if (is(ir, a, OP_ADD) && (l = whole(ir, s, b, ir_kid(ir, a, 1))) != 0) return add(ir, ir_kid(ir, a, 0), l);
    /* exp(x) + -1 -> expm1(x) */
    if (is(ir, a, OP_EXP) && ir_is_int(ir, b, -1)) return ir_op1(ir, OP_EXPM1, ir_kid(ir, a, 0));
    if (is(ir, b, OP_EXP) && ir_is_int(ir, a, -1)) return ir_op1(ir, OP_EXPM1, ir_kid(ir, b, 0));
    return node;
}

static Id stable_sub(Ir *ir, Stable *s, Id node)
{
    Id a = ir_kid(ir, node, 0), b = ir_kid(ir, node, 1);
    /* exp(x) - 1 -> expm1(x) */
    if (is(ir, a, OP_EXP) && ir_is_int(ir, b, 1)) return ir_op1(ir, OP_EXPM1, ir_kid(ir, a, 0));
    /* 1 - exp(x) -> -expm1(x) */
    if (is(ir, b, OP_EXP) && ir_is_int(ir, a, 1)) return neg(ir, ir_op1(ir, OP_EXPM1, ir_kid(ir, b, 0)));
    /* 1 - sigmoid(x) -> sigmoid(-x) */
    if (is(ir, b, OP_SIGMOID) && ir_is_int(ir, a, 1)) return ir_op1(ir, OP_SIGMOID, neg(ir, ir_kid(ir, b, 0)));
    /* softplus(x) - x -> softplus(-x) */
    if (is(ir, a, OP_SOFTPLUS) && ir_kid(ir, a, 0) == b) return ir_op1(ir, OP_SOFTPLUS, neg(ir, b));
    /* (z - c) - logsumexp(y - c) -> z - logsumexp(y) */
    return minus(ir, s, a, b);
}

/* ---- quotients */

/* 1 + exp(u), either way round: u, else 0 */
static Id one_plus_exp(const Ir *ir, Id node)
{
    if (!is(ir, node, OP_ADD)) return 0;
    for (uint32_t k = 0; k < 2; k++) {
        Id e = ir_kid(ir, node, k);
        if (is(ir, e, OP_EXP) && ir_is_int(ir, ir_kid(ir, node, 1 - k), 1)) return ir_kid(ir, e, 0);
    }
    return 0;
}

static bool two_exps(const Ir *ir, Id node, Op op, Id *p, Id *q)
{
    if (!is(ir, node, op) || !is(ir, ir_kid(ir, node, 0), OP_EXP) || !is(ir, ir_kid(ir, node, 1), OP_EXP)) return false;
    *p = ir_kid(ir, ir_kid(ir, node, 0), 0);
    *q = ir_kid(ir, ir_kid(ir, node, 1), 0);
    return true;
}

static Id half_tanh(Ir *ir, Id x) { return ir_op1(ir, OP_TANH, ir_op2(ir, OP_MUL, ir_real(ir, 0.5), x)); }

static Id stable_div(Ir *ir, Stable *s, Id node)
{
    Id a = ir_kid(ir, node, 0), b = ir_kid(ir, node, 1), u = one_plus_exp(ir, b), p, q, p2, q2;
    bool exp_a = is(ir, a, OP_EXP);
    if (u) {
        /* exp(x) / (1 + exp(x)) -> sigmoid(x) */
        if (exp_a && ir_kid(ir, a, 0) == u) return ir_op1(ir, OP_SIGMOID, u);
        /* (exp(x) - 1) / (exp(x) + 1) -> tanh(x/2) */
        if (is(ir, a, OP_EXPM1) && ir_kid(ir, a, 0) == u) return half_tanh(ir, u);
        if (is(ir, a, OP_NEG) && is(ir, ir_kid(ir, a, 0), OP_EXPM1) && ir_kid(ir, ir_kid(ir, a, 0), 0) == u)
            return neg(ir, half_tanh(ir, u));
        /* c / (1 + exp(-x)) -> c * sigmoid(x) */
        return ir_op2(ir, OP_MUL, a, ir_op1(ir, OP_SIGMOID, neg(ir, u)));
    }
    if (two_exps(ir, b, OP_ADD, &p, &q)) {
        /* exp(x) / (exp(x) + exp(y)) -> sigmoid(x - y) */
        if (exp_a && ir_kid(ir, a, 0) == p) return ir_op1(ir, OP_SIGMOID, sub(ir, p, q));
        if (exp_a && ir_kid(ir, a, 0) == q) return ir_op1(ir, OP_SIGMOID, sub(ir, q, p));
        /* (exp(x) - exp(-x)) / (exp(x) + exp(-x)) -> tanh(x) */
        bool twice = is(ir, q, OP_NEG) && ir_kid(ir, q, 0) == p;
        if (two_exps(ir, a, OP_SUB, &p2, &q2) && p2 == p && q2 == q)
            return twice ? ir_op1(ir, OP_TANH, p) : half_tanh(ir, sub(ir, p, q));
    }
    /* exp(z[k]) / sum[j] exp(z[j]) -> exp(z[k] - logsumexp[j] z[j]) */
    if (has(s, a, LOGS | EXPS) && has(s, b, LOGS | EXPS))
        return ir_op1(ir, OP_EXP, minus(ir, s, log_form(ir, s, a), log_form(ir, s, b)));
    return node;
}

/* ---- logarithms */

static Id stable_log1p(Ir *ir, Stable *s, Id x, Id keep)
{
    bool minus_x = is(ir, x, OP_NEG);
    Id y = minus_x ? ir_kid(ir, x, 0) : x;
    /* log(1 + exp(x)), log1p(exp(x)) -> softplus(x) */
    if (!minus_x && has(s, x, LOGS | EXPS)) return ir_op1(ir, OP_SOFTPLUS, log_form(ir, s, x));
    /* log(1 - exp(x)) -> log1p(-exp(x)) or log(-expm1(x)) */
    if (minus_x && has(s, y, LOGS | EXPS)) return log_one_minus_exp(ir, log_form(ir, s, y));
    /* log(1 - sigmoid(x)) -> -softplus(x) */
    if (minus_x && has(s, y, SIGM)) return log_rest(ir, s, y);
    return keep ? keep : ir_op1(ir, OP_LOG1P, x);
}

/* log(x) of a real x; depth: how many factors may still be taken off. */
static Id stable_log(Ir *ir, Stable *s, Id x, int depth)
{
    Node n = ir->node.at[x];
    Id a = n.n > 0 ? ir_kid(ir, x, 0) : 0, b = n.n > 1 ? ir_kid(ir, x, 1) : 0;
    /* log(sum[k] exp(z[k])) -> logsumexp[k] z[k];  log(exp(a) + exp(b)) likewise;  log(sigmoid(x)) -> -softplus(-x) */
    if (has(s, x, LOGS | EXPS) || has(s, x, LOGS | SIGM)) return log_form(ir, s, x);
    if ((n.op == OP_MUL || n.op == OP_DIV) && depth) {
        /* log(exp(x) * y) -> x + log(y), and for quotients */
        bool of_a = has(s, a, LOGS | EXPS) || has(s, a, LOGS | SIGM),
             of_b = has(s, b, LOGS | EXPS) || has(s, b, LOGS | SIGM);
        if (of_a || of_b) {
            Id la = of_a ? log_form(ir, s, a) : stable_log(ir, s, a, depth - 1);
            Id lb = of_b ? log_form(ir, s, b) : stable_log(ir, s, b, depth - 1);
            return n.op == OP_MUL ? add(ir, la, lb) : minus(ir, s, la, lb);
        }
    }
    /* log(1 + x) -> log1p(x) */
    if (n.op == OP_ADD && ir_is_int(ir, a, 1) && ir_type(ir, b) == T_REAL) return stable_log1p(ir, s, b, 0);
    if (n.op == OP_ADD && ir_is_int(ir, b, 1) && ir_type(ir, a) == T_REAL) return stable_log1p(ir, s, a, 0);
    /* log(1 - x) -> log1p(-x) */
    if (n.op == OP_SUB && ir_is_int(ir, a, 1) && ir_type(ir, b) == T_REAL) return stable_log1p(ir, s, neg(ir, b), 0);
    /* log(1 - exp(x)), where 1 - exp(x) has become -expm1(x) */
    if (n.op == OP_NEG && is(ir, a, OP_EXPM1)) return log_one_minus_exp(ir, ir_kid(ir, a, 0));
    /* log(exp(x) - 1) -> log(expm1(x)) below log(2), x + log1p(-exp(-x)) above */
    if (n.op == OP_EXPM1) {
        Id above = add(ir, a, ir_op1(ir, OP_LOG1P, neg(ir, ir_op1(ir, OP_EXP, neg(ir, a)))));
        return ir_select(ir, ir_op2(ir, OP_LT, a, ir_real(ir, log(2))), ir_op1(ir, OP_LOG, x), above);
    }
    return ir_op1(ir, OP_LOG, x);
}

/* pow(x, 3.0) -> x^3 */
static Id stable_pow(Ir *ir, Id node)
{
    double r;
    Id y = ir_kid(ir, node, 1);
    if (!ir_const_real(ir, y, &r) || r != floor(r) || fabs(r) > 1024) return node;
    return ir_op2(ir, OP_IPOW, ir_kid(ir, node, 0), ir_int(ir, (int64_t)r));
}

static Id apply(Ir *ir, Stable *s, Id node)
{
    Node x = ir->node.at[node];
    if (x.type != T_REAL || x.n == 0) return node;
    Id a = ir_kid(ir, node, 0);
    if (x.op == OP_ADD) return stable_add(ir, s, node);
    if (x.op == OP_SUB) return stable_sub(ir, s, node);
    if (x.op == OP_DIV) return stable_div(ir, s, node);
    if (x.op == OP_POW) return stable_pow(ir, node);
    if (x.op == OP_LOG) return stable_log(ir, s, a, FACTORS);
    if (x.op == OP_LOG1P) return stable_log1p(ir, s, a, node);
    /* log10(x) -> log(x) / log(10), where log(x) has a form */
    if ((x.op == OP_LOG2 || x.op == OP_LOG10) && has(s, a, LOGS | EXPS))
        return ir_op2(ir, OP_DIV, log_form(ir, s, a), ir_real(ir, log(x.op == OP_LOG2 ? 2 : 10)));
    return node;
}

static Id rule(Ir *ir, Id node, void *user)
{
    Stable *s = user;
    Id by = apply(ir, s, node);
    for (uint32_t k = 0; k < ir->node.at[by].n; k++) /* a rule may have made its operands too */
        if (known(s, ir_kid(ir, by, k)) == 0) learn(ir, s, ir_kid(ir, by, k));
    learn(ir, s, by);
    return by;
}

/* A definition that reads are looked through: the only one, of reals, each variable fixed by a subscript. */
static void define(Ir *ir, Stable *s, uint32_t step, Id before, Id now)
{
    Eq e = ir->eq.at[now];
    if (get(&s->sole, e.target) != before || ir_type(ir, e.body) != T_REAL || !def_params(ir, now)) return;
    if (e.op != RED_NONE && e.op != RED_SUM && e.op != RED_PROD && e.op != RED_LOGSUMEXP) return;
    put(ir, &s->def, e.target, now);
    put(ir, &s->step, e.target, step);
}

/* The steps with the new equations after those they were made beside. */
static StepVec with_extras(Ir *ir, Stable *s)
{
    StepVec out = {0};
    uint32_t n = s->f.steps.n;
    IdVec last = {0}, before = {0}; /* chains of extras, the first made at the end */
    put(ir, &last, n, 0);
    put(ir, &before, s->extra.n, 0);
    for (uint32_t i = s->extra.n; i--;) {
        before.at[i] = last.at[s->extra.at[i].step];
        last.at[s->extra.at[i].step] = i + 1;
    }
    for (uint32_t i = 0; i < n; i++) {
        vec_push(ir->arena, &out, s->f.steps.at[i]);
        for (uint32_t x = last.at[i]; x; x = before.at[x - 1])
            flat_push(ir, &out, STEP_EQ, s->extra.at[x - 1].eq, s->f.steps.at[i].in);
    }
    return out;
}

/* Without the new equations that nothing reads: a form that went into a larger one. */
static StepVec without_unread(Ir *ir, const Stable *s, const StepVec *steps)
{
    StepVec out = {0};
    uint8_t *read = arena_alloc(ir->arena, ir->array.n), *made = arena_alloc(ir->arena, ir->array.n);
    for (uint32_t i = 0; i < s->extra.n; i++) made[ir->eq.at[s->extra.at[i].eq].target] = 1;
    for (uint32_t i = steps->n; i--;) {
        Step step = steps->at[i];
        Id array = step.kind == STEP_EQ ? ir->eq.at[step.id].target : 0;
        if (array && made[array] && !read[array]) continue;
        IdVec reads = step_reads(ir, step);
        for (uint32_t k = 0; k < reads.n; k++) read[ir->node.at[reads.at[k]].u.ref] = 1;
    }
    for (uint32_t i = 0; i < steps->n; i++) {
        Id array = steps->at[i].kind == STEP_EQ ? ir->eq.at[steps->at[i].id].target : 0;
        if (array && made[array] && !read[array]) continue;
        vec_push(ir->arena, &out, steps->at[i]);
    }
    return out;
}

/* What some derivative is taken by is not looked through: it would vanish from what is differentiated. */
static void stop_at_marks(Ir *ir, Stable *s)
{
    for (uint32_t i = 0; i < s->f.steps.n; i++) {
        Step step = s->f.steps.at[i];
        Id by = step.kind == STEP_EQ ? ir->eq.at[step.id].by : 0;
        if (by) put(ir, &s->sole, ir->node.at[by].u.ref, 0);
    }
}

void stable(Ir *ir)
{
    Stable s = {.f = flat_of(ir)};
    s.w = (Rewrite){.rule = rule};
    s.w.user = &s;
    s.sole = flat_sole(ir, &s.f);
    stop_at_marks(ir, &s);
    for (uint32_t i = 0; i < s.f.steps.n; i++) {
        Step *step = &s.f.steps.at[i];
        if (step->kind == STEP_OPEN) step->id = rewrite_region(ir, &s.w, step->id);
        if (step->kind != STEP_EQ) continue;
        Id before = step->id;
        step->id = rewrite_eq(ir, &s.w, &s.f, before);
        define(ir, &s, i, before, step->id);
    }
    StepVec all = with_extras(ir, &s), out = without_unread(ir, &s, &all);
    flat_store(ir, &s.f, &out);
}
