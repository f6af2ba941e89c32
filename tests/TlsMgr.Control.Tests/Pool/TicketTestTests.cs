using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Pool;
using TlsMgr.Postfix.Logging;
using Xunit;

namespace TlsMgr.Control.Tests.Pool;

/// <summary>Tickets of real TLS servers, offered at each of them.</summary>
public sealed class TicketTestTests
{
    [Fact]
    public void A_ticket_is_reused_where_the_keys_are_the_same_and_new_elsewhere()
    {
        using TicketServer first = new();
        using TicketServer second = new();

        (bool isShared, string output) = Run(first.Address, second.Address);

        isShared.ShouldBeFalse();
        Cells(output).ShouldBe(["reused", "new", "new", "reused", "reused", "new", "new", "reused"]);
    }

    [Fact]
    public void Hosts_with_the_same_keys_share()
    {
        using TicketServer server = new();

        (bool isShared, string output) = Run(server.Address, server.Address.Replace("127.0.0.1", "localhost"));

        Cells(output).ShouldAllBe(cell => cell == "reused");
        isShared.ShouldBeTrue();
    }

    [Fact]
    public void A_host_without_TLS_has_its_reason_below_the_table()
    {
        using TicketServer server = new(hasTls: false);

        (bool isShared, string output) = Run(server.Address);

        isShared.ShouldBeFalse();
        output.ShouldContain($"{server.Address}: 454 TLS not available\n");
    }

    [Fact]
    public void A_host_where_nobody_listens_fails_alone()
    {
        using TicketServer server = new();

        Cells(Run(server.Address, "127.0.0.1:1").Output)
            .ShouldBe(["reused", "failed", "failed", "failed", "reused", "failed", "failed", "failed"]);
    }

    [Theory]
    [InlineData("mx1", "mx1", 25)]
    [InlineData("mx1:2525", "mx1", 2525)]
    [InlineData("[::1]:26", "::1", 26)]
    [InlineData("[::1]", "::1", 25)]
    [InlineData("::1", "::1", 25)]
    public void A_host_has_a_port(string text, string host, int port) =>
        MailHost.Parse(text).ShouldBe(new MailHost(text, host, port));

    [Theory]
    [InlineData("mx1:")]
    [InlineData("mx1:x")]
    [InlineData("mx1:0")]
    [InlineData("mx1:65536")]
    [InlineData("")]
    public void What_is_no_host_is_refused(string text) =>
        Should.Throw<FatalException>(() => MailHost.Parse(text)).Message.ShouldBe($"bad host {text}: HOST:PORT");

    private static (bool IsShared, string Output) Run(params string[] hosts)
    {
        StringWriter output = new();
        return (TicketTest.Run(hosts, output, json: false), output.ToString());
    }

    /// <summary>The words of both tables behind the names of the rows.</summary>
    private static string[] Cells(string output) =>
    [
        .. output.Split('\n').Where(line => !line.StartsWith("TLS") && !line.StartsWith(' '))
            .SelectMany(line => line.Split(' ').Skip(1))
            .Where(word => word is "reused" or "new" or "failed"),
    ];
}
