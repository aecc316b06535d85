/*
 * test_data.c -- what each kind of file is read as, and what is said of each kind of wrong one.
 */
#include "data.h"
#include "npz.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

static char folder[] = "/tmp/adc-data-XXXXXX";

static int enter(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static void put(const char *name, const char *text, size_t n)
{
    FILE *f = fopen(name, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
}

/* "[2, 3] 1 2 3 4 5 6; missing 1", or the error */
static const char *read_text(const char *spec, DataType type, DataMissing missing, DataLabels *labels)
{
    static char out[4096];
    DataArray a;
    adc_error error;
    if (!adc_data_read(spec, &(DataHow){.type = type, .missing = missing, .labels = labels}, &a, &error)) {
        assert_null(a.at);
        return strcpy(out, error.text);
    }
    size_t n = 1, used = 0;
    for (int k = 0; k < a.rank; k++) {
        used += (size_t)sprintf(out + used, "%s%zu", k ? ", " : "[", a.shape[k]);
        n *= a.shape[k];
    }
    if (a.rank) used += (size_t)sprintf(out + used, "]");
    for (size_t i = 0; i < n && used < sizeof out - 100; i++) {
        if (type == DATA_I32)
            used += (size_t)sprintf(out + used, " %ld", (long)((int32_t *)a.at)[i]);
        else
            used += (size_t)sprintf(out + used, " %.17g",
                                    type == DATA_F32 ? (double)((float *)a.at)[i] : ((double *)a.at)[i]);
    }
    for (size_t i = 0; i < a.missings; i++) used += (size_t)sprintf(out + used, "; missing %zu", a.missing[i]);
    adc_array_free(&a);
    return out;
}

#define HELP "  (--missing drop leaves such rows out, --missing nan makes them NaN.)"
#define NEED "  (Integers have no NaN; --missing drop leaves such rows out.)"

typedef struct {
    const char *text;   /* of the file */
    const char *select; /* after the file's name */
    DataType type;
    DataMissing missing;
    const char *want;
} Case;

static const Case cases[] = {
    /* headers, separators, quotes, ends of lines */
    {"1,2\n3,4\n", "", DATA_F64, MISSING_ERROR, "[2, 2] 1 2 3 4"},
    {"a,b\n1,2\n3,4", "", DATA_F64, MISSING_ERROR, "[2, 2] 1 2 3 4"},
    {"a,b\r\n1,2\r\n3,4\r\n", "", DATA_F32, MISSING_ERROR, "[2, 2] 1 2 3 4"},
    {"\xef\xbb\xbf"
     "a,b\n1,2\n",
     ":a", DATA_F64, MISSING_ERROR, "[1, 1] 1"},
    {"1;2\n3;4\n", "", DATA_F64, MISSING_ERROR, "[2, 2] 1 2 3 4"},
    {"1\t2\n3\t4\n", "", DATA_F64, MISSING_ERROR, "[2, 2] 1 2 3 4"},
    {" 1 , 2 \n 3 ,\t4\n", "", DATA_F64, MISSING_ERROR, "[2, 2] 1 2 3 4"},
    {"\"a,1\",\"say \"\"b\"\"\"\n\"1\", \"2\" \n", ":say \"b\"", DATA_F64, MISSING_ERROR, "[1, 1] 2"},
    {"name,x\n\"two\nlines\",1\nb,2\n", ":x", DATA_F64, MISSING_ERROR, "[2, 1] 1 2"},
    {"1\n2\n\n\n", "", DATA_F64, MISSING_ERROR, "[2, 1] 1 2"},
    {"\n1,2\n\n3,4\n", "", DATA_F64, MISSING_ERROR, "[2, 2] 1 2 3 4"},
    {"a\n1\n", "", DATA_F64, MISSING_ERROR, "[1, 1] 1"},
    /* numbers */
    {"1e3,-2.5E-3,+.5,5.,-0,1e400\n", "", DATA_F64, MISSING_ERROR, "[1, 6] 1000 -0.0025000000000000001 0.5 5 -0 inf"},
    {"123456789012345678901234567890,0.1,1e-310,9007199254740993\n", "", DATA_F64, MISSING_ERROR,
     "[1, 4] 1.2345678901234568e+29 0.10000000000000001 9.9999999999999694e-311 9007199254740992"},
    {"inf,-Infinity\n", "", DATA_F64, MISSING_ERROR, "[1, 2] inf -inf"},
    {"1,0x10\n", ":2", DATA_F64, MISSING_ERROR, "f.csv, line 1, column 2: \"0x10\" is not a number." HELP},
    {"3,-7,2.0,1e2\n", "", DATA_I32, MISSING_ERROR, "[1, 4] 3 -7 2 100"},
    {"1,1.5\n", "", DATA_I32, MISSING_ERROR, "f.csv, line 1, column 2: \"1.5\" is not a whole number."},
    {"1,3e9\n", "", DATA_I32, MISSING_ERROR, "f.csv, line 1, column 2: \"3e9\" does not fit 32 bits."},
    /* columns */
    {"1,2,3\n4,5,6\n", ":3,1", DATA_F64, MISSING_ERROR, "[2, 2] 3 1 6 4"},
    {"1,2,3\n4,5,6\n", ":2-3", DATA_F64, MISSING_ERROR, "[2, 2] 2 3 5 6"},
    {"a,b-c\n1,2\n", ":b-c", DATA_F64, MISSING_ERROR, "[1, 1] 2"},
    {"1,2\n", ":2:/4", DATA_F64, MISSING_ERROR, "[1, 1] 0.5"},
    {"1,2\n", ":0", DATA_F64, MISSING_ERROR, "f.csv has 2 columns, counted from 1; there is no 0."},
    {"1,2\n", ":1-3", DATA_F64, MISSING_ERROR, "f.csv has 2 columns, counted from 1; there is no 1-3."},
    {"1,2\n", ":1,1", DATA_F64, MISSING_ERROR, "Column 1 of f.csv is selected twice."},
    {"a,b\n1,2\n", ":c", DATA_F64, MISSING_ERROR, "f.csv has no column c; its columns are a, b."},
    {"", ":c", DATA_F64, MISSING_ERROR, "f.csv holds no rows."},
    {"a,b\n1,2\n", ":a:b", DATA_F64, MISSING_ERROR, "In f.csv:a:b, columns are selected twice."},
    {"a,b\n1,2\n", ":", DATA_F64, MISSING_ERROR, "In f.csv:, columns are selected, but none is named."},
    {"1\n", ":/0", DATA_F64, MISSING_ERROR, "In f.csv:/0, /0 is not a division by a number."},
    {"1\n", ":/2", DATA_I32, MISSING_ERROR, "f.csv:/2: integers cannot be divided by 2."},
    /* what is missing */
    {"x,y\n1,2\n3,\n5,6\n", "", DATA_F64, MISSING_ERROR, "f.csv, line 3, column 2 (y): the cell is blank." HELP},
    {"x,y\n1,2\n3,\n5,6\n", "", DATA_F64, MISSING_NAN, "[3, 2] 1 2 3 nan 5 6"},
    {"x,y\n1,2\n3,\n5,6\n", "", DATA_F64, MISSING_DROP, "[3, 2] 1 2 3 0 5 6; missing 1"},
    {"x,y\n1,2\n,\n5,6\n", "", DATA_F64, MISSING_DROP, "[3, 2] 1 2 0 0 5 6; missing 1"},
    {"x,y\n1,2\n3,\n5,6\n", "", DATA_I32, MISSING_NAN, "f.csv, line 3, column 2 (y): the cell is blank." NEED},
    {"1\n\n3\n", "", DATA_F64, MISSING_ERROR, "f.csv, line 2, column 1: the cell is blank." HELP},
    {"1\n\n\n3\n", "", DATA_F64, MISSING_NAN, "[4, 1] 1 nan nan 3"},
    {"1,nan\n", "", DATA_F64, MISSING_ERROR, "f.csv, line 1, column 2: the cell is NaN." HELP},
    {"1,2\n3,?\n", "", DATA_F64, MISSING_ERROR, "f.csv, line 2, column 2: \"?\" is not a number." HELP},
    {"1,2\n3,?\n", "", DATA_F64, MISSING_DROP, "[2, 2] 1 2 3 0; missing 1"},
    {"1,2\n3,a text that is longer than forty characters are\n", "", DATA_F64, MISSING_ERROR,
     "f.csv, line 2, column 2: \"a text that is longer than forty charact...\" is not a number." HELP},
    {"1,red\n3,blue\n", "", DATA_F64, MISSING_ERROR,
     "f.csv, line 1, column 2: \"red\" is not a number.  (Columns can be selected, as in file.csv:1-4 or "
     "file.csv:height,weight.)"},
    /* what is broken */
    {"1,2\n3\n", "", DATA_F64, MISSING_ERROR, "f.csv, line 2: 1 cell, but the first line has 2."},
    {"1,2\n3,4,5\n", "", DATA_F64, MISSING_ERROR, "f.csv, line 2: 3 cells, but the first line has 2."},
    {"1,2\n\"3,4\n", "", DATA_F64, MISSING_ERROR, "f.csv, line 2: a quoted cell is not closed."},
    {"1,2\n\"3\"x,4\n", "", DATA_F64, MISSING_ERROR, "f.csv, line 2: a quoted cell goes on after its closing quote."},
    {"\n\n", "", DATA_F64, MISSING_ERROR, "f.csv holds no rows."},
    {"x,y\n", ":x", DATA_F64, MISSING_ERROR, "f.csv holds no rows."},
    /* texts as labels */
    {"k\nred\ngreen\nred\n", ":k", DATA_I32, MISSING_ERROR, "[3, 1] 0 1 0"},
    {"red\ngreen\nred\n", "", DATA_I32, MISSING_ERROR, "[3, 1] 0 1 0"},
    {"red,1\n,2\n", ":1", DATA_I32, MISSING_DROP, "[2, 1] 0 0; missing 1"},
    {"red,1\n,2\n", ":1", DATA_I32, MISSING_ERROR, "f.csv, line 2, column 1: the cell is blank." HELP},
    {"1\nred\n", "", DATA_I32, MISSING_ERROR, "f.csv, line 2, column 1: \"red\" is not a number." HELP},
};

static void test_csv(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const Case *c = &cases[i];
        char spec[100];
        DataLabels labels = {0};
        put("f.csv", c->text, strlen(c->text));
        snprintf(spec, sizeof spec, "f.csv%s", c->select);
        assert_string_equal(read_text(spec, c->type, c->missing, &labels), c->want);
        adc_labels_free(&labels);
    }
}

static void test_csv_names(void **state)
{
    (void)state;
    put("t.tsv", "a,b\t1\n", 6);
    assert_string_equal(read_text("t.tsv:2", DATA_F64, MISSING_ERROR, NULL), "[1, 1] 1");
    put("a:b.csv", "7\n", 2);
    assert_string_equal(read_text("a:b.csv", DATA_F64, MISSING_ERROR, NULL), "[1, 1] 7");
    assert_string_equal(read_text("a:b.csv:1", DATA_F64, MISSING_ERROR, NULL), "[1, 1] 7");
    assert_string_equal(read_text("none.csv:1", DATA_F64, MISSING_ERROR, NULL),
                        "Cannot read none.csv: No such file or directory.");
    assert_string_equal(read_text(".", DATA_F64, MISSING_ERROR, NULL), "Cannot read .: Is a directory.");
}

/* A development set numbers as the training set did. */
static void test_labels(void **state)
{
    (void)state;
    DataLabels labels = {0};
    put("train.csv", "b\na\nc\n", 6);
    put("dev.csv", "c\nb\n", 4);
    put("new.csv", "c\nd\n", 4);
    assert_string_equal(read_text("train.csv", DATA_I32, MISSING_ERROR, &labels), "[3, 1] 0 1 2");
    labels.closed = true;
    assert_string_equal(read_text("dev.csv", DATA_I32, MISSING_ERROR, &labels), "[2, 1] 2 0");
    assert_string_equal(read_text("new.csv", DATA_I32, MISSING_ERROR, &labels),
                        "new.csv, line 2, column 1: \"d\" does not occur in the training set.");
    adc_labels_free(&labels);
    /* many: the table grows */
    FILE *f = fopen("many.csv", "w");
    for (int i = 0; i < 5000; i++) fprintf(f, "w%d\n", i % 2500);
    fclose(f);
    DataArray a;
    assert_true(adc_data_read("many.csv", &(DataHow){.type = DATA_I32, .labels = &labels}, &a, NULL));
    for (int i = 0; i < 5000; i++) assert_int_equal(((int32_t *)a.at)[i], i % 2500);
    adc_array_free(&a);
    adc_labels_free(&labels);
}

/* Every number that printf writes comes back as it was, by the short way and by strtod. */
static void test_round_trip(void **state)
{
    (void)state;
    enum { N = 20000 };
    static double x[N];
    uint64_t r = 1;
    FILE *f = fopen("r.csv", "w");
    for (int i = 0; i < N; i++) {
        r = r * UINT64_C(6364136223846793005) + 1442695040888963407u;
        double v = ldexp((double)(r >> 11), (int)(r % 200) - 150);
        if (i % 2) v = round(ldexp((double)(r >> 40), -4) * 1e4) / 1e4;
        x[i] = i % 3 ? v : -v;
        fprintf(f, "%.17g\n", x[i]);
    }
    fclose(f);
    DataArray a;
    assert_true(adc_data_read("r.csv", &(DataHow){.type = DATA_F64}, &a, NULL));
    assert_int_equal(a.shape[0], N);
    assert_memory_equal(a.at, x, sizeof x);
    adc_array_free(&a);
}

/* Rows longer than any buffer, and a file of many buffers. */
static void test_large(void **state)
{
    (void)state;
    FILE *f = fopen("wide.csv", "w");
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 400000; c++) fprintf(f, "%d%c", r * 1000 + c % 1000, c < 399999 ? ',' : '\n');
    fclose(f);
    DataArray a;
    assert_true(adc_data_read("wide.csv", &(DataHow){.type = DATA_F32}, &a, NULL));
    assert_true(a.shape[0] == 3 && a.shape[1] == 400000 && a.first_line == 1);
    for (int r = 0; r < 3; r++)
        for (int c = 0; c < 400000; c++) assert_true(((float *)a.at)[r * 400000 + c] == (float)(r * 1000 + c % 1000));
    adc_array_free(&a);
}

