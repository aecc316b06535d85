/*
 * emit.c -- equations -> C: which functions a model has, how each is scheduled, and the order of the file.
 *
 * needs: verified equations, forward and adjoint in one list   makes: C text   exact: no (sums over rows and another index are regrouped)
 */
#include "emit.h"

#include "ckernel.h"

#include <string.h>

enum { MANY_SINGLES = 100 };

typedef VEC(Func *) FuncVec;

/* ---- functions of a model */

static void collect_arrays(Gen *g)
{
    Ir *ir = g->ir;
    g->start = arena_alloc(g->arena, sizeof *g->start * ir->array.n);
    for (uint32_t k = ir->start.n; k-- > 0;) g->start[ir->start.at[k].array] = k + 1;
    for (Id a = 1; a < ir->array.n; a++) {
        uint8_t kind = ir->array.at[a].kind;
        if (kind == ARRAY_PARAM) vec_push(g->arena, &g->params, a);
        if (kind == ARRAY_DATA || kind == ARRAY_HYPER) vec_push(g->arena, &g->inputs, a);
    }
    for (uint32_t pass = 0; pass < 2; pass++)
        for (Id a = 1; a < ir->array.n; a++)
            if (ir->array.at[a].kind == (pass ? ARRAY_METRIC : ARRAY_OUTPUT)) vec_push(g->arena, &g->results, a);
    g->is_wrt = arena_alloc(g->arena, sizeof *g->is_wrt * ir->array.n);
    for (uint32_t k = 0; k < ir->wrt.n; k++) g->is_wrt[ir->wrt.at[k]] = true;
    g->wrt = ir->wrt.n != g->params.n;
    for (uint32_t k = 0; k < ir->wrt.n && !g->wrt; k++) g->wrt = ir->wrt.at[k] != g->params.at[k];
}

static void schedule_part(Gen *g, Func *f, const Items *items, bool rows)
{
    Loop *list = loop_new(g->arena, LOOP_LIST, NULL);
    Items parts = strips(g->ir, items, &f->roots), mapped = maps(g->ir, &parts, &f->roots),
          pieces = split_long(g->ir, &mapped);
    schedule(g->ir, &pieces, list);
    parts_add(g->ir, list, f->top, rows);
}

static uint8_t *roots_of(Gen *g, const Func *f)
{
    uint8_t *root = arena_alloc(g->arena, g->ir->array.n);
    for (uint32_t k = 0; k < f->roots.n; k++) root[f->roots.at[k]] = 1;
    return root;
}

/* One loop over tiles, which is a part by itself; a few rows that fill none go one by one. */
static void schedule_tile(Gen *g, Func *f, const Rows *r, const Items *by_row)
{
    Ir *ir = g->ir;
    Loop *list = loop_new(g->arena, LOOP_LIST, NULL), *tile = loop_new(g->arena, LOOP_TILE, list);
    Id end = tile_end(ir, r);
    tile->binder = (Binder){r->tile, r->lo, ir_op2(ir, OP_IMIN, end, r->hi)};
    tile->size = r->size;
    tile->few = r->few;
    schedule_rows_of(ir, &r->rows, r->row, tile);
    lift(ir, r, tile);
    lanes_group(ir, r, tile);
    jam(ir, r, tile);
    parts_add(ir, list, f->top, true);
    if (r->few == 1) return;
    vec_push(g->arena, &f->rest, end);
    Items rest = shadow_from(ir, by_row, end);
    schedule_part(g, f, &rest, true);
}

static bool has_scan(const Items *items)
{
    for (uint32_t k = 0; k < items->n; k++)
        if (items->at[k].region) return true;
    return false;
}

static void schedule_rows(Gen *g, Func *f, Rows *r, bool tiles)
{
    Items by_row = r->rows;
    bool tiled = false;
    if (g->opts->max_work && has_scan(&by_row)) tiles = false; /* the steps of one row take the least memory */
    if (tiles) {
        r->rows = shadow_rows(g->ir, r, roots_of(g, f));
        tiled = tile_rows(g->ir, r, roots_of(g, f)); /* of the arrays that there are now */
        /* Of a metric, which is asked for now and then, a second loop for a few rows is not worth its code. */
        const bool metric = f->entry.of && g->ir->array.at[f->entry.of].kind == ARRAY_METRIC;
        if (g->opts->tiles_alone || metric) r->few = 1;
        if (!tiled) r->rows = by_row;
    }
    schedule_part(g, f, &r->prologue, false);
    if (tiled)
        schedule_tile(g, f, r, &by_row);
    else
        schedule_part(g, f, &r->rows, true);
    schedule_part(g, f, &r->epilogue, false);
}

