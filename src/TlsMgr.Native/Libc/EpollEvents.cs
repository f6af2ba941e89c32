using System;

namespace TlsMgr.Native.Libc;

/// <summary>Events of a descriptor: those to watch for, and those that occurred.</summary>
[Flags]
public enum EpollEvents : uint
{
    /// <summary>None: only errors and hang-ups are reported.</summary>
    None = 0,

    /// <summary>EPOLLIN: data can be read, or the stream ended.</summary>
    Readable = 1,

    /// <summary>EPOLLOUT: data can be written.</summary>
    Writable = 4,

    /// <summary>EPOLLERR: an error occurred on the descriptor; always reported.</summary>
    Error = 8,

    /// <summary>EPOLLHUP: the peer hung up; always reported.</summary>
    HangUp = 16,
}
