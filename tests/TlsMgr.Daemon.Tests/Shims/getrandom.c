/* getrandom(2) that fails with EIO while the switch is on. */
#include "fault-switch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <sys/types.h>

ssize_t getrandom(void *buffer, size_t length, unsigned flags)
{
    if (fault_is_on()) {
        errno = EIO;
        return -1;
    }
    return syscall(SYS_getrandom, buffer, length, flags);
}
