// The system calls that the serving tlspool(8) may make, found by tracing the published binary through all its tests:
// those of .NET's sockets, of the event loop and of the log. It opens no file, and locks no memory but what it probed.

using TlsMgr.Native.Seccomp;
using TlsMgr.Postfix.Process;

namespace TlsMgr.Pool;

/// <summary>The rules of the sandbox.</summary>
internal static class PoolSystemCalls
{
    private const uint AllBits = uint.MaxValue;
    private const uint UnixDomain = 1;
    private const uint InternetDomain = 2;
    private const uint Internet6Domain = 10;
    private const uint SocketLevel = 1;
    private const uint TcpLevel = 6;
    private const uint Internet6Level = 41;
    private const uint GetDescriptorFlags = 1;
    private const uint GetFlags = 3;
    private const uint SetFlags = 4;
    private const uint SetDescriptorFlags = 2;
    private const uint BytesAvailable = 0x541b; // FIONREAD

    /// <summary>Ordered by their frequency while the daemon serves.</summary>
    private static readonly SystemCall[] Allowed =
    [
        // The event loop, connections, the log
        SystemCall.EpollWait, SystemCall.Read, SystemCall.Sendto, SystemCall.Recvfrom, SystemCall.Accept4,
        SystemCall.EpollCtl, SystemCall.Close, SystemCall.Sendmsg, SystemCall.Recvmsg, SystemCall.Write,
        SystemCall.EpollPwait, SystemCall.Poll, SystemCall.Ppoll, SystemCall.Connect, SystemCall.Shutdown,
        SystemCall.Getsockname, SystemCall.Getpeername, SystemCall.EpollCreate1, SystemCall.Getrandom,

        // What .NET asks of descriptors and of files that are not there
        SystemCall.Fstat, SystemCall.Stat, SystemCall.Statx, SystemCall.Newfstatat,
    ];

    private static readonly FilterRule[] Conditional =
    [
        // Connections to the server, by TCP or a Unix socket, and to the log. None is accepted: bind and listen are
        // refused.
        new(SystemCall.Socket, FilterVerdict.Allow,
            Tests: new ArgumentTest(0, AllBits, UnixDomain, InternetDomain, Internet6Domain)),
        new(SystemCall.Getsockopt, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SocketLevel, TcpLevel)),
        new(SystemCall.Setsockopt, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, SocketLevel, TcpLevel, Internet6Level)),

        // Flags of a descriptor. Not F_SETOWN and F_SETSIG: the kernel would send a signal to another process.
        new(SystemCall.Fcntl, FilterVerdict.Allow, FilterVerdict.Refuse,
            new ArgumentTest(1, AllBits, GetDescriptorFlags, GetFlags, SetFlags, SetDescriptorFlags)),
        new(SystemCall.Ioctl, FilterVerdict.Allow, FilterVerdict.NextRule,
            new ArgumentTest(1, AllBits, BytesAvailable)),
    ];

    /// <summary>The rules.</summary>
    internal static SandboxRules Rules { get; } = SandboxRules.WithRuntime(Allowed, Conditional, usesNetwork: true);
}
