/*
 * bundle.c -- reprojection residuals and their blocks by hand, one observation after the other.
 *
 * theta: cam (C, 11): rotation vector, centre, focal length, principal point, radial distortion; X (M, 3); w (P).
 * data: cam_of (P), point_of (P), feat (P, 2).  A block is two rows of 15: by the camera, by the point, by the weight.
 */
#include "bench.h"

#include <math.h>

typedef struct {
    size_t C, M, P;
} Dims;

typedef struct {
    const int32_t *cam_of, *point_of;
    const double (*feat)[2];
} Data;

typedef struct {
    const double (*cam)[11], (*X)[3], *w;
} Params;

/* What the derivative takes over from the value. */
typedef struct {
    double d[3], k[3], theta, sine, cosine, q[3]; /* p - centre; axis and angle; turned */
    double u[2], rho, L;                          /* q / q[2]; its square; the distortion */
} Projection;

size_t bench_work(const void *dims)
{
    (void)dims;
    return 0;
}

static Params params_of(const Dims *s, const double *theta)
{
    return (Params){(const double(*)[11])theta, (const double(*)[3])(theta + 11 * s->C), theta + 11 * s->C + 3 * s->M};
}

static double dot(const double *a, const double *b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

static void cross(const double *a, const double *b, double *c)
{
    c[0] = a[1] * b[2] - a[2] * b[1];
    c[1] = a[2] * b[0] - a[0] * b[2];
    c[2] = a[0] * b[1] - a[1] * b[0];
}

static void rotate(const double *r, Projection *s)
{
    double square = dot(r, r), c[3];
    s->theta = sqrt(square);
    if (square > 0) {
        for (int i = 0; i < 3; i++) s->k[i] = r[i] / s->theta;
        s->sine = sin(s->theta), s->cosine = cos(s->theta);
        double along = dot(s->k, s->d) * (1 - s->cosine);
        cross(s->k, s->d, c);
        for (int i = 0; i < 3; i++) s->q[i] = s->d[i] * s->cosine + c[i] * s->sine + s->k[i] * along;
    } else {
        cross(r, s->d, c);
        for (int i = 0; i < 3; i++) s->q[i] = s->d[i] + c[i];
    }
}

static void project(const double *cam, const double *p, Projection *s, double *out)
{
    for (int i = 0; i < 3; i++) s->d[i] = p[i] - cam[3 + i];
    rotate(cam, s);
    s->u[0] = s->q[0] / s->q[2], s->u[1] = s->q[1] / s->q[2];
    s->rho = s->u[0] * s->u[0] + s->u[1] * s->u[1];
    s->L = 1 + cam[9] * s->rho + cam[10] * s->rho * s->rho;
    for (int i = 0; i < 2; i++) out[i] = cam[6] * s->u[i] * s->L + cam[7 + i];
}

/* of q: R (3, 3) by d, T (3, 3) by the rotation vector */
static void rotate_backward(const double *r, const Projection *s, double R[3][3], double T[3][3])
{
    const double *k = s->k, *d = s->d, a = 1 - s->cosine;
    if (s->theta == 0) {
        for (int j = 0; j < 3; j++) {
            double e[3] = {j == 0, j == 1, j == 2}, c[3], f[3];
            cross(r, e, c);
            cross(e, d, f);
            for (int i = 0; i < 3; i++) R[i][j] = e[i] + c[i], T[i][j] = f[i];
        }
        return;
    }
    double kd[3], along = dot(k, d);
    cross(k, d, kd);
    for (int j = 0; j < 3; j++) {
        double e[3] = {j == 0, j == 1, j == 2}, c[3], turn[3], t[3];
        cross(k, e, c);
        for (int i = 0; i < 3; i++) {
            R[i][j] = s->cosine * e[i] + s->sine * c[i] + a * k[i] * k[j];
            turn[i] = (e[i] - k[i] * k[j]) / s->theta; /* of the axis */
        }
        cross(turn, d, t);
        double turned_along = dot(turn, d);
        for (int i = 0; i < 3; i++)
            T[i][j] = k[j] * (s->cosine * kd[i] - s->sine * d[i] + s->sine * k[i] * along) + s->sine * t[i] +
                      a * (turn[i] * along + k[i] * turned_along);
    }
}

/* The two rows of a block. */
static void block(const double *cam, double w, const double *error, const Projection *s, double J[2][15])
{
    double R[3][3], T[3][3], slope = cam[9] + 2 * cam[10] * s->rho;
    rotate_backward(cam, s, R, T);
    for (int i = 0; i < 2; i++) {
        double by_u[2], by_q[3];
        for (int j = 0; j < 2; j++) by_u[j] = w * cam[6] * ((i == j ? s->L : 0) + 2 * s->u[i] * s->u[j] * slope);
        by_q[0] = by_u[0] / s->q[2];
        by_q[1] = by_u[1] / s->q[2];
        by_q[2] = -(by_u[0] * s->u[0] + by_u[1] * s->u[1]) / s->q[2];
        for (int j = 0; j < 3; j++) {
            J[i][j] = by_q[0] * T[0][j] + by_q[1] * T[1][j] + by_q[2] * T[2][j];
            J[i][11 + j] = by_q[0] * R[0][j] + by_q[1] * R[1][j] + by_q[2] * R[2][j];
            J[i][3 + j] = -J[i][11 + j];
        }
        J[i][6] = w * s->u[i] * s->L;
        J[i][7] = i == 0 ? w : 0;
        J[i][8] = i == 1 ? w : 0;
        J[i][9] = w * cam[6] * s->u[i] * s->rho;
        J[i][10] = J[i][9] * s->rho;
        J[i][14] = error[i];
    }
}

int bench_loss(const void *dims, const double *theta, const void *data, double *err, void *work)
{
    const Dims *s = dims;
    const Data *in = data;
    Params m = params_of(s, theta);
    (void)work;
    for (size_t p = 0; p < s->P; p++) {
        Projection at;
        double out[2];
        project(m.cam[in->cam_of[p]], m.X[in->point_of[p]], &at, out);
        for (int i = 0; i < 2; i++) err[2 * p + (size_t)i] = m.w[p] * (out[i] - in->feat[p][i]);
    }
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *err, double *blocks, void *work)
{
    const Dims *s = dims;
    const Data *in = data;
    Params m = params_of(s, theta);
    (void)err, (void)work;
    for (size_t p = 0; p < s->P; p++) {
        Projection at;
        double out[2];
        project(m.cam[in->cam_of[p]], m.X[in->point_of[p]], &at, out);
        for (int i = 0; i < 2; i++) out[i] -= in->feat[p][i];
        block(m.cam[in->cam_of[p]], m.w[p], out, &at, (double(*)[15])(blocks + 30 * p));
    }
    return 0;
}
