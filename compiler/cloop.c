/*
 * cloop.c -- loop nests as C text.
 *
 * Each list of statements is a block in which shared values are computed once (cexpr.c).  An equation with a reduction prints
 * the loops of its inner variables around one accumulator.  The user's source line stands above what it became.
 */
#include "emit.h"

#include "ckernel.h"

#include <string.h>

/* ---- comments */

/* The text of a source line, fit for a comment: no end of comment, nothing but ASCII. */
static const char *comment_text(Gen *g, uint32_t number)
{
    const Source *src = &g->ctx->src;
    const char *s = src->text + src->line[number - 1];
    Text t = {.arena = g->arena};
    while (*s == ' ' || *s == '\t') s++;
    text_add(&t, "");
    for (uint32_t n = 0; *s && *s != '\n' && n < 96; s++, n++) {
        if ((s[0] == '*' && s[1] == '/') || (s[0] == '/' && s[1] == '*')) {
            text_addf(&t, "%c ", *s);
            continue;
        }
        char c = *s == '\t' ? ' ' : *s;
        text_addn(&t, c < ' ' || c > '~' || c == '\\' ? "?" : &c, 1);
    }
    while (t.n && t.at[t.n - 1] == ' ') t.at[--t.n] = 0;
    return t.at;
}

static void comment(Printer *p, Span span)
{
    Gen *g = p->g;
    if (span.lo == span.hi || !g->ctx->src.text || span.lo >= g->ctx->src.n) return;
    uint32_t number, column;
    source_place(&g->ctx->src, span.lo, &number, &column);
    if (number == p->line) return;
    p->line = number;
    out_line(p, "/* %s */", comment_text(g, number));
}

/* ---- loops */

static bool starts_natural(Printer *p, Id lo)
{
    Ir *ir = p->g->ir;
    Node x = ir->node.at[lo];
    if (x.op == OP_CONST) return x.u.i >= 0;
    if (x.op == OP_VAR) return p->var_natural[x.u.ref] || x.u.ref == p->f->first;
    if (x.op == OP_ADD) return starts_natural(p, ir_kid(ir, lo, 0)) && starts_natural(p, ir_kid(ir, lo, 1));
    if (x.op == OP_IMAX) return starts_natural(p, ir_kid(ir, lo, 0)) || starts_natural(p, ir_kid(ir, lo, 1));
    return x.op == OP_DIM;
}

/* Gives the variable its name in C. */
const char *for_bind(Printer *p, Binder b)
{
    p->var_natural[b.var] = starts_natural(p, b.lo);
    return p->var_name[b.var] = name_fresh(p->g, &p->names, p->g->ir->var.at[b.var].name);
}

void for_open(Printer *p, Binder b)
{
    const char *lo = out_expr(p, b.lo, T_INT, P_COND), *hi = out_expr(p, b.hi, T_INT, P_REL + 1);
    const char *name = for_bind(p, b);
    out_line(p, "for (int64_t %s = %s; %s < %s; %s++) {", name, lo, name, hi, name);
    p->indent++;
}

void for_close(Printer *p, Binder b)
{
    p->indent--;
    out_line(p, "}");
    name_remove(&p->names, p->var_name[b.var]);
    p->var_name[b.var] = NULL;
}

/* What is stored of an array's dimensions: subscripts before the last `rank`. */
static void leading_roots(Printer *p, Id array, Slice subs, uint32_t rank, IdVec *roots)
{
    Ir *ir = p->g->ir;
    uint64_t dropped = p->f->store[array].dropped;
    for (uint32_t k = 0; k + rank < subs.n; k++)
        if (k >= 64 || !(dropped >> k & 1)) vec_push(ir->arena, roots, ir->kid.at[subs.at + k]);
}

/* The subscripts of an equation's target, but for dimensions without storage. */
static void target_roots(Printer *p, Id eq, IdVec *roots)
{
    Ir *ir = p->g->ir;
    Eq e = ir->eq.at[eq];
    leading_roots(p, e.target, e.subs, 0, roots);
}

/* Of a function of matrices: what is no inner variable in subscripts, and the sizes. */
static void matrix_roots(Printer *p, const Eq *e, IdVec *roots)
{
    Ir *ir = p->g->ir;
    bool scalar = e->matrix == MAT_DET || e->matrix == MAT_LOGDET;
    Node factor = ir->node.at[scalar ? e->body : e->with];
    leading_roots(p, e->target, e->subs, ir_mat_rank(ir, e), roots);
    if (e->with || scalar) leading_roots(p, factor.u.ref, (Slice){factor.kids, factor.n}, 2, roots);
    for (uint32_t k = 0; k < e->inner.n; k++) vec_push(ir->arena, roots, ir->binder.at[e->inner.at + k].hi);
}

