/*
 * run.c -- adc run: reads a model and its data, fits it, reports.
 *
 * The runtime does the work (fit.c and its neighbours); here the command line becomes its options, and each event of the fit
 * goes to whoever wants it: the development set, the history, the picture, the bar.
 */
#include "cli.h"
#include "digest.h"
#include "diverged.h"
#include "describe.h"
#include "history.h"
#include "plot.h"
#include "progress.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* clang-format off */
const Option run_options[] = {
    {"D", "NAME=VALUE", "override a const, or fix a dim"},
    POINT_OPTIONS,
    {"dev", "NAME=FILE|X", "development set, or X (0.2) of the rows: its loss and metrics are reported"},
    {"standardize", "A,B", "data whose columns get mean 0 and standard deviation 1"},
    {"scale", "A,B", "data whose columns are brought to 0..1"},
    {"dev-every", "E", "look at it after every E epochs (1; 0.25: four times an epoch)"},
    {"patience", "N", "stop after N looks without a lower loss, with the best parameters"},
    {"optimizer", "NAME", "gd, sgd, adam, adamw, amsgrad, rmsprop, adagrad, lbfgs, newton, lm, nlopt:NAME, ipopt (adam)"},
    {"lr", "X", "step size (0.01; adam, adamw and amsgrad 0.001)"},
    {"momentum", "X", "sgd, rmsprop: momentum (0)"},
    {"nesterov", NULL, "sgd: Nesterov's form of it"},
    {"weight-decay", "X", "sgd, adam...: pulls parameters to 0 (0; adamw 0.01)"},
    {"beta1", "X", "adam, adamw, amsgrad: decay of the first moment (0.9)"},
    {"beta2", "X", "adam, adamw, amsgrad: decay of the second moment (0.999)"},
    {"alpha", "X", "rmsprop: decay of the second moment (0.99)"},
    {"eps", "X", "adam, rmsprop, adagrad...: added to its root (1e-8; adagrad 1e-10)"},
    {"schedule", "NAME[:X,Y]", "of lr: constant, step, exponential, cosine, one-cycle, plateau (constant)"},
    {"warmup", "N", "lr grows in the first N steps (0)"},
    {"clip", "X", "shorten gradients to this norm"},
    {"hyper-lr", "X", "gd, sgd, adam...: step size of the step size, which follows the loss (0)"},
    {"memory", "N", "lbfgs, nlopt, ipopt: pairs of vectors kept (10)"},
    {"radius", "X", "newton: of the trust region at first (1)"},
    {"damping", "X", "lm: lambda at first (0.001)"},
    {"steps", "N", "stop after N updates (1000)"},
    {"epochs", "N", "stop after N passes through the data (with --batch 10)"},
    {"batch", "B", "rows a step, shuffled in every epoch (all)"},
    {"threads", "N", "take the rows in parallel (1): the same result for any number"},
    {"tol", "X", "stop when the loss changes by less, from step to step or epoch to epoch"},
    {"save", "FILE.npz", "keep parameters and all that --resume needs, at the end and every minute"},
    {"save-every", "N", "... and after every N steps"},
    {"resume", NULL, "go on where the file of --save stops, if it is there"},
    {"history", "FILE.csv", "step, epoch, loss, metrics of every step"},
    {"plot", "FILE.svg|png", "picture of the loss, or of the path of two parameters"},
    {"json", NULL, "one JSON object"},
    JIT_OPTIONS,
    {NULL, NULL, NULL},
};
/* clang-format on */

typedef struct {
    const Args *args;
    Model model;
    Point point;
    adc_fit_options fit;
    DataSet *dev;       /* of files; NULL: none */
    double fraction;    /* of the rows that is the development set; 0: none */
    double *dev_values; /* loss, metrics */
    bool begun;
    double start; /* loss before the first step of this run */
    History history;
    Plot plot;
    Progress progress;
} Run;

