/*
 * scales.c -- data on a common scale: as --standardize and --scale ask for it, or as the parameters of --load were fitted with it.
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

int scales_load(const Args *args, Point *p)
{
    const adc_model *m = p->model;
    const char *file = args_value(args, "load");
    adc_error error;
    for (int a = 0; file && a < m->arrays; a++) {
        adc_transform t;
        if (m->array[a].kind != ADC_DATA) continue;
        bool good = adc_transform_load(&t, file, m->array[a].name, &error);
        if (good && t.shift) {
            vec_push(args->arena, &p->scale, t);
            good = adc_dataset_own(p->set, a, &error) && adc_transform_apply(&t, m, p->set->dims, p->set->data, &error);
        }
        if (good) continue;
        complain("--load: %s", error.text);
        return error.out_of_memory ? CLI_RUN : CLI_MODEL;
    }
    p->loaded = p->scale.n;
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
                 (uint32_t)before < p->loaded ? "has the scale of the file of --load" : "is named twice");
        return CLI_MODEL;
    }
    if (!adc_dataset_own(p->set, a, &error)) return refuse(&error);
    vec_push(p->arena, &p->scale, ((adc_transform){.name = p->model->array[a].name, .kind = kind}));
    return CLI_OK;
}

int scales_open(const Args *args, Point *p)
{
    static const struct {
        const char *option;
        int kind;
    } options[] = {{"standardize", ADC_STANDARDIZE}, {"scale", ADC_SCALE}};
    int status = CLI_OK;
    for (uint32_t i = 0; i < args->given.n; i++) {
        const Given g = args->given.at[i];
        for (size_t o = 0; o < sizeof options / sizeof *options; o++) {
            if (strcmp(g.option->name, options[o].option) != 0) continue;
            for (const char *at = g.value; status == CLI_OK && at;
                 at = at[strcspn(at, ",")] ? strchr(at, ',') + 1 : NULL)
                status =
                    open_one(p, options[o].option, options[o].kind, arena_strndup(args->arena, at, strcspn(at, ",")));
        }
    }
    return status;
}

int scales_fit(Point *p)
{
    adc_error error;
    for (uint32_t i = p->loaded; i < p->scale.n; i++) {
        adc_transform *t = &p->scale.at[i];
        const char *name = t->name;
        if (!adc_transform_fit(t, p->model, p->set->dims, p->set->data, name, t->kind, &error) ||
            !adc_transform_apply(t, p->model, p->set->dims, p->set->data, &error))
            return refuse(&error);
    }
    return CLI_OK;
}

void scales_free(Point *p)
{
    for (uint32_t i = 0; i < p->scale.n; i++) adc_transform_free(&p->scale.at[i]);
}
