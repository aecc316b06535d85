/*
 * resolve.c -- gives every name its symbol.
 *
 * Top-level names are all entered first, since declarations may be used before they stand; then each declaration is walked with
 * the scopes of its functions, scans and index variables, and the others that it uses are noted, to sort them by.
 */
#include "ops.h"
#include "scope.h"

#include <string.h>

/* Where only some kinds of names may stand. */
typedef struct {
    uint32_t kinds;   /* a bit for each SymKind; 0: all */
    const char *what; /* "the value of a const may depend on constants alone" */
} Limit;

#define NOWHERE UINT32_MAX
enum { HELP_ERRORS = 40 }; /* unknown names up to here get a suggestion */

typedef struct {
    Context *ctx;
    Names *names;
    Scope scope;             /* level 0 has the built-ins, 1 the program */
    VEC(const Ast *) spine;  /* left spines under way, innermost last */
    VEC(const Ast *) bodies; /* of the functions and scans around the place walked */
    Limit limit;
    const Ast *entering; /* the top-level scan whose count or starts are walked */
    IdVec node;          /* by symbol: the number of its top-level declaration, or NOWHERE */
    uint32_t current;    /* the declaration that is walked */
    IdVec *deps;         /* by declaration: those that it uses */
    uint32_t *noted;     /* by declaration: the last one that noted it, + 1 */
} Resolver;

/* ---- symbols */

static Sym *sym_new(Resolver *r, SymKind kind, const char *name, Ast *decl)
{
    Sym *s = arena_alloc(r->ctx->arena, sizeof *s);
    s->kind = kind;
    s->id = r->names->syms.n;
    s->name = name;
    s->decl = decl;
    vec_push(r->ctx->arena, &r->names->syms, s);
    vec_push(r->ctx->arena, &r->node, NOWHERE);
    return s;
}

/* ---- built-ins */

typedef struct {
    const char *name;
    Builtin builtin;
    int op;
    uint32_t min_args, max_args;
} BuiltinRow;

/* The functions of the table of ops, and those that are no op by themselves. */
/* clang-format off */
static const BuiltinRow builtins[] = {
#define ROW_LEAF(name, text, args)
#define ROW_INFIX(name, text, args)
#define ROW_PREFIX(name, text, args)
#define ROW_CALL(name, text, args)
#define ROW_FN(name, text, args)        {text, B_ELEMENTARY, OP_##name, args, args},
#define OP(name, text, kids, form, ...) ROW_##form(name, text, kids)
    ADC_OPS(OP)
#undef OP
    {"isnan", B_ELEMENTARY, OP_ISNAN, 1, 1},
    {"digamma", B_DIGAMMA, 0, 1, 1},
    {"clamp", B_CLAMP, 0, 3, 3},
    {"hypot", B_HYPOT, 0, 2, 2},
    {"random", B_RANDOM, 0, 1, UINT32_MAX},
    {"transpose", B_TRANSPOSE, 0, 1, 1},
    {"norm", B_NORM, 0, 1, 1},
    {"dot", B_DOT, 0, 2, 2},
    {"cross", B_CROSS, 0, 2, 2},
    {"cholesky", B_CHOLESKY, 0, 1, 1},
    {"solve", B_SOLVE, 0, 2, 2},
    {"inverse", B_INVERSE, 0, 1, 1},
    {"det", B_DET, 0, 1, 1},
    {"logdet", B_LOGDET, 0, 1, 1},
    {"grad", B_GRAD, 0, 2, 2},
    {"jvp", B_JVP, 0, 3, 3},
};
/* clang-format on */

static Sym *add_builtin(Resolver *r, SymKind kind, const char *name)
{
    name = intern(r->ctx, name, strlen(name));
    Sym *s = sym_new(r, kind, name, NULL);
    scope_bind(&r->scope, name, s);
    return s;
}

