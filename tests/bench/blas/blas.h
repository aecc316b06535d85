/* blas.h -- what the works with OpenBLAS share: products of row-major matrices, and how many threads they take. */
#ifndef BENCH_BLAS_H
#define BENCH_BLAS_H

#include "bench.h"

#include <cblas.h>

void bench_threads(int n);
void bench_threads(int n) { openblas_set_num_threads(n); }

/* C = a A B + c C;  A (m, k), B (k, n), C (m, n), each stored so, or transposed */
static inline void product(CBLAS_TRANSPOSE ta, CBLAS_TRANSPOSE tb, int m, int n, int k, double a, const double *A,
                           const double *B, double c, double *C)
{
    cblas_dgemm(CblasRowMajor, ta, tb, m, n, k, a, A, ta == CblasTrans ? m : k, B, tb == CblasTrans ? k : n, c, C, n);
}
#endif
