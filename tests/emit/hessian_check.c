/*
 * hessian_check.c -- the entries of a model's Hessian against its products with unit vectors: MODEL is the prefix, SIZE its header's name.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include HEADER

#define PASTE_(a, b) a##_##b
#define PASTE(a, b)  PASTE_(a, b)
#define OF(name)     PASTE(MODEL, name)

int main(void)
{
    const OF(dims) dims = {SIZES};
    double x[1000], theta[1000], e[1000], column[1000], value[5000];
    static double dense[200][200];
    static char work[1 << 20];
    int32_t row[5000], col[5000];
    const OF(data) data = {x};
    const size_t n = OF(nparam)(&dims), nnz = OF(hessian_nnz)(&dims);
    double worst = 0, most = 0;
    if (n > 200 || nnz > 5000 || OF(work_bytes)(&dims) > sizeof work) return 2;
    for (size_t i = 0; i < 1000; i++) x[i] = sin((double)(i * i));
    for (size_t i = 0; i < n; i++) theta[i] = 0.5 * cos((double)(3 * i));
    if (OF(hessian_pattern)(&dims, &data, row, col) || OF(hessian)(&dims, theta, &data, value, work)) return 3;
    for (size_t k = 0; k < nnz; k++) {
        dense[row[k]][col[k]] += value[k];
        if (row[k] < col[k] && dense[col[k]][row[k]] == 0) dense[col[k]][row[k]] = 0;
    }
    for (size_t j = 0; j < n; j++) {
        for (size_t i = 0; i < n; i++) e[i] = i == j;
        if (OF(hvp)(&dims, theta, &data, e, column, work)) return 4;
        for (size_t i = j; i < n; i++) {
            worst = fmax(worst, fabs(column[i] - dense[i][j]));
            most = fmax(most, fabs(column[i]));
        }
    }
    printf("%zu entries of %zu x %zu: %s\n", nnz, n, n, worst <= 1e-12 * most ? "right" : "wrong");
    return !(worst <= 1e-12 * most);
}
