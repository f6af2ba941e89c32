using System;
using System.IO;
using System.Net.Sockets;

namespace TlsMgr.Testing;

/// <summary>A listening, non-blocking Unix-domain stream socket, as master(8) or an EGD server creates it.</summary>
public sealed class UnixListener : IDisposable
{
    private const int Backlog = 128;
    private const UnixFileMode ReadWriteForAll = (UnixFileMode)0b110_110_110;

    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    public UnixListener(string path)
    {
        _socket.Blocking = false;
        _socket.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, ReadWriteForAll);
        _socket.Listen(Backlog);
    }

    public int Descriptor => (int)_socket.Handle;

    /// <summary>Closes the socket and removes its path.</summary>
    public void Dispose() => _socket.Dispose();
}
