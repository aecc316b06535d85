/*
 * ours.c -- a model that adc made, as a contender.  -DMODEL=name, and -DNAME_loss=bench_loss -DNAME_grad=bench_grad: its functions
 * have these names, as the jump from one to another would be a part of what small ones take.  Or -DOUTPUT=name where the value is an
 * output, and the derivative the blocks of its sparse Jacobian.
 */
#ifdef _OPENMP
#define _GNU_SOURCE
#include <sched.h>
#include <unistd.h>
#endif

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
/* Each on a core of its own, as OMP_PROC_BIND=true has it. */
void bench_threads(int n)
{
    const int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    omp_set_num_threads(n);
#pragma omp parallel
    {
        cpu_set_t core;
        CPU_ZERO(&core);
        CPU_SET(omp_get_thread_num() % cores, &core);
        sched_setaffinity(0, sizeof core, &core);
    }
}
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
