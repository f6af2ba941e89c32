/* Preloaded into Postfix and tlsmgr: clocks that the rig moves. The file that TLSMGR_RIG_CLOCK names holds two numbers of
 * 64 bits, in seconds: by how much this host's time of day is ahead of the others', and how much time has passed that
 * nobody waited for. It is mapped at the start, before any jail. */
#define _GNU_SOURCE
#include "shifted-clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>

struct shift {
    int64_t ahead_seconds;
    int64_t passed_seconds;
};

static const struct shift *shift;

__attribute__((constructor)) static void map_shift(void)
{
    const char *path = getenv("TLSMGR_RIG_CLOCK");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    void *mapped;

    if (file < 0)
        return;
    mapped = mmap(NULL, sizeof(struct shift), PROT_READ, MAP_SHARED, file, 0);
    close(file);
    if (mapped != MAP_FAILED)
        shift = mapped;
}

static int64_t shift_of(clockid_t clock)
{
    int64_t passed;

    if (!shift || clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
        return 0;
    passed = __atomic_load_n(&shift->passed_seconds, __ATOMIC_SEQ_CST);
    return is_time_of_day(clock) ? passed + __atomic_load_n(&shift->ahead_seconds, __ATOMIC_SEQ_CST) : passed;
}
