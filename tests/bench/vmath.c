/*
 * vmath -- times the functions of lanes beside loops over libm, in ns of a number; prints rows of a table.
 *
 *     vmath ROUNDS LIBRARY...     of what vmathtool prints, in REAL (-DREAL=float)
 *
 * The numbers lie in memory of 8 KiB, within ranges where nothing is rare.  All take turns; shown are medians.
 */
#include <dlfcn.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tgmath.h>
#include <time.h>

#ifndef REAL
#define REAL double
#endif
enum { LANES = 64, NUMBERS = 512, CALLS = 8, MOST = 8 };

typedef void Run(REAL *y, REAL *z, const REAL *x, const REAL *a);

#define LOOP(name, value)                                                   \
    static void libm_##name(REAL *y, REAL *z, const REAL *x, const REAL *a) \
    {                                                                       \
        (void)z, (void)a;                                                   \
        for (int i = 0; i < LANES; i++) y[i] = value;                       \
    }
LOOP(exp, exp(x[i]))
LOOP(expm1, expm1(x[i]))
LOOP(log, log(x[i]))
LOOP(log1p, log1p(x[i]))
LOOP(tanh, tanh(x[i]))
LOOP(sigmoid, 1 / (1 + exp(-x[i])))
LOOP(softplus, fmax(x[i], 0) + log1p(exp(-fabs(x[i]))))
LOOP(sin, sin(x[i]))
LOOP(cos, cos(x[i]))
LOOP(sincos, (z[i] = cos(x[i]), sin(x[i])))
LOOP(sqrt, sqrt(x[i]))
LOOP(recip, 1 / x[i])
LOOP(pow, pow(x[i], a[i]))

static const struct {
    const char *title, *name;
    Run *libm;
    double from, to;
} functions[] = {
    {"exp", "vexp", libm_exp, -10, 10},
    {"exp, x <= 0", "vexp_neg", libm_exp, -20, 0},
    {"expm1", "vexpm1", libm_expm1, -5, 5},
    {"log", "vlog", libm_log, 0.01, 100},
    {"log1p", "vlog1p", libm_log1p, -0.9, 10},
    {"tanh", "vtanh", libm_tanh, -5, 5},
    {"sigmoid", "vsigmoid", libm_sigmoid, -10, 10},
    {"softplus", "vsoftplus", libm_softplus, -10, 10},
    {"sin", "vsin", libm_sin, -10, 10},
    {"cos", "vcos", libm_cos, -10, 10},
    {"sin and cos", "vsincos", libm_sincos, -10, 10},
    {"sin and cos, one by one", "sincos", libm_sincos, -10, 10},
    {"sqrt", "vsqrt", libm_sqrt, 0.01, 100},
    {"1 / x", "vrecip", libm_recip, 0.01, 100},
    {"x^a", "vpow", libm_pow, 0.01, 100},
};

static REAL x[NUMBERS], y[NUMBERS], z[NUMBERS], a[NUMBERS];

static double once(Run *run)
{
    struct timespec t[2];
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[0]);
    for (int c = 0; c < CALLS; c++)
        for (int i = 0; i < NUMBERS; i += LANES) run(y + i, z + i, x + i, a + i);
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t[1]);
    return ((double)(t[1].tv_sec - t[0].tv_sec) * 1e9 + (double)(t[1].tv_nsec - t[0].tv_nsec)) / (CALLS * NUMBERS);
}

static int by_size(const void *p, const void *q)
{
    const double u = *(const double *)p, v = *(const double *)q;
    return (u > v) - (u < v);
}

static Run *find(void *library, const char *name)
{
    char symbol[64];
    snprintf(symbol, sizeof symbol, "run_%s", name);
    void *address = library ? dlsym(library, symbol) : NULL;
    if (!address) {
        fprintf(stderr, "%s\n", dlerror());
        exit(1);
    }
    Run *run;
    memcpy(&run, &address, sizeof run);
    return run;
}

int main(int argc, char **argv)
{
    const int rounds = argc > 1 ? atoi(argv[1]) : 0, n = argc - 1;
    double *took = calloc((size_t)(rounds * MOST), sizeof *took);
    if (rounds < 1 || n < 2 || n > MOST || !took) return 2;
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        Run *run[MOST] = {functions[f].libm};
        for (int k = 1; k < n; k++) run[k] = find(dlopen(argv[k + 1], RTLD_NOW), functions[f].name);
        for (int i = 0; i < NUMBERS; i++) {
            x[i] = (REAL)(functions[f].from +
                          (functions[f].to - functions[f].from) * ((i * 7919) % NUMBERS + 0.5) / NUMBERS);
            a[i] = (REAL)((i * 31) % NUMBERS) / 100 - 2;
        }
        for (int r = 0; r < rounds; r++)
            for (int k = 0; k < n; k++) took[(k + r) % n * rounds + r] = once(run[(k + r) % n]);
        printf("| %s", functions[f].title);
        for (int k = 0; k < n; k++) {
            qsort(took + k * rounds, (size_t)rounds, sizeof *took, by_size);
            printf(" | %.2f", took[k * rounds + rounds / 2]);
        }
        puts(" |");
    }
    free(took);
    return 0;
}
