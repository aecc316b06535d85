/*
 * adolc_bundle.cpp -- residuals and their blocks under ADOL-C: the tape of one observation, whose feature is an independent variable
 * too, and a Jacobian from it for each.
 */
#include "bench.h"

#include <adolc/adolc.h>
#include <cmath>

#include "sizes.h"

enum { CAMERA = 11, POINT = 3, BLOCK = 15, INPUTS = 17 };

struct Data {
    const int32_t *cam_of, *point_of;
    const double *feat;
};

inline double number(double x) { return x; }
inline double number(const adouble &x) { return x.value(); }

// x: camera, point, weight, feature
template <class T> void residual(const T *x, T *err)
{
    using std::cos;
    using std::sin;
    using std::sqrt;
    const T *r = x;
    T v[3], q[3], square = r[0] * r[0] + r[1] * r[1] + r[2] * r[2];
    for (int i = 0; i < 3; i++) v[i] = x[CAMERA + i] - x[3 + i];
    if (number(square) > 0) {
        T theta = sqrt(square), s = sin(theta), c = cos(theta), k[3] = {r[0] / theta, r[1] / theta, r[2] / theta};
        T along = (k[0] * v[0] + k[1] * v[1] + k[2] * v[2]) * (1 - c);
        for (int i = 0; i < 3; i++) {
            int j = (i + 1) % 3, l = (i + 2) % 3;
            q[i] = v[i] * c + (k[j] * v[l] - k[l] * v[j]) * s + k[i] * along;
        }
    } else
        for (int i = 0; i < 3; i++) q[i] = v[i] + r[(i + 1) % 3] * v[(i + 2) % 3] - r[(i + 2) % 3] * v[(i + 1) % 3];
    T u[2] = {q[0] / q[2], q[1] / q[2]}, rho = u[0] * u[0] + u[1] * u[1];
    T L = 1 + x[9] * rho + x[10] * rho * rho;
    for (int i = 0; i < 2; i++) err[i] = x[14] * (x[6] * u[i] * L + x[7 + i] - x[15 + i]);
}

static void gather(const void *dims, const double *theta, const void *data, size_t p, double *x)
{
    const size_t *size = (const size_t *)dims;
    const Data *in = (const Data *)data;
    const double *points = theta + CAMERA * size[0], *weight = points + POINT * size[1];
    for (int i = 0; i < CAMERA; i++) x[i] = theta[CAMERA * in->cam_of[p] + i];
    for (int i = 0; i < POINT; i++) x[CAMERA + i] = points[POINT * in->point_of[p] + i];
    x[14] = weight[p];
    x[15] = in->feat[2 * p];
    x[16] = in->feat[2 * p + 1];
}

size_t bench_work(const void *) { return 0; }

int bench_loss(const void *dims, const double *theta, const void *data, double *err, void *)
{
    double x[INPUTS];
    for (size_t p = 0; p < ((const size_t *)dims)[2]; p++) {
        gather(dims, theta, data, p, x);
        residual<double>(x, err + 2 * p);
    }
    return 0;
}

static void record(const double *x)
{
    adouble in[INPUTS], out[2];
    double err;
    trace_on(TAG);
    for (int i = 0; i < INPUTS; i++) in[i] <<= x[i];
    residual<adouble>(in, out);
    for (int i = 0; i < 2; i++) out[i] >>= err;
    trace_off();
}

int bench_grad(const void *dims, const double *theta, const void *data, double *, double *blocks, void *)
{
    static bool recorded;
    double x[INPUTS], J[2][INPUTS], *rows[2] = {J[0], J[1]};
    for (size_t p = 0; p < ((const size_t *)dims)[2]; p++) {
        gather(dims, theta, data, p, x);
        if (!recorded) record(x);
        recorded = true;
        if (jacobian(TAG, 2, INPUTS, x, rows) < 0) return 1;
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < BLOCK; j++) *blocks++ = J[i][j];
    }
    return 0;
}
