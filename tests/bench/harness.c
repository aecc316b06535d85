/*
 * harness.c -- the part of the benchmark that is not to be slow: the clock around calls, the numbers that all contenders get, how far
 * two gradients are apart, and the machine's peak.
 */
#include "bench.h"

#include <math.h>
#include <pthread.h>
#include <string.h>
#include <time.h>

/* ns; of this thread alone, or as the clock on the wall has it */
static double now(int wall)
{
    struct timespec t;
    clock_gettime(wall ? CLOCK_MONOTONIC : CLOCK_THREAD_CPUTIME_ID, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

typedef int loss_function(const void *, const double *, const void *, double *, void *);
typedef int grad_function(const void *, const double *, const void *, double *, double *, void *);

/* ns a call of one of the two functions, the other of which is NULL; -1 where a call failed */
double harness_time(loss_function *loss_of, grad_function *grad_of, const void *dims, const double *theta,
                    const void *data, double *loss, double *grad, void *work, long calls, int wall)
{
    int failed = 0;
    double from = now(wall);
    if (grad_of)
        for (long i = 0; i < calls; i++) failed |= grad_of(dims, theta, data, loss, grad, work);
    else
        for (long i = 0; i < calls; i++) failed |= loss_of(dims, theta, data, loss, work);
    double took = now(wall) - from;
    return failed ? -1 : took / (double)calls;
}

/* ---- numbers, the same on every machine (splitmix64) */

static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

void harness_uniform(double *x, size_t n, uint64_t seed, double lo, double hi)
{
    for (size_t i = 0; i < n; i++) x[i] = lo + (hi - lo) * uniform(&seed);
}

/* Box and Muller */
void harness_normal(double *x, size_t n, uint64_t seed, double mean, double sd)
{
    for (size_t i = 0; i < n; i++) {
        double radius = sqrt(-2 * log(1 - uniform(&seed)));
        x[i] = mean + sd * radius * cos(6.283185307179586 * uniform(&seed));
    }
}

/* integers in 0 .. n-1 */
void harness_integers(int32_t *x, size_t count, uint64_t seed, double n)
{
    for (size_t i = 0; i < count; i++) x[i] = (int32_t)(n * uniform(&seed));
}

/* the greatest difference, relative to the greatest entry of b; inf where there is a NaN */
double harness_difference(const double *a, const double *b, size_t n)
{
    double most = 0, apart = 0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(a[i]) || isnan(b[i])) return INFINITY;
        most = fmax(most, fabs(b[i]));
        apart = fmax(apart, fabs(a[i] - b[i]));
    }
    return apart == 0 ? 0 : apart / most;
}

/* ---- the peak: fused multiply-adds that do not wait for each other */

#if defined __AVX512F__
#define VECTOR 64
#elif defined __AVX__
#define VECTOR 32
#else
#define VECTOR 16
#endif
typedef double lanes __attribute__((vector_size(VECTOR)));
enum { CHAINS = 10, LANES = VECTOR / 8 };

static void *multiply(void *rounds)
{
    lanes a[CHAINS], b, c;
    for (int l = 0; l < LANES; l++) b[l] = 0.999999, c[l] = 1e-6;
    for (int k = 0; k < CHAINS; k++) a[k] = c * (double)k;
    for (long i = *(long *)rounds; i > 0; i--)
#pragma GCC unroll 32
        for (int k = 0; k < CHAINS; k++) a[k] = a[k] * b + c;
    volatile double keep = 0;
    for (int k = 0; k < CHAINS; k++)
        for (int l = 0; l < LANES; l++) keep = keep + a[k][l];
    return NULL;
}

/* Floating-point operations a second, of one thread by its own time or of two by the clock on the wall; the best of some tries, as others
 * use the machine too. */
double harness_peak(int threads)
{
    long rounds = 2000000;
    double best = 0;
    for (int i = 0; i < 40; i++) {
        pthread_t other;
        double from = now(threads > 1);
        int two = threads > 1 && !pthread_create(&other, NULL, multiply, &rounds);
        multiply(&rounds);
        if (two) pthread_join(other, NULL);
        best = fmax(best, 2.0 * (1 + two) * CHAINS * LANES * (double)rounds / (now(threads > 1) - from) * 1e9);
    }
    return best;
}
