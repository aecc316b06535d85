/*
 * fmt.c -- the source of a model in the canonical layout.
 *
 * White space means nothing in the language, so the layout is made of the tokens alone, which stay as they are, and with them the
 * tree.  Of the author's white space three things are kept: where a declaration goes on on another line, an empty line between
 * two of them, and a block of one statement on one line.  All else follows from the tokens: a line for each declaration and
 * statement, the indentation, the spaces.  Comments stay where they stand; those behind the code of neighbouring lines are aligned.
 */
#include "ast.h"
#include "parser.h"

#include <string.h>

enum {
    INDENT = 2,   /* of a block */
    GO_ON = 4,    /* of a line that continues the one above it, outside of brackets */
    LONGEST = 80, /* code after which a comment is not aligned with others */
};

typedef struct {
    uint32_t column; /* of what stands in it */
    bool tight;      /* products without spaces: subscripts and arguments */
    bool binds;      /* of a reduction: an operand follows it */
} Bracket;

typedef struct {
    const char *code, *comment; /* "": none */
    bool apart;                 /* an empty line before it */
} Line;

typedef struct {
    Context *ctx;
    Tokens token;
    VEC(Bracket) bracket;
    VEC(Line) line;
    Text code;       /* of the line under way */
    bool apart;      /* it stands apart */
    uint32_t depth;  /* blocks around the next token */
    uint32_t margin; /* where the declaration goes on */
    uint32_t joined; /* up to this token all is one line: a short block */
    bool ended;      /* the latest token ends an operand */
    bool sign;       /* the latest token is a sign */
} Layout;

/* ---- tokens */

static bool is_word(int kind) { return kind == ID || kind == IN || kind == INT || kind == DERIVATIVE; }

static bool is_list(int kind) { return kind == CONST || kind == DIM || kind == HYPER || kind == DATA || kind == PARAM; }

static int kind_at(const Layout *l, uint32_t i) { return i < l->token.n ? l->token.at[i].kind : 0; }

/* Does the token start a declaration or a statement? */
static bool starts(const Layout *l, uint32_t i)
{
    switch (kind_at(l, i)) {
    case CONST:
    case DIM:
    case HYPER:
    case DATA:
    case PARAM:
    case LET:
    case OUTPUT:
    case METRIC:
    case LOSS:
    case EXTERN:
    case SCAN:
    case NEXT:
    case YIELD:
    case RETURN: return true;
    case FN: return i == 0 || kind_at(l, i - 1) != EXTERN;
    default: return false;
    }
}

static const char *text_of(const Layout *l, uint32_t i, uint32_t *n)
{
    Span at = l->token.at[i].at;
    *n = at.hi - at.lo;
    return l->ctx->src.text + at.lo;
}

/* What the author wrote between the token before and this one. */
static Span gap_before(const Layout *l, uint32_t i)
{
    return (Span){i ? l->token.at[i - 1].at.hi : 0, i < l->token.n ? l->token.at[i].at.lo : l->ctx->src.n};
}

static bool has_newline(const Layout *l, Span gap)
{
    return memchr(l->ctx->src.text + gap.lo, '\n', gap.hi - gap.lo) != NULL;
}

/* ---- lines */

static void end_line(Layout *l, const char *comment)
{
    Line line = {l->code.n ? l->code.at : "", comment, l->apart && l->line.n};
    vec_push(l->ctx->arena, &l->line, line);
    l->code = (Text){.arena = l->ctx->arena};
    l->apart = false;
}

static void indent(Layout *l, uint32_t column)
{
    for (uint32_t k = 0; k < column; k++) text_add(&l->code, " ");
}

/* The column of a token that begins a line. */
static uint32_t column_of(const Layout *l, uint32_t i)
{
    if (l->bracket.n) return l->bracket.at[l->bracket.n - 1].column;
    if (kind_at(l, i) == '}') return INDENT * (l->depth - 1);
    return starts(l, i) || i == l->token.n ? INDENT * l->depth : l->margin;
}

/* The comments before token i, and the end of the line where it begins another one. */
static void take_gap(Layout *l, uint32_t i, bool breaks)
{
    Span gap = gap_before(l, i);
    const char *s = l->ctx->src.text + gap.lo, *end = l->ctx->src.text + gap.hi;
    bool may_part = (starts(l, i) || i == l->token.n) && kind_at(l, i - 1) != '{';
    int newlines = 0;
    for (; s < end; s++) {
        if (*s == '\n' && ++newlines == 1 && l->code.n) end_line(l, "");
        if (newlines > 1) l->apart = may_part;
        if (*s != '#') continue;
        const char *stop = memchr(s, '\n', (size_t)(end - s));
        int n = (int)((stop ? stop : end) - s);
        while (strchr(" \t\r", s[n - 1])) n--;
        uint32_t column = kind_at(l, i) == '}' ? INDENT * l->depth : column_of(l, i);
        end_line(l, arena_printf(l->ctx->arena, "%*s%.*s", l->code.n ? 0 : (int)column, "", n, s));
        newlines = 1;
        s = stop ? stop : end - 1;
    }
    if (breaks && l->code.n) end_line(l, "");
}