/* Nodes that an equation needs in the block where it stands. */
static void leaf_roots(Printer *p, Id eq, IdVec *roots)
{
    Ir *ir = p->g->ir;
    Arena *a = p->g->arena;
    Eq e = ir->eq.at[eq];
    if (e.op == RED_MATRIX) {
        matrix_roots(p, &e, roots);
        return;
    }
    target_roots(p, eq, roots);
    if (!e.inner.n) {
        vec_push(a, roots, e.body);
    } else {
        vec_push(a, roots, ir->binder.at[e.inner.at].lo);
        vec_push(a, roots, ir->binder.at[e.inner.at].hi);
    }
}

/* Does the leaf set a variable that nothing reads, as one element of a small array may be? */
static bool is_unread(Printer *p, const Loop *leaf)
{
    Eq e = p->g->ir->eq.at[leaf->eq];
    return p->f->store[e.target].place == AT_LOCAL && !e.inner.n && e.op == RED_NONE &&
           !out_element_of(p, e.target, e.subs)->reads;
}

static IdVec block_roots(Printer *p, const Loop *l)
{
    IdVec roots = {0};
    for (uint32_t k = 0; k < l->kids.n; k++) {
        const Loop *kid = l->kids.at[k];
        if (kid->kind == LOOP_EQ && !is_unread(p, kid)) leaf_roots(p, kid->eq, &roots);
        if (kid->kind == LOOP_IF || kid->kind == LOOP_WHILE) vec_push(p->g->arena, &roots, kid->cond);
        if (loop_repeats(kid)) {
            vec_push(p->g->arena, &roots, kid->binder.lo);
            vec_push(p->g->arena, &roots, kid->binder.hi);
        }
    }
    return roots;
}

/* ---- targets */

static const char *zero_text(Gen *g, Type t) { return t == T_REAL ? real_text(g, 0) : "0"; }

/* Does the variable of this element come to life at this very leaf? */
static bool declares(const Store *s, const Element *e, const Loop *leaf, const Eq *q)
{
    return !e->declared && e->first == leaf && leaf->up == s->home && !q->add;
}

bool is_integer_result(const Func *f, Id array)
{
    return f->argument[array] && f->entry.arg[f->argument[array] - 1].integer;
}

/* target (=|+=) value, of the target's type. */
static void assign(Printer *p, const Loop *leaf, const char *value, Id node)
{
    Gen *g = p->g;
    Eq e = g->ir->eq.at[leaf->eq];
    Store *s = &p->f->store[e.target];
    Type type = (Type)g->ir->array.at[e.target].type;
    const char *target = out_element(p, e.target, e.subs);
    if (s->place == AT_LOCAL) {
        Element *x = out_element_of(p, e.target, e.subs);
        if (declares(s, x, leaf, &e)) {
            out_line(p, "%s%s %s = %s;", x->writes == 1 ? "const " : "", type_text(g, type), target, value);
            x->declared = true;
            if (x->writes == 1 && node) out_expr_is(p, node, target);
            return;
        }
    }
    const char *op = !e.add ? "=" : type == T_BOOL ? "|=" : "+=";
    if (e.add && (e.op == RED_MAX || e.op == RED_MIN)) {
        out_line(p, "if (%s %s %s) %s = %s;", value, e.op == RED_MAX ? ">" : "<", target, target, value);
        return;
    }
    if (e.fresh && p->f->begins) {
        p->fresh_used = true;
        out_line(p, "%s = (fresh ? %s : %s) + (%s);", target, real_text(g, 0), target, value);
        return;
    }
    if (s->place == AT_OUT && is_integer_result(p->f, e.target))
        out_line(p, "%s = (int32_t)(%s);", target, value);
    else if (s->place == AT_OUT && type != T_REAL) /* results are reals whatever the model computes */
        out_line(p, e.add && type == T_BOOL ? "if (%s) %s = 1;" : "%s %s (%s)(%s);",
                 e.add && type == T_BOOL ? value : target, e.add && type == T_BOOL ? target : op, g->real, value);
    else
        out_line(p, "%s %s %s;", target, op, value);
}

/* ---- reductions */

typedef struct {
    const char *acc, *extra; /* accumulator; second one (the winner's place, the largest term) */
} Acc;

