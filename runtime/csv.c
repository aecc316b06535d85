/*
 * csv.c -- text tables: one row a line, cells between commas, semicolons or tabs, quoted where they hold one of those.
 *
 * The file streams through a buffer that holds at least one whole row.  Numbers are read where they stand, without splitting
 * the row first: a cell that is not followed by a separator takes the slow path, which also finds the words for an error.
 */
#include "number.h"
#include "reader.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One cell: unquoted, blanks at both ends taken off. */
typedef struct {
    const char *at;
    size_t n;
    bool quoted;
} Cell;

typedef struct {
    Stream *s;
    const DataSpec *spec;
    const DataHow *how;
    DataArray *out;
    adc_error *error;

    char *first; /* the first line, and whether it is still to be stored */
    size_t first_n, first_line;
    bool first_waits;

    char separator;
    size_t columns;       /* in each row of the file */
    char **names;         /* of the columns; NULL: no header */
    size_t *wanted, kept; /* the columns that are kept, in order */
    size_t *place;        /* of each column of the file: 1 + its place in a row of the result; 0: left out */
    bool *text;           /* of each kept column of an integer array: its cells are numbered */
    bool *typed;          /* text[] is settled */

    size_t line, next_line; /* of the row at hand, of the one that follows; from 1 */
    size_t row;             /* rows stored */
    size_t room, missing_room;
    char *scratch; /* an unquoted cell, or a number; a 0 behind it */
    size_t scratch_room;
    Powers powers;
} Csv;

/* ---- rows and cells */

/*
 * The next row's bytes, without the line's end; *got false at the end of the file.  A line's end between quotes belongs to
 * the cell.
 */
static bool row_next(Csv *c, const char **row, size_t *n, bool *got)
{
    Stream *s = c->s;
    size_t seen = 0; /* bytes of the row that were looked at */
    bool quoted = false;
    c->line = c->next_line;
    for (;;) {
        const unsigned char *from = s->at + s->lo + seen;
        const unsigned char *end = s->hi > s->lo + seen ? memchr(from, '\n', s->hi - s->lo - seen) : NULL;
        const unsigned char *last = end ? end : s->at + s->hi;
        if (end || s->eof) {
            for (const unsigned char *q = from; q < last && (q = memchr(q, '"', (size_t)(last - q))) != NULL; q++)
                quoted = !quoted;
            if (!quoted || !end) {
                if (quoted) return adc_fail(c->error, "%s, line %zu: a quoted cell is not closed.", s->name, c->line);
                *row = (const char *)s->at + s->lo;
                *n = (size_t)(last - s->at) - s->lo;
                *got = end || *n > 0;
                s->lo += *n + (end ? 1 : 0);
                c->next_line++;
                if (*n && (*row)[*n - 1] == '\r') --*n;
                return true;
            }
            seen = (size_t)(end - s->at) - s->lo + 1;
            c->next_line++;
        } else if (!adc_stream_fill(s, (s->hi - s->lo) * 2 + 65536, c->error)) {
            return false;
        }
    }
}

/* For n bytes and what may be read behind them. */
static bool scratch_reserve(Csv *c, size_t n)
{
    n += STREAM_BEHIND;
    if (n <= c->scratch_room) return true;
    char *at = realloc(c->scratch, n * 2);
    if (!at) return adc_fail_memory(c->error, c->s->name);
    c->scratch = at;
    c->scratch_room = n * 2;
    return true;
}

static bool blank(char ch) { return ch == ' ' || ch == '\t'; }

/* Takes one cell from *at; leaves *at at the separator or the end. */
static bool cell_next(Csv *c, const char **at, const char *end, Cell *cell)
{
    const char *p = *at;
    while (p < end && blank(*p) && *p != c->separator) p++;
    cell->quoted = p < end && *p == '"';
    if (!cell->quoted) {
        const char *stop = p;
        while (stop < end && *stop != c->separator) stop++;
        *at = stop;
        while (stop > p && blank(stop[-1])) stop--;
        *cell = (Cell){p, (size_t)(stop - p), false};
        return true;
    }
    if (!scratch_reserve(c, (size_t)(end - p))) return false;
    size_t n = 0;
    for (p++; p < end; p++) {
        if (*p == '"' && !(p + 1 < end && p[1] == '"')) break;
        if (*p == '"') p++;
        c->scratch[n++] = *p;
    }
    c->scratch[n] = 0;
    if (p < end) p++;
    while (p < end && blank(*p) && *p != c->separator) p++;
    if (p < end && *p != c->separator)
        return adc_fail(c->error, "%s, line %zu: a quoted cell goes on after its closing quote.", c->s->name, c->line);
    *at = p;
    *cell = (Cell){c->scratch, n, true};
    return true;
}

