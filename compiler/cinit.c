/*
 * cinit.c -- the functions of a model around its evaluation: sizes, starting values, the check of its data.
 */
#include "emit.h"

#include "ckernel.h"

#include <math.h>
#include <string.h>

/* ---- inputs */

/* Stores of a function that reads inputs only. */
static Store *input_stores(Gen *g)
{
    Store *s = arena_alloc(g->arena, sizeof *s * (g->ir->array.n + 1u));
    for (Id a = 1; a < g->ir->array.n; a++) {
        Array x = g->ir->array.at[a];
        if (array_kind_is_input(x.kind)) s[a].place = x.dims.n ? AT_INPUT : AT_VALUE;
    }
    return s;
}

/* Definitions of what is read. */
static void print_inputs(Gen *g, const Printer *p, const Store *store)
{
    for (Id d = 1; d < g->ir->dim.n; d++)
        if (p->dim_used[d])
            text_addf(&g->body, "    const int64_t %s = (int64_t)dims->%s;\n", g->dim_name[d],
                      name_field(g, g->ir->dim.at[d].name));
    for (uint32_t k = 0; k < g->inputs.n; k++) {
        Id a = g->inputs.at[k];
        Array x = g->ir->array.at[a];
        if (!store[a].used) continue;
        const char *type = x.type == T_REAL ? g->real : "int32_t", *field = name_field(g, x.name);
        if (x.dims.n)
            text_addf(&g->body, "    const %s *const %s = data->%s;\n", type, g->array_name[a], field);
        else
            text_addf(&g->body, "    const %s %s = data->%s%s;\n", type, g->array_name[a], field,
                      x.kind == ARRAY_DATA ? "[0]" : "");
    }
}

/* ---- nparam, ngrad, nnz */

static void print_total(Gen *g, const char *name, const IdVec *arrays)
{
    Func none = {0};
    Printer p = printer_new(g, &none);
    p.checked = true;
    const char *total = "0";
    uint64_t known = 0;
    for (uint32_t k = 0; k < arrays->n; k++) {
        Id a = arrays->at[k];
        int64_t n;
        if (ir_const_int(g->ir, plan_count(g->ir, a, NULL), &n)) {
            known += (uint64_t)n;
            continue;
        }
        g->kernel[KERNEL_ADD] = 1;
        total = arena_printf(g->arena, "%s_add(%s, %s)", g->p, total, count_text(&p, g->ir->array.at[a].dims));
    }
    printer_end(&p);
    text_addf(&g->body, "size_t %s_%s(%s *dims)\n{\n", g->p, name, dims_type(g));
    print_checked_dims(&p, &g->body);
    if (*total == '0') {
        text_addf(&g->body, "    return %llu;\n}\n\n", (unsigned long long)known);
        return;
    }
    if (known) total = arena_printf(g->arena, "%s_add(%s, %llu)", g->p, total, (unsigned long long)known);
    text_addf(&g->body, "    const int64_t count = %s;\n    return count < 0 ? SIZE_MAX : (size_t)count;\n}\n\n",
              total);
}

/* Of ragged rows. */
static void print_nnz_of_data(Gen *g, const Func *f)
{
    Func none = {.store = input_stores(g)};
    Printer p = printer_new(g, &none), no_dims = printer_new(g, &none);
    p.checked = true;
    const char *count = out_expr(&p, f->entry.count, T_INT, P_COND);
    printer_end(&p);
    text_addf(&g->body, "size_t %s_%s_nnz(%s *dims, const %s_data *data)\n{\n", g->p, f->name, dims_type(g), g->p);
    text_addf(&g->body, "    if (!dims || !data || %s_work_bytes(dims) == SIZE_MAX) return SIZE_MAX;\n", g->p);
    print_checked_dims(&p, &g->body);
    print_inputs(g, &no_dims, none.store);
    text_addf(&g->body, "    const int64_t count = %s;\n    return count < 0 ? SIZE_MAX : (size_t)count;\n}\n\n",
              count);
}

void print_nnz(Gen *g, const Func *f)
{
    if (f->entry.count) {
        print_nnz_of_data(g, f);
        return;
    }
    IdVec arrays = {0};
    ir_add_ids(g->ir, f->entry.arg[0].arrays, &arrays);
    print_total(g, arena_printf(g->arena, "%s_nnz", f->name), &arrays);
}

void print_block_shape(Gen *g, const Func *f)
{
    const Id sizes[] = {f->entry.block_rows, f->entry.blocks, f->entry.rows, f->entry.width};
    text_addf(&g->body, "void %s_%s_shape(%s *dims, size_t *shape)\n{\n    (void)dims;\n", g->p, f->name, dims_type(g));
    for (uint32_t k = 0; k < 4; k++)
        text_addf(&g->body, "    shape[%u] = (size_t)(%s);\n", k, dims_text(g, sizes[k], "dims->"));
    text_add(&g->body, "}\n\n");
}