static void add_builtins(Resolver *r)
{
    add_builtin(r, SYM_PI, "pi");
    add_builtin(r, SYM_INF, "inf");
    for (size_t i = 0; i < sizeof builtins / sizeof *builtins; i++) {
        Sym *s = add_builtin(r, SYM_BUILTIN, builtins[i].name);
        s->builtin = builtins[i].builtin;
        s->op = builtins[i].op;
        s->min_args = builtins[i].min_args;
        s->max_args = builtins[i].max_args;
    }
    for (RedKind k = R_SUM; k <= R_ANY; k++) {
        Sym *s = add_builtin(r, SYM_BUILTIN, red_name(k));
        s->builtin = B_REDUCTION;
        s->min_args = 1;
        s->max_args = UINT32_MAX;
    }
}

/* ---- messages */

static bool is_function(const Sym *s) { return s->kind == SYM_FN || s->kind == SYM_EXTERN || s->kind == SYM_BUILTIN; }

static const char *nearest_visible(Resolver *r, const char *name, bool functions)
{
    VEC(const char *) visible = {0};
    for (uint32_t i = 0; i < r->scope.slots; i++) {
        const Binding *b = &r->scope.slot[i];
        if (b->sym && is_function(b->sym) == functions) vec_push(r->ctx->arena, &visible, b->name);
    }
    return diag_nearest(name, visible.at, visible.n);
}

/* A let of the same name further down in one of the bodies around the place, or NULL. */
static const Ast *defined_below(const Resolver *r, const Ast *use)
{
    for (uint32_t b = r->bodies.n; b-- > 0;)
        for (uint32_t i = 0; i < r->bodies.at[b]->n; i++) {
            const Ast *a = r->bodies.at[b]->kid[i];
            if (a->kind == A_LET && a->name == use->name && a->span.hi > use->span.lo) return a;
        }
    return NULL;
}

static void unknown(Resolver *r, const Ast *use, bool function, const Ast *reduction)
{
    Context *ctx = r->ctx;
    const Ast *below = ctx->errors < HELP_ERRORS && !function ? defined_below(r, use) : NULL;
    if (below) {
        const bool inside = below->span.lo < use->span.lo;
        diag_error(ctx, use->name_span,
                   inside ? "'%s' is used in its own definition" : "'%s' is used above its definition", use->name);
        diag_also(ctx, below->name_span);
        return;
    }
    diag_error(ctx, use->name_span, "unknown %s '%s'", function ? "function" : "name", use->name);
    if (ctx->errors >= HELP_ERRORS) return; /* the search is not for free */
    const char *near = nearest_visible(r, use->name, function);
    if (near)
        diag_help(ctx, "did you mean '%s'?", near);
    else if (reduction)
        diag_help(ctx, "an index is bound in square brackets: %s[%s] ...", reduction->name, use->name);
}

/* Where a symbol was declared. */
static Span place_of(const Sym *s) { return s->decl ? s->decl->name_span : (Span){0, 0}; }

/* Enters a symbol into the innermost scope, where its name must be new. */
static void declare(Resolver *r, Sym *sym, Span at)
{
    const Sym *before = scope_find_here(&r->scope, sym->name);
    if (before) {
        diag_error(r->ctx, at, "'%s' is already declared", sym->name);
        diag_also(r->ctx, place_of(before));
        return;
    }
    scope_bind(&r->scope, sym->name, sym);
}

static Sym *declare_new(Resolver *r, SymKind kind, Ast *decl)
{
    decl->sym = sym_new(r, kind, decl->name, decl);
    declare(r, decl->sym, decl->name_span);
    return decl->sym;
}

/* ---- limits: where only some names may stand */

#define BIT(kind) (1u << (kind))
enum { CONSTANTS = BIT(SYM_CONST) | BIT(SYM_PI) | BIT(SYM_INF) | BIT(SYM_INDEX) | BIT(SYM_BUILTIN) };
enum { SIZES = CONSTANTS | BIT(SYM_DIM) | BIT(SYM_SIZE) | BIT(SYM_FORMAL) };
static const char size_rule[] = "a size may depend on constants and dims alone";

static Limit limit_set(Resolver *r, uint32_t kinds, const char *what)
{
    const Limit before = r->limit;
    r->limit = (Limit){kinds, what};
    return before;
}

