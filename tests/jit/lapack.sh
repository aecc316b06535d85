#!/bin/bash
# lapack.sh -- functions of matrices through LAPACK in both tiers: the same numbers, up to rounding, as by those of the text.
cd "${SCRATCH:?}" || exit 1
cat >m.ad <<'END'
param x = 0.3, A[6, 6] ~ normal(0, 1)
let G[i, j] = A[i, j] + (if i == j then 3 + x^2 else 0)
let K[i: 6, j: 6] = (sum[k: 6] A[i, k] * A[j, k]) + (if i == j then 1 else 0)
let b[i: 6] = cos(x * i)
output y = solve(G, b)
loss sum(y^2) + sum(cholesky(K)) + logdet(G)
END
"${CC:-cc}" -shared -fPIC -x c -o empty.so - <<<"" || exit 1
if ! adc eval m.ad --blas >/dev/null 2>err; then
    grep -q "there is no LAPACK with the function 'd" err || { cat err; exit 1; }
    echo "skipped: no LAPACK here (libopenblas0)"
    exit 77
fi
failed=0
adc eval m.ad --grad --json >want
for way in "--jit tcc" "--jit cc" "--jit cc --link ./empty.so" "--jit auto"; do
    adc eval m.ad --blas $way --grad --json >out
    awk 'BEGIN { RS = "[][ ,}{]+" } NR == FNR { want[FNR] = $0; next }
        { d = want[FNR] - $0; if (want[FNR] != $0 && !(d * d < 1e-20)) bad = 1 } END { exit bad || FNR < 40 }' want out ||
        { failed=1; echo "wrong: $way"; cat want out; }
done
# it is LAPACK that runs: one that says so and does nothing
cat >own.c <<'END'
#include <stdio.h>
void dpotrf_(void) { fputs("own dpotrf_\n", stderr); }
void dgetrf_(void) { fputs("own dgetrf_\n", stderr); }
void dtrsm_(void) { fputs("own dtrsm_\n", stderr); }
END
for jit in tcc cc; do
    adc eval m.ad --blas --link own.c --jit $jit >/dev/null 2>err
    [ "$(sort -u err)" = "own dgetrf_
own dpotrf_
own dtrsm_" ] || { failed=1; echo "not called by $jit:"; cat err; }
done
exit $failed
