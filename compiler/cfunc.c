/*
 * cfunc.c -- a function of the model as C: its parts, and the public function that calls them.
 *
 * A part takes what it uses, arrays as `restrict` pointers, single values by value; the public function checks its arguments,
 * finds the arrays in theta, data, gradient and workspace, and calls the parts.  A part that uses very many takes theta, data,
 * gradient and workspace themselves, and finds them there.  A part without loops stands in the public function itself.
 */
#include "emit.h"

#include "ckernel.h"

#include <string.h>

/* ---- the workspace */

static uint32_t type_bytes(const Gen *g, Type t)
{
    return t == T_REAL ? (g->opts->single ? 4 : 8) : t == T_INT ? 8 : 4;
}

/* Bytes of the cells and of the slots of constant size; these stand first. */
static uint64_t constant_bytes(const Gen *g, const Func *f, uint32_t until)
{
    uint64_t bytes = ((uint64_t)f->cells * type_bytes(g, T_REAL) + 63) / 64 * 64;
    for (uint32_t k = 0; k < f->slots.n && k < until; k++) {
        int64_t n;
        if (!ir_const_int(g->ir, f->slots.at[k].count, &n)) continue;
        bytes += ((uint64_t)n * type_bytes(g, f->slots.at[k].type) + 63) / 64 * 64;
    }
    return bytes;
}

bool known_bytes(const Gen *g, const Func *f, uint64_t *bytes)
{
    int64_t n;
    for (uint32_t k = 0; k < f->slots.n; k++)
        if (!ir_const_int(g->ir, f->slots.at[k].count, &n)) return false;
    *bytes = constant_bytes(g, f, UINT32_MAX);
    return true;
}

/* Where each slot begins, as variables at1, at2, ... of the public function where sizes are known at run time only. */
static void print_offsets(Printer *p)
{
    Gen *g = p->g;
    const Func *f = p->f;
    uint32_t last = 0;
    for (uint32_t k = 0; k < f->slots.n; k++) {
        int64_t n;
        if (!ir_const_int(g->ir, f->slots.at[k].count, &n)) last = k + 1;
    }
    const char *at = arena_printf(g->arena, "%llu", (unsigned long long)constant_bytes(g, f, UINT32_MAX));
    const char *size = NULL;
    uint32_t number = 0;
    for (uint32_t k = 0; k < last; k++) {
        int64_t n;
        if (ir_const_int(g->ir, f->slots.at[k].count, &n)) continue;
        const char *more = size ? arena_printf(g->arena, " + ((size_t)(%s) + 63) / 64 * 64", size) : "";
        out_line(p, "const size_t at%u = %s%s;", ++number, at, more);
        at = arena_printf(g->arena, "at%u", number);
        size = arena_printf(g->arena, "%s * %u", dims_text(g, f->slots.at[k].count, "dims->"),
                            type_bytes(g, f->slots.at[k].type));
    }
}

static const char *slot_text(Gen *g, const Func *f, uint32_t slot)
{
    int64_t n;
    if (ir_const_int(g->ir, f->slots.at[slot].count, &n))
        return arena_printf(g->arena, "%llu", (unsigned long long)constant_bytes(g, f, slot));
    uint32_t number = 0;
    for (uint32_t k = 0; k <= slot; k++) number += !ir_const_int(g->ir, f->slots.at[k].count, &n);
    return arena_printf(g->arena, "at%u", number);
}

/* ---- what a part takes */

enum {
    MANY = 120, /* arguments; a C compiler need not take more than 127 */
    LONG_PART =
        130 /* lines over rows: the single row of attention.ad, 380 lines, takes gcc 1.0 s at -O3 and 0.6 s so; as long to run */
};

/* What a public function has: bits. */
enum { IN_DATA = 1, IN_THETA = 2, IN_WORK = 4, ARGUMENTS_FROM = 8 };
/* Its k-th argument. */
static unsigned in_argument(unsigned k) { return (unsigned)ARGUMENTS_FROM << k; }

typedef struct {
    const char *formal; /* "const x_real *restrict X" */
    const char *local;  /* "const x_real *const X"; NULL: the public function has it by that name */
    const char *actual; /* "data->X" */
    unsigned in;        /* where a part finds it by itself; 0: nowhere */
} Taken;
typedef VEC(Taken) TakenVec;

