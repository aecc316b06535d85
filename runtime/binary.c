/*
 * binary.c -- entries of a binary file, in any of ten types and either byte order, into an array.
 *
 * idx.c and npy.c read a header and come here with the shape; a raw file's shape is the user's word.
 */
#include "map.h"
#include "reader.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static size_t raw_bytes(RawType t)
{
    switch (t) {
    case RAW_U8:
    case RAW_I8: return 1;
    case RAW_U16:
    case RAW_I16: return 2;
    case RAW_U32:
    case RAW_I32:
    case RAW_F32: return 4;
    case RAW_U64:
    case RAW_I64:
    case RAW_F64: break;
    }
    return 8;
}

static uint64_t bits(const unsigned char *b, size_t n, bool big)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++) v = v << 8 | b[big ? i : n - 1 - i];
    return v;
}

static double entry(const unsigned char *b, RawType t, bool big)
{
    const uint64_t v = bits(b, raw_bytes(t), big);
    const uint32_t v32 = (uint32_t)v;
    float f;
    double d;
    switch (t) {
    case RAW_U8:
    case RAW_U16:
    case RAW_U32:
    case RAW_U64: return (double)v;
    case RAW_I8: return (double)(int8_t)v;
    case RAW_I16: return (double)(int16_t)v;
    case RAW_I32: return (double)(int32_t)v;
    case RAW_I64: return (double)(int64_t)v;
    case RAW_F32: memcpy(&f, &v32, sizeof f); return (double)f;
    case RAW_F64: break;
    }
    memcpy(&d, &v, sizeof d);
    return d;
}

/* Where entries go, and what to say of those that cannot. */
typedef struct {
    DataArray *out;
    const char *file;
    DataMissing missing;
    size_t wide; /* entries a row as kept */
    size_t missing_room;
    adc_error *error;
} Sink;

static bool put(Sink *s, size_t i, double v)
{
    DataArray *a = s->out;
    const size_t row = i / s->wide, column = i % s->wide;
    if (isnan(v)) {
        if (s->missing == MISSING_ERROR)
            return adc_fail(s->error, "%s: entry %zu of row %zu (from 0) is NaN." ADC_MISSING_HELP, s->file, column,
                            row);
        if (s->missing == MISSING_DROP && !adc_array_miss(a, &s->missing_room, row, s->error)) return false;
        if (s->missing == MISSING_NAN && a->type == DATA_I32)
            return adc_fail(s->error,
                            "%s: entry %zu of row %zu (from 0) is NaN, and integers have none; --missing drop "
                            "leaves such rows out.",
                            s->file, column, row);
    }
    if (a->type == DATA_I32) {
        if (isnan(v)) v = 0;
        if (v != floor(v) || v < INT32_MIN || v > INT32_MAX)
            return adc_fail(s->error,
                            "%s: entry %zu of row %zu (from 0) is %.17g, which is no whole number of 32 bits.", s->file,
                            column, row, v);
        ((int32_t *)a->at)[i] = (int32_t)v;
    } else if (a->type == DATA_F32) {
        ((float *)a->at)[i] = (float)v;
    } else {
        ((double *)a->at)[i] = v;
    }
    return true;
}

/* Bytes fit every type and cannot be missing. */
static void put_bytes(DataArray *a, size_t first, const unsigned char *b, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (a->type == DATA_I32)
            ((int32_t *)a->at)[first + i] = b[i];
        else if (a->type == DATA_F32)
            ((float *)a->at)[first + i] = (float)b[i];
        else
            ((double *)a->at)[first + i] = (double)b[i];
    }
}

static bool is_host_order(bool big)
{
    const uint16_t one = 1;
    unsigned char first;
    memcpy(&first, &one, 1);
    return big == (first == 0);
}

static bool cut_off(const Stream *s, size_t rows, size_t row_bytes, size_t whole, adc_error *error)
{
    return adc_fail(error, "%s is cut off: it should hold %zu rows of %zu bytes, and ends in row %zu.", s->name, rows,
                    row_bytes, whole + 1);
}

