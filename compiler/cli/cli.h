/*
 * cli.h -- what the sub-commands share: options, the model, a point to evaluate it at, and the text of results.
 *
 * Results go to standard output, all else to standard error.  A function that returns int gives an exit status; it has
 * said what is wrong when that is not CLI_OK.  Everything lives in the arena of the Args, which ends the process where
 * memory runs out.
 */
#ifndef ADC_CLI_H
#define ADC_CLI_H

#include "adc.h"
#include "base.h"
#include "data.h"

/* Exit status: the model or the data is wrong; wrong usage; the run failed. */
enum { CLI_OK, CLI_MODEL, CLI_USAGE, CLI_RUN };

/* ---- options.c */

typedef struct {
    const char *name;  /* --name; a name of one letter is -n */
    const char *value; /* what the help calls its value; NULL: a flag */
    const char *about;
} Option;

typedef struct Args Args;

typedef struct {
    const char *name;     /* "" is the compiler itself: adc model.ad */
    const char *operand;  /* what the help calls its file; FILE...: it takes several */
    const char *about;    /* one line */
    const Option *option; /* ends with name NULL */
    int (*run)(const Args *);
} Command;

typedef struct {
    const Option *option;
    const char *value; /* NULL of a flag */
} Given;

struct Args {
    Arena *arena;
    const Command *command;
    VEC(Given) given;        /* in the order of the command line */
    const char *file;        /* the model: a path, or "-"; the first of the files */
    VEC(const char *) files; /* all of them, of a command that takes several */
};

/* Reads argv[1..] for a command.  -1: go on; else the exit status: help was printed, or the usage was wrong. */
int args_parse(Args *, int argc, char **argv);
const char *args_value(const Args *, const char *name); /* the last one given, or NULL */
bool args_has(const Args *, const char *name);
/* Leave *out when the option is not given.  false: no number, or outside lo..hi (said). */
bool args_integer(const Args *, const char *name, int64_t lo, int64_t hi, int64_t *out);
bool args_real(const Args *, const char *name, double *out);
/* NAME=VALUE taken apart; CLI_USAGE where it is none (said). */
int args_pair(const Args *, const Given *, const char **name, const char **value);
/* Which of the words (ended by NULL) is given, as the option or in the environment's variable (NULL: none); else the first. */
int args_choice(const Args *, const char *name, const char *variable, const char *const *words, int *chosen);

/* "adc: " message, newline, to standard error. */
void complain(const char *fmt, ...) ADC_PRINTF(1, 2);
/* The same of a name that is not known, with the nearest that is. */
void complain_unknown(const char *what, const char *name, const char *const *known, size_t n);
int refuse(const adc_error *); /* complains; CLI_MODEL, or CLI_RUN where memory ran out */

/* clang-format off */
/* The options of every command that opens a model: rows of its table. */
#define MODEL_OPTIONS                                                                                                  \
    {"D", "NAME=VALUE", "override a const, or fix a dim"},                                                      \
    {"wrt", "A,B", "differentiate by these (hypers and data too)"},                                            \
    {"max-work", "BYTES", "work memory to stay below, as 32K, 10M: long scans are computed twice"}
/* ... and of those that give it values. */
#define POINT_OPTIONS                                                                                                  \
    {"set", "NAME=VALUE", "a param, hyper, dim or small data: a number or a JSON array"},                       \
    {"data", "NAME=FILE", "an array from a file"},                                                              \
    {"missing", "drop|nan", "what to do with missing cells of a file (an error)"},                              \
    {"onehot", "A,B", "data from a column of texts or integers: columns of 0 and 1"},                           \
    {"link", "FILE", "a C file or a library that supplies extern functions"},                                   \
    {"load", "FILE.npz", "params that --set does not give"},                                                    \
    {"seed", "S", "of the random starts (0)"},                                                                  \
    {"quiet", NULL, "no bar, and no lines in a log, that tell how far it is"}
