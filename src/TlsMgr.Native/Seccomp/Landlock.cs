// Landlock (landlock(7)), for all threads at once: since Linux 7.0, by LANDLOCK_RESTRICT_SELF_TSYNC. An older kernel
// would restrict the calling thread alone, and threads share their memory: it is not used there.

using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Seccomp;

/// <summary>Forbids every access to files by name, to abstract sockets, and signals to other processes.</summary>
public static unsafe class Landlock
{
    private const int AskFilter = 21; // PR_GET_SECCOMP

    // The numbers of these calls are the same on all architectures.
    private const nint CreateRuleset = 444;
    private const nint RestrictSelf = 446;
    private const nint AskVersion = 1;
    private const int FirstVersionForAllThreads = 8;
    private const nuint AllThreads = 8;

    /// <summary>All rights to files: from LANDLOCK_ACCESS_FS_EXECUTE to LANDLOCK_ACCESS_FS_IOCTL_DEV.</summary>
    private const ulong FileRights = 0xffff;

    /// <summary>LANDLOCK_ACCESS_NET_BIND_TCP.</summary>
    private const ulong BindRight = 1;

    /// <summary>LANDLOCK_ACCESS_NET_CONNECT_TCP.</summary>
    private const ulong ConnectRight = 2;

    /// <summary>LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET and LANDLOCK_SCOPE_SIGNAL.</summary>
    private const ulong Scopes = 3;

    /// <summary>
    /// Restricts all threads irrevocably. Returns 0, or the negative of an <see cref="Errno"/> and no restriction:
    /// minus <see cref="Errno.NotImplemented"/> where the kernel cannot restrict all threads, and under an outer
    /// seccomp filter, which may kill for these calls.
    /// </summary>
    /// <param name="mayConnect">Whether TCP connections to other machines remain possible.</param>
    public static int RestrictAllThreads(bool mayConnect = false)
    {
        if (NativeMethods.ProcessOption(AskFilter, 0, 0, 0, 0) != 0)
        {
            return -Errno.NotImplemented;
        }

        int version = Errno.Result(NativeMethods.SystemCall(CreateRuleset, 0, 0, (void*)AskVersion));
        if (version < FirstVersionForAllThreads)
        {
            return version < 0 ? version : -Errno.NotImplemented;
        }

        ulong network = BindRight | (mayConnect ? 0 : ConnectRight);
        Ruleset rules = new() { Files = FileRights, Network = network, Scopes = Scopes };
        int ruleset = Errno.Result(
            NativeMethods.SystemCall(CreateRuleset, (nuint)(&rules), (nuint)sizeof(Ruleset), null));
        if (ruleset < 0)
        {
            return ruleset;
        }

        int result = Errno.Result(NativeMethods.SystemCall(RestrictSelf, (nuint)ruleset, AllThreads, null));
        FileDescriptor.Close(ruleset);
        return result;
    }

    /// <summary>struct landlock_ruleset_attr: what is forbidden, as no rule allows it.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Ruleset
    {
        internal ulong Files;
        internal ulong Network;
        internal ulong Scopes;
    }
}
