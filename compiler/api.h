/*
 * api.h -- what the public functions share with the command line.
 */
#ifndef ADC_API_H
#define ADC_API_H

#include "adc.h"
#include "passes.h"

/*
 * The options in the compiler's own form, in the context's arena; the model is named after `name`, its file.  false:
 * one of them is malformed; a diagnostic says so.
 */
bool compile_options(Context *, const char *name, const adc_compile_options *, CompileOptions *);
/* The function in C that an extern one of the program is; NULL: it calls none of that name. */
typedef void Function(void);
Function *program_function(const adc_program *, const char *name);

#endif