void print_sizes(Gen *g)
{
    print_total(g, "nparam", &g->params);
    if (g->wrt) print_total(g, "ngrad", &g->ir->wrt);
}

/* ---- init */

static double bound(const Gen *g, Id node, double none) { return node ? g->ir->node.at[node].u.r : none; }

/* The default start: u = 0 of the transform of a constrained param. */
static double default_start(const Gen *g, Array x)
{
    double lo = bound(g, x.lo, -INFINITY), hi = bound(g, x.hi, INFINITY);
    if (isinf(lo) && isinf(hi)) return 0;
    return isinf(hi) ? lo + 1 : isinf(lo) ? hi - 1 : 0.5 * lo + 0.5 * hi;
}

static const Start *start_of(const Gen *g, Id array)
{
    return g->start[array] ? &g->ir->start.at[g->start[array] - 1] : NULL;
}

static void print_uniform(Printer *p)
{
    Gen *g = p->g;
    g->kernel[KERNEL_RANDOM_BEGIN] = g->kernel[KERNEL_RANDOM_MIX] = 1;
    text_addf(&g->body,
              "/* The number of element `e` of param number `param`, in [0, 1); `draw` tells its numbers apart. */\n");
    text_addf(&g->body, "static double %s_uniform(uint64_t seed, int param, int64_t e, int draw)\n{\n", g->p);
    text_addf(&g->body, "    uint64_t h = %s_random_mix(%s_random_begin(), (double)(seed >> 32));\n", g->p, g->p);
    text_addf(&g->body, "    h = %s_random_mix(h, (double)(seed & 0xffffffffu));\n", g->p);
    text_addf(&g->body, "    h = %s_random_mix(h, (double)param);\n", g->p);
    text_addf(&g->body, "    h = %s_random_mix(h, (double)e);\n", g->p);
    text_addf(&g->body, "    h = %s_random_mix(h, (double)draw);\n", g->p);
    text_addf(&g->body, "    return (double)(h >> 11) / 9007199254740992.0;\n}\n\n");
}

static void print_start(Printer *p, uint32_t number, const Start *s)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    Id array = g->params.at[number];
    Array x = ir->array.at[array];
    const char *pointer = arena_printf(g->arena, "theta + %s_%s_OFFSET(dims)", g->P, x.name);
    const char *n = out_expr(p, plan_count(ir, array, NULL), T_INT, P_REL + 1);
    if (x.dims.n) out_line(p, "to = %s; /* %s */", pointer, x.name);
    if (!s && !x.dims.n) {
        out_line(p, "theta[%s_%s_OFFSET(dims)] = %s;", g->P, x.name, real_text(g, default_start(g, x)));
        return;
    }
    if (!s) {
        out_line(p, "for (at = 0; at < %s; at++) to[at] = %s;", n, real_text(g, default_start(g, x)));
        return;
    }
    if (x.dims.n) out_line(p, "at = 0;");
    for (uint32_t k = 0; k < s->outer.n; k++) for_open(p, ir->binder.at[s->outer.at + k]);
    Scope scope;
    IdVec roots = {0};
    vec_push(g->arena, &roots, s->a);
    vec_push(g->arena, &roots, s->b);
    block_open(p, &scope, &roots);
    out_need(p, roots.at, roots.n);
    const char *value = out_expr(p, s->a, T_REAL, P_ADD);
    if (s->kind != START_FIXED) {
        const char *b = out_expr(p, s->b, T_REAL, P_MUL);
        const char *e = x.dims.n ? "at" : "0";
        const char *u = arena_printf(g->arena, "%s_uniform(seed, %u, %s, 0)", g->p, number, e);
        const char *w = arena_printf(g->arena, "%s_uniform(seed, %u, %s, 1)", g->p, number, e);
        if (s->kind == START_UNIFORM)
            value = arena_printf(g->arena, "%s + (%s - %s) * (%s)%s", value, out_expr(p, s->b, T_REAL, P_MUL),
                                 out_expr(p, s->a, T_REAL, P_MUL), g->real, u);
        else /* Box and Muller */
            value = arena_printf(g->arena, "%s + %s * (%s)(sqrt(-2.0 * log(1.0 - %s)) * cos(6.283185307179586 * %s))",
                                 value, b, g->real, u, w);
    }
    if (x.dims.n)
        out_line(p, "to[at] = %s;", value);
    else
        out_line(p, "theta[%s_%s_OFFSET(dims)] = %s;", g->P, x.name, value);
    if (x.dims.n) out_line(p, "at++;");
    block_close(p, &scope);
    for (uint32_t k = s->outer.n; k-- > 0;) for_close(p, ir->binder.at[s->outer.at + k]);
}

