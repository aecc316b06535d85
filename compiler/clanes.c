/*
 * clanes.c -- tiles of rows as C text.
 *
 * A loop over the rows of a tile that is arithmetic becomes a small static function: its arrays are `restrict` parameters, one for each element that
 * it touches, what does not depend on the row comes by value, and its only loop has a constant number of rounds, without
 * branches or calls.  That is what gcc and clang make vectors of under all flags.  Functions with the same text are one.
 *
 *     P_WIDE static void x_lanes1(x_real *restrict y0, const x_real *restrict x0, x_real s0)
 *     {
 *         for (int r = 0; r < 64; r++) y0[r] = s0 * x0[r];
 *     }
 *
 * A sum over rows goes to LANE_SUMS partial sums, each of which takes every LANE_SUMS-th row; a last tile with fewer rows has another function.
 * Of an array that keeps one sum of each element they are the function's own, and added to that in the end.
 */
#include "emit.h"

#include "ckernel.h"

#include <inttypes.h>
#include <string.h>

/* An element of an array of lanes that a function touches, or a value that it takes. */
typedef struct {
    Id node; /* READ; or what does not depend on the row */
    const char *name;
    bool written, value;
} Taken;
typedef VEC(Taken) TakenVec;

typedef struct {
    Printer *p;  /* of the part */
    Printer own; /* of the function */
    const Loop *rows;
    TakenVec taken;
    const char **sums;         /* of each leaf: its partial sums, an array of the caller or the function's own */
    uint32_t own_sums;         /* how many are */
    const char *partial, *sum; /* the list of these, and of what they come to */
} Stage;

static bool varies(const Stage *s, Id node) { return ir_has_var(s->p->g->ir, node, s->rows->binder.var); }

static Store *store_of(const Stage *s, Id read) { return &s->p->f->store[s->p->g->ir->node.at[read].u.ref]; }

static Taken *find_taken(Stage *s, Id node)
{
    for (uint32_t k = 0; k < s->taken.n; k++)
        if (s->taken.at[k].node == node) return &s->taken.at[k];
    return NULL;
}

static void take_node(Stage *s, Id node, bool written, bool value)
{
    Taken *t = find_taken(s, node);
    if (t)
        t->written |= written;
    else
        vec_push(s->p->g->arena, &s->taken, ((Taken){node, NULL, written, value}));
}

/* What an expression reads of lanes, and the largest of its parts that do not depend on the row. */
static void take_operands(Stage *s, Id body)
{
    Gen *g = s->p->g;
    Ir *ir = g->ir;
    uint32_t stamp = ++g->stamp;
    IdVec open = {0};
    vec_push(g->arena, &open, body);
    while (open.n) {
        Id id = open.at[--open.n];
        if (g->mark[id] == stamp) continue;
        g->mark[id] = stamp;
        Node x = ir->node.at[id];
        if (x.op == OP_CONST) continue;
        if (!varies(s, id)) {
            take_node(s, id, false, true);
        } else if (x.op == OP_READ) {
            if (store_of(s, id)->place != AT_LOCAL) take_node(s, id, false, false);
        } else {
            for (uint32_t k = x.n; k-- > 0;) vec_push(g->arena, &open, ir_kid(ir, id, k));
        }
    }
}

static void name_taken_ones(Stage *s)
{
    Gen *g = s->p->g;
    uint32_t written = 0, read = 0, values = 0;
    for (uint32_t k = 0; k < s->taken.n; k++) {
        Taken *t = &s->taken.at[k];
        const char *wish = t->value     ? arena_printf(g->arena, "s%u", values++)
                           : t->written ? arena_printf(g->arena, "u%u", written++)
                                        : arena_printf(g->arena, "x%u", read++);
        t->name = name_fresh(g, &s->own.names, wish);
    }
}

/* ---- the call */

static const char *address(Printer *p, Id read)
{
    Node x = p->g->ir->node.at[read];
    return out_lanes(p, x.u.ref, (Slice){x.kids, x.n});
}

