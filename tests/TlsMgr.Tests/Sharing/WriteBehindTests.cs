using System;
using System.Linq;
using Shouldly;
using TlsMgr.Sharing;
using Xunit;

namespace TlsMgr.Tests.Sharing;

/// <summary>What is stored and removed here on its way to the pool, and a pool that does not work.</summary>
public sealed class WriteBehindTests : SharingRig
{
    /// <summary>The beginning of an SSL_SESSION of TLS 1.3, and of 1.2.</summary>
    private const string Tls13 = "\u0030\u0082\u0001\u0001\u0002\u0001\u0001\u0002\u0002\u0003\u0004";


    [Fact]
    public void Of_one_id_one_change_is_under_way_and_the_newest_follows()
    {
        SharingHost host = Host();
        host.Store("smtp", "id", "1");
        host.Store("smtp", "id", "2");
        host.Delete("smtp", "id");
        host.Store("smtp", "id", "3");
        host.Delete("smtp", "id");
        host.Link.Received.Count.ShouldBe(1);

        string first = host.Link.Received[0];
        host.Link.Received.Clear();
        host.Link.Send(host.Link.ReplyTo(first));

        host.Link.Received.ShouldHaveSingleItem().ShouldStartWith("request|drop|");
        host.Link.Answer();
        Server.ShouldBeEmpty();
        host.Count(SharingEvent.Stored).ShouldBe(1);
        host.Figure("queued").ShouldBe(0);
    }

    [Fact]
    public void A_removal_that_failed_is_sent_again_and_the_session_is_not_asked_for_until_then()
    {
        SharingHost host = Host();
        host.Store("smtp", "id", "1");
        host.Link.Answer();
        host.Delete("smtp", "id");
        Fail(host);

        host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(Miss);
        host.Link.Received.ShouldBeEmpty();
        host.Pass(SharingLimits.RemovalRetrySeconds * 1000);
        host.Link.Received.ShouldContain(request => request.StartsWith("request|drop|", StringComparison.Ordinal));
        host.Link.Answer();

        Server.ShouldBeEmpty();
    }

    [Fact]
    public void What_is_not_confirmed_is_sent_again_on_the_next_connection()
    {
        SharingHost host = Host();
        host.Store("smtp", "1", "one");
        host.Store("smtp", "2", "two");
        host.Delete("smtp", "2");
        host.Link.Received.Clear();

        host.Sharing.OnDisconnected("gone");
        host.Store("smtp", "3", "three");
        host.Link.Received.ShouldBeEmpty();
        host.Connected();

        Server.Count.ShouldBe(2);
    }

    [Fact]
    public void Of_too_many_sessions_the_oldest_are_dropped_and_counted()
    {
        SharingHost host = Host();
        host.Sharing.OnDisconnected("gone");
        for (int number = 0; number < SharingLimits.QueuedChanges + 10; number++)
        {
            host.Store("smtp", $"{number}", "session");
        }

        host.Count(SharingEvent.Dropped).ShouldBe(10);
        host.Connected();

        Server.Count.ShouldBe(SharingLimits.QueuedChanges);
        host.Figure("queued").ShouldBe(0);
    }

    [Fact]
    public void A_removal_that_is_given_up_withdraws_all_of_its_cache()
    {
        SharingHost host = Host();
        host.Store("smtp", "kept", "session");
        host.Link.Answer();
        host.Sharing.OnDisconnected("gone");
        for (int number = 0; number <= SharingLimits.QueuedRemovals; number++)
        {
            host.Delete("smtp", $"{number}");
        }

        host.Keys.Ratchet!.State.CacheMarks[1].NotBeforeSeconds.ShouldBe(SharingHost.Start.ToUnixTimeSeconds());
        host.Keys.Ratchet!.State.CacheMarks[0].NotBeforeSeconds.ShouldBe(0);
    }

    [Theory]
    [InlineData(false, "smtpd", 0)]
    [InlineData(true, "smtpd", 1)]
    [InlineData(false, "smtp", 1)]
    public void Sessions_of_TLS_1_3_that_smtpd_never_looks_up_are_left_out(bool isShared, string cache, int count)
    {
        SharingHost host = Host(settings => settings with { SharesTls13OfServers = isShared });

        host.StoreBytes(cache, "id", [.. Tls13.Select(static character => (byte)character), .. new byte[250]]);
        host.Link.Answer();

        Server.Count.ShouldBe(count);
        host.Store("smtpd", "other", "of TLS 1.2");
        host.Link.Answer();
        Server.Count.ShouldBe(count + 1);
    }

