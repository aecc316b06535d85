/*
 * jit.c -- C text -> functions in memory, through libtcc, without anything of libtcc's installed.
 *
 * -nostdlib keeps libtcc from reading files and from looking names up by itself, so every function that the text calls
 * is bound here: those of libm, the kernels of matrices, which our compiler made faster than libtcc would, and the conversions and block moves that libtcc's code calls.  Only functions are
 * bound: libtcc reads a bound object through its call stub and gets garbage.  The code goes to memory of our own, since
 * libtcc ends the process where the system refuses executable memory: whether it does is tried first, on that very
 * memory.  A C file to link is compiled by the system's compiler; where there is none libtcc compiles it into the same
 * code, with what it calls of the C library looked up by name.
 */
#include "jit.h"

#include "link.h"
#include "opmath.h"

#include <dlfcn.h>
#include <libtcc.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct {
    char *name;
    const void *address;
} Linked;

struct Jit {
    void *code;
    size_t bytes;
    void **library; /* linked */
    size_t libraries;
    Linked *linked;
    size_t functions; /* of these */
};

/* ---- what the text may call */

typedef void Function(void);

/* libtcc's own helpers, which its code for x86-64 calls by these names. */
static uint64_t fixunsdfdi(double x) { return (uint64_t)x; }
static uint64_t fixunssfdi(float x) { return (uint64_t)x; }
static double floatundidf(uint64_t x) { return (double)x; }
static float floatundisf(uint64_t x) { return (float)x; }

/* clang-format off */
#define BIND_1(g)                        {#g, (Function *)(double (*)(double))g}, {#g "f", (Function *)(float (*)(float))g##f},
#define BIND_2(g)                        {#g, (Function *)(double (*)(double, double))g}, {#g "f", (Function *)(float (*)(float, float))g##f},
#define BIND_LIBM(kids, function)        BIND_##kids(function)
#define BIND_OWN(kids, function)
#define OP(name, text, kids, form, result, partials, by, function, cost) BIND_##by(kids, function)
static const struct {
    const char *name;
    Function *function;
} bound[] = {
    ADC_OPS(OP)
    {"memcpy", (Function *)memcpy}, {"memmove", (Function *)memmove}, {"memset", (Function *)memset},
    {"__fixunsdfdi", (Function *)fixunsdfdi}, {"__fixunssfdi", (Function *)fixunssfdi},
    {"__floatundidf", (Function *)floatundidf}, {"__floatundisf", (Function *)floatundisf},
};
#undef OP
/* clang-format on */

/* ---- libtcc's state */

typedef struct {
    Arena *arena;
    const char *first;
    VEC(const char *) undefined; /* symbols that a relocation did not find */
} Errors;

static void keep_error(void *user, const char *message)
{
    static const char before[] = "undefined symbol '";
    Errors *errors = user;
    const char *name = strstr(message, before);
    if (name) {
        name += sizeof before - 1;
        name = arena_strndup(errors->arena, name, strcspn(name, "'"));
        vec_push(errors->arena, &errors->undefined, name);
    }
    if (!errors->first) errors->first = arena_strndup(errors->arena, message, strlen(message));
}

static TCCState *new_state(Errors *errors)
{
    TCCState *s = tcc_new();
    if (!s) return NULL;
    tcc_set_error_func(s, errors, keep_error);
    tcc_set_options(s, "-nostdlib -w");
    if (tcc_set_output_type(s, TCC_OUTPUT_MEMORY) == 0) return s;
    tcc_delete(s);
    return NULL;
}

/* libtcc makes the lock that serialises it at its first compilation, unlocked: so one thread does a first one. */
static void first_unit(void)
{
    Arena *arena = arena_new(NULL);
    Errors errors = {.arena = arena};
    TCCState *s = new_state(&errors);
    if (s) {
        tcc_compile_string(s, "int adc_first_unit;");
        tcc_delete(s);
    }
    arena_free(arena);
}

/* ---- the way from text to a symbol */

/* Memory that may be written and executed, or NULL: the system allows none. */
static void *code_memory(size_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) return NULL;
    if (mprotect(p, bytes, PROT_READ | PROT_WRITE | PROT_EXEC) == 0) return p;
    munmap(p, bytes);
    return NULL;
}

static void bind_known(TCCState *s)
{
    for (size_t i = 0; i < sizeof bound / sizeof *bound; i++) {
        const void *address;
        memcpy(&address, &bound[i].function, sizeof address); /* a function's address as an object's: POSIX, not C */
        tcc_add_symbol(s, bound[i].name, address);
    }
    for (const OpKernel *k = op_kernel; k->name; k++) {
        const void *address;
        memcpy(&address, &k->function, sizeof address);
        tcc_add_symbol(s, k->name, address);
    }
}

