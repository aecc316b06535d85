/*
 * emittool -- prints the C of a program, or compiles it and holds every function against the evaluator: the emitter's test bench.
 *
 *     emittool FILE COMMAND...        FILE: .ir, or .ad (which is lowered).  Commands run in order:
 *     reverse vjp jvp hvp stable fold unroll cse onehot hoist edges stencil tidy dce    the pass
 *     float                           what follows is in single precision
 *     tiles                           what follows has all rows in tiles, however few there are
 *     c  h  example                   prints the text
 *     check                           compiles with every compiler there is, all warnings errors, and libtcc; for sizes 0, 1, 2, 7 all
 *                                     functions agree with the evaluator, and grad_range in pieces with the whole
 */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adc.h"
#include "jit.h"
#include "passes.h"

typedef struct {
    Context *ctx;
    Ir *ir;
    const char *dir; /* scratch */
    bool single;
    bool tiles; /* however few rows there are */
    uint32_t compared, bad;
} Tool;

static void quit(const char *fmt, const char *what)
{
    fprintf(stderr, fmt, what);
    fputc('\n', stderr);
    exit(1);
}

static void diagnose(Tool *t)
{
    Text out = {.arena = t->ctx->arena};
    diag_print(t->ctx, &out);
    fputs(out.at ? out.at : "no program\n", stderr);
    exit(1);
}

static void load(Tool *t, const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f) quit("cannot read %s", path);
    size_t cap = (size_t)1 << 24;
    char *text = malloc(cap);
    if (!text) quit("out of memory%s", "");
    size_t n = fread(text, 1, cap, f);
    fclose(f);
    const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
    if (!source_set(t->ctx, base, text, n)) diagnose(t);
    free(text);
    if (strstr(base, ".ir")) {
        t->ir = ir_parse(t->ctx, "model");
    } else {
        LowerOptions options = {"model", NULL, 0};
        Ast *ast = parse(t->ctx);
        Names *names = ast ? resolve(t->ctx, ast) : NULL;
        t->ir = names ? lower(t->ctx, names, &options) : NULL;
    }
    if (!t->ir || t->ctx->errors) diagnose(t);
}

static Emitted emitted(Tool *t, bool jit)
{
    EmitOptions options = {
        .prefix = "model", .single = t->single, .jit = jit, .example = true, .tiles_alone = t->tiles};
    Emitted out = {0};
    emit(t->ir, &options, &out);
    return out;
}

static const char *write_file(Tool *t, const char *name, const Text *text)
{
    const char *path = arena_printf(t->ctx->arena, "%s/%s", t->dir, name);
    FILE *f = fopen(path, "w");
    if (!f) quit("cannot write %s", path);
    fwrite(text->at, 1, text->n, f);
    fclose(f);
    return path;
}

/* ---- the same values for the evaluator and the compiled model */

static double some_value(const Ir *ir, Id a, size_t i, long lo, long hi)
{
    Array x = ir->array.at[a];
    double turn = 0.6180339887498949 * (double)(i + 1) + 0.37 * (double)a, part = turn - floor(turn);
    if (x.kind == ARRAY_DATA && x.type == T_INT) {
        if (strcmp(x.name, "ptr") == 0) return (double)lo + (double)i * (double)(hi - lo - 1) / 8; /* ascending */
        if (strcmp(x.name, "parent") == 0) return (double)(i / 2);                                 /* an earlier one */
        return (double)(lo + (long)(i * 5 + 1) % (hi > lo ? hi - lo : 1));
    }
    double from = -1, to = 1;
    if (x.kind == ARRAY_PARAM && x.lo) from = ir->node.at[x.lo].u.r, to = from + 2;
    if (x.kind == ARRAY_PARAM && x.hi) to = ir->node.at[x.hi].u.r, from = x.lo ? from : to - 2;
    return from + (to - from) * (0.05 + 0.9 * part);
}

typedef struct {
    size_t count;
    void *at; /* reals of the model's type, or int32_t */
    double *real;
} Values;

static double get_real(const Tool *t, const void *at, size_t i)
{
    return t->single ? (double)((const float *)at)[i] : ((const double *)at)[i];
}

