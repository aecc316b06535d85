/*
 * test_optim.c -- optimisers against their moments written out as sums, constraints against differences, the generator
 * against its published numbers.
 */
#include "constrain.h"
#include "data.h"
#include "rng.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { N = 3, STEPS = 60 };

/* f = sum of c[i] (x[i] - i)^2 / 2 */
static const double curvature[N] = {0.5, 1, 4};
static void gradient(const double *x, double *g)
{
    for (int i = 0; i < N; i++) g[i] = curvature[i] * (x[i] - i);
}

/* sum over s = 1..t of rate^(t-s) g[s], squared where asked */
static double decayed(double g[][N], int t, int i, double rate, bool square)
{
    double sum = 0;
    for (int s = 1; s <= t; s++) sum += pow(rate, t - s) * (square ? g[s][i] * g[s][i] : g[s][i]);
    return sum;
}

static void follow(const char *name, const adc_optim_options *o)
{
    double x[N] = {1, -2, 3}, want[N] = {1, -2, 3}, g[STEPS + 1][N];
    adc_error error;
    adc_optim *optim = adc_optim_new(name, o, N, &error);
    assert_non_null(optim);
    for (int t = 1; t <= STEPS; t++) {
        gradient(x, g[t]);
        assert_int_equal(adc_optim_step(optim, x, 0, g[t]), 1);
        for (int i = 0; i < N; i++) {
            if (!strcmp(name, "gd")) want[i] -= o->lr * g[t][i];
            if (!strcmp(name, "sgd")) want[i] -= o->lr * decayed(g, t, i, o->momentum, false);
            if (!strcmp(name, "adam")) {
                const double m = (1 - o->beta1) * decayed(g, t, i, o->beta1, false) / (1 - pow(o->beta1, t));
                const double v = (1 - o->beta2) * decayed(g, t, i, o->beta2, true) / (1 - pow(o->beta2, t));
                want[i] -= o->lr * m / (sqrt(v) + o->eps);
            }
            assert_true(fabs(x[i] - want[i]) <= 1e-12 * (1 + fabs(want[i])));
        }
    }
    assert_int_equal(adc_optim_steps(optim), STEPS);
    adc_optim_free(optim);
}

static void test_trajectories(void **state)
{
    (void)state;
    follow("gd", &(adc_optim_options){.lr = 0.1});
    follow("sgd", &(adc_optim_options){.lr = 0.05, .momentum = 0.9});
    follow("adam", &(adc_optim_options){.lr = 0.1, .beta1 = 0.9, .beta2 = 0.999, .eps = 1e-8});
    follow("adam", &(adc_optim_options){.lr = 0.3, .beta1 = 0.5, .beta2 = 0.8, .eps = 1e-3});
}

static void test_refusals(void **state)
{
    (void)state;
    adc_error error;
    assert_null(adc_optim_new("newtonn", NULL, 1, &error));
    assert_string_equal(error.text, "There is no optimiser named newtonn; there are gd, sgd, adam, adamw, amsgrad, "
                                    "rmsprop, adagrad, lbfgs, newton, lm, nlopt and ipopt.");
    assert_null(adc_optim_new("gd", &(adc_optim_options){.lr = -1}, 1, &error));
    assert_string_equal(error.text, "The step size (lr) is -1; it must be positive.");
    assert_null(adc_optim_new("sgd", &(adc_optim_options){.lr = 1, .momentum = 1}, 1, &error));
    assert_string_equal(error.text, "The momentum is 1; it must be at least 0 and below 1.");
    assert_null(adc_optim_new("adam", &(adc_optim_options){.lr = 1, .beta1 = 0.9, .beta2 = 1}, 1, &error));
    assert_string_equal(error.text, "beta1 and beta2 are 0.9 and 1; they must be at least 0 and below 1.");
    assert_null(adc_optim_new("adam", &(adc_optim_options){.lr = 1, .eps = -1}, 1, &error));
    assert_string_equal(error.text, "eps is -1; it must be at least 0.");
    assert_null(adc_optim_new("sgd", &(adc_optim_options){.lr = 1, .nesterov = 1}, 1, &error));
    assert_string_equal(error.text, "Nesterov's form needs a momentum; it is 0.");
    assert_null(adc_optim_new("rmsprop", &(adc_optim_options){.lr = 1, .alpha = 1}, 1, &error));
    assert_string_equal(error.text, "alpha is 1; it must be at least 0 and below 1.");
    assert_null(adc_optim_new("newton", NULL, 1, &error));
    assert_string_equal(error.text, "newton needs Hessian-vector products, and there are none.");
    assert_null(adc_optim_new("lm", NULL, 1, &error));
    assert_string_equal(error.text, "lm needs residuals and products with their Jacobian, and there are none.");
    assert_null(adc_optim_new("nlopt:lbfgs", NULL, 1, &error));
    assert_string_equal(error.text, "nlopt has a loop of its own: adc_fit runs it.");
    assert_null(adc_optim_new("adam", NULL, SIZE_MAX / 16, &error));
    assert_true(error.out_of_memory);
}

