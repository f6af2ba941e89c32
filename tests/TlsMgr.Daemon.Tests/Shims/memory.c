// SIGUSR2 toggles the fault: while it is on, mmap(2) fails with ENOMEM.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>

static volatile sig_atomic_t fails;
static void *(*real)(void *, size_t, int, int, int, off_t);

static void toggle(int signal)
{
    fails = !fails;
}

__attribute__((constructor)) static void prepare(void)
{
    real = dlsym(RTLD_NEXT, "mmap");
    signal(SIGUSR2, toggle);
}

void *mmap(void *hint, size_t length, int protection, int flags, int file, off_t offset)
{
    if (fails) {
        errno = ENOMEM;
        return MAP_FAILED;
    }

    return real(hint, length, protection, flags, file, offset);
}
