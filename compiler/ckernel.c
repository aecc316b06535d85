/*
 * ckernel.c -- the C text of small functions that generated code calls.
 */
#include "ckernel.h"

#include "kernels.h"
#include "vkernels.h"

#include <string.h>

/*
 * Eight partial sums of each of n numbers, in pairs that are four, two and one apart.  Where numbers have a vector type its elements become sums
 * of different numbers as these halve: eight take 21 operations, four 13 (two vectors each), two 9 (four).
 */
static const char fold_text[] =
    "#ifdef __GNUC__\n"
    "#define @P_SHORT(n) __attribute__((vector_size((n) * sizeof(@r)), aligned(sizeof(@r)), may_alias))\n"
    "typedef @r @p_of8 @P_SHORT(8);\n"
    "typedef @r @p_of4 @P_SHORT(4);\n"
    "typedef @r @p_of2 @P_SHORT(2);\n"
    "#ifdef __clang__\n"
    "#define @P_PICK(n, a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)\n"
    "#define @P_UNROLLED\n"
    "#else\n"
    "typedef __typeof__(__builtin_choose_expr(sizeof(@r) == 8, (int64_t)0, (int32_t)0)) @p_index;\n"
    "typedef @p_index @p_index_of8 @P_SHORT(8);\n"
    "typedef @p_index @p_index_of4 @P_SHORT(4);\n"
    "typedef @p_index @p_index_of2 @P_SHORT(2);\n"
    "#define @P_PICK(n, a, b, ...) __builtin_shuffle(a, b, (@p_index_of##n){__VA_ARGS__})\n"
    "#define @P_UNROLLED _Pragma(\"GCC unroll 8\")\n"
    "#endif\n"
    "#define @P_OF8(a) (*(const @p_of8 *)(a))\n"
    "#define @P_OF4(a) (*(const @p_of4 *)(a) + *(const @p_of4 *)((a) + 4))\n"
    "#define @P_OF2(a) (*(const @p_of2 *)(a) + *(const @p_of2 *)((a) + 4) + (*(const @p_of2 *)((a) + 2) + *(const "
    "@p_of2 *)((a) + 6)))\n"
    "#define @P_HALVES8(a, b) (@P_PICK(8, a, b, 0, 1, 2, 3, 8, 9, 10, 11) + @P_PICK(8, a, b, 4, 5, 6, 7, 12, 13, 14, "
    "15))\n"
    "#define @P_QUARTERS8(a, b) (@P_PICK(8, a, b, 0, 1, 8, 9, 4, 5, 12, 13) + @P_PICK(8, a, b, 2, 3, 10, 11, 6, 7, 14, "
    "15))\n"
    "#define @P_HALVES4(a, b) (@P_PICK(4, a, b, 0, 1, 4, 5) + @P_PICK(4, a, b, 2, 3, 6, 7))\n"
    "#endif\n"
    "\n"
    "/* s[i] = the sum of the eight at v[i] */\n"
    "@P_INLINE static void @p_fold(int n, const @r *const *v, @r *s)\n"
    "{\n"
    "    int i = 0;\n"
    "#ifdef __GNUC__\n"
    "    @P_UNROLLED\n"
    "    for (; @P_BYTES >= 8 * sizeof(@r) && i + 8 <= n; i += 8) {\n"
    "        const @p_of8 a = @P_HALVES8(@P_OF8(v[i]), @P_OF8(v[i + 4])), b = @P_HALVES8(@P_OF8(v[i + 1]), @P_OF8(v[i "
    "+ 5]));\n"
    "        const @p_of8 c = @P_HALVES8(@P_OF8(v[i + 2]), @P_OF8(v[i + 6])), d = @P_HALVES8(@P_OF8(v[i + 3]), "
    "@P_OF8(v[i + 7]));\n"
    "        const @p_of8 e = @P_QUARTERS8(a, c), f = @P_QUARTERS8(b, d);\n"
    "        *(@p_of8 *)(s + i) = @P_PICK(8, e, f, 0, 8, 2, 10, 4, 12, 6, 14) + @P_PICK(8, e, f, 1, 9, 3, 11, 5, 13, "
    "7, 15);\n"
    "    }\n"
    "    @P_UNROLLED\n"
    "    for (; @P_BYTES >= 8 * sizeof(@r) && i < n; i += 2) {\n"
    "        const int j = i + 1 < n ? i + 1 : i;\n"
    "        const @p_of8 a = @P_HALVES8(@P_OF8(v[i]), @P_OF8(v[j])), e = @P_QUARTERS8(a, a);\n"
    "        s[j] = e[4] + e[5];\n"
    "        s[i] = e[0] + e[1];\n"
    "    }\n"
    "    @P_UNROLLED\n"
    "    for (; @P_BYTES >= 4 * sizeof(@r) && i + 4 <= n; i += 4) {\n"
    "        const @p_of4 a = @P_HALVES4(@P_OF4(v[i]), @P_OF4(v[i + 2])), b = @P_HALVES4(@P_OF4(v[i + 1]), @P_OF4(v[i "
    "+ 3]));\n"
    "        *(@p_of4 *)(s + i) = @P_PICK(4, a, b, 0, 4, 2, 6) + @P_PICK(4, a, b, 1, 5, 3, 7);\n"
    "    }\n"
    "    @P_UNROLLED\n"
    "    for (; @P_BYTES >= 4 * sizeof(@r) && i < n; i += 2) {\n"
    "        const int j = i + 1 < n ? i + 1 : i;\n"
    "        const @p_of4 a = @P_HALVES4(@P_OF4(v[i]), @P_OF4(v[j]));\n"
    "        s[j] = a[2] + a[3];\n"
    "        s[i] = a[0] + a[1];\n"
    "    }\n"
    "    @P_UNROLLED\n"
    "    for (; i + 2 <= n; i += 2) {\n"
    "        const @p_of2 a = @P_OF2(v[i]), b = @P_OF2(v[i + 1]);\n"
    "        *(@p_of2 *)(s + i) = @P_PICK(2, a, b, 0, 2) + @P_PICK(2, a, b, 1, 3);\n"
    "    }\n"
    "#endif\n"
    "    for (; i < n; i++) {\n"
    "        const @r *const x = v[i];\n"
    "        s[i] = x[0] + x[4] + (x[2] + x[6]) + (x[1] + x[5] + (x[3] + x[7]));\n"
    "    }\n"
    "}\n";