/* The signal that ends the run: Ctrl-C, or what a system sends before it takes the machine away.  Looked at once a step: a
   signal handler can reach nothing else. */
static volatile sig_atomic_t interrupted;
static void interrupt(int number) { interrupted = number; }

enum { SIGNALS = 2 };
static const int signals[SIGNALS] = {SIGINT, SIGTERM};

/* A second one ends the program at once.  What is ignored stays so: a script started us in the background. */
static void signals_catch(struct sigaction before[SIGNALS])
{
    const struct sigaction handler = {.sa_handler = interrupt, .sa_flags = (int)SA_RESETHAND};
    for (int k = 0; k < SIGNALS; k++) {
        sigaction(signals[k], &handler, &before[k]);
        if (before[k].sa_handler == SIG_IGN) sigaction(signals[k], &before[k], NULL);
    }
}

static void signals_leave(const struct sigaction before[SIGNALS])
{
    for (int k = 0; k < SIGNALS; k++) sigaction(signals[k], &before[k], NULL);
}

/* ---- the command line */

/* *takes: what the optimiser does, as bits. */
static int optimizer_options(const Args *args, adc_fit_options *o, unsigned *takes)
{
    const char *name = args_value(args, "optimizer");
    o->optimizer = name ? name : "adam";
    *takes = adc_optim_defaults(o->optimizer, &o->optim);
    if (!*takes) {
        VEC(const char *) names = {0};
        for (int k = 0; adc_optim_name(k); k++) vec_push(args->arena, &names, adc_optim_name(k));
        complain_unknown("--optimizer: there is no", name, names.at, names.n);
        return CLI_USAGE;
    }
    const struct {
        const char *name;
        unsigned bit;
        double *value;
    } numbers[] = {{"lr", ADC_TAKES_LR, &o->optim.lr},
                   {"momentum", ADC_TAKES_MOMENTUM, &o->optim.momentum},
                   {"nesterov", ADC_TAKES_NESTEROV, NULL},
                   {"weight-decay", ADC_TAKES_WEIGHT_DECAY, &o->optim.weight_decay},
                   {"beta1", ADC_TAKES_BETAS, &o->optim.beta1},
                   {"beta2", ADC_TAKES_BETAS, &o->optim.beta2},
                   {"alpha", ADC_TAKES_ALPHA, &o->optim.alpha},
                   {"eps", ADC_TAKES_EPS, &o->optim.eps},
                   {"hyper-lr", ADC_TAKES_HYPER_LR, &o->optim.hyper_lr},
                   {"memory", ADC_TAKES_MEMORY, NULL},
                   {"radius", ADC_TAKES_RADIUS, &o->optim.radius},
                   {"damping", ADC_TAKES_DAMPING, &o->optim.damping}};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        if (args_has(args, numbers[i].name) && !(*takes & numbers[i].bit)) {
            complain("--%s: %s takes none", numbers[i].name, o->optimizer);
            return CLI_USAGE;
        }
        if (numbers[i].value && !args_real(args, numbers[i].name, numbers[i].value)) return CLI_USAGE;
    }
    int64_t pairs = (int64_t)o->optim.memory;
    if (args_has(args, "memory") && !args_integer(args, "memory", 1, 1 << 20, &pairs)) return CLI_USAGE;
    o->optim.memory = (size_t)pairs;
    o->optim.nesterov = args_has(args, "nesterov");
    adc_error error;
    if (adc_optim_check(o->optimizer, &o->optim, &error)) return CLI_OK;
    complain("%s", error.text);
    return CLI_USAGE;
}

