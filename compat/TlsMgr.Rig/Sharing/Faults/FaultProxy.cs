// Stands between the tlspool of one host and its server. The kernel's netem is missing on many machines, so packets are
// lost here: a chunk is delayed by the times after which TCP sends it again, and so are those behind it.

using System;
using System.Collections.Generic;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Threading;
using System.Threading.Tasks;

namespace TlsMgr.Rig.Sharing.Faults;

/// <summary>A TCP proxy in front of a server.</summary>
internal sealed class FaultProxy : IDisposable
{
    private const int BufferBytes = 64 * 1024;
    private const int GarbageBytes = 1024 * 1024;
    private const int LostShare = 10;
    private const int RandomSeed = 16;
    private const int SlowMilliseconds = 60;
    private const int RetransmissionMilliseconds = 200;

    private readonly TcpListener _listener;
    private readonly IPEndPoint _target;
    private readonly CancellationTokenSource _stop = new();
    private readonly List<Socket> _sockets = [];
    private readonly Lock _lock = new();
    private readonly Random _random = new(RandomSeed);
    private volatile int _mode;

    internal FaultProxy(IPEndPoint address, IPEndPoint target)
    {
        _target = target;
        _listener = new TcpListener(address);
        _listener.Start();
        _ = AcceptAsync();
    }

    /// <summary>What it does from now on.</summary>
    internal ProxyMode Mode
    {
        get => (ProxyMode)_mode;
        set => _mode = (int)value;
    }

    /// <summary>Closes all connections: they begin anew.</summary>
    internal void Disconnect()
    {
        lock (_lock)
        {
            _sockets.ForEach(static socket => socket.Dispose());
            _sockets.Clear();
        }
    }

    public void Dispose()
    {
        _stop.Cancel();
        _listener.Stop();
        Disconnect();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                _ = ServeAsync(client);
            }
        }
        catch (Exception fault) when (fault is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(Socket client)
    {
        Socket server = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        lock (_lock)
        {
            _sockets.AddRange([client, server]);
        }

        client.NoDelay = server.NoDelay = true;
        try
        {
            await server.ConnectAsync(_target);
            await Task.WhenAny(CopyAsync(client, server, isReply: false), CopyAsync(server, client, isReply: true));
        }
        catch (SocketException)
        {
            // The server is down: the client sees that its connection ends.
        }

        client.Dispose();
        server.Dispose();
    }

    private async Task CopyAsync(Socket from, Socket to, bool isReply)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            int count;
            while ((count = await from.ReceiveAsync(buffer, _stop.Token)) > 0)
            {
                await PassAsync(buffer.AsMemory(0, count), to, isReply);
            }
        }
        catch (Exception fault) when (fault is SocketException or OperationCanceledException or ObjectDisposedException
            or IOException)
        {
            // One side has closed.
        }
    }

    private async Task PassAsync(ReadOnlyMemory<byte> chunk, Socket to, bool isReply)
    {
        switch (isReply ? Mode : Mode == ProxyMode.Lossy ? ProxyMode.Lossy : ProxyMode.Forward)
        {
            case ProxyMode.Slow:
                await Task.Delay(SlowMilliseconds, _stop.Token);
                break;
            case ProxyMode.Lossy:
                await Task.Delay(LossMilliseconds(), _stop.Token);
                break;
            case ProxyMode.Half:
                await to.SendAsync(chunk[..(chunk.Length / 2)], _stop.Token);
                await Task.Delay(Timeout.Infinite, _stop.Token);
                break;
            case ProxyMode.Garbage:
                byte[] garbage = new byte[GarbageBytes];
                new Random(RandomSeed).NextBytes(garbage);
                await to.SendAsync(garbage, _stop.Token);
                return;
        }

        while (isReply && Mode == ProxyMode.Silent)
        {
            await Task.Delay(RetransmissionMilliseconds, _stop.Token);
        }

        await to.SendAsync(chunk, _stop.Token);
    }

    // TCP doubles the time before each retransmission.
    private int LossMilliseconds()
    {
        int delay = 0;
        lock (_lock)
        {
            for (int next = RetransmissionMilliseconds; _random.Next(LostShare) == 0; next *= 2)
            {
                delay += next;
            }
        }

        return delay;
    }
}