/* ---- optimisers that try points: Rosenbrock's function of pairs, f = |r|^2, r = (10 (b - a^2), 1 - a) */

enum { PAIRS = 6 };
typedef struct {
    int values, products; /* asked for */
} Counts;

static int pair_residual(void *user, const double *x, double *r)
{
    (void)user;
    for (int i = 0; i < PAIRS; i += 2) {
        r[i] = 10 * (x[i + 1] - x[i] * x[i]);
        r[i + 1] = 1 - x[i];
    }
    return 0;
}

static int pair_jvp(void *user, const double *x, const double *v, double *out)
{
    ((Counts *)user)->products++;
    for (int i = 0; i < PAIRS; i += 2) {
        out[i] = 10 * (v[i + 1] - 2 * x[i] * v[i]);
        out[i + 1] = -v[i];
    }
    return 0;
}

static int pair_vjp(void *user, const double *x, const double *w, double *out)
{
    (void)user;
    for (int i = 0; i < PAIRS; i += 2) {
        out[i] = -20 * x[i] * w[i] - w[i + 1];
        out[i + 1] = 10 * w[i];
    }
    return 0;
}

static int pair_hvp(void *user, const double *x, const double *v, double *out)
{
    ((Counts *)user)->products++;
    for (int i = 0; i < PAIRS; i += 2) {
        out[i] = (1200 * x[i] * x[i] - 400 * x[i + 1] + 2) * v[i] - 400 * x[i] * v[i + 1];
        out[i + 1] = -400 * x[i] * v[i] + 200 * v[i + 1];
    }
    return 0;
}

static double pairs(Counts *c, const double *x, double *g)
{
    double r[PAIRS], sum = 0;
    pair_residual(c, x, r);
    pair_vjp(c, x, r, g);
    for (int i = 0; i < PAIRS; i++) {
        sum += r[i] * r[i];
        g[i] *= 2;
    }
    c->values++;
    return sum;
}

/* To the end; x is the best point of all that were accepted. */
static double minimise(const char *name, const adc_optim_options *o, double *x, Counts *c)
{
    double g[PAIRS], f, least = HUGE_VAL;
    int what;
    adc_error error;
    adc_optim *optim = adc_optim_new(name, o, PAIRS, &error);
    assert_non_null(optim);
    do {
        f = pairs(c, x, g);
        const int accepted = adc_optim_accepts(optim, x, f, g);
        if (accepted) {
            assert_true(f <= least);
            least = f;
        }
        what = adc_optim_step(optim, x, f, g);
        assert_true(what == ADC_OPTIM_END || (what == ADC_OPTIM_STEP) == accepted);
    } while (what != ADC_OPTIM_END && c->values < 1000);
    assert_int_equal(what, ADC_OPTIM_END);
    adc_optim_free(optim);
    return pairs(c, x, g);
}

static void test_searches(void **state)
{
    (void)state;
    static const char *const names[] = {"lbfgs", "newton", "lm"};
    for (int k = 0; k < 3; k++) {
        double x[PAIRS] = {-1.2, 1, -1.2, 1, -1.2, 1};
        Counts c = {0};
        const adc_products by = {&c, pair_hvp, PAIRS, 1, pair_residual, pair_jvp, pair_vjp};
        assert_true(minimise(names[k], &(adc_optim_options){.products = &by}, x, &c) < 1e-25);
        for (int i = 0; i < PAIRS; i++) assert_true(fabs(x[i] - 1) < 1e-9);
        assert_true(c.values < 80);
    }
}

