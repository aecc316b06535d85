/*
 * irtext.c -- a program as text, the way that a reader wants to see it and that irparse.c reads back.
 *
 * An equation is one line where it fits.  What it uses more than once and would be long to repeat gets a name, %1;
 * index variables get suffixes where two of one name meet; integer sums are written in the order of the printed names.
 * All of this follows from structure alone, so that printing what was parsed from the print gives the same text.
 */
#include "irtext.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "irtables.h"

enum {
    WIDTH = 120,      /* of a line */
    SHARE_REAL = 12,  /* a real expression of so many characters is worth a name of its own */
    SHARE_OTHER = 48, /* the same for subscripts and conditions */
    LEN_MAX = 1 << 20 /* lengths are counted up to here */
};

const char *const array_kind_text[] = {"local",  "data", "hyper", "param",  "output",
                                       "metric", "loss", "grad",  "result", "given"};

const char *const ir_words[] = {"for",  "when", "where", "scan",  "down", "recompute", "over", "while",
                                "with", "of",   "in",    "int",   "bool", "data",      "and",  "or",
                                "not",  "div",  "true",  "false", "inf",  "nan",       NULL};

int op_precedence(Op op)
{
    enum { LEAF = 0, CALL = 0, FN = 0, INFIX = 1, PREFIX = 2 };
#define OP(name, text, kids, form, ...) [OP_##name] = (form),
    static const uint8_t form[OP_COUNT] = {ADC_OPS(OP)};
#undef OP
    if (form[op] == CALL) return PREC_ATOM;
    if (op == OP_OR) return PREC_OR;
    if (op == OP_AND) return PREC_AND;
    if (op == OP_NOT) return PREC_NOT;
    if (op == OP_LT || op == OP_LE || op == OP_EQ || op == OP_NE) return PREC_COMPARE;
    if (op == OP_ADD || op == OP_SUB) return PREC_SUM;
    if (op == OP_NEG) return PREC_NEG;
    if (op == OP_IPOW || op == OP_POW) return PREC_POWER;
    return PREC_PRODUCT;
}

/* A piece still to be printed: text, or a node as operand of precedence p. */
typedef struct {
    const char *text;
    Id node;
    int p;
    bool whole; /* the node itself even where it has a name: the definition of that name */
} Piece;

typedef struct {
    Ir *ir;
    Arena *a;
    Text *out;
    VEC(Piece) piece;
    const char **name;           /* of each variable in scope, or NULL */
    IdVec scope;                 /* variables that have a name, in order */
    uint32_t *uses, *len, *temp; /* of each node, for the equation at hand: zero elsewhere */
    uint32_t *label;             /* of each equation; 0: none */
    IdVec temps;                 /* in order */
    IdVec touched;               /* nodes whose entries are not zero */
    bool plain;                  /* no names of temporaries: these are not defined yet, or not wanted */
} Printer;

static Printer printer_new(Ir *ir, Text *out)
{
    Printer p = {.ir = ir, .a = ir->arena, .out = out};
    p.name = arena_alloc(p.a, ir->var.n * sizeof *p.name);
    p.label = arena_alloc(p.a, ir->eq.n * sizeof *p.label);
    uint32_t **of_node[] = {&p.uses, &p.len, &p.temp};
    for (uint32_t i = 0; i < 3; i++) *of_node[i] = arena_alloc(p.a, ir->node.n * sizeof(uint32_t));
    return p;
}

/* ---- names */

