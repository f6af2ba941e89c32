using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>More clients, memory or log records than the system has resources for.</summary>
[Trait("Needs", "root")]
public sealed class OverloadTests
{
    private const string Seed = "request|seed|size|32||";
    private const string Bogus = "warning: bogus cache type \"bogus\" in \"policy\" request";
    private const int Toggle = 12; // SIGUSR2
    private static readonly string[] InJail = ["-u", "-c"];

    [Fact]
    public void Four_thousand_concurrent_clients_are_served()
    {
        const int Clients = 4000;
        using FaultRun run = FaultRun.Start();
        List<AttributeClient> clients = [];
        try
        {
            for (int i = 0; i < Clients; i++)
            {
                clients.Add(run.Daemon.Connect());
            }

            clients.ForEach(ShouldBeServed);
            run.Serve();
            run.Daemon.AnonymousKibibytes.ShouldBeLessThan(64 * 1024);
            run.StopLoad().Reconnects.ShouldBe(0);
            run.Daemon.Log.TakeTexts().ShouldBeEmpty();
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    [Fact]
    public void The_soft_limit_of_descriptors_is_raised_to_the_hard_one()
    {
        using PreparedBinary binary = PreparedBinary.After("ulimit -S -n 64");
        using RunningDaemon daemon = new(options: InJail, binary: binary.Path);
        daemon.Ask(Seed);

        string[] limits = File.ReadLines($"/proc/{daemon.Master.Process.Id}/limits")
            .Single(line => line.StartsWith("Max open files", StringComparison.Ordinal))
            .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        limits[3].ShouldBe(limits[4]);
    }

    [Fact]
    public void Without_descriptors_clients_wait_and_the_daemon_neither_spins_nor_floods_the_log()
    {
        const int Clients = 100;
        using PreparedBinary binary = PreparedBinary.After("ulimit -n 64");
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), binary: binary.Path);
        run.Serve();
        List<AttributeClient> clients = [];
        for (int i = 0; i < Clients; i++)
        {
            clients.Add(run.Daemon.Connect());
        }

        string text = run.Daemon.Log.WaitFor("accept connection: ", PublishedBinary.Timeout).ShouldHaveSingleItem();
        text.ShouldStartWith("warning: accept connection: Too many open files -- ");
        run.Serve();
        run.StopLoad().Reconnects.ShouldBe(0, "connected clients are served");

        // No further warning in the measured time: the daemon retries a few times, and otherwise sleeps.
        TimeSpan measured = TimeSpan.FromSeconds(3);
        TimeSpan before = run.Daemon.ProcessorTime;
        Should.Throw<TimeoutException>(() => run.Daemon.Log.WaitFor("accept connection: ", measured));
        (run.Daemon.ProcessorTime - before).ShouldBeLessThan(measured / 10);

        // The first clients are served and disconnect, which frees descriptors for the others.
        run.NextLoad();
        foreach (AttributeClient client in clients)
        {
            ShouldBeServed(client);
            client.Dispose();
        }

        run.Serve();
        run.Daemon.Log.TakeTexts().ShouldBeEmpty("one warning a minute");
        run.StopLoad();
        run.Daemon.HangUp().ShouldBe(0);
    }

    [Fact]
    public void A_request_without_memory_for_it_closes_its_connection_alone()
    {
        string session = Convert.ToBase64String(new byte[1024 * 1024]);
        string large = $"request|update|cache_type|smtpd|cache_id|x|session|{session}||";
        using PreparedBinary binary = PreparedBinary.WithFault("memory");
        using FaultRun run = FaultRun.Start(FaultRun.MakeDirectories(), binary: binary.Path);
        run.Serve();
        using AttributeClient other = run.Daemon.Connect();
        run.Daemon.Master.Process.Signal(Toggle);

        using (AttributeClient client = run.Daemon.Connect())
        {
            client.ReadList();
            // The daemon may close before it has read the complete request.
            try
            {
                client.SendBytes(RunningDaemon.Bytes(large));
            }
            catch (IOException)
            {
            }

            run.Daemon.Log.WaitFor("disconnecting", PublishedBinary.Timeout).ShouldBe(
                ["warning: memory is scarce while serving tlsmgr socket -- disconnecting"]);
        }

        ShouldBeServed(other);
        run.Serve();
        run.StopLoad().Reconnects.ShouldBe(0);
        run.Daemon.Master.Process.Signal(Toggle);
        run.Daemon.Ask(large).ShouldBe("status|0||");
        run.Daemon.Ask("request|lookup|cache_type|smtpd|cache_id|x||").ShouldBe($"status|0|session|{session}||");
        run.Daemon.HangUp().ShouldBe(0);
    }

    [Fact]
    public void A_log_that_is_not_read_for_long_loses_records_and_delays_no_request()
    {
        // Two records of more than a kilobyte each: more than the daemon holds in memory.
        const int Updates = 1000;
        const int LogWaitMilliseconds = 20;
        const string Lost = " log records were lost";
        string id = new('x', 1000);
        using RunningDaemon daemon = new([FaultRun.CacheLines[0], "smtpd_tls_loglevel = 2"], InJail);
        using AttributeClient client = daemon.Connect();
        client.ReadList();
        System.Diagnostics.Stopwatch time = System.Diagnostics.Stopwatch.StartNew();
        for (int i = 0; i < Updates; i++)
        {
            RunningDaemon.Ask(client, $"request|update|cache_type|smtpd|cache_id|{id}{i}|session|QUJD||")
                .ShouldBe("status|0||");
        }

        // Waiting for each of the lost ones would take longer.
        time.ElapsedMilliseconds.ShouldBeLessThan(Updates * LogWaitMilliseconds / 2);
        List<string> texts = [];
        while (!texts.Exists(text => text.EndsWith(Lost, StringComparison.Ordinal)) && time.Elapsed < PublishedBinary.Timeout)
        {
            RunningDaemon.Ask(client, "request|policy|cache_type|bogus||").ShouldStartWith("status|4294967294|");
            texts.AddRange(daemon.Log.TakeTexts());
        }

        string loss = texts.Single(text => text.EndsWith(Lost, StringComparison.Ordinal));
        int.Parse(loss["warning: ".Length..^Lost.Length], CultureInfo.InvariantCulture).ShouldBeInRange(1, 2 * Updates);
        texts.Count(text => text.Contains(id, StringComparison.Ordinal)).ShouldBeGreaterThan(Updates / 2);
    }

    [Fact]
    public void A_removed_log_socket_delays_no_request_and_is_used_when_it_is_back()
    {
        using RunningDaemon daemon = new(options: InJail);
        daemon.Ask(Seed);
        daemon.Log.Dispose();
        File.Delete(daemon.Directories.PostlogSocket);

        for (int i = 0; i < 100; i++)
        {
            daemon.Ask("request|policy|cache_type|bogus||").ShouldStartWith("status|4294967294|");
            daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        }

        using PostlogSocket recreated = new(daemon.Directories.PostlogSocket);
        daemon.Ask("request|policy|cache_type|bogus||");
        recreated.TakeTexts().ShouldBe([Bogus, "warning: 100 log records were lost"]);
        daemon.HangUp().ShouldBe(0);
    }

    private static void ShouldBeServed(AttributeClient client)
    {
        client.ReadList();
        RunningDaemon.Ask(client, Seed).ShouldStartWith("status|0|seed|");
    }
}
