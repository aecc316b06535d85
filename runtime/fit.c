/*
 * fit.c -- the training loop: value and gradient on a batch (or on all rows), a look at them, a step.
 *
 * Step k is seen before it is taken: the loss of an event belongs to theta after k updates.  A run that ends by itself, by
 * steps, epochs or a loss that has settled, ends with the loss over all rows.
 */
#include "batch.h"
#include "checkpoint.h"
#include "constrain.h"
#include "crew.h"
#include "data.h"
#include "describe.h"
#include "develop.h"
#include "npz.h"
#include "optim.h"
#include "plugin.h"
#include "products.h"
#include "progress.h"
#include "schedule.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A plug-in at work. */
typedef struct {
    PluginHandle handle;
    double *x;             /* (n) for its own use: the start */
    double *lower, *upper; /* (n) of theta */
    double *best, least;   /* (n) the best point so far, and f there */
    size_t step;           /* evaluations */
    int end;               /* the reason to end, or -1 */
} Driver;

typedef struct {
    const adc_model *m;
    const void *dims;
    void *data, *theta;
    const adc_fit_options *o;
    adc_error *error;

    Constraints c;
    double *u, *du; /* (n) what the optimiser moves, and the gradient by it */
    void *g;        /* (n) of the model's reals; du itself where those are double */
    bool apart;     /* u is not theta */
    bool searches;  /* the optimiser tries points: theta stays behind until one is accepted */
    bool driven;    /* it is a plug-in: u is theta within bounds */
    Driver driver;
    Products products;
    void *work;
    Crew *crew;     /* NULL: the model's own gradient */
    double *metric; /* (metrics) */
    Batches b;
    bool batches;
    adc_optim *optim;
    size_t epoch_steps; /* steps an epoch */

    double loss, start;     /* at hand; before the first step */
    double sum, rows, mean; /* losses of this epoch's batches by rows; mean of the last whole epoch */

    Develop dev;
    bool develops;    /* there is a development set */
    size_t dev_steps; /* from one look at it to the next */
    Schedule schedule;
    double lr; /* what the schedule's factors are of */

    size_t evaluations;
    size_t first;      /* step that the loop begins with */
    size_t checked;    /* from this step on every row has been looked at */
    Checkpoint at;     /* the step at hand, as it began */
    size_t saved;      /* step of the last save */
    double saved_time; /* seconds */
} Fit;

const char *adc_fit_reason(int reason)
{
    static const char *const names[] = {"steps",    "epochs", "tol",      "stopped", "converged",
                                        "patience", "stuck",  "diverged", "failed",  "refused"};
    return reason >= 0 && reason <= ADC_FIT_REFUSED ? names[reason] : "unknown";
}

static bool room_for_work(Fit *f)
{
    size_t bytes = f->m->work_bytes(f->dims);
    if (f->batches && bytes != SIZE_MAX && adc_batches_work(&f->b) > bytes) bytes = adc_batches_work(&f->b);
    f->work = adc_work_new(bytes);
    if (!f->work) return adc_fail_memory(f->error, "the model's work");
    if (!f->o->threads) return true;
    const size_t rows = f->batches ? f->b.size : f->m->row >= 0 ? ((const size_t *)f->dims)[f->m->row] : 0;
    f->crew = adc_crew_new(&(CrewNeeds){f->m, rows, f->c.n, bytes, f->work}, f->o->threads, f->error);
    return f->crew != NULL;
}

/* ---- checkpoints */

static bool save(Fit *f)
{
    f->saved = f->at.step;
    f->saved_time = adc_seconds();
    return adc_checkpoint_save(f->o->save, &f->at, f->error);
}

/* Notes how the step begins, and saves it when it is time.  u must be as it is when a fit that is resumed gets there. */
static bool note(Fit *f, size_t step)
{
    f->at.step = step;
    f->at.start = f->start;
    f->at.mean = f->mean;
    f->at.sum = f->sum;
    f->at.rows = f->rows;
    f->at.least = f->dev.least;
    f->at.bad = f->dev.bad;
    f->at.factor = f->schedule.factor;
    f->at.plateau = f->schedule.best;
    f->at.looks = f->schedule.bad;
    f->at.scale = f->products.by.scale;
    if (!f->o->save || step == f->saved) return true;
    const size_t every = f->o->save_steps, last = f->saved == SIZE_MAX ? 0 : f->saved;
    const bool by_steps = every && step / every > last / every;
    const bool by_time = f->o->save_seconds > 0 && adc_seconds() - f->saved_time >= f->o->save_seconds;
    return !(by_steps || by_time) || save(f);
}

