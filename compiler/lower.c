/*
 * lower.c -- declarations -> arrays and equations.
 *
 * Names are resolved and sorted already (resolve.c), so one walk defines everything before it is used.
 */
#include "lower.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- diagnostics */

void low_error(Low *L, Span at, const char *fmt, ...)
{
    if (L->quiet) return;
    va_list ap;
    va_start(ap, fmt);
    diag_error(L->ctx, at, "%s", arena_vprintf(L->a, fmt, ap));
    va_end(ap);
}

void low_also(Low *L, Span at)
{
    if (!L->quiet) diag_also(L->ctx, at);
}

void low_help(Low *L, const char *fmt, ...)
{
    if (L->quiet) return;
    va_list ap;
    va_start(ap, fmt);
    diag_help(L->ctx, "%s", arena_vprintf(L->a, fmt, ap));
    va_end(ap);
}

/* ---- index variables */

Id low_var(Low *L, const char *name, Span span, Id lo, Id hi, const Ast *binder)
{
    Id v = ir_new_var(L->ir, name, span);
    while (L->range.n <= v) vec_push(L->a, &L->range, (Range){0});
    L->range.at[v] = (Range){lo, hi, binder};
    return v;
}

void low_fresh(Low *L, const Id *shape, uint32_t n, Binder *out)
{
    static const char *const name[] = {"i", "j", "k", "l"};
    Id zero = ir_int(L->ir, 0);
    for (uint32_t k = 0; k < n; k++)
        out[k] = (Binder){low_var(L, name[k % 4], L->span, zero, shape[k], NULL), zero, shape[k]};
}

/* Inserts into a sorted set; false: full. */
static bool insert(Id *set, uint32_t *n, uint32_t max, Id v)
{
    uint32_t k = *n;
    while (k > 0 && set[k - 1] > v) k--;
    if (k > 0 && set[k - 1] == v) return true;
    if (*n == max) return false;
    memmove(set + k + 1, set + k, (*n - k) * sizeof *set);
    set[k] = v;
    (*n)++;
    return true;
}

static uint32_t close_over(Low *L, const Id *nodes, uint32_t n, const Binder *but, uint32_t nbut, uint32_t nfixed,
                           Binder *out, uint32_t max)
{
    Id set[MAX_RANK], todo[MAX_RANK * MAX_RANK];
    uint32_t ns = 0, nt = 0, nv;
    for (uint32_t k = 0; k < n; k++) {
        if (!nodes[k]) continue;
        const Id *v = ir_vars(L->ir, nodes[k], &nv);
        for (uint32_t i = 0; i < nv && nt < MAX_RANK * MAX_RANK; i++) {
            todo[nt++] = v[i];
            while (nt) {
                Id x = todo[--nt];
                bool skip = false;
                for (uint32_t j = 0; j < nbut; j++) skip |= but[j].var == x;
                for (uint32_t j = 0; j < nfixed; j++) skip |= L->fixed.at[j].b.var == x;
                for (uint32_t j = 0; j < ns; j++) skip |= set[j] == x;
                if (skip) continue;
                if (!insert(set, &ns, MAX_RANK, x) || ns > max) {
                    low_error(L, L->span, "more than %u index variables meet in one expression", max);
                    return UINT32_MAX;
                }
                Id ends[] = {L->range.at[x].lo, L->range.at[x].hi};
                for (int e = 0; e < 2; e++) {
                    if (!ends[e]) continue;
                    uint32_t m;
                    const Id *w = ir_vars(L->ir, ends[e], &m);
                    for (uint32_t j = 0; j < m && nt < MAX_RANK * MAX_RANK; j++) todo[nt++] = w[j];
                }
            }
        }
    }
    for (uint32_t k = 0; k < ns; k++) out[k] = (Binder){set[k], L->range.at[set[k]].lo, L->range.at[set[k]].hi};
    return ns;
}

uint32_t low_close(Low *L, const Id *nodes, uint32_t n, Binder *out, uint32_t max)
{
    return close_over(L, nodes, n, NULL, 0, 0, out, max);
}