#define BLAS_OPTION {"blas", NULL, "products and functions of matrices through BLAS and LAPACK"}
/* ... and of those that run it. */
#define JIT_OPTIONS BLAS_OPTION, {"jit", "tcc|cc|auto", "what compiles it: libtcc, the system's compiler, both in turn (tcc)"}
/* clang-format on */

/* ---- output.c */

typedef struct {
    const char *path; /* "-": standard output */
    const Text *text;
} Output;

/* Standard output, a device, a pipe: written as it is. */
bool is_stream(const char *path);
/* Writes all of them, or on an error none (said why). */
int outputs_write(Arena *, const Output *, size_t n);

/* ---- picture.c */

/* How a graph becomes the file of that name: "dot", as it is, or dot's option; NULL: by no means (said). */
const char *picture_format(Arena *, const char *path);
int picture_write(Arena *, const char *path, const char *format, const Text *graph);

/* ---- model.c */

/* A file's bytes, terminated by 0; "-" is standard input.  NULL: said why. */
char *read_file(Arena *, const char *path, size_t *n);
/* Runs `work` on the text of the model, in a context whose diagnostics then go to standard error; its status. */
int with_source(const Args *, int (*work)(const Args *, Context *, void *user), void *user);
/* -D, --wrt, --prefix, --real, --jit and so on of the command line. */
int model_options(const Args *, adc_compile_options *);

typedef struct {
    const char *path, *source;
    size_t n;
    adc_program *program;
    const adc_model *model;
    const char *scalar; /* the loss that was added; NULL: none */
} Model;

/*
 * Reads, compiles and loads the model of the command line; diagnostics go to standard error.  emit: bits ADC_EMIT_..., functions that
 * are needed too; wished: those that are left out where the model has none.
 */
int model_open(const Args *, unsigned emit, unsigned wished, Model *);
/* The same; a model without a loss gets half the sum of squares of its outputs: m->scalar says so. */
int model_open_scalar(const Args *, unsigned emit, unsigned wished, Model *);
void model_close(Model *);                            /* a zeroed Model is allowed */
int model_array(const adc_model *, const char *name); /* a param, data or hyper (not an output); -1 */

/* ---- values.c */

/* An array as the user wrote it: at NULL: not given. */
typedef struct {
    double *at;
    int rank;
    size_t shape[DATA_RANK], n;
    bool loaded; /* by --load */
} Value;

/* Reads a number or a JSON array, the value of `name`; NULL, or what is wrong. */
const char *value_parse(Arena *, const char *name, const char *text, Value *);

/* ---- point.c */

/* A model with values for all that it reads. */
typedef struct {
    Arena *arena;
    const adc_model *model;
    DataSet *set;  /* dims and data */
    double *theta; /* nparam; after point_finish, as the next ones */
    void *work;
    size_t nparam, ngrad;
    Value *param;               /* by array: as --set gave it */
    size_t (*shape)[DATA_RANK]; /* by array */
    size_t *count;              /* by array: elements */
    size_t *offset; /* by array: of a param in theta; of one in the gradient: its place there is grad_offset */
    size_t *grad_offset;
    const char *made_up;      /* "N = 5, X, label": what the user did not give; NULL: nothing */
    VEC(adc_transform) scale; /* of data; first those `loaded` by --load */
    uint32_t loaded;
    DataMissing missing; /* what is done about cells of files without a number */
} Point;

/* A point with what --set and --data say. */
int point_new(const Args *, const adc_model *, Point *);
/* Reads a file into a set, with a bar on a terminal. */
int point_read(const Args *, DataSet *, const char *name, const char *spec, DataMissing);
/* Settles the dims, starts what params were not given, checks everything, allocates the work memory. */
int point_finish(const Args *, Point *);
int point_dims(Point *);                /* the part of it before adc_dataset_finish */
int point_start(const Args *, Point *); /* ... and after */
void point_free(Point *);               /* a zeroed Point is allowed */
/* Where the elements of a param, a real data array or a hyper lie. */
double *point_reals(const Point *, int array);
/* "X[3, 0]" of an element of an array: for messages. */
const char *element_name(const Point *, int array, size_t element);