static void limit_check(Resolver *r, const Ast *use, const Sym *s)
{
    if (!r->limit.kinds || (r->limit.kinds & BIT(s->kind))) return;
    diag_error(r->ctx, use->name_span, "%s; '%s' is %s", r->limit.what, use->name, sym_kind_name(s->kind));
    diag_also(r->ctx, place_of(s));
}

/* ---- expressions */

static void walk(Resolver *, Ast *);

static void walk_limited(Resolver *r, Ast *a, uint32_t kinds, const char *what)
{
    if (!a) return;
    const Limit before = limit_set(r, kinds, what);
    walk(r, a);
    r->limit = before;
}

static void walk_kids(Resolver *r, Ast *a)
{
    for (uint32_t i = 0; i < a->n; i++)
        if (a->kid[i]) walk(r, a->kid[i]);
}

/* Notes that the declaration being walked uses the symbol's. */
static void note_use(Resolver *r, Sym *s)
{
    s->uses++;
    const uint32_t to = r->node.at[s->id];
    if (to == NOWHERE || r->current == NOWHERE || r->noted[to] == r->current + 1) return;
    if (to == r->current && s->scan) return; /* a scan's own states */
    r->noted[to] = r->current + 1;
    vec_push(r->ctx->arena, &r->deps[r->current], to);
}

static void walk_name(Resolver *r, Ast *a, const Ast *reduction)
{
    Context *ctx = r->ctx;
    Sym *s = scope_find(&r->scope, a->name);
    if (!s) {
        unknown(r, a, false, reduction);
        return;
    }
    a->sym = s;
    if (is_function(s)) {
        diag_error(ctx, a->name_span, "'%s' is a function: it needs arguments", a->name);
        diag_also(ctx, place_of(s));
        return;
    }
    if (s->kind == SYM_METRIC && r->names->program->kid[r->current]->kind != A_METRIC) {
        diag_error(ctx, a->name_span, "a metric is only reported, and '%s' is one", a->name);
        diag_also(ctx, place_of(s));
        diag_help(ctx, "define the value by a let, and use that here and in the metric");
        return;
    }
    if (s->scan && s->scan == r->entering) {
        diag_error(ctx, a->name_span, "'%s' has no value before its scan", a->name);
        diag_also(ctx, place_of(s));
        return;
    }
    limit_check(r, a, s);
    note_use(r, s);
}

static const char *count_text(Context *ctx, const Sym *s)
{
    if (s->max_args == UINT32_MAX)
        return arena_printf(ctx->arena, "at least %u argument%s", s->min_args, s->min_args == 1 ? "" : "s");
    return arena_printf(ctx->arena, "%u argument%s", s->min_args, s->min_args == 1 ? "" : "s");
}

/* The second argument of grad and jvp is the name of something that has a derivative. */
static void check_with_respect_to(Resolver *r, const Ast *call)
{
    enum {
        OF = BIT(SYM_PARAM) | BIT(SYM_DATA) | BIT(SYM_HYPER) | BIT(SYM_LET) | BIT(SYM_OUTPUT) | BIT(SYM_FORMAL) |
             BIT(SYM_STATE) | BIT(SYM_LOCAL) | BIT(SYM_YIELD)
    };
    const Ast *w = call->kid[1];
    if (w->kind != A_NAME)
        diag_error(r->ctx, w->span, "'%s' differentiates with respect to a name", call->name);
    else if (w->sym && !(BIT(w->sym->kind) & OF))
        diag_error(r->ctx, w->span, "'%s' cannot differentiate with respect to '%s': it is %s", call->name, w->name,
                   sym_kind_name(w->sym->kind));
    else if (w->sym)
        w->sym->independent = true;
}

/* A call of what is no function. */
static void not_a_function(Resolver *r, const Ast *a, const Sym *s)
{
    const Ast *d = s->decl;
    const bool sized = d && d->n && d->kid[0] && (d->kid[0]->kind == A_SHAPE || d->kid[0]->kind == A_OVER);
    diag_error(r->ctx, a->name_span, "'%s' is %s, not a function", a->name, sym_kind_name(s->kind));
    diag_also(r->ctx, place_of(s));
    if (sized)
        diag_help(r->ctx, "an element is written %s[...]", a->name);
    else
        diag_help(r->ctx, "a product is written with '*', an element %s[...]", a->name);
}

