/*
 * kernels.c -- the kernels of kernels.h as text.
 *
 * The lines are macro-expanded, then made strings; so <math.h>, whose NAN is to stay a name, is not included here.
 */
#include "kernels.h"

/* clang-format off */
#define REAL        @r
#define M(function) function@f
#define R(literal)  literal@f
#define K(name)     @p_##name
#define RE(x)       x
#define SIZE(x)     M(fabs)(x)
/* clang-format on */

#define INDENT_0           ""
#define INDENT_1           "    "
#define INDENT_2           "        "
#define INDENT_3           "            "
#define TEXT_(indent, ...) indent #__VA_ARGS__ "\n"
#define TEXT(indent, ...)  TEXT_(INDENT_##indent, __VA_ARGS__)
#define COMMENT(text)      "/* " text " */\n"

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
