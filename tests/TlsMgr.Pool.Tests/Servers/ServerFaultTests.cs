using System;
using System.Net.Sockets;
using Shouldly;
using StackExchange.Redis;
using TlsMgr.Pool.Servers;
using Xunit;

namespace TlsMgr.Pool.Tests.Servers;

public sealed class ServerFaultTests
{
    [Theory]
    [InlineData("NOPERM this user has no permissions to run the 'xadd' command", "xadd")]
    [InlineData("NOPERM User alice has no permissions to run the 'cluster|nodes' command", "cluster|nodes")]
    [InlineData("NOPERM this user has no permissions to run the 'get' command or its subcommand", "get")]
    [InlineData("NOPERM this user has no permissions to access one of the keys used as arguments", null)]
    public void The_forbidden_command_is_taken_from_the_reply(string reply, string? command) =>
        new ServerFault(FaultKind.NotPermitted, reply).ForbiddenCommand.ShouldBe(command);

    [Fact]
    public void No_command_is_taken_from_another_fault() =>
        new ServerFault(FaultKind.Refused, "ERR run the 'xadd' command").ForbiddenCommand.ShouldBeNull();

    [Fact]
    public void A_long_reply_is_one_short_line()
    {
        ServerFault fault = ServerFault.Of(new RedisServerException(
            RedisErrorKind.UnknownError, CommandFlags.None, $"ERR {new string('x', 500)}\nsecond line"), null);

        fault.Text.Length.ShouldBe(200);
        fault.Text.ShouldNotContain("\n");
        fault.Kind.ShouldBe(FaultKind.Refused);
    }

    [Fact]
    public void The_innermost_reason_is_given_in_the_words_of_the_system()
    {
        SocketException refused = new((int)SocketError.ConnectionRefused);

        ServerFault.Describe(new InvalidOperationException("outer", new AggregateException(refused)))
            .ShouldBe("Connection refused");
    }

    [Fact]
    public void A_failed_attempt_explains_a_lost_connection()
    {
        RedisConnectionException lost = new(ConnectionFailureType.SocketFailure, CommandFlags.None, "lost");

        ServerFault.Of(lost, "certificate verification failed").Text.ShouldBe("certificate verification failed");
        ServerFault.Of(lost, null).Text.ShouldBe("connection lost (SocketFailure)");
        ServerFault.Of(new TimeoutException(), "Connection refused").ShouldBe(ServerFault.Overdue);
    }
}
