/*
 * cexpr.c -- scalar expressions as C text.
 *
 * Nodes get their text in ascending order, so operands first and without recursion over a body.  A node that is used more than once in
 * its block, or whose text grows long, becomes a `const` variable on a line of its own: so a sum of 100,000 terms is many
 * short statements.  What stands behind a branch is printed inside it, so that what is not taken is neither computed nor read.
 */
#include "emit.h"

#include "ckernel.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 88, INLINE_WIDTH = 64, DEEPEST = 240 };

/* ---- output */

Printer printer_new(Gen *g, Func *f)
{
    Printer p = {.g = g, .f = f, .indent = 1};
    p.out.arena = g->arena;
    p.var_name = arena_alloc(g->arena, sizeof *p.var_name * (g->ir->var.n + 1u));
    p.var_natural = arena_alloc(g->arena, g->ir->var.n + 1u);
    p.var_used = arena_alloc(g->arena, g->ir->var.n + 1u);
    p.dim_used = arena_alloc(g->arena, g->ir->dim.n + 1u);
    return p;
}

void out_line(Printer *p, const char *fmt, ...)
{
    va_list args;
    for (uint32_t k = 0; k < p->indent; k++) text_add(&p->out, "    ");
    va_start(args, fmt);
    text_addv(&p->out, fmt, args);
    va_end(args);
    text_add(&p->out, "\n");
}

const char *type_text(const Gen *g, Type t) { return t == T_REAL ? g->real : t == T_INT ? "int64_t" : "int"; }

const char *real_text(const Gen *g, double x)
{
    const char *f = g->opts->single ? "f" : "";
    if (x != x) return arena_printf(g->arena, "(0.0%s / 0.0%s)", f, f);
    if (isinf(x) || (g->opts->single && fabs(x) > (double)FLT_MAX))
        return arena_printf(g->arena, "(%s1.0%s / 0.0%s)", x < 0 ? "-" : "", f, f);
    Text t = {.arena = g->arena};
    bool negative = signbit(x) != 0;
    if (negative) text_add(&t, "(-");
    if (g->opts->single) {
        char buffer[40];
        float y = (float)fabs(x);
        for (int digits = 1; digits <= 9; digits++) {
            snprintf(buffer, sizeof buffer, "%.*g", digits, (double)y);
            if (strtof(buffer, NULL) == y) break;
        }
        text_add(&t, buffer);
        if (!strpbrk(buffer, ".e")) text_add(&t, ".0");
        text_add(&t, "f");
    } else {
        text_add_real(&t, fabs(x));
    }
    if (negative) text_add(&t, ")");
    return t.at;
}

/* ---- blocks */

static uint32_t strict_kids(const Printer *p, const Node *x)
{
    if (p->eager) return x->n;
    return x->op == OP_SELECT || x->op == OP_AND || x->op == OP_OR ? 1 : x->n;
}

/* A subscript of a dimension without storage: nobody asks for its text. */
static bool is_dropped(const Printer *p, Id id, uint32_t k)
{
    Node x = p->g->ir->node.at[id];
    return x.op == OP_READ && k < 64 && p->f && p->f->store && p->f->store[x.u.ref].dropped >> k & 1;
}

/* Does the text mention operand k twice?  Small powers are products. */
static uint32_t mentions(const Ir *ir, Id id, uint32_t k)
{
    Node x = ir->node.at[id];
    int64_t n;
    switch ((int)x.op) {
    case OP_IPOW: return k == 0 && ir_const_int(ir, ir_kid(ir, id, 1), &n) && n >= 2 && n <= 4 ? 2 : 1;
    case OP_MAX2:
    case OP_MIN2:
    case OP_IMAX:
    case OP_IMIN:
    case OP_ISNAN:
    case OP_RELU:
    case OP_SIGN: return 2;
    default: return 1;
    }
}

/* The nodes without a text that the roots need for certain, ascending, with how often each is used (in g->uses). */
static IdVec strict_reach(Printer *p, const Id *roots, uint32_t n)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    uint32_t stamp = ++g->stamp;
    IdVec found = {0};
    for (uint32_t k = 0; k < n; k++) {
        Id id = roots[k];
        if (!id || g->text[id]) continue;
        if (g->mark[id] != stamp) {
            g->mark[id] = stamp;
            g->uses[id] = 0;
            vec_push(g->arena, &found, id);
        }
        g->uses[id]++;
    }
    for (uint32_t at = 0; at < found.n; at++) {
        Id id = found.at[at];
        Node x = ir->node.at[id];
        for (uint32_t k = 0; k < strict_kids(p, &x); k++) {
            Id kid = ir_kid(ir, id, k);
            if (g->text[kid] || is_dropped(p, id, k)) continue;
            if (g->mark[kid] != stamp) {
                g->mark[kid] = stamp;
                g->uses[kid] = 0;
                vec_push(g->arena, &found, kid);
            }
            g->uses[kid] += mentions(ir, id, k);
        }
    }
    return found;
}