static int fit_options(const Args *args, adc_fit_options *o, unsigned *takes)
{
    int status = optimizer_options(args, o, takes);
    if (status != CLI_OK) return status;
    int64_t steps = 0, epochs = 0, batch = 0, seed = 0, threads = 1;
    if (!args_integer(args, "steps", 1, INT64_MAX, &steps) || !args_integer(args, "epochs", 1, INT64_MAX, &epochs) ||
        !args_integer(args, "batch", 1, INT64_MAX, &batch) || !args_integer(args, "threads", 1, 1024, &threads) ||
        !args_integer(args, "seed", 0, INT64_MAX, &seed) || !args_real(args, "tol", &o->tol))
        return CLI_USAGE;
    if (o->tol < 0) {
        complain("--tol %s: expected a number that is not negative", args_value(args, "tol"));
        return CLI_USAGE;
    }
    if (!steps && !epochs) { /* with --tol there is an end in sight; these only keep a run from lasting forever */
        if (batch)
            epochs = o->tol > 0 ? 1000 : 10;
        else
            steps = o->tol > 0 ? 100000 : 1000;
    }
    o->steps = (size_t)steps;
    o->epochs = (size_t)epochs;
    o->batch = (size_t)batch;
    o->seed = (uint64_t)seed;
    o->threads = (size_t)threads;
    return CLI_OK;
}

/* What the model and its sizes come from: two fits go on from each other's files where it is the same. */
static const char *digest_of(const Args *args, const Model *m, double fraction)
{
    Digest d;
    char *text = arena_alloc(args->arena, DIGEST_TEXT + 1);
    digest_begin(&d);
    digest_add(&d, m->source, m->n);
    for (uint32_t i = 0; i < args->given.n; i++) {
        const Given g = args->given.at[i];
        if (strcmp(g.option->name, "D") == 0) digest_add(&d, g.value, strlen(g.value) + 1);
    }
    if (fraction > 0) digest_add(&d, &fraction, sizeof fraction);
    digest_end(&d, text);
    return text;
}

static int save_options(const Args *args, const Model *m, double fraction, adc_fit_options *o)
{
    int64_t every = 0;
    o->save = args_value(args, "save");
    o->resume = args_has(args, "resume");
    o->save_seconds = 60;
    if (!o->save && (o->resume || args_has(args, "save-every"))) {
        complain("--%s needs --save, which names the file", o->resume ? "resume" : "save-every");
        return CLI_USAGE;
    }
    if (!args_integer(args, "save-every", 1, INT64_MAX, &every)) return CLI_USAGE;
    o->save_steps = (size_t)every;
    if (o->save) o->source = digest_of(args, m, fraction);
    return CLI_OK;
}

/* Schedule, clipping, looks at the development set. */
static int course_options(const Args *args, adc_fit_options *o)
{
    int64_t warmup = 0, patience = 0;
    if (!args_integer(args, "warmup", 1, INT64_MAX, &warmup) ||
        !args_integer(args, "patience", 1, INT64_MAX, &patience) || !args_real(args, "clip", &o->clip))
        return CLI_USAGE;
    const char *word = args_has(args, "patience") ? "patience" : "dev-every";
    if (args_has(args, word) && !args_has(args, "dev")) {
        complain("--%s needs --dev, the development set", word);
        return CLI_USAGE;
    }
    o->schedule = args_value(args, "schedule");
    o->warmup = (size_t)warmup;
    o->patience = (size_t)patience;
    return CLI_OK;
}

/* ---- the development set */

/* *fraction: what --dev gives in place of files. */
static int dev_option(const Args *args, double *fraction)
{
    int given = 0;
    for (uint32_t i = 0; i < args->given.n; i++) {
        const Given g = args->given.at[i];
        if (strcmp(g.option->name, "dev") != 0) continue;
        if (given++ && (*fraction > 0 || !strchr(g.value, '='))) {
            complain("--dev: a fraction of the rows takes no other --dev beside it");
            return CLI_USAGE;
        }
        if (strchr(g.value, '=')) continue;
        char *end;
        *fraction = strtod(g.value, &end);
        if (end != g.value && !*end && *fraction > 0 && *fraction < 1) continue;
        complain("--dev %s: expected NAME=FILE, or a fraction of the rows between 0 and 1", g.value);
        return CLI_USAGE;
    }
    return CLI_OK;
}

