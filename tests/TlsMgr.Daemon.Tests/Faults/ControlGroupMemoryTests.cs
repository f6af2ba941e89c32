using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// The memory limit of a control group, which the kernel enforces by killing: clients that take memory are bounded, and
/// others are served.
/// </summary>
[Trait("Needs", "root")]
[Trait("Traced", "not")]
public sealed class ControlGroupMemoryTests
{
    private const int LimitBytes = 16_000_000;
    private const int Clients = 240;
    private const string Seed = "request|seed|size|32||";
    private const string Lookup = "request|lookup|cache_type|smtpd|cache_id|x||";

    [Fact]
    public void Unfinished_requests_do_not_get_the_daemon_killed() =>
        ShouldSurvive("request|lookup|cache_type|smtpd|cache_id|" + new string('x', 60_000));

    [Fact]
    public void Unread_replies_do_not_get_the_daemon_killed() =>
        ShouldSurvive(string.Concat(Enumerable.Repeat(Lookup, 200)));

    [Fact]
    public void Large_requests_do_not_get_the_daemon_killed() =>
        ShouldSurvive("request|lookup|cache_type|smtpd|cache_id|" + new string('x', 1_900_000));

    private static void ShouldSurvive(string text)
    {
        using MemoryGroup? group = MemoryGroup.TryCreate(LimitBytes);
        Assert.SkipWhen(group is null, "no control group of version 1 can be made here");
        using PreparedBinary binary = PreparedBinary.After(group.Enter);
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"], binary: binary.Path);
        string session = Convert.ToBase64String(new byte[6000]);
        daemon.Ask($"request|update|cache_type|smtpd|cache_id|x|session|{session}||").ShouldBe("status|0||");
        List<AttributeClient> clients = [];
        try
        {
            for (int i = 0; i < Clients; i++)
            {
                clients.Add(daemon.Connect());
                Send(clients[i], text);
            }

            daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
            daemon.Master.Process.WaitForExit(TimeSpan.Zero).ShouldBeNull();
            group.UsedBytes.ShouldBeLessThan(LimitBytes);
        }
        finally
        {
            clients.ForEach(client => client.Dispose());
        }

        daemon.Ask(Seed).ShouldStartWith("status|0|seed|");
        daemon.HangUp().ShouldBe(0);
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
