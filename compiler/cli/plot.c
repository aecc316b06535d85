/*
 * plot.c -- adc plot: pictures of what a fit has left, and of a model where it stands.
 */
#include "cli.h"
#include "describe.h"
#include "draw.h"
#include "landscape.h"
#include "residuals.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const Option plot_options[] = {
    {"o", "FILE.svg|png", "the picture"},
    {"columns", "A,B", "of histories: which are drawn (loss, and metrics of the development set)"},
    {"image", "HxW", "of an array, FILE.npz:NAME: its rows as images of that size"},
    {"residuals", "OUTPUT[,DATA]", "of a model: an output that is residuals, or what it predicts of the data"},
    {"surface", NULL, "of a model: the loss over two parameters"},
    {"x", "[NAME=]LO,HI", "of the surface: which parameter goes to the right, and how far"},
    {"y", "[NAME=]LO,HI", "... and to the back"},
    {"D", "NAME=VALUE", "override a const, or fix a dim"},
    POINT_OPTIONS,
    JIT_OPTIONS,
    {NULL, NULL, NULL},
};

/* ---- of files */

/* "28x28" */
static bool size_of(const char *text, size_t *height, size_t *width)
{
    char *end;
    *height = strtoull(text, &end, 10);
    if (end == text || *end != 'x') return false;
    text = end + 1;
    *width = strtoull(text, &end, 10);
    return end != text && !*end && *height && *width && *height < 1u << 16 && *width < 1u << 16;
}

static int plot_image(const Args *args, const char *file)
{
    const char *image = args_value(args, "image");
    size_t height, width;
    adc_error error;
    if (!size_of(image, &height, &width)) {
        complain("--image %s: expected a height and a width, as 28x28", image);
        return CLI_USAGE;
    }
    return adc_draw_rows(args->file, height, width, file, &error) ? CLI_OK : refuse(&error);
}

static int plot_histories(const Args *args, const char *file)
{
    adc_error error;
    const size_t n = strlen(args->file);
    if (n > 3 && strcmp(args->file + n - 3, ".ad") == 0) {
        complain("%s: --surface or --residuals say what is drawn of a model", args->file);
        return CLI_USAGE;
    }
    return adc_draw_histories(args->files.at, args->files.n, args_value(args, "columns"), file, &error)
               ? CLI_OK
               : refuse(&error);
}

/* ---- the surface of a loss */

/* The place in theta of "w[2, 0]", with blanks or without; nparam: there is none. */
static size_t find_number(const Point *p, const char *name, size_t n)
{
    char text[300];
    for (size_t k = 0; k < p->nparam; k++) {
        adc_param_name(p->model, p->set->dims, k, text, sizeof text);
        const char *a = text, *b = name;
        for (;; a++, b++) {
            a += strspn(a, " ");
            while (b < name + n && *b == ' ') b++;
            if (!*a || b == name + n || *a != *b) break;
        }
        if (!*a && b == name + n) return k;
    }
    return p->nparam;
}

/* "NAME=LO,HI", or one of both, into the k-th axis. */
static int axis_of(const char *option, const char *text, const Point *p, Landscape *l, int k)
{
    const char *equals = strchr(text, '='), *range = equals ? equals + 1 : text;
    char *end;
    const double lo = strtod(range, &end), hi = end != range && *end == ',' ? strtod(end + 1, &end) : (double)NAN;
    const bool ranged = end != range && !*end && lo < hi && isfinite(lo) && isfinite(hi);
    if (equals || !ranged) {
        const size_t n = equals ? (size_t)(equals - text) : strlen(text);
        l->k[k] = find_number(p, text, n);
        if (l->k[k] == p->nparam) {
            complain("-%s %s: the model has no parameter %.*s", option, text, (int)n, text);
            return CLI_USAGE;
        }
    }
    if (equals && !ranged) {
        complain("-%s %s: expected %s=LO,HI with LO below HI", option, text,
                 arena_strndup(p->arena, text, (size_t)(equals - text)));
        return CLI_USAGE;
    }
    if (ranged) l->lo[k] = lo, l->hi[k] = hi;
    return CLI_OK;
}

static int axes_of(const Args *args, const Point *p, Landscape *l)
{
    const char *const text[] = {args_value(args, "x"), args_value(args, "y")};
    l->lo[0] = l->lo[1] = NAN;
    if (p->nparam != 2) l->k[0] = l->k[1] = p->nparam;
    for (int k = 0; k < 2; k++) {
        const int status = text[k] ? axis_of(k ? "y" : "x", text[k], p, l, k) : CLI_OK;
        if (status != CLI_OK) return status;
        if (l->k[k] == p->nparam) {
            complain("%s has %zu parameters: -x and -y say which two are meant, as in -x NAME=LO,HI", p->model->name,
                     p->nparam);
            return CLI_USAGE;
        }
    }
    if (l->k[0] != l->k[1]) return CLI_OK;
    complain("-x and -y are the same parameter");
    return CLI_USAGE;
}

