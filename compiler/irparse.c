/*
 * irparse.c -- the text form of irtext.h back into a program.
 *
 * Expressions go by two stacks, of values and of operators still waiting, so that nesting costs memory and not the C
 * stack.  An index variable may be used before the `for` or op(...) that binds it: its first use makes it, the binder
 * claims it, and what nobody claimed is an unknown name.  The form is for developers: the first error ends the reading.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "irtables.h"
#include "irtext.h"

typedef enum { TOK_END, TOK_NAME, TOK_WORD, TOK_INT, TOK_REAL, TOK_TEMP, TOK_LABEL, TOK_STRING, TOK_MARK } TokKind;

typedef struct {
    TokKind kind;
    Span at;
    const char *text; /* interned; of a string its contents */
    uint64_t i;       /* INT, TEMP, LABEL */
    double r;         /* REAL */
} Tok;

/* An operator, or an open bracket, that waits for operands. */
typedef enum { WAIT_OPERATOR, WAIT_PAREN, WAIT_CALL, WAIT_READ } WaitKind;
typedef struct {
    WaitKind kind;
    Op op;
    int prec;
    uint32_t values; /* height of the value stack at its first operand */
    Id array;        /* or extern function */
    Span at;
} Wait;

typedef struct {
    const char *name;
    Id var;
    Span at;
    bool bound;
} Scoped;

typedef struct {
    Id eq;
    uint64_t label;
    Span at;
} AuxUse;

typedef struct {
    Context *ctx;
    Arena *a;
    Ir *ir;
    VEC(Tok) tok;
    uint32_t at;
    bool failed;
    VEC(Wait) wait;
    IdVec value;
    VEC(Scoped) scope;
    uint32_t scope_base; /* first name that the item at hand may claim */
    IdVec temps;         /* of the equation at hand */
    IdVec labels;        /* equation of each label */
    VEC(AuxUse) aux;
    VEC(Entry) functions;
} Parser;

/* ---- tokens */

static void fail(Parser *p, Span at, const char *fmt, const char *what)
{
    if (!p->failed) diag_error(p->ctx, at, fmt, what);
    p->failed = true;
    p->at = p->tok.n - 1; /* the end: nothing goes on from here */
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }

static bool is_reserved(const char *s)
{
    for (uint32_t i = 0; ir_words[i]; i++)
        if (strcmp(s, ir_words[i]) == 0) return true;
    return false;
}

static const char *lex_number(Parser *p, const char *s, Tok *t)
{
    const char *e = s;
    bool real = false;
    while (is_digit(*e)) e++;
    if (*e == '.' && e[1] != '.') {
        real = true;
        for (e++; is_digit(*e); e++) continue;
    }
    const char *x = e + 1 + (*e == 'e' && (e[1] == '+' || e[1] == '-'));
    if (*e == 'e' && is_digit(*x)) {
        real = true;
        for (e = x; is_digit(*e); e++) continue;
    }
    t->kind = real ? TOK_REAL : TOK_INT;
    errno = 0;
    if (real)
        t->r = strtod(s, NULL);
    else
        t->i = strtoull(s, NULL, 10);
    if (!real && (errno == ERANGE || t->i > (uint64_t)INT64_MAX + 1))
        fail(p, t->at, "this integer does not fit in 64 bits%s", "");
    return e;
}

static const char *lex_string(Parser *p, const char *s, Tok *t)
{
    Text text = {.arena = p->a};
    text_add(&text, "");
    for (s++; *s && *s != '"' && *s != '\n'; s++) {
        if (*s == '\\' && s[1]) s++;
        text_addn(&text, s, 1);
    }
    t->kind = TOK_STRING;
    t->text = text.at;
    if (*s != '"') fail(p, t->at, "this string has no end%s", "");
    return s + (*s == '"');
}

static const char *lex_word(Parser *p, const char *s, Tok *t)
{
    const char *e = s;
    bool quoted = *s == '`';
    if (quoted) {
        for (e = ++s; *e && *e != '`' && *e != '\n'; e++) continue;
        if (*e != '`') fail(p, t->at, "this name has no closing `%s", "");
    } else {
        while (is_letter(*e) || is_digit(*e)) e++;
    }
    t->text = intern(p->ctx, s, (size_t)(e - s));
    t->kind = !quoted && is_reserved(t->text) ? TOK_WORD : TOK_NAME;
    return e + (quoted && *e == '`');
}

