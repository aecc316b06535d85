/*
 * ops.h -- the scalar operations of the equations, one row each.
 *
 * OP(name, text, kids, form, result, partials, by, function, cost)
 *   text      how it is written in the IR's text form
 *   kids      operands; -1: any number
 *   form      LEAF, INFIX (text between), PREFIX, CALL (text(kids)); FN: a CALL of reals that the language has under the same name
 *   result    REAL, INT, BOOL; ARITH: int if every kid is, else real; SAME: the type that kids 1.. agree on
 *   partials  D: differentiable, partials.h has its row; E: by functions of its own;
 *             Z: derivative zero everywhere; N: not a real function
 *   by        LIBM: its value and its C are a call of libm's `function`; OWN: opmath.c and cexpr.c have a case for it
 *   cost      in multiplications, by which hoist.c and share.c weigh what to compute once
 * All else that is known of an op comes from this table: its name in the language, the text form, types, folding of constants.
 */
#ifndef ADC_OPS_H
#define ADC_OPS_H

/* clang-format off */
#define ADC_OPS(OP)                                                                                                                         \
    /*  name       text         kids form   result  partials by    function cost */                                                         \
    OP(CONST,      "const",      0, LEAF,   SAME,   N,        OWN,  none,     0) /* u.r, u.i by type; a bool in u.i */                      \
    OP(VAR,        "var",        0, LEAF,   INT,    N,        OWN,  none,     0) /* u.ref: variable */                                      \
    OP(DIM,        "dim",        0, LEAF,   INT,    N,        OWN,  none,     0) /* u.ref: number of the run-time size */                   \
    OP(READ,       "read",      -1, LEAF,   SAME,   N,        OWN,  none,     0) /* u.ref: array; kids: subscripts */                       \
    OP(ADD,        "+",          2, INFIX,  ARITH,  D,        OWN,  none,     1)                                                            \
    OP(SUB,        "-",          2, INFIX,  ARITH,  D,        OWN,  none,     1)                                                            \
    OP(MUL,        "*",          2, INFIX,  ARITH,  D,        OWN,  none,     1)                                                            \
    OP(DIV,        "/",          2, INFIX,  REAL,   D,        OWN,  none,     5)                                                            \
    OP(IDIV,       "div",        2, INFIX,  INT,    N,        OWN,  none,     5) /* floor; of ints only: reals are lowered to floor(a / b) */\
    OP(MOD,        "%",          2, INFIX,  INT,    N,        OWN,  none,     5) /* a - b*(a div b) */                                      \
    OP(NEG,        "-",          1, PREFIX, ARITH,  D,        OWN,  none,     1)                                                            \
    OP(IPOW,       "^",          2, INFIX,  ARITH,  D,        OWN,  none,     2) /* integer exponent; int only if it is a constant >= 0 */  \
    OP(POW,        "**",         2, INFIX,  REAL,   D,        LIBM, pow,     40) /* real exponent, C's pow */                               \
    OP(LT,         "<",          2, INFIX,  BOOL,   N,        OWN,  none,     1)                                                            \
    OP(LE,         "<=",         2, INFIX,  BOOL,   N,        OWN,  none,     1)                                                            \
    OP(EQ,         "==",         2, INFIX,  BOOL,   N,        OWN,  none,     1)                                                            \
    OP(NE,         "!=",         2, INFIX,  BOOL,   N,        OWN,  none,     1)                                                            \
    OP(AND,        "and",        2, INFIX,  BOOL,   N,        OWN,  none,     1) /* lazy */                                                 \
    OP(OR,         "or",         2, INFIX,  BOOL,   N,        OWN,  none,     1) /* lazy */                                                 \
    OP(NOT,        "not",        1, PREFIX, BOOL,   N,        OWN,  none,     1)                                                            \
    OP(SELECT,     "select",     3, CALL,   SAME,   D,        OWN,  none,     1) /* lazy: the arm not taken is not evaluated */             \
    OP(IMAX,       "imax",       2, CALL,   INT,    N,        OWN,  none,     1)                                                            \
    OP(IMIN,       "imin",       2, CALL,   INT,    N,        OWN,  none,     1)                                                            \
    OP(ISQRT,      "isqrt",      1, CALL,   INT,    N,        OWN,  none,    10) /* of a size: its root, rounded down; 0 below 0 */          \
    OP(MAX2,       "max",        2, CALL,   REAL,   D,        OWN,  none,     1) /* the first where equal */                                \
    OP(MIN2,       "min",        2, CALL,   REAL,   D,        OWN,  none,     1)                                                            \
    OP(ISNAN,      "isnan",      1, CALL,   BOOL,   N,        OWN,  none,     1)                                                            \
    OP(EXP,        "exp",        1, FN,     REAL,   D,        LIBM, exp,     20)                                                            \
    OP(EXPM1,      "expm1",      1, FN,     REAL,   D,        LIBM, expm1,   20)                                                            \
    OP(LOG,        "log",        1, FN,     REAL,   D,        LIBM, log,     20)                                                            \
    OP(LOG1P,      "log1p",      1, FN,     REAL,   D,        LIBM, log1p,   20)                                                            \
    OP(LOG2,       "log2",       1, FN,     REAL,   D,        LIBM, log2,    20)                                                            \
    OP(LOG10,      "log10",      1, FN,     REAL,   D,        LIBM, log10,   20)                                                            \
    OP(SQRT,       "sqrt",       1, FN,     REAL,   D,        LIBM, sqrt,     8)                                                            \
    OP(SQRT0,      "sqrt0",      1, CALL,   REAL,   D,        LIBM, sqrt,     8) /* derivative 0 at 0: of norm and hypot */                 \
    OP(CBRT,       "cbrt",       1, FN,     REAL,   D,        LIBM, cbrt,    20)                                                            \
    OP(HYPOT,      "hypot",      2, CALL,   REAL,   D,        LIBM, hypot,    8) /* derivative 0 at (0, 0) */                               \
    OP(SIN,        "sin",        1, FN,     REAL,   D,        LIBM, sin,     20)                                                            \
    OP(COS,        "cos",        1, FN,     REAL,   D,        LIBM, cos,     20)                                                            \
    OP(TAN,        "tan",        1, FN,     REAL,   D,        LIBM, tan,     20)                                                            \
    OP(ASIN,       "asin",       1, FN,     REAL,   D,        LIBM, asin,    20)                                                            \
    OP(ACOS,       "acos",       1, FN,     REAL,   D,        LIBM, acos,    20)                                                            \
    OP(ATAN,       "atan",       1, FN,     REAL,   D,        LIBM, atan,    20)                                                            \
    OP(ATAN2,      "atan2",      2, FN,     REAL,   D,        LIBM, atan2,   20)                                                            \
    OP(SINH,       "sinh",       1, FN,     REAL,   D,        LIBM, sinh,    20)                                                            \
    OP(COSH,       "cosh",       1, FN,     REAL,   D,        LIBM, cosh,    20)                                                            \
    OP(TANH,       "tanh",       1, FN,     REAL,   D,        LIBM, tanh,    20)                                                            \
    OP(ASINH,      "asinh",      1, FN,     REAL,   D,        LIBM, asinh,   20)                                                            \
    OP(ACOSH,      "acosh",      1, FN,     REAL,   D,        LIBM, acosh,   20)                                                            \
    OP(ATANH,      "atanh",      1, FN,     REAL,   D,        LIBM, atanh,   20)                                                            \
    OP(ERF,        "erf",        1, FN,     REAL,   D,        LIBM, erf,     20)                                                            \
    OP(ERFC,       "erfc",       1, FN,     REAL,   D,        LIBM, erfc,    20)                                                            \
    OP(LGAMMA,     "lgamma",     1, FN,     REAL,   D,        LIBM, lgamma,  40)                                                            \
    OP(POLYGAMMA,  "polygamma",  2, CALL,   REAL,   D,        OWN,  none,    40) /* (constant int n >= 0, x): digamma is n = 0 */           \
    OP(SIGMOID,    "sigmoid",    1, FN,     REAL,   D,        OWN,  none,    20)                                                            \
    OP(SOFTPLUS,   "softplus",   1, FN,     REAL,   D,        OWN,  none,    20) /* log(1 + exp(x)) */                                      \
    OP(RELU,       "relu",       1, FN,     REAL,   D,        OWN,  none,     1)                                                            \
    OP(ABS,        "abs",        1, FN,     REAL,   D,        LIBM, fabs,     1)                                                            \
    OP(SIGN,       "sign",       1, FN,     REAL,   Z,        OWN,  none,     1)                                                            \
    OP(FLOOR,      "floor",      1, FN,     REAL,   Z,        LIBM, floor,    1)                                                            \
    OP(CEIL,       "ceil",       1, FN,     REAL,   Z,        LIBM, ceil,     1)                                                            \
    OP(ROUND,      "round",      1, FN,     REAL,   Z,        LIBM, round,    1)                                                            \
    OP(STOP,       "stop",       1, FN,     REAL,   Z,        OWN,  none,     0) /* its operand, with derivative zero */                    \
    OP(RANDOM,     "random",    -1, CALL,   REAL,   Z,        OWN,  none,    20) /* [0, 1), of its arguments alone */                       \
    OP(EXTERN,     "$",         -1, LEAF,   REAL,   E,        OWN,  none,    40) /* u.ref: function supplied in C; kids: arguments */
/* clang-format on */

typedef enum {
#define OP(name, ...) OP_##name,
    ADC_OPS(OP)
#undef OP
        OP_COUNT
} Op;

/* Functions of whole matrices: see ir.h. */
typedef enum {
    MAT_CHOLESKY,
    MAT_LU,
    MAT_LSOLVE,
    MAT_LTSOLVE,
    MAT_LUSOLVE,
    MAT_LUTSOLVE,
    MAT_COFACTOR,
    MAT_DET,
    MAT_LOGDET,
    MATS,
    MAT_MAP /* in loops alone: maps.c */
} Mat;

extern const char *const op_text[OP_COUNT];
extern const signed char op_kids[OP_COUNT];
extern const unsigned char op_cost[OP_COUNT];

/* case labels of all FN, for switches in which they are alike */
#define OP_CASE_LEAF(name)
#define OP_CASE_INFIX(name)
#define OP_CASE_PREFIX(name)
#define OP_CASE_CALL(name)
#define OP_CASE_FN(name)                     case OP_##name:
#define OP_CASE(name, text, kids, form, ...) OP_CASE_##form(name)
#define OP_FN_CASES                          ADC_OPS(OP_CASE)

#endif
