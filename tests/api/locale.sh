#!/bin/sh
# locale.sh -- in a host program whose decimal point is a comma the libraries read and write numbers as everywhere.
case $BUILD in */asan) echo "the libraries are instrumented"; exit 77 ;; esac
mkdir "$SCRATCH/locales"
localedef -i de_DE -f UTF-8 "$SCRATCH/locales/de_DE.UTF-8" >"$SCRATCH/out" 2>&1
[ -d "$SCRATCH/locales/de_DE.UTF-8" ] || { echo "skipped: no localedef, or no de_DE"; exit 77; }
set -eu
cat >"$SCRATCH/host.c" <<'C'
#include "adc.h"
#include "data.h"
#include "history.h"
#include "progress.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int to_c(void)
{
    const char *text = "const k = 0.5\nparam x = 2.25\nloss k*sqrt(x) + erf(1.5e-1*x) + hypot(x,0.25)\n";
    const char *define[] = {"k=0.75"};
    adc_compile_options options = {.define = define, .defines = 1};
    char *c, *h, *messages;
    int ok = adc_to_c("m.ad", text, strlen(text), &options, &c, &h, &messages);
    fputs(ok ? c : messages, stdout);
    text = "param x in (0.75, 0.25)\nloss x";
    if (adc_to_c("m.ad", text, strlen(text), NULL, &c, &h, &messages)) return 0;
    fputs(messages, stdout);
    return ok;
}

/* Cells for the fast way and for strtod, and a divisor. */
static int read_csv(const char *dir)
{
    char name[4000];
    snprintf(name, sizeof name, "%s/cells.csv", dir);
    FILE *f = fopen(name, "w");
    fputs("0.5,1.2345678901234567890123\n2.5e-300,-.25\n", f);
    fclose(f);
    strcat(name, ":/0.5");
    DataArray a;
    adc_error error;
    if (!adc_data_read(name, &(DataHow){.type = DATA_F64}, &a, &error)) return printf("%s\n", error.text), 0;
    for (int i = 0; i < 4; i++) {
        unsigned long long bits;
        memcpy(&bits, (double *)a.at + i, sizeof bits);
        printf("%llx\n", bits);
    }
    adc_array_free(&a);
    return 1;
}

/* The history, the progress and an error of a fit. */
static int fit(const char *dir)
{
    const char *text = "param x = 2.25\nloss x^2";
    char name[4000], *messages;
    snprintf(name, sizeof name, "%s/history.csv", dir);
    adc_program *p = adc_compile("m.ad", text, strlen(text), NULL, &messages);
    if (!p) return printf("%s\n", messages), 0;
    const double x = 2.25;
    adc_fit_event event = {.step = 1, .loss = 5.0625, .theta = &x};
    adc_error error;
    History h;
    if (!adc_history_open(&h, name, adc_program_model(p), NULL, false, false, &error)) return printf("%s\n", error.text), 0;
    adc_history_row(&h, &event);
    if (!adc_history_close(&h, &error)) return printf("%s\n", error.text), 0;
    FILE *f = fopen(name, "r");
    while (fgets(name, sizeof name, f)) fputs(name, stdout);
    fclose(f);
    Progress shown = {.to = stdout};
    event.dev = &x;
    adc_progress_show(&shown, &event);
    adc_optim_options options;
    adc_optim_defaults("sgd", &options);
    options.momentum = 1.5;
    if (adc_optim_new("sgd", &options, 1, &error)) return 0;
    printf("%s\n", error.text);
    adc_program_free(p);
    return 1;
}

int main(int argc, char **argv)
{
    char point[8];
    if (argc != 3 || !setlocale(LC_ALL, argv[1])) return 2;
    strcpy(point, localeconv()->decimal_point);
    if (!to_c() || !read_csv(argv[2]) || !fit(argv[2])) return 1;
    return strcmp(point, localeconv()->decimal_point) != 0; /* the host keeps its own */
}
C
${CC:-cc} -D_DEFAULT_SOURCE -Iruntime -o "$SCRATCH/host" "$SCRATCH/host.c" "$BUILD/libadcc.a" "$BUILD/libadc.a" -ltcc -lcjson -lzip -lz -lm
run() { "$SCRATCH/host" "$1" "$SCRATCH" | sed 's|[0-9.,e+-]* steps/s|? steps/s|'; }
run C >"$SCRATCH/point"
LOCPATH=$SCRATCH/locales run de_DE.UTF-8 >"$SCRATCH/comma"
diff "$SCRATCH/point" "$SCRATCH/comma"
LOCPATH=$SCRATCH/locales "$SCRATCH/host" de_DE.UTF-8 "$SCRATCH" >/dev/null
