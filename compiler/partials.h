/*
 * partials.h -- the derivative table: what each operand of an operation receives, one row an operation, one copy for all modes.
 *
 * A row is linear in g.  Reverse mode puts the adjoint of the node for g and adds the row to the adjoint of the operand; forward
 * mode puts the operand's tangent for g and adds the row to the tangent of the node.  a, b: the operands; y: the node's own
 * value; ^ is the integer power where its exponent is an integer.  "g if c": what is not taken contributes nothing at all, so c
 * is a condition of the contribution and never a factor 0.  At kinks the rows follow the language: relu'(0) = abs'(0) = 0, the
 * first of equal operands of max and min, 0 for sqrt0 and hypot at 0, for n = 0 in x^n and for d(x^y)/dy at x = 0.
 *
 * risk: MAY, where the value or a partial may be infinite or no number at ordinary operands (also by overflow of exp).
 */
#ifndef ADC_PARTIALS_H
#define ADC_PARTIALS_H

#include "ir.h"

// clang-format off
#define ADC_PARTIALS(ROW)                                                                                              \
    /*  operation   first operand                              second operand                     third        risk */ \
    ROW(ADD,        "g",                                       "g",                               "",          NOT)    \
    ROW(SUB,        "g",                                       "-g",                              "",          NOT)    \
    ROW(MUL,        "g*b",                                     "g*a",                             "",          NOT)    \
    ROW(DIV,        "g/b",                                     "-(g*y/b)",                        "",          MAY)    \
    ROW(NEG,        "-g",                                      "",                                "",          NOT)    \
    ROW(IPOW,       "select(b == 0, 0, g*(b*a^(b - 1)))",      "",                                "",          MAY)    \
    ROW(POW,        "select(b == 0, 0, g*(b*a^(b - 1)))",      "select(a == 0, 0, g*(log(a)*y))", "",          MAY)    \
    ROW(SELECT,     "",                                        "g if a",                          "g if not a", NOT)   \
    ROW(MAX2,       "g if b <= a",                             "g if not b <= a",                 "",          NOT)    \
    ROW(MIN2,       "g if a <= b",                             "g if not a <= b",                 "",          NOT)    \
    ROW(EXP,        "g*y",                                     "",                                "",          MAY)    \
    ROW(EXPM1,      "g*(y + 1)",                               "",                                "",          MAY)    \
    ROW(LOG,        "g/a",                                     "",                                "",          MAY)    \
    ROW(LOG1P,      "g/(1 + a)",                               "",                                "",          MAY)    \
    ROW(LOG2,       "g/(0.6931471805599453*a)",                "",                                "",          MAY)    \
    ROW(LOG10,      "g/(2.302585092994046*a)",                 "",                                "",          MAY)    \
    ROW(SQRT,       "0.5*g/y",                                 "",                                "",          MAY)    \
    ROW(SQRT0,      "select(y == 0, 0, 0.5*g/y)",              "",                                "",          NOT)    \
    ROW(CBRT,       "g/(3*y^2)",                               "",                                "",          MAY)    \
    ROW(HYPOT,      "select(y == 0, 0, g*(a/y))",              "select(y == 0, 0, g*(b/y))",      "",          NOT)    \
    ROW(SIN,        "g*cos(a)",                                "",                                "",          NOT)    \
    ROW(COS,        "-(g*sin(a))",                             "",                                "",          NOT)    \
    ROW(TAN,        "g*(1 + y^2)",                             "",                                "",          MAY)    \
    ROW(ASIN,       "g/sqrt((1 - a)*(1 + a))",                 "",                                "",          MAY)    \
    ROW(ACOS,       "-(g/sqrt((1 - a)*(1 + a)))",              "",                                "",          MAY)    \
    ROW(ATAN,       "g/(1 + a^2)",                             "",                                "",          NOT)    \
    ROW(ATAN2,      "g*b/(a^2 + b^2)",                         "-(g*a/(a^2 + b^2))",              "",          MAY)    \
    ROW(SINH,       "g*cosh(a)",                               "",                                "",          MAY)    \
    ROW(COSH,       "g*sinh(a)",                               "",                                "",          MAY)    \
    ROW(TANH,       "g*(1 - y^2)",                             "",                                "",          NOT)    \
    ROW(ASINH,      "g/sqrt(1 + a^2)",                         "",                                "",          NOT)    \
    ROW(ACOSH,      "g/(sqrt(a - 1)*sqrt(a + 1))",             "",                                "",          MAY)    \
    ROW(ATANH,      "g/((1 - a)*(1 + a))",                     "",                                "",          MAY)    \
    ROW(ERF,        "g*(1.1283791670955126*exp(-a^2))",        "",                                "",          NOT)    \
    ROW(ERFC,       "-(g*(1.1283791670955126*exp(-a^2)))",     "",                                "",          NOT)    \
    ROW(LGAMMA,     "g*polygamma(0, a)",                       "",                                "",          MAY)    \
    ROW(POLYGAMMA,  "",                                        "g*polygamma(a + 1, b)",           "",          MAY)    \
    ROW(SIGMOID,    "g*y*(1 - y)",                             "",                                "",          NOT)    \
    ROW(SOFTPLUS,   "g*sigmoid(a)",                            "",                                "",          NOT)    \
    ROW(RELU,       "g if 0 < a",                              "",                                "",          NOT)    \
    ROW(ABS,        "g*sign(a)",                               "",                                "",          NOT)
// clang-format on

/* ---- partials.c */

/* Has the operation derivatives that are not zero? */
bool partial_has(Op);
/* May this node, or a derivative of it, be infinite or no number although its operands are ordinary numbers? */
bool partial_risky(const Ir *, Id node);
/*
 * What operand k of `node` receives from g, where `self` is a node with node's own value: *value, and *cond where it counts
 * only under a condition (else 0).  g = 0: *value is 0, only the condition is wanted.  false: nothing.
 */
bool partial(Ir *, Id node, uint32_t k, Id g, Id self, Id *cond, Id *value);

#endif