/* ---- numbers */

/* A whole cell as a number: decimal, inf or nan. */
static bool number_read(Csv *c, Cell cell, double *out, bool *good)
{
    if (cell.n && adc_number(&c->powers, cell.at, out) == cell.at + cell.n) return *good = true;
    *good = false;
    if (cell.n == 0 || memchr(cell.at, 'x', cell.n) || memchr(cell.at, 'X', cell.n))
        return true; /* strtod reads hexadecimal */
    if (memchr(cell.at, '(', cell.n) || isspace((unsigned char)cell.at[0])) return true;
    if (!cell.quoted) { /* a quoted cell is in scratch already */
        if (!scratch_reserve(c, cell.n)) return false;
        memcpy(c->scratch, cell.at, cell.n);
        c->scratch[cell.n] = 0;
    }
    char *end;
    *out = strtod(c->scratch, &end);
    *good = end == c->scratch + cell.n;
    return true;
}

/* ---- errors with their place */

static bool cell_fail(const Csv *c, size_t column, const char *what, const char *help)
{
    if (c->names)
        return adc_fail(c->error, "%s, line %zu, column %zu (%s): %s.%s", c->s->name, c->line, column + 1,
                        c->names[column], what, help);
    return adc_fail(c->error, "%s, line %zu, column %zu: %s.%s", c->s->name, c->line, column + 1, what, help);
}

static bool cell_fail_text(const Csv *c, size_t column, Cell cell, const char *what, const char *help)
{
    char text[200];
    const int shown = cell.n > 40 ? 40 : (int)cell.n;
    snprintf(text, sizeof text, "\"%.*s%s\" %s", shown, cell.at, cell.n > 40 ? "..." : "", what);
    return cell_fail(c, column, text, help);
}

/* ---- entries */

static inline bool store(Csv *c, size_t place, double v)
{
    const size_t i = c->row * c->kept + place;
    switch (c->out->type) {
    case DATA_F64: ((double *)c->out->at)[i] = v; break;
    case DATA_F32: ((float *)c->out->at)[i] = (float)v; break;
    case DATA_I32: ((int32_t *)c->out->at)[i] = (int32_t)v; break;
    }
    return true;
}

/* A blank, unreadable or NaN cell. */
static bool store_missing(Csv *c, size_t column, size_t place, Cell cell, bool number)
{
    const char *help = ADC_MISSING_HELP;
    if (c->how->missing == MISSING_DROP)
        return adc_array_miss(c->out, &c->missing_room, c->row, c->error) && store(c, place, 0);
    if (c->how->missing == MISSING_NAN) {
        if (c->out->type != DATA_I32) return store(c, place, NAN);
        help = "  (Integers have no NaN; --missing drop leaves such rows out.)";
    }
    if (cell.n == 0) return cell_fail(c, column, "the cell is blank", help);
    if (number) return cell_fail(c, column, "the cell is NaN", help);
    if (!c->spec->columns && c->row == 0 && c->kept > 1)
        help = "  (Columns can be selected, as in file.csv:1-4 or file.csv:height,weight.)";
    return cell_fail_text(c, column, cell, "is not a number", help);
}

static bool store_label(Csv *c, size_t column, size_t place, Cell cell)
{
    if (cell.n == 0) return store_missing(c, column, place, cell, false);
    c->out->numbered = true;
    const size_t k = adc_label(c->how->labels, cell.at, cell.n);
    if (k == SIZE_MAX && c->how->labels->closed)
        return cell_fail_text(c, column, cell, "does not occur in the training set", "");
    if (k == SIZE_MAX || k > INT32_MAX) return adc_fail_memory(c->error, c->s->name);
    return store(c, place, (double)k);
}

