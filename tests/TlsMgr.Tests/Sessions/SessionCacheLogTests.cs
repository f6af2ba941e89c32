using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Text.RegularExpressions;
using Shouldly;
using TlsMgr.Sessions;
using TlsMgr.Testing;
using Xunit;

namespace TlsMgr.Tests.Sessions;

public sealed class SessionCacheLogTests : IDisposable
{
    private readonly CacheRig _rig = new();

    public void Dispose() => _rig.Dispose();

    public static TheoryData<string, string> Levels()
    {
        TheoryData<string, string> levels = [];
        foreach (string line in FixtureFile.ReadLines(RepositoryRoot.Fixture("sessions", "loglevel-3.7.txt")))
        {
            int end = line.LastIndexOf('|');
            levels.Add(line[1..end], line[(end + 2)..]);
        }

        return levels;
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Levels_enable_logging_as_recorded(string level, string recorded)
    {
        _rig.OpenSmtpd(logLevel: level);

        string open = $"Info: open smtpd TLS cache btree:{_rig.Root}/smtpd";
        string[] expected = recorded switch
        {
            "on" => [open],
            "off" => [],
            _ => [$"Warning: unknown smtpd_tls_loglevel value \"{recorded[8..]}\" in \"{level}\""],
        };
        _rig.Lines.ShouldBe(expected);
        _rig.Smtpd.IsAvailable.ShouldBeTrue();
    }

    [Fact]
    public void Operations_return_and_log_as_recorded()
    {
        _rig.OpenSmtpd(logLevel: "2");
        long time = _rig.Clock.GetUtcNow().ToUnixTimeSeconds();
        string[] recorded = [.. FixtureFile.ReadLines(RepositoryRoot.Fixture("sessions", "cache-log-3.7.txt"))];
        List<string> replayed = [];
        foreach (string request in recorded.Where(line => line.StartsWith('>')))
        {
            _rig.Lines.Clear();
            string[] parts = request.Split('|');
            byte[] id = Encoding.UTF8.GetBytes(parts[1]);
            CacheResult result = parts[0].Trim() switch
            {
                "> lookup" => _rig.Smtpd.Lookup(id, out _),
                "> update" => _rig.Smtpd.Store(id, Convert.FromBase64String(parts[3])),
                _ => _rig.Smtpd.Delete(id),
            };
            _rig.Caches.EndTurn();
            replayed.Add(request);
            replayed.Add(result == CacheResult.Done ? "< 0" : "< 4294967295");
            replayed.AddRange(_rig.Lines.Select(line => line["Info: ".Length..].Replace($"time={time}", "time=T")));
        }

        replayed.Count.ShouldBeGreaterThan(30);
        replayed.ShouldBe(recorded);
    }

    [Fact]
    public void Expired_sessions_are_handled_and_logged_as_recorded()
    {
        SessionCache cache = _rig.OpenSmtpd(timeoutSeconds: 120, logLevel: "2");
        byte[] session = "hello"u8.ToArray();
        cache.Store("early"u8, session);
        _rig.Clock.Advance(TimeSpan.FromSeconds(60));
        cache.Store("A"u8, session);
        cache.Store("A2"u8, session);
        _rig.Clock.Advance(TimeSpan.FromSeconds(124));
        _rig.Lines.Clear();

        cache.Lookup("A"u8, out _).ShouldBe(CacheResult.NotFound);
        cache.Lookup("A"u8, out _).ShouldBe(CacheResult.NotFound);
        cache.Delete("A2"u8).ShouldBe(CacheResult.Done);
        cache.Lookup("A2"u8, out _).ShouldBe(CacheResult.NotFound);
        cache.Lookup("early"u8, out _).ShouldBe(CacheResult.NotFound);

        _rig.Lines.Select(line => Regex.Replace(line["Info: ".Length..], "time=[0-9]+", "time=T"))
            .ShouldBe(FixtureFile.ReadLines(RepositoryRoot.Fixture("sessions", "expiry-log-3.7.txt")));
    }

    [Fact]
    public void Unprintable_bytes_are_logged_as_question_marks()
    {
        _rig.OpenSmtpd(logLevel: "cache");
        _rig.Smtpd.Lookup([.. "caf\u00e9"u8, 1, 0x7f, 0xff], out _);

        _rig.Lines[^1].ShouldBe("Info: lookup smtpd session id=caf\u00e9???");
    }

    [Fact]
    public void The_start_of_a_sweep_is_logged_with_the_operations()
    {
        _rig.OpenSmtpd(logLevel: "2");
        _rig.Lines.Clear();
        _rig.Timers.RunDue();

        _rig.Lines.ShouldBe(["Info: tlsmgr_cache_run_event: start TLS smtpd session cache cleanup"]);
    }
}
