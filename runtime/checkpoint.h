/*
 * checkpoint.h -- what a fit needs to go on as if it had never stopped, as a .npz file that NumPy reads.
 *
 * Each param is an array of its own name; the rest begins with "adc.".  theta and the optimiser's own scale are both there, as
 * one cannot be had from the other bit for bit.
 */
#ifndef ADC_CHECKPOINT_H
#define ADC_CHECKPOINT_H

#include "adc.h"
#include "optim.h"

enum { CHECKPOINT_NUMBERS = 11, CHECKPOINT_COUNTS = 9 };

typedef struct {
    const adc_model *model;
    const void *dims;
    const void *theta; /* in the model's reals */
    double *u;         /* (n) on the optimiser's scale */
    size_t n;
    adc_optim *optim; /* NULL: nothing can go on, and the parameters alone are saved */
    const char
        *source; /* what tells the model from another, such as a digest of its text; NULL: its name and params alone */
    const adc_transform *transform;
    size_t transforms;
    size_t step, batch, epoch_steps;
    uint64_t seed;
    double start, mean, sum, rows; /* see fit.c */
    double scale;                  /* of the sum of squares that lm minimises, see products.h */
    double least, bad;             /* of the development set's loss, see develop.h */
    double factor, plateau, looks; /* of the schedule */
    double *best;                  /* (n) the best u by the development set; NULL: none is kept */
    int ended;                     /* the fit has come to its own end: 1 + the reason, ADC_FIT_...; 0: it goes on */
} Checkpoint;

bool adc_checkpoint_save(const char *file, const Checkpoint *, adc_error *);
/*
 * Fills u, the optimiser's memory, step size and steps, and step, start, mean, sum, rows.  The rest must be as it was: another
 * model, optimiser, seed or batch size, a file that is cut off or damaged: the error tells which.
 */
bool adc_checkpoint_load(const char *file, Checkpoint *, adc_error *);

#endif
