using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;

namespace TlsMgr.Differential.Drivers;

/// <summary>An EGD server that sends the same bytes to each request, and closes after an incomplete reply.</summary>
internal sealed class EntropyServer : IDisposable
{
    private const int RequestBytes = 2;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[]? _reply;
    private readonly CancellationTokenSource _end = new();
    private volatile string _requests = "nothing";

    /// <summary>Listens at a path.</summary>
    /// <param name="path">The path of the socket.</param>
    /// <param name="reply">The bytes; null: sends nothing and keeps the connection open.</param>
    internal EntropyServer(string path, byte[]? reply)
    {
        _reply = reply;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        _listener.Listen();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>The last request, command and number of bytes.</summary>
    internal string Requests => _requests;

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using Socket connection = _listener.Accept();
                byte[] request = new byte[RequestBytes];
                while (connection.Receive(request) == RequestBytes)
                {
                    _requests = $"{request[0]} {request[1]}";
                    if (_reply is null)
                    {
                        _end.Token.WaitHandle.WaitOne();
                        return;
                    }

                    connection.Send(_reply);
                    if (_reply.Length == 0 || _reply.Length < _reply[0] + 1)
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Disposed: the case has ended.
        }
    }
}
