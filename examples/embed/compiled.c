/*
 * compiled.c -- fits a curve that is only known when the program runs: its formula becomes a model, and the model functions, in memory.
 */
#include <adc.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { POINTS = 50 };

int main(int argc, char **argv)
{
    const char *formula = argc > 1 ? argv[1] : "a * exp(-b * t[n]) + c";
    char source[1000], *messages;
    snprintf(source, sizeof source, "dim N data t[N], y[N] param a = 1, b = 1, c = 0 loss mean[n] (%s - y[n])^2",
             formula);
    adc_program *program = adc_compile("curve.ad", source, strlen(source), NULL, &messages);
    if (messages) fputs(messages, stderr); /* warnings, too */
    adc_text_free(messages);
    if (!program) return 1;

    double t[POINTS], y[POINTS], theta[3];
    const size_t dims[] = {POINTS};
    const double *data[] = {t, y}; /* in the order of the model */
    for (int n = 0; n < POINTS; n++) {
        t[n] = 0.1 * n;
        y[n] = 2.5 * exp(-1.3 * t[n]) + 0.5;
    }

    const adc_model *model = adc_program_model(program);
    adc_error error = {.text = "no start"};
    adc_fit_result result;
    const adc_fit_options options = {.optimizer = "lbfgs", .steps = 1000};
    const int good =
        model->init(dims, 1, theta) == ADC_OK && adc_fit(model, dims, &data, theta, &options, &result, &error);
    if (good)
        printf("a = %.4f, b = %.4f, c = %.4f: loss %.2e\n", theta[0], theta[1], theta[2], result.loss);
    else
        fprintf(stderr, "curve: %s\n", error.text);
    adc_program_free(program);
    return !good;
}
