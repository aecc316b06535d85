/* empty.c -- has wave, and not its derivatives. */
double wave(double x, double y);
double wave(double x, double y) { return x + y; }