/* What the subscripts of elements and values need stands before the call. */
static void need_taken(Stage *s)
{
    Printer *p = s->p;
    Ir *ir = p->g->ir;
    IdVec roots = {0};
    for (uint32_t k = 0; k < s->taken.n; k++) {
        Id node = s->taken.at[k].node;
        if (s->taken.at[k].value) {
            vec_push(p->g->arena, &roots, node);
            continue;
        }
        for (uint32_t i = 0; i < ir->node.at[node].n; i++)
            if (!(store_of(s, node)->dropped >> i & 1) && !varies(s, ir_kid(ir, node, i)))
                vec_push(p->g->arena, &roots, ir_kid(ir, node, i));
    }
    out_need(p, roots.at, roots.n);
}

/* "(y, x, a)"; of the function: its parameters */
static const char *list(Stage *s, bool formal, bool few)
{
    Gen *g = s->p->g;
    Text t = {.arena = g->arena};
    text_add(&t, "(");
    for (uint32_t k = 0; k < s->taken.n; k++) {
        const Taken *x = &s->taken.at[k];
        if (k) text_add(&t, ", ");
        if (!formal)
            text_add(&t, x->value ? out_expr(s->p, x->node, ir_type(g->ir, x->node) == T_BOOL ? T_BOOL : T_REAL, P_COND)
                                  : address(s->p, x->node));
        else if (x->value)
            text_addf(&t, "%s %s", ir_type(g->ir, x->node) == T_BOOL ? "int" : g->real, x->name);
        else
            text_addf(&t, "%s%s *restrict %s", x->written ? "" : "const ", g->real, x->name);
    }
    if (few) text_addf(&t, ", %s", formal ? "int rows" : s->p->rows);
    text_add(&t, ")");
    return t.at;
}

/* The number of the function with this text, from 1. */
static uint32_t stage_number(Gen *g, const char *text)
{
    for (uint32_t k = 0; k < g->stages.n; k++)
        if (strcmp(g->stages.at[k], text) == 0) return k + 1;
    vec_push(g->arena, &g->stages, text);
    g->kernel[KERNEL_LANES] = 1;
    text_addf(&g->body, "%s_WIDE static void %s_lanes%u%s\n", g->P, g->p, g->stages.n, text);
    return g->stages.n;
}

static uint32_t finish(Stage *s, bool few)
{
    Text t = {.arena = s->p->g->arena};
    text_add(&t, list(s, true, few));
    text_add(&t, "\n{\n");
    text_addn(&t, s->own.out.at, s->own.out.n);
    text_add(&t, "}\n");
    return stage_number(s->p->g, t.at);
}

/* ---- the function */

static void begin(Stage *s)
{
    s->own.out = (Text){.arena = s->p->g->arena};
    s->own.indent = 2;
}

/* Gives what the function takes its text: elements at `at`, "r" or "l + 8". */
static void set_taken(Stage *s, const char *at)
{
    Gen *g = s->p->g;
    for (uint32_t k = 0; k < s->taken.n; k++) {
        const Taken *t = &s->taken.at[k];
        out_expr_is(&s->own, t->node, t->value ? t->name : arena_printf(g->arena, "%s[%s]", t->name, at));
    }
}

static void open_bodies(Stage *s, Scope *scope)
{
    IdVec roots = {0};
    for (uint32_t k = 0; k < s->rows->kids.n; k++)
        vec_push(s->p->g->arena, &roots, s->p->g->ir->eq.at[s->rows->kids.at[k]->eq].body);
    block_open(&s->own, scope, &roots);
}

static const char *value_of(Stage *s, Id body, bool plain)
{
    if (plain && ir_opof(s->p->g->ir, body) != OP_CONST)
        out_need_named(&s->own, body);
    else
        out_need(&s->own, &body, 1);
    return out_expr(&s->own, body, T_REAL, P_COND);
}

static bool written_behind(const Stage *s, uint32_t leaf)
{
    for (uint32_t k = leaf + 1; k < s->rows->kids.n; k++)
        if (s->rows->kids.at[k]->element == s->rows->kids.at[leaf]->element) return true;
    return false;
}

