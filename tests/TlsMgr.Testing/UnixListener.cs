// A listening Unix-domain socket, as master(8) or an EGD server would make it.

using System;
using System.IO;
using System.Net.Sockets;

namespace TlsMgr.Testing;

/// <summary>A stream socket that listens at a path and never blocks.</summary>
public sealed class UnixListener : IDisposable
{
    private const int Backlog = 128;
    private const UnixFileMode ForEverybody = (UnixFileMode)0b110_110_110;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public UnixListener(string path)
    {
        _socket.Blocking = false;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, ForEverybody);
        _socket.Listen(Backlog);
    }

    public int Descriptor => (int)_socket.Handle;

    /// <summary>Listens no longer; the path goes too.</summary>
    public void Dispose() => _socket.Dispose();
}
