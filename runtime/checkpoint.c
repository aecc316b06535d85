/*
 * checkpoint.c -- saves and takes up a fit.
 */
#include "checkpoint.h"
#include "data.h"
#include "describe.h"
#include "npz.h"
#include "transform.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VERSION = 1 };
enum { AT_VERSION, AT_STEP, AT_OPTIM_STEPS, AT_SEED, AT_BATCH, AT_EPOCH_STEPS, AT_N, AT_ROOM, AT_ENDED };
enum { AT_LR, AT_START, AT_MEAN, AT_SUM, AT_ROWS, AT_LEAST, AT_BAD, AT_FACTOR, AT_PLATEAU, AT_LOOKS, AT_SCALE };

/* ---- saving */

static bool add_params(Npz *z, const adc_model *m, const void *dims, const void *theta, adc_error *error)
{
    const char *at = theta;
    for (int a = 0; a < m->arrays; a++) {
        size_t shape[DATA_RANK];
        if (m->array[a].kind != ADC_PARAM) continue;
        if (m->array[a].rank > DATA_RANK || m->shape(dims, a, shape) != ADC_OK)
            return adc_fail(error, "%s has more than %d dimensions.", m->array[a].name, DATA_RANK);
        if (!adc_npz_add(z, m->array[a].name, m->real_bytes == 4 ? NPZ_F32 : NPZ_F64, m->array[a].rank, shape, at,
                         error))
            return false;
        at += adc_array_count(m, dims, a) * (size_t)m->real_bytes;
    }
    return true;
}

/* One after the other, each ended by a 0: model, source, optimiser. */
static char *about(const Checkpoint *c, size_t *n)
{
    const char *const parts[] = {c->model->name, c->source ? c->source : "", c->optim->kind->name};
    *n = 0;
    for (int k = 0; k < 3; k++) *n += strlen(parts[k]) + 1;
    char *text = malloc(*n), *at = text;
    for (int k = 0; text && k < 3; k++) at = stpcpy(at, parts[k]) + 1;
    return text;
}

/* Adds what the fit goes on with, and writes while it is here to be read. */
static bool write_all(Npz *z, const char *file, const Checkpoint *c, adc_error *error)
{
    const int64_t counts[CHECKPOINT_COUNTS] = {
        [AT_VERSION] = VERSION,       [AT_STEP] = (int64_t)c->step,        [AT_OPTIM_STEPS] = (int64_t)c->optim->steps,
        [AT_SEED] = (int64_t)c->seed, [AT_BATCH] = (int64_t)c->batch,      [AT_EPOCH_STEPS] = (int64_t)c->epoch_steps,
        [AT_N] = (int64_t)c->n,       [AT_ROOM] = (int64_t)c->optim->room, [AT_ENDED] = c->ended};
    const double numbers[CHECKPOINT_NUMBERS] = {[AT_LR] = c->optim->options.lr,
                                                [AT_START] = c->start,
                                                [AT_MEAN] = c->mean,
                                                [AT_SUM] = c->sum,
                                                [AT_ROWS] = c->rows,
                                                [AT_LEAST] = c->least,
                                                [AT_BAD] = c->bad,
                                                [AT_FACTOR] = c->factor,
                                                [AT_PLATEAU] = c->plateau,
                                                [AT_LOOKS] = c->looks,
                                                [AT_SCALE] = c->scale};
    const size_t n_counts = CHECKPOINT_COUNTS, n_numbers = CHECKPOINT_NUMBERS;
    size_t n_about;
    char *text = about(c, &n_about);
    bool good = (text || adc_fail_memory(error, file)) &&
                adc_npz_add(z, "adc.about", NPZ_U8, 1, &n_about, text, error) &&
                adc_npz_add(z, "adc.counts", NPZ_I64, 1, &n_counts, counts, error) &&
                adc_npz_add(z, "adc.numbers", NPZ_F64, 1, &n_numbers, numbers, error) &&
                adc_npz_add(z, "adc.u", NPZ_F64, 1, &c->n, c->u, error) &&
                (!c->best || adc_npz_add(z, "adc.best", NPZ_F64, 1, &c->n, c->best, error)) &&
                adc_npz_add(z, "adc.optimiser", NPZ_F64, 1, &c->optim->room, c->optim->memory, error);
    if (!good)
        adc_npz_free(z);
    else
        good = adc_npz_write(z, error);
    free(text);
    return good;
}

bool adc_checkpoint_save(const char *file, const Checkpoint *c, adc_error *error)
{
    Npz *z = adc_npz_new(file, error);
    if (!z) return false;
    bool good = add_params(z, c->model, c->dims, c->theta, error);
    for (size_t i = 0; good && i < c->transforms; i++) good = adc_transform_save(&c->transform[i], z, error);
    if (!good) {
        adc_npz_free(z);
        return false;
    }
    return c->optim ? write_all(z, file, c, error) : adc_npz_write(z, error);
}

