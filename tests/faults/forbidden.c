// Whenever SIGUSR2 comes, it does what the daemon never does: makes a network socket, starts a program, and maps memory
// that can be run. If any of it works, or fails for another reason than that it is forbidden, the process ends with
// status 99.
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

static void require_forbidden(int refused)
{
    if (!refused || errno != EPERM) {
        _exit(99);
    }
}

static void escape(int signal)
{
    char *nothing[] = { NULL };
    int before = errno;
    require_forbidden(socket(AF_INET, SOCK_STREAM, 0) == -1);
    require_forbidden(execve("/bin/sh", nothing, nothing) == -1);
    require_forbidden(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    errno = before;
}

__attribute__((constructor)) static void listen_for_signal(void)
{
    struct sigaction action = { .sa_handler = escape, .sa_flags = SA_RESTART };
    sigaction(SIGUSR2, &action, NULL);
}
