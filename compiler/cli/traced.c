/*
 * traced.c -- the trace of a model at a point, as trace and graph show it: which number is traced, what it is differentiated by, along
 * which direction; and the text of its formulas.
 */
#include "traced.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is asked for */

Id find_result(const Args *args, const Ir *ir)
{
    const char *of = args_value(args, "of");
    VEC(const char *) names = {0};
    Id found = of ? 0 : ir->loss;
    for (Id a = 1; a < ir->array.n && !(found && !of); a++) {
        const Array *x = &ir->array.at[a];
        bool result = x->kind == ARRAY_OUTPUT || x->kind == ARRAY_METRIC || x->kind == ARRAY_LOSS;
        if (!result || x->dims.n || x->type != T_REAL) continue;
        if (of && strcmp(of, x->name) == 0) return a;
        vec_push(args->arena, &names, x->name);
    }
    if (found) return found;
    if (names.n == 1 && !of) return find_array_named(ir, names.at[0]);
    if (of)
        complain_unknown("--of: the model has no scalar output", of, names.at, names.n);
    else if (names.n)
        complain("the model has no loss and several outputs: --of says which is traced");
    else
        complain("the model has neither a loss nor an output that is a single number");
    return 0;
}

Id find_array_named(const Ir *ir, const char *name)
{
    for (Id a = 1; a < ir->array.n; a++)
        if (strcmp(ir->array.at[a].name, name) == 0) return a;
    return 0;
}

/* Which inputs are differentiated by, and along what. */
static int start_derivatives(const Args *args, const Point *p, const Ir *ir, Trace *t)
{
    double *direction;
    int status = point_direction(args, p, "jvp", &direction);
    for (uint32_t i = 0; i < t->row.n && status == CLI_OK; i++) {
        TraceRow *r = &t->row.at[i];
        int a = r->formula ? -1 : model_array(p->model, ir->array.at[r->of].name);
        if (a < 0 || !p->model->array[a].gradient) continue;
        r->moves = true;
        r->derivative = direction[p->grad_offset[a] + r->element];
    }
    free(direction);
    return status;
}

/* ---- making it */

typedef struct {
    const Args *args;
    const Model *model;
    const Point *point;
    uint32_t limit;
    UseTrace *use;
    int status;
} Tracing;

static int too_many(uint32_t limit)
{
    complain("the evaluation has more than %u steps; --limit N shows more, and smaller data has fewer", limit);
    return CLI_MODEL;
}

static int make_trace(Tracing *g, Ir *ir, Interp *run)
{
    const char *error;
    Id result = find_result(g->args, ir);
    if (!result) return CLI_MODEL;
    point_hand_over(g->point, ir, run);
    Record *r = record(ir, run, result, g->limit, &error);
    if (!r && error) {
        complain("%s", error);
        return CLI_RUN;
    }
    Trace *t = r ? cut(r) : NULL;
    if (!t || t->row.n > g->limit) return too_many(g->limit);
    int status = start_derivatives(g->args, g->point, ir, t);
    if (status != CLI_OK) return status;
    if (args_has(g->args, "jvp"))
        trace_tangents(t);
    else
        trace_adjoints(t);
    Interp *own = interp_new(t->ir, NULL);
    model_bind(g->model, t->ir, own);
    bool ran = trace_run(t, own, &error);
    interp_free(own);
    if (!ran) die("debug evaluator: %s", error);
    return g->use(g->args, t);
}

static void run_trace(Ir *ir, Interp *run, void *user)
{
    Tracing *g = user;
    g->status = make_trace(g, ir, run);
}

int with_trace(const Args *args, uint32_t limit, UseTrace *use)
{
    Model m;
    Point p = {0};
    int status = model_open(args, 0, 0, &m);
    if (status == CLI_OK) status = point_new(args, m.model, &p);
    if (status == CLI_OK) status = point_finish(args, &p);
    Tracing g = {args, &m, &p, limit, use, CLI_RUN};
    if (status == CLI_OK && !with_equations(args, &m, &p, "expand", straight_program, run_trace, &g))
        complain("out of memory");
    if (status == CLI_OK) status = g.status;
    point_free(&p);
    model_close(&m);
    return status;
}

/* ---- text */

/* Multiples of pi are constants of the equations. */
static const struct {
    const char *digits, *name;
} multiples[] = {
    {"1.5707963267948966", "pi/2"},
    {"3.141592653589793", "pi"},
    {"6.283185307179586", "2*pi"},
};

static size_t multiple_at(const char *s, const char **name)
{
    for (size_t i = 0; i < sizeof multiples / sizeof *multiples; i++) {
        size_t n = strlen(multiples[i].digits);
        *name = multiples[i].name;
        if (strncmp(s, multiples[i].digits, n) == 0 && !strchr("0123456789e", s[n] ? s[n] : ' ')) return n;
    }
    return 0;
}

const char *formula_text(const Trace *t, Id formula)
{
    Text plain = {.arena = t->ir->arena}, out = {.arena = t->ir->arena};
    trace_print(t, formula, &plain);
    for (const char *s = plain.at, *name; *s;) {
        bool inside = s > plain.at && strchr("0123456789.", s[-1]);
        size_t n = inside ? 0 : multiple_at(s, &name);
        bool first = s == plain.at || s[-1] == '(';
        if (n)
            text_addf(&out, first || !strpbrk(name, "*/") ? "%s" : "(%s)", name);
        else
            text_addn(&out, s, 1);
        s += n ? n : 1;
    }
    return out.at;
}
