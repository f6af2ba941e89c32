// A descriptor that other threads make readable to wake the event loop (eventfd(2)). Safe to signal from any thread.

using System;

namespace TlsMgr.Native.Libc;

/// <summary>Wakes a loop that waits for descriptors.</summary>
public sealed class WakeUp : IDisposable
{
    private const int CloseOnExecAndNonBlocking = 0x80000 | 0x800;

    private WakeUp(int descriptor) => Descriptor = descriptor;

    /// <summary>The descriptor to watch: readable from <see cref="Signal"/> to <see cref="Clear"/>.</summary>
    public int Descriptor { get; }

    /// <summary>Makes one. Answers 0, or the negative of an <see cref="Errno"/> and none.</summary>
    public static int Create(out WakeUp? wakeUp)
    {
        int descriptor = Errno.Result(NativeMethods.EventDescriptor(0, CloseOnExecAndNonBlocking));
        wakeUp = descriptor < 0 ? null : new WakeUp(descriptor);
        return int.Min(descriptor, 0);
    }

    /// <summary>Makes the descriptor readable.</summary>
    public void Signal() => FileDescriptor.Write(Descriptor, [1, 0, 0, 0, 0, 0, 0, 0]);

    /// <summary>Makes it unreadable again.</summary>
    public void Clear()
    {
        Span<byte> counter = stackalloc byte[sizeof(ulong)];
        FileDescriptor.Read(Descriptor, counter);
    }

    /// <inheritdoc/>
    public void Dispose() => FileDescriptor.Close(Descriptor);
}
