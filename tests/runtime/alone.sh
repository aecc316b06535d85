#!/bin/sh
# The optimisers need nothing but libm: a program that uses them links without zlib, and nothing in
# the library prints or ends the process.
set -eu
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cat >"$dir/alone.c" <<'C'
#include "adc.h"

#include <stdio.h>

/* f = (x - 1)^2 + 100 (y - x^2)^2 (Rosenbrock 1960) */
static double rosenbrock(const double *x, double *g)
{
    const double a = x[0] - 1, b = x[1] - x[0] * x[0];
    g[0] = 2 * a - 400 * x[0] * b;
    g[1] = 200 * b;
    return a * a + 100 * b * b;
}

int main(void)
{
    double x[2] = {-1.2, 1}, g[2];
    adc_optim_options options;
    adc_error error;
    adc_optim_defaults("adam", &options);
    options.lr = 0.02;
    adc_optim *o = adc_optim_new("adam", &options, 2, &error);
    for (int k = 0; k < 5000; k++) adc_optim_step(o, x, rosenbrock(x, g), g);
    printf("%.3f %.3f after %zu steps\n", x[0], x[1], adc_optim_steps(o));
    adc_optim_free(o);
    return 0;
}
C
san=
case $BUILD in */asan) san=-fsanitize=address,undefined ;; esac
${CC:-cc} $san -std=c99 -Wall -Wextra -I"$ADC_ROOT/runtime" -o "$dir/alone" "$dir/alone.c" "$BUILD/libadc.a" -lm
[ "$("$dir/alone")" = "1.000 1.000 after 5000 steps" ]

# only the history, the bar and the pictures write, to where they are told
for object in $(ar t "$BUILD/libadc.a"); do
    case $object in history.o | progress.o | plot.o | draw.o | gnuplot.o | landscape.o | residuals.o) continue ;; esac
    cd "$dir" && ar x "$BUILD/libadc.a" "$object"
    if nm -u "$object" | grep -wE 'printf|puts|putchar|fprintf|fputs|perror|stdout|stderr|exit|abort'; then
        echo "$object prints or exits"
        exit 1
    fi
done
