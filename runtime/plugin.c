/*
 * plugin.c -- finds the shared object of an optimiser: beside the program, in the lib folder beside that, or where the system looks.
 */
#include "plugin.h"
#include "data.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Which package has the headers that the object is made with. */
static const char *package_of(const char *name)
{
    return strcmp(name, "ipopt") == 0 ? "coinor-libipopt-dev" : "libnlopt-dev";
}

/* Kept in memory after it is closed: libraries that it needs may have threads. */
static void *load(const char *path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE); }

/* NULL: the error says why. */
static void *find(const char *name, adc_error *error)
{
    char folder[4096], path[4200];
    const ssize_t n = readlink("/proc/self/exe", folder, sizeof folder - 1);
    folder[n > 0 ? n : 0] = 0;
    char *slash = strrchr(folder, '/');
    if (slash) *slash = 0;
    static const char *const places[] = {"", "/../lib"};
    for (int k = 0; slash && k < 2; k++) {
        snprintf(path, sizeof path, "%s%s/adc_%s.so", folder, places[k], name);
        if (access(path, F_OK) != 0) continue;
        void *library = load(path);
        if (!library) adc_say(error, "Cannot load %s.", dlerror());
        return library;
    }
    snprintf(path, sizeof path, "adc_%s.so", name);
    void *library = load(path);
    if (!library)
        adc_say(error,
                "There is no %s, neither beside the program nor in the folders of libraries: install %s and make adc "
                "again.",
                path, package_of(name));
    return library;
}

bool adc_plugin_open(PluginHandle *p, const char *optimizer, adc_error *error)
{
    char name[20];
    const size_t n = strcspn(optimizer, ":");
    snprintf(name, sizeof name, "%.*s", (int)n, optimizer);
    *p = (PluginHandle){.library = find(name, error), .algorithm = optimizer + n + (optimizer[n] == ':')};
    if (!p->library) return false;
    p->plugin = dlsym(p->library, "adc_plugin");
    if (!p->plugin || strcmp(p->plugin->version, ADC_VERSION) != 0)
        return adc_fail(error, "adc_%s.so is of another version of adc.", name);
    return true;
}

void adc_plugin_close(PluginHandle *p)
{
    if (p->library) dlclose(p->library);
}