static bool is_word(const char *s)
{
    for (const char *c = s; *c; c++)
        if (!((*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || *c == '_' || (c > s && *c >= '0' && *c <= '9')))
            return false;
    for (uint32_t i = 0; ir_words[i]; i++)
        if (strcmp(s, ir_words[i]) == 0) return false;
    return *s != 0;
}

static void put_name(Text *out, const char *s)
{
    if (is_word(s))
        text_add(out, s);
    else
        text_addf(out, "`%s`", s);
}

/* Is the name that of a size or a scalar, or of a variable in scope? */
static bool name_taken(const Printer *p, const char *s)
{
    const Ir *ir = p->ir;
    for (uint32_t i = 0; i < p->scope.n; i++)
        if (strcmp(p->name[p->scope.at[i]], s) == 0) return true;
    for (uint32_t i = 1; i < ir->dim.n; i++)
        if (strcmp(ir->dim.at[i].name, s) == 0) return true;
    for (uint32_t i = 1; i < ir->array.n; i++)
        if (ir->array.at[i].dims.n == 0 && strcmp(ir->array.at[i].name, s) == 0) return true;
    return false;
}

static void name_var(Printer *p, Id var)
{
    const char *wish = p->ir->var.at[var].name, *s = wish;
    if (p->name[var]) return;
    for (uint32_t k = 2; name_taken(p, s); k++) s = arena_printf(p->a, "%s%u", wish, k);
    p->name[var] = s;
    vec_push(p->a, &p->scope, var);
}

static void name_binders(Printer *p, Slice binders)
{
    for (uint32_t i = 0; i < binders.n; i++) name_var(p, p->ir->binder.at[binders.at + i].var);
}

/* Leaves the scope as it was when it had n variables. */
static void scope_cut(Printer *p, uint32_t n)
{
    while (p->scope.n > n) p->name[p->scope.at[--p->scope.n]] = NULL;
}

/* ---- nodes */

static bool is_affine(const Ir *ir, Id node)
{
    Node x = ir->node.at[node];
    int64_t k;
    if (x.type != T_INT || ir_is_opaque(ir, node)) return false;
    if (x.op == OP_MUL) return ir_const_int(ir, ir_kid(ir, node, 0), &k);
    return x.op == OP_ADD || x.op == OP_SUB || x.op == OP_NEG;
}

/* Operands as they are printed: of an integer sum, its terms. */
static void printed_kids(Printer *p, Id node, IdVec *kids)
{
    Ir *ir = p->ir;
    kids->n = 0;
    if (is_affine(ir, node)) {
        Affine f = ir_affine(ir, node);
        ir_affine_sort(ir, &f, p->name);
        for (uint32_t i = 0; i < f.terms.n; i++) vec_push(p->a, kids, f.terms.at[i].term);
        return;
    }
    for (uint32_t k = 0; k < ir->node.at[node].n; k++) vec_push(p->a, kids, ir_kid(ir, node, k));
}

static void push(Printer *p, const char *text, Id node, int prec)
{
    vec_push(p->a, &p->piece, ((Piece){text, node, prec, false}));
}

static void put_const(Printer *p, Node x, int prec)
{
    bool minus = x.type == T_INT ? x.u.i < 0 : x.type == T_REAL && signbit(x.u.r);
    bool paren = minus && prec > PREC_SUM;
    if (paren) text_add(p->out, "(");
    if (x.type == T_BOOL)
        text_add(p->out, x.u.i ? "true" : "false");
    else if (x.type == T_INT)
        text_addf(p->out, "%lld", (long long)x.u.i);
    else if (isnan(x.u.r))
        text_add(p->out, minus ? "-nan" : "nan");
    else if (isinf(x.u.r))
        text_add(p->out, minus ? "-inf" : "inf");
    else
        text_add_real(p->out, x.u.r);
    if (paren) text_add(p->out, ")");
}

/* A sum in normal form: its pieces, last first, as the work list wants them. */
static void push_affine(Printer *p, Id node, int prec)
{
    Ir *ir = p->ir;
    Affine f = ir_affine(ir, node);
    ir_affine_sort(ir, &f, p->name);
    bool one = f.terms.n == 1 && f.constant == 0;
    int own = !one ? PREC_SUM : f.terms.at[0].coef < 0 ? PREC_NEG : PREC_PRODUCT;
    if (own < prec) push(p, ")", 0, 0);
    if (f.constant) push(p, arena_printf(p->a, " %c %lld", f.constant < 0 ? '-' : '+', llabs(f.constant)), 0, 0);
    for (uint32_t i = f.terms.n; i-- > 0;) {
        int64_t coef = f.terms.at[i].coef, size = coef < 0 ? -coef : coef;
        push(p, NULL, f.terms.at[i].term,
             size == 1 && i == 0 ? (coef < 0 ? PREC_NEG : PREC_SUM + 1) : PREC_PRODUCT + (size != 1));
        const char *sign = coef < 0 ? (i ? " - " : "-") : i ? " + " : "";
        push(p, size == 1 ? sign : arena_printf(p->a, "%s%lld * ", sign, (long long)size), 0, 0);
    }
    if (own < prec) push(p, "(", 0, 0);
}

static void push_call(Printer *p, Node x, const char *open, const char *close)
{
    push(p, close, 0, 0);
    for (uint32_t k = x.n; k-- > 0;) {
        push(p, NULL, p->ir->kid.at[x.kids + k], 0);
        if (k) push(p, ", ", 0, 0);
    }
    push(p, open, 0, 0);
}

static void put_leaf(Printer *p, Node x, int prec)
{
    const Ir *ir = p->ir;
    if (x.op == OP_CONST)
        put_const(p, x, prec);
    else if (x.op == OP_DIM)
        put_name(p->out, ir->dim.at[x.u.ref].name);
    else if (x.op == OP_VAR)
        put_name(p->out, p->name[x.u.ref] ? p->name[x.u.ref] : ir->var.at[x.u.ref].name);
    else
        put_name(p->out, ir->array.at[x.u.ref].name);
}

static void put_piece(Printer *p, Piece piece)
{
    Node x = p->ir->node.at[piece.node];
    Op op = (Op)x.op;
    if (!p->plain && p->temp[piece.node] && !piece.whole) {
        text_addf(p->out, "%%%u", p->temp[piece.node]);
    } else if (op <= OP_READ) {
        put_leaf(p, x, piece.p);
        if (x.n) push_call(p, x, "[", "]");
    } else if (op == OP_EXTERN) {
        text_add(p->out, "$");
        put_name(p->out, p->ir->external.at[x.u.ref].name);
        push_call(p, x, "(", ")");
    } else if (is_affine(p->ir, piece.node)) {
        push_affine(p, piece.node, piece.p);
    } else if (op_precedence(op) == PREC_ATOM) {
        text_add(p->out, op_text[op]);
        push_call(p, x, "(", ")");
    } else {
        int own = op_precedence(op);
        bool power = own == PREC_POWER, paren = own < piece.p;
        if (paren) push(p, ")", 0, 0);
        if (x.n == 2) { /* left-associative, but for powers; comparisons do not chain */
            push(p, NULL, p->ir->kid.at[x.kids + 1], power ? own : own + 1);
            push(p, power ? op_text[op] : arena_printf(p->a, " %s ", op_text[op]), 0, 0);
            push(p, NULL, p->ir->kid.at[x.kids], own + (power || own == PREC_COMPARE));
        } else {
            push(p, NULL, p->ir->kid.at[x.kids], own);
            push(p, op == OP_NOT ? "not " : "-", 0, 0);
        }
        if (paren) push(p, "(", 0, 0);
    }
}

static void put_pieces(Printer *p)
{
    while (p->piece.n) {
        Piece piece = p->piece.at[--p->piece.n];
        if (piece.text)
            text_add(p->out, piece.text);
        else
            put_piece(p, piece);
    }
}

static void put_node(Printer *p, Id node, int prec)
{
    push(p, NULL, node, prec);
    put_pieces(p);
}

/* ---- names for what is shared */

static uint32_t own_length(const Printer *p, Node x)
{
    const Ir *ir = p->ir;
    if (x.op == OP_VAR) return 1;
    if (x.op == OP_CONST) return 3;
    if (x.op == OP_DIM) return (uint32_t)strlen(ir->dim.at[x.u.ref].name);
    if (x.op == OP_READ) return (uint32_t)strlen(ir->array.at[x.u.ref].name) + 2 * x.n;
    if (x.op == OP_EXTERN) return (uint32_t)strlen(ir->external.at[x.u.ref].name) + 1 + 2 * x.n;
    return op_precedence((Op)x.op) == PREC_ATOM ? (uint32_t)strlen(op_text[x.op]) + 2 * x.n : 3;
}

static bool worth_name(const Ir *ir, Id node, uint32_t len)
{
    Node x = ir->node.at[node];
    if (x.n == 0) return false;
    bool plain = x.type == T_REAL && x.op != OP_READ && x.op != OP_NEG;
    return len >= (plain ? SHARE_REAL : SHARE_OTHER);
}

static void count_use(Printer *p, Id node)
{
    if (p->uses[node]++ == 0) vec_push(p->a, &p->touched, node);
}

/* Counts uses from the roots down.  An inner node counts its operands' uses once, when it is first met. */
static void count_uses(Printer *p, const IdVec *roots)
{
    IdVec kids = {0};
    for (uint32_t i = 0; i < roots->n; i++) count_use(p, roots->at[i]);
    for (uint32_t i = 0; i < p->touched.n; i++) {
        printed_kids(p, p->touched.at[i], &kids);
        for (uint32_t k = 0; k < kids.n; k++) count_use(p, kids.at[k]);
    }
}

/* Operands first, in the order of the text: a node's length, and its number if it is worth one.  len 0: not yet done. */
static void number_temps(Printer *p, const IdVec *roots)
{
    IdVec todo = {0}, kids = {0};
    for (uint32_t i = roots->n; i-- > 0;) vec_push(p->a, &todo, roots->at[i]);
    while (todo.n) {
        Id node = todo.at[todo.n - 1];
        if (p->len[node]) {
            todo.n--;
            continue;
        }
        printed_kids(p, node, &kids);
        uint32_t len = own_length(p, p->ir->node.at[node]), missing = 0;
        for (uint32_t k = kids.n; k-- > 0;) {
            Id kid = kids.at[k];
            if (p->len[kid] == 0) {
                vec_push(p->a, &todo, kid);
                missing++;
            } else if (len < LEN_MAX) {
                len += p->temp[kid] ? 2 : p->len[kid];
            }
        }
        if (missing) continue;
        todo.n--;
        p->len[node] = len;
        if (p->uses[node] < 2 || !worth_name(p->ir, node, len)) continue;
        vec_push(p->a, &p->temps, node);
        p->temp[node] = p->temps.n;
    }
}

static void share(Printer *p, const IdVec *roots)
{
    p->temps.n = p->touched.n = 0;
    count_uses(p, roots);
    number_temps(p, roots);
}

static void unshare(Printer *p)
{
    for (uint32_t i = 0; i < p->touched.n; i++) {
        Id node = p->touched.at[i];
        p->uses[node] = p->len[node] = p->temp[node] = 0;
    }
    p->touched.n = p->temps.n = 0;
}

/* ---- equations */

static void put_binder(Printer *p, Binder b)
{
    put_name(p->out, p->name[b.var]);
    text_add(p->out, ": ");
    if (!ir_is_int(p->ir, b.lo, 0)) {
        put_node(p, b.lo, PREC_SUM);
        text_add(p->out, "..");
    }
    put_node(p, b.hi, PREC_SUM);
}

static void put_binders(Printer *p, Slice binders)
{
    for (uint32_t i = 0; i < binders.n; i++) {
        if (i) text_add(p->out, ", ");
        put_binder(p, p->ir->binder.at[binders.at + i]);
    }
}

static void put_target(Printer *p, Eq e)
{
    put_name(p->out, p->ir->array.at[e.target].name);
    p->plain = true;
    for (uint32_t i = 0; i < e.subs.n; i++) {
        text_add(p->out, i ? ", " : "[");
        put_node(p, p->ir->kid.at[e.subs.at + i], 0);
    }
    p->plain = false;
    text_add(p->out, e.subs.n ? "]" : "");
    text_add(p->out, e.add ? " += " : " = ");
}

static void put_right(Printer *p, Eq e)
{
    if (e.op == RED_NONE && e.by == 0) {
        put_node(p, e.body, 0);
        return;
    }
    text_addf(p->out, "%s(",
              e.op == RED_MATRIX ? mat_text[e.matrix]
              : e.op != RED_NONE ? red_text[e.op]
              : e.along          ? "jvp"
                                 : "grad");
    put_binders(p, e.inner);
    if (e.along) text_add(p->out, "; ");
    if (e.by) put_node(p, e.by, 0);
    if (e.along) {
        text_add(p->out, ", ");
        put_node(p, e.along, 0);
    }
    if (e.with) {
        text_add(p->out, " with ");
        put_node(p, e.with, 0);
    }
    if (e.where) {
        text_add(p->out, e.inner.n ? " where " : "where ");
        put_node(p, e.where, 0);
    }
    text_add(p->out, ") ");
    put_node(p, e.body, PREC_PRODUCT);
}

/* What stands behind the right side, each clause after `gap`. */
static void put_tail(Printer *p, Id eq, const char *gap)
{
    Eq e = p->ir->eq.at[eq];
    if (e.outer.n) {
        text_addf(p->out, "%sfor ", gap);
        put_binders(p, e.outer);
    }
    if (e.when) {
        text_addf(p->out, "%swhen ", gap);
        put_node(p, e.when, 0);
    }
    if (e.scatter) text_addf(p->out, "%s!scatter", gap);
    if (e.apart) text_addf(p->out, "%s!apart", gap);
    if (e.aux && p->label[e.aux]) text_addf(p->out, "%s!aux @%u", gap, p->label[e.aux]);
    if (p->label[eq]) text_addf(p->out, "%s@%u", gap, p->label[eq]);
}

/* gap: what stands between the parts of the right side; tail: before each clause */
static void put_parts(Printer *p, Id eq, const char *gap, const char *tail)
{
    Eq e = p->ir->eq.at[eq];
    put_target(p, e);
    if (*gap != ' ') p->out->at[--p->out->n] = 0; /* no blank before a line break */
    for (uint32_t i = 0; i < p->temps.n; i++) {
        text_addf(p->out, "%s%%%u = ", *gap == ' ' ? "" : gap, i + 1);
        vec_push(p->a, &p->piece, ((Piece){NULL, p->temps.at[i], 0, true}));
        put_pieces(p);
        text_add(p->out, *gap == ' ' ? "; " : ";");
    }
    if (*gap != ' ') text_add(p->out, gap);
    put_right(p, e);
    put_tail(p, eq, tail);
}

static void put_eq(Printer *p, Id eq, uint32_t indent)
{
    uint32_t scope = p->scope.n;
    Eq e = p->ir->eq.at[eq];
    name_binders(p, e.outer);
    name_binders(p, e.inner);
    IdVec roots = {0};
    for (uint32_t i = 0; i < e.inner.n; i++) {
        vec_push(p->a, &roots, p->ir->binder.at[e.inner.at + i].lo);
        vec_push(p->a, &roots, p->ir->binder.at[e.inner.at + i].hi);
    }
    if (e.by) vec_push(p->a, &roots, e.by);
    if (e.along) vec_push(p->a, &roots, e.along);
    if (e.with) vec_push(p->a, &roots, e.with);
    if (e.where) vec_push(p->a, &roots, e.where);
    vec_push(p->a, &roots, e.body);
    if (e.when) vec_push(p->a, &roots, e.when);
    share(p, &roots);
    text_addf(p->out, "%*s", (int)indent, "");
    size_t start = p->out->n;
    put_parts(p, eq, " ", "  ");
    if (p->out->n - start + indent > WIDTH) {
        p->out->n = start;
        p->out->at[start] = 0;
        const char *gap = arena_printf(p->a, "\n%*s", (int)indent + 4, "");
        put_parts(p, eq, gap, gap);
    }
    unshare(p);
    scope_cut(p, scope);
}

/* ---- regions */

static void put_items(Printer *p, Slice items, uint32_t indent);

static void put_region(Printer *p, Id region, uint32_t indent)
{
    uint32_t scope = p->scope.n;
    Region r = p->ir->region.at[region];
    name_binders(p, r.over);
    name_var(p, r.step.var);
    text_addf(p->out, "%*sscan ", (int)indent, "");
    put_binder(p, r.step);
    if (r.down) text_add(p->out, " down");
    if (r.recompute) text_add(p->out, " recompute");
    if (r.over.n) text_add(p->out, " over ");
    put_binders(p, r.over);
    if (r.when) {
        text_add(p->out, " when ");
        put_node(p, r.when, 0);
    }
    text_add(p->out, " {\n");
    put_items(p, r.head, indent + 4);
    if (r.cond) {
        text_addf(p->out, "%*swhile ", (int)indent + 4, "");
        put_node(p, r.cond, 0);
        text_add(p->out, " -> ");
        put_name(p->out, p->ir->array.at[r.steps].name);
        text_add(p->out, "\n");
    }
    put_items(p, r.items, indent + 4);
    text_addf(p->out, "%*s}", (int)indent, "");
    scope_cut(p, scope);
}

static void put_items(Printer *p, Slice items, uint32_t indent)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = p->ir->item.at[items.at + i];
        if (it.region)
            put_region(p, it.id, indent);
        else
            put_eq(p, it.id, indent);
        text_add(p->out, "\n");
    }
}

