/*
 * decimal.h -- numbers with a point in a host program whose locale has a comma.
 *
 * Between decimal_begin() and decimal_end() this thread reads and prints as C does.  All that reads or prints numbers stands
 * between the two, or in a program that never sets a locale, as the command line.
 */
#ifndef ADC_DECIMAL_H
#define ADC_DECIMAL_H

#include <locale.h>

typedef struct {
    locale_t c, host; /* c: 0 where memory ran out, and then the host's stays */
} Decimal;

static inline Decimal decimal_begin(void)
{
    const locale_t c = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    return (Decimal){c, c ? uselocale(c) : (locale_t)0};
}

static inline void decimal_end(Decimal d)
{
    if (!d.c) return;
    uselocale(d.host);
    freelocale(d.c);
}

#endif
