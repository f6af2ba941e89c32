/* A disk with a bad sector behind the first pages of a cache while the switch is on: EIO. */
#define _GNU_SOURCE
#include "disk.h"
#include "fault-switch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t pread(int file, void *bytes, size_t length, off_t place)
{
    if (place >= 4 * SMALLEST_CACHE_BYTES && is_cache(file) && fault_is_on()) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pread64, file, bytes, length, place);
}
