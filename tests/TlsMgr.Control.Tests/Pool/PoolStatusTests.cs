using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Control.Client;
using TlsMgr.Control.Pool;
using TlsMgr.Control.Tests.Client;
using Xunit;

namespace TlsMgr.Control.Tests.Pool;

/// <summary>What the daemon reports of its pool, for people and for programs, and its changes.</summary>
public sealed class PoolStatusTests
{
    private const string On = "status|0|state|on|reason||name|mx|generation|3|period_seconds|1800|skew_seconds|300|"
        + "period|1000000|seconds_left|900|oldest|999999|fingerprint|1a2b-3c4d-5e6f-7a8b|policy|0011-2233-4455-6677|"
        + "policy_reason||cipher|aes-256-cbc|secret_bytes|32|next_generation||next_at||written|1799999800|state_fault||"
        + "pending_since||ahead_seconds|0|keys.previous|1|keys.current|2345|keys.next|3|keys.grace|4|keys.unknown|5||";

    [Fact]
    public void A_host_that_shares_says_so_first() => Show(On).ShouldBe((true,
        """
        This host shares the ticket keys of pool mx.
        pool              mx, generation 3
        fingerprint       1a2b-3c4d-5e6f-7a8b
        policy            0011-2233-4455-6677
        period            1000000, 15 min left of 30 min
        ticket cipher     aes-256-cbc, secrets of 32 bytes
        keys by name      previous 1, current 2345, next 3, grace 4, unknown 5
        clocks            a difference of 5 min is allowed
        state file        stored state is 3 min old
        Postfix           3.7.11: shares with releases up to 3.11.6

        """));

    [Theory]
    [InlineData("state|on|reason|", "state|off|reason|the clock is wrong", "the clock is wrong")]
    [InlineData(
        "policy_reason|", "policy_reason|a map is elsewhere",
        "the policy for client certificates is not known: a map is elsewhere")]
    public void A_host_that_does_not_share_says_why_first(string from, string to, string reason)
    {
        (bool shares, string output) = Show(On.Replace(from, to, StringComparison.Ordinal));

        shares.ShouldBeFalse();
        output.ReplaceLineEndings(" ").ShouldStartWith($"This host does not share: {reason}.");
    }

    [Theory]
    [InlineData("smtpd_tls_session_cache_timeout = 0", "there are no tickets: smtpd_tls_session_cache_timeout is 0")]
    [InlineData("tls_session_ticket_cipher =", "there are no tickets: tls_session_ticket_cipher is empty")]
    [InlineData("tls_ssl_options = no_ticket", "there are no tickets: tls_ssl_options has NO_TICKET")]
    public void Without_tickets_nothing_is_shared(string line, string reason) =>
        Show(On, line: line).Output.ReplaceLineEndings(" ").ShouldStartWith($"This host does not share: {reason}.");

    [Theory]
    [InlineData("3.11.6", "10.0.0.1:25 inet n - y - - smtpd", true)]
    [InlineData("3.11.7", "10.0.0.1:25 inet n - y - - smtpd", false)]
    [InlineData("3.12.0", "mx.example.com:25 inet n - y - - smtpd", false)]
    [InlineData("3.11.7", "10.0.0.1:25 inet n - y - - smtpd -n smtp", true)]
    [InlineData("3.11.7", "smtp inet n - y - - smtpd", true)]
    [InlineData("3.11.7", "smtp inet n - y - - smtpd\n10.0.0.1:25 inet n - y - - smtpd", true)]
    [InlineData("3.11.7", "25 inet n - y - - smtpd\n127.0.0.1:10025 inet n - y - - smtpd", true)]
    public void An_address_as_the_name_separates_hosts_from_3_11_7_on(string release, string masterCf, bool shares) =>
        Show(On, $"mail_version = {release}", masterCf).Shares.ShouldBe(shares);

    [Fact]
    public void Many_unknown_keys_have_a_note() =>
        Show(On.Replace("keys.unknown|5", "keys.unknown|5000", StringComparison.Ordinal)).Output.ShouldContain(
            "more unknown keys than known ones: compare both fingerprints");

