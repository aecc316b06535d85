#!/bin/bash
# link.sh -- two generated models live in one program, the same input gives the same bytes, and sizes that do not fit are an error.
cd "${SCRATCH:?}" || exit 1
printf 'dim N\ndata x[N]\nparam a = 2\noutput y[n] = a * x[n]\nloss sum(y^2)\n' >one.ad
printf 'dim N\ndata x[N, 3]: int(4)\nparam b[N, 3] = 1\noutput y[n] = sum[i] b[n, i] * x[n, i]\nloss sum(y^2)\n' >two.ad
for model in one two; do
    adc $model.ad -o $model.c && cp $model.c first.c && adc $model.ad -o $model.c && cmp first.c $model.c || exit 1
done
cat >main.c <<'END'
#include "one.h"
#include "two.h"
int main(void)
{
    double x[2] = {1, 3}, a, b[6], loss = 0, grad[6];
    int32_t k[6] = {0, 1, 2, 3, 0, 1};
    one_dims d1 = {2};
    two_dims d2 = {2}, wide = {(size_t)1 << 62};
    one_data in1 = {x};
    two_data in2 = {k};
    static double work[1000];
    if (one_work_bytes(&d1) > sizeof work || two_work_bytes(&d2) > sizeof work) return 1;
    if (one_check(&d1, &in1) != ONE_OK || two_check(&d2, &in2) != TWO_OK) return 2;
    if (one_init(&d1, 1, &a) != ONE_OK || two_init(&d2, 1, b) != TWO_OK) return 3;
    if (one_grad(&d1, &a, &in1, &loss, grad, work) != ONE_OK || loss != 40 || grad[0] != 40) return 4;
    if (two_grad(&d2, b, &in2, &loss, grad, work) != TWO_OK || loss != 25 || grad[1] != 6 || grad[3] != 24) return 5;
    if (two_work_bytes(&wide) != SIZE_MAX || two_nparam(&wide) != SIZE_MAX) return 6;
    if (two_check(&wide, &in2) != TWO_EDIM || two_init(&wide, 1, b) != TWO_EDIM) return 7;
    if (two_grad(&wide, b, &in2, &loss, grad, work) != TWO_EDIM) return 8;
    k[3] = 4;
    if (two_check(&d2, &in2) != TWO_EDATA || one_grad(&d1, &a, 0, &loss, grad, work) != ONE_EDATA) return 9;
    x[0] = 0.0 / 0.0;
    if (one_check(&d1, &in1) != ONE_EDATA || one_loss(&d1, &a, &in1, &loss, work) != ONE_ENONFINITE) return 10;
    return one.arrays != 3 || two.row != 0;
}
END
gcc -std=c99 -Wall -Wextra -o main main.c one.c two.c -lm && ./main || { echo "main: $?"; exit 1; }