static const char *lex_mark(Parser *p, const char *s, Tok *t)
{
    static const char *const marks[] = {"..", "+=", "<=", "==", "!=", "->", "**", "+", "-", "*", "/", "%", "^",
                                        "<",  "=",  "(",  ")",  "{",  "}",  "[",  "]", ",", ";", ":", "!", "$"};
    t->kind = TOK_MARK;
    for (uint32_t i = 0; i < sizeof marks / sizeof *marks; i++) {
        size_t n = strlen(marks[i]);
        if (strncmp(s, marks[i], n) != 0) continue;
        t->text = marks[i];
        return s + n;
    }
    fail(p, t->at, "no token begins with '%s'", arena_strndup(p->a, s, 1));
    return s + 1;
}

static void lex(Parser *p)
{
    const char *text = p->ctx->src.text, *s = text;
    vec_push(p->a, &p->tok, (Tok){0}); /* so that fail has an end to go to */
    p->tok.n = 0;
    for (;;) {
        while (*s == ' ' || *s == '\n' || *s == '\t' || *s == '\r') s++;
        if (*s == '#') {
            while (*s && *s != '\n') s++;
            continue;
        }
        uint32_t lo = (uint32_t)(s - text);
        Tok t = {.at = {lo, lo + 1}, .text = ""};
        if (*s == 0) break;
        if (is_digit(*s)) {
            s = lex_number(p, s, &t);
        } else if ((*s == '%' || *s == '@') && is_digit(s[1])) {
            char *end;
            t.kind = *s == '%' ? TOK_TEMP : TOK_LABEL;
            t.i = strtoull(s + 1, &end, 10);
            s = end;
        } else if (is_letter(*s) || *s == '`') {
            s = lex_word(p, s, &t);
        } else {
            s = *s == '"' ? lex_string(p, s, &t) : lex_mark(p, s, &t);
        }
        t.at.hi = (uint32_t)(s - text);
        vec_push(p->a, &p->tok, t);
    }
    uint32_t end = (uint32_t)(s - text);
    vec_push(p->a, &p->tok, ((Tok){.kind = TOK_END, .at = {end, end}, .text = ""}));
}

/* Past the end there is the end again. */
static const Tok *peek(const Parser *p, uint32_t n)
{
    return &p->tok.at[p->at + n < p->tok.n ? p->at + n : p->tok.n - 1];
}

static Tok take(Parser *p)
{
    Tok t = *peek(p, 0);
    if (t.kind != TOK_END) p->at++;
    return t;
}

/* A mark or a reserved word. */
static bool is_at(const Parser *p, uint32_t n, const char *s)
{
    const Tok *t = peek(p, n);
    return (t->kind == TOK_MARK || t->kind == TOK_WORD) && strcmp(t->text, s) == 0;
}

static bool accept(Parser *p, const char *s)
{
    if (!is_at(p, 0, s)) return false;
    p->at++;
    return true;
}

static void expect(Parser *p, const char *s)
{
    if (!accept(p, s)) fail(p, peek(p, 0)->at, "expected '%s' here", s);
}

static const char *expect_name(Parser *p, const char *what)
{
    if (peek(p, 0)->kind == TOK_NAME) return take(p).text;
    fail(p, peek(p, 0)->at, "expected %s here", what);
    return "";
}

/* 0 after an error */
static Id expect_array(Parser *p)
{
    Span at = peek(p, 0)->at;
    const char *name = expect_name(p, "the name of an array");
    Id array = ir_find_array(p->ir, name);
    if (array == 0) fail(p, at, "no array is declared as %s", name);
    return array;
}

/* ---- index variables */

static Id make_var(Parser *p, const char *name, Span at, bool bound)
{
    Id var = ir_new_var(p->ir, name, at);
    vec_push(p->a, &p->scope, ((Scoped){name, var, at, bound}));
    return var;
}

