/* Writes to the first two pages of a cache, LMDB's meta pages, fail with EIO while the switch is on. */
#define _GNU_SOURCE
#include "disk.h"
#include "fault-switch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
    if (offset < SMALLEST_CACHE_BYTES && is_cache(file) && fault_is_on()) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pwrite64, file, bytes, length, offset);
}
