/*
 * cvector.c -- loops over numbers that stand side by side, as calls of kernels, in the text for libtcc alone: it makes no vectors.
 *
 *     #ifndef ADC_CC
 *     for (int64_t j = 0; j < n; j = n)
 *         x_vaxpy(n - j, 1, a, 1.0, &v[j], &y[i * n + j]);
 *     #else
 *     for (int64_t j = 0; j < n; j++) {
 *         y[i * n + j] += a * v[j];
 *     }
 *     #endif
 *
 * The loop that goes round once binds the variable, so that subscripts are printed as everywhere, and nothing is read where there is no round.
 *
 * needs: loops, places   makes: C text   exact: no (sums of products in partial sums)
 */
#include "emit.h"

enum { SHORT = 16 }; /* rounds that are no more than a call costs */

/* y (=|+=) a * b, or factor * (scale * a) with what does not depend on the variable; 0: a scale or factor of one. */
typedef struct {
    Id a, b, factor, scale;
} Form;

static bool is_long(Ir *ir, Binder b)
{
    int64_t lo, hi;
    return !ir_const_int(ir, b.lo, &lo) || !ir_const_int(ir, b.hi, &hi) || hi - lo >= SHORT;
}

/* Do the elements for values of the variable one after the other stand so, too? */
static bool is_row(Printer *p, Id array, Slice subs, Id var)
{
    Ir *ir = p->g->ir;
    const Store *s = &p->f->store[array];
    bool inside, stored = s->place == AT_INPUT || s->place == AT_OUT || s->place == AT_WORK;
    if (!stored || s->lanes || !subs.n || subs.n > 64 || ir->array.at[array].type != T_REAL) return false;
    uint32_t last = subs.n - 1;
    if (s->dropped >> last & 1 || (s->turns && s->turns[last])) return false;
    for (uint32_t k = 0; k < last; k++)
        if (ir_has_var(ir, ir->kid.at[subs.at + k], var)) return false;
    Affine f = ir_affine(ir, ir->kid.at[subs.at + last]);
    return ir_coefficient(ir, &f, var, &inside) == 1 && !inside;
}

static bool is_row_read(Printer *p, Id node, Id var)
{
    Node x = p->g->ir->node.at[node];
    return x.op == OP_READ && is_row(p, x.u.ref, (Slice){x.kids, x.n}, var);
}

/* Takes a factor without the variable from a product. */
static bool take_factor(Ir *ir, Id *node, Id var, Id *factor)
{
    if (ir_opof(ir, *node) != OP_MUL) return false;
    Id x = ir_kid(ir, *node, 0), y = ir_kid(ir, *node, 1);
    if (ir_has_var(ir, x, var) == ir_has_var(ir, y, var)) return false;
    *node = ir_has_var(ir, x, var) ? x : y;
    *factor = *node == x ? y : x;
    return true;
}

static bool find_form(Printer *p, Id body, Id var, Form *f)
{
    Ir *ir = p->g->ir;
    int64_t power;
    *f = (Form){.a = body};
    if (ir_type(ir, body) != T_REAL) return false;
    if (take_factor(ir, &f->a, var, &f->factor))
        take_factor(ir, &f->a, var, &f->scale);
    else if (ir_opof(ir, body) == OP_MUL)
        *f = (Form){.a = ir_kid(ir, body, 0), .b = ir_kid(ir, body, 1)};
    else if (ir_opof(ir, body) == OP_IPOW && ir_const_int(ir, ir_kid(ir, body, 1), &power) && power == 2)
        *f = (Form){.a = ir_kid(ir, body, 0), .b = ir_kid(ir, body, 0)};
    return is_row_read(p, f->a, var) && (!f->b || is_row_read(p, f->b, var));
}

/* ---- which loops */

typedef VEC(Loop *) Leaves;

/* The leaves below a loop, under conditions at most that do not depend on its variable; false: there is more. */
static bool find_leaves(Printer *p, const Loop *l, Id var, Leaves *leaves)
{
    if (l->locals.n || l->turns.n) return false;
    for (uint32_t k = 0; k < l->kids.n; k++) {
        Loop *kid = l->kids.at[k];
        if (kid->kind == LOOP_EQ)
            vec_push(p->g->arena, leaves, kid);
        else if (kid->kind != LOOP_IF || ir_has_var(p->g->ir, kid->cond, var) || !find_leaves(p, kid, var, leaves))
            return false;
    }
    return true;
}

static bool reads_any(Ir *ir, Id eq, const Leaves *written)
{
    IdVec reads = ir_eq_reads(ir, eq);
    for (uint32_t k = 0; k < reads.n; k++)
        for (uint32_t i = 0; i < written->n; i++)
            if (ir->node.at[reads.at[k]].u.ref == ir->eq.at[written->at[i]->eq].target) return true;
    return false;
}

static bool has_calls(Printer *p, const Loop *l)
{
    Ir *ir = p->g->ir;
    Id var = l->binder.var;
    Leaves leaves = {0};
    Form form;
    if (l->jam || l->left || !is_long(ir, l->binder) || !find_leaves(p, l, var, &leaves)) return false;
    for (uint32_t k = 0; k < leaves.n; k++) {
        Eq e = ir->eq.at[leaves.at[k]->eq];
        if (e.op != RED_NONE || !is_row(p, e.target, e.subs, var) || !find_form(p, e.body, var, &form) ||
            reads_any(ir, leaves.at[k]->eq, &leaves))
            return false;
    }
    return leaves.n > 0;
}

