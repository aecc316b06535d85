/*
 * ast.c -- nodes of the AST; the tree and its symbols as text.
 */
#include "ast.h"

static uint32_t power_of_two(uint32_t n)
{
    uint32_t p = 1;
    while (p < n) p *= 2;
    return p;
}

static bool is_binary(AstKind k) { return k >= A_OR && k <= A_POW; }

/* Takes a kid's depth into account; the left spine does not count. */
static void deepen(Context *ctx, Ast *a, const Ast *kid, uint32_t position)
{
    const uint32_t depth = kid->depth + (is_binary(a->kind) && position == 0 ? 0u : 1u);
    if (depth <= a->depth) return;
    if (a->depth <= AST_DEPTH && depth > AST_DEPTH && kid->depth <= AST_DEPTH)
        diag_error(ctx, (Span){kid->span.lo, kid->span.lo + 1}, "nested too deeply: more than %d levels", AST_DEPTH);
    a->depth = (uint16_t)(depth < UINT16_MAX ? depth : UINT16_MAX);
}

Ast *ast_new(Context *ctx, AstKind kind, Span span, uint32_t n, ...)
{
    Ast *a = arena_alloc(ctx->arena, sizeof *a);
    a->kind = kind;
    a->span = span;
    a->n = n;
    if (!n) return a;
    a->kid = arena_alloc(ctx->arena, power_of_two(n) * sizeof *a->kid);
    va_list ap;
    va_start(ap, n);
    for (uint32_t i = 0; i < n; i++) {
        a->kid[i] = va_arg(ap, Ast *);
        if (a->kid[i]) deepen(ctx, a, a->kid[i], i);
    }
    va_end(ap);
    return a;
}

/* The kids of a node have room for the next power of two. */
Ast *ast_add(Context *ctx, Ast *list, Ast *kid)
{
    const uint32_t n = list->n;
    if (n == 0 || power_of_two(n) == n)
        list->kid = arena_grow(ctx->arena, list->kid, n * sizeof *list->kid, (n ? 2 * n : 1) * sizeof *list->kid);
    list->kid[list->n++] = kid;
    list->span = span_join(list->span, kid->span);
    deepen(ctx, list, kid, n);
    return list;
}

Ast *ast_paren(Context *ctx, Ast *a, Span span)
{
    if (a->depth == AST_DEPTH)
        diag_error(ctx, (Span){span.lo, span.lo + 1}, "nested too deeply: more than %d levels", AST_DEPTH);
    if (a->depth < UINT16_MAX) a->depth++;
    a->parens = true;
    a->span = span;
    return a;
}

const char *red_name(RedKind r)
{
    static const char *const name[] = {"sum",       "prod",   "mean",   "max", "min",
                                       "logsumexp", "argmax", "argmin", "all", "any"};
    return name[r];
}

/* ---- the tree as text */

static void print(const Ast *, Text *);

/* Kids from..to, a blank before each; absent ones leave no trace. */
static void print_kids(const Ast *a, uint32_t from, Text *out)
{
    for (uint32_t i = from; i < a->n; i++) {
        if (!a->kid[i]) continue;
        text_add(out, " ");
        print(a->kid[i], out);
    }
}

/* (tag name kids...); name may be NULL */
static void print_form(const char *tag, const char *name, const Ast *a, Text *out)
{
    text_addf(out, "(%s", tag);
    if (name) text_addf(out, " %s", name);
    print_kids(a, 0, out);
    text_add(out, ")");
}

/* (a b c) of the kids from `from` on */
static void print_list(const Ast *a, uint32_t from, Text *out)
{
    text_add(out, "(");
    for (uint32_t i = from; i < a->n; i++) {
        if (i > from) text_add(out, " ");
        print(a->kid[i], out);
    }
    text_add(out, ")");
}

static const char *operator_text(AstKind k)
{
    static const char *const text[] = {
        "or", "and", "==", "!=", "<", ">", "<=", ">=", "+", "-", "*", "/", "%", "@", "div", "^"};
    return text[k - A_OR];
}

