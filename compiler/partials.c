/*
 * partials.c -- reads a row of the derivative table as nodes.
 *
 * Rows are parsed where they are used: they are short, and the table stays text that can be checked against a book.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "partials.h"

typedef struct {
    const char *by[3]; /* for each operand; "": no derivative */
    bool risky;
} Row;

/* NULL for an operation without derivatives. */
static const Row *row_of(Op op)
{
    enum { NOT, MAY };
#define ROW(name, first, second, third, risk) static const Row row_##name = {{first, second, third}, (risk) == MAY};
    ADC_PARTIALS(ROW)
#undef ROW
    switch (op) {
#define ROW(name, first, second, third, risk) \
    case OP_##name: return &row_##name;
        ADC_PARTIALS(ROW)
#undef ROW
        /* of the rest, by the column of ops.h: a D without a row, or a row without D, does not compile cleanly */
#define NONE_D(name)
#define NONE_Z(name)                                      case OP_##name:
#define NONE_N(name)                                      case OP_##name:
#define NONE_E(name)                                      case OP_##name:
#define OP(name, text, kids, form, result, partials, ...) NONE_##partials(name)
        ADC_OPS(OP)
#undef OP
    case OP_COUNT: return NULL;
    }
    return NULL;
}

bool partial_has(Op op) { return row_of(op) || op == OP_EXTERN; }

bool partial_risky(const Ir *ir, Id node)
{
    Op op = ir_opof(ir, node);
    const Row *row = row_of(op);
    if (op == OP_EXTERN) return true;
    if (!row || !row->risky || ir_type(ir, node) != T_REAL) return false;
    if (op == OP_DIV || op == OP_IPOW) {
        Node b = ir->node.at[ir_kid(ir, node, 1)];
        if (op == OP_DIV) return b.op != OP_DIM && (b.op != OP_CONST || ir_is_int(ir, ir_kid(ir, node, 1), 0));
        return b.op != OP_CONST || b.u.i < 0;
    }
    return true;
}

/* ---- rows as nodes */

typedef struct {
    Ir *ir;
    const char *s; /* what is still to be read */
    Id a, b, g, y;
} Reader;

static void skip(Reader *r) { r->s += strspn(r->s, " "); }

static bool take(Reader *r, const char *word)
{
    size_t n = strlen(word);
    skip(r);
    if (strncmp(r->s, word, n) != 0) return false;
    r->s += n;
    return true;
}

/* A constant in the company of a real is real. */
static Id beside(Ir *ir, Id x, Id other)
{
    int64_t k;
    return ir_type(ir, other) == T_REAL && ir_const_int(ir, x, &k) ? ir_real(ir, (double)k) : x;
}

static Id two(Reader *r, Op op, Id a, Id b)
{
    Id x = beside(r->ir, a, b), y = beside(r->ir, b, a);
    return ir_op2(r->ir, op, x, y);
}

static Id sum(Reader *);

static Id condition(Reader *r)
{
    bool not = take(r, "not ");
    Id a = sum(r);
    if (take(r, "=="))
        a = two(r, OP_EQ, a, sum(r));
    else if (take(r, "<="))
        a = two(r, OP_LE, a, sum(r));
    else if (take(r, "<"))
        a = two(r, OP_LT, a, sum(r));
    return not ? ir_not(r->ir, a) : a;
}

static Id call(Reader *r, const char *name, size_t n)
{
    Id arg[3];
    uint32_t args = 0;
    do arg[args++] = condition(r);
    while (take(r, ","));
    take(r, ")");
    for (Op op = OP_ADD; op < OP_COUNT; op++) {
        if (strncmp(op_text[op], name, n) != 0 || op_text[op][n]) continue;
        if (op == OP_SELECT) arg[1] = beside(r->ir, arg[1], arg[2]);
        return ir_make(r->ir, op, arg, args);
    }
    die("no function %.*s in a row of the derivatives", (int)n, name);
}

static Id primary(Reader *r)
{
    skip(r);
    if (take(r, "(")) {
        Id x = sum(r);
        take(r, ")");
        return x;
    }
    if (isdigit((unsigned char)*r->s)) {
        char *end;
        double v = strtod(r->s, &end);
        bool whole = memchr(r->s, '.', (size_t)(end - r->s)) == NULL;
        r->s = end;
        return whole ? ir_int(r->ir, (int64_t)v) : ir_real(r->ir, v);
    }
    const char *name = r->s;
    while (isalnum((unsigned char)*r->s)) r->s++;
    size_t n = (size_t)(r->s - name);
    if (take(r, "(")) return call(r, name, n);
    Id x = *name == 'a' ? r->a : *name == 'b' ? r->b : *name == 'g' ? r->g : *name == 'y' ? r->y : 0;
    if (n != 1 || x == 0) die("no value %.*s in a row of the derivatives", (int)n, name);
    return x;
}

static Id power(Reader *r)
{
    if (take(r, "-")) return ir_op1(r->ir, OP_NEG, power(r));
    Id x = primary(r);
    if (!take(r, "^")) return x;
    Id n = primary(r);
    return ir_op2(r->ir, ir_type(r->ir, n) == T_INT ? OP_IPOW : OP_POW, x, n);
}

static Id product(Reader *r)
{
    Id x = power(r);
    for (;;) {
        if (take(r, "*"))
            x = two(r, OP_MUL, x, power(r));
        else if (take(r, "/"))
            x = two(r, OP_DIV, x, power(r));
        else
            return x;
    }
}

static Id sum(Reader *r)
{
    Id x = product(r);
    for (;;) {
        if (take(r, "+"))
            x = two(r, OP_ADD, x, product(r));
        else if (take(r, "-"))
            x = two(r, OP_SUB, x, product(r));
        else
            return x;
    }
}

/* g times the call of the partial.  Of a function that is only known as a derivative there is none: the model is at fault. */
static void partial_of_call(Ir *ir, Id node, uint32_t k, Id g, Id *value)
{
    Node x = ir->node.at[node];
    Extern f = ir->external.at[x.u.ref];
    if (!g) return;
    *value = g;
    if (f.given) {
        Id partial = ir_call(ir, ir->kid.at[f.partials.at + k], ir->kid.at + x.kids, x.n);
        *value = ir_op2(ir, OP_MUL, g, partial);
        return;
    }
    const char *help = arena_printf(ir->arena, "declare it too: extern fn %s(...) derivative ...", f.name);
    for (uint32_t i = 0; i < ir->ctx->diags.n; i++)
        if (ir->ctx->diags.at[i].help && strcmp(ir->ctx->diags.at[i].help, help) == 0) return; /* said already */
    diag_error(ir->ctx, f.span, "the derivative of '%s' is wanted, itself a derivative, and not known", f.name);
    diag_help(ir->ctx, "%s", help);
}

bool partial(Ir *ir, Id node, uint32_t k, Id g, Id self, Id *cond, Id *value)
{
    const Row *row = row_of(ir_opof(ir, node));
    *cond = *value = 0;
    if (ir_opof(ir, node) == OP_EXTERN) {
        partial_of_call(ir, node, k, g, value);
        return true;
    }
    if (!row || k > 2 || !row->by[k][0]) return false;
    uint32_t n = ir->node.at[node].n;
    Reader r = {ir, row->by[k], ir_kid(ir, node, 0), n > 1 ? ir_kid(ir, node, 1) : 0, g, self};
    if (g) *value = sum(&r);
    const char *test = strstr(row->by[k], " if ");
    if (test) {
        r.s = test + 4;
        *cond = condition(&r);
    }
    return true;
}
