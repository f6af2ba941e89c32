using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>What tlsmgr(8) asks of the published tlspool, with a real server.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly RedisServer _server = new();
    private readonly RunningPool _pool;

    public ServiceTests() => _pool = _server.UsedBy(static server => new RunningPool($"tlspool_server = {server.Address}"));

    public void Dispose()
    {
        _pool.Dispose();
        _server.Dispose();
    }

    [Fact]
    public void A_value_is_stored_found_and_removed()
    {
        using PoolConnection connection = _pool.ConnectWhenReachable();
        string key = PoolConnection.Key(1);

        connection.Greeting.ShouldBe(
            new Dictionary<string, string> { ["protocol"] = "tlspool_protocol", ["version"] = "1" });
        connection.Get(key).ShouldBe((-1, ""));
        connection.Put(key, "session").ShouldBe(0);
        connection.Get(key).ShouldBe((0, "session"));
        connection.Drop(key).ShouldBe(0);
        connection.Drop(key).ShouldBe(-1);
        connection.Get(key).ShouldBe((-1, ""));
    }

    [Fact]
    public void A_value_lives_for_its_time_by_the_clock_of_the_server()
    {
        using PoolConnection connection = _pool.ConnectWhenReachable();

        connection.Put(PoolConnection.Key(1), "session", milliseconds: 60001).ShouldBe(0);
        connection.Put(PoolConnection.Key(2), "", milliseconds: 5000).ShouldBe(0);

        long.Parse(_server.Ask("PTTL", $"tlspool:{PoolConnection.Key(1)}")).ShouldBeInRange(50000, 60001);
        long.Parse(_server.Ask("PTTL", $"tlspool:{PoolConnection.Key(2)}")).ShouldBeInRange(1, 5000);
        _server.Ask("INFO", "commandstats").ShouldContain("cmdstat_psetex");
        connection.Get(PoolConnection.Key(2)).ShouldBe((0, ""));
        connection.Put(PoolConnection.Key(3), "session", milliseconds: 0).ShouldBe(-2);
    }

    [Fact]
    public void Sessions_of_smtpd_are_announced_to_all_hosts_that_follow_the_generation()
    {
        using RunningPool other = new($"tlspool_server = {_server.Address}");
        using PoolConnection mine = _pool.ConnectWhenReachable();
        using PoolConnection theirs = other.ConnectWhenReachable();

        mine.Put(PoolConnection.Key(1), "before").ShouldBe(0);
        mine.Put(PoolConnection.Key(2, "smtp"), "not announced").ShouldBe(0);
        mine.Put(PoolConnection.Key(3, generation: 8), "another generation").ShouldBe(0);
        theirs.Follow(7).ShouldBe(0);
        theirs.AwaitKnown(PoolConnection.Key(1));
        mine.Put(PoolConnection.Key(4), "after").ShouldBe(0);
        theirs.AwaitKnown(PoolConnection.Key(4));

        // In the server: 8 bytes for each session of smtpd, under the generation, for a limited time.
        _server.Ask("XLEN", "tlspool:7:smtpd:recent").ShouldBe("2");
        _server.Ask("XLEN", "tlspool:8:smtpd:recent").ShouldBe("1");
        _server.Ask("EXISTS", "tlspool:7:smtp:recent").ShouldBe("0");
        long.Parse(_server.Ask("PTTL", "tlspool:7:smtpd:recent")).ShouldBeInRange(1, 3720_000);
        theirs.Follow(8).ShouldBe(0);
        theirs.AwaitKnown(PoolConnection.Key(3, generation: 8));
    }

    [Fact]
    public void Announcements_older_than_sessions_live_are_trimmed()
    {
        using PoolConnection connection = _pool.ConnectWhenReachable();
        for (int i = 0; i < 1000; i++)
        {
            _server.Ask("XADD", "tlspool:7:smtpd:recent", $"{i + 1}-0", "k", "old sess");
        }

        connection.Follow(7, seconds: 600).ShouldBe(0);
        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        connection.AwaitKnown(PoolConnection.Key(1));
        connection.Put(PoolConnection.Key(2), "session").ShouldBe(0);
        connection.AwaitKnown(PoolConnection.Key(2));

        // Whole nodes of 100 entries are trimmed.
        int.Parse(_server.Ask("XLEN", "tlspool:7:smtpd:recent")).ShouldBeLessThan(102);
    }

    [Fact]
    public void The_state_names_the_server_its_release_and_its_policy()
    {
        using PoolConnection connection = _pool.ConnectWhenReachable();
        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        connection.Get(PoolConnection.Key(1)).Status.ShouldBe(0);

        Dictionary<string, string> state = connection.State();

        const string Release = "redis_version:";
        string release = _server.Ask("INFO", "server").Split('\n', StringSplitOptions.TrimEntries)
            .Single(static line => line.StartsWith(Release, StringComparison.Ordinal))[Release.Length..];
        state["state"].ShouldBe("up");
        state["server"].ShouldBe($"127.0.0.1:{_server.Port}");
        state["endpoints"].ShouldBe($"127.0.0.1:{_server.Port} used");
        state["version"].ShouldBe($"redis {release}");
        state["fault"].ShouldBe("");
        (state["puts"], state["gets"], state["errors"]).ShouldBe(("1", "1", "0"));
        state["policy"].ShouldBe("noeviction, unlimited");
        state["maxclients"].ShouldBe("10000");
        state["commands_refused"].ShouldBe("");
    }

    [Theory]
    [InlineData("request|get|number|0|key|1:smtpd:00||")]
    [InlineData("request|get|number|1|name|1:smtpd:00||")]
    [InlineData("request|put|number|1|key|x|milliseconds|9|value|=||")]
    [InlineData("request|steal|number|1||")]
    [InlineData("number|1|request|state||")]
    public void A_malformed_request_ends_the_connection_and_no_other(string request)
    {
        using PoolConnection good = _pool.ConnectWhenReachable();
        using PoolConnection bad = _pool.ConnectWhenReachable();

        bad.SendBytes(request);

        Should.Throw<EndOfStreamException>(() => bad.Read());
        good.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        _pool.Log.WaitFor("malformed request", RunningPool.Timeout);
    }

    [Fact]
    public void A_message_that_is_too_long_ends_the_connection()
    {
        using PoolConnection connection = _pool.ConnectWhenReachable();

        Should.Throw<IOException>(() =>
        {
            connection.SendBytes($"request|put|number|1|key|{new string('k', 70000)}");
            connection.Read();
        });
    }

    [Fact]
    public void Requests_beyond_the_limit_fail_at_once_and_the_others_within_their_time()
    {
        const int Requests = 3000;
        using PoolConnection connection = _pool.ConnectWhenReachable();
        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        _server.Stop();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Requests; i++)
        {
            connection.Send("get", ("key", PoolConnection.Key(1)));
        }

        int atOnce = 0;
        for (int i = 0; i < Requests; i++)
        {
            Dictionary<string, string> reply = connection.Read();
            i -= reply["number"] == "0" ? 1 : 0;
            atOnce += Stopwatch.GetElapsedTime(start).TotalMilliseconds < 400 ? 1 : 0;
            reply["status"].ShouldBeOneOf("0", "4294967294");
        }

        atOnce.ShouldBeGreaterThan(Requests - 1024 - 1);
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(3));
        _server.Continue();
        while (connection.Get(PoolConnection.Key(1)) != (0, "session"))
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(RunningPool.Timeout);
        }
    }

    [Fact]
    public void Thousands_of_requests_leave_memory_as_it_was()
    {
        using PoolConnection connection = _pool.ConnectWhenReachable();
        string value = new('v', 180);
        for (int i = 0; i < 2000; i++)
        {
            connection.Put(PoolConnection.Key(i), value).ShouldBe(0);
        }

        int before = _pool.AnonymousKibibytes;
        for (int i = 0; i < 20000; i++)
        {
            connection.Get(PoolConnection.Key(i % 2000)).Status.ShouldBe(0);
        }

        _pool.AnonymousKibibytes.ShouldBeLessThan(before + 2048);
        _pool.AnonymousKibibytes.ShouldBeLessThan(12 * 1024);
    }

    [Fact]
    public void A_client_beyond_the_limit_is_disconnected()
    {
        PoolConnection[] clients = [.. Enumerable.Range(0, 4).Select(_ => _pool.Connect())];

        Should.Throw<IOException>(() => _pool.Connect());

        clients[0].State()["number"].ShouldBe("1");
        Array.ForEach(clients, static client => client.Dispose());
        _pool.Log.WaitFor("more than 4 connections", RunningPool.Timeout);
    }
}
