/*
 * irtool -- runs passes on a program in the text form of ir.md and evaluates it: the passes' test bench.
 *
 *     irtool FILE COMMAND...          FILE: - is stdin; a .ad is lowered first.  Commands run in order:
 *     fold cse hoist stencil tidy dce stable expand checkpoint unroll   the pass, then the verifier
 *     jacobian=OUT                    blocks of an output's Jacobian by all params, compared with central differences
 *     wrt=W,b                         derivatives are by these, not by all params
 *     reverse vjp jvp hvp             the equations of these functions; hvp after reverse
 *     columns=x                       tangents along each element of an array
 *     print                           the program
 *     roundtrip                       parses what it prints and prints it again: must be the same
 *     verify
 *     N=3  X=1,2.5,-1e3               a size, an array's elements.  What is not set: sizes 3, reals in (-1, 1), integers in range
 *     eval, eval=loss,dW              evaluates; shows these arrays (default: what the functions return)
 *     check, check=1e-6               evaluates, and compares every derivative with central differences
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "derive.h"
#include "passes.h"

typedef struct {
    Context *ctx;
    Ir *ir;
    int64_t *dims;   /* by dim */
    double **values; /* by array; NULL: not set */
    uint32_t *count; /* of values */
} Tool;

static void quit(const char *fmt, const char *what)
{
    fprintf(stderr, fmt, what);
    fputc('\n', stderr);
    exit(1);
}

static void quit_with_errors(Context *ctx)
{
    Text out = {.arena = ctx->arena};
    diag_print(ctx, &out);
    fputs(out.at ? out.at : "", stderr);
    exit(1);
}

/* A model of the language, as far as its equations. */
static Ir *lower_text(Context *ctx)
{
    LowerOptions options = {.name = "test"};
    Ast *ast = parse(ctx);
    Names *names = ast ? resolve(ctx, ast) : NULL;
    return names && !ctx->errors ? lower(ctx, names, &options) : NULL;
}

static Ir *parse_text(Context *ctx, const char *name, const char *text, size_t n)
{
    const char *end = strrchr(name, '.');
    Ir *ir = NULL;
    if (source_set(ctx, name, text, n)) ir = end && strcmp(end, ".ad") == 0 ? lower_text(ctx) : ir_parse(ctx, "test");
    if (!ir) quit_with_errors(ctx);
    return ir;
}

static char *read_all(FILE *f, size_t *n)
{
    size_t cap = 1 << 16;
    char *text = malloc(cap);
    for (*n = 0; text; *n += fread(text + *n, 1, cap - *n, f)) {
        if (*n == cap) text = realloc(text, cap *= 2);
        if (feof(f)) break;
    }
    return text;
}

static char *print_text(Ir *ir)
{
    Text out = {.arena = ir->arena};
    text_add(&out, "");
    ir_print(ir, &out);
    return out.at;
}

static void verify(Ir *ir, const char *after)
{
    const char *message = ir_verify(ir);
    if (message == NULL) return;
    fprintf(stderr, "after %s: %s\n", after, message);
    exit(1);
}

static void roundtrip(Ir *ir)
{
    Context *ctx = context_new();
    const char *once = print_text(ir), *twice = print_text(parse_text(ctx, "printed", once, strlen(once)));
    if (strcmp(once, twice) != 0) {
        printf("%s---- printed, parsed and printed:\n%s", once, twice);
        quit("the text form changed%s", "");
    }
    context_free(ctx);
}

static Id find_array(Ir *ir, const char *name, size_t n)
{
    for (Id a = 1; a < ir->array.n; a++)
        if (strlen(ir->array.at[a].name) == n && memcmp(ir->array.at[a].name, name, n) == 0) return a;
    return 0;
}

/* ---- values */

static double *parse_values(Arena *arena, const char *s, uint32_t *n)
{
    VEC(double) v = {0};
    while (*s) {
        char *end;
        double x = strtod(s, &end);
        if (end == s) quit("not a number: %s", s);
        vec_push(arena, &v, x);
        s = end + (*end == ',');
    }
    *n = v.n;
    return v.at;
}

