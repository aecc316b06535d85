/*
 * trace.c -- the derivatives of a trace: tangents from the first row down, adjoints from the last row up.
 *
 * The rows are equations already.  Their tangents are those of forward.c; their adjoints are what sweep.c gives for each row, one
 * contribution at a time, each kept in a scalar of its own, so that it can be shown.
 */
#include <string.h>

#include "derive.h"
#include "trace.h"

static Id add_scalar(Trace *t, Id of, const char *mark, ArrayKind kind)
{
    const char *name = t->ir->array.at[of].name;
    size_t stem = strcspn(name, "[");
    return ir_new_array(t->ir, arena_printf(t->ir->arena, "%.*s%s%s", (int)stem, name, mark, name + stem), kind, T_REAL,
                        NULL, 0, (Span){0, 0});
}

static Id scalar(Trace *t, Id array) { return ir_read(t->ir, array, NULL, 0); }

static void add_equation(Trace *t, Items *items, Id target, Id body, Id when, bool add)
{
    Id eq = ir_new_eq(t->ir, &(Eq){.target = target, .body = body, .when = when, .add = add});
    vec_push(t->ir->arena, items, ((Item){false, eq}));
}

static Items row_items(Trace *t)
{
    Items items = {0};
    for (uint32_t i = 0; i < t->row.n; i++)
        if (t->row.at[i].formula) add_equation(t, &items, t->row.at[i].array, t->row.at[i].formula, 0, false);
    return items;
}

/* ---- adjoints */

/* By array: does it change with what is differentiated by? */
static bool *find_moving(Trace *t)
{
    bool *moves = arena_alloc(t->ir->arena, t->ir->array.n * sizeof *moves);
    Sweep *s = sweep_new(t->ir, moves);
    for (uint32_t i = 0; i < t->row.n; i++) {
        TraceRow *r = &t->row.at[i];
        if (r->formula) r->moves = sweep_active(s, r->formula);
        moves[r->array] = r->moves;
    }
    return moves;
}

/* live, by row: does it receive anything?  What does not gives nothing: 0 times an infinite partial is no number. */
static void contribute(Trace *t, Items *items, const uint32_t *row, const Id *live, uint32_t from, const Piece *p)
{
    uint32_t to = row[t->ir->node.at[p->read].u.ref];
    Id own = ir_new_array(t->ir, "contribution", ARRAY_LOCAL, T_REAL, NULL, 0, (Span){0, 0});
    Id when = ir_and(t->ir, p->cond, scalar(t, live[from]));
    add_equation(t, items, own, p->value, when, false);
    add_equation(t, items, t->row.at[to].holder, scalar(t, own), when, true);
    add_equation(t, items, live[to], ir_bool(t->ir, true), when, true);
    vec_push(t->ir->arena, &t->contribution, ((Contribution){.to = to, .formula = p->value, .array = own}));
}

void trace_adjoints(Trace *t)
{
    Ir *ir = t->ir;
    uint32_t *row = arena_alloc(ir->arena, ir->array.n * sizeof *row);
    Id *live = arena_alloc(ir->arena, (t->row.n + 1) * sizeof *live);
    Items items = row_items(t);
    Sweep *s = sweep_new(ir, find_moving(t));
    for (uint32_t i = 0; i < t->row.n; i++) {
        TraceRow *r = &t->row.at[i];
        row[r->array] = i;
        if (!r->moves) continue;
        r->holder = add_scalar(t, r->array, "bar", ARRAY_LOCAL);
        add_equation(t, &items, r->holder, ir_real(ir, i == t->result), 0, false);
        live[i] = ir_new_array(ir, "live", ARRAY_LOCAL, T_BOOL, NULL, 0, (Span){0, 0});
        add_equation(t, &items, live[i], ir_bool(ir, i == t->result), 0, false);
    }
    for (uint32_t i = t->result + 1; i-- > 0;) {
        TraceRow *r = &t->row.at[i];
        Pieces pieces = {0};
        r->first = t->contribution.n;
        if (r->moves && r->formula) sweep(s, r->formula, 0, scalar(t, r->holder), scalar(t, r->array), &pieces);
        for (uint32_t k = pieces.n; k-- > 0;) contribute(t, &items, row, live, i, &pieces.at[k]);
        r->own = t->contribution.n - r->first;
    }
    ir->items = ir_items(ir, items.at, items.n);
}

