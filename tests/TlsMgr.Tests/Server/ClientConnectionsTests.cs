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

/// <summary>Connections over real sockets, with an event loop and a clock that the test drives.</summary>
public sealed class ClientConnectionsTests : ILogTarget, IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3600);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-connections-");
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly ClientConnections _connections;
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
        _connections = new ClientConnections(
            _loop, _service, _clock, _log, new ConnectionSettings("tlsmgr socket", Timeout), _counters);
        _listener = new UnixListener(SocketPath);
        _ = new ClientListener(_listener.Descriptor, _loop, _connections, _clock, _log);
    }

    private string SocketPath => Path.Combine(_directory.FullName, "service");

    void ILogTarget.Write(LogSeverity severity, string text) => _records.Add(LogRecord.Prefixed(severity, text));

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _connections.Dispose();
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
    public void The_time_of_the_slowest_request_is_that_of_the_longest_turn()
    {
        Socket client = Connect();
        _service.Served = () => _clock.Advance(TimeSpan.FromMilliseconds(3));
        Send(client, "request|a||");
        _service.Served = () => _clock.Advance(TimeSpan.FromMilliseconds(2));
        Send(client, "request|a||");

        _counters.Slowest.ShouldBe(TimeSpan.FromMilliseconds(3));
    }

    [Fact]
    public void A_request_counts_with_the_time_from_its_last_byte_to_its_reply()
    {
        Socket client = Connect();
        Send(client, "request|a");
        _clock.Advance(TimeSpan.FromSeconds(9));
        _service.Served = () => _clock.Advance(TimeSpan.FromMilliseconds(3));
        Send(client, "||request|b||");

        _counters.Times.Total.ShouldBe((2, 2 * 6000));
    }

    [Fact]
    public void A_reply_that_is_deferred_counts_when_it_is_sent()
    {
        Socket client = Connect();
        _service.MoreTurns = 3;
        client.Send(Wire.Bytes("request|hold||"));
        for (int turn = 0; turn < 3; turn++)
        {
            Turn();
            _clock.Advance(TimeSpan.FromMilliseconds(10));
        }

        _counters.Times.Total.ShouldBe((0, 0));
        TurnUntilIdle();
        _counters.Times.Total.ShouldBe((1, 30_000));
    }

    [Fact]
    public void A_client_with_an_unfinished_request_does_not_block_others()
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
    public void A_request_that_is_not_finished_in_time_closes_the_connection(string bytes, string expected)
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
    public void Each_request_has_its_own_deadline()
    {
        Socket client = Connect();
        Send(client, "request|a|");
        for (int i = 0; i < 5; i++)
        {
            PassTime(Timeout * 0.75);
            Send(client, "|request|a|");
        }

        _records.ShouldBeEmpty("each request was finished in time, though one was always unfinished");
        PassTime(Timeout + TimeSpan.FromSeconds(1));
        _records.ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("")]
    [InlineData("re")]
    [InlineData("request|a||")]
    public void An_idle_client_may_stay_connected_without_a_limit(string bytes)
    {
        Socket client = Connect();
        Send(client, bytes);

        PassTime(Timeout * 3);

        _records.ShouldBeEmpty();
        _connections.Count.ShouldBe(1);
        _loop.Timers.MillisecondsUntilNext().ShouldBe(-1, "an idle client needs no timer");
    }

    [Fact]
    public void A_client_that_does_not_read_uses_bounded_memory_and_is_disconnected_after_the_timeout()
    {
        Socket client = Connect();
        client.Blocking = false;
        byte[] requests = Wire.Bytes(
            string.Concat(System.Linq.Enumerable.Repeat("request|" + new string('x', 1000) + "||", 60)));
        long sent = 0;
        for (int i = 0; i < 200; i++)
        {
            sent += SendSome(client, requests);
            Turn();
        }

        // The buffers of the two sockets and of the conversation; then reading stops.
        sent.ShouldBeLessThan(4 * 1024 * 1024);
        SendSome(client, requests).ShouldBe(0);
        _connections.HasWork.ShouldBeFalse("a client that does not read must not keep the loop busy");

        PassTime(Timeout + TimeSpan.FromSeconds(2));
        _records.ShouldBe(["warning: timeout on tlsmgr socket while writing reply"]);
        _connections.Count.ShouldBe(0);
    }

    [Fact]
    public void A_client_that_reads_late_receives_all_replies_in_order()
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

            // The client starts to read when it cannot send more.
            isFull |= count == 0;
            received.Append(isFull && client.Available > 0 ? Receive(client) : "");
        }

        received.ToString().ShouldBe(expected);
    }

    [Fact]
    public void A_trigger_closes_the_connection_without_a_reply()
    {
        Socket client = Connect();

        Send(client, "W|");

        Receive(client).ShouldBe("hello");
        IsClosed(client).ShouldBeTrue();
    }

    [Fact]
    public void A_client_that_closes_its_side_inside_a_request_receives_all_replies()
    {
        Socket client = Connect();
        Send(client, "request|a||hold|b||request|pol");
        client.Shutdown(SocketShutdown.Send);
        TurnUntilIdle();

        Receive(client).ShouldBe("hello[request|a||][hold|b||]deferred[request|pol]");
        IsClosed(client).ShouldBeTrue();
        _connections.Count.ShouldBe(0);
    }

    [Fact]
    public void A_message_over_the_limit_is_logged_and_closes_the_connection()
    {
        Socket client = Connect();
        client.Blocking = false;
        byte[] piece = new byte[64 * 1024].AsFilled('x');
        for (int i = 0; i < 100 && _connections.Count > 0; i++)
        {
            SendSome(client, piece);
            Turn();
        }

        _records.ShouldBe(["warning: request from tlsmgr socket is longer than 2097152 bytes -- disconnecting"]);
        _counters.Oversized.ShouldBe(1);
        _connections.Count.ShouldBe(0);
    }

    [Fact]
    public void An_unexpected_exception_closes_only_its_connection()
    {
        Socket broken = Connect();
        Socket other = Connect();
        Send(broken, "request|a||");
        Send(other, "request|b|");

        Send(broken, "request|broken||");

        _records.ShouldBe(
            ["warning: unexpected InvalidOperationException while serving tlsmgr socket -- disconnecting"]);
        _counters.Unforeseen.ShouldBe(1);
        IsClosed(broken).ShouldBeFalse("earlier replies can still be read");
        Receive(broken).ShouldBe("hello[request|a||]");
        IsClosed(broken).ShouldBeTrue();
        Send(other, "|");
        Receive(other).ShouldBe("hello[request|b||]");
    }

    [Fact]
    public void A_request_that_arrives_byte_by_byte_uses_a_single_block()
    {
        Socket client = Connect();
        byte[] piece = Wire.Bytes("request|");
        int before = _connections.Memory.UsedBlocks;

        for (int i = 0; i < 100; i++)
        {
            client.Send(piece, i % piece.Length, 1, SocketFlags.None);
            Turn();
        }

        (_connections.Memory.UsedBlocks - before).ShouldBe(1);
    }

    [Fact]
    public void An_idle_client_uses_no_blocks()
    {
        for (int i = 0; i < 20; i++)
        {
            Socket client = Connect();
            Send(client, "request|a||");
            Receive(client);
        }

        _connections.Memory.UsedBlocks.ShouldBe(0);
    }

    [Fact]
    public void Many_clients_connect_and_disconnect()
    {
        for (int i = 0; i < 300; i++)
        {
            Socket client = Connect();
            Send(client, $"request|{i}||");
            Receive(client).ShouldBe($"hello[request|{i}||]");
            if (i % 3 != 0)
            {
                // Shut down before it is closed: a program that another test starts meanwhile may have a copy of the
                // descriptor.
                client.Shutdown(SocketShutdown.Both);
                client.Close();
                TurnUntilIdle();
            }
        }

        _connections.Count.ShouldBe(100);
        (_counters.Now, _counters.Maximum, _counters.Total).ShouldBe((100, 101, 300));
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

    /// <summary>Runs turns and reads replies until none is left.</summary>
    private string Receive(Socket client)
    {
        StringBuilder text = new();
        byte[] buffer = new byte[64 * 1024];
        for (Turn(); client.Available > 0; Turn())
        {
            text.Append(Wire.Text(buffer.AsSpan(0, client.Receive(buffer))));
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
        for (int i = 0; i < 20 || _connections.HasWork; i++)
        {
            Turn();
        }
    }

    private void Turn()
    {
        _loop.Turn(mayWait: false);
        _connections.RunTurn();
    }
}
