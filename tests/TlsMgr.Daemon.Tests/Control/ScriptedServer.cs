using System;
using System.Net.Sockets;
using System.Threading;

namespace TlsMgr.Daemon.Tests.Control;

/// <summary>
/// Another program in place of the daemon: it listens at a path, sends a reply of its own to each request on each
/// connection, and starts its script anew at the end when it repeats.
/// </summary>
internal sealed class ScriptedServer : IDisposable
{
    private const int RequestBytes = 4096;

    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly byte[][] _replies;
    private readonly bool _repeats;
    private readonly Thread _thread;
    private volatile bool _isDisposed;
    private int _requests;

    internal ScriptedServer(string path, bool repeats, params byte[][] replies)
    {
        _replies = replies;
        _repeats = repeats;
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        _listener.Listen();
        _thread = new Thread(Serve);
        _thread.Start();
    }

    /// <summary>The requests so far, on all connections.</summary>
    internal int Requests => Volatile.Read(ref _requests);

    public void Dispose()
    {
        // A client that does not stop gets no more replies. Closing the socket would not wake accept(2) up.
        _isDisposed = true;
        _listener.Shutdown(SocketShutdown.Both);
        _thread.Join();
        _listener.Dispose();
    }

    private void Serve()
    {
        while (true)
        {
            Socket client;
            try
            {
                client = _listener.Accept();
            }
            catch (SocketException)
            {
                // The listener was shut down.
                return;
            }

            ServeClient(client);
        }
    }

    private void ServeClient(Socket socket)
    {
        using Socket client = socket;
        try
        {
            byte[] request = new byte[RequestBytes];
            for (int i = 0; !_isDisposed && (_repeats || i < _replies.Length) && client.Receive(request) > 0; i++)
            {
                Interlocked.Increment(ref _requests);
                client.Send(_replies[i % _replies.Length]);
            }
        }
        catch (SocketException)
        {
            // The client closed the connection before it read everything.
        }
    }
}
