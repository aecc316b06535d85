/*
 * trace.c -- adc trace model.ad: every intermediate value of one evaluation, with its tangent or its adjoint, as a table.
 */
#include "traced.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
const Option trace_options[] = {
    TRACE_OPTIONS,
    {"grad", NULL, "adjoints (as without it)"},
    {"limit", "N", "rows at most (200)"},
    {"markdown", NULL, "a table in Markdown"},
    {"json", NULL, "one JSON object"},
    {NULL, NULL, NULL},
};
/* clang-format on */

enum { COLUMNS = 4, WIDE = 60 };

/* A line of the table; a cell that is NULL is empty. */
typedef struct {
    const char *cell[COLUMNS];
} Line;

typedef struct {
    const Args *args;
    Trace *trace;
    int digits;
    bool tangents, markdown;
    VEC(Line) line;
} Table;

/* ---- cells */

static const char *number(const Table *t, double x)
{
    return isnan(x) ? "nan" : arena_printf(t->args->arena, "%.*g", t->digits, x);
}

static const char *step(const Table *t, const TraceRow *r)
{
    const char *name = trace_name(t->trace, r->array);
    return r->formula ? arena_printf(t->args->arena, "%s = %s", name, formula_text(t->trace, r->formula)) : name;
}

static const char *contribution(const Table *t, const Contribution *c)
{
    const char *to = trace_name(t->trace, t->trace->row.at[c->to].holder);
    return arena_printf(t->args->arena, "%s += %s = %s", to, formula_text(t->trace, c->formula), number(t, c->value));
}

static const char *tangent(const Table *t, const TraceRow *r)
{
    return arena_printf(t->args->arena, "%s = %s", trace_name(t->trace, r->holder), formula_text(t->trace, r->dot));
}

/* ---- the table */

/* How much of a long sum goes on a line. */
static size_t line_length(const char *s)
{
    size_t n = strlen(s), at = 0;
    if (n <= WIDE) return n;
    for (size_t i = 1; i < n && (i <= WIDE || !at); i++)
        if (s[i] == ' ' && strchr("+-", s[i + 1]) && s[i + 2] == ' ') at = i;
    return at ? at : n;
}

/* The cell of a column, from line `first` on: a long one goes on below, unless it is for Markdown. */
static void add_cell(Table *t, uint32_t first, int column, const char *text)
{
    const char *indent = "";
    for (uint32_t i = first; *text; i++) {
        size_t n = t->markdown ? strlen(text) : line_length(text);
        if (i == t->line.n) vec_push(t->args->arena, &t->line, ((Line){{0}}));
        t->line.at[i].cell[column] = arena_printf(t->args->arena, "%s%.*s", indent, (int)n, text);
        text += n;
        indent = "   ";
    }
}

static void add_row(Table *t, const TraceRow *r)
{
    uint32_t first = t->line.n, at = first;
    add_cell(t, first, 0, step(t, r));
    add_cell(t, first, 1, number(t, r->value));
    if (r->moves) add_cell(t, first, 2, number(t, r->derivative));
    if (r->dot) add_cell(t, first, 3, tangent(t, r));
    for (uint32_t k = 0; k < r->own; k++) {
        const Contribution *c = &t->trace->contribution.at[r->first + k];
        if (!c->counts) continue;
        add_cell(t, at, 3, contribution(t, c));
        while (at < t->line.n && t->line.at[at].cell[3]) at++;
    }
}

static void print_line(const Table *t, const Line *line, const size_t *width, Text *out)
{
    for (int k = 0; k < COLUMNS; k++) {
        if (t->markdown) text_add(out, k ? " | " : "| ");
        text_addf(out, "%-*s", (int)width[k], line->cell[k] ? line->cell[k] : "");
        if (!t->markdown && k + 1 < COLUMNS) text_add(out, "  ");
    }
    if (t->markdown) text_add(out, " |");
    while (out->at[out->n - 1] == ' ') out->at[--out->n] = 0;
    text_add(out, "\n");
}

