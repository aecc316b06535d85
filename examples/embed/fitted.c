/*
 * fitted.c -- fits decay.ad with adc's Adam: the runtime reads the model through its descriptor.
 */
#include <adc.h>
#include <math.h>
#include <stdio.h>

#include "decay.h"

enum { POINTS = 50 };

int main(void)
{
    double t[POINTS], y[POINTS], theta[3];
    const decay_dims dims = {.N = POINTS};
    decay_data data = {.t = t, .y = y};
    for (int n = 0; n < POINTS; n++) {
        t[n] = 0.1 * n;
        y[n] = 2.5 * exp(-1.3 * t[n]) + 0.5;
    }

    adc_error error;
    adc_fit_result result;
    adc_fit_options options = {.optimizer = "adam", .steps = 3000, .tol = 1e-16};
    adc_optim_defaults("adam", &options.optim);
    options.optim.lr = 0.05;
    if (decay_init(&dims, 1, theta) != DECAY_OK || !adc_fit(&decay, &dims, &data, theta, &options, &result, &error)) {
        fprintf(stderr, "decay: %s\n", error.text);
        return 1;
    }
    printf("a = %.4f, k = %.4f, c = %.4f after at most %zu steps\n", theta[0], theta[1], theta[2], options.steps);
    return 0;
}
