// The system calls that the serving daemon may make. Found by tracing the published binary through all its tests (make
// system-calls), plus calls of the same kind that the runtime and the C library may need: memory of the process, a
// thread, a signal, the time.
//
// Three verdicts:
//   allow              the daemon needs the call
//   refuse and report  only an attacker makes it in this process: the first such call is logged
//   refuse             all others: recorded in the kernel's audit log only, as such a call may occur while the runtime
//                      has suspended its threads, and the thread that logs violations could not run
// A refused call returns an error instead of killing the process: an unforeseen call must not end TLS.

using System.Collections.Generic;
using System.Linq;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Seccomp;

namespace TlsMgr.Postfix.Process;

/// <summary>The rules of the sandbox.</summary>
internal static class AllowedSystemCalls
{
    private const uint AllBits = uint.MaxValue;
    private const uint UnixDomain = 1;
    private const uint SocketLevel = 1;
    private const uint SendBuffer = 7;
    private const uint PeerCredentials = 17;
    private const uint Executable = 4;
    private const uint ThreadOfThisProcess = 0x10000;
    private const uint ThisProcess = 0;
    private const uint SetThreadName = 15;

    private const uint SetDescriptorFlags = 2;
    private const uint GetOpenFileLock = 36;
    private const uint SetOpenFileLock = 37;

    /// <summary>O_WRONLY and O_RDWR, O_CREAT, O_TRUNC and O_TMPFILE.</summary>
    private const uint MayWrite = 0x400243;

    private const uint ProcessKeyring = unchecked((uint)KernelKeyring.ProcessKeyring);
    private const uint UserKeyring = unchecked((uint)KernelKeyring.UserKeyring);

    /// <summary>Ordered by their frequency while the daemon serves.</summary>
    private static readonly SystemCall[] Allowed =
    [
        // The event loop, connections, the log
        SystemCall.EpollWait, SystemCall.Read, SystemCall.Sendto, SystemCall.Recvfrom, SystemCall.Accept4,
        SystemCall.EpollCtl, SystemCall.Close, SystemCall.Sendmsg, SystemCall.Write, SystemCall.EpollPwait,
        SystemCall.Poll, SystemCall.Ppoll, SystemCall.Connect, SystemCall.Getrandom,

        // Open files: the caches, the exchange file, the entropy source. No others can be opened, so that ftruncate,
        // which empties a damaged cache, reaches only these.
        SystemCall.Pread64, SystemCall.Pwrite64, SystemCall.Readv, SystemCall.Writev, SystemCall.Preadv,
        SystemCall.Pwritev, SystemCall.Lseek, SystemCall.Statx, SystemCall.Fstat, SystemCall.Newfstatat,
        SystemCall.Fstatfs, SystemCall.Ftruncate, SystemCall.Fdatasync,

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

    private static readonly FilterRule[] Conditional =
    [
        // Unix sockets, for the log and an EGD server; no network.
        new(SystemCall.Socket, FilterVerdict.Allow, Tests: new ArgumentTest(0, AllBits, UnixDomain)),

        // Locks, and a flag of this process. Not F_SETOWN, F_SETSIG and O_ASYNC: with them, the kernel sends a signal
        // to any process of the same user.
        new(SystemCall.Fcntl, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SetOpenFileLock, SetDescriptorFlags, GetOpenFileLock)),

        // The peer's credentials of a control connection.
        new(SystemCall.Getsockopt, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SocketLevel), new ArgumentTest(2, AllBits, PeerCredentials)),

        // The send buffer of a client, where memory is limited.
        new(SystemCall.Setsockopt, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SocketLevel), new ArgumentTest(2, AllBits, SendBuffer)),

        // Threads, which the runtime may need; no processes.
        new(SystemCall.Clone, FilterVerdict.Allow,
            Tests: new ArgumentTest(0, ThreadOfThisProcess, ThreadOfThisProcess)),
        new(SystemCall.Clone3, FilterVerdict.Allow),

        // Memory; no executable memory.
        new(SystemCall.Mmap, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(2, Executable, 0)),
        new(SystemCall.Mprotect, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(2, Executable, 0)),

        // Ticket keys that outlive the process: a key of the process keyring, linked into the user keyring.
        new(SystemCall.AddKey, FilterVerdict.Allow,
            Tests: new ArgumentTest(4, AllBits, ProcessKeyring)),
        new(SystemCall.Keyctl, FilterVerdict.Allow, FilterVerdict.NextRule, Is(KernelKeyring.Operation.Search),
            new ArgumentTest(1, AllBits, UserKeyring)),
        new(SystemCall.Keyctl, FilterVerdict.Allow, FilterVerdict.NextRule, Is(KernelKeyring.Operation.Link),
            new ArgumentTest(2, AllBits, UserKeyring)),
        new(SystemCall.Keyctl, FilterVerdict.Allow, FilterVerdict.NextRule, Is(KernelKeyring.Operation.Unlink),
            new ArgumentTest(2, AllBits, ProcessKeyring)),
        new(SystemCall.Keyctl, FilterVerdict.Allow, Tests: Is(
            KernelKeyring.Operation.SetPermissions, KernelKeyring.Operation.SetTimeout, KernelKeyring.Operation.Read,
            KernelKeyring.Operation.Invalidate)),

        new(SystemCall.Prlimit64, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(0, AllBits, ThisProcess)),
        new(SystemCall.Prctl, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(0, AllBits, SetThreadName)),
        new(SystemCall.Ioctl, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SystemCallFilter.ReceiveRequest)),
    ];

    private static readonly SystemCall[] Reported =
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

    private static ArgumentTest Is(params KernelKeyring.Operation[] operations) =>
        new(0, AllBits, [.. operations.Select(static operation => (uint)operation)]);

    /// <summary>
    /// Assembles a filter for calls that the C library and the runtime make in ordinary operation, and that must
    /// neither be recorded in the kernel's log nor be held: clone3, whose flags are invisible to filters, and without
    /// which the C library falls back to clone; and opening a file to read, as the collector does with /proc/meminfo,
    /// while it has suspended the other threads. It does without, as in a jail.
    /// </summary>
    /// <param name="machine">The architecture of the process.</param>
    internal static FilterInstruction[] AssembleQuiet(MachineInterface machine) => FilterProgram.Assemble(
        [
            new(SystemCall.Clone3, FilterVerdict.Unknown),
            new(SystemCall.Openat, FilterVerdict.Unknown, FilterVerdict.Allow, new ArgumentTest(2, MayWrite, 0)),
        ],
        FilterVerdict.Allow, machine);

    /// <summary>Assembles the filter of a process.</summary>
    /// <param name="processId">The id of this process, the only one that it may send signals to.</param>
    /// <param name="machine">The architecture of the process.</param>
    internal static FilterInstruction[] Assemble(int processId, MachineInterface machine)
    {
        ArgumentTest isThisProcess = new(0, AllBits, (uint)processId);
        IEnumerable<FilterRule> rules =
        [
            .. Allowed.Select(call => new FilterRule(call, FilterVerdict.Allow)),
            .. Conditional,
            new(SystemCall.Tgkill, FilterVerdict.Allow, Tests: isThisProcess),
            new(SystemCall.Kill, FilterVerdict.Allow, Tests: isThisProcess),
            .. Reported.Select(call => new FilterRule(call, FilterVerdict.RefuseAndReport)),
        ];
        return FilterProgram.Assemble(rules, FilterVerdict.Refuse, machine);
    }
}