/* Down the left spine by a loop, then up again: (+ (+ a b) c). */
static void print_binary(const Ast *a, Text *out)
{
    VEC(const Ast *) spine = {0};
    for (; is_binary(a->kind); a = a->kid[0]) {
        vec_push(out->arena, &spine, a);
        text_addf(out, "(%s ", operator_text(a->kind));
    }
    print(a, out);
    while (spine.n) {
        text_add(out, " ");
        print(spine.at[--spine.n]->kid[1], out);
        text_add(out, ")");
    }
}

static void print_binder(const Ast *a, Text *out)
{
    if (!a->written) {
        text_add(out, a->name);
        return;
    }
    const char form[] = {(char)a->written, 0};
    print_form(a->written == 'l' ? "<=" : form, a->name, a, out);
}

/* let, output, next, yield: (let (elem Z (over n h)) e) or (let v e) */
static void print_definition(const char *tag, const Ast *a, Text *out)
{
    text_addf(out, "(%s %s%s", tag, a->kid[0] ? "(elem " : "", a->name);
    if (a->kid[0]) {
        text_add(out, " ");
        print(a->kid[0], out);
        text_add(out, ")");
    }
    print_kids(a, 1, out);
    text_add(out, ")");
}

static void print_fn(const Ast *a, Text *out)
{
    text_addf(out, "(fn %s ", a->name);
    print(a->kid[0], out);
    text_add(out, " ");
    if (a->kid[1]) {
        print(a->kid[1], out);
        text_add(out, " (return ");
    }
    print(a->kid[2], out);
    text_add(out, a->kid[1] ? "))" : ")");
}

/* One of a comma list, as it stands in the list's own form. */
static void print_member(const Ast *a, Text *out)
{
    if (a->kind == A_DIM)
        text_add(out, a->name);
    else
        print_form(a->kind == A_PARAM ? "p" : a->kind != A_DATA ? "=" : a->kid[2] ? "int" : "real", a->name, a, out);
}

static const char *list_tag(AstKind k)
{
    return k == A_CONST   ? "const"
           : k == A_DIM   ? "dim"
           : k == A_HYPER ? "hyper"
           : k == A_DATA  ? "data"
           : k == A_PARAM ? "param"
                          : NULL;
}

/* One declaration a line, `const a = 1, b = 2` as the one that was written. */
static void print_program(const Ast *p, Text *out)
{
    for (uint32_t i = 0; i < p->n;) {
        const Ast *a = p->kid[i++];
        const char *tag = list_tag(a->kind);
        if (!tag) {
            print(a, out);
        } else {
            text_addf(out, "(%s ", tag);
            print_member(a, out);
            for (; i < p->n && p->kid[i]->kind == a->kind && !p->kid[i]->written; i++) {
                text_add(out, " ");
                print_member(p->kid[i], out);
            }
            text_add(out, ")");
        }
        text_add(out, "\n");
    }
}