static int by_id(const void *a, const void *b)
{
    Id x = *(const Id *)a, y = *(const Id *)b;
    return x < y ? -1 : x > y;
}

void block_open(Printer *p, Scope *s, const IdVec *roots)
{
    *s = (Scope){.trail = p->trail.n};
    s->block.ids = strict_reach(p, roots->at, roots->n);
    ir_sort_ids(p->g->ir, &s->block.ids);
    s->block.count = arena_alloc(p->g->arena, sizeof *s->block.count * (s->block.ids.n + 1u));
    for (uint32_t k = 0; k < s->block.ids.n; k++) s->block.count[k] = p->g->uses[s->block.ids.at[k]];
    s->block.up = p->block;
    p->block = &s->block;
}

void out_forget(Printer *p, uint32_t trail)
{
    while (p->trail.n > trail) {
        Texted was = p->trail.at[--p->trail.n];
        p->g->text[was.id] = was.text;
        p->g->prec[was.id] = was.prec;
    }
}

void printer_end(Printer *p) { out_forget(p, 0); }

void block_close(Printer *p, Scope *s)
{
    out_forget(p, s->trail);
    p->block = s->block.up;
}

static uint32_t uses_in_block(const Printer *p, Id id)
{
    const Block *b = p->block;
    if (!b || !b->ids.n) return 0;
    const Id *found = bsearch(&id, b->ids.at, b->ids.n, sizeof id, by_id);
    return found ? b->count[found - b->ids.at] : 0;
}

/* ---- texts */

static void set(Printer *p, Id id, const char *text, int prec)
{
    Gen *g = p->g;
    vec_push(g->arena, &p->trail, ((Texted){id, g->prec[id], g->text[id]}));
    g->text[id] = text;
    g->prec[id] = (uint8_t)prec;
}

void out_expr_is(Printer *p, Id id, const char *name) { set(p, id, name, P_NAME); }

static void make(Printer *p, Id id);

/* Sizes and other integers may be asked for without having been announced: they are short. */
static void ensure(Printer *p, Id id)
{
    if (p->g->text[id]) return;
    Node x = p->g->ir->node.at[id];
    for (uint32_t k = 0; k < x.n; k++)
        if (!is_dropped(p, id, k)) ensure(p, ir_kid(p->g->ir, id, k));
    make(p, id);
}

const char *out_expr(Printer *p, Id id, Type as, int prec)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    ensure(p, id);
    Type type = ir_type(ir, id);
    if (as == T_REAL && type != T_REAL) {
        int64_t k;
        if (type == T_INT && ir_const_int(ir, id, &k)) return real_text(g, (double)k);
        const char *s = out_expr(p, id, type, P_UNARY);
        s = arena_printf(g->arena, "(%s)%s", g->real, s);
        return prec > P_UNARY ? arena_printf(g->arena, "(%s)", s) : s;
    }
    return g->prec[id] < prec ? arena_printf(g->arena, "(%s)", g->text[id]) : g->text[id];
}

static const char *kid_text(Printer *p, Id id, uint32_t k, Type as, int prec)
{
    return out_expr(p, ir_kid(p->g->ir, id, k), as, prec);
}

/* ---- elements of arrays */

static bool dropped(const Store *s, uint32_t d) { return d < 64 && s->dropped >> d & 1; }

static const char *index_text(Printer *p, Id array, const Store *s, Slice subs)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    Slice dims = ir->array.at[array].dims;
    const char *at = NULL;
    int64_t known = 0; /* where `at` is NULL: the index so far */
    for (uint32_t d = 0; d < subs.n; d++) {
        if (dropped(s, d)) continue;
        Id sub = ir->kid.at[subs.at + d], size = ir->kid.at[dims.at + d];
        int64_t k, n;
        if (ir_is_int(ir, size, 1)) continue;
        if (s->turns && s->turns[d]) {
            size = ir_int(ir, s->turns[d]);
            sub = ir_op2(ir, OP_MOD, sub, size);
        }
        if (!at && ir_const_int(ir, sub, &k) && (known == 0 || ir_const_int(ir, size, &n))) {
            known = (known ? known * n : 0) + k;
            continue;
        }
        const char *head = "";
        if (at)
            head = arena_printf(g->arena, strpbrk(at, "+-?%/<|&") ? "(%s) * %s + " : "%s * %s + ", at,
                                out_expr(p, size, T_INT, P_UNARY));
        else if (known)
            head = arena_printf(g->arena, "%lld * %s + ", (long long)known, out_expr(p, size, T_INT, P_UNARY));
        at = arena_printf(g->arena, "%s%s", head, out_expr(p, sub, T_INT, *head ? P_MUL : P_COND));
    }
    return at ? at : arena_printf(g->arena, "%lld", (long long)known);
}

/* Integers and conditions are there for rows alone: what they would be elsewhere could be a subscript that lies outside. */
static const char *lane_text(Printer *p, Id array)
{
    if (!p->filled || p->g->ir->array.at[array].type == T_REAL) return p->lane;
    p->filled_used = true;
    return p->filled;
}