void print_init(Gen *g)
{
    Ir *ir = g->ir;
    Func none = {.store = input_stores(g)};
    Printer p = printer_new(g, &none);
    bool random = false, arrays = false;
    for (uint32_t k = 0; k < g->params.n; k++) {
        const Start *s = start_of(g, g->params.at[k]);
        random |= s && s->kind != START_FIXED;
        arrays |= g->ir->array.at[g->params.at[k]].dims.n > 0;
        print_start(&p, k, s);
    }
    printer_end(&p);
    if (random) print_uniform(&p);
    text_addf(&g->body, "int %s_init(%s *dims, uint64_t seed, %s *theta)\n{\n", g->p, dims_type(g), g->real);
    if (ir->dim.n > 1)
        text_addf(&g->body, "    if (!dims || %s_work_bytes(dims) == SIZE_MAX) return %s_EDIM;\n", g->p, g->P);
    else
        text_add(&g->body, "    (void)dims;\n");
    if (!random) text_add(&g->body, "    (void)seed;\n");
    for (Id d = 1; d < ir->dim.n; d++)
        if (p.dim_used[d])
            text_addf(&g->body, "    const int64_t %s = (int64_t)dims->%s;\n", g->dim_name[d],
                      name_field(g, ir->dim.at[d].name));
    if (g->params.n) {
        text_addf(&g->body, "    if (!theta) return %s_EDATA;\n", g->P);
        if (arrays) text_addf(&g->body, "    %s *to;\n    int64_t at;\n", g->real);
        text_add(&g->body, p.out.at);
    } else {
        text_add(&g->body, "    (void)theta;\n");
    }
    text_addf(&g->body, "    return %s_OK;\n}\n\n", g->P);
}

/* ---- check */

typedef struct {
    Gen *g;
    Printer *p;
    Text messages;
    uint32_t n;
} Checker;

static const char *quoted(Gen *g, const char *s)
{
    Text t = {.arena = g->arena};
    text_add(&t, "\"");
    for (; *s; s++) {
        if (*s == '"' || *s == '\\') text_add(&t, "\\");
        if (*s == '?') text_add(&t, "\\");
        if (*s == '\n')
            text_add(&t, "\\n");
        else
            text_addn(&t, s, 1);
    }
    text_add(&t, "\"");
    return t.at;
}

/* The statement that reports the next condition as broken. */
static const char *fail_text(Checker *c, bool data, const char *message)
{
    Gen *g = c->g;
    text_addf(&c->messages, "    %s,\n", quoted(g, message));
    return arena_printf(g->arena, "return %s_fail(which, %u, %s_%s);", g->p, c->n++, g->P, data ? "EDATA" : "EDIM");
}

static bool reads_locals(Ir *ir, const Check *k)
{
    Id roots[] = {k->cond, k->when};
    IdVec ids = ir_reach(ir, roots, 2);
    for (uint32_t j = 0; j < ids.n; j++) {
        Node x = ir->node.at[ids.at[j]];
        if (x.op != OP_READ) continue;
        uint8_t kind = ir->array.at[x.u.ref].kind;
        if (kind != ARRAY_DATA && kind != ARRAY_HYPER) return true;
    }
    return false;
}

static void print_condition(Checker *c, const Check *k)
{
    Gen *g = c->g;
    Printer *p = c->p;
    Ir *ir = g->ir;
    Scope s;
    IdVec none = {0};
    block_open(p, &s, &none);
    for (uint32_t j = 0; j < k->outer.n; j++) {
        Binder b = ir->binder.at[k->outer.at + j];
        out_need(p, &b.lo, 1);
        out_need(p, &b.hi, 1);
        for_open(p, b);
    }
    if (k->when) {
        out_need(p, &k->when, 1);
        out_line(p, "if (%s) {", out_expr(p, k->when, T_BOOL, P_COND));
        p->indent++;
    }
    Scope inside;
    block_open(p, &inside, &none);
    out_need(p, &k->cond, 1);
    out_line(p, "if (!(%s)) %s", out_expr(p, k->cond, T_BOOL, P_COND), fail_text(c, k->data, k->message));
    block_close(p, &inside);
    if (k->when) {
        p->indent--;
        out_line(p, "}");
    }
    for (uint32_t j = k->outer.n; j-- > 0;) for_close(p, ir->binder.at[k->outer.at + j]);
    block_close(p, &s);
}

static void print_conditions(Checker *c, bool data)
{
    for (uint32_t k = 0; k < c->g->ir->check.n; k++) {
        Check x = c->g->ir->check.at[k];
        if (x.data == data && x.cond && !reads_locals(c->g->ir, &x)) print_condition(c, &x);
    }
}

static bool uses_isnan(Ir *ir)
{
    for (Id k = 1; k < ir->node.n; k++)
        if (ir->node.at[k].op == OP_ISNAN) return true;
    return false;
}

