/* adept.cpp -- a work under Adept, which records anew in each call, as it is meant to. */
#include "bench.h"

#include <adept.h>
#include <vector>

inline double number(const adept::adouble &x) { return x.value(); }
#include "peers/common.hpp"
#include "sizes.h"
#include WORK

size_t bench_work(const void *) { return 0; }

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *)
{
    *loss = value<double>(dims, theta, data);
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *)
{
    static adept::Stack stack(false);
    static std::vector<adept::adouble> x;
    stack.activate();
    if (x.empty()) x.resize(PARAMS);
    for (int i = 0; i < PARAMS; i++) x[i].set_value(theta[i]);
    stack.new_recording();
    adept::adouble y = value<adept::adouble>(dims, x.data(), data);
    *loss = y.value();
    y.set_gradient(1.0);
    stack.compute_adjoint();
    for (int i = 0; i < PARAMS; i++) x[i].get_gradient(grad[i]);
    stack.deactivate();
    return 0;
}