/* The index of an element; of an array of lanes: of the row at hand. */
static const char *place_text(Printer *p, Id array, const Store *s, Slice subs)
{
    const char *at = index_text(p, array, s, subs);
    if (!s->lanes) return at;
    const char *lane = lane_text(p, array);
    if (strcmp(at, "0") == 0) return lane;
    return arena_printf(p->g->arena, strpbrk(at, "+-?%/<|&") ? "(%s) * %d + %s" : "%s * %d + %s", at, LANES, lane);
}

const char *out_element_name(Printer *p, Id array, uint32_t at)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    const Store *s = &p->f->store[array];
    Element *e = &s->element[at];
    if (e->name) return e->name;
    Slice dims = ir->array.at[array].dims;
    const char *digits = "";
    for (uint32_t d = dims.n; d-- > 0;) {
        int64_t size = 1;
        if (dropped(s, d)) continue;
        ir_const_int(ir, ir->kid.at[dims.at + d], &size);
        digits = arena_printf(g->arena, "_%u%s", at % (uint32_t)size, digits);
        at /= (uint32_t)size;
    }
    const char *name = g->array_name[array];
    return e->name = *digits ? name_fresh(g, &p->names, arena_printf(g->arena, "%s%s", name, digits)) : name;
}

Element *out_element_of(Printer *p, Id array, Slice subs)
{
    const Store *s = &p->f->store[array];
    uint32_t at = (uint32_t)plan_index(p->g->ir, array, s->dropped, subs);
    out_element_name(p, array, at);
    return &s->element[at];
}

/* What the elements of an array in memory are elements of. */
static const char *base_text(const Printer *p, Id array)
{
    const char *view = p->f->store[array].view;
    return view ? view : p->g->array_name[array];
}

const char *out_element(Printer *p, Id array, Slice subs)
{
    Gen *g = p->g;
    Store *s = &p->f->store[array];
    if (!s->used) vec_push(g->arena, &p->used, array);
    s->used = true;
    switch (s->place) {
    case AT_VALUE: return g->array_name[array];
    case AT_LOCAL: return out_element_of(p, array, subs)->name;
    case AT_SINGLE: {
        uint32_t k = p->f->argument[array];
        return arena_printf(g->arena, "%s[%u]", k ? p->f->entry.arg[k - 1].name : "theta", s->slot);
    }
    case AT_CELL: return arena_printf(g->arena, "cells[%u]", s->slot);
    case AT_INPUT:
    case AT_OUT:
    case AT_WORK: return arena_printf(g->arena, "%s[%s]", base_text(p, array), place_text(p, array, s, subs));
    case AT_NOWHERE: break;
    }
    die("array %s has no place", g->ir->array.at[array].name);
}

const char *out_matrix(Printer *p, Id array, Slice subs, uint32_t rank)
{
    Gen *g = p->g;
    Store *s = &p->f->store[array];
    Slice dims = g->ir->array.at[array].dims;
    if (!s->used) vec_push(g->arena, &p->used, array);
    s->used = true;
    if (s->place == AT_CELL) return arena_printf(g->arena, "&cells[%u]", s->slot);
    if (s->place != AT_WORK && s->place != AT_OUT) die("the matrix %s has no address", g->ir->array.at[array].name);
    const char *name = g->array_name[array], *at = index_text(p, array, s, (Slice){subs.at, subs.n - rank});
    if (strcmp(at, "0") == 0) return name;
    for (uint32_t d = subs.n - rank; d < subs.n; d++) {
        const Id size = g->ir->kid.at[dims.at + d];
        if (ir_is_int(g->ir, size, 1)) continue;
        if (strpbrk(at, "+-?%/<|&")) at = arena_printf(g->arena, "(%s)", at);
        at = arena_printf(g->arena, "%s * %s", at, out_expr(p, size, T_INT, P_UNARY));
    }
    return arena_printf(g->arena, "%s + %s", name, at);
}

const char *out_lanes(Printer *p, Id array, Slice subs)
{
    Gen *g = p->g;
    const Store *s = &p->f->store[array];
    if (!s->lanes) return out_matrix(p, array, subs, 1); /* partial sums */
    p->lane = "";
    out_element(p, array, subs);
    const char *at = index_text(p, array, s, subs), *name = base_text(p, array);
    if (strcmp(at, "0") == 0) return name;
    return arena_printf(g->arena, strpbrk(at, "+-?%/<|&") ? "%s + (%s) * %d" : "%s + %s * %d", name, at, LANES);
}

const char *out_corner(Printer *p, Id read)
{
    Gen *g = p->g;
    Node x = g->ir->node.at[read];
    Slice subs = {x.kids, x.n};
    const Store *s = &p->f->store[x.u.ref];
    if (s->lanes) return out_lanes(p, x.u.ref, subs);
    out_element(p, x.u.ref, subs);
    const char *at = index_text(p, x.u.ref, s, subs), *name = g->array_name[x.u.ref];
    return strcmp(at, "0") == 0 ? name : arena_printf(g->arena, "%s + %s", name, at);
}