const KernelInfo kernel_info[KERNELS] = {
    [KERNEL_IDIV] = {"idiv",
                     "static int64_t @p_idiv(int64_t a, int64_t b) /* rounds down */\n"
                     "{\n"
                     "    return a / b - (a % b != 0 && (a % b < 0) != (b < 0));\n"
                     "}\n",
                     {KERNEL_IDIV},
                     0},
    [KERNEL_IMOD] = {"imod",
                     "static int64_t @p_imod(int64_t a, int64_t b) /* a - b * (a div b) */\n"
                     "{\n"
                     "    const int64_t r = a % b;\n"
                     "    return r != 0 && (r < 0) != (b < 0) ? r + b : r;\n"
                     "}\n",
                     {KERNEL_IDIV},
                     0},
    [KERNEL_ISQRT] = {"isqrt",
                      "static int64_t @p_isqrt(int64_t a) /* rounds down */\n"
                      "{\n"
                      "    int64_t r = 0, bit;\n"
                      "    for (bit = (int64_t)1 << 31; bit > 0; bit /= 2)\n"
                      "        if ((r + bit) <= a / (r + bit)) r += bit;\n"
                      "    return r;\n"
                      "}\n",
                      {KERNEL_IDIV},
                      0},
    [KERNEL_IPOW] = {"ipow",
                     "static @r @p_ipow(@r x, int64_t n) /* x to the power of an integer; 0 to the 0 is 1 */\n"
                     "{\n"
                     "    @r y = 1;\n"
                     "    int64_t m = n < 0 ? -n : n;\n"
                     "    for (; m > 0; m /= 2) {\n"
                     "        if (m % 2 == 1) y *= x;\n"
                     "        x *= x;\n"
                     "    }\n"
                     "    return n < 0 ? 1 / y : y;\n"
                     "}\n",
                     {KERNEL_IDIV},
                     0},
    [KERNEL_IPOWI] = {"ipowi",
                      "static int64_t @p_ipowi(int64_t x, int64_t n)\n"
                      "{\n"
                      "    int64_t y = 1;\n"
                      "    for (; n > 0; n--) y *= x;\n"
                      "    return y;\n"
                      "}\n",
                      {KERNEL_IDIV},
                      0},
    [KERNEL_SIGMOID] = {"sigmoid", kernel_sigmoid, {KERNEL_IDIV}, 0},
    [KERNEL_SOFTPLUS] = {"softplus", kernel_softplus, {KERNEL_IDIV}, 0},
    [KERNEL_POLYGAMMA] = {"polygamma", kernel_polygamma, {KERNEL_IDIV}, 0},
    [KERNEL_RANDOM_BEGIN] = {"random_begin", kernel_random_begin, {KERNEL_IDIV}, 0},
    [KERNEL_RANDOM_MIX] = {"random_mix", kernel_random_mix, {KERNEL_IDIV}, 0},
    [KERNEL_RANDOM_END] = {"random_end", kernel_random_end, {KERNEL_IDIV}, 0},
    [KERNEL_TRIANGLE] = {"triangle", NULL, {KERNEL_IDIV}, 0},
    [KERNEL_VBLAS] = {"vblas", NULL, {KERNEL_IDIV}, 0},
    [KERNEL_CHOLESKY] = {"cholesky", kernel_cholesky, {KERNEL_IDIV}, 0},
    [KERNEL_LSOLVE] = {"lsolve", kernel_lsolve, {KERNEL_IDIV}, 0},
    [KERNEL_LTSOLVE] = {"ltsolve", kernel_ltsolve, {KERNEL_IDIV}, 0},
    [KERNEL_LU] = {"lu", kernel_lu, {KERNEL_IDIV}, 0},
    [KERNEL_EXCHANGE] = {"exchange", kernel_exchange, {KERNEL_IDIV}, 0},
    [KERNEL_SINGULAR] = {"singular", kernel_singular, {KERNEL_IDIV}, 0},
    [KERNEL_LUSOLVE] = {"lusolve", kernel_lusolve, {KERNEL_EXCHANGE, KERNEL_SINGULAR}, 2},
    [KERNEL_LUTSOLVE] = {"lutsolve", kernel_lutsolve, {KERNEL_EXCHANGE, KERNEL_SINGULAR}, 2},
    [KERNEL_COFACTOR] = {"cofactor", kernel_cofactor, {KERNEL_EXCHANGE}, 1},
    [KERNEL_DET] = {"det", kernel_det, {KERNEL_IDIV}, 0},
    [KERNEL_LOGDET] = {"logdet", kernel_logdet, {KERNEL_IDIV}, 0},
    [KERNEL_DIM] = {"dim",
                    "/* Sizes are computed with what does not fit marked: INT64_MIN, which goes through. */\n"
                    "static int64_t @p_dim(size_t n)\n"
                    "{\n"
                    "    return n > (size_t)INT64_MAX ? INT64_MIN : (int64_t)n;\n"
                    "}\n",
                    {KERNEL_IDIV},
                    0},
    [KERNEL_ADD] = {"add",
                    "static int64_t @p_add(int64_t a, int64_t b)\n"
                    "{\n"
                    "    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;\n"
                    "    if (b > 0 ? a > INT64_MAX - b : a < -INT64_MAX - b) return INT64_MIN;\n"
                    "    return a + b;\n"
                    "}\n",
                    {KERNEL_IDIV},
                    0},
    [KERNEL_SUB] = {"sub",
                    "static int64_t @p_sub(int64_t a, int64_t b)\n"
                    "{\n"
                    "    return b == INT64_MIN ? b : @p_add(a, -b);\n"
                    "}\n",
                    {KERNEL_ADD},
                    1},
    [KERNEL_MUL] = {"mul",
                    "static int64_t @p_mul(int64_t a, int64_t b)\n"
                    "{\n"
                    "    if (a == INT64_MIN || b == INT64_MIN) return INT64_MIN;\n"
                    "    if (a < 0) return b == 0 ? 0 : @p_mul(-a, -b);\n"
                    "    if (a != 0 && (b > INT64_MAX / a || b < -(INT64_MAX / a))) return INT64_MIN;\n"
                    "    return a * b;\n"
                    "}\n",
                    {KERNEL_IDIV},
                    0},
    [KERNEL_COUNT] = {"count",
                      "static int64_t @p_count(int64_t a, int64_t b) /* elements: of sizes that are not negative */\n"
                      "{\n"
                      "    return a < 0 || b < 0 ? INT64_MIN : @p_mul(a, b);\n"
                      "}\n",
                      {KERNEL_MUL},
                      1},
    [KERNEL_SLOT] =
        {"slot",
         "/* bytes + count elements of `size` bytes, in whole lines of 64; SIZE_MAX where that does not fit */\n"
         "static size_t @p_slot(size_t bytes, int64_t count, size_t size)\n"
         "{\n"
         "    if (count < 0 || bytes > SIZE_MAX / 4 || (size_t)count > SIZE_MAX / 4 / size) return SIZE_MAX;\n"
         "    return bytes + ((size_t)count * size + 63) / 64 * 64;\n"
         "}\n",
         {KERNEL_IDIV},
         0},
    [KERNEL_APART] = {"APART",
                      "#ifdef __GNUC__ /* gcc 12 -O3 loses terms of sums where functions with restrict arguments "
                      "become a part of another one */\n"
                      "#define @P_APART __attribute__((noinline))\n"
                      "#else\n"
                      "#define @P_APART\n"
                      "#endif\n",
                      {KERNEL_IDIV},
                      0},
    [KERNEL_LONG] = {"LONG",
                     "#if defined __GNUC__ && !defined __clang__ && defined __OPTIMIZE__ && !defined __OPTIMIZE_SIZE__ "
                     "/* what else -O3 does takes gcc long here, to no avail */\n"
                     "#define @P_VECTORS \"tree-vectorize\", \"vect-cost-model=dynamic\"\n"
                     "#define @P_LONG @P_APART __attribute__((optimize(\"O2\", @P_VECTORS)))\n"
                     "#define @P_TILES @P_APART __attribute__((optimize(\"O1\", @P_VECTORS, \"no-ivopts\")))\n"
                     "#define @P_FUSED \"O2\", @P_VECTORS, \"align-loops=64\", \"fp-contract=fast\"\n"
                     "#else\n"
                     "#define @P_LONG @P_APART\n"
                     "#define @P_TILES @P_APART\n"
                     "#define @P_FUSED \"fp-contract=fast\"\n"
                     "#endif\n",
                     {KERNEL_APART},
                     1},
    [KERNEL_WORDS] = {"WORDS",
                      "#ifdef __GNUC__\n"
                      "#define @P_INLINE __attribute__((always_inline)) inline\n"
                      "#else\n"
                      "#define @P_INLINE inline\n"
                      "#endif\n"
                      "#if defined __FMA__ || defined __ARM_FEATURE_FMA || defined FP_FAST_FMA\n"
                      "#define @P_MA(a, b, c) fma@f(a, b, c)\n"
                      "#else\n"
                      "#define @P_MA(a, b, c) ((a) * (b) + (c))\n"
                      "#endif\n"
                      "#if defined __FLT_EVAL_METHOD__ && __FLT_EVAL_METHOD__ > 0 /* the x87 */\n"
                      "#define @P_EXACT 0\n"
                      "#else\n"
                      "#define @P_EXACT 1\n"
                      "#endif\n",
                      {KERNEL_IDIV},
                      0},
    [KERNEL_LANES] =
        {"LANES",
         "#if !@P_EXACT\n"
         "#error these functions need numbers with the digits of their type: compile with -msse2 -mfpmath=sse\n"
         "#endif\n"
         "#define @P_LANES 64\n"
         "#if defined __clang__ && defined __AVX512F__ /* whole vectors: by themselves compilers take half of them */\n"
         "#define @P_STAGE __attribute__((noinline, min_vector_width(512)))\n"
         "#define @P_WIDE @P_STAGE\n"
         "#define @P_EIGHTS _Pragma(\"clang loop vectorize_width(8)\")\n"
         "#pragma clang diagnostic ignored \"-Wpass-failed\" /* where it cannot */\n"
         "#elif defined __clang__\n"
         "#define @P_STAGE __attribute__((noinline))\n"
         "#define @P_WIDE @P_STAGE\n"
         "#elif defined __GNUC__ /* copies for some arguments only take time to compile */\n"
         "#if defined __AVX512F__ && __GNUC__ >= 8\n"
         "#define @P_STAGE __attribute__((noinline, noclone, target(\"prefer-vector-width=512\", \"tune=skylake\")))\n"
         "#elif defined __x86_64__ && __GNUC__ >= 6 /* tuned otherwise it reads a vector once more for each use */\n"
         "#define @P_STAGE __attribute__((noinline, noclone, target(\"tune=skylake\")))\n"
         "#else\n"
         "#define @P_STAGE __attribute__((noinline, noclone))\n"
         "#endif\n"
         "#define @P_WIDE @P_STAGE __attribute__((optimize(@P_FUSED)))\n"
         "#else\n"
         "#define @P_STAGE\n"
         "#define @P_WIDE\n"
         "#endif\n"
         "#ifndef @P_EIGHTS\n"
         "#define @P_EIGHTS\n"
         "#endif\n"
         "#if defined __GNUC__ && !defined __clang__ /* -O3 writes turns out: more to compile, no less to run */\n"
         "#define @P_LOOP _Pragma(\"GCC unroll 1\")\n"
         "#else\n"
         "#define @P_LOOP @P_EIGHTS\n"
         "#endif\n"
         "#ifdef __GNUC__\n"
         "#define @P_FEW 8 /* numbers for which vectors do not pay */\n"
         "#else\n"
         "#define @P_FEW INT64_MAX\n"
         "#endif\n"
         "#ifndef @P_TEAM\n"
         "#define @P_TEAM(work) 1 /* threads that share so many multiplications */\n"
         "#define @P_TOGETHER\n"
         "#endif\n"
         "#ifdef __clang__ /* a short loop that it unrolls first becomes no vectors */\n"
         "#define @P_ROLLED _Pragma(\"clang loop unroll(disable)\")\n"
         "#else\n"
         "#define @P_ROLLED\n"
         "#endif\n"
         "#if defined __AVX512F__\n"
         "#define @P_ROWS 8 /* of a product at once */\n"
         "#define @P_BYTES 64 /* of a vector */\n"
         "#else\n"
         "#define @P_ROWS 4\n"
         "#ifdef __AVX__\n"
         "#define @P_BYTES 32\n"
         "#else\n"
         "#define @P_BYTES 16\n"
         "#endif\n"
         "#endif\n"
         "#ifdef __GNUC__\n"
         "#define @P_VECTOR __attribute__((vector_size(@P_BYTES), aligned(sizeof(@r)), may_alias))\n"
         "#define @P_AHEAD(p) __builtin_prefetch(p, 1)\n"
         "#define @P_SOON(p) __builtin_prefetch((const void *)((size_t)(p) + 192)) /* of a row, what comes some rounds "
         "later */\n"
         "#else\n"
         "#define @P_VECTOR\n"
         "#define @P_AHEAD(p) ((void)(p))\n"
         "#define @P_SOON(p) ((void)(p))\n"
         "#endif\n",
         {KERNEL_WORDS, KERNEL_LONG},
         2},
    [KERNEL_FOLD] = {"fold", fold_text, {KERNEL_LANES}, 1},
#define V(NAME, name, first, second) [KERNEL_##NAME] = {#name, kernel_##name, {KERNEL_##first, KERNEL_##second}, 2},
    VPARTS(V) VFUNCTIONS(V)
#undef V
};

