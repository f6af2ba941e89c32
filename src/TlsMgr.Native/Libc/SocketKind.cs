namespace TlsMgr.Native.Libc;

/// <summary>The type of a socket.</summary>
public enum SocketKind
{
    /// <summary>SOCK_STREAM: a stream of bytes.</summary>
    Stream = 1,

    /// <summary>SOCK_DGRAM: separate messages.</summary>
    Datagram = 2,
}
