// The numbers of system calls as kernel-interface.c has its values, by the members of the enumeration SystemCall; -1 for
// calls that arm64 does not have.
#include <sys/syscall.h>

#define CALL(name, number) __asm__ volatile("\n.ascii \"->Native.Seccomp.SystemCall." name " %0\"" : : "i"(number))

#ifdef __aarch64__
#define __NR_open -1
#define __NR_stat -1
#define __NR_poll -1
#define __NR_fork -1
#define __NR_vfork -1
#define __NR_rename -1
#define __NR_mkdir -1
#define __NR_creat -1
#define __NR_link -1
#define __NR_unlink -1
#define __NR_symlink -1
#define __NR_chmod -1
#define __NR_chown -1
#define __NR_lchown -1
#define __NR_mknod -1
#define __NR_time -1
#define __NR_epoll_wait -1
#endif

void system_calls(void)
{
    CALL("Read", __NR_read);
    CALL("Write", __NR_write);
    CALL("Open", __NR_open);
    CALL("Close", __NR_close);
    CALL("Stat", __NR_stat);
    CALL("Fstat", __NR_fstat);
    CALL("Poll", __NR_poll);
    CALL("Lseek", __NR_lseek);
    CALL("Mmap", __NR_mmap);
    CALL("Mprotect", __NR_mprotect);
    CALL("Munmap", __NR_munmap);
    CALL("Brk", __NR_brk);
    CALL("RtSigaction", __NR_rt_sigaction);
    CALL("RtSigprocmask", __NR_rt_sigprocmask);
    CALL("RtSigreturn", __NR_rt_sigreturn);
    CALL("Ioctl", __NR_ioctl);
    CALL("Pread64", __NR_pread64);
    CALL("Pwrite64", __NR_pwrite64);
    CALL("Readv", __NR_readv);
    CALL("Writev", __NR_writev);
    CALL("SchedYield", __NR_sched_yield);
    CALL("Mremap", __NR_mremap);
    CALL("Madvise", __NR_madvise);
    CALL("Nanosleep", __NR_nanosleep);
    CALL("Getpid", __NR_getpid);
    CALL("Socket", __NR_socket);
    CALL("Connect", __NR_connect);
    CALL("Sendto", __NR_sendto);
    CALL("Recvfrom", __NR_recvfrom);
    CALL("Sendmsg", __NR_sendmsg);
    CALL("Recvmsg", __NR_recvmsg);
    CALL("Shutdown", __NR_shutdown);
    CALL("Getsockname", __NR_getsockname);
    CALL("Getpeername", __NR_getpeername);
    CALL("Bind", __NR_bind);
    CALL("Listen", __NR_listen);
    CALL("Setsockopt", __NR_setsockopt);
    CALL("Getsockopt", __NR_getsockopt);
    CALL("Clone", __NR_clone);
    CALL("Fork", __NR_fork);
    CALL("Vfork", __NR_vfork);
    CALL("Execve", __NR_execve);
    CALL("Exit", __NR_exit);
    CALL("Kill", __NR_kill);
    CALL("Uname", __NR_uname);
    CALL("Fcntl", __NR_fcntl);
    CALL("Fdatasync", __NR_fdatasync);
    CALL("Truncate", __NR_truncate);
    CALL("Ftruncate", __NR_ftruncate);
    CALL("Rename", __NR_rename);
    CALL("Mkdir", __NR_mkdir);
    CALL("Creat", __NR_creat);
    CALL("Link", __NR_link);
    CALL("Unlink", __NR_unlink);
    CALL("Symlink", __NR_symlink);
    CALL("Chmod", __NR_chmod);
    CALL("Fchmod", __NR_fchmod);
    CALL("Chown", __NR_chown);
    CALL("Fchown", __NR_fchown);
    CALL("Lchown", __NR_lchown);
    CALL("Gettimeofday", __NR_gettimeofday);
    CALL("Getrlimit", __NR_getrlimit);
    CALL("Getrusage", __NR_getrusage);
    CALL("Sysinfo", __NR_sysinfo);
    CALL("Ptrace", __NR_ptrace);
    CALL("Getuid", __NR_getuid);
    CALL("Getgid", __NR_getgid);
    CALL("Setuid", __NR_setuid);
    CALL("Setgid", __NR_setgid);
    CALL("Geteuid", __NR_geteuid);
    CALL("Getegid", __NR_getegid);
    CALL("Getppid", __NR_getppid);
    CALL("Setreuid", __NR_setreuid);
    CALL("Setregid", __NR_setregid);
    CALL("Setgroups", __NR_setgroups);
    CALL("Setresuid", __NR_setresuid);
    CALL("Setresgid", __NR_setresgid);
    CALL("Capset", __NR_capset);
    CALL("Sigaltstack", __NR_sigaltstack);
    CALL("Mknod", __NR_mknod);
    CALL("Personality", __NR_personality);
    CALL("Fstatfs", __NR_fstatfs);
    CALL("SchedGetparam", __NR_sched_getparam);
    CALL("SchedGetscheduler", __NR_sched_getscheduler);
    CALL("Mlock", __NR_mlock);
    CALL("Munlock", __NR_munlock);
    CALL("PivotRoot", __NR_pivot_root);
    CALL("Prctl", __NR_prctl);
    CALL("Chroot", __NR_chroot);
    CALL("Mount", __NR_mount);
    CALL("Umount2", __NR_umount2);
    CALL("Reboot", __NR_reboot);
    CALL("InitModule", __NR_init_module);
    CALL("Gettid", __NR_gettid);
    CALL("Tkill", __NR_tkill);
    CALL("Time", __NR_time);
    CALL("Futex", __NR_futex);
    CALL("SchedGetaffinity", __NR_sched_getaffinity);
    CALL("RestartSyscall", __NR_restart_syscall);
    CALL("ClockGettime", __NR_clock_gettime);
    CALL("ClockGetres", __NR_clock_getres);
    CALL("ClockNanosleep", __NR_clock_nanosleep);
    CALL("ExitGroup", __NR_exit_group);
    CALL("EpollWait", __NR_epoll_wait);
    CALL("EpollCtl", __NR_epoll_ctl);
    CALL("Tgkill", __NR_tgkill);
    CALL("Mbind", __NR_mbind);
    CALL("GetMempolicy", __NR_get_mempolicy);
    CALL("KexecLoad", __NR_kexec_load);
    CALL("AddKey", __NR_add_key);
    CALL("RequestKey", __NR_request_key);
    CALL("Keyctl", __NR_keyctl);
    CALL("Openat", __NR_openat);
    CALL("Mkdirat", __NR_mkdirat);
    CALL("Mknodat", __NR_mknodat);
    CALL("Fchownat", __NR_fchownat);
    CALL("Newfstatat", __NR_newfstatat);
    CALL("Unlinkat", __NR_unlinkat);
    CALL("Renameat", __NR_renameat);
    CALL("Linkat", __NR_linkat);
    CALL("Symlinkat", __NR_symlinkat);
    CALL("Fchmodat", __NR_fchmodat);
    CALL("Ppoll", __NR_ppoll);
    CALL("Unshare", __NR_unshare);
    CALL("SetRobustList", __NR_set_robust_list);
    CALL("EpollPwait", __NR_epoll_pwait);
    CALL("Accept4", __NR_accept4);
    CALL("EpollCreate1", __NR_epoll_create1);
    CALL("Preadv", __NR_preadv);
    CALL("Pwritev", __NR_pwritev);
    CALL("PerfEventOpen", __NR_perf_event_open);
    CALL("Prlimit64", __NR_prlimit64);
    CALL("OpenByHandleAt", __NR_open_by_handle_at);
    CALL("Setns", __NR_setns);
    CALL("Getcpu", __NR_getcpu);
    CALL("ProcessVmReadv", __NR_process_vm_readv);
    CALL("ProcessVmWritev", __NR_process_vm_writev);
    CALL("FinitModule", __NR_finit_module);
    CALL("Renameat2", __NR_renameat2);
    CALL("Getrandom", __NR_getrandom);
    CALL("KexecFileLoad", __NR_kexec_file_load);
    CALL("Bpf", __NR_bpf);
    CALL("Execveat", __NR_execveat);
    CALL("Userfaultfd", __NR_userfaultfd);
    CALL("Membarrier", __NR_membarrier);
    CALL("Mlock2", __NR_mlock2);
    CALL("Statx", __NR_statx);
    CALL("Rseq", __NR_rseq);
    CALL("IoUringSetup", __NR_io_uring_setup);
    CALL("Clone3", __NR_clone3);
    CALL("Openat2", __NR_openat2);
    CALL("PidfdGetfd", __NR_pidfd_getfd);
}
