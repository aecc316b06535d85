/*
 * ast.h -- the program as written: one node type, its kids by position.
 *
 * Depth: along kid 0 of binary operators (the left spine of a + b + c ...) a tree may be a million nodes deep, so every walk
 * takes that spine by a loop; elsewhere the parser refuses nesting deeper than AST_DEPTH, so recursion is safe.
 */
#ifndef ADC_AST_H
#define ADC_AST_H

#include "base.h"

enum { AST_DEPTH = 500 };

/* clang-format off */
typedef enum {
    /* expressions                      kids (- = may be NULL)                                     name, num */
    A_NUM,      /*                                                                                 num */
    A_NAME,     /*                                                                                 name; sym after resolve */
    A_CALL,     /* arguments                                                                       name (also of a reduction operator); sym */
    A_AT,       /* array expression, subscripts...                                                                                   */
    A_LIST,     /* elements...                                                                                                       */
    A_IF,       /* condition, then, else                                                                                             */
    A_OR, A_AND, A_EQ, A_NE, A_LT, A_GT, A_LE, A_GE, A_ADD, A_SUB, A_MUL, A_DIV, A_MOD, A_MATMUL, A_IDIV, A_POW, /* left, right     */
    A_NOT, A_NEG, /* operand                                                                                                         */
    A_REDUCE,   /* A_OVER, filter-, body                                                           name: "sum", "mean", ...; red     */
    A_OVER,     /* A_BINDER...                                                                                                       */
    A_BINDER,   /* lo-, hi-: `i` has neither, `i: n` and `j < n` have hi, `i: lo..hi` both         name; sym; inclusive for `j <= i`;
                   written records which: 0 plain, ':' , '<', 'l' (<=)                                                               */
    A_SHAPE,    /* sizes: an A_BINDER where `i: 3` was written, with sym of the index, else an expression                            */

    /* declarations and statements */
    A_PROGRAM,  /* declarations...; `const a = 1, b = 2` is two A_CONST (see `first`) */
    A_CONST,    /* expr                                                                            name */
    A_DIM,      /*                                                                                 name */
    A_HYPER,    /* expr                                                                            name */
    A_DATA,     /* shape-, bound-lo-, bound-hi-: `int(hi)`, `int(lo..hi)`; hi NULL: real           name */
    A_PARAM,    /* shape-, constraint-, start-                                                     name */
    A_GREATER, A_LESS,  /* bound            (constraints) */
    A_IN,               /* lo, hi           */
    A_START,            /* expr             `= expr` */
    A_RANDOM,           /* arguments...     `~ normal(a, b)`                                       name */
    A_LET, A_OUTPUT, A_NEXT, A_YIELD, /* A_OVER- (NULL: whole), expr                               name */
    A_METRIC,   /* expr                                                                            name */
    A_LOSS,     /* expr */
    A_FN,       /* A_FORMALS, A_BODY-, result expr                                                 name */
    A_FORMALS,  /* A_FORMAL... */
    A_FORMAL,   /* shape-                                                                          name */
    A_EXTERN,   /* A_NAMES of arguments, A_NAMES of derivatives                                    name */
    A_NAMES,    /* A_NAME... */
    A_SCAN,     /* count, while-, A_WITH-, A_BODY                                                  name: the index */
    A_WITH,     /* A_STATE... */
    A_STATE,    /* shape-, start                                                                   name */
    A_BODY,     /* A_LET, A_SCAN, A_NEXT, A_YIELD... */
} AstKind;
/* clang-format on */

typedef enum { R_SUM, R_PROD, R_MEAN, R_MAX, R_MIN, R_LOGSUMEXP, R_ARGMAX, R_ARGMIN, R_ALL, R_ANY } RedKind;

typedef struct Ast Ast;
typedef struct Sym Sym;

struct Ast {
    AstKind kind;
    uint32_t n;       /* kids */
    uint16_t depth;   /* not counting the left spine */
    uint8_t red;      /* RedKind of A_REDUCE, or of an A_CALL by a reduction operator's name */
    uint8_t written;  /* A_BINDER: how; A_CALL: 1 for a reduction operator; first of a comma list: 1 on declarations */
    bool parens;      /* stood in ( ) */
    Span span;        /* all of it */
    Span name_span;   /* the name alone; of an operator the operator, of a loss the word */
    const char *name; /* interned */
    double num;
    Sym *sym; /* what a name means; filled by resolve */
    Ast **kid;
};