static void print_table(const Table *t, Text *out)
{
    size_t width[COLUMNS] = {0};
    Line rule;
    for (uint32_t i = 0; i < t->line.n; i++)
        for (int k = 0; k < COLUMNS; k++) {
            size_t n = t->line.at[i].cell[k] ? strlen(t->line.at[i].cell[k]) : 0;
            if (n > width[k]) width[k] = n;
        }
    for (int k = 0; k < COLUMNS; k++) {
        char *dashes = arena_alloc(t->args->arena, width[k] + 1);
        rule.cell[k] = memset(dashes, '-', width[k]);
    }
    for (uint32_t i = 0; i < t->line.n; i++) {
        print_line(t, &t->line.at[i], width, out);
        if (i == 0 && t->markdown) print_line(t, &rule, width, out);
    }
}

/* ---- JSON */

static void print_json_row(const Table *t, const TraceRow *r, Text *out)
{
    text_add(out, "{\"name\": ");
    json_string(out, trace_name(t->trace, r->array));
    text_add(out, ", \"formula\": ");
    if (r->formula)
        json_string(out, formula_text(t->trace, r->formula));
    else
        text_add(out, "null");
    text_add(out, ", \"value\": ");
    json_real(out, r->value);
    if (r->moves) {
        text_add(out, t->tangents ? ", \"tangent\": " : ", \"adjoint\": ");
        json_real(out, r->derivative);
    }
    if (r->dot) {
        text_add(out, ", \"tangent_formula\": ");
        json_string(out, formula_text(t->trace, r->dot));
    }
    const char *between = ", \"contributions\": [";
    for (uint32_t k = 0; k < r->own; k++) {
        const Contribution *c = &t->trace->contribution.at[r->first + k];
        if (!c->counts) continue;
        text_addf(out, "%s{\"to\": ", between);
        json_string(out, trace_name(t->trace, t->trace->row.at[c->to].array));
        text_add(out, ", \"formula\": ");
        json_string(out, formula_text(t->trace, c->formula));
        text_add(out, ", \"value\": ");
        json_real(out, c->value);
        text_add(out, "}");
        between = ", ";
    }
    text_add(out, strcmp(between, ", ") == 0 ? "]}" : "}");
}

static void print_json(const Table *t, Text *out)
{
    text_add(out, "{\"result\": ");
    json_string(out, trace_name(t->trace, t->trace->row.at[t->trace->result].array));
    text_add(out, ", \"rows\": [");
    for (uint32_t i = 0; i < t->trace->row.n; i++) {
        if (i) text_add(out, ", ");
        print_json_row(t, &t->trace->row.at[i], out);
    }
    text_add(out, "]}\n");
}

/* ---- the command */

static int show(const Args *args, Trace *trace)
{
    int64_t digits = 6;
    if (!args_integer(args, "digits", 1, 17, &digits)) return CLI_USAGE;
    Table t = {.args = args,
               .trace = trace,
               .digits = (int)digits,
               .tangents = args_has(args, "jvp"),
               .markdown = args_has(args, "markdown")};
    Text out = {.arena = args->arena};
    Line head = {
        {"step", "value", t.tangents ? "tangent" : "adjoint", t.tangents ? "its formula" : "adds to adjoints"}};
    vec_push(args->arena, &t.line, head);
    for (uint32_t i = 0; i < trace->row.n; i++) add_row(&t, &trace->row.at[i]);
    if (args_has(args, "json"))
        print_json(&t, &out);
    else
        print_table(&t, &out);
    return outputs_write(args->arena, &(Output){"-", &out}, 1);
}

int command_trace(const Args *args)
{
    int64_t limit = 200;
    if (!args_integer(args, "limit", 1, 1000000, &limit)) return CLI_USAGE;
    if (args_has(args, "grad") && args_has(args, "jvp")) {
        complain("--grad shows adjoints and --jvp tangents: one of them");
        return CLI_USAGE;
    }
    return with_trace(args, (uint32_t)limit, show);
}
