/*
 * check.c -- adc check model.ad: the reverse-mode gradient against differences of the loss and against forward mode, and the Hessian
 * times a direction against differences of the gradient, on the code that runs; where the model is small also against the debug
 * evaluator, which runs the equations before any C is made of them: their gradient, and by complex step their loss, that knows of no
 * rule of derivatives and has no difference that could cancel.
 *
 * An element agrees when its error is below TOLERANCE of the larger of its size and a thousandth of the largest in its array, or
 * below what the differences may be off; at a kink, and at the edge of where the loss is defined, they tell nothing.  Of a large
 * array a sample is checked, and the whole of it along a random direction.  Differences see through stop(): where a model has
 * that, they are shown, and the other modes decide.  At a minimum the gradient is what rounding leaves of terms that cancel, and no two
 * modes leave the same: see Directions.
 */
#include "equations.h"
#include "passes.h"
#include "rng.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* clang-format off */
const Option check_options[] = {
    POINT_OPTIONS,
    MODEL_OPTIONS,
    {"samples", "N", "elements checked of each array (20)"},
    {"json", NULL, "one JSON object"},
    JIT_OPTIONS,
    {NULL, NULL, NULL},
};
/* clang-format on */

#define TOLERANCE 1e-6 /* of differences */
#define ENOUGH    1e-7 /* differences known so well are not made better */
#define EXACT     1e-9 /* of the debug evaluator, forward mode and complex step: other order of operations */
#define STEP      0x1p-300
#define SECOND    1e-5                   /* of differences of gradients */
enum { SMALL = 20000, LARGE = 1000000 }; /* elements of all arrays, for the debug evaluator to run often, or once */

static const Quantity the_loss = {-1, 0};

/* What was found in an array, or all of them. */
typedef struct {
    double worst;                  /* relative error */
    size_t at;                     /* element */
    double grad, other;            /* there */
    size_t checked, failed, rough; /* rough: the loss is not smooth there, or too small to tell */
} Finding;

static void compare(Finding *f, size_t at, double grad, double other, double off, double floor)
{
    double size = fmax(fmax(fabs(grad), fabs(other)), floor), error = fabs(grad - other);
    double relative = error == 0 ? 0 : error / size;
    f->checked++;
    if (isnan(other) && !isnan(grad)) { /* the edge of where the loss is defined */
        f->rough++;
        return;
    }
    if (isnan(grad) != isnan(other))
        relative = INFINITY;
    else if (isnan(grad))
        relative = 0;
    else if (off > 1e-3 * size && error <= 10 * off) {
        f->rough++;
        return;
    }
    if (relative >= f->worst) {
        f->worst = relative;
        f->at = at;
        f->grad = grad;
        f->other = other;
    }
    if (relative > TOLERANCE && !(error <= 10 * off)) f->failed++;
}

static double largest(const double *x, size_t n)
{
    double m = 0;
    for (size_t i = 0; i < n; i++) m = fmax(m, fabs(x[i]));
    return m;
}

/* Elements of an array one by one: all, or `samples` of them.  least: of its elements, as Directions has it. */
static Finding check_elements(const Point *p, int a, const double *grad, const double *least, size_t samples, Rng *rng,
                              double noise)
{
    Finding f = {0};
    size_t n = p->count[a];
    double floor = 1e-3 * largest(grad, n), one = 1;
    for (size_t k = 0; k < (n < samples ? n : samples); k++) {
        size_t i = n <= samples ? k : (size_t)adc_rng_below(rng, n);
        Wanted wanted = {grad[i], ENOUGH * fmax(fabs(grad[i]), floor)};
        double off, d = point_difference(p, &the_loss, &(Move){a, i, 1, &one}, &wanted, &off);
        compare(&f, i, grad[i], d, off + noise + EXACT * least[i], floor);
    }
    return f;
}

/* A number for each element of an array, of its size. */
static void random_direction(const Point *p, int a, Rng *rng, double *v)
{
    const double *x = point_reals(p, a);
    for (size_t i = 0; i < p->count[a]; i++) {
        v[i] = (adc_rng_next(rng) >> 63 ? 1 : -1) * fmax(fabs(x[i]), 0.1);
        if (p->model->array[a].constrained) v[i] = 0.1 * v[i];
    }
}

