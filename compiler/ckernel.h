/*
 * ckernel.h -- small functions that generated code may need; each is printed where it is used.
 */
#ifndef ADC_CKERNEL_H
#define ADC_CKERNEL_H

#include "base.h"

/*
 * After the order in which they are printed: later ones may call earlier ones.
 *
 * WORDS has macros: INLINE, an attribute; MA(a, b, c), a * b + c; EXACT: does arithmetic round to the type at hand?  LANES has these and more: LANES, the number of reals that functions of
 * lanes work on; STAGE and WIDE, attributes of functions with a loop over them, WIDE of products; EIGHTS, before such a loop: it may take
 * eight at once; LOOP, before one over all of them: EIGHTS, and it stays a loop where that costs nothing; VECTOR, of a type with the widest
 * vectors; ROWS, of a product at once; AHEAD(p), p is written soon; TEAM(work), the threads that share so many multiplications (--openmp), and
 * TOGETHER, before the loop over their parts.  VEXP to VPOW (vkernels.h) are functions of lanes: y[i] = f(x[i]), y
 * apart from x, but for SINCOS, of one number.  VEXP_ALL to VCOS_ALL, in the order of VEXP to VCOS, work on an array in place.  VAXPY to
 * VINNER are for libtcc's code alone (cvector.c).  FOLD adds up eight partial sums of each of n numbers.
 */
typedef enum {
    KERNEL_IDIV,
    KERNEL_ISQRT,
    KERNEL_IMOD,
    KERNEL_IPOW,
    KERNEL_IPOWI,
    KERNEL_SIGMOID,
    KERNEL_SOFTPLUS,
    KERNEL_POLYGAMMA,
    KERNEL_RANDOM_BEGIN,
    KERNEL_RANDOM_MIX,
    KERNEL_RANDOM_END,
    KERNEL_TRIANGLE,
    KERNEL_CHOLESKY,
    KERNEL_LSOLVE,
    KERNEL_LTSOLVE,
    KERNEL_LU,
    KERNEL_EXCHANGE,
    KERNEL_SINGULAR,
    KERNEL_LUSOLVE,
    KERNEL_LUTSOLVE,
    KERNEL_COFACTOR,
    KERNEL_DET,
    KERNEL_LOGDET,
    KERNEL_DIM,
    KERNEL_ADD,
    KERNEL_SUB,
    KERNEL_MUL,
    KERNEL_COUNT,
    KERNEL_SLOT,
    KERNEL_APART, /* the macro APART: of a function that stays one, also as large ones take compilers long */
    KERNEL_LONG, /* the macro LONG: APART, of a function that -O3 would compile for long and to no avail; TILES, of one of calls, too */
    KERNEL_WORDS,
    KERNEL_LANES,
    KERNEL_FOLD,
    KERNEL_VBITS,
    KERNEL_VREDUCE,
    KERNEL_VLOGSUM,
    KERNEL_VLOGOF,
    KERNEL_VTURN,
    KERNEL_VFAR,
    KERNEL_VHALF,
    KERNEL_VQUARTER,
    KERNEL_VVEC,
    KERNEL_VBLOCK,
    KERNEL_VFILL,
    KERNEL_VPLACES,
    KERNEL_VDOT,
    KERNEL_VEXP_OF,
    KERNEL_VEXPM1_OF,
    KERNEL_VLOG_OF,
    KERNEL_VLOG1P_OF,
    KERNEL_VTANH_OF,
    KERNEL_VSIGMOID_OF,
    KERNEL_VSOFTPLUS_OF,
    KERNEL_VSIN_OF,
    KERNEL_VCOS_OF,
    KERNEL_VEXP,
    KERNEL_VEXPM1,
    KERNEL_VLOG,
    KERNEL_VLOG1P,
    KERNEL_VTANH,
    KERNEL_VSIGMOID,
    KERNEL_VSOFTPLUS,
    KERNEL_VSIN,
    KERNEL_VCOS,
    KERNEL_VEXP_NEG,
    KERNEL_VSINCOS,
    KERNEL_SINCOS,
    KERNEL_VSQRT,
    KERNEL_VRECIP,
    KERNEL_VPOW,
    KERNEL_VMIX,
    KERNEL_VDOTS,
    KERNEL_VGEMM,
    KERNEL_VBLAS, /* VGEMM by BLAS where that is faster */
    KERNEL_VROWS,
    KERNEL_VEXP_ALL,
    KERNEL_VEXPM1_ALL,
    KERNEL_VLOG_ALL,
    KERNEL_VLOG1P_ALL,
    KERNEL_VTANH_ALL,
    KERNEL_VSIGMOID_ALL,
    KERNEL_VSOFTPLUS_ALL,
    KERNEL_VSIN_ALL,
    KERNEL_VCOS_ALL,
    KERNEL_VAXPY,
    KERNEL_VMUL,
    KERNEL_VINNER,
    KERNELS
} Kernel;

/* In `text`: @p prefix, @P that in capitals, @r type of reals, @f suffix of functions and literals of reals, @l letter of LAPACK's functions of them;
   @vNAME( opens the prototype of the one of that name. */
typedef struct {
    const char *name, *text;
    Kernel calls[3]; /* kernels that it needs; the rest are KERNEL_IDIV, which calls none */
    int n_calls;
} KernelInfo;
extern const KernelInfo kernel_info[KERNELS];
extern const KernelInfo lapack_info[KERNELS]; /* clapack.c: those by LAPACK; the others are empty */

/* Around code that means what IEEE 754 says, whatever a compiler's flags allow. */
extern const char kernel_strict[], kernel_strict_end[];

/* The used kernels as C text; used[] is completed by what they call. */
typedef struct {
    const char *prefix, *capitals;
    bool single, jit, blas;
} KernelStyle;
void kernels_print(uint8_t *used, KernelStyle, Text *out);
bool kernels_link_lapack(const uint8_t *used); /* with `blas` */
/* The functions of LAPACK and BLAS that the k-th of them, if that is used, calls: NULL, or "dtrsm_". */
const char *kernels_lapack(const uint8_t *used, int k, KernelStyle, Arena *);

#endif
