// What several templates use.
#ifndef BENCH_COMMON_HPP
#define BENCH_COMMON_HPP
#include <cmath>

inline double number(double x) { return x; }

// log sum exp; which entry is the largest is a passive matter, as the result does not depend on it
template <class T> T log_sum_exp(const T *x, int n)
{
    using std::exp;
    using std::log;
    double most = number(x[0]);
    for (int i = 1; i < n; i++)
        if (number(x[i]) > most) most = number(x[i]);
    T sum = 0;
    for (int i = 0; i < n; i++) sum += exp(x[i] - most);
    return log(sum) + most;
}
#endif
