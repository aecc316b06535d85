/*
 * equations.h -- a model's equations at a point, for what runs them without C in between.
 */
#ifndef ADC_EQUATIONS_H
#define ADC_EQUATIONS_H

#include "api.h"
#include "cli.h"

/* The param, data or hyper of that name, or (grad) its adjoint; 0. */
Id find_array(const Ir *, const char *name, bool grad);
/* Gives the evaluator all values of the point. */
void point_hand_over(const Point *, const Ir *, Interp *);
/* Gives the evaluator of these equations, or of some made of them, the model's extern functions. */
void model_bind(const Model *, const Ir *, Interp *);

/* Have all arrays together at most so many elements? */
bool is_small(const Ir *, Interp *, size_t most);

typedef void UseEquations(Ir *, Interp *, void *user);
/* The equations after a pass (NULL: the last) and `also` (NULL: none), with an evaluator that has the model's functions and no values
   yet.  false: there is no memory for it. */
bool with_equations(const Args *, const Model *, const Point *, const char *pass, void (*also)(Ir *), UseEquations *use,
                    void *user);

#endif
