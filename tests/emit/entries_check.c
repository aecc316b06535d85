/*
 * entries_check.c -- all forms of a sparse Jacobian or Hessian against derivatives along unit vectors.
 *
 * MODEL: the prefix; HEADER: its header's name; SIZES: its dims; MATRIX: what the functions are called, jacobian_OUT or hessian; ALONG:
 * jvp_OUT or hvp; IS_HESSIAN: 0 or 1; OUTPUT_ROWS: of a Jacobian; ENTRIES_WANTED: their number.  TILES: B(err, cam) ... : which blocks there are; RANGE: how many
 * rows the output's first index has, where some can be had apart.  RAGGED: data decide how many entries a row has, and in which order they
 * stand; integer data whose names begin with "ptr" ascend.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include HEADER

#define PASTE_(a, b)  a##_##b
#define PASTE(a, b)   PASTE_(a, b)
#define OF(name)      PASTE(MODEL, name)
#define ENTRIES(name) PASTE(OF(MATRIX), name)
#define BY(name)      OF(PASTE(KIND, name))

#if IS_HESSIAN
#define KIND hessian
#else
#define KIND jacobian
#endif

typedef OF(real) real;

#ifdef RAGGED
#define NNZ       ENTRIES(nnz)(dims, data)
#define IS_RAGGED 1
#else
#define NNZ       ENTRIES(nnz)(dims)
#define IS_RAGGED 0
#endif

static const adc_model *const model = &MODEL;
static size_t rows, columns;
static int order;    /* only the lower triangle is told */
static double *want; /* the whole matrix */
static double *most; /* by row: its largest */
static int failed;

static void expect(int holds, const char *what)
{
    if (holds) return;
    printf("not so: %s\n", what);
    failed = 1;
}

static void *room(size_t n, size_t size)
{
    void *p = calloc(n + 1, size);
    if (!p) exit(2);
    return p;
}

static int is_near(double a, double b, size_t row)
{
    return fabs(a - b) <= (sizeof(real) == 4 ? 2e-5 : 1e-12) * (most[row] + 1);
}

static size_t count(const void *dims, int array)
{
    size_t shape[16], n = 1;
    if (model->shape(dims, array, shape)) exit(3);
    for (int k = 0; k < model->array[array].rank; k++) n *= shape[k];
    return n;
}

static int by_size(const void *a, const void *b) { return *(const int32_t *)a - *(const int32_t *)b; }

static void make_up(const void *dims, char *data)
{
    for (int a = 0; a < model->arrays; a++) {
        const adc_array *x = &model->array[a];
        if (x->kind != ADC_DATA) continue;
        const size_t n = count(dims, a);
        int32_t *whole = room(n, sizeof *whole);
        real *number = room(n, sizeof *number);
        long lo, hi;
        model->range(dims, a, &lo, &hi);
        for (size_t i = 0; i < n; i++) number[i] = (real)(0.5 + sin((double)(7 * i * i + (size_t)a)));
        for (size_t i = 0; i < n; i++)
            whole[i] = (int32_t)(hi > lo ? lo + (long)((i * i * 5 + i * 3 + (size_t)a) % (size_t)(hi - lo)) : 0);
        if (strncmp(x->name, "ptr", 3) == 0) qsort(whole, n, sizeof *whole, by_size);
        const void *made = x->type == ADC_INT32 ? (const void *)whole : (const void *)number;
        memcpy(data + x->field, &made, sizeof made);
    }
}

/* The first param's number in theta, its elements. */
static size_t offset_of(const void *dims, const char *name, size_t *n)
{
    size_t at = 0;
    for (int a = 0; a < model->arrays; a++) {
        if (!model->array[a].gradient) continue;
        *n = count(dims, a);
        if (strcmp(model->array[a].name, name) == 0) return at;
        at += *n;
    }
    exit(4);
}

