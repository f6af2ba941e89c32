/* Clocks ahead of the kernel's by the seconds that the test sets, or behind. */
#define _GNU_SOURCE
#include "fault-switch.h"
#include "shifted-clock.h"

static int64_t shift_of(clockid_t clock)
{
    if (!fault_switches)
        return 0;
    return is_time_of_day(clock) ? __atomic_load_n(&fault_switches->time_of_day_seconds, __ATOMIC_SEQ_CST)
                                 : __atomic_load_n(&fault_switches->monotonic_seconds, __ATOMIC_SEQ_CST);
}
