/*
 * json.c -- results as JSON text: numbers that read back exactly, arrays nested in row-major order, scalars bare.
 */
#include "cli.h"

#include <math.h>
#include <string.h>

void json_string(Text *out, const char *s)
{
    text_add(out, "\"");
    for (; *s; s++) {
        unsigned char c = (unsigned char)*s;
        if (c == '"' || c == '\\')
            text_addf(out, "\\%c", c);
        else if (c < 0x20)
            text_addf(out, "\\u%04x", c);
        else
            text_addn(out, s, 1);
    }
    text_add(out, "\"");
}

void json_real(Text *out, double x)
{
    if (isnan(x)) {
        text_add(out, "\"nan\"");
    } else if (isinf(x)) {
        text_add(out, x > 0 ? "\"inf\"" : "\"-inf\"");
    } else {
        text_add_real(out, x);
        if (out->n > 2 && strcmp(out->at + out->n - 2, ".0") == 0) out->at[out->n -= 2] = 0; /* 3, not 3.0 */
    }
}

/* Element by element; a bracket opens where an index starts, and closes where it ends. */
void json_array(Text *out, const double *x, int rank, const size_t *shape)
{
    size_t n = 1;
    for (int k = 0; k < rank; k++) n *= shape[k];
    if (n == 0) { /* [] as deep as the first size that is 0 */
        size_t first = shape[0];
        text_add(out, "[");
        for (size_t i = 0; i < first; i++) {
            if (i) text_add(out, ", ");
            json_array(out, x, rank - 1, shape + 1);
        }
        text_add(out, "]");
        return;
    }
    for (size_t i = 0; i < n; i++) {
        size_t period = 1;
        if (i) text_add(out, ", ");
        int opens = 0, closes = 0;
        for (int k = rank - 1; k >= 0; k--) {
            period *= shape[k];
            opens += i % period == 0;
            closes += (i + 1) % period == 0;
        }
        for (int k = 0; k < opens; k++) text_add(out, "[");
        json_real(out, x[i]);
        for (int k = 0; k < closes; k++) text_add(out, "]");
    }
}
