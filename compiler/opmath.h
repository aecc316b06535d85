/*
 * opmath.h -- what each op computes: for folding of constants and for the debug evaluator.
 */
#ifndef ADC_OPMATH_H
#define ADC_OPMATH_H

#include <stdbool.h>
#include <stdint.h>

#include "ops.h"

/* The result, if it fits in 64 bits. */
bool int_add(int64_t a, int64_t b, int64_t *r);
bool int_mul(int64_t a, int64_t b, int64_t *r);
/* IDIV, MOD, IPOW, IMAX, IMIN, ADD, SUB, MUL of integers, ISQRT of a; false: overflow, division by zero, negative power. */
bool op_int(Op, int64_t a, int64_t b, int64_t *r);
/* A real op with a fixed number of operands, all given as reals. */
double op_real(Op, const double *v);
/* random(v...); see kernels.h */
double op_random(const double *v, uint32_t n);
/* Functions of matrices, row-major.  CHOLESKY and LU in place (n x n, n x (n + 1)); LSOLVE to COFACTOR on b, n x m; DET, LOGDET. */
void op_factor(Mat, double *a, int64_t n);
void op_solve(Mat, const double *factor, double *b, int64_t n, int64_t m);
double op_det(Mat, const double *factor, int64_t n);

/* opcomplex.c: of arguments with imaginary parts so small that their squares vanish.  Of an op, whose real part is `value`: */
double op_imaginary(Op, const double *re, const double *im, double value);
/* ... of functions of matrices, both parts in place. */
void op_factor_complex(Mat, double *re, double *im, int64_t n);
void op_solve_complex(Mat, const double *re, const double *im, double *b_re, double *b_im, int64_t n, int64_t m);
void op_det_complex(Mat, const double *re, const double *im, int64_t n, double *d_re, double *d_im);

/* The kernels of matrices and (vmath.c) of lanes as they are compiled here, for code that is compiled with less care; each ends with
   name NULL. */
typedef struct {
    const char *name; /* "adc_lu" */
    void (*function)(void);
} OpKernel;
extern const OpKernel op_kernel[], vmath_kernel[];

#endif