static void schedule_sweeps(Gen *g, Func *f, Sweeps *s, bool tiles)
{
    f->first = s->first;
    f->last = s->last;
    f->rows = s->size;
    f->ranged = s->first != 0;
    for (uint32_t k = 0; k < s->n; k++) schedule_rows(g, f, &s->at[k], tiles);
}

/* Loops over rows where there are sums over them, whole arrays otherwise. */
static void schedule_whole(Gen *g, Func *f, Slice items)
{
    RowTables tables = rows_tables(g->ir, items);
    RowLevels levels = rows_levels(g->ir, items, &tables, false);
    Sweeps s = sweeps_make(g->ir, &levels, &f->roots);
    if (s.n) {
        schedule_sweeps(g, f, &s, true);
        return;
    }
    schedule_part(g, f, &levels.items, false);
}

/* The tables with the one at `first` in front. */
static RowTables tables_from(Gen *g, const RowTables *t, uint32_t first)
{
    RowTables all = {.of_params = t->of_params};
    vec_push(g->arena, &all.size, t->size.at[first]);
    for (uint32_t k = 0; k < t->size.n; k++)
        if (k != first) vec_push(g->arena, &all.size, t->size.at[k]);
    return all;
}

static bool schedule_range_of(Gen *g, Func *f, const RowLevels *levels, bool once)
{
    Sweeps s = sweeps_of_range(g->ir, levels, &f->roots, f->entry.kind != FUNCTION_HESSIAN, once);
    if (!s.n || !affine_in_sums(g->ir, &s, &f->roots)) return false;
    if (f->entry.kind == FUNCTION_GRAD) g->row_dim = g->ir->node.at[s.size].u.ref;
    schedule_sweeps(g, f, &s, true);
    if (in_chunks(g, f)) g->chunked = f;
    f->begins = f->entry.kind == FUNCTION_GRAD && !in_chunks(g, f) && s.fresh;
    return true;
}

/* As a function that adds the part of some rows to a gradient or Hessian: false where the model has none. */
static bool schedule_range(Gen *g, Func *f, Slice items)
{
    items = shadow_roots(g->ir, items, &f->roots);
    RowTables all = rows_tables(g->ir, items);
    for (uint32_t k = 0; k < all.size.n && !all.of_params && !all.fixed; k++) {
        RowTables tables = tables_from(g, &all, k);
        RowLevels levels = rows_levels(g->ir, items, &tables, true);
        if (schedule_range_of(g, f, &levels, true) || (all.size.n > 1 && schedule_range_of(g, f, &levels, false)))
            return true;
    }
    return false;
}

/* The entries of some rows of a Jacobian: false where they cannot be had apart. */
static bool schedule_entries(Gen *g, Func *f, Slice items)
{
    if (!g->ir->array.at[f->entry.of].dims.n || (f->entry.count && !f->entry.lines)) return false;
    RowLevels levels = rows_of_root(g->ir, items, f->roots.at[0], f->entry.axis, f->entry.lines);
    Sweeps s = sweeps_of_root(g->ir, &levels, &f->roots);
    if (s.n) schedule_sweeps(g, f, &s, false);
    return s.n > 0;
}

static bool schedule_ranged(Gen *g, Func *f, Slice items)
{
    bool loss = f->entry.kind == FUNCTION_LOSS && g->opts->openmp;
    bool adds = loss || f->entry.kind == FUNCTION_GRAD || f->entry.kind == FUNCTION_HESSIAN;
    if (adds) return schedule_range(g, f, items);
    bool entries = f->entry.kind == FUNCTION_JACOBIAN || f->entry.kind == FUNCTION_JACOBIAN_BLOCKS;
    return entries && schedule_entries(g, f, items);
}

static Func *new_func(Gen *g, const Entry *e)
{
    Ir *ir = g->ir;
    Func *f = arena_alloc(g->arena, sizeof *f);
    f->entry = *e;
    f->name = e->kind == FUNCTION_VALUE ? name_public(g, ir->array.at[e->of].name) : ir_function_name(ir, e);
    f->arrays = ir->array.n;
    f->argument = arena_alloc(g->arena, f->arrays);
    for (uint32_t k = 0; k < e->args; k++)
        for (uint32_t i = 0; i < e->arg[k].arrays.n; i++) {
            Id array = ir->kid.at[e->arg[k].arrays.at + i];
            f->argument[array] = (uint8_t)(k + 1);
            if (!e->arg[k].given) vec_push(g->arena, &f->roots, array);
        }
    f->top = loop_new(g->arena, LOOP_LIST, NULL);
    return f;
}

