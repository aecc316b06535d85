/*
 * adc.h -- the public header: the descriptor of a generated model, optimisers on it, and the compiler as a function.
 *
 * The first part (ADC_MODEL) stands word for word in every generated header, so that generated code needs no file of ours.
 */
#ifndef ADC_H
#define ADC_H

#include <stddef.h>
#include <stdint.h>

#define ADC_VERSION "0.1.0"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- begin of the part that generated headers repeat */
#ifndef ADC_MODEL
#define ADC_MODEL 4
/*
 * Of so many rows a loss or gradient may be taken in chunks of this many, added in order (the last one may be shorter): by their
 * number, and by adc_model.short_chunks, alone, so that sums have the same bits however many threads there are.
 */
#define ADC_CHUNK_ROWS(rows, short_chunks)       \
    ((rows) >= 32768  ? ((rows) / 4096 + 1) * 64 \
     : (short_chunks) ? (size_t)64               \
     : (rows) < 256   ? (size_t)256              \
     : (rows) < 1024  ? ((rows) + 1) / 2         \
                      : (size_t)512)
/* What a program that knows nothing of a model needs to drive it: names, shapes, functions.  Arrays are row-major. */
enum { ADC_PARAM, ADC_DATA, ADC_HYPER, ADC_OUTPUT, ADC_METRIC, ADC_LOSS };   /* adc_array.kind */
enum { ADC_REAL, ADC_INT32 };                                                /* adc_array.type */
enum { ADC_OK, ADC_EDIM, ADC_EDATA, ADC_EWORK, ADC_ENONFINITE, ADC_ELIMIT }; /* results of a model's functions */
typedef int adc_function(const void *dims, const void *theta, const void *data, void *out, void *work);
typedef struct {
    const char *name;
    unsigned char kind, type;
    unsigned char constrained; /* params: 1 above lower, 2 below upper, 3 in the open interval (lower, upper) */
    unsigned char integer;     /* int32 data: 1: entries lie in [lo, hi) as adc_model.range tells */
    int rank;
    const int *axis;     /* of each dimension: the dim that alone is its size, or -1 */
    int count;           /* int32 data: the dim that alone is the upper bound of its entries, or -1 */
    size_t field;        /* data: byte offset of the pointer in the data struct; hyper: of the value */
    double lower, upper; /* of a constrained param */
    double value;        /* hyper: its default */
    adc_function *eval;  /* output, metric: its function; else NULL */
    int gradient;        /* 1: part of the gradient vector (params, unless other arrays were asked for) */
    /* of an output, where they were asked for, else NULL: its value and its derivative along a direction (a gradient vector) */
    int (*jvp)(const void *dims, const void *theta, const void *data, const void *direction, void *out, void *tangent,
               void *work);
    /* ... and what its adjoint, of its shape, makes of the gradient vector */
    int (*vjp)(const void *dims, const void *theta, const void *data, const void *cotangent, void *grad, void *work);
} adc_array;
typedef struct {
    int version;    /* ADC_MODEL */
    int real_bytes; /* 8, or 4 for float */
    const char *name;
    int dims;               /* run-time sizes; the dims struct is an array of this many size_t */
    const char *const *dim; /* their names */
    int row;                /* the dim that the rows are counted by, or -1 */
    int short_chunks;       /* 1: the work on rows is so much that chunks of 64 of them pay */
    int arrays;
    const adc_array *array; /* params in the order of theta, then data and hypers, then outputs, metrics */
    size_t data_bytes;      /* of the data struct; 0: none */
    int checks;             /* conditions that a model's check tests, and what each says when it fails */
    const char *const *check_text;
    /* shape[0..rank) of an array; ADC_EDIM where a size is negative or does not fit */
    int (*shape)(const void *dims, int array, size_t *shape);
    void (*range)(const void *dims, int array, long *lo, long *hi); /* of int32 data */
    size_t (*nparam)(const void *dims);     /* length of theta; SIZE_MAX where it does not fit */
    size_t (*ngrad)(const void *dims);      /* length of the gradient: arrays with `gradient`, in order */
    size_t (*work_bytes)(const void *dims); /* SIZE_MAX where it does not fit */
    int (*init)(const void *dims, uint64_t seed, void *theta);
    /* *which: the condition that failed (index into check_text) */
    int (*check)(const void *dims, const void *data, int *which);
    adc_function *loss; /* NULL in a model without a loss; so grad */
    int (*grad)(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work);
    /* adds to *loss and grad the part of rows first <= n < last; NULL in a model without a row sum */
    int (*grad_range)(const void *dims, const void *theta, const void *data, void *loss, void *grad, void *work,
                      size_t first, size_t last);
    const char *(*strerror)(int code);
    /* where they were asked for, else NULL: the loss and its derivative along a direction; the Hessian times a direction */
    int (*jvp)(const void *dims, const void *theta, const void *data, const void *direction, void *loss, void *tangent,
               void *work);
    int (*hvp)(const void *dims, const void *theta, const void *data, const void *direction, void *out, void *work);
} adc_model;
#endif
/* ---- end of the part that generated headers repeat */

