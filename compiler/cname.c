/*
 * cname.c -- names in generated C: every one a legal identifier of C and C++, none twice, the user's where that is possible.
 */
#include "emit.h"

#include <string.h>

/* Keywords of C and C++; what libm and stdint give; and the names of the generated functions' own arguments. */
static const char *const keywords[] = {
    "alignas",
    "alignof",
    "and",
    "and_eq",
    "asm",
    "auto",
    "bitand",
    "bitor",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "char16_t",
    "char32_t",
    "char8_t",
    "class",
    "compl",
    "concept",
    "const",
    "const_cast",
    "consteval",
    "constexpr",
    "constinit",
    "continue",
    "co_await",
    "co_return",
    "co_yield",
    "decltype",
    "default",
    "delete",
    "do",
    "double",
    "dynamic_cast",
    "else",
    "enum",
    "explicit",
    "export",
    "extern",
    "false",
    "float",
    "for",
    "friend",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "mutable",
    "namespace",
    "new",
    "noexcept",
    "not",
    "not_eq",
    "nullptr",
    "operator",
    "or",
    "or_eq",
    "private",
    "protected",
    "public",
    "register",
    "reinterpret_cast",
    "requires",
    "restrict",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "static_assert",
    "static_cast",
    "struct",
    "switch",
    "template",
    "this",
    "thread_local",
    "throw",
    "true",
    "try",
    "typedef",
    "typeid",
    "typename",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "wchar_t",
    "while",
    "xor",
    "xor_eq",
    "typeof",
};
static const char *const taken[] = {
    "main",
    "linux",
    "unix",
    "asm_",
    "errno",
    "NULL",
    "main",
    "signgam",
    /* libm and what it drags in; also with f and l behind */
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cbrt",
    "ceil",
    "copysign",
    "cos",
    "cosh",
    "drem",
    "erf",
    "erfc",
    "exp",
    "exp10",
    "exp2",
    "expm1",
    "fabs",
    "fdim",
    "finite",
    "floor",
    "fma",
    "fmax",
    "fmin",
    "fmod",
    "frexp",
    "gamma",
    "hypot",
    "ilogb",
    "isinf",
    "isnan",
    "isfinite",
    "isnormal",
    "j0",
    "j1",
    "jn",
    "ldexp",
    "lgamma",
    "llrint",
    "llround",
    "log",
    "log10",
    "log1p",
    "log2",
    "logb",
    "lrint",
    "lround",
    "modf",
    "nan",
    "nearbyint",
    "nextafter",
    "nexttoward",
    "pow",
    "remainder",
    "remquo",
    "rint",
    "round",
    "scalb",
    "scalbln",
    "scalbn",
    "significand",
    "signbit",
    "sin",
    "sincos",
    "sinh",
    "sqrt",
    "tan",
    "tanh",
    "tgamma",
    "trunc",
    "y0",
    "y1",
    "yn",
    "memcpy",
    "memmove",
    "memset",
    "alloca",
    "size_t",
    "int32_t",
    "int64_t",
    "uint32_t",
    "uint64_t",
    "ptrdiff_t",
    /* ours */
    "dims",
    "theta",
    "data",
    "work",
    "out",
    "grad",
    "loss",
    "direction",
    "tangent",
    "cotangent",
    "seed",
    "first",
    "last",
    "fresh",
    "code",
    "array",
    "shape",
    "which",
    "lo",
    "hi",
    "cells",
    "at",
    "to",
    "count",
    "bytes",
    "most",
    "condition",
    "first_row",
    "last_row",
    "size",
    "adc_model",
    "adc_array",
    "adc_function",
};

static uint32_t hash(const char *s)
{
    uintptr_t x = (uintptr_t)s >> 3;
    return (uint32_t)(x * 2654435761u);
}

/* Interned names have one address each; the order of the table is never seen. */
static uint32_t find(const NameSet *set, const char *name)
{
    uint32_t k = hash(name) & (set->cap - 1);
    while (set->at[k] && set->at[k] != name) k = (k + 1) & (set->cap - 1);
    return k;
}

