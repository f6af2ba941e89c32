/* A disk whose flush (fdatasync(2)) fails with EIO while the switch is on. */
#include "fault-switch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

int fdatasync(int file)
{
    if (fault_is_on()) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, file);
}
