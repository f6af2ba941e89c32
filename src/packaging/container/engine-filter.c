/* Prints a filter of system calls like the default one of container engines, as bwrap --seccomp reads it: calls that a mail
   system has no use for, and those for namespaces and the kernel's keys, fail with EPERM; clone3 with ENOSYS, because a filter
   cannot see its flags. x86-64 alone. */

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/sched.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/syscall.h>

#define REFUSE(error) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error))
#define ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define UNLESS(value, skipped) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (value), 0, (skipped))

static const int refused[] = {
    SYS_acct, SYS_add_key, SYS_bpf, SYS_clock_adjtime, SYS_clock_settime, SYS_delete_module, SYS_fanotify_init,
    SYS_finit_module, SYS_fsconfig, SYS_fsmount, SYS_fsopen, SYS_get_mempolicy, SYS_init_module, SYS_io_uring_enter,
    SYS_io_uring_register, SYS_io_uring_setup, SYS_ioperm, SYS_iopl, SYS_kcmp, SYS_kexec_file_load, SYS_kexec_load,
    SYS_keyctl, SYS_lookup_dcookie, SYS_mbind, SYS_mount, SYS_move_mount, SYS_move_pages, SYS_name_to_handle_at,
    SYS_open_by_handle_at, SYS_open_tree, SYS_perf_event_open, SYS_pivot_root, SYS_process_vm_readv,
    SYS_process_vm_writev, SYS_ptrace, SYS_quotactl, SYS_reboot, SYS_request_key, SYS_set_mempolicy, SYS_setns,
    SYS_settimeofday, SYS_swapoff, SYS_swapon, SYS_syslog, SYS_umount2, SYS_unshare, SYS_userfaultfd, SYS_vhangup,
};

static void print(struct sock_filter instruction) { fwrite(&instruction, sizeof instruction, 1, stdout); }

int main(void)
{
    print((struct sock_filter)LOAD(arch));
    print((struct sock_filter)UNLESS(AUDIT_ARCH_X86_64, 1));
    print((struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 1));
    print((struct sock_filter)REFUSE(EPERM));
    print((struct sock_filter)LOAD(nr));
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        print((struct sock_filter)UNLESS(refused[i], 1));
        print((struct sock_filter)REFUSE(EPERM));
    }
    print((struct sock_filter)UNLESS(SYS_clone3, 1));
    print((struct sock_filter)REFUSE(ENOSYS));
    print((struct sock_filter)UNLESS(SYS_clone, 3));
    print((struct sock_filter)LOAD(args[0]));
    print((struct sock_filter)BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K,
        CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET, 0, 1));
    print((struct sock_filter)REFUSE(EPERM));
    print((struct sock_filter)ALLOW);
    return fflush(stdout) != 0;
}
