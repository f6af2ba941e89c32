using System;
using System.IO;
using Shouldly;
using TlsMgr.Testing;
using Xunit;
using static TlsMgr.Daemon.Tests.Faults.OneSession;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A reload with a large cache on a slow disk: the leaf pages of its file are not read again.</summary>
[Trait("Needs", "root")]
public sealed class HandedOverCacheTests : IDisposable
{
    private const int Sessions = 1000;

    // Without the leaf pages, of which there are some seven hundred.
    private const int MostReads = 100;

    private readonly FaultShim _disk = new("slow-read");
    private readonly RunningDaemon _daemon;

    public HandedOverCacheTests()
    {
        // The keys that a user may have in the kernel are few, and other tests use up those of postfix.
        DaemonDirectories directories = new(
            Directory.CreateTempSubdirectory("tlsmgr-test-"),
            ["smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache"], owner: "nobody");
        _daemon = new RunningDaemon(directories, ["-u", "-c"], shim: _disk);
        using AttributeClient client = StoreMany(_daemon, Sessions);
        RunningDaemon.Ask(client, Store).ShouldBe(Stored);
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _disk.Dispose();
    }

    [Fact]
    public void Its_sessions_are_found_after_a_few_reads()
    {
        _daemon.HangUp().ShouldBe(0);
        _disk.IsOn = true;
        _daemon.Master.StartAgain();

        DateTime end = DateTime.UtcNow + PublishedBinary.Timeout;
        while (_daemon.Ask(Find) != Found)
        {
            DateTime.UtcNow.ShouldBeLessThan(end, "the cache does not become ready");
        }

        _disk.FailedCalls.ShouldBeInRange(1, MostReads);
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }
}
