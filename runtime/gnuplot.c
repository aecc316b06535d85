/*
 * gnuplot.c -- starts gnuplot and takes its picture.
 */
#include "gnuplot.h"
#include "data.h"

#include <errno.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_svg(const char *file)
{
    const size_t n = strlen(file);
    return n > 4 && !strcmp(file + n - 4, ".svg");
}

static const char *terminal(const char *file)
{
    const size_t n = strlen(file);
    if (is_svg(file)) return "svg size 800,600 background rgb 'white' font 'sans,14'";
    if (n > 4 && !strcmp(file + n - 4, ".png")) return "pngcairo size 1200,900 font 'sans,20'";
    return NULL;
}

static bool on_path(const char *program)
{
    const char *path = getenv("PATH");
    for (const char *s = path ? path : ""; *s;) {
        const size_t n = strcspn(s, ":");
        char full[4096];
        if ((size_t)snprintf(full, sizeof full, "%.*s/%s", (int)n, s, program) < sizeof full && !access(full, X_OK))
            return true;
        s += n + (s[n] == ':');
    }
    return false;
}

bool adc_gnuplot_can(const char *file, adc_error *error)
{
    if (!terminal(file)) return adc_fail(error, "Cannot draw %s: a picture's name ends in .svg or .png.", file);
    if (!on_path("gnuplot")) return adc_fail(error, "Cannot draw %s: gnuplot, which does it, is not installed.", file);
    const char *slash = strrchr(file, '/');
    char folder[4096];
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - file) + 1 : 1, slash ? file : ".");
    return access(folder, W_OK) == 0 || adc_fail(error, "Cannot write %s: %s.", file, strerror(errno));
}

bool adc_gnuplot_open(Gnuplot *g, const char *file, adc_error *error)
{
    g->file = file;
    g->image = is_svg(file) ? "image pixels" : "image";
    const int n = snprintf(g->beside, sizeof g->beside, "%s.part", file);
    if (n < 0 || (size_t)n >= sizeof g->beside) return adc_fail(error, "Cannot write %s: its name is too long.", file);
    /* gnuplot may end before it has read everything; that is seen below, and must not end us. */
    g->before = signal(SIGPIPE, SIG_IGN);
    /* The command is ours alone.  NOLINTNEXTLINE(cert-env33-c) */
    g->to = popen("gnuplot 2>/dev/null", "w");
    if (!g->to) {
        signal(SIGPIPE, g->before);
        return adc_fail(error, "Cannot write %s: gnuplot does not start.", file);
    }
    g->decimal = decimal_begin();
    fprintf(g->to, "set terminal %s\nset output ", terminal(file));
    adc_gnuplot_text(g->to, g->beside);
    fputc('\n', g->to);
    return true;
}

bool adc_gnuplot_close(Gnuplot *g, adc_error *error)
{
    fputs("unset output\n", g->to);
    const int status = pclose(g->to);
    decimal_end(g->decimal);
    signal(SIGPIPE, g->before);
    if (status == 0 && rename(g->beside, g->file) == 0) return true;
    remove(g->beside);
    return adc_fail(error, "Cannot write %s: gnuplot failed.", g->file);
}

void adc_gnuplot_text(FILE *to, const char *s)
{
    fputc('\'', to);
    for (; *s; s++) fputs(*s == '\'' ? "''" : (const char[]){*s, 0}, to);
    fputc('\'', to);
}

void adc_gnuplot_number(FILE *to, double x, char end)
{
    if (isfinite(x))
        fprintf(to, "%.17g%c", x, end);
    else
        fprintf(to, "NaN%c", end);
}