static const char *const_real(const Gen *g) { return arena_printf(g->arena, "const %s", g->real); }

static const char *argument_type(const Gen *g, const Argument *x)
{
    return x->integer ? "int32_t" : x->given ? const_real(g) : g->real;
}

/* The place of an array in a vector. */
static const char *offset_in(Gen *g, const Argument *in, Id array)
{
    uint32_t k = 0;
    Id before = ir_int(g->ir, 0);
    while (g->ir->kid.at[in->arrays.at + k] != array)
        before = ir_op2(g->ir, OP_ADD, before, plan_count(g->ir, g->ir->kid.at[in->arrays.at + k++], NULL));
    if (in->stacked) return dims_text(g, before, "dims->");
    const char *name = g->ir->array.at[g->ir->wrt.at[k]].name;
    return arena_printf(g->arena, "%s_%s_%s(dims)", g->P, name, g->wrt ? "GRAD_OFFSET" : "OFFSET");
}

/* What a function's argument, or a part of it, is to a part of the function. */
static Taken take_argument(Gen *g, const Func *f, Id a)
{
    uint32_t k = f->argument[a] - 1u;
    const Argument *in = &f->entry.arg[k];
    const char *name = g->array_name[a], *real = in->integer ? "int32_t" : g->real, *from = in->name, *local = NULL;
    const char *type = argument_type(g, in);
    bool part = in->vector || in->stacked;
    if (f->store[a].place == AT_VALUE) {
        from = arena_printf(g->arena, "%s[%s]", in->name, in->vector ? offset_in(g, in, a) : "0");
        return (Taken){arena_printf(g->arena, "%s %s", real, name), arena_printf(g->arena, "const %s %s", real, name),
                       from, in->vector ? in_argument(k) : 0};
    }
    if (in->vector || in->arrays.n > 1) from = arena_printf(g->arena, "%s + %s", in->name, offset_in(g, in, a));
    if (strcmp(from, name) != 0) local = arena_printf(g->arena, "%s *const %s", type, name);
    return (Taken){arena_printf(g->arena, "%s *restrict %s", type, name), local, from, part ? in_argument(k) : 0};
}

static Taken take_array(Gen *g, const Func *f, Id a)
{
    const Store *s = &f->store[a];
    Array x = g->ir->array.at[a];
    const char *name = g->array_name[a], *real = g->real;
    Arena *m = g->arena;
    if (f->argument[a]) return take_argument(g, f, a);
    if (s->place == AT_VALUE || s->place == AT_INPUT) {
        const char *type = x.type == T_REAL ? real : "int32_t";
        const char *from = x.kind == ARRAY_PARAM ? arena_printf(m, "theta + %s_%s_OFFSET(dims)", g->P, x.name)
                                                 : arena_printf(m, "data->%s", name_field(g, x.name));
        unsigned in = x.kind == ARRAY_PARAM ? IN_THETA : IN_DATA;
        if (s->place == AT_INPUT)
            return (Taken){arena_printf(m, "const %s *restrict %s", type, name),
                           arena_printf(m, "const %s *const %s", type, name), from, in};
        if (x.kind == ARRAY_PARAM)
            from = arena_printf(m, "theta[%s_%s_OFFSET(dims)]", g->P, x.name);
        else if (x.kind == ARRAY_DATA)
            from = arena_printf(m, "%s[0]", from);
        return (Taken){arena_printf(m, "%s %s", type, name), arena_printf(m, "const %s %s", type, name), from, in};
    }
    const char *type = type_text(g, (Type)x.type);
    const char *from = arena_printf(m, "(%s *)(void *)(bytes + %s)", type, slot_text(g, f, s->slot));
    int64_t n;
    return (Taken){arena_printf(m, "%s *%s%s", type, s->shared ? "" : "restrict ", name),
                   arena_printf(m, "%s *const %s", type, name), from,
                   ir_const_int(g->ir, f->slots.at[s->slot].count, &n) ? IN_WORK : 0};
}

/* "const x_real *restrict theta" */
static Taken whole_vector(Gen *g, const char *name, const char *type, bool restricted, unsigned in)
{
    const char *formal = arena_printf(g->arena, "%s *%s%s", type, restricted ? "restrict " : "", name);
    return (Taken){formal, NULL, name, in};
}

