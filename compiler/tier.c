/*
 * tier.c -- which compiler's code runs.
 *
 * ADC_JIT_AUTO compiles with libtcc, and on a thread with the system's compiler.  The functions of libtcc's descriptor begin
 * by asking for the other descriptor, which is NULL until its code is there: from the next call on that runs.  So the
 * descriptor that was handed out stays what it is, and both codes stay until the end.
 */
#include "tier.h"

#include "jit.h"
#include "native.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

struct Tiers {
    Links *links;
    Jit *jit; /* NULL: none */
    const adc_model *volatile *faster;
    void *native;
    const void *model; /* in it */

    /* of the compilation, which has them to itself until it has ended */
    Arena *arena;
    NativeJob job;
    const char *unkept; /* why its product is not */
    CcRun run;
    pthread_t thread;
    bool threaded;

    pthread_mutex_t lock; /* for what follows */
    pthread_cond_t end;
    bool working;
    int now;
    char *note;
};

/* ---- the system's compiler */

static bool prepare(Tiers *t, const TierJob *given)
{
    jmp_buf oom;
    t->arena = arena_new(&oom);
    if (!t->arena || setjmp(oom)) return false;
    native_begin(t->arena, &t->job, given->cache, &t->unkept);
    t->job.c = arena_strndup(t->arena, given->c, strlen(given->c));
    t->job.symbol = arena_strndup(t->arena, given->symbol, strlen(given->symbol));
    t->job.links = t->links;
    arena_oom(t->arena, NULL);
    return true;
}

/* Makes the object; what is to be known of it becomes the note. */
static void *open_native(Tiers *t)
{
    jmp_buf oom;
    const char *error = NULL;
    arena_oom(t->arena, &oom);
    if (setjmp(oom)) {
        t->note = strdup("out of memory for the compiler's work");
        return NULL;
    }
    void *native = native_open(t->arena, &t->job, &t->run, &t->model, &error);
    if (native && t->unkept) error = arena_printf(t->arena, "the compiled model is not kept: %s", t->unkept);
    if (error) t->note = strdup(error);
    return native;
}

static void *work(void *user)
{
    Tiers *t = user;
    t->native = open_native(t);
    arena_free(t->arena);
    t->arena = NULL;
    if (t->native && t->faster) __atomic_store_n(t->faster, t->model, __ATOMIC_RELEASE);
    pthread_mutex_lock(&t->lock);
    if (t->native) t->now = ADC_JIT_CC;
    t->working = false;
    pthread_cond_broadcast(&t->end);
    pthread_mutex_unlock(&t->lock);
    return NULL;
}

/* Signals are for the threads of the program. */
static bool start_thread(Tiers *t)
{
    sigset_t all, before;
    sigfillset(&all);
    t->working = true;
    pthread_sigmask(SIG_SETMASK, &all, &before);
    t->threaded = pthread_create(&t->thread, NULL, work, t) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (!t->threaded) t->working = false;
    return t->threaded;
}

/* ---- the tiers */

/* The compiler's code alone.  false: *error */
static bool open_compiled(Arena *arena, Tiers *t, const TierJob *job, const char **error)
{
    *error = "out of memory";
    if (!prepare(t, job)) return false;
    if (!t->job.cc.path) {
        *error = arena_printf(arena, "--jit cc: there is no compiler: %s is not found (CC names another)",
                              t->job.cc.word[0]);
        return false;
    }
    *error = NULL;
    if (!links_complete(t->links)) return false;
    work(t);
    if (!t->native)
        *error = t->note ? arena_printf(arena, "--jit cc: %s", t->note) : "--jit cc: the compiler was stopped";
    return t->native != NULL;
}

/* What begins while libtcc's code runs.  Where there is no compiler that goes on. */
static bool begin_compilation(Tiers *t, const TierJob *job)
{
    if (!prepare(t, job)) return false;
    if (t->job.cc.path && start_thread(t)) return true;
    if (t->job.cc.path) t->note = strdup("there is no thread for the compiler's work");
    arena_free(t->arena);
    t->arena = NULL;
    return true;
}

static bool open_tiers(Arena *arena, Tiers *t, const TierJob *job, const adc_model **model, const char **error)
{
    const char *const symbol[] = {job->symbol, job->faster};
    const void *found[2] = {NULL, NULL};
    if (job->jit != ADC_JIT_CC) t->jit = jit_open(arena, job->c, symbol, 2, t->links, found, error);
    if (t->jit) {
        t->faster = (const adc_model *volatile *)(uintptr_t)found[1];
        *model = found[0];
        *error = "out of memory";
        return job->jit == ADC_JIT_TCC || begin_compilation(t, job);
    }
    if (job->jit == ADC_JIT_TCC || t->links->missing) return false;
    const char *refused = job->jit == ADC_JIT_AUTO ? *error : NULL; /* some systems allow no code in memory */
    if (open_compiled(arena, t, job, error)) {
        *model = t->model;
        return true;
    }
    if (refused) *error = refused;
    return false;
}

Tiers *tiers_open(Arena *arena, const TierJob *job, const adc_model **model, const char **error)
{
    Tiers *t = calloc(1, sizeof *t);
    *error = "out of memory";
    if (!t) return NULL;
    t->links = job->links;
    t->now = ADC_JIT_TCC;
    t->run = (CcRun)CC_RUN;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->end, NULL);
    if (open_tiers(arena, t, job, model, error)) return t;
    t->links = NULL;
    tiers_close(t);
    return NULL;
}

int tiers_now(Tiers *t, bool wait)
{
    pthread_mutex_lock(&t->lock);
    while (wait && t->working) pthread_cond_wait(&t->end, &t->lock);
    const int now = t->now;
    pthread_mutex_unlock(&t->lock);
    return now;
}

const char *tiers_note(Tiers *t)
{
    pthread_mutex_lock(&t->lock);
    const char *note = t->working ? NULL : t->note;
    pthread_mutex_unlock(&t->lock);
    return note;
}

const void *tiers_linked(const Tiers *t, const char *name)
{
    for (size_t k = 0; k < t->links->functions; k++)
        if (strcmp(t->links->function[k].name, name) == 0) return t->links->function[k].address;
    return NULL;
}

void tiers_close(Tiers *t)
{
    if (!t) return;
    if (t->threaded) {
        cc_stop(&t->run);
        pthread_join(t->thread, NULL);
    }
    native_close(t->native);
    jit_close(t->jit);
    links_close(t->links);
    arena_free(t->arena);
    free(t->note);
    pthread_mutex_destroy(&t->run.lock);
    pthread_cond_destroy(&t->end);
    pthread_mutex_destroy(&t->lock);
    free(t);
}