static FuncVec make_functions(Gen *g)
{
    FuncVec funcs = {0};
    for (uint32_t k = 0; k < g->ir->function.n; k++) {
        Func *f = new_func(g, &g->ir->function.at[k]);
        Slice items = dce_items(g->ir, g->ir->items, f->roots.at, f->roots.n);
        if (!schedule_ranged(g, f, items)) schedule_whole(g, f, items);
        vec_push(g->arena, &funcs, f);
    }
    return funcs;
}

/* ---- the file */

/* Very many single values of a vector are not passed one by one: they are read and written where they stand. */
static void place_singles(Gen *g, const Id *arrays, uint32_t n, Func *f)
{
    Ir *ir = g->ir;
    uint32_t singles = 0;
    Id offset = ir_int(ir, 0);
    for (uint32_t k = 0; k < n; k++) singles += !ir->array.at[arrays[k]].dims.n;
    if (singles <= MANY_SINGLES) return;
    for (uint32_t k = 0; k < n; k++) {
        Store *s = &f->store[arrays[k]];
        int64_t at;
        bool known = ir_const_int(ir, offset, &at) && at <= INT32_MAX;
        offset = ir_op2(ir, OP_ADD, offset, plan_count(ir, arrays[k], NULL));
        if (!known || ir->array.at[arrays[k]].dims.n || (s->place != AT_VALUE && s->place != AT_OUT)) continue;
        s->place = AT_SINGLE;
        s->slot = (uint32_t)at;
    }
}

/* Sines and cosines of the same number, by node. */
static void find_pairs(Gen *g, size_t n)
{
    const Ir *ir = g->ir;
    Id *sine_of = arena_alloc(g->arena, sizeof *sine_of * n);
    g->other = arena_alloc(g->arena, sizeof *g->other * n);
    for (Id id = 1; id < ir->node.n; id++)
        if (ir_opof(ir, id) == OP_SIN) sine_of[ir_kid(ir, id, 0)] = id;
    for (Id id = 1; id < ir->node.n; id++) {
        const Id sine = ir_opof(ir, id) == OP_COS ? sine_of[ir_kid(ir, id, 0)] : 0;
        if (!sine) continue;
        g->other[id] = sine;
        g->other[sine] = id;
    }
}

static Id as_lanes(Ir *ir, Id node, void *rows) { return node == *(const Id *)rows ? ir_int(ir, LANES) : 0; }

/* Is a tile's work much beside the gradient, which each chunk of rows adds?  Where that depends on sizes of a run it counts as little. */
static bool has_heavy_rows(Gen *g, const Func *f)
{
    Ir *ir = g->ir;
    Id rows = f->rows, flops = ir_replace(ir, f->flops, as_lanes, &rows), length = ir_int(ir, 0);
    const IdVec *to = g->wrt ? &ir->wrt : &g->params;
    int64_t work, gradient;
    for (uint32_t k = 0; k < to->n; k++) length = ir_op2(ir, OP_ADD, length, plan_count(ir, to->at[k], NULL));
    return ir_const_int(ir, flops, &work) && ir_const_int(ir, length, &gradient) && cost_heavy(work, gradient);
}

/* Everything the printers ask for exists from here on: nodes, so tables by node. */
static void make_tables(Gen *g, FuncVec *funcs)
{
    Ir *ir = g->ir;
    for (uint32_t k = 0; k < funcs->n; k++) {
        funcs->at[k]->flops = count_flops(ir, funcs->at[k]);
        peel(ir, funcs->at[k]);
    }
    for (Id a = 1; a < ir->array.n; a++) plan_count(ir, a, NULL);
    for (uint32_t k = 0; k < funcs->n; k++) {
        plan(ir, funcs->at[k]);
        if (funcs->at[k]->ranged && funcs->at[k]->entry.kind == FUNCTION_GRAD)
            g->short_chunks = has_heavy_rows(g, funcs->at[k]);
    }
    for (uint32_t k = 0; k < funcs->n; k++) {
        Func *f = funcs->at[k];
        place_singles(g, g->params.at, g->params.n, f);
        for (uint32_t i = 0; i < f->entry.args; i++) {
            IdVec arrays = {0};
            ir_add_ids(ir, f->entry.arg[i].arrays, &arrays);
            if (f->entry.arg[i].vector) place_singles(g, arrays.at, arrays.n, f);
        }
    }
    size_t n = ir->node.n + 1u;
    g->text = arena_alloc(g->arena, sizeof *g->text * n);
    g->prec = arena_alloc(g->arena, n);
    g->mark = arena_alloc(g->arena, sizeof *g->mark * n);
    g->uses = arena_alloc(g->arena, sizeof *g->uses * n);
    find_pairs(g, n);
    names_init(g);
    for (uint32_t k = 0; k < funcs->n; k++) { /* arrays that came later are no arguments */
        uint8_t *argument = arena_alloc(g->arena, ir->array.n);
        memcpy(argument, funcs->at[k]->argument, funcs->at[k]->arrays);
        funcs->at[k]->argument = argument;
    }
}

