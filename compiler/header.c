/*
 * header.c -- the header of a generated model, and its descriptor.
 */
#include "emit.h"

#include "ckernel.h"
#include "model_part.h"

#include <math.h>
#include <string.h>

/* ---- shapes and sizes in comments */

static const char *shape_text(Gen *g, Id array)
{
    Slice dims = g->ir->array.at[array].dims;
    const char *s = "";
    for (uint32_t k = 0; k < dims.n; k++)
        s = arena_printf(g->arena, "%s%s%s", s, k ? ", " : "", dims_text(g, g->ir->kid.at[dims.at + k], ""));
    return dims.n ? arena_printf(g->arena, "(%s)", s) : "";
}

/* "64 + 8 * N": the slots of a function, each rounded up to 64 bytes. */
static const char *work_text(Gen *g, const Func *f)
{
    const char *s = "";
    uint64_t known = ((uint64_t)f->cells * (g->opts->single ? 4 : 8) + 63) / 64 * 64;
    for (uint32_t k = 0; k < f->slots.n; k++) {
        Slot slot = f->slots.at[k];
        uint32_t each = slot.type == T_REAL ? (g->opts->single ? 4 : 8) : slot.type == T_INT ? 8 : 4;
        int64_t n;
        if (ir_const_int(g->ir, slot.count, &n))
            known += ((uint64_t)n * each + 63) / 64 * 64;
        else
            s = arena_printf(g->arena, "%s + up64(%u * %s)", s, each, dims_text(g, slot.count, ""));
    }
    return arena_printf(g->arena, "%llu%s", (unsigned long long)known, s);
}

static void print_layout(Gen *g, const char *what, const IdVec *arrays, Text *out)
{
    if (!arrays->n) return;
    text_addf(out, " *\n * %s, row-major:\n", what);
    Id offset = ir_int(g->ir, 0);
    for (uint32_t k = 0; k < arrays->n; k++) {
        Array x = g->ir->array.at[arrays->at[k]];
        text_addf(out, " *     %s%s at %s\n", x.name, shape_text(g, arrays->at[k]), dims_text(g, offset, ""));
        offset = ir_op2(g->ir, OP_ADD, offset, plan_count(g->ir, arrays->at[k], 0));
    }
}

static void print_comment(Gen *g, Func *const *funcs, uint32_t n, Text *out)
{
    text_addf(out, "/*\n * %s: made by adc %s%s%s\n", g->p, MODEL_VERSION,
              g->opts->options && *g->opts->options ? " " : "", g->opts->options ? g->opts->options : "");
    print_layout(g, "theta", &g->params, out);
    if (g->wrt) print_layout(g, "gradient", &g->ir->wrt, out);
    text_add(out, " *\n * Work memory in bytes (work_bytes is the largest):\n");
    for (uint32_t k = 0; k < n; k++) text_addf(out, " *     %s: %s\n", funcs[k]->name, work_text(g, funcs[k]));
    if (g->chunked)
        text_addf(out,
                  " * Of loss and grad by each thread; grad has room for a gradient more.  By as many as have chunks "
                  "of rows, at most "
                  "%s_THREADS,\n * which the compiler's -D sets (16, and 1 without OpenMP).\n",
                  g->P);
    text_add(out, " * where up64 rounds up to a multiple of 64.\n");
    print_flops(g, funcs, n, out);
    if (g->opts->blas && kernels_link_lapack(g->kernel))
        text_add(out, " *\n * To be linked with LAPACK and BLAS: -llapack -lblas, or -lopenblas.\n");
    text_add(out,
             " *\n"
             " * Kinks: relu'(0) = abs'(0) = sign(0) = 0; the derivative of a maximum or minimum goes to the first of "
             "equal entries;\n"
             " * norm and hypot have derivative 0 at 0.  What a branch does not take contributes exactly nothing.\n"
             " * Arrays that a function writes (loss, grad, out, work) must not overlap any other argument.\n"
             " */\n");
}

/* ---- types */

static void print_types(Gen *g, Text *out)
{
    Ir *ir = g->ir;
    text_addf(out, "typedef %s %s;\n\n", g->opts->single ? "float" : "double", g->real);
    if (ir->dim.n > 1) {
        text_add(out, "typedef struct {\n");
        for (Id d = 1; d < ir->dim.n; d++) text_addf(out, "    size_t %s;\n", name_field(g, ir->dim.at[d].name));
        text_addf(out, "} %s_dims;\n\n", g->p);
    }
    if (g->inputs.n) {
        text_add(out, "typedef struct {\n");
        for (uint32_t k = 0; k < g->inputs.n; k++) {
            Array x = ir->array.at[g->inputs.at[k]];
            const char *type = x.type == T_INT ? "int32_t" : g->real, *field = name_field(g, x.name);
            if (x.kind == ARRAY_HYPER)
                text_addf(out, "    %s %s;\n", g->real, field);
            else
                text_addf(out, "    const %s *%s; /* %s */\n", type, field,
                          *shape_text(g, g->inputs.at[k]) ? shape_text(g, g->inputs.at[k]) : "one");
        }
        text_addf(out, "} %s_data;\n\n", g->p);
    }
    text_addf(
        out,
        "/* The last three: no work memory was given; the loss is no finite number; a loop ran to its limit. */\n");
    text_addf(out, "enum { %s_OK, %s_EDIM, %s_EDATA, %s_EWORK, %s_ENONFINITE, %s_ELIMIT };\n\n", g->P, g->P, g->P, g->P,
              g->P, g->P);
}

