// smtpd(8) greets at once and then waits for the client: a process that has greeted before a reload serves that
// connection after it.

using System;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace TlsMgr.Rig.Pool;

/// <summary>A connection to a host that begins now, for a client that connects to a port of the rig later.</summary>
internal sealed class EarlyConnection : IDisposable
{
    private const int GreetingBytes = 512;

    private readonly TcpClient _host = new();
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly byte[] _greeting;
    private readonly Task _relay;

    /// <summary>Connects, and waits for the greeting.</summary>
    internal EarlyConnection(PoolHost host, int port, CancellationToken cancellation)
    {
        _host.ConnectAsync(host.Address, port, cancellation).AsTask().GetAwaiter().GetResult();
        byte[] greeting = new byte[GreetingBytes];
        int length = _host.GetStream().ReadAsync(greeting, cancellation).AsTask().GetAwaiter().GetResult();
        _greeting = greeting[..length];
        _listener.Start();
        _relay = RelayAsync(cancellation);
    }

    /// <summary>Where the client connects.</summary>
    internal string Endpoint => _listener.LocalEndpoint.ToString()!;

    public void Dispose()
    {
        _listener.Dispose();
        _host.Dispose();
        _relay.Wait();
    }

    private async Task RelayAsync(CancellationToken cancellation)
    {
        try
        {
            using TcpClient client = await _listener.AcceptTcpClientAsync(cancellation).ConfigureAwait(false);
            NetworkStream near = client.GetStream();
            NetworkStream far = _host.GetStream();
            await near.WriteAsync(_greeting, cancellation).ConfigureAwait(false);
            await Task.WhenAny(near.CopyToAsync(far, cancellation), far.CopyToAsync(near, cancellation))
                .ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is IOException or SocketException or OperationCanceledException)
        {
            // The client reports a connection that is not complete.
        }
    }
}