static bool store_cell(Csv *c, size_t column, size_t place, Cell cell)
{
    double v = 0;
    bool number;
    if (!number_read(c, cell, &v, &number)) return false;
    if (c->out->type == DATA_I32 && c->how->labels) {
        /* A column is text when its first cell that is not blank is none, or when the training set's was. */
        if (!c->typed[place] && cell.n) {
            c->typed[place] = true;
            c->text[place] = !number || (c->how->labels->closed && c->how->labels->n);
        }
        if (c->text[place]) return store_label(c, column, place, cell);
    }
    if (!number || isnan(v)) return store_missing(c, column, place, cell, number);
    if (c->out->type == DATA_I32 && v != floor(v)) return cell_fail_text(c, column, cell, "is not a whole number", "");
    if (c->out->type == DATA_I32 && (v < INT32_MIN || v > INT32_MAX))
        return cell_fail_text(c, column, cell, "does not fit 32 bits", "");
    return store(c, place, v);
}

static bool row_store(Csv *c, const char *at, const char *end)
{
    if (!adc_array_reserve(c->out, &c->room, (c->row + 1) * c->kept, c->error)) return false;
    const bool real = c->out->type != DATA_I32;
    size_t column = 0;
    for (;; column++, at++) {
        const size_t place = column < c->columns ? c->place[column] : 0;
        double v;
        const char *after = place && real ? adc_number(&c->powers, at, &v) : NULL;
        if (after && (after == end || *after == c->separator)) {
            store(c, place - 1, v);
            at = after;
        } else {
            Cell cell;
            if (!cell_next(c, &at, end, &cell)) return false;
            if (place && !store_cell(c, column, place - 1, cell)) return false;
        }
        if (at == end) break;
    }
    if (++column != c->columns)
        return adc_fail(c->error, "%s, line %zu: %zu cell%s, but the first line has %zu.", c->s->name, c->line, column,
                        column == 1 ? "" : "s", c->columns);
    c->row++;
    return true;
}

/* ---- the first lines */

static char separator_of(const char *row, size_t n, const char *file)
{
    size_t commas = 0, tabs = 0, semicolons = 0;
    bool quoted = false;
    for (size_t i = 0; i < n; i++) {
        if (row[i] == '"') quoted = !quoted;
        if (quoted) continue;
        commas += row[i] == ',';
        tabs += row[i] == '\t';
        semicolons += row[i] == ';';
    }
    const size_t length = strlen(file);
    if (length > 4 && !strcmp(file + length - 4, ".tsv")) return '\t';
    if (tabs > commas && tabs >= semicolons) return '\t';
    return semicolons > commas ? ';' : ',';
}

/* How many cells a row has, and of those how many are numbers. */
static bool row_count(Csv *c, const char *row, size_t n, size_t *cells, size_t *numbers)
{
    const char *at = row, *end = row + n;
    *cells = *numbers = 0;
    for (;; at++) {
        Cell cell;
        double v;
        bool good;
        if (!cell_next(c, &at, end, &cell) || !number_read(c, cell, &v, &good)) return false;
        ++*cells;
        *numbers += good;
        if (at == end) return true;
    }
}

static bool header_keep(Csv *c, const char *row, size_t n)
{
    c->names = calloc(c->columns, sizeof *c->names);
    if (!c->names) return adc_fail_memory(c->error, c->s->name);
    const char *at = row, *end = row + n;
    for (size_t k = 0;; k++, at++) {
        Cell cell;
        if (!cell_next(c, &at, end, &cell)) return false;
        c->names[k] = malloc(cell.n + 1);
        if (!c->names[k]) return adc_fail_memory(c->error, c->s->name);
        memcpy(c->names[k], cell.at, cell.n);
        c->names[k][cell.n] = 0;
        if (at == end) return true;
    }
}

/* Columns that are not all numbers and ranges are names. */
static bool selects_names(const char *columns) { return columns && columns[strspn(columns, "0123456789,-")] != 0; }

