/*
 * attention_double: made by adc 0.1.0 --prefix attention_double
 *
 * theta, row-major:
 *     emb(64, 32) at 0
 *     pos(128, 32) at 2048
 *     gain(2, 32) at 6144
 *     bias(2, 32) at 6208
 *     WQ(2, 4, 8, 32) at 6272
 *     WK(2, 4, 8, 32) at 8320
 *     WV(2, 4, 8, 32) at 10368
 *     WO(2, 32, 4, 8) at 12416
 *
 * Work memory in bytes (work_bytes is the largest):
 *     loss: 512 + up64(8 * 32 * B * T) + up64(8 * 32 * T) + up64(8 * 32 * T) + up64(8 * 32 * T) + up64(8 * T) + up64(8 * 4 * T * T) + up64(8 * 64 * B * T) + up64(8 * B * (T - 1))
 *     grad: 0 + up64(8 * 32 * 3 * B * T) + up64(8 * 64 * B * T) + up64(4 * 64 * B * T) + up64(8 * 2 * B * T) + up64(8 * 2 * B * T) + up64(8 * 32 * 2 * B * T) + up64(8 * 32 * 2 * B * T) + up64(8 * 32 * 2 * B * T) + up64(8 * 32 * 2 * B * T) + up64(8 * 8 * B * T * T) + up64(8 * 8 * B * T) + up64(8 * 32 * 2 * B * T) + up64(8 * 4 * T * T) + up64(8 * 64 * B * T) + up64(8 * B * (T - 1)) + up64(4 * 32 * B * T) + up64(8 * 32 * B * T) + up64(8 * 32 * B * T) + up64(4 * 32 * B * T) + up64(8 * 32 * T) + up64(4 * 32 * T) + up64(8 * 32 * B * T) + up64(4 * 32 * B * T) + up64(8 * 4 * T * T) + up64(4 * 4 * T * T) + up64(8 * 4 * T * T) + up64(4 * 4 * T * T) + up64(8 * 32 * B * T) + up64(4 * 32 * B * T) + up64(8 * 32 * B * T) + up64(4 * 32 * B * T) + up64(8 * 32 * B * T) + up64(4 * 32 * B * T)
 * where up64 rounds up to a multiple of 64.
 *
 * Operations on reals, at most (loops over ranges from data count as one round):
 *     loss: ((((((4128 * B * T + 66 * B * (T - 1)) + 8484 * 2 * B * T) + 2 * 32 * 2 * B * T * (T + 1)) + 17 * 8 * B * T * T) + 3 * 8 * B * T * (T + 1)) + 2)
 *     grad: ((((((((((((((10272 * B * T + 389 * B * (T - 1)) + 21548 * 2 * B * T) + 2 * 4 * 2 * B * T * (T + 1)) + 5 * 8 * 8 * B * T * (T + 1)) + 32 * B * T) + 32 * T * B) + 6 * 32 * 2 * B * T * T) + 2 * 32 * 2 * B * T * (T + 1)) + 5 * 64 * B * T) + 10 * 2048 * B * T) + 18 * 8 * B * T * T) + 38 * 8 * B * T * (T + 1)) + 3 * 64 * B * T * T) + 3)
 *
 * Kinks: relu'(0) = abs'(0) = sign(0) = 0; the derivative of a maximum or minimum goes to the first of equal entries;
 * norm and hypot have derivative 0 at 0.  What a branch does not take contributes exactly nothing.
 * Arrays that a function writes (loss, grad, out, work) must not overlap any other argument.
 */
#ifndef ADC_ATTENTION_DOUBLE_H
#define ADC_ATTENTION_DOUBLE_H

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
#define ADC_CHUNK_ROWS(rows) ((rows) < 32768 ? (size_t)512 : ((rows) / 4096 + 1) * 64)
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

typedef double attention_double_real;

typedef struct {
    size_t B;
    size_t T;
} attention_double_dims;

typedef struct {
    const int32_t *tok; /* (B, T) */
} attention_double_data;

/* The last three: no work memory was given; the loss is no finite number; a loop ran to its limit. */
enum { ATTENTION_DOUBLE_OK, ATTENTION_DOUBLE_EDIM, ATTENTION_DOUBLE_EDATA, ATTENTION_DOUBLE_EWORK, ATTENTION_DOUBLE_ENONFINITE, ATTENTION_DOUBLE_ELIMIT };

/* Places in theta. */
#define ATTENTION_DOUBLE_emb_OFFSET(d) (0)
#define ATTENTION_DOUBLE_pos_OFFSET(d) (2048)
#define ATTENTION_DOUBLE_gain_OFFSET(d) (6144)
#define ATTENTION_DOUBLE_bias_OFFSET(d) (6208)
#define ATTENTION_DOUBLE_WQ_OFFSET(d) (6272)
#define ATTENTION_DOUBLE_WK_OFFSET(d) (8320)
#define ATTENTION_DOUBLE_WV_OFFSET(d) (10368)
#define ATTENTION_DOUBLE_WO_OFFSET(d) (12416)

const char *attention_double_strerror(int code);
size_t attention_double_nparam(const attention_double_dims *dims);
size_t attention_double_work_bytes(const attention_double_dims *dims); /* SIZE_MAX: does not fit */
int attention_double_init(const attention_double_dims *dims, uint64_t seed, attention_double_real *theta);
int attention_double_check(const attention_double_dims *dims, const attention_double_data *data); /* sizes, ranges of integers, NaN: once for each set of data */

int attention_double_loss(const attention_double_dims *dims, const attention_double_real *theta, const attention_double_data *data, attention_double_real *loss, void *work);
int attention_double_grad(const attention_double_dims *dims, const attention_double_real *theta, const attention_double_data *data, attention_double_real *loss, attention_double_real *grad, void *work);

extern const adc_model attention_double; /* names, shapes and functions, for programs that know nothing of the model */

#ifdef __cplusplus
}
#endif

#endif
