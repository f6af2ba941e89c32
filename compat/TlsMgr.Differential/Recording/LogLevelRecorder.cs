using System;
using System.Collections.Generic;
using System.Linq;
using TlsMgr.Differential.Drivers;
using TlsMgr.Testing;

namespace TlsMgr.Differential.Recording;

/// <summary>
/// Writes <c>loglevel-*.txt</c>: which values of smtpd_tls_loglevel switch on cache logging in Postfix's tlsmgr.
/// </summary>
internal static class LogLevelRecorder
{
    private const string Unknown = "unknown smtpd_tls_loglevel value \"";

    internal static string[] Record(RecordedDaemon recorded, string inputs) =>
    [
        .. FixtureFile.Header(
            recorded.Version.Text,
            "one run for each value of smtpd_tls_loglevel, with a btree cache: on (the opening of the cache was logged), off,",
            "or unknown and the word that the warning named"),
        .. ParallelRecording.Record([.. FixtureFile.ReadLines(inputs)], line => Run(recorded, line[..(line.LastIndexOf('|') + 1)])),
    ];

    private static IEnumerable<string> Run(RecordedDaemon recorded, string level)
    {
        using DaemonUnderTest daemon = recorded.Open();
        daemon.Configure(
            "smtpd_tls_session_cache_database = btree:${data_directory}/smtpd_scache", $"smtpd_tls_loglevel = {level.Trim('|')}");
        daemon.RunManually(["-S"], DaemonUnderTest.Bytes("request|policy|cache_type|smtpd||"));
        string[] log = [.. daemon.Take().Log.Select(LogText.Of)];
        string? warning = log.FirstOrDefault(text => text.Contains(Unknown, StringComparison.Ordinal));
        return [$"{level} {(warning is not null ? $"unknown {Word(warning)}" : log.Any(IsOpening) ? "on" : "off")}"];
    }

    private static bool IsOpening(string text) => text.StartsWith("open smtpd TLS cache", StringComparison.Ordinal);

    private static string Word(string warning)
    {
        int start = warning.IndexOf(Unknown, StringComparison.Ordinal) + Unknown.Length;
        return warning[start..warning.IndexOf('"', start)];
    }
}
