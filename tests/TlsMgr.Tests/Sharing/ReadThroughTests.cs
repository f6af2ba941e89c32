using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Sharing;
using Xunit;

namespace TlsMgr.Tests.Sharing;

/// <summary>Lookups that the pool is asked for.</summary>
public sealed class ReadThroughTests : SharingRig
{
    [Theory]
    [InlineData("smtp")]
    [InlineData("lmtp")]
    public void A_session_that_one_host_stores_another_one_finds(string cache)
    {
        SharingHost here = Host();
        SharingHost there = Host();
        here.Store(cache, "id", "session");
        here.Link.Answer();
        using HostClient client = there.Client();

        client.Send(SharingHost.Lookup(cache, "id")).ShouldBe(HostClient.Held);
        there.Link.Answer();
        client.Turn().ShouldBe(SharingHost.Found("session"));

        there.Count(SharingEvent.Hits).ShouldBe(1);
        there.Ask(SharingHost.Lookup(cache, "id")).ShouldBe(SharingHost.Found("session"), "it is here from now on");
        there.Link.Received.ShouldBeEmpty();
        Server.Keys.ShouldHaveSingleItem().ShouldMatch($"^1:{cache}:[0-9a-f]{{64}}$");
        here.Link.Lives.ShouldBe([900_000]);
    }

    [Fact]
    public void A_lookup_is_held_until_its_time_is_over_and_a_late_answer_is_kept()
    {
        SharingHost here = Host();
        SharingHost there = Host();
        here.Store("smtp", "id", "session");
        here.Link.Answer();
        using HostClient client = there.Client();
        client.Send(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);

        there.Pass(24);
        client.Conversation.IsHeld.ShouldBeTrue();
        there.Pass(1);

        client.Turn().ShouldBe(Miss);
        there.Link.Answer();
        there.Count(SharingEvent.Late).ShouldBe(1);
        there.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(SharingHost.Found("session"));
    }

    [Fact]
    public void A_connection_that_was_held_is_not_held_again_for_ten_times_as_long()
    {
        SharingHost host = Host();
        using HostClient client = host.Client();
        client.Send(SharingHost.Lookup("smtp", "1")).ShouldBe(HostClient.Held);
        host.Pass(20);
        host.Link.Answer();
        client.Turn().ShouldBe(Miss);

        host.Pass(199);
        client.Send(SharingHost.Lookup("smtp", "2")).ShouldBe(Miss, "without credit");
        host.Link.Received.Count.ShouldBe(1, "it is asked for all the same");
        host.Ask(SharingHost.Lookup("smtp", "other")).ShouldBe(HostClient.Held, "another connection has its own credit");
        host.Link.Answer();
        host.Pass(1);
        client.Send(SharingHost.Lookup("smtp", "3")).ShouldBe(HostClient.Held);
    }

    /// <summary>tlsproxy(8) is one process for many handshakes, and its requests come one after the other.</summary>
    [Fact]
    public void The_handshakes_of_tlsproxy_are_delayed_by_its_hold_credit_only()
    {
        SharingHost host = Host();
        using HostClient tlsproxy = host.Client();
        const int Handshakes = 100;
        const int PauseMilliseconds = 5;
        int heldMilliseconds = 0;
        int held = 0;
        for (int i = 0; i < Handshakes; i++)
        {
            string reply = tlsproxy.Send(SharingHost.Lookup("smtp", $"{i}"));
            if (reply == HostClient.Held)
            {
                // The server answers after 20 ms; the other handshakes wait that long, too.
                host.Pass(20);
                host.Link.Answer();
                reply = tlsproxy.Turn();
                held++;
                heldMilliseconds += 20;
            }

            reply.ShouldBe(Miss);
            host.Link.Answer();
            host.Pass(PauseMilliseconds);
        }

        // One hold of 20 ms, then 200 ms without one: 40 of the other 99 handshakes lie in such a pause.
        held.ShouldBe(3);
        heldMilliseconds.ShouldBeLessThan(
            20 + (Handshakes * PauseMilliseconds / SharingLimits.HoldCreditFactor));
    }

    [Fact]
    public void Replies_of_one_connection_keep_their_order()
    {
        SharingHost host = Host();
        using HostClient client = host.Client();

        client.Send(SharingHost.Lookup("smtp", "1") + "request|policy|cache_type|smtp||").ShouldBe(HostClient.Held);
        host.Link.Answer();

        client.Turn().ShouldBe(Miss + "status|0|cachable|1|timeout|3600||");
    }

    [Fact]
    public void A_client_that_hangs_up_frees_its_place()
    {
        SharingHost host = Host();
        List<HostClient> clients = [.. Enumerable.Range(0, SharingLimits.HeldReplies).Select(_ => host.Client())];
        foreach ((int number, HostClient client) in clients.Index())
        {
            client.Send(SharingHost.Lookup("smtp", $"{number}")).ShouldBe(HostClient.Held);
        }

        host.Ask(SharingHost.Lookup("smtp", "too many")).ShouldBe(Miss);
        clients[7].Dispose();

        using HostClient next = host.Client();
        next.Send(SharingHost.Lookup("smtp", "next")).ShouldBe(HostClient.Held);
        host.Link.Answer();
        next.Turn().ShouldBe(Miss);
        clients.ForEach(static client => client.Dispose());
        host.Sharing.Figures.Single(static figure => figure.Key == "waiting").Value.ShouldBe(0);
    }