static void print_macros(Gen *g, const IdVec *arrays, const char *what, Text *out)
{
    Id offset = ir_int(g->ir, 0);
    for (uint32_t k = 0; k < arrays->n; k++) {
        Array x = g->ir->array.at[arrays->at[k]];
        text_addf(out, "#define %s_%s_%s(d) (%s)\n", g->P, x.name, what, dims_text(g, offset, "(d)->"));
        offset = ir_op2(g->ir, OP_ADD, offset, plan_count(g->ir, arrays->at[k], 0));
    }
    if (arrays->n) text_add(out, "\n");
}

/* What a function has to do with a Jacobian or Hessian. */
static const char *about_entries(Gen *g, const Func *f)
{
    const Entry *e = &f->entry;
    const char *of = e->of ? g->ir->array.at[e->of].name : "", *like = g->wrt ? "the gradient" : "theta";
    const char *by = e->by ? g->ir->array.at[e->by].name : "", *mode = e->forward ? "forward" : "reverse";
    Arena *a = g->arena;
    switch ((int)e->kind) {
    case FUNCTION_JACOBIAN: {
        const char *each = e->width ? arena_printf(a, ", %s in each", dims_text(g, e->width, "dims->")) : "";
        if (e->count) each = ", as many in each as its range has, in the order of that";
        return arena_printf(a, "values: the entries of d %s / d theta, columns as in %s, row by row%s; by %s mode", of,
                            like, each, mode);
    }
    case FUNCTION_HESSIAN:
        return arena_printf(
            a,
            "values: the entries of the Hessian of the loss, rows and columns as in %s, row by row: the "
            "lower triangle;\n   by %s mode of the gradient",
            like, mode);
    case FUNCTION_JACOBIAN_PATTERN:
    case FUNCTION_HESSIAN_PATTERN: return "row and column of each entry: once for each set of sizes and integer data";
    case FUNCTION_JACOBIAN_CSR:
    case FUNCTION_HESSIAN_CSR:
        return "the same as compressed rows: those of row r are ptr[r] <= k < ptr[r + 1]; one more ptr than rows";
    case FUNCTION_JACOBIAN_DENSE: return "the whole matrix, row-major, from the entries";
    case FUNCTION_HESSIAN_DENSE: return "the whole matrix, both halves, row-major, from the entries";
    case FUNCTION_JACOBIAN_BLOCKS:
    case FUNCTION_HESSIAN_BLOCKS:
        return arena_printf(a,
                            "values: d %s%s / d %s in blocks, each row-major: %s x %s, %s in each of %s block rows%s",
                            e->kind == FUNCTION_HESSIAN_BLOCKS ? "gradient of " : "", of, by, dims_text(g, e->rows, ""),
                            dims_text(g, e->width, ""), dims_text(g, e->blocks, ""), dims_text(g, e->block_rows, ""),
                            e->by == e->of ? ": the lower triangle of blocks" : "");
    default:
        return arena_printf(a, "their block columns within %s as compressed rows: one more ptr than block rows", by);
    }
}

/* What a function makes of a direction, or of an output's adjoint. */
static const char *about(Gen *g, const Func *f)
{
    const Entry *e = &f->entry;
    const char *of = e->of ? g->ir->array.at[e->of].name : "the loss", *like = g->wrt ? "the gradient" : "theta";
    switch ((FunctionKind)e->kind) {
    case FUNCTION_LOSS:
    case FUNCTION_GRAD:
    case FUNCTION_VALUE: break;
    case FUNCTION_JVP:
        return arena_printf(g->arena, "tangent: the derivative of %s along direction, laid out as %s", of, like);
    case FUNCTION_VJP:
        return arena_printf(g->arena, "grad, laid out as %s: the sum of cotangent times the derivative of %s", like,
                            of);
    case FUNCTION_HVP:
        return arena_printf(g->arena, "out: the Hessian of the loss times direction, both laid out as %s", like);
    case FUNCTION_JACOBIAN:
    case FUNCTION_JACOBIAN_PATTERN:
    case FUNCTION_JACOBIAN_CSR:
    case FUNCTION_JACOBIAN_DENSE:
    case FUNCTION_JACOBIAN_BLOCKS:
    case FUNCTION_JACOBIAN_BSR:
    case FUNCTION_HESSIAN:
    case FUNCTION_HESSIAN_PATTERN:
    case FUNCTION_HESSIAN_CSR:
    case FUNCTION_HESSIAN_DENSE:
    case FUNCTION_HESSIAN_BLOCKS:
    case FUNCTION_HESSIAN_BSR: return about_entries(g, f);
    case FUNCTION_KINDS: break;
    }
    return NULL;
}