static bool keeps_to_limit(Gen *g, const FuncVec *funcs)
{
    uint64_t most = g->opts->max_work, bytes;
    for (uint32_t k = 0; k < funcs->n && most; k++)
        if (known_bytes(g, funcs->at[k], &bytes) && bytes > most) {
            diag_error(g->ctx, (Span){0, 0}, "--max-work %llu: %s needs %llu bytes", (unsigned long long)most,
                       funcs->at[k]->name, (unsigned long long)bytes);
            return false;
        }
    return true;
}

/* Tells whether the arguments can be used at all; every function asks first.  Without sizes it is known here how much work memory
   there is: no call of a public function, which in a shared library may be another's. */
static void print_ready(Gen *g, const FuncVec *funcs)
{
    Text *b = &g->body;
    bool sized = g->ir->dim.n > 1, works = sized;
    for (uint32_t k = 0; k < funcs->n; k++) works |= has_work(funcs->at[k]);
    text_addf(b, "static int %s_ready(%s)\n{\n", g->p, arguments(g, "const void *work"));
    if (sized)
        text_addf(b,
                  "    const size_t bytes = dims ? %s_work_bytes(dims) : SIZE_MAX;\n    if (bytes == SIZE_MAX) return "
                  "%s_EDIM;\n",
                  g->p, g->P);
    else
        text_add(b, "    (void)dims;\n");
    if (g->params.n)
        text_addf(b, "    if (!theta) return %s_EDATA;\n", g->P);
    else
        text_add(b, "    (void)theta;\n");
    if (g->inputs.n)
        text_addf(b, "    if (!data) return %s_EDATA;\n", g->P);
    else
        text_add(b, "    (void)data;\n");
    if (works)
        text_addf(b, "    return %s!work ? %s_EWORK : %s_OK;\n}\n\n", sized ? "bytes > 0 && " : "", g->P, g->P);
    else
        text_addf(b, "    (void)work;\n    return %s_OK;\n}\n\n", g->P);
}

static void print_strerror(Gen *g)
{
    static const char *const says[][2] = {
        {"OK", "no error"},
        {"EDIM", "a size is negative, does not fit, or differs from one that it must equal"},
        {"EDATA", "data is missing, NaN, or an integer out of range"},
        {"EWORK", "no work memory was given"},
        {"ENONFINITE", "the loss is not finite"},
        {"ELIMIT", "a loop ran to its limit with its condition still true"},
    };
    text_addf(&g->body, "const char *%s_strerror(int code)\n{\n    switch (code) {\n", g->p);
    for (size_t k = 0; k < sizeof says / sizeof *says; k++)
        text_addf(&g->body, "    case %s_%s: return \"%s\";\n", g->P, says[k][0], says[k][1]);
    text_add(&g->body, "    default: return \"unknown error\";\n    }\n}\n\n");
}

/* Prototypes of the extern functions that are called. */
/* For other files: a prototype.  For tier.h: one for libtcc, and a variable in what the system's compiler makes. */
static void print_externals(Gen *g, Emitted *out)
{
    Text *c = &out->c;
    for (Id e = 1; e < g->ir->external.n; e++) {
        Extern f = g->ir->external.at[e];
        if (!g->external[e]) continue;
        const bool libm = name_libm(f.name), variable = g->opts->jit && !libm;
        const char *arguments = "";
        for (uint32_t k = 0; k < f.arity; k++)
            arguments = arena_printf(g->arena, "%s%sdouble", arguments, k ? ", " : "");
        if (!out->imported.n) text_add(c, "/* Supplied by whoever uses this file. */\n");
        if (variable) text_addf(c, "#ifdef ADC_CC\n%s_SEEN double (*%s)(%s);\n#else\n", g->P, f.name, arguments);
        text_addf(c, "extern double %s(%s);\n", f.name, arguments);
        if (variable) text_add(c, "#endif\n");
        vec_push(g->arena, &out->imported, ((Imported){f.name, f.span, libm ? FROM_LIBM : FROM_LINK}));
    }
}

