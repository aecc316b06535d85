#!/bin/bash
# names.sh -- libadcc shows what adc.h declares and no more: a program with functions named as the compiler's inner ones links and runs.
shown=$(nm -g --defined-only "$BUILD/libadcc.a" | awk 'NF == 3 && $3 !~ /^__/ { print $3 }')
others=$(comm -23 <(sort <<<"$shown") <(grep -oE 'adc_[a-z_]+\(' runtime/adc.h | tr -d '(' | sort -u))
[ -z "$others" ] || { echo "names that adc.h does not declare: $others"; exit 1; }

cat >"$SCRATCH/host.c" <<'C'
#include "adc.h"
#include <stdio.h>
#include <string.h>

int parse(void), compile(void), fold(void), lower(void), text_add(void), yylex(void);
int parse(void) { return 1; }
int compile(void) { return 2; }
int fold(void) { return 3; }
int lower(void) { return 4; }
int text_add(void) { return 5; }
int yylex(void) { return 6; }

int main(void)
{
    const char *model = "param x = 2\nloss x^3";
    char *c, *h, *messages;
    adc_program *p = adc_compile("cube.ad", model, strlen(model), NULL, &messages);
    if (!p) return fprintf(stderr, "%s\n", messages), 1;
    adc_program_free(p);
    if (!adc_to_c("cube.ad", model, strlen(model), NULL, &c, &h, &messages)) return fprintf(stderr, "%s\n", messages), 1;
    adc_text_free(c);
    adc_text_free(h);
    return parse() + compile() + fold() + lower() + text_add() + yylex() == 21 ? 0 : 1;
}
C
${CC:-cc} ${SANITIZE:-} -Iruntime -o "$SCRATCH/host" "$SCRATCH/host.c" "$BUILD/libadcc.a" -ltcc -lm && "$SCRATCH/host"
