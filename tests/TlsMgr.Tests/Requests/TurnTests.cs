using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using TlsMgr.Tests.Memory;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Requests;

/// <summary>The complete path of a request, from socket to socket, for as many clients as one turn serves.</summary>
public sealed class TurnTests : IDisposable
{
    private const int Clients = EventLimits.EventsPerTurn;

    /// <summary>More turns than large sessions need: a turn may defer some of them to the next.</summary>
    private const int MaximumTurns = Clients;

    private const string Update = "request|update|cache_type|smtpd|cache_id|x|session|QUJD||";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-turn-");
    private readonly ServiceRig _rig = new(logLevel: "0");
    private readonly EventLoop _loop;
    private readonly ClientConnections _connections;
    private readonly UnixListener _listener;
    private readonly List<Socket> _clients = [];
    private readonly byte[] _buffer = new byte[64 * 1024];

    public TurnTests()
    {
        _loop = new EventLoop(_rig.Clock);
        _connections = new ClientConnections(
            _loop, _rig.Service, _rig.Clock, _rig.Log,
            new ConnectionSettings("tlsmgr socket", TimeSpan.FromSeconds(3600)), new ConnectionCounters());
        string path = Path.Combine(_directory.FullName, "service");
        _listener = new UnixListener(path);
        _ = new ClientListener(_listener.Descriptor, _loop, _connections, _rig.Clock, _rig.Log);
        for (int i = 0; i < Clients; i++)
        {
            Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            client.Connect(new UnixDomainSocketEndPoint(path));
            _clients.Add(client);
            Turn();
        }

        ReceiveAll();
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _connections.Dispose();
        _loop.Dispose();
        _listener.Dispose();
        _rig.Dispose();
        _directory.Delete(recursive: true);
    }

    [Theory]
    [InlineData("request|seed|size|32||")]
    [InlineData("request|policy|cache_type|smtpd||")]
    [InlineData("request|tktkey|keyname|||")]
    [InlineData(Update + "request|lookup|cache_type|smtpd|cache_id|x||")]
    [InlineData(Update + "request|delete|cache_type|smtpd|cache_id|x||")]
    public void Serving_as_many_clients_as_a_turn_can_allocates_nothing(string requests) =>
        MeasureAllocated(Wire.Bytes(requests)).ShouldBe(0);

    // Larger sessions of so many clients need more blocks than are kept between turns; RequestTests has one client.
    [Theory]
    [InlineData(1500)]
    [InlineData(5000)]
    public void Larger_sessions_allocate_nothing_either(int sessionBytes)
    {
        string session = Convert.ToBase64String(new byte[sessionBytes]);
        string update = $"request|update|cache_type|smtpd|cache_id|x|session|{session}||";

        MeasureAllocated(Wire.Bytes(update)).ShouldBe(0);
        MeasureAllocated(Wire.Bytes("request|lookup|cache_type|smtpd|cache_id|x||")).ShouldBe(0);
    }

    /// <summary>The bytes that ten exchanges of all clients allocate.</summary>
    private long MeasureAllocated(byte[] bytes)
    {
        for (int warmUp = 0; warmUp < 50; warmUp++)
        {
            ExchangeAll(bytes);
        }

        return AllocatedBytes.Least(() => Enumerable.Range(0, 10).Sum(_ => ExchangeAll(bytes)));
    }

    /// <summary>Exchanges one message with every client; returns the bytes that the service allocated.</summary>
    private long ExchangeAll(byte[] bytes)
    {
        _clients.ForEach(client => client.Send(bytes));
        long before = GC.GetAllocatedBytesForCurrentThread();
        Turn();
        Turn();
        for (int turn = 2; turn < MaximumTurns && !_clients.TrueForAll(static client => client.Available > 0); turn++)
        {
            Turn();
        }

        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        ReceiveAll();
        return allocated;
    }

    private void Turn()
    {
        _loop.Turn(mayWait: false);
        _connections.RunTurn();
    }

    private void ReceiveAll() => _clients.ForEach(client => client.Receive(_buffer).ShouldBeGreaterThan(0));
}
