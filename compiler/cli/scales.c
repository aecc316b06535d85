/*
 * scales.c -- what is done to data between its file and the model: common scales and numbers for texts, as options ask for them or as
 * the parameters of --load were fitted with them.
 */
#include "cli.h"

#include <string.h>

/* Its place among the point's, or -1. */
static int find(const Point *p, const char *name)
{
    for (uint32_t i = 0; i < p->scale.n; i++)
        if (strcmp(p->scale.at[i].name, name) == 0) return (int)i;
    return -1;
}

static int cannot_load(const adc_error *error)
{
    complain("--load: %s", error->text);
    return error->out_of_memory ? CLI_RUN : CLI_MODEL;
}

/* Calls `each` for the names in the values of an option, "A,B". */
static int names_of(const Args *args, Point *p, const char *option, int kind,
                    int (*each)(Point *, const char *option, int kind, const char *name))
{
    int status = CLI_OK;
    for (uint32_t i = 0; i < args->given.n; i++) {
        const Given g = args->given.at[i];
        if (strcmp(g.option->name, option) != 0) continue;
        for (const char *at = g.value; status == CLI_OK && at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
            status = each(p, option, kind, arena_strndup(args->arena, at, strcspn(at, ",")));
    }
    return status;
}

static int set_onehot(Point *p, const char *option, int kind, const char *name)
{
    adc_error error;
    (void)kind;
    if (adc_dataset_onehot(p->set, name, &error)) return CLI_OK;
    complain("--%s: %s", option, error.text);
    return CLI_MODEL;
}

int scales_load(const Args *args, Point *p)
{
    const adc_model *m = p->model;
    const char *file = args_value(args, "load");
    adc_error error;
    for (int a = 0; file && a < m->arrays; a++) {
        adc_transform t;
        if (m->array[a].kind != ADC_DATA) continue;
        if (!adc_transform_load(&t, file, m->array[a].name, &error)) return cannot_load(&error);
        if (t.columns) vec_push(args->arena, &p->scale, t);
        if (t.columns && t.kind == ADC_NUMBER && !adc_dataset_texts(p->set, &t, &error)) return cannot_load(&error);
    }
    p->loaded = p->scale.n;
    return names_of(args, p, "onehot", 0, set_onehot);
}

int scales_apply(Point *p)
{
    adc_error error;
    for (uint32_t i = 0; i < p->loaded; i++) {
        const adc_transform *t = &p->scale.at[i];
        if (!adc_dataset_own(p->set, model_array(p->model, t->name), &error) ||
            !adc_transform_apply(t, p->model, p->set->dims, p->set->data, &error))
            return cannot_load(&error);
    }
    return CLI_OK;
}

static int open_one(Point *p, const char *option, int kind, const char *name)
{
    const int a = model_array(p->model, name), before = find(p, name);
    adc_error error;
    if (a < 0 || p->model->array[a].kind != ADC_DATA) {
        complain("--%s: the model has no data named %s", option, name);
        return CLI_MODEL;
    }
    if (before >= 0) {
        complain("--%s: %s %s", option, name,
                 p->scale.at[before].kind == ADC_NUMBER ? "is numbered by its texts, and has no scale"
                 : (uint32_t)before < p->loaded         ? "has the scale of the file of --load"
                                                        : "is named twice");
        return CLI_MODEL;
    }
    if (!adc_dataset_own(p->set, a, &error)) return refuse(&error);
    vec_push(p->arena, &p->scale, ((adc_transform){.name = p->model->array[a].name, .kind = kind}));
    return CLI_OK;
}

/* The texts that were numbered. */
static int keep_texts(Point *p)
{
    for (int a = 0; a < p->model->arrays; a++) {
        const DataLabels *l = &p->set->labels[a];
        const char *name = p->model->array[a].name;
        adc_transform t;
        adc_error error;
        if (l->n == 0 || find(p, name) >= 0) continue;
        if (!adc_transform_number(&t, name, (const char *const *)l->name, l->n, &error)) return refuse(&error);
        vec_push(p->arena, &p->scale, t);
    }
    return CLI_OK;
}

int scales_open(const Args *args, Point *p)
{
    int status = keep_texts(p);
    if (status == CLI_OK) status = names_of(args, p, "standardize", ADC_STANDARDIZE, open_one);
    if (status == CLI_OK) status = names_of(args, p, "scale", ADC_SCALE, open_one);
    return status;
}

int scales_fit(Point *p)
{
    adc_error error;
    for (uint32_t i = p->loaded; i < p->scale.n; i++) {
        adc_transform *t = &p->scale.at[i];
        if (t->kind == ADC_NUMBER) continue;
        if (!adc_transform_fit(t, p->model, p->set->dims, p->set->data, t->name, t->kind, &error) ||
            !adc_transform_apply(t, p->model, p->set->dims, p->set->data, &error))
            return refuse(&error);
    }
    return CLI_OK;
}

void scales_free(Point *p)
{
    for (uint32_t i = 0; i < p->scale.n; i++) adc_transform_free(&p->scale.at[i]);
}
