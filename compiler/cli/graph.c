/*
 * graph.c -- adc graph model.ad: the computation graph, for Graphviz.
 *
 * Of a model of scalars, and wherever values are asked for, each row of its trace is a node.  Else each array is one, with its shape and its
 * equations, and a scan is a frame around what it computes.
 */
#include "traced.h"

#include "passes.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* clang-format off */
const Option graph_options[] = {
    {"o", "FILE", "an .svg, .png or .pdf, which dot draws, or a .dot (-: to standard output)"},
    {"values", NULL, "the numbers of one evaluation"},
    {"grad", NULL, "and their adjoints"},
    {"limit", "N", "nodes at most (100)"},
    TRACE_OPTIONS,
    {NULL, NULL, NULL},
};
/* clang-format on */

enum { LINE = 72, LINES = 4 }; /* of a label */

/* ---- the language */

static void open_graph(Text *out, const char *direction)
{
    text_addf(out,
              "digraph model {\n"
              "    rankdir=%s;\n"
              "    node [fontname=\"Helvetica\", fontsize=11, shape=box, style=rounded];\n"
              "    edge [arrowsize=0.6];\n",
              direction);
}

/* Inside quotes. */
static void add_escaped(Text *out, const char *s)
{
    for (; *s; s++) text_addf(out, *s == '"' || *s == '\\' ? "\\%c" : "%c", *s);
}

static void add_style(Text *out, bool input, bool result)
{
    if (input) text_add(out, ", style=filled, fillcolor=\"#e8eef7\"");
    if (result) text_add(out, ", penwidth=2");
    text_add(out, "];\n");
}

static int too_many(uint32_t nodes, int64_t limit)
{
    complain("the graph has %u nodes, and more than %lld are hard to read: --limit N draws more", nodes,
             (long long)limit);
    return CLI_MODEL;
}

static int write_graph(const Args *args, const Text *graph)
{
    const char *path = args_value(args, "o");
    const char *format = picture_format(args->arena, path ? path : "-");
    return format ? picture_write(args->arena, path ? path : "-", format, graph) : CLI_USAGE;
}

/* ---- a trace */

static void add_number(Text *out, const char *before, int64_t digits, double x)
{
    text_add(out, before);
    text_addf(out, isnan(x) ? "nan" : "%.*g", (int)digits, x);
}

static void add_row(const Args *args, const Trace *t, uint32_t i, int64_t digits, Text *out)
{
    const TraceRow *r = &t->row.at[i];
    bool adjoints = args_has(args, "grad"), tangents = args_has(args, "jvp");
    text_addf(out, "    n%u [label=\"", i);
    add_escaped(out, trace_name(t, r->array));
    if (r->formula) {
        text_add(out, " = ");
        add_escaped(out, formula_text(t, r->formula));
    }
    if (adjoints || tangents || args_has(args, "values")) add_number(out, "\\n", digits, r->value);
    if (r->moves && (adjoints || tangents))
        add_number(out, tangents ? "\\ntangent " : "\\nadjoint ", digits, r->derivative);
    text_add(out, "\"");
    add_style(out, !r->formula, i == t->result);
}

static int draw_trace(const Args *args, Trace *t)
{
    int64_t digits = 6, limit = 100;
    if (!args_integer(args, "digits", 1, 17, &digits) || !args_integer(args, "limit", 1, 100000, &limit))
        return CLI_USAGE;
    if (t->row.n > limit) return too_many(t->row.n, limit);
    Text out = {.arena = args->arena};
    uint32_t *row = arena_alloc(args->arena, t->ir->array.n * sizeof *row);
    open_graph(&out, "LR");
    for (uint32_t i = 0; i < t->row.n; i++) {
        const TraceRow *r = &t->row.at[i];
        IdVec order = {0};
        row[r->array] = i;
        add_row(args, t, i, digits, &out);
        if (r->formula) order = ir_reach(t->ir, &r->formula, 1);
        for (uint32_t k = 0; k < order.n; k++)
            if (ir_opof(t->ir, order.at[k]) == OP_READ)
                text_addf(&out, "    n%u -> n%u;\n", row[t->ir->node.at[order.at[k]].u.ref], i);
    }
    text_add(&out, "}\n");
    return write_graph(args, &out);
}

