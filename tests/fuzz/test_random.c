/*
 * test_random.c [count [first seed [nested | grids]]] -- derivatives of random programs: libtcc's gradient against differences, against
 * forward mode, against the debug evaluator, against the sum of those of ranges of rows and against the C that the system compiler makes of
 * the same program; Hessians times a vector against differences of gradients.
 *
 * The system's compiler makes three batches of five of the first kind, two without optimisation, which is five times faster, one
 * with -O2 (ADC_CFLAGS: all, with those); of the nested ones, with sequences and with derivatives inside programs, and of grids, whose sequences read
 * neighbours, every fifth batch.
 *
 * Where the two step widths of the differences disagree the function has a kink or a jump there, and the entry is skipped; if that
 * were frequent the test would fail.  Prints the first few programs that fail, whole.
 */
#include "equations.c"
#include "sequences.c"

#include "adc.h"

#include <dlfcn.h>
#include <math.h>
#include <signal.h>
#include <unistd.h>

typedef struct {
    const adc_model *model;
    size_t dims[2];
    void *data, *work, *buffers[64];
    int nbuffers;
    double *theta, *grad;
    size_t n;
} Run;

typedef struct {
    long passed, failed, skipped, refused, entries, kinks, nans, products, rough, ranged;
    int shown;
} Tally;

enum { BATCH = 25 };

static const char *current = ""; /* the program at hand */

static void aborted(int number)
{
    ssize_t done = write(STDOUT_FILENO, current, strlen(current));
    signal(number, SIG_DFL);
    _exit(done >= 0 ? 1 : 2);
}

static size_t elements(const Run *r, int array)
{
    size_t shape[16], n = 1;
    if (r->model->shape(r->dims, array, shape) != ADC_OK) return 0;
    for (int d = 0; d < r->model->array[array].rank; d++) n *= shape[d];
    return n;
}

static void fill(Run *r, uint64_t seed)
{
    const adc_model *m = r->model;
    uint64_t state = seed;
    r->data = calloc(1, m->data_bytes + 8);
    for (int k = 0; k < m->arrays; k++) {
        const adc_array *a = &m->array[k];
        if (a->kind != ADC_DATA) continue;
        size_t n = elements(r, k);
        void *p = calloc(n + 1, 8);
        if (a->type == ADC_INT32) {
            long lo, hi;
            m->range(r->dims, k, &lo, &hi);
            bool tree = strncmp(a->name, "tree", 4) == 0;
            for (size_t i = 0; i < n; i++)
                ((int32_t *)p)[i] =
                    (int32_t)(lo + (long)(generate_random(&state) * (double)(tree ? (long)i : hi - lo)));
        } else
            for (size_t i = 0; i < n; i++) ((double *)p)[i] = 2 * generate_random(&state) - 1;
        memcpy((char *)r->data + a->field, &p, sizeof p);
        r->buffers[r->nbuffers++] = p;
    }
    r->n = m->nparam(r->dims);
    r->theta = calloc(r->n + 1, sizeof *r->theta);
    r->grad = calloc(r->n + 1, sizeof *r->grad);
    for (size_t i = 0; i < r->n; i++) r->theta[i] = 0.1 + 0.9 * generate_random(&state);
    r->work = aligned_alloc(64, (m->work_bytes(r->dims) + 127) / 64 * 64);
}

static void empty(Run *r)
{
    for (int k = 0; k < r->nbuffers; k++) free(r->buffers[k]);
    free(r->data);
    free(r->theta);
    free(r->grad);
    free(r->work);
    memset(r, 0, sizeof *r);
}

static double value(Run *r)
{
    double f = NAN;
    r->model->loss(r->dims, r->theta, r->data, &f, r->work);
    return f;
}

