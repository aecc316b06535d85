/*
 * parser.y -- the grammar: tokens to the AST.
 *
 * LALR(1), pure, no conflicts.  No separators are needed: an expression is never followed by a name, and every declaration or
 * statement starts with a reserved word.  All prefix operators (if, not, reductions, unary minus) may stand wherever an operand
 * may; each takes as much to its right as its own precedence allows.
 *
 * After an error parsing resumes at the next word that starts a declaration or, in a body, a statement.  A word that starts only
 * declarations ends everything that is still open, so that one missing '}' does not swallow the rest: see next_token.
 */
%require "3.8"
%define api.prefix {adc_yy}
%define api.pure full
%define api.location.type {Span}
%define parse.error custom
%define parse.lac full
%locations
%expect 0

%code requires {
#include "ast.h"
#ifndef YY_TYPEDEF_YY_SCANNER_T
#define YY_TYPEDEF_YY_SCANNER_T
typedef void *yyscan_t;
#endif

/* A parse under way. */
typedef struct {
    Context *ctx;
    Ast *program;
    uint32_t offset;        /* where the scanner is */
    uint32_t open;          /* { that wait for their } */
    int held;               /* a token that ended what was open, to be read again; 0: none */
    Span held_at;
} Parse;
}
%param { yyscan_t scanner }
%parse-param { Parse *ps }

%code {
#include "lexer.h"

#include <string.h>

enum { STACK = 6 * AST_DEPTH }; /* no production takes more than five places of the parser's stack for one level of nesting */
#define YYINITDEPTH STACK
#define YYMAXDEPTH  STACK
#define YYLLOC_DEFAULT(Current, Rhs, N)                                                                                          \
    ((Current) = (N) ? (Span){YYRHSLOC(Rhs, 1).lo, YYRHSLOC(Rhs, N).hi} : (Span){YYRHSLOC(Rhs, 0).hi, YYRHSLOC(Rhs, 0).hi})

static int next_token(ADC_YYSTYPE *, Span *, yyscan_t, Parse *);
#undef yylex
#define yylex(value, at, scan) next_token(value, at, scan, ps)

/* The parser calls this only when its stack is full. */
static void adc_yyerror(const Span *at, yyscan_t scanner, Parse *ps, const char *message)
{
    (void)scanner, (void)message;
    diag_error(ps->ctx, *at, "nested too deeply: more than %d levels", AST_DEPTH);
}

static void no_return(Parse *, Span at);
static Ast *named(Ast *, const char *name, Span at);
static Ast *binder(Parse *, Span, const char *name, Span at, char written, Ast *lo, Ast *hi);
static Ast *reduction(Parse *, Span, RedKind, Span at, Ast *over, Ast *filter, Ast *body);
static Ast *call(Parse *, Span, const char *name, Span at, Ast *arguments);
static Ast *subscripted(Parse *, Span, Ast *array, Ast *subscripts);
static Ast *add_all(Parse *, Ast *list, Ast *more, Span keyword);

#define NEW(kind, at, ...)   ast_new(ps->ctx, kind, at, __VA_ARGS__)
#define NIL                  ((Ast *)NULL)
#define LIST(kind, at, kid)  ast_new(ps->ctx, kind, at, 1, kid)
#define ADD(list, kid)       ast_add(ps->ctx, list, kid)
#define BINARY(kind, all, operator, left, right) named(ast_new(ps->ctx, kind, all, 2, left, right), NULL, operator)
}

%union { double num; const char *name; RedKind red; Ast *ast; }
%token <num> NUM "a number"
%token <name> ID "a name" IN "'in'" INT "'int'" DERIVATIVE "'derivative'"
%token <red> REDOP "a reduction"
/* in this order: words that start declarations, those that start statements or parts of them, words in expressions */
%token CONST "'const'" DIM "'dim'" HYPER "'hyper'" DATA "'data'" PARAM "'param'" LET "'let'" FN "'fn'" OUTPUT "'output'"
       METRIC "'metric'" LOSS "'loss'" EXTERN "'extern'" SCAN "'scan'" WITH "'with'" WHILE "'while'" NEXT "'next'" YIELD "'yield'"
       RETURN "'return'" IF "'if'" THEN "'then'" ELSE "'else'" NOT "'not'" OR "'or'" AND "'and'" DIV "'div'"
       EQ "'=='" NE "'!='" LE "'<='" GE "'>='" DOTDOT "'..'"