static void assign(Tool *t, const char *command, const char *eq)
{
    size_t n = (size_t)(eq - command);
    for (Id d = 1; d < t->ir->dim.n; d++)
        if (strlen(t->ir->dim.at[d].name) == n && memcmp(t->ir->dim.at[d].name, command, n) == 0) {
            t->dims[d] = strtoll(eq + 1, NULL, 10);
            return;
        }
    Id a = find_array(t->ir, command, n);
    if (a == 0) quit("neither a command nor an array nor a size: %s", command);
    t->values[a] = parse_values(t->ctx->arena, eq + 1, &t->count[a]);
}

/* Elements for what was not set: different, neither small nor large; integers go round their range. */
static double *some_values(Ir *ir, Id array, size_t n)
{
    Array a = ir->array.at[array];
    double *v = arena_alloc(ir->arena, (n + 1) * sizeof *v);
    int64_t lo = 0, hi = 2;
    double from = -1, to = 1;
    if (a.type == T_INT && a.lo) ir_const_int(ir, a.lo, &lo);
    if (a.type == T_INT && a.hi) ir_const_int(ir, a.hi, &hi);
    if (a.type == T_REAL && a.lo) from = ir->node.at[a.lo].u.r, to = from + 2;
    if (a.type == T_REAL && a.hi) to = ir->node.at[a.hi].u.r, from = a.lo ? from : to - 2;
    for (size_t i = 0; i < n; i++) {
        double turn = 0.6180339887498949 * (double)(i + 1) + 0.37 * (double)array;
        v[i] = a.type == T_INT ? (double)(lo + (int64_t)i % (hi > lo ? hi - lo : 1))
                               : from + (to - from) * (0.05 + 0.9 * (turn - floor(turn)));
    }
    return v;
}

static Interp *evaluate(Tool *t)
{
    const char *error;
    Interp *run = interp_new(t->ir, t->dims);
    for (Id a = 1; a < t->ir->array.n; a++) {
        if (!array_kind_is_input(t->ir->array.at[a].kind)) continue;
        size_t n = interp_count(run, a);
        if (t->values[a] == NULL) t->values[a] = some_values(t->ir, a, n), t->count[a] = (uint32_t)n;
        if (t->count[a] != n) quit("another number of elements is wanted for %s", t->ir->array.at[a].name);
        interp_set(run, a, t->values[a]);
    }
    if (!interp_run(run, &error)) quit("%s", error);
    return run;
}

static void show(Tool *t, Interp *run, Id a)
{
    Text out = {.arena = t->ctx->arena};
    size_t n = interp_count(run, a);
    text_addf(&out, "%s =", t->ir->array.at[a].name);
    for (size_t i = 0; i < n; i++) {
        bool defined;
        double x = interp_get(run, a, i, &defined);
        if (!defined)
            text_add(&out, " -");
        else if (isnan(x))
            text_add(&out, " nan");
        else
            text_addf(&out, " %.15g", x);
    }
    puts(out.at);
}

static void eval(Tool *t, const char *names)
{
    Interp *run = evaluate(t);
    IdVec roots = ir_roots(t->ir);
    for (uint32_t i = 0; names == NULL && i < roots.n; i++) show(t, run, roots.at[i]);
    while (names && *names) {
        size_t n = strcspn(names, ",");
        Id a = find_array(t->ir, names, n);
        if (a == 0) quit("there is no array %s", names);
        show(t, run, a);
        names += n + (names[n] == ',');
    }
    interp_free(run);
}

/* ---- derivatives against differences */

/* A line through the point: array = values + h * v. */
typedef struct {
    Id array;
    double *v;
} Move;

