/* Clocks ahead of the kernel's by the seconds that the test sets, or behind. Waiting still uses the kernel's clock. */
#define _GNU_SOURCE
#include "fault-switch.h"

#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>

int clock_gettime(clockid_t clock, struct timespec *now)
{
    long result = syscall(SYS_clock_gettime, clock, now);

    if (result == 0 && fault_switches)
        now->tv_sec += clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE
            ? __atomic_load_n(&fault_switches->time_of_day_seconds, __ATOMIC_SEQ_CST)
            : __atomic_load_n(&fault_switches->monotonic_seconds, __ATOMIC_SEQ_CST);
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