/* theta must mean the same to both sets. */
static int dev_matches(const Run *r)
{
    const adc_model *m = r->model.model;
    for (int a = 0; a < m->arrays; a++) {
        size_t shape[DATA_RANK] = {0};
        if (m->array[a].kind != ADC_PARAM || m->array[a].rank == 0) continue;
        m->shape(r->dev->dims, a, shape);
        for (int k = 0; k < m->array[a].rank; k++) {
            if (shape[k] == r->point.shape[a][k]) continue;
            complain("--dev: %s has %zu entries along dimension %d with the development set, and %zu with the data",
                     m->array[a].name, shape[k], k + 1, r->point.shape[a][k]);
            return CLI_MODEL;
        }
    }
    return CLI_OK;
}

/* Of files, the values of --dev. */
static int dev_read(Run *r)
{
    const Args *args = r->args;
    adc_error error;
    r->dev = adc_dataset_new(r->model.model, r->point.set, &error);
    if (!r->dev) return refuse(&error);
    for (uint32_t i = 0; i < args->given.n; i++) {
        const Given g = args->given.at[i];
        if (strcmp(g.option->name, "dev") != 0) continue;
        const char *name, *file;
        int status = args_pair(args, &g, &name, &file);
        if (status == CLI_OK) status = point_read(args, r->dev, name, file, r->point.missing);
        if (status != CLI_OK) return status;
    }
    if (!adc_dataset_finish(r->dev, &error)) {
        complain("--dev: %s", error.text);
        return CLI_MODEL;
    }
    r->fit.dev_dims = r->dev->dims;
    r->fit.dev_data = r->dev->data;
    return dev_matches(r);
}

/* Of a fraction of the rows. */
static int dev_split(Run *r)
{
    const adc_model *m = r->model.model;
    DataSet *set = r->point.set;
    void *dims = arena_alloc(r->args->arena, ((size_t)m->dims + 1) * sizeof(size_t));
    void *data = arena_alloc(r->args->arena, m->data_bytes + 1);
    adc_error error;
    for (int a = 0; a < m->arrays; a++)
        if (!adc_dataset_own(set, a, &error)) return refuse(&error);
    if (!adc_split(m, set->dims, set->data, r->fraction, r->fit.seed, dims, data, &error)) {
        complain("--dev: %s", error.text);
        return error.out_of_memory ? CLI_RUN : CLI_MODEL;
    }
    r->fit.dev_dims = dims;
    r->fit.dev_data = data;
    return CLI_OK;
}

static int dev_open(Run *r)
{
    const size_t n = adc_metrics(r->model.model) + 1;
    if (!args_has(r->args, "dev")) return CLI_OK;
    r->dev_values = arena_alloc(r->args->arena, n * sizeof *r->dev_values);
    for (size_t i = 0; i < n; i++) r->dev_values[i] = NAN;
    return r->fraction > 0 ? dev_split(r) : dev_read(r);
}

/* What the training rows are scaled by is for the development set too. */
static int dev_scale(const Run *r)
{
    const Point *p = &r->point;
    adc_error error;
    for (uint32_t i = 0; r->fit.dev_data && i < p->scale.n; i++) {
        const adc_transform *t = &p->scale.at[i];
        const int a = model_array(p->model, t->name);
        if (r->dev ? !r->dev->array[a].at : i < p->loaded) continue; /* it shares the training set's */
        if (r->dev && !adc_dataset_own(r->dev, a, &error)) return refuse(&error);
        if (adc_transform_apply(t, p->model, r->fit.dev_dims, r->fit.dev_data, &error)) continue;
        complain("--dev: %s", error.text);
        return CLI_MODEL;
    }
    return CLI_OK;
}

/* ---- the fit */

