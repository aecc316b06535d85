/*
 * scope.h -- which symbol a name stands for, scope by scope; and the order of declarations.
 */
#ifndef ADC_SCOPE_H
#define ADC_SCOPE_H

#include "ast.h"

/* What is visible under a name.  level: of the scope that declared it. */
typedef struct {
    const char *name;
    Sym *sym;
    uint32_t level;
} Binding;

typedef struct {
    Arena *arena;
    Binding *slot; /* open hash table over the addresses of interned names */
    uint32_t slots, used;
    VEC(Binding) log; /* what bindings replaced, to be put back */
    uint32_t level;   /* 0: the outermost */
} Scope;

uint32_t scope_open(Scope *); /* the mark to close it with */
void scope_close(Scope *, uint32_t mark);
void scope_bind(Scope *, const char *name, Sym *);
Sym *scope_find(const Scope *, const char *name);      /* NULL: not visible */
Sym *scope_find_here(const Scope *, const char *name); /* only what the innermost scope declared */

/* order.c: fills names->order.  uses: for each of the program's declarations the numbers of those that it uses. */
void order_declarations(Context *, Names *, const IdVec *uses);

#endif
