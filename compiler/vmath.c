/*
 * vmath.c -- the kernels of vkernels.h compiled, for code that is compiled with less care.
 */
#include "opmath.h"

#include <math.h>

#include "vdouble.h"
#include "vkernels.h"

/* clang-format off */
#define REAL                double
#define M(function)         function
#define R(literal)          literal
#define K(name)             adc_##name
#define LANES               64
#define STAGE
#define INLINE              inline
#define MA(a, b, c)         ((a) * (b) + (c))
#define CODE(indent, ...)   __VA_ARGS__
#define NO_COMMENT(text)
#define V(NAME, name, ...)  KERNEL_##NAME##_C(CODE, NO_COMMENT)
#define BOUND(NAME, name, ...) {"adc_" #name, (void (*)(void))adc_##name},
/* clang-format on */

/* cppcheck tells functions apart by their lines, and these have one: it gives vreduce the arguments of vpower. */
// cppcheck-suppress ctunullpointer
VPARTS(V)
VFUNCTIONS(V)

const OpKernel vmath_kernel[] = {VFUNCTIONS(BOUND){0, 0}};
