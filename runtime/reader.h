/*
 * reader.h -- what the readers of files share: where the bytes come from, which columns are wanted, where entries go.
 */
#ifndef ADC_READER_H
#define ADC_READER_H

#include "data.h"

#include <zip.h>
#include <zlib.h>

/* Of one entry in a binary file. */
typedef enum { RAW_U8, RAW_I8, RAW_U16, RAW_I16, RAW_U32, RAW_I32, RAW_U64, RAW_I64, RAW_F32, RAW_F64 } RawType;

/* What stands after the file's name: file.csv:2,5-7:/255 */
typedef struct {
    char *file;
    char *columns; /* as written, or NULL: all */
    double divide; /* 0: not asked for */
    bool raw;      /* the layout of a raw binary file was given: */
    RawType raw_type;
    int raw_rank;
    size_t raw_shape[DATA_RANK];
} DataSpec;

/* A file being read, compressed or not, or a member of a .npz file. */
typedef struct {
    gzFile file;
    zip_t *archive;     /* or else this, */
    zip_file_t *member; /* and what is read of it */
    const char *name;   /* for messages */
    unsigned char *at;  /* what was read and not yet taken: at[lo..hi), and STREAM_BEHIND zeros */
    size_t lo, hi, room;
    bool eof;
    size_t all; /* bytes of the file as it lies there; 0: not known */
    const DataWatch *watch;
} Stream;
enum { STREAM_BEHIND = 8 };

bool adc_stream_open(Stream *, const char *name, const DataWatch *, adc_error *);
/* npz.c: the array `name` of a .npz file (NULL: the only one). */
bool adc_npz_open(Stream *, const char *file, const char *name, adc_error *);
void adc_stream_close(Stream *);
/* Reads on until `want` bytes are there or the file ends. */
bool adc_stream_fill(Stream *, size_t want, adc_error *);

/* Columns as indices from 0, in the order wanted.  names (NULL: none): the header.  Owned by the caller. */
bool adc_columns(const char *spec, const char *file, char **names, size_t columns, size_t **out, size_t *n,
                 adc_error *);

/* Makes room for at least n entries of out's type in out->at. */
bool adc_array_reserve(DataArray *out, size_t *room, size_t n, adc_error *);
bool adc_array_miss(DataArray *out, size_t *room, size_t row, adc_error *); /* notes a row with a missing entry, once */
/* The number of a text, added where it is new; SIZE_MAX: out of memory, or new where labels are closed. */
size_t adc_label(DataLabels *, const char *text, size_t n);

bool adc_csv_read(Stream *, const DataSpec *, const DataHow *, DataArray *out, adc_error *);
/* Entries from the stream's place on, of shape out->shape; big: most significant byte first. */
bool adc_binary_read(Stream *, const DataSpec *, RawType, bool big, const DataHow *, DataArray *out, adc_error *);
bool adc_idx_read(Stream *, const DataSpec *, const DataHow *, DataArray *out, adc_error *);
bool adc_npy_read(Stream *, const DataSpec *, const DataHow *, DataArray *out, adc_error *);

#endif
