using System.Runtime.InteropServices;

namespace TlsMgr.Native.Libc;

/// <summary>struct epoll_event of x86-64: events, with the token of the descriptor.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
public struct EpollEvent
{
    /// <summary>The events that occurred.</summary>
    public EpollEvents Events;

    /// <summary>The token given to <see cref="Epoll.Add"/>.</summary>
    public ulong Token;
}
