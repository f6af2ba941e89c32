// The complete service: random numbers, ticket keys and session caches behind one dispatcher, in the order in which
// they are opened. Failures are contained: seeds are served even if everything else fails.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Text;
using TlsMgr.Administration;
using TlsMgr.Native.Libc;
using TlsMgr.Postfix.Config;
using TlsMgr.Postfix.Events;
using TlsMgr.Postfix.Logging;
using TlsMgr.Postfix.Process;
using TlsMgr.Postfix.Server;
using TlsMgr.Random;
using TlsMgr.Requests;
using TlsMgr.Sessions;
using TlsMgr.Sharing;
using TlsMgr.Statistics;
using TlsMgr.Tickets;
using TlsMgr.Trust;

namespace TlsMgr;

/// <summary>
/// The functions of tlsmgr(8), independent of the process. Call, in this order: <see cref="OpenPrivileged"/>,
/// <see cref="OpenFiles"/>, <see cref="Start"/>, and at the end <see cref="Save"/>.
/// </summary>
public sealed class TlsManager : IDisposable
{
    /// <summary>The program whose configuration decides what a ticket is worth.</summary>
    private const string TicketUser = "smtpd";

    /// <summary>Descriptors of an open cache: of the lock, and two of LMDB.</summary>
    private const int CacheDescriptors = 3;

    private readonly PostfixParameters _postfix;
    private readonly TlsManagerParameters _parameters;
    private readonly DataDirectory _dataDirectory;
    private readonly TimerQueue _timers;
    private readonly ConnectionCounters _connections;
    private readonly TimeProvider _clock;
    private readonly Log _log;
    private readonly RandomPool _pool;
    private readonly RandomMaintenance _random;
    private readonly TicketKeys _ticketKeys;
    private readonly ServiceCounters _counters = new();
    private readonly long _startedAt;
    private readonly string _bootId = BootIdentity.Read();
    private IReadOnlyDictionary<string, TrustDigest> _trust = new Dictionary<string, TrustDigest>();
    private PoolPolicy? _policy;
    private ServerTickets _tickets = ServerTickets.Some;
    private SharingSetup? _sharingSetup;
    private SessionSharing? _sharing;
    private SessionCaches? _caches;
    private KeptTicketKeys? _keptKeys;
    private StatisticsLog? _statistics;
    private ControlDispatcher? _control;
    private RequestDispatcher? _service;

