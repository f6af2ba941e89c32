using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Clients that stop, do not read, or are silent do not delay the others.</summary>
[Trait("Needs", "root")]
public sealed class HostileClientTests
{
    private const int ClientsOfAKind = 100;
    private const string StuckText = "timeout on tlsmgr socket while reading input attribute";
    private const string UnreadText = "timeout on tlsmgr socket while writing reply";

    [Fact]
    public void Stuck_and_unread_clients_are_disconnected_silent_ones_stay_and_none_delays_the_others()
    {
        using FaultRun run = FaultRun.Start(null, FaultRun.ShortTimeout);
        run.Serve();
        int descriptors = run.Daemon.Descriptors;
        StoreLargeSession(run);
        List<AttributeClient> hostile = [];
        List<AttributeClient> silent = [];
        for (int i = 0; i < ClientsOfAKind; i++)
        {
            hostile.Add(Stuck(run.Daemon));
            hostile.Add(Unread(run.Daemon));
            silent.Add(run.Daemon.Connect());
        }

        run.Serve();
        int memory = run.Daemon.AnonymousKibibytes;
        string[] texts = [.. WaitForBoth(run)];

        texts.Count(text => text.Contains(StuckText, StringComparison.Ordinal)).ShouldBe(ClientsOfAKind);
        texts.Count(text => text.Contains(UnreadText, StringComparison.Ordinal)).ShouldBe(ClientsOfAKind);
        // The number of the load's connections varies meanwhile.
        run.Daemon.Descriptors.ShouldBeLessThanOrEqualTo(descriptors + ClientsOfAKind + run.Clients);
        silent.ForEach(RequestPolicy);
        memory.ShouldBeLessThan(64 * 1024);
        run.StopLoad();
        hostile.ForEach(client => client.Dispose());
        silent.ForEach(client => client.Dispose());
    }

    [Fact]
    [Trait("Traced", "not")]
    public void The_slowest_percent_of_requests_takes_at_most_twice_as_long_beside_hostile_clients()
    {
        // No hostile client times out during the comparison. The phases alternate, so that a busy machine slows both.
        using FaultRun run = FaultRun.Start(null, "ipc_timeout = 1h");
        StoreLargeSession(run);
        List<double> alone = [];
        List<double> beside = [];
        long requests = FaultRun.Choose(20_000, 4_000);
        for (int round = 0; round < 5; round++)
        {
            run.NextLoad();
            run.Serve(requests);
            alone.Add(run.NextLoad().PercentileMilliseconds(0.99));
            List<AttributeClient> hostile = [];
            for (int i = 0; i < ClientsOfAKind; i++)
            {
                hostile.Add(Stuck(run.Daemon));
                hostile.Add(Unread(run.Daemon));
                hostile.Add(run.Daemon.Connect());
            }

            run.NextLoad();
            run.Serve(requests);
            beside.Add(run.NextLoad().PercentileMilliseconds(0.99));
            hostile.ForEach(client => client.Dispose());
        }

        // Other load on the machine makes some phases slower, and none faster: the minima are compared.
        (beside.Min() / alone.Min()).ShouldBeLessThan(
            FaultRun.Choose(2, 3), $"p99 in ms alone {string.Join(' ', alone)}, beside {string.Join(' ', beside)}");
    }

    [Fact]
    public void An_attribute_of_a_gibibyte_is_limited_logged_and_disconnected()
    {
        using FaultRun run = FaultRun.Start();
        run.Serve();
        int before = run.Daemon.AnonymousKibibytes;
        using AttributeClient client = run.Daemon.Connect();
        client.SendBytes("request\0"u8);
        byte[] part = new byte[1024 * 1024];
        part.AsSpan().Fill((byte)'x');

        int sent = 0;
        Should.Throw<IOException>(() =>
        {
            for (; sent < 1024; sent++)
            {
                client.SendBytes(part);
            }
        });

        sent.ShouldBeLessThan(8, "the connection was closed soon after the limit");
        run.Daemon.Log.WaitFor("is longer than 2097152 bytes -- disconnecting", PublishedBinary.Timeout).Count.ShouldBe(1);
        run.Serve();
        (run.Daemon.AnonymousKibibytes - before).ShouldBeLessThan(16 * 1024);
        run.StopLoad();
    }

    [Fact]
    public void Ten_thousand_attributes_a_session_of_a_mebibyte_and_a_long_id_get_right_replies()
    {
        using FaultRun run = FaultRun.Start();
        string attributes = string.Concat(Enumerable.Range(0, 10_000).Select(i => $"a{i}|{i}|"));
        string id = new('i', 64 * 1024);
        string session = Convert.ToBase64String(new byte[1024 * 1024]);
        for (int i = 0; i < 10; i++)
        {
            run.Daemon.Ask($"request|policy|cache_type|smtpd|{attributes}|").ShouldBe("status|0|cachable|1|timeout|3600||");
            run.Daemon.Ask($"request|update|cache_type|smtp|cache_id|{id}{i}|session|{session}||").ShouldBe("status|0||");
            run.Daemon.Ask($"request|lookup|cache_type|smtp|cache_id|{id}{i}||").ShouldBe($"status|0|session|{session}||");
        }

        run.Serve();
        run.Daemon.AnonymousKibibytes.ShouldBeLessThan(64 * 1024);
        run.StopLoad();
    }

    private static void StoreLargeSession(FaultRun run) => run.Daemon.Ask(
        $"request|update|cache_type|smtpd|cache_id|large|session|{Convert.ToBase64String(new byte[60_000])}||")
        .ShouldBe("status|0||");

    /// <summary>A client that was silent so far is still served.</summary>
    private static void RequestPolicy(AttributeClient client)
    {
        client.ReadList();
        RunningDaemon.Ask(client, OneSession.Policy).ShouldBe(OneSession.Cachable);
    }

    /// <summary>A client that stops in the middle of a value.</summary>
    private static AttributeClient Stuck(RunningDaemon daemon)
    {
        AttributeClient client = daemon.Connect();
        client.SendBytes(RunningDaemon.Bytes("request|update|cache_type|smtpd|cache_id|stuck|session|QUJD"));
        return client;
    }

    /// <summary>A client that requests more than its socket buffers, and reads nothing.</summary>
    private static AttributeClient Unread(RunningDaemon daemon)
    {
        AttributeClient client = daemon.Connect();
        client.SendBytes(RunningDaemon.Bytes(
            string.Concat(Enumerable.Repeat("request|lookup|cache_type|smtpd|cache_id|large||", 20))));
        return client;
    }

    private static IEnumerable<string> WaitForBoth(FaultRun run)
    {
        int stuck = 0;
        int unread = 0;
        while (stuck < ClientsOfAKind || unread < ClientsOfAKind)
        {
            foreach (string text in run.Daemon.Log.WaitFor("timeout on tlsmgr socket", PublishedBinary.Timeout))
            {
                stuck += text.Contains(StuckText, StringComparison.Ordinal) ? 1 : 0;
                unread += text.Contains(UnreadText, StringComparison.Ordinal) ? 1 : 0;
                yield return text;
            }
        }
    }
}
