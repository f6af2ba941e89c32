// An EGD server with one answer to everything.

using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;

namespace TlsMgr.Differential.Drivers;

/// <summary>Answers each request with the same bytes and closes then, unless they are a whole answer.</summary>
internal sealed class EntropyServer : IDisposable
{
    private const int RequestBytes = 2;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[]? _answer;
    private readonly CancellationTokenSource _end = new();
    private volatile string _requests = "nothing";

    /// <summary>Listens at a path.</summary>
    /// <param name="path">The socket.</param>
    /// <param name="answer">The bytes; null: says nothing, and stays.</param>
    internal EntropyServer(string path, byte[]? answer)
    {
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        _listener.Listen();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>What was asked first.</summary>
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
                    if (_answer is null)
                    {
                        _end.Token.WaitHandle.WaitOne();
                        return;
                    }

                    connection.Send(_answer);
                    if (_answer.Length == 0 || _answer.Length < _answer[0] + 1)
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The case is over.
        }
    }
}