static void check_call(Resolver *r, Ast *a, Sym *s)
{
    Context *ctx = r->ctx;
    const Ast *d = s->decl;
    if (s->kind == SYM_FN && a->span.lo < d->span.hi) {
        const bool itself = a->span.lo >= d->span.lo;
        diag_error(ctx, a->name_span,
                   itself ? "'%s' calls itself: functions do not recurse" : "'%s' is called above its declaration",
                   a->name);
        diag_also(ctx, d->name_span);
        if (!itself) diag_help(ctx, "move 'fn %s' up: a function is declared before it is used", a->name);
        return;
    }
    if (a->n < s->min_args || a->n > s->max_args) {
        diag_error(ctx, a->name_span, "'%s' takes %s, not %u", a->name, count_text(ctx, s), a->n);
        diag_also(ctx, place_of(s));
        return;
    }
    if (s->kind == SYM_BUILTIN && (s->builtin == B_GRAD || s->builtin == B_JVP)) check_with_respect_to(r, a);
    limit_check(r, a, s);
    note_use(r, s);
}

static void walk_call(Resolver *r, Ast *a)
{
    Sym *s = scope_find(&r->scope, a->name);
    a->sym = s;
    for (uint32_t i = 0; i < a->n; i++) {
        if (a->kid[i]->kind == A_NAME)
            walk_name(r, a->kid[i], a->written ? a : NULL);
        else
            walk(r, a->kid[i]);
    }
    if (!s)
        unknown(r, a, true, NULL);
    else if (!is_function(s))
        not_a_function(r, a, s);
    else
        check_call(r, a, s);
}

/* Binds index variables, each after its range. */
static void walk_binders(Resolver *r, Ast *over)
{
    for (uint32_t i = 0; i < over->n; i++) {
        Ast *b = over->kid[i];
        walk_kids(r, b);
        declare_new(r, SYM_INDEX, b);
    }
}

/* Whether the expression uses one of the index variables. */
static bool mentions(const Ast *a, const Ast *over)
{
    for (; a; a = a->n ? a->kid[0] : NULL) {
        if (a->kind == A_NAME)
            for (uint32_t i = 0; i < over->n; i++)
                if (a->sym && a->sym == over->kid[i]->sym) return true;
        for (uint32_t i = 1; i < a->n; i++)
            if (a->kid[i] && mentions(a->kid[i], over)) return true;
    }
    return false;
}

/* a / sum[j] b[j] * c is a / (sum[j] b[j] * c): where c has no part in the sum, that is hardly what was meant. */
static void warn_divided_product(Resolver *r, const Ast *division)
{
    const Ast *sum = division->kid[1];
    if (sum->kind != A_REDUCE || sum->parens) return;
    const Ast *body = sum->kid[2];
    if (body->kind < A_MUL || body->kind > A_IDIV || body->parens || mentions(body->kid[1], sum->kid[0])) return;
    diag_warning(r->ctx, division->name_span, "this divides by all that follows, since '%s' takes in the whole product",
                 sum->name);
    diag_also(r->ctx, (Span){sum->span.lo, body->kid[0]->span.hi});
    diag_also(r->ctx, body->kid[1]->span);
    diag_help(r->ctx, "write 'a / (%s[...] b) * c', or 'a / (%s[...] b * c)' if this was meant", sum->name, sum->name);
}

static void walk_reduce(Resolver *r, Ast *a)
{
    const uint32_t mark = scope_open(&r->scope);
    walk_binders(r, a->kid[0]);
    if (a->kid[1]) walk(r, a->kid[1]);
    walk(r, a->kid[2]);
    scope_close(&r->scope, mark);
}

static bool is_binary(const Ast *a) { return a->kind >= A_OR && a->kind <= A_POW; }

