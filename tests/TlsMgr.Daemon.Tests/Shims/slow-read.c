/* Each read of a large file takes 50 ms while the switch is on: a cache on a disk that is slow and has nothing in memory. */
#define _GNU_SOURCE
#include "fault-switch.h"

#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define LARGE_BYTES (256 * 1024)
#define META_BYTES 8192

ssize_t pread(int file, void *bytes, size_t length, off_t offset)
{
    static const struct timespec moment = { .tv_nsec = 50 * 1000 * 1000 };
    struct stat status;

    if (offset >= META_BYTES && fstat(file, &status) == 0 && status.st_size >= LARGE_BYTES && fault_is_on())
        nanosleep(&moment, NULL);
    return syscall(SYS_pread64, file, bytes, length, offset);
}
