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

/// <summary>
/// Clients with unread replies or incomplete requests take bounded memory, for any number of clients.
/// </summary>
[Trait("Needs", "root")]
public sealed class HoardingClientTests
{
    /// <summary>The memory for all clients above which large messages are refused, and its maximum.</summary>
    private const int SoftLimitKibibytes = 64 * 1024;
    private const int HardLimitKibibytes = 2 * SoftLimitKibibytes;

    /// <summary>The memory of a connection itself.</summary>
    private const int ConnectionKibibytes = 4;
    private const string ScarceText = "warning: memory is scarce while serving tlsmgr socket -- disconnecting";
    private const string Lookup = "request|lookup|cache_type|smtpd|cache_id|large||";

    [Fact]
    public void Large_unread_replies_take_bounded_memory()
    {
        string session = Convert.ToBase64String(new byte[1024 * 1024]);
        using FaultRun run = FaultRun.Start();
        run.Daemon.Ask($"request|update|cache_type|smtpd|cache_id|large|session|{session}||").ShouldBe("status|0||");

        ShouldBeBounded(run, FaultRun.Choose(2000, 300), Lookup, SoftLimitKibibytes);
    }

    [Fact]
    public void Unread_replies_of_usual_size_take_bounded_memory()
    {
        string session = Convert.ToBase64String(new byte[36_000]);
        using FaultRun run = FaultRun.Start();
        run.Daemon.Ask($"request|update|cache_type|smtpd|cache_id|large|session|{session}||").ShouldBe("status|0||");

        // A socket buffers some 200,000 bytes: four replies. The daemon prepares two more before it waits.
        ShouldBeBounded(run, 4000, string.Concat(Enumerable.Repeat(Lookup, 10)), HardLimitKibibytes);
    }

    [Fact]
    public void Incomplete_requests_take_bounded_memory()
    {
        using FaultRun run = FaultRun.Start();

        string text = "request|update|cache_type|smtpd|cache_id|" + new string('x', 60_000);
        ShouldBeBounded(run, 4000, text, HardLimitKibibytes);
    }

    /// <summary>
    /// Many clients send the same text and wait, beside a load that must be served without interruption.
    /// </summary>
    private static void ShouldBeBounded(FaultRun run, int count, string text, int boundKibibytes)
    {
        long start = Stopwatch.GetTimestamp();
        List<AttributeClient> clients = [];
        try
        {
            for (int i = 0; i < count; i++)
            {
                clients.Add(run.Daemon.Connect());
                Send(clients[i], text);
            }

            run.Serve();
            run.Daemon.AnonymousKibibytes.ShouldBeLessThan(
                boundKibibytes + FaultRun.MaximumMemoryKibibytes + (count * ConnectionKibibytes));
            LoadReport report = run.StopLoad();
            report.Reconnects.ShouldBe(0, "no other client lost its connection");
            IReadOnlyList<string> texts = run.WaitForLog(ScarceText, count: 1);
            texts.Distinct().ShouldBe([ScarceText]);
            texts.Count.ShouldBeLessThanOrEqualTo(1 + (int)Stopwatch.GetElapsedTime(start).TotalMinutes);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }
    }

    /// <summary>Sends a text; the daemon may close the connection before it has read all of it.</summary>
    private static void Send(AttributeClient client, string text)
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
