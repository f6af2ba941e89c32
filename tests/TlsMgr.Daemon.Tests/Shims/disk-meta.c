/* A disk whose first two pages of a cache cannot be written while the switch is on: EIO where LMDB cannot go back. */
#define _GNU_SOURCE
#include "disk.h"
#include "fault-switch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

ssize_t pwrite(int file, const void *bytes, size_t length, off_t place)
{
    if (place < SMALLEST_CACHE_BYTES && is_cache(file) && fault_is_on()) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_pwrite64, file, bytes, length, place);
}
