// An EGD server as the daemon's contract has it: byte 1 and a count come in, a count and that many bytes go out.

using System;
using System.IO;
using System.Net.Sockets;
using System.Threading;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Serves one connection after the other, and can be gone all at once.</summary>
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

    /// <summary>Whether it takes connections and requests, and says nothing.</summary>
    internal bool IsSilent
    {
        set => _isSilent = value;
    }

    /// <summary>Waits until the daemon asks.</summary>
    internal void WaitForRequest(TimeSpan patience)
    {
        if (!_requests.Wait(patience))
        {
            throw new TimeoutException("the daemon did not ask the EGD server");
        }
    }

    /// <summary>Gone, and its path too.</summary>
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
                        byte[] answer = new byte[1 + request[1]];
                        System.Random.Shared.NextBytes(answer);
                        answer[0] = request[1];
                        connection.Send(answer);
                    }

                    _requests.Release();
                }
            }
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // Disposed of: the server is gone, as the test wants it.
        }
    }
}
