using System;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests;

/// <summary>What the published binary asks of the kernel for a request, when 16 clients ask at a time.</summary>
[Trait("Needs", "root")]
[Trait("Traced", "not")]
public sealed class SystemCallTests
{
    private const int Clients = 16;
    private const int Rounds = 25;

    /// <summary>One wait, one read, one write; and one to spare.</summary>
    private const double Budget = 4;

    [Theory]
    [InlineData("request|lookup|cache_type|smtpd|cache_id|x||", "status|0|session|QUJD||")]
    [InlineData("request|policy|cache_type|smtpd||", "status|0|cachable|1|timeout|3600||")]
    public void A_request_that_changes_nothing_takes_four_at_most(string request, string reply)
    {
        using RunningDaemon daemon = new(
            ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"], ["-u", "-c"]);
        daemon.Ask("request|update|cache_type|smtpd|cache_id|x|session|QUJD||").ShouldBe("status|0||");
        AttributeClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => daemon.Connect())];
        Array.ForEach(clients, client => client.ReadList());
        byte[] bytes = RunningDaemon.Bytes(request);

        using SystemCallCounter counter = new(daemon.Master.Process.Id);
        for (int round = 0; round < Rounds; round++)
        {
            Array.ForEach(clients, client => client.SendBytes(bytes));
            Array.ForEach(clients, client => RunningDaemon.Text(client.ReadList()).ShouldBe(reply));
        }

        double calls = (double)counter.Stop() / (Clients * Rounds);
        Array.ForEach(clients, client => client.Dispose());
        calls.ShouldBeInRange(2, Budget);
    }
}