/* ---- binary files */

static void test_idx(void **state)
{
    (void)state;
    static const char bytes[] = "\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\2\1\2\xff\0";
    static const char shorts[] = "\0\0\x0b\1\0\0\0\2\xff\xfe\1\0";
    static const char reals[] = "\0\0\x0d\1\0\0\0\2\x3f\xc0\0\0\x7f\xc0\0\0";
    put("b.idx", bytes, 20);
    assert_string_equal(read_text("b.idx", DATA_F64, MISSING_ERROR, NULL), "[2, 1, 2] 1 2 255 0");
    assert_string_equal(read_text("b.idx:/255", DATA_F32, MISSING_ERROR, NULL),
                        "[2, 1, 2] 0.0039215688593685627 0.0078431377187371254 1 0");
    assert_string_equal(read_text("b.idx:2", DATA_I32, MISSING_ERROR, NULL), "[2, 1] 2 0");
    put("s.idx", shorts, 12);
    assert_string_equal(read_text("s.idx", DATA_I32, MISSING_ERROR, NULL), "[2] -2 256");
    put("r.idx", reals, 16);
    assert_string_equal(read_text("r.idx", DATA_F64, MISSING_NAN, NULL), "[2] 1.5 nan");
    assert_string_equal(read_text("r.idx", DATA_F64, MISSING_DROP, NULL), "[2] 1.5 nan; missing 1");
    assert_string_equal(read_text("r.idx", DATA_F64, MISSING_ERROR, NULL),
                        "r.idx: entry 0 of row 1 (from 0) is NaN." HELP);
    assert_string_equal(read_text("r.idx", DATA_I32, MISSING_DROP, NULL),
                        "r.idx: entry 0 of row 0 (from 0) is 1.5, which is no whole number of 32 bits.");
    put("n.idx", "\0\0\x0d\1\0\0\0\1\x7f\xc0\0\0", 12);
    assert_string_equal(
        read_text("n.idx", DATA_I32, MISSING_NAN, NULL),
        "n.idx: entry 0 of row 0 (from 0) is NaN, and integers have none; --missing drop leaves such rows out.");

    put("cut.idx", bytes, 19);
    assert_string_equal(read_text("cut.idx", DATA_F64, MISSING_ERROR, NULL),
                        "cut.idx is cut off: it should hold 2 rows of 2 bytes, and ends in row 2.");
    put("head.idx", bytes, 9);
    assert_string_equal(read_text("head.idx", DATA_F64, MISSING_ERROR, NULL), "head.idx is cut off in its header.");
    char more[21];
    memcpy(more, bytes, 21);
    put("more.idx", more, 21);
    assert_string_equal(read_text("more.idx", DATA_F64, MISSING_ERROR, NULL),
                        "more.idx holds more than its 2 rows of 2 bytes.");
    put("type.idx", "\0\0\x0a\1\0\0\0\1x", 9);
    assert_string_equal(read_text("type.idx", DATA_F64, MISSING_ERROR, NULL), "type.idx: IDX has no type 0x0a.");
    put("deep.idx", "\0\0\x08\x20", 4);
    assert_string_equal(read_text("deep.idx", DATA_F64, MISSING_ERROR, NULL),
                        "deep.idx: an array of 32 dimensions is not supported.");
    put("none.idx", "\0\0\x08\1\0\0\0\0", 8);
    assert_string_equal(read_text("none.idx", DATA_F64, MISSING_ERROR, NULL), "none.idx holds no entries.");
    put("huge.idx", "\0\0\x08\3\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16);
    assert_string_equal(read_text("huge.idx", DATA_F64, MISSING_ERROR, NULL), "Memory ran out for huge.idx.");

    gzFile g = gzopen("b.idx.gz", "wb");
    gzwrite(g, bytes, 20);
    gzclose(g);
    assert_string_equal(read_text("b.idx.gz", DATA_F64, MISSING_ERROR, NULL), "[2, 1, 2] 1 2 255 0");
    char packed[100];
    FILE *f = fopen("b.idx.gz", "rb");
    const size_t n = fread(packed, 1, sizeof packed, f);
    fclose(f);
    put("cut.gz", packed, n - 12);
    assert_string_equal(read_text("cut.gz", DATA_F64, MISSING_ERROR, NULL),
                        "Cannot read cut.gz: the compressed file is cut off.");
}

static void test_raw(void **state)
{
    (void)state;
    put("r.bin", "\1\2\3\4\5\xff", 6);
    assert_string_equal(read_text("r.bin:u8[2,3]", DATA_F64, MISSING_ERROR, NULL), "[2, 3] 1 2 3 4 5 255");
    assert_string_equal(read_text("r.bin:u8[2,3]:1", DATA_I32, MISSING_ERROR, NULL), "[2, 1] 1 4");
    assert_string_equal(read_text("r.bin:u8[2,3]:2-3:/2", DATA_F64, MISSING_ERROR, NULL), "[2, 2] 1 1.5 2.5 127.5");
    assert_string_equal(read_text("r.bin:i8[6]", DATA_I32, MISSING_ERROR, NULL), "[6] 1 2 3 4 5 -1");
    assert_string_equal(read_text("r.bin:u16[3]", DATA_I32, MISSING_ERROR, NULL), "[3] 513 1027 65285");
    assert_string_equal(read_text("r.bin:u8[2,2]", DATA_I32, MISSING_ERROR, NULL),
                        "r.bin holds more than its 2 rows of 2 bytes.");
    assert_string_equal(
        read_text("r.bin:u9[2,2]", DATA_I32, MISSING_ERROR, NULL),
        "In r.bin:u9[2,2], u9[2,2] is not a layout such as u8[10000,3073]; the types are u8 i8 u16 i16 u32 i32 u64 "
        "i64 f32 f64.");
    assert_string_equal(read_text("r.bin:u8[2,3]:4", DATA_F64, MISSING_ERROR, NULL),
                        "r.bin has 3 columns, counted from 1; there is no 4.");
    assert_string_equal(read_text("r.bin:u8[2,3]:red", DATA_F64, MISSING_ERROR, NULL),
                        "r.bin has no line with the names of its columns; red cannot be found.");
    const double pair[2] = {1.25, -3e300};
    put("d.bin", (const char *)pair, sizeof pair);
    assert_string_equal(read_text("d.bin:f64[2,1]", DATA_F64, MISSING_ERROR, NULL),
                        "[2, 1] 1.25 -3.0000000000000002e+300");
    assert_string_equal(read_text("d.bin", DATA_F64, MISSING_ERROR, NULL),
                        "d.bin is neither text, IDX nor .npy; say how raw numbers lie in it, as in d.bin:f64[100,20].");
}

static void put_npy(const char *name, const char *header, const char *entries, size_t n)
{
    char all[500] = "\x93NUMPY\1\0";
    const size_t length = strlen(header);
    all[8] = (char)length;
    all[9] = 0;
    memcpy(all + 10, header, length);
    memcpy(all + 10 + length, entries, n);
    put(name, all, 10 + length + n);
}

static void test_npy(void **state)
{
    (void)state;
    const double reals[4] = {1, 2.5, -3, 4};
    put_npy("a.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (2, 2), }    \n", (const char *)reals,
            sizeof reals);
    assert_string_equal(read_text("a.npy", DATA_F64, MISSING_ERROR, NULL), "[2, 2] 1 2.5 -3 4");
    put_npy("s.npy", "{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n", (const char *)reals, sizeof *reals);
    assert_string_equal(read_text("s.npy", DATA_F64, MISSING_ERROR, NULL), " 1");
    put_npy("i.npy", "{'descr': '|i1', 'fortran_order': False, 'shape': (3,), }\n", "\1\xff\3", 3);
    assert_string_equal(read_text("i.npy", DATA_I32, MISSING_ERROR, NULL), "[3] 1 -1 3");
    put_npy("f.npy", "{'descr': '<f8', 'fortran_order': True, 'shape': (2, 2), }\n", (const char *)reals, sizeof reals);
    assert_string_equal(read_text("f.npy", DATA_F64, MISSING_ERROR, NULL),
                        "f.npy is stored column by column (fortran_order); save it with numpy.ascontiguousarray.");
    put_npy("c.npy", "{'descr': '<c16', 'fortran_order': False, 'shape': (2,), }\n", (const char *)reals, sizeof reals);
    assert_string_equal(read_text("c.npy", DATA_F64, MISSING_ERROR, NULL),
                        "c.npy: entries of type <c16 cannot be read; integers and floats of up to 64 bits can.");
    put_npy("h.npy", "{'shape': (2,), }\n", (const char *)reals, sizeof reals);
    assert_string_equal(read_text("h.npy", DATA_F64, MISSING_ERROR, NULL),
                        "h.npy: its header is not that of a .npy file.");
    put("z.npz", "PK\3\4xxxx", 8);
    assert_string_equal(read_text("z.npz", DATA_F64, MISSING_ERROR, NULL), "Cannot read z.npz: Not a zip archive.");
    put("t.npy", "\x93NUMPY\1\0", 8);
    assert_string_equal(read_text("t.npy", DATA_F64, MISSING_ERROR, NULL), "t.npy is cut off in its header.");
}

static void test_npz(void **state)
{
    (void)state;
    const size_t three = 3, square[] = {2, 2};
    const double reals[] = {1, 2, 3, 4.5};
    adc_error error;
    Npz *z = adc_npz_new("n.npz", &error);
    assert_true(z && adc_npz_add(z, "a", NPZ_F64, 2, square, reals, &error) &&
                adc_npz_add(z, "b", NPZ_U8, 1, &three, "\1\2\xff", &error) && adc_npz_write(z, &error));
    assert_string_equal(read_text("n.npz:a", DATA_F64, MISSING_ERROR, NULL), "[2, 2] 1 2 3 4.5");
    assert_string_equal(read_text("n.npz:b:/2", DATA_F64, MISSING_ERROR, NULL), "[3] 0.5 1 127.5");
    assert_string_equal(read_text("n.npz:c", DATA_F64, MISSING_ERROR, NULL), "n.npz has no array c; it has a, b.");
    assert_string_equal(read_text("n.npz", DATA_F64, MISSING_ERROR, NULL),
                        "n.npz has 2 arrays; name one, as in n.npz:NAME: a, b.");
    assert_true(adc_npz_check("n.npz", &error));
    z = adc_npz_new("one.npz", &error);
    assert_true(z && adc_npz_add(z, "a", NPZ_F64, 0, NULL, reals + 3, &error) && adc_npz_write(z, &error));
    assert_string_equal(read_text("one.npz", DATA_F64, MISSING_ERROR, NULL), " 4.5");
    assert_null(adc_npz_new("none/n.npz", &error));
    assert_string_equal(error.text, "Cannot write none/n.npz.part: No such file or directory.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_csv),        cmocka_unit_test(test_csv_names), cmocka_unit_test(test_labels),
        cmocka_unit_test(test_round_trip), cmocka_unit_test(test_large),     cmocka_unit_test(test_idx),
        cmocka_unit_test(test_raw),        cmocka_unit_test(test_npy),       cmocka_unit_test(test_npz),
    };
    const int failed = cmocka_run_group_tests(tests, enter, NULL);
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) == 0 ? failed : 1;
}
