/*
 * Recognises cache files by their size: inside a jail they have no path. The exchange file is smaller, and the file of
 * switches is not written by these calls.
 */
#ifndef DISK_H
#define DISK_H
#include <sys/stat.h>

#define SMALLEST_CACHE_BYTES 8192

static int is_cache(int file)
{
    struct stat status;

    return fstat(file, &status) == 0 && S_ISREG(status.st_mode) && status.st_size >= SMALLEST_CACHE_BYTES;
}
#endif
