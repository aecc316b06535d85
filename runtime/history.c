/*
 * history.c -- one line a step, flushed by the system as it likes, so that a broken-off run leaves what it had.
 */
#include "history.h"
#include "data.h"
#include "decimal.h"
#include "describe.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void metric_names(const History *h, const char *prefix)
{
    for (int a = 0; a < h->model->arrays; a++)
        if (h->model->array[a].kind == ADC_METRIC) fprintf(h->file, ",%s%s", prefix, h->model->array[a].name);
}

char *adc_history_text(const char *name, adc_error *error)
{
    FILE *f = fopen(name, "r");
    long n = -1;
    if (f && fseek(f, 0, SEEK_END) == 0) n = ftell(f);
    char *text = n >= 0 ? malloc((size_t)n + 1) : NULL;
    if (text) {
        rewind(f);
        text[fread(text, 1, (size_t)n, f)] = 0;
    } else
        adc_say(error, "Cannot read %s: %s.", name, errno ? strerror(errno) : "memory ran out");
    if (f) fclose(f);
    return text;
}

/*
 * Takes the file's place with its header and its rows of steps before this one, of which none is a part of a row.  An event that is
 * the last may tell of a step that was there: its row stays, too.
 */
static void take_over(History *h, size_t step, bool last)
{
    const char *row = strchr(h->old, '\n');
    while (row) {
        const char *end = strchr(++row, '\n');
        const size_t at = strtoull(row, NULL, 10);
        if (!end || at > step || (at == step && !last)) break;
        h->rows = true;
        h->step = at;
        fwrite(row, 1, (size_t)(end - row) + 1, h->file);
        row = end;
    }
    fflush(h->file);
    h->lost = rename(h->part, h->name) != 0;
    free(h->old);
    h->old = NULL;
}

bool adc_history_open(History *h, const char *name, const adc_model *m, const void *dims, bool dev, bool goes_on,
                      adc_error *error)
{
    *h = (History){.name = name, .model = m, .metrics = adc_metrics(m), .dev = dev};
    const size_t n = m->nparam(dims);
    if (n <= HISTORY_PATH) h->path = n;
    const bool there = goes_on && access(name, F_OK) == 0;
    if (there && !(h->old = adc_history_text(name, error))) return false;
    if (h->old && !(h->part = malloc(strlen(name) + 6))) return adc_fail_memory(error, name);
    if (h->old) strcat(strcpy(h->part, name), ".part");
    h->file = fopen(h->old ? h->part : name, "w");
    if (!h->file) return adc_fail(error, "Cannot write %s: %s.", h->old ? h->part : name, strerror(errno));
    if (goes_on) setvbuf(h->file, NULL, _IOLBF, 1 << 16); /* what is saved afterwards must find its rows here */
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

void adc_history_row(History *h, const adc_fit_event *e)
{
    if (h->old) take_over(h, e->step, e->last);
    if (h->rows && e->step == h->step) return; /* the last event tells of the step before once more */
    h->rows = true;
    h->step = e->step;
    const Decimal decimal = decimal_begin();
    fprintf(h->file, "%zu,%zu", e->step, e->epoch);
    number(h->file, e->loss);
    for (size_t i = 0; i < h->metrics; i++) number(h->file, e->metric[i]);
    for (size_t i = 0; h->dev && i < h->metrics + 1; i++) {
        if (e->dev)
            number(h->file, e->dev[i]);
        else
            fputc(',', h->file);
    }
    for (size_t i = 0; i < h->path; i++) number(h->file, adc_real(h->model, e->theta, i));
    fputc('\n', h->file);
    decimal_end(decimal);
}

bool adc_history_close(History *h, adc_error *error)
{
    free(h->old);
    free(h->part);
    if (!h->file) return true;
    errno = 0;
    const bool bad = ferror(h->file) != 0 || h->lost;
    if (fclose(h->file) != 0 || bad)
        return adc_fail(error, "Cannot write %s: %s.", h->name, errno ? strerror(errno) : "the disk refused it");
    return true;
}
