/*
 * crew.c -- threads that take the gradient of all rows together.
 *
 * Rows are cut into chunks of ADC_CHUNK_ROWS, a number that depends on the model and the number of rows alone.  Who is free takes the next chunk,
 * computes its part by grad_range into room of his own, waits for his turn and adds it: in the order of the chunks, so
 * that the sum has the same bits for any number of threads, and those of C made with --openmp.
 */
#include "crew.h"
#include "data.h"
#include "describe.h"

#include <math.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    Crew *crew;
    void *work, *part; /* part: a gradient; unused where there is one chunk */
    pthread_t thread;
} Member;

struct Crew {
    CrewNeeds needs;
    Member *member; /* the first is the one that calls */
    size_t members;

    const void *dims, *theta, *data; /* of the gradient at hand; they stand still while a chunk of it is open */
    void *loss, *grad;
    size_t rows, most, chunks;

    pthread_mutex_t lock;       /* for what follows */
    pthread_cond_t begin, turn; /* there is a new gradient, or an end; a chunk has been added */
    size_t jobs, next, added;   /* gradients begun; chunks of this one that are taken, and that are added */
    int failed;
    bool end;
};

static size_t chunk_rows(const adc_model *m, size_t rows) { return ADC_CHUNK_ROWS(rows, m->short_chunks); }

static size_t chunks_of(const adc_model *m, size_t rows) { return rows > 0 ? (rows - 1) / chunk_rows(m, rows) + 1 : 1; }

static size_t gradient_bytes(const Crew *w) { return w->needs.n * (size_t)w->needs.model->real_bytes; }

/* to += from, as the model's numbers */
static void add(const adc_model *m, void *to, const void *from, size_t n)
{
    if (m->real_bytes == 4)
        for (size_t i = 0; i < n; i++) ((float *)to)[i] += ((const float *)from)[i];
    else
        for (size_t i = 0; i < n; i++) ((double *)to)[i] += ((const double *)from)[i];
}

static int chunk(const Crew *w, const Member *me, size_t c, void *loss, void *grad)
{
    const size_t first = c * w->most, last = w->rows - first > w->most ? first + w->most : w->rows;
    memset(loss, 0, (size_t)w->needs.model->real_bytes);
    memset(grad, 0, gradient_bytes(w));
    return w->needs.model->grad_range(w->dims, w->theta, w->data, loss, grad, me->work, first, last);
}

/* Takes chunks while there are any.  The lock is held before and after. */
static void take_chunks(Crew *w, const Member *me)
{
    const adc_model *m = w->needs.model;
    while (w->next < w->chunks) {
        const size_t c = w->next++;
        double more; /* of the model's reals */
        pthread_mutex_unlock(&w->lock);
        const int code = chunk(w, me, c, c ? &more : w->loss, c ? me->part : w->grad);
        pthread_mutex_lock(&w->lock);
        while (w->added != c) pthread_cond_wait(&w->turn, &w->lock);
        pthread_mutex_unlock(&w->lock); /* it is his turn until he says otherwise */
        if (c) add(m, w->loss, &more, 1);
        if (c) add(m, w->grad, me->part, w->needs.n);
        pthread_mutex_lock(&w->lock);
        if (w->failed == ADC_OK && code != ADC_ENONFINITE) w->failed = code;
        w->added++;
        pthread_cond_broadcast(&w->turn);
    }
}

static void *member(void *user)
{
    const Member *me = user;
    Crew *w = me->crew;
    pthread_mutex_lock(&w->lock);
    for (size_t seen = 0; !w->end;) {
        if (w->jobs == seen) {
            pthread_cond_wait(&w->begin, &w->lock);
            continue;
        }
        seen = w->jobs;
        take_chunks(w, me);
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

int adc_crew_grad(Crew *w, const void *dims, const void *theta, const void *data, void *loss, void *grad)
{
    const adc_model *m = w->needs.model;
    const size_t rows = m->grad_range ? ((const size_t *)dims)[m->row] : 0;
    if (chunks_of(m, rows) == 1) return m->grad(dims, theta, data, loss, grad, w->member[0].work);
    pthread_mutex_lock(&w->lock);
    w->dims = dims;
    w->theta = theta;
    w->data = data;
    w->loss = loss;
    w->grad = grad;
    w->rows = rows;
    w->most = chunk_rows(m, rows);
    w->chunks = chunks_of(m, rows);
    w->next = w->added = 0;
    w->failed = ADC_OK;
    w->jobs++;
    pthread_cond_broadcast(&w->begin);
    take_chunks(w, &w->member[0]);
    while (w->added < w->chunks) pthread_cond_wait(&w->turn, &w->lock);
    pthread_mutex_unlock(&w->lock);
    if (w->failed != ADC_OK) return w->failed;
    return isfinite(adc_real(m, loss, 0)) ? ADC_OK : ADC_ENONFINITE;
}

/* ---- making one */

/* Signals are for the threads of the program. */
static bool start_thread(Member *me)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const bool started = pthread_create(&me->thread, NULL, member, me) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static bool make_room(Crew *w, Member *me, bool several)
{
    const bool own = me != w->member;
    me->crew = w;
    me->work = own ? adc_work_new(w->needs.work_bytes) : w->needs.work;
    me->part = several ? malloc(gradient_bytes(w) + 1) : NULL;
    if (me->work && (me->part || !several)) return true;
    if (own) free(me->work);
    free(me->part);
    me->part = NULL;
    return false;
}

Crew *adc_crew_new(const CrewNeeds *needs, size_t threads, adc_error *error)
{
    const size_t chunks = needs->model->grad_range ? chunks_of(needs->model, needs->rows) : 1;
    if (threads > chunks) threads = chunks;
    Crew *w = calloc(1, sizeof *w);
    Member *all = w ? calloc(threads + 1, sizeof *all) : NULL;
    if (!all) {
        free(w);
        adc_say_memory(error, "the threads");
        return NULL;
    }
    w->needs = *needs;
    w->member = all;
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->begin, NULL);
    pthread_cond_init(&w->turn, NULL);
    for (w->members = 0; w->members < threads || w->members == 0; w->members++) {
        Member *me = &all[w->members];
        const bool first = w->members == 0;
        if (!make_room(w, me, chunks > 1)) {
            adc_say_memory(error, "the threads");
            adc_crew_free(w);
            return NULL;
        }
        if (first || start_thread(me)) continue;
        free(me->work);
        free(me->part);
        break;
    }
    return w;
}

size_t adc_crew_threads(const Crew *w) { return w->members; }

void adc_crew_free(Crew *w)
{
    if (!w) return;
    pthread_mutex_lock(&w->lock);
    w->end = true;
    pthread_cond_broadcast(&w->begin);
    pthread_mutex_unlock(&w->lock);
    for (size_t k = 0; k < w->members; k++) {
        Member *me = &w->member[k];
        if (k > 0) pthread_join(me->thread, NULL);
        if (k > 0) free(me->work);
        free(me->part);
    }
    pthread_cond_destroy(&w->turn);
    pthread_cond_destroy(&w->begin);
    pthread_mutex_destroy(&w->lock);
    free(w->member);
    free(w);
}
