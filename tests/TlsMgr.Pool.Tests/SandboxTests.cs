using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Seccomp;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests;

/// <summary>The rules of the sandbox; that the daemon can serve in it, every test of the published binary shows.</summary>
public sealed class SandboxTests
{
    private const int ProcessId = 4711;

    private const string InSomeRuns = "# In some runs only: ";

    /// <summary>The system calls of a traced run of all tests: make system-calls.</summary>
    public static TheoryData<string> Traced => [.. File
        .ReadLines(Path.Combine(RepositoryRoot.Path, "tests", "TlsMgr.Pool.Tests", "system-calls.txt"))
        .SelectMany(static line => line.StartsWith(InSomeRuns, StringComparison.Ordinal)
            ? line[InSomeRuns.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)
            : line.StartsWith('#') ? [] : [line])];

    [Theory]
    [MemberData(nameof(Traced))]
    public void What_the_daemon_makes_has_a_rule(string name) =>
        HasRule(Enum.Parse<SystemCall>(name.Replace("_", ""), ignoreCase: true)).ShouldBeTrue();

    [Theory]
    [InlineData(SystemCall.Ftruncate)]
    [InlineData(SystemCall.Pwrite64)]
    [InlineData(SystemCall.AddKey)]
    [InlineData(SystemCall.Keyctl)]
    [InlineData(SystemCall.Fdatasync)]
    public void What_only_tlsmgr_needs_has_none(SystemCall call) => HasRule(call).ShouldBeFalse();

    private static bool HasRule(SystemCall call)
    {
        foreach (FilterInstruction step in PoolSystemCalls.Rules.Assemble(ProcessId, MachineInterface.X64))
        {
            if (step.Code == FilterProgram.JumpIfEqual && step.Operand == (uint)call)
            {
                return true;
            }
        }

        return false;
    }
}