static void walk_binary(Resolver *r, Ast *a)
{
    const uint32_t base = r->spine.n;
    for (; is_binary(a); a = a->kid[0]) vec_push(r->ctx->arena, &r->spine, a);
    walk(r, a);
    while (r->spine.n > base) {
        const Ast *operation = r->spine.at[--r->spine.n];
        walk(r, operation->kid[1]);
        if (operation->kind == A_DIV) warn_divided_product(r, operation);
    }
}

static void walk(Resolver *r, Ast *a)
{
    if (is_binary(a))
        walk_binary(r, a);
    else if (a->kind == A_NAME)
        walk_name(r, a, NULL);
    else if (a->kind == A_CALL)
        walk_call(r, a);
    else if (a->kind == A_REDUCE)
        walk_reduce(r, a);
    else
        walk_kids(r, a); /* A_NUM, A_AT, A_LIST, A_IF, A_NOT, A_NEG; the grammar allows no other here */
}

/* ---- shapes and targets */

/* Sizes of data, params and states; named dimensions become indices of the scope that is open. */
static void walk_shape(Resolver *r, Ast *shape, bool start)
{
    for (uint32_t i = 0; shape && i < shape->n; i++) {
        Ast *size = shape->kid[i], *value = size->kind == A_BINDER ? size->kid[1] : size;
        walk_limited(r, value, SIZES, size_rule);
        if (size->kind != A_BINDER) continue;
        if (!start) {
            diag_error(r->ctx, size->name_span, "an index is named only where a start value can use it");
            diag_help(r->ctx, "write the size alone");
        }
        declare_new(r, SYM_INDEX, size);
    }
}

/* The left side of let, output, next, yield: `i` and `i: n`.  `own`: of a yield, the scan whose index comes first. */
static void walk_target(Resolver *r, Ast *over, const Ast *own)
{
    for (uint32_t i = 0; over && i < over->n; i++) {
        Ast *b = over->kid[i];
        if (own && i == 0) {
            b->sym = own->sym;
            continue;
        }
        if (b->kid[0] || (b->written && b->written != ':')) {
            diag_error(r->ctx, b->span, "on a left side an index is written '%s' or '%s: n'", b->name, b->name);
            if (b->kid[0]) diag_help(r->ctx, "it starts at 0");
        }
        if (b->kid[1]) walk_limited(r, b->kid[1], SIZES, size_rule);
        declare_new(r, SYM_INDEX, b);
    }
}

/* let, output, next, yield: the right side sees the indices of the left. */
static void walk_definition(Resolver *r, Ast *a, const Ast *own)
{
    const uint32_t mark = scope_open(&r->scope);
    walk_target(r, a->kid[0], own);
    walk(r, a->kid[1]);
    scope_close(&r->scope, mark);
}

/* ---- scans */

static void walk_statements(Resolver *, Ast *body, const Ast *scan);

static void walk_next(Resolver *r, Ast *a, const Ast *scan)
{
    Context *ctx = r->ctx;
    Sym *s = scope_find(&r->scope, a->name);
    if (s && s->kind == SYM_STATE && s->scan == scan) {
        a->sym = s;
    } else {
        diag_error(ctx, a->name_span, "'%s' is no state of this scan", a->name);
        if (s) diag_also(ctx, place_of(s));
        VEC(const char *) states = {0};
        for (uint32_t i = 0; ctx->errors < HELP_ERRORS && scan->kid[2] && i < scan->kid[2]->n; i++)
            vec_push(ctx->arena, &states, scan->kid[2]->kid[i]->name);
        const char *near = diag_nearest(a->name, states.at, states.n);
        if (near)
            diag_help(ctx, "did you mean '%s'?", near);
        else
            diag_help(ctx, "states are listed after 'with'");
    }
    walk_definition(r, a, NULL);
}

static void walk_yield(Resolver *r, Ast *a, const Ast *scan)
{
    const Ast *over = a->kid[0];
    const Ast *first = over ? over->kid[0] : NULL;
    if (!first || first->name != scan->name) {
        diag_error(r->ctx, first ? first->name_span : a->name_span, "the first index of a yield is the scan's, '%s'",
                   scan->name);
        diag_also(r->ctx, scan->name_span);
        diag_help(r->ctx, "write 'yield %s[%s%s] = ...'", a->name, scan->name, first ? ", ..." : "");
        scan = NULL;
    } else if (first->written) {
        diag_error(r->ctx, first->span, "the range of '%s' is that of its scan", first->name);
        diag_also(r->ctx, scan->span);
    }
    walk_definition(r, a, scan);
}

