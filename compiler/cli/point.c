/*
 * point.c -- a point to evaluate a model at: its dims, data and parameters from --set, --data and the model's own
 * starts.
 *
 * The runtime's DataSet holds dims and data; parameters are added here.  A parameter that was given also settles the
 * dims that alone are its sizes.
 */
#include "cli.h"
#include "progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- reading the command line */

static int unknown_name(const Args *args, const adc_model *model, const char *option, const char *name)
{
    VEC(const char *) names = {0};
    for (int a = 0; a < model->arrays; a++)
        if (model->array[a].kind <= ADC_HYPER) vec_push(args->arena, &names, model->array[a].name);
    for (int d = 0; d < model->dims; d++) vec_push(args->arena, &names, model->dim[d]);
    complain_unknown(arena_printf(args->arena, "--%s: the model has no", option), name, names.at, names.n);
    return CLI_MODEL;
}

static bool is_dim(const adc_model *model, const char *name)
{
    for (int d = 0; d < model->dims; d++)
        if (strcmp(model->dim[d], name) == 0) return true;
    return false;
}

static int set_value(const Args *args, Point *p, const char *name, const char *text)
{
    int a = model_array(p->model, name);
    if (a < 0 && !is_dim(p->model, name)) return unknown_name(args, p->model, "set", name);
    Value value;
    const char *wrong = value_parse(args->arena, name, text, &value);
    if (wrong) {
        complain("--set: %s", wrong);
        return CLI_MODEL;
    }
    if (a >= 0 && p->model->array[a].kind == ADC_PARAM) {
        p->param[a] = value;
        return CLI_OK;
    }
    adc_error error;
    if (adc_dataset_set(p->set, name, value.rank, value.shape, value.at, &error)) return CLI_OK;
    return refuse(&error);
}

static void show_reading(void *bar, const char *file, size_t done, size_t all)
{
    adc_progress_read(bar, file, done, all);
}

int point_read(const Args *args, DataSet *set, const char *name, const char *spec, DataMissing missing)
{
    Progress bar;
    adc_error error;
    adc_progress_start(&bar, args_has(args, "quiet") ? NULL : stderr);
    set->watch = &(DataWatch){show_reading, &bar};
    const bool good = adc_dataset_file(set, name, spec, missing, &error);
    set->watch = NULL;
    adc_progress_end(&bar);
    return good ? CLI_OK : refuse(&error);
}

static int read_data(const Args *args, Point *p, const char *name, const char *spec)
{
    if (model_array(p->model, name) < 0) return unknown_name(args, p->model, "data", name);
    return point_read(args, p->set, name, spec, p->missing);
}

static int missing_option(const Args *args, DataMissing *missing)
{
    const char *word = args_value(args, "missing");
    *missing = MISSING_ERROR;
    if (!word) return CLI_OK;
    *missing = strcmp(word, "drop") == 0 ? MISSING_DROP : MISSING_NAN;
    if (*missing == MISSING_DROP || strcmp(word, "nan") == 0) return CLI_OK;
    complain("--missing %s: expected drop or nan", word);
    return CLI_USAGE;
}

/* The params of a .npz file, but those that --set gives. */
static int load_params(const Args *args, Point *p)
{
    const char *file = args_value(args, "load");
    for (int a = 0; file && a < p->model->arrays; a++) {
        const adc_array *array = &p->model->array[a];
        if (array->kind != ADC_PARAM || p->param[a].at) continue;
        DataArray x;
        adc_error error;
        const char *spec = arena_printf(args->arena, "%s:%s", file, array->name);
        if (!adc_data_read(spec, &(DataHow){.type = DATA_F64, .missing = MISSING_NAN}, &x, &error)) {
            complain("--load: %s", error.text);
            return error.out_of_memory ? CLI_RUN : CLI_MODEL;
        }
        Value v = {.rank = x.rank, .n = 1, .loaded = true};
        for (int k = 0; k < x.rank; k++) v.n *= x.shape[k];
        memcpy(v.shape, x.shape, (size_t)x.rank * sizeof *v.shape);
        v.at = arena_alloc(args->arena, (v.n + 1) * sizeof *v.at);
        memcpy(v.at, x.at, v.n * sizeof *v.at);
        adc_array_free(&x);
        p->param[a] = v;
    }
    return CLI_OK;
}