uint32_t low_free(Low *L, const Id *nodes, uint32_t n, const Binder *but, uint32_t nbut, Binder *out, uint32_t max)
{
    return close_over(L, nodes, n, but, nbut, L->fixed.n, out, max);
}

uint32_t low_fixed(Low *L, Id *dims, Id *subs)
{
    for (uint32_t k = 0; k < L->fixed.n; k++) {
        dims[k] = L->fixed.at[k].dim;
        subs[k] = L->fixed.at[k].sub;
    }
    return L->fixed.n;
}

bool low_place(Low *L, const Binder *outer, uint32_t n, Id *dims, Id *subs, Span at)
{
    Ir *ir = L->ir;
    for (uint32_t k = 0; k < n; k++) {
        Id lo = low_bound(L, outer[k].lo, true), hi = low_bound(L, outer[k].hi, false);
        if (!lo || !hi) {
            low_error(L, at, "the range %s..%s of an index has no bound that is known before the run",
                      size_text(L, outer[k].lo), size_text(L, outer[k].hi));
            return false;
        }
        subs[k] = ir_var(ir, outer[k].var);
        dims[k] = hi;
        if (ir_prove_le(ir, ir_int(ir, 0), lo) == 1) continue;
        subs[k] = ir_op2(ir, OP_SUB, subs[k], lo);
        dims[k] = ir_op2(ir, OP_SUB, hi, lo);
    }
    return true;
}

/* Is the condition a part of what lets a scan around run? */
static bool scan_has(Low *L, Id c)
{
    IdVec all = {0};
    for (const Scan *s = L->scan; s; s = s->around) ir_conjuncts(L->ir, s->when, &all);
    for (uint32_t k = 0; k < all.n; k++)
        if (all.at[k] == c) return true;
    return false;
}

Id low_guard(Low *L, const Binder *outer, uint32_t n)
{
    Ir *ir = L->ir;
    Id guard = 0;
    IdVec all = {0};
    ir_conjuncts(ir, L->path, &all);
    for (uint32_t i = 0; i < all.n; i++) {
        uint32_t nv, inside = 0;
        const Id *v = ir_vars(ir, all.at[i], &nv);
        for (uint32_t k = 0; k < nv; k++) {
            for (uint32_t j = 0; j < n; j++) inside += outer[j].var == v[k];
            for (uint32_t j = 0; j < L->fixed.n; j++) inside += L->fixed.at[j].b.var == v[k];
        }
        if (inside == nv && !scan_has(L, all.at[i])) guard = ir_and(ir, guard, all.at[i]);
    }
    return guard;
}

/* ---- arrays and equations */

static uint32_t hash_name(const char *s)
{
    uint32_t h = 2166136261u;
    for (; *s; s++) h = (h ^ (unsigned char)*s) * 16777619u;
    return h;
}

static void take_name(Low *L, const char *name)
{
    uint32_t k = hash_name(name);
    while (L->taken.at[k & (L->taken.n - 1)] && L->taken.at[k & (L->taken.n - 1)] != name) k++;
    L->taken.at[k & (L->taken.n - 1)] = name;
}

static bool is_taken(Low *L, const char *name)
{
    name = intern(L->ctx, name, strlen(name));
    for (uint32_t k = hash_name(name);; k++) {
        const char *s = L->taken.at[k & (L->taken.n - 1)];
        if (!s) return false;
        if (s == name) return true;
    }
}

Id low_array(Low *L, const char *name, ArrayKind kind, Type type, const Id *dims, uint32_t n, Span span)
{
    for (uint32_t k = 0; k < n; k++) low_size_check(L, dims[k], name, span);
    return ir_new_array(L->ir, name, kind, type, dims, n, span);
}

Id low_equation(const Low *L, Id array) { return array < L->writer.n ? L->writer.at[array] : 0; }

Id low_sole_equation(const Low *L, Id array)
{
    Id eq = low_equation(L, array);
    return eq && !L->before.at[eq] ? eq : 0;
}

