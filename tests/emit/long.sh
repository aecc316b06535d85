#!/bin/bash
# long.sh -- models of many thousand scalar statements become functions of bounded size, with the same derivative.
cd "${SCRATCH:?}" || exit 1
awk 'BEGIN { printf "param x = 0.5\nloss "; for (k = 1; k <= 20000; k++) printf("%ssin(%d*x/1000)\n", (k > 1 ? " + " : ""), k) }' >terms.ad
awk 'BEGIN { printf "param x = 0.5\nlet t0 = x\n"; for (k = 1; k <= 3000; k++) printf "let t%d = sin(t%d) + x/%d\n", k, k - 1, k; print "loss t3000" }' >chain.ad
failed=0
for model in terms chain; do
    adc $model.ad -o $model.c || exit 1
    # lines of the longest function, and its local variables
    awk '/^{/ { n = v = 0 } { n++ } / const .* = / { v++ } /^}/ { if (n > most) most = n; if (v > vars) vars = v }
        END { exit !(most < 4000 && vars < 4000) }' $model.c || { echo "$model: a function is too long"; failed=1; }
    gcc -std=c99 -Wall -Wextra -Wpedantic -Wconversion -Werror -c $model.c || failed=1
done
got=$(adc eval terms.ad --grad | sed -n 's/grad x = //p')
want=$(awk 'BEGIN { for (k = 1; k <= 20000; k++) s += k / 1000 * cos(k * 0.5 / 1000); printf "%.9g", s }')
awk -v a="$got" -v b="$want" 'BEGIN { d = a - b; if (d < 0) d = -d; exit !(d < 1e-6 * (b < 0 ? -b : b)) }' || { echo "terms: $got, not $want"; failed=1; }
exit $failed