static void make_read(Printer *p, Id id)
{
    Gen *g = p->g;
    Node x = g->ir->node.at[id];
    const Store *s = &p->f->store[x.u.ref];
    Type type = (Type)g->ir->array.at[x.u.ref].type;
    const char *text = out_element(p, x.u.ref, (Slice){x.kids, x.n});
    bool result = s->place == AT_OUT && type != T_REAL; /* the caller's are reals */
    if (type == T_INT && (result || s->place == AT_INPUT || s->place == AT_VALUE))
        set(p, id, arena_printf(g->arena, "(int64_t)%s", text), P_UNARY);
    else if (result)
        set(p, id, arena_printf(g->arena, "%s != 0", text), P_REL);
    else
        set(p, id, text, P_NAME);
}

/* ---- operators */

static void infix(Printer *p, Id id, const char *op, int prec, Type as)
{
    const char *a = kid_text(p, id, 0, as, prec), *b = kid_text(p, id, 1, as, prec + 1);
    set(p, id, arena_printf(p->g->arena, "%s %s %s", a, op, b), prec);
}

static void call(Printer *p, Id id, const char *name)
{
    Text t = {.arena = p->g->arena};
    text_addf(&t, "%s(", name);
    for (uint32_t k = 0; k < p->g->ir->node.at[id].n; k++)
        text_addf(&t, "%s%s", k ? ", " : "", kid_text(p, id, k, T_REAL, P_COND));
    text_add(&t, ")");
    set(p, id, t.at, P_NAME);
}

const char *kernel_name(Gen *g, Kernel k)
{
    g->kernel[k] = 1;
    return arena_printf(g->arena, "%s_%s", g->p, kernel_info[k].name);
}

static bool natural(Printer *p, Id id)
{
    Ir *ir = p->g->ir;
    Node x = ir->node.at[id];
    switch ((int)x.op) {
    case OP_CONST: return x.type == T_INT && x.u.i >= 0;
    case OP_VAR: return p->var_natural[x.u.ref];
    case OP_SUB: /* the number of rows */
        return p->f && p->f->first && ir_kid(ir, id, 0) == ir_var(ir, p->f->last) &&
               ir_kid(ir, id, 1) == ir_var(ir, p->f->first);
    case OP_DIM:
    case OP_ISQRT: return true;
    case OP_ADD:
    case OP_MUL:
    case OP_IMIN: return natural(p, ir_kid(ir, id, 0)) && natural(p, ir_kid(ir, id, 1));
    case OP_IMAX: return natural(p, ir_kid(ir, id, 0)) || natural(p, ir_kid(ir, id, 1));
    case OP_READ: {
        Array a = ir->array.at[x.u.ref];
        return a.kind == ARRAY_DATA && a.lo && natural(p, a.lo);
    }
    default: return false;
    }
}

static void make_division(Printer *p, Id id)
{
    Ir *ir = p->g->ir;
    bool quotient = ir_opof(ir, id) == OP_IDIV;
    if (!p->checked && natural(p, ir_kid(ir, id, 0)) && natural(p, ir_kid(ir, id, 1))) {
        infix(p, id, quotient ? "/" : "%", P_MUL, T_INT);
        return;
    }
    const char *a = kid_text(p, id, 0, T_INT, P_COND), *b = kid_text(p, id, 1, T_INT, P_COND);
    set(p, id, arena_printf(p->g->arena, "%s(%s, %s)", kernel_name(p->g, quotient ? KERNEL_IDIV : KERNEL_IMOD), a, b),
        P_NAME);
}

static void make_power(Printer *p, Id id)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    Type type = ir_type(ir, id);
    int64_t n;
    if (ir_const_int(ir, ir_kid(ir, id, 1), &n) && n >= 0 && n <= 4) {
        const char *x = kid_text(p, id, 0, type, P_UNARY);
        const char *one = type == T_REAL ? real_text(g, 1) : "1";
        if (n == 0) set(p, id, one, P_NAME);
        if (n == 1) set(p, id, kid_text(p, id, 0, type, P_NAME), P_NAME);
        if (n == 2) set(p, id, arena_printf(g->arena, "%s * %s", x, x), P_MUL);
        if (n == 3) set(p, id, arena_printf(g->arena, "%s * %s * %s", x, x, x), P_MUL);
        if (n == 4) set(p, id, arena_printf(g->arena, "%s * %s * (%s * %s)", x, x, x, x), P_MUL);
        return;
    }
    const char *x = kid_text(p, id, 0, type, P_COND), *k = kid_text(p, id, 1, T_INT, P_COND);
    const char *f = kernel_name(g, type == T_REAL ? KERNEL_IPOW : KERNEL_IPOWI);
    set(p, id, arena_printf(g->arena, "%s(%s, %s)", f, x, k), P_NAME);
}

static void to_plain(Printer *p, Id id);

