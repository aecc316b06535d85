/*
 * cmodel.c -- the descriptor: a generated model as data, for programs that know nothing of it.
 */
#include "emit.h"

#include "ckernel.h"

#include <math.h>
#include <string.h>

/* ---- the list of arrays */

static IdVec listed(Gen *g)
{
    IdVec all = {0};
    const IdVec *lists[] = {&g->params, &g->inputs, &g->results};
    for (uint32_t l = 0; l < 3; l++)
        for (uint32_t k = 0; k < lists[l]->n; k++) vec_push(g->arena, &all, lists[l]->at[k]);
    return all;
}

static int dim_alone(const Ir *ir, Id size)
{
    return size && ir_opof(ir, size) == OP_DIM ? (int)ir->node.at[size].u.ref - 1 : -1;
}

/* Byte offset of a member of the data struct; for libtcc, whose offsetof is in a file it may lack, as a number. */
static const char *field_offset(Gen *g, Id array)
{
    if (!g->opts->jit)
        return arena_printf(g->arena, "offsetof(%s_data, %s)", g->p, name_field(g, g->ir->array.at[array].name));
    size_t at = 0;
    for (uint32_t k = 0; k < g->inputs.n; k++) {
        Array x = g->ir->array.at[g->inputs.at[k]];
        size_t size = x.kind == ARRAY_HYPER && g->opts->single ? 4 : 8;
        at = (at + size - 1) / size * size;
        if (g->inputs.at[k] == array) break;
        at += size;
    }
    return arena_printf(g->arena, "%zu", at);
}

static double number(const Gen *g, Id node) { return node ? g->ir->node.at[node].u.r : 0; }

static const char *double_text(Gen *g, double x)
{
    if (isinf(x)) return x < 0 ? "-1.0 / 0.0" : "1.0 / 0.0";
    Text t = {.arena = g->arena};
    if (x < 0) text_add(&t, "-");
    text_add_real(&t, fabs(x));
    return t.at;
}

static double default_of(const Gen *g, Id array)
{
    return g->start[array] ? number(g, g->ir->start.at[g->start[array] - 1].a) : 0;
}

/* The function of that kind that is about an output, or 0 about the loss, as the descriptor calls it; "0": there is none. */
static const char *function_of(Gen *g, Func *const *funcs, uint32_t n, FunctionKind kind, Id of)
{
    for (uint32_t k = 0; k < n; k++)
        if (funcs[k]->entry.kind == kind && funcs[k]->entry.of == of)
            return arena_printf(g->arena, "%s_any_%s", g->p, funcs[k]->name);
    return "0";
}

static void print_array(Gen *g, Id array, uint32_t k, Func *const *funcs, uint32_t n)
{
    Ir *ir = g->ir;
    Array x = ir->array.at[array];
    static const char *const kinds[] = {[ARRAY_PARAM] = "PARAM",
                                        [ARRAY_DATA] = "DATA",
                                        [ARRAY_HYPER] = "HYPER",
                                        [ARRAY_OUTPUT] = "OUTPUT",
                                        [ARRAY_METRIC] = "METRIC"};
    bool input = x.kind == ARRAY_DATA || x.kind == ARRAY_HYPER;
    bool integer = x.kind == ARRAY_DATA && x.type == T_INT;
    int constrained = x.kind == ARRAY_PARAM ? (x.lo ? 1 : 0) + (x.hi ? 2 : 0) : 0;
    const char *axis = x.dims.n ? arena_printf(g->arena, "%s_axis%u", g->p, k) : "0";
    text_addf(&g->body, "    {\"%s\", ADC_%s, %s, %d, %d, %u, %s, %d, %s, %s, %s, %s, %s, %d, %s, %s},\n", x.name,
              kinds[x.kind], integer ? "ADC_INT32" : "ADC_REAL", constrained, integer && (x.lo || x.hi), x.dims.n, axis,
              integer ? dim_alone(ir, x.hi) : -1, input ? field_offset(g, array) : "0",
              double_text(g, constrained & 1 ? number(g, x.lo) : 0),
              double_text(g, constrained & 2 ? number(g, x.hi) : 0),
              double_text(g, x.kind == ARRAY_HYPER ? default_of(g, array) : 0),
              function_of(g, funcs, n, FUNCTION_VALUE, array), g->is_wrt[array],
              function_of(g, funcs, n, FUNCTION_JVP, array), function_of(g, funcs, n, FUNCTION_VJP, array));
}

static void print_arrays(Gen *g, const IdVec *all, Func *const *funcs, uint32_t n)
{
    Ir *ir = g->ir;
    for (uint32_t k = 0; k < all->n; k++) {
        Slice dims = ir->array.at[all->at[k]].dims;
        if (!dims.n) continue;
        text_addf(&g->body, "static const int %s_axis%u[] = {", g->p, k);
        for (uint32_t p = 0; p < dims.n; p++)
            text_addf(&g->body, "%s%d", p ? ", " : "", dim_alone(ir, ir->kid.at[dims.at + p]));
        text_add(&g->body, "};\n");
    }
    if (!all->n) return;
    text_addf(&g->body, "static const adc_array %s_arrays[] = {\n", g->p);
    for (uint32_t k = 0; k < all->n; k++) print_array(g, all->at[k], k, funcs, n);
    text_add(&g->body, "};\n\n");
}

