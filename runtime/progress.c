/*
 * progress.c --   38 % [=========>              ]  step 380, loss 15.93, 2400 steps/s, 0:26 left
 *                  38 % [=========>              ]  reading X.csv, 912 MB, 210 MB/s, 0:07 left
 *
 * On a terminal a line that stays; elsewhere, in a log, plain lines.
 */
#include "progress.h"
#include "decimal.h"

#include <math.h>
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
    *p = (Progress){.to = to, .start = adc_seconds()};
    p->terminal = to && isatty(fileno(to));
    p->shown = p->start;
}

/* Ten times a second; in a log after 10 seconds, and when a twentieth of the time so far has gone by again. */
static double interval(const Progress *p, double now)
{
    if (p->terminal) return 0.1;
    return now - p->start > 200 ? (now - p->start) / 20 : 10;
}

/* Is it time to show something? */
static bool due(Progress *p)
{
    const double now = adc_seconds();
    if (!p->to || now - p->shown < interval(p, now)) return false;
    p->shown = now;
    if (p->terminal) fputs("\r\033[K\033[?7l", p->to); /* empties the line; what is longer does not go on in the next */
    return true;
}

static void print_bar(const Progress *p, double done)
{
    const int full = (int)(done * 24);
    char bar[25];
    for (int i = 0; i < 24; i++) bar[i] = i < full ? '=' : i == full ? '>' : ' ';
    bar[24] = 0;
    fprintf(p->to, "%3d %% ", (int)(done * 100));
    if (p->terminal) fprintf(p->to, "[%s] ", bar);
    fputc(' ', p->to);
}

/* rate: a second */
static void print_left(const Progress *p, double rest, double rate)
{
    if (!(rate > 0) || rest / rate > 1e9) return;
    const unsigned long left = (unsigned long)(rest / rate + 0.5);
    if (left < 3600)
        fprintf(p->to, ", %lu:%02lu left", left / 60, left % 60);
    else
        fprintf(p->to, ", %lu:%02lu:%02lu left", left / 3600, left / 60 % 60, left % 60);
}

static void print_end(const Progress *p)
{
    fputs(p->terminal ? "\033[?7h" : "\n", p->to);
    fflush(p->to);
}

void adc_progress_show(Progress *p, const adc_fit_event *e)
{
    if (!p->begun) {
        p->first = e->step;
        p->dev = NAN;
    }
    p->begun = true;
    if (e->dev) p->dev = *e->dev;
    if (!due(p)) return;
    const Decimal decimal = decimal_begin();
    const double rate = (double)(e->step - p->first) / (p->shown - p->start);
    if (e->limit) print_bar(p, (double)e->step / (double)e->limit);
    fprintf(p->to, "step %zu, ", e->step);
    if (e->epoch != e->step) fprintf(p->to, "epoch %zu, ", e->epoch);
    fprintf(p->to, "loss %.4g, ", e->loss);
    if (!isnan(p->dev)) fprintf(p->to, "dev %.4g, ", p->dev);
    fprintf(p->to, "%.3g steps/s", rate);
    if (e->limit) print_left(p, (double)(e->limit - e->step), rate);
    decimal_end(decimal);
    print_end(p);
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
    print_end(p);
}

void adc_progress_end(Progress *p)
{
    if (!p->to || !p->terminal) return;
    if (p->shown > p->start) fputs("\r\033[K", p->to);
    fflush(p->to);
}
