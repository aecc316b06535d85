/*
 * ours.c -- a model that adc made, as a contender.  -DMODEL=name, and -DNAME_loss=bench_loss -DNAME_grad=bench_grad: its functions
 * have these names, as the jump from one to another would be a part of what small ones take.  Or -DOUTPUT=name where the value is an
 * output, and the derivative the blocks of its sparse Jacobian.
 */
#define QUOTE(x)      #x
#define FILE_OF(m)    QUOTE(m.c)
#define JOIN(a, b)    a##b
#define NAME(m, rest) JOIN(m, rest)

#include FILE_OF(MODEL)

size_t bench_work(const void *dims);
size_t bench_work(const void *dims) { return NAME(MODEL, _work_bytes)(dims); }

#if defined _OPENMP || defined OPENBLAS
void bench_threads(int n);
#ifdef _OPENMP
void bench_threads(int n) { omp_set_num_threads(n); }
#else
void openblas_set_num_threads(int n);
void bench_threads(int n) { openblas_set_num_threads(n); }
#endif
#endif

#ifdef OUTPUT
#include "bench.h"

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    return NAME(MODEL, NAME(_, OUTPUT))(dims, theta, data, loss, work);
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    (void)loss;
    return NAME(MODEL, NAME(_jacobian_, OUTPUT))(dims, theta, data, grad, work);
}
#endif
