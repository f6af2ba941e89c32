using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Memory;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Server;

/// <summary>Connections while clients use all memory, or are many.</summary>
public sealed class CrowdTests : ILogTarget, IDisposable
{
    private const string Warning = "warning: memory is scarce while serving tlsmgr socket -- disconnecting";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-crowd-");
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly ClientConnections _connections;
    private readonly List<string> _records = [];
    private readonly EchoService _service = new();
    private readonly ConnectionCounters _counters = new();
    private readonly List<Socket> _clients = [];
    private readonly List<IMemoryOwner<byte>> _blocks = [];
    private readonly UnixListener _listener;

    public CrowdTests()
    {
        Log log = new();
        log.ReplaceTargets(this);
        _loop = new EventLoop(_clock);
        _connections = new ClientConnections(
            _loop, _service, _clock, log, new ConnectionSettings("tlsmgr socket", TimeSpan.FromHours(1)), _counters);
        _listener = new UnixListener(SocketPath);
        _ = new ClientListener(_listener.Descriptor, _loop, _connections, _clock, log);
    }

    private string SocketPath => Path.Combine(_directory.FullName, "service");

    void ILogTarget.Write(LogSeverity severity, string text) => _records.Add(LogRecord.Prefixed(severity, text));

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _blocks.ForEach(block => block.Dispose());
        _connections.Dispose();
        _loop.Dispose();
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void While_memory_is_full_clients_that_keep_some_are_disconnected_and_others_served()
    {
        Socket stuck = Connect();
        Socket unread = Connect();
        Socket other = Connect();
        FillMemory();

        Send(stuck, "request|pol");
        SendUntilClosed(unread, "request|" + new string('x', 10_000) + "||");
        Send(other, "request|a||");

        Receive(other).ShouldBe("hello[request|a||]");
        _connections.Count.ShouldBe(1);
        _counters.Oversized.ShouldBe(2);
        _connections.Memory.UsedBlocks.ShouldBe(_blocks.Count);
    }

    [Fact]
    public void A_request_begun_before_memory_was_full_and_finished_then_is_served()
    {
        Socket client = Connect();
        Send(client, "request|a");
        FillMemory();

        Send(client, "||");

        Receive(client).ShouldBe("hello[request|a||]");
        _records.ShouldBeEmpty();
    }

    [Fact]
    public void Scarce_memory_is_logged_at_most_once_a_minute()
    {
        FillMemory();
        for (int i = 0; i < 3; i++)
        {
            Send(Connect(), "request|pol");
        }

        _records.ShouldBe([Warning]);
        _clock.Advance(TimeSpan.FromMinutes(1));
        Send(Connect(), "request|pol");
        _records.ShouldBe([Warning, Warning]);
    }

    [Fact]
    public void A_turn_serves_a_bounded_number_of_clients()
    {
        const int Clients = ServerLimits.ConnectionsPerTurn * 3 / 2;
        const int RequestsEach = 2 * ServerLimits.MessagesPerTurn;
        byte[] requests = Wire.Bytes(string.Concat(Enumerable.Repeat("request|quiet||", RequestsEach)));
        for (int i = 0; i < Clients; i++)
        {
            Connect();
        }

        _clients.ForEach(client => client.Send(requests));
        int maximum = 0;
        int total = 0;
        int inThisTurn = 0;
        _service.Served = () => inThisTurn++;
        do
        {
            inThisTurn = 0;
            Turn();
            maximum = int.Max(maximum, inThisTurn);
            total += inThisTurn;
        }
        while (_connections.HasWork);

        total.ShouldBe(Clients * RequestsEach);
        maximum.ShouldBe(ServerLimits.ConnectionsPerTurn * ServerLimits.MessagesPerTurn);
    }

    [Fact]
    public void When_the_share_of_memory_is_used_up_the_other_clients_wait_for_the_next_turn()
    {
        int served = 0;
        _service.Served = () =>
        {
            served++;
            for (int i = 0; i < ServerLimits.BlocksPerTurn; i++)
            {
                _blocks.Add(_connections.Memory.Rent());
            }
        };
        Array.ForEach([Connect(), Connect(), Connect()], client => client.Send(Wire.Bytes("request|quiet||")));

        foreach (int turn in new[] { 1, 2, 3 })
        {
            Turn();
            served.ShouldBe(turn);
            _connections.HasWork.ShouldBe(turn < 3, "no event announces the others again");
        }
    }

    [Fact]
    public void A_few_of_the_clients_that_do_not_wait_for_replies_are_served_in_a_turn_after_the_others()
    {
        const int Clients = 5 * ServerLimits.DemandingPerTurn;
        byte[] requests = Wire.Bytes(
            string.Concat(Enumerable.Repeat("request|quiet||", 3 * ServerLimits.MessagesPerTurn)));
        Socket other = Connect();
        Socket[] many = [.. Enumerable.Range(0, Clients).Select(_ => Connect())];
        Array.ForEach(many, client => client.Send(requests));
        Turn();
        int served = 0;
        _service.Served = () => served++;
        other.Send(Wire.Bytes("request|a||"));
        Turn();

        other.Available.ShouldBe("hello[request|a||]".Length);
        served.ShouldBe(1 + (ServerLimits.DemandingPerTurn * ServerLimits.MessagesPerTurn));
        while (_connections.HasWork)
        {
            Turn();
        }

        served.ShouldBe(1 + (Clients * 2 * ServerLimits.MessagesPerTurn), "the first turn is not counted");
    }

    [Fact]
    public void A_client_with_large_replies_is_served_after_the_others()
    {
        Socket large = Connect();
        Socket other = Connect();
        Send(large, $"request|{new string('x', ServerLimits.ModestMessageBytes)}||");
        while (large.Available > 0)
        {
            Receive(large);
            Turn();
        }

        Receive(other).ShouldBe("hello");
        _service.Served = () =>
        {
            for (int i = 0; i < ServerLimits.BlocksPerTurn; i++)
            {
                _blocks.Add(_connections.Memory.Rent());
            }
        };
        large.Send(Wire.Bytes("request|a||"));
        other.Send(Wire.Bytes("request|a||"));
        Turn();

        (other.Available > 0, large.Available > 0).ShouldBe((true, false), "the share of the turn is used up");
    }

    private Socket Connect()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        _clients.Add(client);
        Turn();
        return client;
    }

    /// <summary>Allocates blocks until memory is full.</summary>
    private void FillMemory()
    {
        while (_connections.Memory.Pressure < BlockPressure.Full)
        {
            _blocks.Add(_connections.Memory.Rent());
        }
    }

    private void Send(Socket client, string text)
    {
        client.Send(Wire.Bytes(text));
        Turn();
    }

    /// <summary>Sends requests without reading replies until a connection is closed.</summary>
    private void SendUntilClosed(Socket client, string request)
    {
        int connections = _connections.Count;
        client.Blocking = false;
        for (int i = 0; i < 1000 && _connections.Count == connections; i++)
        {
            client.Send(Wire.Bytes(request), SocketFlags.None, out _);
            Turn();
        }
    }

    private static string Receive(Socket client)
    {
        byte[] buffer = new byte[64 * 1024];
        return Wire.Text(buffer.AsSpan(0, client.Receive(buffer)));
    }

    private void Turn()
    {
        _loop.Turn(mayWait: false);
        _connections.RunTurn();
    }
}
