/* While the switch is on, files with a name belong to root, as on a file system that is mounted with a forced owner. */
#define _GNU_SOURCE
#include "fault-switch.h"

#include <sys/stat.h>
#include <sys/syscall.h>

int statx(int directory, const char *path, int flags, unsigned int mask, struct statx *status)
{
    int result = syscall(SYS_statx, directory, path, flags, mask, status);

    if (result == 0 && S_ISREG(status->stx_mode) && status->stx_nlink > 0 && fault_is_on())
        status->stx_uid = 0;
    return result;
}
