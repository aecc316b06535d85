#!/bin/sh
# locale.sh -- in a host program whose decimal point is a comma the compiler reads and writes numbers as everywhere.
case $BUILD in */asan) echo "the libraries are instrumented"; exit 77 ;; esac
mkdir "$SCRATCH/locales"
localedef -i de_DE -f UTF-8 "$SCRATCH/locales/de_DE.UTF-8" >"$SCRATCH/out" 2>&1
[ -d "$SCRATCH/locales/de_DE.UTF-8" ] || { echo "skipped: no localedef, or no de_DE"; exit 77; }
set -eu
cat >"$SCRATCH/host.c" <<'C'
#include "adc.h"

#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
    const char *text = "const k = 0.5\nparam x = 2.25\nloss k*sqrt(x) + erf(1.5e-1*x) + hypot(x,0.25)\n";
    const char *define[] = {"k=0.75"};
    adc_compile_options options = {.define = define, .defines = 1};
    char *c, *h, *messages;
    if (argc != 2 || !setlocale(LC_ALL, argv[1])) return 2;
    int ok = adc_to_c("m.ad", text, strlen(text), &options, &c, &h, &messages);
    fputs(ok ? c : messages, stdout);
    return !ok;
}
C
${CC:-cc} -Iruntime -o "$SCRATCH/host" "$SCRATCH/host.c" "$BUILD/libadcc.a" "$BUILD/libadc.a" -ltcc -lcjson -lz -lm
"$SCRATCH/host" C >"$SCRATCH/point"
LOCPATH=$SCRATCH/locales "$SCRATCH/host" de_DE.UTF-8 >"$SCRATCH/comma"
diff "$SCRATCH/point" "$SCRATCH/comma"
