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