static void set_real(const Tool *t, void *at, size_t i, double x)
{
    if (t->single)
        ((float *)at)[i] = (float)x;
    else
        ((double *)at)[i] = x;
}

static Id find_array(const Ir *ir, const char *name)
{
    for (Id a = 1; a < ir->array.n; a++)
        if (strcmp(ir->array.at[a].name, name) == 0) return a;
    return 0;
}

static size_t count_of(const adc_model *m, const void *dims, int k)
{
    size_t shape[16], n = 1;
    if (m->shape(dims, k, shape) != 0) quit("no shape for %s", m->array[k].name);
    for (int p = 0; p < m->array[k].rank; p++) n *= shape[p];
    return n;
}

/* One set of sizes: what the model's functions take. */
typedef struct {
    const adc_model *m;
    size_t dims[16];
    int64_t sizes[17]; /* the same for the evaluator, which keeps the address */
    Values *values;    /* by array of the descriptor */
    void *theta, *data, *work;
    Interp *run;
} Point;

static void fill(Tool *t, Point *p, size_t size)
{
    const adc_model *m = p->m;
    Arena *a = t->ctx->arena;
    for (int d = 0; d < m->dims; d++) p->sizes[d + 1] = (int64_t)(p->dims[d] = size);
    p->run = interp_new(t->ir, p->sizes);
    p->values = arena_alloc(a, sizeof *p->values * ((size_t)m->arrays + 1));
    p->theta = arena_alloc(a, (m->nparam(p->dims) + 1) * sizeof(double));
    p->data = arena_alloc(a, m->data_bytes + 1);
    p->work = arena_alloc(a, m->work_bytes(p->dims) + 1);
    memset(p->work, 0xff, m->work_bytes(p->dims)); /* NaN: nothing may depend on what was there */
    size_t at = 0;
    for (int k = 0; k < m->arrays; k++) {
        Id id = find_array(t->ir, m->array[k].name);
        Values *v = &p->values[k];
        v->count = count_of(m, p->dims, k);
        v->at = arena_alloc(a, (v->count + 1) * sizeof(double));
        v->real = arena_alloc(a, (v->count + 1) * sizeof(double));
        long lo = 0, hi = 1;
        m->range(p->dims, k, &lo, &hi);
        for (size_t i = 0; i < v->count; i++) {
            double x = some_value(t->ir, id, i, lo, hi);
            if (m->array[k].type == ADC_INT32) {
                x = (double)(((int32_t *)v->at)[i] = (int32_t)x);
            } else {
                set_real(t, v->at, i, x);
                x = get_real(t, v->at, i);
            }
            v->real[i] = x;
            if (m->array[k].kind == ADC_PARAM) set_real(t, p->theta, at++, x);
        }
        if (m->array[k].kind == ADC_HYPER) memcpy((char *)p->data + m->array[k].field, v->at, (size_t)m->real_bytes);
        if (m->array[k].kind == ADC_DATA) memcpy((char *)p->data + m->array[k].field, &v->at, sizeof v->at);
        if (m->array[k].kind <= ADC_HYPER) interp_set(p->run, id, v->real);
    }
}

/* ---- comparisons */

static void compare(Tool *t, const Point *p, const char *by, const char *what, size_t i, double got, double want)
{
    double scale = fmax(1, fabs(want)), tolerance = t->single ? 2e-3 : 1e-11;
    t->compared++;
    if ((isnan(got) && isnan(want)) || got == want || fabs(got - want) <= tolerance * scale) return;
    if (t->bad++ < 10)
        printf("%s: %s[%zu] is %.15g, the evaluator says %.15g (sizes %zu)\n", by, what, i, got, want, p->dims[0]);
}

static void compare_array(Tool *t, const Point *p, const char *by, Id array, const void *at, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        bool defined;
        double want = interp_get(p->run, array, i, &defined);
        if (defined) compare(t, p, by, t->ir->array.at[array].name, i, get_real(t, at, i), want);
    }
}