%precedence CONDITIONAL
%left OR
%left AND
%precedence NOT
%nonassoc EQ NE '<' '>' LE GE
%left '+' '-'
%precedence REDUCTION
%left '*' '/' '%' '@' DIV
%precedence UMINUS
%right '^'

%type <ast> items item list consts const dims dim hypers hyper datas data params param constraint start fn formals formals1 formal
            let scan while with states state statements statement parts part over binders binder
            shape sizes size args exprs expr postfix names name
%type <name> word

%%
program: items

items:
    %empty                                  { $$ = ps->program; }
  | items item                              { $$ = ADD($1, $2); }
  | items list                              { $$ = add_all(ps, $1, $2, @2); }
  | items error                             { $$ = $1; }

/* comma lists: one node each */
list:
    CONST consts                            { $$ = $2; }
  | DIM dims                                { $$ = $2; }
  | HYPER hypers                            { $$ = $2; }
  | DATA datas                              { $$ = $2; }
  | PARAM params                            { $$ = $2; }

item:
    let
  | OUTPUT word over '=' expr               { $$ = named(NEW(A_OUTPUT, @$, 2, $3, $5), $2, @2); }
  | METRIC word '=' expr                    { $$ = named(NEW(A_METRIC, @$, 1, $4), $2, @2); }
  | LOSS expr                               { $$ = named(NEW(A_LOSS, @$, 1, $2), NULL, @1); }
  | fn
  | EXTERN FN word '(' names ')' DERIVATIVE names { $$ = named(NEW(A_EXTERN, @$, 2, $5, $8), $3, @3); }
  | scan

consts: const                               { $$ = LIST(A_PROGRAM, @$, $1); }
  | consts ',' const                        { $$ = ADD($1, $3); }
const: word '=' expr                        { $$ = named(NEW(A_CONST, @$, 1, $3), $1, @1); }

hypers: hyper                               { $$ = LIST(A_PROGRAM, @$, $1); }
  | hypers ',' hyper                        { $$ = ADD($1, $3); }
hyper: word '=' expr                        { $$ = named(NEW(A_HYPER, @$, 1, $3), $1, @1); }

dims: dim                                   { $$ = LIST(A_PROGRAM, @$, $1); }
  | dims ',' dim                            { $$ = ADD($1, $3); }
dim: word                                   { $$ = named(NEW(A_DIM, @$, 0), $1, @1); }

datas: data                                 { $$ = LIST(A_PROGRAM, @$, $1); }
  | datas ',' data                          { $$ = ADD($1, $3); }
data: word shape                            { $$ = named(NEW(A_DATA, @$, 3, $2, NIL, NIL), $1, @1); }
  | word shape ':' INT '(' expr ')'         { $$ = named(NEW(A_DATA, @$, 3, $2, NIL, $6), $1, @1); }
  | word shape ':' INT '(' expr DOTDOT expr ')' { $$ = named(NEW(A_DATA, @$, 3, $2, $6, $8), $1, @1); }

params: param                               { $$ = LIST(A_PROGRAM, @$, $1); }
  | params ',' param                        { $$ = ADD($1, $3); }
param: word shape constraint start          { $$ = named(NEW(A_PARAM, @$, 3, $2, $3, $4), $1, @1); }
constraint: %empty                          { $$ = NULL; }
  | '>' expr                                { $$ = NEW(A_GREATER, @$, 1, $2); }
  | '<' expr                                { $$ = NEW(A_LESS, @$, 1, $2); }
  | IN '(' expr ',' expr ')'                { $$ = NEW(A_IN, @$, 2, $3, $5); }
start: %empty                               { $$ = NULL; }
  | '=' expr                                { $$ = NEW(A_START, @$, 1, $2); }
  | '~' word '(' args ')'                   { $$ = call(ps, @$, $2, @2, $4); $$->kind = A_RANDOM; }

shape: %empty                               { $$ = NULL; }
  | '[' sizes ']'                           { $$ = $2; $$->span = @$; }
sizes: size                                 { $$ = LIST(A_SHAPE, @$, $1); }
  | sizes ',' size                          { $$ = ADD($1, $3); }
size: expr
  | word ':' expr                           { $$ = binder(ps, @$, $1, @1, ':', NIL, $3); }

