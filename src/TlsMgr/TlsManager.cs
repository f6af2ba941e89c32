// The service as a whole: random numbers, ticket keys and session caches behind one dispatcher, in the order in which
// they are opened. What fails here costs its part of the service and nothing else; seeds are served whatever happens.

using System;
using TlsMgr.Administration;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Server;
using TlsMgr.Random;
using TlsMgr.Requests;
using TlsMgr.Sessions;
using TlsMgr.Statistics;
using TlsMgr.Tickets;

namespace TlsMgr;

/// <summary>
/// tlsmgr(8) without its process. Call, in this order: <see cref="OpenPrivileged"/>, <see cref="OpenFiles"/>,
/// <see cref="Start"/>, and at the end <see cref="Save"/>.
/// </summary>
public sealed class TlsManager : IDisposable
{
    private readonly PostfixParameters _postfix;
    private readonly TlsManagerParameters _parameters;
    private readonly DataDirectory _dataDirectory;
    private readonly TimerQueue _timers;
    private readonly ConnectionCounters _connections;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly RandomPool _pool;
    private readonly RandomMaintenance _random;
    private readonly TicketKeyRing _ticketKeys;
    private readonly ServiceCounters _counters = new();
    private readonly long _startedAt;
    private SessionCaches? _caches;
    private StatisticsLog? _statistics;
    private ControlDispatcher? _control;
    private RequestDispatcher? _service;

    /// <summary>Opens nothing yet but the random pool.</summary>
    /// <param name="postfix">The parameters of every daemon.</param>
    /// <param name="parameters">The parameters of this one.</param>
    /// <param name="jailDirectory">
    /// The directory that becomes the root directory before the start; null for none.
    /// </param>
    /// <param name="timers">Timers of the event loop.</param>
    /// <param name="connections">What is counted of the clients' connections.</param>
    /// <param name="clock">Time of day and monotonic time.</param>
    /// <param name="log">The log.</param>
    /// <param name="mustEnd">Called when the daemon has to end with status 0, to be started anew.</param>
    /// <exception cref="FatalException">The system has no HMAC.</exception>
    public TlsManager(
        PostfixParameters postfix, TlsManagerParameters parameters, string? jailDirectory, TimerQueue timers,
        ConnectionCounters connections, TimeProvider clock, Log log, Action mustEnd)
    {
        _postfix = postfix;
        _parameters = parameters;
        _timers = timers;
        _connections = connections;
        _clock = clock;
        _startedAt = clock.GetTimestamp();
        _log = log;
        _dataDirectory = new DataDirectory(postfix.DataDirectory, postfix.MailOwner, log);
        _pool = new RandomPool(clock);
        RandomSettings settings = new()
        {
            Source = parameters.RandomSource,
            SourceBytes = parameters.RandomBytes,
            ReseedPeriodSeconds = parameters.RandomReseedPeriodSeconds,
            ExchangePath = parameters.RandomExchangeName,
            Redirect = _dataDirectory.RedirectFile,
            UpdatePeriodSeconds = parameters.RandomUpdatePeriodSeconds,
            JailDirectory = jailDirectory,
        };
        _random = new RandomMaintenance(settings, _pool, timers, clock, log, mustEnd);
        _ticketKeys = new TicketKeyRing(_pool, clock, parameters.Smtpd.EffectiveTimeoutSeconds);
    }

    /// <summary>Opens what needs privileges: the entropy source.</summary>
    public void OpenPrivileged() => _random.OpenSource();

    /// <summary>
    /// Opens what belongs to mail_owner: the exchange file and the caches. To be called as that user.
    /// </summary>
    /// <exception cref="FatalException">Two caches share a file, or a cache's name is no <c>type:name</c>.</exception>
    public void OpenFiles()
    {
        _random.OpenExchangeFile();
        SessionCacheContext context = new(_log, _clock, _timers)
        {
            DefaultType = _postfix.CacheTypeByDefault,
            Redirect = _dataDirectory.Redirect,
            Stir = _pool.Stir,
            Persists = _parameters.KeepsSessions,
            BootId = BootIdentity.Read(),
        };
        _caches = SessionCaches.Open(
            [SettingsOf(_parameters.Smtpd), SettingsOf(_parameters.Smtp), SettingsOf(_parameters.Lmtp)], context);
    }

    /// <summary>Begins the work that needs no client: first seeding, first exchange, timers, sweeps.</summary>
    public void Start()
    {
        _random.Start();
        EraseOldKeys();
        _timers.RunDue();
    }

    /// <summary>The service that answers requests.</summary>
    /// <param name="peer">What a client is called in the log.</param>
    public IRequestService CreateService(string peer)
    {
        MailVersion version = _postfix.MailVersion;
        TicketKeyLayout layout = version.HasLongTicketKeys ? TicketKeyLayout.Current : TicketKeyLayout.Postfix211;
        _service = new RequestDispatcher(
            _pool, _ticketKeys, layout, _caches!, version.AnnouncesProtocol, _counters, _log, _timers, peer);
        return _service;
    }

    /// <summary>Does one step of a sweep, if one is under way; answers whether there is more to do.</summary>
    public bool SweepStep()
    {
        bool hasMore = _caches!.SweepStep();
        _caches.EndTurn();
        return hasMore;
    }

    /// <summary>Begins to tell statistics to the log; they end with <see cref="Save"/>.</summary>
    public void StartStatistics()
    {
        _statistics = new StatisticsLog(
            CollectStatistics(), TimeSpan.FromSeconds(_parameters.StatusUpdateSeconds), _timers, _log);
        _statistics.Start();
    }

    /// <summary>The service that answers the administrator.</summary>
    /// <param name="peer">What its client is called in the log.</param>
    public IRequestService CreateControl(string peer)
    {
        _control = new ControlDispatcher(CollectStatistics(), _caches!, _ticketKeys, _log, _timers, peer);
        return _control;
    }

    /// <summary>
    /// Saves what the next process goes on with. The caches go first: it may be waiting for their locks. The disk is
    /// not waited for: at a reload, master(8) starts the next process only when this one has ended.
    /// </summary>
    public void Save()
    {
        _statistics?.End();
        _caches?.ReleaseFiles();
        _random.Save();
    }

    /// <summary>
    /// Has the disk take the sessions as well. To be called behind <see cref="Save"/> when Postfix stops: the machine
    /// may be about to.
    /// </summary>
    public void SyncToDisk() => _caches?.SyncToDisk();

    /// <inheritdoc/>
    public void Dispose()
    {
        _caches?.Dispose();
        _random.Dispose();
        _service?.Dispose();
        _control?.Dispose();
        _ticketKeys.Dispose();
        _pool.Dispose();
    }

    /// <summary>Now and then, so that a key does not outlive its time only because nobody asks for another.</summary>
    private void EraseOldKeys()
    {
        if (_ticketKeys.IsEnabled)
        {
            _ticketKeys.EraseExpired();
            _timers.Schedule(TimeSpan.FromSeconds(_parameters.Smtpd.EffectiveTimeoutSeconds / 2), EraseOldKeys);
        }
    }

    private ServiceStatistics CollectStatistics() =>
        new(_caches!, _counters, _connections, _ticketKeys, _clock, _startedAt);

    private static SessionCacheSettings SettingsOf(SessionCacheParameters cache) =>
        new(cache.CacheType, cache.Database, cache.TimeoutSeconds, cache.LogLevel)
        {
            SizeLimitBytes = cache.SizeLimitBytes,
            EntryLimit = cache.EntryLimit,
        };
}