/* The arrays of the gradient, in the descriptor's order, against the evaluator. */
static void compare_gradient(Tool *t, const Point *p, const char *by, const char *grad)
{
    for (int k = 0; k < p->m->arrays; k++) {
        if (!p->m->array[k].gradient) continue;
        Id primal = find_array(t->ir, p->m->array[k].name);
        for (Id a = 1; a < t->ir->array.n; a++)
            if (t->ir->array.at[a].kind == ARRAY_GRAD && t->ir->array.at[a].primal == primal)
                compare_array(t, p, by, a, grad, p->values[k].count);
        grad += p->values[k].count * (size_t)p->m->real_bytes;
    }
}

static bool usable(int code) { return code == ADC_OK || code == ADC_ENONFINITE; }

static void check_gradient(Tool *t, Point *p, const char *by)
{
    const adc_model *m = p->m;
    size_t n = m->ngrad(p->dims);
    double loss = 0;
    char *grad = arena_alloc(t->ctx->arena, (n + 1) * sizeof(double));
    memset(grad, 0xff, n * (size_t)m->real_bytes);
    if (!usable(m->grad(p->dims, p->theta, p->data, &loss, grad, p->work))) quit("%s: grad fails", by);
    compare_array(t, p, by, t->ir->loss, &loss, 1);
    compare_gradient(t, p, by, grad);
    if (!m->grad_range) return;
    size_t rows = p->dims[m->row], cuts[] = {0, 0, rows / 3, rows / 2, rows, rows};
    memset(grad, 0, n * (size_t)m->real_bytes);
    loss = 0;
    for (int k = rows ? 0 : 4; k < 5; k++)
        if (!usable(m->grad_range(p->dims, p->theta, p->data, &loss, grad, p->work, cuts[k], cuts[k + 1])))
            quit("%s: grad_range fails", by);
    compare_array(t, p, "pieces", t->ir->loss, &loss, 1);
    compare_gradient(t, p, "pieces", grad);
}

/* Where a scan runs to its limit, the functions that need it say so. */
static void check_limit(Point *p, const char *by, const char *error)
{
    const adc_model *m = p->m;
    double loss;
    int code = m->loss ? m->loss(p->dims, p->theta, p->data, &loss, p->work) : ADC_OK;
    for (int k = 0; k < m->arrays && code != ADC_ELIMIT; k++)
        if (m->array[k].eval) code = m->array[k].eval(p->dims, p->theta, p->data, p->values[k].at, p->work);
    if (code != ADC_ELIMIT || !strstr(error, "condition still true")) quit("the evaluator: %s", error);
    if (p->dims[0] == 7 || !m->dims) printf("%s: a scan runs to its limit\n", by);
}

/* ---- functions along a direction, or with an output's adjoint */

/* What the caller gives. */
static void fill_given(Tool *t, Point *p)
{
    for (Id a = 1; a < t->ir->array.n; a++) {
        if (t->ir->array.at[a].kind != ARRAY_GIVEN) continue;
        size_t n = interp_count(p->run, a);
        double *x = arena_alloc(t->ctx->arena, (n + 1) * sizeof *x);
        for (size_t i = 0; i < n; i++) x[i] = (double)(float)some_value(t->ir, a, i, 0, 1);
        interp_set(p->run, a, x);
    }
}

/* Room for an argument; what is given, or no numbers. */
static void *argument(Tool *t, const Point *p, const Argument *x)
{
    size_t n = 0, at = 0;
    for (uint32_t k = 0; k < x->arrays.n; k++) n += interp_count(p->run, t->ir->kid.at[x->arrays.at + k]);
    char *buffer = arena_alloc(t->ctx->arena, (n + 1) * sizeof(double));
    memset(buffer, 0xff, n * (size_t)p->m->real_bytes);
    for (uint32_t k = 0; k < x->arrays.n && x->given; k++) {
        Id a = t->ir->kid.at[x->arrays.at + k];
        bool defined;
        for (size_t i = 0; i < interp_count(p->run, a); i++)
            set_real(t, buffer, at++, interp_get(p->run, a, i, &defined));
    }
    return buffer;
}

