#!/bin/bash
# jacobian.sh -- sparse Jacobians in generated C: all forms, of several shapes, under every compiler.
here=$PWD/tests
cd "${SCRATCH:?}" || exit 1
. "$here/emit/entries_check"

adc "$here/models/bundle.ad" --emit jacobian,jvp -o bundle.c || exit 1
cc -std=c99 -O2 -Wall -Wextra -Wpedantic -Werror -I. -o bundle "$here/emit/jacobian_bundle.c" bundle.c -lm && ./bundle || exit 1
cp "$here/models/bundle.ad" .
check bundle jacobian err 3,4,5 10 150 'B(err,cam) B(err,X) B(err,w)' -DRANGE=5
check bundle jacobian reg 3,4,5 5 5 'B(reg,w)' -DRANGE=5

# Jacobians: a stencil whose ends stand over, two blocks whose order data decide, one param in several widths
cat >stencil.ad <<'END'
dim N
data x[N]
param w[N, 2] = 1, c = 1
output y[n: N, i: 2] = c * x[n] * w[n, i] + (if n > 0 then w[n - 1, i]^2 else 0) + (if n + 1 < N then w[n + 1, 1 - i] * w[n, 0] else 0)
END
check stencil jacobian y 6 12 60 'B(y,w) B(y,c)' -DRANGE=6
cat >edges.ad <<'END'
dim N, E
data a[E]: int(N), b[E]: int(N), len[E]
param x[N, 3] = 1, k[E] = 1
output f[e: E] = k[e] * (sqrt(sum[i: 3] (x[a[e], i] - 2 * x[b[e], i])^2 + 1) - len[e])
END
check edges jacobian f 5,9 9 63 'B(f,x) B(f,k)' -DRANGE=9
cat >crossed.ad <<'END'
dim N, E
data a[E]: int(N), b[E]: int(N)
param x[2, N] = 1
output f[e: E, j: 2] = (if a[e] > 1 then x[j, a[e] - 2] * x[0, b[e]] else 0) + sum[i: 2] x[i, b[e]]^2
END
check crossed jacobian f 5,9 18 54 'B(f,x)' -DRANGE=9
cat >mixed.ad <<'END'
dim N, M
data X[N, M]
param W[3, M] = 1, b[3] = 0, s = 1
output p[n: N, k: 3] = tanh(s * sum[m: M] (X[n, m] * W[k, m]) + b[k])
output q[k: 3] = b[k]^2 * sum[n: N, m: M] (X[n, m] * W[k, m])
output t = s * sum[k: 3] b[k]^2
END
check mixed jacobian p 4,3 12 60 'B(p,W) B(p,b) B(p,s)' -DRANGE=4
check mixed jacobian q 4,3 3 12 'B(q,W) B(q,b)'
check mixed jacobian t 4,3 1 4 'B(t,b) B(t,s)'
# through a scan, by forward mode
cat >scanned.ad <<'END'
data x[6]
param a = 0.5, b[2] = 1
scan t: 6 with h = b, l = 0.0 {
  let u = sin(h[0])
  next h[i: 2] = tanh(a * h[i] + x[t] * h[1 - i])
  next l = l + u^2
  yield out[t] = u
}
loss l + h[1]
output seen[t: 6] = out[t]^2
END
check scanned jacobian seen '' 6 18 'B(seen,a) B(seen,b)'
# nothing to give but the params
cat >alone.ad <<'END'
param x[3] = 1, y = 1
output z[i: 3] = x[i]^2 * y
loss x[0]^2 * x[1]^3 + x[2] * y^2
END
check alone jacobian z '' 3 6 'B(z,x) B(z,y)' -DNO_DATA

# Ragged sums: entries along ranges between integer data
cat >sparse.ad <<'END'
dim N, M, Z
data ptr[N + 1]: int(Z + 1), col[Z]: int(M)
param x[M] = 1, val[Z] = 1, b[N] = 0
output r[i: N] = (sum[z: ptr[i]..ptr[i+1]] val[z] * x[col[z]]) - b[i]^2
END
check sparse jacobian r 7,5,23 7 47 'B(r,b)' -DRANGE=7 -DRAGGED
# more of all: fixed entries beside, two ranges, dimensions after, between and beside, filters, the greatest, functions of functions
cat >ragged.ad <<'END'
dim N, M, Z
data ptr[N + 1]: int(Z + 1), ptr_2[N + 1]: int(Z + 1), col[Z]: int(M), kind[Z]: int(3)
param x[M, 2] = 1, val[Z] = 1, c[N] = 1, y[2, M] = 1, s = 1
output r[i: N, k: 2, l: 3] = c[i] * tanh(sum[z: ptr[i]..ptr[i+1] if kind[z] > 0] val[z] * (x[col[z], k]^2 + l) / (1 + sum[m: 2] y[m, col[z]]^2))
  + s * sum[z: ptr_2[i]..ptr_2[i+1]] sin(x[col[z], 0]) + (if i > 0 then x[(i * i) % M, 1] else 0)
output q[i: N] = s * (sum[z: ptr_2[i]..ptr_2[i+1] - 0, m: 2] x[col[z], m] * c[i]) + c[i]
output top[i: N] = s * max(c[i], max[z: ptr[i]..ptr[i+1]] (x[col[z], 1] * val[z]))
END
check ragged jacobian r 4,5,11 24 432 'B(r,c) B(r,s)' -DRANGE=4 -DRAGGED
check ragged jacobian q 4,5,11 4 24 'B(q,c) B(q,s)' -DRANGE=4 -DRAGGED
check ragged jacobian top 4,5,11 4 38 'B(top,c) B(top,s)' -DRANGE=4 -DRAGGED
# a constant number of rows
cat >few.ad <<'END'
dim M, Z
data ptr[4]: int(Z + 1), col[Z]: int(M)
param x[M, 3] = 1, y[3] = 1
output r[i: 3] = y[i] * sum[z: ptr[i]..ptr[i+1], j: 3] x[col[z], j]^2
END
check few jacobian r 4,9 3 27 'B(r,y)' -DRAGGED
# ranges that overlap are refused
cat >overlap.c <<'EOF'
#include "sparse.h"
#include <string.h>
int main(void)
{
    const sparse_dims dims = {2, 3, 4};
    int32_t ptr[] = {0, 3, 2};
    const int32_t col[] = {0, 1, 2, 0};
    const sparse_data data = {.ptr = ptr, .col = col};
    int which = 0;
    if (sparse.check(&dims, &data, &which) != SPARSE_EDATA || !strstr(sparse.check_text[which], "ptr[i] <= ptr[i + 1]")) return 1;
    if (sparse_jacobian_r_nnz(&dims, 0) != SIZE_MAX) return 2;
    ptr[2] = 4;
    return sparse_check(&dims, &data) || sparse_jacobian_r_nnz(&dims, &data) != 10 ? 3 : 0;
}
EOF
adc sparse.ad --emit jacobian -o sparse.c && cc -std=c99 -Wall -Wextra -Werror -I. -o overlap overlap.c sparse.c -lm && ./overlap || exit 1
