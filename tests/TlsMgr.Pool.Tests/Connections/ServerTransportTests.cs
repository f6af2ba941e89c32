using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using RESPite.Transports;
using Shouldly;
using TlsMgr.Pool.Connections;
using TlsMgr.Postfix.Events;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests.Connections;

/// <summary>The library's connection to a server, turn by turn, with a socket of the test as the server.</summary>
public sealed class ServerTransportTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly LoopQueue _queue;
    private readonly Receiver _received = new();
    private readonly byte[] _input = new byte[ConnectionLimits.InputBytes];
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"tlspool-{Guid.NewGuid():N}");
    private Socket? _server;

    public ServerTransportTests()
    {
        _loop = new EventLoop(_clock);
        _queue = new LoopQueue(_loop);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
    }

    public void Dispose()
    {
        _server?.Dispose();
        _listener.Dispose();
        _loop.Dispose();
        File.Delete(_path);
    }

    [Fact]
    public async Task Bytes_go_both_ways_over_TCP()
    {
        _listener.Listen();
        await CheckBothWaysAsync(await OpenAsync(_listener));
    }

    [Fact]
    public async Task Bytes_go_both_ways_over_a_Unix_socket()
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_path));
        listener.Listen();
        await CheckBothWaysAsync(await OpenAsync(listener));
    }

    [Fact]
    public async Task What_is_written_in_a_turn_is_sent_at_its_end()
    {
        _listener.Listen();
        ServerTransport transport = await OpenAsync(_listener);
        _queue.MarkAwake();
        Write(transport, "first ");
        transport.Flush();
        Write(transport, "second");
        transport.Flush();
        _server!.Available.ShouldBe(0);

        _queue.FinishTurn();

        Read(12).ShouldBe("first second");
    }

    [Fact]
    public async Task A_server_that_reads_slowly_gets_everything_in_its_order()
    {
        _listener.Listen();
        ServerTransport transport = await OpenAsync(_listener);
        byte[] sent = new byte[ConnectionLimits.UnsentBytes];
        new System.Random(1).NextBytes(sent);
        foreach (byte[] part in sent.Chunk(100_000))
        {
            transport.Write(part);
        }

        transport.Flush();
        _queue.FinishTurn();

        List<byte> read = [];
        byte[] buffer = new byte[64 * 1024];
        while (read.Count < sent.Length)
        {
            read.AddRange(buffer.AsSpan(0, _server!.Receive(buffer)));
            Turn();
        }

        read.SequenceEqual(sent).ShouldBeTrue();
        _received.Ends.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_server_that_reads_nothing_is_disconnected_when_too_much_waits_for_it()
    {
        _listener.Listen();
        ServerTransport transport = await OpenAsync(_listener);
        byte[] part = new byte[1024 * 1024];
        for (int i = 0; i < 2 * ConnectionLimits.UnsentBytes / part.Length; i++)
        {
            transport.Write(part);
        }

        Turn();

        _received.Ends.ShouldBe(["the server does not read"]);
    }

    [Fact]
    public async Task The_library_is_told_when_the_server_closes_or_resets_the_connection()
    {
        _listener.Listen();
        await OpenAsync(_listener);
        _server!.Send("last"u8);
        _server.Shutdown(SocketShutdown.Send);
        TurnUntil(() => _received.Ends.Count > 0);
        _received.Text.ShouldBe("last");
        _received.Ends.ShouldBe(["closed"]);

        await OpenAsync(_listener);
        _server.LingerState = new LingerOption(true, 0);
        _server.Close();
        TurnUntil(() => _received.Ends.Count > 1);
        _received.Ends.ShouldBe(["closed", "Connection reset by peer"]);
    }

    [Fact]
    public async Task When_the_library_wants_no_more_the_connection_is_closed()
    {
        _listener.Listen();
        await OpenAsync(_listener);
        _received.IsContent = false;
        _server!.Send("x"u8);
        TurnUntil(() => _received.Ends.Count > 0);
        _received.Ends.ShouldBe(["closed"]);
        _received.Batches.ShouldBe(0);
        _server.Receive(new byte[1]).ShouldBe(0);
    }

    [Fact]
    public async Task When_the_library_disposes_of_it_the_connection_is_closed_once()
    {
        _listener.Listen();
        ServerTransport transport = await OpenAsync(_listener);
        await transport.DisposeAsync();
        await transport.DisposeAsync();
        Turn();
        _server!.Receive(new byte[1]).ShouldBe(0);
        _received.Ends.ShouldBe(["closed"]);
        Write(transport, "late");
        transport.Flush();
        Turn();
    }

    [Fact]
    public async Task A_connection_that_is_refused_says_so()
    {
        IOException fault = await Should.ThrowAsync<IOException>(() => ConnectAsync(_listener.LocalEndPoint!));
        fault.Message.ShouldBe("Connection refused");

        fault = await Should.ThrowAsync<IOException>(() => ConnectAsync(new UnixDomainSocketEndPoint(_path)));
        fault.Message.ShouldBe("No such file or directory");
    }

    [Fact]
    public async Task A_connection_that_is_not_made_in_time_is_given_up()
    {
        // The kernel accepts one connection more than the backlog, and ignores the next ones.
        _listener.Listen(0);
        using Socket accepted = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        accepted.Connect(_listener.LocalEndPoint!);
        Task connecting = new ServerTransport(_queue, _listener.LocalEndPoint!, _input).ConnectAsync();
        Turn();
        connecting.IsCompleted.ShouldBeFalse();

        _clock.Advance(TimeSpan.FromMilliseconds(ConnectionLimits.ConnectMilliseconds));
        _loop.Turn(mayWait: false);

        await Should.ThrowAsync<OperationCanceledException>(connecting);
    }

    private async Task CheckBothWaysAsync(ServerTransport transport)
    {
        transport.IsEncrypted.ShouldBeFalse();
        Write(transport, "request");
        transport.Flush();
        Turn();
        Read(7).ShouldBe("request");

        _server!.Send("reply"u8);
        TurnUntil(() => _received.Text.Length > 0);
        _received.Text.ShouldBe("reply");
        _received.Batches.ShouldBe(1);
        await transport.DisposeAsync();
    }

    private async Task<ServerTransport> OpenAsync(Socket listener)
    {
        ServerTransport transport = await ConnectAsync(listener.LocalEndPoint!);
        _server = listener.Accept();
        transport.Start(_received);
        Turn();
        return transport;
    }

    private async Task<ServerTransport> ConnectAsync(EndPoint place)
    {
        ServerTransport transport = new(_queue, place, _input);
        Task connecting = transport.ConnectAsync();
        TurnUntil(() => connecting.IsCompleted);
        await connecting;
        return transport;
    }

    private static void Write(ServerTransport transport, string text) => transport.Write(Encoding.ASCII.GetBytes(text));

    private string Read(int count)
    {
        byte[] read = new byte[count];
        int length = 0;
        while (length < count)
        {
            length += _server!.Receive(read.AsSpan(length));
        }

        return Encoding.ASCII.GetString(read);
    }

    private void Turn()
    {
        _loop.Turn(mayWait: false);
        _queue.FinishTurn();
    }

    private void TurnUntil(Func<bool> condition)
    {
        while (!condition())
        {
            Turn();
            Thread.Yield();
        }
    }

    /// <summary>The library.</summary>
    private sealed class Receiver : TransportReceiver
    {
        private readonly StringBuilder _text = new();

        internal string Text => _text.ToString();

        internal List<string> Ends { get; } = [];

        internal int Batches { get; private set; }

        internal bool IsContent { get; set; } = true;

        public override bool OnReceived(ReadOnlySpan<byte> payload)
        {
            _text.Append(Encoding.ASCII.GetString(payload));
            return IsContent;
        }

        public override void OnBatchEnd() => Batches++;

        public override void OnClosed(Exception? fault) => Ends.Add(fault?.Message ?? "closed");
    }
}
