/*
 * vmath.c -- the kernels of vkernels.h compiled, for code that is compiled with less care: for more than one kind of processor, of
 * which the best that there is runs.  No product is rounded together with a sum, so that all give the same numbers.
 */
#include "opmath.h"

#include <math.h>

#include "kernels.h"
#include "vdouble.h"
#include "vkernels.h"

#if defined __x86_64__ && defined __GLIBC__ && defined __GNUC__ && !defined __clang__ && !defined __SANITIZE_ADDRESS__
#define CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define CLONES
#endif
#ifdef __GNUC__
#define ALWAYS __attribute__((always_inline))
#else
#define ALWAYS
#endif

/* clang-format off */
#define REAL                double
#define M(function)         function
#define R(literal)          literal
#define K(name)             adc_##name
#define LANES               64
#define STAGE               CLONES
#define WIDE                CLONES
#define ROWS                4
#define AHEAD(p)            __builtin_prefetch(p, 1)
#define VECTOR              __attribute__((vector_size(64), aligned(8), may_alias))
#define FEW                 PART
#define ROLLED
#define TEAM(work)          1
#define TOGETHER
#define EIGHTS
#define INLINE              ALWAYS inline
#define MA(a, b, c)         ((a) * (b) + (c))
#define EXACT               1
#define CODE(indent, ...)   __VA_ARGS__
#define NO_COMMENT(text)
#define V(NAME, name, ...)  KERNEL_##NAME##_C(CODE, NO_COMMENT)
#define BOUND(NAME, name, ...) {"adc_" #name, (void (*)(void))adc_##name},
/* clang-format on */

/* cppcheck tells functions apart by their lines, and these have one: it gives vreduce the arguments of vpower. */
// cppcheck-suppress [ctunullpointer, ctuuninitvar]
KERNEL_SIGMOID_C(CODE, NO_COMMENT)
KERNEL_SOFTPLUS_C(CODE, NO_COMMENT)
VPARTS(V)
VFUNCTIONS(V) // NOLINT(clang-analyzer-core.uninitialized.Assign): vdots sets all sums that it adds

const OpKernel vmath_kernel[] = {VFUNCTIONS(BOUND){0, 0}};
