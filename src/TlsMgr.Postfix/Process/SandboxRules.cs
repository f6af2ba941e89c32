// What the kernel lets the daemon do once it serves, and what not. Found by tracing the published binary through all
// its tests (make system-calls), with what the runtime and the C
// library may come to need of the same kind: more memory of their own, a thread, a signal, the time.
//
// Three verdicts: what is needed is allowed. What only an attacker wants of this process is refused, and the first such
// call is told in the log. Anything else is refused, and the kernel's audit log has it: it may be called where the
// runtime has stopped its threads, and nobody could tell of it there. Refused means an error: a call that we did not
// foresee must not end TLS.

using System.Collections.Generic;
using System.Linq;
using TlsMgr.Native.Sandbox;

namespace TlsMgr.Postfix.Process;

/// <summary>The rules of the sandbox.</summary>
internal static class SandboxRules
{
    private const uint AllBits = uint.MaxValue;
    private const uint UnixDomain = 1;
    private const uint SocketLevel = 1;
    private const uint PeerCredentials = 17;
    private const uint Executable = 4;
    private const uint ThreadOfThisProcess = 0x10000;
    private const uint ThisProcess = 0;
    private const uint SetThreadName = 15;

    /// <summary>O_CREAT, O_TRUNC and O_TMPFILE.</summary>
    private const uint MakesFile = 0x400240;

    /// <summary>In the order of how often they are called when the daemon serves.</summary>
    private static readonly SystemCall[] Allowed =
    [
        // The event loop, connections, the log
        SystemCall.EpollWait, SystemCall.Read, SystemCall.Sendto, SystemCall.Recvfrom, SystemCall.Accept4,
        SystemCall.EpollCtl, SystemCall.Close, SystemCall.Sendmsg, SystemCall.Write, SystemCall.EpollPwait,
        SystemCall.Poll, SystemCall.Ppoll, SystemCall.Connect, SystemCall.Getrandom,

        // Files: the caches, the exchange file, the entropy source
        SystemCall.Pread64, SystemCall.Pwrite64, SystemCall.Readv, SystemCall.Writev, SystemCall.Preadv,
        SystemCall.Pwritev, SystemCall.Lseek, SystemCall.Fcntl, SystemCall.Statx, SystemCall.Fstat,
        SystemCall.Newfstatat, SystemCall.Fstatfs, SystemCall.Ftruncate, SystemCall.Fallocate, SystemCall.Fsync,
        SystemCall.Fdatasync, SystemCall.Msync,

        // Memory of this process
        SystemCall.Munmap, SystemCall.Madvise, SystemCall.Mremap, SystemCall.Brk, SystemCall.Mlock, SystemCall.Mlock2,
        SystemCall.Munlock, SystemCall.Membarrier, SystemCall.Mbind, SystemCall.GetMempolicy,

        // Threads, signals, time
        SystemCall.Futex, SystemCall.SchedYield, SystemCall.ClockGettime, SystemCall.ClockNanosleep,
        SystemCall.Gettimeofday, SystemCall.Time, SystemCall.Nanosleep, SystemCall.ClockGetres, SystemCall.RtSigaction,
        SystemCall.RtSigprocmask, SystemCall.RtSigreturn, SystemCall.Sigaltstack, SystemCall.RestartSyscall,
        SystemCall.SetRobustList, SystemCall.Rseq, SystemCall.SchedGetaffinity, SystemCall.SchedGetparam,
        SystemCall.SchedGetscheduler, SystemCall.Getcpu, SystemCall.Exit, SystemCall.ExitGroup,

        // What it may know of itself and of the machine
        SystemCall.Getpid, SystemCall.Gettid, SystemCall.Getppid, SystemCall.Getuid, SystemCall.Geteuid,
        SystemCall.Getgid, SystemCall.Getegid, SystemCall.Getrlimit, SystemCall.Getrusage, SystemCall.Sysinfo,
        SystemCall.Uname,
    ];

    private static readonly FilterRule[] Conditional =
    [
        // The log, an EGD server: no network.
        new(SystemCall.Socket, FilterVerdict.Allow, Tests: new ArgumentTest(0, AllBits, UnixDomain)),

        // An exchange file or an entropy source that is back; no new file.
        new(SystemCall.Openat, FilterVerdict.Allow, Tests: new ArgumentTest(2, MakesFile, 0)),

        // Who is at the other end of a control connection.
        new(SystemCall.Getsockopt, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SocketLevel), new ArgumentTest(2, AllBits, PeerCredentials)),