/* ---- spaces */

static bool tight(const Layout *l) { return l->bracket.n && l->bracket.at[l->bracket.n - 1].tight; }

/* Does a space stand between the token before and this one, on one line? */
static bool space_before(const Layout *l, uint32_t i)
{
    int before = kind_at(l, i - 1), kind = kind_at(l, i);
    uint32_t n;
    const char *text = text_of(l, i - 1, &n);
    if (before == NUM && kind == DOTDOT) return text[n - 1] == '.';
    if (before == '(' || before == '[' || before == '^' || before == DOTDOT || l->sign) return false;
    if (kind == ')' || kind == ']' || kind == ',' || kind == ':' || kind == '^' || kind == DOTDOT) return false;
    if (kind == '(' || kind == '[') return !l->ended && before != REDOP;
    bool product = before == '*' || before == '/' || kind == '*' || kind == '/';
    return !(product && tight(l));
}

/* ---- one token after the other */

static void open_bracket(Layout *l, uint32_t i, bool before_ended)
{
    bool square = kind_at(l, i) == '[', reduction = i && kind_at(l, i - 1) == REDOP;
    bool dense = square || before_ended || reduction || tight(l);
    vec_push(l->ctx->arena, &l->bracket, ((Bracket){(uint32_t)l->code.n, dense, square && reduction}));
}

static void add_token(Layout *l, uint32_t i)
{
    uint32_t n;
    const char *text = text_of(l, i, &n);
    int kind = kind_at(l, i);
    bool before_ended = l->ended;
    text_addn(&l->code, text, n);
    l->sign = (kind == '-' || kind == '+') && !before_ended;
    l->ended = kind == NUM || kind == ')' || kind == ']' || (is_word(kind) && !before_ended);
    if (starts(l, i)) l->margin = is_list(kind) ? INDENT * l->depth + n + 1 : INDENT * l->depth + GO_ON;
    if (kind == '(' || kind == '[') open_bracket(l, i, before_ended);
    if ((kind == ')' || kind == ']') && l->bracket.at[--l->bracket.n].binds) l->ended = false;
    if (kind == '{') l->depth++;
    if (kind == '}') l->depth--;
}

/* The end of the block that opens at token i, if all of it stands on one line and is one statement; else i. */
static uint32_t short_block(const Layout *l, uint32_t i)
{
    uint32_t statements = 0;
    for (uint32_t k = i + 1; k < l->token.n; k++) {
        statements += starts(l, k);
        if (has_newline(l, gap_before(l, k)) || statements > 1 || kind_at(l, k) == '{') return i;
        if (kind_at(l, k) == '}') return k;
    }
    return i;
}

static void lay_out(Layout *l)
{
    for (uint32_t i = 0; i < l->token.n; i++) {
        bool between = starts(l, i) || kind_at(l, i) == '}' || (i && kind_at(l, i - 1) == '{');
        take_gap(l, i, between && i > l->joined);
        if (!l->code.n)
            indent(l, column_of(l, i));
        else if (space_before(l, i))
            text_add(&l->code, " ");
        if (starts(l, i)) l->ended = false;
        add_token(l, i);
        if (kind_at(l, i) == '{') l->joined = short_block(l, i);
    }
    take_gap(l, l->token.n, true);
}

/* ---- the lines as text */

static bool in_column(const Line *x) { return *x->comment && *x->code && strlen(x->code) <= LONGEST; }

/* Lines from `lo` on whose comments stand in one column; at least that line. */
static uint32_t column_end(const Layout *l, uint32_t lo)
{
    uint32_t hi = lo + 1;
    if (in_column(&l->line.at[lo]))
        while (hi < l->line.n && !l->line.at[hi].apart && in_column(&l->line.at[hi])) hi++;
    return hi;
}

static void print_lines(const Layout *l, Text *out)
{
    for (uint32_t lo = 0, hi; lo < l->line.n; lo = hi) {
        size_t width = 0;
        hi = column_end(l, lo);
        for (uint32_t k = lo; k < hi; k++)
            if (strlen(l->line.at[k].code) > width) width = strlen(l->line.at[k].code);
        for (uint32_t k = lo; k < hi; k++) {
            const Line *x = &l->line.at[k];
            int pad = *x->code && *x->comment ? (int)width + 2 : 0;
            text_addf(out, "%s%-*s%s\n", x->apart ? "\n" : "", pad, x->code, x->comment);
        }
    }
}

bool format_source(Context *ctx, Text *out)
{
    parse(ctx);
    if (ctx->errors) return false;
    Layout l = {.ctx = ctx, .token = tokens_of(ctx), .code.arena = ctx->arena};
    lay_out(&l);
    print_lines(&l, out);
    return true;
}
