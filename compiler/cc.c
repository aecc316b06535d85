/*
 * cc.c -- runs the system's compiler.
 *
 * Its input and what it says are files without a name, so that nothing is left behind whatever ends.  It stays in our group
 * of processes: Ctrl-C reaches it as it reaches us.  What it started has to be ended first: gcc's driver alone would leave
 * its compiler working.
 */
#include "cc.h"

#include <errno.h>
#include <linux/memfd.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum {
    SAID_MAX = 2000, /* of the compiler's messages */
    TREE_MAX = 64,   /* processes of one compilation */
    PATIENCE_MS = 1000
};

/* ---- which */

static const char *on_path(Arena *arena, const char *name)
{
    if (strchr(name, '/')) return access(name, X_OK) == 0 ? name : NULL;
    const char *path = getenv("PATH");
    while (path && *path) {
        const size_t n = strcspn(path, ":");
        const char *file = arena_printf(arena, "%.*s%s%s", (int)n, path, n ? "/" : "./", name);
        if (access(file, X_OK) == 0) return file;
        path += n + (path[n] == ':');
    }
    return NULL;
}

/* The words of an environment's variable, or, where it has none, of these. */
static const char *const *words_of(Arena *arena, const char *variable, const char *otherwise, size_t *n)
{
    static const char blanks[] = " \t\n";
    VEC(const char *) word = {0};
    const char *text = getenv(variable);
    if (!text || !text[strspn(text, blanks)]) text = otherwise;
    for (text += strspn(text, blanks); *text; text += strspn(text, blanks)) {
        const size_t length = strcspn(text, blanks);
        vec_push(arena, &word, arena_strndup(arena, text, length));
        text += length;
    }
    *n = word.n;
    return word.at;
}

void cc_find(Arena *arena, Cc *cc)
{
    cc->word = words_of(arena, "CC", "cc", &cc->words);
    cc->flag = words_of(arena, "ADC_CFLAGS", "-O3 -march=native", &cc->flags);
    cc->path = on_path(arena, cc->word[0]);
}

/* ---- run */

static int nameless_file(const char *text, size_t n)
{
    const int fd = (int)syscall(SYS_memfd_create, "adc", MFD_CLOEXEC);
    for (size_t done = 0; fd >= 0 && done < n;) {
        const ssize_t wrote = write(fd, text + done, n - done);
        if (wrote < 0 && errno != EINTR) return close(fd), -1;
        done += wrote > 0 ? (size_t)wrote : 0;
    }
    if (fd >= 0) lseek(fd, 0, SEEK_SET);
    return fd;
}

static char *const *arguments(Arena *arena, const Cc *cc, const char *const *args)
{
    VEC(char *) argv = {0};
    for (size_t k = 0; k < cc->words; k++)
        vec_push(arena, &argv, arena_strndup(arena, cc->word[k], strlen(cc->word[k])));
    for (; *args; args++) vec_push(arena, &argv, arena_strndup(arena, *args, strlen(*args)));
    vec_push(arena, &argv, NULL);
    return argv.at;
}

/* 0, or an error's number.  The child takes no signal of ours for blocked. */
static int start(const char *path, char *const *argv, int in, int out, pid_t *child)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t how;
    sigset_t none;
    sigemptyset(&none);
    int failed = posix_spawn_file_actions_init(&actions);
    if (failed) return failed;
    failed = posix_spawnattr_init(&how);
    if (!failed) {
        failed = posix_spawn_file_actions_adddup2(&actions, in, 0);
        for (int k = 1; k <= 2 && !failed; k++) failed = posix_spawn_file_actions_adddup2(&actions, out, k);
        if (!failed) failed = posix_spawnattr_setsigmask(&how, &none);
        if (!failed) failed = posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
        if (!failed) failed = posix_spawn(child, path, &actions, &how, argv, environ);
        posix_spawnattr_destroy(&how);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failed;
}

/* Until it has ended it is not reaped: its number stays its own while cc_stop may use it. */
static CcEnd wait_for(CcRun *run, pid_t child)
{
    siginfo_t info;
    int status = 0;
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) < 0 && errno == EINTR) continue;
    pthread_mutex_lock(&run->lock);
    /* A program that ignores its children gets no status: what the compiler made will tell. */
    const bool known = waitpid(child, &status, 0) == child;
    run->child = 0;
    const bool stopped = run->stopped;
    pthread_mutex_unlock(&run->lock);
    if (stopped || (known && WIFSIGNALED(status) && WTERMSIG(status) == SIGINT)) return CC_STOPPED;
    if (known && WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return CC_UNABLE; /* so some shells and wrappers say it */
    return known && status ? CC_WRONG : CC_RIGHT;
}

/* text: SAID_MAX + 1 */
static void read_said(int fd, char *text)
{
    const ssize_t got = pread(fd, text, SAID_MAX, 0);
    size_t n = got > 0 ? (size_t)got : 0;
    while (n && text[n - 1] == '\n') n--;
    text[n] = 0;
}

CcEnd cc_run(Arena *arena, const Cc *cc, CcRun *run, const char *const *args, const char *input, size_t n,
             const char **said)
{
    char *const *argv = arguments(arena, cc, args);
    char *room = arena_alloc(arena, SAID_MAX + 1); /* memory may run out here, not while files are open */
    pid_t child = 0;
    const int in = nameless_file(input, n), out = nameless_file("", 0);
    CcEnd end = CC_UNABLE;
    int failed = in < 0 || out < 0 ? errno : 0;
    pthread_mutex_lock(&run->lock);
    const bool stopped = run->stopped;
    if (!failed && !stopped) failed = start(cc->path, argv, in, out, &child);
    run->child = child;
    pthread_mutex_unlock(&run->lock);
    if (child) end = wait_for(run, child);
    *said = failed ? strerror(failed) : room;
    if (child) read_said(out, room);
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    return stopped ? CC_STOPPED : end;
}

/* ---- stop */

/* The processes that a process started and has not yet waited for, after those that are there. */
static void add_children(pid_t *tree, size_t *n, pid_t of)
{
    char name[64];
    snprintf(name, sizeof name, "/proc/%ld/task/%ld/children", (long)of, (long)of);
    FILE *f = fopen(name, "re");
    long child;
    while (f && *n < TREE_MAX && fscanf(f, "%ld", &child) == 1) tree[(*n)++] = (pid_t)child;
    if (f) fclose(f);
}

static void signal_tree(pid_t child, int number)
{
    pid_t tree[TREE_MAX] = {child};
    size_t n = 1;
    for (size_t k = 0; k < n; k++) add_children(tree, &n, tree[k]);
    while (n) kill(tree[--n], number);
}

void cc_stop(CcRun *run)
{
    const struct timespec ms = {0, 1000000};
    for (int waited = 0;; waited++) {
        pthread_mutex_lock(&run->lock);
        const pid_t child = run->child;
        run->stopped = true;
        if (child && waited == 0) signal_tree(child, SIGTERM);
        if (child && waited == PATIENCE_MS) signal_tree(child, SIGKILL);
        pthread_mutex_unlock(&run->lock);
        if (!child) return;
        nanosleep(&ms, NULL);
    }
}