/* Is the element touched again by a leaf behind this one? */
static bool used_behind(const Stage *s, uint32_t leaf)
{
    Id element = s->rows->kids.at[leaf]->element;
    if (written_behind(s, leaf)) return true;
    for (uint32_t k = leaf + 1; k < s->rows->kids.n; k++) {
        IdVec reads = ir_eq_reads(s->p->g->ir, s->rows->kids.at[k]->eq);
        for (uint32_t i = 0; i < reads.n; i++)
            if (reads.at[i] == element) return true;
    }
    return false;
}

/* target = old op value, as C */
static const char *joined(Gen *g, const Eq *e, const char *old, const char *value)
{
    if (e->op == RED_MAX) return arena_printf(g->arena, "%s > %s ? %s : %s", value, old, value, old);
    if (e->op == RED_MIN) return arena_printf(g->arena, "%s < %s ? %s : %s", value, old, value, old);
    return arena_printf(g->arena, "%s %s %s", old, e->op == RED_PROD ? "*" : "+", value);
}

static void print_leaf(Stage *s, uint32_t k)
{
    Printer *p = &s->own;
    Gen *g = p->g;
    const Loop *leaf = s->rows->kids.at[k];
    Eq e = g->ir->eq.at[leaf->eq];
    bool chooses = e.op == RED_MAX || e.op == RED_MIN;
    const char *value = value_of(s, e.body, chooses), *old = g->text[leaf->element];
    Taken *t = find_taken(s, leaf->element);
    if (e.add && !chooses && ir_opof(g->ir, e.body) != OP_CONST) /* a + (b + c), not a + b + c */
        value = out_expr(p, e.body, T_REAL, e.op == RED_PROD ? P_UNARY : P_MUL);
    if (!e.add) {
        if (t && !used_behind(s, k)) {
            out_line(p, "%s[r] = %s;", t->name, value);
            return;
        }
        const char *name = fresh_temp(p);
        out_line(p, "const %s %s = %s;", g->real, name, value);
        out_expr_is(p, leaf->element, name);
        if (t && !written_behind(s, k)) out_line(p, "%s[r] = %s;", t->name, name);
        return;
    }
    if (chooses) { /* of plain values */
        out_need_named(p, leaf->element);
        old = g->text[leaf->element];
    }
    if (t && !used_behind(s, k) && !chooses && strpbrk(old, "[")) {
        out_line(p, "%s[r] %s= %s;", t->name, e.op == RED_PROD ? "*" : "+", value);
        return;
    }
    const char *name = fresh_temp(p);
    out_line(p, "const %s %s = %s;", g->real, name, joined(g, &e, old, value));
    out_expr_is(p, leaf->element, name);
    if (t && !written_behind(s, k)) out_line(p, "%s[r] = %s;", t->name, name);
}

static uint32_t print_maps(Stage *s)
{
    Printer *p = &s->own;
    Scope scope;
    begin(s);
    set_taken(s, "r");
    open_bodies(s, &scope);
    for (uint32_t k = 0; k < s->rows->kids.n; k++) print_leaf(s, k);
    block_close(p, &scope);
    printer_end(p);
    Text body = p->out;
    begin(s);
    p->indent = 1;
    out_line(p, "%s_LOOP", p->g->P);
    out_line(p, "for (int r = 0; r < %d; r++) {", LANES);
    text_addn(&p->out, body.at, body.n);
    out_line(p, "}");
    return finish(s, false);
}

/* One row in LANE_SUMS: its terms join the partial sums, which are the variables `sum`. */
static void print_terms(Stage *s, const char *const *sum, const char *at)
{
    Printer *p = &s->own;
    Scope scope;
    uint32_t trail = p->trail.n;
    set_taken(s, at);
    open_bodies(s, &scope);
    for (uint32_t k = 0; k < s->rows->kids.n; k++) {
        const Eq e = p->g->ir->eq.at[s->rows->kids.at[k]->eq];
        bool chooses = e.op == RED_MAX || e.op == RED_MIN;
        const char *value = value_of(s, e.body, chooses);
        if (chooses)
            out_line(p, "%s = %s;", sum[k], joined(p->g, &e, sum[k], value));
        else
            out_line(p, "%s += %s;", sum[k], value);
    }
    block_close(p, &scope);
    out_forget(p, trail);
}