/* What the two compilers of tier.h do not have in common. */
static void print_tiers(Gen *g, Text *out)
{
    text_addf(out,
              "#ifdef ADC_CC\n"
              "#define %s_SEEN __attribute__((visibility(\"protected\")))\n"
              "#define %s_FASTER(call)\n"
              "#else\n"
              "const adc_model *volatile %s_faster; /* the same by the system's compiler, when it is there */\n"
              "#define %s_SEEN\n"
              "#define %s_FASTER(call) if (%s_faster) return %s_faster->call;\n"
              "#endif\n\n",
              g->P, g->P, g->p, g->P, g->P, g->p, g->p);
}

static void print_file(Gen *g, FuncVec *funcs, Emitted *out)
{
    if (g->chunked) print_threads(g, g->chunked);
    print_work_bytes(g, funcs->at, funcs->n);
    print_sizes(g);
    print_strerror(g);
    print_init(g);
    print_check(g);
    if (funcs->n) print_ready(g, funcs);
    for (uint32_t k = 0; k < funcs->n; k++) {
        if (has_entries(funcs->at[k])) print_nnz(g, funcs->at[k]);
        if (funcs->at[k]->entry.blocks) print_block_shape(g, funcs->at[k]);
        print_function(g, funcs->at[k]);
    }
    print_descriptor(g, funcs->at, funcs->n);
    Text header = {.arena = g->arena};
    print_header(g, funcs->at, funcs->n, &header);
    Text *c = &out->c;
    if (g->opts->jit) {
        print_prelude(c);
        text_addn(c, header.at, header.n);
        print_tiers(g, c);
    } else {
        const char *name = g->opts->header ? g->opts->header : arena_printf(g->arena, "%s.h", g->p);
        text_addf(c,
                  "/* The functions of %s; its header says what they take and need. */\n#include \"%s\"\n\n#include "
                  "<math.h>\n\n",
                  g->p, name);
        text_addn(&out->h, header.at, header.n);
    }
    if (g->chunked) print_openmp(g, c);
    text_addf(c, "%s\n", kernel_strict);
    print_externals(g, out);
    text_add(c, "\n");
    const KernelStyle style = {g->p, g->P, g->opts->single, g->opts->jit, g->opts->blas};
    kernels_print(g->kernel, style, c);
    for (int k = 0; style.blas && k < KERNELS; k++) {
        const char *name = kernels_lapack(g->kernel, k, style, g->arena);
        if (name) vec_push(g->arena, &out->imported, ((Imported){.name = name, .from = FROM_LAPACK}));
    }
    text_addn(c, g->body.at, g->body.n);
    text_addf(c, "\n%s", kernel_strict_end);
}

static const char *upper(Arena *a, const char *s)
{
    char *up = arena_strndup(a, s, strlen(s));
    for (char *c = up; *c; c++)
        if (*c >= 'a' && *c <= 'z') *c = (char)(*c - 'a' + 'A');
    return up;
}

void emit(Ir *ir, const EmitOptions *opts, Emitted *out)
{
    Gen g = {.ir = ir, .ctx = ir->ctx, .arena = ir->arena, .opts = opts};
    g.p = opts->prefix ? opts->prefix : ir->name;
    g.P = upper(g.arena, g.p);
    g.real = arena_printf(g.arena, "%s_real", g.p);
    g.kernel = arena_alloc(g.arena, KERNELS);
    g.external = arena_alloc(g.arena, ir->external.n);
    g.body.arena = out->c.arena = out->h.arena = out->example.arena = g.arena;
    collect_arrays(&g);
    FuncVec funcs = make_functions(&g);
    names_of_functions(&g, funcs.at, funcs.n);
    if (opts->openmp && !g.row_dim)
        diag_warning(g.ctx, (Span){0, 0}, "--openmp: the %s is no sum over rows of data: %s",
                     g.chunked ? "gradient" : "loss", g.chunked ? "it runs on one thread" : "nothing runs in parallel");
    make_tables(&g, &funcs);
    if (!keeps_to_limit(&g, &funcs)) return;
    print_file(&g, &funcs, out);
    if (opts->example) print_example(&g, funcs.at, funcs.n, &out->example);
}