static int on_event(void *user, const adc_fit_event *e)
{
    Run *r = user;
    if (!r->begun) r->start = isnan(e->loss) ? NAN : e->loss;
    r->begun = true;
    if (e->dev) memcpy(r->dev_values, e->dev, (adc_metrics(r->model.model) + 1) * sizeof *e->dev);
    if (r->history.file) adc_history_row(&r->history, e);
    if (r->plot.at) adc_plot_add(&r->plot, e);
    adc_progress_show(&r->progress, e);
    return interrupted;
}

static int on_batch(void *user, const void *dims, const void *data, const size_t *rows, adc_error *error)
{
    const Run *r = user;
    return adc_dataset_check(r->point.set, dims, data, rows, error);
}

static int records_open(Run *r)
{
    const void *dims = r->point.set->dims;
    const char *history = args_value(r->args, "history"), *plot = args_value(r->args, "plot");
    adc_error error;
    if (plot && !adc_plot_new(&r->plot, plot, r->model.model, dims, &error)) return refuse(&error);
    if (history && !adc_history_open(&r->history, history, r->model.model, dims, r->fit.dev_data != NULL,
                                     r->fit.save != NULL, &error))
        return refuse(&error);
    r->fit.metrics = history != NULL;
    return CLI_OK;
}

static int records_write(Run *r)
{
    adc_error error;
    int status = CLI_OK;
    if (!adc_history_close(&r->history, &error)) status = refuse(&error);
    if (r->plot.n &&
        !adc_plot_write(&r->plot, args_value(r->args, "plot"), r->point.set->dims, r->point.set->data, &error))
        status = refuse(&error);
    return status;
}

/* When the development set is looked at: only at the end, where nobody would see it before. */
static int dev_every(Run *r)
{
    double epochs = 1;
    if (!args_real(r->args, "dev-every", &epochs)) return CLI_USAGE;
    if (!(epochs > 0)) {
        complain("--dev-every %s: expected a positive number", args_value(r->args, "dev-every"));
        return CLI_USAGE;
    }
    const char *schedule = r->fit.schedule;
    const bool seen = args_has(r->args, "dev-every") || r->history.file || r->plot.at ||
                      (isatty(STDERR_FILENO) && !args_has(r->args, "quiet")) || r->fit.patience ||
                      (schedule && strncmp(schedule, "plateau", 7) == 0);
    r->fit.dev_epochs = seen ? epochs : (double)INFINITY;
    return CLI_OK;
}

/* ---- the report */

static void json_metrics(Text *t, const adc_model *m, const double *value)
{
    const char *comma = "";
    for (int a = 0; a < m->arrays; a++) {
        if (m->array[a].kind != ADC_METRIC) continue;
        text_add(t, comma);
        json_string(t, m->array[a].name);
        text_add(t, ": ");
        json_real(t, *value++);
        comma = ", ";
    }
}

static void report_json(const Run *r, const adc_fit_result *result, const char *reason, double seconds,
                        const double *metric, Text *t)
{
    const adc_model *m = r->model.model;
    text_add(t, "{\"loss\": ");
    json_real(t, result->loss);
    text_addf(t, ", \"steps\": %zu, \"evaluations\": %zu, \"reason\": \"%s\", \"seconds\": ", result->steps,
              result->evaluations, reason);
    json_real(t, seconds);
    text_add(t, ", \"params\": {");
    const char *comma = "";
    for (int a = 0; a < m->arrays; a++) {
        if (m->array[a].kind != ADC_PARAM || r->point.count[a] > 1000) continue;
        text_add(t, comma);
        json_string(t, m->array[a].name);
        text_add(t, ": ");
        json_array(t, point_reals(&r->point, a), m->array[a].rank, r->point.shape[a]);
        comma = ", ";
    }
    text_add(t, "}, \"metrics\": {");
    json_metrics(t, m, metric);
    text_add(t, "}");
    if (r->fit.dev_data) {
        text_add(t, ", \"dev\": {\"loss\": ");
        json_real(t, r->dev_values[0]);
        if (adc_metrics(m)) text_add(t, ", ");
        json_metrics(t, m, r->dev_values + 1);
        text_add(t, "}");
    }
    text_add(t, "}\n");
}