/* At most one next for each state. */
static void check_next_once(Resolver *r, const Ast *body)
{
    const uint32_t mark = scope_open(&r->scope); /* binds each state that has been set to the statement that did */
    for (uint32_t i = 0; i < body->n; i++) {
        Ast *a = body->kid[i];
        if (a->kind != A_NEXT) continue;
        const Sym *before = scope_find_here(&r->scope, a->name);
        if (before) {
            diag_error(r->ctx, a->name_span, "'%s' has two next values", a->name);
            diag_also(r->ctx, before->decl->name_span);
            continue;
        }
        Sym *set = arena_alloc(r->ctx->arena, sizeof *set);
        set->decl = a;
        scope_bind(&r->scope, a->name, set);
    }
    scope_close(&r->scope, mark);
}

static void make_scan_symbols(Resolver *r, Ast *scan)
{
    const Ast *with = scan->kid[2], *body = scan->kid[3];
    for (uint32_t i = 0; with && i < with->n; i++) {
        with->kid[i]->sym = sym_new(r, SYM_STATE, with->kid[i]->name, with->kid[i]);
        with->kid[i]->sym->scan = scan;
    }
    for (uint32_t i = 0; i < body->n; i++) {
        if (body->kid[i]->kind != A_YIELD) continue;
        body->kid[i]->sym = sym_new(r, SYM_YIELD, body->kid[i]->name, body->kid[i]);
        body->kid[i]->sym->scan = scan;
    }
}

/* The scope around a scan gets its states and yields; what is doubled among these themselves is reported inside. */
static void export_symbol(Resolver *r, Sym *sym)
{
    const Sym *before = scope_find_here(&r->scope, sym->name);
    if (!before || before->scan != sym->scan) declare(r, sym, sym->decl->name_span);
}

static void export_scan_symbols(Resolver *r, Ast *scan)
{
    const Ast *with = scan->kid[2], *body = scan->kid[3];
    for (uint32_t i = 0; with && i < with->n; i++) export_symbol(r, with->kid[i]->sym);
    for (uint32_t i = 0; i < body->n; i++)
        if (body->kid[i]->kind == A_YIELD) export_symbol(r, body->kid[i]->sym);
}

/* The body is a scope of its own, with the index, the states and all yields; the count and the start values stand outside. */
static void walk_scan(Resolver *r, Ast *a)
{
    const Ast *with = a->kid[2], *body = a->kid[3];
    walk(r, a->kid[0]);
    for (uint32_t i = 0; with && i < with->n; i++) {
        const uint32_t mark = scope_open(&r->scope);
        walk_shape(r, with->kid[i]->kid[0], true);
        walk(r, with->kid[i]->kid[1]);
        scope_close(&r->scope, mark);
    }
    r->entering = NULL;
    const uint32_t mark = scope_open(&r->scope);
    for (uint32_t i = 0; with && i < with->n; i++) declare(r, with->kid[i]->sym, with->kid[i]->name_span);
    declare_new(r, SYM_SCAN, a)->scan = a;
    if (a->kid[1]) walk(r, a->kid[1]);
    for (uint32_t i = 0; i < body->n; i++)
        if (body->kid[i]->kind == A_YIELD) declare(r, body->kid[i]->sym, body->kid[i]->name_span);
    check_next_once(r, body);
    walk_statements(r, a->kid[3], a);
    scope_close(&r->scope, mark);
}