/* All of an array at once, along a random direction: the sum of grad * v. */
static void check_direction(const Point *p, int a, const double *grad, const double *least, Rng *rng, double noise,
                            Finding *f)
{
    size_t n = p->count[a];
    double *v = malloc((n + 1) * sizeof *v), slope = 0, size = 0;
    if (!v) return;
    random_direction(p, a, rng, v);
    for (size_t i = 0; i < n; i++) {
        slope += grad[i] * v[i];
        size = fmax(size, fabs(grad[i] * v[i]));
        noise += EXACT * least[i] * fabs(v[i]);
    }
    double off, d = point_difference(p, &the_loss, &(Move){a, 0, n, v},
                                     &(Wanted){slope, ENOUGH * fmax(fabs(slope), size)}, &off);
    compare(f, SIZE_MAX, slope, d, off + noise, size);
    free(v);
}

/* ---- the debug evaluator */

/* The largest relative error of an array's gradient g, n numbers; least: as Directions has it. */
static double compare_equations(Interp *run, Id id, const double *g, const double *least, size_t n)
{
    double worst = 0, floor = 1e-3 * largest(g, n);
    for (size_t i = 0; i < n; i++) {
        bool defined;
        double x = interp_get(run, id, i, &defined), e = fabs(x - g[i]);
        if (isnan(x) != isnan(g[i])) return INFINITY;
        if (e > 0) worst = fmax(worst, e / fmax(fmax(fabs(x), fabs(g[i])), fmax(floor, least[i])));
    }
    return worst;
}

/* Why the evaluator cannot run the model, or NULL. */
static const char *not_run(const Ir *ir, Interp *run, size_t most)
{
    if (!is_small(ir, run, most)) return "the model is too large for it";
    for (Id e = 1; e < ir->external.n; e++)
        if (ir->external.at[e].arity > INTERP_ARGS) return "it cannot call functions of so many arguments";
    return NULL;
}

static void run_model(Interp *run)
{
    const char *error;
    if (!interp_run(run, &error)) die("debug evaluator: %s", error);
}

typedef struct {
    const Point *point;
    const double *grad, *least;
    double worst;        /* the largest relative error of a gradient */
    const char *skipped; /* why there is none, or NULL */
} Equations;

static void run_equations(Ir *ir, Interp *run, void *user)
{
    Equations *q = user;
    const Point *p = q->point;
    q->skipped = not_run(ir, run, SMALL);
    if (q->skipped) return;
    point_hand_over(p, ir, run);
    run_model(run);
    for (int a = 0; a < p->model->arrays; a++) {
        Id id = find_array(ir, p->model->array[a].name, true);
        const size_t at = p->grad_offset[a];
        if (p->model->array[a].gradient && id)
            q->worst = fmax(q->worst, compare_equations(run, id, q->grad + at, q->least + at, p->count[a]));
    }
}

static Equations check_equations(const Args *args, const Model *m, const Point *p, const double *grad,
                                 const double *least)
{
    Equations q = {p, grad, least, 0, "there is no memory for it"};
    with_equations(args, m, p, NULL, NULL, run_equations, &q);
    return q;
}

/* ---- slopes along directions: forward mode, and complex step */

/* The derivative of the loss along v. */
typedef double Slope(void *user, const double *v);

/*
 * A direction of all elements, of their sizes, and one to write to; what the Hessian makes of the first.  So far the gradient moves when the
 * parameters do, and it is right to about 1e-13 of the largest of that in the array at hand, which is EXACT of `least`.
 */
typedef struct {
    double *all, *one, *hv, *least;
    bool second; /* the model has second derivatives; else hv and least are 0 */
} Directions;

/* Relative to the terms of the sum of grad * v, for the direction of all. */
static double slope_error(const Point *p, const double *grad, Directions v, Slope *slope, void *user)
{
    double sum = 0, size = 0;
    for (size_t i = 0; i < p->ngrad; i++) {
        sum += grad[i] * v.all[i];
        size += fmax(fabs(grad[i]), v.least[i]) * fabs(v.all[i]);
    }
    double error = fabs(slope(user, v.all) - sum);
    return error == 0 ? 0 : isnan(error) ? INFINITY : error / size;
}

