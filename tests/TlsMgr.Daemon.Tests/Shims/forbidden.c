// On each SIGUSR2, attempts what the sandbox forbids: to create a network socket, start a program, create a file, map
// executable memory, and reply to the sandbox's own notifications. When an attempt succeeds, or fails with another
// error than that of the sandbox, the process exits with status 99.
#include <errno.h>
#include <fcntl.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DESCRIPTORS = 64 };

static void require(int refused, int error)
{
    if (!refused || errno != error) {
        _exit(99);
    }
}

static void escape(int signal)
{
    char *nothing[] = { NULL };
    int before = errno;
    struct seccomp_notif_resp pass = { .flags = SECCOMP_USER_NOTIF_FLAG_CONTINUE };
    for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
        require(ioctl(descriptor, SECCOMP_IOCTL_NOTIF_SEND, &pass) == -1, EPERM);
    }
    require(socket(AF_INET, SOCK_STREAM, 0) == -1, ENOSYS);
    require(execve("/bin/sh", nothing, nothing) == -1, ENOSYS);
    require(open("made", O_CREAT | O_WRONLY, 0600) == -1, ENOSYS);
    require(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, EPERM);
    errno = before;
}

__attribute__((constructor)) static void listen_for_signal(void)
{
    struct sigaction action = { .sa_handler = escape, .sa_flags = SA_RESTART };
    sigaction(SIGUSR2, &action, NULL);
}