static Scoped *find_var(Parser *p, const char *name)
{
    for (uint32_t i = p->scope.n; i-- > 0;)
        if (p->scope.at[i].name == name) return &p->scope.at[i];
    return NULL;
}

static bool is_scalar(const Parser *p, Id array) { return array && p->ir->array.at[array].dims.n == 0; }

static Id bind_var(Parser *p, const char *name, Span at)
{
    Scoped *s = find_var(p, name);
    if (ir_find_dim(p->ir, name) || is_scalar(p, ir_find_array(p->ir, name)))
        fail(p, at, "index %s has the name of a size or a scalar", name);
    if (s == NULL) return make_var(p, name, at, true);
    if (s->bound || s < p->scope.at + p->scope_base) fail(p, at, "index %s is bound twice", name);
    s->bound = true;
    return s->var;
}

/* Ends the names of an item, back to `n`; each must have been claimed. */
static void leave_scope(Parser *p, uint32_t n)
{
    for (uint32_t i = n; i < p->scope.n; i++)
        if (!p->scope.at[i].bound) fail(p, p->scope.at[i].at, "unknown name %s", p->scope.at[i].name);
    p->scope.n = n;
}

/* ---- expressions */

/* The op that is written so, of that form; OP_COUNT: none. */
typedef enum { LEAF, CALL, FN = CALL, INFIX, PREFIX } Form;
static Op find_op(const char *text, Form form)
{
#define OP(name, text, kids, form, ...) [OP_##name] = (form),
    static const uint8_t form_of[OP_COUNT] = {ADC_OPS(OP)};
#undef OP
    for (uint32_t op = 0; op < OP_COUNT; op++)
        if (form_of[op] == form && strcmp(op_text[op], text) == 0) return (Op)op;
    return OP_COUNT;
}

static void push_value(Parser *p, Id node) { vec_push(p->a, &p->value, node); }

static void push_wait(Parser *p, WaitKind kind, Op op, int prec, Id array, Span at)
{
    vec_push(p->a, &p->wait, ((Wait){kind, op, prec, p->value.n, array, at}));
}

/* Applies the operator on top.  Its first operand lies below where it was noted, if it is infix. */
static void reduce_operator(Parser *p)
{
    Wait w = p->wait.at[--p->wait.n];
    uint32_t n = w.op == OP_NEG || w.op == OP_NOT ? 1 : 2, first = p->value.n - n;
    Id node = ir_make(p->ir, w.op, p->value.at + first, n);
    p->value.n = first;
    push_value(p, node);
}

static void close_call(Parser *p, Wait w)
{
    uint32_t n = p->value.n - w.values;
    if (w.op == OP_EXTERN && n != p->ir->external.at[w.array].arity) {
        fail(p, w.at, "%s has another number of arguments", p->ir->external.at[w.array].name);
        return;
    }
    if (w.kind == WAIT_CALL && op_kids[w.op] >= 0 && n != (uint32_t)op_kids[w.op]) {
        fail(p, w.at, "%s has another number of arguments", op_text[w.op]);
        return;
    }
    const Id *args = p->value.at + w.values;
    Id node = w.kind == WAIT_READ ? ir_read(p->ir, w.array, args, n)
              : w.op == OP_EXTERN ? ir_call(p->ir, w.array, args, n)
                                  : ir_make(p->ir, w.op, args, n);
    p->value.n = w.values;
    push_value(p, node);
}

static void take_number(Parser *p, Tok t, bool minus)
{
    if (t.kind == TOK_REAL) {
        push_value(p, ir_real(p->ir, minus ? -t.r : t.r));
    } else if (t.kind == TOK_INT) {
        if (!minus && t.i > INT64_MAX) fail(p, t.at, "this integer does not fit in 64 bits%s", "");
        push_value(p, ir_int(p->ir, minus ? (int64_t)(0 - t.i) : (int64_t)t.i));
    } else {
        double r = strcmp(t.text, "inf") == 0 ? INFINITY : NAN;
        push_value(p, ir_real(p->ir, minus ? -r : r));
    }
}

static bool is_number(const Tok *t)
{
    return t->kind == TOK_INT || t->kind == TOK_REAL ||
           (t->kind == TOK_WORD && (strcmp(t->text, "inf") == 0 || strcmp(t->text, "nan") == 0));
}

