#!/bin/bash
# hessian.sh -- the same of sparse Hessians.
here=$PWD/tests
cd "${SCRATCH:?}" || exit 1
. "$here/emit/entries_check"

# a diagonal, a band, two params of which one reads the other's row, a full matrix
cat >diagonal.ad <<'END'
dim N
data x[N]
param w[N] = 1
loss sum[n] exp(w[n] * x[n]) * w[n]
END
check diagonal hessian '' 7 0 7 'B(w,w)' -DRANGE=7
# a sum over rows of what all params are in: rows add
cat >logistic.ad <<'END'
dim N
data x[N, 3]
param w[3] = 1, c = 0
loss sum[n] log(1 + exp(c * x[n, 0] + sum[i] w[i] * x[n, i])) + c^2
END
check logistic hessian '' 7 0 10 'B(w,w) B(c,w) B(c,c)' -DRANGE=7
cat >band.ad <<'END'
dim N
data x[N]
param w[N] = 1
loss sum[n: N - 1] (x[n] * (w[n + 1] - w[n]^2)^2 + sin(w[n]))
END
check band hessian '' 7 0 14 'B(w,w)'
cat >pair.ad <<'END'
dim N
data x[N]
param u[N, 2] = 1, v[N] = 1, s = 1
loss sum[n] log(1 + exp(x[n] * u[n, 0] * v[n] - s * u[n, 1]^3))
END
check pair hessian '' 7 0 64 'B(u,u) B(v,u) B(v,v) B(s,u) B(s,v) B(s,s)'
cat >full.ad <<'END'
dim N
data x[N]
param w[4] = 1
loss log(1 + sum[n] (sum[i] w[i] * x[n]^i)^2)
END
check full hessian '' 7 0 10 'B(w,w)'
cat >matrix.ad <<'END'
dim N, K
data x[N, K]
param W[2, K] = 1, b[K] = 1
loss log(1 + sum[n] (sum[i, k] (W[i, k] * x[n, k]^(i + 1) + b[k] * W[0, k]))^2)
END
check matrix hessian '' 5,3 0 45 'B(W,W) B(b,W) B(b,b)'
# a chain of vectors: rows at whose ends an entry is missing; squares with their lower halves
cat >chain.ad <<'END'
dim N
data x[N]
param w[N, 3] = 1
loss sum[n: N - 1] (x[n] * (sum[i: 3] w[n + 1, i] * w[n, i]) + sin(w[n, 0] * w[n, 2]))
END
check chain hessian '' 5 0 45 'B(w,w)'
# neither side of the diagonal, as far as one knows
cat >turned.ad <<'END'
dim N
data x[N]
param A[N, N] = 1
loss sum[i: N, j: N] x[i] * A[i, j]^2 * A[j, i]
END
check turned hessian '' 4 0 32 'B(A,A)'
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
check scanned hessian '' '' 0 6 'B(a,a) B(b,a) B(b,b)'
# nothing to give but the params
cat >alone.ad <<'END'
param x[3] = 1, y = 1
output z[i: 3] = x[i]^2 * y
loss x[0]^2 * x[1]^3 + x[2] * y^2
END
check alone hessian '' '' 0 10 'B(x,x) B(y,x) B(y,y)' -DNO_DATA
# a hidden layer of sigmoids under a softmax
cat >mlp.ad <<'END'
dim N
data x[N]
param W1[3, 2] ~ normal(0, 1), b1[3] = 0.1, W2[2, 3] ~ normal(0, 1), b2[2] = 0.2
let Z[n, h] = sigmoid(b1[h] + sum[d: 2] W1[h, d] * x[n]^(d + 1))
let logits[n, k] = b2[k] + sum[h] W2[k, h] * Z[n, h]
loss mean[n] (logsumexp[k] logits[n, k] - logits[n, n % 2])
END
check mlp hessian '' 5 0 153 'B(W1,W1) B(b1,W1) B(b1,b1) B(W2,W1) B(W2,b1) B(W2,W2) B(b2,W1) B(b2,b1) B(b2,W2) B(b2,b2)'
# what cannot be numbered is refused, what is large is told
cat >large.ad <<'END'
param w[158010] = 0
loss sum(w)^4
END
adc large.ad --emit hessian -o large.c 2>told && exit 1
grep -q 'the Hessian of the loss has 12483659055 entries (99.9 GB): more than can be numbered' told || { cat told; exit 1; }
sed -i 's/158010/20000/' large.ad
adc large.ad --emit hessian -o large.c 2>told || exit 1
grep -q 'warning: the Hessian of the loss has 200010000 entries (1.6 GB)' told || { cat told; exit 1; }
