/*
 * eval.c -- adc eval model.ad: the loss, the outputs, the metrics and derivatives at a point, as text or as one JSON object.
 */
#include "cli.h"
#include "equations.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
const Option eval_options[] = {
    POINT_OPTIONS,
    MODEL_OPTIONS,
    {"grad", NULL, "the gradient too"},
    {"json", NULL, "one JSON object"},
    {"jacobian", NULL, "of the outputs"},
    {"hessian", NULL, "of the loss"},
    {"jvp", "NAME=VALUE", "the derivative along a direction, which has this part"},
    {"hvp", "NAME=VALUE", "the Hessian times a direction, which has this part"},
    {"mode", "reverse|forward|numeric", "how gradient and Jacobian are taken (reverse)"},
    JIT_OPTIONS,
    {NULL, NULL, NULL},
};
/* clang-format on */

/* ---- results */

/* Where results go: a JSON object, or lines. */
typedef struct {
    Text text;
    bool json;
    bool more; /* in JSON: something stands before */
} Report;

enum {
    SHOWN = 1000,
    MANY = 1000000
}; /* numbers of an array that a person wants to see; of a model that is looked into */

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

/* A gradient vector, array by array. */
static void report_vector(const Point *p, Report *r, const char *group, const double *x)
{
    open_group(r, group);
    for (int a = 0; a < p->model->arrays; a++)
        if (p->model->array[a].gradient)
            report(r, arena_printf(p->arena, "%s ", group), p->model->array[a].name, x + p->grad_offset[a],
                   p->model->array[a].rank, p->shape[a]);
    close_group(r);
}

/* Of a matrix with p->ngrad columns the block of rows from..from+count[of] and the columns of an array. */
static int report_block(const Point *p, Report *r, const char *before, const double *matrix, size_t from, int of,
                        int by)
{
    size_t rows = p->count[of], columns = p->count[by], shape[2 * DATA_RANK];
    int rank = p->model->array[of].rank + p->model->array[by].rank;
    double *block = malloc((rows * columns + 1) * sizeof *block);
    if (!block) {
        complain("out of memory for derivatives by %s", p->model->array[by].name);
        return CLI_RUN;
    }
    for (size_t i = 0; i < rows; i++)
        memcpy(block + i * columns, matrix + (from + i) * p->ngrad + p->grad_offset[by], columns * sizeof *block);
    memcpy(shape, p->shape[of], (size_t)p->model->array[of].rank * sizeof *shape);
    memcpy(shape + p->model->array[of].rank, p->shape[by], (size_t)p->model->array[by].rank * sizeof *shape);
    report(r, arena_printf(p->arena, "%s %s, ", before, p->model->array[of].name), p->model->array[by].name, block,
           rank, shape);
    free(block);
    return CLI_OK;
}

static int report_blocks(const Point *p, Report *r, const char *before, const double *matrix, size_t from, int of)
{
    int status = CLI_OK;
    open_group(r, p->model->array[of].name);
    for (int a = 0; a < p->model->arrays && status == CLI_OK; a++)
        if (p->model->array[a].gradient) status = report_block(p, r, before, matrix, from, of, a);
    close_group(r);
    return status;
}

static int no_loss(const char *option)
{
    complain("--%s: the model has no loss", option);
    return CLI_MODEL;
}

static int report_gradient(const Point *p, Report *r, Mode mode)
{
    double *grad = NULL;
    if (!p->model->grad) return no_loss("grad");
    int status = point_jacobian(p, -1, mode, &grad);
    if (status == CLI_OK) report_vector(p, r, "grad", grad);
    free(grad);
    return status;
}

static int report_jacobian(const Point *p, Report *r, Mode mode)
{
    int status = CLI_OK;
    open_group(r, "jacobian");
    for (int a = 0; a < p->model->arrays && status == CLI_OK; a++) {
        double *matrix = NULL;
        if (p->model->array[a].kind != ADC_OUTPUT) continue;
        status = point_jacobian(p, a, mode, &matrix);
        if (status == CLI_OK) status = report_blocks(p, r, "jacobian", matrix, 0, a);
        free(matrix);
    }
    close_group(r);
    return status;
}

static int report_hessian(const Point *p, Report *r)
{
    double *matrix = NULL;
    if (!p->model->hvp) return no_loss("hessian");
    int status = point_hessian(p, &matrix);
    open_group(r, "hessian");
    for (int a = 0; a < p->model->arrays && status == CLI_OK; a++)
        if (p->model->array[a].gradient) status = report_blocks(p, r, "hessian", matrix, p->grad_offset[a], a);
    close_group(r);
    free(matrix);
    return status;
}