/* A name that stands alone: an index, a scalar, a size; or an index that a binder will claim. */
static void take_name(Parser *p, Tok t)
{
    Ir *ir = p->ir;
    Scoped *s = find_var(p, t.text);
    Id array = ir_find_array(ir, t.text), dim = ir_find_dim(ir, t.text);
    if (s)
        push_value(p, ir_var(ir, s->var));
    else if (is_scalar(p, array))
        push_value(p, ir_read(ir, array, NULL, 0));
    else if (dim)
        push_value(p, ir_dim(ir, dim));
    else
        push_value(p, ir_var(ir, make_var(p, t.text, t.at, false)));
}

/* The extern function of that name, or 0. */
static Id find_external(const Parser *p, const char *name)
{
    for (Id e = 1; e < p->ir->external.n; e++)
        if (p->ir->external.at[e].name == name) return e;
    return 0;
}

/* A call or a read begins; *open counts brackets. */
static bool take_bracket(Parser *p, Tok t, bool external, uint32_t *open)
{
    bool call = is_at(p, 0, "(");
    Op op = external ? OP_EXTERN : call ? find_op(t.text, CALL) : OP_READ;
    Id array = external ? find_external(p, t.text) : call ? 0 : ir_find_array(p->ir, t.text);
    if (op == OP_COUNT || (external && (array == 0 || !call)))
        fail(p, t.at, "there is no function %s", t.text);
    else if (!call && array == 0)
        fail(p, t.at, "no array is declared as %s", t.text);
    if (p->failed) return false;
    take(p);
    Wait w = {call ? WAIT_CALL : WAIT_READ, op, 0, p->value.n, array, t.at};
    if (accept(p, call ? ")" : "]")) {
        close_call(p, w);
        return true;
    }
    vec_push(p->a, &p->wait, w);
    ++*open;
    return false;
}

/* True if the operand is complete; else there is more of it to come. */
static bool take_operand(Parser *p, uint32_t *open)
{
    Tok t = take(p);
    bool power = is_at(p, 1, "^") || is_at(p, 1, "**"); /* -2^x is -(2^x) */
    if (t.kind == TOK_MARK && strcmp(t.text, "-") == 0) {
        if (is_number(peek(p, 0)) && !power) return take_number(p, take(p), true), true;
        return push_wait(p, WAIT_OPERATOR, OP_NEG, PREC_NEG, 0, t.at), false;
    }
    if (t.kind == TOK_WORD && strcmp(t.text, "not") == 0)
        return push_wait(p, WAIT_OPERATOR, OP_NOT, PREC_NOT, 0, t.at), false;
    if (t.kind == TOK_MARK && strcmp(t.text, "(") == 0)
        return ++*open, push_wait(p, WAIT_PAREN, OP_COUNT, 0, 0, t.at), false;
    if (t.kind == TOK_MARK && strcmp(t.text, "$") == 0 && peek(p, 0)->kind == TOK_NAME)
        return take_bracket(p, take(p), true, open);
    if (is_number(&t)) {
        take_number(p, t, false);
    } else if (t.kind == TOK_WORD && (strcmp(t.text, "true") == 0 || strcmp(t.text, "false") == 0)) {
        push_value(p, ir_bool(p->ir, t.text[0] == 't'));
    } else if (t.kind == TOK_TEMP) {
        if (t.i == 0 || t.i > p->temps.n)
            fail(p, t.at, "this name is not defined here%s", "");
        else
            push_value(p, p->temps.at[t.i - 1]);
    } else if (t.kind == TOK_NAME) {
        if (is_at(p, 0, "(") || is_at(p, 0, "[")) return take_bracket(p, t, false, open);
        take_name(p, t);
    } else {
        fail(p, t.at, "expected an expression here%s", "");
    }
    return true;
}

static void reduce_while(Parser *p, uint32_t base, int prec)
{
    for (; p->wait.n > base && p->wait.at[p->wait.n - 1].kind == WAIT_OPERATOR; reduce_operator(p)) {
        int top = p->wait.at[p->wait.n - 1].prec;
        if (top < prec || (top == prec && prec == PREC_POWER)) return;
    }
}

