/*
 * fitted.c -- fits decay.ad with adc's Adam: the runtime reads the model through its descriptor, tells how it goes, and saves what it needs to
 * go on.  fitted N stops at step N, of a fit that may have begun in an earlier run.
 */
#include <adc.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "decay.h"

enum { POINTS = 50 };

static int show(void *to, const adc_fit_event *e)
{
    if (e->step % 100 == 0) fprintf(to, "step %zu: loss %.1e\n", e->step, e->loss);
    return 0; /* anything else stops the fit here */
}

int main(int argc, char **argv)
{
    double t[POINTS], y[POINTS], theta[3];
    const decay_dims dims = {.N = POINTS};
    decay_data data = {.t = t, .y = y};
    for (int n = 0; n < POINTS; n++) {
        t[n] = 0.1 * n;
        y[n] = 2.5 * exp(-1.3 * t[n]) + 0.5;
    }

    adc_error error = {.text = "no start"};
    adc_fit_result result;
    adc_fit_options options = {.optimizer = "adam", .event = show, .user = stdout, .save = "fit.npz", .resume = 1};
    options.steps = argc > 1 ? strtoull(argv[1], NULL, 10) : 500;
    adc_optim_defaults("adam", &options.optim);
    options.optim.lr = 0.05;
    if (decay_init(&dims, 1, theta) != DECAY_OK || !adc_fit(&decay, &dims, &data, theta, &options, &result, &error)) {
        fprintf(stderr, "decay: %s\n", error.text);
        return 1;
    }
    printf("a = %.4f, k = %.4f, c = %.4f after %zu steps, %zu of them made before\n", theta[0], theta[1], theta[2],
           result.steps, result.resumed);
    return 0;
}
