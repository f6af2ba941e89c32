using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Pool.Tests.Running;

/// <summary>Several servers, Sentinels, a cluster, a Unix socket.</summary>
public sealed class ModeTests
{
    private static readonly TimeSpan FailoverLimit = TimeSpan.FromSeconds(5);

    [Fact]
    public void A_new_primary_of_two_servers_is_in_use_within_five_seconds()
    {
        using RedisServer first = new();
        using RedisServer second = new("--replicaof", $"127.0.0.1 {first.Port}");
        second.AwaitReply("master_link_status:up", "INFO", "replication");
        using RunningPool pool = new($"tlspool_server = {first.Address}, {second.Address}");
        using PoolConnection connection = pool.ConnectWhenReachable();
        connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        string endPoints = $"127.0.0.1:{first.Port} used, 127.0.0.1:{second.Port} replica";
        Await(() => connection.State()["endpoints"] == endPoints);

        second.Ask("REPLICAOF", "NO", "ONE");
        first.Ask("REPLICAOF", "127.0.0.1", $"{second.Port}");

        AwaitStored(connection, 2).ShouldBeLessThan(FailoverLimit);
        second.Ask("EXISTS", $"tlspool:{PoolConnection.Key(2)}").ShouldBe("1");
        second.Kill();
        first.Ask("REPLICAOF", "NO", "ONE");
        AwaitStored(connection, 3).ShouldBeLessThan(FailoverLimit);
        first.Ask("EXISTS", $"tlspool:{PoolConnection.Key(3)}").ShouldBe("1");
    }

    [Fact]
    public void The_primary_that_Sentinels_name_is_in_use_within_five_seconds_of_their_decision()
    {
        using RedisServer first = new();
        using RedisServer second = new("--replicaof", $"127.0.0.1 {first.Port}");
        second.AwaitReply("master_link_status:up", "INFO", "replication");
        RedisServer[] sentinels = [.. Enumerable.Range(0, 3).Select(_ => RedisServer.StartSentinel(first, quorum: 2))];
        try
        {
            Array.ForEach(sentinels, sentinel => sentinel.AwaitReply("num-other-sentinels 2", "SENTINEL", "MASTER", "mail"));
            Array.ForEach(sentinels, sentinel => sentinel.AwaitReply("num-slaves 1", "SENTINEL", "MASTER", "mail"));
            using RunningPool pool = new(
                $"tlspool_server = {string.Join(' ', sentinels.Select(static sentinel => sentinel.Address))}",
                "tlspool_sentinel_service = mail");
            using PoolConnection connection = pool.ConnectWhenReachable();
            connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
            connection.State()["server"].ShouldBe($"127.0.0.1:{first.Port}");

            first.Kill();
            sentinels[0].AwaitReply($"{second.Port}", "SENTINEL", "GET-MASTER-ADDR-BY-NAME", "mail");

            AwaitStored(connection, 2).ShouldBeLessThan(FailoverLimit);
            second.Ask("EXISTS", $"tlspool:{PoolConnection.Key(2)}").ShouldBe("1");
            connection.State()["server"].ShouldBe($"127.0.0.1:{second.Port}");
        }
        finally
        {
            Array.ForEach(sentinels, static sentinel => sentinel.Dispose());
        }
    }

    [Fact]
    public void All_nodes_of_a_cluster_are_used_and_a_lost_one_is_reported()
    {
        RedisServer[] nodes = [.. Enumerable.Range(0, 3).Select(static _ => new RedisServer(
            "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no"))];
        try
        {
            RunningCluster.Join(nodes);
            using RunningPool pool = new($"tlspool_server = {nodes[0].Address} {nodes[1].Address}");
            using PoolConnection connection = pool.ConnectWhenReachable();
            pool.AwaitUse().ShouldContain($",127.0.0.1:{nodes[1].Port} ");
            for (int i = 0; i < 60; i++)
            {
                connection.Put(PoolConnection.Key(i), "session").ShouldBe(0);
                connection.Get(PoolConnection.Key(i)).ShouldBe((0, "session"));
            }

            nodes.ShouldAllBe(static node => int.Parse(node.Ask("DBSIZE")) > 5);

            nodes[2].Kill();
            pool.Log.WaitFor("-- some sessions are not shared", RunningPool.Timeout);
            int[] statuses = [.. Enumerable.Range(0, 60).Select(i => connection.Get(PoolConnection.Key(i)).Status)];
            statuses.ShouldContain(0);
            statuses.ShouldContain(-2);
            nodes[2].StartAgain();
            connection.AwaitSound();
            connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
        }
        finally
        {
            Array.ForEach(nodes, static node => node.Dispose());
        }
    }