static void check_entry(Tool *t, Point *p, const char *by, const Entry *e)
{
    const adc_model *m = p->m;
    void *arg[ARGUMENTS] = {NULL};
    const adc_array *of = NULL;
    int code = ADC_EDATA;
    for (int k = 0; e->of && k < m->arrays; k++)
        if (strcmp(m->array[k].name, t->ir->array.at[e->of].name) == 0) of = &m->array[k];
    for (uint32_t k = 0; k < e->args; k++) arg[k] = argument(t, p, &e->arg[k]);
    switch ((FunctionKind)e->kind) {
    case FUNCTION_LOSS:
    case FUNCTION_GRAD:
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
    case FUNCTION_HESSIAN_PATTERN: /* not in the descriptor */
    case FUNCTION_KINDS: return;
    case FUNCTION_JVP:
        code = (of ? of->jvp : m->jvp)(p->dims, p->theta, p->data, arg[0], arg[1], arg[2], p->work);
        break;
    case FUNCTION_VJP: code = of->vjp(p->dims, p->theta, p->data, arg[0], arg[1], p->work); break;
    case FUNCTION_HVP: code = m->hvp(p->dims, p->theta, p->data, arg[0], arg[1], p->work); break;
    }
    if (!usable(code)) quit("%s: a function of a direction fails", by);
    for (uint32_t k = 0; k < e->args; k++) {
        char *at = arg[k];
        for (uint32_t i = 0; i < e->arg[k].arrays.n; i++) {
            Id a = t->ir->kid.at[e->arg[k].arrays.at + i];
            if (!e->arg[k].given) compare_array(t, p, by, a, at, interp_count(p->run, a));
            at += interp_count(p->run, a) * (size_t)m->real_bytes;
        }
    }
}

static void check_model(Tool *t, const adc_model *m, const char *by)
{
    static const size_t sizes[] = {7, 1, 2, 0};
    for (int s = 0; s < (m->dims ? 4 : 1); s++) {
        Point p = {.m = m};
        for (int d = 0; d < m->dims; d++) p.dims[d] = sizes[s];
        if (m->work_bytes(p.dims) == SIZE_MAX) { /* an array would have fewer than no elements */
            if (sizes[s] > 1) quit("%s: no such sizes", by);
            continue;
        }
        fill(t, &p, sizes[s]);
        const char *error;
        int which = -1, code = m->check(p.dims, p.data, &which);
        if (code != ADC_OK) {
            if (sizes[s] == 7) printf("%s: check says %d: %s\n", by, code, which >= 0 ? m->check_text[which] : "?");
            interp_free(p.run);
            continue;
        }
        fill_given(t, &p);
        if (!interp_run(p.run, &error)) {
            check_limit(&p, by, error);
            interp_free(p.run);
            continue;
        }
        double loss = 0;
        if (m->loss) {
            if (!usable(m->loss(p.dims, p.theta, p.data, &loss, p.work))) quit("%s: loss fails", by);
            compare_array(t, &p, by, t->ir->loss, &loss, 1);
        }
        for (int k = 0; k < m->arrays; k++) {
            if (!m->array[k].eval) continue;
            memset(p.values[k].at, 0xff, p.values[k].count * sizeof(double));
            if (m->array[k].eval(p.dims, p.theta, p.data, p.values[k].at, p.work) != ADC_OK)
                quit("%s: an output fails", by);
            compare_array(t, &p, by, find_array(t->ir, m->array[k].name), p.values[k].at, p.values[k].count);
        }
        if (m->grad) check_gradient(t, &p, by);
        for (uint32_t k = 0; k < t->ir->function.n; k++) check_entry(t, &p, by, &t->ir->function.at[k]);
        interp_free(p.run);
    }
}

/* ---- compilers */

static const char warnings[] =
    "-Wall -Wextra -Wpedantic -Wconversion -Wdouble-promotion -Wmissing-prototypes -Wshadow -Werror";

static bool exists(const char *command) { return system(command) == 0; }

static void check_library(Tool *t, const char *compiler, const char *flags, int number)
{
    const char *so = arena_printf(t->ctx->arena, "%s/model%d%d.so", t->dir, number, t->single);
    const char *command =
        arena_printf(t->ctx->arena, "cd %s && %s %s -shared -o %s model.c -lm", t->dir, compiler, flags, so);
    if (system(command) != 0) quit("%s refuses the generated C", compiler);
    void *library = dlopen(so, RTLD_NOW | RTLD_LOCAL);
    if (!library) quit("cannot load: %s", dlerror());
    check_model(t, dlsym(library, "model"), compiler);
    dlclose(library);
}