/* What follows a value: false if the expression ends before it.  *operand: another operand is wanted then. */
static bool take_infix(Parser *p, uint32_t base, int limit, uint32_t *open, bool *operand)
{
    const Tok *t = peek(p, 0);
    Op op = t->kind == TOK_MARK || t->kind == TOK_WORD ? find_op(t->text, INFIX) : OP_COUNT;
    bool comma = is_at(p, 0, ","), paren = is_at(p, 0, ")");
    if (op != OP_COUNT) {
        int prec = op_precedence(op);
        if (*open == 0 && prec < limit) return false;
        reduce_while(p, base, prec);
        push_wait(p, WAIT_OPERATOR, op, prec, 0, take(p).at);
        return *operand = true;
    }
    if (*open == 0 || !(comma || paren || is_at(p, 0, "]"))) return false;
    reduce_while(p, base, 0);
    Wait w = p->wait.at[p->wait.n - 1];
    Tok mark = take(p);
    bool fits = comma ? w.kind != WAIT_PAREN : paren ? w.kind != WAIT_READ : w.kind == WAIT_READ;
    if (!fits) return fail(p, mark.at, "'%s' does not fit the bracket before", mark.text), false;
    if (comma) return *operand = true;
    p->wait.n--;
    --*open;
    if (w.kind != WAIT_PAREN) close_call(p, w);
    return true;
}

/* An expression of operators that bind at least as tightly as `limit`.  After an error: some constant. */
static Id expr(Parser *p, int limit)
{
    uint32_t base = p->wait.n, values = p->value.n, open = 0;
    bool operand = true;
    while (!p->failed) {
        if (operand)
            operand = !take_operand(p, &open);
        else if (!take_infix(p, base, limit, &open, &operand))
            break;
    }
    if (open) fail(p, peek(p, 0)->at, "a bracket is not closed before this%s", "");
    if (!p->failed) reduce_while(p, base, 0);
    Id node = p->failed ? ir_int(p->ir, 0) : p->value.at[values];
    p->wait.n = base;
    p->value.n = values;
    return node;
}

static Slice expr_list(Parser *p, const char *end)
{
    IdVec v = {0};
    do vec_push(p->a, &v, expr(p, 0));
    while (accept(p, ","));
    expect(p, end);
    return ir_ids(p->ir, v.at, v.n);
}

/* ---- items */

static Binder binder(Parser *p)
{
    Span at = peek(p, 0)->at;
    const char *name = expect_name(p, "an index variable");
    expect(p, ":");
    Id lo = expr(p, PREC_SUM), hi = lo;
    if (accept(p, ".."))
        hi = expr(p, PREC_SUM);
    else
        lo = ir_int(p->ir, 0);
    return (Binder){p->failed ? 0 : bind_var(p, name, at), lo, hi};
}

static Slice binders(Parser *p)
{
    VEC(Binder) v = {0};
    do vec_push(p->a, &v, binder(p));
    while (accept(p, ","));
    return ir_binders(p->ir, v.at, v.n);
}

/* A reduction: op(binder.., op(where.., op().  Else its name is that of a function or an array. */
static uint8_t reduction_ahead(const Parser *p, uint8_t *matrix)
{
    if (peek(p, 0)->kind != TOK_NAME || !is_at(p, 1, "(")) return RED_NONE;
    bool bound = peek(p, 2)->kind == TOK_NAME && is_at(p, 3, ":");
    if (!bound && !is_at(p, 2, "where") && !is_at(p, 2, ")")) return RED_NONE;
    for (int op = RED_SUM; op < RED_MATRIX; op++)
        if (strcmp(red_text[op], peek(p, 0)->text) == 0) return (uint8_t)op;
    for (uint8_t m = 0; bound && m < MATS; m++)
        if (strcmp(mat_text[m], peek(p, 0)->text) == 0) return *matrix = m, RED_MATRIX;
    return RED_NONE;
}