    /// <summary>The lost node is the one that has the list of announcements; it is killed, or it hangs.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Without_one_node_of_a_cluster_the_keys_of_the_others_are_served_and_announced(bool hangs)
    {
        RedisServer[] nodes = [.. Enumerable.Range(0, 3).Select(static _ => new RedisServer(
            "--cluster-enabled", "yes", "--cluster-node-timeout", "1000", "--cluster-require-full-coverage", "no"))];
        try
        {
            RunningCluster.Join(nodes);
            using RunningPool pool = new($"tlspool_server = {nodes[0].Address} {nodes[1].Address} {nodes[2].Address}");
            using PoolConnection connection = pool.ConnectWhenReachable();
            pool.AwaitUse();
            string[] keys = [.. Enumerable.Range(0, 60).Select(static i => PoolConnection.Key(i))];
            Array.ForEach(keys, key => connection.Put(key, "session").ShouldBe(0));
            RedisServer lost = nodes.Single(static node => node.Ask("EXISTS", "tlspool:7:smtpd:recent") is "0" or "1");
            string lostKeys = lost.Ask("KEYS", "tlspool:7:smtpd:*");
            string[] others = [.. keys.Where(key => !lostKeys.Contains(key, StringComparison.Ordinal))];
            others.Length.ShouldBeInRange(20, 55);

            (hangs ? (Action)lost.Stop : lost.Kill)();
            Await(() => connection.State()["fault"] == $"node 127.0.0.1:{lost.Port} is lost");

            // The library reads the topology anew, and fails all keys for a second when it loses a connection. Otherwise
            // the others are found, and what is lost fails at once, not after half a second for each key.
            int rounds = 0;
            Await(() =>
            {
                long start = Stopwatch.GetTimestamp();
                bool isRight = Array.TrueForAll(
                    keys, key => connection.Get(key).Status == (others.Contains(key) ? 0 : -2));
                return isRight && Stopwatch.GetElapsedTime(start).TotalSeconds < 1 && ++rounds == 20;
            });
            connection.Follow(7).ShouldBe(0);
            if (!hangs)
            {
                // The library loses the connection to one that hangs only later.
                Array.ForEach(others, key => connection.Put(key, "newer").ShouldBe(0));
                connection.AwaitKnown(others);
            }

            (hangs ? (Action)lost.Continue : lost.StartAgain)();
            connection.AwaitSound();
            Array.ForEach(keys, key => Await(() => connection.Put(key, "newest") == 0));
            if (!hangs)
            {
                connection.AwaitKnown(keys);
            }
        }
        finally
        {
            Array.ForEach(nodes, static node => node.Dispose());
        }
    }

    [Fact]
    public void A_Unix_socket_is_found_in_the_jail()
    {
        using DaemonDirectories directories = new() { Program = "tlspool" };
        string path = Path.Combine(directories.Queue, "private", "redis");
        using RedisServer server = new("--unixsocket", path, "--unixsocketperm", "777");
        RunningPool pool = new(directories, $"tlspool_server = unix:{path}");
        using (PoolConnection connection = pool.ConnectWhenReachable())
        {
            connection.Put(PoolConnection.Key(1), "session").ShouldBe(0);
            connection.State()["server"].ShouldBe($"unix:{path}");
        }

        server.Ask("EXISTS", $"tlspool:{PoolConnection.Key(1)}").ShouldBe("1");
        pool.Master.Dispose();
        pool.Log.Dispose();
    }

    [Fact]
    public void A_prefix_separates_pools_in_one_server()
    {
        using RedisServer server = new();
        using RunningPool one = new($"tlspool_server = {server.Address}", "tlspool_prefix = one");
        using RunningPool two = new($"tlspool_server = {server.Address}", "tlspool_prefix = two");
        using PoolConnection first = one.ConnectWhenReachable();
        using PoolConnection second = two.ConnectWhenReachable();

        first.Put(PoolConnection.Key(1), "session").ShouldBe(0);

        second.Get(PoolConnection.Key(1)).Status.ShouldBe(-1);
        server.Ask("EXISTS", $"one:{PoolConnection.Key(1)}").ShouldBe("1");
    }

    /// <summary>Stores until it succeeds; returns the time that took.</summary>
    private static TimeSpan AwaitStored(PoolConnection connection, int number)
    {
        long start = Stopwatch.GetTimestamp();
        while (connection.Put(PoolConnection.Key(number), "session") != 0)
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(RunningPool.Timeout);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    private static void Await(Func<bool> isTrue)
    {
        long start = Stopwatch.GetTimestamp();
        while (!isTrue())
        {
            Stopwatch.GetElapsedTime(start).ShouldBeLessThan(RunningPool.Timeout);
        }
    }
}