/* Calls: CLI_OK, or CLI_RUN with a message.  A loss that is not finite is a result. */
int point_loss(const Point *, double *loss);
int point_grad(const Point *, double *loss, double *grad);
int point_eval(const Point *, int array, double *out);
/* Along a direction, of an output or (-1) the loss; of an output's adjoint.  needs: the functions, see model_open */
int point_jvp(const Point *, int of, const double *direction, double *value, double *tangent);
int point_vjp(const Point *, int of, const double *cotangent, double *grad);
int point_hvp(const Point *, const double *direction, double *out);
/* Has the value the shape of the array?  false: said, with the option that gave it. */
bool point_shaped(const Point *, int array, const Value *, const char *option);

/* ---- scales.c */

/* What the file of --load says of the data, and --onehot: before these are read.  Then brings them to the scales that it has. */
int scales_load(const Args *, Point *);
int scales_apply(Point *);
/* What --standardize and --scale ask for; then, when it is known which rows the fit has, their numbers, and the data by these. */
int scales_open(const Args *, Point *);
int scales_fit(Point *);
void scales_free(Point *);

/* ---- derivatives.c */

typedef enum { MODE_REVERSE, MODE_FORWARD, MODE_NUMERIC } Mode;
/* The derivative of an output, or (-1) of the loss: a matrix of its elements by p->ngrad; to be freed.  Else said what is wrong. */
int point_jacobian(const Point *, int of, Mode, double **matrix);
int point_hessian(const Point *, double **matrix);
/* What --jvp or --hvp give, as a gradient vector; to be freed.  Arrays that are not named stand still. */
int point_direction(const Args *, const Point *, const char *option, double **direction);

/* ---- madeup.c */

/* In place of point_new and point_finish: dims and data that were not given are made up; p->made_up names them. */
int point_make_up(const Args *, const adc_model *, size_t rows, Point *);

/* ---- differences.c */

/*
 * The derivative of f at 0 by central differences of steps from h down, extrapolated to 0; *error: how far it may be off, and
 * below `enough` it looks no further.  NaN where no step gave a number.
 */
double difference(double (*f)(void *, double), void *user, double h, double enough, double *error);
/* A slope that differences are to confirm, and how exactly. */
typedef struct {
    double slope, enough;
} Wanted;
/* An element of an output, or (-1) the loss. */
typedef struct {
    int of;
    size_t element;
} Quantity;
/* A direction of elements from..from+n of an array. */
typedef struct {
    int array;
    size_t from, n;
    const double *v;
} Move;
/*
 * Of several first steps the one whose result has the least error; or the one that comes nearest to what is wanted (NULL: nothing
 * is), and there *error is infinite at a kink.
 */
double point_difference(const Point *, const Quantity *, const Move *, const Wanted *wanted, double *error);
/* How far the Hessian times v is from differences of the gradient along v, relative to the largest entry; infinite: they tell
   nothing.  < 0: out of memory. */
double point_hvp_error(const Point *, const double *v, const double *hv);

/* ---- json.c */

void json_string(Text *, const char *);
void json_real(Text *, double); /* full precision; "nan", "inf", "-inf" as strings */
void json_array(Text *, const double *, int rank, const size_t *shape);

/* ---- the sub-commands */

extern const Option compile_cli_options[], eval_options[], run_options[], check_options[], bench_options[],
    fmt_options[], trace_options[], graph_options[], plot_options[];
int command_compile(const Args *);
int command_eval(const Args *);
int command_run(const Args *);
int command_check(const Args *);
int command_bench(const Args *);
int command_fmt(const Args *);
int command_trace(const Args *);
int command_graph(const Args *);
int command_plot(const Args *);

#endif
