/* Starts a program under what lines of hardening.conf do to a service, without systemd: MemoryDenyWriteExecute, SystemCallFilter
   (the table allowed-calls.h, made by allowed-calls.sh), RestrictAddressFamilies, RestrictNamespaces, SystemCallArchitectures,
   LockPersonality. x86-64 alone.
     hardened PROGRAM ARGUMENT... */

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REFUSE(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skipped))
#define HAS(bits, skipped) BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, (bits), 0, (skipped))
#define MASKED(bits) BPF_STMT(BPF_ALU | BPF_AND | BPF_K, (bits))

enum { SET_MDWE = 65, REFUSE_EXEC_GAIN = 1, NAMESPACES = CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC
    | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET };

static const unsigned int allowed[] = {
#include "allowed-calls.h"
};

static struct sock_filter program[2 * sizeof allowed / sizeof *allowed + 64];
static unsigned short length;

static void add(struct sock_filter instruction) { program[length++] = instruction; }

static int install(void)
{
    struct sock_fprog filter = { length, program };
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

static int allow_calls(void)
{
    length = 0;
    add((struct sock_filter)LOAD(arch));
    add((struct sock_filter)UNLESS(AUDIT_ARCH_X86_64, 1));
    add((struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 1));
    add((struct sock_filter)REFUSE(EPERM));
    add((struct sock_filter)LOAD(nr));
    for (size_t i = 0; i < sizeof allowed / sizeof *allowed; i++) {
        add((struct sock_filter)UNLESS(allowed[i], 1));
        add((struct sock_filter)ALLOW);
    }
    add((struct sock_filter)REFUSE(EPERM));
    return install();
}

static int refuse_by_argument(void)
{
    length = 0;
    add((struct sock_filter)LOAD(nr));
    add((struct sock_filter)UNLESS(SYS_clone3, 1));
    add((struct sock_filter)REFUSE(ENOSYS));
    add((struct sock_filter)UNLESS(SYS_clone, 3));
    add((struct sock_filter)LOAD(args[0]));
    add((struct sock_filter)HAS(NAMESPACES, 1));
    add((struct sock_filter)REFUSE(EPERM));
    add((struct sock_filter)LOAD(nr));
    add((struct sock_filter)UNLESS(SYS_mmap, 4));
    add((struct sock_filter)LOAD(args[2]));
    add((struct sock_filter)MASKED(PROT_WRITE | PROT_EXEC));
    add((struct sock_filter)UNLESS(PROT_WRITE | PROT_EXEC, 1));
    add((struct sock_filter)REFUSE(EPERM));
    add((struct sock_filter)LOAD(nr));
    add((struct sock_filter)UNLESS(SYS_mprotect, 3));
    add((struct sock_filter)LOAD(args[2]));
    add((struct sock_filter)HAS(PROT_EXEC, 1));
    add((struct sock_filter)REFUSE(EPERM));
    add((struct sock_filter)LOAD(nr));
    add((struct sock_filter)UNLESS(SYS_personality, 3));
    add((struct sock_filter)LOAD(args[0]));
    add((struct sock_filter)UNLESS(0, 1));
    add((struct sock_filter)ALLOW);
    add((struct sock_filter)LOAD(nr));
    add((struct sock_filter)UNLESS(SYS_personality, 1));
    add((struct sock_filter)REFUSE(EPERM));
    add((struct sock_filter)UNLESS(SYS_socket, 6));
    add((struct sock_filter)LOAD(args[0]));
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_UNIX, 4, 0));
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET, 3, 0));
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_INET6, 2, 0));
    add((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 1, 0));
    add((struct sock_filter)REFUSE(EAFNOSUPPORT));
    add((struct sock_filter)ALLOW);
    return install();
}

int main(int count, char **arguments)
{
    if (count < 2) {
        fputs("usage: hardened PROGRAM ARGUMENT...\n", stderr);
        return 2;
    }
    /* Older kernels lack it (before 6.3); systemd does without it, too. */
    if (prctl(SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) && errno != EINVAL) {
        perror("PR_SET_MDWE");
        return 1;
    }
    if (refuse_by_argument() || allow_calls()) {
        perror("seccomp");
        return 1;
    }
    execvp(arguments[1], arguments + 1);
    perror(arguments[1]);
    return 1;
}
