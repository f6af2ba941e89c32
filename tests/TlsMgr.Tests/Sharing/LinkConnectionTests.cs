using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Text;
using Shouldly;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Sharing;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Sharing;

/// <summary>The socket to tlspool: opened, lost, and opened again after a pause.</summary>
public sealed class LinkConnectionTests : ILinkReceiver, IDisposable
{
    private const string Greeting = "protocol\0tlspool_protocol\0version\0" + "1\0\0";

    private readonly string _directory = Directory.CreateTempSubdirectory("tlsmgr-link-").FullName;
    private readonly ManualClock _clock = new();
    private readonly EventLoop _loop;
    private readonly LinkConnection _link;
    private readonly List<string> _events = [];
    private Socket? _listener;

    public LinkConnectionTests()
    {
        _loop = new EventLoop(_clock);
        _link = new LinkConnection(_loop, this, SocketPath);
        _link.Opened += () => _events.Add("opened");
        _link.Failed += reason => _events.Add(reason.Replace(SocketPath, "PATH", StringComparison.Ordinal));
    }

    private string SocketPath => Path.Combine(_directory, "tlspool");

    public void Dispose()
    {
        _link.Dispose();
        _listener?.Dispose();
        _loop.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public void It_is_ready_when_the_greeting_has_come_and_sends_what_is_written()
    {
        using Socket tlspool = Accept();
        _link.IsConnected.ShouldBeFalse();
        tlspool.Send(Encoding.ASCII.GetBytes(Greeting));
        _loop.Turn(mayWait: true);
        _events.ShouldBe(["opened"]);
        _link.IsReady.ShouldBeTrue();

        _link.Output.State(_link.NextNumber());
        tlspool.Available.ShouldBe(0, "a turn sends what all its requests wrote");
        _link.EndTurn();

        Received(tlspool).ShouldBe("request|state|number|1||");
        _link.NextNumber().ShouldBe(2);
    }

    [Fact]
    public void Without_tlspool_it_is_tried_again_after_pauses_that_double()
    {
        _link.Open();
        int[] pauses = [1, 2, 4, 8, 16, 32, 60, 60];
        foreach (int seconds in pauses)
        {
            _events.ShouldBe(["PATH: No such file or directory"]);
            _events.Clear();
            Pass(seconds - 0.001);
            _events.ShouldBeEmpty($"before {seconds} s");
            Pass(0.001);
        }

        _events.Count.ShouldBe(1);
    }

    [Fact]
    public void Only_a_connection_that_has_lasted_ends_the_doubling()
    {
        _link.Open();
        Pass(1);
        Pass(2);
        Listen();
        Pass(4);
        LoseConnection(lastsSeconds: SharingLimits.RecoverySeconds - 1);
        Pass(7.999);
        _listener!.Poll(0, SelectMode.SelectRead).ShouldBeFalse("the pause is that after 4 s");
        Pass(0.001);
        LoseConnection(lastsSeconds: SharingLimits.RecoverySeconds);
        Pass(0.999);
        _listener.Poll(0, SelectMode.SelectRead).ShouldBeFalse();
        Pass(0.001);

        _listener.Poll(0, SelectMode.SelectRead).ShouldBeTrue("the pauses begin with the first");
    }

    [Fact]
    public void A_tlspool_that_does_not_greet_is_given_up()
    {
        using Socket tlspool = Accept();

        Pass(SharingLimits.AnswerSeconds - 0.001);
        _events.ShouldBeEmpty();
        Pass(0.001);

        _events.ShouldBe(["PATH: no greeting of tlspool"]);
        tlspool.Receive(new byte[1]).ShouldBe(0, "it is closed");
    }

    [Fact]
    public void What_is_no_message_ends_the_connection_and_what_was_written_is_forgotten()
    {
        using Socket tlspool = Accept();
        tlspool.Send(Encoding.ASCII.GetBytes(Greeting + "nonsense\0\0\0"));
        _link.Output.State(_link.NextNumber());

        _loop.Turn(mayWait: true);

        _events.ShouldBe(["PATH: it sends what is no reply"]);
        _link.IsReady.ShouldBeFalse();
        _link.Output.Unsent.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void When_tlspool_reads_nothing_the_rest_is_sent_once_it_does()
    {
        using Socket tlspool = Accept();
        tlspool.Send(Encoding.ASCII.GetBytes(Greeting));
        _loop.Turn(mayWait: true);
        int written = 0;
        while (_link.IsReady)
        {
            _link.Output.State(_link.NextNumber());
            written++;
            _link.EndTurn();
        }

        _link.Output.Unsent.Length.ShouldBeGreaterThanOrEqualTo(SharingLimits.UnsentBytes);
        StringBuilder read = new();
        while (!_link.Output.Unsent.IsEmpty || tlspool.Available > 0)
        {
            read.Append(Received(tlspool));
            _loop.Turn(mayWait: false);
        }

        read.ToString().Split("||", StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(written);
        _link.IsReady.ShouldBeTrue();
    }

    ReplyKind ILinkReceiver.KindOf(int number) => ReplyKind.Unknown;

    void ILinkReceiver.OnReply(int number, PoolReplyStatus status, ReadOnlySpan<byte> value) => _events.Add("reply");

    void ILinkReceiver.OnFacts(IReadOnlyList<KeyValuePair<string, string>> facts) => _events.Add("facts");

    void ILinkReceiver.OnKnown(ReadOnlySpan<byte> prefixes) => _events.Add("known");

    void ILinkReceiver.OnReachable(bool isReachable, string reason) => _events.Add("reachable");

    void ILinkReceiver.OnUnexpected() => _events.Add("unexpected");

    private void Listen()
    {
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        _listener.Bind(new UnixDomainSocketEndPoint(SocketPath));
        _listener.Listen();
    }

    private Socket Accept()
    {
        Listen();
        _link.Open();
        return _listener!.Accept();
    }

    private void LoseConnection(int lastsSeconds)
    {
        Socket tlspool = _listener!.Accept();
        tlspool.Send(Encoding.ASCII.GetBytes(Greeting));
        _loop.Turn(mayWait: true);
        Pass(lastsSeconds);
        tlspool.Dispose();
        _loop.Turn(mayWait: true);
    }

    private void Pass(double seconds)
    {
        _clock.Advance(TimeSpan.FromSeconds(seconds));
        _loop.Turn(mayWait: false);
    }

    private static string Received(Socket socket)
    {
        byte[] bytes = new byte[64 * 1024];
        return Encoding.ASCII.GetString(bytes, 0, socket.Receive(bytes)).Replace('\0', '|');
    }
}
