using System;
using System.Buffers;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Server;
using TlsMgr.Testing;
using TlsMgr.Tests.Protocol;
using Xunit;

namespace TlsMgr.Tests.Server;

/// <summary>A reply that the service held, and one of a change, which depends on the end of the turn.</summary>
public sealed class HeldReplyTests : IRequestService, IDisposable
{
    private const int Held = 1;
    private const int Change = 2;

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-held-");
    private readonly UnixListener _listener;
    private readonly EventLoop _loop;
    private readonly ClientConnections _connections;
    private readonly string _path;
    private readonly Socket _client;
    private readonly List<string> _steps = [];
    private ReplyHold? _hold;

    public HeldReplyTests()
    {
        ManualClock clock = new();
        Log log = new();
        _loop = new EventLoop(clock);
        _connections = new ClientConnections(
            _loop, this, clock, log, new ConnectionSettings("tlsmgr socket", TimeSpan.FromSeconds(3600)),
            new ConnectionCounters());
        _path = Path.Combine(_directory.FullName, "service");
        _listener = new UnixListener(_path);
        _ = new ClientListener(_listener.Descriptor, _loop, _connections, clock, log);
        _client = Connect();
    }

    public void Dispose()
    {
        _client.Dispose();
        _connections.Dispose();
        _loop.Dispose();
        _listener.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public void A_released_reply_is_sent_before_the_end_of_the_turn_and_that_of_a_change_after_it()
    {
        Request(_client, "held");
        _steps.Clear();
        Release();
        _steps.ShouldBe(["reply", "end of turn: 1 byte sent"]);

        Read();
        _steps.Clear();
        Request(_client, "change");
        _steps.ShouldBe(["end of turn: 0 bytes sent", "reply"]);
    }

    [Fact]
    public void A_change_waits_for_the_end_of_the_turn_in_which_another_reply_is_released()
    {
        using Socket other = Connect();
        Request(_client, "held");
        Release();
        Read();
        Request(other, "held");
        _steps.Clear();
        _client.Send(Wire.Bytes("request|change||"));
        Release();

        _steps.ShouldBe(["reply", "end of turn: 0 bytes sent", "reply"]);
    }

    [Fact]
    public void What_a_client_sends_while_its_reply_is_held_is_announced_once_and_served_behind_it()
    {
        Request(_client, "held");
        _client.Send(Wire.Bytes("request|change||"));
        _loop.Turn(mayWait: false);
        _connections.HasWork.ShouldBeTrue();
        _connections.RunTurn();

        _loop.Turn(mayWait: false);
        _connections.HasWork.ShouldBeFalse();

        Release();
        Read();
        Turn();
        Read();
    }

    void IRequestService.WriteGreeting(IBufferWriter<byte> output)
    {
    }

    int IRequestService.Serve(ReadOnlySpan<byte> message, IBufferWriter<byte> reply) =>
        Wire.Text(message).Contains("held", StringComparison.Ordinal) ? Held : Change;

    void IRequestService.EndTurn() =>
        _steps.Add($"end of turn: {(_client.Available == 1 ? "1 byte" : $"{_client.Available} bytes")} sent");

    bool IRequestService.WriteDeferredReply(int deferred, IBufferWriter<byte> reply)
    {
        if (deferred == Held && _hold is not { IsActive: false })
        {
            return false;
        }

        _steps.Add("reply");
        reply.Write("r"u8);
        return true;
    }

    void IRequestService.Hold(int deferred, ReplyHold hold)
    {
        _hold = hold;
        hold.Begin(1);
    }

    private Socket Connect()
    {
        Socket client = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        client.Connect(new UnixDomainSocketEndPoint(_path));
        Turn();
        return client;
    }

    private void Request(Socket client, string name)
    {
        client.Send(Wire.Bytes($"request|{name}||"));
        Turn();
    }

    private void Release()
    {
        _hold!.End();
        Turn();
        _hold = null;
    }

    private void Read() => _client.Receive(new byte[1]).ShouldBe(1);

    private void Turn()
    {
        _loop.Turn(mayWait: false);
        _connections.RunTurn();
    }
}