let: LET word over '=' expr                 { $$ = named(NEW(A_LET, @$, 2, $3, $5), $2, @2); }

fn: FN word '(' formals ')' '=' expr        { $$ = named(NEW(A_FN, @$, 3, $4, NIL, $7), $2, @2); }
  | FN word '(' formals ')' '{' parts RETURN expr '}' { $$ = named(NEW(A_FN, @$, 3, $4, $7, $9), $2, @2); }
  | FN word '(' formals ')' '{' parts '}'     { if (!YYRECOVERING()) no_return(ps, @8); $$ = named(NEW(A_FN, @$, 3, $4, $7, NIL), $2, @2); }
formals: %empty                             { $$ = NEW(A_FORMALS, @$, 0); }
  | formals1
formals1: formal                            { $$ = LIST(A_FORMALS, @$, $1); }
  | formals1 ',' formal                     { $$ = ADD($1, $3); }
formal: word shape                          { $$ = named(NEW(A_FORMAL, @$, 1, $2), $1, @1); }
parts: %empty                               { $$ = NEW(A_BODY, @$, 0); }
  | parts part                              { $$ = ADD($1, $2); }
  | parts error                             { $$ = $1; }
part: let | scan

names: name                                 { $$ = LIST(A_NAMES, @$, $1); }
  | names ',' name                          { $$ = ADD($1, $3); }
name: word                                  { $$ = named(NEW(A_NAME, @$, 0), $1, @1); }

scan: SCAN word ':' expr while with '{' statements '}' { $$ = named(NEW(A_SCAN, @$, 4, $4, $5, $6, $8), $2, @2); }
while: %empty                               { $$ = NULL; }
  | WHILE expr                              { $$ = $2; }
with: %empty                                { $$ = NULL; }
  | WITH states                             { $$ = $2; }
states: state                               { $$ = LIST(A_WITH, @$, $1); }
  | states ',' state                        { $$ = ADD($1, $3); }
state: word shape '=' expr                  { $$ = named(NEW(A_STATE, @$, 2, $2, $4), $1, @1); }
statements: %empty                          { $$ = NEW(A_BODY, @$, 0); }
  | statements statement                    { $$ = ADD($1, $2); }
  | statements error                        { $$ = $1; }
statement: let | scan
  | NEXT word over '=' expr                 { $$ = named(NEW(A_NEXT, @$, 2, $3, $5), $2, @2); }
  | YIELD word over '=' expr                { $$ = named(NEW(A_YIELD, @$, 2, $3, $5), $2, @2); }

/* in, int and derivative are no reserved words */
word: ID | IN | INT | DERIVATIVE

/* index variables: of a target, where they may be left out, or of a reduction */
over: %empty                                { $$ = NULL; }
  | '[' binders ']'                         { $$ = $2; $$->span = @$; }
binders: binder                             { $$ = LIST(A_OVER, @$, $1); }
  | binders ',' binder                      { $$ = ADD($1, $3); }
binder: word                                { $$ = binder(ps, @$, $1, @1, 0, NIL, NIL); }
  | word ':' expr                           { $$ = binder(ps, @$, $1, @1, ':', NIL, $3); }
  | word ':' expr DOTDOT expr               { $$ = binder(ps, @$, $1, @1, ':', $3, $5); }
  | word '<' expr                           { $$ = binder(ps, @$, $1, @1, '<', NIL, $3); }
  | word LE expr                            { $$ = binder(ps, @$, $1, @1, 'l', NIL, $3); }

