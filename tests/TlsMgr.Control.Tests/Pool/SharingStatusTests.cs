using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Output;
using TlsMgr.Control.Pool;
using TlsMgr.Control.Tests.Client;
using Xunit;

namespace TlsMgr.Control.Tests.Pool;

/// <summary>What pool status shows of the sessions that a host shares.</summary>
public sealed class SharingStatusTests
{
    private const string Entry = "smtp inet n - y - - smtpd\ntlspool unix - - y - 1 tlspool";
    private const string Wanted = "tlsmgr_pool_caches = smtpd, smtp\ntlspool_server = inet:10.0.0.9:6379";

    private const string Keys = "status|0|state|on|reason||name|mx|policy_reason||";

    private const string On = Keys + "sharing|on|sharing_reason||sharing_caches|smtpd smtp|"
        + "sharing_server|inet:10.0.0.9:6379|sharing_server_version|redis 7.0.15|sharing_state|up|"
        + "sharing_endpoints|10.0.0.9:6379 primary|sharing_fault||sharing_puts|12|sharing_gets|40|sharing_errors|0|"
        + "sharing_policy|volatile-ttl|sharing_clients|4|sharing_maxclients|10000|sharing_commands_refused|||";

    private const string Off = Keys + "sharing|off|sharing_reason|private/tlspool: Connection refused|sharing_caches|smtpd||";

    private const string Figures = "status|0|uptime.seconds|9|sharing.asked|40|sharing.hits|35|sharing.misses|4|"
        + "sharing.late|1|sharing.dropped|0|sharing.sealed|12|sharing.refused|2|sharing.overdue|1|sharing.stored|12|"
        + "sharing.queued|3|sharing.filtered|7|sharing.held|41|sharing.breaker|0|sharing.connected|1|sharing.reachable|1||";

    [Fact]
    public void A_host_that_shares_sessions_says_so_and_names_the_server()
    {
        (bool shares, string output) = Show(On);

        shares.ShouldBeTrue();
        output.ShouldStartWith(
            "This host shares the ticket keys of pool mx.\nIt shares the sessions of smtpd, smtp.\n");
        output.ShouldEndWith(
            """
            server            inet:10.0.0.9:6379, redis 7.0.15, up
            endpoints         10.0.0.9:6379 primary
            eviction          volatile-ttl
            tlspool           puts 12, gets 40, errors 0, clients 4, maxclients 10000
            lookups           asked 40, hits 35, misses 4, late 1, overdue 1, held 41,
                              filtered 7, refused 2
            stores            sealed 12, stored 12, queued 3, dropped 0

            """);
    }

    [Fact]
    public void The_reason_of_the_daemon_stands_in_one_sentence()
    {
        (bool shares, string output) = Show(Off);

        shares.ShouldBeFalse();
        output.ShouldContain(
            "\nIt does not share the sessions of smtpd: private/tlspool: Connection refused.\n");
    }

    [Theory]
    [InlineData("smtp inet n - y - - smtpd", Wanted, "mx", "master.cf has no service tlspool")]
    [InlineData(Entry, "tlsmgr_pool_caches = smtp", "mx", "tlspool_server is not set")]
    [InlineData(Entry, Wanted, "", "tlsmgr_pool_name is not set, and sessions are sealed with the secret of a pool")]
    public void What_the_configuration_lacks_comes_before_the_reason_of_the_daemon(
        string masterCf, string lines, string pool, string reason) =>
        Show(Off, masterCf, lines, pool: pool).Output.ReplaceLineEndings(" ").ShouldContain(reason);

    [Fact]
    public void A_server_that_is_not_reached_is_the_reason()
    {
        (bool shares, string output) = Show(On.Replace("sharing_state|up|", "sharing_state|unreachable|",
            StringComparison.Ordinal).Replace("sharing_fault|", "sharing_fault|connection refused", StringComparison.Ordinal));

        shares.ShouldBeFalse();
        output.ReplaceLineEndings(" ").ShouldContain(
            "It does not share the sessions of smtpd, smtp: the server is not reached: connection refused.");
    }

    [Fact]
    public void A_cache_that_is_left_out_has_its_reason() =>
        Show(On.Replace("sharing_reason|", "sharing_reason|smtp: a map is elsewhere", StringComparison.Ordinal)).Output
            .ShouldContain("\nnot shared        smtp: a map is elsewhere\n");

    [Fact]
    public void A_daemon_that_has_not_read_the_parameter_needs_a_reload() =>
        Show(Keys + "|").Output.ReplaceLineEndings(" ").Replace("  ", " ").ShouldContain(
            "It does not share the sessions of smtpd, smtp: the daemon has not read that tlsmgr_pool_caches is smtpd smtp: "
            + "postfix reload.");

    [Fact]
    public void Without_the_parameter_nothing_is_said_of_sessions()
    {
        string output = Show(Keys + "sharing|none||", lines: "").Output;

        output.ShouldNotContain("sessions");
        Show(Keys + "sharing|none||", lines: "", json: true).Output.ShouldNotContain("sharing");
    }

    [Fact]
    public void Sessions_are_enough_where_there_are_no_tickets()
    {
        const string NoTickets = Wanted + "\ntls_ssl_options = NO_TICKET";

        (bool shares, string output) = Show(On, lines: NoTickets);
        shares.ShouldBeTrue();
        output.ReplaceLineEndings(" ").ShouldStartWith(
            "This host does not share ticket keys: there are no tickets: tls_ssl_options has NO_TICKET. It shares");
        Show(Off, lines: NoTickets).Shares.ShouldBeFalse();
    }

    [Theory]
    [InlineData("sharing.breaker|0", "sharing.breaker|1", "lookups are suspended for up to a minute")]
    [InlineData("sharing.refused|2", "sharing.refused|90", "more entries refused than used: compare both fingerprints")]
    public void Counters_that_explain_misses_have_a_note(string from, string to, string note)
    {
        Show(On).Output.ReplaceLineEndings(" ").ShouldNotContain(note);
        Show(On, figures: Figures.Replace(from, to, StringComparison.Ordinal)).Output.ShouldContain(note);
    }

    [Fact]
    public void Json_has_the_same_facts()
    {
        string json = Show(On, json: true).Output;

        json.ShouldContain("\"sharing\": true,");
        json.ShouldContain("\"sharing_server_version\": \"redis 7.0.15\",");
        json.ShouldContain("\"sharing_late\": 1,");
        json.ShouldContain("\"sharing_maxclients\": 10000,");
    }

    [Fact]
    public void No_line_is_wider_than_80_columns()
    {
        string wide = On.Replace("sharing_fault|", $"sharing_fault|{string.Join(' ', Enumerable.Repeat("word", 60))}",
            StringComparison.Ordinal);

        Show(wide).Output.Split('\n').Max(line => line.Length).ShouldBeInRange(60, 80);
    }

    private static (bool Shares, string Output) Show(
        string reply, string masterCf = Entry, string lines = Wanted, string pool = "mx", string figures = Figures,
        bool json = false)
    {
        using PoolHost host = new(pool, masterCf: masterCf, line: lines);
        using ServiceConnection connection = ScriptedTransport.Connect(reply, figures);
        PoolReply parsed = PoolRequests.Status(connection)!;
        FigureTree tree = new(ControlRequests.Stats(connection));
        PoolStatus status = new(
            PoolFacts.Of(parsed, "mx"), SharingFacts.Of(parsed, tree, host.File.Installation), host.File.Installation,
            PoolHost.Start);
        StringWriter output = new() { NewLine = "\n" };
        status.Write(output, json);
        return (status.Shares, output.ToString());
    }
}