/* ---- shape and range */

static void print_shape(Gen *g, const IdVec *all)
{
    Ir *ir = g->ir;
    Func none = {0};
    Printer p = printer_new(g, &none);
    p.checked = true;
    bool computed = false;
    for (uint32_t k = 0; k < all->n; k++) {
        Slice dims = ir->array.at[all->at[k]].dims;
        if (!dims.n) continue;
        out_line(&p, "case %u: /* %s */", k, ir->array.at[all->at[k]].name);
        for (uint32_t d = 0; d < dims.n; d++) {
            Id size = ir->kid.at[dims.at + d];
            int64_t n;
            if (ir_const_int(ir, size, &n)) {
                out_line(&p, "    shape[%u] = %lld;", d, (long long)n);
                continue;
            }
            computed = true;
            out_line(&p, "    count = %s;", out_expr(&p, size, T_INT, P_COND));
            out_line(&p, "    if (count < 0) return %s_EDIM;", g->P);
            out_line(&p, "    shape[%u] = (size_t)count;", d);
        }
        out_line(&p, "    break;");
    }
    printer_end(&p);
    bool any = p.out.n > 0, sized = false;
    for (Id d = 1; d < ir->dim.n; d++) sized |= p.dim_used[d];
    text_addf(&g->body, "static int %s_shape(const void *any, int array, size_t *shape)\n{\n", g->p);
    if (sized)
        text_addf(&g->body, "    const %s_dims *const dims = any;\n", g->p);
    else
        text_add(&g->body, "    const void *const dims = any;\n");
    if (sized) text_addf(&g->body, "    if (!dims) return %s_EDIM;\n", g->P);
    print_checked_dims(&p, &g->body);
    if (computed) text_add(&g->body, "    int64_t count;\n");
    if (any)
        text_addf(&g->body, "    switch (array) {\n%s    default: break;\n    }\n", p.out.at);
    else
        text_add(&g->body, "    (void)array;\n    (void)shape;\n");
    text_addf(&g->body, "    return %s_OK;\n}\n\n", g->P);
}

static void print_range(Gen *g, const IdVec *all)
{
    Ir *ir = g->ir;
    Func none = {0};
    Printer p = printer_new(g, &none);
    for (uint32_t k = 0; k < all->n; k++) {
        Array x = ir->array.at[all->at[k]];
        if (x.kind != ARRAY_DATA || x.type != T_INT || !x.lo || !x.hi) continue;
        out_line(&p, "case %u: /* %s */", k, x.name);
        out_line(&p, "    *lo = (long)%s;", out_expr(&p, x.lo, T_INT, P_UNARY));
        out_line(&p, "    *hi = (long)%s;", out_expr(&p, x.hi, T_INT, P_UNARY));
        out_line(&p, "    break;");
    }
    printer_end(&p);
    bool sized = false;
    for (Id d = 1; d < ir->dim.n; d++) sized |= p.dim_used[d];
    text_addf(&g->body, "static void %s_range(const void *any, int array, long *lo, long *hi)\n{\n", g->p);
    if (sized) {
        text_addf(&g->body, "    const %s_dims *const dims = any;\n", g->p);
        for (Id d = 1; d < ir->dim.n; d++)
            if (p.dim_used[d])
                text_addf(&g->body, "    const int64_t %s = (int64_t)dims->%s;\n", g->dim_name[d],
                          name_field(g, ir->dim.at[d].name));
    } else {
        text_add(&g->body, "    (void)any;\n");
    }
    text_add(&g->body, "    *lo = 0;\n    *hi = 0;\n");
    if (p.out.n)
        text_addf(&g->body, "    switch (array) {\n%s    default: break;\n    }\n}\n\n", p.out.at);
    else
        text_add(&g->body, "    (void)array;\n}\n\n");
}

/* ---- functions without types */

/* The member of the descriptor that the function is: "grad", "array[2].eval" */
static const char *member_of(Gen *g, const Func *f)
{
    static const char *const name[FUNCTION_KINDS] = {
        [FUNCTION_LOSS] = "loss", [FUNCTION_GRAD] = "grad", [FUNCTION_VALUE] = "eval",
        [FUNCTION_JVP] = "jvp",   [FUNCTION_VJP] = "vjp",   [FUNCTION_HVP] = "hvp",
    };
    const char *member = name[f->entry.kind];
    if (!f->entry.of) return member;
    const IdVec all = listed(g);
    uint32_t k = 0;
    while (all.at[k] != f->entry.of) k++;
    return arena_printf(g->arena, "array[%u].%s", k, member);
}