/* max and min: the first where equal, the other one where one is NaN. */
static void make_extreme(Printer *p, Id id, const char *op, bool ints)
{
    Type as = ints ? T_INT : T_REAL;
    for (uint32_t k = 0; k < 2 && p->eager; k++) to_plain(p, ir_kid(p->g->ir, id, k));
    const char *a = kid_text(p, id, 0, as, P_ADD), *b = kid_text(p, id, 1, as, P_ADD);
    const char *form = p->eager ? "((%s %s %s)%s) ? %s : %s" : "%s %s %s%s ? %s : %s";
    const char *nan = ints ? "" : arena_printf(p->g->arena, p->eager ? " | (%s != %s)" : " || %s != %s", a, a);
    set(p, id, arena_printf(p->g->arena, form, b, op, a, nan, b, a), P_COND);
}

static void make_twice(Printer *p, Id id)
{
    Gen *g = p->g;
    const char *x = kid_text(p, id, 0, T_REAL, P_ADD);
    Op op = ir_opof(g->ir, id);
    if (op == OP_ISNAN) set(p, id, arena_printf(g->arena, "%s != %s", x, x), P_REL);
    if (op == OP_RELU) set(p, id, arena_printf(g->arena, "%s > 0 ? %s : 0", x, x), P_COND);
    if (op == OP_SIGN) set(p, id, arena_printf(g->arena, "(%s)((%s > 0) - (%s < 0))", g->real, x, x), P_UNARY);
}

static void make_random(Printer *p, Id id)
{
    Gen *g = p->g;
    Node x = g->ir->node.at[id];
    const char *h = arena_printf(g->arena, "%s()", kernel_name(g, KERNEL_RANDOM_BEGIN));
    for (uint32_t k = 0; k < x.n; k++)
        h = arena_printf(g->arena, "%s(%s, (double)%s)", kernel_name(g, KERNEL_RANDOM_MIX), h,
                         kid_text(p, id, k, ir_type(g->ir, ir_kid(g->ir, id, k)), P_UNARY));
    set(p, id, arena_printf(g->arena, "%s(%s)", kernel_name(g, KERNEL_RANDOM_END), h), P_NAME);
}

/* Extern functions are of doubles, whatever the model's numbers are. */
static void make_external(Printer *p, Id id)
{
    Gen *g = p->g;
    Node x = g->ir->node.at[id];
    Text t = {.arena = g->arena};
    g->external[x.u.ref] = 1;
    if (g->opts->single) text_addf(&t, "(%s)", g->real);
    text_addf(&t, "%s(", g->ir->external.at[x.u.ref].name);
    for (uint32_t k = 0; k < x.n; k++) {
        const char *arg = kid_text(p, id, k, T_REAL, g->opts->single ? P_UNARY : P_COND);
        text_addf(&t, "%s%s%s", k ? ", " : "", g->opts->single ? "(double)" : "", arg);
    }
    text_add(&t, ")");
    set(p, id, t.at, g->opts->single ? P_UNARY : P_NAME);
}

static void make_const(Printer *p, Id id)
{
    Node x = p->g->ir->node.at[id];
    if (x.type == T_REAL)
        set(p, id, real_text(p->g, x.u.r), P_NAME);
    else if (x.type == T_INT && x.u.i < 0)
        set(p, id, arena_printf(p->g->arena, "(%lld)", (long long)x.u.i), P_NAME);
    else
        set(p, id, arena_printf(p->g->arena, "%lld", (long long)x.u.i), P_NAME);
}

static void make_arith(Printer *p, Id id, const char *op, int prec)
{
    Type type = ir_type(p->g->ir, id);
    if (!p->checked || type != T_INT) {
        infix(p, id, op, prec, type);
        return;
    }
    const char *a = kid_text(p, id, 0, T_INT, P_COND), *b = kid_text(p, id, 1, T_INT, P_COND);
    Op which = ir_opof(p->g->ir, id);
    Kernel k = which == OP_ADD ? KERNEL_ADD : which == OP_SUB ? KERNEL_SUB : KERNEL_MUL;
    set(p, id, arena_printf(p->g->arena, "%s(%s, %s)", kernel_name(p->g, k), a, b), P_NAME);
}

static void make_var(Printer *p, Id id)
{
    Id var = p->g->ir->node.at[id].u.ref;
    if (p->f && var == p->f->first) {
        p->first_used = true;
        set(p, id, "first", P_NAME);
    } else if (p->f && var == p->f->last) {
        p->last_used = true;
        set(p, id, "last", P_NAME);
    } else {
        p->var_used[var] = 1;
        if (!p->var_name[var]) die("variable %s is not bound", p->g->ir->var.at[var].name);
        set(p, id, p->var_name[var], P_NAME);
    }
}

static Type compared(const Ir *ir, Id id)
{
    Type a = ir_type(ir, ir_kid(ir, id, 0)), b = ir_type(ir, ir_kid(ir, id, 1));
    return a == T_REAL || b == T_REAL ? T_REAL : T_INT;
}

static void make_lazy(Printer *p, Id id);

