/* wave.c -- what the models of this folder leave to C: a wave of two arguments and its partial derivatives. */
#include <math.h>

double wave(double x, double y);
double wave_x(double x, double y);
double wave_y(double x, double y);

static double grown(double y) { return exp(y); }

double wave(double x, double y) { return sin(x) * grown(y); }
double wave_x(double x, double y) { return cos(x) * grown(y); }
double wave_y(double x, double y) { return sin(x) * grown(y); }
