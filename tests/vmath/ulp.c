/*
 * ulp -- errors of the functions of lanes, in units of the last place, against libm's long double.
 *
 *     ulp POINTS LIBRARY...      each compiled from what vmathtool prints; -DREAL=float where that was float
 *
 * A function is taken over its ranges, POINTS random arguments each (kinds below), and over special values, where 0, infinity and
 * NaN must come as they are.  Prints the largest errors, over all libraries and points; fails above 2.
 */
#include <dlfcn.h>
#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef REAL
#define REAL double
#endif
enum { LANES = 64, SINGLE = sizeof(REAL) == 4, MANTISSA = SINGLE ? 24 : 53 };
static const REAL smallest = SINGLE ? (REAL)FLT_MIN : (REAL)DBL_MIN, largest = SINGLE ? (REAL)FLT_MAX : (REAL)DBL_MAX;

typedef void Run(REAL *y, REAL *z, const REAL *x, const REAL *a);

typedef enum {
    EVEN,     /* evenly spread */
    BITS,     /* any bit pattern within the range */
    NEAR_STEP /* at and next to multiples of `step` */
} Kind;

typedef struct {
    Kind kind;
    double from, to, step;
} Range;

typedef struct {
    const char *name;
    long double (*of)(long double), (*power)(long double, long double); /* one of them */
    bool second;                                                        /* the other of two results */
    bool flushes;   /* results below the smallest normal number may be 0 */
    bool plus_zero; /* 0 where libm has -0 */
    bool native;    /* the machine's: not looked at where a library's name has "fast" */
    bool negative;  /* takes arguments <= 0 only */
    Range range[6];
} Function;

static long double sigmoid(long double x)
{
    const long double e = expl(-fabsl(x));
    return (x < 0 ? e : 1) / (1 + e);
}

static long double softplus(long double x) { return fmaxl(x, 0) + log1pl(expl(-fabsl(x))); }

static long double reciprocal(long double x) { return 1 / x; }

#define LOG2 0.69314718055994530942
#define PI   3.14159265358979323846
#define TURNS                                                                                 \
    {                                                                                         \
        {EVEN, -10, 10, 0}, {EVEN, -110000, 110000, 0}, {NEAR_STEP, -103000, 103000, PI / 2}, \
            {NEAR_STEP, -17000, 17000, PI / 2},                                               \
        {                                                                                     \
            BITS, -INFINITY, INFINITY, 0                                                      \
        }                                                                                     \
    }
