/*
 * idx.c -- IDX, the format of MNIST: two zero bytes, the type, the rank, the sizes (32 bits each), the entries; all with the
 * most significant byte first.  (http://yann.lecun.com/exdb/mnist)
 */
#include "reader.h"

bool adc_idx_read(Stream *s, const DataSpec *spec, const DataHow *how, DataArray *out, adc_error *error)
{
    RawType type;
    switch (s->at[2]) {
    case 0x08: type = RAW_U8; break;
    case 0x09: type = RAW_I8; break;
    case 0x0b: type = RAW_I16; break;
    case 0x0c: type = RAW_I32; break;
    case 0x0d: type = RAW_F32; break;
    case 0x0e: type = RAW_F64; break;
    default: return adc_fail(error, "%s: IDX has no type 0x%02x.", s->name, (unsigned)s->at[2]);
    }
    out->rank = s->at[3];
    if (out->rank > DATA_RANK)
        return adc_fail(error, "%s: an array of %d dimensions is not supported.", s->name, out->rank);
    s->lo = 4;
    if (!adc_stream_fill(s, 4 * (size_t)out->rank, error)) return false;
    if (s->hi - s->lo < 4 * (size_t)out->rank) return adc_fail(error, "%s is cut off in its header.", s->name);
    for (int k = 0; k < out->rank; k++, s->lo += 4) {
        const unsigned char *b = s->at + s->lo;
        out->shape[k] = (size_t)b[0] << 24 | (size_t)b[1] << 16 | (size_t)b[2] << 8 | b[3];
    }
    return adc_binary_read(s, spec, type, true, how, out, error);
}