/* What went wrong, in a full sentence.  The functions of the library neither print nor exit. */
typedef struct {
    int out_of_memory; /* 1: that; 0: what was asked for cannot be */
    char text[1000];
} adc_error;

/*
 * ---- optim.c: optimisers on a flat vector, for any f and its gradient g.
 *
 *     adc_optim *o = adc_optim_new("lbfgs", NULL, n, &error);
 *     do f = my_function(x, g);
 *     while (adc_optim_step(o, x, f, g) != ADC_OPTIM_END && adc_optim_steps(o) < 100);
 *     adc_optim_free(o);
 *
 * "gd", "sgd", "adam", "adamw", "amsgrad", "rmsprop", "adagrad" take a step at every point; "lbfgs", "newton" and "lm" try points.  Each
 * one's file, optim_NAME.c, names its paper, equations and defaults.  Memory is allocated by adc_optim_new alone.  "nlopt:ALGORITHM"
 * and "ipopt" are plug-ins (plugin.h) with a loop of their own: for adc_fit.
 */
typedef struct adc_optim adc_optim;

/* Products with second derivatives, or with those of residuals, for the optimisers that take them.  Each returns 0, or not 0: it has none. */
typedef struct {
    void *user;
    /* newton: the Hessian of f at x times v; (n) each */
    int (*hvp)(void *user, const double *x, const double *v, double *out);
    /* lm: f = scale * the sum of the squares of so many residuals */
    size_t residuals;
    double scale;
    int (*residual)(void *user, const double *x, double *r);               /* r: (residuals) */
    int (*jvp)(void *user, const double *x, const double *v, double *out); /* their Jacobian times v (n): (residuals) */
    int (*vjp)(void *user, const double *x, const double *w,
               double *out); /* ... transposed, times w (residuals): (n) */
} adc_products;

typedef struct {
    double lr;           /* step size */
    double momentum;     /* sgd, rmsprop */
    int nesterov;        /* sgd: Nesterov's form of it */
    double weight_decay; /* all with a step size but gd */
    double beta1, beta2; /* adam, adamw, amsgrad: decay of the first and second moments */
    double alpha;        /* rmsprop: decay of the second moment */
    double eps;          /* added to the root of the second moment */
    double
        hyper_lr; /* gd, sgd, adam, adamw, amsgrad: step size of the step size, which then follows the loss; 0: it stays */
    size_t memory;       /* lbfgs: pairs of vectors; 0: 10 */
    const double *lower; /* lbfgs: bounds, (n) or NULL, -HUGE_VAL where there is none; they stay the caller's, */
    const double *upper; /* and x must start within them */
    double radius;       /* newton: of the trust region at first; 0: 1 */
    double damping;      /* lm: lambda at first; 0: 0.001 */
    const adc_products *products; /* newton, lm: they stay the caller's */
} adc_optim_options;

