/*
 * lstm.c -- two layers of a diagonal LSTM by hand, forward over all steps and then back.  theta: W (2, 4, H), b (2, 4, H), into, out,
 * offset (H); gates: forget, let in, let out, change.  data: x (T + 1, H).
 */
#include "bench.h"

#include <math.h>
#include <string.h>

#include "sizes.h"

enum { FORGET, ENTER, LEAVE, CHANGE };

typedef struct {
    const double (*W)[4][H], (*b)[4][H], *into, *out, *offset;
} Params;

/* What one layer keeps of a step. */
typedef struct {
    double gate[4][H], c[H], tanh_c[H], h[H];
} Cell;

/* step[0] is before the first */
typedef struct {
    Cell layer[2];
    double p[H]; /* softmax of what is predicted */
} Step;

size_t bench_work(const void *dims) { return (*(const size_t *)dims + 1) * sizeof(Step); }

static Params params_of(const double *theta)
{
    const double *rest = theta + 16 * H;
    return (Params){(const double(*)[4][H])theta, (const double(*)[4][H])(theta + 8 * H), rest, rest + H, rest + 2 * H};
}

static double sigmoid(double x) { return 1 / (1 + exp(-x)); }

static void cell_forward(const double (*W)[H], const double (*b)[H], const double *below, const Cell *old, Cell *new)
{
    for (int j = 0; j < H; j++) {
        double f = sigmoid(W[FORGET][j] * below[j] + b[FORGET][j]), i = sigmoid(W[ENTER][j] * old->h[j] + b[ENTER][j]);
        double o = sigmoid(W[LEAVE][j] * below[j] + b[LEAVE][j]), g = tanh(W[CHANGE][j] * old->h[j] + b[CHANGE][j]);
        new->gate[FORGET][j] = f, new->gate[ENTER][j] = i, new->gate[LEAVE][j] = o, new->gate[CHANGE][j] = g;
        new->c[j] = f * old->c[j] + i *g;
        new->tanh_c[j] = tanh(new->c[j]);
        new->h[j] = o *new->tanh_c[j];
    }
}

/* d_h, d_c: by the new state; they become those by the old one.  d_below is written. */
static void cell_backward(const double (*W)[H], const double *below, const Cell *old, const Cell *new, double (*d_W)[H],
                          double (*d_b)[H], double *d_h, double *d_c, double *d_below)
{
    for (int j = 0; j < H; j++) {
        double f = new->gate[FORGET][j], i = new->gate[ENTER][j], o = new->gate[LEAVE][j], g = new->gate[CHANGE][j];
        double t = new->tanh_c[j], dc = d_c[j] + d_h[j] * o *(1 - t * t);
        double df = dc * old->c[j] * f * (1 - f), di = dc * g * i * (1 - i);
        double dout = d_h[j] * t * o * (1 - o), dg = dc * i * (1 - g * g);
        d_W[FORGET][j] += df * below[j], d_b[FORGET][j] += df;
        d_W[ENTER][j] += di * old->h[j], d_b[ENTER][j] += di;
        d_W[LEAVE][j] += dout * below[j], d_b[LEAVE][j] += dout;
        d_W[CHANGE][j] += dg * old->h[j], d_b[CHANGE][j] += dg;
        d_below[j] = df * W[FORGET][j] + dout * W[LEAVE][j];
        d_h[j] = di * W[ENTER][j] + dg * W[CHANGE][j];
        d_c[j] = dc * f;
    }
}

/* One step; minus its part of the loss. */
static double step_forward(const Params *m, const double (*x)[H], const Step *old, Step *new)
{
    double input[H], y[H], most = -INFINITY, sum = 0, part = 0;
    for (int j = 0; j < H; j++) input[j] = m->into[j] * x[0][j];
    cell_forward(m->W[0], m->b[0], input, &old->layer[0], &new->layer[0]);
    cell_forward(m->W[1], m->b[1], new->layer[0].h, &old->layer[1], &new->layer[1]);
    for (int j = 0; j < H; j++) {
        y[j] = m->out[j] * new->layer[1].h[j] + m->offset[j];
        if (y[j] > most) most = y[j];
    }
    for (int j = 0; j < H; j++) sum += new->p[j] = exp(y[j] - most);
    double log_sum = log(sum);
    for (int j = 0; j < H; j++) {
        part += x[1][j] * (y[j] - most - log_sum);
        new->p[j] /= sum;
    }
    return part;
}

int bench_loss(const void *dims, const double *theta, const void *data, double *loss, void *work)
{
    size_t T = *(const size_t *)dims;
    const double(*x)[H] = *(const double(*const *)[H])data;
    Params m = params_of(theta);
    Step *step = work;
    double sum = 0;
    memset(step, 0, sizeof *step);
    for (size_t t = 0; t < T; t++) sum -= step_forward(&m, x + t, &step[t % 2], &step[(t + 1) % 2]);
    *loss = sum / (double)T;
    return 0;
}

int bench_grad(const void *dims, const double *theta, const void *data, double *loss, double *grad, void *work)
{
    size_t T = *(const size_t *)dims;
    const double(*x)[H] = *(const double(*const *)[H])data;
    Params m = params_of(theta);
    Step *step = work;
    double sum = 0, (*d_W)[4][H] = (double(*)[4][H])grad, (*d_b)[4][H] = d_W + 2;
    double *d_into = grad + 16 * H, *d_out = d_into + H, *d_offset = d_out + H;
    double d_h[2][H] = {{0}}, d_c[2][H] = {{0}}, d_below[H];
    memset(step, 0, sizeof *step);
    memset(grad, 0, 19 * H * sizeof *grad);
    for (size_t t = 0; t < T; t++) sum -= step_forward(&m, x + t, &step[t], &step[t + 1]);
    for (size_t t = T; t-- > 0;) {
        const Step *old = &step[t], *new = &step[t + 1];
        double total = 0, input[H];
        for (int j = 0; j < H; j++) total += x[t + 1][j];
        for (int j = 0; j < H; j++) {
            double d_y = (total * new->p[j] - x[t + 1][j]) / (double)T;
            d_out[j] += d_y * new->layer[1].h[j];
            d_offset[j] += d_y;
            d_h[1][j] += d_y * m.out[j];
            input[j] = m.into[j] * x[t][j];
        }
        cell_backward(m.W[1], new->layer[0].h, &old->layer[1], &new->layer[1], d_W[1], d_b[1], d_h[1], d_c[1], d_below);
        for (int j = 0; j < H; j++) d_h[0][j] += d_below[j];
        cell_backward(m.W[0], input, &old->layer[0], &new->layer[0], d_W[0], d_b[0], d_h[0], d_c[0], d_below);
        for (int j = 0; j < H; j++) d_into[j] += d_below[j] * x[t][j];
    }
    *loss = sum / (double)T;
    return 0;
}
