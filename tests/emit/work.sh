#!/bin/bash
# work.sh -- loops over rows need the same work memory for ten million rows as for ten thousand, whatever the loss makes of their sums.
cd "${SCRATCH:?}" || exit 1
passed=0 failed=0
# bytes MODEL SIZE: work memory where the dims N and M are SIZE, others 6
bytes() {
    local dim sizes=
    for dim in $(sed -n 's/^dim //p' "$1.ad" | tr -d ','); do
        case $dim in N | M) sizes="$sizes .$dim = $2," ;; *) sizes="$sizes .$dim = 6," ;; esac
    done
    adc "$1.ad" -o "$1.c" || return 1
    printf '#include "%s.h"\n#include <stdio.h>\nint main(void)\n{\n    const %s_dims d = {%s};\n    printf("%%zu\\n", %s_work_bytes(&d));\n    return 0;\n}\n' \
        "$1" "$1" "$sizes" "$1" >main.c
    "${CC:-cc}" -O0 main.c "$1.c" -o main -lm && ./main
}
# same MODEL, whose text is given
same() {
    local few many
    cat >"$1.ad"
    few=$(bytes "$1" 10000) many=$(bytes "$1" 10000000)
    if [ -n "$few" ] && [ "$few" = "$many" ]; then passed=$((passed + 1)); else
        failed=$((failed + 1))
        echo "$1: $few bytes for 10,000 rows, $many for 10,000,000"
    fi
}
for model in sweeps batch_norm tables tables_sum row_scans row_max scans_of_rows; do same $model <"$ADC_ROOT/tests/emit/$model.ad"; done
for model in bundle convnet dropout gmm mlp softmax; do same $model <"$ADC_ROOT/tests/models/$model.ad"; done
same correlation <<'END'
dim N
data x[N], y[N]
param w = 0.5
let f[i] = tanh(w*x[i])
let a = mean[i] f[i]
let b = mean[i] y[i]
loss 1 - (sum[i] (f[i] - a)*(y[i] - b))/sqrt((sum[i] (f[i] - a)^2)*(sum[i] (y[i] - b)^2))
END
same standardised <<'END'
dim N, D
data x[N, D], y[N]
param w[D], b = 0.0
let m[d] = mean[n] x[n, d]
let s[d] = sqrt(mean[n] (x[n, d] - m[d])^2)
loss mean[n] (y[n] - b - sum[d] w[d]*(x[n, d] - m[d])/s[d])^2
END
same filtered <<'END'
dim N
data x[N], y[N]
param w = 0.5
loss log(mean[i if y[i] > 0] (y[i] - tanh(w*x[i]))^2)
END
same fitted <<'END'
dim N
param x[N]
loss logsumexp[n] x[n]
END
echo "$passed passed, $failed failed"
[ $failed = 0 ]