/* ---- declarations */

static void mark_node(Printer *p, Id node, bool *used)
{
    IdVec all = ir_reach(p->ir, &node, 1);
    for (uint32_t i = 0; i < all.n; i++)
        if (ir_opof(p->ir, all.at[i]) == OP_READ) used[p->ir->node.at[all.at[i]].u.ref] = true;
}

static void mark_binders(Printer *p, Slice binders, bool *used)
{
    for (uint32_t i = 0; i < binders.n; i++) {
        mark_node(p, p->ir->binder.at[binders.at + i].lo, used);
        mark_node(p, p->ir->binder.at[binders.at + i].hi, used);
    }
}

/* Arrays that the items touch; and labels for the equations that others name. */
static void mark_items(Printer *p, Slice items, bool *used, bool *listed)
{
    Ir *ir = p->ir;
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = ir->item.at[items.at + i];
        if (it.region) {
            Region r = ir->region.at[it.id];
            mark_binders(p, r.over, used);
            Id roots[] = {r.step.lo, r.step.hi, r.when, r.cond};
            for (uint32_t k = 0; k < 4; k++) mark_node(p, roots[k], used);
            used[r.steps] = true;
            mark_items(p, r.head, used, listed);
            mark_items(p, r.items, used, listed);
        } else {
            IdVec reads = ir_eq_reads(ir, it.id);
            for (uint32_t k = 0; k < reads.n; k++) used[ir->node.at[reads.at[k]].u.ref] = true;
            used[ir->eq.at[it.id].target] = true;
            listed[it.id] = true;
        }
    }
}