expr:
    postfix
  | NUM                                     { $$ = NEW(A_NUM, @$, 0); $$->num = $1; }
  | IF expr THEN expr ELSE expr %prec CONDITIONAL { $$ = named(NEW(A_IF, @$, 3, $2, $4, $6), NULL, @1); }
  | expr OR expr                            { $$ = BINARY(A_OR, @$, @2, $1, $3); }
  | expr AND expr                           { $$ = BINARY(A_AND, @$, @2, $1, $3); }
  | NOT expr                                { $$ = named(NEW(A_NOT, @$, 1, $2), NULL, @1); }
  | expr EQ expr                            { $$ = BINARY(A_EQ, @$, @2, $1, $3); }
  | expr NE expr                            { $$ = BINARY(A_NE, @$, @2, $1, $3); }
  | expr '<' expr                           { $$ = BINARY(A_LT, @$, @2, $1, $3); }
  | expr '>' expr                           { $$ = BINARY(A_GT, @$, @2, $1, $3); }
  | expr LE expr                            { $$ = BINARY(A_LE, @$, @2, $1, $3); }
  | expr GE expr                            { $$ = BINARY(A_GE, @$, @2, $1, $3); }
  | expr '+' expr                           { $$ = BINARY(A_ADD, @$, @2, $1, $3); }
  | expr '-' expr                           { $$ = BINARY(A_SUB, @$, @2, $1, $3); }
  | REDOP '[' binders IF expr ']' expr %prec REDUCTION { $$ = reduction(ps, @$, $1, @1, $3, $5, $7); }
  | REDOP '[' binders ']' expr %prec REDUCTION { $$ = reduction(ps, @$, $1, @1, $3, NIL, $5); }
  | expr '*' expr                           { $$ = BINARY(A_MUL, @$, @2, $1, $3); }
  | expr '/' expr                           { $$ = BINARY(A_DIV, @$, @2, $1, $3); }
  | expr '%' expr                           { $$ = BINARY(A_MOD, @$, @2, $1, $3); }
  | expr '@' expr                           { $$ = BINARY(A_MATMUL, @$, @2, $1, $3); }
  | expr DIV expr                           { $$ = BINARY(A_IDIV, @$, @2, $1, $3); }
  | '+' expr %prec UMINUS                   { $$ = $2; }
  | '-' expr %prec UMINUS                   { $$ = named(NEW(A_NEG, @$, 1, $2), NULL, @1); }
  | expr '^' expr                           { $$ = BINARY(A_POW, @$, @2, $1, $3); }

postfix:
    word                                    { $$ = named(NEW(A_NAME, @$, 0), $1, @1); }
  | word '(' args ')'                       { $$ = call(ps, @$, $1, @1, $3); }
  | REDOP '(' args ')'                      { $$ = call(ps, @$, intern(ps->ctx, red_name($1), strlen(red_name($1))), @1, $3);
                                              $$->written = 1; $$->red = (uint8_t)$1; }
  | '(' expr ')'                            { $$ = ast_paren(ps->ctx, $2, @$); }
  | '[' exprs ']'                           { $$ = $2; $$->span = @$; }
  | postfix '[' exprs ']'                   { $$ = subscripted(ps, @$, $1, $3); }

args: %empty                                { $$ = NEW(A_LIST, @$, 0); }
  | exprs
exprs: expr                                 { $$ = LIST(A_LIST, @$, $1); }
  | exprs ',' expr                          { $$ = ADD($1, $3); }
%%

/* ---- building */

static Ast *named(Ast *a, const char *name, Span at)
{
    a->name = name;
    a->name_span = at;
    return a;
}

static void no_return(Parse *ps, Span at)
{
    diag_error(ps->ctx, at, "expected a statement or 'return', found '}'");
    diag_help(ps->ctx, "a function ends with 'return' and its value");
}

static Ast *binder(Parse *ps, Span all, const char *name, Span at, char written, Ast *lo, Ast *hi)
{
    Ast *a = named(ast_new(ps->ctx, A_BINDER, all, 2, lo, hi), name, at);
    a->written = (uint8_t)written;
    return a;
}

static Ast *reduction(Parse *ps, Span all, RedKind red, Span at, Ast *over, Ast *filter, Ast *body)
{
    const char *name = intern(ps->ctx, red_name(red), strlen(red_name(red)));
    Ast *a = named(ast_new(ps->ctx, A_REDUCE, all, 3, over, filter, body), name, at);
    a->red = (uint8_t)red;
    return a;
}

/* The list of arguments becomes the call. */
static Ast *call(Parse *ps, Span all, const char *name, Span at, Ast *arguments)
{
    (void)ps;
    arguments->kind = A_CALL;
    arguments->span = all;
    return named(arguments, name, at);
}

static Ast *subscripted(Parse *ps, Span all, Ast *array, Ast *subscripts)
{
    Ast *a = ast_new(ps->ctx, A_AT, all, 1, array);
    for (uint32_t i = 0; i < subscripts->n; i++) ast_add(ps->ctx, a, subscripts->kid[i]);
    return a;
}

