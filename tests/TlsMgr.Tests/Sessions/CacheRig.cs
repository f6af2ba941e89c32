// Session caches in a temporary directory, with a manual clock and a recorded log.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Sessions;
using TlsMgr.Testing;

namespace TlsMgr.Tests.Sessions;

internal sealed class CacheRig : ILogTarget, IDisposable
{
    public CacheRig()
    {
        Timers = new TimerQueue(Clock);
        Log.ReplaceTargets(this);
        Context = new SessionCacheContext(Log, Clock, Timers)
        {
            DefaultType = "btree",
            BootId = FirstBoot,
            Wait = Waits.Add,
        };
    }

    public const string FirstBoot = "11111111-1111-4111-8111-111111111111";

    public const string SecondBoot = "22222222-2222-4222-8222-222222222222";

    public string Root { get; } = Directory.CreateTempSubdirectory("tlsmgr-sessions-").FullName;

    public ManualClock Clock { get; } = new();

    public TimerQueue Timers { get; }

    public Log Log { get; } = new();

    public List<string> Lines { get; } = [];

    public List<int> Waits { get; } = [];

    public SessionCacheContext Context { get; set; }

    public SessionCaches Caches { get; private set; } = null!;

    public SessionCache Smtpd => Caches.Find("smtpd"u8)!;

    public string File => Path.Combine(Root, "smtpd.lmdb");

    public IEnumerable<string> Faults => Lines.Where(line => !line.StartsWith("Info", StringComparison.Ordinal));

    /// <summary>Opens caches and examines their files.</summary>
    public SessionCaches Open(params SessionCacheSettings[] settings)
    {
        OpenWithoutExamination(settings);
        Caches.ExamineAll();
        return Caches;
    }

    /// <summary>Opens caches as the daemon does: their files are examined later.</summary>
    public SessionCaches OpenWithoutExamination(params SessionCacheSettings[] settings) =>
        Caches = SessionCaches.Open(settings, Context);

    public SessionCache OpenSmtpd(int timeoutSeconds = 3600, string logLevel = "0")
    {
        Open(new SessionCacheSettings("smtpd", $"btree:{Root}/smtpd", timeoutSeconds, logLevel));
        return Smtpd;
    }

    public CacheResult StoreTurn(ReadOnlySpan<byte> id, ReadOnlySpan<byte> session)
    {
        CacheResult result = Smtpd.Store(id, session);
        Caches.EndTurn();
        return Smtpd.LastTurnFailed ? CacheResult.Fault : result;
    }

    public byte[]? Find(ReadOnlySpan<byte> id)
    {
        byte[]? found = Smtpd.Lookup(id, out ReadOnlySpan<byte> session) == CacheResult.Done ? session.ToArray() : null;
        Caches.EndTurn();
        return found;
    }

    public int SweepToTheEnd()
    {
        Timers.RunDue();
        int steps = 1;
        while (Caches.SweepStep())
        {
            Caches.EndTurn();
            steps++;
        }

        Caches.EndTurn();
        return steps;
    }

    public void Write(LogSeverity severity, string text) => Lines.Add($"{severity}: {text}");

    public void Dispose()
    {
        Caches?.Dispose();
        Directory.Delete(Root, recursive: true);
    }
}