/* The derivatives of the loss and of every output along what --jvp gives. */
static int report_jvp(const Args *args, const Point *p, Report *r)
{
    double *direction = NULL, loss, tangent;
    int status = point_direction(args, p, "jvp", &direction);
    open_group(r, "jvp");
    if (status == CLI_OK && p->model->jvp) {
        status = point_jvp(p, -1, direction, &loss, &tangent);
        if (status == CLI_OK) report(r, "jvp ", "loss", &tangent, 0, NULL);
    }
    for (int a = 0; a < p->model->arrays && status == CLI_OK; a++) {
        const adc_array *array = &p->model->array[a];
        if (array->kind != ADC_OUTPUT) continue;
        double *x = malloc((2 * p->count[a] + 1) * sizeof *x);
        if (!x) complain("out of memory for the derivative of %s", array->name);
        status = x ? point_jvp(p, a, direction, x, x + p->count[a]) : CLI_RUN;
        if (status == CLI_OK) report(r, "jvp ", array->name, x + p->count[a], array->rank, p->shape[a]);
        free(x);
    }
    close_group(r);
    free(direction);
    return status;
}

static int report_hvp(const Args *args, const Point *p, Report *r)
{
    double *direction = NULL, *out = NULL;
    if (!p->model->hvp) return no_loss("hvp");
    int status = point_direction(args, p, "hvp", &direction);
    if (status == CLI_OK && !(out = malloc((p->ngrad + 1) * sizeof *out))) {
        complain("out of memory for the Hessian times a direction");
        status = CLI_RUN;
    }
    if (status == CLI_OK) status = point_hvp(p, direction, out);
    if (status == CLI_OK) report_vector(p, r, "hvp", out);
    free(out);
    free(direction);
    return status;
}

static int report_derivatives(const Args *args, const Point *p, Report *r, Mode mode)
{
    int status = CLI_OK;
    if (args_has(args, "grad")) status = report_gradient(p, r, mode);
    if (status == CLI_OK && args_has(args, "jvp")) status = report_jvp(args, p, r);
    if (status == CLI_OK && args_has(args, "jacobian")) status = report_jacobian(p, r, mode);
    if (status == CLI_OK && args_has(args, "hvp")) status = report_hvp(args, p, r);
    if (status == CLI_OK && args_has(args, "hessian")) status = report_hessian(p, r);
    return status;
}

/* What the model must be able to do. */
static unsigned needed(const Args *args, Mode mode)
{
    bool whole = args_has(args, "grad") || args_has(args, "jacobian");
    unsigned emit = args_has(args, "hvp") || args_has(args, "hessian") ? ADC_EMIT_HVP : 0;
    if (args_has(args, "jvp") || (whole && mode == MODE_FORWARD)) emit |= ADC_EMIT_JVP;
    if (args_has(args, "jacobian") && mode == MODE_REVERSE) emit |= ADC_EMIT_VJP;
    return emit;
}

/* Says which matrix has no factor, or no solution. */
static void name_matrix(Ir *ir, Interp *run, void *user)
{
    const Point *const *p = user;
    const char *error;
    uint32_t line, column;
    if (!is_small(ir, run, MANY)) return;
    point_hand_over(*p, ir, run);
    Id eq = interp_run(run, &error) ? interp_no_matrix(run) : 0;
    if (!eq) return;
    Eq e = ir->eq.at[eq];
    source_place(&ir->ctx->src, e.span.lo, &line, &column);
    complain("%s:%u:%u: %s: the loss is not a number", ir->ctx->src.name, line, column,
             e.matrix == MAT_CHOLESKY ? "the matrix of cholesky is not positive definite" : "the matrix is singular");
}

static int evaluate(const Args *args, const Model *m, const Point *p, Mode mode)
{
    Report r = {.text.arena = args->arena, .json = args_has(args, "json")};
    int status = CLI_OK;
    if (r.json) text_add(&r.text, "{");
    if (p->model->loss) {
        double loss;
        status = point_loss(p, &loss);
        if (status == CLI_OK) report(&r, "", "loss", &loss, 0, NULL);
        if (status == CLI_OK && isnan(loss)) with_equations(args, m, p, "lower", NULL, name_matrix, &p);
    }
    if (status == CLI_OK) status = report_kind(p, &r, ADC_OUTPUT, "outputs");
    if (status == CLI_OK && has_kind(p->model, ADC_METRIC)) status = report_kind(p, &r, ADC_METRIC, "metrics");
    if (status == CLI_OK) status = report_derivatives(args, p, &r, mode);
    if (status != CLI_OK) return status;
    if (r.json) text_add(&r.text, "}\n");
    return outputs_write(args->arena, &(Output){"-", &r.text}, 1);
}

int command_eval(const Args *args)
{
    static const char *const modes[] = {"reverse", "forward", "numeric", NULL};
    int mode;
    int status = args_choice(args, "mode", NULL, modes, &mode);
    if (status != CLI_OK) return status;
    Model m;
    Point p = {0};
    status = model_open(args, needed(args, (Mode)mode), 0, &m);
    if (status == CLI_OK) status = point_new(args, m.model, &p);
    if (status == CLI_OK) status = point_finish(args, &p);
    if (status == CLI_OK) status = evaluate(args, &m, &p, (Mode)mode);
    point_free(&p);
    model_close(&m);
    return status;
}