static const char *start_text(Gen *g, Red op)
{
    switch (op) {
    case RED_SUM: return real_text(g, 0);
    case RED_PROD: return real_text(g, 1);
    case RED_MIN:
    case RED_ARGMIN: return real_text(g, 1.0 / 0.0);
    case RED_MAX:
    case RED_ARGMAX:
    case RED_LOGSUMEXP: return real_text(g, -1.0 / 0.0);
    case RED_ALL: return "1";
    case RED_ANY: return "0";
    case RED_MATRIX:
    case RED_NONE: break;
    }
    return "0";
}

/* The linear position of the inner variables in their box; of one variable: the variable. */
static const char *position_text(Printer *p, Slice inner)
{
    Gen *g = p->g;
    const char *at = NULL;
    for (uint32_t k = 0; k < inner.n; k++) {
        Binder b = g->ir->binder.at[inner.at + k];
        const char *v = p->var_name[b.var];
        if (!at) {
            at = v;
            continue;
        }
        at = arena_printf(g->arena, "(%s) * %s + %s", at, out_expr(p, b.hi, T_INT, P_UNARY), v);
    }
    return at;
}

/* One term joins the accumulator. */
static void step(Printer *p, const Eq *e, const Acc *a)
{
    Gen *g = p->g;
    const char *f = g->opts->single ? "f" : "";
    Type type = (Type)g->ir->array.at[e->target].type;
    bool named =
        e->op == RED_MAX || e->op == RED_MIN || e->op == RED_ARGMAX || e->op == RED_ARGMIN || e->op == RED_LOGSUMEXP;
    if (named)
        out_need_named(p, e->body);
    else
        out_need(p, &e->body, 1);
    const char *x = out_expr(p, e->body, named ? T_REAL : type, P_COND);
    switch ((Red)e->op) {
    case RED_SUM: out_line(p, "%s %s %s;", a->acc, type == T_BOOL ? "|=" : "+=", x); break;
    case RED_PROD: out_line(p, "%s *= %s;", a->acc, x); break;
    case RED_MAX: out_line(p, "if (%s > %s) %s = %s;", x, a->acc, a->acc, x); break;
    case RED_MIN: out_line(p, "if (%s < %s) %s = %s;", x, a->acc, a->acc, x); break;
    case RED_ALL:
    case RED_ANY: out_line(p, "%s = %s;", a->acc, x); break;
    case RED_ARGMAX:
    case RED_ARGMIN:
        out_line(p, "if (%s < 0 || %s %s %s) {", a->acc, x, e->op == RED_ARGMAX ? ">" : "<", a->extra);
        out_line(p, "    %s = %s;", a->extra, x);
        out_line(p, "    %s = %s;", a->acc, position_text(p, e->inner));
        out_line(p, "}");
        break;
    case RED_LOGSUMEXP:
        out_line(p, "if (%s > %s) {", x, a->extra);
        out_line(p, "    %s = %s * exp%s(%s - %s) + %s;", a->acc, a->acc, f, a->extra, x, real_text(g, 1));
        out_line(p, "    %s = %s;", a->extra, x);
        out_line(p, "} else if (!(%s == %s)) {", x, real_text(g, -1.0 / 0.0));
        out_line(p, "    %s += exp%s(%s - %s);", a->acc, f, x, a->extra);
        out_line(p, "}");
        break;
    case RED_MATRIX:
    case RED_NONE: break;
    }
}

static void inner_loops(Printer *p, const Eq *e, const Acc *a, uint32_t k)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    IdVec roots = {0};
    Scope s;
    if (k < e->inner.n) {
        Binder b = ir->binder.at[e->inner.at + k];
        Id bounds[] = {b.lo, b.hi};
        vec_push(g->arena, &roots, b.lo);
        vec_push(g->arena, &roots, b.hi);
        block_open(p, &s, &roots);
        out_need(p, bounds, 2);
        bool vector = k + 1 == e->inner.n && vector_open_sum(p, e, a->acc);
        for_open(p, b);
        if (e->op == RED_ALL || e->op == RED_ANY) {
            out_line(p, e->op == RED_ALL ? "if (!%s) break;" : "if (%s) break;", a->acc);
        }
        inner_loops(p, e, a, k + 1);
        for_close(p, b);
        if (vector) vector_close(p);
        block_close(p, &s);
        return;
    }
    vec_push(g->arena, &roots, e->where);
    vec_push(g->arena, &roots, e->body);
    block_open(p, &s, &roots);
    if (e->where) {
        Scope inside;
        IdVec body = {0};
        vec_push(g->arena, &body, e->body);
        out_need(p, &e->where, 1);
        out_line(p, "if (%s) {", out_expr(p, e->where, T_BOOL, P_COND));
        p->indent++;
        block_open(p, &inside, &body);
        step(p, e, a);
        block_close(p, &inside);
        p->indent--;
        out_line(p, "}");
    } else {
        step(p, e, a);
    }
    block_close(p, &s);
}

