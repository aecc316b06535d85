/*
 * eval.c -- adc eval model.ad: the loss, the outputs, the metrics and the gradient at a point, as text or as one JSON object.
 */
#include "cli.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
const Option eval_options[] = {
    POINT_OPTIONS,
    MODEL_OPTIONS,
    {"grad", NULL, "the gradient too", false},
    {"json", NULL, "one JSON object", false},
    {"mode", "reverse|numeric", "how the gradient is taken (reverse)", false},
    {"jit", "tcc", "what compiles the model (tcc)", false},
    {"jacobian", NULL, "of the outputs", true},
    {"hessian", NULL, "of the loss", true},
    {"hvp", "NAME=VALUE", "the Hessian times a vector", true},
    {"jvp", "NAME=VALUE", "the derivative along a vector", true},
    {NULL, NULL, NULL, false},
};
/* clang-format on */

/* ---- results */

/* Where results go: a JSON object, or lines. */
typedef struct {
    Text text;
    bool json;
    bool more; /* in JSON: something stands before */
} Report;

enum { SHOWN = 1000 }; /* numbers of an array that a person wants to see */

static void open_group(Report *r, const char *name)
{
    if (!r->json) return;
    text_addf(&r->text, "%s\"%s\": {", r->more ? ", " : "", name);
    r->more = false;
}

static void close_group(Report *r)
{
    if (!r->json) return;
    text_add(&r->text, "}");
    r->more = true;
}

static void report(Report *r, const char *before, const char *name, const double *x, int rank, const size_t *shape)
{
    size_t n = 1;
    for (int k = 0; k < rank; k++) n *= shape[k];
    if (r->json) {
        if (r->more) text_add(&r->text, ", ");
        json_string(&r->text, name);
        text_add(&r->text, ": ");
        json_array(&r->text, x, rank, shape);
        r->more = true;
        return;
    }
    text_addf(&r->text, "%s%s = ", before, name);
    if (n <= SHOWN) {
        Text value = {.arena = r->text.arena};
        json_array(&value, x, rank, shape);
        for (size_t i = 0; i < value.n; i++) /* nan and inf need no quotes here */
            if (value.at[i] != '"') text_addn(&r->text, value.at + i, 1);
    } else {
        for (int k = 0; k < rank; k++) text_addf(&r->text, "%s%zu", k ? " x " : "", shape[k]);
        text_add(&r->text, " numbers (--json shows them)");
    }
    text_add(&r->text, "\n");
}

/* All arrays of a kind, that are functions of the model; in JSON under the name of the group. */
static int report_kind(const Point *p, Report *r, int kind, const char *group)
{
    int status = CLI_OK;
    open_group(r, group);
    for (int a = 0; a < p->model->arrays && status == CLI_OK; a++) {
        if (p->model->array[a].kind != kind) continue;
        double *x = malloc((p->count[a] + 1) * sizeof *x);
        if (!x) {
            complain("out of memory for %s", p->model->array[a].name);
            return CLI_RUN;
        }
        status = point_eval(p, a, x);
        if (status == CLI_OK) report(r, "", p->model->array[a].name, x, p->model->array[a].rank, p->shape[a]);
        free(x);
    }
    close_group(r);
    return status;
}

static bool has_kind(const adc_model *model, int kind)
{
    for (int a = 0; a < model->arrays; a++)
        if (model->array[a].kind == kind) return true;
    return false;
}

/* By differences, element by element. */
static void numeric_gradient(const Point *p, double *grad)
{
    for (int a = 0; a < p->model->arrays; a++)
        for (size_t i = 0; p->model->array[a].gradient && i < p->count[a]; i++) {
            double error, one = 1;
            grad[p->grad_offset[a] + i] = point_difference(p, a, i, 1, &one, NULL, &error);
        }
}

static int report_gradient(const Point *p, Report *r, bool numeric)
{
    if (!p->model->grad) {
        complain("--grad: the model has no loss");
        return CLI_MODEL;
    }
    double loss, *grad = malloc((p->ngrad + 1) * sizeof *grad);
    if (!grad) {
        complain("out of memory for the gradient");
        return CLI_RUN;
    }
    int status = CLI_OK;
    if (numeric)
        numeric_gradient(p, grad);
    else
        status = point_grad(p, &loss, grad);
    if (status == CLI_OK) {
        open_group(r, "grad");
        for (int a = 0; a < p->model->arrays; a++)
            if (p->model->array[a].gradient)
                report(r, "grad ", p->model->array[a].name, grad + p->grad_offset[a], p->model->array[a].rank,
                       p->shape[a]);
        close_group(r);
    }
    free(grad);
    return status;
}

static int evaluate(const Args *args, const Point *p, bool numeric)
{
    Report r = {.text.arena = args->arena, .json = args_has(args, "json")};
    int status = CLI_OK;
    if (r.json) text_add(&r.text, "{");
    if (p->model->loss) {
        double loss;
        status = point_loss(p, &loss);
        if (status == CLI_OK) report(&r, "", "loss", &loss, 0, NULL);
    }
    if (status == CLI_OK) status = report_kind(p, &r, ADC_OUTPUT, "outputs");
    if (status == CLI_OK && has_kind(p->model, ADC_METRIC)) status = report_kind(p, &r, ADC_METRIC, "metrics");
    if (status == CLI_OK && args_has(args, "grad")) status = report_gradient(p, &r, numeric);
    if (status != CLI_OK) return status;
    if (r.json) text_add(&r.text, "}\n");
    return outputs_write(args->arena, &(Output){"-", &r.text}, 1);
}

int command_eval(const Args *args)
{
    static const char *const modes[] = {"reverse", "numeric", NULL}, *const later_modes[] = {"forward", NULL};
    static const char *const jits[] = {"tcc", NULL}, *const later_jits[] = {"cc", "auto", NULL};
    int mode, jit;
    int status = args_choice(args, "mode", modes, later_modes, &mode);
    if (status == CLI_OK) status = args_choice(args, "jit", jits, later_jits, &jit);
    if (status != CLI_OK) return status;
    Model m;
    Point p = {0};
    status = model_open(args, &m);
    if (status == CLI_OK) status = point_new(args, m.model, &p);
    if (status == CLI_OK) status = point_finish(args, &p);
    if (status == CLI_OK) status = evaluate(args, &p, mode == 1);
    point_free(&p);
    model_close(&m);
    return status;
}