static void text_metrics(Text *t, const adc_model *m, const double *value)
{
    for (int a = 0; a < m->arrays; a++)
        if (m->array[a].kind == ADC_METRIC) text_addf(t, ", %s %.6g", m->array[a].name, *value++);
}

/* Few numbers are shown, of many the range. */
static void text_param(Text *t, const Run *r, int a)
{
    const double *x = point_reals(&r->point, a);
    const size_t n = r->point.count[a];
    const bool scalar = r->model.model->array[a].rank == 0;
    if (n == 0) return;
    text_addf(t, "%s =%s", r->model.model->array[a].name, scalar ? " " : "");
    if (n <= 10) {
        for (size_t i = 0; i < n; i++) text_addf(t, "%s%.6g", scalar ? "" : i ? ", " : " [", x[i]);
        text_add(t, scalar ? "\n" : "]\n");
        return;
    }
    double lo = x[0], hi = x[0];
    for (size_t i = 1; i < n; i++) {
        lo = x[i] < lo ? x[i] : lo;
        hi = x[i] > hi ? x[i] : hi;
    }
    text_addf(t, " %zu numbers from %.6g to %.6g\n", n, lo, hi);
}

static void report_text(const Run *r, const adc_fit_result *result, const char *reason, const double *metric, Text *t)
{
    const adc_model *m = r->model.model;
    text_add(t, "loss ");
    if (!r->fit.batch) text_addf(t, "%.6g -> ", r->start);
    text_addf(t, "%.6g", result->loss);
    text_metrics(t, m, metric);
    text_addf(t, "\n%zu step%s", result->steps, result->steps == 1 ? "" : "s");
    if (r->fit.batch) text_addf(t, ", %zu epoch%s", result->epochs, result->epochs == 1 ? "" : "s");
    text_addf(t, ", stopped by: %s\n", reason);
    if (r->fit.dev_data) {
        text_addf(t, "dev: loss %.6g", r->dev_values[0]);
        text_metrics(t, m, r->dev_values + 1);
        text_add(t, "\n");
    }
    for (int a = 0; a < m->arrays; a++)
        if (m->array[a].kind == ADC_PARAM) text_param(t, r, a);
}

static int report(const Run *r, const adc_fit_result *result, double seconds)
{
    const Point *p = &r->point;
    const adc_model *m = r->model.model;
    const char *reason = result->reason == ADC_FIT_STOPPED ? "interrupt" : adc_fit_reason(result->reason);
    double *metric = arena_alloc(r->args->arena, (adc_metrics(m) + 1) * sizeof *metric);
    int code = ADC_OK;
    if (result->reason == ADC_FIT_STOPPED && r->fit.batch) /* a pass through the data would be slow to end */
        for (size_t i = 0; i < adc_metrics(m); i++) metric[i] = NAN;
    else
        code = adc_metrics_eval(m, p->set->dims, p->theta, p->set->data, p->work, metric);
    if (code != ADC_OK) complain("a metric: %s", m->strerror(code));
    Text text = {.arena = r->args->arena};
    if (args_has(r->args, "json"))
        report_json(r, result, reason, seconds, metric, &text);
    else
        report_text(r, result, reason, metric, &text);
    fputs(text.at, stdout);
    return code == ADC_OK ? CLI_OK : CLI_RUN;
}

/* ---- all of it */

