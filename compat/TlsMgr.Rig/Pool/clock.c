/* Preloaded into Postfix and tlsmgr: clocks that the rig moves. The file that TLSMGR_RIG_CLOCK names holds two numbers of
 * 64 bits, in seconds: by how much this host's time of day is ahead of the others', and how much time has passed that
 * nobody waited for. It is mapped at the start, before any jail. Waiting still uses the kernel's clock. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

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
    return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE
               ? passed + __atomic_load_n(&shift->ahead_seconds, __ATOMIC_SEQ_CST)
               : passed;
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, clock, now);

    if (result == 0)
        now->tv_sec += shift_of(clock);
    return (int)result;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
    struct timespec time;

    (void)zone;
    if (clock_gettime(CLOCK_REALTIME, &time) != 0)
        return -1;
    now->tv_sec = time.tv_sec;
    now->tv_usec = time.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *now)
{
    struct timespec time;

    clock_gettime(CLOCK_REALTIME, &time);
    if (now)
        *now = time.tv_sec;
    return time.tv_sec;
}
