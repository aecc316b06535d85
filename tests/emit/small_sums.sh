#!/bin/bash
# Small sums with all their terms: gcc 12 at -O3 lost some in these files where parts of a function became one again (see APART).
set -eu
cd "$SCRATCH"
cat >p.ad <<'M'
dim N, M
data treeN[N]: int(N), treeM[M]: int(M), tree4[4]: int(4)
fn f0(x, y[n]) {
  let a[i] = y[i] * x
  let b = sum[i] sin(a[i])
scan s0: N with h2[l1: M, l2: M] = (0.3*l1 * x), h3[v3: 3] = x {
  yield r4[s0, i4: 2] = (tanh(0.4 * grad(x, x)) * hypot(-0.48, (if s0 > 0 then r4[s0 - 1, i4] else 0.86)))
  next h2[i5: M, l6: M] = sin((if p0 > 0.2 then tanh(log(p0) + 1/p0 * tanh(0.4 * grad(0.3*l6, x))) else 0.5 * p0))
  next h3[j7: 3] = tanh(relu(tanh(0.4 * grad(0.3*s0, h3)[j7])))
}
  return 0.5 * tanh(tanh(0.5 * mean[v8: 3, u9: N] ((if p0 > 0.2 then tanh(log(p0) + 1/p0 * 0.71) else 0.5 * p0))))
}
fn f1(x, y[n]) {
  let a[i] = y[i] * x
  let b = sum[i] sin(a[i])
  return 0.5 * tanh(max(clamp(x, -0.4, 0.9), (x + 0.5*1.00)))
}
param P[3, 4], Q[4, 3], p3[3], q3[3], p0
data unN[N], unM[M]
data y7[4]
data X8[2, N]
data X9[3, N]
data c10[N]: int(4)
data c11[2]: int(2)
param w12[4, 3, 2]
param w13
param w14[3, 5]
scan s10: 4 with h15[v11: N, k12: N] = max(0.61, 0.3*k12), h16 = atan2(1.5 + sin(y7[0]), w13) {
  yield r17[s10, v13: M] = tanh(0.5 * sum[l14: N] (((if s10 > 0 then r17[s10 - 1, v13] else 0.89) * (if s10 > 0 then r17[s10 - 1, v13] else 0.74))))
  yield r18[s10] = tanh(sum(transpose(P) * Q))
  next h15[k15: N, v16: N] = tanh(hypot(f0(w13, 2*q3), min(0.33, h15[k15, v16])))
}
let t19[v17: 3] = (tanh(0.5 * sum[i18 < v17] (1.14)) - ((1.2 + sin(clamp(w13, -0.4, 0.9)))^-2 * (tanh(0.5 * sum[i19: N, k20: N] (0.3*k20)) - (if -0.05 >= w13 then w12[0, v17, 1] else w13))))
let t20[k21: 3, j22: 2] = sin(P[1][2] + transpose(Q)[1, 2])
loss expm1(0.3*sin(min(digamma(2.5 + sin(h16)), (w13 * -0.69))))
   + tanh(0.5 * mean[k23: N, l24: 4] (y7[c10[k23]])) + 0.1*p0
   + sin(sum(h15))
   + sin(h16)
   + sin(sum(r17))
   + sin(sum(r18))
   + sin(sum(t19))
   + sin(sum(t20))
M
cat >main.c <<'C'
#include "p.h"

#include <stdio.h>
#include <stdlib.h>

int main(void)
{
    const p_dims dims = {.N = 2, .M = 4};
    const double x[16] = {0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8};
    const int32_t k[8] = {0, 1, 0, 1};
    const p_data data = {k, k, k, x, x, x, x, x, k, k};
    const size_t n = p_nparam(&dims);
    double *theta = calloc(n, sizeof *theta), *grad = calloc(n, sizeof *grad), loss;
    void *work = malloc(p_work_bytes(&dims));
    for (size_t i = 0; i < n; i++) theta[i] = 0.1 + 0.9 * ((double)(i * 37 % 101) / 101.0);
    const int code = p_grad(&dims, theta, &data, &loss, grad, work);
    printf("%d %.6g %.6g %.6g\n", code, loss, grad[0], grad[P_Q_OFFSET(&dims)]);
    free(work), free(grad), free(theta);
    return 0;
}
C
cat >winners.c <<'C'
#include "w.h"

#include <stdio.h>

int main(void)
{
    static const double theta[3] = {1, 3, 2};
    static _Alignas(64) char work[4096];
    double grad[3], loss;
    const int code = winners_twice_grad(NULL, theta, NULL, &loss, grad, work);
    printf("%d %g %g %g %g\n", code, loss, grad[0], grad[1], grad[2]);
    return 0;
}
C
adc p.ad -o p.c 2>/dev/null
for flags in -O0 -O3 "-O3 -march=native"; do
    ${CC:-cc} $flags -fPIC -shared -w -o libp.so p.c -lm
    ${CC:-cc} -w -o main main.c -L. -lp -Wl,-rpath,"$PWD"
    [ "$(./main)" = "0 0.944117 -0.0106308 -0.0023291" ] || { echo "$flags: $(./main)"; exit 1; }
    adc "${ADC_ROOT:?}/tests/derivatives/winners_twice.ad" -o w.c
    ${CC:-cc} $flags -w -o winners winners.c w.c -lm
    [ "$(./winners)" = "0 96 46 46 52" ] || { echo "$flags: $(./winners)"; exit 1; }
done