/* more: "_range" and its arguments, or nothing */
static void print_any(Gen *g, const Func *f, const char *more, const char *formals, const char *actuals)
{
    const char *formal = "", *actual = "";
    for (uint32_t k = 0; k < f->entry.args; k++) {
        const Argument *x = &f->entry.arg[k];
        formal = arena_printf(g->arena, "%s%svoid *%s, ", formal, x->given ? "const " : "", x->name);
        actual = arena_printf(g->arena, "%s%s, ", actual, x->name);
    }
    text_addf(&g->body,
              "static int %s_any_%s%s(const void *dims, const void *theta, const void *data, %svoid *work%s)\n{\n",
              g->p, f->name, more, formal, formals);
    if (g->opts->jit)
        text_addf(&g->body, "    %s_FASTER(%s%s(dims, theta, data, %swork%s))\n", g->P, member_of(g, f), more, actual,
                  actuals);
    text_addf(&g->body, "    return %s_%s%s(dims, theta, data, %swork%s);\n}\n\n", g->p, f->name, more, actual,
              actuals);
}

static void print_sized(Gen *g, const char *name)
{
    text_addf(&g->body, "static size_t %s_any_%s(const void *dims) { return %s_%s(dims); }\n\n", g->p, name, g->p,
              name);
}

static void print_wrappers(Gen *g, Func *const *funcs, uint32_t n)
{
    for (uint32_t k = 0; k < n; k++) {
        if (funcs[k]->entry.kind >= FUNCTION_JACOBIAN) continue; /* not in the descriptor */
        print_any(g, funcs[k], "", "", "");
        if (funcs[k]->ranged && funcs[k]->entry.kind == FUNCTION_GRAD)
            print_any(g, funcs[k], "_range", ", size_t first, size_t last", ", first, last");
    }
    print_sized(g, "nparam");
    if (g->wrt) print_sized(g, "ngrad");
    print_sized(g, "work_bytes");
    text_addf(&g->body,
              "static int %s_any_init(const void *dims, uint64_t seed, void *theta) { return %s_init(dims, seed, "
              "theta); }\n\n",
              g->p, g->p);
    text_addf(&g->body,
              "static int %s_any_check(const void *dims, const void *data, int *which) { return %s_test(dims, data, "
              "which); }\n\n",
              g->p, g->p);
}

static void print_names(Gen *g)
{
    if (g->ir->dim.n < 2) return;
    text_addf(&g->body, "static const char *const %s_dim_names[] = {", g->p);
    for (Id d = 1; d < g->ir->dim.n; d++) text_addf(&g->body, "%s\"%s\"", d > 1 ? ", " : "", g->ir->dim.at[d].name);
    text_add(&g->body, "};\n\n");
}

void print_descriptor(Gen *g, Func *const *funcs, uint32_t n)
{
    IdVec all = listed(g);
    print_shape(g, &all);
    print_range(g, &all);
    print_wrappers(g, funcs, n);
    print_names(g);
    print_arrays(g, &all, funcs, n);
    const char *p = g->p;
    Text *b = &g->body;
    if (g->opts->jit) text_addf(b, "%s_SEEN ", g->P);
    text_addf(b, "const adc_model %s = {\n", model_symbol(g->arena, p));
    text_addf(b, "    ADC_MODEL, %d, \"%s\",\n", g->opts->single ? 4 : 8, g->ir->name);
    text_addf(b, "    %u, %s%s, %d, %d,\n", g->ir->dim.n - 1, g->ir->dim.n > 1 ? p : "0",
              g->ir->dim.n > 1 ? "_dim_names" : "", (int)g->row_dim - 1, g->short_chunks);
    text_addf(b, "    %u, %s%s, %s%s%s,\n", all.n, all.n ? p : "0", all.n ? "_arrays" : "",
              g->inputs.n ? "sizeof(" : "0", g->inputs.n ? p : "", g->inputs.n ? "_data)" : "");
    text_addf(b, "    %u, %s%s,\n", g->checks, g->checks ? p : "0", g->checks ? "_check_text" : "");
    text_addf(b, "    %s_shape, %s_range, %s_any_nparam, %s_any_%s, %s_any_work_bytes,\n", p, p, p, p,
              g->wrt ? "ngrad" : "nparam", p);
    text_addf(b, "    %s_any_init, %s_any_check,\n", p, p);
    const char *grad = function_of(g, funcs, n, FUNCTION_GRAD, 0);
    text_addf(b, "    %s, %s, %s%s,\n", function_of(g, funcs, n, FUNCTION_LOSS, 0), grad, g->row_dim ? grad : "0",
              g->row_dim ? "_range" : "");
    text_addf(b, "    %s_strerror,\n    %s, %s,\n};\n", p, function_of(g, funcs, n, FUNCTION_JVP, 0),
              function_of(g, funcs, n, FUNCTION_HVP, 0));
}