static void number_labels(Printer *p, Slice items, const bool *listed, uint32_t *n)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = p->ir->item.at[items.at + i];
        if (it.region) {
            number_labels(p, p->ir->region.at[it.id].head, listed, n);
            number_labels(p, p->ir->region.at[it.id].items, listed, n);
        } else {
            Id aux = p->ir->eq.at[it.id].aux;
            if (aux && listed[aux] && !p->label[aux]) p->label[aux] = ++*n;
        }
    }
}

static void put_bounds(Printer *p, Id lo, Id hi)
{
    text_add(p->out, "(");
    if (lo) put_node(p, lo, PREC_SUM);
    text_add(p->out, "..");
    if (hi) put_node(p, hi, PREC_SUM);
    text_add(p->out, ")");
}

static void put_array(Printer *p, Id id)
{
    Array a = p->ir->array.at[id];
    text_addf(p->out, "%s ", array_kind_text[a.kind]);
    put_name(p->out, a.name);
    for (uint32_t i = 0; i < a.dims.n; i++) {
        text_add(p->out, i ? ", " : "[");
        put_node(p, p->ir->kid.at[a.dims.at + i], 0);
    }
    if (a.dims.n) text_add(p->out, "]");
    if (a.type != T_REAL) text_add(p->out, a.type == T_INT ? ": int" : ": bool");
    if (a.type == T_REAL && (a.lo || a.hi)) text_add(p->out, " in ");
    if (a.lo || a.hi) put_bounds(p, a.lo, a.hi);
    if (a.primal) {
        text_add(p->out, " of ");
        put_name(p->out, p->ir->array.at[a.primal].name);
    }
    text_add(p->out, "\n");
}