/* ---- parser.y, lexer.l */

/* Parses the context's source.  NULL only when nothing could be read; see ctx->errors. */
Ast *parse(Context *);

/* What the scanner makes of the source, without comments. */
typedef struct {
    int kind; /* of parser.h */
    Span at;
} Token;
typedef VEC(Token) Tokens;
Tokens tokens_of(Context *);

/* ---- fmt.c */

/* The source in the canonical layout: the same tokens and comments.  false: it does not parse; see ctx's diagnostics. */
bool format_source(Context *, Text *out);

/* ---- ast.c */

Ast *ast_new(Context *, AstKind, Span, uint32_t n, ...); /* n kids */
Ast *ast_add(Context *, Ast *list, Ast *kid);            /* appends; joins the spans */
Ast *ast_paren(Context *, Ast *, Span);                  /* stood in ( ): a level of its own */
/* The tree, one declaration a line, in the notation of tests/parse: (let (elem Z (over n h)) (* ...)). */
void ast_print(const Ast *, Text *out);
const char *red_name(RedKind);

/* ---- resolve.c: names -> symbols */

/* clang-format off */
typedef enum {
    SYM_CONST, SYM_DIM, SYM_HYPER, SYM_DATA, SYM_PARAM, SYM_LET, SYM_OUTPUT, SYM_METRIC, SYM_FN, SYM_EXTERN, SYM_SCAN, /* declared */
    SYM_FORMAL, /* argument of a function */
    SYM_SIZE,   /* a name in a formal's shape that binds to the argument's size */
    SYM_LOCAL,  /* let inside a function or scan */
    SYM_STATE, SYM_YIELD,   /* of a scan; SYM_SCAN is its index */
    SYM_INDEX,  /* bound by an A_BINDER */
    SYM_PI, SYM_INF,
    SYM_BUILTIN, /* exp, dot, transpose, grad, random, ...: `builtin` tells */
} SymKind;

typedef enum {
    B_ELEMENTARY,   /* `op` of ops.h (the resolver leaves the Op in op), applied element by element */
    B_DIGAMMA, B_CLAMP, B_HYPOT, /* also element by element */
    B_REDUCTION,    /* sum(A), max(A), sum(a, b), ...: `red`; min and max of several are element by element */
    B_RANDOM, B_TRANSPOSE, B_NORM, B_DOT, B_CROSS,
    B_CHOLESKY, B_SOLVE, B_INVERSE, B_DET, B_LOGDET, B_GRAD, B_JVP,
} Builtin;
/* clang-format on */

struct Sym {
    SymKind kind;
    uint32_t id; /* dense, from 0 */
    const char *name;
    Ast *decl; /* A_CONST ... A_SCAN, A_FORMAL, A_BINDER, A_STATE, A_YIELD; NULL for built-ins */
    Ast *scan; /* of SYM_STATE, SYM_YIELD, SYM_SCAN */
    Builtin builtin;
    int op;                      /* Op of B_ELEMENTARY */
    uint32_t min_args, max_args; /* built-ins and functions */
    uint32_t uses;
    bool independent; /* some grad or jvp differentiates by it */
};

typedef struct {
    Ast *program;
    VEC(Sym *) syms;  /* by id */
    VEC(Ast *) order; /* top-level declarations other than fn, every one after those that it uses; A_LOSS last */
} Names;

/*
 * Gives every A_NAME, A_CALL, A_BINDER and declaration its symbol, reports unknown and doubled names (with the nearest known
 * one), wrong numbers of arguments, cycles and recursion, and sorts the declarations.  Innermost scope wins; a built-in name may
 * be redeclared.  NULL when there were errors.
 */
Names *resolve(Context *, Ast *program);

const char *sym_kind_name(SymKind); /* "a param", as in "'w' is a param" */
/* The declarations in order, then a line for each symbol of the program: its place, its kind, how often it is used. */
void names_print(const Context *, const Names *, Text *out);

#endif
