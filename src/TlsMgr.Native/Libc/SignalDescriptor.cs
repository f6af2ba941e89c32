// Signals that wait to be read, and interrupt nobody: blocked (sigprocmask(2)), and read from a descriptor
// (signalfd(2)). Must never leave a thread out: a signal for the process goes to any one that does not block it.

using System;
using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>Some signals, and the descriptor by which a loop learns of them. For one thread.</summary>
public sealed unsafe class SignalDescriptor : IDisposable
{
    private const int MakeNew = -1;
    private const int CloseOnExecAndNonBlocking = 0x80000 | 0x800;
    private const int Block = 0;
    private const int Unblock = 1;

    // sigset_t has room for 1,024 signals; Linux has 64.
    private const int WordsOfSet = 16;

    // sizeof(struct signalfd_siginfo), whose first field is the signal.
    private const int RecordBytes = 128;

    private readonly ulong _signals;

    private SignalDescriptor(int descriptor, ulong signals)
    {
        Descriptor = descriptor;
        _signals = signals;
    }

    /// <summary>The descriptor to watch: readable as long as there is a signal to take.</summary>
    public int Descriptor { get; }

    /// <summary>
    /// Makes one. Answers 0, or the negative of an <see cref="Errno"/> and none. Nothing is blocked by that: see
    /// <see cref="BlockHere"/>.
    /// </summary>
    public static int Create(ReadOnlySpan<int> signals, out SignalDescriptor? result)
    {
        ulong bits = 0;
        foreach (int signal in signals)
        {
            bits |= BitOf(signal);
        }

        ulong* set = stackalloc ulong[WordsOfSet];
        set[0] = bits;
        int descriptor = Errno.Result(NativeMethods.SignalDescriptor(MakeNew, set, CloseOnExecAndNonBlocking));
        result = descriptor < 0 ? null : new SignalDescriptor(descriptor, bits);
        return int.Min(descriptor, 0);
    }

    /// <summary>Blocks the signals in the calling thread, and in those that it makes from now on.</summary>
    public void BlockHere() => ChangeMask(Block, _signals);

    /// <summary>Lets the signals interrupt the calling thread: at once, when one has come and was not taken.</summary>
    public void UnblockHere() => ChangeMask(Unblock, _signals);

    /// <summary>The same for one signal alone.</summary>
    public static void UnblockHere(int signal) => ChangeMask(Unblock, BitOf(signal));

    /// <summary>Takes a signal that has come. Answers its number, or 0 when there is none.</summary>
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
        ulong* set = stackalloc ulong[WordsOfSet];
        set[0] = signals;
        NativeMethods.ChangeSignalMask(how, set, null);
    }
}