static void test_bounds(void **state)
{
    (void)state;
    const double lower[PAIRS] = {-2, -2, -HUGE_VAL, -2, 1.5, -2};
    const double upper[PAIRS] = {0.5, 2, 0.8, HUGE_VAL, 2, 2};
    double x[PAIRS] = {-1.2, 1, -1.2, 1, 1.5, 1};
    const double want[PAIRS] = {0.5, 0.25, 0.8, 0.64, 1.5, 2}; /* each pair: a at its bound, b = a^2 or its bound */
    const double least = 0.25 + 0.04 + 0.25 + 100 * 0.0625;
    Counts c = {0};
    const double f = minimise("lbfgs", &(adc_optim_options){.lower = lower, .upper = upper}, x, &c);
    assert_true(fabs(f - least) < 1e-9);
    for (int i = 0; i < PAIRS; i++) assert_true(fabs(x[i] - want[i]) < 1e-5);
    adc_error error;
    assert_null(adc_optim_new("lbfgs", &(adc_optim_options){.lower = upper, .upper = lower}, PAIRS, &error));
    assert_string_equal(error.text, "The bounds of number 0 are 0.5 and -2: nothing lies between.");
}

/* f = x - log x, which has no value at x <= 0, from far to the right: 1e3 -> 1 */
static void test_no_value(void **state)
{
    (void)state;
    double x = 1e3, g = 0, f;
    int tries = 0, holes = 0;
    adc_optim *o = adc_optim_new("lbfgs", NULL, 1, NULL);
    do {
        f = x > 0 ? x - log(x) : NAN;
        g = 1 - 1 / x;
        holes += x <= 0;
    } while (adc_optim_step(o, &x, f, &g) != ADC_OPTIM_END && ++tries < 100);
    assert_true(fabs(x - 1) < 1e-7 && holes > 0 && tries < 100);
    adc_optim_free(o);
}

/* The step size follows the loss: on f = x^2 / 2 from too small a one it grows, as algorithm 4 has it. */
static void test_hyper(void **state)
{
    (void)state;
    double x = 1, lr = 0.01, y = 1, before = 0;
    adc_optim *o = adc_optim_new("gd", &(adc_optim_options){.lr = 0.01, .hyper_lr = 0.1}, 1, NULL);
    for (int t = 0; t < 20; t++) {
        const double g = x;
        adc_optim_step(o, &x, 0, &g);
        lr += t ? 0.1 * y * before : 0;
        before = y;
        y -= lr * y;
        assert_true(fabs(x - y) < 1e-14 && fabs(adc_optim_lr(o) - lr) < 1e-14);
    }
    assert_true(lr > 0.3);
    adc_optim_free(o);
}

static void test_set_lr(void **state)
{
    (void)state;
    double x = 1;
    const double g = 1;
    adc_optim *o = adc_optim_new("gd", &(adc_optim_options){.lr = 0.5}, 1, NULL);
    adc_optim_step(o, &x, 0, &g);
    adc_optim_set_lr(o, 0.25);
    adc_optim_step(o, &x, 0, &g);
    assert_true(x == 0.25);
    adc_optim_free(o);
}

/* ---- constraints: param a > 1, b < -1, c in (2, 5), d[2] */

static const adc_array arrays[] = {
    {.name = "a", .kind = ADC_PARAM, .constrained = 1, .lower = 1},
    {.name = "b", .kind = ADC_PARAM, .constrained = 2, .upper = -1},
    {.name = "c", .kind = ADC_PARAM, .constrained = 3, .lower = 2, .upper = 5},
    {.name = "d", .kind = ADC_PARAM, .rank = 1, .axis = (const int[]){-1}},
};
static int shape(const void *dims, int array, size_t *s) { return (void)dims, (void)array, *s = 2, ADC_OK; }
static size_t nparam(const void *dims) { return (void)dims, (size_t)5; }

