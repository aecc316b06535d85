/*
 * test_jit.c -- libtcc behind jit.h: functions of libm, libtcc's own helpers, errors as text, and refused executable memory.
 */
#include "jit.h"

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

typedef double Unary(double);

/* A unit and its function f, through the pointer that the unit's object holds. */
static Jit *open_unary(Arena *a, const char *body, Unary **f, const char **error)
{
    const void *table;
    Jit *jit = jit_open(a, arena_printf(a, "%s\ntypedef double unary(double); unary *const table[1] = {f};", body),
                        &(const char *){"table"}, 1, NULL, &table, error);
    if (jit) *f = *(Unary *const *)table;
    return jit;
}

static void calls_libm_and_helpers(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    const char *error;
    Unary *f = NULL;
    Jit *jit = open_unary(
        a,
        "double exp(double); float sinf(float);\n"
        "double f(double x) { unsigned long n = (unsigned long)(x * 4); return exp(x) + (double)n + sinf(0.5f); }",
        &f, &error);
    assert_non_null(jit);
    assert_true(f(1.5) == exp(1.5) + 6 + (double)sinf(0.5F));
    jit_close(jit);
    arena_free(a);
}

static void two_alive_alternate(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    const char *error;
    Unary *f = NULL, *g = NULL;
    Jit *first = open_unary(a, "double f(double x) { return x + 1; }", &f, &error);
    Jit *second = open_unary(a, "double f(double x) { return x * 3; }", &g, &error);
    for (int i = 0; i < 10; i++) {
        assert_true(f(i) == i + 1);
        assert_true(g(i) == i * 3);
    }
    jit_close(first);
    assert_true(g(5) == 15);
    jit_close(second);
    arena_free(a);
}

static void errors_are_text(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    const char *error;
    const void *found;
    assert_null(jit_open(a, "int x = ;", &(const char *){"x"}, 1, NULL, &found, &error));
    assert_non_null(strstr(error, "internal error: libtcc refuses"));
    assert_null(jit_open(a, "int g(void); int f(void) { return g(); }", &(const char *){"f"}, 1, NULL, &found, &error));
    assert_non_null(strstr(error, "undefined symbol 'g'"));
    assert_null(jit_open(a, "int f(void) { return 1; }", &(const char *){"h"}, 1, NULL, &found, &error));
    assert_non_null(strstr(error, "has no h"));
    arena_free(a);
}

/* From here on the system refuses memory that may be executed, as hardened ones do. */
static bool refuse_executable_memory(void)
{
    struct sock_filter rules[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mprotect, 1, 0),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[2])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, PROT_EXEC, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | 13),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof rules / sizeof *rules, rules};
    return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* In a process of its own: the rule cannot be taken back.  Its status: 0 a message came, 77 the system knows no such rule. */
static void refused_memory_is_an_error(void **state)
{
    (void)state;
    pid_t child = fork();
    if (child == 0) {
        if (!refuse_executable_memory()) _exit(77);
        Arena *a = arena_new(NULL);
        const char *error = "";
        const void *found;
        Jit *jit = jit_open(a, "int f(void) { return 1; }", &(const char *){"f"}, 1, NULL, &found, &error);
        _exit(!jit && strstr(error, "refuses memory that may be executed") ? 0 : 1);
    }
    int status;
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77) skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calls_libm_and_helpers),
        cmocka_unit_test(two_alive_alternate),
        cmocka_unit_test(errors_are_text),
        cmocka_unit_test(refused_memory_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