/* The first leaf with the sum of leaf k. */
static uint32_t first_of(const Stage *s, uint32_t k)
{
    uint32_t i = 0;
    while (s->rows->kids.at[i]->element != s->rows->kids.at[k]->element) i++;
    return i;
}

/* Does the function of leaf k sum by itself? */
static bool is_own(const Stage *s, uint32_t k)
{
    const Ir *ir = s->p->g->ir;
    Slice dims = ir->array.at[ir->node.at[s->rows->kids.at[k]->element].u.ref].dims;
    return !ir_is_int(ir, ir->kid.at[dims.at + dims.n - 1], LANE_SUMS);
}

static const char *target_of(Stage *s, uint32_t k) { return find_taken(s, s->rows->kids.at[k]->element)->name; }

/* Is it the first leaf with a sum of the function's own? */
static bool opens_own(const Stage *s, uint32_t k) { return is_own(s, k) && k == first_of(s, k); }

static void name_sums(Stage *s)
{
    Gen *g = s->p->g;
    s->sums = arena_alloc(g->arena, sizeof *s->sums * s->rows->kids.n);
    s->partial = name_fresh(g, &s->own.names, "partial");
    s->sum = name_fresh(g, &s->own.names, "sum");
    for (uint32_t k = 0; k < s->rows->kids.n; k++) {
        s->own_sums += opens_own(s, k);
        if (!is_own(s, k))
            s->sums[k] = target_of(s, k);
        else
            s->sums[k] = opens_own(s, k) ? name_fresh(g, &s->own.names, "v") : s->sums[first_of(s, k)];
    }
}

static void declare_sums(Stage *s, const char *start)
{
    for (uint32_t k = 0; k < s->rows->kids.n; k++)
        if (opens_own(s, k)) out_line(&s->own, "%s %s[%d]%s;", s->p->g->real, s->sums[k], LANE_SUMS, start);
}

/* What the function summed by itself joins the sums in memory. */
static void join_sums(Stage *s)
{
    Printer *p = &s->own;
    Gen *g = p->g;
    if (!s->own_sums) return;
    Text list = {.arena = g->arena};
    for (uint32_t k = 0; k < s->rows->kids.n; k++)
        if (opens_own(s, k)) text_addf(&list, "%s%s", list.n ? ", " : "", s->sums[k]);
    g->kernel[KERNEL_FOLD] = 1;
    out_line(p, "const %s *const %s[] = {%s};", g->real, s->partial, list.at);
    out_line(p, "%s %s[%u];", g->real, s->sum, s->own_sums);
    out_line(p, "%s_fold(%u, %s, %s);", g->p, s->own_sums, s->partial, s->sum);
    for (uint32_t k = 0, n = 0; k < s->rows->kids.n; k++)
        if (opens_own(s, k)) out_line(p, "%s[0] += %s[%u];", target_of(s, k), s->sum, n++);
}

/* A loop over partial sums: sum number `l` takes so many rows, the first of which is `at`; fresh: nothing was added to the function's own. */
static void print_partial(Stage *s, const char *head, const char *at, const char *l, uint32_t terms, bool fresh)
{
    Printer *p = &s->own;
    Gen *g = p->g;
    uint32_t leaves = s->rows->kids.n;
    const char **sum = arena_alloc(g->arena, sizeof *sum * leaves);
    out_line(p, "%s", head);
    p->indent++;
    for (uint32_t k = 0; k < leaves; k++) {
        sum[k] = sum[first_of(s, k)];
        if (sum[k]) continue;
        sum[k] = fresh_temp(p);
        if (fresh && is_own(s, k))
            out_line(p, "%s %s = 0.0;", g->real, sum[k]);
        else
            out_line(p, "%s %s = %s[%s];", g->real, sum[k], s->sums[k], l);
    }
    for (uint32_t m = 0; m < terms; m++)
        print_terms(s, sum, m ? arena_printf(g->arena, "%s + %u", at, m * LANE_SUMS) : at);
    for (uint32_t k = 0; k < leaves; k++)
        if (k == first_of(s, k)) out_line(p, "%s[%s] = %s;", s->sums[k], l, sum[k]);
    printer_end(p);
    p->indent--;
    out_line(p, "}");
}