static void print_prototype(Gen *g, const Func *f, Text *out)
{
    const char *says = about(g, f);
    if (says) text_addf(out, "/* %s */\n", says);
    text_addf(out, "int %s_%s(%s);\n", g->p, f->name, function_arguments(g, f, "*", ""));
    if (has_entries(f)) {
        const char *data = f->entry.count ? arena_printf(g->arena, ", const %s_data *data", g->p) : "";
        text_addf(out, "size_t %s_%s_nnz(%s *dims%s); /* SIZE_MAX: does not fit */\n", g->p, f->name, dims_type(g),
                  data);
    }
    if (has_entries(f) && f->entry.blocks)
        text_addf(out,
                  "/* shape: the numbers of block rows, of blocks in each, of rows and of columns of a block */\n"
                  "void %s_%s_shape(%s *dims, size_t *shape);\n",
                  g->p, f->name, dims_type(g));
    if (!f->ranged) return;
    const char *row = dims_text(g, f->rows, "");
    if (has_entries(f) && f->entry.kind != FUNCTION_HESSIAN)
        text_addf(
            out,
            "/* the same for first <= row < last of the output's first index (of %s), at their places in values */\n",
            row);
    else
        text_addf(
            out,
            "/* adds the part of rows first <= %s < last; what is in no sum over rows comes with the rows from 0 */\n",
            row);
    text_addf(out, "int %s_%s_range(%s);\n", g->p, f->name,
              function_arguments(g, f, "*", ", size_t first, size_t last"));
}

static void print_prototypes(Gen *g, Func *const *funcs, uint32_t n, Text *out)
{
    const char *data = g->inputs.n ? arena_printf(g->arena, "const %s_data", g->p) : "const void";
    text_addf(out, "const char *%s_strerror(int code);\n", g->p);
    text_addf(out, "size_t %s_nparam(%s *dims);\n", g->p, dims_type(g));
    if (g->wrt) text_addf(out, "size_t %s_ngrad(%s *dims);\n", g->p, dims_type(g));
    text_addf(out, "size_t %s_work_bytes(%s *dims); /* SIZE_MAX: does not fit */\n", g->p, dims_type(g));
    text_addf(out, "int %s_init(%s *dims, uint64_t seed, %s *theta);\n", g->p, dims_type(g), g->real);
    text_addf(out,
              "int %s_check(%s *dims, %s *data); /* sizes, ranges of integers, NaN: once for each set of data */\n\n",
              g->p, dims_type(g), data);
    for (uint32_t k = 0; k < n; k++) print_prototype(g, funcs[k], out);
    text_addf(
        out,
        "\nextern const adc_model %s; /* names, shapes and functions, for programs that know nothing of the model */\n",
        model_symbol(g->arena, g->p));
}

void print_header(Gen *g, Func *const *funcs, uint32_t n, Text *out)
{
    bool jit = g->opts->jit;
    print_comment(g, funcs, n, out);
    const char *guard = arena_printf(g->arena, "ADC_%s_H", g->P);
    if (!jit) text_addf(out, "#ifndef %s\n#define %s\n\n#include <stddef.h>\n#include <stdint.h>\n\n", guard, guard);
    if (!jit) text_add(out, "#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n");
    for (size_t k = 0; k < sizeof model_part / sizeof *model_part; k++) text_add(out, model_part[k]);
    text_add(out, "\n");
    print_types(g, out);
    text_add(out, "/* Places in theta. */\n");
    print_macros(g, &g->params, "OFFSET", out);
    if (g->wrt) {
        text_add(out, "/* Places in the gradient. */\n");
        print_macros(g, &g->ir->wrt, "GRAD_OFFSET", out);
    }
    print_prototypes(g, funcs, n, out);
    if (!jit) text_add(out, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
}

/* libtcc knows these types and functions from nowhere else. */
void print_prelude(Text *out)
{
    /* clang-format off */
#define PROTOTYPE_1(g)                       "double " #g "(double);\nfloat " #g "f(float);\n"
#define PROTOTYPE_2(g)                       "double " #g "(double, double);\nfloat " #g "f(float, float);\n"
#define PROTOTYPE_LIBM(kids, function)       PROTOTYPE_##kids(function)
#define PROTOTYPE_OWN(kids, function)
#define OP(name, text, kids, form, result, partials, by, function, cost) PROTOTYPE_##by(kids, function)
    static const char libm[] = ADC_OPS(OP) "\n";
#undef OP
    /* clang-format on */
    text_add(out, "typedef unsigned long size_t;\ntypedef int int32_t;\ntypedef unsigned int uint32_t;\ntypedef long "
                  "int64_t;\ntypedef unsigned long uint64_t;\n"
                  "#define NULL ((void *)0)\n#define SIZE_MAX 18446744073709551615ul\n#define NAN (0.0 / 0.0)\n"
                  "#define INT64_MAX 9223372036854775807l\n#define INT64_MIN (-9223372036854775807l - 1)\n");
    text_add(out, libm);
    text_add(out, "double fma(double, double, double);\nfloat fmaf(float, float, float);\n");
}
