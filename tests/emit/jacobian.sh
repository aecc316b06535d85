#!/bin/bash
# jacobian.sh -- sparse Jacobians and Hessians in generated C: large, of several shapes, under every compiler.
here=$PWD/tests
cd "$SCRATCH" || exit 1
adc "$here/models/bundle.ad" --emit jacobian,jvp -o bundle.c || exit 1
cc -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -I. -o bundle "$here/emit/jacobian_bundle.c" bundle.c -lm && ./bundle || exit 1

# a diagonal, a band, two params of which one reads the other's row, a full matrix
cat >diagonal.ad <<'END'
dim N
data x[N]
param w[N] = 1
loss sum[n] exp(w[n] * x[n]) * w[n]
END
cat >band.ad <<'END'
dim N
data x[N]
param w[N] = 1
loss sum[n: N - 1] (x[n] * (w[n + 1] - w[n]^2)^2 + sin(w[n]))
END
cat >pair.ad <<'END'
dim N
data x[N]
param u[N, 2] = 1, v[N] = 1, s = 1
loss sum[n] log(1 + exp(x[n] * u[n, 0] * v[n] - s * u[n, 1]^3))
END
cat >full.ad <<'END'
dim N
data x[N]
param w[4] = 1
loss log(1 + sum[n] (sum[i] w[i] * x[n]^i)^2)
END
for model in diagonal band pair full; do
    adc $model.ad --emit hessian,hvp -o $model.c || exit 1
    echo "$model:"
    cc -std=c99 -O1 -Wall -Wextra -Wpedantic -Werror -DHEADER="\"$model.h\"" -DMODEL=$model -DSIZES=7 -I. -o check "$here/emit/hessian_check.c" $model.c -lm && ./check || exit 1
done
