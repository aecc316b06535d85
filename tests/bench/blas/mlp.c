/* mlp.c -- a hidden layer of sigmoids and a softmax, all rows at once with five products.  As hand/mlp.c. */
#include "blas/blas.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

typedef struct {
    double lambda;
    const double *X;
    const int32_t *label;
} Data;

enum { B1 = H * D, W2 = B1 + H, B2 = W2 + K * H, PARAMS = B2 + K };

size_t bench_work(const void *dims)
{
    return *(const size_t *)dims * (2 * H + K) * sizeof(double); /* Z, d_Z (N, H); logits (N, K) */
}

/* Z, and for logits their softmax */
static double forward(const double *theta, const Data *in, size_t n, double *Z, double *P)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) memcpy(Z + i * H, theta + B1, H * sizeof *Z);
    product(CblasNoTrans, CblasTrans, (int)n, H, D, 1, in->X, theta, 1, Z);
    for (size_t i = 0; i < n * H; i++) Z[i] = 1 / (1 + exp(-Z[i]));
    for (size_t i = 0; i < n; i++) memcpy(P + i * K, theta + B2, K * sizeof *P);
    product(CblasNoTrans, CblasTrans, (int)n, K, H, 1, Z, theta + W2, 1, P);
    for (size_t i = 0; i < n; i++) {
        double *p = P + i * K, most = p[0], total = 0, chosen = p[in->label[i]];
        for (int k = 1; k < K; k++)
            if (p[k] > most) most = p[k];
        for (int k = 0; k < K; k++) total += p[k] = exp(p[k] - most);
        for (int k = 0; k < K; k++) p[k] /= total;
        sum += most + log(total) - chosen;
    }
    return sum / (double)n +
           in->lambda / 2 * (cblas_ddot(H * D, theta, 1, theta, 1) + cblas_ddot(K * H, theta + W2, 1, theta + W2, 1));
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    size_t n = *(const size_t *)dims;
    double *Z = work;
    *loss = forward(theta, data, n, Z, Z + 2 * n * H);
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    size_t n = *(const size_t *)dims;
    const Data *in = data;
    double *Z = work, *d_Z = Z + n * H, *P = d_Z + n * H;
    *loss = forward(theta, in, n, Z, P);
    for (size_t i = 0; i < n; i++) P[i * K + (size_t)in->label[i]] -= 1;
    for (size_t i = 0; i < n * K; i++) P[i] /= (double)n;
    memcpy(grad, theta, PARAMS * sizeof *grad);
    memset(grad + B1, 0, H * sizeof *grad);
    memset(grad + B2, 0, K * sizeof *grad);
    product(CblasTrans, CblasNoTrans, K, H, (int)n, 1, P, Z, in->lambda, grad + W2);
    product(CblasNoTrans, CblasNoTrans, (int)n, H, K, 1, P, theta + W2, 0, d_Z);
    for (size_t i = 0; i < n * H; i++) d_Z[i] *= Z[i] * (1 - Z[i]);
    product(CblasTrans, CblasNoTrans, H, D, (int)n, 1, d_Z, in->X, in->lambda, grad);
    for (size_t i = 0; i < n; i++) {
        for (int h = 0; h < H; h++) grad[B1 + h] += d_Z[i * H + (size_t)h];
        for (int k = 0; k < K; k++) grad[B2 + k] += P[i * K + (size_t)k];
    }
    return 0;
}