void low_emit(Low *L, const Eq *e)
{
    if (L->quiet || (e->when && e->when == ir_bool(L->ir, false))) return; /* never wanted */
    Eq eq = *e;
    eq.span = L->span;
    Id id = ir_new_eq(L->ir, &eq);
    while (L->writer.n <= eq.target) vec_push(L->a, &L->writer, 0);
    while (L->before.n <= id) vec_push(L->a, &L->before, 0);
    L->before.at[id] = L->writer.at[eq.target];
    L->writer.at[eq.target] = id;
    vec_push(L->a, &L->items, ((Item){false, id}));
}

static Type element_type(Low *L, Red op, Id body)
{
    switch (op) {
    case RED_NONE:
    case RED_SUM: return ir_type(L->ir, body);
    case RED_ARGMAX:
    case RED_ARGMIN: return T_INT;
    case RED_ALL:
    case RED_ANY: return T_BOOL;
    case RED_PROD:
    case RED_MAX:
    case RED_MIN:
    case RED_LOGSUMEXP:
    case RED_MATRIX: break;
    }
    return T_REAL;
}

Type low_type(Low *L, const Definition *d)
{
    Type t = element_type(L, d->op, d->body);
    return t == T_INT && d->real ? T_REAL : t;
}

/* For subscripts that go through the array.  argmax of nothing is -1. */
void low_entry_bounds(Low *L, Id array, const Definition *d)
{
    Ir *ir = L->ir;
    Id lo = 0, hi = 0;
    if (d->op == RED_NONE) {
        lo = low_bound(L, d->body, true);
        hi = low_bound(L, d->body, false);
        if (hi) hi = ir_addi(ir, hi, 1);
    } else if (d->op == RED_ARGMAX || d->op == RED_ARGMIN) {
        lo = d->ninner == 1 ? low_bound(L, d->inner[0].lo, true) : ir_int(ir, 0);
        hi = d->ninner == 1 ? low_bound(L, d->inner[0].hi, false) : ir_int(ir, 1);
        for (uint32_t k = 0; k < d->ninner && d->ninner > 1; k++)
            hi = ir_op2(ir, OP_MUL, hi, ir_op2(ir, OP_SUB, d->inner[k].hi, d->inner[k].lo));
        if (low_may_be_empty(L, d->inner, d->ninner, d->where)) lo = ir_int(ir, -1);
    }
    ir->array.at[array].lo = lo && hi ? lo : 0;
    ir->array.at[array].hi = lo && hi ? hi : 0;
}

void low_set(Low *L, Id array, const Id *subs, uint32_t nsubs, const Binder *outer, uint32_t nouter,
             const Definition *d, bool add)
{
    Ir *ir = L->ir;
    Eq e = {.target = array, .body = d->body, .where = d->where, .op = (uint8_t)d->op, .add = add};
    int64_t k;
    if (ir->array.at[array].type == T_REAL && d->op == RED_NONE)
        e.body = ir_const_int(ir, d->body, &k) ? ir_real(ir, (double)k) : low_real(L, d->body);
    e.when = low_guard(L, outer, nouter);
    e.subs = ir_ids(ir, subs, nsubs);
    e.outer = ir_binders(ir, outer, nouter);
    e.inner = ir_binders(ir, d->inner, d->ninner);
    low_emit(L, &e);
}

Value *low_define(Low *L, const Definition *d, const char *name, ArrayKind kind, Span span)
{
    if (L->quiet) return value_bad(L);
    Binder bound[2 * MAX_RANK], outer[2 * MAX_RANK];
    memcpy(bound, d->own, d->nown * sizeof *bound);
    memcpy(bound + d->nown, d->inner, d->ninner * sizeof *bound);
    Id roots[2 + 4 * MAX_RANK];
    uint32_t nr = 0;
    roots[nr++] = d->body;
    roots[nr++] = d->where;
    for (uint32_t k = 0; k < d->nown + d->ninner; k++) {
        roots[nr++] = bound[k].lo;
        roots[nr++] = bound[k].hi;
    }
    uint32_t npre = low_free(L, roots, nr, bound, d->nown + d->ninner, outer, MAX_RANK / 2);
    if (npre == UINT32_MAX) return value_bad(L);
    Id dims[2 * MAX_RANK], subs[2 * MAX_RANK];
    uint32_t fixed = low_fixed(L, dims, subs), n = npre + d->nown;
    memcpy(outer + npre, d->own, d->nown * sizeof *outer);
    if (!low_place(L, outer, n, dims + fixed, subs + fixed, span)) return value_bad(L);
    Type type = kind == ARRAY_LOCAL ? low_type(L, d) : T_REAL;
    Id array = low_array(L, name, kind, type, dims, fixed + n, span);
    if (type == T_INT) low_entry_bounds(L, array, d);
    low_set(L, array, subs, fixed + n, outer, n, d, false);
    return value_array(L, array, subs, fixed + npre);
}

