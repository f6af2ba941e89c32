/* A disk that cannot be waited for while the switch is on: EIO. */
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
