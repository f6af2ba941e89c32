// The system calls that the serving tlsmgr(8) may make. Found by tracing the published binary through all its tests
// (make system-calls), plus calls of the same kind that the runtime and the C library may need.

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

    private const uint SetDescriptorFlags = 2;
    private const uint GetOpenFileLock = 36;
    private const uint SetOpenFileLock = 37;

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

        .. RuntimeSystemCalls.Allowed,
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

        .. RuntimeSystemCalls.Conditional,
    ];

    /// <summary>The rules of tlsmgr(8).</summary>
    internal static SandboxRules Rules { get; } = new(Allowed, Conditional);

    private static ArgumentTest Is(params KernelKeyring.Operation[] operations) =>
        new(0, AllBits, [.. operations.Select(static operation => (uint)operation)]);

    /// <summary>Assembles the quiet filter: see <see cref="SandboxRules.AssembleQuiet"/>.</summary>
    internal static FilterInstruction[] AssembleQuiet(MachineInterface machine) => SandboxRules.AssembleQuiet(machine);

    /// <summary>Assembles the filter of a process.</summary>
    /// <param name="processId">The id of this process, the only one that it may send signals to.</param>
    /// <param name="machine">The architecture of the process.</param>
    internal static FilterInstruction[] Assemble(int processId, MachineInterface machine) =>
        Rules.Assemble(processId, machine);
}