/* The declarations of a comma list; the first carries the mark and the keyword. */
static Ast *add_all(Parse *ps, Ast *list, Ast *more, Span all)
{
    more->kid[0]->written = 1;
    more->kid[0]->span.lo = all.lo;
    for (uint32_t i = 0; i < more->n; i++) ast_add(ps->ctx, list, more->kid[i]);
    return list;
}

/* ---- tokens */

/* Words that start declarations but no statements. */
static bool starts_declaration(int token)
{
    return token == CONST || token == DIM || token == HYPER || token == DATA || token == PARAM || token == OUTPUT || token == METRIC ||
           token == LOSS || token == FN || token == EXTERN;
}

/* In a body such a word ends the text: the parser gives up what is open, and parse starts it again with that word. */
static int next_token(ADC_YYSTYPE *value, Span *at, yyscan_t scanner, Parse *ps)
{
    if (ps->held) {
        const int token = ps->held;
        *at = ps->held_at;
        ps->held = 0;
        return token;
    }
    const int token = adc_yylex(value, at, scanner);
    if (token == '{') ps->open++;
    if (token == '}' && ps->open) ps->open--;
    if (token == 0) {
        /* an error at the end points behind the last thing written */
        uint32_t end = ps->ctx->src.n;
        while (end && strchr(" \t\r\n", ps->ctx->src.text[end - 1])) end--;
        *at = (Span){end, end + 1};
    }
    if (!ps->open || !starts_declaration(token)) return token;
    ps->open = 0;
    ps->held = token;
    ps->held_at = *at;
    return ADC_YYEOF;
}

/* ---- messages */

static bool is_operator(int symbol)
{
    return (symbol >= YYSYMBOL_OR && symbol <= YYSYMBOL_GE) ||
           strchr("<>+-*/%@^", yysymbol_name(symbol)[1]) != NULL;
}

static bool is_comparison(int symbol)
{
    return (symbol >= YYSYMBOL_EQ && symbol <= YYSYMBOL_GE) || strchr("<>", yysymbol_name(symbol)[1]) != NULL;
}

static bool is_reserved(int symbol)
{
    return symbol >= YYSYMBOL_REDOP && symbol <= YYSYMBOL_DIV;
}

static bool is_text(int symbol, char c)
{
    return yysymbol_name(symbol)[1] == c && yysymbol_name(symbol)[2] == '\'';
}

/* The tokens that are possible, as a set, and what they amount to. */
typedef struct {
    bool has[YYNTOKENS];
    bool expression;        /* one may start here */
    bool continued;         /* one has ended here, unless an operator follows */
    bool declaration, statement;
    bool definition;        /* the name of something has been read, and its indices or '=' may follow */
} Expected;

static Expected expected_at(const yypcontext_t *where)
{
    yysymbol_kind_t all[YYNTOKENS];
    Expected e = {0};
    const int n = yypcontext_expected_tokens(where, all, YYNTOKENS);
    for (int i = 0; i < n; i++) e.has[all[i]] = true;
    e.definition = n == 2 && is_text(all[0], '[') + is_text(all[1], '[') + is_text(all[0], '=') + is_text(all[1], '=') == 2;
    e.expression = e.has[YYSYMBOL_NUM];
    e.continued = !e.expression && e.has[YYSYMBOL_OR];
    e.declaration = e.has[YYSYMBOL_CONST];
    e.statement = e.has[YYSYMBOL_LET] && !e.declaration;
    return e;
}

/* Whether a token is named by itself: not if it goes without saying, or a phrase stands for it and others. */
static bool stands_alone(const Expected *e, int symbol)
{
    if (!e->has[symbol] || symbol == YYSYMBOL_YYEOF) return false;
    if (e->expression && (symbol <= YYSYMBOL_REDOP || symbol == YYSYMBOL_IF || symbol == YYSYMBOL_NOT)) return false;
    if (e->has[YYSYMBOL_ID] && symbol >= YYSYMBOL_IN && symbol <= YYSYMBOL_DERIVATIVE) return false; /* names, too */
    if ((e->expression || e->continued) && (is_operator(symbol) || strchr("([", yysymbol_name(symbol)[1]))) return false;
    if (symbol >= YYSYMBOL_CONST && symbol <= YYSYMBOL_EXTERN) return !e->declaration && !e->statement;
    if (strchr("}", yysymbol_name(symbol)[1]) && e->has[YYSYMBOL_RETURN]) return false; /* the grammar takes it to say more */
    if (symbol == YYSYMBOL_SCAN || symbol == YYSYMBOL_NEXT || symbol == YYSYMBOL_YIELD) return false;
    return true;
}