static void print_array_check(Checker *c, Id array, bool nan)
{
    Gen *g = c->g;
    Printer *p = c->p;
    Array x = g->ir->array.at[array];
    const char *field = name_field(g, x.name), *n = out_expr(p, plan_count(g->ir, array, NULL), T_INT, P_REL + 1);
    if (x.kind == ARRAY_HYPER) {
        if (nan)
            out_line(p, "if (data->%s != data->%s) %s", field, field,
                     fail_text(c, true, arena_printf(g->arena, "%s is NaN", x.name)));
        return;
    }
    const char *missing = fail_text(c, true, arena_printf(g->arena, "%s is missing", x.name));
    out_line(p, "if (!data->%s && %s > 0) %s", field, n, missing);
    if (x.type == T_INT && (x.lo || x.hi)) {
        const char *lo = x.lo ? out_expr(p, x.lo, T_INT, P_REL + 1) : NULL,
                   *hi = x.hi ? out_expr(p, x.hi, T_INT, P_REL + 1) : NULL;
        const char *range =
            arena_printf(g->arena, "%s has an entry outside %s..%s", x.name, lo ? lo : "", hi ? hi : "");
        out_line(p, "for (int64_t at = 0; at < %s; at++)", n);
        const char *low = lo ? arena_printf(g->arena, "data->%s[at] < %s", field, lo) : "";
        const char *high = hi ? arena_printf(g->arena, "data->%s[at] >= %s", field, hi) : "";
        out_line(p, "    if (%s%s%s) %s", low, lo && hi ? " || " : "", high, fail_text(c, true, range));
    } else if (x.type == T_REAL && nan) {
        out_line(p, "for (int64_t at = 0; at < %s; at++)", n);
        out_line(p, "    if (data->%s[at] != data->%s[at]) %s", field, field,
                 fail_text(c, true, arena_printf(g->arena, "%s holds a NaN", x.name)));
    }
}

void print_check(Gen *g)
{
    Ir *ir = g->ir;
    Func none = {.store = input_stores(g)};
    Printer p = printer_new(g, &none), late = printer_new(g, &none);
    Checker c = {.g = g, .p = &p};
    c.messages.arena = g->arena;
    bool sized = ir->dim.n > 1;
    if (sized) {
        const char *fits = fail_text(&c, false, "a size is negative or does not fit into memory");
        text_addf(&late.out, "    if (!dims || %s_work_bytes(dims) == SIZE_MAX) %s\n", g->p, fits);
    }
    print_conditions(&c, false);
    if (g->inputs.n) out_line(&p, "if (!data) %s", fail_text(&c, true, "the data is missing"));
    bool nan = !uses_isnan(ir);
    for (uint32_t k = 0; k < g->inputs.n; k++) print_array_check(&c, g->inputs.at[k], nan);
    Printer tail = printer_new(g, &none);
    c.p = &tail;
    print_conditions(&c, true);
    printer_end(&tail);
    printer_end(&p);
    g->checks = c.n;
    if (c.n) {
        text_addf(&g->body, "static const char *const %s_check_text[] = {\n%s};\n\n", g->p, c.messages.at);
        text_addf(&g->body,
                  "static int %s_fail(int *which, int condition, int code)\n{\n    if (which) *which = condition;\n    "
                  "return code;\n}\n\n",
                  g->p);
    }
    const char *data = g->inputs.n ? arena_printf(g->arena, "const %s_data", g->p) : "const void";
    text_addf(&g->body, "static int %s_test(%s *dims, %s *data, int *which)\n{\n", g->p, dims_type(g), data);
    if (late.out.n) text_add(&g->body, late.out.at);
    if (!sized) text_add(&g->body, "    (void)dims;\n");
    if (!g->inputs.n) text_add(&g->body, "    (void)data;\n");
    if (!c.n) text_add(&g->body, "    (void)which;\n");
    Store *used = none.store;
    for (Id d = 1; d < ir->dim.n; d++) p.dim_used[d] |= tail.dim_used[d];
    for (Id a = 1; a < ir->array.n; a++)
        if (ir->array.at[a].kind == ARRAY_PARAM) used[a].used = false;
    /* dims first; pointers only once d is known to be there */
    Store *nothing = arena_alloc(g->arena, sizeof *nothing * (ir->array.n + 1u));
    print_inputs(g, &p, nothing);
    if (p.out.n) text_add(&g->body, p.out.at);
    Printer no_dims = printer_new(g, &none);
    print_inputs(g, &no_dims, used);
    if (tail.out.n) text_add(&g->body, tail.out.at);
    text_addf(&g->body, "    return %s_OK;\n}\n\n", g->P);
    text_addf(&g->body, "int %s_check(%s *dims, %s *data)\n{\n    return %s_test(dims, data, 0);\n}\n\n", g->p,
              dims_type(g), data, g->p);
}
