// One fault: our binary in its jail, under a load whose every answer is checked, while something goes wrong.

using System;
using System.Collections.Generic;
using System.Linq;
using Shouldly;
using TlsMgr.Testing;
using TlsMgr.Testing.Load;

namespace TlsMgr.Daemon.Tests.Faults;

/// <summary>A jailed daemon under load.</summary>
internal sealed class FaultRun : IDisposable
{
    /// <summary>Postfix's shortest time for a slow client, so that its end is seen soon.</summary>
    internal const string ShortTimeout = "ipc_timeout = 2s";

    /// <summary>
    /// The most anonymous memory under any load, in KiB. The collector lets some 15 MB of garbage come together before it
    /// works for the first time; a leak goes beyond that.
    /// </summary>
    internal const int MostMemoryKibibytes = 24 * 1024;

    /// <summary>The caches that the load uses, as lines of main.cf.</summary>
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

    /// <summary>Whether each fault is to be injected as often and as long as <c>make faults</c> does.</summary>
    internal static bool IsFull => Environment.GetEnvironmentVariable("FAULTS") == "full";

    internal RunningDaemon Daemon { get; }

    /// <summary>How many clients the load has.</summary>
    internal int Clients => _settings.Clients;

    /// <summary>Starts a daemon with its caches and more lines in main.cf, and the load.</summary>
    internal static FaultRun Start(LoadSettings? settings = null, params string[] mainCf) =>
        Start(new DaemonDirectories([.. CacheLines, .. mainCf]), settings);

    /// <summary>Starts a daemon in prepared directories, and the load.</summary>
    internal static FaultRun Start(
        DaemonDirectories directories, LoadSettings? settings = null, string? binary = null, bool readsStatus = true,
        FaultShim? shim = null) => new(
            new RunningDaemon(directories, ["-u", "-c"], binary: binary, readsStatus: readsStatus, shim: shim),
            settings ?? new LoadSettings());

    /// <summary>Directories whose main.cf has the caches, and these lines.</summary>
    internal static DaemonDirectories MakeDirectories(params string[] mainCf) => new([.. CacheLines, .. mainCf]);

    /// <summary>A number for the full form and one for the short form.</summary>
    internal static int Choose(int full, int brief) => IsFull ? full : brief;

    /// <summary>Lets the load get some answers more.</summary>
    internal void Serve(long requests = 1000) => _load.WaitForRequests(requests, PublishedBinary.Patience);

    /// <summary>
    /// Lets the load get some answers more, and does master's part meanwhile: starts the daemon again when it has died.
    /// Answers how often it had.
    /// </summary>
    internal int ServeThroughCrashes(long requests)
    {
        int crashes = 0;
        long target = _load.Requests + requests;
        while (_load.Requests < target)
        {
            if (Daemon.Master.Process.WaitForExit(TimeSpan.FromMilliseconds(20)) is not null)
            {
                crashes.ShouldBeLessThan(10, "it dies again and again");
                crashes++;
                Daemon.StartAgain();
            }
        }

        return crashes;
    }

    /// <summary>Ends the load, which must have seen no wrong answer: for figures, or before the daemon ends.</summary>
    internal LoadReport StopLoad()
    {
        LoadReport report = _load.Stop();
        int? end = Daemon.Master.Process.WaitForExit(TimeSpan.Zero);
        report.Wrong.ShouldBeEmpty($"{report}; the daemon {(end is null ? "runs" : $"ended with {end}")}");
        return report;
    }

    /// <summary>Ends the load and begins another, for figures of its own, by clients with ids of their own.</summary>
    internal LoadReport NextLoad(LoadSettings? settings = null)
    {
        LoadReport report = StopLoad();
        _settings = (settings ?? _settings) with { FirstClient = _settings.FirstClient + _settings.Clients };
        _load = MixedLoad.Start(Daemon.Directories.ServiceSocket, _settings);
        return report;
    }

    /// <summary>Takes log texts until there are that many with this text in them.</summary>
    internal IReadOnlyList<string> WaitForLog(string text, int count)
    {
        List<string> texts = [];
        while (texts.Count(line => line.Contains(text, StringComparison.Ordinal)) < count)
        {
            texts.AddRange(Daemon.Log.WaitFor(text, PublishedBinary.Patience));
        }

        return texts;
    }

    /// <summary>The end of every run: whoever has not looked for wrong answers does so here.</summary>
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
