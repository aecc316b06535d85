/*
 * generate.h -- random programs of the language: shapes, subscripts, branches, reductions, functions, whole arrays.
 *
 * Every program is valid by construction and its values stay tame (each term passes through a bounded function), so that a
 * gradient can be held against differences.  The same seed gives the same program everywhere.
 */
#ifndef GENERATE_H
#define GENERATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Loops; scans and derivatives, too; scans that read neighbours. */
typedef enum { PROGRAM_LOOPS, PROGRAM_NESTED, PROGRAM_GRIDS } ProgramKind;

/* The program of a seed, to be freed by the caller.  dims[2]: the run-time sizes N and M to run it with. */
char *generate_program(uint64_t seed, ProgramKind, size_t dims[2]);
/* A number in [0, 1): advances the state. */
double generate_random(uint64_t *state);

#endif
