// As forbidden.c, for a daemon that connects to a server, tlspool: on each SIGUSR2, attempts to accept connections, start a
// program, open, create or remove a file by name, map executable memory, trace or signal another process, and regain a right.
// When an attempt succeeds, or fails with another error than that of the sandbox, the process exits with status 99.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void require(int refused, int error)
{
    if (!refused || errno != error) {
        _exit(99);
    }
}

static void escape(int signal)
{
    (void)signal;
    char *nothing[] = { NULL };
    int before = errno;
    struct sockaddr_in any = { .sin_family = AF_INET };
    int channel = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(channel == -1 || bind(channel, (struct sockaddr *)&any, sizeof any) == -1, ENOSYS);
    require(listen(channel, 1) == -1, ENOSYS);
    close(channel);
    require(socket(AF_NETLINK, SOCK_RAW, 0) == -1, ENOSYS);
    require(execve("/bin/sh", nothing, nothing) == -1, ENOSYS);
    require(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, EPERM);
    require(open("made", O_CREAT | O_WRONLY, 0600) == -1, ENOSYS);
    require(open("incoming", O_RDONLY) == -1, ENOSYS);
    require(unlink("incoming") == -1, ENOSYS);
    require(fcntl(0, F_SETOWN, getppid()) == -1, EPERM);
    require(ptrace(PTRACE_ATTACH, getppid(), 0, 0) == -1, ENOSYS);
    require(kill(getppid(), 0) == -1, ENOSYS);
    require(syscall(SYS_setuid, 0) == -1, ENOSYS);
    require(syscall(SYS_pidfd_open, getppid(), 0) == -1, EPERM);
    errno = before;
}

__attribute__((constructor)) static void listen_for_signal(void)
{
    struct sigaction action = { .sa_handler = escape, .sa_flags = SA_RESTART };
    sigaction(SIGUSR2, &action, NULL);
}