const char *low_temp_name(Low *L, const char *name)
{
    while (is_taken(L, name)) name = arena_printf(L->a, "%s_", name);
    return name;
}

Id low_temp(Low *L, Id body, Red op, const Binder *inner, uint32_t ninner, Id where, const char *name, Span span)
{
    Definition d = {.op = op, .body = body, .where = where, .ninner = ninner};
    memcpy(d.inner, inner, ninner * sizeof *inner);
    return low_define(L, &d, low_temp_name(L, name), ARRAY_LOCAL, span)->node;
}

/* ---- definitions */

bool low_right_side(Low *L, const Ast *e, Definition *d)
{
    if (e->kind == A_REDUCE && e->red != R_MEAN) {
        Reduction r;
        if (!lower_reduction(L, e, &r)) return false;
        bool arg = r.op == RED_ARGMAX || r.op == RED_ARGMIN;
        uint32_t nv, ragged = 0;
        for (uint32_t k = 0; k < r.n; k++) {
            ir_vars(L->ir, r.inner[k].lo, &nv);
            ragged += nv;
            ir_vars(L->ir, r.inner[k].hi, &nv);
            ragged += nv;
        }
        if (arg && r.n > 1 && ragged) {
            low_error(L, e->span,
                      "%s over several indices gives their position in a box: their ranges must not depend on indices",
                      red_name((RedKind)e->red));
            return false;
        }
        if (arg && low_may_be_empty(L, r.inner, r.n, r.where)) {
            d->op = RED_NONE;
            d->body = reduction_value(L, &r, (RedKind)e->red, e->span);
            return d->body != 0;
        }
        d->op = r.op;
        d->body = r.body;
        d->where = r.where;
        d->ninner = r.n;
        memcpy(d->inner, r.inner, r.n * sizeof *r.inner);
        return true;
    }
    d->op = RED_NONE;
    d->body = lower_scalar(L, e, "an element");
    return d->body != 0;
}

/* Outputs are real: an integer one gets an array of integers beside it, for subscripts. */
static Value *define_named(Low *L, Definition *d, const char *name, ArrayKind kind, Span span)
{
    Type t = low_type(L, d);
    if (kind == ARRAY_LOCAL || t == T_REAL)
        return low_define(L, d, kind == ARRAY_LOCAL ? low_temp_name(L, name) : name, kind, span);
    if (t == T_BOOL) {
        low_error(L, span, "%s is a condition; what a model returns is a number", name);
        low_help(L, "write 'if ... then 1 else 0'");
        return value_bad(L);
    }
    if (!d->nown && d->op == RED_NONE) return low_define(L, d, name, kind, span);
    Value *v = low_define(L, d, low_temp_name(L, name), ARRAY_LOCAL, span);
    if (v->kind == VAL_BAD) return v;
    Definition copy = {.op = RED_NONE, .nown = d->nown};
    Id ix[MAX_RANK];
    memcpy(copy.own, d->own, d->nown * sizeof *d->own);
    for (uint32_t k = 0; k < d->nown; k++) ix[k] = ir_var(L->ir, d->own[k].var);
    copy.body = v->rank ? value_at(L, v, ix) : v->node;
    low_define(L, &copy, name, kind, span);
    return v;
}

/* Values that need no array of their own: names of what exists, and integers of sizes and indices. */
static bool trivial(Low *L, Id node)
{
    Op op = ir_opof(L->ir, node);
    if (op == OP_CONST || op == OP_VAR || op == OP_DIM || op == OP_READ) return true;
    if (ir_type(L->ir, node) != T_INT) return false;
    IdVec all = ir_reach(L->ir, &node, 1);
    for (uint32_t k = 0; k < all.n; k++)
        if (ir_opof(L->ir, all.at[k]) == OP_READ) return false;
    return true;
}

