using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Seccomp;
using TlsMgr.Pool;
using TlsMgr.Postfix.Process;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Seccomp;

/// <summary>The verdicts of the sandbox, by running its filters.</summary>
public sealed class AllowedSystemCallTests
{
    private const int ProcessId = 4711;
    private const ulong OtherProcess = 4712;
    private const int MaxProgramLength = 4096;
    private const uint Intel32 = 0x40000003;
    private const int X32Bit = 0x40000000;

    private static readonly FilterInstruction[] Filter = AllowedSystemCalls.Assemble(ProcessId, MachineInterface.X64);

    /// <summary>The daemon's arguments of the calls whose arguments are tested.</summary>
    private static readonly Dictionary<SystemCall, ulong[]> OrdinaryArguments = new()
    {
        [SystemCall.Socket] = [1, 2 | 0x80800, 0],
        [SystemCall.Getsockopt] = [7, 1, 17],
        [SystemCall.Clone] = [0x3d0f00],
        [SystemCall.Mmap] = [0, 4096, 3],
        [SystemCall.Mprotect] = [0x1000, 4096, 3],
        [SystemCall.Prctl] = [15],
        [SystemCall.Ioctl] = [16, 0xc0502100],
        [SystemCall.Fcntl] = [11, 37],
        [SystemCall.AddKey] = [0x1000, 0x1000, 0x1000, 9, ProcessKeyring],
        [SystemCall.Keyctl] = [11, 7, 0x1000],
        [SystemCall.Setsockopt] = [7, 1, 7],
        [SystemCall.Tgkill] = [ProcessId, ProcessId],
        [SystemCall.Kill] = [ProcessId, 15],
    };

    public static TheoryData<SystemCall, ulong[], FilterVerdict> Conditions => new()
    {
        { SystemCall.Socket, [2, 1], FilterVerdict.RefuseAndReport },
        { SystemCall.Socket, [16, 3], FilterVerdict.RefuseAndReport },
        { SystemCall.Socket, [0x1_0000_0001, 1], FilterVerdict.Allow }, // the kernel uses only the lower half
        { SystemCall.Getsockopt, [7, 1, 4], FilterVerdict.Refuse },
        { SystemCall.Getsockopt, [7, 6, 17], FilterVerdict.Refuse },
        { SystemCall.Clone, [17], FilterVerdict.RefuseAndReport },
        { SystemCall.Mmap, [0, 4096, 7], FilterVerdict.Refuse },
        { SystemCall.Mmap, [0, 4096, 4], FilterVerdict.Refuse },
        { SystemCall.Mprotect, [0x1000, 4096, 5], FilterVerdict.Refuse },
        { SystemCall.Prlimit64, [OtherProcess, 7], FilterVerdict.Refuse },
        { SystemCall.Prctl, [4, 1], FilterVerdict.Refuse },
        { SystemCall.Ioctl, [0, 0x5401], FilterVerdict.Refuse },
        { SystemCall.Ioctl, [16, 0xc0182101], FilterVerdict.Refuse }, // SECCOMP_IOCTL_NOTIF_SEND
        { SystemCall.Setsockopt, [7, 1, 4], FilterVerdict.Refuse },
        { SystemCall.Setsockopt, [7, 6, 7], FilterVerdict.Refuse },
        { SystemCall.Fcntl, [11, 2, 1], FilterVerdict.Allow }, // F_SETFD
        { SystemCall.Fcntl, [11, 36], FilterVerdict.Allow }, // F_OFD_GETLK
        { SystemCall.Fcntl, [11, 8, OtherProcess], FilterVerdict.Refuse }, // F_SETOWN
        { SystemCall.Fcntl, [11, 10, 9], FilterVerdict.Refuse }, // F_SETSIG
        { SystemCall.Fcntl, [11, 15], FilterVerdict.Refuse }, // F_SETOWN_EX
        { SystemCall.Fcntl, [11, 4, 0x2000], FilterVerdict.Refuse }, // F_SETFL, O_ASYNC
        { SystemCall.Fcntl, [11, 0], FilterVerdict.Refuse },
        { SystemCall.Fcntl, [11, 38], FilterVerdict.Refuse },
        { SystemCall.Openat, [0, 0x1000, 0], FilterVerdict.RefuseAndReport },
        { SystemCall.Openat, [0, 0x1000, 2], FilterVerdict.RefuseAndReport },
        { SystemCall.Openat2, [0, 0x1000, 0x2000, 24], FilterVerdict.RefuseAndReport },
        { SystemCall.Creat, [0x1000, 0x180], FilterVerdict.RefuseAndReport },
        { SystemCall.Kill, [OtherProcess, 9], FilterVerdict.RefuseAndReport },
        { SystemCall.Kill, [ulong.MaxValue, 9], FilterVerdict.RefuseAndReport },
        { SystemCall.Tgkill, [OtherProcess, OtherProcess, 9], FilterVerdict.RefuseAndReport },
        { SystemCall.AddKey, [0x1000, 0x1000, 0x1000, 9, ProcessKeyring], FilterVerdict.Allow },
        { SystemCall.AddKey, [0x1000, 0x1000, 0x1000, 9, UserKeyring], FilterVerdict.RefuseAndReport },
        { SystemCall.Keyctl, [5, 7, 0x3f2b0000], FilterVerdict.Allow },
        { SystemCall.Keyctl, [15, 7, 3600], FilterVerdict.Allow },
        { SystemCall.Keyctl, [8, 7, UserKeyring], FilterVerdict.Allow },
        { SystemCall.Keyctl, [8, 7, ProcessKeyring], FilterVerdict.RefuseAndReport },
        { SystemCall.Keyctl, [9, 7, ProcessKeyring], FilterVerdict.Allow },
        { SystemCall.Keyctl, [9, 7, UserKeyring], FilterVerdict.RefuseAndReport },
        { SystemCall.Keyctl, [10, UserKeyring, 0x1000], FilterVerdict.Allow },
        { SystemCall.Keyctl, [10, ProcessKeyring, 0x1000], FilterVerdict.RefuseAndReport },
        { SystemCall.Keyctl, [11, 7, 0x1000], FilterVerdict.Allow },
        { SystemCall.Keyctl, [21, 7], FilterVerdict.Allow },
        { SystemCall.Keyctl, [1], FilterVerdict.RefuseAndReport }, // KEYCTL_JOIN_SESSION_KEYRING
        { SystemCall.Keyctl, [7, UserKeyring], FilterVerdict.RefuseAndReport }, // KEYCTL_CLEAR
    };