    [Fact]
    public void No_line_is_wider_than_80_columns()
    {
        string wide = On.Replace("state_fault|", $"state_fault|{string.Join(' ', Enumerable.Repeat("word", 60))}",
            StringComparison.Ordinal);

        Show(wide, "mail_version = 3.12.0").Output.Split('\n').Max(line => line.Length).ShouldBeInRange(60, 80);
    }

    [Fact]
    public void Json_has_numbers_and_leaves_out_what_is_not_known()
    {
        string json = Show(On, json: true).Output;

        json.ShouldContain("\"shares\": true,");
        json.ShouldContain("\"keys_current\": 2345,");
        json.ShouldNotContain("next_generation");
    }

    [Fact]
    public void A_daemon_without_a_pool_is_told_from_an_older_one()
    {
        Show("status|0|state|none||").Output.ReplaceLineEndings(" ")
            .ShouldStartWith("This host does not share: the daemon has not read that tlsmgr_pool_name is mx: postfix reload.");
        using ServiceConnection older = ScriptedTransport.Connect("status|4294967294||");
        PoolRequests.Status(older).ShouldBeNull();
    }

    [Theory]
    [InlineData("status|0|generation|2|at|1800000000||", 7200, true,
        "generation 2 follows at 2027-01-15 08:00:00 UTC; until then, for each other host:\n")]
    [InlineData("status|4294967295||", 7200, false, "nothing was changed: there is no pool, or a rotation is not over\n")]
    [InlineData("status|0|generation|2||", null, true, "generation 2 is in force, ")]
    [InlineData("status|4294967295||", null, false, "nothing was changed: the daemon has no pool\n")]
    [InlineData("status|4294967294||", null, false, "nothing was changed: the daemon is older than this program")]
    public void A_rotation_goes_through_the_daemon(string reply, int? delay, bool isDone, string output)
    {
        using PoolHost host = new("mx");
        ScriptedTransport transport = new(ScriptedTransport.Wire(reply));
        using ServiceConnection connection = transport.Connect();
        StringWriter written = new();

        new PoolChanges(host.File, host.Clock).Rotate(connection, delay, written).ShouldBe(isDone);

        written.ToString().ShouldStartWith(output);
        transport.Requests.ShouldBe([delay is null ? "request|pool_revoke||" : "request|pool_rotate|delay|7200||"]);
    }

    [Fact]
    public void Leaving_goes_through_the_daemon()
    {
        using PoolHost host = new("mx");
        ScriptedTransport transport = new(ScriptedTransport.Wire("status|0||"));
        using ServiceConnection connection = transport.Connect();

        new PoolChanges(host.File, host.Clock).Leave(connection, TextWriter.Null).ShouldBeTrue();

        transport.Requests.ShouldBe(["request|pool_leave||"]);
    }

    [Fact]
    public void A_state_that_the_daemon_has_not_read_is_erased_too()
    {
        using PoolHost host = new("mx");
        host.Run("init");
        using ServiceConnection connection = new ScriptedTransport(ScriptedTransport.Wire("status|0||")).Connect();

        new PoolChanges(host.File, host.Clock).Leave(connection, TextWriter.Null).ShouldBeTrue();

        File.ReadAllBytes(host.StateFile).ShouldBeEmpty();
    }

    private static (bool Shares, string Output) Show(
        string reply, string line = "", string masterCf = "smtp inet n - y - - smtpd", bool json = false)
    {
        using PoolHost host = new("mx", masterCf: masterCf, line: line);
        using ServiceConnection connection = ScriptedTransport.Connect(reply);
        PoolStatus status = new(
            PoolFacts.Of(PoolRequests.Status(connection)!, "mx"), SharingFacts.Of(host.File.Installation),
            host.File.Installation, PoolHost.Start);
        StringWriter output = new();
        status.Write(output, json);
        return (status.Shares, output.ToString());
    }
}
