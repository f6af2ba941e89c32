using System;
using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>A descriptor that becomes readable when another thread signals it (eventfd(2)).</summary>
public sealed class EventDescriptor : IDisposable
{
    private const int NonBlockingAndCloseOnExec = 0x800 | 0x80000;

    private EventDescriptor(int descriptor) => Descriptor = descriptor;

    /// <summary>The descriptor to watch.</summary>
    public int Descriptor { get; }

    /// <summary>Creates one. Returns 0 or more, or the negative of an <see cref="Errno"/>.</summary>
    public static int Create(out EventDescriptor? created)
    {
        int descriptor = Errno.Result(NativeMethods.CreateEvent(0, NonBlockingAndCloseOnExec));
        created = descriptor < 0 ? null : new EventDescriptor(descriptor);
        return descriptor;
    }

    /// <summary>Makes it readable; may be called by any thread.</summary>
    public void Signal()
    {
        ulong one = 1;
        FileDescriptor.Write(Descriptor, MemoryMarshal.AsBytes(new ReadOnlySpan<ulong>(ref one)));
    }

    /// <summary>Makes it unreadable until the next signal.</summary>
    public void Clear()
    {
        Span<byte> count = stackalloc byte[sizeof(ulong)];
        FileDescriptor.Read(Descriptor, count);
    }

    /// <inheritdoc/>
    public void Dispose() => FileDescriptor.Close(Descriptor);
}
