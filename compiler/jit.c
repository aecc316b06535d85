/*
 * jit.c -- C text -> functions in memory, through libtcc, without anything of libtcc's installed.
 *
 * -nostdlib keeps libtcc from reading files and from looking names up by itself, so every function that the text calls
 * is bound here: those of libm, the kernels of matrices and lanes, which our compiler made faster than libtcc would, and the conversions and block moves that libtcc's code calls.  Only functions are
 * bound: libtcc reads a bound object through its call stub and gets garbage.  The code goes to memory of our own, since
 * libtcc ends the process where the system refuses executable memory: whether it does is tried first, on that very
 * memory.  C files to link that no compiler was there for are compiled into the same code, with what they call of the C
 * library looked up by name.
 */
#include "jit.h"

#include "opmath.h"

#include <dlfcn.h>
#include <libtcc.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct Jit {
    void *code;
    size_t bytes;
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

static void bind(TCCState *s, const char *name, Function *function)
{
    const void *address;
    memcpy(&address, &function, sizeof address); /* a function's address as an object's: POSIX, not C */
    tcc_add_symbol(s, name, address);
}

static void bind_known(TCCState *s)
{
    for (size_t i = 0; i < sizeof bound / sizeof *bound; i++) bind(s, bound[i].name, bound[i].function);
    for (const OpKernel *k = op_kernel; k->name; k++) bind(s, k->name, k->function);
    for (const OpKernel *k = vmath_kernel; k->name; k++) bind(s, k->name, k->function);
}

static Linked *find_linked(const Links *links, const char *name)
{
    for (size_t k = 0; k < links->functions; k++)
        if (strcmp(links->function[k].name, name) == 0) return &links->function[k];
    return NULL;
}

/* What the code calls and does not have: functions to link, and, in C files, those of the C library. */
static bool bind_undefined(TCCState *s, const Errors *errors, Links *links)
{
    bool found = errors->undefined.n > 0;
    for (uint32_t i = 0; i < errors->undefined.n; i++) {
        const char *name = errors->undefined.at[i];
        const Linked *ours = find_linked(links, name);
        const void *address = ours ? ours->address : links->sources ? dlsym(RTLD_DEFAULT, name) : NULL;
        if (address) tcc_add_symbol(s, name, address);
        if (!address && ours) links->missing = ours;
        found &= address != NULL;
    }
    return found;
}

/* The unit in memory.  false: *error, or what libtcc said. */
static bool load(TCCState *s, Errors *errors, Jit *jit, Links *links, const char **error)
{
    bind_known(s);
    int bytes = tcc_relocate(s, NULL);
    if (bytes < 0 && bind_undefined(s, errors, links)) {
        errors->first = NULL;
        bytes = tcc_relocate(s, NULL);
    }
    if (bytes < 0) return false;
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    jit->bytes = ((size_t)bytes + page - 1) / page * page + page;
    jit->code = code_memory(jit->bytes);
    if (!jit->code) *error = "the system refuses memory that may be executed (the JIT needs it)";
    return jit->code && tcc_relocate(s, jit->code) == 0;
}

static bool find(Arena *arena, TCCState *s, const char *const *symbol, size_t symbols, Links *links, const void **found,
                 const char **error)
{
    for (size_t k = 0; k < symbols; k++) {
        found[k] = tcc_get_symbol(s, symbol[k]);
        if (!found[k]) *error = arena_printf(arena, "internal error: the generated code has no %s", symbol[k]);
    }
    for (size_t k = 0; k < links->functions; k++)
        if (!links->function[k].address) links->function[k].address = tcc_get_symbol(s, links->function[k].name);
    return !*error;
}

Jit *jit_open(Arena *arena, const char *c, const char *const *symbol, size_t symbols, Links *links, const void **found,
              const char **error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, first_unit);
    Links none = {0};
    links = links ? links : &none;
    *error = "out of memory";
    Errors errors = {.arena = arena};
    Jit *jit = calloc(1, sizeof *jit);
    TCCState *s = jit ? new_state(&errors) : NULL;
    bool linked = true, good = false;
    if (s) {
        *error = NULL;
        for (size_t i = 0; i < links->sources && linked; i++) linked = tcc_add_file(s, links->source[i]) == 0;
        good = linked && tcc_compile_string(s, c) == 0 && load(s, &errors, jit, links, error) &&
               find(arena, s, symbol, symbols, links, found, error);
        tcc_delete(s);
    }
    if (good) return jit;
    if (!linked)
        *error = arena_printf(arena, "--link: libtcc says: %s (there is no cc)", errors.first);
    else if (!*error)
        *error = arena_printf(arena, "internal error: libtcc refuses the generated code: %s", errors.first);
    jit_close(jit);
    return NULL;
}

void jit_close(Jit *jit)
{
    if (!jit) return;
    if (jit->code) munmap(jit->code, jit->bytes);
    free(jit);
}
