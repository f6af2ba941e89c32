/*
 * All writes to cache files fail with EIO while the switch is on. A commit that has written its pages when the switch is
 * turned on still writes its meta page: otherwise it could not be undone, which is the fault of disk-meta.
 */
#define _GNU_SOURCE
#include "disk.h"
#include "fault-switch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
    if (is_cache(file) && offset >= SMALLEST_CACHE_BYTES && fault_is_on()) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pwrite64, file, bytes, length, offset);
}

ssize_t writev(int file, const struct iovec *pieces, int count)
{
    if (is_cache(file) && fault_is_on()) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_writev, file, pieces, count);
}
