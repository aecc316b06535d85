/*
 * emit.h -- what the printers of generated C share: names, types, text of expressions.
 */
#ifndef ADC_EMIT_H
#define ADC_EMIT_H

#include "ckernel.h"
#include "loop.h"
#include "passes.h"

/* ---- cname.c */

/* A set of C identifiers that are taken. */
typedef struct {
    const char **at; /* interned names, open addressing */
    uint32_t n, cap;
} NameSet;

typedef struct {
    Ir *ir;
    Context *ctx;
    Arena *arena;
    const EmitOptions *opts;
    const char *p, *P;             /* prefix, and in upper case */
    const char *real;              /* type of the model's numbers */
    NameSet functions;             /* names of public functions, without the prefix */
    NameSet names;                 /* taken in every function: keywords, libm, dims, arrays */
    const char **array_name;       /* by array */
    const char **dim_name;         /* by dim */
    IdVec params, inputs, results; /* arrays in the order of theta; of the data struct; outputs, metrics */
    uint32_t *start;               /* by array: number of its start in ir->start, from 1; 0: none */
    bool *is_wrt;                  /* by array: derivatives are by it */
    bool wrt;                      /* derivatives are not by all params, or by more */
    Id row_dim;                    /* of grad_range; 0: there is none */
    const Func *chunked;           /* a function that is taken in chunks of rows; NULL: there is none */
    bool short_chunks;             /* which are short: adc_model.short_chunks */
    uint8_t *kernel;               /* by kernel: used */
    uint8_t *external;             /* by extern function: called */
    VEC(const char *) stages;      /* text of functions of lanes, by number */
    uint32_t checks;               /* conditions of the check */
    Text body;                     /* functions printed so far */
    /* by node, of the function being printed */
    const char **text;
    uint8_t *prec;
    uint32_t *mark, *uses;
    Id *other; /* of sin(x): cos(x); of cos(x): sin(x); 0 where there is none */
    uint32_t stamp;
} Gen;

bool name_taken(const NameSet *, const char *name); /* names are interned */
void name_add(Gen *, NameSet *, const char *name);
void name_remove(NameSet *, const char *name);
/* `wish`, or with _ or a number behind it: not taken by the set nor by all functions; it is then. */
const char *name_fresh(Gen *, NameSet *, const char *wish);
bool name_libm(const char *name);                 /* is it a function of libm that operations are? */
void names_init(Gen *);                           /* reports extern functions whose name C cannot have */
const char *name_field(Gen *, const char *name);  /* of a struct's member: a keyword gets an underscore */
const char *name_public(Gen *, const char *name); /* of an output's function, without the prefix */

/* Notes the names of all functions; reports where two would have the same. */
void names_of_functions(Gen *, Func *const *, uint32_t n);
/* Of a static function, without the prefix: `wish`, or with _ behind it. */
const char *name_static(Gen *, const char *wish);

/* ---- cexpr.c: the text of scalar expressions */

/* Binding strength of a text, weakest first. */
enum { P_COND, P_OR, P_AND, P_REL, P_ADD, P_MUL, P_UNARY, P_NAME };

/* Nodes that stand more than once in a block: uses by node, ascending. */
typedef struct Block Block;
struct Block {
    Block *up;
    IdVec ids;
    uint32_t *count;
};

/* The text that a node had before it got another one; NULL: none. */
typedef struct {
    Id id;
    uint8_t prec;
    const char *text;
} Texted;

/* One C function being printed. */
typedef struct {
    Gen *g;
    Func *f;
    Text out;
    uint32_t indent;
    NameSet names;
    const char **var_name; /* by variable, while it is bound */
    uint8_t *var_natural;  /* by variable: it is never negative */
    uint8_t *var_used;     /* by variable: its name was asked for */
    uint8_t *dim_used;
    const char *lane, *rows; /* in a tile: names of the lane, and of how many there are */
    const char *filled;      /* where lanes that are no rows run, too: the lane, or that of the last row for them */
    bool filled_used;
    bool eager; /* both arms of a choice are computed */
    bool first_used, last_used, fresh_used;
    IdVec used;        /* arrays that the text mentions */
    VEC(Texted) trail; /* what to undo, in the order in which it was done */
    Block *block;
    uint32_t temps;
    bool limits;   /* the function may return that a loop ran to its limit */
    bool checked;  /* integers are printed as calls that notice overflow */
    uint32_t line; /* the source line that was shown last */
} Printer;

Printer printer_new(Gen *, Func *);
void printer_end(Printer *);                                     /* forgets the texts that it gave to nodes */
void out_line(Printer *, const char *fmt, ...) ADC_PRINTF(2, 3); /* one line of code, indented */

/* Opens a block in which the given nodes will be needed; what is computed in it is forgotten at its end. */
typedef struct {
    Block block;
    uint32_t trail;
} Scope;
void block_open(Printer *, Scope *, const IdVec *roots);
void block_close(Printer *, Scope *);

