/*
 * ktext.h -- what makes text of the kernels of kernels.h and vkernels.h: KERNEL_..._C(TEXT, COMMENT).
 *
 * The lines are macro-expanded, then made strings; so <math.h>, whose NAN is to stay a name, is not included beside it.
 */
#ifndef ADC_KTEXT_H
#define ADC_KTEXT_H

/* clang-format off */
#define REAL        @r
#define M(function) function@f
#define R(literal)  literal@f
#define K(name)     @p_##name
#define RE(x)       x
#define SIZE(x)     M(fabs)(x)
#define LANES       @P_LANES
#define STAGE       @P_STAGE
#define WIDE        @P_WIDE
#define ROWS        @P_ROWS
#define VECTOR      @P_VECTOR
#define AHEAD(p)    @P_AHEAD(p)
#define FEW         @P_FEW
#define ROLLED      @P_ROLLED
#define TEAM(work)  @P_TEAM(work)
#define TOGETHER    @P_TOGETHER
#define EIGHTS      @P_EIGHTS
#define INLINE      @P_INLINE
#define MA(a, b, c) @P_MA(a, b, c)
#define EXACT       @P_EXACT
/* clang-format on */

#define INDENT_0           ""
#define INDENT_1           "    "
#define INDENT_2           "        "
#define INDENT_3           "            "
#define INDENT_4           "                "
#define INDENT_5           "                    "
#define INDENT_6           "                        "
#define TEXT_(indent, ...) indent #__VA_ARGS__ "\n"
#define TEXT(indent, ...)  TEXT_(INDENT_##indent, __VA_ARGS__)
#define COMMENT(text)      "/* " text " */\n"

#endif