static const Function functions[] = {
    {"vexp", .of = expl,
     .range = {{EVEN, -760, 720, 0}, {EVEN, -1, 1, 0}, {NEAR_STEP, -750, 712, LOG2 / 2}, {BITS, -800, 800, 0}}},
    {"vexp_neg", .of = expl, .flushes = true, .negative = true,
     .range = {{EVEN, -760, 0, 0}, {EVEN, -1, 0, 0}, {NEAR_STEP, -750, 0, LOG2 / 2}, {BITS, -800, 0, 0}}},
    {"vexpm1", .of = expm1l,
     .range = {{EVEN, -45, 45, 0}, {EVEN, -1, 1, 0}, {NEAR_STEP, -45, 712, LOG2 / 2}, {BITS, -800, 800, 0}}},
    {"vlog", .of = logl, .range = {{EVEN, 0, 10, 0}, {EVEN, 0.7, 1.5, 0}, {BITS, 0, INFINITY, 0}, {BITS, 0.5, 2, 0}}},
    {"vlog1p", .of = log1pl,
     .range = {{EVEN, -1, 4, 0}, {EVEN, -0.5, 0.5, 0}, {BITS, -1, INFINITY, 0}, {BITS, -1, 1, 0}}},
    {"vtanh", .of = tanhl, .range = {{EVEN, -25, 25, 0}, {EVEN, 0.1, 0.4, 0}, {EVEN, -1, 1, 0}, {BITS, -100, 100, 0}}},
    {"vsigmoid", .of = sigmoid, .flushes = true,
     .range = {{EVEN, -760, 60, 0}, {EVEN, -5, 5, 0}, {NEAR_STEP, -40, 40, LOG2 / 2}, {BITS, -800, 800, 0}}},
    {"vsoftplus", .of = softplus, .flushes = true,
     .range = {{EVEN, -760, 60, 0}, {EVEN, -5, 5, 0}, {NEAR_STEP, -40, 40, LOG2 / 2}, {BITS, -800, 800, 0}}},
    {"vsin", .of = sinl, .plus_zero = true, .range = TURNS},
    {"vcos", .of = cosl, .range = TURNS},
    {"vsincos", .of = sinl, .plus_zero = true, .range = TURNS},
    {"vsincos", .of = cosl, .second = true, .range = TURNS},
    {"sincos", .of = sinl, .plus_zero = true, .range = TURNS},
    {"sincos", .of = cosl, .second = true, .range = TURNS},
    {"vpow", .power = powl,
     .range = {{EVEN, 0, 4, 0}, {EVEN, 0.9, 1.1, 0}, {BITS, 0, INFINITY, 0}, {BITS, 0.125, 8, 0}}},
    {"vsqrt", .of = sqrtl, .native = true, .range = {{EVEN, -1, 10, 0}, {BITS, 0, INFINITY, 0}}},
    {"vrecip", .of = reciprocal, .range = {{EVEN, -10, 10, 0}, {BITS, -INFINITY, INFINITY, 0}}},
};

static const double special[] = {
    0,
    INFINITY,
    NAN,
    1,
    0.5,
    2,
    1e-5,
    1e-10,
    1e-20,
    1e5,
    102400,
    1e7,
    1e20,
    709.7827,
    709.79,
    710,
    745.13,
    745.14,
    708.39,
    708.4,
    88.72,
    88.73,
    87.33,
    87.34,
    103.97,
    103.98,
    18.7,
    19.1,
    20,
    22,
    40,
    0.35,
    LOG2,
    2 * LOG2,
    PI,
    PI / 2,
    PI / 4,
    0.7071067811865475,
    1.4142135623730951,
};

