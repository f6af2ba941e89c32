// The numbers of system calls on the two architectures. arm64 has the generic table (asm-generic/unistd.h of Linux),
// without calls that a younger one replaced: the C library calls openat(2) for open(2). From 424 on the numbers are the
// same on all architectures.

using System;
using System.Collections.Generic;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Seccomp;

/// <summary>Numbers of system calls by architecture.</summary>
public static class SystemCallNumbers
{
    private static readonly Dictionary<SystemCall, int> Arm64 = new()
    {
        [SystemCall.EpollCreate1] = 20,
        [SystemCall.EpollCtl] = 21,
        [SystemCall.EpollPwait] = 22,
        [SystemCall.Fcntl] = 25,
        [SystemCall.Ioctl] = 29,
        [SystemCall.Mknodat] = 33,
        [SystemCall.Mkdirat] = 34,
        [SystemCall.Unlinkat] = 35,
        [SystemCall.Symlinkat] = 36,
        [SystemCall.Linkat] = 37,
        [SystemCall.Renameat] = 38,
        [SystemCall.Umount2] = 39,
        [SystemCall.Mount] = 40,
        [SystemCall.PivotRoot] = 41,
        [SystemCall.Fstatfs] = 44,
        [SystemCall.Truncate] = 45,
        [SystemCall.Ftruncate] = 46,
        [SystemCall.Chroot] = 51,
        [SystemCall.Fchmod] = 52,
        [SystemCall.Fchmodat] = 53,
        [SystemCall.Fchownat] = 54,
        [SystemCall.Fchown] = 55,
        [SystemCall.Openat] = 56,
        [SystemCall.Close] = 57,
        [SystemCall.Lseek] = 62,
        [SystemCall.Read] = 63,
        [SystemCall.Write] = 64,
        [SystemCall.Readv] = 65,
        [SystemCall.Writev] = 66,
        [SystemCall.Pread64] = 67,
        [SystemCall.Pwrite64] = 68,
        [SystemCall.Preadv] = 69,
        [SystemCall.Pwritev] = 70,
        [SystemCall.Ppoll] = 73,
        [SystemCall.Newfstatat] = 79,
        [SystemCall.Fstat] = 80,
        [SystemCall.Fdatasync] = 83,
        [SystemCall.Capset] = 91,
        [SystemCall.Personality] = 92,
        [SystemCall.Exit] = 93,
        [SystemCall.ExitGroup] = 94,
        [SystemCall.Unshare] = 97,
        [SystemCall.Futex] = 98,
        [SystemCall.SetRobustList] = 99,
        [SystemCall.Nanosleep] = 101,
        [SystemCall.KexecLoad] = 104,
        [SystemCall.InitModule] = 105,
        [SystemCall.ClockGettime] = 113,
        [SystemCall.ClockGetres] = 114,
        [SystemCall.ClockNanosleep] = 115,
        [SystemCall.Ptrace] = 117,
        [SystemCall.SchedGetscheduler] = 120,
        [SystemCall.SchedGetparam] = 121,
        [SystemCall.SchedGetaffinity] = 123,
        [SystemCall.SchedYield] = 124,
        [SystemCall.RestartSyscall] = 128,
        [SystemCall.Kill] = 129,
        [SystemCall.Tkill] = 130,
        [SystemCall.Tgkill] = 131,
        [SystemCall.Sigaltstack] = 132,
        [SystemCall.RtSigaction] = 134,
        [SystemCall.RtSigprocmask] = 135,
        [SystemCall.RtSigreturn] = 139,
        [SystemCall.Reboot] = 142,
        [SystemCall.Setregid] = 143,
        [SystemCall.Setgid] = 144,
        [SystemCall.Setreuid] = 145,
        [SystemCall.Setuid] = 146,
        [SystemCall.Setresuid] = 147,
        [SystemCall.Setresgid] = 149,
        [SystemCall.Setgroups] = 159,
        [SystemCall.Uname] = 160,
        [SystemCall.Getrlimit] = 163,
        [SystemCall.Getrusage] = 165,
        [SystemCall.Prctl] = 167,
        [SystemCall.Getcpu] = 168,
        [SystemCall.Gettimeofday] = 169,
        [SystemCall.Getpid] = 172,
        [SystemCall.Getppid] = 173,
        [SystemCall.Getuid] = 174,
        [SystemCall.Geteuid] = 175,
        [SystemCall.Getgid] = 176,
        [SystemCall.Getegid] = 177,
        [SystemCall.Gettid] = 178,
        [SystemCall.Sysinfo] = 179,
        [SystemCall.Socket] = 198,
        [SystemCall.Bind] = 200,
        [SystemCall.Listen] = 201,
        [SystemCall.Connect] = 203,
        [SystemCall.Getsockname] = 204,
        [SystemCall.Getpeername] = 205,
        [SystemCall.Sendto] = 206,
        [SystemCall.Recvfrom] = 207,
        [SystemCall.Setsockopt] = 208,
        [SystemCall.Getsockopt] = 209,
        [SystemCall.Shutdown] = 210,
        [SystemCall.Sendmsg] = 211,
        [SystemCall.Recvmsg] = 212,
        [SystemCall.Brk] = 214,
        [SystemCall.Munmap] = 215,
        [SystemCall.Mremap] = 216,
        [SystemCall.AddKey] = 217,
        [SystemCall.RequestKey] = 218,
        [SystemCall.Keyctl] = 219,
        [SystemCall.Clone] = 220,
        [SystemCall.Execve] = 221,
        [SystemCall.Mmap] = 222,
        [SystemCall.Mprotect] = 226,
        [SystemCall.Mlock] = 228,
        [SystemCall.Munlock] = 229,
        [SystemCall.Madvise] = 233,
        [SystemCall.Mbind] = 235,
        [SystemCall.GetMempolicy] = 236,
        [SystemCall.PerfEventOpen] = 241,
        [SystemCall.Accept4] = 242,
        [SystemCall.Prlimit64] = 261,
        [SystemCall.OpenByHandleAt] = 265,
        [SystemCall.Setns] = 268,
        [SystemCall.ProcessVmReadv] = 270,
        [SystemCall.ProcessVmWritev] = 271,
        [SystemCall.FinitModule] = 273,
        [SystemCall.Renameat2] = 276,
        [SystemCall.Getrandom] = 278,
        [SystemCall.Bpf] = 280,
        [SystemCall.Execveat] = 281,
        [SystemCall.Userfaultfd] = 282,
        [SystemCall.Membarrier] = 283,
        [SystemCall.Mlock2] = 284,
        [SystemCall.Statx] = 291,
        [SystemCall.Rseq] = 293,
        [SystemCall.KexecFileLoad] = 294,
        [SystemCall.IoUringSetup] = 425,
        [SystemCall.Clone3] = 435,
        [SystemCall.Openat2] = 437,
        [SystemCall.PidfdGetfd] = 438,
    };

    /// <summary>The number of a call on an architecture; null where it does not have the call.</summary>
    public static int? On(this SystemCall call, MachineInterface machine) =>
        machine.Architecture == Architecture.X64 ? (int)call
            : Arm64.TryGetValue(call, out int number) ? number : null;

    /// <summary>The call with a number on an architecture; null when it has no rule.</summary>
    public static SystemCall? Find(int number, MachineInterface machine)
    {
        foreach (SystemCall call in Enum.GetValues<SystemCall>())
        {
            if (call.On(machine) == number)
            {
                return call;
            }
        }

        return null;
    }
}