/* The texts for float that are not those for double. */
static const char *const single_text[KERNELS] = {
#define V(NAME, name, ...) [KERNEL_##NAME] = kernel_##name##_single,
    VPARTS(V) VFUNCTIONS(V)
#undef V
};

static const char *lapack_name(Arena *arena, const char *text, KernelStyle style)
{
    return arena_printf(arena, "%s%.*s", style.single ? "s" : "d", (int)strcspn(text, "("), text);
}

/* As print_externals has it: for tier.h a variable in what the system's compiler makes. */
static void open_prototype(const char *name, KernelStyle style, Text *out)
{
    if (style.jit) text_addf(out, "#ifdef ADC_CC\n%s_SEEN void (*%s)(\n#else\n", style.capitals, name);
    text_addf(out, style.jit ? "void %s(\n#endif\n    " : "void %s(", name);
}

static void print_one(const char *text, KernelStyle style, Text *out)
{
    for (const char *s = text; *s; s++) {
        if (*s != '@') {
            text_addn(out, s, 1);
            continue;
        }
        s++;
        if (*s == 'p') text_add(out, style.prefix);
        if (*s == 'P') text_add(out, style.capitals);
        if (*s == 'r') text_addf(out, "%s_real", style.prefix);
        if (*s == 'f' && style.single) text_add(out, "f");
        if (*s == 'l') text_add(out, style.single ? "s" : "d");
        if (*s == 'v') {
            open_prototype(lapack_name(out->arena, s + 1, style), style, out);
            s += strcspn(s, "(");
        }
    }
    text_add(out, "\n");
}