/* Prints what must stand before the use of these nodes: shared values, branches.  After it out_expr() gives their text. */
void out_need(Printer *, const Id *roots, uint32_t n);
/* The same for one node that becomes a variable unless it is one. */
void out_need_named(Printer *, Id);
/* The text of a node as an operand of an operator that binds with `prec`; T_REAL converts integers. */
const char *out_expr(Printer *, Id, Type as, int prec);
/* The node's text is `name` until the scope ends. */
void out_expr_is(Printer *, Id, const char *name);
/* The element of an array, as an lvalue of its stored type. */
const char *out_element(Printer *, Id array, Slice subs);
Element *out_element_of(Printer *, Id array, Slice subs); /* of a LOCAL array */
const char *out_element_name(Printer *, Id array, uint32_t at);
const char *type_text(const Gen *, Type);
const char *real_text(const Gen *, double);
/* A size over the dims struct's members: `before` is "dims->", "(d)->". */
const char *dims_text(Gen *, Id node, const char *before);

/* The address of the matrix (or vector) that is left of an array when all but its last `rank` subscripts are given. */
const char *out_matrix(Printer *, Id array, Slice subs, uint32_t rank);
/* The address of the element's rows in a tile, or of the partial sums. */
const char *out_lanes(Printer *, Id array, Slice subs);
const char *out_corner(Printer *, Id read); /* of the element that a READ node is, at the first row of a tile */
void out_forget(Printer *, uint32_t trail); /* what was given a text since trail.n was this */
const char *kernel_name(Gen *, Kernel);     /* in C; the kernel is used then */

/* One node as the value of a statement: `share` lets it become a variable where others use it too. */
void out_need_value(Printer *, Id node, bool share);
const char *fresh_temp(Printer *);

/* ---- cloop.c */

/* The opening of a loop and its variable's name; loop_close ends it. */
void for_open(Printer *, Binder);
void for_close(Printer *, Binder);
const char *for_bind(Printer *, Binder); /* the variable's name in C */
void print_block(Printer *, const Loop *);
void print_part(Printer *, const Loop *part);
bool is_integer_result(const Func *, Id array); /* of the caller's integers */

/* ---- clanes.c */

void print_tile(Printer *, const Loop *);
void print_rows(Printer *, const Loop *);

/* ---- cvector.c */

/* Prints what libtcc gets in place of a loop, or of the innermost one of a sum: then the loop follows, and the close behind it.  false: nothing. */
bool vector_open(Printer *, const Loop *);
bool vector_open_sum(Printer *, const Eq *, const char *sum);
void vector_close(Printer *);

/* ---- cmatrix.c */

/* A function of matrices; of a scalar one the value's text is returned, else NULL. */
const char *print_matrix(Printer *, Id eq);

/* ---- cfunc.c */

static inline bool has_work(const Func *f) { return f->cells || f->slots.n; }
/* Does the function return entries? */
static inline bool has_entries(const Func *f)
{
    return f->entry.kind == FUNCTION_JACOBIAN || f->entry.kind == FUNCTION_JACOBIAN_BLOCKS ||
           f->entry.kind == FUNCTION_HESSIAN || f->entry.kind == FUNCTION_HESSIAN_BLOCKS;
}
/* Does it tell where they stand, or put them there: without theta and work memory? */
static inline bool is_pattern(const Func *f) { return f->entry.kind >= FUNCTION_JACOBIAN && !has_entries(f); }

/* A function of the model, appended to g->body. */
void print_function(Gen *, Func *);
/* The work memory that a function needs, if its sizes are all known. */
bool known_bytes(const Gen *, const Func *, uint64_t *bytes);
void print_work_bytes(Gen *, Func *const *funcs, uint32_t n);
/* "const m_dims *dims, const m_real *theta, const m_data *data, " and more */
const char *dims_type(const Gen *); /* "const m_dims" */
const char *arguments(const Gen *, const char *more);
/* ... and the function's own: "const m_real *direction, m_real *out, void *work" and more */
const char *function_arguments(const Gen *, const Func *, const char *pointer, const char *more);
/* The elements of an array as checked arithmetic: negative where its sizes are or do not fit. */
const char *count_text(Printer *, Slice dims);
/* Definitions of the run-time sizes that p used, checked. */
void print_checked_dims(Printer *, Text *out);

/* ---- cthreads.c */

bool in_chunks(const Gen *, const Func *);      /* is it taken in chunks of rows? */
void print_openmp(const Gen *, Text *out);      /* what stands at the head of the file */
void print_threads(Gen *, const Func *);        /* how many take part in such functions */
void print_chunk_room(Printer *, const Func *); /* `bytes` of a range -> bytes of all threads */
void print_all_chunks(Gen *, Func *);           /* all of its rows */

/* ---- cinit.c: init, check, sizes */
void print_init(Gen *);
void print_check(Gen *);
void print_sizes(Gen *);
void print_nnz(Gen *, const Func *); /* the number of entries of a Jacobian or Hessian */
void print_block_shape(Gen *, const Func *);

/* ---- header.c */
void print_header(Gen *, Func *const *funcs, uint32_t n, Text *out);
void print_descriptor(Gen *, Func *const *funcs, uint32_t n);
Id count_flops(Ir *, const Func *);
/* Flop counts of the functions, as formulas in a comment. */
void print_flops(Gen *, Func *const *funcs, uint32_t n, Text *out);
/* A program that runs the model. */
void print_example(Gen *, Func *const *funcs, uint32_t n, Text *out);
/* What stands in place of #include where there is none. */
void print_prelude(Text *out);

#endif