    [Fact]
    public void The_breaker_opens_after_five_failures_probes_once_and_logs_one_line_each()
    {
        SharingHost host = Host();
        for (int number = 0; number < SharingLimits.BreakerFailures; number++)
        {
            host.Ask(SharingHost.Lookup("smtp", $"{number}")).ShouldBe(HostClient.Held);
            host.Pass(25);
        }

        host.Link.Received.Clear();
        host.Ask(SharingHost.Lookup("smtp", "open")).ShouldBe(Miss);
        host.Link.Received.ShouldBeEmpty();
        host.Figure("breaker").ShouldBe(1);
        host.Records.ShouldBe(["warning: sessions are not shared for now: answers come too late"]);
        foreach (int pause in new[] { 1, 2, 4, 8, 16, 32, 60, 60 })
        {
            host.Pass((pause * 1000) - 26);
            host.Ask(SharingHost.Lookup("smtp", $"early {pause}")).ShouldBe(Miss);
            host.Pass(26);
            host.Link.Received.Clear();
            host.Ask(SharingHost.Lookup("smtp", $"probe {pause}")).ShouldBe(HostClient.Held);
            host.Ask(SharingHost.Lookup("smtp", $"other {pause}")).ShouldBe(Miss, "one probe");
            host.Pass(25);
        }

        host.Link.Received.Clear();
        host.Pass(60_000);
        host.Ask(SharingHost.Lookup("smtp", "works")).ShouldBe(HostClient.Held);
        host.Link.Answer();
        host.Ask(SharingHost.Lookup("smtp", "again")).ShouldBe(HostClient.Held);
        host.Link.Answer();

        host.Figure("breaker").ShouldBe(0);
        host.Records.Count.ShouldBe(2);
        host.Records[1].ShouldBe("sessions are shared again");
    }

    /// <summary>
    /// A cluster of three that has lost a node: a third of all names fails at once, and five in a row come soon.
    /// </summary>
    [Fact]
    public void The_breaker_stays_closed_while_a_part_of_the_names_fails()
    {
        SharingHost host = Host();
        System.Random random = new(1);
        for (int number = 0; number < 1000; number++)
        {
            host.Ask(SharingHost.Lookup("smtp", $"{number}")).ShouldBe(HostClient.Held, $"lookup {number}");
            AnswerOrFail(host, isFailing: random.Next(3) == 0);
            host.Pass(10);
        }

        host.Records.ShouldBeEmpty();
    }

    /// <summary>Many lookups wait at a time, so that a pause of the server or of the network makes all of them overdue.</summary>
    [Fact]
    public void The_breaker_stays_closed_when_the_server_pauses_once()
    {
        SharingHost host = Host();
        host.Ask(SharingHost.Lookup("smtp", "works")).ShouldBe(HostClient.Held);
        host.Link.Answer();
        for (int number = 0; number < 20; number++)
        {
            host.Ask(SharingHost.Lookup("smtp", $"{number}")).ShouldBe(HostClient.Held);
        }

        host.Pass(100);
        host.Link.Answer();
        host.Ask(SharingHost.Lookup("smtp", "next")).ShouldBe(HostClient.Held);

        host.Count(SharingEvent.Overdue).ShouldBe(20);
        host.Records.ShouldBeEmpty();
    }

    [Fact]
    public void The_breaker_opens_when_all_names_fail_for_a_second_and_probes_each_second()
    {
        SharingHost host = Host();
        host.Ask(SharingHost.Lookup("smtp", "works")).ShouldBe(HostClient.Held);
        host.Link.Answer();
        for (int number = 0; number < 100; number++)
        {
            host.Pass(10);
            host.Ask(SharingHost.Lookup("smtp", $"{number}")).ShouldBe(HostClient.Held, $"lookup {number}");
            AnswerOrFail(host, isFailing: true);
        }

        host.Ask(SharingHost.Lookup("smtp", "open")).ShouldBe(Miss);
        host.Records.ShouldBe(
            ["warning: sessions are not shared for now: the server does not do what it is asked for"]);
        for (int probe = 0; probe < 10; probe++)
        {
            host.Pass(1000);
            host.Ask(SharingHost.Lookup("smtp", $"probe {probe}")).ShouldBe(HostClient.Held);
            AnswerOrFail(host, isFailing: true);
            host.Ask(SharingHost.Lookup("smtp", $"other {probe}")).ShouldBe(Miss);
        }
    }

    [Fact]
    public void AServer_that_is_unreachable_is_not_asked_and_gets_the_changes_later()
    {
        SharingHost host = Host();
        host.Link.Send("number|0|status|0|reachable|0|reason|no route||").ShouldBeNull();

        host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(Miss);
        host.Store("smtp", "id", "session");
        host.Link.Received.ShouldBeEmpty();
        host.Records.ShouldBe(["warning: sessions are not shared for now: no route"]);
        host.Link.Send("number|0|status|0|reachable|1|reason|||").ShouldBeNull();
        host.Link.Answer();

        Server.Count.ShouldBe(1);
    }

    private static void Fail(SharingHost host)
    {
        foreach (string request in host.Link.Received.ToArray())
        {
            host.Link.Received.Remove(request);
            host.Link.Send($"number|{FakePool.Field(request, "number")}|status|4294967294||");
        }
    }

    /// <summary>Answers all requests as the server does, or, lookups, as tlspool does without it.</summary>
    private static void AnswerOrFail(SharingHost host, bool isFailing)
    {
        string[] requests = [.. host.Link.Received];
        host.Link.Received.Clear();
        foreach (string request in requests)
        {
            bool isLookup = FakePool.Field(request, "request") == "get";
            host.Link.Send(isFailing && isLookup
                ? $"number|{FakePool.Field(request, "number")}|status|4294967294|value|||"
                : host.Link.ReplyTo(request)).ShouldBeNull();
        }
    }
}