/* The largest error along each of the elements that are looked at, and along a direction of all. */
static double largest_slope_error(const Point *p, const double *grad, size_t samples, Directions v, Slope *slope,
                                  void *user)
{
    Rng rng = adc_rng(3, 0);
    double worst = slope_error(p, grad, v, slope, user), least = 1e-6 * largest(grad, p->ngrad);
    memset(v.one, 0, p->ngrad * sizeof *v.one);
    for (int a = 0; a < p->model->arrays; a++) {
        size_t n = p->model->array[a].gradient ? p->count[a] : 0;
        for (size_t k = 0; k < (n < samples ? n : samples); k++) {
            size_t at = p->grad_offset[a] + (n <= samples ? k : (size_t)adc_rng_below(&rng, n));
            v.one[at] = 1;
            double floor = fmax(1e-3 * largest(grad + p->grad_offset[a], n), least);
            double error = fabs(slope(user, v.one) - grad[at]);
            if (isnan(error))
                worst = INFINITY;
            else if (error > 0)
                worst = fmax(worst, error / fmax(fabs(grad[at]), fmax(floor, v.least[at])));
            v.one[at] = 0;
        }
    }
    return worst;
}

static double slope_forward(void *user, const double *v)
{
    const Point *p = user;
    double value, tangent;
    p->model->jvp(p->set->dims, p->theta, p->set->data, v, &value, &tangent, p->work);
    return tangent;
}

typedef struct {
    Point *point;
    const double *grad;
    size_t samples; /* of each array; 0: a direction of all alone */
    Directions directions;
    Interp *run;
    Id loss;
    double *step; /* imaginary parts, as the gradient is laid out */
    double worst;
    bool differences;    /* of extern functions, inside of it */
    const char *skipped; /* why it was not run, or NULL */
} ComplexStep;

static double slope_complex(void *user, const double *v)
{
    ComplexStep *c = user;
    for (size_t i = 0; i < c->point->ngrad; i++) c->step[i] = STEP * v[i];
    run_model(c->run);
    return interp_imaginary(c->run, c->loss, 0) / STEP;
}

static void run_complex(Ir *ir, Interp *run, void *user)
{
    ComplexStep *c = user;
    const Point *p = c->point;
    ir->items = dce_items(ir, ir->items, &ir->loss, 1);
    c->skipped = not_run(ir, run, LARGE);
    if (c->skipped) return;
    if (!is_small(ir, run, SMALL)) c->samples = 0;
    c->run = run;
    c->loss = ir->loss;
    c->differences = ir->external.n > 1;
    c->step = arena_alloc(p->arena, (p->ngrad + 1) * sizeof *c->step);
    point_hand_over(p, ir, run);
    for (int a = 0; a < p->model->arrays; a++) {
        Id id = find_array(ir, p->model->array[a].name, false);
        if (p->model->array[a].gradient && id) interp_step(run, id, c->step + p->grad_offset[a]);
    }
    c->worst = largest_slope_error(p, c->grad, c->samples, c->directions, slope_complex, c);
}

/* ---- the other modes, and second derivatives */

typedef struct {
    double forward, hvp; /* largest relative errors; hvp infinite: differences tell nothing */
    ComplexStep complex;
    bool finite; /* the gradient; else the other modes, where 0 meets infinity, are not compared */
    bool second; /* the model has second derivatives */
    bool wrong;
} Modes;

static void find_stop(Ir *ir, Interp *run, void *user)
{
    bool *found = user;
    (void)run;
    for (Id n = 1; n < ir->node.n; n++) *found |= ir_opof(ir, n) == OP_STOP;
}

static int directions_new(const Point *p, Directions *v)
{
    Rng rng = adc_rng(2, 0);
    const size_t n = p->ngrad;
    v->all = arena_alloc(p->arena, (4 * n + 1) * sizeof *v->all);
    v->one = v->all + n;
    v->hv = v->one + n;
    v->least = v->hv + n;
    v->second = p->model->hvp != NULL;
    for (int a = 0; a < p->model->arrays; a++)
        if (p->model->array[a].gradient) random_direction(p, a, &rng, v->all + p->grad_offset[a]);
    const int status = v->second ? point_hvp(p, v->all, v->hv) : CLI_OK;
    for (int a = 0; a < p->model->arrays; a++) {
        const size_t at = p->grad_offset[a], m = p->model->array[a].gradient ? p->count[a] : 0;
        const double size = largest(v->hv + at, m);
        for (size_t i = 0; isfinite(size) && i < m; i++) v->least[at + i] = 1e-13 / EXACT * size;
    }
    return status;
}

