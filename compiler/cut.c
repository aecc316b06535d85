/*
 * cut.c -- cuts recorded expressions into rows of one operation each, as an evaluation trace is written by hand.
 *
 * Every expression is a form: a sum of numbers and of multiples num/den of atoms, which are inputs or rows.  Numbers leave products,
 * so that 3*a/b and 2*pi*a/b have one quotient in common, and ride along in the operation that uses them; a form of one atom is an operand
 * as it stands.  One of more atoms becomes a row when something uses it: a sum, in the order in which it was written.
 *
 * When all rows are there, a sum that has all terms of another takes that as a term; then sums of many terms are split into sums of
 * two, but for sums over an index, which stay whole; and what an author's name is a mere multiple of joins its row.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trace.h"

/* num/den * atom, an array; atom 0: the number. */
typedef struct {
    double num, den;
    Id atom;
} Part;

typedef VEC(Part) Form;

typedef struct {
    Id array, formula;
    Form sum;    /* of a sum: its terms */
    bool whole;  /* over an index */
    bool named;  /* by the author */
    bool single; /* a named one that is a multiple of one atom, plus a number */
    bool gone;
} Row;

typedef VEC(Row) Rows;

typedef struct {
    Ir *ir;
    VEC(Form) of;      /* by node, once it was met: n is not 0 */
    VEC(Form) element; /* by array of an element: what reading it gives */
    IdVec made;        /* by node: the row + 1 that has this formula */
    IdVec home;        /* by array: its row + 1, as rows are made */
    Rows row;
} Cut;

/* ---- forms */

static uint32_t atoms(const Form *f)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < f->n; i++) n += f->at[i].atom != 0;
    return n;
}

static Form one_part(Cut *c, Part p)
{
    Form f = {0};
    vec_push(c->ir->arena, &f, p);
    return f;
}

static Form number(Cut *c, double x) { return one_part(c, (Part){x, 1, 0}); }

static void append(Cut *c, Form *f, const Form *g, double factor)
{
    for (uint32_t i = 0; i < g->n; i++)
        vec_push(c->ir->arena, f, ((Part){factor * g->at[i].num, g->at[i].den, g->at[i].atom}));
}

static double number_of(const Form *f)
{
    double sum = 0;
    for (uint32_t i = 0; i < f->n; i++) sum += f->at[i].num / f->at[i].den;
    return sum;
}

/* Numbers alone are one number. */
static Form settled(Cut *c, Form f) { return atoms(&f) == 0 ? number(c, number_of(&f)) : f; }

static Id number_node(Ir *ir, double x)
{
    return x == floor(x) && fabs(x) < 1e15 ? ir_int(ir, (int64_t)x) : ir_real(ir, x);
}

static Id part_node(Ir *ir, Part p)
{
    if (!p.atom) return number_node(ir, p.num / p.den);
    Id x = ir_read(ir, p.atom, NULL, 0);
    if (p.num == -1) x = ir_op1(ir, OP_NEG, x);
    if (p.num != 1 && p.num != -1) x = ir_op2(ir, OP_MUL, number_node(ir, p.num), x);
    return p.den == 1 ? x : ir_op2(ir, OP_DIV, x, number_node(ir, p.den));
}

static Id form_node(Ir *ir, const Form *f)
{
    Id sum = part_node(ir, f->at[0]);
    for (uint32_t i = 1; i < f->n; i++) {
        Part p = f->at[i];
        bool minus = p.num < 0;
        p.num = fabs(p.num);
        sum = ir_op2(ir, minus ? OP_SUB : OP_ADD, sum, part_node(ir, p));
    }
    return sum;
}

/* ---- rows */

static Row *add_row(Cut *c, Row r)
{
    vec_push(c->ir->arena, &c->row, r);
    vec_reserve(c->ir->arena, &c->home, c->ir->array.n);
    c->home.at[r.array] = c->row.n;
    return &c->row.at[c->row.n - 1];
}

/* The row of that formula; made where there is none. */
static Row *row_of(Cut *c, Id formula)
{
    vec_reserve(c->ir->arena, &c->made, c->ir->node.n);
    if (c->made.at[formula]) return &c->row.at[c->made.at[formula] - 1];
    c->made.at[formula] = c->row.n + 1;
    Id array = ir_new_array(c->ir, "v", ARRAY_LOCAL, T_REAL, NULL, 0, (Span){0, 0});
    return add_row(c, (Row){.array = array, .formula = formula});
}

static Part atom_of(const Row *r) { return (Part){1, 1, r->array}; }

static Row *sum_row(Cut *c, const Form *f, bool whole)
{
    Row *r = row_of(c, form_node(c->ir, f));
    r->sum = *f;
    r->whole = whole;
    return r;
}