/* grad(A[i]) or jvp(i: n; A[i], v): whether it is one. */
static bool mark(Parser *p, Eq *e)
{
    const Tok *t = peek(p, 0);
    bool jvp = t->kind == TOK_NAME && strcmp(t->text, "jvp") == 0;
    if (t->kind != TOK_NAME || !(jvp || strcmp(t->text, "grad") == 0) || !is_at(p, 1, "(")) return false;
    take(p);
    take(p);
    if (jvp && !is_at(p, 0, ";")) e->inner = binders(p);
    if (jvp) expect(p, ";");
    Span at = peek(p, 0)->at;
    e->by = expr(p, 0);
    if (!p->failed && ir_opof(p->ir, e->by) != OP_READ) fail(p, at, "a derivative is by an element of an array%s", "");
    if (jvp) {
        expect(p, ",");
        e->along = expr(p, 0);
    }
    expect(p, ")");
    return true;
}

static void eq_right(Parser *p, Eq *e)
{
    p->temps.n = 0;
    while (peek(p, 0)->kind == TOK_TEMP && is_at(p, 1, "=")) {
        Tok t = take(p);
        if (t.i != p->temps.n + 1) fail(p, t.at, "names are numbered in order, from %%1%s", "");
        expect(p, "=");
        Id node = expr(p, 0);
        vec_push(p->a, &p->temps, node);
        expect(p, ";");
    }
    bool marked = mark(p, e);
    e->op = marked ? RED_NONE : reduction_ahead(p, &e->matrix);
    if (e->op != RED_NONE) {
        take(p);
        take(p);
        if (peek(p, 0)->kind == TOK_NAME) e->inner = binders(p);
        if (accept(p, "with")) e->with = expr(p, 0);
        if (accept(p, "where")) e->where = expr(p, 0);
        expect(p, ")");
    }
    e->body = expr(p, e->op == RED_NONE && !marked ? 0 : PREC_PRODUCT);
}

/* Marks behind an equation; its number is known to be `eq`. */
static void eq_marks(Parser *p, Eq *e, Id eq)
{
    while (accept(p, "!")) {
        const char *mark = expect_name(p, "scatter, apart or aux");
        Tok t = *peek(p, 0);
        if (strcmp(mark, "scatter") == 0) {
            e->scatter = true;
        } else if (strcmp(mark, "apart") == 0) {
            e->apart = true;
        } else if (strcmp(mark, "aux") == 0 && t.kind == TOK_LABEL) {
            vec_push(p->a, &p->aux, ((AuxUse){eq, t.i, take(p).at}));
        } else {
            fail(p, t.at, "expected !scatter, !apart or !aux @label here%s", "");
        }
    }
    if (peek(p, 0)->kind != TOK_LABEL) return;
    Tok t = take(p);
    if (t.i > p->tok.n) fail(p, t.at, "this label is too large%s", "");
    while (!p->failed && p->labels.n <= t.i) vec_push(p->a, &p->labels, 0);
    if (!p->failed && p->labels.at[t.i]) fail(p, t.at, "this label stands twice%s", "");
    if (!p->failed) p->labels.at[t.i] = eq;
}

static void enter_scope(Parser *p) { p->scope_base = p->scope.n; }

static Id equation(Parser *p)
{
    Eq e = {.span = peek(p, 0)->at};
    enter_scope(p);
    e.target = expect_array(p);
    if (accept(p, "[")) e.subs = expr_list(p, "]");
    e.add = accept(p, "+=");
    if (!e.add) expect(p, "=");
    eq_right(p, &e);
    if (accept(p, "for")) e.outer = binders(p);
    if (accept(p, "when")) e.when = expr(p, 0);
    eq_marks(p, &e, p->ir->eq.n);
    leave_scope(p, p->scope_base);
    return ir_new_eq(p->ir, &e);
}

static Slice items(Parser *p);

static Id region(Parser *p)
{
    Region r = {.span = take(p).at};
    uint32_t scope = p->scope.n;
    enter_scope(p);
    r.step = binder(p);
    r.down = accept(p, "down");
    r.recompute = accept(p, "recompute");
    if (accept(p, "over")) r.over = binders(p);
    if (accept(p, "when")) r.when = expr(p, 0);
    expect(p, "{");
    for (uint32_t i = scope; i < p->scope.n; i++)
        if (!p->scope.at[i].bound) fail(p, p->scope.at[i].at, "unknown name %s", p->scope.at[i].name);
    r.items = items(p);
    if (accept(p, "while")) {
        enter_scope(p);
        r.head = r.items;
        r.cond = expr(p, 0);
        leave_scope(p, p->scope_base);
        expect(p, "->");
        r.steps = expect_array(p);
        r.items = items(p);
    }
    expect(p, "}");
    p->scope.n = scope;
    return ir_new_region(p->ir, &r);
}