static bool take_up(Fit *f)
{
    const adc_model *m = f->m;
    f->at = (Checkpoint){.model = m,
                         .dims = f->dims,
                         .theta = f->theta,
                         .u = f->u,
                         .n = f->c.n,
                         .optim = f->optim,
                         .best = f->dev.best,
                         .source = f->o->source,
                         .transform = f->o->transform,
                         .transforms = f->o->transforms,
                         .batch = f->batches ? f->b.size : 0,
                         .epoch_steps = f->epoch_steps,
                         .seed = f->o->seed};
    f->saved = SIZE_MAX;
    f->saved_time = adc_seconds();
    Npz *trial = f->o->save ? adc_npz_new(f->o->save, f->error) : NULL; /* now rather than after hours */
    adc_npz_free(trial);
    if (f->o->save && !trial) return false;
    if (f->o->resume && f->driven)
        return adc_fail(f->error, "%s cannot be resumed; --load begins at the parameters that it saved.",
                        f->o->optimizer);
    if (!f->o->resume || !f->o->save || access(f->o->save, F_OK) != 0) return true;
    if (!adc_checkpoint_load(f->o->save, &f->at, f->error)) return false;
    f->first = f->saved = f->at.step;
    f->start = f->at.start;
    f->mean = f->at.mean;
    f->sum = f->at.sum;
    f->rows = f->at.rows;
    f->dev.least = f->at.least;
    f->dev.bad = f->at.bad;
    f->schedule.factor = f->at.factor;
    f->schedule.best = f->at.plateau;
    f->schedule.bad = f->at.looks;
    f->products.by.scale = f->at.scale;
    adc_bind(&f->c, f->u, f->theta);
    if (f->batches && f->first % f->epoch_steps) adc_batches_shuffle(&f->b, f->o->seed, f->first / f->epoch_steps);
    return true;
}

/* ---- beginning and end */

/* What newton, lm and ipopt take beside the gradient. */
static bool prepare_products(Fit *f, unsigned takes, adc_optim_options *optim)
{
    if ((takes & ADC_TAKES_HVP_TOO) && f->m->hvp) takes |= ADC_TAKES_HVP;
    if (!(takes & (ADC_TAKES_HVP | ADC_TAKES_RESIDUALS))) return true;
    optim->products = &f->products.by;
    return adc_products_new(&f->products, takes, &f->c, f->dims, f->data, f->work, f->error);
}

/* Plug-ins know bounds themselves. */
static bool prepare_driver(Fit *f, const char *name)
{
    Driver *d = &f->driver;
    const size_t n = f->c.n;
    if (!adc_plugin_open(&d->handle, name, f->error)) return false;
    d->x = malloc((4 * n + 1) * sizeof *d->x);
    if (!d->x) return adc_fail_memory(f->error, name);
    d->lower = d->x + n;
    d->upper = d->x + 2 * n;
    d->best = d->x + 3 * n;
    d->least = HUGE_VAL;
    d->end = -1;
    adc_constraints_box(&f->c, d->lower, d->upper);
    return adc_unbind(&f->c, f->dims, f->theta, f->u, f->error) && adc_unbind(&f->c, f->dims, f->theta, d->x, f->error);
}

static size_t steps_in_all(const Fit *f)
{
    const size_t epochs = f->o->epochs, by_epochs = epochs > SIZE_MAX / f->epoch_steps ? 0 : epochs * f->epoch_steps;
    return by_epochs && (!f->o->steps || by_epochs < f->o->steps) ? by_epochs : f->o->steps;
}