/* The elements of the arrays at distance h along the line, one array after the other. */
static double *sample(Tool *t, const Move *move, uint32_t moves, double h, const IdVec *arrays, size_t *n)
{
    double **old = arena_alloc(t->ctx->arena, (moves + 1) * sizeof *old);
    VEC(double) found = {0};
    for (uint32_t k = 0; k < moves; k++) {
        Id a = move[k].array;
        old[k] = t->values[a];
        t->values[a] = arena_alloc(t->ctx->arena, (t->count[a] + 1) * sizeof(double));
        for (uint32_t i = 0; i < t->count[a]; i++) t->values[a][i] = old[k][i] + h * move[k].v[i];
    }
    Interp *run = evaluate(t);
    for (uint32_t k = 0; k < arrays->n; k++)
        for (size_t i = 0; i < interp_count(run, arrays->at[k]); i++) {
            bool defined;
            double x = interp_get(run, arrays->at[k], i, &defined);
            vec_push(t->ctx->arena, &found, defined ? x : NAN);
        }
    interp_free(run);
    for (uint32_t k = 0; k < moves; k++) t->values[move[k].array] = old[k];
    *n = found.n;
    return found.at;
}

/* Central differences along the line, extrapolated once (error of order h^4). */
static double *slopes(Tool *t, const Move *move, uint32_t moves, double h, const IdVec *arrays, size_t *n)
{
    double *f[4];
    for (int k = 0; k < 4; k++) f[k] = sample(t, move, moves, h * (k < 2 ? 1 : 0.5) * (k % 2 ? -1 : 1), arrays, n);
    for (size_t i = 0; i < *n; i++) f[0][i] = (8 * (f[2][i] - f[3][i]) - (f[0][i] - f[1][i])) / (6 * h);
    return f[0];
}

typedef struct {
    double tolerance;
    uint32_t seen, bad;
} Tally;

static void compare(Tally *tally, const char *name, uint32_t i, double got, double want)
{
    tally->seen++;
    if (fabs(got - want) / fmax(1, fabs(want)) <= tally->tolerance) return;
    printf("%s[%u]: %.15g, differences say %.15g\n", name, i, got, want);
    tally->bad++;
}

static IdVec argument_arrays(Tool *t, const Entry *f, uint32_t k)
{
    IdVec arrays = {0};
    ir_add_ids(t->ir, f->arg[k].arrays, &arrays);
    return arrays;
}

/* grad and vjp: every element of what derivatives are by is moved alone; `weight` (or 1) of each element of `of` */
static void check_backward(Tool *t, const IdVec *grads, Id of, const double *weight, Tally *tally)
{
    IdVec value = {&of, 1, 1};
    Interp *run = evaluate(t);
    for (uint32_t g = 0; g < grads->n; g++) {
        Id p = t->ir->array.at[grads->at[g]].primal;
        for (uint32_t i = 0; i < t->count[p]; i++) {
            bool defined;
            size_t n;
            double got = interp_get(run, grads->at[g], i, &defined), want = 0;
            Move move = {p, arena_alloc(t->ctx->arena, (t->count[p] + 1) * sizeof(double))};
            move.v[i] = 1;
            double *s = slopes(t, &move, 1, 1e-3 * fmax(fabs(t->values[p][i]), 0.1), &value, &n);
            for (size_t k = 0; k < n; k++) want += (weight ? weight[k] : 1) * s[k];
            compare(tally, t->ir->array.at[grads->at[g]].name, i, defined ? got : NAN, want);
        }
    }
    interp_free(run);
}

/* jvp and hvp: everything moves along what is given */
static void check_along(Tool *t, const IdVec *given, const IdVec *values, const IdVec *tangents, Tally *tally)
{
    VEC(Move) moves = {0};
    size_t n, m;
    double *got = sample(t, NULL, 0, 0, tangents, &m);
    for (uint32_t k = 0; k < given->n; k++) {
        Id a = given->at[k];
        vec_push(t->ctx->arena, &moves, ((Move){t->ir->array.at[a].primal, t->values[a]}));
    }
    double *want = slopes(t, moves.at, moves.n, 1e-3, values, &n);
    if (n != m) quit("tangents of another shape%s", "");
    for (uint32_t i = 0; i < n; i++) compare(tally, t->ir->array.at[tangents->at[0]].name, i, got[i], want[i]);
}

