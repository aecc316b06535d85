/*
 * reverse.h -- what the parts of reverse mode share: see reverse.c.
 */
#ifndef ADC_REVERSE_H
#define ADC_REVERSE_H

#include "derive.h"

typedef VEC(Subst) Substs;
/* The adjoint of an array at the subscripts that are pinned. */
typedef struct {
    Id array;
    const Id *pin;    /* by dimension: what it is fixed at; 0: free */
    uint32_t next;    /* of the same array */
    Along along;      /* its pins speak of z too */
    Id adjoint, live; /* arrays, once something was added */
    bool independent; /* what is differentiated by: not traced further */
    bool reached;     /* by what is differentiated */
    bool sure;        /* reached without a condition */
    bool risky;       /* its value or partials may be infinite where it is not wanted */
    bool flagged;     /* carries a live flag */
} Bar;

/* What is known of an equation of the primal. */
typedef enum { NOT_ASKED, CONSTANT, USED } Standing;

typedef struct {
    Ir *ir;
    const Derivative *d;
    VEC(Bar) bar;        /* [0] unused */
    uint32_t *first_bar; /* by array of the primal */
    Id arrays;
    bool *active;   /* by array: depends on what is differentiated by */
    bool *given;    /* by array: is differentiated by, and pinned as it is read */
    uint32_t *step; /* by array: 1 + its first dimension that is a step of a finished scan; 0: none */
    bool *partial;  /* by array: some elements have no value */
    Id *latest;     /* by array: the last equation that defines it; 0: none is known */
    Id *earlier;    /* by equation: the one of its target before it, or 0 */
    Whole whole;
    Sweep *sweep;
    VEC(Along) along; /* each range once */
    Items zeros, *out;
    Beside *beside;    /* by equation */
    Id eqs;            /* how many there were */
    uint8_t *standing; /* by equation */
    bool first;        /* the first walk: conditions only */
    uint32_t changes;  /* of bars, in the first walk */
    bool covered;      /* a bar was made that serves for one that was there */
} Reverse;

/* Where the walk is, inside finished scans. */
typedef struct {
    Around around, scans; /* of the adjoint equations; of the primal ones */
    Substs by;            /* what stands for variables of the primal */
    IdVec over, pin;      /* the outermost scan's parallel variables, and at what each is pinned (or 0) */
    bool guarded;         /* a scan around has a guard */
} Place;

/* An equation as seen by one adjoint of its target. */
typedef struct {
    Id eq, cond; /* cond: it defines what is pinned there; 0: for certain */
    Substs by;
} Seen;

/* ---- bars.c */

bool bar_is_free(const Bar *, uint32_t dimension);
/* The adjoint that a read belongs to, in an equation with these variables. */
uint32_t bar_of(Reverse *, const Binders *, Id read);
/* Takes away the adjoints that others serve, and forgets what was reached. */
void bars_forget_covered(Reverse *);
/* Its arrays, made when they are first asked for. */
Id bar_adjoint(Reverse *, uint32_t bar);
Id bar_live(Reverse *, uint32_t bar);
/* An array over the derivative's variables and the free dimensions; and its first value, everywhere. */
Id bar_array(Reverse *, const Bar *, const char *stem, Type);
void bar_zero(Reverse *, const Bar *, Id array, Id value);
/* The element of an adjoint or flag that belongs to these subscripts of the primal. */
Id bar_read(Reverse *, uint32_t bar, Id array, const IdVec *subs);

/* Appends the first subscripts of its arrays: the derivative's variables, and its place along its range. */
void bar_lead(const Reverse *, const Bar *, IdVec *subs);
/* The variables around with that of the adjoint's own range. */
void bar_around(const Reverse *, const Bar *, const Around *, Around *out);

/* ---- ragged.c */

/* Which of the variables runs along a range between integer data and stands in a subscript of the read; binders.n: none. */
uint32_t ragged_of(Reverse *, const Binders *, Id read, Along *out);

/* ---- seen.c */

/* false: the equation defines nothing of what the adjoint pins. */
bool see(Reverse *, const Place *, Id eq, uint32_t bar, Seen *out);
/* A node and binders of the primal; those of the binders that are `gone` (NULL: none) are fixed. */
Id seen_node(Ir *, Id node, const Substs *by);
Slice seen_binders(Ir *, Slice binders, const bool *gone, const Substs *by);
/* Binders whose variable stands around already get another one. */
void seen_renamed(Reverse *, const Place *, Slice binders, const bool *gone, Substs *by);
bool stands_around(const Around *, Id var);
Id another_var(Reverse *, Id var);
/* lo <= x < hi, unless that is certain; added to cond */
Id seen_between(Reverse *, const Around *, Id cond, Id x, Id lo, Id hi);

/* ---- backscan.c */

/* The adjoint equations of a finished scan. */
void reverse_scan(Reverse *, const Place *, Id region);
/* Is the adjoint pinned at the scans around as the walk is now? */
bool is_pinned_here(const Reverse *, const Place *, const Eq *, uint32_t bar);

/* ---- risk.c */

/* Notes what defines an array, for all equations, in their order. */
void risk_note(Reverse *, Id eq, bool guarded);
/* May the value or a partial be infinite, or no number, at ordinary numbers? */
bool risk_in(const Reverse *, const Eq *);

/* ---- relay.c */

/* The items with what the derivative adds beside them, and in place of equation `mark` (0: none). */
Slice relay_items(Ir *, const Adjoints *, Id mark, Slice items);

/* ---- reverse.c */

/* The adjoint equations of items, from last to first. */
void reverse_walk(Reverse *, const Place *, Slice items);

#endif
