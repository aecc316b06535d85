/*
 * bench.h -- what every contender is a shared library of: ours, hand-written C, and the drivers of other tools.
 *
 * The arguments are those of the C that adc writes: dims is a struct of size_t, data a struct of pointers and doubles, both in the
 * order of the model; theta and the gradient are vectors of all params.  Work memory is given, nothing is allocated in a call.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif
size_t bench_work(const void *dims); /* bytes */
int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work);
int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work);
#ifdef __cplusplus
}
#endif
#endif