/* Both modes tell the slope of the loss along what is given. */
static void check_modes(Tool *t, const IdVec *given, Id tangent)
{
    IdVec grads = ir_gradients(t->ir);
    if (!grads.n) return;
    Interp *run = evaluate(t);
    bool defined;
    double forward = interp_get(run, tangent, 0, &defined), reverse = 0, size = 1;
    for (uint32_t k = 0; k < grads.n; k++)
        for (uint32_t i = 0; i < t->count[given->at[k]]; i++) {
            double term = t->values[given->at[k]][i] * interp_get(run, grads.at[k], i, &defined);
            reverse += term;
            size += fabs(term);
        }
    interp_free(run);
    if (isfinite(size) ? fabs(forward - reverse) <= 1e-12 * size : !isfinite(forward)) return;
    printf("forward: %.15g, reverse: %.15g\n", forward, reverse);
    quit("the modes differ%s", "");
}

static void check_function(Tool *t, const Entry *f, Tally *tally)
{
    IdVec first = argument_arrays(t, f, 0), second = {0}, third = {0};
    if (f->args > 1) second = argument_arrays(t, f, 1);
    if (f->args > 2) third = argument_arrays(t, f, 2);
    switch ((FunctionKind)f->kind) {
    case FUNCTION_LOSS:
    case FUNCTION_VALUE:
    case FUNCTION_JACOBIAN:
    case FUNCTION_JACOBIAN_PATTERN:
    case FUNCTION_JACOBIAN_CSR:
    case FUNCTION_JACOBIAN_DENSE:
    case FUNCTION_JACOBIAN_BLOCKS:
    case FUNCTION_JACOBIAN_BSR:
    case FUNCTION_HESSIAN:
    case FUNCTION_HESSIAN_CSR:
    case FUNCTION_HESSIAN_DENSE:
    case FUNCTION_HESSIAN_BLOCKS:
    case FUNCTION_HESSIAN_BSR:
    case FUNCTION_HESSIAN_PATTERN:
    case FUNCTION_KINDS: return;
    case FUNCTION_GRAD: check_backward(t, &second, t->ir->loss, NULL, tally); return;
    case FUNCTION_VJP: check_backward(t, &second, f->of, t->values[first.at[0]], tally); return;
    case FUNCTION_JVP:
        if (!f->of) check_modes(t, &first, third.at[0]);
        check_along(t, &first, &second, &third, tally);
        return;
    case FUNCTION_HVP: {
        IdVec grads = ir_gradients(t->ir);
        check_along(t, &first, &grads, &second, tally);
        return;
    }
    }
}

static void check_derivatives(Tool *t, double tolerance)
{
    Tally gradient = {tolerance, 0, 0}, tangent = {tolerance, 0, 0};
    interp_free(evaluate(t)); /* gives what is not set its values */
    for (uint32_t i = 0; i < t->ir->function.n; i++) {
        const Entry *f = &t->ir->function.at[i];
        check_function(t, f, f->kind == FUNCTION_JVP || f->kind == FUNCTION_HVP ? &tangent : &gradient);
    }
    if (gradient.bad || tangent.bad) quit("derivatives differ%s", "");
    if (gradient.seen) printf("%u gradient entries agree with differences\n", gradient.seen);
    if (tangent.seen) printf("%u tangents agree with differences\n", tangent.seen);
}

/* Passes make arrays and sizes: the tables follow. */
static void tool_room(Tool *t, uint32_t arrays, uint32_t dims)
{
    Arena *a = t->ctx->arena;
    double **values = arena_alloc(a, t->ir->array.n * sizeof *values);
    uint32_t *count = arena_alloc(a, t->ir->array.n * sizeof *count);
    int64_t *size = arena_alloc(a, t->ir->dim.n * sizeof *size);
    for (uint32_t i = 0; i < t->ir->dim.n; i++) size[i] = i < dims ? t->dims[i] : 3;
    for (uint32_t i = 0; i < arrays; i++) values[i] = t->values[i], count[i] = t->count[i];
    t->values = values;
    t->count = count;
    t->dims = size;
}