/* The form, of one atom at most. */
static Form operand(Cut *c, const Form *f) { return atoms(f) < 2 ? *f : one_part(c, atom_of(sum_row(c, f, false))); }

/* ---- nodes */

static Form *form_of(Cut *c, Id node) { return &c->of.at[node]; }

static Form form_sum(Cut *c, const Form *a, const Form *b, double sign)
{
    Form sum = {0}, right = operand(c, b);
    append(c, &sum, a, 1);
    append(c, &sum, &right, sign);
    return settled(c, sum);
}

static Form scaled(Cut *c, const Form *f, double num, double den)
{
    Form one = operand(c, f), out = {0};
    if (one.n > 1 && (num != -1 || den != 1)) one = one_part(c, atom_of(sum_row(c, &one, false)));
    append(c, &out, &one, num);
    if (den != 1) out.at[0].den *= den;
    return out;
}

/* Products and quotients: numbers leave them. */
static Form form_product(Cut *c, Op op, const Form *a, const Form *b)
{
    Form x = operand(c, a), y = operand(c, b);
    const Part *p = &x.at[0], *q = &y.at[0];
    double num = 1, den = 1, size = fabs(p->num * q->num);
    if (x.n == 1 && y.n == 1 && size > 0 && size < INFINITY) {
        num = p->num * (op == OP_MUL ? q->num : q->den);
        den = p->den * (op == OP_MUL ? q->den : q->num);
        Id first = p->atom, second = q->atom;
        x = one_part(c, (Part){1, 1, first});
        y = one_part(c, (Part){1, 1, second});
    }
    Part product = atom_of(row_of(c, ir_op2(c->ir, op, form_node(c->ir, &x), form_node(c->ir, &y))));
    return one_part(c, (Part){den < 0 ? -num : num, fabs(den), product.atom});
}

static bool is_number(const Form *f) { return atoms(f) == 0; }

static Form form_op(Cut *c, Id node)
{
    Ir *ir = c->ir;
    Node x = ir->node.at[node];
    IdVec kids = {0};
    for (uint32_t k = 0; k < x.n; k++) {
        Id kid = ir_kid(ir, node, k);
        Form f = operand(c, form_of(c, kid));
        vec_push(ir->arena, &kids, ir_opof(ir, kid) == OP_CONST ? kid : form_node(ir, &f));
    }
    return one_part(c, atom_of(row_of(c, ir_with_kids(ir, node, kids.at))));
}

static Form make_form(Cut *c, Id node)
{
    Node x = c->ir->node.at[node];
    if (x.op == OP_CONST) return number(c, x.type == T_REAL ? x.u.r : (double)x.u.i);
    if (x.op == OP_READ) return c->element.at[x.u.ref];
    const Form *a = x.n > 0 ? form_of(c, ir_kid(c->ir, node, 0)) : NULL;
    const Form *b = x.n > 1 ? form_of(c, ir_kid(c->ir, node, 1)) : NULL;
    if (x.op == OP_ADD || x.op == OP_SUB) return form_sum(c, a, b, x.op == OP_ADD ? 1 : -1);
    if (x.op == OP_NEG) return scaled(c, a, -1, 1);
    if (x.op == OP_MUL && is_number(a)) return scaled(c, b, number_of(a), 1);
    if (x.op == OP_MUL && is_number(b)) return scaled(c, a, number_of(b), 1);
    if (x.op == OP_DIV && is_number(b)) return scaled(c, a, 1, number_of(b));
    if (x.op == OP_MUL || (x.op == OP_DIV && !is_number(a))) return form_product(c, (Op)x.op, a, b);
    return form_op(c, node);
}

static Form node_form(Cut *c, Id root)
{
    IdVec order = ir_reach(c->ir, &root, 1);
    for (uint32_t i = 0; i < order.n; i++) {
        vec_reserve(c->ir->arena, &c->of, c->ir->node.n);
        if (!form_of(c, order.at[i])->n) {
            Form f = make_form(c, order.at[i]);
            *form_of(c, order.at[i]) = f;
        }
    }
    return *form_of(c, root);
}

/* ---- elements */

static Form element_form(Cut *c, const Element *e)
{
    if (e->term.n == 1) return node_form(c, e->term.at[0]);
    Form sum = {0};
    for (uint32_t i = 0; i < e->term.n; i++) {
        Form term = node_form(c, e->term.at[i]);
        term = operand(c, &term);
        append(c, &sum, &term, 1);
    }
    return settled(c, sum);
}

