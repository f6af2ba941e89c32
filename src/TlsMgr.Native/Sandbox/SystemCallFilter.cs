// Installs a seccomp filter for all threads, and hears of what it holds for us. Answers are zero or more, or the
// negative of an Errno. A filter cannot be taken back: must never be installed before all that it forbids is done.

using System;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Sandbox;

/// <summary>A filter in force.</summary>
public sealed unsafe class SystemCallFilter : IDisposable
{
    private const nint SeccompCall = 317;
    private const nuint SetFilter = 1;

    private const nuint AllThreads = 1;
    private const nuint LogRefused = 2;

    /// <summary>
    /// Not the slower branches that older kernels give to a process with a filter, as it may run code of strangers.
    /// </summary>
    private const nuint NoSpeculationGuard = 4;
    private const nuint Listener = 8;
    private const nuint ThreadFaultIsError = 16;
    private const nuint QuietFlags = AllThreads | NoSpeculationGuard | ThreadFaultIsError;

    /// <summary>
    /// SECCOMP_IOCTL_NOTIF_RECV: the only control of a listener that a filter may allow. By the one that answers,
    /// code in this process could let a call that is held pass.
    /// </summary>
    public const uint ReceiveRequest = 0xc0502100;

    private readonly int _listener;

    private SystemCallFilter(int listener) => _listener = listener;

    /// <summary>
    /// Installs a filter, and sets no_new_privs, for all threads; the calling one must have that set
    /// (<see cref="ProcessControl.ForbidNewPrivileges"/>). What the filter refuses, the kernel's audit log has. Answers
    /// 0, or the negative of an <see cref="Errno"/> and no filter: minus <see cref="Errno.InvalidArgument"/> before
    /// Linux 5.7.
    /// </summary>
    public static int Install(ReadOnlySpan<FilterInstruction> program, out SystemCallFilter? filter)
    {
        int answer = Add(program, QuietFlags | LogRefused | Listener);
        filter = answer < 0 ? null : new SystemCallFilter(answer);
        return int.Min(answer, 0);
    }

    /// <summary>
    /// The same without log and listener, for what is refused by custom. To be called before <see cref="Install"/>: of
    /// several filters the strictest verdict holds.
    /// </summary>
    public static int InstallQuietly(ReadOnlySpan<FilterInstruction> program) => Add(program, QuietFlags);

    /// <summary>
    /// Waits for the first call with the verdict <see cref="FilterVerdict.RefuseAndTell"/>. It is held, and whatever
    /// its process does cannot let it pass, until <see cref="Dispose"/> refuses it. To be called by a thread that does
    /// nothing else.
    /// </summary>
    /// <param name="call">The call that is held.</param>
    /// <param name="threadId">The thread that made it.</param>
    /// <returns>0; or minus an <see cref="Errno"/>, when the kernel does not tell of calls.</returns>
    public int WaitForViolation(out SystemCall call, out int threadId)
    {
        HeldCall held;
        int answer;
        do
        {
            held = default;
            answer = Errno.Result(NativeMethods.Control(_listener, ReceiveRequest, &held));
        }
        while (answer is -Errno.Interrupted or -Errno.NoEntry); // the second: it was gone before it was heard

        call = (SystemCall)held.Number;
        threadId = held.ThreadId;
        return answer;
    }

    /// <summary>
    /// Listens no longer: calls that are held, and those that would be, fail with ENOSYS. The filter stays.
    /// </summary>
    public void Dispose() => FileDescriptor.Close(_listener);

    private static int Add(ReadOnlySpan<FilterInstruction> program, nuint flags)
    {
        fixed (FilterInstruction* instructions = program)
        {
            FilterHead head = new() { Count = (ushort)program.Length, Instructions = instructions };
            return Errno.Result(NativeMethods.SystemCall(SeccompCall, SetFilter, flags, &head));
        }
    }

    /// <summary>struct sock_fprog.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct FilterHead
    {
        internal ushort Count;
        internal FilterInstruction* Instructions;
    }

    /// <summary>struct seccomp_notif.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 80)]
    private struct HeldCall
    {
        [FieldOffset(0)] internal ulong Id;
        [FieldOffset(8)] internal int ThreadId;
        [FieldOffset(16)] internal int Number;
    }
}
