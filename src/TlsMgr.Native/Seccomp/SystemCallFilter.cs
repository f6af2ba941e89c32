// Installs a seccomp filter for all threads, and receives its notifications. Calls return zero or more, or the negative
// of an Errno. A filter cannot be removed: install it after the last call that it forbids.

using System;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Seccomp;

/// <summary>An installed filter.</summary>
public sealed unsafe partial class SystemCallFilter : IDisposable
{
    private const nuint SetFilter = 1;

    private const nuint AllThreads = 1;
    private const nuint LogRefused = 2;

    /// <summary>
    /// SECCOMP_FILTER_FLAG_SPEC_ALLOW: without the slower branches that older kernels impose on a process with a
    /// filter, as it may run untrusted code.
    /// </summary>
    private const nuint NoSpeculationGuard = 4;
    private const nuint Listener = 8;
    private const nuint ThreadFaultIsError = 16;
    private const nuint QuietFlags = AllThreads | NoSpeculationGuard | ThreadFaultIsError;

    /// <summary>
    /// SECCOMP_IOCTL_NOTIF_RECV: the only ioctl of a listener that a filter may allow. With the one that sends a
    /// response, code in this process could let a suspended call proceed.
    /// </summary>
    public const uint ReceiveRequest = 0xc0502100;

    private readonly int _listener;

    private SystemCallFilter(int listener) => _listener = listener;

    /// <summary>
    /// Whether the process survives seccomp(2). The start (start.c) finds out in a child whether an outer filter kills
    /// for it. Only in the published binary.
    /// </summary>
    public static bool IsAllowed => MayFilter() != 0;

    /// <summary>
    /// Installs a filter and sets no_new_privs for all threads; the calling thread must have no_new_privs set
    /// (<see cref="ProcessControl.ForbidNewPrivileges"/>). Refused calls are recorded in the kernel's audit log.
    /// Returns 0, or the negative of an <see cref="Errno"/> and no filter: minus <see cref="Errno.InvalidArgument"/>
    /// before Linux 5.7.
    /// </summary>
    public static int Install(ReadOnlySpan<FilterInstruction> program, out SystemCallFilter? filter)
    {
        int listener = Add(program, QuietFlags | LogRefused | Listener);
        filter = listener < 0 ? null : new SystemCallFilter(listener);
        return int.Min(listener, 0);
    }

    /// <summary>
    /// Installs a filter without log and listener, for calls that are refused in ordinary operation. To be called
    /// before <see cref="Install"/>. Of several filters the strictest verdict applies.
    /// </summary>
    public static int InstallQuietly(ReadOnlySpan<FilterInstruction> program) => Add(program, QuietFlags);

    /// <summary>
    /// Waits for the first call with the verdict <see cref="FilterVerdict.RefuseAndReport"/>. The call is suspended,
    /// and its process cannot let it proceed, until <see cref="Dispose"/> refuses it. To be called by a dedicated
    /// thread.
    /// </summary>
    /// <param name="number">The number of the suspended call.</param>
    /// <param name="threadId">The thread that made it.</param>
    /// <returns>0; or minus an <see cref="Errno"/>, when the kernel sends no notifications.</returns>
    public int WaitForViolation(out int number, out int threadId)
    {
        SuspendedCall suspended;
        int result;
        do
        {
            suspended = default;
            result = Errno.Result(NativeMethods.Control(_listener, ReceiveRequest, &suspended));
        }
        while (result is -Errno.Interrupted or -Errno.NoEntry); // ENOENT: the call ended before it was received

        number = suspended.Number;
        threadId = suspended.ThreadId;
        return result;
    }

    /// <summary>
    /// Closes the listener: suspended calls, and later ones with that verdict, fail with ENOSYS. The filter remains.
    /// </summary>
    public void Dispose() => FileDescriptor.Close(_listener);

    private static int Add(ReadOnlySpan<FilterInstruction> program, nuint flags)
    {
        fixed (FilterInstruction* instructions = program)
        {
            FilterHead head = new() { Count = (ushort)program.Length, Instructions = instructions };
            return Errno.Result(NativeMethods.SystemCall(
                MachineInterface.Current.SeccompCall, SetFilter, flags, &head));
        }
    }

    [LibraryImport("start", EntryPoint = "start_may_filter")]
    private static partial int MayFilter();

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FilterHead
    {
        internal ushort Count;
        internal FilterInstruction* Instructions;
    }

    /// <summary>struct seccomp_notif.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private struct SuspendedCall
    {
        [FieldOffset(0)] internal ulong Id;
        [FieldOffset(8)] internal int ThreadId;
        [FieldOffset(16)] internal int Number;
    }
}