/* ---- tangents */

/* By array: what its equation says. */
static Id *find_formulas(const Ir *ir)
{
    Id *formula = arena_alloc(ir->arena, ir->array.n * sizeof *formula);
    for (uint32_t i = 0; i < ir->items.n; i++) {
        const Eq *e = &ir->eq.at[ir->item.at[ir->items.at + i].id];
        formula[e->target] = e->body;
    }
    return formula;
}

void trace_tangents(Trace *t)
{
    Ir *ir = t->ir;
    Direction d = {.when = 0};
    Items items = row_items(t);
    for (uint32_t i = 0; i < t->row.n; i++) {
        TraceRow *r = &t->row.at[i];
        if (r->formula || !r->moves) continue;
        r->holder = add_scalar(t, r->array, "dot", ARRAY_DATA);
        vec_push(ir->arena, &d.seed, ((Seed){.array = r->array, .value = scalar(t, r->holder)}));
    }
    find_moving(t);
    ir->items = ir_items(ir, items.at, items.n);
    Forward *f = forward_new(ir, &d);
    ir->items = forward_items(f, ir->items);
    const Id *formula = find_formulas(ir);
    for (uint32_t i = 0; i < t->row.n; i++) {
        TraceRow *r = &t->row.at[i];
        if (!r->formula || !r->moves) continue;
        r->holder = forward_tangent(f, r->array);
        Id named = add_scalar(t, r->array, "dot", ARRAY_LOCAL);
        ir->array.at[r->holder].name = ir->array.at[named].name;
        r->dot = formula[r->holder];
    }
}

/* ---- values */

/* The arm that a select of a formula took. */
static Id taken_arm(Ir *ir, Id node, void *user)
{
    const Interp *run = user;
    if (ir_opof(ir, node) != OP_SELECT) return 0;
    while (ir_opof(ir, node) == OP_SELECT) node = ir_kid(ir, node, interp_value(run, ir_kid(ir, node, 0)) != 0 ? 1 : 2);
    return node;
}

bool trace_run(Trace *t, Interp *run, const char **error)
{
    bool defined;
    for (uint32_t i = 0; i < t->row.n; i++) {
        TraceRow *r = &t->row.at[i];
        if (r->formula) continue;
        interp_set(run, r->array, &r->value);
        if (r->holder && t->ir->array.at[r->holder].kind == ARRAY_DATA) interp_set(run, r->holder, &r->derivative);
    }
    if (!interp_run(run, error)) return false;
    for (uint32_t i = 0; i < t->row.n; i++) {
        TraceRow *r = &t->row.at[i];
        r->value = interp_get(run, r->array, 0, &defined);
        if (r->moves) r->derivative = interp_get(run, r->holder, 0, &defined);
        if (r->dot) r->dot = ir_replace(t->ir, r->dot, taken_arm, run);
    }
    for (uint32_t i = 0; i < t->contribution.n; i++) {
        Contribution *c = &t->contribution.at[i];
        c->value = interp_get(run, c->array, 0, &c->counts);
        if (c->counts) c->formula = ir_replace(t->ir, c->formula, taken_arm, run);
    }
    return true;
}

/* ---- text */

const char *trace_name(const Trace *t, Id array) { return t->ir->array.at[array].name; }

static Id whole_number(Ir *ir, Id node, void *user)
{
    double x = ir_opof(ir, node) == OP_CONST && ir_type(ir, node) == T_REAL ? ir->node.at[node].u.r : 0.5;
    (void)user;
    return x > -1e9 && x < 1e9 && x == (double)(int64_t)x ? ir_int(ir, (int64_t)x) : 0;
}

/* As in the language: 2, not 2.0; h[2] without the quotes of the text form, g(x) without its mark of an extern function, x^y. */
void trace_print(const Trace *t, Id formula, Text *out)
{
    Text quoted = {.arena = t->ir->arena};
    ir_print_whole(t->ir, ir_replace(t->ir, formula, whole_number, NULL), &quoted);
    for (const char *s = quoted.at; *s; s++) {
        bool power = s[0] == '*' && s[1] == '*';
        if (!strchr("`$", *s)) text_addn(out, power ? "^" : s, 1);
        s += power;
    }
}
