/*
 * generate.c -- see generate.h.  An expression is generated for a scope of index variables with known sizes; an access picks,
 * for each dimension, a subscript that stays inside: a variable of that size, a shift, a reversal, a stride, integer data, a
 * remainder, or a constant.
 */
#include "generate.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MAX_ARRAYS = 60, MAX_VARS = 12, MAX_OPEN = 8 };
enum { N_SIZE = 100, M_SIZE = 101 }; /* a size: a number below 100, or a dim */

typedef struct {
    char name[16];
    int rank, size[3];
    bool integer;
    int count; /* integer data: entries below this size */
} Known;

typedef struct {
    char name[8];
    int size;   /* its range is 0..size, */
    bool below; /* or shorter: then only good where an upper bound is enough */
} Index;

/* What a scan around yields: rows of earlier steps can be read, and this step's once it is there. */
typedef struct {
    Known array; /* with the step as first dimension */
    Index step;
    bool there;
} Open;

typedef struct {
    uint64_t state;
    char *text;
    size_t n, cap;
    Known array[MAX_ARRAYS];
    int arrays;
    Index var[MAX_VARS];
    int vars, names, made; /* numbers of names: of variables, of arrays */
    Open open[MAX_OPEN];
    int opens;
    int functions;
    int derivatives; /* how many more there may be */
    bool inside;     /* a function */
    bool neighbours; /* are read, too */
} Gen;