/* The defaults of an optimiser, and as bits which of the options it takes; 0: there is none of that name. */
enum {
    ADC_TAKES_LR = 1,
    ADC_TAKES_MOMENTUM = 2,
    ADC_TAKES_BETAS = 4,
    ADC_TAKES_EPS = 8,
    ADC_TAKES_NESTEROV = 16,
    ADC_TAKES_WEIGHT_DECAY = 32,
    ADC_TAKES_ALPHA = 64,
    ADC_TAKES_HYPER_LR = 128,
    ADC_TAKES_MEMORY = 256,
    ADC_TAKES_BOUNDS = 512,
    ADC_TAKES_RADIUS = 1024,
    ADC_TAKES_DAMPING = 2048,
    ADC_TAKES_HVP = 4096,       /* needs products.hvp */
    ADC_TAKES_RESIDUALS = 8192, /* needs the other products */
    ADC_TAKES_HVP_TOO = 16384,  /* takes products.hvp where there is one */
    ADC_TAKES_OVER = 32768 /* a plug-in: it has a loop of its own, which adc_fit serves and adc_optim_step does not */
};
unsigned adc_optim_defaults(const char *name, adc_optim_options *options);
const char *adc_optim_name(int k); /* of the k-th optimiser; NULL past the last */
/* Are the numbers among the options what they may be?  1, or 0: the error says which is not. */
int adc_optim_check(const char *name, const adc_optim_options *options, adc_error *);
/* For n numbers.  options NULL: the defaults.  NULL: the error says why. */
adc_optim *adc_optim_new(const char *name, const adc_optim_options *options, size_t n, adc_error *);
/*
 * f and g are the value and the gradient at x.  Moves x to the next point at which they are wanted.
 *   ADC_OPTIM_STEP   x was a point from which a step was taken
 *   ADC_OPTIM_TRIAL  x was tried and refused: the step is not complete
 *   ADC_OPTIM_END    no better point is to be had: x is the best
 * f may be infinite or NaN at a point that was tried: a nearer one follows.
 */
enum { ADC_OPTIM_TRIAL, ADC_OPTIM_STEP, ADC_OPTIM_END };
int adc_optim_step(adc_optim *, double *x, double f, const double *g);
/* Will adc_optim_step, called with these, take a step from x (or end), rather than refuse it?  1 or 0. */
int adc_optim_accepts(const adc_optim *, const double *x, double f, const double *g);
size_t adc_optim_steps(const adc_optim *);     /* so many times it was ADC_OPTIM_STEP */
double adc_optim_lr(const adc_optim *);        /* of the step before, where hyper_lr moves it */
void adc_optim_set_lr(adc_optim *, double lr); /* from the next step on */
void adc_optim_free(adc_optim *);              /* NULL is allowed */

/*
 * ---- transform.c: columns of data on a common scale
 *
 *     adc_transform_fit(&t, model, &dims, &data, "X", ADC_STANDARDIZE, &error)       the training rows give the numbers,
 *     adc_transform_apply(&t, model, &dims, &data, &error)                           which are for these rows
 *     adc_transform_apply(&t, model, &dev_dims, &dev_data, &error)                   and for all others
 *     options.transform = &t; options.transforms = 1;                                and saved by adc_fit beside the parameters
 *
 * Of an array of real data the first index counts the rows, all others its columns.  A cell that is NaN has no part in the numbers and
 * stays; a column whose cells are all the same becomes 0.  The functions return 1, or 0: the error says why.
 */
enum {
    ADC_STANDARDIZE, /* to mean 0 and standard deviation 1 */
    ADC_SCALE,       /* from least..most to 0..1 */
    ADC_NUMBER       /* nothing is computed: texts stand for the numbers from 0 on, or for columns of 0 and 1 */
};
typedef struct {
    const char *name; /* of the array; the model's, or as it was given to adc_transform_load */
    int kind;
    size_t columns;        /* ADC_NUMBER: how many texts there are */
    double *shift, *scale; /* of each column: x becomes (x - shift) / scale; owned */
    char *text;            /* ADC_NUMBER: the k-th begins at k * width, and 0 ends it; owned */
    size_t width;
} adc_transform;
int adc_transform_fit(adc_transform *, const adc_model *, const void *dims, const void *data, const char *name,
                      int kind, adc_error *);
int adc_transform_apply(const adc_transform *, const adc_model *, const void *dims, const void *data,
                        adc_error *); /* in place */
/* Copies the texts: what a program that reads data by itself has adc_fit save. */
int adc_transform_number(adc_transform *, const char *name, const char *const *text, size_t n, adc_error *);
/* From a file that adc_fit saved; columns is 0 where it has none for the array. */
int adc_transform_load(adc_transform *, const char *file, const char *name, adc_error *);
void adc_transform_free(adc_transform *); /* a zeroed one is allowed */

/*
 * ---- fit.c: minimises a model's loss.  theta is on the user's scale everywhere; constrained parameters move on their
 * unbounded one (language.md: a + e^u, b - e^u, a + (b - a) sigmoid(u)).
 */
