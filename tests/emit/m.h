/*
 * read_once: made by adc 0.1.0
 *
 * theta, row-major:
 *     W(H, D) at 0
 *
 * Work memory in bytes (work_bytes is the largest):
 *     loss: 896 + up64(8 * 64 * D) + up64(8 * 64 * H) + up64(8 * 64 * H) + up64(8 * H)
 *     grad: 896 + up64(8 * 64 * D) + up64(8 * 64 * H) + up64(8 * 64 * H) + up64(8 * 64 * H) + up64(8 * H)
 * where up64 rounds up to a multiple of 64.
 *
 * Operations on reals, at most (loops over ranges from data count as one round):
 *     loss: (((((N + 64 * H * (D / 32)) + 2 * H * (D % 32)) + 3 * N * H) + 2 * N * H * D) + 44)
 *     grad: ((((((N + 3 * H * D) + 64 * H * (D / 32)) + 2 * H * (D % 32)) + 7 * N * H) + 4 * N * H * D) + 47)
 *
 * Kinks: relu'(0) = abs'(0) = sign(0) = 0; the derivative of a maximum or minimum goes to the first of equal entries;
 * norm and hypot have derivative 0 at 0.  What a branch does not take contributes exactly nothing.
 * Arrays that a function writes (loss, grad, out, work) must not overlap any other argument.
 */
#ifndef ADC_READ_ONCE_H
#define ADC_READ_ONCE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef ADC_MODEL
#define ADC_MODEL 3
/*
 * Of so many rows a loss or gradient may be taken in chunks of this many, added in order (the last one may be shorter): by their
 * number alone, so that sums have the same bits however many threads there are.
 */
#define ADC_CHUNK_ROWS(rows)             \
    ((rows) < 256     ? (size_t)256      \
     : (rows) < 1024  ? ((rows) + 1) / 2 \
     : (rows) < 32768 ? (size_t)512      \
                      : ((rows) / 4096 + 1) * 64)
/* What a program that knows nothing of a model needs to drive it: names, shapes, functions.  Arrays are row-major. */
enum { ADC_PARAM, ADC_DATA, ADC_HYPER, ADC_OUTPUT, ADC_METRIC, ADC_LOSS };   /* adc_array.kind */
enum { ADC_REAL, ADC_INT32 };                                                /* adc_array.type */
enum { ADC_OK, ADC_EDIM, ADC_EDATA, ADC_EWORK, ADC_ENONFINITE, ADC_ELIMIT }; /* results of a model's functions */
typedef int adc_function(const void *dims, const void *theta, const void *data, void *out, void *work);
typedef struct {
    const char *name;
    unsigned char kind, type;
    unsigned char constrained; /* params: 1 above lower, 2 below upper, 3 in the open interval (lower, upper) */
    unsigned char integer;     /* int32 data: 1: entries lie in [lo, hi) as adc_model.range tells */
    int rank;
    const int *axis;     /* of each dimension: the dim that alone is its size, or -1 */
    int count;           /* int32 data: the dim that alone is the upper bound of its entries, or -1 */
    size_t field;        /* data: byte offset of the pointer in the data struct; hyper: of the value */
    double lower, upper; /* of a constrained param */
    double value;        /* hyper: its default */
    adc_function *eval;  /* output, metric: its function; else NULL */
    int gradient;        /* 1: part of the gradient vector (params, unless other arrays were asked for) */
    /* of an output, where they were asked for, else NULL: its value and its derivative along a direction (a gradient vector) */
    int (*jvp)(const void *dims, const void *theta, const void *data, const void *direction, void *out, void *tangent,
               void *work);
    /* ... and what its adjoint, of its shape, makes of the gradient vector */
    int (*vjp)(const void *dims, const void *theta, const void *data, const void *cotangent, void *grad, void *work);
} adc_array;
typedef struct {
    int version;    /* ADC_MODEL */
    int real_bytes; /* 8, or 4 for float */
    const char *name;
    int dims;               /* run-time sizes; the dims struct is an array of this many size_t */
    const char *const *dim; /* their names */
    int row;                /* the dim that the rows are counted by, or -1 */
    int arrays;
    const adc_array *array; /* params in the order of theta, then data and hypers, then outputs, metrics */
    size_t data_bytes;      /* of the data struct; 0: none */
    int checks;             /* conditions that a model's check tests, and what each says when it fails */
    const char *const *check_text;
    /* shape[0..rank) of an array; ADC_EDIM where a size is negative or does not fit */
    int (*shape)(const void *dims, int array, size_t *shape);
    void (*range)(const void *dims, int array, long *lo, long *hi); /* of int32 data */
    size_t (*nparam)(const void *dims);     /* length of theta; SIZE_MAX where it does not fit */
    size_t (*ngrad)(const void *dims);      /* length of the gradient: arrays with `gradient`, in order */
    size_t (*work_bytes)(const void *dims); /* SIZE_MAX where it does not fit */
    int (*init)(const void *dims, uint64_t seed, void *theta);
    /* *which: the condition that failed (index into check_text) */
    int (*check)(const void *dims, const void *data, int *which);
    adc_function *loss; /* NULL in a model without a loss; so grad */
    int (*grad)(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work);
    /* adds to *loss and grad the part of rows first <= n < last; NULL in a model without a row sum */
    int (*grad_range)(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work,
                      size_t first, size_t last);
    const char *(*strerror)(int code);
    /* where they were asked for, else NULL: the loss and its derivative along a direction; the Hessian times a direction */
    int (*jvp)(const void *dims, const void *theta, const void *data, const void *direction, void *loss, void *tangent,
               void *work);
    int (*hvp)(const void *dims, const void *theta, const void *data, const void *direction, void *out, void *work);
} adc_model;
#endif

typedef double read_once_real;

typedef struct {
    size_t N;
    size_t D;
    size_t H;
} read_once_dims;

typedef struct {
    read_once_real lambda;
    const read_once_real *x; /* (N, D) */
    const read_once_real *y; /* (N, H) */
} read_once_data;

/* The last three: no work memory was given; the loss is no finite number; a loop ran to its limit. */
enum { READ_ONCE_OK, READ_ONCE_EDIM, READ_ONCE_EDATA, READ_ONCE_EWORK, READ_ONCE_ENONFINITE, READ_ONCE_ELIMIT };

/* Places in theta. */
#define READ_ONCE_W_OFFSET(d) (0)

const char *read_once_strerror(int code);
size_t read_once_nparam(const read_once_dims *dims);
size_t read_once_work_bytes(const read_once_dims *dims); /* SIZE_MAX: does not fit */
int read_once_init(const read_once_dims *dims, uint64_t seed, read_once_real *theta);
int read_once_check(const read_once_dims *dims, const read_once_data *data); /* sizes, ranges of integers, NaN: once for each set of data */

int read_once_loss(const read_once_dims *dims, const read_once_real *theta, const read_once_data *data, read_once_real *loss, void *work);
int read_once_grad(const read_once_dims *dims, const read_once_real *theta, const read_once_data *data, read_once_real *loss, read_once_real *grad, void *work);
/* adds the part of rows first <= N < last; what is in no sum over rows comes with the rows from 0 */
int read_once_grad_range(const read_once_dims *dims, const read_once_real *theta, const read_once_data *data, read_once_real *loss, read_once_real *grad, void *work, size_t first, size_t last);

extern const adc_model read_once; /* names, shapes and functions, for programs that know nothing of the model */

#ifdef __cplusplus
}
#endif

#endif
