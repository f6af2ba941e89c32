// On each SIGUSR2, attempts what the sandbox forbids: to create a network socket, start a program, open, create or
// truncate a file by name, map executable memory, trace or signal another process, by kill(2) or by way of a descriptor,
// receive a descriptor, regain a right, and reply to the sandbox's own notifications. When an attempt succeeds, or fails
// with another error than that of the sandbox, the process exits with status 99.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DESCRIPTORS = 64 };

static void require(int refused, int error)
{
    if (!refused || errno != error) {
        _exit(99);
    }
}

static void open_files(void)
{
    struct open_how how = { .flags = O_RDWR };
    require(open("private/tlsmgr", O_RDONLY) == -1, ENOSYS);
    require(open("incoming", O_PATH) == -1, ENOSYS);
    require(open("incoming", O_RDWR) == -1, ENOSYS);
    require(open("made", O_CREAT | O_WRONLY, 0600) == -1, ENOSYS);
    require(open("/", O_TMPFILE | O_RDWR, 0600) == -1, ENOSYS);
#ifdef SYS_open // arm64 has neither.
    require(syscall(SYS_open, "incoming", O_RDWR) == -1, ENOSYS);
    require(syscall(SYS_creat, "made", 0600) == -1, ENOSYS);
#endif
    require(syscall(__NR_openat2, AT_FDCWD, "incoming", &how, sizeof how) == -1, ENOSYS);
    require(truncate("incoming", 0) == -1, ENOSYS);
    require(unlink("incoming") == -1, ENOSYS);
    require(rename("incoming", "made") == -1, ENOSYS);
    require(chmod("incoming", 0777) == -1, ENOSYS);
    require(fallocate(0, 0, 0, 1) == -1, EPERM);
    require(syscall(SYS_memfd_create, "made", 0) == -1, EPERM);
}

static void reach_other_processes(void)
{
    struct f_owner_ex owner = { .type = F_OWNER_PID, .pid = getppid() };
    struct rlimit limit = { 1, 1 };
    char byte;
    struct iovec piece = { &byte, 1 };
    struct msghdr message = { .msg_iov = &piece, .msg_iovlen = 1 };
    for (int descriptor = 0; descriptor < DESCRIPTORS; descriptor++) {
        require(fcntl(descriptor, F_SETOWN, getppid()) == -1, EPERM);
        require(fcntl(descriptor, F_SETOWN_EX, &owner) == -1, EPERM);
        require(fcntl(descriptor, F_SETSIG, SIGKILL) == -1, EPERM);
        require(fcntl(descriptor, F_SETFL, O_ASYNC) == -1, EPERM);
        require(fcntl(descriptor, F_SETLEASE, F_RDLCK) == -1, EPERM);
        require(fcntl(descriptor, F_NOTIFY, DN_ACCESS) == -1, EPERM);
        require(fcntl(descriptor, F_DUPFD, 0) == -1, EPERM);
        require(ioctl(descriptor, FIOASYNC, &descriptor) == -1, EPERM);
        require(recvmsg(descriptor, &message, MSG_DONTWAIT) == -1, EPERM);
    }

    require(kill(getppid(), 0) == -1, ENOSYS);
    require(ptrace(PTRACE_ATTACH, getppid(), 0, 0) == -1, ENOSYS);
    require(syscall(SYS_setuid, 0) == -1, ENOSYS);
    require(syscall(SYS_setgroups, 0, NULL) == -1, ENOSYS);
    require(prlimit(getppid(), RLIMIT_NOFILE, &limit, NULL) == -1, EPERM);
    require(syscall(SYS_pidfd_open, getppid(), 0) == -1, EPERM);
    require(shmget(IPC_PRIVATE, 4096, IPC_CREAT | 0600) == -1, EPERM);
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
    require(mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED, EPERM);
    open_files();
    reach_other_processes();
    errno = before;
}

__attribute__((constructor)) static void listen_for_signal(void)
{
    struct sigaction action = { .sa_handler = escape, .sa_flags = SA_RESTART };
    sigaction(SIGUSR2, &action, NULL);
}
