/*
 * error.c -- what went wrong, as a sentence in the caller's buffer.
 */
#include "data.h"
#include "decimal.h"

#include <stdarg.h>
#include <stdio.h>

void adc_say(adc_error *error, const char *fmt, ...)
{
    if (!error) return;
    va_list args;
    va_start(args, fmt);
    error->out_of_memory = 0;
    const Decimal decimal = decimal_begin();
    vsnprintf(error->text, sizeof error->text, fmt, args);
    decimal_end(decimal);
    va_end(args);
}

void adc_say_memory(adc_error *error, const char *what)
{
    adc_say(error, "Memory ran out for %s.", what);
    if (error) error->out_of_memory = 1;
}