/* Schedule and development set. */
static bool prepare_course(Fit *f, const char *name, const adc_optim_options *optim)
{
    const adc_fit_options *o = f->o;
    const bool changes = o->schedule || o->warmup;
    if (changes && f->searches) return adc_fail(f->error, "%s finds its own step size: it takes no schedule.", name);
    if (changes && optim->hyper_lr != 0)
        return adc_fail(f->error, "A step size that is learnt (hyper_lr) takes no schedule.");
    if (!(o->clip >= 0)) return adc_fail(f->error, "The norm to clip to is %g; it must be positive.", o->clip);
    if (o->clip > 0 && f->searches)
        return adc_fail(f->error, "%s needs the gradient as it is: it cannot be clipped.", name);
    if (o->patience && !o->dev_data) return adc_fail(f->error, "To stop early needs a development set.");
    f->lr = optim->lr;
    f->develops = o->dev_data != NULL;
    if (!(o->dev_epochs >= 0)) return adc_fail(f->error, "A look every %g epochs: it must be positive.", o->dev_epochs);
    const double looks = ceil((o->dev_epochs > 0 ? o->dev_epochs : 1) * (double)f->epoch_steps - 1e-9);
    f->dev_steps = looks < 1e15 ? (size_t)looks : SIZE_MAX;
    if (!adc_schedule_parse(&f->schedule, o->schedule, o->warmup, steps_in_all(f), f->epoch_steps, f->error))
        return false;
    return !f->develops || adc_develop_new(&f->dev, f->m, o->dev_dims, o->dev_data, o->patience, f->c.n, f->error);
}

static bool prepare(Fit *f)
{
    const adc_model *m = f->m;
    if (!m->loss || !m->grad) return adc_fail(f->error, "%s has no loss to minimise.", m->name);
    if (!adc_constraints(&f->c, m, f->dims, f->error)) return false;
    const size_t n = f->c.n;
    if (n > SIZE_MAX / 16 - 1) return adc_fail_memory(f->error, "the parameters");
    if (m->ngrad(f->dims) != n) return adc_fail(f->error, "The gradient of %s is not by its parameters.", m->name);
    f->epoch_steps = 1;
    if (f->o->batch > 0) {
        if (!adc_batches_new(&f->b, m, f->dims, f->data, f->o->batch, f->error)) return false;
        f->batches = f->b.count > 1;
        f->epoch_steps = f->b.count;
    }
    const char *name = f->o->optimizer ? f->o->optimizer : "adam";
    adc_optim_options optim = {0};
    const unsigned takes = adc_optim_defaults(name, &optim);
    f->searches = takes && !(takes & ADC_TAKES_LR);
    f->driven = takes & ADC_TAKES_OVER;
    if (f->searches && f->batches)
        return adc_fail(f->error, "%s tries points on one and the same loss: it takes no batches.", name);
    if (f->searches || f->o->optim.lr != 0) optim = f->o->optim;
    f->apart = m->real_bytes == 4 || f->c.bounds > 0 || f->searches;
    f->u = f->apart ? malloc((n + 1) * sizeof *f->u) : f->theta;
    f->du = malloc((n + 1) * sizeof *f->du);
    f->g = m->real_bytes == 4 ? malloc((n + 1) * sizeof(float)) : f->du;
    f->metric = malloc((adc_metrics(m) + 1) * sizeof *f->metric);
    if (!f->u || !f->du || !f->g || !f->metric) return adc_fail_memory(f->error, "the parameters");
    if (!room_for_work(f) || !adc_unbind(&f->c, f->dims, f->theta, f->u, f->error)) return false;
    if (f->driven && !prepare_driver(f, name)) return false;
    if (!prepare_products(f, takes, &optim)) return false;
    if (!prepare_course(f, name, &optim)) return false;
    if (!f->driven) f->optim = adc_optim_new(name, &optim, n, f->error);
    if (!(f->optim || f->driven) || !take_up(f)) return false;
    if (!f->batches || !f->o->check) return true;
    f->checked = ((f->first + f->epoch_steps - 1) / f->epoch_steps + 1) * f->epoch_steps;
    adc_batches_expect(&f->b, false);
    return true;
}