static TakenVec take(Printer *p)
{
    Gen *g = p->g;
    Func *f = p->f;
    TakenVec list = {0};
    for (Id d = 1; d < g->ir->dim.n; d++)
        if (p->dim_used[d])
            vec_push(g->arena, &list,
                     ((Taken){arena_printf(g->arena, "int64_t %s", g->dim_name[d]),
                              arena_printf(g->arena, "const int64_t %s", g->dim_name[d]),
                              arena_printf(g->arena, "(int64_t)dims->%s", name_field(g, g->ir->dim.at[d].name)), 0}));
    if (p->first_used)
        vec_push(g->arena, &list, ((Taken){"int64_t first", "const int64_t first", "(int64_t)first_row", 0}));
    if (p->last_used)
        vec_push(g->arena, &list, ((Taken){"int64_t last", "const int64_t last", "(int64_t)last_row", 0}));
    if (p->fresh_used) vec_push(g->arena, &list, ((Taken){"int fresh", NULL, "fresh", 0}));
    bool cells = false;
    unsigned singles = 0; /* of what single values are read or written in place */
    ir_sort_ids(p->g->ir, &p->used);
    for (uint32_t k = 0; k < p->used.n; k++) {
        Id a = p->used.at[k];
        Store *s = &f->store[a];
        s->used = false; /* for the next part */
        if (s->place == AT_LOCAL) continue;
        if (s->place == AT_CELL)
            cells = true;
        else if (s->place == AT_SINGLE)
            singles |= f->argument[a] ? in_argument(f->argument[a] - 1u) : IN_THETA;
        else
            vec_push(g->arena, &list, take_array(g, f, a));
    }
    if (singles & IN_THETA) vec_push(g->arena, &list, whole_vector(g, "theta", const_real(g), true, IN_THETA));
    for (uint32_t k = 0; k < f->entry.args; k++) {
        const Argument *x = &f->entry.arg[k];
        if (singles & in_argument(k))
            vec_push(g->arena, &list, whole_vector(g, x->name, argument_type(g, x), true, in_argument(k)));
    }
    if (cells)
        vec_push(g->arena, &list,
                 ((Taken){arena_printf(g->arena, "%s *restrict cells", g->real),
                          arena_printf(g->arena, "%s *const cells", g->real),
                          arena_printf(g->arena, "(%s *)(void *)bytes", g->real), IN_WORK}));
    return list;
}

static bool has_loop(const Ir *ir, const Loop *l)
{
    if (loop_repeats(l)) return true;
    if (l->kind == LOOP_EQ) return ir->eq.at[l->eq].inner.n > 0;
    for (uint32_t k = 0; k < l->kids.n; k++)
        if (has_loop(ir, l->kids.at[k])) return true;
    return false;
}

/* A list broken over lines of at most 120 columns. */
static void add_wrapped(Text *t, const char *head, const TakenVec *list, bool actual, const char *tail)
{
    size_t column = strlen(head);
    text_add(t, head);
    for (uint32_t k = 0; k < list->n; k++) {
        const char *s = actual ? list->at[k].actual : list->at[k].formal;
        if (column + strlen(s) + 2 > 116 && k) {
            text_add(t, ",\n        ");
            column = 8;
        } else if (k) {
            text_add(t, ", ");
            column += 2;
        }
        text_add(t, s);
        column += strlen(s);
    }
    if (!list->n && !actual) text_add(t, "void");
    text_add(t, tail);
}

/* Takes what a list is found in instead of the list, of which *own is left to the part. */
static TakenVec take_whole(Gen *g, const Func *f, const TakenVec *list, TakenVec *own)
{
    TakenVec whole = {0};
    unsigned in = 0;
    for (uint32_t k = 0; k < list->n; k++) {
        in |= list->at[k].in;
        if (list->at[k].in)
            vec_push(g->arena, own, list->at[k]);
        else
            vec_push(g->arena, &whole, list->at[k]);
    }
    const char *dims = g->ir->dim.n > 1 ? arena_printf(g->arena, "const %s_dims *dims", g->p) : "const void *dims";
    vec_push(g->arena, &whole, ((Taken){dims, NULL, "dims", 0}));
    if (in & IN_DATA)
        vec_push(g->arena, &whole,
                 ((Taken){arena_printf(g->arena, "const %s_data *data", g->p), NULL, "data", IN_DATA}));
    if (in & IN_THETA) vec_push(g->arena, &whole, whole_vector(g, "theta", const_real(g), false, IN_THETA));
    for (uint32_t k = 0; k < f->entry.args; k++) {
        const Argument *x = &f->entry.arg[k];
        if (in & in_argument(k))
            vec_push(g->arena, &whole, whole_vector(g, x->name, argument_type(g, x), false, in_argument(k)));
    }
    if (in & IN_WORK) vec_push(g->arena, &whole, ((Taken){"unsigned char *bytes", NULL, "bytes", IN_WORK}));
    return whole;
}