/* scan: NULL in a function. */
static void walk_statements(Resolver *r, Ast *body, const Ast *scan)
{
    vec_push(r->ctx->arena, &r->bodies, body);
    for (uint32_t i = 0; i < body->n; i++) {
        Ast *a = body->kid[i];
        if (a->kind == A_LET) {
            walk_definition(r, a, NULL);
            declare_new(r, SYM_LOCAL, a);
        } else if (a->kind == A_SCAN) {
            make_scan_symbols(r, a);
            walk_scan(r, a);
            export_scan_symbols(r, a);
        } else if (!scan) {
            die("statement of kind %d in a function", a->kind);
        } else if (a->kind == A_NEXT) {
            walk_next(r, a, scan);
        } else {
            walk_yield(r, a, scan);
        }
    }
    r->bodies.n--;
}

/* ---- functions */

/* A bare name in the shape of an argument that is no const or dim stands for the size of what is passed. */
static void walk_formal_size(Resolver *r, Ast *formal, Ast *size)
{
    if (size->kind == A_BINDER) {
        diag_error(r->ctx, size->name_span, "an index is named only where a start value can use it");
        diag_help(r->ctx, "write the size alone");
        return;
    }
    if (size->kind != A_NAME) {
        walk_limited(r, size, SIZES, size_rule);
        return;
    }
    size->sym = scope_find(&r->scope, size->name);
    const SymKind kind = size->sym ? size->sym->kind : SYM_BUILTIN;
    if (kind == SYM_CONST || kind == SYM_DIM || kind == SYM_SIZE) {
        note_use(r, size->sym);
        return;
    }
    size->sym = sym_new(r, SYM_SIZE, size->name, formal);
    declare(r, size->sym, size->name_span);
}

static void walk_fn(Resolver *r, Ast *a)
{
    const uint32_t mark = scope_open(&r->scope);
    const Ast *formals = a->kid[0];
    for (uint32_t i = 0; i < formals->n; i++) {
        Ast *f = formals->kid[i], *shape = f->kid[0];
        for (uint32_t k = 0; shape && k < shape->n; k++) walk_formal_size(r, f, shape->kid[k]);
        declare_new(r, SYM_FORMAL, f);
    }
    if (a->kid[1]) walk_statements(r, a->kid[1], NULL);
    walk(r, a->kid[2]);
    scope_close(&r->scope, mark);
}

static void check_extern(Resolver *r, const Ast *a)
{
    const Ast *arguments = a->kid[0], *derivatives = a->kid[1];
    if (arguments->n != derivatives->n) {
        diag_error(r->ctx, derivatives->span, "'%s' needs a derivative for each of its arguments: %u, not %u", a->name,
                   arguments->n, derivatives->n);
        diag_also(r->ctx, arguments->span);
    }
    const uint32_t mark = scope_open(&r->scope);
    for (uint32_t i = 0; i < arguments->n; i++) declare_new(r, SYM_FORMAL, arguments->kid[i]);
    scope_close(&r->scope, mark);
}

/* ---- declarations */

/* normal(mean, sd), uniform(lo, hi), he(), glorot() */
static void check_random(Resolver *r, const Ast *param, const Ast *a)
{
    static const char *const known[] = {"normal", "uniform", "he", "glorot"};
    uint32_t k = 0;
    while (k < 4 && strcmp(a->name, known[k]) != 0) k++;
    const uint32_t wanted = k < 2 ? 2 : 0;
    if (k == 4) {
        diag_error(r->ctx, a->name_span, "unknown distribution '%s'", a->name);
        diag_help(r->ctx, "there are normal(mean, sd), uniform(lo, hi), he() and glorot()");
    } else if (a->n != wanted) {
        diag_error(r->ctx, a->span, "'%s' takes %s, not %u", a->name, wanted ? "2 arguments" : "no arguments", a->n);
    } else if (!wanted && !param->kid[0]) {
        diag_error(r->ctx, a->span, "'%s' follows from the sizes, and '%s' is a single number", a->name, param->name);
    }
}

static void walk_param(Resolver *r, Ast *a)
{
    const uint32_t mark = scope_open(&r->scope);
    walk_shape(r, a->kid[0], true);
    walk_limited(r, a->kid[1], CONSTANTS, "a bound may depend on constants alone");
    if (a->kid[2] && a->kid[2]->kind == A_RANDOM) check_random(r, a, a->kid[2]);
    walk_limited(r, a->kid[2], SIZES, "a start value may depend on constants, dims and its own indices alone");
    scope_close(&r->scope, mark);
}