typedef struct {
    size_t step, epoch;   /* updates, and passes through the data, made so far */
    size_t limit;         /* updates after which the fit ends in any case; 0: none */
    double loss;          /* at theta: of the batch that gives the next step, of all rows where `last` */
    const double *metric; /* likewise, in the order of the descriptor; NULL unless asked for */
    const double *dev;    /* loss, then metrics of the development set; NULL: not looked at in this step */
    const void *theta;    /* as the model has it: double or float */
    int epoch_end;        /* a pass through the data has just ended (every step, without batches) */
    int last;             /* nothing follows */
} adc_fit_event;

enum {
    ADC_FIT_STEPS,
    ADC_FIT_EPOCHS,
    ADC_FIT_TOL,
    ADC_FIT_STOPPED,
    ADC_FIT_CONVERGED,
    ADC_FIT_PATIENCE,
    ADC_FIT_STUCK, /* a plug-in found no way on, though its own conditions for an end were not met */
    ADC_FIT_DIVERGED,
    ADC_FIT_FAILED,
    ADC_FIT_REFUSED
};

typedef struct {
    const char
        *optimizer; /* NULL: "adam"; of a plug-in, "nlopt:lbfgs", each evaluation is a step, and `resume` is refused */
    adc_optim_options optim; /* lr 0: the defaults of an optimiser that has a step size.  products: made by adc_fit */
    size_t steps, epochs;    /* whichever ends first; 0: no limit */
    size_t batch;            /* rows a step; 0: all, as lbfgs, newton and lm want it */
    double
        tol; /* stop when the loss changes by less from step to step (with batches: its mean from epoch to epoch); 0: off */
    uint64_t seed;        /* of the shuffles */
    const char *schedule; /* of the step size: "cosine", "step:30,0.1", ... as schedule.h tells; NULL: constant */
    size_t warmup;        /* the step size grows linearly in the first so many steps */
    double clip;          /* a gradient whose norm is larger is shortened to it (Pascanu et al. 2013); 0: not */
    /*
     * A development set: dims and data struct of the same model (data NULL: none).  It is looked at before the first step, after every
     * dev_epochs epochs (0: each; 0.25: four times in one; infinity: never) and at the end.  patience: so many looks without a lower loss end the fit, and the best
     * parameters are what it returns; 0: off.
     */
    const void *dev_dims;
    void *dev_data;
    double dev_epochs;
    size_t patience;
    size_t threads; /* that take chunks of rows; the same bits for any number from 1.  0: the model's `grad` as it is */
    int metrics;    /* evaluate the metrics at every step */
    int (*event)(void *user, const adc_fit_event *); /* NULL, or called at every step; not 0: stop */
    void *user;
    /*
     * NULL, or called with each batch before it is used for the first time (of data that nobody has looked at): its dims and data struct,
     * and which rows of the data they are.  0: they cannot be used, and the error says why.
     */
    int (*check)(void *user, const void *dims, const void *data, const size_t *rows, adc_error *);
    /*
     * save: a .npz file (each param by its name, and what a fit goes on with) that is replaced as a whole when the fit ends, but not when it
     * has diverged, and before that after every save_steps steps and save_seconds seconds (0: not); NULL: none.  resume: begin
     * where that file stops, if it is there: the result has the same bits as that of a fit that was not interrupted.  source:
     * what tells the model from another of the same name and shapes, such as a digest of its text; NULL: nothing.
     */
    const char *save;
    size_t save_steps;
    double save_seconds;
    int resume;
    const char *source;
    const adc_transform *transform; /* of the data: saved, and to be the same when a fit is resumed */
    size_t transforms;
} adc_fit_options;

typedef struct {
    int reason; /* ADC_FIT_... */
    size_t steps, epochs;
    double loss;        /* at the end, of all rows; of a batch where the caller stopped */
    size_t evaluations; /* of the gradient (or the loss, for a plug-in that takes no gradients), in this run */
    size_t resumed;     /* steps that were made before, by the fit that was resumed */
    size_t threads; /* at work: as many as asked for, where there were so many chunks and the system gave them; or 1 */
} adc_fit_result;