        // Threads, but no processes: the runtime may come to need one.
        new(SystemCall.Clone, FilterVerdict.Allow,
            Tests: new ArgumentTest(0, ThreadOfThisProcess, ThreadOfThisProcess)),
        new(SystemCall.Clone3, FilterVerdict.Allow),

        // Memory, but no new code.
        new(SystemCall.Mmap, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(2, Executable, 0)),
        new(SystemCall.Mprotect, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(2, Executable, 0)),

        new(SystemCall.Prlimit64, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(0, AllBits, ThisProcess)),
        new(SystemCall.Prctl, FilterVerdict.Allow, FilterVerdict.Refuse, new ArgumentTest(0, AllBits, SetThreadName)),
        new(SystemCall.Ioctl, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SystemCallFilter.ReceiveRequest)),
    ];

    private static readonly SystemCall[] Told =
    [
        // Other programs and processes
        SystemCall.Execve, SystemCall.Execveat, SystemCall.Fork, SystemCall.Vfork, SystemCall.Ptrace,
        SystemCall.ProcessVmReadv, SystemCall.ProcessVmWritev, SystemCall.PidfdGetfd, SystemCall.Tkill,

        // Services of our own
        SystemCall.Bind, SystemCall.Listen,

        // Other files, and files under other names
        SystemCall.Open, SystemCall.OpenByHandleAt, SystemCall.Truncate, SystemCall.Unlink, SystemCall.Unlinkat,
        SystemCall.Rename, SystemCall.Renameat, SystemCall.Renameat2, SystemCall.Link, SystemCall.Linkat,
        SystemCall.Symlink, SystemCall.Symlinkat, SystemCall.Mkdir, SystemCall.Mkdirat, SystemCall.Mknod,
        SystemCall.Mknodat, SystemCall.Chmod, SystemCall.Fchmod, SystemCall.Fchmodat, SystemCall.Chown,
        SystemCall.Fchown, SystemCall.Lchown, SystemCall.Fchownat,

        // Other rights, another world
        SystemCall.Setuid, SystemCall.Setgid, SystemCall.Setreuid, SystemCall.Setregid, SystemCall.Setresuid,
        SystemCall.Setresgid, SystemCall.Setgroups, SystemCall.Capset, SystemCall.Chroot, SystemCall.PivotRoot,
        SystemCall.Mount, SystemCall.Umount2, SystemCall.Setns, SystemCall.Unshare, SystemCall.Personality,

        // The kernel's wide and seldom used doors
        SystemCall.Bpf, SystemCall.PerfEventOpen, SystemCall.Userfaultfd, SystemCall.IoUringSetup, SystemCall.AddKey,
        SystemCall.RequestKey, SystemCall.Keyctl, SystemCall.InitModule, SystemCall.FinitModule, SystemCall.KexecLoad,
        SystemCall.KexecFileLoad, SystemCall.Reboot,
    ];

    /// <summary>
    /// A filter for clone3 alone: it hides its flags from filters, and the C library goes back to clone without it.
    /// That is no violation, so it must not stand in the kernel's log.
    /// </summary>
    internal static FilterInstruction[] AssembleQuiet() =>
        FilterProgram.Assemble([new(SystemCall.Clone3, FilterVerdict.Unknown)], FilterVerdict.Allow);

    /// <summary>The filter of a process.</summary>
    /// <param name="processId">Which process it may send signals to: itself.</param>
    internal static FilterInstruction[] Assemble(int processId)
    {
        ArgumentTest isOurs = new(0, AllBits, (uint)processId);
        IEnumerable<FilterRule> rules =
        [
            .. Allowed.Select(call => new FilterRule(call, FilterVerdict.Allow)),
            .. Conditional,
            new(SystemCall.Tgkill, FilterVerdict.Allow, Tests: isOurs),
            new(SystemCall.Kill, FilterVerdict.Allow, Tests: isOurs),
            .. Told.Select(call => new FilterRule(call, FilterVerdict.RefuseAndTell)),
        ];
        return FilterProgram.Assemble(rules, FilterVerdict.Refuse);
    }
}