static void compare(const double *got, const char *what)
{
    double worst = 0;
    for (size_t i = 0; i < rows * columns; i++)
        if (!is_near(got[i], want[i], i / columns)) worst = fmax(worst, fabs(got[i] - want[i]));
    if (worst > 0) printf("%s is off by %g\n", what, worst);
    failed |= worst > 0;
}

/* Both halves from the lower one. */
static void add(double *dense, size_t row, size_t column, double value)
{
    dense[row * columns + column] += value;
    if (order && row != column) dense[column * columns + row] += value;
}

/* What the blocks tell: of a Hessian's square on the diagonal both halves, if anything. */
static void check_blocks(const char *what, size_t row, size_t height, size_t column, size_t width, const size_t *shape,
                         const int32_t *ptr, const int32_t *col, const real *values)
{
    double *dense = room(rows * columns, sizeof *dense);
    const size_t h = shape[2], w = shape[3];
    expect(shape[0] * h == height, "block rows make up the rows");
    expect(ptr[0] == 0 && (size_t)ptr[shape[0]] == shape[0] * shape[1], "blocks begin and end");
    for (size_t b = 0; b < shape[0]; b++) {
        expect((size_t)(ptr[b + 1] - ptr[b]) == shape[1], "every block row has as many");
        for (size_t k = (size_t)ptr[b]; k < (size_t)ptr[b + 1]; k++) {
            expect(k == (size_t)ptr[b] || col[k] >= col[k - 1], "block columns ascend");
            expect(col[k] >= 0 && ((size_t)col[k] + 1) * w <= width, "block columns are inside");
            for (size_t i = 0; i < h * w; i++) {
                const size_t r = row + b * h + i / w, c = column + (size_t)col[k] * w + i % w;
                dense[r * columns + c] += (double)values[k * h * w + i];
            }
        }
    }
    for (size_t r = row; r < row + height; r++)
        for (size_t c = column; c < column + width; c++) {
            const double got = dense[r * columns + c];
            if (!is_near(got, want[r * columns + c], r) && !(order && c > r && got == 0)) {
                printf("%s: %g for %g at %zu, %zu\n", what, got, want[r * columns + c], r, c);
                failed = 1;
            }
        }
    free(dense);
}