static int plot_surface(const Args *args, const Point *p, const char *file)
{
    Landscape l = {0};
    adc_error error;
    if (!p->model->loss || p->nparam < 2) {
        complain("%s: there is no loss of two parameters to draw", args->file);
        return CLI_MODEL;
    }
    if (!adc_landscape_new(&l, p->model, p->set->dims, p->set->data, p->theta, &error)) {
        adc_landscape_free(&l);
        return refuse(&error);
    }
    int status = axes_of(args, p, &l);
    if (status == CLI_OK && !adc_draw_surface(&l, file, &error)) status = refuse(&error);
    adc_landscape_free(&l);
    return status;
}

/* ---- residuals */

/* An array of reals of that name and kind; -1: said what is wrong. */
static int array_of(const Point *p, const char *name, int kind, const char *what)
{
    for (int a = 0; a < p->model->arrays; a++) {
        const adc_array *array = &p->model->array[a];
        if (array->kind == kind && array->type == ADC_REAL && !strcmp(array->name, name)) return a;
    }
    complain("--residuals: %s has no %s %s of real numbers", p->model->name, what, name);
    return -1;
}

static int plot_residuals(const Args *args, const Point *p, const char *file)
{
    const char *text = args_value(args, "residuals"), *comma = strchr(text, ',');
    const char *name = comma ? arena_strndup(args->arena, text, (size_t)(comma - text)) : text;
    const int output = array_of(p, name, ADC_OUTPUT, "output"),
              data = comma ? array_of(p, comma + 1, ADC_DATA, "data") : -1;
    if (output < 0 || (comma && data < 0)) return CLI_MODEL;
    if (data >= 0 && p->count[data] != p->count[output]) {
        complain("--residuals %s: %s has %zu numbers, %s has %zu", text, name, p->count[output], comma + 1,
                 p->count[data]);
        return CLI_MODEL;
    }
    double *value = arena_alloc(args->arena, (p->count[output] + 1) * sizeof *value);
    const int status = point_eval(p, output, value);
    const Residuals r = {.name = name,
                         .observed_name = comma ? comma + 1 : NULL,
                         .value = value,
                         .observed = data >= 0 ? point_reals(p, data) : NULL,
                         .n = p->count[output]};
    adc_error error;
    if (status != CLI_OK) return status;
    return adc_draw_residuals(&r, file, &error) ? CLI_OK : refuse(&error);
}

/* ---- which picture */

static int plot_model(const Args *args, const char *file)
{
    const bool surface = args_has(args, "surface");
    Model m = {0};
    Point p = {0};
    int status = surface ? model_open_scalar(args, 0, 0, &m) : model_open(args, 0, 0, &m);
    if (status == CLI_OK) status = point_new(args, m.model, &p);
    if (status == CLI_OK) status = point_finish(args, &p);
    if (status == CLI_OK) status = surface ? plot_surface(args, &p, file) : plot_residuals(args, &p, file);
    point_free(&p);
    model_close(&m);
    return status;
}

typedef struct {
    const char *option; /* that asks for it; NULL: nothing does */
    const char *of;
    const char *with; /* further options, with blanks around */
    int (*draw)(const Args *, const char *file);
    bool one; /* of one file */
} Picture;

static const Picture pictures[] = {
    {"image", "an array", " ", plot_image, true},
    {"surface", "a model's loss", " x y D set data missing link load seed quiet blas jit ", plot_model, true},
    {"residuals", "a model", " D set data missing link load seed quiet blas jit ", plot_model, true},
    {NULL, "histories", " columns ", plot_histories, false},
};
enum { PICTURES = sizeof pictures / sizeof *pictures };

static int fits(const Args *args, const Picture *p)
{
    for (uint32_t i = 0; i < args->given.n; i++) {
        const char *name = args->given.at[i].option->name;
        if (strcmp(name, "o") == 0 || (p->option && strcmp(name, p->option) == 0)) continue;
        if (strstr(p->with, arena_printf(args->arena, " %s ", name))) continue;
        complain("%s%s does not go with a picture of %s", name[1] ? "--" : "-", name, p->of);
        return CLI_USAGE;
    }
    if (!p->one || args->files.n == 1) return CLI_OK;
    complain("--%s is of one file: %s and %s are two", p->option, args->file, args->files.at[1]);
    return CLI_USAGE;
}

int command_plot(const Args *args)
{
    const char *file = args_value(args, "o");
    if (!file) {
        complain("-o says where the picture goes: a name that ends in .svg or .png");
        return CLI_USAGE;
    }
    const Picture *p = pictures;
    while (p->option && !args_has(args, p->option)) p++;
    const int status = fits(args, p);
    return status == CLI_OK ? p->draw(args, file) : status;
}