/* ---- equations */

typedef struct {
    const Args *args;
    Ir *ir;
    Text out;
    bool *drawn;  /* by array */
    IdVec *eqs;   /* by array: those that write it */
    bool *linked; /* by array: an edge goes from it to the array at hand */
    IdVec order;  /* arrays, as they are first written */
    uint32_t scans;
} Drawing;

static void add_eq(Drawing *d, Id eq)
{
    Id target = d->ir->eq.at[eq].target;
    if (!d->eqs[target].n) vec_push(d->ir->arena, &d->order, target);
    vec_push(d->ir->arena, &d->eqs[target], eq);
}

static void gather(Drawing *d, Slice items)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = d->ir->item.at[items.at + i];
        if (!it.region) {
            add_eq(d, it.id);
            continue;
        }
        Region r = d->ir->region.at[it.id];
        gather(d, r.head);
        gather(d, r.items);
    }
}

/* "W[H, D]" */
static void add_shape(Drawing *d, Id array)
{
    Array a = d->ir->array.at[array];
    Text shape = {.arena = d->ir->arena};
    text_add(&shape, a.name);
    for (uint32_t k = 0; k < a.dims.n; k++) {
        text_add(&shape, k ? ", " : "[");
        ir_print_node(d->ir, d->ir->kid.at[a.dims.at + k], &shape);
    }
    if (a.dims.n) text_add(&shape, "]");
    add_escaped(&d->out, shape.at);
}

/* Without its ranges, which the shape tells. */
static void add_equation_text(Drawing *d, Id eq)
{
    Text text = {.arena = d->ir->arena};
    ir_print_eq(d->ir, eq, &text);
    for (size_t i = 0; i < text.n; i++)
        if (text.at[i] == '\n') text.at[i] = ' ';
    const char *ranges = strstr(text.at, "  for ");
    if (ranges) text.at[text.n = (size_t)(ranges - text.at)] = 0;
    bool cut = text.n > LINE;
    add_escaped(&d->out, cut ? arena_printf(d->ir->arena, "%.*s ...", LINE, text.at) : text.at);
}

static void draw_array(Drawing *d, Id array)
{
    if (d->drawn[array]) return;
    d->drawn[array] = true;
    Array a = d->ir->array.at[array];
    text_addf(&d->out, "    a%u [label=\"", array);
    bool shape = a.dims.n || !d->eqs[array].n;
    if (shape) add_shape(d, array);
    for (uint32_t i = 0; i < d->eqs[array].n && i < LINES; i++) {
        if (i || shape) text_add(&d->out, "\\n");
        add_equation_text(d, d->eqs[array].at[i]);
    }
    if (d->eqs[array].n > LINES) text_add(&d->out, "\\n...");
    text_add(&d->out, "\"");
    add_style(&d->out, !d->eqs[array].n, a.kind == ARRAY_LOSS || a.kind == ARRAY_OUTPUT || a.kind == ARRAY_METRIC);
}

/* Frames first: a node belongs to the first one that names it. */
static void draw_scans(Drawing *d, Slice items)
{
    for (uint32_t i = 0; i < items.n; i++) {
        Item it = d->ir->item.at[items.at + i];
        if (!it.region) continue;
        Region r = d->ir->region.at[it.id];
        Text label = {.arena = d->ir->arena};
        text_addf(&label, "scan %s: ", d->ir->var.at[r.step.var].name);
        if (!ir_is_int(d->ir, r.step.lo, 0)) {
            ir_print_node(d->ir, r.step.lo, &label);
            text_add(&label, "..");
        }
        ir_print_node(d->ir, r.step.hi, &label);
        text_addf(&d->out, "    subgraph cluster_%u {\n    label=\"", d->scans++);
        add_escaped(&d->out, label.at);
        text_add(&d->out, "\"; style=dashed; fontname=\"Helvetica\"; fontsize=11;\n");
        draw_scans(d, r.head);
        draw_scans(d, r.items);
        for (int part = 0; part < 2; part++) {
            Slice inside = part ? r.items : r.head;
            for (uint32_t k = 0; k < inside.n; k++) {
                Item x = d->ir->item.at[inside.at + k];
                if (!x.region) draw_array(d, d->ir->eq.at[x.id].target);
            }
        }
        text_add(&d->out, "    }\n");
    }
}

