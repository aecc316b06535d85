#!/bin/bash
# x87.sh -- where numbers have more digits than their type: a file with functions of lanes does not compile, and says with what options it
# does; sines and cosines are libm's.
set -u
gcc -mfpmath=387 -dM -E -x c /dev/null 2>/dev/null | grep -q '__FLT_EVAL_METHOD__ 2' || exit 77
cd "${SCRATCH:?}" || exit 1
printf 'dim N\ndata x[N]\nparam w = 0.5\nloss sum[n] exp(w * x[n])\n' >lanes.ad
printf 'param x = 3e4\nloss sin(x)\n' >wave.ad
adc lanes.ad -o lanes.c && adc wave.ad -o wave.c || exit 1
gcc -mfpmath=387 -c lanes.c 2>said && { echo "lanes.c compiled"; exit 1; }
grep -q 'compile with -msse2 -mfpmath=sse' said || { cat said; exit 1; }
cat >main.c <<'C'
#include "wave.h"
#include <math.h>
int main(void)
{
    double x = 0, value, slope;
    for (int k = 0; k < 100000; k++, x += 0.37)
        if (wave_grad(0, &x, 0, &value, &slope, 0) || fabs(value - sin(x)) > 1e-15 || fabs(slope - cos(x)) > 1e-15) return 1;
    return 0;
}
C
for flags in -O0 -O2 "-O2 -std=c99"; do
    # shellcheck disable=SC2086
    gcc $flags -mfpmath=387 -o main main.c wave.c -lm && ./main || { echo "$flags: other numbers than libm's"; exit 1; }
done
