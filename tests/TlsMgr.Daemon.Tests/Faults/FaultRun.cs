using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A test of one fault: the published binary in its jail, under a load that checks every reply.</summary>
internal sealed class FaultRun : IDisposable
{
    /// <summary>A short ipc_timeout, so that slow clients are disconnected soon.</summary>
    internal const string ShortTimeout = "ipc_timeout = 2s";

    /// <summary>
    /// The maximum anonymous memory under any load, in KiB. Some 15 MB of garbage accumulate before the first
    /// collection; a leak exceeds the limit.
    /// </summary>
    internal const int MaximumMemoryKibibytes = 24 * 1024;

    /// <summary>The lines of main.cf for the caches that the load uses.</summary>
    internal static readonly string[] CacheLines =
    [
        "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache",
        "smtp_tls_session_cache_database = btree:${data_directory}/smtp_scache",
    ];

    private LoadSettings _settings;
    private MixedLoad _load;

    private FaultRun(RunningDaemon daemon, LoadSettings settings)
    {
        Daemon = daemon;
        _settings = settings;
        _load = MixedLoad.Start(daemon.Directories.ServiceSocket, settings);
    }

    /// <summary>Whether the faults are injected in full number and length, as <c>make faults</c> does.</summary>
    internal static bool IsFull => Environment.GetEnvironmentVariable("FAULTS") == "full";

    internal RunningDaemon Daemon { get; }

    /// <summary>The number of clients of the load.</summary>
    internal int Clients => _settings.Clients;

    /// <summary>Starts a daemon with caches and additional lines of main.cf, and the load.</summary>
    internal static FaultRun Start(LoadSettings? settings = null, params string[] mainCf) =>
        Start(new DaemonDirectories([.. CacheLines, .. mainCf]), settings);

    /// <summary>Starts a daemon in prepared directories, and the load.</summary>
    internal static FaultRun Start(
        DaemonDirectories directories, LoadSettings? settings = null, string? binary = null, bool readsStatus = true,
        FaultShim? shim = null) => new(
            new RunningDaemon(directories, ["-u", "-c"], binary: binary, readsStatus: readsStatus, shim: shim),
            settings ?? new LoadSettings());

    /// <summary>Creates directories whose main.cf has the caches and these lines.</summary>
    internal static DaemonDirectories MakeDirectories(params string[] mainCf) => new([.. CacheLines, .. mainCf]);

    /// <summary>Returns the first number in the full form and the second in the short form.</summary>
    internal static int Choose(int full, int brief) => IsFull ? full : brief;

    /// <summary>Waits until the load has got that many more replies.</summary>
    internal void Serve(long requests = 1000) => _load.WaitForRequests(requests, PublishedBinary.Timeout);

    /// <summary>
    /// Waits until the load has got that many more replies, and restarts the daemon when it has exited, as master does.
    /// Returns the number of restarts.
    /// </summary>
    internal int ServeThroughCrashes(long requests)
    {
        int crashes = 0;
        long target = _load.Requests + requests;
        while (_load.Requests < target)
        {
            if (Daemon.Master.Process.WaitForExit(TimeSpan.FromMilliseconds(20)) is not null)
            {
                crashes.ShouldBeLessThan(10, "it crashes repeatedly");
                crashes++;
                Daemon.StartAgain();
            }
        }

        return crashes;
    }

    /// <summary>Stops the load and checks that no reply was wrong: for the report, or before the daemon ends.</summary>
    internal LoadReport StopLoad()
    {
        LoadReport report = _load.Stop();
        int? end = Daemon.Master.Process.WaitForExit(TimeSpan.Zero);
        report.Wrong.ShouldBeEmpty($"{report}; the daemon {(end is null ? "runs" : $"ended with {end}")}");
        return report;
    }

    /// <summary>Stops the load and starts another with new client numbers; returns the report of the first.</summary>
    internal LoadReport NextLoad(LoadSettings? settings = null)
    {
        LoadReport report = StopLoad();
        _settings = (settings ?? _settings) with { FirstClient = _settings.FirstClient + _settings.Clients };
        _load = MixedLoad.Start(Daemon.Directories.ServiceSocket, _settings);
        return report;
    }

    /// <summary>Takes log texts until that many contain a text; returns all of them.</summary>
    internal IReadOnlyList<string> WaitForLog(string text, int count)
    {
        List<string> texts = [];
        while (texts.Count(line => line.Contains(text, StringComparison.Ordinal)) < count)
        {
            texts.AddRange(Daemon.Log.WaitFor(text, PublishedBinary.Timeout));
        }

        return texts;
    }

    /// <summary>Stops load and daemon, and checks that no reply was wrong.</summary>
    public void Dispose()
    {
        try
        {
            StopLoad();
        }
        finally
        {
            _load.Dispose();
            Daemon.Dispose();
        }
    }
}