static void draw_edges(Drawing *d, Id array)
{
    Ir *ir = d->ir;
    memset(d->linked, 0, ir->array.n * sizeof *d->linked);
    for (uint32_t i = 0; i < d->eqs[array].n; i++) {
        IdVec reads = ir_eq_reads(ir, d->eqs[array].at[i]);
        for (uint32_t k = 0; k < reads.n; k++) {
            Id from = ir->node.at[reads.at[k]].u.ref;
            if (d->linked[from]) continue;
            d->linked[from] = true;
            draw_array(d, from);
            text_addf(&d->out, "    a%u -> a%u%s;\n", from, array, from == array ? " [style=dashed]" : "");
        }
    }
}

static uint32_t count_arrays(const Drawing *d)
{
    uint32_t n = d->order.n;
    bool *seen = arena_alloc(d->ir->arena, d->ir->array.n * sizeof *seen);
    for (uint32_t i = 0; i < d->order.n; i++)
        for (uint32_t k = 0; k < d->eqs[d->order.at[i]].n; k++) {
            IdVec reads = ir_eq_reads(d->ir, d->eqs[d->order.at[i]].at[k]);
            for (uint32_t j = 0; j < reads.n; j++) {
                Id a = d->ir->node.at[reads.at[j]].u.ref;
                n += !seen[a] && !d->eqs[a].n;
                seen[a] = true;
            }
        }
    return n;
}

static int draw_equations(const Args *args, Ir *ir)
{
    Drawing d = {.args = args, .ir = ir, .out.arena = args->arena};
    int64_t limit = 100;
    if (!args_integer(args, "limit", 1, 100000, &limit)) return CLI_USAGE;
    d.drawn = arena_alloc(ir->arena, ir->array.n * sizeof *d.drawn);
    d.eqs = arena_alloc(ir->arena, ir->array.n * sizeof *d.eqs);
    d.linked = arena_alloc(ir->arena, ir->array.n * sizeof *d.linked);
    gather(&d, ir->items);
    uint32_t nodes = count_arrays(&d);
    if (nodes > limit) return too_many(nodes, limit);
    open_graph(&d.out, "TB");
    draw_scans(&d, ir->items);
    for (uint32_t i = 0; i < d.order.n; i++) draw_array(&d, d.order.at[i]);
    for (uint32_t i = 0; i < d.order.n; i++) draw_edges(&d, d.order.at[i]);
    text_add(&d.out, "}\n");
    return write_graph(args, &d.out);
}

/* ---- the command */

static int draw_source(const Args *args, Context *ctx, void *user)
{
    adc_compile_options given;
    CompileOptions options;
    (void)user;
    int status = model_options(args, &given);
    if (status != CLI_OK || !compile_options(ctx, args->file, &given, &options)) return status ? status : CLI_MODEL;
    options.dump = "expand";
    Ir *ir = compile_ir(ctx, &options);
    if (!ir) return CLI_MODEL;
    Id result = args_has(args, "of") || ir->loss ? find_result(args, ir) : 0;
    if (!result && args_has(args, "of")) return CLI_MODEL;
    if (result) ir->items = dce_items(ir, ir->items, &result, 1);
    Record *r = result ? record_scalars(ir, result) : NULL;
    return r ? draw_trace(args, cut(r)) : draw_equations(args, ir);
}

int command_graph(const Args *args)
{
    const char *path = args_value(args, "o");
    if (path && !picture_format(args->arena, path)) return CLI_USAGE;
    if (args_has(args, "grad") && args_has(args, "jvp")) {
        complain("--grad shows adjoints and --jvp tangents: one of them");
        return CLI_USAGE;
    }
    bool numbers = args_has(args, "values") || args_has(args, "grad") || args_has(args, "jvp");
    int64_t limit = 100;
    if (!args_integer(args, "limit", 1, 100000, &limit)) return CLI_USAGE;
    return numbers ? with_trace(args, (uint32_t)limit, draw_trace) : with_source(args, draw_source, NULL);
}
