/* While the switch is on, the disk becomes full between the two slots of a pool's state: the second one fails with ENOSPC,
 * and every later write of a slot. Slots are recognised by their length. */
#define _GNU_SOURCE
#include "fault-switch.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SLOT_BYTES 512
#define SECOND_SLOT 4096

static int is_full;

ssize_t pwrite(int file, const void *bytes, size_t length, off_t offset)
{
    if (length == SLOT_BYTES && (is_full || offset == SECOND_SLOT) && fault_is_on()) {
        is_full = 1;
        errno = ENOSPC;
        return -1;
    }
    return syscall(SYS_pwrite64, file, bytes, length, offset);
}