static void print(const Ast *a, Text *out)
{
    switch (a->kind) {
    case A_NUM: text_addf(out, "%.17g", a->num); break;
    case A_NAME: text_add(out, a->name); break;
    case A_CALL:
        text_addf(out, "(call %s ", a->name);
        print_list(a, 0, out);
        text_add(out, ")");
        break;
    case A_AT:
        text_add(out, "(at ");
        print(a->kid[0], out);
        text_add(out, " ");
        print_list(a, 1, out);
        text_add(out, ")");
        break;
    case A_LIST:
        text_add(out, "(list ");
        print_list(a, 0, out);
        text_add(out, ")");
        break;
    case A_IF: print_form("if", NULL, a, out); break;
    case A_OR:
    case A_AND:
    case A_EQ:
    case A_NE:
    case A_LT:
    case A_GT:
    case A_LE:
    case A_GE:
    case A_ADD:
    case A_SUB:
    case A_MUL:
    case A_DIV:
    case A_MOD:
    case A_MATMUL:
    case A_IDIV:
    case A_POW: print_binary(a, out); break;
    case A_NOT: print_form("not", NULL, a, out); break;
    case A_NEG: print_form("neg", NULL, a, out); break;
    case A_REDUCE: print_form(a->name, NULL, a, out); break;
    case A_OVER: print_form("over", NULL, a, out); break;
    case A_BINDER: print_binder(a, out); break;
    case A_SHAPE: print_form("shape", NULL, a, out); break;
    case A_PROGRAM: print_program(a, out); break;
    case A_CONST:
    case A_DIM:
    case A_HYPER:
    case A_DATA:
    case A_PARAM: print_member(a, out); break;
    case A_GREATER: print_form(">", NULL, a, out); break;
    case A_LESS: print_form("<", NULL, a, out); break;
    case A_IN: print_form("in", NULL, a, out); break;
    case A_START: print_form("=", NULL, a, out); break;
    case A_RANDOM:
        text_addf(out, "(~ %s ", a->name);
        print_list(a, 0, out);
        text_add(out, ")");
        break;
    case A_LET: print_definition("let", a, out); break;
    case A_OUTPUT: print_definition("output", a, out); break;
    case A_NEXT: print_definition("next", a, out); break;
    case A_YIELD: print_definition("yield", a, out); break;
    case A_METRIC: print_form("metric", a->name, a, out); break;
    case A_LOSS: print_form("loss", NULL, a, out); break;
    case A_FN: print_fn(a, out); break;
    case A_FORMALS: print_form("formals", NULL, a, out); break;
    case A_FORMAL:
        if (a->kid[0])
            print_form("array", a->name, a, out);
        else
            text_add(out, a->name);
        break;
    case A_EXTERN: print_form("extern", a->name, a, out); break;
    case A_NAMES: print_form("names", NULL, a, out); break;
    case A_SCAN:
        text_addf(out, "(scan %s ", a->name);
        print(a->kid[0], out);
        if (a->kid[1]) {
            text_add(out, " (while ");
            print(a->kid[1], out);
            text_add(out, ")");
        }
        print_kids(a, 2, out);
        text_add(out, ")");
        break;
    case A_WITH: print_form("with", NULL, a, out); break;
    case A_STATE: print_form("=", a->name, a, out); break;
    case A_BODY: print_form("do", NULL, a, out); break;
    }
}

void ast_print(const Ast *a, Text *out) { print(a, out); }

/* ---- symbols */

const char *sym_kind_name(SymKind k)
{
    switch (k) {
    case SYM_CONST: return "a const";
    case SYM_DIM: return "a dim";
    case SYM_HYPER: return "a hyper";
    case SYM_DATA: return "data";
    case SYM_PARAM: return "a param";
    case SYM_LET:
    case SYM_LOCAL: return "a let";
    case SYM_OUTPUT: return "an output";
    case SYM_METRIC: return "a metric";
    case SYM_FN:
    case SYM_EXTERN:
    case SYM_BUILTIN: return "a function";
    case SYM_SCAN: return "the index of a scan";
    case SYM_FORMAL: return "an argument";
    case SYM_SIZE: return "a size";
    case SYM_STATE: return "a state";
    case SYM_YIELD: return "yielded by a scan";
    case SYM_INDEX: return "an index";
    case SYM_PI:
    case SYM_INF: return "a constant";
    }
    die("symbol of kind %d", k);
}

void names_print(const Context *ctx, const Names *names, Text *out)
{
    for (uint32_t i = 0; i < names->order.n; i++) {
        const Ast *a = names->order.at[i];
        text_addf(out, "%s%s", i ? " " : "", a->kind == A_LOSS ? "loss" : a->name);
    }
    text_add(out, "\n");
    for (uint32_t i = 0; i < names->syms.n; i++) {
        const Sym *s = names->syms.at[i];
        if (!s->decl) continue;
        uint32_t line, column;
        source_place(&ctx->src, s->decl->name_span.lo, &line, &column);
        text_addf(out, "%u:%u %s is %s, used %u time%s\n", line, column, s->name, sym_kind_name(s->kind), s->uses,
                  s->uses == 1 ? "" : "s");
    }
}
