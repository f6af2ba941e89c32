// Stops the process just before it sends itself the signal that ends it, so that a test can search its memory.
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

int kill(pid_t process, int signal)
{
    syscall(SYS_kill, getpid(), SIGSTOP);
    return (int)syscall(SYS_kill, process, signal);
}
