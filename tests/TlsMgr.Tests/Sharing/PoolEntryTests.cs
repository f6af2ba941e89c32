using System;
using System.Linq;
using Shouldly;
using TlsMgr.Sharing;
using Xunit;

namespace TlsMgr.Tests.Sharing;

/// <summary>Entries that must not be used: forged, damaged, moved, withdrawn, too old, from the future.</summary>
public sealed class PoolEntryTests : SharingRig
{
    [Fact]
    public void An_entry_of_which_any_bit_differs_is_a_miss()
    {
        SharingHost here = Host();
        SharingHost there = Host();
        byte[] entry = Store(here, "id", out string key);
        for (int bit = 0; bit < entry.Length * 8; bit++)
        {
            byte[] forged = [.. entry];
            forged[bit / 8] ^= (byte)(1 << (bit % 8));
            Server[key] = forged;

            Lookup(there, "id").ShouldBe(Miss, $"bit {bit}");
            there.Pass(30_000);
            there.Link.Answer();
        }

        there.Count(SharingEvent.Refused).ShouldBe(entry.Length * 8);
        there.Count(SharingEvent.Hits).ShouldBe(0);
    }

    [Fact]
    public void An_entry_of_any_other_length_is_a_miss()
    {
        SharingHost here = Host();
        SharingHost there = Host();
        byte[] entry = Store(here, "id", out string key);
        byte[][] others = [.. Enumerable.Range(0, entry.Length).Select(length => entry[..length]), [.. entry, 0]];
        foreach (byte[] other in others)
        {
            Server[key] = other;
            Lookup(there, "id").ShouldBe(Miss, $"{other.Length} bytes");
            there.Pass(30_000);
            there.Link.Answer();
        }
    }

    [Theory]
    [InlineData("smtp", "other")]
    [InlineData("lmtp", "id")]
    public void An_entry_that_was_moved_to_another_id_or_cache_is_a_miss(string cache, string id)
    {
        SharingHost here = Host();
        SharingHost there = Host();
        byte[] entry = Store(here, "id", out _);
        here.Store(cache, id, "own");
        here.Link.Answer();
        foreach (string key in Server.Keys.ToArray())
        {
            Server[key] = entry;
        }

        Lookup(there, id, cache).ShouldBe(Miss);
        there.Count(SharingEvent.Refused).ShouldBe(1);
        Lookup(there, "id").ShouldBe(SharingHost.Found("session"));
    }

    [Fact]
    public void An_entry_of_another_pool_or_of_another_policy_is_a_miss()
    {
        SharingHost here = Host();
        SharingHost stranger = Host(state: SharingHost.NewState(Root));
        SharingHost other = Host(policy: 2);
        byte[] entry = Store(here, "id", out string key);

        Lookup(other, "id").ShouldBe(Miss);
        other.Count(SharingEvent.Refused).ShouldBe(1);
        Lookup(stranger, "id").ShouldBe(Miss);
        stranger.Store("smtp", "id", "own");
        stranger.Link.Answer();
        string strangersKey = Server.Keys.Single(name => name != key);
        Server[strangersKey] = entry;
        SharingHost stranger2 = Host(state: SharingHost.Copy(State));
        Server[key] = Server[strangersKey];
        Lookup(stranger2, "id").ShouldBe(SharingHost.Found("session"), "the entry itself is sound");
    }

    [Fact]
    public void A_flush_withdraws_what_any_host_has_stored_before_also_after_a_restart()
    {
        string state = SharingHost.Copy(State);
        SharingHost here = Host(ahead: 299);
        SharingHost there = Host(state: state);
        Store(here, "id", out _);

        there.Sharing.Flushed(there.Caches[1]);

        Lookup(there, "id").ShouldBe(Miss);
        there.Count(SharingEvent.Refused).ShouldBe(1);
        SharingHost next = Host(state: state);
        Lookup(next, "id").ShouldBe(Miss);
        next.Count(SharingEvent.Refused).ShouldBe(1);
        Lookup(next, "id", "lmtp").ShouldBe(Miss);
    }

    [Fact]
    public void What_is_stored_by_the_skew_after_a_flush_is_used()
    {
        SharingHost here = Host();
        SharingHost there = Host();
        there.Sharing.Flushed(there.Caches[1]);
        here.Pass(SharingHost.SkewSeconds * 1000);
        there.Pass(SharingHost.SkewSeconds * 1000);
        Store(here, "id", out _);

        Lookup(there, "id").ShouldBe(SharingHost.Found("session"));
    }

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(0, false)]
    public void Sessions_of_before_are_used_by_the_next_process_if_their_trust_is_known_and_the_same(
        int trust, bool isFound)
    {
        string state = SharingHost.Copy(State);
        SharingHost here = Host();
        Host(state: state);
        Store(here, "id", out _);

        SharingHost next = Host(state: state, trust: trust);

        Lookup(next, "id").ShouldBe(isFound ? SharingHost.Found("session") : Miss);
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(301, false)]
    [InlineData(-900, false)]
    [InlineData(-899, true)]
    public void An_entry_is_used_while_its_clock_is_ahead_by_the_skew_and_until_its_life_is_over(
        int ahead, bool isFound)
    {
        SharingHost here = Host(ahead: ahead);
        SharingHost there = Host();
        Store(here, "id", out _);

        Lookup(there, "id").ShouldBe(isFound ? SharingHost.Found("session") : Miss);
    }

    [Theory]
    [InlineData(0, 900)]
    [InlineData(-500, 400)]
    [InlineData(200, 900)]
    public void A_session_expires_here_when_its_life_in_the_pool_is_over(int ahead, int lifeSeconds)
    {
        SharingHost here = Host(ahead: ahead);
        SharingHost there = Host();
        Store(here, "id", out _);
        Lookup(there, "id").ShouldBe(SharingHost.Found("session"));
        Server.Clear();

        there.Pass(lifeSeconds * 1000);
        there.Link.Answer();
        Lookup(there, "id").ShouldBe(SharingHost.Found("session"));
        there.Pass(1000);
        there.Link.Answer();

        Lookup(there, "id").ShouldBe(Miss);
    }

    [Fact]
    public void After_a_revocation_nothing_of_before_is_found()
    {
        SharingHost here = Host();
        SharingHost there = Host();
        Store(here, "id", out _);

        there.Keys.TryRevoke().ShouldBeTrue();

        Lookup(there, "id").ShouldBe(Miss);
        there.Link.Received.ShouldBeEmpty();
        there.Store("smtp", "id", "new");
        there.Link.Answer();
        Server.Keys.ShouldContain(key => key.StartsWith("2:smtp:", StringComparison.Ordinal));
    }

    private static string Lookup(SharingHost host, string id, string cache = "smtp")
    {
        using HostClient client = host.Client();
        string reply = client.Send(SharingHost.Lookup(cache, id));
        host.Link.Answer();
        return reply == HostClient.Held ? client.Turn() : reply;
    }

    private byte[] Store(SharingHost host, string id, out string key)
    {
        string[] before = [.. Server.Keys];
        host.Store("smtp", id, "session");
        host.Link.Answer();
        key = Server.Keys.Except(before).Single();
        return Server[key];
    }
}
