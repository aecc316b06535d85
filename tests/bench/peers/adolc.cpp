/*
 * adolc.cpp -- a work under ADOL-C.  The tape is made once, in the first call, and evaluated forward and back after
 * that: the fastest way it has, good for values whose branches stay as they are.  Buffers are large enough that nothing goes to files.
 */
#include "bench.h"

#include <adolc/adolc.h>
#include <vector>

inline double number(const adouble &x) { return x.value(); }
#include "peers/common.hpp"
#include "sizes.h"
#include WORK

size_t bench_work(const void *) { return 0; }

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *)
{
    *loss = value<double>(dims, theta, data);
    return 0;
}

static void record(const void *dims, const double *theta, const void *data)
{
    const unsigned room = 65536 + 4u * OPERATIONS;
    std::vector<adouble> x(PARAMS);
    double loss;
    trace_on(TAG, 0, room, room, room, room);
    for (int i = 0; i < PARAMS; i++) x[i] <<= theta[i];
    adouble y = value<adouble>(dims, x.data(), data);
    y >>= loss;
    trace_off();
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *)
{
    static bool recorded;
    if (!recorded) record(dims, theta, data);
    recorded = true;
    double one = 1;
    return zos_forward(TAG, 1, PARAMS, 1, theta, loss) < 0 || fos_reverse(TAG, 1, PARAMS, &one, grad) < 0;
}
