using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using Xunit;
using static TlsMgr.Daemon.Tests.Faults.OneSession;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>
/// A large cache file on a slow disk: its examination holds nobody up. The disk becomes fast when a test has seen what
/// happens meanwhile.
/// </summary>
[Trait("Needs", "root")]
public sealed class LargeCacheTests : IDisposable
{
    private const int Sessions = 300;
    private const int Page = 4096;
    private const string SmallStore = "request|update|cache_type|smtp|cache_id|x|session|QUJD||";
    private const string SmallFind = "request|lookup|cache_type|smtp|cache_id|x||";
    private const string DeleteFirst = "request|delete|cache_type|smtpd|cache_id|id-0||";

    private readonly FaultShim _disk = new("slow-read");
    private readonly RunningDaemon _daemon;

    public LargeCacheTests()
    {
        DaemonDirectories directories = FaultRun.MakeDirectories();
        _daemon = new RunningDaemon(directories, ["-u", "-c"], shim: _disk);
        using AttributeClient client = StoreMany(_daemon, Sessions);
        RunningDaemon.Ask(client, SmallStore).ShouldBe(Stored);
        _daemon.HangUp().ShouldBe(0);
        _daemon.Log.TakeTexts();
    }

    public void Dispose()
    {
        _daemon.Dispose();
        _disk.Dispose();
    }

    [Fact]
    public void Everything_else_is_served_while_it_is_examined()
    {
        StartOnSlowDisk();

        _daemon.Ask("request|seed|size|32||").ShouldStartWith("status|0|seed|");
        _daemon.Ask("request|tktkey|keyname|||").ShouldStartWith("status|0|keybuf|");
        _daemon.Ask(Policy).ShouldBe(Cachable, "clients ask once and keep the reply");
        _daemon.Ask(SmallFind).ShouldBe(Found, "the small cache is ready");
        _daemon.Ask(Lookup(0)).ShouldBe(NotFound);
        Control("stats").ShouldContain("examining");
        Control("list", "smtpd").ShouldBe("the smtpd cache is being examined -- try again later\n");
        Control("flush", "smtpd").ShouldBe("the smtpd cache is being examined -- try again later\n");
        _disk.FailedCalls.ShouldBeInRange(1, 130, "of some 170 reads: the large one is not ready");

        _disk.IsOn = false;
        WaitUntilFound();
        foreach (int i in Enumerable.Range(0, Sessions))
        {
            _daemon.Ask(Lookup(i)).ShouldStartWith("status|0|");
        }

        Control("stats").ShouldNotContain("examining");

        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void What_is_stored_and_deleted_meanwhile_is_not_lost()
    {
        StartOnSlowDisk();

        _daemon.Ask(Store).ShouldBe(Refused, "nothing is promised to a client that waits for too long");
        _daemon.Ask(DeleteFirst).ShouldBe(Refused);
        _daemon.Ask(Find).ShouldBe(NotFound);
        _disk.IsOn = false;
        WaitUntilFound();

        _daemon.Ask(Find).ShouldBe(Found);
        _daemon.Ask(Lookup(0)).ShouldBe(NotFound);
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void The_reply_to_a_change_waits_for_a_moment()
    {
        StartOnSlowDisk();
        using AttributeClient client = _daemon.Connect();
        client.ReadList();

        // Behind it, on the same connection, nothing is served before.
        client.SendBytes(RunningDaemon.Bytes(Store + Find));
        _daemon.Ask(Lookup(0)).ShouldBe(NotFound);
        _disk.IsOn = false;

        // On a machine that stops for a quarter of a second the first reply is a refusal.
        RunningDaemon.Text(client.ReadList()).ShouldBeOneOf(Stored, Refused);
        WaitUntilFound();
        _daemon.Ask(Find).ShouldBe(Found);
    }

    [Fact]
    public void Damage_that_is_found_then_empties_that_cache_alone()
    {
        byte[] file = File.ReadAllBytes(_daemon.CacheFile);
        file.AsSpan((file.Length / Page / 2 * Page) + 10, 2).Fill(0xa5);
        File.WriteAllBytes(_daemon.CacheFile, file);
        StartOnSlowDisk();

        _daemon.Ask(Store).ShouldBe(Refused);
        _daemon.Ask(Policy).ShouldBe(Cachable);
        _daemon.Log.TakeTexts().ShouldBeEmpty();
        _disk.IsOn = false;

        string warning = $"warning: {_daemon.CacheFile}: it is damaged, or not an LMDB file -- starting with an empty cache";
        _daemon.Log.WaitFor("damaged", PublishedBinary.Timeout).ShouldBe([warning]);
        _daemon.Ask(Find).ShouldBe(Found);
        _daemon.Ask(Lookup(1)).ShouldBe(NotFound);
        _daemon.Ask(SmallFind).ShouldBe(Found);
        _daemon.HangUp().ShouldBe(0);
        _daemon.StartAgain();
        _daemon.Ask(Find).ShouldBe(Found, "the file is sound again");
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_daemon_that_ends_meanwhile_leaves_the_sessions(bool isKilled)
    {
        StartOnSlowDisk();
        _daemon.Ask(Lookup(0)).ShouldBe(NotFound);
        if (isKilled)
        {
            _daemon.Kill();
        }
        else
        {
            _daemon.HangUp().ShouldBe(0);
        }

        _disk.IsOn = false;
        _daemon.StartAgain();
        WaitUntilFound();
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    private string Control(params string[] arguments) => CommandOutput.Of(
        PublishedBinary.Control, [arguments[0], "-c", _daemon.Directories.Config, .. arguments[1..]]).Output;

    private static string Lookup(int number) => $"request|lookup|cache_type|smtpd|cache_id|id-{number}||";

    private void StartOnSlowDisk()
    {
        // Touched since the previous process released it: every page is read.
        File.SetLastWriteTimeUtc(_daemon.CacheFile, DateTime.UnixEpoch);
        _disk.IsOn = true;
        _daemon.Master.StartAgain();
    }

    /// <summary>Asks until the large cache finds its sessions; every turn of the daemon examines some more.</summary>
    private void WaitUntilFound()
    {
        DateTime end = DateTime.UtcNow + PublishedBinary.Timeout;
        while (!_daemon.Ask(Lookup(Sessions - 1)).StartsWith("status|0|", StringComparison.Ordinal))
        {
            DateTime.UtcNow.ShouldBeLessThan(end, "the cache does not become ready");
        }
    }
}