static void print_taken(Printer *p, const TakenVec *list)
{
    for (uint32_t k = 0; k < list->n; k++)
        if (list->at[k].local) out_line(p, "%s = %s;", list->at[k].local, list->at[k].actual);
}

static uint32_t lines(const Text *t)
{
    uint32_t n = 0;
    for (size_t k = 0; k < t->n; k++) n += t->at[k] == '\n';
    return n;
}

/* Is it a loop over tiles, of which functions of lanes do the work? */
static bool has_tiles(const Loop *l)
{
    if (l->kind == LOOP_TILE) return true;
    for (uint32_t k = 0; k < l->kids.n; k++)
        if (has_tiles(l->kids.at[k])) return true;
    return false;
}

/* The part as a static function; returns its call. */
static const char *print_static(Gen *g, Func *f, const Loop *part, uint32_t number)
{
    Printer p = printer_new(g, f);
    print_part(&p, part);
    printer_end(&p);
    TakenVec list = take(&p), own = {0};
    Printer head = printer_new(g, f);
    if (list.n > MANY) {
        list = take_whole(g, f, &list, &own);
        out_line(&head, "(void)dims;"); /* offsets are often numbers */
        print_taken(&head, &own);
    }
    const char *name = arena_printf(g->arena, "%s_%s%u", f->name, part->rows ? "rows" : "part", number);
    name = arena_printf(g->arena, "%s_%s", g->p, name_static(g, name));
    const char *type = p.limits ? "int" : "void";
    bool is_long = part->rows && lines(&p.out) > LONG_PART;
    g->kernel[is_long ? KERNEL_LONG : KERNEL_APART] = 1;
    text_addf(&g->body, "%s_%s\n", g->P, !is_long ? "APART" : has_tiles(part) ? "TILES" : "LONG");
    add_wrapped(&g->body, arena_printf(g->arena, "static %s %s(", type, name), &list, false, ")\n{\n");
    if (head.out.n) text_addn(&g->body, head.out.at, head.out.n);
    if (p.out.n) text_addn(&g->body, p.out.at, p.out.n);
    if (p.limits) text_addf(&g->body, "    return %s_OK;\n", g->P);
    text_add(&g->body, "}\n\n");
    Text call = {.arena = g->arena};
    const char *failed = arena_printf(g->arena, ") != %s_OK) return %s_ELIMIT;\n", g->P, g->P);
    add_wrapped(&call, arena_printf(g->arena, p.limits ? "    if (%s(" : "    %s(", name), &list, true,
                p.limits ? failed : ");\n");
    return call.at;
}

/* ---- public functions */

const char *dims_type(const Gen *g)
{
    return g->ir->dim.n > 1 ? arena_printf(g->arena, "const %s_dims", g->p) : "const void";
}

const char *arguments(const Gen *g, const char *more)
{
    const Ir *ir = g->ir;
    const char *dims = ir->dim.n > 1 ? arena_printf(g->arena, "const %s_dims", g->p) : "const void";
    const char *data = g->inputs.n ? arena_printf(g->arena, "const %s_data", g->p) : "const void";
    return arena_printf(g->arena, "%s *dims, const %s *theta, %s *data, %s", dims, g->real, data, more);
}