static void reduction(Printer *p, const Loop *leaf)
{
    Gen *g = p->g;
    Eq e = g->ir->eq.at[leaf->eq];
    Store *s = &p->f->store[e.target];
    Type type = (Type)g->ir->array.at[e.target].type;
    Red op = (Red)e.op;
    Acc a = {0};
    bool own = false; /* the target itself accumulates */
    if (s->place == AT_LOCAL && op != RED_LOGSUMEXP) {
        Element *x = out_element_of(p, e.target, e.subs);
        own = declares(s, x, leaf, &e);
        if (own) {
            x->declared = true;
            a.acc = x->name;
        }
    }
    if (!a.acc) a.acc = fresh_temp(p);
    const char *start = type == T_REAL || op == RED_ALL        ? start_text(g, op)
                        : op == RED_ARGMAX || op == RED_ARGMIN ? "(-1)"
                        : op == RED_PROD                       ? "1"
                                                               : "0";
    if (op == RED_LOGSUMEXP) start = real_text(g, 0);
    out_line(p, "%s %s = %s;", type_text(g, type), a.acc, start);
    if (op == RED_ARGMAX || op == RED_ARGMIN || op == RED_LOGSUMEXP) {
        a.extra = fresh_temp(p);
        out_line(p, "%s %s = %s;", g->real, a.extra, start_text(g, op));
    }
    inner_loops(p, &e, &a, 0);
    if (own) return;
    const char *value = a.acc;
    if (op == RED_LOGSUMEXP)
        value = arena_printf(g->arena, "%s + log%s(%s)", a.extra, g->opts->single ? "f" : "", a.acc);
    assign(p, leaf, value, 0);
}

/* ---- statements */

static void print_leaf(Printer *p, const Loop *l)
{
    Gen *g = p->g;
    Ir *ir = g->ir;
    Eq e = ir->eq.at[l->eq];
    comment(p, e.span);
    IdVec roots = {0};
    if (e.op == RED_MATRIX) {
        matrix_roots(p, &e, &roots);
        out_need(p, roots.at, roots.n);
        const char *value = print_matrix(p, l->eq);
        if (value) assign(p, l, value, 0);
        return;
    }
    target_roots(p, l->eq, &roots);
    out_need(p, roots.at, roots.n);
    if (e.inner.n || e.op != RED_NONE) {
        reduction(p, l);
        return;
    }
    const Store *s = &p->f->store[e.target];
    Type type = (Type)ir->array.at[e.target].type;
    bool fresh_const = false; /* the variable can stand for the node from here on */
    if (s->place == AT_LOCAL) {
        Element *x = out_element_of(p, e.target, e.subs);
        fresh_const = declares(s, x, l, &e) && x->writes == 1 && ir_type(ir, e.body) == type;
    }
    out_need_value(p, e.body, !fresh_const);
    assign(p, l, out_expr(p, e.body, type, P_COND), fresh_const ? e.body : 0);
}

static void declare_elements(Printer *p, const Loop *block);

/* A region without a condition. */
static void print_steps(Printer *p, const Loop *l)
{
    if (p->g->ir->region.at[l->region].single) {
        print_block(p, l);
        return;
    }
    if (!p->g->ir->region.at[l->region].down) {
        for_open(p, l->binder);
    } else {
        const char *name = for_bind(p, l->binder);
        out_line(p, "for (int64_t %s = %s; %s-- > %s;) {", name, out_expr(p, l->binder.hi, T_INT, P_COND), name,
                 out_expr(p, l->binder.lo, T_INT, P_ADD + 1));
        p->indent++;
    }
    print_block(p, l);
    for_close(p, l->binder);
}

/* A region with one: its variable outlives the loop, as the number of steps that were taken. */
static void print_while(Printer *p, const Loop *l)
{
    Gen *g = p->g;
    Region r = g->ir->region.at[l->region];
    if (r.down) die("a scan that runs down while a condition holds");
    const char *name = for_bind(p, l->binder);
    out_line(p, "int64_t %s = %s;", name, out_expr(p, l->binder.lo, T_INT, P_COND));
    out_line(p, "for (;; %s++) {", name);
    p->indent++;
    print_block(p, l);
    p->indent--;
    out_line(p, "}");
    if (l->counted) out_line(p, "%s = %s;", out_element(p, r.steps, l->subs), name);
    p->var_name[l->binder.var] = NULL; /* the name stays taken */
    p->limits = true;
}