int main(void)
{
#ifdef SIZES
    const OF(dims) sizes = {SIZES}, *const dims = &sizes;
#else
    const void *const dims = 0;
#endif
#ifdef NO_DATA
    static char given;
    const void *const data = 0;
#else
    static OF(data) given;
    const OF(data) *const data = &given;
#endif
    make_up(dims, (char *)&given);
    expect(model->check(dims, data, 0) == 0, "the data is right");
    columns = model->ngrad(dims);
    order = IS_HESSIAN;
    rows = IS_HESSIAN ? columns : OUTPUT_ROWS;
    const size_t nnz = NNZ;
    expect(nnz == ENTRIES_WANTED, "so many entries");
    real *theta = room(model->nparam(dims), sizeof *theta), *e = room(columns, sizeof *e);
    real *value = room(nnz, sizeof *value), *out = room(rows, sizeof *out), *along = room(rows, sizeof *along);
    real *dense = room(rows * columns, sizeof *dense);
    int32_t *row = room(nnz, sizeof *row), *col = room(nnz, sizeof *col), *ptr = room(rows + 1, sizeof *ptr);
    int32_t *again = room(nnz, sizeof *again);
    double *sum = room(rows * columns, sizeof *sum);
    void *work = room(model->work_bytes(dims), 1);
    want = room(rows * columns, sizeof *want);
    most = room(rows, sizeof *most);
    for (size_t i = 0; i < model->nparam(dims); i++) theta[i] = (real)(0.5 * cos((double)(3 * i)) + 0.1);

    for (size_t c = 0; c < columns; c++) {
        for (size_t i = 0; i < columns; i++) e[i] = i == c;
#if IS_HESSIAN
        expect(OF(ALONG)(dims, theta, data, e, along, work) == 0, "the product");
#else
        expect(OF(ALONG)(dims, theta, data, e, out, along, work) == 0, "the tangent");
#endif
        for (size_t r = 0; r < rows; r++) want[r * columns + c] = (double)along[r];
        for (size_t r = 0; r < rows; r++) most[r] = fmax(most[r], fabs((double)along[r]));
    }
    for (size_t r = 0; r < rows; r++) expect(most[r] > 0 && most[r] < 1e9, "derivatives are numbers");

    expect(ENTRIES(pattern)(dims, data, row, col) == 0, "the pattern");
    expect(OF(MATRIX)(dims, theta, data, value, work) == 0, "the values");
    for (size_t k = 0; k < nnz; k++) {
        expect(row[k] >= 0 && (size_t)row[k] < rows && col[k] >= 0 && (size_t)col[k] < columns, "entries are inside");
        expect(k == 0 || row[k] >= row[k - 1], "rows ascend");
        expect(k == 0 || row[k] > row[k - 1] || IS_RAGGED || col[k] >= col[k - 1], "columns ascend in a row");
        if (order && col[k] > row[k]) expect(value[k] == 0, "nothing is above the diagonal");
        if (failed) return 1;
        add(sum, (size_t)row[k], (size_t)col[k], (double)value[k]);
    }
    compare(sum, "the sum of the entries");

    expect(ENTRIES(csr)(dims, data, ptr, again) == 0, "compressed rows");
    expect(memcmp(col, again, nnz * sizeof *col) == 0, "the same columns");
    expect(ptr[0] == 0 && (size_t)ptr[rows] == nnz, "rows begin and end");
    for (size_t r = 0; r < rows && !failed; r++)
        for (size_t k = (size_t)ptr[r]; k < (size_t)ptr[r + 1]; k++) expect((size_t)row[k] == r, "entries of the row");

    expect(ENTRIES(dense)(dims, data, value, dense) == 0, "the whole matrix");
    for (size_t i = 0; i < rows * columns; i++) sum[i] = (double)dense[i];
    compare(sum, "the whole matrix");

#ifdef RANGE
    real *parts = room(nnz, sizeof *parts);
    for (size_t first = 0; first < RANGE; first += 2) {
        const size_t last = first + 2 < RANGE ? first + 2 : RANGE;
        expect(ENTRIES(range)(dims, theta, data, parts, work, first, last) == 0, "some rows");
    }
    expect(ENTRIES(range)(dims, theta, data, parts, work, 0, RANGE + 1) != 0, "too many rows");
    for (size_t k = 0; k < nnz; k++) {
        if (IS_HESSIAN ? !is_near((double)parts[k], (double)value[k], (size_t)row[k]) : parts[k] != value[k]) {
            expect(0, "rows apart are the same");
            break;
        }
    }
#endif

#define B(of, by)                                                                                              \
    {                                                                                                          \
        size_t shape[4], height = rows, width, at = IS_HESSIAN ? offset_of(dims, #of, &height) : 0;            \
        const size_t begin = offset_of(dims, #by, &width), n = BY(of##_by_##by##_nnz)(dims);                   \
        BY(of##_by_##by##_shape)(dims, shape);                                                                 \
        expect(n == shape[0] * shape[1] * shape[2] * shape[3], "the shape of blocks");                         \
        real *part = room(n, sizeof *part);                                                                    \
        int32_t *first = room(shape[0] + 1, sizeof *first), *place = room(shape[0] * shape[1], sizeof *place); \
        expect(BY(of##_by_##by##_bsr)(dims, data, first, place) == 0, "where blocks are");                     \
        expect(BY(of##_by_##by)(dims, theta, data, part, work) == 0, "blocks");                                \
        check_blocks(#of " by " #by, at, height, begin, width, shape, first, place, part);                     \
        printf(" %s by %s: %zu x %zu blocks of %zu x %zu;", #of, #by, shape[0], shape[1], shape[2], shape[3]); \
    }
    printf("%zu x %zu: %zu entries;", rows, columns, nnz);
    TILES
    printf(" %s\n", failed ? "wrong" : "right");
    return failed;
}