bool name_taken(const NameSet *set, const char *name) { return set->cap && set->at[find(set, name)] == name; }

static void grow(Gen *g, NameSet *set)
{
    NameSet wide = {.cap = set->cap ? set->cap * 2 : 64};
    wide.at = arena_alloc(g->arena, sizeof *wide.at * wide.cap);
    for (uint32_t k = 0; k < set->cap; k++)
        if (set->at[k]) wide.at[find(&wide, set->at[k])] = set->at[k];
    wide.n = set->n;
    *set = wide;
}

void name_add(Gen *g, NameSet *set, const char *name)
{
    if (2 * (set->n + 1) > set->cap) grow(g, set);
    uint32_t k = find(set, name);
    if (set->at[k]) return;
    set->at[k] = name;
    set->n++;
}

void name_remove(NameSet *set, const char *name)
{
    uint32_t k = find(set, name);
    if (!set->at[k]) return;
    set->at[k] = NULL;
    set->n--;
    for (uint32_t j = (k + 1) & (set->cap - 1); set->at[j]; j = (j + 1) & (set->cap - 1)) { /* closes the gap */
        const char *moved = set->at[j];
        set->at[j] = NULL;
        set->at[find(set, moved)] = moved;
    }
}

static const char *interned(Gen *g, const char *s) { return intern(g->ctx, s, strlen(s)); }

const char *name_fresh(Gen *g, NameSet *set, const char *wish)
{
    const char *name = interned(g, wish);
    for (uint32_t k = 1; name_taken(set, name) || name_taken(&g->names, name); k++)
        name = interned(g, k == 1 ? arena_printf(g->arena, "%s_", wish) : arena_printf(g->arena, "%s_%u", wish, k));
    name_add(g, set, name);
    return name;
}

const char *name_field(Gen *g, const char *name)
{
    for (size_t k = 0; k < sizeof keywords / sizeof *keywords; k++)
        if (strcmp(keywords[k], name) == 0) return arena_printf(g->arena, "%s_", name);
    return name;
}

const char *name_public(Gen *g, const char *name)
{
    static const char *const functions[] = {
        "dims",      "data",   "real",  "strerror",   "nparam",  "ngrad", "work_bytes", "init",
        "check",     "loss",   "grad",  "grad_range", "jvp",     "hvp",   "arrays",     "check_text",
        "dim_names", "fail",   "range", "ready",      "shape",   "test",  "uniform",    "faster",
        "STAGE",     "INLINE", "MA",    "loss_range", "threads",
    };
    for (int k = 0; k < KERNELS; k++)
        if (strcmp(kernel_info[k].name, name) == 0) return arena_printf(g->arena, "%s_", name);
    for (size_t k = 0; k < sizeof functions / sizeof *functions; k++)
        if (strcmp(functions[k], name) == 0) return arena_printf(g->arena, "%s_", name);
    bool product = strncmp(name, "jvp_", 4) == 0 || strncmp(name, "vjp_", 4) == 0;
    for (uint32_t k = 0; k < g->results.n && product; k++)
        if (strcmp(g->ir->array.at[g->results.at[k]].name, name + 4) == 0) return arena_printf(g->arena, "%s_", name);
    return name_field(g, name);
}

/* ---- names of functions */

static void publish(Gen *g, const Func *f, const char *first, const char *last)
{
    const char *name = interned(g, arena_printf(g->arena, "%s%s%s", first, f->name, last));
    if (name_taken(&g->functions, name)) {
        Id of = f->entry.of ? f->entry.of : g->ir->loss;
        diag_error(g->ctx, g->ir->array.at[of].span, "two functions of the generated file would be called %s_%s", g->p,
                   name);
        diag_help(g->ctx, "an output has the name that a function of another one, or of the loss, has: rename it");
    }
    name_add(g, &g->functions, name);
}

