using System.Collections.Generic;
using System.Linq;
using System.Text;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>
/// Writes <c>cache-log-*.txt</c>: what Postfix's tlsmgr logs of lookups, updates and deletes; times are masked.
/// </summary>
internal static class CacheLogRecorder
{
    internal static string[] Record(RecordedDaemon recorded, string inputs)
    {
        using DaemonUnderTest daemon = recorded.Open();
        daemon.Configure("smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", "smtpd_tls_loglevel = 2");
        daemon.Start();
        daemon.AwaitProcessing();
        daemon.Take();
        List<string> lines =
        [
            .. FixtureFile.Header(
                recorded.Version.Text,
                "smtpd_tls_loglevel = 2; \">\" a request with its id and session between bars, \"<\" the status of its reply,",
                "then the log records that followed; times are T"),
        ];
        foreach (string request in FixtureFile.ReadLines(inputs).Where(line => line.StartsWith('>')))
        {
            string[] parts = request.Split('|');
            string session = parts.Length > 3 ? $"session|{parts[3]}|" : "";
            lines.Add(request);
            lines.Add($"< {Ask(daemon, $"request|{parts[0][1..].Trim()}|cache_type|smtpd|cache_id|{parts[1]}|{session}|")}");
            lines.AddRange(TakeLog(daemon));
        }

        return [.. lines];
    }

    /// <summary>Sends a request; returns the status of the reply.</summary>
    internal static string Ask(DaemonUnderTest daemon, string request) =>
        Encoding.Latin1.GetString(daemon.RequestReply(request)).Split('\0')[1];

    /// <summary>The log records since the last call.</summary>
    internal static IEnumerable<string> TakeLog(DaemonUnderTest daemon)
    {
        daemon.AwaitProcessing();
        return daemon.Take().Log.Select(record => WireRecording.Mask(LogText.Of(record)));
    }
}
