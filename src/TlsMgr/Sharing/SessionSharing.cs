// Sessions that hosts of a pool share, as requests and the event loop use them. A session that is not found here is
// asked for, and its lookup waits a moment; what is stored or removed here goes to the pool behind the reply. Nothing
// in this room may fail a request, or delay one of another connection.

using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Protocol;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Sharing;

/// <summary>Shares the sessions of some caches.</summary>
public sealed class SessionSharing : ILinkReceiver, IDisposable
{
    private const int Servers = 0;

    private readonly SharingSettings _settings;
    private readonly TimerQueue _timers;
    private readonly PoolEntries _entries;
    private readonly CacheMarks _marks;
    private readonly SharingHealth _health;
    private readonly ILink _link;
    private readonly PoolLookups _lookups;
    private readonly PoolChanges _changes;
    private readonly PoolServer _server;
    private readonly KnownSessions? _known;

    internal SessionSharing(
        SharingSettings settings, PoolTicketKeys pool, TimerQueue timers, Log log, Func<ILinkReceiver, ILink> connect)
    {
        _settings = settings;
        _timers = timers;
        _marks = new CacheMarks(pool, timers.Clock);
        _entries = new PoolEntries(new SealingKeys(pool), _marks, settings);
        _health = new SharingHealth(timers.Clock, log);
        _link = connect(this);
        _lookups = new PoolLookups(settings, _entries, _link, _health, timers, Counters);
        _changes = new PoolChanges(_link, timers, Counters);
        _changes.RemovalLost += Withdraw;
        _entries.TryMoveTo(Now);
        _known = Find(Servers) is null ? null : new KnownSessions(timers.Clock, _entries.LifeSeconds);
        _server = new PoolServer(_link, timers, _known);
        foreach (SharedCacheSettings cache in Caches)
        {
            _marks.Begin(cache.Cache.Index, cache.Trust, Now);
        }
    }

    /// <summary>What happened.</summary>
    public CounterSet<SharingEvent> Counters { get; } = new();

    /// <summary>Why sessions are not shared now; empty when they are.</summary>
    public string Fault => _entries.Fault.Length > 0 ? _entries.Fault : _health.Fault;

    /// <summary>What tlspool says of itself and its server.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ServerFacts => _server.Facts;

    /// <summary>The caches that are shared, and why one is not.</summary>
    public IEnumerable<SharedCacheSettings> Caches => _settings.Caches.OfType<SharedCacheSettings>();

    /// <summary>The numbers of the present.</summary>
    public IEnumerable<KeyValuePair<string, long>> Figures =>
    [
        new("queued", _changes.Count), new("waiting", _lookups.Waiting), new("breaker", _lookups.IsBroken ? 1 : 0),
        new("connected", _server.IsConnected ? 1 : 0), new("reachable", _server.IsReachable ? 1 : 0),
    ];

    private long Now => _timers.Clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>Begins to share, and connects to tlspool.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="pool">The pool.</param>
    /// <param name="loop">The event loop.</param>
    /// <param name="log">The log.</param>
    public static SessionSharing Start(SharingSettings settings, PoolTicketKeys pool, EventLoop loop, Log log)
    {
        LinkConnection? connection = null;
        SessionSharing sharing = new(
            settings, pool, loop.Timers, log, receiver => connection = new LinkConnection(loop, receiver));
        connection!.Opened += sharing.OnConnected;
        connection.Failed += sharing.OnDisconnected;
        sharing.Watch();
        connection.Open();
        return sharing;
    }

    /// <summary>Uses all cryptography once, before the jail, in which nothing can be loaded.</summary>
    public static void LoadCryptography() => PoolEntries.Load();

    /// <summary>Asks the pool for a session that is not found here.</summary>
    /// <returns>A deferred reply, when the lookup may wait; 0 when it may not.</returns>
    internal int Ask(SessionCache cache, ReadOnlySpan<byte> id)
    {
        if (Find(cache.Index) is null || !cache.IsReady || !_server.IsOpen
            || _entries.Find(cache.Index, id, Now) is not { } place || _changes.Contains(place.Name))
        {
            return 0;
        }

        FollowGeneration();
        if (cache.Index == Servers && !_known!.MayContain(place.Name.First))
        {
            Counters.Count(SharingEvent.Filtered);
            return 0;
        }

        return _lookups.Ask(place, id);
    }

    /// <summary>A session was stored here.</summary>
    internal void Stored(SessionCache cache, ReadOnlySpan<byte> id, ReadOnlySpan<byte> session)
    {
        if (Find(cache.Index) is null || _entries.Find(cache.Index, id, Now) is not { } place)
        {
            return;
        }

        _lookups.Overtake(place.Name, isStored: true);
        bool isLeftOut = session.Length > SharingLimits.SessionBytes
            || (cache.Index == Servers && !_settings.SharesTls13OfServers && TlsSessionVersion.IsTls13(session));
        if (!isLeftOut && _entries.Seal(cache.Index, id, session, Now, out long expires) is { } entry)
        {
            Counters.Count(SharingEvent.Sealed);
            _changes.Put(place, entry, expires);
        }
    }