/* The row that the author's name stands for. */
static Row *named_row(Cut *c, const Element *e, const Form *f)
{
    if (atoms(f) > 1) {
        Row *r = sum_row(c, f, e->term.n > 1);
        if (!r->named) return r;
    }
    Form one = operand(c, f);
    Part p = one.at[0];
    if (one.n == 1 && p.atom && p.num == 1 && p.den == 1) {
        vec_reserve(c->ir->arena, &c->home, c->ir->array.n);
        uint32_t row = c->home.at[p.atom];
        if (row && !c->row.at[row - 1].named) return &c->row.at[row - 1];
    }
    return add_row(c, (Row){.array = e->array, .formula = form_node(c->ir, &one), .single = true});
}

static void add_element(Cut *c, const Element *e)
{
    vec_reserve(c->ir->arena, &c->element, c->ir->array.n);
    if (e->input) {
        c->element.at[e->array] = one_part(c, (Part){1, 1, e->array});
        return;
    }
    if (!e->term.n) return;
    Form f = element_form(c, e);
    if (e->named) {
        Row *r = named_row(c, e, &f);
        r->named = true;
        c->ir->array.at[r->array].name = c->ir->array.at[e->array].name;
        f = one_part(c, atom_of(r));
    } else if (atoms(&f) > 1) {
        f = one_part(c, atom_of(sum_row(c, &f, e->term.n > 1)));
    }
    vec_reserve(c->ir->arena, &c->element, c->ir->array.n);
    c->element.at[e->array] = f;
}

/* ---- sums in sums */

static bool same_part(Part p, Part q) { return p.atom == q.atom && p.num == q.num && p.den == q.den; }

/* Does the sum have all terms of the part, and others?  Marks where. */
static bool contains(const Form *sum, const Form *part, bool *where)
{
    if (part->n >= sum->n || atoms(part) < 2) return false;
    memset(where, 0, sum->n * sizeof *where);
    for (uint32_t i = 0; i < part->n; i++) {
        uint32_t at = 0;
        while (at < sum->n && (where[at] || !same_part(sum->at[at], part->at[i]))) at++;
        if (at == sum->n) return false;
        where[at] = true;
    }
    return true;
}

/* Terms of row i that are all of row j's become row j, which moves before it. */
static void use_sum(Cut *c, uint32_t i, uint32_t j, const bool *where)
{
    Form sum = {0};
    bool put = false;
    Row *s = &c->row.at[i], t = c->row.at[j];
    for (uint32_t k = 0; k < s->sum.n; k++) {
        if (!where[k])
            vec_push(c->ir->arena, &sum, s->sum.at[k]);
        else if (!put)
            vec_push(c->ir->arena, &sum, atom_of(&t));
        put |= where[k];
    }
    s->sum = sum;
    s->formula = form_node(c->ir, &sum);
    if (j < i) return;
    memmove(c->row.at + i + 1, c->row.at + i, (j - i) * sizeof(Row));
    c->row.at[i] = t;
}

static void share_sums(Cut *c)
{
    for (uint32_t i = 0; i < c->row.n; i++) {
        const Form *sum = &c->row.at[i].sum;
        uint32_t best = i;
        bool *where = arena_alloc(c->ir->arena, (sum->n + 1) * sizeof *where);
        if (c->row.at[i].whole || atoms(sum) < 3) continue;
        for (uint32_t j = 0; j < c->row.n; j++)
            if (contains(sum, &c->row.at[j].sum, where) && (best == i || c->row.at[j].sum.n > c->row.at[best].sum.n))
                best = j;
        if (best == i) continue;
        contains(sum, &c->row.at[best].sum, where);
        use_sum(c, i, best, where);
        i--; /* what stands there now may have others in it */
    }
}

/* Sums of more than two atoms as sums of two. */
static void split_sums(Cut *c)
{
    Rows out = {0};
    for (uint32_t i = 0; i < c->row.n; i++) {
        Row r = c->row.at[i];
        Form left = {0};
        uint32_t rest = atoms(&r.sum);
        bool split = !r.whole && rest > 2;
        for (uint32_t k = 0; split && k < r.sum.n; k++) {
            Part p = r.sum.at[k];
            if (atoms(&left) == 2 && p.atom) {
                Id array = ir_new_array(c->ir, "v", ARRAY_LOCAL, T_REAL, NULL, 0, (Span){0, 0});
                Row part = {.array = array, .formula = form_node(c->ir, &left)};
                vec_push(c->ir->arena, &out, part);
                left = one_part(c, atom_of(&part));
            }
            vec_push(c->ir->arena, &left, p);
        }
        if (split) r.formula = form_node(c->ir, &left);
        vec_push(c->ir->arena, &out, r);
    }
    c->row = out;
}

/* ---- a name for a multiple of what nothing else uses */

typedef struct {
    Id read, by;
} Exchange;

static Id exchanged(Ir *ir, Id node, void *user)
{
    const Exchange *x = user;
    (void)ir;
    return node == x->read ? x->by : 0;
}