/* Says why fewer threads were at work than were asked for. */
static void tell_threads(const Run *r, size_t threads)
{
    const adc_model *m = r->model.model;
    const size_t asked = r->fit.threads;
    if (threads >= asked) return;
    const size_t all = m->row < 0 ? 0 : r->point.set->dims[m->row];
    const size_t rows = r->fit.batch && r->fit.batch < all ? r->fit.batch : all,
                 chunk = ADC_CHUNK_ROWS(rows, m->short_chunks);
    if (m->row < 0)
        complain("--threads: one is at work: the gradient is no sum over rows of data");
    else if (asked > (rows + chunk - 1) / chunk)
        complain("--threads: %zu at work: %zu rows are %zu chunk%s", threads, rows, threads, threads == 1 ? "" : "s");
    else
        complain("--threads: %zu at work: the system gives no more", threads);
}

static int fit(Run *r)
{
    Point *p = &r->point;
    adc_fit_result result;
    adc_error error;
    r->fit.event = on_event;
    r->fit.check = r->point.set->late ? on_batch : NULL;
    r->fit.user = r;
    r->fit.transform = p->scale.at;
    r->fit.transforms = p->scale.n;
    const double start = adc_seconds();
    adc_progress_start(&r->progress, args_has(r->args, "quiet") ? NULL : stderr);
    struct sigaction before[SIGNALS];
    signals_catch(before);
    const bool good = adc_fit(r->model.model, p->set->dims, p->set->data, p->theta, &r->fit, &result, &error);
    signals_leave(before);
    const double seconds = adc_seconds() - start;
    adc_progress_end(&r->progress);
    if (result.threads) tell_threads(r, result.threads);

    int status = records_write(r);
    if (!good) complain("%s", error.text);
    if (result.reason == ADC_FIT_DIVERGED) tell_diverged(r->args, &r->model, &r->point);
    if (result.reason == ADC_FIT_REFUSED) return error.out_of_memory ? CLI_RUN : CLI_MODEL;
    if (result.reason == ADC_FIT_FAILED) return CLI_RUN;
    const int reported = report(r, &result, seconds);
    if (status == CLI_OK) status = reported;
    if (!good) status = CLI_RUN;
    return interrupted ? 128 + interrupted : status;
}

/* With the products that the optimiser takes.  A model without a loss has the squares of its outputs for lm. */
static int run_model(const Args *args, unsigned takes, Model *m)
{
    if (takes & ADC_TAKES_RESIDUALS) return model_open_scalar(args, ADC_EMIT_JVP | ADC_EMIT_VJP, 0, m);
    const unsigned wished = takes & ADC_TAKES_HVP_TOO ? ADC_EMIT_HVP : 0;
    return model_open(args, takes & ADC_TAKES_HVP ? ADC_EMIT_HVP : 0, wished, m);
}

int command_run(const Args *args)
{
    Run r = {.args = args};
    unsigned takes = 0;
    int status = fit_options(args, &r.fit, &takes);
    if (status == CLI_OK) status = run_model(args, takes, &r.model);
    if (status == CLI_OK && !r.model.model->loss) {
        complain("%s: there is no loss to minimise", args->file);
        status = CLI_MODEL;
    }
    if (status == CLI_OK) status = course_options(args, &r.fit);
    if (status == CLI_OK) status = dev_option(args, &r.fraction);
    if (status == CLI_OK) status = save_options(args, &r.model, r.fraction, &r.fit);
    if (status == CLI_OK) status = point_new(args, r.model.model, &r.point);
    if (status == CLI_OK)
        r.point.set->batch = r.fraction > 0 ? 0 : r.fit.batch; /* what is parted is looked at before */
    if (status == CLI_OK) status = point_finish(args, &r.point);
    if (status == CLI_OK) status = scales_open(args, &r.point);
    if (status == CLI_OK) status = dev_open(&r);
    if (status == CLI_OK) status = scales_fit(&r.point);
    if (status == CLI_OK) status = dev_scale(&r);
    if (status == CLI_OK) status = records_open(&r);
    if (status == CLI_OK && r.fit.dev_data) status = dev_every(&r);
    if (status == CLI_OK) status = fit(&r);
    adc_plot_free(&r.plot);
    adc_dataset_free(r.dev);
    point_free(&r.point);
    model_close(&r.model);
    return status;
}
