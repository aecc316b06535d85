/*
 * plot.c -- adc plot: pictures of what a fit has left.
 */
#include "cli.h"
#include "draw.h"

#include <stdlib.h>
#include <string.h>

const Option plot_options[] = {
    {"o", "FILE.svg|png", "the picture"},
    {"columns", "A,B", "of histories: which are drawn (loss, and metrics of the development set)"},
    {"image", "HxW", "of an array, FILE.npz:NAME: its rows as images of that size"},
    {NULL, NULL, NULL},
};

/* "28x28" */
static bool size_of(const char *text, size_t *height, size_t *width)
{
    char *end;
    *height = strtoull(text, &end, 10);
    if (end == text || *end != 'x') return false;
    text = end + 1;
    *width = strtoull(text, &end, 10);
    return end != text && !*end && *height && *width && *height < 1u << 16 && *width < 1u << 16;
}

int command_plot(const Args *args)
{
    const char *file = args_value(args, "o"), *image = args_value(args, "image"),
               *columns = args_value(args, "columns");
    size_t height, width;
    adc_error error;
    if (!file) {
        complain("-o says where the picture goes: a name that ends in .svg or .png");
        return CLI_USAGE;
    }
    if (image && columns) {
        complain("--columns is of histories, --image of an array");
        return CLI_USAGE;
    }
    if (image && !size_of(image, &height, &width)) {
        complain("--image %s: expected a height and a width, as 28x28", image);
        return CLI_USAGE;
    }
    if (image && args->files.n > 1) {
        complain("--image is of one array: %s and %s are two", args->file, args->files.at[1]);
        return CLI_USAGE;
    }
    const bool good = image ? adc_draw_rows(args->file, height, width, file, &error)
                            : adc_draw_histories(args->files.at, args->files.n, columns, file, &error);
    return good ? CLI_OK : refuse(&error);
}