static Slice items(Parser *p)
{
    Items v = {0};
    while (!p->failed && peek(p, 0)->kind != TOK_END && !is_at(p, 0, "}") && !is_at(p, 0, "while")) {
        bool scan = is_at(p, 0, "scan");
        Item it = {scan, scan ? region(p) : equation(p)};
        vec_push(p->a, &v, it);
    }
    return ir_items(p->ir, v.at, v.n);
}

/* ---- declarations */

static void bounds(Parser *p, Id *lo, Id *hi)
{
    expect(p, "(");
    if (!is_at(p, 0, "..")) *lo = expr(p, PREC_SUM);
    expect(p, "..");
    if (!is_at(p, 0, ")")) *hi = expr(p, PREC_SUM);
    expect(p, ")");
}

static void array(Parser *p, ArrayKind kind)
{
    Slice dims = {0};
    Type type = T_REAL;
    Id lo = 0, hi = 0;
    Span at = peek(p, 0)->at;
    const char *name = expect_name(p, "the name of an array");
    if (ir_find_array(p->ir, name) || ir_find_dim(p->ir, name)) fail(p, at, "%s is declared twice", name);
    if (accept(p, "[")) dims = expr_list(p, "]");
    if (accept(p, ":")) {
        type = accept(p, "bool") ? T_BOOL : T_INT;
        if (type == T_INT) expect(p, "int");
        if (is_at(p, 0, "(")) bounds(p, &lo, &hi);
    }
    if (accept(p, "in")) bounds(p, &lo, &hi);
    Id id = ir_new_array(p->ir, name, kind, type, p->ir->kid.at + dims.at, dims.n, at);
    if (accept(p, "of")) p->ir->array.at[id].primal = expect_array(p);
    p->ir->array.at[id].lo = lo;
    p->ir->array.at[id].hi = hi;
    if (kind == ARRAY_LOSS) p->ir->loss = id;
}

/* A word that is a keyword only where it stands. */
static bool accept_here(Parser *p, const char *s)
{
    const Tok *t = peek(p, 0);
    if ((t->kind != TOK_NAME && t->kind != TOK_WORD) || strcmp(t->text, s) != 0) return false;
    p->at++;
    return true;
}

static void check(Parser *p)
{
    Check c = {.span = peek(p, 0)->at, .data = accept(p, "data")};
    c.cond = expr(p, 0);
    if (accept(p, "for")) c.outer = binders(p);
    if (accept(p, "when")) c.when = expr(p, 0);
    Tok t = take(p);
    if (t.kind != TOK_STRING) fail(p, t.at, "expected a message here%s", "");
    c.message = t.text;
    vec_push(p->a, &p->ir->check, c);
}

static void external(Parser *p)
{
    Span at = peek(p, 0)->at;
    const char *name = expect_name(p, "the name of a function");
    expect(p, "(");
    Tok t = take(p);
    if (t.kind != TOK_INT || t.i > UINT16_MAX) fail(p, t.at, "expected a number of arguments here%s", "");
    expect(p, ")");
    if (p->failed) return;
    Id f = ir_external(p->ir, name, (uint32_t)t.i, at);
    if (p->ir->external.at[f].arity != t.i) fail(p, at, "%s has another number of arguments", name);
    if (!accept(p, "->")) return;
    IdVec partials = {0};
    do vec_push(p->a, &partials, ir_external(p->ir, expect_name(p, "the name of a function"), (uint32_t)t.i, at));
    while (accept(p, ","));
    p->ir->external.at[f].partials = ir_ids(p->ir, partials.at, partials.n);
    p->ir->external.at[f].given = true;
}

