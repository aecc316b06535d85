/* bessel.c -- the Bessel function of order 0 and its first two derivatives (Abramowitz and Stegun 9.1.28, 9.1.27). */
#define _DEFAULT_SOURCE
#include <math.h>

double bessel0(double x) { return j0(x); }
double bessel0_x(double x) { return -j1(x); }
double bessel0_xx(double x) { return 0.5 * (jn(2, x) - j0(x)); }
