// Sessions that hosts of a pool share, as requests and the event loop use them. A session that is not found here is
// asked for, and its lookup waits a moment; what is stored or removed here goes to the pool behind the reply. Nothing in
// this room may fail a request, or delay one of another connection.

using System;
using System.Buffers.Binary;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Server;
using TlsMgr.Sessions;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr.Sharing;

/// <summary>Shares the sessions of some caches.</summary>
public sealed class SessionSharing : ILinkReceiver, IDisposable
{
    private const int Servers = 0;
    private const int PrefixBytes = sizeof(ulong);

    private readonly SharingSettings _settings;
    private readonly TimerQueue _timers;
    private readonly PoolEntries _entries;
    private readonly CacheMarks _marks;
    private readonly HeldLookups _held;
    private readonly AskedSessions _asked;
    private readonly MissMemory _misses;
    private readonly Breaker _breaker;
    private readonly SharingHealth _health;
    private readonly ILink _link;
    private readonly PoolChanges _changes;
    private readonly KnownSessions? _known;
    private IReadOnlyList<KeyValuePair<string, string>> _facts = [];
    private bool _isConnected;
    private bool _isReachable;
    private int _stateNumber;
    private int _followNumber;
    private uint _followed;
    private int _unansweredState;

    internal SessionSharing(
        SharingSettings settings, PoolTicketKeys pool, TimerQueue timers, Log log, Func<ILinkReceiver, ILink> connect)
    {
        _settings = settings;
        _timers = timers;
        _marks = new CacheMarks(pool);
        _entries = new PoolEntries(new SealingKeys(pool), _marks, settings);
        _held = new HeldLookups(timers.Clock);
        _asked = new AskedSessions(
            timers, int.Max(settings.LookupMilliseconds, SharingLimits.OverdueMilliseconds), OnOverdue);
        _misses = new MissMemory(timers.Clock);
        _breaker = new Breaker(timers.Clock);
        _health = new SharingHealth(timers.Clock, log);
        _link = connect(this);
        _changes = new PoolChanges(_link, timers, Counters);
        _changes.RemovalLost += Withdraw;
        _entries.TryMoveTo(Now);
        _known = Find(Servers) is null ? null : new KnownSessions(timers.Clock, _entries.LifeSeconds);
        foreach (SharedCacheSettings? cache in settings.Caches)
        {
            if (cache is not null)
            {
                _marks.Begin(cache.Cache.Index, cache.Trust, Now);
            }
        }
    }

    /// <summary>What happened.</summary>
    public CounterSet<SharingEvent> Counters { get; } = new();

    /// <summary>Why sessions are not shared now; empty when they are.</summary>
    public string Fault => _entries.Fault.Length > 0 ? _entries.Fault : _health.Fault;

    /// <summary>What tlspool says of itself and its server.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> ServerFacts => _facts;

    /// <summary>The caches that are shared, and why one is not.</summary>
    public IEnumerable<SharedCacheSettings> Caches => _settings.Caches.OfType<SharedCacheSettings>();

    /// <summary>The numbers of the present.</summary>
    public IEnumerable<KeyValuePair<string, long>> Figures =>
    [
        new("queued", _changes.Count), new("waiting", _held.Count), new("breaker", _breaker.IsOpen ? 1 : 0),
        new("connected", _isConnected ? 1 : 0), new("reachable", _isReachable ? 1 : 0),
    ];

    private bool IsOpen => _isConnected && _isReachable && _link.IsReady;

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

    /// <summary>Starts to check tlspool.</summary>
    internal void Watch() => _timers.Schedule(TimeSpan.FromSeconds(SharingLimits.StateSeconds), CheckState);

