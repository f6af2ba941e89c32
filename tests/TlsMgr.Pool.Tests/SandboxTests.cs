using Shouldly;
using TlsMgr.Native.Libc;
using TlsMgr.Native.Seccomp;
using Xunit;

namespace TlsMgr.Pool.Tests;

/// <summary>The rules of the sandbox; that the daemon can serve in it, every test of the published binary shows.</summary>
public sealed class SandboxTests
{
    private const int ProcessId = 4711;

    [Theory]
    [InlineData(SystemCall.Socket)]
    [InlineData(SystemCall.Connect)]
    [InlineData(SystemCall.Recvmsg)]
    [InlineData(SystemCall.EpollCreate1)]
    public void What_connections_need_has_a_rule(SystemCall call) => HasRule(call).ShouldBeTrue();

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