/*
 * Takes the first line, and looks at the one after it: the first is a header when it holds no number and the second one does,
 * or when columns are selected by name.  Else it waits in c->first.
 */
static bool header_find(Csv *c)
{
    const char *row;
    size_t n, numbers, cells, next_numbers = 0;
    bool got;
    do {
        if (!row_next(c, &row, &n, &got)) return false;
        if (!got) return adc_fail(c->error, "%s holds no rows.", c->s->name);
    } while (n == 0);
    c->separator = separator_of(row, n, c->s->name);
    c->first = calloc(n + STREAM_BEHIND, 1);
    if (!c->first) return adc_fail_memory(c->error, c->s->name);
    memcpy(c->first, row, n);
    c->first_n = n;
    c->first_line = c->line;
    /* adc_csv_read frees it.  NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
    if (!row_count(c, c->first, n, &c->columns, &numbers)) return false;
    bool header = selects_names(c->spec->columns);
    if (!header && numbers == 0) {
        if (!row_next(c, &row, &n, &got)) return false;
        if (got && !row_count(c, row, n, &cells, &next_numbers)) return false;
        header = next_numbers > 0;
        if (got) { /* the line is read again */
            c->s->lo = (size_t)((const unsigned char *)row - c->s->at);
            c->next_line = c->line;
        }
    }
    c->first_waits = !header;
    return !header || header_keep(c, c->first, c->first_n);
}

static bool prepare(Csv *c)
{
    if (!header_find(c)) return false;
    if (!adc_columns(c->spec->columns, c->s->name, c->names, c->columns, &c->wanted, &c->kept, c->error)) return false;
    c->place = calloc(c->columns, sizeof *c->place);
    c->text = calloc(c->kept, sizeof *c->text);
    c->typed = calloc(c->kept, sizeof *c->typed);
    if (!c->place || !c->text || !c->typed) return adc_fail_memory(c->error, c->s->name);
    for (size_t k = 0; k < c->kept; k++) c->place[c->wanted[k]] = k + 1;
    return true;
}

static bool rows_read(Csv *c)
{
    size_t blanks = 0;   /* empty lines, not yet told from the empty end of the file */
    bool regular = true; /* row k stands in line first_line + k */
    for (;;) {
        const char *row;
        size_t n;
        bool got;
        if (c->first_waits) {
            c->first_waits = false;
            row = c->first;
            n = c->first_n;
            c->line = c->first_line;
        } else {
            if (!row_next(c, &row, &n, &got)) return false;
            if (!got) break;
        }
        if (n == 0) {
            blanks++;
            continue;
        }
        const size_t line = c->line;
        if (c->columns == 1) { /* an empty line is a blank cell */
            for (size_t k = blanks; k > 0; k--) {
                c->line = line - k;
                if (!row_store(c, row, row)) return false;
            }
            c->line = line;
        }
        blanks = 0;
        if (c->row == 0) c->out->first_line = c->line;
        regular = regular && c->line == c->out->first_line + c->row;
        if (!row_store(c, row, row + n)) return false;
    }
    if (!regular) c->out->first_line = 0;
    if (c->row == 0) return adc_fail(c->error, "%s holds no rows.", c->s->name);
    void *at = realloc(c->out->at, c->row * c->kept * adc_data_bytes(c->out->type)); /* what was too much goes back */
    if (at) c->out->at = at;
    c->out->rank = 2;
    c->out->shape[0] = c->row;
    c->out->shape[1] = c->kept;
    return true;
}

bool adc_csv_read(Stream *s, const DataSpec *spec, const DataHow *how, DataArray *out, adc_error *error)
{
    Csv c = {.s = s, .spec = spec, .how = how, .out = out, .error = error, .next_line = 1};
    adc_powers(&c.powers);
    if (s->hi >= 3 && !memcmp(s->at, "\xef\xbb\xbf", 3)) s->lo = 3; /* a byte order mark */
    const bool good = prepare(&c) && rows_read(&c);
    for (size_t k = 0; c.names && k < c.columns; k++) free(c.names[k]);
    free(c.names);
    free(c.wanted);
    free(c.place);
    free(c.text);
    free(c.typed);
    free(c.scratch);
    free(c.first);
    return good;
}
