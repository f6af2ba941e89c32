/* Reads of a cache after its first pages fail with EIO while the switch is on, as with a bad sector. */
#define _GNU_SOURCE
#include "disk.h"
#include "fault-switch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t pread(int file, void *bytes, size_t length, off_t offset)
{
    if (offset >= 4 * SMALLEST_CACHE_BYTES && is_cache(file) && fault_is_on()) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pread64, file, bytes, length, offset);
}