/* The elements of an array at the point at hand. */
static double *elements(Tool *t, Id array, size_t *n)
{
    Interp *run = evaluate(t);
    *n = interp_count(run, array);
    double *x = arena_alloc(t->ctx->arena, (*n + 1) * sizeof *x);
    for (size_t i = 0; i < *n; i++) {
        bool defined;
        x[i] = interp_get(run, array, i, &defined);
        if (!defined) quit("%s has an element without a value", t->ir->array.at[array].name);
    }
    interp_free(run);
    return x;
}

/* The dense columns of one param, summed up from the entries, against differences. */
static void check_columns(Tool *t, Id of, const Entries *e, Id param, bool forward, size_t first)
{
    size_t rows, n, entries = 0;
    elements(t, of, &rows);
    size_t columns = t->count[param];
    double *value = elements(t, e->values, &n), *row = elements(t, e->rows, &n), *column = elements(t, e->columns, &n);
    double *dense = arena_alloc(t->ctx->arena, (rows * columns + 1) * sizeof *dense), worst = 0;
    for (size_t k = 0; k < n; k++) {
        if (column[k] < (double)first || column[k] >= (double)(first + columns)) continue;
        dense[(size_t)row[k] * columns + (size_t)column[k] - first] += value[k];
        entries++;
    }
    for (size_t c = 0; c < columns; c++) {
        double x = t->values[param][c], h = 1e-4 * fmax(fabs(x), 0.1);
        t->values[param][c] = x + h;
        double *above = elements(t, of, &n);
        t->values[param][c] = x - h;
        double *below = elements(t, of, &n);
        t->values[param][c] = x;
        for (size_t k = 0; k < rows; k++) {
            double want = (above[k] - below[k]) / (2 * h);
            worst = fmax(worst, fabs(dense[k * columns + c] - want) / fmax(1, fabs(want)));
        }
    }
    if (!(worst < 1e-6)) quit("the Jacobian by %s differs from differences", t->ir->array.at[param].name);
    printf("%s: %zu of %zu x %zu entries, %s\n", t->ir->array.at[param].name, entries, rows, columns,
           forward ? "forward" : "reverse");
}

static void check_jacobian(Tool *t, const char *name)
{
    Id of = find_array(t->ir, name, strlen(name));
    IdVec by = {0};
    Jacobian j;
    size_t first = 0;
    uint32_t arrays = t->ir->array.n, dims = t->ir->dim.n;
    if (of == 0) quit("there is no array %s", name);
    for (Id a = 1; a < t->ir->array.n; a++)
        if (t->ir->array.at[a].kind == ARRAY_PARAM) vec_push(t->ctx->arena, &by, a);
    jacobian(t->ir, of, &by, 0, &j);
    Entries e = {.first_row = ir_int(t->ir, 0), .first_entry = ir_int(t->ir, 0)};
    entries(t->ir, &j, &e);
    verify(t->ir, "jacobian");
    tool_room(t, arrays, dims);
    for (uint32_t i = 0; i < by.n; i++) {
        check_columns(t, of, &e, by.at[i], j.forward, first);
        first += t->count[by.at[i]];
    }
}

/* ---- passes */

static void set_wrt(Tool *t, const char *names)
{
    t->ir->wrt.n = 0;
    while (*names) {
        size_t n = strcspn(names, ",");
        Id a = find_array(t->ir, names, n);
        if (a == 0) quit("there is no array %s", names);
        vec_push(t->ctx->arena, &t->ir->wrt, a);
        names += n + (names[n] == ',');
    }
}

static void run_jvp(Ir *ir) { mode_forward(ir, true, false); }
static void run_hvp(Ir *ir) { mode_forward(ir, false, true); }