    /// <summary>Asks the pool for a session that is not found here.</summary>
    /// <returns>A deferred reply, when the lookup may wait; 0 when it may not.</returns>
    internal int Ask(SessionCache cache, ReadOnlySpan<byte> id)
    {
        if (Find(cache.Index) is null || !cache.IsReady || !IsOpen
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

        if (_asked.Find(place.Name) is { } before)
        {
            return before is { IsOverdue: false, IsOvertaken: false } ? _held.Take(before) : 0;
        }

        if (_misses.Contains(place.Name) || _asked.Count >= SharingLimits.Asked || !_breaker.TryAsk())
        {
            return 0;
        }

        AskedSession asked = new(_link.NextNumber(), place, id.ToArray(), _timers.Clock.GetTimestamp());
        _link.Output.Get(asked.Number, place);
        _link.Flush();
        _asked.Add(asked);
        Counters.Count(SharingEvent.Asked);
        return _settings.LookupMilliseconds > 0 ? _held.Take(asked) : 0;
    }

    /// <summary>A session was stored here.</summary>
    internal void Stored(SessionCache cache, ReadOnlySpan<byte> id, ReadOnlySpan<byte> session)
    {
        if (Find(cache.Index) is null || _entries.Find(cache.Index, id, Now) is not { } place)
        {
            return;
        }

        Overtake(place.Name, isStored: true);
        bool isLeftOut = session.Length > SharingLimits.SessionBytes
            || (cache.Index == Servers && !_settings.SharesTls13OfServers && TlsSessionVersion.IsTls13(session));
        if (isLeftOut)
        {
            return;
        }

        if (_entries.Seal(cache.Index, id, session, Now, out long expires) is { } entry)
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
            Overtake(place.Name, isStored: false);
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
    internal void Hold(int deferred, ReplyHold hold)
    {
        if (_held.TryHold(deferred, hold))
        {
            Counters.Count(SharingEvent.Held);
        }
    }

    /// <summary>Frees the place of a client that has hung up.</summary>
    internal void GiveUp(int deferred) => _held.Free(deferred);

    /// <summary>Whether the reply of a lookup can be written: then its place is free.</summary>
    /// <param name="deferred">The deferred reply.</param>
    /// <param name="isStored">Whether the session is in the local cache.</param>
    /// <param name="cache">The index of the cache.</param>
    /// <param name="id">The cache id.</param>
    internal bool TryEnd(int deferred, out bool isStored, out int cache, out byte[] id)
    {
        bool hasEnded = _held.HasEnded(deferred, out isStored, out AskedSession asked);
        cache = asked.Place.Cache;
        id = asked.Id;
        if (hasEnded)
        {
            _held.Free(deferred);
        }

        return hasEnded;
    }

    /// <summary>At the end of the process: whoever waits gets a reply, and removals are not forgotten.</summary>
    internal void End()
    {
        foreach (AskedSession asked in _asked.All)
        {
            EndWaiters(asked, isStored: false);
        }

        _changes.Send();
        foreach (int cache in _changes.UnsentRemovals().ToArray())
        {
            _marks.Withdraw(cache, Now);
        }
    }

    /// <summary>Takes note that tlspool can be asked.</summary>
    internal void OnConnected()
    {
        _isConnected = true;
        _isReachable = true;
        _followed = 0;
        _changes.IsOpen = true;
        FollowGeneration();
        AskForState();
        _changes.Send();
    }

    /// <summary>Takes note that tlspool cannot be asked.</summary>
    internal void OnDisconnected(string reason)
    {
        bool wasConnected = _isConnected;
        _isConnected = false;
        _isReachable = false;
        _changes.IsOpen = false;
        _facts = [];
        _stateNumber = 0;
        _health.Fail(reason);
        if (wasConnected)
        {
            FailAll();
            _changes.Disconnected();
        }
    }

    ReplyKind ILinkReceiver.KindOf(int number) =>
        _asked.Awaits(number) ? ReplyKind.Value
        : _changes.Awaits(number) || number == _followNumber ? ReplyKind.Plain
        : number == _stateNumber ? ReplyKind.Facts
        : ReplyKind.Unknown;

    void ILinkReceiver.OnReply(int number, LinkStatus status, ReadOnlySpan<byte> value)
    {
        if (number == _followNumber)
        {
            _followNumber = 0;
        }
        else if (_asked.Take(number) is { } asked)
        {
            OnAnswer(asked, status, value);
        }
        else
        {
            _changes.OnReply(number, status);
        }

        if (status == LinkStatus.Failed)
        {
            _health.FailedOnce();
        }
        else
        {
            _health.Succeed();
        }
    }

    void ILinkReceiver.OnFacts(int number, IReadOnlyList<KeyValuePair<string, string>> facts)
    {
        _stateNumber = 0;
        _facts = facts;
        if (_isReachable)
        {
            _health.Succeed();
        }
    }

    void ILinkReceiver.OnKnown(ReadOnlySpan<byte> prefixes)
    {
        for (; _known is not null && !prefixes.IsEmpty; prefixes = prefixes[PrefixBytes..])
        {
            _known.Add(BinaryPrimitives.ReadUInt64BigEndian(prefixes));
        }
    }

    void ILinkReceiver.OnReachable(bool isReachable, string reason)
    {
        _isReachable = isReachable;
        _changes.IsOpen = isReachable;
        if (isReachable)
        {
            _health.Succeed();
            _changes.Send();
        }
        else
        {
            _health.Fail(reason.Length > 0 ? reason : "the server does not answer");
            FailAll();
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

    private void OnAnswer(AskedSession asked, LinkStatus status, ReadOnlySpan<byte> value)
    {
        if (status == LinkStatus.Failed)
        {
            Counters.Count(SharingEvent.Failed);
            Fail("the server does not answer", isCounted: asked.IsOverdue);
            EndWaiters(asked, isStored: false);
            return;
        }

        if (!asked.IsOverdue)
        {
            _breaker.Succeed();
        }

        if (status == LinkStatus.NotFound)
        {
            Counters.Count(SharingEvent.Misses);
            _misses.Add(asked.Place.Name);
        }

        EndWaiters(asked, status == LinkStatus.Done && TryStore(asked, value));
    }

    private bool TryStore(AskedSession asked, ReadOnlySpan<byte> value)
    {
        if (asked.IsOvertaken)
        {
            Counters.Count(SharingEvent.Overtaken);
            return false;
        }

        long? storeTime = _entries.Open(asked.Place, asked.Id, value, Now, out ReadOnlySpan<byte> session);
        bool isStored = storeTime is { } seconds
            && _settings.Caches[asked.Place.Cache]!.Cache.StoreAt(asked.Id, session, seconds) == CacheResult.Done;
        _entries.Release();
        Counters.Count(storeTime is null ? SharingEvent.Refused : SharingEvent.Hits);
        if (storeTime is null)
        {
            _misses.Add(asked.Place.Name);
        }
        else if (asked.IsOverdue)
        {
            Counters.Count(SharingEvent.Late);
        }

        return isStored;
    }

    private void OnOverdue(AskedSession asked)
    {
        Counters.Count(SharingEvent.Overdue);
        Fail("tlspool or its server answers too late", isCounted: false);
        EndWaiters(asked, isStored: false);
    }

    private void Fail(string reason, bool isCounted)
    {
        if (!isCounted && _breaker.Fail())
        {
            _health.Fail(reason);
        }
    }

    private void EndWaiters(AskedSession asked, bool isStored)
    {
        foreach (int deferred in asked.Waiters)
        {
            _held.End(deferred, isStored);
        }

        asked.Waiters.Clear();
    }

    /// <summary>Nothing that is asked for now can be answered.</summary>
    private void FailAll()
    {
        foreach (AskedSession asked in _asked.All.ToArray())
        {
            if (!_isConnected)
            {
                _asked.Take(asked.Number);
            }

            EndWaiters(asked, isStored: false);
        }
    }

    private void Overtake(EntryName name, bool isStored)
    {
        if (_asked.Find(name) is { } asked)
        {
            asked.IsOvertaken = true;
            EndWaiters(asked, isStored);
        }
    }

    private void Withdraw(int cache)
    {
        _marks.Withdraw(cache, Now);
        _changes.Withdraw(cache);
        foreach (AskedSession asked in _asked.All.Where(asked => asked.Place.Cache == cache))
        {
            asked.IsOvertaken = true;
            EndWaiters(asked, isStored: false);
        }
    }

    /// <summary>Has tlspool announce what is stored under the generation in use.</summary>
    private void FollowGeneration()
    {
        if (_known is null || !_isConnected || !_entries.TryMoveTo(Now) || _followed == _entries.Generation)
        {
            return;
        }

        _followed = _entries.Generation;
        _known.Clear();
        _followNumber = _link.NextNumber();
        _link.Output.Follow(_followNumber, _followed, _entries.LifeSeconds);
        _link.Flush();
    }

    private void AskForState()
    {
        if (_isConnected && _stateNumber == 0)
        {
            _stateNumber = _link.NextNumber();
            _link.Output.State(_stateNumber);
            _link.Flush();
            FollowGeneration();
        }
    }

    /// <summary>Asks tlspool for its state every few seconds: one that does not reply hangs.</summary>
    private void CheckState()
    {
        _timers.Schedule(TimeSpan.FromSeconds(SharingLimits.StateSeconds), CheckState);
        if (_isConnected && _stateNumber != 0 && _stateNumber == _unansweredState)
        {
            _link.Break("tlspool does not answer");
        }

        AskForState();
        _unansweredState = _stateNumber;
    }
}