/* For libtcc's code the functions of matrices and of lanes exist in this program already ("adc_lu" for m_lu); and what these need. */
static bool is_known(int k, KernelStyle style)
{
    if (style.blas && lapack_info[k].text) return false;
    return (k >= KERNEL_CHOLESKY && k <= KERNEL_LOGDET) || (k >= KERNEL_VEXP && k <= KERNEL_VINNER);
}
static bool is_libtccs(int k) { return k >= KERNEL_VAXPY && k <= KERNEL_VINNER; }
static bool is_part(int k) { return k >= KERNEL_VBITS && k < KERNEL_VEXP; }

static void print_known(const KernelInfo *k, KernelStyle style, Text *out)
{
    const char *head = strstr(k->text, "static ") + strlen("static ");
    text_addf(out, "#define %s_%s adc_%s\n", style.prefix, k->name, k->name);
    Text line = {.arena = out->arena};
    text_addn(&line, head, strcspn(head, "\n"));
    text_add(&line, ";");
    print_one(line.at, style, out);
}

static const KernelInfo *info_of(int k, KernelStyle style)
{
    return style.blas && lapack_info[k].text ? &lapack_info[k] : &kernel_info[k];
}

static const char *text_of(int k, KernelStyle style)
{
    const KernelInfo *info = info_of(k, style);
    return info == &kernel_info[k] && style.single && single_text[k] ? single_text[k] : info->text;
}