/*
 * Fits theta in place.  data is the model's data struct: hypers named `step` and `epoch` are set in it.  1: done; 0: the error
 * says why, and the result's reason is ADC_FIT_DIVERGED (theta and loss are those of the step that did), ADC_FIT_FAILED (a
 * function of the model did) or ADC_FIT_REFUSED (nothing was begun).
 */
int adc_fit(const adc_model *, const void *dims, void *data, void *theta, const adc_fit_options *, adc_fit_result *,
            adc_error *);
const char *adc_fit_reason(
    int reason); /* "steps", "epochs", "tol", "stopped", "converged", "patience", "diverged", ... */

/*
 * ---- split.c: a development set out of the data itself
 *
 * Rows that the seed chooses, a fraction of all (between 0 and 1), move behind the others, in every array of data that the rows lead;
 * both parts keep their order.  Then dims is of the rows that stay, and dev_dims and dev_data, which have the sizes of dims and the data
 * struct, are of the others, in the same arrays.  1, or 0: the error says why, and nothing has moved.
 */
int adc_split(const adc_model *, void *dims, void *data, double fraction, uint64_t seed, void *dev_dims, void *dev_data,
              adc_error *);

/*
 * ---- the compiler as a function (libadcc): source text in, callable model out
 *
 * These print nothing and never exit.  Any number of programs may be alive at once, made and used by any threads.  *messages
 * gets the diagnostics as text (warnings too), or NULL where there are none; adc_text_free frees it.  `messages` may be NULL.
 */
typedef struct adc_program adc_program;
typedef struct {
    const char *const *define; /* "K=20": overrides a const, or fixes a dim */
    size_t defines;
    const char *const *wrt; /* what the gradient is by; NULL: all params */
    size_t wrts;
    const char *prefix;      /* of C names; NULL: from the name of the source */
    int single_precision;    /* float instead of double */
    unsigned emit;           /* further functions: ADC_EMIT_JVP | ... */
    const char *const *link; /* files that supply extern functions: libraries, C (compiled by cc, or by libtcc) */
    size_t links;
    size_t max_work; /* bytes of work memory to stay below: long scans are computed twice; 0: no limit */
    int openmp;      /* of C text: loss and gradient run in parallel over chunks of rows */
    int blas; /* products and functions of matrices through BLAS and LAPACK: of the files in `link`, or the system's */
    int jit;  /* what compiles the C: ADC_JIT_TCC, ... */
    const char *cache; /* folder where compiled objects are kept; NULL: XDG_CACHE_HOME/adc or ~/.cache/adc; "": none */
} adc_compile_options;
enum {
    ADC_EMIT_JVP = 1,
    ADC_EMIT_VJP = 2,
    ADC_EMIT_HVP = 4,
    ADC_EMIT_JACOBIAN = 8,
    ADC_EMIT_HESSIAN = 16,
    ADC_EMIT_BLOCKS = 32 /* of these two, param by param */
};
/*
 * libtcc, at once; the system's compiler (CC of the environment, or cc), whose objects are kept in XDG_CACHE_HOME/adc; or
 * both: libtcc's code runs until the other's is there, and without a compiler it runs on.  Results differ by rounding.
 */
enum { ADC_JIT_TCC, ADC_JIT_CC, ADC_JIT_AUTO };

/* `name` is shown in diagnostics and names the model ("beale.ad": beale).  options NULL: none.  NULL: see *messages. */
adc_program *adc_compile(const char *name, const char *source, size_t n, const adc_compile_options *options,
                         char **messages);
const adc_model *adc_program_model(const adc_program *); /* until adc_program_free */
/* Whose code calls run: ADC_JIT_TCC, or ADC_JIT_CC.  wait: first until a compiler at work has ended. */
int adc_program_jit(adc_program *, int wait);
/* Why there is no compiled code though there is a compiler, or that it could not be kept; NULL: nothing of this, or not yet. */
const char *adc_program_note(adc_program *);
void adc_program_free(adc_program *); /* NULL is allowed; a compiler at work is stopped */

/* C text and its header, for files NAME.c and NAME.h where NAME is the prefix.  1, or 0: see *messages.  adc_text_free each. */
int adc_to_c(const char *name, const char *source, size_t n, const adc_compile_options *options, char **c, char **h,
             char **messages);
void adc_text_free(char *); /* NULL is allowed */

#ifdef __cplusplus
}
#endif
#endif