/* ---- the text */

static void form_roots(Printer *p, const Form *f, IdVec *roots)
{
    Ir *ir = p->g->ir;
    const Id rows[] = {f->a, f->b}, values[] = {f->factor, f->scale};
    for (uint32_t k = 0; k < 2; k++) {
        for (uint32_t i = 0; rows[k] && i < ir->node.at[rows[k]].n; i++)
            if (!(p->f->store[ir->node.at[rows[k]].u.ref].dropped >> i & 1))
                vec_push(ir->arena, roots, ir_kid(ir, rows[k], i));
        if (values[k]) vec_push(ir->arena, roots, values[k]);
    }
}

static const char *row_text(Printer *p, Id read)
{
    Node x = p->g->ir->node.at[read];
    return arena_printf(p->g->arena, "&%s", out_element(p, x.u.ref, (Slice){x.kids, x.n}));
}

static const char *value_text(Printer *p, Id value)
{
    return value ? out_expr(p, value, T_REAL, P_COND) : real_text(p->g, 1);
}

static const char *count_text_of(Printer *p, Binder b)
{
    return arena_printf(p->g->arena, "%s - %s", out_expr(p, b.hi, T_INT, P_ADD), p->var_name[b.var]);
}

static void print_call(Printer *p, Id eq, Binder b)
{
    Gen *g = p->g;
    Eq e = g->ir->eq.at[eq];
    Form f;
    IdVec roots = {0};
    Scope s;
    find_form(p, e.body, b.var, &f);
    form_roots(p, &f, &roots);
    for (uint32_t k = 0; k < e.subs.n; k++)
        if (!(p->f->store[e.target].dropped >> k & 1)) vec_push(g->arena, &roots, g->ir->kid.at[e.subs.at + k]);
    block_open(p, &s, &roots);
    out_need(p, roots.at, roots.n);
    bool fresh = e.fresh && p->f->begins;
    p->fresh_used |= fresh;
    const char *adds = fresh ? "!fresh" : e.add ? "1" : "-1", *n = count_text_of(p, b);
    const char *to = arena_printf(g->arena, "&%s", out_element(p, e.target, e.subs));
    if (f.b)
        out_line(p, "%s(%s, %s, %s, %s, %s);", kernel_name(g, KERNEL_VMUL), n, adds, row_text(p, f.a), row_text(p, f.b),
                 to);
    else
        out_line(p, "%s(%s, %s, %s, %s, %s, %s);", kernel_name(g, KERNEL_VAXPY), n, adds, value_text(p, f.factor),
                 value_text(p, f.scale), row_text(p, f.a), to);
    block_close(p, &s);
}

static void print_calls(Printer *p, const Loop *l, Binder b)
{
    for (uint32_t k = 0; k < l->kids.n; k++) {
        const Loop *kid = l->kids.at[k];
        if (kid->kind == LOOP_EQ) {
            print_call(p, kid->eq, b);
            continue;
        }
        IdVec roots = {0};
        Scope s;
        vec_push(p->g->arena, &roots, kid->cond);
        block_open(p, &s, &roots);
        out_need(p, &kid->cond, 1);
        out_line(p, "if (%s) {", out_expr(p, kid->cond, T_BOOL, P_COND));
        p->indent++;
        print_calls(p, kid, b);
        p->indent--;
        out_line(p, "}");
        block_close(p, &s);
    }
}

static void once_open(Printer *p, Binder b)
{
    const char *lo = out_expr(p, b.lo, T_INT, P_COND), *hi = out_expr(p, b.hi, T_INT, P_REL + 1);
    const char *name = for_bind(p, b);
    text_add(&p->out, "#ifndef ADC_CC\n");
    out_line(p, "for (int64_t %s = %s; %s < %s; %s = %s) {", name, lo, name, hi, name, hi);
    p->indent++;
}

static void once_close(Printer *p, Binder b)
{
    for_close(p, b);
    text_add(&p->out, "#else\n");
}

static bool for_libtcc(const Printer *p) { return p->g->opts->jit && !p->g->opts->single; }

bool vector_open(Printer *p, const Loop *l)
{
    if (!for_libtcc(p) || !has_calls(p, l)) return false;
    once_open(p, l->binder);
    print_calls(p, l, l->binder);
    once_close(p, l->binder);
    return true;
}

bool vector_open_sum(Printer *p, const Eq *e, const char *sum)
{
    Binder b = p->g->ir->binder.at[e->inner.at + e->inner.n - 1];
    Form f;
    IdVec roots = {0};
    Scope s;
    if (!for_libtcc(p) || e->op != RED_SUM || e->where || !is_long(p->g->ir, b)) return false;
    if (!find_form(p, e->body, b.var, &f) || !f.b) return false;
    once_open(p, b);
    form_roots(p, &f, &roots);
    block_open(p, &s, &roots);
    out_need(p, roots.at, roots.n);
    out_line(p, "%s += %s(%s, %s, %s);", sum, kernel_name(p->g, KERNEL_VINNER), count_text_of(p, b), row_text(p, f.a),
             row_text(p, f.b));
    block_close(p, &s);
    once_close(p, b);
    return true;
}

void vector_close(Printer *p) { text_add(&p->out, "#endif\n"); }
