using System;
using System.Globalization;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A shortage of memory ends when there is memory again, without a restart.</summary>
[Trait("Needs", "root")]
public sealed class MemoryReturnTests
{
    /// <summary>
    /// More than the memory for requests holds without growing, less than the connections made ahead.
    /// </summary>
    private const int Clients = 50;

    [Fact]
    public void After_a_shortage_large_sessions_are_stored_again()
    {
        using RunningDaemon daemon = new(FaultRun.CacheLines, ["-u", "-c"]);
        string session = Convert.ToBase64String(new byte[100_000]);
        string store = $"request|update|cache_type|smtpd|cache_id|x|session|{session}||";
        daemon.Ask(store).ShouldBe("status|0||");
        AttributeClient[] clients = [.. Enumerable.Range(0, Clients).Select(_ => daemon.Connect())];
        Array.ForEach(clients, client => client.ReadList());

        LimitData(daemon, $"{daemon.StatusOf("VmData").Split(' ')[0]}000");
        Array.ForEach(clients, client => client.SendBytes(RunningDaemon.Bytes("request|pol")));
        daemon.Ask("request|seed|size|1||").ShouldStartWith("status|0|seed|");
        Array.ForEach(clients, client => client.Dispose());
        daemon.Ask("request|seed|size|1||").ShouldStartWith("status|0|seed|");
        LimitData(daemon, "unlimited");

        daemon.Ask(store).ShouldBe("status|0||");
        daemon.HangUp().ShouldBe(0);
    }

    /// <summary>Sets RLIMIT_DATA as the daemon's own user: root in a container may lack the right.</summary>
    private static void LimitData(RunningDaemon daemon, string bytes) => CommandOutput.Of(
        "/usr/bin/setpriv", "--reuid=postfix", "--regid=postfix", "--clear-groups", "prlimit",
        string.Create(CultureInfo.InvariantCulture, $"--pid={daemon.Master.Process.Id}"), $"--data={bytes}:unlimited")
        .Status.ShouldBe(0);
}