const char *function_arguments(const Gen *g, const Func *f, const char *pointer, const char *more)
{
    const char *own = "";
    for (uint32_t k = 0; k < f->entry.args; k++) {
        const Argument *x = &f->entry.arg[k];
        own = arena_printf(g->arena, "%s%s %s%s, ", own, argument_type(g, x), pointer, x->name);
    }
    if (is_pattern(f)) {
        const char *data = g->inputs.n ? arena_printf(g->arena, "const %s_data", g->p) : "const void";
        own = arena_strndup(g->arena, own, strlen(own) - 2);
        return arena_printf(g->arena, "%s *dims, %s *data, %s", dims_type(g), data, own);
    }
    return arguments(g, arena_printf(g->arena, "%svoid *work%s", own, more));
}

static bool has_loss(const Func *f)
{
    for (uint32_t k = 0; k < f->entry.args; k++)
        if (strcmp(f->entry.arg[k].name, "loss") == 0) return true;
    return false;
}

static void print_check_finite(Gen *g)
{
    const char *max = g->opts->single ? "fabsf(*loss) <= 3.4028234e38f" : "fabs(*loss) <= 1.7976931348623157e308";
    text_addf(&g->body, "    return %s ? %s_OK : %s_ENONFINITE;\n}\n\n", max, g->P, g->P);
}

/* Is the number of the entries, of which the function tells where they stand, for the data to tell? */
static bool is_counted_by_data(const Gen *g, const Func *f)
{
    for (uint32_t k = 0; k < g->ir->function.n; k++) {
        const Entry *e = &g->ir->function.at[k];
        if (e->count && e->of == f->entry.of && e->by == f->entry.by) return true;
    }
    return false;
}

/* What a function takes that is for all rows, some, or some of a gradient that may be begun. */
typedef enum { ROWS_OF_ALL, ROWS_OF_RANGE, ROWS_OF_FRESH } EntryRows;

static void print_entry_head(Gen *g, const Func *f, EntryRows rows)
{
    static const char *const name[] = {"", "_range", "_add"}, *const more[] = {
                                                                  "", ", size_t first_row, size_t last_row",
                                                                  ", size_t first_row, size_t last_row, int fresh"};
    text_addf(&g->body, "%sint %s_%s%s(%s)\n{\n", rows == ROWS_OF_FRESH ? "static " : "", g->p, f->name, name[rows],
              function_arguments(g, f, "*restrict ", more[rows]));
    if (is_pattern(f)) {
        text_addf(&g->body, g->ir->dim.n > 1 ? "    if (!dims) return %s_EDIM;\n" : "    (void)dims;\n", g->P);
        text_addf(&g->body, g->inputs.n ? "    if (!data) return %s_EDATA;\n" : "    (void)data;\n", g->P);
        const char *stem = arena_strndup(g->arena, f->name, (size_t)(strrchr(f->name, '_') - f->name));
        text_addf(&g->body, "    const size_t nnz = %s_%s_nnz(dims%s), columns = %s_%s(dims);\n", g->p, stem,
                  is_counted_by_data(g, f) ? ", data" : "", g->p, g->wrt ? "ngrad" : "nparam");
        text_addf(&g->body, "    if (nnz > 2147483647 || columns > 2147483647) return %s_EDIM;\n", g->P);
        return;
    }
    text_addf(&g->body, "    const int code = %s_ready(dims, theta, data, work);\n", g->p);
    text_addf(&g->body, "    if (code != %s_OK) return code;\n", g->P);
}

/* A pattern is there before any value: it may depend on sizes and data alone. */
static void check_pattern(Gen *g, const Func *f)
{
    bool free = !has_work(f);
    for (uint32_t k = 0; k < g->params.n; k++) free &= f->store[g->params.at[k]].place == AT_NOWHERE;
    if (!free)
        diag_error(g->ctx, g->ir->array.at[f->entry.of].span,
                   "%s: where the entries stand depends on computed values; they have no constant pattern", f->name);
}

/* Arguments that are given in vain: a direction along which nothing moves, room for no entries. */
static void print_unused(Gen *g, const Func *f)
{
    for (uint32_t k = 0; k < f->entry.args; k++) {
        const Argument *x = &f->entry.arg[k];
        bool used = false;
        for (uint32_t i = 0; i < x->arrays.n; i++)
            used |= f->store[g->ir->kid.at[x->arrays.at + i]].place != AT_NOWHERE;
        if (!used) text_addf(&g->body, "    (void)%s;\n", x->name);
    }
}