static void join_named(Cut *c)
{
    Ir *ir = c->ir;
    uint32_t *uses = arena_alloc(ir->arena, ir->array.n * sizeof *uses);
    uint32_t *at = arena_alloc(ir->arena, ir->array.n * sizeof *at);
    Id *only = arena_alloc(ir->arena, c->row.n * sizeof *only + 1);
    for (uint32_t i = 0; i < c->row.n; i++) {
        IdVec order = ir_reach(ir, &c->row.at[i].formula, 1);
        at[c->row.at[i].array] = i + 1;
        for (uint32_t k = 0; k < order.n; k++) {
            if (ir_opof(ir, order.at[k]) != OP_READ) continue;
            uses[ir->node.at[order.at[k]].u.ref]++;
            only[i] = order.at[k];
        }
    }
    for (uint32_t i = 0; i < c->row.n; i++) {
        Row *r = &c->row.at[i];
        Id atom = r->single && only[i] ? ir->node.at[only[i]].u.ref : 0;
        Row *joins = atom && at[atom] && uses[atom] == 1 ? &c->row.at[at[atom] - 1] : NULL;
        if (!joins || joins->named) continue;
        r->formula = ir_replace(ir, r->formula, exchanged, &(Exchange){only[i], joins->formula});
        joins->gone = true;
    }
}

/* ---- the trace */

static int by_element(const void *a, const void *b)
{
    const TraceRow *x = a, *y = b;
    if (x->of != y->of) return x->of < y->of ? -1 : 1;
    return x->element < y->element ? -1 : x->element > y->element;
}

/* The number k of a name "vk" that a row has from the model, if it is one of 1..n; else 0. */
static uint32_t own_number(const char *name, uint32_t n)
{
    char *end;
    unsigned long k = name[0] == 'v' && name[1] >= '1' && name[1] <= '9' ? strtoul(name + 1, &end, 10) : 0;
    return k && k <= n && !*end ? (uint32_t)k : 0;
}

/* v1, v2, ... for rows without a name of their own; numbers that the model's names have are left out. */
static void number_rows(Trace *t, const bool *named)
{
    Ir *ir = t->ir;
    uint32_t n = 2 * t->row.n;
    bool *taken = arena_alloc(ir->arena, n + 1);
    for (uint32_t i = 0; i < t->row.n; i++)
        if (named[i]) taken[own_number(trace_name(t, t->row.at[i].array), n)] = true;
    for (uint32_t i = 0, k = 1; i < t->row.n; i++) {
        if (named[i]) continue;
        while (taken[k]) k++;
        const char *name = arena_printf(ir->arena, "v%u", k++);
        ir->array.at[t->row.at[i].array].name = intern(ir->ctx, name, strlen(name));
    }
}

/* By array: does the result need it? */
static bool *find_needed(Cut *c, Id result)
{
    bool *needed = arena_alloc(c->ir->arena, c->ir->array.n * sizeof *needed);
    needed[result] = true;
    for (uint32_t i = c->row.n; i-- > 0;) {
        const Row *r = &c->row.at[i];
        if (r->gone || !needed[r->array]) continue;
        IdVec order = ir_reach(c->ir, &r->formula, 1);
        for (uint32_t k = 0; k < order.n; k++)
            if (ir_opof(c->ir, order.at[k]) == OP_READ) needed[c->ir->node.at[order.at[k]].u.ref] = true;
    }
    return needed;
}

Trace *cut(Record *r)
{
    Ir *ir = r->ir;
    Cut c = {.ir = ir};
    Trace *t = arena_alloc(ir->arena, sizeof *t);
    t->ir = ir;
    for (uint32_t i = 0; i < r->element.n; i++) add_element(&c, &r->element.at[i]);
    share_sums(&c);
    split_sums(&c);
    join_named(&c);
    Id result = c.element.at[r->result].at[0].atom;
    const bool *needed = find_needed(&c, result);
    for (uint32_t i = 0; i < r->element.n; i++) {
        const Element *e = &r->element.at[i];
        if (!e->input || !needed[e->array]) continue;
        vec_push(ir->arena, &t->row,
                 ((TraceRow){.array = e->array, .of = e->of, .element = e->element, .value = e->value}));
    }
    if (t->row.n) qsort(t->row.at, t->row.n, sizeof *t->row.at, by_element);
    bool *named = arena_alloc(ir->arena, t->row.n + c.row.n + 1);
    memset(named, true, t->row.n);
    for (uint32_t i = 0; i < c.row.n; i++) {
        const Row *row = &c.row.at[i];
        if (row->gone || !needed[row->array]) continue;
        if (row->array == result) t->result = t->row.n;
        named[t->row.n] = row->named;
        vec_push(ir->arena, &t->row, ((TraceRow){.array = row->array, .formula = row->formula}));
    }
    number_rows(t, named);
    return t;
}