static void walk_data(Resolver *r, Ast *a)
{
    const uint32_t mark = scope_open(&r->scope);
    walk_shape(r, a->kid[0], false);
    for (uint32_t i = 1; i < 3; i++)
        walk_limited(r, a->kid[i], SIZES, "the range of integers may depend on constants and dims alone");
    scope_close(&r->scope, mark);
}

static void walk_declaration(Resolver *r, Ast *a)
{
    if (a->kind == A_CONST) {
        walk_limited(r, a->kid[0], CONSTANTS, "a const may depend on constants alone");
    } else if (a->kind == A_HYPER) {
        walk_limited(r, a->kid[0], CONSTANTS, "the default of a hyper may depend on constants alone");
    } else if (a->kind == A_DATA) {
        walk_data(r, a);
    } else if (a->kind == A_PARAM) {
        walk_param(r, a);
    } else if (a->kind == A_LET || a->kind == A_OUTPUT) {
        walk_definition(r, a, NULL);
    } else if (a->kind == A_METRIC || a->kind == A_LOSS) {
        walk(r, a->kid[0]);
    } else if (a->kind == A_FN) {
        walk_fn(r, a);
    } else if (a->kind == A_EXTERN) {
        check_extern(r, a);
    } else if (a->kind == A_SCAN) {
        r->entering = a;
        walk_scan(r, a);
    }
}

static SymKind declared_kind(AstKind k)
{
    switch ((int)k) {
    case A_CONST: return SYM_CONST;
    case A_DIM: return SYM_DIM;
    case A_HYPER: return SYM_HYPER;
    case A_DATA: return SYM_DATA;
    case A_PARAM: return SYM_PARAM;
    case A_LET: return SYM_LET;
    case A_OUTPUT: return SYM_OUTPUT;
    case A_METRIC: return SYM_METRIC;
    case A_FN: return SYM_FN;
    case A_EXTERN: return SYM_EXTERN;
    }
    die("declaration of kind %d", k);
}

/* Enters all names of the program, and checks what holds between declarations. */
static void declare_program(Resolver *r)
{
    const Ast *program = r->names->program, *loss = NULL;
    bool output = false;
    for (uint32_t i = 0; i < program->n; i++) {
        Ast *a = program->kid[i];
        const uint32_t first = r->names->syms.n;
        if (a->kind == A_LOSS) {
            if (loss) {
                diag_error(r->ctx, a->name_span, "a model has one loss");
                diag_also(r->ctx, loss->name_span);
            }
            loss = a;
        } else if (a->kind == A_SCAN) {
            make_scan_symbols(r, a);
            export_scan_symbols(r, a);
        } else {
            Sym *s = declare_new(r, declared_kind(a->kind), a);
            if (a->kind == A_FN || a->kind == A_EXTERN) s->min_args = s->max_args = a->kid[0]->n;
            output = output || a->kind == A_OUTPUT;
        }
        for (uint32_t s = first; s < r->names->syms.n; s++) r->node.at[s] = i;
    }
    if (!loss && !output) diag_error(r->ctx, (Span){0, 0}, "the model has neither a loss nor an output");
}

Names *resolve(Context *ctx, Ast *program)
{
    if (ctx->errors) return NULL; /* names would be missing that stood in what could not be read */
    Resolver r = {
        .ctx = ctx, .scope.arena = ctx->arena, .names = arena_alloc(ctx->arena, sizeof(Names)), .current = NOWHERE};
    r.names->program = program;
    r.deps = arena_alloc(ctx->arena, program->n * sizeof *r.deps);
    r.noted = arena_alloc(ctx->arena, program->n * sizeof *r.noted);
    add_builtins(&r);
    scope_open(&r.scope);
    declare_program(&r);
    for (r.current = 0; r.current < program->n; r.current++) walk_declaration(&r, program->kid[r.current]);
    if (!ctx->errors) order_declarations(ctx, r.names, r.deps);
    return ctx->errors ? NULL : r.names;
}
