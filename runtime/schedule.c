/*
 * schedule.c -- factors of the step size.
 */
#include "schedule.h"
#include "data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int numbers;
    double a, b; /* where they are not given */
} kinds[] = {[SCHEDULE_CONSTANT] = {"constant", 0, 0, 0},          [SCHEDULE_STEP] = {"step", 2, 10, 0.1},
             [SCHEDULE_EXPONENTIAL] = {"exponential", 1, 0.95, 0}, [SCHEDULE_COSINE] = {"cosine", 1, 0, 0},
             [SCHEDULE_ONE_CYCLE] = {"one-cycle", 1, 0.3, 0},      [SCHEDULE_PLATEAU] = {"plateau", 2, 10, 0.1}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static bool fits(const Schedule *s)
{
    switch (s->kind) {
    case SCHEDULE_CONSTANT: return true;
    case SCHEDULE_STEP: return s->a > 0 && s->b > 0;
    case SCHEDULE_EXPONENTIAL: return s->a > 0;
    case SCHEDULE_COSINE: return s->a >= 0;
    case SCHEDULE_ONE_CYCLE: return s->a > 0 && s->a < 1;
    case SCHEDULE_PLATEAU: return s->a >= 0 && s->b > 0 && s->b < 1;
    }
    return false;
}

/* The numbers behind the colon: as many as the kind has, or fewer. */
static bool numbers(Schedule *s, const char *text)
{
    double *const to[] = {&s->a, &s->b};
    for (int k = 0; *text; k++) {
        char *end;
        if (k == kinds[s->kind].numbers) return false;
        *to[k] = strtod(text, &end);
        if (end == text || (*end && *end != ',') || !isfinite(*to[k])) return false;
        text = *end ? end + 1 : end;
    }
    return fits(s);
}

bool adc_schedule_parse(Schedule *s, const char *text, size_t warmup, size_t steps, size_t epoch_steps,
                        adc_error *error)
{
    *s = (Schedule){.warmup = (double)warmup,
                    .steps = (double)steps,
                    .epoch_steps = (double)epoch_steps,
                    .factor = 1,
                    .best = HUGE_VAL};
    if (!text) return true;
    const size_t n = strcspn(text, ":");
    int k = 0;
    while (k < KINDS && (strlen(kinds[k].name) != n || memcmp(kinds[k].name, text, n) != 0)) k++;
    if (k == KINDS)
        return adc_fail(
            error, "There is no schedule %.*s; there are constant, step, exponential, cosine, one-cycle and plateau.",
            (int)n, text);
    s->kind = (ScheduleKind)k;
    s->a = kinds[k].a;
    s->b = kinds[k].b;
    if (!numbers(s, text + n + (text[n] == ':')))
        return adc_fail(error, "The schedule %s cannot be: see its numbers in the manual (as in step:10,0.1).", text);
    if ((s->kind == SCHEDULE_COSINE || s->kind == SCHEDULE_ONE_CYCLE) && !steps)
        return adc_fail(error, "The schedule %s needs to know how many steps or epochs there are.", text);
    return true;
}

/* From a to b along half a cosine, at the share t of the way. */
static double between(double a, double b, double t) { return b + (a - b) * (1 + cos(acos(-1.0) * fmin(t, 1))) / 2; }

static double one_cycle(const Schedule *s, double step)
{
    const double up = s->a * s->steps - 1, down = s->steps - 1 - up;
    if (step <= up) return between(1.0 / 25, 1, up > 0 ? step / up : 1);
    return between(1, 1.0 / 25 / 1e4, down > 0 ? (step - up) / down : 1);
}

double adc_schedule_at(const Schedule *s, size_t step)
{
    const double t = (double)step, epoch = floor(t / s->epoch_steps), warm = t < s->warmup ? (t + 1) / s->warmup : 1;
    switch (s->kind) {
    case SCHEDULE_CONSTANT: break;
    case SCHEDULE_STEP: return warm * pow(s->b, floor(epoch / s->a));
    case SCHEDULE_EXPONENTIAL: return warm * pow(s->a, epoch);
    case SCHEDULE_COSINE: return warm * between(1, s->a, t / s->steps);
    case SCHEDULE_ONE_CYCLE: return warm * one_cycle(s, t);
    case SCHEDULE_PLATEAU: return warm * s->factor;
    }
    return warm;
}

void adc_schedule_look(Schedule *s, double loss)
{
    if (s->kind != SCHEDULE_PLATEAU) return;
    s->bad = loss < s->best ? 0 : s->bad + 1;
    s->best = fmin(s->best, loss);
    if (s->bad <= s->a) return;
    s->factor *= s->b;
    s->bad = 0;
}
