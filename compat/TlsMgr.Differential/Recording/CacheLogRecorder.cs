// Records what the original says of lookups, updates and deletes when it logs them; times are masked.

using System.Collections.Generic;
using System.Linq;
using System.Text;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>Writes <c>cache-log-*.txt</c>.</summary>
internal static class CacheLogRecorder
{
    internal static string[] Record(RecordedDaemon original, string inputs)
    {
        using DaemonUnderTest stage = original.Open();
        stage.Configure("smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", "smtpd_tls_loglevel = 2");
        stage.Start();
        stage.SyncToDisk();
        stage.Take();
        List<string> lines =
        [
            .. FixtureFile.Header(
                original.Version.Text,
                "smtpd_tls_loglevel = 2; \">\" a request with its id and session between bars, \"<\" the status of its reply,",
                "then the log records that followed; times are T"),
        ];
        foreach (string request in FixtureFile.ReadLines(inputs).Where(line => line.StartsWith('>')))
        {
            string[] parts = request.Split('|');
            string session = parts.Length > 3 ? $"session|{parts[3]}|" : "";
            lines.Add(request);
            lines.Add($"< {Ask(stage, $"request|{parts[0][1..].Trim()}|cache_type|smtpd|cache_id|{parts[1]}|{session}|")}");
            lines.AddRange(TakeLog(stage));
        }

        return [.. lines];
    }

    /// <summary>The status of a reply.</summary>
    internal static string Ask(DaemonUnderTest stage, string request) =>
        Encoding.Latin1.GetString(stage.Answer(request)).Split('\0')[1];

    /// <summary>What was logged since the last time.</summary>
    internal static IEnumerable<string> TakeLog(DaemonUnderTest stage)
    {
        stage.SyncToDisk();
        return stage.Take().Log.Select(record => WireRecording.Mask(LogText.Of(record)));
    }
}