static void check_modes(const Args *args, const Model *model, Point *p, const double *grad, size_t samples, bool stops,
                        Directions v, Modes *m)
{
    *m = (Modes){.finite = true, .second = v.second};
    for (size_t i = 0; i < p->ngrad; i++) m->finite &= isfinite(grad[i]) != 0;
    m->complex = (ComplexStep){
        .point = p, .grad = grad, .samples = samples, .directions = v, .skipped = "there is no memory for it"};
    if (m->finite) {
        m->forward = largest_slope_error(p, grad, samples, v, slope_forward, p);
        with_equations(args, model, p, "expand", NULL, run_complex, &m->complex);
    } else
        m->complex.skipped = "the gradient is not finite";
    m->hvp = m->second ? point_hvp_error(p, v.all, v.hv) : INFINITY;
    m->wrong = !(m->forward < EXACT) || (!stops && m->hvp > SECOND && !isinf(m->hvp));
    m->wrong |= !m->complex.skipped && !(m->complex.worst < (m->complex.differences ? TOLERANCE : EXACT));
}

/* A largest error, or null. */
static void json_error(Text *out, const char *name, bool known, double error)
{
    text_addf(out, ", \"%s\": %s", name, known ? "" : "null");
    if (known) json_real(out, error);
}

static void print_modes(Text *out, const Modes *m, bool json)
{
    const ComplexStep *c = &m->complex;
    if (json) {
        text_add(out, "}");
        json_error(out, "forward", m->finite, m->forward);
        json_error(out, "complex", !c->skipped, c->worst);
        json_error(out, "hvp", !isinf(m->hvp), m->hvp);
        return;
    }
    if (m->finite)
        text_addf(out, "forward mode: relative error %.1e\n", m->forward);
    else
        text_add(out, "forward mode: not compared: the gradient is not finite\n");
    if (c->skipped)
        text_addf(out, "complex step: not run: %s\n", c->skipped);
    else
        text_addf(out, "complex step: relative error %.1e%s%s\n", c->worst,
                  c->samples ? "" : " along one direction of all elements",
                  c->differences ? " (extern functions take no complex numbers: theirs are differences)" : "");
    if (!m->second)
        text_add(out, "Hessian times a direction: not known: an extern function's derivative has none\n");
    else if (isinf(m->hvp))
        text_add(out, "Hessian times a direction: differences of the gradient tell nothing: a kink, or a jump\n");
    else
        text_addf(out, "Hessian times a direction: relative error %.1e, by differences of the gradient\n", m->hvp);
}

/* ---- the report */

static void print_finding(Text *out, const Point *p, int a, const Finding *f, size_t samples, bool stops, bool json)
{
    const char *verdict = !f->failed ? "ok" : stops ? "stop" : "WRONG";
    const char *name = p->model->array[a].name;
    const char *place = !f->checked || f->at == SIZE_MAX ? NULL : element_name(p, a, f->at);
    if (json) {
        json_string(out, name);
        text_add(out, ": {\"error\": ");
        json_real(out, f->worst);
        text_add(out, ", \"place\": ");
        json_string(out, place ? place : "a random direction");
        text_addf(out, ", \"checked\": %zu, \"failed\": %zu, \"rough\": %zu}", f->checked, f->failed, f->rough);
        return;
    }
    if (f->checked && f->checked == f->rough) {
        text_addf(out,
                  "%-16s -      differences tell nothing: a kink, an edge of where the loss is defined, or no slope\n",
                  name);
        return;
    }
    text_addf(out, "%-16s %-6s relative error %.1e %s%s: %.10g, by differences %.10g", name, verdict, f->worst,
              place ? "at " : "along a random direction", place ? place : "", f->grad, f->other);
    if (p->count[a] > samples)
        text_addf(out, " (of %zu of %zu elements, and a direction of all)", samples, p->count[a]);
    if (f->rough) text_addf(out, "; differences tell nothing at %zu", f->rough);
    text_add(out, "\n");
}

