using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Server;
using TlsMgr.Random;
using TlsMgr.Requests;
using TlsMgr.Sessions;
using TlsMgr.Sharing;
using TlsMgr.Statistics;
using TlsMgr.Testing;
using TlsMgr.Tests.Server;
using TlsMgr.Tickets;
using TlsMgr.Tickets.Pool;

namespace TlsMgr.Tests.Sharing;

/// <summary>One host of a pool: its caches, its service, and its connection to a <see cref="FakePool"/>.</summary>
internal sealed class SharingHost : ILogTarget, IDisposable
{
    internal const int PeriodSeconds = 1800;
    internal const int SkewSeconds = 300;
    internal const int TimeoutSeconds = 3600;
    private const string Pool = "example";
    private const string Boot = "boot";

    /// <summary>A time that is 400 s into its period.</summary>
    internal static readonly DateTimeOffset Start =
        DateTimeOffset.FromUnixTimeSeconds((1_000_000L * PeriodSeconds) + 400);

    private static readonly string[] CacheNames = ["smtpd", "smtp", "lmtp"];

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-sharing-");
    private readonly RandomPool _random;
    private readonly PoolTicketKeys _pool;
    private readonly TicketKeys _keys;

    /// <summary>Starts a host.</summary>
    /// <param name="server">The pool's server.</param>
    /// <param name="stateFile">The state of the pool; it is not copied.</param>
    /// <param name="settings">Changes the settings.</param>
    /// <param name="policy">The pool digest of its caches, made of one byte.</param>
    /// <param name="trust">What its sessions are trusted for.</param>
    /// <param name="ahead">How far its clock is ahead.</param>
    internal SharingHost(
        Dictionary<string, byte[]> server, string stateFile, Func<SharingSettings, SharingSettings>? settings = null,
        byte policy = 1, int trust = 1, int ahead = 0)
    {
        Log.ReplaceTargets(this);
        Clock.SetTimeOfDay(Start.AddSeconds(ahead));
        Timers = new TimerQueue(Clock);
        SessionCacheSettings[] caches = [.. CacheNames.Select(name =>
            new SessionCacheSettings(name, $"btree:{_directory.FullName}/{name}", TimeoutSeconds, "0"))];
        Caches = SessionCaches.Open(caches, new SessionCacheContext(Log, Clock, Timers));
        Caches.ExamineAll();
        _random = new RandomPool(Clock);
        _pool = PoolTicketKeys.Open(
            new PoolTicketSettings(Pool, stateFile, SkewSeconds, 32, "aes-256-cbc", new byte[32])
            {
                BootId = Boot,
                BootSeconds = () => 5000,
                SharesSessions = true,
            },
            Timers, Log);
        _keys = new TicketKeys(new TicketKeyRing(_random, Timers, TimeoutSeconds)) { Pool = _pool };
        byte[] digest = new byte[32];
        digest[0] = policy;
        SharingSettings common = new(900, 25, SkewSeconds)
        {
            Caches = [.. Enumerable.Range(0, 3).Select(index =>
                new SharedCacheSettings(Caches[index], digest, (UInt128)trust))],
        };
        Link = new FakePool(server);
        Sharing = new SessionSharing(
            settings?.Invoke(common) ?? common, _pool, Timers, Log, receiver => Link);
        Sharing.Watch();
        Service = new SharingRequestDispatcher(
            Sharing, _random, _keys, TicketKeyLayout.Current, Caches, announcesProtocol: false, new ServiceCounters(),
            Log, Timers, "tlsmgr socket");
    }

    internal SessionCaches Caches { get; }

    internal SessionSharing Sharing { get; }

    internal FakePool Link { get; }

    internal SharingRequestDispatcher Service { get; }

    internal ManualClock Clock { get; } = new();

    internal TimerQueue Timers { get; }

    internal Log Log { get; } = new();

    internal PoolTicketKeys Keys => _pool;

    internal List<string> Records { get; } = [];

    void ILogTarget.Write(LogSeverity severity, string text) => Records.Add(LogRecord.Prefixed(severity, text));

    /// <summary>Makes the state of a pool.</summary>
    internal static string NewState(string directory)
    {
        string path = Path.Combine(directory, $"state-{Guid.NewGuid():N}");
        using PoolState state = PoolState.Make(
            Pool, new PoolPeriods(PeriodSeconds, SkewSeconds), PoolClockMark.Of(Start.ToUnixTimeSeconds(), 5000, Boot))!;
        PoolStateFile.Create(path, state, UserIdentity.EffectiveUserId, uint.MaxValue);
        return path;
    }

    /// <summary>A copy of a state, for another host.</summary>
    internal static string Copy(string state)
    {
        string path = $"{state}-{Guid.NewGuid():N}";
        File.Copy(state, path);
        return path;
    }

    /// <summary>Connects to tlspool, which answers the first requests.</summary>
    internal SharingHost Connected()
    {
        Link.Connect(Sharing);
        Sharing.OnConnected();
        Link.Answer();
        return this;
    }

    internal HostClient Client() => new(this);

    /// <summary>Sends a request on a connection of its own and returns the reply, which must not be held.</summary>
    internal string Ask(string request)
    {
        using HostClient client = Client();
        return client.Send(request);
    }

    internal void Store(string cache, string id, string session) =>
        StoreBytes(cache, id, Encoding.UTF8.GetBytes(session));

    internal void StoreBytes(string cache, string id, byte[] session) =>
        Ask($"request|update|cache_type|{cache}|cache_id|{id}|session|{Convert.ToBase64String(session)}||");

    internal long Figure(string name) => Sharing.Figures.Single(figure => figure.Key == name).Value;

    internal string Delete(string cache, string id) => Ask($"request|delete|cache_type|{cache}|cache_id|{id}||");

    /// <summary>The request of a lookup.</summary>
    internal static string Lookup(string cache, string id) => $"request|lookup|cache_type|{cache}|cache_id|{id}||";

    /// <summary>The reply with a session.</summary>
    internal static string Found(string session) =>
        $"status|0|session|{Convert.ToBase64String(Encoding.UTF8.GetBytes(session))}||";

    /// <summary>Lets time pass, and runs the timers that are due.</summary>
    internal void Pass(double milliseconds)
    {
        Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
        Timers.RunDue();
        Service.EndTurn();
    }

    internal long Count(SharingEvent counted) => Sharing.Counters[counted];

    public void Dispose()
    {
        Service.Dispose();
        Sharing.Dispose();
        _pool.Dispose();
        _keys.Ring.Dispose();
        Caches.Dispose();
        _random.Dispose();
        _directory.Delete(recursive: true);
    }
}

/// <summary>A client of a host, driven turn by turn.</summary>
/// <param name="host">The host.</param>
internal sealed class HostClient(SharingHost host) : IDisposable
{
    internal const string Held = "(held)";

    private readonly ScriptedClient _client = new(host.Service);

    internal Conversation Conversation => _client.Conversation;

    /// <summary>Sends a request; returns the reply, or <see cref="Held"/>.</summary>
    internal string Send(string request) => _client.Send(request) is { Length: > 0 } reply ? reply : Held;

    /// <summary>The reply so far, after another turn.</summary>
    internal string Turn() => _client.Continue() is { Length: > 0 } reply ? reply : Held;

    public void Dispose() => _client.Dispose();
}
