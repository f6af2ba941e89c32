/* Shared maps of files with a name fail while the switch is on, as on 9p and on FUSE with direct_io. */
#define _GNU_SOURCE
#include "fault-switch.h"

#include <errno.h>
#include <sys/stat.h>
#include <sys/syscall.h>

void *mmap(void *address, size_t length, int protection, int flags, int file, off_t offset)
{
    struct stat status;

    if ((flags & MAP_SHARED) && file >= 0 && fstat(file, &status) == 0 && S_ISREG(status.st_mode)
        && status.st_nlink > 0 && fault_is_on()) {
        errno = ENODEV;
        return MAP_FAILED;
    }
    return (void *)syscall(SYS_mmap, address, length, protection, flags, file, offset);
}