/* Central differences at h and h/2, extrapolated (Richardson); *doubt: how far they are apart. */
static double difference(Run *r, size_t i, double h, double *doubt)
{
    double d[2], x = r->theta[i];
    for (int k = 0; k < 2; k++, h /= 2) {
        r->theta[i] = x + h;
        double up = value(r);
        r->theta[i] = x - h;
        d[k] = (up - value(r)) / (2 * h);
    }
    r->theta[i] = x;
    *doubt = fabs(d[0] - d[1]);
    return d[1] + (d[1] - d[0]) / 3;
}

static void show(Tally *t, const char *text, const Run *r, const char *fmt, ...)
{
    va_list ap;
    t->failed++;
    if (t->shown++ >= 3) return;
    va_start(ap, fmt);
    vprintf(fmt, ap);
    va_end(ap);
    printf("\nwith N = %zu, M = %zu:\n%s\n", r->dims[0], r->dims[1], text);
}

/* The gradient against differences.  false: reported. */
static bool check_differences(Run *r, const char *text, Tally *t)
{
    double f = NAN;
    int code = r->model->grad(r->dims, r->theta, r->data, &f, r->grad, r->work), which = -1;
    if (r->model->check && r->model->check(r->dims, r->data, &which) != ADC_OK) {
        show(t, text, r, "check refuses: %s", which >= 0 ? r->model->check_text[which] : "?");
        return false;
    }
    double again = value(r);
    if (code == ADC_ENONFINITE || f != f) { /* an empty mean */
        t->nans++;
        return true;
    }
    if (code != ADC_OK || fabs(f - again) > 1e-12 * (1 + fabs(f))) {
        show(t, text, r, "grad returns %d, loss %.17g, and %.17g by itself", code, f, again);
        return false;
    }
    for (size_t i = 0; i < r->n; i++) {
        double doubt, d = difference(r, i, 2e-4, &doubt), g = r->grad[i], scale = 1 + fabs(g) + fabs(d);
        t->entries++;
        if (fabs(g - d) <= 1e-6 * scale) continue;
        double finer, e = difference(r, i, 3e-6, &finer);
        if (fabs(g - e) <= 1e-4 * scale) continue;
        if (doubt > 1e-4 * scale || finer > 1e-3 * scale || fabs(d - e) > 1e-3 * scale) {
            t->kinks++;
            continue;
        }
        show(t, text, r, "gradient entry %zu is %.15g; differences say %.15g and %.15g", i, g, d, e);
        return false;
    }
    return true;
}

/* Both modes on the slope along v, to rounding. */
static bool check_forward(Run *r, const double *v, const char *text, Tally *t)
{
    double f = NAN, tangent = NAN, slope = 0, size = 1;
    int code = r->model->jvp(r->dims, r->theta, r->data, v, &f, &tangent, r->work);
    for (size_t i = 0; i < r->n; i++) {
        slope += r->grad[i] * v[i];
        size += fabs(r->grad[i] * v[i]);
    }
    if (code == ADC_OK && fabs(tangent - slope) <= 1e-12 * size) return true;
    show(t, text, r, "jvp returns %d; forward mode says %.17g, reverse mode %.17g", code, tangent, slope);
    return false;
}

/* Gradients at x + h v and x - h v; the slope of each entry goes to d. */
static void gradient_slopes(Run *r, const double *v, double h, double *d)
{
    double f, *down = calloc(r->n + 1, sizeof *down);
    for (size_t i = 0; i < r->n; i++) r->theta[i] += h * v[i];
    r->model->grad(r->dims, r->theta, r->data, &f, d, r->work);
    for (size_t i = 0; i < r->n; i++) r->theta[i] -= 2 * h * v[i];
    r->model->grad(r->dims, r->theta, r->data, &f, down, r->work);
    for (size_t i = 0; i < r->n; i++) {
        r->theta[i] += h * v[i];
        d[i] = (d[i] - down[i]) / (2 * h);
    }
    free(down);
}