double generate_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (double)((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

static int below(Gen *g, int n) { return (int)(generate_random(&g->state) * n); }
static bool chance(Gen *g, int percent) { return below(g, 100) < percent; }

__attribute__((format(printf, 2, 3))) static void put(Gen *g, const char *fmt, ...)
{
    va_list ap;
    if (g->cap - g->n < 256) g->text = realloc(g->text, g->cap = g->cap * 2 + 1024);
    if (!g->text) abort();
    va_start(ap, fmt);
    g->n += (size_t)vsnprintf(g->text + g->n, g->cap - g->n, fmt, ap);
    va_end(ap);
}

static void put_size(Gen *g, int size)
{
    if (size == N_SIZE)
        put(g, "N");
    else if (size == M_SIZE)
        put(g, "M");
    else
        put(g, "%d", size);
}

static int any_size(Gen *g)
{
    static const int sizes[] = {2, 3, 3, 4, 5, N_SIZE, N_SIZE, M_SIZE};
    return sizes[below(g, 8)];
}

static const char *bind(Gen *g, int size, bool shorter)
{
    static const char *const stem[] = {"i", "j", "k", "l", "u", "v"};
    Index *v = &g->var[g->vars++];
    snprintf(v->name, sizeof v->name, "%s%d", stem[below(g, 6)], g->names++);
    v->size = size;
    v->below = shorter;
    return v->name;
}

/* ---- accesses */

/* A variable of this size in scope, or -1. */
static int var_of(Gen *g, int size)
{
    int found[MAX_VARS], n = 0;
    for (int k = 0; k < g->vars; k++)
        if (g->var[k].size == size) found[n++] = k;
    return n ? found[below(g, n)] : -1;
}

static int constant_var(Gen *g, int limit) /* a variable whose constant range is at most limit */
{
    int found[MAX_VARS], n = 0;
    for (int k = 0; k < g->vars; k++)
        if (g->var[k].size <= limit) found[n++] = k;
    return n ? found[below(g, n)] : -1;
}

static bool subscript_data(Gen *g,
                           int size) /* integer data with entries below the size, whose own subscripts are variables */
{
    for (int k = 0; k < g->arrays; k++) {
        const Known *a = &g->array[k];
        int v = a->integer && a->count == size ? var_of(g, a->size[0]) : -1;
        if (v < 0) continue;
        put(g, "%s[%s]", a->name, g->var[v].name);
        return true;
    }
    return false;
}

static bool put_subscript(Gen *g, int size, bool dry)
{
    int v = var_of(g, size), c;
    if (v < 0 && size >= N_SIZE) {
        for (int k = 0; k < g->arrays; k++)
            if (g->array[k].integer && g->array[k].count == size && var_of(g, g->array[k].size[0]) >= 0) {
                if (!dry) subscript_data(g, size);
                return true;
            }
        return false;
    }
    if (dry) return true;
    if (chance(g, 12) && subscript_data(g, size)) return true;
    if (v >= 0 && chance(g, 75)) {
        if (chance(g, 12)) {
            put_size(g, size);
            put(g, " - 1 - %s", g->var[v].name);
        } else
            put(g, "%s", g->var[v].name);
        return true;
    }
    if (size >= N_SIZE) return put(g, "%s", g->var[v].name), true;
    c = constant_var(g, size);
    if (c >= 0) {
        int room = size - g->var[c].size;
        const char *name = g->var[c].name;
        switch (below(g, 5)) {
        case 0: put(g, "%s + %d", name, below(g, room + 1)); return true;
        case 1:
            if (2 * (g->var[c].size - 1) < size) return put(g, "2*%s", name), true;
            break;
        case 2: put(g, "%d - %s", size - 1, name); return true;
        case 3: put(g, "(%s + %d) %% %d", name, 1 + below(g, 3), size); return true;
        default: break;
        }
        if (chance(g, 20) && g->vars > 1) {
            int d = constant_var(g, size - 2 * (g->var[c].size - 1));
            if (d >= 0 && d != c) return put(g, "2*%s + %s", name, g->var[d].name), true;
        }
        if (chance(g, 20)) return put(g, "%s div 2", name), true;
        if (g->vars > 1 && chance(g, 50)) {
            int d = constant_var(g, size - g->var[c].size + 1);
            if (d >= 0 && d != c) return put(g, "%s + %s", name, g->var[d].name), true;
        }
    }
    put(g, "%d", below(g, size));
    return true;
}

/* The subscripts after the first, and the bracket. */
static void put_rest(Gen *g, const Known *a)
{
    for (int d = 1; d < a->rank; d++) {
        put(g, ", ");
        put_subscript(g, a->size[d], false);
    }
    put(g, "]");
}

static void put_subscripts(Gen *g, const Known *a)
{
    if (!a->rank) return;
    put(g, "[");
    put_subscript(g, a->size[0], false);
    put_rest(g, a);
}

static bool fits(Gen *g, const Known *a, int from)
{
    bool ok = !a->integer;
    for (int d = from; ok && d < a->rank; d++) ok = put_subscript(g, a->size[d], true);
    return ok;
}

static bool put_access(Gen *g)
{
    int found[MAX_ARRAYS], n = 0;
    for (int k = 0; k < g->arrays; k++)
        if (fits(g, &g->array[k], 0)) found[n++] = k;
    if (!n) return false;
    const Known *a = &g->array[found[below(g, n)]];
    put(g, "%s", a->name);
    put_subscripts(g, a);
    return true;
}

/* ---- expressions */

static void put_expr(Gen *g, int depth);
static void put_atom(Gen *g);
static bool put_derivative(Gen *g, int depth);
static bool put_row(Gen *g);
static void put_statements(Gen *g);
static void put_trees(Gen *g);

static void put_condition(Gen *g, int depth)
{
    switch (below(g, 7)) {
    case 0:
        if (g->vars) {
            put(g, "%s < %d", g->var[below(g, g->vars)].name, 1 + below(g, 3));
            return;
        }
        break;
    case 1:
        if (g->vars > 1) {
            put(g, "%s %s %s", g->var[0].name, chance(g, 50) ? "==" : "<=", g->var[g->vars - 1].name);
            return;
        }
        break;
    case 2:
        for (int k = 0; k < g->arrays; k++) {
            int v = g->array[k].integer ? var_of(g, g->array[k].size[0]) : -1;
            if (v < 0) continue;
            put(g, "%s[%s] != %d", g->array[k].name, g->var[v].name, below(g, 3));
            return;
        }
        break;
    case 3:
        if (depth > 0) {
            put(g, "(");
            put_condition(g, depth - 1);
            put(g, chance(g, 50) ? ") and (" : ") or (");
            put_condition(g, depth - 1);
            put(g, ")");
            return;
        }
        break;
    case 4:
        put(g, "not (");
        put_condition(g, 0);
        put(g, ")");
        return;
    default: break;
    }
    put(g, "%.2f %s ", 0.8 * generate_random(&g->state) - 0.4, chance(g, 50) ? "<" : ">=");
    put_expr(g, depth > 1 ? 1 : 0);
}

static void put_reduction(Gen *g, int depth)
{
    static const char *const op[] = {"sum", "sum", "sum", "mean", "prod", "max", "min", "logsumexp"};
    int was = g->vars, size = any_size(g);
    if (g->vars > 4) {
        put(g, "0.3");
        return;
    }
    bool ragged = g->vars && chance(g, 20), filter = chance(g, 15);
    int k = below(g, 8);
    if ((ragged || filter) && k == 3 && chance(g, 90)) k = 0; /* the mean of nothing is NaN */
    put(g, "tanh(0.5 * %s[", op[k]);
    if (ragged) {
        const Index *v = &g->var[g->vars - 1];
        char name[8];
        int s = v->size;
        snprintf(name, sizeof name, "%s", v->name);
        put(g, "%s", bind(g, s, true));
        put(g, chance(g, 50) ? " < %s" : " <= %s", name);
    } else {
        put(g, "%s: ", bind(g, size, false));
        put_size(g, size);
        if (chance(g, 20)) {
            int more = any_size(g);
            put(g, ", %s: ", bind(g, more, false));
            put_size(g, more);
        }
    }
    if (filter) {
        put(g, " if ");
        put_condition(g, 0);
    }
    put(g, "] (");
    put_expr(g, depth - 1);
    put(g, "))");
    g->vars = was;
}

/* Whole arrays: shapes that fit are looked for among the parameters P (3, 4), Q (4, 3), p3, q3 (3) that every program has. */
static void put_whole(Gen *g)
{
    static const char *const form[] = {
        "tanh(sum(P @ Q))",
        "tanh(norm(p3 + 2*q3))",
        "tanh(dot(p3, q3) - 1)",
        "tanh(sum(P @ Q @ p3))",
        "sin(cross(p3, q3)[1])",
        "tanh(max(p3 * q3))",
        "tanh(sum(transpose(P) * Q))",
        "tanh(sum([p3, q3] @ P))",
        "tanh(logsumexp(P - 1) / 2)",
        "tanh(sum(if q3[0] > 0 then p3 else 2*q3))",
        "tanh(prod(p3) + min(q3))",
        "sin(P[1][2] + transpose(Q)[1, 2])",
    };
    put(g, "%s", form[below(g, 12)]);
}

static void put_smooth(Gen *g, int depth)
{
    static const char *const form[][2] = {
        {"sin(", ")"},
        {"cos(", ")"},
        {"tanh(", ")"},
        {"exp(-abs(", "))"},
        {"sigmoid(", ")"},
        {"log(2.5 + sin(", "))"},
        {"sqrt(1.5 + cos(", "))"},
        {"atan(", ")"},
        {"erf(", ")"},
        {"log1p(sin(", ")^2)"},
        {"expm1(0.3*sin(", "))"},
        {"softplus(", ")"},
        {"relu(", ")"},
        {"tan(0.5*sin(", "))"},
        {"asin(0.7*sin(", "))"},
        {"acos(0.7*cos(", "))"},
        {"sinh(sin(", "))"},
        {"cosh(sin(", "))"},
        {"asinh(", ")"},
        {"atanh(0.6*sin(", "))"},
        {"acosh(1.5 + sin(", ")^2)"},
        {"cbrt(2 + sin(", "))"},
        {"lgamma(2.5 + sin(", "))"},
        {"digamma(2.5 + sin(", "))"},
        {"erfc(", ")"},
        {"log2(2 + sin(", "))"},
        {"log10(2 + cos(", "))"},
        {"clamp(", ", -0.4, 0.9)"},
        {"abs(", ")"},
        {"stop(0.7) * sin(", ")"},
        {"sin(", ")^3"},
        {"(1.2 + sin(", "))^-2"},
        {"2^sin(", ")"},
        {"(1.5 + sin(", "))^1.7"},
        {"1/(2 + sin(", "))"},
        {"round(", ") * 0.1"},
    };
    int k = below(g, (int)(sizeof form / sizeof *form));
    put(g, "%s", form[k][0]);
    put_expr(g, depth - 1);
    put(g, "%s", form[k][1]);
}

static void put_pair(Gen *g, int depth)
{
    static const char *const form[][3] = {
        {"(", " + ", ")"},
        {"(", " - ", ")"},
        {"(", " * ", ")"},
        {"(", " * ", ")"},
        {"(", " / (2 + sin(", ")))"},
        {"max(", ", ", ")"},
        {"min(", ", ", ")"},
        {"atan2(1.5 + sin(", "), ", ")"},
        {"hypot(", ", ", ")"},
        {"(", " + 0.5*", ")"},
    };
    int k = below(g, (int)(sizeof form / sizeof *form));
    put(g, "%s", form[k][0]);
    put_expr(g, depth - 1);
    put(g, "%s", form[k][1]);
    put_expr(g, depth - 1);
    put(g, "%s", form[k][2]);
}

static void put_beside(Gen *g, const Known *a, const char *at, int by)
{
    put(g, "%s[%s %c %d", a->name, at, by < 0 ? '-' : '+', by < 0 ? -by : by);
    put_rest(g, a);
}

/* Elements beside that of a variable, but at the ends of its range. */
static bool put_neighbours(Gen *g)
{
    int found[MAX_ARRAYS], n = 0;
    for (int k = 0; k < g->arrays; k++) {
        const Known *a = &g->array[k];
        int v = a->rank ? var_of(g, a->size[0]) : -1;
        if (v >= 0 && !g->var[v].below && fits(g, a, 1)) found[n++] = k;
    }
    if (!n) return false;
    const Known *a = &g->array[found[below(g, n)]];
    int v = var_of(g, a->size[0]), far = chance(g, 20) ? 2 : 1, kind = below(g, 4);
    if (g->var[v].below) return false;
    const char *at = g->var[v].name;
    if (kind == 0) {
        put(g, "(if %s > %d then ", at, far - 1);
        put_beside(g, a, at, -far);
        put(g, " else ");
        put_atom(g);
        put(g, ")");
        return true;
    }
    if (kind == 1)
        put(g, "(if %s %s ", at, far == 1 && chance(g, 50) ? "==" : ">=");
    else
        put(g, "(if %s %s or %s %s ", at, far == 1 ? "== 0" : "< 2", at, far == 1 && chance(g, 50) ? "==" : ">=");
    put_size(g, a->size[0]);
    put(g, " - %d then ", far);
    put_atom(g);
    put(g, " else ");
    if (kind > 1) put_beside(g, a, at, -far);
    if (kind > 1) put(g, kind == 2 ? " - " : " * ");
    put_beside(g, a, at, far);
    put(g, ")");
    return true;
}

static void put_branch(Gen *g, int depth)
{
    if (g->neighbours && chance(g, 40) && put_neighbours(g)) return;
    if (chance(g, 25)) { /* a branch that protects what it uses */
        put(g, "(if p0 > 0.2 then tanh(log(p0) + 1/p0 * ");
        put_expr(g, depth - 1);
        put(g, ") else 0.5 * p0)");
        return;
    }
    put(g, "(if ");
    put_condition(g, 1);
    put(g, " then ");
    put_expr(g, depth - 1);
    put(g, " else ");
    put_expr(g, depth - 1);
    put(g, ")");
}

static void put_atom(Gen *g)
{
    if (g->opens && chance(g, 25) && put_row(g)) return;
    if (chance(g, 80) && put_access(g)) return;
    if (g->vars && chance(g, 40))
        put(g, "0.3*%s", g->var[below(g, g->vars)].name);
    else
        put(g, "%.2f", 3 * generate_random(&g->state) - 1.5);
}

static void put_expr(Gen *g, int depth)
{
    if (depth <= 0) {
        put_atom(g);
        return;
    }
    if (g->derivatives && chance(g, 20) && put_derivative(g, depth)) return;
    int k = below(g, 20);
    if (k < 5)
        put_smooth(g, depth);
    else if (k < 11)
        put_pair(g, depth);
    else if (k < 14)
        put_reduction(g, depth);
    else if (k < 16)
        put_branch(g, depth);
    else if (k < 17)
        put_whole(g);
    else if (k < 18 && g->functions) {
        put(g, "f%d(", below(g, g->functions));
        put_expr(g, depth - 1);
        put(g, chance(g, 50) ? ", p3)" : ", 2*q3)");
    } else
        put_atom(g);
}

/* ---- declarations */

static Known *declare(Gen *g, const char *stem, int rank)
{
    Known *a = &g->array[g->arrays];
    snprintf(a->name, sizeof a->name, "%.4s%d", stem, g->made++);
    a->rank = rank;
    a->integer = false;
    for (int d = 0; d < rank; d++) a->size[d] = any_size(g);
    return a;
}

static void put_shape(Gen *g, const Known *a)
{
    for (int d = 0; d < a->rank; d++) {
        put(g, d ? ", " : "[");
        put_size(g, a->size[d]);
    }
    if (a->rank) put(g, "]");
}

/* [i1: 3, j2: N], whose variables are in scope from here. */
static void bind_shape(Gen *g, const Known *a)
{
    for (int d = 0; d < a->rank; d++) {
        put(g, d ? ", " : "[");
        put(g, "%s: ", bind(g, a->size[d], false));
        put_size(g, a->size[d]);
    }
    if (a->rank) put(g, "]");
}

static void put_let(Gen *g)
{
    Known *a = declare(g, "t", below(g, 3));
    int vars = g->vars;
    put(g, !vars && !g->inside && chance(g, 15) ? "output %s" : "let %s", a->name);
    bind_shape(g, a);
    put(g, " = ");
    put_expr(g, 1 + below(g, 4));
    put(g, "\n");
    g->vars = vars;
    g->arrays++;
}

static void add_scalar(Gen *g, const char *name)
{
    Known *a = declare(g, "", 0);
    snprintf(a->name, sizeof a->name, "%s", name);
    g->arrays++;
}

static void put_function(Gen *g)
{
    int was = g->arrays;
    put(g, "fn f%d(x, y[n]) {\n  let a[i] = y[i] * x\n  let b = sum[i] sin(a[i])\n", g->functions);
    g->arrays = 0;
    add_scalar(g, "x");
    add_scalar(g, "b");
    g->inside = true;
    if (g->derivatives) put_statements(g);
    put(g, "  return 0.5 * tanh(");
    put_expr(g, 2);
    put(g, ")\n}\n");
    g->inside = false;
    g->arrays = was;
    g->functions++;
}

static void put_data(Gen *g, const Known *a)
{
    put(g, "data %s", a->name);
    put_shape(g, a);
    if (a->integer) {
        put(g, ": int(");
        put_size(g, a->count);
        put(g, ")");
    }
    put(g, "\n");
    g->arrays++;
}

static void put_inputs(Gen *g)
{
    put(g, "param P[3, 4], Q[4, 3], p3[3], q3[3], p0\ndata unN[N], unM[M]\n");
    for (int k = 0; k < 3; k++) put_data(g, declare(g, k ? "X" : "y", k ? 2 : 1));
    for (int k = 0; k < 2; k++) {
        Known *a = declare(g, "c", 1);
        a->integer = true;
        a->count = any_size(g);
        put_data(g, a);
    }
    for (int k = 0; k < 2 + below(g, 4); k++) {
        Known *a = declare(g, "w", below(g, 4));
        put(g, "param %s", a->name);
        put_shape(g, a);
        put(g, "\n");
        g->arrays++;
    }
}

static void put_loss(Gen *g, int depth, int reductions)
{
    put(g, "loss ");
    put_expr(g, depth);
    for (int k = 0; k < reductions; k++) {
        put(g, "\n   + ");
        put_reduction(g, depth - 2);
    }
    put(g, " + 0.1*p0\n");
}

/* Sums over rows that need others, of the same rows or of another table's. */
static void put_levels(Gen *g)
{
    static const char *const term[] = {
        "(mean[a] level3[a]^4)",
        "logsumexp[a] level3[a]*p0",
        "(sum[a] sin(level3[a]))*(sum[b] cos(rows1[b]*p0))",
        "log(1 + mean[b] (rows1[b] - level1*p0)^2)",
        "log(1 + sum[a if rows0[a] < 0.5] (level0[a] - level2)^2)",
        "sum[b] tanh(rows1[b]*level4[b])",
        "(logsumexp[a, b] rows0[a]*sin(p0*rows1[b]))",
    };
    for (int k = 0; k < 3; k++) put(g, "   + %s\n", term[below(g, 7)]);
    put(g, "data rows0[N], rows1[M]\n");
    put(g, "let level0[a] = tanh(rows0[a]*(p0 + 0.5))\n");
    put(g, "let level1 = mean[a] level0[a]\n");
    put(g, "let level2 = mean[a] (level0[a] - level1)^2\n");
    put(g, "let level3[a] = (level0[a] - level1)/sqrt(level2 + 0.1)\n");
    put(g, "let level4[b] = sin(rows1[b]*level2 + p0)\n");
}

char *generate_program(uint64_t seed, ProgramKind kind, size_t dims[2])
{
    static const char *const kinds[] = {"program", "nested", "grids"};
    bool nested = kind != PROGRAM_LOOPS;
    static const size_t size[] = {1, 2, 3, 4, 6, 3, 2, 5};
    Gen g = {.state = seed * 0xd1b54a32d192ed03u}; /* far from the generator's own step: neighbours share nothing */
    g.state ^= g.state >> 29;
    put(&g, "# %s %llu\ndim N, M\n", kinds[kind], (unsigned long long)seed);
    g.neighbours = kind != PROGRAM_NESTED;
    if (nested) {
        g.state ^= 0x5bf03635u;
        g.derivatives = kind == PROGRAM_NESTED ? 3 : 0;
        put_trees(&g);
    }
    for (int k = 0; k < 1 + below(&g, 2); k++) put_function(&g);
    put_inputs(&g);
    int inputs = g.arrays;
    if (nested)
        put_statements(&g);
    else
        for (int k = below(&g, 5); k >= 0; k--) put_let(&g);
    put_loss(&g, nested ? 3 : 5, nested ? 1 : 2);
    for (int k = inputs; nested && k < g.arrays; k++)
        put(&g, g.array[k].rank ? "   + sin(sum(%s))\n" : "   + sin(%s)\n", g.array[k].name);
    if (!nested && seed % 9 == 0) put_levels(&g);
    dims[0] = !nested && seed % 5 == 4 ? 15 : size[below(&g, 8)]; /* enough rows for a tile */
    dims[1] = size[below(&g, 8)];
    return g.text;
}
