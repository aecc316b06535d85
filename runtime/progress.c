/*
 * progress.c --   38 % [=========>              ]  step 380, loss 15.93, 2400 steps/s, 0:26 left
 */
#include "progress.h"
#include "decimal.h"

#include <time.h>
#include <unistd.h>

double adc_seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

void adc_progress_start(Progress *p, FILE *to)
{
    *p = (Progress){.to = isatty(fileno(to)) ? to : NULL, .start = adc_seconds()};
    p->shown = p->start;
}

void adc_progress_show(Progress *p, const adc_fit_event *e)
{
    const double now = adc_seconds();
    if (!p->begun) p->first = e->step;
    p->begun = true;
    if (!p->to || now - p->shown < 0.1) return;
    p->shown = now;
    const double rate = (double)(e->step - p->first) / (now - p->start);
    const Decimal decimal = decimal_begin();
    fputs("\r\033[K", p->to);
    if (e->limit) {
        const size_t done = e->step * 24 / e->limit;
        char bar[25];
        for (size_t i = 0; i < 24; i++) bar[i] = i < done ? '=' : i == done ? '>' : ' ';
        bar[24] = 0;
        fprintf(p->to, "%3zu %% [%s]  ", e->step * 100 / e->limit, bar);
    }
    fprintf(p->to, "step %zu, loss %.4g, ", e->step, e->loss);
    if (e->dev) fprintf(p->to, "dev %.4g, ", *e->dev);
    fprintf(p->to, "%.3g steps/s", rate);
    if (e->limit && rate > 0) {
        const unsigned long left = (unsigned long)((double)(e->limit - e->step) / rate + 0.5);
        fprintf(p->to, ", %lu:%02lu left", left / 60, left % 60);
    }
    decimal_end(decimal);
    fflush(p->to);
}

void adc_progress_end(Progress *p)
{
    if (p->to && p->shown > p->start) fputs("\r\033[K", p->to);
    if (p->to) fflush(p->to);
}