static void put_extern(const Printer *p, Extern f)
{
    text_add(p->out, "extern ");
    put_name(p->out, f.name);
    text_addf(p->out, "(%u)", f.arity);
    for (uint32_t k = 0; f.given && k < f.partials.n; k++) {
        text_add(p->out, k ? ", " : " -> ");
        put_name(p->out, p->ir->external.at[p->ir->kid.at[f.partials.at + k]].name);
    }
    text_add(p->out, "\n");
}

static void put_for(Printer *p, Slice binders)
{
    if (binders.n == 0) return;
    text_add(p->out, "  for ");
    put_binders(p, binders);
}

static void put_string(Text *out, const char *s)
{
    text_add(out, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') text_add(out, "\\");
        text_addn(out, s, 1);
    }
    text_add(out, "\"");
}

static void put_check(Printer *p, Check c)
{
    name_binders(p, c.outer);
    text_add(p->out, c.data ? "check data " : "check ");
    put_node(p, c.cond, 0);
    put_for(p, c.outer);
    if (c.when) {
        text_add(p->out, "  when ");
        put_node(p, c.when, 0);
    }
    text_add(p->out, "  ");
    put_string(p->out, c.message ? c.message : "");
    text_add(p->out, "\n");
    scope_cut(p, 0);
}

