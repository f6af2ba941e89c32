using System;
using System.Text;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Server;
using Xunit;

namespace TlsMgr.Control.Tests.Client;

/// <summary>How one reply is cut out of the bytes that arrive.</summary>
public sealed class ServiceConnectionTests
{
    private const string Announcement = "protocol|tlsmgr_protocol||";

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(int.MaxValue)]
    public void A_reply_may_arrive_in_pieces(int chunkBytes)
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire($"{Announcement}a|1||b|2||")) { ChunkBytes = chunkBytes };
        using ServiceConnection connection = transport.Connect();

        Call(connection).ShouldBe("a|1||");
        connection.AnnouncesProtocol.ShouldBeTrue();
        Call(connection).ShouldBe("b|2||");
    }

    [Fact]
    public void Without_announcement_the_first_list_is_the_reply()
    {
        using ServiceConnection connection = ScriptedTransport.Connect("a|1||");

        Call(connection).ShouldBe("a|1||");
        connection.AnnouncesProtocol.ShouldBeFalse();
    }

    [Fact]
    public void An_announcement_counts_before_the_first_reply_alone()
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire("a|1||" + Announcement));
        using ServiceConnection connection = transport.Connect();
        Call(connection);

        Call(connection).ShouldBe(Announcement);
        connection.AnnouncesProtocol.ShouldBeFalse();
    }

    [Fact]
    public void Bytes_behind_a_reply_are_not_taken_for_the_next_one()
    {
        ScriptedTransport transport = new(ScriptedTransport.Wire("a|1||b|2||")) { SendsAllAtOnce = true };
        using ServiceConnection connection = transport.Connect();
        Call(connection).ShouldBe("a|1||");

        Should.Throw<NoReplyException>(() => Call(connection))
            .Message.ShouldBe("malformed reply from /path: more than one reply to a request");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a")]
    [InlineData("a|")]
    [InlineData("a|1|")]
    public void A_reply_that_does_not_end_is_a_lost_connection(string script)
    {
        using ServiceConnection connection = ScriptedTransport.Connect(script);

        Should.Throw<NoReplyException>(() => Call(connection)).Message.ShouldBe("lost connection to /path");
    }

    [Fact]
    public void A_reply_has_4_MiB_at_most()
    {
        const int Limit = 2 * ServerLimits.MessageBytes;
        using (ServiceConnection connection = ScriptedTransport.Connect($"a|{new string('x', Limit - 4)}||"))
        {
            Call(connection).Length.ShouldBe(Limit);
        }

        using (ServiceConnection connection = ScriptedTransport.Connect($"a|{new string('x', Limit - 3)}||"))
        {
            Should.Throw<NoReplyException>(() => Call(connection))
                .Message.ShouldBe("the reply from /path is too long");
        }
    }

    [Fact]
    public void A_stream_without_end_is_given_up_at_the_limit()
    {
        EndlessTransport transport = new();
        using ServiceConnection connection = new(transport, "/path", System.Diagnostics.Stopwatch.GetTimestamp());

        Should.Throw<NoReplyException>(() => Call(connection)).Message.ShouldBe("the reply from /path is too long");
        transport.ReceivedBytes.ShouldBe(2 * ServerLimits.MessageBytes);
    }

    [Fact]
    public void A_server_that_sends_nothing_is_given_up_after_two_seconds()
    {
        using ServiceConnection connection = new(
            new FailingTransport(receive: -Errno.TryAgain), "/path", System.Diagnostics.Stopwatch.GetTimestamp());

        Should.Throw<NoReplyException>(() => Call(connection)).Message.ShouldBe("no reply from /path within 2 seconds");
    }

    [Fact]
    public void Errors_of_the_socket_are_named()
    {
        using ServiceConnection sending = new(new FailingTransport(send: -Errno.BrokenPipe), "/path", 0);
        using ServiceConnection receiving = new(new FailingTransport(receive: -Errno.AccessDenied, wait: 1), "/path", 0);

        Should.Throw<NoReplyException>(() => Call(sending)).Message.ShouldBe("write to /path: Broken pipe");
        Should.Throw<NoReplyException>(() => Call(receiving))
            .Message.ShouldBe("lost connection to /path: Permission denied");
    }

    [Fact]
    public void A_path_without_a_socket_is_named() =>
        Should.Throw<NoReplyException>(() => ServiceConnection.Open("/nonexistent/socket"))
            .Message.ShouldBe("connect to /nonexistent/socket: No such file or directory");

    private static string Call(ServiceConnection connection) =>
        Encoding.Latin1.GetString(connection.Call("request\0x\0\0"u8).Bytes).Replace('\0', '|');

    /// <summary>Sends one value without end.</summary>
    private sealed class EndlessTransport : IServiceTransport
    {
        internal long ReceivedBytes { get; private set; }

        public int Send(ReadOnlySpan<byte> bytes) => bytes.Length;

        public int Receive(Span<byte> buffer)
        {
            buffer.Fill((byte)'x');
            ReceivedBytes += buffer.Length;
            return buffer.Length;
        }

        public int WaitForWriting(int timeoutMilliseconds) => 1;

        public int WaitForReading(int timeoutMilliseconds) => 1;

        public void Dispose()
        {
        }
    }

    /// <summary>Fails with the results that it is given.</summary>
    private sealed class FailingTransport(int send = 0, int receive = 0, int wait = 0) : IServiceTransport
    {
        public int Send(ReadOnlySpan<byte> bytes) => send < 0 ? send : bytes.Length;

        public int Receive(Span<byte> buffer) => receive;

        public int WaitForWriting(int timeoutMilliseconds) => wait;

        public int WaitForReading(int timeoutMilliseconds) => wait;

        public void Dispose()
        {
        }
    }
}
