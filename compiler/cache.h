/*
 * cache.h -- a folder of compiled objects, each under the name of what it was made from, for all processes of a user.
 */
#ifndef ADC_CACHE_H
#define ADC_CACHE_H

#include "base.h"

#include "digest.h"

/*
 * The folder, made where it is missing.  wish: NULL: XDG_CACHE_HOME/adc, or ~/.cache/adc; "": none.  NULL: *why there is none
 * that can be used, or NULL.
 */
const char *cache_folder(Arena *, const char *wish, const char **why);
/* An empty file of a name of its own, to be renamed or removed.  NULL: errno */
const char *cache_new(Arena *, const char *folder);
const char *cache_path(Arena *, const char *folder, const char *key);

/* Writes behind the object, where loaders do not look, what it is.  false: errno */
bool cache_seal(const char *path, const char *key);
/* Is the file ours, sealed with that key, and as it was then?  It counts as just used. */
bool cache_valid(const char *path, const char *key);
/* Removes what was used least recently until no more than that many bytes are left, and what others left half-made. */
void cache_trim(Arena *, const char *folder, uint64_t bytes);

#endif