/* let, output, metric: with index variables, or the whole */
static Value *lower_definition(Low *L, const Ast *name_at, const Ast *over, const Ast *body, ArrayKind kind)
{
    Definition d = {.op = RED_NONE, .real = name_at->sym->independent};
    const char *name = name_at->name;
    if (over) {
        if (over->n > MAX_RANK / 2) {
            low_error(L, over->span, "more than %d dimensions", MAX_RANK / 2);
            return value_bad(L);
        }
        d.nown = over->n;
        const Sym *was = L->defining;
        L->defining = name_at->sym;
        bool ok = bind_over(L, over, 0, NULL, NULL, body, d.own) && low_right_side(L, body, &d);
        L->defining = was;
        return ok ? define_named(L, &d, name, kind, name_at->name_span) : value_bad(L);
    }
    if (body->kind == A_REDUCE && body->red != R_MEAN)
        return low_right_side(L, body, &d) ? define_named(L, &d, name, kind, name_at->name_span) : value_bad(L);
    Value *v = lower_expr(L, body);
    if (v->kind == VAL_BAD) return v;
    if (v->rank) {
        if (kind == ARRAY_METRIC) {
            low_error(L, body->span, "a metric must be a scalar; this has the shape %s", shape_text(L, v));
            return value_bad(L);
        }
        if (kind == ARRAY_LOCAL && !d.real) return value_named(L, v, low_temp_name(L, name));
        Id ix[MAX_RANK];
        if (v->rank > MAX_RANK / 2) return value_bad(L);
        if (v->kind == VAL_LIST) v = value_named(L, v, low_temp_name(L, name));
        d.nown = v->rank;
        low_fresh(L, v->shape, v->rank, d.own);
        for (uint32_t k = 0; k < v->rank; k++) ix[k] = ir_var(L->ir, d.own[k].var);
        d.body = value_at(L, v, ix);
    } else {
        d.body = v->node;
        if (kind == ARRAY_LOCAL && !d.real && d.body && trivial(L, d.body)) return v;
    }
    return d.body ? define_named(L, &d, name, kind, name_at->name_span) : value_bad(L);
}

void lower_let(Low *L, const Ast *d, ArrayKind kind)
{
    const char *stem = L->stem;
    Span span = L->span;
    L->stem = d->name;
    L->span = d->span;
    bool scalar = d->kind == A_METRIC;
    L->value[d->sym->id] = lower_definition(L, d, scalar ? NULL : d->kid[0], d->kid[scalar ? 0 : 1], kind);
    L->stem = stem;
    L->span = span;
}

static void lower_loss(Low *L, const Ast *d)
{
    Definition def = {.op = RED_NONE};
    L->stem = "loss";
    L->span = d->span;
    if (!low_right_side(L, d->kid[0], &def)) return;
    if (low_type(L, &def) == T_BOOL) {
        low_error(L, d->kid[0]->span, "the loss is a condition; it must be a number");
        return;
    }
    Value *v = low_define(L, &def, "loss", ARRAY_LOSS, d->span);
    if (v->kind == VAL_SCALAR) L->ir->loss = L->ir->node.at[v->node].u.ref;
}

/* ---- const, dim, hyper, data, param */

static const char *defined(Low *L, const char *name)
{
    for (uint32_t k = L->opt->defines; k-- > 0;)
        if (!strcmp(L->opt->define[k].name, name)) return L->opt->define[k].value;
    return NULL;
}

/* A number given by -D (checked before): an integer node where it is one. */
static Id defined_number(Low *L, const char *text)
{
    double x = strtod(text, NULL);
    return x == floor(x) && fabs(x) <= 9007199254740992.0 ? ir_int(L->ir, (int64_t)x) : ir_real(L->ir, x);
}

static bool constant_number(Low *L, Id x, double *out)
{
    if (!x || ir_opof(L->ir, x) != OP_CONST || ir_type(L->ir, x) == T_BOOL) return false;
    const Node *n = &L->ir->node.at[x];
    *out = n->type == T_INT ? (double)n->u.i : n->u.r;
    return true;
}

