/*
 * derivatives.c -- gradient, Jacobians and Hessian at a point, whole: rows by reverse mode, columns by forward mode, or every entry by
 * differences.
 */
#include "cli.h"

#include <stdlib.h>
#include <string.h>

static double *numbers(size_t rows, size_t columns, const char *what)
{
    bool fits = columns == 0 || rows < SIZE_MAX / sizeof(double) / (columns + 1);
    double *x = fits ? calloc(rows * columns + 1, sizeof *x) : NULL;
    if (!x) complain("out of memory for %s", what);
    return x;
}

/* Calls f for each element of what derivatives are by: its array, its place there and in the gradient. */
typedef int Visit(const Point *, int array, size_t element, size_t at, void *user);
static int each_element(const Point *p, Visit *f, void *user)
{
    int status = CLI_OK;
    for (int a = 0; a < p->model->arrays; a++)
        for (size_t i = 0; p->model->array[a].gradient && i < p->count[a] && status == CLI_OK; i++)
            status = f(p, a, i, p->grad_offset[a] + i, user);
    return status;
}

/* What is being filled in: a matrix of `rows` by p->ngrad, of an output, or (-1) of the loss. */
typedef struct {
    int of;
    size_t rows;
    double *matrix, *direction, *value, *column;
} Fill;

static int column_forward(const Point *p, int array, size_t element, size_t at, void *user)
{
    Fill *f = user;
    (void)array;
    (void)element;
    f->direction[at] = 1;
    int status = point_jvp(p, f->of, f->direction, f->value, f->column);
    f->direction[at] = 0;
    for (size_t i = 0; i < f->rows; i++) f->matrix[i * p->ngrad + at] = f->column[i];
    return status;
}

static int column_numeric(const Point *p, int array, size_t element, size_t at, void *user)
{
    Fill *f = user;
    for (size_t i = 0; i < f->rows; i++) {
        double error, one = 1;
        f->matrix[i * p->ngrad + at] =
            point_difference(p, &(Quantity){f->of, i}, &(Move){array, element, 1, &one}, NULL, &error);
    }
    return CLI_OK;
}

static int column_hessian(const Point *p, int array, size_t element, size_t at, void *user)
{
    Fill *f = user;
    (void)array;
    (void)element;
    f->direction[at] = 1;
    int status = point_hvp(p, f->direction, f->matrix + at * p->ngrad);
    f->direction[at] = 0;
    return status;
}

/* Rows by reverse mode: each element of the output in turn has adjoint 1. */
static int rows_reverse(const Point *p, const Fill *f)
{
    int status = CLI_OK;
    for (size_t i = 0; i < f->rows && status == CLI_OK; i++) {
        f->column[i] = 1;
        status = point_vjp(p, f->of, f->column, f->matrix + i * p->ngrad);
        f->column[i] = 0;
    }
    return status;
}

static void release(Fill *f)
{
    free(f->direction);
    free(f->value);
    free(f->column);
}

static bool allocate(const Point *p, Fill *f, const char *what)
{
    f->matrix = numbers(f->rows, p->ngrad, what);
    f->direction = numbers(1, p->ngrad, what);
    f->value = numbers(1, f->rows, what);
    f->column = numbers(1, f->rows, what);
    if (f->matrix && f->direction && f->value && f->column) return true;
    release(f);
    free(f->matrix);
    return false;
}

int point_jacobian(const Point *p, int of, Mode mode, double **matrix)
{
    Fill f = {.of = of, .rows = of < 0 ? 1 : p->count[of]};
    if (!allocate(p, &f, of < 0 ? "the gradient" : "a Jacobian")) return CLI_RUN;
    double loss;
    int status = CLI_OK;
    switch (mode) {
    case MODE_FORWARD: status = each_element(p, column_forward, &f); break;
    case MODE_NUMERIC: status = each_element(p, column_numeric, &f); break;
    case MODE_REVERSE: status = of < 0 ? point_grad(p, &loss, f.matrix) : rows_reverse(p, &f); break;
    }
    release(&f);
    *matrix = f.matrix;
    return status;
}

int point_hessian(const Point *p, double **matrix)
{
    Fill f = {.of = -1, .rows = p->ngrad};
    if (!allocate(p, &f, "the Hessian")) return CLI_RUN;
    int status = each_element(p, column_hessian, &f);
    release(&f);
    *matrix = f.matrix;
    return status;
}

int point_direction(const Args *args, const Point *p, const char *option, double **direction)
{
    *direction = numbers(1, p->ngrad, "a direction");
    if (!*direction) return CLI_RUN;
    for (uint32_t i = 0; i < args->given.n; i++) {
        Given g = args->given.at[i];
        if (strcmp(g.option->name, option) != 0) continue;
        const char *equals = strchr(g.value, '=');
        const char *name = arena_strndup(args->arena, g.value, equals ? (size_t)(equals - g.value) : strlen(g.value));
        int a = model_array(p->model, name);
        if (!equals || a < 0 || !p->model->array[a].gradient) {
            complain(equals ? "--%s: the derivative is not by %s" : "--%s %s: expected NAME=VALUE", option, name);
            return equals ? CLI_MODEL : CLI_USAGE;
        }
        Value value;
        const char *wrong = value_parse(args->arena, name, equals + 1, &value);
        if (!wrong && !point_shaped(p, a, &value, option)) return CLI_MODEL;
        if (wrong) {
            complain("--%s: %s", option, wrong);
            return CLI_MODEL;
        }
        memcpy(*direction + p->grad_offset[a], value.at, value.n * sizeof *value.at);
    }
    return CLI_OK;
}