static bool is_fresh(const Gen *g, const Func *f, Id array)
{
    for (Id e = 1; e < g->ir->eq.n && f->begins && array; e++)
        if (g->ir->eq.at[e].fresh && g->ir->eq.at[e].target == array) return true;
    return false;
}

/* The gradient, but for arrays that the first to add to them begins, is zero. */
static void print_zeros(Gen *g, const Func *f, const Argument *in)
{
    const char *from = "0";
    for (uint32_t i = 0; i <= in->arrays.n; i++) {
        Id array = i < in->arrays.n ? g->ir->kid.at[in->arrays.at + i] : 0;
        bool fresh = is_fresh(g, f, array);
        if (from && (!array || fresh) && i > 0)
            text_addf(&g->body, "    for (size_t i = %s; i < %s; i++) %s[i] = 0;\n", from,
                      array ? offset_in(g, in, array) : "n", in->name);
        from = fresh ? NULL : array && !from ? offset_in(g, in, array) : from;
    }
}

static void print_begin(Gen *g, const Func *f)
{
    const Argument *in = f->entry.arg;
    while (in->given || !in->vector) in++;
    if (!is_fresh(g, f, g->ir->kid.at[in->arrays.at + in->arrays.n - 1]))
        text_addf(&g->body, "    const size_t n = %s_%s(dims);\n", g->p, g->wrt ? "ngrad" : "nparam");
    text_add(&g->body, "    *loss = 0;\n");
    print_zeros(g, f, in);
}

/* The rows' part of a gradient: to what is there. */
static void print_range(Gen *g, const Func *f)
{
    text_addf(&g->body, "int %s_%s_range(%s)\n{\n", g->p, f->name,
              function_arguments(g, f, "*restrict ", ", size_t first_row, size_t last_row"));
    text_addf(&g->body, "    return %s_%s_add(dims, theta, data, loss, grad, work, first_row, last_row, 0);\n}\n\n",
              g->p, f->name);
}

/* All rows: of a gradient zero, then the rows' part. */
static void print_by_range(Gen *g, Func *f)
{
    print_entry_head(g, f, ROWS_OF_ALL);
    const char *rows = dims_text(g, f->rows, "dims->");
    if (f->entry.kind == FUNCTION_HESSIAN)
        text_addf(&g->body,
                  "    const size_t n = %s_hessian_nnz(dims);\n    for (size_t i = 0; i < n; i++) values[i] = 0;\n",
                  g->p);
    if (has_entries(f)) {
        text_addf(&g->body, "    return %s_%s_range(dims, theta, data, values, work, 0, %s);\n}\n\n", g->p, f->name,
                  rows);
        return;
    }
    if (in_chunks(g, f)) {
        print_all_chunks(g, f);
        print_check_finite(g);
        return;
    }
    print_begin(g, f);
    text_addf(&g->body, "    return %s_grad_%s(dims, theta, data, loss, grad, work, 0, %s%s);\n}\n\n", g->p,
              f->begins ? "add" : "range", rows, f->begins ? ", 1" : "");
}

void print_function(Gen *g, Func *f)
{
    Text calls = {.arena = g->arena};
    Printer p = printer_new(g, f);
    bool in_place = f->top->kids.n == 1 && !f->ranged && !has_loop(g->ir, f->top->kids.at[0]);
    TakenVec list = {0};
    if (in_place) {
        print_part(&p, f->top->kids.at[0]);
        printer_end(&p);
        list = take(&p);
    } else {
        for (uint32_t k = 0; k < f->top->kids.n; k++) text_add(&calls, print_static(g, f, f->top->kids.at[k], k + 1));
    }
    if (is_pattern(f)) check_pattern(g, f);
    print_entry_head(g, f, f->begins ? ROWS_OF_FRESH : f->ranged ? ROWS_OF_RANGE : ROWS_OF_ALL);
    print_unused(g, f);
    Printer head = printer_new(g, f);
    if (f->ranged) {
        const char *rows = dims_text(g, f->rows, "dims->");
        out_line(&head, "if (first_row > last_row || last_row > %s) return %s_EDIM;", rows, g->P);
    }
    if (has_work(f)) {
        out_line(&head, "unsigned char *const bytes = work;");
        print_offsets(&head);
    }
    print_taken(&head, &list);
    text_add(&g->body, head.out.n ? head.out.at : "");
    text_add(&g->body, in_place ? p.out.n ? p.out.at : "" : calls.n ? calls.at : "");
    if (has_loss(f))
        print_check_finite(g);
    else
        text_addf(&g->body, "    return %s_OK;\n}\n\n", g->P);
    if (f->begins) print_range(g, f);
    if (f->ranged) print_by_range(g, f);
}

