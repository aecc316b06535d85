/*
 * vmath.c -- the kernels of vkernels.h compiled, for code that is compiled with less care.
 */
#include "opmath.h"

#include <math.h>

#include "vdouble.h"
#include "vkernels.h"

#define REAL        double
#define M(function) function
#define R(literal)  literal
#define K(name)     adc_##name
#define LANES       64
#define STAGE
#define INLINE            inline
#define MA(a, b, c)       ((a) * (b) + (c))
#define CODE(indent, ...) __VA_ARGS__
#define NO_COMMENT(text)
#define V(name, code) code(CODE, NO_COMMENT)
VKERNELS(V)

#define KERNEL(name)                             \
    {                                            \
        "adc_" #name, (void (*)(void))adc_##name \
    }
const OpKernel vmath_kernel[] = {KERNEL(vexp),     KERNEL(vexp_neg), KERNEL(vexpm1), KERNEL(vlog), KERNEL(vtanh),
                                 KERNEL(vsigmoid), KERNEL(vsin),     KERNEL(vcos),   {0, 0}};
