/*
 * adc.h -- the public header: the descriptor of a generated model, optimisers on it, and the compiler as a function.
 *
 * The first part (ADC_MODEL) stands word for word in every generated header, so that generated code needs no file of ours.
 */
#ifndef ADC_H
#define ADC_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* ---- begin of the part that generated headers repeat */
#ifndef ADC_MODEL
#define ADC_MODEL 1
/* What a program that knows nothing of a model needs to drive it: names, shapes, functions.  Arrays are row-major. */
enum { ADC_PARAM, ADC_DATA, ADC_HYPER, ADC_OUTPUT, ADC_METRIC, ADC_LOSS };  /* adc_array.kind */
enum { ADC_REAL, ADC_INT32 };                                              /* adc_array.type */
enum { ADC_OK, ADC_EDIM, ADC_EDATA, ADC_EWORK, ADC_ENONFINITE, ADC_ELIMIT }; /* results of a model's functions */
typedef int adc_function(const void *dims, const void *theta, const void *data, void *out, void *work);
typedef struct {
    const char *name;
    unsigned char kind, type;
    unsigned char constrained;  /* params: 1 above lower, 2 below upper, 3 in the open interval (lower, upper) */
    unsigned char integer;      /* int32 data: 1: entries lie in [lo, hi) as adc_model.range tells */
    int rank;
    const int *axis;            /* of each dimension: the dim that alone is its size, or -1 */
    int count;                  /* int32 data: the dim that alone is the upper bound of its entries, or -1 */
    size_t field;               /* data: byte offset of the pointer in the data struct; hyper: of the value */
    double lower, upper;        /* of a constrained param */
    double value;               /* hyper: its default */
    adc_function *eval;         /* output, metric: its function; else NULL */
    int gradient;               /* 1: part of the gradient vector (params, unless other arrays were asked for) */
} adc_array;
typedef struct {
    int version;                /* ADC_MODEL */
    int real_bytes;             /* 8, or 4 for float */
    const char *name;
    int dims;                   /* run-time sizes; the dims struct is an array of this many size_t */
    const char *const *dim;     /* their names */
    int row;                    /* the dim that the rows are counted by, or -1 */
    int arrays;
    const adc_array *array;     /* params in the order of theta, then data and hypers, then outputs, metrics */
    size_t data_bytes;          /* of the data struct; 0: none */
    int checks;                 /* conditions that a model's check tests, and what each says when it fails */
    const char *const *check_text;
    /* shape[0..rank) of an array; ADC_EDIM where a size is negative or does not fit */
    int (*shape)(const void *dims, int array, size_t *shape);
    void (*range)(const void *dims, int array, long *lo, long *hi);     /* of int32 data */
    size_t (*nparam)(const void *dims);         /* length of theta; SIZE_MAX where it does not fit */
    size_t (*ngrad)(const void *dims);          /* length of the gradient: arrays with `gradient`, in order */
    size_t (*work_bytes)(const void *dims);     /* SIZE_MAX where it does not fit */
    int (*init)(const void *dims, uint64_t seed, void *theta);
    /* *which: the condition that failed (index into check_text) */
    int (*check)(const void *dims, const void *data, int *which);
    adc_function *loss;                         /* NULL in a model without a loss; so grad */
    int (*grad)(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work);
    /* adds to *loss and grad the part of rows first <= n < last; NULL in a model without a row sum */
    int (*grad_range)(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work,
                      size_t first, size_t last);
    const char *(*strerror)(int code);
} adc_model;
#endif
/* ---- end of the part that generated headers repeat */

#ifdef __cplusplus
}
#endif
#endif