/* "an expression, ',' or ')'" */
static const char *expected_text(Context *ctx, const Expected *e)
{
    const char *phrase[YYNTOKENS + 4];
    int n = 0;
    if (e->expression) phrase[n++] = "an expression";
    for (int i = 0; i < YYNTOKENS; i++)
        if (stands_alone(e, i)) phrase[n++] = yysymbol_name(i);
    if (e->continued && (!n || e->declaration || e->statement)) phrase[n++] = "an operator";
    if (e->declaration) phrase[n++] = "a declaration";
    if (e->statement) phrase[n++] = "a statement";
    Text t = {.arena = ctx->arena};
    for (int i = 0; i < n; i++) text_addf(&t, "%s%s", i == 0 ? "" : i + 1 < n ? ", " : " or ", phrase[i]);
    return t.at;
}

static bool first_on_line(const Context *ctx, Span at)
{
    uint32_t i = at.lo;
    while (i && (ctx->src.text[i - 1] == ' ' || ctx->src.text[i - 1] == '\t')) i--;
    return i == 0 || ctx->src.text[i - 1] == '\n';
}

/* What to write, for mistakes that other languages teach.  found: in quotes. */
static void add_help(Context *ctx, const Expected *e, int symbol, Span at, const char *found)
{
    if (e->has[YYSYMBOL_ID] && !e->expression && is_reserved(symbol))
        diag_help(ctx, "%s is a reserved word", found);
    else if (e->continued && strcmp(found, "'='") == 0)
        diag_help(ctx, "equality is written '=='");
    else if (e->declaration && symbol == YYSYMBOL_ID && first_on_line(ctx, at))
        diag_help(ctx, "a definition starts with 'let'");
    else if (e->definition && strcmp(found, "'('") == 0)
        diag_help(ctx, "a function is declared by 'fn'");
}

static int yyreport_syntax_error(const yypcontext_t *where, yyscan_t scanner, Parse *ps)
{
    (void)scanner;
    Context *ctx = ps->ctx;
    const int found = yypcontext_token(where);
    const Span at = *yypcontext_location(where);
    const Expected e = expected_at(where);
    if (e.continued && is_comparison(found)) {
        diag_error(ctx, at, "comparisons do not chain");
        diag_help(ctx, "write 'a < b and b < c'");
        return 0;
    }
    const bool end = found == YYSYMBOL_YYEOF && !ps->held;
    const char *text = end ? "the end of the file" : arena_printf(ctx->arena, "'%s'", source_text(ctx, at));
    diag_error(ctx, at, "expected %s, found %s", expected_text(ctx, &e), text);
    add_help(ctx, &e, found, at, text);
    return 0;
}

static yyscan_t scanner_new(Parse *ps)
{
    yyscan_t scanner;
    if (adc_yylex_init_extra(ps, &scanner) != 0) die("no scanner");
    const size_t n = ps->ctx->src.n;
    char *text = arena_alloc(ps->ctx->arena, n + 2); /* the scanner writes into it, and wants two 0 bytes at the end */
    memcpy(text, ps->ctx->src.text, n);
    adc_yy_scan_buffer(text, n + 2, scanner);
    return scanner;
}

Tokens tokens_of(Context *ctx)
{
    Parse ps = {.ctx = ctx};
    yyscan_t scanner = scanner_new(&ps);
    Tokens all = {0};
    for (;;) {
        ADC_YYSTYPE value;
        Token t;
        t.kind = adc_yylex(&value, &t.at, scanner);
        if (t.kind == 0) return all;
        vec_push(ctx->arena, &all, t);
    }
}

Ast *parse(Context *ctx)
{
    Parse ps = {.ctx = ctx};
    if (ctx->errors) return NULL; /* the text was refused */
    ps.program = ast_new(ctx, A_PROGRAM, (Span){0, 0}, 0);
    yyscan_t scanner = scanner_new(&ps);
    do
        adc_yyparse(scanner, &ps);
    while (ps.held);
    return ps.program;
}
