// Executes a program under a seccomp filter, as a container engine or systemd installs one: each system call that is
// given by its number fails with an error number, or kills the process where the error is -1. All others pass.
//   outer-filter NUMBER=ERROR ... -- PROGRAM ARGUMENT ...
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { MOST_CALLS = 8, CANNOT = 125, CANNOT_EXECUTE = 126 };

int main(int count, char **arguments)
{
    struct sock_filter program[2 + 2 * MOST_CALLS] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr))};
    struct sock_fprog head = {1, program};
    int next = 1;
    for (; next < count && strcmp(arguments[next], "--") != 0; next++) {
        unsigned number;
        int error;
        if (head.len > 2 * MOST_CALLS || sscanf(arguments[next], "%u=%d", &number, &error) != 2)
            return CANNOT;
        program[head.len++] = (struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1);
        program[head.len++] = (struct sock_filter)BPF_STMT(
            BPF_RET | BPF_K, error < 0 ? SECCOMP_RET_KILL_PROCESS : SECCOMP_RET_ERRNO | (unsigned)error);
    }
    program[head.len++] = (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    if (next + 1 >= count || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
        || syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &head) != 0)
        return CANNOT;
    execv(arguments[next + 1], arguments + next + 1);
    return CANNOT_EXECUTE;
}
