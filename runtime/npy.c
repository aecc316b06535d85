/*
 * npy.c -- NumPy's format: a magic number, and a header that is the text of a Python dictionary
 * {'descr': '<f8', 'fortran_order': False, 'shape': (150, 4), }.  (https://numpy.org/neps/nep-0001-npy-format.html)
 */
#include "reader.h"

#include <stdlib.h>
#include <string.h>

static bool type_of(const char *descr, RawType *type, bool *big)
{
    static const struct {
        const char *name;
        RawType type;
    } types[] = {{"u1", RAW_U8},  {"b1", RAW_U8},  {"i1", RAW_I8},  {"u2", RAW_U16}, {"i2", RAW_I16}, {"u4", RAW_U32},
                 {"i4", RAW_I32}, {"u8", RAW_U64}, {"i8", RAW_I64}, {"f4", RAW_F32}, {"f8", RAW_F64}};
    if (!strchr("<>|", descr[0]) || descr[0] == 0) return false;
    *big = descr[0] == '>';
    for (size_t k = 0; k < sizeof types / sizeof *types; k++) {
        if (strncmp(descr + 1, types[k].name, 2) || descr[3] != '\'') continue;
        *type = types[k].type;
        return true;
    }
    return false;
}

/* What stands after a key of the dictionary, or "". */
static const char *value(const char *header, const char *key)
{
    const char *at = strstr(header, key);
    if (!at) return "";
    at += strlen(key);
    return at + strspn(at, ": ");
}

static bool header_read(const char *text, const char *file, DataArray *out, RawType *type, bool *big, adc_error *error)
{
    const char *descr = value(text, "'descr'"), *order = value(text, "'fortran_order'"),
               *shape = value(text, "'shape'");
    if (*descr != '\'' || *shape != '(') return adc_fail(error, "%s: its header is not that of a .npy file.", file);
    if (!type_of(descr + 1, type, big))
        return adc_fail(error, "%s: entries of type %.*s cannot be read; integers and floats of up to 64 bits can.",
                        file, (int)strcspn(descr + 1, "'"), descr + 1);
    if (strncmp(order, "False", 5) != 0)
        return adc_fail(error, "%s is stored column by column (fortran_order); save it with numpy.ascontiguousarray.",
                        file);
    for (const char *s = shape + 1 + strspn(shape + 1, " "); *s >= '0' && *s <= '9'; s += strspn(s, ", ")) {
        if (out->rank == DATA_RANK) return adc_fail(error, "%s has more than %d dimensions.", file, DATA_RANK);
        char *end;
        out->shape[out->rank++] = strtoull(s, &end, 10);
        s = end;
    }
    return true;
}

bool adc_npy_read(Stream *s, const DataSpec *spec, const DataHow *how, DataArray *out, adc_error *error)
{
    /* magic (6), version (2), length of the header: 2 bytes in version 1, 4 from version 2 on; least significant first */
    if (s->hi < 12) return adc_fail(error, "%s is cut off in its header.", s->name);
    const bool wide = s->at[6] > 1;
    const size_t n = s->at[8] | (size_t)s->at[9] << 8 | (wide ? (size_t)s->at[10] << 16 | (size_t)s->at[11] << 24 : 0);
    s->lo = wide ? 12 : 10;
    if (n > 1u << 20) return adc_fail(error, "%s: its header is not that of a .npy file.", s->name);
    if (!adc_stream_fill(s, n, error)) return false;
    if (s->hi - s->lo < n) return adc_fail(error, "%s is cut off in its header.", s->name);
    char *text = malloc(n + 1);
    if (!text) return adc_fail_memory(error, s->name);
    memcpy(text, s->at + s->lo, n);
    text[n] = 0;
    s->lo += n;
    RawType type = RAW_U8;
    bool big = false;
    const bool good = header_read(text, s->name, out, &type, &big, error);
    free(text);
    return good && adc_binary_read(s, spec, type, big, how, out, error);
}