/* Rounds of so many rows for each of the partial sums, while there are as many. */
static void print_rounds(Stage *s, const char *loop, uint32_t terms)
{
    out_line(&s->own, "for (; m + %d <= rows; m += %d)", LANE_SUMS * (int)terms, LANE_SUMS * (int)terms);
    s->own.indent++;
    print_partial(s, loop, "m + l", "l", terms, false);
    s->own.indent--;
}

/* few: of the rows that there are; else of LANES. */
static uint32_t print_sums(Stage *s, bool few)
{
    Arena *a = s->p->g->arena;
    const char *loop = arena_printf(a, "for (int l = 0; l < %d; l++) {", LANE_SUMS);
    begin(s);
    s->own.indent = 1;
    declare_sums(s, few ? " = {0}" : "");
    if (few) {
        out_line(&s->own, "int m = 0;");
        print_rounds(s, loop, LANES / LANE_SUMS / 2);
        print_rounds(s, loop, 1);
        print_partial(s, "for (; m < rows; m++) {", "m", arena_printf(a, "m %% %d", LANE_SUMS), 1, false);
    } else {
        out_line(&s->own, "%s_EIGHTS", s->own.g->P);
        print_partial(s, loop, "l", "l", LANES / LANE_SUMS, true);
    }
    join_sums(s);
    return finish(s, few);
}

static void print_stage(Printer *p, const Loop *rows)
{
    Gen *g = p->g;
    Stage s = {.p = p, .rows = rows, .own = printer_new(g, p->f)};
    s.own.eager = true;
    for (uint32_t k = 0; k < rows->kids.n; k++) {
        const Loop *leaf = rows->kids.at[k];
        if (store_of(&s, leaf->element)->place != AT_LOCAL) take_node(&s, leaf->element, true, false);
        take_operands(&s, g->ir->eq.at[leaf->eq].body);
    }
    name_taken_ones(&s);
    name_add(g, &s.own.names, "r");
    need_taken(&s);
    if (rows->run == ROWS_MAPS) {
        uint32_t number = print_maps(&s);
        out_line(p, "%s_lanes%u%s;", g->p, number, list(&s, false, false));
        return;
    }
    name_sums(&s);
    uint32_t number = print_sums(&s, false), few = print_sums(&s, true);
    out_line(p, "if (%s == %d)", p->rows, LANES);
    out_line(p, "    %s_lanes%u%s;", g->p, number, list(&s, false, false));
    out_line(p, "else");
    out_line(p, "    %s_lanes%u%s;", g->p, few, list(&s, false, true));
}

/* ---- other loops over the rows */

static void print_call(Printer *p, const Loop *rows)
{
    Gen *g = p->g;
    Eq e = g->ir->eq.at[rows->kids.at[0]->eq];
    Kernel kernel;
    lane_kernel(ir_opof(g->ir, e.body), &kernel);
    const char *to = address(p, rows->kids.at[0]->element), *from = address(p, ir_kid(g->ir, e.body, 0));
    out_line(p, "%s(%s, %s);", kernel_name(g, kernel), to, from);
}

/* How far apart elements of a matrix are along a variable, of which its subscripts are affine. */
static const char *stride(Printer *p, Id read, Id var)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    Node x = ir->node.at[read];
    const Store *s = &p->f->store[x.u.ref];
    Slice dims = ir->array.at[x.u.ref].dims;
    const char *far = s->lanes ? arena_printf(g->arena, "%d", LANES) : "1", *all = NULL;
    uint32_t first = 0;
    while (first < x.n && !ir_has_var(ir, ir_kid(ir, read, first), var)) first++;
    for (uint32_t d = x.n; d-- > first;) {
        bool kept = d >= 64 || !(s->dropped >> d & 1), inside;
        Affine f = ir_affine(ir, ir_kid(ir, read, d));
        int64_t by = ir_coefficient(ir, &f, var, &inside);
        const char *step = !kept ? "1" : by == 1 ? far : arena_printf(g->arena, "%" PRId64 " * %s", by, far);
        if (by) all = all ? arena_printf(g->arena, "%s + %s", all, step) : step;
        if (kept && d > first)
            far = arena_printf(g->arena, "%s * %s", out_expr(p, ir->kid.at[dims.at + d], T_INT, P_UNARY), far);
    }
    return all ? all : "0";
}

