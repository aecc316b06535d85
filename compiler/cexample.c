/*
 * cexample.c -- a program that calls a generated model: made-up sizes and data, the loss, and the gradient beside differences.
 */
#include "emit.h"

#include <string.h>

enum { EXAMPLE_DIM = 5 };

static int64_t eval_size(const Ir *ir, Id node)
{
    Node x = ir->node.at[node];
    int64_t a = x.n > 0 ? eval_size(ir, ir_kid(ir, node, 0)) : 0, b = x.n > 1 ? eval_size(ir, ir_kid(ir, node, 1)) : 0;
    switch ((int)x.op) {
    case OP_CONST: return x.u.i;
    case OP_DIM: return EXAMPLE_DIM;
    case OP_ADD: return a + b;
    case OP_SUB: return a - b;
    case OP_MUL: return a * b;
    case OP_NEG: return -a;
    case OP_IDIV: return b > 0 && a >= 0 ? a / b : 0;
    case OP_MOD: return b > 0 && a >= 0 ? a % b : 0;
    case OP_IMAX: return a > b ? a : b;
    case OP_IMIN: return a < b ? a : b;
    default: return 1;
    }
}

static int64_t eval_count(Gen *g, Id array)
{
    int64_t n = eval_size(g->ir, plan_count(g->ir, array, NULL));
    return n > 0 ? n : 1;
}

static double hyper_value(const Gen *g, Id array)
{
    for (uint32_t k = 0; k < g->ir->start.n; k++)
        if (g->ir->start.at[k].array == array) return g->ir->node.at[g->ir->start.at[k].a].u.r;
    return 0;
}

static void print_data(Gen *g, Text *out)
{
    Ir *ir = g->ir;
    for (uint32_t k = 0; k < g->inputs.n; k++) {
        Array x = ir->array.at[g->inputs.at[k]];
        long long n = (long long)eval_count(g, g->inputs.at[k]);
        if (x.kind == ARRAY_HYPER) continue;
        text_addf(out, "    static %s data_%s[%lld];\n", x.type == T_INT ? "int32_t" : g->real, x.name, n);
        if (x.type != T_INT) {
            text_addf(out, "    for (int i = 0; i < %lld; i++) data_%s[i] = (%s)(i * 37 %% 11 - 5) / 8;\n", n, x.name,
                      g->real);
            continue;
        }
        long long lo = x.lo ? (long long)eval_size(ir, x.lo) : 0, hi = x.hi ? (long long)eval_size(ir, x.hi) : 1;
        text_addf(out, "    for (int i = 0; i < %lld; i++) data_%s[i] = (int32_t)(%lld + i %% %lld);\n", n, x.name, lo,
                  hi > lo ? hi - lo : 1);
    }
    if (!g->inputs.n) return;
    text_addf(out, "    %s_data data;\n", g->p);
    for (uint32_t k = 0; k < g->inputs.n; k++) {
        Id a = g->inputs.at[k];
        Array x = ir->array.at[a];
        const char *field = name_field(g, x.name);
        if (x.kind == ARRAY_HYPER)
            text_addf(out, "    data.%s = %s;\n", field, real_text(g, hyper_value(g, a)));
        else
            text_addf(out, "    data.%s = data_%s;\n", field, x.name);
    }
}

static void print_differences(Gen *g, const char *args, Text *out)
{
    const char *step = g->opts->single ? "1e-2f" : "1e-5";
    text_addf(out, "    printf(\"%%-6s %%16s %%16s\\n\", \"\", \"gradient\", \"difference\");\n");
    text_addf(out,
              "    for (size_t i = 0; i < n && i < 10; i++) {\n        const %s at = theta[i], h = %s;\n        %s up "
              "= 0, down = 0;\n",
              g->real, step, g->real);
    text_addf(out, "        theta[i] = at + h;\n        %s_loss(%s, &up, work);\n", g->p, args);
    text_addf(out, "        theta[i] = at - h;\n        %s_loss(%s, &down, work);\n        theta[i] = at;\n", g->p,
              args);
    text_add(out, "        printf(\"%-6d %16.8g %16.8g\\n\", (int)i, (double)grad[i], (double)((up - down) / (2 * "
                  "h)));\n    }\n    free(grad);\n");
}

void print_example(Gen *g, Func *const *funcs, uint32_t n, Text *out)
{
    bool grad = false;
    for (uint32_t k = 0; k < n; k++) grad |= funcs[k]->entry.kind == FUNCTION_GRAD;
    const char *p = g->p, *dims = g->ir->dim.n > 1 ? "&dims" : "NULL", *data = g->inputs.n ? "&data" : "NULL";
    const char *header = g->opts->header ? g->opts->header : arena_printf(g->arena, "%s.h", p);
    const char *args = arena_printf(g->arena, "%s, theta, %s", dims, data);
    text_addf(out, "/* Runs %s on made-up data: cc -std=c99 %s_example.c %s.c -lm */\n", p, p, p);
    text_addf(out, "#include \"%s\"\n\n#include <stdio.h>\n#include <stdlib.h>\n\nint main(void)\n{\n", header);
    if (g->ir->dim.n > 1) {
        text_addf(out, "    %s_dims dims;\n", p);
        for (Id d = 1; d < g->ir->dim.n; d++)
            text_addf(out, "    dims.%s = %d;\n", name_field(g, g->ir->dim.at[d].name), EXAMPLE_DIM);
    }
    print_data(g, out);
    text_addf(out, "    const size_t n = %s_nparam(%s), bytes = %s_work_bytes(%s);\n", p, dims, p, dims);
    text_addf(out, "    %s *theta = malloc((n + 1) * sizeof *theta);\n    void *work = malloc(bytes + 1);\n", g->real);
    text_addf(out, "    if (!theta || !work) return 1;\n    int code = %s_check(%s, %s);\n", p, dims, data);
    text_addf(out, "    if (code == %s_OK) code = %s_init(%s, 1, theta);\n", g->P, p, dims);
    if (grad && !g->wrt) {
        text_addf(out, "    %s loss = 0, *grad = malloc((n + 1) * sizeof *grad);\n    if (!grad) return 1;\n", g->real);
        text_addf(out, "    if (code == %s_OK) code = %s_grad(%s, &loss, grad, work);\n", g->P, p, args);
        text_addf(out, "    printf(\"%%s: loss %%.8g\\n\", %s_strerror(code), (double)loss);\n", p);
        print_differences(g, args, out);
    } else if (g->ir->loss) {
        text_addf(out, "    %s loss = 0;\n    if (code == %s_OK) code = %s_loss(%s, &loss, work);\n", g->real, g->P, p,
                  args);
        text_addf(out, "    printf(\"%%s: loss %%.8g\\n\", %s_strerror(code), (double)loss);\n", p);
    } else {
        for (uint32_t k = 0; k < n; k++) {
            Id a = funcs[k]->entry.of;
            if (funcs[k]->entry.kind != FUNCTION_VALUE) continue;
            text_addf(out, "    static %s out_%s[%lld];\n", g->real, g->ir->array.at[a].name,
                      (long long)eval_count(g, a));
            text_addf(out, "    if (code == %s_OK) code = %s_%s(%s, out_%s, work);\n", g->P, p, funcs[k]->name, args,
                      g->ir->array.at[a].name);
            text_addf(out, "    printf(\"%%s: first of %s %%.8g\\n\", %s_strerror(code), (double)out_%s[0]);\n",
                      g->ir->array.at[a].name, p, g->ir->array.at[a].name);
        }
    }
    text_add(out, "    free(theta);\n    free(work);\n    return code;\n}\n");
}