static void lower_const(Low *L, const Ast *d)
{
    const char *text = defined(L, d->name);
    Id x = text ? defined_number(L, text) : lower_scalar(L, d->kid[0], "a const");
    double number;
    if (x && !constant_number(L, x, &number)) {
        low_error(L, d->kid[0]->span, "a const must be a number");
        x = 0;
    }
    L->value[d->sym->id] = value_scalar(L, x);
}

static void lower_dim(Low *L, const Ast *d)
{
    const char *text = defined(L, d->name);
    Id x = text ? defined_number(L, text) : ir_dim(L->ir, ir_new_dim(L->ir, d->name, d->name_span));
    L->value[d->sym->id] = value_scalar(L, x);
}

bool low_shape(Low *L, const Ast *d, const Ast *shape, Id *dims, Binder *b, uint32_t *n)
{
    *n = shape ? shape->n : 0;
    if (*n > MAX_RANK / 2) {
        low_error(L, shape->span, "more than %d dimensions", MAX_RANK / 2);
        return false;
    }
    bool ok = true;
    Id zero = ir_int(L->ir, 0);
    double elements = 1;
    for (uint32_t k = 0; k < *n; k++) {
        const Ast *s = shape->kid[k], *size = s->kind == A_BINDER ? s->kid[1] : s;
        dims[k] = lower_int(L, size, "a size");
        if (!dims[k]) {
            ok = false;
            continue;
        }
        int64_t c;
        if (ir_const_int(L->ir, dims[k], &c) && c > 0) elements *= (double)c;
        b[k] = (Binder){low_var(L, s->kind == A_BINDER ? s->name : "i", s->span, zero, dims[k], NULL), zero, dims[k]};
        if (s->kind == A_BINDER) L->value[s->sym->id] = value_scalar(L, ir_var(L->ir, b[k].var));
    }
    if (ok && elements > 0x1p48) {
        low_error(L, d->name_span, "%s has more than 2^48 elements", d->name);
        ok = false;
    }
    return ok;
}

static void lower_data(Low *L, const Ast *d)
{
    Id dims[MAX_RANK];
    Binder b[MAX_RANK];
    uint32_t n;
    Id lo = 0, hi = 0;
    if (!low_shape(L, d, d->kid[0], dims, b, &n)) return;
    if (d->kid[2]) {
        lo = d->kid[1] ? lower_int(L, d->kid[1], "a bound of integer data") : ir_int(L->ir, 0);
        hi = lower_int(L, d->kid[2], "a bound of integer data");
        if (!lo || !hi) return;
    }
    Id array = low_array(L, d->name, ARRAY_DATA, hi ? T_INT : T_REAL, dims, n, d->name_span);
    L->ir->array.at[array].lo = lo;
    L->ir->array.at[array].hi = hi;
    L->value[d->sym->id] = value_array(L, array, NULL, 0);
}

static void lower_hyper(Low *L, const Ast *d)
{
    Id x = lower_scalar(L, d->kid[0], "a hyper");
    double number;
    if (x && !constant_number(L, x, &number)) {
        low_error(L, d->kid[0]->span, "the default of a hyper must be a number");
        x = 0;
    }
    Id array = low_array(L, d->name, ARRAY_HYPER, T_REAL, NULL, 0, d->name_span);
    if (x) vec_push(L->a, &L->ir->start, ((Start){array, ir_real(L->ir, number), 0, {0, 0}, START_FIXED}));
    L->value[d->sym->id] = value_array(L, array, NULL, 0);
}

static bool bound_number(Low *L, const Ast *e, double *out)
{
    Id x = lower_scalar(L, e, "a bound");
    if (!x) return false;
    if (constant_number(L, x, out) && !isnan(*out)) return true;
    low_error(L, e->span, "a bound of a param must be a number");
    return false;
}

