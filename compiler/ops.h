/*
 * ops.h -- the scalar operations of the equations, one row each.
 *
 * OP(name, text, kids, form, result, partials)
 *   text      how it is written in the IR's text form (and, for functions, in the language)
 *   kids      operands; -1: any number
 *   form      LEAF, INFIX (text between), PREFIX, CALL (text(kids))
 *   result    REAL, INT, BOOL; ARITH: int if every kid is, else real; SAME: the type that kids 1.. agree on
 *   partials  D: differentiable, partials.h has its row; Z: derivative zero everywhere; N: not a real function
 * The enum, the names, the parser of the text form, the evaluator's and the emitter's checks come from this table.
 */
#ifndef ADC_OPS_H
#define ADC_OPS_H

/* clang-format off */
#define ADC_OPS(OP)                                                                                                              \
    /*  name       text         kids  form    result  partials */                                                              \
    OP(CONST,      "const",     0,    LEAF,   SAME,   N) /* u.r, u.i by type; a bool in u.i */                                  \
    OP(VAR,        "var",       0,    LEAF,   INT,    N) /* u.ref: variable */                                                  \
    OP(DIM,        "dim",       0,    LEAF,   INT,    N) /* u.ref: number of the run-time size */                               \
    OP(READ,       "read",     -1,    LEAF,   SAME,   N) /* u.ref: array; kids: subscripts */                                   \
    OP(ADD,        "+",         2,    INFIX,  ARITH,  D)                                                                         \
    OP(SUB,        "-",         2,    INFIX,  ARITH,  D)                                                                         \
    OP(MUL,        "*",         2,    INFIX,  ARITH,  D)                                                                         \
    OP(DIV,        "/",         2,    INFIX,  REAL,   D)                                                                         \
    OP(IDIV,       "div",       2,    INFIX,  INT,    N) /* floor; of ints only: reals are lowered to floor(a / b) */            \
    OP(MOD,        "%",         2,    INFIX,  INT,    N) /* a - b*(a div b) */                                                   \
    OP(NEG,        "-",         1,    PREFIX, ARITH,  D)                                                                         \
    OP(IPOW,       "^",         2,    INFIX,  ARITH,  D) /* integer exponent; int only if it is a constant >= 0 */               \
    OP(POW,        "**",        2,    INFIX,  REAL,   D) /* real exponent, C's pow */                                            \
    OP(LT,         "<",         2,    INFIX,  BOOL,   N)                                                                         \
    OP(LE,         "<=",        2,    INFIX,  BOOL,   N)                                                                         \
    OP(EQ,         "==",        2,    INFIX,  BOOL,   N)                                                                         \
    OP(NE,         "!=",        2,    INFIX,  BOOL,   N)                                                                         \
    OP(AND,        "and",       2,    INFIX,  BOOL,   N) /* lazy */                                                              \
    OP(OR,         "or",        2,    INFIX,  BOOL,   N) /* lazy */                                                              \
    OP(NOT,        "not",       1,    PREFIX, BOOL,   N)                                                                         \
    OP(SELECT,     "select",    3,    CALL,   SAME,   D) /* lazy: the arm not taken is not evaluated */                          \
    OP(IMAX,       "imax",      2,    CALL,   INT,    N)                                                                         \
    OP(IMIN,       "imin",      2,    CALL,   INT,    N)                                                                         \
    OP(MAX2,       "max",       2,    CALL,   REAL,   D) /* the first where equal */                                             \
    OP(MIN2,       "min",       2,    CALL,   REAL,   D)                                                                         \
    OP(ISNAN,      "isnan",     1,    CALL,   BOOL,   N)                                                                         \
    OP(EXP,        "exp",       1,    CALL,   REAL,   D)                                                                         \
    OP(EXPM1,      "expm1",     1,    CALL,   REAL,   D)                                                                         \
    OP(LOG,        "log",       1,    CALL,   REAL,   D)                                                                         \
    OP(LOG1P,      "log1p",     1,    CALL,   REAL,   D)                                                                         \
    OP(LOG2,       "log2",      1,    CALL,   REAL,   D)                                                                         \
    OP(LOG10,      "log10",     1,    CALL,   REAL,   D)                                                                         \
    OP(SQRT,       "sqrt",      1,    CALL,   REAL,   D)                                                                         \
    OP(SQRT0,      "sqrt0",     1,    CALL,   REAL,   D) /* derivative 0 at 0: of norm and hypot */                              \
    OP(CBRT,       "cbrt",      1,    CALL,   REAL,   D)                                                                         \
    OP(HYPOT,      "hypot",     2,    CALL,   REAL,   D) /* derivative 0 at (0, 0) */                                            \
    OP(SIN,        "sin",       1,    CALL,   REAL,   D)                                                                         \
    OP(COS,        "cos",       1,    CALL,   REAL,   D)                                                                         \
    OP(TAN,        "tan",       1,    CALL,   REAL,   D)                                                                         \
    OP(ASIN,       "asin",      1,    CALL,   REAL,   D)                                                                         \
    OP(ACOS,       "acos",      1,    CALL,   REAL,   D)                                                                         \
    OP(ATAN,       "atan",      1,    CALL,   REAL,   D)                                                                         \
    OP(ATAN2,      "atan2",     2,    CALL,   REAL,   D)                                                                         \
    OP(SINH,       "sinh",      1,    CALL,   REAL,   D)                                                                         \
    OP(COSH,       "cosh",      1,    CALL,   REAL,   D)                                                                         \
    OP(TANH,       "tanh",      1,    CALL,   REAL,   D)                                                                         \
    OP(ASINH,      "asinh",     1,    CALL,   REAL,   D)                                                                         \
    OP(ACOSH,      "acosh",     1,    CALL,   REAL,   D)                                                                         \
    OP(ATANH,      "atanh",     1,    CALL,   REAL,   D)                                                                         \
    OP(ERF,        "erf",       1,    CALL,   REAL,   D)                                                                         \
    OP(ERFC,       "erfc",      1,    CALL,   REAL,   D)                                                                         \
    OP(LGAMMA,     "lgamma",    1,    CALL,   REAL,   D)                                                                         \
    OP(POLYGAMMA,  "polygamma", 2,    CALL,   REAL,   D) /* (constant int n >= 0, x): digamma is n = 0 */                        \
    OP(SIGMOID,    "sigmoid",   1,    CALL,   REAL,   D)                                                                         \
    OP(SOFTPLUS,   "softplus",  1,    CALL,   REAL,   D) /* log(1 + exp(x)) */                                                   \
    OP(RELU,       "relu",      1,    CALL,   REAL,   D)                                                                         \
    OP(ABS,        "abs",       1,    CALL,   REAL,   D)                                                                         \
    OP(SIGN,       "sign",      1,    CALL,   REAL,   Z)                                                                         \
    OP(FLOOR,      "floor",     1,    CALL,   REAL,   Z)                                                                         \
    OP(CEIL,       "ceil",      1,    CALL,   REAL,   Z)                                                                         \
    OP(ROUND,      "round",     1,    CALL,   REAL,   Z)                                                                         \
    OP(STOP,       "stop",      1,    CALL,   REAL,   Z) /* its operand, with derivative zero */                                 \
    OP(RANDOM,     "random",   -1,    CALL,   REAL,   Z) /* [0, 1), of its arguments alone */
/* clang-format on */

typedef enum {
#define OP(name, text, kids, form, result, partials) OP_##name,
    ADC_OPS(OP)
#undef OP
        OP_COUNT
} Op;

#endif