    /// <summary>A session was removed here, if there was one.</summary>
    internal void Removed(SessionCache cache, ReadOnlySpan<byte> id)
    {
        if (Find(cache.Index) is not null && _entries.Find(cache.Index, id, Now) is { } place)
        {
            _lookups.Overtake(place.Name, isStored: false);
            _marks.Withdraw(place.Name, Now, _entries.LongestSeconds);
            _changes.Drop(place, Now + _entries.LongestSeconds);
        }
    }

    /// <summary>All sessions of a cache are being removed here.</summary>
    internal void Flushed(SessionCache cache)
    {
        if (Find(cache.Index) is not null)
        {
            Withdraw(cache.Index);
        }
    }

    /// <summary>Holds the reply of a lookup, if the connection has credit; otherwise it is written at once.</summary>
    internal void Hold(int deferred, ReplyHold hold) => _lookups.Hold(deferred, hold);

    /// <summary>Frees the place of a client that has hung up.</summary>
    internal void GiveUp(int deferred) => _lookups.GiveUp(deferred);

    /// <summary>Whether the reply of a lookup can be written: then its place is free.</summary>
    /// <param name="deferred">The deferred reply.</param>
    /// <param name="isStored">Whether the session is in the local cache.</param>
    /// <param name="cache">The index of the cache.</param>
    /// <param name="id">The cache id.</param>
    internal bool TryEnd(int deferred, out bool isStored, out int cache, out byte[] id) =>
        _lookups.TryEnd(deferred, out isStored, out cache, out id);

    /// <summary>Sends what a turn of the event loop wrote for the pool; called after its replies were sent.</summary>
    internal void EndTurn() => _link.EndTurn();

    /// <summary>At the end of the process: whoever waits gets a reply, and removals are not forgotten.</summary>
    internal void End()
    {
        _lookups.EndAll(isLost: false);
        _changes.Send();
        _link.EndTurn();
        foreach (int cache in _changes.UnsentRemovals().ToArray())
        {
            _marks.Withdraw(cache, Now);
        }
    }

    /// <summary>Starts to check tlspool every few seconds.</summary>
    internal void Watch() => _server.Watch();

    /// <summary>Takes note of the greeting of tlspool, which reports next whether its server answers.</summary>
    internal void OnConnected()
    {
        _server.Connect();
        FollowGeneration();
    }

    /// <summary>Takes note that tlspool cannot be asked.</summary>
    internal void OnDisconnected(string reason)
    {
        bool wasConnected = _server.IsConnected;
        _server.Disconnect();
        _changes.IsOpen = false;
        if (!wasConnected)
        {
            _health.Fail(reason);
            return;
        }

        _lookups.EndAll(isLost: true);
        _changes.Disconnected();

        // At a reload, tlspool may end just before this process does: no fault.
        _timers.Schedule(TimeSpan.FromMilliseconds(SharingLimits.ReloadMilliseconds), () =>
        {
            if (!_server.IsConnected)
            {
                _health.Fail(reason);
            }
        });
    }

    ReplyKind ILinkReceiver.KindOf(int number) =>
        _lookups.Awaits(number) ? ReplyKind.Value
        : _changes.Awaits(number) ? ReplyKind.Plain
        : _server.KindOf(number);

    void ILinkReceiver.OnReply(int number, PoolReplyStatus status, ReadOnlySpan<byte> value)
    {
        if (_server.TryTakeReply(number))
        {
            return;
        }

        if (!_lookups.TryTakeAnswer(number, status, value))
        {
            _changes.OnReply(number, status);
        }

        if (status == PoolReplyStatus.Failed)
        {
            _health.FailedOnce();
        }
        else
        {
            _health.Succeed();
        }
    }

    void ILinkReceiver.OnFacts(IReadOnlyList<KeyValuePair<string, string>> facts)
    {
        _server.OnFacts(facts);
        FollowGeneration();
        if (_server.IsReachable)
        {
            _health.Succeed();
        }
    }

    void ILinkReceiver.OnKnown(ReadOnlySpan<byte> prefixes) => _server.OnKnown(prefixes);

    void ILinkReceiver.OnReachable(bool isReachable, string reason)
    {
        _server.OnReachable(isReachable);
        _changes.IsOpen = isReachable;
        if (isReachable)
        {
            _health.Succeed();
            _changes.Send();
        }
        else
        {
            _health.Fail(reason.Length > 0 ? reason : "the server does not answer");
            _lookups.EndAll(isLost: false);
        }
    }

    void ILinkReceiver.OnUnexpected() => Counters.Count(SharingEvent.Unexpected);

    /// <summary>Erases all secrets.</summary>
    public void Dispose()
    {
        _link.Dispose();
        _entries.Dispose();
    }

    private SharedCacheSettings? Find(int index) =>
        index < _settings.Caches.Length && _settings.Caches[index] is { Objection.Length: 0 } cache ? cache : null;

    private void Withdraw(int cache)
    {
        _marks.Withdraw(cache, Now);
        _changes.Withdraw(cache);
        _lookups.Overtake(cache);
    }

    private void FollowGeneration()
    {
        if (_entries.TryMoveTo(Now))
        {
            _server.Follow(_entries.Generation, _entries.LifeSeconds);
        }
    }
}
