/*
 * plain.c -- fits decay.ad with a loop of its own.  Nothing of adc is linked: decay.c and decay.h are all there is.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "decay.h"

enum { POINTS = 50, STEPS = 20000 };

int main(void)
{
    double t[POINTS], y[POINTS], theta[3], gradient[3], loss = 0;
    const decay_dims dims = {.N = POINTS};
    const decay_data data = {.t = t, .y = y};
    for (int n = 0; n < POINTS; n++) {
        t[n] = 0.1 * n;
        y[n] = 2.5 * exp(-1.3 * t[n]) + 0.5;
    }

    void *work = malloc(decay_work_bytes(&dims));
    int code = decay_check(&dims, &data);
    if (code == DECAY_OK) code = decay_init(&dims, 1, theta);
    for (int step = 0; code == DECAY_OK && step < STEPS; step++) {
        code = decay_grad(&dims, theta, &data, &loss, gradient, work);
        for (size_t i = 0; i < decay_nparam(&dims); i++) theta[i] -= 0.1 * gradient[i];
    }
    free(work);
    if (code != DECAY_OK) {
        fprintf(stderr, "decay: %s\n", decay_strerror(code));
        return 1;
    }
    printf("a = %.4f, k = %.4f, c = %.4f\n", theta[DECAY_a_OFFSET(&dims)], theta[DECAY_k_OFFSET(&dims)],
           theta[DECAY_c_OFFSET(&dims)]);
    return 0;
}
