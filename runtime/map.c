/*
 * map.c -- maps a file: read only, private, released with the array.
 */
#include "map.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool adc_map(DataArray *out, const Stream *s, size_t offset, size_t bytes)
{
    const int fd = open(s->name, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return false;
    struct stat about;
    void *map = MAP_FAILED;
    if (fstat(fd, &about) == 0 && S_ISREG(about.st_mode) && (size_t)about.st_size == offset + bytes)
        map = mmap(NULL, offset + bytes, PROT_READ, MAP_PRIVATE, fd, 0);
    close(fd);
    if (map == MAP_FAILED) return false;
    out->map = map;
    out->map_bytes = offset + bytes;
    out->at = (char *)map + offset;
    return true;
}

void adc_unmap(DataArray *a)
{
    munmap(a->map, a->map_bytes);
    a->map = a->at = NULL;
}
