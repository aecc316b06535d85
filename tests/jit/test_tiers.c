/*
 * test_tiers.c -- one program from two compilers: the change in mid-run, programs side by side, the end of one at work, and
 * the cache of objects.
 */
#include "adc.h"
#include "cache.h"
#include "digest.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static const char *scratch(void)
{
    const char *dir = getenv("SCRATCH");
    return dir ? dir : "/tmp";
}

/* A file of that text in the scratch folder. */
static const char *file_of(Arena *a, const char *name, const char *text, size_t n)
{
    const char *path = arena_printf(a, "%s/%s", scratch(), name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    fclose(f);
    return path;
}

static adc_program *compile_text(const char *text, adc_compile_options o)
{
    char *messages;
    adc_program *program = adc_compile("t.ad", text, strlen(text), &o, &messages);
    if (!program) fprintf(stderr, "%s", messages);
    adc_text_free(messages);
    return program;
}

static double gradient(const adc_model *m, double x)
{
    double loss, grad, work[16];
    assert_int_equal(m->grad(NULL, &x, NULL, &loss, &grad, work), ADC_OK);
    return grad;
}

static void digests_are_those_of_the_standard(void **state)
{
    (void)state;
    char text[DIGEST_TEXT + 1], block[1000];
    Digest d;
    digest_begin(&d);
    digest_add(&d, "abc", 3);
    digest_end(&d, text);
    assert_string_equal(text, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    digest_begin(&d);
    memset(block, 'a', sizeof block);
    for (int k = 0; k < 1000; k++) digest_add(&d, block, sizeof block);
    digest_end(&d, text);
    assert_string_equal(text, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* The descriptor stays as it is; calls that others make meanwhile are right. */
static void auto_goes_over_in_mid_run(void **state)
{
    (void)state;
    adc_program *program = compile_text("param x = 1 loss exp(x)*sin(x)", (adc_compile_options){.jit = ADC_JIT_AUTO});
    assert_non_null(program);
    const adc_model before = *adc_program_model(program);
    int tier = ADC_JIT_TCC;
    for (int k = 0; tier == ADC_JIT_TCC && k < 100000000; k++) {
        const double x = k % 7, want = exp(x) * (sin(x) + cos(x));
        assert_true(fabs(gradient(adc_program_model(program), x) - want) <= 1e-14 * exp(x));
        tier = adc_program_jit(program, k > 1000 && k % 1000 == 0);
    }
    assert_int_equal(tier, ADC_JIT_CC);
    assert_null(adc_program_note(program));
    assert_memory_equal(&before, adc_program_model(program), sizeof before);
    assert_true(fabs(gradient(&before, 2) - exp(2) * (sin(2) + cos(2))) < 1e-13);
    adc_program_free(program);
}

/* The Cc tier's code is not libtcc's: with this compiler the constant is another. */
static void it_is_the_compilers_code_that_runs(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    static const char script[] = "#!/bin/sh\nexec cc -Dexp=log1p \"$@\"\n";
    const char *cc = file_of(a, "other-cc", script, sizeof script - 1);
    assert_int_equal(chmod(cc, 0700), 0);
    setenv("CC", cc, 1);
    const char *text = "param x = 1 loss exp(x)";
    adc_program *both = compile_text(text, (adc_compile_options){.jit = ADC_JIT_AUTO});
    adc_program *libtcc = compile_text(text, (adc_compile_options){.jit = ADC_JIT_TCC});
    unsetenv("CC");
    assert_int_equal(adc_program_jit(both, 1), ADC_JIT_CC);
    assert_int_equal(adc_program_jit(libtcc, 1), ADC_JIT_TCC);
    const double one = 1, direct = exp(1);
    double loss;
    assert_int_equal(adc_program_model(both)->loss(NULL, &one, NULL, &loss, NULL), ADC_OK);
    assert_true(loss == log1p(1));
    assert_int_equal(adc_program_model(libtcc)->loss(NULL, &one, NULL, &loss, NULL), ADC_OK);
    assert_true(loss == direct);
    adc_program_free(both);
    adc_program_free(libtcc);
    arena_free(a);
}

/* The same object in the cache, and each with its own function. */
static void programs_have_their_own_links(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    const char *text = "extern fn f(x) derivative f_x\nparam x = 1\nloss f(x)";
    const char *twice = "double f(double x) { return 2*x; } double f_x(double x) { return 2 + 0*x; }";
    const char *thrice = "double f(double x) { return 3*x; } double f_x(double x) { return 3 + 0*x; }";
    const char *file[2] = {file_of(a, "twice.c", twice, strlen(twice)), file_of(a, "thrice.c", thrice, strlen(thrice))};
    for (int jit = ADC_JIT_TCC; jit <= ADC_JIT_AUTO; jit++) {
        adc_program *p[2];
        for (int k = 0; k < 2; k++) {
            p[k] = compile_text(text, (adc_compile_options){.jit = jit, .link = &file[k], .links = 1});
            assert_non_null(p[k]);
            adc_program_jit(p[k], 1);
        }
        for (int k = 0; k < 2; k++) assert_true(gradient(adc_program_model(p[k]), 1) == 2 + k);
        adc_program_free(p[0]);
        assert_true(gradient(adc_program_model(p[1]), 5) == 3);
        adc_program_free(p[1]);
    }
    arena_free(a);
}

static void *worker(void *number)
{
    const int k = *(int *)number;
    char text[80];
    snprintf(text, sizeof text, "param x = 1 loss %d*x^3 + exp(x)", k / 2);
    for (int i = 0; i < 5; i++) {
        adc_program *program =
            adc_compile("t.ad", text, strlen(text), &(adc_compile_options){.jit = ADC_JIT_AUTO}, NULL);
        if (!program) return "no program";
        const double x = 0.1 * i, want = 3 * (k / 2) * x * x + exp(x);
        double loss, grad[2], work[16];
        adc_program_model(program)->grad(NULL, &x, NULL, &loss, &grad[0], work);
        const int tier = k % 2 ? adc_program_jit(program, 1) : ADC_JIT_CC;
        adc_program_model(program)->grad(NULL, &x, NULL, &loss, &grad[1], work);
        adc_program_free(program);
        if (tier != ADC_JIT_CC) return "not compiled";
        if (fabs(grad[0] - want) > 1e-12 || fabs(grad[1] - want) > 1e-12) return "wrong gradient";
    }
    return NULL;
}

/* Some wait for their compiler, some end it; two have the same text. */
static void threads_do_not_meet(void **state)
{
    (void)state;
    enum { THREADS = 6 };
    pthread_t thread[THREADS];
    int number[THREADS];
    for (int i = 0; i < THREADS; i++) {
        number[i] = i;
        assert_int_equal(pthread_create(&thread[i], NULL, worker, &number[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        void *wrong;
        pthread_join(thread[i], &wrong);
        if (wrong) fprintf(stderr, "%s\n", (const char *)wrong);
        assert_null(wrong);
    }
}

/* The end of a program ends what it started, all of it, and leaves no child. */
static void freeing_ends_the_compiler(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    const char *mark = arena_printf(a, "%s/started", scratch());
    const char *script = arena_printf(a,
                                      "#!/bin/sh\ncase $1 in --version) echo slow; exit;; esac\n"
                                      "sleep 1000 & echo $! >%s.new && mv %s.new %s\nwait\n",
                                      mark, mark, mark);
    const char *cc = file_of(a, "slow-cc", script, strlen(script));
    assert_int_equal(chmod(cc, 0700), 0);
    setenv("CC", cc, 1);
    adc_program *program = compile_text("param x = 1 loss x^5", (adc_compile_options){.jit = ADC_JIT_AUTO});
    unsetenv("CC");
    assert_non_null(program);
    FILE *f;
    while (!(f = fopen(mark, "r"))) usleep(1000);
    long sleeper = 0;
    assert_int_equal(fscanf(f, "%ld", &sleeper), 1);
    fclose(f);
    assert_true(gradient(adc_program_model(program), 1) == 5);
    assert_int_equal(adc_program_jit(program, 0), ADC_JIT_TCC);
    adc_program_free(program);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    /* Whoever adopted the sleeper may not yet have waited for it; the command line of what has ended is empty. */
    const char *name = arena_printf(a, "/proc/%ld/cmdline", sleeper);
    char what[64];
    bool alive = true;
    for (int k = 0; k < 5000 && alive; k++) {
        f = fopen(name, "r");
        alive = f && fgets(what, sizeof what, f);
        if (f) fclose(f);
        usleep(1000);
    }
    assert_false(alive);
    arena_free(a);
}

/* Files of 100 bytes, used one after the other; the middle one once more. */
static void least_recently_used_goes_first(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    const char *folder = arena_printf(a, "%s/trimmed", scratch()), *path[3];
    char key[DIGEST_TEXT + 1] = "", seal[200];
    assert_int_equal(mkdir(folder, 0700), 0);
    for (int k = 0; k < 3; k++) {
        memset(key, '1' + k, DIGEST_TEXT);
        path[k] = cache_path(a, folder, key);
        const char *object = cache_new(a, folder);
        assert_non_null(object);
        memset(seal, 'x', sizeof seal);
        FILE *f = fopen(object, "w");
        fwrite(seal, 1, 100, f);
        fclose(f);
        assert_true(cache_seal(object, key));
        assert_int_equal(rename(object, path[k]), 0);
        utimensat(AT_FDCWD, path[k], (struct timespec[]){{1000 + k, 0}, {1000 + k, 0}}, 0);
    }
    struct stat about;
    assert_int_equal(stat(path[0], &about), 0);
    memset(key, '2', DIGEST_TEXT);
    assert_true(cache_valid(path[1], key));
    const char *old = cache_new(a, folder), *fresh = cache_new(a, folder);
    utimensat(AT_FDCWD, old, (struct timespec[]){{1000, 0}, {1000, 0}}, 0);
    cache_trim(a, folder, (uint64_t)about.st_size);
    assert_int_equal(access(path[0], F_OK), -1);
    assert_int_equal(access(path[1], F_OK), 0);
    assert_int_equal(access(path[2], F_OK), -1);
    assert_int_equal(access(old, F_OK), -1);
    assert_int_equal(access(fresh, F_OK), 0);
    arena_free(a);
}

static void only_what_was_sealed_is_valid(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    char key[DIGEST_TEXT + 1] = "", other[DIGEST_TEXT + 1] = "";
    memset(key, 'a', DIGEST_TEXT);
    memset(other, 'b', DIGEST_TEXT);
    const char *path = file_of(a, "object", "code", 4);
    assert_false(cache_valid(path, key));
    assert_true(cache_seal(path, key));
    assert_true(cache_valid(path, key));
    assert_false(cache_valid(path, other));
    assert_int_equal(truncate(path, 100), 0);
    assert_false(cache_valid(path, key));
    path = file_of(a, "object", "code", 4);
    assert_true(cache_seal(path, key));
    const int fd = open(path, O_WRONLY);
    assert_int_equal(pwrite(fd, "C", 1, 0), 1);
    close(fd);
    assert_false(cache_valid(path, key));
    assert_false(cache_valid(arena_printf(a, "%s/none", scratch()), key));
    arena_free(a);
}

static void the_folder_is_the_users_alone(void **state)
{
    (void)state;
    Arena *a = arena_new(NULL);
    const char *why, *folder = arena_printf(a, "%s/deep/in/it", scratch());
    struct stat about;
    assert_string_equal(cache_folder(a, folder, &why), folder);
    assert_null(why);
    assert_int_equal(stat(folder, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0700);
    assert_int_equal(chmod(folder, 0770), 0);
    assert_null(cache_folder(a, folder, &why));
    assert_non_null(strstr(why, "others may write"));
    assert_null(cache_folder(a, "", &why));
    assert_null(why);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_standard),
        cmocka_unit_test(auto_goes_over_in_mid_run),
        cmocka_unit_test(it_is_the_compilers_code_that_runs),
        cmocka_unit_test(programs_have_their_own_links),
        cmocka_unit_test(threads_do_not_meet),
        cmocka_unit_test(freeing_ends_the_compiler),
        cmocka_unit_test(least_recently_used_goes_first),
        cmocka_unit_test(only_what_was_sealed_is_valid),
        cmocka_unit_test(the_folder_is_the_users_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