static void release(Fit *f)
{
    adc_crew_free(f->crew);
    adc_plugin_close(&f->driver.handle);
    free(f->driver.x);
    adc_optim_free(f->optim);
    adc_products_free(&f->products);
    adc_develop_free(&f->dev);
    if (f->checked) adc_batches_expect(&f->b, true); /* for whoever has the data next */
    adc_batches_free(&f->b);
    adc_constraints_free(&f->c);
    if (f->apart) free(f->u);
    if (f->g != f->du) free(f->g);
    free(f->du);
    free(f->metric);
    free(f->work);
}

static void counts_set(Fit *f, size_t step)
{
    void *const at[] = {f->data, f->b.data};
    for (int k = 0; k < (f->batches ? 2 : 1); k++) {
        adc_count_set(f->m, at[k], "step", step);
        adc_count_set(f->m, at[k], "epoch", step / f->epoch_steps);
    }
}

/* ---- divergence */

/* The parameter to name: the first without a finite gradient or value, else the largest. */
static void diverged(Fit *f, size_t step, bool gradient)
{
    if (isnan(f->loss)) f->loss = NAN; /* printf tells its sign */
    size_t at = 0;
    char name[200], when[60];
    double largest = -1;
    snprintf(when, sizeof when, step ? "Diverged at step %zu" : "At the start", step);
    for (size_t i = 0; gradient && i < f->c.n; i++) {
        double g = adc_real(f->m, f->g, i);
        if (isfinite(g)) continue;
        if (isnan(g)) g = NAN; /* printf tells its sign */
        adc_param_name(f->m, f->dims, i, name, sizeof name);
        adc_say(f->error, "%s: the loss is %g and its derivative by %s is %g.", when, f->loss, name, g);
        return;
    }
    for (size_t i = 0; i < f->c.n; i++) {
        const double t = fabs(adc_real(f->m, f->theta, i));
        if (!(t > largest)) {
            if (!isnan(t)) continue;
            at = i;
            break;
        }
        largest = t;
        at = i;
    }
    if (f->c.n == 0) {
        adc_say(f->error, "%s: the loss is %g.", when, f->loss);
        return;
    }
    adc_param_name(f->m, f->dims, at, name, sizeof name);
    adc_say(f->error, "%s: the loss is %g; %s = %g is the largest parameter.", when, f->loss, name,
            adc_real(f->m, f->theta, at));
}

static bool all_finite(const double *x, size_t n)
{
    double sum = 0; /* x * 0 is NaN exactly where x is not finite */
    for (size_t i = 0; i < n; i++) sum += x[i] * 0;
    return sum == 0;
}

/* ---- evaluation */

enum { REFUSED = -1 }; /* beside a model's codes: the error says why */

/* ADC_FIT_DIVERGED, ADC_FIT_FAILED, or -1: go on */
static int judge(Fit *f, int code, size_t step, bool gradient)
{
    if (code == REFUSED) return ADC_FIT_FAILED;
    if (code != ADC_OK && code != ADC_ENONFINITE) {
        adc_say(f->error, "Step %zu: %s.", step, f->m->strerror(code));
        return ADC_FIT_FAILED;
    }
    /* A loss that has grown so much is on its way to infinity. */
    const bool bounded = step == 0 || fabs(f->loss) <= 1e30 * (1 + fabs(f->start));
    if (code == ADC_OK && isfinite(f->loss) && bounded && (!gradient || all_finite(f->du, f->c.n))) return -1;
    diverged(f, step, gradient);
    return ADC_FIT_DIVERGED;
}

/* Loss and gradient that give the step after `step` updates; the model's code, or REFUSED. */
static int evaluate_step(Fit *f, size_t step)
{
    const void *dims = f->dims;
    void *data = f->data;
    if (f->batches) {
        if (step % f->epoch_steps == 0) adc_batches_shuffle(&f->b, f->o->seed, step / f->epoch_steps);
        adc_batches_take(&f->b, step % f->epoch_steps);
        dims = f->b.dims;
        data = f->b.data;
        const size_t *rows = adc_batches_rows(&f->b, step % f->epoch_steps);
        if (step < f->checked && !f->o->check(f->o->user, dims, data, rows, f->error)) return REFUSED;
    }
    counts_set(f, step);
    f->evaluations++;
    float single = 0;
    void *const out = f->m->real_bytes == 4 ? (void *)&single : &f->loss;
    int code = f->crew ? adc_crew_grad(f->crew, dims, f->theta, data, out, f->g)
                       : f->m->grad(dims, f->theta, data, out, f->g, f->work);
    if (f->m->real_bytes == 4) f->loss = (double)single;
    if (code == ADC_OK) adc_chain(&f->c, f->u, f->g, f->du);
    if (code == ADC_OK && f->o->metrics) code = adc_metrics_eval(f->m, dims, f->theta, data, f->work, f->metric);
    const double rows = f->batches ? (double)f->b.dims[f->m->row] : 1;
    if (step == 0) f->start = f->loss;
    f->sum += rows * f->loss;
    f->rows += rows;
    return code;
}

