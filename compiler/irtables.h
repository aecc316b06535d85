/*
 * irtables.h -- what ir.c keeps beside the pools, and the raw constructor that irmake.c's folding ones end in.
 */
#ifndef ADC_IRTABLES_H
#define ADC_IRTABLES_H

#include "ir.h"

/* Open addressing with linear probing; 0 is free.  `used` counts entries, cap is a power of two. */
typedef struct {
    uint32_t *at;
    uint32_t used, cap;
} IdTable;

typedef struct {
    Id a, b, ab;
} SetUnion;

/* A taken name, and the next suffix to try for a wish of the same name. */
typedef struct {
    const char *name;
    uint32_t next;
    Id array, dim; /* who has it: one of them */
} NameUse;

typedef struct IrTables {
    IdTable cons;        /* nodes by contents */
    VEC(uint32_t) hash;  /* of each node */
    VEC(uint8_t) opaque; /* of each node: an integer + - * neg that is kept as it is and counts as one affine term */
    VEC(Slice) set;      /* variable sets, [0] is empty; into setvar */
    IdVec setvar;
    IdTable sets;         /* sets by contents */
    VEC(SetUnion) unions; /* [0] unused */
    IdTable unioned;      /* unions by (a, b) */
    VEC(NameUse) names;   /* [0] unused; arrays and dims share one space of names */
    IdTable named;
    VEC(uint8_t) met; /* of each node: scratch of ir_reach, which leaves it 0 */
    IdVec found;      /* its result */
    IdVec roots;      /* scratch of ir_eq_has and ir_eq_reads */
    VEC(IdVec) reads; /* of each equation: its READ nodes, once they were asked for */
    struct { /* what the verifier found right, in nodes and arrays from the first on; by equation: outside of scans */
        Id nodes, arrays;
        VEC(uint8_t) eq;
        Slice items;
        uint32_t declared; /* checks and starts */
    } right;
    VEC(AffTerm) todo; /* scratch of irmake.c: the spine still to walk */
    Affine form;       /* its result */
} IrTables;

/* The node as it stands: hash-consed, no folding. */
Id ir_cons(Ir *, Op, Type, const Id *kids, uint32_t n, int64_t bits);
/* The type that an op gives for these kids. */
Type ir_op_type(const Ir *, Op, const Id *kids, uint32_t n);
/* -1, 0, 1: order of two nodes by structure and names, never by when they were made (but for variables of equal name).
   names: of each variable, or NULL for their own. */
int ir_compare(const Ir *, Id a, Id b, const char *const *names);
/* Sorts the terms of a sum as they are written: positive ones first, variables, sizes, the rest. */
void ir_affine_sort(const Ir *, Affine *, const char *const *names);
bool ir_is_opaque(const Ir *, Id node);
/* Who has the name; 0: nobody. */
Id ir_find_array(Ir *, const char *name);
Id ir_find_dim(Ir *, const char *name);

#endif
