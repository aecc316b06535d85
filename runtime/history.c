/*
 * history.c -- one line a step, flushed by the system as it likes, so that a broken-off run leaves what it had.
 */
#include "history.h"
#include "data.h"
#include "decimal.h"
#include "describe.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static void metric_names(const History *h, const char *prefix)
{
    for (int a = 0; a < h->model->arrays; a++)
        if (h->model->array[a].kind == ADC_METRIC) fprintf(h->file, ",%s%s", prefix, h->model->array[a].name);
}

bool adc_history_open(History *h, const char *name, const adc_model *m, const void *dims, bool dev, adc_error *error)
{
    *h = (History){.name = name, .model = m, .metrics = adc_metrics(m), .dev = dev};
    const size_t n = m->nparam(dims);
    if (n <= HISTORY_PATH) h->path = n;
    h->file = fopen(name, "w");
    if (!h->file) return adc_fail(error, "Cannot write %s: %s.", name, strerror(errno));
    fputs("step,epoch,loss", h->file);
    metric_names(h, "");
    if (dev) fputs(",dev_loss", h->file);
    if (dev) metric_names(h, "dev_");
    for (size_t i = 0; i < h->path; i++) {
        char text[200];
        adc_param_name(m, dims, i, text, sizeof text);
        fprintf(h->file, strchr(text, ',') ? ",\"%s\"" : ",%s", text);
    }
    fputc('\n', h->file);
    return true;
}

static void number(FILE *f, double x)
{
    if (isnan(x))
        fputs(",nan", f); /* printf may say -nan */
    else
        fprintf(f, ",%.17g", x);
}

void adc_history_row(History *h, const adc_fit_event *e, const double *dev)
{
    const Decimal decimal = decimal_begin();
    fprintf(h->file, "%zu,%zu", e->step, e->epoch);
    number(h->file, e->loss);
    for (size_t i = 0; i < h->metrics; i++) number(h->file, e->metric[i]);
    for (size_t i = 0; h->dev && i < h->metrics + 1; i++) {
        if (dev)
            number(h->file, dev[i]);
        else
            fputc(',', h->file);
    }
    for (size_t i = 0; i < h->path; i++) number(h->file, adc_real(h->model, e->theta, i));
    fputc('\n', h->file);
    decimal_end(decimal);
}

bool adc_history_close(History *h, adc_error *error)
{
    if (!h->file) return true;
    errno = 0;
    const bool bad = ferror(h->file) != 0;
    if (fclose(h->file) != 0 || bad)
        return adc_fail(error, "Cannot write %s: %s.", h->name, errno ? strerror(errno) : "the disk refused it");
    return true;
}
