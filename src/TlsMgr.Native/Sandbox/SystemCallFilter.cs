// Installs a seccomp filter for all threads, and refuses what it holds for us. Answers are zero or more, or the
// negative of an Errno. A filter cannot be taken back: must never be installed before all that it forbids is done.

using System;
using System.Runtime.InteropServices;
using TlsMgr.Native.Libc;

namespace TlsMgr.Native.Sandbox;

/// <summary>A filter in force.</summary>
public sealed unsafe class SystemCallFilter : IDisposable
{
    private const int SetNoNewPrivileges = 38;
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
    private const nuint ReceiveRequest = 0xc0502100;
    private const nuint AnswerRequest = 0xc0182101;

    private readonly int _listener;

    private SystemCallFilter(int listener) => _listener = listener;

    /// <summary>
    /// Sets no_new_privs and installs a filter, for all threads. What it refuses, the kernel's audit log has. Answers
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
    /// Waits for a call with the verdict <see cref="FilterVerdict.RefuseAndTell"/> and refuses it with EPERM. To be
    /// called by a thread that does nothing else, again and again: the caller of a forbidden call waits for it.
    /// </summary>
    /// <param name="call">The call that was refused.</param>
    /// <param name="threadId">The thread that made it.</param>
    /// <returns>0; minus <see cref="Errno.Interrupted"/>; or minus another error, after which none will come.</returns>
    public int RefuseNext(out SystemCall call, out int threadId)
    {
        HeldCall held = default;
        int answer = Errno.Result(NativeMethods.Control(_listener, ReceiveRequest, &held));
        call = (SystemCall)held.Number;
        threadId = held.ThreadId;
        if (answer == -Errno.NoEntry)
        {
            // The thread was interrupted or is gone before it was heard.
            return -Errno.Interrupted;
        }

        if (answer >= 0)
        {
            Verdict verdict = new() { Id = held.Id, Error = -Errno.NotPermitted };
            NativeMethods.Control(_listener, AnswerRequest, &verdict);
        }

        return answer;
    }

    /// <summary>Listens no longer: calls that would be held fail with ENOSYS from now on. The filter stays.</summary>
    public void Dispose() => FileDescriptor.Close(_listener);

    private static int Add(ReadOnlySpan<FilterInstruction> program, nuint flags)
    {
        int answer = Errno.Result(NativeMethods.ProcessOption(SetNoNewPrivileges, 1, 0, 0, 0));
        if (answer < 0)
        {
            return answer;
        }

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

    /// <summary>struct seccomp_notif_resp.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 24)]
    private struct Verdict
    {
        [FieldOffset(0)] internal ulong Id;
        [FieldOffset(16)] internal int Error;
    }
}
