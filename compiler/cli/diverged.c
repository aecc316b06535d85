/*
 * diverged.c -- runs the equations of loss and gradient once more, up to the first element that is infinite or NaN.
 */
#include "diverged.h"

#include "equations.h"

#include <math.h>
#include <stdio.h>

enum { MOST = 40000000 }; /* terms and elements that are looked at: about ten seconds */

typedef struct {
    const Point *point;
    Ir *ir;
    Interp *run;
    size_t steps; /* terms and elements so far */
    Id eq;
    size_t element;
    double value;
} First;

/* Logarithms of nothing are -inf on purpose; a derivative never is. */
static bool is_lost(double x, bool derivative) { return !isfinite(x) && (derivative || !(x < 0)); }

static bool term(void *user, Id eq)
{
    First *f = user;
    (void)eq;
    return ++f->steps < MOST;
}

static bool look(void *user, Id eq, size_t element)
{
    First *f = user;
    bool defined;
    const Id array = f->ir->eq.at[eq].target;
    const double x = interp_get(f->run, array, element, &defined);
    if (!defined || !is_lost(x, f->ir->array.at[array].primal)) return ++f->steps < MOST;
    f->eq = eq;
    f->element = element;
    f->value = x;
    return false;
}

static const char *indices(const First *f, Id array)
{
    Text t = {.arena = f->ir->arena};
    const uint32_t rank = f->ir->array.at[array].dims.n;
    const int64_t *shape = interp_shape(f->run, array);
    size_t below = interp_count(f->run, array), rest = f->element;
    text_add(&t, rank ? "[" : "");
    for (uint32_t k = 0; k < rank; k++) {
        below /= (size_t)shape[k];
        text_addf(&t, "%s%zu", k ? ", " : "", rest / below);
        rest %= below;
    }
    text_add(&t, rank ? "]" : "");
    return t.at;
}

static void find(Ir *ir, Interp *run, void *user)
{
    First *f = user;
    const char *error;
    f->ir = ir;
    f->run = run;
    if (!is_small(ir, run, MOST)) return;
    point_hand_over(f->point, ir, run);
    interp_watch(run, &(Watch){.term = term, .element = look, .user = f});
    interp_run(run, &error);
    if (!f->eq) return;
    const Id array = ir->eq.at[f->eq].target;
    const Array *a = &ir->array.at[array];
    const char *of = a->primal ? ir->array.at[a->primal].name : a->name;
    diag_error(ir->ctx, ir->eq.at[f->eq].span, "%s%s%s is %s, and the first to be so",
               a->primal ? "the derivative by " : "", of, indices(f, array), isnan(f->value) ? "NaN" : "infinite");
    Text out = {.arena = ir->arena};
    diag_print(ir->ctx, &out);
    fputs(out.at, stderr);
}

void tell_diverged(const Args *args, const Model *m, const Point *p)
{
    First f = {.point = p};
    with_equations(args, m, p, "reverse", NULL, find, &f);
}
