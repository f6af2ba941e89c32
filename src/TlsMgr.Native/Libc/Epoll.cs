using System;

namespace TlsMgr.Native.Libc;

/// <summary>
/// A set of watched descriptors (epoll(7), level-triggered). Calls return zero or more, or the negative of an
/// <see cref="Errno"/>. Disposing of the object closes its descriptor.
/// </summary>
public sealed unsafe class Epoll : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int AddOperation = 1;
    private const int RemoveOperation = 2;
    private const int ModifyOperation = 3;

    // On arm64, the most events of one call: 2 KiB of stack. The kernel reports the rest in the next call.
    private const int MaximumAligned = 128;

    private readonly int _descriptor;

    private Epoll(int descriptor) => _descriptor = descriptor;

    /// <summary>Creates an empty set. Returns 0, or the negative of an <see cref="Errno"/> and no set.</summary>
    public static int Create(out Epoll? epoll)
    {
        int descriptor = Errno.Result(NativeMethods.EpollCreate(CloseOnExec));
        epoll = descriptor < 0 ? null : new Epoll(descriptor);
        return int.Min(descriptor, 0);
    }

    /// <summary>
    /// Watches a descriptor. Minus <see cref="Errno.NotPermitted"/> for a regular file, which cannot be watched.
    /// </summary>
    public int Add(int descriptor, EpollEvents events, ulong token) => Control(AddOperation, descriptor, events, token);

    /// <summary>Changes the events that a descriptor is watched for.</summary>
    public int Modify(int descriptor, EpollEvents events, ulong token) =>
        Control(ModifyOperation, descriptor, events, token);

    /// <summary>Stops watching a descriptor.</summary>
    public int Remove(int descriptor) => Control(RemoveOperation, descriptor, EpollEvents.None, 0);

    /// <summary>
    /// Waits for events; returns the number stored in <paramref name="events"/>, 0 after the timeout.
    /// </summary>
    /// <param name="events">Receives the events; at least one element long.</param>
    /// <param name="timeoutMilliseconds">The timeout; 0 does not wait, -1 waits without a limit.</param>
    public int Wait(Span<EpollEvent> events, int timeoutMilliseconds)
    {
        if (MachineInterface.IsArm64)
        {
            return WaitAligned(events, timeoutMilliseconds);
        }

        fixed (EpollEvent* buffer = events)
        {
            return Errno.Result(NativeMethods.EpollWait(_descriptor, buffer, events.Length, timeoutMilliseconds));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => FileDescriptor.Close(_descriptor);

    private int Control(int operation, int descriptor, EpollEvents events, ulong token)
    {
        if (MachineInterface.IsArm64)
        {
            AlignedEpollEvent aligned = new() { Events = events, Token = token };
            return Errno.Result(NativeMethods.EpollControl(_descriptor, operation, descriptor, &aligned));
        }

        EpollEvent change = new() { Events = events, Token = token };
        return Errno.Result(NativeMethods.EpollControl(_descriptor, operation, descriptor, &change));
    }

    private int WaitAligned(Span<EpollEvent> events, int timeoutMilliseconds)
    {
        int capacity = int.Min(events.Length, MaximumAligned);
        AlignedEpollEvent* buffer = stackalloc AlignedEpollEvent[MaximumAligned];
        int count = Errno.Result(NativeMethods.EpollWait(_descriptor, buffer, capacity, timeoutMilliseconds));
        for (int i = 0; i < count; i++)
        {
            events[i] = new EpollEvent { Events = buffer[i].Events, Token = buffer[i].Token };
        }

        return count;
    }
}
