/*
 * sequences.c -- the part of generate.c that makes scans, and derivatives inside programs.
 *
 * A scan's states are bounded by what they become next; its yields are read at earlier steps: at the one before, or through a tree
 * (integer data with entries below their own index).  A derivative is of any expression, with its scans and other derivatives.
 */
#include "generate.c"

/* ---- reads of rows that scans yield */

static void put_trees(Gen *g) { put(g, "data treeN[N]: int(N), treeM[M]: int(M), tree4[4]: int(4)\n"); }

/* A row of an earlier step, or of this one where it is there. */
static bool put_row(Gen *g)
{
    const Open *o = &g->open[below(g, g->opens)];
    const char *t = o->step.name, *tree = NULL;
    if (!fits(g, &o->array, 1)) return false;
    if (o->step.size == N_SIZE) tree = "treeN";
    if (o->step.size == M_SIZE) tree = "treeM";
    if (o->step.size == 4) tree = "tree4";
    if (o->there) {
        put(g, "%s[%s", o->array.name, t);
        put_rest(g, &o->array);
        return true;
    }
    put(g, "(if %s > 0 then %s[", t, o->array.name);
    if (tree && chance(g, 50))
        put(g, "%s[%s]", tree, t);
    else
        put(g, "%s - 1", t);
    put_rest(g, &o->array);
    put(g, " else %.2f)", generate_random(&g->state));
    return true;
}

/* ---- scans */

static void put_state(Gen *g, Known *a, const char *open, const char *close, bool more)
{
    int vars = g->vars;
    put(g, more ? ", %s" : " %s", a->name);
    bind_shape(g, a);
    put(g, " = %s", open);
    put_expr(g, 1);
    put(g, "%s", close);
    g->vars = vars;
}

static void put_next(Gen *g, const Known *a)
{
    int vars = g->vars;
    put(g, "  next %s", a->name);
    bind_shape(g, a);
    put(g, chance(g, 50) ? " = tanh(" : " = sin(");
    put_expr(g, 2);
    put(g, ")\n");
    g->vars = vars;
}

static void put_yield(Gen *g, const Index *step, const Known *a, Open *o)
{
    int vars = g->vars;
    *o = (Open){*a, *step, false};
    g->opens++;
    put(g, "  yield %s[%s", a->name, step->name);
    for (int d = 1; d < a->rank; d++) {
        put(g, ", %s: ", bind(g, a->size[d], false));
        put_size(g, a->size[d]);
    }
    put(g, "] = ");
    put_expr(g, 2);
    put(g, "\n");
    o->there = true;
    g->vars = vars;
}

/* What a scan leaves behind. */
typedef struct {
    Known array[8];
    int n;
} Left;

/* A scan at `depth` scans; with `until` it stops when a shrinking state is small. */
static void put_scan(Gen *g, int depth)
{
    static const int sizes[] = {2, 3, 4, 4, N_SIZE, M_SIZE};
    bool until = chance(g, 20);
    int states = 1 + below(g, 3), yields = below(g, 3), was = g->arrays, opens = g->opens, vars = g->vars;
    int size = until ? 12 : sizes[below(g, 6)];
    Left left = {.n = states};
    Index step;
    for (int k = 0; k < states; k++) left.array[k] = *declare(g, "h", below(g, 3));
    if (until) left.array[0].rank = 0;
    snprintf(step.name, sizeof step.name, "s%d", g->names++);
    step.size = size;
    step.below = false;
    put(g, "scan %s: ", step.name);
    put_size(g, size);
    if (until) put(g, " while %s > 0.2", left.array[0].name);
    put(g, " with");
    for (int k = 0; k < states; k++)
        put_state(g, &left.array[k], until && k == 0 ? "1 + 0.5*tanh(" : "", until && k == 0 ? ")" : "", k > 0);
    put(g, " {\n");
    g->var[g->vars++] = step;
    for (int k = 0; k < states; k++) g->array[g->arrays++] = left.array[k];
    for (int k = below(g, 2); k > 0; k--) put_let(g);
    if (depth < 1 && chance(g, 35)) put_scan(g, depth + 1);
    for (int k = 0; k < yields && g->opens < MAX_OPEN; k++) {
        Known *a = declare(g, "r", 1 + below(g, 2));
        a->size[0] = size;
        left.array[left.n++] = *a;
        put_yield(g, &step, a, &g->open[g->opens]);
    }
    if (chance(g, 40)) put_let(g);
    for (int k = 0; k < states; k++) {
        if (until && k == 0) {
            put(g, "  next %s = %s * (0.4 + 0.2*sin(", left.array[k].name, left.array[k].name);
            put_expr(g, 1);
            put(g, "))\n");
        } else if (chance(g, 85))
            put_next(g, &left.array[k]);
    }
    put(g, "}\n");
    g->vars = vars;
    g->opens = opens;
    g->arrays = was;
    for (int k = 0; k < left.n; k++) g->array[g->arrays++] = left.array[k];
}

static void put_statements(Gen *g)
{
    if (chance(g, 40)) put_let(g);
    if (!g->inside || chance(g, 50)) put_scan(g, 0);
    while (!g->inside && chance(g, 50))
        if (chance(g, 50))
            put_let(g);
        else
            put_scan(g, 0);
}

/* ---- derivatives */

static bool put_derivative(Gen *g, int depth)
{
    int found[MAX_ARRAYS], n = 0;
    for (int k = 0; k < g->arrays; k++)
        if (fits(g, &g->array[k], 0)) found[n++] = k;
    if (!n) return false;
    Known by = g->array[found[below(g, n)]], of = g->array[found[below(g, n)]];
    g->derivatives--;
    if (chance(g, 60)) {
        put(g, "tanh(0.4 * grad(");
        put_expr(g, depth - 1);
        put(g, ", %s)", by.name);
        put_subscripts(g, &by);
    } else {
        bool scalar = chance(g, 60);
        put(g, "tanh(0.4 * jvp(");
        if (scalar)
            put_expr(g, depth - 1);
        else
            put(g, "%s", of.name);
        put(g, ", %s, ", by.name);
        if (by.rank)
            put(g, chance(g, 50) ? "%s" : "sin(%s) - 0.5", by.name);
        else
            put_expr(g, 1);
        put(g, ")");
        if (!scalar) put_subscripts(g, &of);
    }
    put(g, ")");
    return true;
}