static uint64_t state = 88172645463325252;
static uint64_t random_bits(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static double uniform(double from, double to) { return from + (to - from) * ((double)(random_bits() >> 11) * 0x1p-53); }

static REAL from_bits(uint64_t bits)
{
    REAL x;
    const uint32_t half = (uint32_t)(bits >> 32);
    if (SINGLE)
        memcpy(&x, &half, sizeof x);
    else
        memcpy(&x, &bits, sizeof x);
    return x;
}

static REAL argument(const Range *r)
{
    REAL x;
    switch (r->kind) {
    case EVEN: return (REAL)uniform(r->from, r->to);
    case NEAR_STEP:
        x = (REAL)(floor(uniform(r->from, r->to) / r->step) * (long double)r->step);
        for (int k = (int)(random_bits() >> 20 & 3); k > 0; k--) x = (REAL)nexttoward(x, k == 2 ? -INFINITY : INFINITY);
        return x;
    case BITS:
        do x = from_bits(random_bits());
        while (!(x >= (REAL)r->from && x <= (REAL)r->to));
        return x;
    }
    return 0;
}

/* |got - want| in units of the last place of a REAL at want; infinite where they differ in kind */
static double ulps(const Function *f, REAL got, long double want)
{
    const REAL rounded = (REAL)want;
    if (isnan(want)) return isnan(got) ? 0 : INFINITY;
    if (isinf(rounded) || isinf(got))
        return got == rounded || (isinf(rounded) && got == copysign(largest, rounded)) ? 0 : INFINITY;
    if (rounded == 0 && got == 0 && !signbit(rounded) != !signbit(got) && !f->plus_zero) return INFINITY;
    if (f->flushes && fabsl(want) < smallest && fabs((double)got) <= (double)smallest) return 0;
    int e;
    frexpl(fabsl(want) < smallest ? smallest : want, &e);
    return (double)(fabsl(got - want) / ldexpl(1, e - MANTISSA));
}

typedef struct {
    double most;
    REAL at;
    const char *library;
} Worst;

static void compare(const Function *f, const REAL *x, const REAL *a, char **library, Run **run, int n, Worst *w)
{
    REAL y[LANES], z[LANES];
    long double want[LANES];
    for (int i = 0; i < LANES; i++) want[i] = f->power ? f->power(x[i], a[i]) : f->of(x[i]);
    for (int l = 0; l < n; l++) {
        if (f->native && strstr(library[l], "fast")) continue;
        run[l](y, z, x, a);
        for (int i = 0; i < LANES; i++) {
            const double e = ulps(f, f->second ? z[i] : y[i], want[i]);
            if (e > w->most) *w = (Worst){e, x[i], library[l]};
        }
    }
}

/* of x in a power: small numbers, halves, and what goes to the ends of what can be represented */
static REAL exponent(REAL x)
{
    const double most = (SINGLE ? 160 : 1100) / fabs(log2(fabs((double)x)));
    switch (random_bits() >> 20 & 3) {
    case 0: return (REAL)uniform(-5, 5);
    case 1: return (REAL)(floor(uniform(-10, 10)) / 2);
    default: return (REAL)(isfinite(most) ? uniform(-most, most) : 1);
    }
}

static Worst function(const Function *f, long points, char **library, Run **run, int n)
{
    Worst w = {0};
    REAL x[LANES], a[LANES] = {0};
    const size_t count = sizeof special / sizeof *special;
    for (size_t t = 0; t < (f->power ? 2 * count : 1); t++)
        for (size_t s = 0; s < count; s += LANES / 4) {
            for (size_t i = 0; i < LANES; i++) {
                const double v = s + i / 4 < count ? special[s + i / 4] : 0;
                x[i] = i % 4 == 0   ? (REAL)v
                       : i % 4 == 1 ? (REAL)-v
                       : i % 4 == 2 ? nextafter((REAL)v, largest)
                                    : (REAL)v * smallest;
                if (f->negative) x[i] = (REAL)-fabs((double)x[i]);
                a[i] = (REAL)(t % 2 ? -special[t / 2] : special[t / 2]);
            }
            compare(f, x, a, library, run, n, &w);
        }
    for (const Range *r = f->range; r->to != r->from; r++)
        for (long k = 0; k < points; k += LANES) {
            for (int i = 0; i < LANES; i++) x[i] = argument(r);
            for (int i = 0; i < LANES && f->power; i++) a[i] = exponent(x[i]);
            compare(f, x, a, library, run, n, &w);
        }
    return w;
}

static Run *find(const char *path, const char *name)
{
    char symbol[64];
    snprintf(symbol, sizeof symbol, "run_%s", name);
    void *library = dlopen(path, RTLD_NOW | RTLD_LOCAL), *address = library ? dlsym(library, symbol) : NULL;
    if (!address) {
        fprintf(stderr, "%s\n", dlerror());
        exit(2);
    }
    Run *run;
    memcpy(&run, &address, sizeof run);
    return run;
}

static const char *base(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

int main(int argc, char **argv)
{
    if (argc < 3) return 2;
    const int n = argc - 2;
    Run **run = calloc((size_t)n, sizeof *run);
    int failed = 0;
    for (size_t k = 0; run && k < sizeof functions / sizeof *functions; k++) {
        for (int l = 0; l < n; l++) run[l] = find(argv[2 + l], functions[k].name);
        const Worst w = function(&functions[k], atol(argv[1]), argv + 2, run, n);
        printf("%-10s %.3f ulp at %.17g (%s)\n", functions[k].name, w.most, (double)w.at, base(w.library));
        failed += w.most > 2;
    }
    free(run);
    return failed || !run;
}
