// The system calls that .NET and the C library make in every daemon: memory of the process, threads, signals, the time.

using TlsMgr.Native.Seccomp;

namespace TlsMgr.Postfix.Process;

/// <summary>The part of the sandbox's rules that all daemons share.</summary>
internal static class RuntimeSystemCalls
{
    private const uint AllBits = uint.MaxValue;
    private const uint Executable = 4;
    private const uint ThreadOfThisProcess = 0x10000;
    private const uint ThisProcess = 0;
    private const uint SetThreadName = 15;

    /// <summary>The calls that are allowed with any arguments.</summary>
    internal static SystemCall[] Allowed { get; } =
    [
        // Memory of this process
        SystemCall.Munmap, SystemCall.Madvise, SystemCall.Mremap, SystemCall.Brk, SystemCall.Mlock, SystemCall.Mlock2,
        SystemCall.Munlock, SystemCall.Membarrier, SystemCall.Mbind, SystemCall.GetMempolicy,

        // Threads, signals, time
        SystemCall.Futex, SystemCall.SchedYield, SystemCall.ClockGettime, SystemCall.ClockNanosleep,
        SystemCall.Gettimeofday, SystemCall.Time, SystemCall.Nanosleep, SystemCall.ClockGetres, SystemCall.RtSigaction,
        SystemCall.RtSigprocmask, SystemCall.RtSigreturn, SystemCall.Sigaltstack, SystemCall.RestartSyscall,
        SystemCall.SetRobustList, SystemCall.Rseq, SystemCall.SchedGetaffinity, SystemCall.SchedGetparam,
        SystemCall.SchedGetscheduler, SystemCall.Getcpu, SystemCall.Exit, SystemCall.ExitGroup,

        // Information about the process and the machine
        SystemCall.Getpid, SystemCall.Gettid, SystemCall.Getppid, SystemCall.Getuid, SystemCall.Geteuid,
        SystemCall.Getgid, SystemCall.Getegid, SystemCall.Getrlimit, SystemCall.Getrusage, SystemCall.Sysinfo,
        SystemCall.Uname,
    ];

    /// <summary>The calls that are allowed with some arguments.</summary>
    internal static FilterRule[] Conditional { get; } =
    [
        // Threads, which the runtime may need; no processes.
        new(SystemCall.Clone, FilterVerdict.Allow,
            Tests: new ArgumentTest(0, ThreadOfThisProcess, ThreadOfThisProcess)),
        new(SystemCall.Clone3, FilterVerdict.Allow),

        // Memory; no executable memory.
        new(SystemCall.Mmap, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(2, Executable, 0)),
        new(SystemCall.Mprotect, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(2, Executable, 0)),

        new(SystemCall.Prlimit64, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(0, AllBits, ThisProcess)),
        new(SystemCall.Prctl, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(0, AllBits, SetThreadName)),
        new(SystemCall.Ioctl, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SystemCallFilter.ReceiveRequest)),
    ];

    /// <summary>The calls that only an attacker makes in a daemon.</summary>
    internal static SystemCall[] Reported { get; } =
    [
        // Other programs and processes
        SystemCall.Execve, SystemCall.Execveat, SystemCall.Fork, SystemCall.Vfork, SystemCall.Ptrace,
        SystemCall.ProcessVmReadv, SystemCall.ProcessVmWritev, SystemCall.PidfdGetfd, SystemCall.Tkill,

        // Network services
        SystemCall.Bind, SystemCall.Listen,

        // Files: opening, creation, removal, renaming, permissions
        SystemCall.Open, SystemCall.Creat, SystemCall.Openat, SystemCall.Openat2, SystemCall.OpenByHandleAt,
        SystemCall.Truncate, SystemCall.Unlink, SystemCall.Unlinkat,
        SystemCall.Rename, SystemCall.Renameat, SystemCall.Renameat2, SystemCall.Link, SystemCall.Linkat,
        SystemCall.Symlink, SystemCall.Symlinkat, SystemCall.Mkdir, SystemCall.Mkdirat, SystemCall.Mknod,
        SystemCall.Mknodat, SystemCall.Chmod, SystemCall.Fchmod, SystemCall.Fchmodat, SystemCall.Chown,
        SystemCall.Fchown, SystemCall.Lchown, SystemCall.Fchownat,

        // Privileges, namespaces, mounts
        SystemCall.Setuid, SystemCall.Setgid, SystemCall.Setreuid, SystemCall.Setregid, SystemCall.Setresuid,
        SystemCall.Setresgid, SystemCall.Setgroups, SystemCall.Capset, SystemCall.Chroot, SystemCall.PivotRoot,
        SystemCall.Mount, SystemCall.Umount2, SystemCall.Setns, SystemCall.Unshare, SystemCall.Personality,

        // Rarely used interfaces with a large attack surface
        SystemCall.Bpf, SystemCall.PerfEventOpen, SystemCall.Userfaultfd, SystemCall.IoUringSetup,
        SystemCall.RequestKey, SystemCall.InitModule, SystemCall.FinitModule, SystemCall.KexecLoad,
        SystemCall.KexecFileLoad, SystemCall.Reboot,
    ];
}
