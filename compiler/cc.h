/*
 * cc.h -- the system's compiler as a program that is run, without a shell, and that another thread may end.
 */
#ifndef ADC_CC_H
#define ADC_CC_H

#include "base.h"

#include <pthread.h>
#include <sys/types.h>

/* What CC of the environment names, split at blanks, or cc; and ADC_CFLAGS, or -O3 -march=native. */
typedef struct {
    const char *const *word; /* the program, and arguments that stand before ours */
    size_t words;
    const char *const *flag; /* for its caller to pass on */
    size_t flags;
    const char *path; /* of the program; NULL: there is none */
} Cc;

void cc_find(Arena *, Cc *);

/* The child at work.  Begins as CC_RUN. */
typedef struct {
    pthread_mutex_t lock;
    pid_t child; /* 0: none */
    bool stopped;
} CcRun;
#define CC_RUN                            \
    {                                     \
        .lock = PTHREAD_MUTEX_INITIALIZER \
    }

/* It did what was asked; it complained; it could not be run; it was stopped, by cc_stop or as Ctrl-C stops it. */
typedef enum { CC_RIGHT, CC_WRONG, CC_UNABLE, CC_STOPPED } CcEnd;

/* args: ended by NULL.  input: what it reads.  *said: its first words; of CC_UNABLE why. */
CcEnd cc_run(Arena *, const Cc *, CcRun *, const char *const *args, const char *input, size_t n, const char **said);
/* Ends the child and what it started, and lets no other begin; returns when it has ended. */
void cc_stop(CcRun *);

#endif