static bool too_long(const Stream *s, size_t rows, size_t row_bytes, adc_error *error)
{
    return adc_fail(error, "%s holds more than its %zu rows of %zu bytes.", s->name, rows, row_bytes);
}

/* Where in the file the entries begin; SIZE_MAX where it is compressed, or no file. */
static size_t offset_of(const Stream *s)
{
    return s->file && s->all && gzdirect(s->file) ? (size_t)gztell(s->file) - (s->hi - s->lo) : SIZE_MAX;
}

/* Has the file the length that it should?  Where that can be seen before it is read. */
static bool check_length(const Stream *s, size_t rows, size_t row_bytes, adc_error *error)
{
    const size_t offset = offset_of(s), there = offset > s->all ? 0 : s->all - offset;
    if (offset == SIZE_MAX || there == rows * row_bytes) return true;
    return there < rows * row_bytes ? cut_off(s, rows, row_bytes, there / row_bytes, error)
                                    : too_long(s, rows, row_bytes, error);
}

/* Maps the entries where they stand in the file just as they are wanted. */
static bool map_entries(const Stream *s, const DataSpec *spec, RawType type, bool big, const DataHow *how, size_t n,
                        DataArray *out)
{
    static const RawType same[] = {[DATA_F64] = RAW_F64, [DATA_F32] = RAW_F32, [DATA_I32] = RAW_I32};
    const size_t offset = offset_of(s), bytes = raw_bytes(type);
    if (!how->map || how->missing == MISSING_DROP || offset == SIZE_MAX || offset % bytes) return false;
    if (type != same[how->type] || !is_host_order(big) || spec->columns || spec->divide != 0) return false;
    if (!adc_map(out, s, offset, n * bytes)) return false;
    out->unseen = how->missing == MISSING_ERROR && type != RAW_I32;
    return true;
}

bool adc_binary_read(Stream *s, const DataSpec *spec, RawType type, bool big, const DataHow *how, DataArray *out,
                     adc_error *error)
{
    const size_t bytes = raw_bytes(type);
    const size_t rows = out->rank > 0 ? out->shape[0] : 1;
    size_t wide = 1, kept, *column = NULL;
    for (int k = 1; k < out->rank; k++) {
        if (out->shape[k] && wide > SIZE_MAX / 16 / out->shape[k]) return adc_fail_memory(error, s->name);
        wide *= out->shape[k];
    }
    if (rows && wide > SIZE_MAX / 16 / rows) return adc_fail_memory(error, s->name);
    if (rows * wide == 0) return adc_fail(error, "%s holds no entries.", s->name);
    if (!check_length(s, rows, wide * bytes, error)) return false;
    if (map_entries(s, spec, type, big, how, rows * wide, out)) return true;
    if (!adc_columns(spec->columns, s->name, NULL, wide, &column, &kept, error)) return false;

    size_t room = 0;
    Sink sink = {out, s->name, how->missing, kept, 0, error};
    bool good = adc_array_reserve(out, &room, rows * kept, error);
    for (size_t r = 0; good && r < rows; r++) {
        good = adc_stream_fill(s, wide * bytes, error);
        if (good && s->hi - s->lo < wide * bytes) good = cut_off(s, rows, wide * bytes, r, error);
        const unsigned char *b = s->at + s->lo;
        if (good && type == RAW_U8 && !spec->columns)
            put_bytes(out, r * kept, b, kept);
        else
            for (size_t c = 0; good && c < kept; c++)
                good = put(&sink, r * kept + c, entry(b + column[c] * bytes, type, big));
        s->lo += good ? wide * bytes : 0;
    }
    free(column);
    if (!good) return false;
    if (!adc_stream_fill(s, 1, error)) return false;
    if (s->hi > s->lo) return too_long(s, rows, wide * bytes, error);
    if (spec->columns) {
        out->rank = 2;
        out->shape[0] = rows;
        out->shape[1] = kept;
    }
    return true;
}
