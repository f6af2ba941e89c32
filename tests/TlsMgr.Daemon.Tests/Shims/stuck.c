// After SIGUSR2, recvfrom(2) blocks and does not return.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/syscall.h>

static volatile sig_atomic_t is_stuck;
static long (*real)(long, ...);

static void stick(int signal)
{
    is_stuck = 1;
}

__attribute__((constructor)) static void prepare(void)
{
    real = dlsym(RTLD_NEXT, "syscall");
    signal(SIGUSR2, stick);
}

long syscall(long number, ...)
{
    long values[6];
    va_list list;
    va_start(list, number);
    for (int i = 0; i < 6; i++) {
        values[i] = va_arg(list, long);
    }
    va_end(list);
    while (is_stuck && number == SYS_recvfrom) {
        poll(NULL, 0, -1);
    }

    return real(number, values[0], values[1], values[2], values[3], values[4], values[5]);
}