    /// <summary>Creates the random pool; opens no files.</summary>
    /// <param name="postfix">The parameters that all Postfix daemons share.</param>
    /// <param name="parameters">The parameters of tlsmgr(8).</param>
    /// <param name="jailDirectory">
    /// The directory that becomes the root directory before <see cref="Start"/>; null for no jail.
    /// </param>
    /// <param name="timers">Timers of the event loop.</param>
    /// <param name="connections">The counters of client connections.</param>
    /// <param name="clock">Time of day and monotonic time.</param>
    /// <param name="log">The log.</param>
    /// <param name="requestRestart">
    /// Called when the daemon must exit with status 0, so that master(8) starts a new one.
    /// </param>
    /// <exception cref="FatalException">The system has no HMAC.</exception>
    public TlsManager(
        PostfixParameters postfix, TlsManagerParameters parameters, string? jailDirectory, TimerQueue timers,
        ConnectionCounters connections, TimeProvider clock, Log log, Action requestRestart)
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
        _random = new RandomMaintenance(settings, _pool, timers, clock, log, requestRestart);
        _ticketKeys = new TicketKeys(
            new TicketKeyRing(_pool, timers, parameters.Smtpd.EffectiveTimeoutSeconds));
    }

    /// <summary>
    /// Opens and reads what needs privileges: the entropy source, and what the sessions in the caches were trusted for.
    /// </summary>
    /// <param name="store">All parameters.</param>
    public void OpenPrivileged(ParameterStore store)
    {
        _random.OpenSource();
        IEnumerable<string> users = _parameters.KeepsTicketKeys && _ticketKeys.IsEnabled
            ? _parameters.PersistentCaches.Union([TicketUser])
            : _parameters.PersistentCaches;
        if (_parameters.PoolCaches.Count > 0 || (_parameters.Smtpd.IsWanted && _parameters.SkipsUnneededSessions))
        {
            _tickets = TicketPolicy.Find(store);
        }

        TrustFiles files = new(_clock, _postfix.QueueDirectory);
        if (_parameters.PoolName.Length > 0)
        {
            // First, so that large maps of the reload digest do not use up what may be read.
            _policy = PoolPolicy.Evaluate(store, _postfix, files);
            _sharingSetup = _parameters.PoolCaches.Count > 0
                ? new SharingSetup(_parameters, store, _postfix, _policy, files, _tickets)
                : null;
        }
        else if (_parameters.PoolCaches.Count > 0)
        {
            _log.Warning("tlsmgr_pool_caches has no effect: tlsmgr_pool_name is empty");
        }

        _trust = TrustEvaluation.Evaluate(store, _postfix, [.. users.Union(_parameters.PoolCaches)], files);
    }

    /// <summary>
    /// Opens the files that belong to mail_owner, called as that user: the exchange file and the caches.
    /// </summary>
    /// <param name="descriptors">Decides whether there are descriptors for the caches.</param>
    /// <exception cref="FatalException">
    /// Two caches share a file, or a cache's name does not have the form <c>type:name</c>.
    /// </exception>
    public void OpenFiles(DescriptorBudget descriptors)
    {
        _random.OpenExchangeFile();
        descriptors.HoldForClients();
        SessionCacheContext context = new(_log, _clock, _timers)
        {
            DefaultType = _postfix.DefaultCacheType,
            Redirect = _dataDirectory.Redirect,
            Stir = _pool.Stir,
            Persists = _parameters.KeepsSessions,
            BootId = _bootId,
            Instance = _postfix.QueueDirectory,
        };
        SessionCacheSettings[] settings =
        [
            SettingsOf(_parameters.Smtpd, descriptors), SettingsOf(_parameters.Smtp, descriptors),
            SettingsOf(_parameters.Lmtp, descriptors),
        ];
        descriptors.HandOut();
        _caches = SessionCaches.Open(settings, context);
    }

    /// <summary>
    /// Opens what ticket keys are kept with, as mail_owner. Only in a process of master(8): another one must not change
    /// what the running daemon keeps.
    /// </summary>
    public void OpenKeptKeys()
    {
        TrustDigest trust = _trust.GetValueOrDefault(TicketUser, TrustDigest.Empty);
        string objection = !_parameters.KeepsTicketKeys ? "tlsmgr_ticket_keys_persist is no"
            : !_ticketKeys.IsEnabled ? "smtpd_tls_session_cache_timeout is 0"
            : trust.Doubtful is { } input ? $"{input.Name}: {input.Doubt}"
            : "";
        _keptKeys = KeptTicketKeys.Open(
            _postfix.DataDirectory,
            [
                .. trust.Value, .. BitConverter.GetBytes(_parameters.Smtpd.EffectiveTimeoutSeconds),
                .. BitConverter.GetBytes(_postfix.MailVersion.HasLongTicketKeys),
            ],
            objection);
    }

    /// <summary>
    /// Opens the state of the pool, as mail_owner. Only in a process of master(8): another one must not write what the
    /// running daemon writes.
    /// </summary>
    public void OpenPool()
    {
        if (_parameters.PoolName.Length > 0)
        {
            bool hasLongKeys = _postfix.MailVersion.HasLongTicketKeys;
            PoolTicketSettings settings = new(
                _parameters.PoolName, _parameters.PoolStateFile, _parameters.PoolClockSkewSeconds,
                hasLongKeys ? 32 : 16, _parameters.TicketCipher, _policy!.Digest)
            {
                Objection = !_ticketKeys.IsEnabled ? "smtpd_tls_session_cache_timeout is 0" : _policy.Doubt ?? "",
                BootId = _bootId,
                PolicyRecord = _policy.MakeRecord(),
                SharesSessions = _sharingSetup is not null,
            };
            _ticketKeys.Pool = PoolTicketKeys.Open(settings, _timers, _log);
        }
    }

    /// <summary>Continues with the ticket keys of the process before, as the user who serves.</summary>
    public void RestoreTicketKeys()
    {
        if (_keptKeys is not null)
        {
            _ticketKeys.Ring.KeepIn(_keptKeys);
            if (_log.IsVerbose)
            {
                _log.Info(_ticketKeys.Ring.KeepingFault.Length > 0
                    ? $"ticket keys are not kept: {_ticketKeys.Ring.KeepingFault}"
                    : $"ticket keys are kept: {_ticketKeys.Ring.Describe().Count()} of the process before");
            }
        }
    }

    /// <summary>Starts the work that no client triggers: first seeding, first exchange, timers, sweeps.</summary>
    public void Start()
    {
        _random.Start();
        _timers.RunDue();
    }

    /// <summary>Begins to share sessions with other hosts, if that is configured.</summary>
    /// <param name="loop">The event loop.</param>
    public void StartSharing(EventLoop loop)
    {
        if (_ticketKeys.Pool is { } pool)
        {
            _sharing = _sharingSetup?.Start(_caches!, _trust, pool, loop, _log);
        }
    }

    /// <summary>
    /// Completes the lookups that wait for another host: to be called before clients are disconnected.
    /// </summary>
    public void EndSharing() => _sharing?.End();

    /// <summary>Creates the service of the service socket.</summary>
    /// <param name="peer">The name of a client in the log.</param>
    public IRequestService CreateService(string peer)
    {
        MailVersion version = _postfix.MailVersion;
        TicketKeyLayout layout = version.HasLongTicketKeys ? TicketKeyLayout.Current : TicketKeyLayout.Postfix211;
        _service = _sharing is null
            ? new RequestDispatcher(
                _pool, _ticketKeys, layout, _caches!, version.AnnouncesProtocol, _counters, _log, _timers, peer)
            : new SharingRequestDispatcher(
                _sharing, _pool, _ticketKeys, layout, _caches!, version.AnnouncesProtocol, _counters, _log, _timers,
                peer);
        return _service;
    }

    /// <summary>Examines all cache files at once: to be called where no loop runs background steps.</summary>
    public void ExamineCaches() => _caches!.ExamineAll();

    /// <summary>What is to be done after each turn of the event loop; returns whether there is more to do.</summary>
    public Func<bool> AfterTurn => _sharing is null ? BackgroundStep : StepWithSharing;

    /// <summary>
    /// Runs one step of examining cache files, of a sweep, and of moving an old state of the pool, as far as they are
    /// in progress; returns whether there is more to do.
    /// </summary>
    private bool BackgroundStep()
    {
        bool hasMore = _caches!.BackgroundStep();
        _caches.EndTurn();
        return _ticketKeys.Pool?.BackgroundStep() == true || hasMore;
    }

    private bool StepWithSharing()
    {
        _sharing!.EndTurn();
        return BackgroundStep();
    }

    /// <summary>Starts periodic statistics lines in the log; <see cref="Save"/> writes the last ones.</summary>
    public void StartStatistics()
    {
        _statistics = new StatisticsLog(
            CollectStatistics(), TimeSpan.FromSeconds(_parameters.StatusUpdateSeconds), _timers, _log);
        _statistics.Start();
    }

    /// <summary>Creates the service of the control socket.</summary>
    /// <param name="facts">What the process knows of itself: the facts of a <see cref="DaemonDescription"/>.</param>
    /// <param name="peer">The name of a client in the log.</param>
    public IRequestService CreateControl(IReadOnlyList<KeyValuePair<string, string>> facts, string peer)
    {
        SessionCacheParameters[] caches = [_parameters.Smtpd, _parameters.Smtp, _parameters.Lmtp];
        DaemonDescription description = new(
            facts,
            [.. caches.Where(static cache => cache.Database.Length > 0)
                .Select(static cache => Encoding.UTF8.GetBytes(cache.CacheType))]);
        _control = new ControlDispatcher(
            description, CollectStatistics(), _caches!, _ticketKeys, _sharing, _log, _timers, peer);
        return _control;
    }

    /// <summary>
    /// Saves the state for the next process. The cache files are released first, because the next process may be
    /// waiting for their locks. Does not wait for the disk: at a reload, master(8) starts the next process only after
    /// this one has exited.
    /// </summary>
    public void Save()
    {
        _statistics?.End();
        _caches?.ReleaseFiles();
        _random.Save();
    }

    /// <summary>
    /// Writes the sessions to disk. Called after <see cref="Save"/> when Postfix stops, because the machine may be
    /// shutting down.
    /// </summary>
    public void SyncToDisk() => _caches?.SyncToDisk();

    /// <inheritdoc/>
    public void Dispose()
    {
        _caches?.Dispose();
        _random.Dispose();
        _service?.Dispose();
        _control?.Dispose();
        _sharing?.Dispose();
        _ticketKeys.Pool?.Dispose();
        _ticketKeys.Ring.Dispose();
        _keptKeys?.Dispose();
        _pool.Dispose();
    }

    private Tls13Keeping KeepingOf(SessionCacheParameters cache) =>
        cache != _parameters.Smtpd || !_parameters.SkipsUnneededSessions ? Tls13Keeping.AsOthers : _tickets switch
        {
            ServerTickets.All => Tls13Keeping.Skip,
            ServerTickets.Some => Tls13Keeping.EvictFirst,
            _ => Tls13Keeping.AsOthers,
        };

    private ServiceStatistics CollectStatistics() =>
        new(_caches!, _counters, _connections, _ticketKeys, _sharing, _clock, _startedAt);

    /// <summary>The settings of a cache; of one that is off when there are no descriptors for it.</summary>
    private SessionCacheSettings SettingsOf(SessionCacheParameters cache, DescriptorBudget descriptors)
    {
        bool isOff = cache.IsWanted
            && !descriptors.Grants($"{cache.CacheType} session cache", CacheDescriptors);
        return new SessionCacheSettings(
            cache.CacheType, cache.Database, cache.TimeoutSeconds, cache.LogLevel)
        {
            OffReason = isOff ? "no file descriptor is left for it" : "",
            SizeLimitBytes = cache.SizeLimitBytes,
            EntryLimit = cache.EntryLimit,
            Tls13 = KeepingOf(cache),
            Trust = _trust.GetValueOrDefault(cache.CacheType, TrustDigest.Empty),
        };
    }
}