static bool lower_constraint(Low *L, const Ast *c, double *lo, double *hi)
{
    *lo = -HUGE_VAL;
    *hi = HUGE_VAL;
    if (!c) return true;
    if (!bound_number(L, c->kid[0], c->kind == A_LESS ? hi : lo)) return false;
    if (c->kind == A_IN && !bound_number(L, c->kid[1], hi)) return false;
    if (*lo < *hi) return true;
    low_error(L, c->span, "no number lies between %g and %g", *lo, *hi);
    return false;
}

static Id lower_number(Low *L, const Ast *e, const char *what)
{
    Id x = lower_scalar(L, e, what);
    if (!x || ir_type(L->ir, x) != T_BOOL) return x;
    low_error(L, e->span, "%s must be a number; this is a condition", what);
    return 0;
}

/* normal(mean, sd), uniform(lo, hi), he(), glorot(): out is the first dimension, in the product of the others. */
static bool random_start(Low *L, const Ast *r, const Id *dims, uint32_t n, Start *s)
{
    Ir *ir = L->ir;
    s->kind = strcmp(r->name, "normal") && strcmp(r->name, "he") ? START_UNIFORM : START_NORMAL;
    if (r->n) {
        s->a = lower_number(L, r->kid[0], "an argument of a random start");
        s->b = lower_number(L, r->kid[1], "an argument of a random start");
        return s->a && s->b;
    }
    Id in = ir_int(ir, 1), out = n ? dims[0] : ir_int(ir, 1);
    for (uint32_t k = 1; k < n; k++) in = ir_op2(ir, OP_MUL, in, dims[k]);
    if (s->kind == START_NORMAL) {
        s->a = ir_real(ir, 0);
        s->b = ir_op1(ir, OP_SQRT, ir_op2(ir, OP_DIV, ir_real(ir, 2), in));
    } else {
        s->b = ir_op1(ir, OP_SQRT, ir_op2(ir, OP_DIV, ir_real(ir, 6), ir_op2(ir, OP_ADD, in, out)));
        s->a = ir_op1(ir, OP_NEG, s->b);
    }
    return true;
}

/* A start must lie inside the constraint: told now where it is a number, so random starts of constrained params are uniform. */
static void start_inside(Low *L, const Ast *at, const Start *s, double lo, double hi)
{
    double a, b;
    if (lo == -HUGE_VAL && hi == HUGE_VAL) return;
    if (s->kind == START_NORMAL) {
        low_error(L, at->span, "a normal start can leave the interval of the param");
        low_help(L, "use uniform(lo, hi)");
        return;
    }
    bool in = !constant_number(L, s->a, &a) || (s->kind == START_FIXED ? a > lo && a < hi : a >= lo && a < hi);
    if (in && s->kind == START_UNIFORM) in = !constant_number(L, s->b, &b) || b <= hi;
    if (!in) low_error(L, at->span, "the start lies outside the open interval (%g, %g) of the param", lo, hi);
}

static void lower_param(Low *L, const Ast *d)
{
    Ir *ir = L->ir;
    Id dims[MAX_RANK];
    Binder b[MAX_RANK];
    uint32_t n;
    double lo, hi;
    if (!low_shape(L, d, d->kid[0], dims, b, &n) || !lower_constraint(L, d->kid[1], &lo, &hi)) return;
    Id array = low_array(L, d->name, ARRAY_PARAM, T_REAL, dims, n, d->name_span);
    if (lo > -HUGE_VAL) ir->array.at[array].lo = ir_real(ir, lo);
    if (hi < HUGE_VAL) ir->array.at[array].hi = ir_real(ir, hi);
    L->value[d->sym->id] = value_array(L, array, NULL, 0);
    const Ast *start = d->kid[2];
    if (!start) return;
    Start s = {.array = array, .kind = START_FIXED};
    L->starts = true;
    bool good = start->kind == A_START ? (s.a = lower_number(L, start->kid[0], "a start")) != 0
                                       : random_start(L, start, dims, n, &s);
    L->starts = false;
    if (!good) return;
    if ((ir->node.at[s.a].has | (s.b ? ir->node.at[s.b].has : 0)) & HAS_READ) {
        low_error(L, start->span,
                  "a start must be a formula of constants, sizes and its own indices, without sums and scans");
        return;
    }
    start_inside(L, start, &s, lo, hi);
    s.outer = ir_binders(ir, b, n);
    vec_push(L->a, &ir->start, s);
}