static int check_point(const Args *args, const Model *m, Point *p, size_t samples, double *grad)
{
    double loss;
    Directions v;
    int status = point_grad(p, &loss, grad);
    if (status == CLI_OK && !isfinite(loss)) {
        complain("the loss is %s here, where nothing tells whether its gradient is right; %s another point",
                 isnan(loss) ? "NaN" : "infinite",
                 p->made_up ? "--data in place of made-up numbers gives" : "--set gives");
        status = CLI_RUN;
    }
    if (status == CLI_OK) status = directions_new(p, &v);
    if (status != CLI_OK) return status;
    bool json = args_has(args, "json"), wrong = false, stops = false;
    with_equations(args, m, p, "lower", NULL, find_stop, &stops);
    Text out = {.arena = args->arena};
    if (json)
        text_add(&out, "{\"loss\": ");
    else
        text_add(&out,
                 m->scalar ? arena_printf(args->arena, "loss (made of the outputs) %s = ", m->scalar) : "loss = ");
    json_real(&out, loss);
    if (json)
        text_add(&out, ", \"made_up\": ");
    else if (p->made_up)
        text_add(&out, "\nmade-up data: ");
    if (json)
        json_string(&out, p->made_up ? p->made_up : "");
    else if (p->made_up)
        text_add(&out, p->made_up);
    text_add(&out, json ? ", \"params\": {" : "\n");
    Rng rng = adc_rng(1, 0);
    double noise = 1e-13 * fabs(loss);
    for (int a = 0, k = 0; a < p->model->arrays; a++) {
        if (!p->model->array[a].gradient) continue;
        const double *g = grad + p->grad_offset[a];
        const double *least = v.least + p->grad_offset[a];
        Finding f = check_elements(p, a, g, least, samples, &rng, noise);
        if (p->count[a] > 1) check_direction(p, a, g, least, &rng, noise, &f);
        if (json && k++) text_add(&out, ", ");
        print_finding(&out, p, a, &f, samples, stops, json);
        wrong |= f.failed > 0 && !stops;
    }
    Modes modes;
    check_modes(args, m, p, grad, samples, stops, v, &modes);
    wrong |= modes.wrong;
    print_modes(&out, &modes, json);
    if (json)
        text_addf(&out, ", \"stops\": %s", stops ? "true" : "false");
    else if (stops)
        text_add(&out, "the model has stop(): differences see what it holds back, so the other modes decide\n");
    Equations equations = check_equations(args, m, p, grad, v.least);
    wrong |= !equations.skipped && !(equations.worst < EXACT);
    if (json)
        json_error(&out, "equations", !equations.skipped, equations.worst);
    else if (equations.skipped)
        text_addf(&out, "debug evaluator: not run: %s\n", equations.skipped);
    else
        text_addf(&out, "debug evaluator: relative error %.1e\n", equations.worst);
    if (json)
        text_addf(&out, ", \"ok\": %s}\n", wrong ? "false" : "true");
    else
        text_add(&out, wrong ? "the gradient is WRONG\n" : "the gradient is right\n");
    status = outputs_write(args->arena, &(Output){"-", &out}, 1);
    return status != CLI_OK ? status : wrong ? CLI_RUN : CLI_OK;
}

int command_check(const Args *args)
{
    int64_t samples = 20;
    if (!args_integer(args, "samples", 1, INT32_MAX, &samples)) return CLI_USAGE;
    Model m;
    Point p = {0};
    int status = model_open_scalar(args, ADC_EMIT_JVP, ADC_EMIT_HVP, &m);
    if (status == CLI_OK && !m.model->loss) {
        complain("%s has neither a loss nor a real output to check", m.path);
        status = CLI_MODEL;
    }
    if (status == CLI_OK && !m.model->grad) {
        complain("%s has no params to differentiate by; --wrt names data or hypers", m.path);
        status = CLI_MODEL;
    }
    if (status == CLI_OK) status = point_make_up(args, m.model, 7, &p);
    double *grad = status == CLI_OK ? malloc((p.ngrad + 1) * sizeof *grad) : NULL;
    if (grad) status = check_point(args, &m, &p, (size_t)samples, grad);
    free(grad);
    point_free(&p);
    model_close(&m);
    return status;
}