    private const ulong ProcessKeyring = unchecked((ulong)-2);
    private const ulong UserKeyring = unchecked((ulong)-4);

    private const string InSomeRuns = "# In some runs only: ";

    /// <summary>The system calls of a traced run of all tests.</summary>
    public static TheoryData<string> Traced => [.. File
        .ReadLines(Path.Combine(RepositoryRoot.Path, "tests", "TlsMgr.Daemon.Tests", "Secrets", "system-calls.txt"))
        .SelectMany(line => line.StartsWith(InSomeRuns, StringComparison.Ordinal)
            ? line[InSomeRuns.Length..].Split(' ')
            : line.StartsWith('#') ? [] : [line])];

    [Theory]
    [MemberData(nameof(Traced))]
    public void A_call_that_the_daemon_makes_is_allowed(string name)
    {
        SystemCall call = Enum.Parse<SystemCall>(name.Replace("_", ""), ignoreCase: true);

        FilterInterpreter.Run(Filter, (int)call, OrdinaryArguments.GetValueOrDefault(call)).ShouldBe(FilterVerdict.Allow);
    }

    [Theory]
    [MemberData(nameof(Conditions))]
    public void Arguments_determine_the_verdict(SystemCall call, ulong[] arguments, FilterVerdict expected) =>
        FilterInterpreter.Run(Filter, (int)call, arguments).ShouldBe(expected);

    [Theory]
    [InlineData(SystemCall.Execve)]
    [InlineData(SystemCall.Execveat)]
    [InlineData(SystemCall.Fork)]
    [InlineData(SystemCall.Ptrace)]
    [InlineData(SystemCall.ProcessVmReadv)]
    [InlineData(SystemCall.Bind)]
    [InlineData(SystemCall.Listen)]
    [InlineData(SystemCall.Unlink)]
    [InlineData(SystemCall.Chmod)]
    [InlineData(SystemCall.Setuid)]
    [InlineData(SystemCall.Chroot)]
    [InlineData(SystemCall.Mount)]
    [InlineData(SystemCall.Bpf)]
    [InlineData(SystemCall.IoUringSetup)]
    public void A_call_that_only_an_attacker_makes_is_refused_and_reported(SystemCall call) =>
        FilterInterpreter.Run(Filter, (int)call, [ProcessId]).ShouldBe(FilterVerdict.RefuseAndReport);

    [Fact]
    public void Every_other_number_is_refused()
    {
        HashSet<int> known = [.. Enum.GetValues<SystemCall>().Cast<int>()];
        foreach (int call in Enumerable.Range(0, 1024).Where(number => !known.Contains(number)))
        {
            FilterInterpreter.Run(Filter, call).ShouldBe(FilterVerdict.Refuse, $"system call {call}");
        }
    }

