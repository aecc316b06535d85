#!/bin/bash
# not_definite.sh -- what a user of the C sees of a matrix without a factor, and of a singular one: the code, from the loss and from the gradient,
# for sizes written out and by kernels; and the place, that adc eval names.
cd "${SCRATCH:?}" || exit 1
cat >m.ad <<'END'
const N = 3
param x = 1, y = 1
let A[i: N, j: N] = if i == j then 2 else x/(1 + i + j)
let B[i: N, j: N] = if i == j then y else 0
loss sum(cholesky(A)) + sum(inverse(B))
END
cat >main.c <<'END'
#include "m.h"
#include <stdlib.h>

static int code(double x, double y)
{
    double theta[2] = {x, y}, loss, grad[2];
    void *work = malloc(m_work_bytes(NULL) + 64);
    const int a = m_loss(NULL, theta, NULL, &loss, work), b = m_grad(NULL, theta, NULL, &loss, grad, work);
    free(work);
    return a == b ? a : -1;
}

int main(void)
{
    if (code(1, 1) != M_OK) return 1;
    if (code(9, 1) != M_ENONFINITE) return 2;
    return code(1, 0) != M_ENONFINITE ? 3 : 0;
}
END
for n in 3 7; do
    adc m.ad -D N=$n -o m.c && cc -std=c99 -O1 -Wall -Wextra -Werror -o run m.c main.c -lm || exit 1
    ./run || { echo "N = $n: check $? fails"; exit 1; }
    adc eval m.ad -D N=$n --set x=9 2>&1 | grep -q '^adc: m.ad:5:1: the matrix of cholesky is not positive definite' || exit 1
    adc eval m.ad -D N=$n --set y=0 2>&1 | grep -q '^adc: m.ad:5:1: the matrix is singular' || exit 1
done
