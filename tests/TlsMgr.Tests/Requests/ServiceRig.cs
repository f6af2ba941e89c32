using System;
using System.Collections.Generic;
using System.IO;
using TlsMgr.Administration;
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

namespace TlsMgr.Tests.Requests;

/// <summary>The complete service, configured as for the recordings: smtpd and smtp caches that log.</summary>
internal sealed class ServiceRig : ILogTarget, IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("tlsmgr-service-");
    private readonly SessionCaches _caches;
    private readonly RandomPool _pool;

    internal ServiceRig(RandomFiller? kernel = null, bool announcesProtocol = true, int smtpdTimeoutSeconds = 3600,
        string logLevel = "2", int verbosity = 0, int smtpTimeoutSeconds = 60, bool hasLmtpCache = false)
    {
        Log.Verbosity = verbosity;
        Log.ReplaceTargets(this);
        Timers = new TimerQueue(Clock);
        SessionCacheSettings[] settings =
        [
            new("smtpd", $"btree:{_directory.FullName}/smtpd", smtpdTimeoutSeconds, logLevel),
            new("smtp", $"btree:{_directory.FullName}/smtp", smtpTimeoutSeconds, logLevel),
            new("lmtp", hasLmtpCache ? $"btree:{_directory.FullName}/lmtp" : "", 3600, logLevel),
        ];
        _caches = SessionCaches.Open(settings, new SessionCacheContext(Log, Clock, Timers));
        _pool = kernel is null ? new RandomPool(Clock) : new RandomPool(Clock, kernel);
        Keys = new TicketKeys(new TicketKeyRing(_pool, Timers, smtpdTimeoutSeconds));
        Service = new RequestDispatcher(
            _pool, Keys, TicketKeyLayout.Current, _caches, announcesProtocol, Counters, Log, Timers, "tlsmgr socket");
    }

    internal RequestDispatcher Service { get; }

    internal TicketKeys Keys { get; }

    /// <summary>Shares the sessions; null unless a test sets it.</summary>
    internal SessionSharing? Sharing { get; set; }

    internal ServiceCounters Counters { get; } = new();

    internal SessionCaches Caches => _caches;

    internal ManualClock Clock { get; } = new();

    internal TimerQueue Timers { get; }

    internal Log Log { get; } = new();

    internal List<string> Records { get; } = [];

    public void Write(LogSeverity severity, string text) => Records.Add(LogRecord.Prefixed(severity, text));

    /// <summary>A control socket's service with these caches and keys.</summary>
    internal ControlDispatcher CreateControl()
    {
        ServiceStatistics statistics = new(Caches, Counters, new ConnectionCounters(), Keys, Sharing, Clock, Clock.GetTimestamp());
        DaemonDescription description = new(
            [new("version", "1.2.3"), new("sandbox", "off: a\nreason")], ["smtpd"u8.ToArray(), "smtp"u8.ToArray()]);
        return new ControlDispatcher(
            description, statistics, Caches, Keys, Sharing, Log, Timers, "tlsmgr control socket");
    }

    internal ScriptedClient Connect() => new(Service);

    /// <summary>Sends one request and returns the reply; <c>|</c> stands for NUL.</summary>
    internal string Ask(string request)
    {
        using ScriptedClient client = Connect();
        return client.Send(request);
    }

    internal IReadOnlyList<string> TakeRecords()
    {
        string[] records = [.. Records];
        Records.Clear();
        return records;
    }

    public void Dispose()
    {
        Service.Dispose();
        Keys.Ring.Dispose();
        _caches.Dispose();
        _pool.Dispose();
        _directory.Delete(recursive: true);
    }
}
