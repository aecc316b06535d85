/*
 * kernels.c -- the kernels of kernels.h as text.
 */
#include "kernels.h"

#include "ktext.h"

const char kernel_sigmoid[] = KERNEL_SIGMOID_C(TEXT, COMMENT);
const char kernel_softplus[] = KERNEL_SOFTPLUS_C(TEXT, COMMENT);
const char kernel_polygamma[] = KERNEL_POLYGAMMA_C(TEXT, COMMENT);
const char kernel_random_begin[] = KERNEL_RANDOM_BEGIN_C(TEXT, COMMENT);
const char kernel_random_mix[] = KERNEL_RANDOM_MIX_C(TEXT, COMMENT);
const char kernel_random_end[] = KERNEL_RANDOM_END_C(TEXT, COMMENT);
const char kernel_cholesky[] = KERNEL_CHOLESKY_C(TEXT, COMMENT);
const char kernel_lsolve[] = KERNEL_LSOLVE_C(TEXT, COMMENT);
const char kernel_ltsolve[] = KERNEL_LTSOLVE_C(TEXT, COMMENT);
const char kernel_lu[] = KERNEL_LU_C(TEXT, COMMENT);
const char kernel_exchange[] = KERNEL_EXCHANGE_C(TEXT, COMMENT);
const char kernel_singular[] = KERNEL_SINGULAR_C(TEXT, COMMENT);
const char kernel_lusolve[] = KERNEL_LUSOLVE_C(TEXT, COMMENT);
const char kernel_lutsolve[] = KERNEL_LUTSOLVE_C(TEXT, COMMENT);
const char kernel_cofactor[] = KERNEL_COFACTOR_C(TEXT, COMMENT);
const char kernel_det[] = KERNEL_DET_C(TEXT, COMMENT);
const char kernel_logdet[] = KERNEL_LOGDET_C(TEXT, COMMENT);
