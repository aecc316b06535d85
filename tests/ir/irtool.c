/*
 * irtool -- runs passes on a program in the text form of ir.md and evaluates it: the passes' test bench.
 *
 *     irtool FILE COMMAND...          FILE: - is stdin; a .ad is lowered first.  Commands run in order:
 *     fold cse hoist dce stable expand unroll   the pass, then the verifier
 *     reverse, reverse=W,b            adjoints by all params, or by these
 *     jacobian=OUT                    blocks of an output's Jacobian by all params, compared with central differences
 *     print                           the program
 *     roundtrip                       parses what it prints and prints it again: must be the same
 *     verify
 *     N=3  X=1,2.5,-1e3               a size, an array's elements.  What is not set: sizes 3, reals in (-1, 1), integers in range
 *     eval, eval=loss,dW              evaluates; shows these arrays (default: loss, outputs, metrics, gradients)
 *     check, check=1e-6               evaluates, and compares every gradient with central differences
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

static bool is_input(const Ir *ir, Id a)
{
    uint8_t kind = ir->array.at[a].kind;
    return kind == ARRAY_DATA || kind == ARRAY_HYPER || kind == ARRAY_PARAM;
}

static Interp *evaluate(Tool *t)
{
    const char *error;
    Interp *run = interp_new(t->ir, t->dims);
    for (Id a = 1; a < t->ir->array.n; a++) {
        if (!is_input(t->ir, a)) continue;
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
    for (Id a = 1; names == NULL && a < t->ir->array.n; a++) {
        uint8_t kind = t->ir->array.at[a].kind;
        if (kind == ARRAY_LOSS || kind == ARRAY_OUTPUT || kind == ARRAY_METRIC || kind == ARRAY_GRAD) show(t, run, a);
    }
    while (names && *names) {
        size_t n = strcspn(names, ",");
        Id a = find_array(t->ir, names, n);
        if (a == 0) quit("there is no array %s", names);
        show(t, run, a);
        names += n + (names[n] == ',');
    }
    interp_free(run);
}

static double loss_of(Tool *t)
{
    Interp *run = evaluate(t);
    bool defined;
    double x = interp_get(run, t->ir->loss, 0, &defined);
    interp_free(run);
    return x;
}

/* Every gradient against central differences, extrapolated once (error of order h^4). */
static void check_gradients(Tool *t, double tolerance)
{
    Interp *run = evaluate(t);
    uint32_t bad = 0, seen = 0;
    double worst = 0;
    for (Id g = 1; g < t->ir->array.n; g++) {
        Id p = t->ir->array.at[g].primal;
        if (t->ir->array.at[g].kind != ARRAY_GRAD) continue;
        for (uint32_t i = 0; i < t->count[p]; i++) {
            bool defined;
            double x = t->values[p][i], h = 1e-3 * fmax(fabs(x), 0.1), f[4], want,
                   got = interp_get(run, g, i, &defined);
            for (int k = 0; k < 4; k++) {
                t->values[p][i] = x + h * (k < 2 ? 1 : 0.5) * (k % 2 ? -1 : 1);
                f[k] = loss_of(t);
            }
            t->values[p][i] = x;
            want = (8 * (f[2] - f[3]) - (f[0] - f[1])) / (6 * h);
            double error = defined ? fabs(got - want) / fmax(1, fabs(want)) : INFINITY;
            seen++;
            if (error <= worst) continue;
            worst = error;
            if (error <= tolerance) continue;
            printf("%s[%u]: %.15g, differences say %.15g\n", t->ir->array.at[g].name, i, defined ? got : NAN, want);
            bad++;
        }
    }
    interp_free(run);
    if (bad) quit("gradients differ%s", "");
    printf("%u gradient entries agree with differences\n", seen);
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

/* Every entry of a dense Jacobian by one param, summed up from its blocks, against differences. */
static void check_blocks(Tool *t, const Jacobian *j, Id param)
{
    size_t rows, n;
    elements(t, j->output, &rows);
    size_t columns = t->count[param];
    double *dense = arena_alloc(t->ctx->arena, (rows * columns + 1) * sizeof *dense), worst = 0;
    uint32_t entries = 0;
    for (uint32_t b = 0; b < j->blocks.n; b++) {
        if (j->blocks.at[b].array != param) continue;
        double *value = elements(t, j->blocks.at[b].adjoint, &n), *column = elements(t, j->blocks.at[b].column, &n);
        for (size_t k = 0; k < n; k++) dense[k / (n / rows) * columns + (size_t)column[k]] += value[k];
        entries += (uint32_t)n;
    }
    for (size_t c = 0; c < columns; c++) {
        double x = t->values[param][c], h = 1e-4 * fmax(fabs(x), 0.1);
        t->values[param][c] = x + h;
        double *above = elements(t, j->output, &n);
        t->values[param][c] = x - h;
        double *below = elements(t, j->output, &n);
        t->values[param][c] = x;
        for (size_t k = 0; k < rows; k++) {
            double want = (above[k] - below[k]) / (2 * h);
            worst = fmax(worst, fabs(dense[k * columns + c] - want) / fmax(1, fabs(want)));
        }
    }
    if (!(worst < 1e-6)) quit("the Jacobian by %s differs from differences", t->ir->array.at[param].name);
    printf("%s: %u of %zu x %zu entries\n", t->ir->array.at[param].name, entries, rows, columns);
}

static void check_jacobian(Tool *t, const char *name)
{
    Id output = find_array(t->ir, name, strlen(name));
    IdVec by = {0};
    Jacobian j;
    uint32_t arrays = t->ir->array.n, dims = t->ir->dim.n;
    if (output == 0) quit("there is no array %s", name);
    for (Id a = 1; a < t->ir->array.n; a++)
        if (t->ir->array.at[a].kind == ARRAY_PARAM) vec_push(t->ctx->arena, &by, a);
    jacobian(t->ir, output, by.at, by.n, &j);
    verify(t->ir, "jacobian");
    tool_room(t, arrays, dims);
    for (uint32_t i = 0; i < by.n; i++) check_blocks(t, &j, by.at[i]);
}

/* ---- passes */

static void run_reverse(Tool *t, const char *names)
{
    IdVec wrt = {0};
    for (Id a = 1; names == NULL && a < t->ir->array.n; a++)
        if (t->ir->array.at[a].kind == ARRAY_PARAM) vec_push(t->ctx->arena, &wrt, a);
    while (names && *names) {
        size_t n = strcspn(names, ",");
        Id a = find_array(t->ir, names, n);
        if (a == 0) quit("there is no array %s", names);
        vec_push(t->ctx->arena, &wrt, a);
        names += n + (names[n] == ',');
    }
    reverse(t->ir, wrt.at, wrt.n);
}

static const struct {
    const char *name;
    void (*run)(Ir *);
} passes[] = {
    {"fold", fold},     {"cse", cse},       {"hoist", hoist},   {"dce", dce},
    {"stable", stable}, {"expand", expand}, {"unroll", unroll}, {NULL, NULL},
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
    if (n == 7 && strncmp(c, "reverse", n) == 0) {
        run_reverse(t, value);
        verify(t->ir, "reverse");
        tool_room(t, arrays, dims);
    } else if (n == 8 && value && strncmp(c, "jacobian", n) == 0) {
        check_jacobian(t, value);
    } else if (n == 4 && strncmp(c, "eval", n) == 0) {
        eval(t, value);
    } else if (n == 5 && strncmp(c, "check", n) == 0) {
        check_gradients(t, value ? strtod(value, NULL) : 1e-6);
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