static void print_scan(Printer *p, const Loop *l)
{
    comment(p, p->g->ir->region.at[l->region].span);
    if (p->g->ir->region.at[l->region].cond)
        print_while(p, l);
    else
        print_steps(p, l);
}

/* `for`, its rounds a few at once where it is jammed: then the loop behind takes the same variable through what is left. */
static void print_for(Printer *p, const Loop *l)
{
    if (l->whole && l->left) return;
    if (!l->jam && !l->left) {
        const bool vector = vector_open(p, l);
        for_open(p, l->binder);
        print_block(p, l);
        for_close(p, l->binder);
        if (vector) vector_close(p);
        return;
    }
    const char *lo = out_expr(p, l->binder.lo, T_INT, P_COND), *hi = out_expr(p, l->binder.hi, T_INT, P_REL + 1);
    const char *name = l->jam ? for_bind(p, l->binder) : p->var_name[l->binder.var];
    if (l->whole)
        out_line(p, "for (int64_t %s = %s; %s < %s; %s += %u) {", name, lo, name, hi, name, l->jam);
    else if (l->jam)
        out_line(p, "int64_t %s = %s;", name, lo);
    if (l->left)
        out_line(p, "for (; %s < %s; %s++) {", name, hi, name);
    else if (!l->whole)
        out_line(p, "for (; %s + %u < %s; %s += %u) {", name, l->jam - 1, hi, name, l->jam);
    p->indent++;
    print_block(p, l);
    p->indent--;
    out_line(p, "}");
    if (l->whole) name_remove(&p->names, name);
    if (l->whole || l->left) p->var_name[l->binder.var] = NULL; /* the name of what is left stays taken */
}

void print_block(Printer *p, const Loop *l)
{
    IdVec roots = block_roots(p, l);
    Scope s;
    block_open(p, &s, &roots);
    declare_elements(p, l);
    for (uint32_t k = 0; k < l->turns.n; k++) out_need_named(p, l->turns.at[k]);
    for (uint32_t k = 0; k < l->kids.n; k++) {
        const Loop *kid = l->kids.at[k];
        if (kid->kind == LOOP_EQ) {
            if (!is_unread(p, kid)) print_leaf(p, kid);
        } else if (loop_repeats(kid)) {
            Id bounds[] = {kid->binder.lo, kid->binder.hi};
            out_need(p, bounds, 2);
            if (kid->kind == LOOP_SCAN)
                print_scan(p, kid);
            else if (kid->kind == LOOP_TILE)
                print_tile(p, kid);
            else if (kid->kind == LOOP_ROWS)
                print_rows(p, kid);
            else
                print_for(p, kid);
        } else if (kid->kind == LOOP_WHILE) {
            out_need(p, &kid->cond, 1);
            out_line(p, "if (!(%s)) break;", out_expr(p, kid->cond, T_BOOL, P_COND));
            out_line(p, "if (%s >= %s) return %s_ELIMIT;", p->var_name[l->binder.var],
                     out_expr(p, l->binder.hi, T_INT, P_REL + 1), p->g->P);
        } else if (kid->kind == LOOP_IF) {
            out_need(p, &kid->cond, 1);
            out_line(p, "if (%s) {", out_expr(p, kid->cond, T_BOOL, P_COND));
            p->indent++;
            print_block(p, kid);
            p->indent--;
            out_line(p, "}");
        }
    }
    block_close(p, &s);
}

/* Variables of the block that a statement further inside writes first, or that are added to. */
static void declare_elements(Printer *p, const Loop *block)
{
    Gen *g = p->g;
    for (uint32_t j = 0; j < block->locals.n; j++) {
        Id a = block->locals.at[j];
        Store *s = &p->f->store[a];
        for (uint32_t k = 0; k < s->elements; k++) {
            Element *e = &s->element[k];
            if (!e->reads) continue;
            bool leaf = e->writes && e->first->kind == LOOP_EQ;
            if (leaf && e->first->up == block && !g->ir->eq.at[e->first->eq].add) continue;
            e->declared = true;
            Type type = (Type)g->ir->array.at[a].type;
            out_line(p, "%s %s = %s;", type_text(g, type), out_element_name(p, a, k), zero_text(g, type));
        }
    }
}

void print_part(Printer *p, const Loop *part) { print_block(p, part); }
