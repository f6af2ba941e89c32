// Signals that are blocked (sigprocmask(2)) and read from a descriptor (signalfd(2)) instead of interrupting a thread.
// Invariant: every thread blocks them; the kernel delivers a signal of the process to any thread that does not.

using System;
using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>A set of signals, and the descriptor from which an event loop reads them. Not thread-safe.</summary>
public sealed unsafe class SignalDescriptor : IDisposable
{
    private const int NewDescriptor = -1;
    private const int CloseOnExecAndNonBlocking = 0x80000 | 0x800;
    private const int Block = 0;
    private const int Unblock = 1;

    // sigset_t has 1,024 bits; Linux has 64 signals.
    private const int SetWords = 16;

    // sizeof(struct signalfd_siginfo), whose first field is the signal.
    private const int RecordBytes = 128;

    private readonly ulong _signals;

    private SignalDescriptor(int descriptor, ulong signals)
    {
        Descriptor = descriptor;
        _signals = signals;
    }

    /// <summary>The descriptor to watch: readable while a signal is pending.</summary>
    public int Descriptor { get; }

    /// <summary>
    /// Creates the descriptor. Returns 0, or the negative of an <see cref="Errno"/> and no object. It does not block
    /// the signals: see <see cref="BlockInThisThread"/>.
    /// </summary>
    public static int Create(ReadOnlySpan<int> signals, out SignalDescriptor? result)
    {
        ulong bits = 0;
        foreach (int signal in signals)
        {
            bits |= BitOf(signal);
        }

        ulong* set = stackalloc ulong[SetWords];
        set[0] = bits;
        int descriptor = Errno.Result(NativeMethods.SignalDescriptor(NewDescriptor, set, CloseOnExecAndNonBlocking));
        result = descriptor < 0 ? null : new SignalDescriptor(descriptor, bits);
        return int.Min(descriptor, 0);
    }

    /// <summary>Blocks the signals in the calling thread and in threads that it creates from now on.</summary>
    public void BlockInThisThread() => ChangeMask(Block, _signals);

    /// <summary>Unblocks the signals in the calling thread; a pending one is delivered at once.</summary>
    public void UnblockInThisThread() => ChangeMask(Unblock, _signals);

    /// <summary>Unblocks one signal in the calling thread.</summary>
    public static void UnblockInThisThread(int signal) => ChangeMask(Unblock, BitOf(signal));

    /// <summary>Reads a pending signal. Returns its number, or 0 when there is none.</summary>
    public int Take()
    {
        Span<byte> record = stackalloc byte[RecordBytes];
        return FileDescriptor.Read(Descriptor, record) == RecordBytes ? MemoryMarshal.Read<int>(record) : 0;
    }

    /// <inheritdoc/>
    public void Dispose() => FileDescriptor.Close(Descriptor);

    private static ulong BitOf(int signal) => 1UL << (signal - 1);

    private static void ChangeMask(int how, ulong signals)
    {
        ulong* set = stackalloc ulong[SetWords];
        set[0] = signals;
        NativeMethods.ChangeSignalMask(how, set, null);
    }
}