static const char *shorter(Gen *g, const char *product)
{
    size_t n = strlen(product);
    if (n > 4 && strcmp(product + n - 4, " * 1") == 0) return arena_strndup(g->arena, product, n - 4);
    return product;
}

/* A product at hand: c += a b over the tile. */
typedef struct {
    Printer *p;
    const Loop *leaf;
    Slice inner;
    uint32_t columns; /* inner variables up to this one are i and columns, the others terms */
} Multiply;

static const char *step(const Multiply *m, uint32_t matrix, uint32_t inner)
{
    Ir *ir = m->p->g->ir;
    return shorter(m->p->g, stride(m->p, m->leaf->matrix[matrix], ir->binder.at[m->inner.at + inner].var));
}

static const char *rounds(const Multiply *m, uint32_t inner)
{
    return out_expr(m->p, m->leaf->rounds.at[inner], T_INT, P_COND);
}

/* ", 2, (const int64_t[]){8, 24 * 64, 64, 5, 64, 64}": loops over some inner variables, and their steps through two of the matrices */
static const char *ways(const Multiply *m, uint32_t from, uint32_t to, uint32_t x, uint32_t y)
{
    Text t = {.arena = m->p->g->arena};
    text_addf(&t, "%u, (const int64_t[]){", to - from);
    for (uint32_t k = from; k < to; k++)
        text_addf(&t, "%s%s, %s, %s", k > from ? ", " : "", rounds(m, k), step(m, x, k), step(m, y, k));
    text_add(&t, "}");
    return t.at;
}

/* One matrix by another: the rows are columns, ... */
static void print_map(const Multiply *m)
{
    Printer *p = m->p;
    const Loop *leaf = m->leaf;
    out_line(p, "%s(%s, %s, %s, %s, %s, %s,", kernel_name(p->g, KERNEL_VROWS), rounds(m, 0), p->rows, rounds(m, 1),
             out_corner(p, leaf->corner[1]), step(m, 1, 0), step(m, 1, 1));
    out_line(p, "    %s, %s, %s, %s);", out_corner(p, leaf->corner[2]), step(m, 2, 1), out_corner(p, leaf->corner[0]),
             step(m, 0, 0));
}

/* ... or terms: c[i, j] += a[n, i] * b[n, j]. */
static void print_sum(const Multiply *m)
{
    Printer *p = m->p;
    const Loop *leaf = m->leaf;
    Id row = leaf->up->binder.var;
    const Kernel k = p->g->opts->blas ? KERNEL_VBLAS : KERNEL_VGEMM;
    out_line(p, "%s(%s, %s, %s, %s, %s, %s,", kernel_name(p->g, k), rounds(m, 0), rounds(m, 1), p->rows,
             out_corner(p, leaf->corner[1]), step(m, 1, 0), shorter(p->g, stride(p, leaf->matrix[1], row)));
    out_line(p, "    %s, %s, %s, %s, %s);", out_corner(p, leaf->corner[2]),
             shorter(p->g, stride(p, leaf->matrix[2], row)), step(m, 2, 1), out_corner(p, leaf->corner[0]),
             step(m, 0, 0));
}

static void print_mix(const Multiply *m)
{
    Printer *p = m->p;
    const Loop *leaf = m->leaf;
    out_line(p, "%s(%s, %s, %s, %s, %s, %s, %s,", kernel_name(p->g, KERNEL_VMIX), rounds(m, 0), p->rows,
             out_corner(p, leaf->corner[1]), step(m, 1, 0), out_corner(p, leaf->corner[2]),
             out_corner(p, leaf->corner[0]), step(m, 0, 0));
    out_line(p, "    %s);", ways(m, 1, m->inner.n, 1, 2));
}

static void print_dots(const Multiply *m)
{
    Printer *p = m->p;
    const Loop *leaf = m->leaf;
    out_line(p, "%s(%s, %s, %s, %s, %s, %s, %s,", kernel_name(p->g, KERNEL_VDOTS), rounds(m, 0), p->rows,
             out_corner(p, leaf->corner[1]), step(m, 1, 0), out_corner(p, leaf->corner[2]),
             out_corner(p, leaf->corner[0]), step(m, 0, 0));
    out_line(p, "    %s,", ways(m, 1, m->columns, 2, 0));
    out_line(p, "    %s);", ways(m, m->columns, m->inner.n, 1, 2));
}

