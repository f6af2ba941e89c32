/*
 * Switches by which a test controls a fault shim (LD_PRELOAD) in a running daemon: one page of a file that both map, so
 * that it works inside a jail too. FAULT_SWITCHES names the file; without it the shims inject no fault.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct fault_switches {
    uint32_t is_on;  /* set by the test: calls fail */
    uint32_t failed; /* counted by the shim: calls that failed */
    int64_t time_of_day_seconds; /* set by the test: how far ahead the time of day is */
    int64_t monotonic_seconds;   /* the same for monotonic clocks */
};

static struct fault_switches *fault_switches;

__attribute__((constructor)) static void map_fault_switches(void)
{
    const char *path = getenv("FAULT_SWITCHES");
    int file = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (file < 0)
        return;
    fault_switches = mmap(NULL, sizeof(*fault_switches), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (fault_switches == MAP_FAILED)
        abort();
    close(file);
}

/* Whether this call has to fail; counts it. */
static inline int fault_is_on(void)
{
    if (!fault_switches || !__atomic_load_n(&fault_switches->is_on, __ATOMIC_SEQ_CST))
        return 0;
    __atomic_add_fetch(&fault_switches->failed, 1, __ATOMIC_SEQ_CST);
    return 1;
}