void names_of_functions(Gen *g, Func *const *funcs, uint32_t n)
{
    static const char *const sized[] = {"any_nparam", "any_ngrad", "any_work_bytes", "any_init", "any_check"};
    for (size_t k = 0; k < sizeof sized / sizeof *sized; k++) name_add(g, &g->functions, interned(g, sized[k]));
    for (uint32_t k = 0; k < n; k++) {
        const Func *f = funcs[k];
        publish(g, f, "", "");
        if (f->ranged) publish(g, f, "", "_range");
        if (has_entries(f)) publish(g, f, "", "_nnz");
        if (f->entry.blocks) publish(g, f, "", "_shape");
        if (f->entry.kind >= FUNCTION_JACOBIAN) continue; /* not in the descriptor */
        publish(g, f, "any_", "");
        if (f->ranged) publish(g, f, "any_", "_range");
    }
}

const char *name_static(Gen *g, const char *wish)
{
    while (name_taken(&g->functions, interned(g, wish))) wish = arena_printf(g->arena, "%s_", wish);
    return wish;
}

const char *model_symbol(Arena *arena, const char *prefix)
{
    bool used = false;
    for (size_t k = 0; k < sizeof keywords / sizeof *keywords; k++) used |= strcmp(prefix, keywords[k]) == 0;
    for (size_t k = 0; k < sizeof taken / sizeof *taken; k++) {
        size_t n = strlen(taken[k]);
        used |= strncmp(prefix, taken[k], n) == 0 &&
                (!prefix[n] || strcmp(prefix + n, "f") == 0 || strcmp(prefix + n, "l") == 0);
    }
    return used ? arena_printf(arena, "%s_", prefix) : prefix;
}

#define CASE_LIBM(kids, function) {#function, kids},
#define CASE_OWN(kids, function)
#define OP(name, text, kids, form, result, partials, by, function, cost) CASE_##by(kids, function)
static const struct {
    const char *name;
    uint32_t kids;
} libm[] = {ADC_OPS(OP)};
#undef OP
enum { LIBM = sizeof libm / sizeof *libm };

bool name_libm(const char *name)
{
    for (size_t k = 0; k < LIBM; k++)
        if (strcmp(libm[k].name, name) == 0) return true;
    return false;
}

/* An extern function keeps its name: not a word of C, nor a name that the generated file defines. */
static void check_external(Gen *g, const Extern *f)
{
    size_t n = strlen(g->p);
    const char *why = NULL;
    if (strcmp(name_field(g, f->name), f->name) != 0 || strcmp(f->name, "main") == 0) why = "is a word of C";
    if (strncmp(f->name, g->p, n) == 0 && (!f->name[n] || f->name[n] == '_'))
        why = "begins as the names of the model do";
    for (size_t k = 0; k < LIBM; k++)
        if (strcmp(libm[k].name, f->name) == 0 && f->arity != libm[k].kids) why = "is one of libm with other arguments";
    if (why) diag_error(g->ctx, f->span, "an extern function cannot be called '%s': that %s", f->name, why);
}

void names_init(Gen *g)
{
    for (size_t k = 0; k < sizeof keywords / sizeof *keywords; k++) name_add(g, &g->names, interned(g, keywords[k]));
    for (size_t k = 0; k < sizeof taken / sizeof *taken; k++) {
        name_add(g, &g->names, interned(g, taken[k]));
        name_add(g, &g->names, interned(g, arena_printf(g->arena, "%sf", taken[k])));
        name_add(g, &g->names, interned(g, arena_printf(g->arena, "%sl", taken[k])));
    }
    Ir *ir = g->ir;
    for (Id e = 1; e < ir->external.n; e++) {
        check_external(g, &ir->external.at[e]);
        name_add(g, &g->names, ir->external.at[e].name);
    }
    g->dim_name = arena_alloc(g->arena, sizeof *g->dim_name * (ir->dim.n + 1u));
    g->array_name = arena_alloc(g->arena, sizeof *g->array_name * (ir->array.n + 1u));
    for (Id d = 1; d < ir->dim.n; d++) g->dim_name[d] = name_fresh(g, &g->names, ir->dim.at[d].name);
    if (ir->loss) g->array_name[ir->loss] = "loss"; /* as the argument that it goes to */
    for (Id a = 1; a < ir->array.n; a++)
        if (a != ir->loss) g->array_name[a] = name_fresh(g, &g->names, ir->array.at[a].name);
}