/* ---- extern functions */

/* The function of that name and so many arguments; 0 after an error. */
static Id external(Low *L, const Ast *name, const char *text, uint32_t arity)
{
    Id f = ir_external(L->ir, text, arity, name->span);
    Extern known = L->ir->external.at[f];
    if (known.arity == arity) return f;
    low_error(L, name->span, "'%s' takes %u argument%s here and %u elsewhere", text, arity, arity == 1 ? "" : "s",
              known.arity);
    low_also(L, known.span);
    return 0;
}

static void lower_extern(Low *L, const Ast *d)
{
    const Ast *derivatives = d->kid[1];
    uint32_t arity = d->kid[0]->n;
    IdVec partials = {0};
    if (arity > MAX_ARGS) low_error(L, d->kid[0]->span, "an extern function of more than %d arguments", MAX_ARGS);
    Id f = external(L, d, d->name, arity);
    for (uint32_t k = 0; k < derivatives->n; k++)
        vec_push(L->a, &partials, external(L, derivatives->kid[k], derivatives->kid[k]->name, arity));
    if (L->ctx->errors) return;
    Extern *e = &L->ir->external.at[f];
    e->partials = ir_ids(L->ir, partials.at, partials.n);
    e->given = true;
    e->span = d->span;
}

/* ---- the program */

static void lower_declaration(Low *L, const Ast *d)
{
    switch ((int)d->kind) {
    case A_LET: lower_let(L, d, ARRAY_LOCAL); break;
    case A_OUTPUT: lower_let(L, d, ARRAY_OUTPUT); break;
    case A_METRIC: lower_let(L, d, ARRAY_METRIC); break;
    case A_LOSS: lower_loss(L, d); break;
    case A_EXTERN: lower_extern(L, d); break;
    case A_SCAN: lower_scan(L, d); break;
    default: break;
    }
}

static void lower_inputs(Low *L, const Ast *program)
{
    for (uint32_t k = 0; k < program->n; k++)
        if (program->kid[k]->kind == A_DIM) lower_dim(L, program->kid[k]);
    for (uint32_t k = 0; k < L->names->order.n; k++)
        if (L->names->order.at[k]->kind == A_CONST) lower_const(L, L->names->order.at[k]);
    for (uint32_t k = 0; k < program->n; k++) {
        const Ast *d = program->kid[k];
        L->span = d->span;
        if (d->kind == A_DATA)
            lower_data(L, d);
        else if (d->kind == A_HYPER)
            lower_hyper(L, d);
        else if (d->kind == A_PARAM)
            lower_param(L, d);
    }
}

static void take_names(Low *L, const Ast *program)
{
    uint32_t size = 16;
    while (size < 2 * program->n + 2) size *= 2;
    L->taken.at = arena_alloc(L->a, size * sizeof *L->taken.at);
    L->taken.n = L->taken.cap = size;
    for (uint32_t k = 0; k < program->n; k++) {
        AstKind kind = program->kid[k]->kind;
        bool public = kind == A_DATA || kind == A_HYPER || kind == A_PARAM || kind == A_OUTPUT || kind == A_METRIC;
        if (public && program->kid[k]->name) take_name(L, program->kid[k]->name);
    }
    take_name(L, intern(L->ctx, "loss", 4));
}

Ir *lower(Context *ctx, Names *names, const LowerOptions *opt)
{
    Low *L = arena_alloc(ctx->arena, sizeof *L);
    L->ctx = ctx;
    L->a = ctx->arena;
    L->names = names;
    L->opt = opt;
    L->ir = ir_new(ctx, opt->name);
    L->value = arena_alloc(L->a, (names->syms.n + 1) * sizeof *L->value);
    L->stem = "t";
    take_names(L, names->program);
    lower_inputs(L, names->program);
    for (uint32_t k = 0; k < names->order.n; k++) lower_declaration(L, names->order.at[k]);
    if (ctx->errors) return NULL;
    L->ir->items = ir_items(L->ir, L->items.at, L->items.n);
    ir_declare_functions(L->ir);
    return L->ir;
}
