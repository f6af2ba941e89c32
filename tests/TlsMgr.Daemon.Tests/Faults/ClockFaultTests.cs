using System;
using System.IO;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;
using Xunit;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>Jumps of the time of day: expired sessions stay expired, keys keep their order, timers run.</summary>
[Trait("Needs", "root")]
public sealed class ClockFaultTests : IDisposable
{
    private const string Key = "request|tktkey|keyname|||";
    private const string NotFound = "status|4294967295|session|||";

    /// <summary>Half of the default of smtpd_tls_session_cache_timeout.</summary>
    private const long HalfLifeSeconds = 1800;

    private static readonly TimeSpan ADay = TimeSpan.FromDays(1);

    private readonly FaultShim _clock = new("clock");
    private readonly FaultRun _run;
    private readonly RunningDaemon _daemon;

    public ClockFaultTests()
    {
        // Sessions may expire; a session that a client once has not found must not come back.
        _run = FaultRun.Start(
            FaultRun.MakeDirectories("tls_random_prng_update_period = 1s", "tls_random_reseed_period = 1s"),
            new LoadSettings { MayForget = true }, shim: _clock);
        _daemon = _run.Daemon;
    }

    public void Dispose()
    {
        _run.Dispose();
        _clock.Dispose();
    }

    [Fact]
    public void After_the_clock_is_set_forward_and_back_no_expired_session_is_served()
    {
        Store("early");
        string first = _daemon.Ask(Key);
        _run.Serve();

        _clock.TimeOfDayShift = ADay;
        Find("early").ShouldBe(NotFound);
        string second = AskManyTimes();
        second.ShouldNotBe(first);
        _daemon.Ask($"request|tktkey|keyname|{NameOf(first)}||").ShouldBe($"status|4294967295|keybuf|{NameOf(first)}||");
        Store("late");
        TimersShouldRun();
        _run.NextLoad().Forgotten.ShouldBeGreaterThan(0);
        _run.Serve();

        _clock.TimeOfDayShift = TimeSpan.Zero;
        Find("early").ShouldBe(NotFound, "it was removed when it expired");
        Find("late").ShouldBe(NotFound, "it was stored a day from now");
        AskManyTimes().ShouldNotBe(second, "its time is a day ahead");
        FindKey(second).ShouldBeTrue("its tickets are a moment old");
        TimersShouldRun();
        _run.NextLoad().Forgotten.ShouldBeGreaterThan(0);
        _run.Serve();
        _run.StopLoad().Forgotten.ShouldBe(0, "all were stored since");
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void After_the_clock_is_set_back_no_session_from_the_future_is_served_and_its_key_only_decrypts()
    {
        Store("early");
        string first = _daemon.Ask(Key);
        _run.Serve();

        _clock.TimeOfDayShift = -ADay;

        Find("early").ShouldBe(NotFound);
        Store("early");
        Find("early").ShouldNotBe(NotFound);
        string second = AskManyTimes();
        second.ShouldNotBe(first);
        FindKey(first).ShouldBeTrue();
        EncryptUntil(second).ShouldBeLessThanOrEqualTo(
            (DateTimeOffset.UtcNow - ADay).ToUnixTimeSeconds() + HalfLifeSeconds);
        TimersShouldRun();
        _run.NextLoad().Forgotten.ShouldBeGreaterThan(0);
        _run.Serve();
        _run.StopLoad().Forgotten.ShouldBe(0);
        _daemon.Log.TakeTexts().ShouldBeEmpty();
    }

    [Fact]
    public void After_a_start_with_the_clock_a_day_ahead_no_expired_session_is_served()
    {
        Store("early");
        _run.Serve();
        _daemon.HangUp().ShouldBe(0);
        _clock.TimeOfDayShift = ADay;
        _daemon.StartAgain();

        Find("early").ShouldBe(NotFound);
        _clock.TimeOfDayShift = TimeSpan.Zero;
        Find("early").ShouldBe(NotFound);
        _run.Serve();
    }

    private void Store(string id) =>
        _daemon.Ask($"request|update|cache_type|smtpd|cache_id|{id}|session|QUJD||").ShouldBe("status|0||");

    private string Find(string id) => _daemon.Ask($"request|lookup|cache_type|smtpd|cache_id|{id}||");

    private string AskManyTimes() =>
        Enumerable.Range(0, 20).Select(_ => _daemon.Ask(Key)).Distinct().ShouldHaveSingleItem();

    /// <summary>Whether the daemon returns a key that was the current one, for decrypting alone.</summary>
    private bool FindKey(string key)
    {
        string reply = _daemon.Ask($"request|tktkey|keyname|{NameOf(key)}||");
        return reply.StartsWith("status|0|", StringComparison.Ordinal) && NameOf(reply) == NameOf(key)
            && EncryptUntil(reply) < EncryptUntil(key);
    }

    /// <summary>The last eight bytes of a key on the wire.</summary>
    private static long EncryptUntil(string reply) =>
        BitConverter.ToInt64(Convert.FromBase64String(reply.Split('|')[3]), 80);

    private static string NameOf(string reply) =>
        Convert.ToBase64String(Convert.FromBase64String(reply.Split('|')[3]).AsSpan(0, 16));

    private void TimersShouldRun()
    {
        using FileSystemWatcher watcher = new(_daemon.Directories.Data, "prng_exch");
        watcher.WaitForChanged(WatcherChangeTypes.Changed, PublishedBinary.Timeout).TimedOut.ShouldBeFalse();
    }
}
