/*
 * npz.h -- NumPy's archives: a zip file of .npy arrays (libzip reads and writes it).
 */
#ifndef ADC_NPZ_H
#define ADC_NPZ_H

#include "adc.h"

#include <stdbool.h>

typedef enum { NPZ_F64, NPZ_F32, NPZ_I64, NPZ_U8 } NpzType;

/* An archive being written: what is added stays the caller's, and in place until it is written. */
typedef struct Npz Npz;
Npz *adc_npz_new(const char *file, adc_error *); /* NULL: the error says why */
/* Row-major.  shape: (rank). */
bool adc_npz_add(Npz *, const char *name, NpzType, int rank, const size_t *shape, const void *at, adc_error *);
/* `count` texts, each of `width` bytes, filled up with zeros. */
bool adc_npz_add_texts(Npz *, const char *name, size_t count, size_t width, const char *at, adc_error *);
/* Writes FILE.part beside it, waits until the disk has it, and puts it in the place of FILE, which is whole at any moment.  Frees. */
bool adc_npz_write(Npz *, adc_error *);
void adc_npz_free(Npz *); /* NULL is allowed */

/* Reads all of it: is everything there and undamaged? */
bool adc_npz_check(const char *file, adc_error *);
bool adc_npz_has(const char *file, const char *name); /* an array of that name; false too where there is no such file */
/* A whole array, as it is stored: *count entries, for free().  NULL: the error says why. */
void *adc_npz_read(const char *file, const char *name, NpzType, size_t *count, adc_error *);
char *adc_npz_read_texts(const char *file, const char *name, size_t *count, size_t *width, adc_error *);

#endif