static void function(Parser *p)
{
    Entry f = {.kind = FUNCTION_LOSS};
    while (f.kind < FUNCTION_KINDS && !accept_here(p, function_kind_text[f.kind])) f.kind++;
    if (f.kind == FUNCTION_KINDS) fail(p, peek(p, 0)->at, "expected the kind of a function here%s", "");
    if (accept(p, "of")) f.of = expect_array(p);
    if (accept(p, "by")) f.by = expect_array(p);
    for (bool given; !p->failed && ((given = accept_here(p, "given")) || accept_here(p, "result"));) {
        bool vector = accept_here(p, "vector"), integers = accept_here(p, "integers");
        bool stacked = integers || accept_here(p, "stack");
        const char *name = expect_name(p, "the name of an argument");
        IdVec arrays = {0};
        expect(p, "(");
        while (!p->failed && !is_at(p, 0, ")")) {
            vec_push(p->a, &arrays, expect_array(p));
            accept(p, ",");
        }
        expect(p, ")");
        if (f.args == ARGUMENTS)
            fail(p, peek(p, 0)->at, "too many arguments%s", "");
        else if (stacked)
            ir_add_stack(p->ir, &f, name, given, integers, &arrays);
        else if (vector)
            ir_add_vector(p->ir, &f, name, given, &arrays);
        else if (arrays.n == 1)
            ir_add_argument(p->ir, &f, name, given, arrays.at[0]);
        else
            fail(p, peek(p, 0)->at, "a single array is wanted before this%s", "");
    }
    if (!p->failed) vec_push(p->a, &p->functions, f);
}

static void start(Parser *p)
{
    Start s = {.array = expect_array(p), .kind = START_FIXED};
    expect(p, "=");
    if (accept_here(p, "normal"))
        s.kind = START_NORMAL;
    else if (accept_here(p, "uniform"))
        s.kind = START_UNIFORM;
    if (s.kind != START_FIXED) expect(p, "(");
    s.a = expr(p, 0);
    if (s.kind != START_FIXED) {
        expect(p, ",");
        s.b = expr(p, 0);
        expect(p, ")");
    }
    if (accept(p, "for")) s.outer = binders(p);
    vec_push(p->a, &p->ir->start, s);
}

static bool declaration(Parser *p)
{
    Span at = peek(p, 1)->at;
    if (is_at(p, 1, "=") || is_at(p, 1, "+=") || is_at(p, 1, "["))
        return false; /* an equation of an array with such a name */
    enter_scope(p);
    if (accept_here(p, "dim")) {
        const char *name = expect_name(p, "the name of a size");
        if (ir_find_array(p->ir, name) || ir_find_dim(p->ir, name)) fail(p, at, "%s is declared twice", name);
        ir_new_dim(p->ir, name, at);
    } else if (accept_here(p, "check")) {
        check(p);
    } else if (accept_here(p, "extern")) {
        external(p);
    } else if (accept_here(p, "start")) {
        start(p);
    } else if (accept_here(p, "function")) {
        function(p);
    } else {
        ArrayKind kind = ARRAY_LOCAL;
        while (kind <= ARRAY_GIVEN && !accept_here(p, array_kind_text[kind])) kind++;
        if (kind > ARRAY_GIVEN) return false;
        array(p, kind);
    }
    leave_scope(p, 0);
    return true;
}

Ir *ir_parse(Context *ctx, const char *name)
{
    Parser p = {.ctx = ctx, .a = ctx->arena, .ir = ir_new(ctx, name)};
    lex(&p);
    while (!p.failed && declaration(&p)) continue;
    ir_declare_functions(p.ir);
    for (uint32_t i = 0; i < p.functions.n; i++) ir_add_function(p.ir, &p.functions.at[i]);
    p.ir->items = items(&p);
    if (peek(&p, 0)->kind != TOK_END) fail(&p, peek(&p, 0)->at, "expected an equation here%s", "");
    for (uint32_t i = 0; i < p.aux.n; i++) {
        uint64_t label = p.aux.at[i].label;
        if (label >= p.labels.n || p.labels.at[label] == 0)
            fail(&p, p.aux.at[i].at, "no equation has this label%s", "");
        else
            p.ir->eq.at[p.aux.at[i].eq].aux = p.labels.at[label];
    }
    return p.failed ? NULL : p.ir;
}
