/*
 * jacobian_bundle.c -- bundle adjustment with 1,000 cameras, 50,000 points and 200,000 observations: the sparse Jacobian of the residuals has 15
 * entries a row, times any direction it is the tangent, and rows computed apart are the same.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "bundle.h"

enum { CAMERAS = 1000, POINTS = 50000, OBSERVATIONS = 200000, ROWS = 2 * OBSERVATIONS, ENTRIES = 15 };

static uint64_t state = 1;

static double uniform(void)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (double)(state >> 11) / 9007199254740992.0;
}

static void *array(size_t n, size_t size)
{
    void *p = calloc(n, size);
    if (!p) exit(2);
    return p;
}

static void expect(int holds, const char *what)
{
    if (holds) return;
    printf("not so: %s\n", what);
    exit(1);
}

int main(void)
{
    const bundle_dims dims = {CAMERAS, POINTS, OBSERVATIONS};
    int32_t *camera = array(OBSERVATIONS, sizeof *camera), *point = array(OBSERVATIONS, sizeof *point);
    double *feature = array(ROWS, sizeof *feature);
    const size_t n = bundle_nparam(&dims), nnz = bundle_jacobian_err_nnz(&dims);
    double *theta = array(n, sizeof *theta), *along = array(n, sizeof *along);
    double *out = array(ROWS, sizeof *out), *tangent = array(ROWS, sizeof *tangent),
           *product = array(ROWS, sizeof *product);
    for (size_t p = 0; p < OBSERVATIONS; p++) {
        camera[p] = (int32_t)(uniform() * CAMERAS);
        point[p] = (int32_t)(uniform() * POINTS);
    }
    for (size_t i = 0; i < ROWS; i++) feature[i] = uniform();
    for (size_t i = 0; i < n; i++) along[i] = uniform() - 0.5;
    for (size_t i = 0; i < n; i++) theta[i] = 0.1 + 0.2 * uniform();
    for (size_t c = 0; c < CAMERAS; c++) theta[c * 11 + 5] = -5 - uniform(); /* behind the points */
    const bundle_data data = {camera, point, feature};
    expect(bundle_check(&dims, &data) == BUNDLE_OK, "the data is right");
    expect(nnz == (size_t)ROWS * ENTRIES, "15 entries a row");
    printf("work memory: %s\n", bundle_work_bytes(&dims) < 64 * 1024 ? "of a row" : "more");

    int32_t *row = array(nnz, sizeof *row), *col = array(nnz, sizeof *col);
    double *value = array(nnz, sizeof *value), *again = array(nnz, sizeof *again);
    void *work = array(1, bundle_work_bytes(&dims));
    expect(bundle_jacobian_err_pattern(&dims, &data, row, col) == BUNDLE_OK, "the pattern");
    expect(bundle_jacobian_err(&dims, theta, &data, value, work) == BUNDLE_OK, "the Jacobian");
    for (size_t k = 0; k < nnz; k++) {
        expect(row[k] == (int32_t)(k / ENTRIES), "row by row");
        expect(k % ENTRIES == 0 || col[k] > col[k - 1], "columns ascend");
        product[row[k]] += value[k] * along[col[k]];
    }
    expect(bundle_jvp_err(&dims, theta, &data, along, out, tangent, work) == BUNDLE_OK, "the tangent");
    double worst = 0, most = 0;
    for (size_t i = 0; i < ROWS; i++) {
        worst = fmax(worst, fabs(product[i] - tangent[i]));
        most = fmax(most, fabs(tangent[i]));
    }
    expect(worst <= 1e-12 * most, "Jacobian times direction is the tangent");
    for (size_t first = 0; first < OBSERVATIONS; first += 30000) {
        const size_t last = first + 30000 < OBSERVATIONS ? first + 30000 : OBSERVATIONS;
        expect(bundle_jacobian_err_range(&dims, theta, &data, again, work, first, last) == BUNDLE_OK, "some rows");
    }
    for (size_t k = 0; k < nnz; k++) expect(again[k] == value[k], "rows apart are the same");
    printf("%zu rows of %d entries\n", (size_t)ROWS, ENTRIES);
    return 0;
}
