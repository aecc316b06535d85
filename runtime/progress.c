/*
 * progress.c --   38 % [=========>              ]  step 380, loss 15.93, 2400 steps/s, 0:26 left
 *                  38 % [=========>              ]  reading X.csv, 912 MB, 210 MB/s, 0:07 left
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

/* Is it time to show something? */
static bool due(Progress *p)
{
    const double now = adc_seconds();
    if (!p->to || now - p->shown < 0.1) return false;
    p->shown = now;
    fputs("\r\033[K", p->to);
    return true;
}

static void print_bar(const Progress *p, double done)
{
    const int full = (int)(done * 24);
    char bar[25];
    for (int i = 0; i < 24; i++) bar[i] = i < full ? '=' : i == full ? '>' : ' ';
    bar[24] = 0;
    fprintf(p->to, "%3d %% [%s]  ", (int)(done * 100), bar);
}

/* rate: a second */
static void print_left(const Progress *p, double rest, double rate)
{
    if (!(rate > 0)) return;
    const unsigned long left = (unsigned long)(rest / rate + 0.5);
    fprintf(p->to, ", %lu:%02lu left", left / 60, left % 60);
}

void adc_progress_show(Progress *p, const adc_fit_event *e)
{
    if (!p->begun) p->first = e->step;
    p->begun = true;
    if (!due(p)) return;
    const Decimal decimal = decimal_begin();
    const double rate = (double)(e->step - p->first) / (p->shown - p->start);
    if (e->limit) print_bar(p, (double)e->step / (double)e->limit);
    fprintf(p->to, "step %zu, loss %.4g, ", e->step, e->loss);
    if (e->dev) fprintf(p->to, "dev %.4g, ", *e->dev);
    fprintf(p->to, "%.3g steps/s", rate);
    if (e->limit) print_left(p, (double)(e->limit - e->step), rate);
    decimal_end(decimal);
    fflush(p->to);
}

void adc_progress_read(Progress *p, const char *file, size_t done, size_t all)
{
    if (!due(p)) return;
    const Decimal decimal = decimal_begin();
    const double rate = (double)done / (p->shown - p->start);
    if (done < all) print_bar(p, (double)done / (double)all);
    fprintf(p->to, "reading %s, %zu MB, %.0f MB/s", file, done / 1000000, rate / 1e6);
    if (done < all) print_left(p, (double)(all - done), rate);
    decimal_end(decimal);
    fflush(p->to);
}

void adc_progress_end(Progress *p)
{
    if (p->to && p->shown > p->start) fputs("\r\033[K", p->to);
    if (p->to) fflush(p->to);
}
