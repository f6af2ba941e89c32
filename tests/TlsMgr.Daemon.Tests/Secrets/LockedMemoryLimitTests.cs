using System;
using System.Globalization;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Daemon.Tests.Faults;
using Xunit;

namespace TlsMgr.Daemon.Tests.Secrets;

/// <summary>Memory for secrets is locked also where the system's soft limit is small.</summary>
[Trait("Needs", "root")]
public sealed class LockedMemoryLimitTests
{
    private const int SmallKibibytes = 64;

    [Fact]
    public void The_soft_limit_of_locked_memory_is_raised()
    {
        using PreparedBinary binary = PreparedBinary.After($"ulimit -S -l {SmallKibibytes}");
        using RunningDaemon daemon = new(options: ["-u", "-c"], binary: binary.Path);
        daemon.Ask("request|seed|size|1||");

        const string Name = "Max locked memory";
        string limit = File.ReadLines($"/proc/{daemon.Master.Process.Id}/limits")
            .Single(line => line.StartsWith(Name, StringComparison.Ordinal))[Name.Length..];
        string soft = limit.Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        long.Parse(soft, CultureInfo.InvariantCulture).ShouldBeGreaterThan(SmallKibibytes * 1024);
        int.Parse(daemon.StatusOf("VmLck").Split(' ')[0], CultureInfo.InvariantCulture)
            .ShouldBeGreaterThan(SmallKibibytes);
    }
}
