/*
 * bench.c -- adc bench model.ad: how long loss and gradient take, how much memory they work in, how long until there is one.
 *
 * Each time is the median of some blocks; a block repeats the call until the clock can tell.  With --jit auto there are three
 * back ends: each compiler's code, and that which auto has come to.
 */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* clang-format off */
const Option bench_options[] = {
    POINT_OPTIONS,
    MODEL_OPTIONS,
    {"json", NULL, "one JSON object"},
    JIT_OPTIONS,
    {NULL, NULL, NULL},
};
/* clang-format on */

enum { BLOCKS = 15, COMPILATIONS = 41, CC_COMPILATIONS = 3 };
#define BLOCK_NS 2e6 /* at least */
#define LIMIT_NS 3e9 /* of all blocks together: a slow model gets fewer */

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *x, size_t n)
{
    qsort(x, n, sizeof *x, ascending);
    return n % 2 ? x[n / 2] : (x[n / 2 - 1] + x[n / 2]) / 2;
}

/* ns of one call of the loss, or with grad of the gradient */
static int time_call(const Point *p, double *grad, double *ns)
{
    double loss, took[BLOCKS], start = now();
    int status = grad ? point_grad(p, &loss, grad) : point_loss(p, &loss);
    if (status != CLI_OK) return status;
    double once = now() - start;
    size_t calls = once < BLOCK_NS ? (size_t)(BLOCK_NS / (once + 10)) + 1 : 1, n = 0;
    start = now();
    do {
        double from = now();
        for (size_t i = 0; i < calls; i++)
            if (grad)
                p->model->grad(p->set->dims, p->theta, p->set->data, &loss, grad, p->work);
            else
                p->model->loss(p->set->dims, p->theta, p->set->data, &loss, p->work);
        took[n++] = (now() - from) / (double)calls;
    } while (n < BLOCKS && now() - start < LIMIT_NS);
    *ns = median(took, n);
    return CLI_OK;
}

/* ns from source text to a callable gradient; nothing is taken from a cache */
static double time_compilation(const Model *m, adc_compile_options options)
{
    double took[COMPILATIONS], start = now();
    const size_t most = options.jit == ADC_JIT_CC ? CC_COMPILATIONS : COMPILATIONS;
    size_t n = 0;
    options.cache = "";
    do {
        double from = now();
        adc_program *program = adc_compile(m->path, m->source, m->n, &options, NULL);
        took[n++] = now() - from;
        adc_program_free(program);
    } while (n < most && now() - start < LIMIT_NS);
    return median(took, n);
}

/* ---- the back ends */

typedef struct {
    double loss_ns, grad_ns, compile_ms;
    const char *backend;
} Times;

static int time_model(const Model *m, const Point *p, double *grad, const adc_compile_options *options, Times *t)
{
    static const char *const name[] = {[ADC_JIT_TCC] = "tcc", [ADC_JIT_CC] = "cc", [ADC_JIT_AUTO] = "auto"};
    *t = (Times){.backend = name[options->jit]};
    int status = time_call(p, NULL, &t->loss_ns);
    if (status == CLI_OK) status = time_call(p, grad, &t->grad_ns);
    if (status == CLI_OK) t->compile_ms = time_compilation(m, *options) / 1e6;
    return status;
}

/* The same model by one compiler alone. */
static int time_tier(const Model *m, const Point *p, double *grad, const adc_compile_options *options, int jit,
                     Times *t)
{
    adc_compile_options alone = *options;
    alone.jit = jit;
    adc_program *program = adc_compile(m->path, m->source, m->n, &alone, NULL);
    if (!program) return CLI_MODEL;
    Point there = *p;
    there.model = adc_program_model(program);
    int status = time_model(m, &there, grad, &alone, t);
    adc_program_free(program);
    return status;
}

static void json_times(Text *out, const Times *t, size_t work)
{
    text_addf(out, "\"loss_ns\": %.1f, \"grad_ns\": %.1f, \"ratio\": %.3f, \"work_bytes\": %zu, ", t->loss_ns,
              t->grad_ns, t->grad_ns / t->loss_ns, work);
    text_addf(out, "\"compile_ms\": %.3f, \"backend\": \"%s\"", t->compile_ms, t->backend);
}

static void report_json(Text *out, const Times *t, size_t n, size_t work)
{
    text_add(out, "{");
    json_times(out, &t[0], work);
    for (size_t k = 1; k < n; k++) {
        text_add(out, k == 1 ? ", \"tiers\": [{" : ", {");
        json_times(out, &t[k], work);
        text_add(out, k + 1 == n ? "}]" : "}");
    }
    text_add(out, "}\n");
}

static void report_text(Text *out, const Model *m, const Point *p, const Times *t, size_t n, size_t work)
{
    if (m->scalar) text_addf(out, "loss (made of the outputs)  %s\n", m->scalar);
    if (p->made_up) text_addf(out, "made-up data                %s\n", p->made_up);
    for (size_t k = 0; k < n; k++) {
        if (n > 1) text_addf(out, "%s\n", t[k].backend);
        text_addf(out, "loss                        %.1f ns\n", t[k].loss_ns);
        text_addf(out, "gradient                    %.1f ns, %.2f times the loss\n", t[k].grad_ns,
                  t[k].grad_ns / t[k].loss_ns);
        text_addf(out, "work memory                 %zu bytes\n", work);
        text_addf(out, "from text to gradient       %.3f ms (%s)\n", t[k].compile_ms, t[k].backend);
    }
}

static int bench_point(const Args *args, const Model *m, const Point *p, double *grad)
{
    enum { TIERS = 3 };
    Times t[TIERS];
    size_t n = 1;
    adc_compile_options options;
    int status = model_options(args, &options);
    const bool both = options.jit == ADC_JIT_AUTO;
    const bool compiled = adc_program_jit(m->program, 1) == ADC_JIT_CC;
    if (status == CLI_OK) status = time_model(m, p, grad, &options, &t[0]);
    if (status == CLI_OK && both) status = time_tier(m, p, grad, &options, ADC_JIT_TCC, &t[n++]);
    if (status == CLI_OK && both && compiled) status = time_tier(m, p, grad, &options, ADC_JIT_CC, &t[n++]);
    if (status != CLI_OK) return status;
    const size_t work = p->model->work_bytes(p->set->dims);
    Text out = {.arena = args->arena};
    if (args_has(args, "json"))
        report_json(&out, t, n, work);
    else
        report_text(&out, m, p, t, n, work);
    return outputs_write(args->arena, &(Output){"-", &out}, 1);
}

int command_bench(const Args *args)
{
    Model m;
    Point p = {0};
    int status = model_open_scalar(args, 0, 0, &m);
    if (status == CLI_OK && !m.model->loss) {
        complain("%s has neither a loss nor a real output to time", m.path);
        status = CLI_MODEL;
    }
    if (status == CLI_OK) status = point_make_up(args, m.model, 100, &p);
    double *grad = status == CLI_OK ? malloc((p.ngrad + 1) * sizeof *grad) : NULL;
    if (grad) status = bench_point(args, &m, &p, grad);
    free(grad);
    point_free(&p);
    model_close(&m);
    return status;
}
