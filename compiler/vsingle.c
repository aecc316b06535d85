/*
 * vsingle.c -- the kernels of vkernels.h for float as text.
 */
#include "vsingle.h"

#include "ktext.h"
#include "vkernels.h"

#define V(NAME, name, ...) const char kernel_##name##_single[] = KERNEL_##NAME##_C(TEXT, COMMENT);
VPARTS(V)
VFUNCTIONS(V)