static void check_constraints(int real_bytes, double tolerance)
{
    const adc_model m = {
        .real_bytes = real_bytes, .name = "m", .arrays = 4, .array = arrays, .shape = shape, .nparam = nparam};
    const double start[5] = {1.5, -3, 4.5, 7, -7};
    double u[5], du[5], theta[5], up[5];
    float single[5];
    Constraints c;
    adc_error error;
    assert_true(adc_constraints(&c, &m, NULL, &error));
    assert_int_equal(c.bounds, 3);
    for (int i = 0; i < 5; i++) single[i] = (float)start[i];
    const void *at = real_bytes == 4 ? (const void *)single : start;
    void *out = real_bytes == 4 ? (void *)single : theta;
    assert_true(adc_unbind(&c, NULL, at, u, &error));
    adc_bind(&c, u, out);
    const float ones_single[5] = {1, 1, 1, 1, 1};
    const double ones[5] = {1, 1, 1, 1, 1}, h = 1e-6;
    adc_chain(&c, u, real_bytes == 4 ? (const void *)ones_single : ones, du);
    for (int i = 0; i < 5; i++) {
        const double t = real_bytes == 4 ? (double)single[i] : theta[i];
        assert_true(fabs(t - start[i]) <= tolerance * fabs(start[i]));
    }
    if (real_bytes == 8) {
        for (int i = 0; i < 5; i++) {
            double plus[5], minus[5];
            memcpy(up, u, sizeof u);
            up[i] = u[i] + h;
            adc_bind(&c, up, plus);
            up[i] = u[i] - h;
            adc_bind(&c, up, minus);
            assert_true(fabs((plus[i] - minus[i]) / (2 * h) - du[i]) < 1e-8);
        }
        /* far out, values stay in the closed interval and slopes finite */
        const double far[5] = {-800, -800, 800, 0, 0};
        adc_bind(&c, far, theta);
        assert_true(theta[0] >= 1 && theta[1] <= -1 && theta[2] <= 5);
        adc_chain(&c, far, ones, du);
        for (int i = 0; i < 5; i++) assert_true(isfinite(du[i]));
    }
    adc_constraints_free(&c);
}

static void test_constraints(void **state)
{
    (void)state;
    check_constraints(8, 1e-15);
    check_constraints(4, 1e-6);
}

static void test_starts(void **state)
{
    (void)state;
    const adc_model m = {.real_bytes = 8, .name = "m", .arrays = 4, .array = arrays, .shape = shape, .nparam = nparam};
    static const struct {
        double theta[5];
        const char *error;
    } wrong[] = {{{1, -3, 4, 0, 0}, "a starts at 1, but must be above 1."},
                 {{2, 0, 4, 0, 0}, "b starts at 0, but must be below -1."},
                 {{2, -3, 5, 0, 0}, "c starts at 5, but must lie between 2 and 5."},
                 {{NAN, -3, 4, 0, 0}, "a starts at nan, but must be above 1."}};
    Constraints c;
    adc_error error;
    double u[5];
    assert_true(adc_constraints(&c, &m, NULL, &error));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_false(adc_unbind(&c, NULL, wrong[i].theta, u, &error));
        assert_string_equal(error.text, wrong[i].error);
    }
    adc_constraints_free(&c);
}

/* ---- random numbers */

static void test_rng(void **state)
{
    (void)state;
    /* splitmix64 from 1234567: https://rosettacode.org/wiki/Pseudo-random_numbers/Splitmix64 */
    static const uint64_t want[] = {UINT64_C(6457827717110365317), UINT64_C(3203168211198807973),
                                    UINT64_C(9817491932198370423), UINT64_C(4593380528125082431),
                                    UINT64_C(16408922859458223821)};
    Rng r = {1234567};
    for (int i = 0; i < 5; i++) assert_true(adc_rng_next(&r) == want[i]);

    size_t order[1000], seen[1000] = {0}, moved = 0;
    for (size_t i = 0; i < 1000; i++) order[i] = i;
    r = adc_rng(1, 0);
    adc_rng_shuffle(&r, order, 1000);
    for (size_t i = 0; i < 1000; i++) {
        seen[order[i]]++;
        moved += order[i] != i;
    }
    for (size_t i = 0; i < 1000; i++) assert_int_equal(seen[i], 1);
    assert_true(moved > 990);
    Rng a = adc_rng(1, 1), b = adc_rng(2, 0);
    assert_true(adc_rng_next(&a) != adc_rng_next(&b));

    /* below 3: each about a third */
    size_t count[3] = {0};
    for (int i = 0; i < 30000; i++) count[adc_rng_below(&r, 3)]++;
    for (int k = 0; k < 3; k++) assert_true(count[k] > 9700 && count[k] < 10300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trajectories), cmocka_unit_test(test_refusals),    cmocka_unit_test(test_searches),
        cmocka_unit_test(test_bounds),       cmocka_unit_test(test_no_value),    cmocka_unit_test(test_hyper),
        cmocka_unit_test(test_set_lr),       cmocka_unit_test(test_constraints), cmocka_unit_test(test_starts),
        cmocka_unit_test(test_rng),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