/* The Hessian times v; where differences of two steps disagree there is a kink, and nothing is told. */
static bool check_hvp(Run *r, const double *v, const char *text, Tally *t)
{
    double *hv = calloc(4 * r->n + 1, sizeof *hv), *d[3] = {hv + r->n, hv + 2 * r->n, hv + 3 * r->n}, size = 1;
    int code = r->model->hvp(r->dims, r->theta, r->data, v, hv, r->work);
    static const double steps[] = {1e-4, 1e-5, 1e-6};
    for (int k = 0; k < 3; k++) gradient_slopes(r, v, steps[k], d[k]);
    for (size_t i = 0; i < r->n; i++) size = fmax(size, fabs(d[1][i]));
    bool ok = code == ADC_OK;
    size_t i = 0;
    for (; ok && i < r->n; i++) {
        double error = fmin(fmin(fabs(hv[i] - d[0][i]), fabs(hv[i] - d[1][i])), fabs(hv[i] - d[2][i]));
        double doubt = fmax(fabs(d[0][i] - d[1][i]), fabs(d[1][i] - d[2][i]));
        t->products++;
        if (error <= 1e-6 * size) continue;
        if (!(doubt <= 1e-4 * size))
            t->rough++;
        else
            ok = false;
    }
    if (!ok && i) i--;
    if (!ok) show(t, text, r, "hvp returns %d, entry %zu is %.15g; differences say %.15g", code, i, hv[i], d[1][i]);
    free(hv);
    return ok;
}

static bool check_modes(Run *r, const char *text, Tally *t)
{
    double f = NAN, *v = calloc(r->n + 1, sizeof *v);
    uint64_t state = r->n + 1;
    for (size_t i = 0; i < r->n; i++) v[i] = 2 * generate_random(&state) - 1;
    int code = r->model->grad(r->dims, r->theta, r->data, &f, r->grad, r->work);
    bool ok = code != ADC_OK || (check_forward(r, v, text, t) && check_hvp(r, v, text, t));
    free(v);
    return ok;
}

static bool same(double a, double b)
{
    return (a != a && b != b) || a == b || fabs(a - b) <= 1e-10 * (1 + fabs(a) + fabs(b));
}

/* The gradient is the sum of those of ranges of rows; the first of these is empty. */
static bool check_ranges(Run *r, const char *text, Tally *t)
{
    const adc_model *m = r->model;
    if (!m->grad_range) return true;
    const size_t rows = r->dims[m->row], cuts[] = {0, 0, rows / 3, rows};
    double f = NAN, sum = 0, size = 1, *grad = calloc(r->n + 1, sizeof *grad);
    bool ok = m->grad(r->dims, r->theta, r->data, &f, r->grad, r->work) == ADC_OK;
    for (int k = 0; ok && k < 3; k++) {
        const int code = m->grad_range(r->dims, r->theta, r->data, &sum, grad, r->work, cuts[k], cuts[k + 1]);
        ok = code == ADC_OK || code == ADC_ENONFINITE;
    }
    for (size_t i = 0; i < r->n; i++) size = fmax(size, fabs(r->grad[i]));
    size_t i = 0;
    while (ok && f == f && i < r->n && fabs(r->grad[i] - grad[i]) <= 1e-10 * size) i++;
    const bool same_loss = f != f || fabs(f - sum) <= 1e-10 * (1 + fabs(f)),
               right = !ok || f != f || (same_loss && i == r->n);
    if (!right)
        show(t, text, r, "in ranges of rows: loss %.17g, whole %.17g; entry %zu %.17g, %.17g", sum, f, i,
             i < r->n ? grad[i] : NAN, i < r->n ? r->grad[i] : NAN);
    t->ranged++;
    free(grad);
    return right;
}