static void print_product(Printer *p, const Loop *rows)
{
    Ir *ir = p->g->ir;
    const Loop *leaf = rows->kids.at[0];
    Multiply m = {p, leaf, ir->eq.at[leaf->eq].inner, 1};
    bool maps = ir_has_var(ir, leaf->element, rows->binder.var);
    while (m.columns < m.inner.n && ir_has_var(ir, leaf->element, ir->binder.at[m.inner.at + m.columns].var))
        m.columns++;
    out_need(p, leaf->rounds.at, leaf->rounds.n);
    if (maps)
        (m.inner.n == 2 ? print_map : print_mix)(&m);
    else
        (m.columns == m.inner.n ? print_sum : print_dots)(&m);
}

/* What jammed copies will read: 64 rows are more than a machine follows by itself. */
static void print_soon(Printer *p, const Loop *rows)
{
    p->g->kernel[KERNEL_LANES] = 1;
    for (uint32_t k = 0; k < rows->kids.n; k += COPY)
        out_line(p, "%s_SOON(%s);", p->g->P, out_corner(p, p->g->ir->eq.at[rows->kids.at[k]->eq].body));
}

/* Row by row: the row's number is printed where something asks for it. */
static void print_each(Printer *p, const Loop *rows)
{
    Gen *g = p->g;
    Text before = p->out;
    Id row = rows->binder.var;
    const char *lane = p->lane = name_fresh(g, &p->names, "r");
    const char *name = for_bind(p, rows->binder), *first = p->var_name[g->ir->node.at[rows->binder.lo].u.ref];
    bool all = rows->run == ROWS_COPIES || rows->run == ROWS_INPUTS;
    p->filled = all ? name_fresh(g, &p->names, "m") : NULL;
    p->filled_used = false;
    p->var_used[row] = 0;
    p->out = (Text){.arena = g->arena};
    p->indent++;
    if (rows->ahead) print_soon(p, rows);
    print_block(p, rows);
    p->indent--;
    Text body = p->out;
    p->out = before;
    if (all)
        out_line(p, "for (int %s = 0; %s < %d; %s++) {", lane, lane, LANES, lane);
    else
        out_line(p, "for (int %s = 0; %s < %s; %s++) {", lane, lane, p->rows, lane);
    const char *copied = arena_printf(g->arena, "%s < %s ? %s : %s - 1", lane, p->rows, lane, p->rows);
    const char *at = p->filled_used ? p->filled : all ? arena_printf(g->arena, "(%s)", copied) : lane;
    if (p->filled_used) out_line(p, "    const int %s = %s;", p->filled, copied);
    if (p->var_used[row]) out_line(p, "    const int64_t %s = %s + %s;", name, first, at);
    text_addn(&p->out, body.at, body.n);
    p->indent++;
    for_close(p, rows->binder);
    name_remove(&p->names, lane);
    if (all) name_remove(&p->names, p->filled);
    p->lane = p->filled = NULL;
}

/* ---- vectors of which a tile is a part */

/* The element that is not of the tile's own copy; and that of the copy. */
static Id whole_of(const Printer *p, const Loop *rows, const Loop *leaf)
{
    return rows->run == ROWS_INPUTS ? p->g->ir->eq.at[leaf->eq].body : leaf->element;
}

static Id copy_of(const Printer *p, const Loop *rows, const Loop *leaf)
{
    return rows->run == ROWS_INPUTS ? leaf->element : p->g->ir->eq.at[leaf->eq].body;
}

