/*
 * data.h -- from files to a model's dims and data struct.
 *
 * data.c chooses a reader by a file's name and content (csv.c, idx.c, npy.c, binary.c) and selects columns and scales; dataset.c binds
 * what was read to the declarations of a model.  Nothing here prints: false means that the error holds a full sentence.
 */
#ifndef ADC_DATA_H
#define ADC_DATA_H

#include "adc.h"

#include <stdbool.h>

#if defined(__GNUC__)
#define ADC_SAYS(f, a) __attribute__((format(printf, f, a)))
#else
#define ADC_SAYS(f, a)
#endif

/* error.c: fills the error (NULL is allowed); as an expression false, so that `return adc_fail(e, ...)` reads well. */
void adc_say(adc_error *, const char *fmt, ...) ADC_SAYS(2, 3);
void adc_say_memory(adc_error *, const char *what);
#define adc_fail(...)                (adc_say(__VA_ARGS__), false)
#define adc_fail_memory(error, what) (adc_say_memory(error, what), false)

typedef enum { DATA_F64, DATA_F32, DATA_I32 } DataType;
typedef enum { MISSING_ERROR, MISSING_DROP, MISSING_NAN } DataMissing;
enum { DATA_RANK = 16 };

size_t adc_data_bytes(DataType); /* of one entry */

/* The texts of a column read as int(K), numbered in order of first appearance; kept, so that a second file numbers alike. */
typedef struct {
    char **name;
    size_t n, room;
    size_t *slot; /* hash table of 1 + index; 0: free */
    size_t slots;
    bool closed; /* no new ones: a development set must use the training set's */
} DataLabels;
void adc_labels_free(DataLabels *);

#define ADC_MISSING_HELP "  (--missing drop leaves such rows out, --missing nan makes them NaN.)"

/* What a file holds, as an array. */
typedef struct {
    DataType type;
    int rank; /* at most DATA_RANK */
    size_t shape[DATA_RANK];
    void *at;  /* row-major, owned; read only where it is mapped: */
    void *map; /* the file; NULL: `at` is memory */
    size_t map_bytes;
    char *source;      /* as the user wrote it, for messages; owned */
    size_t first_line; /* the line of row 0 where every row is one line of text; else 0 */
    size_t *missing;   /* MISSING_DROP: rows with a missing entry, ascending; owned */
    size_t missings;
    bool numbered; /* entries are the numbers of texts */
    bool unseen;   /* nobody has looked for NaN, which would be an error */
} DataArray;
void adc_array_free(DataArray *);
/* onehot.c: makes a column of texts or integers as many of 0 and 1 of that type as there are labels. */
bool adc_array_onehot(DataArray *, DataLabels *, DataType, adc_error *);
bool adc_array_own(DataArray *, adc_error *); /* copies what is mapped, so that it can be changed */

/* Told now and then how many bytes of a file have been read, of how many (0: not known). */
typedef struct {
    void (*at)(void *user, const char *file, size_t done, size_t all);
    void *user;
} DataWatch;

/* How a file is read. */
typedef struct {
    DataType type; /* that entries become */
    DataMissing missing;
    DataLabels *labels;     /* where texts are numbered; NULL: a text is an error */
    const DataWatch *watch; /* NULL: nobody */
    bool map;               /* a file of these very numbers is mapped, unless rows are dropped: see DataArray */
} DataHow;

/*
 * Reads what `spec` names: a file, then selectors, each after a colon: columns (`2`, `2-9`, `petal_width`, comma-separated; they
 * count from 1), `/255` (divide by), `u8[10000,3073]` (raw binary).
 */
bool adc_data_read(const char *spec, const DataHow *, DataArray *out, adc_error *);

/*
 * dataset.c: the dims and the data struct of a model, filled from files, values and the model's defaults.
 *
 *     DataSet *s = adc_dataset_new(model, NULL, &error);
 *     adc_dataset_file(s, "X", "iris.csv:1,2", MISSING_ERROR, &error);     --data X=iris.csv:1,2
 *     adc_dataset_set(s, "lambda", 0, NULL, &value, &error);               --set lambda=0.1, N=500, 'w=[1,2,3]'
 *     adc_dataset_finish(s, &error);       settles dims, checks shapes and ranges, then the model's own check
 *     model->loss(s->dims, theta, s->data, ...);
 */
typedef struct DataSet {
    const adc_model *model;
    size_t *dims; /* model->dims of them (never NULL) */
    void *data;   /* the data struct (never NULL) */
    /* the caller's to set */
    const DataWatch *watch; /* looks on while files are read */
    size_t batch;           /* rows that are used at a time; 0: all */
    /* internal */
    bool late; /* some entries are mapped, and left to adc_dataset_check */
    const struct DataSet *base;
    char **dim_from;  /* what gave each dim its value, for messages; NULL: nothing yet */
    DataArray *array; /* of each array of the descriptor; at NULL: not given (or shared with the base) */
    DataLabels *labels;
    bool *onehot;
} DataSet;

/*
 * base: NULL, or a finished set with which this one shares what it is not given itself (hypers, arrays, dims that only --set
 * or entries of an int(C) array fixed): the training set of a development set.
 */
DataSet *adc_dataset_new(const adc_model *, const DataSet *base, adc_error *);
void adc_dataset_free(DataSet *); /* NULL is allowed */
bool adc_dataset_file(DataSet *, const char *name, const char *spec, DataMissing, adc_error *);
/* Before it is read: a column of texts or integers, which becomes a column of 0 and 1 for each of them, in order of first appearance. */
bool adc_dataset_onehot(DataSet *, const char *name, adc_error *);
/* Before it is read: the texts that there are, in their order, and no others; of real data those of such columns. */
bool adc_dataset_texts(DataSet *, const adc_transform *, adc_error *);
/* A dim, a hyper (rank 0) or a small data array, row-major.  Names of params are left to the caller. */
bool adc_dataset_set(DataSet *, const char *name, int rank, const size_t *shape, const double *values, adc_error *);
/* The dims that the arrays given so far fix; rows with missing entries are taken out before. */
bool adc_dataset_dims(DataSet *, adc_error *);
/*
 * Settles all dims; checks shapes, integer ranges, NaN and the model's own conditions; fills dims and data.  Of mapped arrays that are
 * used in batches the entries are not looked at: s->late tells that adc_dataset_check has to.
 */
bool adc_dataset_finish(DataSet *, adc_error *);
/* Makes an array of a finished set memory that can be changed.  What the set shares with its base, or has not, stays. */
bool adc_dataset_own(DataSet *, int array, adc_error *);
/* Some rows of the set, as a batch's dims and data struct: their entries. */
bool adc_dataset_check(const DataSet *, const size_t *dims, const void *data, const size_t *rows, adc_error *);

#endif
