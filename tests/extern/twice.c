/* twice.c -- sine, its derivative, and that one's. */
#include <math.h>

double g(double x) { return sin(x); }
double h(double x) { return cos(x); }
double minus_g(double x) { return -sin(x); }
double minus_h(double x) { return -cos(x); }