int point_new(const Args *args, const adc_model *model, Point *p)
{
    *p = (Point){.arena = args->arena, .model = model};
    p->param = arena_alloc(args->arena, (size_t)model->arrays * sizeof *p->param);
    adc_error error;
    p->set = adc_dataset_new(model, NULL, &error);
    if (!p->set) return refuse(&error);
    int status = missing_option(args, &p->missing);
    if (status == CLI_OK) status = scales_load(args, p);
    for (uint32_t i = 0; i < args->given.n && status == CLI_OK; i++) {
        Given g = args->given.at[i];
        bool set = strcmp(g.option->name, "set") == 0;
        if (!set && strcmp(g.option->name, "data") != 0) continue;
        const char *name, *value;
        status = args_pair(args, &g, &name, &value);
        if (status == CLI_OK) status = set ? set_value(args, p, name, value) : read_data(args, p, name, value);
    }
    return status == CLI_OK ? load_params(args, p) : status;
}

/* ---- completing it */

/* Dims that only a given param fixes. */
int point_dims(Point *p)
{
    for (int a = 0; a < p->model->arrays; a++) {
        const adc_array *array = &p->model->array[a];
        if (!p->param[a].at || p->param[a].rank != array->rank) continue;
        for (int k = 0; k < array->rank; k++) {
            int d = array->axis[k];
            if (d < 0 || p->set->dim_from[d]) continue;
            double size = (double)p->param[a].shape[k];
            adc_error error;
            if (adc_dataset_set(p->set, p->model->dim[d], 0, NULL, &size, &error)) continue;
            return refuse(&error);
        }
    }
    return CLI_OK;
}

/* Shapes, and where each array's part of theta and of the gradient begins. */
static int layout(Point *p)
{
    const adc_model *m = p->model;
    size_t n = (size_t)m->arrays, at = 0, grad_at = 0;
    p->shape = arena_alloc(p->arena, n * sizeof *p->shape);
    p->count = arena_alloc(p->arena, n * sizeof *p->count);
    p->offset = arena_alloc(p->arena, n * sizeof *p->offset);
    p->grad_offset = arena_alloc(p->arena, n * sizeof *p->grad_offset);
    for (int a = 0; a < m->arrays; a++) {
        if (m->shape(p->set->dims, a, p->shape[a]) != ADC_OK) {
            complain("%s has a size that is negative or too large", m->array[a].name);
            return CLI_MODEL;
        }
        p->count[a] = 1;
        for (int k = 0; k < m->array[a].rank; k++) p->count[a] *= p->shape[a][k];
        p->offset[a] = at;
        if (m->array[a].kind == ADC_PARAM) at += p->count[a];
        p->grad_offset[a] = grad_at;
        if (m->array[a].gradient) grad_at += p->count[a];
    }
    return CLI_OK;
}

static const char *shape_text(Arena *arena, int rank, const size_t *shape)
{
    Text text = {.arena = arena};
    for (int k = 0; k < rank; k++) text_addf(&text, "%s%zu", k ? ", " : "[", shape[k]);
    text_add(&text, rank ? "]" : "a single number");
    return text.at;
}

bool point_shaped(const Point *p, int a, const Value *v, const char *option)
{
    const adc_array *array = &p->model->array[a];
    bool same = v->rank == array->rank;
    for (int k = 0; same && k < array->rank; k++) same = v->shape[k] == p->shape[a][k];
    if (!same)
        complain("--%s %s: its shape is %s, not %s", option, array->name,
                 shape_text(p->arena, array->rank, p->shape[a]), shape_text(p->arena, v->rank, v->shape));
    return same;
}

/* A param's value as given: its shape, and its place in its interval. */
static int set_param(Point *p, int a)
{
    const adc_array *array = &p->model->array[a];
    const Value *v = &p->param[a];
    const char *option = v->loaded ? "load" : "set";
    if (!point_shaped(p, a, v, option)) return CLI_MODEL;
    for (size_t i = 0; i < v->n; i++) {
        bool low = (array->constrained & 1) && !(v->at[i] > array->lower);
        bool high = (array->constrained & 2) && !(v->at[i] < array->upper);
        if (low || high) {
            complain("--%s %s: %s is %.17g, but must be %s %.17g", option, array->name, element_name(p, a, i), v->at[i],
                     low ? "above" : "below", low ? array->lower : array->upper);
            return CLI_MODEL;
        }
        p->theta[p->offset[a] + i] = v->at[i];
    }
    return CLI_OK;
}