const char kernel_strict[] =
    "/* Infinities, NaN and the order of operations mean something here: -ffast-math is not for it. */\n"
    "#if defined __clang__\n"
    "#pragma float_control(push)\n"
    "#pragma float_control(precise, on)\n"
    "#elif defined __GNUC__\n"
    "#pragma GCC push_options\n"
    "#pragma GCC optimize(\"no-fast-math\", \"no-trapping-math\", \"no-math-errno\")\n"
    "#endif\n";
const char kernel_strict_end[] = "#if defined __clang__\n"
                                 "#pragma float_control(pop)\n"
                                 "#elif defined __GNUC__\n"
                                 "#pragma GCC pop_options\n"
                                 "#endif\n";

void kernels_print(uint8_t *used, KernelStyle style, Text *out)
{
    for (int k = KERNELS; k-- > 0;) {
        const KernelInfo *info = info_of(k, style);
        for (int c = 0; used[k] && c < info->n_calls; c++) used[info->calls[c]] = 1;
    }
    for (int k = 0; k < KERNELS; k++) {
        bool ours = style.jit && !style.single && (is_known(k, style) || is_part(k));
        if (!used[k]) continue;
        if (ours) text_add(out, "#ifndef ADC_CC\n");
        if (ours && is_known(k, style)) print_known(&kernel_info[k], style, out);
        if (ours && !is_libtccs(k)) text_add(out, "#else\n");
        if (!is_libtccs(k)) print_one(text_of(k, style), style, out);
        if (ours) text_add(out, "#endif\n");
    }
}

const char *kernels_lapack(const uint8_t *used, int k, KernelStyle style, Arena *arena)
{
    const char *call = used[k] && lapack_info[k].text ? strstr(lapack_info[k].text, "@v") : NULL;
    return call ? lapack_name(arena, call + 2, style) : NULL;
}

bool kernels_link_lapack(const uint8_t *used)
{
    for (int k = 0; k < KERNELS; k++)
        if (used[k] && lapack_info[k].text) return true;
    return false;
}