/* The tangents of everything along each element of an array: t_A[o, ..., i, ...] = dA[i, ...] / dx[o, ...] */
static void run_columns(Tool *t, const char *name)
{
    Ir *ir = t->ir;
    Id a = find_array(ir, name, strlen(name));
    if (a == 0) quit("there is no array %s", name);
    Array x = ir->array.at[a];
    Direction d = {.when = 0};
    IdVec vars = {0};
    Id here = 0;
    for (uint32_t k = 0; k < x.dims.n; k++) {
        Id size = ir->kid.at[x.dims.at + k], o = ir_new_var(ir, "o", x.span), i = ir_new_var(ir, "i", x.span);
        vec_push(ir->arena, &d.around.all, ((Binder){o, ir_int(ir, 0), size}));
        vec_push(ir->arena, &d.subs, ir_var(ir, o));
        vec_push(ir->arena, &d.dims, size);
        vec_push(ir->arena, &vars, i);
        here = ir_and(ir, here, ir_op2(ir, OP_EQ, ir_var(ir, o), ir_var(ir, i)));
    }
    Id one = ir_real(ir, 1);
    vec_push(ir->arena, &d.seed, ((Seed){a, vars.at, here ? ir_select(ir, here, one, ir_real(ir, 0)) : one}));
    Forward *f = forward_new(ir, &d);
    ir->items = forward_items(f, ir->items);
}

static const struct {
    const char *name;
    void (*run)(Ir *);
} passes[] = {
    {"fold", fold},         {"cse", cse},       {"hoist", hoist},   {"stencil", stencil},       {"tidy", tidy},
    {"dce", dce},           {"stable", stable}, {"expand", expand}, {"checkpoint", checkpoint}, {"unroll", unroll},
    {"reverse", mode_grad}, {"vjp", mode_vjp},  {"jvp", run_jvp},   {"hvp", run_hvp},           {NULL, NULL},
};

static void command(Tool *t, const char *c)
{
    const char *eq = strchr(c, '='), *value = eq ? eq + 1 : NULL;
    size_t n = eq ? (size_t)(eq - c) : strlen(c);
    uint32_t arrays = t->ir->array.n, dims = t->ir->dim.n;
    for (uint32_t i = 0; passes[i].name; i++)
        if (strcmp(passes[i].name, c) == 0) {
            passes[i].run(t->ir);
            verify(t->ir, c);
            tool_room(t, arrays, dims);
            return;
        }
    if (n == 3 && strncmp(c, "wrt", n) == 0) {
        set_wrt(t, value);
    } else if (n == 7 && strncmp(c, "columns", n) == 0) {
        run_columns(t, value);
        verify(t->ir, c);
        tool_room(t, arrays, dims);
    } else if (n == 8 && value && strncmp(c, "jacobian", n) == 0) {
        check_jacobian(t, value);
    } else if (n == 4 && strncmp(c, "eval", n) == 0) {
        eval(t, value);
    } else if (n == 5 && strncmp(c, "check", n) == 0) {
        check_derivatives(t, value ? strtod(value, NULL) : 1e-6);
    } else if (eq) {
        assign(t, c, eq);
    } else if (strcmp(c, "print") == 0) {
        fputs(print_text(t->ir), stdout);
    } else if (strcmp(c, "roundtrip") == 0) {
        roundtrip(t->ir);
    } else if (strcmp(c, "verify") == 0) {
        verify(t->ir, "parsing");
    } else {
        quit("neither a command nor an array nor a size: %s", c);
    }
}

static void run(Context *ctx, FILE *f, char **argv)
{
    size_t n;
    char *text = read_all(f, &n);
    if (text == NULL) quit("out of memory%s", "");
    Tool t = {.ctx = ctx, .ir = parse_text(ctx, argv[1], text, n)};
    tool_room(&t, 0, 0);
    for (int i = 2; argv[i]; i++) {
        command(&t, argv[i]);
        if (ctx->errors) quit_with_errors(ctx);
    }
    free(text);
}

int main(int argc, char **argv)
{
    if (argc < 2) quit("usage: irtool FILE COMMAND...%s", "");
    FILE *f = strcmp(argv[1], "-") == 0 ? stdin : fopen(argv[1], "rb");
    Context *ctx = context_new();
    if (f == NULL) quit("cannot open %s", argv[1]);
    if (ctx == NULL || setjmp(ctx->oom)) quit("out of memory%s", "");
    run(ctx, f, argv);
    context_free(ctx);
    fclose(f);
    return 0;
}