static int out_of_memory(const char *what)
{
    complain("out of memory for %s", what);
    return CLI_RUN;
}

static int start_params(const Args *args, Point *p)
{
    int64_t seed = 0;
    if (!args_integer(args, "seed", 0, INT64_MAX, &seed)) return CLI_USAGE;
    p->nparam = p->model->nparam(p->set->dims);
    p->theta = p->nparam > SIZE_MAX / sizeof(double) - 1 ? NULL : malloc((p->nparam + 1) * sizeof(double));
    if (!p->theta) return out_of_memory("the parameters");
    int code = p->model->init(p->set->dims, (uint64_t)seed, p->theta);
    if (code != ADC_OK) {
        complain("%s", p->model->strerror(code));
        return CLI_MODEL;
    }
    int status = CLI_OK;
    for (int a = 0; a < p->model->arrays && status == CLI_OK; a++)
        if (p->param[a].at) status = set_param(p, a);
    return status;
}

int point_start(const Args *args, Point *p)
{
    int status = layout(p);
    if (status == CLI_OK) status = start_params(args, p);
    if (status != CLI_OK) return status;
    size_t bytes = p->model->work_bytes(p->set->dims);
    p->work = bytes > SIZE_MAX - 128 ? NULL : aligned_alloc(64, (bytes + 64) / 64 * 64);
    if (!p->work) return out_of_memory("the model's work");
    p->ngrad = p->model->ngrad(p->set->dims);
    return scales_apply(p);
}

int point_finish(const Args *args, Point *p)
{
    int status = point_dims(p);
    if (status != CLI_OK) return status;
    adc_error error;
    if (adc_dataset_finish(p->set, &error)) return point_start(args, p);
    return refuse(&error);
}

void point_free(Point *p)
{
    scales_free(p);
    adc_dataset_free(p->set);
    free(p->theta);
    free(p->work);
}

/* ---- using it */

double *point_reals(const Point *p, int a)
{
    const adc_array *array = &p->model->array[a];
    if (array->kind == ADC_PARAM) return p->theta + p->offset[a];
    char *field = (char *)p->set->data + array->field;
    return array->kind == ADC_HYPER ? (double *)(void *)field : *(double **)(void *)field;
}

const char *element_name(const Point *p, int a, size_t element)
{
    Text text = {.arena = p->arena};
    text_add(&text, p->model->array[a].name);
    size_t below = p->count[a];
    for (int k = 0; k < p->model->array[a].rank; k++) {
        below /= p->shape[a][k];
        text_addf(&text, "%s%zu", k ? ", " : "[", element / below);
        element %= below;
    }
    text_add(&text, p->model->array[a].rank ? "]" : "");
    return text.at;
}

static int result(const Point *p, const char *what, int code)
{
    if (code == ADC_OK || code == ADC_ENONFINITE) return CLI_OK;
    complain("%s: %s", what, p->model->strerror(code));
    return CLI_RUN;
}

int point_loss(const Point *p, double *loss)
{
    return result(p, "loss", p->model->loss(p->set->dims, p->theta, p->set->data, loss, p->work));
}

int point_grad(const Point *p, double *loss, double *grad)
{
    return result(p, "gradient", p->model->grad(p->set->dims, p->theta, p->set->data, loss, grad, p->work));
}

int point_eval(const Point *p, int a, double *out)
{
    const adc_array *array = &p->model->array[a];
    return result(p, array->name, array->eval(p->set->dims, p->theta, p->set->data, out, p->work));
}

int point_jvp(const Point *p, int of, const double *direction, double *value, double *tangent)
{
    const adc_array *array = of < 0 ? NULL : &p->model->array[of];
    return result(
        p, "derivative along a direction",
        (array ? array->jvp : p->model->jvp)(p->set->dims, p->theta, p->set->data, direction, value, tangent, p->work));
}

int point_vjp(const Point *p, int of, const double *cotangent, double *grad)
{
    const adc_array *array = &p->model->array[of];
    return result(p, array->name, array->vjp(p->set->dims, p->theta, p->set->data, cotangent, grad, p->work));
}

int point_hvp(const Point *p, const double *direction, double *out)
{
    return result(p, "Hessian times a direction",
                  p->model->hvp(p->set->dims, p->theta, p->set->data, direction, out, p->work));
}