/* Do all leaves copy what lies in memory as lanes do, element by element? */
static bool are_views(const Printer *p, const Loop *rows)
{
    if (rows->up->kind != LOOP_TILE) return false;
    for (uint32_t k = 0; k < rows->kids.n; k++) {
        const Loop *leaf = rows->kids.at[k];
        const Id array = p->g->ir->node.at[whole_of(p, rows, leaf)].u.ref;
        const Store *whole = &p->f->store[array], *copy = &p->f->store[p->g->ir->node.at[copy_of(p, rows, leaf)].u.ref];
        const bool in = rows->run == ROWS_INPUTS && (whole->place == AT_INPUT || whole->place == AT_WORK),
                   out = rows->run == ROWS_RESULTS && whole->place == AT_OUT && !is_integer_result(p->f, array);
        if ((!in && !out) || whole->dropped || (whole->turns && whole->turns[0])) return false;
        if (!copy->lanes || copy->place != AT_WORK) return false;
    }
    return true;
}

/* Lets the rows of a whole tile stand where they are. */
static void open_views(Printer *p, const Loop *rows)
{
    Gen *g = p->g;
    const Subst first = {rows->binder.var, rows->binder.lo};
    for (uint32_t k = 0; k < rows->kids.n; k++) {
        const Id whole = whole_of(p, rows, rows->kids.at[k]), copy = copy_of(p, rows, rows->kids.at[k]);
        const char *there = out_corner(p, ir_subst(g->ir, whole, &first, 1)), *here = address(p, copy);
        const char *name = g->array_name[g->ir->node.at[whole].u.ref];
        name = name_fresh(g, &p->names, arena_printf(g->arena, "%s_at", name));
        out_line(p, "%s%s *const %s = %s == %d ? %s : %s;", rows->run == ROWS_INPUTS ? "const " : "", g->real, name,
                 p->rows, LANES, there, here);
        p->f->store[g->ir->node.at[copy].u.ref].view = name;
    }
}

static void close_views(Printer *p, const Loop *rows)
{
    for (uint32_t k = 0; k < rows->kids.n; k++) {
        Store *copy = &p->f->store[p->g->ir->node.at[copy_of(p, rows, rows->kids.at[k])].u.ref];
        if (copy->view) name_remove(&p->names, copy->view);
        copy->view = NULL;
    }
}

/* The copies themselves, for the last rows. */
static void print_views(Printer *p, const Loop *rows)
{
    if (rows->run == ROWS_RESULTS) close_views(p, rows);
    out_line(p, "if (%s < %d) {", p->rows, LANES);
    p->indent++;
    print_each(p, rows);
    p->indent--;
    out_line(p, "}");
    if (rows->run == ROWS_INPUTS) open_views(p, rows);
}

static bool is_views(const Loop *l)
{
    return l->kind == LOOP_ROWS && (l->run == ROWS_INPUTS || l->run == ROWS_RESULTS);
}

void print_rows(Printer *p, const Loop *rows)
{
    if (rows->run == ROWS_PRODUCT)
        print_product(p, rows);
    else if (rows->run == ROWS_CALL)
        print_call(p, rows);
    else if (rows->run == ROWS_MAPS || rows->run == ROWS_SUMS)
        print_stage(p, rows);
    else if (is_views(rows) && are_views(p, rows))
        print_views(p, rows);
    else
        print_each(p, rows);
}

void print_tile(Printer *p, const Loop *tile)
{
    Gen *g = p->g;
    const char *lo = out_expr(p, tile->binder.lo, T_INT, P_COND), *hi = out_expr(p, tile->binder.hi, T_INT, P_REL + 1);
    const char *name = for_bind(p, tile->binder);
    p->rows = name_fresh(g, &p->names, "rows");
    out_line(p, "for (int64_t %s = %s; %s < %s; %s += %d) {", name, lo, name, hi, name, LANES);
    p->indent++;
    out_line(p, "const int %s = %s - %s < %d ? (int)(%s - %s) : %d;", p->rows, hi, name, LANES, hi, name, LANES);
    for (uint32_t k = 0; k < tile->kids.n; k++) {
        const Loop *rows = tile->kids.at[k];
        if (is_views(rows) && rows->run == ROWS_RESULTS && are_views(p, rows)) open_views(p, rows);
    }
    print_block(p, tile);
    for (uint32_t k = 0; k < tile->kids.n; k++)
        if (is_views(tile->kids.at[k])) close_views(p, tile->kids.at[k]);
    for_close(p, tile->binder);
    name_remove(&p->names, p->rows);
}
