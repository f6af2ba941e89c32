// The EGD protocol: a request is byte 1 and a count; its reply is a count and that many bytes.

using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// An EGD server that serves one connection at a time, can be silenced, and can be stopped at any time.
/// </summary>
internal sealed class ScriptedEntropyServer : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SemaphoreSlim _requests = new(0);
    private volatile Socket? _connection;
    private volatile bool _isSilent;

    internal ScriptedEntropyServer(string path)
    {
        File.Delete(path);
        _listener.Bind(new UnixDomainSocketEndPoint(path));
        File.SetUnixFileMode(path, (UnixFileMode)0b110_110_110);
        _listener.Listen();
        new Thread(Serve) { IsBackground = true }.Start();
    }

    /// <summary>Whether it accepts connections and requests and sends no reply.</summary>
    internal bool IsSilent
    {
        set => _isSilent = value;
    }

    /// <summary>Waits for the next request of the daemon.</summary>
    /// <exception cref="TimeoutException">There was none in time.</exception>
    internal void WaitForRequest(TimeSpan timeout)
    {
        if (!_requests.Wait(timeout))
        {
            throw new TimeoutException("the daemon sent no request to the EGD server");
        }
    }

    /// <summary>Closes the connection and the socket, and removes its path.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _connection?.Dispose();
    }

    private void Serve()
    {
        try
        {
            while (true)
            {
                using Socket connection = _listener.Accept();
                _connection = connection;
                byte[] request = new byte[2];
                while (connection.Receive(request) == request.Length)
                {
                    if (!_isSilent)
                    {
                        byte[] reply = new byte[1 + request[1]];
                        System.Random.Shared.NextBytes(reply);
                        reply[0] = request[1];
                        connection.Send(reply);
                    }

                    _requests.Release();
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Disposed: the test stopped the server.
        }
    }
}