/* The debug evaluator on the same numbers: r->grad is libtcc's. */
static bool check_equations(Run *r, const char *text, Tally *t)
{
    const adc_model *m = r->model;
    Input inputs[64];
    double *integers[64], *grad = calloc(r->n + 1, sizeof *grad);
    char error[200];
    int n = 0, made = 0;
    size_t at = 0;
    for (int k = 0; k < m->arrays; k++) {
        const adc_array *a = &m->array[k];
        Input in = {.name = a->name, .n = elements(r, k)};
        if (a->kind == ADC_PARAM) {
            in.at = r->theta + at;
            at += in.n;
        } else if (a->kind == ADC_DATA && a->type == ADC_REAL)
            in.at = *(double **)(void *)((char *)r->data + a->field);
        else if (a->kind == ADC_DATA) {
            const int32_t *from = *(int32_t **)(void *)((char *)r->data + a->field);
            double *x = integers[made++] = calloc(in.n + 1, sizeof *x);
            for (size_t i = 0; i < in.n; i++) x[i] = from[i];
            in.at = x;
        } else
            continue;
        inputs[n++] = in;
    }
    bool ok = equations_gradient(text, r->dims, inputs, n, grad, error);
    size_t i = 0;
    while (ok && i < r->n && same(r->grad[i], grad[i])) i++;
    if (!ok)
        show(t, text, r, "the debug evaluator: %s", error);
    else if (i < r->n)
        show(t, text, r, "entry %zu: libtcc %.17g, the debug evaluator %.17g", i, r->grad[i], grad[i]);
    while (made) free(integers[--made]);
    free(grad);
    return ok && i == r->n;
}

static void write_file(const char *dir, const char *name, const char *suffix, const char *text)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s.%s", dir, name, suffix);
    FILE *f = fopen(path, "w");
    if (!f || fputs(text, f) < 0 || fclose(f)) abort();
}

/* The system compiler's model on the same numbers. */
static void check_compiled(Run *r, const adc_model *model, const char *text, Tally *t)
{
    double f = NAN, f2 = NAN, *grad = calloc(r->n + 1, sizeof *grad);
    void *work = aligned_alloc(64, (model->work_bytes(r->dims) + 127) / 64 * 64);
    int code = r->model->grad(r->dims, r->theta, r->data, &f, r->grad, r->work);
    int code2 = model->grad(r->dims, r->theta, r->data, &f2, grad, work);
    bool ok = code == code2 && same(f, f2);
    size_t i = 0;
    while (ok && f == f && i < r->n && same(r->grad[i], grad[i])) i++;
    if (!ok || (f == f && i < r->n))
        show(t, text, r, "libtcc: %d, loss %.17g; the system's compiler: %d, loss %.17g; entry %zu: %.17g, %.17g", code,
             f, code2, f2, i, i < r->n ? r->grad[i] : NAN, i < r->n ? grad[i] : NAN);
    else
        t->passed++;
    free(grad);
    free(work);
}

/* What to do: which programs; the system's compiler's level, -1: it is left out. */
typedef struct {
    ProgramKind program;
    int level;
    const char *dir;
} Kind;

/* Compiles a program, checks it, and leaves its C for the system's compiler. */
static bool check_program(Run *r, const Kind *kind, uint64_t seed, char **text, adc_program **program, Tally *t)
{
    char *messages = NULL, *c = NULL, *h = NULL, name[64];
    current = *text = generate_program(seed, kind->program, r->dims);
    snprintf(name, sizeof name, "p%llu", (unsigned long long)seed);
    adc_compile_options options = {.prefix = name};
    if (kind->program != PROGRAM_LOOPS || seed % 3 == 0)
        options.emit = ADC_EMIT_JVP | ADC_EMIT_HVP; /* else of every third program */
    *program = adc_compile(name, *text, strlen(*text), &options, &messages);
    options.emit = 0; /* the system's compiler is slow */
    bool ok = *program && (kind->level < 0 || adc_to_c(name, *text, strlen(*text), &options, &c, &h, NULL));
    bool refused = messages && strstr(messages, "cannot go through earlier steps");
    t->refused += refused;
    if (!ok && !refused) show(t, *text, r, "does not compile: %s", messages ? messages : "?");
    if (ok && kind->level >= 0) {
        write_file(kind->dir, name, "c", c);
        write_file(kind->dir, name, "h", h);
    }
    adc_text_free(messages);
    adc_text_free(c);
    adc_text_free(h);
    if (!ok) return false;
    r->model = adc_program_model(*program);
    fill(r, seed);
    return check_differences(r, *text, t) && (!r->model->hvp || check_modes(r, *text, t)) &&
           check_ranges(r, *text, t) && check_equations(r, *text, t);
}