static void check_jit(Tool *t)
{
    Emitted out = emitted(t, true);
    const void *model;
    const char *error;
    Jit *jit = jit_open(t->ctx->arena, out.c.at, &(const char *){"model"}, 1, NULL, &model, &error);
    if (!jit) quit("%s", error);
    check_model(t, model, "libtcc");
    jit_close(jit);
}

static void check(Tool *t)
{
    Emitted out = emitted(t, false);
    write_file(t, "model.c", &out.c);
    write_file(t, "model.h", &out.h);
    write_file(t, "example.c", &out.example);
    Arena *a = t->ctx->arena;
    check_library(t, "gcc", arena_printf(a, "-std=c99 -O1 -fPIC %s", warnings), 1);
    if (exists("command -v clang >/dev/null"))
        check_library(t, "clang", arena_printf(a, "-std=c99 -O1 -fPIC %s", warnings), 2);
    if (exists("command -v tcc >/dev/null")) check_library(t, "tcc", "-Wall -Werror", 3);
    check_jit(t);
    if (exists("command -v g++ >/dev/null") &&
        !exists(arena_printf(a, "g++ -Wall -Wextra -Werror -fsyntax-only -x c++ %s/model.h", t->dir)))
        quit("g++ refuses the header%s", "");
    if (!exists(arena_printf(
            a,
            "cd %s && gcc -std=c99 -O1 %s -o example example.c model.c -lm && { ./example >/dev/null; test $? -lt 6; }",
            t->dir, warnings)))
        quit("the example fails%s", "");
    if (t->bad) quit("generated C and evaluator differ%s", "");
    printf("%s: %s\n", t->single ? "float" : "double",
           t->compared ? "all functions agree with the evaluator" : "nothing to compare");
    t->compared = 0;
}

static void run_jvp(Ir *ir) { mode_forward(ir, true, false); }
static void run_hvp(Ir *ir) { mode_forward(ir, false, true); }

static const struct {
    const char *name;
    void (*run)(Ir *);
} passes[] = {{"stable", stable},     {"fold", fold},    {"unroll", unroll},   {"cse", cse},    {"hoist", hoist},
              {"onehot", onehot},     {"edges", edges},  {"stencil", stencil}, {"tidy", tidy},  {"dce", dce},
              {"reverse", mode_grad}, {"vjp", mode_vjp}, {"jvp", run_jvp},     {"hvp", run_hvp}};

static void run(Tool *t, const char *command)
{
    for (size_t k = 0; k < sizeof passes / sizeof *passes; k++)
        if (strcmp(command, passes[k].name) == 0) {
            passes[k].run(t->ir);
            return;
        }
    if (strcmp(command, "tiles") == 0) {
        t->tiles = true;
    } else if (strcmp(command, "float") == 0) {
        t->single = true;
    } else if (strcmp(command, "check") == 0) {
        check(t);
    } else {
        Emitted out = emitted(t, false);
        const Text *text = strcmp(command, "c") == 0         ? &out.c
                           : strcmp(command, "h") == 0       ? &out.h
                           : strcmp(command, "example") == 0 ? &out.example
                                                             : NULL;
        if (!text) quit("no such command: %s", command);
        fputs(text->at, stdout);
    }
}

int main(int argc, char **argv)
{
    char dir[] = "/tmp/emittool.XXXXXX";
    if (argc < 3) quit("emittool FILE COMMAND...%s", "");
    if (!mkdtemp(dir)) quit("cannot make %s", dir);
    Tool t = {.ctx = context_new(), .dir = dir};
    load(&t, argv[1]);
    for (int k = 2; k < argc; k++) run(&t, argv[k]);
    const bool removed = exists(arena_printf(t.ctx->arena, "rm -rf %s", dir));
    context_free(t.ctx);
    if (!removed) quit("cannot remove %s", dir);
    return 0;
}