    [Fact]
    public void A_session_that_is_stored_here_meanwhile_ends_the_hold_and_the_answer_is_dropped()
    {
        SharingHost here = Host();
        SharingHost there = Host();
        here.Store("smtp", "id", "old");
        here.Link.Answer();
        using HostClient client = there.Client();
        client.Send(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);

        there.Store("smtp", "id", "new");

        client.Turn().ShouldBe(SharingHost.Found("new"));
        string get = there.Link.Received[0];
        there.Link.Send(there.Link.ReplyTo(get));
        there.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(SharingHost.Found("new"));
        there.Count(SharingEvent.Overtaken).ShouldBe(1);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_session_that_is_removed_here_meanwhile_does_not_come_back(bool isOverdue)
    {
        SharingHost here = Host();
        SharingHost there = Host();
        here.Store("smtp", "id", "session");
        here.Link.Answer();
        using HostClient client = there.Client();
        client.Send(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        there.Pass(isOverdue ? 30 : 0);

        there.Delete("smtp", "id");

        client.Turn().ShouldBe(Miss);
        there.Link.Answer();
        there.Ask(SharingHost.Lookup("smtp", "id")).ShouldNotBe(SharingHost.Found("session"));
        there.Link.Answer();
        there.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(Miss);
        Server.ShouldBeEmpty();
    }

    [Fact]
    public void A_session_that_was_removed_here_does_not_come_back_from_a_server_that_forgot_the_removal()
    {
        SharingHost here = Host();
        SharingHost there = Host();
        here.Store("smtp", "id", "session");
        here.Link.Answer();
        (string name, byte[] entry) = Server.Single();
        there.Delete("smtp", "id");
        there.Link.Answer();
        Server.ShouldBeEmpty();

        Server.Add(name, entry);
        there.Pass(60_000);
        there.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        there.Link.Answer();

        there.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(Miss);
        there.Count(SharingEvent.Refused).ShouldBe(1);
        SharingHost unaware = Host();
        unaware.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        unaware.Link.Answer();
        unaware.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(SharingHost.Found("session"), "it has removed nothing");
    }

    [Fact]
    public void An_id_that_missed_is_not_asked_for_again_for_30_seconds()
    {
        SharingHost host = Host();
        host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        host.Link.Answer();

        host.Pass(29_999);
        host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(Miss);
        host.Pass(1);
        host.Link.Answer();

        host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
    }

    [Fact]
    public void A_lookup_of_smtpd_is_held_only_for_an_id_that_was_announced()
    {
        SharingHost here = Host();
        SharingHost there = Host();
        here.Store("smtpd", "id", "session");
        here.Link.Answer();

        there.Ask(SharingHost.Lookup("smtpd", "id")).ShouldBe(Miss);
        there.Count(SharingEvent.Filtered).ShouldBe(1);
        string hex = Server.Keys.Single().Split(':')[2];
        there.Link.Send($"number|0|status|0|known|{Convert.ToBase64String(Convert.FromHexString(hex[..16]))}||")
            .ShouldBeNull();
        using HostClient client = there.Client();
        client.Send(SharingHost.Lookup("smtpd", "id")).ShouldBe(HostClient.Held);
        there.Link.Answer();

        client.Turn().ShouldBe(SharingHost.Found("session"));
    }

    [Fact]
    public void Two_clients_that_look_up_one_id_ask_once()
    {
        SharingHost host = Host();
        using HostClient one = host.Client();
        using HostClient other = host.Client();

        one.Send(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        other.Send(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        host.Link.Received.Count.ShouldBe(1);
        host.Link.Answer();

        one.Turn().ShouldBe(Miss);
        other.Turn().ShouldBe(Miss);
    }

    [Fact]
    public void At_the_end_of_the_process_whoever_waits_gets_a_reply()
    {
        SharingHost host = Host();
        using HostClient client = host.Client();
        client.Send(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);

        host.Sharing.End();

        client.Turn().ShouldBe(Miss);
    }

    /// <summary>After a reload, both programs start: tlspool greets before it has connected to its server.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(false)]
    public void Before_tlspool_reports_its_server_nothing_is_asked(bool? isReachable)
    {
        SharingHost host = Host(isConnected: false);
        host.Link.Connect(host.Sharing, isReachable);
        host.Sharing.OnConnected();
        string[] first = [.. host.Link.Received];
        host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(Miss);
        host.Store("smtp", "other", "session");
        host.Link.Received.ShouldBe(first);
        host.Records.Count.ShouldBe(isReachable is null ? 0 : 1);

        host.Link.Send("number|0|status|0|reachable|1|reason|||").ShouldBeNull();

        host.Link.Answer();
        Server.Count.ShouldBe(1);
        host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
    }

    [Fact]
    public void Without_a_connection_nothing_is_held_and_nothing_asked()
    {
        SharingHost host = Host(isConnected: false);

        host.Ask(SharingHost.Lookup("smtp", "id")).ShouldBe(Miss);
        host.Link.Received.ShouldBeEmpty();
        host.Connected();
        using HostClient client = host.Client();
        client.Send(SharingHost.Lookup("smtp", "id")).ShouldBe(HostClient.Held);
        host.Sharing.OnDisconnected("gone");

        client.Turn().ShouldBe(Miss);
        host.Pass(SharingLimits.ReloadMilliseconds - 1);
        host.Records.ShouldBeEmpty("at a reload, tlspool and this process end together");
        host.Pass(1);
        host.Records.ShouldBe(["warning: sessions are not shared for now: gone"]);
    }
}
