/*
 * irtext.h -- what the printer and the parser of the text form agree on.
 *
 *     program = {decl} {item}
 *     decl    = "dim" name
 *             | kind name ["[" exprs "]"] [":" ("int" ["(" bounds ")"] | "bool")] ["in" "(" bounds ")"] ["of" name]
 *             | "extern" name "(" number ")" ["->" name {"," name}]
 *             | "check" ["data"] expr ["for" binders] ["when" expr] string
 *             | "start" name "=" (expr | ("normal" | "uniform") "(" expr "," expr ")") ["for" binders]
 *             | "function" kind ["of" name] ["by" name] {("given" | "result") ["vector" | "stack" | "integers"] name "(" names ")"}
 *     kind    = "data" | "hyper" | "param" | "local" | "output" | "metric" | "loss" | "grad" | "result" | "given"
 *     bounds  = [expr] ".." [expr]
 *     item    = name ["[" exprs "]"] ("=" | "+=") {temp "=" expr ";"} [op "(" binders ["where" expr] ")" | mark] expr
 *               ["for" binders] ["when" expr] ["!scatter" | "!apart"] ["!aux" label] [label]
 *             | "scan" binder ["down"] ["over" binders] ["when" expr] "{" {item} ["while" expr "->" name {item}] "}"
 *     mark    = "grad" "(" read ")" | "jvp" "(" [binders] ";" read "," expr ")"
 *     binder  = name ":" expr [".." expr]      temp = "%" number      label = "@" number      name = word | "`" word "`"
 *
 * Line breaks carry no meaning; # starts a comment.  $g(x) is a call of an extern function.  After op(...) the body extends over products.  A word that is no
 * array before "[" is an index, else a scalar, else a size: the printer keeps these apart by suffixes.  Reals have a
 * '.' or an 'e'.
 */
#ifndef ADC_IRTEXT_H
#define ADC_IRTEXT_H

#include "ir.h"

enum { PREC_OR = 1, PREC_AND, PREC_NOT, PREC_COMPARE, PREC_SUM, PREC_PRODUCT, PREC_NEG, PREC_POWER, PREC_ATOM };

/* By Op: how tightly an infix or prefix operator binds; PREC_ATOM: written as a call or a leaf. */
int op_precedence(Op);

extern const char *const array_kind_text[]; /* by ArrayKind */
/* Words of the text form that cannot be names without quotes; ends with NULL. */
extern const char *const ir_words[];

#endif
