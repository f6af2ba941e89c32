// epoll(7), level-triggered. Disposing of the object closes its descriptor.

using System;
using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>What a descriptor is watched for, and what happened on it.</summary>
[Flags]
public enum EpollEvents : uint
{
    /// <summary>Nothing: only errors and hang-ups are told.</summary>
    None = 0,

    /// <summary>EPOLLIN: there is something to read, or the end.</summary>
    Readable = 1,

    /// <summary>EPOLLOUT: there is room to write.</summary>
    Writable = 4,

    /// <summary>EPOLLERR: the descriptor is broken; always told.</summary>
    Error = 8,

    /// <summary>EPOLLHUP: the other side is gone; always told.</summary>
    HangUp = 16,
}

/// <summary>One happening, with the number that its descriptor was registered under.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EpollEvent
{
    /// <summary>What happened.</summary>
    public EpollEvents Events;

    /// <summary>The number given to <see cref="Epoll.Add"/>.</summary>
    public ulong Token;
}

/// <summary>
/// A set of watched descriptors. Calls answer zero or more, or the negative of an <see cref="Errno"/>.
/// </summary>
public sealed unsafe class Epoll : IDisposable
{
    private const int CloseOnExec = 0x80000;
    private const int AddOperation = 1;
    private const int RemoveOperation = 2;
    private const int ModifyOperation = 3;

    private readonly int _descriptor;

    private Epoll(int descriptor) => _descriptor = descriptor;

    /// <summary>Makes an empty set. Answers 0, or the negative of an <see cref="Errno"/> and no set.</summary>
    public static int Create(out Epoll? epoll)
    {
        int descriptor = Errno.Result(NativeMethods.EpollCreate(CloseOnExec));
        epoll = descriptor < 0 ? null : new Epoll(descriptor);
        return int.Min(descriptor, 0);
    }

    /// <summary>
    /// Watches a descriptor. Minus <see cref="Errno.NotPermitted"/> for one that cannot be watched: a regular file.
    /// </summary>
    public int Add(int descriptor, EpollEvents events, ulong token) => Control(AddOperation, descriptor, events, token);

    /// <summary>Changes what a descriptor is watched for.</summary>
    public int Modify(int descriptor, EpollEvents events, ulong token) =>
        Control(ModifyOperation, descriptor, events, token);

    /// <summary>Watches a descriptor no longer.</summary>
    public int Remove(int descriptor) => Control(RemoveOperation, descriptor, EpollEvents.None, 0);

    /// <summary>
    /// Waits for happenings; answers how many were put into <paramref name="events"/>, 0 when the time is over.
    /// </summary>
    /// <param name="events">Room for at least one.</param>
    /// <param name="timeoutMilliseconds">How long to wait; 0 not at all, -1 for ever.</param>
    public int Wait(Span<EpollEvent> events, int timeoutMilliseconds)
    {
        fixed (EpollEvent* room = events)
        {
            return Errno.Result(NativeMethods.EpollWait(_descriptor, room, events.Length, timeoutMilliseconds));
        }
    }

    /// <inheritdoc/>
    public void Dispose() => FileDescriptor.Close(_descriptor);

    private int Control(int operation, int descriptor, EpollEvents events, ulong token)
    {
        EpollEvent change = new() { Events = events, Token = token };
        return Errno.Result(NativeMethods.EpollControl(_descriptor, operation, descriptor, &change));
    }
}
