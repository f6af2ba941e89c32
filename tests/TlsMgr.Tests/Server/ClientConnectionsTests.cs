using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Server;

/// <summary>Connections over real sockets, with a loop that the test turns and a clock that it moves.</summary>
public sealed class ClientConnectionsTests : ILogTarget, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3600);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-connections-");
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly ClientConnections _table;
    private readonly Log _log = new();
    private readonly List<string> _records = [];
    private readonly EchoService _service = new();
    private readonly ConnectionCounters _counters = new();
    private readonly List<Socket> _clients = [];
    private readonly UnixListener _listener;

    public ClientConnectionsTests()
    {
        _log.ReplaceTargets(this);
        _loop = new EventLoop(_clock);
        _table = new ClientConnections(
            _loop, _service, _clock, _log, new ConnectionSettings("tlsmgr socket", Timeout), _counters);
        _listener = new UnixListener(SocketPath);
        _ = new ClientListener(_listener.Descriptor, _loop, _table, _clock, _log);
    }

    private string SocketPath => Path.Combine(_directory.FullName, "service");

    void ILogTarget.Write(LogSeverity severity, string text) => _records.Add(LogRecord.Prefixed(severity, text));

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _table.Dispose();
        _loop.Dispose();
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_client_is_greeted_and_served()
    {
        Socket client = Connect();

        Send(client, "request|a||");

        Receive(client).ShouldBe("hello[request|a||]");
    }

    [Fact]
    public void The_slowest_request_is_that_of_the_longest_turn()
    {
        Socket client = Connect();
        _service.Served = () => _clock.Advance(TimeSpan.FromMilliseconds(3));
        Send(client, "request|a||");
        _service.Served = () => _clock.Advance(TimeSpan.FromMilliseconds(2));
        Send(client, "request|a||");

        _counters.Slowest.ShouldBe(TimeSpan.FromMilliseconds(3));
    }

    [Fact]
    public void A_client_in_the_middle_of_a_request_does_not_stop_the_others()
    {
        Socket stuck = Connect();
        Socket other = Connect();
        Send(stuck, "request|pol");

        Send(other, "request|a||");
        Receive(other).ShouldBe("hello[request|a||]");
        Send(stuck, "icy||");
        Receive(stuck).ShouldBe("hello[request|policy||]");
    }

    [Theory]
    [InlineData("requ", "warning: timeout on tlsmgr socket while reading input attribute name")]
    [InlineData("request|pol", "warning: timeout on tlsmgr socket while reading input attribute value")]
    public void A_request_that_is_not_finished_in_time_ends_the_connection(string bytes, string expected)
    {
        Socket client = Connect();
        Send(client, bytes);
        PassTime(Timeout);
        _records.ShouldBeEmpty();

        PassTime(TimeSpan.FromSeconds(1));

        _records.ShouldBe([expected]);
        _counters.Timeouts.ShouldBe(1);
        Receive(client).ShouldBe("hello");
        IsClosed(client).ShouldBeTrue();
    }

    [Fact]
    public void The_time_of_one_request_is_not_counted_for_the_next()
    {
        Socket client = Connect();
        Send(client, "request|a|");
        for (int i = 0; i < 5; i++)
        {
            PassTime(Timeout * 0.75);
            Send(client, "|request|a|");
        }

        _records.ShouldBeEmpty("each request was finished in time, though one was always open");
        PassTime(Timeout + TimeSpan.FromSeconds(1));
        _records.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("")]
    [InlineData("re")]
    [InlineData("request|a||")]
    public void A_client_between_requests_may_stay_as_long_as_it_likes(string bytes)
    {
        Socket client = Connect();
        Send(client, bytes);

        PassTime(Timeout * 3);

        _records.ShouldBeEmpty();
        _table.Count.ShouldBe(1);
        _loop.Timers.MillisecondsUntilNext().ShouldBe(-1, "an idle client costs no timer");
    }

    [Fact]
    public void A_client_that_does_not_read_costs_a_bounded_amount_and_is_dropped_in_time()
    {
        Socket client = Connect();
        client.Blocking = false;
        byte[] requests = Wire.Bytes(string.Concat(System.Linq.Enumerable.Repeat("request|" + new string('x', 1000) + "||", 60)));
        long taken = 0;
        for (int i = 0; i < 200; i++)
        {
            taken += SendSome(client, requests);
            Turn();
        }

        // What the two sockets and our own buffers hold, and then no more is read.
        taken.ShouldBeLessThan(4 * 1024 * 1024);
        SendSome(client, requests).ShouldBe(0);
        _table.HasWork.ShouldBeFalse("a client that does not read must not keep the loop busy");

        PassTime(Timeout + TimeSpan.FromSeconds(2));
        _records.ShouldBe(["warning: timeout on tlsmgr socket while writing reply"]);
        _table.Count.ShouldBe(0);
    }

    [Fact]
    public void A_client_that_reads_late_gets_everything_in_order()
    {
        Socket client = Connect();
        client.Blocking = false;
        StringBuilder requests = new();
        for (int i = 0; i < 2000; i++)
        {
            requests.Append(CultureInfo.InvariantCulture, $"request|{i}|{new string('x', 500)}|||");
        }

        string expected = "hello" + requests.ToString().Replace("request", "[request").Replace("|||", "|||]");
        byte[] unsent = Wire.Bytes(requests.ToString());
        StringBuilder received = new();
        bool isFull = false;
        while (received.Length < expected.Length)
        {
            int count = unsent.Length == 0 ? 0 : SendSome(client, unsent);
            unsent = unsent[count..];
            Turn();

            // It begins to read when nothing more can be sent.
            isFull |= count == 0;
            received.Append(isFull && client.Available > 0 ? Receive(client) : "");
        }

        received.ToString().ShouldBe(expected);
    }

    [Fact]
    public void A_trigger_closes_without_an_answer()
    {
        Socket client = Connect();

        Send(client, "W|");

        Receive(client).ShouldBe("hello");
        IsClosed(client).ShouldBeTrue();
    }

    [Fact]
    public void A_client_that_closes_its_side_in_a_request_gets_what_there_is_to_say()
    {
        Socket client = Connect();
        Send(client, "request|a||hold|b||request|pol");
        client.Shutdown(SocketShutdown.Send);
        TurnUntilIdle();

        Receive(client).ShouldBe("hello[request|a||][hold|b||]held[request|pol]");
        IsClosed(client).ShouldBeTrue();
        _table.Count.ShouldBe(0);
    }

    [Fact]
    public void A_message_over_the_limit_is_told_and_ends_the_connection()
    {
        Socket client = Connect();
        client.Blocking = false;
        byte[] piece = new byte[64 * 1024].AsFilled('x');
        for (int i = 0; i < 100 && _table.Count > 0; i++)
        {
            SendSome(client, piece);
            Turn();
        }

        _records.ShouldBe(["warning: request from tlsmgr socket is longer than 2097152 bytes -- disconnecting"]);
        _counters.Oversized.ShouldBe(1);
        _table.Count.ShouldBe(0);
    }

    [Fact]
    public void What_a_connection_cannot_go_on_after_costs_that_connection_alone()
    {
        Socket broken = Connect();
        Socket other = Connect();
        Send(broken, "request|a||");
        Send(other, "request|b|");

        Send(broken, "request|broken||");

        _records.ShouldBe(["warning: unexpected InvalidOperationException while serving tlsmgr socket -- disconnecting"]);
        _counters.Unforeseen.ShouldBe(1);
        IsClosed(broken).ShouldBeFalse("what was answered can still be read");
        Receive(broken).ShouldBe("hello[request|a||]");
        IsClosed(broken).ShouldBeTrue();
        Send(other, "|");
        Receive(other).ShouldBe("hello[request|b||]");
    }

    [Fact]
    public void A_request_that_arrives_byte_by_byte_costs_no_more_memory_than_at_once()
    {
        Socket client = Connect();
        byte[] piece = Wire.Bytes("request|");
        int before = _table.Memory.UsedBlocks;

        for (int i = 0; i < 100; i++)
        {
            client.Send(piece, i % piece.Length, 1, SocketFlags.None);
            Turn();
        }

        (_table.Memory.UsedBlocks - before).ShouldBe(1);
    }

    [Fact]
    public void A_client_between_requests_costs_no_memory()
    {
        for (int i = 0; i < 20; i++)
        {
            Socket client = Connect();
            Send(client, "request|a||");
            Receive(client);
        }

        _table.Memory.UsedBlocks.ShouldBe(0);
    }

    [Fact]
    public void Many_clients_come_and_go()
    {
        for (int i = 0; i < 300; i++)
        {
            Socket client = Connect();
            Send(client, $"request|{i}||");
            Receive(client).ShouldBe($"hello[request|{i}||]");
            if (i % 3 != 0)
            {
                // Not closed alone: a program that another test starts just then holds a copy of the descriptor.
                client.Shutdown(SocketShutdown.Both);
                client.Close();
                TurnUntilIdle();
            }
        }

        _table.Count.ShouldBe(100);
        (_counters.Now, _counters.Most, _counters.Total).ShouldBe((100, 101, 300));
    }

    private Socket Connect()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(SocketPath));
        _clients.Add(client);
        TurnUntilIdle();
        return client;
    }

    private void Send(Socket client, string text)
    {
        client.Send(Wire.Bytes(text));
        TurnUntilIdle();
    }

    private static int SendSome(Socket client, byte[] bytes)
    {
        int count = client.Send(bytes, SocketFlags.None, out SocketError error);
        return error == SocketError.WouldBlock ? 0 : count;
    }

    /// <summary>Reads what has been sent to a client, and what is sent meanwhile.</summary>
    private string Receive(Socket client)
    {
        StringBuilder text = new();
        byte[] room = new byte[64 * 1024];
        for (Turn(); client.Available > 0; Turn())
        {
            text.Append(Wire.Text(room.AsSpan(0, client.Receive(room))));
        }

        return text.ToString();
    }

    private static bool IsClosed(Socket client) => client.Poll(0, SelectMode.SelectRead) && client.Available == 0;

    private void PassTime(TimeSpan time)
    {
        _clock.Advance(time);
        TurnUntilIdle();
    }

    private void TurnUntilIdle()
    {
        for (int i = 0; i < 20 || _table.HasWork; i++)
        {
            Turn();
        }
    }

    private void Turn()
    {
        _loop.Turn(mayWait: false);
        _table.RunTurn();
    }
}
