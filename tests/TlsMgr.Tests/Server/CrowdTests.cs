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

/// <summary>A table of connections when clients have all the memory, or are many.</summary>
public sealed class CrowdTests : ILogTarget, IDisposable
{
    private const string Warning = "warning: memory is scarce while serving tlsmgr socket -- disconnecting";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-crowd-");
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly ClientConnections _table;
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
        _table = new ClientConnections(
            _loop, _service, _clock, log, new ConnectionSettings("tlsmgr socket", TimeSpan.FromHours(1)), _counters);
        _listener = new UnixListener(SocketPath);
        _ = new ClientListener(_listener.Descriptor, _loop, _table, _clock, log);
    }

    private string SocketPath => Path.Combine(_directory.FullName, "service");

    void ILogTarget.Write(LogSeverity severity, string text) => _records.Add(LogRecord.Prefixed(severity, text));

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _blocks.ForEach(block => block.Dispose());
        _table.Dispose();
        _loop.Dispose();
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void While_memory_is_full_who_keeps_any_is_disconnected_and_the_others_are_served()
    {
        Socket stuck = Connect();
        Socket unread = Connect();
        Socket other = Connect();
        FillMemory();

        Send(stuck, "request|pol");
        SendUntilClosed(unread, "request|" + new string('x', 10_000) + "||");
        Send(other, "request|a||");

        Receive(other).ShouldBe("hello[request|a||]");
        _table.Count.ShouldBe(1);
        _counters.Oversized.ShouldBe(2);
        _table.Memory.UsedBlocks.ShouldBe(_blocks.Count);
    }

    [Fact]
    public void Who_kept_something_before_memory_was_full_and_then_ends_its_request_is_served()
    {
        Socket client = Connect();
        Send(client, "request|a");
        FillMemory();

        Send(client, "||");

        Receive(client).ShouldBe("hello[request|a||]");
        _records.ShouldBeEmpty();
    }

    [Fact]
    public void Scarce_memory_is_told_once_a_minute()
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
    public void However_many_clients_have_something_to_do_a_bounded_number_is_served_in_a_turn()
    {
        const int Clients = ServerLimits.ConnectionsPerTurn * 3 / 2;
        const int RequestsEach = 2 * ServerLimits.MessagesPerTurn;
        byte[] requests = Wire.Bytes(string.Concat(Enumerable.Repeat("request|quiet||", RequestsEach)));
        for (int i = 0; i < Clients; i++)
        {
            Connect();
        }

        _clients.ForEach(client => client.Send(requests));
        int most = 0;
        int all = 0;
        int inThisTurn = 0;
        _service.Served = () => inThisTurn++;
        do
        {
            inThisTurn = 0;
            Turn();
            most = int.Max(most, inThisTurn);
            all += inThisTurn;
        }
        while (_table.HasWork);

        all.ShouldBe(Clients * RequestsEach);
        most.ShouldBe(ServerLimits.ConnectionsPerTurn * ServerLimits.MessagesPerTurn);
    }

    [Fact]
    public void Whoever_takes_a_turn_s_share_of_memory_leaves_the_others_to_the_next_turn()
    {
        int served = 0;
        _service.Served = () =>
        {
            served++;
            for (int i = 0; i < ServerLimits.BlocksPerTurn; i++)
            {
                _blocks.Add(_table.Memory.Rent());
            }
        };
        Array.ForEach([Connect(), Connect(), Connect()], client => client.Send(Wire.Bytes("request|quiet||")));

        foreach (int turn in new[] { 1, 2, 3 })
        {
            Turn();
            served.ShouldBe(turn);
            _table.HasWork.ShouldBe(turn < 3, "nothing announces the others once more");
        }
    }

    private Socket Connect()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        _clients.Add(client);
        Turn();
        return client;
    }

    /// <summary>Takes so much memory that the table counts as full.</summary>
    private void FillMemory()
    {
        while (_table.Memory.Pressure < BlockPressure.Full)
        {
            _blocks.Add(_table.Memory.Rent());
        }
    }

    private void Send(Socket client, string text)
    {
        client.Send(Wire.Bytes(text));
        Turn();
    }

    /// <summary>Sends requests and reads no reply, until the daemon closes.</summary>
    private void SendUntilClosed(Socket client, string request)
    {
        int connections = _table.Count;
        client.Blocking = false;
        for (int i = 0; i < 1000 && _table.Count == connections; i++)
        {
            client.Send(Wire.Bytes(request), SocketFlags.None, out _);
            Turn();
        }
    }

    private static string Receive(Socket client)
    {
        byte[] room = new byte[64 * 1024];
        return Wire.Text(room.AsSpan(0, client.Receive(room)));
    }

    private void Turn()
    {
        _loop.Turn(mayWait: false);
        _table.RunTurn();
    }
}
