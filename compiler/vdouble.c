/*
 * vdouble.c -- the kernels of vkernels.h for double as text.
 */
#include "vdouble.h"

#include "ktext.h"
#include "vkernels.h"

#define V(NAME, name, ...) const char kernel_##name[] = KERNEL_##NAME##_C(TEXT, COMMENT);
VPARTS(V)
VFUNCTIONS(V)
