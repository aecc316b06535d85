/*
 * optim_plugins.c -- the rows of optimisers of other libraries (plugin.h).
 */
#include "optim.h"

const OptimKind adc_optim_nlopt = {"nlopt", ADC_TAKES_MEMORY | ADC_TAKES_OVER, {.memory = 10}, NULL, NULL, NULL};
const OptimKind adc_optim_ipopt = {
    "ipopt", ADC_TAKES_MEMORY | ADC_TAKES_HVP_TOO | ADC_TAKES_OVER, {.memory = 10}, NULL, NULL, NULL};
