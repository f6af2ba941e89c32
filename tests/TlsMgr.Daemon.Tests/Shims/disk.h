/*
 * The file of a cache, told from others without a name: in a jail there are none. The exchange file is smaller, and the
 * switches are not written to by these calls.
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
