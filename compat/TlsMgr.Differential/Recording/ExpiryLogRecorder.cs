// Records what the original says of sessions whose time is over. Takes as long as they live: three minutes.

using System;
using System.Threading;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>Writes <c>expiry-log-*.txt</c>.</summary>
internal static class ExpiryLogRecorder
{
    /// <summary>The shortest that the original accepts.</summary>
    private const int TimeoutSeconds = 120;
    private const string Session = "session|aGVsbG8=|";

    internal static string[] Record(RecordedDaemon original, string inputs)
    {
        using DaemonUnderTest stage = original.Open();
        stage.Configure(
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", "smtpd_tls_loglevel = 2",
            $"smtpd_tls_session_cache_timeout = {TimeoutSeconds}");
        stage.Start();
        Ask(stage, "update", "early", Session);
        Thread.Sleep(TimeSpan.FromSeconds(TimeoutSeconds / 2));
        Ask(stage, "update", "A", Session);
        Ask(stage, "update", "A2", Session);
        Thread.Sleep(TimeSpan.FromSeconds(TimeoutSeconds + 4));
        stage.SyncToDisk();
        stage.Take();
        Ask(stage, "lookup", "A");
        Ask(stage, "lookup", "A");
        Ask(stage, "delete", "A2");
        Ask(stage, "lookup", "A2");
        Ask(stage, "lookup", "early");
        return
        [
            .. FixtureFile.Header(
                original.Version.Text,
                "smtpd_tls_session_cache_timeout = 120, smtpd_tls_loglevel = 2: early stored at 0 s, A and A2 at 60 s; from 184 s on",
                "lookup of A, lookup of A, delete of A2, lookup of A2, lookup of early: the log records of these; times are T"),
            .. CacheLogRecorder.TakeLog(stage),
        ];
    }

    private static void Ask(DaemonUnderTest stage, string verb, string id, string more = "") =>
        CacheLogRecorder.Ask(stage, $"request|{verb}|cache_type|smtpd|cache_id|{id}|{more}|");
}
