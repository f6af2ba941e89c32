using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Clients that make the daemon keep much for them take a bounded share of memory, however many they are.</summary>
[Trait("Needs", "root")]
public sealed class HoardingClientTests
{
    /// <summary>What the daemon keeps for all clients before it refuses what is large, and the most that it keeps.</summary>
    private const int PlentyKibibytes = 64 * 1024;
    private const int MostKibibytes = 2 * PlentyKibibytes;

    /// <summary>What a connection costs by itself.</summary>
    private const int ConnectionKibibytes = 4;
    private const string ScarceText = "warning: memory is scarce while serving tlsmgr socket -- disconnecting";
    private const string Lookup = "request|lookup|cache_type|smtpd|cache_id|large||";

    [Fact]
    public void Large_replies_that_nobody_reads_take_a_bounded_share_of_memory()
    {
        string session = Convert.ToBase64String(new byte[1024 * 1024]);
        using FaultRun run = FaultRun.Start();
        run.Daemon.Ask($"request|update|cache_type|smtpd|cache_id|large|session|{session}||").ShouldBe("status|0||");

        Hoard(run, FaultRun.Choose(2000, 300), Lookup, PlentyKibibytes);
    }

    [Fact]
    public void Replies_of_usual_size_that_nobody_reads_take_a_bounded_share_of_memory()
    {
        string session = Convert.ToBase64String(new byte[36_000]);
        using FaultRun run = FaultRun.Start();
        run.Daemon.Ask($"request|update|cache_type|smtpd|cache_id|large|session|{session}||").ShouldBe("status|0||");

        // A socket holds some two hundred thousand bytes: four replies. The daemon writes the next two before it waits.
        Hoard(run, 4000, string.Concat(Enumerable.Repeat(Lookup, 10)), MostKibibytes);
    }

    [Fact]
    public void Requests_that_nobody_ends_take_a_bounded_share_of_memory()
    {
        using FaultRun run = FaultRun.Start();

        Hoard(run, 4000, "request|update|cache_type|smtpd|cache_id|" + new string('x', 60_000), MostKibibytes);
    }

    /// <summary>Lets many clients say the same and wait, beside a load that must be served as if they were not there.</summary>
    private static void Hoard(FaultRun run, int clients, string text, int boundKibibytes)
    {
        long start = Stopwatch.GetTimestamp();
        List<AttributeClient> hoarders = [];
        try
        {
            for (int i = 0; i < clients; i++)
            {
                hoarders.Add(run.Daemon.Connect());
                Say(hoarders[i], text);
            }

            run.Serve();
            run.Daemon.AnonymousKibibytes.ShouldBeLessThan(
                boundKibibytes + FaultRun.MostMemoryKibibytes + (clients * ConnectionKibibytes));
            LoadReport report = run.StopLoad();
            report.Reconnects.ShouldBe(0, "none of the others lost its connection");
            IReadOnlyList<string> texts = run.WaitForLog(ScarceText, count: 1);
            texts.Distinct().ShouldBe([ScarceText]);
            texts.Count.ShouldBeLessThanOrEqualTo(1 + (int)Stopwatch.GetElapsedTime(start).TotalMinutes);
        }
        finally
        {
            hoarders.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Says something; the daemon may close before it has read all.</summary>
    private static void Say(AttributeClient client, string text)
    {
        try
        {
            client.SendBytes(RunningDaemon.Bytes(text));
        }
        catch (IOException)
        {
        }
    }
}