/* Loss (and metrics) of all rows; the model's code. */
static int evaluate_loss(Fit *f, size_t step)
{
    counts_set(f, step);
    const int code = adc_scalar(f->m, f->m->loss, f->dims, f->theta, f->data, f->work, &f->loss);
    if (code != ADC_OK || !f->o->metrics) return code;
    return adc_metrics_eval(f->m, f->dims, f->theta, f->data, f->work, f->metric);
}

static int evaluate_all(Fit *f, size_t step)
{
    if (f->checked) adc_batches_expect(&f->b, true);
    return judge(f, evaluate_loss(f, step), step, false);
}

/* Looks at the development set where it is time; ADC_FIT_FAILED, ADC_FIT_PATIENCE, or -1: go on. */
static int look(Fit *f, size_t step, bool last, bool *looked)
{
    *looked = f->develops && (last || step % f->dev_steps == 0);
    if (!*looked) return -1;
    const int code = adc_develop_look(&f->dev, f->theta, f->u, step, step / f->epoch_steps);
    if (code != ADC_OK) {
        adc_say(f->error, "Step %zu: the development set: %s.", step, f->m->strerror(code));
        return ADC_FIT_FAILED;
    }
    adc_schedule_look(&f->schedule, f->dev.value[0]);
    return adc_develop_ends(&f->dev) && !last ? ADC_FIT_PATIENCE : -1;
}

static bool show(const Fit *f, size_t step, bool looked, bool last)
{
    const adc_fit_event e = {.step = step,
                             .epoch = step / f->epoch_steps,
                             .limit = steps_in_all(f),
                             .loss = f->loss,
                             .metric = f->o->metrics ? f->metric : NULL,
                             .dev = looked ? f->dev.value : NULL,
                             .theta = f->theta,
                             .epoch_end = last || (step > 0 && step % f->epoch_steps == 0),
                             .last = last};
    return f->o->event && f->o->event(f->o->user, &e) != 0;
}

/* One more event of the step that was shown, of all rows: the fit has come to an end of its own. */
static int ended(Fit *f, size_t step, int reason)
{
    bool looked;
    if (reason == ADC_FIT_PATIENCE) memcpy(f->u, f->dev.best, f->c.n * sizeof *f->u);
    f->at.ended = 1 + reason;
    adc_bind(&f->c, f->u, f->theta);
    const int fault = evaluate_all(f, step);
    if (fault == ADC_FIT_FAILED || look(f, step, true, &looked) == ADC_FIT_FAILED) return ADC_FIT_FAILED;
    show(f, step, looked, true);
    return fault >= 0 ? fault : reason;
}

/* The last event of a step, or one in the course: the reason to end, or -1. */
static int report(Fit *f, size_t step, int end)
{
    bool looked = false;
    if (end == ADC_FIT_FAILED) return end;
    const int seen = end == ADC_FIT_DIVERGED ? -1 : look(f, step, end >= 0, &looked);
    if (seen == ADC_FIT_FAILED) return seen;
    if (seen == ADC_FIT_PATIENCE) {
        show(f, step, looked, false);
        return ended(f, step, seen);
    }
    const bool stop = show(f, step, looked, end >= 0) && end < 0;
    if (stop && f->develops && !looked && look(f, step, true, &looked) < 0) show(f, step, looked, true);
    return stop ? ADC_FIT_STOPPED : end;
}

