using System;
using System.Threading;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>
/// Writes <c>expiry-log-*.txt</c>: what Postfix's tlsmgr logs of expired sessions. Takes three minutes, since sessions
/// have to expire.
/// </summary>
internal static class ExpiryLogRecorder
{
    /// <summary>The shortest timeout that Postfix accepts.</summary>
    private const int TimeoutSeconds = 120;
    private const string Session = "session|aGVsbG8=|";

    internal static string[] Record(RecordedDaemon recorded, string inputs)
    {
        using DaemonUnderTest daemon = recorded.Open();
        daemon.Configure(
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", "smtpd_tls_loglevel = 2",
            $"smtpd_tls_session_cache_timeout = {TimeoutSeconds}");
        daemon.Start();
        Ask(daemon, "update", "early", Session);
        Thread.Sleep(TimeSpan.FromSeconds(TimeoutSeconds / 2));
        Ask(daemon, "update", "A", Session);
        Ask(daemon, "update", "A2", Session);
        Thread.Sleep(TimeSpan.FromSeconds(TimeoutSeconds + 4));
        daemon.AwaitProcessing();
        daemon.Take();
        Ask(daemon, "lookup", "A");
        Ask(daemon, "lookup", "A");
        Ask(daemon, "delete", "A2");
        Ask(daemon, "lookup", "A2");
        Ask(daemon, "lookup", "early");
        return
        [
            .. FixtureFile.Header(
                recorded.Version.Text,
                "smtpd_tls_session_cache_timeout = 120, smtpd_tls_loglevel = 2: early stored at 0 s, A and A2 at 60 s; from 184 s on",
                "lookup of A, lookup of A, delete of A2, lookup of A2, lookup of early: the log records of these; times are T"),
            .. CacheLogRecorder.TakeLog(daemon),
        ];
    }

    private static void Ask(DaemonUnderTest daemon, string verb, string id, string more = "") =>
        CacheLogRecorder.Ask(daemon, $"request|{verb}|cache_type|smtpd|cache_id|{id}|{more}|");
}