/* Libraries are loaded, C files without a compiler added to the code.  false: *error. */
static bool link_files(TCCState *s, Arena *arena, Jit *jit, const JitLinks *links, const char **error)
{
    jit->library = calloc(links->files + 1, sizeof *jit->library);
    for (size_t i = 0; jit->library && i < links->files; i++) {
        void *library = link_open(arena, links->file[i], error);
        if (!library && (*error || tcc_add_file(s, links->file[i]) < 0)) return false;
        if (library) jit->library[jit->libraries++] = library;
    }
    return jit->library != NULL;
}

/* What the code calls and does not have: functions to link, and, in C files that libtcc compiled, those of the C library. */
static bool bind_undefined(TCCState *s, const Errors *errors, const Jit *jit, JitLinks *links)
{
    bool found = errors->undefined.n > 0;
    for (uint32_t i = 0; i < errors->undefined.n; i++) {
        const char *name = errors->undefined.at[i];
        const void *address = NULL;
        bool ours = false;
        for (size_t k = 0; k < jit->libraries && !address; k++) address = dlsym(jit->library[k], name);
        for (size_t k = 0; k < links->names; k++) ours |= strcmp(links->name[k], name) == 0;
        if (!address && !ours && links->files > jit->libraries) address = dlsym(RTLD_DEFAULT, name);
        if (address) tcc_add_symbol(s, name, address);
        if (!address && ours) links->missing = name;
        found &= address != NULL;
    }
    return found;
}

static bool keep_linked(TCCState *s, Jit *jit, const JitLinks *links)
{
    jit->linked = calloc(links->names + 1, sizeof *jit->linked);
    for (size_t k = 0; jit->linked && k < links->names; k++) {
        Linked *l = &jit->linked[jit->functions++];
        l->name = malloc(strlen(links->name[k]) + 1);
        if (!l->name) return false;
        strcpy(l->name, links->name[k]);
        l->address = tcc_get_symbol(s, l->name);
    }
    return jit->linked != NULL;
}

static const void *load(TCCState *s, Errors *errors, Jit *jit, JitLinks *links, const char *symbol, const char **error)
{
    bind_known(s);
    int bytes = tcc_relocate(s, NULL);
    if (bytes < 0 && bind_undefined(s, errors, jit, links)) {
        errors->first = NULL;
        bytes = tcc_relocate(s, NULL);
    }
    if (bytes < 0) return NULL;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    jit->bytes = ((size_t)bytes + page - 1) / page * page + page;
    jit->code = code_memory(jit->bytes);
    if (!jit->code) {
        *error = "the system refuses memory that may be executed (the JIT needs it)";
        return NULL;
    }
    if (tcc_relocate(s, jit->code) || !keep_linked(s, jit, links)) return NULL;
    return tcc_get_symbol(s, symbol);
}

const void *jit_linked(const Jit *jit, const char *name)
{
    for (size_t k = 0; k < jit->functions; k++)
        if (strcmp(jit->linked[k].name, name) == 0) return jit->linked[k].address;
    return NULL;
}

Jit *jit_open(Arena *arena, const char *c, const char *symbol, JitLinks *links, const void **found, const char **error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, first_unit);
    JitLinks none = {0};
    links = links ? links : &none;
    *found = NULL;
    *error = "out of memory";
    Errors errors = {.arena = arena};
    Jit *jit = calloc(1, sizeof *jit);
    TCCState *s = jit ? new_state(&errors) : NULL;
    bool linked = false;
    if (s) {
        *error = NULL;
        linked = link_files(s, arena, jit, links, error);
        if (linked && tcc_compile_string(s, c) == 0) *found = load(s, &errors, jit, links, symbol, error);
        tcc_delete(s);
    }
    if (*found) return jit;
    if (links->missing)
        *error = arena_printf(arena, "no linked file has the function '%s'", links->missing);
    else if (s && !linked && errors.first)
        *error = arena_printf(arena, "--link: libtcc says: %s (there is no cc)", errors.first);
    else if (errors.first)
        *error = arena_printf(arena, "internal error: libtcc refuses the generated code: %s", errors.first);
    else if (!*error)
        *error = arena_printf(arena, "internal error: the generated code has no %s", symbol);
    jit_close(jit);
    return NULL;
}

void jit_close(Jit *jit)
{
    if (!jit) return;
    if (jit->code) munmap(jit->code, jit->bytes);
    for (size_t i = 0; i < jit->libraries; i++) link_close(jit->library[i]);
    free(jit->library);
    for (size_t k = 0; k < jit->functions; k++) free(jit->linked[k].name);
    free(jit->linked);
    free(jit);
}
