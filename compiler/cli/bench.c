/*
 * bench.c -- adc bench model.ad: how long loss and gradient take, how much memory they work in, how long until there is one.
 *
 * Each time is the median of some blocks; a block repeats the call until the clock can tell.
 */
#include "cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* clang-format off */
const Option bench_options[] = {
    POINT_OPTIONS,
    MODEL_OPTIONS,
    {"json", NULL, "one JSON object", false},
    {"jit", "tcc", "what compiles the model (tcc)", false},
    {NULL, NULL, NULL, false},
};
/* clang-format on */

enum { BLOCKS = 15, COMPILATIONS = 41 };
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
    while (n < BLOCKS && (n == 0 || now() - start < LIMIT_NS)) {
        double from = now();
        for (size_t i = 0; i < calls; i++)
            if (grad)
                p->model->grad(p->set->dims, p->theta, p->set->data, &loss, grad, p->work);
            else
                p->model->loss(p->set->dims, p->theta, p->set->data, &loss, p->work);
        took[n++] = (now() - from) / (double)calls;
    }
    *ns = median(took, n);
    return CLI_OK;
}

/* ns from source text to a callable gradient */
static double time_compilation(const Model *m, const adc_compile_options *options)
{
    double took[COMPILATIONS], start = now();
    size_t n = 0;
    while (n < COMPILATIONS && (n == 0 || now() - start < LIMIT_NS)) {
        double from = now();
        adc_program_free(adc_compile(m->path, m->source, m->n, options, NULL));
        took[n++] = now() - from;
    }
    return median(took, n);
}

static int bench_point(const Args *args, const Model *m, const Point *p, double *grad)
{
    double loss_ns, grad_ns;
    adc_compile_options options;
    int status = model_options(args, &options);
    if (status == CLI_OK) status = time_call(p, NULL, &loss_ns);
    if (status == CLI_OK) status = time_call(p, grad, &grad_ns);
    if (status != CLI_OK) return status;
    double compile_ms = time_compilation(m, &options) / 1e6;
    size_t work = p->model->work_bytes(p->set->dims);
    Text out = {.arena = args->arena};
    if (args_has(args, "json")) {
        text_addf(&out, "{\"loss_ns\": %.1f, \"grad_ns\": %.1f, \"ratio\": %.3f, \"work_bytes\": %zu, ", loss_ns,
                  grad_ns, grad_ns / loss_ns, work);
        text_addf(&out, "\"compile_ms\": %.3f, \"backend\": \"tcc\"}\n", compile_ms);
    } else {
        if (m->scalar) text_addf(&out, "loss (made of the outputs)  %s\n", m->scalar);
        if (p->made_up) text_addf(&out, "made-up data                %s\n", p->made_up);
        text_addf(&out, "loss                        %.1f ns\n", loss_ns);
        text_addf(&out, "gradient                    %.1f ns, %.2f times the loss\n", grad_ns, grad_ns / loss_ns);
        text_addf(&out, "work memory                 %zu bytes\n", work);
        text_addf(&out, "from text to gradient       %.3f ms (tcc)\n", compile_ms);
    }
    return outputs_write(args->arena, &(Output){"-", &out}, 1);
}

int command_bench(const Args *args)
{
    static const char *const jits[] = {"tcc", NULL}, *const later_jits[] = {"cc", "auto", NULL};
    int jit, status = args_choice(args, "jit", jits, later_jits, &jit);
    if (status != CLI_OK) return status;
    Model m;
    Point p = {0};
    status = model_open_scalar(args, 0, 0, &m);
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
