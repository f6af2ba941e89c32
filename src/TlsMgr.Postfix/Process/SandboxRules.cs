// The rules of one daemon's sandbox, assembled to filters.
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

/// <summary>The system calls that one daemon may make while it serves.</summary>
/// <param name="allowed">The calls with any arguments, ordered by their frequency.</param>
/// <param name="conditional">The calls with some arguments.</param>
public sealed class SandboxRules(IEnumerable<SystemCall> allowed, IEnumerable<FilterRule> conditional)
{
    private const uint AllBits = uint.MaxValue;

    /// <summary>O_WRONLY and O_RDWR, O_CREAT, O_TRUNC and O_TMPFILE.</summary>
    private const uint MayWrite = 0x400243;

    /// <summary>Whether the daemon connects to other machines.</summary>
    public bool UsesNetwork { get; init; }

    /// <summary>The rules of tlsmgr(8).</summary>
    public static SandboxRules OfTlsManager() => AllowedSystemCalls.Rules;

    /// <summary>The rules of a daemon: those of the runtime, and what it needs besides.</summary>
    /// <param name="allowed">The calls with any arguments, ordered by their frequency.</param>
    /// <param name="conditional">The calls with some arguments.</param>
    /// <param name="usesNetwork">Whether the daemon connects to other machines.</param>
    public static SandboxRules WithRuntime(
        IEnumerable<SystemCall> allowed, IEnumerable<FilterRule> conditional, bool usesNetwork) =>
        new([.. allowed, .. RuntimeSystemCalls.Allowed], [.. conditional, .. RuntimeSystemCalls.Conditional])
        {
            UsesNetwork = usesNetwork,
        };

    /// <summary>
    /// Assembles a filter for calls that the C library and the runtime make in ordinary operation, and that must
    /// neither be recorded in the kernel's log nor be held: clone3, whose flags are invisible to filters, and without
    /// which the C library falls back to clone; and opening a file to read, as the collector does with /proc/meminfo,
    /// while it has suspended the other threads. It does without, as in a jail.
    /// </summary>
    /// <param name="machine">The architecture of the process.</param>
    public static FilterInstruction[] AssembleQuiet(MachineInterface machine) => FilterProgram.Assemble(
        [
            new(SystemCall.Clone3, FilterVerdict.Unknown),
            new(SystemCall.Openat, FilterVerdict.Unknown, FilterVerdict.Allow, new ArgumentTest(2, MayWrite, 0)),
        ],
        FilterVerdict.Allow, machine);

    /// <summary>Assembles the filter of a process.</summary>
    /// <param name="processId">The id of this process, the only one that it may send signals to.</param>
    /// <param name="machine">The architecture of the process.</param>
    public FilterInstruction[] Assemble(int processId, MachineInterface machine)
    {
        ArgumentTest isThisProcess = new(0, AllBits, (uint)processId);
        HashSet<SystemCall> used = [.. allowed, .. conditional.Select(static rule => rule.Call)];
        IEnumerable<FilterRule> rules =
        [
            .. allowed.Select(call => new FilterRule(call, FilterVerdict.Allow)),
            .. conditional,
            new(SystemCall.Tgkill, FilterVerdict.Allow, Tests: isThisProcess),
            new(SystemCall.Kill, FilterVerdict.Allow, Tests: isThisProcess),
            .. RuntimeSystemCalls.Reported.Except(used)
                .Select(call => new FilterRule(call, FilterVerdict.RefuseAndReport)),
        ];
        return FilterProgram.Assemble(rules, FilterVerdict.Refuse, machine);
    }
}
