/*
 * vdouble.c -- the kernels of vkernels.h for double as text.
 */
#include "vdouble.h"

#include "ktext.h"
#include "vkernels.h"

#define V(name, code) const char kernel_##name[] = code(TEXT, COMMENT);
VKERNELS(V)