    [Fact]
    public void Every_named_call_has_a_rule()
    {
        FilterInstruction[] ofPool = PoolSystemCalls.Rules.Assemble(ProcessId, MachineInterface.X64);
        HashSet<uint> compared = [.. Filter.Concat(ofPool)
            .Where(step => step.Code == FilterProgram.JumpIfEqual).Select(step => step.Operand)];
        foreach (SystemCall call in Enum.GetValues<SystemCall>())
        {
            compared.ShouldContain((uint)call, $"{call}");
        }
    }

    [Theory]
    [InlineData(SystemCall.Read)]
    [InlineData(SystemCall.Execve)]
    public void Calls_of_other_architectures_are_refused(SystemCall call)
    {
        FilterInterpreter.Run(Filter, (int)call, architecture: Intel32).ShouldBe(FilterVerdict.Kill);
        FilterInterpreter.Run(Filter, (int)call | X32Bit).ShouldBe(FilterVerdict.Refuse);
    }

    [Fact]
    public void The_quiet_filter_refuses_clone3_and_opening_a_file_to_read_only()
    {
        FilterInstruction[] quiet = AllowedSystemCalls.AssembleQuiet(MachineInterface.X64);

        foreach (SystemCall call in Enum.GetValues<SystemCall>())
        {
            FilterInterpreter.Run(quiet, (int)call).ShouldBe(
                call is SystemCall.Clone3 or SystemCall.Openat ? FilterVerdict.Unknown : FilterVerdict.Allow);
        }
    }

    [Theory]
    [InlineData(0x80000, FilterVerdict.Unknown)] // O_CLOEXEC
    [InlineData(1, FilterVerdict.Allow)]
    [InlineData(2, FilterVerdict.Allow)]
    [InlineData(0x40, FilterVerdict.Allow)] // O_CREAT
    [InlineData(0x200, FilterVerdict.Allow)] // O_TRUNC
    [InlineData(0x410000, FilterVerdict.Allow)] // O_TMPFILE
    public void The_quiet_filter_leaves_opening_a_file_to_write_to_the_other(ulong flags, FilterVerdict expected) =>
        FilterInterpreter
            .Run(AllowedSystemCalls.AssembleQuiet(MachineInterface.X64), (int)SystemCall.Openat, [0, 0x1000, flags])
            .ShouldBe(expected);

    /// <summary>Every rule by its call, on both architectures, with the arguments of the tests above and without.</summary>
    [Fact]
    public void The_filter_of_arm64_has_the_same_verdicts()
    {
        FilterInstruction[] arm64 = AllowedSystemCalls.Assemble(ProcessId, MachineInterface.Arm64);
        IEnumerable<(SystemCall Call, ulong[]? Arguments)> cases =
        [
            .. Enum.GetValues<SystemCall>().Select(call => (call, (ulong[]?)null)),
            .. OrdinaryArguments.Select(pair => (pair.Key, pair.Value)),
            .. Conditions.Select(row => (row.Data.Item1, row.Data.Item2)),
        ];
        foreach ((SystemCall call, ulong[]? arguments) in cases)
        {
            if (call.On(MachineInterface.Arm64) is { } number)
            {
                FilterInterpreter.Run(arm64, number, arguments, MachineInterface.Arm64.AuditArchitecture)
                    .ShouldBe(FilterInterpreter.Run(Filter, (int)call, arguments), $"{call}");
                SystemCallNumbers.Find(number, MachineInterface.Arm64).ShouldBe(call);
            }
        }
    }

    [Fact]
    public void The_filter_of_arm64_refuses_every_other_number_and_kills_for_another_architecture()
    {
        FilterInstruction[] arm64 = AllowedSystemCalls.Assemble(ProcessId, MachineInterface.Arm64);
        uint architecture = MachineInterface.Arm64.AuditArchitecture;

        foreach (int number in Enumerable.Range(0, 1024)
            .Where(number => SystemCallNumbers.Find(number, MachineInterface.Arm64) is null))
        {
            FilterInterpreter.Run(arm64, number, architecture: architecture).ShouldBe(FilterVerdict.Refuse, $"{number}");
        }

        FilterInterpreter.Run(arm64, 63).ShouldBe(FilterVerdict.Kill);
        FilterInterpreter.Run(Filter, 0, architecture: architecture).ShouldBe(FilterVerdict.Kill);
    }

    [Fact]
    public void The_program_is_short_enough_for_the_kernel() => Filter.Length.ShouldBeLessThan(MaxProgramLength);
}