/* Has the loss settled?  At the end of an epoch: a step, where there are no batches. */
static bool settled(Fit *f, size_t step)
{
    if (step % f->epoch_steps != 0) return false;
    const double before = f->mean;
    if (f->batches) {
        if (step > 0) f->mean = f->sum / f->rows;
        f->sum = f->rows = 0;
        if (step == f->epoch_steps) return false;
    } else {
        f->mean = f->loss;
    }
    return step > 0 && f->o->tol > 0 && fabs(f->mean - before) < f->o->tol;
}

/* The reason to end after `step` updates, or -1. */
static int limit(const Fit *f, size_t step)
{
    if (f->o->steps && step >= f->o->steps) return ADC_FIT_STEPS;
    if (f->o->epochs && step / f->epoch_steps >= f->o->epochs) return ADC_FIT_EPOCHS;
    return -1;
}

/* Shortens a gradient that is longer than asked for. */
static void clip(Fit *f)
{
    const double norm = f->o->clip > 0 ? sqrt(adc_dot(f->du, f->du, f->c.n)) : 0;
    for (size_t i = 0; norm > f->o->clip && i < f->c.n; i++) f->du[i] *= f->o->clip / norm;
}

/* A step at every point. */
static int descend(Fit *f, size_t *steps)
{
    const bool changes = f->o->schedule || f->o->warmup;
    for (size_t step = f->first;; step++) {
        *steps = step;
        if (!note(f, step)) return ADC_FIT_FAILED;
        int end = limit(f, step);
        if (f->batches && settled(f, step)) end = ADC_FIT_TOL;
        const int fault = end >= 0 ? evaluate_all(f, step) : judge(f, evaluate_step(f, step), step, true);
        if (fault < 0 && !f->batches && settled(f, step)) end = ADC_FIT_TOL;
        if (!f->develops && step > 0 && step % f->epoch_steps == 0) adc_schedule_look(&f->schedule, f->mean);
        end = report(f, step, fault >= 0 ? fault : end);
        if (end >= 0) return end;
        if (changes) adc_optim_set_lr(f->optim, f->lr * adc_schedule_at(&f->schedule, step));
        clip(f);
        adc_optim_step(f->optim, f->u, f->loss, f->du);
        adc_bind(&f->c, f->u, f->theta);
    }
}

/* Points are tried: a step starts at those that are accepted, and theta is such a point when it is shown and in the end. */
static int search(Fit *f, size_t *steps)
{
    for (size_t step = f->first;;) {
        const int code = evaluate_step(f, step);
        if (code == ADC_ENONFINITE) f->loss = NAN;
        const bool accepted = step == f->first || (code == ADC_OK && adc_optim_accepts(f->optim, f->u, f->loss, f->du));
        const bool failed = code != ADC_OK && code != ADC_ENONFINITE;
        const int fault = accepted || failed ? judge(f, code, step, accepted) : -1; /* a trial may fly off */
        if (step == 0 && fault < 0 && f->products.by.residuals &&
            !adc_products_scale(&f->products, f->u, f->loss, f->du, f->error))
            return ADC_FIT_REFUSED;
        *steps = step;
        if (accepted && fault < 0 && !note(f, step)) return ADC_FIT_FAILED;
        int end = fault >= 0 ? fault : accepted ? limit(f, step) : -1;
        if (end < 0 && accepted && settled(f, step)) end = ADC_FIT_TOL;
        if (accepted || end >= 0) end = report(f, step, end);
        if (end >= 0) return end;
        if (adc_optim_step(f->optim, f->u, f->loss, f->du) == ADC_OPTIM_END) return ended(f, step, ADC_FIT_CONVERGED);
        adc_bind(&f->c, f->u, f->theta);
        step += accepted;
    }
}

/* ---- plug-ins: the loop is theirs, and each evaluation is a step */

/* Is the point the best so far?  Then it is what a file would have. */
static bool keep_best(Fit *f)
{
    Driver *d = &f->driver;
    if (!(f->loss < d->least)) return true;
    d->least = f->loss;
    memcpy(d->best, f->u, f->c.n * sizeof *f->u);
    return note(f, d->step);
}

static int evaluate_value(Fit *f, size_t step)
{
    const int code = evaluate_loss(f, step);
    f->evaluations++;
    if (step == 0) f->start = f->loss;
    return code;
}