static void put_start(Printer *p, Start s)
{
    name_binders(p, s.outer);
    text_add(p->out, "start ");
    put_name(p->out, p->ir->array.at[s.array].name);
    text_add(p->out, s.kind == START_FIXED ? " = " : s.kind == START_NORMAL ? " = normal(" : " = uniform(");
    put_node(p, s.a, 0);
    if (s.kind != START_FIXED) {
        text_add(p->out, ", ");
        put_node(p, s.b, 0);
        text_add(p->out, ")");
    }
    put_for(p, s.outer);
    text_add(p->out, "\n");
    scope_cut(p, 0);
}

/* Functions that arrays ask for by their kinds are understood. */
static void put_function(Printer *p, const Entry *f)
{
    if (f->kind == FUNCTION_LOSS || f->kind == FUNCTION_GRAD || f->kind == FUNCTION_VALUE) return;
    text_addf(p->out, "function %s", function_kind_text[f->kind]);
    if (f->of) {
        text_add(p->out, " of ");
        put_name(p->out, p->ir->array.at[f->of].name);
    }
    if (f->by) {
        text_add(p->out, " by ");
        put_name(p->out, p->ir->array.at[f->by].name);
    }
    for (uint32_t i = 0; i < f->args; i++) {
        const Argument *a = &f->arg[i];
        const char *layout = a->integer ? " integers" : a->stacked ? " stack" : a->vector ? " vector" : "";
        text_addf(p->out, " %s%s %s(", a->given ? "given" : "result", layout, a->name);
        for (uint32_t k = 0; k < f->arg[i].arrays.n; k++) {
            text_add(p->out, k ? ", " : "");
            put_name(p->out, p->ir->array.at[p->ir->kid.at[f->arg[i].arrays.at + k]].name);
        }
        text_add(p->out, ")");
    }
    text_add(p->out, "\n");
}