static void batch(uint64_t first, int count, const Kind *kind, Tally *t)
{
    adc_program *program[BATCH] = {NULL};
    char *text[BATCH], name[64], command[1200];
    Run run[BATCH] = {0};
    bool good[BATCH] = {false};
    void *lib = NULL;
    bool any = false;
    for (int k = 0; k < count; k++)
        any |= good[k] = check_program(&run[k], kind, first + (uint64_t)k, &text[k], &program[k], t);
    if (any && kind->level >= 0) {
        snprintf(command, sizeof command,
                 "cd %s && ${CC:-cc} ${ADC_CFLAGS:--O%d} -w -shared -fPIC -o lib.so p*.c -lm && rm -f p*.c p*.h",
                 kind->dir, kind->level);
        int status = system(command);
        snprintf(command, sizeof command, "%s/lib.so", kind->dir);
        lib = status == 0 ? dlopen(command, RTLD_NOW | RTLD_LOCAL) : NULL;
        if (!lib) printf("the system's compiler fails: %s\n", status ? "cc" : dlerror());
    }
    for (int k = 0; k < count; k++) {
        snprintf(name, sizeof name, "p%llu", (unsigned long long)first + (unsigned)k);
        const adc_model *model = lib && good[k] ? dlsym(lib, name) : NULL;
        if (model)
            check_compiled(&run[k], model, text[k], t);
        else if (good[k] && kind->level >= 0)
            t->failed++;
        else
            t->passed += good[k];
        if (run[k].model) empty(&run[k]);
        adc_program_free(program[k]);
        free(text[k]);
    }
    if (lib) dlclose(lib);
}

int main(int argc, char **argv)
{
    int count = argc > 1 ? atoi(argv[1]) : 125;
    uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
    char dir[1000], command[1100];
    const char *scratch = getenv("SCRATCH");
    const char *which = argc > 3 ? argv[3] : "";
    Kind kind = {strcmp(which, "nested") == 0  ? PROGRAM_NESTED
                 : strcmp(which, "grids") == 0 ? PROGRAM_GRIDS
                                               : PROGRAM_LOOPS,
                 0, dir};
    Tally t = {0};
    snprintf(dir, sizeof dir, "%s/adc-random-XXXXXX", scratch ? scratch : "/tmp");
    if (!mkdtemp(dir)) return 1;
    signal(SIGABRT, aborted);
    for (int k = 0; k < count; k += BATCH) {
        const uint64_t turn = (first + (uint64_t)k) / BATCH % 5;
        const bool all = getenv("ADC_CFLAGS") != NULL;
        kind.level = kind.program != PROGRAM_LOOPS ? (turn == 0 ? 0 : -1)
                     : turn == 0                   ? 2
                     : turn % 2 == 0 || all        ? 0
                                                   : -1;
        batch(first + (uint64_t)k, count - k < BATCH ? count - k : BATCH, &kind, &t);
    }
    snprintf(command, sizeof command, "rm -rf %s", dir);
    if (system(command)) return 1;
    if (t.kinks * 20 > t.entries || t.nans * 5 > count || t.refused * 10 > count || t.rough * 20 > t.products) {
        printf("%ld of %ld entries at kinks, %ld of %ld of Hessians, %ld of %d losses not a number, %ld refused: too "
               "many to mean anything\n",
               t.kinks, t.entries, t.rough, t.products, t.nans, count, t.refused);
        t.failed++;
    }
    printf("%ld gradient entries, %ld skipped at kinks; %ld entries of Hessians times a vector, %ld skipped; %ld "
           "losses not a number; %ld programs refused; %ld with ranges of rows\n",
           t.entries, t.kinks, t.products, t.rough, t.nans, t.refused, t.ranged);
    printf("%ld passed, %ld failed, %ld skipped\n", t.passed, t.failed, t.skipped);
    return t.failed != 0;
}