static int evaluate_for(void *user, const double *x, double *value, double *g)
{
    Fit *f = user;
    Driver *d = &f->driver;
    *value = HUGE_VAL;
    if (g) memset(g, 0, f->c.n * sizeof *g);
    if (d->end < 0) d->end = limit(f, d->step);
    if (d->end >= 0) return 1;
    const bool start = d->step == 0 && memcmp(f->u, x, f->c.n * sizeof *x) == 0;
    memcpy(f->u, x, f->c.n * sizeof *x);
    adc_bind(&f->c, f->u, f->theta);
    const int code = g ? evaluate_step(f, d->step) : evaluate_value(f, d->step);
    const bool failed = code != ADC_OK && code != ADC_ENONFINITE;
    const bool good = code == ADC_OK && isfinite(f->loss) && (!g || all_finite(f->du, f->c.n));
    int fault = start || failed ? judge(f, code, d->step, g != NULL) : -1;
    if (code == ADC_ENONFINITE) f->loss = NAN;
    if (good && !keep_best(f)) fault = ADC_FIT_FAILED;
    d->end = report(f, d->step, fault);
    d->step += d->end < 0;
    if (good) *value = f->loss;
    if (good && g) memcpy(g, f->du, f->c.n * sizeof *g);
    return d->end >= 0;
}

static int hvp_for(void *user, const double *x, const double *v, double *out)
{
    const adc_products *by = &((Fit *)user)->products.by;
    return by->hvp(by->user, x, v, out);
}

static void name_for(void *user, size_t k, char *text, size_t room)
{
    const Fit *f = user;
    adc_param_name(f->m, f->dims, k, text, room);
}

/* The best point is where it ends. */
static int drive(Fit *f, size_t *steps)
{
    Driver *d = &f->driver;
    const PluginProblem problem = {.algorithm = d->handle.algorithm,
                                   .n = f->c.n,
                                   .x = d->x,
                                   .lower = d->lower,
                                   .upper = d->upper,
                                   .tol = f->o->tol,
                                   .memory = f->o->optim.memory ? f->o->optim.memory : 10,
                                   .seed = f->o->seed,
                                   .user = f,
                                   .evaluate = evaluate_for,
                                   .hvp = f->products.by.hvp ? hvp_for : NULL,
                                   .name = name_for};
    const int reason = f->c.n ? d->handle.plugin->minimise(&problem, f->error) : ADC_FIT_CONVERGED;
    *steps = d->step;
    if (d->end == ADC_FIT_PATIENCE || d->end >= ADC_FIT_DIVERGED) return d->end;
    if (d->end < 0 && reason >= ADC_FIT_DIVERGED) return reason;
    if (d->least < HUGE_VAL) memcpy(f->u, d->best, f->c.n * sizeof *f->u);
    adc_bind(&f->c, f->u, f->theta);
    f->loss = d->least;
    return d->end == ADC_FIT_STOPPED ? d->end : ended(f, d->step, d->end >= 0 ? d->end : reason);
}

static int loop(Fit *f, size_t *steps)
{
    *steps = f->first;
    if (f->driven) return drive(f, steps);
    if (f->at.ended) return ended(f, f->first, f->at.ended - 1);
    return f->searches ? search(f, steps) : descend(f, steps);
}

int adc_fit(const adc_model *m, const void *dims, void *data, void *theta, const adc_fit_options *options,
            adc_fit_result *result, adc_error *error)
{
    Fit f = {.m = m, .dims = dims, .data = data, .theta = theta, .o = options, .error = error};
    bool saved = true;
    *result = (adc_fit_result){.reason = ADC_FIT_REFUSED};
    if (prepare(&f)) {
        result->threads = f.crew ? adc_crew_threads(f.crew) : 1;
        result->reason = loop(&f, &result->steps);
        result->epochs = result->steps / f.epoch_steps;
        result->loss = f.loss;
        result->resumed = f.first;
        result->evaluations = f.evaluations;
        if (options->save && result->reason < ADC_FIT_DIVERGED && (f.saved != f.at.step || f.at.ended))
            saved = save(&f);
    }
    release(&f);
    return saved && result->reason < ADC_FIT_DIVERGED;
}