void ir_print(Ir *ir, Text *out)
{
    Printer p = printer_new(ir, out);
    bool *used = arena_alloc(ir->arena, ir->array.n * sizeof *used),
         *listed = arena_alloc(ir->arena, ir->eq.n * sizeof *listed);
    uint32_t labels = 0;
    mark_items(&p, ir->items, used, listed);
    number_labels(&p, ir->items, listed, &labels);
    for (uint32_t i = 0; i < ir->check.n; i++) mark_node(&p, ir->check.at[i].cond, used);
    for (uint32_t i = 0; i < ir->start.n; i++) mark_node(&p, ir->start.at[i].a, used);
    for (uint32_t i = ir->array.n;
         i-- > 1;) { /* a local is there only where it is used; what it belongs to was made before it */
        if (ir->array.at[i].kind != ARRAY_LOCAL) used[i] = true;
        if (used[i]) used[ir->array.at[i].primal] = true;
    }
    for (uint32_t i = 1; i < ir->dim.n; i++) {
        text_add(out, "dim ");
        put_name(out, ir->dim.at[i].name);
        text_add(out, "\n");
    }
    for (uint32_t i = 1; i < ir->external.n; i++) put_extern(&p, ir->external.at[i]);
    for (uint32_t i = 1; i < ir->array.n; i++)
        if (used[i]) put_array(&p, i);
    for (uint32_t i = 0; i < ir->check.n; i++) put_check(&p, ir->check.at[i]);
    for (uint32_t i = 0; i < ir->start.n; i++) put_start(&p, ir->start.at[i]);
    for (uint32_t i = 0; i < ir->function.n; i++) put_function(&p, &ir->function.at[i]);
    if (ir->items.n) text_add(out, "\n");
    put_items(&p, ir->items, 0);
}

void ir_print_node(Ir *ir, Id node, Text *out)
{
    Printer p = printer_new(ir, out);
    IdVec roots = {&node, 1, 1};
    share(&p, &roots);
    for (uint32_t i = 0; i < p.temps.n; i++) {
        text_addf(out, "%%%u = ", i + 1);
        vec_push(p.a, &p.piece, ((Piece){NULL, p.temps.at[i], 0, true}));
        put_pieces(&p);
        text_add(out, "; ");
    }
    put_node(&p, node, 0);
}

void ir_print_whole(Ir *ir, Id node, Text *out)
{
    Printer p = {.ir = ir, .a = ir->arena, .out = out, .plain = true};
    p.name = arena_alloc(p.a, ir->var.n * sizeof *p.name);
    put_node(&p, node, 0);
}

void ir_print_eq(Ir *ir, Id eq, Text *out)
{
    Printer p = printer_new(ir, out);
    put_eq(&p, eq, 0);
}