/* ---- work_bytes */

const char *count_text(Printer *p, Slice dims)
{
    Gen *g = p->g;
    const char *count = "1";
    for (uint32_t k = 0; k < dims.n; k++) {
        const char *size = out_expr(p, g->ir->kid.at[dims.at + k], T_INT, P_COND);
        if (k) g->kernel[KERNEL_COUNT] = 1;
        count = k ? arena_printf(g->arena, "%s_count(%s, %s)", g->p, count, size) : size;
    }
    return count;
}

static bool constant_dims(const Ir *ir, Slice dims)
{
    int64_t n;
    for (uint32_t k = 0; k < dims.n; k++)
        if (!ir_const_int(ir, ir->kid.at[dims.at + k], &n)) return false;
    return true;
}

static void print_func_bytes(Printer *p, const Func *f)
{
    Gen *g = p->g;
    out_line(p, "/* %s */", f->ranged ? arena_printf(g->arena, "%s, %s_range", f->name, f->name) : f->name);
    out_line(p, "bytes = %llu;", (unsigned long long)constant_bytes(g, f, UINT32_MAX));
    for (uint32_t k = 0; k < f->slots.n; k++) {
        int64_t n;
        if (ir_const_int(g->ir, f->slots.at[k].count, &n)) continue;
        g->kernel[KERNEL_SLOT] = 1;
        out_line(p, "bytes = %s_slot(bytes, %s, %u);", g->p, out_expr(p, f->slots.at[k].count, T_INT, P_COND),
                 type_bytes(g, f->slots.at[k].type));
    }
    if (in_chunks(g, f)) print_chunk_room(p, f);
    out_line(p, "if (bytes > most) most = bytes;");
}

void print_checked_dims(Printer *p, Text *out)
{
    Gen *g = p->g;
    bool any = false;
    for (Id d = 1; d < g->ir->dim.n; d++)
        if (p->dim_used[d]) {
            g->kernel[KERNEL_DIM] = 1;
            text_addf(out, "    const int64_t %s = %s_dim(dims->%s);\n", g->dim_name[d], g->p,
                      name_field(g, g->ir->dim.at[d].name));
            any = true;
        }
    if (!any) text_add(out, "    (void)dims;\n");
}

/* Exact and saturating: SIZE_MAX where any array of the model does not fit. */
void print_work_bytes(Gen *g, Func *const *funcs, uint32_t n)
{
    Ir *ir = g->ir;
    Func none = {0};
    Printer p = printer_new(g, &none);
    p.checked = true;
    for (Id a = 1; a < ir->array.n; a++) {
        Array x = ir->array.at[a];
        bool like_another = x.kind == ARRAY_GIVEN || x.kind == ARRAY_RESULT;
        if (x.kind == ARRAY_LOCAL || x.kind == ARRAY_LOSS || like_another || constant_dims(ir, x.dims)) continue;
        g->kernel[KERNEL_SLOT] = 1;
        out_line(&p, "bytes = %s_slot(bytes, %s, 8); /* %s */", g->p, count_text(&p, x.dims), x.name);
    }
    bool sizes = p.out.n > 0;
    if (sizes) out_line(&p, "if (bytes == SIZE_MAX) return SIZE_MAX;");
    for (uint32_t k = 0; k < n; k++)
        if (has_work(funcs[k]) || in_chunks(g, funcs[k])) print_func_bytes(&p, funcs[k]);
    const char *dims = ir->dim.n > 1 ? arena_printf(g->arena, "const %s_dims", g->p) : "const void";
    printer_end(&p);
    text_addf(&g->body, "size_t %s_work_bytes(%s *dims)\n{\n", g->p, dims);
    print_checked_dims(&p, &g->body);
    if (!p.out.n) {
        text_add(&g->body, "    return 0;\n}\n\n");
        return;
    }
    text_addf(&g->body, "    size_t most = 0, bytes%s;\n%s    return most;\n}\n\n", sizes ? " = 0" : "", p.out.at);
}
