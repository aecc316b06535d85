/*
 * vmathtool -- prints the functions of lanes as generated C has them, each behind a function `run_NAME(y, z, x, a)` that a program finds by name.
 *
 *     vmathtool double|float
 */
#include <stdio.h>
#include <string.h>

#include "ckernel.h"

static void print_run(Kernel k, Text *out)
{
    const char *name = kernel_info[k].name;
    text_addf(out, "void run_%s(m_real *y, m_real *z, const m_real *x, const m_real *a)\n{\n    ", name);
    text_add(out, "(void)z, (void)a;\n    ");
    const char *arguments = k == KERNEL_VSINCOS ? "y, z, x" : k == KERNEL_VPOW ? "y, x, a" : "y, x";
    if (k == KERNEL_SINCOS)
        text_add(out, "for (int i = 0; i < M_LANES; i++) y[i] = m_sincos(x[i], z + i);\n}\n\n");
    else
        text_addf(out, "m_%s(%s);\n}\n\n", name, arguments);
}

int main(int argc, char **argv)
{
    if (argc != 2 || (strcmp(argv[1], "double") != 0 && strcmp(argv[1], "float") != 0)) {
        fputs("vmathtool double|float\n", stderr);
        return 2;
    }
    bool single = strcmp(argv[1], "float") == 0;
    uint8_t used[KERNELS] = {0};
    Text out = {.arena = arena_new(NULL)};
    text_addf(&out, "#include <math.h>\n#include <stdint.h>\n\ntypedef %s m_real;\n\n%s\n", argv[1], kernel_strict);
    for (int k = KERNEL_VEXP; k <= KERNEL_VPOW; k++) used[k] = 1;
    kernels_print(used, (KernelStyle){.prefix = "m", .capitals = "M", .single = single}, &out);
    for (int k = KERNEL_VEXP; k <= KERNEL_VPOW; k++) print_run((Kernel)k, &out);
    fputs(out.at, stdout);
    arena_free(out.arena);
    return 0;
}