static void make(Printer *p, Id id)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    Node x = ir->node.at[id];
    const char *f = g->opts->single ? "f" : "";
    switch ((Op)x.op) {
    case OP_CONST: make_const(p, id); break;
    case OP_VAR: make_var(p, id); break;
    case OP_DIM:
        p->dim_used[x.u.ref] = 1;
        set(p, id, g->dim_name[x.u.ref], P_NAME);
        break;
    case OP_READ: make_read(p, id); break;
    case OP_ADD: make_arith(p, id, "+", P_ADD); break;
    case OP_SUB: make_arith(p, id, "-", P_ADD); break;
    case OP_MUL: make_arith(p, id, "*", P_MUL); break;
    case OP_DIV: infix(p, id, "/", P_MUL, T_REAL); break;
    case OP_IDIV:
    case OP_MOD: make_division(p, id); break;
    case OP_NEG: {
        const char *a = kid_text(p, id, 0, (Type)x.type, P_NAME);
        if (p->checked)
            set(p, id, arena_printf(g->arena, "%s(0, %s)", kernel_name(g, KERNEL_SUB), a), P_NAME);
        else
            set(p, id, arena_printf(g->arena, "-%s", a), P_UNARY);
        break;
    }
    case OP_IPOW: make_power(p, id); break;
    case OP_LT: infix(p, id, "<", P_REL, compared(ir, id)); break;
    case OP_LE: infix(p, id, "<=", P_REL, compared(ir, id)); break;
    case OP_EQ: infix(p, id, "==", P_REL, compared(ir, id)); break;
    case OP_NE: infix(p, id, "!=", P_REL, compared(ir, id)); break;
    case OP_NOT: set(p, id, arena_printf(g->arena, "!%s", kid_text(p, id, 0, T_BOOL, P_NAME)), P_UNARY); break;
    case OP_AND:
    case OP_OR:
    case OP_SELECT: make_lazy(p, id); break;
    case OP_IMAX: make_extreme(p, id, ">", true); break;
    case OP_IMIN: make_extreme(p, id, "<", true); break;
    case OP_ISQRT:
        set(p, id, arena_printf(g->arena, "%s(%s)", kernel_name(g, KERNEL_ISQRT), kid_text(p, id, 0, T_INT, P_COND)),
            P_NAME);
        break;
    case OP_MAX2: make_extreme(p, id, ">", false); break;
    case OP_MIN2: make_extreme(p, id, "<", false); break;
    case OP_ISNAN:
    case OP_RELU:
    case OP_SIGN: make_twice(p, id); break;
    case OP_SIGMOID: call(p, id, kernel_name(g, KERNEL_SIGMOID)); break;
    case OP_SOFTPLUS: call(p, id, kernel_name(g, KERNEL_SOFTPLUS)); break;
    case OP_POLYGAMMA: {
        const char *n = kid_text(p, id, 0, T_INT, P_COND), *y = kid_text(p, id, 1, T_REAL, P_COND);
        set(p, id, arena_printf(g->arena, "%s(%s, %s)", kernel_name(g, KERNEL_POLYGAMMA), n, y), P_NAME);
        break;
    }
    case OP_STOP: set(p, id, kid_text(p, id, 0, T_REAL, P_NAME), P_NAME); break;
    case OP_RANDOM: make_random(p, id); break;
    case OP_EXTERN: make_external(p, id); break;
#define CASE_LIBM(name, function)                               \
    case OP_##name:                                             \
        call(p, id, arena_printf(g->arena, #function "%s", f)); \
        break;
#define CASE_OWN(name, function)
#define OP(name, text, kids, form, result, partials, by, function, cost) CASE_##by(name, function)
        ADC_OPS(OP)
#undef OP
    case OP_COUNT: die("no such op");
    }
}

/* ---- branches */

static bool costly(const Ir *ir, Id id) { return op_cost[ir_opof(ir, id)] > 1; }

/*
 * Gives texts to all that `id` needs, if that stays a short expression in which nothing costly stands twice: C's own ?: && || are lazy
 * too.  *room: characters left.
 */
static bool inline_text(Printer *p, Id id, int *room, IdVec *seen)
{
    Gen *g = p->g;
    if (g->text[id] && (*room -= (int)strlen(g->text[id])) >= 0) {
        for (uint32_t k = 0; k < seen->n; k++)
            if (seen->at[k] == id && costly(g->ir, id)) return false;
        return true;
    }
    *room -= 2;
    Node x = g->ir->node.at[id];
    for (uint32_t k = 0; k < x.n; k++)
        for (uint32_t m = 0; m < mentions(g->ir, id, k) && !is_dropped(p, id, k); m++)
            if (*room < 0 || !inline_text(p, ir_kid(g->ir, id, k), room, seen)) return false;
    if (*room < 0 || x.op == OP_SELECT) return false;
    make(p, id);
    vec_push(g->arena, seen, id);
    return true;
}

static bool try_inline(Printer *p, Id id)
{
    int room = INLINE_WIDTH;
    IdVec seen = {0};
    return inline_text(p, id, &room, &seen);
}

const char *fresh_temp(Printer *p) { return name_fresh(p->g, &p->names, arena_printf(p->g->arena, "t%u", ++p->temps)); }

/* clang reads no more than 256 brackets in each other; libtcc does not mind. */
static void check_depth(const Printer *p)
{
    Context *ctx = p->g->ctx;
    if (p->indent < DEEPEST || p->g->opts->jit || ctx->errors) return;
    uint32_t at = p->line && p->line <= ctx->src.lines ? ctx->src.line[p->line - 1] : 0;
    diag_error(ctx, (Span){at, at + 1}, "branches are nested more than %d deep, which C compilers refuse", DEEPEST);
    diag_help(ctx, "name inner ones by a let of their own");
}

static void to_variable(Printer *p, Id id);

/* What lanes choose from: variables and constants. */
static void to_plain(Printer *p, Id id)
{
    if (ir_opof(p->g->ir, id) != OP_CONST) to_variable(p, id);
}

/* One arm: a block in which the arm's value goes to `name`. */
static void print_arm(Printer *p, Id arm, const char *name, Type type)
{
    Scope s;
    IdVec roots = {0};
    vec_push(p->g->arena, &roots, arm);
    check_depth(p);
    p->indent++;
    block_open(p, &s, &roots);
    out_need(p, &arm, 1);
    out_line(p, "%s = %s;", name, out_expr(p, arm, type, P_COND));
    block_close(p, &s);
    p->indent--;
}

static void make_select(Printer *p, Id id)
{
    Gen *g = p->g;
    Id c = ir_kid(g->ir, id, 0), a = ir_kid(g->ir, id, 1), b = ir_kid(g->ir, id, 2);
    Type type = ir_type(g->ir, id);
    uint32_t trail = p->trail.n;
    if (try_inline(p, a) && try_inline(p, b)) {
        const char *text = arena_printf(g->arena, "%s ? %s : %s", out_expr(p, c, T_BOOL, P_OR),
                                        out_expr(p, a, type, P_OR), out_expr(p, b, type, P_OR));
        out_forget(p, trail);
        set(p, id, text, P_COND);
        return;
    }
    out_forget(p, trail);
    const char *name = fresh_temp(p);
    out_line(p, "%s %s;", type_text(g, type), name);
    out_line(p, "if (%s) {", out_expr(p, c, T_BOOL, P_COND));
    print_arm(p, a, name, type);
    out_line(p, "} else {");
    print_arm(p, b, name, type);
    out_line(p, "}");
    set(p, id, name, P_NAME);
}

static void make_and_or(Printer *p, Id id)
{
    Gen *g = p->g;
    bool both = ir_opof(g->ir, id) == OP_AND;
    Id a = ir_kid(g->ir, id, 0), b = ir_kid(g->ir, id, 1);
    int prec = both ? P_AND : P_OR;
    uint32_t trail = p->trail.n;
    if (try_inline(p, b)) {
        /* || in && and the other way round stand in parentheses: compilers ask for them */
        const char *left = out_expr(p, a, T_BOOL, g->prec[a] == prec ? prec : P_REL);
        const char *text = arena_printf(g->arena, "%s %s %s", left, both ? "&&" : "||", out_expr(p, b, T_BOOL, P_REL));
        out_forget(p, trail);
        set(p, id, text, prec);
        return;
    }
    out_forget(p, trail);
    const char *name = fresh_temp(p);
    out_line(p, "int %s = %s;", name, out_expr(p, a, T_BOOL, P_COND));
    out_line(p, both ? "if (%s) {" : "if (!%s) {", name);
    print_arm(p, b, name, T_BOOL);
    out_line(p, "}");
    set(p, id, name, P_NAME);
}

/* Lanes compute both arms: a choice between two values is what compilers make vectors of. */
static void make_eager(Printer *p, Id id)
{
    Gen *g = p->g;
    Op op = ir_opof(g->ir, id);
    if (op != OP_SELECT) {
        const char *a = kid_text(p, id, 0, T_BOOL, P_NAME), *b = kid_text(p, id, 1, T_BOOL, P_NAME);
        set(p, id, arena_printf(g->arena, "%s %s %s", a, op == OP_AND ? "&" : "|", b), P_OR);
        return;
    }
    to_plain(p, ir_kid(g->ir, id, 1));
    to_plain(p, ir_kid(g->ir, id, 2));
    const char *c = kid_text(p, id, 0, T_BOOL, P_NAME), *a = kid_text(p, id, 1, T_REAL, P_OR);
    set(p, id, arena_printf(g->arena, "%s ? %s : %s", c, a, kid_text(p, id, 2, T_REAL, P_OR)), P_COND);
}

static void make_lazy(Printer *p, Id id)
{
    if (p->eager) {
        make_eager(p, id);
        return;
    }
    if (ir_opof(p->g->ir, id) == OP_SELECT)
        make_select(p, id);
    else
        make_and_or(p, id);
}

/* ---- what must stand before a use */

static void to_variable(Printer *p, Id id)
{
    Gen *g = p->g;
    if (g->prec[id] == P_NAME && !strpbrk(g->text[id], "[( ")) return;
    const char *name = fresh_temp(p);
    Type type = ir_type(g->ir, id);
    out_line(p, "const %s %s = %s;", type_text(g, type), name, out_expr(p, id, type, P_COND));
    set(p, id, name, P_NAME);
}

static bool worth_a_variable(Printer *p, Id id, uint32_t uses)
{
    Gen *g = p->g;
    Node x = g->ir->node.at[id];
    size_t width = strlen(g->text[id]);
    if (width > WIDTH) return true;
    if (uses < 2 || x.op == OP_CONST || x.op == OP_VAR || x.op == OP_DIM) return false;
    if (x.type == T_INT && width <= 12) return false;
    return x.op != OP_NEG || width > 8;
}

/* Of sin(x) and cos(x), which the block needs both: the other one.  Or 0. */
static Id other_of_pair(const Printer *p, Id id)
{
    const Id other = p->eager ? 0 : p->g->other[id];
    return other && !p->g->text[other] && uses_in_block(p, id) && uses_in_block(p, other) ? other : 0;
}

/* The sine and the cosine of a number by one function; false where the block does not need both. */
static bool make_pair(Printer *p, Id id)
{
    Gen *g = p->g;
    const Id other = other_of_pair(p, id);
    if (!other) return false;
    const bool first = ir_opof(g->ir, id) == OP_SIN;
    const char *sine = name_fresh(g, &p->names, "sine"), *cosine = name_fresh(g, &p->names, "cosine");
    out_line(p, "%s %s;", g->real, cosine);
    out_line(p, "const %s %s = %s(%s, &%s);", g->real, sine, kernel_name(g, KERNEL_SINCOS),
             kid_text(p, id, 0, T_REAL, P_COND), cosine);
    set(p, id, first ? sine : cosine, P_NAME);
    set(p, other, first ? cosine : sine, P_NAME);
    return true;
}

void out_need(Printer *p, const Id *roots, uint32_t n)
{
    IdVec ids = strict_reach(p, roots, n);
    ir_sort_ids(p->g->ir, &ids);
    uint32_t *uses = arena_alloc(p->g->arena, sizeof *uses * (ids.n + 1u));
    for (uint32_t k = 0; k < ids.n; k++) {
        uint32_t here = p->g->uses[ids.at[k]], block = uses_in_block(p, ids.at[k]);
        uses[k] = block > here ? block : here;
    }
    for (uint32_t k = 0; k < ids.n; k++) {
        Id id = ids.at[k];
        if (p->g->text[id] || make_pair(p, id)) continue;
        make(p, id);
        if (worth_a_variable(p, id, uses[k])) to_variable(p, id);
    }
}

void out_need_value(Printer *p, Id node, bool share)
{
    Gen *g = p->g;
    if (share || g->text[node] || other_of_pair(p, node)) {
        out_need(p, &node, 1);
        return;
    }
    Node x = g->ir->node.at[node];
    IdVec kids = {0};
    for (uint32_t k = 0; k < strict_kids(p, &x); k++)
        if (!is_dropped(p, node, k)) vec_push(g->arena, &kids, ir_kid(g->ir, node, k));
    out_need(p, kids.at, kids.n);
    make(p, node);
}

void out_need_named(Printer *p, Id id)
{
    out_need(p, &id, 1);
    to_variable(p, id);
}

const char *dims_text(Gen *g, Id node, const char *before)
{
    Ir *ir = g->ir;
    Node x = ir->node.at[node];
    const char *a = x.n > 0 ? dims_text(g, ir_kid(ir, node, 0), before) : "";
    const char *b = x.n > 1 ? dims_text(g, ir_kid(ir, node, 1), before) : "";
    switch ((int)x.op) {
    case OP_CONST: return arena_printf(g->arena, x.u.i < 0 ? "(%lld)" : "%lld", (long long)x.u.i);
    case OP_DIM: return arena_printf(g->arena, "%s%s", before, name_field(g, ir->dim.at[x.u.ref].name));
    case OP_ADD: return arena_printf(g->arena, "(%s + %s)", a, b);
    case OP_SUB: return arena_printf(g->arena, "(%s - %s)", a, b);
    case OP_MUL: return arena_printf(g->arena, "%s * %s", a, b);
    case OP_NEG: return arena_printf(g->arena, "(0 - %s)", a);
    case OP_IDIV: return arena_printf(g->arena, "(%s / %s)", a, b);
    case OP_MOD: return arena_printf(g->arena, "(%s %% %s)", a, b);
    case OP_IMAX: return arena_printf(g->arena, "(%s > %s ? %s : %s)", a, b, a, b);
    case OP_IMIN: return arena_printf(g->arena, "(%s < %s ? %s : %s)", a, b, a, b);
    case OP_ISQRT: return arena_printf(g->arena, "%s((int64_t)%s)", kernel_name(g, KERNEL_ISQRT), a);
    default: die("a size is made of %s", op_text[x.op]);
    }
}