/* ---- loading */

static bool same_text(const char *file, const char *what, const char *was, const char *is, adc_error *error)
{
    return !strcmp(was, is) || adc_fail(error, "%s is of %s %s, not %s.", file, what, was, is);
}

static bool check_about(const char *file, const Checkpoint *c, const char *text, size_t n, adc_error *error)
{
    const char *part[3];
    size_t parts = 0;
    for (size_t i = 0; i < n && parts < 3; i += strlen(part[parts++]) + 1) part[parts] = text + i;
    if (parts < 3) return adc_fail(error, "%s: what it says of its model is cut off.", file);
    if (!same_text(file, "the model", part[0], c->model->name, error) ||
        !same_text(file, "a fit by", part[2], c->optim->kind->name, error))
        return false;
    return !strcmp(part[1], c->source ? c->source : "") ||
           adc_fail(error,
                    "%s is of another version of %s: its source, its sizes or the rows that it is fitted to were "
                    "changed since.",
                    file, part[0]);
}

static bool same_count(const char *file, const char *what, int64_t was, uint64_t is, adc_error *error)
{
    return was == (int64_t)is || adc_fail(error, "%s was saved with %s %lld; this run has %llu.", file, what,
                                          (long long)was, (unsigned long long)is);
}

static bool check_counts(const char *file, const Checkpoint *c, const int64_t *at, adc_error *error)
{
    if (at[AT_VERSION] != VERSION) return adc_fail(error, "%s was saved by another version of adc.", file);
    return same_count(file, "seed", at[AT_SEED], c->seed, error) &&
           same_count(file, "batches of", at[AT_BATCH], c->batch, error) &&
           same_count(file, "steps an epoch:", at[AT_EPOCH_STEPS], c->epoch_steps, error) &&
           same_count(file, "parameters:", at[AT_N], c->n, error) &&
           same_count(file, "numbers of the optimiser:", at[AT_ROOM], c->optim->room, error);
}

/* An array of so many entries into `to`. */
static bool fill(const char *file, const char *name, NpzType type, size_t n, size_t bytes, void *to, adc_error *error)
{
    size_t count;
    void *at = adc_npz_read(file, name, type, &count, error);
    if (!at) return false;
    if (count == n) memcpy(to, at, n * bytes);
    free(at);
    return count == n || adc_fail(error, "%s: its array %s has %zu entries, not %zu.", file, name, count, n);
}

bool adc_checkpoint_load(const char *file, Checkpoint *c, adc_error *error)
{
    int64_t counts[CHECKPOINT_COUNTS];
    double numbers[CHECKPOINT_NUMBERS];
    size_t n;
    if (!adc_npz_check(file, error)) return false;
    char *text = adc_npz_read(file, "adc.about", NPZ_U8, &n, error);
    if (!text) return false;
    text[n] = 0;
    const bool known = check_about(file, c, text, n, error);
    free(text);
    if (!known || !fill(file, "adc.counts", NPZ_I64, CHECKPOINT_COUNTS, sizeof *counts, counts, error) ||
        !check_counts(file, c, counts, error) ||
        !adc_transforms_same(file, c->model, c->transform, c->transforms, error) ||
        !fill(file, "adc.numbers", NPZ_F64, CHECKPOINT_NUMBERS, sizeof *numbers, numbers, error) ||
        !fill(file, "adc.u", NPZ_F64, c->n, sizeof *c->u, c->u, error) ||
        (c->best && !fill(file, "adc.best", NPZ_F64, c->n, sizeof *c->best, c->best, error)) ||
        !fill(file, "adc.optimiser", NPZ_F64, c->optim->room, sizeof(double), c->optim->memory, error))
        return false;
    c->step = (size_t)counts[AT_STEP];
    c->ended = (int)counts[AT_ENDED];
    c->optim->steps = (size_t)counts[AT_OPTIM_STEPS];
    if (c->optim->options.hyper_lr != 0) c->optim->options.lr = numbers[AT_LR];
    c->start = numbers[AT_START];
    c->mean = numbers[AT_MEAN];
    c->sum = numbers[AT_SUM];
    c->rows = numbers[AT_ROWS];
    c->least = numbers[AT_LEAST];
    c->bad = numbers[AT_BAD];
    c->factor = numbers[AT_FACTOR];
    c->plateau = numbers[AT_PLATEAU];
    c->looks = numbers[AT_LOOKS];
    c->scale = numbers[AT_SCALE];
    return true;
}
