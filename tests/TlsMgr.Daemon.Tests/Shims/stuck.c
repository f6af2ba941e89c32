// After SIGUSR2, recv(2) blocks and does not return.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

static volatile sig_atomic_t is_stuck;
static ssize_t (*real)(int, void *, size_t, int);

static void stick(int signal)
{
    is_stuck = 1;
}

__attribute__((constructor)) static void prepare(void)
{
    real = dlsym(RTLD_NEXT, "recv");
    signal(SIGUSR2, stick);
}

ssize_t recv(int socket, void *buffer, size_t length, int flags)
{
    while (is_stuck) {
        poll(NULL, 0, -1);
    }

    return real(socket, buffer, length, flags);
}
