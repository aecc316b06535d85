#!/bin/bash
# begun.sh -- a gradient does not depend on what stood in its place, and its rows' parts add to what they find: with many rows and none.
set -e
cd "${SCRATCH:?}"
cat >model.ad <<'AD'
dim N
const D = 40
hyper lambda = 0
data x[N, D]
param b
param w[D]
param c[3]
loss mean[n] (sigmoid(sum[d] w[d] * x[n, d] + b) + c[1])^2 + lambda * sum(w^2) + sum(c)
AD
cat >main.c <<'C'
#include "model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { D = 40, P = D + 4 };

int main(void)
{
    static double x[150 * D], theta[P], whole[P], parts[P];
    for (int i = 0; i < 150 * D; i++) x[i] = sin(i);
    for (int i = 0; i < P; i++) theta[i] = cos(i);
    int failed = 0;
    for (size_t rows = 0; rows <= 150; rows += 75) {
        model_dims dims = {rows};
        model_data data = {0.25, x};
        double loss = 5, sum = 0, apart = 0;
        void *work = malloc(model_work_bytes(&dims) + 64);
        for (int i = 0; i < P; i++) whole[i] = 7, parts[i] = 1;
        int code = model_grad(&dims, theta, &data, &loss, whole, work);
        if (rows) code |= model_grad_range(&dims, theta, &data, &sum, parts, work, 0, rows / 3);
        code |= model_grad_range(&dims, theta, &data, &sum, parts, work, rows / 3, rows);
        for (int i = 0; i < P; i++) apart = fmax(apart, fabs(whole[i] + 1 - parts[i]));
        if (rows > 0 && (code || fabs(loss - sum) > 1e-12)) failed = 1;
        if (!(apart < 1e-12) || (rows == 0 && whole[4] != 0.5 * theta[4])) failed = 1;
        free(work);
    }
    return failed;
}
C
adc model.ad -o model.c
grep -q 'fresh ?' model.c || { echo "no equation begins the gradient"; exit 1; }
"${CC:-cc}" -O2 -o run main.c model.c -lm
./run || { echo "another gradient"; exit 1; }
