/* cppad.cpp -- a work under CppAD.  The function is recorded and optimised once, in the first call. */
#include "bench.h"

#include <cppad/cppad.hpp>
#include <vector>

typedef CppAD::AD<double> Active;

inline double number(const Active &x) { return CppAD::Value(CppAD::Var2Par(x)); }
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
    static CppAD::ADFun<double> recorded;
    static std::vector<double> point(PARAMS), weight(1, 1.0);
    for (int i = 0; i < PARAMS; i++) point[i] = theta[i];
    if (recorded.Domain() == 0) {
        std::vector<Active> x(point.begin(), point.end()), y(1);
        CppAD::Independent(x);
        y[0] = value<Active>(dims, x.data(), data);
        recorded.Dependent(x, y);
        recorded.optimize();
    }
    *loss = recorded.Forward(0, point)[0];
    std::vector<double> g = recorded.Reverse(1, weight);
    for (int i = 0; i < PARAMS; i++) grad[i] = g[i];
    return 0;
}
